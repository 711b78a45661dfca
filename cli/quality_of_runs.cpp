// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/quality_of_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::cli {

namespace {

/// Fills in the mean over the values of all runs, and how far it may be off: of a share of known
/// items as many of the population's, and otherwise the spread between runs, the wider of both.
/// Runs that all give the same number tell nothing of that, and a single one neither.
void summarize_values(Quality& quality, const QualitySource& source,
                      const std::vector<double>& values) {
  const bool are_equal =
      std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
  quality.value = mean_of_independent(values, Provenance::measured);
  if (are_equal) quality.value = {values[0], detail::quiet_nan(), 0.0, 0.0, Provenance::measured};
  quality.value_interval = interval(quality.value);
  const double mean = quality.value.value;
  if (!source.is_share || source.items == 0 || mean < 0.0 || mean > 1.0) return;
  const auto right =
      static_cast<std::size_t>(std::llround(mean * static_cast<double>(source.items)));
  const IntervalEstimate<double> share = detail::proportion_of(right, source.items);
  const auto width = [](const Interval<double>& of) { return of.high - of.low; };
  if (quality.value_interval.is_known() && width(quality.value_interval) > width(share.interval)) {
    return;
  }
  quality.value.random = share.estimate.random;
  quality.value.dof = share.estimate.dof;
  quality.value_interval = share.interval;
}

}  // namespace

Quality quality_of_runs(const QualitySource& source, const std::vector<double>& values) {
  Quality quality;
  quality.metric = source.name;
  quality.signature = source.file.empty()
                          ? "/" + source.pattern + "/"
                          : std::string(detail::base_name(source.file)) + ":" + source.pointer;
  quality.unit = source.unit;
  quality.items = source.items;
  summarize_values(quality, source, values);
  quality.higher_is_better = source.higher_is_better.value_or(true);
  quality.is_direction_known = source.higher_is_better.has_value();
  quality.trivial = source.trivial;
  quality.perfect = source.perfect;
  const bool is_beyond = quality.higher_is_better ? quality.value.value > quality.perfect
                                                  : quality.value.value < quality.perfect;
  if (is_beyond) {
    quality.perfect = detail::quiet_nan();  // its scale is another one: 91 for 91 %
    quality.why_no_skill = fmt::format(
        "it is beyond the perfect value of {}: write -q '{}(unit=%)=...' for per cent, or "
        "(perfect=...)",
        text::shortest(source.perfect), source.name);
  } else if (!source.higher_is_better) {
    quality.why_no_skill =
        fmt::format("whether larger is better is not known: write -q '{0}(max)=...' or '{0}(min)'",
                    source.name);
  } else if (!is_finite(source.trivial) || !is_finite(source.perfect)) {
    quality.why_no_skill = fmt::format(
        "what a predictor reaches that never looks at its input is not known: write "
        "-q '{}(trivial=...,perfect=...)=...'",
        source.name);
  } else {
    detail::add_skill(quality, "a predictor that never looks is perfect");
  }
  return quality;
}

}  // namespace perjoule::cli
