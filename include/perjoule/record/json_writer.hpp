// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// Writes JSON (RFC 8259) by templates that look like what they write, so that a record's shape can
/// be read off its code:
///
///     json.put("{'name': %s, 'cores': %zu, 'optimized': %d, 'wall_s': %g", ...)
///
/// %s is a string, escaped, and null where it is empty; %g a double in shortest round-trip digits,
/// and null where it is not finite; %zu a count; %d true or false. ' stands for ". The compiler
/// checks the arguments as it does printf's.
class JsonWriter {
 public:
  [[gnu::format(printf, 2, 3)]] void put(const char* format, ...) noexcept;

  /// A template without arguments.
  void put_text(const char* text) noexcept;

  /// On one line: a sample is read by programs, and ten thousand lines are not read by anybody.
  /// @unit that of the key before it
  void put(View<double> numbers) noexcept {
    add('[');
    for (const double& number : numbers) {
      if (&number != numbers.data()) out_.put(", ");
      put("%g", number);
    }
    add(']');
  }

  [[nodiscard]] std::string_view written() const noexcept { return out_.view(); }

 private:
  void add(char c) noexcept;
  void quote(const char* content) noexcept;

  text::Text out_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/json_writer-inl.hpp"
#endif
