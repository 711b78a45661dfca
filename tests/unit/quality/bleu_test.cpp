// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/translation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::Bleu;
using perjoule::bleu;
using perjoule::BleuOptions;
using perjoule::BleuSmoothing;
using perjoule::BleuTokenizer;
using perjoule::Quality;
using perjoule::Random;

namespace {

using Texts = std::vector<std::string>;

const Texts readme_outputs = {"The dog bit the man.", "It wasn't surprising.",
                              "The man had just bitten him."};
const std::vector<Texts> readme_references = {
    {"The dog bit the man.", "The dog had bit the man."},
    {"It was not unexpected.", "No one was surprised."},
    {"The man bit him first.", "The man had bitten the dog."}};

Quality of(const Texts& outputs, const std::vector<Texts>& references,
           const BleuOptions& options = {}) {
  Bleu metric(options);
  for (std::size_t i = 0; i < outputs.size(); ++i) metric.add(outputs[i], references[i]);
  return metric.result();
}

double value(const Texts& outputs, const std::vector<Texts>& references,
             const BleuOptions& options = {}) {
  return of(outputs, references, options).value.value;
}

/// As in sacrebleu's raw_corpus_bleu: nothing is tokenised.
BleuOptions raw(double floor) {
  return {.tokenizer = BleuTokenizer::none,
          .smoothing = BleuSmoothing::floor(floor),
          .effective_order = true};
}

Texts split(const std::string& text) {
  std::istringstream stream(text);
  Texts words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// BLEU from maps of whole n-grams, one set of four per reference, with the precisions in per cent.
double slow_bleu(const Texts& outputs, const std::vector<Texts>& references,
                 BleuSmoothing::Method method, double value, bool effective) {
  double right[4] = {};
  double all[4] = {};
  double said = 0.0;
  double wanted = 0.0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Texts words = split(outputs[i]);
    std::vector<std::pair<std::size_t, std::size_t>> lengths;
    for (const std::string& reference : references[i]) {
      const std::size_t size = split(reference).size();
      lengths.emplace_back(std::max(size, words.size()) - std::min(size, words.size()), size);
    }
    said += static_cast<double>(words.size());
    wanted += static_cast<double>(std::min_element(lengths.begin(), lengths.end())->second);
    for (std::size_t n = 1; n <= 4; ++n) {
      const auto count = [n](const Texts& from) {
        std::map<std::string, int> counts;
        for (std::size_t at = 0; at + n <= from.size(); ++at) {
          std::string gram;
          for (std::size_t k = 0; k < n; ++k) gram += from[at + k] + " ";
          ++counts[gram];
        }
        return counts;
      };
      std::map<std::string, int> most;
      for (const std::string& reference : references[i]) {
        for (const auto& [gram, times] : count(split(reference))) {
          most[gram] = std::max(most[gram], times);
        }
      }
      for (const auto& [gram, times] : count(words)) {
        all[n - 1] += times;
        right[n - 1] += std::min(times, most[gram]);
      }
    }
  }
  if (right[0] + right[1] + right[2] + right[3] == 0.0) return 0.0;
  double product = 1.0;
  int orders = 4;
  double doubled = 1.0;
  for (int n = 0; n < 4; ++n) {
    if (method == BleuSmoothing::Method::add_k && n > 0) {
      right[n] += value;
      all[n] += value;
    }
    if (all[n] == 0.0) {
      if (!effective) return 0.0;
      orders = n;
      break;
    }
    if (right[n] == 0.0 && method == BleuSmoothing::Method::exp) {
      doubled *= 2.0;
      right[n] = 1.0 / doubled;
    } else if (right[n] == 0.0 && method == BleuSmoothing::Method::floor) {
      right[n] = value;
    }
    product *= right[n] / all[n];
  }
  const double brevity = said < wanted ? std::exp(1.0 - wanted / said) : 1.0;
  return 100.0 * brevity * std::pow(product, 1.0 / orders);
}

std::string message_of(const std::string& output, const Texts& references) {
  Bleu metric;
  metric.add("fine", "fine");
  try {
    metric.add(output, references);
  } catch (const perjoule::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("BLEU of sacrebleu's own example has its digits", "[quality][bleu]") {
  // sacrebleu 2.3.1, README: BLEU().corpus_score(sys, refs).
  const Quality quality = of(readme_outputs, readme_references);
  CHECK(quality.value.value == Approx(48.530827009929865).epsilon(1e-12));
  CHECK(value(readme_outputs, readme_references, {.tokenizer = BleuTokenizer::none}) ==
        Approx(49.19195660047277).epsilon(1e-12));
  CHECK(value({"this is a fest"}, {{"this is a test"}}, {.tokenizer = BleuTokenizer::none}) ==
        Approx(59.460355750136046).epsilon(1e-12));
}

TEST_CASE("BLEU has the values of sacrebleu's own tests", "[quality][bleu]") {
  // sacrebleu, test/test_bleu.py, times 100.
  CHECK(value({"", "", ""}, readme_references) == 0.0);
  CHECK(value(readme_outputs, readme_references, {.smoothing = BleuSmoothing::none()}) ==
        Approx(48.530827).epsilon(1e-8));
  CHECK(value({"this is a test", "another test"}, {{"ref1"}, {"ref2"}}, raw(0.01)) == 0.0);
  CHECK(value({"this is a fest"}, {{"this is a test"}}, raw(0.01)) ==
        Approx(22.3606797749979).epsilon(1e-10));
  CHECK(value({"test"}, {{"a test"}}, raw(0.01)) == Approx(36.78794411714425).epsilon(1e-10));
  CHECK(value({"a test"}, {{"a test"}}, raw(0.01)) == Approx(100.0).epsilon(1e-10));
  CHECK(value({"a little test"}, {{"a test"}}, raw(0.01)) ==
        Approx(3.218297948685433).epsilon(1e-10));
  CHECK(value({"am I am a character sequence"}, {{"I am a symbol string sequence a a"}},
              raw(0.0)) == 0.0);
  CHECK(value({"am I am a character sequence"}, {{"I am a symbol string sequence a a"}},
              raw(0.1)) == Approx(15.55722182).epsilon(1e-8));
}

TEST_CASE("BLEU without smoothing has NLTK's value for several references", "[quality][bleu]") {
  // NLTK 3.8: nltk.translate.bleu_score.corpus_bleu(references, outputs) = 0.6299099474447711.
  CHECK(value({"the cat the cat on the mat", "the quick brown fox jumps over",
               "together we can do it all"},
              {{"the cat is on the mat now ok", "there is a cat on the mat today"},
               {"a quick brown fox jumps over it", "the quick brown fox jumped over"},
               {"we can do this together", "together we can do this all"}},
              {.tokenizer = BleuTokenizer::none, .smoothing = BleuSmoothing::none()}) ==
        Approx(62.99099474447711).epsilon(1e-12));
}

TEST_CASE("the nearest reference sets the length, of two the shorter one", "[quality][bleu]") {
  // 4 words with references of 3 and 5, all 4-grams right: no penalty by the 3.
  const BleuOptions none{.tokenizer = BleuTokenizer::none};
  CHECK(value({"a b c d"}, {{"a b c d e", "x y z"}}, none) == Approx(100.0));
  CHECK(value({"a b c d"}, {{"x y z", "a b c d e"}}, none) == Approx(100.0));
  // With one of 5: exp(1 - 5/4).
  CHECK(value({"a b c d"}, {{"a b c d e", "x"}}, none) == Approx(100.0 * std::exp(-0.25)));
}

TEST_CASE("BLEU is that of maps of n-grams, for two thousand random corpora",
          "[quality][bleu][long]") {
  Random random(17);
  for (int i = 0; i < 2000; ++i) {
    const auto method = static_cast<BleuSmoothing::Method>(random.below(4));
    const double smoothing = 0.25 * static_cast<double>(1 + random.below(6));
    const bool effective = random.below(2) == 1;
    BleuOptions options{.tokenizer = BleuTokenizer::none, .effective_order = effective};
    if (method == BleuSmoothing::Method::none) options.smoothing = BleuSmoothing::none();
    if (method == BleuSmoothing::Method::floor) options.smoothing = BleuSmoothing::floor(smoothing);
    if (method == BleuSmoothing::Method::add_k) options.smoothing = BleuSmoothing::add_k(smoothing);
    const auto sentence = [&](std::uint64_t least) {
      std::string text;
      const std::uint64_t alphabet = 2 + random.below(12);
      for (std::uint64_t n = least + random.below(i % 4 == 0 ? 4 : 20); n != 0; --n) {
        text += std::string(1 + random.below(2), static_cast<char>('a' + random.below(alphabet)));
        text += ' ';
      }
      return text;
    };
    Texts outputs;
    std::vector<Texts> references;
    Bleu metric(options);
    for (std::size_t item = 1 + random.below(4); item != 0; --item) {
      outputs.push_back(sentence(0));
      references.emplace_back();
      for (std::uint64_t n = 1 + random.below(3); n != 0; --n) {
        references.back().push_back(sentence(1));
        if (random.below(4) == 0) references.back().back() += outputs.back();
      }
      metric.add(outputs.back(), references.back());
    }
    CAPTURE(i, static_cast<int>(method), smoothing, effective);
    REQUIRE(perjoule::detail::bleu_of(metric.per_item(), options) ==
            Approx(slow_bleu(outputs, references, method, smoothing, effective))
                .epsilon(1e-11)
                .margin(1e-11));
  }
}

TEST_CASE("the signature says what changes BLEU", "[quality][bleu]") {
  const Quality quality = of(readme_outputs, readme_references);
  CHECK(quality.metric == "BLEU");
  CHECK(quality.signature == "nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|as:sacrebleu-2.3.1");
  CHECK(std::string(quality.unit).empty());
  CHECK(quality.trivial == 0.0);
  CHECK(quality.perfect == 100.0);
  CHECK(quality.higher_is_better);
  CHECK(quality.skill.value == Approx(0.48530827009929865));
  CHECK(quality.value_interval.method == perjoule::IntervalMethod::bca);
  CHECK(of({"a", "b"}, {{"a"}, {"b", "c"}},
           {.tokenizer = BleuTokenizer::none,
            .smoothing = BleuSmoothing::floor(),
            .effective_order = true})
            .signature ==
        "nrefs:var|case:mixed|eff:yes|tok:none|smooth:floor[0.1]|as:sacrebleu-2.3.1");
}

TEST_CASE("an empty text is a reference of no words", "[quality][bleu]") {
  // sacrebleu 2.3.1: 100, for the empty one is nearer to four words than that of ten.
  const Quality quality =
      of({"a b c d"}, {{"a b c d e f g h i j", ""}}, {.tokenizer = BleuTokenizer::none});
  CHECK(quality.value.value == Approx(100.0));
  CHECK(quality.signature == "nrefs:2|case:mixed|eff:no|tok:none|smooth:exp|as:sacrebleu-2.3.1");
  // What is said against a blank line is wrong: 4 of 6 words are right, 3 of 4 pairs, and all
  // longer ones. 6 words for 4 are not too few.
  const Quality blank =
      of({"a b c d", "x y"}, {{"a b c d"}, {""}}, {.tokenizer = BleuTokenizer::none});
  CHECK(blank.value.value ==
        Approx(100.0 * std::pow(4.0 / 6.0 * 3.0 / 4.0 * 2.0 / 2.0 * 1.0 / 1.0, 0.25)));
}

TEST_CASE("BLEU takes its references from the caller", "[quality][bleu]") {
  auto several = bleu(readme_references);
  for (std::size_t i = 0; i < 3; ++i) several.add(i, readme_outputs[i]);
  CHECK(several.result().value.value == Approx(48.530827009929865));
  CHECK(several.per_item().size() == 30U);
  const char* const single[] = {"this is a test"};
  auto one = bleu(single, {}, perjoule::PerItem::drop);
  one.add(0, "this is a fest");
  CHECK(one.result().value.value == Approx(59.460355750136046));
  CHECK(one.per_item().empty());
}

TEST_CASE("a model is told from a worse one on the same items", "[quality][bleu]") {
  Bleu better;
  Bleu worse;
  for (int i = 0; i < 60; ++i) {
    better.add(i % 3 == 0 ? "one two three four six" : "one two three four five",
               "one two three four five");
    worse.add(i % 2 == 0 ? "one two six four five" : "one two three four five",
              "one two three four five");
  }
  Quality a = better.result();
  Quality b = worse.result();
  a.columns = b.columns = 10;
  const perjoule::IntervalEstimate<double> difference =
      perjoule::paired_difference(a, better.per_item(), b, worse.per_item());
  CHECK(difference.estimate.value == Approx(a.value.value - b.value.value));
  CHECK(difference.interval.low > 0.0);
}

TEST_CASE("what BLEU can't judge is refused by item", "[quality][bleu][error]") {
  CHECK(message_of("\xFF", {"a"}).find("the output of item 1, at byte 0") != std::string::npos);
  CHECK(message_of("a", {"a", "b\xFF"}).find("the reference of item 1, at byte 1") !=
        std::string::npos);
  CHECK(message_of("a", {}).find("there is no reference: item 1") != std::string::npos);
  CHECK_THROWS_AS(Bleu().result(), perjoule::Error);
  const volatile double below = -0.5;
  CHECK_FALSE(abort_message([&] { (void)BleuSmoothing::floor(below); }).empty());
}
