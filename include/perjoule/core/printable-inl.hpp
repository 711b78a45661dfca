// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string shown;
  while (!text.empty()) {
    const auto [value, bytes] = perjoule::detail::first_code_point(text);
    if (bytes == 0) {
      shown += "\xEF\xBF\xBD";
    } else if (detail::is_invisible(value)) {
      shown += "<U+";
      for (unsigned shift = value > 0xFFFFU ? 20 : 16; shift != 0;) {
        shift -= 4;
        shown += digits[(value >> shift) & 15U];
      }
      shown += '>';
    } else {
      shown += text.substr(0, bytes);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return shown;
}

}  // namespace perjoule::inline v0::text
