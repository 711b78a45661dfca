// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// A number that an entry has: what tables show in a column, CSV files in a few, macros in one
/// each.
struct EntryNumber {
  enum class Kind : std::uint8_t {
    metric,  ///< in its own unit
    cost,    ///< per item, or of the model as a whole
    score,   ///< skill per cost
  };
  Kind kind;
  std::string_view name;   ///< "energy"; for a metric its own
  std::string_view title;  ///< "energy/item"
  std::string_view unit;   ///< "J", of which tables add a prefix, except for a metric
  std::string_view of;     ///< of a score per byte: " stored", as in "quality/MB stored"
  Direction better = Direction::lower;
  bool is_of_energy = false;
  bool is_of_windows = false;  ///< and changes with the machine's state
  /// Returns the number of an entry, with its interval at 95 %.
  IntervalEstimate<double> (*value)(const Entry& entry, std::string_view name) = nullptr;
  double level = 0.95;  ///< of the intervals that in() returns. @unit a share of 1

  /// Returns the number of an entry, with its interval at `level`: without one, and with a random
  /// part that is not known, where a record does not have what it takes to compute it.
  [[nodiscard]] IntervalEstimate<double> in(const Entry& entry) const;
};

/// Returns the metric of that name; nullptr if the entry has none.
[[nodiscard]] const Quality* metric_of(const Entry& entry, std::string_view name);

/// Returns an estimate of what cannot be negative, with its interval.
/// @unit  same as the estimate
/// @error 95 % interval
[[nodiscard]] IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept;

/// Returns the numbers that some entries may have: their metrics, costs per item, bytes, and the
/// scores of the first metric. The names of metrics are borrowed from the entries.
/// @param level  of the intervals. @unit a share of 1
[[nodiscard]] std::vector<EntryNumber> entry_numbers(Entries entries, double level = 0.95);

/// Returns the cost of that name, which exists; a metric may be called the same.
[[nodiscard]] const EntryNumber& cost_named(const std::vector<EntryNumber>& numbers,
                                            std::string_view name);

/// Returns the value of 1 in a column or on an axis: that of the prefix which suits the largest
/// number.
/// @unit SI, or a factor for a metric
[[nodiscard]] double display_unit(const EntryNumber& number, double largest) noexcept;
/// @copydoc display_unit(const EntryNumber&, double)
[[nodiscard]] double display_unit(Entries entries, const EntryNumber& number);

/// Tells whether one of the entries has the number.
[[nodiscard]] bool has_number(Entries entries, const EntryNumber& number);

/// Tells whether a number changed while it was measured, or has other programs' turns in it.
[[nodiscard]] bool is_disturbed(const Entry& entry, const EntryNumber& number);

/// Returns a number as it is compared with those of other entries: an energy without the part of
/// the meter's gain that both have.
/// @unit  as the number
/// @error standard uncertainties
[[nodiscard]] Estimate<double> comparable(const Entry& entry, const EntryNumber& number);

/// Tells whether the numbers of two entries cannot be told apart at the number's level: qualities
/// item by item where both kept their items, energies by one meter without what is common to both.
[[nodiscard]] bool are_alike(const Entry& a, const Entry& b, const EntryNumber& number);

/// How a number stands among those of other entries.
enum class Standing : std::uint8_t {
  none,    ///< worse, or not to be compared
  best,    ///< the best, or not to be told from it
  second,  ///< the best of the others
};

/// Returns how the numbers of some entries stand. Energies are compared if they were measured, or
/// all of them simulated, and have one scope.
[[nodiscard]] std::vector<Standing> standings(Entries entries, const EntryNumber& number);

/// Tells whether a model is no better than one that never looks at its input. It is at the end of
/// every axis, and on no front.
[[nodiscard]] bool is_without_skill(const Quality& quality) noexcept;

/// The models that no other beats in both quality and cost, by their values alone.
struct Front {
  std::vector<std::string> letters;  ///< of each entry: "A" is the cheapest; empty if not on it
  std::string_view metric;           ///< of the quality
  std::string_view cost;             ///< "energy" or "time", which the other axis is
};

/// Returns the front of the first metric and of energy, or of time where joules cannot rank models.
/// Without letters if the models have no metric in common.
[[nodiscard]] Front front_of(Entries entries);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/entry_numbers-inl.hpp"
#endif
