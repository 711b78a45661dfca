// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/correlation.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/correlation_interval.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double pearson_of(View<double> rows) {
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean_x = 0.0;
  double mean_y = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    mean_x += rows[i] / n;
    mean_y += rows[i + 1] / n;
  }
  double of_x = 0.0;
  double of_y = 0.0;
  double of_both = 0.0;
  // Tested separately: the mean of equal numbers may differ from them by rounding.
  bool x_differ = false;
  bool y_differ = false;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const double x = rows[i] - mean_x;
    const double y = rows[i + 1] - mean_y;
    of_x += square(x);
    of_y += square(y);
    of_both += x * y;
    x_differ = x_differ || rows[i] != rows[0];
    y_differ = y_differ || rows[i + 1] != rows[1];
  }
  if (!x_differ || !y_differ) return quiet_nan();
  return std::clamp(of_both / (std::sqrt(of_x) * std::sqrt(of_y)), -1.0, 1.0);
}

PERJOULE_INLINE std::vector<double> midranks(View<double> rows, std::size_t column) {
  const auto number = [&](std::size_t item) { return rows[2 * item + column]; };
  RadixArgsort order;
  order.reset(rows.size() / 2);
  order.sort_by([&](std::size_t item) { return -number(item); });  // the smallest first
  std::vector<double> ranks(order.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && number(order[end]) <= number(order[i])) ++end;
    const double rank = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

PERJOULE_INLINE double spearman_of(View<double> rows) {
  const std::vector<double> of_outputs = midranks(rows, 0);
  const std::vector<double> of_references = midranks(rows, 1);
  std::vector<double> ranks;
  ranks.reserve(rows.size());
  for (std::size_t i = 0; i < of_outputs.size(); ++i) {
    ranks.push_back(of_outputs[i]);
    ranks.push_back(of_references[i]);
  }
  return pearson_of(ranks);
}

PERJOULE_INLINE std::vector<double> pearson_influences(View<double> rows) {
  const double correlation = pearson_of(rows);
  if (!is_finite(correlation)) return {};
  const std::size_t items = rows.size() / 2;
  std::vector<double> x(items);
  std::vector<double> y(items);
  for (std::size_t i = 0; i < items; ++i) {
    x[i] = rows[2 * i];
    y[i] = rows[2 * i + 1];
  }
  const Summary of_x = summarize(x);
  const Summary of_y = summarize(y);
  const double n = static_cast<double>(items);
  const double divisor =
      std::sqrt((n - 1.0) / n);  // of the deviation of these items, not of others
  std::vector<double> influences(items);
  for (std::size_t i = 0; i < items; ++i) {
    const double by_x = (x[i] - of_x.mean) / (of_x.standard_deviation * divisor);
    const double by_y = (y[i] - of_y.mean) / (of_y.standard_deviation * divisor);
    const double without_x = 1.0 - square(by_x) / (n - 1.0);
    const double without_y = 1.0 - square(by_y) / (n - 1.0);
    const double without =
        (correlation - by_x * by_y / (n - 1.0)) / std::sqrt(without_x * without_y);
    influences[i] = (n - 1.0) * (correlation - without);
  }
  return influences;
}

PERJOULE_INLINE RankShares::RankShares(View<double> rows, std::size_t column)
    : shares(midranks(rows, column)) {
  const auto items = static_cast<double>(shares.size());
  for (double& rank : shares) rank = (rank - 0.5) / items;
  order.reset(shares.size());
  order.sort_by([&](std::size_t item) { return shares[item]; });
  variance = square(summarize(shares).standard_deviation) * (items - 1.0) / items;
}

PERJOULE_INLINE std::vector<double> RankShares::mean_above(
    const std::vector<double>& numbers) const {
  const auto items = static_cast<double>(shares.size());
  std::vector<double> means(shares.size());
  double above = 0.0;
  for (std::size_t begin = 0; begin < shares.size();) {
    std::size_t end = begin;
    double equal = 0.0;
    for (; end < shares.size() && shares[order[end]] >= shares[order[begin]]; ++end) {
      equal += numbers[order[end]];
    }
    for (; begin < end; ++begin) means[order[begin]] = (above + 0.5 * equal) / items;
    above += equal;
  }
  return means;
}

PERJOULE_INLINE std::vector<double> spearman_influences(View<double> rows) {
  const double correlation = spearman_of(rows);
  if (!is_finite(correlation)) return {};
  const RankShares x(rows, 0);
  const RankShares y(rows, 1);
  const std::vector<double> x_above = x.mean_above(x.shares);
  const std::vector<double> y_above = y.mean_above(y.shares);
  const std::vector<double> y_above_x = x.mean_above(y.shares);
  const std::vector<double> x_above_y = y.mean_above(x.shares);
  std::vector<double> influences(rows.size() / 2);
  for (std::size_t i = 0; i < influences.size(); ++i) {
    const double by_x = square(x.shares[i]) + 2.0 * x_above[i];
    const double by_y = square(y.shares[i]) + 2.0 * y_above[i];
    const double by_both = x.shares[i] * y.shares[i] + y_above_x[i] + x_above_y[i];
    influences[i] = by_both / std::sqrt(x.variance * y.variance) -
                    0.5 * correlation * (by_x / x.variance + by_y / y.variance);
  }
  const double mean = summarize(influences).mean;  // what all items have in common
  for (double& of : influences) of -= mean;
  return influences;
}

PERJOULE_INLINE double jackknife_z_uncertainty(View<double> rows,
                                               double (*value_of)(View<double>)) {
  const std::size_t items = rows.size() / 2;
  const std::vector<std::size_t> order = random_permutation(items, quality_seed);
  const std::size_t used = std::min(items, max_drawn_items);
  const std::size_t groups = std::min(used, max_jackknife_groups);
  std::vector<double> values(groups);
  std::vector<double> rest;
  for (std::size_t group = 0; group < groups; ++group) {
    rest.clear();
    for (std::size_t i = 0; i < used; ++i) {
      if (i % groups == group) continue;
      rest.push_back(rows[2 * order[i]]);
      rest.push_back(rows[2 * order[i] + 1]);
    }
    const double value = value_of(rest);
    if (!is_finite(value) || !(std::abs(value) < 1.0)) return quiet_nan();
    values[group] = std::atanh(value);
  }
  const double scatter = summarize(values).standard_deviation;
  const auto n = static_cast<double>(groups);
  const double share = static_cast<double>(used) / static_cast<double>(items);
  return scatter * (n - 1.0) / std::sqrt(n) * std::sqrt(share);
}

PERJOULE_INLINE IntervalEstimate<double> correlation_estimate(View<double> rows,
                                                              CorrelationKind kind) {
  const bool is_pearson = kind == CorrelationKind::pearson;
  const auto value_of = is_pearson ? pearson_of : spearman_of;
  const std::size_t items = rows.size() / 2;
  const double value = value_of(rows);
  if (!is_finite(value) || items < 4) return {};
  const double of_normal =
      is_pearson ? pearson_z_uncertainty(items) : spearman_z_uncertainty(value, items);
  const double found = jackknife_z_uncertainty(rows, value_of);
  const Interval<double> interval =
      fisher_z_interval(value, is_finite(found) ? std::max(of_normal, found) : of_normal);
  if (!interval.is_known()) return {};
  const double u = (interval.high - interval.low) / (2.0 * normal_95);
  return {{value, u, infinite_dof, 0.0, Provenance::measured}, interval};
}

PERJOULE_INLINE ItemFormula correlation_formula(CorrelationKind kind) {
  const bool is_pearson = kind == CorrelationKind::pearson;
  ItemFormula formula;
  formula.columns = "output,reference";
  formula.lowest = -1.0;
  formula.value = is_pearson ? pearson_of : spearman_of;
  formula.estimate = [kind](View<double> rows) { return correlation_estimate(rows, kind); };
  formula.difference = is_pearson ? difference_by_influences(pearson_of, pearson_influences)
                                  : difference_by_influences(spearman_of, spearman_influences);
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void Correlation::add_numbers(double output, double reference) {
  detail::expect_finite_pair(output, reference, items());
  rows_.add({output, reference});
}

PERJOULE_INLINE Quality Correlation::result() const {
  const bool is_pearson = kind_ == detail::CorrelationKind::pearson;
  Quality quality;
  quality.metric = is_pearson ? "pearson" : "spearman";
  quality.signature = is_pearson ? "trivial:any-order" : "ties:mean-rank|trivial:any-order";
  quality.unit = "";
  quality.items = items();
  detail::check_items(quality);
  quality.formula = detail::correlation_formula(kind_);
  if (!is_finite(quality.formula.value(rows_.all()))) {
    quality.why_no_value = "all outputs or all references are equal, which leaves no correlation";
  } else if (quality.items < 4) {
    quality.why_no_value = "fewer than four items can't tell how sure a correlation is";
  } else {
    detail::finish_quality(quality, rows_.all(), "");
    return quality;
  }
  detail::add_skill(quality, "");
  return quality;
}

}  // namespace perjoule::inline v0
