// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

/// Page faults of touching 64 MiB, or why PAPI does not count them here.
std::string page_faults();
