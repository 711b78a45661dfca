// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/summary_text.hpp"

#include <initializer_list>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"

using namespace perjoule;
using golden::known;

namespace {

Entry model(const char* name, double share, std::initializer_list<double> per_item, double mj,
            double cpu_us) {
  Entry entry = golden::bare_entry(name);
  entry.meter = golden::rapl();
  entry.inputs = 10;
  golden::add_accuracy(entry, share, per_item);
  // Both within 1.5 %: 1.96/130.
  entry.energy = known(JoulesPerItem(mj * 1e-3), JoulesPerItem(mj * 1e-3 / 130.0));
  entry.cpu_time = known(SecondsPerItem(cpu_us * 1e-6), SecondsPerItem(cpu_us * 1e-6 / 130.0));
  return entry;
}

Entry best() { return model("fp32", 0.9, {1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, 13.0, 130.0); }
/// One item is worse: 0.1 ± 2.26 x 0.1, which contains 0.
Entry near_best() { return model("int8", 0.8, {1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, 3.25, 32.5); }
/// Seven items are worse: 0.7 ± 2.26 x 0.153.
Entry far() { return model("tiny", 0.2, {1, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 0.13, 1.3); }

}  // namespace

TEST_CASE("the headline names the best and the cheapest that cannot be told from it",
          "[report][headline]") {
  // The quotient of two energies known to 1.51 %: 4 x/÷ exp(0.02132).
  CHECK(headline(std::vector<Entry>{best(), near_best(), far()}) ==
        "Best accuracy: fp32, 90.0 [88.0, 92.0] %. 1 of 2 others cannot be told apart from it over "
        "10 paired items; the cheapest of these is int8 with 3.25 ± 0.05 mJ per item, 4.00 [3.92, "
        "4.09] times less than fp32.");
}

TEST_CASE("the order of the entries does not change the headline", "[report][headline]") {
  CHECK(headline(std::vector<Entry>{far(), near_best(), best()}) ==
        headline(std::vector<Entry>{best(), near_best(), far()}));
}

TEST_CASE("a best model that none comes near is said to be alone", "[report][headline]") {
  CHECK(headline(std::vector<Entry>{best(), far()}) ==
        "Best accuracy: fp32, 90.0 [88.0, 92.0] %. The other does not come near it. It takes "
        "13.00 ± 0.20 mJ per item.");
}

TEST_CASE("a best model that is the cheapest as well is not compared with itself",
          "[report][headline]") {
  Entry cheap = best();
  cheap.energy = known(JoulesPerItem(1e-3), JoulesPerItem(1e-3 / 130.0));
  CHECK(headline(std::vector<Entry>{cheap, near_best()}) ==
        "Best accuracy: fp32, 90.0 [88.0, 92.0] %. 1 of 1 others cannot be told apart from it over "
        "10 paired items; it is the cheapest, too, with 1.000 ± 0.015 mJ per item.");
}

TEST_CASE("where costs cannot be told apart, none is called the cheapest", "[report][headline]") {
  Entry same = best();
  same.plan.name = "twin";
  CHECK(headline(std::vector<Entry>{best(), same}) ==
        "Best accuracy: fp32, 90.0 [88.0, 92.0] %. 1 of 1 others cannot be told apart from it over "
        "10 paired items; of these, fp32 and twin cost least, 13.00 ± 0.20 mJ per item, and cannot "
        "be told apart.");
  // 2 % apart, known to 1.5 % each
  same.energy = known(JoulesPerItem(12.75e-3), JoulesPerItem(12.75e-3 / 130.0));
  CHECK(headline(std::vector<Entry>{best(), same})
            .find("of these, twin and fp32 cost least, 12.75") != std::string::npos);
}

TEST_CASE("a meter's gain hides no difference, but for what remains of it between workloads",
          "[report][headline]") {
  Entry a = best();
  Entry b = near_best();
  b.energy = known(JoulesPerItem(11e-3), JoulesPerItem(0.01e-3));
  a.energy = known(JoulesPerItem(13e-3), JoulesPerItem(0.01e-3));
  for (Entry* const entry : {&a, &b}) {
    entry->samples.gain = {0.1, 0.01};
    entry->energy.common = 0.1 * entry->energy.value;
  }
  CHECK(headline({a, b}).find("the cheapest of these is int8 with 11.0 ± 2.2 mJ") !=
        std::string::npos);
  a.samples.gain.between = b.samples.gain.between = 0.07;  // of AMD: 19 % in 95 of 100 pairs
  CHECK(headline({a, b}).find("of these, int8 and fp32 cost least") != std::string::npos);
}

TEST_CASE("estimated energy is energy", "[report][headline]") {
  Entry a = best();
  Entry b = far();
  a.energy.provenance = b.energy.provenance = Provenance::estimated;
  CHECK(headline(std::vector<Entry>{a, b})
            .ends_with("It takes 13.00 ± 0.20 mJ (estimated) per item."));
}

TEST_CASE("a cost that changed while it was measured is said to have", "[report][headline]") {
  Entry a = best();
  a.samples.outcome = Outcome::unstable;
  CHECK(headline(std::vector<Entry>{a, far()})
            .ends_with("mJ per item, which changed while it was measured."));
}

TEST_CASE("simulated joules are compared and said to be simulated", "[report][headline]") {
  Entry a = best();
  Entry b = near_best();
  a.energy.provenance = b.energy.provenance = Provenance::simulated;
  CHECK(headline(std::vector<Entry>{a, b}).find("int8 with 3.25 ± 0.05 mJ (simulated) per item") !=
        std::string::npos);
}

TEST_CASE("where energies can't be compared the headline speaks of CPU time",
          "[report][headline]") {
  const std::string of_cpu_time =
      "Best accuracy: fp32, 90.0 [88.0, 92.0] %. 1 of 1 others cannot be told apart from it over "
      "10 "
      "paired items; the cheapest of these is int8 with 32.5 ± 0.5 µs of CPU time per item, 4.00 "
      "[3.92, 4.09] times less than fp32.";
  Entry a = best();
  Entry b = near_best();
  SECTION("modelled") { a.energy.provenance = b.energy.provenance = Provenance::modelled; }
  SECTION("one of them simulated") { b.energy.provenance = Provenance::simulated; }
  SECTION("one of them missing") { b.energy = {}; }
  SECTION("measured for different parts of the machine") {
    b.meter.scope = Scope::package | Scope::dram;
  }
  CHECK(headline(std::vector<Entry>{a, b}) == of_cpu_time);
}

TEST_CASE("models without a value for each item cannot be compared item by item, and it is said",
          "[report][headline]") {
  const Entry a = model("a", 0.9, {}, 13.0, 130.0);
  const Entry b = model("b", 0.89, {}, 3.25, 32.5);
  CHECK(headline(std::vector<Entry>{a, b})
            .find("1 of 1 others cannot be compared with it item by item. It takes") !=
        std::string::npos);
  CHECK(headline(std::vector<Entry>{best(), near_best(), a})
            .find("1 of 2 others cannot be compared with it item by item. 1 of 2 others cannot be "
                  "told apart from it") != std::string::npos);
  CHECK(
      headline(std::vector<Entry>{best(), far(), far()}).find("None of the 2 others comes near") !=
      std::string::npos);
}

TEST_CASE("with nothing to compare there is no headline", "[report][headline]") {
  CHECK(headline({}).empty());
  CHECK(headline(std::vector<Entry>{best()}).empty());
  Entry without_quality = golden::bare_entry("x");
  without_quality.cpu_time = best().cpu_time;
  CHECK(headline(std::vector<Entry>{best(), without_quality}).empty());
  Entry without_time = near_best();
  without_time.cpu_time = {};
  CHECK(headline(std::vector<Entry>{best(), without_time}).empty());
}

TEST_CASE("of a metric where less is better the smallest value is the best", "[report][headline]") {
  Entry good = model("good", 0.1, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 13.0, 130.0);
  Entry bad = model("bad", 0.9, {1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, 3.25, 32.5);
  good.quality[0].metric = bad.quality[0].metric = "error rate";
  good.quality[0].higher_is_better = bad.quality[0].higher_is_better = false;
  CHECK(headline(std::vector<Entry>{good, bad}).substr(0, 22) == "Best error rate: good,");
}

TEST_CASE("the best of a metric that is no share is named with its unit", "[report][headline]") {
  Entry a = best();
  a.quality[0].unit = "mm";
  a.quality[0].metric = "range";
  CHECK(headline({a, far()}).substr(0, 35) == "Best range: fp32, 0.900 [0.880, 0.9");
  CHECK(headline({a, far()}).find("] mm. ") != std::string::npos);
  a.quality[0].unit = "";
  CHECK(headline({a, far()}).find("]. ") != std::string::npos);
}
