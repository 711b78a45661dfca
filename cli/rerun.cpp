// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/rerun.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/read_record.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::cli {

namespace {

struct Value {
  double value = 0.0;
  Interval<double> interval;
};

[[nodiscard]] bool contradicts(const Value& a, const Value& b, double tolerance) noexcept {
  const auto is_outside = [](double value, const Interval<double>& interval) {
    return value < interval.low || value > interval.high;
  };
  const double apart = std::abs(a.value - b.value);
  return apart > tolerance * std::max(std::abs(a.value), std::abs(b.value)) &&
         is_outside(a.value, b.interval) && is_outside(b.value, a.interval);
}

/// Compares the numbers of two entries of one model.
class Comparer {
 public:
  Comparer(std::string pointer, double tolerance, std::vector<Finding>& findings)
      : pointer_(std::move(pointer)), tolerance_(tolerance), findings_(findings) {}

  void compare(const std::string& place, const Value& submitted, const Value& again) {
    if (!contradicts(submitted, again, tolerance_)) return;
    findings_.push_back(
        {"rerun-differs", pointer_ + place,
         fmt::format("it is {:.6g} in [{:.6g}, {:.6g}], and measured again {:.6g} in "
                     "[{:.6g}, {:.6g}]",
                     submitted.value, submitted.interval.low, submitted.interval.high, again.value,
                     again.interval.low, again.interval.high)});
  }
  template <class Q>
  void compare(const std::string& place, const Estimate<Q>& submitted, const Estimate<Q>& again) {
    if (!submitted.is_known() || !again.is_known()) return;
    const auto value_of = [](const Estimate<double>& of) {
      return Value{of.value, nonnegative_interval(of)};
    };
    compare(place, value_of(detail::strip_unit(submitted)), value_of(detail::strip_unit(again)));
  }

 private:
  std::string pointer_;
  double tolerance_;
  std::vector<Finding>& findings_;
};

void compare_entries(const Entry& submitted, const Entry& again, Comparer& comparer) {
  for (std::size_t i = 0; i < submitted.quality.size(); ++i) {
    const Quality& quality = submitted.quality[i];
    for (const Quality& other : again.quality) {
      const bool is_same = other.metric == quality.metric && other.signature == quality.signature;
      if (!is_same || !quality.value.is_known() || !other.value.is_known()) continue;
      comparer.compare(fmt::format("/quality/{}/value/value", i),
                       Value{quality.value.value, quality.value_interval},
                       Value{other.value.value, other.value_interval});
    }
  }
  comparer.compare("/memory/stored_b/value", submitted.footprint.stored, again.footprint.stored);
  if (submitted.environment.machine.key != again.environment.machine.key) return;
  comparer.compare("/time/wall_s_per_item/value", submitted.wall_time, again.wall_time);
  const bool is_same_meter =
      submitted.meter.source == again.meter.source && submitted.meter.scope == again.meter.scope;
  if (!is_same_meter) return;
  comparer.compare("/energy/total_j_per_item/value", submitted.energy, again.energy);
}

/// A folder that is gone with all that is in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "perjoule-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      throw Error("cannot measure again",
                  fmt::format("{}: {}", path_, detail::errno_message(errno)),
                  "set TMPDIR to a folder that can be written to");
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const char* name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

/// Returns a text as one word of a shell.
[[nodiscard]] std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + '\'';
}

}  // namespace

std::vector<Finding> contradicted(const std::vector<Entry>& submitted,
                                  const std::vector<Entry>& again, double tolerance) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < submitted.size(); ++i) {
    const std::string pointer = fmt::format("/entries/{}", i);
    const auto same = std::find_if(again.begin(), again.end(), [&](const Entry& other) {
      return other.plan.label() == submitted[i].plan.label();
    });
    if (same == again.end()) {
      findings.push_back({"rerun-missing", pointer,
                          fmt::format("'{}' was not measured again", submitted[i].plan.label())});
      continue;
    }
    Comparer comparer(pointer, tolerance, findings);
    compare_entries(submitted[i], *same, comparer);
  }
  return findings;
}

std::vector<Entry> measure_again(const std::string& command) {
  const TemporaryFolder folder;
  const std::string record = folder.file("record.json");
  const std::string word = shell_word(record);
  std::string line = command;
  std::size_t place = line.find("{}");
  if (place == line.npos) {
    throw Error("cannot measure again", "the command has no {}",
                "write {} where the record's file stands: --rerun './bench --record {}'");
  }
  for (; place != line.npos; place = line.find("{}", place + word.size())) {
    line.replace(place, 2, word);
  }
  const int status = std::system(fmt::format("{{ {}\n}} 1>&2", line).c_str());
  if (status != 0) {
    throw Error("cannot measure again",
                WIFEXITED(status) ? fmt::format("the command ended with {}", WEXITSTATUS(status))
                                  : "the command was ended by a signal",
                "run it by itself, and see what it prints");
  }
  return read_record(record);
}

}  // namespace perjoule::cli
