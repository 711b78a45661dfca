// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pretrains an encoder without labels: it fills in hidden pixels (the masked prediction of Devlin
// et al., BERT, NAACL 2019, with pixels for words). A linear probe then learns digits from few
// labels on top of it, against a probe on an encoder with random weights, and one on plain pixels.
// The encoder is fully connected: random convolutions are good features already, and pretraining
// them gained little when it was tried.

#include <perjoule/integrations/heap_hook.hpp>

#include "shrink/digits_training.hpp"

namespace {

namespace nn = torch::nn;
using namespace shrink;

constexpr std::int64_t features = 64;
constexpr double hidden_share = 0.5;  // of the pixels
constexpr double wanted_accuracy = 0.8;

Network encoder() {
  return Network(nn::Flatten(), nn::Linear(64, features), nn::ReLU(),
                 nn::Linear(features, features), nn::ReLU());
}

void pretrain(Network encoder, const at::Tensor& images, const TrainingPlan& plan) {
  nn::Linear decoder(features, 64);
  std::vector<at::Tensor> parameters = encoder->parameters();
  for (const at::Tensor& part : decoder->parameters()) parameters.push_back(part);
  train(parameters, images.size(0), plan, [&](const at::Tensor& rows) {
    const at::Tensor pixels = images.index_select(0, rows).flatten(1);
    const at::Tensor hidden = torch::rand_like(pixels).lt(hidden_share).to(at::kFloat);
    const at::Tensor filled = decoder->forward(encoder->forward(pixels * (1 - hidden)));
    return ((filled - pixels).square() * hidden).sum() / hidden.sum();
  });
}

/// What a probe learns on.
struct Base {
  std::string name;
  Network encoder;
  std::vector<perjoule::TrainingStage> stages;
};

/// Trains a linear layer on what the encoder says of a few labelled images, and puts it behind it.
void train_probe(Network& whole, const Labelled& data, const TrainingPlan& plan) {
  at::Tensor inputs;
  {
    const at::NoGradGuard no_gradients;
    inputs = whole->forward(data.images);
  }
  nn::Linear probe(inputs.size(1), static_cast<std::int64_t>(quickstart::class_count));
  train(probe->parameters(), data.size(), plan, [&](const at::Tensor& rows) {
    return nn::functional::cross_entropy(probe->forward(inputs.index_select(0, rows)),
                                         data.labels.index_select(0, rows));
  });
  whole->push_back(probe);
}

/// One base with each number of labels.
struct Curve {
  std::string name;
  std::vector<std::int64_t> labels;
  std::vector<Seeds> seeds;

  [[nodiscard]] std::string least_labels() const {
    std::vector<perjoule::LearningCurvePoint> curve;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      std::vector<perjoule::Estimate<double>> values;
      for (const gallery::Judgement& seed : seeds[i].judgements) {
        values.push_back(seed.quality.value);
      }
      curve.push_back({static_cast<double>(labels[i]), perjoule::mean_over_seeds(values)});
    }
    const perjoule::QualityCrossing found =
        perjoule::least_to_reach(curve, wanted_accuracy, perjoule::LearningCurveAxis::logarithmic);
    switch (found.outcome) {
      case perjoule::CrossingOutcome::between:
        return name + " needs " + perjoule::text::significant(found.x.value, 2) + " " +
               perjoule::text::to_string(found.interval);
      case perjoule::CrossingOutcome::at_the_first:
        return name + " needs " + std::to_string(labels.front()) + " or fewer";
      case perjoule::CrossingOutcome::never:
        return name + " needs more than " + std::to_string(labels.back());
      case perjoule::CrossingOutcome::missing:
        break;
    }
    return name + " is not known, since one seed has no interval";
  }
};

void run(gallery::Program& program) {
  const gallery::Options& options = program.options();
  const Digits digits = load_digits(options);
  add_constant(program, digits);
  const std::vector<std::int64_t> labels{20, 50, 200};
  std::vector<Curve> curves;
  for (const char* const name : {"pretrained", "random", "pixels"}) {
    curves.push_back({name, labels, std::vector<Seeds>(labels.size())});
  }
  for (int seed = 1; seed <= options.seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    torch::manual_seed(number);
    const Network random = encoder();
    const Network pretrained = copy_of(random);
    const perjoule::TrainingStage stage = program.session().train("pretraining", [&] {
      pretrain(pretrained, digits.train.images,
               {.steps = options.smoke ? 50 : 1500, .batch = 64, .rate = 2e-3, .seed = number});
    });
    const std::vector<Base> bases{{"pretrained", pretrained, {stage}},
                                  {"random", random, {}},
                                  {"pixels", Network(nn::Flatten()), {}}};
    for (std::size_t base = 0; base < bases.size(); ++base) {
      for (std::size_t i = 0; i < labels.size(); ++i) {
        const Labelled data =
            digits.train.rows(balanced_sample(digits.train.labels, labels[i], number));
        Network whole = copy_of(bases[base].encoder);
        std::vector<perjoule::TrainingStage> stages = bases[base].stages;
        stages.push_back(program.session().train("probe", [&] {
          train_probe(whole, data,
                      {.steps = options.smoke ? 50 : 200, .rate = 1e-2, .seed = number});
        }));
        const std::string name = bases[base].name + "-" + std::to_string(labels[i]);
        curves[base].seeds[i].add(
            add_row(program, digits, plan_of(options, name, seed, std::move(stages)), whole));
      }
    }
  }

  const Curve& pretrained = curves[0];
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::string sentence = "With " + std::to_string(labels[i]) + " labels, pretrained (" +
                           mean_text(pretrained.seeds[i].judgements) + ") against ";
    for (std::size_t other = 1; other < curves.size(); ++other) {
      const Seeds& seeds = curves[other].seeds[i];
      sentence += (other == 1 ? "" : "; against ") + curves[other].name + " (" +
                  mean_text(seeds.judgements) + "), " +
                  gallery::change(pretrained.seeds[i].judgements, seeds.judgements) + ", for " +
                  training_cost(pretrained.seeds[i], seeds);
    }
    program.finding(sentence + ".");
  }
  std::string sentence =
      "Labels for an accuracy of " + perjoule::text::percent(wanted_accuracy) + ": ";
  for (const Curve& curve : curves) {
    sentence += (&curve == &curves.front() ? "" : "; ") + curve.least_labels();
  }
  program.finding(sentence + ".");
  program.finding(how_settings_were_chosen);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(
      argc, argv, "pretrain",
      "Pretrains an encoder on hidden pixels; a linear probe learns from few labels", run);
}
