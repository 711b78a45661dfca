// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// How often items of each class were given each class.
struct ConfusionMatrix {
  /// Names of the classes, which may be replaced by better ones. Those of labels are their numbers,
  /// in ascending order; behind them are classes that only outputs have, whose numbers a record
  /// does not tell.
  std::vector<std::string> classes;
  /// Items, label by label.
  /// @shape [classes, classes], row-major: label, output
  std::vector<std::size_t> counts;

  /// Returns the number of items of one class that were given another, or their own.
  [[nodiscard]] std::size_t count(std::size_t label, std::size_t output) const noexcept {
    return counts[label * classes.size() + output];
  }
};

namespace detail {

/// @param labels  number of the label of each item
/// @throws Error for rows that are not those of a metric of classes, and for other labels than
///         theirs
[[nodiscard]] ConfusionMatrix confusion_of(View<double> rows, View<std::int64_t> labels);

/// @throws Error if no metric of the entry keeps the classes of its items
[[nodiscard]] View<double> class_rows_of(const Entry& entry);

/// Returns precision, recall or F1 of one class, each from how often something that may be right is
/// right: outputs of the class, labels of it, or items that have it as either, of which F1 is 2
/// s/(1
/// + s) of the share s that is right.
/// @unit   a share of 1
/// @error  Wilson's interval of that share, with that number of items as given; missing for none
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] IntervalEstimate<double> class_score(std::size_t right, std::size_t of, bool is_f1);

}  // namespace detail

/// Returns the confusion matrix of a metric of an entry: of an F score, precision, recall, balanced
/// accuracy, Matthews' correlation or kappa that kept its items. An accuracy keeps no classes.
/// @param labels  those that the metric was made of
/// @shape  labels: [items]
/// @throws Error if no metric of the entry kept the classes of its items, and for other labels
/// @source a count
template <class Labels>
requires ReferencesAreContiguous<Labels> &&
    ClassLabel<std::remove_cvref_t<decltype(*std::data(std::declval<const Labels&>()))>>
[[nodiscard]] ConfusionMatrix confusion_matrix(const Entry& entry, const Labels& labels) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < std::size(labels); ++i) {
    numbers.push_back(static_cast<std::int64_t>(std::data(labels)[i]));
  }
  return detail::confusion_of(detail::class_rows_of(entry), numbers);
}

/// Returns a confusion matrix as a table: a row for each label, a column for each output.
[[nodiscard]] Table confusion_table(const ConfusionMatrix& matrix);

/// Returns a table with a row for each class: its items, precision, recall and F1 in per cent, each
/// with Wilson's interval. What has no items to be a share of is n/a.
[[nodiscard]] Table class_report(const ConfusionMatrix& matrix);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/class_report-inl.hpp"
#endif
