// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Grows a network that predicts the next byte of a text: each hidden unit of the wide one is a copy
// of one of the small one's, whose outgoing weights are shared out among its copies, so that both
// compute the same (Net2WiderNet: Chen, Goodfellow and Shlens, ICLR 2016). Does that take less
// energy than a wide network from scratch?

#include <perjoule/integrations/heap_hook.hpp>

#include "shrink/digits_training.hpp"
#include "shrink/licence_text.hpp"

namespace {

namespace nn = torch::nn;
using namespace shrink;
using gallery::Judgement;

constexpr std::int64_t context = 8;  // bytes that the next one is predicted from
constexpr std::int64_t embedding = 16;
constexpr std::int64_t byte_count = 256;
constexpr std::size_t piece_length = 72;
constexpr double noise = 0.02;  // of the copies, in standard deviations: else they stay alike

Network network(std::int64_t hidden) {
  return Network(nn::Embedding(byte_count, embedding), nn::Flatten(),
                 nn::Linear(context * embedding, hidden), nn::ReLU(),
                 nn::Linear(hidden, byte_count));
}

/// Returns each byte of a text that has enough before it, behind what is before it.
/// @shape [bytes, context + 1]
at::Tensor windows(const std::string& text) {
  const std::vector<std::uint8_t> numbers(text.begin(), text.end());
  return torch::tensor(numbers).to(at::kLong).unfold(0, context + 1, 1).contiguous();
}

/// Returns -ln of the probability of the last column's bytes, one for each.
at::Tensor surprise(Network& model, const at::Tensor& text) {
  return nn::functional::cross_entropy(
      model->forward(text.slice(1, 0, context)), text.select(1, context),
      nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone));
}

struct Text {
  at::Tensor train;
  std::vector<at::Tensor> test_windows;
  std::vector<std::string> test_bytes;  ///< of each item, those that are predicted
  std::string source;
};

Text load_text(bool smoke) {
  const LicenceText licences = load_licences();
  Text text{windows(licences.train), {}, {}, licences.source};
  for (const std::string& piece : pieces(licences.test, piece_length)) {
    if (text.test_bytes.size() == (smoke ? 20U : 200U)) break;
    text.test_windows.push_back(windows(piece));
    text.test_bytes.push_back(piece.substr(context));
  }
  return text;
}

Judgement judge_text(Network model, const Text& text) {
  const at::NoGradGuard no_gradients;
  std::vector<double> nats;
  for (const at::Tensor& item : text.test_windows) {
    nats.push_back(surprise(model, item).sum().item<double>());
  }
  return gallery::judge(perjoule::bits_per_byte(text.test_bytes), nats);
}

/// Returns a network with more hidden units that computes what the small one does, but for noise.
Network widened(const Network& small, std::int64_t hidden) {
  const at::NoGradGuard no_gradients;
  Network wide = network(hidden);
  const std::vector<at::Tensor> from = small->parameters();
  const std::vector<at::Tensor> to = wide->parameters();  // table, weights, biases, weights, biases
  const std::int64_t few = from[1].size(0);
  const at::Tensor original =
      torch::cat({torch::arange(few), torch::randint(few, {hidden - few}, at::kLong)});
  const at::Tensor copies = torch::bincount(original);
  to[0].copy_(from[0]);
  to[1].copy_(from[1].index_select(0, original));
  to[2].copy_(from[2].index_select(0, original));
  to[3].copy_((from[3] / copies).index_select(1, original));
  to[4].copy_(from[4]);
  for (const std::size_t weights : {1U, 3U}) {
    to[weights].add_(torch::randn_like(to[weights]) * to[weights].std() * noise);
  }
  return wide;
}

/// One way of making a network, with all seeds.
struct Way {
  std::string name;
  Seeds seeds;
  std::vector<std::vector<Judgement>> on_the_way;  ///< [snapshots][seeds]
};

class Experiment {
 public:
  explicit Experiment(gallery::Program& program)
      : program_(program), text_(load_text(program.options().smoke)) {}

  /// Trains a network, and adds its row.
  /// @param snapshots  numbers of steps after which a copy is judged
  void train_and_measure(Way& way, Network& model, std::int64_t steps, std::uint64_t seed,
                         std::vector<perjoule::TrainingStage> stages,
                         const std::vector<std::int64_t>& snapshots = {}) {
    std::vector<Network> copies;
    stages.push_back(program_.session().train(way.name, [&] {
      train(
          model->parameters(), text_.train.size(0),
          {.steps = steps, .batch = 128, .rate = 3e-3, .seed = seed},
          [&](const at::Tensor& rows) {
            return surprise(model, text_.train.index_select(0, rows)).mean();
          },
          [&](std::int64_t step) {
            if (std::count(snapshots.begin(), snapshots.end(), step) == 0) return;
            copies.push_back(copy_of(model));
          });
    }));
    way.on_the_way.resize(copies.size());
    for (std::size_t i = 0; i < copies.size(); ++i) {
      way.on_the_way[i].push_back(judge_text(copies[i], text_));
    }
    add_row(way, model, seed, std::move(stages));
  }

  /// Adds the row of a model that knows how frequent each byte is, and never looks at the context.
  void add_frequencies() {
    perjoule::MeasureOptions plan{.name = "frequencies",
                                  .budget = program_.options().budget,
                                  .weights = program_.file("weights/frequencies.pt"),
                                  .resident_weights = perjoule::Bytes(byte_count * sizeof(float)),
                                  .parameters = byte_count,
                                  .format = "fp32",
                                  .dataset = text_.source};
    at::Tensor nats;
    plan.training = {program_.session().train("counting bytes", [&] {
      // Every byte counts once more than it is there: no test byte may be impossible.
      const at::Tensor counts = 1 + torch::bincount(text_.train.select(1, context), {}, byte_count);
      nats = -torch::log(counts / counts.sum());
    })};
    torch::save(nats, plan.weights);
    plan.compressed = perjoule::compressed_bytes(plan.weights);
    const auto model = [&](const at::Tensor& item) {
      const c10::InferenceMode no_gradients;
      return nats.index_select(0, item.select(1, context)).sum().item<double>();
    };
    program_.add(program_.session().measure(plan, model, text_.test_windows,
                                            perjoule::bits_per_byte(text_.test_bytes)));
  }

  [[nodiscard]] const Text& text() const { return text_; }

 private:
  void add_row(Way& way, const Network& trained, std::uint64_t seed,
               std::vector<perjoule::TrainingStage> stages) {
    perjoule::MeasureOptions plan =
        plan_of(program_.options(), way.name, static_cast<int>(seed), std::move(stages));
    plan.weights = program_.file("weights/" + plan.name + ".pt");
    Network model = save_and_reload(trained, plan.weights);
    plan.compressed = perjoule::compressed_bytes(plan.weights);
    plan.dataset = text_.source;
    plan = perjoule::torch_options(model, std::move(plan));
    const auto nats = [&](const at::Tensor& item) {
      const c10::InferenceMode no_gradients;
      return surprise(model, item).sum().item<double>();
    };
    perjoule::Entry entry = program_.session().measure(plan, nats, text_.test_windows,
                                                       perjoule::bits_per_byte(text_.test_bytes));
    program_.add(entry);
    way.seeds.add(std::move(entry));
  }

  gallery::Program& program_;
  Text text_;
};

void compare(gallery::Program& program, const Way& after, const Way& before) {
  program.finding(after.name + " against " + before.name + ": " +
                  gallery::change(after.seeds.judgements, before.seeds.judgements) + ", for " +
                  training_cost(after.seeds, before.seeds) + ".");
}

void run(gallery::Program& program) {
  perjoule::use_torch_threads(1);
  const bool smoke = program.options().smoke;
  const std::int64_t few = smoke ? 8 : 64;
  const std::int64_t many = smoke ? 32 : 512;
  const std::int64_t unit = smoke ? 20 : 1000;
  const std::vector<std::int64_t> snapshots{unit / 10, unit * 7 / 10};
  Experiment experiment(program);
  experiment.add_frequencies();
  Way small{"small", {}, {}};
  Way longer{"small-longer", {}, {}};
  Way grown{"grown", {}, {}};
  Way scratch{"scratch", {}, {}};
  std::vector<Judgement> at_growth;
  for (int number = 1; number <= program.options().seeds; ++number) {
    const auto seed = static_cast<std::uint64_t>(number);
    torch::manual_seed(seed);
    Network model = network(few);
    Network same = copy_of(model);
    experiment.train_and_measure(small, model, unit, seed, {});
    experiment.train_and_measure(longer, same, unit * 7 / 2, seed, {});
    Network wide = widened(model, many);
    at_growth.push_back(judge_text(wide, experiment.text()));
    const auto before = small.seeds.entries.back().plan.training;
    experiment.train_and_measure(grown, wide, unit * 7 / 10, seed, before, snapshots);
    Network fresh = network(many);
    experiment.train_and_measure(scratch, fresh, unit, seed, {}, snapshots);
  }

  program.finding("Growing from " + std::to_string(few) + " to " + std::to_string(many) +
                  " hidden units changes, before any further step: " +
                  gallery::change(at_growth, small.seeds.judgements) + ".");
  compare(program, grown, scratch);
  compare(program, longer, scratch);
  compare(program, grown, longer);
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    program.finding(
        "Where the small network is there already, grown against scratch after " +
        std::to_string(snapshots[i]) +
        " steps of the wide one: " + gallery::change(grown.on_the_way[i], scratch.on_the_way[i]) +
        "; against the small one: " + gallery::change(grown.on_the_way[i], small.seeds.judgements) +
        ".");
  }
  program.finding(how_settings_were_chosen);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "grow",
                      "Grows a network that predicts text, against a wide one from scratch", run);
}
