// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// validate_records SCHEMA FILE-OR-FOLDER...
//
// Validates run records against the schema with two libraries that know nothing of perjoule. Exits
// with 1 if one fails or if there is none at all, so that a test which forgot to write any does
// not pass.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace {

using Json = nlohmann::json;

/// Parses by RFC 8259 strictly: no NaN, no Infinity, no comment, nothing after the end, and no
/// duplicate key in an object, which most parsers accept by taking the last.
Json parse_strictly(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot be opened");
  std::vector<std::set<std::string>> keys;
  const auto watch = [&keys](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      throw std::runtime_error("the key " + parsed.dump() + " stands twice in one object");
    }
    return true;
  };
  return Json::parse(file, watch, /*allow_exceptions=*/true, /*ignore_comments=*/false);
}

/// Checks relations between places of a record, which a schema cannot express.
void check_references(const Json& record) {
  for (const Json& entry : record.at("entries")) {
    if (entry.at("meter").get<std::size_t>() >= record.at("meters").size()) {
      throw std::runtime_error("an entry names a meter that is not there");
    }
    const Json& samples = entry.at("samples");
    for (const char* column : {"items", "wall_s", "cpu_s", "energy_j", "energy_random_j"}) {
      if (samples.at(column).size() != samples.at("windows").get<std::size_t>()) {
        throw std::runtime_error(std::string("samples.") + column + " is not as long as windows");
      }
    }
    for (const Json& quality : entry.at("quality")) {
      // A row of numbers for each input.
      const std::size_t per_item = quality.at("per_item").size();
      if (per_item != 0 && per_item % entry.at("task").at("n").get<std::size_t>() != 0) {
        throw std::runtime_error("quality.per_item is not as long as the inputs");
      }
    }
    if (entry.at("validity").at("ok").get<bool>() != entry.at("validity").at("reasons").empty()) {
      throw std::runtime_error("validity.ok contradicts its reasons");
    }
  }
}

/// Returns what is wrong; empty if nothing is.
std::string problem_of(const valijson::Schema& schema, const std::filesystem::path& path) {
  try {
    const Json record = parse_strictly(path);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(record);
    if (!validator.validate(schema, adapter, &results)) {
      std::string problem = "does not fit the schema:";
      valijson::ValidationResults::Error error;
      while (results.popError(error)) {
        problem += "\n    ";
        for (const std::string& part : error.context) problem += part;
        problem += ": " + error.description;
      }
      return problem;
    }
    check_references(record);
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    std::fputs("usage: validate_records SCHEMA FILE-OR-FOLDER...\n", stderr);
    return 2;
  }
  valijson::Schema schema;
  const Json schema_text = parse_strictly(arguments.front());
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_text), schema);

  std::vector<std::filesystem::path> files;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!std::filesystem::is_directory(arguments[i])) {
      files.emplace_back(arguments[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[i])) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());

  std::size_t failed = 0;
  for (const std::filesystem::path& file : files) {
    const std::string problem = problem_of(schema, file);
    failed += problem.empty() ? 0U : 1U;
    if (!problem.empty()) std::printf("%s: %s\n", file.c_str(), problem.c_str());
  }
  std::printf("%zu passed, %zu failed\n", files.size() - failed, failed);
  return files.empty() || failed != 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "validate_records: %s\n", error.what());
    return 2;
  }
}
