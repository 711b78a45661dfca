// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// A PAPI whose events are a table of the test, linked instead of libpapi. Its energy component has
/// the fault of the real one: until a counter has moved after the start, it returns the whole value
/// of the counter.
namespace fake_papi {

struct FakeEvent {
  std::string name;
  std::string units = "";
  std::string description = "";
  int component = 0;
  long long per_read = 0;  ///< added at each reading; 0: the event is dead
  long long absolute = 0;  ///< value of its counter at the start
  int still_reads = 0;     ///< readings at first during which it stands still
};

struct FakeMachine {
  long long work = 0;  ///< counted by every event that is not dead
  std::vector<FakeEvent> events;
  std::size_t registers = 2;  ///< events of component 0 in a set
  int component_disabled = 0;
  std::string disabled_reason;
  bool can_follow = true;  ///< inherits, and attaches to threads
  std::vector<unsigned long> attached;
  std::size_t sets_alive = 0;
  int domain = 1;            ///< the default: PAPI_DOM_USER
  std::vector<int> domains;  ///< of the sets that were started
};

inline FakeMachine machine;

}  // namespace fake_papi
