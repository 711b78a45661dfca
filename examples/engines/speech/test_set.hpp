// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <perjoule/all.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "quickstart/files.hpp"

namespace speech {

/// 16 kHz, one channel.
using Audio = std::vector<std::int16_t>;

/// Utterances, each of them clean and in noise.
struct TestSet {
  std::string source;
  std::vector<std::string> files;
  std::vector<std::string> noises;
  std::vector<std::string> voices;
  std::vector<Audio> audio;
  std::vector<std::string> references;
};

inline constexpr const char* how_to_make = "run examples/engines/speech/make_audio";

/// Returns the folder that was asked for, by option or by $PERJOULE_DATA_DIR, or that make_audio
/// fills.
[[nodiscard]] inline std::string find_folder(const std::string& given) {
  if (!given.empty()) return given;
  const char* const data = std::getenv("PERJOULE_DATA_DIR");
  return data != nullptr ? std::string(data) + "/speech" : "out/data/speech";
}

/// Loads the utterances in references.tsv.
/// @param most  of them
/// @throws std::runtime_error for a file that is not there, and for one that is not as it should be
[[nodiscard]] inline TestSet load(const std::string& folder, std::size_t most) {
  const std::string next_step = std::string(how_to_make) + " " + folder;
  const std::string list = folder + "/references.tsv";
  TestSet set;
  std::istringstream lines(quickstart::read_whole(list, next_step));
  std::string line;
  std::getline(lines, line);  // the names of the columns
  while (set.files.size() < most && std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string file, voice, noise, text;
    std::getline(fields, file, '\t');
    std::getline(fields, voice, '\t');
    std::getline(fields, noise, '\t');
    if (!std::getline(fields, text)) quickstart::fail("no text in", list + ": " + line, next_step);
    const std::string bytes = quickstart::read_whole(folder + "/" + file, next_step);
    Audio audio(bytes.size() / sizeof(std::int16_t));
    if (audio.empty()) quickstart::fail("no audio in", folder + "/" + file, next_step);
    std::memcpy(audio.data(), bytes.data(), audio.size() * sizeof(std::int16_t));
    set.files.push_back(file);
    set.noises.push_back(noise);
    set.voices.push_back(voice);
    set.audio.push_back(audio);
    set.references.push_back(text);
  }
  if (set.files.empty()) quickstart::fail("no utterance in", list, next_step);
  set.source = std::to_string(set.files.size()) +
               " utterances of flite and espeak-ng, clean and in pink noise at 20 dB";
  return set;
}

}  // namespace speech
