// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cost of judging a model: metrics with their intervals, the bootstrap and the Pareto front,
// each compared with what a user would write instead. Single times differ by half on a shared
// machine: each result is the least of several tries, made in turns.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <numeric>
#include <perjoule/all.hpp>
#include <random>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using perjoule::do_not_optimize;
using perjoule::PerItem;
using perjoule::View;

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// @param part  share of the whole work that the baseline does, where all of it would take minutes
template <class Ours, class Baseline>
void print_row(const char* what, const char* baseline, int tries, Ours&& ours, Baseline&& base,
               double part = 1.0) {
  double least[2] = {1e9, 1e9};
  const auto time = [](double& best, auto&& call) {
    const double start = seconds();
    call();
    best = std::min(best, seconds() - start);
  };
  for (int i = 0; i < tries; ++i) {
    time(least[0], ours);
    time(least[1], base);
  }
  const double whole = least[1] / part;
  std::printf("| %s | %.4f | %s | %.4f | %.2f |\n", what, least[0], baseline, whole,
              least[0] / whole);
  std::fflush(stdout);
}

void of_accuracy() {
  constexpr std::size_t items = 1'000'000;
  constexpr std::size_t classes = 10;
  perjoule::Random random(1);
  std::vector<int> labels(items);
  std::vector<int> outputs(items);
  std::vector<float> scores(items * classes);
  for (std::size_t i = 0; i < items; ++i) {
    labels[i] = static_cast<int>(random.below(classes));
    outputs[i] = random.below(4) == 0 ? static_cast<int>(random.below(classes)) : labels[i];
  }
  for (float& score : scores) score = static_cast<float>(random.uniform());
  const auto row = [&](std::size_t i) { return scores.data() + i * classes; };

  for (const PerItem keep_items : {PerItem::keep, PerItem::drop}) {
    print_row(
        keep_items == PerItem::keep
            ? "accuracy of 1 M items of 10 scores, with its interval, each item kept"
            : "the same, no item kept",
        "a loop over std::max_element", 9,
        [&] {
          perjoule::Accuracy metric(1, keep_items);
          for (std::size_t i = 0; i < items; ++i) {
            metric.add(View<float>(row(i), classes), labels[i]);
          }
          do_not_optimize(metric.result());
        },
        [&] {
          std::size_t hits = 0;
          for (std::size_t i = 0; i < items; ++i) {
            const float* const best = std::max_element(row(i), row(i) + classes);
            hits += best - row(i) == labels[i] ? 1 : 0;
          }
          do_not_optimize(hits);
        });
  }
  const auto evaluate = [&](PerItem keep_items) {
    const View<int> said(outputs);
    const View<int> asked(labels);
    perjoule::Accuracy metric(1, keep_items);
    for (std::size_t i = 0; i < items; ++i) metric.add(said[i], asked[i]);
    do_not_optimize(metric.result());
  };
  const auto count = [&](auto&& keep_item) {
    std::size_t hits = 0;
    std::size_t counts[classes] = {};
    for (std::size_t i = 0; i < items; ++i) {
      const bool right = outputs[i] == labels[i];
      hits += right ? 1 : 0;
      ++counts[labels[i]];
      keep_item(right);
    }
    do_not_optimize(hits);
    do_not_optimize(counts[0]);
  };
  print_row(
      "accuracy of 1 M class labels, no item kept",
      "a loop that counts hits, and labels for chance", 9, [&] { evaluate(PerItem::drop); },
      [&] { count([](bool) {}); });
  print_row(
      "the same, each item kept", "the same, and a vector of what was right", 9,
      [&] { evaluate(PerItem::keep); },
      [&] {
        std::vector<unsigned char> right_items;
        count([&](bool right) { right_items.push_back(right ? 1 : 0); });
        do_not_optimize(right_items.data());
      });
}

/// Sentences with the word frequencies of natural text, and copies of them with other words.
struct Corpus {
  std::vector<std::string> references;
  std::vector<std::string> outputs;

  Corpus(std::size_t sentences, std::size_t words, std::uint64_t seed) {
    perjoule::Random random(seed);
    const auto word = [&] {
      const double rank = std::exp(random.uniform() * std::log(20'000.0));
      return std::to_string(static_cast<int>(rank)) + 'w';
    };
    for (std::size_t i = 0; i < sentences; ++i) {
      std::string reference;
      std::string output;
      for (std::size_t k = 0; k < words; ++k) {
        const std::string own = word();
        reference += own + ' ';
        output += (random.below(5) == 0 ? word() : own) + ' ';
      }
      reference.back() = '.';
      output.back() = '.';
      references.push_back(reference);
      outputs.push_back(output);
    }
  }
};

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::map<std::vector<std::string>, int> n_grams(const std::vector<std::string>& words,
                                                std::size_t n) {
  std::map<std::vector<std::string>, int> counts;
  for (std::size_t i = 0; i + n <= words.size(); ++i) {
    ++counts[{words.begin() + static_cast<std::ptrdiff_t>(i),
              words.begin() + static_cast<std::ptrdiff_t>(i + n)}];
  }
  return counts;
}

void of_bleu() {
  const Corpus corpus(100'000, 25, 2);
  constexpr std::size_t share = 20;
  print_row(
      "BLEU of 100,000 sentences of 25 words, with its interval", "maps of n-grams", 2,
      [&] {
        perjoule::Bleu metric({.tokenizer = perjoule::BleuTokenizer::none});
        for (std::size_t i = 0; i < corpus.outputs.size(); ++i) {
          metric.add(corpus.outputs[i], corpus.references[i]);
        }
        do_not_optimize(metric.result());
      },
      [&] {
        double matches[4] = {};
        double totals[4] = {};
        for (std::size_t i = 0; i < corpus.outputs.size() / share; ++i) {
          const auto output = split(corpus.outputs[i]);
          const auto reference = split(corpus.references[i]);
          for (std::size_t n = 1; n <= 4; ++n) {
            const auto theirs = n_grams(reference, n);
            for (const auto& [gram, count] : n_grams(output, n)) {
              const auto found = theirs.find(gram);
              totals[n - 1] += count;
              if (found != theirs.end()) matches[n - 1] += std::min(count, found->second);
            }
          }
        }
        double logarithm = 0.0;
        for (int n = 0; n < 4; ++n) logarithm += 0.25 * std::log(matches[n] / totals[n]);
        do_not_optimize(logarithm);
      },
      1.0 / share);
}

void of_word_errors() {
  const Corpus corpus(10'000, 100, 3);
  print_row(
      "WER of 10,000 pairs of 100 words, with its interval", "a table of edits", 3,
      [&] {
        perjoule::ErrorRate metric;
        for (std::size_t i = 0; i < corpus.outputs.size(); ++i) {
          metric.add(corpus.outputs[i], corpus.references[i]);
        }
        do_not_optimize(metric.result());
      },
      [&] {
        std::size_t edits = 0;
        for (std::size_t pair = 0; pair < corpus.outputs.size(); ++pair) {
          const auto a = split(corpus.references[pair]);
          const auto b = split(corpus.outputs[pair]);
          std::vector<std::size_t> last(b.size() + 1);
          for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
          for (std::size_t i = 1; i <= a.size(); ++i) {
            std::size_t diagonal = last[0];
            last[0] = i;
            for (std::size_t j = 1; j <= b.size(); ++j) {
              const std::size_t up = last[j];
              last[j] = std::min(
                  {last[j] + 1, last[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
              diagonal = up;
            }
          }
          edits += last[b.size()];
        }
        do_not_optimize(edits);
      });
}

void of_bootstrap() {
  constexpr std::size_t items = 10'000;
  constexpr std::size_t resamples = 10'000;
  perjoule::Random random(4);
  std::vector<double> rows(items);
  for (double& x : rows) x = random.uniform();
  constexpr std::size_t share = 10;
  print_row(
      "bootstrap, 10,000 resamples of 10,000 items", "std::mt19937_64 and a uniform_int", 3,
      [&] {
        const auto found = perjoule::resample(
            rows, 1, [](View<double> sums) { return sums[0] / items; }, 5, resamples);
        do_not_optimize(perjoule::bca_interval(found));
      },
      [&] {
        std::mt19937_64 engine(5);
        std::uniform_int_distribution<std::size_t> place(0, items - 1);
        std::vector<double> means(resamples / share);
        for (double& mean : means) {
          double sum = 0.0;
          for (std::size_t i = 0; i < items; ++i) sum += rows[place(engine)];
          mean = sum / items;
        }
        std::sort(means.begin(), means.end());
        do_not_optimize(means[0]);
      },
      1.0 / share);
}

void of_front(std::size_t axes) {
  constexpr std::size_t models = 10'000;
  constexpr std::size_t draws = 200;
  perjoule::Random random(6);
  const perjoule::Axis all_axes[] = {perjoule::quality_axis("skill"), perjoule::cost_axis("energy"),
                                     perjoule::cost_axis("bytes")};
  std::vector<perjoule::Candidate> candidates(models);
  for (perjoule::Candidate& candidate : candidates) {
    candidate.scope = perjoule::Scope::package;
    const double talent = random.uniform();
    const auto add = [&](double value) {
      candidate.coordinates.push_back(
          {{value, 0.02 * value, 20.0, 0.0, perjoule::Provenance::measured}, {}, {}});
    };
    add(0.2 + 0.7 * talent);
    add(std::exp(6.0 * talent + random.uniform()));
    if (axes == 3) add(1e6 * std::exp(3.0 * random.uniform()));
  }
  const perjoule::CandidateSet field({all_axes, axes}, candidates);
  constexpr std::size_t drawn = 4;
  const perjoule::JointDraws few(field, 7, draws);
  print_row(
      axes == 2 ? "P(on the front) of 10,000 models by two axes, 200 draws"
                : "P(on the front) of 10,000 models by three axes, 200 draws",
      "each model beside each other, on the draws", 2,
      [&] {
        const perjoule::JointDraws all(field, 7, draws);
        do_not_optimize(perjoule::probability_on_front(all)[0]);
      },
      [&] {
        std::size_t on_front = 0;
        for (std::size_t draw = 0; draw < drawn; ++draw) {
          const auto objectives = few[draw];
          for (std::size_t a = 0; a < objectives.size(); ++a) {
            bool beaten = false;
            for (std::size_t b = 0; b < objectives.size() && !beaten; ++b) {
              beaten = perjoule::dominates(objectives[b], objectives[a]);
            }
            on_front += beaten ? 0 : 1;
          }
        }
        do_not_optimize(on_front);
      },
      static_cast<double>(drawn) / draws);
}

/// Structures of our own, for which the standard library has one that is slower here.
void of_own_structures() {
  constexpr std::size_t items = 10'000;
  perjoule::Random random(1);
  std::vector<double> numbers(items);
  for (double& number : numbers) number = random.uniform() - 0.5;
  perjoule::detail::RadixArgsort sorted;
  std::vector<std::size_t> order(items);
  print_row(
      "10,000 indices sorted by number (RadixArgsort)", "std::stable_sort of them", 21,
      [&] {
        sorted.reset(items);
        sorted.sort_by([&](std::size_t i) { return numbers[i]; });
        do_not_optimize(sorted[0]);
      },
      [&] {
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return numbers[a] > numbers[b]; });
        do_not_optimize(order[0]);
      });
  constexpr std::size_t sentences = 2'000;
  constexpr std::size_t tokens = 25;
  std::vector<std::u32string> texts(2 * sentences);
  for (std::u32string& text : texts) {
    for (std::size_t i = 0; i < tokens; ++i) text += static_cast<char32_t>(random.below(60));
  }
  const auto ids = [](const std::u32string& text) {
    return std::vector<std::uint32_t>(text.begin(), text.end());
  };
  const auto grams = [](const std::u32string& text) {
    std::unordered_map<std::u32string, int> counts;
    for (std::size_t n = 1; n <= 4; ++n) {
      for (std::size_t i = 0; i + n <= text.size(); ++i) ++counts[text.substr(i, n)];
    }
    return counts;
  };
  print_row(
      "1- to 4-grams of 2,000 pairs of 25 tokens matched (NGrams)",
      "std::unordered_map of std::u32string", 9,
      [&] {
        double matches[4] = {};
        for (std::size_t i = 0; i < sentences; ++i) {
          perjoule::detail::NGrams(ids(texts[2 * i]), 4).match(ids(texts[2 * i + 1]), matches);
        }
        do_not_optimize(matches[0]);
      },
      [&] {
        int matches = 0;
        for (std::size_t i = 0; i < sentences; ++i) {
          const auto other = grams(texts[2 * i + 1]);
          for (const auto& [gram, count] : grams(texts[2 * i])) {
            const auto found = other.find(gram);
            if (found != other.end()) matches += std::min(count, found->second);
          }
        }
        do_not_optimize(matches);
      });
}

}  // namespace

int main() {
  std::puts("| what | perjoule (s) | beside it | (s) | ratio |");
  std::puts("| ---- | -----------: | --------- | --: | ----: |");
  of_accuracy();
  of_bleu();
  of_word_errors();
  of_bootstrap();
  of_front(2);
  of_front(3);
  of_own_structures();
}
