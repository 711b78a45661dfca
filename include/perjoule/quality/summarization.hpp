// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

/// Numbers that ROUGE gives for a pair of texts.
enum class RougeMeasure : std::uint8_t {
  f1,         ///< harmonic mean of both others
  precision,  ///< share of the output that the reference has
  recall      ///< share of the reference that the output has
};

/// Options of ROUGE.
struct RougeOptions {
  RougeMeasure measure = RougeMeasure::f1;
  PerItem keep = PerItem::keep;
};

namespace detail {

/// Returns a text in small letters, with a blank for each run of characters that are none of a to z
/// and 0 to 9. Beyond ASCII, only the Kelvin sign and the capital I with a dot have a small letter
/// among them: in Python's str.lower() they become k, and i with a combining dot.
/// @param text  valid UTF-8
/// @source rouge-score 0.1.2, tokenize.py without the stemmer
[[nodiscard]] std::string rouge_text(std::string_view text);

/// Returns the length of the longest sequence of tokens that both have, in order but not
/// necessarily one after another.
/// @unit   tokens
/// @source Wagner and Fischer, J. ACM 21 (1974) 168
[[nodiscard]] std::size_t longest_common_subsequence(View<std::uint32_t> a, View<std::uint32_t> b);

/// Precision, recall and F1 of an output.
struct RougeScore {
  double precision = 0.0;  ///< @unit a share of 1
  double recall = 0.0;     ///< @unit a share of 1
  double f1 = 0.0;         ///< @unit a share of 1
};

/// @param same, said, wanted  numbers of n-grams, or of tokens
[[nodiscard]] RougeScore rouge_score(double same, double said, double wanted) noexcept;

}  // namespace detail

/// ROUGE-1, ROUGE-2, ... or ROUGE-L. Made by `rouge_n` and `rouge_l`.
class Rouge {
 public:
  /// @param order  words in an n-gram; 0 for ROUGE-L
  explicit Rouge(std::size_t order, const RougeOptions& options = {}) noexcept
      : order_(order), options_(options), rows_(options.keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a text that is not UTF-8, and for no reference
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Student's interval of the mean over items
  /// @throws Error for no items
  /// @source see rouge_n and rouge_l
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Rouge& next) {
    references_.pool(next.references_);
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(references_, rows_);
  }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);
  [[nodiscard]] detail::RougeScore score(View<std::uint32_t> said,
                                         View<std::uint32_t> wanted) const;

  std::size_t order_;
  RougeOptions options_;
  detail::ReferenceCount references_;
  ItemRows<1> rows_;
};

/// Overlap of the n-grams of a summary with those of a reference, as F1 unless the options say
/// otherwise; the mean over items.
///
/// Words are runs of the letters a to z and digits, in small letters and not stemmed, so it is for
/// English: texts in other scripts have no words at all. With several references, an item has the
/// numbers of the one with the best F1, the first of equal ones. A text without n-grams scores 0.
/// @param references  one text for each input, in their order, or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param n           words in an n-gram, at least 1
/// @unit   a share of 1; papers quote per cent
/// @shape  references: [items] or [items, references]
/// @error  Student's interval of the mean over items
/// @throws Error for no references and an n of 0; while running: for a text that is not UTF-8, and
///         for an item without a reference
/// @source Lin, ROUGE (2004), 2; what it leaves open is as in rouge-score 0.1.2 with
///         use_stemmer=False
template <class References>
[[nodiscard]] auto rouge_n(References&& references, std::size_t n,
                           const RougeOptions& options = {}) {
  if (n == 0) detail::fail("ROUGE of n-grams without words", "n is 0", "write rouge_n(texts, 2)");
  return bind_references(std::forward<References>(references), Rouge(n, options));
}

/// Longest common subsequence of the words of a summary and of a reference, as F1 unless the
/// options say otherwise; the mean over items. Each text counts as one sentence (not ROUGE-Lsum).
/// @param references  see rouge_n
/// @unit   a share of 1; papers quote per cent
/// @shape  references: [items] or [items, references]
/// @error  Student's interval of the mean over items
/// @throws see rouge_n
/// @source Lin, ROUGE (2004), 3.1, with beta 1; what it leaves open is as in rouge-score 0.1.2 with
///         use_stemmer=False
template <class References>
[[nodiscard]] auto rouge_l(References&& references, const RougeOptions& options = {}) {
  return bind_references(std::forward<References>(references), Rouge(0, options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/summarization-inl.hpp"
#endif
