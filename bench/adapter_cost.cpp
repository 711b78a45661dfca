// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an item costs through an adapter, beside the framework's own call of the same model: both
// are variants of one comparison, whose windows take turns. Ends with 1 if an adapter takes more
// than 1.02 times as long, with all of its interval.
//
//   adapter_cost [SECONDS]     of budget for each comparison, 8 by default
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <perjoule/all.hpp>
#include <perjoule/integrations/torch.hpp>
#include <string>
#include <vector>

#ifdef BENCH_WITH_ONEDNN
#include <perjoule/integrations/onednn.hpp>
#include <unordered_map>
#endif

namespace {

constexpr double most = 1.02;

/// Compares a framework's own call with its adapter.
/// @return whether the adapter may take at most 1.02 times as long
template <class Item, class Bare, class Adapter>
bool compare(perjoule::Session& session, perjoule::Seconds budget, const std::vector<Item>& items,
             const std::string& name, const Bare& bare, const perjoule::MeasureOptions& options,
             const Adapter& adapter) {
  const auto found = session.compare({.budget = budget, .min_effect = most - 1.0}, items,
                                     perjoule::variant({.name = name + ", bare"}, bare),
                                     perjoule::variant(options, adapter));
  const perjoule::Change& time = found.changes[0].time;
  std::printf("%s\n%s\n", perjoule::markdown(found.entries).c_str(),
              perjoule::describe(found).c_str());
  std::printf("time: %.4f [%.4f, %.4f] times, %s\n\n", time.ratio.value, time.interval.low,
              time.interval.high, perjoule::name(time.verdict).data());
  return time.interval.low <= most;
}

/// Both run in inference mode and in evaluation mode.
bool compare_torch(perjoule::Session& session, perjoule::Seconds budget, const std::string& name,
                   torch::nn::Sequential module, const std::vector<at::Tensor>& items) {
  const c10::InferenceMode no_gradients;
  const auto adapter = perjoule::torch_forward(module);
  const auto bare = [&](const at::Tensor& item) { return module->forward(item); };
  return compare(session, budget, items, name, bare,
                 perjoule::torch_options(module, {.name = name + ", torch_forward"}), adapter);
}

#ifdef BENCH_WITH_ONEDNN
/// The same primitive, on the same memory of inputs.
bool compare_onednn(perjoule::Session& session, perjoule::Seconds budget) {
  using Type = dnnl::memory::data_type;
  using Tag = dnnl::memory::format_tag;
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const dnnl::inner_product_forward::primitive_desc made({dnnl::prop_kind::forward_inference,
                                                          {{1, 64}, Type::f32, Tag::any},
                                                          {{16, 64}, Type::f32, Tag::any},
                                                          {{16}, Type::f32, Tag::a},
                                                          {{1, 16}, Type::f32, Tag::ab}},
                                                         engine);
  dnnl::memory source(made.src_desc(), engine, DNNL_MEMORY_NONE);
  std::vector<float> weights(made.weights_desc().get_size() / sizeof(float), 0.1F);
  std::vector<float> bias(16, 0.5F);
  std::vector<float> result(16);
  const dnnl::inner_product_forward layer(made);
  const std::unordered_map<int, dnnl::memory> arguments = {
      {DNNL_ARG_SRC, source},
      {DNNL_ARG_WEIGHTS, {made.weights_desc(), engine, weights.data()}},
      {DNNL_ARG_BIAS, {made.bias_desc(), engine, bias.data()}},
      {DNNL_ARG_DST, {made.dst_desc(), engine, result.data()}}};
  const auto bare = [&](const std::vector<float>& item) {
    source.set_data_handle(const_cast<float*>(item.data()));
    layer.execute(stream, arguments);
    stream.wait();
    return perjoule::View<float>(result);
  };
  perjoule::OneDnnLayer adapter({.inputs = 64, .outputs = 16}, std::vector<float>(64 * 16, 0.1F),
                                bias);
  const std::vector<std::vector<float>> items(100, std::vector<float>(64, 0.5F));
  return compare(session, budget, items, "layer 64-16", bare,
                 perjoule::onednn_options({.name = "layer 64-16, OneDnnLayer"}, adapter),
                 [&](const std::vector<float>& item) { return adapter(item); });
}
#endif

/// About 459,000 parameters, for 16 tokens.
torch::nn::Sequential transformer() {
  auto layer = torch::nn::TransformerEncoderLayerOptions(96, 4).dim_feedforward(384);
  return torch::nn::Sequential(
      torch::nn::TransformerEncoder(torch::nn::TransformerEncoderOptions(layer, 4)),
      torch::nn::Linear(96, 120));
}

}  // namespace

int main(int argc, char** argv) try {
  const perjoule::Seconds budget(argc > 1 ? std::atof(argv[1]) : 8.0);
  perjoule::use_torch_threads(1);
  torch::manual_seed(1);
  perjoule::Session session;
  const torch::nn::Sequential mlp(torch::nn::Linear(64, 16), torch::nn::ReLU(),
                                  torch::nn::Linear(16, 10));
  bool is_small =
      compare_torch(session, budget, "mlp 64-16-10", mlp, torch::rand({100, 64}).split(1));
  is_small &= compare_torch(session, budget, "transformer", transformer(),
                            torch::rand({20, 16, 1, 96}).unbind(0));
#ifdef BENCH_WITH_ONEDNN
  is_small &= compare_onednn(session, budget);
#endif
  return is_small ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
