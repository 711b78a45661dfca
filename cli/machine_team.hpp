// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

#include "cli/socket_team.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::cli {

/// Returns the place of this process in a job. Unlike read_run(), it reads no file.
[[nodiscard]] Job own_job();

/// @param program  that is to be measured from outside
/// @throws Error for a launcher that starts on the machines of a job of Slurm, unless that is this
///         one alone: the energy of the others would be missing
void expect_no_launcher(std::string_view program);

/// Returns the ranks of this machine that were started together with this process. A single process
/// is a team of its own.
/// @param patience  time in which the others have to come
/// @throws Error if the launcher does not tell who they are, if one of them does not come, or if
///         another user has taken their name
[[nodiscard]] SocketTeam team_of_machine(const Job& job, Seconds patience);

}  // namespace perjoule::cli
