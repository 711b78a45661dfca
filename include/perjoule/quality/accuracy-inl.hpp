// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string AnswerFrom::signature() const {
  return "threshold:" + text::shortest(threshold);
}

PERJOULE_INLINE void LabelCounts::pool(const LabelCounts& next) {
  for (std::size_t label = 0; label < places; ++label) {
    for (std::size_t right = 0; right < 2; ++right) {
      small_[label][right] += next.small_[label][right];
    }
  }
  others_.pool(next.others_);
  others_right_ += next.others_right_;
}

PERJOULE_INLINE std::size_t LabelCounts::items() const noexcept {
  std::size_t sum = 0;
  for (const std::uint64_t(&of_label)[2] : small_) sum += of_label[0] + of_label[1];
  for (const LabelIndex::LabelCount& label : others_.entries()) sum += label.count;
  return sum;
}

PERJOULE_INLINE std::size_t LabelCounts::right() const noexcept {
  std::size_t sum = others_right_;
  for (const std::uint64_t(&of_label)[2] : small_) sum += of_label[1];
  return sum;
}

PERJOULE_INLINE std::size_t LabelCounts::most_frequent(std::size_t k) const {
  std::vector<std::uint64_t> counts;
  for (const std::uint64_t(&of_label)[2] : small_) {
    // Sorting places without a label would take most of the time of result().
    if (of_label[0] + of_label[1] != 0) counts.push_back(of_label[0] + of_label[1]);
  }
  for (const LabelIndex::LabelCount& label : others_.entries()) counts.push_back(label.count);
  std::sort(counts.begin(), counts.end());
  std::size_t sum = 0;
  for (std::size_t i = 0; i < k && i < counts.size(); ++i) sum += counts[counts.size() - 1 - i];
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Accuracy::result() const {
  Quality quality;
  quality.metric = k_ == 1 ? "accuracy" : text::format("top-{}-accuracy", k_);
  quality.signature = text::format("top-k:{}|ties:first|trivial:most-frequent", k_);
  quality.formula.columns = "right";
  quality.items = items();
  detail::check_items(quality);
  const auto n = static_cast<double>(quality.items);
  quality.trivial = static_cast<double>(labels_.most_frequent(k_)) / n;
  detail::finish_proportion(
      quality, labels_.right(),
      k_ == 1 ? "all labels are of one class, which leaves nothing to be skilled at"
              : "k guesses cover every class, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE std::vector<double> Accuracy::per_item() const {
  std::vector<double> shares(right_.size());
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = right_[i];
  return shares;
}

PERJOULE_INLINE void Accuracy::add_named(std::int64_t label, bool right) {
  if (k_ != 1) {
    detail::fail("top-k accuracy with k above 1", "the model names a single class",
                 "let the forward pass return a score for each class, or leave k out");
  }
  count(label, right);
}

PERJOULE_INLINE void Accuracy::count(std::int64_t label, bool right) {
  labels_.add(label, right);
  if (keep_ == PerItem::keep) right_.push_back(right ? 1 : 0);
}

}  // namespace perjoule::inline v0
