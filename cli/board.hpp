// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

/// How the energies of a board were found. Two kinds are never in one table.
enum class EnergyKind : std::uint8_t {
  measured,  ///< or estimated from measured ones: the uncertainty includes the approximation
  modelled,
  simulated,
  missing,
};

[[nodiscard]] EnergyKind kind_of(Provenance provenance) noexcept;
[[nodiscard]] std::string_view name(EnergyKind kind) noexcept;

/// A model that takes part in a board.
struct Contestant {
  std::string id;            ///< no other contestant has it; the order of those with equal energies
  Estimate<double> quality;  ///< @unit that of the metric
  Interval<double> quality_interval;
  Interval<double> skill_interval;  ///< above 0: better than what never looks at its input
  Estimate<double> energy;          ///< per item. @unit J
  Scope scope = Scope::none;        ///< of its energy
  std::string meter;  ///< and its machine: those with the same one share the error of its gain
};

/// What the contestants of a board have in common, and what is asked of them.
struct BoardRules {
  std::string metric;  ///< for reasons: "accuracy"
  std::string unit;    ///< for reasons: "%" for a share, as in Quality
  bool higher_is_better = true;
  /// The worst end of a quality's interval that is enough. Without it, the whole interval of the
  /// skill has to be above 0. @unit that of the metric
  std::optional<double> floor;
  EnergyKind energy = EnergyKind::measured;
  Scope scope = Scope::none;
};

/// The place of a contestant, by its energy.
struct Place {
  std::size_t contestant = 0;      ///< index in the list that was given
  std::size_t place = 0;           ///< 1: the cheapest
  std::size_t low = 0;             ///< the places from here...
  std::size_t high = 0;            ///< ...to here are possible, with 95 %
  bool is_on_front = false;        ///< none that is ranked has more quality for less energy
  double front_probability = 0.0;  ///< @unit a share of 1
};

/// A contestant without a place.
struct NoPlace {
  std::size_t contestant = 0;
  std::string reason;
};

struct Ranking {
  std::vector<Place> ranked;          ///< the cheapest first
  std::vector<NoPlace> below_floor;   ///< the best first
  std::vector<NoPlace> not_rankable;  ///< by id
};

/// Returns why the quality of a contestant is not enough; empty if it is.
[[nodiscard]] std::string why_below_floor(const Contestant& contestant, const BoardRules& rules);

/// Returns why a contestant cannot be on such a board; empty if it can.
[[nodiscard]] std::string why_not_rankable(const Contestant& contestant, const BoardRules& rules);

/// Orders contestants whose quality is enough by the energy of an item. Whether one has a place
/// depends on that one alone, and the order of two on those two alone, so who enters or leaves
/// never changes it. A ratio of quality and energy would put a model that knows nothing first.
/// @return without ranges and without the front
[[nodiscard]] Ranking order_board(View<Contestant> contestants, const BoardRules& rules);

/// Orders contestants, and says how sure each place and the front are.
///
/// @error ranges of places and probabilities come from joint draws (score/rank_uncertainty.hpp):
///        2000, and fewer above 2000 contestants, so that time and memory grow no faster than
///        sorting does; of 10,000 there are 400, and a probability has a standard error of at most
///        .025. Qualities are drawn as independent, though they come from the same items, which
///        makes probabilities of the front less sure than they could be.
[[nodiscard]] Ranking rank_board(View<Contestant> contestants, const BoardRules& rules);

}  // namespace perjoule::cli
