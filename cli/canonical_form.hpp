// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json_values.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/record/canonical_json.hpp"

namespace perjoule::cli {

/// Adds the canonical form of a document that was read.
/// @param without  a member of the document that is left out
/// @source RFC 8785
inline void add_canonical_form(std::string& text, const Json& json, std::string_view without = {}) {
  if (json.is_string()) {
    detail::add_canonical_text(text, json.get_ref<const std::string&>());
  } else if (json.is_number()) {
    detail::add_canonical_number(text, json.get<double>());
  } else if (json.is_array()) {
    text += '[';
    for (const Json& item : json) {
      if (text.back() != '[') text += ',';
      add_canonical_form(text, item);
    }
    text += ']';
  } else if (json.is_object()) {
    const auto& members = json.get_ref<const Json::object_t&>();
    std::vector<const Json::object_t::value_type*> ordered;
    for (const auto& member : members) {
      if (without.empty() || member.first != without) ordered.push_back(&member);
    }
    std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
      return detail::is_canonically_before(a->first, b->first);
    });
    text += '{';
    for (const auto* member : ordered) {
      if (member != ordered.front()) text += ',';
      detail::add_canonical_text(text, member->first);
      text += ':';
      add_canonical_form(text, member->second);
    }
    text += '}';
  } else {
    text += json.dump();  // true, false or null
  }
}

/// Returns the SHA-256 that a record should have, by all that is in it.
[[nodiscard]] inline std::string sha256_of_record(const Json& record) {
  std::string text;
  add_canonical_form(text, record, "sha256");
  return detail::sha256_hex(text);
}

}  // namespace perjoule::cli
