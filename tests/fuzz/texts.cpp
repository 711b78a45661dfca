// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Texts that metrics compare: an output in the first line, and after it a reference.
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/quality/bleu_tokenizers.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/summarization.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/unicode.hpp"
#include "perjoule/quality/whisper_english.hpp"

namespace {

using namespace perjoule;

/// Returns the score of one output. That of a corpus has the formula of its kept numbers, since
/// result() resamples the only item a thousand times.
template <class Metric>
double value_of(Metric metric, std::string_view output, std::string_view reference) {
  metric.add(output, reference);
  return metric.result().value.value;
}
double value_of(Bleu metric, const BleuOptions& options, std::string_view output,
                std::string_view reference) {
  metric.add(output, reference);
  return detail::bleu_of(metric.per_item(), options);
}
double value_of(Chrf metric, const ChrfOptions& options, std::string_view output,
                std::string_view reference) {
  metric.add(output, reference);
  const std::size_t orders = detail::chrf_character_orders + options.word_order;
  return detail::chrf_of(metric.per_item(), orders, options.beta);
}

/// @param score  of two texts; 0 is the worst
template <class Score>
void expect_score(double most, std::string_view output, std::string_view reference, Score score) {
  const double value = score(output, reference);
  fuzz::expect(!is_finite(value) || (value >= 0.0 && value <= most * (1.0 + 1e-12)),
               "a score is within its range");
  const double same = score(output, output);
  fuzz::expect(!is_finite(same) || same == 0.0 || value <= same * (1.0 + 1e-12),
               "no reference is nearer than the output itself");
}

void split(std::string_view text) {
  for (const std::string& tokens : {tokenize_13a(text), tokenize_zh(text), tokenize_intl(text),
                                    detail::unicode_lower_case(text), normalize_answer(text),
                                    detail::rouge_text(text), detail::whisper_english(text)}) {
    detail::check_utf8(tokens, "tokenized text", 0);
  }
  std::size_t bytes = 0;
  for (const std::string_view word : detail::words_of(text)) {
    fuzz::expect(!word.empty() && detail::stripped(word) == word, "a word has no white space");
    bytes += word.size();
  }
  fuzz::expect(bytes <= text.size(), "words are not longer than their text");
  const std::string normal = normalize_answer(text);
  fuzz::expect(normalize_answer(normal).size() <= normal.size(), "what is normal gets no longer");
}

void compare(std::string_view output, std::string_view reference) {
  using enum BleuTokenizer;
  for (const BleuTokenizer tokenizer : {v13a, zh, intl}) {
    BleuOptions options;
    options.tokenizer = tokenizer;
    options.lower_case = tokenizer == v13a;
    options.effective_order = true;
    expect_score(100.0, output, reference, [&](std::string_view a, std::string_view b) {
      return value_of(Bleu(options), options, a, b);
    });
  }
  ChrfOptions with_words;
  with_words.word_order = 2;
  expect_score(100.0, output, reference, [&](std::string_view a, std::string_view b) {
    return value_of(Chrf(with_words), with_words, a, b);
  });
  const auto expect_share = [&](const auto& metric) {
    expect_score(1.0, output, reference,
                 [&](std::string_view a, std::string_view b) { return value_of(metric, a, b); });
  };
  expect_share(Rouge(0));
  expect_share(Rouge(2));
  expect_share(ExactMatch());
  expect_share(TokenF1());
  for (const TextUnit unit : {TextUnit::word, TextUnit::character}) {
    const double wrong = value_of(ErrorRate(unit), output, reference);
    fuzz::expect(!is_finite(wrong) || wrong >= 0.0, "an error rate is not below 0");
    const double right = value_of(ErrorRate(unit), output, output);
    fuzz::expect(!is_finite(right) || right == 0.0, "an output is what it is");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string shown = text::printable(text);
  detail::check_utf8(shown, "shown text", 0);
  fuzz::expect(text::printable(shown) == shown, "what is printable stays as it is");
  const std::string_view output = text.substr(0, text.find('\n'));
  const std::string_view reference = text.substr(std::min(output.size() + 1, text.size()));
  try {
    detail::check_utf8(output, "output", 0);
    detail::check_utf8(reference, "reference", 0);
  } catch (const Error&) {
    try {
      Bleu().add(output, reference);
    } catch (const Error&) {
      return 0;
    }
    fuzz::expect(false, "a metric refuses a text that is not UTF-8");
  }
  split(output);
  split(reference);
  compare(output, reference);
  return 0;
}
