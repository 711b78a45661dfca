// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "nightly_marks.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <perjoule/regress/change_points.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using perjoule::change_points;
using perjoule::ChangeOptions;
using perjoule::ChangePoint;
using perjoule::ChangeSearch;
using Indices = std::vector<int>;

struct MarkedSeries {
  std::string name;
  std::vector<double> values;
  std::vector<Indices> marks;  // of each annotator
  Indices consensus;           // of at least three of five
};

constexpr int margin = 5;

/// Returns the changes of a series, and adds up how many builds later they were found.
using Method = std::function<Indices(const MarkedSeries&, double& delays)>;

/// Returns how many marks have a change of their own within the margin: the nearest one that is
/// left.
int matched(const Indices& marks, Indices changes) {
  int count = 0;
  for (const int mark : marks) {
    const auto nearest = std::min_element(changes.begin(), changes.end(), [mark](int a, int b) {
      return std::abs(a - mark) < std::abs(b - mark);
    });
    if (nearest == changes.end() || std::abs(*nearest - mark) > margin) continue;
    ++count;
    changes.erase(nearest);
  }
  return count;
}

Indices sorted_set(Indices all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// Sums over series, of the scores of van den Burg and Williams (2020), and of counts.
struct Scores {
  int series = 0;
  double f1 = 0.0;
  int found = 0;
  int marked = 0;
  int found_marked = 0;
  int found_unmarked = 0;  // near nobody's mark
  double builds = 0.0;
  int without_consensus = 0;
  int without_consensus_flagged = 0;
  int unmarked = 0;
  int unmarked_flagged = 0;
  double delay = 0.0;

  void add(const MarkedSeries& of, const Indices& changes, double delays) {
    Indices with_first = changes;
    with_first.push_back(0);
    with_first = sorted_set(with_first);
    Indices all{0};
    double recall = 0.0;
    bool is_unmarked = true;
    for (const Indices& marks : of.marks) {
      Indices own = marks;
      is_unmarked = is_unmarked && own.empty();
      own.push_back(0);
      own = sorted_set(own);
      recall += matched(own, with_first) /
                (static_cast<double>(own.size()) * static_cast<double>(of.marks.size()));
      all.insert(all.end(), own.begin(), own.end());
    }
    all = sorted_set(all);
    const double precision = matched(all, with_first) / static_cast<double>(with_first.size());
    f1 += 2.0 * precision * recall / (precision + recall);
    ++series;
    found += static_cast<int>(changes.size());
    marked += static_cast<int>(of.consensus.size());
    found_marked += matched(of.consensus, changes);
    for (const int change : changes) {
      const bool is_near = std::any_of(of.marks.begin(), of.marks.end(), [&](const Indices& marks) {
        return std::any_of(marks.begin(), marks.end(),
                           [&](int mark) { return std::abs(mark - change) <= margin; });
      });
      found_unmarked += is_near ? 0 : 1;
    }
    builds += static_cast<double>(of.values.size());
    const int flagged = changes.empty() ? 0 : 1;
    without_consensus += of.consensus.empty() ? 1 : 0;
    without_consensus_flagged += of.consensus.empty() ? flagged : 0;
    unmarked += is_unmarked ? 1 : 0;
    unmarked_flagged += is_unmarked ? flagged : 0;
    delay += delays;
  }
};

/// Perfherder's rule on one value a build, as treeherder describes it: means weighted towards the
/// change, 12 to 24 builds before it and 12 after.
Indices t_test_changes(const std::vector<double>& values, double least_effect) {
  constexpr std::size_t window = 12;
  constexpr std::size_t longest = 24;
  constexpr double threshold = 7.0;
  struct Side {
    double mean = 0.0;
    double error = 0.0;  // squared
    std::size_t n = 0;
  };
  const auto side_of = [](const std::vector<double>& from_change) {
    Side side;
    side.n = from_change.size();
    const auto n = static_cast<double>(side.n);
    double weights = 0.0;
    for (std::size_t i = 0; i < side.n; ++i) {
      const double weight = (n - static_cast<double>(i)) / n;
      side.mean += weight * from_change[i];
      weights += weight;
    }
    side.mean /= weights;
    for (const double x : from_change) side.error += (x - side.mean) * (x - side.mean);
    side.error = side.n > 1 ? side.error / (n - 1.0) / n : 0.0;
    return side;
  };
  const std::size_t n = values.size();
  std::vector<double> t(n);
  std::vector<bool> is_candidate(n);
  std::size_t since_last = 0;
  for (std::size_t i = 1; i < n; ++i) {
    const std::size_t back = std::min({i, longest, std::max(since_last, window)});
    const std::size_t ahead = std::min(window, n - i);
    std::vector<double> before(back);
    for (std::size_t k = 0; k < back; ++k) before[k] = values[i - 1 - k];
    const Side old = side_of(before);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(i);
    const Side now = side_of({at, at + static_cast<std::ptrdiff_t>(ahead)});
    const double difference = std::abs(now.mean - old.mean);
    const double error = std::sqrt(old.error + now.error);
    t[i] = difference == 0.0 ? 0.0 : error > 0.0 ? difference / error : 1e300;
    since_last = t[i] > threshold ? 0 : since_last + 1;
    is_candidate[i] = t[i] > threshold && back >= window && ahead == window &&
                      difference >= least_effect * std::abs(old.mean);
  }
  Indices changes;
  for (std::size_t i = 1; i < n; ++i) {
    if (is_candidate[i] && t[i - 1] <= t[i] && (i + 1 == n || t[i + 1] <= t[i])) {
      changes.push_back(static_cast<int>(i));
    }
  }
  return changes;
}

std::string unzipped(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot read " + path);
  std::string text;
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  gzclose(file);
  return text;
}

/// Returns what another tool found, by the names of series.
/// @throws std::exception if the file has no line for each series, or another format
Method method_of(const OtherTool& tool, const std::vector<MarkedSeries>& all) {
  std::map<std::string, std::vector<std::vector<int>>> changes_of;
  std::ifstream file(tool.file);
  for (std::string text; std::getline(file, text);) {
    const nlohmann::json line = nlohmann::json::parse(text);
    changes_of[line.at("name").get<std::string>()] =
        line.at("changes").get<std::vector<std::vector<int>>>();
  }
  for (const MarkedSeries& of : all) {
    if (changes_of.count(of.name) == 0) {
      throw std::runtime_error(tool.file + " has no line for the series " + of.name);
    }
  }
  return [changes_of](const MarkedSeries& of, double& delays) {
    Indices changes;
    for (const std::vector<int>& change : changes_of.at(of.name)) {
      changes.push_back(change.at(0));
      if (change.size() > 1) delays += change[1] - change[0];
    }
    return changes;
  };
}

std::vector<MarkedSeries> marked_series(const std::string& folder) {
  std::ifstream file(folder + "/consensus.json");
  const nlohmann::json consensus = nlohmann::json::parse(file);
  const std::string lines = unzipped(folder + "/series.jsonl.gz");
  std::vector<MarkedSeries> all;
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t to = std::min(lines.find('\n', from), lines.size());
    const nlohmann::json line = nlohmann::json::parse(lines.substr(from, to - from));
    from = to + 1;
    if (line.at("annotations").size() < 5) continue;
    MarkedSeries series;
    series.name = line.at("name").get<std::string>();
    series.values = line.at("values").get<std::vector<double>>();
    for (const auto& marks : line.at("annotations")) series.marks.push_back(marks.get<Indices>());
    series.consensus = consensus.at(series.name).get<Indices>();
    all.push_back(series);
  }
  return all;
}

/// FNV-1a of the name decides, so that a series is in the same half everywhere.
bool is_for_tuning(const std::string& name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash >> 7U) % 2 == 0;
}

void print_scores(const std::string& method, const char* half, const Scores& s) {
  std::printf("| %s | %s | %.4f | %.4f | %.4f | %.4f | %.4f (%d/%d) | %.4f (%d/%d) |",
              method.c_str(), half, s.f1 / s.series,
              s.found_marked / std::max(1.0, static_cast<double>(s.found)),
              s.found_marked / static_cast<double>(s.marked), 1e3 * s.found_unmarked / s.builds,
              s.without_consensus_flagged / static_cast<double>(s.without_consensus),
              s.without_consensus_flagged, s.without_consensus,
              s.unmarked_flagged / static_cast<double>(s.unmarked), s.unmarked_flagged, s.unmarked);
  if (s.delay > 0.0) {
    std::printf(" %.1f |\n", s.delay / s.found);
  } else {
    std::printf(" |\n");
  }
}

}  // namespace

void print_real(const std::string& folder, const std::vector<OtherTool>& others) {
  const std::vector<MarkedSeries> all = marked_series(folder);
  std::printf(
      "\n## Real nights\n\n| method | series | F1 | consensus precision | recall | false per 1,000 "
      "builds | series without consensus flagged | series without any mark flagged | mean delay "
      "|\n|---|---|---|---|---|---|---|---|---|\n");
  const auto replay = [](ChangeSearch search) {
    return [search](const MarkedSeries& of, double& delays) {
      ChangeOptions options;
      options.search = search;
      Indices changes;
      for (const ChangePoint& change : change_points(of.values, options)) {
        changes.push_back(static_cast<int>(change.first));
        delays += static_cast<double>(change.found - change.first);
      }
      return changes;
    };
  };
  std::vector<std::pair<std::string, Method>> methods = {
      {"perjoule, quick", replay(ChangeSearch::quick)},
      {"perjoule, patient", replay(ChangeSearch::patient)},
      {"t > 7", [](const MarkedSeries& of, double&) { return t_test_changes(of.values, 0.0); }},
      {"t > 7 and 2 %",
       [](const MarkedSeries& of, double&) { return t_test_changes(of.values, 0.02); }},
      {"never", [](const MarkedSeries&, double&) { return Indices{}; }}};
  for (const OtherTool& tool : others) methods.emplace_back(tool.name, method_of(tool, all));
  for (const auto& [method, changes_of] : methods) {
    Scores whole;
    Scores halves[2];
    for (const MarkedSeries& series : all) {
      double delays = 0.0;
      const Indices changes = changes_of(series, delays);
      whole.add(series, changes, delays);
      halves[is_for_tuning(series.name) ? 0 : 1].add(series, changes, delays);
    }
    print_scores(method, "all", whole);
    print_scores(method, "tuning half", halves[0]);
    print_scores(method, "other half", halves[1]);
  }
}
