// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/catch2.hpp"

#include <string>

#include "catch.hpp"
#include "models.hpp"

using namespace perjoule;
using models::in_turns;
using models::mlp;
using models::modelled;

namespace {

template <class Budget>
concept HasABudget = requires(Budget budget) {
  StaysWithin(budget);
};
template <class Matcher>
concept CanBeNegated = requires(const Matcher& matcher) {
  !matcher;
};

}  // namespace

TEST_CASE("a matcher of a budget passes where the whole interval is below", "[catch2]") {
  CHECK_THAT(mlp(), StaysWithin(2.56_mJ));
  CHECK_THAT(mlp(), StaysWithin(JoulesPerItem(2.56e-3)));
  CHECK_THAT(mlp(), StaysWithin(406_us));
  CHECK_THAT(mlp(), StaysWithin(SecondsPerItem(406e-6)));
  CHECK_THAT(mlp(), StoredWithin(2_MiB));
  CHECK_THAT(mlp(), ResidentWithin(4_MiB));
  CHECK_THAT(mlp(), StaysWithin(2.56_mJ) && StaysWithin(406_us));
}

TEST_CASE("a matcher of a budget fails where the whole interval is above", "[catch2]") {
  CHECK_FALSE(StaysWithin(2.44_mJ).match(mlp()));
  CHECK_FALSE(StaysWithin(JoulesPerItem(2.44e-3)).match(mlp()));
  CHECK_FALSE(StaysWithin(394_us).match(mlp()));
  CHECK_FALSE(StaysWithin(SecondsPerItem(394e-6)).match(mlp()));
  CHECK_FALSE(StoredWithin(2_MiB - 1_B).match(mlp()));
  CHECK_FALSE(ResidentWithin(4_MiB - 1_B).match(mlp()));
}

TEST_CASE("a matcher of a budget fails where that is left open", "[catch2]") {
  CHECK_FALSE(StaysWithin(2.5_mJ).match(mlp()));
  CHECK_FALSE(StaysWithin(7_mJ).match(modelled()));  // at most 2 mJ x 3
  Entry entry = mlp();
  entry.energy = {};
  CHECK_FALSE(StaysWithin(1_J).match(entry));
  CHECK(StaysWithin(1_s).match(entry));
}

TEST_CASE("evidence that is accepted by name is evidence", "[catch2]") {
  CHECK_THAT(modelled(), StaysWithin(7_mJ).accept(Provenance::modelled));
  CHECK_FALSE(StaysWithin(0.6_mJ).accept(Provenance::modelled).match(modelled()));
  Entry entry = mlp();
  entry.samples.outcome = Outcome::few_windows;
  CHECK_FALSE(StaysWithin(1_J).match(entry));
  CHECK_FALSE(StaysWithin(1_J).accept(Outcome::unstable).match(entry));
  CHECK_THAT(entry, StaysWithin(1_J).accept(Outcome::few_windows));
  entry.samples.outcome = Outcome::unstable;
  CHECK_FALSE(StaysWithin(1_J).accept(Outcome::few_windows).match(entry));
  CHECK_THAT(entry, StaysWithin(1_J).accept(Outcome::unstable));
}

TEST_CASE("the message has what was measured, its interval, its provenance and the budget",
          "[catch2]") {
  const BudgetMatcher within = StaysWithin(2.44_mJ);
  CHECK(within.toString() == "stays within 2.44 mJ/item");
  (void)within.match(mlp());
  CHECK(Catch::Detail::stringify(mlp()) + " " + within.toString() ==
        "mlp stays within 2.44 mJ/item: no, it takes 2.50 ± 0.06 mJ/item (measured)");
  (void)within.match(modelled());  // not the message of the earlier match
  CHECK(within.toString() ==
        "stays within 2.44 mJ/item: inconclusive, it takes 2.0 [0.7, 6.0] mJ/item (modelled); "
        "energy is modelled, and shows nothing unless that is accepted");
}

TEST_CASE("a claim cannot be negated, and bytes have to say which", "[catch2]") {
  STATIC_REQUIRE(HasABudget<Joules>);
  STATIC_REQUIRE_FALSE(HasABudget<Bytes>);
  STATIC_REQUIRE_FALSE(HasABudget<double>);
  STATIC_REQUIRE_FALSE(CanBeNegated<BudgetMatcher>);
  STATIC_REQUIRE_FALSE(CanBeNegated<BaselineMatcher>);
  STATIC_REQUIRE_FALSE(CanBeNegated<ComparisonMatcher>);
}

TEST_CASE("a matcher of a baseline looks at energy, time and quality", "[catch2]") {
  // sqrt 2 x 1.96 x .012 = .03326, exp of it 1.0338.
  CHECK_THAT(mlp(), NoWorseThan(mlp(), 4_percent));
  CHECK_FALSE(NoWorseThan(mlp(), 3_percent).match(mlp()));
  Entry slow = mlp();
  slow.wall_time = golden::known(SecondsPerItem(500e-6), SecondsPerItem(3e-6));
  CHECK_FALSE(NoWorseThan(mlp(), 4_percent).match(slow));
  Entry good = mlp();
  Entry bad = mlp();
  golden::add_accuracy(good, 0.9, {});
  golden::add_accuracy(bad, 0.8, {});  // from .14 to .06 lower
  CHECK_FALSE(NoWorseThan(good, 4_percent).match(bad));
  CHECK_THAT(bad, NoWorseThan(good, 4_percent).quality_within(16_percent));  // .144
  CHECK_THAT(good, NoWorseThan(bad, 4_percent));
}

TEST_CASE("a matcher of a baseline has a line for each number", "[catch2]") {
  Entry more = mlp();
  more.plan.name = "more";
  more.energy = golden::known(JoulesPerItem(5e-3), JoulesPerItem(0.06e-3));
  const BaselineMatcher no_worse_than = NoWorseThan(mlp(), 3_percent);
  CHECK(no_worse_than.toString() == "is no worse than mlp, to 3 %");
  (void)no_worse_than.match(more);
  // 400 us: sqrt 2 x 1.96 x .0075 = .0208.
  CHECK(no_worse_than.toString() ==
        "is no worse than mlp, to 3 %: no\n"
        "energy: no, 2.00 ± 0.07 times as much (measured)\n"
        "time: yes, 1.000 ± 0.021 times as much (measured)");
}

TEST_CASE("where energy is modelled it is left out or accepted by name", "[catch2]") {
  CHECK_FALSE(NoWorseThan(modelled(), 4_percent).match(modelled()));
  CHECK_THAT(modelled(), NoWorseThan(modelled(), 4_percent).without_energy());
  // Both within their intervals of sqrt(.95): z = 2.2365, exp(2 x 2.2365 x .5605) = 12.27.
  CHECK_THAT(modelled(), NoWorseThan(modelled(), 1130_percent).accept(Provenance::modelled));
  CHECK_FALSE(NoWorseThan(modelled(), 1120_percent).accept(Provenance::modelled).match(modelled()));
}

TEST_CASE("a matcher of turns goes by verdicts", "[catch2]") {
  CHECK_THAT(in_turns(0.7, 0.8, Verdict::better), NoneIsWorse());
  CHECK_THAT(in_turns(0.995, 1.005, Verdict::same), NoneIsWorse());
  CHECK_FALSE(NoneIsWorse().match(in_turns(1.02, 1.04, Verdict::worse)));
  CHECK_THAT(in_turns(1.02, 1.04, Verdict::worse), NoneIsWorse(5_percent));
  CHECK_THAT(in_turns(1.02, 1.04, Verdict::worse), NoneIsWorse().without_energy());
  CHECK_FALSE(NoneIsWorse().match(in_turns(0.9, 1.1, Verdict::unresolved)));
  const ComparisonMatcher none = NoneIsWorse();
  const Comparison worse = in_turns(1.02, 1.04, Verdict::worse);
  (void)none.match(worse);
  CHECK(Catch::Detail::stringify(worse) + " " + none.toString() ==
        "int8 beside mlp shows none that is worse: no\n"
        "energy: no, 1.030 ± 0.010 times as much (measured)\n"
        "time: yes, 1.000 ± 0.005 times as much (measured)");
}
