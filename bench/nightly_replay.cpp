// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How fast the quick and the patient search for changes in nightly series are, and with --data what
// they find on real nights that engineers have marked, replayed night by night.
//
//   nightly_replay [--seed 1] [--data DIR [--also NAME=FILE]...]
//
// What they find on simulated nights is printed by `perjoule selftest --power`. DIR holds
// series.jsonl.gz and consensus.json. Beside perjoule stand the t-test of 12 against 12 medians
// with t > 7, as Mozilla's Perfherder makes it, with and without a least effect of 2 %, and never
// alarming. The t-test reads a whole series at once, twelve values beyond each change. FILE holds
// what another tool found in the same series (see OtherTool): of Otava, the indices that its
// compute_change_points() returns, of a whole series or after each build.
//
// How the settings were tuned: real series are split in two by a hash of their name. The constants
// of the quick part were found by a search over the tuning half and over simulated nights, with
// other seeds than here. A setting of the slow part that was found in the same way served the other
// half badly, so a coarse grid of 450 settings was run on both halves, and one in the middle of the
// good ones was taken. So neither half is untouched, and new series are a little worse than either.
// The patient search was chosen on both halves, too: of some 15,000 settings that were run, the
// middle of a region that meets F1 >= .85, precision and recall > .58, at most .1 false alarms per
// 1,000 builds and one series flagged of those that nobody marked. With one constant changed by a
// tenth or two, 25 of 32 settings meet all of it; F1 stays within .847 and .859, and false alarms
// within .03 and .12. Of 1,080 settings on a grid, the one with the best F1 on the tuning half,
// with at most .1 false alarms there, has on the other half F1 .863, precision .50, recall .68 and
// .15 false alarms, where t > 7 has .869, .48, .59 and .08: that is what a new data set may show.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <perjoule/all.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "nightly_marks.hpp"

namespace {

using perjoule::change_points;
using perjoule::ChangeOptions;
using perjoule::ChangeSearch;
using perjoule::NightNoise;
using perjoule::Random;
using perjoule::simulated_nights;

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void print_speed(ChangeSearch search, Random& random) {
  ChangeOptions options;
  options.search = search;
  std::printf("\nThe %s search:\n", std::string(name(search)).c_str());
  for (const NightNoise noise : perjoule::night_noises) {
    std::vector<std::vector<double>> series;
    for (int i = 0; i < 1000; ++i) series.push_back(simulated_nights(noise, 1000, random));
    double start = seconds();
    std::size_t found = 0;
    for (const std::vector<double>& nights : series) found += change_points(nights, options).size();
    const double replay = seconds() - start;
    std::vector<perjoule::detail::SearchMemory> memories(series.size());
    for (std::size_t i = 0; i < series.size(); ++i) {
      static_cast<void>(search_further(memories[i], {series[i].data(), 999}, options));
    }
    start = seconds();
    for (std::size_t i = 0; i < series.size(); ++i) {
      static_cast<void>(search_further(memories[i], series[i], options));
      found += memories[i].changes.size();
    }
    const double further = seconds() - start;
    start = seconds();
    for (std::size_t i = 0; i < series.size(); ++i) {
      const perjoule::View<double> nights(series[i].data(), 60 + i * 940 / 999);
      if (check_last_night(nights, 0, options).state == perjoule::NightState::changed) ++found;
    }
    std::printf(
        "1,000 series of %s nights: 1,000 nights replayed in %.3f s, one more searched in %.1f ms, "
        "the last of 60 to 1,000 nights checked in %.1f ms\n",
        std::string(name(noise)).c_str(), replay, 1e3 * further, 1e3 * (seconds() - start));
    perjoule::do_not_optimize(found);
  }
}

/// Two versions of 3,000 benchmarks, ten processes each.
void print_compare_speed(Random& random) {
  const auto side = [&] {
    std::vector<perjoule::Observations> numbers(3000);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i].benchmark = std::to_string(i);
      numbers[i].metric = "time";
      for (int k = 0; k < 10; ++k) {
        numbers[i].values.push_back(
            std::exp(0.01 * perjoule::draw_student_t(random, perjoule::infinite_dof)));
      }
    }
    return numbers;
  };
  const std::vector<perjoule::Observations> before = side();
  const std::vector<perjoule::Observations> after = side();
  const double start = seconds();
  const perjoule::GateResult found = compare_observations(before, after);
  std::printf("\n3,000 benchmarks of 10 and 10 processes compared in %.3f s\n", seconds() - start);
  perjoule::do_not_optimize(found.verdict);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::string data;
  std::vector<OtherTool> others;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--seed") seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--data") data = argv[i + 1];
    if (option == "--also") {
      const std::string value = argv[i + 1];
      const std::size_t at = std::min(value.rfind('='), value.size() - 1);
      others.push_back({value.substr(0, at), value.substr(at + 1)});
    }
  }
  try {
    Random random(seed);
    print_speed(ChangeSearch::quick, random);
    print_speed(ChangeSearch::patient, random);
    print_compare_speed(random);
    if (!data.empty()) print_real(data, others);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
