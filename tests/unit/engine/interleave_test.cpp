// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/run_windows.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

std::string turns(std::size_t variants, std::size_t rounds) {
  std::string said;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t place = 0; place < variants; ++place) {
      said += static_cast<char>('A' + detail::scheduled_variant(round, place, variants));
    }
    said += ' ';
  }
  return said;
}

/// Records its letter on each pass.
struct Model {
  SimulatedMachine& machine;
  std::string& log;
  char letter;
  Seconds duration;
  int operator()(const int& input) {
    machine.work(duration, 50_W);
    log += letter;
    return input;
  }
};

}  // namespace

TEST_CASE("two variants run A B, B A, B A, A B; more take each place equally often", "[compare]") {
  CHECK(turns(2, 6) == "AB BA BA AB AB BA ");
  CHECK(turns(3, 6) == "ABC CBA BCA ACB CAB BAC ");
}

TEST_CASE("a turn is short, but of ten ticks, and of five passes up to a millisecond",
          "[compare]") {
  CHECK(detail::turn_length(0_s, 0.5_s, 1_us).si() == Approx(1e-4));
  CHECK(detail::turn_length(0_s, 10_s, 1_us).si() == Approx(2e-3));
  CHECK(detail::turn_length(1_ms, 0.5_s, 1_us).si() == Approx(1e-2));
  CHECK(detail::turn_length(1_us, 0.5_s, 1_us).si() == Approx(1e-4));  // no ticks to speak of
  CHECK(detail::turn_length(0_s, 0.5_s, 50_us).si() == Approx(2.5e-4));
  CHECK(detail::turn_length(0_s, 0.5_s, 30_ms).si() == Approx(1e-3));
}

TEST_CASE("variants take turns of as many passes where they are about as long", "[compare]") {
  SimulatedMachine machine(20_W, {.period = 1_us, .jitter = 0_s});
  std::string log;
  Model a{machine, log, 'a', 50_us};
  Model b{machine, log, 'b', 40_us};
  Model c{machine, log, 'c', 10_us};
  const int input = 0;
  const std::size_t order[] = {0};
  detail::PlainLoop<Model, int> loop_a{a, &input, "a"};
  detail::PlainLoop<Model, int> loop_b{b, &input, "b"};
  detail::PlainLoop<Model, int> loop_c{c, &input, "c"};
  const detail::Workload batches[] = {{&loop_a, order}, {&loop_b, order}, {&loop_c, order}};
  AnyMeter meter = SimulatedMeter(machine);
  const std::vector<Samples> samples = detail::run_interleaved(meter, batches, 0.5_s, {});
  REQUIRE(samples.size() == 3);
  const std::size_t rounds = samples[0].windows();
  CHECK(rounds > 100);
  CHECK(samples[1].windows() == rounds);
  CHECK(samples[2].windows() == rounds);
  CHECK(samples[0].at(0, Samples::items) == 5.0);
  CHECK(samples[1].at(0, Samples::items) == 5.0);
  CHECK(samples[2].at(0, Samples::items) == 25.0);
  CHECK(log.find("aaaaabbbbbcccccccccccccccccccccccccc") != std::string::npos);
  CHECK((machine.now() - Instant{}).si() == Approx(0.5).epsilon(0.02));
  CHECK(samples[2].idle.value.si() == Approx(20.0).epsilon(0.01));
}

TEST_CASE("a budget that is too short still gives one round", "[compare]") {
  SimulatedMachine machine(20_W);
  std::string log;
  Model a{machine, log, 'a', 2_s};
  const int input = 0;
  const std::size_t order[] = {0};
  detail::PlainLoop<Model, int> loop{a, &input, "a"};
  const detail::Workload batches[] = {{&loop, order}, {&loop, order}};
  AnyMeter meter = SimulatedMeter(machine);
  const std::vector<Samples> samples = detail::run_interleaved(meter, batches, 0.1_s, {});
  CHECK(samples[0].windows() == 1);
  CHECK(samples[1].windows() == 1);
}
