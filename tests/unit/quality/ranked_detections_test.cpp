// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/ranked_detections.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;
using detail::DetectionRows;

namespace {

/// Rows of images with up to two boxes of each of three classes, the third one rare.
std::vector<double> images(std::size_t count, const DetectionRows& of) {
  std::vector<double> rows;
  Random random(21);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> row(of.classes);
    for (std::size_t c = 0; c < of.classes; ++c) {
      const std::size_t boxes = random.below(c == 2 ? 12 : 3);
      row[c] = static_cast<double>(boxes < 3 ? boxes : 0);
    }
    for (std::size_t k = 0; k < of.most; ++k) {
      const std::size_t c = random.below(of.classes);
      const bool is_found = row[c] > static_cast<double>(k) && random.uniform() < 0.8;
      row.push_back(static_cast<double>(c));
      row.push_back(random.uniform() + (is_found ? 0.4 : 0.0));
      row.push_back(is_found ? static_cast<double>((1U << random.below(11)) - 1U) : 0.0);
    }
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

}  // namespace

TEST_CASE(
    "influences say how much the value changes where some images are there twice, or not at all",
    "[quality][detection]") {
  constexpr std::size_t count = 2000;
  const DetectionRows of = {3, 4, GENERATE(OverlapThresholds::half, OverlapThresholds::all)};
  const std::vector<double> once = images(count, of);
  const detail::ValueOfInfluences found = mean_average_precision_influences(once, of);
  CHECK(agrees(found.value, mean_average_precision_of(once, of)));
  REQUIRE(found.influences.size() == count);
  const double limit = GENERATE(-0.2, -0.1, 0.1, 0.2);
  std::vector<double> twice = once;
  std::vector<double> without;
  double sum = 0.0;
  std::size_t chosen = 0;
  for (std::size_t item = 0; item < count; ++item) {
    const double* const row = once.data() + item * of.columns();
    const double influence = found.influences[item];
    // Every third one beyond the limit.
    const bool is_chosen = item % 3 == 0 && (limit < 0.0 ? influence < limit : influence > limit);
    std::vector<double>& to = is_chosen ? twice : without;
    to.insert(to.end(), row, row + of.columns());
    sum += is_chosen ? influence : 0.0;
    chosen += is_chosen ? 1 : 0;
  }
  const double change =
      0.5 * (mean_average_precision_of(twice, of) - mean_average_precision_of(without, of));
  CAPTURE(limit, chosen);
  REQUIRE(chosen > 10);
  CHECK(change == Approx(sum / count).epsilon(0.05));
}

TEST_CASE("equal images have the influence of none", "[quality][detection]") {
  const DetectionRows of = {1, 2, OverlapThresholds::half};
  // A box each, one right and one wrong detection, the wrong one first: a precision of 1/2.
  std::vector<double> rows;
  for (int i = 0; i < 6; ++i) {
    for (const double x : {1.0, 0.0, 0.9, 0.0, 0.0, 0.5, 1.0}) rows.push_back(x);
  }
  const detail::ValueOfInfluences found = mean_average_precision_influences(rows, of);
  CHECK(agrees(found.value, 0.5));
  CHECK_FALSE(mean_average_precision_estimate(rows, of).estimate.is_known());
}

TEST_CASE("a class in few images is taken for less certain than it looks", "[quality][detection]") {
  const DetectionRows of = {2, 1, OverlapThresholds::half};
  // The first class is found in every other image, the second one in both that it is in.
  std::vector<double> rows;
  for (int i = 0; i < 40; ++i) {
    for (const double x : {1.0, 0.0, 0.0, 0.5, i % 4 < 2 ? 1.0 : 0.0}) rows.push_back(x);
  }
  std::vector<double> with_rare = rows;
  for (int i = 0; i < 2; ++i) {
    for (const double x : {0.0, 1.0, 1.0, 0.5, 1.0}) with_rare.push_back(x);
  }
  const double u = mean_average_precision_estimate(with_rare, of).estimate.random;
  const double of_first = mean_average_precision_estimate(rows, of).estimate.random;
  // Half of the first class' scatter, and more than that once more from the second one.
  CHECK(u > 0.5 * of_first * 1.5);
}

TEST_CASE("what is found in halves counts as uncertainty", "[quality][detection]") {
  const DetectionRows of = {1, 1, OverlapThresholds::half};
  // Right in even images with the higher scores, wrong in odd ones.
  std::vector<double> rows;
  for (int i = 0; i < 20; ++i) {
    const bool is_even = i % 2 == 0;
    for (const double x : {1.0, 0.0, is_even ? 0.9 : 0.1, is_even || i % 4 == 1 ? 1.0 : 0.0}) {
      rows.push_back(x);
    }
  }
  const std::vector<detail::RankedClass> classes = ranked_classes(rows, of);
  REQUIRE(classes.size() == 1);
  CHECK(classes[0].boxes() == 20);
  const detail::RankedClass odd = classes[0].half(1);
  CHECK(odd.boxes() == 10);
  CHECK(odd.ranked.size() == 10);
  CHECK(agrees(classes[0].half(0).average_precision(of.thresholds), 1.0));
  const double in_halves = 0.5 * (1.0 + odd.average_precision(of.thresholds));
  const detail::ValueOfInfluences found = mean_average_precision_influences(rows, of);
  const double raised = std::abs(in_halves - found.value);
  CHECK(raised > 0.01);
  const double u = estimate_from_influences(found.value, found.influences).estimate.random;
  const double all = mean_average_precision_estimate(rows, of).estimate.random;
  CHECK(all > u + 0.5 * raised);
  CHECK(all < 1.1 * u + 0.5 * raised);
}
