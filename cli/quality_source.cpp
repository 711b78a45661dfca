// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/quality_source.hpp"

#include <re2/re2.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {

namespace {

constexpr std::string_view forms =
    "write -q NAME=@FILE:/json/pointer or -q 'NAME=/regex/', with NAME as in accuracy, or "
    "loss(min,trivial=2.3,perfect=0,n=602,unit=nats)";

/// What is known of metrics by their names: whether larger is better, what a predictor reaches that
/// never looks at its input, and one that makes no mistake.
struct KnownMetric {
  std::string_view name;
  bool higher_is_better;
  double trivial;
  double perfect;
  bool is_share = false;
};
constexpr double unknown = detail::quiet_nan();
constexpr KnownMetric known_metrics[] = {
    {"accuracy", true, unknown, 1.0, true},
    {"acc", true, unknown, 1.0, true},
    {"balanced-accuracy", true, unknown, 1.0},
    {"f1", true, unknown, 1.0},
    {"token-f1", true, unknown, 1.0},
    {"exact-match", true, unknown, 1.0, true},
    {"auroc", true, 0.5, 1.0},
    {"average-precision", true, unknown, 1.0},
    {"mcc", true, 0.0, 1.0},
    {"kappa", true, 0.0, 1.0},
    {"r2", true, 0.0, 1.0},
    {"bleu", true, unknown, unknown},  // of 1 or of 100
    {"chrf", true, unknown, unknown},
    {"rouge-1", true, 0.0, 1.0},
    {"rouge-2", true, 0.0, 1.0},
    {"rouge-l", true, 0.0, 1.0},
    {"map", true, 0.0, 1.0},  // finds nothing
    {"ap50", true, 0.0, 1.0},
    {"ap75", true, 0.0, 1.0},
    {"miou", true, unknown, 1.0},
    {"mean-iou", true, unknown, 1.0},
    {"dice", true, unknown, 1.0},
    {"recall", true, unknown, 1.0},
    {"precision", true, unknown, 1.0},
    {"ndcg", true, unknown, 1.0},
    {"mrr", true, unknown, 1.0},
    {"pass", true, 0.0, 1.0},
    {"pearson", true, 0.0, 1.0},
    {"spearman", true, 0.0, 1.0},
    {"kl-divergence", false, unknown, 0.0},
    {"smape", false, unknown, 0.0},
    {"pinball-loss", false, unknown, 0.0},
    {"wer", false, 1.0, 0.0},  // who says nothing misses each word
    {"cer", false, 1.0, 0.0},
    {"loss", false, unknown, 0.0},
    {"log-loss", false, unknown, 0.0},
    {"nll", false, unknown, 0.0},
    {"cross-entropy", false, unknown, 0.0},
    {"brier", false, unknown, 0.0},
    {"ece", false, unknown, 0.0},
    {"perplexity", false, unknown, 1.0},
    {"bits-per-byte", false, unknown, 0.0},
    {"mse", false, unknown, 0.0},
    {"rmse", false, unknown, 0.0},
    {"mae", false, unknown, 0.0},
};

void fill_in_known(QualitySource& source) {
  std::string lower = source.name;
  for (char& c : lower) c = c == '_' || c == ' ' ? '-' : static_cast<char>(std::tolower(c));
  // "recall@10", and "pass@1", are of the first of a model's answers.
  const std::size_t at = lower.find('@');
  const bool is_at_k = at != std::string::npos && at + 1 < lower.size() &&
                       lower.find_first_not_of("0123456789", at + 1) == std::string::npos;
  if (is_at_k) lower.erase(at);
  for (const KnownMetric& known : known_metrics) {
    if (known.name != lower) continue;
    source.higher_is_better = known.higher_is_better;
    source.trivial = known.trivial;
    source.perfect = known.perfect;
    source.is_share = known.is_share;
  }
}

/// Returns a number as it is stored: of per cent, the share.
double stored(const QualitySource& source, double number) {
  return source.unit == "%" ? number / 100.0 : number;
}

/// Reads "min,trivial=2.3,perfect=0,n=602,unit=nats".
void read_meaning(QualitySource& source, const std::string& text, const std::string& meaning) {
  std::optional<double> trivial;
  std::optional<double> perfect;
  std::istringstream parts(meaning);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    std::string_view digits =
        equals == std::string::npos ? "" : std::string_view(part).substr(equals + 1);
    if (part == "min" || part == "max") {
      source.higher_is_better = part == "max";
    } else if (key == "trivial" || key == "perfect") {
      const std::optional<double> number = detail::take_number(digits);
      if (!number || !is_finite(*number) || !digits.empty()) {
        throw Error("a quality's " + key + " value is no number", text, std::string(forms));
      }
      (key == "trivial" ? trivial : perfect) = *number;
    } else if (key == "n") {
      std::uint64_t items = 0;
      if (!text::parse_integer(digits, items) || items == 0) {
        throw Error("a quality's n is no number of items", text, std::string(forms));
      }
      source.items = items;
    } else if (key == "unit" && !digits.empty()) {
      source.unit = digits;
    } else {
      throw Error("a quality that cannot be understood: '" + part + "'", text, std::string(forms));
    }
  }
  if (trivial) source.trivial = stored(source, *trivial);  // which may depend on a unit after it
  if (perfect) source.perfect = stored(source, *perfect);
}

/// A regular expression. RE2 takes time in proportion to the text, whatever the pattern.
class Pattern {
 public:
  explicit Pattern(const std::string& text) : engine_(text, RE2::Quiet) {}

  /// Returns why it cannot be used; empty if it can.
  [[nodiscard]] const std::string& error() const { return engine_.error(); }

  /// Returns its last match in a line, if there is one: the first group, or else the whole match.
  [[nodiscard]] std::optional<std::string> last_match(std::string_view line) const {
    const int groups = engine_.NumberOfCapturingGroups() > 0 ? 2 : 1;
    re2::StringPiece found[2];
    std::optional<std::string> last;
    for (std::size_t from = 0; from <= line.size();) {
      if (!engine_.Match(line, from, line.size(), RE2::UNANCHORED, found, groups)) break;
      last = std::string(found[groups - 1].data(), found[groups - 1].size());
      from = static_cast<std::size_t>(found[0].data() - line.data()) +
             std::max<std::size_t>(found[0].size(), 1);
    }
    return last;
  }

 private:
  RE2 engine_;
};

/// File systems round times, and the kernel's clock for files lags behind by a few milliseconds.
bool is_older(const std::string& path, const timespec& started) {
  struct stat file {};
  if (stat(path.c_str(), &file) == -1) return true;
  const auto seconds = [](const timespec& time) {
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  return seconds(file.st_mtim) < seconds(started) - 0.1;
}

/// Returns the number at a place; nothing if there is none. An empty part of a pointer into an
/// array, for one, is refused only when it is followed.
std::optional<double> number_at(const nlohmann::json& json, const std::string& pointer) {
  try {
    const nlohmann::json& found = json.at(nlohmann::json::json_pointer(pointer));
    if (found.is_number()) return found.get<double>();
  } catch (const nlohmann::json::exception&) {
  }
  return {};
}

}  // namespace

QualitySource parse_quality_source(const std::string& text) {
  std::size_t equals = text.find('=');
  const std::size_t open = text.find('(');
  const std::size_t end = text.find(")=");
  const bool has_meaning = open < equals && end != std::string::npos;
  if (has_meaning) equals = end + 1;
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  QualitySource source;
  source.name = text.substr(0, has_meaning ? open : equals == std::string::npos ? 0 : equals);
  if (source.name.empty() || value.size() < 2) {
    throw Error("a quality that cannot be understood", text, forms);
  }
  fill_in_known(source);
  if (has_meaning) read_meaning(source, text, text.substr(open + 1, end - open - 1));
  if (value.front() == '@') {
    const std::size_t colon = value.find(":/");
    if (colon == std::string::npos || colon == 1) {
      throw Error("a quality without a place in its file", text, forms);
    }
    source.file = value.substr(1, colon - 1);
    source.pointer = value.substr(colon + 1);
    try {
      (void)nlohmann::json::json_pointer(source.pointer);
    } catch (const nlohmann::json::exception& reason) {
      throw Error("a JSON pointer that is none", text, reason.what());
    }
    return source;
  }
  if (value.front() != '/' || value.back() != '/') {
    throw Error("a quality that cannot be understood", text, forms);
  }
  source.pattern = value.substr(1, value.size() - 2);
  const Pattern pattern(source.pattern);
  if (!pattern.error().empty()) {
    throw Error("a regular expression that cannot be used", text + ": " + pattern.error(),
                "write one that RE2 knows: github.com/google/re2/wiki/Syntax");
  }
  return source;
}

double read_quality(const QualitySource& source, const std::string& output,
                    const timespec& started) {
  if (!source.file.empty()) {
    const std::string place = source.file + ":" + source.pointer;
    const std::optional<std::string> content = detail::read_file(source.file);
    const nlohmann::json json = nlohmann::json::parse(content.value_or(""), nullptr, false);
    if (!content || json.is_discarded()) {
      throw Error("no quality", place, "the command must write that file, as JSON");
    }
    if (is_older(source.file, started)) {
      throw Error("no quality of this run", place,
                  "the file is older than the run: the command must write it");
    }
    const std::optional<double> number = number_at(json, source.pointer);
    if (!number) throw Error("no quality", place, "there must be a number at that place");
    return stored(source, *number);
  }
  const Pattern pattern(source.pattern);
  std::optional<std::string> last;
  std::string_view rest = output;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::optional<std::string> match = pattern.last_match(line);
    if (match) last = std::move(match);
  }
  const std::string digits = last.value_or("");
  double number = 0.0;
  const auto [after, why] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = why == std::errc() && after == digits.data() + digits.size();
  if (!is_number || !is_finite(number)) {
    throw Error("no quality '" + source.name + "'",
                last ? "the pattern matches '" + *last + "'"
                     : "the pattern is nowhere in the standard output",
                "put the number into the pattern's first group: -q 'acc=/accuracy: ([0-9.]+)/'");
  }
  return stored(source, number);
}

}  // namespace perjoule::cli
