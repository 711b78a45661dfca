// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fine-tunes a network that knows the digits 0 to 4 for the digits 5 to 9, against one that starts
// from scratch: which is better after as many steps, and which takes less energy to reach a
// quality? In how many such tasks is the energy of the first training paid back? It depends on the
// rate, of which each way has a slow one and a fast one.

#include <perjoule/integrations/heap_hook.hpp>

#include "shrink/digits_training.hpp"

namespace {

namespace nn = torch::nn;
using namespace shrink;

constexpr int classes = 5;
constexpr double wanted_accuracy = 0.8;

Network network() {
  return Network(nn::Conv2d(nn::Conv2dOptions(1, 32, 3).padding(1)), nn::ReLU(),
                 nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                 nn::Flatten(), nn::Linear(1024, 128), nn::ReLU(), nn::Linear(128, classes));
}

/// One way of starting, with one number of labelled images.
struct Start {
  std::string name;
  Seeds seeds;  ///< after all steps
  double rate;
  std::vector<std::int64_t> steps;                          ///< after which the network is judged
  std::vector<std::vector<gallery::Judgement>> judgements;  ///< [steps][seeds]

  /// The training for these digits, without what came before.
  [[nodiscard]] std::vector<perjoule::TrainingStage> stages() const {
    std::vector<perjoule::TrainingStage> own;
    for (const perjoule::Entry& entry : seeds.entries) own.push_back(entry.plan.training.back());
    return own;
  }

  /// @return the first number of steps with the wanted accuracy, on the mean curve of the seeds
  [[nodiscard]] perjoule::QualityCrossing crossing() const {
    std::vector<perjoule::LearningCurvePoint> curve;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      std::vector<perjoule::Estimate<double>> values;
      for (const gallery::Judgement& seed : judgements[i]) values.push_back(seed.quality.value);
      curve.push_back({static_cast<double>(steps[i]), perjoule::mean_over_seeds(values)});
    }
    return perjoule::least_to_reach(curve, wanted_accuracy, perjoule::LearningCurveAxis::linear);
  }

  /// Returns the energy of so many steps, of which each takes the mean of all.
  [[nodiscard]] perjoule::Estimate<perjoule::Joules> energy_of(
      const perjoule::Estimate<double>& count) const {
    const auto all = static_cast<double>(steps.back()) * static_cast<double>(seeds.entries.size());
    const perjoule::Estimate<perjoule::Items> of_steps{
        perjoule::Items(count.value), perjoule::Items(count.random), count.dof,
        perjoule::Items(count.common), count.provenance};
    return perjoule::product(
        perjoule::per_item(perjoule::training_energy(stages()), perjoule::Items(all)), of_steps);
  }
};

/// Trains a network for the digits of `data`, and judges it on the way. What is judged is a copy,
/// after the training: only its copying is in the energy.
void train_and_measure(gallery::Program& program, const Digits& digits, const Labelled& data,
                       Network start, Start& kind, int seed,
                       std::vector<perjoule::TrainingStage> stages) {
  std::vector<Network> snapshots;
  stages.push_back(program.session().train(kind.name, [&] {
    train(start->parameters(), data.size(),
          {.steps = kind.steps.back(),
           .batch = 25,
           .rate = kind.rate,
           .seed = static_cast<std::uint64_t>(seed)},
          cross_entropy(start, data), [&](std::int64_t step) {
            if (std::count(kind.steps.begin(), kind.steps.end(), step) == 0) return;
            snapshots.push_back(copy_of(start));
          });
  }));
  kind.judgements.resize(kind.steps.size());
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    kind.judgements[i].push_back(judge(snapshots[i], digits));
  }
  kind.seeds.add(add_row(program, digits,
                         plan_of(program.options(), kind.name, seed, std::move(stages)), start));
}

std::string crossing_text(const Start& start, const perjoule::QualityCrossing& crossing) {
  const std::string all = std::to_string(start.steps.back()) + " steps";
  switch (crossing.outcome) {
    case perjoule::CrossingOutcome::between:
      return perjoule::text::significant(crossing.x.value, 2) + " " +
             perjoule::text::to_string(crossing.interval) + " steps, which take " +
             perjoule::text::to_string(start.energy_of(crossing.x));
    case perjoule::CrossingOutcome::at_the_first:
      return std::to_string(start.steps.front()) + " steps or fewer";
    case perjoule::CrossingOutcome::never:
      return "more than " + all;
    case perjoule::CrossingOutcome::missing:
      break;
  }
  return "an unknown number of steps: one seed has no interval";
}

void add_findings(gallery::Program& program, const Start& tuned, const Start& scratch) {
  std::string changes;
  const std::size_t last = tuned.steps.size() - 1;
  for (const std::size_t i : {last - 2, last}) {
    changes += (i == last ? "; after " : "after ") + std::to_string(tuned.steps[i]) + " steps, " +
               gallery::change(tuned.judgements[i], scratch.judgements[i]);
  }
  program.finding(tuned.name + " against " + scratch.name + ": " + changes + ".");
  const perjoule::QualityCrossing of_tuned = tuned.crossing();
  const perjoule::QualityCrossing of_scratch = scratch.crossing();
  std::string sentence = "To reach an accuracy of " + perjoule::text::percent(wanted_accuracy) +
                         ", " + tuned.name + " needs " + crossing_text(tuned, of_tuned) + "; " +
                         scratch.name + ", " + crossing_text(scratch, of_scratch) + ".";
  if (of_tuned.outcome == perjoule::CrossingOutcome::between &&
      of_scratch.outcome == perjoule::CrossingOutcome::between) {
    const perjoule::TrainingStage& first = tuned.seeds.entries[0].plan.training.front();
    const auto saving =
        difference_of_one_meter(scratch.energy_of(of_scratch.x), tuned.energy_of(of_tuned.x));
    sentence += " The first training took " + perjoule::text::to_string(first.energy) + ", which " +
                break_even_text(
                    difference_of_one_meter(first.energy, perjoule::exact(perjoule::Joules(0.0))),
                    perjoule::per_item(saving, perjoule::Items(1.0)), "such tasks") +
                ".";
  }
  program.finding(sentence);
}

/// Takes the images of digits 5 to 9, as classes 0 to 4.
Labelled high_digits(const Labelled& all) {
  Labelled high = all.rows(rows_between(all.labels, classes, 9));
  high.labels -= classes;
  return high;
}

/// Both ways of starting, with one number of labelled images and one rate of learning.
struct Task {
  std::int64_t labels;
  Start tuned;
  Start scratch;
};

void run(gallery::Program& program) {
  const gallery::Options& options = program.options();
  const Digits known = load_digits(options, [](int label) { return label < classes; });
  Digits digits = load_digits(options, [](int label) { return label >= classes; });
  for (int& label : digits.train_labels) label -= classes;
  for (int& label : digits.test_labels) label -= classes;
  digits.train = high_digits(digits.train);
  digits.test = high_digits(digits.test);
  digits.source += ", only 5 to 9";
  add_constant(program, digits);

  const std::vector<std::int64_t> steps = options.smoke
                                              ? std::vector<std::int64_t>{1, 5, 10}
                                              : std::vector<std::int64_t>{1, 5, 10, 20, 40, 100};
  std::vector<Task> tasks;
  for (const std::int64_t labels : {25, 100}) {
    for (const auto& [rate, word] : {std::pair(3e-4, "slow"), std::pair(1e-3, "fast")}) {
      const std::string end = "-" + std::to_string(labels) + "-" + word;
      tasks.push_back({labels,
                       {"fine-tuned" + end, {}, rate, steps, {}},
                       {"scratch" + end, {}, rate, steps, {}}});
    }
  }
  for (int seed = 1; seed <= options.seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    torch::manual_seed(number);
    Network base = network();
    const perjoule::TrainingStage stage = program.session().train("digits 0 to 4", [&] {
      train(base->parameters(), known.train.size(),
            {.steps = options.smoke ? 20 : 400, .seed = number}, cross_entropy(base, known.train));
    });
    // Other classes need another last layer: both ways start with the same.
    const Network fresh = network();
    {
      const at::NoGradGuard no_gradients;
      const std::vector<at::Tensor> parts = base->parameters();
      const std::vector<at::Tensor> fresh_parts = fresh->parameters();
      for (std::size_t part = parts.size() - 2; part < parts.size(); ++part) {
        parts[part].copy_(fresh_parts[part]);
      }
    }
    for (Task& task : tasks) {
      const Labelled data =
          digits.train.rows(balanced_sample(digits.train.labels, task.labels, number));
      train_and_measure(program, digits, data, copy_of(base), task.tuned, seed, {stage});
      train_and_measure(program, digits, data, copy_of(fresh), task.scratch, seed, {});
    }
  }
  for (const Task& task : tasks) add_findings(program, task.tuned, task.scratch);
  for (std::size_t slow = 0; slow < tasks.size(); slow += 2) {
    add_findings(program, tasks[slow].tuned, tasks[slow + 1].scratch);
  }
  program.finding(how_settings_were_chosen);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "finetune",
                      "Fine-tunes a network of digits 0 to 4 for 5 to 9, against from scratch",
                      run);
}
