// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A file that a model is made of.
struct ModelFile {
  text::Short role = {};  ///< what it is there for: "weights", "tokenizer", "code"
  text::Name name = {};   ///< the last part of its path
  Bytes bytes{0.0};       ///< on disk
};

/// As many files make a model.
inline constexpr std::size_t max_files = 8;
using ModelFiles = Few<ModelFile, max_files>;

/// The bytes that a model has wherever it runs: on disk, over a wire, in memory.
struct Footprint {
  ModelFiles files = {};
  Estimate<Bytes> stored = {};      ///< all files, on disk
  Estimate<Bytes> weights = {};     ///< of those, the weights'
  Estimate<Bytes> compressed = {};  ///< all files, as they would be packed
  Estimate<Bytes> resident = {};    ///< the weights in memory, ready for a pass
  /// resident/weights: above 1, the small file grows at run time. A tokenizer is on neither side.
  Estimate<double> inflation = {};
  Estimate<double> parameters = {};           ///< @unit none
  Estimate<double> non_zero_parameters = {};  ///< @unit none
};

/// The size of a file of a model.
/// @param role  what the file is there for, as the message says it
/// @unit   B
/// @error  exact
/// @throws Error when there is no such file
[[nodiscard]] Bytes stored_bytes(const char* path, const char* role = "weights");

/// The bytes of buffers of weights as they lie in memory. Counted from the buffers themselves,
/// since the memory of the process holds much besides: a framework alone takes more than most
/// models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

/// How many numbers a model has learnt, and how many of them say something.
struct ParameterCount {
  std::uint64_t parameters = 0;  ///< @unit none
  std::uint64_t non_zero = 0;    ///< @unit none
};

namespace detail {

/// By the bits where they are known: with -ffast-math a processor may take what is smaller than the
/// smallest normal number for zero, and a compiler NaN.
template <class T>
[[nodiscard]] constexpr bool is_zero(const T& number) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(number) << 1U == 0;  // the sign falls off
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

/// The bytes of the files of a role, or of all of them; missing where there are none.
/// @param role  empty for all
[[nodiscard]] Estimate<Bytes> total_bytes(const ModelFiles& files, const char* role) noexcept;

}  // namespace detail

/// The parameters in buffers of weights, and those that are not zero. -0.0 is zero; NaN and what is
/// smaller than the smallest normal number are not, under -ffast-math either. An element is a
/// number: two that share a byte count as one, and the -0 of a 16-bit float that is kept as an
/// integer is none that this can tell.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans; also of rows
/// @unit  none
/// @error exact
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr ParameterCount parameters_of(const Buffers&... buffers) noexcept {
  ParameterCount count;
  (detail::count_parameters(buffers, count), ...);
  return count;
}

/// Of a model that is weights and nothing else.
/// @param weights, resident  missing where they aren't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint(const Estimate<Bytes>& weights, const Estimate<Bytes>& resident);

/// Of a model in several files.
/// @param files     those of the role "weights" are what the resident bytes are held against
/// @param resident  missing where it isn't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/footprint/footprint-inl.hpp"
#endif
