// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which model? Reads what the other programs of the gallery left, and answers for each task: what
// lies on the front, where it fits, after how many answers its training has paid, and what that is
// in carbon and kilometres.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <perjoule/all.hpp>
#include <perjoule/integrations/read_json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gallery/findings.hpp"

namespace {

using perjoule::Entry;

/// The grid whose electricity the models ran on, as the user declares it.
struct Grid {
  double grams = 0.0;  ///< CO2 equivalent. @unit g/kWh
  std::string source;
  int year = 0;
};

/// Models that answered the same test set and were judged by the same first metric.
struct Task {
  std::string name;
  std::vector<Entry> entries;
};

std::string task_of(const Entry& entry) {
  const perjoule::Quality& quality = entry.quality.front();
  return entry.plan.dataset + ", " + quality.metric + ", " + std::to_string(entry.inputs) +
         " items";
}

std::vector<Task> read_tasks(const std::vector<std::string>& records) {
  std::vector<Task> tasks;
  std::vector<std::string> keys;
  for (const std::string& record : records) {
    for (Entry& entry : perjoule::read_json(record)) {
      if (entry.quality.empty()) continue;
      // A hash tells test sets apart that have one name.
      const std::string key = task_of(entry) + entry.test_set_hash + entry.quality[0].signature;
      const auto known = std::find(keys.begin(), keys.end(), key);
      const auto place = static_cast<std::size_t>(known - keys.begin());
      if (known == keys.end()) {
        keys.push_back(key);
        tasks.push_back({task_of(entry), {}});
      }
      tasks[place].entries.push_back(std::move(entry));
    }
  }
  return tasks;
}

perjoule::Estimate<perjoule::Joules> training_of(const Entry& entry) {
  if (entry.plan.training.empty()) return {};
  return perjoule::training_energy(entry.plan.training);
}

std::string fit_on(const perjoule::DeviceProfile& device, const Entry& entry) {
  const perjoule::DeviceFit fit =
      perjoule::fits(device, {entry.footprint.resident, entry.heap.peak});
  return std::string(name(fit.verdict));
}

/// Returns from how many answers on a model has taken less energy than the best one, or why not.
std::string break_even_text(const Entry& entry, const Entry& best) {
  if (&entry == &best) return "it is the best";
  const perjoule::BreakEven pays =
      perjoule::break_even({training_of(best), best.energy}, {training_of(entry), entry.energy});
  const perjoule::Interval<perjoule::Items>& interval = pays.inferences.interval;
  if (!pays.inferences.estimate.is_known()) return std::string(name(pays.outcome));
  return perjoule::text::format("{} {} [{}, {}]", name(pays.outcome),
                                perjoule::text::significant(pays.inferences.estimate.value.si(), 2),
                                perjoule::text::significant(interval.low.si(), 2),
                                perjoule::text::significant(interval.high.si(), 2));
}

std::string carbon_text(const perjoule::Estimate<perjoule::Joules>& energy, const Grid& grid) {
  if (grid.source.empty()) return "n/a";
  const auto emitted =
      perjoule::carbon(energy, perjoule::grid_intensity(grid.grams, 0.0, grid.source, grid.year),
                       perjoule::local_pue);
  return perjoule::text::to_string(emitted.grams);
}

/// Answers for one task. Joules rank models where they were measured; otherwise time does.
std::string page_of(const Task& task, const Grid& grid) {
  const std::vector<Entry>& entries = task.entries;
  const bool by_joules = std::all_of(entries.begin(), entries.end(), gallery::has_joules);
  const perjoule::EntryCandidateSet set(
      entries, {by_joules ? perjoule::Cost::energy : perjoule::Cost::time});
  const perjoule::CandidateSet& models = set.candidate_set();
  if (models.size() < 2) return {};
  const std::vector<double> on_front =
      perjoule::probability_on_front(perjoule::JointDraws(models, 1));
  const bool is_higher = entries.front().quality.front().higher_is_better;
  const Entry& best =
      *std::max_element(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        const double difference = a.quality.front().value.value - b.quality.front().value.value;
        return is_higher ? difference < 0.0 : difference > 0.0;
      });

  perjoule::Table table(entries.size() + 1);
  const auto column = [&](std::string_view head, auto cell) {
    table.add(head);
    for (const Entry& entry : entries) table.add(std::string(cell(entry)));
  };
  column("model", [](const Entry& entry) { return entry.plan.label(); });
  column("on the front (P)", [&](const Entry& entry) {
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (models.candidates()[i].name == entry.plan.label()) {
        return perjoule::text::significant(on_front[i], 2);
      }
    }
    return std::string("n/a");
  });
  column("phone with 12 GB", [](const Entry& e) { return fit_on(perjoule::phone_12_gb, e); });
  column("microcontroller", [](const Entry& e) { return fit_on(perjoule::nucleo_l4r5zi, e); });
  column("training", [](const Entry& e) { return perjoule::text::to_string(training_of(e)); });
  column("its carbon", [&](const Entry& e) { return carbon_text(training_of(e), grid); });
  column("less energy than the best, in answers",
         [&](const Entry& e) { return break_even_text(e, best); });
  table.note("on the front: the probability that no other model is both better and takes less " +
             std::string(by_joules ? "energy" : "time, since not all energies were measured"));
  table.note(
      "a device: weights in memory and the peak of a pass, without a framework; the "
      "microcontroller is a " +
      std::string(perjoule::nucleo_l4r5zi.name));
  return "## " + task.name + "\n\n" + perjoule::markdown(entries) + "\n" +
         perjoule::markdown(table) + "\n" + perjoule::headline(entries) + "\n\n";
}

/// Returns what training all models emitted; each stage counts once, however many models name it.
std::string training_text(const std::vector<Task>& tasks, const Grid& grid) {
  std::vector<perjoule::TrainingStage> stages;
  for (const Task& task : tasks) {
    for (const Entry& entry : task.entries) {
      for (const perjoule::TrainingStage& stage : entry.plan.training) {
        const bool is_known =
            std::any_of(stages.begin(), stages.end(), [&](const perjoule::TrainingStage& other) {
              return other.name == stage.name && other.energy.value == stage.energy.value;
            });
        if (!is_known) stages.push_back(stage);
      }
    }
  }
  if (stages.empty()) return "No model says what its training took.\n";
  const perjoule::Estimate<perjoule::Joules> all = perjoule::training_energy(stages);
  const std::string text = perjoule::text::format("{} steps of training took {}", stages.size(),
                                                  perjoule::text::to_string(all));
  if (grid.source.empty()) {
    return text +
           "; for carbon and kilometres declare your grid: --grid, --grid-source and "
           "--grid-year.\n";
  }
  const auto emitted = perjoule::carbon(
      all, perjoule::grid_intensity(grid.grams, 0.0, grid.source, grid.year), perjoule::local_pue);
  const perjoule::Equivalent way =
      perjoule::kilometres_by_car(emitted.grams, perjoule::european_car);
  return text +
         perjoule::text::format(
             ", which is {} of CO2 equivalent at {} g/kWh ({}, {}), as much as {} {} ({}).\n",
             perjoule::text::to_string(emitted.grams), perjoule::text::significant(grid.grams, 3),
             grid.source, grid.year, perjoule::text::to_string(way.count), way.what, way.source);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Which model of the gallery: front, devices, break-even, carbon", "which_model");
  std::vector<std::string> records;
  std::string out;
  Grid grid;
  app.add_option("records", records, "Run records of other programs")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("-o,--output", out, "The page, in Markdown")->required();
  CLI::Option* const grams =
      app.add_option("--grid", grid.grams, "CO2 equivalent of the grid, in g/kWh")
          ->check(CLI::NonNegativeNumber);
  CLI::Option* const source = app.add_option("--grid-source", grid.source, "Who says so");
  CLI::Option* const year = app.add_option("--grid-year", grid.year, "The year it is of");
  grams->needs(source)->needs(year);
  source->needs(grams);
  year->needs(grams);
  CLI11_PARSE(app, argc, argv);
  try {
    const std::vector<Task> tasks = read_tasks(records);
    std::string page = "# Which model\n\n" + training_text(tasks, grid) + "\n";
    for (const Task& task : tasks) page += page_of(task, grid);
    perjoule::write_file(out, page);
    std::fputs(page.c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "which_model: %s\n", error.what());
    return 2;
  }
}
