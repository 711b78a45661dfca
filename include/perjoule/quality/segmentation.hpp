// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// A class for each pixel of an image, in any order that outputs and references share.
template <class T>
concept PixelClasses = ContiguousRange<T> &&
    ClassLabel<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Options of a metric of segmentation.
struct SegmentationOptions {
  /// Class of reference pixels that are left out, such as 255 for what nobody labelled.
  std::optional<std::int64_t> ignored = std::nullopt;
  /// Class that has no part in the mean; its pixels count as any others do.
  std::optional<std::int64_t> background = std::nullopt;
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class OverlapKind : bool { iou, dice };

/// Returns the mean over classes of the overlap of their pixels in outputs and references, pooled
/// over all items. A class that neither has is left out.
/// @param background  class that is left out; `classes`: none
/// @shape  rows: [items, classes, 3], pixels of both, of the output and of the reference
/// @unit   a share of 1; not finite if all classes are left out
[[nodiscard]] double mean_overlap(View<double> rows, OverlapKind kind, std::size_t classes,
                                  std::size_t background);

/// @copydoc mean_overlap
[[nodiscard]] ItemFormula overlap_formula(OverlapKind kind, std::size_t classes,
                                          std::size_t background);

}  // namespace detail

/// Mean IoU or Dice score. Made by `mean_iou` and `dice_score`.
class Segmentation {
 public:
  /// @throws Error for no classes, and for a background that is none of them
  Segmentation(detail::OverlapKind kind, std::size_t classes,
               const SegmentationOptions& options = {});

  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  /// @unit  pixels
  /// @shape [items, classes, 3]: of both, of the output and of the reference
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept {
    return options_.keep == PerItem::keep ? View<double>(rows_) : View<double>();
  }

  /// @shape  output, reference: [pixels]
  /// @throws Error for different numbers of pixels, and for a class that is not one of 0, 1, ...,
  ///         classes - 1
  template <PixelClasses Output, PixelClasses Reference>
  void add(const Output& output, const Reference& reference) {
    const std::size_t pixels = std::size(reference);
    check_pixels(std::size(output), pixels);
    const auto* const named = std::data(output);
    const auto* const actual = std::data(reference);
    std::vector<double> counts(3 * classes_);
    for (std::size_t i = 0; i < pixels; ++i) {
      const auto own = static_cast<std::int64_t>(actual[i]);
      if (options_.ignored == own) continue;
      const auto said = static_cast<std::int64_t>(named[i]);
      check_class(said, "output", i);
      check_class(own, "reference", i);
      if (said == own) counts[3 * static_cast<std::size_t>(own)] += 1.0;
      counts[3 * static_cast<std::size_t>(said) + 1] += 1.0;
      counts[3 * static_cast<std::size_t>(own) + 2] += 1.0;
    }
    rows_.insert(rows_.end(), counts.begin(), counts.end());
    ++items_;
  }

  /// @unit   a share of 1
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see mean_iou and dice_score
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Segmentation& next) {
    items_ += next.items_;
    rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(items_, rows_);
  }

 private:
  void check_pixels(std::size_t output, std::size_t reference) const;
  void check_class(std::int64_t number, const char* whose, std::size_t pixel) const {
    if (static_cast<std::uint64_t>(number) >= classes_) reject_class(number, whose, pixel);
  }
  [[noreturn]] void reject_class(std::int64_t number, const char* whose, std::size_t pixel) const;

  /// Returns the value of a predictor that names the same class for all pixels: of the best one.
  [[nodiscard]] double of_one_class(const ItemFormula& formula) const;

  detail::OverlapKind kind_;
  std::size_t classes_;
  SegmentationOptions options_;
  std::size_t items_ = 0;
  std::vector<double> rows_;
};

/// Mean over classes of intersection over union: the pixels that both output and reference assign
/// to a class, as a share of those that either does.
///
/// Pixels are pooled over all images first, so a class counts once, however many images show it:
/// the mean over images of each image's own mean is another number. A class that no output or
/// reference has is left out. The trivial predictor names the same class for all pixels.
/// @param masks    a class for each pixel of each input, in their order; borrowed, so a temporary
///                 is refused
/// @param classes  number of classes, 0, 1, ..., classes - 1
/// @unit   a share of 1
/// @shape  masks: [items, pixels]; outputs: [pixels]
/// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
/// @throws Error for no masks; while running: for different numbers of pixels, and for a class that
///         is none
/// @source Everingham et al., International Journal of Computer Vision 111 (2015) 98, 5.3.2;
///         scikit-learn 1.2 jaccard_score with average="macro" of all pixels together
template <class Masks>
[[nodiscard]] auto mean_iou(Masks&& masks, std::size_t classes,
                            const SegmentationOptions& options = {}) {
  return bind_references(std::forward<Masks>(masks),
                         Segmentation(detail::OverlapKind::iou, classes, options));
}

/// Mean over classes of the Dice score: twice the pixels that both output and reference assign to a
/// class, as a share of the sum of those of each. It is F1 of pixels, and 2 IoU/(1 + IoU).
/// @copydetails mean_iou
/// @source Dice, Ecology 26 (1945) 297; scikit-learn 1.2 f1_score with average="macro" of all
/// pixels
///         together
template <class Masks>
[[nodiscard]] auto dice_score(Masks&& masks, std::size_t classes,
                              const SegmentationOptions& options = {}) {
  return bind_references(std::forward<Masks>(masks),
                         Segmentation(detail::OverlapKind::dice, classes, options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/segmentation-inl.hpp"
#endif
