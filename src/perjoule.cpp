// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All definitions of the library, compiled once: the target perjoule::compiled.
#define PERJOULE_IMPLEMENTATION
#include "perjoule/all.hpp"
