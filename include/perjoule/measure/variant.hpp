// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <utility>

#include "perjoule/engine/plan.hpp"
#include "perjoule/measure/judge.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

/// One of several models that are compared: made by variant().
template <class F, class Judge>
struct Variant {
  Plan plan;  ///< who the model is; budget, half-width and seed are those of the comparison
  F forward;  ///< a reference where it was one
  Judge judge;
};

/// A model for Session::compare, with what judges it.
/// @param plan     its name, and what else describes it
/// @param forward  borrowed where it has a name, kept where it is a temporary
/// @param metrics  any number, each fed with every output once
/// @unit  none
template <class F, class... Metrics>
[[nodiscard]] auto variant(const Plan& plan, F&& forward, Metrics... metrics) {
  auto judge = [... metrics = std::move(metrics)](Entry& entry, auto& model,
                                                  const auto* inputs) mutable {
    detail::judge(entry, model, inputs, metrics...);
  };
  return Variant<F, decltype(judge)>{plan, std::forward<F>(forward), std::move(judge)};
}

}  // namespace perjoule::inline v0
