// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"

namespace perjoule::inline v0 {

/// Name, unit and range of a custom metric.
struct CustomMetricOptions {
  std::string name = {};
  std::string unit = {};  ///< unit of its values, for tables; "%" prints a share as per cent
  double trivial = detail::quiet_nan();  ///< value of a predictor that never looks. @unit its own
  double perfect = 1.0;                  ///< value without a mistake. @unit its own
  bool higher_is_better = true;
  PerItem keep = PerItem::keep;
};

/// The mean over items of a function of output and reference. Made by `mean_of`.
/// @source GUM (JCGM 100:2008) 4.2
template <class F>
class CustomMetric {
 public:
  CustomMetric(const CustomMetricOptions& options, F value_of)
      : options_(options), value_of_(std::move(value_of)), rows_(options.keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the function's values
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a value that is not finite
  template <class Output, class Reference>
  requires std::is_invocable_r_v<double, const F&, const Output&, const Reference&>
  void add(const Output& output, const Reference& reference) {
    const auto value = static_cast<double>(value_of_(output, reference));
    if (!is_finite(value)) {
      detail::fail("a metric's value is not a finite number",
                   text::format("{}, item {}", options_.name, items()),
                   "look for a division by zero in the metric, or in the model");
    }
    rows_.add({value});
  }

  /// @unit   that of the function's values
  /// @error  the mean of items, with Student's t
  /// @throws Error for no items
  /// @source see mean_of
  [[nodiscard]] Quality result() const {
    Quality quality;
    quality.metric = options_.name;
    quality.signature = "mean";
    quality.unit = options_.unit;
    quality.trivial = options_.trivial;
    quality.perfect = options_.perfect;
    quality.higher_is_better = options_.higher_is_better;
    quality.items = items();
    detail::finish_quality(quality, rows_.all(),
                           "the trivial predictor is as good as the perfect one");
    return quality;
  }

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const CustomMetric& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  CustomMetricOptions options_;
  F value_of_;
  ItemRows<1> rows_;
};

/// Makes a custom metric: the mean over items of a function of output and reference.
///
///     const auto close = perjoule::mean_of(
///         depths, {.name = "within 10 %", .unit = "%", .trivial = 0.2},
///         [](float depth, float truth) { return std::abs(depth - truth) < 0.1F * truth; });
///
/// It has a skill if `trivial` is given.
/// A metric that is not a mean is a class of its own: see ReferenceMetric.
/// @param references  one for each input, in their order; borrowed, so a temporary is refused
/// @param value_of    called as value_of(output, reference); copied
/// @unit   that of the function's values
/// @shape  references: [items]
/// @throws Error for no references; while running: for a value that is not finite
/// @source the mean of independent items: GUM (JCGM 100:2008) 4.2
template <class References, class F>
[[nodiscard]] auto mean_of(References&& references, const CustomMetricOptions& options,
                           F value_of) {
  return bind_references(std::forward<References>(references),
                         CustomMetric<F>(options, std::move(value_of)));
}

}  // namespace perjoule::inline v0
