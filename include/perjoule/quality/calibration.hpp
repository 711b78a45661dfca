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
#include "perjoule/quality/resample.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/stats/student_t.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The bin of a confidence: ((m - 1)/M, m/M], its upper end included. Ends are quotients, since the
/// product may be rounded up: (7/100) x 100 is more than 7.
[[nodiscard]] PERJOULE_COLD inline std::size_t calibration_bin(double confidence, double bins) {
  auto bin = static_cast<std::size_t>(confidence * bins);
  if (bin > 0 && confidence <= static_cast<double>(bin) / bins) --bin;
  const auto count = static_cast<std::size_t>(bins);
  return bin < count ? bin : count - 1;
}

/// How far confidence is from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right; parameters: how many bins
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017
[[nodiscard]] PERJOULE_COLD inline double expected_calibration(View<double> rows,
                                                               const double* parameters) {
  Buffer<double> gaps(static_cast<std::size_t>(parameters[0]));
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    gaps[calibration_bin(rows[i], parameters[0])] += rows[i] - rows[i + 1];
  }
  double sum = 0.0;
  for (const double gap : gaps) sum += math::absolute(gap);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

/// How far off the sum of gaps of one bin's items may be by chance, as a standard uncertainty: that
/// of their gaps about 0, and not below that of a calibrated model, since a few items may agree. A
/// model that is nearly always right may not have shown its errors yet: so many as a Poisson number
/// may be above what was seen, 1 + sqrt(v + 3/4), but no more than n answers can vary.
/// @param seen, calibrated  sums of squares that were seen, and that a calibrated model has
/// @unit   items
/// @source Gehrels, Astrophys. J. 303 (1986) 336, equation 7
[[nodiscard]] PERJOULE_COLD inline double calibration_u(double items, double seen,
                                                        double calibrated) {
  const double square = seen > calibrated ? seen : calibrated;
  const double rare = 1.0 + math::square_root(square + 0.75);
  const double most = 0.5 * math::square_root(items);
  const double above = rare < most ? rare : most;
  const double u = math::square_root(square);
  return u > above ? u : above;
}

/// How far off an ECE is by chance, at most, in 95 of 100 test sets: each bin's gap is off by a
/// number of its own, and the sum of their sizes by no more than the sum of the sizes of these. Of
/// normal numbers that has the mean sqrt(2/pi) sum(u) and the variance (1 - 2/pi) sum(u^2).
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source docs/reference/formulas.md#calibration-error
[[nodiscard]] PERJOULE_COLD inline double calibration_halfwidth(View<double> rows, double bins) {
  const auto count = static_cast<std::size_t>(bins);
  Buffer<double> items(count);
  Buffer<double> seen(count);
  Buffer<double> calibrated(count);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const std::size_t bin = calibration_bin(rows[i], bins);
    items[bin] += 1.0;
    seen[bin] += math::square(rows[i] - rows[i + 1]);
    calibrated[bin] += rows[i] * (1.0 - rows[i]);
  }
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t bin = 0; bin < count; ++bin) {
    const double u = calibration_u(items[bin], seen[bin], calibrated[bin]);
    sum += u;
    squares += u * u;
  }
  constexpr double two_over_pi = 0.636619772367581343;
  constexpr double z = 1.95996398454005424;  // so that of a single bin it is no less than 1.96 u
  return (math::square_root(two_over_pi) * sum +
          z * math::square_root((1.0 - two_over_pi) * squares)) /
         (0.5 * static_cast<double>(rows.size()));
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
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.metric = "ece";
    quality.signature = text::format("bins:%zu|norm:l1|confidence:top|trivial:none", bins_).chars;
    quality.items = items();
    quality.higher_is_better = false;
    quality.perfect = 0.0;
    detail::check_items(quality);
    quality.formula.of = detail::expected_calibration;
    quality.formula.difference = detail::resampled_difference;
    quality.formula.parameters[0] = static_cast<double>(bins_);
    quality.formula.columns = "confidence,right";
    const double ece = detail::expected_calibration(rows_.all(), quality.formula.parameters);
    const double half = detail::calibration_halfwidth(rows_.all(), quality.formula.parameters[0]);
    quality.value = {ece, half / t_quantile(0.975, known_dof), known_dof, 0.0,
                     Provenance::measured};
    quality.value_interval = {ece > half ? ece - half : 0.0, ece < 1.0 - half ? ece + half : 1.0,
                              0.95, IntervalMethod::student_t};
    detail::add_skill(quality,
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
