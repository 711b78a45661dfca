// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/stopping.hpp"

#include <cstddef>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("the intervals are looked at after 12, 18, 27, 40, 60, 90 and 135 windows", "[engine]") {
  std::vector<std::size_t> looks{detail::first_look};
  while (looks.size() < 7) looks.push_back(detail::next_look(looks.back()));
  CHECK(looks == std::vector<std::size_t>{12, 18, 27, 40, 60, 90, 135});
}

TEST_CASE("the target is met when the half-width is that share of the value", "[engine]") {
  // 1.96 x 0.05 = 0.098 and 1.96 x 0.052 = 0.102, of 10 at 1 %.
  CHECK(detail::meets_target({10.0, 0.050, known_dof, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({10.0, 0.052, known_dof, 0.0, Provenance::measured}, 0.01));
}

TEST_CASE("the half-width of few windows is that of Student's t", "[engine]") {
  // t(.975, 11) = 2.201: 0.0990 and 0.1012, where 1.96 would give 0.088 and 0.090.
  CHECK(detail::meets_target({10.0, 0.045, 11.0, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({10.0, 0.046, 11.0, 0.0, Provenance::measured}, 0.01));
}

TEST_CASE("what more windows cannot mend does not keep the target from being met", "[engine]") {
  CHECK(detail::meets_target({10.0, 0.05, known_dof, 5.0, Provenance::modelled}, 0.01));
}

TEST_CASE("a missing value and one that is not positive never meet the target", "[engine]") {
  CHECK_FALSE(detail::meets_target({}, 0.01));
  CHECK_FALSE(detail::meets_target({0.0, 0.0, known_dof, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({-1.0, 0.001, known_dof, 0.0, Provenance::measured}, 0.01));
}
