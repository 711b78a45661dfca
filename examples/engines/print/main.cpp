// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tesseract reads print: what do the page's size, its layout, its threshold, word lists and threads
// buy, and what do they take?

#include <omp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <optional>
#include <perjoule/all.hpp>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engines/print/pages.hpp"
#include "engines/print/reader.hpp"
#include "gallery/findings.hpp"
#include "gallery/program.hpp"

namespace {

using perjoule::Verdict;
using print::Pages;
using print::Reader;
using print::Setup;

/// A way to read, and what one would ask of it in comparison with the first.
struct Trial {
  Setup setup;
  std::string question = {};
  bool is_about_quality = true;  ///< and not about cost
};

// The first is what Tesseract's interface begins with.
const std::array<Trial, 10> trials{{
    {{.name = "block"}},
    {{.name = "page", .layout = tesseract::PSM_AUTO}, "Does it read better to look for a layout?"},
    {{.name = "x2", .scale = 2.0}, "Is a page of twice the size read better?"},
    {{.name = "x0.6", .scale = 0.6}, "Does a page of 0.6 times the size take less?", false},
    {{.name = "x0.5", .scale = 0.5}},
    {{.name = "x0.4", .scale = 0.4}},
    {{.name = "x0.3", .scale = 0.3}, "Does a page of 0.3 times the size take less?", false},
    {{.name = "sauvola", .variables = {{"thresholding_method", "2"}}},
     "Does it read better with Sauvola's threshold?"},
    {{.name = "x0.5-sauvola", .scale = 0.5, .variables = {{"thresholding_method", "2"}}},
     "Does half the size with Sauvola's threshold take less?",
     false},
    {{.name = "no-word-lists",
      .variables = {{"load_system_dawg", "0"},
                    {"load_freq_dawg", "0"},
                    {"load_punc_dawg", "0"},
                    {"load_number_dawg", "0"}}},
     "Does it take less to read with word lists switched off (load_system_dawg=0)?",
     false},
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
                                    const std::string& threads, perjoule::Bytes loaded) {
  options.name = setup.name;
  options.resident_weights = loaded;
  options.settings = {{"Tesseract", tesseract::TessBaseAPI::Version()},
                      {"engine", std::to_string(setup.engine)},
                      {"page_segmentation", std::to_string(setup.layout)},
                      {"scale", perjoule::text::shortest(setup.scale)},
                      {"threads", threads}};
  options.settings.insert(options.settings.end(), setup.variables.begin(), setup.variables.end());
  return options;
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

bool has_word_lists(const Setup& setup) {
  return std::none_of(setup.variables.begin(), setup.variables.end(),
                      [](const perjoule::Setting& one) { return one.name == "load_system_dawg"; });
}

/// Measures all trials in turns, a page each, so that all see the same pages on the same machine.
/// @param loaded  bytes of each reader in memory
template <std::size_t... I>
perjoule::Comparison take_turns(gallery::Program& program, const perjoule::MeasureOptions& common,
                                const Pages& pages, std::deque<Reader>& readers,
                                const std::array<perjoule::Bytes, sizeof...(I)>& loaded,
                                std::index_sequence<I...>) {
  std::array<std::vector<std::string>, sizeof...(I)> read;
  // For less than a twentieth, nobody changes how print is read.
  perjoule::Comparison compared = program.session().compare(
      {.budget = program.options().budget * 4.0 * double{sizeof...(I)}, .min_effect = 0.05},
      pages.images,
      perjoule::variant(options_of(common, trials[I].setup, "1", loaded[I]), readers[I],
                        error_rate(pages, read[I]))...);
  (add(program, compared.entries[I], pages, read[I]), ...);
  return compared;
}

/// Measures by itself what cannot take turns with the others.
void measure_alone(gallery::Program& program, perjoule::MeasureOptions common, const Pages& pages,
                   Reader& reader, perjoule::Bytes loaded, const Setup& setup,
                   const std::string& threads) {
  std::vector<std::string> read;
  common.budget = program.options().budget * 20.0;
  add(program,
      program.session().measure(options_of(common, setup, threads, loaded), reader, pages.images,
                                error_rate(pages, read)),
      pages, read);
}

/// Answers a question by a verdict: yes if it is for the better.
void answer(gallery::Program& program, const std::string& question, Verdict verdict,
            const std::string& figures) {
  const std::string answered = verdict == Verdict::better  ? " Yes: "
                               : verdict == Verdict::same  ? " No: "
                               : verdict == Verdict::worse ? " No, on the contrary: "
                                                           : " This run cannot tell: ";
  program.finding(question + answered + figures + ".");
}

void answer_questions(gallery::Program& program, const perjoule::Comparison& compared) {
  const perjoule::Entry& first = compared.entries[0];
  for (std::size_t i = 1; i < trials.size(); ++i) {
    if (trials[i].question.empty()) continue;
    const perjoule::Entry& entry = compared.entries[i];
    const perjoule::VariantChanges& changes = compared.changes[i - 1];
    const perjoule::QualityChange& quality = changes.quality[0];
    const bool is_joules = gallery::has_joules(entry);
    const perjoule::Change& cost = is_joules ? changes.energy : changes.cpu_time;
    const std::string texts = entry.answers.digest == first.answers.digest
                                  ? "the same texts"
                                  : "character error rate " + perjoule::text::to_string(quality);
    answer(program, trials[i].question, trials[i].is_about_quality ? quality.verdict : cost.verdict,
           entry.plan.name + " against " + first.plan.name + ", " + texts + ", " +
               (is_joules ? "energy " : "CPU time ") + perjoule::text::to_string(cost));
  }
}

void answer_threads(gallery::Program& program, const perjoule::Entry& threads,
                    const perjoule::Entry& one) {
  const auto wall = perjoule::ratio(threads.wall_time, one.wall_time);
  const auto cpu = perjoule::ratio(threads.cpu_time, one.cpu_time);
  answer(program, "Do the threads that Tesseract starts unless it is told not to save time?",
         wall.interval.high < 1.0  ? Verdict::better
         : wall.interval.low > 1.0 ? Verdict::worse
                                   : Verdict::unresolved,
         "time " + perjoule::text::cell(wall.estimate, wall.interval) +
             " times as much as with one, CPU time " +
             perjoule::text::cell(cpu.estimate, cpu.interval) + " times as much, " +
             (threads.answers.digest == one.answers.digest ? "the same texts" : "other texts"));
}

void run(gallery::Program& program) {
  // Tesseract's loops ask for four threads each, whatever omp_set_num_threads says; without a level
  // for parallel work they get one.
  omp_set_max_active_levels(0);
  const bool smoke = program.options().smoke;
  const std::string folder = print::find_pages(program.options().data);
  const Pages pages = print::load_pages(folder, smoke ? 2 : 1000);
  std::fprintf(stderr, "print: %zu pages of %s\n", pages.images.size(), folder.c_str());
  std::deque<Reader> readers;
  std::array<perjoule::Bytes, trials.size()> loaded;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    loaded[i] = perjoule::loaded_bytes([&] { readers.emplace_back(trials[i].setup); });
    // Word lists are loaded once for all readers, with the first.
    if (has_word_lists(trials[i].setup)) loaded[i] = loaded[0];
  }
  const std::string model = readers[0].model_path();
  const perjoule::MeasureOptions common{
      .weights = model, .compressed = perjoule::compressed_bytes(model), .dataset = pages.source};

  const perjoule::Comparison compared = take_turns(program, common, pages, readers, loaded,
                                                   std::make_index_sequence<trials.size()>());
  if (Reader::has_outlines()) {
    const Setup outlines{.name = "outlines", .engine = tesseract::OEM_TESSERACT_ONLY};
    std::optional<Reader> reader;
    const perjoule::Bytes bytes = perjoule::loaded_bytes([&] { reader.emplace(outlines); });
    measure_alone(program, common, pages, *reader, bytes, outlines, "1");
  } else {
    std::fprintf(stderr,
                 "print: %s has no model of outlines, the older engine; to measure it, set "
                 "TESSDATA_PREFIX to a folder whose eng.traineddata has one\n",
                 common.weights.c_str());
  }
  omp_set_max_active_levels(1);
  measure_alone(program, common, pages, readers[0], loaded[0], {.name = "threads"},
                "as OpenMP gives");
  omp_set_max_active_levels(0);

  program.finding(perjoule::headline(program.entries()));
  program.finding(gallery::front(program.entries()) + ".");
  answer_questions(program, compared);
  answer_threads(program, program.entries().back(), compared.entries[0]);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "print",
                      "Tesseract on rendered pages: character error rate against energy", run);
}
