// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/page_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

#include "cli/comparable.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

namespace {

using detail::EntryNumber;
using Layout = JsonWriter::Layout;

/// Windows of more numbers than this are left out: they would be most of the file.
constexpr std::size_t most_window_numbers = 200'000;
constexpr std::size_t numbers_per_window = 2;

/// Numbers different texts in the order in which they first come.
class Numbering {
 public:
  std::size_t operator()(const std::string& text) {
    const auto [place, is_new] = numbers_.try_emplace(text, numbers_.size());
    if (is_new) texts_.push_back(text);
    return place->second;
  }
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

/// A number that the chart has an axis for, in the unit of its title.
struct Axis {
  EntryNumber number;
  std::string title;
  double unit;  ///< value of 1 on the axis
};

Axis axis_of(Entries entries, const EntryNumber& number) {
  const double unit = detail::display_unit(entries, number);
  return {number, text::printable(detail::column_head(number, unit)), unit};
}

/// Returns a number with the digits that a chart shows.
double rounded(double value) {
  if (!is_finite(value)) return value;
  const std::string digits = fmt::format("{:.6g}", value);
  double out = value;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

void add_coordinates(JsonWriter::Object& object, std::string_view key, const Entry& entry,
                     const Axis& axis) {
  const auto [estimate, interval] = axis.number.in(entry);
  if (!estimate.is_known() || !is_finite(estimate.value)) return;
  const double low = is_finite(interval.low) ? interval.low : estimate.value;
  const double high = is_finite(interval.high) ? interval.high : estimate.value;
  const double coordinates[] = {rounded(estimate.value / axis.unit), rounded(low / axis.unit),
                                rounded(high / axis.unit)};
  object.add(key, View<double>(coordinates));
}

std::string run_json(const Entry& entry) {
  const Run& run = entry.environment.run;
  JsonWriter json;
  {
    JsonWriter::Object object = json.object(Layout::line);
    object.add("id", text::printable(run.id))
        .add("started", text::printable(run.utc))
        .add("commit", text::printable(run.commit))
        .add("dirty", run.dirty.value_or(false))
        .add("command", text::printable(run.command))
        .add("version", text::printable(run.perjoule_version))
        .add("compiler", text::printable(entry.build.compiler));
  }
  return json.text();
}

std::string machine_json(const Machine& machine) {
  JsonWriter json;
  {
    JsonWriter::Object object = json.object(Layout::line);
    object.add("processor", text::printable(machine.processor))
        .add("threads", machine.cores == 0 ? "" : fmt::format("{}", machine.cores))
        .add("memory", machine.memory.si() > 0.0 ? text::to_string(machine.memory) : "")
        .add("system", text::printable(machine.kernel))
        .add("governor", text::printable(machine.governor))
        .add("key", text::printable(machine.key));
  }
  return json.text();
}

std::string meter_json(const MeterDescription& meter) {
  JsonWriter json;
  {
    JsonWriter::Object object = json.object(Layout::line);
    object.add("source", text::printable(meter.source))
        .add("root", text::printable(meter.root))
        .add("scope", name(meter.scope))
        .add("provenance", name(meter.provenance))
        .add("note", text::printable(meter.note));
  }
  return json.text();
}

void add_windows(JsonWriter::Object& object, const Samples& samples) {
  std::vector<double> times;
  std::vector<double> energies;
  for (std::size_t window = 0; window < samples.windows(); ++window) {
    const double items = samples.at(window, Samples::items);
    times.push_back(rounded(samples.at(window, Samples::wall) / items));
    energies.push_back(rounded(samples.at(window, Samples::energy) / items));
  }
  const bool has_energy = std::any_of(energies.begin(), energies.end(),
                                      [](double energy) { return is_finite(energy); });
  object.add("times", View<double>(times));
  if (has_energy) object.add("energies", View<double>(energies));
}

void put_list(std::string& out, std::string_view key, const std::vector<std::string>& objects) {
  out += fmt::format("\"{}\": [\n", key);
  for (const std::string& object : objects) {
    out += object;
    if (&object != &objects.back()) out += ",\n";
  }
  out += "]";
}

/// Returns JSON that cannot end the script element that it stands in. All else that HTML or
/// JavaScript gives a meaning to is escaped already: JsonWriter escapes U+2028 and U+2029.
std::string escape_script(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

/// The axes of the chart.
struct Axes {
  explicit Axes(Entries entries, const std::vector<EntryNumber>& numbers)
      : energy(axis_of(entries, detail::cost_named(numbers, "energy"))),
        time(axis_of(entries, detail::cost_named(numbers, "time"))),
        quality(axis_of(entries, numbers[0])),
        has_quality(numbers[0].kind == EntryNumber::Kind::metric),
        by_joules(detail::rank_by_energy(entries)) {}

  Axis energy;
  Axis time;
  Axis quality;
  bool has_quality;
  bool by_joules;
};

std::string axes_json(const Axes& axes) {
  JsonWriter json;
  {
    JsonWriter::Object object = json.object(Layout::line);
    object.add("energy", axes.energy.title)
        .add("time", axes.time.title)
        .add("quality", axes.has_quality ? axes.quality.title : "")
        .add("metric", text::printable(axes.quality.number.name))
        .add("higher", axes.quality.number.better != Direction::lower)
        .add("cost", axes.by_joules ? "energy" : "time");
  }
  return json.text();
}

}  // namespace

std::vector<std::size_t> comparable_groups(Entries entries) {
  Numbering numbering;
  std::vector<std::size_t> groups;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    groups.push_back(numbering(comparison_basis(entries[i])));
  }
  return groups;
}

std::string page_data(Entries entries, const std::vector<std::size_t>& groups,
                      const std::vector<std::string>& letters) {
  const std::vector<EntryNumber> numbers = detail::entry_numbers(entries);
  const Axes axes(entries, numbers);
  std::size_t window_numbers = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    window_numbers += numbers_per_window * entries[i].samples.windows();
  }
  Numbering runs;
  Numbering machines;
  Numbering meters;
  std::vector<std::string> objects;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    JsonWriter json;
    {
      JsonWriter::Object object = json.object(Layout::line);
      object.add("name", text::printable(entry.plan.label()))
          .add("run", runs(run_json(entry)))
          .add("machine", machines(machine_json(entry.environment.machine)))
          .add("meter", meters(meter_json(entry.meter)))
          .add("group", groups[i])
          .add("dataset", text::printable(entry.plan.dataset))
          .add("format", text::printable(entry.plan.format))
          .add("inputs", entry.inputs)
          .add("batch", entry.plan.batch)
          .add("callers", entry.plan.callers)
          .add("provenance", name(entry.energy.provenance))
          .add("outcome", name(entry.samples.outcome))
          .add("windows", entry.samples.windows())
          .add("dropped", entry.samples.dropped);
      if (!letters[i].empty()) object.add("letter", letters[i]);
      const Quality* const quality = detail::metric_of(entry, axes.quality.number.name);
      if (axes.has_quality && quality != nullptr) {
        add_coordinates(object, "energy", entry, axes.energy);
        add_coordinates(object, "time", entry, axes.time);
        add_coordinates(object, "quality", entry, axes.quality);
        object.add("skilled", !detail::is_without_skill(*quality));
      }
      if (window_numbers <= most_window_numbers) add_windows(object, entry.samples);
      JsonWriter::Array list = object.array("caveats", Layout::line);
      for (const Caveat& caveat : caveats(entry)) list.add(text::printable(caveat.reason));
    }
    objects.push_back(json.text());
  }
  std::string out = fmt::format("{{\"axes\": {},\n", axes_json(axes));
  put_list(out, "runs", runs.texts());
  put_list(out += ",\n", "machines", machines.texts());
  put_list(out += ",\n", "meters", meters.texts());
  put_list(out += ",\n", "entries", objects);
  return escape_script(out + "}");
}

}  // namespace perjoule::cli
