// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/json_values.hpp"
#include "perjoule/integrations/read_json.hpp"

namespace perjoule::cli {

/// Reads a record at once, since a pipe has it once and a parser is faster in memory.
/// @param document  gets it as it was parsed; null: nobody asks for it
/// @throws as read_json()
[[nodiscard]] inline std::vector<Entry> read_record(const std::string& path,
                                                    Json* document = nullptr) {
  std::error_code ignored;
  std::string content;
  if (!std::filesystem::is_directory(path, ignored)) {
    std::ifstream file(path, std::ios::binary);
    char part[1U << 16U];
    while (file.read(part, sizeof part) || file.gcount() > 0) {
      content.append(part, static_cast<std::size_t>(file.gcount()));
    }
  }
  // What is empty cannot be read, and read_json() says why.
  return content.empty() ? read_json(path) : parse_json(content, path, document);
}

}  // namespace perjoule::cli
