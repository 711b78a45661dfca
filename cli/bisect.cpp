// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/bisect.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/child.hpp"
#include "perjoule/core/error.hpp"

namespace perjoule::cli {
namespace {

struct BisectOptions {
  std::string good;
  std::string bad;
  std::string build;
  std::string run;
  std::size_t processes = 10;
  std::vector<std::string> qualities;
  std::vector<std::string> count;
  std::vector<std::string> rules;
};

/// Quotes a word for a shell.
std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// Runs a command and returns its exit code.
/// @throws Error if there is no such program
int run_command(const std::vector<std::string>& words) {
  try {
    return Child::start(words, STDOUT_FILENO).wait().exit_code;
  } catch (const CannotStart& reason) {
    throw Error("cannot bisect", reason.message, "install git");
  }
}

/// @throws Error if git fails, which has told why
void git(std::vector<std::string> words, std::string_view next_step) {
  words.insert(words.begin(), "git");
  const int code = run_command(words);
  if (code == 0) return;
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  detail::fail("git failed", fmt::format("'{}' ended with exit code {}", line, code), next_step);
}

/// Two checkouts beside the user's own, which stays as it is: of the good commit, and of the one
/// that is tried.
class Checkouts {
 public:
  Checkouts(const std::string& good, const std::string& bad) {
    std::string pattern = (std::filesystem::temp_directory_path() / "perjoule-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error("no folder for checkouts", pattern, "free some space, or set TMPDIR");
    }
    folder_ = pattern;
    git({"worktree", "add", "--quiet", "--detach", (folder_ / "good").string(), good},
        "name a commit with --good, within a git checkout");
    git({"worktree", "add", "--quiet", "--detach", (folder_ / "tried").string(), bad},
        "name a commit with --bad");
  }
  Checkouts(const Checkouts&) = delete;
  Checkouts& operator=(const Checkouts&) = delete;
  ~Checkouts() {
    for (const char* const name : {"good", "tried"}) {
      try {
        (void)run_command({"git", "worktree", "remove", "--force", (folder_ / name).string()});
      } catch (const Error&) {
        continue;  // there is no git: nothing was added
      }
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string good() const { return (folder_ / "good").string(); }
  [[nodiscard]] std::string tried() const { return (folder_ / "tried").string(); }

 private:
  std::filesystem::path folder_;
};

std::string own_path() {
  std::error_code problem;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", problem);
  return problem ? "perjoule" : path.string();
}

/// Returns the script that tells git of a commit: 125 if it cannot be built, 1 if it is worse.
std::string step_script(const BisectOptions& options, const Checkouts& checkouts) {
  const auto in = [](const std::string& folder, const std::string& command) {
    return fmt::format("cd {} && {{ {}\n}}", quoted(folder), command);
  };
  std::string compare = fmt::format("{} ab --processes {} --old {} --new {}", quoted(own_path()),
                                    options.processes, quoted(in(checkouts.good(), options.run)),
                                    quoted(in(checkouts.tried(), options.run)));
  for (const std::string& one : options.qualities) compare += " -q " + quoted(one);
  for (const std::string& one : options.count) compare += " --count " + quoted(one);
  for (const std::string& one : options.rules) compare += " --fail-on " + quoted(one);
  std::string script;
  if (!options.build.empty()) {
    script = fmt::format("( {} ) || exit 125\n", in(checkouts.tried(), options.build));
  }
  // 0 and 1 are good and bad; anything else tells nothing of the commit.
  return script + compare + "\ncode=$?\n[ $code -le 1 ] || code=125\nexit $code\n";
}

int bisect(const BisectOptions& options) {
  for (const std::string& commit : {options.good, options.bad}) {
    if (!commit.empty() && commit[0] != '-') continue;
    detail::fail("not a commit", "'" + commit + "'", "name one as git log shows it");
  }
  const Checkouts checkouts(options.good, options.bad);
  if (!options.build.empty()) {
    const std::string build =
        fmt::format("cd {} && {{ {}\n}}", quoted(checkouts.good()), options.build);
    if (const int code = run_command({"/bin/sh", "-c", build}); code != 0) {
      detail::fail("the good commit cannot be built",
                   fmt::format("{}: exit code {}", options.good, code),
                   "name another one with --good, or mend --build");
    }
  }
  const std::string tried = checkouts.tried();
  git({"-C", tried, "bisect", "start", options.bad, options.good},
      "name a --good commit that is an ancestor of the --bad one");
  const int code = run_command(
      {"git", "-C", tried, "bisect", "run", "/bin/sh", "-c", step_script(options, checkouts)});
  (void)run_command({"git", "-C", tried, "bisect", "reset"});
  return code == 0 ? 0 : usage_error;
}

}  // namespace

Subcommand add_bisect(CLI::App& app) {
  const auto options = std::make_shared<BisectOptions>();
  CLI::App* const command = app.add_subcommand(
      "bisect", "Find the commit that made a program worse: git bisect, driven by ab");
  command->add_option("--good", options->good, "A commit that is as it should be")->required();
  command->add_option("--bad", options->bad, "A later one that is worse")->capture_default_str();
  command->add_option("--build", options->build,
                      "Command line that builds a checkout, run within it; one that fails is "
                      "skipped");
  command->add_option("--run", options->run, "Command line to measure, run within a checkout")
      ->required();
  command->add_option("-n,--processes", options->processes, "As in ab")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("-q,--quality", options->qualities, "As in ab")->allow_extra_args(false);
  command->add_option("--count", options->count, "As in ab")
      ->check(CLI::IsMember({"instructions"}))
      ->allow_extra_args(false);
  command->add_option("--fail-on", options->rules, "As in ab")->allow_extra_args(false);
  options->bad = "HEAD";
  command->footer(
      "example: perjoule bisect --good v1.2 --build 'make -j2' --run './eval' --count "
      "instructions");
  return {command, [=] { return bisect(*options); }};
}

}  // namespace perjoule::cli
