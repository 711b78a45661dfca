// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One operation of the library a process, which scripts/nightly measures and holds against the
// nights before: what it does is the same in each process, so that its instructions can be counted.
//
//   library_cost               prints the names of the operations
//   library_cost OPERATION
#include <cstdio>
#include <exception>
#include <perjoule/all.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using perjoule::Random;

void judge_classes() {
  Random random(1);
  perjoule::Accuracy accuracy;
  for (int i = 0; i < 100'000; ++i) {
    const auto label = static_cast<int>(random.below(10));
    const int output = random.below(4) == 0 ? static_cast<int>(random.below(10)) : label;
    accuracy.add(output, label);
  }
  perjoule::do_not_optimize(accuracy.result());
}

void judge_texts() {
  Random random(1);
  perjoule::Bleu bleu;
  perjoule::ErrorRate word_errors;
  for (int i = 0; i < 500; ++i) {
    std::string output;
    std::string reference;
    for (int k = 0; k < 25; ++k) {
      const std::string word = std::to_string(random.below(5000)) + ' ';
      reference += word;
      output += random.below(5) == 0 ? "other " : word;
    }
    bleu.add(output, reference);
    word_errors.add(output, reference);
  }
  perjoule::do_not_optimize(bleu.result());
  perjoule::do_not_optimize(word_errors.result());
}

void compare_versions() {
  Random random(1);
  const std::vector<char> order = perjoule::abba_order(10);
  for (int i = 0; i < 300; ++i) {
    perjoule::do_not_optimize(perjoule::compare_processes(
        perjoule::simulate_processes(perjoule::ProcessNoise::independent, order, 0.02, random)));
  }
}

void search_nights() {
  Random random(1);
  for (int i = 0; i < 30; ++i) {
    perjoule::do_not_optimize(perjoule::change_points(
        perjoule::simulated_nights(perjoule::NightNoise::outliers, 1'000, random)));
  }
}

using Operation = void (*)();

constexpr std::pair<std::string_view, Operation> operations[] = {
    {"judge_classes", judge_classes},
    {"judge_texts", judge_texts},
    {"compare_versions", compare_versions},
    {"search_nights", search_nights}};

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [name, operation] : operations) {
    if (argc == 1) std::printf("%s\n", std::string(name).c_str());
    if (argc == 2 && name == argv[1]) {
      operation();
      return 0;
    }
  }
  if (argc == 1) return 0;
  std::fprintf(stderr,
               "library_cost: no such operation; without arguments it prints their names\n");
  return 2;
}
