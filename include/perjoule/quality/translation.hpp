// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/bleu_tokenizers.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

/// Places where BLEU splits a text into tokens.
enum class BleuTokenizer : std::uint8_t {
  v13a,  ///< at white space and signs: see tokenize_13a
  none,  ///< at white space only: the caller has tokenised
  zh,    ///< for Chinese: at each Chinese character, too; see tokenize_zh
  intl   ///< at white space and the signs of all scripts: see tokenize_intl
};

/// Smoothing of BLEU for orders of n-grams that have no match.
class BleuSmoothing {
 public:
  enum class Method : unsigned char { none, floor, add_k, exp };

  /// Counts nothing instead: the value is then 0.
  [[nodiscard]] static BleuSmoothing none() noexcept { return {Method::none, 0.0}; }
  /// Counts half a match for the first such order, a quarter for the second, and so on.
  [[nodiscard]] static BleuSmoothing exp() noexcept { return {Method::exp, 0.0}; }
  /// @param matches  number that is counted instead of none
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing floor(double matches = 0.1) {
    return {Method::floor, matches};
  }
  /// @param k  added to the n-grams and to the matches of each order above the first
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing add_k(double k = 1.0) { return {Method::add_k, k}; }

  [[nodiscard]] Method method() const noexcept { return method_; }
  /// @unit n-grams; 0 for a method without a value
  /// @source the metric's own definition
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  BleuSmoothing(Method method, double value) : method_(method), value_(value) {
    PERJOULE_EXPECTS(is_finite(value) && value >= 0.0);
  }

  Method method_;
  double value_;
};

/// Options that change BLEU's number; the defaults are sacrebleu's.
struct BleuOptions {
  BleuTokenizer tokenizer = BleuTokenizer::v13a;
  BleuSmoothing smoothing = BleuSmoothing::exp();
  /// Leaves out the orders that are longer than every output, for test sets of single words.
  bool effective_order = false;
  /// Compares texts in small letters.
  bool lower_case = false;
};

namespace detail {

inline constexpr std::size_t bleu_orders = 4;
/// Words of the output and of the nearest reference, then matches and n-grams of each order.
inline constexpr std::size_t bleu_columns = 2 + 2 * bleu_orders;

/// @unit   0 to 100
/// @source Papineni et al., ACL 2002, 311; smoothing: Chen and Cherry, WMT 2014, 362; what they
///         leave open is as in sacrebleu 2.3.1, BLEU.compute_bleu
[[nodiscard]] double bleu_of(View<double> rows, const BleuOptions& options);

[[nodiscard]] ItemFormula bleu_formula(const BleuOptions& options);

/// @throws Error if a set of references has another number of items than the first, or none
void check_set_of_references(std::size_t references, std::size_t items);

}  // namespace detail

/// Corpus BLEU: the geometric mean of the precisions of 1- to 4-grams, pooled over the test set,
/// times a penalty for outputs that are shorter than the references.
///
/// Each item has one or several references. An n-gram is right at most as often as it occurs in the
/// reference that has it most often. The length that counts is that of the reference nearest in
/// length, or of the shorter one if two are equally near. Empty references are left out, as in
/// sacrebleu. Upper and lower case differ, unless the options say otherwise.
///
/// @unit   0 to 100, as it is quoted
/// @source sacrebleu 2.3.1, BLEU.corpus_score: Post, WMT 2018, 186
class Bleu {
 public:
  explicit Bleu(const BleuOptions& options = {}, PerItem keep = PerItem::keep) noexcept
      : options_(options), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and for no reference
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   0 to 100
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   words and n-grams
  /// @shape  [items, 10], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Bleu& next) {
    references_.pool(next.references_);
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(references_, rows_);
  }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  [[nodiscard]] std::vector<std::uint32_t> tokens(std::string_view text,
                                                  detail::Vocabulary& words) const;

  BleuOptions options_;
  ItemRows<detail::bleu_columns> rows_;
  detail::ReferenceCount references_;
};

/// Returns the references of each item, from one list for each set of references, as sacrebleu
/// takes them.
/// @param sets  borrowed: what is returned refers to their texts
/// @shape  sets: [sets, items], strings; returns [items, sets]
/// @throws Error for no sets, and for sets of different lengths
/// @source sacrebleu 2.3.1, corpus_score(hypotheses, references)
template <class Sets>
[[nodiscard]] std::vector<std::vector<std::string_view>> references_by_item(const Sets& sets) {
  std::vector<std::vector<std::string_view>> items;
  for (const auto& set : sets) {
    if (items.empty()) items.resize(std::size(set));
    detail::check_set_of_references(std::size(set), items.size());
    auto item = items.begin();
    for (const auto& text : set) (item++)->emplace_back(text);
  }
  return items;
}
/// A temporary would be gone before its texts are read.
template <class Sets>
std::vector<std::vector<std::string_view>> references_by_item(const Sets&& sets) = delete;

/// Corpus BLEU as a metric for `measure`.
///
/// @param references  one text for each input, in their order, or several that are equally right
///                    (references_by_item() makes them of sacrebleu's order); borrowed, so a
///                    temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         without a reference. An empty text is a reference, as in sacrebleu since 2.2.0
/// @source see Bleu
template <class References>
[[nodiscard]] auto bleu(References&& references, const BleuOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), Bleu(options, keep));
}

/// Options that change chrF's number; the defaults are sacrebleu's.
struct ChrfOptions {
  /// Longest n-gram of words that counts in addition to characters: 0 for chrF, 2 for chrF++.
  std::size_t word_order = 0;
  /// Importance of recall relative to precision. @unit none
  double beta = 2.0;
};

namespace detail {

inline constexpr std::size_t chrf_character_orders = 6;
inline constexpr std::size_t chrf_max_orders = chrf_character_orders + 2;

/// Counts of each order for one output and one reference.
struct ChrfCounts {
  /// N-grams of the output, of the reference, and of both.
  double counts[3 * chrf_max_orders] = {};
};

/// @unit   0 to 100
/// @shape  counts: [orders, 3]
/// @source sacrebleu 2.3.1, CHRF._compute_f_score without eps_smoothing: means over the orders that
///         both sides have
[[nodiscard]] double chrf_f_score(const double* counts, std::size_t orders, double beta);

/// @param orders  number of orders in a row
/// @unit   0 to 100
/// @source as chrf_f_score
[[nodiscard]] double chrf_of(View<double> rows, std::size_t orders, double beta);

/// @copydoc chrf_of
[[nodiscard]] ItemFormula chrf_formula(std::size_t orders, double beta);

/// Returns words with a sign of ASCII separated from their end, or else from their beginning: not
/// both.
/// @source sacrebleu 2.3.1, CHRF._remove_punctuation, after chrF++.py of Maja Popovic
[[nodiscard]] std::vector<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary);

/// Returns the code points of a text without white space.
[[nodiscard]] std::vector<std::uint32_t> chrf_characters(std::string_view text);

/// Counts the n-grams of an output, of a reference and of both, from order 1 on.
/// @shape  counts: [orders, 3]
void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                std::size_t orders, double* counts);

}  // namespace detail

/// Corpus chrF and chrF++: the F-score of n-grams of 1 to 6 characters and, for chrF++, of 1 and 2
/// words, pooled over the test set. It needs no tokeniser and suits languages that inflect.
///
/// White space does not count; upper and lower case differ. With several references, an item has
/// the counts of the one with the best F-score, the first of equal ones. Empty references are left
/// out.
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

  /// @throws Error for a text that is not UTF-8, and for no reference
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

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Chrf& next) {
    references_.pool(next.references_);
    rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(references_, rows_);
  }

 private:
  [[nodiscard]] std::size_t orders() const noexcept {
    return detail::chrf_character_orders + options_.word_order;
  }

  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  ChrfOptions options_;
  PerItem keep_;
  std::vector<double> rows_;
  detail::ReferenceCount references_;
};

/// Corpus chrF as a metric for `measure`; chrF++ with a word order of 2.
///
/// @param references  one text for each input, in their order, or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         without a reference. An empty text is a reference, as in sacrebleu since 2.2.0
/// @source see Chrf
template <class References>
[[nodiscard]] auto chrf(References&& references, const ChrfOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), Chrf(options, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/translation-inl.hpp"
#endif
