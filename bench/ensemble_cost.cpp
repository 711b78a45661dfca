// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a pass costs in the windows of a team of one rank, beside those of a plain measurement: both
// take turns, and each pair has a ratio. Ends with 1 if a team takes more than 1.02 times as long,
// with all of the median's interval.
//
//   ensemble_cost [PAIRS] [SECONDS]     21 pairs of .5 s by default
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <perjoule/all.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr double most = 1.02;

class Alone final : public perjoule::Team {
 public:
  Alone() : Team(0, 1) {}
  void meet() override {}
  [[nodiscard]] std::string tell(std::string_view bytes) override { return std::string(bytes); }
  [[nodiscard]] std::vector<std::string> collect(std::string_view bytes) override {
    return {std::string(bytes)};
  }
};

/// @param additions  in a pass
bool compare(const char* name, int additions, int pairs, perjoule::Seconds budget) {
  const auto model = [additions](const double& item) {
    double sum = item;
    for (int i = 0; i < additions; ++i) sum = sum * 0.5 + item;
    return sum;
  };
  const std::vector<double> items = {1.0, 2.0, 3.0, 4.0};
  const perjoule::MeasureOptions plan = {.name = name, .budget = budget};
  perjoule::Session session;
  Alone team;
  const auto plain = [&] { return session.measure(plan, model, items).wall_time.value.si(); };
  const auto together = [&] {
    return session.measure_together(team, perjoule::Sharing::items, plan, model, items)
        .wall_time.value.si();
  };
  std::vector<double> ratios;
  for (int pair = 0; pair < pairs; ++pair) {
    const bool is_plain_first = pair % 2 == 0;
    const double first = is_plain_first ? plain() : together();
    const double second = is_plain_first ? together() : plain();
    ratios.push_back(is_plain_first ? second / first : first / second);
  }
  std::sort(ratios.begin(), ratios.end());
  const auto [low, high] = perjoule::quantile_ranks(ratios.size(), 0.5);
  std::printf("%-20s %.4f [%.4f, %.4f] times as long in a team of one rank\n", name,
              perjoule::quantile_of_sorted(ratios, 0.5), ratios[low - 1], ratios[high - 1]);
  return ratios[low - 1] <= most;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = std::max(argc > 1 ? std::atoi(argv[1]) : 21, 6);
  const perjoule::Seconds budget(argc > 2 ? std::atof(argv[2]) : 0.5);
  bool is_small = compare("10 additions", 10, pairs, budget);
  is_small &= compare("1,000 additions", 1000, pairs, budget);
  is_small &= compare("100,000 additions", 100'000, pairs, budget);
  return is_small ? 0 : 1;
}
