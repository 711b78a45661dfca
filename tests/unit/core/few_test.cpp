// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/few.hpp"

#include <string>
#include <type_traits>

#include "aborts.hpp"
#include "catch.hpp"

using perjoule::Few;

TEST_CASE("a short list begins empty and keeps what is pushed in order", "[core][few]") {
  Few<int, 3> few;
  CHECK(few.empty());
  CHECK(few.size() == 0U);
  CHECK(few.begin() == few.end());
  few.push_back(7);
  few.push_back(5);
  CHECK_FALSE(few.empty());
  CHECK(few.size() == 2U);
  CHECK(few[0] == 7);
  CHECK(few[1] == 5);
  int sum = 0;
  for (const int element : few) sum = sum * 10 + element;
  CHECK(sum == 75);
}

TEST_CASE("a short list can be filled to its room", "[core][few]") {
  Few<int, 3> few;
  CHECK(few.capacity() == 3U);
  for (int i = 0; i < 3; ++i) few.push_back(i);
  CHECK(few.size() == 3U);
  CHECK(few[2] == 2);
}

TEST_CASE("an element beyond the room ends the program instead of being lost", "[core][few]") {
  const std::string said = abort_message([] {
    Few<int, 3> few;
    for (int i = 0; i < 4; ++i) few.push_back(i);
  });
  CHECK(said.find("perjoule: contract broken at ") == 0U);
  CHECK(said.find(".hpp:") != std::string::npos);
  CHECK(said.find(": size_ < Room\n") != std::string::npos);
}

TEST_CASE("a short list can be written down in braces, up to its room", "[core][few]") {
  struct Pair {
    std::string a;
    int b = 0;
  };
  const Few<Pair, 3> none = {};
  const Few<Pair, 3> one = {{"x", 1}};
  const Few<Pair, 3> two = {{"x", 1}, {"y", 2}};
  CHECK(none.empty());
  CHECK(one.size() == 1U);
  REQUIRE(two.size() == 2U);
  CHECK(two[0].a == "x");
  CHECK(two[1].a == "y");
  CHECK(two[1].b == 2);
  const std::string said = abort_message([] { (void)Few<int, 2>{1, 2, 3}; });
  CHECK(said.find(": size_ < Room\n") != std::string::npos);
}

TEST_CASE("elements of a short list can be changed in place", "[core][few]") {
  Few<int, 3> few;
  few.push_back(1);
  few.push_back(2);
  few[0] = 10;
  for (int& element : few) element += 1;
  const Few<int, 3>& constant = few;
  CHECK(constant[0] == 11);
  CHECK(*(constant.end() - 1) == 3);
}

TEST_CASE("a short list is copied like a number and works at compile time", "[core][few]") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<Few<int, 3>>);
  constexpr Few<int, 4> made = [] {
    Few<int, 4> few;
    few.push_back(3);
    few.push_back(4);
    return few;
  }();
  STATIC_REQUIRE(made.size() == 2);
  STATIC_REQUIRE(made[1] == 4);
  Few<int, 4> copy = made;
  copy.push_back(5);
  CHECK(copy.size() == 3U);
  CHECK(made.size() == 2U);
}

TEST_CASE("a constant short list is walked like any other", "[core][few]") {
  Few<int, 3> few;
  few.push_back(7);
  const Few<int, 3>& same = few;
  CHECK(same.begin() == &same[0]);
  CHECK(same.end() == same.begin() + 1);
  for (const int element : same) CHECK(element == 7);
}
