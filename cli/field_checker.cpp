// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/field_checker.hpp"

#include <fmt/format.h>

#include "cli/compute_again.hpp"
#include "cli/json_values.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::cli {

namespace {

/// Returns what is another one at a place: "energy-interval-differs" for the end of an interval.
[[nodiscard]] std::string code_of(std::string_view pointer) {
  const auto has = [&](std::string_view part) { return pointer.find(part) != pointer.npos; };
  std::string_view subject = "number";
  for (const std::string_view each :
       {"quality", "time", "energy", "memory", "training", "scores"}) {
    if (has(fmt::format("/{}/", each))) subject = each;
  }
  std::string_view part = "value";
  if (has("/skill/")) subject = "skill";
  if (has("/interval")) part = "interval";
  if (pointer.ends_with("/provenance")) part = "provenance";
  if (pointer.ends_with("/n")) part = "items";
  for (const std::string_view end : {"/random", "/dof", "/common"}) {
    if (pointer.ends_with(end)) part = "uncertainty";
  }
  return fmt::format("{}-{}-differs", subject, part);
}

}  // namespace

const Json* FieldChecker::member(std::string_view key) const {
  if (json_ == nullptr || !json_->is_object()) return nullptr;
  const auto found = json_->find(key);
  return found == json_->end() ? nullptr : &*found;
}

void FieldChecker::differ(const std::string& place, const Json& found,
                          const std::string& expected) {
  findings_->push_back(
      {code_of(place), place,
       fmt::format("it is {}, but the rest of the record gives {}", found.dump(), expected)});
}

void FieldChecker::compare(std::string_view key, double expected) {
  const Json* const found = member(key);
  if (found == nullptr) return;
  const bool is_same = found->is_number() ? agree(found->get<double>(), expected)
                                          : found->is_null() && !is_finite(expected);
  if (!is_same) differ(place_of(key), *found, Json(expected).dump());
}

void FieldChecker::compare(std::string_view key, std::string_view expected) {
  const Json* const found = member(key);
  if (found == nullptr) return;
  const bool is_same = found->is_string() && found->get_ref<const std::string&>() == expected;
  if (!is_same) differ(place_of(key), *found, Json(expected).dump());
}

FieldChecker& FieldChecker::estimate(std::string_view key, const Estimate<double>& expected,
                                     const Interval<double>& interval,
                                     std::string_view why_missing) {
  FieldChecker written = object(key);
  const auto claims = [](const FieldChecker& of, std::string_view part) {
    const Json* const found = of.member(part);
    return found != nullptr && !found->is_null();
  };
  if (!claims(written, "value")) return *this;
  if (!expected.is_known()) {
    written.differ(written.place_of("value"), *written.member("value"),
                   fmt::format("none: {}", why_missing));
    return *this;
  }
  written.compare("provenance", perjoule::name(expected.provenance));
  written.compare("value", expected.value);
  if (claims(written, "random")) {
    written.compare("random", expected.random);
    written.compare("dof", expected.dof);
  }
  written.compare("common", expected.common);
  FieldChecker ends = written.object("interval");
  if (!claims(ends, "low") && !claims(ends, "high")) return *this;
  ends.compare("low", interval.low);
  ends.compare("high", interval.high);
  ends.compare("level", interval.level);
  ends.compare("method", perjoule::name(interval.method));
  return *this;
}

FieldChecker& FieldChecker::signed_estimate(std::string_view key, const Estimate<double>& expected,
                                            std::string_view why_missing) {
  return estimate(key, expected, interval(expected), why_missing);
}

FieldChecker& FieldChecker::nonnegative(std::string_view key, const Estimate<double>& expected,
                                        std::string_view why_missing) {
  return estimate(key, expected, nonnegative_interval(expected), why_missing);
}

}  // namespace perjoule::cli
