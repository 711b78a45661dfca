// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/classes.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/tally.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How far from 1 probabilities may sum up to: single precision over a hundred thousand classes.
inline constexpr double most_sum_error = 1e-3;

[[noreturn]] void no_probability(double p, std::size_t item);

[[nodiscard]] inline double probability(double p, std::size_t item) {
  if (!is_finite(p) || p < 0.0 || p > 1.0 + most_sum_error) no_probability(p, item);
  return p < 1.0 ? p : 1.0;
}

/// What probabilities sum up to, once each of them is one.
/// @throws Error for no probabilities, for one that is none, and for a sum that is not 1
template <ClassScores Output>
[[nodiscard]] double sum_of_probabilities(const Output& probabilities, std::size_t item) {
  double sum = 0.0;
  for (std::size_t c = 0; c < std::size(probabilities); ++c) {
    sum += probability(static_cast<double>(std::data(probabilities)[c]), item);
  }
  if (math::absolute(sum - 1.0) > most_sum_error) {
    fail("probabilities do not sum up to 1",
         text::format("item %zu: %s", item, text::significant(sum, 6).chars).chars,
         "return the output of softmax, not logits");
  }
  return sum;
}

/// -ln p, with p kept from 0 and 1 by the rounding of a double, as scikit-learn does of doubles:
/// one item that is impossible to a model costs 36 nats, and not all of them.
/// @unit nats
[[nodiscard]] double surprise(double p) noexcept;

enum class ProbabilityKind : std::uint8_t { log_loss, brier };

}  // namespace detail

/// Log loss or Brier score of probabilities. Made by `log_loss` and `brier_score`.
class ProbabilityLoss {
 public:
  explicit ProbabilityLoss(detail::ProbabilityKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats of log loss; none of the Brier score
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param p      of class 1, where there are two: 0 and 1
  /// @unit  p: a share of 1
  /// @throws Error for what is no probability, and for a label that is neither 0 nor 1
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& p, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    if (own != 0 && own != 1) {
      detail::fail("a label is neither 0 nor 1", text::format("item %zu", items()).chars,
                   "return a probability for each class");
    }
    const double of_one = detail::probability(static_cast<double>(p), items());
    labels_.add(own);
    ++single_;
    const double miss = static_cast<double>(own) - of_one;
    rows_.add({kind_ == detail::ProbabilityKind::brier
                   ? miss * miss
                   : detail::surprise(own == 1 ? of_one : 1.0 - of_one)});
  }

  /// @shape  probabilities: [classes]
  /// @throws Error for what is no probability, a sum that is not 1, and a label without one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const auto* const p = std::data(probabilities);
    const std::size_t classes = std::size(probabilities);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) {
      detail::fail("a label has no probability", text::format("item %zu", items()).chars,
                   "return one for each class, and count classes from 0");
    }
    const double sum = detail::sum_of_probabilities(probabilities, items());
    double loss = 0.0;
    if (kind_ == detail::ProbabilityKind::log_loss) {
      loss = detail::surprise(static_cast<double>(p[own]) / sum);
    } else {
      for (std::size_t c = 0; c < classes; ++c) {
        loss += math::square(static_cast<double>(p[c]) / sum - (c == own ? 1.0 : 0.0));
      }
    }
    labels_.add(static_cast<std::int64_t>(label));
    rows_.add({loss});
  }

  /// @unit   nats per item of log loss; none of the Brier score
  /// @error  the mean of items, with Student's t
  /// @throws Error for no items
  /// @source see log_loss and brier_score
  [[nodiscard]] Quality result() const;

 private:
  detail::ProbabilityKind kind_;
  std::size_t single_ = 0;  ///< items that came with the probability of class 1 alone
  detail::Tally labels_;
  ItemRows<1> rows_;
};

/// The mean of -ln p over items, with p the probability of the item's own label: what the model's
/// surprise costs in nats. The trivial predictor gives each class its share of the labels, and gets
/// their entropy.
///
/// Probabilities are divided by their sum; one below 2.2e-16 counts as that.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's loss goes into the record, for paired tests
/// @unit   nats per item
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws Error for empty labels; while running: for what is no probability, a sum that is off 1
/// by
///         more than 0.001, and a label without a probability
/// @source scikit-learn 1.2 log_loss
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto log_loss(Labels&& labels, PerItem keep = PerItem::keep) {
  return against(labels, ProbabilityLoss(detail::ProbabilityKind::log_loss, keep));
}

/// The mean square distance of probabilities from what came true: summed over all classes (0 to 2),
/// or of the probability of class 1 alone, where the model returns that (0 to 1, half as much).
/// @param labels, keep  see log_loss
/// @unit   none
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws see log_loss
/// @source Brier, Monthly Weather Review 78 (1950) 1; of class 1: scikit-learn 1.2 brier_score_loss
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto brier_score(Labels&& labels, PerItem keep = PerItem::keep) {
  return against(labels, ProbabilityLoss(detail::ProbabilityKind::brier, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/probabilities-inl.hpp"
#endif
