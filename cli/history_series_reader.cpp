// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_series_reader.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {
namespace {

/// Within a text, its quotation marks would be escaped.
constexpr std::string_view values_key = "\"values\": [";

constexpr std::string_view quality_key = ", \"quality\": [";

/// Reads values that are written as JsonWriter writes them: "1.5, 2]". Returns what follows the
/// bracket; nothing if they are written in another way.
std::optional<std::string_view> read_values(std::string_view rest, std::vector<double>& values) {
  values.clear();
  while (!rest.starts_with(']')) {
    constexpr std::string_view separator = ", ";
    if (!values.empty()) {
      if (!rest.starts_with(separator)) return {};
      rest.remove_prefix(separator.size());
    }
    double value = 0.0;
    const auto [stop, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    const auto digits = static_cast<std::size_t>(stop - rest.data());
    if (problem != std::errc() || !is_finite(value)) return {};
    if (text::shortest(value) != rest.substr(0, digits)) return {};
    values.push_back(value);
    rest.remove_prefix(digits);
  }
  return rest.substr(1);
}

}  // namespace

const Observations& SeriesReader::kind_of(std::string key, Observations series) {
  const auto [place, is_new] = kinds_.try_emplace(std::move(key));
  if (is_new) place->second = std::make_unique<const Observations>(std::move(series));
  return *place->second;
}

const Observations& SeriesReader::knows(std::string_view line, const Observations& series) {
  return kind_of(std::string(line.substr(0, line.find(values_key))), series);
}

const Observations& SeriesReader::read(std::string_view line, std::vector<double>& values,
                                       std::vector<std::string>& ignored) {
  const std::size_t at = line.find(values_key);
  std::optional<std::string_view> rest;
  if (at != line.npos) rest = read_values(line.substr(at + values_key.size()), values);
  const bool is_plain = rest && (*rest == "}" || rest->starts_with(quality_key));
  if (is_plain) {
    key_ = line.substr(0, at);
    const auto known = kinds_.find(key_);
    if (known != kinds_.end()) return *known->second;
    line.remove_suffix(rest->size());
  }
  Observations series =
      is_plain ? read_series(std::string(line) + '}', ignored) : read_series(line, ignored);
  values = std::move(series.values);
  series.values.clear();
  series.qualities.clear();
  if (is_plain) return kind_of(key_, std::move(series));
  return knows(write_series(series), series);
}

}  // namespace perjoule::cli
