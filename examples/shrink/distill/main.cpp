// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Distils a convolutional network into a student with 0.8 % of its parameters: the student learns
// the teacher's probabilities, which say more of an image than its label (Hinton, Vinyals and Dean,
// Distilling the knowledge in a neural network, 2015, sections 2 and 6). With few labelled images
// that replaces the missing ones; with all of them there is little left to tell.

#include <perjoule/integrations/heap_hook.hpp>

#include "shrink/digits_training.hpp"

namespace {

namespace nn = torch::nn;
using namespace shrink;

Network teacher_network() {
  return Network(nn::Conv2d(nn::Conv2dOptions(1, 32, 3).padding(1)), nn::ReLU(),
                 nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                 nn::Flatten(), nn::Linear(1024, 128), nn::ReLU(), nn::Linear(128, 10));
}

Network student_network() {
  return Network(nn::Flatten(), nn::Linear(64, 16), nn::ReLU(), nn::Linear(16, 10));
}

constexpr double temperature = 4.0;
constexpr double share_of_labels = 0.1;  // in the loss; the rest is the teacher's

struct Trained {
  Network network;
  perjoule::TrainingStage stage;
};

Trained train_teacher(gallery::Program& program, const Digits& digits, std::uint64_t seed) {
  torch::manual_seed(seed);
  Network network = teacher_network();
  const std::int64_t steps = program.options().smoke ? 40 : 600;
  const perjoule::TrainingStage stage = program.session().train("teacher", [&] {
    train(network->parameters(), digits.train.size(), {.steps = steps, .seed = seed},
          cross_entropy(network, digits.train));
  });
  return {network, stage};
}

/// @param teacher  empty for a student that learns from labels alone
Trained train_student(gallery::Program& program, const Labelled& data, std::uint64_t seed,
                      const Network& teacher) {
  torch::manual_seed(seed);
  Network network = student_network();
  const TrainingPlan plan{.steps = program.options().smoke ? 60 : 1500, .rate = 3e-3, .seed = seed};
  if (teacher.is_empty()) {
    const auto stage = program.session().train("student from labels", [&] {
      train(network->parameters(), data.size(), plan, cross_entropy(network, data));
    });
    return {network, stage};
  }
  const auto stage = program.session().train("distillation", [&] {
    at::Tensor soft;
    {
      const at::NoGradGuard no_gradients;
      soft = torch::softmax(Network(teacher)->forward(data.images) / temperature, 1);
    }
    train(network->parameters(), data.size(), plan, [&](const at::Tensor& rows) {
      const Labelled batch = data.rows(rows);
      const at::Tensor scores = network->forward(batch.images);
      const at::Tensor likeness =
          (soft.index_select(0, rows) * torch::log_softmax(scores / temperature, 1)).sum(1).mean();
      // The square keeps gradients as large as those of the labels (Hinton et al., section 2).
      return -(1.0 - share_of_labels) * temperature * temperature * likeness +
             share_of_labels * nn::functional::cross_entropy(scores, batch.labels);
    });
  });
  return {network, stage};
}

struct Students {
  std::string data;
  Seeds plain;
  Seeds distilled;
};

void run(gallery::Program& program) {
  const Digits digits = load_digits(program.options());
  const int seeds = program.options().seeds;
  const std::int64_t all = digits.train.size();
  const std::int64_t few = std::min<std::int64_t>(100, all / 2);
  Seeds teachers;
  std::vector<Students> students{{std::to_string(few), {}, {}},
                                 {"all-" + std::to_string(all), {}, {}}};

  add_constant(program, digits);
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    const auto add = [&](Seeds& kind, const std::string& name, const Network& network,
                         std::vector<perjoule::TrainingStage> stages) {
      kind.add(add_row(program, digits, plan_of(program.options(), name, seed, std::move(stages)),
                       network));
    };
    const Trained teacher = train_teacher(program, digits, number);
    add(teachers, "teacher", teacher.network, {teacher.stage});
    for (Students& of : students) {
      const Labelled data =
          &of == &students.back()
              ? digits.train
              : digits.train.rows(balanced_sample(digits.train.labels, few, number));
      const Trained plain = train_student(program, data, number, Network(nullptr));
      add(of.plain, "student-" + of.data, plain.network, {plain.stage});
      const Trained distilled = train_student(program, data, number, teacher.network);
      add(of.distilled, "student-distilled-" + of.data, distilled.network,
          {teacher.stage, distilled.stage});
    }
  }

  for (const Students& of : students) {
    program.finding("student-distilled-" + of.data + " against student-" + of.data + ": " +
                    gallery::change(of.distilled.judgements, of.plain.judgements) + ", from " +
                    mean_text(of.plain.judgements) + " to " + mean_text(of.distilled.judgements) +
                    ", for " + training_cost(of.distilled, of.plain) + ", the teacher's included.");
  }
  const Seeds& best = students.back().distilled;
  program.finding("The distilled student against its teacher, which saw the same digits: " +
                  gallery::change(best.judgements, teachers.judgements) + ", with " +
                  std::to_string(best.entries[0].plan.parameters) + " of " +
                  std::to_string(teachers.entries[0].plan.parameters) + " parameters, for " +
                  gallery::cost(best.entries, teachers.entries) + ".");
  std::string paid_back;
  for (std::size_t seed = 0; seed < best.entries.size(); ++seed) {
    const perjoule::Entry& student = best.entries[seed];
    paid_back +=
        (seed == 0 ? "" : "; with the next, it ") +
        break_even_text(difference_of_one_meter(student.plan.training.back().energy,
                                                perjoule::exact(perjoule::Joules(0.0))),
                        difference_of_one_meter(teachers.entries[seed].energy, student.energy),
                        "images");
  }
  const perjoule::Estimate<perjoule::Joules> extra = difference_of_one_meter(
      perjoule::training_energy(best.entries[0].plan.training),
      perjoule::training_energy(students.back().plain.entries[0].plan.training));
  program.finding(
      "Against a teacher that is there already, the energy of distillation with the first seed " +
      paid_back + ". The intervals are of this run: the training of a seed was measured once.");
  program.finding(
      "Against the same student trained with labels, the energy of teacher and distillation " +
      break_even_text(extra, perjoule::exact(perjoule::JoulesPerItem(0.0)), "images") +
      ": the network is the same, and so is the energy of an image.");
  program.finding(how_settings_were_chosen);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "distill",
                      "Distils a convolutional network: with few labels, and with all", run);
}
