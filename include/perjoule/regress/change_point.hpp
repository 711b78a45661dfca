// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Whether a change is for the better.
enum class ChangeDirection : std::uint8_t {
  unknown,  ///< it is not known which values are better
  worse,
  better,
};

[[nodiscard]] constexpr std::string_view name(ChangeDirection direction) noexcept {
  return direction == ChangeDirection::worse    ? "worse"
         : direction == ChangeDirection::better ? "better"
                                                : "unknown";
}

/// How soon the search for changes reports one.
enum class ChangeSearch : std::uint8_t {
  quick,    ///< within a week, where a series is steady
  patient,  ///< after one to three weeks, and only what is plain to see
};

[[nodiscard]] constexpr std::string_view name(ChangeSearch search) noexcept {
  return search == ChangeSearch::quick ? "quick" : "patient";
}

/// Settings of the search for changes in a series of nights. One default serves all series: see
/// change_points() for what it finds.
///
/// The quick search has two parts. The slow one compares the last 10 to 24 nights with up to 24
/// before them, whatever the noise. The quick one alarms after three or seven nights. It only
/// judges a segment that is long, whose noise is small and looks independent, and which has not
/// left its level and returned before: on many real machines a level moves for a week and comes
/// back.
///
/// The patient search only compares the last 14 to 24 nights with up to 48 before them. It takes
/// for granted that levels wander, so that a shift must exceed about two standard deviations of a
/// night, however long it lasts. On real nights it alarms falsely a quarter as often. It suits a
/// report that people read, where a false alarm costs more than a week of delay; a gate wants the
/// quick one.
struct ChangeOptions {
  Direction better = Direction::lower;
  ChangeSearch search = ChangeSearch::quick;
  /// Least change of interest. The slow search asks for a change that exceeds it by `threshold`
  /// standard errors. @unit a share of the level
  double least_effect = 0.0075;
  double threshold = 6.6;  ///< of the slow search. @unit standard errors
  /// Least change of the seven nights of the quick search. @unit a share of the level
  double quick_effect = 0.013;
  /// Of the quick search in the first 100 nights. It rises with the logarithm of the number of
  /// nights, so that a series of any length has a bounded chance of a false alarm. @unit standard
  /// errors
  double quick_threshold = 3.0;
  /// Noisier series are left to the slow search. @unit standard deviation of a night, a share of
  /// the level
  double quick_noise = 0.013;
  /// Least change that three nights suffice for. @unit a share of the level
  double jump_effect = 0.0275;
  /// Report a change only if two nights in succession show it: the first is then `suspect`.
  bool confirm = false;
  /// Least change of interest of the patient search, as `least_effect` of the slow one.
  /// @unit a share of the level
  double patient_effect = 0.006;
  double patient_threshold = 3.4;  ///< @unit standard errors
  double level = 0.95;             ///< of intervals. @unit a share of 1
};

/// A machine that was replaced. The same fixed release was measured on both machines, so that
/// values on the new machine can be compared with values on the old one.
struct MachineSwap {
  std::size_t night = 0;  ///< first night on the new machine
  /// Value on the new machine over value on the old one, of the fixed release. @unit none
  double ratio = 1.0;
  /// Standard uncertainty of the logarithm of the ratio: with scatter s of single values and n of
  /// them on either machine, s sqrt(2/n). @unit none
  double uncertainty = 0.0;
};

/// A change in the level of a series.
struct ChangePoint {
  std::size_t first = 0;  ///< most likely first night of the new level
  /// The change lies after this night, and not later than `first_new`.
  std::size_t last_old = 0;
  std::size_t first_new = 0;
  std::size_t found = 0;  ///< night on which it was found
  /// New level over old level; missing if one of them is not positive. @unit none
  double ratio = detail::quiet_nan();
  /// @error Student's t of the windows before and after the change; the change was found because it
  ///        is large, so the ratio tends to be too far from 1 by up to a standard error
  Interval<double> ratio_interval;
  double difference = 0.0;  ///< new level minus old level. @unit same as the values
  ChangeDirection direction = ChangeDirection::unknown;
};

/// What a night shows about its series.
enum class NightState : std::uint8_t {
  too_few_nights,  ///< a change could not be seen
  steady,
  suspect,  ///< seen on this night only; the next night confirms it or not
  changed,
};

[[nodiscard]] constexpr std::string_view name(NightState state) noexcept {
  switch (state) {
    case NightState::steady:
      return "steady";
    case NightState::suspect:
      return "suspect";
    case NightState::changed:
      return "changed";
    case NightState::too_few_nights:
      break;
  }
  return "too few nights";
}

/// State of the last night; the change is valid if the state is `suspect` or `changed`.
struct NightVerdict {
  NightState state = NightState::too_few_nights;
  ChangePoint change;
};

}  // namespace perjoule::inline v0
