// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <regex>
#include <string>

namespace perjoule::cli {

/// The place where a program leaves its quality: in a JSON file that it writes, or in its standard
/// output, where a regular expression finds it.
struct QualitySource {
  std::string name;
  std::string file;     ///< empty: standard output
  std::string pointer;  ///< RFC 6901, into the file
  std::string pattern;  ///< matched in the output: its first group, or else the whole match
};

/// Reads "NAME=@FILE:/json/pointer" or "NAME=/regex/".
/// @throws Error for anything else, and for an invalid regular expression
QualitySource parse_quality_source(const std::string& text);

/// Returns the number that a run left behind. The last of several matches counts, since programs
/// print their final result at the end.
/// @throws Error if there is none, with the place where it should be
double read_quality(const QualitySource& source, const std::string& output);

}  // namespace perjoule::cli
