// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "golden/golden_entries.hpp"
#include "perjoule/measure/comparison.hpp"

// Entries for the tests of budgets, with numbers that can be worked out by hand.
namespace models {

using namespace perjoule;

/// 2.5 mJ and 400 us per item, with 95 % half-widths of 1.96 x .03 mJ = .0588 and 1.96 x 3 us
/// = 5.88.
inline Entry mlp() {
  Entry entry = golden::bare_entry("mlp");
  entry.meter = golden::rapl();
  entry.energy = golden::known(JoulesPerItem(2.5e-3), JoulesPerItem(0.03e-3));
  entry.wall_time = golden::known(SecondsPerItem(400e-6), SecondsPerItem(3e-6));
  entry.footprint = footprint(exact(2_MiB), exact(4_MiB));
  entry.samples.outcome = Outcome::converged;
  return entry;
}

/// 2 mJ in the same time, with the factor of 3 of a modelled energy.
inline Entry modelled() {
  Entry entry = mlp();
  entry.plan.name = "modelled";
  entry.meter = golden::cpu_time_model();
  entry.energy = golden::int8().energy;
  return entry;
}

/// mlp and a variant with this ratio of energies, as a comparison in turns would show it.
inline Comparison in_turns(double low, double high, Verdict verdict) {
  Comparison comparison;
  comparison.entries.push_back(mlp());
  comparison.entries.push_back(mlp());
  comparison.entries[1].plan.name = "int8";
  VariantChanges other;
  other.energy = {golden::known(0.5 * (low + high), 0.001),
                  {low, high, 0.9875, IntervalMethod::signed_rank},
                  verdict,
                  40,
                  0};
  other.time = {golden::known(1.0, 0.001),
                {0.995, 1.005, 0.9875, IntervalMethod::signed_rank},
                Verdict::same,
                40,
                0};
  comparison.changes.push_back(other);
  return comparison;
}

}  // namespace models
