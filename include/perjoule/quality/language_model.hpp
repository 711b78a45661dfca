// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// Tokens of a text, as numbers.
template <class T>
concept TokenIds = ContiguousRange<T> && requires(const T& tokens) {
  requires std::integral<std::remove_cvref_t<decltype(std::data(tokens)[0])>>;
};

namespace detail {

/// @shape  rows: [items, 2], nats and tokens
/// @unit   none
/// @source Jelinek et al. 1977: the exponential of the mean surprise of a token
[[nodiscard]] double perplexity_of(View<double> rows);

/// @shape rows: [items, 2], nats and symbols (bytes or characters)
/// @unit  bits per symbol
[[nodiscard]] double bits_per_symbol(View<double> rows);

/// Returns either of them with the interval of ratio_of_sums().
/// @shape rows: [items, 2], nats and symbols
/// @unit  none of a perplexity, otherwise bits per symbol
[[nodiscard]] IntervalEstimate<double> surprisal_estimate(View<double> rows, bool is_perplexity);

/// Returns the surprise of a predictor that knows the frequency of each symbol, and nothing else.
/// @unit nats per symbol
[[nodiscard]] double entropy(const LabelIndex& symbols);

enum class Symbol : std::uint8_t { token, byte, character };

[[nodiscard]] ItemFormula surprisal_formula(Symbol symbol);

}  // namespace detail

/// Perplexity, bits per byte or bits per character. Made by `perplexity`, `bits_per_byte` and
/// `bits_per_character`.
class TextSurprisal {
 public:
  explicit TextSurprisal(detail::Symbol symbol, PerItem keep = PerItem::keep)
      : symbol_(symbol), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats, and a count
  /// @shape [items, 2]: nats,tokens or nats,bytes or nats,characters
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param nats  the model's surprise at the whole text: the sum of -ln p over its tokens
  /// @unit   nats: natural logarithms
  /// @throws Error for a number that is below 0 or not finite, and for an empty text
  template <std::floating_point Output, class Text>
  void add(const Output& nats, const Text& text) {
    if (!is_finite(nats) || nats < Output{0}) reject_surprisal();
    count(static_cast<double>(nats), text);
  }
  /// @param log_probabilities  ln p of each token
  /// @shape  log_probabilities: [tokens]
  /// @throws as for the sum, and for a logarithm above 0
  template <ClassScores Output, class Text>
  void add(const Output& log_probabilities, const Text& text) {
    double nats = 0.0;
    for (std::size_t i = 0; i < std::size(log_probabilities); ++i) {
      const auto of_token = static_cast<double>(std::data(log_probabilities)[i]);
      if (!is_finite(of_token) || of_token > 0.0) reject_surprisal();
      nats -= of_token;
    }
    count(nats, text);
  }

  /// @unit   none; bits per byte; bits per character
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see perplexity, bits_per_byte and bits_per_character
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const TextSurprisal& next) {
    symbols_.pool(next.symbols_);
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(symbols_, rows_);
  }

 private:
  [[noreturn]] void reject_surprisal() const;

  void count(double nats, std::string_view text);
  template <TokenIds Tokens>
  void count(double nats,
             const Tokens& tokens) requires(!std::convertible_to<const Tokens&, std::string_view>) {
    need_tokens();
    for (std::size_t i = 0; i < std::size(tokens); ++i) {
      symbols_.add(static_cast<std::int64_t>(std::data(tokens)[i]));
    }
    add_row(nats, static_cast<double>(std::size(tokens)));
  }
  /// The frequency of each token is not known here, so there is no trivial predictor.
  template <std::integral Count>
  void count(double nats, const Count& tokens) {
    need_tokens();
    add_row(nats, static_cast<double>(tokens));
  }

  void need_tokens() const;
  void add_row(double nats, double symbols);

  detail::Symbol symbol_;
  detail::LabelIndex symbols_;
  ItemRows<2> rows_;
};

/// Exponential of the mean surprise per token. It depends on how a text is split into tokens, so
/// only models with the same tokenizer can be compared; for others use bits_per_byte.
///
/// The trivial predictor knows the frequency of each token in these texts. If only the numbers of
/// tokens are passed, it is not known, and there is no skill.
/// @param tokens  for each input its tokens, or their number; borrowed
/// @param keep    whether each item's nats go into the record, for paired tests
/// @unit   none
/// @shape  tokens: [items] of [tokens] or of counts; outputs: the sum of -ln p, or ln p of each
///         token
/// @throws Error for no texts; while running: for an empty text, and for a surprise that is below 0
///         or not finite
/// @source Jelinek, Mercer, Bahl and Baker, J. Acoust. Soc. Am. 62 (1977) S63
template <class Tokens>
[[nodiscard]] auto perplexity(Tokens&& tokens, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Tokens>(tokens), TextSurprisal(detail::Symbol::token, keep));
}

/// Mean surprise per byte, in bits: the size to which the model would compress these texts. It does
/// not depend on the tokenizer. The trivial predictor knows the frequency of each byte in these
/// texts.
/// @param texts  for each input the text that was predicted; borrowed
/// @param keep   see perplexity
/// @unit   bits per byte
/// @shape  texts: [items]; outputs: the sum of -ln p over the tokens of the text, or ln p of each
/// @throws see perplexity
/// @source Graves, Generating Sequences With Recurrent Neural Networks (2013), 3.1: nats/ln 2/bytes
template <class Texts>
[[nodiscard]] auto bits_per_byte(Texts&& texts, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Texts>(texts), TextSurprisal(detail::Symbol::byte, keep));
}

/// Mean surprise per character (a code point of Unicode), in bits. Within one language it compares
/// like bits_per_byte; across scripts it does not, since their characters tell more or less.
/// @copydetails bits_per_byte
/// @throws Error also for a text that is not UTF-8
template <class Texts>
[[nodiscard]] auto bits_per_character(Texts&& texts, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Texts>(texts),
                         TextSurprisal(detail::Symbol::character, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/language_model-inl.hpp"
#endif
