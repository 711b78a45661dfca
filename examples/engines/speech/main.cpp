// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PocketSphinx listens to voices of flite and espeak-ng: what do fewer Gaussians, skipped frames,
// narrower beams and another weight of the language model save, and how many words do they cost?
//
// For people reading books (LibriSpeech test-clean), Picovoice's speech-to-text-benchmark reports
// 31.8 % of words wrong and 0.32 s of CPU time for a second of audio, with PocketSphinx 0.1.15.

#include <cstdio>
#include <map>
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
    {"hmms-1000", {{"-maxhmmpf", "1000"}}},
    {"topn-1-hmms-1000", {{"-topn", "1"}, {"-maxhmmpf", "1000"}}},
    {"beam-1e-30", {{"-beam", "1e-30"}, {"-pbeam", "1e-30"}, {"-wbeam", "1e-18"}}},
};

/// What was measured under one condition, and the words that were recognised: one of each a setup.
struct Condition {
  std::string name;
  TestSet set;
  std::vector<Entry> entries = {};
  std::vector<std::vector<std::string>> words = {};
};

/// Measures a setup, and keeps its words beside the record.
void measure(gallery::Program& program, perjoule::MeasureOptions plan, speech::Decoder& decoder,
             Condition& condition) {
  const TestSet& set = condition.set;
  plan.name += "-" + condition.name;
  plan.dataset = set.source;
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
  condition.entries.push_back(std::move(entry));
  condition.words.push_back(std::move(words));
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

/// Says how well the first setup that was measured understands each voice.
void compare_voices(gallery::Program& program, const Condition& condition) {
  std::map<std::string, perjoule::ErrorRate> voices;
  for (std::size_t i = 0; i < condition.set.voices.size(); ++i) {
    voices[condition.set.voices[i]].add(condition.words[0][i], condition.set.references[i]);
  }
  std::string rates;
  for (const auto& [voice, rate] : voices) {
    const perjoule::Quality quality = rate.result();
    rates += (rates.empty() ? "" : ", ") + voice + " " +
             perjoule::text::with_unit(quality.value, quality.value_interval, quality.unit);
  }
  program.finding("Word error rate by voice, " + condition.entries[0].plan.name + ": " + rates +
                  ".");
}

void run(gallery::Program& program) {
  const speech::Model model;
  const bool smoke = program.options().smoke;
  const std::string folder = speech::find_folder(program.options().data);
  const std::size_t most = smoke ? 2 : 1000;
  std::vector<Condition> conditions = {{"clean", speech::load(folder, "clean", most)},
                                       {"noise", speech::load(folder, "pink", most)}};
  std::fprintf(stderr, "speech: %s\n", conditions[0].set.source.c_str());

  perjoule::MeasureOptions common;
  // A pass takes up to a second, so this is a few of them.
  common.budget = 3.0 * program.options().budget;
  common.weights = model.weights();
  common.files = model.other_files();
  common.compressed = model.compressed();
  common.format = "8-bit mixture weights, fp32 Gaussians";
  // The last ones are the quickest.
  for (std::size_t i = smoke ? setups.size() - 2 : 0; i < setups.size(); ++i) {
    perjoule::MeasureOptions plan = common;
    plan.name = setups[i].name;
    plan.settings = {{"PocketSphinx", SPEECH_ENGINE_VERSION},
                     {"item", "10 ms of audio"},
                     {"-cmn", "batch"},
                     {"threads", "1"}};
    for (const auto& [option, value] : setups[i].options) plan.settings.push_back({option, value});
    speech::Decoder decoder(model, setups[i].options);
    for (Condition& condition : conditions) measure(program, plan, decoder, condition);
  }

  for (const Condition& condition : conditions) {
    program.finding("In the condition '" + condition.name +
                    "': " + perjoule::headline(condition.entries));
    program.finding(gallery::front(condition.entries) + ", " + condition.name + ".");
    for (std::size_t i = 1; i < condition.entries.size(); ++i) {
      compare(program, condition.entries[i], condition.entries[0]);
    }
  }
  compare(program, conditions[1].entries[0], conditions[0].entries[0]);
  for (const Condition& condition : conditions) compare_voices(program, condition);
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "speech",
                      "PocketSphinx: word error rate against energy over beams, Gaussians, skipped "
                      "frames and the weight of the language model",
                      run);
}
