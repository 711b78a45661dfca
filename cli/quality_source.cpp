// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/quality_source.hpp"

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"

namespace perjoule::cli {

namespace {

constexpr std::string_view forms = "write -q NAME=@FILE:/json/pointer or -q 'NAME=/regex/'";

}  // namespace

QualitySource parse_quality_source(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  QualitySource source;
  source.name = text.substr(0, equals == std::string::npos ? 0 : equals);
  if (source.name.empty() || value.size() < 2) {
    throw Error("a quality that cannot be understood", text, forms);
  }
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
  try {
    (void)std::regex(source.pattern);
  } catch (const std::regex_error& reason) {
    throw Error("a regular expression that is none", text, reason.what());
  }
  return source;
}

double read_quality(const QualitySource& source, const std::string& output) {
  if (!source.file.empty()) {
    const std::string place = source.file + ":" + source.pointer;
    std::ifstream file(source.file);
    const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
    if (!file.is_open() || json.is_discarded()) {
      throw Error("no quality", place, "the command must write that file, as JSON");
    }
    const nlohmann::json::json_pointer pointer(source.pointer);
    if (!json.contains(pointer) || !json.at(pointer).is_number()) {
      throw Error("no quality", place, "there must be a number at that place");
    }
    return json.at(pointer).get<double>();
  }
  // Matches line by line, and only the end of a long line: std::regex takes some stack for each
  // character.
  constexpr std::size_t longest = 4096;
  const std::regex pattern(source.pattern);
  std::string last;
  for (std::size_t begin = 0; begin < output.size();) {
    std::size_t size = output.find('\n', begin);
    if (size == std::string::npos) size = output.size();
    const std::size_t from = size - begin > longest ? size - longest : begin;
    const std::string line = output.substr(from, size - from);
    begin = size + 1;
    for (std::sregex_iterator match(line.begin(), line.end(), pattern), end; match != end;
         ++match) {
      last = match->size() > 1 ? (*match)[1].str() : match->str();
    }
  }
  double number = 0.0;
  const auto [after, why] = std::from_chars(last.data(), last.data() + last.size(), number);
  const bool is_number = why == std::errc() && after == last.data() + last.size();
  if (last.empty() || !is_number || !is_finite(number)) {
    throw Error("no quality '" + source.name + "'",
                last.empty() ? "the pattern is nowhere in the standard output"
                             : "the pattern matches '" + last + "'",
                "put the number into the pattern's first group: -q 'acc=/accuracy: ([0-9.]+)/'");
  }
  return number;
}

}  // namespace perjoule::cli
