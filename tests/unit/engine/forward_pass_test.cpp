// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/forward_pass.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <list>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/pass_loop.hpp"

using namespace perjoule;

namespace {

struct ReturnsNothing {
  void operator()(const int&) const {}
};
struct TakesText {
  int operator()(const std::string&) const { return 0; }
};

static_assert(ForwardPass<int (*)(int), int>);
static_assert(ForwardPass<int (*)(const int&), int>);
static_assert(!ForwardPass<ReturnsNothing, int>);
static_assert(!ForwardPass<TakesText, int>);
static_assert(!ForwardPass<int (*)(int&), int>, "a pass that may change its input is refused");

/// Returns the inputs that a batch visits, in order.
std::string visited(const std::vector<std::size_t>& order, std::size_t first, std::size_t passes) {
  const std::string inputs = "abcdefgh";
  std::string seen;
  auto forward = [&seen](const char& input) { return seen += input, 1; };
  detail::PlainLoop<decltype(forward), char> loop{forward, inputs.data(), "a model"};
  loop.run(order, first, passes);
  return seen;
}

}  // namespace

TEST_CASE("a batch visits the inputs in its order and begins again at the end", "[engine]") {
  CHECK(visited({2, 0, 1}, 0, 3) == "cab");
  CHECK(visited({2, 0, 1}, 0, 7) == "cabcabc");
  CHECK(visited({2, 0, 1}, 2, 4) == "bcab");
  CHECK(visited({2, 0, 1}, 1, 1) == "a");
  CHECK(visited({2, 0, 1}, 1, 5) == "abcab");
  CHECK(visited({2, 0, 1}, 2, 0).empty());
  CHECK(visited({4}, 0, 3) == "eee");
}

TEST_CASE("what a pass throws comes with the input that it threw on", "[engine]") {
  const std::vector<int> inputs{10, 20, 30, 40};
  auto forward = [](const int& input) {
    if (input == 30) throw std::runtime_error("no such token");
    return input;
  };
  detail::PlainLoop<decltype(forward), int> loop{forward, inputs.data(), "mlp"};
  const std::array<std::size_t, 4> order{3, 2, 1, 0};
  try {
    loop.run(order, 0, 4);
    FAIL("nothing was thrown");
  } catch (const ForwardPassError& error) {
    CHECK(error.item() == 2);
    CHECK(std::string(error.what()) ==
          "perjoule: the forward pass threw: mlp, inputs[2] of 4: no such token; call the model on "
          "that input alone to see why");
    CHECK_THROWS_WITH(std::rethrow_if_nested(error), "no such token");
    CHECK_THROWS_AS(std::rethrow_if_nested(error), std::runtime_error);
  }
}

TEST_CASE("a pass may throw what is no std::exception, and it comes back the same", "[engine]") {
  const int input = 0;
  auto forward = [](const int&) -> int { throw 42; };
  detail::PlainLoop<decltype(forward), int> loop{forward, &input, "mlp"};
  const std::size_t order = 0;
  try {
    loop.run({&order, 1}, 0, 1);
    FAIL("nothing was thrown");
  } catch (const ForwardPassError& error) {
    CHECK(std::string(error.what()).find("not a std::exception") != std::string::npos);
    CHECK_THROWS_AS(std::rethrow_if_nested(error), int);
  }
}
