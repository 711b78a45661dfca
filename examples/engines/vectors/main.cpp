// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Indexes of Faiss over generated vectors: how many of the ten nearest neighbours does a search
// find for a joule, and for a byte, when it looks only into some lists, and at codes of a few bytes
// in place of the vectors?

#include <omp.h>

#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <vector>

#include "engines/vectors/clusters.hpp"
#include "engines/vectors/index.hpp"
#include "gallery/findings.hpp"
#include "gallery/program.hpp"

extern "C" void openblas_set_num_threads(int threads);  // no header of OpenBLAS has it everywhere

namespace {

using vectors::Clusters;
using vectors::Design;
using vectors::Effort;
using vectors::Ids;
using vectors::IndexPointer;
using vectors::Kind;
using vectors::Vector;

/// A way to search an index: an entry, of the first seed, and each seed's judgements.
struct Searched {
  perjoule::Entry entry;
  std::vector<gallery::Judgement> recall;
  std::vector<gallery::Judgement> gain;
};

class Searches {
 public:
  explicit Searches(gallery::Program& program)
      : program_(program),
        is_smoke_(program.options().smoke),
        clusters_(vectors::generated_clusters(1, is_smoke_ ? 2000 : 20'000, is_smoke_ ? 50 : 500)) {
  }

  /// Searches exactly: its answers are the references, so its recall is 1 by definition.
  void search_exactly() {
    const IndexPointer flat = vectors::make_index({}, 1);
    flat->add(count(), first());
    truth_.resize(clusters_.queries.size());
    vectors::search(*flat, clusters_.queries.data(), clusters_.queries.size(), truth_.data());
  }

  /// Judge what was found by what an exact search finds.
  [[nodiscard]] auto recall() const {
    return perjoule::recall_at_k(truth_, vectors::neighbours,
                                 {.candidates = clusters_.base.size()});
  }
  [[nodiscard]] auto gain() const {
    return perjoule::ndcg(truth_, {.k = vectors::neighbours, .candidates = clusters_.base.size()});
  }

  /// Builds an index with each seed, and searches it with each effort.
  std::vector<Searched> run(const std::string& name, const Design& design,
                            const std::vector<Effort>& efforts) {
    std::vector<Searched> searched(efforts.size());
    for (int seed = 1; seed <= program_.options().seeds; ++seed) {
      const std::string path =
          program_.file("weights/" + name + "-seed-" + std::to_string(seed) + ".faiss");
      const IndexPointer built = vectors::make_index(design, seed);
      const perjoule::TrainingStage stage = program_.session().train("building the index", [&] {
        built->train(count() / 2, first());  // enough for 256 centroids, in half the time
        built->add(count(), first());
      });
      faiss::write_index(built.get(), path.c_str());
      const IndexPointer index(faiss::read_index(path.c_str()));
      for (std::size_t i = 0; i < efforts.size(); ++i) {
        vectors::set_effort(*index, efforts[i]);
        std::vector<Ids> found(clusters_.queries.size());
        for (std::size_t query = 0; query < found.size(); ++query) {
          vectors::search(*index, &clusters_.queries[query], 1, &found[query]);
        }
        searched[i].recall.push_back(gallery::judge(recall(), found));
        searched[i].gain.push_back(gallery::judge(gain(), found));
        if (seed == 1) searched[i].entry = measure(name, design, efforts[i], path, stage, *index);
      }
    }
    return searched;
  }

  void compare(const Searched& after, const Searched& before) {
    program_.finding(after.entry.plan.name + " against " + before.entry.plan.name + ": " +
                     gallery::change(after.recall, before.recall) + ", " +
                     gallery::change(after.gain, before.gain) + ", for " +
                     gallery::cost(after.entry, before.entry) + ".");
  }

  /// Says what an index takes on disk and in memory.
  void weigh(const perjoule::Entry& entry) {
    const perjoule::Footprint& footprint = entry.footprint;
    program_.finding(entry.plan.name + " takes " + perjoule::text::to_string(footprint.stored) +
                     " on disk and " + perjoule::text::to_string(footprint.resident) +
                     " in memory, " + perjoule::text::cell(footprint.inflation) +
                     " times as much; a pass takes up to " +
                     perjoule::text::to_string(entry.heap.peak) + " more.");
  }

 private:
  [[nodiscard]] const float* first() const { return clusters_.base.front().data(); }
  [[nodiscard]] vectors::Id count() const {
    return static_cast<vectors::Id>(clusters_.base.size());
  }

  perjoule::Entry measure(const std::string& name, const Design& design, const Effort& effort,
                          const std::string& path, const perjoule::TrainingStage& stage,
                          const faiss::Index& index) {
    perjoule::MeasureOptions plan;
    plan.name = name;
    plan.budget = program_.options().budget;
    plan.weights = path;
    plan.compressed = perjoule::compressed_bytes(path);
    plan.resident_weights = perjoule::Bytes(static_cast<double>(vectors::resident_bytes(index)));
    plan.format = design.kind == Kind::codes ? "product-quantized" : "fp32";
    plan.dataset = clusters_.source;
    plan.settings = {
        {"Faiss", std::to_string(FAISS_VERSION_MAJOR) + "." + std::to_string(FAISS_VERSION_MINOR) +
                      "." + std::to_string(FAISS_VERSION_PATCH)},
        {"BLAS", "OpenBLAS"},
        {"seed", "1"},
        {"threads", "1"}};
    if (design.kind == Kind::graph) {
      plan.settings.push_back({"links", std::to_string(design.links)});
      plan.settings.push_back({"efSearch", std::to_string(effort.size)});
      plan.name += "-ef-" + std::to_string(effort.size);
    } else if (design.kind != Kind::flat) {
      plan.settings.push_back({"nlist", std::to_string(design.lists)});
      plan.settings.push_back({"nprobe", std::to_string(effort.size)});
      if (design.kind == Kind::codes) {
        plan.settings.push_back({"precomputed table", effort.has_table ? "yes" : "no"});
      }
      plan.name += "-nprobe-" + std::to_string(effort.size);
      if (!effort.has_table) plan.name += "-no-table";
    }
    plan.training = {stage};
    plan.batch = design.batch;
    const auto forward = [&](perjoule::View<Vector> queries) {
      std::vector<Ids> ids(queries.size());
      vectors::search(index, queries.data(), queries.size(), ids.data());
      return ids;
    };
    perjoule::Entry entry =
        program_.session().measure(plan, forward, clusters_.queries, recall(), gain());
    program_.add(entry);
    return entry;
  }

  gallery::Program& program_;
  bool is_smoke_;
  Clusters clusters_;
  std::vector<Ids> truth_;
};

void run(gallery::Program& program) {
  omp_set_num_threads(1);
  openblas_set_num_threads(1);
  const bool smoke = program.options().smoke;
  Searches all(program);
  all.search_exactly();
  const std::size_t lists = smoke ? 16 : 128;
  const std::vector<Effort> probes =
      smoke ? std::vector<Effort>{{1}, {4}} : std::vector<Effort>{{1}, {4}, {16}};
  std::vector<Effort> with_bare = probes;
  with_bare.push_back({probes.back().size, false});
  const auto flat = all.run("flat", {}, {{}});
  const auto at_once = all.run("flat-50-at-once", {.batch = 50}, {{}});
  const auto whole = all.run("lists", {.kind = Kind::lists, .lists = lists}, probes);
  Design codes = {.kind = Kind::codes, .lists = lists, .pieces = 8};
  const auto coarse = all.run("codes-8", codes, probes);
  codes.pieces = 16;
  const auto fine = all.run("codes-16", codes, with_bare);
  const auto graph = all.run("graph", {.kind = Kind::graph}, {{16}, {64}});

  const std::size_t most = probes.size() - 1;
  all.compare(whole[most], flat[0]);
  all.compare(at_once[0], flat[0]);
  all.compare(at_once[0], whole[most]);
  all.compare(whole[most], whole[most - 1]);
  all.compare(coarse[most], coarse[most - 1]);
  all.compare(fine[most], coarse[most]);
  all.compare(fine[most], whole[most]);
  all.compare(fine[most + 1], fine[most]);
  all.compare(graph[1], whole[most]);
  for (const auto* searched : {&flat[0], &at_once[0], &whole[most], &fine[most], &fine[most + 1]}) {
    all.weigh(searched->entry);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "vectors",
                      "Indexes of Faiss: recall of the ten nearest neighbours against energy and "
                      "bytes",
                      run);
}
