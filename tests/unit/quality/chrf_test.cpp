// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/translation.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::Chrf;
using perjoule::chrf;
using perjoule::ChrfOptions;
using perjoule::Quality;
using perjoule::Random;

namespace {

using Texts = std::vector<std::string>;

Quality of(const Texts& outputs, const std::vector<Texts>& references,
           const ChrfOptions& options = {}) {
  Chrf metric(options);
  for (std::size_t i = 0; i < outputs.size(); ++i) metric.add(outputs[i], references[i]);
  return metric.result();
}

double value(const Texts& outputs, const std::vector<Texts>& references,
             const ChrfOptions& options = {}) {
  return of(outputs, references, options).value.value;
}

const Texts readme_outputs = {"The dog bit the man.", "It wasn't surprising.",
                              "The man had just bitten him."};
const std::vector<Texts> readme_references = {
    {"The dog bit the man.", "The dog had bit the man."},
    {"It was not unexpected.", "No one was surprised."},
    {"The man bit him first.", "The man had bitten the dog."}};

using Counts = std::map<Texts, double>;

Counts n_grams(const Texts& units, std::size_t n) {
  Counts counts;
  for (std::size_t i = 0; i + n <= units.size(); ++i) {
    const auto first = units.begin() + static_cast<std::ptrdiff_t>(i);
    counts[Texts(first, first + static_cast<std::ptrdiff_t>(n))] += 1.0;
  }
  return counts;
}

/// Returns the text's characters, and its words with signs separated; for ASCII only.
std::vector<Texts> units_of(const std::string& text) {
  std::vector<Texts> units(2);
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ') {
      units[0].emplace_back(1, c);
      word += c;
      continue;
    }
    const auto sign = [](char s) { return std::string(".,!(-").find(s) != std::string::npos; };
    if (word.size() > 1 && sign(word.back())) {
      units[1].push_back(word.substr(0, word.size() - 1));
      units[1].emplace_back(1, word.back());
    } else if (word.size() > 1 && sign(word.front())) {
      units[1].emplace_back(1, word.front());
      units[1].push_back(word.substr(1));
    } else if (!word.empty()) {
      units[1].push_back(word);
    }
    word.clear();
  }
  return units;
}

double slow_f(const std::vector<double>& counts, double beta) {
  double precision = 0.0;
  double recall = 0.0;
  int orders = 0;
  for (std::size_t i = 0; i < counts.size(); i += 3) {
    if (counts[i] == 0.0 || counts[i + 1] == 0.0) continue;
    precision += counts[i + 2] / counts[i];
    recall += counts[i + 2] / counts[i + 1];
    ++orders;
  }
  if (precision + recall == 0.0) return 0.0;
  precision /= orders;
  recall /= orders;
  return 100.0 * (1.0 + beta * beta) * precision * recall / (beta * beta * precision + recall);
}

double slow_chrf(const Texts& outputs, const std::vector<Texts>& references, std::size_t words,
                 double beta) {
  std::vector<double> sums(3 * (6 + words));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::vector<double> best;
    for (const std::string& reference : references[i]) {
      std::vector<double> counts;
      for (std::size_t order = 0; order < 6 + words; ++order) {
        const std::size_t kind = order < 6 ? 0 : 1;
        const std::size_t n = order < 6 ? order + 1 : order - 5;
        const Counts own = n_grams(units_of(outputs[i])[kind], n);
        const Counts other = n_grams(units_of(reference)[kind], n);
        double said = 0.0;
        double wanted = 0.0;
        double same = 0.0;
        for (const auto& [gram, times] : own) {
          said += times;
          const auto found = other.find(gram);
          if (found != other.end()) same += std::min(times, found->second);
        }
        for (const auto& [gram, times] : other) wanted += times;
        counts.insert(counts.end(), {other.empty() ? 0.0 : said, wanted, same});
      }
      if (best.empty() || slow_f(counts, beta) > slow_f(best, beta)) best = counts;
    }
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += best[c];
  }
  return slow_f(sums, beta);
}

}  // namespace

TEST_CASE("chrF of sacrebleu's own example has its digits", "[quality][chrf]") {
  // sacrebleu 2.3.1, README: CHRF().corpus_score(sys, refs).
  CHECK(value(readme_outputs, readme_references) == Approx(59.72751782684763).epsilon(1e-12));
}

TEST_CASE("chrF has the values of sacrebleu's own tests", "[quality][chrf]") {
  // sacrebleu, test/test_chrf.py: char_order=6, word_order=0, beta=3, eps_smoothing=False.
  const ChrfOptions beta3{.beta = 3.0};
  CHECK(value({"a"}, {{"a"}}, beta3) == Approx(100.0));
  CHECK(value({""}, {{"reference"}}, beta3) == 0.0);
  CHECK(value({"a b c"}, {{"a b c"}}, beta3) == Approx(100.0));
  CHECK(value({"a b c"}, {{"abc"}}, beta3) == Approx(100.0));
  CHECK(value({""}, {{"c"}}, beta3) == 0.0);
  CHECK(value({"a", "b"}, {{"a"}, {"c"}}, beta3) == Approx(50.0));
  CHECK(value({"aa"}, {{"ab"}}, beta3) == Approx(25.0));
}

TEST_CASE("chrF++ cuts one sign off each word", "[quality][chrf]") {
  // By hand: "(hi)" is "(hi" and ")", "(hi" is "(" and "hi", a lone sign is a word.
  perjoule::detail::Vocabulary words;
  (void)perjoule::detail::chrf_words("(hi) (hi - \xC3\xA9! !", words);
  REQUIRE(words.size() == 7U);
  CHECK(words[0] == "(hi");
  CHECK(words[1] == ")");
  CHECK(words[2] == "(");
  CHECK(words[3] == "hi");
  CHECK(words[4] == "-");
  CHECK(words[5] == "\xC3\xA9");
  CHECK(words[6] == "!");
}

TEST_CASE("chrF is that of maps of n-grams, for a thousand random corpora",
          "[quality][chrf][long]") {
  Random random(23);
  for (int i = 0; i < 1000; ++i) {
    const std::size_t words = random.below(3);
    const double beta = 1.0 + static_cast<double>(random.below(3));
    const auto sentence = [&](std::uint64_t least) {
      std::string text;
      for (std::uint64_t n = least + random.below(i % 3 == 0 ? 4 : 25); n != 0; --n) {
        text += "ab c.d, (-!"[random.below(11)];
      }
      return text;
    };
    Texts outputs;
    std::vector<Texts> references;
    Chrf metric({.word_order = words, .beta = beta});
    for (std::size_t item = 1 + random.below(3); item != 0; --item) {
      outputs.push_back(sentence(0));
      references.emplace_back();
      for (std::uint64_t n = 1 + random.below(3); n != 0; --n) {
        references.back().push_back(sentence(1));
        if (random.below(3) == 0) references.back().back() += outputs.back();
      }
      metric.add(outputs.back(), references.back());
    }
    CAPTURE(i, words, beta);
    REQUIRE(perjoule::detail::chrf_of(metric.per_item(), 6 + words, beta) ==
            Approx(slow_chrf(outputs, references, words, beta)).epsilon(1e-11).margin(1e-11));
  }
}

TEST_CASE("characters are code points, and white space is none", "[quality][chrf]") {
  // By hand: both have 2 characters of which 1 is right, and no bigram is: 1/2 and 0, mean 1/4.
  CHECK(value({"\xC3\xA9\xC3\xA8"}, {{"\xC3\xA9\xC2\xA0\xC3\xAA"}}) == Approx(25.0));
}

TEST_CASE("the signature says what changes chrF", "[quality][chrf]") {
  const Quality plain = of(readme_outputs, readme_references);
  CHECK(plain.metric == "chrF2");
  CHECK(plain.signature ==
        "nrefs:2|case:mixed|eff:yes|nc:6|nw:0|space:no|beta:2|as:sacrebleu-2.3.1");
  CHECK(plain.perfect == 100.0);
  CHECK(plain.trivial == 0.0);
  CHECK(std::string(plain.unit).empty());
  const Quality words = of(readme_outputs, readme_references, {.word_order = 2});
  CHECK(words.metric == "chrF2++");
  CHECK(words.signature ==
        "nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|beta:2|as:sacrebleu-2.3.1");
  CHECK(of({"a"}, {{"a"}}, {.word_order = 1, .beta = 0.5}).metric == "chrF0.5+");
}

TEST_CASE("chrF keeps a row of counts an item", "[quality][chrf]") {
  auto metric = chrf(readme_references);
  auto dropped = chrf(readme_references, {.word_order = 2}, perjoule::PerItem::drop);
  for (std::size_t i = 0; i < 3; ++i) {
    metric.add(i, readme_outputs[i]);
    dropped.add(i, readme_outputs[i]);
  }
  CHECK(metric.per_item().size() == 3U * 18U);
  CHECK(dropped.per_item().empty());
  CHECK(metric.result().value_interval.method == perjoule::IntervalMethod::bca);
}

TEST_CASE("an empty text is a reference of no characters", "[quality][chrf]") {
  // sacrebleu 2.3.1: an order without a reference does not count against the output.
  Chrf metric;
  metric.add("a b c d", "a b c d");
  metric.add("x", "");
  CHECK(metric.result().value.value == Approx(100.0));
  Chrf none;
  none.add("x", "");
  none.add("y", "");
  CHECK(none.result().value.value == 0.0);
}

TEST_CASE("what chrF can't judge is refused", "[quality][chrf][error]") {
  Chrf metric;
  CHECK_THROWS_AS(metric.add("\xFF", "a"), perjoule::Error);
  CHECK_THROWS_AS(metric.add("a", "\xFF"), perjoule::Error);
  CHECK_THROWS_AS(metric.add("a", std::vector<std::string>{}), perjoule::Error);
  CHECK_THROWS_AS(metric.result(), perjoule::Error);
  const volatile std::size_t order = 3;
  const volatile double beta = 0.0;
  CHECK_FALSE(abort_message([&] { (void)Chrf({.word_order = order}); }).empty());
  CHECK_FALSE(abort_message([&] { (void)Chrf({.beta = beta}); }).empty());
}
