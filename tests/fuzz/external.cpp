// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lines of "seconds joules" that another program writes, in pieces that end at each '|'.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/meters/external.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return 0;
  const perjoule::detail::FileDescriptor writer(ends[1]);
  perjoule::detail::ExternalLineReader reader{perjoule::detail::FileDescriptor(ends[0])};
  bool was_good = false;
  bool is_broken = false;
  std::uint64_t last = 0;
  for (std::string_view rest = fuzz::text_of(data, size); !rest.empty();) {
    const std::string_view piece = rest.substr(0, rest.find('|'));
    rest.remove_prefix(piece.size() == rest.size() ? rest.size() : piece.size() + 1);
    if (write(writer.get(), piece.data(), piece.size()) == -1) break;
    reader.poll();
    std::uint64_t count = 0;
    const bool is_good = reader.read(count);
    is_broken = is_broken || (was_good && !is_good);
    was_good = is_good;
    fuzz::expect(!is_good || !is_broken, "a broken meter stays so");
    fuzz::expect(!is_good || count >= last, "energy never falls");
    fuzz::expect(count <= 2'000'000'000'000'000'000U, "energy is at most 2e12 J");
    if (is_good) last = count;
  }
  return 0;
}
