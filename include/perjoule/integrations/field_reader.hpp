// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/record_fields.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail::record {

using Json = nlohmann::ordered_json;

/// Thrown for a value that cannot be part of a record.
struct Refusal {
  std::string pointer;  ///< RFC 6901
  std::string why;
};

/// Returns a key as a part of a JSON pointer.
/// @source RFC 6901
inline std::string pointer_part(std::string_view key) {
  std::string part = "/";
  for (const char c : key) part += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return part;
}

/// Reads the fields of an object of a run record: the counterpart of FieldWriter. Keys that nobody
/// has asked for when it is gone are added to a list.
class FieldReader {
 public:
  static constexpr bool reads = true;

  /// @param ignored  gets the pointers of unknown keys
  FieldReader(const Json& json, std::string pointer, std::vector<std::string>& ignored)
      : json_(json), pointer_(std::move(pointer)), ignored_(ignored) {
    if (!json.is_object()) refuse_type(json, pointer_, "an object");
  }
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;
  ~FieldReader() {
    if (asked_.size() == json_.size()) return;
    for (const auto& [key, value] : json_.items()) {
      if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
        ignored_.push_back(place_of(key));
      }
    }
  }

  [[nodiscard]] FieldReader object(std::string_view key, Layout = Layout::lines) {
    return {at(key), place_of(key), ignored_};
  }
  [[nodiscard]] bool has(std::string_view key) const { return json_.contains(key); }

  FieldReader& text(std::string_view key, std::string& value) {
    const Json& json = at(key);
    if (!json.is_string()) refuse_type(json, place_of(key), "a text");
    value = json.get_ref<const std::string&>();
    if (value.empty()) throw Refusal{place_of(key), "it is empty"};
    return *this;
  }
  /// Reads a text of which only one thing can be said, such as a reason.
  FieldReader& text(std::string_view key, std::string_view) {
    std::string value;
    return text(key, value);
  }
  FieldReader& text_or_null(std::string_view key, std::string& value) {
    if (!at(key).is_null()) return text(key, value);
    value.clear();
    return *this;
  }
  /// @unit as the key says
  FieldReader& number(std::string_view key, double& value) {
    value = number_in(at(key), key);
    return *this;
  }
  /// Reads NaN for null.
  /// @unit as the key says
  FieldReader& number_or_null(std::string_view key, double& value) {
    value = at(key).is_null() ? quiet_nan() : number_in(at(key), key);
    return *this;
  }
  template <class Count>
  FieldReader& count(std::string_view key, Count& value, std::uint64_t least = 0) {
    const Json& json = at(key);
    std::uint64_t number = 0;
    if (json.is_number_unsigned()) {
      number = json.get<std::uint64_t>();
    } else {
      refuse_type(json, place_of(key), "a whole number, not below 0");
    }
    if (number < least || number > std::numeric_limits<Count>::max()) {
      throw Refusal{place_of(key), "it cannot be " + json.dump()};
    }
    value = static_cast<Count>(number);
    return *this;
  }
  template <class Count>
  FieldReader& count_or_null(std::string_view key, Count& value, Count unknown = 0) {
    if (!at(key).is_null()) return count(key, value);
    value = unknown;
    return *this;
  }
  FieldReader& flag(std::string_view key, bool& value) {
    const Json& json = at(key);
    if (!json.is_boolean()) refuse_type(json, place_of(key), "true or false");
    value = json.get<bool>();
    return *this;
  }
  /// Returns whether the flag is known.
  bool flag_or_null(std::string_view key, bool& value, bool) {
    if (at(key).is_null()) return false;
    flag(key, value);
    return true;
  }
  template <class Q>
  FieldReader& quantity(std::string_view key, Q& value) {
    value = Q(number_in(at(key), key));
    return *this;
  }
  template <class Q>
  FieldReader& quantity_or_null(std::string_view key, Q& value, bool) {
    return at(key).is_null() ? *this : quantity(key, value);
  }
  template <class Enum>
  FieldReader& name(std::string_view key, Enum& value, Enum last) {
    std::string written;
    text_or_null(key, written);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
      value = static_cast<Enum>(i);
      if (std::string_view(name_of(value)) == written) return *this;
    }
    throw Refusal{place_of(key), text::format("this version knows no '{}'", written)};
  }
  /// Reads a list of numbers. Null, which means that one is not known, becomes NaN.
  FieldReader& numbers(std::string_view key, std::vector<double>& values) {
    const Json& list = array(key);
    values.resize(list.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = list[i].is_null() ? quiet_nan() : number_in(list[i], key, i);
    }
    return *this;
  }
  /// Reads a list for each column of a table, row by row: each list is read once, in its order.
  FieldReader& table(View<std::string_view> keys, std::size_t rows, std::vector<double>& table) {
    std::vector<const Json*> lists;
    for (const std::string_view key : keys) {
      lists.push_back(&array(key));
      if (lists.back()->size() == rows) continue;
      throw Refusal{place_of(key),
                    text::format("it has {} numbers for {} windows", lists.back()->size(), rows)};
    }
    table.resize(rows * keys.size());
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const Json& json = (*lists[i])[row];
        table[row * keys.size() + i] = json.is_null() ? quiet_nan() : number_in(json, keys[i], row);
      }
    }
    return *this;
  }

  FieldReader& interval(Interval<double>& interval) {
    FieldReader read = object("interval");
    read.number_or_null("low", interval.low)
        .number_or_null("high", interval.high)
        .number("level", interval.level);
    const bool is_share = interval.level > 0.0 && 0.5 * (1.0 + interval.level) < 1.0;
    if (!is_share) throw Refusal{read.place_of("level"), "it is not between 0 and 1"};
    std::string method;
    read.text("method", method);
    interval.method = IntervalMethod::other;
    for (std::size_t i = 0; i < static_cast<std::size_t>(IntervalMethod::other); ++i) {
      if (perjoule::name(IntervalMethod(i)) == method) interval.method = IntervalMethod(i);
    }
    if (interval.method == IntervalMethod::other) ignored_.push_back(read.place_of("method"));
    if (!interval.is_known() || interval.low <= interval.high) return *this;
    throw Refusal{place_of("interval"), "its low end is not below the high one"};
  }
  /// Reads an estimate with its interval, or why it is missing.
  FieldReader& estimate(std::string_view key, Estimate<double>& estimate,
                        Interval<double>& interval, std::string& why_missing) {
    FieldReader read = object(key);
    estimate = {};
    interval = {};
    Provenance provenance = Provenance::missing;
    read.name("provenance", provenance, Provenance::missing);
    if (provenance == Provenance::missing) {
      if (!read.at("value").is_null()) {
        throw Refusal{read.place_of("value"), "its provenance is missing, so it can only be null"};
      }
      read.text("reason", why_missing);
      return *this;
    }
    read.number("value", estimate.value).number_or_null("random", estimate.random);
    read.at_least_0("dof", estimate.dof).at_least_0("common", estimate.common);
    if (estimate.random < 0.0) throw Refusal{read.place_of("random"), "it is below 0"};
    if (is_finite(estimate.random) && estimate.random > 0.0 && estimate.dof <= 0.0) {
      throw Refusal{read.place_of("dof"), "it is 0, but there is a random uncertainty"};
    }
    read.interval(interval);
    estimate.provenance = provenance;
    return *this;
  }
  FieldReader& estimate(std::string_view key, Estimate<double>& estimate,
                        Interval<double>& interval, std::string_view) {
    std::string reason;
    return this->estimate(key, estimate, interval, reason);
  }
  template <class Q, class Reason>
  FieldReader& estimate(std::string_view key, Estimate<Q>& estimate, Reason&& why_missing) {
    Estimate<double> number;
    Interval<double> interval;  // which follows from the estimate
    this->estimate(key, number, interval, why_missing);
    estimate = with_unit<Q>(number);
    return *this;
  }
  template <class Q>
  FieldReader& signed_estimate(std::string_view key, Estimate<Q>& of, std::string& why_missing) {
    return estimate(key, of, why_missing);
  }

  template <class Item, class Read>
  FieldReader& list(std::string_view key, Layout, std::vector<Item>& items, Read read) {
    const Json& list = array(key);
    items.resize(list.size());
    for (std::size_t i = 0; i < items.size(); ++i) read(item(key, list, i), items[i]);
    return *this;
  }
  /// Leaves out a list that was read elsewhere.
  FieldReader& skip_list(std::string_view key) {
    (void)array(key);
    return *this;
  }
  /// Reads a list of known length, of which a version may have written more.
  template <class Item, std::size_t Size, class Read>
  FieldReader& list(std::string_view key, Layout, Item (&items)[Size], Read read) {
    const Json& list = array(key);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i < Size) {
        read(item(key, list, i), items[i]);
      } else {
        ignored_.push_back(text::format("{}/{}", place_of(key), i));
      }
    }
    return *this;
  }

  /// Reads what a reader must know, in words; settle_caveats() compares it with the numbers.
  void caveats(Entry& entry) {
    bool is_fine = true;
    flag("ok", is_fine);
    const Json& flags = array("flags");
    const Json& reasons = array("reasons");
    if (flags.size() != reasons.size()) {
      throw Refusal{place_of("reasons"), "there is not one for each flag"};
    }
    for (std::size_t i = 0; i < flags.size(); ++i) {
      if (!flags[i].is_string()) refuse_type(flags[i], place_of("flags"), "a text");
      if (!reasons[i].is_string()) refuse_type(reasons[i], place_of("reasons"), "a text");
      std::size_t known = 0;
      while (known < static_cast<std::size_t>(CaveatFlag::other) &&
             perjoule::name(CaveatFlag(known)) != flags[i].get_ref<const std::string&>()) {
        ++known;
      }
      entry.recorded_caveats.push_back({CaveatFlag(known), reasons[i].get<std::string>()});
    }
  }

  /// Returns the numbers per item of a metric that kept so many.
  [[nodiscard]] std::size_t columns_of(std::size_t numbers, std::size_t items) const {
    if (numbers == 0) return 0;
    if (items != 0 && numbers % items == 0) return numbers / items;
    throw Refusal{place_of("per_item"),
                  text::format("{} numbers are not as many for each of {} inputs", numbers, items)};
  }

 private:
  /// Returns a value, which must exist.
  const Json& at(std::string_view key) {
    const auto found = json_.find(key);
    if (found == json_.end()) throw Refusal{place_of(key), "it is missing"};
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.push_back(key);
    return *found;
  }
  [[nodiscard]] std::string place_of(std::string_view key) const {
    return pointer_ + pointer_part(key);
  }
  const Json& array(std::string_view key) {
    const Json& json = at(key);
    if (!json.is_array()) refuse_type(json, place_of(key), "an array");
    return json;
  }
  [[nodiscard]] FieldReader item(std::string_view key, const Json& list, std::size_t i) {
    return {list[i], text::format("{}/{}", place_of(key), i), ignored_};
  }
  [[nodiscard]] double number_in(const Json& json, std::string_view key) const {
    if (!json.is_number()) refuse_type(json, place_of(key), "a number");
    return json.get<double>();
  }
  /// The same, of a list.
  [[nodiscard]] double number_in(const Json& json, std::string_view key, std::size_t i) const {
    if (!json.is_number()) {
      refuse_type(json, text::format("{}/{}", place_of(key), i), "a number");
    }
    return json.get<double>();
  }
  FieldReader& at_least_0(std::string_view key, double& value) {
    number(key, value);
    if (value < 0.0) throw Refusal{place_of(key), "it is below 0"};
    return *this;
  }
  [[noreturn]] static void refuse_type(const Json& json, const std::string& place,
                                       std::string_view wanted) {
    throw Refusal{place, text::format("it is {}, and has to be {}",
                                      json.is_null() ? "null" : json.type_name(), wanted)};
  }

  const Json& json_;
  std::string pointer_;
  std::vector<std::string>& ignored_;
  std::vector<std::string_view> asked_;  // keys, in the order in which they were read
};

}  // namespace perjoule::inline v0::detail::record
