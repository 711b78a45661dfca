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
