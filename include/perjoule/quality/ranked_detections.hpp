// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Overlaps from which on a detection is right.
enum class OverlapThresholds : std::uint8_t {
  half,            ///< an IoU of .50: AP50
  three_quarters,  ///< an IoU of .75: AP75
  all              ///< the mean over IoUs of .50, .55, ..., .95: COCO's AP
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

inline constexpr std::size_t iou_thresholds = 10;

/// What the rows of mean average precision hold: boxes of each class; then class, score and matches
/// of each detection, with a class of -1 where there are fewer.
/// @shape rows: [items, classes + 3 most]
struct DetectionRows {
  std::size_t classes = 0;
  std::size_t most = 0;  ///< detections of an image
  OverlapThresholds thresholds = OverlapThresholds::all;

  [[nodiscard]] std::size_t columns() const noexcept { return classes + 3 * most; }
};

struct RankedDetection {
  double score = 0.0;
  std::uint32_t matches = 0;  ///< bits of thresholds at which it is right
  std::uint32_t item = 0;     ///< number of its image
};

/// Boxes of a class in an image that has some.
struct CountedBoxes {
  std::uint32_t item = 0;
  double boxes = 0.0;
};

/// One class in all images.
struct RankedClass {
  std::vector<RankedDetection> ranked;  ///< the highest score first
  std::vector<CountedBoxes> images;

  [[nodiscard]] std::size_t boxes() const noexcept;
  /// Returns what every second image has of this class.
  /// @param first  0 or 1
  [[nodiscard]] RankedClass half(std::uint32_t first) const;
  /// Returns the mean over thresholds of interpolated_precision().
  /// @unit a share of 1
  [[nodiscard]] double average_precision(OverlapThresholds thresholds) const;
  /// Adds how fast that changes with the weight of each image, which is 1. Returns the value.
  /// @shape influences: [images]
  /// @unit  a share of 1
  /// @source derived: an image's detections count in the precisions of those that do not rank above
  ///         them; what is right counts for its own precision, and boxes for the recall of all
  double add_influences(OverlapThresholds thresholds, std::vector<double>& influences) const;
};

/// Returns each class that has boxes.
[[nodiscard]] std::vector<RankedClass> ranked_classes(View<double> rows, const DetectionRows& of);

/// Returns the mean precision over recalls of 0, .01, ..., 1, where the precision at a recall is
/// the highest one of that recall or more.
/// @param boxes  of the class, at least one
/// @shape  ranked: the highest score first
/// @unit   a share of 1
/// @source Lin et al., Microsoft COCO, ECCV 2014: COCOeval.accumulate; recalls are compared as
///         fractions
[[nodiscard]] double interpolated_precision(View<RankedDetection> ranked, std::size_t threshold,
                                            std::size_t boxes);

/// Returns the mean over classes that have boxes, and over thresholds.
/// @unit a share of 1; not finite without any box
[[nodiscard]] double mean_average_precision_of(View<double> rows, const DetectionRows& of);

/// Returns that with its uncertainty, from the influence of each image.
///
/// Classes with few images have much of the scatter, and may have none by chance: their variance is
/// moderated_variance(). The highest precisions of few detections are too high by chance. Half of
/// what fewer images raise the value by counts as uncertainty: the mean over both halves of the
/// images, less the value.
/// @unit   a share of 1
/// @error  logit_interval(); covers .95 from 30 images on, and with classes in 5 of 100:
///         docs/reference/validation.md. Missing if no class is in two images, and if all
///         detections are right, or none
/// @source Quenouille, Biometrika 43 (1956) 353 (bias from halves); see estimate_from_influences()
[[nodiscard]] IntervalEstimate<double> mean_average_precision_estimate(View<double> rows,
                                                                       const DetectionRows& of);

/// Returns how fast mean average precision changes with the weight of each image.
/// @unit  a share of 1
/// @shape rows: as of `of`
[[nodiscard]] ValueOfInfluences mean_average_precision_influences(View<double> rows,
                                                                  const DetectionRows& of);

/// Returns the formula of these images, which compares two models by difference_by_influences().
[[nodiscard]] ItemFormula mean_average_precision_formula(View<double> rows,
                                                         const DetectionRows& of);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/ranked_detections-inl.hpp"
#endif
