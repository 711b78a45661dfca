// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/comparable.hpp"

#include <fmt/format.h>

#include <string_view>

#include "perjoule/core/printable.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

std::string comparison_basis(const Entry& entry) {
  const MeterDescription& meter = entry.meter;
  const std::string_view kind = meter.provenance == Provenance::estimated
                                    ? name(Provenance::measured)
                                    : name(meter.provenance);
  std::string basis = fmt::format("energy of {}, {}", name(meter.scope), kind);
  if (meter.scope == Scope::none) basis = "no energy";
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    basis = fmt::format("{} ({}), {}", quality.metric, quality.signature, basis);
  }
  if (!entry.plan.dataset.empty()) basis = fmt::format("{}: {}", entry.plan.dataset, basis);
  return text::printable(basis);
}

}  // namespace perjoule::cli
