// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/texts.hpp"
#include "perjoule/quality/tokenize_13a.hpp"
#include "perjoule/quality/utf8.hpp"
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
[[nodiscard]] PERJOULE_PER_ITEM inline double bleu_of(View<double> rows, const double* parameters) {
  double sums[bleu_columns];
  sum_columns(rows, sums);
  const double said = sums[0];
  const double wanted = sums[1];
  const double* const matches = sums + 2;
  const double* const n_grams = matches + bleu_orders;
  const auto method = static_cast<BleuSmoothing::Method>(static_cast<int>(parameters[0]));
  const double value = parameters[1];
  double matched = 0.0;
  for (std::size_t n = 0; n < bleu_orders; ++n) matched += matches[n];
  if (matched <= 0.0) return 0.0;

  double logarithms = 0.0;
  double share = 1.0;  // of a match, for an order that has none
  std::size_t orders = 0;
  for (; orders < bleu_orders; ++orders) {
    const double more = method == BleuSmoothing::Method::add_k && orders > 0 ? value : 0.0;
    const double all = n_grams[orders] + more;
    double right = matches[orders] + more;
    if (all <= 0.0) break;
    if (right <= 0.0 && method == BleuSmoothing::Method::exp) right = share *= 0.5;
    if (right <= 0.0 && method == BleuSmoothing::Method::floor) right = value;
    if (right <= 0.0) return 0.0;
    logarithms += math::logarithm(right / all);
  }
  if (orders < bleu_orders && parameters[2] <= 0.0) return 0.0;
  const double brevity = said < wanted ? 1.0 - wanted / said : 0.0;
  return 100.0 * math::exponential(brevity + logarithms / static_cast<double>(orders));
}

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
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    static constexpr const char* methods[] = {"none", "floor", "add-k", "exp"};
    const auto method = static_cast<std::size_t>(options_.smoothing.method());
    const double value = options_.smoothing.value();
    Quality quality;
    quality.metric = "BLEU";
    quality.signature =
        text::format("nrefs:%s|case:mixed|eff:%s|tok:%s|smooth:%s%s%s%s|as:sacrebleu-2.3.1",
                     references_.shown().chars, options_.effective_order ? "yes" : "no",
                     options_.tokens == BleuTokens::v13a ? "13a" : "none", methods[method],
                     value > 0.0 ? "[" : "", value > 0.0 ? text::shortest(value).chars : "",
                     value > 0.0 ? "]" : "")
            .chars;
    quality.items = items();
    quality.unit = "";
    quality.perfect = 100.0;
    quality.formula.of = detail::bleu_of;
    quality.formula.of_sums = true;
    quality.formula.parameters[0] = static_cast<double>(method);
    quality.formula.parameters[1] = value;
    quality.formula.parameters[2] = options_.effective_order ? 1.0 : 0.0;
    quality.formula.columns =
        "output-words,reference-words,"
        "1-gram-matches,2-gram-matches,3-gram-matches,4-gram-matches,"
        "1-grams,2-grams,3-grams,4-grams";
    detail::sum_up(quality, rows_.all(), "");
    return quality;
  }

  /// @unit   words and n-grams
  /// @shape  [items, 10], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  PERJOULE_COLD void add_texts(std::string_view output,
                               const Buffer<std::string_view>& references) {
    detail::check_utf8(output, "output", items());
    detail::Vocabulary words;
    const Buffer<std::uint32_t> said = tokens(output, words);
    detail::NGrams n_grams(said, detail::bleu_orders);
    double row[detail::bleu_columns] = {};
    std::size_t nearest = 0;
    std::size_t used = 0;
    for (const std::string_view reference : references) {
      if (reference.empty()) continue;
      detail::check_utf8(reference, "reference", items());
      const Buffer<std::uint32_t> wanted = tokens(reference, words);
      n_grams.match(wanted, row + 2);
      const std::size_t size = wanted.size();
      const std::size_t off = size < said.size() ? said.size() - size : size - said.size();
      const std::size_t least =
          nearest < said.size() ? said.size() - nearest : nearest - said.size();
      if (used++ == 0 || off < least || (off == least && size < nearest)) nearest = size;
    }
    references_.add(used, items());
    row[0] = static_cast<double>(said.size());
    row[1] = static_cast<double>(nearest);
    for (std::size_t n = 1; n <= detail::bleu_orders; ++n) {
      row[1 + detail::bleu_orders + n] = static_cast<double>(detail::n_grams_in(said.size(), n));
    }
    rows_.add(row);
  }

  [[nodiscard]] PERJOULE_COLD Buffer<std::uint32_t> tokens(std::string_view text,
                                                           detail::Vocabulary& words) const {
    if (options_.tokens == BleuTokens::none) {
      return detail::numbers_of(detail::words_of(text), words);
    }
    const Buffer<char> spaced = tokenize_13a(text);
    return detail::numbers_of(detail::words_of({spaced.data(), spaced.size()}), words);
  }

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
