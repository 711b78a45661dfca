// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/json_values.hpp"
#include "cli/rules.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::cli {

/// Holds the fields of an object of a record against an entry that was computed again: the
/// counterpart of FieldWriter and FieldReader. What a record leaves out, it does not claim: a
/// missing key, an energy that is null, an uncertainty that is null, an interval without ends.
class FieldChecker {
 public:
  static constexpr bool reads = false;
  using Layout = JsonWriter::Layout;

  /// @param json     borrowed, as are the findings
  /// @param pointer  to it
  FieldChecker(const Json& json, std::string pointer, std::vector<Finding>& findings)
      : FieldChecker(&json, std::move(pointer), findings) {}

  [[nodiscard]] FieldChecker object(std::string_view key, Layout = Layout::line) const {
    return {member(key), place_of(key), *findings_};
  }
  [[nodiscard]] bool has(std::string_view key) const { return member(key) != nullptr; }

  // What was read is as it was read: only what follows from other fields can differ.
  template <class Value>
  FieldChecker& text(std::string_view, const Value&) {
    return *this;
  }
  template <class Value>
  FieldChecker& text_or_null(std::string_view, const Value&) {
    return *this;
  }
  template <class Value>
  FieldChecker& number(std::string_view, const Value&) {
    return *this;
  }
  template <class Value>
  FieldChecker& number_or_null(std::string_view, const Value&) {
    return *this;
  }
  FieldChecker& count(std::string_view key, std::uint64_t expected, std::uint64_t = 0) {
    compare(key, static_cast<double>(expected));
    return *this;
  }
  FieldChecker& count_or_null(std::string_view key, std::uint64_t expected,
                              std::uint64_t unknown = 0) {
    return expected == unknown ? *this : count(key, expected);
  }
  template <class Value>
  FieldChecker& name(std::string_view, Value, Value) {
    return *this;
  }
  template <class Q>
  FieldChecker& quantity(std::string_view, const Q&) {
    return *this;
  }
  template <class Q>
  FieldChecker& quantity_or_null(std::string_view, const Q&, bool) {
    return *this;
  }
  bool flag_or_null(std::string_view, bool, bool is_known) { return is_known; }
  template <class Values>
  FieldChecker& numbers(std::string_view, const Values&) {
    return *this;
  }

  FieldChecker& estimate(std::string_view key, const Estimate<double>& expected,
                         const Interval<double>& interval, std::string_view why_missing);
  FieldChecker& signed_estimate(std::string_view key, const Estimate<double>& expected,
                                std::string_view why_missing);
  template <class Q>
  FieldChecker& signed_estimate(std::string_view key, const Estimate<Q>& expected,
                                std::string_view why_missing) {
    return signed_estimate(key, detail::strip_unit(expected), why_missing);
  }
  template <class Q>
  FieldChecker& estimate(std::string_view key, const Estimate<Q>& expected,
                         std::string_view why_missing) {
    return nonnegative(key, detail::strip_unit(expected), why_missing);
  }

  template <class List, class Check>
  FieldChecker& list(std::string_view key, Layout, const List& items, Check check) {
    const Json* const written = member(key);
    if (written == nullptr || !written->is_array()) return *this;
    std::size_t place = 0;
    for (const auto& item : items) {
      if (place == written->size()) break;
      const std::string pointer = place_of(key) + '/' + std::to_string(place);
      check(FieldChecker(&(*written)[place], pointer, *findings_), item);
      ++place;
    }
    return *this;
  }

 private:
  FieldChecker(const Json* json, std::string pointer, std::vector<Finding>& findings)
      : json_(json), pointer_(std::move(pointer)), findings_(&findings) {}

  [[nodiscard]] const Json* member(std::string_view key) const;
  [[nodiscard]] std::string place_of(std::string_view key) const {
    return pointer_ + '/' + std::string(key);
  }
  FieldChecker& nonnegative(std::string_view key, const Estimate<double>& expected,
                            std::string_view why_missing);
  void differ(const std::string& place, const Json& found, const std::string& expected);
  void compare(std::string_view key, double expected);
  void compare(std::string_view key, std::string_view expected);

  const Json* json_;  // nullptr: it is not in the record
  std::string pointer_;
  std::vector<Finding>* findings_;
};

}  // namespace perjoule::cli
