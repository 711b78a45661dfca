// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/integrations/field_reader.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/record/json_writer.hpp"

// The files of a history: JSON that begins with its schema and its id, which is the hash of all
// that follows. A file that was changed or cut no longer matches its id, and a file's name holds
// the id, so that two different ones never have the same name.
namespace perjoule::cli {

using detail::record::Refusal;

/// Digits of an id.
constexpr std::size_t id_size = 16;

/// Returns what a file of this schema begins with; the id follows.
[[nodiscard]] inline std::string document_head(std::string_view schema) {
  return text::format("{{\n  \"schema\": \"{}\",\n  \"id\": \"", schema);
}

/// Returns the content of a document's file, and gives the document its id.
/// @param document  has a `schema` and an `id`, and document_fields() describes the rest
template <class Document>
[[nodiscard]] std::string write_document(Document& document) {
  JsonWriter json;
  {
    detail::record::FieldWriter fields(json);
    fields.text("schema", Document::schema).text("id", std::string(id_size, '0'));
    document_fields(fields, std::as_const(document));
  }
  std::string content = json.text() + '\n';
  const std::size_t at = document_head(Document::schema).size();
  document.id = detail::fnv1a_hex(std::string_view(content).substr(at + id_size));
  content.replace(at, id_size, document.id);
  return content;
}

/// Returns the id of a document, after comparing it with the content.
/// @throws Refusal if it is not of this schema, or was changed after it was written
[[nodiscard]] inline std::string checked_id(std::string_view schema, std::string_view content) {
  const std::string head = document_head(schema);
  if (!content.starts_with(head) || content.size() < head.size() + id_size) {
    throw Refusal{"", text::format("it is no {}", schema)};
  }
  const std::string id(content.substr(head.size(), id_size));
  if (detail::fnv1a_hex(content.substr(head.size() + id_size)) == id) return id;
  throw Refusal{"", "its content does not match its id: it was changed or cut"};
}

/// Reads the JSON of a document, whatever its id.
/// @param ignored  gets the pointers of keys that this version does not know
/// @throws Refusal if it holds what cannot be
template <class Document>
[[nodiscard]] Document parse_document(std::string_view content, std::vector<std::string>& ignored) {
  Document document;
  try {
    const detail::record::Json json = detail::record::Json::parse(content);
    detail::record::FieldReader fields(json, "", ignored);
    std::string schema;
    fields.text("schema", schema).text("id", document.id);
    document_fields(fields, document);
  } catch (const detail::record::Json::exception& problem) {
    throw Refusal{"", problem.what()};
  }
  return document;
}

/// Returns a refusal as one text.
[[nodiscard]] inline std::string why(const Refusal& refusal) {
  return refusal.pointer.empty() ? refusal.why : refusal.pointer + ": " + refusal.why;
}

}  // namespace perjoule::cli
