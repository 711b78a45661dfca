// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0::detail {

inline constexpr std::size_t most_checked_passes = 8;
inline constexpr std::size_t least_checked_passes = 2;
inline constexpr std::size_t least_passes_to_repeat = 3;
/// Reading the clock distorts the time of a shorter pass.
inline constexpr Seconds shortest_checked_pass{5e-6};
/// Whatever holds up a machine for a moment holds up all passes of a shorter quality pass.
inline constexpr Seconds shortest_quality_pass{5e-3};

PERJOULE_INLINE void AnswerChecker::add_item(std::optional<std::uint64_t> digest) noexcept {
  if (digest) outputs_.add(&*digest, sizeof *digest);
}

PERJOULE_INLINE void AnswerChecker::add_repeat(std::vector<double>& ratios, std::size_t pass,
                                               Seconds time) const {
  const Seconds first = scored_[pass].time;
  if (first >= shortest_checked_pass) ratios.push_back(time / first);
}

PERJOULE_INLINE void AnswerChecker::repeat_last(const Workload& workload, std::size_t passes,
                                                Seconds most) {
  if (passes < least_passes_to_repeat) return;
  const std::size_t last = std::min((passes + 1) / 2, most_checked_passes);
  const Instant deadline = clock_->now() + most;
  for (std::size_t pass = passes - last; pass != passes; ++pass) {
    const bool has_enough = soon_.size() >= least_checked_passes;
    if (has_enough && clock_->now() >= deadline) break;
    add_repeat(soon_, pass, workload.check(pass, passes, *clock_).time);
    ++repeated_;
  }
}

PERJOULE_INLINE void AnswerChecker::after_window(WindowRunner& runner, std::size_t passes) {
  ++windows_;
  passes_ += passes;
  if (windows_ < next_ || checked_ == most_checked_passes) return;
  if (checked_ >= least_checked_passes && passes_ / 1000 <= checked_) return;
  Random random(seed_ + checked_);
  next_ = windows_ + 1 + static_cast<std::size_t>(random.below(3 * windows_));
  const std::size_t pass = runner.next_input();
  const CheckedPass now = runner.check_next();
  ++checked_;
  if (now.digest != scored_[pass].digest) ++different_;
  add_repeat(later_, pass, now.time);
}

PERJOULE_INLINE AnswerCheck AnswerChecker::result() const {
  AnswerCheck check;
  check.why_no_outputs = "outputs of this type are not their bytes: they have padding or pointers";
  if (!scored_.empty() && scored_.front().digest) {
    check.digest = outputs_.hex();
    check.checked = checked_;
    check.different = different_;
    check.outputs = different_ == 0 ? OutputCheck::same : OutputCheck::differ;
    check.why_no_outputs = "";
  }
  const auto median = [](std::vector<double> ratios) {  // of two, the longer one
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
  };
  if (std::min(soon_.size(), later_.size()) < least_checked_passes) {
    check.why_no_repeats = repeated_ == 0 ? "a cycle has fewer than three passes"
                           : checked_ < least_checked_passes
                               ? "fewer than two passes were run between windows"
                               : "a pass under 5 us is too short to be timed by itself";
    return check;
  }
  Seconds scored{0.0};
  for (const CheckedPass& pass : scored_) scored += pass.time;
  if (scored < shortest_quality_pass) {
    check.why_no_repeats =
        "all inputs took less than 5 ms: too short to tell a memory from a disturbance";
    return check;
  }
  check.repeat_ratio = std::max(median(soon_), median(later_));
  check.repeats = check.repeat_ratio < 0.5 ? RepeatCheck::shorter : RepeatCheck::as_long;
  check.why_no_repeats = "";
  return check;
}

}  // namespace perjoule::inline v0::detail
