// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/window_energy.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// 2^32 - 1 units of 61.03515625 uJ and one more, counted in uJ: a server's package.
constexpr std::uint64_t package_modulus = 262143328911;

Zone package() { return {"package-0", "intel-rapl:0", package_modulus, 1_uJ, 61_uJ, 1_ms}; }

/// Checks that the energy is missing, with words that say why; never 0, and never the
/// counter itself.
void check_missing(const WindowEnergy& window, std::string_view words) {
  CHECK_FALSE(window.energy.is_known());
  CHECK(window.energy.provenance == Provenance::missing);
  INFO(window.why_missing);
  CHECK(window.why_missing.find(words) != std::string::npos);
}

/// Returns the energy of a zone between two counts.
WindowEnergy between(const Zone& zone, std::uint64_t before, std::uint64_t after,
                     Seconds duration) {
  std::uint64_t counts = 0;
  const std::string_view why = detail::accumulate_counts(zone, before, after, duration, counts);
  if (!why.empty()) return {{}, std::string(why)};
  return detail::zone_energy(zone, counts);
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
  check_missing(between(package(), 123456, 123456, 0.1_ms), "did not move");
  check_missing(between(package(), 0, 0, 0.1_ms), "did not move");
}

TEST_CASE("a zone's energy is its counts times the worth of one", "[meters][rapl]") {
  const WindowEnergy window = between(package(), 1'000'000, 7'500'000, 0.1_s);
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.5));
  CHECK(window.energy.provenance == Provenance::measured);
  // Two roundings down by up to 61 uJ: 61 uJ x sqrt(2/12).
  CHECK(window.energy.random.si() == Approx(24.9031e-6).epsilon(1e-5));
  CHECK(window.energy.common.si() == 0.0);
}

TEST_CASE("a wrap within a window costs no joule", "[meters][rapl]") {
  const WindowEnergy window = between(package(), package_modulus - 2'000'000, 4'500'000, 0.1_s);
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.5));
}

TEST_CASE("a counter that was reset is refused and not taken for a wrap", "[meters][rapl]") {
  // It showed 5 J and restarts: as a wrap that would be 262 kJ in a tenth of a second.
  check_missing(between(package(), 5'000'000, 100, 0.1_s), "reset");
}

TEST_CASE("more than any machine draws is refused, and a little less is not", "[meters][rapl]") {
  // 2 kW over 0.1 s and over the 0.1 s in which a late step may arrive: 400 J.
  check_missing(between(package(), 0, 401'000'000, 0.1_s), "reset");
  CHECK(between(package(), 0, 399'000'000, 0.1_s).energy.is_known());
}

TEST_CASE("a window that two wraps could hide in is refused", "[meters][rapl]") {
  // At 2 kW the counter wraps in 131.07 s.
  check_missing(between(package(), 0, 6'500'000, 132_s), "wrapped twice");
  CHECK(between(package(), 0, 6'500'000, 131_s).energy.is_known());
}

TEST_CASE("a count above the counter's range is refused", "[meters][rapl]") {
  check_missing(between(package(), package_modulus, 10, 0.1_s), "left its range");
  check_missing(between(package(), 10, package_modulus, 0.1_s), "left its range");
  check_missing(between(package(), 10, package_modulus + 7, 0.1_s), "left its range");
}

TEST_CASE("what cannot be known adds nothing to a sum", "[meters][rapl]") {
  std::uint64_t sum = 7;
  CHECK(detail::accumulate_counts(package(), 5'000'000, 100, 0.1_s, sum) ==
        "the counter was reset");
  CHECK(sum == 7);
  CHECK(detail::accumulate_counts(package(), 100, 150, 0.1_s, sum).empty());
  CHECK(sum == 57);
}

TEST_CASE("a thousand turns of a counter are counted to the unit", "[meters][rapl]") {
  // A wrap is 262 J; there are at most 200 J between readings every 100 ms.
  const Zone zone{"small", "small:0", 4'294'967, 61_uJ, 61_uJ, 1_ms};
  std::uint64_t sum = 0;
  std::uint64_t shown = 1234;
  std::uint64_t true_counts = 0;
  while (true_counts < 1000 * zone.modulus) {
    const std::uint64_t step = 1'600'000 + true_counts % 100'003;  // about 1 kW
    true_counts += step;
    const std::uint64_t next = (shown + step) % zone.modulus;
    REQUIRE(detail::accumulate_counts(zone, shown, next, 0.1_s, sum).empty());
    shown = next;
  }
  CHECK(sum == true_counts);
}

TEST_CASE("a counter that may rest has used nothing when it did not move", "[meters][model]") {
  Zone zone = package();
  zone.allows_zero_counts = true;
  const WindowEnergy found = between(zone, 42, 42, 0.1_s);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == 0.0);
}
