// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/exact_sum.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/probability_metrics.hpp"

namespace perjoule::inline v0 {

namespace detail {

enum class FidelityKind : std::uint8_t { divergence, same_top, mean_change, largest_change };

/// Returns the Kullback-Leibler divergence of a model's probabilities from those of the reference
/// model. A probability of the model below 2.2e-16 counts as 2.2e-16, as in log loss.
/// @shape  reference, model: [classes], each of the sum 1
/// @unit   nats
/// @source Kullback and Leibler, Annals of Mathematical Statistics 22 (1951) 79
[[nodiscard]] double divergence_of(View<double> reference, View<double> model);

/// Returns the formula of the largest number, which is true of these items alone.
[[nodiscard]] ItemFormula largest_change_formula();

/// Returns the entropy of probabilities.
/// @unit   nats
/// @source Shannon, Bell System Technical Journal 27 (1948) 379
[[nodiscard]] double entropy_of(View<double> probabilities);

}  // namespace detail

/// How close a model's probabilities are to those of a reference model. Made by
/// `divergence_from_reference`, `same_top`, `mean_probability_change` and
/// `largest_probability_change`.
class Fidelity {
 public:
  explicit Fidelity(detail::FidelityKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats for the divergence; otherwise a share of 1
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param model      probabilities of the model
  /// @param reference  those of the reference model for the same input
  /// @unit   model, reference: shares of 1
  /// @shape  model, reference: [classes]
  /// @throws Error for a number that is no probability, a sum that is not 1, and another number of
  ///         classes than before
  template <ClassScores Output, ClassScores Reference>
  void add(const Output& model, const Reference& reference) {
    add_probabilities(normalised(model), normalised(reference));
  }

  /// @unit   nats for the divergence; otherwise a share of 1
  /// @error  see divergence_from_reference, same_top and the others
  /// @throws Error for no items
  /// @source see divergence_from_reference, same_top and the others
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Fidelity& next);
  template <class Visit>
  void parts(Visit&& visit) {
    visit(sums_, entropies_, tops_, rows_);
  }

 private:
  template <class Probabilities>
  [[nodiscard]] std::vector<double> normalised(const Probabilities& probabilities) const {
    const double sum = detail::sum_of_probabilities(probabilities, items());
    std::vector<double> shares;
    for (std::size_t c = 0; c < std::size(probabilities); ++c) {
      shares.push_back(static_cast<double>(std::data(probabilities)[c]) / sum);
    }
    return shares;
  }

  void check_classes(std::size_t model, std::size_t reference) const;
  void add_probabilities(const std::vector<double>& model, const std::vector<double>& reference);
  [[nodiscard]] double trivial_divergence() const;
  [[nodiscard]] double trivial_share() const;

  detail::FidelityKind kind_;
  std::vector<detail::ExactSum> sums_;  ///< of the reference's probabilities, of each class
  detail::ExactSum entropies_;          ///< of the reference. @unit nats
  detail::LabelIndex tops_;             ///< of the reference
  ItemRows<1> rows_;
};

/// Mean over items of the Kullback-Leibler divergence of a model's probabilities from those of a
/// reference model, such as the one that it was quantised from: 0 if they are equal. The trivial
/// predictor gives all items the mean probabilities of the reference.
///
/// Each item is one distribution. Those of the tokens of a text depend on each other, so the
/// interval of tokens as items is too narrow: give each text's mean to `mean_of` instead.
/// @param references  probabilities of the reference model for each input, in their order;
/// borrowed,
///                    so a temporary is refused
/// @param keep        whether each item's value goes into the record, for paired tests
/// @unit   nats per item
/// @shape  references: [items, classes]; outputs: [classes]
/// @error  Student's interval of the mean over items
/// @throws Error for no references; while running: for a number that is no probability, a sum that
///         is off 1 by more than 0.001, and different numbers of classes
/// @source Kullback and Leibler, Annals of Mathematical Statistics 22 (1951) 79
template <class References>
[[nodiscard]] auto divergence_from_reference(References&& references,
                                             PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Fidelity(detail::FidelityKind::divergence, keep));
}

/// Share of items for which the model and the reference model find the same class most probable;
/// the first of equal ones. The trivial predictor always names the class that the reference finds
/// most probable most often.
/// @param references, keep  see divergence_from_reference
/// @unit   a share of 1
/// @shape  references: [items, classes]; outputs: [classes]
/// @error  Wilson's interval
/// @throws see divergence_from_reference
/// @source a count
template <class References>
[[nodiscard]] auto same_top(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Fidelity(detail::FidelityKind::same_top, keep));
}

/// Mean over items of the largest change of a class's probability from the reference model to the
/// model. It has no skill: what a predictor reaches that never looks is not known.
/// @param references, keep  see divergence_from_reference
/// @unit   a share of 1
/// @shape  references: [items, classes]; outputs: [classes]
/// @error  Student's interval of the mean over items
/// @throws see divergence_from_reference
/// @source the maximum norm of the difference
template <class References>
[[nodiscard]] auto mean_probability_change(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Fidelity(detail::FidelityKind::mean_change, keep));
}

/// Largest change of any class's probability, of any item. It describes these items and no others:
/// more items can only make it larger, and no interval says by how much. So it is exact, has no
/// skill, and the difference of two models has no interval.
/// @param references, keep  see divergence_from_reference
/// @unit   a share of 1
/// @shape  references: [items, classes]; outputs: [classes]
/// @error  exact, for these items
/// @throws see divergence_from_reference
/// @source the maximum norm of the difference
template <class References>
[[nodiscard]] auto largest_probability_change(References&& references,
                                              PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Fidelity(detail::FidelityKind::largest_change, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/fidelity-inl.hpp"
#endif
