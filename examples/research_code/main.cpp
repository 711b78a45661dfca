// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A researcher's model as such code grows: one file, globals, numbers that nobody remembers.
// perjoule came later, as one header and as the part of main() between the two lines. Nothing has
// to be installed:
//
//   g++ -std=c++20 -O2 -I../../single_include main.cpp
//   ./a.out
#include "perjoule.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using Point = std::array<double, 2>;

std::vector<Point> X, Xtest;
std::vector<int> Y, Ytest;
int H;                  // hidden units
std::vector<double> W;  // x, y, bias, out; x, y, bias, out; ...; bias

double rnd() { return std::rand() / (RAND_MAX + 1.0); }

// two half moons, one upside down
void make_data(int n, std::vector<Point>& x, std::vector<int>& y) {
  for (int i = 0; i < n; i++) {
    const double t = 3.14159265 * rnd(), r = 1 + 0.8 * (rnd() + rnd() - 1);
    y.push_back(i % 2);
    x.push_back(i % 2 == 0 ? Point{r * std::cos(t), r * std::sin(t)}
                           : Point{1 - r * std::cos(t), 0.4 - r * std::sin(t)});
  }
}

double forward(const Point& p) {
  double sum = W.back();
  for (int h = 0; h < H; h++) {
    const double* w = &W[static_cast<std::size_t>(4 * h)];
    sum += w[3] * std::tanh(w[0] * p[0] + w[1] * p[1] + w[2]);
  }
  return sum;
}

void train(int hidden) {
  H = hidden;
  W.resize(static_cast<std::size_t>(4 * H + 1));
  for (double& w : W) w = 4 * rnd() - 2;
  for (int step = 0; step < 100000; step++) {
    const auto i = static_cast<std::size_t>(rnd() * static_cast<double>(X.size()));
    const double lr = 0.1 * (1 - step / 1e5);
    const double g = Y[i] - 1 / (1 + std::exp(-forward(X[i])));  // of the log-likelihood
    for (int h = 0; h < H; h++) {
      double* w = &W[static_cast<std::size_t>(4 * h)];
      const double a = std::tanh(w[0] * X[i][0] + w[1] * X[i][1] + w[2]);
      const double d = lr * g * w[3] * (1 - a * a);
      w[3] += lr * g * a;
      w[0] += d * X[i][0], w[1] += d * X[i][1], w[2] += d;
    }
    W.back() += lr * g;
  }
}

int main() {
  std::srand(1);
  make_data(1000, X, Y);
  make_data(2000, Xtest, Ytest);

  // ---------------------------------------------------------------------------------- perjoule
  perjoule::Session session;
  std::vector<perjoule::Entry> results;
  for (const int hidden : {1, 4, 16}) {
    const auto stage = session.train("training", [&] { train(hidden); });
    const std::string file = "out/moons-" + std::to_string(hidden) + ".weights";
    const auto* const bytes = reinterpret_cast<const char*>(W.data());
    perjoule::write_file(file, std::string_view(bytes, W.size() * sizeof(double)));
    results.push_back(session.measure(
        {.name = std::to_string(hidden) + " hidden",
         .budget = perjoule::Seconds(0.5),
         .weights = file,
         .resident_weights = perjoule::resident_bytes(W),
         .training = {stage},
         .dataset = "two moons, drawn here"},
        [](const Point& p) { return forward(p) > 0 ? 1 : 0; }, Xtest, perjoule::accuracy(Ytest)));
  }
  std::printf("%s\n%s\n", perjoule::markdown(results).c_str(), perjoule::headline(results).c_str());
  perjoule::write_json("out/moons.json", results);
  // -------------------------------------------------------------------------------------------
}
