// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/classes.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/tally.hpp"

namespace perjoule::inline v0::detail {

/// Of one class: how often it was right, named by the model, and the label.
struct ClassCount {
  double right = 0.0;
  double named = 0.0;
  double actual = 0.0;
};

/// A metric of what was named for what: of the counts of classes, and its own parameters.
using ConfusionFormula = double (*)(View<ClassCount> classes, const double* parameters);

/// @shape rows: [items, 2], the label's class and the model's, each 0, 1, 2, ...
template <ConfusionFormula formula>
[[nodiscard]] double of_confusion(View<double> rows, const double* parameters) {
  double last = 0.0;
  for (const double place : rows) last = place > last ? place : last;
  Buffer<ClassCount> classes(static_cast<std::size_t>(last) + 1);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto label = static_cast<std::size_t>(rows[i]);
    const auto output = static_cast<std::size_t>(rows[i + 1]);
    classes[label].actual += 1.0;
    classes[output].named += 1.0;
    if (label == output) classes[label].right += 1.0;
  }
  return formula(classes, parameters);
}

/// What every metric of a confusion matrix shares: rows of the label's class and the model's, and
/// the trivial predictor, which always names one class.
class Confusion {
 public:
  explicit Confusion(PerItem keep) : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  classes, numbered in the order in which they came
  /// @shape [items, 2]: label,output
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<double>(classes_.find(static_cast<std::int64_t>(label)));
    const auto named = static_cast<double>(classes_.find(static_cast<std::int64_t>(output)));
    rows_.add({own, named});
  }
  /// @shape  scores: [classes]
  /// @throws Error for no scores, for one that is not finite, and for a label without one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto best = static_cast<std::int64_t>(best_class(scores, items()));
    check_label(static_cast<std::int64_t>(label), std::size(scores), items());
    add(best, label);
  }

 protected:
  [[nodiscard]] std::size_t classes() const noexcept { return classes_.entries().size(); }

  /// Where a class stands among the counts; classes() where it never came.
  [[nodiscard]] std::size_t place_of(std::int64_t number) const noexcept;

  /// @param always  the class that the trivial predictor names; classes(): the most frequent one
  template <ConfusionFormula formula>
  void finish(Quality& quality, std::size_t always) const {
    quality.items = items();
    check_items(quality);
    quality.formula.of = of_confusion<formula>;
    quality.formula.columns = "label,output";
    Buffer<ClassCount> counts(classes());
    const View<double> rows = rows_.all();
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      counts[static_cast<std::size_t>(rows[i])].actual += 1.0;
    }
    if (always == classes()) {
      always = 0;
      for (std::size_t c = 1; c < classes(); ++c) {
        if (counts[c].actual > counts[always].actual) always = c;
      }
    }
    counts[always].named = static_cast<double>(quality.items);
    counts[always].right = counts[always].actual;
    quality.trivial = formula(counts, quality.formula.parameters);
    sum_up(quality, rows,
           "a predictor that always names one class does as well as a perfect one, which leaves "
           "nothing to be skilled at");
  }

 private:
  Tally classes_;
  ItemRows<2> rows_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/confusion-inl.hpp"
#endif
