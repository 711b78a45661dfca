// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <regex>
#include <string>

namespace perjoule::cli {

/// Where a program leaves its quality: in a JSON file that it writes, or in its standard output,
/// where a regular expression finds it.
struct QualitySource {
  std::string name;
  std::string file;     ///< empty: standard output
  std::string pointer;  ///< RFC 6901, into the file
  std::string pattern;  ///< of the output; its first group, or else the whole match, is the number
};

/// Reads "NAME=@FILE:/json/pointer" or "NAME=/regex/".
/// @throws Error for anything else, and for a regular expression that is not valid
QualitySource parse_quality_source(const std::string& text);

/// The number that a run left behind. Of several matches the last one counts, since programs print
/// their final result at the end.
/// @throws Error if there is none, with the place where it should be
double read_quality(const QualitySource& source, const std::string& output);

}  // namespace perjoule::cli
