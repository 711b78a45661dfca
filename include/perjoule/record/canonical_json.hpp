// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

// The canonical form of JSON, of which a record's hash is taken: whoever writes a document in it
// gets the same bytes. Members are in the order of their keys, and nothing is between them.
namespace perjoule::inline v0::detail {

/// Adds a number as ECMAScript writes it: the shortest digits that read back to it.
/// @param number  finite
/// @unit   none is added
/// @source RFC 8785, 3.2.2.3; ECMA-262, Number::toString
void add_canonical_number(std::string& json, double number);

/// Adds a text in quotation marks. What is no UTF-8 becomes U+FFFD.
/// @source RFC 8785, 3.2.2.2
void add_canonical_text(std::string& json, std::string_view text);

/// Tells whether a key comes before another one: by their UTF-16 code units.
/// @source RFC 8785, 3.2.3
[[nodiscard]] bool is_canonically_before(std::string_view a, std::string_view b) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/canonical_json-inl.hpp"
#endif
