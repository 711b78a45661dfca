// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_actions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "cli/history.hpp"
#include "cli/history_export.hpp"
#include "cli/history_text.hpp"
#include "cli/print.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {
namespace {

/// Names the files that could not be used, and returns the exit code.
int told(const std::vector<HistoryProblem>& problems) {
  for (const HistoryProblem& problem : problems) {
    fmt::print(stderr, "perjoule: left out {}: {}\n", text::printable(problem.path),
               text::printable(problem.why));
  }
  return problems.empty() ? 0 : 2;
}

/// Returns the time in the name of a run file, in the form that such names have.
std::string_view time_in(std::string_view file_name) {
  return file_name.substr(0, file_name.find('-'));
}

void expect_day(const std::string& day, std::string_view option) {
  if (day.empty() || is_day(day)) return;
  detail::fail("not a day", fmt::format("{} {}", option, text::printable(day)),
               "write it as 2026-12-31");
}

/// Refuses what JSON cannot hold.
void expect_utf8(std::string_view text, std::string_view option) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t bytes = detail::first_code_point(rest).bytes;
    if (bytes == 0) {
      detail::fail("not UTF-8", fmt::format("{} {}", option, text::printable(text)),
                   "write it in UTF-8");
    }
    rest.remove_prefix(bytes);
  }
}

std::string names_of_some(const History& history) {
  std::string names;
  for (std::size_t i = 0; i < history.series.size() && i < 3; ++i) {
    const NightlySeries& series = history.series[i];
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ",
                         text::printable(series_name(series.benchmark, series.metric)));
  }
  return names.empty() ? "there is none yet"
                       : fmt::format("of {} series the first are {}", history.series.size(), names);
}

[[noreturn]] void no_series(const History& history, const std::string& pattern) {
  detail::fail("no series has such a name",
               fmt::format("'{}'; {}", text::printable(pattern), names_of_some(history)),
               "name one as BENCHMARK/METRIC, with * for any text; 'perjoule history show' lists "
               "them");
}

/// Deletes drafts that killed writers left behind, if that is allowed.
void remove_old_drafts(const HistoryStore& store) {
  const std::vector<std::string> drafts = store.old_drafts();
  if (drafts.empty()) return;
  try {
    store.remove(drafts);
  } catch (const Error& error) {
    fmt::print(stderr, "perjoule: {}\n", error.what());
    return;
  }
  fmt::print(stderr, "perjoule: deleted {} unfinished files that killed writers left in {}\n",
             drafts.size(), text::printable(store.folder()));
}

/// Adds a night, and returns what there is to say of it.
std::string added(const std::string& folder, const AddOptions& options,
                  std::vector<HistoryProblem>& problems, Night& night) {
  night = night_of(options.files, options.is_anchor ? NightRole::anchor : NightRole::night);
  const HistoryStore store = HistoryStore::create(folder);
  remove_old_drafts(store);
  const std::vector<RunFile> before = store.run_files(problems);
  const bool is_new = store.add(night);
  const std::string path = text::printable(store.path_of("runs/" + file_name(night)));
  if (!is_new) {
    return fmt::format("{} is there already: this run was added before\n", path);
  }
  const auto last = std::find_if(before.rbegin(), before.rend(), [](const RunFile& file) {
    return !file.name.empty() && file.name[0] >= '0' && file.name[0] <= '9';
  });
  if (last != before.rend() && time_in(file_name(night)) < time_in(last->name)) {
    fmt::print(
        stderr,
        "perjoule: this run began at {}, before the last one ({}): it is put in its place in "
        "time; look at the machine's clock if that is not meant\n",
        night.utc(), text::printable(last->name));
  }
  return fmt::format("{}: {} series of {} process{}\n", path, night.series.size(), night.processes,
                     night.processes == 1 ? "" : "es");
}

}  // namespace

int history_add(const std::string& folder, const AddOptions& options) {
  std::vector<HistoryProblem> problems;
  Night night;
  print(added(folder, options, problems, night));
  return told(problems);
}

Night add_night(const std::string& folder, const AddOptions& options) {
  std::vector<HistoryProblem> problems;
  Night night;
  fmt::print(stderr, "perjoule: {}", added(folder, options, problems, night));
  night.series.clear();
  return night;
}

int history_accept(const std::string& folder, const AcceptOptions& options) {
  const HistoryStore store = HistoryStore::open(folder);
  if (options.reason.find_first_not_of(" \t\n") == std::string::npos) {
    detail::fail("an acceptance needs a reason", "--reason is empty",
                 "say why the change stays, for whoever reads it in a year");
  }
  expect_utf8(options.reason, "--reason");
  expect_utf8(options.series, "the series");
  expect_day(options.until, "--until");
  const History history = read_history(store);
  std::set<std::size_t> nights;
  std::size_t matched = 0;
  for (const NightlySeries& series : history.series) {
    if (!series_matches(options.series, series_name(series.benchmark, series.metric))) continue;
    ++matched;
    for (const NightPoint& point : points_of(history, series)) {
      const Night& night = history.nights[point.night];
      const bool fits =
          night.role == NightRole::night &&
          (options.commit.empty() || night.environment.run.commit.starts_with(options.commit));
      if (fits) nights.insert(point.night);
    }
  }
  if (matched == 0) no_series(history, options.series);
  if (nights.empty()) {
    detail::fail("no night has these series",
                 options.commit.empty()
                     ? "all runs that have them are of the anchor release"
                     : fmt::format("at commit '{}'", text::printable(options.commit)),
                 "'perjoule history list' shows the nights with their commits");
  }
  const Night& first = history.nights[options.commit.empty() ? *nights.rbegin() : *nights.begin()];
  if (!options.until.empty() && first.utc().substr(0, 10) > options.until) {
    detail::fail(
        "an acceptance that never holds",
        fmt::format("it would begin on {} and end on {}", first.utc().substr(0, 10), options.until),
        "name a later day with --until");
  }
  Acceptance acceptance{{},          now_utc(),      options.series, first.id,
                        first.utc(), options.reason, options.until};
  const bool is_new = HistoryStore::create(folder).add(acceptance);
  print(fmt::format("{}{}: {} series from {} on{}\n",
                    text::printable(store.path_of("accepted/" + file_name(acceptance))),
                    is_new ? "" : " (was there already)", matched, first.utc(),
                    options.until.empty() ? "" : ", until " + options.until));
  return told(history.problems);
}

int history_anchor(const std::string& folder, const std::string& run) {
  const HistoryStore store = HistoryStore::open(folder);
  const History history = read_history(store);
  Anchor anchor{{}, now_utc(), history.nights[history.find(run)].id};
  if (!history.anchors.empty()) {
    // Of two of one second nobody could tell which is the last.
    const std::string& last = history.anchors.back().utc;
    for (; anchor.utc == last; anchor.utc = now_utc()) usleep(50'000);
    if (anchor.utc < last) {
      detail::fail("the last anchor was chosen later than now",
                   fmt::format("at {}, and the clock says {}", last, anchor.utc), "set the clock");
    }
  }
  HistoryStore::create(folder).add(anchor);
  print(fmt::format("{}: the anchor is {}\n",
                    text::printable(store.path_of("anchors/" + file_name(anchor))), anchor.run));
  return told(history.problems);
}

int history_list(const std::string& folder, bool is_json) {
  const History history = read_history(HistoryStore::open(folder));
  print(is_json ? runs_as_json(history) : runs_as_markdown(history));
  return told(history.problems);
}

int history_show(const std::string& folder, const std::string& pattern) {
  const History history = read_history(HistoryStore::open(folder));
  std::vector<const NightlySeries*> chosen;
  for (const NightlySeries& series : history.series) {
    if (series_matches(pattern, series_name(series.benchmark, series.metric))) {
      chosen.push_back(&series);
    }
  }
  if (chosen.empty() && !(history.series.empty() && pattern == "*")) no_series(history, pattern);
  print(series_as_markdown(history, chosen));
  if (chosen.size() == 1) print('\n' + nights_as_markdown(history, *chosen[0]));
  return told(history.problems);
}

int history_export(const std::string& folder, const std::string& format, const std::string& run) {
  const History history = read_history(HistoryStore::open(folder));
  if (format == "csv" || format == "jsonl") {
    if (!run.empty()) {
      detail::fail("this format has all runs", "--run", "leave it out, or name another format");
    }
    const TextSink sink = [](const std::string& part) { print(part); };
    format == "csv" ? write_points_as_csv(history, sink)
                    : write_points_as_json_lines(history, sink);
    return told(history.problems);
  }
  const std::optional<std::size_t> night =
      run.empty() ? history.last() : std::optional(history.find(run));
  if (!night) {
    static_cast<void>(told(history.problems));
    detail::fail("there is no night yet", text::printable(folder),
                 "add one with 'perjoule history add'");
  }
  print(run_as(history, *night, format));
  return told(history.problems);
}

int history_rebuild(const std::string& folder) {
  const History history = read_history(HistoryStore::open(folder), true);
  std::size_t points = 0;
  for (const NightlySeries& series : history.series) points += points_of(history, series).size();
  print(fmt::format("{} runs, {} series, {} points\n", history.nights.size(), history.series.size(),
                    points));
  return told(history.problems);
}

int history_verify(const std::string& folder) {
  const HistoryStore store = HistoryStore::open(folder);
  std::vector<HistoryProblem> problems;
  std::set<std::string> ids;
  for (const RunFile& file : store.run_files(problems)) {
    const std::string path = store.path_of("runs/" + file.name);
    try {
      std::vector<std::string> unknown;
      ids.insert(read_night(read_regular_file(path), file.name, unknown).id);
      for (const std::string& key : unknown) {
        fmt::print(stderr, "perjoule: {}: this version does not know {}, and leaves it out\n",
                   text::printable(path), text::printable(key));
      }
    } catch (const Refusal& refusal) {
      problems.push_back({path, why(refusal)});
    }
  }
  const std::vector<Acceptance> acceptances = store.acceptances(problems);
  const std::vector<Anchor> anchors = store.anchors(problems);
  for (const Acceptance& one : acceptances) {
    if (!ids.contains(one.first_night)) {
      problems.push_back({store.path_of("accepted/" + file_name(one)),
                          "there is no run " + one.first_night + ", which it names"});
    }
  }
  for (const Anchor& one : anchors) {
    if (!ids.contains(one.run)) {
      problems.push_back({store.path_of("anchors/" + file_name(one)),
                          "there is no run " + one.run + ", which it names"});
    }
  }
  for (const HistoryProblem& problem : problems) {
    fmt::print(stderr, "perjoule: {}: {}\n", text::printable(problem.path),
               text::printable(problem.why));
  }
  print(fmt::format("{} runs, {} acceptances and {} anchors are as they were written{}\n",
                    ids.size(), acceptances.size(), anchors.size(),
                    problems.empty() ? "" : fmt::format("; {} problems", problems.size())));
  return problems.empty() ? 0 : 2;
}

int history_prune(const std::string& folder, const PruneOptions& options) {
  const HistoryStore store = HistoryStore::open(folder);
  expect_day(options.before, "--before");
  if (options.keep_nights == 0 && options.before.empty()) {
    detail::fail("nothing says what is old", "neither --keep-nights nor --before was given",
                 "name one: --keep-nights 365");
  }
  const History history = read_history(store);
  std::set<std::string> named;
  for (const Acceptance& one : history.acceptances) named.insert(one.first_night);
  for (const Anchor& one : history.anchors) named.insert(one.run);
  const auto hides_names = [&](const HistoryProblem& problem) {
    return !problem.path.starts_with(store.path_of("runs/"));
  };
  if (std::any_of(history.problems.begin(), history.problems.end(), hides_names)) {
    static_cast<void>(told(history.problems));
    detail::fail("nothing was deleted", "an acceptance or an anchor cannot be read",
                 "mend it or move it away first, since it may name a run");
  }
  std::map<std::string, std::size_t> later;  // nights of each machine
  std::vector<std::string> old;
  std::size_t kept_for_a_name = 0;
  for (std::size_t i = history.nights.size(); i-- > 0;) {
    const Night& night = history.nights[i];
    if (night.role == NightRole::anchor) continue;
    const bool is_old = options.before.empty() ? ++later[night.machine()] > options.keep_nights
                                               : night.utc() < options.before;
    if (!is_old) continue;
    named.contains(night.id) ? static_cast<void>(++kept_for_a_name)
                             : old.push_back("runs/" + file_name(night));
  }
  std::sort(old.begin(), old.end());
  const std::vector<std::string> drafts = store.old_drafts();
  old.insert(old.end(), drafts.begin(), drafts.end());
  if (options.deletes) store.remove(old);
  std::string out;
  for (const std::string& name : old) {
    out += fmt::format("{} {}\n", options.deletes ? "deleted" : "would delete",
                       text::printable(store.path_of(name)));
  }
  out += fmt::format("{} {} files; old runs that are kept for an anchor or an acceptance: {}{}\n",
                     options.deletes ? "deleted" : "would delete", old.size(), kept_for_a_name,
                     options.deletes || old.empty() ? "" : "; --yes deletes");
  print(out);
  if (options.deletes && !old.empty()) static_cast<void>(read_history(store));
  return told(history.problems);
}

}  // namespace perjoule::cli
