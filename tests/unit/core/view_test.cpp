// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/view.hpp"

#include <array>
#include <initializer_list>
#include <list>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

std::vector<int> seen(View<int> view) { return {view.begin(), view.end()}; }

static_assert(ContiguousRange<std::vector<int>> && ContiguousRange<std::string> &&
              ContiguousRange<int[3]>);
static_assert(ContiguousRange<std::array<int, 3>> && ContiguousRange<std::span<const int>>);
static_assert(!ContiguousRange<std::list<int>> && !ContiguousRange<std::vector<bool>> &&
              !ContiguousRange<int>);
static_assert(!std::is_convertible_v<std::vector<double>, View<int>>, "another type of element");
static_assert(!std::is_convertible_v<int, View<int>>, "a single value");

struct SizeIsNoNumber {
  [[nodiscard]] const int* data() const;
  [[nodiscard]] const char* size() const;
};
static_assert(!ContiguousRange<SizeIsNoNumber>);

}  // namespace

TEST_CASE("a view shows what lies side by side, whoever holds it", "[core][view]") {
  const std::vector<int> expected = {3, 1, 2};
  const int array[] = {3, 1, 2};
  CHECK(seen(expected) == expected);
  CHECK(seen(array) == expected);
  CHECK(seen(std::array{3, 1, 2}) == expected);
  CHECK(seen(std::span(array)) == expected);
  CHECK(seen(View<int>(array, 2)) == std::vector<int>{3, 1});
}

TEST_CASE("a view borrows and does not copy", "[core][view]") {
  std::vector<int> owner = {1, 2};
  const View<int> view = owner;
  owner[1] = 7;
  CHECK(view[1] == 7);
  CHECK(view.data() == owner.data());
  CHECK(view.size() == 2);
}

TEST_CASE("a view of nothing is empty", "[core][view]") {
  CHECK(View<int>().empty());
  CHECK(View<int>(std::vector<int>{}).empty());
  CHECK_FALSE(View<int>(std::array{0}).empty());
}
