// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Judges generated answers of indexes with perjoule's recall and with Faiss's own criteria.
#include <faiss/AutoTune.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <perjoule/all.hpp>
#include <random>
#include <vector>

namespace {

constexpr std::size_t k = 10;
using Id = faiss::Index::idx_t;
using Ids = std::array<Id, k>;

/// Draws different ids below 25, of which some at the end are missing.
Ids drawn(std::mt19937& random, bool is_short) {
  std::vector<Id> ids(25);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<Id>(i);
  std::shuffle(ids.begin(), ids.end(), random);
  Ids some;
  std::copy_n(ids.begin(), k, some.begin());
  if (is_short) std::fill(some.end() - static_cast<int>(random() % k), some.end(), Id{-1});
  return some;
}

}  // namespace

int main() {
  std::mt19937 random(41);
  double largest = 0.0;
  for (int one = 0; one < 1000; ++one) {
    const std::size_t queries = 1 + random() % 20;
    std::vector<Ids> truth;
    std::vector<Ids> found;
    std::vector<std::array<Id, 1>> nearest;
    for (std::size_t query = 0; query < queries; ++query) {
      truth.push_back(drawn(random, false));
      found.push_back(drawn(random, random() % 3 == 0));
      nearest.push_back({truth.back()[0]});
    }
    const auto differ = [&](faiss::AutoTuneCriterion&& criterion, const auto& references) {
      criterion.set_groundtruth(k, nullptr, truth.front().data());
      const double theirs = criterion.evaluate(nullptr, found.front().data());
      const double ours =
          perjoule::evaluate(perjoule::recall_at_k(references, k), found).value.value;
      largest = std::max(largest, std::abs(ours - theirs));
    };
    differ(faiss::IntersectionCriterion(static_cast<Id>(queries), k), truth);
    differ(faiss::OneRecallAtRCriterion(static_cast<Id>(queries), k), nearest);
  }
  std::printf(
      "recall@10 beside Faiss, of ten neighbours and of the nearest: 2 x 1000 cases, "
      "largest difference %.1e\n",
      largest);
  return largest <= 1e-12 ? 0 : 1;
}
