// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
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
[[nodiscard]] double error_rate_of(View<double> rows, const double*);

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
  void add(std::string_view output, std::string_view reference);

  /// @unit   a share of 1
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   edits, and tokens of the reference
  /// @shape  [items, 2], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  [[nodiscard]] Buffer<std::uint32_t> tokens(std::string_view text,
                                             detail::Vocabulary& words) const;

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

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/word_error-inl.hpp"
#endif
