// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/regress/gate.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string_view name(GateVerdict verdict) noexcept {
  switch (verdict) {
    case GateVerdict::unchanged:
      return "unchanged";
    case GateVerdict::improved:
      return "improved";
    case GateVerdict::inconclusive:
      return "inconclusive";
    case GateVerdict::quality_unproven:
      return "quality_unproven";
    case GateVerdict::incomparable:
      return "incomparable";
    case GateVerdict::missing:
      return "missing";
    case GateVerdict::traded:
      return "traded";
    case GateVerdict::regressed:
      break;
  }
  return "regressed";
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE const FailRule* rule_for(const std::vector<FailRule>& rules,
                                         std::string_view metric) {
  for (const FailRule& rule : rules) {
    if (rule.metric == metric) return &rule;
  }
  return nullptr;
}

/// @throws Error for a rule that no number of the old side can follow
PERJOULE_INLINE void check_rules(const std::vector<Observations>& before,
                                 const std::vector<FailRule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const FailRule& rule = rules[i];
    const auto refuse = [&](std::string_view why, std::string_view fix) {
      fail("a rule that cannot be followed", text::format("{}: {}", rule.metric, why), fix);
    };
    if (rule_for(rules, rule.metric) != &rule) {
      refuse("there are two rules for it", "give each metric one rule");
    }
    bool is_there = false;
    for (const Observations& of : before) {
      if (of.metric != rule.metric) continue;
      is_there = true;
      if (of.better != Direction::unknown && of.better != rule.better) {
        refuse(of.better == Direction::lower ? "it is better when it is smaller"
                                             : "it is better when it is larger",
               "write > for what must not grow, and <- for what must not fall");
      }
      const bool is_share = of.unit == "%" || (!of.qualities.empty() && of.unit.empty());
      if (rule.is_in_points && !is_share) {
        refuse("pt is for shares, and this is none", "write a margin in % or in its own unit");
      }
    }
    if (is_there) continue;
    std::vector<std::string> names;
    for (const Observations& of : before) {
      if (std::find(names.begin(), names.end(), of.metric) == names.end()) {
        names.push_back(of.metric);
      }
    }
    std::string list;
    for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
    refuse("the old side has no number of that name", "name one of " + list);
  }
}

/// Returns why two numbers are not to be compared; empty if they are.
PERJOULE_INLINE std::string why_incomparable(const Observations& before, const Observations& after,
                                             bool across_machines) {
  const auto differ = [](std::string_view what, std::string_view a, std::string_view b) {
    return text::format("the {} differs: {} and {}", what, a.empty() ? "none" : a,
                        b.empty() ? "none" : b);
  };
  if (before.workload != after.workload) {
    for (std::size_t i = 0; i < std::max(before.task.size(), after.task.size()); ++i) {
      const std::pair<std::string, std::string> none;
      const auto& a = i < before.task.size() ? before.task[i] : none;
      const auto& b = i < after.task.size() ? after.task[i] : none;
      if (a != b) {
        return differ(text::format("workload's {}", a.first.empty() ? b.first : a.first), a.second,
                      b.second);
      }
    }
    return differ("workload", before.workload, after.workload);
  }
  if (before.unit != after.unit) return differ("unit", before.unit, after.unit);
  if (before.qualities.empty() != after.qualities.empty()) {
    return "one of them is a metric of quality";
  }
  if (!before.qualities.empty()) {
    const Quality& a = before.qualities[0].quality;
    const Quality& b = after.qualities[0].quality;
    if (a.signature != b.signature) return differ("signature", a.signature, b.signature);
    return {};
  }
  if (before.scope != after.scope) return differ("scope", name(before.scope), name(after.scope));
  const bool is_modelled = before.provenance == Provenance::modelled;
  if (is_modelled != (after.provenance == Provenance::modelled)) {
    return differ("provenance", name(before.provenance), name(after.provenance));
  }
  // What is counted and the same in each process depends on the program alone.
  const bool is_of_program =
      before.is_of_files || (before.is_counted && is_the_same_in_each(before, after));
  if (!across_machines && !is_of_program && before.machine != after.machine) {
    return differ("machine", before.machine, after.machine);
  }
  return {};
}

/// Numbers that scatter, whose p-values are adjusted together.
struct ScatteringMetric {
  MetricComparison* of;
  ChangeLimits limits;
};

PERJOULE_INLINE void adjust_and_judge(std::vector<ScatteringMetric>& all,
                                      const GateOptions& options) {
  std::vector<double> worse;
  std::vector<double> better;
  for (const auto& [of, limits] : all) {
    worse.push_back(of->p_worse);
    better.push_back(of->p_better);
  }
  if (options.correction != Correction::none) {
    const auto adjusted = options.correction == Correction::holm ? &holm : &benjamini_hochberg;
    worse = adjusted(worse);
    better = adjusted(better);
  }
  const std::size_t tests = options.correction == Correction::holm ? all.size() : 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].of->p_worse = worse[i];
    all[i].of->p_better = better[i];
    judge_scatter(*all[i].of, all[i].limits, options.alpha, tests);
  }
}

/// Returns the comparison of a number that needs no adjustment; the others are put on the list.
PERJOULE_INLINE void compare_one(MetricComparison& of, const Observations& before,
                                 const Observations& after, const FailRule* rule,
                                 const GateOptions& options,
                                 std::vector<ScatteringMetric>& scattering) {
  of.reason = why_incomparable(before, after, options.across_machines);
  if (!of.reason.empty()) {
    of.verdict = MetricVerdict::invalid;
    return;
  }
  const bool is_same = before.is_of_files || is_the_same_in_each(before, after);
  if (of.better == Direction::unknown) {
    add_change(of, is_same);
    of.is_deterministic = before.is_counted && is_same;
    const auto is_equal = [&](double value) { return value == of.old_value; };
    of.is_judged = std::all_of(before.values.begin(), before.values.end(), is_equal) &&
                   std::all_of(after.values.begin(), after.values.end(), is_equal);
    if (of.is_judged) {
      of.verdict = MetricVerdict::equivalent;
      return;
    }
    of.reason = text::format(
        "which of two is better is not known: a rule tells, as in {}>1% if it "
        "must not grow",
        of.metric);
    return;
  }
  const bool is_measured =
      of.provenance < Provenance::modelled || of.provenance == Provenance::simulated;
  if (!of.is_quality && !is_measured) {
    add_change(of, false);
    of.is_judged = false;
    of.reason = of.provenance == Provenance::modelled
                    ? "it is modelled from CPU time, and shows nothing that CPU time does not"
                    : "where it is from is not known";
    return;
  }
  const ChangeLimits limits = limits_of(of, rule, options.min_effect);
  const bool has_items = of.is_quality && before.qualities[0].quality.value_interval.is_known() &&
                         after.qualities[0].quality.value_interval.is_known();
  if (has_items) {
    compare_quality(of, before, after, limits);
  } else if (is_same && (before.is_counted || of.is_quality)) {
    of.is_deterministic = !before.is_of_files;
    compare_exactly(of, limits);
  } else if (of.is_quality) {
    of.reason = "how sure it is is not known: keep its items, or run it several times";
  } else {
    compare_scatter(of, before, after, limits);
    scattering.push_back({&of, limits});
  }
}

/// Tells whether the new side has nothing of a benchmark.
PERJOULE_INLINE bool is_missing(const BenchmarkComparison& of) {
  return std::all_of(of.metrics.begin(), of.metrics.end(), [](const MetricComparison& metric) {
    return metric.verdict == MetricVerdict::missing;
  });
}

/// Returns the verdict of a benchmark.
PERJOULE_INLINE GateVerdict joint_verdict(const std::vector<MetricComparison>& metrics,
                                          bool allow_missing) {
  bool cost_improved = false;
  bool cost_regressed = false;
  bool quality_lost = false;
  bool quality_lost_surely = false;
  bool quality_open = false;
  bool any_improved = false;
  GateVerdict verdict = GateVerdict::unchanged;
  const auto raise = [&](GateVerdict to) { verdict = std::max(verdict, to); };
  for (const MetricComparison& of : metrics) {
    const bool is_regressed = of.verdict == MetricVerdict::regressed;
    const bool is_improved = of.verdict == MetricVerdict::improved;
    any_improved = any_improved || is_improved;
    if (of.is_quality) {
      quality_lost = quality_lost || is_regressed;
      quality_lost_surely = quality_lost_surely || (is_regressed && of.p_worse <= 0.01);
      quality_open = quality_open || of.verdict == MetricVerdict::inconclusive;
    } else {
      cost_improved = cost_improved || is_improved;
      cost_regressed = cost_regressed || is_regressed;
    }
    const bool is_open = of.verdict == MetricVerdict::inconclusive && of.is_judged;
    if (is_open) raise(GateVerdict::inconclusive);
    if (of.verdict == MetricVerdict::invalid) raise(GateVerdict::incomparable);
    if (of.verdict == MetricVerdict::missing && !allow_missing) raise(GateVerdict::missing);
  }
  if (any_improved && verdict <= GateVerdict::inconclusive) verdict = GateVerdict::improved;
  if (cost_improved && quality_open) raise(GateVerdict::quality_unproven);
  if (cost_improved && quality_lost_surely) raise(GateVerdict::traded);
  const bool is_trade = cost_improved && quality_lost_surely && !cost_regressed;
  if ((cost_regressed || quality_lost) && !is_trade) raise(GateVerdict::regressed);
  return verdict;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE GateResult compare_observations(const std::vector<Observations>& before,
                                                const std::vector<Observations>& after,
                                                const GateOptions& options) {
  PERJOULE_EXPECTS(options.alpha > 0.0 && options.alpha < 1.0 && options.min_effect >= 0.0);
  detail::check_rules(before, options.rules);
  using Key = std::pair<std::string_view, std::string_view>;
  std::map<Key, const Observations*> newer;
  for (const Observations& of : after) newer[Key(of.benchmark, of.metric)] = &of;
  GateResult result;
  std::map<std::string_view, std::size_t> place_of;
  std::vector<std::size_t> place;  // of the benchmark of each old number
  std::vector<std::size_t> metrics;
  for (const Observations& of : before) {
    const auto [found, is_new] = place_of.try_emplace(of.benchmark, result.benchmarks.size());
    if (is_new) result.benchmarks.push_back({of.benchmark, GateVerdict::unchanged, {}});
    place.push_back(found->second);
    metrics.resize(result.benchmarks.size());
    ++metrics[found->second];
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    result.benchmarks[i].metrics.reserve(metrics[i]);  // so that pointers to them stay valid
  }
  std::vector<detail::ScatteringMetric> scattering;
  const Observations none;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto found = newer.find(Key(before[i].benchmark, before[i].metric));
    const bool is_missing = found == newer.end() || found->second->values.empty();
    const FailRule* const rule = detail::rule_for(options.rules, before[i].metric);
    MetricComparison& of = result.benchmarks[place[i]].metrics.emplace_back(
        detail::describe(before[i], is_missing ? none : *found->second, rule));
    if (!is_missing) {
      detail::compare_one(of, before[i], *found->second, rule, options, scattering);
      continue;
    }
    of.provenance = Provenance::missing;
    of.verdict = MetricVerdict::missing;
    of.reason = "the new side does not have it";
  }
  if (std::all_of(result.benchmarks.begin(), result.benchmarks.end(), detail::is_missing)) {
    detail::fail("the two sides have nothing in common",
                 text::format("{} numbers before, {} after", before.size(), after.size()),
                 "compare two versions of the same benchmarks");
  }
  detail::adjust_and_judge(scattering, options);
  for (BenchmarkComparison& of : result.benchmarks) {
    of.verdict = detail::joint_verdict(of.metrics, options.allow_missing);
    result.verdict = std::max(result.verdict, of.verdict);
  }
  return result;
}

}  // namespace perjoule::inline v0
