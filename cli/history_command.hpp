// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <CLI/CLI.hpp>

#include "cli/subcommand.hpp"

namespace perjoule::cli {

/// Adds `perjoule history`, the store of nightly runs, with its own subcommands.
Subcommand add_history(CLI::App& app);

}  // namespace perjoule::cli
