// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/ranked_detections.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/moderated_variance.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0::detail {

/// Thresholds from `first` to before `last`.
struct ThresholdRange {
  std::size_t first;
  std::size_t last;
  [[nodiscard]] double size() const noexcept { return static_cast<double>(last - first); }
};

PERJOULE_INLINE ThresholdRange range_of(OverlapThresholds thresholds) noexcept {
  const std::size_t first = thresholds == OverlapThresholds::three_quarters ? 5 : 0;
  return {first, thresholds == OverlapThresholds::all ? iou_thresholds : first + 1};
}

/// Place in the ranking whose precision is the highest of a stretch of recalls, and of all beyond.
struct PrecisionPeak {
  std::size_t place;
  double precision;
  double recalls;  ///< of that stretch. @unit a share of 1
};

/// Precisions of one class at one threshold.
struct PrecisionCurve {
  std::vector<std::uint32_t> right;  ///< places of right detections
  std::vector<PrecisionPeak> peaks;  ///< from the last place to the first one

  void find(View<RankedDetection> ranked, std::size_t threshold, std::size_t boxes);
  [[nodiscard]] double mean_precision() const noexcept;
};

PERJOULE_INLINE void PrecisionCurve::find(View<RankedDetection> ranked, std::size_t threshold,
                                          std::size_t boxes) {
  right.clear();
  peaks.clear();
  for (std::size_t place = 0; place < ranked.size(); ++place) {
    if ((ranked[place].matches >> threshold & 1U) == 0) continue;
    right.push_back(static_cast<std::uint32_t>(place));
  }
  constexpr std::size_t steps = 100;
  const auto recalls_up_to = [&](std::size_t found) {
    return std::min(found * steps / boxes, steps);
  };
  constexpr double each = 1.0 / static_cast<double>(steps + 1);
  std::size_t recalls = recalls_up_to(right.size());
  for (std::size_t found = right.size(); found > 0; --found) {
    const std::size_t place = right[found - 1];
    const double precision = static_cast<double>(found) / static_cast<double>(place + 1);
    if (peaks.empty() || precision >= peaks.back().precision) {
      peaks.push_back({place, precision, 0.0});
    }
    const std::size_t before = recalls_up_to(found - 1);
    peaks.back().recalls += each * static_cast<double>(recalls - before);
    recalls = before;
  }
  if (!peaks.empty()) peaks.back().recalls += each;  // a recall of 0
}

PERJOULE_INLINE double PrecisionCurve::mean_precision() const noexcept {
  double sum = 0.0;
  for (const PrecisionPeak& peak : peaks) sum += peak.recalls * peak.precision;
  return sum;
}

PERJOULE_INLINE double interpolated_precision(View<RankedDetection> ranked, std::size_t threshold,
                                              std::size_t boxes) {
  PrecisionCurve curve;
  curve.find(ranked, threshold, boxes);
  return curve.mean_precision();
}

PERJOULE_INLINE std::size_t RankedClass::boxes() const noexcept {
  double sum = 0.0;
  for (const CountedBoxes& image : images) sum += image.boxes;
  return static_cast<std::size_t>(sum);
}

PERJOULE_INLINE RankedClass RankedClass::half(std::uint32_t first) const {
  RankedClass found;
  for (const RankedDetection& of : ranked) {
    if (of.item % 2 == first) found.ranked.push_back(of);
  }
  for (const CountedBoxes& image : images) {
    if (image.item % 2 == first) found.images.push_back(image);
  }
  return found;
}

PERJOULE_INLINE double RankedClass::average_precision(OverlapThresholds thresholds) const {
  const ThresholdRange range = range_of(thresholds);
  const std::size_t all = boxes();
  PrecisionCurve curve;
  double sum = 0.0;
  for (std::size_t threshold = range.first; threshold < range.last; ++threshold) {
    curve.find(ranked, threshold, all);
    sum += curve.mean_precision();
  }
  return sum / range.size();
}

PERJOULE_INLINE double RankedClass::add_influences(OverlapThresholds thresholds,
                                                   std::vector<double>& influences) const {
  const ThresholdRange range = range_of(thresholds);
  const std::size_t all = boxes();
  const double per_box = 1.0 / static_cast<double>(all);
  std::vector<double> if_right(ranked.size());
  std::vector<double> at_peaks(ranked.size());
  PrecisionCurve curve;
  double sum = 0.0;
  for (std::size_t threshold = range.first; threshold < range.last; ++threshold) {
    curve.find(ranked, threshold, all);
    sum += curve.mean_precision();
    auto peak = curve.peaks.begin();
    double precision = 0.0;
    double from_here_down = 0.0;  // how much one more right detection adds
    for (auto place = curve.right.rbegin(); place != curve.right.rend(); ++place) {
      if (peak != curve.peaks.end() && peak->place == *place) {
        const double each = peak->recalls / static_cast<double>(*place + 1);
        precision = peak->precision;
        from_here_down += each;
        at_peaks[*place] += each * precision;
        ++peak;
      }
      if_right[*place] += from_here_down + per_box * precision;
    }
  }
  double from_here_down = 0.0;  // how much one more detection takes away
  for (std::size_t place = ranked.size(); place-- > 0;) {
    from_here_down += at_peaks[place];
    influences[ranked[place].item] += (if_right[place] - from_here_down) / range.size();
  }
  const double value = sum / range.size();
  for (const CountedBoxes& image : images) {
    influences[image.item] -= value * per_box * image.boxes;
  }
  return value;
}

PERJOULE_INLINE std::vector<RankedClass> ranked_classes(View<double> rows,
                                                        const DetectionRows& of) {
  std::vector<RankedClass> classes(of.classes);
  const std::size_t columns = of.columns();
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    const double* const row = rows.data() + i;
    const auto item = static_cast<std::uint32_t>(i / columns);
    for (std::size_t c = 0; c < of.classes; ++c) {
      if (row[c] > 0.0) classes[c].images.push_back({item, row[c]});
    }
    for (const double* one = row + of.classes; one != row + columns && one[0] >= 0.0; one += 3) {
      classes[static_cast<std::size_t>(one[0])].ranked.push_back(
          {one[1], static_cast<std::uint32_t>(one[2]), item});
    }
  }
  classes.erase(std::remove_if(classes.begin(), classes.end(),
                               [](const RankedClass& one) { return one.boxes() == 0; }),
                classes.end());
  RadixArgsort order;
  for (RankedClass& one : classes) {
    order.reset(one.ranked.size());
    order.sort_by([&](std::size_t i) { return one.ranked[i].score; });
    std::vector<RankedDetection> ranked;
    ranked.reserve(order.size());
    for (std::size_t place = 0; place < order.size(); ++place) {
      ranked.push_back(one.ranked[order[place]]);
    }
    one.ranked = std::move(ranked);
  }
  return classes;
}

PERJOULE_INLINE double mean_average_precision_of(View<double> rows, const DetectionRows& of) {
  const std::vector<RankedClass> classes = ranked_classes(rows, of);
  double sum = 0.0;
  for (const RankedClass& one : classes) sum += one.average_precision(of.thresholds);
  return classes.empty() ? quiet_nan() : sum / static_cast<double>(classes.size());
}

PERJOULE_INLINE IntervalEstimate<double> mean_average_precision_estimate(View<double> rows,
                                                                         const DetectionRows& of) {
  const std::vector<RankedClass> classes = ranked_classes(rows, of);
  const auto n = static_cast<double>(rows.size() / of.columns());
  const auto count = static_cast<double>(classes.size());
  std::vector<double> influences(rows.size() / of.columns());
  std::vector<double> own(influences.size());
  std::vector<GroupScatter> scatters;
  double value = 0.0;
  double raised = 0.0;  // by having half as many images
  for (const RankedClass& one : classes) {
    const double precision = one.add_influences(of.thresholds, own);
    value += precision / count;
    double squares = 0.0;
    const auto move = [&](std::uint32_t item) {
      squares += square(own[item]);
      influences[item] += n * own[item] / count;
      own[item] = 0.0;
    };
    for (const RankedDetection& detection : one.ranked) move(detection.item);
    for (const CountedBoxes& image : one.images) move(image.item);
    scatters.push_back({squares / square(count), static_cast<double>(one.images.size())});
    const RankedClass halves[] = {one.half(0), one.half(1)};
    if (halves[0].boxes() == 0 || halves[1].boxes() == 0) continue;
    raised += (0.5 * (halves[0].average_precision(of.thresholds) +
                      halves[1].average_precision(of.thresholds)) -
               precision) /
              count;
  }
  const Estimate<double> all = estimate_from_influences(value, influences).estimate;
  const ModeratedVariance moderated = moderated_variance(scatters);
  // What is all right or all wrong has no scatter but for rounding.
  if (!(all.random > 1e-12) || moderated.dof <= 0.0) return {};
  const double u = std::sqrt(square(all.random) + moderated.added) + 0.5 * std::abs(raised);
  const double dof = std::min({moderated.dof, dof_of_variance(influences), n - 1.0});
  return {{value, u, dof, 0.0, Provenance::measured}, logit_interval(value, u, dof)};
}

PERJOULE_INLINE ValueOfInfluences mean_average_precision_influences(View<double> rows,
                                                                    const DetectionRows& of) {
  const std::vector<RankedClass> classes = ranked_classes(rows, of);
  ValueOfInfluences found;
  if (classes.empty()) return found;
  found.influences.resize(rows.size() / of.columns());
  double sum = 0.0;
  for (const RankedClass& one : classes) sum += one.add_influences(of.thresholds, found.influences);
  const auto count = static_cast<double>(classes.size());
  found.value = sum / count;
  const double scale = static_cast<double>(found.influences.size()) / count;
  for (double& x : found.influences) x *= scale;
  return found;
}

PERJOULE_INLINE ItemFormula mean_average_precision_formula(View<double> rows,
                                                           const DetectionRows& of) {
  ItemFormula formula;
  formula.columns = "boxes of each class, then class,score,matches of each detection";
  formula.value = [of](View<double> all) { return mean_average_precision_of(all, of); };
  formula.estimate = [of](View<double> all) { return mean_average_precision_estimate(all, of); };
  formula.difference = difference_by_influences(
      [of](View<double> all) { return mean_average_precision_influences(all, of); });
  std::vector<std::size_t> images(of.classes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t column = i % of.columns();
    if (column < of.classes && rows[i] > 0.0) ++images[column];
  }
  if (std::all_of(images.begin(), images.end(), [](std::size_t n) { return n < 2; })) {
    formula.least_items = rows.size() / of.columns() + 1;
    formula.why_least_items =
        "no class is in two images, so nothing tells how another one would differ";
  }
  return formula;
}

}  // namespace perjoule::inline v0::detail
