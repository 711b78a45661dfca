// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_COLD inline void check_length(const Plan& plan, std::size_t references,
                                       std::size_t inputs) {
  if (references == inputs) return;
  fail(text::format("%zu inputs but %zu references", inputs, references).chars, plan.label(),
       "give the metric one reference (a label) for each input, in the same order");
}

PERJOULE_COLD inline void add_quality(Entry& entry, const Quality& quality, View<double> per_item) {
  PERJOULE_EXPECTS(per_item.empty() || per_item.size() == entry.inputs);
  entry.quality.push_back(quality);
  entry.quality[entry.quality.size() - 1].has_per_item = !per_item.empty();
  entry.per_item.append(per_item);
}

/// A pass of its own over all inputs, in their order, that feeds each output to every metric.
/// @throws Error for a metric of another length; ForwardPassError around what the model throws
template <class F, class Input, class... Metrics>
void judge(Entry& entry, F& forward, const Input* inputs, Metrics&... metrics) {
  using Output = std::remove_cvref_t<std::invoke_result_t<F&, const Input&>>;
  static_assert((QualityMetric<Metrics, Output> && ...),
                "a metric cannot judge what this forward pass returns, or lacks one of items, add, "
                "result, per_item");
  static_assert(sizeof...(Metrics) <= max_metrics, "more metrics than an entry has room for");
  const std::size_t count = entry.inputs;
  (check_length(entry.plan, metrics.items(), count), ...);
  std::size_t item = 0;
  try {
    for (; item != count; ++item) {
      const auto& output = forward(inputs[item]);
      keep(output);
      (metrics.add(item, output), ...);
    }
  } catch (const Error&) {
    throw;  // a metric's: it names the item itself
  } catch (...) {
    throw_with_item(item, count, entry.plan.label());
  }
  (add_quality(entry, metrics.result(), metrics.per_item()), ...);
}

}  // namespace perjoule::inline v0::detail
