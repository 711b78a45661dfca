// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Largest deviation of a sum of probabilities from 1: single precision over a hundred thousand
/// classes.
inline constexpr double max_sum_error = 1e-3;

/// Tells whether a number has at most 11 significant bits, as those of bfloat16 and IEEE half
/// precision have.
[[nodiscard]] inline bool is_of_half_precision(double p) noexcept {
  const auto single = static_cast<float>(p);
  return static_cast<double>(single) == p && (std::bit_cast<std::uint32_t>(single) & 0x1FFFU) == 0;
}

/// Largest deviation of a sum of numbers of half precision from 1: each of them is off by a share
/// of 2^-8 of itself, in bfloat16 after two roundings, or by 2^-25, below the least number of IEEE
/// half precision that has all of its digits.
/// @unit none
[[nodiscard]] inline double max_sum_error_of_half(std::size_t classes) noexcept {
  return 0x1p-8 + 0x1p-25 * static_cast<double>(classes);
}

[[noreturn]] void reject_probability(double p, std::size_t item);

[[nodiscard]] inline double probability(double p, std::size_t item) {
  if (!is_finite(p) || p < 0.0 || p > 1.0 + max_sum_error) reject_probability(p, item);
  return p < 1.0 ? p : 1.0;
}

/// Returns the sum of probabilities, after checking each of them.
/// @throws Error for no probabilities, for a number that is no probability, and for a sum that is
///         not 1
template <ClassScores Output>
[[nodiscard]] double sum_of_probabilities(const Output& probabilities, std::size_t item) {
  double sum = 0.0;
  bool is_half = true;
  for (std::size_t c = 0; c < std::size(probabilities); ++c) {
    const double p = probability(static_cast<double>(std::data(probabilities)[c]), item);
    sum += p;
    is_half = is_half && is_of_half_precision(p);
  }
  const double most = is_half ? max_sum_error_of_half(std::size(probabilities)) : max_sum_error;
  if (std::abs(sum - 1.0) > most) {
    fail("probabilities do not sum up to 1",
         text::format("item {}: {}", item, text::significant(sum, 6)),
         "return the output of softmax, not logits");
  }
  return sum;
}

/// Returns -ln p, with p kept away from 0 and 1 by the rounding of its type, as scikit-learn does.
/// A single item that the model takes for impossible costs 36 nats of a double and 16 of a float,
/// rather than making the mean infinite.
/// @param least  rounding of the type of the probabilities. @unit none
/// @unit nats
[[nodiscard]] double surprisal(double p, double least) noexcept;

enum class ProbabilityKind : std::uint8_t { log_loss, brier };

}  // namespace detail

/// Log loss or Brier score of probabilities. Made by `log_loss` and `brier_score`.
class ProbabilityLoss {
 public:
  explicit ProbabilityLoss(detail::ProbabilityKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats for log loss; none for the Brier score
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param p      probability of class 1, with two classes, 0 and 1
  /// @unit  p: a share of 1
  /// @throws Error for a number that is no probability, and for a label that is neither 0 nor 1
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& p, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    if (own != 0 && own != 1) {
      detail::fail("a label is neither 0 nor 1", text::format("item {}", items()),
                   "return a probability for each class");
    }
    const double of_one = detail::probability(static_cast<double>(p), items());
    labels_.add(own);
    ++single_;
    const double miss = static_cast<double>(own) - of_one;
    rows_.add({kind_ == detail::ProbabilityKind::brier
                   ? miss * miss
                   : surprisal<Output>(own == 1 ? of_one : 1.0 - of_one)});
  }

  /// @shape  probabilities: [classes]
  /// @throws Error for a number that is no probability, a sum that is not 1, and a label without
  ///         one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const auto* const p = std::data(probabilities);
    const std::size_t classes = std::size(probabilities);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) {
      detail::fail("a label has no probability", text::format("item {}", items()),
                   "return one for each class, and count classes from 0");
    }
    const double sum = detail::sum_of_probabilities(probabilities, items());
    double loss = 0.0;
    if (kind_ == detail::ProbabilityKind::log_loss) {
      loss = surprisal<std::remove_cvref_t<decltype(p[own])>>(static_cast<double>(p[own]) / sum);
    } else {
      for (std::size_t c = 0; c < classes; ++c) {
        loss += detail::square(static_cast<double>(p[c]) / sum - (c == own ? 1.0 : 0.0));
      }
    }
    labels_.add(static_cast<std::int64_t>(label));
    rows_.add({loss});
  }

  /// @unit   nats per item for log loss; none for the Brier score
  /// @error  the mean of items, with Student's t
  /// @throws Error for no items
  /// @source see log_loss and brier_score
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const ProbabilityLoss& next) {
    labels_.pool(next.labels_);
    rows_.pool(next.rows_);
    if (next.clip_ > clip_) clip_ = next.clip_;
    single_ += next.single_;
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(clip_, single_, labels_, rows_);
  }

 private:
  template <class Number>
  [[nodiscard]] double surprisal(double p) noexcept {
    constexpr auto least = static_cast<double>(std::numeric_limits<Number>::epsilon());
    if (least > clip_) clip_ = least;
    return detail::surprisal(p, least);
  }

  detail::ProbabilityKind kind_;
  double clip_ = 0.0;       ///< the largest one that was used
  std::size_t single_ = 0;  ///< items that came with the probability of class 1 alone
  detail::LabelIndex labels_;
  ItemRows<1> rows_;
};

/// Mean of -ln p over items, where p is the probability of the item's own label: the model's
/// surprise in nats. The trivial predictor gives each class its share of the labels, and gets their
/// entropy.
///
/// Probabilities are divided by their sum; one below the rounding of its type, 1.2e-7 of a float
/// and 2.2e-16 of a double, counts as that.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's loss goes into the record, for paired tests
/// @unit   nats per item
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws Error for empty labels; while running: for a number that is no probability, a sum that
///         is off 1 by more than 0.001 (by more than 0.004 if all of the item's numbers are of half
///         precision), and a label without a probability
/// @source scikit-learn 1.2 log_loss
template <class Labels>
[[nodiscard]] auto log_loss(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ProbabilityLoss(detail::ProbabilityKind::log_loss, keep));
}

/// Mean squared distance of the probabilities from the outcome: summed over all classes (0 to 2),
/// or for the probability of class 1 alone, if the model returns that (0 to 1, half as much).
/// @param labels, keep  see log_loss
/// @unit   none
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws see log_loss
/// @source Brier, Monthly Weather Review 78 (1950) 1; of class 1: scikit-learn 1.2 brier_score_loss
template <class Labels>
[[nodiscard]] auto brier_score(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ProbabilityLoss(detail::ProbabilityKind::brier, keep));
}

namespace detail {

/// Returns the bin of a confidence: ((m - 1)/M, m/M], including its upper end. Ends are quotients,
/// since the product may be rounded up: (7/100) x 100 is more than 7.
[[nodiscard]] std::size_t calibration_bin(double confidence, double bins);

/// Returns the distance of confidence from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017
[[nodiscard]] double expected_calibration_error(View<double> rows, double bins);
/// Returns the same formula for drawn items.
[[nodiscard]] decltype(ItemFormula::value_of_drawn) drawn_calibration_error(double bins);

/// Returns the standard uncertainty of the sum of gaps of one bin's items by chance. It is the root
/// of the sum of their squared gaps, and not below that of a calibrated model, since a few items
/// may agree. A model that is nearly always right may not have shown its errors yet. So with a sum
/// of squares v the uncertainty is at least 1 + sqrt(v + 3/4), which is how far a Poisson number
/// may be above the one seen, but this bound is limited to sqrt(n)/2, since n answers cannot vary
/// more.
/// @param seen, calibrated  sums of squares: seen, and of a calibrated model
/// @unit   items
/// @source Gehrels, Astrophys. J. 303 (1986) 336, equation 7
[[nodiscard]] double calibration_uncertainty(double items, double seen, double calibrated);

/// Returns a bound on how far off an ECE is by chance, which holds in 95 of 100 test sets. The gap
/// of each bin is off by a number of its own, and the sum of their sizes by no more than the sum of
/// the sizes of these numbers. For normal numbers that sum has the mean sqrt(2/pi) sum(u) and the
/// variance (1 - 2/pi) sum(u^2).
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source docs/reference/formulas.md#calibration-error
[[nodiscard]] double calibration_halfwidth(View<double> rows, double bins);

[[nodiscard]] ItemFormula calibration_formula(double bins);

}  // namespace detail

/// Expected calibration error. Made by `calibration_error`.
class CalibrationError {
 public:
  explicit CalibrationError(std::size_t bins, PerItem keep = PerItem::keep)
      : bins_(bins), rows_(keep) {
    PERJOULE_EXPECTS(bins >= 1);
  }

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1
  /// @shape [items, 2]: confidence,right
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @shape  probabilities: [classes]
  /// @throws Error for a number that is no probability, a sum that is not 1, and a label without
  ///         one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const std::size_t best = detail::best_class(probabilities, items());
    (void)detail::sum_of_probabilities(probabilities, items());
    detail::check_label(static_cast<std::int64_t>(label), std::size(probabilities), items());
    const bool right = static_cast<std::int64_t>(best) == static_cast<std::int64_t>(label);
    const auto confidence = static_cast<double>(std::data(probabilities)[best]);
    rows_.add({detail::probability(confidence, items()), right ? 1.0 : 0.0});
  }

  /// @unit   a share of 1
  /// @error  see calibration_error
  /// @throws Error for no items
  /// @source see calibration_error
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const CalibrationError& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  std::size_t bins_;
  ItemRows<2> rows_;
};

/// Distance between a model's confidence, which is the probability of the class that it names, and
/// how often it is right. Bins are of equal width and weighted by their items.
///
/// It describes honesty rather than knowledge, so there is no skill. It depends on the number of
/// bins, and is above 0 for a calibrated model too: by about sqrt(2 bins/(pi n)) times the standard
/// deviation of an answer.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param bins    number of bins of equal width
/// @param keep    whether each item's confidence goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: [classes], probabilities
/// @error  a bound that covers .95 and more, whatever the gaps: see formulas.md. The bootstrap over
///         items does not, since the ECE of each resample is above that of the items, as theirs is
///         above the true one: for a calibrated model it never covers
/// @throws Error for empty labels; while running: for a number that is no probability,
///         probabilities that do not sum up to 1, and a label without a probability
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3
template <class Labels>
[[nodiscard]] auto calibration_error(Labels&& labels, std::size_t bins = 15,
                                     PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels), CalibrationError(bins, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/probability_metrics-inl.hpp"
#endif
