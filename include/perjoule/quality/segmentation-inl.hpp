// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/segmentation.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double mean_overlap(View<double> rows, OverlapKind kind, std::size_t classes,
                                    std::size_t background) {
  std::vector<double> sums(3 * classes);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % sums.size()] += rows[i];
  double sum = 0.0;
  double used = 0.0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double both = sums[3 * c];
    const double each = sums[3 * c + 1] + sums[3 * c + 2];
    if (c == background || each <= 0.0) continue;
    sum += kind == OverlapKind::iou ? both / (each - both) : 2.0 * both / each;
    used += 1.0;
  }
  return used > 0.0 ? sum / used : quiet_nan();
}

PERJOULE_INLINE ItemFormula overlap_formula(OverlapKind kind, std::size_t classes,
                                            std::size_t background) {
  ItemFormula formula;
  formula.columns = "both,output,reference of each class";
  formula.uses_sums = true;
  formula.value = [=](View<double> rows) { return mean_overlap(rows, kind, classes, background); };
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Segmentation::Segmentation(detail::OverlapKind kind, std::size_t classes,
                                           const SegmentationOptions& options)
    : kind_(kind), classes_(classes), options_(options) {
  if (classes == 0) {
    detail::fail("a segmentation has no classes", "classes is 0",
                 "write how many there are, the background included");
  }
  if (options.background) check_class(*options.background, "options", 0);
}

PERJOULE_INLINE void Segmentation::check_pixels(std::size_t output, std::size_t reference) const {
  if (output == reference) return;
  detail::fail(
      "a class is needed for each pixel",
      text::format("item {}: {} of the output and {} of the reference", items(), output, reference),
      "scale the output to the size of the reference");
}

PERJOULE_INLINE void Segmentation::reject_class(std::int64_t number, const char* whose,
                                                std::size_t pixel) const {
  detail::fail("a pixel is of a class that there is not",
               text::format("the {} of item {}, pixel {}: {} of {} classes", whose, items(), pixel,
                            number, classes_),
               "count classes from 0, and name the one of pixels without a label: .ignored = 255");
}

PERJOULE_INLINE double Segmentation::of_one_class(const ItemFormula& formula) const {
  std::vector<double> sums(3 * classes_);
  for (std::size_t i = 0; i < rows_.size(); ++i) sums[i % sums.size()] += rows_[i];
  double pixels = 0.0;
  for (std::size_t c = 0; c < classes_; ++c) {
    pixels += sums[3 * c + 2];
    sums[3 * c] = sums[3 * c + 1] = 0.0;
  }
  double best = 0.0;
  for (std::size_t c = 0; c < classes_; ++c) {
    std::vector<double> row = sums;
    row[3 * c] = row[3 * c + 2];
    row[3 * c + 1] = pixels;
    const double value = formula.value(row);
    if (is_finite(value)) best = std::max(best, value);
  }
  return best;
}

PERJOULE_INLINE Quality Segmentation::result() const {
  const auto number = [](const std::optional<std::int64_t>& of) {
    return of ? std::to_string(*of) : std::string("none");
  };
  Quality quality;
  quality.metric = kind_ == detail::OverlapKind::iou ? "mean-iou" : "dice";
  quality.signature = text::format(
      "classes:{}|absent:left-out|ignored:{}|background:{}|pooled:items|trivial:one-class",
      classes_, number(options_.ignored), number(options_.background));
  quality.items = items();
  detail::check_items(quality);
  const std::size_t background =
      options_.background ? static_cast<std::size_t>(*options_.background) : classes_;
  quality.formula = detail::overlap_formula(kind_, classes_, background);
  quality.trivial = of_one_class(quality.formula);
  detail::finish_quality(quality, rows_,
                         "all pixels are of one class, which leaves nothing to be skilled at");
  return quality;
}

}  // namespace perjoule::inline v0
