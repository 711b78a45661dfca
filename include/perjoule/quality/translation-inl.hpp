// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/unicode.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_set_of_references(std::size_t references, std::size_t items) {
  if (references == items && items != 0) return;
  fail("sets of references differ in length",
       text::format("one has {} texts, the first {}", references, items),
       "pass one list for each set, each with a text for each item");
}

PERJOULE_INLINE double bleu_of(View<double> rows, const BleuOptions& options) {
  double sums[bleu_columns];
  sum_columns(rows, sums);
  const double said = sums[0];
  const double wanted = sums[1];
  const double* const matches = sums + 2;
  const double* const n_grams = matches + bleu_orders;
  const BleuSmoothing::Method method = options.smoothing.method();
  const double value = options.smoothing.value();
  double matched = 0.0;
  for (std::size_t n = 0; n < bleu_orders; ++n) matched += matches[n];
  if (matched <= 0.0) return 0.0;

  double logarithms = 0.0;
  double share = 1.0;  // share of a match, for an order that has none
  std::size_t orders = 0;
  for (; orders < bleu_orders; ++orders) {
    const double more = method == BleuSmoothing::Method::add_k && orders > 0 ? value : 0.0;
    const double all = n_grams[orders] + more;
    double right = matches[orders] + more;
    if (all <= 0.0) break;
    if (right <= 0.0 && method == BleuSmoothing::Method::exp) right = share *= 0.5;
    if (right <= 0.0 && method == BleuSmoothing::Method::floor) right = value;
    if (right <= 0.0) return 0.0;
    logarithms += std::log(right / all);
  }
  if (orders < bleu_orders && !options.effective_order) return 0.0;
  const double brevity = said < wanted ? 1.0 - wanted / said : 0.0;
  return 100.0 * std::exp(brevity + logarithms / static_cast<double>(orders));
}

PERJOULE_INLINE ItemFormula bleu_formula(const BleuOptions& options) {
  ItemFormula formula;
  formula.value = [options](View<double> rows) { return bleu_of(rows, options); };
  formula.uses_sums = true;
  formula.columns =
      "output-words,reference-words,"
      "1-gram-matches,2-gram-matches,3-gram-matches,4-gram-matches,"
      "1-grams,2-grams,3-grams,4-grams";
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Bleu::result() const {
  static constexpr const char* methods[] = {"none", "floor", "add-k", "exp"};
  static constexpr const char* tokenizers[] = {"13a", "none", "zh", "intl"};
  const auto method = static_cast<std::size_t>(options_.smoothing.method());
  const double value = options_.smoothing.value();
  Quality quality;
  quality.metric = "BLEU";
  quality.signature = text::format(
      "nrefs:{}|case:{}|eff:{}|tok:{}|smooth:{}{}{}{}|as:sacrebleu-2.3.1", references_.shown(),
      options_.lower_case ? "lc" : "mixed", options_.effective_order ? "yes" : "no",
      tokenizers[static_cast<std::size_t>(options_.tokenizer)], methods[method],
      value > 0.0 ? "[" : "", value > 0.0 ? text::shortest(value) : "", value > 0.0 ? "]" : "");
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula = detail::bleu_formula(options_);
  detail::finish_quality(quality, rows_.all(), "");
  return quality;
}

PERJOULE_INLINE void Bleu::add_texts(std::string_view output,
                                     const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary words;
  const std::vector<std::uint32_t> said = tokens(output, words);
  detail::NGrams n_grams(said, detail::bleu_orders);
  double row[detail::bleu_columns] = {};
  std::size_t nearest = 0;
  bool is_first = true;
  for (const std::string_view reference : references) {
    detail::check_utf8(reference, "reference", items());
    const std::vector<std::uint32_t> wanted = tokens(reference, words);
    n_grams.match(wanted, row + 2);
    const std::size_t size = wanted.size();
    const std::size_t off = size < said.size() ? said.size() - size : size - said.size();
    const std::size_t least = nearest < said.size() ? said.size() - nearest : nearest - said.size();
    if (is_first || off < least || (off == least && size < nearest)) nearest = size;
    is_first = false;
  }
  references_.add(references.size(), items());
  row[0] = static_cast<double>(said.size());
  row[1] = static_cast<double>(nearest);
  for (std::size_t n = 1; n <= detail::bleu_orders; ++n) {
    row[1 + detail::bleu_orders + n] = static_cast<double>(detail::n_gram_count(said.size(), n));
  }
  rows_.add(row);
}

PERJOULE_INLINE std::vector<std::uint32_t> Bleu::tokens(std::string_view text,
                                                        detail::Vocabulary& words) const {
  const std::string lower = options_.lower_case ? detail::unicode_lower_case(text) : std::string();
  if (options_.lower_case) text = lower;
  std::string spaced;
  switch (options_.tokenizer) {
    case BleuTokenizer::none:
      return detail::token_ids(detail::words_of(text), words);
    case BleuTokenizer::v13a:
      spaced = tokenize_13a(text);
      break;
    case BleuTokenizer::zh:
      spaced = tokenize_zh(text);
      break;
    case BleuTokenizer::intl:
      spaced = tokenize_intl(text);
      break;
  }
  return detail::token_ids(detail::words_of(spaced), words);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double chrf_f_score(const double* counts, std::size_t orders, double beta) {
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

PERJOULE_INLINE double chrf_of(View<double> rows, std::size_t orders, double beta) {
  const std::size_t columns = 3 * orders;
  ChrfCounts sums;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums.counts[c] += rows[i + c];
  }
  return chrf_f_score(sums.counts, orders, beta);
}

PERJOULE_INLINE ItemFormula chrf_formula(std::size_t orders, double beta) {
  ItemFormula formula;
  formula.value = [=](View<double> rows) { return chrf_of(rows, orders, beta); };
  formula.uses_sums = true;
  formula.columns = "output,reference,both of 1 to 6 characters, then of words";
  return formula;
}

PERJOULE_INLINE std::vector<std::uint32_t> chrf_words(std::string_view text,
                                                      Vocabulary& vocabulary) {
  std::vector<std::string_view> parts;
  for (const std::string_view word : words_of(text)) {
    const bool behind = word.size() > 1 && is_punctuation(word[word.size() - 1]);
    const std::size_t first = behind ? word.size() - 1 : is_punctuation(word[0]) ? 1 : 0;
    if (first != 0) parts.push_back(word.substr(0, first));
    if (first != word.size()) parts.push_back(word.substr(first));
  }
  return token_ids(parts, vocabulary);
}

PERJOULE_INLINE std::vector<std::uint32_t> chrf_characters(std::string_view text) {
  const std::vector<char32_t> points = code_points_of(text);
  std::vector<std::uint32_t> characters;
  characters.reserve(points.size());
  std::copy_if(points.begin(), points.end(), std::back_inserter(characters),
               [](char32_t c) { return !is_space(c); });
  return characters;
}

PERJOULE_INLINE void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                                std::size_t orders, double* counts) {
  double matches[chrf_character_orders] = {};
  n_grams.reset_matches();
  n_grams.match(reference, matches);
  for (std::size_t n = 1; n <= orders; ++n, counts += 3) {
    const std::size_t wanted = n_gram_count(reference.size(), n);
    // An order that the reference is too short for does not count against the output.
    counts[0] = wanted == 0 ? 0.0 : static_cast<double>(n_gram_count(said, n));
    counts[1] = static_cast<double>(wanted);
    counts[2] = matches[n - 1];
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Chrf::result() const {
  const std::string beta = text::shortest(options_.beta);
  Quality quality;
  quality.metric = text::format("chrF{}{}", beta,
                                options_.word_order == 0   ? ""
                                : options_.word_order == 1 ? "+"
                                                           : "++");
  quality.signature =
      text::format("nrefs:{}|case:mixed|eff:yes|nc:6|nw:{}|space:no|beta:{}|as:sacrebleu-2.3.1",
                   references_.shown(), options_.word_order, beta);
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula = detail::chrf_formula(orders(), options_.beta);
  detail::finish_quality(quality, rows_, "");
  return quality;
}

PERJOULE_INLINE void Chrf::add_texts(std::string_view output,
                                     const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary vocabulary;
  const std::vector<std::uint32_t> characters = detail::chrf_characters(output);
  detail::NGrams of_characters(characters, detail::chrf_character_orders);
  std::vector<std::uint32_t> words;
  if (options_.word_order != 0) words = detail::chrf_words(output, vocabulary);
  detail::NGrams of_words(words, options_.word_order);
  detail::ChrfCounts best;
  double best_score = -1.0;
  for (const std::string_view reference : references) {
    detail::check_utf8(reference, "reference", items());
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
  references_.add(references.size(), items());
  rows_.insert(rows_.end(), best.counts, best.counts + 3 * orders());
}

}  // namespace perjoule::inline v0
