// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/change_location.hpp"
#include "perjoule/regress/change_search.hpp"
#include "perjoule/regress/night_history.hpp"

namespace perjoule::inline v0::detail {

/// A series that grows by a night at a time: its values that are known, on a scale where a change
/// of level is a difference.
class GrowingSeries {
 public:
  GrowingSeries(View<double> nights, View<MachineSwap> swaps) : nights_(nights), swaps_(swaps) {
    std::size_t previous = 0;
    for (const MachineSwap& swap : swaps) {
      if (!is_finite(swap.ratio) || swap.ratio <= 0.0 || !is_finite(swap.uncertainty) ||
          swap.uncertainty < 0.0 || swap.night < previous) {
        fail("a replaced machine cannot be used", text::format("night {}", swap.night),
             "pass them in order of nights, with a positive ratio and its uncertainty");
      }
      previous = swap.night;
    }
  }

  /// Takes in the nights before `end`.
  void grow(std::size_t end) {
    history_.reserve(nights_.size());
    known_.reserve(nights_.size() - taken_);
    for (; taken_ < end; ++taken_) take(taken_);
  }

  /// Begins the segment on this night or, if it has no value, the next one that has.
  void begin_segment(std::size_t night) {
    const auto at = std::lower_bound(known_.begin(), known_.end(), night);
    if (known_.empty()) return;
    const auto index = std::min(at, known_.end() - 1) - known_.begin();
    segment_ = forgotten_ + static_cast<std::size_t>(index);
  }

  /// Tells what the last night taken in shows.
  [[nodiscard]] NightVerdict verdict(const ChangeOptions& options) {
    NightVerdict found;
    if (history_.size() == 0) return found;
    SearchedNight night{&history_, segment_, history_.size() - 1, logarithms_};
    if (night.last + 1 >= segment_ + least_nights_before + window_search(options).least) {
      found.state = NightState::steady;
    }
    if (known_.back() + 1 != taken_) return found;
    const LevelShift shift = level_shift(night, options);
    if (!shift.found) return found;
    found.state = NightState::changed;
    found.change = on_nights(locate_shift(night, shift, options), shift.exact, options);
    if (!options.confirm) return found;
    if (night.last > 0) {
      night.last -= 1;
      const LevelShift previous = level_shift(night, options);
      if (previous.found && (previous.difference > 0.0) == (shift.difference > 0.0)) return found;
    }
    found.state = NightState::suspect;
    return found;
  }

  /// Takes in all further nights, one by one, and adds the changes that they show.
  void search(std::vector<ChangePoint>& changes, const ChangeOptions& options) {
    while (taken_ < nights_.size()) {
      grow(taken_ + 1);
      const NightVerdict night = verdict(options);
      if (night.state != NightState::changed) continue;
      changes.push_back(night.change);
      begin_segment(night.change.first);
    }
  }

  /// Returns where another series goes on, which then has all nights of this one.
  [[nodiscard]] SearchMark mark() {
    SearchMark mark{taken_, segment_, 0, {}, logarithms_};
    const std::size_t size = history_.size();
    if (size < kept + NightHistory::least_before_mark) return mark;
    mark.history = history_.mark(size - kept, size - kept_excursions);
    mark.taken = night_of(size - kept - 1) + 1;
    return mark;
  }

  /// Goes on there, before anything was taken in. Returns false, and is of no use then, if this
  /// cannot be a mark of such a series.
  [[nodiscard]] bool go_on(const SearchMark& mark, const std::vector<NightHistory::Step>& steps) {
    const std::size_t before = mark.history.nights;
    if (mark.nights > nights_.size() || mark.taken > mark.nights) return false;
    if (mark.taken > 0) {
      if (before < NightHistory::least_before_mark || before > mark.taken) return false;
      pass_swaps(mark.taken - 1);
      jump_ = 0.0;
      history_.restore(mark.history, steps);
      known_ = {mark.taken - 1};
      forgotten_ = before - 1;
      taken_ = mark.taken;
      logarithms_ = mark.logarithms != 0;
    }
    grow(mark.nights);
    segment_ = mark.segment;
    const std::size_t size = history_.size();
    const bool has_kept =
        size == before + kept && mark.history.excursion_night == size - kept_excursions;
    return segment_ <= size && (mark.taken == 0 || has_kept);
  }

  [[nodiscard]] const NightHistory& history() const noexcept { return history_; }

 private:
  static constexpr std::size_t kept = 160;  // nights before the next: some more than a search reads
  static constexpr std::size_t kept_excursions = 20;

  /// Passes the machines that were replaced up to this night.
  void pass_swaps(std::size_t night) {
    for (; next_swap_ < swaps_.size() && swaps_[next_swap_].night <= night; ++next_swap_) {
      scale_ *= swaps_[next_swap_].ratio;
      jump_ += swaps_[next_swap_].uncertainty * swaps_[next_swap_].uncertainty;
      log_scale_ = std::log(scale_);
    }
  }

  void take(std::size_t night) {
    const double value = nights_[night];
    pass_swaps(night);
    if (!is_finite(value)) return;
    if (logarithms_ && value <= 0.0) {  // begins again, with differences
      logarithms_ = false;
      history_ = {};
      known_.clear();
      forgotten_ = 0;
      next_swap_ = 0;
      scale_ = 1.0;
      log_scale_ = 0.0;
      jump_ = 0.0;
      for (std::size_t earlier = 0; earlier <= night; ++earlier) take(earlier);
      return;
    }
    const double unit = logarithms_ ? 1.0 : std::abs(value / scale_);
    history_.push(logarithms_ ? std::log(value) - log_scale_ : value / scale_, jump_ * unit * unit);
    known_.push_back(night);
    jump_ = 0.0;
  }

  /// Converts a change of the history to one of the nights and their values.
  [[nodiscard]] ChangePoint on_nights(ChangePoint change, bool is_exact,
                                      const ChangeOptions& options) const {
    const double old = is_exact ? history_[change.first - 1] : change.ratio;
    const double by = change.difference;
    const Interval<double> differences =
        is_exact ? Interval<double>{by, by, options.level, IntervalMethod::exact}
                 : change.ratio_interval;
    const auto ratio_of = [&](double difference) {
      return logarithms_ ? std::exp(difference) : 1.0 + difference / old;
    };
    change.ratio = quiet_nan();
    change.ratio_interval = {};
    if (logarithms_ || (old > 0.0 && old + by > 0.0)) {
      change.ratio = ratio_of(by);
      change.ratio_interval = {ratio_of(differences.low), ratio_of(differences.high), options.level,
                               differences.method};
    }
    change.difference = scale_ * (logarithms_ ? std::exp(old + by) - std::exp(old) : by);
    change.first = night_of(change.first);
    change.last_old = night_of(change.last_old);
    change.first_new = night_of(change.first_new);
    change.found = night_of(change.found);
    if (options.better != Direction::unknown) {
      change.direction = (by > 0.0) == (options.better == Direction::higher)
                             ? ChangeDirection::better
                             : ChangeDirection::worse;
    }
    return change;
  }

  [[nodiscard]] std::size_t night_of(std::size_t index) const { return known_[index - forgotten_]; }

  View<double> nights_;
  View<MachineSwap> swaps_;
  NightHistory history_;
  std::vector<std::size_t> known_;  // nights that have a value
  std::size_t forgotten_ = 0;       // earlier ones
  std::size_t segment_ = 0;         // index among all of them
  std::size_t taken_ = 0;
  std::size_t next_swap_ = 0;
  double scale_ = 1.0;  // of the machine, over the first one
  double log_scale_ = 0.0;
  double jump_ = 0.0;
  bool logarithms_ = true;
};

PERJOULE_INLINE NightVerdict search_further(SearchMemory& memory, View<double> nights,
                                            const ChangeOptions& options, View<MachineSwap> swaps) {
  GrowingSeries series(nights, swaps);
  if (!series.go_on(memory.mark, memory.steps)) {
    memory = {};
    series = GrowingSeries(nights, swaps);
  }
  series.search(memory.changes, options);
  memory.mark = series.mark();
  memory.steps = series.history().steps();
  return series.verdict(options);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE NightVerdict check_last_night(View<double> nights, std::size_t segment_first,
                                              const ChangeOptions& options,
                                              View<MachineSwap> swaps) {
  detail::GrowingSeries series(nights, swaps);
  series.grow(nights.size());
  series.begin_segment(segment_first);
  return series.verdict(options);
}

PERJOULE_INLINE std::vector<ChangePoint> change_points(View<double> nights,
                                                       const ChangeOptions& options,
                                                       View<MachineSwap> swaps) {
  std::vector<ChangePoint> found;
  detail::GrowingSeries(nights, swaps).search(found, options);
  return found;
}

}  // namespace perjoule::inline v0
