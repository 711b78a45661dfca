// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cost of counting a stretch of passes: a reading at its start and one at its end, compared
// with the bare calls of the library below.
#include <sys/resource.h>
#include <time.h>
#include <string>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <perjoule/all.hpp>
#ifdef BENCH_WITH_PAPI
#include <perjoule/integrations/papi.hpp>
#endif

namespace {

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Prints the CPU time of a start and a stop: the least of many tries of both, in turns.
/// @param turn_to  called with whether it is perjoule's turn, where both can't be on at once
template <class Bare, class Ours, class Switch>
void print_row(const char* what, Bare&& bare, Ours&& ours, Switch&& turn_to) {
  constexpr int pairs = 500;
  double least[2] = {1.0, 1.0};
  const auto time = [&](double& best, auto&& call) {
    const double start = seconds();
    for (int i = 0; i < 2 * pairs; ++i) call();
    best = std::min(best, (seconds() - start) / pairs);
  };
  for (int attempt = 0; attempt < 400; ++attempt) {
    turn_to(false);
    time(least[0], bare);
    turn_to(true);
    time(least[1], ours);
  }
  std::printf("| %s | %.0f | %.0f | %.2f |\n", what, 1e9 * least[0], 1e9 * least[1],
              least[1] / least[0]);
}

const auto nothing = [](bool) {};

perjoule::EventReading reading;

void of_getrusage() {
  perjoule::KernelEvents events{"page-faults", "context-switches"};
  if (!events.open(0)) return;
  rusage usage{};
  print_row(
      "getrusage", [&] { perjoule::do_not_optimize(getrusage(RUSAGE_SELF, &usage)); },
      [&] { perjoule::do_not_optimize(events.read(reading)); }, nothing);
}

/// A group of two hardware events, or of the one software event that remains without them.
void of_perf_events() {
  const std::string hardware[] = {"instructions", "cycles"};
  const std::string software[] = {"cpu-migrations"};
  perjoule::View<std::string> names = hardware;
  if (!perjoule::KernelEvents(names).description().events[0].why_missing.empty()) names = software;
  perjoule::KernelEvents events{names};
  if (!events.description().events[0].why_missing.empty() || !events.open(0)) {
    std::printf("| perf events | n/a | n/a | n/a |\n");
    return;
  }
  perjoule::detail::PerfAttributes attributes;
  const bool is_hardware = names.size() == 2;
  attributes.read_format = 1U | 2U | 8U;  // times enabled and running, the whole group
  attributes.flags = 2U | (is_hardware ? 32U | 64U : 0U);  // inherited; user mode only
  attributes.type = is_hardware ? 0 : 1;
  attributes.config = is_hardware ? 1 : 4;
  const int leader = perjoule::detail::open_perf_event(attributes, 0, -1, -1);
  attributes.config = 0;
  if (is_hardware) (void)perjoule::detail::open_perf_event(attributes, 0, -1, leader);
  std::uint64_t numbers[5];
  print_row(
      is_hardware ? "read of two perf events" : "read of a perf event (software)",
      [&] {
        perjoule::do_not_optimize(::read(leader, numbers, (3 + names.size()) * sizeof numbers[0]));
      },
      [&] { perjoule::do_not_optimize(events.read(reading)); }, nothing);
}

#ifdef BENCH_WITH_PAPI
void of_papi() {
  perjoule::PapiEvents events{"perf::PAGE-FAULTS", "perf::CONTEXT-SWITCHES"};
  if (!events.description().events[0].why_missing.empty() || !events.open(0)) {
    std::printf("| PAPI_read | n/a | n/a | n/a |\n");
    return;
  }
  int set = PAPI_NULL;
  long long counts[2];
  events.close();
  if (perjoule::detail::create_papi_set(0, PAPI_DOM_ALL, set) != PAPI_OK) return;
  PAPI_add_named_event(set, "perf::PAGE-FAULTS");
  PAPI_add_named_event(set, "perf::CONTEXT-SWITCHES");
  print_row(
      "PAPI_read of two events", [&] { perjoule::do_not_optimize(PAPI_read(set, counts)); },
      [&] { perjoule::do_not_optimize(events.read(reading)); },
      [&](bool ours) {  // only one set of a thread can run
        if (ours) PAPI_stop(set, counts);
        ours ? (void)events.open(0) : events.close();
        if (!ours) PAPI_start(set);
      });
}
#endif

}  // namespace

int main() {
  std::printf(
      "| a start and a stop | bare (ns) | perjoule (ns) | times |\n"
      "| --- | ---: | ---: | ---: |\n");
  of_getrusage();
  of_perf_events();
#ifdef BENCH_WITH_PAPI
  of_papi();
#endif
}
