// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/program_events.hpp"

#include <algorithm>
#include <sstream>

#include "perjoule/core/error.hpp"

namespace perjoule::cli {

namespace {

/// Each once.
std::vector<std::string> split(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    std::istringstream rest(list + ",");  // so that an empty list is an empty name, and an error
    for (std::string name; std::getline(rest, name, ',');) {
      if (name.empty()) {
        throw Error("an event without a name", ("-e '" + list + "'").c_str(),
                    "write -e instructions,page-faults; 'perjoule doctor' lists more");
      }
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

KernelEvents events_of(const std::vector<std::string>& lists) {
  const std::vector<std::string> names = split(lists);
  std::vector<const char*> pointers;
  for (const std::string& name : names) pointers.push_back(name.c_str());
  return KernelEvents(View<const char*>(pointers), KernelEvents::Target::next_program);
}

}  // namespace

ProgramEvents::ProgramEvents(const std::vector<std::string>& names)
    : are_asked_(!names.empty()), events_(events_of(names)) {}

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

EventCounts ProgramEvents::mean_per_run(const char* why_no_run) const {
  if (!are_asked_) return {};
  const char* const why = !any_run_     ? why_no_run
                          : was_opened_ ? "its counter could not be read"
                                        : "its counter could not be opened when the command ran";
  const char* why_none[max_events];
  for (const char*& of_set : why_none) of_set = why;
  return table_.to_event_counts(events_.description(), why_none);
}

}  // namespace perjoule::cli
