// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/score/stated.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_stated(double value, double uncertainty, const char* what,
                                   const text::Name& source, int year) {
  if (!is_finite(value) || value < 0.0 || !is_finite(uncertainty) || uncertainty < 0.0) {
    fail(text::format("%s is not a number from 0 on", what).chars, source.chars,
         "pass the figure and its standard uncertainty, 0 where that is not known");
  }
  if (source.empty()) {
    fail(text::format("%s without a source", what).chars, "the source is empty",
         "say where the figure is from: it differs between sources");
  }
  if (year < 1900 || year > 2200) {
    fail(text::format("%s without a year", what).chars, text::format("the year is %d", year).chars,
         "say which year the figure is of, in four digits");
  }
}

}  // namespace perjoule::inline v0::detail
