// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <iterator>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Completes the result of a metric that has judged all items.
template <class Metric>
[[nodiscard]] Quality result_of(const Metric& metric) {
  Quality quality = metric.result();
  quality.columns = metric.per_item().size() / quality.items;
  return quality;
}

}  // namespace detail

/// Judges outputs that are there already, such as those of a service, and measures nothing.
/// @param metric   one that has its references, such as accuracy(labels); a variable keeps what it
///                 knows of each item, for paired_difference()
/// @param outputs  one for each reference, in their order
/// @unit   that of the metric
/// @shape  outputs: [items]
/// @throws Error for another number of outputs than of references, and what the metric throws
/// @source the metric's own definition
template <class Metric, class Outputs>
[[nodiscard]] Quality evaluate(Metric&& metric, const Outputs& outputs) {
  using Output = typename std::iterator_traits<decltype(std::begin(outputs))>::value_type;
  if constexpr (detail::MetricTakesOutput<std::remove_cvref_t<Metric>, Output>::value) {
    detail::check_outputs_added(std::size(outputs), metric.items());
    std::size_t item = 0;
    for (const Output& output : outputs) metric.add(item++, output);
    return detail::result_of(metric);
  } else {
    return {};
  }
}

/// The same with a metric that takes each output with its reference, such as Bleu(). References
/// need not be contiguous in memory, and may be temporary.
/// @param metric               one to which nothing was added
/// @param outputs, references  one of each for each item, in the same order
/// @unit   that of the metric
/// @shape  outputs, references: [items]
/// @throws see evaluate() above
/// @source the metric's own definition
template <class Metric, class Outputs, class References>
[[nodiscard]] Quality evaluate(Metric&& metric, const Outputs& outputs,
                               const References& references) {
  using Output = typename std::iterator_traits<decltype(std::begin(outputs))>::value_type;
  using Reference = typename std::iterator_traits<decltype(std::begin(references))>::value_type;
  constexpr bool takes = ReferenceMetric<std::remove_cvref_t<Metric>, Output, Reference>;
  static_assert(takes,
                "this metric does not take such an output with such a reference: pass what its "
                "add() takes, a number in place of a string, a float in place of a half");
  if constexpr (takes) {
    detail::check_outputs_added(std::size(outputs), std::size(references));
    auto reference = std::begin(references);
    for (const Output& output : outputs) {
      const Reference& wanted = *reference++;
      metric.add(output, wanted);
    }
    return detail::result_of(metric);
  } else {
    return {};
  }
}

}  // namespace perjoule::inline v0
