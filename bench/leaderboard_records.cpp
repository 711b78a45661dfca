// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes records of simulated models, as many as a leaderboard may have, for
// bench/leaderboard_cost.
//
// usage: leaderboard_records RECORDS FOLDER
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "perjoule/meters/simulated.hpp"
#include "perjoule/perjoule.hpp"

using namespace perjoule;
using namespace perjoule::literals;

namespace {

/// A model that draws about this power, and answers each `wrong`-th item with the other class.
struct Model {
  SimulatedMachine* machine;
  Watts power;
  int wrong;
  Random random;

  int operator()(int item) {
    machine->work(100_us, power * (0.9 + 0.2 * random.uniform()));
    const int label = item % 2;
    return item % wrong == 0 ? 1 - label : label;
  }
};

/// Measures a model in about 100 windows.
Entry measured(std::size_t number) {
  SimulatedCounter counter;
  counter.seed = number;
  counter.period = 10_us;  // its ticks do not matter
  counter.jitter = 0_us;
  SimulatedMachine machine(20_W, counter);
  const SimulatedMeter meter(machine);
  Session session{AnyMeter(meter)};
  Model model{&machine, Watts(30.0 + static_cast<double>(number % 997) * 0.1),
              static_cast<int>(3 + number % 31), Random(number)};
  std::vector<int> items(200);
  std::vector<int> labels(200);
  for (int i = 0; i < 200; ++i) {
    items[static_cast<std::size_t>(i)] = i;
    labels[static_cast<std::size_t>(i)] = i % 2;
  }
  return session.measure({.name = text::format("model-{}", number),
                          .relative_halfwidth = 1e-9,
                          .budget = 2.9_s,
                          .dataset = "board"},
                         model, items, accuracy(labels));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: leaderboard_records RECORDS FOLDER\n", stderr);
    return 2;
  }
  const auto records = static_cast<std::size_t>(std::strtoull(arguments[1], nullptr, 10));
  for (std::size_t i = 0; i < records; ++i) {
    write_json(text::format("{}/record-{}.json", arguments[2], i), measured(i));
  }
  return 0;
}
