// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A file of a model.
struct ModelFile {
  std::string role = {};    ///< its purpose: "weights", "tokenizer", "code"
  std::string name = {};    ///< the last part of its path
  Bytes bytes{0.0};         ///< on disk
  std::string sha256 = {};  ///< of its content; empty if it is not known
};

using ModelFiles = std::vector<ModelFile>;

/// Bytes of a model, whatever machine it runs on: on disk, over a wire, in memory.
struct Footprint {
  ModelFiles files = {};
  Estimate<Bytes> stored = {};      ///< all files, on disk
  Estimate<Bytes> weights = {};     ///< the weights among them
  Estimate<Bytes> compressed = {};  ///< all files, compressed
  Estimate<Bytes> resident = {};    ///< the weights in memory, ready for a pass
  /// resident/weights: above 1 where a small file grows at run time. A tokenizer is in neither.
  Estimate<double> inflation = {};
  Estimate<double> parameters = {};           ///< @unit none
  Estimate<double> non_zero_parameters = {};  ///< @unit none
};

/// Returns the size of a model's file.
/// @param role  purpose of the file, as the message names it
/// @unit   B
/// @error  exact
/// @throws Error if there is no such file
[[nodiscard]] Bytes stored_bytes(const std::string& path, std::string_view role = "weights");

/// Returns the bytes that buffers of weights take in memory. They are counted from the buffers
/// themselves, since the process holds much more: a framework alone takes more than most models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

namespace detail {

/// The SHA-256 of files, each of which is read once as long as it does not change: a model of many
/// gigabytes takes half a minute.
class FileHashes {
 public:
  /// Returns the hash of a file; empty if it cannot be read.
  [[nodiscard]] std::string of(const std::string& path);

 private:
  struct Known {
    std::string file;  ///< path, inode, size and time of change
    std::string sha256;
  };
  std::vector<Known> known_;
};

}  // namespace detail

/// Number of parameters of a model, and how many of them are not zero.
struct ParameterCount {
  std::uint64_t parameters = 0;  ///< @unit none
  std::uint64_t non_zero = 0;    ///< @unit none
};

namespace detail {

/// Looks at the bits, if they are known: under -ffast-math a processor may take a subnormal number
/// for zero, and a compiler may take NaN for zero.
template <class T>
[[nodiscard]] constexpr bool is_zero(const T& number) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(number) << 1U == 0;  // the sign is shifted out
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(number) << 1U == 0;
  } else {
    return number == T{};
  }
}

template <ContiguousRange Buffer>
constexpr void count_parameters(const Buffer& buffer, ParameterCount& count) noexcept {
  for (std::size_t i = 0; i < std::size(buffer); ++i) {
    const auto& element = std::data(buffer)[i];
    using Element = std::remove_cvref_t<decltype(element)>;
    if constexpr (ContiguousRange<Element>) {
      count_parameters(element, count);  // a row of a matrix
    } else {
      ++count.parameters;
      if (!is_zero<Element>(element)) ++count.non_zero;
    }
  }
}

/// Returns the bytes of the files with a role, or of all files; missing if there are none.
/// @param role  empty for all
[[nodiscard]] Estimate<Bytes> total_bytes(const ModelFiles& files,
                                          std::string_view role = {}) noexcept;

}  // namespace detail

/// Counts the parameters in buffers of weights, and those that are not zero. -0.0 is zero; NaN and
/// subnormal numbers are not, even under -ffast-math. An element is one number: two that share a
/// byte count as one, and a 16-bit -0.0 that is stored as an integer is not recognised as zero.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans; also with rows as
///                 elements
/// @unit  none
/// @error exact
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr ParameterCount parameters_of(const Buffers&... buffers) noexcept {
  ParameterCount count;
  (detail::count_parameters(buffers, count), ...);
  return count;
}

/// Returns the footprint of a model that consists of weights only.
/// @param weights, resident  missing if not known; then the inflation is missing too
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint(const Estimate<Bytes>& weights, const Estimate<Bytes>& resident);

/// Returns the footprint of a model in several files.
/// @param files     the resident bytes are compared with the files whose role is "weights"
/// @param resident  missing if not known; then the inflation is missing too
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/footprint/footprint-inl.hpp"
#endif
