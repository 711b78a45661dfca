// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tesseract reads print: what do the size of the page, its layout, its threshold, dictionaries and
// threads buy, and what do they take?

#include <omp.h>

#include <array>
#include <deque>
#include <perjoule/all.hpp>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engines/print/pages.hpp"
#include "engines/print/reader.hpp"
#include "gallery/program.hpp"

namespace {

using print::Page;
using print::Pages;
using print::Reader;
using print::Setup;

// All others are compared with the first, which is what Tesseract's own interface begins with.
const std::array<Setup, 10> setups{{
    {.name = "block"},
    {.name = "page", .layout = tesseract::PSM_AUTO},
    {.name = "column", .layout = tesseract::PSM_SINGLE_COLUMN},
    {.name = "x2", .scale = 2.0},
    {.name = "x0.5", .scale = 0.5},
    {.name = "x0.4", .scale = 0.4},
    {.name = "x0.3", .scale = 0.3},
    {.name = "sauvola", .variables = {{"thresholding_method", "2"}}},
    {.name = "x0.5-sauvola", .scale = 0.5, .variables = {{"thresholding_method", "2"}}},
    {.name = "no-word-lists",
     .variables = {{"load_system_dawg", "0"},
                   {"load_freq_dawg", "0"},
                   {"load_punc_dawg", "0"},
                   {"load_number_dawg", "0"}}},
}};

/// Judges texts, and keeps them.
auto error_rate(const Pages& pages, std::vector<std::string>& read) {
  return perjoule::of(
      [&read](const std::string& text) -> const std::string& {
        read.push_back(text);
        return text;
      },
      perjoule::character_error_rate(pages.texts, {"single-blanks", print::with_single_blanks}));
}

/// Adds what differs between setups to what is the same for all.
perjoule::MeasureOptions options_of(perjoule::MeasureOptions options, const Setup& setup,
                                    const std::string& threads) {
  options.name = setup.name;
  options.settings = {{"Tesseract", tesseract::TessBaseAPI::Version()},
                      {"engine", std::to_string(setup.engine)},
                      {"page_segmentation", std::to_string(setup.layout)},
                      {"scale", perjoule::text::shortest(setup.scale)},
                      {"threads", threads}};
  options.settings.insert(options.settings.end(), setup.variables.begin(), setup.variables.end());
  return options;
}

template <std::size_t... I>
perjoule::Comparison compare(gallery::Program& program, const perjoule::MeasureOptions& common,
                             const Pages& pages, std::deque<Reader>& readers,
                             std::vector<std::vector<std::string>>& read,
                             std::index_sequence<I...>) {
  const perjoule::Seconds budget = program.options().budget * 2.0 * double{sizeof...(I)};
  return program.session().compare({.budget = budget}, pages.images,
                                   perjoule::variant(options_of(common, setups[I], "1"), readers[I],
                                                     error_rate(pages, read[I]))...);
}

/// Keeps an entry with the texts that it is judged by.
void add(gallery::Program& program, perjoule::Entry entry, const Pages& pages,
         const std::vector<std::string>& read) {
  std::string table = "page\tcondition\treference\tread\n";
  for (std::size_t i = 0; i < read.size(); ++i) {
    table += pages.names[i] + "\t" + pages.conditions[i] + "\t" + pages.texts[i] + "\t" +
             print::with_single_blanks(read[i]) + "\n";
  }
  const std::string path = program.file("texts/" + entry.plan.name + ".tsv");
  perjoule::write_file(path, table);
  perjoule::attach(entry, "texts", path);
  program.add(std::move(entry));
}

/// Measures by itself what cannot take turns with the others.
perjoule::Entry measure_alone(gallery::Program& program, const perjoule::MeasureOptions& common,
                              const Pages& pages, const Setup& setup, const std::string& threads) {
  Reader reader(setup);
  std::vector<std::string> read;
  perjoule::MeasureOptions options = options_of(common, setup, threads);
  options.budget = program.options().budget * 4.0;
  perjoule::Entry entry =
      program.session().measure(options, reader, pages.images, error_rate(pages, read));
  add(program, entry, pages, read);
  return entry;
}

/// Answers a question by a verdict: yes if it is for the better.
void answer(gallery::Program& program, const std::string& question, perjoule::Verdict verdict,
            const std::string& figures) {
  using enum perjoule::Verdict;
  program.finding(question +
                  (verdict == better  ? " Yes: "
                   : verdict == same  ? " No: "
                   : verdict == worse ? " No, on the contrary: "
                                      : " These pages cannot tell: ") +
                  figures + ".");
}

void answer_by_turns(gallery::Program& program, const perjoule::Comparison& compared) {
  const auto changes_of = [&](const std::string& name) -> const perjoule::VariantChanges& {
    std::size_t i = 0;
    while (compared.entries[i + 1].plan.name != name) ++i;
    return compared.changes[i];
  };
  // The error of a model of energy may differ between settings, so CPU time takes its place.
  const bool has_joules = compared.entries[0].energy.provenance != perjoule::Provenance::modelled &&
                          compared.entries[0].energy.is_known();
  const auto cost_of = [&](const perjoule::VariantChanges& changes) -> const perjoule::Change& {
    return has_joules ? changes.energy : changes.cpu_time;
  };
  const auto figures = [&](const std::string& name) {
    const perjoule::VariantChanges& changes = changes_of(name);
    return name + " against " + compared.entries[0].plan.name + ", character error rate " +
           perjoule::text::to_string(changes.quality[0]) + ", " +
           (has_joules ? "energy " : "CPU time ") + perjoule::text::to_string(cost_of(changes));
  };
  for (const auto& [question, name] : std::vector<std::pair<std::string, std::string>>{
           {"Is print of twice the size read better?", "x2"},
           {"Is print of 0.3 times the size read better?", "x0.3"},
           {"Is print read better with Sauvola's threshold?", "sauvola"},
           {"Is print of half the size read better with it?", "x0.5-sauvola"},
           {"Is print read better if its layout is looked for?", "page"}}) {
    answer(program, question, changes_of(name).quality[0].verdict, figures(name));
  }
  for (const auto& [question, name] : std::vector<std::pair<std::string, std::string>>{
           {"Does print of half the size take less?", "x0.5"},
           {"Does it take less to read without the word lists?", "no-word-lists"}}) {
    answer(program, question, cost_of(changes_of(name)).verdict, figures(name));
  }
}

void answer_threads(gallery::Program& program, const perjoule::Entry& threads,
                    const perjoule::Entry& one) {
  const auto times = [&](const auto& estimate_of) {
    return perjoule::ratio(estimate_of(threads), estimate_of(one));
  };
  const auto wall = times([](const perjoule::Entry& entry) { return entry.wall_time; });
  const auto cpu = times([](const perjoule::Entry& entry) { return entry.cpu_time; });
  using enum perjoule::Verdict;
  answer(program, "Do the threads that Tesseract starts if it may save time?",
         wall.interval.high < 1.0  ? better
         : wall.interval.low > 1.0 ? worse
                                   : unresolved,
         threads.plan.name + " against " + one.plan.name + ", time " +
             perjoule::text::cell(wall.estimate, wall.interval) + " times as much, CPU time " +
             perjoule::text::cell(cpu.estimate, cpu.interval) + " times as much, " +
             (threads.answers.digest == one.answers.digest ? "the same texts" : "other texts"));
}

void show_front(gallery::Program& program) {
  const perjoule::Provenance energy = program.session().meter().provenance;
  const bool has_joules =
      energy <= perjoule::Provenance::estimated || energy == perjoule::Provenance::simulated;
  const perjoule::EntryCandidateSet models(
      program.entries(), {has_joules ? perjoule::Cost::energy : perjoule::Cost::time});
  const perjoule::CandidateSet& field = models.candidate_set();
  const std::vector<double> probability =
      perjoule::probability_on_front(perjoule::JointDraws(field, 1));
  std::string names;
  for (const std::size_t i : perjoule::pareto_front(field)) {
    names += (names.empty() ? "" : ", ") + field.candidates()[i].name +
             " (P = " + perjoule::text::significant(probability[i], 2) + ")";
  }
  program.finding(std::string("On the front of character error rate and ") +
                  (has_joules ? "energy" : "time") + ": " + names + ".");
}

void run(gallery::Program& program) {
  // Tesseract's loops ask for four threads each, whatever omp_set_num_threads says; without a level
  // for parallel work they get one.
  omp_set_max_active_levels(0);
  const bool smoke = program.options().smoke;
  const Pages pages =
      print::load_pages(print::find_pages(program.options().data), smoke ? 2 : 1000);
  std::fprintf(stderr, "print: %zu pages: %s\n", pages.images.size(), pages.source.c_str());
  std::deque<Reader> readers;
  for (const Setup& setup : setups) readers.emplace_back(setup);
  perjoule::MeasureOptions common{.weights = readers[0].model_path(), .dataset = pages.source};
  if (!smoke) common.compressed = perjoule::compressed_bytes(common.weights);
  std::vector<std::vector<std::string>> read(setups.size());
  const perjoule::Comparison compared =
      compare(program, common, pages, readers, read, std::make_index_sequence<setups.size()>());
  for (std::size_t i = 0; i < setups.size(); ++i) add(program, compared.entries[i], pages, read[i]);

  if (Reader::has_outlines()) {
    (void)measure_alone(program, common, pages,
                        {.name = "outlines", .engine = tesseract::OEM_TESSERACT_ONLY}, "1");
  } else {
    std::fprintf(stderr,
                 "print: %s has no model of outlines, the older engine; to measure it, set "
                 "TESSDATA_PREFIX to a folder whose eng.traineddata has one\n",
                 common.weights.c_str());
  }
  omp_set_max_active_levels(1);
  const perjoule::Entry threads =
      measure_alone(program, common, pages, {.name = "threads"}, "OpenMP's");
  omp_set_max_active_levels(0);

  program.finding(perjoule::headline(program.entries()));
  show_front(program);
  answer_by_turns(program, compared);
  answer_threads(program, threads, compared.entries[0]);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "print",
                      "Tesseract on rendered pages: character error rate against energy", run);
}
