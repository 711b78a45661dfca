// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

namespace perjoule::cli {

/// A file of the folder web/ that this program contains.
struct PageFile {
  std::string_view text;
  std::string_view sha256;  ///< in hexadecimal digits
};

// Defined in a file that web/embed.cmake writes.
PageFile page_style() noexcept;      ///< page.css
PageFile page_script() noexcept;     ///< page.js
PageFile page_libraries() noexcept;  ///< the libraries of the chart; empty if npm was not there

}  // namespace perjoule::cli
