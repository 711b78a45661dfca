// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Catch2 2 is one header, and Catch2 3 many, or one that its user has included already.
#if defined(TWOBLUECUBES_SINGLE_INCLUDE_CATCH_HPP_INCLUDED) || \
    defined(CATCH_AMALGAMATED_HPP_INCLUDED)
#elif __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstddef>
#include <string>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/regress/no_worse.hpp"
#include "perjoule/units/quantity.hpp"

// Matchers are named as Catch2 names its own: REQUIRE_THAT(entry, StaysWithin(2.5_mJ)).
namespace perjoule::inline v0 {

namespace detail::catch2 {

// Catch::MatcherBase in Catch2 2, Catch::Matchers::MatcherBase in 3.
using namespace Catch;            // NOLINT(google-build-using-namespace)
using namespace Catch::Matchers;  // NOLINT(google-build-using-namespace)
template <class T>
using Matcher = MatcherBase<T>;

/// Prints a warning of the running test, which passes all the same.
inline void warn([[maybe_unused]] const std::string& reason) {
#if defined(CATCH_WARN)  // as CATCH_CONFIG_PREFIX_ALL makes it
  CATCH_WARN(reason);
#else
  WARN(reason);
#endif
}

}  // namespace detail::catch2

/// What the matchers below have in common. A claim that holds passes, and one that does not fails.
/// One that the data leave open fails, too, or is a warning by or_warn(): it never passes silently.
///
/// @tparam Self  the matcher, with statement() and evaluate()
/// @tparam T     what it looks at
template <class Self, class T>
class ClaimMatcher : public detail::catch2::Matcher<T> {
 public:
  /// Passes where the claim is left open, with a warning that says why.
  [[nodiscard]] Self or_warn() const {
    Self changed(self());
    changed.warns_ = true;
    return changed;
  }
  /// Takes numbers of this provenance and better ones for evidence; without it those that are
  /// measured or estimated from measured ones.
  [[nodiscard]] Self accept(Provenance worst) const {
    Self changed(self());
    changed.accepted_.provenance = worst;
    return changed;
  }
  /// Takes a measurement that ended so for evidence, too.
  /// @param outcome  few_windows or unstable; all others are accepted as they are
  [[nodiscard]] Self accept(Outcome outcome) const {
    PERJOULE_EXPECTS(outcome == Outcome::few_windows || outcome == Outcome::unstable);
    Self changed(self());
    (outcome == Outcome::few_windows ? changed.accepted_.few_windows : changed.accepted_.unstable) =
        true;
    return changed;
  }

  /// A claim that is left open would pass its negation.
  void operator!() const = delete;

  [[nodiscard]] bool match(const T& found) const override {
    const Finding finding = self().evaluate(found);
    found_ = finding.text;
    this->m_cachedToString.clear();  // of what it looked at before
    if (finding.claim != ClaimOutcome::inconclusive || !warns_)
      return finding.claim == ClaimOutcome::holds;
    detail::catch2::warn(Catch::Detail::stringify(found) + " " + describe());
    return true;
  }

 protected:
  /// "stays within 2.5 mJ/item", and after match() what was found.
  [[nodiscard]] std::string describe() const override {
    const std::string statement = self().statement();
    return found_.empty() ? statement : statement + ": " + found_;
  }
  [[nodiscard]] const AcceptedEvidence& accepted() const noexcept { return accepted_; }

 private:
  [[nodiscard]] const Self& self() const noexcept { return static_cast<const Self&>(*this); }

  AcceptedEvidence accepted_;
  bool warns_ = false;
  mutable std::string found_;
};

/// What StaysWithin() and its like give.
class BudgetMatcher : public ClaimMatcher<BudgetMatcher, Entry> {
 public:
  /// @param most  in the unit of the cost: J/item, s/item or B
  BudgetMatcher(Cost of, double most) : budget_{of, most, {}} {}

  [[nodiscard]] std::string statement() const { return claim_text(budget_); }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Budget budget = budget_;
    budget.accepted = accepted();
    return stays_within(entry, budget);
  }

 private:
  Budget budget_;
};

/// That an entry takes at most so much energy per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Joules per_item) {
  return {Cost::energy, per_item.si()};
}
/// @copydoc StaysWithin(Joules)
[[nodiscard]] inline BudgetMatcher StaysWithin(JoulesPerItem most) {
  return {Cost::energy, most.si()};
}
/// That an entry takes at most so much wall time per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Seconds per_item) {
  return {Cost::time, per_item.si()};
}
/// @copydoc StaysWithin(Seconds)
[[nodiscard]] inline BudgetMatcher StaysWithin(SecondsPerItem most) {
  return {Cost::time, most.si()};
}
/// Which bytes? StoredWithin() or ResidentWithin().
BudgetMatcher StaysWithin(Bytes) = delete;

/// That the file of an entry's weights has at most so many bytes.
[[nodiscard]] inline BudgetMatcher StoredWithin(Bytes most) { return {Cost::stored, most.si()}; }

/// That an entry's weights have at most so many bytes in memory.
[[nodiscard]] inline BudgetMatcher ResidentWithin(Bytes most) {
  return {Cost::resident, most.si()};
}

/// What may be left out of a comparison, or allowed for.
template <class Self, class T>
class ToleranceMatcher : public ClaimMatcher<Self, T> {
 public:
  /// @param share  of the other's quality that may be lost; without it as much as of the costs
  /// @unit  a share of 1
  [[nodiscard]] Self quality_within(double share) const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.quality = share;
    return changed;
  }
  /// Looks at time and quality alone, as on a machine that models energy: a model's watts per core
  /// need not be right for two models by the same factor.
  [[nodiscard]] Self without_energy() const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.energy = false;
    return changed;
  }

 protected:
  explicit ToleranceMatcher(double cost) { tolerance_.cost = cost; }
  [[nodiscard]] Tolerance tolerance() const noexcept {
    Tolerance tolerance = tolerance_;
    tolerance.accepted = this->accepted();
    return tolerance;
  }

 private:
  Tolerance tolerance_;
};

/// What NoWorseThan() gives. It holds a copy of the baseline.
class BaselineMatcher : public ToleranceMatcher<BaselineMatcher, Entry> {
 public:
  /// @param share  see NoWorseThan()
  BaselineMatcher(const Entry& baseline, double share)
      : ToleranceMatcher(share), baseline_(baseline) {}

  [[nodiscard]] std::string statement() const {
    return claim_text(baseline_.plan.label(), tolerance());
  }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Finding finding = no_worse(entry, baseline_, tolerance());
    finding.text = text::format("{}\n{}", detail::yes_or_no(finding.claim), finding.text);
    return finding;
  }

 private:
  Entry baseline_;
};

/// That an entry is no worse than another one, measured in this process or kept: in energy and wall
/// time per item, and in each metric of the other; each by its whole 95 % interval. See no_worse().
/// @param share  of the other's number by which it may be worse, 3_percent
/// @unit  a share of 1
[[nodiscard]] inline BaselineMatcher NoWorseThan(const Entry& baseline, double share) {
  return {baseline, share};
}

/// What NoneIsWorse() gives.
class ComparisonMatcher : public ToleranceMatcher<ComparisonMatcher, Comparison> {
 public:
  /// @param share  see NoneIsWorse()
  explicit ComparisonMatcher(double share) : ToleranceMatcher(share) {}

  [[nodiscard]] std::string statement() const { return "shows none that is worse"; }
  [[nodiscard]] Finding evaluate(const Comparison& comparison) const {
    Finding finding = none_worse(comparison, tolerance());
    finding.text = text::format("{}\n{}", detail::yes_or_no(finding.claim), finding.text);
    return finding;
  }
};

/// That of variants which ran in turns none is worse than the first one, in energy, wall time and
/// quality. See none_worse().
/// @param share  of the first one's number by which it may be worse; without it the comparison's
///               least effect
/// @unit  a share of 1
[[nodiscard]] inline ComparisonMatcher NoneIsWorse(double share = detail::quiet_nan()) {
  return ComparisonMatcher(share);
}

}  // namespace perjoule::inline v0

// Doxygen 1.9 looks for the namespace of these in vain.
/// @cond

/// An entry in the message of a test: its name, since the matcher says the numbers.
template <>
struct Catch::StringMaker<perjoule::Entry> {
  static std::string convert(const perjoule::Entry& entry) {
    return std::string(entry.plan.label());
  }
};

/// A comparison in the message of a test: "int8 and int4 beside fp32".
template <>
struct Catch::StringMaker<perjoule::Comparison> {
  static std::string convert(const perjoule::Comparison& comparison) {
    std::string names;
    for (std::size_t i = 1; i < comparison.entries.size(); ++i) {
      names += (i == 1 ? "" : " and ") + std::string(comparison.entries[i].plan.label());
    }
    return names + " beside " + std::string(comparison.entries[0].plan.label());
  }
};

/// @endcond
