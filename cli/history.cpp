// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "cli/history_cache.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::cli {
namespace {

/// In the name of a run file.
constexpr std::size_t id_begin = std::string_view("20260131T120000Z-").size();

/// Gives the night of a cached run its id: the one that it has is of a night without series.
/// @throws Refusal if the row is of another file
void name_night(Night& night, const std::string& file) {
  night.id = file.substr(std::min(id_begin, file.size()), id_size);
  const bool is_run = is_utc(night.utc()) && file_name(night) == file &&
                      night.id.find_first_not_of("0123456789abcdef") == night.id.npos;
  if (!is_run) throw Refusal{"", "a row is of another file"};
}

/// Lists the series, in order of their names, and returns the place of each kind's. Kinds differ
/// in unit, workload and the like; those of one name are one series.
std::vector<std::size_t> list_series(History& history) {
  const auto key = [&](std::size_t kind) {
    return std::tie(history.kinds[kind].benchmark, history.kinds[kind].metric);
  };
  std::vector<std::size_t> in_order(history.kinds.size());
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  std::sort(in_order.begin(), in_order.end(),
            [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<std::size_t> places(history.kinds.size());
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const std::size_t kind = in_order[i];
    if (i == 0 || key(in_order[i - 1]) != key(kind)) {
      history.series.push_back(
          {history.kinds[kind].benchmark, history.kinds[kind].metric, history.series.size()});
    }
    places[kind] = history.series.size() - 1;
  }
  return places;
}

/// Finds the places of a night's series among its numbers.
std::vector<SeriesPlace> places_of(const std::vector<CachedSeries>& layout, const History& history,
                                   const std::vector<std::size_t>& series_of_kind) {
  std::vector<SeriesPlace> places(history.series.size());
  std::uint32_t first = 0;
  for (const auto& [kind, count] : layout) {
    if (kind >= history.kinds.size()) throw Refusal{"", "a number has no series"};
    places[series_of_kind[kind]] = {&history.kinds[kind], first, count};
    first += count;
  }
  return places;
}

/// @throws Refusal if the cache holds what cannot be
History history_of(CachedRuns cached, const HistoryStore& store) {
  History history;
  history.problems = std::move(cached.problems);
  history.kinds = std::move(cached.kinds);
  history.arena = std::move(cached.numbers);
  const std::vector<std::size_t> series_of_kind = list_series(history);
  std::vector<std::size_t> sizes;  // of a night's numbers, for each layout
  for (const std::vector<CachedSeries>& layout : cached.layouts) {
    history.layouts.push_back(places_of(layout, history, series_of_kind));
    std::size_t size = 0;
    for (const CachedSeries& one : layout) size += one.count;
    sizes.push_back(size);
  }
  std::map<std::string, std::size_t> machines;
  std::vector<char> is_used(history.series.size(), 0);
  std::vector<char> is_seen(cached.layouts.size(), 0);
  history.nights.reserve(cached.runs.size());
  history.numbers.reserve(cached.runs.size());
  // Names of files are in order of time, and then of ids.
  for (CachedRun& run : cached.runs) {
    if (!run.problem.empty()) {
      history.problems.push_back({store.path_of("runs/" + run.file.name), run.problem});
      continue;
    }
    name_night(run.night, run.file.name);
    if (run.layout >= sizes.size() || run.values.size() != sizes[run.layout]) {
      throw Refusal{"", "numbers are cut"};
    }
    for (const CachedSeries& one : cached.layouts[run.layout]) {
      if (is_seen[run.layout] == 0) is_used[series_of_kind[one.kind]] = 1;
    }
    is_seen[run.layout] = 1;
    const std::size_t machine =
        machines.try_emplace(run.night.machine(), machines.size()).first->second;
    history.numbers.push_back({run.values, &history.layouts[run.layout], machine, run.night.role});
    history.nights.push_back(std::move(run.night));
  }
  // Those of a file that turned out to be bad.
  std::erase_if(history.series, [&](const NightlySeries& one) { return is_used[one.place] == 0; });
  history.acceptances = store.acceptances(history.problems);
  history.anchors = store.anchors(history.problems);
  std::sort(history.problems.begin(), history.problems.end(),
            [](const HistoryProblem& a, const HistoryProblem& b) { return a.path < b.path; });
  return history;
}

}  // namespace

History read_history(const HistoryStore& store, bool rebuilds) {
  try {
    return history_of(read_cache(store, rebuilds), store);
  } catch (const Refusal&) {
    // Rows with good checksums that no version of this program wrote.
  }
  try {
    return history_of(read_cache(store, true), store);
  } catch (const Refusal& refusal) {
    detail::fail("the cache cannot be used", store.path_of("cache.sqlite") + ": " + why(refusal),
                 "delete it");
  }
}

std::optional<std::size_t> History::anchor() const {
  if (anchors.empty()) return {};
  for (std::size_t i = 0; i < nights.size(); ++i) {
    if (nights[i].id == anchors.back().run) return i;
  }
  return {};
}

std::optional<std::size_t> History::last(NightRole role) const {
  for (std::size_t i = nights.size(); i-- > 0;) {
    if (nights[i].role == role) return i;
  }
  return {};
}

std::size_t History::find(std::string_view id) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < nights.size(); ++i) {
    if (!id.empty() && nights[i].id.starts_with(id)) found.push_back(i);
  }
  if (found.size() == 1) return found[0];
  detail::fail(found.empty() ? "there is no such run" : "several runs have an id that begins so",
               "'" + text::printable(id) + "'", "'perjoule history list' shows their ids");
}

std::vector<NightPoint> points_of(const History& history, const NightlySeries& series) {
  std::vector<NightPoint> points;
  for (std::size_t night = 0; night < history.nights.size(); ++night) {
    const NightPoint point = history.point(series, night);
    if (point.kind != nullptr) points.push_back(point);
  }
  return points;
}

double median_of(std::span<const double> values) {
  if (values.size() == 1) return values[0];
  return values.empty() ? detail::quiet_nan() : quantile({values.data(), values.size()}, 0.5);
}

std::vector<Segment> segments_of(const History& history, const NightlySeries& series) {
  std::vector<Segment> segments;
  const std::vector<NightNumbers>& all = history.numbers;
  std::size_t night = 0;
  while (night < all.size()) {
    // Most nights are like the night before, so what they have in common is looked up once.
    const NightNumbers& first = all[night];
    const auto is_other = [&](const NightNumbers& of) {
      return of.places != first.places || of.machine != first.machine || of.role != first.role;
    };
    const auto end = static_cast<std::size_t>(
        std::find_if(all.begin() + static_cast<std::ptrdiff_t>(night), all.end(), is_other) -
        all.begin());
    const SeriesPlace& place = (*first.places)[series.place];
    if (place.kind == nullptr || first.role != NightRole::night) {
      night = end;
      continue;
    }
    const auto fits = [&](const Segment& segment) {
      const Observations& a = *segment.kind;
      const Observations& b = *place.kind;
      return segment.machine == first.machine &&
             (&a == &b || (a.workload == b.workload && a.unit == b.unit && a.scope == b.scope &&
                           a.provenance == b.provenance && a.better == b.better));
    };
    auto segment = std::find_if(segments.begin(), segments.end(), fits);
    if (segment == segments.end()) {
      segment = segments.insert(segments.end(), Segment{first.machine, place.kind, {}, {}});
      segment->nights.reserve(all.size() - night);
      segment->medians.reserve(all.size() - night);
    }
    std::size_t known = segment->nights.size();
    segment->nights.resize(known + end - night);
    segment->medians.resize(known + end - night);
    for (; night < end; ++night, ++known) {
      segment->nights[known] = night;
      segment->medians[known] = median_of(all[night].values.subspan(place.first, place.count));
    }
  }
  return segments;
}

}  // namespace perjoule::cli
