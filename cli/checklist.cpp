// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/checklist.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/printable.hpp"
#include "perjoule/report/methods.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

namespace {

std::string shown_energy(const Entry& entry) {
  const Estimate<double> energy = detail::strip_unit(entry.energy);
  return text::with_unit(energy, nonnegative_interval(energy), "J/item");
}

}  // namespace

std::string checklist(Entries entries) {
  std::string out = "# Compute and energy, for the checklists of NeurIPS and ACL\n";
  const auto ask = [&](std::string_view question) { out += fmt::format("\n**{}**\n\n", question); };
  const auto answer = [&](std::string_view what, std::string_view field) {
    const std::string line = fmt::format("- {} [`{}`]\n", text::printable(what), field);
    if (out.find(line) == out.npos) out += line;
  };
  const auto for_each = [&](auto&& of) {
    for (std::size_t i = 0; i < entries.size(); ++i) of(entries[i]);
  };
  ask("Type of compute workers (NeurIPS 8; ACL C1: computing infrastructure)");
  for_each([&](const Entry& entry) {
    const Machine& machine = entry.environment.machine;
    answer(fmt::format("{}, {}, {}",
                       machine.processor.empty() ? "unknown processor" : machine.processor,
                       detail::threads_text(machine), machine.kernel),
           "machine");
  });
  ask("Memory (NeurIPS 8)");
  for_each([&](const Entry& entry) {
    answer(fmt::format("the machine: {}", detail::memory_text(entry.environment.machine)),
           "machine.host_memory_capacity_b");
    if (entry.heap.peak.is_known()) {
      answer(fmt::format("{}: a pass holds {} at most", entry.plan.label(),
                         text::to_string(entry.heap.peak)),
             "entries[].memory.peak_b");
    }
  });
  ask("Number of parameters (ACL C1)");
  for_each([&](const Entry& entry) {
    answer(entry.plan.parameters == 0
               ? fmt::format("{}: not recorded (set .parameters)", entry.plan.label())
               : fmt::format("{}: {}", entry.plan.label(), entry.plan.parameters),
           "entries[].model.parameters");
  });
  ask("Time of execution (NeurIPS 8; NAACL: average runtime)");
  for_each([&](const Entry& entry) {
    answer(fmt::format("{}: {}, in {} windows", entry.plan.label(),
                       text::to_string(entry.wall_time), entry.samples.windows()),
           "entries[].time.wall_s_per_item");
  });
  ask("Energy (NAACL: estimated energy cost; EU AI Act, annex XI)");
  for_each([&](const Entry& entry) {
    answer(entry.energy.is_known()
               ? fmt::format("{}: {}, {} by {} (scope {})", entry.plan.label(), shown_energy(entry),
                             name(entry.energy.provenance), entry.meter.source,
                             name(entry.meter.scope))
               : fmt::format("{}: not known: {}", entry.plan.label(), entry.samples.why_dropped),
           "entries[].energy.total_j_per_item");
  });
  ask("Total compute, also of runs that are not in the paper (NeurIPS 8; ACL C1: total budget)");
  double seconds = 0.0;
  for_each([&](const Entry& entry) {
    for (std::size_t i = 0; i < entry.samples.windows(); ++i) {
      seconds += entry.samples.at(i, Samples::wall);
    }
  });
  answer(fmt::format("these records took {} of measured windows; training, failed runs and "
                     "experiments before them are in no record: add them",
                     text::to_string(Seconds(seconds))),
         "entries[].samples.wall_s");
  return out;
}

}  // namespace perjoule::cli
