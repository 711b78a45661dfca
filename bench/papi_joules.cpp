// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What PAPI's powercap component counts in all packages within $SECONDS: prints joules and seconds,
// for `bench/conformance --reader "PAPI=papi_joules"`. Packages are events such as ENERGY_UJ:ZONE0,
// and what is within them ENERGY_UJ:ZONE0_SUBZONE1. Debian's PAPI is built without this component.

#include <papi.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <thread>
#include <vector>

namespace {

[[noreturn]] void refuse(const char* what, const char* why) {
  std::fprintf(stderr, "papi_joules: %s: %s\n", what, why);
  std::exit(1);
}

void expect(int status, const char* what) {
  if (status != PAPI_OK) refuse(what, PAPI_strerror(status));
}

}  // namespace

int main() {
  const char* const seconds = std::getenv("SECONDS");
  const int version = PAPI_library_init(PAPI_VER_CURRENT);
  if (version < 0) refuse("PAPI", PAPI_strerror(version));
  if (version != PAPI_VER_CURRENT) refuse("PAPI", "another version than that of papi.h");
  const int component = PAPI_get_component_index("powercap");
  if (component < 0)
    refuse("PAPI", "built without its powercap component (--with-components=powercap)");
  if (const PAPI_component_info_t* info = PAPI_get_component_info(component); info->disabled != 0) {
    refuse("its powercap component", info->disabled_reason);
  }
  int events = PAPI_NULL;
  expect(PAPI_create_eventset(&events), "PAPI_create_eventset");
  int event = PAPI_NATIVE_MASK;
  for (int found = PAPI_enum_cmp_event(&event, PAPI_ENUM_FIRST, component); found == PAPI_OK;
       found = PAPI_enum_cmp_event(&event, PAPI_ENUM_EVENTS, component)) {
    char text[PAPI_MAX_STR_LEN];
    expect(PAPI_event_code_to_name(event, text), "PAPI_event_code_to_name");
    const std::string_view name = text;
    if (!name.starts_with("powercap:::ENERGY_UJ:ZONE") ||
        name.find("SUBZONE") != std::string_view::npos)
      continue;
    expect(PAPI_add_event(events, event), text);
  }
  std::vector<long long> counts_uj(static_cast<std::size_t>(std::max(PAPI_num_events(events), 0)));
  if (counts_uj.empty()) refuse("its powercap component", "no event of a package");
  expect(PAPI_start(events), "PAPI_start");
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(
      std::chrono::duration<double>(seconds == nullptr ? 6.0 : std::atof(seconds)));
  expect(PAPI_stop(events, counts_uj.data()), "PAPI_stop");
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::printf("%.6g %.6g\n",
              static_cast<double>(std::accumulate(counts_uj.begin(), counts_uj.end(), 0LL)) * 1e-6,
              elapsed.count());
}
