// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/sacct.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "cli/child.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"

namespace perjoule::cli {

namespace {

/// Returns the name that sacct gives to the step of an entry; empty if it is of no job.
std::string step_name(const Entry& entry) {
  const Job& job = entry.environment.run.job;
  std::uint64_t number = 0;
  if (!text::parse_integer(job.id, number)) return {};
  return fmt::format("{}.{}", job.id, job.step.empty() ? "batch" : job.step);
}

/// Returns the energy from the first run to the last; between them, the machines have idle power,
/// or, if that was not measured, as much as in a run.
Joules energy_of_span(const Entry& entry) {
  Joules energy{0.0};
  Seconds wall{0.0};
  for (std::size_t i = 0; i < entry.samples.windows(); ++i) {
    energy += Joules(entry.samples.at(i, Samples::energy));
    wall += Seconds(entry.samples.at(i, Samples::wall));
  }
  const Estimate<Watts>& idle = entry.samples.idle;
  const Seconds between = std::max(entry.span.lasted - wall, Seconds(0.0));
  return energy + (idle.is_known() ? idle.value : energy / wall) * between;
}

}  // namespace

std::map<std::string, double> parse_sacct(std::string_view text) {
  std::map<std::string, double> joules;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t bar = line.find('|');
    std::uint64_t number = 0;
    if (bar == line.npos || !text::parse_integer(line.substr(bar + 1), number)) continue;
    constexpr std::uint64_t most = std::uint64_t{1} << 62U;  // above it are Slurm's "no value"s
    if (number != 0 && number < most)
      joules[std::string(line.substr(0, bar))] = static_cast<double>(number);
  }
  return joules;
}

std::vector<std::string> compare_with_sacct(const std::vector<Entry>& entries,
                                            const std::map<std::string, double>& joules) {
  std::vector<std::string> sentences;
  struct Step {
    std::vector<std::string> labels;
    double here = 0.0;
  };
  std::map<std::string, Step> steps;
  for (const Entry& entry : entries) {
    const std::string name = step_name(entry);
    if (name.empty()) continue;
    steps[name].labels.emplace_back(entry.plan.label());
    steps[name].here += energy_of_span(entry).si();
  }
  for (const auto& [step, of] : steps) {
    const auto counted = joules.find(step);
    const std::string label = fmt::format("{}", fmt::join(of.labels, "', '"));
    const double here = of.here;
    if (counted == joules.end()) {
      sentences.push_back(fmt::format(
          "'{}': Slurm has no energy of step {}: AcctGatherEnergyType in slurm.conf turns it on",
          label, step));
    } else if (!is_finite(here) || here <= 0.0) {
      sentences.push_back(
          fmt::format("'{}': Slurm counted {:.0f} J in step {}, but its own energy "
                      "is missing",
                      label, counted->second, step));
    } else {
      const double off = counted->second - here;
      const bool disagrees = std::abs(off) > std::max(0.05 * here, 2.0);
      sentences.push_back(fmt::format(
          "{}'{}': Slurm counted {:.0f} J in step {}, and {:.1f} J were read ({:+.2f} %){}",
          disagrees ? "warning: " : "", label, counted->second, step, here, 100.0 * off / here,
          disagrees ? ": they disagree, as where another job shares the machine, or where the two "
                      "count different parts of it: ask for machines with --exclusive"
                    : ""));
    }
  }
  return sentences;
}

std::map<std::string, double> ask_sacct(const std::vector<Entry>& entries) {
  std::set<std::string> jobs;
  for (const Entry& entry : entries) {
    if (!step_name(entry).empty()) jobs.insert(entry.environment.run.job.id);
  }
  if (jobs.empty()) {
    throw Error("no energy of Slurm's", "no entry is of a job", "leave out --sacct");
  }
  const detail::FileDescriptor output(memfd_create("sacct", MFD_CLOEXEC));
  std::vector<std::string> words = {"sacct", "--parsable2", "--noheader",
                                    "--format=JobIDRaw,ConsumedEnergyRaw",
                                    fmt::format("--jobs={}", fmt::join(jobs, ","))};
  try {
    const int code = Child::start(words, output.get()).wait().exit_code;
    if (code != 0) {
      throw Error("no energy of Slurm's", fmt::format("sacct ended with exit code {}", code),
                  "see its message, or leave out --sacct");
    }
  } catch (const CannotStart& reason) {
    throw Error("no energy of Slurm's", reason.message, "run this on a machine of the cluster");
  }
  return parse_sacct(detail::read_file(fmt::format("/proc/self/fd/{}", output.get())).value_or(""));
}

}  // namespace perjoule::cli
