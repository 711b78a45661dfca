// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "cli/disturbances.hpp"
#include "cli/in_parallel.hpp"
#include "cli/parts.hpp"
#include "cli/print.hpp"
#include "cli/read_record.hpp"
#include "cli/sacct.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/record/run_record.hpp"

namespace perjoule::cli {

namespace {

[[nodiscard]] std::string described(const MergedEntry& entry) {
  return fmt::format("'{}' of {}", entry.entry.plan.label(), entry.file);
}

[[noreturn]] void refuse(const MergedEntry& a, const MergedEntry& b, const std::string& why) {
  throw Error("cannot merge the records",
              fmt::format("{} and {}: {}", described(a), described(b), why),
              "leave one of them out, or merge them into two records");
}

void expect_one_test_set(const MergedEntry& a, const MergedEntry& b) {
  const auto expect = [&](const auto& of_a, const auto& of_b, std::string_view what) {
    if (of_a != of_b) refuse(a, b, fmt::format("one model with another {}", what));
  };
  expect(a.entry.plan.dataset, b.entry.plan.dataset, "data set");
  expect(a.entry.inputs, b.entry.inputs, "number of items");
  expect(a.entry.test_set_hash, b.entry.test_set_hash, "test set");
  for (const Quality& of_a : a.entry.quality) {
    for (const Quality& of_b : b.entry.quality) {
      if (of_a.metric != of_b.metric) continue;
      expect(of_a.signature, of_b.signature, fmt::format("signature of {}", of_a.metric));
    }
  }
}

void expect_undisturbed(const std::vector<MergedEntry>& entries) {
  std::vector<Measurement> measurements;
  for (const MergedEntry& each : entries) {
    measurements.push_back(
        measurement_of(each.entry, each.file, fmt::to_string(measurements.size()), {}));
  }
  for (const SharedFinding& found : disturbances(std::move(measurements))) {
    throw Error("cannot merge the records",
                fmt::format("{}: {}", described(entries[found.measurement]), found.finding.why),
                "leave one of the two out: the joules of each have those of the other");
  }
}

}  // namespace

std::vector<Entry> merged(std::vector<MergedEntry> entries) {
  join_parts(entries);
  const auto order = [](const MergedEntry& of) {
    const Run& run = of.entry.environment.run;
    return std::tie(run.utc, run.id, of.entry.span.began_utc, of.entry.plan.name);
  };
  std::sort(entries.begin(), entries.end(),
            [&](const MergedEntry& a, const MergedEntry& b) { return order(a) < order(b); });
  // Most entries differ in that. Of the others, all that is said of them decides.
  for (auto first = entries.begin(); first != entries.end();) {
    const auto last = std::find_if(first, entries.end(), [&](const MergedEntry& other) {
      return order(other) != order(*first);
    });
    if (last - first > 1) {
      std::for_each(first, last,
                    [](MergedEntry& each) { each.sha256 = detail::entry_sha256(each.entry); });
      std::sort(first, last, [](const MergedEntry& a, const MergedEntry& b) {
        return std::tie(a.sha256, a.file) < std::tie(b.sha256, b.file);
      });
    }
    first = last;
  }
  std::vector<MergedEntry> different;
  for (MergedEntry& next : entries) {
    const bool is_again =
        !different.empty() && !next.sha256.empty() && different.back().sha256 == next.sha256;
    if (!is_again) different.push_back(std::move(next));
  }
  entries.clear();
  for (const MergedEntry& each : different) {
    if (each.entry.environment.machine.key != different[0].entry.environment.machine.key) {
      refuse(different[0], each, "they are of two machines");
    }
  }
  std::vector<const MergedEntry*> by_name;
  for (const MergedEntry& each : different) by_name.push_back(&each);
  std::stable_sort(by_name.begin(), by_name.end(), [](const auto* a, const auto* b) {
    return a->entry.plan.name < b->entry.plan.name;
  });
  for (std::size_t i = 1; i < by_name.size(); ++i) {
    const bool is_same_model = by_name[i]->entry.plan.name == by_name[i - 1]->entry.plan.name;
    if (is_same_model) expect_one_test_set(*by_name[i - 1], *by_name[i]);
  }
  expect_undisturbed(different);
  std::vector<Entry> all;
  all.reserve(different.size());
  for (MergedEntry& each : different) all.push_back(std::move(each.entry));
  return all;
}

void make_anonymous(Entry& entry) {
  Run& run = entry.environment.run;
  run.id = "anonymous";
  run.boot.clear();
  run.job = {};
  run.commit.clear();
  run.dirty.reset();
  run.command.clear();
  run.program_sha256.clear();
  entry.environment.machine.kernel.clear();
  for (Node& node : entry.nodes) node.boot = "anonymous";
}

Subcommand add_merge(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string output;
    bool is_anonymous = false;
    bool asks_slurm = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "merge", "Makes one record of many, such as the runs of a sweep or the parts of ranks");
  command->add_option("files", options->files, "Run records of one machine")->required();
  command->add_option("-o,--output", options->output, "Write the record there");
  command->add_flag("--anonymous", options->is_anonymous,
                    "Leave out what identifies people and machines, for double-blind review");
  command->add_flag("--sacct", options->asks_slurm,
                    "Say what Slurm's accounting has of the same jobs");
  command->footer(
      "example: perjoule merge sweep/*.json -o sweep.json\n"
      "         perjoule merge --sacct eval.*.json -o eval.json   # the parts of several ranks");
  return {command, [options] {
            std::optional<OutputFile> file;
            if (!options->output.empty()) file.emplace(options->output);
            auto read = in_parallel(options->files.size(), [&](std::size_t i) {
              const std::string& path = options->files[i];
              std::vector<MergedEntry> entries;
              for (Entry& entry : read_record(path))
                entries.push_back({std::move(entry), path, {}});
              return entries;
            });
            std::vector<MergedEntry> all;
            for (auto& entries : read) {
              all.insert(all.end(), std::make_move_iterator(entries.begin()),
                         std::make_move_iterator(entries.end()));
            }
            std::vector<Entry> entries = merged(std::move(all));
            if (options->asks_slurm) {
              for (const std::string& said : compare_with_sacct(entries, ask_sacct(entries))) {
                fmt::print(stderr, "perjoule: {}\n", said);
              }
            }
            for (Entry& entry : entries) {
              if (options->is_anonymous) make_anonymous(entry);
            }
            std::future<std::string> sha256 =
                std::async(std::launch::async, [&] { return detail::record_sha256(entries); });
            detail::write_record(
                entries, [&] { return sha256.get(); },
                [&](std::string_view part) {
                  file ? file->append(part) : print(std::string(part), "use -o FILE");
                });
            if (file) file->finish();
            return 0;
          }};
}

}  // namespace perjoule::cli
