// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/chrf.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/utf8.hpp"

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

PERJOULE_INLINE double chrf_of(View<double> rows, const double* parameters) {
  const auto orders = static_cast<std::size_t>(parameters[1]);
  const std::size_t columns = 3 * orders;
  ChrfCounts sums;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums.counts[c] += rows[i + c];
  }
  return chrf_f_score(sums.counts, orders, parameters[0]);
}

PERJOULE_INLINE Buffer<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary) {
  Buffer<std::string_view> parts;
  for (const std::string_view word : words_of(text)) {
    const bool behind = word.size() > 1 && is_punctuation(word[word.size() - 1]);
    const std::size_t first = behind ? word.size() - 1 : is_punctuation(word[0]) ? 1 : 0;
    if (first != 0) parts.push_back(word.substr(0, first));
    if (first != word.size()) parts.push_back(word.substr(first));
  }
  return numbers_of(parts, vocabulary);
}

PERJOULE_INLINE Buffer<std::uint32_t> chrf_characters(std::string_view text) {
  const Buffer<char32_t> points = code_points_of(text);
  Buffer<std::uint32_t> characters(points.size());
  std::size_t count = 0;
  for (const char32_t c : points) {
    if (!is_space(c)) characters[count++] = c;
  }
  return Buffer<std::uint32_t>(View<std::uint32_t>(characters.data(), count));
}

PERJOULE_INLINE void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                                std::size_t orders, double* counts) {
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Chrf::result() const {
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

PERJOULE_INLINE void Chrf::add_texts(std::string_view output,
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

}  // namespace perjoule::inline v0
