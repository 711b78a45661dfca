// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <perjoule/all.hpp>
#include <perjoule/integrations/torch.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gallery/findings.hpp"
#include "gallery/program.hpp"
#include "quickstart/digits.hpp"
#include "quickstart/variants.hpp"

/// What the programs that train networks on digits have in common: tensors, samples that a seed
/// draws, a training loop, and a row for each model and seed.
namespace shrink {

using Network = torch::nn::Sequential;

/// A finding of each program: there is no third part of the data to choose settings with.
inline constexpr const char* how_settings_were_chosen =
    "Networks, rates and numbers of steps were chosen among several with these test items in view: "
    "no interval counts that choice, and other settings may turn a finding around.";

/// @shape  images: [items, 1, 8, 8], 0 to 1; labels: [items], 64-bit whole numbers
struct Labelled {
  at::Tensor images;
  at::Tensor labels;

  [[nodiscard]] Labelled rows(const at::Tensor& indices) const {
    return {images.index_select(0, indices), labels.index_select(0, indices)};
  }
  [[nodiscard]] std::int64_t size() const { return labels.size(0); }
};

[[nodiscard]] inline Labelled to_tensors(const std::vector<quickstart::Image>& images,
                                         const std::vector<int>& labels) {
  std::vector<float> pixels;
  for (const quickstart::Image& image : images) {
    pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
  }
  const auto items = static_cast<std::int64_t>(images.size());
  return {torch::tensor(pixels).reshape({items, 1, 8, 8}), torch::tensor(labels, at::kLong)};
}

/// Returns the rows of the labels from `first` to `last`.
[[nodiscard]] inline at::Tensor rows_between(const at::Tensor& labels, int first, int last) {
  return torch::nonzero(labels.ge(first).logical_and(labels.le(last))).squeeze(1);
}

[[nodiscard]] inline std::vector<std::int64_t> shuffled(std::int64_t count,
                                                        quickstart::Random& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

/// Draws rows of a data set, as many of each class as of the next, give or take one.
[[nodiscard]] inline at::Tensor balanced_sample(const at::Tensor& labels, std::int64_t count,
                                                std::uint64_t seed) {
  quickstart::Random random(seed);
  std::array<std::vector<std::int64_t>, quickstart::class_count> of_class;
  for (const std::int64_t row : shuffled(labels.size(0), random)) {
    of_class[static_cast<std::size_t>(labels[row].item<std::int64_t>())].push_back(row);
  }
  std::vector<std::int64_t> drawn;
  for (std::size_t round = 0; static_cast<std::int64_t>(drawn.size()) < count; ++round) {
    for (const std::vector<std::int64_t>& rows : of_class) {
      if (round < rows.size()) drawn.push_back(rows[round]);
    }
  }
  drawn.resize(static_cast<std::size_t>(count));
  return torch::tensor(drawn);
}

/// The digits, as a network takes them.
struct Digits {
  Labelled train;
  Labelled test;
  std::vector<int> train_labels;
  std::vector<at::Tensor> test_images;  ///< one by one: the items of a measurement
  std::vector<int> test_labels;
  std::string source;
};

/// Loads the digits, and has everything computed by one thread.
/// @param is_wanted  tells of a label whether its images are wanted
template <class IsWanted>
[[nodiscard]] Digits load_digits(const gallery::Options& options, IsWanted&& is_wanted) {
  perjoule::use_torch_threads(1);
  quickstart::Digits read = quickstart::find_or_generate_digits();
  const auto keep = [&](std::vector<quickstart::Image>& images, std::vector<int>& labels,
                        std::size_t most) {
    std::size_t kept = 0;
    for (std::size_t item = 0; item < labels.size() && kept < most; ++item) {
      if (!is_wanted(labels[item])) continue;
      images[kept] = images[item];
      labels[kept++] = labels[item];
    }
    images.resize(kept);
    labels.resize(kept);
  };
  keep(read.train_images, read.train_labels, options.smoke ? 200 : read.train_labels.size());
  keep(read.test_images, read.test_labels, options.smoke ? 60 : read.test_labels.size());
  Digits digits{to_tensors(read.train_images, read.train_labels),
                to_tensors(read.test_images, read.test_labels),
                read.train_labels,
                {},
                read.test_labels,
                read.source};
  digits.test_images = digits.test.images.split(1);
  return digits;
}
[[nodiscard]] inline Digits load_digits(const gallery::Options& options) {
  return load_digits(options, [](int) { return true; });
}

struct TrainingPlan {
  std::int64_t steps;
  std::int64_t batch = 32;
  double rate = 1e-3;
  std::uint64_t seed = 1;  ///< of the order of the items
};

/// Trains parameters with Adam, on shuffled batches.
/// @param loss        called with the rows of a batch
/// @param after_step  called with the number of steps so far
template <class Loss, class AfterStep>
void train(const std::vector<at::Tensor>& parameters, std::int64_t items, const TrainingPlan& plan,
           Loss&& loss, AfterStep&& after_step) {
  torch::optim::Adam optimizer(parameters, plan.rate);
  quickstart::Random random(plan.seed);
  at::Tensor order;
  std::int64_t next = items;
  const std::int64_t batch = std::min(plan.batch, items);
  for (std::int64_t step = 1; step <= plan.steps; ++step) {
    if (next + batch > items) {
      order = torch::tensor(shuffled(items, random));
      next = 0;
    }
    optimizer.zero_grad();
    loss(order.narrow(0, next, batch)).backward();
    optimizer.step();
    next += batch;
    after_step(step);
  }
}
template <class Loss>
void train(const std::vector<at::Tensor>& parameters, std::int64_t items, const TrainingPlan& plan,
           Loss&& loss) {
  train(parameters, items, plan, loss, [](std::int64_t) {});
}

/// The loss of a classifier, for train().
[[nodiscard]] inline auto cross_entropy(Network network, Labelled data) {
  return [network, data](const at::Tensor& rows) mutable {
    const Labelled batch = data.rows(rows);
    return torch::nn::functional::cross_entropy(network->forward(batch.images), batch.labels);
  };
}

[[nodiscard]] inline Network copy_of(const Network& network) {
  return Network(std::dynamic_pointer_cast<torch::nn::SequentialImpl>(network->clone()));
}

[[nodiscard]] inline gallery::Judgement judge(Network network, const Digits& digits) {
  const at::NoGradGuard no_gradients;
  const at::Tensor best = network->forward(digits.test.images).argmax(1);
  const std::int64_t* const first = best.data_ptr<std::int64_t>();
  return gallery::judge(perjoule::accuracy(digits.test_labels),
                        std::vector<std::int64_t>(first, first + best.numel()));
}

/// Saves a network and loads it again, so that what is measured is what the file holds.
[[nodiscard]] inline Network save_and_reload(const Network& trained, const std::string& path) {
  torch::save(trained, path);
  Network loaded = copy_of(trained);
  torch::load(loaded, path);
  return loaded;
}

/// Describes a trained model, for the row of one seed.
[[nodiscard]] inline perjoule::MeasureOptions plan_of(const gallery::Options& options,
                                                      const std::string& name, int seed,
                                                      std::vector<perjoule::TrainingStage> stages) {
  return {.name = options.seeds == 1 ? name : name + " (seed " + std::to_string(seed) + ")",
          .budget = options.budget,
          .settings = {{"libtorch", TORCH_VERSION},
                       {"threads", "1"},
                       {"training seed", std::to_string(seed)}},
          .training = std::move(stages)};
}

/// Measures a trained classifier with one image a pass, and adds its row.
inline perjoule::Entry add_row(gallery::Program& program, const Digits& digits,
                               perjoule::MeasureOptions plan, const Network& trained) {
  plan.weights = program.file("weights/" + plan.name + ".pt");
  Network network = save_and_reload(trained, plan.weights);
  plan.compressed = perjoule::compressed_bytes(plan.weights);
  plan.dataset = digits.source;
  const auto forward = perjoule::torch_forward(network);
  const auto predict = [&](const at::Tensor& image) {
    return forward(image).argmax().item<std::int64_t>();
  };
  perjoule::Entry entry =
      program.session().measure(perjoule::torch_options(network, std::move(plan)), predict,
                                digits.test_images, perjoule::accuracy(digits.test_labels));
  program.add(entry);
  return entry;
}

/// Adds the row of the most frequent label, which a model must beat to have bought anything.
inline void add_constant(gallery::Program& program, const Digits& digits) {
  perjoule::MeasureOptions plan{.name = quickstart::Constant::name,
                                .budget = program.options().budget,
                                .weights = program.file("weights/constant.bin"),
                                .resident_weights = perjoule::Bytes(1.0),
                                .parameters = 1,
                                .dataset = digits.source};
  plan.training = {program.session().train("counting labels", [&] {
    quickstart::Constant::most_frequent(digits.train_labels).save(plan.weights);
  })};
  plan.compressed = perjoule::compressed_bytes(plan.weights);
  const quickstart::Constant constant = quickstart::Constant::load(plan.weights);
  program.add(program.session().measure(
      plan, [&](const at::Tensor&) { return constant({}); }, digits.test_images,
      perjoule::accuracy(digits.test_labels)));
}

/// Models of one kind, one for each seed.
struct Seeds {
  std::vector<gallery::Judgement> judgements;
  std::vector<perjoule::Entry> entries;

  void add(perjoule::Entry entry) {
    const perjoule::View<double> rows = perjoule::per_item_of(entry, 0);
    judgements.push_back({entry.quality[0], {rows.begin(), rows.end()}});
    entries.push_back(std::move(entry));
  }
};

/// Returns the mean over seeds of a metric: "84.7 [81.2, 88.2] %".
[[nodiscard]] inline std::string mean_text(const std::vector<gallery::Judgement>& seeds) {
  std::vector<perjoule::Estimate<double>> values;
  for (const gallery::Judgement& seed : seeds) values.push_back(seed.quality.value);
  const perjoule::Estimate<double> mean = perjoule::mean_over_seeds(values);
  return perjoule::text::with_unit(mean, perjoule::interval(mean), seeds.front().quality.unit);
}

/// Says what some training takes beside another, over seeds: "3.1 ± 0.4 times the CPU time of
/// training". It is the energy where that is measured: a model of energy may err differently for
/// the two.
[[nodiscard]] inline std::string training_cost(const Seeds& after, const Seeds& before) {
  const auto cpu_time = [](const perjoule::Entry& entry) {
    perjoule::Estimate<perjoule::Seconds> sum = perjoule::exact(perjoule::Seconds(0.0));
    for (const perjoule::TrainingStage& stage : entry.plan.training) {
      sum = perjoule::total(sum, stage.cpu_time);
    }
    return sum;
  };
  const bool by_joules =
      std::all_of(before.entries.begin(), before.entries.end(), gallery::has_joules);
  std::vector<perjoule::Estimate<double>> ratios;
  for (std::size_t i = 0; i < after.entries.size(); ++i) {
    const perjoule::Entry& a = after.entries[i];
    const perjoule::Entry& b = before.entries[i];
    ratios.push_back(by_joules ? perjoule::ratio(perjoule::training_energy(a.plan.training),
                                                 perjoule::training_energy(b.plan.training))
                                     .estimate
                               : perjoule::ratio(cpu_time(a), cpu_time(b)).estimate);
  }
  const perjoule::Estimate<double> mean = perjoule::mean_over_seeds(ratios);
  return perjoule::text::cell(mean, perjoule::interval(mean)) + " times the " +
         (by_joules ? "energy" : "CPU time") + " of training";
}

/// Returns a - b of two energies that one meter read, without the error that it has alike for all.
template <class Q>
[[nodiscard]] perjoule::Estimate<Q> difference_of_one_meter(const perjoule::Estimate<Q>& a,
                                                            const perjoule::Estimate<Q>& b) {
  perjoule::Estimate<Q> difference = perjoule::difference(a, b);
  difference.common = Q(0.0);
  return difference;
}

/// Says when a model that takes more training has paid it back with what it saves each time.
/// @param extra_training, saving  of difference_of_one_meter(): what errs alike cancels
/// @param unit                    of what is done each time: "images"
[[nodiscard]] inline std::string break_even_text(
    const perjoule::Estimate<perjoule::Joules>& extra_training,
    const perjoule::Estimate<perjoule::JoulesPerItem>& saving, const std::string& unit) {
  const perjoule::BreakEven found = perjoule::break_even(extra_training, saving);
  const auto number = [](perjoule::Items items) {
    return perjoule::text::significant(items.si(), 3);
  };
  const perjoule::Interval<perjoule::Items>& interval = found.inferences.interval;
  const std::string count = number(found.inferences.estimate.value) + " [" + number(interval.low) +
                            ", " + number(interval.high) + "] " + unit + " (" +
                            std::string(perjoule::name(found.provenance)) +
                            ", if the meter errs alike for all)";
  switch (found.outcome) {
    case perjoule::BreakEvenOutcome::after:
      return "is paid back after " + count;
    case perjoule::BreakEvenOutcome::until:
      return "is an advantage until " + count;
    case perjoule::BreakEvenOutcome::from_the_start:
      return "is no extra cost, from the start";
    case perjoule::BreakEvenOutcome::never:
      return "is never paid back";
    case perjoule::BreakEvenOutcome::undecided:
      return "is paid back after no number of " + unit +
             " that can be told: the saving may be none";
    case perjoule::BreakEvenOutcome::missing:
      break;
  }
  return "is not known: an energy is missing";
}

}  // namespace shrink
