// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule 0.1.0: how much quality a model buys with a joule and with a byte.
// One file of all headers below include/perjoule, made by scripts/amalgamate.py: change those.
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <bit>
#include <charconv>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// ---- perjoule/core/config.hpp

// Code outside every measurement: tables, records, opening meters. All of it is compiled in the
// user's own file, so it is built for few and small functions: not inlined, optimised for size.
// bench/compile_cost prints what a user's file costs then, beside one with Google Benchmark.
#define PERJOULE_COLD [[gnu::cold, gnu::noinline]]

// ---- perjoule/core/version.hpp

// The one place of the version: CMake reads it from here, and so does the single header. Everything
// public lives in the inline namespace below, so two versions of the library can be linked into one
// program without their types being mistaken for each other.
#define PERJOULE_VERSION "0.1.0"

/// How much quality a machine-learning model buys with a joule and with a byte, and how sure that
/// is.
namespace perjoule::inline v0 {

/// The library's version, "major.minor.patch".
inline constexpr const char* version = PERJOULE_VERSION;

}  // namespace perjoule::inline v0

// ---- perjoule/core/view.hpp

namespace perjoule::inline v0 {

/// Anything with std::data and std::size, whose elements lie side by side: a vector, an array, a
/// span; not vector<bool>, which has none to point at.
template <class Range>
concept Contiguous = requires(const Range& range, std::size_t& size) {
  *std::data(range);
  size = std::size(range);
};

/// Values that lie side by side somewhere else: a vector, an array, a std::span; borrowed. It is
/// the read-only half of std::span without the concepts of `<ranges>`, which a compiler works
/// through for each call that takes one.
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

// ---- perjoule/core/buffer.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Bytes on the heap that grow in number.
class Storage {
 public:
  Storage() = default;
  PERJOULE_COLD Storage(const Storage& other) { append(other.bytes(), other.size()); }
  Storage(Storage&& other) noexcept : held_(other.held_) { other.held_ = {}; }
  Storage& operator=(Storage other) noexcept {
    const Held own = held_;
    held_ = other.held_;
    other.held_ = own;
    return *this;
  }
  ~Storage() { free(held_.bytes); }

  [[nodiscard]] char* bytes() const noexcept { return held_.bytes; }
  [[nodiscard]] std::size_t size() const noexcept { return held_.size; }

  /// Room for so many bytes behind the others; what is in it is not defined.
  /// @throws std::bad_alloc
  PERJOULE_COLD char* grow(std::size_t size) {
    const std::size_t needed = held_.size + size;
    if (needed > held_.room) {
      const std::size_t room = needed + needed / 2 + 64;
      char* const bytes = static_cast<char*>(realloc(held_.bytes, room));
      if (bytes == nullptr) throw std::bad_alloc();
      held_.bytes = bytes;
      held_.room = room;
    }
    held_.size = needed;
    return held_.bytes + (needed - size);
  }
  /// @param bytes  not of this storage, which may move
  void append(const void* bytes, std::size_t size) {
    if (size != 0) memcpy(grow(size), bytes, size);
  }

 private:
  struct Held {
    char* bytes = nullptr;
    std::size_t size = 0;
    std::size_t room = 0;
  } held_;
};

}  // namespace detail

/// Plain values on the heap that grow in number. It is the part of std::vector that is needed here:
/// what it does is the same for every type, so it is compiled once; std::vector is compiled anew
/// for each, with its iterators and allocators.
template <class T>
requires std::is_trivially_copyable_v<T>
class Buffer {
 public:
  using value_type = T;

  Buffer() = default;
  /// So many zeros.
  explicit Buffer(std::size_t size) {
    if (size != 0) memset(storage_.grow(size * sizeof(T)), 0, size * sizeof(T));
  }
  explicit Buffer(View<T> values) { append(values); }

  void push_back(T value) { storage_.append(&value, sizeof(T)); }
  /// @param values  not of this buffer
  void append(View<T> values) { storage_.append(values.data(), values.size() * sizeof(T)); }

  [[nodiscard]] std::size_t size() const noexcept { return storage_.size() / sizeof(T); }
  [[nodiscard]] bool empty() const noexcept { return storage_.size() == 0; }
  [[nodiscard]] T* data() noexcept { return static_cast<T*>(first()); }
  [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(first()); }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size(); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }

 private:
  [[nodiscard]] void* first() const noexcept { return storage_.bytes(); }

  detail::Storage storage_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/core/line.hpp

/// Text as results hold it, and numbers as text.
namespace perjoule::inline v0::text {

namespace detail {

/// Ends a line that was cut off in "..." so that a reader sees it, and not within a character.
PERJOULE_COLD inline void mark_cut(char* line, std::size_t room) noexcept {
  char* end = line + room - 4;
  while (end > line && (static_cast<unsigned char>(*end) & 0xC0U) == 0x80U) --end;
  memcpy(end, "...", 4);
}

/// Copies what fits into a line of zeros.
PERJOULE_COLD inline void copy(char* line, std::size_t room, const char* content,
                               std::size_t size) noexcept {
  const bool cut = size >= room;
  if (cut) size = room - 1;
  memcpy(line, content, size);
  if (cut) mark_cut(line, room);
}

}  // namespace detail

/// A short text within its object: a name, a number, a reason. Results are made of it, so that they
/// are copied like numbers: nothing is allocated, and no compiler has to build a copy and a
/// clean-up for each of thirty strings in every file that includes the library.
template <std::size_t Room>
struct Line {
  char chars[Room] = {};  ///< zero-terminated UTF-8

  constexpr Line() noexcept = default;
  Line(const char* content) noexcept { detail::copy(chars, Room, content, strlen(content)); }
  Line(std::string_view content) noexcept {
    detail::copy(chars, Room, content.data(), content.size());
  }
  Line(const std::string& content) noexcept : Line(std::string_view(content)) {}

  [[nodiscard]] constexpr const char* c_str() const noexcept { return chars; }
  [[nodiscard]] std::string_view view() const noexcept { return chars; }
  [[nodiscard]] constexpr bool empty() const noexcept { return chars[0] == '\0'; }

  friend bool operator==(const Line& a, const char* b) noexcept { return strcmp(a.chars, b) == 0; }
  friend bool operator==(const Line& a, const Line& b) noexcept { return a == b.chars; }
};

using Short = Line<64>;   ///< a number with its unit, a word
using Name = Line<256>;   ///< the name of a model or a processor; a cell of a table
using Long = Line<1024>;  ///< a sentence; a path

/// A line made by C's formatted output. Only %s, %d and %zu are used: those that no locale changes.
[[nodiscard, gnu::format(printf, 1, 2)]] PERJOULE_COLD inline Long format(const char* format,
                                                                          ...) noexcept {
  Long line;
  va_list arguments;
  va_start(arguments, format);
  const int size = vsnprintf(line.chars, sizeof line.chars, format, arguments);
  va_end(arguments);
  if (size >= static_cast<int>(sizeof line.chars)) detail::mark_cut(line.chars, sizeof line.chars);
  return line;
}

/// A text that grows: a table, a record. It has no zero at its end. Out of memory ends the program
/// here: an exception path behind each append would be half of the code in a user's file.
class Text {
 public:
  PERJOULE_COLD void put(const char* content) noexcept { put(content, strlen(content)); }
  PERJOULE_COLD void put(const char* content, std::size_t size) noexcept {
    chars_.append(content, size);
  }
  PERJOULE_COLD void put(char c, std::size_t times = 1) noexcept {
    if (times != 0) memset(chars_.grow(times), c, times);
  }

  [[nodiscard]] std::string_view view() const noexcept { return {chars_.bytes(), chars_.size()}; }

 private:
  perjoule::detail::Storage chars_;
};

}  // namespace perjoule::inline v0::text

// ---- perjoule/core/error.hpp

namespace perjoule::inline v0 {

/// Something that the user can mend. The message has three parts: what happened, where, and the
/// next step, as in "cannot read out/base.json: permission denied; run as its owner".
class Error : public std::exception {
 public:
  Error(const char* what, const char* where, const char* next_step) noexcept
      : message_(text::format("perjoule: %s: %s; %s", what, where, next_step)) {}

  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  text::Long message_;
};

/// No meter of the kind that was asked for (a Session with `.require = Provenance::measured`).
/// A program ends with `exit_code` then: EX_UNAVAILABLE of sysexits.h.
class NoMeterError : public Error {
 public:
  static constexpr int exit_code = 69;
  using Error::Error;
};

namespace detail {

[[noreturn]] PERJOULE_COLD inline void fail(const char* what, const char* where,
                                            const char* next_step) {
  throw Error(what, where, next_step);
}

/// The text of an errno value: "permission denied", not "Permission denied", since it stands inside
/// a sentence; in English, as the rest of it, whatever language the user's programs speak.
[[nodiscard]] PERJOULE_COLD inline text::Name system_reason(int error_number) noexcept {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  text::Name reason = strerror_l(error_number, english);
  freelocale(english);
  if (reason.chars[0] >= 'A' && reason.chars[0] <= 'Z') reason.chars[0] ^= ' ';
  return reason;
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/expects.hpp

namespace perjoule::inline v0::detail {

[[noreturn]] PERJOULE_COLD inline void contract_breach(const char* condition, const char* file,
                                                       int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace perjoule::inline v0::detail

// A bug of the caller, not an event: so it ends the program, with NDEBUG too. What a user can mend
// is thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_breach(#condition, __FILE__, __LINE__))

// ---- perjoule/core/few.hpp

namespace perjoule::inline v0 {

/// A list with room for a few elements within its object: copied like a number, nothing allocated.
template <class T, std::size_t Room>
class Few {
 public:
  using value_type = T;

  constexpr void push_back(const T& element) {
    PERJOULE_EXPECTS(size_ < Room);
    elements_[size_++] = element;
  }
  [[nodiscard]] constexpr const T* begin() const noexcept { return elements_; }
  [[nodiscard]] constexpr const T* end() const noexcept { return elements_ + size_; }
  [[nodiscard]] constexpr T* begin() noexcept { return elements_; }
  [[nodiscard]] constexpr T* end() noexcept { return elements_ + size_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Room; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const noexcept { return elements_[i]; }
  [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return elements_[i]; }

 private:
  T elements_[Room] = {};
  std::size_t size_ = 0;
};

}  // namespace perjoule::inline v0

// ---- perjoule/core/file.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The beginning of a small file, such as those below /proc and /sys, with a zero behind it; one
/// new line at its end is cut off. The number of bytes, or -1 with errno where it can't be read.
[[nodiscard]] PERJOULE_COLD inline ssize_t read_small_file(const char* path, char* content,
                                                           std::size_t room) noexcept {
  content[0] = '\0';
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file == -1) return -1;
  std::size_t used = 0;
  ssize_t n = 0;
  do {
    n = read(file, content + used, room - 1 - used);
    if (n > 0) used += static_cast<std::size_t>(n);
  } while (used < room - 1 && (n > 0 || (n == -1 && errno == EINTR)));
  const int why = errno;
  close(file);
  errno = why;
  if (used > 0 && content[used - 1] == '\n') --used;
  content[used] = '\0';
  return n == -1 ? -1 : static_cast<ssize_t>(used);
}

/// The last part of a path: "mlp.int8" of "/home/ada/mlp.int8".
[[nodiscard]] inline const char* base_name(const char* path) noexcept {
  const char* const slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

/// Makes the folders above `path` that are missing. A folder that can't be made shows when the file
/// is opened, with the same reason.
PERJOULE_COLD inline void make_folders_above(text::Long path) noexcept {
  for (char* c = path.chars + 1; *c != '\0'; ++c) {
    if (*c != '/') continue;
    *c = '\0';
    mkdir(path.c_str(), 0777);
    *c = '/';
  }
}

/// False with errno where the disk is full or gone.
[[nodiscard]] PERJOULE_COLD inline bool write_and_sync(int file,
                                                       std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t n = write(file, content.data(), content.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return fsync(file) == 0;
}

}  // namespace detail

/// Writes a file whole or not at all: beside its place, forced to the disk, then renamed over it.
/// An older file of that name stays as it was until then. Missing folders are made.
/// @throws Error when it can't be written: no space, no permission, not a folder
PERJOULE_COLD inline void write_file(std::string_view path, std::string_view content) {
  if (path.size() + 32 > sizeof(text::Long)) {
    detail::fail("cannot write the file", "its path has more than 992 characters",
                 "choose a shorter one");
  }
  const text::Long place = path;
  detail::make_folders_above(place);
  // The process id keeps two processes apart that write to one place at once: the last one wins.
  text::Long draft = text::format("%s.%d.part", place.c_str(), static_cast<int>(getpid()));
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool done = file != -1 && detail::write_and_sync(file, content);
  int why = errno;
  if (file != -1 && close(file) == -1 && done) {
    done = false;
    why = errno;
  }
  if (done && rename(draft.c_str(), place.c_str()) == -1) {
    done = false;
    why = errno;
  }
  if (!done) {
    if (file != -1) unlink(draft.c_str());
    detail::fail(
        "cannot write the file",
        text::format("%s: %s", place.c_str(), detail::system_reason(why).chars).chars,
        "mend that or choose another place, then run again (no part of the file was left behind)");
  }
  // The rename lasts through a power cut only once the folder is on the disk, too. Some file
  // systems refuse to sync a folder; the file itself is whole either way.
  char* const slash = strrchr(draft.chars, '/');
  if (slash != nullptr) slash[1] = '\0';
  const int folder = open(slash != nullptr ? draft.c_str() : ".", O_RDONLY | O_CLOEXEC);
  if (folder != -1) {
    fsync(folder);
    close(folder);
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/core/keep.hpp

namespace perjoule::inline v0 {

/// Makes the optimiser believe that `value` is read here and that all memory may have changed, so
/// that a pass whose result nobody uses is neither removed nor hoisted out of the loop. It costs no
/// instruction when the value is in a register or in memory already.
template <class T>
[[gnu::always_inline]] inline void keep(const T& value) noexcept {
  // A small trivial value may stay in a register ("r"); "m" alone would force a store of each
  // result. Larger or non-trivial ones have an address anyway.
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/core/math.hpp

// <cmath> adds 0.15 s to each file that includes it (it brings the special functions of C++17), a
// tenth of what a user's whole program may cost. Both compilers that we support have the same
// functions built in.
namespace perjoule::inline v0::math {

[[nodiscard]] constexpr double absolute(double x) noexcept { return __builtin_fabs(x); }
[[nodiscard]] inline double square_root(double x) noexcept { return __builtin_sqrt(x); }
[[nodiscard]] inline double exponential(double x) noexcept { return __builtin_exp(x); }
[[nodiscard]] inline double logarithm(double x) noexcept { return __builtin_log(x); }
[[nodiscard]] inline double log_gamma(double x) noexcept { return __builtin_lgamma(x); }
[[nodiscard]] inline double nearest_integer(double x) noexcept { return __builtin_rint(x); }
[[nodiscard]] inline double root_sum_square(double x, double y) noexcept {
  return __builtin_sqrt(x * x + y * y);
}
[[nodiscard]] constexpr double square(double x) noexcept { return x * x; }

/// 10 to a whole power. Powers up to 22 are exact in a double, and so is one division by them.
[[nodiscard]] constexpr double power_of_ten(int exponent) noexcept {
  double power = 1.0;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) power *= 10.0;
  return exponent < 0 ? 1.0 / power : power;
}

}  // namespace perjoule::inline v0::math

// ---- perjoule/core/missing.hpp

namespace perjoule::inline v0 {

// Research code is compiled with -ffast-math, under which `x != x` and std::isnan(x) are constant
// false. A test of the bits holds: integers don't become faster by being assumed finite.

/// True when `x` is neither NaN nor an infinity, under every optimisation flag.
/// @unit any; the unit of x is not looked at
[[nodiscard]] constexpr bool is_finite(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) != 0x7FF0'0000'0000'0000U;
}

/// @copydoc is_finite(double)
[[nodiscard]] constexpr bool is_finite(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) != 0x7F80'0000U;
}

namespace detail {

/// What fills the number of a missing value, so that arithmetic on it by mistake shows. Whether a
/// value is missing is never read from it: that is what `Provenance` is for.
/// @unit none: it stands for no quantity
[[nodiscard]] constexpr double no_number() noexcept {
  return std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0000U});
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/text.hpp

// Numbers become text with std::to_chars: a locale cannot turn its point into a comma, and it costs
// a sixth of what a formatting library costs to compile.
namespace perjoule::inline v0::text {

/// The shortest digits that read back to the same double: what a record stores.
/// @unit none is added
[[nodiscard]] PERJOULE_COLD inline Short shortest(double number) noexcept {
  Short digits;
  std::to_chars(digits.chars, digits.chars + sizeof digits.chars - 1, number);
  return digits;
}

/// The decimal exponent of the first digit when `digits` are shown: 2 for 345, -3 for 0.00345, and
/// 1 for 9.99 with two digits, which shows as 10. Read off what to_chars prints, since
/// floor(log10(x)) is off by one just below a power of ten.
/// @unit a power of ten
[[nodiscard]] PERJOULE_COLD inline int exponent(double number, int digits) noexcept {
  Short shown;
  char* mark = std::to_chars(shown.chars, shown.chars + sizeof shown.chars - 1, number,
                             std::chars_format::scientific, digits - 1)
                   .ptr;
  int found = 0;
  for (int place = 1; *--mark >= '0' && *mark <= '9'; place *= 10) found += place * (*mark - '0');
  return *mark == '-' ? -found : found;
}

/// `number` rounded to the decimal place 10^place: (1234.5, 1) is "1230", (0.126, -2) is "0.13".
/// @unit none is added; place is a power of ten
[[nodiscard]] PERJOULE_COLD inline Short rounded(double number, int place) noexcept {
  Short digits;
  if (place > 20) return shortest(number);  // as many zeros as nobody reads
  const double scale = place > 0 ? math::power_of_ten(place) : 1.0;
  const auto [end, problem] = std::to_chars(digits.chars, digits.chars + 40, number / scale,
                                            std::chars_format::fixed, place > 0 ? 0 : -place);
  if (problem != std::errc{}) return shortest(number);  // too many digits for anybody to read
  if (digits == "0") return "0";
  const bool is_zero = digits.chars[strspn(digits.chars, "-0.")] == '\0';
  if (is_zero && digits.chars[0] == '-') return digits.chars + 1;
  for (int i = 0; i < place; ++i) end[i] = '0';
  return digits;
}

/// `number` with so many significant digits, in fixed notation: (0.012345, 3) is "0.0123".
/// @unit none is added
[[nodiscard]] PERJOULE_COLD inline Short significant(double number, int digits) noexcept {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

/// The decimal place to which a number with this half-width is rounded: two digits of the
/// half-width where it begins with 100 to 354, else one.
/// @unit   a power of ten
/// @source Particle Data Group, Review of Particle Physics, Introduction 5.3 "Rounding"
[[nodiscard]] PERJOULE_COLD inline int place_of(double halfwidth) noexcept {
  const int first = exponent(halfwidth, 3);
  return halfwidth / math::power_of_ten(first) < 3.545 ? first - 1 : first;
}

/// "12.3 ± 0.4": both rounded to the place of the half-width, so that no digit is shown that the
/// measurement does not carry.
/// @unit  value and halfwidth in one unit, which the caller names
/// @error halfwidth is that of the 95 % interval
[[nodiscard]] PERJOULE_COLD inline Name with_halfwidth(double value, double halfwidth) noexcept {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = place_of(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return format("%s ± %s", rounded(value, place).chars, rounded(up, place).chars).chars;
}

/// An SI prefix with its factor.
struct Prefix {
  const char* symbol;
  double factor;  ///< @unit none
};

/// The prefix that leaves 1 to 999 before the point: 0.00123 gives milli. One for a whole column,
/// since a reader compares down a column, and numbers rather than prefixes.
/// @unit any SI unit; a factor of it comes back
[[nodiscard]] PERJOULE_COLD inline Prefix prefix_of(double magnitude) noexcept {
  static constexpr Prefix prefixes[] = {{"T", 1e12}, {"G", 1e9},  {"M", 1e6},
                                        {"k", 1e3},  {"", 1.0},   {"m", 1e-3},
                                        {"µ", 1e-6}, {"n", 1e-9}, {"p", 1e-12}};
  const double size = math::absolute(magnitude);
  if (!is_finite(magnitude) || size == 0.0) return {"", 1.0};
  for (const Prefix& prefix : prefixes) {
    if (size >= prefix.factor * 0.9995) return prefix;  // 999.6 m would print as 1000 m
  }
  return {"p", 1e-12};
}

/// Reads a whole number that may end in a new line, as the files below /sys do; false where it is
/// none or has more than 19 digits.
[[nodiscard]] inline bool read_integer(const char* digits, std::uint64_t& number) noexcept {
  std::uint64_t found = 0;
  int count = 0;
  for (; *digits >= '0' && *digits <= '9'; ++digits, ++count) {
    found = found * 10 + static_cast<std::uint64_t>(*digits - '0');
  }
  if (count == 0 || count > 19 || (*digits != '\0' && *digits != '\n')) return false;
  number = found;
  return true;
}

/// How many characters a terminal shows: the code points of a UTF-8 text.
[[nodiscard]] constexpr std::size_t width(std::string_view utf8) noexcept {
  std::size_t points = 0;
  for (const char c : utf8) points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return points;
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/units/dimension.hpp

namespace perjoule::inline v0 {

/// The exponents of the base units. Joule is a base unit here, and an item (one input of the model)
/// and a byte are counted: so "quality per joule" and "quality per byte" are different types.
struct Dimension {
  int joule = 0;
  int second = 0;
  int byte = 0;
  int item = 0;
  int gram = 0;
  int dollar = 0;

  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;
};

[[nodiscard]] constexpr Dimension operator*(Dimension a, Dimension b) noexcept {
  return {a.joule + b.joule, a.second + b.second, a.byte + b.byte,
          a.item + b.item,   a.gram + b.gram,     a.dollar + b.dollar};
}

[[nodiscard]] constexpr Dimension operator/(Dimension a, Dimension b) noexcept {
  return {a.joule - b.joule, a.second - b.second, a.byte - b.byte,
          a.item - b.item,   a.gram - b.gram,     a.dollar - b.dollar};
}

}  // namespace perjoule::inline v0

// ---- perjoule/units/provenance.hpp

namespace perjoule::inline v0 {

/// Where a number comes from, from best to worst. It only ever gets worse on the way to a table.
enum class Provenance : std::uint8_t {
  measured,   ///< read from an instrument, or counted
  estimated,  ///< derived from measured values by an approximation
  modelled,   ///< computed from a model of the machine; never ranked with measured values
  simulated,  ///< read from a machine that exists in this process only
  missing,    ///< no number: whatever stands in the value is not to be read
};

/// The worst of the inputs wins.
[[nodiscard]] constexpr Provenance worst(Provenance a, Provenance b) noexcept {
  return a < b ? b : a;
}

[[nodiscard]] constexpr const char* name(Provenance provenance) noexcept {
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

}  // namespace perjoule::inline v0

// ---- perjoule/units/quantity.hpp

namespace perjoule::inline v0 {

/// Quantities are added and compared only within one dimension; the concept's name is what the
/// compiler prints when somebody adds joules to seconds.
template <Dimension A, Dimension B>
concept SameDimension = (A == B);

/// A number with its dimension in the type. The number is in SI units (J, s, B, items, g, $), so
/// no prefix can get lost between two functions: prefixes exist in literals and in text only.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() noexcept = default;
  /// @param si  the number in SI units
  /// @unit  that of the type
  constexpr explicit Quantity(double si) noexcept : si_(si) {}

  /// The bare number, for text and files.
  /// @unit SI, that of the type
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

/// The bare number of a quantity, or of a double, which stands for itself: so that one function
/// serves quantities and plain ratios such as an accuracy.
/// @unit SI, that of the argument's type
[[nodiscard]] constexpr double number(double x) noexcept { return x; }
template <Dimension D>
[[nodiscard]] constexpr double number(Quantity<D> x) noexcept {
  return x.si();
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/units/estimate.hpp

namespace perjoule::inline v0 {

/// Degrees of freedom of an uncertainty that was not estimated from repeats, such as that of a
/// counter's quantum. From here on t is normal to four digits. A finite number, since infinity
/// neither stands in JSON nor survives -ffast-math.
/// @unit none
inline constexpr double known_dof = 1e6;

/// A value with its standard uncertainty in two parts, and where it comes from.
///
/// `random` differs from window to window (run-to-run scatter, tick phase, quantum) and falls when
/// more windows are measured. `common` is shared by all windows of a run (gain of the meter, idle
/// power, error of a model) and does not. The difference matters when two values of one run are
/// compared, so the two are never added up early. There are no operators between two estimates: the
/// functions in stats/propagate.hpp and stats/ratio.hpp each name their formula and assumptions.
///
/// A modelled value is lognormal: `common / value` is the standard deviation of its logarithm.
///
/// @unit  value, random and common have that of Q
/// @error random and common are standard uncertainties; the 95 % interval is interval(estimate)
template <class Q>
struct Estimate {
  Q value = Q(detail::no_number());
  Q random = Q(detail::no_number());
  double dof = 0.0;  ///< degrees of freedom of `random`. @unit none
  Q common = Q(detail::no_number());
  Provenance provenance = Provenance::missing;

  /// False: there is no number here, and none of the others may be read.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return provenance != Provenance::missing;
  }
};

/// A value that was counted, such as the bytes of a file: without uncertainty.
template <class Q>
[[nodiscard]] constexpr Estimate<Q> exact(Q value) noexcept {
  return {value, Q(0.0), known_dof, Q(0.0), Provenance::measured};
}

namespace detail {

/// The same estimate without and with its unit: what is computed alike for every unit is computed
/// once, on doubles, and not compiled anew for each.
/// @unit SI, that of Q
template <class Q>
[[nodiscard]] constexpr Estimate<double> bare(const Estimate<Q>& e) noexcept {
  return {number(e.value), number(e.random), e.dof, number(e.common), e.provenance};
}
template <class Q>
[[nodiscard]] constexpr Estimate<Q> with_unit(const Estimate<double>& e) noexcept {
  return {Q(e.value), Q(e.random), e.dof, Q(e.common), e.provenance};
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/units/interval.hpp

namespace perjoule::inline v0 {

/// How an interval was computed.
enum class IntervalMethod : std::uint8_t {
  missing,    ///< there is none
  exact,      ///< a counted value: low = high
  student_t,  ///< value ± t u
  lognormal,  ///< value ×/÷ exp(t u/value), of a modelled value
  wilson,     ///< score interval of a proportion
  log_delta,  ///< of a ratio of two positive values
  fieller,    ///< of a ratio, where log_delta would be too narrow
  box,        ///< of a ratio, from two intervals that hold together
  bootstrap,  ///< percentiles of resampled statistics
};

[[nodiscard]] constexpr const char* name(IntervalMethod method) noexcept {
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
    case IntervalMethod::missing:
      break;
  }
  return "missing";
}

/// What the data leave possible at a confidence level. Unlike `Estimate` it may lie unevenly about
/// the value.
/// @unit  low and high have that of Q
/// @error covers the true value with probability `level`, under the assumptions of its method
template <class Q>
struct Interval {
  Q low = Q(detail::no_number());
  Q high = Q(detail::no_number());
  double level = 0.95;  ///< @unit a share of 1
  IntervalMethod method = IntervalMethod::missing;

  /// False: the data bound the value on no side (or there is no value).
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return method != IntervalMethod::missing;
  }
  [[nodiscard]] constexpr bool contains(Q value) const noexcept {
    return is_known() && low <= value && value <= high;
  }
};

namespace detail {

/// @copydoc with_unit(const Estimate<double>&)
template <class Q>
[[nodiscard]] constexpr Interval<Q> with_unit(const Interval<double>& i) noexcept {
  return {Q(i.low), Q(i.high), i.level, i.method};
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/units/names.hpp

namespace perjoule::inline v0 {

using Joules = Quantity<Dimension{.joule = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Items = Quantity<Dimension{.item = 1}>;
using Grams = Quantity<Dimension{.gram = 1}>;
using Dollars = Quantity<Dimension{.dollar = 1}>;

using Watts = Quantity<Dimension{.joule = 1, .second = -1}>;
using JoulesPerItem = Quantity<Dimension{.joule = 1, .item = -1}>;
using SecondsPerItem = Quantity<Dimension{.second = 1, .item = -1}>;
using ItemsPerJoule = Quantity<Dimension{.joule = -1, .item = 1}>;
using ItemsPerSecond = Quantity<Dimension{.second = -1, .item = 1}>;
using PerByte = Quantity<Dimension{.byte = -1}>;

}  // namespace perjoule::inline v0

// ---- perjoule/units/literals.hpp

namespace perjoule::inline v0 {

inline namespace literals {

// Not consteval: clang 14 leaves a call behind in function templates that no one defines.
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

}  // namespace perjoule::inline v0

// ---- perjoule/units/scope.hpp

namespace perjoule::inline v0 {

/// What part of the machine a joule was counted for. Values of different scopes are never compared.
enum class Scope : std::uint8_t {
  none,          ///< no meter
  psys,          ///< the platform: packages, memory and more on one counter
  package_dram,  ///< CPU packages and their memory
  package,       ///< CPU packages; this machine has no counter for its memory
  process,       ///< the CPU time of this process alone: all that a model of watts per core sees
};

[[nodiscard]] constexpr const char* name(Scope scope) noexcept {
  switch (scope) {
    case Scope::psys:
      return "psys";
    case Scope::package_dram:
      return "package+dram";
    case Scope::package:
      return "package";
    case Scope::process:
      return "process";
    case Scope::none:
      break;
  }
  return "none";
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/sort.hpp

namespace perjoule::inline v0::detail {

/// Ascending, by qsort of the C library: std::sort would be compiled into every user's file, 2 kB
/// of it.
template <class Number>
void sort(Number* first, std::size_t size) noexcept {
  if (size == 0) return;  // qsort wants an address even then
  qsort(first, size, sizeof(Number), [](const void* a, const void* b) {
    const Number left = *static_cast<const Number*>(a);
    const Number right = *static_cast<const Number*>(b);
    return left < right ? -1 : right < left ? 1 : 0;
  });
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/quantile.hpp

namespace perjoule::inline v0 {

/// The p-quantile of a sample, linear between order statistics.
/// @unit   that of the sample; 0 <= p <= 1
/// @shape  sample: at least one value, any order; sorted_sample: ascending
/// @source Hyndman and Fan, The American Statistician 50 (1996) 361, type 7 (NumPy's and R's
/// default)
[[nodiscard]] inline double quantile_of_sorted(View<double> sorted_sample, double p) {
  PERJOULE_EXPECTS(!sorted_sample.empty() && p >= 0.0 && p <= 1.0);
  const double position = p * static_cast<double>(sorted_sample.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted_sample.size()) return sorted_sample[sorted_sample.size() - 1];
  const double part = position - static_cast<double>(below);
  return sorted_sample[below] + part * (sorted_sample[below + 1] - sorted_sample[below]);
}

/// @copydoc quantile_of_sorted
[[nodiscard]] inline double quantile(View<double> sample, double p) {
  Buffer<double> sorted(sample);
  detail::sort(sorted.data(), sorted.size());
  return quantile_of_sorted(sorted, p);
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/random.hpp

namespace perjoule::inline v0 {

/// A seeded generator with the same sequence on every machine and compiler, which the distributions
/// of `<random>` do not promise. It has no product: g++ spends more time on the large constants of
/// others than on the rest of this file.
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

  /// A whole number below `bound`, each equally likely: the few first values that would favour the
  /// small ones are drawn again.
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

// ---- perjoule/stats/bootstrap.hpp

namespace perjoule::inline v0 {

/// The percentile interval of a statistic over resamples of independent values, for statistics that
/// have no formula. The same seed gives the same interval on every machine.
///
/// @param statistic  View<double> -> double
/// @unit   that of the statistic
/// @shape  sample: at least two values
/// @error  for a mean of 20 values it covers about .93 at a nominal .95, like every percentile
///         bootstrap: it is too short by a factor of sqrt((n - 1)/n) and takes the normal for the t
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
template <class Statistic>
[[nodiscard]] Interval<double> bootstrap_interval(View<double> sample, Statistic statistic,
                                                  std::uint64_t seed, std::size_t resamples = 2000,
                                                  double level = 0.95) {
  PERJOULE_EXPECTS(sample.size() >= 2 && resamples >= 100);
  Random random(seed);
  Buffer<double> drawn(sample.size());
  Buffer<double> statistics(resamples);
  for (double& value : statistics) {
    for (double& x : drawn) x = sample[static_cast<std::size_t>(random.below(sample.size()))];
    value = statistic(View<double>(drawn));
  }
  detail::sort(statistics.data(), statistics.size());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(statistics, tail), quantile_of_sorted(statistics, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/student_t.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz).
/// @unit   none; x in [0, 1]
/// @error  1e-14 relative, for a and b up to 1e6
/// @source Abramowitz and Stegun 26.5.8; Lentz, Applied Optics 15 (1976) 668
[[nodiscard]] PERJOULE_COLD inline double incomplete_beta(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - incomplete_beta(b, a, 1.0 - x);
  const double front =
      math::exponential(math::log_gamma(a + b) - math::log_gamma(a) - math::log_gamma(b) +
                        a * math::logarithm(x) + b * math::logarithm(1.0 - x)) /
      a;
  constexpr double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (math::absolute(d) < tiny ? tiny : d);
  double fraction = d;
  for (int m = 1; m < 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1.0;
    for (const double term : {even, odd}) {
      d = 1.0 + term * d;
      d = 1.0 / (math::absolute(d) < tiny ? tiny : d);
      c = 1.0 + term / c;
      if (math::absolute(c) < tiny) c = tiny;
      change = d * c;
      fraction *= change;
    }
    if (math::absolute(change - 1.0) < 1e-15) break;
  }
  return front * fraction;
}

}  // namespace detail

/// The probability that a Student t with so many degrees of freedom is at most t.
/// @unit   none
/// @source P(T <= t) = 1 - I_x(dof/2, 1/2)/2 with x = dof/(dof + t^2), for t >= 0
[[nodiscard]] inline double t_probability(double t, double dof) {
  PERJOULE_EXPECTS(dof > 0.0);
  const double tail = 0.5 * detail::incomplete_beta(0.5 * dof, 0.5, dof / (dof + t * t));
  return t < 0.0 ? tail : 1.0 - tail;
}

/// The t that a Student variable stays below with probability p. From `known_dof` on it is the
/// quantile of the normal distribution to five digits.
/// @unit   none; 0 < p < 1
/// @error  1e-9 relative
/// @source inverted from t_probability by bisection: slow (2 us) and without a special case
[[nodiscard]] PERJOULE_COLD inline double t_quantile(double p, double dof) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0);
  if (p < 0.5) return -t_quantile(1.0 - p, dof);
  double low = 0.0;
  double high = 2.0;
  while (t_probability(high, dof) < p) high *= 2.0;
  for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (t_probability(middle, dof) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/confidence.hpp

namespace perjoule::inline v0 {

/// u, from u^2 = random^2 + common^2.
/// @unit   that of the estimate
/// @source GUM (JCGM 100:2008) 5.1.2, for parts that are independent
[[nodiscard]] inline double standard_uncertainty(const Estimate<double>& estimate) {
  return math::root_sum_square(estimate.random, estimate.common);
}

/// The degrees of freedom of u: only the random part was estimated from repeats.
/// @unit   none
/// @source GUM G.4.1 (Welch-Satterthwaite) with infinite dof for the common part: dof (u/random)^4
[[nodiscard]] inline double effective_dof(const Estimate<double>& estimate) {
  if (estimate.random <= 0.0) return known_dof;
  const double share = standard_uncertainty(estimate) / estimate.random;
  const double dof = estimate.dof * math::square(math::square(share));
  return dof < known_dof ? dof : known_dof;
}

/// What stands behind "±" in every output: t((1 + level)/2, effective dof) times u. With 1.96 in
/// the place of t it would cover 81 % at three windows and not 95 %.
/// @unit   that of the estimate
/// @source GUM G.6.4
[[nodiscard]] PERJOULE_COLD inline double halfwidth(const Estimate<double>& estimate,
                                                    double level = 0.95) {
  if (!estimate.is_known()) return detail::no_number();
  const double u = standard_uncertainty(estimate);
  return u > 0.0 ? t_quantile(0.5 * (1.0 + level), effective_dof(estimate)) * u : 0.0;
}

namespace detail {

/// The interval of a value without uncertainty: one that was counted is exact. One that a model
/// made is not, however sure the model: then nothing bounds it.
/// @unit that of the value
[[nodiscard]] inline Interval<double> without_uncertainty(double value, Provenance provenance,
                                                          double level) {
  if (provenance == Provenance::modelled) return {};
  return {value, value, level, IntervalMethod::exact};
}

}  // namespace detail

/// The interval at a confidence level: value ± halfwidth, or for a modelled value its lognormal
/// counterpart value ×/÷ exp(halfwidth / value), since an error by a factor is never symmetric and
/// never below zero.
/// @unit   that of the estimate
/// @error  covers the true value with probability `level`, where windows are independent
/// @source GUM G.6.4; docs/reference/formulas.md#uncertainty
[[nodiscard]] PERJOULE_COLD inline Interval<double> interval(const Estimate<double>& estimate,
                                                             double level = 0.95) {
  if (!estimate.is_known()) return {};
  const double value = estimate.value;
  const double half = halfwidth(estimate, level);
  if (half <= 0.0) return detail::without_uncertainty(value, estimate.provenance, level);
  if (estimate.provenance == Provenance::modelled && value > 0.0) {
    const double factor = math::exponential(half / value);
    return {value / factor, value * factor, level, IntervalMethod::lognormal};
  }
  return {value - half, value + half, level, IntervalMethod::student_t};
}

/// @copydoc standard_uncertainty(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] Quantity<D> standard_uncertainty(const Estimate<Quantity<D>>& estimate) {
  return Quantity<D>(standard_uncertainty(detail::bare(estimate)));
}

/// @copydoc effective_dof(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] double effective_dof(const Estimate<Quantity<D>>& estimate) {
  return effective_dof(detail::bare(estimate));
}

/// @copydoc halfwidth(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Quantity<D> halfwidth(const Estimate<Quantity<D>>& estimate, double level = 0.95) {
  return Quantity<D>(halfwidth(detail::bare(estimate), level));
}

/// @copydoc interval(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Interval<Quantity<D>> interval(const Estimate<Quantity<D>>& estimate,
                                             double level = 0.95) {
  return detail::with_unit<Quantity<D>>(interval(detail::bare(estimate), level));
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/propagate.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Degrees of freedom of sqrt(a^2 + b^2) where a and b have their own.
/// @unit   a and b in one unit
/// @source Welch, Biometrika 34 (1947) 28; GUM (JCGM 100:2008) G.4.1
[[nodiscard]] inline double combined_dof(double a, double a_dof, double b, double b_dof) {
  const double a2 = a * a;
  const double b2 = b * b;
  const double sum = a2 + b2;
  if (sum <= 0.0) return known_dof;
  const double dof =
      sum * sum / ((a2 > 0.0 ? a2 * a2 / a_dof : 0.0) + (b2 > 0.0 ? b2 * b2 / b_dof : 0.0));
  return dof < known_dof ? dof : known_dof;
}

}  // namespace detail

/// The sum of two parts that **one** meter counted: their random parts are independent, while an
/// error of the meter's gain moves both alike, so the common parts add.
/// @unit   that of the parts
/// @error  missing when either part is
/// @source GUM (JCGM 100:2008) 5.1.2 for the random parts, 5.2.2 with r = 1 for the common ones
template <class Q>
[[nodiscard]] Estimate<Q> total(const Estimate<Q>& a, const Estimate<Q>& b) {
  if (!a.is_known() || !b.is_known()) return {};
  const double ra = detail::number(a.random);
  const double rb = detail::number(b.random);
  return {Q(detail::number(a.value) + detail::number(b.value)), Q(math::root_sum_square(ra, rb)),
          detail::combined_dof(ra, a.dof, rb, b.dof),
          Q(detail::number(a.common) + detail::number(b.common)),
          worst(a.provenance, b.provenance)};
}

/// What is left of `energy` when the machine's idle power over `duration` is taken off.
///
/// Idle power and energy come from one meter, so an error of its gain cancels in part: common parts
/// subtract with sign. The idle power's own scatter moves all windows of a run alike, so here it is
/// common. Works for whole windows (J, s) and per item (J/item, s/item) alike.
///
/// @unit  that of `energy`
/// @error common = hypot(energy.common - idle.common t, idle.random t); missing when either is
/// @source docs/reference/formulas.md#active-energy
template <Dimension E, Dimension T>
[[nodiscard]] Estimate<Quantity<E>> active(const Estimate<Quantity<E>>& energy,
                                           const Estimate<Watts>& idle, Quantity<T> duration) {
  static_assert(E == Watts::dimension * T, "energy and duration must both be per item, or neither");
  if (!energy.is_known() || !idle.is_known()) return {};
  return {energy.value - idle.value * duration, energy.random, energy.dof,
          Quantity<E>(math::root_sum_square((energy.common - idle.common * duration).si(),
                                            (idle.random * duration).si())),
          worst(energy.provenance, idle.provenance)};
}

/// A total shared out over the items that it was counted for.
/// @unit   that of `whole`, per item
/// @error  the number of items is exact
/// @source a quotient by a constant scales value and uncertainty alike
template <Dimension D>
[[nodiscard]] auto per_item(const Estimate<Quantity<D>>& whole, Items items) {
  PERJOULE_EXPECTS(items > Items(0.0));
  using PerItem = Quantity<D / Items::dimension>;
  return Estimate<PerItem>{whole.value / items, whole.random / items, whole.dof,
                           whole.common / items, whole.provenance};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/ratio.hpp

namespace perjoule::inline v0 {

/// A quotient with its interval, which lies unevenly about it.
template <class Q>
struct Ratio {
  Estimate<Q> estimate;
  Interval<Q> interval;
};

namespace detail {

/// @copydoc bare(const Estimate<Q>&)
template <class Q>
[[nodiscard]] Ratio<double> bare(const Ratio<Q>& ratio) noexcept {
  return {bare(ratio.estimate),
          {number(ratio.interval.low), number(ratio.interval.high), ratio.interval.level,
           ratio.interval.method}};
}

/// (t u / value)^2: how near the value's interval comes to zero; from 1 on it contains zero.
/// @unit   none; value and u in one unit
/// @source Fieller's g
[[nodiscard]] inline double nearness_to_zero(double value, double u, double t) {
  return math::square(t * u) / math::square(value);
}

/// The interval of n / d for independent n and d with standard uncertainties u_n and u_d.
/// @unit   that of n / d
/// @error  missing where d can't be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] PERJOULE_COLD inline Interval<double> fieller(double n, double u_n, double d,
                                                            double u_d, double t, double level) {
  const double g = nearness_to_zero(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double half =
      t / d * math::square_root((1.0 - g) * math::square(u_n) + math::square(r * u_d));
  return {(r - half) / (1.0 - g), (r + half) / (1.0 - g), level, IntervalMethod::fieller};
}

/// All quotients of a numerator and a positive denominator that lie in their intervals, each taken
/// at level sqrt(.95), so that both hold together with .95.
/// @unit that of n / d
[[nodiscard]] PERJOULE_COLD inline Interval<double> box(const Estimate<double>& n,
                                                        const Estimate<double>& d, double level) {
  const Interval<double> of_n = interval(n, math::square_root(level));
  const Interval<double> of_d = interval(d, math::square_root(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

}  // namespace detail

/// numerator / denominator, of two instruments whose errors are independent.
///
/// The interval is log_delta where both are well away from zero (g <= 0.1), since the logarithm of
/// a quotient is nearer to normal than the quotient; Fieller's where one is not, and missing where
/// the denominator cannot be told from zero (g >= 1). A modelled denominator is lognormal, which
/// log_delta takes exactly at any g; only where the numerator is near zero too, `box` stands in.
///
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 where two or three windows meet a much better known partner
/// @throws nothing; a missing input, or a denominator that is not positive, gives a missing ratio
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] PERJOULE_COLD inline Ratio<double> ratio(const Estimate<double>& numerator,
                                                       const Estimate<double>& denominator,
                                                       double level = 0.95) {
  const double n = numerator.value;
  const double d = denominator.value;
  if (!numerator.is_known() || !denominator.is_known() || d <= 0.0) return {};

  const double r = n / d;
  const double random_n = numerator.random / d;
  const double random_d = r * denominator.random / d;
  const Estimate<double> estimate{
      r, math::root_sum_square(random_n, random_d),
      detail::combined_dof(random_n, numerator.dof, random_d, denominator.dof),
      math::root_sum_square(numerator.common / d, r * denominator.common / d),
      worst(numerator.provenance, denominator.provenance)};

  const double u = standard_uncertainty(estimate);
  if (u <= 0.0) return {estimate, detail::without_uncertainty(r, estimate.provenance, level)};
  const double t = t_quantile(0.5 * (1.0 + level), effective_dof(estimate));
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  constexpr double near = 0.1;
  const bool lognormal = denominator.provenance == Provenance::modelled;
  const bool clear = n > 0.0 && detail::nearness_to_zero(n, u_n, t) <= near;
  if (clear && (lognormal || detail::nearness_to_zero(d, u_d, t) <= near)) {
    const double factor = math::exponential(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? detail::box(numerator, denominator, level)
                              : detail::fieller(n, u_n, d, u_d, t, level)};
}

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Ratio<double> bare = ratio(detail::bare(numerator), detail::bare(denominator), level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/summary.hpp

namespace perjoule::inline v0 {

/// Mean and scatter of a sample.
struct Summary {
  std::size_t n = 0;
  double mean = 0.0;                ///< @unit that of the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit that of the sample
};

/// @unit  that of the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] PERJOULE_COLD inline Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  Summary summary{sample.size(), 0.0, 0.0};
  for (const double x : sample) summary.mean += x;
  summary.mean /= static_cast<double>(summary.n);
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += math::square(x - summary.mean);
  summary.standard_deviation = math::square_root(squares / static_cast<double>(summary.n - 1));
  return summary;
}

/// The mean of windows as an estimate with n - 1 degrees of freedom.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter contains it already, but a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not: so the larger of the two counts. A single
/// window has no scatter: it gets the resolution alone, and its caller says `few_windows`.
///
/// @unit  windows and resolution: one unit, that of the result
/// @error random = max(s, resolution)/sqrt(n); common = 0; missing for no windows
/// @source GUM 4.2.3; docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] PERJOULE_COLD inline Estimate<double> mean_of_windows(
    View<double> windows, double resolution, Provenance provenance) noexcept {
  if (windows.empty()) return {};
  const Summary summary = summarize(windows);
  const double root_n = math::square_root(static_cast<double>(summary.n));
  const bool scatter_rules = summary.standard_deviation > resolution;
  const double spread = scatter_rules ? summary.standard_deviation : resolution;
  const double dof = scatter_rules ? static_cast<double>(summary.n - 1) : known_dof;
  return {summary.mean, spread / root_n, dof, 0.0, provenance};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/wilson.hpp

namespace perjoule::inline v0 {

/// The score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of n and n
/// of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; for a single p between .93 and .97 at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] PERJOULE_COLD inline Interval<double> wilson_interval(std::size_t successes,
                                                                    std::size_t trials,
                                                                    double level = 0.95) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = t_quantile(0.5 * (1.0 + level), known_dof);
  const double shrink = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * math::square_root(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // The ends are exact where the formula cancels to within rounding of them.
  return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half, level,
          IntervalMethod::wilson};
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/clock.hpp

namespace perjoule::inline v0 {

/// A point on a clock that only goes forward. Whole nanoseconds, so that differences stay exact on
/// a machine that has been up for years.
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

/// The machine's clock, for meters of the machine. A simulated meter brings its own instead.
struct SystemClock {
  /// @error 1 ns quantum, 50 ns to read
  [[nodiscard]] static Instant now() noexcept { return at(CLOCK_MONOTONIC); }

  /// CPU time of all threads of this process.
  [[nodiscard]] static Instant process_cpu() noexcept { return at(CLOCK_PROCESS_CPUTIME_ID); }

  /// Sleeps; signals do not shorten it.
  static void wait(Seconds duration) noexcept {
    if (duration <= Seconds(0.0)) return;
    const auto ns = static_cast<std::int64_t>(duration.si() * 1e9);
    timespec left{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
  }

 private:
  // Not inlined: a call costs a hundredth of reading the clock, and ten copies of the product below
  // were a fifth of the time that g++ spent on a whole user's file.
  [[nodiscard, gnu::noinline]] static Instant at(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
  }
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter.hpp

namespace perjoule::inline v0 {

/// Room in a `Reading`, which lives on the stack so that nothing is allocated between two of them.
/// Eight sockets with package and DRAM fill it.
inline constexpr std::size_t max_zones = 16;

/// One counter of a meter.
struct Zone {
  text::Short name;           ///< "package-0", "dram"
  text::Short id;             ///< "intel-rapl:0:1", its place below the root
  std::uint64_t modulus = 0;  ///< the counter starts again at 0 here. @unit counts
  Joules per_count{0.0};      ///< what one count is worth
  Joules resolution{0.0};     ///< the step in which it moves, one count or more
};

/// What a meter is; it stands in the record.
struct MeterDescription {
  text::Short source;          ///< "rapl-powercap"
  text::Long root;             ///< where it was read; empty where there is no such place
  text::Name note;             ///< what a reader of its numbers must know
  Few<Zone, max_zones> zones;  ///< those that are added up to the total
  Scope scope = Scope::none;
  Provenance provenance = Provenance::missing;  ///< the best that a window of it can be
  Seconds update_period{0.0};                   ///< between two steps of the counter
};

/// The counters at one moment, which lies between the two instants.
struct Reading {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
};

/// The energy between two readings, or why it is missing.
struct WindowEnergy {
  Estimate<Joules> energy;
  const char* why_missing = "";  ///< a literal: no allocation, nothing to free
};

/// A source of joules, and the clock that they are counted on. The clock is the meter's own, so
/// that a simulated machine simulates time as well, and the engine under test is the one that
/// measures.
///
/// `read` neither throws nor allocates: false means that this reading failed. `energy` is pure, and
/// never resets anything: windows may overlap.
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

}  // namespace perjoule::inline v0

// ---- perjoule/meters/any_meter.hpp

namespace perjoule::inline v0 {

/// A meter of any kind. The kind is erased once a window, never once a pass: the two virtual calls
/// stand outside the loop that is measured.
class AnyMeter {
 public:
  // The first half of the constraint is checked first: asking whether AnyMeter is a meter while it
  // is looked whether it can be made from one would go in circles.
  template <class M>
  requires(!std::same_as<M, AnyMeter>) && EnergyMeter<M> AnyMeter(M meter)
      : meter_(new Model<M>(std::move(meter))) {}

  AnyMeter(AnyMeter&& other) noexcept : meter_(std::exchange(other.meter_, nullptr)) {}
  AnyMeter& operator=(AnyMeter&& other) noexcept {
    std::swap(meter_, other.meter_);
    return *this;
  }
  ~AnyMeter() { delete meter_; }

  [[nodiscard]] bool read(Reading& reading) noexcept { return meter_->read(reading); }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter_->energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept {
    return meter_->description();
  }
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }
  void wait(Seconds duration) noexcept { meter_->wait(duration); }

 private:
  // Owned by a bare pointer, since <memory> costs a user's file 0.3 s for this one line.
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

  Erased* meter_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/power_model.hpp

namespace perjoule::inline v0 {

/// What a hardware thread draws when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs; its families lie between 1.6 and 6.0 W
/// at full load, a laptop or desktop core that boosts lies above them: hence the factor.
/// @unit   W per hardware thread
/// @error  `factor`: the truth lies within value/factor and value x factor with 95 %; at least 1.5
/// @source cloudcarbonfootprint.org/docs/methodology, appendix I (AWS: 0.74 W idle, 3.5 W at full
///         load); docs/explanation/energy.md#the-power-model
struct PowerModel {
  Watts idle{0.74};
  Watts full{3.5};
  double factor = 3.0;  ///< @unit none
};

namespace detail {

/// wall x idle + CPU time x (full - idle): for one busy thread CPU time x full.
/// @unit  J
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] inline Estimate<Joules> modelled_energy(const PowerModel& model, Seconds wall,
                                                      Seconds cpu_time) noexcept {
  const Joules energy = wall * model.idle + cpu_time * (model.full - model.idle);
  return {energy, Joules(0.0), known_dof, energy * (math::logarithm(model.factor) / 1.959963984540),
          Provenance::modelled};
}

}  // namespace detail

/// Where there is no meter: the CPU time of this process, weighed with a model of what a core
/// draws. It tells the model's cost in time apart from that of its neighbours, but it cannot see
/// that one instruction costs more than another.
class ModelledMeter {
 public:
  explicit ModelledMeter(PowerModel model = {}) : model_(model) {
    PERJOULE_EXPECTS(model.factor >= 1.5);
    PERJOULE_EXPECTS(model.full > model.idle && model.idle >= Watts(0.0));
    description_.source = "cpu-time-model";
    description_.scope = Scope::process;
    description_.provenance = Provenance::modelled;
    description_.update_period = Seconds(1e-6);
    description_.note =
        text::format(
            "CPU time of this process x %s W per core (idle %s W), right within a factor of "
            "%s with 95 %%; no measurement of energy",
            text::shortest(model.full.si()).chars, text::shortest(model.idle.si()).chars,
            text::shortest(model.factor).chars)
            .chars;
  }

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = SystemClock::now();
    reading.counts[0] = static_cast<std::uint64_t>(SystemClock::process_cpu().ns);
    reading.end = SystemClock::now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    const Seconds wall = after.begin - before.end;
    if (wall <= Seconds(0.0)) return {{}, "the window has no length"};
    const auto cpu_ns = static_cast<double>(after.counts[0] - before.counts[0]);
    return {detail::modelled_energy(model_, wall, Seconds(cpu_ns * 1e-9)), ""};
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  PowerModel model_;
  MeterDescription description_;
};

static_assert(EnergyMeter<ModelledMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/probe.hpp

namespace perjoule::inline v0 {

/// A sensor, or why this machine has none and how to mend that. A missing sensor is no error: most
/// machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) noexcept : is_found_(true) { new (&found_) T(std::move(found)); }
  Probe(const char* reason, const char* fix) noexcept : reason_(reason), fix_(fix) {}

  Probe(Probe&& other) noexcept
      : is_found_(other.is_found_), reason_(other.reason_), fix_(other.fix_) {
    if (is_found_) new (&found_) T(std::move(other.found_));
  }
  Probe& operator=(Probe&&) = delete;
  ~Probe() {
    if (is_found_) found_.~T();
  }

  [[nodiscard]] bool is_found() const noexcept { return is_found_; }
  [[nodiscard]] const text::Long& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const text::Long& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() noexcept {
    PERJOULE_EXPECTS(is_found_);
    return std::move(found_);
  }

 private:
  bool is_found_ = false;
  text::Long reason_;
  text::Long fix_;
  union {
    T found_;  // by hand: <optional> costs a user's file 0.07 s
  };
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/unwrap.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Counts between two readings of a counter that starts again at 0 when it reaches `modulus`. RAPL
/// is 32 bits of hardware behind a 64-bit file: it wraps after about 262 kJ, which a nightly run
/// reaches, so a smaller second reading means a wrap and not negative energy.
/// @unit counts
[[nodiscard]] constexpr std::uint64_t unwrap(std::uint64_t before, std::uint64_t after,
                                             std::uint64_t modulus) noexcept {
  return after >= before ? after - before : after + (modulus - before);
}

/// More than any CPU package, its memory or a whole workstation takes. It tells a wrap from a
/// counter that was reset, and bounds how long a window may be before a second wrap could hide in
/// it.
inline constexpr Watts most_a_zone_draws{2000.0};

/// The energy that one zone counted in a window, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] constexpr WindowEnergy zone_energy(const Zone& zone, std::uint64_t before,
                                                 std::uint64_t after, Seconds duration) noexcept {
  const Joules most = most_a_zone_draws * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) {
    return {{}, "the counter left its range"};
  }
  if (most >= modulus * zone.per_count) {
    return {{}, "the window is so long that the counter may have wrapped twice"};
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  if (counts == 0) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  // One step more: in a window shorter than an update period a whole period's energy may arrive.
  if (energy > most + most_a_zone_draws * Seconds(0.1)) {
    return {{}, "the counter was reset"};
  }
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {{energy, root_of_a_sixth * zone.resolution, known_dof, Joules(0.0), Provenance::measured},
          ""};
}

/// The energy of all zones of a counting meter between two readings.
///
/// Both ends fall anywhere in an update period T. At the end, what was consumed since the last tick
/// is not counted yet; at the start, what was consumed before it is counted now, at the power of
/// before, which nobody knows: anything from 0 to the window's own P. Two uniform phases have the
/// variance (P T)^2/6, the unknown power adds (P T)^2/12: together (P T/2)^2. Zones tick together,
/// so this is taken of their summed power, not added in quadrature. Each reading happened somewhere
/// between its two time stamps, which moves its edge by that width/sqrt(12).
///
/// @unit   J
/// @error  random: quantum of each zone, phase of the tick, width of the readings; common: 0, since
///         the gain of such counters is not known (docs/reference/formulas.md#window-energy)
[[nodiscard]] inline WindowEnergy counted_energy(const MeterDescription& meter,
                                                 const Reading& before,
                                                 const Reading& after) noexcept {
  const Seconds duration = after.begin - before.end;
  if (duration <= Seconds(0.0)) return {{}, "the window has no length"};
  Joules sum{0.0};
  double quantum_square = 0.0;
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const WindowEnergy zone =
        zone_energy(meter.zones[i], before.counts[i], after.counts[i], after.end - before.begin);
    if (!zone.energy.is_known()) return zone;
    sum += zone.energy.value;
    quantum_square += math::square(zone.energy.random.si());
  }
  const Watts power = sum / duration;
  const double phase = 0.5 * (power * meter.update_period).si();
  const double edges_square = math::square(power.si()) *
                              (math::square((before.end - before.begin).si()) +
                               math::square((after.end - after.begin).si())) /
                              12.0;
  const double random = math::square_root(quantum_square + math::square(phase) + edges_square);
  return {{sum, Joules(random), known_dof, Joules(0.0), meter.provenance}, ""};
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/meters/zones.hpp

namespace perjoule::inline v0::detail {

/// A zone as it was found, before it is decided which ones make up the total.
struct FoundZone {
  Zone zone;
  text::Long folder;
  std::uint64_t counts = 0;  ///< its counter when it was found
  bool chosen = false;
};

/// All zones below a root: more than are added up, for core and uncore are among them.
using FoundZones = Few<FoundZone, 64>;

[[nodiscard]] inline bool begins(const char* text, const char* prefix) noexcept {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/// True for a zone below a package zone: "intel-rapl:0:1" below "intel-rapl:0".
[[nodiscard]] inline bool is_below(const Zone& zone, const Zone& package) noexcept {
  const std::size_t size = strlen(package.id.chars);
  return begins(zone.id.chars, package.id.chars) && zone.id.chars[size] == ':';
}

/// True for two dies of one package: "package-0-die-0" and "package-0-die-1".
[[nodiscard]] inline bool share_package(const Zone& a, const Zone& b) noexcept {
  constexpr std::size_t number = 8;  // behind "package-"
  const std::size_t size = number + strcspn(a.name.chars + number, "-");
  return strncmp(a.name.chars, b.name.chars, size) == 0 &&
         (b.name.chars[size] == '-' || b.name.chars[size] == '\0');
}

/// True for a further die that shows the same counter as one chosen before (AMD Zen 1 and 2): equal
/// to within what a die draws while the next file is read. Dies that count for themselves differ by
/// all that they have drawn since the machine was switched on.
[[nodiscard]] PERJOULE_COLD inline bool is_mirror(const FoundZones& found,
                                                  const FoundZone& die) noexcept {
  for (const FoundZone& other : found) {
    if (!other.chosen || die.counts == 0 || !share_package(die.zone, other.zone)) continue;
    const auto apart = static_cast<double>(static_cast<std::int64_t>(die.counts - other.counts));
    if (math::absolute(apart) * die.zone.per_count < Joules(1.0)) return true;
  }
  return false;
}

/// Marks the zones whose sum counts every joule once, and returns what that sum covers: psys alone,
/// for it contains the packages; else all packages, and their DRAM where each has a counter for it.
/// DRAM is nested below its package in sysfs but not counted by it; core and uncore are counted by
/// it. `intel-rapl-mmio` is the same counters by another road, and left out where the first is
/// there.
/// @source docs/explanation/energy.md#which-counters-are-added-up
[[nodiscard]] PERJOULE_COLD inline Scope choose_zones(FoundZones& found) noexcept {
  bool has_msr = false;
  for (const FoundZone& zone : found) has_msr |= begins(zone.zone.id.chars, "intel-rapl:");
  const char* const twin = has_msr ? "intel-rapl-mmio" : "no twin";
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (begins(zone.zone.id.chars, twin)) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!begins(zone.zone.name.chars, "package-") || is_mirror(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  std::size_t memories = 0;
  FoundZone* memory[max_zones] = {};
  for (FoundZone& zone : found) {
    for (const FoundZone& package : found) {
      if (package.chosen && zone.zone.name == "dram" && is_below(zone.zone, package.zone) &&
          memories < max_zones) {
        memory[memories++] = &zone;
      }
    }
  }
  if (packages == 0) return Scope::none;
  if (memories != packages) return Scope::package;
  for (std::size_t i = 0; i < memories; ++i) memory[i]->chosen = true;
  return Scope::package_dram;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/rapl_powercap.hpp

namespace perjoule::inline v0 {

/// Reads RAPL energy counters (Intel and AMD) through the kernel's powercap files.
///
/// @error the counter moves once in about 0.98 ms; see detail::counted_energy. The gain of RAPL
///        itself is not known and not part of any uncertainty here. With SGX or energy filtering
///        on, Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
class RaplPowercap {
 public:
  static constexpr const char* system_root = "/sys/class/powercap";

  /// @param root  the folder that holds `intel-rapl:0`; another one than the system's for tests, or
  ///              in a container that mounts the host's sysfs elsewhere
  [[nodiscard]] static Probe<RaplPowercap> open(const char* root = system_root) noexcept;

  RaplPowercap(RaplPowercap&& other) noexcept : description_(other.description_) {
    for (std::size_t i = 0; i < max_zones; ++i) {
      files_[i] = other.files_[i];
      other.files_[i] = -1;
    }
  }
  RaplPowercap& operator=(RaplPowercap&&) = delete;
  PERJOULE_COLD ~RaplPowercap() {
    for (const int file : files_) {
      if (file != -1) close(file);
    }
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    reading.begin = SystemClock::now();
    for (std::size_t i = 0; i < description_.zones.size(); ++i) {
      if (!read_count(files_[i], reading.counts[i])) return false;
    }
    reading.end = SystemClock::now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const noexcept {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  RaplPowercap() noexcept {
    for (int& file : files_) file = -1;
  }

  [[nodiscard]] static bool read_count(int file, std::uint64_t& count) noexcept;
  static void find_zones(const char* root, int depth, detail::FoundZones& tree) noexcept;
  [[nodiscard]] static text::Long read_number(const text::Long& folder, const char* file,
                                              std::uint64_t& number) noexcept;
  [[nodiscard]] static text::Long read_zone(detail::FoundZone& found) noexcept;
  [[nodiscard]] text::Long open_zones(const detail::FoundZones& tree) noexcept;
  void measure_update_period() noexcept;

  MeterDescription description_;
  int files_[max_zones];
};

static_assert(EnergyMeter<RaplPowercap>);

/// One open file a zone, read from its start again and again: a sixth of the cost of opening it.
inline bool RaplPowercap::read_count(int file, std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(file, digits, sizeof digits - 1, 0);
  } while (n == -1 && errno == EINTR);
  if (n <= 0) return false;
  digits[n] = '\0';
  return text::read_integer(digits, count);
}

/// The folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap where the links of the former point. Each zone once.
PERJOULE_COLD inline void RaplPowercap::find_zones(const char* root, int depth,
                                                   detail::FoundZones& tree) noexcept {
  dirent** entries = nullptr;
  const int count = scandir(root, &entries, nullptr, &alphasort);
  for (int i = 0; i < count; ++i) {
    const char* const name = entries[i]->d_name;
    const bool is_zone = strchr(name, ':') != nullptr;
    if (is_zone || detail::begins(name, "intel-rapl") || detail::begins(name, "arm-scmi")) {
      detail::FoundZone found;
      found.folder = text::format("%s/%s", root, name);
      found.zone.id = name;
      bool known = !is_zone || tree.size() == detail::FoundZones::capacity();
      for (const detail::FoundZone& other : tree) known |= other.zone.id == name;
      if (!known) tree.push_back(found);
      if (depth < 3) find_zones(found.folder.c_str(), depth + 1, tree);
    }
    free(entries[i]);
  }
  free(entries);
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::read_number(const text::Long& folder,
                                                          const char* file,
                                                          std::uint64_t& number) noexcept {
  const text::Long path = text::format("%s/%s", folder.chars, file);
  char content[64];
  if (detail::read_small_file(path.c_str(), content, sizeof content) == -1) {
    return text::format("cannot read %s: %s", path.chars, detail::system_reason(errno).chars);
  }
  if (text::read_integer(content, number)) return {};
  return text::format("%s holds '%.40s' where a whole number is expected", path.chars, content);
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::read_zone(detail::FoundZone& found) noexcept {
  const text::Long path = text::format("%s/name", found.folder.chars);
  char* const name = found.zone.name.chars;
  if (detail::read_small_file(path.c_str(), name, sizeof found.zone.name.chars) == -1) {
    return text::format("cannot read %s: %s", path.chars, detail::system_reason(errno).chars);
  }
  std::uint64_t range = 0;
  text::Long problem = read_number(found.folder, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return text::format("%s/max_energy_range_uj is 0", found.folder.chars);
  // The file counts in uJ, the hardware below it in 2^32 units: its range is (2^32 - 1) units, so
  // it starts again one unit later. Where the range is no such multiple the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = unit >= 1.0 ? unit : 1.0;
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  return {};
}

/// Watches the first zone for the time between two steps: the median of up to nine. A counter that
/// does not move three times in 50 ms keeps the period that RAPL is known for.
PERJOULE_COLD inline void RaplPowercap::measure_update_period() noexcept {
  description_.update_period = Seconds(0.976e-3);
  constexpr std::size_t most = 9;
  Seconds periods[most];  // ascending
  std::size_t seen = 0;
  std::uint64_t last = 0;
  Instant changed;
  const Instant start = SystemClock::now();
  for (int changes = -1; seen < most;) {
    const Instant now = SystemClock::now();
    std::uint64_t count = 0;
    if (now - start > Seconds(0.05) || !read_count(files_[0], count)) break;
    if (count == last) continue;
    if (changes > 0) {  // the first change seen began before we looked
      std::size_t place = seen++;
      for (; place > 0 && periods[place - 1] > now - changed; --place) {
        periods[place] = periods[place - 1];
      }
      periods[place] = now - changed;
    }
    ++changes;
    changed = now;
    last = count;
  }
  if (seen >= 3) description_.update_period = periods[seen / 2];
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::open_zones(const detail::FoundZones& tree) noexcept {
  for (const detail::FoundZone& found : tree) {
    if (!found.chosen) continue;
    if (description_.zones.size() == max_zones) return "more zones than a reading has room for";
    const text::Long path = text::format("%s/energy_uj", found.folder.chars);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      return text::format("cannot open %s: %s", path.chars, detail::system_reason(errno).chars);
    }
    files_[description_.zones.size()] = file;
    description_.zones.push_back(found.zone);
  }
  if (description_.zones.empty()) return "neither a package nor a psys zone";
  return {};
}

PERJOULE_COLD inline Probe<RaplPowercap> RaplPowercap::open(const char* root) noexcept {
  detail::FoundZones tree;
  find_zones(root, 0, tree);
  if (tree.empty()) {
    return {text::format("%s holds no RAPL zone", root).chars,
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_POWERCAP_ROOT"};
  }
  for (detail::FoundZone& found : tree) {
    // One zone that can't be read would make the total silently smaller: then none is used.
    errno = 0;
    const text::Long problem = read_zone(found);
    if (problem.empty()) continue;
    const char* const fix =
        errno == EACCES
            ? "run 'sudo chgrp $(id -gn) %s/*/energy_uj; sudo chmod g+r %s/*/energy_uj' "
              "(until the next boot; for good: docs/how-to/permissions.md)"
            : "check that %s is the powercap tree of a running kernel";
    return {problem.chars, text::format(fix, root, root).chars};
  }
  RaplPowercap meter;
  MeterDescription& description = meter.description_;
  description.source = "rapl-powercap";
  description.root = root;
  description.scope = detail::choose_zones(tree);
  description.provenance = Provenance::measured;
  description.note = "the whole package is counted, other programs' share included";
  const text::Long problem = meter.open_zones(tree);
  if (!problem.empty()) {
    return {text::format("%s: %s", root, problem.chars).chars,
            "report the kernel version and the names of the zones"};
  }
  meter.measure_update_period();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/find_meter.hpp

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  text::Short source;
  text::Long reason;
  text::Long fix;
};

/// The meter to use, and why the better one is not.
struct FoundMeter {
  AnyMeter meter;
  AbsentMeter absent;  ///< empty where the best one was found
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Folder of the powercap tree. Empty: PERJOULE_POWERCAP_ROOT where it is set, else the system's.
  text::Long powercap_root = {};
  PowerModel model = {};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
};

/// RAPL where it can be read, else the model of watts per core.
/// @throws NoMeterError when only a model is left and `require` asked for better
[[nodiscard]] PERJOULE_COLD inline FoundMeter find_meter(const MeterOptions& options = {}) {
  const char* root = getenv("PERJOULE_POWERCAP_ROOT");
  if (!options.powercap_root.empty()) root = options.powercap_root.c_str();
  if (root == nullptr || *root == '\0') root = RaplPowercap::system_root;

  Probe<RaplPowercap> rapl = RaplPowercap::open(root);
  if (rapl.is_found()) return {AnyMeter(rapl.take()), {}};
  if (options.require < Provenance::modelled) {
    throw NoMeterError("no energy meter", rapl.reason().c_str(), rapl.fix().c_str());
  }
  return {AnyMeter(ModelledMeter(options.model)), {"rapl-powercap", rapl.reason(), rapl.fix()}};
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/simulated.hpp

namespace perjoule::inline v0 {

/// How a simulated machine counts. The defaults are those of RAPL on a server.
struct SimulatedCounter {
  Seconds period{0.9765625e-3};  ///< between two steps
  Seconds jitter{20e-6};         ///< each step is late by up to this much
  Joules unit{61e-6};            ///< one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< the count at the start
  Seconds read_cost{1e-6};  ///< a reading takes this long
  std::uint64_t seed = 1;
};

/// A machine that exists in this process only: it has a clock, a power, a counter of its energy,
/// and knows what the energy really was. The truth that meters are tested against, where no
/// hardware is at hand.
class SimulatedMachine {
 public:
  explicit SimulatedMachine(Watts idle = Watts(20.0), SimulatedCounter counter = {})
      : idle_(idle), counter_(counter), random_(counter.seed), count_(counter.first) {
    PERJOULE_EXPECTS(counter.period > counter.jitter && counter.unit > Joules(0.0));
    PERJOULE_EXPECTS(counter.first < counter.modulus);
    next_tick_ = counter_.period;
  }

  /// Time passes at this power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    while (next_tick_ <= end) {
      energy_ += power * (next_tick_ - now_);
      now_ = next_tick_;
      const double steps = energy_ / counter_.unit;
      count_ = (counter_.first + static_cast<std::uint64_t>(steps)) % counter_.modulus;
      ++ticks_;
      next_tick_ =
          static_cast<double>(ticks_ + 1) * counter_.period + random_.uniform() * counter_.jitter;
    }
    energy_ += power * (end - now_);
    now_ = end;
  }

  /// Time passes at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// What the counter shows now.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// What was really consumed since the start.
  /// @unit J
  [[nodiscard]] Joules true_energy() const noexcept { return energy_; }
  [[nodiscard]] Instant now() const noexcept { return Instant{} + now_; }
  [[nodiscard]] const SimulatedCounter& counter() const noexcept { return counter_; }

 private:
  Watts idle_;
  SimulatedCounter counter_;
  Random random_;
  Seconds now_{0.0};
  Seconds next_tick_{0.0};
  std::uint64_t ticks_ = 0;
  Joules energy_{0.0};
  std::uint64_t count_;
};

/// Reads a simulated machine as RAPL is read. The machine must outlive it.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine) : machine_(&machine) {
    const SimulatedCounter& counter = machine.counter();
    description_.source = "simulated";
    description_.zones.push_back(
        {"package-0", "simulated:0", counter.modulus, counter.unit, counter.unit});
    description_.scope = Scope::package;
    description_.provenance = Provenance::simulated;
    description_.update_period = counter.period;
    description_.note = "a machine that exists in this process only";
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    const Seconds half = 0.5 * machine_->counter().read_cost;
    reading.begin = machine_->now();
    machine_->rest(half);
    reading.counts[0] = machine_->count();
    machine_->rest(half);
    reading.end = machine_->now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] Instant now() const noexcept { return machine_->now(); }
  void wait(Seconds duration) noexcept { machine_->rest(duration); }

 private:
  SimulatedMachine* machine_;
  MeterDescription description_;
};

static_assert(EnergyMeter<SimulatedMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/engine/environment.hpp

namespace perjoule::inline v0 {

/// The machine, in the terms of MLPerf's system descriptions. Empty or 0: could not be read.
struct Machine {
  text::Name processor;
  std::size_t cores = 0;  ///< hardware threads that are online
  Bytes memory{0.0};
  text::Name kernel;     ///< "Linux 6.1.0-13-amd64 x86_64"
  text::Short governor;  ///< of CPU frequency: "performance"
  text::Short key;       ///< equal on two runs of one machine; made of the first three
};

/// How the measuring program was built, as its own translation unit saw it.
struct Build {
  const char* compiler = "";
  bool optimized = false;
  bool fast_math = false;
};

/// One run of a program.
struct Run {
  text::Short id;      ///< the same for all entries of one process
  text::Short utc;     ///< when the session began: "2026-01-31T12:00:00Z"
  text::Short commit;  ///< of the git checkout that it ran in; empty: none
  text::Long command;  ///< without paths and secrets
};

/// Everything about where and how that a reader needs to repeat a measurement.
struct Environment {
  Machine machine;
  Run run;
};

namespace detail {

/// A text's hash in hexadecimal digits; the same on every machine.
/// @source FNV-1a, 64 bits
[[nodiscard]] PERJOULE_COLD inline text::Short hash_of(const char* content) noexcept {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (; *content != '\0'; ++content) {
    hash = (hash ^ static_cast<unsigned char>(*content)) * 0x100'0000'01B3U;
  }
  text::Short digits;
  for (std::size_t i = 16; i-- > 0; hash >>= 4U) digits.chars[i] = "0123456789abcdef"[hash & 15U];
  return digits;
}

/// The value behind the first `field` in a file such as /proc/cpuinfo, "field   : value"; empty
/// where there is none.
[[nodiscard]] PERJOULE_COLD inline text::Name field_of(const char* file,
                                                       const char* field) noexcept {
  const char* at = strstr(file, field);
  if (at != nullptr) at = strchr(at, ':');
  if (at == nullptr) return {};
  at += 1 + strspn(at + 1, " \t");
  return std::string_view(at, strcspn(at, "\n"));
}

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] PERJOULE_COLD inline Machine read_machine(const char* root = "") noexcept {
  char content[4096];
  const auto read = [&](const char* path) -> const char* {
    return read_small_file(text::format("%s%s", root, path).chars, content, sizeof content) == -1
               ? ""
               : content;
  };
  Machine machine;
  const char* const cpuinfo = read("/proc/cpuinfo");
  machine.processor = field_of(cpuinfo, "model name");
  if (machine.processor.empty()) machine.processor = field_of(cpuinfo, "CPU part");  // 64-bit Arm
  // Its nominal clock is left out: two machines of one model have one name.
  char* const clock = strstr(machine.processor.chars, " @ ");
  if (clock != nullptr) *clock = '\0';
  const double kib = strtod(field_of(read("/proc/meminfo"), "MemTotal").chars, nullptr);
  machine.memory = Bytes(1024.0 * kib);
  machine.governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  machine.cores = online > 0 ? static_cast<std::size_t>(online) : 0;
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = text::format("%s %s %s", system.sysname, system.release, system.machine).chars;
  }
  // Memory in whole GiB: the kernel keeps a little more or less of it for itself at each boot.
  machine.key = hash_of(text::format("%s|%zu|%zu", machine.processor.chars, machine.cores,
                                     static_cast<std::size_t>(kib / 1048576.0 + 0.5))
                            .chars);
  return machine;
}

/// The commit that is checked out in `folder` or above it; empty where there is none. The files are
/// read without running git, which would run what the checkout's configuration names.
[[nodiscard]] PERJOULE_COLD inline text::Short commit_of(text::Long folder) noexcept {
  constexpr std::size_t digits = 40;
  char content[65536];
  for (;;) {
    const text::Long git = text::format("%s/.git", folder.chars);
    const text::Long head = text::format("%s/HEAD", git.chars);
    if (read_small_file(head.c_str(), content, sizeof content) > 0) {
      if (strncmp(content, "ref: ", 5) != 0) return content;
      const text::Long branch = content + 5;
      const text::Long loose = text::format("%s/%s", git.chars, branch.chars);
      if (read_small_file(loose.c_str(), content, sizeof content) > 0) return content;
      const text::Long packed = text::format("%s/packed-refs", git.chars);
      if (read_small_file(packed.c_str(), content, sizeof content - 1) < 0) return {};
      strcat(content, "\n");  // which reading cut off the last line
      const char* const at = strstr(content, text::format(" %s\n", branch.chars).chars);
      if (at == nullptr || at < content + digits) return {};
      return std::string_view(at - digits, digits);
    }
    // A work tree or a submodule has a file there, and its commit is kept elsewhere: not known.
    if (read_small_file(git.c_str(), content, sizeof content) > 0) return {};
    char* const slash = strrchr(folder.chars, '/');
    if (slash == nullptr) return {};
    *slash = '\0';
  }
}

/// A command without what a stranger should not read: folders, and what follows an option whose
/// name speaks of a secret, behind "=" or as the next argument.
/// @param arguments  each with a zero behind it, as in /proc/self/cmdline
[[nodiscard]] PERJOULE_COLD inline text::Long redacted_command(const char* arguments,
                                                               std::size_t size) noexcept {
  text::Long command;
  bool hide_next = false;
  for (const char* end = arguments + size; arguments < end; arguments += strlen(arguments) + 1) {
    const char* const equals = strchr(arguments, '=');
    bool secret = false;
    if (*arguments == '-' || equals != nullptr) {
      const text::Name option =
          equals == nullptr
              ? std::string_view(arguments)
              : std::string_view(arguments, static_cast<std::size_t>(equals - arguments));
      for (const char* word : {"key", "token", "secret", "pass", "auth"}) {
        secret = secret || strcasestr(option.chars, word) != nullptr;
      }
    }
    const char* shown = arguments;
    int option_size = 0;
    if (hide_next || (secret && equals != nullptr)) {
      shown = "<redacted>";
    } else if (equals == nullptr) {
      shown = base_name(arguments);
    } else {
      shown = base_name(equals + 1);
    }
    if (equals != nullptr && !hide_next) option_size = static_cast<int>(equals + 1 - arguments);
    command = text::format("%s%s%.*s%s", command.chars, command.empty() ? "" : " ", option_size,
                           arguments, shown);
    hide_next = secret && equals == nullptr;
  }
  return command;
}

[[nodiscard]] PERJOULE_COLD inline Run read_run() noexcept {
  Run run;
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  strftime(run.utc.chars, sizeof run.utc.chars, "%Y-%m-%dT%H:%M:%SZ", &utc);
  char content[4096];
  const ssize_t size = read_small_file("/proc/self/cmdline", content, sizeof content);
  run.command = redacted_command(content, size > 0 ? static_cast<std::size_t>(size) : 0);

  // The boot and the start of a process name it among all others, without a draw of chance: so two
  // sessions of one process belong to one run. The start is the 20th field behind the name.
  text::Short boot;
  (void)read_small_file("/proc/sys/kernel/random/boot_id", boot.chars, sizeof boot.chars);
  (void)read_small_file("/proc/self/stat", content, sizeof content);
  const char* start = strrchr(content, ')');
  for (int field = 0; field < 20 && start != nullptr; ++field) start = strchr(start + 1, ' ');
  const text::Short started =
      start == nullptr ? run.utc.view() : std::string_view(start + 1, strcspn(start + 1, " "));
  run.id = hash_of(
      text::format("%s|%d|%s", boot.chars, static_cast<int>(getpid()), started.chars).chars);
  char* const folder = realpath(".", nullptr);
  if (folder != nullptr) run.commit = commit_of(folder);
  free(folder);
  return run;
}

}  // namespace detail

/// The compiler and the flags that change results, of the file that calls this. It has internal
/// linkage, since two files of one program may be built with different flags.
[[nodiscard, maybe_unused]] static Build this_build() noexcept {
#if defined(__clang__)
  Build build{"clang " __clang_version__, false, false};
#else
  Build build{"g++ " __VERSION__, false, false};
#endif
#if defined(__OPTIMIZE__)
  build.optimized = true;
#endif
#if defined(__FAST_MATH__)
  build.fast_math = true;
#endif
  return build;
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/forward_pass.hpp

namespace perjoule::inline v0 {

/// A pass must return what the model says: a result that is thrown away lets the compiler remove
/// the work, and leaves nothing to judge the quality by.
template <class F, class Input>
concept ForwardPassReturnsAValue = !std::is_void_v<std::invoke_result_t<F&, const Input&>>;

/// One input in, one output out. Called again and again with the same inputs, so it must not change
/// what it is given.
template <class F, class Input>
concept ForwardPass = std::invocable<F&, const Input&> && ForwardPassReturnsAValue<F, Input>;

/// The forward pass threw. The model's own exception is nested within: `std::rethrow_if_nested`
/// gets it back.
class ForwardPassError : public Error, public std::nested_exception {
 public:
  ForwardPassError(std::size_t item, std::size_t items, const char* model,
                   const char* reason) noexcept
      : Error("the forward pass threw",
              text::format("%s, inputs[%zu] of %zu: %s", model, item, items, reason).chars,
              "call the model on that input alone to see why"),
        item_(item) {}

  /// The index into the inputs, from 0.
  [[nodiscard]] std::size_t item() const noexcept { return item_; }

 private:
  std::size_t item_;
};

namespace detail {

/// Called within a catch block: what is in flight, with the item that it came from.
[[noreturn]] PERJOULE_COLD inline void throw_with_item(std::size_t item, std::size_t items,
                                                       const char* model) {
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(item, items, model, reason.what());
  } catch (...) {
    throw ForwardPassError(item, items, model, "not a std::exception");
  }
}

/// Many passes without a type: what the engine runs between two readings. One indirect call a
/// window leads to a loop into which the model is inlined; one a pass would cost four times the
/// loop.
struct PassBatch {
  /// Runs so many passes, beginning at place `first` of the order.
  void (*run)(void* model, const std::size_t* order, std::size_t items, std::size_t first,
              std::size_t passes);
  void* model;
  View<std::size_t> order;  ///< the inputs, shuffled once
};

template <class F, class Input>
struct PassLoop {
  F& forward;
  const Input* inputs;
  const char* model_name;

  static void run(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) {
    const PassLoop& loop = *static_cast<const PassLoop*>(self);
    F& forward = loop.forward;
    const Input* const inputs = loop.inputs;
    std::size_t place = first;
    try {
      for (std::size_t pass = 0; pass != passes; ++pass) {
        keep(forward(inputs[order[place]]));
        if (++place == items) place = 0;
      }
    } catch (...) {
      throw_with_item(order[place], items, loop.model_name);
    }
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/idle.hpp

namespace perjoule::inline v0::detail {

/// Some sleeping windows' power, or why there is none.
struct IdleBlock {
  Estimate<Watts> power;
  const char* why_missing = "";
};

/// Idle power during the windows, from a block before and one after them.
///
/// The power in between is taken as the mean of both. If it drifted, nobody knows along which
/// curve: the truth is taken as anywhere between the two, which has a standard deviation of a
/// sqrt(12)th of their distance.
/// @unit   W
/// @error  random: scatter of both blocks and drift; common: the mean of both, of one meter
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] PERJOULE_COLD inline Estimate<Watts> idle_between(
    const Estimate<Watts>& before, const Estimate<Watts>& after) noexcept {
  const Estimate<Watts> sum = total(before, after);
  if (!sum.is_known()) return {};
  const double scatter = 0.5 * sum.random.si();
  const double drift = (after.value - before.value).si() / math::square_root(12.0);
  return {0.5 * sum.value, Watts(math::root_sum_square(scatter, drift)),
          combined_dof(scatter, sum.dof, drift, known_dof), 0.5 * sum.common, sum.provenance};
}

/// Sleeps through a few windows and reads their power.
[[nodiscard]] PERJOULE_COLD inline IdleBlock measure_idle(AnyMeter& meter,
                                                          Seconds duration) noexcept {
  constexpr int windows = 5;
  double watts[windows];
  Watts resolution{0.0};
  Watts common{0.0};
  for (double& power : watts) {
    Reading before;
    Reading after;
    const bool first = meter.read(before);
    meter.wait(duration / windows);
    if (!meter.read(after) || !first) return {{}, "a reading failed while idle"};
    const WindowEnergy window = meter.energy(before, after);
    if (!window.energy.is_known()) return {{}, window.why_missing};
    const Seconds wall = after.begin - before.end;
    power = (window.energy.value / wall).si();
    resolution += window.energy.random / wall / windows;
    common += window.energy.common / wall / windows;
  }
  IdleBlock block;
  block.power =
      with_unit<Watts>(mean_of_windows(watts, resolution.si(), meter.description().provenance));
  block.power.common = common;
  return block;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/plan.hpp

namespace perjoule::inline v0 {

/// What is measured, and how long. Every member has a default: name those that matter.
struct Plan {
  /// The model's name, as it stands in tables.
  text::Name name = {};
  /// Stop early once the random half-widths of energy and time per item are this share of the
  /// value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass comes on top, and a single pass that
  /// is longer than this still ends.
  Seconds budget{5.0};
  /// File of the weights; its size is the stored bytes.
  text::Long weights = {};
  /// Bytes of the weights in memory, from `resident_bytes(buffers...)`; 0 is "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 is "not given".
  std::uint64_t parameters = 0;
  /// Number format of the weights: "fp32", "int8".
  text::Short format = {};
  /// Name of the data set.
  text::Name dataset = {};
  /// Of the order of the inputs.
  std::uint64_t seed = 1;

  /// The model's name for messages and tables, which is never empty.
  [[nodiscard]] const char* label() const noexcept {
    return name.empty() ? "unnamed model" : name.c_str();
  }
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/stopping.hpp

namespace perjoule::inline v0::detail {

/// The first look at the intervals. Checking them after each window would stop on lucky streaks: a
/// nominal 95 % then covers 92.2 %; looking at 12, 18, 27, 40, ... only, 94.4 %.
inline constexpr std::size_t first_look = 12;

/// @source 3/2 of the last look, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_look(std::size_t look) noexcept { return look * 3 / 2; }

/// Whether more windows could still be asked for: the random half-width as a share of the value.
/// The common part is left out, since no number of windows makes it smaller.
/// @unit none; relative_halfwidth is a share of 1
[[nodiscard]] inline bool meets_target(const Estimate<double>& estimate,
                                       double relative_halfwidth) {
  if (!estimate.is_known() || estimate.value <= 0.0) return false;
  Estimate<double> random_part = estimate;
  random_part.common = 0.0;
  return halfwidth(random_part) <= relative_halfwidth * estimate.value;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window.hpp

namespace perjoule::inline v0 {

/// One window: many passes between two readings.
struct Window {
  Items items{0.0};
  Seconds wall{0.0};
  Seconds cpu{0.0};  ///< CPU time of all threads of this process
  WindowEnergy energy;
};

/// How a measurement ended.
enum class Outcome : std::uint8_t {
  converged,    ///< the intervals of time and energy met the target
  timeout,      ///< the budget ended first: the intervals are as wide as they are
  few_windows,  ///< fewer than 12 windows fitted: the intervals hold, the target was not tested
  no_energy,    ///< no window has an energy
};

[[nodiscard]] constexpr const char* name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::converged:
      return "converged";
    case Outcome::timeout:
      return "timeout";
    case Outcome::few_windows:
      return "few_windows";
    case Outcome::no_energy:
      break;
  }
  return "no_energy";
}

/// What the engine brings back: a table of numbers, one row a window.
struct Samples {
  enum Column : std::size_t {
    items,          ///< passes
    wall,           ///< @unit s
    cpu,            ///< @unit s
    energy,         ///< not finite where it is missing. @unit J
    energy_random,  ///< standard uncertainty that the meter left in it. @unit J
    columns
  };
  Buffer<double> table;          ///< row by row
  double energy_common = 0.0;    ///< the same in each window. @unit a share of the energy
  std::size_t unread = 0;        ///< windows without a reading; they have no row
  std::size_t dropped = 0;       ///< windows without an energy, for that or another reason
  const char* why_dropped = "";  ///< of the last one dropped
  Estimate<Watts> idle;          ///< the machine's power while this process sleeps
  const char* why_no_idle = "";
  Outcome outcome = Outcome::no_energy;

  [[nodiscard]] std::size_t windows() const noexcept { return table.size() / columns; }
  /// @unit that of the column
  [[nodiscard]] double at(std::size_t window, Column column) const noexcept {
    return table[window * columns + column];
  }
  void add(const Window& window);
  /// A window that could not be read.
  void drop(const char* why) noexcept {
    ++unread;
    ++dropped;
    why_dropped = why;
  }
};

PERJOULE_COLD inline void Samples::add(const Window& window) {
  const Estimate<Joules>& found = window.energy.energy;
  const bool known = found.is_known();
  const double row[columns] = {window.items.si(), window.wall.si(), window.cpu.si(),
                               known ? found.value.si() : detail::no_number(),
                               known ? found.random.si() : detail::no_number()};
  table.append(row);
  if (known) {
    energy_common = found.common.si() > 0.0 ? found.common / found.value : 0.0;
  } else {
    ++dropped;
    why_dropped = window.energy.why_missing;
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/run_windows.hpp

namespace perjoule::inline v0::detail {

/// How long a window should be: a hundred update periods, which makes the tick at each end at most
/// 1 %, but at least 10 ms, below which interrupts rule; and short enough that some sixteen fit
/// into the budget, as long as ten periods remain.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  constexpr Seconds least{0.01};
  const Seconds good = update_period * 100.0 < least ? least : update_period * 100.0;
  const Seconds shortest = update_period * 10.0 < least ? least : update_period * 10.0;
  const Seconds fitting = budget / 16.0;
  if (fitting >= good) return good;
  return fitting > shortest ? fitting : shortest;
}

/// Passes in a window of that length: whole cycles through the inputs where one fits, so that every
/// window sees the same mix.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  if (passes < items) return passes == 0 ? 1 : passes;
  return (passes + items / 2) / items * items;
}

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  WindowRunner(AnyMeter& meter, const PassBatch& batch) noexcept : meter_(meter), batch_(batch) {}

  void run(std::size_t passes) {
    batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
  }

  /// Doubles the passes until they fill a good part of a window: warm-up, and the cost of one pass.
  [[nodiscard]] PERJOULE_COLD Seconds time_per_pass(Seconds window) {
    for (std::size_t passes = 1;; passes *= 2) {
      const Instant start = meter_.now();
      run(passes);
      const Seconds taken = meter_.now() - start;
      if (taken >= window * 0.5 || passes >= (1ULL << 30U)) {
        return taken / static_cast<double>(passes);
      }
    }
  }

  /// Nothing is allocated, printed or locked between the two readings, and nothing throws but the
  /// model itself. False where a reading failed.
  [[nodiscard]] bool measure(std::size_t passes, Window& window) {
    Reading before;
    Reading after;
    const Instant cpu_before = SystemClock::process_cpu();
    const bool first = meter_.read(before);
    run(passes);
    const bool second = meter_.read(after);
    const Instant cpu_after = SystemClock::process_cpu();
    if (!first || !second) return false;
    window.items = Items(static_cast<double>(passes));
    window.wall = after.begin - before.end;
    window.cpu = cpu_after - cpu_before;
    window.energy = meter_.energy(before, after);
    return true;
  }

 private:
  AnyMeter& meter_;
  const PassBatch& batch_;
  std::size_t place_ = 0;
};

/// A column of the samples per item, less a constant power times the time: 0 W for the total, the
/// idle power for the active energy. Windows whose number is missing are left out.
/// @unit that of the column, per item; watts: W
[[nodiscard]] PERJOULE_COLD inline Buffer<double> per_item(const Samples& samples,
                                                           Samples::Column column,
                                                           double watts = 0.0) {
  Buffer<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    if (!is_finite(number)) continue;
    values.push_back((number - watts * samples.at(i, Samples::wall)) /
                     samples.at(i, Samples::items));
  }
  return values;
}

/// The mean of a column per item.
/// @unit  that of the column, per item
/// @error the scatter between windows; the clock's own error is below it
[[nodiscard]] inline Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                                    Provenance provenance) {
  return mean_of_windows(per_item(samples, column), 0.0, provenance);
}

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the share that every window has
[[nodiscard]] PERJOULE_COLD inline Estimate<double> energy_per_item(const Samples& samples,
                                                                    Provenance provenance,
                                                                    double watts = 0.0) {
  const Buffer<double> resolution = per_item(samples, Samples::energy_random);
  if (resolution.empty()) return {};
  Estimate<double> energy = mean_of_windows(per_item(samples, Samples::energy, watts),
                                            summarize(resolution).mean, provenance);
  energy.common = samples.energy_common * energy.value;
  return energy;
}

/// Idle, warm-up, windows until the target or the budget is reached, idle again.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] PERJOULE_COLD inline Samples run_windows(AnyMeter& meter, const PassBatch& batch,
                                                       Seconds budget, double relative_halfwidth) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = budget < Seconds(5.0) ? budget / 10.0 : Seconds(0.5);

  const IdleBlock before = measure_idle(meter, idle);
  WindowRunner runner(meter, batch);
  const Seconds per_pass = runner.time_per_pass(window);
  const std::size_t passes = passes_in(window, per_pass, batch.order.size());
  const Instant last_start = deadline + -(idle + per_pass * static_cast<double>(passes));
  bool converged = false;
  std::size_t look = first_look;
  std::size_t tried = 0;
  do {
    Window measured;
    if (!runner.measure(passes, measured)) {
      samples.drop("a reading of the meter failed");
      continue;
    }
    samples.add(measured);
    if (samples.windows() == look) {
      constexpr Provenance any = Provenance::measured;
      converged = meets_target(energy_per_item(samples, any), relative_halfwidth) &&
                  meets_target(time_per_item(samples, Samples::wall, any), relative_halfwidth);
      look = next_look(look);
    }
  } while (!converged && meter.now() < last_start && ++tried < 100'000);

  const IdleBlock after = measure_idle(meter, idle);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  const std::size_t with_energy = per_item(samples, Samples::energy).size();
  samples.outcome = with_energy == 0           ? Outcome::no_energy
                    : converged                ? Outcome::converged
                    : with_energy < first_look ? Outcome::few_windows
                                               : Outcome::timeout;
  return samples;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/metric.hpp

namespace perjoule::inline v0 {

/// What a metric found.
struct Quality {
  text::Short metric;    ///< "accuracy"
  text::Name signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  /// What the value counts, for tables: "%" of a share, which is printed a hundred times as large;
  /// "mm" or "" of a number that is printed as it is.
  const char* unit = "%";
  /// What a predictor reaches that never looks at its input.
  /// @unit that of the value
  double trivial = 0.0;
  /// What a predictor reaches that makes no mistake: 1 of an accuracy, 0 of an error.
  /// @unit that of the value
  double perfect = 1.0;
  Estimate<double> skill;  ///< (value - trivial)/(perfect - trivial); never clamped
  Interval<double> skill_interval;
  const char* why_no_skill = "";
  bool has_per_item = false;  ///< set by the session, from the metric's per_item()
};

/// A metric sees each output beside its index once, in any order, before it sums up. It borrows its
/// references, and knows how many there are, so that a length mismatch is told before anything is
/// measured.
/// `per_item` is each item's share of the value, in the order of the inputs, for paired tests: it
/// is either empty or as long as the inputs.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

}  // namespace perjoule::inline v0

// ---- perjoule/quality/accuracy.hpp

namespace perjoule::inline v0 {

/// The class that a model names outright.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class, from which the largest are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::same_as < std::remove_cvref_t<decltype(std::data(scores)[0])>,
  float > || std::same_as<std::remove_cvref_t<decltype(std::data(scores)[0])>, double>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

/// How many items carry one of the `k` most frequent labels.
/// @shape labels: [items], any order; they are lost
[[nodiscard]] PERJOULE_COLD inline std::size_t most_frequent(Buffer<std::size_t>& labels,
                                                             std::size_t k) {
  sort(labels.data(), labels.size());
  std::size_t classes = 0;  // their counts stand in the room of labels that were counted
  for (std::size_t i = 0, first = 0; i < labels.size(); ++i) {
    if (i + 1 < labels.size() && labels[i + 1] == labels[i]) continue;
    labels[classes++] = i + 1 - first;
    first = i + 1;
  }
  sort(labels.data(), classes);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < k && i < classes; ++i) sum += labels[classes - 1 - i];
  return sum;
}

/// Right answers, the items they were given on, and how many a predictor gets that never looks.
/// @shape correct: [items], each 0 or 1
[[nodiscard]] PERJOULE_COLD inline Quality accuracy_of(View<double> correct,
                                                       std::size_t trivially_correct,
                                                       std::size_t k) {
  Quality quality;
  quality.metric = k == 1 ? "accuracy" : text::format("top-%zu-accuracy", k).chars;
  quality.signature = text::format("top-k:%zu|ties:first|trivial:most-frequent", k).chars;
  quality.items = correct.size();
  double hits = 0.0;
  for (const double item : correct) hits += item;
  const auto n = static_cast<double>(quality.items);
  const double p = hits / n;
  quality.trivial = static_cast<double>(trivially_correct) / n;
  quality.value_interval = wilson_interval(static_cast<std::size_t>(hits), quality.items);
  // The half-width over z, not sqrt(p(1 - p)/n), which is 0 for a model that makes no mistake.
  const double u = (quality.value_interval.high - quality.value_interval.low) /
                   (2.0 * t_quantile(0.975, known_dof));
  quality.value = {p, u, known_dof, 0.0, Provenance::measured};
  const double room = 1.0 - quality.trivial;
  if (room <= 0.0) {
    quality.why_no_skill =
        k == 1 ? "all labels are of one class, which leaves nothing to be skilled at"
               : "k guesses cover every class, which leaves nothing to be skilled at";
    return quality;
  }
  quality.skill = {(p - quality.trivial) / room, u / room, known_dof, 0.0, Provenance::measured};
  quality.skill_interval = quality.value_interval;
  quality.skill_interval.low = (quality.value_interval.low - quality.trivial) / room;
  quality.skill_interval.high = (quality.value_interval.high - quality.trivial) / room;
  return quality;
}

}  // namespace detail

/// The share of items whose label is among the model's k best guesses. Made by `accuracy`.
template <ClassLabel Label>
class Accuracy {
 public:
  /// @throws Error for no labels
  Accuracy(View<Label> labels, std::size_t k) : labels_(labels), correct_(labels.size()), k_(k) {
    PERJOULE_EXPECTS(k >= 1);
    if (labels_.empty()) {
      detail::fail("accuracy of no items", "the labels are empty",
                   "pass the labels of the test set, one for each input");
    }
  }

  [[nodiscard]] std::size_t items() const noexcept { return labels_.size(); }

  /// @throws Error for k above 1, since a single class has no second guess
  template <ClassLabel Output>
  void add(std::size_t item, const Output& output) {
    PERJOULE_EXPECTS(item < labels_.size());
    if (k_ != 1) {
      detail::fail("top-k accuracy with k above 1", "the model names a single class",
                   "let the forward pass return a score for each class, or leave k out");
    }
    const bool same = static_cast<std::int64_t>(output) == static_cast<std::int64_t>(labels_[item]);
    correct_[item] = same ? 1.0 : 0.0;
  }

  /// @shape  scores: [classes]
  /// @throws Error for a label without a score, and for a score that is not finite
  template <ClassScores Output>
  void add(std::size_t item, const Output& scores) {
    PERJOULE_EXPECTS(item < labels_.size());
    const auto* const score = std::data(scores);
    const std::size_t classes = std::size(scores);
    const auto own = static_cast<std::size_t>(labels_[item]);
    if (own >= classes) {
      detail::fail("a label has no score", text::format("item %zu", item).chars,
                   "return one score for each class, and count classes from 0");
    }
    std::size_t better = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      if (!is_finite(score[c])) {
        detail::fail("a score is not a finite number",
                     text::format("item %zu, class %zu", item, c).chars,
                     "look for a division by zero or an overflow in the model");
      }
      better += score[c] > score[own] || (score[c] == score[own] && c < own) ? 1 : 0;
    }
    correct_[item] = better < k_ ? 1.0 : 0.0;
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval, and its half-width over z as standard uncertainty
  /// @source docs/reference/formulas.md#accuracy-and-skill
  [[nodiscard]] Quality result() const {
    Buffer<std::size_t> classes(labels_.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
      classes[i] = static_cast<std::size_t>(labels_[i]);
    }
    return detail::accuracy_of(correct_, detail::most_frequent(classes, k_), k_);
  }

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source scikit-learn accuracy_score and top_k_accuracy_score with normalize=False, by item
  [[nodiscard]] View<double> per_item() const noexcept { return correct_; }

 private:
  View<Label> labels_;
  Buffer<double> correct_;
  std::size_t k_;
};

/// Something that is still there when the metric reads it: a variable, or a view such as a span.
template <class Range>
concept LabelsOutliveTheCall = std::is_lvalue_reference_v<Range> ||
    std::ranges::enable_borrowed_range<std::remove_cv_t<Range>>;

/// A range that has its labels side by side in memory, which vector<bool> has not.
template <class Range>
concept LabelsAreContiguous = Contiguous<std::remove_cvref_t<Range>>;

/// Top-k accuracy with Wilson's interval, and the skill above chance.
///
/// Chance is what the k most frequent labels of this test set would score: a predictor that always
/// names them has skill 0. It is a property of the task and taken as known.
/// Of equal scores the class with the lower index comes first, as argmax does in NumPy and PyTorch.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param k       how many guesses count
/// @unit    a share of 1
/// @shape   labels: [items]
/// @throws  Error for empty labels; while running: for a score that is not finite, a label without
///          a score, and k > 1 of a model that names a single class
/// @source  scikit-learn accuracy_score and top_k_accuracy_score; interval: Wilson 1927
template <class Labels>
requires LabelsOutliveTheCall<Labels> && LabelsAreContiguous<Labels>
[[nodiscard]] auto accuracy(Labels&& labels, std::size_t k = 1) {
  using Label = std::remove_cvref_t<decltype(*std::data(labels))>;
  return Accuracy<Label>(labels, k);
}

}  // namespace perjoule::inline v0

// ---- perjoule/footprint/footprint.hpp

namespace perjoule::inline v0 {

/// The bytes that a model's weights take.
struct Footprint {
  Estimate<Bytes> stored;      ///< on disk
  Estimate<Bytes> resident;    ///< in memory, ready for a pass
  Estimate<double> inflation;  ///< resident/stored: above 1, the small file grows at run time
};

/// The size of a file of weights.
/// @unit   B
/// @error  exact
/// @throws Error when there is no such file
[[nodiscard]] PERJOULE_COLD inline Bytes stored_bytes(const char* path) {
  struct stat status {};
  const bool found = stat(path, &status) == 0;
  if (!found || !S_ISREG(status.st_mode)) {
    detail::fail(
        "cannot read the weights",
        text::format("%s: %s", path, found ? "not a file" : detail::system_reason(errno).chars)
            .chars,
        "give the one file that the model loads, or leave .weights empty");
  }
  return Bytes(static_cast<double>(status.st_size));
}

/// The bytes of buffers of weights as they lie in memory. Counted from the buffers themselves,
/// since the memory of the process holds much besides: a framework alone takes more than most
/// models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <Contiguous... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

/// @param stored, resident  missing where they aren't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] PERJOULE_COLD inline Footprint footprint(const Estimate<Bytes>& stored,
                                                       const Estimate<Bytes>& resident) {
  return {stored, resident, ratio(resident, stored).estimate};
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/score.hpp

namespace perjoule::inline v0 {

/// Energy of a whole run changes when somebody doubles the test set, so a score over it does not
/// exist: the name of this concept is what the compiler says then.
template <class Q>
concept EnergyIsPerItem = (Q::dimension == JoulesPerItem::dimension);

/// How much quality one joule buys, independent of how long the test set is.
///
/// It describes a model and does not rank several: energy spans decades where quality does not, so
/// the cheapest model that knows anything leads (docs/explanation/scores.md).
///
/// @param skill   quality above the trivial predictor, (Q - Q0)/(Q* - Q0); 0 for a model that knows
///                nothing
/// @param energy  per item, total (with the idle share) unless the caller's name says active
/// @unit    items per joule, weighted by skill
/// @error   see ratio(): quality and energy come from different instruments and are independent
/// @throws  nothing; a missing input gives a missing score
/// @source  docs/reference/formulas.md#scores
template <class Q>
requires EnergyIsPerItem<Q>
[[nodiscard]] Ratio<ItemsPerJoule> per_joule(const Estimate<double>& skill,
                                             const Estimate<Q>& energy) {
  return ratio(skill, energy);
}

/// How much quality one second buys, one item after the other.
/// @unit   items per second, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<ItemsPerSecond> per_second(const Estimate<double>& skill,
                                                      const Estimate<SecondsPerItem>& time) {
  return ratio(skill, time);
}

/// How much quality one byte of the model buys: of the file, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  that of the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<PerByte> per_byte(const Estimate<double>& skill,
                                             const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// A score as it stands in a record: named, with its unit.
struct Score {
  const char* name = "";  ///< "quality_per_joule"
  text::Short metric;     ///< whose skill it is: "accuracy"
  const char* unit = "";  ///< "item/J"
  Estimate<double> value;
  Interval<double> interval;
};

}  // namespace perjoule::inline v0

// ---- perjoule/record/entry.hpp

namespace perjoule::inline v0 {

/// As many metrics can judge one pass.
inline constexpr std::size_t max_metrics = 8;

/// What one measurement of one model found: a plain value, to be copied, kept and compared.
struct Entry {
  Plan plan;
  std::size_t inputs = 0;

  Few<Quality, max_metrics> quality;
  Buffer<double> per_item;  ///< of the metrics that have it, one behind the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: with the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< what comes on top of idle
  Footprint footprint;
  Few<Score, 5 * max_metrics> scores;

  Samples samples;  ///< each window, as it was read
  MeterDescription meter;
  AbsentMeter absent_meter;  ///< a better one that this machine lacks; or empty
  Environment environment;
  Build build{};
};

/// An entry that is somewhere else.
struct EntryRef {
  const Entry* entry;
  EntryRef(const Entry& of) noexcept : entry(&of) {}
};

/// Anything that holds entries side by side.
template <class Range>
concept EntryRange = requires(const Range& range) {
  View<Entry>(range);
};

/// Entries that are somewhere else, borrowed for a call: one, a list of them as in `{a, b}`, or
/// anything that holds them side by side. None is copied.
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
  View<EntryRef> listed_;  // one of the two is empty
  View<Entry> side_by_side_;
};

/// What a metric found on each item, in the order of the inputs; empty where it keeps nothing.
/// @param metric  index into entry.quality
/// @unit  that of the metric's value
/// @shape [items]
[[nodiscard]] PERJOULE_COLD inline View<double> per_item_of(const Entry& entry,
                                                            std::size_t metric) noexcept {
  if (!entry.quality[metric].has_per_item) return {};
  std::size_t before = 0;
  for (std::size_t i = 0; i < metric; ++i) before += entry.quality[i].has_per_item ? 1 : 0;
  return {entry.per_item.data() + before * entry.inputs, entry.inputs};
}

/// What a reader must know before quoting the numbers of an entry.
using Caveats = Few<text::Long, 5>;

/// @copydoc Caveats
[[nodiscard]] PERJOULE_COLD inline Caveats caveats(const Entry& entry) noexcept {
  Caveats found;
  if (entry.energy.provenance != Provenance::measured) {
    found.push_back(text::format("energy is %s%s%s", name(entry.energy.provenance),
                                 entry.energy.is_known() ? "" : ": ",
                                 entry.energy.is_known() ? "" : entry.samples.why_dropped));
  }
  if (entry.samples.outcome == Outcome::few_windows) {
    found.push_back("fewer than 12 windows: raise .budget");
  }
  if (entry.samples.dropped != 0 && entry.energy.is_known()) {
    found.push_back(text::format("%zu of %zu windows have no energy: %s", entry.samples.dropped,
                                 entry.samples.windows() + entry.samples.unread,
                                 entry.samples.why_dropped));
  }
  if (!entry.meter.root.empty() && !(entry.meter.root == RaplPowercap::system_root)) {
    found.push_back(text::format("the meter was read below %s", entry.meter.root.chars));
  }
  if (!entry.build.optimized) found.push_back("compiled without optimisation: add -O2");
  return found;
}

}  // namespace perjoule::inline v0

// ---- perjoule/record/json_writer.hpp

namespace perjoule::inline v0 {

/// Writes JSON (RFC 8259) by templates that look like what they write, so that a record's shape can
/// be read off its code:
///
///     json.put("{'name': %s, 'cores': %zu, 'optimized': %d, 'wall_s': %g", ...)
///
/// %s is a string, escaped, and null where it is empty; %g a double in shortest round-trip digits,
/// and null where it is not finite; %zu a count; %d true or false. ' stands for ". The compiler
/// checks the arguments as it does printf's.
class JsonWriter {
 public:
  [[gnu::format(printf, 2, 3)]] void put(const char* format, ...) noexcept;

  /// A template without arguments.
  PERJOULE_COLD void put_text(const char* text) noexcept {
    for (; *text != '\0'; ++text) add(*text == '\'' ? '"' : *text);
  }

  /// On one line: a sample is read by programs, and ten thousand lines are not read by anybody.
  /// @unit that of the key before it
  void put(View<double> numbers) noexcept {
    add('[');
    for (const double& number : numbers) {
      if (&number != numbers.data()) out_.put(", ");
      put("%g", number);
    }
    add(']');
  }

  [[nodiscard]] std::string_view written() const noexcept { return out_.view(); }

 private:
  PERJOULE_COLD void add(char c) noexcept { out_.put(c); }
  void quote(const char* content) noexcept;

  text::Text out_;
};

namespace detail {

/// The bytes of the UTF-8 character that `text` begins with; 0 where they are none. A zero ends the
/// text and continues no character.
[[nodiscard]] PERJOULE_COLD inline std::size_t utf8_length(const char* text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80U) return 1;
  if (first < 0xC2U || first > 0xF4U) return 0;
  const std::size_t size = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  // Neither longer than needed, nor a surrogate, nor above U+10FFFF.
  const unsigned least = first == 0xE0U ? 0xA0U : first == 0xF0U ? 0x90U : 0x80U;
  const unsigned most = first == 0xEDU ? 0x9FU : first == 0xF4U ? 0x8FU : 0xBFU;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return size;
}

}  // namespace detail

PERJOULE_COLD inline void JsonWriter::quote(const char* content) noexcept {
  add('"');
  while (*content != '\0') {
    const std::size_t size = detail::utf8_length(content);
    const auto byte = static_cast<unsigned char>(*content);
    if (size == 0) {
      out_.put("\xEF\xBF\xBD");  // U+FFFD: JSON must be UTF-8, a file name need not be
      ++content;
      continue;
    }
    if (byte < 0x20U) {
      constexpr const char* digits = "0123456789abcdef";
      const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U], '\0'};
      out_.put(escape);
    } else {
      if (byte == '"' || byte == '\\') add('\\');
      out_.put(content, size);
    }
    content += size;
  }
  add('"');
}

PERJOULE_COLD inline void JsonWriter::put(const char* format, ...) noexcept {
  va_list arguments;
  va_start(arguments, format);
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      add(*format == '\'' ? '"' : *format);
    } else if (*++format == 's') {
      const char* const string = va_arg(arguments, const char*);
      *string == '\0' ? out_.put("null") : quote(string);
    } else if (*format == 'g') {
      const double number = va_arg(arguments, double);
      out_.put(is_finite(number) ? text::shortest(number).chars : "null");
    } else if (*format == 'd') {
      out_.put(va_arg(arguments, int) != 0 ? "true" : "false");
    } else {
      PERJOULE_EXPECTS(*format == 'z' && format[1] == 'u');
      ++format;
      out_.put(text::format("%zu", va_arg(arguments, std::size_t)).chars);
    }
  }
  va_end(arguments);
}

}  // namespace perjoule::inline v0

// ---- perjoule/record/run_record.hpp

namespace perjoule::inline v0 {

namespace detail {

PERJOULE_COLD inline void put_estimate(JsonWriter& json, const char* key,
                                       const Estimate<double>& estimate,
                                       const Interval<double>& interval,
                                       const char* why_missing) noexcept {
  json.put("%s: {'provenance': %s, ", key, name(estimate.provenance));
  if (!estimate.is_known()) {
    json.put("'value': null, 'reason': %s}", *why_missing == '\0' ? "not known" : why_missing);
    return;
  }
  json.put(
      "'value': %g, 'random': %g, 'dof': %g, 'common': %g,\n"
      "        'interval': {'low': %g, 'high': %g, 'level': %g, 'method': %s}}",
      estimate.value, estimate.random, estimate.dof, estimate.common, interval.low, interval.high,
      interval.level, name(interval.method));
}

PERJOULE_COLD inline void put_estimate(JsonWriter& json, const char* key,
                                       const Estimate<double>& estimate,
                                       const char* why_missing) noexcept {
  put_estimate(json, key, estimate, interval(estimate), why_missing);
}

/// What could not be read is kept as 0, and written as null.
[[nodiscard]] inline double or_null(double number) noexcept {
  return number == 0.0 ? no_number() : number;
}

PERJOULE_COLD inline void put_run(JsonWriter& json, const Entry& first) noexcept {
  const Run& run = first.environment.run;
  const Machine& machine = first.environment.machine;
  // Whether the checkout has uncommitted changes only git itself can tell, and running it is not
  // the library's to do: git_dirty is null.
  json.put(
      "{\n  'schema': 'perjoule.run/1',\n"
      "  'run': {'perjoule_version': %s, 'id': %s, 'started_utc': %s, 'git_commit': %s,\n"
      "    'git_dirty': null, 'command': %s,\n"
      "    'build': {'compiler': %s, 'optimized': %d, 'fast_math': %d}},\n",
      version, run.id.chars, run.utc.chars, run.commit.chars, run.command.chars,
      first.build.compiler, first.build.optimized, first.build.fast_math);
  json.put(
      "  'machine': {'key': %s, 'host_processor_model_name': %s,\n"
      "    'host_processor_core_count': %g, 'host_memory_capacity_b': %g,\n"
      "    'operating_system': %s, 'cpu_frequency_governor': %s},\n",
      machine.key.chars, machine.processor.chars, or_null(static_cast<double>(machine.cores)),
      or_null(machine.memory.si()), machine.kernel.chars, machine.governor.chars);
}

PERJOULE_COLD inline void put_meter(JsonWriter& json, const Entry& entry) noexcept {
  const MeterDescription& meter = entry.meter;
  const AbsentMeter& absent = entry.absent_meter;
  json.put(
      "{'source': %s, 'root': %s, 'scope': %s, 'provenance': %s,\n"
      "     'update_period_s': %g, 'note': %s, 'zones': [",
      meter.source.chars, meter.root.chars, name(meter.scope), name(meter.provenance),
      meter.update_period.si(), meter.note.chars);
  for (const Zone& zone : meter.zones) {
    json.put_text(&zone == meter.zones.begin() ? "\n      " : ",\n      ");
    json.put("{'name': %s, 'id': %s, 'modulus_counts': %zu, 'count_j': %g, 'resolution_j': %g}",
             zone.name.chars, zone.id.chars, std::size_t{zone.modulus}, zone.per_count.si(),
             zone.resolution.si());
  }
  json.put("],\n     'absent': [");
  if (!absent.source.empty()) {
    json.put("{'source': %s, 'reason': %s, 'fix': %s}", absent.source.chars, absent.reason.chars,
             absent.fix.chars);
  }
  json.put("]}");
}

PERJOULE_COLD inline void put_quality(JsonWriter& json, const Quality& quality,
                                      View<double> per_item) noexcept {
  json.put(
      "{'metric': %s, 'signature': %s, 'higher_is_better': %d, 'unit': %s, 'n': %zu,\n"
      "        'trivial': %g, 'perfect': %g,\n"
      "        ",
      quality.metric.chars, quality.signature.chars, quality.higher_is_better, quality.unit,
      quality.items, quality.trivial, quality.perfect);
  put_estimate(json, "value", quality.value, quality.value_interval, "");
  json.put(",\n        ");
  put_estimate(json, "skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  json.put(",\n        'per_item': ");
  json.put(per_item);
  json.put("}");
}

PERJOULE_COLD inline void put_samples(JsonWriter& json, const Samples& samples) noexcept {
  json.put("'samples': {'outcome': %s, 'windows': %zu, 'dropped': %zu, 'why_dropped': %s",
           name(samples.outcome), samples.windows(), samples.dropped, samples.why_dropped);
  static constexpr const char* keys[] = {"items", "wall_s", "cpu_s", "energy_j", "energy_random_j"};
  for (std::size_t column = 0; column < Samples::columns; ++column) {
    json.put(",\n        %s: [", keys[column]);
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      json.put_text(i == 0 ? "" : ", ");
      json.put("%g", samples.at(i, Samples::Column{column}));
    }
    json.put("]");
  }
  json.put("}");
}

PERJOULE_COLD inline void put_entry(JsonWriter& json, const Entry& entry,
                                    std::size_t meter) noexcept {
  const Plan& plan = entry.plan;
  json.put("{'meter': %zu,\n      'model': {'name': %s, 'format': %s, 'parameters': ", meter,
           plan.label(), plan.format.chars);
  plan.parameters == 0 ? json.put("null") : json.put("%zu", std::size_t{plan.parameters});
  json.put(
      ", 'weights_file': %s},\n      'task': {'dataset': %s, 'n': %zu},\n"
      "      'plan': {'relative_halfwidth': %g, 'budget_s': %g, 'seed': %zu},\n"
      "      'quality': [",
      base_name(plan.weights.chars), plan.dataset.chars, entry.inputs, plan.relative_halfwidth,
      plan.budget.si(), std::size_t{plan.seed});
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    json.put_text(i == 0 ? "" : ", ");
    put_quality(json, entry.quality[i], per_item_of(entry, i));
  }
  json.put("]");

  const char* const why_no_energy = entry.samples.why_dropped;
  const struct {
    const char* before;
    const char* key;
    Estimate<double> estimate;
    const char* why_missing;
  } estimates[] = {{",\n      'time': {", "wall_s_per_item", bare(entry.wall_time), why_no_energy},
                   {",\n        ", "cpu_s_per_item", bare(entry.cpu_time), why_no_energy},
                   {"},\n      'energy': {", "total_j_per_item", bare(entry.energy), why_no_energy},
                   {",\n        ", "active_j_per_item", bare(entry.active_energy),
                    entry.energy.is_known() ? entry.samples.why_no_idle : why_no_energy},
                   {",\n        ", "idle_w", bare(entry.samples.idle), entry.samples.why_no_idle},
                   {"},\n      'memory': {", "stored_b", bare(entry.footprint.stored),
                    "no file of weights was named"},
                   {",\n        ", "resident_b", bare(entry.footprint.resident),
                    "no buffers of weights were named"},
                   {",\n        ", "inflation", entry.footprint.inflation,
                    "stored or resident bytes are missing"}};
  for (const auto& [before, key, estimate, why_missing] : estimates) {
    json.put_text(before);
    put_estimate(json, key, estimate, why_missing);
  }
  json.put("},\n      'scores': [");
  for (const Score& score : entry.scores) {
    json.put_text(&score == entry.scores.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'metric': %s, 'unit': %s, ", score.name, score.metric.chars, score.unit);
    put_estimate(json, "value", score.value, score.interval,
                 "the skill or what it is divided by is missing");
    json.put("}");
  }
  json.put("],\n      ");
  put_samples(json, entry.samples);
  const Caveats reasons = caveats(entry);
  json.put(",\n      'validity': {'ok': %d, 'reasons': [", reasons.empty());
  for (const text::Long& reason : reasons) {
    json.put(&reason == reasons.begin() ? "%s" : ", %s", reason.chars);
  }
  json.put("]}}");
}

PERJOULE_COLD inline void put_record(JsonWriter& json, Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  const Entry& first = entries[0];
  put_run(json, first);
  json.put("  'meters': [\n    ");
  // Equal meters are written once, and entries name them by their place.
  Buffer<std::size_t> meter_of(entries.size());
  std::size_t meters = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const MeterDescription& own = entries[i].meter;
    if (!(entries[i].environment.machine.key == first.environment.machine.key)) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
    std::size_t same = 0;
    while (!(entries[same].meter.source == own.source && entries[same].meter.root == own.root &&
             entries[same].meter.note == own.note &&
             entries[same].meter.update_period == own.update_period)) {
      ++same;
    }
    meter_of[i] = same == i ? meters++ : meter_of[same];
    if (same != i) continue;
    json.put_text(i == 0 ? "" : ",\n    ");
    put_meter(json, entries[i]);
  }
  json.put("],\n  'entries': [\n    ");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    json.put_text(i == 0 ? "" : ",\n    ");
    put_entry(json, entries[i], meter_of[i]);
  }
  json.put("]\n}\n");
}

}  // namespace detail

/// The run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] PERJOULE_COLD inline std::string to_json(Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  return std::string(json.written());
}

/// Writes a run record, whole or not at all; missing folders are made.
/// @throws Error when the file can't be written, and as to_json
inline void write_json(std::string_view path, Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  write_file(path, json.written());
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/session.hpp

namespace perjoule::inline v0 {

/// Owns the meter of a run, and measures one model after the other with it.
class Session {
 public:
  /// Looks for the best meter of this machine.
  /// @throws NoMeterError when `options.require` asks for a better one than there is
  explicit Session(const MeterOptions& options = {}) : Session(find_meter(options)) {}

  /// Uses this meter and no other.
  explicit Session(AnyMeter meter) : Session(FoundMeter{std::move(meter), {}}) {}

  [[nodiscard]] const MeterDescription& meter() const noexcept {
    return found_.meter.description();
  }
  /// A better meter that this machine lacks, with the reason and the fix; or empty.
  [[nodiscard]] const AbsentMeter& absent_meter() const noexcept { return found_.absent; }

  /// Measures a model: quality in a pass of its own, then energy and time in windows of many
  /// passes.
  ///
  /// @param plan     see Plan
  /// @param forward  called as forward(input); must return a value. Borrowed for the call
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number, each fed with every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, a metric of another length, weights that can't be read;
  ///         ForwardPassError around what the model throws
  template <class F, Contiguous Inputs, class... Metrics>
  requires ForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    using Output = std::remove_cvref_t<std::invoke_result_t<F&, const Input&>>;
    static_assert((QualityMetric<Metrics, Output> && ...),
                  "a metric cannot judge what this forward pass returns, or lacks one of items, add, "
                  "result, per_item");
    static_assert(sizeof...(Metrics) <= max_metrics, "more metrics than an entry has room for");
    const Input* const first = std::data(inputs);
    const std::size_t count = std::size(inputs);
    Entry entry = begin(plan, count);
    (check_length(plan, metrics.items(), count), ...);

    std::size_t item = 0;
    try {
      for (; item != count; ++item) {
        const auto& output = forward(first[item]);
        keep(output);
        (metrics.add(item, output), ...);
      }
    } catch (const Error&) {
      throw;  // a metric's: it names the item itself
    } catch (...) {
      detail::throw_with_item(item, count, plan.label());
    }
    (add_quality(entry, metrics.result(), metrics.per_item()), ...);

    entry.build = this_build();
    detail::PassLoop<std::remove_reference_t<F>, Input> loop{forward, first, plan.label()};
    measure_windows(entry, &loop.run, &loop);
    return entry;
  }

 private:
  PERJOULE_COLD explicit Session(FoundMeter found)
      : found_(std::move(found)), environment_{detail::read_machine(), detail::read_run()} {}

  PERJOULE_COLD static void check_length(const Plan& plan, std::size_t references,
                                         std::size_t inputs) {
    if (references == inputs) return;
    detail::fail(text::format("%zu inputs but %zu references", inputs, references).chars, plan.label(),
                 "give the metric one reference (a label) for each input, in the same order");
  }

  /// What can be wrong is found before any time is spent.
  [[nodiscard]] PERJOULE_COLD Entry begin(const Plan& plan, std::size_t inputs) const {
    if (inputs == 0) {
      detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
    }
    if (plan.budget <= Seconds(0.0) || plan.relative_halfwidth <= 0.0) {
      detail::fail("a budget and a half-width must be above 0", plan.label(),
                   "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
    }
    Entry entry;
    entry.plan = plan;
    entry.inputs = inputs;
    Estimate<Bytes> stored;
    Estimate<Bytes> resident;
    if (!plan.weights.empty()) stored = exact(stored_bytes(plan.weights.c_str()));
    if (plan.resident_weights > Bytes(0.0)) resident = exact(plan.resident_weights);
    entry.footprint = footprint(stored, resident);
    entry.meter = found_.meter.description();
    entry.absent_meter = found_.absent;
    entry.environment = environment_;
    return entry;
  }

  PERJOULE_COLD static void add_quality(Entry& entry, const Quality& quality,
                                        View<double> per_item) {
    PERJOULE_EXPECTS(per_item.empty() || per_item.size() == entry.inputs);
    entry.quality.push_back(quality);
    entry.quality[entry.quality.size() - 1].has_per_item = !per_item.empty();
    entry.per_item.append(per_item);
  }

  /// Not a template: compiled once, however many models are measured.
  PERJOULE_COLD void measure_windows(Entry& entry, decltype(detail::PassBatch::run) run,
                                     void* model) {
    Buffer<std::size_t> order(entry.inputs);
    Random random(entry.plan.seed);
    for (std::size_t i = 0; i < order.size(); ++i) {  // Fisher and Yates, from the inside out
      const auto place = static_cast<std::size_t>(random.below(i + 1));
      order[i] = order[place];
      order[place] = i;
    }
    const detail::PassBatch batch{run, model, order};
    entry.samples =
        detail::run_windows(found_.meter, batch, entry.plan.budget, entry.plan.relative_halfwidth);
    summarize_windows(entry);
    for (const Quality& quality : entry.quality) add_scores(entry, quality);
  }

  PERJOULE_COLD static void summarize_windows(Entry& entry) {
    using detail::with_unit;
    const Samples& samples = entry.samples;
    const Provenance provenance = entry.meter.provenance;
    // A simulated machine brings a clock of its own: its times are no more real than its joules.
    const Provenance clock =
        provenance == Provenance::simulated ? provenance : Provenance::measured;
    entry.wall_time =
        with_unit<SecondsPerItem>(detail::time_per_item(samples, Samples::wall, clock));
    entry.cpu_time = with_unit<SecondsPerItem>(
        detail::time_per_item(samples, Samples::cpu, Provenance::measured));
    entry.energy = with_unit<JoulesPerItem>(detail::energy_per_item(samples, provenance));
    // The windows' own scatter of the active energy is used, since a longer window has both more
    // energy and more idle; the idle power's uncertainty is common to all of them.
    entry.active_energy = active(entry.energy, samples.idle, entry.wall_time.value);
    if (!entry.active_energy.is_known()) return;
    const Estimate<double> scatter =
        detail::energy_per_item(samples, provenance, samples.idle.value.si());
    entry.active_energy.random = JoulesPerItem(scatter.random);
    entry.active_energy.dof = scatter.dof;
  }

  PERJOULE_COLD static void add_scores(Entry& entry, const Quality& quality) {
    using detail::bare;
    const auto add = [&](const char* score, const char* unit, const Ratio<double>& ratio) {
      entry.scores.push_back({score, quality.metric, unit, ratio.estimate, ratio.interval});
    };
    const Estimate<double>& skill = quality.skill;
    add("quality_per_joule", "item/J", bare(per_joule(skill, entry.energy)));
    add("quality_per_active_joule", "item/J", bare(per_joule(skill, entry.active_energy)));
    add("quality_per_second", "item/s", bare(per_second(skill, entry.wall_time)));
    add("quality_per_stored_byte", "1/B", bare(per_byte(skill, entry.footprint.stored)));
    add("quality_per_resident_byte", "1/B", bare(per_byte(skill, entry.footprint.resident)));
  }

  FoundMeter found_;
  Environment environment_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/measure/measure.hpp

namespace perjoule::inline v0 {

/// Measures one model in a session of its own. For several models make one Session, so that the
/// meter is found once.
/// @copydoc Session::measure
template <class F, class Inputs, class... Metrics>
requires requires(Session& session, const Plan& plan, F&& forward, const Inputs& inputs,
                  Metrics... metrics) {
  session.measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}
[[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                            Metrics... metrics) {
  return Session().measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/cell.hpp

namespace perjoule::inline v0::text {

/// "0.013" for "0.01300": the zeros of a counted number are no digits of it.
[[nodiscard]] PERJOULE_COLD inline Short without_zeros(Short number) noexcept {
  if (strchr(number.chars, '.') == nullptr) return number;
  char* last = number.chars + strlen(number.chars) - 1;
  for (; *last == '0'; --last) *last = '\0';
  if (*last == '.') *last = '\0';
  return number;
}

/// What one of the printed numbers of a metric is worth: a share is printed as per cent.
/// @unit a factor
[[nodiscard]] inline double printed_unit(const char* unit) noexcept {
  return strcmp(unit, "%") == 0 ? 0.01 : 1.0;
}

/// A number for a reader: "12.3 ± 0.4" where the interval is symmetric, "4.9 [1.6, 14.7]" where it
/// is not, "n/a" where there is no number. Every format that shows it shows these digits: they are
/// rounded here, and nowhere else.
/// @param unit  what one of the printed numbers is worth: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] PERJOULE_COLD inline Name cell(const Estimate<double>& estimate,
                                             const Interval<double>& interval,
                                             double unit = 1.0) noexcept {
  if (!estimate.is_known()) return "n/a";
  const double value = estimate.value / unit;
  if (interval.method == IntervalMethod::exact) return without_zeros(significant(value, 4)).chars;
  if (!interval.is_known()) {
    return format("%s [unbounded]", significant(value, 2).chars).chars;
  }
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  if (interval.method == IntervalMethod::student_t) return with_halfwidth(value, high - value);
  // Both ends in the digits of the nearer one: they say how well the value is known.
  const double nearer = value - low < high - value ? value - low : high - value;
  const int place = place_of(nearer > 0.0 ? nearer : high - low);
  return format("%s [%s, %s]", rounded(value, place).chars, rounded(low, place).chars,
                rounded(high, place).chars)
      .chars;
}

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] Name cell(const Estimate<Q>& estimate, double unit = 1.0) noexcept {
  const Estimate<double> number = perjoule::detail::bare(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/report/headline.hpp

namespace perjoule::inline v0 {

namespace detail {

/// True where the items leave open which of two models is better by their first metric: the
/// interval of the mean difference, paired by item, contains zero.
/// @source the paired t interval; items are the same for both, so their difficulty cancels
[[nodiscard]] PERJOULE_COLD inline bool cannot_be_told_apart(const Entry& a, const Entry& b) {
  const View<double> left = per_item_of(a, 0);
  const View<double> right = per_item_of(b, 0);
  if (left.size() != right.size() || left.empty()) return false;
  Buffer<double> differences(left.size());
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = left[i] - right[i];
  const auto mean = mean_of_windows(differences, 0.0, Provenance::measured);
  return interval(mean).contains(0.0);
}

/// A time or an energy with a prefix of its own: "1.23 ± 0.02 µs".
[[nodiscard]] PERJOULE_COLD inline text::Long with_prefix(const Estimate<double>& estimate,
                                                          const char* unit) {
  const text::Prefix prefix = text::prefix_of(estimate.value);
  return text::format("%s %s%s", text::cell(estimate, prefix.factor).chars, prefix.symbol, unit);
}

}  // namespace detail

/// A sentence or two: the best model, and the cheapest of those that cannot be told from it.
/// Quality comes first and energy second, since their ratio crowns a model that knows little for
/// next to nothing. Where energy is not measured it speaks of CPU time. Empty when there is no
/// quality, or nothing to compare.
[[nodiscard]] PERJOULE_COLD inline std::string headline(Entries entries) {
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
    return measured ? detail::bare(entry.energy) : detail::bare(entry.cpu_time);
  };
  const char* const unit = measured ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  text::Text out;
  out.put(
      text::format(
          "Best %s: %s, %s%s%s. ", quality.metric.chars, best->plan.label(),
          text::cell(quality.value, quality.value_interval, text::printed_unit(quality.unit)).chars,
          *quality.unit == '\0' ? "" : " ", quality.unit)
          .chars);
  const Entry* cheapest = best;
  std::size_t as_good = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (&entry != best && !detail::cannot_be_told_apart(entry, *best)) continue;
    ++as_good;
    if (cost(entry).value < cost(*cheapest).value) cheapest = &entry;
  }
  if (as_good == 1) {
    out.put(text::format("No other of the %zu models comes near it; it takes %s per item.",
                         entries.size(), detail::with_prefix(cost(*best), unit).chars)
                .chars);
    return std::string(out.view());
  }
  out.put(text::format("%zu of %zu models cannot be told apart from it over %zu paired "
                       "items; the cheapest of these is %s with %s per item",
                       as_good, entries.size(), quality.items, cheapest->plan.label(),
                       detail::with_prefix(cost(*cheapest), unit).chars)
              .chars);
  if (cheapest != best) {
    const Ratio<double> times = ratio(cost(*best), cost(*cheapest));
    out.put(text::format(", %s times less than %s",
                         text::cell(times.estimate, times.interval).chars, best->plan.label())
                .chars);
  }
  out.put(".");
  return std::string(out.view());
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/table.hpp

namespace perjoule::inline v0 {

/// Cells that are text already, and what must be said below them: the last form before a format.
class Table {
 public:
  explicit Table(std::size_t rows) noexcept : rows_(rows) {}

  /// Row 0 are the heads, and column 0 is no number.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_ == 0 ? 0 : places_.size() / rows_;
  }
  [[nodiscard]] const char* at(std::size_t row, std::size_t column) const noexcept {
    return cells_.view().data() + places_[column * rows_ + row];
  }
  /// What must be said below, one sentence a line.
  [[nodiscard]] std::string_view notes() const noexcept { return notes_.view(); }

  /// Adds a cell below the last one, or on top of a new column.
  PERJOULE_COLD void add(const char* cell) {
    places_.push_back(cells_.view().size());
    cells_.put(cell, strlen(cell) + 1);
  }

  /// Adds a note, once.
  PERJOULE_COLD void note(const text::Long& sentence) noexcept {
    const text::Long line = text::format("%s.\n", sentence.chars);
    if (notes().find(line.view()) == std::string_view::npos) notes_.put(line.chars);
  }

 private:
  std::size_t rows_;
  text::Text cells_;  // each with a zero behind it
  Buffer<std::size_t> places_;
  text::Text notes_;
};

namespace detail {

/// One number of an entry, with its interval.
struct Number {
  Estimate<double> estimate;
  Interval<double> interval;
};

[[nodiscard]] PERJOULE_COLD inline Number with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, interval(estimate)};
}

/// Which number of an entry stands in a column.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, resident, inflation, score };
  const char* head;  ///< with %s where the prefix of its unit goes
  Kind kind;
  const char* name = "";  ///< of the metric or the score
  bool per_unit = false;  ///< the unit stands below the line: 1e6/J reads 1/uJ
  bool always = false;    ///< shown even where no entry has it: then its absence is news
  const char* unit = "";  ///< of a metric
};

[[nodiscard]] PERJOULE_COLD inline Number number_of(const Entry& entry,
                                                    const ColumnSource& source) noexcept {
  switch (source.kind) {
    case ColumnSource::Kind::metric:
      for (const Quality& quality : entry.quality) {
        if (quality.metric == source.name) return {quality.value, quality.value_interval};
      }
      return {};
    case ColumnSource::Kind::score:
      for (const Score& score : entry.scores) {
        if (strcmp(score.name, source.name) == 0) return {score.value, score.interval};
      }
      return {};
    case ColumnSource::Kind::wall:
      return with_interval(bare(entry.wall_time));
    case ColumnSource::Kind::energy:
      return with_interval(bare(entry.energy));
    case ColumnSource::Kind::stored:
      return with_interval(bare(entry.footprint.stored));
    case ColumnSource::Kind::resident:
      return with_interval(bare(entry.footprint.resident));
    case ColumnSource::Kind::inflation:
      break;
  }
  return with_interval(entry.footprint.inflation);
}

/// A column of the table: its head with one prefix for all, then a cell an entry. Where all numbers
/// are of one provenance the head names it, else each that is not measured does.
PERJOULE_COLD inline void add_column(Table& table, Entries entries, const ColumnSource& source) {
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = number_of(entries[i], source).estimate;
    if (!estimate.is_known()) continue;
    if (math::absolute(estimate.value) > largest) largest = math::absolute(estimate.value);
    if (estimate.provenance < best) best = estimate.provenance;
    least = worst(least, estimate.provenance);
  }
  if (best == Provenance::missing && !source.always) return;
  // A metric's name is the user's and never a format.
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const bool has_unit = !is_metric && strchr(source.head, '%') != nullptr;
  text::Prefix prefix{"", text::printed_unit(source.unit)};
  if (has_unit) prefix = text::prefix_of(largest);
  const char* const shown =
      source.per_unit ? text::prefix_of(1.0 / prefix.factor).symbol : prefix.symbol;
  text::Long head = !is_metric             ? text::format(source.head, shown)
                    : *source.unit == '\0' ? text::Long(source.head)
                                           : text::format("%s (%s)", source.head, source.unit);
  const bool head_says = best == least && best != Provenance::measured;
  if (head_says) head = text::format("%s, %s", head.chars, name(best));
  table.add(head.c_str());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [estimate, interval] = number_of(entries[i], source);
    const text::Name cell = text::cell(estimate, interval, prefix.factor);
    const bool cell_says =
        !head_says && estimate.is_known() && estimate.provenance != Provenance::measured;
    table.add(cell_says ? text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars
                        : cell.chars);
  }
}

PERJOULE_COLD inline void add_notes(Table& table, const Entry& entry) noexcept {
  table.note("± and [low, high] are 95 % intervals");
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    table.note(
        text::format("quality is skill, (%s - q)/(%s - q), with q = %s of a predictor that "
                     "never looks at its input",
                     quality.metric.chars, text::shortest(quality.perfect).chars,
                     text::significant(quality.trivial, 3).chars));
  }
  if (entry.energy.is_known()) {
    table.note(text::format("energy is %s by %s%s%s, scope %s: %s", name(entry.energy.provenance),
                            entry.meter.source.chars, entry.meter.root.empty() ? "" : " below ",
                            entry.meter.root.chars, name(entry.meter.scope),
                            entry.meter.note.chars));
  }
  const AbsentMeter& absent = entry.absent_meter;
  if (!absent.source.empty()) {
    table.note(text::format("no %s (%s); to measure, %s", absent.source.chars, absent.reason.chars,
                            absent.fix.chars));
  }
  for (const text::Long& caveat : caveats(entry)) {
    if (entry.energy.is_known() && strncmp(caveat.chars, "energy is", 9) == 0) continue;
    table.note(text::format("%s: %s", entry.plan.label(), caveat.chars));
  }
  const Machine& machine = entry.environment.machine;
  table.note(text::format("%s, %zu threads, %s, %s", machine.processor.chars, machine.cores,
                          machine.kernel.chars, entry.build.compiler));
}

}  // namespace detail

/// One row an entry. Columns that no entry has a number for are left out, except energy: that it is
/// missing is news. Scores are those of the first metric.
[[nodiscard]] PERJOULE_COLD inline Table table(Entries entries) {
  using Kind = detail::ColumnSource::Kind;
  Table result(entries.size() + 1);
  result.add("model");
  for (std::size_t i = 0; i < entries.size(); ++i) result.add(entries[i].plan.label());
  Few<text::Short, 4 * max_metrics> shown;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Quality& quality : entries[i].quality) {
      bool known = shown.size() == shown.capacity();
      for (const text::Short& metric : shown) known = known || metric == quality.metric;
      if (known) continue;
      shown.push_back(quality.metric);
      const char* const metric = quality.metric.c_str();
      detail::add_column(result, entries,
                         {metric, Kind::metric, metric, false, false, quality.unit});
    }
  }
  static constexpr detail::ColumnSource sources[] = {
      {"time/item (%ss)", Kind::wall},
      {"energy/item (%sJ)", Kind::energy, "", false, true},
      {"stored (%sB)", Kind::stored},
      {"resident (%sB)", Kind::resident},
      {"inflation", Kind::inflation},
      {"quality/%sJ", Kind::score, "quality_per_joule", true},
      {"quality/%sB stored", Kind::score, "quality_per_stored_byte", true},
      {"quality/%sB resident", Kind::score, "quality_per_resident_byte", true}};
  for (const detail::ColumnSource& source : sources) detail::add_column(result, entries, source);
  for (std::size_t i = 0; i < entries.size(); ++i) detail::add_notes(result, entries[i]);
  return result;
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/markdown.hpp

namespace perjoule::inline v0 {

namespace detail {

/// A cell in which no bar opens a column of its own.
[[nodiscard]] PERJOULE_COLD inline text::Long without_bars(const char* cell) noexcept {
  text::Long escaped;
  std::size_t size = 0;
  for (; *cell != '\0' && size + 2 < sizeof escaped.chars; ++cell) {
    if (*cell == '|') escaped.chars[size++] = '\\';
    escaped.chars[size++] = *cell;
  }
  return escaped;
}

}  // namespace detail

/// A table for a terminal and a README alike: GitHub Markdown, padded so that columns stand below
/// each other.
[[nodiscard]] PERJOULE_COLD inline std::string markdown(const Table& table) {
  text::Text out;
  const std::size_t rows = table.rows();
  for (std::size_t line = 0; line < rows + 1; ++line) {  // line 1 is the rule below the heads
    for (std::size_t column = 0; column < table.columns(); ++column) {
      std::size_t widest = 3;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t width = text::width(detail::without_bars(table.at(row, column)).chars);
        if (width > widest) widest = width;
      }
      const bool is_number = column != 0;
      out.put("| ");
      if (line == 1) {
        out.put('-', widest - 1);
        out.put(is_number ? ": " : "- ");
        continue;
      }
      const text::Long cell = detail::without_bars(table.at(line == 0 ? 0 : line - 1, column));
      const std::size_t padding = widest - text::width(cell.chars);
      out.put(' ', is_number ? padding : 0);
      out.put(cell.chars);
      out.put(' ', is_number ? 1 : padding + 1);
    }
    out.put("|\n");
  }
  const std::string_view notes = table.notes();
  for (std::size_t i = 0; i < notes.size();) {
    const std::size_t size = notes.find('\n', i) + 1 - i;
    out.put(i == 0 ? "\n- " : "- ");
    out.put(notes.data() + i, size);
    i += size;
  }
  return std::string(out.view());
}

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0
