// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gradient-boosted trees of XGBoost on tumours: how much quality do more rounds and deeper trees
// buy, and what does it take to predict one sample, or many at once?

#include <omp.h>

#include <optional>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <vector>

#include "engines/trees/booster.hpp"
#include "engines/trees/tumours.hpp"
#include "gallery/findings.hpp"
#include "gallery/program.hpp"
#include "quickstart/find_data.hpp"

namespace {

using trees::Booster;
using trees::Row;
using trees::Tumours;

constexpr std::size_t batch = 64;

Tumours load(bool smoke) {
  const std::string path = quickstart::find_data("breast_cancer");
  return path.empty() ? trees::generated_tumours(1, smoke ? 200 : 600) : trees::load_tumours(path);
}

std::string version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// What is known of one setting: an entry in batches, of seed 1, and each seed's judgements.
struct Setting {
  perjoule::Entry entry;
  perjoule::MeasureOptions plan;
  std::vector<gallery::Judgement> auroc;
  std::vector<gallery::Judgement> log_loss;
};

/// Trains a setting with each seed, and measures the first.
Setting run_setting(gallery::Program& program, const Tumours& tumours, int depth, int rounds) {
  Setting setting;
  perjoule::MeasureOptions& plan = setting.plan;
  plan.name = "depth-" + std::to_string(depth) + "-rounds-" + std::to_string(rounds);
  plan.budget = program.options().budget;
  plan.format = "fp32";
  plan.dataset = tumours.source;
  plan.settings = {{"XGBoost", version()},
                   {"depth", std::to_string(depth)},
                   {"rounds", std::to_string(rounds)},
                   {"eta", trees::learning_rate},
                   {"subsample", trees::row_share},
                   {"seed", "1"},
                   {"threads", "1"}};
  const auto path_of = [&](int seed) {
    return program.file("weights/" + plan.name + "-seed-" + std::to_string(seed) + ".ubj");
  };
  for (int seed = 1; seed <= program.options().seeds; ++seed) {
    std::optional<Booster> trained;
    const perjoule::TrainingStage stage = program.session().train(
        "boosting", [&] { trained = Booster::train(tumours, depth, rounds, seed); });
    trained->save(path_of(seed));
    if (seed == 1) plan.training = {stage};
    const std::vector<float> outputs = Booster::load(path_of(seed))(tumours.test_rows);
    setting.auroc.push_back(gallery::judge(perjoule::auroc(tumours.test_labels), outputs));
    setting.log_loss.push_back(gallery::judge(perjoule::log_loss(tumours.test_labels), outputs));
  }
  std::optional<Booster> loaded;
  // XGBoost keeps its trees to itself, and prepares some of what it needs in the first pass.
  plan.resident_weights = perjoule::loaded_bytes([&] {
    loaded = Booster::load(path_of(1));
    (void)(*loaded)({tumours.test_rows.data(), 1});
  });
  const Booster& booster = *loaded;
  plan.weights = path_of(1);
  plan.compressed = perjoule::compressed_bytes(plan.weights);
  plan.parameters = booster.nodes();
  plan.batch = batch;
  setting.entry = program.session().measure(
      plan, booster, tumours.test_rows, perjoule::auroc(tumours.test_labels),
      perjoule::log_loss(tumours.test_labels), perjoule::accuracy(tumours.test_labels, 0.5));
  program.add(setting.entry);
  return setting;
}

/// Measures the same trees with one sample a call.
perjoule::Entry measure_single(gallery::Program& program, const Tumours& tumours,
                               const Setting& setting) {
  perjoule::MeasureOptions plan = setting.plan;
  plan.name += "-one-by-one";
  plan.batch = 1;
  const Booster booster = Booster::load(plan.weights);
  const auto predict = [&](const Row& row) { return booster({&row, 1})[0]; };
  perjoule::Entry entry = program.session().measure(
      plan, predict, tumours.test_rows, perjoule::auroc(tumours.test_labels),
      perjoule::log_loss(tumours.test_labels), perjoule::accuracy(tumours.test_labels, 0.5));
  program.add(entry);
  return entry;
}

void compare(gallery::Program& program, const Setting& after, const Setting& before) {
  program.finding(after.plan.name + " against " + before.plan.name + ": " +
                  gallery::change(after.auroc, before.auroc) + ", " +
                  gallery::change(after.log_loss, before.log_loss) + ", for " +
                  gallery::cost(after.entry, before.entry) + " in batches of " +
                  std::to_string(batch) + ".");
}

void run(gallery::Program& program) {
  omp_set_num_threads(1);
  const bool smoke = program.options().smoke;
  const Tumours tumours = load(smoke);
  const std::vector<int> rounds = smoke ? std::vector{3, 10} : std::vector{3, 10, 100, 1000};
  std::vector<Setting> stumps;
  std::vector<Setting> deep;
  for (const int count : rounds) stumps.push_back(run_setting(program, tumours, 1, count));
  for (const int count : rounds) deep.push_back(run_setting(program, tumours, 6, count));
  const perjoule::Entry few = measure_single(program, tumours, deep.front());
  const perjoule::Entry many = measure_single(program, tumours, deep.back());

  for (std::size_t i = 1; i < rounds.size(); ++i) compare(program, deep[i], deep[i - 1]);
  compare(program, deep[rounds.size() - 2], stumps[rounds.size() - 2]);
  program.finding(
      "One sample a call takes " + gallery::cost(few, deep.front().entry) + " of a batch of " +
      std::to_string(batch) + " with " + std::to_string(rounds.front()) + " rounds, and " +
      gallery::cost(many, deep.back().entry) + " with " + std::to_string(rounds.back()) + ".");
  program.finding("One by one, " + std::to_string(rounds.back()) + " rounds take " +
                  gallery::cost(many, few) + " of " + std::to_string(rounds.front()) +
                  "; in batches, " + gallery::cost(deep.back().entry, deep.front().entry) + ".");
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "trees",
                      "Gradient-boosted trees of XGBoost: depth and rounds against AUROC", run);
}
