// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Level and noise of successive nights, robust against outliers.
struct ReferenceLevel {
  std::size_t nights = 0;
  double level = 0.0;     ///< mean of the bounded values. @unit same as the values
  double variance = 0.0;  ///< of the bounded values. @unit square of the values' unit
  double reach = 0.0;     ///< values are bounded to the median +- reach. @unit same as the values
  /// Largest partial sum of deviations over sqrt(n variance): above 1.36 in a twentieth of series
  /// whose nights are independent, and far larger where the level wanders. @unit none
  double wander = 0.0;
  double correlation = 0.0;    ///< of neighbours. @unit none
  std::vector<double> sorted;  ///< the nights' values, ascending. @unit same as the values
};

/// Values of successive nights with running sums, so that the mean and the scatter of any window
/// take a fixed number of operations. Every number about a night depends on that night and earlier
/// ones only: a history that grew night by night equals one that was read at once.
class NightHistory {
  /// A night, with sums over it and all nights before it, of differences to the first value.
  struct Night {
    double value = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    double filtered = 0.0;  // of medians of three
    double variance = 0.0;
    std::size_t equal_run = 0;
    std::size_t repeats = 0;
  };

 public:
  /// An unknown step in level.
  struct Step {
    std::size_t night = 0;  ///< it begins with
    double variance = 0.0;  ///< of it and all steps before it. @unit square of the values' unit
  };

  /// The first nights are needed for a variance.
  static constexpr std::size_t least_before_mark = 12;

  /// What a history has to know of the nights before one of them to go on with that one.
  struct Mark {
    std::size_t nights = 0;  ///< before it
    double origin = 0.0;     ///< the first value. @unit same as the values
    Night last[2];           ///< before it
    std::size_t excursion_night = 0;
    double excursion = 0.0;  ///< up to that night. @unit none
  };

  /// Makes room for that many nights.
  void reserve(std::size_t nights) { nights_.reserve(nights > start_ ? nights + 1 - start_ : 0); }

  /// Returns a mark of a night, from which on excursion() is asked for a later night only.
  /// @param excursion_night  at least 42 nights later
  [[nodiscard]] Mark mark(std::size_t night, std::size_t excursion_night);
  /// Makes this the history of which the mark and the steps are: nights before the mark are none
  /// that any function may be asked for, but where an unknown step is.
  void restore(const Mark& mark, std::vector<Step> steps);
  [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }

  /// Appends a night.
  /// @param value          finite
  /// @param jump_variance  variance of an unknown step in level that begins with this night: of the
  ///                       scale of a new machine
  void push(double value, double jump_variance);

  [[nodiscard]] std::size_t size() const noexcept { return start_ + nights_.size() - 1; }

  /// @unit same as the values
  [[nodiscard]] double operator[](std::size_t night) const noexcept { return at(night).value; }

  /// Returns the mean of the nights first .. last - 1.
  /// @unit same as the values
  [[nodiscard]] double mean(std::size_t first, std::size_t last) const noexcept {
    return origin_ + (before(last).sum - before(first).sum) / static_cast<double>(last - first);
  }

  /// Returns the sum of squared deviations of the nights first .. last - 1 from their mean.
  /// @unit  square of the values' unit
  /// @error loses digits where the scatter is below 1e-7 of the difference to the first night
  [[nodiscard]] double sum_of_squares(std::size_t first, std::size_t last) const noexcept {
    const double sum = before(last).sum - before(first).sum;
    const double squares = before(last).squares - before(first).squares -
                           sum * sum / static_cast<double>(last - first);
    return squares > 0.0 ? squares : 0.0;
  }

  /// Returns the variance of a single night, as the last 60 nights up to this one show it, from the
  /// differences of neighbours: a shift counts once, and a large difference no more than six times
  /// the variance so far.
  /// @unit   square of the values' unit
  /// @source von Neumann, Annals of Mathematical Statistics 12 (1941) 367, with bounded terms
  [[nodiscard]] double variance(std::size_t night) const noexcept { return at(night).variance; }

  /// Returns the square of the largest excursion of a window of 3, 5, 8 or 12 nights from the 30
  /// nights before it, among windows up to this night, in standard errors. Outliers of single
  /// nights do not count. It is computed when it is asked for, since few nights need it.
  /// @unit none
  [[nodiscard]] double excursion(std::size_t night);

  /// Returns the level and the noise of the nights first .. last - 1. The last result is kept.
  /// @shape at least two nights
  [[nodiscard]] const ReferenceLevel& reference(std::size_t first, std::size_t last);

  /// Returns the number of nights up to this one that have exactly this night's value.
  [[nodiscard]] std::size_t equal_run(std::size_t night) const noexcept {
    return at(night).equal_run;
  }

  /// Returns the number of nights up to this one whose value is exactly that of the night before.
  [[nodiscard]] std::size_t repeats(std::size_t night) const noexcept { return at(night).repeats; }

  /// Returns the variance of unknown steps that begin after the night `first` and up to `last`.
  /// @unit square of the values' unit
  [[nodiscard]] double jump_variance(std::size_t first, std::size_t last) const noexcept {
    return steps_.empty() ? 0.0 : steps_up_to(last) - steps_up_to(first);
  }

 private:
  /// The last of the nights before this one; of sums, what they are before it.
  [[nodiscard]] const Night& before(std::size_t night) const noexcept {
    return nights_[night - start_];
  }
  [[nodiscard]] const Night& at(std::size_t night) const noexcept { return before(night + 1); }
  [[nodiscard]] double steps_up_to(std::size_t night) const noexcept;
  [[nodiscard]] double next_variance() const;

  std::vector<Night> nights_{Night{}};  // one before the first night, whose sums are 0
  std::size_t start_ = 0;               // nights that are not kept
  double origin_ = 0.0;
  std::vector<Step> steps_;
  std::vector<double> excursions_;
  std::size_t excursions_start_ = 0;
  ReferenceLevel reference_;
  std::size_t reference_first_ = 0;
};

/// @unit   same as the values
/// @shape  at least two nights
/// @source Huber, Robust Statistics (1981), 1.7 (bounded values); Ploberger and Kraemer,
///         Econometrica 60 (1992) 271 (partial sums)
[[nodiscard]] ReferenceLevel reference_level(const NightHistory& nights, std::size_t first,
                                             std::size_t last);

/// Two levels between which single nights change at random.
struct TwoLevels {
  bool found = false;
  double low = 0.0;       ///< @unit same as the values
  double high = 0.0;      ///< @unit same as the values
  double share = 0.0;     ///< of nights on the lower level. @unit a share of 1
  double variance = 0.0;  ///< about either level. @unit square of the values' unit
};

/// Splits sorted values into two groups with the least scatter about their means. Two levels are
/// found where that leaves less than a fifth of the scatter: of normal values .36 is left.
/// @unit   same as the values
/// @source Otsu, IEEE Transactions on Systems, Man and Cybernetics 9 (1979) 62
[[nodiscard]] TwoLevels two_levels(const std::vector<double>& sorted);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/night_history-inl.hpp"
#endif
