// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Tests that pass, fail and warn. claims_test runs them and reads what Catch2 prints.
#include "catch.hpp"
#include "models.hpp"
#include "perjoule/integrations/catch2.hpp"

using namespace perjoule;
using namespace perjoule::literals;
using namespace Catch::Matchers;
using models::in_turns;
using models::mlp;
using models::modelled;

TEST_CASE("holds") { REQUIRE_THAT(mlp(), StaysWithin(2.6_mJ)); }
TEST_CASE("fails") { REQUIRE_THAT(mlp(), StaysWithin(2.4_mJ)); }
TEST_CASE("open") { REQUIRE_THAT(mlp(), StaysWithin(2.5_mJ)); }
TEST_CASE("open, or warn") { REQUIRE_THAT(mlp(), StaysWithin(2.5_mJ).or_warn()); }
TEST_CASE("fails, or warn") { REQUIRE_THAT(mlp(), StaysWithin(2.4_mJ).or_warn()); }
TEST_CASE("holds, or warn") { REQUIRE_THAT(mlp(), StaysWithin(2.6_mJ).or_warn()); }
TEST_CASE("modelled") { REQUIRE_THAT(modelled(), StaysWithin(7_mJ)); }
TEST_CASE("modelled, or warn") { REQUIRE_THAT(modelled(), StaysWithin(7_mJ).or_warn()); }
TEST_CASE("baseline, or warn") { CHECK_THAT(mlp(), NoWorseThan(mlp(), 3_percent).or_warn()); }
TEST_CASE("turns") { CHECK_THAT(in_turns(1.02, 1.04, Verdict::worse), NoneIsWorse()); }
TEST_CASE("turns, or warn") {
  CHECK_THAT(in_turns(0.9, 1.1, Verdict::unresolved), NoneIsWorse().or_warn());
}
