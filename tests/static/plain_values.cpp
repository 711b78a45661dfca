// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes by compiling: results are copied like numbers, without an allocation that could fail.
#include <type_traits>

#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/quantity.hpp"

namespace {

using namespace perjoule;

template <class... T>
constexpr bool plain = ((std::is_trivially_copyable_v<T> &&
                         std::is_trivially_destructible_v<T>)&&...);

static_assert(plain<text::Short, text::Name, text::Long, text::Line<4>>);
static_assert(plain<Few<int, 3>, Few<text::Short, 2>>);
static_assert(plain<Joules, Estimate<double>, Estimate<Joules>, Interval<Joules>>);
static_assert(plain<Ratio<ItemsPerJoule>, Summary>);
static_assert(plain<Quality, Score, Footprint>);
static_assert(plain<Zone, MeterDescription, Reading, WindowEnergy>);

static_assert(std::is_nothrow_default_constructible_v<Estimate<Joules>>);
static_assert(std::is_nothrow_default_constructible_v<text::Long>);

}  // namespace
