// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <perjoule/all.hpp>
#include <string>
#include <utility>
#include <vector>

/// Words for what a change of a model bought, and what it took.
namespace gallery {

/// What one metric says of one trained model, with what paired comparisons need.
struct Judgement {
  perjoule::Quality quality;
  std::vector<double> per_item;
};

/// @param metric  has its references, as perjoule::auroc(labels) does
template <class Metric, class Outputs>
[[nodiscard]] Judgement judge(Metric metric, const Outputs& outputs) {
  Judgement judgement;
  judgement.quality = perjoule::evaluate(metric, outputs);
  const perjoule::View<double> rows = metric.per_item();
  judgement.per_item.assign(rows.begin(), rows.end());
  return judgement;
}

/// Says how much better or worse a metric became: "log loss -0.21 ± 0.03 nat (better)". The
/// interval is that of the mean over seeds, on other items of this kind. If it leaves open what
/// each seed by itself shows, that is said, too.
/// @param after, before  of each seed, in the same order
[[nodiscard]] inline std::string change(const std::vector<Judgement>& after,
                                        const std::vector<Judgement>& before) {
  std::vector<perjoule::Estimate<double>> seeds;
  std::size_t lower = 0;
  std::size_t higher = 0;
  for (std::size_t seed = 0; seed < after.size(); ++seed) {
    const auto [difference, of_items] = perjoule::paired_difference(
        after[seed].quality, after[seed].per_item, before[seed].quality, before[seed].per_item);
    seeds.push_back(difference);
    if (of_items.is_known() && of_items.high < 0.0) ++lower;
    if (of_items.is_known() && of_items.low > 0.0) ++higher;
  }
  const perjoule::Estimate<double> mean = perjoule::mean_over_seeds(seeds);
  const perjoule::Interval<double> range = perjoule::interval(mean);
  const perjoule::Quality& quality = after.front().quality;
  const bool is_better = quality.higher_is_better ? range.low > 0.0 : range.high < 0.0;
  const bool is_worse = quality.higher_is_better ? range.high < 0.0 : range.low > 0.0;
  const bool all_are_better = (quality.higher_is_better ? higher : lower) == seeds.size();
  const bool all_are_worse = (quality.higher_is_better ? lower : higher) == seeds.size();
  const char* const verdict = !range.is_known() ? "of one seed, without an interval"
                              : is_better       ? "better"
                              : is_worse        ? "worse"
                              : all_are_better  ? "better with each seed, by very different amounts"
                              : all_are_worse   ? "worse with each seed, by very different amounts"
                                                : "no clear change";
  const std::string amount = quality.unit == "%"
                                 ? perjoule::text::cell(mean, range, 0.01) + " percentage points"
                                 : perjoule::text::with_unit(mean, range, quality.unit);
  return quality.metric + " " + amount + " (" + verdict + ")";
}

/// Tells whether joules can be compared: the error of a model of energy may differ between models,
/// so time takes the place of its joules.
[[nodiscard]] inline bool has_joules(const perjoule::Entry& entry) {
  return entry.energy.provenance <= perjoule::Provenance::estimated ||
         entry.energy.provenance == perjoule::Provenance::simulated;
}

/// Names the models that no other beats in both quality and cost: "x0.6 (P = 0.93), x0.4 (P =
/// 0.94)", where P is the probability that it is so.
[[nodiscard]] inline std::string front(const std::vector<perjoule::Entry>& entries) {
  const bool by_joules = std::all_of(entries.begin(), entries.end(), has_joules);
  const perjoule::Cost cost = by_joules ? perjoule::Cost::energy : perjoule::Cost::time;
  const perjoule::EntryCandidateSet models(entries, {cost});
  const perjoule::CandidateSet& field = models.candidate_set();
  std::string left_out;
  for (const perjoule::ExcludedCandidate& one : field.excluded()) {
    left_out += "; " + one.name + " is left out: " + one.reason;
  }
  if (field.size() == 0) return "No front" + left_out;
  const std::vector<double> probability =
      perjoule::probability_on_front(perjoule::JointDraws(field, 1));
  std::string names;
  for (const std::size_t i : perjoule::pareto_front(field)) {
    names += (names.empty() ? "" : ", ") + field.candidates()[i].name +
             " (P = " + perjoule::text::significant(probability[i], 2) + ")";
  }
  const perjoule::Choice knee = perjoule::knee(field);
  return "Front of " + entries.front().quality.front().metric + " and " + field.axes()[1].name +
         ": " + names +
         (knee.is_made ? "; its knee is " + field.candidates()[knee.candidate].name : "") +
         left_out;
}

/// Says what one model takes beside another: "2.5 ± 0.1 times the CPU time per item". It is the
/// energy where that is measured: a model of energy may err differently for the two. The interval
/// holds within one run: measured again, one after the other, two models may differ by more.
[[nodiscard]] inline std::string cost(const perjoule::Entry& after, const perjoule::Entry& before) {
  const bool by_joules = has_joules(after) && has_joules(before);
  const perjoule::IntervalEstimate<double> times =
      by_joules ? perjoule::ratio(perjoule::comparable_energy(after, after.energy),
                                  perjoule::comparable_energy(before, before.energy))
                : perjoule::ratio(after.cpu_time, before.cpu_time);
  return perjoule::text::cell(times.estimate, times.interval) + " times the " +
         (by_joules ? "energy" : "CPU time") + " per item";
}

/// The same over seeds, each of which was trained and measured by itself: what others give.
/// @param after, before  of each seed, in the same order
[[nodiscard]] inline std::string cost(const std::vector<perjoule::Entry>& after,
                                      const std::vector<perjoule::Entry>& before) {
  const bool by_joules = std::all_of(after.begin(), after.end(), has_joules) &&
                         std::all_of(before.begin(), before.end(), has_joules);
  std::vector<perjoule::Estimate<double>> seeds;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto energy = [](const perjoule::Entry& entry) {
      return perjoule::comparable_energy(entry, entry.energy);
    };
    seeds.push_back(by_joules ? perjoule::ratio(energy(after[i]), energy(before[i])).estimate
                              : perjoule::ratio(after[i].cpu_time, before[i].cpu_time).estimate);
  }
  const perjoule::Estimate<double> mean = perjoule::mean_over_seeds(seeds);
  return perjoule::text::cell(mean, perjoule::interval(mean)) + " times the " +
         (by_joules ? "energy" : "CPU time") + " per item";
}

}  // namespace gallery
