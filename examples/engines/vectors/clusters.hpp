// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quickstart/random.hpp"

namespace vectors {

inline constexpr std::size_t dimensions = 32;
using Vector = std::array<float, dimensions>;

/// Vectors to search among, and others to search for.
struct Clusters {
  std::vector<Vector> base;
  std::vector<Vector> queries;
  std::string source;
};

/// Draws vectors around 200 centres, as embeddings lie: each coordinate of a centre, and of the way
/// from there to a vector, is a sum of four uniform draws from [-1, 1). Vectors are as far from
/// their centres as these are from each other, so that a query has neighbours in several clusters.
[[nodiscard]] inline Clusters generated_clusters(std::uint64_t seed, std::size_t base,
                                                 std::size_t queries) {
  constexpr std::size_t centre_count = 200;
  quickstart::Random random(seed);
  const auto around = [&](Vector centre) {
    for (float& coordinate : centre) {
      for (int draw = 0; draw < 4; ++draw) coordinate += random.uniform(-1.0F, 1.0F);
    }
    return centre;
  };
  std::vector<Vector> centres;
  while (centres.size() < centre_count) centres.push_back(around({}));
  Clusters clusters;
  while (clusters.base.size() < base) {
    clusters.base.push_back(around(centres[random.below(centre_count)]));
  }
  while (clusters.queries.size() < queries) {
    clusters.queries.push_back(around(centres[random.below(centre_count)]));
  }
  clusters.source = std::to_string(base) + " generated vectors of " + std::to_string(dimensions) +
                    " dimensions in " + std::to_string(centre_count) + " clusters (seed " +
                    std::to_string(seed) + ")";
  return clusters;
}

}  // namespace vectors
