// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                          VerticalDeltas* steps) {
  LabelIndex numbers;
  std::vector<std::uint32_t> rows(reference.size());
  std::vector<std::uint32_t> columns(output.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<std::uint32_t>(numbers.find(reference[i]));
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    columns[j] = static_cast<std::uint32_t>(numbers.find(output[j]));
  }
  std::vector<std::uint64_t> masks(numbers.entries().size());
  // Steps from the previous column, in the last row of the block above.
  std::vector<signed char> across(columns.size());
  for (signed char& step : across) step = 1;
  for (std::size_t first = 0; first < rows.size(); first += 64) {
    const std::size_t left = rows.size() - first;
    const std::size_t here = left < 64 ? left : 64;
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] |= std::uint64_t{1} << i;
    std::uint64_t up = ~std::uint64_t{0};
    std::uint64_t down = 0;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const auto up_in = static_cast<std::uint64_t>(across[j] > 0);
      const auto down_in = static_cast<std::uint64_t>(across[j] < 0);
      const std::uint64_t equal = masks[columns[j]];
      const std::uint64_t vertical = equal | down;
      const std::uint64_t seen = equal | down_in;
      const std::uint64_t horizontal = (((seen & up) + up) ^ up) | seen;
      std::uint64_t right_up = down | ~(horizontal | up);
      std::uint64_t right_down = up & horizontal;
      across[j] = static_cast<signed char>(static_cast<int>(right_up >> (here - 1) & 1U) -
                                           static_cast<int>(right_down >> (here - 1) & 1U));
      right_up = right_up << 1U | up_in;
      right_down = right_down << 1U | down_in;
      up = right_down | ~(vertical | right_up);
      down = right_up & vertical;
      if (steps != nullptr) *steps++ = {up, down};
    }
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] = 0;
  }
  std::ptrdiff_t distance = static_cast<std::ptrdiff_t>(rows.size());
  for (const signed char step : across) distance += step;
  return static_cast<std::size_t>(distance);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference,
                                          View<std::uint32_t> output) {
  return detail::edit_distance(reference, output, nullptr);
}

PERJOULE_INLINE Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output) {
  std::size_t i = reference.size();
  std::size_t j = output.size();
  std::vector<detail::VerticalDeltas> steps((i + 63) / 64 * j);
  (void)detail::edit_distance(reference, output, steps.data());
  Edits edits;
  while (i != 0 && j != 0) {
    if (reference[i - 1] == output[j - 1]) {
      --i;
      --j;
      continue;
    }
    const detail::VerticalDeltas* const cell =
        steps.data() + (i - 1) / 64 * output.size() + (j - 1);
    const std::uint64_t row = std::uint64_t{1} << ((i - 1) % 64);
    if ((cell->up & row) != 0) {
      ++edits.deletions;
      --i;
    } else if (j > 1 && (cell[-1].down & row) != 0) {
      // The cell to the left is less than the diagonal one, so only the way from there is shortest.
      ++edits.insertions;
      --j;
    } else {
      ++edits.substitutions;
      --i;
      --j;
    }
  }
  edits.deletions += i;
  edits.insertions += j;
  return edits;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double error_rate_of(View<double> rows) {
  double sums[2];
  sum_columns(rows, sums);
  return sums[1] > 0.0 ? sums[0] / sums[1] : quiet_nan();
}

PERJOULE_INLINE ItemFormula error_rate_formula(TextUnit unit, View<double> rows) {
  double sums[2];
  sum_columns(rows, sums);
  ItemFormula formula;
  formula.columns = unit == TextUnit::word ? "edits,words" : "edits,characters";
  formula.uses_sums = true;
  formula.value = error_rate_of;
  formula.estimate = [](View<double> of) { return ratio_of_sums(of); };
  if (sums[1] <= 0.0) {
    formula.is_exact = true;
    formula.value = [](View<double> of) {
      double all[2];
      sum_columns(of, all);
      return all[0];
    };
  }
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ErrorRate::ErrorRate(TextUnit unit, PerItem keep, TextNormalizer normalizer)
    : unit_(unit), normalizer_(std::move(normalizer)), rows_(keep) {
  const bool is_complete = (normalizer_.apply == nullptr) == normalizer_.name.empty();
  if (is_complete && normalizer_.name.find('|') == std::string::npos) return;
  detail::fail("a normaliser is a function and a name without |",
               normalizer_.name.empty() ? "it has no name" : normalizer_.name,
               R"(write {"lower-case", function}, so that the signature tells which it was)");
}

PERJOULE_INLINE void ErrorRate::add(std::string_view output, std::string_view reference) {
  detail::check_utf8(output, "output", items());
  detail::check_utf8(reference, "reference", items());
  std::string normal_output;
  std::string normal_reference;
  if (normalizer_.apply != nullptr) {
    normal_output = normalizer_.apply(output);
    normal_reference = normalizer_.apply(reference);
    output = normal_output;
    reference = normal_reference;
    detail::check_utf8(output, "normalised output", items());
    detail::check_utf8(reference, "normalised reference", items());
  }
  detail::Vocabulary words;
  const std::vector<std::uint32_t> wanted = tokens(reference, words);
  const std::vector<std::uint32_t> said = tokens(output, words);
  rows_.add({static_cast<double>(edit_distance(wanted, said)), static_cast<double>(wanted.size())});
}

PERJOULE_INLINE Quality ErrorRate::result() const {
  const bool of_words = unit_ == TextUnit::word;
  Quality quality;
  quality.metric = of_words ? "WER" : "CER";
  quality.signature = text::format(
      "{}|{}|as:jiwer-4.0",
      of_words ? "unit:word|split:python-white-space" : "unit:code-point|strip:python-white-space",
      normalizer_.name.empty() ? "case:mixed" : text::format("normal:{}", normalizer_.name));
  quality.higher_is_better = false;
  quality.items = items();
  quality.trivial = 1.0;
  quality.perfect = 0.0;
  detail::check_items(quality);
  const View<double> rows = rows_.all();
  quality.formula = detail::error_rate_formula(unit_, rows);
  if (quality.formula.is_exact) {
    quality.unit = "";
    quality.trivial = 0.0;
    quality.signature = "insertions|" + quality.signature;
  }
  detail::finish_quality(quality, rows, "all references are empty: who says nothing is perfect");
  return quality;
}

PERJOULE_INLINE std::vector<std::uint32_t> ErrorRate::tokens(std::string_view text,
                                                             detail::Vocabulary& words) const {
  if (unit_ == TextUnit::word) return detail::token_ids(detail::words_of(text), words);
  const std::vector<char32_t> points = detail::code_points_of(detail::stripped(text));
  std::vector<std::uint32_t> numbers(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) numbers[i] = points[i];
  return numbers;
}

}  // namespace perjoule::inline v0
