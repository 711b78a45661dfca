// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/footprint.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/report/markdown.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

/// The highest level of zlib; other programs use the same number for it.
constexpr int level = 9;

/// Bytes of a file that are read and compressed at once: a model may be larger than the memory.
constexpr std::size_t chunk = 1U << 18U;

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

/// Counts the bytes that zlib writes, and keeps none of them.
class Deflater {
 public:
  Deflater() {
    if (deflateInit(&stream_, level) != Z_OK) {
      throw Error("cannot compress", "zlib has no memory", "free some");
    }
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream_); }

  /// @param last  whether these are the last bytes
  void put(unsigned char* bytes, std::size_t size, bool last) {
    stream_.next_in = bytes;
    stream_.avail_in = static_cast<uInt>(size);
    do {
      stream_.next_out = out_.data();
      stream_.avail_out = static_cast<uInt>(out_.size());
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      written_ += out_.size() - stream_.avail_out;
    } while (stream_.avail_out == 0);
  }
  /// @return bytes so far. zlib's own count ends at 4 GiB where a long has 32 bits
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  z_stream stream_{};
  std::vector<unsigned char> out_ = std::vector<unsigned char>(chunk);
  std::uint64_t written_ = 0;
};

[[noreturn]] void cannot_read(const FileSizes& file, int error_number) {
  throw Error(fmt::format("cannot read the {}", file.role),
              fmt::format("{}: {}", file.path, detail::errno_message(error_number)),
              "name a file that the model loads, or leave it out");
}

void measure_file(FileSizes& file) {
  (void)stored_bytes(file.path, file.role);  // a folder or a pipe is not a file
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(file.path.c_str(), "rb"),
                                                               std::fclose);
  if (opened == nullptr) cannot_read(file, errno);
  std::vector<unsigned char> bytes(chunk);
  Deflater deflater;
  for (bool last = false; !last;) {
    const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), opened.get());
    if (std::ferror(opened.get()) != 0) cannot_read(file, errno);
    last = size < bytes.size();
    file.stored += size;
    deflater.put(bytes.data(), size, last);
  }
  file.compressed = deflater.written();
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
      {"compression", {{"format", "zlib"}, {"level", level}, {"zlib_version", zlibVersion()}}},
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
  table.note(
      text::format("compressed by zlib {} at level {}, each file by itself", zlibVersion(), level));
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
