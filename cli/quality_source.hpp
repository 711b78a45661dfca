// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <time.h>

#include <optional>
#include <string>

#include "perjoule/core/nan.hpp"

namespace perjoule::cli {

/// The place where a program leaves its quality: in a JSON file that it writes, or in its standard
/// output, where a regular expression finds it.
struct QualitySource {
  std::string name;
  std::string file;     ///< empty: standard output
  std::string pointer;  ///< RFC 6901, into the file
  std::string pattern;  ///< of RE2, matched in the output: its first group, or the whole match
  std::optional<bool> higher_is_better;  ///< nothing: not known
  bool is_share = false;                 ///< of items that are right
  std::size_t items = 0;                 ///< of the test set; 0: not known
  std::string unit;                      ///< "%": its numbers are in per cent, and become shares
  double trivial = detail::quiet_nan();  ///< as Quality::trivial; not finite: not known
  double perfect = detail::quiet_nan();  ///< as Quality::perfect; not finite: not known
};

/// Reads "NAME=@FILE:/json/pointer" or "NAME=/regex/". A name may say what its values mean, as
/// "loss(min,trivial=2.3,perfect=0,n=602,unit=nats)"; of well-known metrics, such as "wer", that is
/// known.
/// @throws Error for anything else, and for a regular expression that RE2 does not know
QualitySource parse_quality_source(const std::string& text);

/// Returns the number that a run left behind, a share if its unit is "%". The last of several
/// matches counts, since programs print their final result at the end.
/// @param started  when the run began: a file that is older is not its own
/// @throws Error if there is none, with the place where it should be
double read_quality(const QualitySource& source, const std::string& output,
                    const timespec& started);

}  // namespace perjoule::cli
