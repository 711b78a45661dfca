// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes by compiling: results are copied like numbers, without an allocation that could fail.
#include <type_traits>

#include "perjoule/footprint/footprint.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/quantity.hpp"

namespace {

using namespace perjoule;

/// Numbers, copied like a double.
template <class... T>
constexpr bool plain = (std::is_trivially_copyable_v<T> && ...);

static_assert(plain<Joules, Estimate<double>, Estimate<Joules>, Interval<Joules>>);
static_assert(plain<IntervalEstimate<ItemsPerJoule>, Summary>);
static_assert(std::is_nothrow_default_constructible_v<Estimate<Joules>>);

/// Results: can be copied, stored, and moved without throwing, as vectors of them require.
template <class... T>
constexpr bool is_value = ((std::is_copy_constructible_v<T> && std::is_copy_assignable_v<T> &&
                            std::is_nothrow_move_constructible_v<T> &&
                            std::is_nothrow_move_assignable_v<T>)&&...);

static_assert(is_value<Quality, Score, Footprint, Entry, Comparison>);
static_assert(is_value<Zone, MeterDescription, Reading, WindowEnergy, MeasureOptions>);

}  // namespace
