// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>

#include <cstdio>
#include <string>

#include "perjoule/core/error.hpp"

namespace perjoule::cli {

/// Writes a report to standard output.
/// @param else_where  what to do if that fails: "use -o FOLDER"
/// @throws Error if it cannot be written
inline void print(const std::string& text, const std::string& else_where = "free some space") {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw Error("cannot write the report to standard output", detail::errno_message(errno),
              else_where);
}

}  // namespace perjoule::cli
