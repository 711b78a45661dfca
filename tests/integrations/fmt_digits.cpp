// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requested digits are refused at compile time.
// expect: digits_are_those_of_the_uncertainty
#include "perjoule/integrations/fmt.hpp"

#include <string>

#include "perjoule/units/quantity.hpp"

using namespace perjoule::literals;

#if defined(CONTROL)
std::string text() { return fmt::format("{:>12}", 2.5_mJ); }
#else
std::string text() { return fmt::format("{:.3}", 2.5_mJ); }
#endif
