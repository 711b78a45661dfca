// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The workload under Google Benchmark. PERJOULE_BENCH_STEPS is how long a pass is.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "workload.hpp"

namespace {

void pass(benchmark::State& state) {
  const char* const steps = std::getenv("PERJOULE_BENCH_STEPS");
  const int count = steps == nullptr ? workload::steps : std::atoi(steps);
  for (auto _ : state) benchmark::DoNotOptimize(workload::pass(count));
}
BENCHMARK(pass);

void nearly_empty(benchmark::State& state) {
  int x = 0;
  for (auto _ : state) benchmark::DoNotOptimize(x += 1);
}
BENCHMARK(nearly_empty);

}  // namespace

BENCHMARK_MAIN();
