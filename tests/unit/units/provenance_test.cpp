// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/units/estimate.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/units/scope.hpp"

using namespace perjoule;

TEST_CASE("provenance gets worse from measured to missing", "[units][provenance]") {
  using enum Provenance;
  CHECK(measured < estimated);
  CHECK(estimated < modelled);
  CHECK(modelled < simulated);
  CHECK(simulated < missing);
}

TEST_CASE("of two provenances the worse one stays, in either order", "[units][provenance]") {
  using enum Provenance;
  const Provenance all[] = {measured, estimated, modelled, simulated, missing};
  for (int a = 0; a < 5; ++a) {
    for (int b = 0; b < 5; ++b) CHECK(worst(all[a], all[b]) == all[a > b ? a : b]);
  }
}

TEST_CASE("each provenance has the name that stands in a record", "[units][provenance]") {
  CHECK(std::string(name(Provenance::measured)) == "measured");
  CHECK(std::string(name(Provenance::estimated)) == "estimated");
  CHECK(std::string(name(Provenance::modelled)) == "modelled");
  CHECK(std::string(name(Provenance::simulated)) == "simulated");
  CHECK(std::string(name(Provenance::missing)) == "missing");
}

TEST_CASE("each scope has the name that stands in a record", "[units][scope]") {
  CHECK(std::string(name(Scope::none)) == "none");
  CHECK(std::string(name(Scope::psys)) == "psys");
  CHECK(std::string(name(Scope::package | Scope::dram)) == "package+dram");
  CHECK(std::string(name(Scope::package)) == "package");
  CHECK(std::string(name(Scope::process)) == "process");
  CHECK(std::string(name(Scope::gpu)) == "gpu");
}
