// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// A metric of a part of each output. Made by `of`.
template <class Projection, class Metric>
class ProjectedMetric {
 public:
  /// @param signature  of the result, if the projection changes what the number means; empty: as it
  ///                   is
  ProjectedMetric(Projection projection, Metric metric, std::string signature = {})
      : projection_(std::move(projection)),
        metric_(std::move(metric)),
        signature_(std::move(signature)) {}

  [[nodiscard]] std::size_t items() const noexcept { return metric_.items(); }

  /// Adds the references to the hash of a test set.
  void add_references(detail::Sha256& hash) const { detail::add_references(hash, metric_); }

  /// @param item  index in the order of the inputs
  /// @throws what the projection and the metric throw
  template <class Output>
  requires QualityMetric<
      Metric, std::remove_cvref_t<std::invoke_result_t<const Projection&, const Output&>>>
  void add(std::size_t item, const Output& output) { metric_.add(item, projection_(output)); }

  void pool(const ProjectedMetric& next) { metric_.pool(next.metric_); }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(metric_);
  }

  /// @throws what the metric throws
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const {
    Quality quality = metric_.result();
    if (!signature_.empty()) quality.signature = signature_;
    return quality;
  }

  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] auto per_item() const { return metric_.per_item(); }

 private:
  Projection projection_;
  Metric metric_;
  std::string signature_;
};

/// Makes a metric that judges a part of each output, for a forward pass that returns more than the
/// metric takes: `of([](const Output& y) { return y.label; }, accuracy(labels))`.
/// @param projection  called as projection(output), with each output once
/// @unit   that of the metric
/// @throws nothing
/// @source the metric's own definition
template <class Projection, class Metric>
[[nodiscard]] ProjectedMetric<Projection, Metric> of(Projection projection, Metric metric) {
  return {std::move(projection), std::move(metric)};
}

}  // namespace perjoule::inline v0
