// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the workload under Google Benchmark. PERJOULE_BENCH_STEPS is the length of a pass.
#include <benchmark/benchmark.h>

#include <time.h>

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

/// Counts the cost of a pair of pauses here, since no time that Google Benchmark reports
/// includes it.
void paused(benchmark::State& state) {
  const auto cpu_ns = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  };
  int x = 0;
  const double start = cpu_ns();
  for (auto _ : state) {
    state.PauseTiming();
    state.ResumeTiming();
    benchmark::DoNotOptimize(x += 1);
  }
  state.counters["pair_ns"] = (cpu_ns() - start) / static_cast<double>(state.iterations());
}
BENCHMARK(paused)->Iterations(1'000'000);

}  // namespace

BENCHMARK_MAIN();
