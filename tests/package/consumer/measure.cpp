// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "consumer.hpp"

perjoule::Entry measure_threshold(perjoule::SimulatedMachine& machine) {
  using namespace perjoule::literals;
  constexpr double inputs[] = {0.2, 0.9, 0.4, 0.7};
  constexpr int labels[] = {0, 1, 0, 0};
  perjoule::Session session{perjoule::AnyMeter(perjoule::SimulatedMeter(machine))};
  return session.measure(
      {.name = "threshold", .budget = 20_s},
      [&](const double& x) {
        machine.work(2_ms, 65_W);
        return x > 0.5 ? 1 : 0;
      },
      inputs, perjoule::accuracy(labels));
}
