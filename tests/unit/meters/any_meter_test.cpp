// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/meter.hpp"

#include <unistd.h>

#include <cstdint>
#include <type_traits>
#include <utility>

#include "catch.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// A type that can only be moved, and counts its living instances.
class CountedMeter {
 public:
  explicit CountedMeter(int& alive) : alive_(&alive) {
    ++*alive_;
    description_.zones.resize(4);
  }
  CountedMeter(CountedMeter&& other) noexcept
      : alive_(other.alive_), description_(std::move(other.description_)) {
    ++*alive_;
  }
  CountedMeter& operator=(CountedMeter&&) = delete;
  ~CountedMeter() { --*alive_; }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    reading.counts[3] = 7;
    return false;
  }
  [[nodiscard]] WindowEnergy energy(const Reading&, const Reading&) const {
    return {{}, "it never counts"};
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] Instant now() noexcept { return {42}; }
  void wait(Seconds duration) noexcept { waited = duration; }

  Seconds waited{0.0};

 private:
  int* alive_;
  MeterDescription description_;
};

}  // namespace

static_assert(EnergyMeter<AnyMeter>);
static_assert(!std::is_copy_constructible_v<AnyMeter>);
static_assert(!EnergyMeter<int>);

TEST_CASE("a meter of any kind reads as the meter within", "[meters]") {
  SimulatedMachine machine(20_W);
  AnyMeter meter{SimulatedMeter(machine)};
  CHECK(meter.description().source == "simulated");
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  meter.wait(1_s);
  REQUIRE(meter.read(after));
  CHECK(meter.energy(before, after).energy.value.si() == Approx(20.0).epsilon(0.002));
  CHECK(meter.now().ns == machine.now().ns);
  CHECK(meter.now().ns >= 1'000'000'000);
}

TEST_CASE("a failed reading and its reason pass through a meter of any kind", "[meters]") {
  int alive = 0;
  AnyMeter meter{CountedMeter(alive)};
  Reading reading;
  CHECK_FALSE(meter.read(reading));
  CHECK(reading.counts[3] == 7);
  CHECK(meter.energy(reading, reading).why_missing == "it never counts");
  CHECK(meter.now().ns == 42);
}

TEST_CASE("a meter of any kind moves, and ends the meter within once", "[meters]") {
  int alive = 0;
  {
    AnyMeter first{CountedMeter(alive)};
    CHECK(alive == 1);
    AnyMeter second(std::move(first));
    CHECK(alive == 1);
    AnyMeter third{cpu_time_model()};
    third = std::move(second);
    CHECK(third.now().ns == 42);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("a reading has room for all counters of its meter, and no more of another one",
          "[meters]") {
  SimulatedMachine machine(20_W, {{.share = 0.5}, {.share = 0.5}});
  AnyMeter two{SimulatedMeter(machine)};
  Reading reading(two.description());
  CHECK(reading.counts.size() == 2);
  CHECK(reading.ticks.size() == 2);
  const std::uint64_t* const place = reading.counts.data();
  REQUIRE(two.read(reading));
  CHECK(reading.counts.data() == place);  // nothing was allocated
  AnyMeter none{NoMeter()};
  REQUIRE(none.read(reading));
  CHECK(reading.counts.empty());
  Reading fresh;
  REQUIRE(two.read(fresh));
  CHECK(fresh.counts.size() == 2);
}
