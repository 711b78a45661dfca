// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only file of its program that uses PAPI.
#include "events.hpp"

#include <sys/mman.h>

#ifdef CONSUMER_HAS_THE_SINGLE_HEADER
#define PERJOULE_WITH_PAPI
#include "perjoule.hpp"
#else
#include <perjoule/integrations/papi.hpp>
#endif

std::string page_faults() {
  perjoule::PapiEvents events{"perf::PAGE-FAULTS"};
  const perjoule::Event& event = events.description().events[0];
  perjoule::EventReading before;
  perjoule::EventReading after;
  constexpr std::size_t size = std::size_t{64} << 20U;
  void* const room =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(room, size, MADV_NOHUGEPAGE);
  if (!events.open(0) || !events.read(before) || !events.read(before)) return "not read";
  for (std::size_t at = 0; at < size; at += 4096) static_cast<volatile char*>(room)[at] = 1;
  if (!events.read(after)) return "not read";
  return event.why_missing.empty() ? std::to_string(after.counts[0] - before.counts[0])
                                   : "missing: " + std::string(event.why_missing);
}
