// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

/// Returns the page faults of touching 64 MiB, or why PAPI does not count them here.
std::string page_faults();
