// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// A metric whose shards can be put together. Each metric of this library is one.
template <class M>
concept PoolableMetric = std::copy_constructible<M> && requires(M metric, const M& next) {
  metric.pool(next);
  metric.parts([](auto&...) {});
};

namespace detail {

[[noreturn]] void fail_on_parts();

/// Writes what a metric has gathered as bytes.
class PartWriter {
 public:
  template <class... Parts>
  void operator()(Parts&... parts) {
    (write(parts), ...);
  }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  template <class Part>
  void write(Part& part) {
    if constexpr (std::is_trivially_copyable_v<Part>) {
      bytes_.append(reinterpret_cast<const char*>(&part), sizeof part);
    } else if constexpr (requires { part.parts(*this); }) {
      part.parts(*this);
    } else {
      std::size_t size = part.size();
      write(size);
      if constexpr (std::is_trivially_copyable_v<typename Part::value_type>) {
        bytes_.append(reinterpret_cast<const char*>(part.data()), size * sizeof part[0]);
      } else {
        for (auto& each : part) write(each);
      }
    }
  }

  std::string bytes_;
};

/// Reads them into a metric of the same kind.
class PartReader {
 public:
  explicit PartReader(std::string_view bytes) : bytes_(bytes) {}

  /// @throws Error if the bytes are those of another metric
  template <class... Parts>
  void operator()(Parts&... parts) {
    (read(parts), ...);
  }
  /// @throws Error if bytes are left
  void expect_end() const {
    if (!bytes_.empty()) fail_on_parts();
  }

 private:
  template <class Part>
  void read(Part& part) {
    if constexpr (std::is_trivially_copyable_v<Part>) {
      if (bytes_.size() < sizeof part) fail_on_parts();
      std::memcpy(&part, bytes_.data(), sizeof part);
      bytes_.remove_prefix(sizeof part);
    } else if constexpr (requires { part.parts(*this); }) {
      part.parts(*this);
    } else {
      std::size_t size = 0;
      read(size);
      if (size > bytes_.size()) fail_on_parts();  // each has a byte at least
      part.resize(size);
      if constexpr (std::is_trivially_copyable_v<typename Part::value_type>) {
        const std::size_t bytes = size * sizeof part[0];
        if (bytes_.size() < bytes) fail_on_parts();
        if (bytes != 0) std::memcpy(part.data(), bytes_.data(), bytes);
        bytes_.remove_prefix(bytes);
      } else {
        for (auto& each : part) read(each);
      }
    }
  }

  std::string_view bytes_;
};

/// Returns what a metric has gathered, for a program of the same build in another process.
template <PoolableMetric Metric>
[[nodiscard]] std::string bytes_of(Metric& metric) {
  PartWriter writer;
  metric.parts(writer);
  return writer.bytes();
}

/// Returns a metric like this one that has gathered what `bytes_of` gave elsewhere.
/// @throws Error if the bytes are those of another metric
template <PoolableMetric Metric>
[[nodiscard]] Metric metric_from(Metric metric, std::string_view bytes) {
  PartReader reader(bytes);
  metric.parts(reader);
  reader.expect_end();
  return metric;
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/metric_parts-inl.hpp"
#endif
