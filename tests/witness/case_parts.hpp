// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

/// One case of a witness, whose parts are read one after the other. A text is an x and its bytes in
/// hexadecimal; a list is a count and its parts.
class Case {
 public:
  explicit Case(const std::string& line) : stream_(line) {}

  template <class T>
  T take() {
    if constexpr (std::is_floating_point_v<T>) {
      // Also accepts nan, inf and the numbers next to 0, which a stream refuses to read.
      return static_cast<T>(std::strtod(take<std::string>().c_str(), nullptr));
    } else {
      T part{};
      if (!(stream_ >> part)) throw std::runtime_error("a case ends too early");
      return part;
    }
  }
  std::string text() {
    const auto hex = take<std::string>();
    std::string bytes;
    for (std::size_t i = 1; i < hex.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
  }
  template <class T>
  std::vector<T> several() {
    std::vector<T> parts(take<std::size_t>());
    for (T& part : parts) part = take<T>();
    return parts;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> parts(take<std::size_t>());
    for (std::string& part : parts) part = text();
    return parts;
  }

 private:
  std::istringstream stream_;
};
