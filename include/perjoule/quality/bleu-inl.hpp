// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/bleu.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/tokenize_13a.hpp"
#include "perjoule/quality/utf8.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double bleu_of(View<double> rows, const double* parameters) {
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Bleu::result() const {
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

PERJOULE_INLINE void Bleu::add_texts(std::string_view output,
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
    const std::size_t least = nearest < said.size() ? said.size() - nearest : nearest - said.size();
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

PERJOULE_INLINE Buffer<std::uint32_t> Bleu::tokens(std::string_view text,
                                                   detail::Vocabulary& words) const {
  if (options_.tokens == BleuTokens::none) {
    return detail::numbers_of(detail::words_of(text), words);
  }
  const Buffer<char> spaced = tokenize_13a(text);
  return detail::numbers_of(detail::words_of({spaced.data(), spaced.size()}), words);
}

}  // namespace perjoule::inline v0
