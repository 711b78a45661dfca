// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/segmentation.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;
using detail::OverlapKind;

namespace {

using Masks = std::vector<std::vector<int>>;

Quality judged(OverlapKind kind, const Masks& outputs, const Masks& references,
               std::size_t classes = 2, const SegmentationOptions& options = {}) {
  return evaluate(Segmentation(kind, classes, options), outputs, references);
}

// Class 0 has 1 pixel of both, 1 of the output and 2 of the reference; class 1 has 2, 3 and 2.
const Masks truth = {{0, 0, 1, 1}};
const Masks drawn = {{0, 1, 1, 1}};

}  // namespace

TEST_CASE("IoU and Dice are the means over classes", "[quality][segmentation]") {
  CHECK(agrees(judged(OverlapKind::iou, drawn, truth).value.value, (0.5 + 2.0 / 3.0) / 2.0));
  CHECK(agrees(judged(OverlapKind::dice, drawn, truth).value.value, (2.0 / 3.0 + 0.8) / 2.0));
}

TEST_CASE("pixels of all images are pooled before classes are averaged",
          "[quality][segmentation]") {
  // With a second image that is all of class 1, and right in two of its four pixels: class 0 has
  // 1 of 1 + 2 and 2 + 0, class 1 has 4 of 5 and 6.
  const Masks references = {{0, 0, 1, 1}, {1, 1, 1, 1}};
  const Masks outputs = {{0, 1, 1, 1}, {0, 0, 1, 1}};
  CHECK(agrees(judged(OverlapKind::iou, outputs, references).value.value,
               (1.0 / 4.0 + 4.0 / 7.0) / 2.0));
  CHECK(agrees(judged(OverlapKind::dice, outputs, references).value.value,
               (2.0 / 5.0 + 8.0 / 11.0) / 2.0));
}

TEST_CASE("a class that no pixel has is left out", "[quality][segmentation]") {
  CHECK(agrees(judged(OverlapKind::iou, drawn, truth, 5).value.value,
               judged(OverlapKind::iou, drawn, truth, 2).value.value));
  // One that is named wrongly counts 0.
  CHECK(agrees(judged(OverlapKind::iou, {{0, 4, 1, 1}}, truth, 5).value.value,
               (0.5 + 1.0 + 0.0) / 3.0));
}

TEST_CASE("pixels that nobody labelled are left out", "[quality][segmentation]") {
  SegmentationOptions options;
  options.ignored = 255;
  const Masks unlabelled = {{0, 255, 1, 1, 255}};
  const Masks named = {{0, 1, 1, 1, 7}};
  CHECK(judged(OverlapKind::iou, named, unlabelled, 2, options).value.value == 1.0);
}

TEST_CASE("the background has no part in the mean", "[quality][segmentation]") {
  SegmentationOptions options;
  options.background = 0;
  CHECK(agrees(judged(OverlapKind::iou, drawn, truth, 2, options).value.value, 2.0 / 3.0));
  CHECK(agrees(judged(OverlapKind::dice, drawn, truth, 2, options).value.value, 0.8));
  // Always class 1: 2 of 4 pixels.
  CHECK(agrees(judged(OverlapKind::iou, drawn, truth, 2, options).trivial, 0.5));
}

TEST_CASE("the trivial predictor names one class for all pixels", "[quality][segmentation]") {
  const Masks references = {{0, 0, 0, 1}, {0, 0, 2, 2}};
  const Masks always(2, {0, 0, 0, 0});
  for (const OverlapKind kind : {OverlapKind::iou, OverlapKind::dice}) {
    const Quality quality = judged(kind, always, references, 3);
    CHECK(agrees(quality.trivial, quality.value.value));
    CHECK(std::fabs(quality.skill.value) < 1e-12);
  }
  CHECK(agrees(judged(OverlapKind::iou, always, references, 3).trivial, 5.0 / 8.0 / 3.0));
  const Quality alone = judged(OverlapKind::iou, always, always, 3);
  CHECK(mentions(alone.why_no_skill, "one class"));
}

TEST_CASE("segmentations say what they are", "[quality][segmentation]") {
  const std::vector<std::vector<std::uint8_t>> masks = {{0, 1, 1}, {1, 1, 255}, {0, 0, 1}};
  auto iou = mean_iou(masks, 3, {.ignored = 255, .background = 0});
  auto dice = dice_score(masks, 3, {.ignored = 255, .keep = PerItem::drop});
  const std::vector<std::vector<long>> named = {{0, 1, 1}, {0, 1, 0}, {0, 2, 1}};
  for (std::size_t i = 0; i < 3; ++i) {
    iou.add(i, named[i]);
    dice.add(i, named[i]);
  }
  const Quality quality = iou.result();
  CHECK(quality.metric == "mean-iou");
  CHECK(quality.signature ==
        "classes:3|absent:left-out|ignored:255|background:0|pooled:items|trivial:one-class");
  CHECK(quality.value_interval.method == IntervalMethod::bca);
  CHECK(surrounds_value(quality));
  CHECK(iou.per_item().size() == 27);
  CHECK(iou.per_item()[9 + 5] == 2.0);  // pixels of class 1 in the second reference
  CHECK(dice.result().metric == "dice");
  CHECK(mentions(dice.result().signature, "background:none"));
  CHECK(dice.per_item().empty());
}

TEST_CASE("two segmentations are compared image by image", "[quality][segmentation][paired]") {
  Masks references;
  Masks of_a;
  Masks of_b;
  for (int i = 0; i < 60; ++i) {
    references.push_back({0, 1, i % 2, 1, 0, i % 3 == 0 ? 1 : 0});
    of_a.push_back(references.back());
    of_a.back()[static_cast<std::size_t>(i % 6)] = 0;
    of_b.push_back(of_a.back());
    if (i % 4 == 0) of_b.back()[0] = 1;
  }
  const Segmentation first = seen(Segmentation(OverlapKind::iou, 2), of_a, references);
  const Segmentation second = seen(Segmentation(OverlapKind::iou, 2), of_b, references);
  Quality a = first.result();
  Quality b = second.result();
  a.columns = b.columns = 6;
  const IntervalEstimate<double> found =
      paired_difference(a, first.per_item(), b, second.per_item());
  CHECK(agrees(found.estimate.value, a.value.value - b.value.value));
  CHECK(found.interval.low > 0.0);
  CHECK(found.interval.high - found.interval.low < a.value_interval.high - a.value_interval.low);
}

TEST_CASE("what is no mask is an error", "[quality][segmentation]") {
  const auto complaint_of = [](const Masks& of_output, const Masks& of_reference) {
    return complaint([&] { (void)judged(OverlapKind::iou, of_output, of_reference); });
  };
  CHECK(mentions(complaint_of({{0, 1}}, {{0, 1, 1}}), "a class is needed for each pixel"));
  CHECK(mentions(complaint_of({{0, 2}}, {{0, 1}}), "the output of item 0, pixel 1: 2 of 2"));
  CHECK(mentions(complaint_of({{0, 1}}, {{-1, 1}}), "the reference of item 0, pixel 0: -1 of 2"));
  CHECK(mentions(complaint_of({}, {}), "no items"));
  CHECK(mentions(complaint([] { (void)Segmentation(OverlapKind::iou, 0); }), "no classes"));
  CHECK(mentions(complaint([] { (void)Segmentation(OverlapKind::iou, 2, {.background = 2}); }),
                 "2 of 2 classes"));
}
