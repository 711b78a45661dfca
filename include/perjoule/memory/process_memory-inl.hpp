// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <memory>
#include <system_error>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
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

PERJOULE_INLINE void ResidentPeak::start() {
#if defined(__GLIBC__)
  malloc_trim(0);  // pages kept for the next allocation would hide the growth
#endif
  const FileDescriptor file(open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  // Resets the peak to the current value.
  is_reset_ = file.is_open() && write(file.get(), "5", 1) == 1;
  before_ = peak();
}

PERJOULE_INLINE std::int64_t ResidentPeak::growth() const {
  const std::int64_t now = peak();
  return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
}

PERJOULE_INLINE bool ResidentPeak::is_working() {
  constexpr std::size_t size = 4096 - 16;
  constexpr std::int64_t many = 2048;
  bool is_found = true;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<std::unique_ptr<char[]>> pieces(many);
    start();
    for (std::unique_ptr<char[]>& piece : pieces) {
      piece = std::make_unique<char[]>(size);
      do_not_optimize(piece);
    }
    const std::int64_t found = growth();
    is_found = is_found && found > many * 3700 && found < many * 4500;
  }
  return is_found;
}

PERJOULE_INLINE std::int64_t ResidentPeak::peak() {
  const std::string kib = parse_field(read_file("/proc/self/status").value_or(""), "VmHWM");
  std::int64_t most = -1;
  const bool is_known =
      std::from_chars(kib.data(), kib.data() + kib.size(), most).ec == std::errc{};
  return is_known ? most * 1024 : -1;
}

PERJOULE_INLINE std::optional<std::string_view> find_line_value(std::string_view file,
                                                                std::string_view field) noexcept {
  while (!file.starts_with(field)) {
    const std::size_t end = file.find('\n');
    if (end == file.npos) return {};
    file.remove_prefix(end + 1);
  }
  const std::string_view value = file.substr(field.size(), file.find('\n') - field.size());
  return value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
}

PERJOULE_INLINE Estimate<Bytes> read_field_bytes(std::string_view file,
                                                 std::string_view field) noexcept {
  constexpr std::string_view unit = " kB";
  std::string_view amount = find_line_value(file, field).value_or("");
  std::uint64_t kib = 0;
  if (!amount.ends_with(unit)) return {};
  amount.remove_suffix(unit.size());
  if (!text::parse_integer(amount, kib)) return {};
  return exact(Bytes(1024.0 * static_cast<double>(kib)));
}

PERJOULE_INLINE void read_faults(std::string_view stat, ProcessMemory& memory) noexcept {
  std::uint64_t minor = 0;
  std::uint64_t major = 0;
  std::string_view rest = stat.substr(std::min(stat.rfind(')'), stat.size()));
  for (int field = 2; field <= 12; ++field) {
    const std::size_t end = rest.find(' ');
    if (end == rest.npos) return;  // the number may have been cut off
    const std::string_view content = rest.substr(0, end);
    if (field == 10 && !text::parse_integer(content, minor)) return;
    if (field == 12 && !text::parse_integer(content, major)) return;
    rest.remove_prefix(end + 1);
  }
  if (minor + major == 0) return;
  memory.minor_faults = static_cast<double>(minor);
  memory.major_faults = static_cast<double>(major);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ProcessMemory process_memory(pid_t process, const std::string& root) {
  const std::string id = process == this_process ? "self" : std::to_string(process);
  const auto read = [&](std::string_view file) {
    return detail::read_file(text::format("{}/proc/{}/{}", root, id, file)).value_or("");
  };
  ProcessMemory memory;
  const std::string status = read("status");
  memory.resident = detail::read_field_bytes(status, "VmRSS:");
  memory.peak_resident = detail::read_field_bytes(status, "VmHWM:");
  const Bytes late{detail::rss_accounting_lag() / std::sqrt(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::read_field_bytes(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0
