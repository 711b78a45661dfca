// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// Per-item values retained by a metric: a row of numbers for each item, from which alone its value
/// follows.
template <std::size_t columns>
class ItemRows {
 public:
  explicit ItemRows(PerItem keep) noexcept : keep_(keep) {}

  void add(const double (&row)[columns]) {
    for (const double number : row) numbers_.push_back(number);
  }

  /// Adds the rows of the items that follow.
  void pool(const ItemRows& next) {
    numbers_.insert(numbers_.end(), next.numbers_.begin(), next.numbers_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(numbers_);
  }

  [[nodiscard]] std::size_t items() const noexcept { return numbers_.size() / columns; }
  /// @unit  as the metric's columns say
  /// @shape [items, columns], row-major
  /// @source the metric's own definition
  [[nodiscard]] View<double> all() const noexcept { return numbers_; }
  /// Returns the rows that go into the record: all or none.
  /// @copydetails all
  /// @source the metric's own definition
  [[nodiscard]] View<double> kept() const noexcept {
    return keep_ == PerItem::keep ? all() : View<double>();
  }

 private:
  std::vector<double> numbers_;
  PerItem keep_;
};

namespace detail {

/// Sums the columns, the first step of a formula of pooled counts.
/// @unit  as the metric's columns say
/// @shape rows: [items, columns], row-major; sums: [columns]
template <std::size_t columns>
void sum_columns(View<double> rows, double (&sums)[columns]) noexcept {
  for (double& sum : sums) sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums[c] += rows[i + c];
  }
}

}  // namespace detail

}  // namespace perjoule::inline v0
