// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/edit_distance.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/utf8.hpp"
#include "perjoule/quality/vocabulary.hpp"

namespace perjoule::inline v0 {

/// Of what a text is taken to be made.
enum class TextUnit : bool {
  word,      ///< what white space separates, as Python's str.split() has it
  character  ///< code points, white space between words too, but not at the ends
};

namespace detail {

/// Edits over tokens of the references.
/// @unit   a share of 1; not finite where the references have none
/// @source jiwer 4.0, wer and cer
[[nodiscard]] PERJOULE_PER_ITEM inline double error_rate_of(View<double> rows, const double*) {
  double sums[2];
  sum_columns(rows, sums);
  return sums[1] > 0.0 ? sums[0] / sums[1] : no_number();
}

}  // namespace detail

/// Word or character error rate: the edits of all items over the words or characters of all
/// references. It is 1 for a model that says nothing, and above 1 for one that says too much.
///
/// Texts are compared as they are: case, punctuation and Unicode's normal forms are the caller's.
/// An empty reference adds what was said to the edits and nothing to the words. Where all of them
/// are empty there is no rate: the value is then the number of insertions, as in jiwer, without a
/// unit, an interval or a skill.
///
/// @unit   a share of 1
/// @source jiwer 4.0, wer and cer; it splits at blanks only, where this splits at each white space
class ErrorRate {
 public:
  explicit ErrorRate(TextUnit unit = TextUnit::word, PerItem keep = PerItem::keep) noexcept
      : unit_(unit), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8
  PERJOULE_COLD void add(std::string_view output, std::string_view reference) {
    detail::check_utf8(output, "output", items());
    detail::check_utf8(reference, "reference", items());
    detail::Vocabulary words;
    const Buffer<std::uint32_t> wanted = tokens(reference, words);
    const Buffer<std::uint32_t> said = tokens(output, words);
    rows_.add(
        {static_cast<double>(edit_distance(wanted, said)), static_cast<double>(wanted.size())});
  }

  /// @unit   a share of 1
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] PERJOULE_COLD Quality result() const {
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

  /// @unit   edits, and tokens of the reference
  /// @shape  [items, 2], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  [[nodiscard]] PERJOULE_COLD Buffer<std::uint32_t> tokens(std::string_view text,
                                                           detail::Vocabulary& words) const {
    if (unit_ == TextUnit::word) return detail::numbers_of(detail::words_of(text), words);
    const Buffer<char32_t> points = detail::code_points_of(detail::stripped(text));
    Buffer<std::uint32_t> numbers(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) numbers[i] = points[i];
    return numbers;
  }

  TextUnit unit_;
  ItemRows<2> rows_;
};

/// Word error rate as `measure` takes it.
///
/// @param references  one text for each input, in their order; borrowed, so a temporary is refused
/// @param keep        whether each item's edits go into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto word_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return against(references, ErrorRate(TextUnit::word, keep));
}

/// Character error rate as `measure` takes it.
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto character_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return against(references, ErrorRate(TextUnit::character, keep));
}

}  // namespace perjoule::inline v0
