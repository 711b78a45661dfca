// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/series_judgement.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::cli {
namespace {

/// Tells whether a change was accepted, and is still: from a night on that it may have begun on, or
/// from a later one.
bool is_accepted(const History& history, const SeriesFinding& finding, std::size_t last_old,
                 const std::string& today) {
  return std::any_of(
      history.acceptances.begin(), history.acceptances.end(), [&](const Acceptance& of) {
        return of.holds_for(finding.name, today) && history.nights[last_old].utc() < of.from_utc;
      });
}

/// How much worse a change is, on the scale on which changes add up: logarithms of positive levels.
double worse_by(const ChangePoint& change, Direction better) {
  const double size = std::isfinite(change.ratio) ? std::log(change.ratio) : change.difference;
  return better == Direction::higher ? -size : size;
}

/// Nights from the first to before the second.
using NightRange = std::pair<std::size_t, std::size_t>;

/// Returns the level that some nights ended with: the median of the last 60.
double level_of(const std::vector<double>& values, NightRange nights) {
  constexpr std::size_t most = 60;
  const std::size_t count = std::min(nights.second - nights.first, most);
  return quantile({values.data() + nights.second - count, count}, 0.5);
}

/// How much worse the level of the later nights is than that of the earlier ones.
double worse_between(const std::vector<double>& values, NightRange earlier, NightRange later,
                     Direction better, bool is_ratio) {
  const double a = level_of(values, earlier);
  const double b = level_of(values, later);
  const double size = is_ratio ? std::log(b / a) : b - a;
  return better == Direction::higher ? -size : size;
}

}  // namespace

std::vector<std::size_t> anchor_runs(const History& history) {
  const std::optional<std::size_t> chosen = history.anchor();
  std::vector<std::size_t> runs;
  for (std::size_t i = 0; i < history.nights.size(); ++i) {
    if (history.nights[i].role == NightRole::anchor || chosen == i) runs.push_back(i);
  }
  return runs;
}

std::vector<double> anchor_values(const History& history, const NightlySeries& series,
                                  const Segment& segment, const std::vector<std::size_t>& anchors) {
  std::vector<double> values;
  for (const std::size_t night : anchors) {
    const NightPoint point = history.point(series, night);
    const bool fits = point.kind != nullptr && history.numbers[night].machine == segment.machine &&
                      point.kind->workload == segment.kind->workload &&
                      point.kind->unit == segment.kind->unit &&
                      point.kind->scope == segment.kind->scope;
    if (fits) values.insert(values.end(), point.values.begin(), point.values.end());
  }
  return values;
}

SearchedNights searched_nights(const History& history, const NightlySeries& series,
                               const std::vector<Segment>& segments, const Segment& current,
                               const std::vector<std::size_t>& anchors) {
  SearchedNights searched;
  searched.nights.reserve(history.nights.size());
  searched.values.reserve(history.nights.size());
  const auto add_nights = [&](const Segment& of) {
    const auto is_missing = [](double median) { return std::isnan(median); };
    if (std::none_of(of.medians.begin(), of.medians.end(), is_missing)) {
      searched.nights.insert(searched.nights.end(), of.nights.begin(), of.nights.end());
      searched.values.insert(searched.values.end(), of.medians.begin(), of.medians.end());
      return;
    }
    for (std::size_t i = 0; i < of.nights.size(); ++i) {
      if (is_missing(of.medians[i])) continue;  // no process of that night has a number
      searched.nights.push_back(of.nights[i]);
      searched.values.push_back(of.medians[i]);
    }
  };
  const Segment* before = nullptr;
  for (const Segment& other : segments) {
    const bool is_earlier =
        other.machine != current.machine && other.nights.back() < current.nights.front() &&
        other.kind->workload == current.kind->workload && other.kind->unit == current.kind->unit &&
        other.kind->scope == current.kind->scope;
    const bool is_later = before == nullptr || before->nights.back() < other.nights.back();
    if (is_earlier && is_later) before = &other;
  }
  if (before != nullptr) {
    const std::vector<double> there = anchor_values(history, series, *before, anchors);
    const std::vector<double> here = anchor_values(history, series, current, anchors);
    const auto are_positive = [](const std::vector<double>& of) {
      return of.size() >= 2 && std::all_of(of.begin(), of.end(), [](double x) { return x > 0.0; });
    };
    if (are_positive(there) && are_positive(here)) {
      const auto variance = [](std::vector<double> of) {
        for (double& x : of) x = std::log(x);
        const double deviation = summarize(of).standard_deviation;
        return deviation * deviation / static_cast<double>(of.size());
      };
      add_nights(*before);
      searched.swaps = {{searched.nights.size(), quantile(here, 0.5) / quantile(there, 0.5),
                         std::sqrt(variance(here) + variance(there))}};
    }
  }
  add_nights(current);
  return searched;
}

void judge_counts(SeriesFinding& finding, const History& history, const SearchedNights& searched,
                  bool confirm) {
  const bool is_higher_better = finding.kind->better == Direction::higher;
  const std::string& today = history.nights[searched.nights.back()].utc();
  const auto is_worse = [&](double a, double b) { return is_higher_better ? a < b : a > b; };
  finding.state = searched.values.size() < 2 ? SeriesState::too_few_nights : SeriesState::steady;
  double best = searched.values[0];
  std::size_t since = 0;  // first night that is worse than the best
  double start = best;
  for (std::size_t i = 1; i < searched.values.size(); ++i) {
    const double value = searched.values[i];
    if (value == searched.values[i - 1]) continue;
    finding.changed_at.push_back(i);
    if (is_accepted(history, finding, searched.nights[i - 1], today)) {
      finding.accepted_at.push_back(i);
      best = start = value;
      since = 0;
      continue;
    }
    if (!is_worse(value, best)) {
      best = value;
      since = 0;
    } else if (since == 0) {
      since = i;
    }
  }
  finding.now = searched.values.back();
  finding.before = since != 0 ? best : start;
  if (finding.before > 0.0) finding.ratio = finding.now / finding.before;
  if (finding.now == finding.before) return;
  finding.state = since != 0 ? SeriesState::regressed : SeriesState::improved;
  const bool is_first_night = since + 1 == searched.values.size();
  if (confirm && since != 0 && is_first_night) finding.state = SeriesState::suspect;
  finding.ratio_interval = {finding.ratio, finding.ratio, 0.95, IntervalMethod::exact};
  const std::size_t at = since != 0 ? since : finding.changed_at.back();
  finding.last_old = searched.nights[at - 1];
  finding.first_new = finding.first = finding.found = searched.nights[at];
}

bool is_exact(const History& history, const NightlySeries& series, const SearchedNights& searched) {
  std::size_t repeats = 0;
  for (std::size_t i = 0; i < searched.nights.size(); ++i) {
    const std::span<const double> values = history.point(series, searched.nights[i]).values;
    if (std::any_of(values.begin(), values.end(), [&](double x) { return x != values[0]; })) {
      return false;
    }
    if (i > 0 && searched.values[i] == searched.values[i - 1]) ++repeats;
  }
  return 2 * (repeats + 1) >= searched.nights.size();
}

void judge_changes(SeriesFinding& finding, const History& history, const SearchedNights& searched,
                   const NightlyOptions& options, SearchMemories& memories) {
  ChangeOptions search;
  search.better = finding.kind->better;
  search.confirm = options.confirm;
  if (options.patient) search.search = ChangeSearch::patient;
  const auto& [changes, last] =
      memories.search(finding.name, searched.values, search, searched.swaps);
  const std::string& today = history.nights[searched.nights.back()].utc();
  double level = 0.0;  // above the last accepted level; positive is worse
  double best = 0.0;
  const ChangePoint* cause = nullptr;  // the largest loss since the best level
  const ChangePoint* gain = nullptr;   // what brought the best level
  std::size_t best_first = 0;          // first night of the best level
  for (const ChangePoint& change : changes) {
    finding.changed_at.push_back(change.first);
    if (is_accepted(history, finding, searched.nights[change.last_old], today)) {
      finding.accepted_at.push_back(change.first);
      level = best = 0.0;
      cause = gain = nullptr;
      best_first = change.first;
      continue;
    }
    const double worse = worse_by(change, search.better);
    level += worse;
    const double largest = cause == nullptr ? 0.0 : worse_by(*cause, search.better);
    // Two estimated changes hardly ever add up to none.
    const double enough = std::max(search.least_effect, 0.25 * largest);
    if (level <= best + (worse < 0.0 ? enough : 0.0)) {
      if (level < best) {
        gain = &change;
        best_first = change.first;
      }
      best = std::min(best, level);
      level = cause != nullptr && worse < 0.0 ? best : level;
      cause = nullptr;
    } else if (worse > largest) {
      cause = &change;
    }
  }
  // Some nights later, the levels themselves tell more than the sum of the changes.
  constexpr std::size_t lately = 10;
  const std::size_t all = searched.values.size();
  if (cause != nullptr && cause->first > best_first && all - cause->first > lately) {
    const double direct =
        worse_between(searched.values, {best_first, cause->first}, {all - lately, all},
                      search.better, std::isfinite(cause->ratio));
    const double enough = std::max(search.least_effect, 0.25 * worse_by(*cause, search.better));
    if (direct < enough) cause = nullptr;
  }
  const bool is_short = changes.empty() && last.state == NightState::too_few_nights;
  finding.state = is_short ? SeriesState::too_few_nights : SeriesState::steady;
  const ChangePoint* const told = cause != nullptr ? cause : gain;
  if (told != nullptr) {
    finding.state = cause != nullptr ? SeriesState::regressed : SeriesState::improved;
    const double size = cause != nullptr ? level - best : best;
    const double signed_size = search.better == Direction::higher ? -size : size;
    finding.now = level_of(searched.values, {changes.back().first, all});
    if (std::isfinite(told->ratio)) {
      finding.ratio = std::exp(signed_size);
      finding.before = finding.now / finding.ratio;
    } else {
      finding.before = finding.now - signed_size;
    }
    if (changes.size() == 1) finding.ratio_interval = told->ratio_interval;
    finding.last_old = searched.nights[told->last_old];
    finding.first_new = searched.nights[told->first_new];
    finding.first = searched.nights[told->first];
    finding.found = searched.nights[told->found];
    return;
  }
  const bool is_suspect =
      last.state == NightState::suspect && last.change.direction == ChangeDirection::worse;
  if (!is_suspect) return;
  finding.state = SeriesState::suspect;
  finding.ratio = last.change.ratio;
  finding.ratio_interval = last.change.ratio_interval;
  if (finding.ratio > 0.0) finding.before = finding.now / finding.ratio;
}

void judge_creep(SeriesFinding& finding, const std::vector<double>& anchor,
                 const SearchedNights& searched, double creep) {
  if (finding.state != SeriesState::steady || !finding.accepted_at.empty()) return;
  constexpr std::size_t nights = 7;
  // Nights on the machine before are on another scale.
  const std::size_t here = searched.values.size() - finding.swapped_at;
  if (anchor.size() < 3 || here < nights) return;
  std::vector<ProcessValue> processes;
  for (const double value : anchor) processes.push_back({value, false});
  for (std::size_t i = searched.values.size() - nights; i < searched.values.size(); ++i) {
    processes.push_back({searched.values[i], true});
  }
  const ProcessComparison found = compare_processes(processes, creep);
  const double p = finding.kind->better == Direction::higher ? found.p_smaller : found.p_larger;
  if (!found.is_ratio || p > 0.01) return;
  finding.state = SeriesState::crept;
  finding.ratio = found.change.value;
  finding.ratio_interval = found.change.interval;
  finding.before = quantile(anchor, 0.5);
  finding.now = finding.before * finding.ratio;
  finding.reason = "against the anchor; no single night changed it";
  finding.last_old = finding.first_new = searched.nights.back();
}

}  // namespace perjoule::cli
