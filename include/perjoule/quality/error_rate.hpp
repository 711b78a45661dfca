// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
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

/// Changes of the distance down a column of the table, for 64 rows: +1, -1 or, with neither bit, 0.
struct VerticalDeltas {
  std::uint64_t up;
  std::uint64_t down;
};

/// Returns the distance between two sequences of numbers, computed 64 rows of the table at a time.
///
/// The rows are those of the reference, the columns those of the output. A block of 64 rows runs
/// through all columns before the next block does, and hands down a step of -1, 0 or 1 for each
/// column. So there is one mask for each different number, rather than one for each number and
/// block.
///
/// @param steps  receives the steps of each block and column, or null
/// @shape steps: [blocks, columns], row-major
/// @source Myers, J. ACM 46 (1999) 395; Hyyro, Explaining and extending the bit-parallel
///         approximate string matching algorithm of Myers (2001), for whole sequences
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                        VerticalDeltas* steps);

}  // namespace detail

/// Returns the least number of substitutions, deletions and insertions that change one sequence of
/// tokens into another: the Levenshtein distance.
///
/// @param reference, output  a number for each token, any number, equal for equal tokens
/// @unit   edits
/// @source Levenshtein, Soviet Physics Doklady 10 (1966) 707; computed as Myers and Hyyro do
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Edits that change a reference into an output.
struct Edits {
  std::size_t substitutions = 0;
  std::size_t deletions = 0;   ///< tokens of the reference that the output lacks
  std::size_t insertions = 0;  ///< tokens of the output that the reference lacks
};

/// Returns the edits of one shortest path from a reference to an output.
///
/// Only their sum, the distance, is unique: "a b" to "b c" is two substitutions, or a deletion and
/// an insertion. Of several shortest paths this is the one that, walked from the ends of both,
/// keeps equal tokens, otherwise deletes, otherwise substitutes, otherwise inserts. Other programs
/// break ties differently and find other counts, so no metric here is computed from them.
///
/// @param reference, output  a number for each token, any number, equal for equal tokens
/// @unit   edits
/// @source as edit_distance; two bits are kept for each cell of the table
[[nodiscard]] Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Units into which a text is split.
enum class TextUnit : bool {
  word,      ///< parts between white space, as with Python's str.split()
  character  ///< code points, including white space between words, but not at the ends
};

/// A function that texts go through before they are compared, such as one that lowers case and
/// spells numbers out.
struct TextNormalizer {
  std::string name = {};  ///< for the signature: another name for each function
  std::function<std::string(std::string_view text)> apply = nullptr;  ///< UTF-8 to UTF-8
};

namespace detail {

/// Returns the edits per token of the references.
/// @unit   a share of 1; not finite if the references have no token
/// @source jiwer 4.0, wer and cer
[[nodiscard]] double error_rate_of(View<double> rows);

/// Returns the formula of that, or of the number of edits if these references have no token.
/// @shape rows: [items, 2], edits and tokens of the reference
[[nodiscard]] ItemFormula error_rate_formula(TextUnit unit, View<double> rows);

}  // namespace detail

/// Word or character error rate: the edits of all items divided by the words or characters of all
/// references. It is 1 for a model that says nothing, and above 1 for one that says too much.
///
/// Texts are compared as they are, or as a normaliser returns them: case, punctuation and Unicode
/// normal forms are up to the caller.
/// With an empty reference, everything in the output counts as edits, and nothing is added to the
/// words or characters. If all references are empty there is no rate: the value is then the number
/// of insertions, as in jiwer, which is exact and has neither a unit nor a skill.
///
/// @unit   a share of 1
/// @source jiwer 4.0, wer and cer; words end at all white space here, and in jiwer at blanks and
///         where two or more characters of white space meet
class ErrorRate {
 public:
  /// @throws Error for a normaliser without a name
  explicit ErrorRate(TextUnit unit = TextUnit::word, PerItem keep = PerItem::keep,
                     TextNormalizer normalizer = {});

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, also of a normaliser, and what that throws
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

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const ErrorRate& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> tokens(std::string_view text,
                                                  detail::Vocabulary& words) const;

  TextUnit unit_;
  TextNormalizer normalizer_;
  ItemRows<2> rows_;
};

/// Word error rate as a metric for `measure`.
///
/// @param references  one text for each input, in their order; borrowed, so a temporary is refused
/// @param keep        whether each item's edits go into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
[[nodiscard]] auto word_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), ErrorRate(TextUnit::word, keep));
}

/// Word error rate of texts that go through a normaliser first, both outputs and references.
///
///     perjoule::word_error_rate(texts, {"lower-case", lower_case})
///
/// @param normalizer  with a name, which stands in the signature; called outside of all
/// measurements
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references and a normaliser without a name; while running: for a text that
///         is not UTF-8
/// @source see ErrorRate
template <class References>
[[nodiscard]] auto word_error_rate(References&& references, TextNormalizer normalizer,
                                   PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         ErrorRate(TextUnit::word, keep, std::move(normalizer)));
}

/// Character error rate as a metric for `measure`.
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
[[nodiscard]] auto character_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         ErrorRate(TextUnit::character, keep));
}

/// Character error rate of texts that go through a normaliser first, both outputs and references.
/// @param normalizer  see word_error_rate
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references and a normaliser without a name; while running: for a text that
///         is not UTF-8
/// @source see ErrorRate
template <class References>
[[nodiscard]] auto character_error_rate(References&& references, TextNormalizer normalizer,
                                        PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         ErrorRate(TextUnit::character, keep, std::move(normalizer)));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/error_rate-inl.hpp"
#endif
