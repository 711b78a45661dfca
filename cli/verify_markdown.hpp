// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/verify.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns a text of somebody else as code, within which Markdown, HTML, addresses and names of
/// users mean nothing. What would end the code, or a cell of a table, is replaced by its name, as
/// <U+0060>. A text of more than 400 bytes is cut.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// Returns the efficiency table of a record for a comment, with its notes.
[[nodiscard]] std::string markdown_table(const std::vector<Entry>& entries);

/// Returns what verifying has shown, for a comment on a pull request: nothing that a record or the
/// name of a file says can notify people, link, or show an image.
/// @param tables  of each record
[[nodiscard]] std::string markdown_comment(const std::vector<Verification>& all,
                                           const std::vector<std::string>& tables);

}  // namespace perjoule::cli
