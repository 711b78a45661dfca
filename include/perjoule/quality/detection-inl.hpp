// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
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

PERJOULE_INLINE double interpolated_precision(View<RankedDetection> ranked, std::size_t threshold,
                                              std::size_t boxes) {
  std::vector<double> precisions(ranked.size());
  std::vector<std::size_t> found(ranked.size());
  std::size_t right = 0;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    right += ranked[i].matches >> threshold & 1U;
    found[i] = right;
    precisions[i] = static_cast<double>(right) / static_cast<double>(i + 1);
  }
  for (std::size_t i = ranked.size(); i-- > 1;) {
    precisions[i - 1] = std::max(precisions[i - 1], precisions[i]);
  }
  constexpr std::size_t steps = 100;
  double sum = 0.0;
  std::size_t at = 0;
  for (std::size_t step = 0; step <= steps; ++step) {
    while (at < ranked.size() && found[at] * steps < step * boxes) ++at;
    if (at < ranked.size()) sum += precisions[at];
  }
  return sum / static_cast<double>(steps + 1);
}

PERJOULE_INLINE double mean_average_precision_of(View<double> rows, std::size_t classes,
                                                 std::size_t most, OverlapThresholds thresholds) {
  std::vector<std::vector<RankedDetection>> ranked(classes);
  std::vector<double> boxes(classes);
  const std::size_t columns = classes + 3 * most;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    const double* const row = rows.data() + i;
    for (std::size_t c = 0; c < classes; ++c) boxes[c] += row[c];
    for (const double* of = row + classes; of != row + columns && of[0] >= 0.0; of += 3) {
      ranked[static_cast<std::size_t>(of[0])].push_back({of[1], static_cast<std::uint32_t>(of[2])});
    }
  }
  const std::size_t first = thresholds == OverlapThresholds::three_quarters ? 5 : 0;
  const std::size_t last = thresholds == OverlapThresholds::all ? iou_thresholds : first + 1;
  double sum = 0.0;
  double used = 0.0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (boxes[c] <= 0.0) continue;
    std::stable_sort(
        ranked[c].begin(), ranked[c].end(),
        [](const RankedDetection& a, const RankedDetection& b) { return a.score > b.score; });
    for (std::size_t t = first; t < last; ++t) {
      sum += interpolated_precision(ranked[c], t, static_cast<std::size_t>(boxes[c]));
      used += 1.0;
    }
  }
  return used > 0.0 ? sum / used : quiet_nan();
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
  quality.formula.columns = "boxes of each class, then class,score,matches of each detection";
  quality.formula.value = [classes = classes_, most = options_.most,
                           of = options_.thresholds](View<double> rows) {
    return detail::mean_average_precision_of(rows, classes, most, of);
  };
  detail::finish_quality(quality, rows_, "");
  return quality;
}

}  // namespace perjoule::inline v0
