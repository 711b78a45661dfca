// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/summarization.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string rouge_text(std::string_view text) {
  constexpr char32_t capital_i_with_dot = 0x130;
  constexpr char32_t kelvin_sign = 0x212A;
  std::string plain;
  for (const char32_t c : code_points_of(text)) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_capital || is_kept) {
      plain += static_cast<char>(is_capital ? c + 32 : c);
    } else if (c == kelvin_sign) {
      plain += 'k';
    } else {
      plain += c == capital_i_with_dot ? "i " : " ";
    }
  }
  return plain;
}

PERJOULE_INLINE std::size_t longest_common_subsequence(View<std::uint32_t> a,
                                                       View<std::uint32_t> b) {
  // A row of the table: the longest one with each beginning of b.
  std::vector<std::size_t> row(b.size() + 1);
  for (const std::uint32_t token : a) {
    std::size_t diagonal = 0;
    for (std::size_t i = 1; i <= b.size(); ++i) {
      const std::size_t above = row[i];
      row[i] = token == b[i - 1] ? diagonal + 1 : std::max(above, row[i - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

PERJOULE_INLINE RougeScore rouge_score(double same, double said, double wanted) noexcept {
  if (same <= 0.0) return {};
  return {same / said, same / wanted, 2.0 * same / (said + wanted)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE detail::RougeScore Rouge::score(View<std::uint32_t> said,
                                                View<std::uint32_t> wanted) const {
  if (order_ == 0) {
    return detail::rouge_score(
        static_cast<double>(detail::longest_common_subsequence(said, wanted)),
        static_cast<double>(said.size()), static_cast<double>(wanted.size()));
  }
  std::vector<double> same(order_);
  detail::NGrams(said, order_).match(wanted, same.data());
  return detail::rouge_score(same.back(),
                             static_cast<double>(detail::n_gram_count(said.size(), order_)),
                             static_cast<double>(detail::n_gram_count(wanted.size(), order_)));
}

PERJOULE_INLINE void Rouge::add_texts(std::string_view output,
                                      const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary words;
  const std::string plain = detail::rouge_text(output);
  const std::vector<std::uint32_t> said = detail::token_ids(detail::words_of(plain), words);
  detail::RougeScore best;
  for (const std::string_view reference : references) {
    detail::check_utf8(reference, "reference", items());
    const std::string plain_reference = detail::rouge_text(reference);
    const detail::RougeScore found =
        score(said, detail::token_ids(detail::words_of(plain_reference), words));
    if (found.f1 > best.f1) best = found;
  }
  references_.add(references.size(), items());
  rows_.add({options_.measure == RougeMeasure::precision ? best.precision
             : options_.measure == RougeMeasure::recall  ? best.recall
                                                         : best.f1});
}

PERJOULE_INLINE Quality Rouge::result() const {
  static constexpr const char* measures[] = {"f1", "precision", "recall"};
  const std::string measure = measures[static_cast<std::size_t>(options_.measure)];
  Quality quality;
  quality.metric = text::format("ROUGE-{}{}{}", order_ == 0 ? "L" : std::to_string(order_),
                                options_.measure == RougeMeasure::f1 ? "" : "-",
                                options_.measure == RougeMeasure::f1 ? "" : measure);
  quality.signature =
      text::format("nrefs:{}|case:lc|tok:a-z0-9|stem:no|measure:{}|as:rouge-score-0.1.2",
                   references_.shown(), measure);
  quality.formula.columns = measure;
  quality.items = items();
  detail::finish_quality(quality, rows_.all(), "");
  return quality;
}

}  // namespace perjoule::inline v0
