// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <utility>

#include "perjoule/engine/plan.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

/// Measures one model in a session of its own. For several models make one Session, so that the
/// meter is found once.
/// @copydoc Session::measure
template <class F, class Inputs, class... Metrics>
requires requires(Session& session, const Plan& plan, F&& forward, const Inputs& inputs,
                  Metrics... metrics) {
  session.measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}
[[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                            Metrics... metrics) {
  return Session().measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}

}  // namespace perjoule::inline v0
