// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What files take when they are compressed: needs zlib (Debian: zlib1g-dev; link with -lz).
#pragma once

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// zlib's highest level; other programs use the same number for it.
inline constexpr int zlib_level = 9;

namespace detail {

/// Counts the bytes that zlib writes, and keeps none of them.
class Deflater {
 public:
  Deflater() {
    if (deflateInit(&stream_, zlib_level) != Z_OK) {
      fail("cannot compress", "zlib has no memory", "free some");
    }
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream_); }

  void put(unsigned char* bytes, std::size_t size, bool is_last) {
    stream_.next_in = bytes;
    stream_.avail_in = static_cast<uInt>(size);
    do {
      std::array<unsigned char, 16384> packed;
      stream_.next_out = packed.data();
      stream_.avail_out = static_cast<uInt>(packed.size());
      deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
      written_ += packed.size() - stream_.avail_out;
    } while (stream_.avail_out == 0);
  }
  /// zlib's own count ends at 4 GiB where a long has 32 bits.
  /// @unit B
  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

 private:
  z_stream stream_{};
  std::uint64_t written_ = 0;
};

}  // namespace detail

/// Returns the size of a file as zlib compresses it at its highest level, for
/// MeasureOptions::compressed. It reads a quarter of a megabyte at once: a model may be larger than
/// the memory.
/// @param role  purpose of the file, as a message names it
/// @unit   B
/// @error  exact, for one version of zlib
/// @throws Error if there is no such file, or it cannot be read
[[nodiscard]] inline Bytes compressed_bytes(const std::string& path,
                                            std::string_view role = "weights") {
  (void)stored_bytes(path, role);  // a folder or a pipe is not a file
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(path.c_str(), "rb"),
                                                               std::fclose);
  const auto cannot_read = [&](int reason) {
    detail::fail("cannot read the " + std::string(role),
                 path + ": " + detail::errno_message(reason),
                 "name a file that the model loads, or leave it out");
  };
  if (opened == nullptr) cannot_read(errno);
  std::vector<unsigned char> bytes(1U << 18U);
  detail::Deflater deflater;
  for (bool is_last = false; !is_last;) {
    const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), opened.get());
    if (std::ferror(opened.get()) != 0) cannot_read(errno);
    is_last = size < bytes.size();
    deflater.put(bytes.data(), size, is_last);
  }
  return Bytes(static_cast<double>(deflater.written()));
}

/// Returns the size of a model's files together, each compressed by itself.
/// @unit   B
/// @error  exact, for one version of zlib
/// @throws Error if there is no such file, or it cannot be read
[[nodiscard]] inline Bytes compressed_bytes(const std::vector<std::string>& paths) {
  Bytes sum{0.0};
  for (const std::string& path : paths) sum = sum + compressed_bytes(path);
  return sum;
}

}  // namespace perjoule::inline v0
