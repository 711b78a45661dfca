// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/code_generation.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;

namespace {

double pass(std::size_t answers, std::size_t right, std::size_t k) {
  return detail::pass_at_k_of({answers, right}, k);
}

}  // namespace

TEST_CASE("pass@k is the share of choices of k with a right one", "[quality][pass-at-k]") {
  // Of the 10 pairs of five answers, 3 are of the three wrong ones.
  CHECK(agrees(pass(5, 2, 2), 0.7));
  CHECK(agrees(pass(5, 2, 1), 0.4));
  // Of the 10 triples, 1 is.
  CHECK(agrees(pass(5, 2, 3), 0.9));
  CHECK(pass(5, 2, 4) == 1.0);  // two are right, so four can't all be wrong
  CHECK(pass(5, 0, 5) == 0.0);
  CHECK(pass(1, 1, 1) == 1.0);
  // C(190, 100)/C(200, 100) = (100 x 99 x ... x 91)/(200 x 199 x ... x 191) = 7.7103e-4.
  CHECK(pass(200, 10, 100) == Approx(1.0 - 7.710260627e-4).epsilon(1e-9));
}

TEST_CASE("pass@k is the mean over problems", "[quality][pass-at-k]") {
  const std::vector<std::string> problems = {"sort", "search", "parse"};
  auto metric = pass_at_k(problems, 2);
  metric.add(0, AnswerCounts{5, 2});
  metric.add(1, AnswerCounts{2, 0});
  metric.add(2, AnswerCounts{3, 3});
  const Quality quality = metric.result();
  CHECK(agrees(quality.value.value, 1.7 / 3.0));
  CHECK(quality.metric == "pass@2");
  CHECK(quality.signature == "k:2|estimator:unbiased|trivial:none-right");
  CHECK(quality.trivial == 0.0);
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(surrounds_value(quality));
  CHECK(metric.per_item().size() == 3);
}

TEST_CASE("pass@1 of one answer each is an accuracy", "[quality][pass-at-k]") {
  const std::vector<int> problems(10);
  auto metric = pass_at_k(problems, 1, PerItem::drop);
  for (std::size_t i = 0; i < 10; ++i) metric.add(i, AnswerCounts{1, i < 9 ? 1U : 0U});
  const Quality quality = metric.result();
  CHECK(agrees(quality.value.value, 0.9));
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(metric.per_item().empty());
}

TEST_CASE("a check finds each answer right or wrong", "[quality][pass-at-k]") {
  const std::vector<int> squares = {4, 9};
  auto metric = pass_at_k(squares, 2, [](int answer, int of) { return answer * answer == of; });
  metric.add(0, std::vector<int>{1, 2, -2, 3, 5});  // two of five
  metric.add(1, std::vector<int>{3, 3});
  CHECK(agrees(metric.result().value.value, (0.7 + 1.0) / 2.0));
}

TEST_CASE("two models' answers are compared problem by problem", "[quality][pass-at-k][paired]") {
  const std::vector<int> problems(4);
  const PassAtK first =
      seen(PassAtK(1), std::vector<AnswerCounts>{{4, 4}, {4, 2}, {4, 0}, {4, 2}}, problems);
  const PassAtK second =
      seen(PassAtK(1), std::vector<AnswerCounts>{{4, 2}, {4, 2}, {4, 0}, {4, 0}}, problems);
  Quality a = first.result();
  Quality b = second.result();
  a.columns = b.columns = 1;
  const IntervalEstimate<double> found =
      paired_difference(a, first.per_item(), b, second.per_item());
  CHECK(agrees(found.estimate.value, 0.25));  // of .5, 0, 0 and .5
}

TEST_CASE("too few answers are an error", "[quality][pass-at-k]") {
  const auto complaint_of = [](const AnswerCounts& counts) {
    return complaint([&] { PassAtK(3).add(counts, 0); });
  };
  CHECK(mentions(complaint_of({2, 1}), "fewer than 3 answers"));
  CHECK(mentions(complaint_of({4, 5}), "more answers are right than there are"));
  CHECK(mentions(complaint([] { (void)PassAtK(0); }), "k is 0"));
  CHECK(mentions(complaint([] { (void)PassAtK(1).result(); }), "no items"));
}
