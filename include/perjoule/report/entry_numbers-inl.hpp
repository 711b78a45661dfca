// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/lifecycle.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/correlation_interval.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, nonnegative_interval(estimate)};
}

PERJOULE_INLINE const Quality* metric_of(const Entry& entry, std::string_view name) {
  for (const Quality& quality : entry.quality) {
    if (quality.metric == name) return &quality;
  }
  return nullptr;
}

PERJOULE_INLINE IntervalEstimate<double> metric_in(const Entry& entry, std::string_view name) {
  const Quality* const quality = metric_of(entry, name);
  if (quality == nullptr) return {};
  return {quality->value, quality->value_interval};
}

PERJOULE_INLINE IntervalEstimate<double> score_in(const Entry& entry, std::string_view name) {
  for (const Score& score : entry.scores) {
    if (score.name == name) return {score.value, score.interval};
  }
  return {};
}

/// Returns the interval of a metric at another level; unknown if its items are not in the record.
PERJOULE_INLINE Interval<double> metric_interval(const Entry& entry, const Quality& quality,
                                                 double level) {
  const double value = quality.value.value;
  const IntervalMethod method = quality.value_interval.method;
  if (method == IntervalMethod::wilson || method == IntervalMethod::clopper_pearson) {
    // A record may be anybody's, and call a number a share that is none.
    if (quality.items == 0 || !(value >= 0.0 && value <= 1.0)) return {};
    // It may be of fewer items than these: of pairs, of positive ones, or of those that scatter so.
    const Interval<double>& known = quality.value_interval;
    if (method == IntervalMethod::wilson) return wilson_at_level(value, known, level);
    constexpr std::size_t most = std::size_t{1} << 53U;  // beyond it not each number is a double
    if (quality.items > most) return {};
    const auto right =
        static_cast<std::size_t>(std::llround(value * static_cast<double>(quality.items)));
    const Interval<double> again = clopper_pearson_interval(right, quality.items, known.level);
    constexpr double rounding = 1e-9;
    const bool is_of_items =
        std::abs(again.low - known.low) < rounding && std::abs(again.high - known.high) < rounding;
    return is_of_items ? clopper_pearson_interval(right, quality.items, level) : Interval<double>();
  }
  switch (method) {
    case IntervalMethod::exact:
      return {value, value, level, IntervalMethod::exact};
    case IntervalMethod::student_t:
      return quality.higher_is_better ? interval(quality.value, level)
                                      : nonnegative_interval(quality.value, level);
    case IntervalMethod::fisher_z: {
      const Interval<double>& known = quality.value_interval;
      const double width = std::atanh(known.high) - std::atanh(known.low);
      const double u = width / (2.0 * normal_quantile(0.5 * (1.0 + known.level)));
      return is_finite(u) ? fisher_z_interval(value, u, level) : Interval<double>();
    }
    case IntervalMethod::delong: {
      const double items = value * (1.0 - value) / square(quality.value.random);
      if (!(value > 0.0 && value < 1.0) || !is_finite(items) || quality.value.dof <= 0.0) return {};
      Interval<double> found =
          wilson_of_share(value, items, t_quantile(0.5 * (1.0 + level), quality.value.dof), level);
      found.method = method;
      return found;
    }
    case IntervalMethod::logit:
      if (!(value > 0.0 && value < 1.0) || !(quality.value.random > 0.0)) return {};
      return logit_interval(value, quality.value.random, quality.value.dof, level);
    case IntervalMethod::bound:
      return {};  // it was made for 95 %
    default:
      break;
  }
  const View<double> rows =
      per_item_of(entry, static_cast<std::size_t>(&quality - entry.quality.data()));
  if (method == IntervalMethod::gamma && quality.columns == 1) {
    return mean_of_rare_losses(rows, level).interval;
  }
  if (rows.empty() || quality.formula.value == nullptr) return {};
  return estimate_from_resamples(resample_metric(quality.formula, rows, quality.columns).resamples,
                                 level)
      .interval;
}

/// Returns the cost that a score divides by, or nothing for one that a record has no estimate of.
PERJOULE_INLINE Estimate<double> cost_of_score(const Entry& entry, std::string_view score) {
  if (score == "quality_per_joule") return strip_unit(entry.energy);
  if (score == "quality_per_active_joule") return strip_unit(entry.active_energy);
  if (score == "quality_per_second") return strip_unit(entry.wall_time);
  if (score == "quality_per_stored_byte") return strip_unit(entry.footprint.stored);
  if (score == "quality_per_compressed_byte") return strip_unit(entry.footprint.compressed);
  if (score == "quality_per_resident_byte") return strip_unit(entry.footprint.resident);
  if (score == "quality_per_peak_byte") return strip_unit(entry.heap.peak);
  return {};
}

PERJOULE_INLINE Interval<double> score_interval(const Entry& entry, std::string_view name,
                                                double level) {
  const Estimate<double> cost = cost_of_score(entry, name);
  for (const Score& score : entry.scores) {
    if (score.name != name) continue;
    const Quality* const quality = metric_of(entry, score.metric);
    if (quality == nullptr || !is_known_and_finite(quality->skill)) return {};
    Quality at_level = *quality;
    at_level.value_interval = metric_interval(entry, *quality, level);
    at_level.skill_interval = {};
    add_skill(at_level, "");
    return ratio(IntervalEstimate<double>{at_level.skill, at_level.skill_interval}, cost, level)
        .interval;
  }
  return {};
}

PERJOULE_INLINE IntervalEstimate<double> EntryNumber::in(const Entry& entry) const {
  IntervalEstimate<double> found = value(entry, name);
  const bool is_at_level = level == found.interval.level || !found.interval.is_known();
  if (is_at_level || !found.estimate.is_known()) return found;
  switch (kind) {
    case Kind::metric:
      found.interval = metric_interval(entry, *metric_of(entry, name), level);
      break;
    case Kind::score:
      found.interval = score_interval(entry, name, level);
      break;
    case Kind::cost:
      found.interval = name == "active_energy" ? perjoule::interval(found.estimate, level)
                                               : nonnegative_interval(found.estimate, level);
      break;
  }
  if (!found.interval.is_known()) found.estimate.random = quiet_nan();
  return found;
}

/// What entries have beside their metrics.
PERJOULE_INLINE std::vector<EntryNumber> costs_and_scores() {
  using Kind = EntryNumber::Kind;
  using Name = std::string_view;
  constexpr Direction lower = Direction::lower;
  constexpr Direction higher = Direction::higher;
  return {{Kind::cost, "time", "time/item", "s", "", lower, false, true,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.wall_time)); }},
          {Kind::cost, "cpu_time", "CPU time/item", "s", "", lower, false, true,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.cpu_time)); }},
          {Kind::cost, "energy", "energy/item", "J", "", lower, true, true,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.energy)); }},
          {Kind::cost, "active_energy", "active energy/item", "J", "", lower, true, true,
           [](const Entry& e, Name) {
             const Estimate<double> energy = strip_unit(e.active_energy);  // which may be negative
             return IntervalEstimate<double>{energy, interval(energy)};
           }},
          {Kind::cost, "stored", "stored", "B", "", lower, false, false,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.footprint.stored)); }},
          {Kind::cost, "compressed", "compressed", "B", "", lower, false, false,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.footprint.compressed)); }},
          {Kind::cost, "resident", "resident", "B", "", lower, false, false,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.footprint.resident)); }},
          {Kind::cost, "inflation", "inflation", "", "", lower, false, false,
           [](const Entry& e, Name) { return with_interval(e.footprint.inflation); }},
          {Kind::cost, "peak", "peak", "B", "", lower, false, false,
           [](const Entry& e, Name) { return with_interval(strip_unit(e.heap.peak)); }},
          {Kind::cost, "training", "training", "J", "", lower, true, false,
           [](const Entry& e, Name) {
             if (e.plan.training.empty()) return IntervalEstimate<double>{};
             return with_interval(strip_unit(training_energy(e.plan.training)));
           }},
          {Kind::score, "quality_per_joule", "quality", "J", "", higher, true, true, score_in},
          {Kind::score, "quality_per_active_joule", "quality", "J", " active", higher, true, true,
           score_in},
          {Kind::score, "quality_per_second", "quality", "s", "", higher, false, true, score_in},
          {Kind::score, "quality_per_stored_byte", "quality", "B", " stored", higher, false, false,
           score_in},
          {Kind::score, "quality_per_compressed_byte", "quality", "B", " compressed", higher, false,
           false, score_in},
          {Kind::score, "quality_per_resident_byte", "quality", "B", " resident", higher, false,
           false, score_in},
          {Kind::score, "quality_per_peak_byte", "quality", "B", " peak", higher, false, false,
           score_in},
          {Kind::score, "quality_per_moved_byte", "quality", "B", " moved", higher, false, false,
           score_in}};
}

PERJOULE_INLINE std::vector<EntryNumber> entry_numbers(Entries entries, double level) {
  std::vector<EntryNumber> numbers;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Quality& quality : entries[i].quality) {
      const bool is_listed =
          std::any_of(numbers.begin(), numbers.end(),
                      [&](const EntryNumber& other) { return other.name == quality.metric; });
      if (is_listed) continue;
      const Direction better = !quality.is_direction_known ? Direction::unknown
                               : quality.higher_is_better  ? Direction::higher
                                                           : Direction::lower;
      numbers.push_back({EntryNumber::Kind::metric, quality.metric, quality.metric, quality.unit,
                         "", better, false, false, metric_in});
    }
  }
  const std::vector<EntryNumber> others = costs_and_scores();
  numbers.insert(numbers.end(), others.begin(), others.end());
  for (EntryNumber& number : numbers) number.level = level;
  return numbers;
}

PERJOULE_INLINE const EntryNumber& cost_named(const std::vector<EntryNumber>& numbers,
                                              std::string_view name) {
  return *std::find_if(numbers.begin(), numbers.end(), [&](const EntryNumber& number) {
    return number.kind == EntryNumber::Kind::cost && number.name == name;
  });
}

PERJOULE_INLINE double display_unit(const EntryNumber& number, double largest) noexcept {
  if (number.kind == EntryNumber::Kind::metric) return text::display_factor(number.unit);
  return number.unit.empty() ? 1.0 : text::prefix_of(largest).factor;
}

PERJOULE_INLINE double display_unit(Entries entries, const EntryNumber& number) {
  double largest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = number.in(entries[i]).estimate;
    if (estimate.is_known()) largest = std::max(largest, std::abs(estimate.value));
  }
  return display_unit(number, largest);
}

PERJOULE_INLINE bool has_number(Entries entries, const EntryNumber& number) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (number.in(entries[i]).estimate.is_known()) return true;
  }
  return false;
}

PERJOULE_INLINE bool is_disturbed(const Entry& entry, const EntryNumber& number) {
  const bool is_unstable = entry.samples.outcome == Outcome::unstable;
  if (number.is_of_windows && is_unstable) return true;
  const bool is_wall_time = number.name == "time" || number.name == "quality_per_second";
  return is_wall_time && is_interrupted(entry);
}

PERJOULE_INLINE Estimate<double> comparable(const Entry& entry, const EntryNumber& number) {
  if (number.name == "energy") return strip_unit(comparable_energy(entry, entry.energy));
  if (number.name == "active_energy") {
    return strip_unit(comparable_energy(entry, entry.active_energy));
  }
  return number.in(entry).estimate;
}

PERJOULE_INLINE bool are_alike(const Entry& a, const Entry& b, const EntryNumber& number) {
  if (number.kind == EntryNumber::Kind::metric) {
    const Quality& of_a = *metric_of(a, number.name);
    const Quality& of_b = *metric_of(b, number.name);
    const auto rows = [](const Entry& entry, const Quality& quality) {
      return per_item_of(entry, static_cast<std::size_t>(&quality - entry.quality.data()));
    };
    const Interval<double> paired =
        paired_difference(of_a, rows(a, of_a), of_b, rows(b, of_b), number.level).interval;
    if (paired.is_known()) return paired.contains(0.0);
    const Interval<double> in_a = number.in(a).interval;
    const Interval<double> in_b = number.in(b).interval;
    return in_a.low <= in_b.high && in_b.low <= in_a.high;
  }
  const Estimate<double> of_a = comparable(a, number);
  const Estimate<double> of_b = comparable(b, number);
  if (of_a.value == of_b.value) return true;
  const Interval<double> times = ratio(of_a, of_b, number.level).interval;
  return !times.is_known() || times.contains(1.0);
}

PERJOULE_INLINE std::vector<Standing> standings(Entries entries, const EntryNumber& number) {
  std::vector<Standing> standings(entries.size(), Standing::none);
  if (number.better == Direction::unknown) return standings;
  if (number.is_of_energy && !rank_by_energy(entries)) return standings;
  const double sign = number.better == Direction::higher ? 1.0 : -1.0;
  constexpr double worst = -1e308;
  std::vector<double> merits(entries.size(), worst);
  std::size_t best = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [estimate, interval] = number.in(entries[i]);
    if (!is_known_and_finite(estimate) || !interval.is_known()) continue;
    merits[i] = sign * estimate.value;
    ++known;
    if (merits[i] > merits[best]) best = i;
  }
  if (known < 2) return standings;
  std::size_t second = best;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (merits[i] == worst) continue;
    if (i == best || are_alike(entries[best], entries[i], number)) {
      standings[i] = Standing::best;
    } else if (second == best || merits[i] > merits[second]) {
      second = i;
    }
  }
  if (second != best) standings[second] = Standing::second;
  return standings;
}

PERJOULE_INLINE bool is_without_skill(const Quality& quality) noexcept {
  return quality.skill.is_known() && quality.skill.value <= 0.0;
}

/// Returns "A" to "Z", then "AA" and so on.
PERJOULE_INLINE std::string letter_of(std::size_t place) {
  std::string letter;
  for (std::size_t i = place + 1; i != 0; i = (i - 1) / 26) {
    letter.insert(letter.begin(), static_cast<char>('A' + (i - 1) % 26));
  }
  return letter;
}

PERJOULE_INLINE Front front_of(Entries entries) {
  Front front{{}, "", rank_by_energy(entries) ? "energy" : "time"};
  front.letters.resize(entries.size());
  const Quality* first = nullptr;
  std::vector<ObjectiveVector> objectives;
  std::vector<std::size_t> ranked;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].quality.empty()) continue;
    const Quality& quality = entries[i].quality[0];
    if (first == nullptr) {
      first = &quality;
      front.metric = quality.metric;
    }
    const bool is_comparable = quality.is_direction_known && quality.metric == first->metric &&
                               quality.signature == first->signature;
    if (!is_comparable) return front;
    const Estimate<double> cost =
        front.cost == "energy" ? strip_unit(entries[i].energy) : strip_unit(entries[i].wall_time);
    if (!is_known_and_finite(cost) || !quality.value.is_known() || is_without_skill(quality)) {
      continue;
    }
    const double value = quality.value.value;
    objectives.push_back({{quality.higher_is_better ? value : -value, -cost.value}});
    ranked.push_back(i);
  }
  FrontFinder finder;
  const View<char> on_front = finder.find(objectives);
  std::vector<std::size_t> members;  // indices into objectives
  for (std::size_t k = 0; k < ranked.size(); ++k) {
    if (on_front[k] != 0) members.push_back(k);
  }
  std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
    return objectives[a].values[1] > objectives[b].values[1];
  });
  for (std::size_t place = 0; place < members.size(); ++place) {
    front.letters[ranked[members[place]]] = letter_of(place);
  }
  return front;
}

}  // namespace perjoule::inline v0::detail
