// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/classes.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/probabilities.hpp"
#include "perjoule/quality/sum_up.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How far confidence is from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right; parameters: how many bins
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017: bins ((m - 1)/M, m/M]
[[nodiscard]] PERJOULE_COLD inline double expected_calibration(View<double> rows,
                                                               const double* parameters) {
  const double bins = parameters[0];
  const auto count = static_cast<std::size_t>(bins);
  Buffer<double> gaps(count);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const double place = rows[i] * bins;
    auto bin = static_cast<std::size_t>(place);
    if (bin > 0 && static_cast<double>(bin) == place) --bin;  // the upper end belongs to its bin
    gaps[bin < count ? bin : count - 1] += rows[i] - rows[i + 1];
  }
  double sum = 0.0;
  for (const double gap : gaps) sum += math::absolute(gap);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

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
  /// @throws Error for what is no probability, and for a sum that is not 1
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const std::size_t best = detail::best_class(probabilities, items());
    (void)detail::sum_of_probabilities(probabilities, items());
    const bool right = static_cast<std::int64_t>(best) == static_cast<std::int64_t>(label);
    rows_.add({static_cast<double>(std::data(probabilities)[best]), right ? 1.0 : 0.0});
  }

  /// @unit   a share of 1
  /// @error  see calibration_error
  /// @throws Error for no items
  /// @source see calibration_error
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.metric = "ece";
    quality.signature = text::format("bins:%zu|norm:l1|confidence:top|trivial:none", bins_).chars;
    quality.items = items();
    quality.higher_is_better = false;
    quality.perfect = 0.0;
    quality.formula.of = detail::expected_calibration;
    quality.formula.parameters[0] = static_cast<double>(bins_);
    quality.formula.columns = "confidence,right";
    detail::sum_up(quality, rows_.all(),
                   "who always says how frequent the most frequent label is, is calibrated: it "
                   "tells nothing of how much a model knows");
    return quality;
  }

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
/// @error  the bootstrap over items, which is drawn upward as the value itself is
/// @throws Error for empty labels; while running: for what is no probability, or does not sum up to
///         1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto calibration_error(Labels&& labels, std::size_t bins = 15,
                                     PerItem keep = PerItem::keep) {
  return against(labels, CalibrationError(bins, keep));
}

}  // namespace perjoule::inline v0
