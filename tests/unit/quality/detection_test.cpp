// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/detection.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;

namespace {

using Found = std::vector<Detection>;
using Boxes = std::vector<LabelledBox>;

Quality judged(OverlapThresholds thresholds, const std::vector<Found>& found,
               const std::vector<Boxes>& boxes, std::size_t classes = 1) {
  return evaluate(MeanAveragePrecision(classes, {.thresholds = thresholds, .most = 10}), found,
                  boxes);
}

double value_of(OverlapThresholds thresholds, const std::vector<Found>& found,
                const std::vector<Boxes>& boxes, std::size_t classes = 1) {
  const Quality quality = judged(thresholds, found, boxes, classes);
  const auto rows =
      seen(MeanAveragePrecision(classes, {.thresholds = thresholds, .most = 10}), found, boxes);
  return quality.formula.value(rows.per_item());
}

// The first detection overlaps its box by 80 of 100, the last one by 50 of 80; the one between them
// is wrong.
const Boxes two = {{{0, 0, 10, 10}, 0}, {{20, 0, 8, 10}, 0}};
const Found three = {{{20, 0, 5, 10}, 0, .7}, {{0, 0, 8, 10}, 0, .9}, {{50, 0, 5, 5}, 0, .8}};

}  // namespace

TEST_CASE("boxes overlap by what they share of what they cover", "[quality][detection]") {
  CHECK(agrees(detail::iou_of({0, 0, 10, 10}, {0, 0, 8, 10}), 0.8));
  CHECK(agrees(detail::iou_of({0, 0, 2, 2}, {1, 1, 2, 2}), 1.0 / 7.0));
  CHECK(detail::iou_of({0, 0, 2, 2}, {2, 0, 2, 2}) == 0.0);
  CHECK(detail::iou_of({0, 0, 2, 2}, {0, 5, 2, 2}) == 0.0);
  CHECK(detail::iou_of({1, 1, 0, 0}, {1, 1, 0, 0}) == 0.0);
}

TEST_CASE("average precision is the mean over 101 recalls", "[quality][detection]") {
  // Right, wrong, right: precision 1 up to a recall of .5, which are 51 of them, then 2/3.
  const double at_half = (51.0 + 50.0 * 2.0 / 3.0) / 101.0;
  CHECK(agrees(value_of(OverlapThresholds::half, {three}, {two}), at_half));
  // Only the first: nothing beyond a recall of .5.
  CHECK(agrees(value_of(OverlapThresholds::three_quarters, {three}, {two}), 51.0 / 101.0));
  // Both up to .60, the first one up to .80, and none from .85 on.
  CHECK(agrees(value_of(OverlapThresholds::all, {three}, {two}),
               (3.0 * at_half + 4.0 * 51.0 / 101.0) / 10.0));
}

TEST_CASE("precision at a recall is the highest one from there on", "[quality][detection]") {
  // Wrong, right, right: 0, 1/2 and 2/3, so 2/3 at every recall.
  const Found late = {{{50, 0, 5, 5}, 0, .95}, three[1], three[0]};
  CHECK(agrees(value_of(OverlapThresholds::half, {late}, {two}), 2.0 / 3.0));
}

TEST_CASE("a detection takes the box that it overlaps most, and that is not taken",
          "[quality][detection]") {
  const Boxes boxes = {{{2, 0, 10, 10}, 0}, {{0, 0, 10, 10}, 0}};
  // The first overlaps them by 100 of 100 and 80 of 120, the second by 70 of 130 and 90 of 110: had
  // the first taken the other box at .65, there would be none left.
  const Found found = {{{2, 0, 10, 10}, 0, .9}, {{-1, 0, 10, 10}, 0, .8}};
  const std::vector<std::uint32_t> matches = detail::matches_of(found, boxes);
  CHECK(matches == std::vector<std::uint32_t>{0b11'1111'1111, 0b00'0111'1111});
  // A box that is taken twice is right once.
  const Found twice = {{{0, 0, 10, 10}, 0, .9}, {{0, 0, 10, 10}, 0, .8}};
  CHECK(detail::matches_of(twice, Boxes{boxes[1]}) ==
        std::vector<std::uint32_t>{0b11'1111'1111, 0});
}

TEST_CASE("classes are averaged, and those without a box are left out", "[quality][detection]") {
  const Boxes boxes = {{{0, 0, 10, 10}, 0}, {{20, 0, 10, 10}, 2}};
  // One of the wrong class, at the place of the other.
  const Found found = {{{0, 0, 10, 10}, 0, .9}, {{20, 0, 10, 10}, 1, .9}};
  CHECK(agrees(value_of(OverlapThresholds::all, {found}, {boxes}, 5), 0.5));
}

TEST_CASE("detections of all images are ranked together", "[quality][detection]") {
  const Boxes one = {{{0, 0, 10, 10}, 0}};
  const Found right = {{{0, 0, 10, 10}, 0, .5}};
  const Found wrong = {{{50, 0, 10, 10}, 0, .9}};
  // Wrong, then right in another image: precision 1/2, and a recall of 1 of 2.
  CHECK(agrees(value_of(OverlapThresholds::half, {right, wrong}, {one, one}), 51.0 / 101.0 / 2.0));
  // An image without objects, or without detections, counts by the others.
  CHECK(agrees(value_of(OverlapThresholds::half, {right, {}}, {one, {}}), 1.0));
}

TEST_CASE("only the surest detections of an image count", "[quality][detection]") {
  MeanAveragePrecision metric(1, {.thresholds = OverlapThresholds::half, .most = 2});
  metric.add(three, two);  // the least sure one is cut off
  CHECK(metric.per_item().size() == 1 + 3 * 2);
  CHECK(agrees(metric.result().formula.value(metric.per_item()), 51.0 / 101.0));
}

TEST_CASE("mean average precision says what it is", "[quality][detection]") {
  const std::vector<Boxes> boxes(6, two);
  auto metric = mean_average_precision(boxes, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    Found found = three;
    found.resize(i % 3 + 1);
    metric.add(i, found);
  }
  const Quality quality = metric.result();
  CHECK(quality.metric == "mAP");
  CHECK(quality.signature ==
        "iou:0.50:0.95|recalls:101|classes:1|most:100|crowds:no|sizes:all|as:pycocotools-2.0");
  CHECK(quality.trivial == 0.0);
  CHECK(quality.value_interval.method == IntervalMethod::logit);
  CHECK(surrounds_value(quality));
  CHECK(metric.per_item().size() == 6 * 301);
  CHECK(judged(OverlapThresholds::half, {three}, {two}).metric == "AP50");
  CHECK(mentions(judged(OverlapThresholds::three_quarters, {three}, {two}).signature, "iou:0.75"));
  const Quality none = judged(OverlapThresholds::all, {three, three}, {{}, {}});
  CHECK_FALSE(none.value.is_known());
  const Quality single = judged(OverlapThresholds::half, {three, three}, {two, {}});
  CHECK(single.value.is_known());
  CHECK_FALSE(single.value_interval.is_known());
  CHECK(mentions(single.why_no_interval, "no class is in two images"));
}

TEST_CASE("two detectors are compared image by image", "[quality][detection][paired]") {
  const std::vector<Boxes> boxes(40, two);
  std::vector<Found> better;
  std::vector<Found> worse;
  for (std::size_t i = 0; i < 40; ++i) {
    better.push_back(three);
    if (i % 5 == 0) better.back()[1].box.x = 100;
    worse.push_back(better.back());
    if (i % 3 == 0) worse.back()[0].box.x = 100;
  }
  const auto of = [&](const std::vector<Found>& found) {
    return seen(MeanAveragePrecision(1, {.thresholds = OverlapThresholds::half, .most = 3}), found,
                boxes);
  };
  const MeanAveragePrecision first = of(better);
  const MeanAveragePrecision second = of(worse);
  Quality a = first.result();
  Quality b = second.result();
  a.columns = b.columns = 10;
  const IntervalEstimate<double> difference =
      paired_difference(a, first.per_item(), b, second.per_item());
  CHECK(agrees(difference.estimate.value, a.value.value - b.value.value));
  CHECK(difference.interval.low > 0.0);
}

TEST_CASE("what is no box is an error", "[quality][detection]") {
  const auto complaint_of = [](const Found& found, const Boxes& boxes) {
    return complaint([&] { MeanAveragePrecision(2).add(found, boxes); });
  };
  CHECK(mentions(complaint_of({{{0, 0, -1, 1}, 0, .5}}, {}), "a box has a negative size"));
  CHECK(mentions(complaint_of({{{0, not_a_number(), 1, 1}, 0, .5}}, {}), "not a finite number"));
  CHECK(mentions(complaint_of({{{0, 0, 1, 1}, 2, .5}}, {}), "of a class that there is not"));
  CHECK(mentions(complaint_of({{{0, 0, 1, 1}, 0, infinite()}}, {}), "a score is not a finite"));
  CHECK(mentions(complaint_of({}, {{{0, 0, 1, 1}, 7}}), "the reference of item 0, box 0"));
  CHECK(mentions(complaint([] { (void)MeanAveragePrecision(0); }), "no classes"));
  CHECK(mentions(complaint([] { (void)MeanAveragePrecision(1, {.most = 0}); }), "counts"));
  CHECK(mentions(complaint([] { (void)MeanAveragePrecision(1).result(); }), "no items"));
}
