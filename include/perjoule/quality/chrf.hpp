// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/texts.hpp"
#include "perjoule/quality/utf8.hpp"
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
[[nodiscard]] PERJOULE_COLD inline double chrf_f_score(const double* counts, std::size_t orders,
                                                       double beta) {
  double precision = 0.0;
  double recall = 0.0;
  double used = 0.0;
  for (std::size_t n = 0; n < orders; ++n, counts += 3) {
    if (counts[0] <= 0.0 || counts[1] <= 0.0) continue;
    precision += counts[2] / counts[0];
    recall += counts[2] / counts[1];
    used += 1.0;
  }
  if (precision + recall <= 0.0) return 0.0;
  precision /= used;
  recall /= used;
  const double weight = beta * beta;
  return 100.0 * (1.0 + weight) * precision * recall / (weight * precision + recall);
}

/// @param parameters  beta, and how many orders a row has
/// @unit   0 to 100
/// @source as chrf_f_score
[[nodiscard]] PERJOULE_PER_ITEM inline double chrf_of(View<double> rows, const double* parameters) {
  const auto orders = static_cast<std::size_t>(parameters[1]);
  const std::size_t columns = 3 * orders;
  ChrfCounts sums;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums.counts[c] += rows[i + c];
  }
  return chrf_f_score(sums.counts, orders, parameters[0]);
}

/// Words with a sign of ASCII at their end apart, or else one at their beginning: not both.
/// @source sacrebleu 2.3.1, CHRF._remove_punctuation, after chrF++.py of Maja Popovic
[[nodiscard]] PERJOULE_COLD inline Buffer<std::uint32_t> chrf_words(std::string_view text,
                                                                    Vocabulary& vocabulary) {
  Buffer<std::string_view> parts;
  for (const std::string_view word : words_of(text)) {
    const bool behind = word.size() > 1 && is_punctuation(word[word.size() - 1]);
    const std::size_t first = behind ? word.size() - 1 : is_punctuation(word[0]) ? 1 : 0;
    if (first != 0) parts.push_back(word.substr(0, first));
    if (first != word.size()) parts.push_back(word.substr(first));
  }
  return numbers_of(parts, vocabulary);
}

/// The code points of a text that are no white space.
[[nodiscard]] PERJOULE_PER_ITEM inline Buffer<std::uint32_t> chrf_characters(
    std::string_view text) {
  const Buffer<char32_t> points = code_points_of(text);
  Buffer<std::uint32_t> characters(points.size());
  std::size_t count = 0;
  for (const char32_t c : points) {
    if (!is_space(c)) characters[count++] = c;
  }
  return Buffer<std::uint32_t>(View<std::uint32_t>(characters.data(), count));
}

/// Counts what a reference and an output have of the orders from 1 on.
/// @shape  counts: [orders, 3]
PERJOULE_COLD inline void chrf_count(std::size_t said, NGrams& n_grams,
                                     View<std::uint32_t> reference, std::size_t orders,
                                     double* counts) {
  double matches[chrf_character_orders] = {};
  n_grams.forget_matches();
  n_grams.match(reference, matches);
  for (std::size_t n = 1; n <= orders; ++n, counts += 3) {
    const std::size_t wanted = n_grams_in(reference.size(), n);
    // An order that the reference is too short for is not held against the output.
    counts[0] = wanted == 0 ? 0.0 : static_cast<double>(n_grams_in(said, n));
    counts[1] = static_cast<double>(wanted);
    counts[2] = matches[n - 1];
  }
}

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
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    const text::Short beta = text::shortest(options_.beta);
    Quality quality;
    quality.metric = text::format("chrF%s%s", beta.chars,
                                  options_.word_order == 0   ? ""
                                  : options_.word_order == 1 ? "+"
                                                             : "++")
                         .chars;
    quality.signature =
        text::format("nrefs:%s|case:mixed|eff:yes|nc:6|nw:%zu|space:no|beta:%s|as:sacrebleu-2.3.1",
                     references_.shown().chars, options_.word_order, beta.chars)
            .chars;
    quality.items = items();
    quality.unit = "";
    quality.perfect = 100.0;
    quality.formula.of = detail::chrf_of;
    quality.formula.of_sums = true;
    quality.formula.parameters[0] = options_.beta;
    quality.formula.parameters[1] = static_cast<double>(orders());
    quality.formula.columns = "output,reference,both of 1 to 6 characters, then of words";
    detail::sum_up(quality, rows_, "");
    return quality;
  }

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

  PERJOULE_COLD void add_texts(std::string_view output,
                               const Buffer<std::string_view>& references) {
    detail::check_utf8(output, "output", items());
    detail::Vocabulary vocabulary;
    const Buffer<std::uint32_t> characters = detail::chrf_characters(output);
    detail::NGrams of_characters(characters, detail::chrf_character_orders);
    Buffer<std::uint32_t> words;
    if (options_.word_order != 0) words = detail::chrf_words(output, vocabulary);
    detail::NGrams of_words(words, options_.word_order);
    detail::ChrfCounts best;
    double best_score = -1.0;
    std::size_t used = 0;
    for (const std::string_view reference : references) {
      if (reference.empty()) continue;
      detail::check_utf8(reference, "reference", items());
      ++used;
      detail::ChrfCounts here;
      detail::chrf_count(characters.size(), of_characters, detail::chrf_characters(reference),
                         detail::chrf_character_orders, here.counts);
      if (options_.word_order != 0) {
        detail::chrf_count(words.size(), of_words, detail::chrf_words(reference, vocabulary),
                           options_.word_order, here.counts + 3 * detail::chrf_character_orders);
      }
      const double score = detail::chrf_f_score(here.counts, orders(), options_.beta);
      if (score > best_score) {
        best_score = score;
        best = here;
      }
    }
    references_.add(used, items());
    rows_.append({best.counts, 3 * orders()});
  }

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
