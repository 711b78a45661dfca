// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/plausibility.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/disturbances.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/record/record_fields.hpp"

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
        machines() *
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

  /// Each number of a window is one that can be counted or read.
  void check_columns() {
    const Samples& samples = entry_.samples;
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      const double items = samples.at(i, Samples::items);
      // A pass may put nothing into a stream.
      const double least = samples.first_item.calls == 0 ? 1.0 : 0.0;
      if (!(items >= least && items <= 9e15) || std::floor(items) != items) {
        add("items-not-counted", fmt::format("/samples/items/{}", i),
            fmt::format("a window has {} items", items));
      }
      for (std::size_t column = 0; column < Samples::columns; ++column) {
        const auto of = static_cast<Samples::Column>(column);
        const double value = samples.at(i, of);
        // An energy has a reason of its own, what others used is a difference of two counters, and
        // a temperature may be below 0.
        const bool may_be_any = of == Samples::energy || of == Samples::items ||
                                of == Samples::others_cpu || of == Samples::steal ||
                                of == Samples::temperature;
        if (may_be_any || !is_finite(value) || value >= 0.0) continue;
        add("number-below-0", fmt::format("/samples/{}/{}", detail::record::sample_keys[column], i),
            fmt::format("it is {}", value));
      }
    }
    std::size_t without_energy = 0;
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      if (!is_finite(samples.at(i, Samples::energy))) ++without_energy;
    }
    if (without_energy != samples.dropped) {
      add("windows-dropped-in-silence", "/samples/dropped",
          fmt::format("it is {}, but {} windows have no energy", samples.dropped, without_energy));
    }
  }

  /// Without an interruption, the undisturbed part of a window is all of it.
  void check_clean() {
    const Samples& samples = entry_.samples;
    if (samples.slices.all == 0 || samples.slices.interrupted != 0) return;
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      const double clean = samples.at(i, Samples::clean);
      const double items = samples.at(i, Samples::items);
      if (!is_finite(clean)) continue;
      if (clean <= 1.001 * samples.at(i, Samples::wall) &&
          samples.at(i, Samples::clean_items) <= items) {
        continue;
      }
      add("more-clean-than-window", fmt::format("/samples/clean_s/{}", i),
          "its undisturbed part has more time or items than it has");
    }
  }

  /// Half of all passes take no longer than twice their mean, whatever they take. Single passes are
  /// others than those in windows, and a busy machine held them up to four times as long.
  /// @source Markov's inequality
  void check_latency() {
    const Samples& samples = entry_.samples;
    const bool is_of_passes = samples.latency.calls != 0 && samples.first_item.calls == 0 &&
                              entry_.plan.callers == 1 && entry_.command.runs_asked == 0;
    const double median = samples.latency.percentiles[0].value.si();
    if (!is_of_passes || !is_finite(median) || entry_.inputs == 0) return;
    const double pass =
        sum_of(Samples::wall) / sum_of(Samples::items) * static_cast<double>(entry_.plan.batch);
    constexpr double most = 20.0;
    if (median > most * pass) {
      add("latency-above-time", "/latency/percentiles/0/value_s",
          fmt::format("half of the passes took {:.4g} s or more, but windows give {:.4g} s a pass",
                      median, pass));
    }
  }

  void check_runs() {
    const CommandRuns& command = entry_.command;
    if (command.runs_asked == 0) return;
    const std::size_t windows = entry_.samples.windows();
    const bool is_same = command.runs == windows && command.peak_memory.size() == windows &&
                         command.context_switches.size() == windows;
    bool is_one_item = true;
    for (std::size_t i = 0; i < windows; ++i) {
      is_one_item = is_one_item && entry_.samples.at(i, Samples::items) <= 1.0;
    }
    if (!is_same || !is_one_item) {
      add("runs-differ", "/command/runs", "a run of a command is a window with one item");
    }
  }

  /// Each joule of a window was read on one of the machines.
  void check_nodes() {
    if (entry_.nodes.empty()) return;
    double sum = 0.0;
    for (const Node& node : entry_.nodes) sum += node.energy.si();
    const double of_windows = sum_of(Samples::energy);
    if (std::abs(sum - of_windows) > 1e-6 * std::max(std::abs(of_windows), 1.0)) {
      add("nodes-differ", "/nodes",
          fmt::format("the machines have {:.6g} J, the windows {:.6g} J", sum, of_windows));
    }
  }

  void check_times() {
    if (entry_.meter.provenance == Provenance::simulated) return;  // whose clock is not the CPU's
    const double wall = sum_of(Samples::wall);
    const double cpu = sum_of(Samples::cpu);
    const double cores = machines() * static_cast<double>(entry_.environment.machine.cores);
    // Time is accounted for in ticks of 4 to 10 ms at either end of a window.
    const double quanta = 0.02 * cores * static_cast<double>(entry_.samples.windows());
    if (cores > 0.0 && is_finite(cpu) && cpu > 1.01 * wall * cores + quanta) {
      add("cpu-time-above-machine", "/samples/cpu_s",
          fmt::format("{:.4g} s of CPU time in {:.4g} s on {} CPUs", cpu, wall, cores));
    }
    if (!entry_.span.is_known()) return;
    constexpr Seconds longest(366.0 * 86400.0);
    if (entry_.span.lasted > longest) {
      add("measurement-too-long", "/span/lasted_s", "it lasted longer than a year");
    }
    // Threads of a program's own loop have windows at the same time.
    if (entry_.span.lasted.si() < 0.999 * wall && !entry_.concurrent) {
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
    double wall = 0.0;
    for (std::size_t i = 0; i < entry_.samples.windows(); ++i) {
      const bool has_energy = is_finite(entry_.samples.at(i, Samples::energy));
      if (has_energy) wall += entry_.samples.at(i, Samples::wall);
    }
    const double power = sum_of(Samples::energy) / wall;
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
    if (source.find("-model") != source.npos) best = Provenance::modelled;
    if (source == "none") best = Provenance::missing;
    for (const Zone& zone : entry_.meter.zones) {
      if (zone.id.starts_with("simulated")) best = worst(best, Provenance::simulated);
      if (zone.id.starts_with("CLOCK_")) best = worst(best, Provenance::modelled);
    }
    for (const AbsentMeter& absent : entry_.absent_meters) {
      // Of sensors, those of the CPU have the name of those of a GPU.
      if (absent.source != source || source == "hwmon") continue;
      add("meter-is-absent", "/meter", fmt::format("the record says that there is no {}", source));
    }
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
    const bool was_looked_at = answers.checked != 0 && !answers.digest.empty();
    if (answers.outputs == OutputCheck::same && !was_looked_at) {
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
  [[nodiscard]] double machines() const {
    return std::max(1.0, static_cast<double>(entry_.nodes.size()));
  }

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

std::vector<Finding> implausible(const Entry& entry, const std::string& pointer) {
  Findings findings(entry, pointer);
  findings.check_windows();
  findings.check_columns();
  findings.check_clean();
  findings.check_latency();
  findings.check_runs();
  findings.check_nodes();
  findings.check_times();
  findings.check_idle();
  findings.check_meter();
  findings.check_others();
  findings.check_answers();
  findings.check_counts();
  return std::move(findings).all();
}

}  // namespace perjoule::cli
