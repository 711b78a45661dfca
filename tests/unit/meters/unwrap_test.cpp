// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/unwrap.hpp"

#include <cstdint>
#include <string_view>

#include "catch.hpp"
#include "perjoule/units/literals.hpp"

using namespace perjoule;

namespace {

/// 2^32 - 1 units of 61.03515625 uJ and one more, counted in uJ: a server's package.
constexpr std::uint64_t package_modulus = 262143328911;

Zone package() { return {"package-0", "intel-rapl:0", package_modulus, 1_uJ, 61_uJ}; }

/// One count is a millijoule, and a megajoule is one turn.
Zone round_zone() { return {"round", "round:0", 1'000'000'000, 1_mJ, 1_mJ}; }

/// That the energy is missing, with words that say why; never 0, and never the counter itself.
void check_missing(const WindowEnergy& window, const char* words) {
  CHECK_FALSE(window.energy.is_known());
  CHECK(window.energy.provenance == Provenance::missing);
  INFO(window.why_missing);
  CHECK(std::string_view(window.why_missing).find(words) != std::string_view::npos);
}

Reading reading(std::int64_t begin_ns, std::int64_t end_ns, std::uint64_t first,
                std::uint64_t second = 0) {
  Reading made;
  made.begin.ns = begin_ns;
  made.end.ns = end_ns;
  made.counts[0] = first;
  made.counts[1] = second;
  return made;
}

}  // namespace

TEST_CASE("a counter that moved on counts the difference", "[meters][rapl]") {
  CHECK(detail::unwrap(10, 90, 100) == 80);
  CHECK(detail::unwrap(0, 99, 100) == 99);
}

TEST_CASE("a counter that stood still counts nothing", "[meters][rapl]") {
  CHECK(detail::unwrap(42, 42, 100) == 0);
}

TEST_CASE("a counter that wrapped once gives the true energy", "[meters][rapl]") {
  CHECK(detail::unwrap(/*before*/ 90, /*after*/ 10, /*modulus*/ 100) == 20);
  CHECK(detail::unwrap(99, 0, 100) == 1);
  CHECK(detail::unwrap(package_modulus - 1, 0, package_modulus) == 1);
  static_assert(detail::unwrap(90, 10, 100) == 20);
}

TEST_CASE("a counter of all 64 bits wraps without overflow", "[meters][rapl]") {
  constexpr std::uint64_t most = 0xFFFF'FFFF'FFFF'FFFFU;
  CHECK(detail::unwrap(most - 5, 4, most) == 9);
}

TEST_CASE("a window in which the counter did not tick has no energy, not zero joules",
          "[meters][rapl]") {
  check_missing(detail::zone_energy(package(), 123456, 123456, 0.1_ms), "did not move");
  check_missing(detail::zone_energy(package(), 0, 0, 0.1_ms), "did not move");
}

TEST_CASE("a zone's energy is its counts times the worth of one", "[meters][rapl]") {
  const WindowEnergy window = detail::zone_energy(package(), 1'000'000, 7'500'000, 0.1_s);
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.5));
  CHECK(window.energy.provenance == Provenance::measured);
  // Two roundings down by up to 61 uJ: 61 uJ x sqrt(2/12).
  CHECK(window.energy.random.si() == Approx(24.9031e-6).epsilon(1e-5));
  CHECK(window.energy.common.si() == 0.0);
}

TEST_CASE("a wrap within a window costs no joule", "[meters][rapl]") {
  const WindowEnergy window =
      detail::zone_energy(package(), package_modulus - 2'000'000, 4'500'000, 0.1_s);
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.5));
}

TEST_CASE("a counter that was reset is refused and not taken for a wrap", "[meters][rapl]") {
  // It showed 5 J and starts again: as a wrap that would be 262 kJ in a tenth of a second.
  check_missing(detail::zone_energy(package(), 5'000'000, 100, 0.1_s), "reset");
}

TEST_CASE("more than any machine draws is refused, and a little less is not", "[meters][rapl]") {
  // 2 kW over 0.1 s and over the 0.1 s in which a late step may arrive: 400 J.
  check_missing(detail::zone_energy(package(), 0, 401'000'000, 0.1_s), "reset");
  CHECK(detail::zone_energy(package(), 0, 399'000'000, 0.1_s).energy.is_known());
}

TEST_CASE("a window that two wraps could hide in is refused", "[meters][rapl]") {
  // At 2 kW the counter goes round in 131.07 s.
  check_missing(detail::zone_energy(package(), 0, 6'500'000, 132_s), "wrapped twice");
  CHECK(detail::zone_energy(package(), 0, 6'500'000, 131_s).energy.is_known());
}

TEST_CASE("a count above the counter's range is refused", "[meters][rapl]") {
  check_missing(detail::zone_energy(package(), package_modulus, 10, 0.1_s), "left its range");
  check_missing(detail::zone_energy(package(), 10, package_modulus, 0.1_s), "left its range");
  check_missing(detail::zone_energy(package(), 10, package_modulus + 7, 0.1_s), "left its range");
}

TEST_CASE("the energy of a meter is the sum of its zones, with the uncertainty worked by hand",
          "[meters][rapl]") {
  MeterDescription meter;
  meter.zones.push_back(round_zone());
  meter.zones.push_back(round_zone());
  meter.update_period = 1_ms;
  meter.provenance = Provenance::measured;
  // 0.1 s from the end of the first reading, which took 1 ms, to the begin of the second: 70 W.
  const Reading before = reading(0, 1'000'000, 1'000, 2'000);
  const Reading after = reading(101'000'000, 101'000'000, 7'500, 2'500);
  const WindowEnergy window = detail::counted_energy(meter, before, after);
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(7.0));
  // quantum: 2 x (1 mJ)^2/6; phase of the tick: (70 W x 1 ms/2)^2; reading: (70 W x 1 ms)^2/12.
  CHECK(window.energy.random.si() == Approx(0.0404186426));
  CHECK(window.energy.common.si() == 0.0);
  CHECK(window.energy.dof == known_dof);
  CHECK(window.energy.provenance == Provenance::measured);
}

TEST_CASE("the width of the second reading counts as that of the first", "[meters][rapl]") {
  MeterDescription meter;
  meter.zones.push_back(round_zone());
  meter.provenance = Provenance::simulated;
  // No update period, 60 W over 0.1 s, both readings 2 ms wide: 60 W x 2 ms x sqrt(2/12), and a
  // quantum of 1 mJ x sqrt(2/12): sqrt(0.0024 + 1/6 x 1e-6) J.
  const WindowEnergy window = detail::counted_energy(meter, reading(0, 2'000'000, 0),
                                                     reading(102'000'000, 104'000'000, 6000));
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.0));
  CHECK(window.energy.random.si() == Approx(0.0489914959));
  CHECK(window.energy.provenance == Provenance::simulated);
}

TEST_CASE("one zone without an energy leaves the sum without one", "[meters][rapl]") {
  MeterDescription meter;
  meter.zones.push_back(round_zone());
  meter.zones.push_back(round_zone());
  meter.update_period = 1_ms;
  meter.provenance = Provenance::measured;
  check_missing(detail::counted_energy(meter, reading(0, 0, 1'000, 2'000),
                                       reading(100'000'000, 100'000'000, 7'500, 2'000)),
                "did not move");
}

TEST_CASE("two readings that overlap make no window", "[meters][rapl]") {
  MeterDescription meter;
  meter.zones.push_back(round_zone());
  meter.update_period = 1_ms;
  meter.provenance = Provenance::measured;
  check_missing(
      detail::counted_energy(meter, reading(0, 1'000, 1'000), reading(1'000, 2'000, 2'000)),
      "no length");
}
