// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/quality/edit_distance.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/utf8.hpp"
#include "perjoule/quality/word_error.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double error_rate_of(View<double> rows, const double*) {
  double sums[2];
  sum_columns(rows, sums);
  return sums[1] > 0.0 ? sums[0] / sums[1] : no_number();
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void ErrorRate::add(std::string_view output, std::string_view reference) {
  detail::check_utf8(output, "output", items());
  detail::check_utf8(reference, "reference", items());
  detail::Vocabulary words;
  const Buffer<std::uint32_t> wanted = tokens(reference, words);
  const Buffer<std::uint32_t> said = tokens(output, words);
  rows_.add({static_cast<double>(edit_distance(wanted, said)), static_cast<double>(wanted.size())});
}

PERJOULE_INLINE Quality ErrorRate::result() const {
  const bool of_words = unit_ == TextUnit::word;
  Quality quality;
  quality.metric = of_words ? "WER" : "CER";
  quality.signature = of_words ? "unit:word|split:white-space|case:mixed|as:jiwer-4.0"
                               : "unit:code-point|strip:yes|case:mixed|as:jiwer-4.0";
  quality.higher_is_better = false;
  quality.items = items();
  quality.trivial = 1.0;
  quality.perfect = 0.0;
  quality.formula.of = detail::error_rate_of;
  quality.formula.of_sums = true;
  quality.formula.columns = of_words ? "edits,words" : "edits,characters";
  detail::check_items(quality);
  const View<double> rows = rows_.all();
  double sums[2];
  detail::sum_columns(rows, sums);
  if (sums[1] <= 0.0) {
    quality.unit = "";
    quality.trivial = 0.0;
    quality.signature = "insertions|as:jiwer-4.0";
    quality.value = exact(sums[0]);
    quality.value_interval = interval(quality.value);
    quality.why_no_skill = "all references are empty: who says nothing is perfect";
    return quality;
  }
  detail::sum_up(quality, rows, "");
  return quality;
}

PERJOULE_INLINE Buffer<std::uint32_t> ErrorRate::tokens(std::string_view text,
                                                        detail::Vocabulary& words) const {
  if (unit_ == TextUnit::word) return detail::numbers_of(detail::words_of(text), words);
  const Buffer<char32_t> points = detail::code_points_of(detail::stripped(text));
  Buffer<std::uint32_t> numbers(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) numbers[i] = points[i];
  return numbers;
}

}  // namespace perjoule::inline v0
