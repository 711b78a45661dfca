// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/engine/answer_check.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

struct Workload;     // engine/pass_loop.hpp
class WindowRunner;  // engine/window_runner.hpp

/// Remembers what each pass over the inputs returned and how long it took while quality was judged,
/// and holds a few later passes against that.
///
/// Whether repeats are shorter follows from two medians, of which the longer one counts. Passes
/// between windows are also shorter because the clock rate has risen since the quality pass and
/// memory was touched for the first time in it. A few inputs that are repeated right after the
/// quality pass know neither, but are also shorter if a model remembers only the latest of its
/// inputs, which does not help it in a cycle through all of them.
class AnswerChecker {
 public:
  /// @param clock  borrowed
  AnswerChecker(AnyMeter& clock, std::uint64_t seed) : clock_(&clock), seed_(seed) {}

  [[nodiscard]] AnyMeter& clock() const noexcept { return *clock_; }

  /// Adds the output of an item, in the order of the inputs, for the digest of all of them.
  void add_item(std::optional<std::uint64_t> digest) noexcept;

  /// Adds a pass of the quality pass, in the order of the inputs.
  void add_pass(const CheckedPass& pass) { scored_.push_back(pass); }

  /// Repeats the last passes of the quality pass: at most half of them and eight, and no more than
  /// two once `most` has passed. With fewer than three passes, none is repeated.
  /// @param passes  over the inputs
  /// @throws ForwardPassError
  void repeat_last(const Workload& workload, std::size_t passes, Seconds most);

  /// Runs a pass after some of the windows, which are drawn by chance and become rarer, so that the
  /// passes cover a run of any length: eight at most, and more than two only if they are less than
  /// a thousandth of all passes.
  /// @param passes  number of passes in the window before
  /// @throws ForwardPassError
  void after_window(WindowRunner& runner, std::size_t passes);

  [[nodiscard]] AnswerCheck result() const;

 private:
  /// Adds the time of a repeated pass as a share of that of the first one.
  void add_repeat(std::vector<double>& ratios, std::size_t pass, Seconds time) const;

  AnyMeter* clock_;
  std::uint64_t seed_;
  ContentHash outputs_;
  std::vector<CheckedPass> scored_;  ///< one for each pass over the inputs
  std::vector<double> soon_;         ///< ratios of times of passes right after the quality pass
  std::vector<double> later_;        ///< the same of passes between windows
  std::size_t repeated_ = 0;         ///< passes right after the quality pass
  std::size_t checked_ = 0;
  std::size_t different_ = 0;
  std::size_t passes_ = 0;   ///< in windows so far
  std::size_t windows_ = 0;  ///< so far
  std::size_t next_ = 1;     ///< number of windows before the next check
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/answer_checker-inl.hpp"
#endif
