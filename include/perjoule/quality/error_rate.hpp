// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How the distance changes down a column of the table, for 64 rows: by +1, by -1, else by 0.
struct VerticalDeltas {
  std::uint64_t up;
  std::uint64_t down;
};

/// The distance between two sequences of numbers, 64 rows of the table at a time.
///
/// The rows are the reference's, the columns the output's. A block of 64 rows is taken through all
/// columns before the next, with what it hands down, a step of -1, 0 or 1 for each column: so there
/// is one mask for each different number, and not one for each in each block.
///
/// @param steps  where to leave the steps of each block and column, or null
/// @shape steps: [blocks, columns], row-major
/// @source Myers, J. ACM 46 (1999) 395; Hyyro, Explaining and extending the bit-parallel
///         approximate string matching algorithm of Myers (2001), for whole sequences
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                        VerticalDeltas* steps);

}  // namespace detail

/// The least number of substitutions, deletions and insertions that turn one sequence of tokens
/// into another: Levenshtein's distance.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source Levenshtein, Soviet Physics Doklady 10 (1966) 707; computed as Myers and Hyyro do
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output);

/// What was done to a reference to get an output.
struct Edits {
  std::size_t substitutions = 0;
  std::size_t deletions = 0;   ///< tokens of the reference that the output lacks
  std::size_t insertions = 0;  ///< tokens of the output that the reference lacks
};

/// The edits of one shortest way from a reference to an output.
///
/// Only their sum, the distance, is unique: "a b" to "b c" is two substitutions, or a deletion and
/// an insertion. Of several shortest ways this is the one that, walked from the ends of both, takes
/// what is equal, else deletes, else substitutes, else inserts. Other programs break ties otherwise
/// and find other counts, which is why no metric here is made of them.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source as edit_distance; two bits are kept for each cell of the table on the way
[[nodiscard]] Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Of what a text is taken to be made.
enum class TextUnit : bool {
  word,      ///< what white space separates, as Python's str.split() has it
  character  ///< code points, white space between words too, but not at the ends
};

namespace detail {

/// Edits over tokens of the references.
/// @unit   a share of 1; not finite where the references have none
/// @source jiwer 4.0, wer and cer
[[nodiscard]] double error_rate_of(View<double> rows);

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
  [[nodiscard]] std::vector<std::uint32_t> tokens(std::string_view text,
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
  return bind_references(references, ErrorRate(TextUnit::word, keep));
}

/// Character error rate as `measure` takes it.
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto character_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, ErrorRate(TextUnit::character, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/error_rate-inl.hpp"
#endif
