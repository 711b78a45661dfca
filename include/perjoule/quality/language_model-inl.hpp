// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/language_model.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/stats/item_mean.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double perplexity_of(View<double> rows) {
  double sums[] = {0.0, 0.0};
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % 2] += rows[i];
  return std::exp(sums[0] / sums[1]);
}

PERJOULE_INLINE double bits_per_symbol(View<double> rows) {
  double sums[] = {0.0, 0.0};
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % 2] += rows[i];
  constexpr double ln2 = 0.693147180559945309417;
  return sums[0] / ln2 / sums[1];
}

PERJOULE_INLINE IntervalEstimate<double> surprisal_estimate(View<double> rows, bool is_perplexity) {
  IntervalEstimate<double> nats = ratio_of_sums(rows);
  Estimate<double>& of = nats.estimate;
  if (!of.is_known()) return nats;
  Interval<double>& interval = nats.interval;
  if (is_perplexity) {
    of.value = std::exp(of.value);
    of.random *= of.value;
    interval.low = std::exp(interval.low);
    interval.high = std::exp(interval.high);
    return nats;
  }
  constexpr double ln2 = 0.693147180559945309417;
  for (double* const number : {&of.value, &of.random, &interval.low, &interval.high}) {
    *number /= ln2;
  }
  return nats;
}

PERJOULE_INLINE ItemFormula surprisal_formula(Symbol symbol) {
  const bool tokens = symbol == Symbol::token;
  ItemFormula formula;
  formula.columns = tokens                   ? "nats,tokens"
                    : symbol == Symbol::byte ? "nats,bytes"
                                             : "nats,characters";
  formula.value = tokens ? perplexity_of : bits_per_symbol;
  formula.estimate = [tokens](View<double> rows) { return surprisal_estimate(rows, tokens); };
  return formula;
}

PERJOULE_INLINE double entropy(const LabelIndex& symbols) {
  double n = 0.0;
  for (const LabelIndex::LabelCount& symbol : symbols.entries())
    n += static_cast<double>(symbol.count);
  double sum = 0.0;
  for (const LabelIndex::LabelCount& symbol : symbols.entries()) {
    const double share = static_cast<double>(symbol.count) / n;
    sum -= share * std::log(share);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality TextSurprisal::result() const {
  Quality quality;
  quality.items = items();
  quality.higher_is_better = false;
  const bool tokens = symbol_ == detail::Symbol::token;
  const bool bytes = symbol_ == detail::Symbol::byte;
  quality.metric = tokens ? "perplexity" : bytes ? "bits-per-byte" : "bits-per-character";
  quality.signature = tokens  ? "symbol:token|trivial:token-shares"
                      : bytes ? "symbol:byte|trivial:byte-shares"
                              : "symbol:code-point|trivial:code-point-shares";
  quality.unit = tokens ? "" : "bit";
  quality.perfect = tokens ? 1.0 : 0.0;
  quality.formula = detail::surprisal_formula(symbol_);
  if (symbols_.entries().empty()) {
    quality.trivial = detail::quiet_nan();
  } else {
    const double row[] = {detail::entropy(symbols_), 1.0};
    quality.trivial = quality.formula.value({row, 2});
  }
  detail::finish_quality(
      quality, rows_.all(),
      "the text is one symbol over and over, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void TextSurprisal::reject_surprisal() const {
  detail::fail("a text's surprise is a finite number of nats, 0 or more",
               text::format("item {}", items()),
               "return the sum of -ln p over its tokens, or ln p of each");
}

PERJOULE_INLINE void TextSurprisal::count(double nats, std::string_view text) {
  if (symbol_ == detail::Symbol::token) {
    detail::fail("perplexity of a text without its tokens", text::format("item {}", items()),
                 "pass the tokens of each text, or how many it has; or ask for bits_per_byte");
  }
  if (symbol_ == detail::Symbol::byte) {
    for (const char byte : text) symbols_.add(static_cast<unsigned char>(byte));
    add_row(nats, static_cast<double>(text.size()));
    return;
  }
  detail::check_utf8(text, "reference", items());
  double characters = 0.0;
  for (std::size_t at = 0; at < text.size();) {
    const detail::CodePoint next = detail::first_code_point(text.substr(at));
    symbols_.add(next.value);
    characters += 1.0;
    at += next.bytes;
  }
  add_row(nats, characters);
}

PERJOULE_INLINE void TextSurprisal::need_tokens() const {
  if (symbol_ == detail::Symbol::token) return;
  detail::fail("bits of a text that is not there", text::format("item {}", items()),
               "pass the texts themselves, or ask for perplexity");
}

PERJOULE_INLINE void TextSurprisal::add_row(double nats, double symbols) {
  if (symbols < 1.0) {
    detail::fail("an empty text has no surprise", text::format("item {}", items()), "leave it out");
  }
  rows_.add({nats, symbols});
}

}  // namespace perjoule::inline v0
