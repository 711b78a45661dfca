// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/radix_argsort.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<std::size_t>;

Numbers order_of(detail::RadixArgsort& order, const std::vector<double>& keys) {
  order.reset(keys.size());
  order.sort_by([&keys](std::size_t i) { return keys[i]; });
  Numbers found;
  for (std::size_t k = 0; k < order.size(); ++k) found.push_back(order[k]);
  return found;
}

}  // namespace

TEST_CASE("an order puts the largest first, negative and tiny numbers in their places",
          "[stats][order]") {
  detail::RadixArgsort order;
  CHECK(order_of(order, {-1.0, 1e300, 0.0, 1e-300, -1e300, 2.0, -1e-300}) ==
        Numbers{1, 5, 3, 2, 6, 0, 4});
  CHECK(order_of(order, {}).empty());
  CHECK(order_of(order, {7.0}) == Numbers{0});
}

TEST_CASE("equal numbers keep their order, and so do both zeros", "[stats][order]") {
  detail::RadixArgsort order;
  CHECK(order_of(order, {1.0, 2.0, 1.0, 2.0, 1.0}) == Numbers{1, 3, 0, 2, 4});
  CHECK(order_of(order, {-0.0, 0.0, -0.0, 1.0}) == Numbers{3, 0, 1, 2});
}

TEST_CASE("thousands of generated lists are ordered as the standard library orders them",
          "[stats][order]") {
  Random random(1);
  detail::RadixArgsort order;
  int wrong = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    // Large lists are sorted by larger digits.
    std::vector<double> keys(trial == 0 ? 30'000 : random.below(50));
    for (double& key : keys) {
      key = std::ldexp(std::floor(random.uniform() * 8.0 - 4.0),
                       static_cast<int>(random.below(200)) - 100);
    }
    Numbers expected(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) expected[i] = i;
    std::stable_sort(expected.begin(), expected.end(),
                     [&keys](std::size_t a, std::size_t b) { return keys[a] > keys[b]; });
    wrong += order_of(order, keys) == expected ? 0 : 1;
  }
  CHECK(wrong == 0);
}
