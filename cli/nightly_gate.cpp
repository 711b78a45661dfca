// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/nightly_gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "cli/series_judgement.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/regress/gate.hpp"
#include "perjoule/regress/incidents.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::cli {
namespace {

bool is_judged(const Observations& kind) {
  const bool is_measured =
      kind.provenance < Provenance::modelled || kind.provenance == Provenance::simulated;
  return is_measured && kind.better != Direction::unknown;
}

/// Returns the last night whose value is another one than tonight's, if that value lasted: where
/// outputs differ from night to night anyway, the night before tells nothing.
std::optional<std::size_t> level_before(const SeriesFinding& finding) {
  std::size_t i = finding.nights.size();
  while (i > 0 && finding.nights[i - 1] == finding.nights.back()) --i;
  if (i < 2 || finding.nights[i - 1] != finding.nights[i - 2]) return std::nullopt;
  return finding.nights_at[i - 1];
}

/// Series that have results item by item, by their names.
using Qualities = std::map<std::string, Observations>;

Qualities qualities_of(const HistoryStore& store, const Night& night) {
  Qualities found;
  for (Observations& of : store.read_qualities(file_name(night)).series) {
    if (of.qualities.empty()) continue;
    const std::string name = series_name(of.benchmark, of.metric);
    found.emplace(name, std::move(of));
  }
  return found;
}

/// Returns the night that a quality is compared with: that of the last acceptance, or else the
/// first one with this workload on any machine.
std::size_t reference_of(const History& history, const NightlySeries& series,
                         const Segment& current, const std::string& name) {
  const std::size_t last = current.nights.back();
  std::size_t reference = current.nights.front();
  for (const Acceptance& of : history.acceptances) {
    if (!of.holds_for(name, history.nights[last].utc())) continue;
    for (const std::size_t night : current.nights) {
      if (history.nights[night].id == of.first_night) reference = night;
    }
  }
  if (reference != last) return reference;
  // Quality is the same on another machine.
  for (std::size_t night = last; night-- > 0;) {
    const NightPoint point = history.point(series, night);
    const bool is_alike = point.kind != nullptr && point.kind->workload == current.kind->workload &&
                          point.kind->unit == current.kind->unit;
    if (is_alike) return night;
  }
  return reference;
}

/// Compares qualities of the last night, item by item, with those of the reference night.
void judge_qualities(NightlyResult& result, const HistoryStore& store, const History& history,
                     std::size_t last, const Qualities& now,
                     const std::map<std::string, std::size_t>& references) {
  std::map<std::size_t, Qualities> older;
  for (SeriesFinding& finding : result.findings) {
    const auto of = now.find(finding.name);
    if (of == now.end() || !references.contains(finding.name)) continue;
    finding.is_quality = true;
    finding.state = SeriesState::steady;
    finding.changed_at.clear();
    std::size_t reference = references.at(finding.name);
    const std::size_t accepted = reference;
    std::optional<MetricComparison> found;
    // The reference, and the level before tonight's: what was gained since is lost, too.
    for (const std::optional<std::size_t> night :
         {std::optional(reference), level_before(finding)}) {
      if (!night || *night == last || *night < accepted) continue;
      if (older.count(*night) == 0) older[*night] = qualities_of(store, history.nights[*night]);
      const auto before = older[*night].find(finding.name);
      if (before == older[*night].end()) continue;
      MetricComparison one =
          compare_observations({before->second}, {of->second}).benchmarks[0].metrics[0];
      if (found && one.verdict != MetricVerdict::regressed) continue;
      found = std::move(one);
      reference = *night;
    }
    if (!found) continue;
    finding.before = found->old_value;
    finding.now = found->new_value;
    finding.ratio = finding.before > 0.0 ? finding.now / finding.before : detail::quiet_nan();
    finding.ratio_interval = {};
    finding.reason = fmt::format("item by item with the night of {}",
                                 history.nights[reference].utc().substr(0, 10));
    const bool is_changed =
        found->verdict == MetricVerdict::improved || found->verdict == MetricVerdict::regressed;
    if (!is_changed) continue;
    finding.state =
        found->verdict == MetricVerdict::improved ? SeriesState::improved : SeriesState::regressed;
    finding.first_new = finding.found = last;
    finding.last_old = reference;
    // The first night that has tonight's value, after which it did not change.
    for (std::size_t i = finding.nights.size(); i-- > 0;) {
      if (finding.nights[i] != finding.nights.back()) {
        finding.last_old = finding.nights_at[i];
        break;
      }
      finding.first_new = finding.nights_at[i];
    }
    finding.first = finding.first_new;
  }
}

/// Returns what all of some names have in common: "energy of mlp-*".
std::string shared_by(const std::vector<const SeriesFinding*>& findings) {
  std::set<std::string> metrics;
  std::string prefix = findings[0]->benchmark;
  bool is_one = true;
  for (const SeriesFinding* of : findings) {
    metrics.insert(of->name.substr(of->benchmark.size() + 1));
    is_one = is_one && of->benchmark == findings[0]->benchmark;
    const auto [end, other] =
        std::mismatch(prefix.begin(), prefix.end(), of->benchmark.begin(), of->benchmark.end());
    auto cut = end;
    // Not within a code point of UTF-8, whose further bytes begin with the bits 10.
    const auto is_within = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (cut != prefix.begin() && cut != prefix.end() && is_within(*cut)) --cut;
    prefix.erase(cut, prefix.end());
  }
  const std::string metric = metrics.size() == 1   ? *metrics.begin()
                             : metrics.size() <= 3 ? fmt::format("{}", fmt::join(metrics, ", "))
                                                   : fmt::format("{} metrics", metrics.size());
  if (is_one) return fmt::format("{} of {}", metric, prefix);
  return prefix.size() < 2 ? metric : fmt::format("{} of {}*", metric, prefix);
}

void group_incidents(NightlyResult& result) {
  std::vector<SeriesChange> changes;
  std::vector<std::size_t> finding_of;
  for (std::size_t i = 0; i < result.findings.size(); ++i) {
    const SeriesFinding& finding = result.findings[i];
    if (finding.state != SeriesState::regressed) continue;
    SeriesChange& change = changes.emplace_back();
    change.series = i;
    change.change.first = finding.first;
    change.change.first_new = finding.first_new;
    change.change.last_old = finding.last_old;
    change.change.found = finding.found;
    change.change.direction = ChangeDirection::worse;
    finding_of.push_back(i);
  }
  for (const Incident& incident : incidents(changes)) {
    NightlyIncident& of = result.incidents.emplace_back();
    std::vector<const SeriesFinding*> members;
    for (const std::size_t change : incident.changes) {
      of.findings.push_back(finding_of[change]);
      members.push_back(&result.findings[finding_of[change]]);
    }
    of.last_old = incident.last_old;
    of.first_new = incident.first_new;
    of.shared = shared_by(members);
  }
}

void find_trades(NightlyResult& result) {
  std::set<std::string> improved;
  std::set<std::string> lost;
  for (const SeriesFinding& of : result.findings) {
    if (of.state == SeriesState::improved && !of.is_quality) improved.insert(of.benchmark);
    if (of.state == SeriesState::regressed && of.is_quality) lost.insert(of.benchmark);
  }
  std::set_intersection(improved.begin(), improved.end(), lost.begin(), lost.end(),
                        std::back_inserter(result.traded));
}

}  // namespace

std::string_view name(SeriesState state) noexcept {
  switch (state) {
    case SeriesState::too_few_nights:
      return "too few nights";
    case SeriesState::steady:
      return "steady";
    case SeriesState::improved:
      return "improved";
    case SeriesState::suspect:
      return "suspect";
    case SeriesState::missing:
      return "missing";
    case SeriesState::crept:
      return "crept";
    case SeriesState::regressed:
      break;
  }
  return "regressed";
}

NightlyResult judge_nights(const HistoryStore& store, const History& history,
                           const NightlyOptions& options) {
  NightlyResult result;
  const std::optional<std::size_t> newest = history.last();
  if (!newest) return result;
  const std::string machine =
      options.machine.empty() ? history.nights[*newest].machine() : options.machine;
  std::vector<std::size_t> of_machine;
  for (std::size_t i = 0; i <= *newest; ++i) {
    const Night& night = history.nights[i];
    if (night.role == NightRole::night && night.machine() == machine) of_machine.push_back(i);
  }
  if (of_machine.empty()) return result;
  result.night = of_machine.back();
  const std::size_t last = result.night;
  // A series that one of the seven nights before had is missing, and not forgotten.
  const std::size_t recent =
      of_machine[of_machine.size() - std::min<std::size_t>(of_machine.size(), 8)];
  const std::size_t number = history.numbers[last].machine;
  const std::vector<std::size_t> anchors = anchor_runs(history);
  const Qualities qualities = qualities_of(store, history.nights[last]);
  SearchMemories memories(store,
                          fmt::format("{}|{}|{}", machine, options.confirm, options.patient));
  std::map<std::string, std::size_t> references;
  bool small_anchor = false;
  result.findings.reserve(history.series.size());
  for (const NightlySeries& series : history.series) {
    const std::vector<Segment> segments = segments_of(history, series);
    const Segment* current = nullptr;
    bool was_there = false;
    for (const Segment& segment : segments) {
      if (segment.machine != number) continue;
      if (segment.nights.back() == last) current = &segment;
      was_there = was_there || segment.nights.back() >= recent;
    }
    if (current == nullptr && !was_there) continue;
    SeriesFinding& finding = result.findings.emplace_back();
    finding.name = series_name(series.benchmark, series.metric);
    finding.benchmark = series.benchmark;
    finding.machine = machine;
    if (current == nullptr) {
      memories.keep(finding.name);
      finding.state = SeriesState::missing;
      finding.kind = segments.back().kind;
      finding.reason =
          fmt::format("the night of {} had it",
                      history.nights[segments.back().nights.back()].utc().substr(0, 10));
      continue;
    }
    finding.kind = current->kind;
    const SearchedNights searched = searched_nights(history, series, segments, *current, anchors);
    if (searched.nights.empty() || searched.nights.back() != last) {
      memories.keep(finding.name);
      finding.state = SeriesState::missing;
      finding.reason = "no process has a number";
      continue;
    }
    finding.searched = searched.values.size();
    const bool is_quality = qualities.contains(finding.name);
    if (is_quality) {
      references[finding.name] = reference_of(history, series, *current, finding.name);
    }
    if (is_quality || options.pictures) {
      finding.nights = searched.values;
      finding.nights_at = searched.nights;
      for (const std::size_t night : searched.nights) {
        const std::span<const double> values = history.point(series, night).values;
        const auto [least, largest] = std::minmax_element(values.begin(), values.end());
        finding.spans.emplace_back(*least, *largest);
      }
    }
    const std::vector<double> anchor = anchor_values(history, series, *current, anchors);
    if (!anchor.empty()) finding.anchor = quantile(anchor, 0.5);
    if (!searched.swaps.empty()) finding.swapped_at = searched.swaps[0].night;
    const bool is_small = !anchor.empty() && anchor.size() < 3;
    small_anchor = small_anchor || is_small;
    finding.before = finding.now = searched.values.back();
    if (!is_judged(*current->kind)) {
      finding.state = SeriesState::steady;
      finding.reason = current->kind->better == Direction::unknown
                           ? "which of two is better is not known"
                           : "it is modelled, and shows nothing that CPU time does not";
      continue;
    }
    if (current->kind->is_counted && is_exact(history, series, searched)) {
      judge_counts(finding, history, searched, options.confirm);
      continue;
    }
    judge_changes(finding, history, searched, options, memories);
    judge_creep(finding, anchor, searched, options.creep);
  }
  memories.write();
  judge_qualities(result, store, history, last, qualities, references);
  std::stable_sort(
      result.findings.begin(), result.findings.end(),
      [](const SeriesFinding& a, const SeriesFinding& b) { return a.state > b.state; });
  group_incidents(result);
  find_trades(result);
  if (small_anchor) {
    result.notes.push_back(
        "The anchor release ran in fewer than three processes: nothing is held against it. Run it "
        "again in more, and choose that run as the anchor.");
  }
  for (const SeriesFinding& of : result.findings) {
    const bool is_missing = of.state == SeriesState::missing && !options.allow_missing;
    result.has_failed = result.has_failed || is_missing || of.state >= SeriesState::crept;
  }
  return result;
}

}  // namespace perjoule::cli
