// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: throw-expression>?. is not a constant expression|call to consteval function
#include "perjoule/core/text.hpp"

#ifdef CONTROL
const std::string text = perjoule::text::format("{} of {}", 1, "two");
#else
const std::string text = perjoule::text::format("{} of {}", 1);
#endif
