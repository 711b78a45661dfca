// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/labels.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void no_scores(std::size_t item) {
  fail("no scores", text::format("item {}", item), "return one score for each class");
}

PERJOULE_INLINE void score_not_finite(std::size_t item, std::size_t place) {
  fail("a score is not a finite number", text::format("item {}, class {}", item, place),
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void probability_not_finite() {
  fail("a probability is not a finite number", "accuracy with a threshold",
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void not_two_scores(std::size_t item, std::size_t scores, std::int64_t positive) {
  fail("a ranking takes one score, or two scores of the classes 0 and 1",
       text::format("item {} has {} scores, and the positive class is {}", item, scores, positive),
       "project the score: of([](const auto& scores) { return scores[1]; }, auroc(labels))");
}

PERJOULE_INLINE void label_without_score(std::size_t item) {
  fail("a label has no score", text::format("item {}", item),
       "return one score for each class, and count classes from 0");
}

PERJOULE_INLINE void check_label(std::int64_t label, std::size_t classes, std::size_t item) {
  if (static_cast<std::uint64_t>(label) >= classes) label_without_score(item);
}

PERJOULE_INLINE LabelIndex::LabelIndex() = default;
PERJOULE_INLINE LabelIndex::LabelIndex(const LabelIndex& other) = default;
PERJOULE_INLINE LabelIndex::LabelIndex(LabelIndex&& other) noexcept = default;
PERJOULE_INLINE LabelIndex& LabelIndex::operator=(const LabelIndex& other) = default;
PERJOULE_INLINE LabelIndex& LabelIndex::operator=(LabelIndex&& other) noexcept = default;
PERJOULE_INLINE LabelIndex::~LabelIndex() = default;

PERJOULE_INLINE std::size_t LabelIndex::add(std::int64_t number) {
  const std::size_t place = find(number);
  ++entries_[place].count;
  return place;
}

PERJOULE_INLINE void LabelIndex::pool(const LabelIndex& next) {
  for (const LabelCount& label : next.entries_) entries_[find(label.number)].count += label.count;
}

PERJOULE_INLINE std::size_t LabelIndex::find(std::int64_t number) {
  const auto known = places_.find(number);
  if (known != places_.end()) return known->second;
  entries_.push_back({number, 0});  // first: a place without an entry would be a fault
  return places_.emplace(number, entries_.size() - 1).first->second;
}

}  // namespace perjoule::inline v0::detail
