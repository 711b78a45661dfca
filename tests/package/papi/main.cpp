// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program of which one file uses PAPI, and this one and another do not.
#include <cstdio>

#include "../consumer/consumer.hpp"
#include "events.hpp"

int main() {
  Machine machine;
  const perjoule::Entry entry = measure_threshold(machine);
  std::printf("energy %s mJ\n", perjoule::text::cell(entry.energy, 1e-3).c_str());
  std::printf("page faults %s\n", page_faults().c_str());
}
