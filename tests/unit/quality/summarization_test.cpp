// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/summarization.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;

namespace {

/// Returns the number of a single pair of texts. An order of 0 is ROUGE-L.
template <class Reference>
double rouge(std::size_t order, RougeMeasure measure, std::string_view output,
             const Reference& references) {
  Rouge metric(order, {.measure = measure});
  metric.add(output, references);
  return metric.per_item()[0];
}

void check(std::size_t order, std::string_view reference, std::string_view output, double precision,
           double recall, double f1) {
  INFO(output);
  CHECK(agrees(rouge(order, RougeMeasure::precision, output, reference), precision));
  CHECK(agrees(rouge(order, RougeMeasure::recall, output, reference), recall));
  CHECK(agrees(rouge(order, RougeMeasure::f1, output, reference), f1));
}

}  // namespace

TEST_CASE("ROUGE is what the tests of rouge-score say", "[quality][rouge]") {
  check(1, "testing one two", "testing", 1.0, 1.0 / 3.0, 1.0 / 2.0);
  check(2, "testing one two", "testing one", 1.0, 1.0 / 2.0, 2.0 / 3.0);
  check(0, "testing one two", "testing one", 1.0, 2.0 / 3.0, 4.0 / 5.0);
  check(0, "testing one two", "testing two", 1.0, 2.0 / 3.0, 4.0 / 5.0);
  check(1, "testing one two", "testing one", 1.0, 2.0 / 3.0, 4.0 / 5.0);
  for (const std::size_t order : {0U, 1U, 2U}) check(order, "testing one two", "", 0.0, 0.0, 0.0);
}

TEST_CASE("ROUGE of the example of rouge-score's page", "[quality][rouge]") {
  // 9 words and 8; the, quick, brown, fox... : the twice, quick, brown, dog, jumps = 6 of both.
  const std::string_view reference = "The quick brown fox jumps over the lazy dog";
  const std::string_view output = "The quick brown dog jumps on the log.";
  check(1, reference, output, 6.0 / 8.0, 6.0 / 9.0, 12.0 / 17.0);
  // The quick brown, jumps, the.
  check(0, reference, output, 5.0 / 8.0, 5.0 / 9.0, 10.0 / 17.0);
  // The quick, quick brown.
  check(2, reference, output, 2.0 / 7.0, 2.0 / 8.0, 4.0 / 15.0);
}

TEST_CASE("an n-gram counts at most as often as both have it", "[quality][rouge]") {
  check(1, "the cat", "the the the cat", 2.0 / 4.0, 1.0, 2.0 / 3.0);
  check(2, "a b a b a", "a b a", 1.0, 2.0 / 4.0, 2.0 / 3.0);
}

TEST_CASE("words of ROUGE are letters and digits of English in small letters", "[quality][rouge]") {
  CHECK(detail::rouge_text("Don't-stop_2x!") == "don t stop 2x ");
  CHECK(detail::rouge_text("na\u00EFve \u03B1\u03B2 \u4E2D") == "na ve     ");
  // The only characters beyond ASCII that have one among their small letters.
  CHECK(detail::rouge_text("\u212A\u0130") == "ki ");
  check(1, "\u4E2D\u6587", "\u4E2D\u6587", 0.0, 0.0, 0.0);
}

TEST_CASE("of several references the one with the best F1 counts", "[quality][rouge]") {
  // F1 of 2/(2 + 1) and of 4/(2 + 4).
  const std::vector<std::string> references = {"one", "two one three four"};
  CHECK(agrees(rouge(1, RougeMeasure::f1, "one two", references), 2.0 / 3.0));
  CHECK(agrees(rouge(1, RougeMeasure::precision, "one two", references), 0.5));
  CHECK(agrees(rouge(1, RougeMeasure::recall, "one two", references), 1.0));
}

TEST_CASE("the longest common subsequence keeps the order", "[quality][rouge]") {
  const auto longest = [](const std::vector<std::uint32_t>& a,
                          const std::vector<std::uint32_t>& b) {
    return detail::longest_common_subsequence(a, b);
  };
  CHECK(longest({1, 2, 3, 4}, {2, 4, 1, 3}) == 2);
  CHECK(longest({1, 2, 2, 1}, {2, 1, 2, 1}) == 3);
  CHECK(longest({1}, {1, 1}) == 1);
  CHECK(longest({}, {1}) == 0);
  CHECK(longest({1}, {}) == 0);
}

TEST_CASE("ROUGE says what it is", "[quality][rouge]") {
  const std::vector<std::string> references = {"a b c", "d e f", "g h", "i j"};
  auto two = rouge_n(references, 2, {.measure = RougeMeasure::recall, .keep = PerItem::drop});
  auto longest = rouge_l(references);
  const char* const outputs[] = {"a b c", "d f", "g", "j i"};
  for (std::size_t i = 0; i < 4; ++i) {
    two.add(i, outputs[i]);
    longest.add(i, outputs[i]);
  }
  CHECK(two.result().metric == "ROUGE-2-recall");
  CHECK(two.per_item().empty());
  const Quality quality = longest.result();
  CHECK(quality.metric == "ROUGE-L");
  CHECK(quality.signature == "nrefs:1|case:lc|tok:a-z0-9|stem:no|measure:f1|as:rouge-score-0.1.2");
  // 1, 4/5, 2/3 and 1/2.
  CHECK(agrees(quality.value.value, (1.0 + 0.8 + 2.0 / 3.0 + 0.5) / 4.0));
  CHECK(quality.trivial == 0.0);
  CHECK(quality.skill.value == quality.value.value);
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(surrounds_value(quality));
}

TEST_CASE("two summaries are compared item by item", "[quality][rouge][paired]") {
  const std::vector<std::string> references = {"a b", "c d", "e f", "g h"};
  const Rouge first =
      seen(Rouge(1), std::vector<std::string>{"a b", "c d", "e f", "g h"}, references);
  const Rouge second = seen(Rouge(1), std::vector<std::string>{"a b", "c", "e f", "g"}, references);
  Quality a = first.result();
  Quality b = second.result();
  a.columns = b.columns = 1;
  const IntervalEstimate<double> found =
      paired_difference(a, first.per_item(), b, second.per_item());
  CHECK(agrees(found.estimate.value, 1.0 / 6.0));  // of 0, 1/3, 0 and 1/3
}

TEST_CASE("what is no text has no ROUGE", "[quality][rouge]") {
  CHECK(mentions(complaint([] { (void)rouge(1, RougeMeasure::f1, "\xFF", "a"); }), "the output"));
  CHECK(mentions(complaint([] { (void)rouge(1, RougeMeasure::f1, "a", "\xFF"); }),
                 "the reference of item 0"));
  CHECK(
      mentions(complaint([] { (void)rouge(1, RougeMeasure::f1, "a", std::vector<std::string>()); }),
               "there is no reference"));
  CHECK(mentions(complaint([] { (void)Rouge(1).result(); }), "no items"));
  const std::vector<std::string> references = {"a"};
  CHECK(mentions(complaint([&] { (void)rouge_n(references, 0); }), "n is 0"));
}
