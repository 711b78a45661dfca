// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/engine/redacted_command.hpp"

namespace perjoule::inline v0::detail {

inline constexpr std::string_view redacted = "<redacted>";

PERJOULE_INLINE bool names_a_secret(std::string_view name) {
  static constexpr std::string_view words[] = {"key",         "token",  "auth", "authorization",
                                               "pass",        "passwd", "pwd",  "pat",
                                               "credentials", "cookie"};
  static constexpr std::string_view endings[] = {"password", "passphrase", "secret",
                                                 "token",    "apikey",     "accesskey"};
  std::string word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const char c = i == name.size() ? '-' : name[i];
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper || (c >= 'a' && c <= 'z')) {
      word += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    const bool is_word = std::find(std::begin(words), std::end(words), word) != std::end(words);
    const bool ends_so = std::any_of(std::begin(endings), std::end(endings),
                                     [&](std::string_view end) { return word.ends_with(end); });
    if (is_word || ends_so) return true;
    word.clear();
  }
  return false;
}

PERJOULE_INLINE bool is_pattern(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '/' || text.back() != '/') return false;
  return text.find('/', 1) == text.size() - 1 || text.find_first_of("()[]{}*+?|^$\\") != text.npos;
}

PERJOULE_INLINE bool is_path(std::string_view text) noexcept {
  return text.find('/') != text.npos && text.find("://") == text.npos && !is_pattern(text);
}

/// Returns an address without its user, its password and its query.
PERJOULE_INLINE std::string redacted_address(std::string_view address) {
  const std::size_t host = address.find("://") + 3;
  const std::string_view server = address.substr(host, address.find('/', host) - host);
  const std::size_t at = server.rfind('@');
  std::string shown(address.substr(0, host));
  if (at != server.npos) shown += redacted;
  std::string_view rest = address.substr(at == server.npos ? host : host + at);
  const std::size_t query = rest.find('?');
  shown += rest.substr(0, query);
  if (query != rest.npos) shown += std::string("?") + std::string(redacted);
  return shown;
}

/// Returns a value that is no secret.
PERJOULE_INLINE std::string redacted_value(std::string_view value) {
  if (value.find("://") != value.npos) return redacted_address(value);
  if (!is_path(value)) return std::string(value);
  if (value.front() != '@') return std::string(base_name(value));
  const std::size_t place = std::min(value.find(":/"), value.size());  // of a JSON pointer
  return "@" + std::string(base_name(value.substr(1, place - 1))) +
         std::string(value.substr(place));
}

/// Returns a word of a command. `hides_next` tells that the next one is a secret.
PERJOULE_INLINE std::string redacted_word(std::string_view word, bool& hides_next) {
  if (hides_next) {
    // "Authorization: Bearer abc": the kind of secret is none.
    hides_next = word == "Bearer" || word == "Basic";
    return std::string(hides_next ? word : redacted);
  }
  const std::size_t at = word.rfind('@');
  if (at != word.npos && word.find("://") == word.npos && word.find(':') < at) {
    return std::string(redacted) + std::string(word.substr(at));  // ada:hunter2@host
  }
  const std::size_t end = word.find_first_of("=:");
  const bool has_value = end != word.npos && word.substr(end, 3) != "://";
  const std::string_view name = word.substr(0, has_value ? end : word.size());
  const bool is_named = has_value || word.starts_with('-');
  const bool is_secret =
      (is_named && names_a_secret(name)) || name == "-p" || word == "Bearer" || word == "Basic";
  if (!has_value) {
    hides_next = is_secret;
    return redacted_value(word);
  }
  const std::string_view value = word.substr(end + 1);
  const std::string start(word.substr(0, end + 1));
  if (is_secret) {
    hides_next = value.empty() && word[end] == ':';
    return value.empty() ? start : start + std::string(redacted);
  }
  return is_path(name) ? redacted_value(word) : start + redacted_value(value);
}

/// Quotes an argument that a shell would take apart.
PERJOULE_INLINE std::string shell_quoted(const std::string& argument) {
  const bool is_plain = !argument.empty() && argument.find_first_not_of(
                                                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                                 "XYZ0123456789_@%+=:,./-<>") == argument.npos;
  if (is_plain) return argument;
  std::string out = "'";
  for (const char c : argument) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

PERJOULE_INLINE std::string redacted_command(std::string_view arguments) {
  std::string command;
  bool hides_next = false;
  while (!arguments.empty()) {
    const std::string_view argument = arguments.substr(0, arguments.find('\0'));
    arguments.remove_prefix(std::min(argument.size() + 1, arguments.size()));
    if (!command.empty()) command += ' ';
    // An argument may itself be a command, as that of "sh -c".
    std::string shown;
    const std::size_t equals = argument.find('=');
    if (!hides_next && equals != argument.npos && is_pattern(argument.substr(equals + 1)) &&
        !names_a_secret(argument.substr(0, equals))) {
      command += shell_quoted(std::string(argument));
      continue;
    }
    for (std::size_t at = 0; at <= argument.size();) {
      const std::size_t end = std::min(argument.find_first_of(" \t\n", at), argument.size());
      const std::string_view word = argument.substr(at, end - at);
      if (!word.empty()) shown += redacted_word(word, hides_next);
      if (end < argument.size()) shown += argument[end];
      at = end + 1;
    }
    command += shell_quoted(shown);
  }
  return command;
}

}  // namespace perjoule::inline v0::detail
