// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/plausibility.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/engine/sample_estimates.hpp"

namespace perjoule::cli {

namespace {

/// Collects what is implausible in one entry.
class Findings {
 public:
  Findings(const Entry& entry, const std::string& pointer) : entry_(entry), pointer_(pointer) {}

  void add(std::string code, const std::string& place, std::string why) {
    all_.push_back({std::move(code), pointer_ + place, std::move(why)});
  }

  void check_windows() {
    const Samples& samples = entry_.samples;
    const double most =
        std::accumulate(entry_.meter.zones.begin(), entry_.meter.zones.end(), 0.0,
                        [](double sum, const Zone& zone) { return sum + zone.max_power.si(); });
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      const double wall = samples.at(i, Samples::wall);
      const double watts = samples.at(i, Samples::energy) / wall;
      if (!(wall > 0.0)) {
        add("window-without-length", fmt::format("/samples/wall_s/{}", i),
            fmt::format("it is {} s", wall));
      }
      if (!is_finite(watts)) continue;
      const std::string place = fmt::format("/samples/energy_j/{}", i);
      if (watts < 0.0) add("energy-below-0", place, "it is an energy below 0");
      if (most > 0.0 && watts > most) {
        add("power-above-meter", place,
            fmt::format("it is a power of {:.4g} W, but the meter's zones reach {:.4g} W", watts,
                        most));
      }
    }
  }

  void check_times() {
    if (entry_.meter.provenance == Provenance::simulated) return;  // whose clock is not the CPU's
    const double wall = sum_of(Samples::wall);
    const double cpu = sum_of(Samples::cpu);
    const auto cores = static_cast<double>(entry_.environment.machine.cores);
    // Time is accounted for in ticks of 4 to 10 ms at either end of a window.
    const double quanta = 0.02 * cores * static_cast<double>(entry_.samples.windows());
    if (cores > 0.0 && is_finite(cpu) && cpu > 1.01 * wall * cores + quanta) {
      add("cpu-time-above-machine", "/samples/cpu_s",
          fmt::format("{:.4g} s of CPU time in {:.4g} s on {} CPUs", cpu, wall, cores));
    }
    if (!entry_.span.is_known()) return;
    if (entry_.span.lasted.si() < 0.999 * wall) {
      add("windows-longer-than-measurement", "/span/lasted_s",
          fmt::format("it lasted {:.4g} s, but its windows are {:.4g} s long together",
                      entry_.span.lasted.si(), wall));
    }
    const auto began = seconds_of_utc(entry_.span.began_utc);
    const auto started = seconds_of_utc(entry_.environment.run.utc);
    if (began && started && *began < *started - 1.0) {
      add("began-before-run", "/span/began_utc",
          fmt::format("its run started later, at {}", entry_.environment.run.utc));
    }
  }

  void check_idle() {
    const Estimate<Watts>& idle = entry_.samples.idle;
    if (!idle.is_known()) return;
    if (idle.value.si() < 0.0) add("idle-below-0", "/energy/idle_w/value", "it is below 0");
    const double power = sum_of(Samples::energy) / sum_of(Samples::wall);
    const double uncertainty = std::hypot(idle.random.si(), idle.common.si());
    const double least = 0.8 * (idle.value.si() - 3.0 * uncertainty);
    if (is_finite(power) && is_finite(least) && power < least) {
      add("idle-above-work", "/energy/idle_w/value",
          fmt::format("the machine drew {:.4g} W when it slept, and {:.4g} W when it worked",
                      idle.value.si(), power));
    }
  }

  /// A source tells how its numbers come about, whatever the record says.
  void check_meter() {
    const std::string_view source = entry_.meter.source;
    Provenance best = Provenance::measured;
    if (source == "simulated") best = Provenance::simulated;
    if (source.find("model") != source.npos) best = Provenance::modelled;
    if (source == "none") best = Provenance::missing;
    if (entry_.meter.provenance < best) {
      add("provenance-raised", "/meter",
          fmt::format("its meter '{}' says {}, but such a meter's energy is {}", source,
                      name(entry_.meter.provenance), name(best)));
    }
  }

  void check_others() {
    const double share = detail::others_cpu_share(entry_.samples);
    const double said = entry_.samples.others_cpu_share;
    if (entry_.meter.provenance == Provenance::simulated || !is_finite(share)) return;
    const bool is_hidden = !is_finite(said) || said < 0.5 * share;
    if (share > 0.05 && is_hidden) {
      add("other-programs-hidden", "/samples/others_cpu_share",
          fmt::format("windows have {:.3g} of their CPU time from other programs", share));
    }
  }

  /// What was timed has to be what was scored.
  void check_answers() {
    const AnswerCheck& answers = entry_.answers;
    if (answers.outputs == OutputCheck::differ || answers.different != 0) {
      add("outputs-differ", "/answers/outputs",
          fmt::format("{} of {} passes between windows gave another output than the one that was "
                      "scored: another model was timed",
                      answers.different, answers.checked));
    }
    if (answers.outputs == OutputCheck::same && answers.checked == 0) {
      add("outputs-not-looked-at", "/answers/checked", "they are the same, but of no pass");
    }
    const bool is_short = is_finite(answers.repeat_ratio) && answers.repeat_ratio < 0.5;
    if (answers.repeats == RepeatCheck::shorter || is_short) {
      add("answers-cached", "/answers/repeats",
          fmt::format("an input that was seen before took {:.3g} of the time of a new one",
                      answers.repeat_ratio));
    }
  }

  void check_counts() {
    if (entry_.plan.parameters != 0 && entry_.plan.non_zero_parameters > entry_.plan.parameters) {
      add("more-non-zero-parameters-than-there-are", "/model/non_zero_parameters",
          fmt::format("of {} parameters", entry_.plan.parameters));
    }
    for (std::size_t i = 0; i < entry_.footprint.files.size(); ++i) {
      if (entry_.footprint.files[i].bytes < Bytes(0.0)) {
        add("bytes-below-0", fmt::format("/memory/files/{}/bytes_b", i), "it is below 0");
      }
    }
    if (entry_.samples.slices.interrupted > entry_.samples.slices.all) {
      add("more-interrupted-pieces-than-there-are", "/samples/interrupted_pieces",
          fmt::format("of {} pieces", entry_.samples.slices.all));
    }
    if (entry_.samples.dropped > entry_.samples.windows()) {
      add("more-dropped-windows-than-there-are", "/samples/dropped",
          fmt::format("of {} windows", entry_.samples.windows()));
    }
    const auto& percentiles = entry_.samples.latency.percentiles;
    for (std::size_t i = 1; i < std::size(percentiles); ++i) {
      if (percentiles[i].value < percentiles[i - 1].value) {
        add("percentiles-out-of-order", fmt::format("/latency/percentiles/{}", i),
            "it is below the one before");
      }
    }
  }

  [[nodiscard]] std::vector<Finding> all() && { return std::move(all_); }

 private:
  /// Returns the sum over the windows that have such a number.
  [[nodiscard]] double sum_of(Samples::Column column) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < entry_.samples.windows(); ++i) {
      const double value = entry_.samples.at(i, column);
      if (is_finite(value)) sum += value;
    }
    return sum;
  }

  const Entry& entry_;
  const std::string& pointer_;
  std::vector<Finding> all_;
};

}  // namespace

std::optional<double> seconds_of_utc(const std::string& utc) {
  tm time{};
  const char* const rest = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return {};
  std::string_view part = rest;
  double fraction = 0.0;
  if (part.starts_with('.')) fraction = detail::take_number(part).value_or(0.0);
  if (part != "Z") return {};
  return static_cast<double>(timegm(&time)) + fraction;
}

std::vector<Finding> implausible(const Entry& entry, const std::string& pointer) {
  Findings findings(entry, pointer);
  findings.check_windows();
  findings.check_times();
  findings.check_idle();
  findings.check_meter();
  findings.check_others();
  findings.check_answers();
  findings.check_counts();
  return std::move(findings).all();
}

Measurement measurement_of(const Entry& entry, const std::string& file, const std::string& pointer,
                           const std::string& record) {
  Measurement found{file,
                    pointer,
                    std::string(entry.plan.label()),
                    entry.environment.run.id,
                    entry.environment.run.boot,
                    0.0,
                    0.0,
                    {},
                    record};
  const std::optional<double> began = seconds_of_utc(entry.span.began_utc);
  if (began && entry.span.lasted > Seconds(0.0)) {
    found.began = *began;
    found.ended = *began + entry.span.lasted.si();
  }
  constexpr std::size_t enough = 3;  // windows, which two measurements do not share by chance
  const bool is_simulated = entry.meter.provenance == Provenance::simulated;
  if (!is_simulated && entry.samples.windows() >= enough) {
    std::vector<double> windows;
    for (std::size_t i = 0; i < entry.samples.windows(); ++i) {
      windows.push_back(entry.samples.at(i, Samples::wall));
      windows.push_back(entry.samples.at(i, Samples::energy));
    }
    detail::Sha256 hash;
    hash.add(windows.data(), windows.size() * sizeof(double));
    found.windows = hash.hex();
  }
  return found;
}

std::vector<SharedFinding> disturbances(std::vector<Measurement> measurements) {
  std::vector<SharedFinding> found;
  std::vector<std::size_t> order;
  std::set<std::pair<std::string, std::string>> seen;  // record and pointer
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    if (seen.emplace(measurements[i].record, measurements[i].pointer).second) order.push_back(i);
  }
  const auto describe = [&](std::size_t i) {
    return fmt::format("'{}' of {}", measurements[i].name, measurements[i].file);
  };
  std::map<std::string, std::size_t> first_with;
  for (const std::size_t i : order) {
    const std::string& windows = measurements[i].windows;
    if (windows.empty()) continue;
    const auto [first, is_new] = first_with.emplace(windows, i);
    if (is_new) continue;
    found.push_back({i,
                     first->second,
                     {"windows-of-another", measurements[i].pointer + "/samples",
                      fmt::format("they are those of {}", describe(first->second))}});
  }
  std::erase_if(order, [&](std::size_t i) {
    return measurements[i].boot.empty() || measurements[i].ended <= measurements[i].began;
  });
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t k) {
    const Measurement& a = measurements[i];
    const Measurement& b = measurements[k];
    return std::tie(a.boot, a.began, a.ended, a.record, a.pointer) <
           std::tie(b.boot, b.began, b.ended, b.record, b.pointer);
  });
  constexpr double tolerance = 0.05;  // s, by which a clock may be set while they run
  std::size_t longest = 0;           // place of the one that ends last so far
  for (std::size_t place = 1; place < order.size(); ++place) {
    const Measurement& earlier = measurements[order[longest]];
    const Measurement& later = measurements[order[place]];
    const bool is_same_machine = earlier.boot == later.boot;
    // Variants of a comparison take turns in one run, and a run tells of its own threads.
    if (is_same_machine && earlier.run_id != later.run_id &&
        later.began + tolerance < earlier.ended) {
      found.push_back(
          {order[place],
           order[longest],
           {"measured-at-once", later.pointer + "/span/began_utc",
            fmt::format("{} ran on that machine at the same time", describe(order[longest]))}});
    }
    if (!is_same_machine || later.ended > earlier.ended) longest = place;
  }
  return found;
}

}  // namespace perjoule::cli
