// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trains five sizes of a network that predicts the next byte of a text, with the same number of
// operations each, and shows what the larger ones buy for their joules.
//
// The sizes are those of the hidden layer (Bengio et al., A neural probabilistic language model,
// JMLR 2003). A training step takes 6 operations for each weight and byte (Kaplan et al., Scaling
// laws for neural language models, 2020), so a network of four times the size has a quarter of the
// steps. With a larger budget, the best size is a larger one.

#include <array>
#include <cmath>
#include <cstdint>
#include <perjoule/all.hpp>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/torch.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <vector>

#include "gallery/program.hpp"
#include "shrink/licence_text.hpp"
#include "shrink/minimise.hpp"
#include "shrink/over_seeds.hpp"

namespace {

constexpr std::int64_t context = 8;  // bytes that the next one is predicted from
constexpr std::int64_t embedding = 16;
constexpr std::int64_t bytes = 256;
constexpr std::int64_t batch = 128;
constexpr std::int64_t piece_length = 256;
constexpr std::array<std::int64_t, 5> sizes{16, 32, 64, 256, 1024};

torch::nn::Sequential network(std::int64_t hidden) {
  return torch::nn::Sequential(torch::nn::Embedding(bytes, embedding), torch::nn::Flatten(),
                               torch::nn::Linear(context * embedding, hidden), torch::nn::ReLU(),
                               torch::nn::Linear(hidden, bytes));
}

/// Returns each byte of a text that has enough before it, behind what is before it.
/// @shape [bytes, context + 1]
torch::Tensor windows(const std::string& text) {
  const std::vector<std::uint8_t> numbers(text.begin(), text.end());
  return torch::tensor(numbers).to(torch::kInt64).unfold(0, context + 1, 1);
}

/// Returns the sum or the mean of -ln of the probabilities of the last column.
torch::Tensor surprise(torch::nn::Sequential& model, const torch::Tensor& text,
                       torch::nn::functional::CrossEntropyFuncOptions::reduction_t reduction) {
  return torch::nn::functional::cross_entropy(
      model->forward(text.slice(1, 0, context)), text.select(1, context),
      torch::nn::functional::CrossEntropyFuncOptions().reduction(reduction));
}

void bigger_is_not_better(gallery::Program& program) {
  perjoule::use_torch_threads(1);
  const gallery::Options& options = program.options();
  shrink::LicenceText text = shrink::load_licences();
  if (options.smoke) text.test.resize(8192);
  const double operations = options.smoke ? 0.2e9 : 30e9;
  const torch::Tensor train = windows(text.train);
  const std::vector<std::string> inputs = shrink::pieces(text.test, piece_length, context);
  const std::vector<std::string> references =
      shrink::pieces(text.test.substr(context), piece_length);

  std::array<shrink::OverSeeds, sizes.size()> against_smaller;
  std::vector<perjoule::Entry> first_seed;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    perjoule::Entry smaller;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      torch::manual_seed(static_cast<std::uint64_t>(seed));
      torch::nn::Sequential model = network(sizes[i]);
      const auto multiplied = static_cast<double>((context * embedding + bytes) * sizes[i]);
      const auto steps =
          static_cast<std::int64_t>(operations / (6.0 * multiplied * static_cast<double>(batch)));
      const perjoule::TrainingStage stage = program.session().train("training", [&] {
        shrink::minimise(model->parameters(), steps, 5e-3, [&] {
          const torch::Tensor rows = torch::randint(train.size(0), {batch}, torch::kInt64);
          return surprise(model, train.index_select(0, rows), torch::kMean);
        });
      });
      const std::string name = std::to_string(sizes[i]) + " hidden";
      const std::string weights =
          program.file("weights/" + name + "-" + std::to_string(seed) + ".pt");
      torch::save(model, weights);
      const perjoule::Entry entry = program.session().measure(
          perjoule::torch_options(model, {.name = shrink::with_seed(name, seed, options.seeds),
                                          .budget = options.budget,
                                          .weights = weights,
                                          .compressed = perjoule::compressed_bytes({weights}),
                                          .settings = {{"seed", std::to_string(seed)}},
                                          .training = {stage},
                                          .dataset = text.source}),
          [&](const std::string& piece) {
            const c10::InferenceMode no_gradients;
            return surprise(model, windows(piece), torch::kSum).item<double>();
          },
          inputs, perjoule::bits_per_byte(references));
      program.add(entry);
      if (i > 0) against_smaller[i].add(entry, smaller, 0);
      if (seed == 1) first_seed.push_back(entry);
      smaller = entry;
    }
  }
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    program.finding(std::to_string(first_seed[i].plan.parameters) + " parameters in place of " +
                    std::to_string(first_seed[i - 1].plan.parameters) +
                    ", trained with as many operations: " + against_smaller[i].change() + ", for " +
                    against_smaller[i].cost() + ".");
  }
  program.finding(gallery::front(first_seed) + ".");
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "bigger_is_not_better",
                      "Predicts bytes with networks of five sizes and equal training",
                      bigger_is_not_better);
}
