// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/net_benefit.hpp"

#include <limits>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

QualityEnergyPoint candidate(double quality, double joules) {
  return {{quality, 0.001, infinite_dof, 0.0, Provenance::measured},
          {JoulesPerItem(joules), JoulesPerItem(0.01 * joules), infinite_dof, JoulesPerItem(0.0),
           Provenance::measured}};
}

std::vector<std::size_t> winners(const std::vector<QualityEnergyPoint>& candidates) {
  std::vector<std::size_t> found;
  for (const BenefitRange& range : best_by_net_benefit(candidates)) found.push_back(range.winner);
  return found;
}

}  // namespace

TEST_CASE("net benefit is quality less the energy that its price allows", "[score][net_benefit]") {
  // .9 - .05/.5 = .8; u = sqrt(.01^2 + (.001/.5)^2) = .0101980
  const Estimate<JoulesPerItem> energy{JoulesPerItem(0.05), JoulesPerItem(0.001), infinite_dof,
                                       JoulesPerItem(0.0), Provenance::estimated};
  const Estimate<double> quality{0.9, 0.01, infinite_dof, 0.0, Provenance::measured};
  const auto found = net_benefit(quality, energy, JoulesPerItem(0.5));
  CHECK(found.value == Approx(0.8));
  CHECK(found.random == Approx(0.0101980).epsilon(1e-5));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("each model wins where a unit of quality is worth what it takes more",
          "[score][net_benefit]") {
  // Constant, linear, network, ensemble. (.001 - .000001)/.82 = .00121829; .049/.071 = .6901408;
  // 4.95/.006 = 825.
  const std::vector<QualityEnergyPoint> models = {candidate(0.997, 5.0), candidate(0.10, 1e-6),
                                                  candidate(0.991, 0.05), candidate(0.92, 1e-3)};
  const auto ranges = best_by_net_benefit(models);
  REQUIRE(ranges.size() == 4);
  CHECK(ranges[0].winner == 1);
  CHECK(ranges[0].from == JoulesPerItem(0.0));
  CHECK_FALSE(ranges[0].from_interval.is_known());
  CHECK(ranges[1].winner == 3);
  CHECK(ranges[1].from.si() == Approx(0.00121829).epsilon(1e-5));
  CHECK(ranges[2].winner == 2);
  CHECK(ranges[2].from.si() == Approx(0.6901408).epsilon(1e-6));
  CHECK(ranges[2].from_interval.contains(ranges[2].from));
  CHECK(ranges[2].from_interval.method == IntervalMethod::fieller);
  CHECK(ranges[3].winner == 0);
  CHECK(ranges[3].from.si() == Approx(825.0).epsilon(1e-9));
}

TEST_CASE("the end of a range has the interval of the marginal joules", "[score][net_benefit]") {
  // .006 +- .001 sqrt(2): g = (1.96 x .0014142/.006)^2 = .2134. 4.95 +- sqrt(.05^2 + .0005^2).
  // numpy.roots of (4.95 - .006 rho)^2 = 1.9599640^2 (.0025 + .00000025 + 2e-6 rho^2)
  const auto ranges = best_by_net_benefit(
      std::vector<QualityEnergyPoint>{candidate(0.991, 0.05), candidate(0.997, 5.0)});
  REQUIRE(ranges.size() == 2);
  CHECK(ranges[1].from_interval.low.si() == Approx(563.9580).epsilon(1e-5));
  CHECK(ranges[1].from_interval.high.si() == Approx(1533.7158).epsilon(1e-5));
}

TEST_CASE("a model that another betters at less energy never wins", "[score][net_benefit]") {
  CHECK(winners({candidate(0.9, 1.0), candidate(0.8, 2.0), candidate(0.9, 1.5),
                 candidate(0.8, 1.0)}) == std::vector<std::size_t>{0});
}

TEST_CASE("a model below the line between two others never wins", "[score][net_benefit]") {
  // Halfway in quality, the line is halfway in energy: 1.5 J. 1.6 is above it.
  CHECK(winners({candidate(0.8, 1.0), candidate(0.85, 1.6), candidate(0.9, 2.0)}) ==
        std::vector<std::size_t>{0, 2});
  CHECK(winners({candidate(0.8, 1.0), candidate(0.85, 1.4), candidate(0.9, 2.0)}) ==
        std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("of models on one line only the ends win", "[score][net_benefit]") {
  CHECK(winners({candidate(0.0, 1.0), candidate(1.0, 2.0), candidate(2.0, 3.0)}) ==
        std::vector<std::size_t>{0, 2});
}

TEST_CASE("of equal models the first wins, alone", "[score][net_benefit]") {
  CHECK(winners({candidate(0.9, 1.0), candidate(0.9, 1.0)}) == std::vector<std::size_t>{0});
}

TEST_CASE("the ranges hold whoever tries every model at every price", "[score][net_benefit]") {
  Random random(41);
  std::vector<QualityEnergyPoint> models;
  for (int i = 0; i < 12; ++i) models.push_back(candidate(random.uniform(), random.uniform()));
  const auto ranges = best_by_net_benefit(models);
  for (double lambda = 0.01; lambda < 100.0; lambda *= 1.07) {
    std::size_t told = 0;
    for (const BenefitRange& range : ranges) {
      if (range.from.si() <= lambda) told = range.winner;
    }
    const double best = models[told].quality.value - models[told].energy.value.si() / lambda;
    for (const QualityEnergyPoint& model : models) {
      CHECK(model.quality.value - model.energy.value.si() / lambda <= best + 1e-9);
    }
  }
}

TEST_CASE("of two equal models the first wins", "[score][net_benefit]") {
  CHECK(winners({candidate(0.9, 1.0), candidate(0.9, 1.0)}) == std::vector<std::size_t>{0});
  CHECK(winners({candidate(0.5, 0.1), candidate(0.9, 1.0), candidate(0.9, 1.0)}) ==
        std::vector<std::size_t>{0, 1});
}

TEST_CASE("a model without quality or energy wins nowhere", "[score][net_benefit][missing]") {
  QualityEnergyPoint no_energy = candidate(0.99, 1e-9);
  no_energy.energy.provenance = Provenance::missing;
  QualityEnergyPoint no_quality = candidate(0.99, 1e-9);
  no_quality.quality = {};
  CHECK(winners({no_energy, candidate(0.9, 1.0), no_quality}) == std::vector<std::size_t>{1});
  CHECK(winners({no_energy, no_quality}).empty());
  CHECK_FALSE(net_benefit(no_quality.quality, no_quality.energy, JoulesPerItem(1.0)).is_known());
  CHECK_FALSE(net_benefit(no_energy.quality, no_energy.energy, JoulesPerItem(1.0)).is_known());
}

TEST_CASE("modelled energies are not ranked with measured ones", "[score][net_benefit][error]") {
  QualityEnergyPoint modelled = candidate(0.9, 1.0);
  modelled.energy.provenance = Provenance::modelled;
  CHECK_THROWS_AS(winners({candidate(0.8, 0.5), modelled}), Error);
  CHECK(winners({modelled, modelled}) == std::vector<std::size_t>{0});
}

TEST_CASE("no candidates, broken ones, and a quality that is worth nothing are refused",
          "[score][net_benefit][error]") {
  CHECK_THROWS_AS(winners({}), Error);
  CHECK_THROWS_AS(winners({candidate(std::numeric_limits<double>::quiet_NaN(), 1.0)}), Error);
  const QualityEnergyPoint one = candidate(0.9, 1.0);
  for (const double lambda : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(net_benefit(one.quality, one.energy, JoulesPerItem(lambda)), Error);
  }
}
