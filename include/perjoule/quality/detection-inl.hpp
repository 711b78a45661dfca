// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/detection.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double iou_of(const Box& a, const Box& b) noexcept {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0.0 || height <= 0.0) return 0.0;
  const double shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

PERJOULE_INLINE std::vector<std::uint32_t> matches_of(View<Detection> detections,
                                                      View<LabelledBox> boxes) {
  std::vector<std::uint32_t> matches(detections.size());
  std::vector<std::uint32_t> taken(boxes.size());
  std::vector<double> overlaps(boxes.size());
  for (std::size_t d = 0; d < detections.size(); ++d) {
    for (std::size_t b = 0; b < boxes.size(); ++b) {
      const bool same = boxes[b].label == detections[d].label;
      overlaps[b] = same ? iou_of(detections[d].box, boxes[b].box) : -1.0;
    }
    for (std::size_t t = 0; t < iou_thresholds; ++t) {
      double best = static_cast<double>(10 + t) / 20.0;
      std::size_t found = boxes.size();
      for (std::size_t b = 0; b < boxes.size(); ++b) {
        if ((taken[b] >> t & 1U) != 0 || overlaps[b] < best) continue;
        best = overlaps[b];
        found = b;
      }
      if (found == boxes.size()) continue;
      taken[found] |= std::uint32_t{1} << t;
      matches[d] |= std::uint32_t{1} << t;
    }
  }
  return matches;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE MeanAveragePrecision::MeanAveragePrecision(std::size_t classes,
                                                           const DetectionOptions& options)
    : classes_(classes), options_(options) {
  if (classes != 0 && options.most != 0) return;
  detail::fail(classes == 0 ? "there are no classes to detect" : "no detection of an image counts",
               "mean average precision", "count classes from 1, and let .most be 100, or leave it");
}

PERJOULE_INLINE void MeanAveragePrecision::check_box(const Box& box, std::size_t label,
                                                     const char* whose, std::size_t place) const {
  const char* what = nullptr;
  for (const double number : {box.x, box.y, box.width, box.height}) {
    if (!is_finite(number)) what = "a side of a box is not a finite number";
  }
  if (what == nullptr && (box.width < 0.0 || box.height < 0.0)) what = "a box has a negative size";
  if (what == nullptr && label >= classes_) what = "a box is of a class that there is not";
  if (what == nullptr) return;
  detail::fail(what, text::format("the {} of item {}, box {}", whose, items(), place),
               "boxes are x, y, width and height, and classes count from 0");
}

PERJOULE_INLINE void MeanAveragePrecision::add_image(std::vector<Detection> found,
                                                     View<LabelledBox> boxes) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    check_box(found[i].box, found[i].label, "output", i);
    if (is_finite(found[i].score)) continue;
    detail::fail("a score is not a finite number",
                 text::format("item {}, detection {}", items(), i),
                 "look for a division by zero or an overflow in the model");
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  if (found.size() > options_.most) found.resize(options_.most);
  std::vector<double> row(classes_ + 3 * options_.most);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    check_box(boxes[i].box, boxes[i].label, "reference", i);
    row[boxes[i].label] += 1.0;
  }
  const std::vector<std::uint32_t> matches = detail::matches_of(found, boxes);
  double* of = row.data() + classes_;
  for (std::size_t i = 0; i < options_.most; ++i, of += 3) {
    of[0] = i < found.size() ? static_cast<double>(found[i].label) : -1.0;
    of[1] = i < found.size() ? found[i].score : 0.0;
    of[2] = i < found.size() ? static_cast<double>(matches[i]) : 0.0;
  }
  rows_.insert(rows_.end(), row.begin(), row.end());
  ++items_;
}

PERJOULE_INLINE Quality MeanAveragePrecision::result() const {
  static constexpr const char* names[] = {"AP50", "AP75", "mAP"};
  static constexpr const char* overlaps[] = {"0.50", "0.75", "0.50:0.95"};
  const auto thresholds = static_cast<std::size_t>(options_.thresholds);
  Quality quality;
  quality.metric = names[thresholds];
  quality.signature =
      text::format("iou:{}|recalls:101|classes:{}|most:{}|crowds:no|sizes:all|as:pycocotools-2.0",
                   overlaps[thresholds], classes_, options_.most);
  quality.items = items();
  detail::check_items(quality);
  quality.formula =
      detail::mean_average_precision_formula(rows_, {classes_, options_.most, options_.thresholds});
  detail::finish_quality(quality, rows_, "");
  return quality;
}

}  // namespace perjoule::inline v0
