// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled but not run: tests a later Google Benchmark than the installed one.
#include "perjoule/integrations/google_benchmark.hpp"

void metered_loop(perjoule::Session& session, benchmark::State& state) {
  for (auto _ : perjoule::metered(session, state, {.label = "int8"})) state.PauseTiming();
}

benchmark::BenchmarkReporter* reporter() { return new perjoule::EnergiesAsTimes; }

bool register_memory(perjoule::PeakMemory& peak, const perjoule::Session& session) {
  perjoule::add_context(session);
  benchmark::RegisterMemoryManager(&peak);
  return peak.is_working();
}
