// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gallery/program.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

namespace gallery {

namespace {

Options parse(CLI::App& app, int argc, char** argv) {
  Options options;
  double budget = 0.0;
  std::string require;
  app.add_option("--out", options.out, "Folder of what all programs leave")->capture_default_str();
  app.add_option("--budget", budget, "Wall time of each measurement, in seconds (default 0.5)")
      ->check(CLI::PositiveNumber);
  app.add_option("--seeds", options.seeds, "Trainings of each model")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--data", options.data, "Folder of data")->check(CLI::ExistingDirectory);
  app.add_flag("--smoke", options.smoke, "Tiny data and one seed: shows that it runs");
  app.add_option("--require", require, "measured: end with 69 where no meter can be read")
      ->check(CLI::IsMember({"measured"}));
  app.parse(argc, argv);
  if (options.smoke) options.seeds = 1;
  if (options.smoke) options.budget = perjoule::Seconds(0.1);
  if (budget > 0.0) options.budget = perjoule::Seconds(budget);
  if (!require.empty()) options.meter.require = perjoule::Provenance::measured;
  return options;
}

}  // namespace

Program::Program(std::string name, Options options)
    : name_(std::move(name)), options_(std::move(options)), session_(options_.meter) {}

std::string Program::file(const std::string& path) const {
  const std::filesystem::path whole = std::filesystem::path(options_.out) / name_ / path;
  std::filesystem::create_directories(whole.parent_path());
  return whole.string();
}

void Program::add(perjoule::Entry entry) {
  std::fprintf(stderr, "%s: measured %s on %s\n", name_.c_str(),
               std::string(entry.plan.label()).c_str(), entry.plan.dataset.c_str());
  entries_.push_back(std::move(entry));
}

void Program::finding(const std::string& sentence) { findings_ += "- " + sentence + "\n"; }

void Program::finish() const {
  perjoule::write_json(file("record.json"), entries_);
  perjoule::write_file(file("table.md"), perjoule::markdown(entries_, {.columns = {"full"}}));
  perjoule::write_file(file("findings.md"), findings_);
  std::printf("%s\n%s", perjoule::markdown(entries_).c_str(), findings_.c_str());
  std::fprintf(stderr, "wrote %s/%s\n", options_.out.c_str(), name_.c_str());
}

int run(int argc, char** argv, const std::string& name, const std::string& what,
        const std::function<void(Program&)>& body) {
  CLI::App app(what, name);
  try {
    Program program(name, parse(app, argc, argv));
    body(program);
    program.finish();
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const perjoule::NoMeterError& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return perjoule::NoMeterError::exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return 2;
  }
}

}  // namespace gallery
