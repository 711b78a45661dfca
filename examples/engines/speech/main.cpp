// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PocketSphinx listens to voices of flite and espeak-ng: what do fewer Gaussians, skipped frames,
// narrower beams and another weight of the language model save, and how many words do they cost?
//
// For people reading books (LibriSpeech test-clean), Picovoice's speech-to-text-benchmark reports
// 31.8 % of words wrong and 0.32 s of CPU time for a second of audio, with PocketSphinx 0.1.15.

#include <cstdio>
#include <map>
#include <optional>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <vector>

#include "engines/speech/decoder.hpp"
#include "engines/speech/test_set.hpp"
#include "gallery/findings.hpp"
#include "gallery/program.hpp"

namespace {

using perjoule::Entry;
using speech::TestSet;

struct Setup {
  std::string name;
  speech::Options options;
};

/// The first is what PocketSphinx does unasked.
const std::vector<Setup> setups = {
    {"default", {}},
    {"ds-2", {{"-ds", "2"}}},
    {"topn-1", {{"-topn", "1"}}},
    {"lw-10", {{"-lw", "10"}}},
    {"topn-1-hmms-1000", {{"-topn", "1"}, {"-maxhmmpf", "1000"}}},
    {"beam-1e-30", {{"-beam", "1e-30"}, {"-pbeam", "1e-30"}, {"-wbeam", "1e-18"}}},
};

/// What was measured with each setup, and the words that were recognised.
struct Results {
  std::vector<Entry> entries = {};
  std::vector<std::vector<std::string>> words = {};
};

/// Measures a setup, and keeps its words beside the record.
void measure(gallery::Program& program, const perjoule::MeasureOptions& plan,
             speech::Decoder& decoder, const TestSet& set, Results& results) {
  std::vector<std::string> words;
  const auto keep = [&](const std::string& hypothesis) -> const std::string& {
    words.push_back(hypothesis);
    return hypothesis;
  };
  Entry entry = program.session().measure(
      plan, decoder, set.audio, perjoule::of(keep, perjoule::word_error_rate(set.references)));
  std::string transcript = "file\treference\trecognised\n";
  for (std::size_t i = 0; i < words.size(); ++i) {
    transcript += set.files[i] + "\t" + set.references[i] + "\t" + words[i] + "\n";
  }
  const std::string path = program.file(plan.name + ".tsv");
  perjoule::write_file(path, transcript);
  perjoule::attach(entry, "transcripts and references", path);
  program.add(entry);
  results.entries.push_back(std::move(entry));
  results.words.push_back(std::move(words));
}

/// Says how the words and the cost of one measurement differ from those of another.
void compare(gallery::Program& program, const Entry& after, const Entry& before) {
  const perjoule::Quality& quality = after.quality[0];
  const auto [difference, interval] =
      perjoule::paired_difference(quality, perjoule::per_item_of(after, 0), before.quality[0],
                                  perjoule::per_item_of(before, 0));
  const char* const verdict = !interval.is_known()  ? "the items do not tell"
                              : interval.high < 0.0 ? "better"
                              : interval.low > 0.0  ? "worse"
                                                    : "no clear change";
  program.finding(after.plan.name + " against " + before.plan.name + ": word error rate " +
                  perjoule::text::with_unit(difference, interval, quality.unit) + " (" + verdict +
                  "), for " + gallery::cost(after, before) + ".");
}

/// Says how well a setup understands each group of utterances, such as those of one voice.
/// @param groups  of each utterance
void compare_groups(gallery::Program& program, const std::string& what, const std::string& setup,
                    const std::vector<std::string>& groups, const TestSet& set,
                    const std::vector<std::string>& words) {
  std::map<std::string, perjoule::ErrorRate> rates;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    rates[groups[i]].add(words[i], set.references[i]);
  }
  std::string texts;
  for (const auto& [group, rate] : rates) {
    const perjoule::Quality quality = rate.result();
    texts += (texts.empty() ? "" : ", ") + group + " " +
             perjoule::text::with_unit(quality.value, quality.value_interval, quality.unit);
  }
  program.finding("Word error rate by " + what + ", " + setup + ": " + texts + ".");
}

void run(gallery::Program& program) {
  const speech::Model model;
  const bool smoke = program.options().smoke;
  const std::string folder = speech::find_folder(program.options().data);
  const TestSet set = speech::load(folder, smoke ? 4 : 1000);
  std::fprintf(stderr, "speech: %s, %s\n", set.source.c_str(), folder.c_str());

  perjoule::MeasureOptions common;
  // A pass takes some seconds, so this is a few of them.
  common.budget = 16.0 * program.options().budget;
  common.weights = model.weights();
  common.files = model.other_files();
  common.compressed = model.compressed();
  common.format = "8-bit mixture weights, fp32 Gaussians";
  common.dataset = set.source;
  Results results;
  // The last ones are the quickest.
  for (std::size_t i = smoke ? setups.size() - 2 : 0; i < setups.size(); ++i) {
    perjoule::MeasureOptions plan = common;
    plan.name = setups[i].name;
    plan.settings = {{"PocketSphinx", SPEECH_ENGINE_VERSION},
                     {"item", "10 ms of audio"},
                     {"-cmn", "batch"},
                     {"-mmap", "no"},
                     {"threads", "1"}};
    for (const auto& [option, value] : setups[i].options) plan.settings.push_back({option, value});
    std::optional<speech::Decoder> decoder;
    plan.resident_weights =
        perjoule::loaded_bytes([&] { decoder.emplace(model, setups[i].options); });
    measure(program, plan, *decoder, set, results);
  }

  program.finding(perjoule::headline(results.entries));
  program.finding(gallery::front(results.entries) + ".");
  for (std::size_t i = 1; i < results.entries.size(); ++i) {
    compare(program, results.entries[i], results.entries[0]);
  }
  for (std::size_t i = 0; i < results.entries.size(); ++i) {
    compare_groups(program, "noise", results.entries[i].plan.name, set.noises, set,
                   results.words[i]);
  }
  compare_groups(program, "voice", results.entries[0].plan.name, set.voices, set, results.words[0]);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "speech",
                      "PocketSphinx: word error rate against energy over beams, Gaussians, skipped "
                      "frames and the weight of the language model",
                      run);
}
