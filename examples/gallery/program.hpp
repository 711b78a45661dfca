// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <perjoule/perjoule.hpp>
#include <string>
#include <vector>

/// What all programs of the gallery have in common: their options, and what they leave behind.
namespace gallery {

struct Options {
  perjoule::MeterOptions meter;
  perjoule::Seconds budget{0.5};  ///< of each measurement
  int seeds = 3;                  ///< trainings of each model: 1, 2, ... this one
  bool smoke = false;             ///< tiny data and one seed: shows that the program runs
  std::string data;               ///< folder of what a script made; empty: the program's default
  std::string out = "out/gallery/runs";
};

/// One program of the gallery. Below `out`/NAME it leaves its record, its table and its findings.
class Program {
 public:
  Program(std::string name, Options options);

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] perjoule::Session& session() { return session_; }

  /// Returns a path in the program's folder, and makes the folders that it is in.
  [[nodiscard]] std::string file(const std::string& path) const;

  /// Keeps an entry for the record and the table.
  void add(perjoule::Entry entry);
  [[nodiscard]] const std::vector<perjoule::Entry>& entries() const { return entries_; }

  /// Adds a sentence that says what was found, with its interval.
  void finding(const std::string& sentence);

  /// Prints table and findings, and writes them and the record.
  void finish() const;

 private:
  std::string name_;
  Options options_;
  perjoule::Session session_;
  std::vector<perjoule::Entry> entries_;
  std::string findings_;
};

/// Runs a program with the options of its command line, and prints its errors.
/// @param what  it shows, for --help
/// @return the exit code: 69 where no meter can be read and --require measured asks for one
int run(int argc, char** argv, const std::string& name, const std::string& what,
        const std::function<void(Program&)>& body);

}  // namespace gallery
