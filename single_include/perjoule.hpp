// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule 0.1.0: how much quality a model buys with a joule and with a byte.
// One file of all headers below include/perjoule, made by scripts/amalgamate.py: change those.
// What needs another library is left out, unless PERJOULE_WITH_ and its name are defined before; and so
// are the metrics, scores and statistics that measuring does without, unless PERJOULE_WITH_ALL is.
// A program of several files compiles faster with PERJOULE_COMPILED in all of them, and
// PERJOULE_IMPLEMENTATION in exactly one, which then holds the definitions.
#pragma once
#if __cplusplus < 202002L
#error "perjoule needs C++20: compile with -std=c++20"
#else

#include <errno.h>
#include <sys/types.h>
#include <time.h>

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// ---- perjoule/core/version.hpp

// Only place of the version: CMake and the single header read it from here. All public names are in
// the inline namespace below, so two versions of the library can be linked into one program without
// mixing up their types.
#define PERJOULE_VERSION "0.1.0"

/// Measures how much quality a machine-learning model gives per joule and per byte, with the
/// uncertainty of each number.
namespace perjoule::inline v0 {

/// Version of the library, "major.minor.patch".
inline constexpr const char* version = PERJOULE_VERSION;

}  // namespace perjoule::inline v0

// ---- perjoule/core/do_not_optimize.hpp

namespace perjoule::inline v0 {

/// Makes the optimiser assume that `value` is read here and that all memory may have changed. A
/// pass whose result is unused is then neither removed nor hoisted out of the loop. Costs no
/// instruction if the value is already in a register or in memory.
template <class T>
[[gnu::always_inline]] inline void do_not_optimize(const T& value) noexcept {
  // A small trivial value may stay in a register ("r"); "m" alone would force a store of each
  // result. Larger or non-trivial values have an address anyway.
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

namespace detail {

/// Tells whether the optimiser computed this result at compile time. If so, it has removed the
/// work, or there was none. Only checked for results that fit a register; false without
/// optimisation.
template <class T>
[[gnu::always_inline]] inline bool is_compile_time_constant(
    [[maybe_unused]] const T& result) noexcept {
  if constexpr (std::is_scalar_v<T>) {
    return __builtin_constant_p(result) != 0;
  } else {
    return false;
  }
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/config.hpp

// A header x.hpp holds declarations, documentation, templates and what measured loops call. The
// rest is defined in x-inl.hpp in the same folder. By default x.hpp includes x-inl.hpp at its end,
// so a program needs one include only. A program that is compiled often defines PERJOULE_COMPILED
// everywhere. Headers then only declare, and the definitions are linked: from the target
// perjoule::compiled, or from the one file that also defines PERJOULE_IMPLEMENTATION. Neither
// changes the meaning of a name.
#if !defined(PERJOULE_COMPILED) && !defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#define PERJOULE_INLINE inline
#else
#define PERJOULE_INLINE
#endif
#if defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#endif

// ---- perjoule/core/error.hpp

namespace perjoule::inline v0::detail {

[[noreturn]] void contract_violation(const char* condition, const char* file, int line);

}  // namespace perjoule::inline v0::detail

// A violation is a bug of the caller, so it ends the program, also with NDEBUG. Problems that a
// user can fix are thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_violation(#condition, __FILE__, __LINE__))

namespace perjoule::inline v0 {

/// Error that the user can fix. The message has three parts: what happened, where, and the next
/// step, as in "cannot read out/base.json: permission denied; run as its owner".
class Error : public std::runtime_error {
 public:
  Error(std::string_view what, std::string_view where, std::string_view next_step);
};

/// Error for a missing meter of the required kind (a Session with `.require =
/// Provenance::measured`). A program then ends with `exit_code`: EX_UNAVAILABLE of sysexits.h.
class NoMeterError : public Error {
 public:
  static constexpr int exit_code = 69;
  using Error::Error;
};

namespace detail {

/// @throws Error
[[noreturn]] void fail(std::string_view what, std::string_view where, std::string_view next_step);

/// Returns the text of an errno value. It starts in lower case ("permission denied"), since it is
/// used inside a sentence. It is in English like the rest of the message, whatever the program's
/// locale.
[[nodiscard]] std::string errno_message(int error_number);

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/view.hpp

namespace perjoule::inline v0 {

/// Range with std::data and std::size and contiguous elements, such as a vector, an array or a
/// span. Not vector<bool>, whose elements have no address.
template <class Range>
concept ContiguousRange = requires(const Range& range, std::size_t& size) {
  *std::data(range);
  size = std::size(range);
};

/// Borrowed view of contiguous values in a vector, an array or a std::span. It is the read-only
/// half of std::span without the concepts of `<ranges>`, which a compiler would evaluate for each
/// call that takes a view. Three such calls in a file cost g++ 12 as much as 15 % of a program with
/// Google Benchmark (clang 14: 10 %), and with this class 4 % (2 %).
template <class T>
class View {
 public:
  using value_type = T;

  constexpr View() noexcept = default;
  constexpr View(const T* first, std::size_t size) noexcept : first_(first), size_(size) {}
  template <class Range>
  requires requires(const Range& range, const T*& first) { first = std::data(range); }
  constexpr View(const Range& range) noexcept : View(std::data(range), std::size(range)) {}

  [[nodiscard]] constexpr const T* data() const noexcept { return first_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr const T* begin() const noexcept { return first_; }
  [[nodiscard]] constexpr const T* end() const noexcept { return first_ + size_; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const noexcept { return first_[i]; }

 private:
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace perjoule::inline v0

// ---- perjoule/core/write_file.hpp

namespace perjoule::inline v0::detail {

/// Creates the missing folders above `path`. If a folder can't be created, opening the file fails
/// later for the same reason.
void create_parent_directories(const std::string& path);

/// Writes the content and forces it to the disk. Returns false and sets errno if that fails, for
/// example if the disk is full or gone.
[[nodiscard]] bool write_and_sync(int file, std::string_view content) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Writes a file completely or not at all: into a temporary file in the same folder, which is
/// forced to the disk and then renamed to `path`. An existing file of that name stays unchanged
/// until then. Creates missing folders.
/// @throws Error if it can't be written: no space, no permission, not a folder
void write_file(const std::string& path, std::string_view content);

}  // namespace perjoule::inline v0

// ---- perjoule/core/nan.hpp

namespace perjoule::inline v0 {

// Research code is often compiled with -ffast-math, under which `x != x` and std::isnan(x) are
// constant false. A test of the bits still works, since -ffast-math does not affect integers.

/// Returns true if `x` is neither NaN nor an infinity, under every optimisation flag.
/// @unit any; the unit of x does not matter
[[nodiscard]] constexpr bool is_finite(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) != 0x7FF0'0000'0000'0000U;
}

/// @copydoc is_finite(double)
[[nodiscard]] constexpr bool is_finite(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) != 0x7F80'0000U;
}

namespace detail {

/// Returns bits whose topmost bit is set if `x` is not finite. Joining the bits of many numbers
/// with `|` tells at once whether all are finite, at three instructions per number.
[[nodiscard]] constexpr std::uint32_t not_finite_bits(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) + 0x0080'0000U;
}
/// @copydoc not_finite_bits(float)
/// @unit any; the unit of x does not matter
[[nodiscard]] constexpr std::uint64_t not_finite_bits(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) + 0x0010'0000'0000'0000U;
}

/// Returns the NaN that fills the number of a missing value, so that accidental arithmetic on it
/// shows. Whether a value is missing is never read from the NaN, but from its `Provenance`.
/// @unit none: it represents no quantity
[[nodiscard]] constexpr double quiet_nan() noexcept {
  return std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0000U});
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/units/quantity.hpp

namespace perjoule::inline v0 {

/// Exponents of the base units. Joule is a base unit here, and items (inputs of the model), bytes,
/// bits and operations are counted, so "quality per joule" and "quality per byte" are different
/// types. A bit is a unit of information, and not an eighth of a byte, which is a unit of storage.
/// The currency of an amount of money is stored as text: no type knows the currencies of all users.
struct Dimension {
  int joule = 0;
  int second = 0;
  int byte = 0;
  int item = 0;
  int gram = 0;
  int money = 0;
  int operation = 0;
  int bit = 0;

  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;
};

[[nodiscard]] constexpr Dimension operator*(Dimension a, Dimension b) noexcept {
  return {a.joule + b.joule, a.second + b.second, a.byte + b.byte,           a.item + b.item,
          a.gram + b.gram,   a.money + b.money,   a.operation + b.operation, a.bit + b.bit};
}

[[nodiscard]] constexpr Dimension operator/(Dimension a, Dimension b) noexcept {
  return {a.joule - b.joule, a.second - b.second, a.byte - b.byte,           a.item - b.item,
          a.gram - b.gram,   a.money - b.money,   a.operation - b.operation, a.bit - b.bit};
}

/// Requires that quantities are added and compared only within one dimension. The name of this
/// concept appears in the compiler's error when joules are added to seconds.
template <Dimension A, Dimension B>
concept SameDimension = (A == B);

/// A number with its dimension in the type. The number is in SI units (J, s, B, items, g, money),
/// so no prefix can get lost between two functions: prefixes exist only in literals and in text.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() noexcept = default;
  /// @param si  number in SI units
  /// @unit  unit of the type
  constexpr explicit Quantity(double si) noexcept : si_(si) {}

  /// Returns the plain number, for text and files.
  /// @unit SI unit of the type
  [[nodiscard]] constexpr double si() const noexcept { return si_; }

  constexpr Quantity& operator+=(Quantity other) noexcept {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) noexcept {
    si_ -= other.si_;
    return *this;
  }
  [[nodiscard]] constexpr Quantity operator-() const noexcept { return Quantity(-si_); }

  friend constexpr auto operator<=>(Quantity, Quantity) noexcept = default;

 private:
  double si_ = 0.0;
};

template <Dimension A, Dimension B>
requires SameDimension<A, B>
[[nodiscard]] constexpr Quantity<A> operator+(Quantity<A> a, Quantity<B> b) noexcept {
  return Quantity<A>(a.si() + b.si());
}

template <Dimension A, Dimension B>
requires SameDimension<A, B>
[[nodiscard]] constexpr Quantity<A> operator-(Quantity<A> a, Quantity<B> b) noexcept {
  return Quantity<A>(a.si() - b.si());
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator*(Quantity<D> quantity, double factor) noexcept {
  return Quantity<D>(quantity.si() * factor);
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator*(double factor, Quantity<D> quantity) noexcept {
  return Quantity<D>(factor * quantity.si());
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator/(Quantity<D> quantity, double divisor) noexcept {
  return Quantity<D>(quantity.si() / divisor);
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<Dimension{} / D> operator/(double number,
                                                            Quantity<D> quantity) noexcept {
  return Quantity<Dimension{} / D>(number / quantity.si());
}

/// A product or quotient without dimension is a plain double.
template <Dimension A, Dimension B>
[[nodiscard]] constexpr auto operator*(Quantity<A> a, Quantity<B> b) noexcept {
  if constexpr (A * B == Dimension{}) {
    return a.si() * b.si();
  } else {
    return Quantity<A * B>(a.si() * b.si());
  }
}

/// @copydoc operator*(Quantity<A>, Quantity<B>)
template <Dimension A, Dimension B>
[[nodiscard]] constexpr auto operator/(Quantity<A> a, Quantity<B> b) noexcept {
  if constexpr (A == B) {
    return a.si() / b.si();
  } else {
    return Quantity<A / B>(a.si() / b.si());
  }
}

namespace detail {

/// Returns the plain number of a quantity, or a double unchanged, so that one function serves both
/// quantities and plain ratios such as an accuracy.
/// @unit SI unit of the argument's type
[[nodiscard]] constexpr double number(double x) noexcept { return x; }
template <Dimension D>
[[nodiscard]] constexpr double number(Quantity<D> x) noexcept {
  return x.si();
}

}  // namespace detail

using Joules = Quantity<Dimension{.joule = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Items = Quantity<Dimension{.item = 1}>;
using Grams = Quantity<Dimension{.gram = 1}>;
using Money = Quantity<Dimension{.money = 1}>;
using Operations = Quantity<Dimension{.operation = 1}>;
using Bits = Quantity<Dimension{.bit = 1}>;

using Watts = Quantity<Dimension{.joule = 1, .second = -1}>;
using JoulesPerItem = Quantity<Dimension{.joule = 1, .item = -1}>;
using SecondsPerItem = Quantity<Dimension{.second = 1, .item = -1}>;
using ItemsPerJoule = Quantity<Dimension{.joule = -1, .item = 1}>;
using ItemsPerSecond = Quantity<Dimension{.second = -1, .item = 1}>;
using BytesPerItem = Quantity<Dimension{.byte = 1, .item = -1}>;
using ItemsPerByte = Quantity<Dimension{.byte = -1, .item = 1}>;
using PerByte = Quantity<Dimension{.byte = -1}>;
using OperationsPerItem = Quantity<Dimension{.item = -1, .operation = 1}>;
using ItemsPerOperation = Quantity<Dimension{.item = 1, .operation = -1}>;
using BitsPerItem = Quantity<Dimension{.item = -1, .bit = 1}>;
using BitsPerJoule = Quantity<Dimension{.joule = -1, .bit = 1}>;
using GramsPerItem = Quantity<Dimension{.item = -1, .gram = 1}>;
using GramsPerJoule = Quantity<Dimension{.joule = -1, .gram = 1}>;
using MoneyPerItem = Quantity<Dimension{.item = -1, .money = 1}>;
using MoneyPerJoule = Quantity<Dimension{.joule = -1, .money = 1}>;

inline namespace literals {

// Not consteval: clang 14 leaves a call behind in function templates, to a function that is never
// defined.
#define PERJOULE_LITERAL(suffix, type, factor)                                          \
  [[nodiscard]] constexpr type operator""##suffix(long double number) noexcept {        \
    return type(static_cast<double>(number) * (factor));                                \
  }                                                                                     \
  [[nodiscard]] constexpr type operator""##suffix(unsigned long long number) noexcept { \
    return type(static_cast<double>(number) * (factor));                                \
  }

PERJOULE_LITERAL(_J, Joules, 1.0)
PERJOULE_LITERAL(_mJ, Joules, 1e-3)
PERJOULE_LITERAL(_uJ, Joules, 1e-6)
PERJOULE_LITERAL(_W, Watts, 1.0)
PERJOULE_LITERAL(_mW, Watts, 1e-3)
PERJOULE_LITERAL(_s, Seconds, 1.0)
PERJOULE_LITERAL(_ms, Seconds, 1e-3)
PERJOULE_LITERAL(_us, Seconds, 1e-6)
PERJOULE_LITERAL(_B, Bytes, 1.0)
PERJOULE_LITERAL(_kB, Bytes, 1e3)
PERJOULE_LITERAL(_MB, Bytes, 1e6)
PERJOULE_LITERAL(_KiB, Bytes, 1024.0)
PERJOULE_LITERAL(_MiB, Bytes, 1048576.0)
PERJOULE_LITERAL(_percent, double, 0.01)

#undef PERJOULE_LITERAL

}  // namespace literals

/// Returns the SI unit of a dimension as text: "J/item", "W", "1/B"; empty for a plain number.
[[nodiscard]] std::string unit_symbol(Dimension dimension);

}  // namespace perjoule::inline v0

// ---- perjoule/units/estimate.hpp

namespace perjoule::inline v0 {

/// Origin of a number, from best to worst. It only gets worse on the way to a table.
enum class Provenance : std::uint8_t {
  measured,   ///< read from an instrument, or counted
  estimated,  ///< derived from measured values by an approximation
  modelled,   ///< computed from a model of the machine; never ranked with measured values
  simulated,  ///< read from a simulated machine that exists only in this process
  missing,    ///< there is no number; the value must not be read
};

/// Returns the worst provenance of the inputs.
[[nodiscard]] constexpr Provenance worst(Provenance a, Provenance b) noexcept {
  return a < b ? b : a;
}

[[nodiscard]] constexpr std::string_view name(Provenance provenance) noexcept {
  switch (provenance) {
    case Provenance::measured:
      return "measured";
    case Provenance::estimated:
      return "estimated";
    case Provenance::modelled:
      return "modelled";
    case Provenance::simulated:
      return "simulated";
    case Provenance::missing:
      break;
  }
  return "missing";
}

/// Degrees of freedom of an uncertainty that was not estimated from repeats, such as the quantum of
/// a counter. From here on t is normal to four digits. It is a finite number, since infinity
/// neither exists in JSON nor survives -ffast-math.
/// @unit none
inline constexpr double infinite_dof = 1e6;

/// A value with its provenance and its standard uncertainty in two parts.
///
/// `random` differs from window to window (run-to-run scatter, tick phase, quantum) and decreases
/// when more windows are measured. `common` is shared by all windows of a run (gain of the meter,
/// idle power, error of a model) and does not decrease. The difference matters when two values of
/// one run are compared, so the two are not added up early. There are no operators between two
/// estimates: each function in stats/propagate.hpp and stats/ratio.hpp names its formula and
/// assumptions.
///
/// A modelled value is lognormal: `common / value` is the standard deviation of its logarithm.
///
/// @unit  value, random and common have the unit of Q
/// @error random and common are standard uncertainties; the 95 % interval is interval(estimate)
template <class Q>
struct Estimate {
  Q value = Q(detail::quiet_nan());
  Q random = Q(detail::quiet_nan());
  double dof = 0.0;  ///< degrees of freedom of `random`. @unit none
  Q common = Q(detail::quiet_nan());
  Provenance provenance = Provenance::missing;

  /// False if there is no number here; no other member may then be read.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return provenance != Provenance::missing;
  }
};

/// Returns a counted value without uncertainty, such as the bytes of a file.
template <class Q>
[[nodiscard]] constexpr Estimate<Q> exact(Q value) noexcept {
  return {value, Q(0.0), infinite_dof, Q(0.0), Provenance::measured};
}

namespace detail {

/// Converts an estimate to one without its unit, or back. Computations that are alike for every
/// unit are done on doubles and compiled once.
/// @unit SI unit of Q
template <class Q>
[[nodiscard]] constexpr Estimate<double> strip_unit(const Estimate<Q>& e) noexcept {
  return {number(e.value), number(e.random), e.dof, number(e.common), e.provenance};
}
template <class Q>
[[nodiscard]] constexpr Estimate<Q> with_unit(const Estimate<double>& e) noexcept {
  return {Q(e.value), Q(e.random), e.dof, Q(e.common), e.provenance};
}

/// Tells whether there is a number and arithmetic on it gives a number: a division by zero in the
/// code that filled the estimate may have left NaN or infinity.
[[nodiscard]] constexpr bool is_known_and_finite(const Estimate<double>& e) noexcept {
  return e.is_known() && is_finite(e.value) && is_finite(e.random) && is_finite(e.common);
}

}  // namespace detail

/// Method by which an interval was computed.
enum class IntervalMethod : std::uint8_t {
  missing,          ///< there is no interval
  exact,            ///< a counted value: low = high
  student_t,        ///< value ± t u
  lognormal,        ///< value ×/÷ exp(t u/value), of a modelled value
  wilson,           ///< score interval of a proportion
  log_delta,        ///< of a ratio of two positive values
  fieller,          ///< of a ratio, where log_delta would be too narrow
  box,              ///< of a ratio, from two intervals that hold together
  bootstrap,        ///< percentiles of resampled statistics
  signed_rank,      ///< of paired differences, whatever their distribution
  order_statistic,  ///< of a quantile, whatever the distribution
  bca,              ///< of resampled statistics, corrected for bias and skewness
  clopper_pearson,  ///< exact interval of a proportion
  delong,           ///< of an AUROC, on the scale of its log-odds
};

[[nodiscard]] constexpr std::string_view name(IntervalMethod method) noexcept {
  switch (method) {
    case IntervalMethod::exact:
      return "exact";
    case IntervalMethod::student_t:
      return "student-t";
    case IntervalMethod::lognormal:
      return "lognormal";
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::log_delta:
      return "log-delta";
    case IntervalMethod::fieller:
      return "fieller";
    case IntervalMethod::box:
      return "box";
    case IntervalMethod::bootstrap:
      return "bootstrap-percentile";
    case IntervalMethod::signed_rank:
      return "signed-rank";
    case IntervalMethod::order_statistic:
      return "order-statistic";
    case IntervalMethod::bca:
      return "bootstrap-bca";
    case IntervalMethod::clopper_pearson:
      return "clopper-pearson";
    case IntervalMethod::delong:
      return "delong-logit";
    case IntervalMethod::missing:
      break;
  }
  return "missing";
}

/// Range of values compatible with the data at a confidence level. Unlike `Estimate` it may be
/// asymmetric about the value.
/// @unit  low and high have the unit of Q
/// @error covers the true value with probability `level`, under the assumptions of its method
template <class Q>
struct Interval {
  Q low = Q(detail::quiet_nan());
  Q high = Q(detail::quiet_nan());
  double level = 0.95;  ///< @unit a share of 1
  IntervalMethod method = IntervalMethod::missing;

  /// False if the data bound the value on neither side, or if there is no value.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return method != IntervalMethod::missing;
  }
  [[nodiscard]] constexpr bool contains(Q value) const noexcept {
    return is_known() && low <= value && value <= high;
  }
};

/// An estimate with its interval, which may be asymmetric about it.
template <class Q>
struct IntervalEstimate {
  Estimate<Q> estimate;
  Interval<Q> interval;
};

namespace detail {

/// @copydoc with_unit(const Estimate<double>&)
template <class Q>
[[nodiscard]] constexpr Interval<Q> with_unit(const Interval<double>& i) noexcept {
  return {Q(i.low), Q(i.high), i.level, i.method};
}

/// @copydoc strip_unit(const Estimate<Q>&)
template <class Q>
[[nodiscard]] IntervalEstimate<double> strip_unit(const IntervalEstimate<Q>& measured) noexcept {
  return {strip_unit(measured.estimate),
          {number(measured.interval.low), number(measured.interval.high), measured.interval.level,
           measured.interval.method}};
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/units/scope.hpp

namespace perjoule::inline v0 {

/// Parts of the machine whose energy was counted, joined with |. Values of different scopes are
/// never compared.
enum class Scope : std::uint8_t {
  none = 0,     ///< no meter
  psys = 1,     ///< the platform: packages, memory and more on one counter
  package = 2,  ///< CPU packages
  dram = 4,     ///< memory of the packages, if it has its own counter
  process =
      8,  ///< CPU time of this process alone, which is all that a model of watts per core uses
  gpu = 16,
};

[[nodiscard]] constexpr Scope operator|(Scope a, Scope b) noexcept {
  return static_cast<Scope>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Returns the name of a scope, such as "package+dram+gpu"; "none" for no meter.
[[nodiscard]] std::string name(Scope scope);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/confidence.hpp

namespace perjoule::inline v0 {

/// Returns the standard uncertainty u, with u^2 = random^2 + common^2.
/// @unit   same as the estimate
/// @source GUM (JCGM 100:2008) 5.1.2, for parts that are independent
[[nodiscard]] double standard_uncertainty(const Estimate<double>& estimate);

/// Returns the degrees of freedom of u. Only the random part was estimated from repeats.
/// @unit   none
/// @source GUM G.4.1 (Welch-Satterthwaite) with infinite dof for the common part: dof (u/random)^4
[[nodiscard]] double effective_dof(const Estimate<double>& estimate);

/// Returns the half-width that "±" stands for in every output: t((1 + level)/2, effective dof)
/// times u. With 1.96 instead of t, an interval from three windows would cover 81 % and not 95 %.
/// @unit   same as the estimate
/// @source GUM G.6.4
[[nodiscard]] double halfwidth(const Estimate<double>& estimate, double level = 0.95);

namespace detail {

/// Returns the interval of a value without uncertainty. A counted value is exact. A modelled value
/// is not, even if its model states no uncertainty: its interval is missing, since nothing bounds
/// it.
/// @unit same as the value
[[nodiscard]] Interval<double> without_uncertainty(double value, Provenance provenance,
                                                   double level);

}  // namespace detail

/// Returns the interval at a confidence level: value ± halfwidth. A modelled value has the
/// lognormal counterpart, value ×/÷ exp(halfwidth / value), since an error by a factor is never
/// symmetric and never takes the value below zero.
/// @unit   same as the estimate
/// @error  covers the true value with probability `level` if windows are independent
/// @source GUM G.6.4; docs/reference/formulas.md#uncertainty
[[nodiscard]] Interval<double> interval(const Estimate<double>& estimate, double level = 0.95);

/// @copydoc standard_uncertainty(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] Quantity<D> standard_uncertainty(const Estimate<Quantity<D>>& estimate) {
  return Quantity<D>(standard_uncertainty(detail::strip_unit(estimate)));
}

/// @copydoc effective_dof(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] double effective_dof(const Estimate<Quantity<D>>& estimate) {
  return effective_dof(detail::strip_unit(estimate));
}

/// @copydoc halfwidth(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Quantity<D> halfwidth(const Estimate<Quantity<D>>& estimate, double level = 0.95) {
  return Quantity<D>(halfwidth(detail::strip_unit(estimate), level));
}

/// @copydoc interval(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Interval<Quantity<D>> interval(const Estimate<Quantity<D>>& estimate,
                                             double level = 0.95) {
  return detail::with_unit<Quantity<D>>(interval(detail::strip_unit(estimate), level));
}

}  // namespace perjoule::inline v0

// ---- perjoule/counters/event_source.hpp

namespace perjoule::inline v0 {

/// The meaning of an event, whatever its source calls it. Figures are derived from this.
enum class EventKind : std::uint8_t {
  other,
  instructions,
  cycles,
  last_level_misses,  ///< of loads: lines that come from memory because they were requested
  operations,         ///< on floating-point numbers of either precision
  single_operations,  ///< on 32-bit numbers
  double_operations,  ///< on 64-bit numbers
};

/// Scope of the events that a source counts.
enum class EventExtent : std::uint8_t {
  none,            ///< nothing is counted
  calling_thread,  ///< the thread that opens the source
  process,         ///< all threads of this process
  program,         ///< another program, with all its processes
};

[[nodiscard]] constexpr std::string_view name(EventExtent extent) noexcept {
  switch (extent) {
    case EventExtent::calling_thread:
      return "calling thread";
    case EventExtent::process:
      return "process";
    case EventExtent::program:
      return "program";
    case EventExtent::none:
      break;
  }
  return {};
}

/// An event that a processor or a kernel counts.
struct Event {
  std::string name;  ///< as requested: "instructions", "PAPI_TOT_INS"
  EventKind kind = EventKind::other;
  std::string unit;        ///< "s"; empty: a number of events
  double per_count = 1.0;  ///< value of one count. @unit the unit in `unit`
  /// Whether a register of the processor counts it. A count of 0 is then suspect, and several
  /// events may have to share a register.
  bool is_hardware = true;
  std::size_t set = 0;      ///< events of one set are counted together, in separate passes
  std::string why_missing;  ///< with the fix; empty if it can be counted
};

/// The description of a source of events, as it is recorded.
struct EventSourceDescription {
  std::string name;  ///< "papi"
  EventExtent extent = EventExtent::none;
  std::vector<Event> events;
  std::size_t sets = 1;
};

/// All counts of a set at one moment; events of other sets have none.
///
/// A reading for a stretch of passes is sized in advance, since nothing may be allocated there.
struct EventReading {
  /// Constructs a reading without counts. The first reading resizes it.
  EventReading();
  /// Constructs a reading with space for all events of a source.
  explicit EventReading(const EventSourceDescription& source);

  /// Makes space for `events` counts. Allocates only if there are more than before.
  void resize(std::size_t events);

  std::vector<std::uint64_t> counts;
  /// Time in which a hardware event was enabled, and in which it had a register. @unit ns
  std::vector<std::uint64_t> enabled;
  std::vector<std::uint64_t> running;
};

/// A source of event counts. `open` makes the events of a set count for the whole process, and may
/// take a while. `read` neither throws nor allocates if the reading has space for all events.
/// Counts only grow from open() to close().
template <class S>
concept EventSource = requires(S& source, const S& constant, EventReading& reading,
                               std::size_t set) {
  { constant.description() } -> std::same_as<const EventSourceDescription&>;
  { source.open(set) } -> std::same_as<bool>;
  { source.read(reading) }
  noexcept->std::same_as<bool>;
  { source.close() }
  noexcept;
};

/// A reference to a source of events of any kind; empty if default-constructed.
class EventSourceRef {
 public:
  EventSourceRef() = default;
  template <EventSource S>
  requires(!std::same_as<S, EventSourceRef>) EventSourceRef(S& source)
  noexcept : source_(&source), calls_(&calls_of<S>) {}

  [[nodiscard]] bool has_value() const noexcept { return source_ != nullptr; }
  [[nodiscard]] const EventSourceDescription& description() const noexcept {
    return calls_->description(source_);
  }
  [[nodiscard]] bool open(std::size_t set) { return calls_->open(source_, set); }
  /// @param reading  of this source's size: EventReading(description())
  [[nodiscard]] bool read(EventReading& reading) noexcept { return calls_->read(source_, reading); }
  void close() noexcept { calls_->close(source_); }

 private:
  struct Calls {
    const EventSourceDescription& (*description)(void*);
    bool (*open)(void*, std::size_t);
    bool (*read)(void*, EventReading&) noexcept;
    void (*close)(void*) noexcept;
  };
  template <class S>
  static constexpr Calls calls_of = {
      [](void* source) -> const EventSourceDescription& {
        return static_cast<const S*>(source)->description();
      },
      [](void* source, std::size_t set) { return static_cast<S*>(source)->open(set); },
      [](void* source, EventReading& reading) noexcept {
        return static_cast<S*>(source)->read(reading);
      },
      [](void* source) noexcept { static_cast<S*>(source)->close(); }};

  void* source_ = nullptr;
  const Calls* calls_ = nullptr;
};

/// An event with its result.
struct CountedEvent {
  Event event;                ///< with the reason if it is missing
  Estimate<double> per_item;  ///< @unit the unit of the event, per item
  /// Part of the time in which the event was counted. Below 1 it had no register for the rest of
  /// the time, and the result is estimated, not measured.
  /// @unit a share of 1
  double share = detail::quiet_nan();
};

/// The events of a model, counted in separate passes that are not timed.
struct EventCounts {
  std::string source;  ///< "kernel", "papi"; empty: none requested
  EventExtent extent = EventExtent::none;
  std::vector<CountedEvent> events;
};

}  // namespace perjoule::inline v0

// ---- perjoule/counters/kernel_events.hpp

namespace perjoule::inline v0::detail {

struct PerfCalls;

/// Returns the names of all kernel events.
[[nodiscard]] std::vector<std::string_view> kernel_event_names();

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Events that the kernel counts, by their names in perf. Hardware events are counted through perf
/// events, in user mode only. Software events except cpu-migrations come from getrusage, which
/// needs no permission.
///
/// Hardware events count for all threads that the process has when they are opened, and for threads
/// that these start. Events that do not fit into the processor's registers at once are divided into
/// several sets. An event that cannot be counted here is missing, with the reason.
/// @error  none while an event has a register; see docs/reference/formulas.md#events if it has one
///         for part of the time
/// @source perf_event_open(2), getrusage(2)
class KernelEvents {
 public:
  /// The process whose events are counted.
  enum class Target : std::uint8_t {
    process,       ///< all threads of this process
    next_program,  ///< what this thread starts next, from its exec on, with all descendants
  };

  /// @throws Error for an unknown name
  KernelEvents(std::initializer_list<std::string_view> names, Target target = Target::process);
  /// @throws Error for an unknown name
  explicit KernelEvents(View<std::string> names, Target target = Target::process);
  KernelEvents(View<std::string> names, Target target, const detail::PerfCalls& calls);
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents();

  [[nodiscard]] const EventSourceDescription& description() const noexcept;

  [[nodiscard]] bool open(std::size_t set);

  /// Opens all sets at once, which then take turns with the registers. This is for a program, which
  /// runs once and not pass by pass. For each next program the sets must be opened again.
  [[nodiscard]] bool open_all();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(EventReading& reading) noexcept;

  void close() noexcept;

 private:
  struct State;
  State* state_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/memory/cgroup.hpp

namespace perjoule::inline v0::detail {

/// Checks whether a list such as "rw,cpu,memory" contains a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// The group that accounts for a process's memory.
struct CgroupName {
  bool is_v1 = false;  ///< whether it is of the first version of control groups
  std::string path;    ///< path in its hierarchy: "/" is the root
};

/// Finds the group in a /proc/PID/cgroup. A controller works in one hierarchy: memory belongs to
/// the first version if that names it, and otherwise to the second.
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] std::optional<CgroupName> parse_cgroup(std::string_view file);

/// The place where a hierarchy is mounted, and the group that is visible there.
struct CgroupMount {
  std::string group;  ///< "/": the root of the hierarchy
  std::string place;
};

/// Decodes a path of /proc/PID/mountinfo: "\040" is a space.
[[nodiscard]] std::string unescaped(std::string_view path);

/// Parses a line of /proc/PID/mountinfo. Returns nothing if it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] std::optional<CgroupMount> parse_cgroup_mount(std::string_view line, bool is_v1);

/// Checks whether a path leads out of the visible part of the hierarchy, where names are not known.
[[nodiscard]] bool is_outside(std::string_view path) noexcept;

/// Returns the rest of a path below a group, "" or "/a/b", or nothing if it is not below.
[[nodiscard]] std::optional<std::string_view> path_below(std::string_view path,
                                                         std::string_view group) noexcept;

/// The folder of a group, and the length of the mount's path in it.
struct CgroupDirectory {
  std::string path;
  std::size_t mount = 0;
  bool is_named = false;  ///< found by its name in /proc/PID/cgroup; otherwise it is the mount
};

/// Looks for a group in one mount of its hierarchy. In a container, its path may be the path
/// outside, which does not exist here. Then the mounted group is taken.
void find_below(const std::string& root, const CgroupMount& mount, const std::string& path,
                CgroupDirectory& found);

/// Looks for a group in all mounts of its hierarchy. The path is empty if there is none.
[[nodiscard]] CgroupDirectory find_cgroup(const std::string& root, const CgroupName& name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// The memory that the control group (cgroup) of this process uses and may use. A control group may
/// be a container, a job of a batch system or a service. The kernel kills processes of a group that
/// needs more.
struct CgroupMemory {
  std::string path;  ///< folder of the group; empty: not found
  /// Limit of the group, or of a group above it if that is lower. Known if there is one.
  Estimate<Bytes> limit;
  bool is_unlimited = false;  ///< all limits were read, and none is set
  Estimate<Bytes> current;    ///< of all its processes, including cached pages of files
  Estimate<Bytes> peak;       ///< highest value of `current` so far; missing before Linux 5.19
  std::string why_missing;    ///< why the limit, or else `current`, is missing; empty if neither is
};

namespace detail {

/// The file names of a group.
struct CgroupFiles {
  std::string_view limit;
  std::string_view current;
  std::string_view peak;
};

/// Returns the file names of a version.
/// @param is_v1  the first version of control groups
[[nodiscard]] constexpr CgroupFiles cgroup_files(bool is_v1) noexcept {
  if (!is_v1) return {"memory.max", "memory.current", "memory.peak"};
  return {"memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes"};
}

/// Limits from this value on mean "no limit". The first version shows no limit as the largest
/// number of whole pages, which depends on the page size: 9223372036854771712 for 4 KiB.
/// @unit B
inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

/// Parses the content of a limit file: "max", or bytes. Returns nothing if it is neither.
/// @unit   B
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] std::optional<std::uint64_t> parse_limit(std::string_view content) noexcept;

/// Reads a number of bytes; missing if the file cannot be read.
/// @unit  B
/// @error the error of the file
[[nodiscard]] Estimate<Bytes> read_byte_count(const std::string& folder, std::string_view file);

/// Checks whether a file or a folder exists in the folder of a group.
[[nodiscard]] bool has_file(const std::string& folder, std::string_view file);

/// Checks whether a group is the root of all groups, as seen from outside any container. Some files
/// exist only there, or everywhere else.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const std::string& folder, bool is_v1);

/// Returns false if a group of the second version reports that it has no memory controller.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool has_memory_controller(const std::string& folder);

/// Returns the lowest limit of a group and of the visible groups above it, or nothing if one of
/// them cannot be read. The root of all groups has no limit.
/// @unit B
[[nodiscard]] std::optional<std::uint64_t> smallest_limit(CgroupDirectory group, bool is_v1);

}  // namespace detail

/// Reads the current memory use and the limit of this process's control group, in both versions of
/// control groups.
/// @param root  "" on a real machine; a copied tree in tests
/// @unit   B
/// @error  limit: groups above a container, which it cannot see, may have lower limits (in the
///         first version these are known). current and peak: too high by the pages that CPUs have
///         reserved in advance, up to 64 per CPU; they include pages that the kernel reclaims
///         before it kills a process
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max, .current, .peak; cgroup-v1/memory.rst:
///         memory.limit_in_bytes, .usage_in_bytes, .max_usage_in_bytes, hierarchical_memory_limit
[[nodiscard]] CgroupMemory cgroup_memory(const std::string& root = "");

}  // namespace perjoule::inline v0

// ---- perjoule/memory/process_memory.hpp

namespace perjoule::inline v0::detail {

/// Returns the most memory that the kernel has not yet added to the count of a process. For each of
/// three kinds of pages (anonymous, files, shared memory) this is 64 pages per CPU; with more than
/// 32 CPUs, it is twice the number of CPUs instead of 64.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] double rss_accounting_lag() noexcept;

/// Measures how far this process's resident set grows. This includes all touched memory, whatever
/// requested it from the kernel, and no memory that was only requested. Starting resets the peak of
/// the whole process.
/// @error  pages, and rss_accounting_lag()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  void start();

  /// Returns the growth since start(); below 0 if it cannot be known.
  /// @unit B
  [[nodiscard]] std::int64_t growth() const;

  /// Checks whether 8 MiB in small pieces are found, twice. They are not found without /proc, in a
  /// kernel without clear_refs, with an allocator that keeps freed memory, and under sanitizers.
  [[nodiscard]] bool is_working();

 private:
  /// Returns the peak resident set; below 0 if it cannot be read.
  [[nodiscard]] static std::int64_t peak();

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// The memory that a process uses, and its page faults. A value that cannot be read is missing.
struct ProcessMemory {
  Estimate<Bytes> resident;  ///< RSS: its pages in memory; shared pages count in full
  /// Highest value of `resident` since the program began, or since /proc/PID/clear_refs was last
  /// used to reset it.
  Estimate<Bytes> peak_resident;
  /// PSS: like `resident`, but a page shared by N processes counts as 1/N. Missing for a process of
  /// another user, and before Linux 4.14.
  Estimate<Bytes> proportional;
  /// Page faults that found or created the page in memory, since the process began, over all
  /// threads.
  /// @unit none
  double minor_faults = detail::quiet_nan();
  /// Page faults that had to wait for a disk.
  /// @unit none
  double major_faults = detail::quiet_nan();
};

/// The id that stands for the calling process.
inline constexpr pid_t this_process = 0;

namespace detail {

/// Returns the text after `field` in a line that begins with it, up to the end of the line, or
/// nothing if there is no such line. Such files also contain the name of a process, which may
/// contain the name of a field, but no line break.
[[nodiscard]] std::optional<std::string_view> find_line_value(std::string_view file,
                                                              std::string_view field) noexcept;

/// Returns the amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  the error of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] Estimate<Bytes> read_field_bytes(std::string_view file,
                                               std::string_view field) noexcept;

/// Reads minor and major faults from a /proc/PID/stat. If both are 0 they stay missing: no program
/// starts without a fault, so the zeros come from an emulator, or from one of the kernel's own
/// threads.
/// @source proc(5): fields 10 and 12. The second field is a name that may contain anything, but the
///         last parenthesis is its end
void read_faults(std::string_view stat, ProcessMemory& memory) noexcept;

}  // namespace detail

/// Reads the memory use of a process at this moment. It must not be called within a measured
/// window: for `proportional` the kernel walks all pages of the process, which takes milliseconds
/// for a large one.
/// @param process  its id
/// @param root  "" on a real machine; a copied tree in tests
/// @unit   B; the faults are counts
/// @error  resident and peak_resident: a rectangular distribution with half-width
///         detail::rss_accounting_lag(), since some kernels add up pages only later. proportional:
///         exact to 1 KiB. The counts of faults are exact
/// @source proc(5): status (VmRSS, VmHWM), smaps_rollup (Pss), stat (minflt, majflt)
[[nodiscard]] ProcessMemory process_memory(pid_t process = this_process,
                                           const std::string& root = "");

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter.hpp

namespace perjoule::inline v0 {

/// A point in time on a monotonic clock, in whole nanoseconds, so that differences stay exact on a
/// machine that has been up for years.
struct Instant {
  std::int64_t ns = 0;  ///< since an arbitrary start. @unit ns

  friend constexpr auto operator<=>(Instant, Instant) noexcept = default;
  friend constexpr Seconds operator-(Instant later, Instant earlier) noexcept {
    return Seconds(static_cast<double>(later.ns - earlier.ns) * 1e-9);
  }
  friend constexpr Instant operator+(Instant start, Seconds duration) noexcept {
    return {start.ns + static_cast<std::int64_t>(duration.si() * 1e9)};
  }
};

/// The machine's clock, for meters of the machine. A simulated meter provides its own clock.
struct SystemClock {
  /// Standard uncertainty of the time between two readings. Each is taken anywhere within the 50 ns
  /// that it lasts.
  /// @unit   s
  /// @source GUM (JCGM 100:2008) 4.3.7: 50 ns sqrt(2/12)
  static constexpr Seconds uncertainty{20e-9};

  /// @error 1 ns quantum, 50 ns to read
  [[nodiscard]] static Instant now() noexcept { return at(CLOCK_MONOTONIC); }

  /// Returns the CPU time of all threads of this process.
  [[nodiscard]] static Instant process_cpu() noexcept { return at(CLOCK_PROCESS_CPUTIME_ID); }

  /// Returns the CPU time of the calling thread.
  [[nodiscard]] static Instant thread_cpu() noexcept { return at(CLOCK_THREAD_CPUTIME_ID); }

  /// Sleeps for the given duration, which signals do not shorten.
  static void wait(Seconds duration) noexcept {
    if (duration <= Seconds(0.0)) return;
    const auto ns = static_cast<std::int64_t>(duration.si() * 1e9);
    timespec left{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
  }

 private:
  // Not inlined: a call costs a hundredth of reading the clock, and ten copies of the product below
  // took a fifth of the time that g++ spent on a user's whole file.
  [[nodiscard, gnu::noinline]] static Instant at(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
  }
};

/// The modulus of a counter that does not wrap in any realistic time.
inline constexpr std::uint64_t never_wraps = ~std::uint64_t{0};

/// One counter of a meter.
struct Zone {
  std::string name;                 ///< "package-0", "dram"
  std::string id;                   ///< "intel-rapl:0:1", the place below the root
  std::uint64_t modulus = 0;        ///< the counter wraps to 0 here. @unit counts
  Joules per_count{0.0};            ///< energy of one count
  Joules resolution{0.0};           ///< step in which the counter moves, one count or more
  Seconds update_period{0.0};       ///< time between two ticks; 0: it moves whenever it is read
  Seconds jitter{0.0};              ///< a tick comes up to this much early or late
  double gain_uncertainty = 0.0;    ///< standard uncertainty of `per_count`. @unit a share of it
  bool allows_zero_counts = false;  ///< no counts means no energy, as for a process that sleeps
};

/// The description of a meter, as it is recorded.
struct MeterDescription {
  std::string source;       ///< "rapl-powercap"
  std::string root;         ///< where it was read; empty if there is no such place
  std::string note;         ///< what a reader of the results must know
  std::vector<Zone> zones;  ///< the zones that make up the total
  Scope scope = Scope::none;
  Provenance provenance = Provenance::missing;  ///< best provenance that a window can have
  Seconds update_period{0.0};                   ///< of the slowest zone
  bool has_foreign_root = false;                ///< not read in the system's own place
};

/// The time when a counter last moved: not before `earliest`, and not after `latest`.
struct Tick {
  Instant earliest;
  Instant latest;
  std::uint64_t counts = 0;  ///< size of the step if this tick was seen alone; otherwise 0
  bool is_known = false;
  bool is_overdue = false;  ///< several periods have passed without a tick

  /// @unit s
  [[nodiscard]] constexpr Seconds width() const noexcept { return latest - earliest; }
};

/// The counters at one moment, which lies between the two instants.
///
/// A reading for a window is sized in advance, since nothing may be allocated in the window.
struct Reading {
  /// Constructs a reading without counters. The first reading resizes it.
  Reading();
  /// Constructs a reading with space for all counters of a meter.
  explicit Reading(const MeterDescription& meter);

  /// Makes space for `zones` counters. Allocates only if there are more than before.
  void resize(std::size_t zones);

  Instant begin;
  Instant end;
  std::vector<std::uint64_t> counts;  ///< one per zone
  std::vector<Tick> ticks;            ///< ticks known from earlier readings: detail::update_ticks
};

/// The energy between two readings, or the reason why it is missing.
struct WindowEnergy {
  Estimate<Joules> energy;
  std::string why_missing;
};

/// A source of joules, with the clock that it uses. The clock belongs to the meter, so that a
/// simulated machine also simulates time, and the engine under test is the one that measures.
///
/// `read` neither throws nor allocates, and gets a reading with space for all of the meter's zones;
/// AnyMeter ensures this. It returns false if this reading failed. `energy` is pure and never
/// resets anything, so windows may overlap.
template <class M>
concept EnergyMeter = std::move_constructible<M> &&
    requires(M meter, const M& constant, Reading& reading, Seconds duration) {
  { meter.read(reading) }
  noexcept->std::same_as<bool>;
  { constant.energy(reading, reading) } -> std::same_as<WindowEnergy>;
  { constant.description() } -> std::same_as<const MeterDescription&>;
  { meter.now() }
  noexcept->std::same_as<Instant>;
  { meter.wait(duration) }
  noexcept;
};

/// A meter of any kind. Its virtual calls are made per window, never per pass, and are outside the
/// measured loop.
class AnyMeter {
 public:
  // The first half of the constraint is checked first. Otherwise, asking whether AnyMeter is a
  // meter would depend on whether it can be constructed from itself, in a circle.
  template <class M>
  requires(!std::same_as<M, AnyMeter>) && EnergyMeter<M> AnyMeter(M meter)
      : meter_(new Model<M>(std::move(meter))) {}
  AnyMeter(AnyMeter&& other) noexcept;
  AnyMeter& operator=(AnyMeter&& other) noexcept;
  ~AnyMeter();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(Reading& reading) noexcept {
    const std::size_t zones = description().zones.size();
    if (reading.counts.size() != zones) reading.resize(zones);
    return meter_->read(reading);
  }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter_->energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept {
    return meter_->description();
  }
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }
  void wait(Seconds duration) noexcept { meter_->wait(duration); }

 private:
  struct Erased {
    Erased() = default;
    Erased(const Erased&) = delete;
    Erased& operator=(const Erased&) = delete;
    virtual ~Erased() = default;
    virtual bool read(Reading& reading) noexcept = 0;
    [[nodiscard]] virtual WindowEnergy energy(const Reading& before,
                                              const Reading& after) const = 0;
    [[nodiscard]] virtual const MeterDescription& description() const noexcept = 0;
    [[nodiscard]] virtual Instant now() noexcept = 0;
    virtual void wait(Seconds duration) noexcept = 0;
  };

  template <class M>
  struct Model final : Erased {
    explicit Model(M from) : meter(std::move(from)) {}
    bool read(Reading& reading) noexcept override { return meter.read(reading); }
    [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const override {
      return meter.energy(before, after);
    }
    [[nodiscard]] const MeterDescription& description() const noexcept override {
      return meter.description();
    }
    [[nodiscard]] Instant now() noexcept override { return meter.now(); }
    void wait(Seconds duration) noexcept override { meter.wait(duration); }

    M meter;
  };

  // Not a unique_ptr: <memory> would be a sixth of the compile time that this library adds to a
  // program.
  Erased* meter_;
};

/// No meter: time is measured, energy is missing.
class NoMeter {
 public:
  NoMeter();

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = reading.end = SystemClock::now();
    return true;
  }
  [[nodiscard]] static WindowEnergy energy(const Reading&, const Reading&) {
    return {{}, "no meter was asked for"};
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  MeterDescription description_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/power_model.hpp

namespace perjoule::inline v0 {

/// The power of a hardware thread when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs. Its families lie between 1.7 and 8.6 W
/// at full load, and a boosting core of a laptop or desktop lies above its family; hence the
/// factor.
/// @unit   W per hardware thread
/// @error  `factor`: the true value lies between value/factor and value x factor with 95 %; at
///         least 1.5
/// @source cloudcarbonfootprint.org/docs/methodology, appendix I (AWS: 0.74 W idle, 3.5 W at full
///         load); docs/explanation/energy.md#the-power-model
struct PowerModel {
  Watts idle{0.74};
  Watts full{3.5};
  double factor = 3.0;  ///< @unit none
};

namespace detail {

/// Returns the model of a CPU's family, or the defaults if it is not listed.
/// @param family, model  as /proc/cpuinfo shows them
/// @source github.com/cloud-carbon-footprint/cloud-carbon-footprint, ComputeProcessorTypes.ts, read
///         in 2026: means of SPECpower results per family
[[nodiscard]] PowerModel power_model_of(std::string_view vendor, long family, long model) noexcept;

/// Returns the model of this machine's CPU.
/// @param root  of the system
[[nodiscard]] PowerModel power_model_of_cpu(const std::string& root = "");

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/meters/probe.hpp

namespace perjoule::inline v0 {

/// The availability of a sensor.
enum class ProbeState : std::uint8_t {
  found,
  absent,     ///< this machine has no such sensor
  forbidden,  ///< it exists, but this user may not read it
  broken,     ///< it exists, but its values make no sense
};

[[nodiscard]] constexpr std::string_view name(ProbeState state) noexcept {
  switch (state) {
    case ProbeState::found:
      return "found";
    case ProbeState::absent:
      return "absent";
    case ProbeState::forbidden:
      return "forbidden";
    case ProbeState::broken:
      break;
  }
  return "broken";
}

/// A sensor, or the reason why this machine has none and how to fix that. A missing sensor is not
/// an error: most machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) : found_(std::move(found)), state_(ProbeState::found) {}
  Probe(std::string reason, std::string fix, ProbeState state = ProbeState::absent)
      : state_(state), reason_(std::move(reason)), fix_(std::move(fix)) {}

  [[nodiscard]] ProbeState state() const noexcept { return state_; }
  [[nodiscard]] bool is_found() const noexcept { return state_ == ProbeState::found; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const std::string& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() {
    PERJOULE_EXPECTS(is_found());
    return *std::move(found_);
  }

 private:
  std::optional<T> found_;
  ProbeState state_;
  std::string reason_;
  std::string fix_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter_options.hpp

namespace perjoule::inline v0 {

/// A meter that was tried and is not available.
struct AbsentMeter {
  std::string source;
  ProbeState state = ProbeState::absent;
  std::string reason;
  std::string fix;
};

/// The options for finding a meter: where to look, and which meters are acceptable.
struct MeterOptions {
  /// Prefix of the system's paths: the folder with another sys, proc and dev. If empty,
  /// PERJOULE_ROOT is used if set, and otherwise the system's own root.
  std::string root = {};
  /// The meter to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model" or "none", as
  /// meter_names() lists them. If empty, PERJOULE_METER is used if set, and otherwise the first
  /// meter that works.
  std::string source = {};
  /// Parameters of the modelled meter; 0 W: those of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst acceptable provenance: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether to add GPUs.
  bool gpus = true;
  std::string nvml = "libnvidia-ml.so.1";
  std::string amd_smi = "libamd_smi.so";
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/find_meter.hpp

namespace perjoule::inline v0 {

/// The meter to use, and the reasons why better ones are not available.
struct FoundMeter {
  AnyMeter meter;
  std::vector<AbsentMeter> absent;
};

/// Returns the first meter that works: the one that the user asks for, or else perf, powercap, MSR,
/// hwmon, or the model. GPUs are added to it: one total with its parts.
/// @throws NoMeterError if the requested meter is not available, or if only a model is left and
///         `require` asks for better; Error for a source that does not exist
[[nodiscard]] FoundMeter find_meter(const MeterOptions& options = {});

}  // namespace perjoule::inline v0

// ---- perjoule/engine/environment.hpp

namespace perjoule::inline v0 {

/// The machine, in the terms of MLPerf's system descriptions. Empty or 0 means that a value could
/// not be read.
struct Machine {
  std::string processor;
  std::size_t cores = 0;  ///< hardware threads that are online
  Bytes memory{0.0};
  std::string kernel;    ///< "Linux 6.1.0-13-amd64 x86_64"
  std::string governor;  ///< CPU frequency governor: "performance"
  std::string key;       ///< equal for all runs on one machine; made of the first three members
};

/// The build of the measuring program, as seen by its own translation unit. If the compiler is
/// empty, nothing is known.
struct Build {
  std::string compiler;
  bool optimized = false;
  bool fast_math = false;
};

/// One run of a program.
struct Run {
  std::string id;       ///< equal for all entries of one process
  std::string utc;      ///< when the session began: "2026-01-31T12:00:00Z"
  std::string commit;   ///< of the git checkout in which it ran; empty if there is none
  std::string command;  ///< without paths and secrets
};

/// The machine and the run of a measurement: what a reader needs to repeat it.
struct Environment {
  Machine machine;
  Run run;
};

namespace detail {

/// Returns the hash of a text in hexadecimal digits. It is the same on every machine.
/// @source FNV-1a, 64 bits
[[nodiscard]] std::string fnv1a_hex(std::string_view content);

/// Reads the description of this machine.
/// @param root  "" on a real machine; a copied tree in tests
[[nodiscard]] Machine read_machine(const std::string& root = "");

/// Returns the commit that is checked out in `folder` or above it, or an empty string if there is
/// none. Git itself is not run, since it would execute programs that the checkout's configuration
/// names.
[[nodiscard]] std::string read_git_commit(std::string folder);

/// Checks whether the name of an option, such as "--api-key" or "HF_TOKEN", suggests a secret.
[[nodiscard]] bool names_a_secret(std::string_view option);

/// Returns a command without what strangers should not read: folders, and the value of any option
/// whose name suggests a secret, whether it follows "=" or is the next argument.
/// @param arguments  each followed by a zero, as in /proc/self/cmdline
[[nodiscard]] std::string redacted_command(std::string_view arguments);

/// Returns the run of this process.
[[nodiscard]] Run read_run();

/// Makes a Build. Not inline, so that no program constructs these strings itself.
[[nodiscard]] Build make_build(std::string_view compiler, bool optimized, bool fast_math);

}  // namespace detail

/// Returns the compiler of the calling file and the flags that change results. It has internal
/// linkage, since two files of one program may be built with different flags.
[[nodiscard, maybe_unused]] static Build this_build() {
#if defined(__clang__)
  constexpr std::string_view compiler = "clang " __clang_version__;
#else
  constexpr std::string_view compiler = "g++ " __VERSION__;
#endif
#if defined(__OPTIMIZE__)
  constexpr bool optimized = true;
#else
  constexpr bool optimized = false;
#endif
#if defined(__FAST_MATH__)
  constexpr bool fast_math = true;
#else
  constexpr bool fast_math = false;
#endif
  return detail::make_build(compiler, optimized, fast_math);
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/forward_pass.hpp

namespace perjoule::inline v0 {

/// A forward pass that returns a value. A discarded result would let the compiler remove the work,
/// and would leave nothing to judge the quality by.
template <class F, class Input>
concept ForwardPassReturnsAValue = !std::is_void_v<std::invoke_result_t<F&, const Input&>>;

/// A model that takes one input and returns one output. It is called repeatedly with the same
/// inputs, so it must not change them.
template <class F, class Input>
concept ForwardPass = std::invocable<F&, const Input&> && ForwardPassReturnsAValue<F, Input>;

/// A model that takes several inputs at once and returns one output for each. It is called with a
/// View of them, which converts to std::span if the model takes one.
template <class F, class Input>
concept BatchForwardPass = !std::invocable<F&, const Input&> && std::invocable<F&, View<Input>> &&
                           requires(std::invoke_result_t<F&, View<Input>> outputs) {
  std::size(outputs);
  outputs[std::size_t{0}];
};

/// A pass that may return before its work is done, as on a GPU. complete() waits until the work is
/// done.
template <class F>
concept Asynchronous = requires(F& forward) {
  forward.complete();
};

namespace detail {

/// A callable that is part of a model: stored, or borrowed if F is a reference. As with a const
/// std::function, a const object may call a non-const callable.
template <class F>
struct StoredCallable {
  mutable F function;
};
template <class F>
struct StoredCallable<F&> {
  F& function;
};

}  // namespace detail

/// A model that returns before its work is done, with the function that waits for it; see
/// asynchronous().
template <class F, class Complete>
struct AsynchronousPass {
  detail::StoredCallable<F> forward;
  detail::StoredCallable<Complete> wait;

  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return forward.function(std::forward<Args>(args)...);
  }
  void complete() const { wait.function(); }
};

template <class Setup, class F>
struct PreparedPass;

namespace detail {

/// Whether a model comes from prepared(), and does not just have a member of that name.
template <class F>
inline constexpr bool is_prepared = false;
template <class Setup, class F>
inline constexpr bool is_prepared<PreparedPass<Setup, F>> = true;

/// A model from prepared(), which may be const or a reference.
template <class F>
concept Prepared = is_prepared<std::remove_cvref_t<F>>;

}  // namespace detail

/// Makes a model from one that returns before its work is done. The engine waits for it at the end
/// of each timed stretch of passes, about every 2 ms, so that all of the work falls into that time.
/// It also waits after each output that is judged.
/// @param forward   called as forward(input)
/// @param complete  called as complete(); returns once everything is done, as
///                  cudaDeviceSynchronize() does
/// @unit  none
template <class F, class Complete>
[[nodiscard]] AsynchronousPass<F, Complete> asynchronous(F&& forward, Complete&& complete) {
  static_assert(!detail::Prepared<F>,
                "write prepared(setup, asynchronous(forward, complete)): the setup would be timed");
  return {{std::forward<F>(forward)}, {std::forward<Complete>(complete)}};
}

/// The error for a forward pass that threw. The model's own exception is nested in it: use
/// `std::rethrow_if_nested` to get it back.
class ForwardPassError : public Error, public std::nested_exception {
 public:
  ForwardPassError(std::size_t item, std::size_t items, std::string_view model,
                   std::string_view reason);

  /// Returns the index of the input, from 0.
  [[nodiscard]] std::size_t item() const noexcept { return item_; }

 private:
  std::size_t item_;
};

namespace detail {

/// Throws a ForwardPassError that wraps the exception being handled.
/// @param item  index of the input of that pass
[[noreturn]] void throw_with_item(std::size_t item, std::size_t items, std::string_view model);

/// Waits until an asynchronous model is done. Does nothing for other models.
template <class F>
void synchronize([[maybe_unused]] F& forward) {
  if constexpr (Asynchronous<F>) forward.complete();
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/measure_options.hpp

namespace perjoule::inline v0 {

/// The state in which a pass finds the CPU's caches.
enum class CacheState : std::uint8_t {
  warm,     ///< as earlier passes left them, as in a server that does nothing else
  flushed,  ///< without the model's data, as if other programs ran since its last pass
};

[[nodiscard]] constexpr std::string_view name(CacheState caches) noexcept {
  return caches == CacheState::warm ? "warm" : "flushed";
}

/// A file of a model and its role: {"tokenizer", "vocab.txt"}.
struct NamedFile {
  std::string role = {};
  std::string path = {};
};

/// The options of a measurement. Every member has a default, so set only what matters.
struct MeasureOptions {
  /// The model's name, as shown in tables.
  std::string name = {};
  /// The measurement stops early once the random half-widths of energy and time per item are no
  /// more than this share of the value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass is extra, and so are the passes in
  /// which allocations or events are counted. A single pass that takes longer than this is still
  /// finished.
  Seconds budget{5.0};
  /// Number of inputs per pass, for a model that takes a View or std::span of them. Only whole
  /// batches are measured; quality is judged on all inputs. Time and energy are per item,
  /// percentiles per pass.
  std::size_t batch = 1;
  /// Number of threads that call the model at once, which must be safe. All their items share the
  /// energy of the machine and the time: with k threads and no queue, an item takes a k-th of a
  /// pass.
  std::size_t callers = 1;
  /// State in which a pass finds the caches, for a model that runs in one thread. If they are
  /// flushed, each pass is a window of its own, so a pass shorter than 5 ms or ten of the meter's
  /// update periods has no energy.
  CacheState caches = CacheState::warm;
  /// Whether to watch how far the resident set grows in a pass if allocations are not counted
  /// (integrations/heap_hook.hpp). This makes the kernel forget the process's own peak (VmHWM).
  bool watch_resident_peak = false;
  /// Source that counts the model's events, in separate passes: KernelEvents or PapiEvents.
  /// Borrowed for the call.
  EventSourceRef counters = {};
  /// File with the weights.
  std::string weights = {};
  /// Other files of the model, as in {{"tokenizer", "vocab.txt"}, {"code", "model.so"}}. Several
  /// files of weights have the role "weights". The stored bytes are the sum over all files.
  std::vector<NamedFile> files = {};
  /// Size of all files compressed together, as `perjoule footprint` prints it; 0 means "not given".
  Bytes compressed{0.0};
  /// Size of the weights in memory, from `resident_bytes(buffers...)`; 0 means "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 means "not given".
  std::uint64_t parameters = 0;
  /// Number of parameters that are not zero, from `parameters_of(buffers...)`; 0 means "not given",
  /// since no model consists of zeros alone.
  std::uint64_t non_zero_parameters = 0;
  /// Number format of the weights: "fp32", "int8".
  std::string format = {};
  /// Name of the data set.
  std::string dataset = {};
  /// Seed for shuffling the inputs.
  std::uint64_t seed = 1;

  /// Returns the model's name for messages and tables, which is never empty.
  [[nodiscard]] std::string_view label() const noexcept {
    return name.empty() ? std::string_view("unnamed model") : name;
  }
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/pass_loop.hpp

namespace perjoule::inline v0 {

class Stream;  // engine/stream.hpp

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

class CacheFlusher;  // engine/cache_flusher.hpp

/// Runs passes of a model whose type the engine does not know. One virtual call per window enters a
/// loop into which the model is inlined. One virtual call per pass would cost four times as much as
/// the loop.
class PassLoop {
 public:
  PassLoop() = default;
  PassLoop(const PassLoop&) = delete;
  PassLoop& operator=(const PassLoop&) = delete;

  /// Runs `passes` passes from a place in the order, and continues at its start after its end.
  /// Returns true if the optimiser knew the result of each pass in advance.
  /// @param order  indices into the inputs
  virtual bool run(View<std::size_t> order, std::size_t place, std::size_t passes) = 0;

  /// Makes the arguments of `passes` passes from a place in the order.
  virtual void prepare(View<std::size_t> order, std::size_t place, std::size_t passes);

  /// Returns whether prepare() must be called before the passes. Otherwise inputs are passed as
  /// they are.
  [[nodiscard]] virtual bool needs_prepare() const noexcept;

 protected:
  ~PassLoop() = default;  // never deleted through this base
};

/// The passes of a model, and how they are called. This is what the engine measures.
struct Workload {
  PassLoop* loop = nullptr;
  View<std::size_t> order = {};  ///< indices into the inputs, shuffled once
  std::string_view name = {};    ///< the model's name
  std::size_t inputs_per_pass = 1;
  std::size_t callers = 1;   ///< threads that run passes at once; slices need a single one
  Stream* stream = nullptr;  ///< receives the items of passes; null: one item per input
  const CacheFlusher* flusher = nullptr;  ///< flushes caches before each pass; null: no flush

  /// Runs passes; see PassLoop::run().
  bool run(std::size_t place, std::size_t passes) const { return loop->run(order, place, passes); }
  /// Does the work before passes that is not part of them.
  void prepare(std::size_t place, std::size_t passes) const {
    if (loop->needs_prepare()) loop->prepare(order, place, passes);
  }

  /// Returns the number of passes that can follow each other without anything between them.
  [[nodiscard]] std::size_t max_consecutive_passes() const noexcept {
    constexpr std::size_t kept_in_memory = 4096;
    if (flusher != nullptr) return 1;
    return loop->needs_prepare() ? kept_in_memory : std::size_t{1} << 40U;
  }
};

/// The loop of a model whose inputs are passed as they are.
template <class F, class Input>
class PlainLoop final : public PassLoop {
 public:
  /// @param forward, inputs, model_name  borrowed
  PlainLoop(F& forward, const Input* inputs, std::string_view model_name) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name) {}

  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    F& forward = forward_;
    const Input* const inputs = inputs_;
    bool is_constant = true;
    const auto pass = [&](const Input& input) __attribute__((always_inline)) {
      const auto& result = forward(input);
      is_constant = is_constant && is_compile_time_constant(result);
      do_not_optimize(result);
    };
    try {
      if (order.size() == 1) {  // no lookup needed: the loop costs as little as an empty one
        const Input& input = inputs[order[0]];
        for (; passes != 0; --passes) pass(input);
        synchronize(forward);
        return is_constant;
      }
      while (passes != 0) {
        const std::size_t left = order.size() - place;
        const std::size_t end = place + (passes < left ? passes : left);
        passes -= end - place;
        for (; place != end; ++place) pass(inputs[order[place]]);
        if (place == order.size()) place = 0;
      }
      synchronize(forward);
      return is_constant;
    } catch (...) {
      throw_with_item(order[place], order.size(), model_name_);
    }
  }

 private:
  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/prepared.hpp

namespace perjoule::inline v0 {

namespace detail {

template <class F, class Setup, class Input, class... More>
concept InvocableAfterSetup = std::invocable < F&,
        std::remove_cvref_t<std::invoke_result_t<Setup&, const Input&>>
&, More&... > ;

}  // namespace detail

/// A model whose input is made for each pass, outside the measurement; see prepared().
template <class Setup, class F>
struct PreparedPass {
  detail::StoredCallable<Setup> setup;
  detail::StoredCallable<F> forward;

  /// Makes the argument of a pass.
  /// @unit none
  template <class Input>
  requires std::invocable<Setup&, const Input&>
  auto prepare(const Input& input) const { return setup.function(input); }

  /// Runs a pass.
  /// @unit none
  template <class Ready, class... More>
  decltype(auto) run(Ready& ready, More&... more) const {
    return forward.function(ready, more...);
  }

  /// Does both, when nothing is measured.
  template <class Input, class... More>
  requires detail::InvocableAfterSetup<F, Setup, Input, More...>
  auto operator()(const Input& input, More&... more) const {
    auto ready = setup.function(input);
    auto output = forward.function(ready, more...);
    detail::synchronize(forward.function);  // before `ready` is destroyed
    return output;
  }

  void complete() const requires Asynchronous<F> { forward.function.complete(); }
};

/// Makes a model from one that needs something fresh for each pass, such as a copy that it changes
/// or an empty cache of keys and values. This is made before the first reading of a window, so its
/// time and energy are in no result. It is kept in memory for all passes of the window. The result
/// of a pass may refer to it.
/// @param setup    called as setup(input); returns the argument of the pass
/// @param forward  called as forward(ready), and may change `ready`; or as forward(ready, stream)
/// @unit  none
template <class Setup, class F>
[[nodiscard]] PreparedPass<Setup, F> prepared(Setup&& setup, F&& forward) {
  return {{std::forward<Setup>(setup)}, {std::forward<F>(forward)}};
}

namespace detail {

/// The loop of a model whose inputs are prepared.
template <class F, class Input>
class PreparedLoop final : public PassLoop {
 public:
  /// @param forward, inputs, model_name  borrowed
  PreparedLoop(F& forward, const Input* inputs, std::string_view model_name) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name) {}
  ~PreparedLoop() {
    try {
      synchronize(forward_);  // passes may still be running if something threw
    } catch (...) {
    }
  }

  [[nodiscard]] bool needs_prepare() const noexcept override { return true; }

  void prepare(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    for (std::optional<Ready>& ready : ready_) ready.reset();
    if (ready_.size() < passes) ready_ = std::vector<std::optional<Ready>>(passes);
    next_ = 0;
    try {
      for (std::size_t i = 0; i < passes; ++i) {
        ready_[i].emplace(forward_, inputs_[order[place]]);
        if (++place == order.size()) place = 0;
      }
      synchronize(forward_);
    } catch (...) {
      throw_with_item(order[place], order.size(), model_name_);
    }
  }

  /// @param passes  no more than were prepared
  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    F& forward = forward_;
    std::optional<Ready>* const begin = ready_.data() + next_;
    std::optional<Ready>* const end = begin + passes;
    std::optional<Ready>* ready = begin;
    bool is_constant = true;
    try {
      for (; ready != end; ++ready) {
        const auto& result = forward.run((*ready)->value);
        is_constant = is_constant && is_compile_time_constant(result);
        do_not_optimize(result);
      }
      synchronize(forward);
    } catch (...) {
      const auto passed = static_cast<std::size_t>(ready - begin);
      throw_with_item(order[(place + passed) % order.size()], order.size(), model_name_);
    }
    next_ += passes;
    return is_constant;
  }

 private:
  /// The argument of a pass. It is constructed in place, so it need not be movable.
  struct Ready {
    Ready(F& forward, const Input& input) : value(forward.prepare(input)) {}
    std::remove_cvref_t<decltype(std::declval<F&>().prepare(std::declval<const Input&>()))> value;
  };

  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
  std::vector<std::optional<Ready>> ready_;
  std::size_t next_ = 0;  ///< index of the argument of the next pass
};

template <class F, class Input>
using LoopOf = std::conditional_t<Prepared<F>, PreparedLoop<F, Input>, PlainLoop<F, Input>>;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/stream.hpp

namespace perjoule::inline v0 {

/// Receives what a model produces one after another, such as the tokens of a text.
class Stream {
 public:
  /// Counts an item.
  /// @param item  borrowed for the call, so that the optimiser does not remove its computation
  template <class Item>
  [[gnu::always_inline]] void put(const Item& item) noexcept {
    do_not_optimize(item);
    ++items_;
    if (waiting_ != nullptr) [[unlikely]] {
      first_ = waiting_->now();
      waiting_ = nullptr;
    }
  }

  /// Returns the number of items so far, over all passes.
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }

  /// Takes the time of the next item.
  /// @param clock  borrowed until that item arrives
  void time_next_item(AnyMeter& clock) noexcept { waiting_ = &clock; }
  /// Returns whether the item to be timed has arrived.
  [[nodiscard]] bool has_first_item() const noexcept { return waiting_ == nullptr; }
  [[nodiscard]] Instant first_item_time() const noexcept { return first_; }

 private:
  std::uint64_t items_ = 0;
  AnyMeter* waiting_ = nullptr;
  Instant first_;
};

/// A pass that puts items into a stream while it runs. Its return value is judged.
template <class F, class Input>
concept StreamingPass =
    !std::invocable<F&, const Input&> && std::invocable<F&, const Input&, Stream&> &&
    !std::is_void_v<std::invoke_result_t<F&, const Input&, Stream&>>;

namespace detail {

/// Calls a streaming model like any other.
template <class F>
struct StreamAdapter {
  F& forward;
  Stream& stream;

  template <class Input>
  decltype(auto) operator()(const Input& input) {
    return forward(input, stream);
  }
  template <class Input>
  auto prepare(const Input& input) requires Prepared<F> {
    return forward.prepare(input);
  }
  template <class Ready>
  decltype(auto) run(Ready& ready) {
    return forward.run(ready, stream);
  }
  void complete() requires Asynchronous<F> { forward.complete(); }
};

template <class F>
inline constexpr bool is_prepared<StreamAdapter<F>> = Prepared<F>;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/quality/metric.hpp

namespace perjoule::inline v0 {

struct Quality;

/// Formula of a metric's value from its per-item values, so that it can be computed again on items
/// drawn from them: for intervals, and for two models on the same items.
struct ItemFormula {
  /// Returns the value. Without it, the value is the mean of a single column.
  /// @shape rows: [items, columns], row-major, at least one item
  /// @unit  that of the metric; not finite if these items have no value
  std::function<double(View<double> rows)> value;
  /// Returns the difference between two models on the same items. Without it, the difference is the
  /// mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  std::function<IntervalEstimate<double>(const Quality& a, View<double> rows_a, const Quality& b,
                                         View<double> rows_b, double level)>
      difference;
  std::string columns = "value";  ///< contents of a row, separated by commas: "edits,words"
  /// Whether `value` reads only the sums of the columns, as for pooled counts: rows may then be
  /// added up before they are drawn.
  bool uses_sums = false;
};

/// Result of a metric.
struct Quality {
  // Defined once, as for Entry.
  Quality();
  Quality(const Quality& other);
  Quality(Quality&& other) noexcept;
  Quality& operator=(const Quality& other);
  Quality& operator=(Quality&& other) noexcept;
  ~Quality();

  std::string metric;     ///< "accuracy"
  std::string signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  std::string why_no_value;
  /// Unit of the value, for tables: "%" for a share, which is printed a hundred times as large;
  /// "mm" or "" for a number that is printed as it is.
  std::string unit = "%";
  /// Value of a predictor that never looks at its input.
  /// @unit that of the value
  double trivial = 0.0;
  /// Value of a predictor that makes no mistake: 1 for an accuracy, 0 for an error.
  /// @unit that of the value
  double perfect = 1.0;
  Estimate<double> skill;  ///< (value - trivial)/(perfect - trivial); never clamped
  Interval<double> skill_interval;
  std::string why_no_skill;
  ItemFormula formula;
  std::size_t columns = 0;  ///< numbers kept per item; set by the session
};

/// Whether a metric puts its per-item values into the record, for paired tests.
enum class PerItem : bool { drop, keep };

/// A metric that takes each output with its reference, one after the other, and computes its result
/// at the end.
/// `per_item` returns the values that it keeps per item, in the order in which the items came, for
/// paired tests: one row of numbers after another, or nothing.
template <class M, class Output, class Reference>
concept ReferenceMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, const Output& out, const Reference& reference) {
  metric.add(out, reference);
  { constant.items() } -> std::convertible_to<std::size_t>;
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// A metric that has its references. It takes each output with its index, in the order of the
/// inputs, and knows how many there are, so that a length mismatch is reported before anything is
/// measured. `bind_references` makes one from a streaming metric.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

}  // namespace perjoule::inline v0

// ---- perjoule/quality/bind_references.hpp

namespace perjoule::inline v0 {

/// References that still exist when the metric reads them: a variable, or a view such as a span.
template <class Range>
concept ReferencesOutliveTheCall = std::is_lvalue_reference_v<Range> ||
    std::ranges::enable_borrowed_range<std::remove_cv_t<Range>>;

/// A range whose elements are contiguous in memory, unlike those of vector<bool>.
template <class Range>
concept ReferencesAreContiguous = ContiguousRange<std::remove_cvref_t<Range>>;

namespace detail {

/// @throws Error for no references
void check_references(std::size_t references);

/// @throws Error if outputs are missing
void check_outputs_added(std::size_t outputs, std::size_t references);

}  // namespace detail

/// A streaming metric with the references that it judges by. Made by `bind_references`.
template <class Reference, class Metric>
class BoundMetric {
 public:
  /// @throws Error for no references
  BoundMetric(View<Reference> references, Metric metric)
      : references_(references), metric_(std::move(metric)) {
    detail::check_references(references_.size());
  }

  [[nodiscard]] std::size_t items() const noexcept { return references_.size(); }

  /// @param item  index in the order of the inputs: 0, 1, 2, ...
  /// @throws what the metric throws
  template <class Output>
  requires ReferenceMetric<Metric, Output, Reference>
  void add(std::size_t item, const Output& output) {
    PERJOULE_EXPECTS(item < references_.size() && item == added_);
    metric_.add(output, references_[item]);
    ++added_;
  }

  /// @throws Error before every reference has got its output
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const {
    detail::check_outputs_added(added_, items());
    return metric_.result();
  }

  /// Returns the values that the metric keeps per item.
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] auto per_item() const { return metric_.per_item(); }

 private:
  View<Reference> references_;
  Metric metric_;
  std::size_t added_ = 0;
};

/// Makes a metric for `measure` from a streaming metric and the references that it judges by.
/// @param references  one for each input, in their order; borrowed, so a temporary is refused
/// @param metric      a streaming metric to which nothing has been added
/// @throws Error for no references
/// @unit   that of the metric
/// @source the metric's own definition
template <class References, class Metric>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto bind_references(References&& references, Metric metric) {
  using Reference = std::remove_cvref_t<decltype(*std::data(references))>;
  return BoundMetric<Reference, Metric>(references, std::move(metric));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/labels.hpp

namespace perjoule::inline v0 {

/// A class that a model returns directly.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class. The largest ones are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::floating_point<std::remove_cvref_t<decltype(std::data(scores)[0])>>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[noreturn]] void no_scores(std::size_t item);
[[noreturn]] void label_without_score(std::size_t item);
[[noreturn]] void score_not_finite(std::size_t item, std::size_t place);

/// @throws Error for a label without a place among the scores of `classes` classes
void check_label(std::int64_t label, std::size_t classes, std::size_t item);

/// Returns the class of the largest score; among equal ones the first, as in argmax of NumPy and
/// PyTorch.
/// @throws Error for no scores, and for a score that is not finite
template <ClassScores Scores>
[[nodiscard]] std::size_t best_class(const Scores& scores, std::size_t item) {
  const auto* const score = std::data(scores);
  const std::size_t classes = std::size(scores);
  if (classes == 0) no_scores(item);
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (!is_finite(score[c])) score_not_finite(item, c);
    if (score[c] > score[best]) best = c;
  }
  return best;
}

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Counts whole numbers such as labels, and numbers them 0, 1, 2, ... in the order of their first
/// occurrence.
class LabelIndex {
 public:
  struct LabelCount {
    std::int64_t number;
    std::uint64_t count;
  };

  // Defined once, as those of Entry.
  LabelIndex();
  LabelIndex(const LabelIndex& other);
  LabelIndex(LabelIndex&& other) noexcept;
  LabelIndex& operator=(const LabelIndex& other);
  LabelIndex& operator=(LabelIndex&& other) noexcept;
  ~LabelIndex();

  /// Counts a number and returns its place.
  std::size_t add(std::int64_t number);

  /// Returns the place of a number, which gets the next one if it is new.
  std::size_t find(std::int64_t number);

  /// Returns the numbers in the order of their first occurrence.
  /// @unit none
  [[nodiscard]] View<LabelCount> entries() const noexcept { return entries_; }

 private:
  std::vector<LabelCount> entries_;
  std::unordered_map<std::int64_t, std::size_t> places_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/accuracy.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Counts of each label with a wrong answer and with a right one. Nothing else is counted per item,
/// and it takes one step. Small labels have a fixed place: most test sets number their classes so,
/// and finding a place takes longer than everything else that is done for an item.
class LabelCounts {
 public:
  static constexpr std::uint64_t places = 256;

  /// @pre  0 <= label < places
  void add_small(std::int64_t label, bool right) noexcept {
    // Without it g++ warns about a constant label beyond the array, which never gets here.
    if (static_cast<std::uint64_t>(label) >= places) __builtin_unreachable();
    // Not `right ? 1 : 0`, from which g++ makes a branch that cannot be predicted.
    ++small_[label][static_cast<std::size_t>(right)];
  }
  void add(std::int64_t label, bool right) {
    if (static_cast<std::uint64_t>(label) < places) {
      add_small(label, right);
    } else {
      others_.add(label);
      others_right_ += right ? 1 : 0;
    }
  }

  [[nodiscard]] std::size_t items() const noexcept;
  [[nodiscard]] std::size_t right() const noexcept;
  /// Returns the number of items with one of the `k` most frequent labels.
  [[nodiscard]] std::size_t most_frequent(std::size_t k) const;

 private:
  std::uint64_t small_[places][2] = {};
  LabelIndex others_;
  std::uint64_t others_right_ = 0;
};

}  // namespace detail

/// Top-k accuracy with Wilson's interval, and the skill above chance.
///
/// Chance is the accuracy of a predictor that always names the k most frequent labels of this test
/// set: its skill is 0. It is a property of the task and taken as known. Among equal scores the
/// class with the lower index comes first, as in argmax of NumPy and PyTorch.
///
/// @unit   a share of 1
/// @source scikit-learn accuracy_score and top_k_accuracy_score; interval: Wilson 1927
class Accuracy {
 public:
  /// @param k  number of guesses that count
  explicit Accuracy(std::size_t k = 1, PerItem keep = PerItem::keep)
      : k_(k),
        keep_(keep),
        counted_only_(k == 1 && keep == PerItem::drop ? detail::LabelCounts::places : 0) {
    PERJOULE_EXPECTS(k >= 1);
  }

  /// Summed up over the labels, so that adding an item increments a single number.
  [[nodiscard]] std::size_t items() const noexcept { return labels_.items(); }

  /// @throws Error for k above 1, since a single class has no second guess
  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    const bool right = static_cast<std::int64_t>(output) == own;
    if (static_cast<std::uint64_t>(own) < counted_only_) {
      labels_.add_small(own, right);
    } else {
      add_named(own, right);
    }
  }

  /// @shape  scores: [classes]
  /// @throws Error for a label without a score, and for a score that is not finite
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto* const score = std::data(scores);
    const std::size_t classes = std::size(scores);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) detail::label_without_score(items());
    // Without a branch, and always of the same length: a processor can't guess where a score is the
    // largest.
    const auto of_own = score[own];
    unsigned above = 0;
    unsigned reached = 0;
    auto bits = detail::not_finite_bits(of_own);
    for (std::size_t c = 0; c < classes; ++c) {
      above += score[c] > of_own ? 1 : 0;
      reached += score[c] >= of_own ? 1 : 0;
      bits |= detail::not_finite_bits(score[c]);
    }
    if (bits >> (8 * sizeof bits - 1) != 0) (void)detail::best_class(scores, items());  // throws
    std::size_t better = above;
    for (std::size_t c = 0; c < own && reached - above > 1; ++c)
      better += score[c] == of_own ? 1 : 0;
    count(static_cast<std::int64_t>(label), better < k_);
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval, and its half-width over z as standard uncertainty
  /// @throws Error for no items
  /// @source docs/reference/formulas.md#accuracy-and-skill
  [[nodiscard]] Quality result() const;

  /// Returns 1 for each right answer and 0 for each wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source scikit-learn accuracy_score and top_k_accuracy_score with normalize=False, by item
  [[nodiscard]] std::vector<double> per_item() const;

 private:
  void add_named(std::int64_t label, bool right);
  void count(std::int64_t label, bool right);

  std::size_t k_;
  PerItem keep_;
  /// Labels below this number are counted and nothing else. One comparison tests whether k is 1,
  /// whether items are kept, and whether the label has a place; each of these tests would take as
  /// long as the count.
  std::uint64_t counted_only_;
  detail::LabelCounts labels_;
  std::vector<unsigned char> right_;  ///< an eighth of the size of doubles
};

/// Top-k accuracy as a metric for `measure`.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param k       number of guesses that count
/// @param keep    whether each item's answer goes into the record, for paired tests
/// @unit    a share of 1
/// @shape   labels: [items]
/// @throws  Error for empty labels; while running: for a score that is not finite, a label without
///          a score, and k > 1 with a model that names a single class
/// @source  see Accuracy
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto accuracy(Labels&& labels, std::size_t k = 1, PerItem keep = PerItem::keep) {
  return bind_references(labels, Accuracy(k, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/footprint/footprint.hpp

namespace perjoule::inline v0 {

/// A file of a model.
struct ModelFile {
  std::string role = {};  ///< its purpose: "weights", "tokenizer", "code"
  std::string name = {};  ///< the last part of its path
  Bytes bytes{0.0};       ///< on disk
};

using ModelFiles = std::vector<ModelFile>;

/// Bytes of a model, whatever machine it runs on: on disk, over a wire, in memory.
struct Footprint {
  ModelFiles files = {};
  Estimate<Bytes> stored = {};      ///< all files, on disk
  Estimate<Bytes> weights = {};     ///< the weights among them
  Estimate<Bytes> compressed = {};  ///< all files, compressed
  Estimate<Bytes> resident = {};    ///< the weights in memory, ready for a pass
  /// resident/weights: above 1 where a small file grows at run time. A tokenizer is in neither.
  Estimate<double> inflation = {};
  Estimate<double> parameters = {};           ///< @unit none
  Estimate<double> non_zero_parameters = {};  ///< @unit none
};

/// Returns the size of a model's file.
/// @param role  purpose of the file, as the message names it
/// @unit   B
/// @error  exact
/// @throws Error if there is no such file
[[nodiscard]] Bytes stored_bytes(const std::string& path, std::string_view role = "weights");

/// Returns the bytes that buffers of weights take in memory. They are counted from the buffers
/// themselves, since the process holds much more: a framework alone takes more than most models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

/// Number of parameters of a model, and how many of them are not zero.
struct ParameterCount {
  std::uint64_t parameters = 0;  ///< @unit none
  std::uint64_t non_zero = 0;    ///< @unit none
};

namespace detail {

/// Looks at the bits, if they are known: under -ffast-math a processor may take a subnormal number
/// for zero, and a compiler may take NaN for zero.
template <class T>
[[nodiscard]] constexpr bool is_zero(const T& number) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(number) << 1U == 0;  // the sign is shifted out
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(number) << 1U == 0;
  } else {
    return number == T{};
  }
}

template <ContiguousRange Buffer>
constexpr void count_parameters(const Buffer& buffer, ParameterCount& count) noexcept {
  for (std::size_t i = 0; i < std::size(buffer); ++i) {
    const auto& element = std::data(buffer)[i];
    using Element = std::remove_cvref_t<decltype(element)>;
    if constexpr (ContiguousRange<Element>) {
      count_parameters(element, count);  // a row of a matrix
    } else {
      ++count.parameters;
      if (!is_zero<Element>(element)) ++count.non_zero;
    }
  }
}

/// Returns the bytes of the files with a role, or of all files; missing if there are none.
/// @param role  empty for all
[[nodiscard]] Estimate<Bytes> total_bytes(const ModelFiles& files,
                                          std::string_view role = {}) noexcept;

}  // namespace detail

/// Counts the parameters in buffers of weights, and those that are not zero. -0.0 is zero; NaN and
/// subnormal numbers are not, even under -ffast-math. An element is one number: two that share a
/// byte count as one, and a 16-bit -0.0 that is stored as an integer is not recognised as zero.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans; also with rows as
///                 elements
/// @unit  none
/// @error exact
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr ParameterCount parameters_of(const Buffers&... buffers) noexcept {
  ParameterCount count;
  (detail::count_parameters(buffers, count), ...);
  return count;
}

/// Returns the footprint of a model that consists of weights only.
/// @param weights, resident  missing if not known; then the inflation is missing too
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint(const Estimate<Bytes>& weights, const Estimate<Bytes>& resident);

/// Returns the footprint of a model in several files.
/// @param files     the resident bytes are compared with the files whose role is "weights"
/// @param resident  missing if not known; then the inflation is missing too
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident);

}  // namespace perjoule::inline v0

// ---- perjoule/score/score.hpp

namespace perjoule::inline v0 {

/// A score as stored in a record: named, with its unit.
struct Score {
  std::string name;    ///< "quality_per_joule"
  std::string metric;  ///< metric that the skill is based on: "accuracy"
  std::string unit;    ///< "item/J"
  Estimate<double> value;
  Interval<double> interval;
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/latency.hpp

namespace perjoule::inline v0 {

class Histogram;  // stats/histogram.hpp

/// The time within which a share of all calls finished.
struct Percentile {
  double share = 0.0;                  ///< 0.99 for p99. @unit a share of 1
  Seconds value{detail::quiet_nan()};  ///< missing if there were too few calls
  Interval<Seconds> interval = {};
};

/// Durations of single calls.
struct Latency {
  std::uint64_t calls = 0;  ///< number of timed calls. @unit none
  Percentile percentiles[3] = {{0.5}, {0.9}, {0.99}};
};

namespace detail {

/// Returns the percentiles of durations in a histogram.
/// @param tick  length of one of its units
/// @error intervals extend to the outer ends of bins, which are 1.6 % wide
[[nodiscard]] Latency latency(const Histogram& lengths, Seconds tick);

/// Returns the percentiles of durations that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order
[[nodiscard]] Latency latency(std::vector<double> lengths);

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/slices.hpp

namespace perjoule::inline v0 {

/// The kernel's account of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< times that the CPU was taken from the thread
  std::uint64_t voluntary_switches = 0;  ///< times that it gave up the CPU to wait for something
  Seconds cpu{0.0};                      ///< CPU time of the thread; 0 if not known

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// The slices of windows, and how many of them were interrupted.
struct Slices {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< in all slices
  Seconds taken{0.0};      ///< wall time of all slices
  Seconds clean{0.0};      ///< time of the uninterrupted slices, weighted
  Items clean_items{0.0};  ///< items in the uninterrupted slices, with the same weights
};

namespace detail {

/// Length of a slice. It is long enough that checking each slice costs almost nothing (half a
/// microsecond, 0.025 % of a window). It is short enough that most slices are not interrupted on a
/// machine that is busy with something else (85 % of slices of 1 ms, 28 % of slices of 10 ms).
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// Returns how often the kernel has taken the CPU from this thread, and for how long the thread had
/// it.
[[nodiscard]] ThreadUsage thread_usage() noexcept;

/// Checks whether a thread lost the CPU although it waited for nothing. The kernel does not count
/// it as a preemption when a hypervisor or the interrupts of devices take the CPU. Giving up the
/// CPU to wait for a GPU, or for threads of its own, is part of the work.
[[nodiscard]] bool was_preempted(Seconds taken, const ThreadUsage& usage) noexcept;

/// Adds a slice. An interrupted slice is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, so leaving them out would make the mean
/// too short. Each uninterrupted slice therefore stands for similar ones that were interrupted:
/// with r interruptions per second of CPU time, a slice of length d is uninterrupted with
/// probability exp(-r d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
               std::uint64_t items) noexcept;

/// Leaves out all slices since `earlier`, because the CPU got too hot and slowed down.
void exclude_since(Slices& slices, const Slices& earlier) noexcept;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/system_load.hpp

namespace perjoule::inline v0 {

/// The state of the whole machine at one moment. A value that could not be read is not finite.
struct SystemState {
  Seconds busy{detail::quiet_nan()};           ///< CPU time of all programs since boot
  Seconds steal{detail::quiet_nan()};          ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();   ///< of the first core. @unit Hz
  double throttle_count =
      detail::quiet_nan();  ///< how often the CPU got too hot since boot. @unit none
};

/// The other activity of the machine between two moments. A value that is not known is not finite.
struct Interference {
  Seconds others_cpu{detail::quiet_nan()};      ///< CPU time of other programs
  Seconds steal{detail::quiet_nan()};           ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();   ///< at the end. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();    ///< at the end. @unit Hz
  double throttle_count = detail::quiet_nan();  ///< how often the CPU got too hot. @unit none
};

/// The files in which a machine reports its state. An empty path means that it is not reported.
struct SystemFiles {
  std::string stat;
  std::string temperature;
  std::string frequency;
  std::string throttle_count;
  /// Function that returns the usage of the calling thread so far; null if threads are never
  /// interrupted.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Parses the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  length of one count. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(std::string_view stat, double seconds) noexcept;

/// Returns the number in a file of sysfs, times a factor. Not finite if it cannot be read.
/// @unit the unit of the factor
[[nodiscard]] double read_scaled(const std::string& path, double factor);

/// Finds the files in which this machine reports its state.
/// @param root  "" on a real machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const std::string& root = "");

[[nodiscard]] SystemState read_system(const SystemFiles& files);

/// The machine and this process at one moment.
struct SystemSnapshot {
  Instant at;
  Instant process_cpu;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] SystemSnapshot take_snapshot(const SystemFiles& files);

/// Returns the other activity of the machine between two snapshots.
/// @error others_cpu: rounded to about 30 ms, see others_cpu_share()
[[nodiscard]] Interference interference_between(const SystemSnapshot& before,
                                                const SystemSnapshot& after) noexcept;

/// Returns the share of other programs in the CPU time. It is relative to at least the time of one
/// core, so that a process that waits does not make every daemon look big. It is 0 below 30 ms,
/// since /proc/stat rounds each of its numbers to 10 ms.
/// @unit a share of 1; not finite if `others` is not
[[nodiscard]] double others_cpu_share(Seconds others, Seconds own, Seconds wall) noexcept;

/// Share above which the energy of other programs matters.
/// @unit a share of 1
inline constexpr double max_others_cpu_share = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/window.hpp

namespace perjoule::inline v0 {

/// One window: many passes between two readings.
struct Window {
  Items items{0.0};
  Seconds wall{0.0};
  Seconds cpu{0.0};  ///< CPU time of all threads of this process
  WindowEnergy energy = {};
  Interference interference = {};
  Seconds clean{detail::quiet_nan()};  ///< time of uninterrupted slices; see Slices
  Items clean_items{0.0};
};

/// The outcome of a measurement.
enum class Outcome : std::uint8_t {
  converged,    ///< the intervals of time and energy met the target
  unstable,     ///< time or energy changed during the run: there is no single value
  timeout,      ///< the budget ended first: the intervals hold, but missed the target
  few_windows,  ///< fewer than 12 windows fit: the intervals hold, the target was not checked
  no_energy,    ///< no window has an energy
};

[[nodiscard]] constexpr std::string_view name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::converged:
      return "converged";
    case Outcome::unstable:
      return "unstable";
    case Outcome::timeout:
      return "timeout";
    case Outcome::few_windows:
      return "few_windows";
    case Outcome::no_energy:
      break;
  }
  return "no_energy";
}

/// The result of the engine: a table of numbers with one row per window.
struct Samples {
  enum Column : std::size_t {
    items,          ///< passes, or inputs of their batches, or items in the stream
    wall,           ///< @unit s
    cpu,            ///< @unit s
    energy,         ///< not finite if it is missing. @unit J
    energy_random,  ///< standard uncertainty from the meter. @unit J
    energy_common,  ///< standard uncertainty shared with the other windows. @unit J
    others_cpu,     ///< CPU time of other programs; not finite if not known. @unit s
    steal,          ///< CPU time that a hypervisor took; likewise. @unit s
    temperature,    ///< of the CPU package at the end; likewise. @unit degrees Celsius
    frequency,      ///< of the first core at the end; likewise. @unit Hz
    clean,          ///< time of uninterrupted slices; not finite if there are none. @unit s
    clean_items,    ///< items in uninterrupted slices
    columns
  };
  std::vector<double> table;  ///< row by row
  std::size_t dropped = 0;    ///< windows without an energy, whose rows stay
  std::string why_dropped;    ///< reason of the last one dropped
  Estimate<Watts> idle;       ///< power of the machine while this process sleeps
  std::string why_no_idle;
  /// Share of other programs in the CPU time of all windows; not finite if not known.
  /// @unit a share of 1
  double others_cpu_share = detail::quiet_nan();
  Slices slices;       ///< of all windows
  Latency latency;     ///< of passes outside the windows, each timed separately
  Latency first_item;  ///< times until the first item of those passes came into the stream
  /// Predicted standard uncertainty from the ends of windows of this length, which more windows do
  /// not make smaller.
  /// @unit a share of the energy
  double edge_uncertainty = 0.0;
  Outcome outcome = Outcome::no_energy;

  [[nodiscard]] std::size_t windows() const noexcept { return table.size() / columns; }
  /// @unit the unit of the column
  [[nodiscard]] double at(std::size_t window, Column column) const noexcept {
    return table[window * columns + column];
  }
  void add(const Window& window);
};

}  // namespace perjoule::inline v0

// ---- perjoule/memory/heap_usage.hpp

namespace perjoule::inline v0 {

/// Where the bytes of a pass were read.
enum class HeapSource : std::uint8_t {
  none,          ///< neither is available
  allocator,     ///< counts each allocation: exact
  resident_set,  ///< gives only the peak
};

[[nodiscard]] constexpr std::string_view name(HeapSource source) noexcept {
  switch (source) {
    case HeapSource::allocator:
      return "allocator";
    case HeapSource::resident_set:
      return "resident set";
    case HeapSource::none:
      break;
  }
  return {};
}

/// The allocations of a model's passes, counted in separate passes that are not timed. Bytes are
/// as the allocator provided them, slightly more than requested.
struct HeapUsage {
  HeapSource source = HeapSource::none;
  std::size_t passes = 0;  ///< number of counted passes, over all callers. @unit none
  Estimate<Bytes> peak;    ///< maximum over all passes of the memory above that before the pass
  double allocations = detail::quiet_nan();  ///< per pass; a realloc counts as one. @unit none
  double allocated = detail::quiet_nan();    ///< per pass, whether freed or not. @unit B
  /// Memory that is not freed when the pass and its output are gone. Above 0 if a model leaks or
  /// fills a cache; below 0 if it frees earlier memory. Missing if something is prepared for each
  /// pass, since what a pass leaves in that is not kept for long.
  /// @unit B, per pass
  double retained = detail::quiet_nan();
  std::string why_missing = "no pass was run to count it";  ///< empty if it is known
};

}  // namespace perjoule::inline v0

// ---- perjoule/record/entry.hpp

namespace perjoule::inline v0 {

/// A number derived from counted events and other numbers of an entry.
struct DerivedMetric {
  std::string name;     ///< "instructions_per_cycle"
  std::string unit;     ///< "J"
  std::string formula;  ///< "instructions / cycles"
  Estimate<double> value;
  Interval<double> interval;
};

/// Result of one measurement of one model: a plain value, to be copied, kept and compared.
struct Entry {
  // Defined in entry-inl.hpp: a program that links the definitions has the code that copies and
  // destroys forty members once, rather than in each of its files.
  Entry();
  Entry(const Entry& other);
  Entry(Entry&& other) noexcept;
  Entry& operator=(const Entry& other);
  Entry& operator=(Entry&& other) noexcept;
  ~Entry();

  MeasureOptions plan;
  std::size_t inputs = 0;
  bool prepared = false;  ///< the input of each pass was made outside the windows

  std::vector<Quality> quality;
  std::vector<double> per_item;  ///< of the metrics that keep it, one after the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: includes the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< energy on top of idle
  Footprint footprint;
  HeapUsage heap;
  ProcessMemory process;  ///< after the measurement: of the whole program, not of the model alone
  std::string why_no_process = "it was not looked for";
  Estimate<Bytes> memory_limit;  ///< of the control group: a container's or a job's
  std::string why_no_limit = "it was not looked for";
  EventCounts events;
  std::vector<DerivedMetric> derived_metrics;  ///< from events, energy and time
  std::vector<Score> scores;

  Samples samples;  ///< all windows, as they were read
  MeterDescription meter;
  std::vector<AbsentMeter> absent_meters;  ///< better meters that this machine lacks
  Environment environment;
  Build build{};
  bool concurrent = false;  ///< other threads of the session measured at the same time
};

/// A reference to an entry, for use as an element of a list.
struct EntryRef {
  const Entry* entry;
  EntryRef(const Entry& of) noexcept : entry(&of) {}
};

/// A container that holds entries contiguously.
template <class Range>
concept EntryRange = requires(const Range& range) {
  View<Entry>(range);
};

/// Entries that a function borrows for one call: a single one, a list as in `{a, b}`, or a
/// container that holds them contiguously. None is copied.
class Entries {
 public:
  Entries(const Entry& one) noexcept : side_by_side_(&one, 1) {}
  Entries(std::initializer_list<EntryRef> list) noexcept : listed_(list) {}
  template <EntryRange Range>
  Entries(const Range& entries) noexcept : side_by_side_(entries) {}

  [[nodiscard]] std::size_t size() const noexcept { return listed_.size() + side_by_side_.size(); }
  [[nodiscard]] const Entry& operator[](std::size_t i) const noexcept {
    return listed_.empty() ? side_by_side_[i] : *listed_[i].entry;
  }

 private:
  View<EntryRef> listed_;  // one of the two views is empty
  View<Entry> side_by_side_;
};

/// Returns whether other programs used so much CPU time that their joules matter, since a meter
/// counts the whole machine. That does not hold for a model of this process alone, nor for a
/// simulated machine, which runs nothing else.
[[nodiscard]] bool is_machine_shared(const Entry& entry) noexcept;

/// Returns the per-item values retained by a metric, in the order of the inputs; empty if it keeps
/// none.
/// @param metric  index into entry.quality
/// @unit  as the metric's columns say
/// @shape [items, columns], row-major
[[nodiscard]] View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept;

/// A fact that a reader must know before quoting the numbers of an entry.
enum class CaveatFlag : std::uint8_t {
  not_measured,         ///< energy was not read from an instrument
  few_windows,          ///< fewer windows than an interval needs
  unstable,             ///< time or energy changed while it was measured
  interrupted,          ///< other programs' turns are in the time
  dropped_windows,      ///< some windows have no energy
  shared,               ///< other programs used the machine
  target_out_of_reach,  ///< the meter's ticks are too coarse for the planned precision
  peak_of_some,         ///< not every input has a peak
  foreign_root,         ///< the meter was read below another root
  concurrent,           ///< other threads of the session measured at the same time
  unoptimized,          ///< compiled without optimisation
};

/// Returns the flag as it stands in a record: "few_windows".
[[nodiscard]] std::string_view name(CaveatFlag flag) noexcept;

/// A caveat in words.
struct Caveat {
  CaveatFlag flag;
  std::string reason;
};
using Caveats = std::vector<Caveat>;

/// Returns all caveats of an entry; empty if there are none.
[[nodiscard]] Caveats caveats(const Entry& entry);

/// A cost of a model: a budget limits one of these, and comparisons rank by one.
enum class Cost : std::uint8_t {
  energy,         ///< total, per item
  active_energy,  ///< energy on top of idle, per item
  time,           ///< wall time per item
  stored,         ///< bytes of the model's files
  resident,       ///< bytes of the weights in memory
  peak,           ///< the most bytes that a pass holds at once
};

namespace detail {

/// Name and unit of a cost, and an entry's estimate of it.
struct CostEstimate {
  std::string_view name;
  std::string_view unit;
  Estimate<double> estimate;
};

[[nodiscard]] CostEstimate cost_of(const Entry& entry, Cost cost) noexcept;

/// Returns whether a cost is counted in bytes, rather than measured in windows.
[[nodiscard]] constexpr bool is_in_bytes(Cost cost) noexcept { return cost >= Cost::stored; }

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/record/run_record.hpp

namespace perjoule::inline v0 {

/// Returns the run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] std::string to_json(Entries entries);

/// Writes a run record, either completely or not at all. Missing folders are created.
/// @throws Error if the file can't be written, and as to_json
void write_json(const std::string& path, Entries entries);

}  // namespace perjoule::inline v0

// ---- perjoule/measure/comparison.hpp

namespace perjoule::inline v0 {

/// Options for Session::compare().
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; all of it is spent.
  Seconds budget{10.0};
  /// Smallest change of interest: two variants that differ by less are the same.
  /// @unit a share of 1
  double min_effect = 0.01;
  /// Shuffles the inputs.
  std::uint64_t seed = 1;
};

/// Result of comparing a variant with the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows more than one of the verdicts below
  same,        ///< the whole interval is within the smallest change of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the whole interval is on the worse side of no change
};

[[nodiscard]] constexpr std::string_view name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::unresolved:
      return "unresolved";
    case Verdict::same:
      return "same";
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::missing:
      break;
  }
  return "missing";
}

/// Ratio of what a variant takes to what the first one takes.
struct Change {
  /// Its random uncertainty is the half-width of its logarithm over z, times the ratio. @unit none
  Estimate<double> ratio;
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs of windows with a ratio
  /// Number of additional pairs that would probably resolve it; 0 if it is resolved or no number
  /// would.
  std::size_t more_pairs = 0;
};

/// Difference between a variant and the first one by a metric, on the same items.
struct QualityChange {
  std::string metric;
  std::string unit;
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant minus first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// Changes of a variant relative to the first one.
struct VariantChanges {
  Change time;  ///< wall time, of uninterrupted slices where there are enough of them
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  std::vector<QualityChange> quality;
};

/// Results of variants that ran in turns.
struct Comparison {
  // Defined once, since copying and destroying entries costs compile time in each file.
  Comparison();
  Comparison(const Comparison& other);
  Comparison(Comparison&& other) noexcept;
  Comparison& operator=(const Comparison& other);
  Comparison& operator=(Comparison&& other) noexcept;
  ~Comparison();

  ComparePlan plan;
  std::vector<Entry> entries;           ///< as measure() returns them
  std::vector<VariantChanges> changes;  ///< changes[i] compares entries[i + 1] with entries[0]
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/region_scope.hpp

namespace perjoule::inline v0::detail {

class Recording;
struct RegionRecord;
struct ThreadRecord;

/// One call of a region, from start to end. It must not outlive the recording, and must end in the
/// thread in which it began.
class RegionScope {
 public:
  RegionScope(Recording& recording, std::size_t region);
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;
  ~RegionScope();

  /// Marks the call as thrown: it is counted, but its time is not.
  void mark_thrown() noexcept { threw_ = true; }

 private:
  Recording& recording_;
  ThreadRecord& thread_;
  RegionRecord& of_;
  RegionScope* outer_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t nested_ = 0;  ///< ticks of nested regions
  bool is_timed_ = true;
  bool threw_ = false;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/evaluate.hpp

namespace perjoule::inline v0::detail {

/// @throws Error if the number of references differs from the number of inputs
void check_length(const MeasureOptions& plan, std::size_t references, std::size_t inputs);

/// Adds the result of a metric to an entry.
void add_quality(Entry& entry, const Quality& quality, View<double> per_item);

/// @throws Error if the number of outputs differs from the number of inputs
void check_outputs(const MeasureOptions& plan, std::size_t outputs, std::size_t inputs);

/// Fails to compile with a metric that cannot judge such outputs.
template <class Output, class... Metrics>
constexpr void check_metrics() {
  static_assert(
      (QualityMetric<Metrics, Output> && ...),
      "after the inputs come metrics, such as perjoule::accuracy(labels): one here cannot "
      "judge what this forward pass returns, or lacks one of items, add, result, per_item");
}

/// Calls a model once, and then(output) while the prepared input still exists.
template <class F, class Input, class Then>
void pass_once(F& forward, const Input& input, Then&& then) {
  const auto consume_output = [&](const auto& output) {
    do_not_optimize(output);
    synchronize(forward);
    then(output);
  };
  if constexpr (Prepared<F>) {
    auto ready = forward.prepare(input);
    consume_output(forward.run(ready));
  } else {
    consume_output(forward(input));
  }
}

/// Runs all inputs once, in order, and passes each output to every metric.
/// @throws Error if a metric has another number of references; ForwardPassError with what the model
///         throws
template <class F, class Input, class... Metrics>
void evaluate(Entry& entry, F& forward, const Input* inputs, Metrics&... metrics) {
  using Output = std::remove_cvref_t<std::invoke_result_t<F&, const Input&>>;
  check_metrics<Output, Metrics...>();
  const std::size_t count = entry.inputs;
  (check_length(entry.plan, metrics.items(), count), ...);
  std::size_t item = 0;
  try {
    for (; item != count; ++item) {
      pass_once(forward, inputs[item],
                [&](const auto& output) { (metrics.add(item, output), ...); });
    }
  } catch (const Error&) {
    throw;  // thrown by a metric, which names the item itself
  } catch (...) {
    throw_with_item(item, count, entry.plan.label());
  }
  (add_quality(entry, metrics.result(), metrics.per_item()), ...);
}

/// The same for a model that takes batches. The last batch may be smaller.
/// @throws as evaluate(), and Error if a batch of outputs has another size than its inputs
template <class F, class Input, class... Metrics>
void evaluate_batches(Entry& entry, F& forward, const Input* inputs, Metrics&... metrics) {
  using Outputs = std::remove_cvref_t<std::invoke_result_t<F&, View<Input>>>;
  using Output = std::remove_cvref_t<decltype(std::declval<Outputs&>()[std::size_t{0}])>;
  check_metrics<Output, Metrics...>();
  const std::size_t count = entry.inputs;
  (check_length(entry.plan, metrics.items(), count), ...);
  std::size_t item = 0;
  try {
    while (item != count) {
      const std::size_t left = count - item;
      const std::size_t size = entry.plan.batch < left ? entry.plan.batch : left;
      pass_once(forward, View<Input>(inputs + item, size), [&](const auto& outputs) {
        check_outputs(entry.plan, std::size(outputs), size);
        for (std::size_t i = 0; i < size; ++i) {
          const Output& output = outputs[i];
          (metrics.add(item + i, output), ...);
        }
      });
      item += size;
    }
  } catch (const Error&) {
    throw;
  } catch (...) {
    throw_with_item(item, count, entry.plan.label());
  }
  (add_quality(entry, metrics.result(), metrics.per_item()), ...);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/instrument.hpp

namespace perjoule::inline v0 {

/// A named part of a program, such as prefill or decode. It may be entered any number of times.
class Region {
 public:
  Region(detail::Recording& recording, std::size_t number) noexcept
      : recording_(&recording), number_(number) {}

  /// Enters the region until the end of the scope. Regions that the same thread enters in the
  /// meantime are nested in it.
  [[nodiscard]] detail::RegionScope enter() const { return {*recording_, number_}; }

 private:
  detail::Recording* recording_;
  std::size_t number_;
};

/// Time that all threads of a program together spent in a region.
struct RegionTimes {
  std::string name;
  std::uint64_t calls = 0;  ///< calls that were timed. @unit none
  std::uint64_t threw = 0;  ///< calls that threw; no other number includes them. @unit none
  Seconds inclusive{0.0};   ///< of all calls
  Seconds exclusive{0.0};   ///< inclusive time less that of nested regions
};
using AllRegionTimes = std::vector<RegionTimes>;

namespace detail {

/// Calls a function, or a member function with an object or a pointer to one.
template <class F, class... Args>
[[gnu::always_inline]] inline decltype(auto) call(F&& f, Args&&... args) {
  return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class R, class T, class Object, class... Args>
requires std::is_function_v<R>
// Not inlined: g++ 12 would warn about virtual functions of empty classes.
[[gnu::noinline]] decltype(auto) call(R T::*member, Object&& object, Args&&... args) {
  if constexpr (std::is_pointer_v<std::remove_cvref_t<Object>>) {
    return (object->*member)(std::forward<Args>(args)...);
  } else {
    return (std::forward<Object>(object).*member)(std::forward<Args>(args)...);
  }
}

struct RecorderState;

}  // namespace detail

/// A type that can be a model: not a plan, which can be passed in the same place.
template <class F>
concept NotAPlan = !std::is_convertible_v<F, const MeasureOptions&>;

/// A type that can be a metric: not the name of a region, which can be passed in the same place.
template <class Metric>
concept NotAName = !std::is_convertible_v<const Metric&, std::string_view>;

template <class F>
class Instrumented;

/// Records the calls of a model, and other regions, in the user's own loop. It is a handle: all
/// copies record into the same place, which the session owns. The session must outlive them.
class Recorder {
 public:
  explicit Recorder(detail::RecorderState& recorded) noexcept : recorded_(&recorded) {}

  /// Returns the region with this name; the same name gives the same region. Look it up outside the
  /// loop. It must not outlive the recorder's session.
  [[nodiscard]] Region region(std::string_view name) const;

  /// Wraps a model so that its calls are recorded, whatever arguments it takes.
  /// @param model  borrowed if it is an lvalue, stored if it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) const {
    static_assert(!detail::Prepared<F>,
                  "a loop of one's own does the setup itself, outside the call that is recorded");
    return {std::forward<F>(model), *this};
  }

  /// Returns what the calls have taken so far, as measure() reports it for a model. If calls are
  /// longer than ten periods of the meter and 10 ms, the meter was read around each of them.
  /// Otherwise their energy is their share, by time, of the program's energy, and estimated at
  /// best. Idle power is not known, so active energy is not known either.
  /// @param metrics  metrics that the caller's loop has fed with every output
  /// @throws Error if there were fewer calls than a metric has items
  template <NotAName... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    Entry entry = entry_of_calls(this_build());
    (add(entry, metrics), ...);
    add_scores(entry);
    return entry;
  }

  /// The same for a region; its numbers are missing if it was never entered.
  [[nodiscard]] Entry entry(std::string_view region) const {
    return entry_of_region(region, this_build());
  }

  /// Returns all regions in the order in which they were named. The first one is the calls of the
  /// model.
  [[nodiscard]] AllRegionTimes regions() const;

 private:
  template <class F>
  friend class Instrumented;

  template <class Metric>
  static void add(Entry& entry, Metric& metric) {
    if (entry.quality.empty()) check_calls(entry, metric.items());
    detail::check_length(entry.plan, metric.items(), entry.inputs);
    detail::add_quality(entry, metric.result(), metric.per_item());
  }
  /// Checks that there is a call for each item. There may be more calls, as in a second round.
  static void check_calls(Entry& entry, std::size_t items);
  static void add_scores(Entry& entry);

  [[nodiscard]] Region calls() const noexcept;
  [[nodiscard]] Entry entry_of_calls(const Build& build) const;
  [[nodiscard]] Entry entry_of_region(std::string_view name, const Build& build) const;

  detail::RecorderState* recorded_;
};

/// A model whose calls are recorded. It is called like the model, and by several threads at once if
/// the model allows that.
/// @error the two readings of the processor's counter, some 20 ns in each call, are subtracted from
///        the mean time and added to its common uncertainty; percentiles and the sums of regions
///        include them
template <class F>
class Instrumented {
 public:
  Instrumented(F&& model, const Recorder& recorder)
      : model_(std::forward<F>(model)), recorder_(recorder), calls_(recorder.calls()) {}

  /// @throws what the model throws; such a call is counted, but left out of all other numbers
  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) {
    return recorded(model_, std::forward<Args>(args)...);
  }
  /// The same for a const model.
  template <class... Args>
  requires std::is_invocable_v<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return recorded(model_, std::forward<Args>(args)...);
  }

  [[nodiscard]] const Recorder& recorder() const noexcept { return recorder_; }
  /// See Recorder.
  [[nodiscard]] Region region(std::string_view name) const { return recorder_.region(name); }
  /// See Recorder.
  template <NotAName... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    return recorder_.entry(metrics...);
  }
  /// See Recorder.
  [[nodiscard]] Entry entry(std::string_view region) const { return recorder_.entry(region); }

 private:
  template <class Model, class... Args>
  decltype(auto) recorded(Model& model, Args&&... args) const {
    detail::RegionScope span = calls_.enter();
    try {
      return detail::call(model, std::forward<Args>(args)...);
    } catch (...) {
      span.mark_thrown();
      throw;
    }
  }

  F model_;
  Recorder recorder_;
  Region calls_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/window_energy.hpp

namespace perjoule::inline v0::detail {

/// Returns the counts between two readings of a counter that wraps to 0 when it reaches `modulus`.
/// RAPL has 32 bits of hardware behind a 64-bit file. It wraps after about 262 kJ, which a nightly
/// run reaches, so a smaller second reading means a wrap and not negative energy.
/// @unit counts
[[nodiscard]] constexpr std::uint64_t unwrap(std::uint64_t before, std::uint64_t after,
                                             std::uint64_t modulus) noexcept {
  return after >= before ? after - before : after + (modulus - before);
}

/// Upper limit of the power of any CPU package, its memory or a whole workstation. It distinguishes
/// a wrap from a counter that was reset, and limits how long a window may be before a second wrap
/// could go unnoticed.
inline constexpr Watts max_zone_power{2000.0};

/// Adds the counts of a zone between two readings to a sum that never wraps. Returns an empty
/// string, or the reason why the counts cannot be known; the sum then stays unchanged.
[[nodiscard]] std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                 std::uint64_t after, Seconds duration,
                                                 std::uint64_t& sum) noexcept;

/// Returns the energy of a number of counts of a zone, or the reason why it is missing.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to a step
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts);

// A counter such as RAPL's moves only at its ticks, and does not announce them. A window that is
// read anywhere between two ticks is wrong by up to one period's energy at each end. Watching the
// counter before and after the window locates its ticks to within two readings.

/// Returns what a single reading tells of a zone's last tick: it was at most one period before.
[[nodiscard]] constexpr Tick tick_in_last_period(const Zone& zone, const Reading& at) noexcept {
  return {at.begin + -(zone.update_period + zone.jitter), at.end, 0, true};
}

/// Returns a zone's last tick before a reading: as it was seen, or anywhere in the period before.
[[nodiscard]] constexpr Tick last_tick(const Zone& zone, const Reading& at,
                                       std::size_t place) noexcept {
  return at.ticks[place].is_known ? at.ticks[place] : tick_in_last_period(zone, at);
}

/// Updates the ticks of a reading from an earlier reading.
void update_ticks(const MeterDescription& meter, const Reading& earlier, Reading& later) noexcept;

/// Narrows a tick by the next one, since a counter ticks once per period. If the two contradict
/// each other, the counter is not that regular, and the tick stays unchanged.
/// @param next  the first tick after `tick`
void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept;

/// Returns the slowest zone, whose ticks matter most.
[[nodiscard]] std::size_t slowest_zone(const MeterDescription& meter) noexcept;

/// Ticks with a shorter period are not worth waiting for.
/// @unit s
inline constexpr Seconds min_tick_interval{50e-6};

/// Returns false for a meter whose ticks are too close together, or that has no counters.
[[nodiscard]] inline bool has_ticks(const MeterDescription& meter) noexcept {
  return !meter.zones.empty() && meter.update_period > min_tick_interval;
}

/// Returns whether a tick is known well enough to begin or end a window there: to an eighth of a
/// period.
[[nodiscard]] inline bool is_precise(const Zone& zone, const Tick& tick) noexcept {
  return tick.is_known && tick.width() * 8.0 <= zone.update_period;
}

/// Waits between two readings of a counter: a hundredth of the period for a slow counter, so that
/// watching it does not heat the machine. Does not wait for a fast counter, whose next tick comes
/// soon.
inline void pause_between_polls(AnyMeter& meter, Seconds period) noexcept {
  if (period >= Seconds(5e-3)) meter.wait(period * 0.01);
}

/// Returns the time without a tick after which a counter has stopped. It is several periods, and
/// long enough that this thread runs in the meantime even on a busy machine.
/// @unit s
[[nodiscard]] constexpr Seconds tick_timeout(Seconds period) noexcept {
  const Seconds periods = period * 4.0;
  return periods < Seconds(0.1) ? Seconds(0.1) : periods;
}

/// The counters at a moment within a window.
struct IntermediateReading {
  Instant begin;
  Instant end;
  std::vector<std::uint64_t> counts;  ///< one per zone
};

/// Adds up the counts of a zone from reading to reading, so that no wrap is missed if at most one
/// lies between two of them.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after, View<IntermediateReading> between);

/// Returns the energy of all zones of a counting meter between two readings.
///
/// A counter gives the energy between two of its ticks, exact except for its quantum. The window
/// lies a little later at both ends: the energy between the first tick and the start of the window
/// is subtracted, and the energy between the last tick and its end is added. The power at the start
/// is taken as the mean power P of the window. At the end it is the power of the last tick if that
/// tick was seen alone, and otherwise also P.
///
/// @unit   J
/// @error  random: quantum of each zone, and the width w to which each tick is known, P w/sqrt(12);
///         zones tick together, so their widths add up. common: the power at the ends may differ
///         from that assumed, in the same way in each window: by anything from -P to P, or, at the
///         end after a tick that was seen alone, by 0.3 P and by the difference of the tick's power
///         from P, added in squares; and the gain of each zone, if it is known
///         (docs/reference/formulas.md#window-energy)
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distributions
[[nodiscard]] WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                          const Reading& after,
                                          View<IntermediateReading> between = {});

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/tick_watch.hpp

namespace perjoule::inline v0::detail {

/// Watches the counters of a meter at the ends of windows. All memory is allocated on construction,
/// so that nothing is allocated in a window.
class TickWatch {
 public:
  /// Constructs a watch without a meter, for use in lists.
  TickWatch() = default;
  /// @param meter  borrowed
  explicit TickWatch(AnyMeter& meter);

  /// Reads until each counter has moved and the slowest has just moved. The result is the reading
  /// that saw this, so a window that begins here begins on a tick. If a counter does not move for a
  /// while (tick_timeout), or if this thread is delayed, the last reading is returned with the
  /// ticks known so far. Returns false if a reading failed.
  [[nodiscard]] bool read_on_tick(Reading& at) noexcept;

  /// Calls `work`, which does a little more work each time, until the slowest counter moves. The
  /// window then ends at the first piece of work after a tick. Gives up after three periods.
  /// Returns false if a reading failed.
  /// @param after  a reading at the end of the window, after one at its start; it is replaced by
  ///               the last reading
  template <class Work>
  [[nodiscard]] bool work_until_tick(Reading& after, Work&& work) {
    const MeterDescription& what = meter_->description();
    if (!has_ticks(what)) return true;
    const std::size_t slowest = slowest_zone(what);
    const Instant deadline = after.end + what.update_period * 3.0;
    while (!is_precise(what.zones[slowest], after.ticks[slowest]) && after.end < deadline) {
      std::swap(last_, after);
      work();
      if (!meter_->read(after)) return false;
      update_ticks(what, last_, after);
    }
    return true;
  }

  /// Continues to read after a window until the next ticks, for counters whose last tick before the
  /// end is not known precisely: that tick was one period earlier. A counter that does not move for
  /// a while (tick_timeout) has stopped. Returns false if a reading failed.
  [[nodiscard]] bool await_next_ticks(Reading& after) noexcept;

 private:
  AnyMeter* meter_ = nullptr;
  Reading last_;
  Reading next_;
  std::vector<unsigned char> is_awaited_;  ///< one per zone
};

/// @see TickWatch::read_on_tick
[[nodiscard]] inline bool read_on_tick(AnyMeter& meter, Reading& at) {
  return TickWatch(meter).read_on_tick(at);
}

/// @see TickWatch::work_until_tick
template <class Work>
[[nodiscard]] bool work_until_tick(AnyMeter& meter, Reading& after, Work&& work) {
  return TickWatch(meter).work_until_tick(after, work);
}

/// @see TickWatch::await_next_ticks
[[nodiscard]] inline bool await_next_ticks(AnyMeter& meter, Reading& after) {
  return TickWatch(meter).await_next_ticks(after);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/stopwatch.hpp

namespace perjoule::inline v0 {

/// Measures time and energy of any part of a program between two moments. Nothing is allocated,
/// printed or locked between the two readings. A stopped stopwatch can be started again.
class Stopwatch {
 public:
  /// When the two readings are taken.
  enum class Ends : std::uint8_t {
    on_ticks,  ///< at ticks of the counter, for which it waits: the energy is known best
    at_once,   ///< without waiting: up to one period of the counter is unknown
  };

  /// Constructs a stopwatch without a meter. Another one must be assigned to it before it is used.
  Stopwatch() = default;
  /// @param meter  borrowed
  /// @param files  where the machine reports the activity of other programs. Borrowed
  Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends = Ends::on_ticks);

  /// Returns the current time of the meter's clock.
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }

  /// Begins after the next tick of the counter, which is at most one period away.
  void start();

  /// Ends, and returns the window since start(). Then watches the counter until its next tick,
  /// which reveals when the last one was. If a reading fails, the energy is missing and the rest is
  /// not. The caller fills in the number of items.
  [[nodiscard]] Window stop();

  /// The same, but works on until the counter ticks, so that the end is at a tick, too.
  /// @param work  called as work(); does a little more of the same work
  /// @throws what `work` throws
  template <class Work>
  [[nodiscard]] Window stop(Work&& work) {
    read_end();  // a first reading, by which the tick is recognised; the tick's replaces it
    if (is_read_) {
      is_read_ = ticks_.work_until_tick(after_, work);
      cpu_end_ = SystemClock::process_cpu();
    }
    return window();
  }

 private:
  void read_end() noexcept;
  [[nodiscard]] Window window();

  AnyMeter* meter_ = nullptr;
  const SystemFiles* files_ = nullptr;
  Ends ends_ = Ends::on_ticks;
  detail::SystemSnapshot around_;
  // These are allocated in advance, since nothing is allocated in a window.
  detail::TickWatch ticks_;
  Reading before_;
  Reading after_;
  Instant begin_;
  Instant cpu_begin_;
  Instant cpu_end_;
  bool is_begin_read_ = false;
  bool is_read_ = false;  ///< both readings succeeded
};

}  // namespace perjoule::inline v0

// ---- perjoule/measure/session.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Ways of calling a model.
enum class PassKind { single, batch, stream };

}  // namespace detail

/// A model to compare, made by variant().
template <class F, class Evaluate>
struct Variant {
  MeasureOptions plan;  ///< describes the model; budget and seed come from the comparison
  F forward;            ///< a reference if variant() got an lvalue
  Evaluate evaluate;
};

/// Makes a variant for Session::compare: a model with the metrics that judge it.
/// @param plan     name and other descriptions of the model
/// @param forward  borrowed if it is an lvalue, stored if it is a temporary
/// @param metrics  any number; each gets every output once
/// @unit  none
template <class F, class... Metrics>
[[nodiscard]] auto variant(const MeasureOptions& plan, F&& forward, Metrics... metrics) {
  auto evaluate = [... metrics = std::move(metrics)](Entry& entry, auto& model,
                                                     const auto* inputs) mutable {
    detail::evaluate(entry, model, inputs, metrics...);
  };
  return Variant<F, decltype(evaluate)>{plan, std::forward<F>(forward), std::move(evaluate)};
}

/// Owns the meter of a run, and measures one model after another with it.
class Session {
 public:
  /// Finds the best meter of this machine.
  /// @throws NoMeterError if `options.require` asks for a better meter than there is
  explicit Session(const MeterOptions& options = {});

  /// Uses this meter and no other.
  explicit Session(AnyMeter meter);
  /// The same, for tests.
  /// @param files  files that tell what other programs do, in place of the system's own; none for a
  ///               simulated machine
  Session(AnyMeter meter, const SystemFiles& files);

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const MeterDescription& meter() const noexcept;
  /// Returns the better meters that this machine lacks, each with the reason and the fix.
  [[nodiscard]] View<AbsentMeter> absent_meters() const noexcept;

  /// Records a model's calls in the user's own loop, and other regions of the program.
  /// @param plan   describes the model; budget, inputs and seed are up to the loop
  /// @param every  1: times each call; 10: times each tenth call of a region, where 20 ns per call
  ///               are too much
  ///
  /// The session keeps what is recorded until it ends: take one recorder per loop, not per request.
  /// @throws Error for a plan that measure() would refuse for a single input
  [[nodiscard]] Recorder record(const MeasureOptions& plan = {}, std::size_t every = 1);

  /// Wraps a model so that its calls are recorded.
  /// @param plan, every  see record()
  /// @param model        borrowed if it is an lvalue, stored if it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(const MeasureOptions& plan, F&& model,
                                           std::size_t every = 1) {
    return record(plan, every).instrument(std::forward<F>(model));
  }
  /// The same for a model without a name.
  /// @param model  borrowed if it is an lvalue, stored if it is a temporary
  template <NotAPlan F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) {
    return record().instrument(std::forward<F>(model));
  }

  /// Makes a stopwatch, for work that is not a forward pass, or for the user's own loop. It borrows
  /// this session.
  [[nodiscard]] Stopwatch stopwatch();

  /// Measures a model: first its quality, once on each input, then its energy and time in windows
  /// of many passes.
  ///
  /// @param plan     see MeasureOptions
  /// @param forward  borrowed for the call, and called in the first of these ways that it allows:
  ///   - forward(input) returns an output
  ///   - forward(inputs) takes a View of plan.batch inputs and returns an output for each
  ///   - forward(input, stream) puts items into a Stream and returns an output. Time and energy are
  ///     per item of the stream; percentiles are those of a pass and of the time until its
  ///     first item. An input that yields no item only adds its time and energy
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number; each gets every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, no whole batch, another number of references or of a batch's
  ///         outputs than of inputs, an empty stream, a file that can't be read, or a pass that the
  ///         optimiser removed; ForwardPassError with what the model throws
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    if constexpr (BatchForwardPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::batch, detail::Prepared<F>);
      std::vector<View<Input>> batches;
      for (std::size_t i = 0; i + plan.batch <= entry.inputs; i += plan.batch) {
        batches.push_back({first + i, plan.batch});
      }
      detail::evaluate_batches(entry, forward, first, metrics...);
      measure_loop(entry, forward, static_cast<const View<Input>*>(batches.data()));
      return entry;
    } else if constexpr (StreamingPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::stream, detail::Prepared<F>);
      Stream stream;
      detail::StreamAdapter<std::remove_reference_t<F>> pass{forward, stream};
      detail::evaluate(entry, pass, first, metrics...);
      measure_loop(entry, pass, first, &stream);
      return entry;
    } else if constexpr (ForwardPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::single, detail::Prepared<F>);
      detail::evaluate(entry, forward, first, metrics...);
      measure_loop(entry, forward, first);
      return entry;
    } else {
      static_assert(
          ForwardPass<F, Input>,
          "a model is called as model(input), as model(inputs) with a View of a batch, or "
          "as model(input, stream), and returns its output");
    }
  }

  /// Measures models in turns, one window each, and compares each of them with the first. Whatever
  /// the machine does in the meantime affects all of them alike, so a difference of one percent
  /// shows where two measurements, one after the other, would drift apart by more.
  ///
  /// @param plan      see ComparePlan
  /// @param inputs    the same for all variants. Borrowed for the call
  /// @param variants  two or more of variant(plan, forward, metrics...)
  /// @error  ratios: the signed-rank interval of the logarithms of pairs, at a level at which 95 %
  ///         of comparisons have all of their intervals right
  ///         (docs/reference/formulas.md#comparison)
  /// @throws as measure()
  template <ContiguousRange Inputs, class... Variants>
  [[nodiscard]] Comparison compare(const ComparePlan& plan, const Inputs& inputs,
                                   Variants&&... variants) {
    static_assert(sizeof...(Variants) >= 2, "compare at least two variants");
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    static_assert((ForwardPass<decltype((variants.forward)), Input> && ...),
                  "a variant is called as model(input), and returns its output");
    Comparison comparison;
    comparison.plan = plan;
    (add_variant(comparison, variants.plan, std::size(inputs),
                 detail::Prepared<decltype(variants.forward)>),
     ...);
    Entry* entry = comparison.entries.data();
    (variants.evaluate(*entry++, variants.forward, first), ...);
    for (Entry& each : comparison.entries) each.build = this_build();
    const auto run = [&](auto&&... loops) { compare_windows(comparison, {&loops...}); };
    run(detail::LoopOf<std::remove_reference_t<decltype(variants.forward)>, Input>{
        variants.forward, first, variants.plan.label()}...);
    return comparison;
  }

 private:
  /// Makes the entry, and checks the plan before any time is spent.
  /// @throws Error for a plan that can't be measured
  [[nodiscard]] Entry begin(const MeasureOptions& plan, std::size_t inputs, detail::PassKind kind,
                            bool prepared) const;

  template <class F, class Input>
  void measure_loop(Entry& entry, F& forward, const Input* inputs, Stream* stream = nullptr) {
    entry.build = this_build();
    detail::LoopOf<F, Input> loop{forward, inputs, entry.plan.label()};
    measure_costs(entry, loop, stream);
  }

  // Not templates: they are compiled once, however many models are measured.
  void measure_costs(Entry& entry, detail::PassLoop& loop, Stream* stream);

  /// Adds the entry of a variant, which is measured as the comparison's plan says.
  void add_variant(Comparison& comparison, const MeasureOptions& variant, std::size_t inputs,
                   bool prepared) const;

  void compare_windows(Comparison& comparison, const std::vector<detail::PassLoop*>& loops);

  // A plain pointer rather than a unique_ptr: see AnyMeter.
  struct State;
  State* state_;
};

/// Measures one model in its own session. For several models make one Session, so that the meter is
/// found only once.
/// @copydoc Session::measure
template <class F, ContiguousRange Inputs, class... Metrics>
[[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                            Metrics... metrics) {
  return Session().measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/table.hpp

namespace perjoule::inline v0 {

/// Table of text cells, with notes below it: the input of markdown().
class Table {
 public:
  explicit Table(std::size_t rows) : rows_(rows) {}

  /// Row 0 holds the heads, and column 0 holds names and no numbers.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_ == 0 ? 0 : cells_.size() / rows_;
  }
  [[nodiscard]] const std::string& at(std::size_t row, std::size_t column) const noexcept {
    return cells_[column * rows_ + row];
  }
  /// Returns the notes, one sentence each, in the order in which they were added.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  /// Adds a cell below the last one, or at the top of a new column.
  void add(std::string_view cell);

  /// Adds a note, unless the table already has it.
  /// @param sentence  without its full stop
  void note(std::string_view sentence);

 private:
  std::size_t rows_;
  std::vector<std::string> cells_;  // column by column
  std::vector<std::string> notes_;
  std::vector<std::size_t> note_hashes_;  // long notes often differ in their ends alone
};

namespace detail {

[[nodiscard]] IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept;

/// Number of an entry that a column shows, and the head of the column.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, compressed, resident, inflation, peak, score };
  Kind kind;
  std::string_view title;        ///< "energy/item"; for a metric its name
  std::string_view unit = {};    ///< "J"; the head adds a prefix, except for a metric
  std::string_view score = {};   ///< "quality_per_stored_byte"
  std::string_view suffix = {};  ///< " stored", as in "quality/MB stored"
  bool is_always_shown = false;  ///< for numbers that are shown even if missing
};

[[nodiscard]] IntervalEstimate<double> column_value(const Entry& entry,
                                                    const ColumnSource& source) noexcept;

/// Returns a head such as "energy/item (mJ)", "quality/MB stored", "accuracy (%)".
/// @param factor  value of 1 in the column. @unit SI
[[nodiscard]] std::string column_head(const ColumnSource& source, double factor);

/// Adds a column: its head, with one prefix for all cells, then a cell for each entry. If all
/// numbers have the same provenance, the head names it. Otherwise each cell that is not measured
/// does.
void add_column(Table& table, Entries entries, const ColumnSource& source);

void add_notes(Table& table, const Entry& entry);

}  // namespace detail

/// Returns the efficiency table, with a row for each entry. Columns without any number are left
/// out, except energy: a reader must know that it is missing. Scores use the first metric.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// Escapes the bars in a cell, so that none begins another column.
[[nodiscard]] std::string escape_pipes(std::string_view cell);

}  // namespace detail

/// Formats a table for terminals and READMEs alike: GitHub Markdown, padded so that columns are
/// aligned.
[[nodiscard]] std::string markdown(const Table& table);

/// Formats the efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

// ---- perjoule/report/detail_tables.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns why events are missing, one sentence for each reason: "no instructions, cycles: ...".
[[nodiscard]] std::vector<std::string> missing_events(const EventCounts& use);

}  // namespace detail

/// Returns a table of the events per item and the metrics derived from them: a row for each, and a
/// column for each entry. The notes below it give the reasons for missing events.
/// @param item  what an item is called
[[nodiscard]] Table event_table(Entries entries, std::string_view item = "item");

/// Returns a table of every byte of a model: a row for each number, and a column for each entry.
/// The files add up to the row "stored in all". Numbers that were not counted are n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

// ---- perjoule/report/summary_text.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns a text such as "2.1 ± 0.1". A nearly symmetric interval is shown by its longer half.
[[nodiscard]] std::string ratio_cell(double value, const Interval<double>& interval);

/// Returns a text such as "75.0 [73.0, 77.0] %": a number in the unit of its metric, without a
/// prefix.
/// @unit  same as the metric, named by `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string metric_cell(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit);

/// Returns what it takes to resolve a change: "some 40 pairs of windows more than its 20 would
/// tell".
[[nodiscard]] std::string pairs_needed_text(const Change& change);

/// Returns a text such as "2.1 ± 0.1 times less CPU time", or the reason why there is no result.
[[nodiscard]] std::string describe_change(const Change& change, std::string_view what,
                                          double min_effect);

/// Returns a text such as "accuracy: no clear change, n = 602".
[[nodiscard]] std::string describe_change(const QualityChange& change);

}  // namespace detail

namespace text {

/// Returns a change for use on its own, with its verdict: "0.90 ± 0.01 times as much (better)",
/// "n/a".
/// @unit  none
/// @error the interval of the change
[[nodiscard]] std::string to_string(const Change& change);

/// Returns a difference in the unit of the metric: "1.5 ± 0.4 % (better)", "n/a".
/// @unit  same as the metric
/// @error the interval of the change
[[nodiscard]] std::string to_string(const QualityChange& change);

}  // namespace text

/// Returns a sentence for each variant that compares it with the first one: "int8 against fp32: 2.1
/// ± 0.1 times less CPU time; accuracy: no clear change, n = 602." It reports joules if they were
/// measured or simulated, and CPU time if they are modelled: the error of a power model may differ
/// between the variants.
[[nodiscard]] std::string describe(const Comparison& comparison);

namespace detail {

/// Tells whether the items leave open which of two models is better in their first metric: the
/// interval of their difference, paired by item, contains zero.
[[nodiscard]] bool cannot_be_told_apart(const Entry& a, const Entry& b);

}  // namespace detail

/// Returns one or two sentences that name the best model, and the cheapest of the models that
/// cannot be told apart from it. Quality comes first and energy second, since a ratio of both would
/// favour models that know little and cost next to nothing. If energy is not measured, CPU time is
/// used instead. Empty if there is no quality, or nothing to compare.
[[nodiscard]] std::string headline(Entries entries);

}  // namespace perjoule::inline v0

// ---- perjoule/report/to_string.hpp

namespace perjoule::inline v0::text {

/// Removes trailing zeros, which a counted number does not need: "0.01300" becomes "0.013".
[[nodiscard]] std::string trim_trailing_zeros(std::string number);

/// Returns what a printed 1 of a metric is worth: 0.01 for "%", since a share is printed in per
/// cent.
/// @unit a factor
[[nodiscard]] double display_factor(std::string_view unit) noexcept;

/// Formats a number for a reader: "12.3 ± 0.4" if the interval is symmetric, "4.9 [1.6, 14.7]" if
/// it is not, "n/a" if there is no number. All formats show the same digits, since numbers are
/// rounded only here.
/// @param unit  value of 1 in the printed unit: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] std::string cell(const Estimate<double>& estimate, const Interval<double>& interval,
                               double unit = 1.0);

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] std::string cell(const Estimate<Q>& estimate, double unit = 1.0) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

// A cell is below a head that names its unit and provenance. A number on its own, in a sentence or
// a log, must name them itself.
namespace perjoule::inline v0::text {

/// A unit, with the prefix that makes a number easiest to read.
struct ScaledUnit {
  std::string symbol;  ///< "mJ/item"; empty for a number without a unit
  /// Value of one such unit.
  /// @unit same unit without the prefix
  double factor = 1.0;
};

/// Returns "mJ/item" for 0.002 J/item. If the numerator is a count, the denominator gets the
/// prefix: 2e6 item/J are 2 item/µJ. A share is printed in per cent, and a number without a unit
/// unchanged.
/// @param unit  "J/item", "1/B", "%"
/// @unit  magnitude in `unit`
[[nodiscard]] ScaledUnit scaled_unit(double magnitude, std::string_view unit);

/// Returns a cell with its unit, but without its provenance: "2.05 ± 0.03 mJ/item", "4.9 [1.6,
/// 14.7] mJ/item", "n/a".
/// @param unit  SI unit of the estimate: "J/item"; or "%" for a share
/// @unit  same as `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string with_unit(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// The same, followed by the provenance unless it is measured: "4.9 [1.6, 14.7] mJ/item
/// (modelled)".
/// @unit  same as `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// Returns "[1.98, 2.08] mJ/item", or "unbounded". The width of the interval determines the number
/// of digits of its ends.
/// @param unit  SI unit of the interval
/// @unit  same as `unit`
[[nodiscard]] std::string to_string(const Interval<double>& interval, std::string_view unit = "");

/// Returns an estimate for use on its own: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  same as the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate);

/// Returns an estimate for use on its own: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  same as the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] std::string to_string(const Estimate<Quantity<D>>& estimate) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return to_string(number, interval(number), unit_symbol(D));
}

/// Returns "[1.98, 2.08] mJ", or "unbounded".
/// @unit same as the interval
template <Dimension D>
[[nodiscard]] std::string to_string(const Interval<Quantity<D>>& interval) {
  return to_string(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      unit_symbol(D));
}

/// Returns a number that was chosen and not measured, to four digits: "2.5 mJ".
/// @unit same as the quantity
template <Dimension D>
[[nodiscard]] std::string to_string(Quantity<D> quantity) {
  if (!is_finite(quantity.si())) return "n/a";
  return to_string(exact(quantity));
}

/// Returns a score with its unit: "38.5 [35.5, 41.8] item/J".
/// @unit same as the score
[[nodiscard]] std::string to_string(const Score& score);

}  // namespace perjoule::inline v0::text

// ---- perjoule/regress/claim.hpp

namespace perjoule::inline v0 {

/// Outcome of a claim such as "it stays within 2.5 mJ".
enum class ClaimOutcome : std::uint8_t {
  inconclusive,  ///< the interval allows for both, or there is none to rely on
  holds,         ///< the whole 95 % interval is on the claim's side
  fails,         ///< the whole 95 % interval is on the other side
};

[[nodiscard]] constexpr std::string_view name(ClaimOutcome claim) noexcept {
  switch (claim) {
    case ClaimOutcome::holds:
      return "holds";
    case ClaimOutcome::fails:
      return "fails";
    case ClaimOutcome::inconclusive:
      break;
  }
  return "inconclusive";
}

/// Result of checking a claim.
struct Finding {
  ClaimOutcome claim = ClaimOutcome::inconclusive;
  std::string text;  ///< "no, it takes 2.61 ± 0.04 mJ/item (measured)"
};

/// Evidence that a claim may use. Numbers that are not measured, or that changed during the
/// measurement, prove nothing unless the user accepts them.
struct AcceptedEvidence {
  Provenance provenance = Provenance::estimated;  ///< this provenance and better ones
  bool few_windows = false;                       ///< also from fewer than 12 windows
  bool unstable = false;  ///< also where time or energy changed during the measurement
};

namespace detail {

/// Tells whether a value is at most `most`. The whole interval decides, never its middle alone.
/// @unit most: same as the interval
[[nodiscard]] constexpr ClaimOutcome at_most(const Interval<double>& interval,
                                             double most) noexcept {
  if (!interval.is_known()) return ClaimOutcome::inconclusive;
  if (interval.high <= most) return ClaimOutcome::holds;
  return interval.low > most ? ClaimOutcome::fails : ClaimOutcome::inconclusive;
}

[[nodiscard]] constexpr std::string_view yes_or_no(ClaimOutcome claim) noexcept {
  return claim == ClaimOutcome::holds ? "yes" : claim == ClaimOutcome::fails ? "no" : name(claim);
}

/// Returns the reason why no claim can rest on a number of an entry; empty if one can.
/// @param number  "energy"
[[nodiscard]] std::string why_inconclusive(const Entry& entry, std::string_view number,
                                           Provenance provenance, const AcceptedEvidence& accepted);

/// Returns a line for each caveat of an entry that why_inconclusive() does not give as a reason.
/// Each line begins with a newline.
[[nodiscard]] std::string caveat_lines(const Entry& entry);

}  // namespace detail

/// Maximum that a model may take.
struct Budget {
  Cost cost = Cost::energy;
  /// @unit J/item, s/item or B
  double limit = 0.0;
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Returns the verb for an entry and its budget: it "stays" within it, or "peaks".
[[nodiscard]] constexpr std::string_view budget_verb(Cost cost) noexcept {
  switch (cost) {
    case Cost::stored:
      return "is stored";
    case Cost::resident:
      return "is resident";
    case Cost::peak:
      return "peaks";
    case Cost::energy:
    case Cost::active_energy:
    case Cost::time:
      break;
  }
  return "stays";
}

}  // namespace detail

/// Returns the text of the claim: "stays within 2.5 mJ/item".
[[nodiscard]] std::string claim_text(const Budget& budget);

/// Tells whether an entry stays within a budget. It does if the whole 95 % interval lies at or
/// below the budget, and does not if the whole interval lies above. Otherwise the claim is
/// inconclusive: the budget lies within the interval, or the number is missing or not accepted as
/// evidence.
///
/// Interruptions and the energy of other programs only add to the value or widen its interval, so a
/// claim that holds in spite of them does hold. For a claim that does not hold, the text names
/// them.
[[nodiscard]] Finding stays_within(const Entry& entry, const Budget& budget);

}  // namespace perjoule::inline v0

// ---- perjoule/regress/no_worse.hpp

namespace perjoule::inline v0 {

/// Amount by which a model may be worse than another and still count as no worse.
struct Tolerance {
  /// Additional energy and time per item that is allowed; by default the minimum effect of a
  /// comparison.
  /// @unit share of the other model's
  double cost = detail::quiet_nan();
  /// Quality that may be lost; by default the same share as `cost`.
  /// @unit share of the other model's
  double quality = detail::quiet_nan();
  bool energy = true;  ///< whether energy is compared at all
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Claims that must all hold: one line for each, and the joint outcome.
class Claims {
 public:
  void add(std::string_view what, ClaimOutcome claim, const std::string& found);
  /// Adds text that is not a claim.
  void add_text(std::string_view text) { finding_.text += text; }
  [[nodiscard]] const Finding& finding() const noexcept { return finding_; }

 private:
  Finding finding_ = {ClaimOutcome::holds, {}};
};

/// Whether a number of two entries can be compared.
struct Compatibility {
  std::string_view name;         ///< "energy"
  Provenance provenance;         ///< the worse of the two
  std::string why_inconclusive;  ///< reason why it can't; empty if it can
};

[[nodiscard]] Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                       const AcceptedEvidence& accepted);

/// Adds the line of a cost: "time: no, 1.10 ± 0.02 times as much (measured)".
void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim, double times,
              const Interval<double>& interval, std::string_view what_helps);

/// Returns the change in quality of an entry relative to a baseline. Uses paired items if both
/// entries kept them, otherwise the range of all differences between numbers in the two intervals.
/// @unit  same as the metric
/// @error a 95 % interval; wider if it is not from paired items
[[nodiscard]] QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                               std::size_t metric);

/// Adds a line for each metric of the baseline.
/// @unit allowed: share of the baseline's quality
void add_quality(Claims& claims, const Entry& entry, const Entry& baseline, double allowed);

}  // namespace detail

/// Returns the text of the claim: "is no worse than fp32, to 3 %".
/// @param tolerance  `cost` must be given
[[nodiscard]] std::string claim_text(std::string_view baseline, const Tolerance& tolerance);

/// Tells whether an entry is no worse than another that was measured at another time: in energy and
/// wall time per item, and in each metric. The claim holds if all of these hold by their whole 95 %
/// intervals, and fails if one of them fails.
///
/// Each interval comes from a single run, and neither covers how the machine changed in between.
/// For small tolerances, compare in turns (Session::compare) and use none_worse().
///
/// @param tolerance  `cost` must be given
[[nodiscard]] Finding no_worse(const Entry& entry, const Entry& baseline,
                               const Tolerance& tolerance);

namespace detail {

/// Holds if the change is within the allowed share; otherwise fails if its verdict is `worse`.
/// @unit allowed: a share of 1
[[nodiscard]] constexpr ClaimOutcome no_worse_by_verdict(const Change& change,
                                                         double allowed) noexcept {
  const ClaimOutcome claim = at_most(change.interval, 1.0 + allowed);
  return claim != ClaimOutcome::holds && change.verdict == Verdict::worse ? ClaimOutcome::fails
                                                                          : claim;
}

}  // namespace detail

/// Tells whether none of the variants measured in turns is worse than the first one, in energy,
/// wall time and quality. A verdict `worse` fails the claim unless the interval is within the
/// tolerance; a verdict that is unresolved or missing makes the claim inconclusive.
[[nodiscard]] Finding none_worse(const Comparison& comparison, const Tolerance& tolerance = {});

}  // namespace perjoule::inline v0

#if defined(PERJOULE_DEFINITIONS) || defined(PERJOULE_WITH_ALL) || defined(PERJOULE_WITH_CATCH2) || defined(PERJOULE_WITH_FMT) || defined(PERJOULE_WITH_GOOGLE_BENCHMARK) || defined(PERJOULE_WITH_GOOGLE_BENCHMARK_JSON) || defined(PERJOULE_WITH_HEAP_HOOK) || defined(PERJOULE_WITH_PAPI) || defined(PERJOULE_WITH_PAPI_ENERGY)
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

// ---- perjoule/core/text.hpp

namespace perjoule::inline v0::detail {

/// A code point and its length in bytes; 0 bytes if the text is not UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// Returns the first code point of a text.
/// @param text  not empty
/// @source RFC 3629, which Python's decoder also follows: no surrogates, no overlong encodings
[[nodiscard]] inline CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t lead = byte(0);
  if (lead < 0x80U) return {lead, 1};
  const std::size_t bytes = lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (bytes == 0 || lead > 0xF4U || text.size() < bytes) return {};
  char32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool needless = (bytes == 3 && value < 0x800U) || (bytes == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xD800U && value < 0xE000U;
  if (needless || surrogate || value > 0x10FFFFU) return {};
  return {value, bytes};
}

}  // namespace perjoule::inline v0::detail

/// Numbers and messages as text. Numbers are written by std::to_chars, so no locale changes the
/// decimal point into a comma.
namespace perjoule::inline v0::text {

namespace detail {

/// Counts the {} in a template.
[[nodiscard]] consteval std::size_t placeholders(std::string_view text) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') continue;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '{' && next == '}')
      ++found;
    else if (next != text[i])
      throw "a brace stands alone: {{ and }} are braces, {} is an argument";
    ++i;
  }
  return found;
}

/// Template with one {} for each argument, which is checked at compile time.
template <class... Arguments>
struct Template {
  template <std::size_t Size>
  consteval Template(const char (&chars)[Size]) : text(chars, Size - 1) {
    if (placeholders(text) != sizeof...(Arguments)) throw "a template has a {} for each argument";
  }
  std::string_view text;
};

/// Argument for a {}: a text or a whole number. For a double the caller selects the number of
/// digits, with shortest(), significant() or rounded().
class Argument {
 public:
  template <class Text>
  requires std::convertible_to<const Text&, std::string_view> Argument(const Text& text)
  noexcept : text_(text) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Argument(Number number)
  noexcept
      : text_(digits_,
              static_cast<std::size_t>(
                  std::to_chars(digits_, digits_ + sizeof digits_, number).ptr - digits_)) {}
  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  char digits_[24];
  std::string_view text_;
};

[[nodiscard]] std::string format(std::string_view text, const Argument* arguments);

}  // namespace detail

/// Returns the template with each {} replaced by its argument; {{ and }} are braces. Texts are
/// never truncated.
/// @param arguments  texts and whole numbers; a template with more or fewer {} does not compile
template <class... Arguments>
[[nodiscard]] std::string format(detail::Template<std::type_identity_t<Arguments>...> text,
                                 const Arguments&... arguments) {
  if constexpr (sizeof...(Arguments) == 0) {
    return detail::format(text.text, nullptr);
  } else {
    const detail::Argument list[] = {arguments...};
    return detail::format(text.text, list);
  }
}

/// Returns the shortest digits that read back to the same double, as records store it.
/// @unit none is added
[[nodiscard]] std::string shortest(double number);

/// Returns the decimal exponent of the first digit when `digits` are shown: 2 for 345, -3 for
/// 0.00345, and 1 for 9.99 with two digits, which shows as 10. It is taken from the output of
/// to_chars, since floor(log10(x)) is off by one just below a power of ten.
/// @unit a power of ten
[[nodiscard]] int exponent(double number, int digits);

/// Rounds `number` to the decimal place 10^place: (1234.5, 1) is "1230", (0.126, -2) is "0.13".
/// @unit none is added; place is a power of ten
[[nodiscard]] std::string rounded(double number, int place);

/// Returns `number` with `digits` significant digits, in fixed notation: (0.012345, 3) is "0.0123".
/// @unit none is added
[[nodiscard]] std::string significant(double number, int digits);

/// Returns the decimal place to which a number with this half-width is rounded. It keeps two digits
/// of the half-width if its first three digits are 100 to 354, otherwise one.
/// @unit   a power of ten
/// @source Particle Data Group, Review of Particle Physics, Introduction 5.3 "Rounding"
[[nodiscard]] int rounding_place(double halfwidth);

/// Returns "12.3 ± 0.4", with both rounded to the place of the half-width, so that no digit is
/// shown that the measurement does not support.
/// @unit  value and halfwidth in the same unit, which the caller names
/// @error halfwidth is the half-width of the 95 % interval
[[nodiscard]] std::string with_halfwidth(double value, double halfwidth);

/// An SI prefix with its factor.
struct Prefix {
  std::string_view symbol;
  double factor;  ///< @unit none
};

/// Returns the prefix that leaves 1 to 999 before the point: 0.00123 gives milli. Use one prefix
/// for a whole column, since readers compare numbers down a column and not prefixes.
/// @unit any SI unit; the result is a factor of it
[[nodiscard]] Prefix prefix_of(double magnitude) noexcept;

/// Reads a whole number that may end in a newline, like the files in /sys. Returns false if it is
/// not a whole number or has more than 19 digits.
[[nodiscard]] inline bool parse_integer(std::string_view digits, std::uint64_t& number) noexcept {
  if (digits.ends_with('\n')) digits.remove_suffix(1);
  std::uint64_t found = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), found);
  const bool is_whole = problem == std::errc() && end == digits.data() + digits.size();
  if (!is_whole || digits.size() > 19) return false;
  number = found;
  return true;
}

/// Returns the number of characters that a terminal shows: the code points of a UTF-8 text.
[[nodiscard]] constexpr std::size_t width(std::string_view utf8) noexcept {
  std::size_t points = 0;
  for (const char c : utf8) points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return points;
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/core/math.hpp

namespace perjoule::inline v0::detail {

[[nodiscard]] constexpr double square(double x) noexcept { return x * x; }

/// Returns 10 to a whole power. Powers up to 22 are exact in a double, and division by one of them
/// rounds only once.
[[nodiscard]] constexpr double power_of_ten(int exponent) noexcept {
  double power = 1.0;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) power *= 10.0;
  return exponent < 0 ? 1.0 / power : power;
}

/// Returns the logarithm of the gamma function. std::lgamma writes its sign to a global variable,
/// which is a race between threads.
[[nodiscard]] inline double log_gamma(double x) noexcept {
  int sign = 0;
  return lgamma_r(x, &sign);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/distributions.hpp

namespace perjoule::inline v0 {

/// Returns the probability that a standard normal variable is at most z.
/// @unit   none
/// @error  as the C library's erfc, which is relative: tails do not cancel
/// @source Abramowitz and Stegun 26.2.29
[[nodiscard]] inline double normal_probability(double z) noexcept {
  return 0.5 * std::erfc(-0.70710678118654752440 * z);
}

/// Returns the z that a standard normal variable stays below with probability p.
/// @unit   none; 0 < p < 1
/// @error  1e-13 absolute, except for p within 1e-3 of 1, where 1 - p has lost digits
/// @source inverted from normal_probability by bisection, which is slow (2 us) but needs no
///         coefficients
[[nodiscard]] double normal_quantile(double p);

namespace detail {

/// Returns the regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz).
/// @unit   none; x in [0, 1]
/// @error  1e-14 relative, for a and b up to 1e6
/// @source Abramowitz and Stegun 26.5.8; Lentz, Applied Optics 15 (1976) 668
[[nodiscard]] double incomplete_beta(double a, double b, double x);

}  // namespace detail

/// Returns the probability that a Student t variable with `dof` degrees of freedom is at most t.
/// @unit   none
/// @source P(T <= t) = 1 - I_x(dof/2, 1/2)/2 with x = dof/(dof + t^2), for t >= 0
[[nodiscard]] inline double t_probability(double t, double dof) {
  PERJOULE_EXPECTS(dof > 0.0);
  const double tail = 0.5 * detail::incomplete_beta(0.5 * dof, 0.5, dof / (dof + t * t));
  return t < 0.0 ? tail : 1.0 - tail;
}

/// Returns the t that a Student t variable stays below with probability p. From `infinite_dof` on
/// it is the quantile of the normal distribution to five digits.
/// @unit   none; 0 < p < 1
/// @error  1e-9 relative
/// @source inverted from t_probability by Newton's method. The tail above t >= 0 is convex, so each
///         step from 0 falls short of the root, and no bracket is needed.
[[nodiscard]] double t_quantile(double p, double dof);

}  // namespace perjoule::inline v0

// ---- perjoule/core/file.hpp

namespace perjoule::inline v0::detail {

/// Reads the beginning of a file, such as a file in /proc or /sys, without a newline at its end.
/// Returns nothing and sets errno if the file can't be read. Does not wait for a file without data,
/// such as a pipe without a writer.
/// @param most  maximum number of bytes to read
[[nodiscard]] std::optional<std::string> read_beginning(const std::string& path, std::size_t most);

/// Reads a whole file in the same way. Returns nothing and sets errno to EFBIG if it has about 64
/// MiB or more: nothing that this library reads is that large.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

/// Returns the value after the first `field` in a file such as /proc/cpuinfo, "field   : value";
/// empty if there is none.
[[nodiscard]] std::string parse_field(std::string_view file, std::string_view field);

/// Reads the number at the beginning of a text and removes it from the text; nothing if there is
/// none. Skips leading white space. The decimal separator is a point in every locale.
/// @unit same as the text
[[nodiscard]] std::optional<double> take_number(std::string_view& text) noexcept;

/// Returns the last part of a path: "mlp.int8" for "/home/ada/mlp.int8".
[[nodiscard]] inline std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

/// Returns the names in a folder, in ascending order, without "." and ".."; empty if it can't be
/// read.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);

/// Returns the numbers N of all files and folders PREFIX N SUFFIX in a folder, in ascending order:
/// 0, 1 and 10 for "cpu0", "cpu1" and "cpu10".
[[nodiscard]] std::vector<std::uint64_t> numbers_in_directory(const std::string& path,
                                                              std::string_view prefix,
                                                              std::string_view suffix = "");

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/file_descriptor.hpp

namespace perjoule::inline v0::detail {

/// Owns an open file and closes it on destruction.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// @param file  result of open(2); -1: none
  explicit FileDescriptor(int file) noexcept : file_(file) {}
  FileDescriptor(FileDescriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileDescriptor() {
    if (is_open()) close(file_);
  }

  [[nodiscard]] bool is_open() const noexcept { return file_ != -1; }
  [[nodiscard]] int get() const noexcept { return file_; }

 private:
  int file_ = -1;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/perf_event.hpp

namespace perjoule::inline v0::detail {

/// Selects what is counted and how it is reported: the first, shortest version of the kernel's
/// perf_event_attr.
/// @source perf_event_open(2)
struct PerfAttributes {
  std::uint32_t type = 0;
  std::uint32_t size = 64;
  std::uint64_t config = 0;
  std::uint64_t period = 0;  ///< 0: count without sampling
  std::uint64_t sample_type = 0;
  std::uint64_t read_format = 0;
  std::uint64_t flags = 0;
  std::uint32_t wakeup = 0;
  std::uint32_t breakpoint = 0;
  std::uint64_t config1 = 0;
};
static_assert(sizeof(PerfAttributes) == 64, "the kernel's PERF_ATTR_SIZE_VER0");

/// Opens a counting file that is closed on exec; returns -1 and sets errno on failure.
/// @param process, cpu  0 and -1: the calling thread on any CPU; -1 and a CPU: all threads on that
///                 CPU
/// @param group         first file of a group that is counted together; -1: a new group
[[nodiscard]] int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                  int group) noexcept;

/// Reads `many` whole numbers from a counting file; false if there are fewer or more.
[[nodiscard]] inline bool read_perf_event(int file, std::uint64_t* numbers,
                                          std::size_t many) noexcept {
  ssize_t n = 0;
  do {
    n = ::read(file, numbers, many * sizeof *numbers);
  } while (n == -1 && errno == EINTR);
  return n == static_cast<ssize_t>(many * sizeof *numbers);
}

/// Starts a group that was opened disabled.
[[nodiscard]] bool enable_perf_group(int leader) noexcept;

/// The system calls that count events; replaced in tests.
struct PerfCalls {
  int (*open)(const PerfAttributes& attributes, int process, int cpu, int group) = &open_perf_event;
  bool (*enable)(int leader) = &enable_perf_group;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/cpu_model.hpp

namespace perjoule::inline v0::detail {

/// The identification of a CPU in /proc/cpuinfo.
struct CpuModel {
  std::string vendor;  ///< "GenuineIntel"; empty if not known
  long family = 0;
  long model = 0;

  [[nodiscard]] bool is_amd() const noexcept {
    return vendor == "AuthenticAMD" || vendor == "HygonGenuine";
  }
};

/// Reads the identification of the first CPU.
/// @param root  of the system
[[nodiscard]] CpuModel read_cpu_model(const std::string& root);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/counter_meter.hpp

namespace perjoule::inline v0::detail {

/// Reads one counter, and owns the source that it is read from. Every back end is a list of these,
/// so that a total over several back ends is one list.
class CounterReader {
 public:
  CounterReader() = default;
  CounterReader(const CounterReader&) = delete;
  CounterReader& operator=(const CounterReader&) = delete;
  virtual ~CounterReader() = default;

  /// Returns false if this reading failed. Neither throws nor allocates; called by several threads
  /// at once.
  [[nodiscard]] virtual bool read(std::uint64_t& count) noexcept = 0;
};

/// A decimal number in a file of sysfs. The file stays open and is read from its start each time,
/// at a sixth of the cost of opening it each time.
class DecimalFile final : public CounterReader {
 public:
  explicit DecimalFile(FileDescriptor file) noexcept : file_(std::move(file)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  FileDescriptor file_;
};

/// Integrates energy from a sensor that reports only power. A thread reads the sensor at regular
/// intervals. For a meter, the result is a counter that ticks at each sample.
/// @error power is assumed to change along a straight line between two samples
class PowerIntegrator {
 public:
  /// Often enough for lasting loads, and seldom enough to cost almost nothing.
  static constexpr Seconds interval{0.02};

  PowerIntegrator();
  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;
  ~PowerIntegrator();

  /// Adds a sensor, which must happen before start(). Returns its counter of microjoules, which
  /// keeps the integrator alive.
  /// @param power            counts power instead of energy
  /// @param watts_per_count  @unit W
  [[nodiscard]] static std::unique_ptr<CounterReader> add(
      const std::shared_ptr<PowerIntegrator>& self, std::unique_ptr<CounterReader> power,
      double watts_per_count);

  [[nodiscard]] bool empty() const noexcept;

  /// Starts sampling. Returns false if the system provides no thread.
  [[nodiscard]] bool start();

  /// Reads each sensor once, and adds the energy since the last sample.
  void sample() noexcept;

 private:
  struct Sensor;
  struct Sum;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Reads energy counters of any kind: files of sysfs, registers, kernel events, or functions of a
/// driver's library. The back ends differ only in where the counters are found: open_perf,
/// open_powercap, open_msr, open_hwmon, open_nvml, open_amd_smi, open_external.
///
/// A counter that wraps within minutes is read by a thread of the meter, often enough that no wrap
/// is missed in a window of hours.
///
/// @error see detail::counted_energy
class CounterMeter {
 public:
  /// @param source  "rapl-powercap"
  /// @param root    where its counters are; empty if there is no such place
  CounterMeter(std::string_view source, const std::string& root, std::string_view note);
  CounterMeter(CounterMeter&& other) noexcept;
  CounterMeter& operator=(CounterMeter&& other) noexcept;
  ~CounterMeter();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(Reading& reading) noexcept;

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const;

  [[nodiscard]] const MeterDescription& description() const noexcept;
  [[nodiscard]] MeterDescription& description() noexcept;
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

  /// Adds a counter.
  void add(Zone zone, std::unique_ptr<detail::CounterReader> counter);

  /// Adds the counters of another meter: one total with its parts.
  void merge(CounterMeter other);

  /// Measures the time between two ticks of each counter, and how regular the ticks are. This takes
  /// about ten periods. A counter that does not move keeps the period that it was added with.
  void measure_update_periods();

  /// Reads the counters often enough that no wrap is missed. After this, counters may only be added
  /// by `merge`.
  /// @param max_interval  for counters that must be read even if they do not wrap
  void poll_for_wraps(Seconds max_interval = Seconds(1e6));

 private:
  struct State;
  std::unique_ptr<State> state_;
};

static_assert(EnergyMeter<CounterMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/cpu_time_model.hpp

namespace perjoule::inline v0 {

/// Returns a model for machines without a meter: wall time x idle + CPU time of this process x
/// (full - idle). For one busy thread this is CPU time x full. The counters count nanoseconds, each
/// worth a few nanojoules. The model distinguishes this process's CPU time from other
/// programs', but not instructions that cost more energy from those that cost less.
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] CounterMeter cpu_time_model(const PowerModel& model = {});

}  // namespace perjoule::inline v0

// ---- perjoule/core/periodic_thread.hpp

namespace perjoule::inline v0::detail {

/// Thread that runs a small task periodically. It holds a lock while the task runs, and blocks all
/// signals, so that it handles none meant for the program.
class PeriodicThread {
 public:
  PeriodicThread();
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  ~PeriodicThread();

  /// Stops the thread. Returns when the task has finished and will not run again.
  void stop() noexcept;

  /// Starts the thread. Returns false if the system cannot create it.
  /// @param seconds  time between two runs of the task. @unit s
  [[nodiscard]] bool start(double seconds, std::function<void()> task);

  /// Keeps the task from running while the caller reads its results.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  struct Thread;

  std::mutex mutex_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/external.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Microjoules since the first complete line of "seconds joules" that another program has written
/// to a file or a pipe. Readings fail before the first valid line, and after an invalid one.
class ExternalLineReader final : public CounterReader {
 public:
  explicit ExternalLineReader(FileDescriptor file) noexcept : file_(std::move(file)) {}

  /// Reads the lines that are available. A line that is malformed, goes back in time or loses
  /// joules breaks the meter: all later readings fail.
  void poll();

  /// Starts a thread that polls. Returns false if the system provides none.
  [[nodiscard]] bool start();

  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = microjoules_.load(std::memory_order_relaxed);
    return is_good_.load(std::memory_order_relaxed);
  }

 private:
  void mark_broken() noexcept;
  void parse_line(std::string_view line) noexcept;

  FileDescriptor file_;
  std::string rest_;  ///< beginning of an incomplete line
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::atomic<std::uint64_t> microjoules_ = 0;
  std::atomic<bool> is_good_ = false;
  PeriodicThread thread_;  // the last member, so that it ends first
};

}  // namespace detail

/// Makes a meter from a user's function.
/// @param name    as recorded: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  returns the energy since some fixed moment, or nothing if the reading failed.
///                Called between measurements and at both ends of a window, by one thread at a time
///                for each measurement; must not throw
[[nodiscard]] CounterMeter external_meter(std::string_view name, Scope scope,
                                          std::function<std::optional<Joules>()> joules);

/// Opens a meter that another program reads. That program writes lines of "seconds joules" to a
/// file or a named pipe, both since some fixed moment and neither ever decreasing.
/// @param path  an existing file of such lines, which is read from its beginning, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] Probe<CounterMeter> open_external(const std::string& path);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter_sources.hpp

namespace perjoule::inline v0 {

/// One way to open a meter.
struct MeterSource {
  std::string_view option;       ///< its name in MeterOptions::source
  std::string_view recorded_as;  ///< MeterDescription::source
  Probe<CounterMeter> (*open)(const std::string& root, const MeterOptions& options);
};

/// Returns the choices for a user: "perf, powercap, ..., external:PATH, model or none".
[[nodiscard]] std::string meter_names();

/// Returns the sources, best first.
[[nodiscard]] View<MeterSource> meter_sources() noexcept;

/// Returns the sources that are added to any of the others.
[[nodiscard]] View<MeterSource> gpu_sources() noexcept;

namespace detail {

/// Returns the value of an option, or else of its environment variable.
[[nodiscard]] std::string option_or_environment(std::string_view option, const char* variable);

/// Describes a source that has no meter here.
[[nodiscard]] AbsentMeter absent_meter(const MeterSource& source, const Probe<CounterMeter>& probe);

/// Returns the absent meter that the user can enable most easily: one that exists but may not be
/// read, else powercap, else the first. Null if nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of all vendors. A plug or a board that is measured as a whole already includes
/// them.
void add_gpus(CounterMeter& meter, const std::string& root, const MeterOptions& options,
              std::vector<AbsentMeter>& absent);

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/quality/quality_result.hpp

namespace perjoule::inline v0::detail {

/// @throws Error for no items, which have no value
void check_items(const Quality& quality);

/// Adds the skill, the quality above the trivial predictor. It is a linear function of the value,
/// since trivial and perfect are properties of the task and taken as known.
///
/// @param why_no_skill  the reason if a perfect predictor is no better than the trivial one
/// @source docs/reference/formulas.md#accuracy-and-skill
void add_skill(Quality& quality, std::string_view why_no_skill);

/// Returns a share of items, each right or wrong, with Wilson's interval.
/// @unit a share of 1
[[nodiscard]] IntervalEstimate<double> proportion_of(std::size_t right, std::size_t items);

/// Fills in value, interval and skill for a share of right items.
///
/// @param quality      with name, items, trivial and perfect
/// @param why_no_skill  see add_skill
/// @throws Error for no items
void finish_proportion(Quality& quality, std::size_t right, std::string_view why_no_skill);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Returns the difference between two models' quality by the same metric, paired by item: the
/// difficulty of each item cancels.
///
/// @param rows_a, rows_b  per-item values kept by the metric
/// @unit  that of the metric
/// @shape rows_a, rows_b: [items, columns], row-major, the same items in the same order
/// @error the paired t interval for a mean; for other metrics the bootstrap over items, with the
///        same draws for both. Missing for two different metrics, for different items, and if none
///        were kept
/// @source docs/reference/formulas.md#paired-items
/// @throws nothing of its own
[[nodiscard]] IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                         const Quality& b, View<double> rows_b,
                                                         double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/propagate.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns the degrees of freedom of sqrt(a^2 + b^2), where a and b have their own.
/// @unit   a and b in the same unit
/// @source Welch, Biometrika 34 (1947) 28; GUM (JCGM 100:2008) G.4.1
[[nodiscard]] inline double combined_dof(double a, double a_dof, double b, double b_dof) {
  const double a2 = a * a;
  const double b2 = b * b;
  const double sum = a2 + b2;
  if (sum <= 0.0) return infinite_dof;
  const double dof =
      sum * sum / ((a2 > 0.0 ? a2 * a2 / a_dof : 0.0) + (b2 > 0.0 ? b2 * b2 / b_dof : 0.0));
  return dof < infinite_dof ? dof : infinite_dof;
}

}  // namespace detail

/// Returns the sum of two parts counted by **one** meter. Their random parts are independent, while
/// an error of the meter's gain affects both alike, so the common parts add.
/// @unit   same as the parts
/// @error  missing if either part is
/// @source GUM (JCGM 100:2008) 5.1.2 for the random parts, 5.2.2 with r = 1 for the common ones
template <class Q>
[[nodiscard]] Estimate<Q> total(const Estimate<Q>& a, const Estimate<Q>& b) {
  if (!a.is_known() || !b.is_known()) return {};
  const double ra = detail::number(a.random);
  const double rb = detail::number(b.random);
  return {Q(detail::number(a.value) + detail::number(b.value)), Q(std::hypot(ra, rb)),
          detail::combined_dof(ra, a.dof, rb, b.dof),
          Q(detail::number(a.common) + detail::number(b.common)),
          worst(a.provenance, b.provenance)};
}

/// Returns `energy` without the idle energy, which is the machine's idle power over `duration`.
///
/// The scatter of the idle power affects all windows of a run alike, so here it is common. Idle
/// power and energy come from one meter, so an error of its gain cancels in part. The uncertainty
/// about the ends of windows does not cancel, so the common parts are added in squares, which
/// covers both. A model has no window ends, and its energy and idle power are its watts scaled by
/// one factor: there the common parts subtract, and the result is correct within the same factor.
/// Works both for whole windows (J, s) and per item (J/item, s/item).
///
/// @unit  same as `energy`
/// @error common = sqrt(c^2 + (idle.random t)^2), c^2 = energy.common^2 + (idle.common t)^2, or c =
///        energy.common - idle.common t where modelled; missing if either is
/// @source docs/reference/formulas.md#active-energy
template <Dimension E, Dimension T>
[[nodiscard]] Estimate<Quantity<E>> active(const Estimate<Quantity<E>>& energy,
                                           const Estimate<Watts>& idle, Quantity<T> duration) {
  static_assert(E == Watts::dimension * T, "energy and duration must both be per item, or neither");
  if (!energy.is_known() || !idle.is_known()) return {};
  const Provenance provenance = worst(energy.provenance, idle.provenance);
  const double whole = energy.common.si();
  const double share = (idle.common * duration).si();
  const double common =
      provenance == Provenance::modelled ? whole - share : std::hypot(whole, share);
  return {energy.value - idle.value * duration, energy.random, energy.dof,
          Quantity<E>(std::hypot(common, (idle.random * duration).si())), provenance};
}

/// Divides a total by the number of items it was counted for.
/// @unit   unit of `whole`, per item
/// @error  the number of items is exact
/// @source dividing by a constant scales value and uncertainty alike
template <Dimension D>
[[nodiscard]] auto per_item(const Estimate<Quantity<D>>& whole, Items items) {
  PERJOULE_EXPECTS(items > Items(0.0));
  using Quotient = Quantity<D / Items::dimension>;
  return Estimate<Quotient>{whole.value / items, whole.random / items, whole.dof,
                            whole.common / items, whole.provenance};
}

/// Covariance of the errors of two estimates: zero if their errors are independent. If one error
/// moves both alike, it is the product of their uncertainties.
struct Covariance {
  double random = 0.0;  ///< of the random parts. @unit product of the two estimates' units
  double common = 0.0;  ///< of the common parts. @unit product of the two estimates' units
};

namespace detail {

/// Checks that a covariance is not larger than the product of both uncertainties.
/// @throws Error if it is larger, or not finite
void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                         const Estimate<double>& b);

/// Returns the standard uncertainty of a difference, from the uncertainties of a and b.
/// @unit   same as a and b
/// @source GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] inline double uncertainty_of_difference(double a, double b, double covariance) {
  const double variance = a * a + b * b - 2.0 * covariance;
  return variance > 0.0 ? std::sqrt(variance) : 0.0;
}

/// Returns the degrees of freedom of the random part of two dependent estimates. The
/// Welch-Satterthwaite formula is for independent estimates and may give up to the sum of both; the
/// smaller of the two never claims more than there is.
/// @unit none
[[nodiscard]] inline double smaller_dof(const Estimate<double>& a, const Estimate<double>& b) {
  const double of_a = a.random > 0.0 ? a.dof : infinite_dof;
  const double of_b = b.random > 0.0 ? b.dof : infinite_dof;
  return of_a < of_b ? of_a : of_b;
}

}  // namespace detail

/// Returns a - b.
///
/// Two energies from one meter share the error of its gain, and two models that answered the same
/// items share the scatter between items. Without the covariance, the difference gets a larger
/// uncertainty than it has, and never a smaller one, as long as the shared error moves both the
/// same way.
///
/// @unit   same as a and b
/// @error  missing if either is, or is not finite
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source GUM (JCGM 100:2008) 5.2.2; degrees of freedom: G.4.1 if the random parts are
///         independent, otherwise the smaller of the two
[[nodiscard]] Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                          const Covariance& covariance = {});

/// @copydoc difference(const Estimate<double>&, const Estimate<double>&, const Covariance&)
template <Dimension D>
[[nodiscard]] Estimate<Quantity<D>> difference(const Estimate<Quantity<D>>& a,
                                               const Estimate<Quantity<D>>& b,
                                               const Covariance& covariance = {}) {
  return detail::with_unit<Quantity<D>>(
      difference(detail::strip_unit(a), detail::strip_unit(b), covariance));
}

/// Returns a b for two sources with independent errors, such as an energy and a price.
/// @unit   unit of a times unit of b
/// @error  first order; missing if either is, or is not finite
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b);

/// @copydoc product(const Estimate<double>&, const Estimate<double>&)
template <class A, class B>
[[nodiscard]] auto product(const Estimate<A>& a, const Estimate<B>& b) {
  using Q = decltype(a.value * b.value);
  return detail::with_unit<Q>(product(detail::strip_unit(a), detail::strip_unit(b)));
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/ratio.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns (t u / value)^2, which tells how near the interval of the value comes to zero. From 1 on
/// the interval contains zero.
/// @unit   none; value and u in the same unit
/// @source Fieller's g
[[nodiscard]] inline double fieller_g(double value, double u, double t) {
  return detail::square(t * u) / detail::square(value);
}

/// Returns the interval of n / d for n and d with standard uncertainties u_n and u_d.
/// @param covariance  of n and d; 0 if they are independent. @unit unit of n times unit of d
/// @unit   same as n / d
/// @error  missing if d cannot be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                       double level, double covariance = 0.0);

/// Returns the range of all quotients of a numerator and a positive denominator within their
/// intervals. Each interval is taken at level sqrt(.95), so that both hold together with .95.
/// @unit same as n / d
[[nodiscard]] Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                   double level);

/// Returns n / d, with an uncertainty that includes their covariance.
/// @param dof  degrees of freedom of the random part of the quotient
/// @unit  same as n / d
/// @error first order; missing if either side is missing or a number is not finite
[[nodiscard]] Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                        double dof, const Covariance& covariance);

/// Returns a quotient by a positive denominator, with the interval described at ratio().
/// @unit  same as n / d
/// @error as `quotient`; the interval at `level`
[[nodiscard]] IntervalEstimate<double> positive_ratio(const Estimate<double>& n,
                                                      const Estimate<double>& d, double dof,
                                                      const Covariance& covariance, double level);

}  // namespace detail

/// Returns numerator / denominator for two instruments with independent errors.
///
/// The interval is log_delta if both are well away from zero (g <= 0.1), since the logarithm of a
/// quotient is closer to normal than the quotient. It is Fieller's if one is not, and missing if
/// the denominator cannot be told from zero (g >= 1). A modelled numerator or denominator is
/// lognormal, which log_delta represents exactly at any g. Only for a numerator near zero with a
/// modelled denominator, `box` is used instead. If both come from the same items, use paired_ratio,
/// which takes their covariance into account.
///
/// @unit   unit of the numerator over unit of the denominator
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 if one side has two or three windows and the other is known much
///         better
/// @throws nothing; a missing input, an input that is not finite, or a denominator that is not
///         positive gives a missing ratio
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] IntervalEstimate<double> ratio(const Estimate<double>& numerator,
                                             const Estimate<double>& denominator,
                                             double level = 0.95);

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const IntervalEstimate<double> bare =
      ratio(detail::strip_unit(numerator), detail::strip_unit(denominator), level);
  return IntervalEstimate<Q>{detail::with_unit<Q>(bare.estimate),
                             detail::with_unit<Q>(bare.interval)};
}

/// Returns numerator / denominator for estimates whose errors are not independent, because both
/// were measured on the same items: a hard item takes more energy and is more often answered
/// wrongly. With a negative covariance the interval is wider than that of ratio(), which would be
/// too short.
///
/// @param covariance  of the two estimates, not of single items
/// @unit   unit of the numerator over unit of the denominator
/// @error  as ratio(), with the covariance in the estimate, in log_delta and in Fieller's interval.
///         A `box` uses no covariance and needs none: two normal intervals at level sqrt(.95) hold
///         together with at least .95, whatever their correlation (Sidak 1967). t has the smaller
///         degrees of freedom of the two
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175; GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] IntervalEstimate<double> paired_ratio(const Estimate<double>& numerator,
                                                    const Estimate<double>& denominator,
                                                    const Covariance& covariance,
                                                    double level = 0.95);

namespace detail {

/// @throws Error for a number that is not finite
void expect_finite(View<double> numbers, std::string_view what);

}  // namespace detail

/// Returns the ratio of the means of pairs, such as output over cost of each item, including the
/// covariance of the two. It is the ratio of the sums, and not the mean of the ratios of single
/// items, which an item with a denominator near zero would dominate.
///
/// @param common   additional standard uncertainty of the mean of the denominators that is the same
///                 for all items, such as the meter's. @unit same as the denominators
/// @unit   unit of the numerators over unit of the denominators
/// @shape  numerators, denominators: [items], in the same order
/// @error  as paired_ratio with the pairs' covariance and n - 1 degrees of freedom; assumes that
///         pairs are independent of each other. Missing for fewer than two
/// @throws Error for lists of different lengths, and for a number that is not finite
/// @source Cochran, Sampling Techniques (1977), 2.11 and 6.3; Fieller (1954)
[[nodiscard]] IntervalEstimate<double> paired_ratio(View<double> numerators,
                                                    View<double> denominators,
                                                    Provenance provenance, double common = 0.0,
                                                    double level = 0.95);

namespace detail {

/// Returns the larger of the t quantiles of two values, for a decision that looks at both: the
/// number of standard uncertainties that a value may be away from zero by chance.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                             double level);

}  // namespace detail

/// Returns the quotient of two differences, each of which may have either sign. A logarithm does
/// not apply to negative values, so the interval is Fieller's. If the denominator cannot be told
/// from zero, there is no quotient either, since its sign is unknown.
///
/// @param covariance  of the two differences
/// @unit   unit of the numerator over unit of the denominator
/// @error  first order in the estimate; missing if the interval of the denominator contains zero. t
///         has the smaller degrees of freedom of the two
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] IntervalEstimate<double> ratio_of_differences(const Estimate<double>& numerator,
                                                            const Estimate<double>& denominator,
                                                            const Covariance& covariance = {},
                                                            double level = 0.95);

/// The same for differences that have units.
/// @unit   unit of the numerator over unit of the denominator
/// @error  as for differences without units
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
template <class N, class D>
[[nodiscard]] auto ratio_of_differences(const Estimate<N>& numerator,
                                        const Estimate<D>& denominator,
                                        const Covariance& covariance = {}, double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const IntervalEstimate<double> bare = ratio_of_differences(
      detail::strip_unit(numerator), detail::strip_unit(denominator), covariance, level);
  return IntervalEstimate<Q>{detail::with_unit<Q>(bare.estimate),
                             detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/histogram.hpp

namespace perjoule::inline v0 {

/// Histogram of call durations, in clock ticks. It counts any number of values without losing or
/// allocating anything: bins are exact below 64 and 1/64 of their octave wide above.
///
/// One thread may add while others read; a reader may miss values that are added meanwhile.
/// @error a value is known to within 1.6 %
/// @source the bins are those of HdrHistogram
class Histogram {
 public:
  static constexpr unsigned bits = 6;  ///< bits of a value that select its bin
  static constexpr std::size_t bins = (42U - bits) << bits;  ///< the last bin holds 2^41 and more

  void add(std::uint64_t value) noexcept {
    std::uint64_t& count = counts_[bin_of(value)];
    __atomic_store_n(&count, __atomic_load_n(&count, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
  }

  /// Adds the counts of another histogram, for example one filled by another thread.
  void add(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept;

  /// Returns the bin of a value.
  [[nodiscard]] static constexpr std::size_t bin_of(std::uint64_t value) noexcept {
    if (value < (1U << bits)) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(63 - __builtin_clzll(value)) - bits;
    const std::size_t bin =
        (static_cast<std::size_t>(octave) << bits) + static_cast<std::size_t>(value >> octave);
    return bin < bins ? bin : bins - 1;
  }
  /// Returns the smallest value in a bin. The bin ends below the smallest value of the next one.
  [[nodiscard]] static constexpr std::uint64_t bin_lower_edge(std::size_t bin) noexcept {
    if (bin < (1U << bits)) return bin;
    const std::size_t octave = (bin >> bits) - 1;
    return static_cast<std::uint64_t>((1U << bits) + (bin & ((1U << bits) - 1))) << octave;
  }

  /// Returns the bin of the value with this rank in the ascending sample.
  /// @param rank  from 1 to size()
  [[nodiscard]] std::size_t bin_of_rank(std::uint64_t rank) const noexcept;

 private:
  std::uint64_t counts_[bins] = {};
};

}  // namespace perjoule::inline v0

// ---- perjoule/stats/quantile.hpp

namespace perjoule::inline v0 {

/// Returns the p-quantile of a sample, linear between order statistics.
/// @unit   same as the sample; 0 <= p <= 1
/// @shape  sample: at least one value, any order; sorted_sample: ascending
/// @source Hyndman and Fan, The American Statistician 50 (1996) 361, type 7 (default of NumPy and
///         R)
[[nodiscard]] double quantile_of_sorted(View<double> sorted_sample, double p);

/// @copydoc quantile_of_sorted
[[nodiscard]] double quantile(View<double> sample, double p);

namespace detail {

/// Returns the smallest k such that k successes or fewer have a probability of more than `share`.
/// @param p  probability of a success in one trial
/// @unit   p and share: a share of 1
/// @error  exact up to a million trials; beyond them a normal approximation, off by one
/// @source quantile of the binomial distribution
[[nodiscard]] std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share);

}  // namespace detail

/// Tells whether there are enough values to estimate their p-quantile: the largest of them must
/// reach the quantile in 99 of 100 samples.
/// @unit   p is a share of 1, 0.5 or more
/// @source MLPerf inference rules, early stopping: 44 values for p = .90, 459 for .99
[[nodiscard]] bool is_quantile_estimable(std::uint64_t values, double p);

/// Ranks in an ascending sample, counted from 1.
struct RankInterval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Returns the ranks in a sample between which the p-quantile lies, for any distribution.
/// @unit   p and level: a share of 1
/// @shape  enough values for is_quantile_estimable
/// @error  covers with probability `level` or more, if values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t values, double p, double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/summary.hpp

namespace perjoule::inline v0 {

/// Mean and scatter of a sample.
struct Summary {
  std::size_t n = 0;
  double mean = 0.0;                ///< @unit same as the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit same as the sample
};

/// Computes the mean and the standard deviation of a sample.
/// @unit  same as the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean is not lost to cancellation; the
///        mean of equal values is exactly that value, and their deviation is 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] Summary summarize(View<double> sample) noexcept;

/// Returns the mean of independent values as an estimate.
/// @unit  same as the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which say nothing about their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] Estimate<double> mean_of_independent(View<double> sample,
                                                   Provenance provenance) noexcept;

namespace detail {

/// Below this size, a sample is too short to tell whether its values depend on each other.
inline constexpr std::size_t min_autocorrelation_samples = 12;

/// Returns the mean product of deviations that are `lag` apart, times n.
/// @unit square of the sample's unit
[[nodiscard]] double autocovariance_sum(View<double> sample, double mean, std::size_t lag) noexcept;

/// Returns the degrees of freedom of a mean of n values with this autocorrelation time: n - 1 if
/// they are independent.
/// @unit   none
/// @source chosen by simulation, for the coverage of mean_of_windows
[[nodiscard]] constexpr double autocorrelated_dof(double n, double time) noexcept {
  return (n / time - 1.0) / (3.0 - 2.0 / time);
}

}  // namespace detail

/// Returns the number of successive values that carry as much information about the mean as one
/// independent value: 1 if they are independent, (1 + p)/(1 - p) if each keeps a share p of the
/// previous one, as the noise of machines does.
///
/// It is the larger of two estimates. One uses the correlation of neighbours alone, which is
/// precise if each value depends only on the previous one. The other uses all lags up to where the
/// correlation is lost in the noise, which also finds slow waves. A slow wave below a fast noise of
/// three times its height is missed by both.
///
/// @unit   none; 1 to n/4, and 1 for fewer than 12 values
/// @error  chosen with the degrees of freedom of mean_of_windows, so that its interval covers .94
///         or more under independent and AR(1) noise (tests/unit/stats/autocorrelation_test.cpp)
/// @source Geyer, Practical Markov Chain Monte Carlo (1992), 3.3: initial monotone sequence;
///         Marriott and Pope, Bias in the Estimation of Autocorrelations (1954): -(1 + 3p)/n
[[nodiscard]] double autocorrelation_time(View<double> sample) noexcept;

/// Returns the mean of successive windows as an estimate.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter already contains it. But a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not, so the larger of the two is used. A single
/// window has no scatter: it gets the resolution alone, and the caller reports `few_windows`.
///
/// @unit  windows and resolution: the same unit as the result
/// @error with a the autocorrelation time: random = s sqrt(a (n - 1)/(n (n - a))), dof = (n/a -
///        1)/(3 - 2/a), which for a = 1 are s/sqrt(n) and n - 1; or resolution/sqrt(n) if that is
///        larger; common = 0; missing if there are no windows
/// @source GUM 4.2.3 for a = 1; otherwise docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                               Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/engine/sample_estimates.hpp

namespace perjoule::inline v0::detail {

/// Number of windows after which the intervals are first checked. Checks after each window would
/// stop on lucky streaks, and a nominal 95 % would cover 92.2 %. With checks only after 12, 18, 27,
/// 40, ... windows, it covers 94.4 %.
inline constexpr std::size_t first_check = 12;

/// Returns the number of windows after which the intervals are checked next.
/// @source 3/2 of the last check, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_check(std::size_t last) noexcept { return last * 3 / 2; }

/// Number of independent windows that an interval needs before a run may stop on it. Fewer windows
/// say too little about how strongly neighbours are correlated.
inline constexpr double min_effective_samples = 30.0;

/// Lower limit of the number of independent windows in a steady run. If at least
/// min_effective_samples windows are worth fewer than this, they show a wave as long as the run,
/// and later values may be anywhere.
inline constexpr double min_steady_samples = 10.0;

/// Checks whether the random half-width is at most the given share of the value. The common part is
/// left out, since no number of windows makes it smaller.
/// @unit none; relative_halfwidth is a share of 1
[[nodiscard]] inline bool meets_target(const Estimate<double>& estimate,
                                       double relative_halfwidth) {
  if (!estimate.is_known() || estimate.value <= 0.0) return false;
  Estimate<double> random_part = estimate;
  random_part.common = 0.0;
  return halfwidth(random_part) <= relative_halfwidth * estimate.value;
}

/// Returns the number of independent windows that these are equivalent to.
/// @unit none
[[nodiscard]] inline double effective_sample_size(View<double> windows) noexcept {
  return static_cast<double>(windows.size()) / autocorrelation_time(windows);
}

/// Checks whether the two halves differ by no more than chance makes them differ in 99 of 100 runs.
/// Each half has twice the variance of the whole, so the difference of the two has twice its
/// standard uncertainty.
/// @param mean  of all windows
[[nodiscard]] bool halves_agree(View<double> windows, const Estimate<double>& mean);

/// Checks whether windows differ by less than the uncertainty that the instrument leaves in each.
/// In that case the interval rests on that uncertainty, and not on the scatter of the windows.
[[nodiscard]] inline bool is_below_resolution(const Estimate<double>& mean) noexcept {
  return mean.dof >= infinite_dof;
}

/// Checks whether a run may stop: the interval is as narrow as required, and is reliable.
/// @param mean  of all windows
/// @unit relative_halfwidth is a share of 1
[[nodiscard]] bool has_settled(View<double> windows, const Estimate<double>& mean,
                               double relative_halfwidth);

/// Checks whether the measured quantity changed during the run, so that there is no single value
/// for the interval to cover.
/// @param mean  of all windows
[[nodiscard]] bool has_drifted(View<double> windows, const Estimate<double>& mean);

/// Returns a column of the samples per item, minus `watts` times the wall time: 0 W for the total
/// energy, and the idle power for the active energy. A value is not finite if the window has none.
/// @unit the unit of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item_by_window(const Samples& samples, Samples::Column column,
                                                     double watts = 0.0);

/// The same, without windows that have no value.
/// @unit the unit of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item(const Samples& samples, Samples::Column column,
                                           double watts = 0.0);

/// Returns the column to take the time of a model from: the uninterrupted slices, if at least
/// twelve windows or at least half of them have some. Otherwise whole windows, including
/// interruptions.
[[nodiscard]] Samples::Column best_time_column(const Samples& samples);

/// Returns the mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, with the uncertainty of the clock in each window
[[nodiscard]] Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                             Provenance provenance);

/// Returns the mean energy per item, minus `watts` times the wall time.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean over the windows
[[nodiscard]] Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                               double watts = 0.0);

/// Returns the share of other programs in the CPU time of all windows.
/// @unit a share of 1; not finite if it is not known
[[nodiscard]] double others_cpu_share(const Samples& samples) noexcept;

}  // namespace perjoule::inline v0::detail

// ---- perjoule/record/json_writer.hpp

namespace perjoule::inline v0 {

/// Writes JSON (RFC 8259). Objects and arrays write their members, and close themselves at the end
/// of their scope:
///
///     JsonWriter json;
///     {
///       JsonWriter::Object run = json.object();
///       run.add("seed", 1).add("compiler", "");
///       run.object("interval", JsonWriter::Layout::line).add("low", 0.25).add("high", 0.5);
///       JsonWriter::Array windows = run.array("windows");
///       for (const double energy : energies) windows.add(energy);
///     }
///     json.text();
///
/// An empty text and a number that is not finite are written as null. While a member is open,
/// nothing else may be added to the object or array that holds it.
class JsonWriter {
 public:
  class Object;
  class Array;

  /// Layout of an object or an array: each member on its own line, or everything on one line,
  /// including all that is nested.
  enum class Layout { lines, line };

  [[nodiscard]] Object object(Layout layout = Layout::lines);
  [[nodiscard]] Array array(Layout layout = Layout::lines);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  class Scope;

  void put(std::string_view text);
  void put(const char* text) { put(std::string_view(text)); }
  void put(double number);
  void put(bool flag);
  void put(std::nullptr_t);
  template <std::signed_integral Number>
  void put(Number number) {
    put_signed(number);
  }
  template <std::unsigned_integral Number>
  void put(Number number) {
    put_unsigned(number);
  }
  void put(View<double> numbers);
  void put_signed(std::int64_t number);
  void put_unsigned(std::uint64_t number);
  void quote(std::string_view text);
  void break_line();

  std::string text_;
  std::size_t depth_ = 0;  // number of open objects and arrays with members on their own lines
};

/// Common part of objects and arrays: the text before, between and after their members.
class JsonWriter::Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 protected:
  Scope(JsonWriter& json, Layout layout, char opening, char closing);
  ~Scope();

  JsonWriter& begin_member();
  JsonWriter& begin_member(std::string_view key);

  [[nodiscard]] Layout within(Layout layout) const noexcept {
    return layout_ == Layout::line ? Layout::line : layout;
  }

 private:
  JsonWriter& json_;
  Layout layout_;
  char closing_;
  bool is_empty_ = true;
};

/// An open object.
class JsonWriter::Object : public Scope {
 public:
  Object(JsonWriter& json, Layout layout) : Scope(json, layout, '{', '}') {}

  /// @param value  a text, a number, a flag, a nullptr, or a list of numbers, which is written on
  ///               one line
  template <class Value>
  Object& add(std::string_view key, const Value& value) {
    begin_member(key).put(value);
    return *this;
  }
  [[nodiscard]] Object object(std::string_view key, Layout layout = Layout::lines);
  [[nodiscard]] Array array(std::string_view key, Layout layout = Layout::lines);
};

/// An open array.
class JsonWriter::Array : public Scope {
 public:
  Array(JsonWriter& json, Layout layout) : Scope(json, layout, '[', ']') {}

  /// @param value  as for an object
  template <class Value>
  Array& add(const Value& value) {
    begin_member().put(value);
    return *this;
  }
  [[nodiscard]] Object object(Layout layout = Layout::lines);
  [[nodiscard]] Array array(Layout layout = Layout::lines);
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/cycle_clock.hpp

namespace perjoule::inline v0 {

/// Times single calls. It uses the processor's time stamp counter, at less than half the cost of
/// the kernel's clock, if that counter runs at one rate whatever the clock rate is. Otherwise it
/// uses the clock of a meter, as on a simulated machine.
class CycleClock {
 public:
  /// @param meter  borrowed
  explicit CycleClock(AnyMeter& meter) noexcept
      : meter_(&meter),
        is_invariant_(has_invariant_counter() &&
                      meter.description().provenance != Provenance::simulated),
        begin_(meter.now()),
        begin_ticks_(now()) {}

  /// @unit ticks
  [[nodiscard, gnu::always_inline]] std::uint64_t now() const noexcept {
    if (!is_invariant_) return static_cast<std::uint64_t>(meter_->now().ns);
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t ticks = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return 0;
#endif
  }

  /// Returns the length of a tick, from the time since this clock was made. The longer that is, the
  /// more exact the result.
  /// @unit  s
  /// @error two readings of the meter's clock, 50 ns each, over that time
  [[nodiscard]] Seconds cycle_length() const noexcept;

 private:
  [[nodiscard]] static bool has_invariant_counter() noexcept;

#if defined(__x86_64__)
  struct Registers {
    unsigned a, b, c, d;
  };
  [[nodiscard]] static Registers cpuid(unsigned leaf) noexcept;
#endif

  AnyMeter* meter_;
  bool is_invariant_;
  Instant begin_;
  std::uint64_t begin_ticks_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/recording.hpp

namespace perjoule::inline v0::detail {

/// Returns the energy of code that took a `share` of a window's time and whose own energy was not
/// read: that share of the window's energy. The power in that time and in the rest may differ by up
/// to a factor of ten in either direction, as between a busy and an idle processor.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, for a logarithm that may lie anywhere
///         up to ln(10) either way; provenance is estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy attribute_by_time(const WindowEnergy& window, double share);

/// A counter that one thread writes and others may read.
class SingleWriterCounter {
 public:
  void add(std::uint64_t more) noexcept {
    count_.store(count_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> count_ = 0;
};

class RegionScope;

/// The record of one region in one thread.
struct RegionRecord {
  explicit RegionRecord(std::size_t number) noexcept : region(number) {}

  std::size_t region;                   ///< number of the region
  SingleWriterCounter timed;            ///< calls that were timed
  SingleWriterCounter skipped;          ///< calls that were not timed, since only every n-th is
  SingleWriterCounter threw;            ///< calls that ended with an exception
  SingleWriterCounter inclusive_ticks;  ///< ticks of the timed calls, including nested regions
  SingleWriterCounter exclusive_ticks;  ///< ticks of the timed calls, without nested regions
  std::size_t depth = 0;                ///< current depth of recursion
  bool is_long = false;              ///< the last call was long enough to read the meter around it
  std::unique_ptr<Stopwatch> watch;  ///< for calls around which the meter is read
  Histogram lengths;                 ///< durations of the timed calls, in ticks
};

/// The records of one thread. Each has a cache line of its own, since a thread writes to its record
/// in each call.
struct alignas(64) ThreadRecord {
  std::atomic<pthread_t> owner = 0;
  RegionScope* innermost = nullptr;  ///< the region that the thread is in
  /// Records by region number; null for a region that the thread has never entered. The thread
  /// itself reads this without a lock, and changes it under the recording's lock. Others read it
  /// under that lock.
  std::vector<std::unique_ptr<RegionRecord>> regions;
};

/// The records of all threads. Their places never change, so that a thread finds its own record
/// without a lock. If a table is crowded, the search continues in the next one, which is twice as
/// large.
class ThreadTable {
 public:
  explicit ThreadTable(std::size_t size);
  ~ThreadTable();

  /// Returns the record of the calling thread. A thread that has ended leaves its record to the
  /// next thread with the same id.
  [[nodiscard, gnu::always_inline]] ThreadRecord& own_record() {
    const pthread_t self = pthread_self();
    ThreadRecord& first = records_[place_of(self)];
    if (first.owner.load(std::memory_order_relaxed) == self) [[likely]]
      return first;
    return find_record(self);
  }

  /// Calls `visit` with the record of each thread.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const ThreadTable* table = this; table != nullptr; table = table->next_.load()) {
      for (const ThreadRecord& record : table->records_) visit(record);
    }
  }

 private:
  /// Returns the place to search first. A thread's id is the address at which its stack ends, so
  /// the low bits are equal for all threads.
  [[nodiscard]] std::size_t place_of(pthread_t thread) const noexcept {
    return (static_cast<std::size_t>(thread) >> 12U) & (records_.size() - 1);
  }

  /// Searches a few places of each table, and takes the first free one if the thread has no record
  /// yet.
  [[nodiscard]] ThreadRecord& find_record(pthread_t self);

  /// Returns the next table, and makes it if there is none.
  [[nodiscard]] ThreadTable& next();

  std::vector<ThreadRecord> records_;  ///< their number is a power of two
  std::atomic<ThreadTable*> next_ = nullptr;
};

/// Records time and energy of regions of a program that runs its own loop, in all of its threads. A
/// call costs two readings of the processor's counter. Nothing is locked or allocated, except when
/// a thread enters a region for the first time and when the meter is read: ten times a second, and
/// around long calls.
class Recording {
 public:
  /// @param meter  borrowed
  /// @param files  where the machine reports the activity of other programs
  /// @param every  one of this many calls of a region is timed
  Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  /// Returns the number of the region with this name, which may be new.
  [[nodiscard]] std::size_t region(std::string_view name);
  [[nodiscard]] std::size_t regions() const;
  [[nodiscard]] std::string name(std::size_t region) const;

  /// The sums over all threads for a region.
  struct Totals {
    std::uint64_t timed = 0;
    std::uint64_t skipped = 0;
    std::uint64_t threw = 0;
    std::uint64_t inclusive_ticks = 0;  ///< @unit ticks
    std::uint64_t exclusive_ticks = 0;  ///< @unit ticks
    std::size_t threads = 0;            ///< number of threads that entered the region
  };
  [[nodiscard]] Totals totals(std::size_t region) const;

  /// Returns the calls of a region if the meter was read around all but the first. Otherwise
  /// returns the windows of the whole program, with the region's share of them. Ends the current
  /// window.
  /// @param[out] is_attributed  whether the samples are a share
  [[nodiscard]] Samples samples(std::size_t region, bool& is_attributed);

  /// Returns the duration that an empty call appears to have.
  [[nodiscard]] Seconds cost() const noexcept {
    return clock_.cycle_length() * static_cast<double>(cost_);
  }
  [[nodiscard]] const CycleClock& clock() const noexcept { return clock_; }

 private:
  friend class RegionScope;

  /// The record of one region over all threads.
  struct RegionSummary {
    std::string name;
    Totals seen;        ///< totals when the window began
    Samples shared;     ///< windows of the program, the region's share
    Samples by_itself;  ///< calls around which the meter was read
  };

  /// Returns the calling thread's record of a region.
  [[nodiscard, gnu::always_inline]] RegionRecord& record_of(ThreadRecord& thread,
                                                            std::size_t region) {
    if (region < thread.regions.size()) [[likely]] {
      RegionRecord* const known = thread.regions[region].get();
      if (known != nullptr) [[likely]]
        return *known;
    }
    return add_record(thread, region);
  }
  [[nodiscard]] RegionRecord& add_record(ThreadRecord& thread, std::size_t region);

  /// Ends the current window and begins the next, unless another thread has just done so.
  void end_window_if_due();

  // The caller of these three functions holds the lock.
  void end_window();
  void begin_window();
  [[nodiscard]] Totals sum_of(std::size_t region) const;

  /// Reads the meter before and after a call that will probably be long.
  void begin_long(RegionRecord& of);
  void end_long(RegionRecord& of);

  AnyMeter& meter_;
  SystemFiles files_;
  std::size_t every_;
  CycleClock clock_;
  std::uint64_t long_ = 0;    ///< shortest long call, in ticks
  std::uint64_t window_ = 0;  ///< length of a window, in ticks
  std::uint64_t cost_ = 0;    ///< ticks between two readings of the clock
  std::atomic<std::uint64_t> window_end_ = 0;
  ThreadTable threads_;

  /// Protects the members below, and the lists of regions of threads. It is held only while a meter
  /// is read and a row is written.
  mutable std::mutex mutex_;
  Stopwatch watch_;
  std::vector<RegionSummary> regions_;
  Seconds wall_{0.0};
  Seconds own_{0.0};
  Seconds others_{0.0};
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/recorder_state.hpp

namespace perjoule::inline v0::detail {

/// State that the handles of one recording share.
struct RecorderState {
  RecorderState(AnyMeter& meter, const SystemFiles& files, std::size_t every, const Entry& of);
  ~RecorderState();

  Recording recording;
  Entry entry;        ///< the recorded model, and its machine
  std::size_t calls;  ///< the region of the model's calls
};

/// Subtracts the time that timing a call takes. How much of it overlaps with the call itself is not
/// known, so all of it is added to the uncertainty.
void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept;

/// See Recorder::entry.
[[nodiscard]] Entry entry_of(RecorderState& recorded, std::size_t region);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/summarize.hpp

namespace perjoule::inline v0::detail {

/// Returns the count of a kind of event, per item. It is missing if no such event was counted, and
/// if events are those of one thread alone, since energy, time and skill are those of all threads.
[[nodiscard]] Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept;

/// Returns the number of floating-point operations per item: the event of both precisions if it was
/// counted, otherwise the sum of the two. The event of one precision alone is not enough.
[[nodiscard]] Estimate<double> floating_point_operations(const EventCounts& events) noexcept;

/// Returns the size of a line of the first CPU's caches.
/// @unit   B; 64 if the system does not tell, which is the size on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line_size(const std::string& root = "");

/// Returns the bytes of the lines that loads had to wait for. Lines that were prefetched or written
/// back to memory are not counted, so this is a lower bound, and estimated.
/// @unit B, per item
[[nodiscard]] Estimate<double> bytes_moved(const EventCounts& events);

/// Adds the metrics that follow from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_derived_metrics(Entry& entry);

/// Widens the uncertainty of an energy that includes the energy of other programs. Their part is
/// not known: it is up to about twice their share of the CPU time, so that share is taken as a
/// standard uncertainty.
template <class Q>
void widen(Estimate<Q>& energy, double others_cpu_share) noexcept {
  if (!energy.is_known()) return;
  energy.common = Q(std::hypot(energy.common.si(), energy.value.si() * others_cpu_share));
}

/// Computes time and energy per item from the windows of an entry.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// Adds the scores of each metric of an entry.
void add_scores(Entry& entry);

/// Returns the files of a plan, weights first.
/// @throws Error for a file without a role, and for a file that is named twice
[[nodiscard]] std::vector<NamedFile> files_of(const MeasureOptions& plan);

/// Returns a number, or a missing one if it is 0, which means that it was not given.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// Returns the footprint of a model: the bytes that the plan gives, and the sizes of its files.
/// @throws as files_of(), and Error for a file that can't be read and for more non-zero parameters
///         than parameters
[[nodiscard]] Footprint measure_footprint(const MeasureOptions& plan);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/cache_flusher.hpp

namespace perjoule::inline v0::detail {

/// Returns the size of the largest cache of the first CPU.
/// @unit   B; 0 if the system does not report it
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] Bytes largest_cache(const std::string& root);

/// Evicts the contents of the caches by reading other data.
class CacheFlusher {
 public:
  /// @param largest  size of the largest cache. Twice that size is read: once would be enough if
  ///                 the least recently used line were always evicted first, but newer caches only
  ///                 approximate that. At least 64 MiB are read, since some systems do not report
  ///                 their last-level cache
  explicit CacheFlusher(Bytes largest);

  /// Only reads: written lines would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  std::vector<char> lines_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/counters/event_counting.hpp

namespace perjoule::inline v0::detail {

/// The start of a stretch, with the counts that a reading itself adds to each event.
struct EventBaseline {
  EventBaseline() = default;
  explicit EventBaseline(const EventSourceDescription& source);

  EventReading at;
  std::vector<double> cost;  ///< one per event. @unit counts
  EventReading first_trial;  ///< for the readings that determine the cost
  EventReading second_trial;
};

/// Reads the counts at the start of a stretch. Two readings before it, one right after the other,
/// determine the cost of a reading: it takes instructions, and no page fault.
[[nodiscard]] bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept;

/// The count of an event between two readings.
struct ScaledCount {
  double count = quiet_nan();  ///< scaled to the whole time. @unit the unit of the event
  double share = 1.0;          ///< part of the time in which it was counted. @unit a share of 1
};

/// Returns the count of an event, without the cost of a reading. A hardware event that had a
/// register for part of the time is assumed to go on at the same rate in the rest. An event that
/// never had one is missing. The cost of a reading varies, so a count of few events may be below 0.
/// @source perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING
[[nodiscard]] ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                       const EventReading& after, std::size_t i) noexcept;

/// Returns the mean over stretches of passes.
/// @param per_item  one value per stretch; not finite if it could not be counted
/// @param share     part of the time in which the event was counted
/// @param items     number of items in a stretch
/// @unit  the unit of the event, per item; share: a share of 1
/// @error random as in mean_of_windows. An event that came less than once per stretch may have come
///        once more or less in each, since no occurrence of a rare event does not mean a rate of
///        exactly 0. common: in the part of the time in which the event was not counted, its rate
///        may have differed as much as that of one stretch from another
/// @source docs/reference/formulas.md#events
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window_runner.hpp

namespace perjoule::inline v0::detail {

/// Returns the shortest useful length of a window: ten update periods, and at least 5 ms, so that
/// neither the ticks at its ends nor the readings matter.
/// @unit s
[[nodiscard]] constexpr Seconds min_energy_window(Seconds update_period) noexcept {
  return std::max(update_period * 10.0, Seconds(0.005));
}

/// Returns the length of a window: a thousandth of the budget, but at least min_energy_window(). It
/// is shorter if needed to fit about sixteen windows into the budget, but at least three update
/// periods and 5 ms.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  const Seconds good = std::max(budget / 1000.0, min_energy_window(update_period));
  const Seconds fitting = budget / 16.0;
  if (fitting >= good) return good;
  return std::max({fitting, update_period * 3.0, Seconds(0.005)});
}

/// Returns the warm-up time: a hundredth of the budget, but no more than caches, branch predictors
/// and the clock rate need. Finding the cost of a pass takes two to three times as long.
/// @unit s
[[nodiscard]] constexpr Seconds warm_up_length(Seconds budget) noexcept {
  return std::min(budget * 0.01, Seconds(0.02));
}

/// Returns the number of passes in a window of the given length. These are whole cycles through the
/// inputs, so that every window sees the same mix, unless a cycle is more than four times as long
/// as the window.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  constexpr std::size_t one = 1;
  if (passes * 4 < items) return std::max(passes, one);
  return items * std::max((passes + items / 2) / items, one);
}

/// Rounds up to equally many passes for each caller, so that none waits for the others at the end.
[[nodiscard]] constexpr std::size_t round_up_to_multiple(std::size_t passes,
                                                         std::size_t callers) noexcept {
  return (passes + callers - 1) / callers * callers;
}

/// Returns the number of passes between two readings of the counter when a window is about to end.
/// They take a twentieth of a period, so that the tick is known well and reading costs a thousandth
/// of the window. The number is 0 if the counter has no slow ticks (min_tick_interval), or if a
/// single pass takes more than a tenth of a period.
[[nodiscard]] constexpr std::size_t passes_per_tick_poll(Seconds update_period,
                                                         Seconds per_pass) noexcept {
  if (update_period <= min_tick_interval || per_pass * 10.0 > update_period) return 0;
  return passes_in(update_period * 0.05, per_pass, 1);
}

/// Predicts the standard uncertainty of the energy from the ends of windows, which more windows do
/// not make smaller. It comes from the power after the last tick: over a whole period, in the mean
/// square, if passes are too long to end on a tick, and otherwise over a twentieth of a period.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(3), or 0.3 P over T/20/sqrt(3)
[[nodiscard]] constexpr double edge_uncertainty(Seconds update_period, bool on_a_tick,
                                                Seconds window) noexcept {
  if (update_period <= min_tick_interval) return 0.0;
  return update_period * (on_a_tick ? 0.0087 : 1.0 / 3.0) / window;
}

/// Returns the length of windows whose ends meet the target, if six of that length fit into the
/// rest of the budget. Otherwise the target is out of reach, and sixteen windows are the best that
/// can be done.
/// @unit s; edge_uncertainty and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds extended_window(Seconds window, double edge_uncertainty,
                                                double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * edge_uncertainty / relative_halfwidth);
  const Seconds best = wanted <= left / 6.0 ? wanted : left / 16.0;
  return std::max(best, window);
}

/// Runs a workload in windows, and remembers its place in the cycle of inputs.
class WindowRunner {
 public:
  /// @param meter, files  borrowed
  /// @param workload      borrowed, with everything that it points to
  WindowRunner(AnyMeter& meter, const Workload& workload, const SystemFiles& files)
      : meter_(&meter), workload_(workload), files_(&files), watch_(meter, files) {}

  /// Does the work before `passes` passes that is not part of them, such as flushing the caches.
  void prepare(std::size_t passes);

  void run(std::size_t passes) {
    all_constant_ &= workload_.run(place_, passes);
    place_ = (place_ + passes) % workload_.order.size();
    done_ += passes;
  }

  /// Warms up, and returns the duration of a pass. Doubles the number of passes until they fill the
  /// warm-up time. Short passes are then timed a few more times, and the fastest time counts, since
  /// the others may have been interrupted. If caches are flushed before each pass, the mean over a
  /// few inputs counts.
  /// @throws Error if the optimiser has removed the pass
  [[nodiscard]] Seconds warm_up_and_plan(Seconds warm_up);

  /// The same for passes that were checked before.
  [[nodiscard]] Seconds remeasure_pass_time(Seconds warm_up);

  /// Returns whether windows go on until the counter ticks.
  [[nodiscard]] bool ends_on_a_tick() const noexcept { return end_slice_ != 0; }

  /// Returns the number of passes in a window of the given length, in whole cycles. Prepared passes
  /// are limited to the number that can follow each other and that can be prepared in the time for
  /// it. If a window of them is shorter than `least`, it has neither energy nor CPU time, since
  /// these would include the readings.
  /// @param per_pass   of the longest of several variants
  /// @param for_setup  time in which a window's passes may be prepared
  [[nodiscard]] std::size_t plan_window(Seconds length, Seconds per_pass, Seconds least,
                                        Seconds for_setup);

  /// Measures a window. It begins on a tick of the counter and ends on the first pass that sees
  /// one, if passes are short enough for that. Throws only what the model throws.
  [[nodiscard]] Window measure_window(std::size_t passes) {
    prepare(passes);
    watch_.start();
    const std::uint64_t begin = items();
    const Slices earlier = slices_;
    workload_.callers == 1 ? run_slices(passes) : run(passes);
    Window window = end_slice_ == 0 ? watch_.stop() : watch_.stop([this] { run(end_slice_); });
    window.items = Items(static_cast<double>(items() - begin));
    const bool was_throttled =
        is_finite(window.interference.throttle_count) && window.interference.throttle_count > 0.0;
    if (was_throttled) exclude_since(slices_, earlier);
    window.clean_items = slices_.clean_items - earlier.clean_items;
    if (window.clean_items > Items(0.0)) window.clean = slices_.clean - earlier.clean;
    // The plan decides what is too short: a window that happened to be delayed is no better.
    if (is_too_short_) {
      window.wall = slices_.taken - earlier.taken;
      window.cpu = Seconds(quiet_nan());
      window.interference.others_cpu = Seconds(quiet_nan());
      window.interference.steal = Seconds(quiet_nan());
      window.energy = {{},
                       "too few passes can follow each other for a window of 5 ms and ten of the "
                       "meter's update periods"};
    }
    return window;
  }

  /// Returns the number of items so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return workload_.stream == nullptr ? done_ * workload_.inputs_per_pass
                                       : workload_.stream->items();
  }

  /// Returns the slices of all windows so far.
  [[nodiscard]] const Slices& slices() const noexcept { return slices_; }

 private:
  /// Returns whether work must be done before passes.
  [[nodiscard]] bool has_work_before_pass() const noexcept {
    return workload_.loop->needs_prepare() || workload_.flusher != nullptr;
  }

  [[nodiscard]] Seconds fastest_pass_time(Seconds warm_up);

  /// Returns the mean of up to nine single passes. The first one counts only if it is the only one.
  [[nodiscard]] Seconds mean_pass_time(Seconds warm_up);

  /// Returns the duration of one of `passes` passes.
  /// @unit s
  [[nodiscard]] Seconds time(std::size_t passes);

  /// Returns the duration of a pass of an empty loop.
  /// @unit s
  [[nodiscard]] Seconds time_of_empty_loop(std::size_t passes) const noexcept;

  /// Rejects a pass that takes no longer than an empty loop and whose result the optimiser knew:
  /// the work to be measured has been removed. Either sign alone is no proof: a tiny model may be
  /// as fast, and a model that writes its output elsewhere may return 0.
  /// @throws Error
  void reject_empty_pass(Seconds per_pass);

  /// Rejects a pass so short that the loop's own cache misses, about a quarter of a microsecond if
  /// caches are flushed, would matter.
  /// @throws Error
  void reject_short_pass(Seconds per_pass) const;

  /// Reads the clock, and whether the thread was interrupted, about every 2 ms. Each reading takes
  /// half a microsecond, which is in no slice.
  void run_slices(std::size_t passes) {
    ThreadUsage before = thread_usage();
    while (passes != 0) {
      const std::size_t slice = std::min(passes, slice_);
      const std::uint64_t begin = items();
      const Instant start = meter_->now();
      run(slice);
      const Seconds taken = meter_->now() - start;
      const ThreadUsage after = thread_usage();
      add_slice(slices_, taken, after - before, items() - begin);
      before = after;
      passes -= slice;
    }
  }

  /// Returns the usage of this thread. A simulated machine has no other threads.
  [[nodiscard]] ThreadUsage thread_usage() const noexcept {
    return files_->thread == nullptr ? ThreadUsage{} : files_->thread();
  }

  AnyMeter* meter_ = nullptr;
  Workload workload_ = {};
  const SystemFiles* files_ = nullptr;
  Stopwatch watch_;
  Seconds per_pass_{0.0};
  Seconds setup_{0.0};         ///< time to prepare one pass
  bool is_too_short_ = false;  ///< windows are too short for energy
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;     ///< passes
  std::size_t slice_ = 1;      ///< passes between two readings of the clock
  std::size_t end_slice_ = 0;  ///< passes between two readings at the end; 0: not on a tick
  bool all_constant_ = true;   ///< the optimiser knew all results so far
  Slices slices_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/memory/heap.hpp

namespace perjoule::inline v0::detail {

/// Counts the allocations of all threads of this program. Constant-initialised, since malloc is
/// called before main.
struct HeapCounts {
  bool is_hooked = false;                  ///< integrations/heap_hook.hpp is in this program
  std::atomic<bool> is_owned = false;      ///< a HeapCounter owns the counts
  std::atomic<bool> is_disturbed = false;  ///< another one wanted them meanwhile
  std::atomic<bool> is_counting = false;
  std::atomic<std::int64_t> live = 0;  ///< @unit B
  std::atomic<std::int64_t> peak = 0;  ///< maximum of `live`. @unit B
  std::atomic<std::uint64_t> allocations = 0;
  std::atomic<std::uint64_t> allocated = 0;  ///< @unit B

  [[gnu::always_inline]] bool counts() const noexcept {
    return is_counting.load(std::memory_order_relaxed);
  }
  void add(std::size_t bytes) noexcept;
  void remove(std::size_t bytes) noexcept;
};

inline constinit HeapCounts heap_counts;

/// Counts from start() to stop(). Only one counter can count at a time. If there is a second one,
/// neither is exclusive.
class HeapCounter {
 public:
  HeapCounter() noexcept;
  HeapCounter(const HeapCounter&) = delete;
  HeapCounter& operator=(const HeapCounter&) = delete;
  ~HeapCounter();

  [[nodiscard]] bool is_exclusive() const noexcept {
    return is_owner_ && !heap_counts.is_disturbed.load(std::memory_order_acquire);
  }
  void start() noexcept;
  void stop() noexcept;

  /// @unit B
  [[nodiscard]] double peak() const noexcept {
    return static_cast<double>(heap_counts.peak.load(std::memory_order_relaxed));
  }
  /// @unit B
  [[nodiscard]] double live() const noexcept {
    return static_cast<double>(heap_counts.live.load(std::memory_order_relaxed));
  }
  /// @unit none
  [[nodiscard]] double allocations() const noexcept {
    return static_cast<double>(heap_counts.allocations.load(std::memory_order_relaxed));
  }
  /// @unit B
  [[nodiscard]] double allocated() const noexcept {
    return static_cast<double>(heap_counts.allocated.load(std::memory_order_relaxed));
  }

 private:
  bool is_owner_ = false;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/counted_passes.hpp

namespace perjoule::inline v0::detail {

/// Checks whether the hook sees an allocation made by the C library. It does not if another
/// allocator takes precedence.
[[nodiscard]] bool hook_is_working(HeapCounter& counting) noexcept;

/// Runs each input once more, one pass at a time, until `most` has passed. Passes run singly
/// because a peak belongs to one pass; with k callers, k passes run at once.
/// @param begin, end  called before and after each pass; end() returns false to stop early
template <class Begin, class End>
[[nodiscard]] std::size_t run_one_by_one(AnyMeter& clock, const Workload& workload, Seconds most,
                                         Begin&& begin, End&& end) {
  const std::size_t items = workload.order.size();
  const Instant deadline = clock.now() + most;
  std::size_t place = 0;
  std::size_t passes = 0;
  bool goes_on = true;
  do {
    workload.prepare(place, workload.callers);
    begin();
    workload.run(place, workload.callers);
    goes_on = end();
    passes += workload.callers;
    place = (place + workload.callers) % items;
  } while (goes_on && passes < items && clock.now() < deadline);
  return passes;
}

/// Counts the allocations that passes make.
[[nodiscard]] HeapUsage measure_allocations(AnyMeter& clock, const Workload& workload,
                                            HeapCounter& counting, Seconds most);

/// Measures how far the resident set grows in a pass.
/// @error a rectangular distribution with half-width rss_accounting_lag()
[[nodiscard]] HeapUsage measure_resident_growth(AnyMeter& clock, const Workload& workload,
                                                Seconds most);

/// Counts the allocations that passes make if this program has the hook for it.
/// @param falls_back  whether to measure the resident set otherwise
[[nodiscard]] HeapUsage measure_heap_usage(AnyMeter& clock, const Workload& workload, Seconds most,
                                           bool falls_back);

/// Adds up the events of stretches of passes.
class EventAccumulator {
 public:
  /// @param items  number of items in the stretch
  void add(const EventSourceDescription& source, std::size_t set, const EventBaseline& before,
           const EventReading& after, double items);

  /// @param why_none  for each set, the reason to give if it has no stretch
  [[nodiscard]] EventCounts to_event_counts(const EventSourceDescription& source,
                                            View<std::string_view> why_none) const;

 private:
  struct Sum {
    std::vector<double> per_item;  ///< one value per stretch
    double share = 0.0;            ///< fraction of the time in which the event was counted, summed
    double items = 0.0;
  };
  std::vector<Sum> sums_;  ///< one per event
};

/// Closes a source at the end of a scope, even if the model throws.
class EventSourceGuard {
 public:
  explicit EventSourceGuard(EventSourceRef source) noexcept : source_(source) {}
  EventSourceGuard(const EventSourceGuard&) = delete;
  EventSourceGuard& operator=(const EventSourceGuard&) = delete;
  ~EventSourceGuard() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set of events in stretches of `passes` passes, until the time is over. Runs at least
/// two stretches, since a single one has no scatter. Returns false if the set cannot be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventAccumulator& table);

/// Runs further passes while events are counted: one set after another, each for the same time.
[[nodiscard]] EventCounts count_events(AnyMeter& clock, const Workload& workload,
                                       EventSourceRef source, Seconds most,
                                       const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/run_windows.hpp

namespace perjoule::inline v0::detail {

/// The power over a few windows in which this process sleeps, or the reason why it is missing.
struct IdleBlock {
  Estimate<Watts> power;
  std::string why_missing;
};

/// Returns the idle power during the windows, from one block before and one after them.
///
/// The power in between is estimated as the mean of both. If it drifted, the course of the drift is
/// unknown: the true value may lie anywhere between the two. Its standard deviation is their
/// difference divided by sqrt(12).
/// @unit   W
/// @error  random: scatter of both blocks, and drift; common: the mean of both, since the meter is
///         the same
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// Sleeps through a few windows and reads their power. If other programs work meanwhile, that is
/// not the machine's idle power, and the power is missing.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {});

/// Checks whether time and energy have settled. Only time is checked if no window has an energy, or
/// if the energy is modelled, since no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

/// Returns how a measurement with these samples ended.
[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Times single passes between two windows, where they do not disturb the loop of a window: one for
/// every ten passes in the windows, so that they take about a tenth of the time.
class LatencySampler {
 public:
  /// @param stream  receives the items of passes; the first item is timed, too. Null: none
  /// @param wanted  whether to time any pass. Use false for passes under 5 us, whose time would be
  ///                distorted by reading the clock, and for several callers, whose passes each have
  ///                their own time
  LatencySampler(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted);

  /// @param passes  number of passes in the window before
  void after_window(std::size_t passes);
  [[nodiscard]] Latency first_item() const { return detail::latency(first_); }
  [[nodiscard]] Latency latency() const { return detail::latency(lengths_); }

 private:
  static constexpr std::size_t most = 20'000;  // enough for each percentile

  AnyMeter& meter_;
  WindowRunner& runner_;
  Stream* stream_;
  bool wanted_;
  std::size_t owed_ = 0;
  std::vector<double> lengths_;  ///< durations of passes
  std::vector<double> first_;    ///< times until the first item
};

/// Measures a workload: idle, warm-up, windows until the target or the budget is reached, then idle
/// again.
/// @param files  where the machine reports the activity of other programs; empty paths: unknown
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const Workload& workload, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

/// Returns the variant whose turn it is. Two variants run A B, B A, B A, A B, ..., so that a steady
/// rise or fall affects both equally. More variants take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t scheduled_variant(std::size_t round, std::size_t place,
                                                      std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// Returns the length of a turn: 100 us, since the machine changes least from one turn to the next
/// if turns are short, and most short turns are not interrupted. A turn is longer if needed for ten
/// update periods of a counter with slow ticks (min_tick_interval), for a five-thousandth of the
/// budget, or for five passes (up to 1 ms), so that the turns of all variants are about equally
/// long.
/// @param per_pass  of the slowest variant
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const Seconds few_passes = std::min(per_pass * 5.0, Seconds(1e-3));
  const Seconds ticks = update_period <= min_tick_interval ? Seconds(0.0) : update_period * 10.0;
  return std::max({Seconds(1e-4), budget / 5000.0, few_passes, ticks});
}

/// Runs variants in turns, one window each, until the budget is spent. Runs at least one round.
/// @param files  where the machine reports the activity of other programs; empty paths: unknown
/// @return the samples of each variant; row i of each comes from round i
[[nodiscard]] std::vector<Samples> run_interleaved(AnyMeter& meter, View<Workload> workloads,
                                                   Seconds budget, const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/thread_pool.hpp

namespace perjoule::inline v0::detail {

/// Threads that call one model at the same time, as those of a server do. They wait between two
/// windows, and each runs its part of the passes of a window.
class ThreadPool final : public PassLoop {
 public:
  /// @param loop     run by each of them. Borrowed
  /// @param model    the model's name
  /// @param callers  number of threads, including the calling thread
  /// @throws Error if no more threads can be created
  ThreadPool(PassLoop& loop, std::string_view model, std::size_t callers);
  ~ThreadPool();

  /// Gives each thread its part of the passes, and waits until all are done.
  /// @throws what one of them throws
  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override;

 private:
  struct Callers;

  std::unique_ptr<Callers> callers_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/changes.hpp

namespace perjoule::inline v0::detail {

/// Returns the verdict that an interval allows.
/// @param interval  interval of a difference, where 0 is no change and less is better
/// @unit min_effect: the unit of the interval
[[nodiscard]] constexpr Verdict verdict_of(const Interval<double>& interval,
                                           double min_effect) noexcept {
  if (!interval.is_known()) return Verdict::unresolved;
  if (interval.low >= -min_effect && interval.high <= min_effect) return Verdict::same;
  if (interval.high < 0.0) return Verdict::better;
  if (interval.low > 0.0) return Verdict::worse;
  return Verdict::unresolved;
}

/// Returns the number of additional pairs that resolve an interval whose width shrinks with the
/// square root of the number of pairs, or 0 if no number does.
/// @param value, half, common, min_effect  in one unit; common: the part that more pairs do not
///                                         reduce
[[nodiscard]] std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                           double common, double min_effect) noexcept;

/// Returns a column per item, window by window. Not finite for windows without an uninterrupted
/// slice.
[[nodiscard]] std::vector<double> clean_window_values(const Samples& samples,
                                                      Samples::Column column);

/// Returns the logarithms of the ratios of pairs. Pairs without a ratio are left out.
[[nodiscard]] std::vector<double> log_ratios(View<double> first, View<double> variant);

/// Returns the change that pairs of windows show.
/// @param common  standard uncertainty of the logarithm, shared by all pairs. @unit none
/// @unit  level, min_effect: a share of 1
/// @error the signed-rank interval of the logarithms, combined in quadrature with z common
[[nodiscard]] Change change_of(View<double> log_ratios, double common, Provenance provenance,
                               double level, double min_effect);

/// Returns the change between two counted numbers.
[[nodiscard]] Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                  double min_effect) noexcept;

/// Returns the part of the relative uncertainty of two energies that does not differ from pair to
/// pair. It comes from the ends of windows and, for a modelled energy, from its watts, which need
/// not be equal for two variants.
/// @unit none
[[nodiscard]] double shared_relative_uncertainty(const Estimate<JoulesPerItem>& first,
                                                 const Estimate<JoulesPerItem>& variant) noexcept;

/// Returns the change of the active energy. The idle power is a single measurement for all windows
/// of both variants, so the shift that its uncertainty causes is common to all pairs.
[[nodiscard]] Change active_change(const Entry& first, const Entry& variant, double level,
                                   double min_effect);

/// Returns the change of a quality.
[[nodiscard]] QualityChange quality_change(const Entry& first, const Entry& variant,
                                           std::size_t metric, double level);

/// Compares a variant with the first one.
/// @param level  level of each interval, except for those of quality, which are at 95 %
/// @unit  level, min_effect: a share of 1
[[nodiscard]] VariantChanges compare_entries(const Entry& first, const Entry& variant, double level,
                                             double min_effect);

/// Returns the level of single intervals at which 95 % of comparisons have all of their intervals
/// right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double bonferroni_level(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/random.hpp

namespace perjoule::inline v0 {

/// Seeded generator with the same sequence on every machine and compiler, which the distributions
/// of `<random>` do not promise. It uses no multiplication: g++ spends more time on the large
/// constants of other generators than on the rest of this file.
/// @source sfc64 of Chris Doty-Humphrey, PractRand 0.95 (seeding and twelve rounds as there)
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : a_(seed), b_(seed), c_(seed) {
    for (int i = 0; i < 12; ++i) bits();
  }

  constexpr std::uint64_t bits() noexcept {
    const std::uint64_t result = a_ + b_ + counter_++;
    a_ = b_ ^ (b_ >> 11U);
    b_ = c_ + (c_ << 3U);
    c_ = std::rotl(c_, 24) + result;
    return result;
  }

  /// @unit   none; uniform in [0, 1), a multiple of 2^-53
  /// @source the upper 53 bits, as in NumPy's Generator.random
  constexpr double uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

  /// Returns a whole number below `bound`, each equally likely. The first few values, which would
  /// favour small results, are rejected and drawn again.
  constexpr std::uint64_t below(std::uint64_t bound) {
    PERJOULE_EXPECTS(bound > 0);
    const std::uint64_t reject = (0 - bound) % bound;
    for (;;) {
      const std::uint64_t draw = bits();
      if (draw >= reject) return draw % bound;
    }
  }

 private:
  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t counter_ = 1;
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Returns the numbers below `count` in an order determined by the seed.
/// @source Fisher and Yates, the inside-out variant
[[nodiscard]] std::vector<std::size_t> random_permutation(std::size_t count, std::uint64_t seed);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Draws a Student t variable with `dof` degrees of freedom; with `infinite_dof` a normal variable.
/// The same seed gives the same numbers on every machine, up to the last digits of its logarithm.
/// @param dof  at least 1
/// @unit   none
/// @source Bailey, Mathematics of Computation 62 (1994) 779: the polar method, which works for any
///         dof
[[nodiscard]] inline double draw_student_t(Random& random, double dof) {
  PERJOULE_EXPECTS(dof >= 1.0);
  for (;;) {
    const double x = 2.0 * random.uniform() - 1.0;
    const double y = 2.0 * random.uniform() - 1.0;
    const double w = x * x + y * y;
    if (w <= 0.0 || w >= 1.0) continue;
    const double growth = std::exp(-2.0 / dof * std::log(w)) - 1.0;
    return x * std::sqrt(dof * growth / w);
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/gpu_library.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The GPU's own limit: "+-5 %" taken as the ends of a rectangular distribution.
/// @source Yang et al., arXiv 2312.02741: the error of NVIDIA's sensors
inline constexpr double gpu_gain_uncertainty = 0.0288675;

/// Time between two ticks of a GPU's counter, until it is measured.
inline constexpr Seconds gpu_period{0.1};

}  // namespace detail

/// Opens NVIDIA GPUs through the driver's library NVML: an energy counter (Volta and newer), or
/// integrated power.
/// @param library  a path or a name for dlopen
/// @error the gain as in detail::gpu_gain_uncertainty; A100 and H100 observe only a quarter of the
///        time, so a load that changes faster than 100 ms may be missed (arXiv 2312.02741)
/// @source NVIDIA Management Library, API reference
[[nodiscard]] Probe<CounterMeter> open_nvml(const std::string& library = "libnvidia-ml.so.1");

/// Opens AMD GPUs through AMD SMI.
/// @param library  a path or a name for dlopen
/// @error the gain is assumed to be as uncertain as NVIDIA's, since no figure is known
/// @source AMD SMI, API reference: amdsmi_get_energy_count
[[nodiscard]] Probe<CounterMeter> open_amd_smi(const std::string& library = "libamd_smi.so");

}  // namespace perjoule::inline v0

// ---- perjoule/meters/hwmon.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The channels that a kernel driver shows below hwmon, and the selection that makes up the total.
struct HwmonDriver {
  std::string_view name;
  std::string_view kind;       ///< "energy" in uJ, "power" in uW, "curr" for volts times amperes
  std::string_view suffix;     ///< "_input" of "energy1_input"
  std::string_view labels[2];  ///< beginnings of the labels to use; "": no label
  Scope scope;
};

/// The drivers that are known.
/// @source Linux Documentation/hwmon: amd_energy, ina3221 and the Jetson's device trees,
///         acpi_power_meter; Documentation/gpu/amdgpu/thermal.rst; i915 and xe:
///         sysfs-driver-intel-*
inline constexpr HwmonDriver hwmon_drivers[] = {
    {"amd_energy", "energy", "_input", {"Esocket", "Esocket"}, Scope::package},
    {"ina3221", "curr", "_input", {"VDD_IN", "POM_5V_IN"}, Scope::psys},
    {"power_meter", "power", "_average", {"", ""}, Scope::psys},
    {"amdgpu", "energy", "_input", {"", ""}, Scope::gpu},
    {"amdgpu", "power", "_average", {"", "PPT"}, Scope::gpu},
    {"amdgpu", "power", "_input", {"", "PPT"}, Scope::gpu},
    {"i915", "energy", "_input", {"", ""}, Scope::gpu},
    {"xe", "energy", "_input", {"", "card"}, Scope::gpu},
};

/// The product of milliamperes and millivolts from two files, in microwatts.
class VoltAmperes final : public CounterReader {
 public:
  VoltAmperes(FileDescriptor milliamperes, FileDescriptor millivolts) noexcept
      : milliamperes_(std::move(milliamperes)), millivolts_(std::move(millivolts)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  DecimalFile milliamperes_;
  DecimalFile millivolts_;
};

/// Checks whether a GPU is part of the CPU's package.
/// @source Linux drivers/gpu/drm/amd/pm/amdgpu_pm.c: "only APUs have vddnb"
[[nodiscard]] bool is_integrated_gpu(const std::string& folder);

/// Adds the channels of one device that make up its total. Returns 0, the errno of a channel that
/// cannot be opened, or ENOENT if the device has none.
[[nodiscard]] int add_hwmon(const HwmonDriver& driver, const std::string& folder,
                            CounterMeter& meter, const std::shared_ptr<PowerIntegrator>& powers);

}  // namespace detail

/// Opens sensors that a driver shows below /sys/class/hwmon: AMD's sockets, boards such as the
/// Jetson, and servers with a power meter in their firmware; or, with `gpus`, AMD's and Intel's
/// GPUs. Energy is counted if the driver counts it, and otherwise integrated from power.
/// @param root  of the system, as in open_powercap
/// @error the result is `estimated` if power is integrated: see detail::PowerIntegrator. The error
///        of the sensors themselves is not known
/// @source detail::hwmon_drivers
[[nodiscard]] Probe<CounterMeter> open_hwmon(const std::string& root = "", bool gpus = false);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/perf.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Opens a kernel event that counts for one CPU and all programs. Returns a file, or -1 with errno.
using PerfOpener = int (*)(std::uint32_t type, std::uint64_t config, int cpu);

[[nodiscard]] int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept;

/// Counter of a kernel event.
class PerfEventFile final : public CounterReader {
 public:
  explicit PerfEventFile(FileDescriptor file) noexcept : file_(std::move(file)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  FileDescriptor file_;
};

/// Returns the CPUs of a list such as "0,18" or "0-1,4".
[[nodiscard]] std::vector<int> parse_cpus(std::string_view list);

/// Keeps one CPU per package if the dies of a package share one counter: older kernels list each
/// die of AMD's Zen 1 and 2.
void drop_duplicate_dies(const std::string& root, std::vector<int>& cpus);

/// The description of an event in the files of the power PMU.
struct PowerEvent {
  std::uint64_t config = 0;
  Joules per_count{0.0};
};

/// Returns an event of the power PMU as its files describe it, or nothing if there is no such
/// event.
[[nodiscard]] std::optional<PowerEvent> describe_perf_event(const std::string& pmu,
                                                            std::string_view event);

/// Adds an event for each package. Returns 0, or the errno of one that cannot be opened.
/// @param zone_name  "dram-" is followed by the number of the package, "psys" is not
[[nodiscard]] int add_perf_events(CounterMeter& meter, const std::string& pmu,
                                  std::string_view event, std::string_view zone_name,
                                  std::uint32_t type, const std::vector<int>& cpus,
                                  PerfOpener open);

}  // namespace detail

/// Opens RAPL through the kernel's `power` events. These are the counters that powercap shows, but
/// with the actual unit of memory and without a file for each. There is one reader per package.
/// @param root  of the system, as in open_powercap
/// @param open  opens an event; replaced in tests
/// @error as open_powercap
/// @source Linux arch/x86/events/rapl.c
[[nodiscard]] Probe<CounterMeter> open_perf(const std::string& root = "",
                                            detail::PerfOpener open = &detail::open_machine_event);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/rapl.hpp

namespace perjoule::inline v0::detail {

/// A zone as found, before choosing the zones that make up the total.
struct FoundZone {
  Zone zone;
  std::string folder;                      ///< for powercap
  std::unique_ptr<CounterReader> counter;  ///< for a register
  std::uint64_t counts = 0;                ///< the counter when the zone was found
  std::uint64_t counts_later = 0;          ///< the counter after all others were read
  bool chosen = false;
};

/// All zones below a root. These are more than are added up, since core and uncore are among them.
using FoundZones = std::vector<FoundZone>;

/// Returns whether a zone is below a package zone: "intel-rapl:0:1" is below "intel-rapl:0".
[[nodiscard]] inline bool is_nested_in(const Zone& zone, const Zone& package) noexcept {
  return zone.id.starts_with(package.id) && zone.id.size() > package.id.size() &&
         zone.id[package.id.size()] == ':';
}

/// Returns whether two zones are dies of one package: "package-0-die-0" and "package-0-die-1".
[[nodiscard]] inline bool is_same_package(const Zone& a, const Zone& b) noexcept {
  constexpr std::size_t number = 8;  // length of "package-"
  const std::string_view package = std::string_view(a.name).substr(0, a.name.find('-', number));
  const std::string_view other = b.name;
  return other.starts_with(package) &&
         (other.size() == package.size() || other[package.size()] == '-');
}

/// Returns whether a further die shows the same counter as one chosen before (AMD Zen 1 and 2). In
/// that case its counter, read between two readings of the other, lies between them. One joule of
/// tolerance allows for copies that are a tick apart. Dies with counters of their own differ by all
/// the energy that they have drawn since the machine was switched on.
[[nodiscard]] bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept;

/// Marks the zones whose sum counts every joule once, and returns what that sum covers. This is
/// psys alone if available, since it contains the packages. Otherwise it is all packages, and their
/// DRAM if each has a counter for it. DRAM is nested below its package in sysfs but not counted by
/// it; core and uncore are counted by it. `intel-rapl-mmio` shows the same counters in another way,
/// and is left out if `intel-rapl` is available.
/// @source docs/explanation/energy.md#which-part-scope
[[nodiscard]] Scope choose_zones(FoundZones& found);

/// Time between two ticks of RAPL's counters, for use if it cannot be measured.
/// @source Khan et al. 2018, RAPL in Action: about 1 ms
inline constexpr Seconds rapl_period{0.9765625e-3};

/// Returns the package of a CPU, or -1 if the CPU is not available.
[[nodiscard]] int package_of(const std::string& root, int cpu);

/// Finds the folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap, where the links of the former point. Each zone is listed once.
void find_powercap_zones(const std::string& root, int depth, FoundZones& tree);

/// Reads a whole number. Returns an empty string, or a description of the problem, with errno set.
[[nodiscard]] std::string read_number(const std::string& folder, std::string_view file,
                                      std::uint64_t& number);

/// Reads the files of a zone. Returns an empty string, or a description of the problem, with errno
/// set.
[[nodiscard]] std::string read_powercap_zone(FoundZone& found);

/// Opens the chosen zones. Returns an empty string, or a description of the problem, with errno
/// set.
[[nodiscard]] std::string open_powercap_zones(const FoundZones& tree, CounterMeter& meter);

/// Reads a register of 64 bits. Returns false with errno set if that fails.
[[nodiscard]] bool read_register(int file, std::uint32_t place, std::uint64_t& value) noexcept;

/// A register of 64 bits whose lower 32 bits count. The registers of one CPU share a file.
class EnergyRegister final : public CounterReader {
 public:
  EnergyRegister(std::shared_ptr<const FileDescriptor> file, std::uint32_t place) noexcept
      : file_(std::move(file)), place_(place) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  std::shared_ptr<const FileDescriptor> file_;
  std::uint32_t place_;
};

/// The registers that hold a CPU's energy, and their units; 0: none.
struct RaplRegisters {
  std::uint32_t units = 0;
  std::uint32_t package = 0;
  std::uint32_t dram = 0;
  std::uint32_t psys = 0;
  double dram_unit = 0.0;  ///< 0: as for the package. @unit J
  double psys_unit = 0.0;  ///< 0: as for the package. @unit J
};

/// Returns the registers of a CPU.
/// @param family, model  as /proc/cpuinfo shows them
/// @source Intel SDM vol. 4; AMD PPR for family 17h, 2.1.9; Linux arch/x86/events/rapl.c: memory of
///         Haswell-X, Broadwell-X and -D, Knights Landing and Mill, Skylake-X and Ice Lake-X and -D
///         counts in 2^-16 J, psys of Sapphire and Emerald Rapids in 1 J
[[nodiscard]] RaplRegisters rapl_registers(std::string_view vendor, long family,
                                           long model) noexcept;

/// Returns the first CPU of each package, in the order of the CPUs.
[[nodiscard]] std::vector<int> first_cpu_per_package(const std::string& root);

/// Adds a register to the zones found, if it exists and has counted.
/// @param unit  @unit J
void add_msr_zone(FoundZones& tree, std::shared_ptr<const FileDescriptor> file, std::uint32_t place,
                  double unit, std::string name, std::string id);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Opens RAPL energy counters (Intel and AMD), and Arm's similar counters, through the kernel's
/// powercap files.
///
/// @param root  of the system; not "" in tests, or in a container that mounts the host's /sys
///              elsewhere
/// @error the gain of RAPL itself is not known and not part of any uncertainty here. With SGX or
///        energy filtering on, Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
[[nodiscard]] Probe<CounterMeter> open_powercap(const std::string& root = "");

/// Opens RAPL's registers directly, on one CPU of each package, for kernels without powercap.
/// @param root  of the system, as in open_powercap
/// @error as open_powercap
/// @source detail::rapl_registers
[[nodiscard]] Probe<CounterMeter> open_msr(const std::string& root = "");

}  // namespace perjoule::inline v0

// ---- perjoule/stats/proportion_interval.hpp

namespace perjoule::inline v0 {

/// Returns the score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of
/// n and n of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; between .93 and .97 for a single p at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                               double level = 0.95);

namespace detail {

/// Returns the x that a beta variable stays below with probability p.
/// @unit   none; p in (0, 1)
/// @error  1e-8 relative for a + b up to 1e6, and 1e-12 below a thousand
/// @source inverted from incomplete_beta by bisection
[[nodiscard]] double beta_quantile(double p, double a, double b);

/// @copydoc clopper_pearson_interval
/// Successes need not be a whole number: AUROC counts a tie as half a success.
[[nodiscard]] Interval<double> clopper_pearson(double successes, double trials, double level);

}  // namespace detail

/// Returns the exact interval of a proportion: all p for which the observed number of successes or
/// fewer, and the observed number or more, each have a probability of at least (1 - level)/2. It is
/// wider than wilson_interval(), which is right on average. Use it for a claim that has to hold for
/// each p.
/// @unit   a share of 1
/// @error  covers with probability `level` or more for every p; at n = 20 with .97 on average
/// @source Clopper and Pearson, Biometrika 26 (1934) 404; the ends as quantiles of beta
///         distributions
[[nodiscard]] Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                        double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/efficiency.hpp

namespace perjoule::inline v0 {

/// Requires energy per item. The energy of a whole run changes when the test set is doubled, so
/// there is no score over it. The name of this concept appears in the compiler's error.
template <class Q>
concept EnergyIsPerItem = (Q::dimension == JoulesPerItem::dimension);

/// Returns the quality per joule, independent of the length of the test set.
///
/// This describes one model and does not rank several: energy spans decades where quality does not,
/// so the cheapest model that knows anything leads (docs/explanation/scores.md).
///
/// @param skill   quality above the trivial predictor, (Q - Q0)/(Q* - Q0); 0 for a model that knows
///                nothing
/// @param energy  per item, total (including the idle share) unless the caller's name says active
/// @unit    items per joule, weighted by skill
/// @error   see ratio(): quality and energy come from different instruments and are independent
/// @throws  nothing; a missing input gives a missing score
/// @source  docs/reference/formulas.md#scores
template <class Q>
requires EnergyIsPerItem<Q>
[[nodiscard]] IntervalEstimate<ItemsPerJoule> per_joule(const Estimate<double>& skill,
                                                        const Estimate<Q>& energy) {
  return ratio(skill, energy);
}

/// Returns the quality per second, for items processed one after the other.
/// @unit   items per second, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline IntervalEstimate<ItemsPerSecond> per_second(
    const Estimate<double>& skill, const Estimate<SecondsPerItem>& time) {
  return ratio(skill, time);
}

/// Returns the quality per byte of the model: of its files, packed or not, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  as the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline IntervalEstimate<PerByte> per_byte(const Estimate<double>& skill,
                                                        const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// Returns the quality per byte moved between memory and processor for each item.
/// @unit   items per byte, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline IntervalEstimate<ItemsPerByte> per_moved_byte(
    const Estimate<double>& skill, const Estimate<BytesPerItem>& moved) {
  return ratio(skill, moved);
}

/// Returns the information that a model adds about each item's answer, beyond the class
/// frequencies. The prior predictor scores 0, a model that is confident of wrong answers scores
/// below 0, and the information of two independent questions about an item adds up. Accuracy has
/// none of these three properties.
///
/// @param prior  mean negative log-likelihood of the prior predictor, which gives each class its
///               frequency whatever the input: the entropy of the labels if the frequencies are
///               those of the test set. @unit nats per item
/// @param model  mean negative log-likelihood of the model on the same items. @unit nats per item
/// @unit   bit/item
/// @error  as the model's; the prior is a property of the task and taken as exact
/// @throws Error for a prior that is not finite
/// @source Cover and Thomas, Elements of Information Theory (2006), 2.4 and 6.2
[[nodiscard]] Estimate<BitsPerItem> information_gain(double prior, const Estimate<double>& model);

/// Returns the information per joule: (H0 - NLL)/ln 2 over the energy per item. Like per_joule it
/// describes one model and does not rank several.
/// @unit   bit/J
/// @error  see ratio(); for negative log-likelihoods and energies of single items, use paired_ratio
/// @throws nothing; a missing input gives a missing score
/// @source (H0 - NLL)/(E ln 2), see information_gain()
[[nodiscard]] IntervalEstimate<BitsPerJoule> information_per_joule(
    const Estimate<BitsPerItem>& information, const Estimate<JoulesPerItem>& energy);

/// Returns the number of correct answers per joule. It uses accuracy and not skill, so it predicts
/// what a battery will do with a model that was chosen by other means. It does not choose a model:
/// a program that answers with the most frequent class for a microjoule leads by orders of
/// magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); if the energy of each item is known, use paired_ratio of correct answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] IntervalEstimate<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy);

/// Returns the number of items per joule, right or wrong: throughput by energy instead of time.
/// @unit   item/J
/// @error  as the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] IntervalEstimate<ItemsPerJoule> items_per_joule(
    const Estimate<JoulesPerItem>& energy);

/// Returns the quality per floating-point operation. Operations are the same on every machine,
/// while joules are not. But a model with fewer operations may take more energy and time, since
/// most of the cost is in moving the numbers.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
///         2110.12894
[[nodiscard]] IntervalEstimate<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations);

namespace detail {

/// Returns energy time^exponent.
/// @unit   unit of energy times unit of time^exponent
/// @error  see energy_delay_product
/// @source GUM (JCGM 100:2008) 5.2.2 with r = 1
[[nodiscard]] Estimate<double> energy_delay(const Estimate<double>& energy,
                                            const Estimate<double>& time, int exponent);

}  // namespace detail

/// Returns energy times time of an item; smaller is better. A machine does not improve it by
/// running slower at a lower voltage. With the exponent 2 the time counts twice.
/// @tparam Exponent  exponent of the time: 1 (EDP) or 2 (ED2P)
/// @unit   J s/item^2, or J s^2/item^3
/// @error  energy and time come from the same windows, where a slow window takes more energy. Their
///         relative uncertainties are therefore added in full, which is never too little
/// @throws nothing; a missing input, or a time that is not positive, gives a missing product
/// @source Horowitz, Indermaur and Gonzalez, Low-power digital design (1994); ED2P: Martin, Nystrom
///         and Penzes, ET2: a metric for time and energy efficiency of computation (2002)
template <int Exponent = 1>
requires(Exponent == 1 || Exponent == 2)
    [[nodiscard]] auto energy_delay_product(const Estimate<JoulesPerItem>& energy,
                                            const Estimate<SecondsPerItem>& time) {
  using Product = Quantity<Dimension{.joule = 1, .second = Exponent, .item = -1 - Exponent}>;
  return detail::with_unit<Product>(
      detail::energy_delay(detail::strip_unit(energy), detail::strip_unit(time), Exponent));
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/hypothesis_tests.hpp

namespace perjoule::inline v0 {

/// p-values for two models being right equally often on the same items; two-sided.
struct McNemar {
  double exact = 1.0;  ///< never rejects too often, but often too rarely. @unit a share of 1
  double mid_p = 1.0;  ///< closer to the level, which it may exceed. @unit a share of 1
};

/// Computes McNemar's test from the items that only one of two models got right. For equal models,
/// each of these items is a coin toss. Items that both got right, or neither, carry no information.
///
/// mid_p counts half of the probability of the observed outcome. It guarantees less than the exact
/// test, but in none of the 9595 settings that its authors tried did it reject more often than the
/// level.
///
/// @unit   p-values: a share of 1; both are 1 if there are no such items
/// @source McNemar, Psychometrika 12 (1947) 153; mid-p: Fagerland, Lydersen and Laake, BMC Medical
///         Research Methodology 13 (2013) 91
[[nodiscard]] McNemar mcnemar(std::size_t only_a, std::size_t only_b);

/// Mean difference of pairs, with a two-sided p-value for a mean of zero.
struct PairedPermutation {
  double mean = 0.0;      ///< @unit same as the differences
  double p_value = 1.0;   ///< @unit a share of 1
  bool is_exact = false;  ///< all patterns of signs were tried, not a random sample
};

namespace detail {

/// Returns the sum of the values, with the sign flipped where the bit of a value is set.
/// @unit   same as the values
/// @shape  values: at most 64
/// @source a sum
[[nodiscard]] inline double sum_with_signs(View<double> values, std::uint64_t turned) noexcept {
  constexpr double sign[2] = {1.0, -1.0};
  double sum = 0.0;
  for (const double x : values) {
    sum += sign[turned & 1U] * x;
    turned >>= 1U;
  }
  return sum;
}

/// @copydoc sum_with_signs
/// Each sign is flipped with probability 1/2.
[[nodiscard]] inline double sum_with_random_signs(View<double> values, Random& random) noexcept {
  double sum = 0.0;
  for (std::size_t first = 0; first < values.size(); first += 64) {
    const std::size_t left = values.size() - first;
    sum += sum_with_signs({values.data() + first, left < 64 ? left : 64}, random.bits());
  }
  return sum;
}

}  // namespace detail

/// Tests a mean difference by flipping the signs of differences, as if the two models of a pair
/// were exchanged: the p-value is the share of patterns whose mean is at least as far from zero as
/// the observed one. The only assumption is that, for two equal models, a difference is as likely
/// as its negative.
///
/// Pairs without a difference change no sum and are left out. With up to 16 other pairs, all
/// patterns are tried. With more, `draws` patterns are tried, and the observed one counts as one
/// more, so that p is never 0 and the test never rejects too often.
///
/// @unit   mean: same as the differences; p-value: a share of 1
/// @shape  differences: one for each item, in any order
/// @error  for drawn patterns, the standard deviation of p is sqrt(p (1 - p)/draws), .002 at .05
/// @throws Error for no differences, and for a difference that is not finite
/// @source Fisher, The Design of Experiments (1935), 21; counting one more: Phipson and Smyth,
///         Statistical Applications in Genetics and Molecular Biology 9 (2010), 39
[[nodiscard]] inline PairedPermutation paired_permutation(View<double> differences,
                                                          std::uint64_t seed,
                                                          std::size_t draws = 10'000) {
  PERJOULE_EXPECTS(draws >= 100);
  if (differences.empty()) {
    detail::fail("a test of no pairs", "there are no differences", "pass one for each item");
  }
  std::vector<double> values;
  double seen = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double x = differences[i];
    if (!is_finite(x)) {
      detail::fail("a difference is not a finite number", text::format("item {}", i),
                   "leave out items that have no value, of both models");
    }
    if (x != 0.0) values.push_back(x);
    seen += x;
    all += std::abs(x);
  }
  // Sums that are equal up to rounding count as equal.
  const double least = std::abs(seen) - 1e-12 * all;
  PairedPermutation found;
  found.mean = seen / static_cast<double>(differences.size());
  found.is_exact = values.size() <= 16;
  std::size_t far = 0;
  if (found.is_exact) {
    const std::uint64_t patterns = std::uint64_t{1} << values.size();
    for (std::uint64_t turned = 0; turned < patterns; ++turned) {
      far += std::abs(detail::sum_with_signs(values, turned)) >= least ? 1 : 0;
    }
    found.p_value = static_cast<double>(far) / static_cast<double>(patterns);
    return found;
  }
  Random random(seed);
  for (std::size_t i = 0; i < draws; ++i) {
    far += std::abs(detail::sum_with_random_signs(values, random)) >= least ? 1 : 0;
  }
  found.p_value = static_cast<double>(far + 1) / static_cast<double>(draws + 1);
  return found;
}

/// Middle of a symmetric distribution, with its interval, estimated from values.
struct LocationEstimate {
  double value = 0.0;         ///< @unit same as the values
  Interval<double> interval;  ///< @unit same as the values
};

/// Computes the Hodges-Lehmann estimate of paired differences, with the interval of Wilcoxon's
/// signed-rank test. The only assumption is that differences are as likely above the middle as
/// below it, which holds for two variants measured in turns. A few outliers hardly move it, and
/// under normal noise it needs only 5 % more pairs than the mean.
///
/// With more than 200 values, neighbours are averaged first, since the cost grows with the square
/// of the number of values.
///
/// @unit   same as the values
/// @shape  differences: in order of time, at least six
/// @error  missing if there are too few values for an interval at this level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] LocationEstimate signed_rank(View<double> differences, double level = 0.95);

namespace detail {

/// p-value with its index in the input.
struct IndexedPValue {
  double p;
  std::size_t index;
  friend bool operator<(const IndexedPValue& a, const IndexedPValue& b) noexcept {
    return a.p < b.p;
  }
};

[[nodiscard]] std::vector<IndexedPValue> sort_p_values(View<double> p_values);

}  // namespace detail

/// Adjusts the p-values of several tests so that comparing them with a level bounds the probability
/// of any false finding by that level, however the tests depend on each other. Finds everything
/// that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in input order
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] std::vector<double> holm(View<double> p_values);

/// Adjusts the p-values of several tests so that, among those at or below a level, the expected
/// share of false findings is at most that level. Use it for many tests, some of which may be
/// wrong.
/// @unit   a share of 1
/// @shape  in input order
/// @error  holds for tests that are independent or positively dependent, such as tests of models
///         against one other on the same items
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] std::vector<double> benjamini_hochberg(View<double> p_values);

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_DEFINITIONS) || defined(PERJOULE_WITH_ALL) || defined(PERJOULE_WITH_CATCH2) || defined(PERJOULE_WITH_FMT) || defined(PERJOULE_WITH_GOOGLE_BENCHMARK) || defined(PERJOULE_WITH_GOOGLE_BENCHMARK_JSON) || defined(PERJOULE_WITH_HEAP_HOOK) || defined(PERJOULE_WITH_PAPI) || defined(PERJOULE_WITH_PAPI_ENERGY)

#if defined(PERJOULE_DEFINITIONS)
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

// ---- perjoule/core/error-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void contract_violation(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Error::Error(std::string_view what, std::string_view where,
                             std::string_view next_step)
    : std::runtime_error(text::format("perjoule: {}: {}; {}", what, where, next_step)) {}

namespace detail {

PERJOULE_INLINE void fail(std::string_view what, std::string_view where,
                          std::string_view next_step) {
  throw Error(what, where, next_step);
}

PERJOULE_INLINE std::string errno_message(int error_number) {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  std::string reason = strerror_l(error_number, english);
  freelocale(english);
  if (reason[0] >= 'A' && reason[0] <= 'Z') reason[0] ^= ' ';
  return reason;
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/write_file-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void create_parent_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end < path.size(); end = path.find('/', end + 1)) {
    mkdir(path.substr(0, end).c_str(), 0777);
  }
}

PERJOULE_INLINE bool write_and_sync(int file, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t n = write(file, content.data(), content.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return fsync(file) == 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void write_file(const std::string& path, std::string_view content) {
  detail::create_parent_directories(path);
  // The process id keeps apart two processes that write to the same path at once; the last rename
  // wins.
  const std::string draft = text::format("{}.{}.part", path, getpid());
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool done = file != -1 && detail::write_and_sync(file, content);
  int why = errno;
  if (file != -1 && close(file) == -1 && done) {
    done = false;
    why = errno;
  }
  if (done && rename(draft.c_str(), path.c_str()) == -1) {
    done = false;
    why = errno;
  }
  if (!done) {
    if (file != -1) unlink(draft.c_str());
    detail::fail(
        "cannot write the file", text::format("{}: {}", path, detail::errno_message(why)),
        "mend that or choose another place, then run again (no part of the file was left behind)");
  }
  // The rename survives a power cut only once the folder is on the disk, too. Some file systems
  // refuse to sync a folder; the file itself is complete in any case.
  const std::size_t name = path.rfind('/') + 1;
  const int folder = open(name == 0 ? "." : path.substr(0, name).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder != -1) {
    fsync(folder);
    close(folder);
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/units/quantity-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string unit_symbol(Dimension dimension) {
  const bool is_power = dimension.joule == 1 && dimension.second == -1;
  if (is_power) dimension.joule = dimension.second = 0;
  const struct {
    const char* symbol;
    int exponent;
  } bases[] = {{"W", is_power ? 1 : 0},    {"J", dimension.joule},      {"s", dimension.second},
               {"B", dimension.byte},      {"item", dimension.item},    {"g", dimension.gram},
               {"money", dimension.money}, {"op", dimension.operation}, {"bit", dimension.bit}};
  std::string above;
  std::string below;
  for (const auto& base : bases) {
    if (base.exponent == 0) continue;
    const int size = base.exponent < 0 ? -base.exponent : base.exponent;
    std::string& side = base.exponent < 0 ? below : above;
    const char* const joint = base.exponent < 0 ? "/" : side.empty() ? "" : " ";
    side = size == 1 ? text::format("{}{}{}", side, joint, base.symbol)
                     : text::format("{}{}{}^{}", side, joint, base.symbol, size);
  }
  if (above.empty() && !below.empty()) above = "1";
  return text::format("{}{}", above, below);
}

}  // namespace perjoule::inline v0

// ---- perjoule/units/scope-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string name(Scope scope) {
  constexpr std::string_view parts[] = {"psys", "package", "dram", "process", "gpu"};
  std::string joined;
  for (unsigned i = 0; i < std::size(parts); ++i) {
    if ((static_cast<unsigned>(scope) >> i & 1U) == 0) continue;
    if (!joined.empty()) joined += '+';
    joined += parts[i];
  }
  return joined.empty() ? "none" : joined;
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/confidence-inl.hpp

namespace perjoule::inline v0 {

namespace detail {

PERJOULE_INLINE Interval<double> without_uncertainty(double value, Provenance provenance,
                                                     double level) {
  if (provenance == Provenance::modelled) return {};
  return {value, value, level, IntervalMethod::exact};
}

}  // namespace detail

PERJOULE_INLINE double halfwidth(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return detail::quiet_nan();
  const double u = standard_uncertainty(estimate);
  return u > 0.0 ? t_quantile(0.5 * (1.0 + level), effective_dof(estimate)) * u : 0.0;
}

PERJOULE_INLINE Interval<double> interval(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return {};
  const double value = estimate.value;
  const double half = halfwidth(estimate, level);
  if (half <= 0.0) return detail::without_uncertainty(value, estimate.provenance, level);
  if (estimate.provenance == Provenance::modelled && value > 0.0) {
    const double factor = std::exp(half / value);
    return {value / factor, value * factor, level, IntervalMethod::lognormal};
  }
  return {value - half, value + half, level, IntervalMethod::student_t};
}

PERJOULE_INLINE double standard_uncertainty(const Estimate<double>& estimate) {
  return std::hypot(estimate.random, estimate.common);
}

PERJOULE_INLINE double effective_dof(const Estimate<double>& estimate) {
  if (estimate.random <= 0.0) return infinite_dof;
  const double share = standard_uncertainty(estimate) / estimate.random;
  const double dof = estimate.dof * detail::square(detail::square(share));
  return dof < infinite_dof ? dof : infinite_dof;
}

}  // namespace perjoule::inline v0

// ---- perjoule/counters/event_source-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE EventReading::EventReading() = default;

PERJOULE_INLINE EventReading::EventReading(const EventSourceDescription& source) {
  resize(source.events.size());
}

PERJOULE_INLINE void EventReading::resize(std::size_t events) {
  counts.resize(events);
  enabled.resize(events);
  running.resize(events);
}

}  // namespace perjoule::inline v0

// ---- perjoule/counters/kernel_events-inl.hpp

namespace perjoule::inline v0::detail {

/// An event, with the name that perf gives it.
struct KernelEvent {
  enum class Source : std::uint8_t {
    perf,
    task_clock,
    minor_faults,
    major_faults,
    faults,
    switches
  };
  std::string_view name;
  std::string_view alias;  ///< another name for it, or empty
  Source source;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< for perf: the code
  EventKind kind = EventKind::other;
};

/// Returns a code for perf_event_open: cache | operation << 8 | 1 for misses << 16.
/// @unit none
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// The events that are known by name.
/// @source linux/perf_event.h; software events except cpu-migrations from getrusage(2), which needs
///         no permission
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::Source::task_clock},
    {"page-faults", "faults", KernelEvent::Source::faults},
    {"minor-faults", "", KernelEvent::Source::minor_faults},
    {"major-faults", "", KernelEvent::Source::major_faults},
    {"context-switches", "cs", KernelEvent::Source::switches},
    {"cpu-migrations", "migrations", KernelEvent::Source::perf, 1, 4},
    {"instructions", "", KernelEvent::Source::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::Source::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", "", KernelEvent::Source::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::Source::perf, 0, 4},
    {"branch-misses", "", KernelEvent::Source::perf, 0, 5},
    {"cache-references", "", KernelEvent::Source::perf, 0, 2},
    {"cache-misses", "", KernelEvent::Source::perf, 0, 3},
    {"stalled-cycles-frontend", "", KernelEvent::Source::perf, 0, 7},
    {"stalled-cycles-backend", "", KernelEvent::Source::perf, 0, 8},
    {"L1-dcache-loads", "", KernelEvent::Source::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", "", KernelEvent::Source::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", "", KernelEvent::Source::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", "", KernelEvent::Source::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(4, 0, true)},
};

PERJOULE_INLINE std::vector<std::string_view> kernel_event_names() {
  std::vector<std::string_view> names;
  for (const KernelEvent& event : kernel_events) names.push_back(event.name);
  return names;
}

/// Returns the event with this name.
/// @throws Error for a name that perf does not know
PERJOULE_INLINE KernelEvent find_kernel_event(std::string_view name) {
  for (const KernelEvent& event : kernel_events) {
    if (event.name == name || (!event.alias.empty() && event.alias == name)) return event;
  }
  std::uint64_t raw = 0;
  const auto [end, problem] =
      std::from_chars(name.begin() + (name.starts_with('r') ? 1 : 0), name.end(), raw, 16);
  if (!name.starts_with('r') || problem != std::errc{} || end != name.end()) {
    std::string names;
    for (const std::string_view known : kernel_event_names()) names += std::string(known) + ", ";
    fail("no event of that name", name,
         text::format("name some of {}or a raw code such as r01c0", names));
  }
  return {"raw", "", KernelEvent::Source::perf, 4, raw};
}

/// Returns the reason why the kernel cannot count an event, and the fix.
PERJOULE_INLINE std::string event_error_message(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return "the kernel keeps it from this user: run 'sudo sysctl kernel.perf_event_paranoid=1' "
             "(until the next boot), or give the program CAP_PERFMON";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case EINVAL:
      return "this processor or virtual machine offers no such counter";
    case ENOSYS:
      return "this kernel has no perf events, or a sandbox hides them";
    default:
      return errno_message(error_number);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What an object owns.
struct KernelEvents::State {
  using Source = detail::KernelEvent::Source;
  static constexpr std::uint32_t software = 1;

  /// Events of one thread that are counted together and read at once. Events that need no register
  /// form a separate group, which never has to wait for its turn.
  struct Group {
    int leader = -1;
    std::vector<std::size_t> events;
  };

  State(View<std::string> names, Target whose, const detail::PerfCalls& perf);

  [[nodiscard]] bool open(std::size_t set);
  [[nodiscard]] bool open_all();
  [[nodiscard]] bool read(EventReading& reading) noexcept;
  void close() noexcept;

  [[nodiscard]] bool is_in_group(std::size_t i, std::size_t set, bool is_hardware) const noexcept {
    const Event& event = description.events[i];
    return known[i].source == Source::perf && event.why_missing.empty() && event.set == set &&
           event.is_hardware == is_hardware;
  }

  [[nodiscard]] int open_one(std::size_t i, int thread, int leader) const noexcept;

  /// Finds out which events the kernel counts, and which of them together.
  void form_sets();

  /// Returns 0, or the errno of an event that cannot be opened.
  [[nodiscard]] int open_set(std::size_t set, int thread);

  [[nodiscard]] int open_group(std::size_t set, bool is_hardware, int thread);

  [[nodiscard]] bool enable() const noexcept;

  [[nodiscard]] bool read_usage(EventReading& reading) const noexcept;
  [[nodiscard]] std::uint64_t count_of(Source source, const rusage& usage) const noexcept;
  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept;

  EventSourceDescription description;
  std::vector<detail::KernelEvent> known;
  detail::PerfCalls calls;
  Target target;
  bool needs_usage = false;
  std::vector<detail::FileDescriptor> files;
  std::vector<Group> groups;
  std::vector<std::uint64_t> numbers;  ///< buffer for the values of the largest group
};

PERJOULE_INLINE KernelEvents::State::State(View<std::string> names, Target whose,
                                           const detail::PerfCalls& perf)
    : calls(perf), target(whose) {
  description.name = "kernel";
  description.extent = target == Target::process ? EventExtent::process : EventExtent::program;
  for (const std::string& name : names) {
    const detail::KernelEvent found = detail::find_kernel_event(name);
    known.push_back(found);
    Event event;
    event.name = name;
    event.kind = found.kind;
    event.is_hardware = found.source == Source::perf && found.type != software;
    needs_usage = needs_usage || found.source != Source::perf;
    if (found.source == Source::task_clock) {
      event.unit = "s";
      event.per_count = 1e-9;
    }
    description.events.push_back(std::move(event));
  }
  form_sets();
}

PERJOULE_INLINE bool KernelEvents::State::open(std::size_t set) {
  close();
  if (target == Target::next_program) return open_set(set, 0) == 0;
  const std::vector<std::uint64_t> threads = detail::numbers_in_directory("/proc/self/task", "");
  if (threads.empty()) return open_set(set, 0) == 0 && enable();
  bool is_open = true;
  for (const std::uint64_t thread : threads) {
    const int why = open_set(set, static_cast<int>(thread));
    is_open = is_open && (why == 0 || why == ESRCH);  // ESRCH: the thread has ended meanwhile
  }
  is_open = is_open && enable();
  if (!is_open) close();
  return is_open;
}

PERJOULE_INLINE bool KernelEvents::State::open_all() {
  close();
  int why = 0;
  for (std::size_t set = 0; set < description.sets && why == 0; ++set) why = open_set(set, 0);
  if (why != 0) close();  // the counts of some sets would be mistaken for all
  return why == 0;
}

PERJOULE_INLINE bool KernelEvents::State::read(EventReading& reading) noexcept {
  reading.resize(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    reading.counts[i] = reading.enabled[i] = reading.running[i] = 0;
  }
  for (const Group& group : groups) {
    // The number of events, the time enabled, the time running, and the counts.
    if (!detail::read_perf_event(group.leader, numbers.data(), 3 + group.events.size())) {
      return false;
    }
    for (std::size_t place = 0; place < group.events.size(); ++place) {
      const std::size_t event = group.events[place];
      reading.counts[event] += numbers[3 + place];
      reading.enabled[event] += numbers[1];
      reading.running[event] += numbers[2];
    }
  }
  return read_usage(reading);
}

PERJOULE_INLINE void KernelEvents::State::close() noexcept {
  files.clear();
  groups.clear();
}

PERJOULE_INLINE int KernelEvents::State::open_one(std::size_t i, int thread,
                                                  int leader) const noexcept {
  constexpr std::uint64_t disabled = 1;
  constexpr std::uint64_t inherit = 1U << 1U;
  constexpr std::uint64_t user_mode_only = 1U << 5U | 1U << 6U;
  constexpr std::uint64_t enable_on_exec = 1U << 12U;
  constexpr std::uint64_t times_and_group = 1U | 1U << 1U | 1U << 3U;
  detail::PerfAttributes attributes;
  attributes.type = known[i].type;
  attributes.config = known[i].config;
  attributes.read_format = times_and_group;
  attributes.flags = inherit;
  if (leader == -1) attributes.flags |= disabled;
  if (leader == -1 && target == Target::next_program) attributes.flags |= enable_on_exec;
  if (description.events[i].is_hardware) attributes.flags |= user_mode_only;
  return calls.open(attributes, thread, -1, leader);
}

PERJOULE_INLINE void KernelEvents::State::form_sets() {
  description.sets = 1;
  int leader = -1;
  std::size_t set = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].source != Source::perf) continue;
    Event& event = description.events[i];
    const bool is_together = event.is_hardware && leader != -1;
    int file = open_one(i, 0, is_together ? leader : -1);
    if (file == -1 && is_together) {  // not together with the others: in a separate set?
      file = open_one(i, 0, -1);
      if (file != -1) {
        leader = -1;
        ++set;
      }
    }
    if (file == -1) {
      event.why_missing = detail::event_error_message(errno);
      continue;
    }
    files.emplace_back(file);
    if (!event.is_hardware) continue;
    if (leader == -1) leader = file;
    event.set = set;
    description.sets = set + 1;
  }
  close();
}

PERJOULE_INLINE int KernelEvents::State::open_set(std::size_t set, int thread) {
  const int why = open_group(set, true, thread);
  return why != 0 ? why : open_group(set, false, thread);
}

PERJOULE_INLINE int KernelEvents::State::open_group(std::size_t set, bool is_hardware, int thread) {
  Group group;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!is_in_group(i, set, is_hardware)) continue;
    const int file = open_one(i, thread, group.leader);
    if (file == -1) return errno;
    files.emplace_back(file);
    if (group.leader == -1) group.leader = file;
    group.events.push_back(i);
  }
  if (group.events.empty()) return 0;
  numbers.resize(std::max(numbers.size(), 3 + group.events.size()));
  groups.push_back(std::move(group));
  return 0;
}

PERJOULE_INLINE bool KernelEvents::State::enable() const noexcept {
  return std::all_of(groups.begin(), groups.end(),
                     [&](const Group& group) { return calls.enable(group.leader); });
}

PERJOULE_INLINE bool KernelEvents::State::read_usage(EventReading& reading) const noexcept {
  if (!needs_usage) return true;
  rusage usage{};
  const auto whose = target == Target::process ? RUSAGE_SELF : RUSAGE_CHILDREN;
  if (getrusage(whose, &usage) != 0) return false;
  for (std::size_t i = 0; i < known.size(); ++i) {
    reading.counts[i] += count_of(known[i].source, usage);
  }
  return true;
}

PERJOULE_INLINE std::uint64_t KernelEvents::State::count_of(Source source,
                                                            const rusage& usage) const noexcept {
  const auto faults = static_cast<std::uint64_t>(usage.ru_minflt);
  const auto slow_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  switch (source) {
    case Source::task_clock:
      return cpu_time(usage);
    case Source::minor_faults:
      return faults;
    case Source::major_faults:
      return slow_faults;
    case Source::faults:
      return faults + slow_faults;
    case Source::switches:
      return static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw);
    case Source::perf:
      break;
  }
  return 0;
}

PERJOULE_INLINE std::uint64_t KernelEvents::State::cpu_time(const rusage& usage) const noexcept {
  timespec own{};
  if (target == Target::process && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0) {
    return static_cast<std::uint64_t>(own.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(own.tv_nsec);
  }
  const auto us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000U +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  return 1000U * (us(usage.ru_utime) + us(usage.ru_stime));
}

PERJOULE_INLINE KernelEvents::KernelEvents(std::initializer_list<std::string_view> names,
                                           Target target)
    : KernelEvents(std::vector<std::string>(names.begin(), names.end()), target) {}

PERJOULE_INLINE KernelEvents::KernelEvents(View<std::string> names, Target target)
    : KernelEvents(names, target, {}) {}

PERJOULE_INLINE KernelEvents::KernelEvents(View<std::string> names, Target target,
                                           const detail::PerfCalls& calls)
    : state_(new State(names, target, calls)) {}

PERJOULE_INLINE KernelEvents::~KernelEvents() { delete state_; }

PERJOULE_INLINE const EventSourceDescription& KernelEvents::description() const noexcept {
  return state_->description;
}

PERJOULE_INLINE bool KernelEvents::open(std::size_t set) { return state_->open(set); }

PERJOULE_INLINE bool KernelEvents::open_all() { return state_->open_all(); }

PERJOULE_INLINE bool KernelEvents::read(EventReading& reading) noexcept {
  return state_->read(reading);
}

PERJOULE_INLINE void KernelEvents::close() noexcept { state_->close(); }

}  // namespace perjoule::inline v0

// ---- perjoule/memory/cgroup-inl.hpp

namespace perjoule::inline v0::detail {

/// Removes the text before the first `separator`, and the separator, from a text. Returns the part
/// before it.
PERJOULE_INLINE std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::string_view taken = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

PERJOULE_INLINE bool has_word(std::string_view list, std::string_view word,
                              char separator) noexcept {
  while (!list.empty()) {
    if (take_until(list, separator) == word) return true;
  }
  return false;
}

PERJOULE_INLINE std::optional<CgroupName> parse_cgroup(std::string_view file) {
  std::optional<CgroupName> found;
  while (!file.empty()) {
    const std::string_view line = take_until(file, '\n');
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == line.npos) continue;
    const bool is_v1 = has_word(line.substr(first + 1, second - first - 1), "memory");
    if (!is_v1 && line.substr(0, first) != "0") continue;  // 0 is the number of the second version
    const std::string_view path = line.substr(second + 1);
    found.reset();
    if (path.starts_with('/')) found = {is_v1, std::string(path)};
    if (is_v1) break;
  }
  return found;
}

PERJOULE_INLINE std::string unescaped(std::string_view path) {
  std::string plain;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view digits = path.substr(i + 1, 3);
    if (path[i] == '\\' && digits.size() == 3 &&
        digits.find_first_not_of("01234567") == digits.npos) {
      plain +=
          static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      i += 3;
    } else {
      plain += path[i];
    }
  }
  return plain;
}

PERJOULE_INLINE std::optional<CgroupMount> parse_cgroup_mount(std::string_view line, bool is_v1) {
  const std::size_t dash = line.find(" - ");
  if (dash == line.npos) return {};
  const std::string_view kind = line.substr(dash + 3);
  const std::string_view options = kind.substr(kind.rfind(' ') + 1);
  if (!kind.starts_with(is_v1 ? "cgroup " : "cgroup2 ")) return {};
  if (is_v1 && !has_word(options, "memory")) return {};
  std::string_view fields[5];
  for (std::string_view& field : fields) field = take_until(line, ' ');
  CgroupMount mount{unescaped(fields[3]), unescaped(fields[4])};
  if (!mount.group.starts_with('/') || !mount.place.starts_with('/')) return {};
  return mount;
}

PERJOULE_INLINE bool is_outside(std::string_view path) noexcept {
  return path == "/.." || path.starts_with("/../");
}

PERJOULE_INLINE std::optional<std::string_view> path_below(std::string_view path,
                                                           std::string_view group) noexcept {
  if (group == "/") group = "";
  if (!path.starts_with(group)) return {};
  const std::string_view rest = path.substr(group.size());
  if (rest == "/") return "";
  if (!rest.empty() && rest.front() != '/') return {};
  return rest;
}

PERJOULE_INLINE void find_below(const std::string& root, const CgroupMount& mount,
                                const std::string& path, CgroupDirectory& found) {
  if (found.is_named || is_outside(mount.group)) return;
  const std::string top = root + mount.place;
  if (const auto rest = path_below(path, mount.group)) {
    const std::string whole = top + std::string(*rest);
    if (access(whole.c_str(), F_OK) == 0) {
      found = {whole, top.size(), true};
      return;
    }
    if (errno == ENAMETOOLONG) return;  // it may exist, but the kernel cannot be asked
  }
  if (found.path.empty() && access(top.c_str(), F_OK) == 0) found = {top, top.size(), false};
}

PERJOULE_INLINE CgroupDirectory find_cgroup(const std::string& root, const CgroupName& name) {
  CgroupDirectory found;
  if (is_outside(name.path)) return found;
  // Not limited in length: the mounts of a container name all of its layers.
  const auto mounts = read_file(root + "/proc/self/mountinfo");
  if (!mounts) {  // the conventional places; "unified" next to the first version
    if (name.is_v1) {
      find_below(root, {"/", "/sys/fs/cgroup/memory"}, name.path, found);
    } else {
      find_below(root, {"/", "/sys/fs/cgroup/unified"}, name.path, found);
      find_below(root, {"/", "/sys/fs/cgroup"}, name.path, found);
    }
    return found;
  }
  for (std::string_view rest = *mounts; !rest.empty();) {
    const auto mount = parse_cgroup_mount(take_until(rest, '\n'), name.is_v1);
    if (mount) find_below(root, *mount, name.path, found);
  }
  return found;
}

PERJOULE_INLINE std::optional<std::uint64_t> parse_limit(std::string_view content) noexcept {
  const bool is_huge =
      content.size() > 19 && content.find_first_not_of("0123456789") == content.npos;
  if (is_huge || content == "max") return no_limit;
  std::uint64_t limit = 0;
  if (!text::parse_integer(content, limit)) return {};
  return limit;
}

PERJOULE_INLINE Estimate<Bytes> read_byte_count(const std::string& folder, std::string_view file) {
  std::uint64_t bytes = 0;
  const std::string content = read_file(text::format("{}/{}", folder, file)).value_or("");
  if (!text::parse_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

PERJOULE_INLINE bool has_file(const std::string& folder, std::string_view file) {
  return access(text::format("{}/{}", folder, file).c_str(), F_OK) == 0;
}

PERJOULE_INLINE bool is_root(const std::string& folder, bool is_v1) {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

PERJOULE_INLINE bool has_memory_controller(const std::string& folder) {
  const auto controllers = read_file(folder + "/cgroup.controllers");
  return !controllers || has_word(*controllers, "memory", ' ');
}

PERJOULE_INLINE std::optional<std::uint64_t> smallest_limit(CgroupDirectory group, bool is_v1) {
  const auto read = [&](std::string_view file) {
    return read_file(text::format("{}/{}", group.path, file)).value_or("");
  };
  // The first version reports the effective limit directly. It includes groups that a container
  // does not see, and excludes the groups above if the group is set to ignore them.
  if (is_v1) {
    const std::string content = read("memory.stat");
    std::uint64_t limit = 0;
    if (const auto value = find_line_value(content, "hierarchical_memory_limit ")) {
      if (!text::parse_integer(*value, limit)) return {};
      return limit;
    }
  }
  std::uint64_t least = no_limit;
  for (;;) {
    const bool is_top = group.path.size() <= group.mount;
    if (is_top && is_root(group.path, is_v1)) return least;
    const auto limit = parse_limit(read(cgroup_files(is_v1).limit));
    if (!limit) return {};
    least = std::min(least, *limit);
    if (is_top) return least;
    group.path.resize(group.path.rfind('/'));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CgroupMemory cgroup_memory(const std::string& root) {
  CgroupMemory group;
  const std::string names = detail::read_file(root + "/proc/self/cgroup").value_or("");
  const auto name = detail::parse_cgroup(names);
  if (!name) {
    group.why_missing = "/proc names no control group that counts this process's memory";
    return group;
  }
  detail::CgroupDirectory found = detail::find_cgroup(root, *name);
  // A mount that is only assumed to be the group must not be the whole machine.
  if (found.path.empty() || (!found.is_named && detail::is_root(found.path, name->is_v1))) {
    group.why_missing = "the control group of this process isn't below what is mounted here";
    return group;
  }
  // In the second version, the nearest group above counts if the group itself does not.
  while (!name->is_v1 && found.path.size() > found.mount &&
         !detail::has_memory_controller(found.path)) {
    found.path.resize(found.path.rfind('/'));
  }
  const detail::CgroupFiles files = detail::cgroup_files(name->is_v1);
  group.path = found.path;
  group.current = detail::read_byte_count(group.path, files.current);
  group.peak = detail::read_byte_count(group.path, files.peak);
  const auto limit = detail::smallest_limit(found, name->is_v1);
  if (!limit) {
    group.why_missing = "a limit of the control group, or of one above it, can't be read";
    return group;
  }
  group.is_unlimited = *limit >= detail::no_limit;
  if (!group.is_unlimited) group.limit = exact(Bytes(static_cast<double>(*limit)));
  if (!group.current.is_known()) {
    group.why_missing = "what the control group takes isn't counted, or can't be read";
  }
  return group;
}

}  // namespace perjoule::inline v0

// ---- perjoule/memory/process_memory-inl.hpp

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double rss_accounting_lag() noexcept {
  const auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  const double batch = cpus > 32.0 ? 2.0 * cpus : 64.0;
  return 3.0 * batch * cpus * static_cast<double>(sysconf(_SC_PAGESIZE));
}

PERJOULE_INLINE void ResidentPeak::start() {
#if defined(__GLIBC__)
  malloc_trim(0);  // pages kept for the next allocation would hide the growth
#endif
  const FileDescriptor file(open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  // Resets the peak to the current value.
  is_reset_ = file.is_open() && write(file.get(), "5", 1) == 1;
  before_ = peak();
}

PERJOULE_INLINE std::int64_t ResidentPeak::growth() const {
  const std::int64_t now = peak();
  return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
}

PERJOULE_INLINE bool ResidentPeak::is_working() {
  constexpr std::size_t size = 4096 - 16;
  constexpr std::int64_t many = 2048;
  bool is_found = true;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<std::unique_ptr<char[]>> pieces(many);
    start();
    for (std::unique_ptr<char[]>& piece : pieces) {
      piece = std::make_unique<char[]>(size);
      do_not_optimize(piece);
    }
    const std::int64_t found = growth();
    is_found = is_found && found > many * 3700 && found < many * 4500;
  }
  return is_found;
}

PERJOULE_INLINE std::int64_t ResidentPeak::peak() {
  const std::string kib = parse_field(read_file("/proc/self/status").value_or(""), "VmHWM");
  std::int64_t most = -1;
  const bool is_known =
      std::from_chars(kib.data(), kib.data() + kib.size(), most).ec == std::errc{};
  return is_known ? most * 1024 : -1;
}

PERJOULE_INLINE std::optional<std::string_view> find_line_value(std::string_view file,
                                                                std::string_view field) noexcept {
  while (!file.starts_with(field)) {
    const std::size_t end = file.find('\n');
    if (end == file.npos) return {};
    file.remove_prefix(end + 1);
  }
  const std::string_view value = file.substr(field.size(), file.find('\n') - field.size());
  return value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
}

PERJOULE_INLINE Estimate<Bytes> read_field_bytes(std::string_view file,
                                                 std::string_view field) noexcept {
  constexpr std::string_view unit = " kB";
  std::string_view amount = find_line_value(file, field).value_or("");
  std::uint64_t kib = 0;
  if (!amount.ends_with(unit)) return {};
  amount.remove_suffix(unit.size());
  if (!text::parse_integer(amount, kib)) return {};
  return exact(Bytes(1024.0 * static_cast<double>(kib)));
}

PERJOULE_INLINE void read_faults(std::string_view stat, ProcessMemory& memory) noexcept {
  std::uint64_t minor = 0;
  std::uint64_t major = 0;
  std::string_view rest = stat.substr(std::min(stat.rfind(')'), stat.size()));
  for (int field = 2; field <= 12; ++field) {
    const std::size_t end = rest.find(' ');
    if (end == rest.npos) return;  // the number may have been cut off
    const std::string_view content = rest.substr(0, end);
    if (field == 10 && !text::parse_integer(content, minor)) return;
    if (field == 12 && !text::parse_integer(content, major)) return;
    rest.remove_prefix(end + 1);
  }
  if (minor + major == 0) return;
  memory.minor_faults = static_cast<double>(minor);
  memory.major_faults = static_cast<double>(major);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ProcessMemory process_memory(pid_t process, const std::string& root) {
  const std::string id = process == this_process ? "self" : std::to_string(process);
  const auto read = [&](std::string_view file) {
    return detail::read_file(text::format("{}/proc/{}/{}", root, id, file)).value_or("");
  };
  ProcessMemory memory;
  const std::string status = read("status");
  memory.resident = detail::read_field_bytes(status, "VmRSS:");
  memory.peak_resident = detail::read_field_bytes(status, "VmHWM:");
  const Bytes late{detail::rss_accounting_lag() / std::sqrt(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::read_field_bytes(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Reading::Reading() = default;

PERJOULE_INLINE Reading::Reading(const MeterDescription& meter)
    : counts(meter.zones.size()), ticks(meter.zones.size()) {}

PERJOULE_INLINE void Reading::resize(std::size_t zones) {
  counts.resize(zones);
  ticks.resize(zones);
}

PERJOULE_INLINE AnyMeter::AnyMeter(AnyMeter&& other) noexcept
    : meter_(std::exchange(other.meter_, nullptr)) {}

PERJOULE_INLINE AnyMeter& AnyMeter::operator=(AnyMeter&& other) noexcept {
  std::swap(meter_, other.meter_);
  return *this;
}

PERJOULE_INLINE AnyMeter::~AnyMeter() { delete meter_; }

PERJOULE_INLINE NoMeter::NoMeter() {
  description_.source = "none";
  description_.note = "energy is not measured";
}

static_assert(EnergyMeter<NoMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/power_model-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE PowerModel power_model_of(std::string_view vendor, long family,
                                          long model) noexcept {
  static constexpr struct {
    bool amd;
    short family, first, last;
    double idle, full;
  } families[] = {
      {false, 6, 0x2A, 0x2D, 2.17, 8.58},    // Sandy Bridge
      {false, 6, 0x3A, 0x3A, 3.04, 8.25},    // Ivy Bridge
      {false, 6, 0x3E, 0x3E, 3.04, 8.25},    //
      {false, 6, 0x3C, 0x3C, 1.0, 4.74},     // Haswell
      {false, 6, 0x3F, 0x3F, 1.0, 4.74},     //
      {false, 6, 0x45, 0x46, 1.0, 4.74},     //
      {false, 6, 0x3D, 0x3D, 0.71, 3.69},    // Broadwell
      {false, 6, 0x47, 0x4F, 0.71, 3.69},    //
      {false, 6, 0x56, 0x56, 0.71, 3.69},    //
      {false, 6, 0x55, 0x55, 0.65, 4.26},    // Skylake
      {false, 6, 0x9E, 0x9E, 1.14, 5.42},    // Coffee Lake
      {false, 6, 0x6A, 0x6C, 0.77, 3.76},    // Ice Lake
      {false, 6, 0x8F, 0x8F, 1.04, 4.16},    // Sapphire Rapids
      {true, 0x17, 0x00, 0x2F, 0.82, 2.55},  // EPYC of the first generation
      {true, 0x17, 0x30, 0xFF, 0.47, 1.69},  // second
      {true, 0x19, 0x00, 0x0F, 0.45, 2.02},  // third
  };
  const bool amd = vendor == "AuthenticAMD";
  if (!amd && vendor != "GenuineIntel") return {};
  for (const auto& known : families) {
    if (known.amd == amd && known.family == family && known.first <= model && model <= known.last) {
      return {Watts(known.idle), Watts(known.full)};
    }
  }
  return {};
}

PERJOULE_INLINE PowerModel power_model_of_cpu(const std::string& root) {
  const CpuModel cpu = read_cpu_model(root);
  return power_model_of(cpu.vendor, cpu.family, cpu.model);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/find_meter-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE FoundMeter find_meter(const MeterOptions& options) {
  const std::string root = detail::option_or_environment(options.root, "PERJOULE_ROOT");
  const std::string wanted = detail::option_or_environment(options.source, "PERJOULE_METER");
  std::vector<AbsentMeter> absent;
  const auto finish = [&](CounterMeter meter) -> FoundMeter {
    if (options.gpus) detail::add_gpus(meter, root, options, absent);
    meter.description().has_foreign_root = !root.empty();
    if (meter.description().root.empty()) meter.description().root = root;
    if (options.require < meter.description().provenance) {
      throw NoMeterError("no meter of the kind that is required",
                         text::format("{} is {}", meter.description().source,
                                      name(meter.description().provenance)),
                         "use another meter, or require less");
    }
    return {AnyMeter(std::move(meter)), absent};
  };
  if (wanted == "none") return {AnyMeter(NoMeter()), absent};
  constexpr std::string_view external = "external:";
  if (wanted.starts_with(external)) {
    Probe<CounterMeter> probe = open_external(wanted.substr(external.size()));
    if (probe.is_found()) return finish(probe.take());
    throw NoMeterError("no external meter", probe.reason(), probe.fix());
  }
  bool is_known = wanted.empty() || wanted == "model";
  for (const MeterSource& source : meter_sources()) {
    if (!wanted.empty() && wanted != source.option) continue;
    is_known = true;
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) return finish(probe.take());
    absent.push_back(detail::absent_meter(source, probe));
  }
  if (!is_known) {
    detail::fail(text::format("there is no meter '{}'", wanted), "the choice of meter",
                 "choose " + meter_names());
  }
  const bool only_one = !wanted.empty() && wanted != "model";
  if (only_one || options.require < Provenance::modelled) {
    const AbsentMeter* const nearest = detail::easiest_meter_to_enable(absent);
    if (nearest == nullptr) {
      throw NoMeterError("no energy meter", "the model is none", "choose another meter");
    }
    throw NoMeterError("no energy meter", nearest->reason, nearest->fix);
  }
  const bool is_by_family = options.model.full == Watts(0.0);
  return finish(cpu_time_model(is_by_family ? detail::power_model_of_cpu(root) : options.model));
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/environment-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string fnv1a_hex(std::string_view content) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (const char c : content) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
  }
  std::string digits(16, '0');
  for (std::size_t i = digits.size(); i-- > 0; hash >>= 4U) {
    digits[i] = "0123456789abcdef"[hash & 15U];
  }
  return digits;
}

PERJOULE_INLINE Machine read_machine(const std::string& root) {
  Machine machine;
  // The first CPU is described in the first kilobyte, and the others repeat it.
  const std::string cpuinfo = read_beginning(root + "/proc/cpuinfo", 4096).value_or("");
  machine.processor = parse_field(cpuinfo, "model name");
  if (machine.processor.empty())
    machine.processor = parse_field(cpuinfo, "CPU part");  // 64-bit Arm
  // The nominal clock rate is left out, so that two machines of one model have one name.
  machine.processor.resize(std::min(machine.processor.find(" @ "), machine.processor.size()));
  const std::string total = parse_field(read_file(root + "/proc/meminfo").value_or(""), "MemTotal");
  std::string_view digits = total;
  const double kib = take_number(digits).value_or(0.0);
  machine.memory = Bytes(1024.0 * kib);
  machine.governor =
      read_file(root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  machine.cores = online > 0 ? static_cast<std::size_t>(online) : 0;
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = text::format("{} {} {}", system.sysname, system.release, system.machine);
  }
  // Memory in whole GiB: the kernel reserves a little more or less of it at each boot.
  machine.key = fnv1a_hex(text::format("{}|{}|{}", machine.processor, machine.cores,
                                       static_cast<std::size_t>(kib / 1048576.0 + 0.5)));
  return machine;
}

PERJOULE_INLINE std::string read_git_commit(std::string folder) {
  const auto read = [](const std::string& path) { return read_file(path).value_or(""); };
  for (;;) {
    const std::string git = folder + "/.git";
    const std::string head = read(git + "/HEAD");
    if (!head.empty()) {
      if (!head.starts_with("ref: ")) return head;
      const std::string branch = head.substr(5);
      const std::string loose = read(git + "/" + branch);
      if (!loose.empty()) return loose;
      constexpr std::size_t digits = 40;
      const std::string packed = read(git + "/packed-refs") + "\n";
      const std::size_t end = packed.find(" " + branch + "\n");
      return end == packed.npos || end < digits ? "" : packed.substr(end - digits, digits);
    }
    // In a linked work tree or a submodule, .git is a file and the commit is stored elsewhere, so
    // the commit is not known.
    const std::size_t slash = folder.rfind('/');
    if (slash == folder.npos || !read(git).empty()) return {};
    folder.erase(slash);
  }
}

PERJOULE_INLINE bool names_a_secret(std::string_view option) {
  std::string lower(option);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char* const word : {"key", "token", "secret", "pass", "auth"}) {
    if (lower.find(word) != lower.npos) return true;
  }
  return false;
}

PERJOULE_INLINE std::string redacted_command(std::string_view arguments) {
  constexpr std::string_view redacted = "<redacted>";
  std::string command;
  bool hides_next = false;
  while (!arguments.empty()) {
    const std::string_view argument = arguments.substr(0, arguments.find('\0'));
    arguments.remove_prefix(std::min(argument.size() + 1, arguments.size()));
    if (!command.empty()) command += ' ';
    // "--option=value" contains its value; that of "--option value" is the next argument.
    const std::size_t equals = argument.find('=');
    const bool has_value = equals != argument.npos;
    const bool is_option = has_value || argument.starts_with('-');
    const bool is_secret = is_option && names_a_secret(argument.substr(0, equals));
    if (hides_next) {
      command += redacted;
    } else if (has_value) {
      command += argument.substr(0, equals + 1);
      command += is_secret ? redacted : base_name(argument.substr(equals + 1));
    } else {
      command += base_name(argument);
    }
    hides_next = is_secret && !has_value;
  }
  return command;
}

PERJOULE_INLINE Run read_run() {
  Run run;
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  char digits[32];
  run.utc.assign(digits, strftime(digits, sizeof digits, "%Y-%m-%dT%H:%M:%SZ", &utc));
  run.command = redacted_command(read_file("/proc/self/cmdline").value_or(""));

  // The boot id, the process id and the start time identify a process without a random number, so
  // two sessions of one process belong to one run. The start time is the 20th field after the name.
  const std::string boot = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  const std::string stat = read_file("/proc/self/stat").value_or("");
  std::size_t start = stat.rfind(')');
  for (int field = 0; field < 20 && start != stat.npos; ++field) start = stat.find(' ', start + 1);
  const std::string started =
      start == stat.npos ? run.utc : stat.substr(start + 1, stat.find(' ', start + 1) - start - 1);
  run.id = fnv1a_hex(text::format("{}|{}|{}", boot, getpid(), started));
  char* const folder = realpath(".", nullptr);
  if (folder != nullptr) run.commit = read_git_commit(folder);
  free(folder);
  return run;
}

PERJOULE_INLINE Build make_build(std::string_view compiler, bool optimized, bool fast_math) {
  return {std::string(compiler), optimized, fast_math};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/forward_pass-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE ForwardPassError::ForwardPassError(std::size_t item, std::size_t items,
                                                   std::string_view model, std::string_view reason)
    : Error("the forward pass threw",
            text::format("{}, inputs[{}] of {}: {}", model, item, items, reason),
            "call the model on that input alone to see why"),
      item_(item) {}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void throw_with_item(std::size_t item, std::size_t items, std::string_view model) {
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(item, items, model, reason.what());
  } catch (...) {
    throw ForwardPassError(item, items, model, "not a std::exception");
  }
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/pass_loop-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void PassLoop::prepare(View<std::size_t> /*order*/, std::size_t /*place*/,
                                       std::size_t /*passes*/) {}

PERJOULE_INLINE bool PassLoop::needs_prepare() const noexcept { return false; }

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/metric-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality::Quality() = default;
PERJOULE_INLINE Quality::Quality(const Quality& other) = default;
PERJOULE_INLINE Quality::Quality(Quality&& other) noexcept = default;
PERJOULE_INLINE Quality& Quality::operator=(const Quality& other) = default;
PERJOULE_INLINE Quality& Quality::operator=(Quality&& other) noexcept = default;
PERJOULE_INLINE Quality::~Quality() = default;

}  // namespace perjoule::inline v0

// ---- perjoule/quality/bind_references-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_references(std::size_t references) {
  if (references != 0) return;
  fail("a metric of no items", "the references are empty",
       "pass those of the test set, one for each input");
}

PERJOULE_INLINE void check_outputs_added(std::size_t outputs, std::size_t references) {
  if (outputs == references) return;
  fail(text::format("{} outputs for {} references", outputs, references), "result() of a metric",
       "add an output for each reference before");
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/labels-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void no_scores(std::size_t item) {
  fail("no scores", text::format("item {}", item), "return one score for each class");
}

PERJOULE_INLINE void score_not_finite(std::size_t item, std::size_t place) {
  fail("a score is not a finite number", text::format("item {}, class {}", item, place),
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void label_without_score(std::size_t item) {
  fail("a label has no score", text::format("item {}", item),
       "return one score for each class, and count classes from 0");
}

PERJOULE_INLINE void check_label(std::int64_t label, std::size_t classes, std::size_t item) {
  if (static_cast<std::uint64_t>(label) >= classes) label_without_score(item);
}

PERJOULE_INLINE LabelIndex::LabelIndex() = default;
PERJOULE_INLINE LabelIndex::LabelIndex(const LabelIndex& other) = default;
PERJOULE_INLINE LabelIndex::LabelIndex(LabelIndex&& other) noexcept = default;
PERJOULE_INLINE LabelIndex& LabelIndex::operator=(const LabelIndex& other) = default;
PERJOULE_INLINE LabelIndex& LabelIndex::operator=(LabelIndex&& other) noexcept = default;
PERJOULE_INLINE LabelIndex::~LabelIndex() = default;

PERJOULE_INLINE std::size_t LabelIndex::add(std::int64_t number) {
  const std::size_t place = find(number);
  ++entries_[place].count;
  return place;
}

PERJOULE_INLINE std::size_t LabelIndex::find(std::int64_t number) {
  const auto known = places_.find(number);
  if (known != places_.end()) return known->second;
  entries_.push_back({number, 0});  // first: a place without an entry would be a fault
  return places_.emplace(number, entries_.size() - 1).first->second;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/accuracy-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t LabelCounts::items() const noexcept {
  std::size_t sum = 0;
  for (const std::uint64_t(&of_label)[2] : small_) sum += of_label[0] + of_label[1];
  for (const LabelIndex::LabelCount& label : others_.entries()) sum += label.count;
  return sum;
}

PERJOULE_INLINE std::size_t LabelCounts::right() const noexcept {
  std::size_t sum = others_right_;
  for (const std::uint64_t(&of_label)[2] : small_) sum += of_label[1];
  return sum;
}

PERJOULE_INLINE std::size_t LabelCounts::most_frequent(std::size_t k) const {
  std::vector<std::uint64_t> counts;
  for (const std::uint64_t(&of_label)[2] : small_) {
    // Sorting places without a label would take most of the time of result().
    if (of_label[0] + of_label[1] != 0) counts.push_back(of_label[0] + of_label[1]);
  }
  for (const LabelIndex::LabelCount& label : others_.entries()) counts.push_back(label.count);
  std::sort(counts.begin(), counts.end());
  std::size_t sum = 0;
  for (std::size_t i = 0; i < k && i < counts.size(); ++i) sum += counts[counts.size() - 1 - i];
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Accuracy::result() const {
  Quality quality;
  quality.metric = k_ == 1 ? "accuracy" : text::format("top-{}-accuracy", k_);
  quality.signature = text::format("top-k:{}|ties:first|trivial:most-frequent", k_);
  quality.formula.columns = "right";
  quality.items = items();
  detail::check_items(quality);
  const auto n = static_cast<double>(quality.items);
  quality.trivial = static_cast<double>(labels_.most_frequent(k_)) / n;
  detail::finish_proportion(
      quality, labels_.right(),
      k_ == 1 ? "all labels are of one class, which leaves nothing to be skilled at"
              : "k guesses cover every class, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE std::vector<double> Accuracy::per_item() const {
  std::vector<double> shares(right_.size());
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = right_[i];
  return shares;
}

PERJOULE_INLINE void Accuracy::add_named(std::int64_t label, bool right) {
  if (k_ != 1) {
    detail::fail("top-k accuracy with k above 1", "the model names a single class",
                 "let the forward pass return a score for each class, or leave k out");
  }
  count(label, right);
}

PERJOULE_INLINE void Accuracy::count(std::int64_t label, bool right) {
  labels_.add(label, right);
  if (keep_ == PerItem::keep) right_.push_back(right ? 1 : 0);
}

}  // namespace perjoule::inline v0

// ---- perjoule/footprint/footprint-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Bytes stored_bytes(const std::string& path, std::string_view role) {
  struct stat status {};
  const bool found = stat(path.c_str(), &status) == 0;
  if (!found || !S_ISREG(status.st_mode)) {
    const std::string reason = found ? "not a file" : detail::errno_message(errno);
    detail::fail(text::format("cannot read the {}", role), text::format("{}: {}", path, reason),
                 "name a file that the model loads, or leave it out");
  }
  return Bytes(static_cast<double>(status.st_size));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Bytes> total_bytes(const ModelFiles& files,
                                            std::string_view role) noexcept {
  Bytes total{0.0};
  bool any = false;
  for (const ModelFile& file : files) {
    if (!role.empty() && file.role != role) continue;
    total += file.bytes;
    any = true;
  }
  return any ? exact(total) : Estimate<Bytes>{};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Footprint footprint(const Estimate<Bytes>& weights,
                                    const Estimate<Bytes>& resident) {
  Footprint found;
  found.stored = weights;
  found.weights = weights;
  found.resident = resident;
  found.inflation = ratio(resident, weights).estimate;
  return found;
}

PERJOULE_INLINE Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident) {
  Footprint found = footprint(detail::total_bytes(files, "weights"), resident);
  found.files = files;
  found.stored = detail::total_bytes(files);
  return found;
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/latency-inl.hpp

namespace perjoule::inline v0::detail {

/// Returns the percentiles of calls in ascending order.
/// @param low, high  called with a rank, from 1; return the ends of its bin. For a length that is
///                   known exactly, both return that length
/// @unit   s
/// @error  order statistics; missing below 7, 44 and 459 calls
/// @source MLPerf inference rules, early stopping
template <class Low, class High>
[[nodiscard]] Latency latency(std::uint64_t calls, Low low, High high) {
  Latency latency;
  latency.calls = calls;
  for (Percentile& of : latency.percentiles) {
    if (!is_quantile_estimable(calls, of.share)) continue;
    const RankInterval ranks = quantile_ranks(calls, of.share);
    const auto rank =
        static_cast<std::uint64_t>(of.share * static_cast<double>(calls - 1) + 0.5) + 1;
    of.value = Seconds(0.5 * (low(rank) + high(rank)));
    of.interval = {Seconds(low(ranks.low)), Seconds(high(ranks.high)), 0.95,
                   IntervalMethod::order_statistic};
  }
  return latency;
}

PERJOULE_INLINE Latency latency(const Histogram& lengths, Seconds tick) {
  const auto edge = [&](std::size_t bin) {
    return static_cast<double>(Histogram::bin_lower_edge(bin)) * tick.si();
  };
  return latency(
      lengths.size(), [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank)); },
      [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank) + 1); });
}

PERJOULE_INLINE Latency latency(std::vector<double> lengths) {
  std::sort(lengths.begin(), lengths.end());
  const auto at = [&](std::uint64_t rank) { return lengths[static_cast<std::size_t>(rank - 1)]; };
  return latency(lengths.size(), at, at);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/slices-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in `usage` dates from the kernel's last timer tick, up to 4 ms ago. The clock's is
  // current.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

PERJOULE_INLINE bool was_preempted(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.voluntary_switches == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

PERJOULE_INLINE void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
                               std::uint64_t items) noexcept {
  const bool preempted = usage.preemptions == 0 && was_preempted(taken, usage);
  ++slices.all;
  slices.taken += taken;
  slices.usage.preemptions += preempted ? 1 : usage.preemptions;
  slices.usage.cpu += usage.cpu;
  if (preempted || usage.preemptions != 0) {
    ++slices.interrupted;
    return;
  }
  double weight = 1.0;
  if (slices.usage.preemptions != 0) {
    const double expected =
        static_cast<double>(slices.usage.preemptions) * (usage.cpu / slices.usage.cpu);
    constexpr double most = 3.0;  // one slice stands for twenty at most
    weight = std::exp(std::min(expected, most));
  }
  slices.clean += weight * taken;
  slices.clean_items += Items(weight * static_cast<double>(items));
}

PERJOULE_INLINE void exclude_since(Slices& slices, const Slices& earlier) noexcept {
  slices.interrupted = earlier.interrupted + (slices.all - earlier.all);
  slices.clean = earlier.clean;
  slices.clean_items = earlier.clean_items;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/system_load-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE SystemState parse_cpu_times(std::string_view stat, double seconds) noexcept {
  if (!stat.starts_with("cpu ")) return {};
  stat.remove_prefix(4);
  double fields[8];
  for (double& field : fields) {
    const std::optional<double> number = take_number(stat);
    if (!number) return {};
    field = *number;
  }
  const auto& [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
  SystemState state;
  state.busy = Seconds((user + nice + system + irq + softirq) * seconds);
  state.steal = Seconds(steal * seconds);
  return state;
}

PERJOULE_INLINE double read_scaled(const std::string& path, double factor) {
  if (path.empty()) return quiet_nan();
  const std::string content = read_file(path).value_or("");
  std::string_view digits = content;
  const std::optional<double> number = take_number(digits);
  return number ? *number * factor : quiet_nan();
}

PERJOULE_INLINE SystemFiles find_system_files(const std::string& root) {
  SystemFiles files;
  files.stat = root + "/proc/stat";
  const std::string cpu = root + "/sys/devices/system/cpu/cpu0";
  files.frequency = cpu + "/cpufreq/scaling_cur_freq";
  files.throttle_count = cpu + "/thermal_throttle/package_throttle_count";
  files.thread = &thread_usage;
  for (std::size_t i = 0; files.temperature.empty(); ++i) {
    const std::string zone = text::format("{}/sys/class/thermal/thermal_zone{}", root, i);
    const std::optional<std::string> type = read_file(zone + "/type");
    if (!type) break;
    for (const char* const of_a_cpu :
         {"x86_pkg_temp", "cpu-thermal", "cpu_thermal", "k10temp", "soc"}) {
      if (type->starts_with(of_a_cpu)) files.temperature = zone + "/temp";
    }
  }
  return files;
}

PERJOULE_INLINE SystemState read_system(const SystemFiles& files) {
  SystemState state;
  if (!files.stat.empty()) {
    constexpr std::size_t first_line = 512;  // for all CPUs; one line per CPU follows
    state = parse_cpu_times(read_beginning(files.stat, first_line).value_or(""),
                            1.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
  state.temperature_c = read_scaled(files.temperature, 1e-3);
  state.frequency_hz = read_scaled(files.frequency, 1e3);
  state.throttle_count = read_scaled(files.throttle_count, 1.0);
  return state;
}

PERJOULE_INLINE SystemSnapshot take_snapshot(const SystemFiles& files) {
  SystemSnapshot snapshot;
  snapshot.process_cpu = SystemClock::process_cpu();
  snapshot.system = read_system(files);
  snapshot.at = SystemClock::now();
  return snapshot;
}

PERJOULE_INLINE Interference interference_between(const SystemSnapshot& before,
                                                  const SystemSnapshot& after) noexcept {
  const SystemState& last = after.system;
  return {last.busy - before.system.busy - (after.process_cpu - before.process_cpu),
          last.steal - before.system.steal, last.temperature_c, last.frequency_hz,
          last.throttle_count - before.system.throttle_count};
}

PERJOULE_INLINE double others_cpu_share(Seconds others, Seconds own, Seconds wall) noexcept {
  if (!is_finite(others.si())) return quiet_nan();
  if (others < Seconds(0.03)) return 0.0;
  return others / std::max(own + others, wall);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void Samples::add(const Window& window) {
  const Estimate<Joules>& found = window.energy.energy;
  const bool known = found.is_known();
  const double row[columns] = {window.items.si(),
                               window.wall.si(),
                               window.cpu.si(),
                               known ? found.value.si() : detail::quiet_nan(),
                               known ? found.random.si() : detail::quiet_nan(),
                               known ? found.common.si() : detail::quiet_nan(),
                               window.interference.others_cpu.si(),
                               window.interference.steal.si(),
                               window.interference.temperature_c,
                               window.interference.frequency_hz,
                               window.clean.si(),
                               window.clean_items.si()};
  table.insert(table.end(), std::begin(row), std::end(row));
  if (known) return;
  ++dropped;
  why_dropped = window.energy.why_missing;
}

}  // namespace perjoule::inline v0

// ---- perjoule/record/entry-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Entry::Entry() = default;
PERJOULE_INLINE Entry::Entry(const Entry& other) = default;
PERJOULE_INLINE Entry::Entry(Entry&& other) noexcept = default;
PERJOULE_INLINE Entry& Entry::operator=(const Entry& other) = default;
PERJOULE_INLINE Entry& Entry::operator=(Entry&& other) noexcept = default;
PERJOULE_INLINE Entry::~Entry() = default;

PERJOULE_INLINE bool is_machine_shared(const Entry& entry) noexcept {
  return entry.meter.scope != Scope::process && entry.meter.provenance != Provenance::simulated &&
         is_finite(entry.samples.others_cpu_share) &&
         entry.samples.others_cpu_share > detail::max_others_cpu_share;
}

PERJOULE_INLINE View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept {
  const std::size_t columns = entry.quality[metric].columns;
  if (columns == 0) return {};
  std::size_t before = 0;
  for (std::size_t i = 0; i < metric; ++i) before += entry.quality[i].columns;
  return {entry.per_item.data() + before * entry.inputs, columns * entry.inputs};
}

PERJOULE_INLINE std::string_view name(CaveatFlag flag) noexcept {
  switch (flag) {
    case CaveatFlag::not_measured:
      return "not_measured";
    case CaveatFlag::few_windows:
      return "few_windows";
    case CaveatFlag::unstable:
      return "unstable";
    case CaveatFlag::interrupted:
      return "interrupted";
    case CaveatFlag::dropped_windows:
      return "dropped_windows";
    case CaveatFlag::shared:
      return "shared";
    case CaveatFlag::target_out_of_reach:
      return "target_out_of_reach";
    case CaveatFlag::peak_of_some:
      return "peak_of_some";
    case CaveatFlag::foreign_root:
      return "foreign_root";
    case CaveatFlag::concurrent:
      return "concurrent";
    case CaveatFlag::unoptimized:
      return "unoptimized";
  }
  return {};
}

PERJOULE_INLINE Caveats caveats(const Entry& entry) {
  Caveats found;
  const auto add = [&](CaveatFlag flag, std::string_view reason) {
    found.push_back({flag, std::string(reason)});
  };
  const Samples& samples = entry.samples;
  if (entry.energy.provenance != Provenance::measured) {
    const std::string why = entry.energy.is_known() ? "" : ": " + samples.why_dropped;
    add(CaveatFlag::not_measured,
        text::format("energy is {}{}", name(entry.energy.provenance), why));
  }
  if (samples.outcome == Outcome::few_windows) {
    add(CaveatFlag::few_windows, "fewer than 12 windows: measure for longer");
  }
  if (samples.outcome == Outcome::unstable) {
    add(CaveatFlag::unstable,
        "time or energy changed while it was measured, and the interval covers its mean over that "
        "time only: stop other programs, let the machine settle, and measure again");
  }
  if (samples.slices.all != 0 && detail::best_time_column(samples) == Samples::wall) {
    add(CaveatFlag::interrupted,
        text::format("{} of {} pieces of the windows were interrupted, too many to leave them "
                     "out: the time has other programs' turns in it; stop them",
                     samples.slices.interrupted, samples.slices.all));
  }
  if (samples.dropped != 0 && entry.energy.is_known()) {
    add(CaveatFlag::dropped_windows,
        text::format("{} of {} windows have no energy: {}", samples.dropped, samples.windows(),
                     samples.why_dropped));
  }
  if (is_machine_shared(entry)) {
    add(CaveatFlag::shared,
        text::format("shared: other programs used {} % of the CPU time, and the interval of energy "
                     "is wider by as much; stop them",
                     text::significant(100.0 * samples.others_cpu_share, 2)));
  }
  if (1.96 * samples.edge_uncertainty > entry.plan.relative_halfwidth && entry.energy.is_known()) {
    add(CaveatFlag::target_out_of_reach,
        text::format("the meter's ticks alone leave +-{} % of a window's energy unknown, more than "
                     "the target: raise .budget, so that windows can be longer",
                     text::significant(196.0 * samples.edge_uncertainty, 2)));
  }
  if (entry.heap.peak.is_known() && entry.heap.passes < entry.inputs / entry.plan.batch) {
    add(CaveatFlag::peak_of_some,
        text::format("the peak is that of {} passes: raise .budget, so that all inputs have one",
                     entry.heap.passes));
  }
  if (entry.meter.has_foreign_root) {
    add(CaveatFlag::foreign_root, text::format("the meter was read below {}", entry.meter.root));
  }
  if (entry.concurrent) {
    add(CaveatFlag::concurrent,
        "measured while this session measured in other threads: each has the joules of all");
  }
  const bool is_built_here = !entry.build.compiler.empty();
  if (is_built_here && !entry.build.optimized) {
    add(CaveatFlag::unoptimized, "compiled without optimisation: add -O2");
  }
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CostEstimate cost_of(const Entry& entry, Cost cost) noexcept {
  switch (cost) {
    case Cost::active_energy:
      return {"active energy", "J/item", strip_unit(entry.active_energy)};
    case Cost::time:
      return {"time", "s/item", strip_unit(entry.wall_time)};
    case Cost::stored:
      return {"the files' size", "B", strip_unit(entry.footprint.stored)};
    case Cost::resident:
      return {"the weights' size in memory", "B", strip_unit(entry.footprint.resident)};
    case Cost::peak:
      return {"the peak of a pass", "B", strip_unit(entry.heap.peak)};
    case Cost::energy:
      break;
  }
  return {"energy", "J/item", strip_unit(entry.energy)};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/record/run_record-inl.hpp

// Each function writes an object or an array, and has the name that it has in the schema.
namespace perjoule::inline v0::detail::record {

using Object = JsonWriter::Object;
using Array = JsonWriter::Array;
using Layout = JsonWriter::Layout;

/// Returns NaN for 0, since a number that could not be read is kept as 0 and written as null.
/// @unit that of the number
[[nodiscard]] constexpr double or_null(double number) noexcept {
  return number == 0.0 ? quiet_nan() : number;
}

/// Adds a count, or null for 0, which means "not given".
PERJOULE_INLINE void add_count(Object& object, std::string_view key, std::uint64_t count) {
  count == 0 ? object.add(key, nullptr) : object.add(key, count);
}

PERJOULE_INLINE void add_interval(Object& object, const Interval<double>& interval) {
  object.object("interval", Layout::line)
      .add("low", interval.low)
      .add("high", interval.high)
      .add("level", interval.level)
      .add("method", name(interval.method));
}

PERJOULE_INLINE void add_estimate(Object& object, std::string_view key,
                                  const Estimate<double>& estimate,
                                  const Interval<double>& interval, std::string_view why_missing) {
  Object written = object.object(key, Layout::line);
  written.add("provenance", name(estimate.provenance));
  if (!estimate.is_known()) {
    written.add("value", nullptr).add("reason", why_missing.empty() ? "not known" : why_missing);
    return;
  }
  written.add("value", estimate.value)
      .add("random", estimate.random)
      .add("dof", estimate.dof)
      .add("common", estimate.common);
  add_interval(written, interval);
}

template <class Q>
void add_estimate(Object& object, std::string_view key, const Estimate<Q>& estimate,
                  std::string_view why_missing) {
  const Estimate<double> number = strip_unit(estimate);
  add_estimate(object, key, number, perjoule::interval(number), why_missing);
}

PERJOULE_INLINE void write_build(Object object, const Build& build) {
  object.add("compiler", build.compiler);
  if (build.compiler.empty()) {
    object.add("optimized", nullptr).add("fast_math", nullptr);
  } else {
    object.add("optimized", build.optimized).add("fast_math", build.fast_math);
  }
}

PERJOULE_INLINE void write_run(Object object, const Run& run, const Build& build) {
  object.add("perjoule_version", version)
      .add("id", run.id)
      .add("started_utc", run.utc)
      .add("git_commit", run.commit)
      // Only git itself can tell whether the checkout has uncommitted changes, and the library does
      // not run it.
      .add("git_dirty", nullptr)
      .add("command", run.command);
  write_build(object.object("build", Layout::line), build);
}

PERJOULE_INLINE void write_machine(Object object, const Machine& machine) {
  object.add("key", machine.key)
      .add("host_processor_model_name", machine.processor)
      .add("host_processor_core_count", or_null(static_cast<double>(machine.cores)))
      .add("host_memory_capacity_b", or_null(machine.memory.si()))
      .add("operating_system", machine.kernel)
      .add("cpu_frequency_governor", machine.governor);
}

PERJOULE_INLINE void write_zone(Object object, const Zone& zone) {
  object.add("name", zone.name).add("id", zone.id);
  if (zone.modulus == never_wraps) {
    object.add("modulus_counts", nullptr);
  } else {
    object.add("modulus_counts", zone.modulus);
  }
  object.add("count_j", zone.per_count.si())
      .add("resolution_j", zone.resolution.si())
      .add("update_period_s", zone.update_period.si())
      .add("jitter_s", zone.jitter.si())
      .add("gain_uncertainty", zone.gain_uncertainty);
}

PERJOULE_INLINE void write_absent(Array array, View<AbsentMeter> meters) {
  for (const AbsentMeter& meter : meters) {
    array.object(Layout::line)
        .add("source", meter.source)
        .add("state", name(meter.state))
        .add("reason", meter.reason)
        .add("fix", meter.fix);
  }
}

PERJOULE_INLINE void write_meter(Object object, const Entry& entry) {
  const MeterDescription& meter = entry.meter;
  object.add("source", meter.source)
      .add("root", meter.root)
      .add("scope", name(meter.scope))
      .add("provenance", name(meter.provenance))
      .add("update_period_s", meter.update_period.si())
      .add("note", meter.note);
  {
    Array zones = object.array("zones");
    for (const Zone& zone : meter.zones) write_zone(zones.object(Layout::line), zone);
  }
  write_absent(object.array("absent"), entry.absent_meters);
}

/// Writes each different meter once.
/// @return the index of each entry's meter
PERJOULE_INLINE std::vector<std::size_t> write_meters(Array array, Entries entries) {
  const auto is_same = [](const MeterDescription& a, const MeterDescription& b) {
    return a.source == b.source && a.root == b.root && a.note == b.note &&
           a.update_period == b.update_period;
  };
  std::vector<const MeterDescription*> written;
  std::vector<std::size_t> meter_of;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const MeterDescription& meter = entries[i].meter;
    const auto same =
        std::find_if(written.begin(), written.end(),
                     [&](const MeterDescription* other) { return is_same(*other, meter); });
    meter_of.push_back(static_cast<std::size_t>(same - written.begin()));
    if (same != written.end()) continue;
    written.push_back(&meter);
    write_meter(array.object(), entries[i]);
  }
  return meter_of;
}

PERJOULE_INLINE void write_model(Object object, const MeasureOptions& plan) {
  object.add("name", plan.label()).add("format", plan.format);
  add_count(object, "parameters", plan.parameters);
  add_count(object, "non_zero_parameters", plan.non_zero_parameters);
  object.add("weights_file", base_name(plan.weights));
}

PERJOULE_INLINE void write_task(Object object, const Entry& entry) {
  object.add("dataset", entry.plan.dataset)
      .add("n", entry.inputs)
      .add("batch", entry.plan.batch)
      .add("callers", entry.plan.callers)
      .add("caches", name(entry.plan.caches))
      .add("prepared", entry.prepared);
}

PERJOULE_INLINE void write_plan(Object object, const MeasureOptions& plan) {
  object.add("relative_halfwidth", plan.relative_halfwidth)
      .add("budget_s", plan.budget.si())
      .add("seed", plan.seed);
}

PERJOULE_INLINE void write_quality(Object object, const Quality& quality, View<double> per_item) {
  object.add("metric", quality.metric)
      .add("signature", quality.signature)
      .add("higher_is_better", quality.higher_is_better)
      .add("unit", quality.unit)
      .add("n", quality.items)
      .add("trivial", quality.trivial)
      .add("perfect", quality.perfect);
  add_estimate(object, "value", quality.value, quality.value_interval, quality.why_no_value);
  add_estimate(object, "skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  object.add("per_item_columns", quality.formula.columns).add("per_item", per_item);
}

PERJOULE_INLINE void write_time(Object object, const Entry& entry) {
  add_estimate(object, "wall_s_per_item", entry.wall_time, entry.samples.why_dropped);
  add_estimate(object, "cpu_s_per_item", entry.cpu_time, entry.samples.why_dropped);
}

PERJOULE_INLINE void write_energy(Object object, const Entry& entry) {
  const Samples& samples = entry.samples;
  add_estimate(object, "total_j_per_item", entry.energy, samples.why_dropped);
  add_estimate(object, "active_j_per_item", entry.active_energy,
               entry.energy.is_known() ? samples.why_no_idle : samples.why_dropped);
  add_estimate(object, "idle_w", samples.idle, samples.why_no_idle);
}

PERJOULE_INLINE void write_heap(Object object, const HeapUsage& heap) {
  object.add("source", name(heap.source))
      .add("passes", heap.passes)
      .add("allocations_per_pass", heap.allocations)
      .add("allocated_b_per_pass", heap.allocated)
      .add("kept_b_per_pass", heap.retained);
}

PERJOULE_INLINE void write_files(Array array, const ModelFiles& files) {
  for (const ModelFile& file : files) {
    array.object(Layout::line)
        .add("role", file.role)
        .add("name", file.name)
        .add("bytes_b", file.bytes.si());
  }
}

PERJOULE_INLINE void write_memory(Object object, const Entry& entry) {
  const Footprint& footprint = entry.footprint;
  const ProcessMemory& process = entry.process;
  add_estimate(object, "stored_b", footprint.stored, "no file of the model was named");
  add_estimate(object, "weights_b", footprint.weights, "no file of weights was named");
  add_estimate(object, "compressed_b", footprint.compressed,
               "how small the files are when compressed was not given");
  add_estimate(object, "resident_b", footprint.resident, "no buffers of weights were named");
  add_estimate(object, "inflation", footprint.inflation,
               "the bytes of the weights on disk or in memory are missing");
  add_estimate(object, "process_resident_b", process.resident, entry.why_no_process);
  add_estimate(object, "process_proportional_b", process.proportional, entry.why_no_process);
  add_estimate(object, "process_peak_b", process.peak_resident, entry.why_no_process);
  add_estimate(object, "process_limit_b", entry.memory_limit, entry.why_no_limit);
  add_estimate(object, "peak_b", entry.heap.peak, entry.heap.why_missing);
  write_heap(object.object("heap", Layout::line), entry.heap);
  write_files(object.array("files"), footprint.files);
}

PERJOULE_INLINE void write_scores(Array array, View<Score> scores) {
  for (const Score& score : scores) {
    Object object = array.object(Layout::line);
    object.add("name", score.name).add("metric", score.metric).add("unit", score.unit);
    add_estimate(object, "value", score.value, score.interval,
                 "the skill or what it is divided by is missing");
  }
}

PERJOULE_INLINE void write_events(Array array, View<CountedEvent> events) {
  for (const CountedEvent& counted : events) {
    const Event& event = counted.event;
    Object object = array.object(Layout::line);
    object.add("name", event.name).add("unit", event.unit).add("share", counted.share);
    add_estimate(object, "per_item", counted.per_item, event.why_missing);
  }
}

PERJOULE_INLINE void write_figures(Array array, View<DerivedMetric> figures) {
  for (const DerivedMetric& figure : figures) {
    Object object = array.object(Layout::line);
    object.add("name", figure.name).add("unit", figure.unit).add("formula", figure.formula);
    add_estimate(object, "value", figure.value, figure.interval, "");
  }
}

PERJOULE_INLINE void write_counters(Object object, const Entry& entry) {
  object.add("source", entry.events.source).add("extent", name(entry.events.extent));
  write_events(object.array("events"), entry.events.events);
  write_figures(object.array("figures"), entry.derived_metrics);
}

PERJOULE_INLINE void write_latency(Object object, const Latency& latency) {
  object.add("calls", latency.calls);
  Array percentiles = object.array("percentiles");
  for (const Percentile& of : latency.percentiles) {
    Object percentile = percentiles.object(Layout::line);
    percentile.add("share", of.share).add("value_s", of.value.si());
    if (of.interval.is_known()) {
      add_interval(percentile, {of.interval.low.si(), of.interval.high.si(), of.interval.level,
                                of.interval.method});
    } else {
      percentile.add("reason", "too few calls were timed by themselves");
    }
  }
}

PERJOULE_INLINE void write_samples(Object object, const Samples& samples) {
  object.add("outcome", name(samples.outcome))
      .add("windows", samples.windows())
      .add("dropped", samples.dropped)
      .add("why_dropped", samples.why_dropped)
      .add("pieces", samples.slices.all)
      .add("interrupted_pieces", samples.slices.interrupted)
      .add("others_cpu_share", samples.others_cpu_share);
  static constexpr std::string_view keys[] = {"items",        "wall_s",          "cpu_s",
                                              "energy_j",     "energy_random_j", "energy_common_j",
                                              "others_cpu_s", "steal_s",         "temperature_c",
                                              "frequency_hz", "clean_s",         "clean_items"};
  static_assert(std::size(keys) == Samples::columns);
  for (std::size_t column = 0; column < Samples::columns; ++column) {
    Array numbers = object.array(keys[column], Layout::line);
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      numbers.add(samples.at(i, Samples::Column{column}));
    }
  }
}

PERJOULE_INLINE void write_validity(Object object, const Caveats& caveats) {
  object.add("ok", caveats.empty());
  {
    Array flags = object.array("flags", Layout::line);
    for (const Caveat& caveat : caveats) flags.add(name(caveat.flag));
  }
  Array reasons = object.array("reasons");
  for (const Caveat& caveat : caveats) reasons.add(caveat.reason);
}

PERJOULE_INLINE void write_entry(Object object, const Entry& entry, std::size_t meter) {
  object.add("meter", meter);
  write_model(object.object("model", Layout::line), entry.plan);
  write_task(object.object("task", Layout::line), entry);
  write_plan(object.object("plan", Layout::line), entry.plan);
  {
    Array qualities = object.array("quality");
    for (std::size_t i = 0; i < entry.quality.size(); ++i) {
      write_quality(qualities.object(), entry.quality[i], per_item_of(entry, i));
    }
  }
  write_time(object.object("time"), entry);
  write_energy(object.object("energy"), entry);
  write_memory(object.object("memory"), entry);
  write_scores(object.array("scores"), entry.scores);
  write_counters(object.object("counters"), entry);
  write_latency(object.object("latency"), entry.samples.latency);
  write_latency(object.object("first_item"), entry.samples.first_item);
  write_samples(object.object("samples"), entry.samples);
  write_validity(object.object("validity"), caveats(entry));
}

PERJOULE_INLINE void write_record(Object object, Entries entries) {
  const Entry& first = entries[0];
  object.add("schema", "perjoule.run/1");
  write_run(object.object("run"), first.environment.run, first.build);
  write_machine(object.object("machine"), first.environment.machine);
  const std::vector<std::size_t> meter_of = write_meters(object.array("meters"), entries);
  Array array = object.array("entries");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    write_entry(array.object(), entries[i], meter_of[i]);
  }
}

/// @throws Error if the entries are not of one machine, or if there are none
PERJOULE_INLINE void expect_one_machine(Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].environment.machine.key != entries[0].environment.machine.key) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
  }
}

}  // namespace perjoule::inline v0::detail::record

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  detail::record::expect_one_machine(entries);
  JsonWriter json;
  detail::record::write_record(json.object(), entries);
  return json.text() + '\n';
}

PERJOULE_INLINE void write_json(const std::string& path, Entries entries) {
  write_file(path, to_json(entries));
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/comparison-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Comparison::Comparison() = default;
PERJOULE_INLINE Comparison::Comparison(const Comparison& other) = default;
PERJOULE_INLINE Comparison::Comparison(Comparison&& other) noexcept = default;
PERJOULE_INLINE Comparison& Comparison::operator=(const Comparison& other) = default;
PERJOULE_INLINE Comparison& Comparison::operator=(Comparison&& other) noexcept = default;
PERJOULE_INLINE Comparison::~Comparison() = default;

}  // namespace perjoule::inline v0

// ---- perjoule/engine/region_scope-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RegionScope::RegionScope(Recording& recording, std::size_t region)
    : recording_(recording),
      thread_(recording.threads_.own_record()),
      of_(recording.record_of(thread_, region)) {
  if (recording.every_ != 1 && (of_.timed.get() + of_.skipped.get()) % recording.every_ != 0) {
    of_.skipped.add(1);
    is_timed_ = false;
    return;
  }
  outer_ = thread_.innermost;
  thread_.innermost = this;
  ++of_.depth;
  begin_ = recording.clock_.now();
  const std::uint64_t end = recording.window_end_.load(std::memory_order_relaxed);
  if (begin_ >= end && outer_ == nullptr) [[unlikely]] {
    recording.end_window_if_due();
    begin_ = recording.clock_.now();
  }
  if (of_.is_long) [[unlikely]] {
    recording.begin_long(of_);
    begin_ = recording.clock_.now();
  }
}

PERJOULE_INLINE RegionScope::~RegionScope() {
  if (!is_timed_) return;
  const std::uint64_t taken = recording_.clock_.now() - begin_;
  thread_.innermost = outer_;
  --of_.depth;
  if (outer_ != nullptr) outer_->nested_ += taken;
  if (threw_) {
    of_.threw.add(1);
    of_.is_long = false;
    return;
  }
  if (of_.is_long) [[unlikely]]
    recording_.end_long(of_);
  of_.timed.add(1);
  of_.lengths.add(taken);
  of_.exclusive_ticks.add(taken - nested_);
  if (of_.depth == 0) of_.inclusive_ticks.add(taken);  // otherwise the outermost call contains it
  of_.is_long = taken >= recording_.long_ && of_.depth == 0;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/evaluate-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_length(const MeasureOptions& plan, std::size_t references,
                                  std::size_t inputs) {
  if (references == inputs) return;
  fail(text::format("{} inputs but {} references", inputs, references), plan.label(),
       "give the metric one reference (a label) for each input, in the same order");
}

PERJOULE_INLINE void add_quality(Entry& entry, const Quality& quality, View<double> per_item) {
  PERJOULE_EXPECTS(per_item.size() % entry.inputs == 0);
  entry.quality.push_back(quality);
  entry.quality.back().columns = per_item.size() / entry.inputs;
  entry.per_item.insert(entry.per_item.end(), per_item.begin(), per_item.end());
}

PERJOULE_INLINE void check_outputs(const MeasureOptions& plan, std::size_t outputs,
                                   std::size_t inputs) {
  if (outputs == inputs) return;
  fail(text::format("a batch of {} inputs gave {} outputs", inputs, outputs), plan.label(),
       "return one output for each input, in the same order");
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/instrument-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Region Recorder::region(std::string_view name) const {
  return {recorded_->recording, recorded_->recording.region(name)};
}

PERJOULE_INLINE Region Recorder::calls() const noexcept {
  return {recorded_->recording, recorded_->calls};
}

PERJOULE_INLINE Entry Recorder::entry_of_calls(const Build& build) const {
  Entry entry = detail::entry_of(*recorded_, recorded_->calls);
  entry.build = build;
  return entry;
}

PERJOULE_INLINE Entry Recorder::entry_of_region(std::string_view name, const Build& build) const {
  Entry entry = detail::entry_of(*recorded_, recorded_->recording.region(name));
  entry.build = build;
  return entry;
}

PERJOULE_INLINE void Recorder::add_scores(Entry& entry) { detail::add_scores(entry); }

PERJOULE_INLINE AllRegionTimes Recorder::regions() const {
  detail::Recording& recording = recorded_->recording;
  const Seconds tick = recording.clock().cycle_length();
  AllRegionTimes all;
  for (std::size_t i = 0; i < recording.regions(); ++i) {
    const detail::Recording::Totals of = recording.totals(i);
    all.push_back({recording.name(i), of.timed, of.threw,
                   tick * static_cast<double>(of.inclusive_ticks),
                   tick * static_cast<double>(of.exclusive_ticks)});
  }
  return all;
}

PERJOULE_INLINE void Recorder::check_calls(Entry& entry, std::size_t items) {
  if (items > entry.inputs) detail::check_length(entry.plan, items, entry.inputs);
  entry.inputs = items;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/window_energy-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                   std::uint64_t after, Seconds duration,
                                                   std::uint64_t& sum) noexcept {
  const Joules most = max_zone_power * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // Allows for one more step: a window shorter than an update period may receive a whole period's
  // energy.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + max_zone_power * Seconds(0.1)) return "the counter was reset";
  sum += counts;
  return "";
}

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts) {
  if (counts == 0 && !zone.allows_zero_counts) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {
      {energy, root_of_a_sixth * zone.resolution, infinite_dof, Joules(0.0), Provenance::measured},
      ""};
}

PERJOULE_INLINE void update_ticks(const MeterDescription& meter, const Reading& earlier,
                                  Reading& later) noexcept {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    Tick& tick = later.ticks[i];
    if (later.counts[i] == earlier.counts[i]) {
      tick = last_tick(zone, earlier, i);
      continue;
    }
    tick = tick_in_last_period(zone, later);  // and not before the earlier reading
    tick.earliest = std::max(tick.earliest, earlier.begin);
    tick.counts = later.end - earlier.begin < zone.update_period
                      ? unwrap(earlier.counts[i], later.counts[i], zone.modulus)
                      : 0;
  }
}

PERJOULE_INLINE void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept {
  const Instant earliest = next.earliest + -(zone.update_period + zone.jitter);
  const Instant latest = next.latest + -(zone.update_period - zone.jitter);
  if (earliest >= tick.latest || latest <= tick.earliest) return;
  tick.earliest = std::max(tick.earliest, earliest);
  tick.latest = std::min(tick.latest, latest);
}

PERJOULE_INLINE std::size_t slowest_zone(const MeterDescription& meter) noexcept {
  const auto slowest = std::max_element(
      meter.zones.begin(), meter.zones.end(),
      [](const Zone& a, const Zone& b) { return a.update_period < b.update_period; });
  return static_cast<std::size_t>(slowest - meter.zones.begin());
}

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                         const Reading& after, View<IntermediateReading> between) {
  std::uint64_t sum = 0;
  std::uint64_t last = before.counts[place];
  Instant since = before.begin;
  for (const IntermediateReading& intermediate : between) {
    if (intermediate.begin <= before.end || intermediate.end >= after.begin) continue;
    const std::string_view why =
        accumulate_counts(zone, last, intermediate.counts[place], intermediate.end - since, sum);
    if (!why.empty()) return {{}, std::string(why)};
    last = intermediate.counts[place];
    since = intermediate.begin;
  }
  const std::string_view why =
      accumulate_counts(zone, last, after.counts[place], after.end - since, sum);
  if (!why.empty()) return {{}, std::string(why)};
  return zone_energy(zone, sum);
}

PERJOULE_INLINE WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                            const Reading& after,
                                            View<IntermediateReading> between) {
  PERJOULE_EXPECTS(before.ticks.size() == meter.zones.size());
  PERJOULE_EXPECTS(after.ticks.size() == meter.zones.size());
  if (after.begin <= before.end) return {{}, "the window has no length"};
  constexpr double root_of_a_third = 0.577350269189626;
  double sum = 0.0;
  double quantum_square = 0.0;
  double width_before = 0.0;
  double width_after = 0.0;
  double other_lead = 0.0;
  double other_rest = 0.0;
  double gain = 0.0;
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    const WindowEnergy counted = zone_energy(zone, i, before, after, between);
    if (!counted.energy.is_known()) return counted;
    if (before.ticks[i].is_overdue || after.ticks[i].is_overdue) {
      return {{}, "the counter stopped moving"};
    }
    const Tick first = last_tick(zone, before, i);
    const Tick last = last_tick(zone, after, i);
    const auto middle = [](const Tick& tick) { return tick.earliest + tick.width() * 0.5; };
    const double span = (middle(last) - middle(first)).si();
    if (span <= 0.0) return {{}, "no tick of the counter is known to lie in the window"};
    const double power = counted.energy.value.si() / span;
    const double lead = (before.end - middle(first)).si();
    const double rest = (after.begin - middle(last)).si();
    double rest_power = power;
    double unknown = root_of_a_third * power;
    if (last.counts != 0) {
      rest_power = (static_cast<double>(last.counts) * zone.per_count / zone.update_period).si();
      unknown = std::hypot(0.3 * power, rest_power - power);
    }
    const double energy = counted.energy.value.si() - power * lead + rest_power * rest;
    sum += energy;
    quantum_square += detail::square(counted.energy.random.si());
    width_before += power * first.width().si();
    width_after += rest_power * last.width().si();
    other_lead += root_of_a_third * power * lead;
    other_rest += unknown * std::abs(rest);
    gain += zone.gain_uncertainty * energy;
  }
  const double random = std::sqrt(
      quantum_square + (detail::square(width_before) + detail::square(width_after)) / 12.0);
  const double common = std::hypot(gain, std::hypot(other_lead, other_rest));
  return {{Joules(sum), Joules(random), infinite_dof, Joules(common), meter.provenance}, ""};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/tick_watch-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE TickWatch::TickWatch(AnyMeter& meter)
    : meter_(&meter),
      last_(meter.description()),
      next_(meter.description()),
      is_awaited_(meter.description().zones.size()) {}

PERJOULE_INLINE bool TickWatch::read_on_tick(Reading& at) noexcept {
  const MeterDescription& what = meter_->description();
  if (!meter_->read(at)) return false;
  std::fill(at.ticks.begin(), at.ticks.end(), Tick{});  // discards the ticks of another window
  if (!has_ticks(what)) return true;
  const std::size_t zones = what.zones.size();
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = at.end + tick_timeout(what.update_period);
  is_awaited_.assign(zones, true);
  std::size_t open = zones;
  while (at.end < deadline) {
    pause_between_polls(*meter_, what.update_period);
    std::swap(last_, at);
    if (!meter_->read(at)) return false;
    update_ticks(what, last_, at);
    for (std::size_t i = 0; i < zones; ++i) {
      if (!is_awaited_[i] || at.counts[i] == last_.counts[i]) continue;
      is_awaited_[i] = false;
      --open;
    }
    const bool has_moved = at.counts[slowest] != last_.counts[slowest];
    if (has_moved && open == 0 && is_precise(what.zones[slowest], at.ticks[slowest])) break;
  }
  for (std::size_t i = 0; i < zones; ++i) at.ticks[i].is_overdue = is_awaited_[i];
  return true;
}

PERJOULE_INLINE bool TickWatch::await_next_ticks(Reading& after) noexcept {
  const MeterDescription& what = meter_->description();
  if (!has_ticks(what)) return true;
  const std::size_t zones = what.zones.size();
  is_awaited_.assign(zones, false);
  std::size_t open = 0;
  for (std::size_t i = 0; i < zones; ++i) {
    if (is_precise(what.zones[i], after.ticks[i])) continue;
    is_awaited_[i] = true;
    ++open;
  }
  const Instant deadline = after.end + tick_timeout(what.update_period);
  last_ = after;
  while (open != 0 && last_.end < deadline) {
    pause_between_polls(*meter_, what.update_period);
    if (!meter_->read(next_)) return false;
    update_ticks(what, last_, next_);
    for (std::size_t i = 0; i < zones; ++i) {
      if (!is_awaited_[i] || next_.counts[i] == after.counts[i]) continue;
      // If this thread was delayed, it may have missed a tick, and then the one seen is not the
      // next.
      if (next_.ticks[i].counts != 0) narrow_tick(what.zones[i], after.ticks[i], next_.ticks[i]);
      is_awaited_[i] = false;
      --open;
    }
    std::swap(last_, next_);
  }
  for (std::size_t i = 0; i < zones; ++i) after.ticks[i].is_overdue = is_awaited_[i];
  return true;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/stopwatch-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Stopwatch::Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends)
    : meter_(&meter),
      files_(&files),
      ends_(ends),
      ticks_(meter),
      before_(meter.description()),
      after_(meter.description()) {}

PERJOULE_INLINE void Stopwatch::start() {
  around_ = detail::take_snapshot(*files_);
  is_begin_read_ = ends_ == Ends::at_once ? meter_->read(before_) : ticks_.read_on_tick(before_);
  begin_ = meter_->now();
  cpu_begin_ = SystemClock::process_cpu();
}

PERJOULE_INLINE Window Stopwatch::stop() {
  read_end();
  return window();
}

PERJOULE_INLINE void Stopwatch::read_end() noexcept {
  cpu_end_ = SystemClock::process_cpu();
  is_read_ = meter_->read(after_) && is_begin_read_;
  if (is_read_) detail::update_ticks(meter_->description(), before_, after_);
}

PERJOULE_INLINE Window Stopwatch::window() {
  const Instant end = meter_->now();
  if (is_read_ && ends_ == Ends::on_ticks) is_read_ = ticks_.await_next_ticks(after_);
  Window window;
  window.wall = is_read_ ? after_.begin - before_.end : end - begin_;
  window.cpu = cpu_end_ - cpu_begin_;
  window.energy = is_read_ ? meter_->energy(before_, after_)
                           : WindowEnergy{{}, "a reading of the meter failed"};
  window.interference = detail::interference_between(around_, detail::take_snapshot(*files_));
  return window;
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/session-inl.hpp

namespace perjoule::inline v0 {

struct Session::State {
  State(FoundMeter meter, const SystemFiles& of_system)
      : found(std::move(meter)),
        files(of_system),
        environment{detail::read_machine(), detail::read_run()} {
    if (found.meter.description().provenance == Provenance::simulated) files = {};
  }

  FoundMeter found;
  SystemFiles files;
  Environment environment;
  std::atomic<std::size_t> measuring = 0;  ///< measurements at this moment, in all threads
  std::atomic<std::size_t> begun = 0;      ///< measurements since the session began
  std::mutex mutex;                        ///< guards the members below
  std::vector<std::unique_ptr<detail::RecorderState>> recorders;
};

namespace detail {

/// Counts a measurement until it ends, whether or not it throws.
class ConcurrencyCheck {
 public:
  ConcurrencyCheck(std::atomic<std::size_t>& measuring, std::atomic<std::size_t>& begun) noexcept
      : measuring_(measuring),
        all_begun_(begun),
        was_alone_(measuring.fetch_add(1) == 0),
        begun_(begun.fetch_add(1) + 1) {}
  ConcurrencyCheck(const ConcurrencyCheck&) = delete;
  ConcurrencyCheck& operator=(const ConcurrencyCheck&) = delete;
  ~ConcurrencyCheck() { measuring_.fetch_sub(1); }

  /// Returns whether another measurement ran in this session since this one began.
  [[nodiscard]] bool is_concurrent() const noexcept {
    return !was_alone_ || all_begun_.load() != begun_;
  }

 private:
  std::atomic<std::size_t>& measuring_;
  std::atomic<std::size_t>& all_begun_;
  bool was_alone_;
  std::size_t begun_;
};

[[noreturn]] PERJOULE_INLINE void reject_callers(const MeasureOptions& plan) {
  fail("several callers of a stream, prepared inputs, flushed caches or a comparison", plan.label(),
       "leave .callers out");
}

[[noreturn]] PERJOULE_INLINE void reject_batches(const MeasureOptions& plan) {
  fail(text::format("batches of {} for a model that takes one input", plan.batch), plan.label(),
       "take a perjoule::View or a std::span of inputs, or leave .batch out");
}

/// Completes an entry at the end of every measurement.
PERJOULE_INLINE void finish(Entry& entry, const ConcurrencyCheck& others) {
  entry.concurrent = others.is_concurrent();
  entry.plan.counters = {};  // borrowed for the call
  entry.process = process_memory();
  entry.why_no_process = "the kernel does not tell it here";
  const CgroupMemory group = cgroup_memory();
  entry.memory_limit = group.limit;
  entry.why_no_limit = group.is_unlimited ? "its control group has none" : group.why_missing;
  summarize_windows(entry);
  add_derived_metrics(entry);
  add_scores(entry);
}

}  // namespace detail

PERJOULE_INLINE Session::Session(const MeterOptions& options)
    : state_(new State(find_meter(options), detail::find_system_files())) {}

PERJOULE_INLINE Session::Session(AnyMeter meter)
    : Session(std::move(meter), detail::find_system_files()) {}

PERJOULE_INLINE Session::Session(AnyMeter meter, const SystemFiles& files)
    : state_(new State({std::move(meter), {}}, files)) {}

PERJOULE_INLINE Session::~Session() { delete state_; }

PERJOULE_INLINE const MeterDescription& Session::meter() const noexcept {
  return state_->found.meter.description();
}

PERJOULE_INLINE View<AbsentMeter> Session::absent_meters() const noexcept {
  return state_->found.absent;
}

PERJOULE_INLINE Recorder Session::record(const MeasureOptions& plan, std::size_t every) {
  auto recorder = std::make_unique<detail::RecorderState>(
      state_->found.meter, state_->files, every, begin(plan, 1, detail::PassKind::single, false));
  const std::lock_guard lock(state_->mutex);
  return Recorder(*state_->recorders.emplace_back(std::move(recorder)));
}

PERJOULE_INLINE Stopwatch Session::stopwatch() { return {state_->found.meter, state_->files}; }

PERJOULE_INLINE Entry Session::begin(const MeasureOptions& plan, std::size_t inputs,
                                     detail::PassKind kind, bool prepared) const {
  if (inputs == 0) {
    detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
  }
  if (plan.budget <= Seconds(0.0) || plan.relative_halfwidth <= 0.0) {
    detail::fail("a budget and a half-width must be above 0", plan.label(),
                 "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
  }
  if (plan.batch == 0 || plan.batch > inputs) {
    detail::fail(text::format("a batch of {} of {} inputs", plan.batch, inputs), plan.label(),
                 "set .batch to 1 or more, and to no more than there are inputs");
  }
  if (plan.callers == 0) {
    detail::fail("0 callers", plan.label(), "set .callers to 1 or more");
  }
  if (plan.callers != 1 && (prepared || plan.caches != CacheState::warm)) {
    detail::reject_callers(plan);
  }
  if (kind != detail::PassKind::batch && plan.batch != 1) detail::reject_batches(plan);
  if (kind == detail::PassKind::stream && plan.callers != 1) detail::reject_callers(plan);
  if (plan.caches != CacheState::warm && detail::largest_cache("") == Bytes(0.0)) {
    detail::fail("caches of unknown size can't be flushed", plan.label(),
                 "mount /sys, where the system tells it, or leave .caches out");
  }
  Entry entry;
  entry.plan = plan;
  entry.inputs = inputs;
  entry.prepared = prepared;
  entry.footprint = detail::measure_footprint(plan);
  entry.meter = meter();
  entry.absent_meters = state_->found.absent;
  entry.environment = state_->environment;
  return entry;
}

PERJOULE_INLINE void Session::measure_costs(Entry& entry, detail::PassLoop& loop, Stream* stream) {
  const MeasureOptions& plan = entry.plan;
  if (stream != nullptr && stream->items() == 0) {
    detail::fail("nothing came into the stream", plan.label(),
                 "call stream.put(item) for each item, or leave the stream out");
  }
  AnyMeter& meter = state_->found.meter;
  const std::vector<std::size_t> order =
      detail::random_permutation(entry.inputs / plan.batch, plan.seed);
  detail::Workload workload{&loop, order, plan.label(), plan.batch, plan.callers, stream};
  std::optional<detail::CacheFlusher> flusher;
  if (plan.caches == CacheState::flushed) {
    workload.flusher = &flusher.emplace(detail::largest_cache(""));
  }
  std::optional<detail::ThreadPool> pool;
  if (plan.callers != 1) workload.loop = &pool.emplace(loop, plan.label(), plan.callers);
  const detail::ConcurrencyCheck concurrency(state_->measuring, state_->begun);
  entry.heap =
      detail::measure_heap_usage(meter, workload, plan.budget * 0.05, plan.watch_resident_peak);
  entry.samples =
      detail::run_windows(meter, workload, plan.budget, plan.relative_halfwidth, state_->files);
  entry.events =
      detail::count_events(meter, workload, plan.counters, plan.budget * 0.05, state_->files);
  detail::finish(entry, concurrency);
}

PERJOULE_INLINE void Session::add_variant(Comparison& comparison, const MeasureOptions& variant,
                                          std::size_t inputs, bool prepared) const {
  if (variant.callers != 1) detail::reject_callers(variant);
  if (variant.caches != CacheState::warm) {
    detail::fail("flushed caches in a comparison", variant.label(),
                 "leave .caches out, or measure() each model by itself");
  }
  MeasureOptions plan = variant;
  plan.budget = comparison.plan.budget;
  plan.seed = comparison.plan.seed;
  comparison.entries.push_back(begin(plan, inputs, detail::PassKind::single, prepared));
}

PERJOULE_INLINE void Session::compare_windows(Comparison& comparison,
                                              const std::vector<detail::PassLoop*>& loops) {
  AnyMeter& meter = state_->found.meter;
  const SystemFiles& files = state_->files;
  std::vector<Entry>& entries = comparison.entries;
  const ComparePlan& plan = comparison.plan;
  const std::vector<std::size_t> order = detail::random_permutation(entries[0].inputs, plan.seed);
  std::vector<detail::Workload> workloads;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    workloads.push_back({loops[i], order, entries[i].plan.label()});
  }
  const detail::ConcurrencyCheck concurrency(state_->measuring, state_->begun);
  std::vector<Samples> samples = detail::run_interleaved(meter, workloads, plan.budget, files);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].heap = detail::measure_heap_usage(meter, workloads[i], plan.budget * 0.02,
                                                 entries[i].plan.watch_resident_peak);
    entries[i].events = detail::count_events(meter, workloads[i], entries[i].plan.counters,
                                             plan.budget * 0.02, files);
    const bool converged = detail::has_converged(samples[i], entries[i].plan.relative_halfwidth,
                                                 meter.description().provenance);
    entries[i].samples = std::move(samples[i]);
    entries[i].samples.outcome = detail::outcome_of(entries[i].samples, converged);
    detail::finish(entries[i], concurrency);
  }
  const double level = detail::bonferroni_level(entries.size());
  for (std::size_t i = 1; i < entries.size(); ++i) {
    comparison.changes.push_back(
        detail::compare_entries(entries[0], entries[i], level, plan.min_effect));
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/table-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void Table::add(std::string_view cell) { cells_.emplace_back(cell); }

PERJOULE_INLINE void Table::note(std::string_view sentence) {
  const std::string note = std::string(sentence) + '.';
  const std::size_t hash = std::hash<std::string>()(note);
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    if (note_hashes_[i] == hash && notes_[i] == note) return;
  }
  notes_.push_back(note);
  note_hashes_.push_back(hash);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, interval(estimate)};
}

PERJOULE_INLINE IntervalEstimate<double> column_value(const Entry& entry,
                                                      const ColumnSource& source) noexcept {
  switch (source.kind) {
    case ColumnSource::Kind::metric:
      for (const Quality& quality : entry.quality) {
        if (quality.metric == source.title) return {quality.value, quality.value_interval};
      }
      return {};
    case ColumnSource::Kind::score:
      for (const Score& score : entry.scores) {
        if (score.name == source.score) return {score.value, score.interval};
      }
      return {};
    case ColumnSource::Kind::wall:
      return with_interval(strip_unit(entry.wall_time));
    case ColumnSource::Kind::energy:
      return with_interval(strip_unit(entry.energy));
    case ColumnSource::Kind::stored:
      return with_interval(strip_unit(entry.footprint.stored));
    case ColumnSource::Kind::compressed:
      return with_interval(strip_unit(entry.footprint.compressed));
    case ColumnSource::Kind::resident:
      return with_interval(strip_unit(entry.footprint.resident));
    case ColumnSource::Kind::peak:
      return with_interval(strip_unit(entry.heap.peak));
    case ColumnSource::Kind::inflation:
      break;
  }
  return with_interval(entry.footprint.inflation);
}

PERJOULE_INLINE std::string column_head(const ColumnSource& source, double factor) {
  if (source.unit.empty()) return std::string(source.title);
  if (source.kind == ColumnSource::Kind::metric) {
    return text::format("{} ({})", source.title, source.unit);
  }
  if (source.kind == ColumnSource::Kind::score) {  // 1e6/J reads 1/uJ
    return text::format("{}/{}{}{}", source.title, text::prefix_of(1.0 / factor).symbol,
                        source.unit, source.suffix);
  }
  return text::format("{} ({}{})", source.title, text::prefix_of(factor).symbol, source.unit);
}

PERJOULE_INLINE void add_column(Table& table, Entries entries, const ColumnSource& source) {
  std::vector<IntervalEstimate<double>> values;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    values.push_back(column_value(entries[i], source));
  }
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (const auto& [estimate, interval] : values) {
    if (!estimate.is_known()) continue;
    largest = std::max(largest, std::abs(estimate.value));
    best = std::min(best, estimate.provenance);
    least = worst(least, estimate.provenance);
  }
  if (best == Provenance::missing && !source.is_always_shown) return;
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const double factor = is_metric             ? text::display_factor(source.unit)
                        : source.unit.empty() ? 1.0
                                              : text::prefix_of(largest).factor;
  const bool head_says = best == least && best != Provenance::measured;
  const std::string head = column_head(source, factor);
  table.add(head_says ? text::format("{}, {}", head, name(best)) : head);
  for (const auto& [estimate, interval] : values) {
    const std::string cell = text::cell(estimate, interval, factor);
    const bool cell_says =
        !head_says && estimate.is_known() && estimate.provenance != Provenance::measured;
    table.add(cell_says ? text::format("{} ({})", cell, name(estimate.provenance)) : cell);
  }
}

PERJOULE_INLINE void add_notes(Table& table, const Entry& entry) {
  table.note("± and [low, high] are 95 % intervals");
  for (const Quality& quality : entry.quality) {
    if (quality.value.is_known()) continue;
    table.note(text::format(
        "{}: no {}: {}", entry.plan.label(), quality.metric,
        quality.why_no_value.empty() ? "its result has no provenance" : quality.why_no_value));
  }
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    if (quality.skill.is_known()) {
      table.note(text::format(
          "quality is skill, ({} - q)/({} - q), with q = {} of a predictor that "
          "never looks at its input",
          quality.metric, text::shortest(quality.perfect), text::significant(quality.trivial, 3)));
    } else if (quality.value.is_known()) {
      table.note(text::format(
          "{}: no skill by {}, and no score of it: {}", entry.plan.label(), quality.metric,
          quality.why_no_skill.empty() ? "its result has none" : quality.why_no_skill));
    }
  }
  if (entry.energy.is_known()) {
    const MeterDescription& meter = entry.meter;
    const std::string place = meter.root.empty() ? "" : " below " + meter.root;
    table.note(text::format("energy is {} by {}{}, scope {}: {}", name(entry.energy.provenance),
                            meter.source, place, name(meter.scope), meter.note));
  }
  const AbsentMeter* const absent = easiest_meter_to_enable(entry.absent_meters);
  if (absent != nullptr && entry.meter.provenance != Provenance::measured) {
    table.note(
        text::format("no {} ({}); to measure, {}", absent->source, absent->reason, absent->fix));
  }
  if (entry.plan.batch != 1) {
    table.note(text::format("{}: in batches of {}", entry.plan.label(), entry.plan.batch));
  }
  if (entry.plan.callers != 1) {
    table.note(text::format("{}: called by {} threads at once, whose items share time and energy",
                            entry.plan.label(), entry.plan.callers));
  }
  if (entry.prepared) {
    table.note(text::format("{}: without the time and energy in which inputs are prepared",
                            entry.plan.label()));
  }
  if (entry.plan.caches != CacheState::warm) {
    table.note(
        text::format("{}: the CPU's caches are flushed before each pass", entry.plan.label()));
  }
  if (entry.heap.source == HeapSource::resident_set) {
    table.note(text::format("{}: the peak of a pass is how far the resident set grows",
                            entry.plan.label()));
  }
  for (const Caveat& caveat : caveats(entry)) {
    if (entry.energy.is_known() && caveat.flag == CaveatFlag::not_measured) continue;
    table.note(text::format("{}: {}", entry.plan.label(), caveat.reason));
  }
  const Machine& machine = entry.environment.machine;
  table.note(text::format("{}, {} threads, {}, {}", machine.processor, machine.cores,
                          machine.kernel, entry.build.compiler));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table table(Entries entries) {
  using Kind = detail::ColumnSource::Kind;
  Table result(entries.size() + 1);
  result.add("model");
  for (std::size_t i = 0; i < entries.size(); ++i) result.add(entries[i].plan.label());
  std::vector<std::string_view> metrics;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Quality& quality : entries[i].quality) {
      if (std::find(metrics.begin(), metrics.end(), quality.metric) != metrics.end()) continue;
      metrics.push_back(quality.metric);
      detail::add_column(result, entries,
                         {.kind = Kind::metric,
                          .title = quality.metric,
                          .unit = quality.unit,
                          .is_always_shown = true});
    }
  }
  static constexpr detail::ColumnSource sources[] = {
      {Kind::wall, "time/item", "s"},
      {.kind = Kind::energy, .title = "energy/item", .unit = "J", .is_always_shown = true},
      {Kind::stored, "stored", "B"},
      {Kind::compressed, "compressed", "B"},
      {Kind::resident, "resident", "B"},
      {Kind::inflation, "inflation"},
      {Kind::peak, "peak of a pass", "B"},
      {Kind::score, "quality", "J", "quality_per_joule"},
      {Kind::score, "quality", "B", "quality_per_stored_byte", " stored"},
      {Kind::score, "quality", "B", "quality_per_compressed_byte", " compressed"},
      {Kind::score, "quality", "B", "quality_per_resident_byte", " resident"}};
  for (const detail::ColumnSource& source : sources) detail::add_column(result, entries, source);
  for (std::size_t i = 0; i < entries.size(); ++i) detail::add_notes(result, entries[i]);
  return result;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string escape_pipes(std::string_view cell) {
  std::string escaped;
  for (const char c : cell) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  const std::size_t columns = table.columns();
  std::vector<std::size_t> widths(columns, 3);  // minimum width of the rule below the heads
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::size_t width = text::width(detail::escape_pipes(table.at(row, column)));
      widths[column] = std::max(widths[column], width);
    }
  }
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::string cell = detail::escape_pipes(table.at(row, column));
      const std::string padding(widths[column] - text::width(cell), ' ');
      const bool is_number = column != 0;
      out += "| " + (is_number ? padding + cell : cell + padding) + ' ';
    }
    out += "|\n";
    if (row != 0) continue;
    for (std::size_t column = 0; column < columns; ++column) {
      const bool is_number = column != 0;
      out += "| " + std::string(widths[column] - 1, '-') + (is_number ? ": " : "- ");
    }
    out += "|\n";
  }
  if (!table.notes().empty()) out += '\n';
  for (const std::string& note : table.notes()) out += "- " + note + '\n';
  return out;
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/detail_tables-inl.hpp

namespace perjoule::inline v0::detail {

/// Row of the event table: an event, or a metric derived from events.
struct EventRow {
  std::string name;
  std::string unit;

  [[nodiscard]] IntervalEstimate<double> of(const Entry& entry) const noexcept;
};

PERJOULE_INLINE IntervalEstimate<double> EventRow::of(const Entry& entry) const noexcept {
  for (const CountedEvent& counted : entry.events.events) {
    if (counted.event.name == name) return with_interval(counted.per_item);
  }
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == name) return {figure.value, figure.interval};
  }
  return {};
}

/// Adds a row, unless one with that name exists.
PERJOULE_INLINE void add_row(std::vector<EventRow>& rows, const std::string& name,
                             const std::string& unit) {
  const bool is_known =
      std::any_of(rows.begin(), rows.end(), [&](const EventRow& row) { return row.name == name; });
  if (!is_known) rows.push_back({name, unit});
}

/// Returns the events, then the derived metrics: each once, in the order of the entries.
PERJOULE_INLINE std::vector<EventRow> event_rows(Entries entries) {
  std::vector<EventRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const CountedEvent& counted : entries[i].events.events) {
      add_row(rows, counted.event.name, counted.event.unit);
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const DerivedMetric& figure : entries[i].derived_metrics) {
      add_row(rows, figure.name, figure.unit);
    }
  }
  return rows;
}

/// Returns the prefix of the row's largest number; none if it has no unit.
PERJOULE_INLINE text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept {
  if (!row.unit.starts_with('s') && !row.unit.starts_with('J')) return {"", 1.0};
  double largest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = row.of(entries[i]).estimate;
    if (estimate.is_known()) largest = std::max(largest, std::abs(estimate.value));
  }
  return text::prefix_of(largest);
}

/// Tells whether this is a number of events that was the same every time: all its digits are exact.
PERJOULE_INLINE bool is_count(const Estimate<double>& estimate,
                              const Interval<double>& interval) noexcept {
  constexpr double most = 1e15;  // below this, a double holds every whole number exactly
  const double value = estimate.value;
  return estimate.is_known() && interval.method == IntervalMethod::exact && value >= 0.0 &&
         value < most && static_cast<double>(static_cast<std::uint64_t>(value)) == value;
}

PERJOULE_INLINE std::vector<std::string> missing_events(const EventCounts& use) {
  std::vector<std::string> sentences;
  for (const CountedEvent& first : use.events) {
    const std::string& why = first.event.why_missing;
    if (why.empty()) continue;
    std::string names;
    for (const CountedEvent& other : use.events) {
      if (other.event.why_missing != why) continue;
      if (names.empty() && &other != &first) break;  // already listed with the first event
      names += (names.empty() ? "" : ", ") + other.event.name;
    }
    if (!names.empty()) sentences.push_back("no " + names + ": " + why);
  }
  return sentences;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table event_table(Entries entries, std::string_view item) {
  const std::vector<detail::EventRow> rows = detail::event_rows(entries);
  Table table(rows.size() + 1);
  table.add(text::format("per {}", item));
  std::vector<double> factors;
  for (const detail::EventRow& row : rows) {
    const auto [prefix, factor] = detail::prefix_of(row, entries);
    table.add(row.unit.empty() ? row.name : text::format("{} ({}{})", row.name, prefix, row.unit));
    factors.push_back(factor);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    table.add(entries[i].plan.label());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto [estimate, interval] = rows[row].of(entries[i]);
      const std::string cell = detail::is_count(estimate, interval)
                                   ? text::rounded(estimate.value, 0)
                                   : text::cell(estimate, interval, factors[row]);
      const bool is_as_read = !estimate.is_known() || estimate.provenance == Provenance::measured;
      table.add(is_as_read ? cell : text::format("{} ({})", cell, name(estimate.provenance)));
    }
  }
  if (!rows.empty()) table.note("± and [low, high] are 95 % intervals");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const EventCounts& use = entries[i].events;
    if (use.extent == EventExtent::calling_thread) {
      table.note(text::format("events of {} are those of the thread that calls it, alone",
                              entries[i].plan.label()));
    }
    for (const std::string& sentence : detail::missing_events(use)) table.note(sentence);
    for (const CountedEvent& counted : use.events) {
      const Event& event = counted.event;
      if (!event.why_missing.empty() || !(counted.share < 1.0)) continue;
      table.note(text::format("{} of {} was counted {} % of the time, and scaled up", event.name,
                              entries[i].plan.label(),
                              text::significant(100.0 * counted.share, 2)));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Row of the footprint table: the n-th file of a role, so that the weights of two models are in
/// the same row, whatever their file names.
struct FileRow {
  std::string role;
  std::size_t place = 0;  ///< index among the files of its role, from 0

  [[nodiscard]] IntervalEstimate<double> of(const Entry& entry) const noexcept;
};

PERJOULE_INLINE IntervalEstimate<double> FileRow::of(const Entry& entry) const noexcept {
  std::size_t before = 0;
  for (const ModelFile& file : entry.footprint.files) {
    if (file.role == role && before++ == place) return with_interval(strip_unit(exact(file.bytes)));
  }
  return {};
}

/// Returns the rows, each once, in the order of the entries.
PERJOULE_INLINE std::vector<FileRow> file_rows(Entries entries) {
  std::vector<FileRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelFiles& files = entries[i].footprint.files;
    for (auto file = files.begin(); file != files.end(); ++file) {
      const auto has_role = [&](const ModelFile& other) { return other.role == file->role; };
      const auto place = static_cast<std::size_t>(std::count_if(files.begin(), file, has_role));
      const bool is_known = std::any_of(rows.begin(), rows.end(), [&](const FileRow& row) {
        return row.role == file->role && row.place == place;
      });
      if (!is_known) rows.push_back({file->role, place});
    }
  }
  return rows;
}

/// Number of an entry in addition to its files.
struct FootprintRow {
  std::string_view head;
  IntervalEstimate<double> number;
};

/// Returns the rows of an entry; their heads are the same for all entries.
PERJOULE_INLINE std::vector<FootprintRow> footprint_rows(const Entry& entry) {
  const Footprint& found = entry.footprint;
  IntervalEstimate<double> moved;
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == "moved_b_per_item") moved = {figure.value, figure.interval};
  }
  return {{"stored in all (B)", with_interval(strip_unit(found.stored))},
          {"compressed (B)", with_interval(strip_unit(found.compressed))},
          {"resident weights (B)", with_interval(strip_unit(found.resident))},
          {"inflation", with_interval(found.inflation)},
          {"peak of a pass (B)", with_interval(strip_unit(entry.heap.peak))},
          {"moved per item (B)", moved},
          {"parameters", with_interval(found.parameters)},
          {"non-zero parameters", with_interval(found.non_zero_parameters)}};
}

/// Returns a cell that shows a counted number to the last digit, so that a reader can add up cells.
PERJOULE_INLINE std::string exact_cell(const IntervalEstimate<double>& number) {
  const auto& [estimate, interval] = number;
  std::string cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const std::string whole = text::rounded(estimate.value, 0);
  std::string_view digits = whole;
  const bool is_whole = take_number(digits) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("{} ({})", cell, name(estimate.provenance));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table footprint_table(Entries entries) {
  const std::vector<detail::FileRow> files = detail::file_rows(entries);
  const std::vector<detail::FootprintRow> rows = detail::footprint_rows(Entry{});
  Table table(1 + files.size() + rows.size());
  table.add("manifest");
  for (const detail::FileRow& row : files) {
    table.add(row.place == 0 ? row.role + " (B)"
                             : text::format("{}, file {} (B)", row.role, row.place + 1));
  }
  for (const detail::FootprintRow& row : rows) table.add(row.head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    table.add(entry.plan.label());
    for (const detail::FileRow& row : files) table.add(detail::exact_cell(row.of(entry)));
    for (const detail::FootprintRow& row : detail::footprint_rows(entry)) {
      table.add(detail::exact_cell(row.number));
    }
  }
  table.note("inflation is the weights' bytes in memory over those on disk");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view model = entries[i].plan.label();
    for (const ModelFile& file : entries[i].footprint.files) {
      table.note(text::format("{} of {}: {}", file.role, model, file.name));
    }
    if (!entries[i].heap.peak.is_known()) {
      table.note(text::format("no peak of a pass of {}: {}", model, entries[i].heap.why_missing));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/summary_text-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string ratio_cell(double value, const Interval<double>& interval) {
  const double below = value - interval.low;
  const double above = interval.high - value;
  const double longer = std::max(below, above);
  const double shorter = std::min(below, above);
  Interval<double> shown = interval;
  if (interval.is_known() && shorter > 0.8 * longer) {
    shown = {value - longer, value + longer, interval.level, IntervalMethod::student_t};
  }
  return text::cell(Estimate<double>{value, 0.0, infinite_dof, 0.0, Provenance::measured}, shown);
}

PERJOULE_INLINE std::string metric_cell(const Estimate<double>& estimate,
                                        const Interval<double>& interval, std::string_view unit) {
  const std::string cell = text::cell(estimate, interval, text::display_factor(unit));
  return unit.empty() ? cell : text::format("{} {}", cell, unit);
}

PERJOULE_INLINE std::string pairs_needed_text(const Change& change) {
  if (change.more_pairs == 1) {
    return text::format("one pair of windows more than its {} might tell", change.windows);
  }
  return text::format("some {} pairs of windows more than its {} would tell", change.more_pairs,
                      change.windows);
}

PERJOULE_INLINE std::string describe_change(const Change& change, std::string_view what,
                                            double min_effect) {
  const double times = change.ratio.value;
  const Interval<double>& interval = change.interval;
  if (change.verdict == Verdict::missing) return text::format("{}: not known", what);
  if (change.verdict == Verdict::same) {
    return text::format("as much {}, to {} %", what, text::shortest(100.0 * min_effect));
  }
  if (change.verdict == Verdict::unresolved) {
    const std::string out =
        text::format("no clear change of {}, {} times as much", what, ratio_cell(times, interval));
    return change.more_pairs == 0 ? out : out + " (" + pairs_needed_text(change) + ")";
  }
  if (change.verdict == Verdict::worse) {
    return text::format("{} times more {}", ratio_cell(times, interval), what);
  }
  const Interval<double> inverse{1.0 / interval.high, 1.0 / interval.low, interval.level,
                                 interval.method};
  return text::format("{} times less {}", ratio_cell(1.0 / times, inverse), what);
}

PERJOULE_INLINE std::string describe_change(const QualityChange& change) {
  switch (change.verdict) {
    case Verdict::missing:
      return change.metric + ": cannot be compared item by item";
    case Verdict::same:
      return text::format("{}: the same, n = {}", change.metric, change.items);
    case Verdict::unresolved:
      return text::format("{}: no clear change, n = {}", change.metric, change.items);
    case Verdict::better:
    case Verdict::worse:
      break;
  }
  return text::format("{}: {} {}, n = {}", change.metric,
                      metric_cell(change.difference, change.interval, change.unit),
                      name(change.verdict), change.items);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE std::string to_string(const Change& change) {
  if (change.verdict == Verdict::missing) return "n/a";
  const std::string cell = perjoule::detail::ratio_cell(change.ratio.value, change.interval);
  const Provenance provenance = change.ratio.provenance;
  if (provenance == Provenance::measured) {
    return format("{} times as much ({})", cell, name(change.verdict));
  }
  return format("{} times as much ({}, {})", cell, name(provenance), name(change.verdict));
}

PERJOULE_INLINE std::string to_string(const QualityChange& change) {
  if (change.verdict == Verdict::missing) return "n/a";
  return format("{} ({})", with_unit(change.difference, change.interval, change.unit),
                name(change.verdict));
}

}  // namespace perjoule::inline v0::text

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string describe(const Comparison& comparison) {
  std::string out;
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const VariantChanges& changes = comparison.changes[i];
    const Provenance provenance = changes.energy.ratio.provenance;
    const bool has_joules =
        changes.energy.verdict != Verdict::missing && provenance != Provenance::modelled;
    const double least = comparison.plan.min_effect;
    if (i != 0) out += '\n';
    out += text::format("{} against {}: ", comparison.entries[i + 1].plan.label(),
                        comparison.entries[0].plan.label());
    if (has_joules) {
      if (provenance == Provenance::simulated) out += "simulated: ";
      out += detail::describe_change(changes.energy, "energy", least);
    } else {
      out += detail::describe_change(changes.cpu_time, "CPU time", least);
    }
    for (const QualityChange& change : changes.quality) {
      out += "; " + detail::describe_change(change);
    }
    out += '.';
  }
  return out;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool cannot_be_told_apart(const Entry& a, const Entry& b) {
  return paired_difference(a.quality[0], per_item_of(a, 0), b.quality[0], per_item_of(b, 0))
      .interval.contains(0.0);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string headline(Entries entries) {
  bool measured = true;
  const Entry* best = nullptr;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (entry.quality.empty() || !entry.cpu_time.is_known()) return {};
    measured = measured && entry.energy.provenance <= Provenance::estimated &&
               entry.meter.scope == entries[0].meter.scope;
    const Quality& own = entry.quality[0];
    const double gain = own.higher_is_better ? 1.0 : -1.0;
    if (best == nullptr || gain * own.value.value > gain * best->quality[0].value.value) {
      best = &entry;
    }
  }
  if (entries.size() < 2) return {};
  const auto cost = [measured](const Entry& entry) {
    return measured ? detail::strip_unit(entry.energy) : detail::strip_unit(entry.cpu_time);
  };
  const std::string_view unit = measured ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  std::string out =
      text::format("Best {}: {}, {}. ", quality.metric, best->plan.label(),
                   detail::metric_cell(quality.value, quality.value_interval, quality.unit));
  const Entry* cheapest = best;
  std::size_t as_good = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (&entry != best && !detail::cannot_be_told_apart(entry, *best)) continue;
    ++as_good;
    if (cost(entry).value < cost(*cheapest).value) cheapest = &entry;
  }
  if (as_good == 1) {
    return out + text::format("No other of the {} models comes near it; it takes {} per item.",
                              entries.size(),
                              text::with_unit(cost(*best), interval(cost(*best)), unit));
  }
  out += text::format(
      "{} of {} models cannot be told apart from it over {} paired items; the cheapest of these is "
      "{} with {} per item",
      as_good, entries.size(), quality.items, cheapest->plan.label(),
      text::with_unit(cost(*cheapest), interval(cost(*cheapest)), unit));
  if (cheapest != best) {
    const IntervalEstimate<double> times = ratio(cost(*best), cost(*cheapest));
    out += text::format(", {} times less than {}", text::cell(times.estimate, times.interval),
                        best->plan.label());
  }
  return out + '.';
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/to_string-inl.hpp

namespace perjoule::inline v0::text {

PERJOULE_INLINE std::string trim_trailing_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

PERJOULE_INLINE std::string cell(const Estimate<double>& estimate, const Interval<double>& interval,
                                 double unit) {
  if (!estimate.is_known()) return "n/a";
  const double value = estimate.value / unit;
  if (interval.method == IntervalMethod::exact) return trim_trailing_zeros(significant(value, 4));
  if (!interval.is_known()) return significant(value, 2) + " [unbounded]";
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  if (interval.method == IntervalMethod::student_t) return with_halfwidth(value, high - value);
  // Both ends get the digits of the nearer one, since they show how well the value is known.
  const double nearer = std::min(value - low, high - value);
  const int place = rounding_place(nearer > 0.0 ? nearer : high - low);
  return format("{} [{}, {}]", rounded(value, place), rounded(low, place), rounded(high, place));
}

PERJOULE_INLINE ScaledUnit scaled_unit(double magnitude, std::string_view unit) {
  if (unit.empty() || unit.starts_with('%')) return {std::string(unit), display_factor(unit)};
  const Prefix prefix = prefix_of(magnitude);
  const bool is_count = unit.starts_with("item") || unit.starts_with('1');
  if (!is_count) return {format("{}{}", prefix.symbol, unit), prefix.factor};
  const std::size_t line = unit.find('/');
  if (line == unit.npos) return {std::string(unit), 1.0};
  const std::string_view below = prefix_of(1.0 / prefix.factor).symbol;
  return {format("{}/{}{}", unit.substr(0, line), below, unit.substr(line + 1)), prefix.factor};
}

PERJOULE_INLINE std::string with_unit(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit) {
  if (!estimate.is_known()) return "n/a";
  const auto [symbol, factor] = scaled_unit(estimate.value, unit);
  const std::string number = cell(estimate, interval, factor);
  return symbol.empty() ? number : number + ' ' + symbol;
}

PERJOULE_INLINE std::string to_string(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit) {
  const std::string number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("{} ({})", number, name(estimate.provenance));
}

PERJOULE_INLINE std::string to_string(const Interval<double>& interval, std::string_view unit) {
  if (!interval.is_known()) return "unbounded";
  const double half = 0.5 * (interval.high - interval.low);
  if (half <= 0.0) return with_unit(exact(interval.low), interval, unit);
  const double larger = std::max(std::abs(interval.low), std::abs(interval.high));
  const auto [symbol, factor] = scaled_unit(larger, unit);
  const int place = rounding_place(half / factor);
  const std::string numbers = format("[{}, {}]", rounded(interval.low / factor, place),
                                     rounded(interval.high / factor, place));
  return symbol.empty() ? numbers : numbers + ' ' + symbol;
}

PERJOULE_INLINE std::string to_string(const Estimate<double>& estimate) {
  return to_string(estimate, interval(estimate), "");
}

PERJOULE_INLINE std::string to_string(const Score& score) {
  return to_string(score.value, score.interval, score.unit);
}

PERJOULE_INLINE double display_factor(std::string_view unit) noexcept {
  return unit == "%" ? 0.01 : 1.0;
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/regress/claim-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string why_inconclusive(const Entry& entry, std::string_view number,
                                             Provenance provenance,
                                             const AcceptedEvidence& accepted) {
  const Outcome outcome = entry.samples.outcome;
  if (provenance == Provenance::missing) {
    const std::string why = number == "energy" ? entry.samples.why_dropped : "";
    return text::format("{} is missing{}{}", number, why.empty() ? "" : ": ", why);
  }
  if (provenance > accepted.provenance) {
    return text::format("{} is {}, and shows nothing unless that is accepted", number,
                        name(provenance));
  }
  if (outcome == Outcome::few_windows && !accepted.few_windows) {
    return "there are fewer than 12 windows: measure for longer, or accept that";
  }
  if (outcome == Outcome::unstable && !accepted.unstable) {
    return "time or energy changed meanwhile: let the machine settle, and measure again";
  }
  return {};
}

PERJOULE_INLINE std::string caveat_lines(const Entry& entry) {
  std::string lines;
  for (const auto& [flag, reason] : caveats(entry)) {
    if (flag == CaveatFlag::not_measured || flag == CaveatFlag::few_windows ||
        flag == CaveatFlag::unstable) {
      continue;
    }
    lines += text::format("\n{}: {}", entry.plan.label(), reason);
  }
  return lines;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string claim_text(const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(Entry{}, budget.cost);
  const Estimate<double> most = exact(budget.limit);
  return text::format("{} within {}", detail::budget_verb(budget.cost),
                      text::with_unit(most, interval(most), cost.unit));
}

PERJOULE_INLINE Finding stays_within(const Entry& entry, const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(entry, budget.cost);
  const bool of_bytes = detail::is_in_bytes(budget.cost);
  const Estimate<double>& found = cost.estimate;
  const Interval<double> of_found = interval(found);
  // Bytes are counted, whatever the quality of the windows.
  const std::string why_inconclusive =
      of_bytes && found.is_known()
          ? std::string()
          : detail::why_inconclusive(entry, cost.name, found.provenance, budget.accepted);
  Finding finding;
  if (why_inconclusive.empty()) finding.claim = detail::at_most(of_found, budget.limit);
  std::string& out = finding.text;
  out = detail::yes_or_no(finding.claim);
  if (found.is_known()) {
    out += text::format(
        ", it takes {} ({})", text::with_unit(found, of_found, cost.unit),
        of_bytes && found.provenance == Provenance::measured ? "counted" : name(found.provenance));
  }
  if (!why_inconclusive.empty()) {
    out += (found.is_known() ? "; " : ", ") + why_inconclusive;
  } else if (finding.claim == ClaimOutcome::inconclusive) {
    out += "; the budget lies within its 95 % interval: measure for longer";
  } else if (of_bytes && finding.claim == ClaimOutcome::fails) {
    const Estimate<double> more = exact(found.value - budget.limit);
    out += text::format(", {} more", text::with_unit(more, interval(more), cost.unit));
  }
  if (!of_bytes && finding.claim != ClaimOutcome::holds) out += detail::caveat_lines(entry);
  return finding;
}

}  // namespace perjoule::inline v0

// ---- perjoule/regress/no_worse-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void Claims::add(std::string_view what, ClaimOutcome claim,
                                 const std::string& found) {
  auto& [all, lines] = finding_;
  if (!lines.empty()) lines += '\n';
  lines += text::format("{}: {}", what, yes_or_no(claim));
  if (!found.empty()) lines += ", " + found;
  if (claim == ClaimOutcome::fails) all = ClaimOutcome::fails;
  if (claim == ClaimOutcome::inconclusive && all == ClaimOutcome::holds) all = claim;
}

PERJOULE_INLINE Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                         const AcceptedEvidence& accepted) {
  const auto provenance_of = [of_energy](const Entry& e) {
    return of_energy ? e.energy.provenance : e.wall_time.provenance;
  };
  const std::string_view name = of_energy ? "energy" : "time";
  Compatibility found{name, worst(provenance_of(entry), provenance_of(baseline)), {}};
  const std::string& key = entry.environment.machine.key;
  const std::string& other_key = baseline.environment.machine.key;
  if (!key.empty() && !other_key.empty() && key != other_key) {
    found.why_inconclusive = "the other was measured on another machine";
  } else if (of_energy && entry.meter.scope != baseline.meter.scope) {
    found.why_inconclusive =
        text::format("one is energy of {}, the other of {}", perjoule::name(entry.meter.scope),
                     perjoule::name(baseline.meter.scope));
  } else {
    for (const Entry* const of : {&entry, &baseline}) {
      if (!found.why_inconclusive.empty()) continue;
      const std::string why_inconclusive =
          detail::why_inconclusive(*of, name, provenance_of(*of), accepted);
      if (why_inconclusive.empty()) continue;
      found.why_inconclusive = text::format("of {} {}", of->plan.label(), why_inconclusive);
    }
  }
  return found;
}

PERJOULE_INLINE void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim,
                              double times, const Interval<double>& interval,
                              std::string_view what_helps) {
  if (!of.why_inconclusive.empty()) {
    claims.add(of.name, ClaimOutcome::inconclusive, of.why_inconclusive);
    return;
  }
  std::string found =
      text::format("{} times as much ({})", ratio_cell(times, interval), name(of.provenance));
  if (claim == ClaimOutcome::inconclusive) found += text::format("; {}", what_helps);
  claims.add(of.name, claim, found);
}

PERJOULE_INLINE QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                                 std::size_t metric) {
  QualityChange change = quality_change(baseline, entry, metric, 0.95);
  if (change.verdict != Verdict::missing) return change;
  const Quality& own = entry.quality[metric];
  const Quality& other = baseline.quality[metric];
  if (!own.value_interval.is_known() || !other.value_interval.is_known()) return change;
  change.difference = {own.value.value - other.value.value, 0.0, infinite_dof, 0.0,
                       worst(own.value.provenance, other.value.provenance)};
  change.interval = {own.value_interval.low - other.value_interval.high,
                     own.value_interval.high - other.value_interval.low, 0.95, IntervalMethod::box};
  return change;
}

PERJOULE_INLINE void add_quality(Claims& claims, const Entry& entry, const Entry& baseline,
                                 double allowed) {
  for (std::size_t i = 0; i < baseline.quality.size(); ++i) {
    const Quality& other = baseline.quality[i];
    const bool same = i < entry.quality.size() && entry.quality[i].metric == other.metric &&
                      entry.quality[i].signature == other.signature &&
                      entry.quality[i].items == other.items;
    if (!same || entry.plan.dataset != baseline.plan.dataset) {
      claims.add(other.metric, ClaimOutcome::inconclusive,
                 "the other was judged by another metric, or on other items");
      continue;
    }
    const QualityChange change = quality_difference(entry, baseline, i);
    Interval<double> loss = change.interval;
    if (other.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
    const double most = allowed * std::abs(other.value.value);
    const bool paired = change.verdict != Verdict::missing;
    claims.add(other.metric, at_most(loss, most),
               text::format("a change of {}{}, n = {}",
                            text::with_unit(change.difference, change.interval, other.unit),
                            paired ? " item by item" : "", other.items));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string claim_text(std::string_view baseline, const Tolerance& tolerance) {
  const auto percent = [](double share) {
    return text::trim_trailing_zeros(text::significant(100.0 * share, 4));
  };
  std::string claim =
      text::format("is no worse than {}, to {} %", baseline, percent(tolerance.cost));
  if (is_finite(tolerance.quality)) {
    claim += text::format(", and its quality to {} %", percent(tolerance.quality));
  }
  return claim;
}

PERJOULE_INLINE Finding no_worse(const Entry& entry, const Entry& baseline,
                                 const Tolerance& tolerance) {
  PERJOULE_EXPECTS(is_finite(tolerance.cost));
  detail::Claims claims;
  const auto add = [&](bool of_energy, const IntervalEstimate<double>& times) {
    const detail::Compatibility of =
        detail::compatible(entry, baseline, of_energy, tolerance.accepted);
    detail::add_cost(claims, of, detail::at_most(times.interval, 1.0 + tolerance.cost),
                     times.estimate.value, times.interval,
                     "measure for longer, or compare in turns");
  };
  if (tolerance.energy)
    add(true, ratio(detail::strip_unit(entry.energy), detail::strip_unit(baseline.energy)));
  add(false, ratio(detail::strip_unit(entry.wall_time), detail::strip_unit(baseline.wall_time)));
  detail::add_quality(claims, entry, baseline,
                      is_finite(tolerance.quality) ? tolerance.quality : tolerance.cost);
  if (claims.finding().claim != ClaimOutcome::holds) {
    claims.add_text(detail::caveat_lines(entry) + detail::caveat_lines(baseline));
  }
  return claims.finding();
}

PERJOULE_INLINE Finding none_worse(const Comparison& comparison, const Tolerance& tolerance) {
  const double cost = is_finite(tolerance.cost) ? tolerance.cost : comparison.plan.min_effect;
  detail::Claims claims;
  const Entry& first = comparison.entries[0];
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const Entry& variant = comparison.entries[i + 1];
    const VariantChanges& compared = comparison.changes[i];
    // Drift affects all variants alike, and too few pairs give no interval.
    AcceptedEvidence accepted = tolerance.accepted;
    accepted.few_windows = accepted.unstable = true;
    const auto add = [&](bool of_energy, const Change& change) {
      const detail::Compatibility of = detail::compatible(variant, first, of_energy, accepted);
      const std::string more = change.more_pairs == 0 ? "the interval allows for both"
                                                      : detail::pairs_needed_text(change);
      detail::add_cost(claims, of, detail::no_worse_by_verdict(change, cost), change.ratio.value,
                       change.interval, more);
    };
    if (comparison.changes.size() > 1) {
      claims.add_text(text::format("{}{}:", i == 0 ? "" : "\n", variant.plan.label()));
    }
    if (tolerance.energy) add(true, compared.energy);
    add(false, compared.time);
    detail::add_quality(claims, variant, first,
                        is_finite(tolerance.quality) ? tolerance.quality : cost);
    if (claims.finding().claim != ClaimOutcome::holds) {
      claims.add_text(detail::caveat_lines(variant));
    }
  }
  return claims.finding();
}

}  // namespace perjoule::inline v0

// ---- perjoule/core/text-inl.hpp

namespace perjoule::inline v0::text {

namespace detail {

PERJOULE_INLINE std::string format(std::string_view text, const Argument* arguments) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{' && text[i + 1] == '}') {
      result += (arguments++)->text();
      ++i;
    } else {
      result += c;
      if (c == '{' || c == '}') ++i;  // a brace is written twice
    }
  }
  return result;
}

}  // namespace detail

PERJOULE_INLINE std::string shortest(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

PERJOULE_INLINE int exponent(double number, int digits) {
  char shown[32];
  const char* const end =
      std::to_chars(shown, shown + sizeof shown, number, std::chars_format::scientific, digits - 1)
          .ptr;
  const std::string_view all(shown, static_cast<std::size_t>(end - shown));
  const char* const mark = all.data() + all.rfind('e') + 1;
  int found = 0;
  std::from_chars(*mark == '+' ? mark + 1 : mark, end, found);
  return found;
}

PERJOULE_INLINE std::string rounded(double number, int place) {
  if (place > 20) return shortest(number);  // too many zeros to be readable
  const double scale = place > 0 ? perjoule::detail::power_of_ten(place) : 1.0;
  char digits[64];
  const auto [end, problem] = std::to_chars(digits, digits + 40, number / scale,
                                            std::chars_format::fixed, place > 0 ? 0 : -place);
  if (problem != std::errc{}) return shortest(number);  // too many digits to be readable
  std::string result(digits, end);
  if (result == "0") return result;
  if (result.front() == '-' && result.find_first_not_of("-0.") == std::string::npos) {
    result.erase(0, 1);
    return result;
  }
  if (place > 0) result.append(static_cast<std::size_t>(place), '0');
  return result;
}

PERJOULE_INLINE std::string significant(double number, int digits) {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

PERJOULE_INLINE int rounding_place(double halfwidth) {
  const int first = exponent(halfwidth, 3);
  return halfwidth / perjoule::detail::power_of_ten(first) < 3.545 ? first - 1 : first;
}

PERJOULE_INLINE std::string with_halfwidth(double value, double halfwidth) {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = rounding_place(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return rounded(value, place) + " ± " + rounded(up, place);
}

PERJOULE_INLINE Prefix prefix_of(double magnitude) noexcept {
  static constexpr Prefix prefixes[] = {{"T", 1e12}, {"G", 1e9},  {"M", 1e6},
                                        {"k", 1e3},  {"", 1.0},   {"m", 1e-3},
                                        {"µ", 1e-6}, {"n", 1e-9}, {"p", 1e-12}};
  const double size = std::abs(magnitude);
  if (!is_finite(magnitude) || size == 0.0) return {"", 1.0};
  for (const Prefix& prefix : prefixes) {
    if (size >= prefix.factor * 0.9995) return prefix;  // 999.6 m would print as 1000 m
  }
  return {"p", 1e-12};
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/stats/distributions-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE double normal_quantile(double p) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0);
  if (p > 0.5) return -normal_quantile(1.0 - p);
  double low = -39.0;  // the tail below is less than the smallest double
  double high = 0.0;
  while (high - low > 1e-14) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (normal_probability(middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double incomplete_beta(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - incomplete_beta(b, a, 1.0 - x);
  const double front = std::exp(detail::log_gamma(a + b) - detail::log_gamma(a) -
                                detail::log_gamma(b) + a * std::log(x) + b * std::log(1.0 - x)) /
                       a;
  constexpr double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (std::abs(d) < tiny ? tiny : d);
  double fraction = d;
  for (int m = 1; m < 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1.0;
    for (const double term : {even, odd}) {
      d = 1.0 + term * d;
      d = 1.0 / (std::abs(d) < tiny ? tiny : d);
      c = 1.0 + term / c;
      if (std::abs(c) < tiny) c = tiny;
      change = d * c;
      fraction *= change;
    }
    if (std::abs(change - 1.0) < 1e-15) break;
  }
  return front * fraction;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double t_quantile(double p, double dof) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0 && dof > 0.0);
  const double tail = p < 0.5 ? p : 1.0 - p;
  const double power = 0.5 * (dof + 1.0);
  const double log_peak = detail::log_gamma(power) - detail::log_gamma(0.5 * dof) -
                          0.5 * std::log(3.14159265358979323846 * dof);
  double t = 0.0;
  for (int i = 0; i < 1000; ++i) {
    const double density = std::exp(log_peak - power * std::log(1.0 + t * t / dof));
    const double step = (t_probability(-t, dof) - tail) / density;
    t += step;
    if (step <= 1e-12 * t) break;
  }
  return p < 0.5 ? -t : t;
}

}  // namespace perjoule::inline v0

// ---- perjoule/core/file-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::optional<std::string> read_beginning(const std::string& path,
                                                          std::size_t most) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file == -1) return {};
  std::string content;
  int why = 0;
  for (;;) {
    const std::size_t before = content.size();
    content.resize(std::min(most, before + 4096));
    const ssize_t n = read(file, content.data() + before, content.size() - before);
    if (n == -1) why = errno;
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n <= 0 && why != EINTR) break;
    why = 0;
    if (content.size() == most) break;
  }
  close(file);
  errno = why;
  if (why != 0) return {};
  if (content.ends_with('\n')) content.pop_back();
  return content;
}

PERJOULE_INLINE std::optional<std::string> read_file(const std::string& path) {
  constexpr std::size_t limit = std::size_t{1} << 26U;
  std::optional<std::string> content = read_beginning(path, limit);
  if (content && content->size() + 1 >= limit) {
    errno = EFBIG;
    return {};
  }
  return content;
}

PERJOULE_INLINE std::string parse_field(std::string_view file, std::string_view field) {
  const std::size_t name = file.find(field);
  if (name == file.npos) return {};
  const std::size_t colon = file.find(':', name);
  if (colon == file.npos) return {};
  const std::string_view rest = file.substr(colon + 1);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  return std::string(line.substr(std::min(line.find_first_not_of(" \t"), line.size())));
}

PERJOULE_INLINE std::optional<double> take_number(std::string_view& text) noexcept {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
  double number = 0.0;
  const auto [end, problem] = std::from_chars(text.begin() + begin, text.end(), number);
  if (problem != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return number;
}

PERJOULE_INLINE std::vector<std::string> list_directory(const std::string& path) {
  std::vector<std::string> names;
  DIR* const folder = opendir(path.c_str());
  if (folder == nullptr) return names;
  while (const dirent* const entry = readdir(folder)) names.emplace_back(entry->d_name);
  closedir(folder);
  std::erase(names, ".");
  std::erase(names, "..");
  std::sort(names.begin(), names.end());
  return names;
}

PERJOULE_INLINE std::vector<std::uint64_t> numbers_in_directory(const std::string& path,
                                                                std::string_view prefix,
                                                                std::string_view suffix) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : list_directory(path)) {
    if (name.size() < prefix.size() + suffix.size()) continue;
    std::string_view digits = name;
    if (!digits.starts_with(prefix) || !digits.ends_with(suffix)) continue;
    digits.remove_prefix(prefix.size());
    digits.remove_suffix(suffix.size());
    std::uint64_t number = 0;
    if (text::parse_integer(digits, number)) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/perf_event-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                    int group) noexcept {
  constexpr unsigned long close_on_exec = 8;
  return static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, process, cpu, group, close_on_exec));
}

PERJOULE_INLINE bool enable_perf_group(int leader) noexcept {
  constexpr unsigned long enable = _IO('$', 0);
  constexpr unsigned long whole_group = 1;
  return ioctl(leader, enable, whole_group) == 0;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/cpu_model-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CpuModel read_cpu_model(const std::string& root) {
  // The first CPU is enough: on a large machine the file has megabytes.
  const std::string info = read_beginning(root + "/proc/cpuinfo", 4096).value_or("");
  const auto number = [&](std::string_view field) {
    const std::string digits = parse_field(info, field);
    long found = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), found);
    return found;
  };
  return {parse_field(info, "vendor_id"), number("cpu family"), number("model\t")};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/counter_meter-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool DecimalFile::read(std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(file_.get(), digits, sizeof digits, 0);
  } while (n == -1 && errno == EINTR);
  return n > 0 && text::parse_integer({digits, static_cast<std::size_t>(n)}, count);
}

struct PowerIntegrator::Sensor {
  std::unique_ptr<CounterReader> power;
  double watts_per_count;
  double watts = 0.0;                  ///< at the last reading. @unit W
  Instant at;                          ///< of the last reading; 0: no reading yet
  double joules = 0.0;                 ///< since the sensor was added. @unit J
  std::atomic<bool> is_known = false;  ///< the last reading succeeded
  std::atomic<std::uint64_t> microjoules = 0;
};

struct PowerIntegrator::Sum final : CounterReader {
  explicit Sum(std::shared_ptr<const Sensor> sensor) noexcept : sensor_(std::move(sensor)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = sensor_->microjoules.load(std::memory_order_relaxed);
    return sensor_->is_known.load(std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<const Sensor> sensor_;  // owns the integrator
};

struct PowerIntegrator::State {
  std::vector<std::unique_ptr<Sensor>> sensors;
  PeriodicThread thread;  // the last member, so that it ends first
};

PERJOULE_INLINE PowerIntegrator::PowerIntegrator() : state_(std::make_unique<State>()) {}
PERJOULE_INLINE PowerIntegrator::~PowerIntegrator() = default;

PERJOULE_INLINE std::unique_ptr<CounterReader> PowerIntegrator::add(
    const std::shared_ptr<PowerIntegrator>& self, std::unique_ptr<CounterReader> power,
    double watts_per_count) {
  auto sensor = std::make_unique<Sensor>();
  sensor->power = std::move(power);
  sensor->watts_per_count = watts_per_count;
  const Sensor* const place = sensor.get();
  self->state_->sensors.push_back(std::move(sensor));
  return std::make_unique<Sum>(std::shared_ptr<const Sensor>(self, place));
}

PERJOULE_INLINE bool PowerIntegrator::empty() const noexcept { return state_->sensors.empty(); }

PERJOULE_INLINE bool PowerIntegrator::start() {
  sample();
  return state_->thread.start(interval.si(), [this] { sample(); });
}

PERJOULE_INLINE void PowerIntegrator::sample() noexcept {
  for (const std::unique_ptr<Sensor>& sensor : state_->sensors) {
    std::uint64_t count = 0;
    const bool is_known = sensor->power->read(count);
    if (is_known) {
      const Instant now = SystemClock::now();
      const double watts = static_cast<double>(count) * sensor->watts_per_count;
      if (sensor->at.ns != 0) {
        sensor->joules += 0.5 * (sensor->watts + watts) * (now - sensor->at).si();
      }
      sensor->watts = watts;
      sensor->at = now;
    }
    sensor->is_known.store(is_known, std::memory_order_relaxed);
    sensor->microjoules.store(static_cast<std::uint64_t>(sensor->joules * 1e6),
                              std::memory_order_relaxed);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

struct CounterMeter::State {
  [[nodiscard]] bool read(Reading& reading) const noexcept {
    reading.resize(counters.size());
    reading.begin = SystemClock::now();
    for (std::size_t i = 0; i < counters.size(); ++i) {
      if (!counters[i]->read(reading.counts[i])) return false;
    }
    reading.end = SystemClock::now();
    return true;
  }

  void record_intermediate_reading() {
    Reading reading;
    if (!read(reading)) return;
    intermediate_readings.push_back({reading.begin, reading.end, std::move(reading.counts)});
  }

  MeterDescription description;
  std::vector<std::unique_ptr<detail::CounterReader>> counters;  ///< one per zone
  std::vector<detail::IntermediateReading> intermediate_readings;
  Seconds max_interval{1e6};
  detail::PeriodicThread wrap_poller;  // the last member, so that it ends first
};

PERJOULE_INLINE CounterMeter::CounterMeter(std::string_view source, const std::string& root,
                                           std::string_view note)
    : state_(std::make_unique<State>()) {
  state_->description.source = source;
  state_->description.root = root;
  state_->description.note = note;
  state_->description.provenance = Provenance::measured;
}

PERJOULE_INLINE CounterMeter::CounterMeter(CounterMeter&& other) noexcept = default;
PERJOULE_INLINE CounterMeter& CounterMeter::operator=(CounterMeter&& other) noexcept = default;
PERJOULE_INLINE CounterMeter::~CounterMeter() = default;

PERJOULE_INLINE bool CounterMeter::read(Reading& reading) noexcept { return state_->read(reading); }

PERJOULE_INLINE WindowEnergy CounterMeter::energy(const Reading& before,
                                                  const Reading& after) const {
  const std::lock_guard lock(state_->wrap_poller);
  return detail::counted_energy(state_->description, before, after, state_->intermediate_readings);
}

PERJOULE_INLINE const MeterDescription& CounterMeter::description() const noexcept {
  return state_->description;
}

PERJOULE_INLINE MeterDescription& CounterMeter::description() noexcept {
  return state_->description;
}

PERJOULE_INLINE void CounterMeter::add(Zone zone, std::unique_ptr<detail::CounterReader> counter) {
  MeterDescription& what = state_->description;
  what.update_period = std::max(what.update_period, zone.update_period);
  what.zones.push_back(std::move(zone));
  state_->counters.push_back(std::move(counter));
}

PERJOULE_INLINE void CounterMeter::merge(CounterMeter other) {
  State& from = *other.state_;
  state_->wrap_poller.stop();
  from.wrap_poller.stop();
  state_->intermediate_readings.clear();  // they lack the new counters
  for (std::size_t i = 0; i < from.counters.size(); ++i) {
    add(std::move(from.description.zones[i]), std::move(from.counters[i]));
  }
  MeterDescription& what = state_->description;
  what.source += " + " + from.description.source;
  what.note += "; " + from.description.note;
  what.provenance = worst(what.provenance, from.description.provenance);
  what.scope = what.scope | Scope::gpu;
  poll_for_wraps(std::min(state_->max_interval, from.max_interval));
}

PERJOULE_INLINE void CounterMeter::measure_update_periods() {
  constexpr std::size_t most = 9;
  struct Watched {
    std::vector<Seconds> between;
    bool has_ticked = false;
    Instant last;
  };
  std::vector<Zone>& zones = state_->description.zones;
  std::vector<Watched> watched(zones.size());
  for (Watched& zone : watched) zone.between.reserve(most);
  Reading before(description());
  Reading now(description());
  if (!read(before)) return;
  const Instant start = before.end;
  std::size_t open = zones.size();  // zones that have not ticked often enough
  for (bool any = false; open != 0;) {
    const Seconds spent = SystemClock::now() - start;
    if (spent > Seconds(any ? 0.6 : 0.25) || !read(now)) break;
    if (spent > Seconds(0.02)) SystemClock::wait(Seconds(50e-6));
    for (std::size_t i = 0; i < zones.size(); ++i) {
      Watched& zone = watched[i];
      if (now.counts[i] == before.counts[i] || zone.between.size() == most) continue;
      any = true;
      if (zone.has_ticked) {  // the period before the first tick began unobserved
        zone.between.push_back(now.end - zone.last);
        if (zone.between.size() == most) --open;
      }
      zone.has_ticked = true;
      zone.last = now.end;
    }
    std::swap(before, now);
    // A counter that stands still must not hold up the others for long once one of them is known.
    if (any && spent > Seconds(0.05) && open < zones.size()) break;
  }
  Seconds& slowest = state_->description.update_period;
  slowest = Seconds(0.0);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    std::vector<Seconds>& between = watched[i].between;
    if (between.size() >= 3) {
      std::sort(between.begin(), between.end());
      const Seconds median = between[between.size() / 2];
      zones[i].update_period = median;
      zones[i].jitter = std::max(median - between[1], between[between.size() - 2] - median);
    }
    slowest = std::max(slowest, zones[i].update_period);
  }
}

PERJOULE_INLINE void CounterMeter::poll_for_wraps(Seconds max_interval) {
  Seconds between = state_->max_interval = max_interval;
  for (const Zone& zone : state_->description.zones) {
    const Seconds wrap =
        static_cast<double>(zone.modulus) * zone.per_count / detail::max_zone_power;
    between = std::min(between, wrap * 0.5);
  }
  between = std::max(between, Seconds(1e-3));
  if (between >= Seconds(1e5)) return;  // a day
  // Without a thread, windows that are too long report this themselves.
  (void)state_->wrap_poller.start(between.si(),
                                  [&state = *state_] { state.record_intermediate_reading(); });
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/cpu_time_model-inl.hpp

namespace perjoule::inline v0::detail {

/// A clock as a counter of nanoseconds.
class ClockReader final : public CounterReader {
 public:
  explicit ClockReader(Instant (*clock)() noexcept) noexcept : clock_(clock) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = static_cast<std::uint64_t>(clock_().ns);
    return true;
  }

 private:
  Instant (*clock_)() noexcept;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter cpu_time_model(const PowerModel& model) {
  PERJOULE_EXPECTS(model.factor >= 1.5);
  PERJOULE_EXPECTS(model.full > model.idle && model.idle >= Watts(0.0));
  CounterMeter meter(
      "cpu-time-model", "",
      text::format("CPU time of this process x {} W per core (idle {} W), right within a factor "
                   "of {} with 95 %; no measurement of energy",
                   text::shortest(model.full.si()), text::shortest(model.idle.si()),
                   text::shortest(model.factor)));
  MeterDescription& what = meter.description();
  what.scope = Scope::process;
  what.provenance = Provenance::modelled;
  Zone zone;
  zone.modulus = never_wraps;
  zone.allows_zero_counts = true;
  zone.gain_uncertainty = std::log(model.factor) / 1.959963984540;
  zone.name = "CPU time";
  zone.id = "CLOCK_PROCESS_CPUTIME_ID";
  zone.per_count = zone.resolution = Seconds(1e-9) * (model.full - model.idle);
  meter.add(zone, std::make_unique<detail::ClockReader>(&SystemClock::process_cpu));
  zone.name = "wall time";
  zone.id = "CLOCK_MONOTONIC";
  zone.per_count = zone.resolution = Seconds(1e-9) * model.idle;
  if (model.idle > Watts(0.0)) {
    meter.add(zone, std::make_unique<detail::ClockReader>(&SystemClock::now));
  }
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/core/periodic_thread-inl.hpp

namespace perjoule::inline v0::detail {

struct PeriodicThread::Thread {
  std::condition_variable_any changed;
  std::jthread thread;
};

PERJOULE_INLINE PeriodicThread::PeriodicThread() = default;
PERJOULE_INLINE PeriodicThread::~PeriodicThread() { stop(); }

PERJOULE_INLINE void PeriodicThread::stop() noexcept { thread_.reset(); }

PERJOULE_INLINE bool PeriodicThread::start(double seconds, std::function<void()> task) {
  const auto loop = [this, seconds, task = std::move(task)](const std::stop_token& stop,
                                                            std::condition_variable_any& changed) {
    using Clock = std::chrono::steady_clock;
    const auto between =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::unique_lock lock(mutex_);
    for (auto next = Clock::now() + between; !stop.stop_requested(); next += between) {
      changed.wait_until(lock, stop, next, [] { return false; });
      if (!stop.stop_requested()) task();
    }
  };
  auto thread = std::make_unique<Thread>();
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread->thread = std::jthread(
        [loop, &changed = thread->changed](const std::stop_token& stop) { loop(stop, changed); });
    thread_ = std::move(thread);
  } catch (const std::system_error&) {
    thread_.reset();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread_ != nullptr;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/external-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ExternalLineReader::poll() {
  constexpr std::size_t longest_line = 511;
  char more[4096];
  for (;;) {
    const ssize_t n = ::read(file_.get(), more, sizeof more);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return;
    rest_.append(more, static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != rest_.npos; begin = end + 1) {
      parse_line(std::string_view(rest_).substr(begin, end - begin));
    }
    rest_.erase(0, begin);
    if (rest_.size() >= longest_line) {  // no line is that long
      mark_broken();
      rest_.clear();
    }
  }
}

PERJOULE_INLINE bool ExternalLineReader::start() {
  return thread_.start(2e-3, [this] { poll(); });
}

PERJOULE_INLINE void ExternalLineReader::mark_broken() noexcept {
  broken_ = true;
  is_good_.store(false, std::memory_order_relaxed);
}

PERJOULE_INLINE void ExternalLineReader::parse_line(std::string_view line) noexcept {
  constexpr double most = 1e12;  // in J: far more than any meter counts, with room for microjoules
  const std::optional<double> seconds = take_number(line);
  const std::optional<double> joules = take_number(line);
  const bool is_none = !seconds || !joules || line.find_first_not_of(" \t\r") != line.npos ||
                       !is_finite(*seconds) || !(std::abs(*joules) < most);
  if (is_none || (any_ && (*seconds < seconds_ || *joules < joules_))) mark_broken();
  if (broken_) return;
  if (!any_) first_ = *joules;
  any_ = true;
  seconds_ = *seconds;
  joules_ = *joules;
  microjoules_.store(static_cast<std::uint64_t>((joules_ - first_) * 1e6 + 0.5),
                     std::memory_order_relaxed);
  is_good_.store(true, std::memory_order_relaxed);
}

/// A user's function that returns joules.
class ExternalFunction final : public CounterReader {
 public:
  explicit ExternalFunction(std::function<std::optional<Joules>()> joules)
      : joules_(std::move(joules)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    const std::optional<Joules> joules = joules_();
    if (!joules || !(*joules >= Joules(0.0)) || *joules > Joules(1e12)) return false;
    count = static_cast<std::uint64_t>(joules->si() * 1e6 + 0.5);
    return true;
  }

 private:
  std::function<std::optional<Joules>()> joules_;
};

PERJOULE_INLINE Zone external_zone(std::string_view name) {
  Zone zone;
  zone.name = name;
  zone.id = name;
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1e-6);
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter external_meter(std::string_view name, Scope scope,
                                            std::function<std::optional<Joules>()> joules) {
  CounterMeter meter("external", "", text::format("{}, a meter of the user's own", name));
  meter.description().scope = scope;
  meter.add(detail::external_zone(name),
            std::make_unique<detail::ExternalFunction>(std::move(joules)));
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_external(const std::string& path) {
  detail::FileDescriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    const int why = errno;
    return {text::format("cannot read {}: {}", path, detail::errno_message(why)),
            "name a file or a pipe that another program writes lines of 'seconds joules' to",
            why == EACCES ? ProbeState::forbidden : ProbeState::absent};
  }
  auto lines = std::make_unique<detail::ExternalLineReader>(std::move(file));
  lines->poll();
  if (!lines->start()) {
    return {"the system gives no thread to read the meter", "raise 'ulimit -u'",
            ProbeState::broken};
  }
  const Instant start = SystemClock::now();
  for (std::uint64_t count = 0; !lines->read(count);) {
    if (SystemClock::now() - start > Seconds(3.0)) {
      return {text::format("{}: no line of 'seconds joules' within 3 s", path),
              "check that the other program is running and writes whole lines", ProbeState::broken};
    }
    SystemClock::wait(Seconds(5e-3));
  }
  CounterMeter meter("external", path, "read by another program");
  meter.description().scope = Scope::psys;
  meter.add(detail::external_zone(detail::base_name(path)), std::move(lines));
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter_sources-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE View<MeterSource> meter_sources() noexcept {
  static constexpr MeterSource sources[] = {
      {"perf", "rapl-perf",
       [](const std::string& root, const MeterOptions&) { return open_perf(root); }},
      {"powercap", "rapl-powercap",
       [](const std::string& root, const MeterOptions&) { return open_powercap(root); }},
      {"msr", "rapl-msr",
       [](const std::string& root, const MeterOptions&) { return open_msr(root); }},
      {"hwmon", "hwmon",
       [](const std::string& root, const MeterOptions&) { return open_hwmon(root); }},
  };
  return sources;
}

PERJOULE_INLINE View<MeterSource> gpu_sources() noexcept {
  static constexpr MeterSource sources[] = {
      {"nvml", "nvml",
       [](const std::string&, const MeterOptions& options) { return open_nvml(options.nvml); }},
      {"amd-smi", "amd-smi",
       [](const std::string&, const MeterOptions& options) {
         return open_amd_smi(options.amd_smi);
       }},
      {"hwmon-gpu", "hwmon",
       [](const std::string& root, const MeterOptions&) { return open_hwmon(root, true); }},
  };
  return sources;
}

PERJOULE_INLINE std::string meter_names() {
  std::string names;
  for (const MeterSource& source : meter_sources()) names += std::string(source.option) + ", ";
  return names + "external:PATH, model or none";
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string option_or_environment(std::string_view option, const char* variable) {
  if (!option.empty()) return std::string(option);
  const char* const value = getenv(variable);
  return value == nullptr ? "" : value;
}

PERJOULE_INLINE AbsentMeter absent_meter(const MeterSource& source,
                                         const Probe<CounterMeter>& probe) {
  return {std::string(source.recorded_as), probe.state(), probe.reason(), probe.fix()};
}

PERJOULE_INLINE const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept {
  const auto forbidden = std::find_if(absent.begin(), absent.end(), [](const AbsentMeter& one) {
    return one.state == ProbeState::forbidden;
  });
  if (forbidden != absent.end()) return forbidden;
  const auto powercap = std::find_if(absent.begin(), absent.end(), [](const AbsentMeter& one) {
    return one.source == "rapl-powercap";
  });
  if (powercap != absent.end()) return powercap;
  return absent.empty() ? nullptr : absent.begin();
}

PERJOULE_INLINE void add_gpus(CounterMeter& meter, const std::string& root,
                              const MeterOptions& options, std::vector<AbsentMeter>& absent) {
  const bool is_rapl = meter.description().source.starts_with("rapl-");
  if (meter.description().scope == Scope::psys && !is_rapl) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources()) {
    if (source.recorded_as == "hwmon" && has_amd) continue;  // the library takes precedence
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || source.recorded_as == "amd-smi";
      meter.merge(probe.take());
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back(absent_meter(source, probe));
    }
  }
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/quality_result-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_items(const Quality& quality) {
  if (quality.items != 0) return;
  fail("a metric of no items", quality.metric, "add an output and its reference before");
}

PERJOULE_INLINE void add_skill(Quality& quality, std::string_view why_no_skill) {
  const double room = quality.perfect - quality.trivial;
  if (!is_finite(room)) {
    quality.why_no_skill = "what a predictor reaches that never looks is not known";
    return;
  }
  if (quality.higher_is_better ? room <= 0.0 : room >= 0.0) {
    quality.why_no_skill = why_no_skill;
    return;
  }
  if (!quality.value.is_known()) {
    quality.why_no_skill = "there is no value";
    return;
  }
  const Estimate<double>& value = quality.value;
  const double size = std::abs(room);
  quality.skill = {(value.value - quality.trivial) / room, value.random / size, value.dof,
                   value.common / size, value.provenance};
  const Interval<double>& interval = quality.value_interval;
  if (!interval.is_known()) return;
  const double low = quality.higher_is_better ? interval.low : interval.high;
  const double high = quality.higher_is_better ? interval.high : interval.low;
  quality.skill_interval = {(low - quality.trivial) / room, (high - quality.trivial) / room,
                            interval.level, interval.method};
}

PERJOULE_INLINE IntervalEstimate<double> proportion_of(std::size_t right, std::size_t items) {
  const Interval<double> interval = wilson_interval(right, items);
  // The half-width over z rather than sqrt(p(1 - p)/n), which is 0 for a model that makes no
  // mistake.
  const double u = (interval.high - interval.low) / (2.0 * t_quantile(0.975, infinite_dof));
  const double share = static_cast<double>(right) / static_cast<double>(items);
  return {{share, u, infinite_dof, 0.0, Provenance::measured}, interval};
}

PERJOULE_INLINE void finish_proportion(Quality& quality, std::size_t right,
                                       std::string_view why_no_skill) {
  check_items(quality);
  const IntervalEstimate<double> share = proportion_of(right, quality.items);
  quality.value = share.estimate;
  quality.value_interval = share.interval;
  add_skill(quality, why_no_skill);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                           const Quality& b, View<double> rows_b,
                                                           double level) {
  const bool same = a.metric == b.metric && a.signature == b.signature && a.columns == b.columns &&
                    rows_a.size() == rows_b.size();
  if (!same || rows_a.empty()) return {};
  if (a.formula.difference != nullptr) return a.formula.difference(a, rows_a, b, rows_b, level);
  if (a.columns != 1) return {};
  std::vector<double> differences(rows_a.size());
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = rows_a[i] - rows_b[i];
  const Estimate<double> mean = mean_of_independent(differences, Provenance::measured);
  return {mean, interval(mean, level)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/propagate-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                                         const Estimate<double>& b) {
  constexpr double rounding = 1.0 + 1e-9;
  const bool finite = is_finite(covariance.random) && is_finite(covariance.common);
  if (finite && std::abs(covariance.random) <= a.random * b.random * rounding &&
      std::abs(covariance.common) <= a.common * b.common * rounding) {
    return;
  }
  fail("a covariance is larger than both uncertainties allow", "two estimates",
       "pass the covariance of the two means (of single items, over their number), in the units of "
       "both, and none of a part that has no uncertainty");
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                            const Covariance& covariance) {
  if (!detail::is_known_and_finite(a) || !detail::is_known_and_finite(b)) return {};
  detail::validate_covariance(covariance, a, b);
  const bool independent = std::abs(covariance.random) <= 0.0;
  return {a.value - b.value,
          detail::uncertainty_of_difference(a.random, b.random, covariance.random),
          independent ? detail::combined_dof(a.random, a.dof, b.random, b.dof)
                      : detail::smaller_dof(a, b),
          detail::uncertainty_of_difference(a.common, b.common, covariance.common),
          worst(a.provenance, b.provenance)};
}

PERJOULE_INLINE Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b) {
  if (!detail::is_known_and_finite(a) || !detail::is_known_and_finite(b)) return {};
  const double random_a = b.value * a.random;
  const double random_b = a.value * b.random;
  return {a.value * b.value, std::hypot(random_a, random_b),
          detail::combined_dof(random_a, a.dof, random_b, b.dof),
          std::hypot(b.value * a.common, a.value * b.common), worst(a.provenance, b.provenance)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/ratio-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                         double level, double covariance) {
  const double g = fieller_g(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double shift = t * covariance / d;
  const double inner = (1.0 - g) * detail::square(u_n) + detail::square(r * u_d) -
                       2.0 * r * covariance + detail::square(shift);
  // It is 0 if n and d move together, and rounding may make it negative.
  const double half = t / std::abs(d) * std::sqrt(inner > 0.0 ? inner : 0.0);
  const double centre = r - t * shift / d;
  return {(centre - half) / (1.0 - g), (centre + half) / (1.0 - g), level, IntervalMethod::fieller};
}

PERJOULE_INLINE Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                     double level) {
  const Interval<double> of_n = interval(n, std::sqrt(level));
  const Interval<double> of_d = interval(d, std::sqrt(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

PERJOULE_INLINE Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                          double dof, const Covariance& covariance) {
  const double r = n.value / d.value;
  const double by = r / detail::square(d.value);
  const Estimate<double> found{
      r,
      uncertainty_of_difference(n.random / d.value, r * d.random / d.value, by * covariance.random),
      dof,
      uncertainty_of_difference(n.common / d.value, r * d.common / d.value, by * covariance.common),
      worst(n.provenance, d.provenance)};
  const bool finite = is_finite(r) && is_finite(standard_uncertainty(found));
  return finite && found.is_known() ? found : Estimate<double>{};
}

PERJOULE_INLINE IntervalEstimate<double> positive_ratio(const Estimate<double>& n,
                                                        const Estimate<double>& d, double dof,
                                                        const Covariance& covariance,
                                                        double level) {
  if (!is_known_and_finite(n) || !is_known_and_finite(d) || d.value <= 0.0) return {};
  const Estimate<double> estimate = quotient(n, d, dof, covariance);
  if (!estimate.is_known()) return {};
  const double r = estimate.value;
  const double u = standard_uncertainty(estimate);
  if (u <= 0.0) return {estimate, without_uncertainty(r, estimate.provenance, level)};
  const double t = t_quantile(0.5 * (1.0 + level), effective_dof(estimate));
  const double u_n = standard_uncertainty(n);
  const double u_d = standard_uncertainty(d);
  constexpr double near = 0.1;
  const bool lognormal = d.provenance == Provenance::modelled;
  const bool clear = n.value > 0.0 && ((n.provenance == Provenance::modelled && !lognormal) ||
                                       fieller_g(n.value, u_n, t) <= near);
  if (clear && (lognormal || fieller_g(d.value, u_d, t) <= near)) {
    const double factor = std::exp(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? box(n, d, level)
                              : fieller(n.value, u_n, d.value, u_d, t, level,
                                        covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio(const Estimate<double>& numerator,
                                               const Estimate<double>& denominator, double level) {
  const double dof = detail::combined_dof(
      numerator.random / denominator.value, numerator.dof,
      numerator.value / denominator.value * denominator.random / denominator.value,
      denominator.dof);
  return detail::positive_ratio(numerator, denominator, dof, {}, level);
}

PERJOULE_INLINE IntervalEstimate<double> paired_ratio(const Estimate<double>& numerator,
                                                      const Estimate<double>& denominator,
                                                      const Covariance& covariance, double level) {
  if (!detail::is_known_and_finite(numerator) || !detail::is_known_and_finite(denominator))
    return {};
  detail::validate_covariance(covariance, numerator, denominator);
  return detail::positive_ratio(numerator, denominator, detail::smaller_dof(numerator, denominator),
                                covariance, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_finite(View<double> numbers, std::string_view what) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_finite(numbers[i])) {
      fail(text::format("{} is not a finite number", what),
           text::format("pair {}, counted from 0", i), "leave the pair out, of both lists");
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> paired_ratio(View<double> numerators,
                                                      View<double> denominators,
                                                      Provenance provenance, double common,
                                                      double level) {
  if (numerators.size() != denominators.size()) {
    detail::fail(
        "pairs without a partner",
        text::format("{} numerators, {} denominators", numerators.size(), denominators.size()),
        "pass one of each for every item, in the same order");
  }
  detail::expect_finite(numerators, "a numerator");
  detail::expect_finite(denominators, "a denominator");
  if (numerators.size() < 2) return {};
  const Estimate<double> above = mean_of_independent(numerators, Provenance::measured);
  Estimate<double> below = mean_of_independent(denominators, provenance);
  below.common = common;
  double products = 0.0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    products += (numerators[i] - above.value) * (denominators[i] - below.value);
  }
  const auto n = static_cast<double>(numerators.size());
  return paired_ratio(above, below, {.random = products / (n - 1.0) / n}, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                               double level) {
  const double of_a = effective_dof(a);
  const double of_b = effective_dof(b);
  return t_quantile(0.5 * (1.0 + level), of_a < of_b ? of_a : of_b);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio_of_differences(const Estimate<double>& numerator,
                                                              const Estimate<double>& denominator,
                                                              const Covariance& covariance,
                                                              double level) {
  if (!detail::is_known_and_finite(numerator) || !detail::is_known_and_finite(denominator))
    return {};
  detail::validate_covariance(covariance, numerator, denominator);
  const double t = detail::conservative_t_quantile(numerator, denominator, level);
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  if (std::abs(denominator.value) <= t * u_d) return {};
  const Estimate<double> found = detail::quotient(
      numerator, denominator, detail::smaller_dof(numerator, denominator), covariance);
  if (!found.is_known()) return {};
  if (u_n <= 0.0 && u_d <= 0.0) {
    return {found, detail::without_uncertainty(found.value, found.provenance, level)};
  }
  return {found, detail::fieller(numerator.value, u_n, denominator.value, u_d, t, level,
                                 covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/histogram-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void Histogram::add(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < bins; ++i) {
    counts_[i] += __atomic_load_n(&other.counts_[i], __ATOMIC_RELAXED);
  }
}

PERJOULE_INLINE std::uint64_t Histogram::size() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts_) sum += count;
  return sum;
}

PERJOULE_INLINE std::size_t Histogram::bin_of_rank(std::uint64_t rank) const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    sum += counts_[i];
    if (sum >= rank) return i;
  }
  return bins - 1;
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/quantile-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE double quantile_of_sorted(View<double> sorted_sample, double p) {
  PERJOULE_EXPECTS(!sorted_sample.empty() && p >= 0.0 && p <= 1.0);
  const double position = p * static_cast<double>(sorted_sample.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted_sample.size()) return sorted_sample[sorted_sample.size() - 1];
  const double part = position - static_cast<double>(below);
  return sorted_sample[below] + part * (sorted_sample[below + 1] - sorted_sample[below]);
}

PERJOULE_INLINE double quantile(View<double> sample, double p) {
  std::vector<double> sorted(sample.begin(), sample.end());
  std::sort(sorted.begin(), sorted.end());
  return quantile_of_sorted(sorted, p);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share) {
  const auto n = static_cast<double>(trials);
  if (trials > 1'000'000) {
    const double z = t_quantile(share, infinite_dof);
    return static_cast<std::uint64_t>(n * p + z * std::sqrt(n * p * (1.0 - p)) + 0.5);
  }
  // In logarithms, since (1 - p)^n may be below the smallest double.
  double log_term = n * std::log(1.0 - p);
  double sum = 0.0;
  for (std::uint64_t k = 0; k < trials; ++k) {
    sum += std::exp(log_term);
    if (sum > share) return k;
    const auto done = static_cast<double>(k);
    log_term += std::log((n - done) / (done + 1.0) * p / (1.0 - p));
  }
  return trials;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE bool is_quantile_estimable(std::uint64_t values, double p) {
  PERJOULE_EXPECTS(p >= 0.5 && p < 1.0);
  return detail::binomial_quantile(values, 1.0 - p, 0.01) != 0;
}

PERJOULE_INLINE RankInterval quantile_ranks(std::uint64_t values, double p, double level) {
  PERJOULE_EXPECTS(is_quantile_estimable(values, p));
  const double each = 0.5 * (1.0 - level);
  return {values - detail::binomial_quantile(values, 1.0 - p, 1.0 - each),
          values + 1 - detail::binomial_quantile(values, 1.0 - p, each)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/summary-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  const auto n = static_cast<double>(sample.size());
  double above =
      0.0;  // relative to the first value, so that rounding adds no scatter to equal values
  for (const double x : sample) above += x - sample[0];
  Summary summary{sample.size(), sample[0] + above / n, 0.0};
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += detail::square(x - summary.mean);
  summary.standard_deviation = std::sqrt(squares / (n - 1.0));
  return summary;
}

PERJOULE_INLINE Estimate<double> mean_of_independent(View<double> sample,
                                                     Provenance provenance) noexcept {
  if (sample.size() < 2) return {};
  const Summary summary = summarize(sample);
  const auto n = static_cast<double>(summary.n);
  return {summary.mean, summary.standard_deviation / std::sqrt(n), n - 1.0, 0.0, provenance};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double autocovariance_sum(View<double> sample, double mean,
                                          std::size_t lag) noexcept {
  double sum = 0.0;
  for (std::size_t i = lag; i < sample.size(); ++i) {
    sum += (sample[i] - mean) * (sample[i - lag] - mean);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double autocorrelation_time(View<double> sample) noexcept {
  if (sample.size() < detail::min_autocorrelation_samples) return 1.0;
  const auto n = static_cast<double>(sample.size());
  const double most = 0.25 * n;
  const double mean = summarize(sample).mean;
  const double squares = detail::autocovariance_sum(sample, mean, 0);
  if (squares <= 0.0) return 1.0;

  const double biased = detail::autocovariance_sum(sample, mean, 1) / squares;
  const double p = biased + (1.0 + 3.0 * biased) / n;
  const double of_neighbours = p < 1.0 ? (1.0 + p) / (1.0 - p) : most;

  double pairs = 0.0;
  double last = n;
  for (std::size_t lag = 0; lag + 1 < sample.size(); lag += 2) {
    const double pair = (detail::autocovariance_sum(sample, mean, lag) +
                         detail::autocovariance_sum(sample, mean, lag + 1)) /
                        squares;
    if (pair <= 0.0) break;
    last = pair < last ? pair : last;
    pairs += last;
  }
  const double of_all = 2.0 * pairs - 1.0;

  const double time = of_neighbours > of_all ? of_neighbours : of_all;
  if (time > most) return most;
  return time > 1.0 ? time : 1.0;
}

PERJOULE_INLINE Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                                 Provenance provenance) noexcept {
  if (windows.empty()) return {};
  const Summary summary = summarize(windows);
  const auto n = static_cast<double>(summary.n);
  const double time = autocorrelation_time(windows);
  const double inflation = n > 1.0 ? std::sqrt(time * (n - 1.0) / (n - time)) : 1.0;
  const double scatter = summary.standard_deviation * inflation;
  const double root_n = std::sqrt(n);
  if (scatter <= resolution)
    return {summary.mean, resolution / root_n, infinite_dof, 0.0, provenance};
  return {summary.mean, scatter / root_n, detail::autocorrelated_dof(n, time), 0.0, provenance};
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/sample_estimates-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool halves_agree(View<double> windows, const Estimate<double>& mean) {
  const std::size_t half = windows.size() / 2;
  const Summary first = summarize({windows.data(), half});
  const Summary second = summarize({windows.data() + windows.size() - half, half});
  const double most = t_quantile(0.995, mean.dof) * 2.0 * mean.random;
  return std::abs(second.mean - first.mean) <= most;
}

PERJOULE_INLINE bool has_settled(View<double> windows, const Estimate<double>& mean,
                                 double relative_halfwidth) {
  if (!meets_target(mean, relative_halfwidth)) return false;
  return is_below_resolution(mean) ||
         (effective_sample_size(windows) >= min_effective_samples && halves_agree(windows, mean));
}

PERJOULE_INLINE bool has_drifted(View<double> windows, const Estimate<double>& mean) {
  if (windows.size() < first_check || is_below_resolution(mean)) return false;
  const bool waves = static_cast<double>(windows.size()) >= min_effective_samples &&
                     effective_sample_size(windows) < min_steady_samples;
  return waves || !halves_agree(windows, mean);
}

PERJOULE_INLINE std::vector<double> per_item_by_window(const Samples& samples,
                                                       Samples::Column column, double watts) {
  const Samples::Column items = column == Samples::clean ? Samples::clean_items : Samples::items;
  std::vector<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    values.push_back(!is_finite(number)
                         ? quiet_nan()
                         : (number - watts * samples.at(i, Samples::wall)) / samples.at(i, items));
  }
  return values;
}

PERJOULE_INLINE std::vector<double> per_item(const Samples& samples, Samples::Column column,
                                             double watts) {
  std::vector<double> known;
  for (const double value : per_item_by_window(samples, column, watts)) {
    if (is_finite(value)) known.push_back(value);
  }
  return known;
}

PERJOULE_INLINE Samples::Column best_time_column(const Samples& samples) {
  const std::size_t known = per_item(samples, Samples::clean).size();
  return known >= first_check || 2 * known >= samples.windows() ? Samples::clean : Samples::wall;
}

PERJOULE_INLINE Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                               Provenance provenance) {
  const std::vector<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

PERJOULE_INLINE Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                                 double watts) {
  const std::vector<double> resolution = per_item(samples, Samples::energy_random);
  if (resolution.empty()) return {};
  Estimate<double> energy = mean_of_windows(per_item(samples, Samples::energy, watts),
                                            summarize(resolution).mean, provenance);
  energy.common = summarize(per_item(samples, Samples::energy_common)).mean;
  return energy;
}

PERJOULE_INLINE double others_cpu_share(const Samples& samples) noexcept {
  Seconds others{0.0};
  Seconds own{0.0};
  Seconds wall{0.0};
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    others += Seconds(samples.at(i, Samples::others_cpu));
    own += Seconds(samples.at(i, Samples::cpu));
    wall += Seconds(samples.at(i, Samples::wall));
  }
  return others_cpu_share(others, own, wall);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/record/json_writer-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void JsonWriter::put(std::string_view text) {
  text.empty() ? put(nullptr) : quote(text);
}

PERJOULE_INLINE void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  while (!text.empty()) {
    const std::size_t size = detail::first_code_point(text).bytes;
    const auto byte = static_cast<unsigned char>(text[0]);
    if (size == 0) {
      text_ += "\xEF\xBF\xBD";  // U+FFFD: JSON must be UTF-8, but a file name may be anything
    } else if (byte < 0x20U) {
      constexpr std::string_view digits = "0123456789abcdef";
      text_ += "\\u00";
      text_ += digits[byte >> 4U];
      text_ += digits[byte & 15U];
    } else {
      if (byte == '"' || byte == '\\') text_ += '\\';
      text_ += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  text_ += '"';
}

PERJOULE_INLINE void JsonWriter::put(double number) {
  text_ += is_finite(number) ? text::shortest(number) : "null";
}

PERJOULE_INLINE void JsonWriter::put(bool flag) { text_ += flag ? "true" : "false"; }

PERJOULE_INLINE void JsonWriter::put(std::nullptr_t) { text_ += "null"; }

PERJOULE_INLINE void JsonWriter::put_signed(std::int64_t number) {
  text_ += text::format("{}", number);
}

PERJOULE_INLINE void JsonWriter::put_unsigned(std::uint64_t number) {
  text_ += text::format("{}", number);
}

PERJOULE_INLINE void JsonWriter::put(View<double> numbers) {
  Array list(*this, Layout::line);
  for (const double number : numbers) list.add(number);
}

PERJOULE_INLINE void JsonWriter::break_line() {
  text_ += '\n';
  text_.append(2 * depth_, ' ');
}

PERJOULE_INLINE JsonWriter::Scope::Scope(JsonWriter& json, Layout layout, char opening,
                                         char closing)
    : json_(json), layout_(layout), closing_(closing) {
  json_.text_ += opening;
  if (layout_ == Layout::lines) ++json_.depth_;
}

PERJOULE_INLINE JsonWriter::Scope::~Scope() {
  if (layout_ == Layout::lines) {
    --json_.depth_;
    if (!is_empty_) json_.break_line();
  }
  json_.text_ += closing_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member() {
  if (!is_empty_) json_.text_ += layout_ == Layout::lines ? "," : ", ";
  if (layout_ == Layout::lines) json_.break_line();
  is_empty_ = false;
  return json_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member(std::string_view key) {
  begin_member().quote(key);
  json_.text_ += ": ";
  return json_;
}

PERJOULE_INLINE JsonWriter::Object JsonWriter::object(Layout layout) { return {*this, layout}; }

PERJOULE_INLINE JsonWriter::Array JsonWriter::array(Layout layout) { return {*this, layout}; }

PERJOULE_INLINE JsonWriter::Object JsonWriter::Object::object(std::string_view key, Layout layout) {
  return {begin_member(key), within(layout)};
}

PERJOULE_INLINE JsonWriter::Array JsonWriter::Object::array(std::string_view key, Layout layout) {
  return {begin_member(key), within(layout)};
}

PERJOULE_INLINE JsonWriter::Object JsonWriter::Array::object(Layout layout) {
  return {begin_member(), within(layout)};
}

PERJOULE_INLINE JsonWriter::Array JsonWriter::Array::array(Layout layout) {
  return {begin_member(), within(layout)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/cycle_clock-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Seconds CycleClock::cycle_length() const noexcept {
  if (!is_invariant_) return Seconds(1e-9);
  const Seconds since = meter_->now() - begin_;
  return since / static_cast<double>(now() - begin_ticks_);
}

PERJOULE_INLINE bool CycleClock::has_invariant_counter() noexcept {
#if defined(__x86_64__)
  // Bit 8 of EDX: the counter runs at one rate in all power states. Intel SDM vol. 2A, CPUID.
  constexpr unsigned highest = 0x80000000U;
  constexpr unsigned power = 0x80000007U;
  return cpuid(highest).a >= power && (cpuid(power).d & (1U << 8U)) != 0;
#elif defined(__aarch64__)
  return true;  // by definition of the generic timer, Arm ARM D11.1
#else
  return false;
#endif
}

#if defined(__x86_64__)
PERJOULE_INLINE CycleClock::Registers CycleClock::cpuid(unsigned leaf) noexcept {
  Registers r{leaf, 0, 0, 0};
  asm volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  return r;
}
#endif

}  // namespace perjoule::inline v0

// ---- perjoule/engine/recording-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy attribute_by_time(const WindowEnergy& window, double share) {
  const Estimate<Joules>& whole = window.energy;
  if (!whole.is_known()) return window;
  constexpr double factor = 1.3293998;  // ln(10)/sqrt(3)
  const Joules value = whole.value * share;
  const double unknown = (1.0 - share) * factor * value.si();
  return {{value, whole.random * share, whole.dof,
           Joules(std::hypot(whole.common.si() * share, unknown)),
           worst(whole.provenance, Provenance::estimated)},
          ""};
}

PERJOULE_INLINE ThreadTable::ThreadTable(std::size_t size) : records_(size) {}

PERJOULE_INLINE ThreadTable::~ThreadTable() { delete next_.load(); }

PERJOULE_INLINE ThreadRecord& ThreadTable::find_record(pthread_t self) {
  constexpr std::size_t tries = 8;
  for (ThreadTable* table = this;; table = &table->next()) {
    const std::size_t first = table->place_of(self);
    for (std::size_t i = 0; i < tries; ++i) {
      ThreadRecord& record = table->records_[(first + i) & (table->records_.size() - 1)];
      pthread_t owner = record.owner.load(std::memory_order_relaxed);
      if (owner == self) return record;
      if (owner == 0 && record.owner.compare_exchange_strong(owner, self)) return record;
    }
  }
}

PERJOULE_INLINE ThreadTable& ThreadTable::next() {
  ThreadTable* known = next_.load();
  if (known != nullptr) return *known;
  auto made = std::make_unique<ThreadTable>(2 * records_.size());
  // Another thread may have been faster: then `known` is its table, and this one is discarded.
  return next_.compare_exchange_strong(known, made.get()) ? *made.release() : *known;
}

PERJOULE_INLINE Recording::Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every)
    : meter_(meter),
      files_(files),
      every_(every == 0 ? 1 : every),
      clock_(meter_),
      threads_(64),
      watch_(meter_, files_, Stopwatch::Ends::at_once) {
  meter_.wait(Seconds(0.002));  // so that the length of a tick is known to one part in ten thousand
  const Seconds tick = clock_.cycle_length();
  const auto ticks = [&](Seconds least, Seconds wanted) {
    return static_cast<std::uint64_t>(std::max(least, wanted) / tick);
  };
  const Seconds period = meter.description().update_period;
  long_ = ticks(Seconds(0.01), period * 10.0);
  window_ = ticks(Seconds(0.1), period * 20.0);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t before = clock_.now();
    const std::uint64_t cost = clock_.now() - before;
    if (i == 0 || cost < cost_) cost_ = cost;
  }
  begin_window();
}

PERJOULE_INLINE Recording::~Recording() = default;

PERJOULE_INLINE std::size_t Recording::region(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(regions_.begin(), regions_.end(),
                                  [&](const RegionSummary& region) { return region.name == name; });
  const auto number = static_cast<std::size_t>(known - regions_.begin());
  if (known == regions_.end()) regions_.emplace_back().name = name;
  return number;
}

PERJOULE_INLINE std::size_t Recording::regions() const {
  const std::lock_guard lock(mutex_);
  return regions_.size();
}

PERJOULE_INLINE std::string Recording::name(std::size_t region) const {
  const std::lock_guard lock(mutex_);
  return regions_[region].name;
}

PERJOULE_INLINE Recording::Totals Recording::totals(std::size_t region) const {
  const std::lock_guard lock(mutex_);
  return sum_of(region);
}

PERJOULE_INLINE Samples Recording::samples(std::size_t region, bool& is_attributed) {
  const std::lock_guard lock(mutex_);
  end_window();
  const RegionSummary& summary = regions_[region];
  const std::size_t read = summary.by_itself.windows();
  is_attributed = read == 0 || read + 1 < sum_of(region).timed;
  Samples samples = is_attributed ? summary.shared : summary.by_itself;
  samples.others_cpu_share = others_cpu_share(others_, own_, wall_);
  Histogram lengths;
  threads_.for_each([&](const ThreadRecord& thread) {
    if (region < thread.regions.size() && thread.regions[region] != nullptr) {
      lengths.add(thread.regions[region]->lengths);
    }
  });
  samples.latency = latency(lengths, clock_.cycle_length());
  samples.why_no_idle = "in a loop of your own nothing sleeps, so idle power is not known";
  return samples;
}

PERJOULE_INLINE RegionRecord& Recording::add_record(ThreadRecord& thread, std::size_t region) {
  auto record = std::make_unique<RegionRecord>(region);
  const std::lock_guard lock(mutex_);
  if (thread.regions.size() <= region) thread.regions.resize(region + 1);
  thread.regions[region] = std::move(record);
  return *thread.regions[region];
}

PERJOULE_INLINE void Recording::end_window_if_due() {
  const std::lock_guard lock(mutex_);
  if (clock_.now() >= window_end_.load(std::memory_order_relaxed)) end_window();
}

PERJOULE_INLINE void Recording::end_window() {
  const Window whole = watch_.stop();
  const Seconds tick = clock_.cycle_length();
  wall_ += whole.wall;
  own_ += whole.cpu;
  others_ += whole.interference.others_cpu;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const Totals now = sum_of(i);
    const Totals earlier = std::exchange(regions_[i].seen, now);
    if (now.timed == earlier.timed) continue;
    const auto timed = static_cast<double>(now.timed - earlier.timed);
    Window window = whole;
    window.items = Items(timed + static_cast<double>(now.skipped - earlier.skipped));
    window.wall = tick *
                  (static_cast<double>(now.inclusive_ticks - earlier.inclusive_ticks) / timed) *
                  window.items.si();
    window.cpu = Seconds(quiet_nan());
    window.energy = attribute_by_time(whole.energy, std::min(window.wall / whole.wall, 1.0));
    regions_[i].shared.add(window);
  }
  begin_window();
}

PERJOULE_INLINE void Recording::begin_window() {
  watch_.start();
  window_end_.store(clock_.now() + window_, std::memory_order_relaxed);
}

PERJOULE_INLINE Recording::Totals Recording::sum_of(std::size_t region) const {
  Totals sum;
  threads_.for_each([&](const ThreadRecord& thread) {
    if (region >= thread.regions.size() || thread.regions[region] == nullptr) return;
    const RegionRecord& of = *thread.regions[region];
    sum.timed += of.timed.get();
    sum.skipped += of.skipped.get();
    sum.threw += of.threw.get();
    sum.inclusive_ticks += of.inclusive_ticks.get();
    sum.exclusive_ticks += of.exclusive_ticks.get();
    sum.threads += of.timed.get() + of.threw.get() != 0 ? 1 : 0;
  });
  return sum;
}

PERJOULE_INLINE void Recording::begin_long(RegionRecord& of) {
  if (of.watch == nullptr) {
    of.watch = std::make_unique<Stopwatch>(meter_, files_, Stopwatch::Ends::at_once);
  }
  of.watch->start();
}

PERJOULE_INLINE void Recording::end_long(RegionRecord& of) {
  Window window = of.watch->stop();
  window.items = Items(1.0);
  const std::lock_guard lock(mutex_);
  regions_[of.region].by_itself.add(window);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/recorder_state-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RecorderState::RecorderState(AnyMeter& meter, const SystemFiles& files,
                                             std::size_t every, const Entry& of)
    : recording(meter, files, every), entry(of), calls(recording.region(of.plan.label())) {}

PERJOULE_INLINE RecorderState::~RecorderState() = default;

PERJOULE_INLINE void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept {
  if (!time.is_known()) return;
  const SecondsPerItem each(cost.si());
  time.value = std::max(time.value - each, SecondsPerItem(0.0));
  time.common = SecondsPerItem(std::hypot(time.common.si(), each.si()));
}

PERJOULE_INLINE Entry entry_of(RecorderState& recorded, std::size_t region) {
  Recording& recording = recorded.recording;
  Entry entry = recorded.entry;
  bool is_attributed = false;
  entry.samples = recording.samples(region, is_attributed);
  const Recording::Totals totals = recording.totals(region);
  entry.inputs = totals.timed + totals.skipped;
  if (region != recorded.calls) {
    entry.plan.name = text::format("{}: {}", entry.plan.label(), recording.name(region));
  }
  entry.concurrent = totals.threads > 1;
  if (is_attributed) {
    entry.meter.provenance = worst(entry.meter.provenance, Provenance::estimated);
  }
  const bool converged =
      has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance);
  entry.samples.outcome = outcome_of(entry.samples, converged);
  summarize_windows(entry);
  subtract_overhead(entry.wall_time, recording.cost());
  return entry;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/summarize-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept {
  if (events.extent == EventExtent::calling_thread) return {};
  for (const CountedEvent& counted : events.events) {
    if (counted.event.kind == kind && counted.per_item.is_known()) return counted.per_item;
  }
  return {};
}

PERJOULE_INLINE Estimate<double> floating_point_operations(const EventCounts& events) noexcept {
  const Estimate<double> both = count_of(events, EventKind::operations);
  if (both.is_known()) return both;
  return total(count_of(events, EventKind::single_operations),
               count_of(events, EventKind::double_operations));
}

PERJOULE_INLINE double cache_line_size(const std::string& root) {
  const std::string content =
      read_file(root + "/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size")
          .value_or("");
  std::uint64_t bytes = 0;
  return text::parse_integer(content, bytes) && bytes != 0 ? static_cast<double>(bytes) : 64.0;
}

PERJOULE_INLINE Estimate<double> bytes_moved(const EventCounts& events) {
  Estimate<double> moved = count_of(events, EventKind::last_level_misses);
  if (!moved.is_known()) return {};
  const double line = cache_line_size();
  moved.value *= line;
  moved.random *= line;
  moved.common *= line;
  moved.provenance = worst(moved.provenance, Provenance::estimated);
  return moved;
}

PERJOULE_INLINE void add_derived_metrics(Entry& entry) {
  const EventCounts& events = entry.events;
  const auto add = [&](std::string_view name, std::string_view unit, std::string_view formula,
                       const Estimate<double>& value, const Interval<double>& interval) {
    if (!value.is_known()) return;
    entry.derived_metrics.push_back(
        {std::string(name), std::string(unit), std::string(formula), value, interval});
  };
  const auto add_ratio = [&](std::string_view name, std::string_view unit, std::string_view formula,
                             const Estimate<double>& numerator,
                             const Estimate<double>& denominator) {
    const IntervalEstimate<double> found = ratio(numerator, denominator);
    add(name, unit, formula, found.estimate, found.interval);
  };
  const Estimate<double> instructions = count_of(events, EventKind::instructions);
  const Estimate<double> flop = floating_point_operations(events);
  const Estimate<double> moved = bytes_moved(events);
  add_ratio("instructions_per_cycle", "", "instructions / cycles", instructions,
            count_of(events, EventKind::cycles));
  add_ratio("joules_per_instruction", "J", "energy / instructions", strip_unit(entry.energy),
            instructions);
  add("flop_per_item", "1/item", "operations on floating-point numbers", flop, interval(flop));
  add_ratio("flop_per_second", "1/s", "operations / time", flop, strip_unit(entry.wall_time));
  add("moved_b_per_item", "B/item", "misses of the last level * line, at least", moved,
      interval(moved));
  add_ratio("arithmetic_intensity", "1/B", "operations / bytes moved", flop, moved);
}

PERJOULE_INLINE void summarize_windows(Entry& entry) {
  const Samples& samples = entry.samples;
  const Provenance provenance = entry.meter.provenance;
  // A simulated machine has its own clock, so its times are no more real than its joules.
  const Provenance clock = provenance == Provenance::simulated ? provenance : Provenance::measured;
  const Samples::Column time = best_time_column(samples);
  entry.wall_time = with_unit<SecondsPerItem>(time_per_item(samples, time, clock));
  entry.cpu_time =
      with_unit<SecondsPerItem>(time_per_item(samples, Samples::cpu, Provenance::measured));
  entry.energy = with_unit<JoulesPerItem>(energy_per_item(samples, provenance));
  const double whole = time_per_item(samples, Samples::wall, clock).value;
  entry.active_energy = active(entry.energy, samples.idle, SecondsPerItem(whole));
  if (entry.active_energy.is_known()) {
    // The scatter comes from the active energy of the windows, since a longer window has both more
    // energy and more idle energy. The uncertainty of the idle power is common to all windows.
    const Estimate<double> scatter = energy_per_item(samples, provenance, samples.idle.value.si());
    entry.active_energy.random = JoulesPerItem(scatter.random);
    entry.active_energy.dof = scatter.dof;
  }
  if (!is_machine_shared(entry)) return;
  widen(entry.energy, samples.others_cpu_share);
  widen(entry.active_energy, samples.others_cpu_share);
}

PERJOULE_INLINE void add_scores(Entry& entry) {
  const auto moved = with_unit<BytesPerItem>(bytes_moved(entry.events));
  for (const Quality& quality : entry.quality) {
    const auto add = [&](std::string_view score, std::string_view unit,
                         const IntervalEstimate<double>& ratio) {
      entry.scores.push_back(
          {std::string(score), quality.metric, std::string(unit), ratio.estimate, ratio.interval});
    };
    const Estimate<double>& skill = quality.skill;
    add("quality_per_joule", "item/J", strip_unit(per_joule(skill, entry.energy)));
    add("quality_per_active_joule", "item/J", strip_unit(per_joule(skill, entry.active_energy)));
    add("quality_per_second", "item/s", strip_unit(per_second(skill, entry.wall_time)));
    add("quality_per_stored_byte", "1/B", strip_unit(per_byte(skill, entry.footprint.stored)));
    add("quality_per_compressed_byte", "1/B",
        strip_unit(per_byte(skill, entry.footprint.compressed)));
    add("quality_per_resident_byte", "1/B", strip_unit(per_byte(skill, entry.footprint.resident)));
    add("quality_per_peak_byte", "1/B", strip_unit(per_byte(skill, entry.heap.peak)));
    add("quality_per_moved_byte", "item/B", strip_unit(per_moved_byte(skill, moved)));
  }
}

PERJOULE_INLINE std::vector<NamedFile> files_of(const MeasureOptions& plan) {
  std::vector<NamedFile> files;
  if (!plan.weights.empty()) files.push_back({"weights", plan.weights});
  for (const NamedFile& file : plan.files) {
    if (file.role.empty()) {
      fail("a file without a role", file.path, "write .files = {{\"tokenizer\", PATH}}");
    }
    if (std::any_of(files.begin(), files.end(),
                    [&](const NamedFile& known) { return known.path == file.path; })) {
      fail("a file is named twice", file.path, "name it in .weights or .files, once");
    }
    files.push_back(file);
  }
  return files;
}

PERJOULE_INLINE Footprint measure_footprint(const MeasureOptions& plan) {
  if (plan.parameters != 0 && plan.non_zero_parameters > plan.parameters) {
    fail("more parameters that are not zero than there are", plan.label(),
         "take both from parameters_of(buffers...)");
  }
  ModelFiles files;
  for (const NamedFile& file : files_of(plan)) {
    files.push_back(
        {file.role, std::string(base_name(file.path)), stored_bytes(file.path, file.role)});
  }
  Footprint found = footprint_of(files, if_given(plan.resident_weights));
  found.compressed = if_given(plan.compressed);
  found.parameters = if_given(static_cast<double>(plan.parameters));
  found.non_zero_parameters = if_given(static_cast<double>(plan.non_zero_parameters));
  return found;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/cache_flusher-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Bytes largest_cache(const std::string& root) {
  Bytes largest{0.0};
  for (int index = 0; index < 16; ++index) {  // a CPU has four or five
    const std::string cache =
        text::format("{}/sys/devices/system/cpu/cpu0/cache/index{}", root, index);
    const std::optional<std::string> size = read_file(cache + "/size");
    if (!size) continue;
    std::string_view unit = *size;
    const double number = take_number(unit).value_or(0.0);
    const double factor = unit.starts_with('M') ? 1048576.0 : unit.starts_with('K') ? 1024.0 : 1.0;
    largest = std::max(largest, Bytes(number * factor));
  }
  return largest;
}

PERJOULE_INLINE CacheFlusher::CacheFlusher(Bytes largest)
    : lines_(static_cast<std::size_t>(2.0 * std::max(largest, least).si())) {}

PERJOULE_INLINE void CacheFlusher::flush() const noexcept {
  constexpr std::size_t line = 64;
  const volatile char* const lines = lines_.data();
  for (std::size_t i = 0; i < lines_.size(); i += line) static_cast<void>(lines[i]);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/counters/event_counting-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE EventBaseline::EventBaseline(const EventSourceDescription& source)
    : at(source), cost(source.events.size()), first_trial(source), second_trial(source) {}

PERJOULE_INLINE bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept {
  EventReading& first = baseline.first_trial;
  EventReading& second = baseline.second_trial;
  const std::vector<Event>& events = source.description().events;
  for (EventReading* const reading : {&first, &second, &baseline.at}) {
    reading->resize(events.size());  // resizing in a reading would count as its cost
  }
  baseline.cost.resize(events.size());
  if (!source.read(first) || !source.read(second)) return false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool has_cost = events[i].is_hardware && second.counts[i] >= first.counts[i];
    baseline.cost[i] = has_cost ? static_cast<double>(second.counts[i] - first.counts[i]) : 0.0;
  }
  return source.read(baseline.at);  // last, so that it begins the stretch
}

PERJOULE_INLINE ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                         const EventReading& after, std::size_t i) noexcept {
  const EventReading& before = baseline.at;
  ScaledCount found;
  if (after.counts[i] < before.counts[i]) return found;
  const double count =
      (static_cast<double>(after.counts[i] - before.counts[i]) - baseline.cost[i]) *
      event.per_count;
  if (!event.is_hardware) {
    found.count = count;
    return found;
  }
  const std::uint64_t enabled = after.enabled[i] - before.enabled[i];
  const std::uint64_t running = after.running[i] - before.running[i];
  found.share = enabled == 0 ? 0.0 : static_cast<double>(running) / static_cast<double>(enabled);
  if (running != 0) found.count = count / found.share;
  return found;
}

PERJOULE_INLINE CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                           double items) {
  CountedEvent counted;
  counted.event = event;
  if (!event.why_missing.empty()) return counted;
  std::vector<double> known;
  bool has_moved = !event.is_hardware;
  for (const double value : per_item) {
    if (is_finite(value)) known.push_back(value);
    has_moved = has_moved || (is_finite(value) && value != 0.0);
  }
  if (known.empty()) {
    counted.event.why_missing =
        "it never had a register of the processor: stop other programs that count, or ask for "
        "fewer events";
    return counted;
  }
  if (!has_moved) {
    counted.event.why_missing =
        "suspect: the counter never moved, as those do that this processor does not have";
    return counted;
  }
  counted.share = share;
  const double one = event.per_count / items;
  const bool is_rare = summarize(known).mean < one;
  counted.per_item = mean_of_windows(known, is_rare ? one : 0.0, Provenance::measured);
  if (share < 1.0) {
    counted.per_item.provenance = Provenance::estimated;
    const double scatter = summarize(known).standard_deviation;
    const double unknown = known.size() > 1 ? scatter : counted.per_item.value;
    counted.per_item.common = (1.0 - share) * unknown;
  }
  return counted;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window_runner-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void WindowRunner::prepare(std::size_t passes) {
  workload_.prepare(place_, passes);
  if (workload_.flusher == nullptr) return;
  workload_.flusher->flush();
  run(0);  // the loop's own code and data are not the model's
  do_not_optimize(workload_.order[place_]);
}

PERJOULE_INLINE Seconds WindowRunner::warm_up_and_plan(Seconds warm_up) {
  (void)remeasure_pass_time(warm_up);
  reject_empty_pass(per_pass_);
  if (workload_.flusher != nullptr) reject_short_pass(per_pass_);
  if (workload_.callers != 1) return per_pass_;
  slice_ = passes_in(slice_length, per_pass_, 1);
  if (!has_work_before_pass()) {
    end_slice_ = passes_per_tick_poll(meter_->description().update_period, per_pass_);
  }
  return per_pass_;
}

PERJOULE_INLINE Seconds WindowRunner::remeasure_pass_time(Seconds warm_up) {
  per_pass_ = workload_.flusher == nullptr ? fastest_pass_time(warm_up) : mean_pass_time(warm_up);
  return per_pass_;
}

PERJOULE_INLINE std::size_t WindowRunner::plan_window(Seconds length, Seconds per_pass,
                                                      Seconds least, Seconds for_setup) {
  const std::size_t items = workload_.order.size();
  std::size_t passes = round_up_to_multiple(passes_in(length, per_pass, items), workload_.callers);
  if (!has_work_before_pass()) return passes;
  const std::size_t filling = passes_in(least, per_pass_, 1) + 1;
  if (passes < filling) {
    passes = filling <= items ? filling : (filling + items - 1) / items * items;
  }
  const std::size_t in_time = passes_in(for_setup, setup_, 1);
  const std::size_t most = std::min(in_time, workload_.max_consecutive_passes());
  if (passes > most) passes = most < items ? most : most - most % items;
  is_too_short_ = per_pass_ * static_cast<double>(passes) < least;
  return passes;
}

PERJOULE_INLINE Seconds WindowRunner::fastest_pass_time(Seconds warm_up) {
  const std::size_t most = std::min(workload_.max_consecutive_passes(), std::size_t{1} << 30U);
  std::size_t passes = workload_.callers;
  Seconds best = time(passes);
  while (best * static_cast<double>(passes) < warm_up && passes < most &&
         setup_ * static_cast<double>(passes) < warm_up * 5.0) {
    passes *= 2;
    best = time(passes);
  }
  for (int attempt = 0; passes >= 8 && attempt < 4; ++attempt) {
    best = std::min(best, time(passes / 8));
  }
  return best;
}

PERJOULE_INLINE Seconds WindowRunner::mean_pass_time(Seconds warm_up) {
  Seconds mean = time(1);
  Seconds all{0.0};
  for (int more = 1; more <= 8 && all < warm_up * 4.0; ++more) {
    all += time(1);
    mean = all / static_cast<double>(more);
  }
  return mean;
}

PERJOULE_INLINE Seconds WindowRunner::time(std::size_t passes) {
  const Instant begin = meter_->now();
  prepare(passes);
  const Instant start = meter_->now();
  setup_ = (start - begin) / static_cast<double>(passes);
  run(passes);
  return (meter_->now() - start) / static_cast<double>(passes);
}

PERJOULE_INLINE Seconds WindowRunner::time_of_empty_loop(std::size_t passes) const noexcept {
  const Instant start = meter_->now();
  std::size_t place = 0;
  for (std::size_t i = 0; i < passes; ++i) {
    do_not_optimize(workload_.order[place]);
    if (++place == workload_.order.size()) place = 0;
  }
  return (meter_->now() - start) / static_cast<double>(passes);
}

PERJOULE_INLINE void WindowRunner::reject_empty_pass(Seconds per_pass) {
  if (!all_constant_ || per_pass > Seconds(1e-3)) return;
  const CacheFlusher* const flusher = workload_.flusher;
  workload_.flusher = nullptr;  // an empty pass is as empty with warm caches
  const std::size_t passes = std::min(workload_.max_consecutive_passes(), std::size_t{1} << 16U);
  if (flusher != nullptr) per_pass = time(64);
  Seconds nothing{1.0};
  for (int attempt = 0; attempt < 5; ++attempt) {  // alternating: a disturbance affects both
    nothing = std::min(nothing, time_of_empty_loop(passes));
    if (per_pass > nothing * 100.0) break;
    per_pass = std::min(per_pass, time(passes));
  }
  workload_.flusher = flusher;
  if (per_pass > nothing * 1.5) return;
  fail("nothing was measured: the optimiser removed it", workload_.name,
       "return what the model computes from its input, and not a constant");
}

PERJOULE_INLINE void WindowRunner::reject_short_pass(Seconds per_pass) const {
  if (per_pass >= Seconds(20e-6)) return;
  fail("a pass under 20 us is too short for flushed caches", workload_.name,
       "leave .caches out, or put more work into a pass (.batch)");
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/memory/heap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void HeapCounts::add(std::size_t bytes) noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  const auto more = static_cast<std::int64_t>(bytes);
  allocations.fetch_add(1, relaxed);
  allocated.fetch_add(bytes, relaxed);
  const std::int64_t now = live.fetch_add(more, relaxed) + more;
  std::int64_t most = peak.load(relaxed);
  while (now > most && !peak.compare_exchange_weak(most, now, relaxed)) {
  }
}

PERJOULE_INLINE void HeapCounts::remove(std::size_t bytes) noexcept {
  live.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

PERJOULE_INLINE HeapCounter::HeapCounter() noexcept
    : is_owner_(!heap_counts.is_owned.exchange(true, std::memory_order_acq_rel)) {
  heap_counts.is_disturbed.store(!is_owner_, std::memory_order_release);
}

PERJOULE_INLINE HeapCounter::~HeapCounter() {
  if (!is_owner_) return;
  stop();
  heap_counts.is_owned.store(false, std::memory_order_release);
}

PERJOULE_INLINE void HeapCounter::start() noexcept {
  if (!is_owner_) return;
  heap_counts.live.store(0, std::memory_order_relaxed);
  heap_counts.peak.store(0, std::memory_order_relaxed);
  heap_counts.allocations.store(0, std::memory_order_relaxed);
  heap_counts.allocated.store(0, std::memory_order_relaxed);
  heap_counts.is_counting.store(true);
}

PERJOULE_INLINE void HeapCounter::stop() noexcept {
  if (is_owner_) heap_counts.is_counting.store(false);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/counted_passes-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool hook_is_working(HeapCounter& counting) noexcept {
  counting.start();
  char* const copy = strdup("a probe");
  do_not_optimize(copy);
  free(copy);
  counting.stop();
  return counting.allocations() >= 1.0 && counting.live() == 0.0;
}

PERJOULE_INLINE HeapUsage measure_allocations(AnyMeter& clock, const Workload& workload,
                                              HeapCounter& counting, Seconds most) {
  HeapUsage use;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  double peak = 0.0;
  const std::size_t passes = run_one_by_one(
      clock, workload, most, [&] { counting.start(); },
      [&] {
        counting.stop();
        allocations += counting.allocations();
        allocated += counting.allocated();
        kept += counting.live();
        if (counting.peak() > peak) peak = counting.peak();
        return counting.is_exclusive();
      });
  if (!counting.is_exclusive()) {
    use.why_missing = "another measurement counted the allocator at the same time";
    return use;
  }
  const auto each = static_cast<double>(passes);
  use.source = HeapSource::allocator;
  use.passes = passes;
  use.why_missing = "";
  use.peak = exact(Bytes(peak));
  use.allocations = allocations / each;
  use.allocated = allocated / each;
  if (!workload.loop->needs_prepare()) use.retained = kept / each;
  return use;
}

PERJOULE_INLINE HeapUsage measure_resident_growth(AnyMeter& clock, const Workload& workload,
                                                  Seconds most) {
  HeapUsage use;
  ResidentPeak resident;
  if (!resident.is_working()) {
    use.why_missing = "neither the allocator nor the resident set can be watched here";
    return use;
  }
  std::int64_t peak = 0;
  bool is_read = true;
  const std::size_t passes = run_one_by_one(
      clock, workload, most, [&] { resident.start(); },
      [&] {
        const std::int64_t growth = resident.growth();
        is_read = is_read && growth >= 0;
        if (growth > peak) peak = growth;
        return is_read;
      });
  if (!is_read) {
    use.why_missing = "the resident set could not be read";
    return use;
  }
  use.source = HeapSource::resident_set;
  use.passes = passes;
  use.why_missing = "";
  use.peak = {Bytes(static_cast<double>(peak)), Bytes(0.0), infinite_dof,
              Bytes(rss_accounting_lag() / std::sqrt(3.0)), Provenance::measured};
  return use;
}

PERJOULE_INLINE HeapUsage measure_heap_usage(AnyMeter& clock, const Workload& workload,
                                             Seconds most, bool falls_back) {
  HeapUsage use;
  if (heap_counts.is_hooked) {
    HeapCounter counting;
    if (!counting.is_exclusive() || hook_is_working(counting)) {
      return measure_allocations(clock, workload, counting, most);
    }
    use.why_missing = "another allocator comes before the hook in this program";
  } else {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
  }
  return falls_back ? measure_resident_growth(clock, workload, most) : use;
}

PERJOULE_INLINE void EventAccumulator::add(const EventSourceDescription& source, std::size_t set,
                                           const EventBaseline& before, const EventReading& after,
                                           double items) {
  sums_.resize(source.events.size());
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    const Event& event = source.events[i];
    if (event.set != set || !event.why_missing.empty()) continue;
    const ScaledCount found = scaled_count(event, before, after, i);
    sums_[i].per_item.push_back(found.count / items);
    sums_[i].share += found.share;
    sums_[i].items += items;
  }
}

PERJOULE_INLINE EventCounts EventAccumulator::to_event_counts(
    const EventSourceDescription& source, View<std::string_view> why_none) const {
  EventCounts use;
  use.source = source.name;
  use.extent = source.extent;
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    Event event = source.events[i];
    const Sum sum = i < sums_.size() ? sums_[i] : Sum{};
    if (event.why_missing.empty() && sum.per_item.empty()) event.why_missing = why_none[event.set];
    const auto n = static_cast<double>(sum.per_item.size());
    use.events.push_back(counted_event(event, sum.per_item, sum.share / n, sum.items / n));
  }
  return use;
}

PERJOULE_INLINE bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                               std::size_t set, std::size_t passes, Seconds most,
                               std::size_t stretches, EventAccumulator& table) {
  const EventSourceGuard guard(source);
  if (!source.open(set)) return false;
  EventBaseline before(source.description());
  EventReading after(source.description());
  const Instant deadline = clock.now() + most;
  for (std::size_t i = 0; i < stretches && (i < 2 || clock.now() < deadline); ++i) {
    runner.prepare(passes);
    const std::uint64_t items = runner.items();
    const bool was_read = read_event_baseline(source, before);
    runner.run(passes);
    if (source.read(after) && was_read) {
      table.add(source.description(), set, before, after,
                static_cast<double>(runner.items() - items));
    }
  }
  return true;
}

PERJOULE_INLINE EventCounts count_events(AnyMeter& clock, const Workload& workload,
                                         EventSourceRef source, Seconds most,
                                         const SystemFiles& files) {
  if (!source.has_value()) return {};
  const EventSourceDescription& description = source.description();
  EventAccumulator table;
  if (workload.callers != 1 && description.extent != EventExtent::process) {
    const std::vector<std::string_view> why_none(
        description.sets, "of several callers it could be counted for one thread alone");
    return table.to_event_counts(description, why_none);
  }
  constexpr std::size_t stretches = 16;
  WindowRunner runner(clock, workload, files);
  const Seconds length = most / static_cast<double>((stretches + 4) * description.sets);
  const Seconds per_pass = runner.remeasure_pass_time(length);
  const std::size_t passes = runner.plan_window(length, per_pass, Seconds(0.0), length);
  std::vector<std::string_view> why_none;
  for (std::size_t set = 0; set < description.sets; ++set) {
    const bool was_open = count_set(clock, runner, source, set, passes,
                                    length * static_cast<double>(stretches), stretches, table);
    why_none.emplace_back(was_open ? "its counter could not be read"
                                   : "it could not be opened for all threads: it takes a file for "
                                     "each event and thread, and 'ulimit -n' says how many may be "
                                     "open");
  }
  return table.to_event_counts(description, why_none);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/run_windows-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                             const Estimate<Watts>& after) noexcept {
  const Estimate<Watts> sum = total(before, after);
  if (!sum.is_known()) return {};
  const double scatter = 0.5 * sum.random.si();
  const double drift = (after.value - before.value).si() / std::sqrt(12.0);
  return {0.5 * sum.value, Watts(std::hypot(scatter, drift)),
          combined_dof(scatter, sum.dof, drift, infinite_dof), 0.5 * sum.common, sum.provenance};
}

PERJOULE_INLINE IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                       const SystemFiles& files) {
  const SystemSnapshot begin = take_snapshot(files);
  constexpr int windows = 5;
  const Seconds nap = meter.description().update_period * 0.05;
  TickWatch watch(meter);
  Reading before(meter.description());
  Reading after(meter.description());
  double watts[windows];
  Watts resolution{0.0};
  Watts common{0.0};
  for (double& power : watts) {
    const bool first = watch.read_on_tick(before);
    meter.wait(duration / windows);
    bool second = meter.read(after);
    update_ticks(meter.description(), before, after);
    second = second && watch.work_until_tick(after, [&] { meter.wait(nap); }) &&
             watch.await_next_ticks(after);
    if (!first || !second) return {{}, "a reading failed while idle"};
    const WindowEnergy window = meter.energy(before, after);
    if (!window.energy.is_known()) return {{}, window.why_missing};
    const Seconds wall = after.begin - before.end;
    power = (window.energy.value / wall).si();
    resolution += window.energy.random / wall / windows;
    common += window.energy.common / wall / windows;
  }
  const SystemSnapshot end = take_snapshot(files);
  const Seconds others = interference_between(begin, end).others_cpu;
  const bool sees_others = meter.description().scope != Scope::process;
  if (sees_others && others_cpu_share(others, end.process_cpu - begin.process_cpu,
                                      end.at - begin.at) > max_others_cpu_share) {
    return {{}, "other programs were at work while idle power was taken"};
  }
  IdleBlock block;
  block.power =
      with_unit<Watts>(mean_of_windows(watts, resolution.si(), meter.description().provenance));
  block.power.common = common;
  return block;
}

PERJOULE_INLINE bool has_converged(const Samples& samples, double relative_halfwidth,
                                   Provenance meter) {
  constexpr Provenance provenance_is_ignored = Provenance::measured;
  std::vector<double> joules;
  if (meter != Provenance::modelled) joules = per_item(samples, Samples::energy);
  const Samples::Column time = best_time_column(samples);
  return has_settled(per_item(samples, time), time_per_item(samples, time, provenance_is_ignored),
                     relative_halfwidth) &&
         (joules.empty() ||
          has_settled(joules, energy_per_item(samples, provenance_is_ignored), relative_halfwidth));
}

PERJOULE_INLINE Outcome outcome_of(const Samples& samples, bool converged) {
  constexpr Provenance provenance_is_ignored = Provenance::measured;
  const std::vector<double> joules = per_item(samples, Samples::energy);
  if (joules.empty()) return Outcome::no_energy;
  if (converged) return Outcome::converged;
  if (joules.size() < first_check) return Outcome::few_windows;
  const Samples::Column time = best_time_column(samples);
  const bool drifted =
      has_drifted(joules, energy_per_item(samples, provenance_is_ignored)) ||
      has_drifted(per_item(samples, time), time_per_item(samples, time, provenance_is_ignored));
  return drifted ? Outcome::unstable : Outcome::timeout;
}

PERJOULE_INLINE LatencySampler::LatencySampler(AnyMeter& meter, WindowRunner& runner,
                                               Stream* stream, bool wanted)
    : meter_(meter), runner_(runner), stream_(stream), wanted_(wanted) {
  if (!wanted) return;
  lengths_.reserve(most);
  if (stream != nullptr) first_.reserve(most);
}

PERJOULE_INLINE void LatencySampler::after_window(std::size_t passes) {
  if (!wanted_) return;
  for (owed_ += passes; owed_ >= 10 && lengths_.size() < most; owed_ -= 10) {
    if (stream_ != nullptr) stream_->time_next_item(meter_);
    runner_.prepare(1);
    const Instant start = meter_.now();
    runner_.run(1);
    lengths_.push_back((meter_.now() - start).si());
    if (stream_ != nullptr && stream_->has_first_item()) {
      first_.push_back((stream_->first_item_time() - start).si());
    }
  }
}

PERJOULE_INLINE Samples run_windows(AnyMeter& meter, const Workload& workload, Seconds budget,
                                    double relative_halfwidth, const SystemFiles& files) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = std::min(budget / 10.0, Seconds(0.5));

  const IdleBlock before = measure_idle(meter, idle, files);
  WindowRunner runner(meter, workload, files);
  const Seconds per_pass = runner.warm_up_and_plan(warm_up_length(budget));
  const Seconds period = meter.description().update_period;
  const bool on_a_tick = runner.ends_on_a_tick();
  const Seconds left = (deadline - meter.now() - idle) / 1.1;  // a tenth for single passes
  const Seconds length = extended_window(window, edge_uncertainty(period, on_a_tick, window),
                                         relative_halfwidth, left);
  const std::size_t passes = runner.plan_window(length, per_pass, min_energy_window(period),
                                                std::max(left / 16.0, Seconds(0.0)));
  const Seconds planned = per_pass * static_cast<double>(passes);
  samples.edge_uncertainty = edge_uncertainty(period, on_a_tick, std::min(planned, length));
  LatencySampler single(meter, runner, workload.stream,
                        per_pass >= Seconds(5e-6) && workload.callers == 1);
  bool converged = false;
  std::size_t next = first_check;
  std::size_t tried = 0;
  Instant begin;
  do {
    begin = meter.now();
    samples.add(runner.measure_window(passes));
    single.after_window(passes);
    if (samples.windows() == next) {
      converged = has_converged(samples, relative_halfwidth, meter.description().provenance);
      next = next_check(next);
    }
    // Assumes that the next window, with the work before it, takes as long as this one.
  } while (!converged && meter.now() + (meter.now() - begin) + idle < deadline &&
           ++tried < 100'000);

  samples.latency = single.latency();
  samples.first_item = single.first_item();
  const IdleBlock after = measure_idle(meter, idle, files);
  samples.slices = runner.slices();
  samples.others_cpu_share = others_cpu_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

PERJOULE_INLINE std::vector<Samples> run_interleaved(AnyMeter& meter, View<Workload> workloads,
                                                     Seconds budget, const SystemFiles& files) {
  const Instant deadline = meter.now() + budget;
  const Seconds idle = std::min(budget / 20.0, Seconds(0.25));
  const IdleBlock before = measure_idle(meter, idle, files);

  // The activity of other programs is read once: in windows as short as these it would be noise.
  SystemFiles thread_only;
  thread_only.thread = files.thread;
  std::vector<Samples> samples(workloads.size());
  std::vector<WindowRunner> runners;
  std::vector<Seconds> per_pass;
  for (const Workload& workload : workloads) {
    per_pass.push_back(runners.emplace_back(meter, workload, thread_only)
                           .warm_up_and_plan(warm_up_length(budget)));
  }
  const Seconds longest = *std::max_element(per_pass.begin(), per_pass.end());
  const Seconds period = meter.description().update_period;
  const Seconds length = turn_length(period, budget, longest);
  std::vector<std::size_t> passes;
  Seconds round_length{0.0};
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    // Variants of similar duration get equally many passes, so that the cost of measuring cancels.
    const Seconds as_long = per_pass[i] > longest * 0.7 ? longest : per_pass[i];
    passes.push_back(runners[i].plan_window(
        length, as_long, turn_length(period, Seconds(0.0), Seconds(0.0)), budget / 100.0));
    round_length += per_pass[i] * static_cast<double>(passes[i]);
  }
  const SystemSnapshot begin = take_snapshot(files);
  const Instant last_start = deadline + -(idle + round_length);
  std::size_t round = 0;
  do {
    for (std::size_t place = 0; place < workloads.size(); ++place) {
      const std::size_t turn = scheduled_variant(round, place, workloads.size());
      samples[turn].add(runners[turn].measure_window(passes[turn]));
    }
  } while (++round < 100'000 && meter.now() < last_start);
  const SystemSnapshot end = take_snapshot(files);

  const IdleBlock after = measure_idle(meter, idle, files);
  const double others = others_cpu_share(interference_between(begin, end).others_cpu,
                                         end.process_cpu - begin.process_cpu, end.at - begin.at);
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    samples[i].slices = runners[i].slices();
    samples[i].others_cpu_share = others;
    samples[i].idle = idle_between(before.power, after.power);
    samples[i].why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;
  }
  return samples;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/thread_pool-inl.hpp

namespace perjoule::inline v0::detail {

struct ThreadPool::Callers {
  /// One thread's part of a window, and how it ended.
  struct Part {
    std::size_t place = 0;
    std::size_t passes = 0;
    bool is_constant = true;
    std::exception_ptr thrown;
  };

  Callers(PassLoop& of, std::size_t callers) : loop(of), parts(callers) {}
  ~Callers() {
    {
      const std::lock_guard lock(mutex);
      is_over = true;
    }
    begin.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  void run(Part& part) noexcept {
    try {
      part.is_constant = loop.run(order, part.place, part.passes);
    } catch (...) {
      part.thrown = std::current_exception();
    }
  }

  /// Runs parts of windows until the pool is destroyed.
  void work(Part& part) {
    std::unique_lock lock(mutex);
    for (std::size_t done = 0;; ++done) {
      begin.wait(lock, [&] { return window != done || is_over; });
      if (is_over) return;
      lock.unlock();
      run(part);
      lock.lock();
      if (--running == 0) end.notify_one();
    }
  }

  PassLoop& loop;
  View<std::size_t> order;
  std::vector<Part> parts;  ///< the first one belongs to the calling thread
  std::size_t window = 0;   ///< number of windows begun so far
  std::size_t running = 0;  ///< threads that have not finished the current window
  bool is_over = false;
  std::mutex mutex;
  std::condition_variable begin;
  std::condition_variable end;
  std::vector<std::thread> threads;
};

PERJOULE_INLINE ThreadPool::ThreadPool(PassLoop& loop, std::string_view model, std::size_t callers)
    : callers_(std::make_unique<Callers>(loop, callers)) {
  Callers& pool = *callers_;
  for (std::size_t i = 1; i < callers; ++i) {
    try {
      pool.threads.emplace_back([&pool, i] { pool.work(pool.parts[i]); });
    } catch (const std::system_error&) {
      fail(text::format("thread {} of {} can't be had", i + 1, callers), model,
           "set .callers to fewer, or raise the limit of processes ('ulimit -u')");
    }
  }
}

PERJOULE_INLINE ThreadPool::~ThreadPool() = default;

PERJOULE_INLINE bool ThreadPool::run(View<std::size_t> order, std::size_t place,
                                     std::size_t passes) {
  Callers& pool = *callers_;
  pool.order = order;
  std::size_t given = 0;
  for (std::size_t i = 0; i < pool.parts.size(); ++i) {
    const std::size_t up_to = passes * (i + 1) / pool.parts.size();
    pool.parts[i] = {(place + given) % order.size(), up_to - given, true, nullptr};
    given = up_to;
  }
  {
    const std::lock_guard lock(pool.mutex);
    pool.running = pool.threads.size();
    ++pool.window;
  }
  pool.begin.notify_all();
  pool.run(pool.parts.front());
  {
    std::unique_lock lock(pool.mutex);
    pool.end.wait(lock, [&] { return pool.running == 0; });
  }
  bool is_constant = true;
  for (const Callers::Part& part : pool.parts) {
    if (part.thrown) std::rethrow_exception(part.thrown);
    is_constant = is_constant && part.is_constant;
  }
  return is_constant;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/changes-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                             double common, double min_effect) noexcept {
  const double from_none = std::abs(value);
  const double from_effect = min_effect - from_none;
  const double wanted = std::max(from_none, from_effect);
  const double room = detail::square(wanted) - detail::square(common);
  if (room <= 0.0) return 0;
  const double all = static_cast<double>(pairs) * detail::square(half) / room;
  if (all > 1e12 || all <= static_cast<double>(pairs)) return all > 1e12 ? 0 : 1;
  return static_cast<std::size_t>(all) + 1 - pairs;
}

PERJOULE_INLINE std::vector<double> clean_window_values(const Samples& samples,
                                                        Samples::Column column) {
  std::vector<double> values = per_item_by_window(samples, column);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_finite(samples.at(i, Samples::clean))) values[i] = quiet_nan();
  }
  return values;
}

PERJOULE_INLINE std::vector<double> log_ratios(View<double> first, View<double> variant) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < first.size() && i < variant.size(); ++i) {
    if (!is_finite(first[i]) || !is_finite(variant[i])) continue;
    if (first[i] > 0.0 && variant[i] > 0.0) {
      ratios.push_back(std::log(variant[i] / first[i]));
    }
  }
  return ratios;
}

PERJOULE_INLINE Change change_of(View<double> log_ratios, double common, Provenance provenance,
                                 double level, double min_effect) {
  Change change;
  change.windows = log_ratios.size();
  if (log_ratios.empty() || provenance == Provenance::missing) return change;
  const LocationEstimate found = signed_rank(log_ratios, level);
  const double times = std::exp(found.value);
  const double z = t_quantile(0.5 * (1.0 + level), infinite_dof);
  change.ratio = {times, 0.0, infinite_dof, times * common, provenance};
  change.verdict = Verdict::unresolved;
  if (!found.interval.is_known()) return change;
  const double below = found.value - found.interval.low;
  const double above = found.interval.high - found.value;
  const double half = 0.5 * (below + above);
  change.ratio.random = times * half / z;
  const Interval<double> logarithms{found.value - std::hypot(below, z * common),
                                    found.value + std::hypot(above, z * common), level,
                                    IntervalMethod::signed_rank};
  change.interval = {std::exp(logarithms.low), std::exp(logarithms.high), level,
                     IntervalMethod::signed_rank};
  const double effect = std::log(1.0 + min_effect);
  change.verdict = verdict_of(logarithms, effect);
  if (change.verdict == Verdict::unresolved) {
    change.more_pairs = pairs_to_resolve(change.windows, found.value, half, z * common, effect);
  }
  return change;
}

PERJOULE_INLINE Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                    double min_effect) noexcept {
  if (!first.is_known() || !variant.is_known() || first.value <= Bytes(0.0)) return {};
  const double times = variant.value / first.value;
  const Interval<double> interval{times, times, 0.95, IntervalMethod::exact};
  const Interval<double> about_one{times - 1.0, times - 1.0, 0.95, IntervalMethod::exact};
  return {exact(times), interval, verdict_of(about_one, min_effect), 0, 0};
}

PERJOULE_INLINE double shared_relative_uncertainty(
    const Estimate<JoulesPerItem>& first, const Estimate<JoulesPerItem>& variant) noexcept {
  if (!first.is_known() || !variant.is_known()) return 0.0;
  return std::hypot(first.common / first.value, variant.common / variant.value);
}

PERJOULE_INLINE Change active_change(const Entry& first, const Entry& variant, double level,
                                     double min_effect) {
  const Estimate<Watts>& idle = first.samples.idle;
  if (!idle.is_known() || !first.active_energy.is_known()) return {};
  const auto logarithms = [&](double watts) {
    return log_ratios(per_item_by_window(first.samples, Samples::energy, watts),
                      per_item_by_window(variant.samples, Samples::energy, watts));
  };
  const double watts = idle.value.si();
  const std::vector<double> pairs = logarithms(watts);
  const std::vector<double> shifted = logarithms(watts + idle.random.si());
  // Where nearly all of the energy is idle, a ratio of what remains tells nothing.
  const std::size_t all = logarithms(0.0).size();
  if (pairs.empty() || pairs.size() != all || shifted.size() != all) return {};
  const double moved = signed_rank(shifted).value - signed_rank(pairs).value;
  const double common =
      std::hypot(moved, shared_relative_uncertainty(first.active_energy, variant.active_energy));
  return change_of(pairs, common, worst(first.active_energy.provenance, idle.provenance), level,
                   min_effect);
}

PERJOULE_INLINE QualityChange quality_change(const Entry& first, const Entry& variant,
                                             std::size_t metric, double level) {
  const Quality& own = variant.quality[metric];
  QualityChange change{own.metric, own.unit, own.higher_is_better, own.items, {}, {}};
  const IntervalEstimate<double> found = paired_difference(
      own, per_item_of(variant, metric), first.quality[metric], per_item_of(first, metric), level);
  change.difference = found.estimate;
  if (!change.difference.is_known()) return change;
  change.interval = found.interval;
  Interval<double> loss = change.interval;
  if (own.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
  change.verdict = verdict_of(loss, 0.0);
  return change;
}

PERJOULE_INLINE VariantChanges compare_entries(const Entry& first, const Entry& variant,
                                               double level, double min_effect) {
  const auto pairs = [&](Samples::Column column) {
    return log_ratios(per_item_by_window(first.samples, column),
                      per_item_by_window(variant.samples, column));
  };
  // A turn is usually a single slice, and its CPU time is that of the whole turn, so interrupted
  // turns are left out here too.
  const auto clean_pairs = [&](Samples::Column column) {
    return log_ratios(clean_window_values(first.samples, column),
                      clean_window_values(variant.samples, column));
  };
  const bool clean = best_time_column(first.samples) == Samples::clean &&
                     best_time_column(variant.samples) == Samples::clean;
  const Provenance clock = first.wall_time.provenance;
  const Provenance meter = worst(first.energy.provenance, variant.energy.provenance);
  VariantChanges found;
  found.time =
      change_of(pairs(clean ? Samples::clean : Samples::wall), 0.0, clock, level, min_effect);
  found.cpu_time = change_of(clean ? clean_pairs(Samples::cpu) : pairs(Samples::cpu), 0.0,
                             Provenance::measured, level, min_effect);
  found.energy =
      change_of(pairs(Samples::energy), shared_relative_uncertainty(first.energy, variant.energy),
                meter, level, min_effect);
  found.active_energy = active_change(first, variant, level, min_effect);
  found.stored = exact_change(first.footprint.stored, variant.footprint.stored, min_effect);
  found.resident = exact_change(first.footprint.resident, variant.footprint.resident, min_effect);
  for (std::size_t i = 0; i < first.quality.size() && i < variant.quality.size(); ++i) {
    found.quality.push_back(quality_change(first, variant, i, 0.95));
  }
  return found;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/random-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<std::size_t> random_permutation(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  Random random(seed);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto place = static_cast<std::size_t>(random.below(i + 1));
    order[i] = order[place];
    order[place] = i;
  }
  return order;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/gpu_library-inl.hpp

namespace perjoule::inline v0::detail {

/// A library that is opened at run time and closed at the end.
class SharedLibrary {
 public:
  explicit SharedLibrary(const std::string& name)
      : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {}
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;
  ~SharedLibrary() {
    if (is_open()) dlclose(handle_);
  }

  [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }

  /// Sets a pointer to the function with this name, or to null if there is none.
  template <class Function>
  void find(Function*& function, const char* name) const noexcept {
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void* handle_;
};

/// NVML, initialised for the lifetime of this object.
/// @source nvml.h
struct Nvml {
  explicit Nvml(const std::string& name) : library(name) {
    if (!library.is_open()) return;
    library.find(init, "nvmlInit_v2");
    library.find(shutdown, "nvmlShutdown");
    library.find(count, "nvmlDeviceGetCount_v2");
    library.find(handle, "nvmlDeviceGetHandleByIndex_v2");
    library.find(name_of, "nvmlDeviceGetName");
    library.find(energy, "nvmlDeviceGetTotalEnergyConsumption");
    library.find(power, "nvmlDeviceGetPowerUsage");
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml() {
    if (is_initialised) shutdown();
  }

  SharedLibrary library;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*handle)(unsigned, void**) = nullptr;
  int (*name_of)(void*, char*, unsigned) = nullptr;
  int (*energy)(void*, unsigned long long*) = nullptr;  ///< mJ
  int (*power)(void*, unsigned*) = nullptr;             ///< mW
  bool is_initialised = false;
};

/// Energy counter of a GPU, in millijoules.
class NvmlEnergy final : public CounterReader {
 public:
  NvmlEnergy(std::shared_ptr<const Nvml> nvml, void* device) noexcept
      : nvml_(std::move(nvml)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    unsigned long long millijoules = 0;
    if (nvml_->energy == nullptr || nvml_->energy(device_, &millijoules) != 0) return false;
    count = millijoules;
    return true;
  }

 private:
  std::shared_ptr<const Nvml> nvml_;
  void* device_;
};

/// Power of a GPU, in milliwatts.
class NvmlPower final : public CounterReader {
 public:
  NvmlPower(std::shared_ptr<const Nvml> nvml, void* device) noexcept
      : nvml_(std::move(nvml)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    unsigned milliwatts = 0;
    if (nvml_->power == nullptr || nvml_->power(device_, &milliwatts) != 0) return false;
    count = milliwatts;
    return true;
  }

 private:
  std::shared_ptr<const Nvml> nvml_;
  void* device_;
};

/// AMD SMI, initialised for the lifetime of this object.
/// @source amdsmi.h
struct AmdSmi {
  explicit AmdSmi(const std::string& name) : library(name) {
    if (!library.is_open()) return;
    library.find(init, "amdsmi_init");
    library.find(shut_down, "amdsmi_shut_down");
    library.find(sockets, "amdsmi_get_socket_handles");
    library.find(processors, "amdsmi_get_processor_handles");
    library.find(energy, "amdsmi_get_energy_count");
  }
  AmdSmi(const AmdSmi&) = delete;
  AmdSmi& operator=(const AmdSmi&) = delete;
  ~AmdSmi() {
    if (is_initialised) shut_down();
  }

  SharedLibrary library;
  int (*init)(std::uint64_t) = nullptr;
  int (*shut_down)() = nullptr;
  int (*sockets)(std::uint32_t*, void**) = nullptr;
  int (*processors)(void*, std::uint32_t*, void**) = nullptr;
  int (*energy)(void*, std::uint64_t*, float*, std::uint64_t*) = nullptr;  ///< counts, uJ, ns
  bool is_initialised = false;
};

/// Energy counter of a GPU, in counts.
class AmdSmiEnergy final : public CounterReader {
 public:
  AmdSmiEnergy(std::shared_ptr<const AmdSmi> smi, void* device) noexcept
      : smi_(std::move(smi)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    float microjoules = 0.0F;
    std::uint64_t timestamp = 0;
    return smi_->energy(device_, &count, &microjoules, &timestamp) == 0;
  }

 private:
  std::shared_ptr<const AmdSmi> smi_;
  void* device_;
};

/// Returns the reason why a GPU library cannot be used.
PERJOULE_INLINE Probe<CounterMeter> gpu_unavailable(const std::string& library,
                                                    std::string_view reason, ProbeState state) {
  return {text::format("{}: {}", library, reason),
          "install the GPU's driver and its management library, and check that its own tool "
          "(nvidia-smi, amd-smi) shows the GPU",
          state};
}

/// Returns the zone of a GPU, with the values that all vendors share.
PERJOULE_INLINE Zone gpu_zone(std::size_t number, std::string id) {
  Zone zone;
  zone.name = text::format("gpu-{}", number);
  zone.id = std::move(id);
  zone.modulus = never_wraps;
  zone.update_period = gpu_period;
  zone.gain_uncertainty = gpu_gain_uncertainty;
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_nvml(const std::string& library) {
  const auto nvml = std::make_shared<detail::Nvml>(library);
  const auto refuse = [&](std::string_view reason, ProbeState state) {
    return detail::gpu_unavailable(library, reason, state);
  };
  if (!nvml->library.is_open()) return refuse("not there", ProbeState::absent);
  if (nvml->init == nullptr || nvml->shutdown == nullptr || nvml->count == nullptr ||
      nvml->handle == nullptr) {
    return refuse("lacks functions of NVML", ProbeState::broken);
  }
  constexpr int no_permission = 4;
  const int why = nvml->init();
  if (why != 0) {
    return refuse(text::format("nvmlInit gives error {}", why),
                  why == no_permission ? ProbeState::forbidden : ProbeState::absent);
  }
  nvml->is_initialised = true;
  CounterMeter meter("nvml", library,
                     "GPUs as their driver counts them; of each 100 ms, A100 and H100 look at 25");
  const auto powers = std::make_shared<detail::PowerIntegrator>();
  unsigned gpus = 0;
  if (nvml->count(&gpus) != 0) gpus = 0;
  for (unsigned i = 0; i < gpus; ++i) {
    void* device = nullptr;
    if (nvml->handle(i, &device) != 0) {
      return refuse(text::format("GPU {} may not be asked", i), ProbeState::forbidden);
    }
    char model[256] = "";  // NVML's own limit is 96
    if (nvml->name_of != nullptr) (void)nvml->name_of(device, model, sizeof model);
    Zone zone = detail::gpu_zone(i, model);
    zone.per_count = zone.resolution = Joules(1e-3);
    std::unique_ptr<detail::CounterReader> counter =
        std::make_unique<detail::NvmlEnergy>(nvml, device);
    std::uint64_t now = 0;
    if (!counter->read(now)) {
      counter = std::make_unique<detail::NvmlPower>(nvml, device);
      if (!counter->read(now)) {
        return refuse(text::format("{} ({}) tells neither energy nor power", zone.name, zone.id),
                      ProbeState::broken);
      }
      counter = detail::PowerIntegrator::add(powers, std::move(counter), 1e-3);
      zone.per_count = zone.resolution = Joules(1e-6);
      zone.update_period = detail::PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    meter.add(std::move(zone), std::move(counter));
  }
  if (meter.description().zones.empty()) return refuse("shows no GPU", ProbeState::absent);
  meter.description().scope = Scope::gpu;
  if (!powers->empty() && !powers->start()) {
    return refuse("the system gives no thread to add up power", ProbeState::broken);
  }
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_amd_smi(const std::string& library) {
  const auto smi = std::make_shared<detail::AmdSmi>(library);
  const auto refuse = [&](std::string_view reason, ProbeState state) {
    return detail::gpu_unavailable(library, reason, state);
  };
  if (!smi->library.is_open()) return refuse("not there", ProbeState::absent);
  if (smi->init == nullptr || smi->shut_down == nullptr || smi->sockets == nullptr ||
      smi->processors == nullptr || smi->energy == nullptr) {
    return refuse("lacks functions of AMD SMI", ProbeState::broken);
  }
  constexpr std::uint64_t gpus_alone = 2;
  const int why = smi->init(gpus_alone);
  if (why != 0) {
    return refuse(text::format("amdsmi_init gives error {}", why), ProbeState::absent);
  }
  smi->is_initialised = true;
  CounterMeter meter("amd-smi", library, "GPUs as their driver counts them");
  std::uint32_t count = 0;
  if (smi->sockets(&count, nullptr) != 0) count = 0;
  std::vector<void*> sockets(count);
  if (smi->sockets(&count, sockets.data()) != 0) count = 0;
  sockets.resize(std::min<std::size_t>(count, sockets.size()));
  for (std::size_t socket = 0; socket < sockets.size(); ++socket) {
    std::uint32_t processors = 0;
    if (smi->processors(sockets[socket], &processors, nullptr) != 0) continue;
    std::vector<void*> gpus(processors);
    if (smi->processors(sockets[socket], &processors, gpus.data()) != 0) {
      return refuse("a GPU may not be asked", ProbeState::forbidden);
    }
    gpus.resize(std::min<std::size_t>(processors, gpus.size()));
    for (std::size_t gpu = 0; gpu < gpus.size(); ++gpu) {
      std::uint64_t now = 0;
      std::uint64_t timestamp = 0;
      float microjoules = 0.0F;
      const int problem = smi->energy(gpus[gpu], &now, &microjoules, &timestamp);
      if (problem != 0 || !(microjoules > 0.0F)) continue;
      Zone zone = detail::gpu_zone(meter.description().zones.size(),
                                   text::format("socket {}, processor {}", socket, gpu));
      zone.per_count = zone.resolution = Joules(1e-6 * static_cast<double>(microjoules));
      meter.add(std::move(zone), std::make_unique<detail::AmdSmiEnergy>(smi, gpus[gpu]));
    }
  }
  if (meter.description().zones.empty()) {
    return refuse("shows no GPU that counts energy", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/hwmon-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool VoltAmperes::read(std::uint64_t& count) noexcept {
  std::uint64_t milliamperes = 0;
  std::uint64_t millivolts = 0;
  if (!milliamperes_.read(milliamperes) || !millivolts_.read(millivolts)) return false;
  count = milliamperes * millivolts;
  return true;
}

PERJOULE_INLINE bool is_integrated_gpu(const std::string& folder) {
  return !read_file(folder + "/in1_input").value_or("").empty();
}

PERJOULE_INLINE int add_hwmon(const HwmonDriver& driver, const std::string& folder,
                              CounterMeter& meter, const std::shared_ptr<PowerIntegrator>& powers) {
  const auto open_input = [&](std::string_view name) {
    return FileDescriptor(open(text::format("{}/{}", folder, name).c_str(), O_RDONLY | O_CLOEXEC));
  };
  const bool has_energy = driver.kind == "energy";
  const bool has_amperes = driver.kind == "curr";
  int result = ENOENT;
  for (const std::uint64_t channel : numbers_in_directory(folder, driver.kind, driver.suffix)) {
    const std::string label =
        read_file(text::format("{}/{}{}_label", folder, has_amperes ? "in" : driver.kind, channel))
            .value_or("");
    const auto is_wanted = [&](std::string_view begin) {
      return begin.empty() ? label.empty() : label.starts_with(begin);
    };
    if (std::none_of(std::begin(driver.labels), std::end(driver.labels), is_wanted)) continue;
    const std::string name = text::format("{}{}{}", driver.kind, channel, driver.suffix);
    FileDescriptor input = open_input(name);
    if (!input.is_open() && errno == ENOENT) continue;
    if (!input.is_open()) return errno;
    std::unique_ptr<CounterReader> counter;
    if (has_amperes) {
      FileDescriptor volts = open_input(text::format("in{}_input", channel));
      if (!volts.is_open()) continue;
      counter = std::make_unique<VoltAmperes>(std::move(input), std::move(volts));
    } else {
      counter = std::make_unique<DecimalFile>(std::move(input));
    }
    Zone zone;
    zone.name = label.empty() ? driver.name : label;
    zone.id = text::format("{}/{}", base_name(folder), name);
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-6);
    zone.update_period = Seconds(1e-3);
    if (!has_energy) {
      counter = PowerIntegrator::add(powers, std::move(counter), 1e-6);
      zone.update_period = PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    meter.add(zone, std::move(counter));
    result = 0;
  }
  return result;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_hwmon(const std::string& root, bool gpus) {
  const std::string all = root + "/sys/class/hwmon";
  CounterMeter meter("hwmon", all, "");
  const auto powers = std::make_shared<detail::PowerIntegrator>();
  std::string used;  // if there are several drivers of one kind, the first is used
  for (const std::uint64_t number : detail::numbers_in_directory(all, "hwmon")) {
    const std::string folder = text::format("{}/hwmon{}", all, number);
    const std::string name = detail::read_file(folder + "/name").value_or("");
    const std::size_t zones = meter.description().zones.size();
    for (const detail::HwmonDriver& driver : detail::hwmon_drivers) {
      if (driver.name != name || (driver.scope == Scope::gpu) != gpus) continue;
      if (!used.empty() && used != name) continue;
      if (meter.description().zones.size() != zones) continue;  // counted energy is preferred
      // A GPU within the CPU's package reports the power of the package. Only such a GPU reports
      // the voltage of a north bridge.
      if (gpus && detail::is_integrated_gpu(folder)) continue;
      const int why = detail::add_hwmon(driver, folder, meter, powers);
      if (why == ENOENT) continue;
      if (why != 0) {
        return {text::format("{}: {}", folder, detail::errno_message(why)),
                "let this user read the files there: docs/how-to/permissions.md",
                why == EACCES ? ProbeState::forbidden : ProbeState::broken};
      }
      used = name;
      meter.description().scope = driver.scope;
      meter.description().note =
          text::format("{} sensor of the kernel, of unknown accuracy{}", name,
                       powers->empty() ? "" : "; energy is added up from power");
    }
  }
  if (meter.description().zones.empty()) {
    return {all + " has no sensor that is known here",
            gpus ? "load the GPU's driver" : "load the driver of the board's power sensor",
            ProbeState::absent};
  }
  if (!powers->empty() && !powers->start()) {
    return {"the system gives no thread to add up power", "raise 'ulimit -u'", ProbeState::broken};
  }
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/perf-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept {
  return open_perf_event({.type = type, .config = config}, -1, cpu, -1);
}

PERJOULE_INLINE bool PerfEventFile::read(std::uint64_t& count) noexcept {
  return read_perf_event(file_.get(), &count, 1);
}

PERJOULE_INLINE std::vector<int> parse_cpus(std::string_view list) {
  std::vector<int> cpus;
  const auto take_cpu = [&](int& cpu) {
    const auto [end, problem] = std::from_chars(list.begin(), list.end(), cpu);
    if (problem != std::errc{} || cpu < 0) return false;
    list.remove_prefix(static_cast<std::size_t>(end - list.begin()));
    return true;
  };
  const auto take = [&](char separator) {
    if (!list.starts_with(separator)) return false;
    list.remove_prefix(1);
    return true;
  };
  int first = 0;
  while (take_cpu(first)) {
    int last = first;
    if (take('-') && !take_cpu(last)) break;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    if (!take(',')) break;
  }
  return cpus;
}

PERJOULE_INLINE void drop_duplicate_dies(const std::string& root, std::vector<int>& cpus) {
  if (!read_cpu_model(root).is_amd()) return;
  std::vector<int> packages;
  std::erase_if(cpus, [&](int cpu) {
    const int package = package_of(root, cpu);
    if (std::find(packages.begin(), packages.end(), package) != packages.end()) return true;
    packages.push_back(package);
    return false;
  });
}

PERJOULE_INLINE std::optional<PowerEvent> describe_perf_event(const std::string& pmu,
                                                              std::string_view event) {
  const auto read = [&](std::string_view suffix) {
    return read_file(text::format("{}/events/{}{}", pmu, event, suffix)).value_or("");
  };
  const std::string code = read("");
  const std::string scale = read(".scale");
  constexpr std::string_view begin = "event=";
  if (!code.starts_with(begin) || read(".unit") != "Joules") return {};
  std::string_view digits = std::string_view(code).substr(begin.size());
  const bool is_hexadecimal = digits.starts_with("0x");
  if (is_hexadecimal) digits.remove_prefix(2);
  PowerEvent found;
  std::from_chars(digits.begin(), digits.end(), found.config, is_hexadecimal ? 16 : 10);
  std::string_view number = scale;
  found.per_count = Joules(take_number(number).value_or(0.0));
  if (found.per_count <= Joules(0.0)) return {};
  return found;
}

PERJOULE_INLINE int add_perf_events(CounterMeter& meter, const std::string& pmu,
                                    std::string_view event, std::string_view zone_name,
                                    std::uint32_t type, const std::vector<int>& cpus,
                                    PerfOpener open) {
  const std::optional<PowerEvent> found = describe_perf_event(pmu, event);
  if (!found) return ENOENT;
  Zone zone;
  zone.per_count = found->per_count;
  // The kernel sums counts in 64 bits, much finer than the hardware's step, which is 61 uJ on most
  // CPUs.
  zone.modulus = never_wraps;
  zone.resolution = Joules(61e-6);
  zone.update_period = rapl_period;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    FileDescriptor file(open(type, found->config, cpus[i]));
    if (!file.is_open()) return errno == ENOENT ? ENODEV : errno;  // the event was described
    zone.name = zone_name;
    if (zone_name.ends_with('-')) zone.name += std::to_string(i);
    zone.id = text::format("{}@cpu{}", event, cpus[i]);
    meter.add(zone, std::make_unique<PerfEventFile>(std::move(file)));
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_perf(const std::string& root, detail::PerfOpener open) {
  const std::string pmu = root + "/sys/bus/event_source/devices/power";
  std::uint64_t type = 0;
  const std::string problem = detail::read_number(pmu, "type", type);
  if (!problem.empty()) {
    return {problem, "run on bare metal with an Intel or AMD CPU ('modprobe rapl')"};
  }
  std::vector<int> cpus = detail::parse_cpus(detail::read_file(pmu + "/cpumask").value_or(""));
  detail::drop_duplicate_dies(root, cpus);
  CounterMeter meter("rapl-perf", pmu,
                     "the whole package is counted, other programs' share included");
  const auto add = [&](std::string_view event, std::string_view name,
                       const std::vector<int>& of_cpus) {
    return detail::add_perf_events(meter, pmu, event, name, static_cast<std::uint32_t>(type),
                                   of_cpus, open);
  };
  int why = ENOENT;
  if (!cpus.empty()) {
    // One counter of the whole machine, which is shown for each package.
    why = add("energy-psys", "psys", {cpus.front()});
    meter.description().scope = Scope::psys;
  }
  if (why == ENOENT && !cpus.empty()) {
    why = add("energy-pkg", "package-", cpus);
    const int memory = why == 0 ? add("energy-ram", "dram-", cpus) : ENOENT;
    meter.description().scope = memory == 0 ? (Scope::package | Scope::dram) : Scope::package;
    if (memory != ENOENT) why = memory;
  }
  if (why == EACCES || why == EPERM) {
    return {"the kernel keeps its power events from this user",
            "run 'sudo sysctl kernel.perf_event_paranoid=0' (until the next boot), or give the "
            "program CAP_PERFMON: docs/how-to/permissions.md",
            ProbeState::forbidden};
  }
  if (why != 0) {
    return {text::format("{}: {}", pmu, detail::errno_message(why)),
            "report the kernel version and the events in that folder", ProbeState::broken};
  }
  meter.measure_update_periods();
  // The kernel reads the 32 bits of the hardware only as often as 200 W require.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/rapl-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept {
  const auto drawn = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(static_cast<std::int64_t>(to - from)) * die.zone.per_count;
  };
  constexpr Joules slack(1.0);
  return std::any_of(found.begin(), found.end(), [&](const FoundZone& other) {
    if (!other.chosen || die.counts == 0 || !is_same_package(die.zone, other.zone)) return false;
    const Joules ahead = drawn(other.counts, die.counts);
    return -1.0 * slack < ahead && ahead < drawn(other.counts, other.counts_later) + slack;
  });
}

PERJOULE_INLINE Scope choose_zones(FoundZones& found) {
  const bool has_msr = std::any_of(found.begin(), found.end(), [](const FoundZone& zone) {
    return zone.zone.id.starts_with("intel-rapl:");
  });
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (has_msr && zone.zone.id.starts_with("intel-rapl-mmio")) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!zone.zone.name.starts_with("package-") || is_duplicate_die(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  if (packages == 0) {
    // Arm's zones have names chosen by the vendor: those at the top contain the others.
    for (FoundZone& zone : found) {
      const std::string& id = zone.zone.id;
      zone.chosen = id.starts_with("arm-scmi:") && std::count(id.begin(), id.end(), ':') == 1;
      packages += zone.chosen ? 1 : 0;
    }
    return packages == 0 ? Scope::none : Scope::package;
  }
  std::vector<FoundZone*> memories;
  for (FoundZone& zone : found) {
    const auto contains_it = [&](const FoundZone& package) {
      return package.chosen && is_nested_in(zone.zone, package.zone);
    };
    if (zone.zone.name == "dram" && std::any_of(found.begin(), found.end(), contains_it)) {
      memories.push_back(&zone);
    }
  }
  if (memories.size() != packages) return Scope::package;
  for (FoundZone* const memory : memories) memory->chosen = true;
  return Scope::package | Scope::dram;
}

PERJOULE_INLINE int package_of(const std::string& root, int cpu) {
  const std::string content =
      read_file(
          text::format("{}/sys/devices/system/cpu/cpu{}/topology/physical_package_id", root, cpu))
          .value_or("");
  int package = -1;
  std::from_chars(content.data(), content.data() + content.size(), package);
  return package;
}

PERJOULE_INLINE void find_powercap_zones(const std::string& root, int depth, FoundZones& tree) {
  for (const std::string& name : list_directory(root)) {
    const bool is_zone = name.find(':') != name.npos;
    if (!is_zone && !name.starts_with("intel-rapl") && !name.starts_with("arm-scmi")) continue;
    const std::string folder = root + "/" + name;
    const bool is_known = std::any_of(
        tree.begin(), tree.end(), [&](const FoundZone& other) { return other.zone.id == name; });
    if (is_zone && !is_known) {
      FoundZone& found = tree.emplace_back();
      found.zone.id = name;
      found.folder = folder;
    }
    if (depth < 3) find_powercap_zones(folder, depth + 1, tree);
  }
}

PERJOULE_INLINE std::string read_number(const std::string& folder, std::string_view file,
                                        std::uint64_t& number) {
  const std::string path = text::format("{}/{}", folder, file);
  const std::optional<std::string> content = read_file(path);
  if (!content) return text::format("cannot read {}: {}", path, errno_message(errno));
  if (text::parse_integer(*content, number)) return {};
  return text::format("{} holds '{}' where a whole number is expected", path,
                      std::string_view(*content).substr(0, 40));
}

PERJOULE_INLINE std::string read_powercap_zone(FoundZone& found) {
  const std::string path = found.folder + "/name";
  const std::optional<std::string> name = read_file(path);
  if (!name) return text::format("cannot read {}: {}", path, errno_message(errno));
  found.zone.name = *name;
  std::uint64_t range = 0;
  std::string problem = read_number(found.folder, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return found.folder + "/max_energy_range_uj is 0";
  // The file counts in uJ, the hardware below it in 2^32 units. Its range is (2^32 - 1) units, so
  // it wraps one unit later. If the range is not such a multiple, the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = std::max(unit, 1.0);
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  found.zone.update_period = rapl_period;
  return {};
}

PERJOULE_INLINE std::string open_powercap_zones(const FoundZones& tree, CounterMeter& meter) {
  for (const FoundZone& found : tree) {
    if (!found.chosen) continue;
    const std::string path = found.folder + "/energy_uj";
    FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return text::format("cannot open {}: {}", path, errno_message(errno));
    meter.add(found.zone, std::make_unique<DecimalFile>(std::move(file)));
  }
  return meter.description().zones.empty() ? "neither a package nor a psys zone" : "";
}

PERJOULE_INLINE bool read_register(int file, std::uint32_t place, std::uint64_t& value) noexcept {
  ssize_t n = 0;
  do {
    n = pread(file, &value, sizeof value, static_cast<off_t>(place));
  } while (n == -1 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof value)) return true;
  if (n != -1) errno = EIO;  // only part of a register was read
  return false;
}

PERJOULE_INLINE bool EnergyRegister::read(std::uint64_t& count) noexcept {
  const bool is_read = read_register(file_->get(), place_, count);
  count &= 0xFFFF'FFFFU;
  return is_read;
}

PERJOULE_INLINE RaplRegisters rapl_registers(std::string_view vendor, long family,
                                             long model) noexcept {
  if ((vendor == "AuthenticAMD" && family >= 0x17) || vendor == "HygonGenuine") {
    return {0xC001'0299, 0xC001'029B};
  }
  if (vendor != "GenuineIntel" || family != 6) return {};
  const auto is_one_of = [model](std::initializer_list<long> models) {
    return std::find(models.begin(), models.end(), model) != models.end();
  };
  // Silvermont and Airmont count in different units.
  if (is_one_of({0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D})) return {};
  RaplRegisters registers{0x606, 0x611, 0x619, 0x64D};
  if (is_one_of({0x3F, 0x4F, 0x56, 0x57, 0x85, 0x55, 0x6A, 0x6C})) {
    registers.dram_unit = 1.0 / 65536.0;
  }
  if (is_one_of({0x8F, 0xCF})) registers.psys_unit = 1.0;
  return registers;
}

PERJOULE_INLINE std::vector<int> first_cpu_per_package(const std::string& root) {
  std::vector<int> cpus;
  std::vector<int> packages;
  for (const std::uint64_t number : numbers_in_directory(root + "/sys/devices/system/cpu", "cpu")) {
    const int cpu = static_cast<int>(number);
    const int package = package_of(root, cpu);
    if (package == -1) continue;  // the CPU is offline
    if (std::find(packages.begin(), packages.end(), package) != packages.end()) continue;
    packages.push_back(package);
    cpus.push_back(cpu);
  }
  return cpus;
}

PERJOULE_INLINE void add_msr_zone(FoundZones& tree, std::shared_ptr<const FileDescriptor> file,
                                  std::uint32_t place, double unit, std::string name,
                                  std::string id) {
  if (place == 0) return;
  FoundZone found;
  found.counter = std::make_unique<EnergyRegister>(std::move(file), place);
  if (!found.counter->read(found.counts) || found.counts == 0) return;
  found.zone.name = std::move(name);
  found.zone.id = std::move(id);
  found.zone.modulus = std::uint64_t{1} << 32U;
  found.zone.per_count = found.zone.resolution = Joules(unit);
  found.zone.update_period = rapl_period;
  tree.push_back(std::move(found));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_powercap(const std::string& root) {
  const std::string folder = root + "/sys/class/powercap";
  detail::FoundZones tree;
  detail::find_powercap_zones(folder, 0, tree);
  if (tree.empty()) {
    return {folder + " holds no RAPL zone",
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_ROOT"};
  }
  CounterMeter meter("rapl-powercap", folder,
                     "the whole package is counted, other programs' share included");
  std::string problem;
  errno = 0;
  for (detail::FoundZone& found : tree) {
    // If one zone cannot be read, none is used: the total would be silently smaller.
    if (problem.empty()) problem = detail::read_powercap_zone(found);
  }
  for (detail::FoundZone& found : tree) {
    if (!problem.empty()) break;
    problem = detail::read_number(found.folder, "energy_uj", found.counts_later);
  }
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    problem = detail::open_powercap_zones(tree, meter);
  }
  if (!problem.empty()) {
    const bool is_forbidden = errno == EACCES || errno == EPERM;
    const std::string fix =
        is_forbidden
            ? text::format(
                  "run 'sudo chgrp $(id -gn) {}/*/energy_uj; sudo chmod g+r "
                  "{}/*/energy_uj' (until the next boot; for good, a udev rule: "
                  "docs/how-to/permissions.md)",
                  folder, folder)
            : text::format("check that {} is the powercap tree of a running kernel", folder);
    return {problem, fix, is_forbidden ? ProbeState::forbidden : ProbeState::broken};
  }
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_msr(const std::string& root) {
  const detail::CpuModel cpu_model = detail::read_cpu_model(root);
  const detail::RaplRegisters registers =
      detail::rapl_registers(cpu_model.vendor, cpu_model.family, cpu_model.model);
  const std::string folder = root + "/dev/cpu";
  if (registers.units == 0) {
    return {"this CPU has no RAPL registers that are known here",
            "run on an Intel or AMD CPU, or use another meter"};
  }
  detail::FoundZones tree;
  std::string problem;
  int why = 0;
  std::size_t package = 0;
  const auto open_file = [](const std::string& path) {
    return std::make_shared<const detail::FileDescriptor>(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  };
  for (const int cpu : detail::first_cpu_per_package(root)) {
    std::string path = text::format("{}/{}/msr", folder, cpu);
    auto file = open_file(path);
    why = errno;
    if (!file->is_open()) {
      const std::string safe = path + "_safe";
      file = open_file(safe);
      if (file->is_open()) path = safe;
      if (why == ENOENT) why = errno;
    }
    std::uint64_t units = 0;
    bool is_read = false;
    if (file->is_open()) {
      is_read = detail::read_register(file->get(), registers.units, units);
      why = errno;
    }
    if (!is_read) {
      problem = text::format("cannot read {}: {}", path, detail::errno_message(why));
      break;
    }
    const double unit = 1.0 / static_cast<double>(std::uint64_t{1} << (units >> 8U & 0x1FU));
    const double dram_unit = registers.dram_unit > 0.0 ? registers.dram_unit : unit;
    const double psys_unit = registers.psys_unit > 0.0 ? registers.psys_unit : unit;
    const std::string id = text::format("intel-rapl:{}", package);
    detail::add_msr_zone(tree, file, registers.package, unit, text::format("package-{}", package),
                         id);
    detail::add_msr_zone(tree, file, registers.dram, dram_unit, "dram", id + ":0");
    if (package == 0) {
      detail::add_msr_zone(tree, file, registers.psys, psys_unit, "psys", "intel-rapl:psys");
    }
    ++package;
  }
  CounterMeter meter("rapl-msr", folder,
                     "the whole package is counted, other programs' share included");
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    for (detail::FoundZone& found : tree) {
      if (found.chosen) meter.add(std::move(found.zone), std::move(found.counter));
    }
    if (meter.description().zones.empty())
      problem = folder + " has no energy register that can be read";
  }
  if (!problem.empty()) {
    return {problem,
            "run 'sudo modprobe msr' and read as root (CAP_SYS_RAWIO), or use msr_safe: "
            "docs/how-to/permissions.md",
            why == EACCES || why == EPERM ? ProbeState::forbidden : ProbeState::absent};
  }
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/proportion_interval-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                                 double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = t_quantile(0.5 * (1.0 + level), infinite_dof);
  const double shrink = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // At 0 and n successes one end is exact, where the formula would leave a rounding error.
  return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half, level,
          IntervalMethod::wilson};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double beta_quantile(double p, double a, double b) {
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

PERJOULE_INLINE Interval<double> clopper_pearson(double successes, double trials, double level) {
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes <= 0.0 ? 0.0 : beta_quantile(tail, successes, failures + 1.0),
          failures <= 0.0 ? 1.0 : beta_quantile(1.0 - tail, successes + 1.0, failures), level,
          IntervalMethod::clopper_pearson};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                          double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials && level > 0.0 && level < 1.0);
  return detail::clopper_pearson(static_cast<double>(successes), static_cast<double>(trials),
                                 level);
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/efficiency-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<BitsPerItem> information_gain(double prior,
                                                       const Estimate<double>& model) {
  if (!is_finite(prior)) {
    detail::fail("the prior predictor's likelihood is not a finite number", "information_gain",
                 "give each class a frequency above zero, as from counts plus one");
  }
  if (!detail::is_known_and_finite(model)) return {};
  constexpr double nats_per_bit = 0.69314718055994530942;
  return {BitsPerItem((prior - model.value) / nats_per_bit),
          BitsPerItem(model.random / nats_per_bit), model.dof,
          BitsPerItem(model.common / nats_per_bit), model.provenance};
}

PERJOULE_INLINE IntervalEstimate<BitsPerJoule> information_per_joule(
    const Estimate<BitsPerItem>& information, const Estimate<JoulesPerItem>& energy) {
  return ratio(information, energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy) {
  if (!detail::is_known_and_finite(accuracy)) return {};
  if (accuracy.value < 0.0 || accuracy.value > 1.0) {
    detail::fail("an accuracy is no share of 1", text::significant(accuracy.value, 4),
                 "pass 0.941 for 94.1 %");
  }
  return ratio(accuracy, energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerJoule> items_per_joule(
    const Estimate<JoulesPerItem>& energy) {
  return ratio(exact(1.0), energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations) {
  return ratio(skill, operations);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> energy_delay(const Estimate<double>& energy,
                                              const Estimate<double>& time, int exponent) {
  if (!is_known_and_finite(energy) || !is_known_and_finite(time) || time.value <= 0.0) return {};
  double power = 1.0;
  for (int i = 0; i < exponent; ++i) power *= time.value;
  const double by_time = std::abs(energy.value) * exponent * power / time.value;
  return {energy.value * power, energy.random * power + by_time * time.random,
          smaller_dof(energy, time), energy.common * power + by_time * time.common,
          worst(energy.provenance, time.provenance)};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/hypothesis_tests-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE McNemar mcnemar(std::size_t only_a, std::size_t only_b) {
  if (only_a + only_b == 0) return {};
  const auto fewer = static_cast<double>(only_a < only_b ? only_a : only_b);
  const auto n = static_cast<double>(only_a + only_b);
  const double log_seen = detail::log_gamma(n + 1.0) - detail::log_gamma(fewer + 1.0) -
                          detail::log_gamma(n - fewer + 1.0) - n * 0.69314718055994530942;
  const double seen = std::exp(log_seen);
  // The middle outcome is a single one of the n + 1, and not counted twice.
  if (only_a == only_b) return {1.0, 1.0 - 0.5 * seen};
  const double exact = 2.0 * detail::incomplete_beta(n - fewer, fewer + 1.0, 0.5);
  return {exact, exact - seen};
}

PERJOULE_INLINE LocationEstimate signed_rank(View<double> differences, double level) {
  PERJOULE_EXPECTS(!differences.empty());
  constexpr std::size_t most = 200;
  const std::size_t together = (differences.size() + most - 1) / most;
  std::vector<double> values(differences.size() / together);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < together; ++j) values[i] += differences[i * together + j];
    values[i] /= static_cast<double>(together);
  }
  std::vector<double> averages;  // Walsh averages: each value with itself and all later ones
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) {
      averages.push_back(0.5 * (values[i] + values[j]));
    }
  }
  std::sort(averages.begin(), averages.end());
  const std::size_t middle = averages.size() / 2;
  LocationEstimate found;
  found.value =
      averages.size() % 2 == 1 ? averages[middle] : 0.5 * (averages[middle - 1] + averages[middle]);

  const auto n = static_cast<double>(values.size());
  const double ranks = n * (n + 1.0);
  const double p = 0.5 * (1.0 + level);
  const double spread = t_quantile(p, infinite_dof) * std::sqrt(ranks * (2.0 * n + 1.0) / 24.0);
  const double below = 0.25 * ranks - spread;
  if (below < 1.0) return found;
  const auto outside = static_cast<std::size_t>(below);
  double wider = 1.0;
  const double time = autocorrelation_time(values);
  if (time > 1.0) {
    wider = std::sqrt(time * (n - 1.0) / (n - time)) *
            t_quantile(p, detail::autocorrelated_dof(n, time)) / t_quantile(p, n - 1.0);
  }
  found.interval = {found.value - wider * (found.value - averages[outside - 1]),
                    found.value + wider * (averages[averages.size() - outside] - found.value),
                    level, IntervalMethod::signed_rank};
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<IndexedPValue> sort_p_values(View<double> p_values) {
  std::vector<IndexedPValue> placed;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(p_values[i]) && p_values[i] >= 0.0 && p_values[i] <= 1.0);
    placed.push_back({p_values[i], i});
  }
  std::sort(placed.begin(), placed.end());
  return placed;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<double> holm(View<double> p_values) {
  const std::vector<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  std::vector<double> adjusted(placed.size());
  double least = 0.0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double p = placed[i].p * static_cast<double>(placed.size() - i);
    least = p > least ? p : least;
    adjusted[placed[i].index] = least < 1.0 ? least : 1.0;
  }
  return adjusted;
}

PERJOULE_INLINE std::vector<double> benjamini_hochberg(View<double> p_values) {
  const std::vector<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  std::vector<double> adjusted(placed.size());
  double most = 1.0;
  for (std::size_t i = placed.size(); i > 0; --i) {
    const double p = placed[i - 1].p * static_cast<double>(placed.size()) / static_cast<double>(i);
    most = p < most ? p : most;
    adjusted[placed[i - 1].index] = most;
  }
  return adjusted;
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_DEFINITIONS)

#if defined(PERJOULE_WITH_ALL) || defined(PERJOULE_IMPLEMENTATION)

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// ---- perjoule/stats/bootstrap.hpp

namespace perjoule::inline v0 {

/// Values of a corpus metric over items resampled with replacement.
struct Resamples {
  /// The value over all items as they are.
  /// @unit same as the metric
  double value = detail::quiet_nan();
  /// One value per resample, in the order drawn, so that the values of two models on the same items
  /// can be paired. A value may be not finite: 0/0 where no item of a class was drawn.
  /// @unit same as the metric
  std::vector<double> values;
  /// Rate at which the standard deviation of the value changes with the value, on a normal scale.
  /// @unit none
  double acceleration = detail::quiet_nan();
};

namespace detail {

/// Upper limit on the number of groups. More groups only cost time and do not improve an interval.
inline constexpr std::size_t max_groups = 10'000;

/// Sums of groups of items, column by column.
struct Groups {
  std::size_t size = 0;
  std::size_t columns = 0;
  std::vector<double> sums;  // [columns x size]
};

/// Puts each item in a group of its own, or shuffles the items into groups of similar size. Without
/// the shuffle, neighbours would end up in one group, and groups would have a scatter of their own
/// where items are sorted by class or repeat in a cycle.
/// @throws Error for no items, and for a number that is not finite
[[nodiscard]] Groups group_items(View<double> rows, std::size_t columns);

/// Draws places below `size`, each equally likely. Multiplying by 32 random bits maps 2^32 values
/// to the places; the few values that would make some places more likely are rejected and drawn
/// again.
/// @source Lemire, ACM Transactions on Modeling and Computer Simulation 29 (2019), 3
inline void draw(Random& random, std::vector<std::uint32_t>& drawn, std::size_t size) noexcept {
  const auto places = static_cast<std::uint32_t>(size);
  const std::uint32_t reject = (0U - places) % places;
  std::uint32_t* const place = drawn.data();
  for (std::size_t i = 0; i < drawn.size();) {
    std::uint64_t bits = random.bits();
    for (int half = 0; half < 2; ++half, bits >>= 32U) {
      const std::uint64_t scaled = (bits & 0xFFFF'FFFFU) * places;
      if (static_cast<std::uint32_t>(scaled) < reject || i == drawn.size()) continue;
      place[i++] = static_cast<std::uint32_t>(scaled >> 32U);
    }
  }
}

/// Returns the column sums of each resample: [resamples x columns]. Each column is summed
/// separately, since a column is small enough for a cache. With one column this is twice as fast as
/// row by row, and a third faster than counting how often each place was drawn (g++ 12 -O2; no
/// difference with ten columns).
[[nodiscard]] inline std::vector<double> resampled_sums(const Groups& groups, std::uint64_t seed,
                                                        std::size_t resamples) {
  Random random(seed);
  std::vector<std::uint32_t> drawn(groups.size);
  std::vector<double> sums(resamples * groups.columns);
  double* next = sums.data();
  for (std::size_t r = 0; r < resamples; ++r) {
    draw(random, drawn, groups.size);
    for (std::size_t c = 0; c < groups.columns; ++c) {
      const double* const column = groups.sums.data() + c * groups.size;
      double sum = 0.0;
      for (const std::uint32_t place : drawn) sum += column[place];
      *next++ = sum;
    }
  }
  return sums;
}

/// Returns the column sums of all groups: [1 x columns].
[[nodiscard]] std::vector<double> total_sums(const Groups& groups);

/// Returns, for each group, the column sums of all other groups: [size x columns].
[[nodiscard]] std::vector<double> jackknife_sums(const Groups& groups);

/// Computes the acceleration from the values with one group left out each; NaN if any of them is
/// not finite.
/// @unit   none
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), 14.15
[[nodiscard]] double acceleration(View<double> without_one);

[[nodiscard]] std::vector<double> finite_values(View<double> values);

/// Returns the finite values, ascending. Empty if more than one in a hundred is not finite, or if
/// all are equal up to rounding, which says nothing about the error of the value.
[[nodiscard]] std::vector<double> sorted_finite_values(View<double> values);

template <class ValueOf>
[[nodiscard]] std::vector<double> values_of(const std::vector<double>& sums, std::size_t columns,
                                            const ValueOf& value_of) {
  std::vector<double> values(sums.size() / columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = value_of(View<double>(sums.data() + i * columns, columns));
  }
  return values;
}

}  // namespace detail

/// Resamples items with replacement and recomputes a corpus metric for each resample. A corpus
/// metric is computed from sums over the items, as BLEU, F1 and word error rates are.
///
/// More than 10,000 items are shuffled into 10,000 groups, and the sums of the groups are drawn.
/// Groups may then differ by one item, so a metric must divide by a column that counts items, and
/// not by a constant. The same seed and the same number of items give the same draws on every
/// machine: two models on the same items get the same resamples, so their values may be subtracted
/// one by one.
///
/// @param rows      contribution of each item to the sums
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    same as the metric
/// @shape   rows: [items x columns], row-major, borrowed for the call
/// @error   10,000 resamples leave 2 % of the width of a 95 % interval to chance
/// @throws  Error for no items, and for a number that is not finite
/// @source  Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14
template <class ValueOf>
[[nodiscard]] Resamples resample(View<double> rows, std::size_t columns, const ValueOf& value_of,
                                 std::uint64_t seed, std::size_t resamples = 10'000) {
  PERJOULE_EXPECTS(resamples >= 100);
  const detail::Groups groups = detail::group_items(rows, columns);
  const auto of = [&](const std::vector<double>& sums) {
    return detail::values_of(sums, columns, value_of);
  };
  return {of(detail::total_sums(groups))[0], of(detail::resampled_sums(groups, seed, resamples)),
          detail::acceleration(of(detail::jackknife_sums(groups)))};
}

/// Computes an interval from the percentiles of the resampled values.
/// @unit   same as the values
/// @shape  values: any order
/// @error  for a mean of 20 values it covers about .93 at a nominal .95: it is too short by a
///         factor of sqrt((n - 1)/n) and uses the normal instead of the t distribution. Missing if
///         all values are equal, or if more than one in a hundred is not finite
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> percentile_interval(View<double> values, double level = 0.95);

/// Computes a bias-corrected and accelerated (BCa) interval. It moves the percentiles where the
/// value lies off the middle of the resampled values, and where their scatter depends on the value.
/// Use it for skewed values, such as ratios and values near an end of their range.
///
/// Where the correction does not exist, the result is the percentile interval, and its method says
/// so: all resampled values lie on one side of the value, or leaving out one group leaves no value.
///
/// @unit   same as the values
/// @error  simulated at a nominal .95: for F1 it covers .95 to .98 from 30 to 1000 items; for an
///         error rate with skewed items (lognormal, sigma .8) .90 at 30 items, .92 at 200 and .94
///         at 1000, as percentiles do. Missing where percentile_interval is, and where the value
///         itself is not finite
/// @source Efron, J. Amer. Statist. Assoc. 82 (1987) 171, 2.3; half of the values equal to the
///         value count as below it
[[nodiscard]] Interval<double> bca_interval(const Resamples& resamples, double level = 0.95);

/// Difference of two models in a corpus metric on the same items.
struct PairedBootstrap {
  double difference = detail::quiet_nan();  ///< a - b, over all items. @unit same as the metric
  Interval<double> interval;                ///< of the difference
  /// Share of the resamples with a finite difference in which a is below b; NaN if there is no
  /// interval. It is not a p-value: the resamples are not drawn under the hypothesis that both are
  /// equal.
  /// @unit a share of 1
  double share_below = detail::quiet_nan();
};

namespace detail {

/// Joins each row of `a` with the row of `b` for the same item.
/// @throws Error for lengths that differ
[[nodiscard]] std::vector<double> concatenate_columns(View<double> a, View<double> b,
                                                      std::size_t columns);

/// @unit   a share of 1
/// @source a count
[[nodiscard]] double share_below_zero(View<double> values);

}  // namespace detail

/// Computes the difference of two models in a corpus metric. Each resample draws the same items for
/// both: an easy item improves both models, so most of the scatter cancels.
///
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    same as the metric
/// @shape   rows_a, rows_b: [items x columns], row-major, in the same order of items; see
///          resample()
/// @error   see bca_interval; missing if all resamples give the same difference, as for two equal
///          models
/// @throws  Error for lengths that differ, for no items, and for a number that is not finite
/// @source  Koehn, Statistical Significance Tests for Machine Translation Evaluation (2004), 4
template <class ValueOf>
[[nodiscard]] PairedBootstrap paired_bootstrap(View<double> rows_a, View<double> rows_b,
                                               std::size_t columns, const ValueOf& value_of,
                                               std::uint64_t seed, std::size_t resamples = 10'000,
                                               double level = 0.95) {
  const Resamples found = resample(
      detail::concatenate_columns(rows_a, rows_b, columns), 2 * columns,
      [&](View<double> sums) {
        return value_of(View<double>(sums.data(), columns)) -
               value_of(View<double>(sums.data() + columns, columns));
      },
      seed, resamples);
  const Interval<double> interval = bca_interval(found, level);
  return {found.value, interval,
          interval.is_known() ? detail::share_below_zero(found.values) : detail::quiet_nan()};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/delong.hpp

namespace perjoule::inline v0 {

/// Area under the ROC curve: the probability that a positive item scores above a negative one.
struct Auroc {
  Estimate<double> value;     ///< @unit a share of 1
  Interval<double> interval;  ///< @unit a share of 1
};

/// Difference of two models in AUROC on the same items, a - b.
struct AurocDifference {
  Estimate<double> value;                ///< @unit a share of 1
  Interval<double> interval;             ///< @unit a share of 1
  double p_value = detail::quiet_nan();  ///< two-sided, for no difference. @unit a share of 1
};

namespace detail {

/// Number of items of the other class that each item is ranked correctly against; a tie counts
/// half.
struct Placements {
  std::vector<double> of_positives;
  std::vector<double> of_negatives;
};

/// Counts the values of an ascending sample that are below x, plus half of those equal to x.
/// @unit none: a count
[[nodiscard]] double count_below(const std::vector<double>& sorted, double x) noexcept;

/// Returns the placements of each class in the order of the items.
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source the counts of Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389, who compute
///         them as differences of midranks: n log n operations, where all pairs would take n^2
[[nodiscard]] Placements placements(View<double> scores, View<bool> is_positive);

/// Returns the mean of placements, or of their differences, as a share of all pairs. The sum of
/// counts is exact, and so are results of 0 and 1.
/// @unit   a share of 1
/// @error  u^2 = S10/m + S01/n; the term of a class with a single item is 0, since one item has no
///         scatter
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837
[[nodiscard]] Estimate<double> mean_placement(const Placements& counts);

}  // namespace detail

/// Computes AUROC with DeLong's variance. The interval is computed on the scale of log-odds, so it
/// stays in [0, 1].
///
/// DeLong's variance says nothing for an AUROC of 0 or 1, if all scores are equal, or if a class
/// has a single item. The interval is then Clopper-Pearson's with as many trials as there are items
/// of the smaller class: that many pairs can be formed without using an item twice, and at an AUROC
/// of 1 the positive item wins all of them, however they are formed. This interval is wider than
/// necessary, but a width of 0 would be wrong. The standard uncertainty is then its half-width
/// divided by z.
///
/// @shape  scores, is_positive: [items]
/// @unit   a share of 1
/// @error  for normal scores with an AUROC of .5 to .99 it covers .935 to .99 at a nominal .95 if
///         the classes have similar numbers of items, down to five; .91 for 10 items against 100
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837; log-odds: Pepe, The
///         Statistical Evaluation of Medical Tests (2003), 5.2.5; pairs without a common item:
///         Birnbaum and Klose, Annals of Mathematical Statistics 28 (1957) 933
[[nodiscard]] Auroc delong(View<double> scores, View<bool> is_positive, double level = 0.95);

/// Computes the difference of the AUROCs of two models on the same items. Part of their scatter is
/// shared and cancels.
/// @shape  scores_a, scores_b, is_positive: [items], in the same order
/// @unit   a share of 1
/// @error  normal; missing if the two models rank all items alike, if both make no mistake, and if
///         a class has a single item: there is no scatter then, but that does not show them equal
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837: the variance of a contrast,
///         computed from the differences of placements
[[nodiscard]] AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                View<bool> is_positive, double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/equivalence.hpp

namespace perjoule::inline v0 {

/// Verdict on whether a difference lies within a margin.
enum class WithinMargin : std::uint8_t {
  shown,         ///< it lies within; the probability of a wrong verdict is at most alpha
  inconclusive,  ///< the data leave both possible
  refuted,       ///< it lies outside; the probability of a wrong verdict is at most alpha
  missing,       ///< there is no difference to test
};

[[nodiscard]] constexpr std::string_view name(WithinMargin verdict) noexcept {
  switch (verdict) {
    case WithinMargin::shown:
      return "shown";
    case WithinMargin::inconclusive:
      return "inconclusive";
    case WithinMargin::refuted:
      return "refuted";
    case WithinMargin::missing:
      break;
  }
  return "missing";
}

/// Result of a test against a margin. A difference that is merely not significant shows nothing: a
/// test with few items never finds one.
struct MarginTest {
  /// p-value for a difference at or below -margin.
  /// @unit a share of 1
  double p_lower = detail::quiet_nan();
  /// p-value for a difference at or above +margin; NaN in a test of non-inferiority.
  /// @unit a share of 1
  double p_upper = detail::quiet_nan();
  /// p-value for a difference outside the margin: the larger of the two.
  /// @unit a share of 1
  double p_value = detail::quiet_nan();
  WithinMargin verdict = WithinMargin::missing;
};

namespace detail {

/// Returns the p-value for a difference at or below a bound: small if the estimate lies far above
/// the bound. A value without uncertainty is either above the bound (0) or not (1).
/// @unit   a share of 1
/// @source one-sided t test
[[nodiscard]] double one_sided_p_value(const Estimate<double>& difference, double bound);

}  // namespace detail

/// Tests whether a candidate is worse than a reference by less than a margin. The difference is
/// candidate - reference for a metric that is better when larger; for one that is better when
/// smaller, pass reference - candidate. A margin of 0 tests whether the candidate is better.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  one-sided: `shown` if the lower end of the interval at level 1 - 2 alpha lies above
///         -margin, `refuted` if its upper end lies below; a missing difference gives `missing`
/// @source Wellek, Testing Statistical Hypotheses of Equivalence and Noninferiority (2010), 2.1; t
///         with the effective degrees of freedom of the estimate
[[nodiscard]] MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                         double alpha = 0.05);

/// Tests whether two models differ by less than a margin in either direction, by two one-sided
/// tests, each at alpha.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  `shown` if the interval at level 1 - 2 alpha lies within the margin, `refuted` if it
///         lies outside; a missing difference gives `missing`
/// @source Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987) 657
[[nodiscard]] MarginTest equivalence(const Estimate<double>& difference, double margin,
                                     double alpha = 0.05);

/// Expected differences of pairs, to find before a measurement how many items a claim needs.
/// Margin, difference and standard deviation have the same unit.
struct PairedDesign {
  /// Margin of non_inferiority() or equivalence().
  /// @unit same as the differences
  double margin = 0.0;
  /// The true mean difference.
  /// @unit same as the differences
  double difference = 0.0;
  /// Standard deviation of the difference of a single pair.
  /// @unit same as the differences
  double standard_deviation = 0.0;
  double alpha = 0.05;  ///< one-sided. @unit a share of 1
};

/// Returns the standard deviation of the difference of two models on one item, where an answer is
/// right or wrong. Accuracy is the mean of such answers, so a plan for means applies.
/// @param only_a  probability that only model a is right; likewise `only_b`
/// @unit   a share of 1
/// @source the variance of a variable that is 1, 0 or -1: a + b - (a - b)^2
[[nodiscard]] double paired_proportions_deviation(double only_a, double only_b);

namespace detail {

/// Returns the probability that a t variable whose normal part has the mean `centre` exceeds t.
/// @unit   none
/// @error  .003 absolute from nine degrees of freedom on, .008 from five; for alpha down to .01
/// @source Abramowitz and Stegun 26.7.10
[[nodiscard]] double noncentral_t_upper_tail(double t, double dof, double centre) noexcept;

/// Returns the probability of finding a difference above a bound that its true value exceeds by
/// `above`.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] double power_above(const PairedDesign& plan, double above, std::size_t pairs);

/// Returns the smallest number of pairs that reaches the power.
/// @throws Error if not even 2^40 pairs reach it
[[nodiscard]] std::size_t min_sample_size(const PairedDesign& plan, double power,
                                          double (*power_of)(const PairedDesign&, std::size_t));

}  // namespace detail

/// Returns the probability that non_inferiority() gives `shown` with this number of pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, if differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] double non_inferiority_power(const PairedDesign& plan, std::size_t pairs);

/// Returns the probability that equivalence() gives `shown` with this number of pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where the result is above a half. Below that it is too small,
///         and 0 if the margin is so narrow that the test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the sum of the probabilities that either
///         one-sided test fails, which assumes that the two never fail together
[[nodiscard]] double equivalence_power(const PairedDesign& plan, std::size_t pairs);

/// Returns the smallest number of pairs for which non_inferiority() gives `shown` with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error if no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power = 0.8);

/// Returns the smallest number of pairs for which equivalence() gives `shown` with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error if no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] std::size_t equivalence_sample_size(const PairedDesign& plan, double power = 0.8);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/radix_argsort.hpp

namespace perjoule::inline v0::detail {

/// Sorts indices by number, the largest first, reusing its memory from call to call. It is a radix
/// sort, byte by byte: std::stable_sort of ten thousand indices takes three times as long
/// (bench/quality_cost). It is stable, so sorting by a secondary key and then by a primary key
/// sorts by both.
/// @source Knuth, The Art of Computer Programming 3 (1998), 5.2.5
class RadixArgsort {
 public:
  /// Resets the order to the input order: 0, 1, 2...
  void reset(std::size_t size) {
    if (entries_.size() != size) {
      entries_ = std::vector<Entry>(size);
      spare_ = std::vector<Entry>(size);
    }
    for (std::size_t k = 0; k < size; ++k) entries_[k].index = k;
  }

  /// Sorts by key, the largest first; equal keys keep their order.
  /// @param key_of  index -> double, finite
  template <class KeyOf>
  void sort_by(KeyOf key_of) {
    for (Entry& entry : entries_) entry.key = descending(key_of(entry.index));
    sort_by_keys();
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// Returns the index of the entry at this place.
  [[nodiscard]] std::size_t operator[](std::size_t place) const noexcept {
    return entries_[place].index;
  }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t index;
  };

  /// Returns bits that sort in descending order of the number. The bits of a negative number
  /// already do, and both zeros are the same number.
  static std::uint64_t descending(double number) noexcept {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
    const auto bits = std::bit_cast<std::uint64_t>(number);
    if (bits == sign) return ~sign;
    return (bits & sign) != 0 ? bits : ~(bits | sign);
  }

  void sort_by_keys() {
    std::size_t count[8][256] = {};
    for (const Entry& entry : entries_) {
      for (unsigned byte = 0; byte < 8; ++byte) ++count[byte][entry.key >> 8U * byte & 0xFFU];
    }
    for (unsigned byte = 0; byte < 8; ++byte) {
      std::size_t* const place = count[byte];
      if (size() == 0 || place[entries_[0].key >> 8U * byte & 0xFFU] == size()) continue;
      std::size_t before = 0;
      for (unsigned value = 0; value < 256; ++value) {
        const std::size_t here = place[value];
        place[value] = before;
        before += here;
      }
      for (const Entry& entry : entries_) {
        spare_[place[entry.key >> 8U * byte & 0xFFU]++] = entry;
      }
      std::vector<Entry> sorted = std::move(spare_);
      spare_ = std::move(entries_);
      entries_ = std::move(sorted);
    }
  }

  std::vector<Entry> entries_;
  std::vector<Entry> spare_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/simulated.hpp

namespace perjoule::inline v0 {

/// The parameters of a simulated counter. The defaults are those of RAPL on a server.
struct SimulatedCounter {
  std::string name = "package-0";
  double share = 1.0;  ///< share of the machine's power that it counts. @unit a share of 1
  Seconds period{0.9765625e-3};  ///< time between two ticks
  Seconds phase{0.0};            ///< delay of all ticks
  Seconds jitter{20e-6};         ///< largest additional delay of each tick
  Joules unit{61e-6};            ///< energy of one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< count at the start
  std::uint64_t seed = 1;
};

/// A simulated machine that exists only in this process. It has a clock, a power and energy
/// counters, and knows its true energy. Meters are tested against that truth if no hardware is
/// available. The faults of real counters can be simulated here.
class SimulatedMachine {
 public:
  explicit SimulatedMachine(Watts idle = Watts(20.0), const SimulatedCounter& counter = {})
      : SimulatedMachine(idle, {counter}) {}

  SimulatedMachine(Watts idle, std::initializer_list<SimulatedCounter> counters) : idle_(idle) {
    for (const SimulatedCounter& counter : counters) {
      PERJOULE_EXPECTS(counter.period > counter.jitter && counter.unit > Joules(0.0));
      PERJOULE_EXPECTS(counter.first < counter.modulus);
      State state{counter};
      state.random = Random(counter.seed);
      state.next_tick = counter.phase + counter.period;
      state.count = counter.first;
      counters_.push_back(state);
    }
  }

  /// Advances time at the given power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    for (;;) {
      const auto next = std::min_element(
          counters_.begin(), counters_.end(),
          [](const State& a, const State& b) { return a.next_tick < b.next_tick; });
      if (next->next_tick > end) break;
      energy_ += power * (next->next_tick - now_);
      now_ = next->next_tick;
      tick(*next);
    }
    energy_ += power * (end - now_);
    now_ = end;
  }

  /// Sets the idle power from now on.
  void set_idle(Watts power) noexcept { idle_ = power; }

  /// Advances time at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// Simulates a fault: each counter starts again at 0, as after a suspend.
  void reset_counters() noexcept {
    for (State& counter : counters_) {
      counter.base = energy_ * counter.what.share;
      counter.count = 0;
      counter.what.first = 0;
    }
  }
  /// Simulates a fault: a counter keeps its value until it is released.
  void freeze_counter(std::size_t counter, bool freeze) noexcept {
    counters_[counter].frozen = freeze;
  }

  /// Returns the current value of a counter.
  [[nodiscard]] std::uint64_t count(std::size_t counter = 0) const noexcept {
    return counters_[counter].count;
  }
  /// Returns the energy that was really consumed since the start.
  /// @unit J
  [[nodiscard]] Joules true_energy() const noexcept { return energy_; }
  [[nodiscard]] Instant now() const noexcept { return Instant{} + now_; }
  [[nodiscard]] std::size_t counters() const noexcept { return counters_.size(); }
  [[nodiscard]] const SimulatedCounter& counter(std::size_t i = 0) const noexcept {
    return counters_[i].what;
  }

 private:
  struct State {
    SimulatedCounter what;
    Random random{0};
    Seconds next_tick{0.0};
    std::uint64_t ticks = 0;
    Joules base{0.0};  ///< energy of the counter when it showed `what.first`
    std::uint64_t count = 0;
    bool frozen = false;
  };

  void tick(State& counter) const noexcept {
    const SimulatedCounter& what = counter.what;
    const double units = (energy_ * what.share - counter.base) / what.unit;
    if (!counter.frozen) {
      counter.count = (what.first + static_cast<std::uint64_t>(units)) % what.modulus;
    }
    ++counter.ticks;
    counter.next_tick = what.phase + static_cast<double>(counter.ticks + 1) * what.period +
                        counter.random.uniform() * what.jitter;
  }

  Watts idle_;
  std::vector<State> counters_;
  Seconds now_{0.0};
  Joules energy_{0.0};
};

/// The behavior of readings of a simulated machine.
struct SimulatedReadBehavior {
  Seconds cost{1e-6};           ///< duration of one reading
  std::size_t delay_every = 0;  ///< delays every n-th reading before its second time stamp
  Seconds delay{0.0};
  std::size_t fail_every = 0;  ///< fails every n-th reading
};

/// Reads a simulated machine like RAPL. The machine must outlive the meter.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine, SimulatedReadBehavior reads = {})
      : machine_(&machine), reads_(reads) {
    double share = 0.0;
    for (std::size_t i = 0; i < machine.counters(); ++i) {
      const SimulatedCounter& counter = machine.counter(i);
      description_.zones.push_back({counter.name, text::format("simulated:{}", i), counter.modulus,
                                    counter.unit, counter.unit, counter.period, counter.jitter,
                                    0.0});
      description_.update_period = std::max(description_.update_period, counter.period);
      share += counter.share;
    }
    PERJOULE_EXPECTS(share > 0.999 && share < 1.001);
    description_.source = "simulated";
    description_.scope = Scope::package;
    description_.provenance = Provenance::simulated;
    description_.note = "a machine that exists in this process only";
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    ++readings_;
    reading.resize(machine_->counters());
    reading.begin = machine_->now();
    machine_->rest(0.5 * reads_.cost);
    for (std::size_t i = 0; i < machine_->counters(); ++i) reading.counts[i] = machine_->count(i);
    machine_->rest(0.5 * reads_.cost);
    if (reads_.delay_every != 0 && readings_ % reads_.delay_every == 0) {
      machine_->rest(reads_.delay);
    }
    reading.end = machine_->now();
    return reads_.fail_every == 0 || readings_ % reads_.fail_every != 0;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] Instant now() const noexcept { return machine_->now(); }
  void wait(Seconds duration) noexcept { machine_->rest(duration); }

 private:
  SimulatedMachine* machine_;
  SimulatedReadBehavior reads_;
  std::size_t readings_ = 0;
  MeterDescription description_;
};

static_assert(EnergyMeter<SimulatedMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/quality/item_rows.hpp

namespace perjoule::inline v0 {

/// Per-item values retained by a metric: a row of numbers for each item, from which alone its value
/// follows.
template <std::size_t columns>
class ItemRows {
 public:
  explicit ItemRows(PerItem keep) noexcept : keep_(keep) {}

  void add(const double (&row)[columns]) {
    for (const double number : row) numbers_.push_back(number);
  }

  [[nodiscard]] std::size_t items() const noexcept { return numbers_.size() / columns; }
  /// @unit  as the metric's columns say
  /// @shape [items, columns], row-major
  /// @source the metric's own definition
  [[nodiscard]] View<double> all() const noexcept { return numbers_; }
  /// Returns the rows that go into the record: all or none.
  /// @copydetails all
  /// @source the metric's own definition
  [[nodiscard]] View<double> kept() const noexcept {
    return keep_ == PerItem::keep ? all() : View<double>();
  }

 private:
  std::vector<double> numbers_;
  PerItem keep_;
};

namespace detail {

/// Sums the columns, the first step of a formula of pooled counts.
/// @unit  as the metric's columns say
/// @shape rows: [items, columns], row-major; sums: [columns]
template <std::size_t columns>
void sum_columns(View<double> rows, double (&sums)[columns]) noexcept {
  for (double& sum : sums) sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums[c] += rows[i + c];
  }
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/quality/binary_ranking.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Score of an item, and whether the item is of the positive class.
struct RankedItem {
  double score;
  bool is_positive;
  friend bool operator<(const RankedItem& a, const RankedItem& b) { return a.score > b.score; }
};

/// Returns the mean precision over positive items, each at the threshold that just finds it; items
/// of equal score are found together. It is not interpolated: interpolation is too kind to a model
/// with few positives.
/// @shape  rows: [items, 2], score and 1 where positive
/// @unit   a share of 1; not finite if no item is positive
/// @source Zhu, Recall, Precision and Average Precision (2004); scikit-learn
///         average_precision_score
[[nodiscard]] double average_precision_of(View<double> rows);

/// @shape rows: [items, 2], score and 1 where positive
[[nodiscard]] std::vector<double> column_of(View<double> rows, std::size_t column);
/// Returns a flag for each item, in their order. std::vector<bool> has no array to point at.
[[nodiscard]] std::unique_ptr<bool[]> positives_of(View<double> rows);

[[nodiscard]] IntervalEstimate<double> difference_of_aurocs(const Quality&, View<double> rows_a,
                                                            const Quality&, View<double> rows_b,
                                                            double level);

enum class RankingKind : std::uint8_t { auroc, average_precision };

}  // namespace detail

/// AUROC or average precision. Made by `auroc` and `average_precision`.
class BinaryRanking {
 public:
  BinaryRanking(detail::RankingKind kind, std::int64_t positive, PerItem keep = PerItem::keep)
      : kind_(kind), positive_(positive), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the scores
  /// @shape [items, 2]: score,positive
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param score  the higher, the more likely the positive class
  /// @unit   score: any
  /// @throws Error for a score that is not finite
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& score, const Label& label) {
    if (!is_finite(score)) detail::score_not_finite(items(), 0);
    const bool is_positive = static_cast<std::int64_t>(label) == positive_;
    found_ += is_positive ? 1 : 0;
    rows_.add({static_cast<double>(score), is_positive ? 1.0 : 0.0});
  }

  /// @unit   a share of 1
  /// @error  see auroc and average_precision
  /// @throws Error for no items, and if all labels are of one class
  /// @source see auroc and average_precision
  [[nodiscard]] Quality result() const;

 private:
  detail::RankingKind kind_;
  std::int64_t positive_;
  std::size_t found_ = 0;  ///< positive items
  ItemRows<2> rows_;
};

/// Share of pairs of a positive and another item in which the positive one scores higher: the area
/// under the ROC curve. Equal scores count half.
/// @param labels    one class for each input, in their order; borrowed, so a temporary is refused
/// @param positive  the class that high scores indicate; all other classes are taken as one
/// @param keep      whether each item's score goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: one score each
/// @error  DeLong's variance, on the scale of log-odds: see delong
/// @throws Error for empty labels; while running: for a score that is not finite; and if all labels
///         are of one class
/// @source scikit-learn 1.2 roc_auc_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto auroc(Labels&& labels, std::int64_t positive = 1, PerItem keep = PerItem::keep) {
  return bind_references(labels, BinaryRanking(detail::RankingKind::auroc, positive, keep));
}

/// Mean precision over the thresholds that each find one more positive item. Chance is the share of
/// positive items, so values of two test sets can't be compared.
/// @param labels, positive, keep  see auroc
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: one score each
/// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
/// @throws see auroc
/// @source scikit-learn 1.2 average_precision_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto average_precision(Labels&& labels, std::int64_t positive = 1,
                                     PerItem keep = PerItem::keep) {
  return bind_references(labels,
                         BinaryRanking(detail::RankingKind::average_precision, positive, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/metric_bootstrap.hpp

namespace perjoule::inline v0::detail {

/// Number of resamples for the interval of a metric that has no formula for one.
inline constexpr std::size_t quality_resamples = 2000;
/// Largest number of items drawn for one resample, however many there are.
inline constexpr std::size_t max_drawn_items = 20'000;
/// Largest number of groups that are left out in turn.
inline constexpr std::size_t max_jackknife_groups = 200;
/// Seed of all metrics, so that two models on the same items get the same draws.
inline constexpr std::uint64_t quality_seed = 1927;

/// Returns the values without one item each, or without one group of neighbouring items each.
[[nodiscard]] std::vector<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                   std::size_t columns);

/// Returns the value of a metric on resamples of its items, drawn with replacement.
///
/// A formula of sums is resampled by resample(). For other formulas with more than 20,000 items,
/// only m = 20,000 items are drawn, and the difference between their value and that of all items is
/// multiplied by sqrt(m/n), since it falls with the root of their number. With that many items
/// skewness does not matter, so the acceleration is 0.
///
/// @shape  rows: [items, columns], row-major
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14; m of n
///         items: Bickel, Goetze and van Zwet, Statistica Sinica 7 (1997) 1
[[nodiscard]] Resamples resample_metric(const ItemFormula& formula, View<double> rows,
                                        std::size_t columns);

/// Returns the estimate from the resamples that have a value. A resample may lack a whole class,
/// though the items do not.
/// @unit  that of the metric
/// @error missing if more than a fifth have no value, or if all have the same value
[[nodiscard]] IntervalEstimate<double> estimate_from_resamples(Resamples resamples, double level);

/// Returns the difference between two models, both computed on the same draws.
/// @shape rows_a, rows_b: [items, columns]
[[nodiscard]] IntervalEstimate<double> bootstrap_difference(const Quality& a, View<double> rows_a,
                                                            const Quality& b, View<double> rows_b,
                                                            double level);

[[nodiscard]] bool is_proportion(const Quality& quality) noexcept;

/// Clamps the interval: nothing is better than perfect, and a share lies between 0 and 1.
void clamp_to_range(Quality& quality) noexcept;

/// Returns the estimate for a value on which all items agree. Their scatter is 0 and tells nothing,
/// so the interval is as wide as Wilson's for n right items of n. A share has that width as it is,
/// like an accuracy of n of n. Any other value has it on the scale from the trivial predictor to a
/// perfect one. It is missing if there is no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more if an item is right or wrong; otherwise a stand-in, wide and not zero
[[nodiscard]] IntervalEstimate<double> estimate_of_equal_items(const Quality& quality,
                                                               double value);

/// Returns the mean of one number per item: a share if each is 0 or 1, otherwise with Student's
/// interval.
/// @unit that of the items
[[nodiscard]] IntervalEstimate<double> mean_of_items(View<double> rows);

/// Fills in what follows from the rows of a metric: value, interval and skill.
///
/// A mean of items has Wilson's or Student's interval, every other formula the interval of the
/// bootstrap over items.
///
/// @param quality      with name, formula, trivial and perfect
/// @param why_no_skill  see add_skill
/// @shape  rows: [quality.items, columns], row-major
/// @throws Error for no items
void finish_quality(Quality& quality, View<double> rows, std::string_view why_no_skill);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/classification.hpp

namespace perjoule::inline v0::detail {

/// Counts of one class: right outputs, outputs that name it, and labels.
struct ClassCount {
  double right = 0.0;
  double predicted = 0.0;
  double actual = 0.0;
};

/// A metric computed from how often each class was right, predicted and actual.
using ConfusionFormula = std::function<double(View<ClassCount> classes)>;

/// @shape rows: [items, 2], the classes of label and output, each 0, 1, 2, ...
[[nodiscard]] double evaluate_confusion(const ConfusionFormula& formula, View<double> rows);

/// Common part of the metrics of a confusion matrix: rows with the classes of label and output, and
/// the trivial predictor, which always names one class.
class Confusion {
 public:
  explicit Confusion(PerItem keep) : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  classes, numbered in the order of their first occurrence
  /// @shape [items, 2]: label,output
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<double>(classes_.find(static_cast<std::int64_t>(label)));
    const auto named = static_cast<double>(classes_.find(static_cast<std::int64_t>(output)));
    rows_.add({own, named});
  }
  /// @shape  scores: [classes]
  /// @throws Error for no scores, for a score that is not finite, and for a label without a score
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto best = static_cast<std::int64_t>(best_class(scores, items()));
    check_label(static_cast<std::int64_t>(label), std::size(scores), items());
    add(best, label);
  }

 protected:
  [[nodiscard]] std::size_t classes() const noexcept { return classes_.entries().size(); }

  /// Returns the index of a class among the counts; classes() if it never occurred.
  [[nodiscard]] std::size_t index_of(std::int64_t number) const noexcept;

  /// @param always  the class that the trivial predictor names; classes(): the most frequent one
  void finish(Quality& quality, const ConfusionFormula& formula, std::size_t always) const;

 private:
  LabelIndex classes_;
  ItemRows<2> rows_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Ways of averaging the values of several classes.
enum class Average : std::uint8_t {
  binary,    ///< the value of one class, the positive one
  micro,     ///< over all items together: precision, recall and F are then the accuracy
  macro,     ///< the mean over classes: a rare class weighs as much as a frequent one
  weighted,  ///< the mean over classes, weighted by how often each is the label
};

[[nodiscard]] constexpr std::string_view name(Average average) noexcept {
  switch (average) {
    case Average::binary:
      return "binary";
    case Average::micro:
      return "micro";
    case Average::weighted:
      return "weighted";
    case Average::macro:
      break;
  }
  return "macro";
}

/// Options that change an F score.
struct FScoreOptions {
  Average average = Average::macro;
  double beta = 1.0;          ///< importance of recall relative to precision. @unit none
  std::int64_t positive = 1;  ///< the positive class, with Average::binary
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class FScoreKind : std::uint8_t { f, precision, recall };

/// Returns the score of one class, or of all of them together; 0 if the denominator is 0.
/// @unit   a share of 1
/// @source van Rijsbergen, Information Retrieval (1979), chapter 7: (1 + b^2) P R/(b^2 P + R)
[[nodiscard]] inline double f_score_of(const ClassCount& count, FScoreKind kind, double beta) {
  const double b2 = beta * beta;
  double n = (1.0 + b2) * count.right;
  double d = b2 * count.actual + count.predicted;
  if (kind == FScoreKind::precision) {
    n = count.right;
    d = count.predicted;
  }
  if (kind == FScoreKind::recall) {
    n = count.right;
    d = count.actual;
  }
  return d > 0.0 ? n / d : 0.0;
}

/// @param positive  index of the positive class
[[nodiscard]] double averaged_f_score(View<ClassCount> classes, Average average, FScoreKind kind,
                                      double beta, std::size_t positive);

}  // namespace detail

/// Precision, recall or F score. Made by `precision`, `recall` and `f_score`.
class FScore : public detail::Confusion {
 public:
  /// @throws Error for a beta that is not above 0
  FScore(detail::FScoreKind kind, const FScoreOptions& options);

  /// @unit   a share of 1
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items, and if no label and no output is of the positive class
  /// @source scikit-learn 1.2 precision_recall_fscore_support with zero_division=0
  [[nodiscard]] Quality result() const;

 private:
  detail::FScoreKind kind_;
  FScoreOptions options_;
};

/// Harmonic mean of precision and recall, of one class (Average::binary) or of all.
///
/// Macro and weighted averages are the means of the classes' F scores, not the F score of their
/// mean precision and recall. The classes are those that any label or output names; a class without
/// a right output counts 0. The trivial predictor always names the positive class, or the most
/// frequent one.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels and a beta that is not above 0; while running: for a score that
///         is not finite, and a label without a score
/// @source scikit-learn 1.2 f1_score and fbeta_score with zero_division=0
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto f_score(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(labels, FScore(detail::FScoreKind::f, options));
}

/// Share of the items assigned to a class that belong to it.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto precision(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(labels, FScore(detail::FScoreKind::precision, options));
}

/// Share of the items of a class that the model assigns to it. A predictor that always names the
/// positive class has a recall of 1, so recall with Average::binary has no skill by itself.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto recall(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(labels, FScore(detail::FScoreKind::recall, options));
}

namespace detail {

/// Returns the mean recall over the classes that occur as labels.
/// @unit   a share of 1
/// @source Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010
[[nodiscard]] double mean_recall(View<ClassCount> classes);

/// Sums over classes from which MCC and kappa are computed.
struct Agreement {
  double items = 0.0;
  double right = 0.0;
  double by_chance = 0.0;  ///< predicted times actual
  double predicted = 0.0;  ///< squares
  double actual = 0.0;     ///< squares
};

[[nodiscard]] Agreement agreement_of(View<ClassCount> classes);

/// @unit   none; -1 to 1, and 0 if all outputs or all labels are of one class
/// @source Gorodkin, Comput. Biol. Chem. 28 (2004) 367, R_K; for two classes Matthews 1975
[[nodiscard]] double matthews(View<ClassCount> classes);

/// @unit   none; not finite if labels and outputs are all of one class
/// @source Cohen, Educ. Psychol. Meas. 20 (1960) 37
[[nodiscard]] double kappa(View<ClassCount> classes);

enum class AgreementKind : std::uint8_t { balanced_accuracy, matthews, kappa };

}  // namespace detail

/// Balanced accuracy, Matthews' correlation or Cohen's kappa. Made by `balanced_accuracy`,
/// `matthews_correlation` and `cohen_kappa`.
class ClassAgreement : public detail::Confusion {
 public:
  explicit ClassAgreement(detail::AgreementKind kind, PerItem keep = PerItem::keep)
      : Confusion(keep), kind_(kind) {}

  /// @unit   none
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see balanced_accuracy, matthews_correlation and cohen_kappa
  [[nodiscard]] Quality result() const;

 private:
  detail::AgreementKind kind_;
};

/// Mean recall of the classes that occur as labels. Chance is 1 over their number, however uneven
/// they are.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's classes go into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels; while running: for a score that is not finite, and a label
///         without a score
/// @source scikit-learn 1.2 balanced_accuracy_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto balanced_accuracy(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ClassAgreement(detail::AgreementKind::balanced_accuracy, keep));
}

/// Correlation of labels and outputs, for two or more classes: 1 for no mistake, 0 for chance and
/// for a predictor that always names one class, below 0 for worse than chance.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 matthews_corrcoef
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto matthews_correlation(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ClassAgreement(detail::AgreementKind::matthews, keep));
}

/// Agreement of labels and outputs beyond that of independent draws. It is not weighted by the
/// distance between classes.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 cohen_kappa_score without weights
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto cohen_kappa(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ClassAgreement(detail::AgreementKind::kappa, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/custom_metric.hpp

namespace perjoule::inline v0 {

/// Name, unit and range of a custom metric.
struct CustomMetricOptions {
  std::string name = {};
  std::string unit = {};  ///< unit of its values, for tables; "%" prints a share as per cent
  double trivial = detail::quiet_nan();  ///< value of a predictor that never looks. @unit its own
  double perfect = 1.0;                  ///< value without a mistake. @unit its own
  bool higher_is_better = true;
  PerItem keep = PerItem::keep;
};

/// The mean over items of a function of output and reference. Made by `mean_of`.
/// @source GUM (JCGM 100:2008) 4.2
template <class F>
class CustomMetric {
 public:
  CustomMetric(const CustomMetricOptions& options, F value_of)
      : options_(options), value_of_(std::move(value_of)), rows_(options.keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the function's values
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a value that is not finite
  template <class Output, class Reference>
  requires std::is_invocable_r_v<double, const F&, const Output&, const Reference&>
  void add(const Output& output, const Reference& reference) {
    const auto value = static_cast<double>(value_of_(output, reference));
    if (!is_finite(value)) {
      detail::fail("a metric's value is not a finite number",
                   text::format("{}, item {}", options_.name, items()),
                   "look for a division by zero in the metric, or in the model");
    }
    rows_.add({value});
  }

  /// @unit   that of the function's values
  /// @error  the mean of items, with Student's t
  /// @throws Error for no items
  /// @source see mean_of
  [[nodiscard]] Quality result() const {
    Quality quality;
    quality.metric = options_.name;
    quality.signature = "mean";
    quality.unit = options_.unit;
    quality.trivial = options_.trivial;
    quality.perfect = options_.perfect;
    quality.higher_is_better = options_.higher_is_better;
    quality.items = items();
    detail::finish_quality(quality, rows_.all(),
                           "the trivial predictor is as good as the perfect one");
    return quality;
  }

 private:
  CustomMetricOptions options_;
  F value_of_;
  ItemRows<1> rows_;
};

/// Makes a custom metric: the mean over items of a function of output and reference.
///
///     const auto close = perjoule::mean_of(
///         depths, {.name = "within 10 %", .unit = "%", .trivial = 0.2},
///         [](float depth, float truth) { return std::abs(depth - truth) < 0.1F * truth; });
///
/// It has a skill if `trivial` is given.
/// A metric that is not a mean is a class of its own: see ReferenceMetric.
/// @param references  one for each input, in their order; borrowed, so a temporary is refused
/// @param value_of    called as value_of(output, reference); copied
/// @unit   that of the function's values
/// @shape  references: [items]
/// @throws Error for no references; while running: for a value that is not finite
/// @source the mean of independent items: GUM (JCGM 100:2008) 4.2
template <class References, class F>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto mean_of(References&& references, const CustomMetricOptions& options,
                           F value_of) {
  return bind_references(references, CustomMetric<F>(options, std::move(value_of)));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/text_tokens.hpp

namespace perjoule::inline v0::detail {

/// @param whose  "output" or "reference"
/// @throws Error for a text that is not UTF-8, which names the item
void check_utf8(std::string_view text, std::string_view whose, std::size_t item);

/// Returns whether Python's str.split() and str.strip() take a character for white space.
/// @source Python 3.11, str.isspace: bidirectional type WS, B or S, or category Zs
[[nodiscard]] constexpr bool is_space(char32_t c) noexcept {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) ||
         c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU || c == 0x3000U;
}

/// Returns whether a character is a sign of ASCII, as in Python's string.punctuation.
[[nodiscard]] constexpr bool is_punctuation(char c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c <= '~');
}

/// Returns the words of a text: the parts between white space, as with Python's str.split().
/// @param text   valid UTF-8
/// @shape the result is borrowed from text
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// Returns the code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] std::vector<char32_t> code_points_of(std::string_view text);

/// Returns a text without the white space at its ends, as with Python's str.strip().
/// @param text  valid UTF-8
[[nodiscard]] std::string_view stripped(std::string_view text);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A text in UTF-8: std::string, std::string_view, a literal.
template <class T>
concept StringLike = std::convertible_to<const T&, std::string_view>;

/// Contiguous texts, such as several references that are equally right.
template <class T>
concept StringRange =
    !StringLike<T> && ContiguousRange<T> &&
    StringLike<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Expected output of a model: one text, or several that are equally right.
template <class T>
concept TextReference = StringLike<T> || StringRange<T>;

namespace detail {

/// Returns one text as a list of one, or several texts as a list.
/// @shape borrowed from the argument
template <TextReference Reference>
[[nodiscard]] std::vector<std::string_view> texts_of(const Reference& reference) {
  std::vector<std::string_view> texts;
  if constexpr (StringLike<Reference>) {
    texts.push_back(reference);
  } else {
    const auto* const first = std::data(reference);
    for (std::size_t i = 0; i < std::size(reference); ++i) texts.push_back(first[i]);
  }
  return texts;
}

/// Number of references per item, for the signature: "2", or "var" if it varies.
class ReferenceCount {
 public:
  /// @throws Error for no references
  void add(std::size_t references, std::size_t item);

  [[nodiscard]] std::string shown() const;

 private:
  std::size_t most_ = 0;
  std::size_t least_ = 0;
};

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Numbers words 0, 1, 2, ... in the order of their first occurrence, so that they can be compared
/// as whole numbers. It keeps copies of them.
class Vocabulary {
 public:
  /// @returns the number of the word
  std::uint32_t add(std::string_view word);

  /// @shape borrowed until the next word is added
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return words_[number];
  }
  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t> ids_;
};

/// Returns the numbers of some words. New words are added.
[[nodiscard]] std::vector<std::uint32_t> token_ids(View<std::string_view> words,
                                                   Vocabulary& vocabulary);

/// Returns the number of runs of n tokens in a sequence.
[[nodiscard]] constexpr std::size_t n_gram_count(std::size_t tokens, std::size_t n) noexcept {
  return tokens < n ? 0 : tokens - n + 1;
}

/// N-grams of a sequence of tokens, from 1 to a highest order, with the number of their matches in
/// other sequences.
///
/// An n-gram is identified by its last token and by the number of the n-gram that it begins with,
/// which is one token shorter. So a key of 64 bits identifies it exactly, however long it is. If
/// another text lacks an n-gram, it also lacks all longer ones that begin with it.
class NGrams {
 public:
  NGrams(View<std::uint32_t> tokens, std::size_t highest_order);

  /// Adds the n-grams that another sequence has too, each at most as often as both have it. With
  /// several other sequences, one after another, the one that has an n-gram most often counts.
  /// @shape matches: [highest order]
  void match(View<std::uint32_t> other, double* matches);

  /// Resets the matches, so that the next sequence counts by itself.
  void reset_matches() noexcept;

 private:
  struct Gram {
    std::uint64_t key;
    std::uint32_t own;      ///< times in this sequence
    std::uint32_t matched;  ///< of these, matched
    std::uint32_t text;     ///< the other sequence that in_text counts in
    std::uint32_t in_text;
  };

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t beginning, std::uint32_t last) noexcept {
    return std::uint64_t{beginning} << 32U | last;
  }

  /// Returns the slot of a key, or the empty slot where it would be.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    // Both halves of the key are small numbers, which the product alone would spread over few
    // slots.
    std::size_t at = ((key ^ (key >> 29U)) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    while (slots_[at] != 0 && grams_[slots_[at]].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::size_t highest_order_;
  std::vector<Gram> grams_;
  std::vector<std::uint32_t> slots_;  ///< 0 if empty, otherwise an index into grams_
  std::uint32_t used_ = 0;
  std::uint32_t texts_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/error_rate.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Changes of the distance down a column of the table, for 64 rows: +1, -1 or, with neither bit, 0.
struct VerticalDeltas {
  std::uint64_t up;
  std::uint64_t down;
};

/// Returns the distance between two sequences of numbers, computed 64 rows of the table at a time.
///
/// The rows are those of the reference, the columns those of the output. A block of 64 rows runs
/// through all columns before the next block does, and hands down a step of -1, 0 or 1 for each
/// column. So there is one mask for each different number, rather than one for each number and
/// block.
///
/// @param steps  receives the steps of each block and column, or null
/// @shape steps: [blocks, columns], row-major
/// @source Myers, J. ACM 46 (1999) 395; Hyyro, Explaining and extending the bit-parallel
///         approximate string matching algorithm of Myers (2001), for whole sequences
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                        VerticalDeltas* steps);

}  // namespace detail

/// Returns the least number of substitutions, deletions and insertions that change one sequence of
/// tokens into another: the Levenshtein distance.
///
/// @param reference, output  a number for each token, any number, equal for equal tokens
/// @unit   edits
/// @source Levenshtein, Soviet Physics Doklady 10 (1966) 707; computed as Myers and Hyyro do
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Edits that change a reference into an output.
struct Edits {
  std::size_t substitutions = 0;
  std::size_t deletions = 0;   ///< tokens of the reference that the output lacks
  std::size_t insertions = 0;  ///< tokens of the output that the reference lacks
};

/// Returns the edits of one shortest path from a reference to an output.
///
/// Only their sum, the distance, is unique: "a b" to "b c" is two substitutions, or a deletion and
/// an insertion. Of several shortest paths this is the one that, walked from the ends of both,
/// keeps equal tokens, otherwise deletes, otherwise substitutes, otherwise inserts. Other programs
/// break ties differently and find other counts, so no metric here is computed from them.
///
/// @param reference, output  a number for each token, any number, equal for equal tokens
/// @unit   edits
/// @source as edit_distance; two bits are kept for each cell of the table
[[nodiscard]] Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Units into which a text is split.
enum class TextUnit : bool {
  word,      ///< parts between white space, as with Python's str.split()
  character  ///< code points, including white space between words, but not at the ends
};

namespace detail {

/// Returns the edits per token of the references.
/// @unit   a share of 1; not finite if the references have no token
/// @source jiwer 4.0, wer and cer
[[nodiscard]] double error_rate_of(View<double> rows);

}  // namespace detail

/// Word or character error rate: the edits of all items divided by the words or characters of all
/// references. It is 1 for a model that says nothing, and above 1 for one that says too much.
///
/// Texts are compared as they are: case, punctuation and Unicode normal forms are up to the caller.
/// With an empty reference, everything in the output counts as edits, and nothing is added to the
/// words or characters. If all references are empty there is no rate: the value is then the number
/// of insertions, as in jiwer, which is exact and has neither a unit nor a skill.
///
/// @unit   a share of 1
/// @source jiwer 4.0, wer and cer; jiwer splits at blanks only, this class at all white space
class ErrorRate {
 public:
  explicit ErrorRate(TextUnit unit = TextUnit::word, PerItem keep = PerItem::keep) noexcept
      : unit_(unit), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8
  void add(std::string_view output, std::string_view reference);

  /// @unit   a share of 1
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   edits, and tokens of the reference
  /// @shape  [items, 2], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  [[nodiscard]] std::vector<std::uint32_t> tokens(std::string_view text,
                                                  detail::Vocabulary& words) const;

  TextUnit unit_;
  ItemRows<2> rows_;
};

/// Word error rate as a metric for `measure`.
///
/// @param references  one text for each input, in their order; borrowed, so a temporary is refused
/// @param keep        whether each item's edits go into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto word_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, ErrorRate(TextUnit::word, keep));
}

/// Character error rate as a metric for `measure`.
/// @copydetails word_error_rate
/// @unit   a share of 1
/// @throws Error for no references; while running: for a text that is not UTF-8
/// @source see ErrorRate
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto character_error_rate(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, ErrorRate(TextUnit::character, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/language_model.hpp

namespace perjoule::inline v0 {

/// Tokens of a text, as numbers.
template <class T>
concept TokenIds = ContiguousRange<T> && requires(const T& tokens) {
  requires std::integral<std::remove_cvref_t<decltype(std::data(tokens)[0])>>;
};

namespace detail {

/// @shape  rows: [items, 2], nats and tokens
/// @unit   none
/// @source Jelinek et al. 1977: the exponential of the mean surprise of a token
[[nodiscard]] double perplexity_of(View<double> rows);

/// @shape rows: [items, 2], nats and symbols (bytes or characters)
/// @unit  bits per symbol
[[nodiscard]] double bits_per_symbol(View<double> rows);

/// Returns the surprise of a predictor that knows the frequency of each symbol, and nothing else.
/// @unit nats per symbol
[[nodiscard]] double entropy(const LabelIndex& symbols);

enum class Symbol : std::uint8_t { token, byte, character };

}  // namespace detail

/// Perplexity, bits per byte or bits per character. Made by `perplexity`, `bits_per_byte` and
/// `bits_per_character`.
class TextSurprisal {
 public:
  explicit TextSurprisal(detail::Symbol symbol, PerItem keep = PerItem::keep)
      : symbol_(symbol), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats, and a count
  /// @shape [items, 2]: nats,tokens or nats,bytes or nats,characters
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param nats  the model's surprise at the whole text: the sum of -ln p over its tokens
  /// @unit   nats: natural logarithms
  /// @throws Error for a number that is below 0 or not finite, and for an empty text
  template <std::floating_point Output, class Text>
  void add(const Output& nats, const Text& text) {
    if (!is_finite(nats) || nats < Output{0}) reject_surprisal();
    count(static_cast<double>(nats), text);
  }
  /// @param log_probabilities  ln p of each token
  /// @shape  log_probabilities: [tokens]
  /// @throws as for the sum, and for a logarithm above 0
  template <ClassScores Output, class Text>
  void add(const Output& log_probabilities, const Text& text) {
    double nats = 0.0;
    for (std::size_t i = 0; i < std::size(log_probabilities); ++i) {
      const auto of_token = static_cast<double>(std::data(log_probabilities)[i]);
      if (!is_finite(of_token) || of_token > 0.0) reject_surprisal();
      nats -= of_token;
    }
    count(nats, text);
  }

  /// @unit   none; bits per byte; bits per character
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see perplexity, bits_per_byte and bits_per_character
  [[nodiscard]] Quality result() const;

 private:
  [[noreturn]] void reject_surprisal() const;

  void count(double nats, std::string_view text);
  template <TokenIds Tokens>
  void count(double nats,
             const Tokens& tokens) requires(!std::convertible_to<const Tokens&, std::string_view>) {
    need_tokens();
    for (std::size_t i = 0; i < std::size(tokens); ++i) {
      symbols_.add(static_cast<std::int64_t>(std::data(tokens)[i]));
    }
    add_row(nats, static_cast<double>(std::size(tokens)));
  }
  /// The frequency of each token is not known here, so there is no trivial predictor.
  template <std::integral Count>
  void count(double nats, const Count& tokens) {
    need_tokens();
    add_row(nats, static_cast<double>(tokens));
  }

  void need_tokens() const;
  void add_row(double nats, double symbols);

  detail::Symbol symbol_;
  detail::LabelIndex symbols_;
  ItemRows<2> rows_;
};

/// Exponential of the mean surprise per token. It depends on how a text is split into tokens, so
/// only models with the same tokenizer can be compared; for others use bits_per_byte.
///
/// The trivial predictor knows the frequency of each token in these texts. If only the numbers of
/// tokens are passed, it is not known, and there is no skill.
/// @param tokens  for each input its tokens, or their number; borrowed
/// @param keep    whether each item's nats go into the record, for paired tests
/// @unit   none
/// @shape  tokens: [items] of [tokens] or of counts; outputs: the sum of -ln p, or ln p of each
///         token
/// @throws Error for no texts; while running: for an empty text, and for a surprise that is below 0
///         or not finite
/// @source Jelinek, Mercer, Bahl and Baker, J. Acoust. Soc. Am. 62 (1977) S63
template <class Tokens>
requires ReferencesOutliveTheCall<Tokens> && ReferencesAreContiguous<Tokens>
[[nodiscard]] auto perplexity(Tokens&& tokens, PerItem keep = PerItem::keep) {
  return bind_references(tokens, TextSurprisal(detail::Symbol::token, keep));
}

/// Mean surprise per byte, in bits: the size to which the model would compress these texts. It does
/// not depend on the tokenizer. The trivial predictor knows the frequency of each byte in these
/// texts.
/// @param texts  for each input the text that was predicted; borrowed
/// @param keep   see perplexity
/// @unit   bits per byte
/// @shape  texts: [items]; outputs: the sum of -ln p over the tokens of the text, or ln p of each
/// @throws see perplexity
/// @source Graves, Generating Sequences With Recurrent Neural Networks (2013), 3.1: nats/ln 2/bytes
template <class Texts>
requires ReferencesOutliveTheCall<Texts> && ReferencesAreContiguous<Texts>
[[nodiscard]] auto bits_per_byte(Texts&& texts, PerItem keep = PerItem::keep) {
  return bind_references(texts, TextSurprisal(detail::Symbol::byte, keep));
}

/// Mean surprise per character (a code point of Unicode), in bits. Within one language it compares
/// like bits_per_byte; across scripts it does not, since their characters tell more or less.
/// @copydetails bits_per_byte
/// @throws Error also for a text that is not UTF-8
template <class Texts>
requires ReferencesOutliveTheCall<Texts> && ReferencesAreContiguous<Texts>
[[nodiscard]] auto bits_per_character(Texts&& texts, PerItem keep = PerItem::keep) {
  return bind_references(texts, TextSurprisal(detail::Symbol::character, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/probability_metrics.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Largest deviation of a sum of probabilities from 1: single precision over a hundred thousand
/// classes.
inline constexpr double max_sum_error = 1e-3;

[[noreturn]] void reject_probability(double p, std::size_t item);

[[nodiscard]] inline double probability(double p, std::size_t item) {
  if (!is_finite(p) || p < 0.0 || p > 1.0 + max_sum_error) reject_probability(p, item);
  return p < 1.0 ? p : 1.0;
}

/// Returns the sum of probabilities, after checking each of them.
/// @throws Error for no probabilities, for a number that is no probability, and for a sum that is
///         not 1
template <ClassScores Output>
[[nodiscard]] double sum_of_probabilities(const Output& probabilities, std::size_t item) {
  double sum = 0.0;
  for (std::size_t c = 0; c < std::size(probabilities); ++c) {
    sum += probability(static_cast<double>(std::data(probabilities)[c]), item);
  }
  if (std::abs(sum - 1.0) > max_sum_error) {
    fail("probabilities do not sum up to 1",
         text::format("item {}: {}", item, text::significant(sum, 6)),
         "return the output of softmax, not logits");
  }
  return sum;
}

/// Returns -ln p, with p kept away from 0 and 1 by the rounding of a double, as scikit-learn does
/// for doubles. A single item that the model takes for impossible costs 36 nats, rather than making
/// the mean infinite.
/// @unit nats
[[nodiscard]] double surprisal(double p) noexcept;

enum class ProbabilityKind : std::uint8_t { log_loss, brier };

}  // namespace detail

/// Log loss or Brier score of probabilities. Made by `log_loss` and `brier_score`.
class ProbabilityLoss {
 public:
  explicit ProbabilityLoss(detail::ProbabilityKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  nats for log loss; none for the Brier score
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param p      probability of class 1, with two classes, 0 and 1
  /// @unit  p: a share of 1
  /// @throws Error for a number that is no probability, and for a label that is neither 0 nor 1
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& p, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    if (own != 0 && own != 1) {
      detail::fail("a label is neither 0 nor 1", text::format("item {}", items()),
                   "return a probability for each class");
    }
    const double of_one = detail::probability(static_cast<double>(p), items());
    labels_.add(own);
    ++single_;
    const double miss = static_cast<double>(own) - of_one;
    rows_.add({kind_ == detail::ProbabilityKind::brier
                   ? miss * miss
                   : detail::surprisal(own == 1 ? of_one : 1.0 - of_one)});
  }

  /// @shape  probabilities: [classes]
  /// @throws Error for a number that is no probability, a sum that is not 1, and a label without
  ///         one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const auto* const p = std::data(probabilities);
    const std::size_t classes = std::size(probabilities);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) {
      detail::fail("a label has no probability", text::format("item {}", items()),
                   "return one for each class, and count classes from 0");
    }
    const double sum = detail::sum_of_probabilities(probabilities, items());
    double loss = 0.0;
    if (kind_ == detail::ProbabilityKind::log_loss) {
      loss = detail::surprisal(static_cast<double>(p[own]) / sum);
    } else {
      for (std::size_t c = 0; c < classes; ++c) {
        loss += detail::square(static_cast<double>(p[c]) / sum - (c == own ? 1.0 : 0.0));
      }
    }
    labels_.add(static_cast<std::int64_t>(label));
    rows_.add({loss});
  }

  /// @unit   nats per item for log loss; none for the Brier score
  /// @error  the mean of items, with Student's t
  /// @throws Error for no items
  /// @source see log_loss and brier_score
  [[nodiscard]] Quality result() const;

 private:
  detail::ProbabilityKind kind_;
  std::size_t single_ = 0;  ///< items that came with the probability of class 1 alone
  detail::LabelIndex labels_;
  ItemRows<1> rows_;
};

/// Mean of -ln p over items, where p is the probability of the item's own label: the model's
/// surprise in nats. The trivial predictor gives each class its share of the labels, and gets their
/// entropy.
///
/// Probabilities are divided by their sum; a probability below 2.2e-16 counts as 2.2e-16.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's loss goes into the record, for paired tests
/// @unit   nats per item
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws Error for empty labels; while running: for a number that is no probability, a sum that
///         is off 1 by more than 0.001, and a label without a probability
/// @source scikit-learn 1.2 log_loss
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto log_loss(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ProbabilityLoss(detail::ProbabilityKind::log_loss, keep));
}

/// Mean squared distance of the probabilities from the outcome: summed over all classes (0 to 2),
/// or for the probability of class 1 alone, if the model returns that (0 to 1, half as much).
/// @param labels, keep  see log_loss
/// @unit   none
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws see log_loss
/// @source Brier, Monthly Weather Review 78 (1950) 1; of class 1: scikit-learn 1.2 brier_score_loss
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto brier_score(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ProbabilityLoss(detail::ProbabilityKind::brier, keep));
}

namespace detail {

/// Returns the bin of a confidence: ((m - 1)/M, m/M], including its upper end. Ends are quotients,
/// since the product may be rounded up: (7/100) x 100 is more than 7.
[[nodiscard]] std::size_t calibration_bin(double confidence, double bins);

/// Returns the distance of confidence from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017
[[nodiscard]] double expected_calibration_error(View<double> rows, double bins);

/// Returns the standard uncertainty of the sum of gaps of one bin's items by chance. It is the root
/// of the sum of their squared gaps, and not below that of a calibrated model, since a few items
/// may agree. A model that is nearly always right may not have shown its errors yet. So with a sum
/// of squares v the uncertainty is at least 1 + sqrt(v + 3/4), which is how far a Poisson number
/// may be above the one seen, but this bound is limited to sqrt(n)/2, since n answers cannot vary
/// more.
/// @param seen, calibrated  sums of squares: seen, and of a calibrated model
/// @unit   items
/// @source Gehrels, Astrophys. J. 303 (1986) 336, equation 7
[[nodiscard]] double calibration_uncertainty(double items, double seen, double calibrated);

/// Returns a bound on how far off an ECE is by chance, which holds in 95 of 100 test sets. The gap
/// of each bin is off by a number of its own, and the sum of their sizes by no more than the sum of
/// the sizes of these numbers. For normal numbers that sum has the mean sqrt(2/pi) sum(u) and the
/// variance (1 - 2/pi) sum(u^2).
/// @shape  rows: [items, 2], confidence and 1 where right
/// @unit   a share of 1
/// @source docs/reference/formulas.md#calibration-error
[[nodiscard]] double calibration_halfwidth(View<double> rows, double bins);

}  // namespace detail

/// Expected calibration error. Made by `calibration_error`.
class CalibrationError {
 public:
  explicit CalibrationError(std::size_t bins, PerItem keep = PerItem::keep)
      : bins_(bins), rows_(keep) {
    PERJOULE_EXPECTS(bins >= 1);
  }

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1
  /// @shape [items, 2]: confidence,right
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @shape  probabilities: [classes]
  /// @throws Error for a number that is no probability, a sum that is not 1, and a label without
  ///         one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const std::size_t best = detail::best_class(probabilities, items());
    (void)detail::sum_of_probabilities(probabilities, items());
    detail::check_label(static_cast<std::int64_t>(label), std::size(probabilities), items());
    const bool right = static_cast<std::int64_t>(best) == static_cast<std::int64_t>(label);
    const auto confidence = static_cast<double>(std::data(probabilities)[best]);
    rows_.add({detail::probability(confidence, items()), right ? 1.0 : 0.0});
  }

  /// @unit   a share of 1
  /// @error  see calibration_error
  /// @throws Error for no items
  /// @source see calibration_error
  [[nodiscard]] Quality result() const;

 private:
  std::size_t bins_;
  ItemRows<2> rows_;
};

/// Distance between a model's confidence, which is the probability of the class that it names, and
/// how often it is right. Bins are of equal width and weighted by their items.
///
/// It describes honesty rather than knowledge, so there is no skill. It depends on the number of
/// bins, and is above 0 for a calibrated model too: by about sqrt(2 bins/(pi n)) times the standard
/// deviation of an answer.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param bins    number of bins of equal width
/// @param keep    whether each item's confidence goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: [classes], probabilities
/// @error  a bound that covers .95 and more, whatever the gaps: see formulas.md. The bootstrap over
///         items does not, since the ECE of each resample is above that of the items, as theirs is
///         above the true one: for a calibrated model it never covers
/// @throws Error for empty labels; while running: for a number that is no probability,
///         probabilities that do not sum up to 1, and a label without a probability
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto calibration_error(Labels&& labels, std::size_t bins = 15,
                                     PerItem keep = PerItem::keep) {
  return bind_references(labels, CalibrationError(bins, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/question_answering.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns the small letter of a capital letter in the Latin (with the accents of living
/// languages), Greek and Cyrillic scripts. A letter that needs its context or two code points gets
/// the plain one: capital sigma never becomes the final one, and I with a dot becomes i.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t lower_case(char32_t c) noexcept;

/// Returns whether a character belongs to a word, as with `\w` in Python's re: letters, digits and
/// the underscore. Beyond ASCII, all characters do, except for the signs of Latin text and the
/// common blocks of signs.
[[nodiscard]] bool is_word_character(char32_t c) noexcept;

void append_utf8(std::string& text, char32_t c);

/// Returns the length of the article at a position, as a whole word; 0 if there is none.
[[nodiscard]] std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept;

}  // namespace detail

/// Returns an answer as SQuAD compares it: in small letters, without ASCII punctuation, without the
/// articles a, an and the, and with one blank between words. "The  Eiffel-Tower!" becomes
/// "eiffeltower".
///
/// The reference implementation in Python knows the small letters and the signs of all scripts;
/// here they are those of text in Latin, Greek and Cyrillic letters.
///
/// @param text  valid UTF-8
/// @shape  the result: characters in UTF-8
/// @source Rajpurkar et al., EMNLP 2016, 2383: normalize_answer of the evaluation script v1.1
[[nodiscard]] std::string normalize_answer(std::string_view text);

namespace detail {

[[nodiscard]] std::string normalized_answer(std::string_view text, std::string_view whose,
                                            std::size_t item);

/// Returns the F-score of the words of two normalised answers. Each word counts as often as it
/// occurs.
/// @unit   a share of 1
/// @source f1_score of SQuAD's evaluation script v1.1: 0 where both are empty
[[nodiscard]] double answer_f1(std::string_view output, std::string_view reference);

/// Right answers of each item, normalised and without duplicates.
class ReferenceAnswers {
 public:
  /// Adds the right answers of the next item.
  /// @throws Error for no answer, and for a text that is not UTF-8
  void add(View<std::string_view> references, std::size_t item);

  /// Returns the numbers of an item's right answers.
  [[nodiscard]] View<std::uint32_t> of(std::size_t item) const noexcept {
    const std::size_t first = item == 0 ? 0 : ends_[item - 1];
    return {numbers_.data() + first, ends_[item] - first};
  }
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return answers_[number];
  }
  /// @returns the number of the answer that is right for most items, the first of equal ones
  [[nodiscard]] std::uint32_t most_frequent() const noexcept;
  [[nodiscard]] std::size_t items_with(std::uint32_t number) const noexcept {
    return items_with_[number];
  }
  /// Returns the best F-score of a normalised answer with any right answer of an item.
  /// @unit   a share of 1
  /// @source metric_max_over_ground_truths of SQuAD's evaluation script v1.1
  [[nodiscard]] double best_f1(std::string_view answer, std::size_t item) const;
  [[nodiscard]] std::string counts() const { return counts_.shown(); }

 private:
  Vocabulary answers_;
  std::vector<std::size_t> items_with_;  ///< number of items that each answer is right for
  std::vector<std::uint32_t> numbers_;
  std::vector<std::size_t> ends_;
  ReferenceCount counts_;
};

}  // namespace detail

/// Share of answers that equal a right one after both are normalised as in SQuAD, with Wilson's
/// interval. Skill is measured against always giving the answer that is right most often.
///
/// @unit   a share of 1; SQuAD quotes per cent
/// @source Rajpurkar et al., EMNLP 2016, 2383: exact_match of the evaluation script v1.1
class ExactMatch {
 public:
  explicit ExactMatch(PerItem keep = PerItem::keep) noexcept : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and for no right answer
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// Returns 1 for each right answer and 0 for each wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// Mean F-score of the words of an answer and of the nearest right answer, both normalised as in
/// SQuAD.
///
/// The trivial predictor always gives the answer that is right most often. An answer without words,
/// or with articles alone, scores 0 even if it is right: SQuAD 1.1 has no question without an
/// answer.
///
/// @unit   a share of 1; SQuAD quotes per cent
/// @source Rajpurkar et al., EMNLP 2016, 2383: f1 of the evaluation script v1.1
class TokenF1 {
 public:
  explicit TokenF1(PerItem keep = PerItem::keep) noexcept : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and for no right answer
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Student's interval of the mean over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// Exact match as a metric for `measure`.
///
/// @param references  one answer for each input, in their order, or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's answer goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items] or [items, answers]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         without a right answer
/// @source see ExactMatch
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto exact_match(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, ExactMatch(keep));
}

/// Token F1 as a metric for `measure`.
/// @copydetails exact_match
/// @unit   a share of 1
/// @throws Error for no references; while running: as for exact_match
/// @source see TokenF1
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto token_f1(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, TokenF1(keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/regression.hpp

namespace perjoule::inline v0 {

/// A number that a model predicts.
template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

namespace detail {

/// @shape rows: [items, 2], output and reference
/// @unit  that of both
[[nodiscard]] double root_mean_square_error(View<double> rows);

/// @copydoc root_mean_square_error
[[nodiscard]] double mean_absolute_error(View<double> rows);

/// Returns the share of the references' variance that is explained; not finite if they have none.
/// @shape rows: [items, 2], output and reference
/// @unit  a share of 1
[[nodiscard]] double coefficient_of_determination(View<double> rows);

enum class RegressionKind : std::uint8_t { rmse, mae, r2 };

}  // namespace detail

/// RMSE, MAE or R2. Made by `root_mean_square_error`, `mean_absolute_error` and `r2_score`.
class Regression {
 public:
  Regression(detail::RegressionKind kind, std::string_view unit, PerItem keep = PerItem::keep)
      : kind_(kind), unit_(unit), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the reference
  /// @shape [items, 2]: output,reference
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a number that is not finite
  template <Arithmetic Output, Arithmetic Reference>
  void add(const Output& output, const Reference& reference) {
    const double row[] = {static_cast<double>(output), static_cast<double>(reference)};
    if (!is_finite(row[0]) || !is_finite(row[1])) not_finite(is_finite(row[0]));
    rows_.add(row);
  }

  /// @unit   that of the references; a share of 1 for R2
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see root_mean_square_error, mean_absolute_error and r2_score
  [[nodiscard]] Quality result() const;

 private:
  [[noreturn]] void not_finite(bool reference) const;

  /// Returns the value of a predictor that always says `output`.
  [[nodiscard]] double of_constant(const ItemFormula& formula, double output) const;
  [[nodiscard]] std::vector<double> references() const;
  [[nodiscard]] double mean_reference() const;
  [[nodiscard]] double median_reference() const;

  detail::RegressionKind kind_;
  std::string unit_;
  ItemRows<2> rows_;
};

/// Root of the mean squared error: large errors count most. The trivial predictor always says the
/// mean of the references.
/// @param references  one number for each input, in their order; borrowed
/// @param unit        unit of the numbers, for tables: "mm"
/// @param keep        whether each item's numbers go into the record, for paired tests
/// @unit   that of the references
/// @shape  references: [items]
/// @throws Error for no references; while running: for a number that is not finite
/// @source scikit-learn 1.2 mean_squared_error with squared=False
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto root_mean_square_error(References&& references, std::string_view unit = "",
                                          PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::rmse, unit, keep));
}

/// Mean absolute error. The trivial predictor always says the median of the references.
/// @copydetails root_mean_square_error
/// @source scikit-learn 1.2 mean_absolute_error
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto mean_absolute_error(References&& references, std::string_view unit = "",
                                       PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::mae, unit, keep));
}

/// Share of the references' variance that the outputs explain: 0 for a predictor that always says
/// their mean, below 0 for a worse one. It has no value if all references are equal.
/// @param references, keep  see root_mean_square_error
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws see root_mean_square_error
/// @source scikit-learn 1.2 r2_score, which returns 1 or 0 if all references are equal
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto r2_score(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::r2, "", keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/translation.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Replaces each `from` by `to`, from left to right, once. A `from` that only arises from that is
/// left as it is, as with Python's str.replace().
void replace(std::string& text, std::string_view from, std::string_view to);

[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_stop(char c) noexcept { return c == '.' || c == ','; }

/// Returns whether a character is a sign of ASCII that is always a separate token: all but the
/// apostrophe, the comma, the dash and the full stop.
[[nodiscard]] inline bool is_separate_token(char c) noexcept {
  return is_punctuation(c) && c != '\'' && c != ',' && c != '-' && c != '.';
}

/// Puts blanks around the sign in each pair of characters that `is_pair` accepts. Pairs do not
/// overlap: the second character of one does not begin another, as with the matches of a regular
/// expression.
void space_pairs(std::string& text, bool (*is_pair)(char, char), bool sign_is_first);

}  // namespace detail

/// Returns a text with blanks between its tokens, as WMT's scorer mteval-v13a.pl and sacrebleu's
/// "13a" set them. Signs are separated, except for a full stop or comma between digits, and a dash
/// after a letter.
///
/// Meant for languages that are written with blanks; text in Chinese or Japanese stays in one
/// piece.
///
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source mteval-v13a.pl as in sacrebleu 2.3.1: tokenizer_13a.py and tokenizer_re.py, after the
///         str.rstrip() of its BLEU
[[nodiscard]] std::string tokenize_13a(std::string_view text);

/// Places where BLEU splits a text into tokens.
enum class BleuTokenizer : bool {
  v13a,  ///< at white space and signs: see tokenize_13a
  none   ///< at white space only: the caller has tokenised
};

/// Smoothing of BLEU for orders of n-grams that have no match.
class BleuSmoothing {
 public:
  enum class Method : unsigned char { none, floor, add_k, exp };

  /// Counts nothing instead: the value is then 0.
  [[nodiscard]] static BleuSmoothing none() noexcept { return {Method::none, 0.0}; }
  /// Counts half a match for the first such order, a quarter for the second, and so on.
  [[nodiscard]] static BleuSmoothing exp() noexcept { return {Method::exp, 0.0}; }
  /// @param matches  number that is counted instead of none
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing floor(double matches = 0.1) {
    return {Method::floor, matches};
  }
  /// @param k  added to the n-grams and to the matches of each order above the first
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing add_k(double k = 1.0) { return {Method::add_k, k}; }

  [[nodiscard]] Method method() const noexcept { return method_; }
  /// @unit n-grams; 0 for a method without a value
  /// @source the metric's own definition
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  BleuSmoothing(Method method, double value) : method_(method), value_(value) {
    PERJOULE_EXPECTS(is_finite(value) && value >= 0.0);
  }

  Method method_;
  double value_;
};

/// Options that change BLEU's number; the defaults are sacrebleu's.
struct BleuOptions {
  BleuTokenizer tokenizer = BleuTokenizer::v13a;
  BleuSmoothing smoothing = BleuSmoothing::exp();
  /// Leaves out the orders that are longer than every output, for test sets of single words.
  bool effective_order = false;
};

namespace detail {

inline constexpr std::size_t bleu_orders = 4;
/// Words of the output and of the nearest reference, then matches and n-grams of each order.
inline constexpr std::size_t bleu_columns = 2 + 2 * bleu_orders;

/// @unit   0 to 100
/// @source Papineni et al., ACL 2002, 311; smoothing: Chen and Cherry, WMT 2014, 362; what they
///         leave open is as in sacrebleu 2.3.1, BLEU.compute_bleu
[[nodiscard]] double bleu_of(View<double> rows, const BleuOptions& options);

}  // namespace detail

/// Corpus BLEU: the geometric mean of the precisions of 1- to 4-grams, pooled over the test set,
/// times a penalty for outputs that are shorter than the references.
///
/// Each item has one or several references. An n-gram is right at most as often as it occurs in the
/// reference that has it most often. The length that counts is that of the reference nearest in
/// length, or of the shorter one if two are equally near. Empty references are left out, as in
/// sacrebleu. Upper and lower case differ.
///
/// @unit   0 to 100, as it is quoted
/// @source sacrebleu 2.3.1, BLEU.corpus_score: Post, WMT 2018, 186
class Bleu {
 public:
  explicit Bleu(const BleuOptions& options = {}, PerItem keep = PerItem::keep) noexcept
      : options_(options), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and where no reference has a text
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   0 to 100
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   words and n-grams
  /// @shape  [items, 10], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  [[nodiscard]] std::vector<std::uint32_t> tokens(std::string_view text,
                                                  detail::Vocabulary& words) const;

  BleuOptions options_;
  ItemRows<detail::bleu_columns> rows_;
  detail::ReferenceCount references_;
};

/// Corpus BLEU as a metric for `measure`.
///
/// @param references  one text for each input, in their order, or several that are equally right
///                    (not one list for each set of references, as in sacrebleu); borrowed, so a
///                    temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         whose references are all empty
/// @source see Bleu
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto bleu(References&& references, const BleuOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return bind_references(references, Bleu(options, keep));
}

/// Options that change chrF's number; the defaults are sacrebleu's.
struct ChrfOptions {
  /// Longest n-gram of words that counts in addition to characters: 0 for chrF, 2 for chrF++.
  std::size_t word_order = 0;
  /// Importance of recall relative to precision. @unit none
  double beta = 2.0;
};

namespace detail {

inline constexpr std::size_t chrf_character_orders = 6;
inline constexpr std::size_t chrf_max_orders = chrf_character_orders + 2;

/// Counts of each order for one output and one reference.
struct ChrfCounts {
  /// N-grams of the output, of the reference, and of both.
  double counts[3 * chrf_max_orders] = {};
};

/// @unit   0 to 100
/// @shape  counts: [orders, 3]
/// @source sacrebleu 2.3.1, CHRF._compute_f_score without eps_smoothing: means over the orders that
///         both sides have
[[nodiscard]] double chrf_f_score(const double* counts, std::size_t orders, double beta);

/// @param orders  number of orders in a row
/// @unit   0 to 100
/// @source as chrf_f_score
[[nodiscard]] double chrf_of(View<double> rows, std::size_t orders, double beta);

/// Returns words with a sign of ASCII separated from their end, or else from their beginning: not
/// both.
/// @source sacrebleu 2.3.1, CHRF._remove_punctuation, after chrF++.py of Maja Popovic
[[nodiscard]] std::vector<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary);

/// Returns the code points of a text without white space.
[[nodiscard]] std::vector<std::uint32_t> chrf_characters(std::string_view text);

/// Counts the n-grams of an output, of a reference and of both, from order 1 on.
/// @shape  counts: [orders, 3]
void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                std::size_t orders, double* counts);

}  // namespace detail

/// Corpus chrF and chrF++: the F-score of n-grams of 1 to 6 characters and, for chrF++, of 1 and 2
/// words, pooled over the test set. It needs no tokeniser and suits languages that inflect.
///
/// White space does not count; upper and lower case differ. With several references, an item has
/// the counts of the one with the best F-score, the first of equal ones. Empty references are left
/// out.
///
/// @unit   0 to 100, as it is quoted
/// @source sacrebleu 2.3.1, CHRF.corpus_score: Popovic, WMT 2015, 392, and WMT 2017, 612
class Chrf {
 public:
  explicit Chrf(const ChrfOptions& options = {}, PerItem keep = PerItem::keep)
      : options_(options), keep_(keep) {
    PERJOULE_EXPECTS(options.word_order <= 2);
    PERJOULE_EXPECTS(is_finite(options.beta) && options.beta > 0.0);
  }

  [[nodiscard]] std::size_t items() const noexcept { return rows_.size() / (3 * orders()); }

  /// @throws Error for a text that is not UTF-8, and where no reference has a text
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   0 to 100
  /// @error  bootstrap over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// @unit   n-grams
  /// @shape  [items, 3 (6 + word order)], row-major
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept {
    return keep_ == PerItem::keep ? View<double>(rows_) : View<double>();
  }

 private:
  [[nodiscard]] std::size_t orders() const noexcept {
    return detail::chrf_character_orders + options_.word_order;
  }

  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  ChrfOptions options_;
  PerItem keep_;
  std::vector<double> rows_;
  detail::ReferenceCount references_;
};

/// Corpus chrF as a metric for `measure`; chrF++ with a word order of 2.
///
/// @param references  one text for each input, in their order, or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's counts go into the record, for paired tests
/// @unit   0 to 100
/// @shape  references: [items] or [items, references]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         whose references are all empty
/// @source see Chrf
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto chrf(References&& references, const ChrfOptions& options = {},
                        PerItem keep = PerItem::keep) {
  return bind_references(references, Chrf(options, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/candidate_set.hpp

namespace perjoule::inline v0 {

/// Role of an axis. A model that knows nothing has the lowest cost of all, so an order by cost
/// needs a floor of quality first: with_quality_floor().
enum class AxisRole : std::uint8_t {
  quality,  ///< quality of the outputs: accuracy, word error rate
  cost,     ///< cost of the outputs: energy, time, bytes, and also throughput
};

/// Scale on which differences along an axis are measured.
enum class AxisScale : std::uint8_t {
  linear,       ///< from .90 to .91 is as far as from .98 to .99
  logarithmic,  ///< from 1 to 2 J is as far as from 10 to 20 J
};

/// One criterion by which candidates are compared.
struct Axis {
  std::string name;  ///< "accuracy", "energy per item"
  AxisRole role = AxisRole::quality;
  bool higher_is_better = true;
  AxisScale scale = AxisScale::linear;
};

/// Returns an axis on which larger is better: accuracy, skill, BLEU.
[[nodiscard]] inline Axis quality_axis(std::string name) noexcept {
  return {name, AxisRole::quality, true, AxisScale::linear};
}

/// Returns an axis on which smaller is better and values span decades: energy, time, bytes.
[[nodiscard]] inline Axis cost_axis(std::string name) noexcept {
  return {name, AxisRole::cost, false, AxisScale::logarithmic};
}

/// Value of a candidate on one axis.
struct Coordinate {
  /// @unit  SI unit of the axis, the same for all candidates
  Estimate<double> value;
  /// Values that were drawn together with the values of the other candidates: draw k of each
  /// belongs to the same resample of the test items. With such a joint bootstrap, items that are
  /// hard for all models do not look like a difference between them. The draws contain the whole
  /// uncertainty of the value. Borrowed. Empty: drawn from `value`.
  /// @unit  same as the value
  /// @shape [draws], the same number for each coordinate that has draws
  View<double> draws;
  /// Interval, if a better one is known than the one from `value`: Wilson's for an accuracy.
  Interval<double> interval;
};

/// A model, or a variant of one, that is compared with others.
struct Candidate {
  std::string name;
  std::vector<Coordinate> coordinates;  ///< in the order of the axes
  Scope scope = Scope::none;            ///< scope of its energy
  /// Meter that counted its cost. An error of the meter's gain changes all values from that meter
  /// alike, so it does not change their order. Between two meters it can.
  std::string meter;
};

/// Values of a candidate with every axis oriented so that larger is better: a cost is negated, and
/// a logarithmic axis is in powers of ten. Axes that the field does not have are 0 for all
/// candidates.
struct ObjectiveVector {
  double values[3] = {};  ///< @unit unit of the axis, or its decimal logarithm

  friend constexpr bool operator==(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
    return a.values[0] == b.values[0] && a.values[1] == b.values[1] && a.values[2] == b.values[2];
  }
};

/// A candidate that is not ranked, with the reason.
struct ExcludedCandidate {
  std::string name;
  std::string reason;  ///< "energy is missing"
};

namespace detail {

/// @unit   unit of the axis, or its decimal logarithm
/// @source score/candidate_set.hpp, ObjectiveVector
[[nodiscard]] inline double objective(const Axis& axis, double value) noexcept {
  const double scaled = axis.scale == AxisScale::logarithmic ? std::log10(value) : value;
  return axis.higher_is_better ? scaled : -scaled;
}

/// Returns a label for errors, such as "cnn, energy".
[[nodiscard]] std::string candidate_label(const Candidate& candidate, const Axis& axis);

/// Checks that an axis can hold a number.
/// @throws Error  if it is not finite, or not above zero on a logarithmic axis
void check_number(const Candidate& candidate, const Axis& axis, double value);

/// @throws Error  if the value, its uncertainty or one of its draws is not a valid number
void check_value(const Candidate& candidate, const Axis& axis, const Coordinate& coordinate);

/// Tells whether two values may be compared on one axis. The uncertainty of an estimated value
/// includes its approximation of measured values, so measured and estimated values may be compared.
/// Values of any other provenance are only compared with values of the same provenance.
[[nodiscard]] inline bool have_comparable_provenance(Provenance a, Provenance b) noexcept {
  return a == b || (a <= Provenance::estimated && b <= Provenance::estimated);
}

}  // namespace detail

/// Set of candidates that may be compared with each other: on the same axes, counted for the same
/// part of a machine and in the same way. All ranking functions take one.
///
/// A candidate without a value on one of the axes is left out, with the reason: it is neither on a
/// front nor off it, and any position would be invented. This is not an error, since one model of
/// twelve without a meter must not cost the other eleven their table. A table names the candidates
/// that were left out.
class CandidateSet {
 public:
  /// @param axes        one to three
  /// @param candidates  each with a coordinate for each axis; their draws are borrowed
  /// @throws Error  if two candidates may not be compared (energy of different scopes; measured
  ///         with modelled or simulated); if a number is not valid; if a value on a logarithmic
  ///         axis is not above zero
  CandidateSet(View<Axis> axes, View<Candidate> candidates);

  [[nodiscard]] std::size_t size() const noexcept { return candidates_.size(); }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  /// Returns the candidates that are ranked. Candidate i of any result is the i-th of these.
  [[nodiscard]] View<Candidate> candidates() const noexcept { return candidates_; }
  [[nodiscard]] View<ObjectiveVector> objectives() const noexcept { return objectives_; }
  [[nodiscard]] View<ExcludedCandidate> excluded() const noexcept { return excluded_; }
  /// Tells whether each candidate reaches a floor of quality: see with_quality_floor().
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }

  /// Returns a copy without the candidates for which `why_not(candidate)` gives a reason. The copy
  /// has a floor of quality.
  template <class WhyNot>
  [[nodiscard]] CandidateSet filter_by_floor(WhyNot why_not) const {
    CandidateSet kept;
    kept.axes_ = axes_;
    kept.excluded_ = excluded_;
    kept.has_quality_floor_ = true;
    for (std::size_t i = 0; i < size(); ++i) {
      const std::string reason = why_not(candidates_[i]);
      if (reason.empty()) {
        kept.candidates_.push_back(candidates_[i]);
        kept.objectives_.push_back(objectives_[i]);
      } else {
        kept.excluded_.push_back({candidates_[i].name, reason});
      }
    }
    return kept;
  }

 private:
  CandidateSet() = default;

  void add(const Candidate& candidate);

  void check_comparable(const Candidate& a, const Candidate& b) const;

  [[noreturn]] static void refuse(const Candidate& a, std::string_view is, const Candidate& b,
                                  std::string_view but, std::string_view next_step);

  std::vector<Axis> axes_;
  std::vector<Candidate> candidates_;
  std::vector<ObjectiveVector> objectives_;
  std::vector<ExcludedCandidate> excluded_;
  bool has_quality_floor_ = false;
};

/// Number of a candidate that must reach a floor.
enum class FloorCriterion : std::uint8_t {
  interval,  ///< worse end of its 95 % interval: the candidate reaches the floor with confidence
  value,     ///< value, as in MLPerf: half of the candidates at the floor only seem to reach it
};

/// A chosen candidate, or the reason why there is none.
struct Choice {
  bool is_made = false;
  std::size_t candidate = 0;  ///< index in the field
  std::string why_not;        ///< "no candidate reaches the floor"
};

namespace detail {

/// Returns the worse end of the interval, or the value if `what` selects it.
/// @unit   unit of the axis
/// @error  not finite if nothing bounds the value
/// @source stats/confidence.hpp
[[nodiscard]] double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                 FloorCriterion what);

}  // namespace detail

/// Returns the candidates that reach a floor of quality. The others are left out, with the reason.
/// The floor makes an order by cost meaningful: cheapest(with_quality_floor(field, accuracy, .99 *
/// full), energy).
///
/// MLPerf's closed divisions require 99 % or 99.9 % of the quality of a reference model at full
/// precision. They take that quality as a number without uncertainty, and so does this function.
///
/// @param axis   an axis of quality
/// @param floor  smallest value that is accepted; the largest, on an axis where smaller is better
/// @unit  floor: unit of the axis
/// @throws Error  if the axis is not one of quality, or the floor is not finite
/// @source Reddi et al., MLPerf Inference Benchmark, ISCA (2020)
[[nodiscard]] CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                              double floor,
                                              FloorCriterion what = FloorCriterion::interval);

/// Returns the candidate with the lowest cost of the candidates that reach a floor of quality; of
/// two with the same cost, the first one. For the confidence of this choice, see rank_ranges() of
/// the same axis: any candidate whose range begins at 1 may be the cheapest as well.
/// @param field  result of with_quality_floor()
/// @param axis   an axis of cost
/// @throws Error  if the field has no floor, or the axis is not one of cost
[[nodiscard]] Choice cheapest(const CandidateSet& field, std::size_t axis);

}  // namespace perjoule::inline v0

// ---- perjoule/score/carbon_and_cost.hpp

namespace perjoule::inline v0 {

/// A figure from a cited source. It is always passed with its source and its year. The library
/// includes no such figures of its own: tools that do differ by a fifth for the same country.
/// @unit  unit of Q
/// @error the uncertainty is common to all results computed with it
template <class Q>
struct CitedValue {
  Estimate<Q> value = {};
  std::string source = {};  ///< "RTE eCO2mix, yearly mean", "the bill"
  int year = 0;             ///< year that the figure applies to
};

namespace detail {

/// Checks a cited figure.
/// @throws Error for a number that is not finite or below 0, for an empty source, and for an
///         invalid year
void expect_cited(double value, double uncertainty, std::string_view what,
                  const std::string& source, int year);

/// @copydoc expect_cited(double, double, std::string_view, const std::string&, int)
template <class Q>
void expect_cited(const CitedValue<Q>& stated, std::string_view what) {
  if (!stated.value.is_known()) return;
  expect_cited(number(stated.value.value), number(stated.value.common), what, stated.source,
               stated.year);
}

/// Number of joules in a kilowatt-hour.
inline constexpr double joules_per_kilowatt_hour = 3.6e6;

/// Converts a value per kilowatt-hour to a value per joule.
/// @unit unit of the value, per joule
template <class Q>
[[nodiscard]] CitedValue<Q> cited_per_kilowatt_hour(double value, double uncertainty,
                                                    std::string_view what,
                                                    const std::string& source, int year) {
  expect_cited(value, uncertainty, what, source, year);
  return {{Q(value / joules_per_kilowatt_hour), Q(0.0), infinite_dof,
           Q(uncertainty / joules_per_kilowatt_hour), Provenance::estimated},
          source,
          year};
}

}  // namespace detail

/// Carbon dioxide equivalents emitted per joule from the socket.
using GridIntensity = CitedValue<GramsPerJoule>;

/// Returns the carbon intensity of a grid, from the figure per kilowatt-hour.
/// @param grams        CO2 equivalent per kilowatt-hour. @unit g/kWh
/// @param uncertainty  standard uncertainty; 0 if unknown. @unit g/kWh
/// @unit   g/J
/// @error  common, from the figure; provenance `estimated` at best, like any mean over a place and
///         a year
/// @throws Error for a figure that is not finite or below 0, for an empty source, and for an
///         invalid year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] GridIntensity grid_intensity(double grams, double uncertainty,
                                           const std::string& source, int year);

/// Power usage effectiveness of a machine without the cooling of a data centre: its own meter
/// measures everything.
/// @unit none
inline constexpr double local_pue = 1.0;

/// Joules, of a run or per item.
template <Dimension D>
concept EnergyDimension = (D == Joules::dimension || D == JoulesPerItem::dimension);

/// Carbon dioxide equivalents with the figures they were computed from.
template <class Q>
struct Carbon {
  Estimate<Q> grams = {};
  GridIntensity intensity = {};
  double pue = local_pue;  ///< @unit none
};

namespace detail {

/// Multiplies an energy by the intensity or price per joule, and by the PUE.
/// @unit   unit of energy times unit of per_joule
/// @error  provenance `estimated` at best
/// @throws Error for a PUE below 1
/// @source E I, GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> apply_pue(const Estimate<double>& energy,
                                         const Estimate<double>& per_joule, double pue);

}  // namespace detail

/// Returns the carbon dioxide equivalents of an energy.
/// @param energy     total, not active: the model also needs the idle machine
/// @param intensity  result of grid_intensity
/// @param pue        joules that the building uses for each joule of its computers; exact
/// @unit   g, or g/item
/// @error  both relative uncertainties added in squares; provenance `estimated` at best
/// @throws Error for a PUE below 1, and for an intensity without source, year or valid number; a
///         missing energy or intensity gives missing grams
/// @source E I PUE; ISO/IEC 21031:2024 (Software Carbon Intensity)
template <Dimension D>
requires EnergyDimension<D>
[[nodiscard]] auto carbon(const Estimate<Quantity<D>>& energy, const GridIntensity& intensity,
                          double pue) {
  using Q = Quantity<D * GramsPerJoule::dimension>;
  detail::expect_cited(intensity, "a grid's intensity");
  return Carbon<Q>{detail::with_unit<Q>(detail::apply_pue(
                       detail::strip_unit(energy), detail::strip_unit(intensity.value), pue)),
                   intensity, pue};
}

/// Emissions of making a machine, with its lifespan and the share of it that is reserved.
struct Hardware {
  CitedValue<Grams> embodied = {};  ///< TE: making, transporting and scrapping it
  Seconds lifespan{0.0};            ///< EL: time for which it is used
  double share = 1.0;               ///< RR/ToR: reserved over total resources. @unit a share of 1
};

/// Returns the carbon dioxide equivalents of making a machine.
/// @param grams, uncertainty  CO2 equivalent, from the maker's life cycle assessment. @unit g
/// @unit   g
/// @error  common; provenance `estimated` at best
/// @throws Error for a figure that is not finite or below 0, for an empty source, and for an
///         invalid year
/// @source TE of ISO/IEC 21031:2024
[[nodiscard]] CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                               const std::string& source, int year);

/// Returns the part of a machine's embodied emissions for the time in which it was reserved.
/// @param reserved  TiR, at most the lifespan of the machine
/// @unit   g
/// @error  as TE, scaled
/// @throws Error for a lifespan that is not above 0, a time outside the lifespan, a share that is
///         not above 0 and at most 1, and for a TE without source, year or valid number
/// @source M = TE x TiR/EL x RR/ToR, ISO/IEC 21031:2024
[[nodiscard]] Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved);

/// Returns the software carbon intensity (SCI): emissions per functional unit, such as an item that
/// a model answers. Offsets are not included.
/// @param operational  emissions of the energy of all units
/// @param embodied     for the same time: from embodied_share
/// @param units        R
/// @unit   g/item
/// @error  as total(); missing if either part is: a score without the embodied emissions is not an
///         SCI
/// @throws Error for a number of units that is not above 0
/// @source (E I + M)/R, ISO/IEC 21031:2024
[[nodiscard]] Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                               const Estimate<Grams>& embodied,
                                                               Items units);

/// Price of a joule from the socket.
struct EnergyPrice {
  CitedValue<MoneyPerJoule> price = {};
  std::string currency = {};  ///< "EUR", "USD"
};

namespace detail {

/// @throws Error for a price without currency, source, year or valid number
void expect_priced(const EnergyPrice& price);

}  // namespace detail

/// Returns the price of energy, from the price of a kilowatt-hour.
/// @param price        per kilowatt-hour. @unit currency/kWh
/// @param uncertainty  standard uncertainty; 0 if unknown. @unit currency/kWh
/// @param currency     "EUR"
/// @unit   money/J, in the currency
/// @error  common, from the price; provenance `estimated` at best
/// @throws Error for a price that is not finite or below 0, for an empty currency or source, and
///         for an invalid year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] EnergyPrice energy_price(double price, double uncertainty,
                                       const std::string& currency, const std::string& source,
                                       int year);

/// An amount of money with the figures it was computed from.
template <class Q>
struct EnergyCost {
  Estimate<Q> amount = {};  ///< in price.currency
  EnergyPrice price = {};
  double pue = local_pue;  ///< @unit none
};

/// Returns the cost of an energy.
/// @param energy  total, not active: the bill includes the idle machine
/// @param pue     see carbon()
/// @unit   money, or money/item, in the price's currency
/// @error  both relative uncertainties added in squares; provenance `estimated` at best
/// @throws Error for a PUE below 1, and for a price without currency, source, year or valid number;
///         a missing energy or price gives a missing amount
/// @source E times price times PUE
template <Dimension D>
requires EnergyDimension<D>
[[nodiscard]] auto energy_cost(const Estimate<Quantity<D>>& energy, const EnergyPrice& price,
                               double pue) {
  using Q = Quantity<D * MoneyPerJoule::dimension>;
  detail::expect_priced(price);
  return EnergyCost<Q>{detail::with_unit<Q>(detail::apply_pue(
                           detail::strip_unit(energy), detail::strip_unit(price.price.value), pue)),
                       price, pue};
}

/// Number of familiar units, for a sentence and not for a comparison. No two cars and no two phones
/// are alike, so the number is modelled, however well the energy was measured.
struct Equivalent {
  Estimate<double> count = {};  ///< @unit unit that `what` names
  std::string_view what;        ///< "km by car (mean of the EU)"
  std::string_view source;      ///< source of the figure
};

/// Emissions of a car per kilometre.
struct CarEmission {
  double grams_per_kilometre = 0.0;  ///< CO2 equivalent. @unit g/km
  std::string_view what;
  std::string_view source;
};

inline constexpr CarEmission european_car{
    175.0, "km by car (mean of the EU)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};
inline constexpr CarEmission american_car{
    251.0, "km by car (mean of the US)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};

/// Capacity of a phone's battery, without the losses of its charger.
struct PhoneBattery {
  Joules capacity{0.0};
  std::string_view what;
  std::string_view source;
};

inline constexpr PhoneBattery typical_phone{Joules(54000.0), "charges of a phone",
                                            "assumed: 15 Wh, as 3900 mAh at 3.85 V"};

namespace detail {

/// Returns `whole` / `one`.
/// @unit   number of `one` in `whole`
/// @error  as `whole`; the uncertainty of `one` is unknown and not included. Modelled at best
/// @throws Error if `one` is not above 0
/// @source dividing by a constant scales value and uncertainty alike
[[nodiscard]] Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                std::string_view what);

}  // namespace detail

/// Returns the number of kilometres by car that emit as much.
/// @unit   km
/// @error  as the emissions; the figure of a single car may be half or twice the mean. Modelled
/// @throws Error for a figure that is not above 0; missing emissions give a missing count
/// @source grams / (grams per kilometre)
[[nodiscard]] Equivalent kilometres_by_car(const Estimate<Grams>& emitted, const CarEmission& car);

/// Returns the number of phone charges that hold as much energy.
/// @unit   charges
/// @error  as the energy; the figure of a single phone may be half or twice this. Modelled
/// @throws Error for a figure that is not above 0; a missing energy gives a missing count
/// @source joules / (joules of a full battery)
[[nodiscard]] Equivalent phone_charges(const Estimate<Joules>& energy,
                                       const PhoneBattery& battery = typical_phone);

}  // namespace perjoule::inline v0

// ---- perjoule/score/device_fit.hpp

namespace perjoule::inline v0 {

/// A device that a model must run on. Copy one of the profiles below and change it: the memory that
/// a system leaves to one program differs even between two phones of one make.
struct DeviceProfile {
  std::string_view name = {};
  Bytes memory{0.0};          ///< RAM
  double usable_share = 1.0;  ///< share of the memory for one program. @unit a share of 1
  Bytes reserve{0.0};         ///< memory that the system keeps in addition
  /// Flash for the weights on a microcontroller, which reads them in place; 0 for a device that
  /// loads weights into its memory.
  Bytes flash{0.0};
  std::string_view source = {};
};

// Memory is sold in powers of two: 12 GB on the box means 12 GiB.
inline constexpr DeviceProfile phone_12_gb{
    .name = "phone with 12 GB",
    .memory = Bytes(12.0 * 1073741824.0),
    .usable_share = 0.5,
    .source = "assumed: half of the memory for the app in front"};
inline constexpr DeviceProfile raspberry_pi_5_8_gb{
    .name = "Raspberry Pi 5 with 8 GB",
    .memory = Bytes(8.0 * 1073741824.0),
    .reserve = Bytes(1073741824.0),
    .source = "memory: product brief; reserve: assumed"};
inline constexpr DeviceProfile jetson_orin_nano_8_gb{
    .name = "Jetson Orin Nano with 8 GB",
    .memory = Bytes(8.0 * 1073741824.0),
    .reserve = Bytes(2.0 * 1073741824.0),
    .source = "memory, shared with the GPU: data sheet; reserve: assumed"};
inline constexpr DeviceProfile car_computer_8_gb{
    .name = "car computer with 8 GB a chip",
    .memory = Bytes(8.0 * 1073741824.0),
    .usable_share = 0.5,
    .source = "memory: WikiChip on Tesla's FSD chip of 2019; share: assumed, others drive the car"};
inline constexpr DeviceProfile nucleo_l4r5zi{
    .name = "NUCLEO-L4R5ZI",
    .memory = Bytes(640.0 * 1024.0),
    .reserve = Bytes(32.0 * 1024.0),
    .flash = Bytes(2.0 * 1048576.0),
    .source = "RAM and flash: ST DS12023; reserve for stack and drivers: assumed"};

/// Memory that a model needs.
struct MemoryRequirement {
  /// Weights and everything else that stays: as resident in memory, or as stored in flash.
  Estimate<Bytes> weights = {};
  Estimate<Bytes> peak = {};  ///< peak of a pass, on top of the weights
};

enum class FitVerdict : std::uint8_t {
  unknown,  ///< a number is missing, or too close to tell
  fits,
  does_not_fit,
};

[[nodiscard]] constexpr std::string_view name(FitVerdict verdict) noexcept {
  switch (verdict) {
    case FitVerdict::fits:
      return "fits";
    case FitVerdict::does_not_fit:
      return "does not fit";
    case FitVerdict::unknown:
      break;
  }
  return "unknown";
}

/// Whether a model fits a device, with the bytes left and the reason.
struct DeviceFit {
  FitVerdict verdict = FitVerdict::unknown;
  Estimate<Bytes> memory_left = {};  ///< negative if bytes are lacking; missing if the need is
  Estimate<Bytes> flash_left = {};   ///< also missing for a device without flash
  std::string why = {};              ///< one sentence
};

namespace detail {

/// @throws Error for a device without memory, or with a share or reserve that leaves none
void expect_device(const DeviceProfile& device);

/// @throws Error for a need below 0
void expect_requirement(const Estimate<Bytes>& need, std::string_view what);

/// Returns room - need.
/// @unit   B
/// @error  as the need; `estimated` at best, as the room of a device is
[[nodiscard]] Estimate<Bytes> remaining_bytes(Bytes room, const Estimate<Bytes>& need);

/// Decides by the whole interval of the need, so that neither answer depends on chance.
[[nodiscard]] FitVerdict fit_verdict_of(Bytes room, const Estimate<Bytes>& need);

[[nodiscard]] std::string as_bytes(Bytes bytes);

/// Returns a reason such as "weights and peak, 3.10 GB: 3.34 GB left of 6.44 GB of memory".
[[nodiscard]] std::string fit_reason(FitVerdict verdict, std::string_view what,
                                     const Estimate<Bytes>& need, Bytes room,
                                     std::string_view where);

}  // namespace detail

/// Tells whether a model fits a device: its weights and the peak of a pass within the memory that
/// is left to a program, or, on a device with flash, the weights within the flash and the peak
/// within the memory.
///
/// A missing number gives `unknown` and never `fits`. It can still give `does_not_fit`: weights
/// that are too large by themselves do not fit, whatever the peak is.
///
/// @unit   B
/// @error  from the 95 % interval of the need: there is an answer if the whole interval is on one
///         side
/// @throws Error for a device without memory, with a share or reserve that leaves none, and for a
///         need below 0
/// @source memory x usable share - reserve; total()
[[nodiscard]] DeviceFit fits(const DeviceProfile& device, const MemoryRequirement& need);

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_uncertainty.hpp

namespace perjoule::inline v0 {

/// Joint draws of the values of all candidates, as often as the data make them probable. A
/// statement that holds in a share of the draws holds with that probability.
///
/// A coordinate that has draws uses them: draw k of one coordinate goes with draw k of every other.
/// The other coordinates are drawn from their estimates. Their random parts are independent,
/// Student t with their degrees of freedom. Their common parts use one draw for all candidates of
/// one meter, scaled by each candidate's own `common`: if the meter reads 3 % too much, it does so
/// for all of them. On logarithmic axes, and for modelled values, both parts act on the logarithm.
///
/// @error  a probability from n draws has a standard error of sqrt(p(1 - p)/n): at most .011 with
///         2000. Random parts that are drawn as independent, although they come from the same test
///         items, make a difference wider than it is. Parts of `common` that are not the meter's
///         gain (the uncertainty of idle power) are drawn as if they were, which makes it narrower.
/// @source GUM Supplement 1 (JCGM 101:2008) 6.4.9.5 for t; stats/confidence.hpp for lognormal
///         values
class JointDraws {
 public:
  static constexpr std::size_t min_draws = 100;

  /// @param draws  at least 100; if candidates bring draws, their number is used instead
  /// @throws Error  if candidates bring different numbers of draws, or too few; if a modelled value
  ///         has no uncertainty, since nothing tells where else it may be
  JointDraws(const CandidateSet& field, std::uint64_t seed, std::size_t draws = 2000);

  /// Returns the number of draws.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t candidates() const noexcept { return candidates_; }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }
  /// Returns all candidates in one draw.
  /// @shape [candidates]
  [[nodiscard]] View<ObjectiveVector> operator[](std::size_t draw) const noexcept {
    return {objectives_.data() + draw * candidates_, candidates_};
  }

 private:
  [[nodiscard]] std::size_t given(const CandidateSet& field) const;

  void draw(const CandidateSet& field, std::size_t axis, Random& random) {
    const std::vector<std::size_t> meters = meters_of(field);
    std::vector<double> shared(candidates_);  // one per meter, at its first candidate
    for (std::size_t k = 0; k < size_; ++k) {
      for (std::size_t i = 0; i < candidates_; ++i) {
        if (meters[i] == i) shared[i] = draw_student_t(random, infinite_dof);
      }
      for (std::size_t i = 0; i < candidates_; ++i) {
        const Coordinate& coordinate = field.candidates()[i].coordinates[axis];
        double& objective = objectives_[k * candidates_ + i].values[axis];
        if (!coordinate.draws.empty()) {
          objective = detail::objective(axes_[axis], coordinate.draws[k]);
        } else {
          objective = drawn(coordinate.value, axes_[axis], field.objectives()[i].values[axis],
                            shared[meters[i]], random);
        }
      }
    }
    for (std::size_t i = 0; i < candidates_; ++i) check_modelled(field.candidates()[i], axis);
  }

  /// Returns, for each candidate, the first candidate with the same meter.
  [[nodiscard]] static std::vector<std::size_t> meters_of(const CandidateSet& field);

  /// @unit same as the objective
  [[nodiscard]] static double drawn(const Estimate<double>& value, const Axis& axis,
                                    double objective, double shared, Random& random) {
    double error = value.common * shared;
    if (value.random > 0.0) error += value.random * draw_student_t(random, value.dof);
    if (axis.scale == AxisScale::logarithmic) {
      constexpr double decades_per_e = 0.43429448190325182765;
      error *= decades_per_e / value.value;
    } else if (value.provenance == Provenance::modelled && value.value > 0.0) {
      error = value.value * (std::exp(error / value.value) - 1.0);
    }
    return axis.higher_is_better ? objective + error : objective - error;
  }

  void check_modelled(const Candidate& candidate, std::size_t axis) const;

  std::vector<Axis> axes_;
  bool has_quality_floor_;
  std::size_t candidates_;
  std::size_t size_ = 0;
  std::vector<ObjectiveVector> objectives_;
};

/// Ranks that a candidate may have on one axis, 1 being the best.
struct RankRange {
  std::size_t best = 0;   ///< in any draw
  std::size_t low = 0;    ///< from here...
  std::size_t high = 0;   ///< ...to here with the requested probability
  std::size_t worst = 0;  ///< in any draw
};

/// Returns the ranks that each candidate may have on one axis. Two candidates whose ranges overlap
/// have no order. Candidates that are equal in a draw have all ranks that they share.
///
/// On an axis of cost, a model that knows nothing ranks first, so a cost only ranks candidates over
/// a floor of quality: with_quality_floor().
///
/// @param level  of each range by itself; the probability that all ranges hold is lower
/// @shape result: [candidates]
/// @error see JointDraws. A bootstrap of ranks is too confident if many candidates are nearly
///        equal: an error that moves one up moves another down.
/// @throws Error  if the axis is a cost and the field has no floor
/// @source Goldstein and Spiegelhalter, J. R. Statist. Soc. A 159 (1996) 385
[[nodiscard]] std::vector<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                                 double level = 0.95);

/// Returns, for each candidate, the probability that no other dominates it. Like the front, this
/// does not order candidates.
/// @unit   a share of 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source the share of draws in which it is on the front
[[nodiscard]] std::vector<double> probability_on_front(const JointDraws& draws);

/// Returns the probability that candidate `a` is as good as `b` on every axis and better on one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of draws in which it is
[[nodiscard]] double probability_dominates(const JointDraws& draws, std::size_t a, std::size_t b);

}  // namespace perjoule::inline v0

// ---- perjoule/score/hypervolume.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Computes the volumes that points dominate above a reference, reusing its memory from call to
/// call.
/// @source the sweep by slices of Fonseca, Paquete and Lopez-Ibanez, IEEE CEC (2006) 1157
class DominatedVolume {
 public:
  /// Returns the volume that the points dominate. Slices by the third axis, from the best value
  /// down; each slice has the area that the points so far dominate on the first two axes. These
  /// points form a staircase, from the largest value on the first axis to the largest on the
  /// second.
  /// @param points  heights above the reference; a point that is not above it on each axis adds
  ///                nothing
  /// @unit  product of the units of the axes
  double of(View<ObjectiveVector> points) {
    order_.reset(points.size());
    order_.sort_by([points](std::size_t i) { return points[i].values[2]; });
    stairs_ = {};
    double area = 0.0;
    double volume = 0.0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const ObjectiveVector& point = points[order_[k]];
      if (point.values[0] > 0.0 && point.values[1] > 0.0)
        area += enter(point.values[0], point.values[1]);
      const double below = k + 1 < points.size() ? points[order_[k + 1]].values[2] : 0.0;
      if (point.values[2] <= 0.0) break;
      volume += area * (point.values[2] - (below > 0.0 ? below : 0.0));
    }
    return volume;
  }

 private:
  struct Stair {
    double x, y;
  };

  /// Returns the area that (x, y) adds: the part of its rectangle above the existing stairs.
  double enter(double x, double y) {
    std::vector<Stair> stairs;
    double added = 0.0;
    double right = x;  // the area left of this is not added yet
    std::size_t k = 0;
    for (; k < stairs_.size() && stairs_[k].x >= x; ++k) {
      if (stairs_[k].y >= y) return 0.0;
      stairs.push_back(stairs_[k]);
    }
    double covered = k > 0 ? stairs_[k - 1].y : 0.0;
    stairs.push_back({x, y});
    for (; k < stairs_.size() && stairs_[k].y <= y; ++k) {
      added += (right - stairs_[k].x) * (y - covered);
      right = stairs_[k].x;
      covered = stairs_[k].y;
    }
    added += (right - (k < stairs_.size() ? stairs_[k].x : 0.0)) * (y - covered);
    stairs.insert(stairs.end(), stairs_.begin() + static_cast<std::ptrdiff_t>(k), stairs_.end());
    stairs_ = std::move(stairs);
    return added;
  }

  RadixArgsort order_;
  std::vector<Stair> stairs_;
};

/// Returns the reference as objectives, with a third axis of thickness 1 if there are two axes.
/// @throws Error  if the reference does not fit the axes, with the reason
[[nodiscard]] ObjectiveVector reference_objectives(const std::vector<Axis>& axes,
                                                   const std::vector<double>& reference);

[[nodiscard]] inline ObjectiveVector above(const ObjectiveVector& objectives,
                                           const ObjectiveVector& floor) noexcept {
  ObjectiveVector height;
  for (int a = 0; a < 3; ++a) height.values[a] = objectives.values[a] - floor.values[a];
  return height;
}

[[nodiscard]] std::vector<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                                 const ObjectiveVector& floor);

}  // namespace detail

/// Returns the hypervolume of a field: the volume of all points that are better than a reference
/// and worse than some candidate. It is one number for the whole field, which grows whenever the
/// front moves.
///
/// Logarithmic axes count in decades. The result depends on the reference, so the reference is
/// always shown next to it. A fair reference is a point that is no better than having no model:
/// chance level for the quality, and the most that may be spent for the cost. A candidate that is
/// worse than the reference adds nothing.
///
/// @param reference  a value for each axis
/// @unit   product of the units of the axes, or of their decades
/// @error  of the values alone: see hypervolume_interval()
/// @throws Error  if the reference does not fit the axes
/// @source Zitzler and Thiele, IEEE Trans. Evolutionary Computation 3 (1999) 257
[[nodiscard]] double hypervolume(const CandidateSet& field, const std::vector<double>& reference);

/// Returns the interval that contains the hypervolumes of the draws.
/// @param  reference  see hypervolume()
/// @unit   product of the units of the axes, or of their decades
/// @error  see JointDraws. The largest of several noisy values is too large on average, and so is a
///         front of them. The interval is therefore too high if many candidates are nearly equal.
/// @throws Error  if the reference does not fit the axes
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> hypervolume_interval(const JointDraws& draws,
                                                    const std::vector<double>& reference,
                                                    double level = 0.95);

/// Returns the part of the hypervolume that each candidate adds alone, which would be lost without
/// it. It is 0 for a candidate off the front, for one of several equal candidates, and for one that
/// is no better than the reference on some axis: a model that knows nothing adds nothing, however
/// little it costs.
///
/// It is small for two candidates that are nearly equal, since each replaces the other. It shows
/// which candidate would be missed, and not which one is good.
///
/// @param  reference  see hypervolume()
/// @unit   product of the units of the axes, or of their decades
/// @shape  result: [candidates]
/// @error  of the values alone
/// @throws Error  if the reference does not fit the axes
/// @source the limited set of While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation 16
///         (2012) 86: the part of a candidate's box that others dominate is what they dominate
///         after they are cut to the box
[[nodiscard]] std::vector<double> exclusive_hypervolumes(const CandidateSet& field,
                                                         const std::vector<double>& reference);

}  // namespace perjoule::inline v0

// ---- perjoule/score/learning_curve.hpp

namespace perjoule::inline v0 {

/// Point of a learning curve: the quality of a model trained with a given amount.
struct LearningCurvePoint {
  double x = 0.0;  ///< exact. @unit unit of the curve: labelled items, or joules of training
  Estimate<double> quality = {};  ///< of a metric where more is better
};

/// Scale of x between two points.
enum class LearningCurveAxis : std::uint8_t {
  linear,
  logarithmic,  ///< each doubling of x counts alike; every x must be above 0
};

namespace detail {

/// Returns the position of x on the axis.
/// @unit   x for linear, none for logarithmic
/// @source the natural logarithm; every base gives the same shares
[[nodiscard]] double axis_position(LearningCurveAxis axis, double x) noexcept;

/// Tells whether the curve has a quality at each of its points.
/// @throws Error for an empty curve, and for x that do not ascend, are not finite, or have no
///         logarithm on a logarithmic axis
[[nodiscard]] bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis);

}  // namespace detail

/// Returns the mean quality along a learning curve: the area under it, over its range of x. A model
/// that learns from less data has a higher mean. Compare curves only over the same range and on the
/// same axis.
///
/// On a linear axis the largest amounts of data dominate; on a logarithmic axis each doubling
/// counts alike.
///
/// @unit   same as the quality
/// @shape  curve: [points], x ascending; at least two
/// @error  random: the points as independent, each weighted by its share of the area, with
///         Welch-Satterthwaite degrees of freedom; common parts add, since the points share their
///         test set. The error of straight lines between the points is not included. Missing if a
///         point is missing, or if there is only one
/// @throws Error for an empty curve, for x that do not ascend or are not finite, and on a
///         logarithmic axis for 0 or less
/// @source trapezoidal rule; GUM (JCGM 100:2008) 5.1.2, 5.2.2 and G.4.1
[[nodiscard]] Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                  LearningCurveAxis axis);

/// Whether and where a learning curve reaches a quality.
enum class CrossingOutcome : std::uint8_t {
  missing,       ///< a point is missing
  between,       ///< between two points
  at_the_first,  ///< the first point already reaches it: x is that amount, or less
  never,         ///< no point reaches it
};

/// Smallest x that reaches a quality.
struct QualityCrossing {
  CrossingOutcome outcome = CrossingOutcome::missing;
  Estimate<double> x = {};  ///< missing for `never`; an upper bound for `at_the_first`
  /// From the x where the upper ends of the points' intervals reach the quality to the x where the
  /// lower ends do; missing if the lower ends never do. An interval that begins at the first point
  /// is open on that side.
  Interval<double> interval = {};
};

namespace detail {

/// Place where a line through the curve first reaches a quality.
struct Crossing {
  CrossingOutcome outcome = CrossingOutcome::never;
  std::size_t before = 0;  ///< index of the point before it
  double part = 0.0;       ///< share of the way to the next point. @unit none
  double x = 0.0;          ///< @unit unit of the curve
};

/// @param sides  number of half-widths of their intervals by which the points are moved: -1, 0 or 1
/// @unit unit of the curve
[[nodiscard]] Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                      double quality, int sides, double level);

}  // namespace detail

/// Returns the smallest amount of data, or of joules, that reaches a quality, with straight lines
/// between the points. It is the first such x, also for a curve that later falls below the quality
/// again.
///
/// @param quality  to reach. @unit unit of the curve's quality
/// @unit   x has the unit of the curve
/// @shape  curve: [points], x ascending
/// @error  random and common to first order; the random parts of the two points as independent, and
///         the common parts moving both points alike. The interval is derived from the intervals of
///         the points, and is never too short if points are independent
/// @throws Error for an empty curve, for x that do not ascend or are not finite, on a logarithmic
///         axis for 0 or less, and for a quality that is not finite
/// @source inverse linear interpolation; its interval inverts the points' confidence band, as in
///         Graybill, Theory and Application of the Linear Model (1976), 8.5
[[nodiscard]] QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                             LearningCurveAxis axis, double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/lifecycle.hpp

namespace perjoule::inline v0 {

/// A step of making a model: training, a search before it, distillation, pruning, quantization.
struct TrainingStage {
  std::string name = {};  ///< "pretraining", "distillation", "calibration of int8"
  Estimate<Joules> energy = {};
};

/// Returns the energy of making a model: the sum of all stages. If a small model was distilled from
/// a large one, the teacher is one of the stages, unless the teacher was made for its own sake. The
/// list of stages shows which.
/// @unit   J
/// @error  as total(): common parts add. Missing if a stage is missing
/// @throws Error for an empty list
/// @source the sum of the stages; GUM (JCGM 100:2008) 5.1.2 and 5.2.2
[[nodiscard]] Estimate<Joules> training_energy(View<TrainingStage> stages);

/// Returns the energy of a model over its life: training once, plus the energy of each inference.
/// @param inferences  number of items that it will answer, 0 or more
/// @unit   J
/// @error  as total(): common parts add, which is correct for one meter, and too much but never too
///         little for two. The number of inferences is exact
/// @throws Error for a number of inferences that is not finite, or below 0
/// @source E_train + n e
[[nodiscard]] Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                const Estimate<JoulesPerItem>& inference,
                                                Items inferences);

/// Answers when the second of two models takes less energy than the first, training and all
/// inferences together.
enum class BreakEvenOutcome : std::uint8_t {
  missing,         ///< one of the energies is missing
  after,           ///< its training takes more, and each inference less: after this many inferences
  until,           ///< its training takes less, and each inference more: until this many inferences
  from_the_start,  ///< it takes less from the first inference on, and always
  never,           ///< it never takes less
  undecided,       ///< the energies per inference can't be told apart, so no number bounds it
};

[[nodiscard]] constexpr std::string_view name(BreakEvenOutcome outcome) noexcept {
  switch (outcome) {
    case BreakEvenOutcome::after:
      return "after";
    case BreakEvenOutcome::until:
      return "until";
    case BreakEvenOutcome::from_the_start:
      return "from the start";
    case BreakEvenOutcome::never:
      return "never";
    case BreakEvenOutcome::undecided:
      return "undecided";
    case BreakEvenOutcome::missing:
      break;
  }
  return "missing";
}

/// Number of inferences after which a model has paid back its training, or why there is no number.
struct BreakEven {
  BreakEvenOutcome outcome = BreakEvenOutcome::missing;
  IntervalEstimate<Items> inferences =
      {};  ///< only known for `after` and `until`; not rounded, not below 0
  Provenance provenance = Provenance::missing;  ///< the worst of the energies
};

/// Energy of a model: of its training, and per inference.
struct LifecycleEnergy {
  Estimate<Joules> training = {};  ///< see training_energy
  Estimate<JoulesPerItem> inference = {};
};

namespace detail {

enum class Sign : std::uint8_t { below, zero, above, unclear };

/// Returns the sign of a value; `unclear` if its interval contains 0. Only a value without
/// uncertainty is zero.
[[nodiscard]] Sign sign_of(const Estimate<double>& x, double t) noexcept;

[[nodiscard]] BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept;

}  // namespace detail

/// Returns the number of inferences after which the second model has saved its extra training
/// energy.
///
/// Get the differences from difference(), with the covariances if one meter read both, or from
/// rounds measured in turns. If the second training may have taken less energy than the first, the
/// interval begins at 0.
///
/// @param extra_training  second model's training minus the first's
/// @param saving          per inference: the **first** model's energy minus the second's
/// @param covariance      of the two differences
/// @unit   items
/// @error  Fieller's interval, cut off at 0; `undecided` if the interval of the saving contains 0
/// @throws Error for an impossible covariance
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] BreakEven break_even(const Estimate<Joules>& extra_training,
                                   const Estimate<JoulesPerItem>& saving,
                                   const Covariance& covariance = {}, double level = 0.95);

/// The same for two models whose four energies are independent. Errors that they do share cancel in
/// part, so the interval is then wider than necessary.
/// @unit   items
/// @error  as for the differences; all four energies are taken as independent
/// @throws nothing; a missing energy gives `missing`
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b)
[[nodiscard]] BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                   double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/net_benefit.hpp

namespace perjoule::inline v0 {

/// Returns the price of quality from one model to a better one: the additional joules per item over
/// the additional quality. A negative price means that the better model also takes less energy, so
/// nothing has to be paid.
///
/// Get the two differences from difference(), or from pairs of the same items and of rounds
/// measured in turns, which are more precise.
///
/// @param energy      one model minus the other
/// @param quality     one model minus the other, in the same order; of a metric where more is
///                    better
/// @param covariance  of the two differences; zero if they come from different runs
/// @unit   J/item for one unit of the quality: for a percentage point of an accuracy, a hundredth
/// @error  Fieller's interval; everything is missing if the qualities can't be told apart
/// @throws Error for an impossible covariance
/// @source (E_b - E_a)/(Q_b - Q_a); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] IntervalEstimate<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                              const Estimate<double>& quality,
                                                              const Covariance& covariance = {},
                                                              double level = 0.95);

/// Returns the net benefit of a model, for a given price of quality in joules per item.
/// @param quality  of a metric where more is better
/// @param lambda   joules per item that one unit of the quality is worth, above 0
/// @unit   same as the quality
/// @error  quality and energy are taken as independent
/// @throws Error for a lambda that is not above 0; a missing input gives a missing benefit
/// @source Q - E/lambda, the net benefit of health economics: Stinnett and Mullahy, Medical
///         Decision Making 18 (1998) S68
[[nodiscard]] Estimate<double> net_benefit(const Estimate<double>& quality,
                                           const Estimate<JoulesPerItem>& energy,
                                           JoulesPerItem lambda);

/// A model for best_by_net_benefit to compare.
struct QualityEnergyPoint {
  Estimate<double> quality = {};  ///< of a metric where more is better
  Estimate<JoulesPerItem> energy = {};
};

/// Range of lambda in which a model has the greatest net benefit. It begins at `from` and ends
/// where the next range begins; the last range has no end.
struct BenefitRange {
  std::size_t winner = 0;   ///< index among the candidates
  JoulesPerItem from{0.0};  ///< per unit of quality; 0 for the first
  /// Interval of `from`, with the errors of all four numbers taken as independent; missing for the
  /// first range, and if the qualities of the two neighbours can't be told apart.
  Interval<JoulesPerItem> from_interval = {};
};

namespace detail {

/// @throws Error for a number that is not finite, and for measured energies mixed with modelled (or
///         simulated) ones
void expect_comparable(View<QualityEnergyPoint> candidates);

}  // namespace detail

/// Returns the best model for each price of quality: the ranges of lambda from 0 (only energy
/// counts) to where energy is free. A model in no range is never the best choice, whatever quality
/// is worth: another one has more quality for less energy, or a mixture of two others does.
///
/// Of equal candidates the first one counts. A candidate without a quality or an energy is in no
/// range; if all are like that, there are no ranges.
///
/// @unit   lambda in J/item for one unit of the quality
/// @shape  [ranges], lambda ascending; quality and energy also ascend
/// @error  the ranges are those of the values; from_interval tells how well an end is known
/// @throws Error for no candidates, for numbers that are not finite, and for modelled (or
///         simulated) energies among measured ones
/// @source the ends are (E_b - E_a)/(Q_b - Q_a) of neighbours on the upper convex hull, walked as
///         in Jarvis, Information Processing Letters 2 (1973) 18
[[nodiscard]] std::vector<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                            double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/pareto.hpp

namespace perjoule::inline v0 {

/// Tells whether a is at least as good as b on every axis and better on one. Of two equal
/// candidates, neither dominates.
[[nodiscard]] inline bool dominates(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
  bool better = false;
  for (int i = 0; i < 3; ++i) {
    if (a.values[i] < b.values[i]) return false;
    better = better || a.values[i] > b.values[i];
  }
  return better;
}

namespace detail {

/// Finds fronts, reusing its memory from call to call, since a bootstrap finds thousands.
///
/// Candidates are sorted from the best on the first axis, ties by the second and then the third. A
/// candidate can then only be dominated by an earlier one. It is dominated exactly if one of the
/// earlier candidates is at least as good on both the second and the third axis. The best value on
/// the third axis is kept in a Fenwick tree over the ranks on the second axis. A front thus takes
/// O(n log n) even if it holds all n. A staircase in an array would be shifted by each candidate
/// that enters, which is O(n^2) in that case.
///
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469, for the sweep; Fenwick, Software:
///         Practice and Experience 24 (1994) 327, for the tree
class FrontFinder {
 public:
  /// @return for each candidate, whether nothing dominates it; valid until the next call
  /// @shape  objectives, result: [candidates]
  View<char> find(View<ObjectiveVector> objectives) {
    const std::size_t n = objectives.size();
    if (on_front_.size() != n) {
      rank_ = std::vector<std::size_t>(n);
      best_ = std::vector<double>(n);
      on_front_ = std::vector<char>(n);
    }
    bool third = false;
    for (const ObjectiveVector& m : objectives)
      third = third || m.values[2] != objectives[0].values[2];
    order_.reset(n);
    if (third) order_.sort_by([objectives](std::size_t i) { return objectives[i].values[2]; });
    order_.sort_by([objectives](std::size_t i) { return objectives[i].values[1]; });
    if (third) rank_by_second(objectives);
    order_.sort_by([objectives](std::size_t i) { return objectives[i].values[0]; });

    double best_second = none_;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = order_[k];
      if (k > 0 && objectives[i] == objectives[order_[k - 1]]) {
        on_front_[i] = on_front_[order_[k - 1]];  // equal candidates are neighbours
      } else if (third) {
        on_front_[i] = enter(rank_[i] + 1, objectives[i].values[2]);
      } else {
        on_front_[i] = objectives[i].values[1] > best_second;
        if (on_front_[i]) best_second = objectives[i].values[1];
      }
    }
    return on_front_;
  }

 private:
  static constexpr double none_ = -__DBL_MAX__;  // not infinity: -ffast-math assumes there is none

  /// Ranks candidates by their order on the second axis; equal values have the same rank.
  void rank_by_second(View<ObjectiveVector> objectives) {
    std::size_t rank = 0;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      if (k == 0 || objectives[order_[k]].values[1] != objectives[order_[k - 1]].values[1])
        rank = k;
      rank_[order_[k]] = rank;
      best_[k] = none_;
    }
  }

  /// @return false if an earlier candidate that is as good on the second axis is as good on the
  ///         third
  bool enter(std::size_t rank_from_1, double third) noexcept {
    for (std::size_t k = rank_from_1; k > 0; k -= k & (0 - k)) {
      if (best_[k - 1] >= third) return false;
    }
    for (std::size_t k = rank_from_1; k <= best_.size(); k += k & (0 - k)) {
      if (best_[k - 1] < third) best_[k - 1] = third;
    }
    return true;
  }

  RadixArgsort order_;
  std::vector<std::size_t> rank_;
  std::vector<double> best_;
  std::vector<char> on_front_;
};

}  // namespace detail

/// Returns the candidates that no other dominates: for each of them, no other is as good on every
/// axis and better on one. Equal candidates are all on the front. The front does not order
/// candidates: each of them is the right choice for some use, including the one that knows nothing
/// and costs nothing.
///
/// @return indices in the field, ascending
/// @error  of the values alone; see probability_on_front() for the confidence
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469
[[nodiscard]] std::vector<std::size_t> pareto_front(const CandidateSet& field);

/// Returns the knee of a front, where it bends most: the candidate that lies highest above the
/// chord between the two ends of the front, with both axes scaled from 0 to 1 between the ends.
///
/// The knee is a place to look at first, and not the best candidate. The chord weights both axes
/// alike once their ends are 0 and 1, so the knee changes when a candidate enters beyond an end,
/// with the scale of an axis, and with the noise of the values. first_rank_acceptability() shows
/// what other weights would choose. If no candidate lies above the chord, there is no knee.
///
/// @param field  with two axes
/// @error  of the values alone
/// @throws Error  if there are not two axes
/// @source Das, Structural Optimization 18 (1999) 107, for two objectives
[[nodiscard]] Choice knee(const CandidateSet& field);

/// Returns the candidates that stay on the front when models may be mixed. A router that sends a
/// random share s of the items to one model and the rest to another combines their joules and their
/// quality with weights s and 1 - s: it can reach every point of the chord between the two. A
/// candidate below a chord is worse than the pair. The candidates in the result are not.
///
/// The chord is straight in plain joules and quality, so the logarithmic scale of an axis is
/// ignored: on that scale, the same mixtures form a curve. The chord holds for a quality that is a
/// mean over items (accuracy, word error rate over items of equal length; not F1, BLEU or
/// perplexity). It holds for costs per item with both models ready: a router that loads a model on
/// demand costs more, and the cost of the router itself is taken as zero. A router that looks at
/// the item can be better than the chord.
///
/// @param field  with two axes, one of quality and one of cost
/// @return indices in the field of the corners, from the cheapest to the best; of equal candidates
///         the first
/// @error  of the values alone
/// @throws Error  if the axes are different, or the cost is a rate
/// @source Provost and Fawcett, Machine Learning 42 (2001) 203, for classifiers; Andrew,
///         Information Processing Letters 9 (1979) 216, for the hull
[[nodiscard]] std::vector<std::size_t> router_hull(const CandidateSet& field);

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_acceptability.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Computes the shares of weights for which each candidate has the highest weighted sum, reusing
/// its memory from call to call.
class WeightSweep {
 public:
  /// Adds `share` times the share of weights that each candidate wins.
  /// @unit shares: a share of 1, to which the result is added
  void add(View<ObjectiveVector> objectives, std::size_t axes, double share,
           std::vector<double>& shares) {
    normalise(objectives);
    if (axes < 3) {
      add_slice(0.0, share, shares);
      return;
    }
    // Cuts the triangle of weights into slices with a fixed third weight. Each slice is exact, and
    // its length is what the third weight leaves. The middle of a slice represents it, which is
    // exact unless the border between two regions has a corner within the slice.
    constexpr int slices = 400;
    for (int k = 0; k < slices; ++k) {
      const double third = (k + 0.5) / slices;
      add_slice(third, share * 2.0 * (1.0 - third) / slices, shares);
    }
  }

 private:
  struct Line {
    double at_0;   ///< sum where the second axis has all of the remaining weight
    double slope;  ///< towards the first axis
  };

  /// Scales each axis from 0 to 1 between the worst and the best on the front.
  void normalise(View<ObjectiveVector> objectives) {
    const View<char> on_front = finder_.find(objectives);
    front_ = {};
    index_ = {};
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      if (!on_front[i]) continue;
      front_.push_back(objectives[i]);
      index_.push_back(i);
    }
    lines_ = std::vector<Line>(front_.size());
    for (int a = 0; a < 3; ++a) {
      double low = front_.empty() ? 0.0 : front_[0].values[a];
      double high = low;
      for (const ObjectiveVector& m : front_) {
        low = m.values[a] < low ? m.values[a] : low;
        high = m.values[a] > high ? m.values[a] : high;
      }
      for (ObjectiveVector& m : front_)
        m.values[a] = high > low ? (m.values[a] - low) / (high - low) : 0.0;
    }
  }

  /// Walks along the highest of the candidates' lines, over the first weight's share of the
  /// remaining weight, from 0 to 1.
  void add_slice(double third, double share, std::vector<double>& shares) {
    if (lines_.empty()) return;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const ObjectiveVector& m = front_[i];
      lines_[i] = {third * m.values[2] + (1.0 - third) * m.values[1],
                   (1.0 - third) * (m.values[0] - m.values[1])};
    }
    std::size_t at = 0;
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      if (lines_[i].at_0 > lines_[at].at_0) at = i;
    }
    for (double from = 0.0; from < 1.0;) {
      double to = 1.0;
      std::size_t next = at;
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        const double gain = lines_[i].slope - lines_[at].slope;
        if (gain <= 0.0) continue;
        const double crossing = (lines_[at].at_0 - lines_[i].at_0) / gain;
        const bool sooner = crossing < to;
        const bool steeper = crossing == to && next != at && lines_[i].slope > lines_[next].slope;
        if (sooner || steeper) {
          to = crossing;
          next = i;
        }
      }
      if (to > from) credit(at, share * (to - from), shares);
      if (next == at) break;
      from = to > from ? to : from;
      at = next;
    }
  }

  /// Credits a share to the winner; equal candidates split it.
  void credit(std::size_t winner, double share, std::vector<double>& shares) {
    double equals = 0.0;
    for (const ObjectiveVector& m : front_) equals += m == front_[winner] ? 1.0 : 0.0;
    for (std::size_t i = 0; i < front_.size(); ++i) {
      if (front_[i] == front_[winner]) shares[index_[i]] += share / equals;
    }
  }

  FrontFinder finder_;
  std::vector<ObjectiveVector> front_;
  std::vector<std::size_t> index_;
  std::vector<Line> lines_;
};

}  // namespace detail

/// Returns the share of all weights for which each candidate has the highest weighted sum. It is
/// meant for decisions where the worth of a joule in accuracy is unknown: all weights that sum to 1
/// count alike.
///
/// A single vector of weights gives no reliable order. Weights have a meaning only together with a
/// normalisation, and each normalisation depends on the set of candidates: with the same weights,
/// the order of a and b can reverse when a third candidate enters that is behind both (as with
/// Dynascore). Here each axis is scaled from 0 to 1 between the worst and the best on the front,
/// logarithmic axes in decades. So at least a candidate off the front changes nothing; one that
/// widens the front does. A candidate below a chord of the front wins for no weights, and may still
/// be the right one.
///
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  of the values alone; exact with two axes, within 1e-4 with three
/// @source Lahdelma, Hokkanen and Salminen, European J. Operational Research 106 (1998) 137: the
///         acceptability index, for the first place
[[nodiscard]] std::vector<double> first_rank_acceptability(const CandidateSet& field);

/// The same over all values that the data leave possible: the share of weights and draws.
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source see first_rank_acceptability(const CandidateSet&)
[[nodiscard]] std::vector<double> first_rank_acceptability(const JointDraws& draws);

}  // namespace perjoule::inline v0

// ---- perjoule/measure/entry_candidate_set.hpp

namespace perjoule::inline v0 {

/// Candidates made from entries: the quality of each by one metric, and its costs.
///
/// Where every entry kept its per-item results, the qualities are drawn jointly: the same items are
/// drawn for all entries, so an item that is hard for every model makes no difference between two
/// of them. All entries must be of the same test set in the same order, which cannot be checked
/// here.
class EntryCandidateSet {
 public:
  /// @param entries  with equal metrics, in the same order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place and, as
  ///         CandidateSet does, for energies of different scopes or kinds
  explicit EntryCandidateSet(const Entries& entries, std::vector<Cost> costs = {Cost::energy},
                             std::size_t metric = 0);
  EntryCandidateSet(const EntryCandidateSet&) = delete;  // candidates borrow the draws
  EntryCandidateSet& operator=(const EntryCandidateSet&) = delete;

  [[nodiscard]] const CandidateSet& candidate_set() const noexcept { return candidates_; }

 private:
  [[nodiscard]] static const Quality& quality_of(const Entry& entry, std::size_t metric);

  /// Returns the metric on the same resamples of the items for each entry, one entry after the
  /// other. Empty if an entry did not keep its items or a resample has no value.
  [[nodiscard]] static std::vector<double> joint_draws(const Entries& entries, std::size_t metric);
  [[nodiscard]] static double mean_of_rows(View<double> rows);

  [[nodiscard]] static CandidateSet candidates_of(const Entries& entries,
                                                  const std::vector<Cost>& costs,
                                                  std::size_t metric, std::vector<double>& draws);

  std::vector<double> draws_;
  CandidateSet candidates_;
};

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_ALL) || defined(PERJOULE_IMPLEMENTATION)

#if defined(PERJOULE_IMPLEMENTATION) || (defined(PERJOULE_WITH_ALL) && defined(PERJOULE_DEFINITIONS))

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

// ---- perjoule/stats/bootstrap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Groups group_items(View<double> rows, std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && rows.size() % columns == 0);
  const std::size_t items = rows.size() / columns;
  if (items == 0) {
    fail("nothing to resample", "there are no items", "pass a row of numbers for each item");
  }
  Groups groups{items < max_groups ? items : max_groups, columns, {}};
  groups.sums = std::vector<double>(groups.size * columns);
  const bool alone = groups.size == items;
  const std::vector<std::size_t> order =
      alone ? std::vector<std::size_t>() : random_permutation(items, items);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_finite(rows[i])) {
      fail("a number to resample is not finite", text::format("item {}", i / columns),
           "look for a division by zero or an overflow in the metric");
    }
    const std::size_t item = i / columns;
    const std::size_t group = alone ? item : order[item] * groups.size / items;
    groups.sums[i % columns * groups.size + group] += rows[i];
  }
  return groups;
}

PERJOULE_INLINE std::vector<double> total_sums(const Groups& groups) {
  std::vector<double> sums(groups.columns);
  for (std::size_t i = 0; i < groups.sums.size(); ++i) sums[i / groups.size] += groups.sums[i];
  return sums;
}

PERJOULE_INLINE std::vector<double> jackknife_sums(const Groups& groups) {
  const std::vector<double> all = total_sums(groups);
  std::vector<double> sums(groups.sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t column = i % groups.columns;
    sums[i] = all[column] - groups.sums[column * groups.size + i / groups.columns];
  }
  return sums;
}

PERJOULE_INLINE double acceleration(View<double> without_one) {
  double mean = 0.0;
  for (const double x : without_one) {
    if (!is_finite(x)) return quiet_nan();
    mean += x;
  }
  mean /= static_cast<double>(without_one.size());
  double squares = 0.0;
  double cubes = 0.0;
  for (const double x : without_one) {
    squares += detail::square(mean - x);
    cubes += detail::square(mean - x) * (mean - x);
  }
  return squares > 0.0 ? cubes / (6.0 * squares * std::sqrt(squares)) : 0.0;
}

PERJOULE_INLINE std::vector<double> finite_values(View<double> values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double x) { return is_finite(x); });
  return finite;
}

PERJOULE_INLINE std::vector<double> sorted_finite_values(View<double> values) {
  std::vector<double> finite = finite_values(values);
  std::sort(finite.begin(), finite.end());
  const bool enough = 100 * (values.size() - finite.size()) <= values.size();
  if (!enough || finite.empty()) return {};
  const double least = finite.front();
  const double most = finite.back();
  const bool all_equal = most - least <= 1e-12 * (std::abs(least) + std::abs(most));
  return all_equal ? std::vector<double>{} : finite;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> percentile_interval(View<double> values, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const std::vector<double> sorted = detail::sorted_finite_values(values);
  if (sorted.empty()) return {};
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(sorted, tail), quantile_of_sorted(sorted, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE Interval<double> bca_interval(const Resamples& resamples, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  if (!is_finite(resamples.value)) return {};
  const std::vector<double> sorted = detail::sorted_finite_values(resamples.values);
  if (sorted.empty()) return {};
  double below = 0.0;
  for (const double x : sorted) {
    below += x < resamples.value ? 1.0 : x > resamples.value ? 0.0 : 0.5;
  }
  below /= static_cast<double>(sorted.size());
  const double a = resamples.acceleration;
  if (below <= 0.0 || below >= 1.0 || !is_finite(a)) {
    return percentile_interval(resamples.values, level);
  }
  const double bias = normal_quantile(below);
  const double z = normal_quantile(0.5 * (1.0 + level));
  double ends[2] = {bias - z, bias + z};
  for (double& end : ends) {
    if (a * end >= 1.0) return percentile_interval(resamples.values, level);
    end = quantile_of_sorted(sorted, normal_probability(bias + end / (1.0 - a * end)));
  }
  return {ends[0], ends[1], level, IntervalMethod::bca};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<double> concatenate_columns(View<double> a, View<double> b,
                                                        std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && a.size() % columns == 0 && b.size() % columns == 0);
  if (a.size() != b.size()) {
    fail("two models were not judged on the same items",
         text::format("one has {} rows, the other {}", a.size() / columns, b.size() / columns),
         "pass the rows of both in one order");
  }
  std::vector<double> both;
  for (std::size_t i = 0; i < a.size(); i += columns) {
    both.insert(both.end(), a.begin() + i, a.begin() + i + columns);
    both.insert(both.end(), b.begin() + i, b.begin() + i + columns);
  }
  return both;
}

PERJOULE_INLINE double share_below_zero(View<double> values) {
  std::size_t finite = 0;
  std::size_t below = 0;
  for (const double x : values) {
    if (!is_finite(x)) continue;
    ++finite;
    below += x < 0.0 ? 1 : 0;
  }
  return static_cast<double>(below) / static_cast<double>(finite);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/delong-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double count_below(const std::vector<double>& sorted, double x) noexcept {
  std::size_t ends[2] = {0, 0};  // number of values < x, and number of values <= x
  for (int i = 0; i < 2; ++i) {
    std::size_t high = sorted.size();
    while (ends[i] < high) {
      const std::size_t middle = ends[i] + (high - ends[i]) / 2;
      const bool left = i == 0 ? sorted[middle] < x : sorted[middle] <= x;
      (left ? ends[i] : high) = left ? middle + 1 : middle;
    }
  }
  return 0.5 * (static_cast<double>(ends[0]) + static_cast<double>(ends[1]));
}

PERJOULE_INLINE Placements placements(View<double> scores, View<bool> is_positive) {
  if (scores.size() != is_positive.size()) {
    fail("AUROC needs a label for each score",
         text::format("there are {} scores and {} labels", scores.size(), is_positive.size()),
         "pass both in one order");
  }
  Placements found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!is_finite(scores[i])) {
      fail("a score is not a finite number", text::format("item {}", i),
           "look for a division by zero or an overflow in the model");
    }
    (is_positive[i] ? found.of_positives : found.of_negatives).push_back(scores[i]);
  }
  if (found.of_positives.empty() || found.of_negatives.empty()) {
    fail("AUROC of one class", found.of_positives.empty() ? "no item is positive" : "all items are",
         "pass items of both classes");
  }
  Placements sorted = found;
  std::sort(sorted.of_positives.begin(), sorted.of_positives.end());
  std::sort(sorted.of_negatives.begin(), sorted.of_negatives.end());
  const auto positives = static_cast<double>(sorted.of_positives.size());
  for (double& x : found.of_positives) x = count_below(sorted.of_negatives, x);
  for (double& x : found.of_negatives) x = positives - count_below(sorted.of_positives, x);
  return found;
}

PERJOULE_INLINE Estimate<double> mean_placement(const Placements& counts) {
  const auto m = static_cast<double>(counts.of_positives.size());
  const auto n = static_cast<double>(counts.of_negatives.size());
  double sum = 0.0;
  for (const double count : counts.of_positives) sum += count;
  const double of_positives = summarize(counts.of_positives).standard_deviation / n;
  const double of_negatives = summarize(counts.of_negatives).standard_deviation / m;
  const double u = std::hypot(of_positives / std::sqrt(m), of_negatives / std::sqrt(n));
  return {sum / (m * n), u, infinite_dof, 0.0, Provenance::measured};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Auroc delong(View<double> scores, View<bool> is_positive, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const detail::Placements placements = detail::placements(scores, is_positive);
  Auroc found{detail::mean_placement(placements), {}};
  const double area = found.value.value;
  const double z = normal_quantile(0.5 * (1.0 + level));
  const std::size_t positives = placements.of_positives.size();
  const std::size_t negatives = placements.of_negatives.size();
  const std::size_t fewer = positives < negatives ? positives : negatives;
  if (found.value.random <= 0.0 || fewer < 2 || area <= 0.0 || area >= 1.0) {
    const auto pairs = static_cast<double>(fewer);
    found.interval = detail::clopper_pearson(area * pairs, pairs, level);
    found.value.random = (found.interval.high - found.interval.low) / (2.0 * z);
    return found;
  }
  const double rest = 1.0 - area;
  const double odds = std::exp(z * found.value.random / (area * rest));
  found.interval = {area / (area + rest * odds), area / (area + rest / odds), level,
                    IntervalMethod::delong};
  return found;
}

PERJOULE_INLINE AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                  View<bool> is_positive, double level) {
  detail::Placements difference = detail::placements(scores_a, is_positive);
  const detail::Placements of_b = detail::placements(scores_b, is_positive);
  const std::size_t positives = difference.of_positives.size();
  const std::size_t negatives = difference.of_negatives.size();
  for (std::size_t i = 0; i < positives; ++i) difference.of_positives[i] -= of_b.of_positives[i];
  for (std::size_t i = 0; i < negatives; ++i) difference.of_negatives[i] -= of_b.of_negatives[i];
  const Estimate<double> value = detail::mean_placement(difference);
  if (value.random <= 0.0 || positives < 2 || negatives < 2) return {};
  return {value, interval(value, level),
          2.0 * normal_probability(-std::abs(value.value) / value.random)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/equivalence-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double one_sided_p_value(const Estimate<double>& difference, double bound) {
  const double u = standard_uncertainty(difference);
  const double above = difference.value - bound;
  if (u <= 0.0) return above > 0.0 ? 0.0 : 1.0;
  return t_probability(-above / u, effective_dof(difference));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                           double alpha) {
  PERJOULE_EXPECTS(margin >= 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  MarginTest found;
  found.p_value = found.p_lower = detail::one_sided_p_value(difference, -margin);
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

PERJOULE_INLINE MarginTest equivalence(const Estimate<double>& difference, double margin,
                                       double alpha) {
  PERJOULE_EXPECTS(margin > 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  Estimate<double> turned = difference;
  turned.value = -turned.value;
  MarginTest found;
  found.p_lower = detail::one_sided_p_value(difference, -margin);
  found.p_upper = detail::one_sided_p_value(turned, -margin);
  found.p_value = found.p_lower > found.p_upper ? found.p_lower : found.p_upper;
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

PERJOULE_INLINE double paired_proportions_deviation(double only_a, double only_b) {
  PERJOULE_EXPECTS(only_a >= 0.0 && only_b >= 0.0 && only_a + only_b <= 1.0);
  return std::sqrt(only_a + only_b - detail::square(only_a - only_b));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double noncentral_t_upper_tail(double t, double dof, double centre) noexcept {
  const double shrunk = t * (1.0 - 1.0 / (4.0 * dof));
  return normal_probability((centre - shrunk) / std::sqrt(1.0 + t * t / (2.0 * dof)));
}

PERJOULE_INLINE double power_above(const PairedDesign& plan, double above, std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 2 && plan.standard_deviation > 0.0 && plan.margin >= 0.0 &&
                   plan.alpha > 0.0 && plan.alpha < 0.5);
  const auto n = static_cast<double>(pairs);
  const double dof = n - 1.0 < infinite_dof ? n - 1.0 : infinite_dof;
  return noncentral_t_upper_tail(t_quantile(1.0 - plan.alpha, dof), dof,
                                 above * std::sqrt(n) / plan.standard_deviation);
}

PERJOULE_INLINE std::size_t min_sample_size(const PairedDesign& plan, double power,
                                            double (*power_of)(const PairedDesign&, std::size_t)) {
  PERJOULE_EXPECTS(power >= 0.5 && power < 1.0);
  std::size_t high = 2;
  while (power_of(plan, high) < power) {
    high *= 2;
    if (high > std::size_t{1} << 40U) {
      fail("no number of items shows that a difference is within a margin",
           "the difference that is expected lies too near the margin, or beyond it",
           "allow a wider margin, or expect a better model");
    }
  }
  std::size_t low = high / 2;  // lacks the power, or is below two pairs
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (power_of(plan, middle) < power ? low : high) = middle;
  }
  return high;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double non_inferiority_power(const PairedDesign& plan, std::size_t pairs) {
  return detail::power_above(plan, plan.margin + plan.difference, pairs);
}

PERJOULE_INLINE double equivalence_power(const PairedDesign& plan, std::size_t pairs) {
  const double both = detail::power_above(plan, plan.margin + plan.difference, pairs) +
                      detail::power_above(plan, plan.margin - plan.difference, pairs) - 1.0;
  return both > 0.0 ? both : 0.0;
}

PERJOULE_INLINE std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power) {
  return detail::min_sample_size(plan, power, non_inferiority_power);
}

PERJOULE_INLINE std::size_t equivalence_sample_size(const PairedDesign& plan, double power) {
  return detail::min_sample_size(plan, power, equivalence_power);
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/binary_ranking-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double average_precision_of(View<double> rows) {
  std::vector<RankedItem> ranked(rows.size() / 2);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    ranked[i] = {rows[2 * i], rows[2 * i + 1] > 0.5};
  }
  std::sort(ranked.begin(), ranked.end());
  double found = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < ranked.size();) {
    double at_once = 0.0;
    const double score = ranked[i].score;
    for (; i < ranked.size() && ranked[i].score == score; ++i) {
      at_once += ranked[i].is_positive ? 1.0 : 0.0;
    }
    found += at_once;
    sum += at_once * found / static_cast<double>(i);
  }
  return found > 0.0 ? sum / found : quiet_nan();
}

PERJOULE_INLINE std::vector<double> column_of(View<double> rows, std::size_t column) {
  std::vector<double> values(rows.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = rows[2 * i + column];
  return values;
}

PERJOULE_INLINE std::unique_ptr<bool[]> positives_of(View<double> rows) {
  auto positives = std::make_unique<bool[]>(rows.size() / 2);
  for (std::size_t i = 0; i < rows.size() / 2; ++i) positives[i] = rows[2 * i + 1] > 0.5;
  return positives;
}

PERJOULE_INLINE IntervalEstimate<double> difference_of_aurocs(const Quality&, View<double> rows_a,
                                                              const Quality&, View<double> rows_b,
                                                              double level) {
  const std::unique_ptr<bool[]> positives = positives_of(rows_a);
  const AurocDifference found =
      delong_difference(column_of(rows_a, 0), column_of(rows_b, 0),
                        View<bool>(positives.get(), rows_a.size() / 2), level);
  return {found.value, found.interval};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality BinaryRanking::result() const {
  Quality quality;
  const bool is_auroc = kind_ == detail::RankingKind::auroc;
  quality.metric = is_auroc ? "auroc" : "average-precision";
  quality.items = items();
  detail::check_items(quality);
  if (found_ == 0 || found_ == items()) {
    detail::fail(
        found_ == 0 ? "no label is of the positive class" : "all labels are of the positive class",
        quality.metric, "pass items of both classes, and name the positive one");
  }
  quality.signature = is_auroc ? "ties:half|trivial:any-order" : "steps:all|trivial:prevalence";
  quality.formula.columns = "score,positive";
  const View<double> rows = rows_.all();
  quality.trivial = is_auroc ? 0.5 : static_cast<double>(found_) / static_cast<double>(items());
  if (!is_auroc) {
    quality.formula.value = detail::average_precision_of;
    detail::finish_quality(quality, rows, "");
    return quality;
  }
  const std::unique_ptr<bool[]> positives = detail::positives_of(rows);
  const Auroc found =
      delong(detail::column_of(rows, 0), View<bool>(positives.get(), rows.size() / 2));
  quality.value = found.value;
  quality.value_interval = found.interval;
  quality.formula.difference = detail::difference_of_aurocs;
  detail::add_skill(quality, "");
  return quality;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/metric_bootstrap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                     std::size_t columns) {
  const std::size_t items = rows.size() / columns;
  const std::size_t groups = items < max_jackknife_groups ? items : max_jackknife_groups;
  std::vector<double> values(groups);
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t begin = group * items / groups * columns;
    const std::size_t end = (group + 1) * items / groups * columns;
    std::vector<double> rest;
    rest.insert(rest.end(), rows.begin(), rows.begin() + begin);
    rest.insert(rest.end(), rows.begin() + end, rows.end());
    values[group] = rest.empty() ? quiet_nan() : formula.value(rest);
  }
  return values;
}

PERJOULE_INLINE Resamples resample_metric(const ItemFormula& formula, View<double> rows,
                                          std::size_t columns) {
  if (formula.uses_sums) {
    // The sums are passed as a single row, since the sums of one row are that row.
    return resample(rows, columns, formula.value, quality_seed, quality_resamples);
  }
  const std::size_t n = rows.size() / columns;
  const std::size_t m = n < max_drawn_items ? n : max_drawn_items;
  const double shrink = std::sqrt(static_cast<double>(m) / static_cast<double>(n));
  Resamples resamples;
  resamples.value = formula.value(rows);
  resamples.acceleration = m < n ? 0.0 : acceleration(jackknife_values(formula, rows, columns));
  resamples.values = std::vector<double>(quality_resamples);
  Random random(quality_seed);
  std::vector<std::uint32_t> places(m);
  std::vector<double> drawn(m * columns);
  for (double& value : resamples.values) {
    draw(random, places, n);
    double* to = drawn.data();
    for (const std::uint32_t place : places) {
      const double* const from = rows.data() + place * columns;
      for (std::size_t c = 0; c < columns; ++c) *to++ = from[c];
    }
    const double of_drawn = formula.value(drawn);
    value = resamples.value + shrink * (of_drawn - resamples.value);
  }
  return resamples;
}

PERJOULE_INLINE IntervalEstimate<double> estimate_from_resamples(Resamples resamples,
                                                                 double level) {
  const std::size_t drawn = resamples.values.size();
  resamples.values = finite_values(resamples.values);
  const std::vector<double> known = sorted_finite_values(resamples.values);
  if (5 * known.size() < 4 * drawn) return {};
  return {{resamples.value, summarize(known).standard_deviation, infinite_dof, 0.0,
           Provenance::measured},
          bca_interval(resamples, level)};
}

PERJOULE_INLINE IntervalEstimate<double> bootstrap_difference(const Quality& a, View<double> rows_a,
                                                              const Quality& b, View<double> rows_b,
                                                              double level) {
  Resamples of_a = resample_metric(a.formula, rows_a, a.columns);
  const Resamples of_b = resample_metric(b.formula, rows_b, b.columns);
  of_a.value -= of_b.value;
  for (std::size_t i = 0; i < of_a.values.size(); ++i) of_a.values[i] -= of_b.values[i];
  std::vector<double> without_one = jackknife_values(a.formula, rows_a, a.columns);
  const std::vector<double> without_b = jackknife_values(b.formula, rows_b, b.columns);
  for (std::size_t i = 0; i < without_one.size(); ++i) without_one[i] -= without_b[i];
  of_a.acceleration = acceleration(without_one);
  return estimate_from_resamples(of_a, level);
}

PERJOULE_INLINE bool is_proportion(const Quality& quality) noexcept { return quality.unit == "%"; }

PERJOULE_INLINE void clamp_to_range(Quality& quality) noexcept {
  Interval<double>& interval = quality.value_interval;
  const double most = quality.higher_is_better ? quality.perfect : interval.high;
  const double least = !quality.higher_is_better ? quality.perfect
                       : is_proportion(quality)  ? 0.0
                                                 : interval.low;
  if (interval.low < least) interval.low = least;
  if (interval.high > most) interval.high = most;
}

PERJOULE_INLINE IntervalEstimate<double> estimate_of_equal_items(const Quality& quality,
                                                                 double value) {
  const double room = std::abs(quality.perfect - quality.trivial);
  const double scale = is_proportion(quality) ? 1.0 : room;
  if (!is_finite(scale) || scale <= 0.0) return {};
  const double open = scale * (1.0 - wilson_interval(quality.items, quality.items).low);
  const double u = open / (2.0 * t_quantile(0.975, infinite_dof));
  return {{value, u, infinite_dof, 0.0, Provenance::measured},
          {value - open, value + open, 0.95, IntervalMethod::wilson}};
}

PERJOULE_INLINE IntervalEstimate<double> mean_of_items(View<double> rows) {
  std::size_t ones = 0;
  std::size_t zeros = 0;
  for (const double x : rows) {
    ones += x == 1.0 ? 1 : 0;
    zeros += x == 0.0 ? 1 : 0;
  }
  if (ones + zeros == rows.size()) return proportion_of(ones, rows.size());
  const Estimate<double> mean = mean_of_independent(rows, Provenance::measured);
  return {mean, interval(mean)};
}

PERJOULE_INLINE void finish_quality(Quality& quality, View<double> rows,
                                    std::string_view why_no_skill) {
  check_items(quality);
  ItemFormula& formula = quality.formula;
  IntervalEstimate<double> found;
  double value = quiet_nan();
  bool alike = false;
  if (formula.value == nullptr) {
    value = summarize(rows).mean;
    found = mean_of_items(rows);
    alike = !found.estimate.is_known() || found.estimate.random <= 0.0;
  } else {
    formula.difference = bootstrap_difference;
    const Resamples resamples = resample_metric(formula, rows, rows.size() / quality.items);
    value = resamples.value;
    found = estimate_from_resamples(resamples, 0.95);
    // The quantiles of draws that hardly differ may be equal, though their scatter is not 0.
    alike = found.estimate.is_known()
                ? found.interval.low >= found.interval.high
                : 5 * finite_values(resamples.values).size() >= 4 * resamples.values.size();
  }
  if (is_finite(value) && alike) found = estimate_of_equal_items(quality, value);
  if (!found.estimate.is_known()) {
    quality.why_no_value = is_finite(value)
                               ? "too few items to tell how sure it is: pass more of each kind"
                               : "these items have none: see the metric's definition";
  }
  quality.value = found.estimate;
  quality.value_interval = found.interval;
  clamp_to_range(quality);
  add_skill(quality, why_no_skill);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/classification-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double evaluate_confusion(const ConfusionFormula& formula, View<double> rows) {
  const double last = *std::max_element(rows.begin(), rows.end());
  std::vector<ClassCount> classes(static_cast<std::size_t>(last) + 1);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto label = static_cast<std::size_t>(rows[i]);
    const auto output = static_cast<std::size_t>(rows[i + 1]);
    classes[label].actual += 1.0;
    classes[output].predicted += 1.0;
    if (label == output) classes[label].right += 1.0;
  }
  return formula(classes);
}

PERJOULE_INLINE std::size_t Confusion::index_of(std::int64_t number) const noexcept {
  const View<LabelIndex::LabelCount> all = classes_.entries();
  const auto* const found =
      std::find_if(all.begin(), all.end(),
                   [&](const LabelIndex::LabelCount& one) { return one.number == number; });
  return static_cast<std::size_t>(found - all.begin());
}

PERJOULE_INLINE void Confusion::finish(Quality& quality, const ConfusionFormula& formula,
                                       std::size_t always) const {
  quality.items = items();
  check_items(quality);
  quality.formula.value = [formula](View<double> rows) {
    return evaluate_confusion(formula, rows);
  };
  quality.formula.columns = "label,output";
  std::vector<ClassCount> counts(classes());
  const View<double> rows = rows_.all();
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    counts[static_cast<std::size_t>(rows[i])].actual += 1.0;
  }
  if (always == classes()) {
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const ClassCount& a, const ClassCount& b) { return a.actual < b.actual; });
    always = static_cast<std::size_t>(most - counts.begin());
  }
  counts[always].predicted = static_cast<double>(quality.items);
  counts[always].right = counts[always].actual;
  quality.trivial = formula(counts);
  finish_quality(
      quality, rows,
      "a predictor that always names one class does as well as a perfect one, which leaves nothing "
      "to be skilled at");
}

PERJOULE_INLINE double averaged_f_score(View<ClassCount> classes, Average average, FScoreKind kind,
                                        double beta, std::size_t positive) {
  if (average == Average::binary) {
    return positive < classes.size() ? f_score_of(classes[positive], kind, beta) : 0.0;
  }
  ClassCount all;
  double sum = 0.0;
  double weights = 0.0;
  for (const ClassCount& count : classes) {
    if (count.predicted + count.actual <= 0.0) continue;  // not among the items drawn
    all.right += count.right;
    all.predicted += count.predicted;
    all.actual += count.actual;
    const double weight = average == Average::weighted ? count.actual : 1.0;
    sum += weight * f_score_of(count, kind, beta);
    weights += weight;
  }
  return average == Average::micro ? f_score_of(all, kind, beta) : sum / weights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FScore::FScore(detail::FScoreKind kind, const FScoreOptions& options)
    : Confusion(options.keep), kind_(kind), options_(options) {
  if (is_finite(options.beta) && options.beta > 0.0) return;
  detail::fail("an F score weighs recall by a beta above 0", text::shortest(options.beta),
               "write .beta = 1, or leave it out");
}

PERJOULE_INLINE Quality FScore::result() const {
  const bool binary = options_.average == Average::binary;
  const std::string positive = text::shortest(static_cast<double>(options_.positive));
  const std::size_t place = index_of(options_.positive);
  if (binary && items() != 0 && place == classes()) {
    detail::fail("no label and no output is of the positive class", positive,
                 "name the class that is looked for, as in .positive = 1");
  }
  Quality quality;
  const bool is_f = kind_ == detail::FScoreKind::f;
  const std::string f = text::format("f{}", text::shortest(options_.beta));
  quality.metric = text::format("{}-{}", name(options_.average),
                                is_f                                     ? f
                                : kind_ == detail::FScoreKind::precision ? "precision"
                                                                         : "recall");
  quality.signature =
      text::format("average:{}{}{}|zero-division:0|trivial:{}", name(options_.average),
                   binary ? "|positive:" : "", binary ? positive : "",
                   binary ? "always-positive" : "most-frequent");
  const auto formula = [average = options_.average, kind = kind_, beta = options_.beta,
                        place](View<detail::ClassCount> classes) {
    return detail::averaged_f_score(classes, average, kind, beta, place);
  };
  finish(quality, formula, binary ? place : classes());
  return quality;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double mean_recall(View<ClassCount> classes) {
  double sum = 0.0;
  double present = 0.0;
  for (const ClassCount& count : classes) {
    if (count.actual <= 0.0) continue;
    sum += count.right / count.actual;
    present += 1.0;
  }
  return sum / present;
}

PERJOULE_INLINE Agreement agreement_of(View<ClassCount> classes) {
  Agreement sums;
  for (const ClassCount& count : classes) {
    sums.items += count.actual;
    sums.right += count.right;
    sums.by_chance += count.predicted * count.actual;
    sums.predicted += detail::square(count.predicted);
    sums.actual += detail::square(count.actual);
  }
  return sums;
}

PERJOULE_INLINE double matthews(View<ClassCount> classes) {
  const Agreement s = agreement_of(classes);
  const double n2 = detail::square(s.items);
  const double spread = (n2 - s.predicted) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / std::sqrt(spread);
}

PERJOULE_INLINE double kappa(View<ClassCount> classes) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / detail::square(s.items);
  if (by_chance >= 1.0) return quiet_nan();
  return (s.right / s.items - by_chance) / (1.0 - by_chance);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ClassAgreement::result() const {
  Quality quality;
  quality.signature = "classes:seen|trivial:most-frequent";
  switch (kind_) {
    case detail::AgreementKind::balanced_accuracy:
      quality.metric = "balanced-accuracy";
      finish(quality, detail::mean_recall, classes());
      break;
    case detail::AgreementKind::matthews:
      quality.metric = "mcc";
      quality.unit = "";
      finish(quality, detail::matthews, classes());
      break;
    case detail::AgreementKind::kappa:
      quality.metric = "kappa";
      quality.unit = "";
      finish(quality, detail::kappa, classes());
      break;
  }
  // No correlation is below -1, nor is its skill, since the value of the trivial predictor is 0.
  for (Interval<double>* const interval : {&quality.value_interval, &quality.skill_interval}) {
    if (interval->is_known() && interval->low < -1.0) interval->low = -1.0;
  }
  return quality;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/text_tokens-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_utf8(std::string_view text, std::string_view whose, std::size_t item) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.bytes == 0) {
      fail("a text is not valid UTF-8",
           text::format("the {} of item {}, at byte {}", whose, item, at),
           "decode it with the character set that it was written in");
    }
    at += next.bytes;
  }
}

PERJOULE_INLINE std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    if (is_space(next.value)) {
      if (begin < at) words.push_back(text.substr(begin, at - begin));
      begin = at + next.bytes;
    }
    at += next.bytes;
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

PERJOULE_INLINE std::vector<char32_t> code_points_of(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    points.push_back(next.value);
    at += next.bytes;
  }
  return points;
}

PERJOULE_INLINE std::string_view stripped(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const char* const end = words.back().data() + words.back().size();
  return {words.front().data(), static_cast<std::size_t>(end - words.front().data())};
}

PERJOULE_INLINE void ReferenceCount::add(std::size_t references, std::size_t item) {
  if (references == 0) {
    fail("no reference has a text", text::format("item {}", item),
         "leave the item out, or give it a reference");
  }
  if (item == 0) most_ = least_ = references;
  most_ = std::max(most_, references);
  least_ = std::min(least_, references);
}

PERJOULE_INLINE std::string ReferenceCount::shown() const {
  return least_ == most_ ? std::to_string(most_) : "var";
}

PERJOULE_INLINE std::uint32_t Vocabulary::add(std::string_view word) {
  std::string text(word);
  const auto known = ids_.find(text);
  if (known != ids_.end()) return known->second;
  words_.push_back(text);  // first: a number without a word would be a fault
  const auto number = static_cast<std::uint32_t>(words_.size() - 1);
  ids_.emplace(std::move(text), number);
  return number;
}

PERJOULE_INLINE std::vector<std::uint32_t> token_ids(View<std::string_view> words,
                                                     Vocabulary& vocabulary) {
  std::vector<std::uint32_t> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = vocabulary.add(words[i]);
  return numbers;
}

PERJOULE_INLINE NGrams::NGrams(View<std::uint32_t> tokens, std::size_t highest_order)
    : highest_order_(highest_order) {
  std::size_t most = 0;
  for (std::size_t n = 1; n <= highest_order; ++n) most += n_gram_count(tokens.size(), n);
  std::size_t slots = 16;
  for (shift_ = 60; slots < 2 * most; --shift_) slots *= 2;
  slots_ = std::vector<std::uint32_t>(slots);
  grams_ = std::vector<Gram>(most + 1);  // the first one is the empty n-gram
  used_ = 1;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::uint32_t gram = 0;
    for (std::size_t n = 0; n < highest_order && i + n < tokens.size(); ++n) {
      const std::uint64_t key = key_of(gram, tokens[i + n]);
      std::uint32_t& slot = slots_[find(key)];
      if (slot == 0) {
        grams_[used_].key = key;
        slot = used_++;
      }
      gram = slot;
      ++grams_[gram].own;
    }
  }
}

PERJOULE_INLINE void NGrams::match(View<std::uint32_t> other, double* matches) {
  ++texts_;
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::uint32_t found = 0;
    for (std::size_t n = 0; n < highest_order_ && i + n < other.size(); ++n) {
      found = slots_[find(key_of(found, other[i + n]))];
      if (found == 0) break;
      Gram& gram = grams_[found];
      if (gram.text != texts_) {
        gram.text = texts_;
        gram.in_text = 0;
      }
      ++gram.in_text;
      if (gram.in_text > gram.matched && gram.matched < gram.own) {
        ++gram.matched;
        matches[n] += 1.0;
      }
    }
  }
}

PERJOULE_INLINE void NGrams::reset_matches() noexcept {
  for (Gram& gram : grams_) gram.matched = 0;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/error_rate-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                          VerticalDeltas* steps) {
  LabelIndex numbers;
  std::vector<std::uint32_t> rows(reference.size());
  std::vector<std::uint32_t> columns(output.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<std::uint32_t>(numbers.find(reference[i]));
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    columns[j] = static_cast<std::uint32_t>(numbers.find(output[j]));
  }
  std::vector<std::uint64_t> masks(numbers.entries().size());
  // Steps from the previous column, in the last row of the block above.
  std::vector<signed char> across(columns.size());
  for (signed char& step : across) step = 1;
  for (std::size_t first = 0; first < rows.size(); first += 64) {
    const std::size_t left = rows.size() - first;
    const std::size_t here = left < 64 ? left : 64;
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] |= std::uint64_t{1} << i;
    std::uint64_t up = ~std::uint64_t{0};
    std::uint64_t down = 0;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const auto up_in = static_cast<std::uint64_t>(across[j] > 0);
      const auto down_in = static_cast<std::uint64_t>(across[j] < 0);
      const std::uint64_t equal = masks[columns[j]];
      const std::uint64_t vertical = equal | down;
      const std::uint64_t seen = equal | down_in;
      const std::uint64_t horizontal = (((seen & up) + up) ^ up) | seen;
      std::uint64_t right_up = down | ~(horizontal | up);
      std::uint64_t right_down = up & horizontal;
      across[j] = static_cast<signed char>(static_cast<int>(right_up >> (here - 1) & 1U) -
                                           static_cast<int>(right_down >> (here - 1) & 1U));
      right_up = right_up << 1U | up_in;
      right_down = right_down << 1U | down_in;
      up = right_down | ~(vertical | right_up);
      down = right_up & vertical;
      if (steps != nullptr) *steps++ = {up, down};
    }
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] = 0;
  }
  std::ptrdiff_t distance = static_cast<std::ptrdiff_t>(rows.size());
  for (const signed char step : across) distance += step;
  return static_cast<std::size_t>(distance);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference,
                                          View<std::uint32_t> output) {
  return detail::edit_distance(reference, output, nullptr);
}

PERJOULE_INLINE Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output) {
  std::size_t i = reference.size();
  std::size_t j = output.size();
  std::vector<detail::VerticalDeltas> steps((i + 63) / 64 * j);
  (void)detail::edit_distance(reference, output, steps.data());
  Edits edits;
  while (i != 0 && j != 0) {
    if (reference[i - 1] == output[j - 1]) {
      --i;
      --j;
      continue;
    }
    const detail::VerticalDeltas* const cell =
        steps.data() + (i - 1) / 64 * output.size() + (j - 1);
    const std::uint64_t row = std::uint64_t{1} << ((i - 1) % 64);
    if ((cell->up & row) != 0) {
      ++edits.deletions;
      --i;
    } else if (j > 1 && (cell[-1].down & row) != 0) {
      // The cell to the left is less than the diagonal one, so only the way from there is shortest.
      ++edits.insertions;
      --j;
    } else {
      ++edits.substitutions;
      --i;
      --j;
    }
  }
  edits.deletions += i;
  edits.insertions += j;
  return edits;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double error_rate_of(View<double> rows) {
  double sums[2];
  sum_columns(rows, sums);
  return sums[1] > 0.0 ? sums[0] / sums[1] : quiet_nan();
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void ErrorRate::add(std::string_view output, std::string_view reference) {
  detail::check_utf8(output, "output", items());
  detail::check_utf8(reference, "reference", items());
  detail::Vocabulary words;
  const std::vector<std::uint32_t> wanted = tokens(reference, words);
  const std::vector<std::uint32_t> said = tokens(output, words);
  rows_.add({static_cast<double>(edit_distance(wanted, said)), static_cast<double>(wanted.size())});
}

PERJOULE_INLINE Quality ErrorRate::result() const {
  const bool of_words = unit_ == TextUnit::word;
  Quality quality;
  quality.metric = of_words ? "WER" : "CER";
  quality.signature = of_words ? "unit:word|split:white-space|case:mixed|as:jiwer-4.0"
                               : "unit:code-point|strip:yes|case:mixed|as:jiwer-4.0";
  quality.higher_is_better = false;
  quality.items = items();
  quality.trivial = 1.0;
  quality.perfect = 0.0;
  quality.formula.value = detail::error_rate_of;
  quality.formula.uses_sums = true;
  quality.formula.columns = of_words ? "edits,words" : "edits,characters";
  detail::check_items(quality);
  const View<double> rows = rows_.all();
  double sums[2];
  detail::sum_columns(rows, sums);
  if (sums[1] <= 0.0) {
    quality.unit = "";
    quality.trivial = 0.0;
    quality.signature = "insertions|as:jiwer-4.0";
    quality.value = exact(sums[0]);
    quality.value_interval = interval(quality.value);
    quality.why_no_skill = "all references are empty: who says nothing is perfect";
    return quality;
  }
  detail::finish_quality(quality, rows, "");
  return quality;
}

PERJOULE_INLINE std::vector<std::uint32_t> ErrorRate::tokens(std::string_view text,
                                                             detail::Vocabulary& words) const {
  if (unit_ == TextUnit::word) return detail::token_ids(detail::words_of(text), words);
  const std::vector<char32_t> points = detail::code_points_of(detail::stripped(text));
  std::vector<std::uint32_t> numbers(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) numbers[i] = points[i];
  return numbers;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/language_model-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double perplexity_of(View<double> rows) {
  double sums[] = {0.0, 0.0};
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % 2] += rows[i];
  return std::exp(sums[0] / sums[1]);
}

PERJOULE_INLINE double bits_per_symbol(View<double> rows) {
  double sums[] = {0.0, 0.0};
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % 2] += rows[i];
  constexpr double ln2 = 0.693147180559945309417;
  return sums[0] / ln2 / sums[1];
}

PERJOULE_INLINE double entropy(const LabelIndex& symbols) {
  double n = 0.0;
  for (const LabelIndex::LabelCount& symbol : symbols.entries())
    n += static_cast<double>(symbol.count);
  double sum = 0.0;
  for (const LabelIndex::LabelCount& symbol : symbols.entries()) {
    const double share = static_cast<double>(symbol.count) / n;
    sum -= share * std::log(share);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality TextSurprisal::result() const {
  Quality quality;
  quality.items = items();
  quality.higher_is_better = false;
  const bool tokens = symbol_ == detail::Symbol::token;
  const bool bytes = symbol_ == detail::Symbol::byte;
  quality.metric = tokens ? "perplexity" : bytes ? "bits-per-byte" : "bits-per-character";
  quality.signature = tokens  ? "symbol:token|trivial:token-shares"
                      : bytes ? "symbol:byte|trivial:byte-shares"
                              : "symbol:code-point|trivial:code-point-shares";
  quality.unit = tokens ? "" : "bit";
  quality.perfect = tokens ? 1.0 : 0.0;
  quality.formula.value = tokens ? detail::perplexity_of : detail::bits_per_symbol;
  quality.formula.columns = tokens ? "nats,tokens" : bytes ? "nats,bytes" : "nats,characters";
  if (symbols_.entries().empty()) {
    quality.trivial = detail::quiet_nan();
  } else {
    const double row[] = {detail::entropy(symbols_), 1.0};
    quality.trivial = quality.formula.value({row, 2});
  }
  detail::finish_quality(
      quality, rows_.all(),
      "the text is one symbol over and over, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void TextSurprisal::reject_surprisal() const {
  detail::fail("a text's surprise is a finite number of nats, 0 or more",
               text::format("item {}", items()),
               "return the sum of -ln p over its tokens, or ln p of each");
}

PERJOULE_INLINE void TextSurprisal::count(double nats, std::string_view text) {
  if (symbol_ == detail::Symbol::token) {
    detail::fail("perplexity of a text without its tokens", text::format("item {}", items()),
                 "pass the tokens of each text, or how many it has; or ask for bits_per_byte");
  }
  if (symbol_ == detail::Symbol::byte) {
    for (const char byte : text) symbols_.add(static_cast<unsigned char>(byte));
    add_row(nats, static_cast<double>(text.size()));
    return;
  }
  detail::check_utf8(text, "reference", items());
  double characters = 0.0;
  for (std::size_t at = 0; at < text.size();) {
    const detail::CodePoint next = detail::first_code_point(text.substr(at));
    symbols_.add(next.value);
    characters += 1.0;
    at += next.bytes;
  }
  add_row(nats, characters);
}

PERJOULE_INLINE void TextSurprisal::need_tokens() const {
  if (symbol_ == detail::Symbol::token) return;
  detail::fail("bits of a text that is not there", text::format("item {}", items()),
               "pass the texts themselves, or ask for perplexity");
}

PERJOULE_INLINE void TextSurprisal::add_row(double nats, double symbols) {
  if (symbols < 1.0) {
    detail::fail("an empty text has no surprise", text::format("item {}", items()), "leave it out");
  }
  rows_.add({nats, symbols});
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/probability_metrics-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void reject_probability(double p, std::size_t item) {
  fail("a probability is not between 0 and 1", text::format("item {}: {}", item, text::shortest(p)),
       "return the output of softmax or sigmoid, not logits");
}

PERJOULE_INLINE double surprisal(double p) noexcept {
  constexpr double least = 0x1p-52;
  if (p < least) p = least;
  if (p > 1.0 - least) p = 1.0 - least;
  return -std::log(p);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ProbabilityLoss::result() const {
  Quality quality;
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  const bool is_log = kind_ == detail::ProbabilityKind::log_loss;
  quality.metric = is_log ? "log-loss" : "brier";
  detail::check_items(quality);
  quality.unit = is_log ? "nat" : "";
  quality.formula.columns = is_log ? "nats" : "squares";
  quality.signature = is_log               ? "clip:2.2e-16|trivial:label-shares"
                      : single_ == items() ? "classes:one|trivial:label-shares"
                                           : "classes:all|trivial:label-shares";
  const auto n = static_cast<double>(items());
  for (const detail::LabelIndex::LabelCount& label : labels_.entries()) {
    const double share = static_cast<double>(label.count) / n;
    quality.trivial += is_log ? -share * std::log(share) : share * (1.0 - share);
  }
  if (!is_log && single_ == items()) quality.trivial *= 0.5;
  detail::finish_quality(quality, rows_.all(),
                         "all labels are of one class, which leaves nothing to be skilled at");
  return quality;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t calibration_bin(double confidence, double bins) {
  auto bin = static_cast<std::size_t>(confidence * bins);
  if (bin > 0 && confidence <= static_cast<double>(bin) / bins) --bin;
  const auto count = static_cast<std::size_t>(bins);
  return bin < count ? bin : count - 1;
}

PERJOULE_INLINE double expected_calibration_error(View<double> rows, double bins) {
  std::vector<double> gaps(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    gaps[calibration_bin(rows[i], bins)] += rows[i] - rows[i + 1];
  }
  double sum = 0.0;
  for (const double gap : gaps) sum += std::abs(gap);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE double calibration_uncertainty(double items, double seen, double calibrated) {
  const double square = seen > calibrated ? seen : calibrated;
  const double rare = 1.0 + std::sqrt(square + 0.75);
  const double most = 0.5 * std::sqrt(items);
  const double above = rare < most ? rare : most;
  const double u = std::sqrt(square);
  return u > above ? u : above;
}

PERJOULE_INLINE double calibration_halfwidth(View<double> rows, double bins) {
  const auto count = static_cast<std::size_t>(bins);
  std::vector<double> items(count);
  std::vector<double> seen(count);
  std::vector<double> calibrated(count);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const std::size_t bin = calibration_bin(rows[i], bins);
    items[bin] += 1.0;
    seen[bin] += detail::square(rows[i] - rows[i + 1]);
    calibrated[bin] += rows[i] * (1.0 - rows[i]);
  }
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t bin = 0; bin < count; ++bin) {
    const double u = calibration_uncertainty(items[bin], seen[bin], calibrated[bin]);
    sum += u;
    squares += u * u;
  }
  constexpr double two_over_pi = 0.636619772367581343;
  constexpr double z = 1.95996398454005424;  // so that for a single bin it is at least 1.96 u
  return (std::sqrt(two_over_pi) * sum + z * std::sqrt((1.0 - two_over_pi) * squares)) /
         (0.5 * static_cast<double>(rows.size()));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality CalibrationError::result() const {
  Quality quality;
  quality.metric = "ece";
  quality.signature = text::format("bins:{}|norm:l1|confidence:top|trivial:none", bins_);
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  detail::check_items(quality);
  const auto bins = static_cast<double>(bins_);
  quality.formula.value = [bins](View<double> rows) {
    return detail::expected_calibration_error(rows, bins);
  };
  quality.formula.difference = detail::bootstrap_difference;
  quality.formula.columns = "confidence,right";
  const double ece = detail::expected_calibration_error(rows_.all(), bins);
  const double half = detail::calibration_halfwidth(rows_.all(), bins);
  quality.value = {ece, half / t_quantile(0.975, infinite_dof), infinite_dof, 0.0,
                   Provenance::measured};
  quality.value_interval = {ece > half ? ece - half : 0.0, ece < 1.0 - half ? ece + half : 1.0,
                            0.95, IntervalMethod::student_t};
  detail::add_skill(quality,
                    "who always says how frequent the most frequent label is, is calibrated: it "
                    "tells nothing of how much a model knows");
  return quality;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/question_answering-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE char32_t lower_case(char32_t c) noexcept {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within('A', 'Z')) return c + 32;
  if (c < 0xC0U) return c;
  if ((within(0xC0U, 0xDEU) && c != 0xD7U) || (within(0x391U, 0x3ABU) && c != 0x3A2U) ||
      within(0x410U, 0x42FU)) {
    return c + 32;
  }
  if (c == 0x130U) return 'i';
  if (c == 0x178U) return 0xFFU;
  if (c == 0x386U) return 0x3ACU;
  if (within(0x388U, 0x38AU)) return c + 37;
  if (c == 0x38CU) return 0x3CCU;
  if (within(0x38EU, 0x38FU)) return c + 63;
  if (within(0x400U, 0x40FU)) return c + 80;
  if (c == 0x4C0U) return 0x4CFU;
  if (c == 0x1E9EU) return 0xDFU;
  // Elsewhere each capital letter precedes its small letter.
  if (within(0x139U, 0x148U) || within(0x179U, 0x17EU) || within(0x1AFU, 0x1B0U) ||
      within(0x1CDU, 0x1DCU) || within(0x4C1U, 0x4CEU)) {
    return c + c % 2;
  }
  const bool even_ones =
      (within(0x100U, 0x137U) && c != 0x131U) || within(0x14AU, 0x177U) || within(0x1A0U, 0x1A5U) ||
      within(0x1DEU, 0x1EFU) || within(0x1F8U, 0x21FU) || within(0x222U, 0x233U) ||
      within(0x460U, 0x481U) || within(0x48AU, 0x4BFU) || within(0x4D0U, 0x52FU) ||
      within(0x1E00U, 0x1E95U) || within(0x1EA0U, 0x1EFFU);
  return even_ones ? c | 1U : c;
}

PERJOULE_INLINE bool is_word_character(char32_t c) noexcept {
  if (c < 0x80U) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }
  if (c < 0xC0U) {
    return c == 0xAAU || c == 0xB2U || c == 0xB3U || c == 0xB5U || c == 0xB9U || c == 0xBAU ||
           (c >= 0xBCU && c <= 0xBEU);
  }
  const bool sign = c == 0xD7U || c == 0xF7U || (c >= 0x300U && c <= 0x36FU) ||
                    (c >= 0x2000U && c <= 0x206FU) || (c >= 0x20A0U && c <= 0x20FFU) ||
                    (c >= 0x2190U && c <= 0x245FU) || (c >= 0x2500U && c <= 0x2775U) ||
                    (c >= 0x3000U && c <= 0x3004U) || (c >= 0x3008U && c <= 0x3020U) ||
                    (c >= 0xFF01U && c <= 0xFF0FU) || (c >= 0x1F300U && c <= 0x1FAFFU);
  return !sign;
}

PERJOULE_INLINE void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80U) return put(c);
  if (c < 0x800U) {
    put(0xC0U | c >> 6U);
  } else {
    if (c < 0x10000U) {
      put(0xE0U | c >> 12U);
    } else {
      put(0xF0U | c >> 18U);
      put(0x80U | (c >> 12U & 0x3FU));
    }
    put(0x80U | (c >> 6U & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

PERJOULE_INLINE std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept {
  if (at != 0 && is_word_character(points[at - 1])) return 0;
  for (const std::string_view article : {"a", "an", "the"}) {
    const std::size_t end = at + article.size();
    if (end > points.size() || (end < points.size() && is_word_character(points[end]))) continue;
    std::size_t same = 0;
    while (same < article.size() && points[at + same] == static_cast<char32_t>(article[same])) {
      ++same;
    }
    if (same == article.size()) return same;
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string normalize_answer(std::string_view text) {
  std::vector<char32_t> points;
  for (const char32_t c : detail::code_points_of(text)) {
    if (c >= 0x80U || !detail::is_punctuation(static_cast<char>(c))) {
      points.push_back(detail::lower_case(c));
    }
  }
  std::string normal;
  bool apart = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t article = detail::article_length_at(points, i);
    if (article != 0 || detail::is_space(points[i])) {
      apart = true;
      i += article == 0 ? 0 : article - 1;
      continue;
    }
    if (apart && !normal.empty()) normal.push_back(' ');
    apart = false;
    detail::append_utf8(normal, points[i]);
  }
  return normal;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string normalized_answer(std::string_view text, std::string_view whose,
                                              std::size_t item) {
  check_utf8(text, whose, item);
  return normalize_answer(text);
}

PERJOULE_INLINE double answer_f1(std::string_view output, std::string_view reference) {
  Vocabulary vocabulary;
  const std::vector<std::uint32_t> said = token_ids(words_of(output), vocabulary);
  const std::vector<std::uint32_t> wanted = token_ids(words_of(reference), vocabulary);
  double same = 0.0;
  NGrams(said, 1).match(wanted, &same);
  return same <= 0.0 ? 0.0 : 2.0 * same / static_cast<double>(said.size() + wanted.size());
}

PERJOULE_INLINE void ReferenceAnswers::add(View<std::string_view> references, std::size_t item) {
  const std::size_t first = numbers_.size();
  counts_.add(references.size(), item);
  for (const std::string_view reference : references) {
    const std::string normal = normalized_answer(reference, "reference", item);
    const std::uint32_t number = answers_.add(normal);
    if (number == items_with_.size()) items_with_.push_back(0);
    const auto begin = numbers_.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::find(begin, numbers_.end(), number) != numbers_.end()) continue;
    numbers_.push_back(number);
    ++items_with_[number];
  }
  ends_.push_back(numbers_.size());
}

PERJOULE_INLINE std::uint32_t ReferenceAnswers::most_frequent() const noexcept {
  const auto best = std::max_element(items_with_.begin(), items_with_.end());
  return static_cast<std::uint32_t>(best - items_with_.begin());
}

PERJOULE_INLINE double ReferenceAnswers::best_f1(std::string_view answer, std::size_t item) const {
  double best = 0.0;
  for (const std::uint32_t number : of(item)) {
    best = std::max(best, answer_f1(answer, answers_[number]));
  }
  return best;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ExactMatch::result() const {
  Quality quality;
  quality.metric = "exact-match";
  quality.signature =
      text::format("nrefs:{}|normal:squad-1.1|trivial:most-frequent", answers_.counts());
  quality.formula.columns = "right";
  quality.items = items();
  detail::check_items(quality);
  quality.trivial = static_cast<double>(answers_.items_with(answers_.most_frequent())) /
                    static_cast<double>(quality.items);
  const View<double> rows = rows_.all();
  const auto right = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](double one) { return one > 0.0; }));
  detail::finish_proportion(
      quality, right, "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void ExactMatch::add_texts(std::string_view output,
                                           const std::vector<std::string_view>& references) {
  const std::string normal = detail::normalized_answer(output, "output", items());
  answers_.add(references, items());
  const View<std::uint32_t> numbers = answers_.of(items());
  const bool right = std::any_of(numbers.begin(), numbers.end(),
                                 [&](std::uint32_t number) { return answers_[number] == normal; });
  rows_.add({right ? 1.0 : 0.0});
}

PERJOULE_INLINE Quality TokenF1::result() const {
  Quality quality;
  quality.metric = "token-F1";
  quality.signature =
      text::format("nrefs:{}|normal:squad-1.1|trivial:most-frequent", answers_.counts());
  quality.formula.columns = "f1";
  quality.items = items();
  detail::check_items(quality);
  const std::string_view constant = answers_[answers_.most_frequent()];
  for (std::size_t i = 0; i < quality.items; ++i) {
    quality.trivial += answers_.best_f1(constant, i);
  }
  quality.trivial /= static_cast<double>(quality.items);
  detail::finish_quality(
      quality, rows_.all(),
      "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void TokenF1::add_texts(std::string_view output,
                                        const std::vector<std::string_view>& references) {
  const std::string normal = detail::normalized_answer(output, "output", items());
  answers_.add(references, items());
  rows_.add({answers_.best_f1(normal, items())});
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/regression-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double root_mean_square_error(View<double> rows) {
  double squares = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) squares += detail::square(rows[i] - rows[i + 1]);
  return std::sqrt(squares / (0.5 * static_cast<double>(rows.size())));
}

PERJOULE_INLINE double mean_absolute_error(View<double> rows) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) sum += std::abs(rows[i] - rows[i + 1]);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE double coefficient_of_determination(View<double> rows) {
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  double left = 0.0;
  double all = 0.0;
  // Tested separately: the mean of equal numbers may differ from them by rounding.
  bool differ = false;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    left += detail::square(rows[i] - rows[i + 1]);
    all += detail::square(rows[i + 1] - mean);
    differ = differ || rows[i + 1] != rows[1];
  }
  return differ ? 1.0 - left / all : quiet_nan();
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Regression::result() const {
  Quality quality;
  quality.items = items();
  detail::check_items(quality);
  quality.formula.columns = "output,reference";
  quality.perfect = 0.0;
  quality.higher_is_better = false;
  quality.unit = unit_;
  const View<double> rows = rows_.all();
  switch (kind_) {
    case detail::RegressionKind::rmse:
      quality.metric = "rmse";
      quality.signature = "trivial:mean";
      quality.formula.value = detail::root_mean_square_error;
      quality.trivial = of_constant(quality.formula, mean_reference());
      break;
    case detail::RegressionKind::mae:
      quality.metric = "mae";
      quality.signature = "trivial:median";
      quality.formula.value = detail::mean_absolute_error;
      quality.trivial = of_constant(quality.formula, median_reference());
      break;
    case detail::RegressionKind::r2:
      quality.metric = "r2";
      quality.signature = "trivial:mean";
      quality.formula.value = detail::coefficient_of_determination;
      quality.higher_is_better = true;
      quality.perfect = 1.0;
      quality.unit = "";
      break;
  }
  detail::finish_quality(quality, rows,
                         "all references are equal, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void Regression::not_finite(bool reference) const {
  detail::fail(
      reference ? "a reference is not a finite number" : "a prediction is not a finite number",
      text::format("item {}", items()),
      reference ? "leave out inputs that have no reference"
                : "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE double Regression::of_constant(const ItemFormula& formula, double output) const {
  const View<double> all = rows_.all();
  std::vector<double> rows(all.begin(), all.end());
  for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = output;
  return formula.value(rows);
}

PERJOULE_INLINE std::vector<double> Regression::references() const {
  std::vector<double> values;
  for (std::size_t i = 1; i < rows_.all().size(); i += 2) values.push_back(rows_.all()[i]);
  return values;
}

PERJOULE_INLINE double Regression::mean_reference() const { return summarize(references()).mean; }

PERJOULE_INLINE double Regression::median_reference() const { return quantile(references(), 0.5); }

}  // namespace perjoule::inline v0

// ---- perjoule/quality/translation-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void replace(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string changed;
  std::size_t done = 0;
  for (; at != std::string::npos; at = text.find(from, done)) {
    changed.append(text, done, at - done);
    changed += to;
    done = at + from.size();
  }
  changed.append(text, done);
  text = std::move(changed);
}

PERJOULE_INLINE void space_pairs(std::string& text, bool (*is_pair)(char, char),
                                 bool sign_is_first) {
  std::string spaced;
  spaced.reserve(2 * text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i + 1 == text.size() || !is_pair(c, text[i + 1])) {
      spaced += c;
      continue;
    }
    if (sign_is_first) spaced += ' ';
    spaced += c;
    spaced += ' ';
    spaced += text[++i];
    if (!sign_is_first) spaced += ' ';
  }
  text = std::move(spaced);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string tokenize_13a(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) text = detail::stripped(text);
  std::string plain(text);
  detail::replace(plain, "<skipped>", "");
  detail::replace(plain, "-\n", "");  // a word broken at the end of a line
  detail::replace(plain, "\n", " ");
  detail::replace(plain, "&quot;", "\"");
  detail::replace(plain, "&amp;", "&");
  detail::replace(plain, "&lt;", "<");
  detail::replace(plain, "&gt;", ">");
  std::string tokens = " ";
  tokens.reserve(3 * plain.size() + 2);
  for (const char c : plain) {
    const bool is_separate = detail::is_separate_token(c);
    if (is_separate) tokens += ' ';
    tokens += c;
    if (is_separate) tokens += ' ';
  }
  tokens += ' ';
  // Bytes stand for characters here: no byte of a longer character looks like a sign or a digit.
  detail::space_pairs(
      tokens, [](char a, char b) { return detail::is_stop(b) && !detail::is_digit(a); }, false);
  detail::space_pairs(
      tokens, [](char a, char b) { return detail::is_stop(a) && !detail::is_digit(b); }, true);
  detail::space_pairs(
      tokens, [](char a, char b) { return b == '-' && detail::is_digit(a); }, false);
  return tokens;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double bleu_of(View<double> rows, const BleuOptions& options) {
  double sums[bleu_columns];
  sum_columns(rows, sums);
  const double said = sums[0];
  const double wanted = sums[1];
  const double* const matches = sums + 2;
  const double* const n_grams = matches + bleu_orders;
  const BleuSmoothing::Method method = options.smoothing.method();
  const double value = options.smoothing.value();
  double matched = 0.0;
  for (std::size_t n = 0; n < bleu_orders; ++n) matched += matches[n];
  if (matched <= 0.0) return 0.0;

  double logarithms = 0.0;
  double share = 1.0;  // share of a match, for an order that has none
  std::size_t orders = 0;
  for (; orders < bleu_orders; ++orders) {
    const double more = method == BleuSmoothing::Method::add_k && orders > 0 ? value : 0.0;
    const double all = n_grams[orders] + more;
    double right = matches[orders] + more;
    if (all <= 0.0) break;
    if (right <= 0.0 && method == BleuSmoothing::Method::exp) right = share *= 0.5;
    if (right <= 0.0 && method == BleuSmoothing::Method::floor) right = value;
    if (right <= 0.0) return 0.0;
    logarithms += std::log(right / all);
  }
  if (orders < bleu_orders && !options.effective_order) return 0.0;
  const double brevity = said < wanted ? 1.0 - wanted / said : 0.0;
  return 100.0 * std::exp(brevity + logarithms / static_cast<double>(orders));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Bleu::result() const {
  static constexpr const char* methods[] = {"none", "floor", "add-k", "exp"};
  const auto method = static_cast<std::size_t>(options_.smoothing.method());
  const double value = options_.smoothing.value();
  Quality quality;
  quality.metric = "BLEU";
  quality.signature = text::format(
      "nrefs:{}|case:mixed|eff:{}|tok:{}|smooth:{}{}{}{}|as:sacrebleu-2.3.1", references_.shown(),
      options_.effective_order ? "yes" : "no",
      options_.tokenizer == BleuTokenizer::v13a ? "13a" : "none", methods[method],
      value > 0.0 ? "[" : "", value > 0.0 ? text::shortest(value) : "", value > 0.0 ? "]" : "");
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula.value = [options = options_](View<double> rows) {
    return detail::bleu_of(rows, options);
  };
  quality.formula.uses_sums = true;
  quality.formula.columns =
      "output-words,reference-words,"
      "1-gram-matches,2-gram-matches,3-gram-matches,4-gram-matches,"
      "1-grams,2-grams,3-grams,4-grams";
  detail::finish_quality(quality, rows_.all(), "");
  return quality;
}

PERJOULE_INLINE void Bleu::add_texts(std::string_view output,
                                     const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary words;
  const std::vector<std::uint32_t> said = tokens(output, words);
  detail::NGrams n_grams(said, detail::bleu_orders);
  double row[detail::bleu_columns] = {};
  std::size_t nearest = 0;
  std::size_t used = 0;
  for (const std::string_view reference : references) {
    if (reference.empty()) continue;
    detail::check_utf8(reference, "reference", items());
    const std::vector<std::uint32_t> wanted = tokens(reference, words);
    n_grams.match(wanted, row + 2);
    const std::size_t size = wanted.size();
    const std::size_t off = size < said.size() ? said.size() - size : size - said.size();
    const std::size_t least = nearest < said.size() ? said.size() - nearest : nearest - said.size();
    if (used++ == 0 || off < least || (off == least && size < nearest)) nearest = size;
  }
  references_.add(used, items());
  row[0] = static_cast<double>(said.size());
  row[1] = static_cast<double>(nearest);
  for (std::size_t n = 1; n <= detail::bleu_orders; ++n) {
    row[1 + detail::bleu_orders + n] = static_cast<double>(detail::n_gram_count(said.size(), n));
  }
  rows_.add(row);
}

PERJOULE_INLINE std::vector<std::uint32_t> Bleu::tokens(std::string_view text,
                                                        detail::Vocabulary& words) const {
  if (options_.tokenizer == BleuTokenizer::none) {
    return detail::token_ids(detail::words_of(text), words);
  }
  const std::string spaced = tokenize_13a(text);
  return detail::token_ids(detail::words_of(spaced), words);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double chrf_f_score(const double* counts, std::size_t orders, double beta) {
  double precision = 0.0;
  double recall = 0.0;
  double used = 0.0;
  for (std::size_t n = 0; n < orders; ++n, counts += 3) {
    if (counts[0] <= 0.0 || counts[1] <= 0.0) continue;
    precision += counts[2] / counts[0];
    recall += counts[2] / counts[1];
    used += 1.0;
  }
  if (precision + recall <= 0.0) return 0.0;
  precision /= used;
  recall /= used;
  const double weight = beta * beta;
  return 100.0 * (1.0 + weight) * precision * recall / (weight * precision + recall);
}

PERJOULE_INLINE double chrf_of(View<double> rows, std::size_t orders, double beta) {
  const std::size_t columns = 3 * orders;
  ChrfCounts sums;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums.counts[c] += rows[i + c];
  }
  return chrf_f_score(sums.counts, orders, beta);
}

PERJOULE_INLINE std::vector<std::uint32_t> chrf_words(std::string_view text,
                                                      Vocabulary& vocabulary) {
  std::vector<std::string_view> parts;
  for (const std::string_view word : words_of(text)) {
    const bool behind = word.size() > 1 && is_punctuation(word[word.size() - 1]);
    const std::size_t first = behind ? word.size() - 1 : is_punctuation(word[0]) ? 1 : 0;
    if (first != 0) parts.push_back(word.substr(0, first));
    if (first != word.size()) parts.push_back(word.substr(first));
  }
  return token_ids(parts, vocabulary);
}

PERJOULE_INLINE std::vector<std::uint32_t> chrf_characters(std::string_view text) {
  const std::vector<char32_t> points = code_points_of(text);
  std::vector<std::uint32_t> characters;
  characters.reserve(points.size());
  std::copy_if(points.begin(), points.end(), std::back_inserter(characters),
               [](char32_t c) { return !is_space(c); });
  return characters;
}

PERJOULE_INLINE void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                                std::size_t orders, double* counts) {
  double matches[chrf_character_orders] = {};
  n_grams.reset_matches();
  n_grams.match(reference, matches);
  for (std::size_t n = 1; n <= orders; ++n, counts += 3) {
    const std::size_t wanted = n_gram_count(reference.size(), n);
    // An order that the reference is too short for does not count against the output.
    counts[0] = wanted == 0 ? 0.0 : static_cast<double>(n_gram_count(said, n));
    counts[1] = static_cast<double>(wanted);
    counts[2] = matches[n - 1];
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Chrf::result() const {
  const std::string beta = text::shortest(options_.beta);
  Quality quality;
  quality.metric = text::format("chrF{}{}", beta,
                                options_.word_order == 0   ? ""
                                : options_.word_order == 1 ? "+"
                                                           : "++");
  quality.signature =
      text::format("nrefs:{}|case:mixed|eff:yes|nc:6|nw:{}|space:no|beta:{}|as:sacrebleu-2.3.1",
                   references_.shown(), options_.word_order, beta);
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula.value = [orders = orders(), beta = options_.beta](View<double> rows) {
    return detail::chrf_of(rows, orders, beta);
  };
  quality.formula.uses_sums = true;
  quality.formula.columns = "output,reference,both of 1 to 6 characters, then of words";
  detail::finish_quality(quality, rows_, "");
  return quality;
}

PERJOULE_INLINE void Chrf::add_texts(std::string_view output,
                                     const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary vocabulary;
  const std::vector<std::uint32_t> characters = detail::chrf_characters(output);
  detail::NGrams of_characters(characters, detail::chrf_character_orders);
  std::vector<std::uint32_t> words;
  if (options_.word_order != 0) words = detail::chrf_words(output, vocabulary);
  detail::NGrams of_words(words, options_.word_order);
  detail::ChrfCounts best;
  double best_score = -1.0;
  std::size_t used = 0;
  for (const std::string_view reference : references) {
    if (reference.empty()) continue;
    detail::check_utf8(reference, "reference", items());
    ++used;
    detail::ChrfCounts here;
    detail::chrf_count(characters.size(), of_characters, detail::chrf_characters(reference),
                       detail::chrf_character_orders, here.counts);
    if (options_.word_order != 0) {
      detail::chrf_count(words.size(), of_words, detail::chrf_words(reference, vocabulary),
                         options_.word_order, here.counts + 3 * detail::chrf_character_orders);
    }
    const double score = detail::chrf_f_score(here.counts, orders(), options_.beta);
    if (score > best_score) {
      best_score = score;
      best = here;
    }
  }
  references_.add(used, items());
  rows_.insert(rows_.end(), best.counts, best.counts + 3 * orders());
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/candidate_set-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string candidate_label(const Candidate& candidate, const Axis& axis) {
  return text::format("{}, {}", candidate.name, axis.name);
}

PERJOULE_INLINE void check_number(const Candidate& candidate, const Axis& axis, double value) {
  if (!is_finite(value)) {
    fail("a value is not a number", candidate_label(candidate, axis),
         "give its estimate the provenance missing where there is none");
  }
  if (axis.scale == AxisScale::logarithmic && value <= 0.0) {
    fail("a value is not above zero on a logarithmic axis", candidate_label(candidate, axis),
         "make the axis linear");
  }
}

PERJOULE_INLINE void check_value(const Candidate& candidate, const Axis& axis,
                                 const Coordinate& coordinate) {
  const Estimate<double>& e = coordinate.value;
  check_number(candidate, axis, e.value);
  const bool sure = is_finite(e.random) && e.random >= 0.0 && is_finite(e.common) &&
                    e.common >= 0.0 && (e.random <= 0.0 || (is_finite(e.dof) && e.dof >= 1.0));
  if (!sure) {
    fail("the uncertainty of a value is not a number", candidate_label(candidate, axis),
         "give random, its degrees of freedom, and common; exact() for a value that was counted");
  }
  for (const double drawn : coordinate.draws) check_number(candidate, axis, drawn);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CandidateSet::CandidateSet(View<Axis> axes, View<Candidate> candidates) {
  if (axes.empty() || axes.size() > 3) {
    detail::fail("a field has one to three axes", "CandidateSet",
                 "compare by fewer things at a time");
  }
  for (const Axis& axis : axes) axes_.push_back(axis);
  for (const Candidate& candidate : candidates) add(candidate);
}

PERJOULE_INLINE void CandidateSet::add(const Candidate& candidate) {
  if (candidate.coordinates.size() != axes_.size()) {
    detail::fail("a candidate has another number of coordinates than there are axes",
                 candidate.name, "give one for each; a default Coordinate is missing");
  }
  ObjectiveVector objectives;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Coordinate& coordinate = candidate.coordinates[a];
    if (!coordinate.value.is_known()) {
      excluded_.push_back({candidate.name, text::format("{} is missing", axes_[a].name)});
      return;
    }
    detail::check_value(candidate, axes_[a], coordinate);
    objectives.values[a] = detail::objective(axes_[a], coordinate.value.value);
  }
  if (!candidates_.empty()) check_comparable(candidates_[0], candidate);
  candidates_.push_back(candidate);
  objectives_.push_back(objectives);
}

PERJOULE_INLINE void CandidateSet::check_comparable(const Candidate& a, const Candidate& b) const {
  if (a.scope != b.scope) {
    refuse(a, name(a.scope), b, name(b.scope),
           "measure both with the same meter, or rank each scope by itself");
  }
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Provenance of_a = a.coordinates[i].value.provenance;
    const Provenance of_b = b.coordinates[i].value.provenance;
    if (detail::have_comparable_provenance(of_a, of_b)) continue;
    const std::string said_a = text::format("{} {}", axes_[i].name, name(of_a));
    const std::string said_b = text::format("{} {}", axes_[i].name, name(of_b));
    refuse(a, said_a, b, said_b, "measure both, or rank each kind by itself");
  }
}

PERJOULE_INLINE void CandidateSet::refuse(const Candidate& a, std::string_view is,
                                          const Candidate& b, std::string_view but,
                                          std::string_view next_step) {
  const std::string pair = text::format("{} ({}) and {} ({})", a.name, is, b.name, but);
  detail::fail("values of different kinds are not ranked together", pair, next_step);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                   FloorCriterion what) {
  if (what == FloorCriterion::value) return coordinate.value.value;
  const Interval<double> known =
      coordinate.interval.is_known() ? coordinate.interval : interval(coordinate.value);
  if (!known.is_known()) return quiet_nan();
  return axis.higher_is_better ? known.low : known.high;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                                double floor, FloorCriterion what) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& quality = field.axes()[axis];
  if (quality.role != AxisRole::quality) {
    detail::fail("a floor is of quality", quality.name,
                 "name the axis that says how good the outputs are");
  }
  if (!is_finite(floor)) {
    detail::fail("a floor is not a number", quality.name, "give the least that will do");
  }
  return field.filter_by_floor([&quality, axis, floor, what](const Candidate& candidate) {
    const double reached = detail::worse_bound(quality, candidate.coordinates[axis], what);
    if (!is_finite(reached)) {
      return std::string(text::format("nothing bounds its {}", quality.name).c_str());
    }
    const bool enough = quality.higher_is_better ? reached >= floor : reached <= floor;
    if (enough) return std::string();
    return std::string(text::format("{} is{} {} {}", quality.name,
                                    what == FloorCriterion::interval ? " not surely" : " not",
                                    quality.higher_is_better ? "at least" : "at most",
                                    text::shortest(floor))
                           .c_str());
  });
}

PERJOULE_INLINE Choice cheapest(const CandidateSet& field, std::size_t axis) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& cost = field.axes()[axis];
  if (cost.role != AxisRole::cost) {
    detail::fail("what is cheapest is so by a cost", cost.name, "name such an axis");
  }
  if (!field.has_quality_floor()) {
    detail::fail("a model that knows nothing is the cheapest", cost.name,
                 "ask among with_quality_floor(field, axis, floor of quality)");
  }
  if (field.size() == 0) return {false, 0, "no candidate reaches the floor"};
  Choice choice{true, 0, {}};
  for (std::size_t i = 1; i < field.size(); ++i) {
    if (field.objectives()[i].values[axis] > field.objectives()[choice.candidate].values[axis]) {
      choice.candidate = i;
    }
  }
  return choice;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/carbon_and_cost-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_cited(double value, double uncertainty, std::string_view what,
                                  const std::string& source, int year) {
  if (!is_finite(value) || value < 0.0 || !is_finite(uncertainty) || uncertainty < 0.0) {
    fail(text::format("{} is not a number from 0 on", what), source,
         "pass the figure and its standard uncertainty, 0 where that is not known");
  }
  if (source.empty()) {
    fail(text::format("{} without a source", what), "the source is empty",
         "say where the figure is from: it differs between sources");
  }
  if (year < 1900 || year > 2200) {
    fail(text::format("{} without a year", what), text::format("the year is {}", year),
         "say which year the figure is of, in four digits");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE GridIntensity grid_intensity(double grams, double uncertainty,
                                             const std::string& source, int year) {
  return detail::cited_per_kilowatt_hour<GramsPerJoule>(grams, uncertainty, "a grid's intensity",
                                                        source, year);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> apply_pue(const Estimate<double>& energy,
                                           const Estimate<double>& per_joule, double pue) {
  if (!is_finite(pue) || pue < 1.0) {
    fail("a power usage effectiveness below 1", text::shortest(pue),
         "pass what the building takes over what its computers take: local_pue for none");
  }
  Estimate<double> found = product(energy, per_joule);
  found.value *= pue;
  found.random *= pue;
  found.common *= pue;
  found.provenance = worst(found.provenance, Provenance::estimated);
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                                 const std::string& source, int year) {
  detail::expect_cited(grams, uncertainty, "embodied carbon", source, year);
  return {{Grams(grams), Grams(0.0), infinite_dof, Grams(uncertainty), Provenance::estimated},
          source,
          year};
}

PERJOULE_INLINE Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved) {
  detail::expect_cited(hardware.embodied, "embodied carbon");
  const double part = reserved / hardware.lifespan;
  if (!is_finite(hardware.lifespan.si()) || hardware.lifespan <= Seconds(0.0) || !is_finite(part) ||
      part < 0.0 || part > 1.0) {
    detail::fail("a machine is reserved for no part of its life", hardware.embodied.source,
                 "pass a lifespan above 0, and a time from 0 up to it");
  }
  if (!is_finite(hardware.share) || hardware.share <= 0.0 || hardware.share > 1.0) {
    detail::fail("a share of a machine that is none", text::shortest(hardware.share),
                 "pass the resources reserved over all there are: 1 for the whole machine");
  }
  const Estimate<Grams>& whole = hardware.embodied.value;
  if (!detail::is_known_and_finite(detail::strip_unit(whole))) return {};
  const double factor = part * hardware.share;
  return {whole.value * factor, whole.random * factor, whole.dof, whole.common * factor,
          worst(whole.provenance, Provenance::estimated)};
}

PERJOULE_INLINE Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                                 const Estimate<Grams>& embodied,
                                                                 Items units) {
  if (!is_finite(units.si()) || units <= Items(0.0)) {
    detail::fail("a carbon intensity of no functional units", "software_carbon_intensity",
                 "pass how many items were answered, above 0");
  }
  return per_item(total(operational.grams, embodied), units);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_priced(const EnergyPrice& price) {
  if (!price.price.value.is_known()) return;
  expect_cited(price.price, "a price");
  if (price.currency.empty()) {
    fail("a price without a currency", price.price.source, "name it, as in EUR or USD");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE EnergyPrice energy_price(double price, double uncertainty,
                                         const std::string& currency, const std::string& source,
                                         int year) {
  const EnergyPrice found{
      detail::cited_per_kilowatt_hour<MoneyPerJoule>(price, uncertainty, "a price", source, year),
      currency};
  detail::expect_priced(found);
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                  std::string_view what) {
  if (!is_finite(one) || one <= 0.0) {
    fail("a figure to compare with is not above 0", what, "pass what one of them takes");
  }
  if (!is_known_and_finite(whole)) return {};
  return {whole.value / one, whole.random / one, whole.dof, whole.common / one,
          worst(whole.provenance, Provenance::modelled)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Equivalent kilometres_by_car(const Estimate<Grams>& emitted,
                                             const CarEmission& car) {
  return {detail::equivalent_count(detail::strip_unit(emitted), car.grams_per_kilometre, car.what),
          car.what, car.source};
}

PERJOULE_INLINE Equivalent phone_charges(const Estimate<Joules>& energy,
                                         const PhoneBattery& battery) {
  return {detail::equivalent_count(detail::strip_unit(energy), battery.capacity.si(), battery.what),
          battery.what, battery.source};
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/device_fit-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_device(const DeviceProfile& device) {
  const bool memory = is_finite(device.memory.si()) && device.memory > Bytes(0.0);
  const bool share =
      is_finite(device.usable_share) && device.usable_share > 0.0 && device.usable_share <= 1.0;
  const bool reserve = is_finite(device.reserve.si()) && device.reserve >= Bytes(0.0) &&
                       device.reserve < device.memory * device.usable_share;
  const bool flash = is_finite(device.flash.si()) && device.flash >= Bytes(0.0);
  if (memory && share && reserve && flash) return;
  fail("a device without memory for a model", device.name,
       "give it memory in bytes, a usable share from 0 to 1, and a reserve that leaves something");
}

PERJOULE_INLINE void expect_requirement(const Estimate<Bytes>& need, std::string_view what) {
  if (is_known_and_finite(strip_unit(need)) && need.value < Bytes(0.0)) {
    fail("a model needs less than nothing", what, "pass bytes from 0 on, or leave it missing");
  }
}

PERJOULE_INLINE Estimate<Bytes> remaining_bytes(Bytes room, const Estimate<Bytes>& need) {
  if (!is_known_and_finite(strip_unit(need))) return {};
  return {room - need.value, need.random, need.dof, need.common,
          worst(need.provenance, Provenance::estimated)};
}

PERJOULE_INLINE FitVerdict fit_verdict_of(Bytes room, const Estimate<Bytes>& need) {
  if (!is_known_and_finite(strip_unit(need))) return FitVerdict::unknown;
  Interval<Bytes> bounds = interval(need);
  // A modelled need without uncertainty has no interval, since nothing bounds its error. Without
  // this line, the comparisons below would involve NaN, which -ffast-math lets come out either way.
  if (!bounds.is_known()) return FitVerdict::unknown;
  if (bounds.high <= room) return FitVerdict::fits;
  return bounds.low > room ? FitVerdict::does_not_fit : FitVerdict::unknown;
}

PERJOULE_INLINE std::string as_bytes(Bytes bytes) {
  const text::Prefix prefix = text::prefix_of(bytes.si());
  return text::format("{} {}B", text::significant(bytes.si() / prefix.factor, 3), prefix.symbol);
}

PERJOULE_INLINE std::string fit_reason(FitVerdict verdict, std::string_view what,
                                       const Estimate<Bytes>& need, Bytes room,
                                       std::string_view where) {
  const std::string offered = as_bytes(room);
  if (!is_known_and_finite(strip_unit(need))) {
    return text::format("{}: not known; there is {} of {}", what, offered, where);
  }
  const std::string needed = as_bytes(need.value);
  if (verdict == FitVerdict::unknown) {
    return text::format("{}, {}: too close to {} of {} to tell", what, needed, offered, where);
  }
  const bool fits = verdict == FitVerdict::fits;
  return text::format("{}, {}: {} {} {} of {}", what, needed,
                      as_bytes(fits ? room - need.value : need.value - room),
                      fits ? "left of" : "more than", offered, where);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE DeviceFit fits(const DeviceProfile& device, const MemoryRequirement& need) {
  detail::expect_device(device);
  detail::expect_requirement(need.weights, "weights");
  detail::expect_requirement(need.peak, "peak");
  const Bytes room = device.memory * device.usable_share - device.reserve;
  const bool apart = device.flash > Bytes(0.0);
  const Estimate<Bytes> in_memory = apart ? need.peak : total(need.weights, need.peak);
  DeviceFit fit;
  fit.memory_left = detail::remaining_bytes(room, in_memory);
  fit.verdict = detail::fit_verdict_of(room, in_memory);
  fit.why = detail::fit_reason(fit.verdict, apart ? "peak" : "weights and peak", in_memory, room,
                               "memory");
  if (apart) {
    fit.flash_left = detail::remaining_bytes(device.flash, need.weights);
    const FitVerdict in_flash = detail::fit_verdict_of(device.flash, need.weights);
    fit.why =
        text::format("{}; {}", fit.why,
                     detail::fit_reason(in_flash, "weights", need.weights, device.flash, "flash"));
    if (in_flash == FitVerdict::does_not_fit || fit.verdict == FitVerdict::does_not_fit) {
      fit.verdict = FitVerdict::does_not_fit;
    } else if (in_flash == FitVerdict::unknown) {
      fit.verdict = FitVerdict::unknown;
    }
  } else if (fit.verdict == FitVerdict::unknown) {
    // One of the two alone may be too large.
    for (const bool weights : {true, false}) {
      const Estimate<Bytes>& part = weights ? need.weights : need.peak;
      if (detail::fit_verdict_of(room, part) != FitVerdict::does_not_fit) continue;
      fit.verdict = FitVerdict::does_not_fit;
      fit.why = detail::fit_reason(fit.verdict, weights ? "weights alone" : "peak alone", part,
                                   room, "memory");
      break;
    }
  }
  fit.why = text::format("{}: {} ({})", device.name, name(fit.verdict), fit.why);
  return fit;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_uncertainty-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE JointDraws::JointDraws(const CandidateSet& field, std::uint64_t seed,
                                       std::size_t draws)
    : axes_(field.axes()),
      has_quality_floor_(field.has_quality_floor()),
      candidates_(field.size()) {
  PERJOULE_EXPECTS(draws >= min_draws);
  size_ = given(field);
  if (size_ == 0) size_ = draws;
  objectives_ = std::vector<ObjectiveVector>(size_ * candidates_);
  Random random(seed);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) draw(field, axis, random);
}

PERJOULE_INLINE std::size_t JointDraws::given(const CandidateSet& field) const {
  const Candidate* first = nullptr;
  std::size_t draws = 0;
  for (const Candidate& candidate : field.candidates()) {
    for (const Coordinate& coordinate : candidate.coordinates) {
      const std::size_t size = coordinate.draws.size();
      if (size == 0) continue;
      if (first == nullptr) {
        first = &candidate;
        draws = size;
      }
      if (size != draws) {
        const std::string pair =
            text::format("{} ({}) and {} ({})", first->name, draws, candidate.name, size);
        detail::fail("candidates with different numbers of draws are not drawn together", pair,
                     "draw them from the same resamples of the same test items");
      }
    }
  }
  if (first != nullptr && draws < min_draws) {
    detail::fail("fewer than 100 draws say little of any probability", first->name,
                 "draw 2000, or leave the draws away");
  }
  return draws;
}

PERJOULE_INLINE std::vector<std::size_t> JointDraws::meters_of(const CandidateSet& field) {
  const View<Candidate> candidates = field.candidates();
  std::vector<std::size_t> first(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    while (!(candidates[first[i]].meter == candidates[i].meter)) ++first[i];
  }
  return first;
}

PERJOULE_INLINE void JointDraws::check_modelled(const Candidate& candidate,
                                                std::size_t axis) const {
  const Coordinate& coordinate = candidate.coordinates[axis];
  const Estimate<double>& value = coordinate.value;
  if (value.provenance == Provenance::modelled && coordinate.draws.empty() && value.random <= 0.0 &&
      value.common <= 0.0) {
    detail::fail("a modelled value without uncertainty may be anywhere",
                 detail::candidate_label(candidate, axes_[axis]),
                 "give its model's error as `common`");
  }
}

PERJOULE_INLINE std::vector<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                                   double level) {
  PERJOULE_EXPECTS(axis < draws.axes().size() && level > 0.0 && level < 1.0);
  if (draws.axes()[axis].role == AxisRole::cost && !draws.has_quality_floor()) {
    detail::fail("a cost alone ranks a model that knows nothing first", draws.axes()[axis].name,
                 "rank with_quality_floor(field, axis, floor of quality)");
  }
  const std::size_t n = draws.candidates();
  std::vector<std::uint32_t> from(
      n * draws.size());  // all draws of the first candidate, then of the next
  std::vector<std::uint32_t> to(n * draws.size());
  detail::RadixArgsort order;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<ObjectiveVector> objectives = draws[k];
    order.reset(n);
    order.sort_by([objectives, axis](std::size_t i) { return objectives[i].values[axis]; });
    for (std::size_t first = 0, next = 0; first < n; first = next) {
      const double objective = objectives[order[first]].values[axis];
      while (next < n && objectives[order[next]].values[axis] == objective) ++next;
      for (std::size_t place = first; place < next; ++place) {
        from[order[place] * draws.size() + k] = static_cast<std::uint32_t>(first + 1);
        to[order[place] * draws.size() + k] = static_cast<std::uint32_t>(next);
      }
    }
  }
  std::vector<RankRange> ranges(n);
  // 1 - .9 is slightly less than a tenth in binary.
  const double tail = 0.5 * (1.0 - level) + 1e-12;
  const auto beyond = static_cast<std::size_t>(tail * static_cast<double>(draws.size()));
  const std::size_t last = draws.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t* const lows = from.data() + i * draws.size();
    std::uint32_t* const highs = to.data() + i * draws.size();
    std::sort(lows, lows + draws.size());
    std::sort(highs, highs + draws.size());
    ranges[i] = {lows[0], lows[beyond], highs[last - beyond], highs[last]};
  }
  return ranges;
}

PERJOULE_INLINE std::vector<double> probability_on_front(const JointDraws& draws) {
  detail::FrontFinder finder;
  std::vector<std::size_t> times(draws.candidates());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<char> on_front = finder.find(draws[k]);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += on_front[i] ? 1 : 0;
  }
  std::vector<double> probability(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    probability[i] = static_cast<double>(times[i]) / static_cast<double>(draws.size());
  }
  return probability;
}

PERJOULE_INLINE double probability_dominates(const JointDraws& draws, std::size_t a,
                                             std::size_t b) {
  PERJOULE_EXPECTS(a < draws.candidates() && b < draws.candidates());
  std::size_t times = 0;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    times += dominates(draws[k][a], draws[k][b]) ? 1 : 0;
  }
  return static_cast<double>(times) / static_cast<double>(draws.size());
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/hypervolume-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ObjectiveVector reference_objectives(const std::vector<Axis>& axes,
                                                     const std::vector<double>& reference) {
  if (reference.size() != axes.size()) {
    fail("a hypervolume's reference has another number of values than there are axes", axes[0].name,
         "give the worst value that counts on each axis");
  }
  ObjectiveVector floor{{-1.0, -1.0, -1.0}};
  Candidate as_one;
  as_one.name = "reference";
  for (std::size_t a = 0; a < axes.size(); ++a) {
    check_number(as_one, axes[a], reference[a]);
    floor.values[a] = objective(axes[a], reference[a]);
  }
  return floor;
}

PERJOULE_INLINE std::vector<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                                   const ObjectiveVector& floor) {
  std::vector<ObjectiveVector> heights(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) heights[i] = above(objectives[i], floor);
  return heights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double hypervolume(const CandidateSet& field,
                                   const std::vector<double>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  return detail::DominatedVolume().of(detail::above(field.objectives(), floor));
}

PERJOULE_INLINE Interval<double> hypervolume_interval(const JointDraws& draws,
                                                      const std::vector<double>& reference,
                                                      double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const ObjectiveVector floor = detail::reference_objectives(draws.axes(), reference);
  detail::DominatedVolume volume;
  std::vector<double> volumes(draws.size());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    volumes[k] = volume.of(detail::above(draws[k], floor));
  }
  std::sort(volumes.begin(), volumes.end());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(volumes, tail), quantile_of_sorted(volumes, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE std::vector<double> exclusive_hypervolumes(const CandidateSet& field,
                                                           const std::vector<double>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  const std::vector<ObjectiveVector> heights = detail::above(field.objectives(), floor);
  std::vector<double> exclusive(heights.size());
  std::vector<ObjectiveVector> limited(heights.size());
  detail::DominatedVolume volume;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const ObjectiveVector& box = heights[i];
    bool alone = box.values[0] > 0.0 && box.values[1] > 0.0 && box.values[2] > 0.0;
    for (std::size_t j = 0; j < heights.size() && alone; ++j) {
      for (int a = 0; a < 3; ++a) {
        const double cut =
            heights[j].values[a] < box.values[a] ? heights[j].values[a] : box.values[a];
        limited[j].values[a] = j == i ? 0.0 : cut;
      }
      alone = j == i || !(limited[j] == box);
    }
    // Checked first, so that a candidate with an equal adds exactly 0, and not the rounding error
    // of two equal volumes.
    if (alone) exclusive[i] = box.values[0] * box.values[1] * box.values[2] - volume.of(limited);
  }
  return exclusive;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/learning_curve-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double axis_position(LearningCurveAxis axis, double x) noexcept {
  return axis == LearningCurveAxis::linear ? x : std::log(x);
}

PERJOULE_INLINE bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis) {
  if (curve.empty()) {
    fail("a learning curve without points", "the curve is empty",
         "train with at least two amounts of data, and pass a point for each");
  }
  bool whole = true;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const bool ascends = i == 0 || curve[i].x > curve[i - 1].x;
    const bool on_axis = axis == LearningCurveAxis::linear || curve[i].x > 0.0;
    if (!is_finite(curve[i].x) || !ascends || !on_axis) {
      fail(on_axis ? "the points of a learning curve do not ascend"
                   : "a logarithmic axis has no place for 0 or less",
           text::format("point {}, counted from 0", i),
           on_axis ? "sort them by x, and merge those of one x" : "use LearningCurveAxis::linear");
    }
    whole = whole && is_known_and_finite(curve[i].quality);
  }
  return whole;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                    LearningCurveAxis axis) {
  if (!detail::is_complete_curve(curve, axis) || curve.size() < 2) return {};
  const auto place = [&](std::size_t i) { return detail::axis_position(axis, curve[i].x); };
  const std::size_t last = curve.size() - 1;
  const double range = place(last) - place(0);
  Estimate<double> mean{0.0, 0.0, infinite_dof, 0.0, Provenance::measured};
  for (std::size_t i = 0; i <= last; ++i) {
    const double width = place(i < last ? i + 1 : last) - place(i > 0 ? i - 1 : 0);
    const double share = 0.5 * width / range;
    const Estimate<double>& quality = curve[i].quality;
    const double random = share * quality.random;
    mean.value += share * quality.value;
    mean.dof = detail::combined_dof(mean.random, mean.dof, random, quality.dof);
    mean.random = std::hypot(mean.random, random);
    mean.common += share * quality.common;
    mean.provenance = worst(mean.provenance, quality.provenance);
  }
  return mean;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                        double quality, int sides, double level) {
  const auto height = [&](std::size_t i) {
    const Estimate<double>& point = curve[i].quality;
    return sides == 0 ? point.value : point.value + sides * halfwidth(point, level);
  };
  if (height(0) >= quality) return {CrossingOutcome::at_the_first, 0, 0.0, curve[0].x};
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    if (height(i + 1) < quality) continue;
    const double part = (quality - height(i)) / (height(i + 1) - height(i));
    const double from = curve[i].x;
    const double to = curve[i + 1].x;
    const double x = axis == LearningCurveAxis::linear
                         ? from + part * (to - from)
                         : from * std::exp(part * std::log(to / from));
    return {CrossingOutcome::between, i, part, x};
  }
  return {};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                               LearningCurveAxis axis, double level) {
  if (!is_finite(quality)) {
    detail::fail("a quality to reach that is not a finite number", "least_to_reach",
                 "pass the quality that is asked for");
  }
  if (!detail::is_complete_curve(curve, axis)) return {};
  const detail::Crossing found = detail::first_crossing(curve, axis, quality, 0, level);
  QualityCrossing reach;
  reach.outcome = found.outcome;
  if (found.outcome == CrossingOutcome::never) return reach;
  Provenance provenance = curve[0].quality.provenance;
  const std::size_t after = found.outcome == CrossingOutcome::between ? found.before + 1 : 0;
  for (std::size_t i = 1; i <= after; ++i)
    provenance = worst(provenance, curve[i].quality.provenance);
  reach.x = {found.x, 0.0, infinite_dof, 0.0, provenance};
  if (found.outcome == CrossingOutcome::between) {
    const LearningCurvePoint& a = curve[found.before];
    const LearningCurvePoint& b = curve[after];
    // dx for a change of the quality by one: the distance along the axis over the rise.
    const double way =
        axis == LearningCurveAxis::linear ? b.x - a.x : found.x * std::log(b.x / a.x);
    const double slope = way / (b.quality.value - a.quality.value);
    const double of_a = (1.0 - found.part) * slope;
    const double of_b = found.part * slope;
    reach.x.random = std::hypot(of_a * a.quality.random, of_b * b.quality.random);
    reach.x.dof = detail::combined_dof(of_a * a.quality.random, a.quality.dof,
                                       of_b * b.quality.random, b.quality.dof);
    reach.x.common = of_a * a.quality.common + of_b * b.quality.common;
  }
  const detail::Crossing low = detail::first_crossing(curve, axis, quality, 1, level);
  const detail::Crossing high = detail::first_crossing(curve, axis, quality, -1, level);
  if (high.outcome != CrossingOutcome::never) {
    reach.interval = {low.x, high.x, level, IntervalMethod::student_t};
  }
  return reach;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/lifecycle-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<Joules> training_energy(View<TrainingStage> stages) {
  if (stages.empty()) {
    detail::fail("a model that took no training", "training_energy",
                 "name its stages; pass one of exact(Joules(0)) where the training isn't counted");
  }
  Estimate<Joules> sum = exact(Joules(0.0));
  for (const TrainingStage& stage : stages) {
    if (!detail::is_known_and_finite(detail::strip_unit(stage.energy))) return {};
    sum = total(sum, stage.energy);
  }
  return sum;
}

PERJOULE_INLINE Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                  const Estimate<JoulesPerItem>& inference,
                                                  Items inferences) {
  const double n = inferences.si();
  if (!is_finite(n) || n < 0.0) {
    detail::fail("no number of inferences", text::shortest(n),
                 "pass how many items the model answers in its life, 0 or more");
  }
  if (!detail::is_known_and_finite(detail::strip_unit(training)) ||
      !detail::is_known_and_finite(detail::strip_unit(inference))) {
    return {};
  }
  return total(training, Estimate<Joules>{inference.value * inferences,
                                          inference.random * inferences, inference.dof,
                                          inference.common * inferences, inference.provenance});
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Sign sign_of(const Estimate<double>& x, double t) noexcept {
  const double reach = t * standard_uncertainty(x);
  if (x.value > reach) return Sign::above;
  if (x.value < -reach) return Sign::below;
  return reach > 0.0 ? Sign::unclear : Sign::zero;
}

PERJOULE_INLINE BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept {
  const bool no_extra = extra_training == Sign::below || extra_training == Sign::zero;
  if (saving == Sign::above) {
    return no_extra ? BreakEvenOutcome::from_the_start : BreakEvenOutcome::after;
  }
  if (saving == Sign::below) {
    const bool no_head_start = extra_training == Sign::above || extra_training == Sign::zero;
    return no_head_start ? BreakEvenOutcome::never : BreakEvenOutcome::until;
  }
  if (saving == Sign::unclear || extra_training == Sign::unclear) {
    return BreakEvenOutcome::undecided;
  }
  return extra_training == Sign::below ? BreakEvenOutcome::from_the_start : BreakEvenOutcome::never;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE BreakEven break_even(const Estimate<Joules>& extra_training,
                                     const Estimate<JoulesPerItem>& saving,
                                     const Covariance& covariance, double level) {
  const Estimate<double> training = detail::strip_unit(extra_training);
  const Estimate<double> inference = detail::strip_unit(saving);
  BreakEven found;
  if (!detail::is_known_and_finite(training) || !detail::is_known_and_finite(inference))
    return found;
  const double t = detail::conservative_t_quantile(training, inference, level);
  found.provenance = worst(training.provenance, inference.provenance);
  found.outcome =
      detail::break_even_outcome(detail::sign_of(training, t), detail::sign_of(inference, t));
  if (found.outcome != BreakEvenOutcome::after && found.outcome != BreakEvenOutcome::until) {
    return found;
  }
  found.inferences = ratio_of_differences(extra_training, saving, covariance, level);
  constexpr Items start(0.0);
  if (found.inferences.estimate.value < start) found.inferences.estimate.value = start;
  if (found.inferences.interval.low < start) found.inferences.interval.low = start;
  return found;
}

PERJOULE_INLINE BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                     double level) {
  return break_even(difference(second.training, first.training),
                    difference(first.inference, second.inference), {}, level);
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/net_benefit-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<JoulesPerItem> marginal_joules(
    const Estimate<JoulesPerItem>& energy, const Estimate<double>& quality,
    const Covariance& covariance, double level) {
  return ratio_of_differences(energy, quality, covariance, level);
}

PERJOULE_INLINE Estimate<double> net_benefit(const Estimate<double>& quality,
                                             const Estimate<JoulesPerItem>& energy,
                                             JoulesPerItem lambda) {
  if (!is_finite(lambda.si()) || lambda <= JoulesPerItem(0.0)) {
    detail::fail("quality is worth no energy", "net_benefit",
                 "pass a lambda above 0: the joules per item that one unit of quality is worth");
  }
  return difference(quality, {energy.value / lambda, energy.random / lambda, energy.dof,
                              energy.common / lambda, energy.provenance});
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_comparable(View<QualityEnergyPoint> candidates) {
  bool any_read = false;
  bool any_modelled = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const QualityEnergyPoint& candidate = candidates[i];
    if (!candidate.quality.is_known() || !candidate.energy.is_known()) continue;
    if (!is_known_and_finite(candidate.quality) ||
        !is_known_and_finite(strip_unit(candidate.energy))) {
      fail("a quality or an energy is not a finite number",
           text::format("candidate {}, counted from 0", i),
           "leave it out, or look for a division by zero");
    }
    (candidate.energy.provenance < Provenance::modelled ? any_read : any_modelled) = true;
  }
  if (any_read && any_modelled) {
    fail("modelled energies among measured ones", "best_by_net_benefit",
         "compare measured ones with each other, and modelled ones with each other");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                              double level) {
  if (candidates.empty()) {
    detail::fail("no candidates", "best_by_net_benefit", "pass the models to choose from");
  }
  detail::expect_comparable(candidates);
  std::vector<BenefitRange> ranges;
  const QualityEnergyPoint* best = nullptr;
  const auto is_known = [](const QualityEnergyPoint& candidate) {
    return candidate.quality.is_known() && candidate.energy.is_known();
  };
  // Where only energy counts, the least energy wins, and of equal energies the better quality.
  for (const QualityEnergyPoint& other : candidates) {
    if (!is_known(other)) continue;
    if (best == nullptr || other.energy.value < best->energy.value ||
        (other.energy.value == best->energy.value && other.quality.value > best->quality.value)) {
      best = &other;
    }
  }
  BenefitRange range;
  while (best != nullptr) {
    range.winner = static_cast<std::size_t>(best - candidates.begin());
    ranges.push_back(range);
    const QualityEnergyPoint* next = nullptr;
    for (const QualityEnergyPoint& other : candidates) {
      const double gain = other.quality.value - best->quality.value;
      if (!is_known(other) || gain <= 0.0) continue;
      const JoulesPerItem price = (other.energy.value - best->energy.value) / gain;
      // Of several on one line, take the farthest: the others would win only at a single point.
      if (next == nullptr || price < range.from ||
          (price == range.from && other.quality.value > next->quality.value)) {
        next = &other;
        range.from = price;
      }
    }
    if (next != nullptr) {
      range.from_interval = marginal_joules(difference(next->energy, best->energy),
                                            difference(next->quality, best->quality), {}, level)
                                .interval;
    }
    best = next;
  }
  return ranges;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/pareto-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<std::size_t> pareto_front(const CandidateSet& field) {
  detail::FrontFinder finder;
  const View<char> on_front = finder.find(field.objectives());
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (on_front[i]) front.push_back(i);
  }
  return front;
}

PERJOULE_INLINE Choice knee(const CandidateSet& field) {
  if (field.axes().size() != 2) {
    detail::fail("a knee is of two axes", "knee", "make a field of one quality and one cost");
  }
  const std::vector<std::size_t> front = pareto_front(field);
  if (front.empty()) return {false, 0, "no candidate is on the front"};
  ObjectiveVector from = field.objectives()[front[0]];
  ObjectiveVector to = from;
  for (const std::size_t i : front) {
    for (int a = 0; a < 2; ++a) {
      const double objective = field.objectives()[i].values[a];
      from.values[a] = objective < from.values[a] ? objective : from.values[a];
      to.values[a] = objective > to.values[a] ? objective : to.values[a];
    }
  }
  Choice choice{false, 0, "no candidate on the front lies above the chord between its ends"};
  double highest = 1e-9;  // so that rounding puts no candidate above the chord
  for (const std::size_t i : front) {
    double height = -1.0;
    for (int a = 0; a < 2; ++a) {
      const double length = to.values[a] - from.values[a];
      if (length > 0.0) height += (field.objectives()[i].values[a] - from.values[a]) / length;
    }
    if (height > highest) {
      choice = {true, i, {}};
      highest = height;
    }
  }
  return choice;
}

PERJOULE_INLINE std::vector<std::size_t> router_hull(const CandidateSet& field) {
  if (field.axes().size() != 2 || field.axes()[0].role == field.axes()[1].role) {
    detail::fail("a router trades a quality for a cost", "router_hull",
                 "make a field of one axis of each");
  }
  const std::size_t cost = field.axes()[0].role == AxisRole::cost ? 0 : 1;
  if (field.axes()[cost].higher_is_better) {
    detail::fail("a rate does not add up over items", field.axes()[cost].name,
                 "use the cost of an item: seconds in the place of items per second");
  }
  const auto objective = [&field](std::size_t i, std::size_t axis) {
    const double value = field.candidates()[i].coordinates[axis].value.value;
    return field.axes()[axis].higher_is_better ? value : -value;
  };
  const std::vector<std::size_t> front = pareto_front(field);
  detail::RadixArgsort order;
  order.reset(front.size());
  order.sort_by([&](std::size_t k) { return objective(front[k], cost); });

  std::vector<std::size_t> hull(front.size());
  std::size_t corners = 0;
  for (std::size_t k = 0; k < front.size(); ++k) {
    const std::size_t i = front[order[k]];
    const auto from_corner = [&](std::size_t corner, std::size_t axis) {
      return objective(i, axis) - objective(hull[corner], axis);
    };
    const std::size_t quality = 1 - cost;
    if (corners > 0 && from_corner(corners - 1, cost) == 0.0) continue;  // equal on the front
    // Remove a corner that gains no more for its cost than the chord past it.
    while (corners > 1 && from_corner(corners - 2, quality) * from_corner(corners - 1, cost) >=
                              from_corner(corners - 1, quality) * from_corner(corners - 2, cost)) {
      --corners;
    }
    hull[corners++] = i;
  }
  hull.resize(corners);
  return hull;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_acceptability-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<double> first_rank_acceptability(const CandidateSet& field) {
  std::vector<double> shares(field.size());
  detail::WeightSweep().add(field.objectives(), field.axes().size(), 1.0, shares);
  return shares;
}

PERJOULE_INLINE std::vector<double> first_rank_acceptability(const JointDraws& draws) {
  std::vector<double> shares(draws.candidates());
  detail::WeightSweep sweep;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    sweep.add(draws[k], draws.axes().size(), 1.0 / static_cast<double>(draws.size()), shares);
  }
  return shares;
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/entry_candidate_set-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE EntryCandidateSet::EntryCandidateSet(const Entries& entries,
                                                     std::vector<Cost> costs, std::size_t metric)
    : candidates_(candidates_of(entries, costs, metric, draws_)) {}

PERJOULE_INLINE const Quality& EntryCandidateSet::quality_of(const Entry& entry,
                                                             std::size_t metric) {
  if (metric < entry.quality.size()) return entry.quality[metric];
  detail::fail("a model without a quality is not ranked", entry.plan.name,
               "measure it with a metric");
}

PERJOULE_INLINE std::vector<double> EntryCandidateSet::joint_draws(const Entries& entries,
                                                                   std::size_t metric) {
  std::vector<double> draws;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Quality& quality = entries[i].quality[metric];
    const View<double> rows = per_item_of(entries[i], metric);
    const bool is_mean = quality.formula.value == nullptr;
    if (rows.empty() || rows.size() != per_item_of(entries[0], metric).size() ||
        (is_mean && quality.columns != 1)) {
      return {};
    }
    ItemFormula formula = quality.formula;
    if (is_mean) formula.value = mean_of_rows;
    const Resamples resamples = detail::resample_metric(formula, rows, quality.columns);
    if (!std::all_of(resamples.values.begin(), resamples.values.end(),
                     [](double value) { return is_finite(value); })) {
      return {};
    }
    draws.insert(draws.end(), resamples.values.begin(), resamples.values.end());
  }
  return draws;
}

PERJOULE_INLINE double EntryCandidateSet::mean_of_rows(View<double> rows) {
  return summarize(rows).mean;
}

PERJOULE_INLINE CandidateSet EntryCandidateSet::candidates_of(const Entries& entries,
                                                              const std::vector<Cost>& costs,
                                                              std::size_t metric,
                                                              std::vector<double>& draws) {
  std::vector<Axis> axes;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Quality& quality = quality_of(entries[i], metric);
    const Quality& first = quality_of(entries[0], metric);
    if (quality.metric != first.metric || quality.signature != first.signature) {
      const std::string pair = text::format("{} ({}) and {} ({})", entries[0].plan.name,
                                            first.metric, entries[i].plan.name, quality.metric);
      detail::fail("two metrics are not ranked together", pair,
                   "measure all models with the same metric and the same options");
    }
  }
  if (entries.size() != 0) {
    const Quality& first = entries[0].quality[metric];
    axes.push_back({first.metric, AxisRole::quality, first.higher_is_better, AxisScale::linear});
    draws = joint_draws(entries, metric);
  }
  for (const Cost cost : costs)
    axes.push_back(cost_axis(std::string(detail::cost_of(Entry{}, cost).name)));
  const std::size_t count = entries.size() == 0 ? 0 : draws.size() / entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const Quality& quality = entry.quality[metric];
    Candidate candidate;
    candidate.name = entry.plan.name;
    candidate.coordinates.push_back(
        {quality.value, {draws.data() + i * count, count}, quality.value_interval});
    for (const Cost cost : costs) {
      candidate.coordinates.push_back({detail::cost_of(entry, cost).estimate, {}, {}});
      if (cost != Cost::energy && cost != Cost::active_energy) continue;
      candidate.scope = entry.meter.scope;
      candidate.meter = entry.meter.source;
    }
    candidates.push_back(candidate);
  }
  return {axes, candidates};
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_IMPLEMENTATION) || (defined(PERJOULE_WITH_ALL) && defined(PERJOULE_DEFINITIONS))

#if defined(PERJOULE_WITH_CATCH2)

#include <cstddef>
#include <string>

// ---- perjoule/integrations/catch2.hpp

// Catch2 2 is one header. Catch2 3 is many, or one that its user has already included.
#if defined(TWOBLUECUBES_SINGLE_INCLUDE_CATCH_HPP_INCLUDED) || \
    defined(CATCH_AMALGAMATED_HPP_INCLUDED)
#elif __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

// Matchers are named like those of Catch2: REQUIRE_THAT(entry, StaysWithin(2.5_mJ)).
namespace perjoule::inline v0 {

namespace detail::catch2 {

// Catch::MatcherBase in Catch2 2, Catch::Matchers::MatcherBase in 3.
using namespace Catch;            // NOLINT(google-build-using-namespace)
using namespace Catch::Matchers;  // NOLINT(google-build-using-namespace)
template <class T>
using Matcher = MatcherBase<T>;

/// Prints a warning in the running test, which still passes.
inline void warn([[maybe_unused]] const std::string& reason) {
#if defined(CATCH_WARN)  // defined with CATCH_CONFIG_PREFIX_ALL
  CATCH_WARN(reason);
#else
  WARN(reason);
#endif
}

}  // namespace detail::catch2

/// Base of the matchers below. A claim that holds passes, and one that does not hold fails. A claim
/// that the data leave open fails too, or becomes a warning with or_warn(): it never passes
/// silently.
///
/// @tparam Self  the matcher, with statement() and evaluate()
/// @tparam T     the type that it looks at
template <class Self, class T>
class ClaimMatcher : public detail::catch2::Matcher<T> {
 public:
  /// Passes if the claim is left open, with a warning that says why.
  [[nodiscard]] Self or_warn() const {
    Self changed(self());
    changed.warns_ = true;
    return changed;
  }
  /// Accepts numbers of this provenance and better ones as evidence. By default it accepts numbers
  /// that are measured, or estimated from measured ones.
  [[nodiscard]] Self accept(Provenance worst) const {
    Self changed(self());
    changed.accepted_.provenance = worst;
    return changed;
  }
  /// Also accepts a measurement with this outcome as evidence.
  /// @param outcome  few_windows or unstable; all others are accepted as they are
  [[nodiscard]] Self accept(Outcome outcome) const {
    PERJOULE_EXPECTS(outcome == Outcome::few_windows || outcome == Outcome::unstable);
    Self changed(self());
    (outcome == Outcome::few_windows ? changed.accepted_.few_windows : changed.accepted_.unstable) =
        true;
    return changed;
  }

  /// Deleted: the negation of a claim would pass if the data leave the claim open.
  void operator!() const = delete;

  [[nodiscard]] bool match(const T& found) const override {
    const Finding finding = self().evaluate(found);
    found_ = finding.text;
    this->m_cachedToString.clear();  // text of the previous object
    if (finding.claim != ClaimOutcome::inconclusive || !warns_)
      return finding.claim == ClaimOutcome::holds;
    detail::catch2::warn(Catch::Detail::stringify(found) + " " + describe());
    return true;
  }

 protected:
  /// Returns "stays within 2.5 mJ/item", and after match() also what was found.
  [[nodiscard]] std::string describe() const override {
    const std::string statement = self().statement();
    return found_.empty() ? statement : statement + ": " + found_;
  }
  [[nodiscard]] const AcceptedEvidence& accepted() const noexcept { return accepted_; }

 private:
  [[nodiscard]] const Self& self() const noexcept { return static_cast<const Self&>(*this); }

  AcceptedEvidence accepted_;
  bool warns_ = false;
  mutable std::string found_;
};

/// Matcher that StaysWithin() and similar functions return.
class BudgetMatcher : public ClaimMatcher<BudgetMatcher, Entry> {
 public:
  /// @param most  limit in the unit of the cost: J/item, s/item or B
  BudgetMatcher(Cost of, double most) : budget_{of, most, {}} {}

  [[nodiscard]] std::string statement() const { return claim_text(budget_); }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Budget budget = budget_;
    budget.accepted = accepted();
    return stays_within(entry, budget);
  }

 private:
  Budget budget_;
};

/// Checks that an entry takes at most this energy per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Joules per_item) {
  return {Cost::energy, per_item.si()};
}
/// @copydoc StaysWithin(Joules)
[[nodiscard]] inline BudgetMatcher StaysWithin(JoulesPerItem most) {
  return {Cost::energy, most.si()};
}
/// Checks that an entry takes at most this wall time per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Seconds per_item) {
  return {Cost::time, per_item.si()};
}
/// @copydoc StaysWithin(Seconds)
[[nodiscard]] inline BudgetMatcher StaysWithin(SecondsPerItem most) {
  return {Cost::time, most.si()};
}
/// Deleted: it is unclear which bytes are meant. Use StoredWithin() or ResidentWithin().
BudgetMatcher StaysWithin(Bytes) = delete;

/// Checks that the files of an entry's model have at most this many bytes.
[[nodiscard]] inline BudgetMatcher StoredWithin(Bytes most) { return {Cost::stored, most.si()}; }

/// Checks that an entry's weights take at most this many bytes in memory.
[[nodiscard]] inline BudgetMatcher ResidentWithin(Bytes most) {
  return {Cost::resident, most.si()};
}

/// Options of a comparison: what it leaves out, and what it allows for.
template <class Self, class T>
class ToleranceMatcher : public ClaimMatcher<Self, T> {
 public:
  /// @param share  share of the other's quality that may be lost; by default the same as for the
  ///               costs
  /// @unit  a share of 1
  [[nodiscard]] Self quality_within(double share) const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.quality = share;
    return changed;
  }
  /// Compares only time and quality, for machines that model energy: the watts per core of such a
  /// model may be off by different factors for two models.
  [[nodiscard]] Self without_energy() const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.energy = false;
    return changed;
  }

 protected:
  explicit ToleranceMatcher(double cost) { tolerance_.cost = cost; }
  [[nodiscard]] Tolerance tolerance() const noexcept {
    Tolerance tolerance = tolerance_;
    tolerance.accepted = this->accepted();
    return tolerance;
  }

 private:
  Tolerance tolerance_;
};

/// Matcher that NoWorseThan() returns. It holds a copy of the baseline.
class BaselineMatcher : public ToleranceMatcher<BaselineMatcher, Entry> {
 public:
  /// @param share  see NoWorseThan()
  BaselineMatcher(const Entry& baseline, double share)
      : ToleranceMatcher(share), baseline_(baseline) {}

  [[nodiscard]] std::string statement() const {
    return claim_text(baseline_.plan.label(), tolerance());
  }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Finding finding = no_worse(entry, baseline_, tolerance());
    finding.text = text::format("{}\n{}", detail::yes_or_no(finding.claim), finding.text);
    return finding;
  }

 private:
  Entry baseline_;
};

/// Checks that an entry is no worse than another one, measured in this process or kept: in energy
/// and wall time per item, and in each metric of the other; each by its whole 95 % interval. See
/// no_worse().
/// @param share  share of the other's number by which it may be worse, such as 3_percent
/// @unit  a share of 1
[[nodiscard]] inline BaselineMatcher NoWorseThan(const Entry& baseline, double share) {
  return {baseline, share};
}

/// Matcher that NoneIsWorse() returns.
class ComparisonMatcher : public ToleranceMatcher<ComparisonMatcher, Comparison> {
 public:
  /// @param share  see NoneIsWorse()
  explicit ComparisonMatcher(double share) : ToleranceMatcher(share) {}

  [[nodiscard]] std::string statement() const { return "shows none that is worse"; }
  [[nodiscard]] Finding evaluate(const Comparison& comparison) const {
    Finding finding = none_worse(comparison, tolerance());
    finding.text = text::format("{}\n{}", detail::yes_or_no(finding.claim), finding.text);
    return finding;
  }
};

/// Checks that of variants that ran in turns, none is worse than the first one in energy, wall time
/// and quality. See none_worse().
/// @param share  share of the first one's number by which a variant may be worse; by default the
///               min_effect of the comparison
/// @unit  a share of 1
[[nodiscard]] inline ComparisonMatcher NoneIsWorse(double share = detail::quiet_nan()) {
  return ComparisonMatcher(share);
}

}  // namespace perjoule::inline v0

// Doxygen 1.9 does not find the namespace of these.
/// @cond

/// Prints an entry in the message of a test as its name, since the matcher gives the numbers.
template <>
struct Catch::StringMaker<perjoule::Entry> {
  static std::string convert(const perjoule::Entry& entry) {
    return std::string(entry.plan.label());
  }
};

/// Prints a comparison in the message of a test: "int8 and int4 beside fp32".
template <>
struct Catch::StringMaker<perjoule::Comparison> {
  static std::string convert(const perjoule::Comparison& comparison) {
    std::string names;
    for (std::size_t i = 1; i < comparison.entries.size(); ++i) {
      names += (i == 1 ? "" : " and ") + std::string(comparison.entries[i].plan.label());
    }
    return names + " beside " + std::string(comparison.entries[0].plan.label());
  }
};

/// @endcond

#endif  // defined(PERJOULE_WITH_CATCH2)

#if defined(PERJOULE_WITH_FMT)
#include <fmt/format.h>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

// ---- perjoule/integrations/fmt.hpp

// fmt::print("{}", entry.energy) prints "2.05 ± 0.03 mJ/item": the digits of a table's cell, with
// the unit and, if it is not measured, the provenance.
namespace perjoule::inline v0 {

/// An enumeration of this library whose values have names: Provenance, Outcome, Verdict, ...
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) {
  { perjoule::name(value) } -> std::convertible_to<std::string_view>;
};

namespace detail {

/// Not constexpr: the compiler names this function in its error for a format that is not an
/// alignment and a width.
/// @throws fmt::format_error if the format is read at run time
[[noreturn]] inline void digits_are_those_of_the_uncertainty() {
  throw fmt::format_error("perjoule: a format is an alignment and a width, {:>24}, and no digits");
}

/// Common part of the formatters below. "{:>24}" is a place in a column, as for strings. The number
/// of digits cannot be set, since it follows from the uncertainty.
class TextFormatter {
 public:
  constexpr auto parse(fmt::format_parse_context& context) {
    auto at = context.begin();
    const auto is = [&](char c) { return at != context.end() && *at == c; };
    if (is('<') || is('>') || is('^')) alignment_ = *at++;
    for (; at != context.end() && *at >= '0' && *at <= '9' && width_ < 1000; ++at) {
      width_ = width_ * 10 + static_cast<std::size_t>(*at - '0');
    }
    if (at != context.end() && *at != '}') {
      digits_are_those_of_the_uncertainty();
    }
    return at;
  }

 protected:
  template <class Out>
  [[nodiscard]] Out put(Out out, std::string_view text) const {
    const std::size_t shown = text::width(text);
    const std::size_t blanks = width_ > shown ? width_ - shown : 0;
    const std::size_t before = alignment_ == '>' ? blanks : alignment_ == '^' ? blanks / 2 : 0;
    for (std::size_t i = 0; i < before; ++i) *out++ = ' ';
    for (const char c : text) *out++ = c;
    for (std::size_t i = before; i < blanks; ++i) *out++ = ' ';
    return out;
  }

 private:
  std::size_t width_ = 0;
  char alignment_ = '<';
};

/// Formatter of everything that text::to_string() takes.
struct ValueFormatter : TextFormatter {
  template <class T, class Context>
  auto format(const T& value, Context& context) const {
    return put(context.out(), text::to_string(value));
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

// Doxygen 1.9 does not find the namespace of these.
/// @cond

template <perjoule::Dimension D>
struct fmt::formatter<perjoule::Quantity<D>> : perjoule::detail::ValueFormatter {};

template <class Q>
struct fmt::formatter<perjoule::Estimate<Q>> : perjoule::detail::ValueFormatter {};

template <class Q>
struct fmt::formatter<perjoule::Interval<Q>> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::Score> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::Change> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::QualityChange> : perjoule::detail::ValueFormatter {};

template <perjoule::NamedEnum E>
struct fmt::formatter<E> : perjoule::detail::TextFormatter {
  template <class Context>
  auto format(E value, Context& context) const {
    return put(context.out(), perjoule::name(value));
  }
};

/// @endcond

#endif  // defined(PERJOULE_WITH_FMT)

#if defined(PERJOULE_WITH_GOOGLE_BENCHMARK)
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

// ---- perjoule/integrations/google_benchmark.hpp

// For Google Benchmark 1.7.1 and later. Versions are told apart by the members of their classes,
// since there is no macro for the version.
namespace perjoule::inline v0 {

/// Properties of a benchmark's model that are not measured.
struct MeteredOptions {
  Quality quality = {};      ///< result() of a metric; its skill gives the scores
  Footprint footprint = {};  ///< of the weights, for quality per byte
  Items items{1.0};          ///< items that one iteration puts through the model
  std::string label = {};    ///< put before the note on the energy, since a run has one label
  /// The CSV reporter ends the program if a run has a counter that the first run did not have. With
  /// this option every run has all counters, with `nan` for missing ones, which JSON can't hold.
  bool for_csv = false;
};

namespace detail {

/// Returns whether a benchmark was skipped. Versions 1.8 and later can also skip without an error.
template <class State>
[[nodiscard]] bool is_skipped(const State& state) {
  if constexpr (requires { state.skipped(); }) {
    return state.skipped();
  } else {
    return state.error_occurred();
  }
}

/// Returns the energy of a loop whose window began earlier. The thread that reads the meter waits
/// for the others, and what they do in the meantime is anything from nothing to what the loop does.
/// @unit   J
/// @error  common: a rectangle as wide as the power of the window times the time waited
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distribution
[[nodiscard]] inline Estimate<Joules> without_waiting(const Estimate<Joules>& energy,
                                                      Seconds waited, Seconds wall) {
  if (!energy.is_known()) return energy;
  const Joules most = energy.value * (waited / wall);
  Estimate<Joules> left = energy;
  left.value -= most * 0.5;
  left.common = Joules(std::hypot(energy.common.si(), most.si() * std::sqrt(1.0 / 12.0)));
  return left;
}

/// Returns the distance from the value to the farther end of its 95 % interval: a modelled value
/// has more room above than below.
/// @unit  that of the value
/// @error exact: missing if there is no interval
[[nodiscard]] inline Estimate<double> larger_halfwidth(const Estimate<double>& estimate) {
  const Interval<double> within = interval(estimate);
  if (!within.is_known()) return {};
  const double below = estimate.value - within.low;
  const double above = within.high - estimate.value;
  return exact(above > below ? above : below);
}

}  // namespace detail

/// A benchmark's loop with a meter around it; see metered().
class Metered {
 public:
  /// Google Benchmark's own iterator, except for what it does when the loop ends.
  class Iterator {
   public:
    Iterator(benchmark::State::StateIterator inner, Metered& metered) noexcept
        : inner_(inner), metered_(&metered) {}

    [[nodiscard, gnu::always_inline]] auto operator*() const { return *inner_; }
    [[gnu::always_inline]] Iterator& operator++() {
      ++inner_;
      return *this;
    }
    // Not in a destructor, so that a loop left by break or an exception adds no counters.
    [[nodiscard, gnu::always_inline]] bool operator!=(
        const benchmark::State::StateIterator& end) const {
      if (inner_ != end) return true;
      metered_->finish();
      return false;
    }

   private:
    benchmark::State::StateIterator inner_;
    Metered* metered_;
  };

  /// @param session, state  borrowed
  Metered(Session& session, benchmark::State& state, const MeteredOptions& options)
      : state_(&state), options_(options), label_(options.label) {
    PERJOULE_EXPECTS(options.items > Items(0.0));
    // The other threads share the machine and its joules with this one.
    if (state.thread_index() != 0) return;
    meter_ = &session.meter();
    watch_ = session.stopwatch();
  }
  Metered(const Metered&) = delete;
  Metered& operator=(const Metered&) = delete;

  [[nodiscard]] Iterator begin() { return {state_->begin(), *this}; }

  /// Starts the meter, and then Google Benchmark's timer, so that no time includes the start of the
  /// meter.
  [[nodiscard]] benchmark::State::StateIterator end() {
    if (meter_ == nullptr) return state_->end();
    watch_.start();
    if (state_->threads() == 1) return state_->end();
    // No barrier of our own: with a MemoryManager, one of the threads runs alone.
    const Instant ready = watch_.now();
    const benchmark::State::StateIterator end = state_->end();
    waited_ = watch_.now() - ready;
    return end;
  }

 private:
  void finish() {
    using benchmark::Counter;
    if (meter_ == nullptr || detail::is_skipped(*state_)) return;
    const Window window = watch_.stop();
    const auto energy = detail::without_waiting(window.energy.energy, waited_, window.wall);
    const Quality& quality = options_.quality;
    if (energy.is_known()) {
      say(text::format("energy {} by {} ({})", name(energy.provenance), meter_->source,
                       name(meter_->scope)));
    } else {
      say(text::format("no energy: {}", window.energy.why_missing));
    }
    if (!quality.why_no_skill.empty()) say(text::format("no skill: {}", quality.why_no_skill));
    // Divided by the iterations of all threads: counters of threads are added up, and the other
    // threads have none.
    add("energy_j", detail::strip_unit(energy), Counter::kAvgIterations);
    add("energy_halfwidth_j", detail::larger_halfwidth(detail::strip_unit(energy)),
        Counter::kAvgIterations);
    // Not with kIsRate, which divides by CPU time: 10 W came out as kilowatts for a loop that
    // sleeps.
    add("power_w", detail::strip_unit(ratio(energy, exact(window.wall - waited_)).estimate));
    const double iterations = static_cast<double>(state_->iterations()) * state_->threads();
    const auto of_an_item = per_item(energy, options_.items * iterations);
    add("quality_per_joule", detail::strip_unit(per_joule(quality.skill, of_an_item).estimate));
    add("quality_per_stored_byte",
        detail::strip_unit(per_byte(quality.skill, options_.footprint.stored).estimate));
    add("quality_per_resident_byte",
        detail::strip_unit(per_byte(quality.skill, options_.footprint.resident).estimate));
    state_->SetLabel(label_);
  }

  /// Adds a counter. One that is not finite makes the JSON unreadable, and so does one that is 0 in
  /// every repetition, through its coefficient of variation in 1.7.1.
  void add(const char* counter, const Estimate<double>& found,
           benchmark::Counter::Flags flags = benchmark::Counter::kDefaults) {
    if (options_.for_csv) {
      state_->counters[counter] = {found.is_known() ? found.value : detail::quiet_nan(), flags};
    } else if (found.is_known() && found.value == 0.0) {
      say(text::format("{} is 0", counter));
    } else if (found.is_known() && is_finite(found.value)) {
      state_->counters[counter] = {found.value, flags};
    }
  }

  /// Adds a note to the label. It has no numbers, since statistics such as the mean lose the label
  /// unless it is the same for all repetitions of a benchmark.
  void say(const std::string& what) {
    if (!label_.empty()) label_ += "; ";
    label_ += what;
  }

  benchmark::State* state_;
  MeteredOptions options_;
  std::string label_;
  const MeterDescription* meter_ = nullptr;  ///< in the thread that reads it
  Stopwatch watch_;
  Seconds waited_{0.0};
};

/// Reads the meter around a benchmark's loop, and adds the results as counters:
/// `for (auto _ : perjoule::metered(session, state)) {...}`
///
/// | counter | is |
/// | --- | --- |
/// | `energy_j` | total energy of an iteration, including the machine's idle share |
/// | `energy_halfwidth_j` | half-width of its 95 % interval; if modelled, to the farther end |
/// | `power_w` | energy over wall time |
/// | `quality_per_joule` | skill over the energy of an item |
/// | `quality_per_stored_byte`, `quality_per_resident_byte` | skill over the bytes of the weights |
///
/// Missing numbers are left out, and the run's label says why; it also names a number that is 0. A
/// label set after the loop replaces this one. The energy is everything that the meter counts from
/// the first iteration to the last one of all threads, including what stands between PauseTiming
/// and ResumeTiming: meters tick too slowly to be halted there.
///
/// @param session, state  borrowed for the loop
/// @error  energy_halfwidth_j is that of one run; Google Benchmark adds the stddev of repetitions.
///         A window of less than ten ticks of the meter has a wide one
/// @throws std::bad_alloc, from Google Benchmark's counters
[[nodiscard]] inline Metered metered(Session& session, benchmark::State& state,
                                     const MeteredOptions& options = {}) {
  return {session, state, options};
}

/// Adds to the context of every report which meter this session reads. Call it once, before the
/// benchmarks run.
inline void add_context(const Session& session) {
  const MeterDescription& meter = session.meter();
  benchmark::AddCustomContext("energy_meter", meter.source);
  benchmark::AddCustomContext("energy_provenance", std::string(name(meter.provenance)));
  benchmark::AddCustomContext("energy_scope", std::string(name(meter.scope)));
  if (!meter.note.empty()) benchmark::AddCustomContext("energy_note", meter.note);
}

/// Writes Google Benchmark's JSON with energies in place of the times, for programs that compare
/// only times: its compare.py then runs its U test on joules. A time unit stands for joules with
/// the same prefix: `real_time` in "ns" is nJ. `cpu_time` remains a time. Runs without an energy
/// have no row.
///
/// As the second reporter of RunSpecifiedBenchmarks it writes the file that --benchmark_out names;
/// as the first one it writes to the stream given to SetOutputStream.
class EnergiesAsTimes : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> rows;
    for (const Run& run : runs) {
      const auto energy = run.counters.find("energy_j");
      if (energy == run.counters.end() || !is_finite(energy->second.value)) continue;
      Run row = run;
      row.real_accumulated_time = energy->second.value;
      // Reporters divide by the iterations, except for statistics without a unit, such as cv.
      if (run.aggregate_unit == benchmark::kTime && run.iterations != 0) {
        row.real_accumulated_time *= static_cast<double>(run.iterations);
      }
      std::string unit = benchmark::GetTimeUnitString(run.time_unit);
      unit.back() = 'J';
      row.report_label = "real_time is energy in " + unit;
      if (!run.report_label.empty()) row.report_label += "; " + run.report_label;
      rows.push_back(row);
    }
    if (!rows.empty()) JSONReporter::ReportRuns(rows);
  }
};

/// Tells Google Benchmark how much memory a benchmark takes at its peak in addition to what the
/// process held before: `if (peak.is_working()) benchmark::RegisterMemoryManager(&peak);`
///
/// It is the growth of the resident set in a separate pass of at most 16 iterations: memory that is
/// touched, whichever code asked the kernel for it, rather than memory that is only requested.
/// Allocations are not counted; Google Benchmark cannot leave their number out, so it is below 0.
/// @error  pages, and what the kernel has not yet added up: up to 64 pages per CPU
class PeakMemory : public benchmark::MemoryManager {
 public:
  /// Returns whether it finds 8 MiB in small pieces, twice; see detail::ResidentPeak.
  [[nodiscard]] bool is_working() { return resident_.is_working(); }

  // None of these says `override`: 1.7.1 has both overloads of Stop(), later versions have one of
  // them, and clang wants `override` on all functions of a class or on none.
  void Start() { resident_.start(); }
  void Stop(Result& result) {
    result.max_bytes_used = resident_.growth();
    result.num_allocs = -1;
  }
  void Stop(Result* result) { Stop(*result); }

 private:
  detail::ResidentPeak resident_;
};

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_GOOGLE_BENCHMARK)

#if defined(PERJOULE_WITH_GOOGLE_BENCHMARK_JSON)
#include <stdio.h>
#include <time.h>

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// ---- perjoule/integrations/google_benchmark_json.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Returns the enumerator of this name; if there is none, the last one, which stands for none.
template <class E>
[[nodiscard]] E enum_from_name(std::string_view wanted, E last) {
  for (int i = 0; i < static_cast<int>(last); ++i) {
    if (wanted == name(static_cast<E>(i))) return static_cast<E>(i);
  }
  return last;
}

/// Returns a date such as "2026-01-31T13:00:00+01:00" in UTC; empty if it is not such a date.
[[nodiscard]] inline std::string to_utc(const std::string& date) {
  tm local{};
  int hours = 0;
  int minutes = 0;
  char sign = '+';
  if (sscanf(date.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d", &local.tm_year, &local.tm_mon,
             &local.tm_mday, &local.tm_hour, &local.tm_min, &local.tm_sec, &sign, &hours,
             &minutes) != 9) {
    return {};
  }
  local.tm_year -= 1900;
  local.tm_mon -= 1;
  const time_t ahead = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  const time_t at = timegm(&local) - ahead;
  tm utc{};
  gmtime_r(&at, &utc);
  char text[64];
  return {text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

/// Returns one of Google Benchmark's time units.
/// @unit s
[[nodiscard]] inline double seconds_in(const std::string& unit) {
  return unit == "s" ? 1.0 : unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1e-9;
}

/// Returns a repetition as a window.
/// @unit nanoseconds and the like: the run's own
[[nodiscard]] inline Window window_of(const nlohmann::json& run, Provenance provenance) {
  const double iterations = run.at("iterations").get<double>();
  const double unit = seconds_in(run.value("time_unit", "ns")) * iterations;
  Window window;
  window.items = Items(iterations);
  window.wall = Seconds(run.at("real_time").get<double>() * unit);
  window.cpu = Seconds(run.at("cpu_time").get<double>() * unit);
  const auto energy = run.find("energy_j");
  const auto halfwidth = run.find("energy_halfwidth_j");
  window.energy.why_missing = "the benchmark was not metered, or its label says why";
  if (energy == run.end() || halfwidth == run.end()) return window;
  // The scatter of repetitions shows what differs from one to the next; all of this may be common.
  const double value = energy->get<double>();
  const double uncertainty =
      provenance == Provenance::modelled
          ? value * std::log(1.0 + halfwidth->get<double>() / value) / 1.959964
          : halfwidth->get<double>() / 1.959964;
  window.energy = {{Joules(value * iterations), Joules(0.0), infinite_dof,
                    Joules(uncertainty * iterations), provenance},
                   ""};
  return window;
}

[[noreturn]] inline void refuse_report(std::string_view why) {
  fail("not a report of Google Benchmark", why,
       "write one with --benchmark_out=FILE --benchmark_out_format=json, and without "
       "--benchmark_report_aggregates_only");
}

[[nodiscard]] inline std::vector<Entry> entries_of_report(const nlohmann::json& report) {
  const auto context = report.is_object() ? report.find("context") : report.end();
  if (!report.is_object() || context == report.end() || !report.contains("benchmarks")) {
    refuse_report("it has no context or no benchmarks");
  }
  Entry common;
  const auto said = [&](const char* key) { return context->value(key, std::string()); };
  common.meter.source = context->contains("energy_meter") ? said("energy_meter") : "none";
  common.meter.note = said("energy_note");
  common.meter.provenance = enum_from_name(said("energy_provenance"), Provenance::missing);
  for (unsigned parts = 0; parts < 32; ++parts) {
    const auto scope = static_cast<Scope>(parts);
    if (said("energy_scope") == name(scope)) common.meter.scope = scope;
  }
  Environment& environment = common.environment;
  environment.run.utc = to_utc(said("date"));
  environment.run.command = base_name(said("executable"));
  environment.run.id = fnv1a_hex(said("executable") + "|" + said("date"));
  environment.machine.cores = context->value("num_cpus", std::size_t{0});
  environment.machine.key =
      fnv1a_hex(said("host_name") + "|" + std::to_string(environment.machine.cores));

  std::vector<Entry> entries;
  for (const nlohmann::json& run : report.at("benchmarks")) {
    if (run.value("run_type", "iteration") != "iteration") continue;
    if (run.value("error_occurred", false) || run.value("skipped", false)) continue;
    const std::string name = run.value("run_name", run.value("name", std::string()));
    std::size_t at = 0;  // repetitions may be interleaved
    while (at < entries.size() && !(entries[at].plan.name == name)) ++at;
    if (at == entries.size()) {
      entries.push_back(common);
      entries.back().plan.name = name;
    }
    Entry& entry = entries[at];
    const Window window = window_of(run, common.meter.provenance);
    entry.inputs += static_cast<std::size_t>(window.items.si());
    entry.samples.add(window);
  }
  if (entries.empty()) refuse_report("it has no repetition that ended well");
  for (Entry& entry : entries) {
    entry.samples.why_no_idle = "Google Benchmark measures no idle power";
    entry.samples.outcome = outcome_of(
        entry.samples,
        has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance));
    summarize_windows(entry);
  }
  return entries;
}

}  // namespace detail

/// Converts Google Benchmark's JSON to entries of a run record: one for each benchmark, with its
/// repetitions as windows and its iterations as items. Energy is present if the loop was metered()
/// and add_context() was called. Other counters have no place in an entry and are left out.
///
/// A single repetition is a single window, which does not show how runs scatter: the outcome of its
/// entry is few_windows. Use 12 or more (--benchmark_repetitions=12).
///
/// @param report  parsed output of a program run with --benchmark_format=json
/// @error  time and energy as for windows; the half-width of each energy is common to all
///         repetitions
/// @throws Error for a JSON that is not such a report, or has no repetition
[[nodiscard]] inline std::vector<Entry> entries_of_google_benchmark(const nlohmann::json& report) {
  try {
    return detail::entries_of_report(report);
  } catch (const nlohmann::json::exception& reason) {
    detail::refuse_report(reason.what());
  }
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_GOOGLE_BENCHMARK_JSON)

#if defined(PERJOULE_WITH_HEAP_HOOK)
#include <stdlib.h>

#include <cstdint>

// ---- perjoule/integrations/heap_hook.hpp

// Lets perjoule count the memory that a pass asks of the allocator. Include it in one file of a
// program, or define PERJOULE_WITH_HEAP_HOOK there before the single header. It defines malloc and
// its family in front of the GNU C library's, for all libraries of the program: operator new alone
// would miss what frameworks take from posix_memalign. While nothing is counted it costs a load and
// a branch per call. Under sanitizers and with other C libraries it defines nothing, and the heap
// of a pass is missing. A statically linked program has the allocator twice and does not link.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PERJOULE_HEAP_IS_TAKEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define PERJOULE_HEAP_IS_TAKEN 1
#endif
#endif

#if defined(__GLIBC__) && !defined(PERJOULE_HEAP_IS_TAKEN)

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <unistd.h>

#include <cstddef>

// Names of the GNU C library's own allocator.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace perjoule::inline v0::detail {

[[gnu::always_inline]] inline void* counted(void* given) noexcept {
  if (heap_counts.counts() && given != nullptr) [[unlikely]]
    heap_counts.add(malloc_usable_size(given));
  return given;
}

inline void* counted_realloc(void* old, std::size_t size) noexcept {
  const std::size_t before = old == nullptr ? 0 : malloc_usable_size(old);
  const auto place = reinterpret_cast<std::uintptr_t>(old);
  // The word before a chunk holds its size and flags. Flag 2 marks a mapping, which the kernel
  // moves.
  const bool is_mapping = old != nullptr && (static_cast<const std::size_t*>(old)[-1] & 2U) != 0;
  void* const given = __libc_realloc(old, size);
  if (given == nullptr && size != 0) return given;  // the old one still exists
  const bool is_copied = !is_mapping && reinterpret_cast<std::uintptr_t>(given) != place;
  if (!is_copied) heap_counts.remove(before);  // otherwise both existed during the copy
  if (given != nullptr) heap_counts.add(malloc_usable_size(given));
  if (is_copied) heap_counts.remove(before);
  return given;
}

[[gnu::constructor, gnu::used]] static void hook_heap() noexcept { heap_counts.is_hooked = true; }

}  // namespace perjoule::inline v0::detail

// For all libraries of the program, regardless of -fvisibility.
#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t size) noexcept { return perjoule::detail::counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_calloc(count, size));
}
void* realloc(void* old, std::size_t size) noexcept {
  if (perjoule::detail::heap_counts.counts()) [[unlikely]]
    return perjoule::detail::counted_realloc(old, size);
  return __libc_realloc(old, size);
}
void free(void* given) noexcept {
  if (perjoule::detail::heap_counts.counts() && given != nullptr) [[unlikely]]
    perjoule::detail::heap_counts.remove(malloc_usable_size(given));
  __libc_free(given);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_memalign(alignment, size));
}
int posix_memalign(void** given, std::size_t alignment, std::size_t size) noexcept {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  void* const room = perjoule::detail::counted(__libc_memalign(alignment, size));
  if (room == nullptr) return ENOMEM;
  *given = room;
  return 0;
}
void* valloc(std::size_t size) noexcept {
  return perjoule::detail::counted(
      __libc_memalign(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), size));
}
void* pvalloc(std::size_t size) noexcept {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (size > SIZE_MAX - page) {
    errno = ENOMEM;
    return nullptr;
  }
  return perjoule::detail::counted(__libc_memalign(page, (size + page - 1) / page * page));
}
}
#pragma GCC visibility pop

#endif
#undef PERJOULE_HEAP_IS_TAKEN

#endif  // defined(PERJOULE_WITH_HEAP_HOOK)

#if defined(PERJOULE_WITH_PAPI) || defined(PERJOULE_WITH_PAPI_ENERGY)
#include <dirent.h>
#include <fcntl.h>
#include <papi.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

// ---- perjoule/integrations/papi.hpp

namespace perjoule::inline v0 {

namespace detail {

/// @throws Error if PAPI can't be started
inline void start_papi() {
  const int found = PAPI_library_init(PAPI_VER_CURRENT);
  if (found != PAPI_VER_CURRENT) {
    fail("PAPI can't be started",
         found > 0 ? "its library is of another version than its header" : PAPI_strerror(found),
         "build with the headers of the libpapi that is installed");
  }
  if (PAPI_is_initialized() == PAPI_THREAD_LEVEL_INITED) return;
  (void)PAPI_thread_init([] { return static_cast<unsigned long>(pthread_self()); });
}

/// Returns PAPI's message, for use in the middle of a sentence.
[[nodiscard]] inline std::string papi_reason(int code) {
  std::string reason = PAPI_strerror(code);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] ^= ' ';
  return reason;
}

/// Returns why a component of PAPI counts nothing; empty if it does count.
[[nodiscard]] inline std::string why_no_component(std::string_view name) {
  for (int i = 0; i < PAPI_num_components(); ++i) {
    const PAPI_component_info_t* const component = PAPI_get_component_info(i);
    if (component == nullptr || component->name != name) continue;
    if (component->disabled == PAPI_OK) return {};
    return *component->disabled_reason == '\0' ? papi_reason(component->disabled)
                                               : std::string(component->disabled_reason);
  }
  return text::format("this PAPI has no component {}", name);
}

[[nodiscard]] inline EventKind kind_of_preset(std::string_view name) noexcept {
  static constexpr struct {
    std::string_view name;
    EventKind kind;
  } kinds[] = {
      {"PAPI_TOT_INS", EventKind::instructions},     {"PAPI_TOT_CYC", EventKind::cycles},
      {"PAPI_L3_TCM", EventKind::last_level_misses}, {"PAPI_FP_OPS", EventKind::operations},
      {"PAPI_SP_OPS", EventKind::single_operations}, {"PAPI_DP_OPS", EventKind::double_operations}};
  for (const auto& known : kinds) {
    if (known.name == name) return known.kind;
  }
  return EventKind::other;
}

/// Makes an empty set for events of one component.
/// @param domain  PAPI_DOM_USER or PAPI_DOM_ALL. It is set through the component's default, since
///                setting it for a set needs a hardware event, which not every machine has
[[nodiscard]] inline int create_papi_set(int component, int domain, int& set) noexcept {
  PAPI_option_t before{};
  before.domain.def_cidx = component;
  const bool is_known = PAPI_get_opt(PAPI_DEFDOM, &before) == PAPI_OK;
  set = PAPI_NULL;
  (void)PAPI_set_cmp_domain(domain, component);
  int code = PAPI_create_eventset(&set);
  if (code == PAPI_OK) code = PAPI_assign_eventset_component(set, component);
  if (is_known) (void)PAPI_set_cmp_domain(before.domain.domain, component);
  return code;
}

/// Makes a set count for an existing thread, and for the threads that it starts later.
[[nodiscard]] inline int follow_thread(int set, int thread) noexcept {
  PAPI_option_t option{};
  option.inherit.eventset = set;
  option.inherit.inherit = PAPI_INHERIT_ALL;
  const int code = PAPI_set_opt(PAPI_INHERIT, &option);
  if (code != PAPI_OK || thread == static_cast<int>(gettid())) return code;
  return PAPI_attach(set, static_cast<unsigned long>(thread));
}

inline void destroy_papi_set(int set) noexcept {
  if (set == PAPI_NULL) return;
  (void)PAPI_stop(set, nullptr);
  (void)PAPI_cleanup_eventset(set);
  (void)PAPI_destroy_eventset(&set);
}

}  // namespace detail

/// Events that PAPI counts: presets such as PAPI_TOT_INS in user mode, and native events by their
/// names. The kernel's software events among them ("perf::PAGE-FAULTS") include what the kernel
/// does itself.
///
/// They count for all threads that the process has when they are opened, and for those that these
/// start. If PAPI can't do that, as without any hardware event, they count for the calling thread
/// alone, and the description says so. Events that don't fit together are in several sets, and
/// nothing is multiplexed. An event that can't be counted here is missing, with PAPI's own reason.
/// @source PAPI's low-level interface
class PapiEvents {
 public:
  /// @throws Error for a name that PAPI does not know, and if PAPI can't be started
  PapiEvents(std::initializer_list<std::string> names) : PapiEvents(View<std::string>(names)) {}
  /// @throws Error for a name that PAPI does not know, and if PAPI can't be started
  explicit PapiEvents(View<std::string> names) {
    detail::start_papi();
    for (const std::string& name : names) add(name);
    counts_.resize(names.size());
    form_sets();
    follows_threads_ = can_follow_threads();
    description_.name = "papi";
    description_.extent = follows_threads_ ? EventExtent::process : EventExtent::calling_thread;
  }
  PapiEvents(const PapiEvents&) = delete;
  PapiEvents& operator=(const PapiEvents&) = delete;
  ~PapiEvents() { close(); }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] bool open(std::size_t set) noexcept {
    close();
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const Event& event = description_.events[i];
      if (event.set == set && event.why_missing.empty()) counted_.push_back(i);
    }
    const int own = static_cast<int>(gettid());
    bool is_open = open_for(own) == PAPI_OK;
    DIR* const threads = follows_threads_ ? opendir("/proc/self/task") : nullptr;
    while (const dirent* const entry = threads == nullptr ? nullptr : readdir(threads)) {
      const int thread = atoi(entry->d_name);
      if (thread == 0 || thread == own || open_for(thread) == PAPI_OK) continue;
      const std::string place = text::format("/proc/self/task/{}", thread);
      is_open = is_open && access(place.c_str(), F_OK) != 0;  // it has ended in the meantime
    }
    if (threads != nullptr) closedir(threads);
    if (!is_open) close();
    return is_open;
  }

  [[nodiscard]] bool read(EventReading& reading) noexcept {
    reading.resize(known_.size());
    ++readings_;
    for (const std::size_t event : counted_) {
      reading.counts[event] = 0;
      reading.enabled[event] = reading.running[event] = readings_;  // nothing is multiplexed
    }
    for (const int set : running_) {
      if (PAPI_read(set, counts_.data()) != PAPI_OK) return false;
      auto count = counts_.begin();
      for (const std::size_t event : counted_) {
        reading.counts[event] += static_cast<std::uint64_t>(*count++);
      }
    }
    return true;
  }

  void close() noexcept {
    for (const int set : running_) detail::destroy_papi_set(set);
    running_.clear();
    counted_.clear();
  }

 private:
  /// Properties of an event in PAPI.
  struct Known {
    int code = 0;
    int component = 0;
    int domain = PAPI_DOM_USER;
  };

  void add(const std::string& name) {
    Event event;
    Known known;
    event.name = name;
    event.kind = detail::kind_of_preset(name);
    const int found = PAPI_event_name_to_code(name.c_str(), &known.code);
    if (found != PAPI_OK) {
      // Native events are unknown if nothing counts them.
      event.why_missing = detail::why_no_component("perf_event");
      if (name.starts_with("PAPI_") || event.why_missing.empty()) {
        detail::fail("PAPI has no event of that name", name,
                     "papi_avail and papi_native_avail (Debian: papi-tools) list those it has");
      }
    } else {
      describe(event, known);
    }
    description_.events.push_back(event);
    known_.push_back(known);
  }

  static void describe(Event& event, Known& known) {
    known.component = PAPI_get_event_component(known.code);
    PAPI_event_info_t info{};
    if (known.component < 0) known.component = 0;
    if (PAPI_get_event_info(known.code, &info) != PAPI_OK) return;
    // libpfm describes the kernel's own events by their names in the kernel's headers.
    const std::string_view description = info.long_descr;
    if (!description.starts_with("PERF_COUNT_SW_")) return;
    event.is_hardware = false;
    known.domain = PAPI_DOM_ALL;  // a context switch happens in the kernel
    if (description.find("_CLOCK") == description.npos) return;
    event.unit = std::string(1, 's');  // for = "s" g++ 12 warns of an overlap at -O3
    event.per_count = 1e-9;
  }

  /// Finds out which events PAPI counts here, and which of them at the same time.
  void form_sets() {
    std::size_t sets = 0;
    int trial = PAPI_NULL;
    Known last;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      Event& event = description_.events[i];
      if (!event.why_missing.empty()) continue;
      const Known& known = known_[i];
      const bool is_alike = known.component == last.component && known.domain == last.domain;
      if (trial != PAPI_NULL && is_alike && add_and_try(trial, known.code) == PAPI_OK) {
        event.set = sets - 1;
        continue;
      }
      int alone = PAPI_NULL;
      int code = detail::create_papi_set(known.component, known.domain, alone);
      if (code == PAPI_OK) code = add_and_try(alone, known.code);
      if (code != PAPI_OK) {
        detail::destroy_papi_set(alone);
        event.why_missing = detail::papi_reason(code);
        continue;
      }
      if (trial != PAPI_NULL) detail::destroy_papi_set(trial);
      trial = alone;
      last = known;
      event.set = sets++;
    }
    if (trial != PAPI_NULL) detail::destroy_papi_set(trial);
    description_.sets = sets == 0 ? 1 : sets;
  }

  /// Adds an event to a set, and leaves the set as it was if the event can't be counted in it.
  [[nodiscard]] static int add_and_try(int set, int event) noexcept {
    int code = PAPI_add_event(set, event);
    if (code != PAPI_OK) return code;
    code = PAPI_start(set);
    if (code == PAPI_OK) code = PAPI_stop(set, nullptr);
    if (code != PAPI_OK) (void)PAPI_remove_event(set, event);
    return code;
  }

  /// Returns whether sets can count for other threads. PAPI first asks for a hardware event, even
  /// if only software events are wanted.
  [[nodiscard]] bool can_follow_threads() const noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (!description_.events[i].why_missing.empty()) continue;
      int trial = PAPI_NULL;
      const bool can =
          detail::create_papi_set(known_[i].component, known_[i].domain, trial) == PAPI_OK &&
          detail::follow_thread(trial, static_cast<int>(gettid())) == PAPI_OK;
      detail::destroy_papi_set(trial);
      if (!can) return false;
    }
    return true;
  }

  [[nodiscard]] int open_for(int thread) noexcept {
    if (counted_.empty()) return PAPI_OK;  // none of it can be counted here
    const Known& first = known_[counted_[0]];
    int opened = PAPI_NULL;
    int code = detail::create_papi_set(first.component, first.domain, opened);
    if (code == PAPI_OK && follows_threads_) code = detail::follow_thread(opened, thread);
    for (const std::size_t event : counted_) {
      if (code == PAPI_OK) code = PAPI_add_event(opened, known_[event].code);
    }
    if (code == PAPI_OK) code = PAPI_start(opened);
    if (code == PAPI_OK) {
      running_.push_back(opened);
    } else {
      detail::destroy_papi_set(opened);
    }
    return code;
  }

  EventSourceDescription description_;
  std::vector<Known> known_;
  std::vector<int> running_;          ///< a PAPI set for each thread
  std::vector<std::size_t> counted_;  ///< events of each of these sets, in order
  bool follows_threads_ = false;
  std::uint64_t readings_ = 0;
  std::vector<long long> counts_;  ///< buffer for the counts of a set
};

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_PAPI) || defined(PERJOULE_WITH_PAPI_ENERGY)

#if defined(PERJOULE_WITH_PAPI_ENERGY)
#include <papi.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// ---- perjoule/integrations/papi_energy.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Energy events that one PAPI set counts from its start on.
class PapiEnergySet {
 public:
  PapiEnergySet() = default;
  PapiEnergySet(const PapiEnergySet&) = delete;
  PapiEnergySet& operator=(const PapiEnergySet&) = delete;
  ~PapiEnergySet() { destroy_papi_set(set_); }

  /// Returns PAPI_OK, or the code that says why the event can't be counted.
  [[nodiscard]] int add(int event) {
    int result = PAPI_OK;
    if (set_ == PAPI_NULL) {
      result = create_papi_set(PAPI_get_event_component(event), PAPI_DOM_ALL, set_);
    }
    if (result == PAPI_OK) result = PAPI_add_event(set_, event);
    if (result == PAPI_OK) counts_.push_back(0);
    return result;
  }
  [[nodiscard]] int start() noexcept { return PAPI_start(set_); }
  [[nodiscard]] bool read(std::size_t event, std::uint64_t& count) noexcept {
    const std::lock_guard lock(mutex_);
    if (PAPI_read(set_, counts_.data()) != PAPI_OK || counts_[event] < 0) return false;
    count = static_cast<std::uint64_t>(counts_[event]);
    return true;
  }

 private:
  int set_ = PAPI_NULL;
  std::vector<long long> counts_;  ///< buffer for a reading
  std::mutex mutex_;
};

/// Reader of one event of such a set.
class PapiEnergyReader final : public CounterReader {
 public:
  PapiEnergyReader(std::shared_ptr<PapiEnergySet> set, std::size_t event) noexcept
      : set_(std::move(set)), event_(event) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    return set_->read(event_, count);
  }

 private:
  std::shared_ptr<PapiEnergySet> set_;
  std::size_t event_;
};

/// @unit J; 0 if it is not an energy
[[nodiscard]] inline Joules energy_unit(std::string_view unit) noexcept {
  static constexpr struct {
    std::string_view name;
    double joules;
  } units[] = {{"nJ", 1e-9}, {"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1.0}};
  for (const auto& known : units) {
    if (known.name == unit) return Joules(known.joules);
  }
  return Joules(0.0);
}

/// Reads until all counters have moved, for at most a second. Until then, components of PAPI return
/// the value of the counter rather than the count since the start.
[[nodiscard]] inline bool wait_until_counters_move(CounterMeter& meter) {
  Reading first(meter.description());
  Reading now(meter.description());
  if (!meter.read(first)) return false;
  const Instant begin = CounterMeter::now();
  for (;;) {
    if (!meter.read(now)) return false;
    bool moved = true;
    for (std::size_t i = 0; i < now.counts.size(); ++i) {
      moved = moved && now.counts[i] != first.counts[i];
    }
    if (moved || CounterMeter::now() - begin > Seconds(1.0)) return moved;
  }
}

}  // namespace detail

/// Reads energy through PAPI, if its library has a component for that. Debian's has none, and the
/// kernel's own counters need no PAPI (docs/reference/meters.md).
/// @param names  events of one component in nJ, uJ, mJ or J: "rapl:::PACKAGE_ENERGY:PACKAGE0". Each
///               is added to the total
/// @param scope  what they cover together
/// @error as open_powercap
/// @throws Error if PAPI can't be started
/// @source PAPI's low-level interface, components rapl and powercap
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(View<std::string> names, Scope scope) {
  detail::start_papi();
  CounterMeter meter("papi", "", "read through PAPI; other programs' share is in it");
  const auto energy = std::make_shared<detail::PapiEnergySet>();
  for (const std::string& name : names) {
    const auto no = [&](const std::string& why) {
      return Probe<CounterMeter>(text::format("{}: {}", name, why),
                                 "papi_native_avail (Debian: papi-tools) lists those it has");
    };
    int code = 0;
    int result = PAPI_event_name_to_code(name.c_str(), &code);
    PAPI_event_info_t info{};
    if (result == PAPI_OK) result = PAPI_get_event_info(code, &info);
    if (result == PAPI_OK) result = energy->add(code);
    if (result != PAPI_OK) return no(detail::papi_reason(result));
    Zone zone;
    zone.per_count = detail::energy_unit(info.units);
    if (zone.per_count == Joules(0.0)) return no("it is no energy");
    zone.name = name;
    zone.id = name;
    zone.modulus = never_wraps;
    zone.resolution = Joules(61e-6);  // RAPL's on most machines
    if (zone.resolution < zone.per_count) zone.resolution = zone.per_count;
    zone.update_period = detail::rapl_period;
    const std::size_t event = meter.description().zones.size();
    meter.add(zone, std::make_unique<detail::PapiEnergyReader>(energy, event));
  }
  const int started = energy->start();
  if (started != PAPI_OK || !detail::wait_until_counters_move(meter)) {
    const std::string why =
        started == PAPI_OK ? std::string("its counters do not move") : detail::papi_reason(started);
    return {text::format("PAPI: {}", why), "use the kernel's own counters", ProbeState::broken};
  }
  meter.description().scope = scope;
  meter.measure_update_periods();
  // Between two readings PAPI sees one wrap of 32 bits, but not two.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

/// @copydoc open_papi_energy(View<std::string>, Scope)
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(std::initializer_list<std::string> names,
                                                          Scope scope) {
  return open_papi_energy(View<std::string>(names), scope);
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_PAPI_ENERGY)

#endif  // C++ standard
