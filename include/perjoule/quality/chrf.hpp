// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/texts.hpp"
#include "perjoule/quality/vocabulary.hpp"

namespace perjoule::inline v0 {

/// What changes chrF's number; the defaults are sacrebleu's.
struct ChrfOptions {
  /// Longest run of words that counts beside those of characters: 0 for chrF, 2 for chrF++.
  std::size_t word_order = 0;
  /// How many times as much recall counts as precision. @unit none
  double beta = 2.0;
};

namespace detail {

inline constexpr std::size_t chrf_character_orders = 6;
inline constexpr std::size_t chrf_most_orders = chrf_character_orders + 2;

/// What one output and one reference have of each order.
struct ChrfCounts {
  /// N-grams of the output, of the reference, and of both.
  double counts[3 * chrf_most_orders] = {};
};

/// @unit   0 to 100
/// @shape  counts: [orders, 3]
/// @source sacrebleu 2.3.1, CHRF._compute_f_score without eps_smoothing: means over the orders that
///         both sides have
[[nodiscard]] double chrf_f_score(const double* counts, std::size_t orders, double beta);

/// @param parameters  beta, and how many orders a row has
/// @unit   0 to 100
/// @source as chrf_f_score
[[nodiscard]] double chrf_of(View<double> rows, const double* parameters);

/// Words with a sign of ASCII at their end apart, or else one at their beginning: not both.
/// @source sacrebleu 2.3.1, CHRF._remove_punctuation, after chrF++.py of Maja Popovic
[[nodiscard]] Buffer<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary);

/// The code points of a text that are no white space.
[[nodiscard]] Buffer<std::uint32_t> chrf_characters(std::string_view text);

/// Counts what a reference and an output have of the orders from 1 on.
/// @shape  counts: [orders, 3]
void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                std::size_t orders, double* counts);

}  // namespace detail

/// Corpus chrF and chrF++: the F-score of n-grams of 1 to 6 characters, and of 1 and 2 words for
/// chrF++, pooled over the test set. It needs no tokeniser and suits languages that inflect.
///
/// White space does not count; upper and lower case differ. Of several references an item has the
/// counts of the one with the best F-score of its own, the first of equal ones; an empty one is
/// left out.
///
/// @unit   0 to 100, as it is quoted
/// @source sacrebleu 2.3.1, CHRF.corpus_score: Popovic, WMT 2015, 392, and WMT 2017, 612
class Chrf {
 public:
  explicit Chrf(const ChrfOptions& options = {}, PerItem keep = PerItem::keep)
      : options_(options), keep_(keep) {
    PERJOULE_EXPECTS(options.word_order <= 2);
    PERJOULE_EXPECTS(is_finite(options.beta) && options.beta > 0.0);
  }

  [[nodiscard]] std::size_t items() const noexcept { return rows_.size() / (3 * orders()); }

  /// @throws Error for a text that is not UTF-8, and where no reference has a text
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   0 to 100
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   n-grams
  /// @shape  [items, 3 (6 + word order)], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept {
    return keep_ == PerItem::keep ? View<double>(rows_) : View<double>();
  }

 private:
  [[nodiscard]] std::size_t orders() const noexcept {
    return detail::chrf_character_orders + options_.word_order;
  }

  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  ChrfOptions options_;
  PerItem keep_;
  Buffer<double> rows_;
  detail::ReferenceCount references_;
};

/// Corpus chrF as `measure` takes it; chrF++ with a word order of 2.
///
/// @param references  for each input, in their order, one text or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         whose references are all empty
/// @source see Chrf
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto chrf(References&& references, const ChrfOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return against(references, Chrf(options, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/chrf-inl.hpp"
#endif
