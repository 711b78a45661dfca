// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <perjoule/all.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engines/speech/test_set.hpp"

/// PocketSphinx as a forward pass: from the samples of an utterance to its words.
namespace speech {

/// Samples in a frame of 10 ms, of which the recogniser takes 100 a second.
inline constexpr std::size_t frame = 160;

/// Options of PocketSphinx that differ from its defaults: {{"-ds", "2"}}.
using Options = std::vector<std::pair<std::string, std::string>>;

/// The files of the US English model, by Carnegie Mellon University and Alpha Cephei (BSD licence).
struct Model {
  std::string folder = SPEECH_MODEL_FOLDER "/en-us";
  std::string acoustic = folder + "/en-us";
  std::string dictionary = folder + "/cmudict-en-us.dict";
  std::string language = folder + "/en-us.lm.bin";

  /// Checks that it is there: the engine would only say that it failed.
  Model() {
    for (const std::string& path : {acoustic + "/mdef", dictionary, language}) {
      if (std::filesystem::exists(path)) continue;
      throw perjoule::Error("no speech model", path, "apt-get install pocketsphinx-en-us");
    }
  }

  [[nodiscard]] std::string weights() const { return acoustic + "/sendump"; }
  [[nodiscard]] std::vector<perjoule::NamedFile> other_files() const {
    return {{"weights", language},
            {"weights", acoustic + "/means"},
            {"weights", acoustic + "/variances"},
            {"weights", acoustic + "/transition_matrices"},
            {"weights", acoustic + "/mdef"},
            {"features", acoustic + "/feat.params"},
            {"noises", acoustic + "/noisedict"},
            {"dictionary", dictionary}};
  }
  [[nodiscard]] perjoule::Bytes compressed() const {
    std::vector<std::string> paths = {weights()};
    for (const perjoule::NamedFile& file : other_files()) paths.push_back(file.path);
    return perjoule::compressed_bytes(paths);
  }
};

class Decoder {
 public:
  /// @throws perjoule::Error if the engine refuses the options
  Decoder(const Model& model, const Options& options) {
    err_set_logfp(nullptr);  // -logfn comes too late for what reading the options prints
    std::vector<std::string> words = {
        "speech", "-hmm",      model.acoustic, "-dict", model.dictionary, "-lm", model.language,
        "-logfn", "/dev/null", "-cmn",         "batch", "-mmap",          "no"};
    for (const auto& [name, value] : options) words.insert(words.end(), {name, value});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    const auto count = static_cast<std::int32_t>(arguments.size());
    config_.reset(cmd_ln_parse_r(nullptr, ps_args(), count, arguments.data(), TRUE));
    if (config_) decoder_.reset(ps_init(config_.get()));
    if (!decoder_) {
      std::string asked;
      for (const auto& [name, value] : options) asked += " " + name + " " + value;
      throw perjoule::Error("PocketSphinx cannot start with", "'" + asked + "'",
                            "see pocketsphinx_continuous for its options");
    }
  }

  /// Returns the words of an utterance, whichever came before it: the noise that the engine
  /// subtracts is estimated anew for each stream, and cepstra are normalised over each utterance.
  /// @param frames  gets an item for each 10 ms, so that time and energy are those of 10 ms of
  ///                audio, whatever the length of an utterance
  std::string operator()(const Audio& audio, perjoule::Stream& frames) {
    check(ps_start_stream(decoder_.get()));
    check(ps_start_utt(decoder_.get()));
    constexpr int search = 0, whole_utterance = 1;
    check(ps_process_raw(decoder_.get(), audio.data(), audio.size(), search, whole_utterance));
    check(ps_end_utt(decoder_.get()));
    const char* const words = ps_get_hyp(decoder_.get(), nullptr);  // after its third search
    for (std::size_t i = 0; i < audio.size() / frame; ++i) frames.put(i);
    return words == nullptr ? "" : words;
  }

 private:
  static void check(int status) {
    if (status < 0)
      throw perjoule::Error("PocketSphinx failed", "in an utterance", "check its audio");
  }

  struct Free {
    void operator()(cmd_ln_t* config) const { cmd_ln_free_r(config); }
    void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
  };
  std::unique_ptr<cmd_ln_t, Free> config_;
  std::unique_ptr<ps_decoder_t, Free> decoder_;
};

}  // namespace speech
