// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/compute_again.hpp"
#include "cli/json_values.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::cli {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& place,
                         const std::string& why) {
  throw Error("cannot read the rules", fmt::format("{}{}: {}", path, place, why),
              "docs/reference/rules.md has each key with what it may be");
}

/// Reads the members of rules, each of which has its own place in them.
class RulesReader {
 public:
  RulesReader(const std::string& path, Rules& rules) : path_(path) {
    texts_ = {{"task", &rules.task},
              {"dataset", &rules.dataset},
              {"test_set_hash", &rules.test_set_hash},
              {"metric", &rules.metric},
              {"signature", &rules.signature}};
    lists_ = {{"counted_roles", &rules.counted_roles}, {"processors", &rules.processors}};
    others_ = {
        {"items", [&](const Json& json) { rules.items = count(json); }},
        {"floor", [&](const Json& json) { rules.floor = number(json); }},
        {"most_bytes", [&](const Json& json) { rules.most_bytes = above_0(json); }},
        {"quality",
         [&](const Json& json) {
           const std::string quality = text(json);
           if (quality != "checked" && quality != "stated") {
             complain("it is neither checked nor stated");
           }
           rules.allows_stated_quality = quality == "stated";
         }},
        {"least_windows", [&](const Json& json) { rules.least_windows = count(json); }},
        {"least_duration_s",
         [&](const Json& json) { rules.least_duration = Seconds(above_0(json)); }},
        {"energy",
         [&](const Json& json) { rules.worst_energy = named(json, Provenance::missing); }},
        {"scope",
         [&](const Json& json) {
           rules.scope = named(json, Scope(2 * static_cast<unsigned>(Scope::node) - 1));
         }},
        {"division",
         [&](const Json& json) {
           const std::string division = text(json);
           if (division != "closed" && division != "open")
             complain("it is neither closed nor open");
           rules.closed = division == "closed";
         }},
        {"seeds",
         [&](const Json& json) {
           for (const Json& seed : list(json)) rules.seeds.push_back(count(seed));
         }},
        {"rerun_tolerance", [&](const Json& json) { rules.rerun_tolerance = above_0(json); }}};
  }

  void read(const Json& json) {
    if (!json.is_object()) refuse(path_, "", "it is no JSON object");
    for (const auto& [key, value] : json.items()) {
      place_ = ", /" + key;
      if (const auto named_text = texts_.find(key); named_text != texts_.end()) {
        *named_text->second = text(value);
      } else if (const auto named_list = lists_.find(key); named_list != lists_.end()) {
        for (const Json& item : list(value)) named_list->second->push_back(text(item));
      } else if (const auto other = others_.find(key); other != others_.end()) {
        other->second(value);
      } else {
        complain("there is no such rule");
      }
    }
  }

 private:
  [[noreturn]] void complain(const std::string& why) const { refuse(path_, place_, why); }
  [[nodiscard]] std::string text(const Json& json) const {
    if (!json.is_string() || json.get_ref<const std::string&>().empty()) complain("it is no text");
    return json.get<std::string>();
  }
  [[nodiscard]] double number(const Json& json) const {
    if (!json.is_number()) complain("it is no number");
    return json.get<double>();
  }
  [[nodiscard]] double above_0(const Json& json) const {
    if (!(number(json) > 0.0)) complain("it is not above 0");
    return number(json);
  }
  [[nodiscard]] std::size_t count(const Json& json) const {
    if (!json.is_number_unsigned()) complain("it is no whole number");
    return json.get<std::size_t>();
  }
  [[nodiscard]] const Json& list(const Json& json) const {
    if (!json.is_array()) complain("it is no list");
    return json;
  }
  template <class Enum>
  [[nodiscard]] Enum named(const Json& json, Enum last) const {
    const std::string wanted = text(json);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
      if (std::string_view(name(static_cast<Enum>(i))) == wanted) return static_cast<Enum>(i);
    }
    complain(fmt::format("this version knows no '{}'", wanted));
  }

  std::string path_;
  std::string place_;  // of what is read
  std::map<std::string, std::string*, std::less<>> texts_;
  std::map<std::string, std::vector<std::string>*, std::less<>> lists_;
  std::map<std::string, std::function<void(const Json&)>, std::less<>> others_;
};

/// Tells whether a meter, or each of several whose energies were added, is one of the library's.
[[nodiscard]] bool is_known_meter(std::string_view source) {
  while (!source.empty()) {
    const std::string_view part = source.substr(0, source.find(" + "));
    const auto is_part = [&](const MeterSource& of) { return of.recorded_as == part; };
    if (std::none_of(meter_sources().begin(), meter_sources().end(), is_part) &&
        std::none_of(gpu_sources().begin(), gpu_sources().end(), is_part)) {
      return false;
    }
    source.remove_prefix(std::min(source.size(), part.size() + 3));
  }
  return true;
}

/// Collects the rules that an entry breaks.
class RuleCheck {
 public:
  RuleCheck(const Entry& entry, const Rules& rules, const std::string& pointer)
      : entry_(entry), rules_(rules), pointer_(pointer) {}

  void check_task() {
    expect(rules_.dataset, entry_.plan.dataset, "dataset-differs", "/task/dataset");
    expect(rules_.test_set_hash, entry_.test_set_hash, "test-set-differs", "/task/test_set_hash");
    if (rules_.items != 0 && entry_.inputs != rules_.items) {
      add("test-set-differs", "/task/n",
          fmt::format("{} items, and the rules ask for {}", entry_.inputs, rules_.items));
    }
    const auto& processors = rules_.processors;
    const std::string& processor = entry_.environment.machine.processor;
    if (!processors.empty() &&
        std::find(processors.begin(), processors.end(), processor) == processors.end()) {
      add("hardware-class-differs", "", fmt::format("it was measured on '{}'", processor));
    }
    const auto& seeds = rules_.seeds;
    if (!seeds.empty() && std::find(seeds.begin(), seeds.end(), entry_.plan.seed) == seeds.end()) {
      add("seed-not-allowed", "/plan/seed", fmt::format("it is {}", entry_.plan.seed));
    }
  }

  /// Finds the metric by which a board ranks: without a rule, the first one.
  [[nodiscard]] std::size_t ranked_metric() const {
    const auto is_named = [&](const Quality& of) {
      return rules_.metric.empty() || of.metric == rules_.metric;
    };
    const auto& all = entry_.quality;
    auto found = std::find_if(all.begin(), all.end(), [&](const Quality& of) {
      return is_named(of) && (rules_.signature.empty() || of.signature == rules_.signature);
    });
    if (found == all.end()) found = std::find_if(all.begin(), all.end(), is_named);
    return static_cast<std::size_t>(found - all.begin());
  }

  void check_quality() {
    const std::size_t i = ranked_metric();
    if (i == entry_.quality.size() || !entry_.quality[i].value.is_known()) {
      if (rules_.metric.empty()) return;
      add("metric-missing", "/quality", fmt::format("it has no {}", rules_.metric));
      return;
    }
    const Quality& quality = entry_.quality[i];
    const std::string place = fmt::format("/quality/{}", i);
    if (!rules_.allows_stated_quality && !can_be_computed(entry_, i)) {
      add("quality-not-checked", place + "/per_item",
          fmt::format(
              "its {} cannot be computed again: its items are not in the record, or this "
              "version does not know the metric; rules with \"quality\": \"stated\" allow that",
              quality.metric));
    }
    expect(rules_.signature, quality.signature, "signature-differs", place + "/signature");
    if (!rules_.floor) return;
    const Interval<double>& interval = quality.value_interval;
    const double worst = quality.higher_is_better ? interval.low : interval.high;
    const bool meets = quality.higher_is_better ? worst >= *rules_.floor : worst <= *rules_.floor;
    const bool is_ordered =
        !is_finite(interval.low) || !is_finite(interval.high) || interval.low <= interval.high;
    if (is_finite(worst) && is_ordered && meets) return;
    add("quality-below-floor", place + "/value/interval",
        fmt::format(
            "its {} is {} with [{}, {}], and the rules ask for {} {} with all of the interval",
            quality.metric, quality.value.value, interval.low, interval.high,
            quality.higher_is_better ? "at least" : "at most", *rules_.floor));
  }

  void check_bytes() {
    if (rules_.most_bytes <= 0.0) return;
    double bytes = 0.0;
    bool any = false;
    const auto& roles = rules_.counted_roles;
    for (const ModelFile& file : entry_.footprint.files) {
      if (!roles.empty() && std::find(roles.begin(), roles.end(), file.role) == roles.end())
        continue;
      bytes += file.bytes.si();
      any = true;
    }
    if (!any) add("bytes-missing", "/memory/files", "no file that counts was named");
    if (bytes > rules_.most_bytes) {
      add("too-many-bytes", "/memory/files",
          fmt::format("{:.0f} bytes, and the rules allow {:.0f}", bytes, rules_.most_bytes));
    }
  }

  void check_windows() {
    const Samples& samples = entry_.samples;
    if (samples.windows() < rules_.least_windows) {
      add("too-few-windows", "/samples/windows",
          fmt::format("{}, and the rules ask for {}", samples.windows(), rules_.least_windows));
    }
    double wall = 0.0;
    for (std::size_t i = 0; i < samples.windows(); ++i) wall += samples.at(i, Samples::wall);
    if (wall < rules_.least_duration.si()) {
      add("too-short", "/samples/wall_s",
          fmt::format("{:.4g} s, and the rules ask for {:.4g} s", wall,
                      rules_.least_duration.si()));
    }
  }

  void check_energy() {
    const Provenance provenance = entry_.energy.provenance;
    if (provenance > rules_.worst_energy) {
      add(provenance == Provenance::missing ? "energy-missing" : "energy-not-allowed",
          "/energy/total_j_per_item/provenance",
          fmt::format("energy is {}, and the rules ask for {}", name(provenance),
                      name(rules_.worst_energy)));
    }
    if (rules_.scope != Scope::none && entry_.meter.scope != rules_.scope) {
      add("scope-differs", "/meter",
          fmt::format("its meter counts {}, and the rules ask for {}", name(entry_.meter.scope),
                      name(rules_.scope)));
    }
    if (!rules_.closed) return;
    const std::string& root = entry_.meter.root;
    const bool is_own = root.empty() || root.starts_with("/sys/") || root.starts_with("/dev/");
    if (entry_.meter.has_foreign_root || !is_own) {
      add("foreign-root", "/meter", fmt::format("the meter was read below {}", root));
    }
    if (provenance == Provenance::measured && !is_known_meter(entry_.meter.source)) {
      add("meter-not-known", "/meter",
          fmt::format("this version knows no meter '{}'", entry_.meter.source));
    }
    if (entry_.meter.provenance != Provenance::simulated &&
        (!entry_.span.is_known() || entry_.environment.run.boot.empty())) {
      add("span-missing", "/span", "it does not say when and on which machine it was measured");
    }
    if (entry_.answers.outputs != OutputCheck::same) {
      add("outputs-not-compared", "/answers/outputs",
          fmt::format(
              "a closed division asks for outputs that are the same while they are timed: {}",
              entry_.answers.why_no_outputs));
    }
  }

  [[nodiscard]] std::vector<Finding> all() && { return std::move(all_); }

 private:
  void add(std::string code, const std::string& place, std::string why) {
    all_.push_back({std::move(code), pointer_ + place, std::move(why)});
  }
  void expect(const std::string& wanted, const std::string& found, const char* code,
              const std::string& place) {
    if (wanted.empty() || wanted == found) return;
    add(code, place, fmt::format("it is '{}', and the rules ask for '{}'", found, wanted));
  }

  const Entry& entry_;
  const Rules& rules_;
  const std::string& pointer_;
  std::vector<Finding> all_;
};

}  // namespace

Rules read_rules(const std::string& path) {
  const std::optional<std::string> content = detail::read_file(path);
  if (!content) refuse(path, "", detail::errno_message(errno));
  Rules rules;
  try {
    RulesReader(path, rules).read(Json::parse(*content));
  } catch (const Json::exception& problem) {
    refuse(path, "", problem.what());
  }
  return rules;
}

std::vector<Finding> broken_rules(const Entry& entry, const Rules& rules,
                                  const std::string& pointer) {
  RuleCheck check(entry, rules, pointer);
  check.check_task();
  check.check_quality();
  check.check_bytes();
  check.check_windows();
  check.check_energy();
  return std::move(check).all();
}

}  // namespace perjoule::cli
