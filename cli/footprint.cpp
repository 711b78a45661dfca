// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/footprint.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json_values.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/integrations/zlib.hpp"
#include "perjoule/report/markdown.hpp"

namespace perjoule::cli {

namespace {

constexpr std::string_view roles[] = {"weights", "tokenizer", "code"};

struct FileSizes {
  std::string role = "weights";
  std::string path;
  std::uint64_t stored = 0;      ///< B
  std::uint64_t compressed = 0;  ///< B

  [[nodiscard]] std::string name() const { return std::string(detail::base_name(path)); }
};

/// Reads ROLE=PATH. Any word other than the roles above is part of the path.
FileSizes file_of(const std::string& argument) {
  FileSizes file;
  file.path = argument;
  for (const std::string_view role : roles) {
    if (!argument.starts_with(std::string(role) + '=')) continue;
    file.role = role;
    file.path = argument.substr(role.size() + 1);
  }
  return file;
}

void measure_file(FileSizes& file) {
  file.stored = static_cast<std::uint64_t>(stored_bytes(file.path, file.role).si());
  file.compressed = static_cast<std::uint64_t>(compressed_bytes(file.path, file.role).si());
}

/// The sum of all files.
FileSizes total_of(const std::vector<FileSizes>& files) {
  FileSizes total;
  for (const FileSizes& file : files) {
    total.stored += file.stored;
    total.compressed += file.compressed;
  }
  return total;
}

std::string as_json(const std::vector<FileSizes>& files) {
  const FileSizes total = total_of(files);
  Json json = {
      {"schema", "perjoule.footprint/1"},
      {"perjoule_version", version},
      {"compression", {{"format", "zlib"}, {"level", zlib_level}, {"zlib_version", zlibVersion()}}},
      {"files", Json::array()},
      {"stored_b", total.stored},
      {"compressed_b", total.compressed}};
  for (const FileSizes& file : files) {
    json["files"].push_back({{"role", file.role},
                             {"name", file.name()},
                             {"stored_b", file.stored},
                             {"compressed_b", file.compressed}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_text(const std::vector<FileSizes>& files) {
  const FileSizes total = total_of(files);
  Table table(files.size() + 2);
  const auto add_column = [&](std::string_view head, const auto& cell, std::string_view last) {
    table.add(head);
    for (const FileSizes& file : files) table.add(cell(file));
    table.add(last);
  };
  add_column(
      "file", [](const FileSizes& file) { return file.name(); }, "in all");
  add_column(
      "role", [](const FileSizes& file) { return file.role; }, "");
  add_column(
      "stored (B)", [](const FileSizes& file) { return std::to_string(file.stored); },
      std::to_string(total.stored));
  add_column(
      "compressed (B)", [](const FileSizes& file) { return std::to_string(file.compressed); },
      std::to_string(total.compressed));
  table.note(text::format("compressed by zlib {} at level {}, each file by itself", zlibVersion(),
                          zlib_level));
  table.note(
      text::format("for quality per compressed byte, write into the plan: .compressed = "
                   "perjoule::Bytes({})",
                   total.compressed));
  return markdown(table);
}

}  // namespace

std::string footprint(const FootprintOptions& options) {
  std::vector<FileSizes> files;
  for (const std::string& argument : options.files) files.push_back(file_of(argument));
  for (FileSizes& file : files) measure_file(file);
  return options.json ? as_json(files) : as_text(files);
}

}  // namespace perjoule::cli
