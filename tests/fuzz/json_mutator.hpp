// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// libFuzzer's own mutation, which replay.cpp has none of.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace fuzz {

using Json = nlohmann::ordered_json;
using Random = std::minstd_rand;

inline Json any_number_or_text(Random& random) {
  static const std::vector<Json> some = {nullptr,
                                         true,
                                         false,
                                         0,
                                         1,
                                         -1,
                                         0.5,
                                         1e308,
                                         -1e308,
                                         1e300,
                                         5e-324,
                                         1e18,
                                         UINT64_MAX,
                                         INT64_MIN,
                                         4294967296,
                                         "",
                                         "x",
                                         "measured",
                                         "modelled",
                                         "missing",
                                         "\u202E\x1B[31m",
                                         Json::array(),
                                         Json::object(),
                                         Json::array({1, nullptr, "x"})};
  return some[random() % some.size()];
}

/// Replaces, removes or repeats a value somewhere in some JSON.
inline void mutate(Json& json, Random& random) {
  Json* of = &json;
  while (of->is_structured() && !of->empty()) {
    auto member = of->begin();
    std::advance(member, static_cast<std::ptrdiff_t>(random() % of->size()));
    const bool is_leaf = !member->is_structured() || member->empty();
    if (!is_leaf && random() % 8 != 0) {
      of = &*member;
      continue;
    }
    switch (random() % 8) {
      case 0:
        of->erase(member);
        return;
      case 1:
        if (of->is_array()) of->push_back(Json(*member));
        return;
      default:
        *member = any_number_or_text(random);
        return;
    }
  }
}

/// Mutates a text of JSON, or of lines that are JSON or a member of an object, so that it stays
/// JSON; half of the time as libFuzzer does.
inline std::size_t mutate_json(std::uint8_t* data, std::size_t size, std::size_t most,
                               unsigned seed) {
  Random random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  std::string text(reinterpret_cast<const char*>(data), size);
  std::size_t begin = 0;
  std::size_t end = size;
  if (random() % 2 == 0 && size != 0) {
    const std::size_t at = random() % size;
    begin = text.rfind('\n', at) + 1;
    end = std::min(text.find('\n', std::max(at, begin)), size);
    begin = std::min(text.find_first_not_of(' ', begin), end);
    if (end > begin && text[end - 1] == ',') --end;
  }
  const std::string part = text.substr(begin, end - begin);
  Json json = Json::parse(part, nullptr, false);
  const bool is_member = json.is_discarded();
  if (is_member) json = Json::parse('{' + part + '}', nullptr, false);
  if (json.is_discarded()) return LLVMFuzzerMutate(data, size, most);
  mutate(json, random);
  std::string changed = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (is_member) changed = changed.substr(1, changed.size() - 2);
  text.replace(begin, end - begin, changed);
  if (text.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  return fuzz::mutate_json(data, size, most, seed);
}
