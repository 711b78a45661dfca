// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail::record {

using Layout = JsonWriter::Layout;

/// Returns the name of an enumerator. Unqualified, so that the function is found where a field is
/// written, with its enumeration.
template <class Enum>
[[nodiscard]] auto name_of(Enum value) {
  return name(value);
}

/// Writes the fields of an object of a run record. Each function has a counterpart in FieldReader,
/// so that record_fields.hpp describes both directions at once.
class FieldWriter {
 public:
  static constexpr bool reads = false;

  explicit FieldWriter(JsonWriter& json, Layout layout = Layout::lines)
      : object_(json.object(layout)) {}

  /// Returns the writer of a nested object. Until it is gone, nothing may be written here.
  [[nodiscard]] FieldWriter object(std::string_view key, Layout layout = Layout::lines) {
    return {object_, key, layout};
  }

  /// Returns true. When reading, a field that older records lack may be absent.
  [[nodiscard]] static bool has(std::string_view) noexcept { return true; }

  FieldWriter& text(std::string_view key, std::string_view value) { return add(key, value); }
  /// Writes null for an empty text.
  FieldWriter& text_or_null(std::string_view key, std::string_view value) {
    return add(key, value);
  }
  /// @unit as the key says
  FieldWriter& number(std::string_view key, double value) { return add(key, value); }
  /// Writes null for a number that is not finite.
  /// @unit as the key says
  FieldWriter& number_or_null(std::string_view key, double value) { return add(key, value); }
  /// @param least  the reader refuses fewer
  FieldWriter& count(std::string_view key, std::uint64_t value,
                     [[maybe_unused]] std::uint64_t least = 0) {
    return add(key, value);
  }
  /// Writes null for the number that means "not known".
  FieldWriter& count_or_null(std::string_view key, std::uint64_t value, std::uint64_t unknown = 0);
  FieldWriter& flag(std::string_view key, bool value) { return add(key, value); }
  /// Writes null if the flag is not known. Returns whether it is.
  bool flag_or_null(std::string_view key, bool value, bool is_known);
  template <class Q>
  FieldWriter& quantity(std::string_view key, const Q& value) {
    return add(key, value.si());
  }
  template <class Q>
  FieldWriter& quantity_or_null(std::string_view key, const Q& value, bool is_known) {
    return is_known ? add(key, value.si()) : add(key, nullptr);
  }
  /// Writes the name of an enumerator; null if it has none.
  /// @param last  the last enumerator
  template <class Enum>
  FieldWriter& name(std::string_view key, Enum value, [[maybe_unused]] Enum last) {
    return add(key, std::string_view(name_of(value)));
  }
  FieldWriter& numbers(std::string_view key, View<double> values) { return add(key, values); }

  /// Writes a list for each column of a table.
  /// @shape table: [rows, keys], row-major
  FieldWriter& table(View<std::string_view> keys, std::size_t rows, View<double> table);

  FieldWriter& interval(const Interval<double>& interval);
  /// Writes an estimate with an interval of its own, or the reason why it is missing.
  FieldWriter& estimate(std::string_view key, const Estimate<double>& estimate,
                        const Interval<double>& interval, std::string_view why_missing);
  /// Writes an estimate whose interval follows from it.
  FieldWriter& signed_estimate(std::string_view key, const Estimate<double>& estimate,
                               std::string_view why_missing);
  /// Writes an estimate of what cannot be negative.
  template <class Q>
  FieldWriter& estimate(std::string_view key, const Estimate<Q>& estimate,
                        std::string_view why_missing) {
    return nonnegative(key, strip_unit(estimate), why_missing);
  }
  template <class Q>
  FieldWriter& signed_estimate(std::string_view key, const Estimate<Q>& estimate,
                               std::string_view why_missing) {
    return signed_estimate(key, strip_unit(estimate), why_missing);
  }

  /// Writes an object for each item of a list.
  /// @param write  called with the writer of the object and the item
  template <class List, class Write>
  FieldWriter& list(std::string_view key, Layout layout, const List& items, Write write) {
    JsonWriter::Array array = object_.array(key);
    for (const auto& item : items) write(FieldWriter(array, layout), item);
    return *this;
  }

  /// Writes an array of texts.
  template <class List>
  FieldWriter& texts(std::string_view key, Layout layout, const List& items) {
    JsonWriter::Array array = object_.array(key, layout);
    for (const auto& item : items) array.add(std::string_view(item));
    return *this;
  }

 private:
  FieldWriter(JsonWriter::Object& parent, std::string_view key, Layout layout)
      : object_(parent.object(key, layout)) {}
  FieldWriter(JsonWriter::Array& parent, Layout layout) : object_(parent.object(layout)) {}

  template <class Value>
  FieldWriter& add(std::string_view key, const Value& value) {
    object_.add(key, value);
    return *this;
  }
  FieldWriter& nonnegative(std::string_view key, const Estimate<double>& estimate,
                           std::string_view why_missing);

  JsonWriter::Object object_;
};

}  // namespace perjoule::inline v0::detail::record

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/field_writer-inl.hpp"
#endif
