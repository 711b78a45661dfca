// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/regress/night_history.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void NightHistory::push(double value, double jump_variance) {
  const Night previous = nights_.back();
  const bool is_first = size() == 0;
  if (is_first) origin_ = value;
  const bool repeated = !is_first && value == previous.value;
  Night night;
  night.value = value;
  night.equal_run = repeated ? previous.equal_run + 1 : 1;
  night.repeats = previous.repeats + (repeated ? 1U : 0U);
  if (jump_variance > 0.0) {
    steps_.push_back({size(), (steps_.empty() ? 0.0 : steps_.back().variance) + jump_variance});
  }
  const double x = value - origin_;
  night.sum = previous.sum + x;
  night.squares = previous.squares + x * x;
  double middle = x;
  if (size() >= 2) {
    const double b = previous.value - origin_;
    const double c = at(size() - 2).value - origin_;
    middle = std::max(std::min(x, b), std::min(std::max(x, b), c));
  }
  night.filtered = previous.filtered + middle;
  nights_.push_back(night);
  nights_.back().variance = next_variance();
}

PERJOULE_INLINE double NightHistory::next_variance() const {
  constexpr std::size_t beginning = least_before_mark;
  constexpr std::size_t memory = 60;
  constexpr double bound = 6.0;
  const std::size_t n = size();
  if (n < beginning) return 0.0;
  if (n == beginning) {
    double halves[beginning - 1];
    for (std::size_t i = 1; i < n; ++i) {
      halves[i - 1] = 0.5 * square(at(i).value - at(i - 1).value);
    }
    std::sort(std::begin(halves), std::end(halves));
    // The median of a squared normal variable is 0.455 of its mean.
    return halves[(beginning - 1) / 2] / 0.455;
  }
  const double so_far = at(n - 2).variance;
  const double half = 0.5 * square(at(n - 1).value - at(n - 2).value);
  // A bound of six times the mean cuts a fortieth off the mean of squared normal variables.
  const double bounded = so_far > 0.0 ? 1.026 * std::min(half, bound * so_far) : half;
  return so_far + (bounded - so_far) / static_cast<double>(std::min(n, memory));
}

PERJOULE_INLINE double NightHistory::excursion(std::size_t night) {
  constexpr std::size_t most_before = 30;
  constexpr std::size_t least_before = 12;
  while (excursions_start_ + excursions_.size() <= night) {
    const std::size_t n = excursions_start_ + excursions_.size() + 1;
    double largest = excursions_.empty() ? 0.0 : excursions_.back();
    for (const std::size_t width : {3U, 5U, 8U, 12U}) {
      if (n < width + least_before) break;
      const std::size_t first = n - width;
      const std::size_t from = first > most_before ? first - most_before : 0;
      const double per_night = 1.0 / static_cast<double>(width);
      const double per_earlier = 1.0 / static_cast<double>(first - from);
      const double d = (before(n).filtered - before(first).filtered) * per_night -
                       (before(first).filtered - before(from).filtered) * per_earlier;
      const double noise = before(first).variance * (per_night + per_earlier);
      if (d * d > largest * noise && noise > 0.0) largest = d * d / noise;
    }
    excursions_.push_back(largest);
  }
  return excursions_[night - excursions_start_];
}

PERJOULE_INLINE double NightHistory::steps_up_to(std::size_t night) const noexcept {
  double variance = 0.0;
  for (const Step& step : steps_) {
    if (step.night <= night) variance = step.variance;
  }
  return variance;
}

PERJOULE_INLINE NightHistory::Mark NightHistory::mark(std::size_t night,
                                                      std::size_t excursion_night) {
  return {
      night, origin_, {at(night - 2), at(night - 1)}, excursion_night, excursion(excursion_night)};
}

PERJOULE_INLINE void NightHistory::restore(const Mark& mark, std::vector<Step> steps) {
  *this = {};
  start_ = mark.nights - 1;
  nights_.assign(mark.last, mark.last + 2);
  origin_ = mark.origin;
  steps_ = std::move(steps);
  std::erase_if(steps_, [&](const Step& step) { return step.night >= mark.nights; });
  excursions_start_ = mark.excursion_night;
  excursions_ = {mark.excursion};
}

PERJOULE_INLINE const ReferenceLevel& NightHistory::reference(std::size_t first, std::size_t last) {
  if (reference_.nights != last - first || reference_first_ != first) {
    reference_ = reference_level(*this, first, last);
    reference_first_ = first;
  }
  return reference_;
}

PERJOULE_INLINE ReferenceLevel reference_level(const NightHistory& nights, std::size_t first,
                                               std::size_t last) {
  ReferenceLevel found;
  found.nights = last - first;
  const auto n = static_cast<double>(found.nights);
  for (std::size_t i = first; i < last; ++i) found.sorted.push_back(nights[i]);
  std::sort(found.sorted.begin(), found.sorted.end());
  const double median = found.sorted[found.nights / 2];
  // Deviations from the median in ascending order, from the middle outwards on both sides.
  const auto half = static_cast<std::size_t>(0.5 * n);
  const auto most = static_cast<std::size_t>(0.8 * n);
  double half_within = 0.0;
  double most_within = 0.0;
  std::size_t below = found.nights / 2;
  std::size_t above = found.nights / 2;
  for (std::size_t rank = 0; rank <= most; ++rank) {
    const bool takes_below =
        above == found.nights ||
        (below > 0 && median - found.sorted[below - 1] < found.sorted[above] - median);
    most_within = takes_below ? median - found.sorted[--below] : found.sorted[above++] - median;
    if (rank <= half) half_within = most_within;
  }
  // Half of a normal distribution lies within .6745 standard deviations, 80 % within 1.2816. With
  // two levels, the median deviation would miss the other level.
  found.reach = 3.0 * std::max(half_within / 0.6745, most_within / 1.2816);
  const auto bounded = [&](std::size_t i) {
    return std::clamp(nights[i], median - found.reach, median + found.reach);
  };
  double sum = 0.0;
  for (std::size_t i = first; i < last; ++i) sum += bounded(i) - median;
  found.level = median + sum / n;
  double squares = 0.0;
  double products = 0.0;
  double partial = 0.0;
  double low = 0.0;
  double high = 0.0;
  double previous = 0.0;
  for (std::size_t i = first; i < last; ++i) {
    const double x = bounded(i) - found.level;
    squares += x * x;
    products += x * previous;
    previous = x;
    partial += x;
    low = std::min(low, partial);
    high = std::max(high, partial);
  }
  if (squares <= 0.0) return found;
  found.variance = squares / (n - 1.0);
  found.correlation = products / squares;
  found.wander = std::max(high, -low) / std::sqrt(squares);
  return found;
}

PERJOULE_INLINE TwoLevels two_levels(const std::vector<double>& sorted) {
  constexpr double most_left = 0.2;
  constexpr double least_share = 0.1;
  TwoLevels found;
  if (sorted.size() < 2) return found;
  const auto n = static_cast<double>(sorted.size());
  const double middle = sorted[sorted.size() / 2];
  double sum = 0.0;
  double squares = 0.0;
  for (const double x : sorted) {
    sum += x - middle;
    squares += square(x - middle);
  }
  squares -= sum * sum / n;
  double below = 0.0;
  double best = 0.0;
  for (std::size_t k = 1; k < sorted.size(); ++k) {
    below += sorted[k - 1] - middle;
    const auto lower = static_cast<double>(k);
    const double low = below / lower;
    const double high = (sum - below) / (n - lower);
    const double between = square(high - low) * lower * (n - lower) / n;
    if (between <= best) continue;
    best = between;
    found.low = middle + low;
    found.high = middle + high;
    found.share = lower / n;
  }
  found.variance = (squares - best) / (n - 2.0);
  found.found = squares > 0.0 && squares - best < most_left * squares &&
                found.share >= least_share && found.share <= 1.0 - least_share;
  return found;
}

}  // namespace perjoule::inline v0::detail
