// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <charconv>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/meters/cpu_model.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CpuModel read_cpu_model(const std::string& root) {
  // The first CPU is enough: on a large machine the file has megabytes.
  const std::string info = read_beginning(root + "/proc/cpuinfo", 8192).value_or("");
  const auto number = [&](std::string_view field) {
    const std::string digits = parse_field(info, field);
    long found = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), found);
    return found;
  };
  const std::string flags = " " + parse_field(info, "flags") + " ";
  return {parse_field(info, "vendor_id"), number("cpu family"), number("model\t"),
          flags.find(" hypervisor ") != flags.npos};
}

}  // namespace perjoule::inline v0::detail
