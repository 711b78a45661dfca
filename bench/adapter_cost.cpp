// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an item costs through an adapter, beside the framework's own call of the same model: both
// are variants of one comparison, whose windows take turns. Ends with 1 if an adapter takes more
// than 1.02 times as long, with all of its interval.
//
//   adapter_cost [SECONDS]     of budget for each comparison, 4 by default
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <perjoule/all.hpp>
#include <perjoule/integrations/torch.hpp>
#include <string>
#include <vector>

namespace {

constexpr double most = 1.02;

/// Compares a module's own call, in inference mode like the adapter's, with the adapter.
/// @return whether the adapter may take at most 1.02 times as long
template <class Module>
bool compare(perjoule::Session& session, const std::string& name, Module module,
             const std::vector<at::Tensor>& items, perjoule::Seconds budget) {
  const c10::InferenceMode no_gradients;
  const auto bare = [&](const at::Tensor& item) { return module->forward(item); };
  const auto found = session.compare(
      {.budget = budget, .min_effect = most - 1.0}, items,
      perjoule::variant({.name = name + ", bare"}, bare),
      perjoule::variant(perjoule::torch_options(module, {.name = name + ", torch_forward"}),
                        perjoule::torch_forward(module)));
  const perjoule::Change& time = found.changes[0].time;
  std::printf("%s\n%s\n", perjoule::markdown(found.entries).c_str(),
              perjoule::describe(found).c_str());
  std::printf("time: %.4f [%.4f, %.4f] times, %s\n\n", time.ratio.value, time.interval.low,
              time.interval.high, perjoule::name(time.verdict).data());
  return time.interval.low <= most;
}

/// About 459,000 parameters, for 16 tokens.
torch::nn::Sequential transformer() {
  auto layer = torch::nn::TransformerEncoderLayerOptions(96, 4).dim_feedforward(384);
  return torch::nn::Sequential(
      torch::nn::TransformerEncoder(torch::nn::TransformerEncoderOptions(layer, 4)),
      torch::nn::Linear(96, 120));
}

}  // namespace

int main(int argc, char** argv) try {
  const perjoule::Seconds budget(argc > 1 ? std::atof(argv[1]) : 4.0);
  perjoule::use_torch_threads(1);
  torch::manual_seed(1);
  perjoule::Session session;
  torch::nn::Sequential mlp(torch::nn::Linear(64, 16), torch::nn::ReLU(),
                            torch::nn::Linear(16, 10));
  mlp->eval();
  const bool of_mlp =
      compare(session, "mlp 64-16-10", mlp, torch::rand({100, 64}).split(1), budget);
  torch::nn::Sequential large = transformer();
  large->eval();
  const bool of_large =
      compare(session, "transformer", large, torch::rand({20, 16, 1, 96}).unbind(0), budget);
  return of_mlp && of_large ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
