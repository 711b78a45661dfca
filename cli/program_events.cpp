// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/program_events.hpp"

#include <algorithm>
#include <sstream>

#include "perjoule/core/error.hpp"

namespace perjoule::cli {

namespace {

/// Splits the lists into names, each once.
std::vector<std::string> split(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    std::istringstream rest(list + ",");  // so that an empty list is an empty name, and an error
    for (std::string name; std::getline(rest, name, ',');) {
      if (name.empty()) {
        throw Error("an event without a name", "-e '" + list + "'",
                    "write -e instructions,page-faults; 'perjoule doctor' lists more");
      }
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

}  // namespace

ProgramEvents::ProgramEvents(const std::vector<std::string>& names)
    : are_asked_(!names.empty()),
      events_(split(names), KernelEvents::Target::next_program),
      before_(events_.description()),
      after_(events_.description()) {}

void ProgramEvents::begin() {
  was_opened_ = are_asked_ && events_.open_all();
  was_read_ = was_opened_ && events_.read(before_.at);
}

void ProgramEvents::end() {
  was_read_ = was_read_ && events_.read(after_);
  events_.close();
}

void ProgramEvents::keep() {
  any_run_ = true;
  const EventSourceDescription& source = events_.description();
  for (std::size_t set = 0; was_read_ && set < source.sets; ++set) {
    table_.add(source, set, before_, after_, 1.0);
  }
}

EventCounts ProgramEvents::mean_per_run(std::string_view why_no_run) const {
  if (!are_asked_) return {};
  const std::string_view why = !any_run_     ? why_no_run
                               : was_opened_ ? "its counter could not be read"
                                             : "its counter could not be opened when the command "
                                               "ran";
  const std::vector<std::string_view> why_none(events_.description().sets, why);
  return table_.to_event_counts(events_.description(), why_none);
}

}  // namespace perjoule::cli
