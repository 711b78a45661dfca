// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes perjoule's metrics of texts for cases that a second implementation judges as well. Each
// line of the input is a case, `METRIC OPTIONS... ITEMS` and its items; each line of the output is
// an answer (answer.hpp). A text is an x and its bytes in hexadecimal.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <perjoule/all.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "answer.hpp"
#include "case_parts.hpp"

namespace {

/// The items are outputs, each with its correct texts.
template <class Metric>
std::string of_texts(Metric metric, Case& one) {
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const std::string output = one.text();
    metric.add(output, one.texts());
  }
  return answer_of(metric);
}

std::string of_error_rate(perjoule::TextUnit unit, Case& one) {
  perjoule::ErrorRate metric(unit);
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const std::string output = one.text();
    metric.add(output, one.text());
  }
  return answer_of(metric);
}

std::string of_bleu(Case& one) {
  using perjoule::BleuSmoothing;
  perjoule::BleuOptions options;
  auto tokens = one.take<std::string>();
  options.lower_case = tokens.ends_with("+lc");
  tokens = tokens.substr(0, tokens.find('+'));
  options.tokenizer = tokens == "none"   ? perjoule::BleuTokenizer::none
                      : tokens == "zh"   ? perjoule::BleuTokenizer::zh
                      : tokens == "intl" ? perjoule::BleuTokenizer::intl
                                         : perjoule::BleuTokenizer::v13a;
  const auto method = one.take<std::string>();
  const auto value = one.take<double>();
  options.effective_order = one.take<int>() != 0;
  options.smoothing = method == "none"    ? BleuSmoothing::none()
                      : method == "floor" ? BleuSmoothing::floor(value)
                      : method == "add-k" ? BleuSmoothing::add_k(value)
                                          : BleuSmoothing::exp();
  return of_texts(perjoule::Bleu(options), one);
}

/// The items are code points: the sum over them of 1 for punctuation, 2 for a symbol, 4 for a
/// number, and 8 times the code of the small letter.
std::string of_characters(Case& one) {
  using namespace perjoule::detail;
  std::uint64_t sum = 0;
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const auto c = static_cast<char32_t>(one.take<std::uint32_t>());
    sum += (is_unicode_punctuation(c) ? 1U : 0U) + (is_unicode_symbol(c) ? 2U : 0U) +
           (is_unicode_number(c) ? 4U : 0U) + 8U * std::uint64_t{unicode_lower_case(c)};
  }
  return std::to_string(sum);
}

std::string of_chrf(Case& one) {
  perjoule::ChrfOptions options;
  options.word_order = one.take<std::size_t>();
  options.beta = one.take<double>();
  return of_texts(perjoule::Chrf(options), one);
}

/// The items are nats, as a sum or as each token's logarithm, and the text, its tokens or
/// their number.
std::string of_surprise(perjoule::detail::Symbol symbol, Case& one) {
  const bool each = one.take<std::string>() == "each";
  const auto reference = one.take<std::string>();
  perjoule::TextSurprisal metric(symbol);
  const auto add = [&](const auto& output) {
    if (reference == "text") {
      metric.add(output, one.text());
    } else if (reference == "tokens") {
      metric.add(output, one.several<std::int64_t>());
    } else {
      metric.add(output, one.take<std::size_t>());
    }
  };
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    if (each) {
      add(one.several<double>());
    } else {
      add(one.take<double>());
    }
  }
  return answer_of(metric);
}

std::string of_exact_match(Case& one) {
  using perjoule::AnswerKind;
  const auto asked = one.take<std::string>();
  for (const AnswerKind kind :
       {AnswerKind::words, AnswerKind::text, AnswerKind::number, AnswerKind::choice}) {
    if (asked == name(kind)) return of_texts(perjoule::ExactMatch(kind), one);
  }
  throw std::runtime_error("no kind of answers is called " + asked);
}

std::string answer(Case& one) {
  using perjoule::TextUnit;
  using perjoule::detail::Symbol;
  const auto metric = one.take<std::string>();
  if (metric == "bleu") return of_bleu(one);
  if (metric == "characters") return of_characters(one);
  if (metric == "chrf") return of_chrf(one);
  if (metric == "wer") return of_error_rate(TextUnit::word, one);
  if (metric == "cer") return of_error_rate(TextUnit::character, one);
  if (metric == "exact-match") return of_exact_match(one);
  if (metric == "token-f1") return of_texts(perjoule::TokenF1(), one);
  if (metric == "perplexity") return of_surprise(Symbol::token, one);
  if (metric == "bits-per-byte") return of_surprise(Symbol::byte, one);
  if (metric == "bits-per-character") return of_surprise(Symbol::character, one);
  throw std::runtime_error("no metric is called " + metric);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    Case one(line);
    std::cout << answer_or_error([&] { return answer(one); }) << '\n';
  }
}
