// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>
#include <unistd.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/memory/resident_peak.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool read_count(const char* at, const char* end, std::uint64_t& count) noexcept {
  const std::size_t digits = strspn(at, "0123456789");
  return strncmp(at + digits, end, strlen(end)) == 0 &&
         text::read_integer(text::Short(std::string_view(at, digits)).chars, count);
}

PERJOULE_INLINE const char* behind_field(const char* file, const char* field) noexcept {
  const std::size_t size = strlen(field);
  while (strncmp(file, field, size) != 0) {
    file = strchr(file, '\n');
    if (file == nullptr) return nullptr;
    ++file;
  }
  return file + size + strspn(file + size, " \t");
}

PERJOULE_INLINE Estimate<Bytes> amount_of(const char* file, const char* field) noexcept {
  const char* const amount = behind_field(file, field);
  std::uint64_t kib = 0;
  if (amount == nullptr || !read_count(amount, " kB", kib)) return {};
  return exact(Bytes(1024.0 * static_cast<double>(kib)));
}

PERJOULE_INLINE void read_faults(const char* stat, ProcessMemory& memory) noexcept {
  const char* minor = strrchr(stat, ')');
  for (int field = 3; field <= 10 && minor != nullptr; ++field) minor = strchr(minor + 1, ' ');
  const char* major = minor;
  for (int field = 11; field <= 12 && major != nullptr; ++field) major = strchr(major + 1, ' ');
  std::uint64_t counts[2] = {};
  if (major == nullptr || !read_count(minor + 1, " ", counts[0]) ||
      !read_count(major + 1, " ", counts[1]) || counts[0] + counts[1] == 0) {
    return;
  }
  memory.minor_faults = static_cast<double>(counts[0]);
  memory.major_faults = static_cast<double>(counts[1]);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ProcessMemory process_memory(pid_t process, const char* root) noexcept {
  text::Short id = "self";
  if (process != this_process) id = text::format("%d", static_cast<int>(process)).chars;
  char content[8192];
  const auto read = [&](const char* file) -> const char* {
    const text::Long path = text::format("%s/proc/%s/%s", root, id.chars, file);
    return detail::read_small_file(path.chars, content, sizeof content) == -1 ? "" : content;
  };
  ProcessMemory memory;
  const char* const status = read("status");
  memory.resident = detail::amount_of(status, "VmRSS:");
  memory.peak_resident = detail::amount_of(status, "VmHWM:");
  const Bytes late{detail::late_pages() / math::square_root(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::amount_of(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0
