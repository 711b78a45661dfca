// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "cli/subcommand.hpp"

namespace perjoule::cli {

Subcommand add_simulate(CLI::App& app);

}  // namespace perjoule::cli
