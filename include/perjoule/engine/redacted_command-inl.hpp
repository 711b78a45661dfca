// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

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

/// Returns the name of a file without its folders. Of a home folder, whose name is that of its
/// owner, nothing is kept.
PERJOULE_INLINE std::string redacted_path(std::string_view path) {
  const std::size_t end = std::min(path.find_first_of(";,'\")&|"), path.size());  // of a shell
  const std::string_view folders = path.substr(0, end);
  std::string_view parent = folders.substr(0, folders.rfind('/'));
  if (folders.ends_with('/')) parent = parent.substr(0, std::min(parent.rfind('/'), parent.size()));
  const bool is_home = parent == "/home" || parent == "/Users";
  return is_home ? "~" + std::string(path.substr(end)) : std::string(base_name(path));
}

/// Returns an address without its user, its password, and what follows "?" or "#".
PERJOULE_INLINE std::string redacted_address(std::string_view address) {
  const std::size_t host = address.find("://") + 3;
  const std::string_view server = address.substr(host, address.find('/', host) - host);
  const std::size_t at = server.rfind('@');
  std::string shown(address.substr(0, host));
  if (address.starts_with("file:")) return shown + redacted_path(address.substr(host));
  if (at != server.npos) shown += redacted;
  std::string_view rest = address.substr(at == server.npos ? host : host + at);
  const std::size_t query = rest.find_first_of("?#");
  shown += rest.substr(0, query);
  if (query != rest.npos) shown += rest[query] + std::string(redacted);
  return shown;
}

/// Returns a value that is no secret.
PERJOULE_INLINE std::string redacted_value(std::string_view value) {
  if (value.find("://") != value.npos) return redacted_address(value);
  if (value.starts_with('~') && value.find('/') == value.npos) return "~";  // of somebody
  if (!is_path(value)) return std::string(value);
  if (value.front() != '@') return redacted_path(value);
  const std::size_t place = std::min(value.find(":/"), value.size());  // of a JSON pointer
  return "@" + std::string(base_name(value.substr(1, place - 1))) +
         std::string(value.substr(place));
}

/// What follows a word of a command.
enum class Following : std::uint8_t {
  anything,
  secret,  ///< one word, or what is between quotes
  header,  ///< a secret up to the end of the quotes or of the argument, after its kind
  login,   ///< a secret if it is a user and a password: ada:hunter2
};

/// Returns whether the words that follow the name of an option, a variable or a header are a
/// secret.
PERJOULE_INLINE Following following(std::string_view name, bool is_header) {
  if (name == "-u" || name == "--user" || name == "--proxy-user") return Following::login;
  if (name != "-p" && !names_a_secret(name)) return Following::anything;
  return is_header ? Following::header : Following::secret;
}

/// Returns whether a word is the kind of a secret: "Authorization: Bearer abc".
PERJOULE_INLINE bool is_kind_of_secret(std::string_view word) noexcept {
  return word == "Bearer" || word == "Basic";
}

/// Returns where a secret ends that begins at a place of an argument.
PERJOULE_INLINE std::size_t end_of_secret(std::string_view argument, std::size_t at,
                                          std::size_t end_of_word, Following what) {
  const char first = argument[at];
  if (first == '\'' || first == '"') {
    const std::size_t end = argument.find(first, at + 1);
    return end == argument.npos ? argument.size() : end + 1;
  }
  if (what != Following::header) return end_of_word;
  // The header may itself be quoted: sh -c "curl -H 'Authorization: abc' host".
  const std::size_t quote = argument.find_first_of("'\"");
  const bool is_quoted = quote < at;
  return std::min(is_quoted ? argument.find(argument[quote], at) : argument.npos, argument.size());
}

/// Returns a word of a command that is no secret as a whole, and sets what follows it.
PERJOULE_INLINE std::string redacted_word(std::string_view word, Following& next) {
  next = is_kind_of_secret(word) ? Following::secret : Following::anything;
  const std::size_t at = word.rfind('@');
  if (at != word.npos && word.find("://") == word.npos && word.find(':') < at) {
    return std::string(redacted) + std::string(word.substr(at));  // ada:hunter2@host
  }
  // --header=Authorization:abc has two names.
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = word.find_first_of("=:", begin)) != word.npos; begin = end + 1) {
    if (word.substr(end, 3) == "://") break;
    const std::string_view name = word.substr(begin, end - begin);
    const std::string_view value = word.substr(end + 1);
    const bool is_header = word[end] == ':' && value.empty();
    const Following what = following(name, is_header && !name.ends_with('"'));
    if (what == Following::anything) continue;
    if (what == Following::login && value.find(':') == value.npos) break;
    const std::string start(word.substr(0, end + 1));
    if (!value.empty()) return start + std::string(redacted);
    if (word[end] == ':') next = what;
    return start;
  }
  const std::size_t end = word.find_first_of("=:");
  const bool has_value = end != word.npos && word.substr(end, 3) != "://";
  if (!has_value) {
    if (word.starts_with('-')) next = following(word, false);
    return redacted_value(word);
  }
  if (is_path(word.substr(0, end))) return redacted_value(word);
  return std::string(word.substr(0, end + 1)) + redacted_value(word.substr(end + 1));
}

/// Returns an argument, which may itself be a command, as that of "sh -c".
/// @param next  what this argument is after the one before, and then what follows it
PERJOULE_INLINE std::string redacted_argument(std::string_view argument, Following& next) {
  if (next == Following::secret && !is_kind_of_secret(argument)) {
    next = Following::anything;
    return std::string(redacted);
  }
  std::string shown;
  for (std::size_t at = 0; at < argument.size();) {
    const std::size_t end = std::min(argument.find_first_of(" \t\n", at), argument.size());
    const std::string_view word = argument.substr(at, end - at);
    const bool is_login = next == Following::login && word.find(':') != word.npos;
    if (word.empty()) {
      shown += argument[at++];
    } else if (next >= Following::secret && is_kind_of_secret(word)) {
      shown += word;
      at = end;
    } else if (next == Following::secret || next == Following::header || is_login) {
      shown += redacted;
      at = end_of_secret(argument, at, end, next);
      next = Following::anything;
    } else {
      const std::string kept = redacted_word(word, next);
      shown += kept;
      at = end;
      // A value in quotes may have several words: TOKEN='abc def'.
      const std::size_t quote = word.find_first_of("'\"");
      const bool is_hidden = kept.ends_with(redacted) && quote != word.npos && quote != 0;
      if (is_hidden) at = end_of_secret(argument, end - word.size() + quote, end, next);
    }
  }
  return shown;
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
  Following next = Following::anything;
  while (!arguments.empty()) {
    const std::string_view argument = arguments.substr(0, arguments.find('\0'));
    arguments.remove_prefix(std::min(argument.size() + 1, arguments.size()));
    if (!command.empty()) command += ' ';
    const std::size_t equals = argument.find('=');
    const bool is_own = next == Following::anything && equals != argument.npos &&
                        is_pattern(argument.substr(equals + 1)) &&
                        !names_a_secret(argument.substr(0, equals));
    command += shell_quoted(is_own ? std::string(argument) : redacted_argument(argument, next));
    if (next == Following::header) next = Following::secret;
  }
  return command;
}

}  // namespace perjoule::inline v0::detail
