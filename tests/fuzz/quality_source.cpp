// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What follows `perjoule run -q`, in the first line, and the output or the file that it is about.
#include <time.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "cli/quality_source.hpp"
#include "fuzz/fuzz.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "scratch.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const scratch::Folder folder;
  const std::string_view text = fuzz::text_of(data, size);
  const std::string_view words = text.substr(0, text.find('\n'));
  const std::string output(text.substr(std::min(words.size() + 1, text.size())));
  try {
    perjoule::cli::QualitySource source = perjoule::cli::parse_quality_source(std::string(words));
    fuzz::expect(!source.name.empty(), "a quality has a name");
    fuzz::expect(source.file.empty() != source.pattern.empty() || source.file.empty(),
                 "a quality is in one place");
    if (!source.file.empty()) {
      source.file = folder / "metrics.json";
      scratch::put_file(source.file, output);
    }
    const double value = perjoule::cli::read_quality(source, output, timespec{});
    fuzz::expect(perjoule::is_finite(value), "a quality is finite");
  } catch (const perjoule::Error&) {
  }
  return 0;
}
