// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/regress/change_search.hpp"

namespace perjoule::inline v0::detail {

inline constexpr std::size_t quick_nights = 7;
inline constexpr std::size_t jump_nights = 3;
inline constexpr std::size_t quick_before = 113;
inline constexpr std::size_t quick_least_before = 24;

/// Returns the unit in which relative changes from a level are measured.
/// @unit same as the history
[[nodiscard]] inline double unit_of(const SearchedNight& night, double level) noexcept {
  return night.logarithms ? 1.0 : std::abs(level);
}

PERJOULE_INLINE LevelShift exact_shift(const SearchedNight& night) {
  constexpr std::size_t least_run = 8;
  constexpr std::size_t least_nights = 20;
  const NightHistory& nights = *night.nights;
  // The second night of a change is looked at, too: it is the one that confirms it.
  for (std::size_t back = 0; back < 2; ++back) {
    if (night.last < back + 1) break;
    const std::size_t first = night.last - back;
    if (first < night.segment + least_run || first < least_nights) break;
    const double old = nights[first - 1];
    const std::size_t run = std::min(nights.equal_run(first - 1), first - night.segment);
    if (run < least_run || 10 * nights.repeats(first - 1) < 9 * (first - 1)) continue;
    if (nights[first] == old || nights[night.last] == old) continue;
    if (nights.jump_variance(first - run, night.last) > 0.0) continue;
    return {true, true, first, nights[night.last] - old};
  }
  return {};
}

PERJOULE_INLINE WindowSearch window_search(const ChangeOptions& options) {
  if (options.search == ChangeSearch::patient) {
    return {.least = 14,
            .most = 24,
            .before = 48,
            .prior_nights = 40.0,
            .wander = 0.2,
            .effect = options.patient_effect,
            .threshold = options.patient_threshold};
  }
  return {.least = 10,
          .most = 24,
          .before = 24,
          .prior_nights = 20.0,
          .wander = 0.0,
          .effect = options.least_effect,
          .threshold = options.threshold};
}

PERJOULE_INLINE LevelShift window_shift(const SearchedNight& night, const WindowSearch& search) {
  const NightHistory& nights = *night.nights;
  const std::size_t end = night.last + 1;
  const double prior = nights.variance(night.last);
  LevelShift best;
  double best_ratio = square(search.threshold);
  for (std::size_t width = search.least; width <= search.most; ++width) {
    if (end < night.segment + width + least_nights_before) break;
    const std::size_t first = end - width;
    const std::size_t from =
        std::max(night.segment, first > search.before ? first - search.before : 0);
    const double old = nights.mean(from, first);
    const double difference = nights.mean(first, end) - old;
    const double excess = std::abs(difference) - search.effect * unit_of(night, old);
    if (excess <= 0.0) continue;
    const auto w = static_cast<double>(width);
    const auto l = static_cast<double>(first - from);
    const double pooled = (nights.sum_of_squares(from, first) + nights.sum_of_squares(first, end) +
                           search.prior_nights * prior) /
                          (w + l - 2.0 + search.prior_nights);
    const double variance =
        pooled * (1.0 / w + 1.0 / l + search.wander) + nights.jump_variance(from, night.last);
    if (square(excess) <= best_ratio * variance) continue;
    best = {true, false, first, difference};
    if (variance <= 0.0) break;
    best_ratio = square(excess) / variance;
  }
  return best;
}

/// Returns the factor by which thresholds rise with the age of a series.
/// @unit   none
/// @source the chance of a normal variable above sqrt(z^2 + 2 k log t) falls like t^-k. With k = 7
///         its sum over all nights is finite.
[[nodiscard]] inline double aged(double threshold, std::size_t age) {
  const double ratio = static_cast<double>(age) / 100.0;
  return ratio <= 1.0 ? threshold : std::sqrt(square(threshold) + 14.0 * std::log(ratio));
}

/// A reference and the nights that are held against it.
struct QuickSearch {
  const SearchedNight* night = nullptr;
  const ChangeOptions* options = nullptr;
  const ReferenceLevel& before;
  double unit = 1.0;
};

/// Finds a shift of three nights that are all far from the reference. Three such nights in a row
/// are hardly noise, so it needs no independence.
[[nodiscard]] inline LevelShift jump(const QuickSearch& search) {
  constexpr double threshold = 3.2;  // of the middle night, in standard deviations of a night
  constexpr double least_of_three = 2.3;
  constexpr double most_excursion = 9.0;   // in standard errors
  constexpr double least_in_errors = 3.5;  // where the scale of a new machine is uncertain
  NightHistory& nights = *search.night->nights;
  const std::size_t last = search.night->last;
  const std::size_t first = last + 1 - jump_nights;
  double three[jump_nights];
  for (std::size_t i = 0; i < jump_nights; ++i) three[i] = nights[first + i] - search.before.level;
  std::sort(three, three + jump_nights);
  const double middle = three[1];
  const double least = middle > 0.0 ? three[0] : -three[2];
  const double deviation = std::sqrt(search.before.variance);
  // The median of three normal variables has .45 of their variance.
  const double error =
      std::sqrt(0.45 * search.before.variance + nights.jump_variance(search.night->segment, last));
  const double rise = aged(threshold * 1.7320508075688772, last) / (threshold * 1.7320508075688772);
  if (nights.excursion(first - 1) > square(most_excursion) ||
      std::abs(middle) <= search.options->jump_effect * search.unit ||
      std::abs(middle) < threshold * rise * deviation ||
      std::abs(middle) < least_in_errors * error || least < least_of_three * rise * deviation) {
    return {};
  }
  return {true, false, first, middle};
}

/// Finds a shift of the last seven nights from a level that does not wander.
[[nodiscard]] inline LevelShift seven_nights(const QuickSearch& search) {
  constexpr double most_wander = 1.6;
  constexpr double most_correlation = 0.25;
  constexpr double most_excursion = 5.5;
  constexpr double most_scatter = 1.6;  // of the nights but one, in standard deviations
  constexpr double most_trend = 1.5;    // between the first and the last three, in shifts
  constexpr std::size_t most_low = 2;   // nights that are nearer to the old level
  NightHistory& nights = *search.night->nights;
  const ReferenceLevel& before = search.before;
  const std::size_t last = search.night->last;
  const std::size_t first = last + 1 - quick_nights;
  if (before.wander > most_wander || before.correlation > most_correlation ||
      nights.excursion(first - 1) > square(most_excursion)) {
    return {};
  }
  double sorted[quick_nights];
  for (std::size_t i = 0; i < quick_nights; ++i) sorted[i] = nights[first + i];
  std::sort(sorted, sorted + quick_nights);
  const double median = sorted[quick_nights / 2];
  double bounded[quick_nights];
  double sum = 0.0;
  for (std::size_t i = 0; i < quick_nights; ++i) {
    bounded[i] = std::clamp(nights[first + i], median - before.reach, median + before.reach);
    sum += bounded[i] - before.level;
  }
  constexpr auto n = static_cast<double>(quick_nights);
  const double difference = sum / n;
  const double variance = before.variance * (1.0 / n + 1.0 / static_cast<double>(before.nights)) +
                          nights.jump_variance(search.night->segment, last);
  if (std::abs(difference) <= search.options->quick_effect * search.unit ||
      square(difference) < square(aged(search.options->quick_threshold, last)) * variance) {
    return {};
  }
  // On a new level, nights scatter as before. On real machines, what comes and goes does not.
  std::size_t low = 0;
  for (std::size_t i = 0; i < quick_nights; ++i) {
    if ((nights[first + i] - before.level) * difference < 0.25 * square(difference)) ++low;
  }
  const double trend =
      (bounded[4] + bounded[5] + bounded[6] - bounded[0] - bounded[1] - bounded[2]) / 3.0;
  const bool low_is_farthest = median - sorted[0] > sorted[quick_nights - 1] - median;
  const std::size_t skip = low_is_farthest ? 0 : quick_nights - 1;
  double mean = 0.0;
  for (std::size_t i = 0; i < quick_nights; ++i) mean += i == skip ? 0.0 : sorted[i] / (n - 1.0);
  double scatter = 0.0;
  for (std::size_t i = 0; i < quick_nights; ++i) {
    scatter += i == skip ? 0.0 : square(sorted[i] - mean) / (n - 2.0);
  }
  if (low > most_low || std::abs(trend) > most_trend * std::abs(difference) ||
      scatter > square(most_scatter) * before.variance) {
    return {};
  }
  return {true, false, first, difference};
}

/// Finds a shift of nights that change between two levels at random: the shift that makes the
/// last three, five or seven nights most likely, if it makes them likelier by e^10 than no shift.
/// Each night counts at most e^5, so that an outlier decides nothing.
[[nodiscard]] inline LevelShift two_level_shift(const QuickSearch& search) {
  constexpr double threshold = 5.0;  // sqrt(2 x 10), as a normal variable
  constexpr double most_of_a_night = 5.0;
  constexpr double most_correlation = 0.3;
  constexpr double most_excursion = 6.0;
  NightHistory& nights = *search.night->nights;
  const std::size_t last = search.night->last;
  if (search.before.correlation > most_correlation) return {};
  const TwoLevels levels = two_levels(search.before.sorted);
  if (!levels.found || levels.variance <= 0.0 ||
      levels.variance > square(search.options->quick_noise * search.unit)) {
    return {};
  }
  const double variance = 1.2 * levels.variance + nights.jump_variance(search.night->segment, last);
  const auto log_likelihood = [&](double x) {
    return std::log(levels.share * std::exp(-0.5 * square(x - levels.low) / variance) +
                    (1.0 - levels.share) * std::exp(-0.5 * square(x - levels.high) / variance) +
                    1e-6);
  };
  for (const std::size_t width : {std::size_t{3}, std::size_t{5}, std::size_t{7}}) {
    const std::size_t first = last + 1 - width;
    if (nights.excursion(first - 1) > square(most_excursion)) continue;
    double without[quick_nights];
    for (std::size_t k = 0; k < width; ++k) without[k] = log_likelihood(nights[first + k]);
    double best = 0.5 * square(aged(threshold, last));
    LevelShift shift;
    for (std::size_t i = first; i <= last; ++i) {
      for (const double level : {levels.low, levels.high}) {
        const double by = nights[i] - level;
        if (std::abs(by) < search.options->quick_effect * search.unit) continue;
        double gain = 0.0;
        for (std::size_t k = 0; k < width; ++k) {
          gain += std::clamp(log_likelihood(nights[first + k] - by) - without[k], -most_of_a_night,
                             most_of_a_night);
        }
        if (gain <= best) continue;
        best = gain;
        shift = {true, false, first, by};
      }
    }
    if (shift.found) return shift;
  }
  return {};
}

PERJOULE_INLINE LevelShift quick_shift(const SearchedNight& night, const ChangeOptions& options) {
  NightHistory& nights = *night.nights;
  const std::size_t end = night.last + 1;
  if (end < night.segment + quick_nights + quick_least_before) return {};
  const std::size_t last = end - quick_nights;
  // The reference ends on every fourth night, so that a replay computes it once for four nights.
  const std::size_t until = last - (last - night.segment) % 4;
  const std::size_t from = std::max(night.segment, until > quick_before ? until - quick_before : 0);
  const double old = nights.mean(from, until);
  const double unit = unit_of(night, old);
  // The reference is computed only where a search could succeed: plain means show a shift, the
  // noise of neighbours is small, or at least can be that of two levels.
  if (nights.variance(last - 1) > square(3.0 * options.quick_noise * unit)) return {};
  const auto off = [&](std::size_t width, double least) {
    return std::abs(nights.mean(end - width, end) - old) >= least * unit;
  };
  double lowest = nights[last];
  double highest = nights[last];
  for (std::size_t i = last + 1; i < end; ++i) {
    lowest = std::min(lowest, nights[i]);
    highest = std::max(highest, nights[i]);
  }
  const double trimmed =
      (nights.mean(last, end) * static_cast<double>(quick_nights) - lowest - highest) /
      static_cast<double>(quick_nights - 2);
  double three_lowest = nights[end - 1];
  double three_highest = nights[end - 1];
  for (std::size_t i = end - jump_nights; i < end; ++i) {
    three_lowest = std::min(three_lowest, nights[i]);
    three_highest = std::max(three_highest, nights[i]);
  }
  const double all_three = 0.4 * options.jump_effect * unit;
  const bool jumps = off(jump_nights, 0.7 * options.jump_effect) &&
                     (three_lowest - old >= all_three || old - three_highest >= all_three);
  const double shown = 0.7 * options.quick_effect * unit;
  if (!jumps &&
      (!off(quick_nights, 0.7 * options.quick_effect) || std::abs(trimmed - old) < shown)) {
    return {};
  }
  const QuickSearch search{&night, &options, nights.reference(from, until), unit};
  if (search.before.variance <= square(options.quick_noise * unit)) {
    LevelShift shift = jumps ? jump(search) : LevelShift{};
    if (!shift.found) shift = seven_nights(search);
    if (shift.found) return shift;
  }
  return two_level_shift(search);
}

PERJOULE_INLINE LevelShift level_shift(const SearchedNight& night, const ChangeOptions& options) {
  LevelShift shift = exact_shift(night);
  if (!shift.found) shift = window_shift(night, window_search(options));
  if (!shift.found && options.search == ChangeSearch::quick) shift = quick_shift(night, options);
  return shift;
}

}  // namespace perjoule::inline v0::detail
