// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the workload under perjoule; each mode prints one line of numbers for bench/precision.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <perjoule/all.hpp>
#include <vector>

#include "workload.hpp"

namespace {

using namespace perjoule;

/// One type for all variants, so that identical variants have identical code.
struct Pass {
  int steps;
  double operator()(const int&) const { return workload::pass(steps); }
};

const std::vector<int> inputs(1);

/// Prints seconds per pass, of the median pass, the relative half-width and the outcome.
int time(double relative_halfwidth, double budget) {
  const Entry entry = measure({.relative_halfwidth = relative_halfwidth, .budget = Seconds(budget)},
                              Pass{workload::steps}, inputs);
  const double seconds = entry.wall_time.value.si();
  std::printf("%.9g %.9g %.4g %s\n", seconds, entry.samples.latency.percentiles[0].value.si(),
              halfwidth(entry.wall_time).si() / seconds, name(entry.samples.outcome).data());
  return 0;
}

/// Compares the workload with one of `steps` steps, several times. Prints the ratio of times and
/// the verdict of each.
int compare(int trials, int steps, double budget) {
  Session session;
  for (int i = 0; i < trials; ++i) {
    const Comparison found = session.compare({.budget = Seconds(budget)}, inputs,
                                             variant({.name = "a"}, Pass{workload::steps}),
                                             variant({.name = "b"}, Pass{steps}));
    const Change& change = found.changes[0].time;
    std::printf("%.9g %s\n", change.ratio.value, name(change.verdict).data());
    std::fflush(stdout);
  }
  return 0;
}

/// Prints nanoseconds per near-empty pass in the engine's loop.
int loop() {
  int x = 0;
  auto nearly_empty = [&x](const int&) { return x += 1; };
  const int input = 0;
  const std::size_t order = 0;
  detail::PlainLoop<decltype(nearly_empty), int> passes{nearly_empty, &input, "nearly empty"};
  constexpr std::size_t count = 200'000'000;
  const Instant start = SystemClock::process_cpu();
  passes.run({&order, 1}, 0, count);
  std::printf("%.4f\n", (SystemClock::process_cpu() - start).si() * 1e9 / count);
  return 0;
}

/// Prints nanoseconds that instrumenting adds to a near-empty call in the user's own loop.
int call() {
  Session session{NoMeter()};
  int x = 0;
  auto nearly_empty = [&x](int by) { return x += by; };
  auto instrumented = session.instrument(nearly_empty);
  constexpr int count = 10'000'000;
  const auto time = [&](auto& model) {
    const Instant start = SystemClock::process_cpu();
    for (int i = 0; i < count; ++i) do_not_optimize(model(1));
    return (SystemClock::process_cpu() - start).si() * 1e9 / count;
  };
  const double with = time(instrumented);
  std::printf("%.4f\n", with - time(nearly_empty));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "time")
    return time(std::atof(argv[2]), std::atof(argv[3]));
  if (argc == 5 && std::string_view(argv[1]) == "compare") {
    return compare(std::atoi(argv[2]), std::atoi(argv[3]), std::atof(argv[4]));
  }
  if (argc == 2 && std::string_view(argv[1]) == "loop") return loop();
  if (argc == 2 && std::string_view(argv[1]) == "call") return call();
  std::fputs(
      "usage: precision_bench time HALFWIDTH BUDGET | compare TRIALS STEPS BUDGET | loop | call\n",
      stderr);
  return 2;
}
