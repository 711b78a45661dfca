// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/process_memory.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double rss_accounting_lag() noexcept {
  const auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  const double batch = cpus > 32.0 ? 2.0 * cpus : 64.0;
  return 3.0 * batch * cpus * static_cast<double>(sysconf(_SC_PAGESIZE));
}

PERJOULE_INLINE void ResidentPeak::start() noexcept {
#if defined(__GLIBC__)
  malloc_trim(0);  // pages that are kept for the next allocation would hide it
#endif
  const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  is_reset_ = file != -1 && write(file, "5", 1) == 1;  // sets the peak to what is there now
  if (file != -1) close(file);
  before_ = peak();
}

PERJOULE_INLINE std::int64_t ResidentPeak::growth() const noexcept {
  const std::int64_t now = peak();
  return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
}

PERJOULE_INLINE bool ResidentPeak::is_working() noexcept {
  constexpr std::size_t piece = 4096 - 16;
  constexpr std::int64_t pieces = 2048;
  bool is_found = true;
  for (int pass = 0; pass < 2; ++pass) {
    start();
    void** last = nullptr;  // each piece holds the place of the one before
    for (std::int64_t i = 0; i < pieces; ++i) {
      void** const next = static_cast<void**>(malloc(piece));
      if (next == nullptr) break;
      memset(next, 1, piece);
      *next = last;
      last = next;
    }
    const std::int64_t found = growth();
    is_found = is_found && found > pieces * 3700 && found < pieces * 4500;
    while (last != nullptr) free(std::exchange(last, static_cast<void**>(*last)));
  }
  return is_found;
}

PERJOULE_INLINE std::int64_t ResidentPeak::peak() noexcept {
  char status[8192];
  if (read_small_file("/proc/self/status", status, sizeof status) <= 0) return -1;
  const text::Name kib = parse_field(status, "VmHWM");
  return kib.empty() ? -1 : strtoll(kib.chars, nullptr, 10) * 1024;
}

PERJOULE_INLINE bool read_count(const char* at, const char* end, std::uint64_t& count) noexcept {
  const std::size_t digits = strspn(at, "0123456789");
  return strncmp(at + digits, end, strlen(end)) == 0 &&
         text::parse_integer(text::Short(std::string_view(at, digits)).chars, count);
}

PERJOULE_INLINE const char* find_line_value(const char* file, const char* field) noexcept {
  const std::size_t size = strlen(field);
  while (strncmp(file, field, size) != 0) {
    file = strchr(file, '\n');
    if (file == nullptr) return nullptr;
    ++file;
  }
  return file + size + strspn(file + size, " \t");
}

PERJOULE_INLINE Estimate<Bytes> read_field_bytes(const char* file, const char* field) noexcept {
  const char* const amount = find_line_value(file, field);
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
  memory.resident = detail::read_field_bytes(status, "VmRSS:");
  memory.peak_resident = detail::read_field_bytes(status, "VmHWM:");
  const Bytes late{detail::rss_accounting_lag() / math::square_root(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::read_field_bytes(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0
