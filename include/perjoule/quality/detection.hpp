// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/ranked_detections.hpp"

namespace perjoule::inline v0 {

/// Rectangle in an image.
struct Box {
  double x = 0.0;       ///< of its left side. @unit pixels
  double y = 0.0;       ///< of its upper side. @unit pixels
  double width = 0.0;   ///< @unit pixels
  double height = 0.0;  ///< @unit pixels
};

/// Object that an image shows.
struct LabelledBox {
  Box box;
  std::size_t label = 0;  ///< its class: 0, 1, ...
};

/// Object that a model finds in an image.
struct Detection {
  Box box;
  std::size_t label = 0;  ///< its class: 0, 1, ...
  double score = 0.0;     ///< the higher, the surer. @unit any
};

/// Options of mean average precision.
struct DetectionOptions {
  OverlapThresholds thresholds = OverlapThresholds::all;
  /// Detections of an image that count, those of the highest scores; of equal ones the first.
  std::size_t most = 100;
  PerItem keep = PerItem::keep;
};

namespace detail {

/// Returns the area that two boxes share, as a share of the area that either covers; 0 if they
/// cover none.
/// @unit   a share of 1
/// @source Jaccard, Bulletin de la Societe vaudoise des sciences naturelles 37 (1901) 547
[[nodiscard]] double iou_of(const Box& a, const Box& b) noexcept;

/// Returns for each detection the thresholds at which it is right, as bits: bit i for an IoU of (10
/// + i)/20. At each, a detection takes the box of its class that it overlaps most, and that none
/// before it took; of equal ones the last.
/// @shape  detections: the highest score first
/// @source Lin et al., Microsoft COCO, ECCV 2014: the evaluation's COCOeval.evaluateImg, without
///         crowds
[[nodiscard]] std::vector<std::uint32_t> matches_of(View<Detection> detections,
                                                    View<LabelledBox> boxes);

}  // namespace detail

/// Mean average precision of detections. Made by `mean_average_precision`.
class MeanAveragePrecision {
 public:
  /// @throws Error for no classes, and if no detections count
  explicit MeanAveragePrecision(std::size_t classes, const DetectionOptions& options = {});

  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  /// @unit  boxes; then a class, that of the scores, and bits
  /// @shape [items, classes + 3 most]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept {
    return options_.keep == PerItem::keep ? View<double>(rows_) : View<double>();
  }

  /// @param found  in any order
  /// @shape  found: [detections]; boxes: [objects]
  /// @throws Error for a number that is not finite, a box of negative size, and a class that is
  /// none
  template <ContiguousRange Output, ContiguousRange Reference>
  requires std::same_as<std::remove_cvref_t<decltype(*std::data(std::declval<const Output&>()))>,
                        Detection> &&
      std::same_as<std::remove_cvref_t<decltype(*std::data(std::declval<const Reference&>()))>,
                   LabelledBox>
  void add(const Output& found, const Reference& boxes) {
    add_image({std::data(found), std::data(found) + std::size(found)},
              View<LabelledBox>(std::data(boxes), std::size(boxes)));
  }

  /// @unit   a share of 1
  /// @error  from the influence of each image: see mean_average_precision
  /// @throws Error for no items
  /// @source see mean_average_precision
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const MeanAveragePrecision& next) {
    items_ += next.items_;
    rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(items_, rows_);
  }

 private:
  void add_image(std::vector<Detection> found, View<LabelledBox> boxes);
  void check_box(const Box& box, std::size_t label, const char* whose, std::size_t place) const;

  std::size_t classes_;
  DetectionOptions options_;
  std::size_t items_ = 0;
  std::vector<double> rows_;
};

/// Mean average precision of detected objects as COCO defines it: the area under precision over
/// recall, at 101 recalls, averaged over classes and over IoUs of .50 to .95.
///
/// Classes without a box in any image are left out. Crowds, ranges of sizes and other numbers of
/// detections are not offered; `most` is of an image and not of each class in it, as COCO has it.
/// The trivial predictor finds nothing.
/// @param boxes    objects of each image, in their order; borrowed, so a temporary is refused
/// @param classes  number of classes, 0, 1, ..., classes - 1
/// @unit   a share of 1
/// @shape  boxes: [items, objects], LabelledBox; outputs: [detections], Detection
/// @error  covers .95 from 30 images on, and with classes in 5 of 100:
///         docs/reference/validation.md; docs/reference/metrics/detection.md says how
/// @throws Error for no images; while running: for a number that is not finite, a box of negative
///         size, and a class that is none
/// @source Lin et al., Microsoft COCO, ECCV 2014, with the evaluation of pycocotools 2.0
template <class Boxes>
[[nodiscard]] auto mean_average_precision(Boxes&& boxes, std::size_t classes,
                                          const DetectionOptions& options = {}) {
  return bind_references(std::forward<Boxes>(boxes), MeanAveragePrecision(classes, options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/detection-inl.hpp"
#endif
