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
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/texts.hpp"
#include "perjoule/quality/vocabulary.hpp"

namespace perjoule::inline v0 {

/// Where BLEU has one token end and the next begin.
enum class BleuTokens : bool {
  v13a,  ///< at white space and signs: see tokenize_13a
  none   ///< at white space only: the caller has tokenised
};

/// What BLEU takes for the n-grams of an order that has no match at all.
class BleuSmoothing {
 public:
  enum class Method : unsigned char { none, floor, add_k, exp };

  /// Nothing: the value is 0 then.
  [[nodiscard]] static BleuSmoothing none() noexcept { return {Method::none, 0.0}; }
  /// Half a match for the first such order, a quarter for the second, and so on.
  [[nodiscard]] static BleuSmoothing exp() noexcept { return {Method::exp, 0.0}; }
  /// @param matches  instead of none
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing floor(double matches = 0.1) {
    return {Method::floor, matches};
  }
  /// @param k  n-grams more, and matches more, for each order above the first
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing add_k(double k = 1.0) { return {Method::add_k, k}; }

  [[nodiscard]] Method method() const noexcept { return method_; }
  /// @unit n-grams; 0 for a method that has none
  /// @source the metric's own definition
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  BleuSmoothing(Method method, double value) : method_(method), value_(value) {
    PERJOULE_EXPECTS(is_finite(value) && value >= 0.0);
  }

  Method method_;
  double value_;
};

/// What changes BLEU's number; the defaults are sacrebleu's.
struct BleuOptions {
  BleuTokens tokens = BleuTokens::v13a;
  BleuSmoothing smoothing = BleuSmoothing::exp();
  /// Leaves out the orders that are longer than every output, for test sets of single words.
  bool effective_order = false;
};

namespace detail {

inline constexpr std::size_t bleu_orders = 4;
/// Words of the output, of the nearest reference, matches and n-grams of each order.
inline constexpr std::size_t bleu_columns = 2 + 2 * bleu_orders;

/// @param parameters  method and value of the smoothing, and whether the order is effective
/// @unit   0 to 100
/// @source Papineni et al., ACL 2002, 311; smoothing: Chen and Cherry, WMT 2014, 362; what is left
///         open there as in sacrebleu 2.3.1, BLEU.compute_bleu
[[nodiscard]] double bleu_of(View<double> rows, const double* parameters);

}  // namespace detail

/// Corpus BLEU: the geometric mean of the precisions of 1- to 4-grams, pooled over the test set,
/// times a penalty for saying less than the references.
///
/// Each item has one reference or several; an n-gram is right as often as the reference has it that
/// has it most often, and the length that counts is that of the reference nearest in length, of two
/// the shorter one. An empty reference is one fewer, as in sacrebleu. Upper and lower case differ.
///
/// @unit   0 to 100, as it is quoted
/// @source sacrebleu 2.3.1, BLEU.corpus_score: Post, WMT 2018, 186
class Bleu {
 public:
  explicit Bleu(const BleuOptions& options = {}, PerItem keep = PerItem::keep) noexcept
      : options_(options), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

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

  /// @unit   words and n-grams
  /// @shape  [items, 10], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  [[nodiscard]] Buffer<std::uint32_t> tokens(std::string_view text,
                                             detail::Vocabulary& words) const;

  BleuOptions options_;
  ItemRows<detail::bleu_columns> rows_;
  detail::ReferenceCount references_;
};

/// Corpus BLEU as `measure` takes it.
///
/// @param references  for each input, in their order, one text or several that are equally right
///                    (not one list for each set of references, as sacrebleu has it); borrowed, so
///                    a temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         whose references are all empty
/// @source see Bleu
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto bleu(References&& references, const BleuOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return against(references, Bleu(options, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/bleu-inl.hpp"
#endif
