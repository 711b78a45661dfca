// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/correlation.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/correlation_interval.hpp"

using namespace perjoule;
using detail::CorrelationKind;

namespace {

using Numbers = std::vector<double>;

Quality judged(CorrelationKind kind, const Numbers& outputs, const Numbers& references) {
  return evaluate(Correlation(kind), outputs, references);
}

const CorrelationKind both_correlations[] = {CorrelationKind::pearson, CorrelationKind::spearman};

}  // namespace

TEST_CASE("a correlation is the mean product of deviations", "[quality][pearson][spearman]") {
  // Deviations -2 to 2 and -1, -2, 1, 0, 2: products 2 + 2 + 0 + 0 + 4 over squares of 10 each.
  // The numbers are their own ranks.
  const Numbers outputs = {1, 2, 3, 4, 5};
  const Numbers references = {2, 1, 4, 3, 5};
  for (const CorrelationKind kind : both_correlations) {
    CHECK(agrees(judged(kind, outputs, references).value.value, 0.8));
  }
  // A scale and an offset change nothing.
  const Numbers scaled = {-1e6, -2e6, -3e6, -4e6, -5e6};
  CHECK(agrees(judged(CorrelationKind::pearson, scaled, references).value.value, -0.8));
}

TEST_CASE("equal numbers share the mean of their ranks", "[quality][spearman]") {
  // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: products 2.25 + 0 + 0 + 2.25, squares 4.5 and 5.
  const Numbers outputs = {10, 20, 20, 70};
  const Numbers references = {.1, .3, .2, .9};
  CHECK(agrees(judged(CorrelationKind::spearman, outputs, references).value.value,
               4.5 / std::sqrt(22.5)));
}

TEST_CASE("ranks do not notice how far apart numbers are", "[quality][spearman][pearson]") {
  const Numbers references = {1, 2, 3, 4, 5, 6};
  const Numbers outputs = {1, 10, 1e2, 1e3, 1e4, 1e5};
  CHECK(judged(CorrelationKind::spearman, outputs, references).value.value == 1.0);
  CHECK(judged(CorrelationKind::pearson, outputs, references).value.value < 0.8);
}

TEST_CASE("a correlation's uncertainty is not below the jackknife's", "[quality][pearson]") {
  // Without one pair each, atanh r is 0.9640, 0.8656, ... and 1.5221: computed in NumPy 1.24.
  const Numbers outputs = {1, 2, 3, 4, 5, 6, 7, 8};
  const Numbers references = {2, 1, 4, 3, 6, 5.5, 7, 30};
  Numbers rows;
  for (std::size_t i = 0; i < 8; ++i) rows.insert(rows.end(), {outputs[i], references[i]});
  const double u = detail::jackknife_z_uncertainty(rows, detail::pearson_of);
  CHECK(u == Approx(0.525878409484).epsilon(1e-9));
  CHECK(u > pearson_z_uncertainty(8));
  const Quality quality = judged(CorrelationKind::pearson, outputs, references);
  const Interval<double> expected = fisher_z_interval(quality.value.value, u);
  CHECK(agrees(quality.value_interval.low, expected.low));
  CHECK(agrees(quality.value_interval.high, expected.high));
  CHECK(agrees(quality.value.random, (expected.high - expected.low) / (2.0 * 1.959963984540054)));
}

TEST_CASE("a correlation's uncertainty is not below that of normal pairs",
          "[quality][pearson][spearman]") {
  // Errors of one size: the jackknife's uncertainty is .258 (NumPy), that of normal pairs 1/3.
  const Numbers references = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const Numbers outputs = {4, -1, 6, 1, 2, 9, 10, 5, 6, 13, 8, 15};
  const Quality quality = judged(CorrelationKind::pearson, outputs, references);
  const Interval<double> expected = fisher_z_interval(quality.value.value, 1.0 / 3.0);
  CHECK(quality.value_interval.method == IntervalMethod::fisher_z);
  CHECK(agrees(quality.value_interval.low, expected.low));
  CHECK(agrees(quality.value_interval.high, expected.high));
  const Quality of_ranks = judged(CorrelationKind::spearman, outputs, references);
  const double rank_correlation = of_ranks.value.value;
  CHECK(of_ranks.value_interval.high >=
        fisher_z_interval(rank_correlation, spearman_z_uncertainty(rank_correlation, 12)).high);
}

TEST_CASE("more than 20,000 pairs cost no more and are surer", "[quality][pearson][long]") {
  Numbers rows;
  for (int i = 0; i < 80000; ++i) {
    rows.push_back(std::sin(i));
    rows.push_back(std::sin(i) + std::sin(3.0 * i + 1.0));
  }
  const double of_all = detail::jackknife_z_uncertainty(rows, detail::pearson_of);
  rows.resize(40000);
  const double of_a_quarter = detail::jackknife_z_uncertainty(rows, detail::pearson_of);
  CHECK(of_all == Approx(0.5 * of_a_quarter).epsilon(0.3));
}

TEST_CASE("numbers that are all equal have no correlation", "[quality][pearson][spearman]") {
  for (const CorrelationKind kind : both_correlations) {
    for (const bool outputs_equal : {true, false}) {
      const Numbers same(6, 0.1);
      const Numbers other = {1, 2, 3, 2, 1, 4};
      const Quality quality = outputs_equal ? judged(kind, same, other) : judged(kind, other, same);
      CHECK_FALSE(quality.value.is_known());
      CHECK(mentions(quality.why_no_value, "are equal"));
      CHECK_FALSE(quality.skill.is_known());
    }
    CHECK(mentions(judged(kind, {1, 2, 4}, {1, 3, 2}).why_no_value, "fewer than four"));
  }
}

TEST_CASE("pairs on a line leave room for others beside it", "[quality][pearson][spearman]") {
  const Numbers references = {1, 2, 3, 4, 5, 7};
  const Numbers backwards = {-1, -2, -3, -4, -5, -7};
  for (const CorrelationKind kind : both_correlations) {
    const Quality best = judged(kind, references, references);
    CHECK(agrees(best.value.value, 1.0));
    CHECK(best.value_interval.low < 0.9);
    CHECK(best.value_interval.high == 1.0);
    const Quality worst = judged(kind, backwards, references);
    CHECK(agrees(worst.value.value, -1.0));
    CHECK(worst.value_interval.low == -1.0);
    CHECK(worst.value_interval.high > -0.9);
  }
}

TEST_CASE("correlations say what they are", "[quality][pearson][spearman]") {
  const std::vector<float> references = {2, 1, 4, 3, 5, 9};
  auto pearson = pearson_correlation(references);
  auto spearman = spearman_correlation(references, PerItem::drop);
  const Numbers outputs = {1, 2, 3, 4, 5, 6};
  for (std::size_t i = 0; i < 6; ++i) {
    pearson.add(i, outputs[i]);
    spearman.add(i, static_cast<int>(outputs[i]));
  }
  const Quality quality = pearson.result();
  CHECK(quality.metric == "pearson");
  CHECK(quality.signature == "trivial:any-order");
  CHECK(quality.unit.empty());
  CHECK(quality.trivial == 0.0);
  CHECK(quality.skill.value == quality.value.value);
  CHECK(pearson.per_item().size() == 12);
  CHECK(spearman.result().metric == "spearman");
  CHECK(spearman.result().signature == "ties:mean-rank|trivial:any-order");
  CHECK(spearman.per_item().empty());
}

TEST_CASE("two correlations on the same items are compared on the same draws",
          "[quality][pearson][paired]") {
  Numbers references;
  Numbers of_a;
  Numbers of_b;
  for (int i = 0; i < 60; ++i) {
    references.push_back(i);
    of_a.push_back(i + 20.0 * std::sin(i));
    of_b.push_back(i + 20.0 * std::sin(i) + 20.0 * std::sin(3.0 * i));
  }
  const auto rows_of = [&](const Numbers& outputs) {
    Numbers rows;
    for (std::size_t i = 0; i < 60; ++i) rows.insert(rows.end(), {outputs[i], references[i]});
    return rows;
  };
  Quality a = judged(CorrelationKind::pearson, of_a, references);
  Quality b = judged(CorrelationKind::pearson, of_b, references);
  a.columns = b.columns = 2;
  CHECK(a.value_interval.low < b.value_interval.high);  // alone, they can't be told apart
  const IntervalEstimate<double> found = paired_difference(a, rows_of(of_a), b, rows_of(of_b));
  CHECK(agrees(found.estimate.value, a.value.value - b.value.value));
  CHECK(found.interval.low > 0.0);
}

TEST_CASE("what is no number has no correlation", "[quality][pearson][spearman]") {
  for (const CorrelationKind kind : both_correlations) {
    CHECK(mentions(complaint([&] { (void)judged(kind, {}, {}); }), "no items"));
    CHECK(mentions(complaint([&] { (void)judged(kind, {not_a_number()}, {1.0}); }),
                   "a prediction is not a finite number"));
    CHECK(mentions(complaint([&] { (void)judged(kind, {1.0}, {infinite()}); }),
                   "a reference is not a finite number"));
  }
}

namespace {

/// Outputs and references, some of them equal.
std::vector<double> tied_rows() {
  const double outputs[] = {1, 2, 2, 4, 5, 7, 7, 7, 9, 10};
  const double references[] = {2, 1, 3, 3, 6, 5, 8, 8, 7, 9};
  std::vector<double> rows;
  for (std::size_t i = 0; i < 10; ++i) rows.insert(rows.end(), {outputs[i], references[i]});
  return rows;
}

void check_influences(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == Approx(expected[i]).margin(1e-7));
  }
}

}  // namespace

TEST_CASE("items influence a correlation as it changes without them, or with their weights",
          "[quality][correlation]") {
  // NumPy: corrcoef without each item, and differences of the correlation of ranks with weights of
  // 1 +- 1e-5, which are the weight of all lower numbers and half of that of equal ones.
  CHECK(agrees(detail::spearman_of(tied_rows()), 0.8885832195336628));
  check_influences(detail::pearson_influences(tied_rows()),
                   {0.148752656, 0.094914233, 0.0374760834, -0.0207650469, -0.0901295649,
                    -0.181472709, -0.0746755155, -0.0746755155, -0.0847181476, 0.263421019});
  check_influences(detail::spearman_influences(tied_rows()),
                   {0.0937026994, 0.0115106867, 0.145279681, 0.258432781, 0.0317805239,
                    -0.228679627, -0.187793896, -0.187793896, -0.277830354, 0.341391402});
}

namespace {

IntervalEstimate<double> difference(detail::CorrelationKind kind, const std::vector<double>& a,
                                    const std::vector<double>& b) {
  const std::vector<double> references = {2.0, 1.0, 3.5, 3.0, 6.0, 5.0, 8.0, 8.0, 7.0, 9.0};
  const auto of_a = seen(Correlation(kind), a, references);
  const auto of_b = seen(Correlation(kind), b, references);
  Quality quality_a = of_a.result();
  Quality quality_b = of_b.result();
  quality_a.columns = quality_b.columns = 2;
  return paired_difference(quality_a, of_a.per_item(), quality_b, of_b.per_item());
}

}  // namespace

TEST_CASE("a model whose outputs are all equal is compared in no correlation",
          "[quality][correlation]") {
  const std::vector<double> good = {1.0, 2.0, 2.0, 4.0, 5.0, 7.0, 7.0, 7.0, 9.0, 10.0};
  const std::vector<double> other = {1.0, 2.0, 4.0, 2.0, 5.0, 7.0, 6.0, 7.0, 9.0, 3.0};
  const std::vector<double> same(10, 3.0);
  for (const auto kind : {detail::CorrelationKind::pearson, detail::CorrelationKind::spearman}) {
    CHECK(difference(kind, good, other).interval.is_known());
    CHECK_FALSE(difference(kind, good, same).interval.is_known());
    CHECK_FALSE(difference(kind, same, good).interval.is_known());
  }
}

TEST_CASE("models that differ by rounding alone do not differ", "[quality][correlation]") {
  const std::vector<double> outputs = {0.1, 0.7, 0.3, 0.4, 0.9, 0.8, 1.3, 1.1, 1.7, 1.9};
  std::vector<double> scaled;
  for (const double x : outputs) scaled.push_back(3.0 * x + 1.0);
  for (const auto kind : {detail::CorrelationKind::pearson, detail::CorrelationKind::spearman}) {
    CHECK_FALSE(difference(kind, outputs, scaled).interval.is_known());
  }
}

TEST_CASE("items of a record that are no numbers are not compared", "[quality][correlation]") {
  const std::vector<double> references = {2.0, 1.0, 3.0, 4.0, 6.0};
  const auto metric = seen(Correlation(detail::CorrelationKind::spearman), references, references);
  Quality quality = metric.result();
  quality.columns = 2;
  std::vector<double> rows(metric.per_item().begin(), metric.per_item().end());
  rows[4] = not_a_number();
  CHECK_FALSE(paired_difference(quality, metric.per_item(), quality, rows).interval.is_known());
  CHECK_FALSE(paired_difference(quality, rows, quality, metric.per_item()).interval.is_known());
}
