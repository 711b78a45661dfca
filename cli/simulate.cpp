// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/simulate.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"

namespace perjoule::cli {

namespace {

struct SimulateOptions {
  std::string watts = "65";
  std::vector<std::string> zones;
  std::vector<std::string> faults;
  /// Options of the simulated counters that are passed on as they are.
  struct Passed {
    std::string name;
    std::string value;
  };
  std::vector<Passed> passed = {{"--range-uj", ""}, {"--first-uj", ""},   {"--unit-uj", ""},
                                {"--period-s", ""}, {"--lateness-s", ""}, {"--lost", ""},
                                {"--gain", ""}};
  bool is_unprivileged = false;
  std::vector<std::string> command;
};

/// Returns the folder of the simulated machine, which is built beside that of this program.
/// @throws Error if it was not built
std::filesystem::path machine_folder() {
  std::error_code problem;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", problem);
  std::filesystem::path folder = own.parent_path().parent_path() / "sim";
  for (const char* const file : {"machine", "powercap_fuse"}) {
    if (access((folder / file).c_str(), X_OK) == 0) continue;
    throw Error("no simulated machine", (folder / file).string(),
                "apt-get install libfuse3-dev fuse3 pkg-config, and build perjoule again");
  }
  return folder;
}

/// Returns the words that run the command on the simulated machine.
std::vector<std::string> words_of(const SimulateOptions& options, const std::string& machine) {
  std::vector<std::string> words = {"sh", machine};
  if (options.is_unprivileged) words.push_back("--unprivileged");
  words.push_back("--tell");
  for (const std::string& zone : options.zones) words.insert(words.end(), {"--zone", zone});
  if (options.zones.empty()) {
    const bool is_profile = options.watts.find(':') != std::string::npos;
    words.insert(words.end(),
                 {"--zone", fmt::format("intel-rapl:0=package-0={}{}",
                                        is_profile ? "" : "constant:", options.watts)});
  }
  for (const std::string& fault : options.faults) words.insert(words.end(), {"--fault", fault});
  for (const SimulateOptions::Passed& one : options.passed) {
    if (!one.value.empty()) words.insert(words.end(), {one.name, one.value});
  }
  words.push_back("--");
  words.insert(words.end(), options.command.begin(), options.command.end());
  return words;
}

int simulate(const SimulateOptions& options) {
  const std::filesystem::path folder = machine_folder();
  std::vector<std::string> words = words_of(options, (folder / "machine").string());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  setenv("POWERCAP_FUSE", (folder / "powercap_fuse").c_str(), 1);
  execvp(arguments[0], arguments.data());
  throw Error("cannot run", "sh: " + detail::errno_message(errno), "install it");
}

}  // namespace

Subcommand add_simulate(CLI::App& app) {
  const auto options = std::make_shared<SimulateOptions>();
  CLI::App* const command = app.add_subcommand(
      "simulate", "Run a command where RAPL counts a power that is known, and say what it was");
  command
      ->add_option("--watts", options->watts,
                   "Power of the package: W, or a PROFILE such as square:10,90,0.2,0.5")
      ->capture_default_str();
  command
      ->add_option(
          "--zone", options->zones,
          "ID=NAME=PROFILE, instead of --watts: intel-rapl:0:0=dram=constant:8; any number")
      ->allow_extra_args(false);
  command
      ->add_option("--fault", options->faults,
                   "KIND@SECONDS[:ID]: eacces, eintr, enodev, vanish, empty, garbage, stuck, reset "
                   "or late, from that time on")
      ->allow_extra_args(false);
  const char* const passed[] = {"Largest count before a counter wraps, in uJ",
                                "What counters show at the beginning, in uJ",
                                "One count, in uJ",
                                "Time between two steps of a counter, in s",
                                "How late counts are shown, as a standard deviation in s",
                                "Share of steps that never come, nor does their energy",
                                "Joules that are counted for each joule"};
  for (std::size_t i = 0; i < options->passed.size(); ++i) {
    command->add_option(options->passed[i].name, options->passed[i].value, passed[i]);
  }
  command->add_flag("--unprivileged", options->is_unprivileged,
                    "Run the command as a user who may not read counters (needs root)");
  command->add_option("command", options->command, "-- and the command with its arguments")
      ->required();
  command->positionals_at_end();
  command->footer(
      "PROFILE: constant:W  ripple:MEAN_W,SHARE,HERTZ  square:LOW_W,HIGH_W,PERIOD_S,DUTY\n"
      "         step:BEFORE_W,AFTER_W,AT_S  burst:LOW_W,HIGH_W,SLOT_S,SHARE,SEED  "
      "drift:FROM_W,TO_W,OVER_S\n"
      "No other program sees these counters. It takes FUSE and namespaces; 77: they are refused "
      "here.\n"
      "example: perjoule simulate --watts 65 -- perjoule run -- sleep 2");
  return {command, [=] { return simulate(*options); }};
}

}  // namespace perjoule::cli
