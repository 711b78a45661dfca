// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <regex>
#include <string>

namespace perjoule::cli {

/// Where a program leaves a quality: a number in a JSON file that it writes, or one that a regular
/// expression finds in its standard output.
struct QualitySource {
  std::string name;
  std::string file;     ///< empty: standard output
  std::string pointer;  ///< RFC 6901, into the file
  std::string pattern;  ///< of the output; its first group, or else the whole match, is the number
};

/// Reads "NAME=@FILE:/json/pointer" or "NAME=/regex/".
/// @throws Error for anything else, and for a regular expression that is none
QualitySource parse_quality_source(const std::string& text);

/// The number that a run left behind. Of several matches the last one counts: programs print what
/// they reached in the end.
/// @throws Error where there is none, with what was looked at
double read_quality(const QualitySource& source, const std::string& output);

}  // namespace perjoule::cli
