// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program of its own: glog, which torch includes, defines CHECK as Catch2 does.
#include <torch/custom_class.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/all.hpp"
#include "perjoule/integrations/torch.hpp"
#include "perjoule/integrations/torchscript.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

int failures = 0;

template <class A, class B>
void expect(const char* what, const A& found, const B& wanted) {
  if (found == wanted) return;
  ++failures;
  if constexpr (requires { std::string(found), std::string(wanted); }) {
    std::printf("%s:\n  %s\n  is not\n  %s\n", what, std::string(found).c_str(),
                std::string(wanted).c_str());
  } else {
    std::printf("%s: %g is not %g\n", what, static_cast<double>(found),
                static_cast<double>(wanted));
  }
}
void expect(const char* what, bool is_so) { expect(what, is_so, true); }

template <class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

const MeasureOptions quick{.name = "mlp", .budget = Seconds(0.1)};

torch::nn::Sequential mlp() {
  torch::manual_seed(1);
  return torch::nn::Sequential(torch::nn::Linear(64, 16), torch::nn::ReLU(), torch::nn::Dropout(),
                               torch::nn::BatchNorm1d(16), torch::nn::Linear(16, 10));
}

torch::jit::Module script() {
  torch::manual_seed(1);
  torch::jit::Module module("mlp");
  module.register_parameter("weight", torch::randn({64, 10}), false);
  module.register_buffer("mean", torch::full({64}, 0.5));
  module.define("def forward(self, x):\n    return torch.mm(x - self.mean, self.weight)\n");
  return module;
}

/// A module of the user's own, with two names for one weight.
struct Tied : torch::nn::Module {
  Tied() {
    there = register_parameter("there", torch::eye(64), false);
    back = register_parameter("back", there, false);
    register_buffer("rows", there.narrow(0, 0, 3));
    register_buffer("other", torch::zeros({5}, torch::kInt64));
  }
  at::Tensor forward(const at::Tensor& input) { return input.matmul(there).matmul(back.t()); }

  at::Tensor there;
  at::Tensor back;
};

/// Weights that TorchScript knows as an object.
struct Packed : torch::CustomClassHolder {};
const auto packed_class = torch::class_<Packed>("perjoule_test", "Packed");

void options_tell_what_a_module_holds() {
  const torch::nn::Sequential model = mlp();
  const MeasureOptions options = torch_options(model);
  const std::size_t parameters = 64 * 16 + 16 + 2 * 16 + 16 * 10 + 10;
  expect("parameters", options.parameters, parameters);
  // The batch norm's bias is 0; its mean, its variance and a count are buffers.
  expect("non-zero parameters", options.non_zero_parameters, parameters - 16);
  expect("resident", options.resident_weights.si(), 4.0 * (parameters + 32) + 8.0);
  expect("format", options.format, "fp32");

  const auto tied = std::make_shared<Tied>();
  const MeasureOptions of_tied = torch_options(tied);
  expect("a tied weight counts once", of_tied.parameters, 64U * 64);
  expect("zeros", of_tied.non_zero_parameters, 64U);
  expect("memory counts once", of_tied.resident_weights.si(), 4.0 * 64 * 64 + 5 * 8);
  expect("of the module itself", torch_options(*tied).parameters, 64U * 64);

  const MeasureOptions given =
      torch_options(model, {.resident_weights = Bytes(7),
                            .parameters = 5,
                            .format = "w8",
                            .settings = {{"threads", "many"}, {"beam", "4"}}});
  expect("given parameters stay", given.parameters, 5U);
  expect("given bytes stay", given.resident_weights.si(), 7.0);
  expect("given format stays", given.format, "w8");

  const std::map<at::ScalarType, std::string> names = {
      {at::kHalf, "fp16"}, {at::kBFloat16, "bf16"}, {at::kDouble, "fp64"}};
  for (const auto& [type, name] : names) {
    torch::nn::Linear layer(64, 16);
    layer->to(type);
    const MeasureOptions of_type = torch_options(layer);
    expect("format", of_type.format, name);
    expect("bytes", of_type.resident_weights.si(),
           (64.0 * 16 + 16) * (type == at::kDouble ? 8 : 2));
    expect("none is zero", of_type.non_zero_parameters, 64U * 16 + 16);
  }
  const at::Tensor int8 = at::quantize_per_tensor(torch::eye(8), 0.1, 3, at::kQInt8);
  const MeasureOptions mixed = tensor_options(std::vector{int8, torch::ones({8})}, {});
  expect("mixed formats", mixed.format, "fp32+int8");
  expect("non-zero int8", mixed.non_zero_parameters, 16U);
  expect("int8 bytes", mixed.resident_weights.si(), 64.0 + 32.0);
  const MeasureOptions sparse = tensor_options(std::vector{torch::eye(8).to_sparse()}, {});
  expect("sparse parameters", sparse.non_zero_parameters, 8U);
  expect("sparse bytes are not known", sparse.resident_weights.si(), 0.0);

  torch::jit::Module scripted = script();
  const MeasureOptions of_script = torch_options(scripted);
  expect("TorchScript's parameters", of_script.parameters, 640U);
  expect("TorchScript's buffers", of_script.resident_weights.si(), 4.0 * 640 + 4 * 64);
  scripted.eval();
  expect("frozen weights are not known",
         torch_options(torch::jit::freeze(scripted)).resident_weights.si(), 0.0);
  scripted.register_attribute("packed", c10::getCustomClassType<c10::intrusive_ptr<Packed>>(),
                              c10::make_intrusive<Packed>());
  expect("packed weights are not known", torch_options(scripted).resident_weights.si(), 0.0);
  expect("packed parameters neither", torch_options(scripted).parameters, 0U);
}

void options_tell_what_runs_it() {
  use_torch_threads(1);
  std::map<std::string, std::string> found;
  const MeasureOptions options = torch_options(mlp(), {.settings = {{"threads", "many"}}});
  for (const Setting& setting : options.settings) found[setting.name] = setting.value;
  expect("a given setting stays", found["threads"], "many");
  expect("once", options.settings.size(), found.size());
  expect("version", found["libtorch"], TORCH_VERSION);
  expect("device", found["device"], "cpu");
  expect("BLAS", !found["blas"].empty());
  if (found["blas"].starts_with("OpenBLAS")) expect("its threads", found["blas_threads"], "1");
}

void every_module_is_a_forward_pass() {
  const at::Tensor image = torch::rand({1, 64});
  torch::nn::Sequential model = mlp();
  const auto pass = torch_forward(model);
  expect("evaluation mode", model->is_training(), false);
  expect("one answer despite the dropout", pass(image).equal(pass(image)));
  expect("no gradients", pass(image).requires_grad(), false);
  expect("inference mode", pass(image).is_inference());
  expect("which ends", c10::InferenceMode::is_enabled(), false);
  expect("a temporary", torch_forward(mlp())(image).equal(pass(image)));

  const auto tied = std::make_shared<Tied>();
  expect("std::shared_ptr", torch_forward(tied)(image).equal(image));
  Tied plain;
  expect("a module itself", torch_forward(plain)(image).equal(image));
  expect("in evaluation mode", plain.is_training(), false);
  const std::shared_ptr<Tied> constant = std::make_shared<Tied>();
  expect("a const handle", torch_forward(constant)(image).equal(image));
  expect("to a module in evaluation mode", constant->is_training(), false);
  torch::jit::Module scripted = script();
  expect("TorchScript", torch_forward(scripted)(image).equal(scripted.forward({image}).toTensor()));
  const auto wrapped = torch_forward([&](const std::string& text) {
    return tied->forward(torch::full({64}, static_cast<float>(text.size()))).sum().item<float>();
  });
  expect("a callable", wrapped("ab"), 128.0F);
}

void items_and_batches_are_measured() {
  Session session;
  torch::nn::Sequential model = mlp();
  const at::Tensor images = torch::rand({50, 64});
  const std::vector<at::Tensor> rows = images.unbind(0);
  const std::vector<at::Tensor> items = images.split(1);
  model->eval();
  std::vector<std::int64_t> labels;
  for (const at::Tensor& item : items) {
    labels.push_back(model->forward(item).argmax().item<std::int64_t>());
  }
  const auto right =
      of([](const at::Tensor& scores) { return scores.argmax().item<std::int64_t>(); },
         accuracy(labels));
  MeasureOptions options = torch_options(model, quick);
  const Entry single = session.measure(options, torch_forward(model), items, right);
  options.batch = 20;
  const Entry stacked = session.measure(options, torch_batches(model), rows, right);
  const Entry joined =
      session.measure(options, torch_batches(model, TorchBatching::concatenate), items, right);
  for (const Entry* const entry : {&single, &stacked, &joined}) {
    expect("all are right", entry->quality[0].value.value, 1.0);
    expect("answers are compared", entry->answers.outputs == OutputCheck::same);
    expect("inputs have a hash", entry->test_set_hash.size(), 64U);
  }
  expect("rows are other inputs than items", stacked.test_set_hash != single.test_set_hash);
  expect("the same test set", joined.test_set_hash, single.test_set_hash);
  const Entry other =
      session.measure(quick, torch_forward(model), torch::rand({50, 64}).split(1), right);
  expect("another test set", other.test_set_hash != single.test_set_hash);
  keep_record("torch", to_json({single, stacked, joined}));

  const auto sums = [](const at::Tensor& batch) { return batch.sum(); };
  const auto wrong = [&](View<at::Tensor> batch) { return TorchRows{sums(at::stack(batch[0]))}; };
  expect("no row for each item", complaint([&] {
                                   (void)session.measure(options, torch_forward(wrong), rows);
                                 }).find("outputs") != std::string::npos);
}

void content_is_what_a_tensor_holds() {
  const at::Tensor square = torch::arange(9, torch::kFloat32).reshape({3, 3});
  const std::string content = content_bytes(square);
  expect("not its layout", content_bytes(square.t().contiguous().t()), content);
  expect("its values", content_bytes(square.t()) != content);
  expect("its sizes", content_bytes(square.reshape({9})) != content);
  expect("its type", content_bytes(square.to(torch::kFloat64)) != content);
  expect("sparse", content_bytes(square.to_sparse()), content);
  expect("quantized", content_bytes(at::quantize_per_tensor(square, 1.0, 0, at::kQInt8)), content);
  expect("none", content_bytes(at::Tensor()), "");
}

void errors_say_what_to_do() {
  const std::string step = "; call the model on that input alone to see why";
  std::vector<at::Tensor> rows = torch::rand({50, 64}).unbind(0);
  rows[7] = torch::rand({63});
  torch::nn::Sequential model(torch::nn::Linear(64, 16));
  torch::jit::Module scripted = script();
  const auto complaint_of = [&](const auto& pass, std::size_t batch = 1) {
    MeasureOptions options = quick;
    options.batch = batch;
    return complaint([&] { (void)measure(options, pass, rows); });
  };
  expect("a shape", complaint_of(torch_forward(model)),
         "perjoule: the forward pass threw: mlp, inputs[7] of 50: mat1 and mat2 shapes cannot be "
         "multiplied (1x63 and 64x16); the input is fp32 [63]" +
             step);
  expect(
      "a shape in a batch", complaint_of(torch_batches(model), 10),
      "perjoule: the forward pass threw: mlp, the batch from inputs[0] of 50: stack expects each "
      "tensor to be equal size, but got [64] at entry 0 and [63] at entry 7; the input is 10 "
      "items, the first of them fp32 [64]; call the model on that batch alone to see why");
  expect("a shape in TorchScript", complaint_of(torch_forward(scripted)),
         "perjoule: the forward pass threw: mlp, inputs[0] of 50: self must be a matrix; the input "
         "is fp32 [64]" +
             step);
  const std::string no_gpu =
      "take \"cpu\", or a libtorch with CUDA on a machine where nvidia-smi lists a GPU";
  if (!torch::cuda::is_available()) {
    const auto on_gpu = [](const at::Tensor& item) { return item.to(at::kCUDA); };
    const std::string found = complaint_of(torch_forward(on_gpu));
    expect("a GPU in a pass", found.find(no_gpu) != std::string::npos);
    expect("no GPU", complaint([] { (void)torch_device("cuda:1"); }),
           "perjoule: there is no such device: cuda:1: this libtorch has no CUDA, as Debian's, or "
           "finds no driver; " +
               no_gpu);
  }
  expect("no device", complaint([] {
                        (void)torch_device("gpu");
                      }).find("start of device string: gpu") != std::string::npos);
  expect("the CPU", torch_device("cpu").is_cpu());

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("perjoule_torch." + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "model.pt";
  const std::string how = "; save it in Python: torch.jit.script(model).save(\"model.pt\")";
  std::filesystem::remove(path);
  expect(
      "a missing file", complaint([&] { (void)load_torchscript(path); }),
      "perjoule: cannot read the TorchScript model: " + path + ": no such file or directory" + how);
  std::ofstream(path) << "weights";
  expect("another file", complaint([&] { (void)load_torchscript(path); }),
         "perjoule: this is no TorchScript model: " + path +
             ": PytorchStreamReader failed reading zip archive: not a ZIP archive" + how);
  scripted.save(path);
  torch::jit::Module loaded = load_torchscript(path);
  const at::Tensor item = torch::rand({1, 64});
  expect("a saved model", torch_forward(loaded)(item).equal(torch_forward(scripted)(item)));
  std::filesystem::remove_all(folder);
}

}  // namespace

int main() try {
  options_tell_what_a_module_holds();
  options_tell_what_runs_it();
  every_module_is_a_forward_pass();
  items_and_batches_are_measured();
  content_is_what_a_tensor_holds();
  errors_say_what_to_do();
  std::printf(failures == 0 ? "all passed\n" : "%d failed\n", failures);
  return failures == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::printf("%s\n", error.what());
  return 1;
}
