// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/question_answering.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::exact_match;
using perjoule::ExactMatch;
using perjoule::Quality;
using perjoule::Random;
using perjoule::token_f1;
using perjoule::TokenF1;

namespace {

using Texts = std::vector<std::string>;

template <class Metric>
Quality of(const Texts& outputs, const std::vector<Texts>& references) {
  Metric metric;
  for (std::size_t i = 0; i < outputs.size(); ++i) metric.add(outputs[i], references[i]);
  return metric.result();
}

double f1(const std::string& output, const Texts& references) {
  TokenF1 metric;
  metric.add(output, references);
  return metric.per_item()[0];
}

/// Computes the F-score from precision and recall over maps of words.
double slow_f1(const std::string& output, const std::string& reference) {
  const auto count = [](const std::string& text) {
    std::map<std::string, double> counts;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) counts[word] += 1.0;
    return counts;
  };
  auto said = count(output);
  auto wanted = count(reference);
  double same = 0.0;
  double own = 0.0;
  double other = 0.0;
  for (const auto& [word, times] : said) {
    own += times;
    if (wanted.count(word) != 0) same += std::min(times, wanted[word]);
  }
  for (const auto& [word, times] : wanted) other += times;
  if (same == 0.0) return 0.0;
  const double precision = same / own;
  const double recall = same / other;
  return 2.0 * precision * recall / (precision + recall);
}

}  // namespace

TEST_CASE("an answer matches once both are normalised, whichever of the right ones",
          "[quality][exact_match]") {
  const std::vector<Texts> references = {
      {"Denver Broncos", "The Denver Broncos!"}, {"Santa Clara"}, {"1", "one"}, {"blue"}};
  const Quality quality =
      of<ExactMatch>({"the denver broncos", "Santa Clara, California", "One.", ""}, references);
  CHECK(quality.metric == "exact-match");
  CHECK(quality.value.value == 0.5);
  CHECK(quality.signature == "nrefs:var|answers:words|normal:squad-1.1|trivial:most-frequent");
  // Wilson's interval for 2 of 4, but for t with a million degrees of freedom: statsmodels 0.13.5,
  // proportion_confint(2, 4, method="wilson").
  CHECK(quality.value_interval.low == Approx(0.15003898915214947).epsilon(1e-5));
  CHECK(quality.value_interval.high == Approx(0.8499610108478506).epsilon(1e-5));
  CHECK(quality.value_interval.method == perjoule::IntervalMethod::wilson);
}

TEST_CASE("the trivial answer is the one that is right for most items", "[quality][exact_match]") {
  // "yes" is right for items 0, 1 and 3 (twice in item 1, which counts once), "no" for 2 and 3.
  const std::vector<Texts> references = {{"Yes"}, {"yes", "Yes!"}, {"no"}, {"no", "yes"}};
  CHECK(of<ExactMatch>({"yes", "yes", "yes", "yes"}, references).trivial == 0.75);
  CHECK(of<ExactMatch>({"yes", "yes", "yes", "yes"}, references).skill.value == 0.0);
  CHECK(of<ExactMatch>({"yes", "yes", "no", "yes"}, references).skill.value == 1.0);
  CHECK(of<TokenF1>({"yes", "yes", "yes", "yes"}, references).trivial == 0.75);
  CHECK(of<TokenF1>({"yes", "yes", "yes", "yes"}, references).skill.value ==
        Approx(0.0).margin(1e-15));
}

TEST_CASE("one answer that is right everywhere leaves no skill", "[quality][exact_match]") {
  const Quality match = of<ExactMatch>({"yes", "no"}, {{"yes"}, {"yes"}});
  CHECK_FALSE(match.skill.is_known());
  CHECK(std::string(match.why_no_skill).find("one answer") != std::string::npos);
  CHECK_FALSE(of<TokenF1>({"yes", "no"}, {{"yes"}, {"yes"}}).skill.is_known());
}

TEST_CASE("token F1 is that of the nearest right answer", "[quality][token_f1]") {
  // By hand: "x y" for "x y z" has P 1 and R 2/3, F 4/5; for "w" 0.
  CHECK(f1("x y", {"w", "x y z"}) == Approx(0.8));
  CHECK(f1("x x y", {"x y y"}) == Approx(2.0 / 3.0));
  CHECK(f1("The X.", {"x"}) == 1.0);
  CHECK(f1("x", {"y"}) == 0.0);
  // evaluate-v1.1.py: no common word is 0, though both are empty.
  CHECK(f1("", {"the"}) == 0.0);
  CHECK(of<ExactMatch>({""}, {{"the"}}).value.value == 1.0);
}

TEST_CASE("token F1 is that of maps of words, for two thousand random answers",
          "[quality][token_f1]") {
  Random random(41);
  std::vector<Texts> references;
  Texts outputs;
  const auto answer = [&] {
    std::string text;
    for (std::uint64_t n = random.below(7); n != 0; --n) {
      text += std::string(1, static_cast<char>('p' + random.below(5))) + " ";
    }
    return text;
  };
  TokenF1 scores;
  ExactMatch matches;
  std::map<std::string, int> accepted;
  for (int i = 0; i < 2000; ++i) {
    const std::string output = answer();
    Texts right;
    for (std::uint64_t n = 1 + random.below(3); n != 0; --n) right.push_back(answer());
    scores.add(output, right);
    matches.add(output, right);
    double best = 0.0;
    for (const std::string& reference : right) best = std::max(best, slow_f1(output, reference));
    REQUIRE(scores.per_item()[static_cast<std::size_t>(i)] == Approx(best).epsilon(1e-12));
    const bool equal = std::find(right.begin(), right.end(), output) != right.end();
    REQUIRE(matches.per_item()[static_cast<std::size_t>(i)] == (equal ? 1.0 : 0.0));
    for (const std::string& text : std::set<std::string>(right.begin(), right.end())) {
      ++accepted[text];
    }
    references.push_back(right);
  }
  int most = 0;
  std::string constant;
  for (const auto& [text, items] : accepted) {
    if (items > most) {
      most = items;
      constant = text;
    }
  }
  CHECK(matches.result().trivial == Approx(most / 2000.0).epsilon(1e-12));
  double sum = 0.0;
  for (const Texts& right : references) {
    double best = 0.0;
    for (const std::string& reference : right) best = std::max(best, slow_f1(constant, reference));
    sum += best;
  }
  CHECK(scores.result().trivial == Approx(sum / 2000.0).epsilon(1e-12));
  CHECK(scores.result().metric == "token-F1");
}

TEST_CASE("answers take their references from the caller", "[quality][exact_match][token_f1]") {
  const Texts single = {"x", "y z"};
  auto match = exact_match(single);
  auto score = token_f1(single, perjoule::PerItem::drop);
  for (std::size_t i = 0; i < 2; ++i) {
    match.add(i, "x");
    score.add(i, "y");
  }
  CHECK(match.result().value.value == 0.5);
  CHECK(match.result().signature == "nrefs:1|answers:words|normal:squad-1.1|trivial:most-frequent");
  CHECK(score.result().value.value == Approx(1.0 / 3.0));
  CHECK(score.result().signature == "nrefs:1|normal:squad-1.1|trivial:most-frequent");
  CHECK(match.per_item().size() == 2U);
  CHECK(score.per_item().empty());
}

TEST_CASE("answers that can't be judged are refused by item", "[quality][answers][error]") {
  const auto message_of = [](const std::string& output, const Texts& references) -> std::string {
    ExactMatch metric;
    metric.add("fine", "fine");
    try {
      metric.add(output, references);
    } catch (const perjoule::Error& error) {
      return error.what();
    }
    return {};
  };
  CHECK(message_of("\xFF", {"a"}).find("the output of item 1") != std::string::npos);
  CHECK(message_of("a", {"b", "\xFF"}).find("the reference of item 1") != std::string::npos);
  CHECK(message_of("a", {}).find("there is no reference: item 1") != std::string::npos);
  CHECK_THROWS_AS(ExactMatch().result(), perjoule::Error);
  CHECK_THROWS_AS(TokenF1().result(), perjoule::Error);
}
