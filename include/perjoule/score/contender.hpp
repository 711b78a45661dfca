// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// What an axis is of. A model that knows nothing is the best of all in every cost, so what orders
/// by a cost wants a floor of quality first (score/reaching.hpp).
enum class AxisRole : std::uint8_t {
  quality,  ///< how good the outputs are: accuracy, word error rate
  cost,     ///< what they take: energy, time, bytes, and throughput too
};

/// How differences along an axis count.
enum class AxisScale : std::uint8_t {
  linear,       ///< from .90 to .91 is as far as from .98 to .99
  logarithmic,  ///< from 1 to 2 J is as far as from 10 to 20 J
};

/// One of the things by which contenders are compared.
struct Axis {
  text::Short name;  ///< "accuracy", "energy per item"
  AxisRole role = AxisRole::quality;
  bool higher_is_better = true;
  AxisScale scale = AxisScale::linear;
};

/// What is better when it is larger: accuracy, skill, BLEU.
[[nodiscard]] inline Axis quality_axis(text::Short name) noexcept {
  return {name, AxisRole::quality, true, AxisScale::linear};
}

/// What is better when it is less and spans decades: energy, time, bytes.
[[nodiscard]] inline Axis cost_axis(text::Short name) noexcept {
  return {name, AxisRole::cost, false, AxisScale::logarithmic};
}

/// Where a contender stands on one axis.
struct Coordinate {
  /// @unit  SI, that of the axis: one for all contenders
  Estimate<double> value;
  /// Values already drawn together with those of the other contenders: draw k of each is of the
  /// same resample of the test items, which is how a joint bootstrap keeps what is hard for all
  /// models from looking like a difference between them. They hold all that is not known of the
  /// value. Borrowed. Empty: drawn from `value`.
  /// @unit  that of the value
  /// @shape [draws], as many for each coordinate that has some
  View<double> draws;
  /// Where it is known better than from `value`: Wilson's, of an accuracy.
  Interval<double> interval;
};

/// A model, or any variant of one, as it stands among others.
struct Contender {
  text::Name name;
  Few<Coordinate, 3> coordinates;  ///< in the order of the axes
  Scope scope = Scope::none;       ///< of its energy
  /// What counted its cost. An error of one meter's gain moves all that it counted alike, and
  /// moves nothing past another; of two meters it does.
  text::Short meter;
};

}  // namespace perjoule::inline v0
