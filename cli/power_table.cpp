// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/power_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/gate.hpp"
#include "perjoule/regress/incidents.hpp"
#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/regress/sequential.hpp"
#include "perjoule/regress/simulated_nights.hpp"
#include "perjoule/regress/simulated_processes.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/stats/two_sample.hpp"

namespace perjoule::cli {
namespace {

/// Collects rates, one trial after the other.
class PowerTable {
 public:
  PowerTable(std::vector<PowerFigure>& figures, std::string table, std::size_t trials)
      : figures_(figures), table_(std::move(table)), trials_(trials) {}

  /// Adds the mean of what `trial` returns: whether something happened, or a share.
  template <class Trial>
  void add(std::string_view setting, std::string_view quantity, Trial trial) {
    std::vector<double> outcomes(trials_);
    for (double& outcome : outcomes) outcome = static_cast<double>(trial());
    const Summary found = summarize(outcomes);
    figures_.push_back({table_, std::string(setting), std::string(quantity), found.mean,
                        found.standard_deviation / std::sqrt(static_cast<double>(trials_)),
                        trials_});
  }

 private:
  std::vector<PowerFigure>& figures_;
  std::string table_;
  std::size_t trials_;
};

/// Returns the p-value of a one-sided U test: of the permutations of ranks.
double u_test(const std::vector<ProcessValue>& processes) {
  std::vector<double> first;
  std::vector<double> second;
  for (const ProcessValue& of : processes) {
    double rank = 0.0;
    for (const ProcessValue& other : processes) rank += other.value < of.value ? 1.0 : 0.0;
    (of.is_new ? second : first).push_back(rank);
  }
  return two_sample_permutation(first, second).p_larger;
}

/// Simulates ten repetitions in one process of each side, one side after the other.
std::vector<ProcessValue> one_process_each(ProcessNoise noise, double change, Random& random) {
  std::vector<char> sides(20, 0);
  std::fill(sides.begin() + 10, sides.end(), 1);
  if (noise != ProcessNoise::offset && noise != ProcessNoise::bimodal) {
    return simulate_processes(noise, sides, change, random);
  }
  // What belongs to the process is the same in all of its repetitions, which scatter by .5 %.
  std::vector<ProcessValue> repetitions;
  for (const bool is_new : {false, true}) {
    double level = is_new ? std::log1p(change) : 0.0;
    level += noise == ProcessNoise::offset ? 0.01 * draw_student_t(random, infinite_dof)
             : random.uniform() < 0.3      ? std::log1p(0.03)
                                           : 0.0;
    for (int i = 0; i < 10; ++i) {
      repetitions.push_back(
          {std::exp(level + 0.005 * draw_student_t(random, infinite_dof)), is_new});
    }
  }
  return repetitions;
}

void add_pairwise(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "pairwise: 10 processes a side, in turns", trials);
  const std::vector<char> order = abba_order(10);
  for (const ProcessNoise noise : process_noises) {
    const auto ours = [&](double change) {
      return compare_processes(simulate_processes(noise, order, change, random)).p_larger <= 0.01;
    };
    const auto u = [&](double change) {
      return u_test(simulate_processes(noise, order, change, random)) <= 0.01;
    };
    const auto google = [&](double change) {
      const double p = u_test(one_process_each(noise, change, random));
      return change == 0.0 ? p <= 0.025 || p >= 0.975 : p <= 0.025;
    };
    table.add(name(noise), "false alarms", [&] { return ours(0.0); });
    table.add(name(noise), "+2 % found", [&] { return ours(0.02); });
    table.add(name(noise), "U test: false alarms", [&] { return u(0.0); });
    table.add(name(noise), "U test: +2 % found", [&] { return u(0.02); });
    table.add(name(noise), "compare.py: false alarms", [&] { return google(0.0); });
    table.add(name(noise), "compare.py: +2 % found", [&] { return google(0.02); });
  }
}

void add_nested(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "nested: 10 processes against those of 20 nights", trials);
  std::vector<char> order(210, 0);
  std::fill(order.begin() + 200, order.end(), 1);
  for (const ProcessNoise noise : {ProcessNoise::offset, ProcessNoise::bimodal}) {
    const auto found = [&](double change) {
      return compare_processes(simulate_processes(noise, order, change, random)).p_larger <= 0.01;
    };
    table.add(name(noise), "false alarms", [&] { return found(0.0); });
    table.add(name(noise), "+2 % found", [&] { return found(0.02); });
  }
}

void add_early_stop(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "ab: at most 10 processes a side", trials);
  const std::vector<char> order = abba_order(10);
  const std::vector<Look> looks = plan_looks(10, 0.01);
  const auto run = [&](ProcessNoise noise, double change) {
    const auto all = simulate_processes(noise, order, change, random);
    for (const Look& look : looks) {
      const ProcessComparison found = compare_processes({all.data(), 2 * look.processes});
      const bool is_alarm = found.p_larger <= look.alpha;
      const bool is_last = look.processes == looks.back().processes;
      if (is_alarm || found.p_smaller <= look.alpha || is_last) {
        return std::pair(is_alarm, static_cast<double>(look.processes) / 10.0);
      }
    }
    return std::pair(false, 1.0);
  };
  for (const ProcessNoise noise : process_noises) {
    table.add(name(noise), "false alarms", [&] { return run(noise, 0.0).first; });
    table.add(name(noise), "+2 % found", [&] { return run(noise, 0.02).first; });
    table.add(name(noise), "+5 % found", [&] { return run(noise, 0.05).first; });
    table.add(name(noise), "processes at +5 %", [&] { return run(noise, 0.05).second; });
  }
}

constexpr std::size_t nights = 120;

bool is_found_from(std::size_t first, const std::vector<ChangePoint>& changes) {
  return std::any_of(changes.begin(), changes.end(), [first](const ChangePoint& change) {
    return change.found >= first && change.difference > 0.0;
  });
}

void add_nightly(std::vector<PowerFigure>& figures, std::size_t trials, Random& random,
                 ChangeSearch search) {
  const bool is_quick = search == ChangeSearch::quick;
  const std::size_t few = is_quick ? 3 : 14;
  const std::size_t some = is_quick ? 7 : 21;
  ChangeOptions options;
  options.search = search;
  PowerTable table(figures, is_quick ? "nightly: one value a night" : "nightly, --patient", trials);
  for (const NightNoise noise : night_noises) {
    const auto found = [&](double ratio, std::size_t seen) {
      const auto first = static_cast<std::size_t>(30 + random.below(nights - 30 - seen + 1));
      const auto series = simulated_nights(noise, first + seen, random);
      return is_found_from(first, change_points(with_shift(series, first, ratio), options));
    };
    table.add(name(noise), "alarms per night", [&] {
      const auto series = simulated_nights(noise, nights, random);
      return static_cast<double>(change_points(series, options).size()) /
             static_cast<double>(nights);
    });
    table.add(name(noise), fmt::format("+2 % within {} nights", some),
              [&] { return found(1.02, some); });
    table.add(name(noise), fmt::format("+5 % within {} nights", few),
              [&] { return found(1.05, few); });
  }
}

/// A machine that is replaced at night 60 by one on which everything is 5 % slower; the anchor
/// release is measured ten times on either.
void add_swap(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "nightly: a new machine, 5 % slower", trials);
  const double uncertainty = 0.01 * std::sqrt(2.0 / 10.0);
  const auto series_of = [&](double later, std::size_t seen) {
    const double ratio = 1.05 * std::exp(uncertainty * draw_student_t(random, infinite_dof));
    const MachineSwap swaps[] = {{60, ratio, uncertainty}};
    const auto on_one = simulated_nights(NightNoise::independent, seen, random);
    return change_points(with_shift(with_shift(on_one, 60, 1.05), 60, later), {}, swaps);
  };
  table.add("independent", "alarms per night", [&] {
    return static_cast<double>(series_of(1.0, nights).size()) / static_cast<double>(nights);
  });
  table.add("independent", "alarm on its first 7 nights",
            [&] { return is_found_from(60, series_of(1.0, 67)); });
  table.add("independent", "+5 % there within 3 nights",
            [&] { return is_found_from(60, series_of(1.05, 63)); });
}

void add_incidents(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "incidents: 40 series", trials);
  const auto are_grouped = [&](std::size_t commits) {
    std::vector<SeriesChange> changes;
    for (std::size_t series = 0; series < 40; ++series) {
      const std::size_t first = 60 + (series >= 40 / commits ? 3 : 0);
      const double ratio = 1.03 + 0.02 * random.uniform();
      const auto of =
          with_shift(simulated_nights(NightNoise::independent, 80, random), first, ratio);
      for (const ChangePoint& change : change_points(of)) {
        if (change.found >= first) changes.push_back({series, change});
      }
    }
    const std::vector<Incident> found = incidents(changes);
    // A series or two of one commit may stand with the other one.
    return found.size() == commits &&
           std::all_of(found.begin(), found.end(),
                       [&](const Incident& of) { return of.changes.size() >= 36 / commits; });
  };
  table.add("one commit", "one incident", [&] { return are_grouped(1); });
  table.add("two, 3 nights apart", "two incidents", [&] { return are_grouped(2); });
}

/// Two models' right answers, of which shares got worse and better.
std::pair<Observations, Observations> simulate_answers(std::size_t items, double worse,
                                                       double better, Random& random) {
  std::pair<Observations, Observations> sides;
  for (Observations* const side : {&sides.first, &sides.second}) {
    side->benchmark = "model";
    side->metric = "accuracy";
    side->unit = std::string(1, '%');  // g++ 12 warns of the assignment of a literal
    side->better = Direction::higher;
    side->qualities.resize(1);
  }
  std::vector<double>& before = sides.first.qualities[0].rows;
  std::vector<double>& after = sides.second.qualities[0].rows;
  for (std::size_t i = 0; i < items; ++i) {
    const double u = random.uniform();
    before.push_back(u < 0.8 ? 1.0 : 0.0);
    after.push_back(u < 0.8 - worse || u >= 1.0 - better ? 1.0 : 0.0);
  }
  for (Observations* const side : {&sides.first, &sides.second}) {
    Quality& quality = side->qualities[0].quality;
    std::size_t right = 0;
    for (const double answer : side->qualities[0].rows) right += answer == 1.0 ? 1 : 0;
    const double value = static_cast<double>(right) / static_cast<double>(items);
    quality.metric = side->metric;
    quality.items = items;
    quality.columns = 1;
    quality.value = {value, 0.0, infinite_dof, 0.0, Provenance::measured};
    quality.value_interval = wilson_interval(right, items);
    side->values = {value};
  }
  return sides;
}

void add_quality(std::vector<PowerFigure>& figures, std::size_t trials, Random& random) {
  PowerTable table(figures, "quality: item by item", trials);
  Observations much;
  much.benchmark = "model";
  much.metric = "energy";
  much.unit = "J";
  Observations less = much;
  for (int k = -9; k <= 9; k += 2) {
    much.values.push_back(1.0 + 0.001 * k);
    less.values.push_back(0.9 * (1.0 + 0.001 * k));
  }
  table.add("n = 1,319, 4 % of answers changed", "-2 points found", [&] {
    const auto [before, after] = simulate_answers(1319, 0.03, 0.01, random);
    return compare_observations({before}, {after}).verdict == GateVerdict::regressed;
  });
  for (const std::size_t items : {50U, 200U, 1319U, 10'000U}) {
    const std::string setting = "n = " + std::to_string(items) + ", unchanged, 10 % less energy";
    table.add(setting, "called traded", [&] {
      const auto [before, after] = simulate_answers(items, 0.02, 0.02, random);
      return compare_observations({much, before}, {less, after}).verdict == GateVerdict::traded;
    });
  }
}

}  // namespace

std::vector<PowerFigure> simulate_power(std::size_t trials, std::uint64_t seed) {
  Random random(seed);
  std::vector<PowerFigure> figures;
  add_pairwise(figures, trials, random);
  add_nested(figures, trials, random);
  add_early_stop(figures, trials, random);
  add_nightly(figures, trials, random, ChangeSearch::quick);
  add_swap(figures, trials, random);
  add_incidents(figures, trials, random);
  add_quality(figures, trials, random);
  add_nightly(figures, trials, random, ChangeSearch::patient);
  return figures;
}

}  // namespace perjoule::cli
