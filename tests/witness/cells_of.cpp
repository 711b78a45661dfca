// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes records with the tables that are made from them, each into a folder: cells_test holds
// every cell against its record. Numbers are drawn so that every kind of interval and every
// magnitude is among them. usage: cells_of FOLDER
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "golden/golden_entries.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] double between(double low, double high) {
    return low + (high - low) * random_.uniform();
  }
  [[nodiscard]] bool one_in(double times) { return random_.uniform() * times < 1.0; }
  [[nodiscard]] double magnitude(double low, double high) {
    return std::pow(10.0, between(std::log10(low), std::log10(high)));
  }

  /// Returns an estimate of any kind: missing, exact, of one run, sure, vague, wrong by a factor.
  [[nodiscard]] Estimate<double> estimate(double low, double high) {
    if (one_in(8)) return {};
    Estimate<double> number = exact(magnitude(low, high));
    if (one_in(10)) return number;
    number.provenance = one_in(3) ? Provenance::modelled : Provenance::measured;
    if (one_in(8)) number.provenance = Provenance::estimated;
    number.random = number.value * magnitude(1e-5, 2.0);
    number.dof = one_in(2) ? infinite_dof : std::floor(between(1.0, 30.0));
    if (one_in(3)) number.common = number.value * magnitude(1e-4, 1.0);
    if (one_in(12)) {
      number.random = std::nan("");
      number.dof = 0.0;
    }
    return number;
  }

  template <class Q>
  [[nodiscard]] Estimate<Q> of(double low, double high) {
    const Estimate<double> number = estimate(low, high);
    return {Q(number.value), Q(number.random), number.dof, Q(number.common), number.provenance};
  }

  [[nodiscard]] Interval<double> interval(const Estimate<double>& around) {
    if (one_in(2)) return perjoule::interval(around);
    if (one_in(10) || std::isnan(around.random)) return {};
    const double width = around.random * between(0.5, 4.0);
    return {around.value - width * between(0.0, 1.0), around.value + width, 0.95,
            IntervalMethod::wilson};
  }

 private:
  Random random_;
};

Entry drawn(Draw& draw, const std::string& name) {
  Entry entry = golden::bare_entry(name);
  entry.meter = draw.one_in(2) ? golden::rapl() : golden::cpu_time_model();
  for (const char* const metric : {"accuracy", "mean-absolute-error"}) {
    if (draw.one_in(6)) continue;
    golden::add_accuracy(entry, draw.between(0.05, 0.95), {});
    Quality& quality = entry.quality.back();
    quality.metric = metric;
    quality.value = draw.estimate(1e-3, 1.0);
    quality.value_interval = draw.interval(quality.value);
    quality.why_no_value = "drawn without one";
    if (quality.metric != "accuracy") quality.unit = "mm";
    if (draw.one_in(4)) quality.skill = golden::known(0.0, 0.02);
  }
  entry.wall_time = draw.of<SecondsPerItem>(1e-10, 1e3);
  entry.cpu_time = draw.of<SecondsPerItem>(1e-10, 1e3);
  entry.energy = draw.of<JoulesPerItem>(1e-10, 1e4);
  entry.active_energy = draw.of<JoulesPerItem>(1e-10, 1e4);
  entry.samples.why_dropped = "drawn without one";
  entry.footprint.stored = draw.of<Bytes>(1.0, 1e12);
  entry.footprint.compressed = draw.of<Bytes>(1.0, 1e12);
  entry.footprint.resident = draw.of<Bytes>(1.0, 1e12);
  entry.footprint.inflation = draw.estimate(0.1, 10.0);
  entry.heap = {HeapSource::allocator, 4, draw.of<Bytes>(1.0, 1e12), 3.0, 9000.0, 0.0, "none"};
  for (const char* const step : {"pretraining", "distillation"}) {
    if (draw.one_in(3)) entry.plan.training.push_back({step, draw.of<Joules>(1e-6, 1e9), {}, {}});
  }
  golden::add_event(entry, "instructions", draw.estimate(1.0, 1e12));
  golden::add_event(entry, "page-faults", exact(std::floor(draw.magnitude(1.0, 1e12))));
  for (CountedEvent& counted : entry.events.events) {
    if (!counted.per_item.is_known()) counted.event.why_missing = "drawn without one";
  }
  entry.derived_metrics.push_back(
      {"joules_per_instruction", "J", "energy / instructions", draw.estimate(1e-12, 1e-3), {}});
  entry.derived_metrics[0].interval = draw.interval(entry.derived_metrics[0].value);
  if (draw.one_in(3)) entry.samples.outcome = Outcome::unstable;
  if (draw.one_in(3)) entry.samples.slices = {10, 10};
  detail::add_scores(entry);
  return entry;
}

void write(const std::string& name, std::initializer_list<EntryRef> entries) {
  write_file(name + ".json", to_json(entries));
  write_file(name + ".default.md", markdown(entries));
  write_file(name + ".full.md", markdown(entries, {.columns = {"full"}}));
  write_file(name + ".events.md", markdown(event_table(entries)));
  write_file(name + ".footprint.md", markdown(footprint_table(entries)));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: cells_of FOLDER\n", stderr);
    return 2;
  }
  const std::string folder = arguments[1];
  std::filesystem::create_directories(folder);
  write(folder + "/golden", {golden::fp32(), golden::int8()});
  Draw draw(18);
  for (int i = 0; i < 200; ++i) {
    const std::string name = folder + "/drawn-" + std::to_string(i);
    const Entry a = drawn(draw, "a");
    if (draw.one_in(4)) {
      write(name, {a});
    } else {
      write(name, {a, drawn(draw, "b"), drawn(draw, "c")});
    }
  }
  return 0;
}
