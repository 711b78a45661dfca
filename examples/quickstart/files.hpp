// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace quickstart {

// Weights go to disk as they lie in memory. A big-endian machine would need a byte swap, which
// cannot be tested here, so the build stops instead.
static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

/// Formats every error of the quickstart alike: what went wrong, where, and what to do next.
[[noreturn]] inline void fail(const std::string& what, const std::string& where,
                              const std::string& next_step) {
  throw std::runtime_error(what + " " + where + "; " + next_step);
}

/// Reads the whole file as bytes.
///
/// @throws  std::runtime_error with the system's reason and the caller's next step
[[nodiscard]] inline std::string read_whole(const std::string& path, const std::string& next_step) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) fail("cannot read", path + ": " + std::strerror(errno), next_step);
  std::string bytes;
  std::array<char, 65536> chunk;
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    bytes.append(chunk.data(), got);
  }
  // Opening a directory succeeds and only reading it fails: without this check it would be an
  // empty file.
  if (std::ferror(file.get()) != 0) {
    fail("cannot read", path + ": " + std::strerror(errno), next_step);
  }
  return bytes;
}

/// Writes a file completely or not at all: a reader sees the old content or the new, never a part.
///
/// @throws  std::runtime_error; the old file, if any, is then untouched
inline void write_whole(const std::string& path, std::string_view bytes) {
  const std::string next_step = "check that its folder exists, is writable and has room";
  const std::string draft = path + ".tmp." + std::to_string(::getpid());
  std::FILE* file = std::fopen(draft.c_str(), "wb");
  if (file == nullptr) fail("cannot write", path + ": " + std::strerror(errno), next_step);
  // A full disk often shows only when the buffer is flushed, so the result of fclose counts too.
  bool good = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  int reason = good ? 0 : errno;
  if (std::fclose(file) != 0 && good) {
    good = false;
    reason = errno;
  }
  if (good && std::rename(draft.c_str(), path.c_str()) != 0) {
    good = false;
    reason = errno;
  }
  if (!good) {
    std::remove(draft.c_str());
    fail("cannot write", path + ": " + std::strerror(reason), next_step);
  }
}

/// The first bytes of every weight file. `hidden` is 0 for a model without a hidden layer.
struct WeightHeader {
  std::array<char, 4> magic;
  std::uint32_t version;
  std::uint32_t hidden;
};
static_assert(sizeof(WeightHeader) == 12 && std::is_trivially_copyable_v<WeightHeader>);

inline constexpr std::uint32_t weight_file_version = 1;

/// Collects arrays behind a header and writes them in one go.
class WeightWriter {
 public:
  WeightWriter(std::array<char, 4> magic, std::uint32_t hidden) {
    const WeightHeader header{magic, weight_file_version, hidden};
    bytes_.append(reinterpret_cast<const char*>(&header), sizeof header);
  }

  template <class Number>
  void put(const std::vector<Number>& numbers) {
    static_assert(std::is_arithmetic_v<Number>);
    bytes_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
  }

  void commit(const std::string& path) const { write_whole(path, bytes_); }

 private:
  std::string bytes_;
};

/// Reads the arrays back, in the order in which they were put.
///
/// Construction checks magic and version, `expect_payload` the size; only then is anything taken.
class WeightReader {
 public:
  WeightReader(std::string path, std::array<char, 4> magic)
      : path_(std::move(path)),
        bytes_(read_whole(path_, "check the path, or train the model again")) {
    if (bytes_.size() < sizeof(WeightHeader)) {
      fail("truncated weight file",
           path_ + ": " + std::to_string(bytes_.size()) + " bytes, shorter than its header",
           next_step());
    }
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.magic != magic) {
      fail("wrong kind of weight file",
           path_ + ": it does not begin with '" + std::string(magic.data(), magic.size()) + "'",
           next_step());
    }
    if (header_.version != weight_file_version) {
      fail("unknown version of weight file",
           path_ + ": version " + std::to_string(header_.version) + ", expected " +
               std::to_string(weight_file_version),
           next_step());
    }
  }

  [[nodiscard]] std::uint32_t hidden() const { return header_.hidden; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] static std::string next_step() { return "delete it and train the model again"; }

  /// @param payload  bytes that must follow the header, exactly
  void expect_payload(std::size_t payload) const {
    const std::size_t found = bytes_.size() - sizeof(WeightHeader);
    if (found == payload) return;
    fail(found < payload ? "truncated weight file" : "overlong weight file",
         path_ + ": " + std::to_string(found) + " bytes after the header, expected " +
             std::to_string(payload),
         next_step());
  }

  template <class Number>
  [[nodiscard]] std::vector<Number> take(std::size_t count) {
    static_assert(std::is_arithmetic_v<Number>);
    if (count * sizeof(Number) > bytes_.size() - position_) {
      throw std::logic_error("WeightReader: take() reads more than expect_payload() checked");
    }
    std::vector<Number> numbers(count);
    std::memcpy(numbers.data(), bytes_.data() + position_, count * sizeof(Number));
    position_ += count * sizeof(Number);
    return numbers;
  }

  /// A damaged weight may be infinite, and converting that to an integer later is
  /// undefined behaviour.
  void expect_finite(const std::vector<float>& numbers) const {
    for (const float number : numbers) {
      if (!std::isfinite(number)) {
        fail("damaged weight file", path_ + ": it holds a weight that is not finite", next_step());
      }
    }
  }

 private:
  std::string path_;
  std::string bytes_;
  WeightHeader header_{};
  std::size_t position_ = sizeof(WeightHeader);
};

}  // namespace quickstart
