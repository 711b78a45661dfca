// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/bind_references.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_references(std::size_t references) {
  if (references != 0) return;
  fail("a metric of no items", "the references are empty",
       "pass those of the test set, one for each input");
}

PERJOULE_INLINE void check_outputs_added(std::size_t outputs, std::size_t references) {
  if (outputs == references) return;
  fail(text::format("{} outputs for {} references", outputs, references), "result() of a metric",
       "add an output for each reference before");
}

}  // namespace perjoule::inline v0::detail
