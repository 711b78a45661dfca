// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trains a transformer to say the names of numbers, cuts 38 and 45 of its 48 attention heads out of
// it, and shows what that costs and what repairs it.
//
// Voita et al. (ACL 2019) removed 38 of 48 encoder heads of a translation model for 0.15 BLEU. Here
// the 48 heads are all that the model has: a decoder alone, which reads the digits and goes on with
// words.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <perjoule/all.hpp>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/torch.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gallery/program.hpp"
#include "quickstart/random.hpp"
#include "shrink/minimise.hpp"
#include "shrink/number_words.hpp"
#include "shrink/over_seeds.hpp"
#include "shrink/transformer.hpp"

namespace {

using Sequence = std::vector<int>;  // six digits, then words
using Model = std::shared_ptr<shrink::Transformer>;

constexpr std::int64_t digits = 6;
constexpr std::int64_t most_words = 9;
constexpr std::int64_t end_token = 30;  // after the words
constexpr std::int64_t blank_token = 31;
constexpr std::int64_t first_digit_token = 32;
constexpr shrink::TransformerShape shape{
    .vocabulary = 42, .context = digits + most_words, .width = 80, .layers = 6, .heads = 8};

/// Writes a number's digits to the right end of six tokens, with blanks before them.
void put_digits(std::uint32_t number, std::int64_t* tokens) {
  std::fill_n(tokens, digits, blank_token);
  for (std::int64_t at = digits - 1; at >= 0; --at, number /= 10) {
    tokens[at] = first_digit_token + number % 10;
    if (number < 10) break;
  }
}

struct Lesson {
  torch::Tensor tokens;   // [numbers, digits + words]
  torch::Tensor targets;  // the same, one ahead; only words count
};

Lesson lesson(const std::vector<std::uint32_t>& numbers) {
  const auto rows = static_cast<std::int64_t>(numbers.size());
  Lesson all{torch::full({rows, shape.context}, blank_token, torch::kInt64),
             torch::full({rows, shape.context}, -100, torch::kInt64)};
  auto* token = all.tokens.data_ptr<std::int64_t>();
  auto* target = all.targets.data_ptr<std::int64_t>();
  for (const std::uint32_t number : numbers) {
    const std::vector<int> words = shrink::number_words(number);
    put_digits(number, token);
    std::copy(words.begin(), words.end(), token + digits);
    *std::copy(words.begin(), words.end(), target + digits - 1) = end_token;
    token += shape.context;
    target += shape.context;
  }
  return all;
}

/// Returns the digits and the words that the model chooses one by one.
Sequence say(shrink::Transformer& model, std::uint32_t number) {
  const c10::InferenceMode no_gradients;
  std::array<std::int64_t, digits> prompt;
  put_digits(number, prompt.data());
  Sequence said(prompt.begin(), prompt.end());
  torch::Tensor next = torch::tensor(at::ArrayRef<std::int64_t>(prompt)).view({1, digits});
  shrink::AttentionMemory memory;
  for (std::int64_t word = 0; word < most_words; ++word) {
    const torch::Tensor logits = model.forward(next, &memory);
    next = logits.slice(1, -1).slice(2, 0, end_token + 1).argmax(2);
    const auto token = next.item<std::int64_t>();
    if (token == end_token) break;
    said.push_back(static_cast<int>(token));
  }
  return said;
}

std::string words_of(const Sequence& said) {
  return shrink::spoken({said.begin() + digits, said.end()});
}

/// Returns -ln of the probability of the right words behind these digits.
double surprise(shrink::Transformer& model, const Sequence& said) {
  const c10::InferenceMode no_gradients;
  std::uint32_t number = 0;
  for (std::int64_t at = 0; at < digits; ++at) {
    const std::int64_t token = said[static_cast<std::size_t>(at)];
    if (token != blank_token) {
      number = number * 10 + static_cast<std::uint32_t>(token - first_digit_token);
    }
  }
  const Lesson right = lesson({number});
  return torch::nn::functional::cross_entropy(
             model.forward(right.tokens)[0], right.targets[0],
             torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum))
      .item<double>();
}

/// Returns the mean loss of a word.
torch::Tensor loss_of(shrink::Transformer& model, const Lesson& numbers) {
  return torch::nn::functional::cross_entropy(model.forward(numbers.tokens).flatten(0, 1),
                                              numbers.targets.flatten());
}

/// Returns all heads, beginning with the one that the loss depends on most: how steeply it rises or
/// falls as a head fades. A head's number counts those of the layers before it.
/// @source Michel, Levy and Neubig: Are sixteen heads really better than one?, NeurIPS 2019
template <class Batch>
torch::Tensor heads_by_importance(shrink::Transformer& model, Batch&& batch) {
  std::vector<torch::Tensor> gates;
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    gates.push_back(torch::ones({shape.heads}).requires_grad_());
    model.attention(layer).gate = gates.back();
  }
  torch::Tensor importance = torch::zeros({shape.layers, shape.heads});
  for (int repetition = 0; repetition < 16; ++repetition) {
    importance += torch::stack(torch::autograd::grad({loss_of(model, batch())}, gates)).abs();
  }
  return importance.flatten().argsort(0, /*descending=*/true);
}

/// Cuts all heads but these out of a model.
void cut(shrink::Transformer& model, const torch::Tensor& kept) {
  std::vector<std::vector<std::int64_t>> of_layer(shape.layers);
  for (std::int64_t i = 0; i < kept.size(0); ++i) {
    const auto head = kept[i].item<std::int64_t>();
    of_layer[static_cast<std::size_t>(head / shape.heads)].push_back(head % shape.heads);
  }
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    model.attention(layer).keep(of_layer[layer]);
  }
}

void prune_heads(gallery::Program& program) {
  perjoule::use_torch_threads(1);
  const gallery::Options& options = program.options();
  const bool smoke = options.smoke;

  quickstart::Random draw(20190608);
  const auto any_number = [](quickstart::Random& random) {
    return static_cast<std::uint32_t>(random.below(shrink::first_number_without_name));
  };
  std::set<std::uint32_t> is_test;
  while (is_test.size() < (smoke ? 40U : 200U)) is_test.insert(any_number(draw));
  const std::vector<std::uint32_t> numbers(is_test.begin(), is_test.end());
  std::vector<std::string> names;
  std::vector<std::size_t> tokens;
  for (const std::uint32_t number : numbers) {
    const std::vector<int> words = shrink::number_words(number);
    names.push_back(shrink::spoken(words));
    tokens.push_back(words.size() + 1);
  }

  shrink::OverSeeds chosen_exact, chosen_perplexity, drawn_exact, few_exact, retrained_exact,
      retrained_bleu;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    torch::manual_seed(static_cast<std::uint64_t>(seed));
    quickstart::Random random(static_cast<std::uint64_t>(seed));
    const auto batch = [&] {
      std::vector<std::uint32_t> drawn;
      while (drawn.size() < 32) {
        const std::uint32_t number = any_number(random);
        if (!is_test.contains(number)) drawn.push_back(number);
      }
      return lesson(drawn);
    };
    const auto train = [&](const std::string& stage, Model& model, std::int64_t steps,
                           double rate) {
      return program.session().train(stage, [&] {
        shrink::minimise(model->parameters(), smoke ? 8 : steps, rate,
                         [&] { return loss_of(*model, batch()); });
      });
    };
    const auto path = [&](const std::string& name) {
      return program.file("weights/" + name + "-" + std::to_string(seed) + ".pt");
    };
    const auto measure = [&](const std::string& name, Model& model,
                             const std::vector<perjoule::TrainingStage>& stages) {
      torch::save(model, path(name));
      const auto read = [](auto metric) { return perjoule::of(words_of, metric); };
      program.add(program.session().measure(
          perjoule::torch_options(*model, {.name = shrink::with_seed(name, seed, options.seeds),
                                           .budget = options.budget,
                                           .weights = path(name),
                                           .compressed = perjoule::compressed_bytes({path(name)}),
                                           .settings = {{"seed", std::to_string(seed)}},
                                           .training = stages,
                                           .dataset = "numbers below a million, drawn"}),
          [&](std::uint32_t number) { return say(*model, number); }, numbers,
          read(perjoule::exact_match(names, perjoule::AnswerKind::text)),
          read(perjoule::bleu(names)), read(perjoule::word_error_rate(names)),
          // The right words are scored outside of the measured pass, which only says its own.
          perjoule::of([&](const Sequence& said) { return surprise(*model, said); },
                       perjoule::perplexity(tokens))));
      return program.entries().back();
    };
    const auto load = [&](const std::string& name) {
      Model model = std::make_shared<shrink::Transformer>(shape);
      torch::load(model, path(name));
      return model;
    };

    Model model = std::make_shared<shrink::Transformer>(shape);
    const perjoule::TrainingStage training = train("training", model, 200, 4e-3);
    const perjoule::Entry full = measure("48 heads", model, {training});

    model = load("48 heads");
    torch::Tensor order;
    const perjoule::TrainingStage choice = program.session().train(
        "choice of heads", [&] { order = heads_by_importance(*model, batch); });
    cut(*model, order.slice(0, 0, 10));
    const perjoule::Entry chosen = measure("10 heads, chosen", model, {training, choice});

    model = load("48 heads");
    cut(*model, order.slice(0, 0, 3));
    const perjoule::Entry few = measure("3 heads, chosen", model, {training, choice});
    const perjoule::TrainingStage retraining = train("retraining", model, 60, 2e-3);
    const perjoule::Entry retrained =
        measure("3 heads, chosen and retrained", model, {training, choice, retraining});

    model = load("48 heads");
    cut(*model, torch::randperm(shape.layers * shape.heads).slice(0, 0, 10));
    const perjoule::Entry drawn = measure("10 heads, drawn", model, {training});

    chosen_exact.add(chosen, full, 0);
    chosen_perplexity.add(chosen, full, 3);
    drawn_exact.add(drawn, full, 0);
    few_exact.add(few, full, 0);
    retrained_exact.add(retrained, full, 0);
    retrained_bleu.add(retrained, full, 1);
  }

  program.finding("38 of 48 heads removed, those that the loss depends on least: " +
                  chosen_exact.change() + ", " + chosen_perplexity.change() + ".");
  program.finding("38 of 48 heads removed, drawn at random: " + drawn_exact.change() + ".");
  program.finding(
      "45 of 48 heads removed, those that the loss depends on least: " + few_exact.change() +
      "; after 60 more steps of training: " + retrained_exact.change() + ", " +
      retrained_bleu.change() +
      " (Voita et al. 2019: -0.15 BLEU for 38 of 48 encoder heads, with retraining).");
  program.finding("With 3 heads in place of 48: " + retrained_exact.cost() + ".");
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "prune_heads",
                      "Removes most attention heads of a transformer that names numbers",
                      prune_heads);
}
