// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A consumer's program, in two translation units. It measures on a simulated machine of 65 W, where
// a pass takes 2 ms: 130 mJ.
#include "consumer.hpp"

#include <cstdio>

int main() {
  Machine machine;
  const perjoule::Entry entry = measure_threshold(machine);
  std::printf("perjoule %s\n", perjoule::version);
  std::printf(
      "accuracy %s %%\n",
      perjoule::text::cell(entry.quality[0].value, entry.quality[0].value_interval, 0.01).c_str());
  std::printf("energy %s mJ\n", perjoule::text::cell(entry.energy, 1e-3).c_str());
  perjoule::write_json("threshold.json", entry);
}
