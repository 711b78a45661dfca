// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// The SHA-256 of what was added, which nobody can make something else have.
/// @source FIPS 180-4, sections 4.1.2, 5.1.1 and 6.2
class Sha256 {
 public:
  /// @param bytes  length of the content
  void add(const void* content, std::size_t bytes) noexcept;
  void add(std::string_view content) noexcept { add(content.data(), content.size()); }

  [[nodiscard]] bool is_empty() const noexcept { return bytes_ == 0; }

  /// Returns the hash of all that was added, in 64 hexadecimal digits.
  [[nodiscard]] std::string hex() const;

 private:
  static constexpr std::size_t block_bytes = 64;
  void compress(const unsigned char* block) noexcept;

  std::uint32_t state_[8] = {0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU,
                             0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U};
  unsigned char rest_[block_bytes] = {};  ///< what does not fill a block yet
  std::uint64_t bytes_ = 0;               ///< of all that was added
};

[[nodiscard]] std::string sha256_hex(std::string_view content);

/// Returns the SHA-256 of a regular file; nothing, with errno, if it cannot be read.
[[nodiscard]] std::optional<std::string> sha256_of_file(const std::string& path);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/sha256-inl.hpp"
#endif
