// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>  // for enable_borrowed_range: <ranges> costs half a second
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// References that still exist when the metric reads them: a variable, or a view such as a span.
template <class Range>
concept ReferencesOutliveTheCall = std::is_lvalue_reference_v<Range> ||
    std::ranges::enable_borrowed_range<std::remove_cv_t<Range>> || requires {
  requires std::same_as<std::remove_cv_t<Range>, View<typename Range::value_type>>;
};

/// A range whose elements are contiguous in memory, unlike those of vector<bool>.
template <class Range>
concept ReferencesAreContiguous = ContiguousRange<std::remove_cvref_t<Range>>;

namespace detail {

/// @throws Error for no references
void check_references(std::size_t references);

/// @throws Error if outputs are missing
void check_outputs_added(std::size_t outputs, std::size_t references);

}  // namespace detail

/// A streaming metric with the references that it judges by. Made by `bind_references`.
template <class Reference, class Metric>
class BoundMetric {
 public:
  /// @throws Error for no references
  BoundMetric(View<Reference> references, Metric metric)
      : references_(references), metric_(std::move(metric)) {
    detail::check_references(references_.size());
  }

  [[nodiscard]] std::size_t items() const noexcept { return references_.size(); }

  /// Adds the references to the hash of a test set.
  void add_references(detail::Sha256& hash) const { detail::add_content(hash, references_); }

  /// @param item  index in the order of the inputs: 0, 1, 2, ...
  /// @throws what the metric throws
  template <class Output>
  requires ReferenceMetric<Metric, Output, Reference>
  void add(std::size_t item, const Output& output) {
    PERJOULE_EXPECTS(item < references_.size() && item == added_);
    metric_.add(output, references_[item]);
    ++added_;
  }

  /// Adds the metric of the next shard, which has its own references: the result is then that of
  /// all shards.
  /// @throws Error before every reference of the other one has got its output
  void pool(const BoundMetric& next) {
    detail::check_outputs_added(next.added_, next.items());
    metric_.pool(next.metric_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(metric_);
  }

  /// @throws Error before every reference has got its output
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const {
    detail::check_outputs_added(added_, items());
    return metric_.result();
  }

  /// Returns the values that the metric keeps per item.
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] auto per_item() const { return metric_.per_item(); }

 private:
  View<Reference> references_;
  Metric metric_;
  std::size_t added_ = 0;
};

/// Makes a metric for `measure` from a streaming metric and the references that it judges by.
/// @param references  one for each input, in their order; borrowed, so a temporary is refused
/// @param metric      a streaming metric to which nothing has been added
/// @throws Error for no references
/// @unit   that of the metric
/// @source the metric's own definition
template <class References, class Metric>
[[nodiscard]] auto bind_references(References&& references, Metric metric) {
  static_assert(ReferencesOutliveTheCall<References>,
                "the references are a temporary, which is gone when the metric reads them: keep "
                "them in a variable");
  static_assert(ReferencesAreContiguous<References>,
                "the references are not contiguous in memory: copy them into a vector, in place "
                "of vector<bool> a vector<char>");
  if constexpr (ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>) {
    using Reference = std::remove_cvref_t<decltype(*std::data(references))>;
    return BoundMetric<Reference, Metric>(references, std::move(metric));
  }
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/bind_references-inl.hpp"
#endif
