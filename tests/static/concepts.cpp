// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes by compiling: tests what the concepts of a metric, its labels and a forward pass accept
// and reject.
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/quality/accuracy.hpp"

namespace {

using namespace perjoule;

enum class Animal { cat, dog };
enum Plain { first, second };

// A class is named by a whole number or an enumeration.
static_assert(ClassLabel<int> && ClassLabel<std::int64_t> && ClassLabel<unsigned char>);
static_assert(ClassLabel<Animal> && ClassLabel<Plain>);
static_assert(!ClassLabel<float> && !ClassLabel<std::string> && !ClassLabel<std::vector<int>>);

// Scores are floating-point numbers side by side.
static_assert(ClassScores<std::vector<float>> && ClassScores<std::array<double, 10>>);
static_assert(ClassScores<std::span<const float>> && ClassScores<double[10]>);
static_assert(!ClassScores<std::vector<int>> && !ClassScores<std::list<float>>);
static_assert(!ClassScores<double> && !ClassScores<std::vector<bool>>);

// Labels must still exist when the metric reads them.
static_assert(ReferencesOutliveTheCall<std::vector<int>&>);
static_assert(ReferencesOutliveTheCall<const std::vector<int>&>);
static_assert(ReferencesOutliveTheCall<std::span<const int>>);
static_assert(ReferencesOutliveTheCall<std::span<const int>&>);
static_assert(!ReferencesOutliveTheCall<std::vector<int>>);
static_assert(!ReferencesOutliveTheCall<const std::vector<int>>);
static_assert(!ReferencesOutliveTheCall<std::array<int, 3>>);

// And they are contiguous.
static_assert(ReferencesAreContiguous<std::vector<int>&> && ReferencesAreContiguous<int (&)[3]>);
static_assert(ReferencesAreContiguous<const std::array<Animal, 3>&>);
static_assert(!ReferencesAreContiguous<std::vector<bool>&> &&
              !ReferencesAreContiguous<std::list<int>&>);

// Accuracy judges classes and scores.
static_assert(QualityMetric<BoundMetric<int, Accuracy>, int>);
static_assert(QualityMetric<BoundMetric<int, Accuracy>, std::vector<float>>);
static_assert(QualityMetric<BoundMetric<Animal, Accuracy>, Animal>);
static_assert(!QualityMetric<BoundMetric<int, Accuracy>, std::string>);
static_assert(!QualityMetric<BoundMetric<int, Accuracy>, float>);

// A metric that returns no per-item shares, or no Quality, is rejected.
struct WithoutShares {
  [[nodiscard]] std::size_t items() const;
  void add(std::size_t, int);
  [[nodiscard]] Quality result() const;
};
struct Complete : WithoutShares {
  [[nodiscard]] std::span<const double> per_item() const;
};
struct ReturnsANumber : Complete {
  [[nodiscard]] double result() const;
};
static_assert(QualityMetric<Complete, int>);
static_assert(!QualityMetric<WithoutShares, int> && !QualityMetric<ReturnsANumber, int>);

// A forward pass takes an input and returns the model's output.
using Returns = int (*)(const std::vector<float>&);
using ReturnsNothing = void (*)(const std::vector<float>&);
using Changes = int (*)(std::vector<float>&);
static_assert(ForwardPass<Returns, std::vector<float>>);
static_assert(!ForwardPass<ReturnsNothing, std::vector<float>>);
static_assert(!ForwardPassReturnsAValue<ReturnsNothing, std::vector<float>>);
static_assert(!ForwardPass<Changes, std::vector<float>>);
static_assert(!ForwardPass<Returns, std::string>);
static_assert(ContiguousRange<std::vector<int>> && ContiguousRange<int[3]> &&
              ContiguousRange<std::string_view>);
static_assert(!ContiguousRange<std::list<int>> && !ContiguousRange<std::vector<bool>>);

}  // namespace
