// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/rapl.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

struct Given {
  const char* id;
  const char* name;
  std::uint64_t counts;
  std::uint64_t drawn_meanwhile = 0;  // until all others were read
};

struct Chosen {
  Scope scope;
  std::vector<std::string> ids;
};

/// Returns the zones that are added up, by id in ascending order.
Chosen choose(const std::vector<Given>& given) {
  detail::FoundZones found;
  for (const Given& zone : given) {
    detail::FoundZone one;
    one.zone = {zone.name, zone.id, 262143328911, 1_uJ, 61_uJ};
    one.counts = zone.counts;
    one.counts_later = zone.counts + zone.drawn_meanwhile;
    found.push_back(std::move(one));
  }
  Chosen chosen{detail::choose_zones(found), {}};
  for (const detail::FoundZone& zone : found) {
    if (zone.chosen) chosen.ids.emplace_back(zone.zone.id);
  }
  std::sort(chosen.ids.begin(), chosen.ids.end());
  return chosen;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a client without a memory counter is its package alone", "[meters][zones]") {
  const Chosen chosen = choose({{"intel-rapl:0", "package-0", 900},
                                {"intel-rapl:0:0", "core", 500},
                                {"intel-rapl:0:1", "uncore", 100}});
  CHECK(chosen.scope == Scope::package);
  CHECK(chosen.ids == Ids{"intel-rapl:0"});
}

TEST_CASE("a server of two sockets is both packages and both memories", "[meters][zones]") {
  const Ids all{"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1", "intel-rapl:1:0"};
  SECTION("flat, in the order of ls") {
    const Chosen chosen = choose({{"intel-rapl:0", "package-0", 9'000'000},
                                  {"intel-rapl:0:0", "dram", 400'000},
                                  {"intel-rapl:1", "package-1", 8'000'000},
                                  {"intel-rapl:1:0", "dram", 300'000}});
    CHECK(chosen.scope == (Scope::package | Scope::dram));
    CHECK(chosen.ids == all);
  }
  SECTION("memories before their packages") {
    const Chosen chosen = choose({{"intel-rapl:1:0", "dram", 300'000},
                                  {"intel-rapl:0:0", "dram", 400'000},
                                  {"intel-rapl:1", "package-1", 8'000'000},
                                  {"intel-rapl:0", "package-0", 9'000'000}});
    CHECK(chosen.scope == (Scope::package | Scope::dram));
    CHECK(chosen.ids == all);
  }
  SECTION("with core zones in between, which the packages contain") {
    const Chosen chosen = choose({{"intel-rapl:0", "package-0", 9'000'000},
                                  {"intel-rapl:0:1", "core", 700'000},
                                  {"intel-rapl:0:0", "dram", 400'000},
                                  {"intel-rapl:1", "package-1", 8'000'000},
                                  {"intel-rapl:1:1", "core", 600'000},
                                  {"intel-rapl:1:0", "dram", 300'000}});
    CHECK(chosen.scope == (Scope::package | Scope::dram));
    CHECK(chosen.ids == all);
  }
}

TEST_CASE("two sockets that happen to show one count are both added up", "[meters][zones]") {
  const Chosen chosen =
      choose({{"intel-rapl:0", "package-0", 5'000'000}, {"intel-rapl:1", "package-1", 5'000'000}});
  CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:1"});
}

TEST_CASE("package 1 and package 10 are two packages", "[meters][zones]") {
  const Chosen chosen = choose(
      {{"intel-rapl:1", "package-1", 5'000'000}, {"intel-rapl:10", "package-10", 5'000'000}});
  CHECK(chosen.ids == Ids{"intel-rapl:1", "intel-rapl:10"});
}

TEST_CASE("the memory of zone 10 does not belong to zone 1", "[meters][zones]") {
  const Chosen chosen =
      choose({{"intel-rapl:1", "package-1", 5'000'000}, {"intel-rapl:10:0", "dram", 5'000'000}});
  CHECK(chosen.scope == Scope::package);
  CHECK(chosen.ids == Ids{"intel-rapl:1"});
}

TEST_CASE("psys stands alone, for it contains the packages", "[meters][zones]") {
  SECTION("behind them") {
    const Chosen chosen = choose({{"intel-rapl:0", "package-0", 900},
                                  {"intel-rapl:0:0", "core", 500},
                                  {"intel-rapl:0:1", "dram", 90},
                                  {"intel-rapl:1", "psys", 2000}});
    CHECK(chosen.scope == Scope::psys);
    CHECK(chosen.ids == Ids{"intel-rapl:1"});
  }
  SECTION("before them") {
    const Chosen chosen =
        choose({{"intel-rapl:0", "psys", 2000}, {"intel-rapl:1", "package-0", 900}});
    CHECK(chosen.scope == Scope::psys);
    CHECK(chosen.ids == Ids{"intel-rapl:0"});
  }
}

TEST_CASE("the mmio road to the same counters is left out", "[meters][zones]") {
  SECTION("behind the msr road") {
    const Chosen chosen = choose({{"intel-rapl:0", "package-0", 9'000'000},
                                  {"intel-rapl:0:0", "dram", 400'000},
                                  {"intel-rapl-mmio:0", "package-0", 9'000'000},
                                  {"intel-rapl-mmio:0:0", "dram", 400'000}});
    CHECK(chosen.scope == (Scope::package | Scope::dram));
    CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:0:0"});
  }
  SECTION("before it, with another count") {
    const Chosen chosen = choose(
        {{"intel-rapl-mmio:0", "package-0", 1'000'000}, {"intel-rapl:0", "package-0", 9'000'000}});
    CHECK(chosen.scope == Scope::package);
    CHECK(chosen.ids == Ids{"intel-rapl:0"});
  }
}

TEST_CASE("mmio is used where it is the only road", "[meters][zones]") {
  const Chosen chosen = choose(
      {{"intel-rapl-mmio:0", "package-0", 9'000'000}, {"intel-rapl-mmio:0:0", "dram", 400'000}});
  CHECK(chosen.scope == (Scope::package | Scope::dram));
  CHECK(chosen.ids == Ids{"intel-rapl-mmio:0", "intel-rapl-mmio:0:0"});
}

TEST_CASE("AMD dies that mirror one counter are counted once", "[meters][zones]") {
  // The second file is read a moment later, and so shows a little more.
  const Chosen chosen = choose({{"intel-rapl:0", "package-0-die-0", 68'000'000'000},
                                {"intel-rapl:0:0", "core", 7},
                                {"intel-rapl:1", "package-0-die-1", 68'000'000'900},
                                {"intel-rapl:2", "package-0-die-2", 68'000'001'800},
                                {"intel-rapl:3", "package-0-die-3", 68'000'002'700}});
  CHECK(chosen.scope == Scope::package);
  CHECK(chosen.ids == Ids{"intel-rapl:0"});
}

TEST_CASE("mirrored dies of two sockets leave one of each socket", "[meters][zones]") {
  const Chosen chosen = choose({{"intel-rapl:0", "package-0-die-0", 68'000'000'000},
                                {"intel-rapl:1", "package-0-die-1", 68'000'000'900},
                                {"intel-rapl:2", "package-1-die-0", 68'000'000'000},
                                {"intel-rapl:3", "package-1-die-1", 68'000'000'900}});
  CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:2"});
}

TEST_CASE("Intel dies that count for themselves are added up", "[meters][zones]") {
  const Chosen chosen = choose({{"intel-rapl:0", "package-0-die-0", 68'000'000'000},
                                {"intel-rapl:0:0", "dram", 4'000'000'000},
                                {"intel-rapl:1", "package-0-die-1", 59'000'000'000},
                                {"intel-rapl:1:0", "dram", 3'000'000'000}});
  CHECK(chosen.scope == (Scope::package | Scope::dram));
  CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1", "intel-rapl:1:0"});
}

TEST_CASE("dies are a mirror within one joule, whichever is ahead", "[meters][zones]") {
  constexpr std::uint64_t first = 68'000'000'000;
  const auto dies = [](std::uint64_t second) {
    return choose({{"intel-rapl:0", "package-0-die-0", first},
                   {"intel-rapl:1", "package-0-die-1", second}})
        .ids.size();
  };
  CHECK(dies(first + 900'000) == 1);
  CHECK(dies(first - 900'000) == 1);
  CHECK(dies(first + 1'100'000) == 2);
  CHECK(dies(first - 1'100'000) == 2);
}

TEST_CASE("dies that have not counted yet are not taken for mirrors", "[meters][zones]") {
  CHECK(choose({{"intel-rapl:0", "package-0-die-0", 0}, {"intel-rapl:1", "package-0-die-1", 0}})
            .ids.size() == 2);
}

TEST_CASE("a mirror is told however long the reader was held up between two files",
          "[meters][zones]") {
  constexpr std::uint64_t first = 68'000'000'000;
  constexpr std::uint64_t drawn = 40'000'000;  // 40 J: 0.2 s at 200 W
  const auto dies = [](std::uint64_t second) {
    return choose({{"intel-rapl:0", "package-0-die-0", first, drawn},
                   {"intel-rapl:1", "package-0-die-1", second}})
        .ids.size();
  };
  CHECK(dies(first) == 1);
  CHECK(dies(first + drawn / 2) == 1);
  CHECK(dies(first + drawn) == 1);
  CHECK(dies(first + drawn + 1'100'000) == 2);
  CHECK(dies(first - 1'100'000) == 2);
}

TEST_CASE("memory counted for one of two packages only is left out of the sum", "[meters][zones]") {
  const Chosen chosen = choose({{"intel-rapl:0", "package-0", 9'000'000},
                                {"intel-rapl:0:0", "dram", 400'000},
                                {"intel-rapl:1", "package-1", 8'000'000}});
  CHECK(chosen.scope == Scope::package);
  CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:1"});
}

TEST_CASE("Arm's zones at the top contain those below them, whatever their names",
          "[meters][zones]") {
  const Chosen chosen = choose({{"arm-scmi:0", "soc", 900},
                                {"arm-scmi:0:0", "big", 500},
                                {"arm-scmi:0:0:1", "cluster", 90},
                                {"arm-scmi:1", "npu", 300},
                                {"other:2", "soc", 1}});
  CHECK(chosen.scope == Scope::package);
  CHECK(chosen.ids == Ids{"arm-scmi:0", "arm-scmi:1"});
}

TEST_CASE("a die of a ten-fold number is of another package", "[meters][zones]") {
  const Chosen chosen = choose({{"intel-rapl:0", "package-1-die-0", 5'000'000},
                                {"intel-rapl:1", "package-10-die-0", 5'000'000},
                                {"intel-rapl:2", "package-2", 5'000'000},
                                {"intel-rapl:3", "package-2-die-1", 5'000'000}});
  CHECK(chosen.ids == Ids{"intel-rapl:0", "intel-rapl:1", "intel-rapl:2"});
}

TEST_CASE("zones that nothing can be summed from leave no scope", "[meters][zones]") {
  CHECK(choose({}).scope == Scope::none);
  const Chosen chosen = choose({{"intel-rapl:0:0", "core", 5}, {"intel-rapl:0:1", "dram", 9}});
  CHECK(chosen.scope == Scope::none);
  CHECK(chosen.ids.empty());
}

TEST_CASE("what is known of RAPL's gain depends on the processor and on the part",
          "[meters][zones]") {
  const auto intel = [](long model, const char* zone) {
    return detail::rapl_gain({"GenuineIntel", 6, model}, zone);
  };
  // docs/reference/meters.md#gain
  for (const long model : {0x3C, 0x4F, 0x6A, 0x97, 0x8F}) {  // Haswell to Sapphire Rapids
    CAPTURE(model);
    CHECK(intel(model, "package-1").share == 0.05);
    CHECK(intel(model, "package-1").share_between == 0.01);
    CHECK(intel(model, "package-1").offset == 0_W);
  }
  for (const long model : {0x4F, 0x6A, 0x8F}) {  // servers
    CAPTURE(model);
    CHECK(intel(model, "dram-0").share == 0.15);
    CHECK(intel(model, "dram-0").offset == 1.5_W);
    CHECK(intel(model, "dram").share_between == 0.10);
    CHECK(intel(model, "dram").offset_between == 1_W);
  }
  CHECK(intel(0x97, "dram").share == 0.30);  // Alder Lake
  CHECK(intel(0x97, "dram").share_between == 0.15);
  const GainUncertainty zen = detail::rapl_gain({"AuthenticAMD", 0x17, 0x31}, "package-0");
  CHECK(zen.share == 0.10);
  CHECK(zen.share_between == 0.07);
  // Not known, and not 0: the platform, models of Sandy and Ivy Bridge, Silvermont, and others.
  CHECK_FALSE(intel(0x97, "psys").is_known());
  CHECK_FALSE(intel(0x2D, "package-0").is_known());
  CHECK_FALSE(intel(0x3E, "dram").is_known());
  CHECK_FALSE(intel(0x37, "package-0").is_known());
  CHECK_FALSE(detail::rapl_gain({}, "package-0").is_known());
  CHECK_FALSE(GainUncertainty{}.is_known());
}

TEST_CASE("a zone that counts more than its limit has a wrong unit", "[meters][zones]") {
  std::vector<Zone> zones(2);
  zones[0].name = "package-0";
  zones[0].id = "intel-rapl:0";
  zones[0].max_power = 250_W;
  zones[1].name = "dram";
  CHECK(detail::implausible_power(zones, std::vector{249_W, 20_W}) == "");
  CHECK(detail::implausible_power(zones, std::vector{251_W, 20_W}) ==
        "package-0 (intel-rapl:0) counted 251 W, and its limit is 250 W: its unit may be wrong");
}

TEST_CASE("the memory of one socket does not take ten times that of another", "[meters][zones]") {
  std::vector<Zone> zones(4);
  zones[0].name = "package-0";
  zones[1].name = "dram-0";
  zones[1].id = "energy-ram@cpu0";
  zones[2].name = "package-1";
  zones[3].name = "dram-1";
  zones[3].id = "energy-ram@cpu8";
  // PAPI #635: 200 W beside 6 W. A loaded socket beside an idle one is no such thing, nor is one of
  // two packages.
  CHECK(
      detail::implausible_power(zones, std::vector{90_W, 200_W, 80_W, 6_W}) ==
      "dram-0 (energy-ram@cpu0) counted 200 W beside 6.00 W of energy-ram@cpu8: the unit of one is "
      "wrong");
  CHECK(detail::implausible_power(zones, std::vector{90_W, 6_W, 80_W, 200_W}) != "");
  CHECK(detail::implausible_power(zones, std::vector{300_W, 60_W, 20_W, 5_W}) == "");
  CHECK(detail::implausible_power(zones, std::vector{300_W, 120_W, 20_W, 13_W}) == "");
}
