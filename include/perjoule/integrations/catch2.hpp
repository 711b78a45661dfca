// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Catch2 2 is one header. Catch2 3 is many, or one that its user has already included.
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

// Matchers are named like those of Catch2: REQUIRE_THAT(entry, StaysWithin(2.5_mJ)).
namespace perjoule::inline v0 {

namespace detail::catch2 {

// Catch::MatcherBase in Catch2 2, Catch::Matchers::MatcherBase in 3.
using namespace Catch;            // NOLINT(google-build-using-namespace)
using namespace Catch::Matchers;  // NOLINT(google-build-using-namespace)
template <class T>
using Matcher = MatcherBase<T>;

/// Prints a warning in the running test, which still passes.
inline void warn([[maybe_unused]] const std::string& reason) {
#if defined(CATCH_WARN)  // defined with CATCH_CONFIG_PREFIX_ALL
  CATCH_WARN(reason);
#else
  WARN(reason);
#endif
}

}  // namespace detail::catch2

/// Base of the matchers below. A claim that holds passes, and one that does not hold fails. A claim
/// that the data leave open fails too, or becomes a warning with or_warn(): it never passes
/// silently.
///
/// @tparam Self  the matcher, with statement() and evaluate()
/// @tparam T     the type that it looks at
template <class Self, class T>
class ClaimMatcher : public detail::catch2::Matcher<T> {
 public:
  /// Passes if the claim is left open, with a warning that says why.
  [[nodiscard]] Self or_warn() const {
    Self changed(self());
    changed.warns_ = true;
    return changed;
  }
  /// Accepts numbers of this provenance and better ones as evidence. By default it accepts numbers
  /// that are measured, or estimated from measured ones.
  [[nodiscard]] Self accept(Provenance worst) const {
    Self changed(self());
    changed.accepted_.provenance = worst;
    return changed;
  }
  /// Also accepts a measurement with this outcome as evidence.
  /// @param outcome  few_windows or unstable; all others are accepted as they are
  [[nodiscard]] Self accept(Outcome outcome) const {
    PERJOULE_EXPECTS(outcome == Outcome::few_windows || outcome == Outcome::unstable);
    Self changed(self());
    (outcome == Outcome::few_windows ? changed.accepted_.few_windows : changed.accepted_.unstable) =
        true;
    return changed;
  }

  /// Deleted: the negation of a claim would pass if the data leave the claim open.
  void operator!() const = delete;

  /// @throws nothing of its own
  [[nodiscard]] bool match(const T& found) const override {
    const Finding finding = self().evaluate(found);
    found_ = finding.text;
    this->m_cachedToString.clear();  // text of the previous object
    if (finding.claim != ClaimOutcome::inconclusive || !warns_)
      return finding.claim == ClaimOutcome::holds;
    detail::catch2::warn(Catch::Detail::stringify(found) + " " + describe());
    return true;
  }

 protected:
  /// Returns "stays within 2.5 mJ/item", and after match() also what was found.
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

/// Matcher that StaysWithin() and similar functions return.
class BudgetMatcher : public ClaimMatcher<BudgetMatcher, Entry> {
 public:
  /// @param most  limit in the unit of the cost: J/item, s/item or B
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

/// Checks that an entry takes at most this energy per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Joules per_item) {
  return {Cost::energy, per_item.si()};
}
/// @copydoc StaysWithin(Joules)
[[nodiscard]] inline BudgetMatcher StaysWithin(JoulesPerItem most) {
  return {Cost::energy, most.si()};
}
/// Checks that an entry takes at most this wall time per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Seconds per_item) {
  return {Cost::time, per_item.si()};
}
/// @copydoc StaysWithin(Seconds)
[[nodiscard]] inline BudgetMatcher StaysWithin(SecondsPerItem most) {
  return {Cost::time, most.si()};
}
/// Deleted: it is unclear which bytes are meant. Use StoredWithin() or ResidentWithin().
BudgetMatcher StaysWithin(Bytes) = delete;

/// Checks that the files of an entry's model have at most this many bytes.
[[nodiscard]] inline BudgetMatcher StoredWithin(Bytes most) { return {Cost::stored, most.si()}; }

/// Checks that an entry's weights take at most this many bytes in memory.
[[nodiscard]] inline BudgetMatcher ResidentWithin(Bytes most) {
  return {Cost::resident, most.si()};
}

/// Options of a comparison: what it leaves out, and what it allows for.
template <class Self, class T>
class ToleranceMatcher : public ClaimMatcher<Self, T> {
 public:
  /// @param share  share of the other's quality that may be lost; by default the same as for the
  ///               costs
  /// @unit  a share of 1
  [[nodiscard]] Self quality_within(double share) const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.quality = share;
    return changed;
  }
  /// Compares only time and quality, for machines that model energy: the watts per core of such a
  /// model may be off by different factors for two models.
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

/// Matcher that NoWorseThan() returns. It holds a copy of the baseline.
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

/// Checks that an entry is no worse than another one, measured in this process or kept: in energy
/// and wall time per item, and in each metric of the other; each by its whole 95 % interval. See
/// no_worse().
/// @param share  share of the other's number by which it may be worse, such as 3_percent
/// @unit  a share of 1
[[nodiscard]] inline BaselineMatcher NoWorseThan(const Entry& baseline, double share) {
  return {baseline, share};
}

/// Matcher that NoneIsWorse() returns.
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

/// Checks that of variants that ran in turns, none is worse than the first one in energy, wall time
/// and quality. See none_worse().
/// @param share  share of the first one's number by which a variant may be worse; by default the
///               min_effect of the comparison
/// @unit  a share of 1
[[nodiscard]] inline ComparisonMatcher NoneIsWorse(double share = detail::quiet_nan()) {
  return ComparisonMatcher(share);
}

}  // namespace perjoule::inline v0

// Doxygen 1.9 does not find the namespace of these.
/// @cond

/// Prints an entry in the message of a test as its name, since the matcher gives the numbers.
template <>
struct Catch::StringMaker<perjoule::Entry> {
  static std::string convert(const perjoule::Entry& entry) {
    return std::string(entry.plan.label());
  }
};

/// Prints a comparison in the message of a test: "int8 and int4 beside fp32".
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
