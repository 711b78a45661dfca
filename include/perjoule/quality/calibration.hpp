// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/classes.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/probabilities.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The bin of a confidence: ((m - 1)/M, m/M], its upper end included. Ends are quotients, since the
/// product may be rounded up: (7/100) x 100 is more than 7.
[[nodiscard]] std::size_t calibration_bin(double confidence, double bins);

/// How far confidence is from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right; parameters: how many bins
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017
[[nodiscard]] double expected_calibration(View<double> rows, const double* parameters);

/// How far off the sum of gaps of one bin's items may be by chance, as a standard uncertainty: that
/// of their gaps about 0, and not below that of a calibrated model, since a few items may agree. A
/// model that is nearly always right may not have shown its errors yet: so many as a Poisson number
/// may be above what was seen, 1 + sqrt(v + 3/4), but no more than n answers can vary.
/// @param seen, calibrated  sums of squares that were seen, and that a calibrated model has
/// @unit   items
/// @source Gehrels, Astrophys. J. 303 (1986) 336, equation 7
[[nodiscard]] double calibration_u(double items, double seen, double calibrated);

/// How far off an ECE is by chance, at most, in 95 of 100 test sets: each bin's gap is off by a
/// number of its own, and the sum of their sizes by no more than the sum of the sizes of these. Of
/// normal numbers that has the mean sqrt(2/pi) sum(u) and the variance (1 - 2/pi) sum(u^2).
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source docs/reference/formulas.md#calibration-error
[[nodiscard]] double calibration_halfwidth(View<double> rows, double bins);

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
  /// @throws Error for what is no probability, a sum that is not 1, and a label without one
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

 private:
  std::size_t bins_;
  ItemRows<2> rows_;
};

/// How far a model's confidence, the probability of the class that it names, is from how often it
/// is right: bins of equal width, weighted by their items.
///
/// It describes honesty and not knowledge, so there is no skill. It depends on the number of bins,
/// and is above 0 for a calibrated model too: by about sqrt(2 bins/(pi n)) times the standard
/// deviation of an answer.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param bins    of equal width
/// @param keep    whether each item's confidence goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: [classes], probabilities
/// @error  a bound that covers .95 and more, whatever the gaps: see formulas.md. The bootstrap over
///         items does not, since each resample's ECE is above that of the items as theirs is above
///         the true one: of a calibrated model it covers never
/// @throws Error for empty labels; while running: for what is no probability, or does not sum up to
///         1, and for a label without a probability
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto calibration_error(Labels&& labels, std::size_t bins = 15,
                                     PerItem keep = PerItem::keep) {
  return against(labels, CalibrationError(bins, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/calibration-inl.hpp"
#endif
