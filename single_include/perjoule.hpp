// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule 0.1.0: how much quality a model buys with a joule and with a byte.
// One file of all headers below include/perjoule, made by scripts/amalgamate.py: change those.
// What needs another library is left out, unless PERJOULE_WITH_ and its name are defined before; and so
// are the metrics, scores and statistics that measuring does without, unless PERJOULE_WITH_ALL is.
// A program of several files compiles faster with PERJOULE_COMPILED in all of them, and
// PERJOULE_IMPLEMENTATION in exactly one, which then holds the definitions.
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// ---- perjoule/core/config.hpp

// A header x.hpp declares and documents, and holds templates and what measured loops call. The rest
// is defined in x-inl.hpp beside it, which x.hpp includes at its end: one include is all that a
// program needs. A program that is compiled often defines PERJOULE_COMPILED everywhere; then
// headers only declare, and the definitions are linked: from the target perjoule::compiled, or from
// the one file that also defines PERJOULE_IMPLEMENTATION. Neither changes what a name means.
#if !defined(PERJOULE_COMPILED) && !defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#define PERJOULE_INLINE [[gnu::noinline]] inline
#else
#define PERJOULE_INLINE
#endif
#if defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#endif

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
concept ContiguousRange = requires(const Range& range, std::size_t& size) {
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
  Storage(const Storage& other);
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
  char* grow(std::size_t size);
  /// @param bytes  not of this storage, which may move
  void append(const void* bytes, std::size_t size) {
    if (size != 0) memcpy(grow(size), bytes, size);
  }
  /// A single value: a store where there is room, and no call.
  template <class T>
  void push(T value) {
    if (held_.room - held_.size < sizeof(T)) {
      append(&value, sizeof(T));
      return;
    }
    memcpy(held_.bytes + held_.size, &value, sizeof(T));
    held_.size += sizeof(T);
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

  void push_back(T value) { storage_.push(value); }
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

// ---- perjoule/core/do_not_optimize.hpp

namespace perjoule::inline v0 {

/// Makes the optimiser believe that `value` is read here and that all memory may have changed, so
/// that a pass whose result nobody uses is neither removed nor hoisted out of the loop. It costs no
/// instruction when the value is in a register or in memory already.
template <class T>
[[gnu::always_inline]] inline void do_not_optimize(const T& value) noexcept {
  // A small trivial value may stay in a register ("r"); "m" alone would force a store of each
  // result. Larger or non-trivial ones have an address anyway.
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

namespace detail {

/// Whether the optimiser found out this result while it compiled: then it has removed the work, or
/// there was none. Only asked of what fits a register; false where nothing is optimised.
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

// ---- perjoule/core/line.hpp

/// Text as results hold it, and numbers as text.
namespace perjoule::inline v0::text {

namespace detail {

/// Ends a line that was cut off in "..." so that a reader sees it, and not within a character.
void mark_cut(char* line, std::size_t room) noexcept;

/// Copies what fits into a line of zeros.
void copy(char* line, std::size_t room, const char* content, std::size_t size) noexcept;

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
[[nodiscard, gnu::format(printf, 1, 2)]] Long format(const char* format, ...) noexcept;

/// A text that grows: a table, a record. It has no zero at its end. Out of memory ends the program
/// here: an exception path behind each append would be half of the code in a user's file.
class Text {
 public:
  void put(const char* content) noexcept;
  void put(const char* content, std::size_t size) noexcept;
  void put(char c, std::size_t times = 1) noexcept;

  [[nodiscard]] std::string_view view() const noexcept { return {chars_.bytes(), chars_.size()}; }

 private:
  perjoule::detail::Storage chars_;
};

}  // namespace perjoule::inline v0::text

// ---- perjoule/core/error.hpp

namespace perjoule::inline v0::detail {

[[noreturn]] void contract_violation(const char* condition, const char* file, int line);

}  // namespace perjoule::inline v0::detail

// A bug of the caller, not an event: so it ends the program, with NDEBUG too. What a user can mend
// is thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_violation(#condition, __FILE__, __LINE__))

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

[[noreturn]] void fail(const char* what, const char* where, const char* next_step);

/// The text of an errno value: "permission denied", not "Permission denied", since it stands inside
/// a sentence; in English, as the rest of it, whatever language the user's programs speak.
[[nodiscard]] text::Name errno_message(int error_number) noexcept;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/few.hpp

namespace perjoule::inline v0 {

/// A list with room for a few elements within its object: copied like a number, nothing allocated.
template <class T, std::size_t Room>
class Few {
 public:
  using value_type = T;

  constexpr Few() noexcept = default;
  constexpr Few(std::initializer_list<T> elements) {
    for (const T& element : elements) push_back(element);
  }

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
[[nodiscard]] ssize_t read_small_file(const char* path, char* content, std::size_t room) noexcept;

/// The value behind the first `field` in a file such as /proc/cpuinfo, "field   : value"; empty
/// where there is none.
[[nodiscard]] text::Name parse_field(const char* file, const char* field) noexcept;

/// A number as programs write it, with a point whatever language the user's programs speak.
/// @param end  behind the number; at its begin where there is none
/// @unit  that of what is read
[[nodiscard]] double parse_double(const char* content, char** end) noexcept;

/// The last part of a path: "mlp.int8" of "/home/ada/mlp.int8".
[[nodiscard]] inline const char* base_name(const char* path) noexcept {
  const char* const slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

/// Makes the folders above `path` that are missing. A folder that can't be made shows when the file
/// is opened, with the same reason.
void create_parent_directories(text::Long path) noexcept;

/// False with errno where the disk is full or gone.
[[nodiscard]] bool write_and_sync(int file, std::string_view content) noexcept;

}  // namespace detail

/// Writes a file whole or not at all: beside its place, forced to the disk, then renamed over it.
/// An older file of that name stays as it was until then. Missing folders are made.
/// @throws Error when it can't be written: no space, no permission, not a folder
void write_file(std::string_view path, std::string_view content);

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
/// 1 - erf(x), without the loss of digits where erf(x) is near 1.
[[nodiscard]] inline double error_complement(double x) noexcept { return __builtin_erfc(x); }
/// Whole where x is a power of ten, which a quotient of two natural logarithms is not.
[[nodiscard]] inline double decimal_logarithm(double x) noexcept { return __builtin_log10(x); }

/// POSIX's lgamma_r, under a name of ours: <math.h> costs a user's file 0.1 s, and clang has no
/// builtin for it. The one that both have writes the sign to a global variable, a race between
/// threads.
extern "C" double perjoule_lgamma_r(double x, int* sign) noexcept __asm__("lgamma_r");
[[nodiscard]] inline double log_gamma(double x) noexcept {
  int sign = 0;
  return perjoule_lgamma_r(x, &sign);
}

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

// ---- perjoule/core/nan.hpp

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

/// Bits of which the topmost is set where `x` is not finite: those of many numbers joined with `|`
/// tell at once whether all are finite, at three instructions each.
[[nodiscard]] constexpr std::uint32_t not_finite_bits(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) + 0x0080'0000U;
}
/// @copydoc not_finite_bits(float)
/// @unit any; the unit of x is not looked at
[[nodiscard]] constexpr std::uint64_t not_finite_bits(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) + 0x0010'0000'0000'0000U;
}

/// What fills the number of a missing value, so that arithmetic on it by mistake shows. Whether a
/// value is missing is never read from it: that is what `Provenance` is for.
/// @unit none: it stands for no quantity
[[nodiscard]] constexpr double quiet_nan() noexcept {
  return std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0000U});
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/core/perf_event.hpp

namespace perjoule::inline v0::detail {

/// What is counted, and how it is told: the first, shortest form of the kernel's perf_event_attr.
/// @source perf_event_open(2)
struct PerfAttributes {
  std::uint32_t type = 0;
  std::uint32_t size = 64;
  std::uint64_t config = 0;
  std::uint64_t period = 0;  ///< 0: it counts, and takes no samples
  std::uint64_t sample_type = 0;
  std::uint64_t read_format = 0;
  std::uint64_t flags = 0;
  std::uint32_t wakeup = 0;
  std::uint32_t breakpoint = 0;
  std::uint64_t config1 = 0;
};
static_assert(sizeof(PerfAttributes) == 64, "the kernel's PERF_ATTR_SIZE_VER0");

/// A file that counts, closed when a program is started; -1 with errno.
/// @param process, cpu  0 and -1: the calling thread wherever it runs; -1 and a CPU: all on it
/// @param group         the first file of a group that is counted together; -1: its own
[[nodiscard]] int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                  int group) noexcept;

/// Reads whole numbers from a file that counts; false where there are fewer or more.
[[nodiscard]] inline bool read_perf_event(int file, std::uint64_t* numbers,
                                          std::size_t many) noexcept {
  ssize_t n = 0;
  do {
    n = ::read(file, numbers, many * sizeof *numbers);
  } while (n == -1 && errno == EINTR);
  return n == static_cast<ssize_t>(many * sizeof *numbers);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/periodic_thread.hpp

namespace perjoule::inline v0::detail {

/// A thread that does a small task now and then. It holds a lock while it does, and takes no signal
/// from the program that it lives in.
class PeriodicThread {
 public:
  PeriodicThread() = default;
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  ~PeriodicThread() { stop(); }

  /// Comes back when the task is done and will not run again.
  void stop() noexcept;

  /// False where the system gives no thread.
  /// @param seconds  between two times. @unit s
  [[nodiscard]] bool start(double seconds, void (*task)(void*), void* context) noexcept;

  /// Keeps the task out while somebody looks at what it left behind.
  void lock() noexcept { pthread_mutex_lock(&mutex_); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex_); }

 private:
  static void* run(void* self);

  void loop() noexcept;

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed_;
  pthread_t thread_;
  double seconds_ = 0.0;
  void (*task_)(void*) = nullptr;
  void* context_ = nullptr;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/text.hpp

namespace perjoule::inline v0::detail {

/// A code point and the bytes that it takes; none where they are no UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// The code point with which a text begins.
/// @param text  not empty
/// @source RFC 3629, which Python's decoder follows too: no surrogates, no longer form than needed
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

// Numbers become text with std::to_chars: a locale cannot turn its point into a comma, and it costs
// a sixth of what a formatting library costs to compile.
namespace perjoule::inline v0::text {

/// The shortest digits that read back to the same double: what a record stores.
/// @unit none is added
[[nodiscard]] Short shortest(double number) noexcept;

/// The decimal exponent of the first digit when `digits` are shown: 2 for 345, -3 for 0.00345, and
/// 1 for 9.99 with two digits, which shows as 10. Read off what to_chars prints, since
/// floor(log10(x)) is off by one just below a power of ten.
/// @unit a power of ten
[[nodiscard]] int exponent(double number, int digits) noexcept;

/// `number` rounded to the decimal place 10^place: (1234.5, 1) is "1230", (0.126, -2) is "0.13".
/// @unit none is added; place is a power of ten
[[nodiscard]] Short rounded(double number, int place) noexcept;

/// `number` with so many significant digits, in fixed notation: (0.012345, 3) is "0.0123".
/// @unit none is added
[[nodiscard]] Short significant(double number, int digits) noexcept;

/// The decimal place to which a number with this half-width is rounded: two digits of the
/// half-width where it begins with 100 to 354, else one.
/// @unit   a power of ten
/// @source Particle Data Group, Review of Particle Physics, Introduction 5.3 "Rounding"
[[nodiscard]] int rounding_place(double halfwidth) noexcept;

/// "12.3 ± 0.4": both rounded to the place of the half-width, so that no digit is shown that the
/// measurement does not carry.
/// @unit  value and halfwidth in one unit, which the caller names
/// @error halfwidth is that of the 95 % interval
[[nodiscard]] Name with_halfwidth(double value, double halfwidth) noexcept;

/// An SI prefix with its factor.
struct Prefix {
  const char* symbol;
  double factor;  ///< @unit none
};

/// The prefix that leaves 1 to 999 before the point: 0.00123 gives milli. One for a whole column,
/// since a reader compares down a column, and numbers rather than prefixes.
/// @unit any SI unit; a factor of it comes back
[[nodiscard]] Prefix prefix_of(double magnitude) noexcept;

/// Reads a whole number that may end in a new line, as the files below /sys do; false where it is
/// none or has more than 19 digits.
[[nodiscard]] inline bool parse_integer(const char* digits, std::uint64_t& number) noexcept {
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

// ---- perjoule/units/quantity.hpp

namespace perjoule::inline v0 {

/// The exponents of the base units. Joule is a base unit here, and an item (one input of the
/// model), a byte, a bit and an operation are counted: so "quality per joule" and "quality per
/// byte" are different types. A bit is information and not an eighth of a byte, which is room for
/// it. Which money it is stands beside an amount as text: no type knows the currencies of all
/// users.
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

/// Quantities are added and compared only within one dimension; the concept's name is what the
/// compiler prints when somebody adds joules to seconds.
template <Dimension A, Dimension B>
concept SameDimension = (A == B);

/// A number with its dimension in the type. The number is in SI units (J, s, B, items, g, money),
/// so no prefix can get lost between two functions: prefixes exist in literals and in text only.
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

/// The SI unit of a dimension as text: "J/item", "W", "1/B"; empty for a plain number.
[[nodiscard]] text::Short unit_symbol(Dimension dimension) noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/units/estimate.hpp

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

/// Degrees of freedom of an uncertainty that was not estimated from repeats, such as that of a
/// counter's quantum. From here on t is normal to four digits. A finite number, since infinity
/// neither stands in JSON nor survives -ffast-math.
/// @unit none
inline constexpr double infinite_dof = 1e6;

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
  Q value = Q(detail::quiet_nan());
  Q random = Q(detail::quiet_nan());
  double dof = 0.0;  ///< degrees of freedom of `random`. @unit none
  Q common = Q(detail::quiet_nan());
  Provenance provenance = Provenance::missing;

  /// False: there is no number here, and none of the others may be read.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return provenance != Provenance::missing;
  }
};

/// A value that was counted, such as the bytes of a file: without uncertainty.
template <class Q>
[[nodiscard]] constexpr Estimate<Q> exact(Q value) noexcept {
  return {value, Q(0.0), infinite_dof, Q(0.0), Provenance::measured};
}

namespace detail {

/// The same estimate without and with its unit: what is computed alike for every unit is computed
/// once, on doubles, and not compiled anew for each.
/// @unit SI, that of Q
template <class Q>
[[nodiscard]] constexpr Estimate<double> strip_unit(const Estimate<Q>& e) noexcept {
  return {number(e.value), number(e.random), e.dof, number(e.common), e.provenance};
}
template <class Q>
[[nodiscard]] constexpr Estimate<Q> with_unit(const Estimate<double>& e) noexcept {
  return {Q(e.value), Q(e.random), e.dof, Q(e.common), e.provenance};
}

/// Whether there is a number here and arithmetic on it gives one: a division by zero in the code
/// that filled it may have left something else.
[[nodiscard]] constexpr bool is_known_and_finite(const Estimate<double>& e) noexcept {
  return e.is_known() && is_finite(e.value) && is_finite(e.random) && is_finite(e.common);
}

}  // namespace detail

/// How an interval was computed.
enum class IntervalMethod : std::uint8_t {
  missing,          ///< there is none
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

/// What the data leave possible at a confidence level. Unlike `Estimate` it may lie unevenly about
/// the value.
/// @unit  low and high have that of Q
/// @error covers the true value with probability `level`, under the assumptions of its method
template <class Q>
struct Interval {
  Q low = Q(detail::quiet_nan());
  Q high = Q(detail::quiet_nan());
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

// ---- perjoule/units/scope.hpp

namespace perjoule::inline v0 {

/// What part of the machine a joule was counted for. Values of different scopes are never compared.
enum class Scope : std::uint8_t {
  none,          ///< no meter
  psys,          ///< the platform: packages, memory and more on one counter
  package_dram,  ///< CPU packages and their memory
  package,       ///< CPU packages; this machine has no counter for its memory
  process,       ///< the CPU time of this process alone: all that a model of watts per core sees
  gpu,           ///< the GPUs alone
  psys_gpu,      ///< each of these and the GPUs
  package_dram_gpu,
  package_gpu,
  process_gpu,
};

/// The same with the GPUs on top.
[[nodiscard]] constexpr Scope with_gpu(Scope scope) noexcept {
  switch (scope) {
    case Scope::psys:
      return Scope::psys_gpu;
    case Scope::package_dram:
      return Scope::package_dram_gpu;
    case Scope::package:
      return Scope::package_gpu;
    case Scope::process:
      return Scope::process_gpu;
    case Scope::none:
      return Scope::gpu;
    default:
      return scope;
  }
}

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
    case Scope::gpu:
      return "gpu";
    case Scope::psys_gpu:
      return "psys+gpu";
    case Scope::package_dram_gpu:
      return "package+dram+gpu";
    case Scope::package_gpu:
      return "package+gpu";
    case Scope::process_gpu:
      return "process+gpu";
    case Scope::none:
      break;
  }
  return "none";
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

namespace perjoule::inline v0::detail {

/// The numbers below `count` in an order that each seed has one of.
/// @source Fisher and Yates, from the inside out
[[nodiscard]] Buffer<std::size_t> random_permutation(std::size_t count, std::uint64_t seed);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A Student t with so many degrees of freedom, drawn; with `infinite_dof` a normal number. The
/// same seed gives the same numbers on every machine, to the last digits of its logarithm.
/// @param dof  at least 1
/// @unit   none
/// @source Bailey, Mathematics of Computation 62 (1994) 779: the polar method, which takes any dof
[[nodiscard]] inline double draw_student_t(Random& random, double dof) {
  PERJOULE_EXPECTS(dof >= 1.0);
  for (;;) {
    const double x = 2.0 * random.uniform() - 1.0;
    const double y = 2.0 * random.uniform() - 1.0;
    const double w = x * x + y * y;
    if (w <= 0.0 || w >= 1.0) continue;
    const double growth = math::exponential(-2.0 / dof * math::logarithm(w)) - 1.0;
    return x * math::square_root(dof * growth / w);
  }
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/bootstrap.hpp

namespace perjoule::inline v0 {

/// What a corpus metric makes of items that are drawn anew from its own, with replacement.
struct Resamples {
  /// Of all items as they are.
  /// @unit that of the metric
  double value = detail::quiet_nan();
  /// One for each resample, in the order in which they were drawn, so that those of two models on
  /// the same items belong together. One may be not finite: 0/0 where no item of a class was drawn.
  /// @unit that of the metric
  Buffer<double> values;
  /// How fast the standard deviation of the value changes with the value, on a normal scale.
  /// @unit none
  double acceleration = detail::quiet_nan();
};

namespace detail {

/// More parts than that make an interval no better, only slower.
inline constexpr std::size_t max_groups = 10'000;

/// Sums of groups of items, column by column.
struct Groups {
  std::size_t size = 0;
  std::size_t columns = 0;
  Buffer<double> sums;  // [columns x size]
};

/// Each item by itself, or shuffled into groups of like size: neighbours in one group would have a
/// scatter of their own where items come class by class, or in turn.
/// @throws Error for no items, and for a number that is not finite
[[nodiscard]] Groups group_items(View<double> rows, std::size_t columns);

/// Places below `size`, each as likely. A product with 32 random bits puts 2^32 values
/// on that many places; those by which some places have one more are drawn again.
/// @source Lemire, ACM Transactions on Modeling and Computer Simulation 29 (2019), 3
inline void draw(Random& random, Buffer<std::uint32_t>& drawn, std::size_t size) noexcept {
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

/// Column sums of each resample: [resamples x columns]. Each column for itself, which is small
/// enough for a cache; twice as fast as row by row, and a third faster than counting how often each
/// place was drawn, at one column (g++ 12 -O2; alike at ten).
[[nodiscard]] inline Buffer<double> resampled_sums(const Groups& groups, std::uint64_t seed,
                                                   std::size_t resamples) {
  Random random(seed);
  Buffer<std::uint32_t> drawn(groups.size);
  Buffer<double> sums(resamples * groups.columns);
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

/// Column sums of all: [1 x columns].
[[nodiscard]] Buffer<double> total_sums(const Groups& groups);

/// Column sums of all but one, for each: [size x columns].
[[nodiscard]] Buffer<double> jackknife_sums(const Groups& groups);

/// From the values without one group each; no number where one of them is none.
/// @unit   none
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), 14.15
[[nodiscard]] double acceleration(View<double> without_one);

[[nodiscard]] Buffer<double> finite_values(View<double> values);

/// Those that are finite, ascending; none where more than one of a hundred is not, or where all are
/// equal but for rounding, which tells nothing of how far off the value is.
[[nodiscard]] Buffer<double> sorted_finite_values(View<double> values);

template <class ValueOf>
[[nodiscard]] Buffer<double> values_of(const Buffer<double>& sums, std::size_t columns,
                                       const ValueOf& value_of) {
  Buffer<double> values(sums.size() / columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = value_of(View<double>(sums.data() + i * columns, columns));
  }
  return values;
}

}  // namespace detail

/// Draws items anew, as many as there are, and asks what a corpus metric would have been: one that
/// is computed from sums over the items, as BLEU, F1 and word error rates are.
///
/// More than 10,000 items are shuffled into so many groups, which are added up and drawn. Groups
/// may differ by an item then, so a metric divides by a column of the numbers of items, and not by
/// a constant. The same seed and the same number of items give the same draws on every machine: two
/// models on the same items meet the same luck, and their values may be subtracted one by one.
///
/// @param rows      what each item adds to the sums
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    that of the metric
/// @shape   rows: [items x columns], row-major, borrowed for the call
/// @error   10,000 resamples leave 2 % of the width of a 95 % interval to chance
/// @throws  Error for no items, and for a number that is not finite
/// @source  Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14
template <class ValueOf>
[[nodiscard]] Resamples resample(View<double> rows, std::size_t columns, const ValueOf& value_of,
                                 std::uint64_t seed, std::size_t resamples = 10'000) {
  PERJOULE_EXPECTS(resamples >= 100);
  const detail::Groups groups = detail::group_items(rows, columns);
  const auto of = [&](const Buffer<double>& sums) {
    return detail::values_of(sums, columns, value_of);
  };
  return {of(detail::total_sums(groups))[0], of(detail::resampled_sums(groups, seed, resamples)),
          detail::acceleration(of(detail::jackknife_sums(groups)))};
}

/// From the percentiles of the resampled values.
/// @unit   that of the values
/// @shape  values: any order
/// @error  for a mean of 20 values it covers about .93 at a nominal .95: it is too short by a
///         factor of sqrt((n - 1)/n) and takes the normal for the t. Missing where all values are
///         equal, and where more than one of a hundred is not finite
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> percentile_interval(View<double> values, double level = 0.95);

/// From percentiles of the resampled values that are moved where the value lies off their middle,
/// and where its scatter depends on it: for values that are skewed, as ratios and those near an end
/// of their range are.
///
/// It is the percentile interval, and says so, where the correction does not exist: all resampled
/// values lie on one side of the value, or leaving out one group leaves no value.
///
/// @unit   that of the values
/// @error  simulated at a nominal .95: of F1 it covers .95 to .98 from 30 to 1000 items; of an
/// error
///         rate whose items are skewed (lognormal, sigma .8) .90 of 30 items, .92 of 200 and .94 of
///         1000, as percentiles do. Missing where percentile_interval is, and where the value
///         itself is not finite
/// @source Efron, J. Amer. Statist. Assoc. 82 (1987) 171, 2.3; of equal values half count as below
[[nodiscard]] Interval<double> bca_interval(const Resamples& resamples, double level = 0.95);

/// How two models differ in a corpus metric on the same items.
struct PairedBootstrap {
  double difference = detail::quiet_nan();  ///< a - b, of all items. @unit that of the metric
  Interval<double> interval;                ///< of the difference
  /// In how many resamples a is below b, of those with a difference that is finite; no number where
  /// there is no interval. It is no p-value: nothing here is drawn as if both were alike.
  /// @unit a share of 1
  double share_below = detail::quiet_nan();
};

namespace detail {

/// Each row of `a` with that of `b` behind it.
/// @throws Error for lengths that differ
[[nodiscard]] Buffer<double> concatenate_columns(View<double> a, View<double> b,
                                                 std::size_t columns);

/// @unit   a share of 1
/// @source a count
[[nodiscard]] double share_below_zero(View<double> values);

}  // namespace detail

/// The difference of two models in a corpus metric, from items that are drawn for both at once: an
/// easy item makes both better, and so most of the scatter cancels.
///
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    that of the metric
/// @shape   rows_a, rows_b: [items x columns], row-major, in one order of items; see resample()
/// @error   see bca_interval: missing where all resamples differ alike, as two equal models do
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
  if (estimate.random <= 0.0) return infinite_dof;
  const double share = standard_uncertainty(estimate) / estimate.random;
  const double dof = estimate.dof * math::square(math::square(share));
  return dof < infinite_dof ? dof : infinite_dof;
}

/// What stands behind "±" in every output: t((1 + level)/2, effective dof) times u. With 1.96 in
/// the place of t it would cover 81 % at three windows and not 95 %.
/// @unit   that of the estimate
/// @source GUM G.6.4
[[nodiscard]] double halfwidth(const Estimate<double>& estimate, double level = 0.95);

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

// ---- perjoule/stats/distributions.hpp

namespace perjoule::inline v0 {

/// The probability that a standard normal variable is at most z.
/// @unit   none
/// @error  that of the C library's erfc, which is relative: tails do not cancel
/// @source Abramowitz and Stegun 26.2.29
[[nodiscard]] inline double normal_probability(double z) noexcept {
  return 0.5 * math::error_complement(-0.70710678118654752440 * z);
}

/// The z that a standard normal variable stays below with probability p.
/// @unit   none; 0 < p < 1
/// @error  1e-13 absolute, but for p within 1e-3 of 1, where 1 - p has lost digits
/// @source inverted from normal_probability by bisection: slow (2 us) and without coefficients
[[nodiscard]] double normal_quantile(double p);

namespace detail {

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz).
/// @unit   none; x in [0, 1]
/// @error  1e-14 relative, for a and b up to 1e6
/// @source Abramowitz and Stegun 26.5.8; Lentz, Applied Optics 15 (1976) 668
[[nodiscard]] double incomplete_beta(double a, double b, double x);

}  // namespace detail

/// The probability that a Student t with so many degrees of freedom is at most t.
/// @unit   none
/// @source P(T <= t) = 1 - I_x(dof/2, 1/2)/2 with x = dof/(dof + t^2), for t >= 0
[[nodiscard]] inline double t_probability(double t, double dof) {
  PERJOULE_EXPECTS(dof > 0.0);
  const double tail = 0.5 * detail::incomplete_beta(0.5 * dof, 0.5, dof / (dof + t * t));
  return t < 0.0 ? tail : 1.0 - tail;
}

/// The t that a Student variable stays below with probability p. From `infinite_dof` on it is the
/// quantile of the normal distribution to five digits.
/// @unit   none; 0 < p < 1
/// @error  1e-9 relative
/// @source inverted from t_probability by Newton's method. The tail above t >= 0 is convex, so that
///         from 0 each step falls short of the root, and none needs a bracket.
[[nodiscard]] double t_quantile(double p, double dof);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/histogram.hpp

namespace perjoule::inline v0 {

/// How often each length occurred: of calls, in clock ticks. Nothing is lost, whatever their
/// number, and nothing is allocated: bins are exact below 64 and 1/64 of their octave wide above.
///
/// One thread may add while others read: a reader may miss what is added meanwhile.
/// @error a value is known to 1.6 % at the most
/// @source the bins are those of HdrHistogram
class Histogram {
 public:
  static constexpr unsigned bits = 6;                        ///< of a value that tell its bin apart
  static constexpr std::size_t bins = (42U - bits) << bits;  ///< the last one holds 2^41 and more

  void add(std::uint64_t value) noexcept {
    std::uint64_t& count = counts_[bin_of(value)];
    __atomic_store_n(&count, __atomic_load_n(&count, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
  }

  /// Adds up what two threads have seen.
  void add(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept;

  /// Which bin a value falls into.
  [[nodiscard]] static constexpr std::size_t bin_of(std::uint64_t value) noexcept {
    if (value < (1U << bits)) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(63 - __builtin_clzll(value)) - bits;
    const std::size_t bin =
        (static_cast<std::size_t>(octave) << bits) + static_cast<std::size_t>(value >> octave);
    return bin < bins ? bin : bins - 1;
  }
  /// The least value in a bin; that of the next one is where it ends.
  [[nodiscard]] static constexpr std::uint64_t bin_lower_edge(std::size_t bin) noexcept {
    if (bin < (1U << bits)) return bin;
    const std::size_t octave = (bin >> bits) - 1;
    return static_cast<std::uint64_t>((1U << bits) + (bin & ((1U << bits) - 1))) << octave;
  }

  /// The bin of a place in the ascending sample.
  /// @param rank  from 1 to size()
  [[nodiscard]] std::size_t bin_of_rank(std::uint64_t rank) const noexcept;

 private:
  std::uint64_t counts_[bins] = {};
};

}  // namespace perjoule::inline v0

// ---- perjoule/stats/hypothesis_tests.hpp

namespace perjoule::inline v0 {

/// Whether two models are right equally often on the same items; two-sided.
struct McNemar {
  double exact = 1.0;  ///< never rejects too often, and too seldom. @unit a share of 1
  double mid_p = 1.0;  ///< nearer to the level, which it need not keep. @unit a share of 1
};

/// McNemar's test from the items that only one of two models got right: under equal models each of
/// them is a toss of a coin. Items that both got right, or neither, tell nothing.
///
/// mid_p counts half of the probability of what was seen. It promises less than the exact test, but
/// in none of 9595 settings of its authors it rejected more often than the level says.
///
/// @unit   p-values: a share of 1; both are 1 for no such items
/// @source McNemar, Psychometrika 12 (1947) 153; mid-p: Fagerland, Lydersen and Laake, BMC Medical
///         Research Methodology 13 (2013) 91
[[nodiscard]] McNemar mcnemar(std::size_t only_a, std::size_t only_b);

/// Whether the mean difference of pairs is zero; two-sided.
struct PairedPermutation {
  double mean = 0.0;      ///< @unit that of the differences
  double p_value = 1.0;   ///< @unit a share of 1
  bool is_exact = false;  ///< all patterns of signs were tried, not some that were drawn
};

namespace detail {

/// The sum with the sign of each value turned whose bit is set.
/// @unit   that of the values
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
/// With a fair coin for each value.
[[nodiscard]] inline double sum_with_random_signs(View<double> values, Random& random) noexcept {
  double sum = 0.0;
  for (std::size_t first = 0; first < values.size(); first += 64) {
    const std::size_t left = values.size() - first;
    sum += sum_with_signs({values.data() + first, left < 64 ? left : 64}, random.bits());
  }
  return sum;
}

}  // namespace detail

/// Turns the signs of differences, as if each pair had its two models exchanged: how often is the
/// mean as far from zero as the one seen? Nothing is assumed of the distribution but that a
/// difference is as likely as its negative where the two are alike.
///
/// Pairs without a difference change no sum and are left out. Of up to 16 others all patterns are
/// tried; of more, as many as `draws`, and the one seen counts as one more, so that p is never 0
/// and the test never rejects too often.
///
/// @unit   mean: that of the differences; p-value: a share of 1
/// @shape  differences: one for each item, in any order
/// @error  drawn ones: the standard deviation of p is sqrt(p (1 - p)/draws), .002 at .05
/// @throws Error for no differences, and for one that is not finite
/// @source Fisher, The Design of Experiments (1935), 21; the one more: Phipson and Smyth,
///         Statistical Applications in Genetics and Molecular Biology 9 (2010), 39
[[nodiscard]] inline PairedPermutation paired_permutation(View<double> differences,
                                                          std::uint64_t seed,
                                                          std::size_t draws = 10'000) {
  PERJOULE_EXPECTS(draws >= 100);
  if (differences.empty()) {
    detail::fail("a test of no pairs", "there are no differences", "pass one for each item");
  }
  Buffer<double> values;
  double seen = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double x = differences[i];
    if (!is_finite(x)) {
      detail::fail("a difference is not a finite number", text::format("item %zu", i).chars,
                   "leave out items that have no value, of both models");
    }
    if (x != 0.0) values.push_back(x);
    seen += x;
    all += math::absolute(x);
  }
  // Sums that are equal but for rounding are equal.
  const double least = math::absolute(seen) - 1e-12 * all;
  PairedPermutation found;
  found.mean = seen / static_cast<double>(differences.size());
  found.is_exact = values.size() <= 16;
  std::size_t far = 0;
  if (found.is_exact) {
    const std::uint64_t patterns = std::uint64_t{1} << values.size();
    for (std::uint64_t turned = 0; turned < patterns; ++turned) {
      far += math::absolute(detail::sum_with_signs(values, turned)) >= least ? 1 : 0;
    }
    found.p_value = static_cast<double>(far) / static_cast<double>(patterns);
    return found;
  }
  Random random(seed);
  for (std::size_t i = 0; i < draws; ++i) {
    far += math::absolute(detail::sum_with_random_signs(values, random)) >= least ? 1 : 0;
  }
  found.p_value = static_cast<double>(far + 1) / static_cast<double>(draws + 1);
  return found;
}

/// Where the middle of a symmetric distribution is, and its interval, from its values.
struct LocationEstimate {
  double value = 0.0;         ///< @unit that of the values
  Interval<double> interval;  ///< @unit that of the values
};

/// The Hodges-Lehmann estimate of differences of pairs and the interval of Wilcoxon's signed-rank
/// test: no distribution is assumed but that differences are as likely above the middle as below
/// it, as those of two variants in turns are. A few wild pairs hardly move it, and under normal
/// noise it needs only 5 % more pairs than the mean.
///
/// Of more than 200 values neighbours are averaged first, since it takes the square of their
/// number.
///
/// @unit   that of the values
/// @shape  differences: in the order of time, at least six
/// @error  missing where no interval of these few values reaches the level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] LocationEstimate signed_rank(View<double> differences, double level = 0.95);

namespace detail {

/// A p-value that remembers where it stood.
struct IndexedPValue {
  double p;
  std::size_t index;
  friend bool operator<(const IndexedPValue& a, const IndexedPValue& b) noexcept {
    return a.p < b.p;
  }
};

[[nodiscard]] Buffer<IndexedPValue> sort_p_values(View<double> p_values);

}  // namespace detail

/// p-values of several tests, each made so much larger that one at or below a level lets claim: the
/// probability of any false finding is at most that level, however the tests depend on each other.
/// It finds all that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] Buffer<double> holm(View<double> p_values);

/// p-values of several tests, each made so much larger that, of all at or below a level, the
/// expected share of false findings is at most that level: for many tests of which some may err.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @error  holds for tests that are independent or depend positively, as those of models on the
/// same
///         items against one other do
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] Buffer<double> benjamini_hochberg(View<double> p_values);

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
  if (sum <= 0.0) return infinite_dof;
  const double dof =
      sum * sum / ((a2 > 0.0 ? a2 * a2 / a_dof : 0.0) + (b2 > 0.0 ? b2 * b2 / b_dof : 0.0));
  return dof < infinite_dof ? dof : infinite_dof;
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
/// The idle power's own scatter moves all windows of a run alike, so here it is common. Idle power
/// and energy come from one meter, so an error of its gain cancels in part; but what is not known
/// of the ends of windows does not, so the common parts are added in squares, which covers both.
/// A model has no ends, and both are its watts by one factor: there the common parts subtract, and
/// what is left is right within the same factor. Works for whole windows (J, s) and per item
/// (J/item, s/item) alike.
///
/// @unit  that of `energy`
/// @error common = sqrt(c^2 + (idle.random t)^2), c^2 = energy.common^2 + (idle.common t)^2, or
///        c = energy.common - idle.common t where modelled; missing when either is
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
      provenance == Provenance::modelled ? whole - share : math::root_sum_square(whole, share);
  return {energy.value - idle.value * duration, energy.random, energy.dof,
          Quantity<E>(math::root_sum_square(common, (idle.random * duration).si())), provenance};
}

/// A total shared out over the items that it was counted for.
/// @unit   that of `whole`, per item
/// @error  the number of items is exact
/// @source a quotient by a constant scales value and uncertainty alike
template <Dimension D>
[[nodiscard]] auto per_item(const Estimate<Quantity<D>>& whole, Items items) {
  PERJOULE_EXPECTS(items > Items(0.0));
  using Quotient = Quantity<D / Items::dimension>;
  return Estimate<Quotient>{whole.value / items, whole.random / items, whole.dof,
                            whole.common / items, whole.provenance};
}

/// How much of their errors two estimates share: zeros where their errors are independent. The
/// whole of it, where one error moves both alike, is the product of their uncertainties.
struct Covariance {
  double random = 0.0;  ///< of the random parts. @unit that of one estimate times that of the other
  double common = 0.0;  ///< of the common parts. @unit that of one estimate times that of the other
};

namespace detail {

/// A covariance is never larger than the product of both uncertainties.
/// @throws Error for one that is, and for one that isn't finite
void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                         const Estimate<double>& b);

/// The standard uncertainty of a difference of what is known to a and to b.
/// @unit   that of a and b
/// @source GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] inline double uncertainty_of_difference(double a, double b, double covariance) {
  const double variance = a * a + b * b - 2.0 * covariance;
  return variance > 0.0 ? math::square_root(variance) : 0.0;
}

/// The degrees of freedom of what two estimates leave random together. Welch and Satterthwaite's
/// formula is for independent ones and may give up to the sum of both; the smaller of the two never
/// promises more than there is.
/// @unit none
[[nodiscard]] inline double smaller_dof(const Estimate<double>& a, const Estimate<double>& b) {
  const double of_a = a.random > 0.0 ? a.dof : infinite_dof;
  const double of_b = b.random > 0.0 ? b.dof : infinite_dof;
  return of_a < of_b ? of_a : of_b;
}

}  // namespace detail

/// a - b.
///
/// Two energies of one meter share the error of its gain, and two models that answered the same
/// items share their luck with them: without the covariance the difference is taken as known less
/// well than it is, and never better, as long as what they share moves both the same way.
///
/// @unit   that of a and b
/// @error  missing when either is, or isn't finite
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source GUM (JCGM 100:2008) 5.2.2; degrees of freedom: G.4.1 where the random parts are
///         independent, else the smaller ones of the two
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

/// a b, of two sources whose errors are independent: an energy and a price, say.
/// @unit   that of a times that of b
/// @error  first order; missing when either is, or isn't finite
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b);

/// @copydoc product(const Estimate<double>&, const Estimate<double>&)
template <class A, class B>
[[nodiscard]] auto product(const Estimate<A>& a, const Estimate<B>& b) {
  using Q = decltype(a.value * b.value);
  return detail::with_unit<Q>(product(detail::strip_unit(a), detail::strip_unit(b)));
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/proportion_interval.hpp

namespace perjoule::inline v0 {

/// The score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of n and n
/// of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; for a single p between .93 and .97 at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                               double level = 0.95);

namespace detail {

/// The x that a beta variable stays below with probability p.
/// @unit   none; p in (0, 1)
/// @error  1e-8 relative for a + b up to 1e6, and 1e-12 below a thousand
/// @source inverted from incomplete_beta by bisection
[[nodiscard]] double beta_quantile(double p, double a, double b);

/// @copydoc clopper_pearson_interval
/// Successes need not be a whole number: AUROC counts half a success for a tie.
[[nodiscard]] Interval<double> clopper_pearson(double successes, double trials, double level);

}  // namespace detail

/// The exact interval of a proportion: all p under which so many successes or fewer, and so many or
/// more, have at least (1 - level)/2 of all cases. It is wider than Wilson's (wilson.hpp), which is
/// right on average: for a claim that has to hold for each p.
/// @unit   a share of 1
/// @error  covers with `level` or more for every p; at n = 20 with .97 on average
/// @source Clopper and Pearson, Biometrika 26 (1934) 404; the ends as quantiles of beta
///         distributions
[[nodiscard]] Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                        double level = 0.95);

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

namespace detail {

/// The least number of successes that is not exceeded in more than a `share` of all cases.
/// @param p  of a success in one trial
/// @unit   p and share: a share of 1
/// @error  exact up to a million trials; beyond them a normal approximation, off by one
/// @source quantile of the binomial distribution
[[nodiscard]] std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share);

}  // namespace detail

/// Whether so many values are enough to speak of their p-quantile: the largest of them must be no
/// less in 99 of 100 samples.
/// @unit   p is a share of 1, 0.5 or more
/// @source MLPerf inference rules, early stopping: 44 values for p = .90, 459 for .99
[[nodiscard]] bool is_quantile_estimable(std::uint64_t values, double p);

/// Places in an ascending sample, from 1.
struct RankInterval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Between which values of a sample the p-quantile lies, whatever their distribution is.
/// @unit   p and level: a share of 1
/// @shape  enough values that is_quantile_estimable
/// @error  covers with probability `level` or more, where values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t values, double p, double level = 0.95);

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

/// @copydoc strip_unit(const Estimate<Q>&)
template <class Q>
[[nodiscard]] Ratio<double> strip_unit(const Ratio<Q>& ratio) noexcept {
  return {strip_unit(ratio.estimate),
          {number(ratio.interval.low), number(ratio.interval.high), ratio.interval.level,
           ratio.interval.method}};
}

/// (t u / value)^2: how near the value's interval comes to zero; from 1 on it contains zero.
/// @unit   none; value and u in one unit
/// @source Fieller's g
[[nodiscard]] inline double fieller_g(double value, double u, double t) {
  return math::square(t * u) / math::square(value);
}

/// The interval of n / d for n and d with standard uncertainties u_n and u_d.
/// @param covariance  of n and d; 0 where they are independent. @unit that of n times that of d
/// @unit   that of n / d
/// @error  missing where d can't be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                       double level, double covariance = 0.0);

/// All quotients of a numerator and a positive denominator that lie in their intervals, each taken
/// at level sqrt(.95), so that both hold together with .95.
/// @unit that of n / d
[[nodiscard]] Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                   double level);

/// n / d with the uncertainty that their covariance leaves.
/// @param dof  of what is random in the quotient
/// @unit  that of n / d
/// @error first order; missing where a side is missing or a number isn't finite
[[nodiscard]] Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                        double dof, const Covariance& covariance);

/// A quotient by something positive, with its interval: ratio() says which.
/// @unit  that of n / d
/// @error that of `quotient`; the level of the interval
[[nodiscard]] Ratio<double> positive_ratio(const Estimate<double>& n, const Estimate<double>& d,
                                           double dof, const Covariance& covariance, double level);

}  // namespace detail

/// numerator / denominator, of two instruments whose errors are independent.
///
/// The interval is log_delta where both are well away from zero (g <= 0.1), since the logarithm of
/// a quotient is nearer to normal than the quotient; Fieller's where one is not, and missing where
/// the denominator cannot be told from zero (g >= 1). A modelled one of the two is lognormal, which
/// log_delta takes exactly at any g; only where a numerator is near zero beside a modelled
/// denominator, `box` stands in. Where both come from the same items, paired_ratio knows more.
///
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 where two or three windows meet a much better known partner
/// @throws nothing; a missing input, one that isn't finite, or a denominator that is not positive,
///         gives a missing ratio
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] Ratio<double> ratio(const Estimate<double>& numerator,
                                  const Estimate<double>& denominator, double level = 0.95);

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Ratio<double> bare =
      ratio(detail::strip_unit(numerator), detail::strip_unit(denominator), level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

/// numerator / denominator of estimates whose errors are not independent: both were found on the
/// same items, and a hard item takes more energy and is more often answered wrongly. With a
/// covariance below zero the interval is wider than that of ratio(), and too short without it.
///
/// @param covariance  of the two estimates, not of single items
/// @unit   numerator's over denominator's
/// @error  as ratio(), with the covariance in the estimate, in log_delta and in Fieller's interval.
///         A `box` takes none and needs none: two normal intervals at level sqrt(.95) hold together
///         with .95 at least, whatever their correlation (Sidak 1967). t has the smaller degrees of
///         freedom of both
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175; GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] Ratio<double> paired_ratio(const Estimate<double>& numerator,
                                         const Estimate<double>& denominator,
                                         const Covariance& covariance, double level = 0.95);

namespace detail {

/// @throws Error for a number that is not finite
void expect_finite(View<double> numbers, const char* what);

}  // namespace detail

/// The ratio of the means of pairs: what the items gave over what they took, with what both have to
/// do with each other. It is the ratio of the sums, and not the mean of the items' own ratios, in
/// which an item that took next to nothing outweighs all others.
///
/// @param common   standard uncertainty that the mean of the denominators has besides, the same for
///                 all items: the meter's. @unit that of the denominators
/// @unit   numerators' over denominators'
/// @shape  numerators, denominators: [items], in one order
/// @error  that of paired_ratio with the pairs' covariance and n - 1 degrees of freedom; the pairs
///         are taken as independent of one another. Missing for fewer than two
/// @throws Error for lists of different lengths, and for a number that is not finite
/// @source Cochran, Sampling Techniques (1977), 2.11 and 6.3; Fieller (1954)
[[nodiscard]] Ratio<double> paired_ratio(View<double> numerators, View<double> denominators,
                                         Provenance provenance, double common = 0.0,
                                         double level = 0.95);

namespace detail {

/// How many of its standard uncertainties a value may be from zero by chance, where two values are
/// looked at together: the wider of both.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                             double level);

}  // namespace detail

/// The quotient of two differences, each of which may be of either sign. The logarithm is of no use
/// here, so the interval is Fieller's; where the denominator can't be told from zero there is no
/// quotient either, since its sign isn't known.
///
/// @param covariance  of the two differences
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; missing where the interval of the denominator contains
/// zero.
///         t has the smaller degrees of freedom of both
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Ratio<double> ratio_of_differences(const Estimate<double>& numerator,
                                                 const Estimate<double>& denominator,
                                                 const Covariance& covariance = {},
                                                 double level = 0.95);

/// The same of differences that have units.
/// @unit   numerator's over denominator's
/// @error  that of the differences without their units
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
template <class N, class D>
[[nodiscard]] auto ratio_of_differences(const Estimate<N>& numerator,
                                        const Estimate<D>& denominator,
                                        const Covariance& covariance = {}, double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Ratio<double> bare = ratio_of_differences(
      detail::strip_unit(numerator), detail::strip_unit(denominator), covariance, level);
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
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation; the
///        mean of equal values is that value, to the last digit, and their deviation 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] Summary summarize(View<double> sample) noexcept;

/// The mean of independent values as an estimate.
/// @unit  that of the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which tell nothing of their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] Estimate<double> mean_of_independent(View<double> sample,
                                                   Provenance provenance) noexcept;

namespace detail {

/// Below this, a sample is too short to tell whether its values depend on each other.
inline constexpr std::size_t min_autocorrelation_samples = 12;

/// The mean product of deviations that are `lag` apart, times n.
/// @unit the square of the sample's
[[nodiscard]] double autocovariance_sum(View<double> sample, double mean, std::size_t lag) noexcept;

/// Degrees of freedom of a mean of n values with that autocorrelation time: n - 1 where they are
/// independent.
/// @unit   none
/// @source chosen by simulation, for the coverage of mean_of_windows
[[nodiscard]] constexpr double autocorrelated_dof(double n, double time) noexcept {
  return (n / time - 1.0) / (3.0 - 2.0 / time);
}

}  // namespace detail

/// How many successive values tell as much about the mean as one independent value: 1 where they
/// are independent, (1 + p)/(1 - p) where each keeps a share p of the one before, as the noise of
/// machines does.
///
/// The larger of two estimates: from the correlation of neighbours alone, which is sharp where each
/// value depends on the last one only; and from all lags up to where it is lost in the noise, which
/// finds slow waves too. A slow wave below a fast noise of three times its height hides from both.
///
/// @unit   none; 1 to n/4, and 1 for fewer than 12 values
/// @error  chosen with the degrees of freedom of mean_of_windows, so that its interval covers .94
///         and more under independent and AR(1) noise (tests/unit/stats/autocorrelation_test.cpp)
/// @source Geyer, Practical Markov Chain Monte Carlo (1992), 3.3: initial monotone sequence;
///         Marriott and Pope, Bias in the Estimation of Autocorrelations (1954): -(1 + 3p)/n
[[nodiscard]] double autocorrelation_time(View<double> sample) noexcept;

/// The mean of windows, one behind the other in time, as an estimate.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter contains it already, but a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not: so the larger of the two counts. A single
/// window has no scatter: it gets the resolution alone, and its caller says `few_windows`.
///
/// @unit  windows and resolution: one unit, that of the result
/// @error with a the autocorrelation time: random = s sqrt(a (n - 1)/(n (n - a))), dof = (n/a - 1)/
///        (3 - 2/a), which for a = 1 are s/sqrt(n) and n - 1; or resolution/sqrt(n) where that is
///        larger; common = 0; missing for no windows
/// @source GUM 4.2.3 for a = 1; else docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                               Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/counters/event_source.hpp

namespace perjoule::inline v0 {

/// As many events can be counted of one model.
inline constexpr std::size_t max_events = 16;

/// What an event stands for, whatever its source calls it: figures are derived from this.
enum class EventKind : std::uint8_t {
  other,
  instructions,
  cycles,
  last_level_misses,  ///< of loads: lines that come from memory because they were asked for
  operations,         ///< on floating-point numbers, of both precisions
  single_operations,  ///< on those of 32 bits
  double_operations,  ///< on those of 64 bits
};

/// Something that a processor or a kernel counts.
struct Event {
  text::Short name;  ///< as it was asked for: "instructions", "PAPI_TOT_INS"
  EventKind kind = EventKind::other;
  const char* unit = "";   ///< "s"; empty: a number of events
  double per_count = 1.0;  ///< what one count is worth. @unit that of `unit`
  /// A register of the processor: its 0 is suspect, and several may have to share one.
  bool is_hardware = true;
  std::size_t set = 0;     ///< those of one set are counted at once, in passes of their own
  text::Name why_missing;  ///< and what mends it; empty where it can be counted
};

/// What a source of events is; it stands in the record.
struct EventSourceDescription {
  text::Short name;    ///< "papi"
  text::Short extent;  ///< whose events: "process"
  Few<Event, max_events> events;
  std::size_t sets = 1;
};

/// All counts of a set at one moment; events of other sets have none.
struct EventReading {
  std::uint64_t counts[max_events] = {};
  /// Time in which a hardware event was wanted, and in which it had a register. @unit ns
  std::uint64_t enabled[max_events] = {};
  std::uint64_t running[max_events] = {};
};

/// A source of event counts. `open` makes the events of a set count for the whole process, and may
/// take its time; `read` neither throws nor allocates. Counts only grow from open() to close().
template <class S>
concept EventSource = requires(S& source, const S& constant, EventReading& reading,
                               std::size_t set) {
  { constant.description() } -> std::same_as<const EventSourceDescription&>;
  { source.open(set) }
  noexcept->std::same_as<bool>;
  { source.read(reading) }
  noexcept->std::same_as<bool>;
  { source.close() }
  noexcept;
};

/// Any source of events, borrowed; none where it is made of nothing.
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
  [[nodiscard]] bool open(std::size_t set) noexcept { return calls_->open(source_, set); }
  [[nodiscard]] bool read(EventReading& reading) noexcept { return calls_->read(source_, reading); }
  void close() noexcept { calls_->close(source_); }

 private:
  struct Calls {
    const EventSourceDescription& (*description)(void*);
    bool (*open)(void*, std::size_t) noexcept;
    bool (*read)(void*, EventReading&) noexcept;
    void (*close)(void*) noexcept;
  };
  template <class S>
  static constexpr Calls calls_of = {
      [](void* source) -> const EventSourceDescription& {
        return static_cast<const S*>(source)->description();
      },
      [](void* source, std::size_t set) noexcept { return static_cast<S*>(source)->open(set); },
      [](void* source, EventReading& reading) noexcept {
        return static_cast<S*>(source)->read(reading);
      },
      [](void* source) noexcept { static_cast<S*>(source)->close(); }};

  void* source_ = nullptr;
  const Calls* calls_ = nullptr;
};

namespace detail {

/// Where a stretch begins, with what a reading itself adds to each count there.
struct EventBaseline {
  EventReading at;
  double cost[max_events] = {};  ///< @unit counts
};

/// Two readings, one right behind the other, tell what one costs: instructions, and no page fault.
[[nodiscard]] bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept;

/// An event between two readings.
struct ScaledCount {
  double count = quiet_nan();  ///< scaled up to all of the time. @unit that of the event
  double share = 1.0;          ///< of the time, in which it was counted. @unit a share of 1
};

/// A hardware event that had a register for a part of the time is taken to go on at the same rate
/// in the rest; one that never had one is missing. The cost of a reading is taken off, and differs
/// from one to the next: of few events less than none may be left.
/// @source perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING
[[nodiscard]] ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                       const EventReading& after, std::size_t i) noexcept;

}  // namespace detail

/// An event with what came of it.
struct CountedEvent {
  Event event;                ///< why it is missing stands there
  Estimate<double> per_item;  ///< @unit that of the event, of an item
  /// Below 1 it had no register all of the time: then it is estimated, and not measured.
  /// @unit a share of 1
  double share = detail::quiet_nan();
};

/// The events of a model, in passes of their own that are not timed.
struct EventCounts {
  text::Short source;  ///< "kernel", "papi"; empty: nothing was asked for
  text::Short extent;  ///< whose events: "process"
  Buffer<CountedEvent> events;
};

namespace detail {

/// The mean over stretches of passes.
/// @param per_item  of each stretch; not finite where it could not be counted
/// @param share     of the time, in which it was counted
/// @param items     of a stretch
/// @unit  that of the event, of an item; share: a share of 1
/// @error random as in mean_of_windows, where an event that came less than once a stretch may have
///        come once more or less in each, for none of a rare kind is no rate of exactly 0; common:
///        in the part of the time in which nobody counted it may have gone as differently as one
///        stretch from another
/// @source docs/reference/formulas.md#events
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/counters/kernel_events.hpp

namespace perjoule::inline v0::detail {

/// An event by the name that perf gives it.
struct KernelEvent {
  enum class Source : std::uint8_t {
    perf,
    task_clock,
    minor_faults,
    major_faults,
    faults,
    switches
  };
  const char* name;
  const char* alias;  ///< another name of it, or null
  Source source;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< the same
  EventKind kind = EventKind::other;
};

/// @unit none; a code of perf_event_open: cache | operation << 8 | 1 for misses << 16
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// @source linux/perf_event.h; the software ones from getrusage(2), which no permission is needed
/// for
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::Source::task_clock},
    {"page-faults", "faults", KernelEvent::Source::faults},
    {"minor-faults", nullptr, KernelEvent::Source::minor_faults},
    {"major-faults", nullptr, KernelEvent::Source::major_faults},
    {"context-switches", "cs", KernelEvent::Source::switches},
    {"cpu-migrations", "migrations", KernelEvent::Source::perf, 1, 4},
    {"instructions", nullptr, KernelEvent::Source::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::Source::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", nullptr, KernelEvent::Source::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::Source::perf, 0, 4},
    {"branch-misses", nullptr, KernelEvent::Source::perf, 0, 5},
    {"cache-references", nullptr, KernelEvent::Source::perf, 0, 2},
    {"cache-misses", nullptr, KernelEvent::Source::perf, 0, 3},
    {"stalled-cycles-frontend", nullptr, KernelEvent::Source::perf, 0, 7},
    {"stalled-cycles-backend", nullptr, KernelEvent::Source::perf, 0, 8},
    {"L1-dcache-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(4, 0, true)},
};

[[nodiscard]] text::Long kernel_event_names() noexcept;

/// @throws Error for a name that perf does not know
[[nodiscard]] KernelEvent find_kernel_event(const char* name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

namespace detail {

/// Why the kernel would not count, and what mends it.
[[nodiscard]] text::Name event_error_message(int error_number) noexcept;

[[nodiscard]] bool enable_perf_group(int leader) noexcept;

/// What is asked of the kernel; something else in tests.
struct PerfCalls {
  int (*open)(const PerfAttributes& attributes, int process, int cpu, int group) = &open_perf_event;
  bool (*enable)(int leader) = &enable_perf_group;
};

}  // namespace detail

/// Events that the kernel counts, by their names in perf: hardware ones through perf events, in
/// user mode only; software ones from getrusage, which need no permission.
///
/// Hardware events count for all threads that the process has when they are opened, and for those
/// that these start. Events that don't fit into the processor's registers at once are in several
/// sets. One that can't be counted here is missing, with the reason.
/// @error  none while an event has a register; see docs/reference/formulas.md#events where it has
///         one for a part of the time
/// @source perf_event_open(2), getrusage(2)
class KernelEvents {
 public:
  /// Whose events.
  enum class Target : std::uint8_t {
    process,       ///< all threads of this one
    next_program,  ///< what this thread starts next, from its exec on, with all that it starts
  };

  /// @throws Error for a name that there is not, or more than 16
  KernelEvents(std::initializer_list<const char*> names, Target target = Target::process)
      : KernelEvents(View<const char*>(names), target) {}
  /// @throws Error for a name that there is not, or more than 16
  explicit KernelEvents(View<const char*> names, Target target = Target::process,
                        const detail::PerfCalls& calls = {});
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents() { close(); }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] bool open(std::size_t set) noexcept;

  /// Opens all sets at once, which then share the registers by turns: for a program, which runs
  /// once and not pass by pass. For the next program they are opened again.
  [[nodiscard]] bool open_all() noexcept;

  [[nodiscard]] bool read(EventReading& reading) noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i) {
      reading.counts[i] = reading.enabled[i] = reading.running[i] = 0;
    }
    for (const Group& group : groups_) {
      std::uint64_t numbers[3 + max_events];  // how many, time enabled, time running, counts
      if (!detail::read_perf_event(group.leader, numbers, 3 + group.size)) return false;
      for (std::size_t place = 0; place < group.size; ++place) {
        const std::size_t event = group.events[place];
        reading.counts[event] += numbers[3 + place];
        reading.enabled[event] += numbers[1];
        reading.running[event] += numbers[2];
      }
    }
    return read_usage(reading);
  }

  void close() noexcept;

 private:
  using Source = detail::KernelEvent::Source;
  static constexpr std::uint32_t software = 1;

  /// Events of one thread that are counted together, and read at once. Those that need no register
  /// are in one of their own, which never has to wait for its turn.
  struct Group {
    int leader = -1;
    std::size_t size = 0;
    std::size_t events[max_events] = {};
  };

  [[nodiscard]] bool is_in_group(std::size_t i, std::size_t set, bool is_hardware) const noexcept {
    const Event& event = description_.events[i];
    return known_[i].source == Source::perf && event.why_missing.empty() && event.set == set &&
           event.is_hardware == is_hardware;
  }

  [[nodiscard]] int open_one(std::size_t i, int thread, int leader) const noexcept;

  /// Tries which events the kernel gives, and which of them at once.
  void form_sets();

  /// The errno of what can't be opened, or 0.
  [[nodiscard]] int open_set(std::size_t set, int thread) noexcept;

  [[nodiscard]] int open_group(std::size_t set, bool is_hardware, int thread) noexcept;

  [[nodiscard]] bool enable() const noexcept;

  [[nodiscard]] bool read_usage(EventReading& reading) const noexcept {
    if (!needs_usage_) return true;
    rusage usage{};
    if (getrusage(target_ == Target::process ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage) != 0)
      return false;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      reading.counts[i] += count_of(known_[i].source, usage);
    }
    return true;
  }

  [[nodiscard]] std::uint64_t count_of(Source source, const rusage& usage) const noexcept {
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

  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept {
    timespec own{};
    if (target_ == Target::process && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0) {
      return static_cast<std::uint64_t>(own.tv_sec) * 1'000'000'000U +
             static_cast<std::uint64_t>(own.tv_nsec);
    }
    const auto us = [](const timeval& time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000U +
             static_cast<std::uint64_t>(time.tv_usec);
    };
    return 1000U * (us(usage.ru_utime) + us(usage.ru_stime));
  }

  EventSourceDescription description_;
  Few<detail::KernelEvent, max_events> known_;
  detail::PerfCalls calls_;
  Target target_;
  bool needs_usage_ = false;
  Buffer<int> files_;
  Buffer<Group> groups_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter.hpp

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
  /// Of the time between two readings: each is taken anywhere within the 50 ns that it lasts.
  /// @unit   s
  /// @source GUM (JCGM 100:2008) 4.3.7: 50 ns sqrt(2/12)
  static constexpr Seconds uncertainty{20e-9};

  /// @error 1 ns quantum, 50 ns to read
  [[nodiscard]] static Instant now() noexcept { return at(CLOCK_MONOTONIC); }

  /// CPU time of all threads of this process.
  [[nodiscard]] static Instant process_cpu() noexcept { return at(CLOCK_PROCESS_CPUTIME_ID); }

  /// CPU time of the calling thread.
  [[nodiscard]] static Instant thread_cpu() noexcept { return at(CLOCK_THREAD_CPUTIME_ID); }

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

/// Room in a `Reading`, which lives on the stack so that nothing is allocated between two of them.
/// Eight sockets with package and DRAM fill it.
inline constexpr std::size_t max_zones = 16;

/// The modulus of a counter that does not start again in this age.
inline constexpr std::uint64_t never_wraps = ~std::uint64_t{0};

/// One counter of a meter.
struct Zone {
  text::Short name;                 ///< "package-0", "dram"
  text::Short id;                   ///< "intel-rapl:0:1", its place below the root
  std::uint64_t modulus = 0;        ///< the counter starts again at 0 here. @unit counts
  Joules per_count{0.0};            ///< what one count is worth
  Joules resolution{0.0};           ///< the step in which it moves, one count or more
  Seconds update_period{0.0};       ///< between two ticks; 0: it moves whenever it is read
  Seconds jitter{0.0};              ///< a tick comes up to this much early or late
  double gain_uncertainty = 0.0;    ///< standard uncertainty of `per_count`. @unit a share of it
  bool allows_zero_counts = false;  ///< no count is no energy, as of a process that sleeps
};

/// What a meter is; it stands in the record.
struct MeterDescription {
  text::Short source;          ///< "rapl-powercap"
  text::Long root;             ///< where it was read; empty where there is no such place
  text::Name note;             ///< what a reader of its numbers must know
  Few<Zone, max_zones> zones;  ///< those that are added up to the total
  Scope scope = Scope::none;
  Provenance provenance = Provenance::missing;  ///< the best that a window of it can be
  Seconds update_period{0.0};                   ///< of the slowest zone
  bool has_foreign_root = false;                ///< read elsewhere than in this system's own place
};

/// When a counter last moved: after one instant, and not after the other.
struct Tick {
  Instant after;
  Instant before;
  std::uint64_t counts = 0;  ///< by how much, where this tick alone was seen; else 0
  bool is_known = false;
  bool is_overdue = false;  ///< several periods have passed since, and nothing moved

  /// @unit s
  [[nodiscard]] constexpr Seconds width() const noexcept { return before - after; }
};

/// The counters at one moment, which lies between the two instants.
struct Reading {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
  Tick ticks[max_zones];  ///< what earlier readings tell: detail::update_ticks
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

/// No meter at all: time is measured, energy is missing.
class NoMeter {
 public:
  NoMeter();

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = reading.end = SystemClock::now();
    return true;
  }
  [[nodiscard]] static WindowEnergy energy(const Reading&, const Reading&) noexcept {
    return {{}, "no meter was asked for"};
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  MeterDescription description_;
};

static_assert(EnergyMeter<NoMeter>);

}  // namespace perjoule::inline v0

// ---- perjoule/engine/system_load.hpp

namespace perjoule::inline v0 {

/// What the kernel keeps of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< how often the CPU was taken from it
  std::uint64_t voluntary_switches = 0;  ///< how often it gave the CPU away, to wait for something
  Seconds cpu{0.0};                      ///< that it had; 0 where nobody knows

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// Pieces of windows, some of which were left alone.
struct Pieces {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< of all of them
  Seconds taken{0.0};      ///< by all of them
  Seconds clean{0.0};      ///< time of those left alone, weighted
  Items clean_items{0.0};  ///< items in those, with the same weights
};

namespace detail {

/// How long a slice should be: long enough that looking costs nothing, short enough that most are
/// left alone on a machine that is busy with something else (85 % of 1 ms, 28 % of 10 ms). Half a
/// microsecond each makes 0.025 % of a window.
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// How often the kernel has taken the CPU from this thread, and how long that had it.
[[nodiscard]] inline ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in it is as old as the last tick of the kernel's timer, up to 4 ms; the clock's is
  // of now.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

/// Whether a thread that waited for nothing lacked the CPU all the same: the kernel counts neither
/// what a hypervisor took nor what devices' interrupts did as one. Giving the CPU away, to wait for
/// a GPU or for helpers of its own, is part of the work.
[[nodiscard]] inline bool is_robbed(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.voluntary_switches == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

/// One slice more. An interrupted one is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, and leaving them out would make the mean
/// too short. So each slice that was left alone stands for those like it that were not: with r
/// interruptions a second of CPU time, one of length d is left alone with probability exp(-r d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
inline void add_slice(Pieces& slices, Seconds taken, const ThreadUsage& usage,
                      std::uint64_t items) noexcept {
  const bool preempted = usage.preemptions == 0 && is_robbed(taken, usage);
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
    constexpr double most = 3.0;  // one slice stands for twenty at the most
    weight = math::exponential(expected < most ? expected : most);
  }
  slices.clean += weight * taken;
  slices.clean_items += Items(weight * static_cast<double>(items));
}

/// All slices since `earlier` are left out: the CPU got too hot and slowed down.
inline void exclude_since(Pieces& slices, const Pieces& earlier) noexcept {
  slices.interrupted = earlier.interrupted + (slices.all - earlier.all);
  slices.clean = earlier.clean;
  slices.clean_items = earlier.clean_items;
}

}  // namespace detail

/// The whole machine at one moment. What could not be read is not finite.
struct SystemState {
  Seconds busy{detail::quiet_nan()};           ///< CPU time of all programs since boot
  Seconds steal{detail::quiet_nan()};          ///< that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();   ///< of the first core. @unit Hz
  double throttle_count =
      detail::quiet_nan();  ///< how often the CPU got too hot since boot. @unit none
};

/// What went on in the machine beside this process, between two moments. What is not known is not
/// finite.
struct Interference {
  Seconds others_cpu{detail::quiet_nan()};      ///< CPU time of other programs
  Seconds steal{detail::quiet_nan()};           ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();   ///< in the end. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();    ///< in the end. @unit Hz
  double throttle_count = detail::quiet_nan();  ///< how often the CPU got too hot. @unit none
};

/// Where a machine tells its state. Empty: nowhere.
struct SystemFiles {
  text::Name stat;
  text::Name temperature;
  text::Name frequency;
  text::Name throttle_count;
  /// Of the calling thread, so far.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Reads the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  that one count stands for. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(const char* stat, double seconds) noexcept;

/// A whole number in a file of sysfs, times a factor; not finite where it can't be read.
/// @unit that of factor
[[nodiscard]] double read_scaled(const text::Name& path, double factor) noexcept;

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const char* root = "") noexcept;

[[nodiscard]] SystemState read_system(const SystemFiles& files) noexcept;

/// The machine, and what of it was this process, at one moment.
struct SystemSnapshot {
  Instant at;
  Instant process_cpu;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] SystemSnapshot take_snapshot(const SystemFiles& files) noexcept;

/// @error others: rounded to about 30 ms, see others_cpu_share; not finite where it can't be known
[[nodiscard]] Interference interference_between(const SystemSnapshot& before,
                                                const SystemSnapshot& after) noexcept;

/// What part of the CPU time was not ours. It is taken of one core at least, so that a process that
/// waits does not make every daemon look big; and it is 0 below 30 ms, since /proc/stat rounds each
/// of its numbers to 10 ms.
/// @unit a share of 1; not finite where `others` is not
[[nodiscard]] constexpr double others_cpu_share(Seconds others, Seconds own,
                                                Seconds wall) noexcept {
  if (!is_finite(others.si())) return quiet_nan();
  if (others < Seconds(0.03)) return 0.0;
  const Seconds all = own + others;
  return others / (all > wall ? all : wall);
}

/// Above this, somebody else's joules are in the sum.
/// @unit a share of 1
inline constexpr double max_others_cpu_share = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/window.hpp

namespace perjoule::inline v0 {

/// So much of all calls were no slower.
struct Percentile {
  double share = 0.0;                  ///< 0.99 for p99. @unit a share of 1
  Seconds value{detail::quiet_nan()};  ///< missing where there were too few calls to tell
  Interval<Seconds> interval = {};
};

/// How long single calls took, one by one.
struct Latency {
  std::uint64_t calls = 0;  ///< those that were timed. @unit none
  Percentile percentiles[3] = {{0.5}, {0.9}, {0.99}};
};

namespace detail {

/// @param low, high  the ends of the bin of a place in the ascending lengths, from 1; of lengths
/// that
///                   are known exactly both are the length
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

/// Of lengths in a histogram.
/// @param tick  how long one of its units is
/// @error to the outer ends of bins of 1.6 %
[[nodiscard]] Latency latency(const Histogram& lengths, Seconds tick);

/// Of lengths that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order; sorted afterwards
[[nodiscard]] Latency latency(double* lengths, std::size_t calls);

}  // namespace detail

/// One window: many passes between two readings.
struct Window {
  Items items{0.0};
  Seconds wall{0.0};
  Seconds cpu{0.0};  ///< CPU time of all threads of this process
  WindowEnergy energy = {};
  Interference interference = {};
  Seconds clean{detail::quiet_nan()};  ///< of the slices left alone, weighted; see Pieces
  Items clean_items{0.0};
};

/// How a measurement ended.
enum class Outcome : std::uint8_t {
  converged,    ///< the intervals of time and energy met the target
  unstable,     ///< time or energy changed meanwhile: there is no one value to find
  timeout,      ///< the budget ended first: the intervals are as wide as they are
  few_windows,  ///< fewer than 12 windows fitted: the intervals hold, the target was not tested
  no_energy,    ///< no window has an energy
};

[[nodiscard]] constexpr const char* name(Outcome outcome) noexcept {
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

/// What the engine brings back: a table of numbers, one row a window.
struct Samples {
  enum Column : std::size_t {
    items,          ///< passes, or what was in their batches, or came into the stream
    wall,           ///< @unit s
    cpu,            ///< @unit s
    energy,         ///< not finite where it is missing. @unit J
    energy_random,  ///< standard uncertainty that the meter left in it. @unit J
    energy_common,  ///< standard uncertainty that it shares with the other windows. @unit J
    others_cpu,     ///< CPU time of other programs; not finite where not known. @unit s
    steal,          ///< CPU time that a hypervisor took; the same. @unit s
    temperature,    ///< of the CPU package at the end; the same. @unit degrees Celsius
    frequency,      ///< of the first core at the end; the same. @unit Hz
    clean,          ///< time of slices left alone; not finite where there is none. @unit s
    clean_items,    ///< items in those
    columns
  };
  Buffer<double> table;          ///< row by row
  std::size_t dropped = 0;       ///< windows without an energy
  const char* why_dropped = "";  ///< of the last one dropped
  Estimate<Watts> idle;          ///< the machine's power while this process sleeps
  const char* why_no_idle = "";
  /// The part of the CPU time that was not ours, in all windows; not finite where not known.
  /// @unit a share of 1
  double others_cpu_share = detail::quiet_nan();
  Pieces slices;       ///< of all windows
  Latency latency;     ///< of passes outside the windows, each timed by itself
  Latency first_item;  ///< of the same, until the first item came into the stream
  /// What the ends of windows of this length leave unknown, as predicted: a standard uncertainty
  /// that more windows do not make smaller.
  /// @unit a share of the energy
  double edge_uncertainty = 0.0;
  Outcome outcome = Outcome::no_energy;

  [[nodiscard]] std::size_t windows() const noexcept { return table.size() / columns; }
  /// @unit that of the column
  [[nodiscard]] double at(std::size_t window, Column column) const noexcept {
    return table[window * columns + column];
  }
  void add(const Window& window);
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/stopwatch.hpp

namespace perjoule::inline v0 {

/// Time and energy of whatever a program does between two moments. Nothing is allocated, printed or
/// locked between the two readings. One that is stopped can be started again.
class Stopwatch {
 public:
  /// Where the two readings are.
  enum class Ends : std::uint8_t {
    on_ticks,  ///< of the counter, and waits for them: the energy is known best
    at_once,   ///< wherever the program is: nothing is held up, and up to a period is unknown
  };

  /// One that has no meter yet, for lists.
  Stopwatch() = default;
  /// @param meter  borrowed
  /// @param files  where the machine tells what goes on beside. Borrowed
  Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends = Ends::on_ticks) noexcept
      : meter_(&meter), files_(&files), ends_(ends) {}

  /// The meter's clock.
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }

  /// Waits for the next tick of the counter, a period at the most where it moves at all.
  void start() noexcept;

  /// What it took since start(). Watches the counter for its next tick, which tells when the last
  /// one was. Where a reading fails the energy is missing and the rest is not. The number of items
  /// is the caller's.
  /// @param work  a little more of the same, run until the counter ticks, so that the end is on a
  ///              tick, too; null: there is no more
  /// @throws what `work` throws
  [[nodiscard]] Window stop(void (*work)(void*) = nullptr, void* context = nullptr);

 private:
  AnyMeter* meter_ = nullptr;
  const SystemFiles* files_ = nullptr;
  Ends ends_ = Ends::on_ticks;
  detail::SystemSnapshot around_;
  Reading before_;
  Instant begin_;
  Instant cpu_begin_;
  bool is_read_ = false;
};

}  // namespace perjoule::inline v0

// ---- perjoule/engine/recording.hpp

namespace perjoule::inline v0 {

/// For timing single calls: the processor's own counter of time, at less than half the cost of the
/// kernel's clock, where that counter goes at one rate whatever the clock rate is; else the clock
/// of a meter, as always on a simulated machine.
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

  /// How long a tick is, from all the time since this clock was made: the longer, the better.
  /// @unit  s
  /// @error two readings of the meter's clock, 50 ns each, over that time
  [[nodiscard]] Seconds tick() const noexcept;

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

namespace perjoule::inline v0::detail {

/// The energy of what had a `share` of a window's time, and whose own energy nobody read: shared
/// out by time. What the machine drew meanwhile and what it drew besides may differ by up to a
/// factor of ten, either way: that of a processor at work and at rest.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, that of a logarithm which may be
/// anywhere
///         up to the factor's; estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy attribute_by_time(const WindowEnergy& window, double share) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// As many regions can be told apart in one recording, the calls themselves among them.
inline constexpr std::size_t max_regions = 12;
/// The calls of as many threads are recorded.
inline constexpr std::size_t max_recorded_threads = 64;

namespace detail {

/// A counter that one thread writes, while others may read it.
class SingleWriterCounter {
 public:
  void add(std::uint64_t more) noexcept {
    __atomic_store_n(&count_, count_ + more, __ATOMIC_RELAXED);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return __atomic_load_n(&count_, __ATOMIC_RELAXED);
  }

 private:
  std::uint64_t count_ = 0;
};

class RegionScope;

/// What one thread has seen of one region.
struct RegionRecord {
  SingleWriterCounter timed;            ///< calls
  SingleWriterCounter skipped;          ///< calls that were not timed, since only each n-th is
  SingleWriterCounter threw;            ///< calls that did not end
  SingleWriterCounter inclusive_ticks;  ///< ticks of those timed, regions within them included
  SingleWriterCounter exclusive_ticks;  ///< ticks of those, without regions within them
  std::size_t depth = 0;                ///< how often it is within itself right now
  bool is_long = false;                 ///< the last one was long enough to be read by itself
  Stopwatch* watch = nullptr;
  Histogram lengths;  ///< in ticks
};

/// What one thread has seen.
struct ThreadRecord {
  pthread_t thread;
  RegionScope* innermost;  ///< region that it is in
  RegionRecord regions[max_regions];
};

/// Times and energy of regions of a program that runs its own loop, in all of its threads. A call
/// costs two readings of the processor's counter; nothing is locked or allocated, but when the
/// meter is read: once in a tenth of a second, and round regions that are long.
class Recording {
 public:
  /// @param meter  borrowed
  /// @param files  where the machine tells what goes on beside
  /// @param every  each so many-th call of a region is timed
  Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  /// The number of the region with this name, which may be new.
  /// @throws Error for more of them than there is room for
  [[nodiscard]] std::size_t region(const char* name);
  [[nodiscard]] std::size_t regions() const noexcept { return names_.size(); }
  [[nodiscard]] const char* name(std::size_t region) const noexcept {
    return names_[region].c_str();
  }

  /// Ends the window that is running, and begins the next.
  void end_window();

  /// What all threads have seen of a region.
  struct Totals {
    std::uint64_t timed = 0;
    std::uint64_t skipped = 0;
    std::uint64_t threw = 0;
    std::uint64_t inclusive_ticks = 0;  ///< @unit ticks
    std::uint64_t exclusive_ticks = 0;  ///< @unit ticks
    std::size_t threads = 0;            ///< that were in it
  };
  [[nodiscard]] Totals totals(std::size_t region) const noexcept;

  /// The calls of a region, where all but the first were long enough to be read; else the windows
  /// of the whole program, of which it has its share. Ends the one that is running.
  /// @param is_attributed  which of the two
  [[nodiscard]] Samples samples(std::size_t region, bool& is_attributed);

  /// What an empty call would seem to take.
  [[nodiscard]] Seconds cost() const noexcept { return clock_.tick() * static_cast<double>(cost_); }
  [[nodiscard]] const CycleClock& clock() const noexcept { return clock_; }
  /// Calls that were not seen at all, for want of room for their threads.
  [[nodiscard]] std::uint64_t unseen() const noexcept {
    return __atomic_load_n(&unseen_, __ATOMIC_RELAXED);
  }

 private:
  friend class RegionScope;

  /// Held for as long as it takes to read a meter and to write a row.
  class Lock {
   public:
    explicit Lock(Recording& of) noexcept : of_(of) {
      while (__atomic_exchange_n(&of.is_locked_, true, __ATOMIC_ACQUIRE)) {
      }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { __atomic_store_n(&of_.is_locked_, false, __ATOMIC_RELEASE); }

   private:
    Recording& of_;
  };

  void begin_window() noexcept;

  /// The record of the calling thread; null where there are more threads than there is room for.
  [[nodiscard]] ThreadRecord* thread() noexcept {
    const pthread_t self = pthread_self();
    // A thread's number is where its stack ends: the low bits are equal for all.
    std::size_t place = static_cast<std::size_t>(self) >> 12U;
    for (std::size_t tried = 0; tried < max_recorded_threads; ++tried, ++place) {
      ThreadRecord& record = threads_[place % max_recorded_threads];
      pthread_t owner = __atomic_load_n(&record.thread, __ATOMIC_RELAXED);
      if (owner == self) return &record;
      if (owner == 0 && __atomic_compare_exchange_n(&record.thread, &owner, self, false,
                                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        return &record;
      }
    }
    __atomic_fetch_add(&unseen_, 1, __ATOMIC_RELAXED);
    return nullptr;
  }

  /// A call begins that will be long: it gets two readings of its own.
  void begin_long(RegionRecord& of);
  void end_long(RegionRecord& of, std::size_t region);

  AnyMeter& meter_;
  SystemFiles files_;
  std::size_t every_;
  CycleClock clock_;
  std::uint64_t long_ = 0;    ///< ticks of a call that is read by itself
  std::uint64_t window_ = 0;  ///< ticks
  std::uint64_t window_end_ = 0;
  std::uint64_t cost_ = 0;  ///< ticks between two readings of the clock
  Stopwatch watch_;
  Few<text::Name, max_regions> names_;
  Totals seen_[max_regions];        ///< at the begin of the window
  Samples shared_[max_regions];     ///< windows of the program
  Samples by_itself_[max_regions];  ///< calls
  Seconds wall_{0.0};
  Seconds own_{0.0};
  Seconds others_{0.0};
  ThreadRecord* threads_;
  std::uint64_t unseen_ = 0;
  bool is_locked_ = false;
};

/// One call of a region, from begin to end. It must not outlive the recording, and ends in the
/// thread in which it began.
class RegionScope {
 public:
  [[gnu::always_inline]] RegionScope(Recording& recording, std::size_t region)
      : recording_(recording), region_(region), thread_(recording.thread()) {
    if (thread_ == nullptr) return;
    RegionRecord& of = thread_->regions[region];
    if (recording.every_ != 1 && (of.timed.get() + of.skipped.get()) % recording.every_ != 0) {
      of.skipped.add(1);
      thread_ = nullptr;
      return;
    }
    outer_ = thread_->innermost;
    thread_->innermost = this;
    ++of.depth;
    begin_ = recording.clock_.now();
    const std::uint64_t end = __atomic_load_n(&recording.window_end_, __ATOMIC_RELAXED);
    if (begin_ >= end && outer_ == nullptr) [[unlikely]] {
      recording.end_window();
      begin_ = recording.clock_.now();
    }
    if (of.is_long) [[unlikely]] {
      recording.begin_long(of);
      begin_ = recording.clock_.now();
    }
  }
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;
  [[gnu::always_inline]] ~RegionScope() {
    if (thread_ == nullptr) return;
    const std::uint64_t taken = recording_.clock_.now() - begin_;
    RegionRecord& of = thread_->regions[region_];
    thread_->innermost = outer_;
    --of.depth;
    if (outer_ != nullptr) outer_->nested_ += taken;
    if (threw_) {
      of.threw.add(1);
      of.is_long = false;
      return;
    }
    if (of.is_long) [[unlikely]]
      recording_.end_long(of, region_);
    of.timed.add(1);
    of.lengths.add(taken);
    of.exclusive_ticks.add(taken - nested_);
    if (of.depth == 0) of.inclusive_ticks.add(taken);  // else it is in the outer one already
    of.is_long = taken >= recording_.long_ && of.depth == 0;
  }

  /// It did not end: it is counted, and its time is not.
  void mark_thrown() noexcept { threw_ = true; }

 private:
  Recording& recording_;
  std::size_t region_;
  ThreadRecord* thread_;
  RegionScope* outer_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t nested_ = 0;  ///< ticks of regions within it
  bool threw_ = false;
};

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/memory/cgroup.hpp

namespace perjoule::inline v0::detail {

/// Whether a list such as "rw,cpu,memory" names a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// Which group counts a process's memory, from its /proc/PID/cgroup. A controller works in one
/// hierarchy: memory is that of the first version where this names it, else that of the second.
/// @param[out] path  of the group in its hierarchy: "/" is the root
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] bool parse_cgroup(std::string_view file, bool& is_v1, text::Long& path) noexcept;

/// Where a hierarchy is mounted, and which of its groups is seen there.
struct CgroupMount {
  text::Long group;  ///< "/": the root of the hierarchy
  text::Long place;
};

/// A path as /proc/PID/mountinfo writes it: "\040" is a space.
[[nodiscard]] text::Long unescaped(std::string_view path) noexcept;

/// Reads a line of /proc/PID/mountinfo; false where it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] bool parse_cgroup_mount(std::string_view line, bool is_v1,
                                      CgroupMount& mount) noexcept;

/// Whether a path leads out of what this process may see of the hierarchy: its names are not known.
[[nodiscard]] bool is_outside(const text::Long& path) noexcept;

/// What is left of a path below a group, "" or "/a/b"; null where it is not below.
[[nodiscard]] const char* path_below(const text::Long& path, const text::Long& group) noexcept;

/// The folder of a group, and how much of its path is that of the mount.
struct CgroupDirectory {
  text::Long path;
  std::size_t mount = 0;
  bool is_named = false;  ///< by /proc/PID/cgroup; else all that is known is where it is mounted
};

/// Looks for a group where its hierarchy is mounted. In a container its path may be that outside,
/// which isn't there: then what is mounted is the group.
void find_below(const char* root, const CgroupMount& mount, const text::Long& path,
                CgroupDirectory& found) noexcept;

/// @param path  of the group in its hierarchy
[[nodiscard]] CgroupDirectory find_cgroup(const char* root, bool is_v1,
                                          const text::Long& path) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What the control group (cgroup) of this process takes of memory, and may take: a container, a
/// job of a batch system, a service. The kernel ends processes of a group that needs more.
struct CgroupMemory {
  text::Long path;  ///< the folder of the group; empty: not found
  /// Of the group, or of one above it that has less. Known where there is one.
  Estimate<Bytes> limit;
  bool is_unlimited = false;     ///< all limits were read, and none is set
  Estimate<Bytes> current;       ///< of all its processes, with the pages of files that they read
  Estimate<Bytes> peak;          ///< the most that `current` has been; missing before Linux 5.19
  const char* why_missing = "";  ///< why the limit, or else `current`, is; empty where neither is
};

namespace detail {

/// The files of a group.
struct CgroupFiles {
  const char* limit;
  const char* current;
  const char* peak;
};

/// @param is_v1  the first version of control groups
[[nodiscard]] constexpr CgroupFiles cgroup_files(bool is_v1) noexcept {
  if (!is_v1) return {"memory.max", "memory.current", "memory.peak"};
  return {"memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes"};
}

/// From here on a limit is none. The first version shows none as the largest number of whole pages,
/// which depends on the size of a page: 9223372036854771712 for 4 KiB.
/// @unit B
inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

/// Reads what is in a file that holds a limit: "max", or bytes; false where it is neither.
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] bool read_limit(const char* content, std::uint64_t& limit) noexcept;

/// @unit  B
/// @error that of the file
[[nodiscard]] Estimate<Bytes> read_byte_count(const text::Long& folder, const char* file) noexcept;

/// Whether there is a file, or a folder, in the folder of a group.
[[nodiscard]] bool has_file(const text::Long& folder, const char* file) noexcept;

/// Whether a group is the root of all, seen from no container: only there some files are, or not.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const text::Long& folder, bool is_v1) noexcept;

/// False where a group of the second version says that it has no controller of memory.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool has_memory_controller(const text::Long& folder) noexcept;

/// The smallest limit of a group and of those above it that can be seen; false where one of them
/// can't be read. The root of all has none.
[[nodiscard]] bool read_limits(CgroupDirectory group, bool is_v1, std::uint64_t& least) noexcept;

}  // namespace detail

/// Reads what the control group of this process takes of memory at this moment, and may take, in
/// both versions of control groups.
/// @param root  "" on a machine; a copied tree in tests
/// @unit   B
/// @error  limit: groups above a container, which it can't see, may have less (in the first version
///         they are known). current and peak: too high by what CPUs have taken in advance, up to 64
///         pages each; they hold pages that the kernel takes back before it ends a process
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max, .current, .peak; cgroup-v1/memory.rst:
///         memory.limit_in_bytes, .usage_in_bytes, .max_usage_in_bytes, hierarchical_memory_limit
[[nodiscard]] CgroupMemory cgroup_memory(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/memory/heap.hpp

namespace perjoule::inline v0 {

/// What passes of a model asked of the allocator, in passes of their own that are not timed. Bytes
/// are those that the allocator gave, a little more than was asked for.
struct HeapUsage {
  /// What was asked: the allocator, whose bytes are exact, or the resident set, which knows the
  /// peak alone; empty where neither.
  const char* source = "";
  std::size_t passes = 0;  ///< that were counted, of all callers. @unit none
  Estimate<Bytes> peak;    ///< the most above what was there before the pass, in any of them
  double allocations = detail::quiet_nan();  ///< in a pass; a realloc is one. @unit none
  double allocated = detail::quiet_nan();    ///< in a pass, whether freed or not. @unit B
  /// Not freed when the pass and its output were over: above 0 where a model leaks, or fills a
  /// cache; below 0 where it frees what was there before; missing where something is prepared for
  /// each pass, for what a pass leaves in that is not kept for long.
  /// @unit B, of a pass
  double retained = detail::quiet_nan();
  const char* why_missing = "no pass was run to count it";  ///< empty where it is known
};

namespace detail {

/// What all threads of this program have asked of the allocator while it was counted. Constant
/// initialised, for malloc is called before main.
struct HeapCounts {
  bool is_hooked = false;     ///< integrations/heap_hook.hpp is in this program
  bool is_owned = false;      ///< atomic, as all below: somebody counts
  bool is_disturbed = false;  ///< somebody else wanted to, meanwhile
  bool is_counting = false;
  std::int64_t live = 0;  ///< B
  std::int64_t peak = 0;  ///< of those
  std::uint64_t allocations = 0;
  std::uint64_t allocated = 0;  ///< B

  [[gnu::always_inline]] bool counts() const noexcept {
    return __atomic_load_n(&is_counting, __ATOMIC_RELAXED);
  }
  void add(std::size_t bytes) noexcept;
  void remove(std::size_t bytes) noexcept;
};

inline constinit HeapCounts heap_counts;

/// Counts from start() to stop(). One at a time can: a second one, and the one that it disturbs,
/// are not alone.
class HeapCounter {
 public:
  HeapCounter() noexcept;
  HeapCounter(const HeapCounter&) = delete;
  HeapCounter& operator=(const HeapCounter&) = delete;
  ~HeapCounter();

  [[nodiscard]] bool is_exclusive() const noexcept {
    return is_owner_ && !__atomic_load_n(&heap_counts.is_disturbed, __ATOMIC_ACQUIRE);
  }
  void start() noexcept;
  void stop() noexcept;

  /// @unit B
  [[nodiscard]] double peak() const noexcept {
    return static_cast<double>(__atomic_load_n(&heap_counts.peak, __ATOMIC_RELAXED));
  }
  /// @unit B
  [[nodiscard]] double live() const noexcept {
    return static_cast<double>(__atomic_load_n(&heap_counts.live, __ATOMIC_RELAXED));
  }
  /// @unit none
  [[nodiscard]] double allocations() const noexcept {
    return static_cast<double>(__atomic_load_n(&heap_counts.allocations, __ATOMIC_RELAXED));
  }
  /// @unit B
  [[nodiscard]] double allocated() const noexcept {
    return static_cast<double>(__atomic_load_n(&heap_counts.allocated, __ATOMIC_RELAXED));
  }

 private:
  bool is_owner_ = false;
};

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/memory/process_memory.hpp

namespace perjoule::inline v0::detail {

/// The most that the kernel has not yet added up of a process's pages: of each of three kinds
/// (anonymous, of files, shared memory) 64 pages a CPU, and on more than 32 CPUs twice their
/// number.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] double rss_accounting_lag() noexcept;

/// How far this process's resident set grows: memory that is touched, whoever asked the kernel for
/// it, and not the room that was asked for. Starting forgets the peak so far for the whole process.
/// @error  pages, and rss_accounting_lag()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  void start() noexcept;

  /// Since start(); below 0 where it can't be known.
  /// @unit B
  [[nodiscard]] std::int64_t growth() const noexcept;

  /// Whether 8 MiB in small pieces are found, twice. They are not without /proc, in a kernel
  /// without clear_refs, with an allocator that keeps what is freed, and under sanitizers.
  [[nodiscard]] bool is_working() noexcept;

 private:
  /// The most that was resident; below 0 where it can't be read.
  [[nodiscard]] static std::int64_t peak() noexcept;

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What a process takes of memory, and how often it had to wait for a page of it. What can't be
/// read is missing.
struct ProcessMemory {
  Estimate<Bytes> resident;  ///< RSS: its pages that are in memory; shared ones count in full
  /// The most that `resident` has been, since the program began or /proc/PID/clear_refs was last
  /// told to forget it.
  Estimate<Bytes> peak_resident;
  /// PSS: as `resident`, but of a page that N processes share an N-th counts. Missing for another
  /// user's process, and before Linux 4.14.
  Estimate<Bytes> proportional;
  /// Page faults that found the page in memory, or made it, since the process began; all threads.
  /// @unit none
  double minor_faults = detail::quiet_nan();
  /// Page faults that had to wait for a disk.
  /// @unit none
  double major_faults = detail::quiet_nan();
};

/// Stands for the id of the process that asks.
inline constexpr pid_t this_process = 0;

namespace detail {

/// Reads the digits at `at`; false where there are none, too many, or something else than `end`
/// behind them.
[[nodiscard]] bool read_count(const char* at, const char* end, std::uint64_t& count) noexcept;

/// What stands behind `field` at the begin of a line; null where no line begins with it. The name
/// of a process stands in such files, too, and may hold a field's name: but not a new line.
[[nodiscard]] const char* find_line_value(const char* file, const char* field) noexcept;

/// The amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  that of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] Estimate<Bytes> read_field_bytes(const char* file, const char* field) noexcept;

/// Takes minor and major faults from a /proc/PID/stat. None of either is what an emulator fills in,
/// and the kernel for its own threads: no program starts without one.
/// @source proc(5): fields 10 and 12. The second is a name that may hold anything, but the last
///         parenthesis is its end
void read_faults(const char* stat, ProcessMemory& memory) noexcept;

}  // namespace detail

/// Reads what a process takes of memory at this moment. It is nothing to do within a window that
/// is measured: for `proportional` the kernel walks all pages of the process, which takes
/// milliseconds for a large one.
/// @param process  its id
/// @param root  "" on a machine; a copied tree in tests
/// @unit   B; the faults are counts
/// @error  resident and peak_resident: the ends of a rectangle of detail::rss_accounting_lag(),
/// which some
///         kernels add up only later. proportional: exact to 1 KiB. The counts of faults are exact
/// @source proc(5): status (VmRSS, VmHWM), smaps_rollup (Pss), stat (minflt, majflt)
[[nodiscard]] ProcessMemory process_memory(pid_t process = this_process,
                                           const char* root = "") noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/meters/window_energy.hpp

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
inline constexpr Watts max_zone_power{2000.0};

/// Adds what a zone counted between two readings to a sum that never wraps. Empty, or why that
/// cannot be known, and then the sum is as it was.
[[nodiscard]] constexpr const char* accumulate_counts(const Zone& zone, std::uint64_t before,
                                                      std::uint64_t after, Seconds duration,
                                                      std::uint64_t& sum) noexcept {
  const Joules most = max_zone_power * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // One step more: in a window shorter than an update period a whole period's energy may arrive.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + max_zone_power * Seconds(0.1)) return "the counter was reset";
  sum += counts;
  return "";
}

/// The energy of so many counts of a zone, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] constexpr WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts) noexcept {
  if (counts == 0 && !zone.allows_zero_counts) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {
      {energy, root_of_a_sixth * zone.resolution, infinite_dof, Joules(0.0), Provenance::measured},
      ""};
}

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

// A counter such as RAPL's moves once in a while, at its ticks, and tells nobody when. A window
// that is read anywhere between two ticks is wrong by up to what is drawn in a period at each end.
// Who watches the counter while nothing is measured knows its ticks to within two readings.

/// All that a single reading tells of a zone's last tick: it was within a period before.
[[nodiscard]] constexpr Tick unseen_tick(const Zone& zone, const Reading& at) noexcept {
  return {at.begin + -(zone.update_period + zone.jitter), at.end, 0, true};
}

/// A zone's last tick before a reading: as it was seen, or anywhere in the period before.
[[nodiscard]] constexpr Tick last_tick(const Zone& zone, const Reading& at,
                                       std::size_t place) noexcept {
  return at.ticks[place].is_known ? at.ticks[place] : unseen_tick(zone, at);
}

/// Tells the later one of two readings what the earlier one adds about each counter's last tick.
inline void update_ticks(const MeterDescription& meter, const Reading& earlier,
                         Reading& later) noexcept {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    Tick& tick = later.ticks[i];
    if (later.counts[i] == earlier.counts[i]) {
      tick = last_tick(zone, earlier, i);
      continue;
    }
    tick = unseen_tick(zone, later);
    if (tick.after < earlier.begin) tick.after = earlier.begin;
    tick.counts = later.end - earlier.begin < zone.update_period
                      ? unwrap(earlier.counts[i], later.counts[i], zone.modulus)
                      : 0;
  }
}

/// Uses that a counter ticks once in a period: a tick that was seen next tells when the one before
/// it was. Where the two contradict each other the counter is not that regular, and nothing is
/// learnt.
/// @param next  the first tick behind `tick`
inline void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept {
  const Instant after = next.after + -(zone.update_period + zone.jitter);
  const Instant before = next.before + -(zone.update_period - zone.jitter);
  if (after >= tick.before || before <= tick.after) return;
  if (tick.after < after) tick.after = after;
  if (before < tick.before) tick.before = before;
}

/// The zone whose ticks matter most: the slowest.
[[nodiscard]] inline std::size_t slowest_zone(const MeterDescription& meter) noexcept {
  std::size_t slowest = 0;
  for (std::size_t i = 1; i < meter.zones.size(); ++i) {
    if (meter.zones[i].update_period > meter.zones[slowest].update_period) slowest = i;
  }
  return slowest;
}

/// Ticks that are closer are not worth waiting for.
/// @unit s
inline constexpr Seconds min_tick_interval{50e-6};

/// False for a meter whose ticks are too close, or that has no counters.
[[nodiscard]] inline bool has_ticks(const MeterDescription& meter) noexcept {
  return !meter.zones.empty() && meter.update_period > min_tick_interval;
}

/// Known well enough to begin or end a window at: to an eighth of a period.
[[nodiscard]] inline bool is_precise(const Zone& zone, const Tick& tick) noexcept {
  return tick.is_known && tick.width() * 8.0 <= zone.update_period;
}

/// Between two looks at a counter: none at a fast one, for it is over soon; a hundredth of the
/// period of a slow one, so that watching it does not heat the machine.
inline void pause_between_polls(AnyMeter& meter, Seconds period) noexcept {
  if (period >= Seconds(5e-3)) meter.wait(period * 0.01);
}

/// After so long without a tick a counter has stopped: several periods, and long enough that a busy
/// machine has let us look.
/// @unit s
[[nodiscard]] constexpr Seconds tick_timeout(Seconds period) noexcept {
  const Seconds periods = period * 4.0;
  return periods < Seconds(0.1) ? Seconds(0.1) : periods;
}

/// Watches the counters until each of them has been seen to move and the slowest has just moved.
/// The reading is the one that saw it: a window that begins here begins on a tick. Where a counter
/// does not move for a while (tick_timeout), or this thread is kept from looking, it is a reading
/// all the same, with what is known. False where a reading failed.
[[nodiscard]] inline bool read_on_tick(AnyMeter& meter, Reading& at) noexcept {
  const MeterDescription& what = meter.description();
  if (!meter.read(at)) return false;
  if (!has_ticks(what)) return true;
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = at.end + tick_timeout(what.update_period);
  std::size_t unseen = what.zones.size();
  bool seen[max_zones] = {};
  Reading last = at;
  while (at.end < deadline) {
    pause_between_polls(meter, what.update_period);
    if (!meter.read(at)) return false;
    update_ticks(what, last, at);
    for (std::size_t i = 0; i < what.zones.size(); ++i) {
      if (seen[i] || at.counts[i] == last.counts[i]) continue;
      seen[i] = true;
      --unseen;
    }
    const bool moved = at.counts[slowest] != last.counts[slowest];
    if (moved && unseen == 0 && is_precise(what.zones[slowest], at.ticks[slowest])) break;
    last = at;
  }
  for (std::size_t i = 0; i < what.zones.size(); ++i) at.ticks[i].is_overdue = !seen[i];
  return true;
}

/// Goes on with `work`, a little of it at a time, until the slowest counter is seen to move; so a
/// window ends at the first piece of work behind a tick. Gives up after three periods.
/// @param after  a reading at the end of the window, which followed one at its begin; it becomes
///               the last one
/// False where a reading failed.
[[nodiscard]] inline bool work_until_tick(AnyMeter& meter, Reading& after, void (*work)(void*),
                                          void* context) {
  const MeterDescription& what = meter.description();
  if (!has_ticks(what)) return true;
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = after.end + what.update_period * 3.0;
  while (!is_precise(what.zones[slowest], after.ticks[slowest]) && after.end < deadline) {
    const Reading last = after;
    work(context);
    if (!meter.read(after)) return false;
    update_ticks(what, last, after);
  }
  return true;
}

/// Watches the counters behind a window for their next ticks, where the last one before its end is
/// not known sharply: then it was a period earlier. A counter that does not move for a while
/// (tick_timeout) has stopped. False where a reading failed.
[[nodiscard]] inline bool await_next_ticks(AnyMeter& meter, Reading& after) noexcept {
  const MeterDescription& what = meter.description();
  if (!has_ticks(what)) return true;
  bool wanted[max_zones] = {};
  std::size_t open = 0;
  for (std::size_t i = 0; i < what.zones.size(); ++i) {
    wanted[i] = !is_precise(what.zones[i], after.ticks[i]);
    open += wanted[i] ? 1 : 0;
  }
  const Instant deadline = after.end + tick_timeout(what.update_period);
  Reading last = after;
  while (open != 0 && last.end < deadline) {
    Reading next;
    pause_between_polls(meter, what.update_period);
    if (!meter.read(next)) return false;
    update_ticks(what, last, next);
    for (std::size_t i = 0; i < what.zones.size(); ++i) {
      if (!wanted[i] || next.counts[i] == after.counts[i]) continue;
      // Who was kept from looking may have missed a tick, and the one that was seen is not the
      // next.
      if (next.ticks[i].counts != 0) narrow_tick(what.zones[i], after.ticks[i], next.ticks[i]);
      wanted[i] = false;
      --open;
    }
    last = next;
  }
  for (std::size_t i = 0; i < what.zones.size(); ++i) after.ticks[i].is_overdue = wanted[i];
  return true;
}

/// What the counters showed at some moment within a window.
struct IntermediateReading {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
};

/// The energy that a zone counted between two readings, by way of those in between: no turn of the
/// counter is lost as long as there is at most one from each to the next.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after,
                                       View<IntermediateReading> between) noexcept;

/// The energy of all zones of a counting meter between two readings.
///
/// A counter tells what was drawn between two of its ticks, exactly but for its quantum. The window
/// lies a little later at both ends: what was drawn between the first tick and its begin is taken
/// off, what was drawn between the last tick and its end is put on. The power there is that of the
/// last tick where that was seen alone, and else the window's own.
///
/// @unit   J
/// @error  random: quantum of each zone, and the width w to which each tick is known, P w/sqrt(12);
///         zones tick together, so theirs add up. common: that power at the ends may be another,
///         in each window the same: by three tenths of P and by as much as the last tick's power
///         differs from P, in squares, and by anything from -P to P where that was not seen; and
///         the gain of each zone, where it is known (docs/reference/formulas.md#window-energy)
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distributions
[[nodiscard]] WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                          const Reading& after,
                                          View<IntermediateReading> between = {}) noexcept;

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/counter_meter.hpp

namespace perjoule::inline v0 {

namespace detail {

/// How one counter is read: a function, and what it needs. Every back end is a list of these, so
/// that a total over several of them is one list.
struct CounterSource {
  /// False: this reading failed. Neither throws nor allocates; called by several threads at once.
  bool (*read)(const CounterSource& source, std::uint64_t& count) noexcept = nullptr;
  int file = -1;            ///< closed with the meter
  std::uint64_t place = 0;  ///< in the file
  void* device = nullptr;   ///< of a library, or whatever the function knows
  void* call = nullptr;     ///< into the library
  int second_file = -1;     ///< as the first, for a number that is made of two

  void close_files() const noexcept;
};

/// What is to be let go with the meter.
struct Cleanup {
  void (*release)(void*) = nullptr;
  void* what = nullptr;
};

/// A decimal number in a file of sysfs. One open file, read from its start again and again: a sixth
/// of the cost of opening it each time.
[[nodiscard]] inline bool read_decimal(const CounterSource& source, std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(source.file, digits, sizeof digits - 1, 0);
  } while (n == -1 && errno == EINTR);
  if (n <= 0) return false;
  digits[n] = '\0';
  return text::parse_integer(digits, count);
}

}  // namespace detail

/// Reads counters of energy, whatever they are behind: files of sysfs, registers, events of the
/// kernel, functions of a driver's library. What differs is only where they are found: open_perf,
/// open_powercap, open_msr, open_hwmon, open_nvml, open_amd_smi, open_external.
///
/// A counter that starts again at 0 within minutes is read by a thread of the meter's own, often
/// enough that no turn is lost in a window of hours.
///
/// @error see detail::counted_energy
class CounterMeter {
 public:
  /// @param source  "rapl-powercap"
  /// @param root    where its counters are; empty where there is no such place
  CounterMeter(const char* source, const char* root, const char* note);
  CounterMeter(CounterMeter&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  CounterMeter& operator=(CounterMeter&&) = delete;
  ~CounterMeter() { delete state_; }

  [[nodiscard]] bool read(Reading& reading) noexcept { return state_->read(reading); }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const;

  [[nodiscard]] const MeterDescription& description() const noexcept { return state_->description; }
  [[nodiscard]] MeterDescription& description() noexcept { return state_->description; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

  /// One counter more, whose file is the meter's from here on. False where there is no room for it.
  bool add(const Zone& zone, const detail::CounterSource& source) noexcept;
  /// Something of a library that the counters need until the meter's end.
  void add_cleanup(const detail::Cleanup& release) noexcept { state_->releases.push_back(release); }

  /// The counters of another meter on top: one total with its parts. False where there is no room.
  [[nodiscard]] bool merge(CounterMeter other) noexcept;

  /// Watches the counters for the time between two of their ticks, and how regular they are. It
  /// takes about ten periods; one that does not move keeps the period that it was added with.
  void measure_update_periods() noexcept;

  /// Reads the counters in time where a turn of one would otherwise get lost. After this counters
  /// come by `merge` alone.
  /// @param max_interval  for counters that must be read though they do not wrap
  void poll_for_wraps(Seconds max_interval = Seconds(1e6)) noexcept;

 private:
  struct State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State();

    [[nodiscard]] bool read(Reading& reading) const noexcept {
      reading.begin = SystemClock::now();
      for (std::size_t i = 0; i < description.zones.size(); ++i) {
        if (!sources[i].read(sources[i], reading.counts[i])) return false;
      }
      reading.end = SystemClock::now();
      return true;
    }

    static void record_intermediate_reading(void* self);

    MeterDescription description;
    detail::CounterSource sources[max_zones];
    Few<detail::Cleanup, 8> releases;
    Buffer<detail::IntermediateReading> intermediate_readings;
    Seconds max_interval{1e6};
    detail::PeriodicThread watch;
  };

  State* state_;
};

static_assert(EnergyMeter<CounterMeter>);

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Energy where a sensor tells power alone: a thread reads it now and then and adds up. To a meter
/// it is a counter that ticks at each sample.
/// @error power is taken to change along a straight line between two samples
class PowerIntegrator {
 public:
  /// Often enough for loads that last; seldom enough to cost nothing.
  static constexpr Seconds interval{0.02};

  struct Sensor {
    CounterSource source;          ///< counts of power instead of energy
    double watts_per_count = 0.0;  ///< @unit W
    double watts = 0.0;            ///< when it was last read. @unit W
    Instant at;                    ///< and when that was; 0: never
    bool is_known = false;         ///< the last try succeeded
    double joules = 0.0;           ///< since it was added. @unit J
    std::uint64_t microjoules = 0;
  };

  /// @throws std::bad_alloc
  static PowerIntegrator* make();
  static void release(void* self);

  /// A source for a meter, of microjoules.
  CounterSource add(const CounterSource& source, double watts_per_count) noexcept;

  [[nodiscard]] bool empty() const noexcept { return sensors_.empty(); }

  /// False where the system gives no thread.
  [[nodiscard]] bool start() noexcept;

  /// Reads each sensor once, and adds what was drawn since.
  void sample() noexcept;

  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;

 private:
  PowerIntegrator() = default;
  ~PowerIntegrator() {
    thread_.stop();
    for (const Sensor& sensor : sensors_) sensor.source.close_files();
  }

  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const Sensor& sensor = *static_cast<const Sensor*>(source.device);
    count = __atomic_load_n(&sensor.microjoules, __ATOMIC_RELAXED);
    return __atomic_load_n(&sensor.is_known, __ATOMIC_RELAXED);
  }
  static void sample_all(void* self);

  Few<Sensor, max_zones> sensors_;
  PeriodicThread thread_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/probe.hpp

namespace perjoule::inline v0 {

/// Whether a sensor can be used.
enum class ProbeState : std::uint8_t {
  found,
  absent,     ///< this machine has none
  forbidden,  ///< it is there, and this user may not read it
  broken,     ///< it is there, and what it says makes no sense
};

[[nodiscard]] constexpr const char* name(ProbeState state) noexcept {
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

/// A sensor, or why this machine has none and how to mend that. A missing sensor is no error: most
/// machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) noexcept : state_(ProbeState::found) { new (&found_) T(std::move(found)); }
  Probe(const char* reason, const char* fix, ProbeState state = ProbeState::absent) noexcept
      : state_(state), reason_(reason), fix_(fix) {}

  Probe(Probe&& other) noexcept : state_(other.state_), reason_(other.reason_), fix_(other.fix_) {
    if (is_found()) new (&found_) T(std::move(other.found_));
  }
  Probe& operator=(Probe&&) = delete;
  ~Probe() {
    if (is_found()) found_.~T();
  }

  [[nodiscard]] ProbeState state() const noexcept { return state_; }
  [[nodiscard]] bool is_found() const noexcept { return state_ == ProbeState::found; }
  [[nodiscard]] const text::Long& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const text::Long& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() noexcept {
    PERJOULE_EXPECTS(is_found());
    return std::move(found_);
  }

 private:
  ProbeState state_ = ProbeState::absent;
  text::Long reason_;
  text::Long fix_;
  union {
    T found_;  // by hand: <optional> costs a user's file 0.07 s
  };
};

}  // namespace perjoule::inline v0

// ---- perjoule/meters/external.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The last whole line of "seconds joules" that another program has written to a file or a pipe.
class ExternalLineReader {
 public:
  static void release(void* self);

  explicit ExternalLineReader(int file) noexcept : file_(file) {}
  ExternalLineReader(const ExternalLineReader&) = delete;
  ExternalLineReader& operator=(const ExternalLineReader&) = delete;

  /// Takes what is there. Lines that are none, go back in time or lose joules break the meter: from
  /// there on its readings fail.
  void poll() noexcept;

  /// False where the system gives no thread.
  [[nodiscard]] bool start() noexcept;

  /// Microjoules since the first line; false before it, and after a line that is none.
  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const auto& lines = *static_cast<const ExternalLineReader*>(source.device);
    count = __atomic_load_n(&lines.microjoules_, __ATOMIC_RELAXED);
    return __atomic_load_n(&lines.is_good_, __ATOMIC_RELAXED);
  }

 private:
  ~ExternalLineReader() {
    thread_.stop();
    close(file_);
  }

  static void poll_all(void* self);

  void mark_broken() noexcept {
    broken_ = true;
    __atomic_store_n(&is_good_, false, __ATOMIC_RELAXED);
  }

  void parse_line(char* line) noexcept;

  int file_;
  char line_[512] = {};
  std::size_t used_ = 0;
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::uint64_t microjoules_ = 0;
  bool is_good_ = false;
  PeriodicThread thread_;
};

/// A user's function, which tells joules.
[[nodiscard]] inline bool read_callback(const CounterSource& source,
                                        std::uint64_t& count) noexcept {
  double joules = 0.0;
  const auto call = reinterpret_cast<bool (*)(void*, double*)>(source.call);
  if (!call(source.device, &joules) || !(joules >= 0.0) || joules > 1e12) return false;
  count = static_cast<std::uint64_t>(joules * 1e6 + 0.5);
  return true;
}

[[nodiscard]] Zone external_zone(const char* name) noexcept;

}  // namespace detail

/// A meter of the user's own, as a function.
/// @param name    as it stands in the record: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  puts the energy since some moment into its second argument and returns true;
/// false
///                for a reading that failed. Called between measurements and at both ends of a
///                window, by one thread at a time for each that measures; must not throw
/// @param context  handed on to `joules`
[[nodiscard]] CounterMeter external_meter(const char* name, Scope scope,
                                          bool (*joules)(void*, double*), void* context = nullptr);

/// A meter that another program reads: it writes lines of "seconds joules" to a file or a named
/// pipe, both since some moment and neither ever smaller than before.
/// @param path  an existing file of such lines, read from its begin, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] Probe<CounterMeter> open_external(const char* path);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/gpu_library.hpp

namespace perjoule::inline v0 {

namespace detail {

void close_library(void* library);

/// A function of a library that was opened at run time; null where it has none of that name.
template <class Function>
[[nodiscard]] Function load_symbol(void* library, const char* name) noexcept {
  return reinterpret_cast<Function>(dlsym(library, name));
}

/// What is wrong with a sensor of such a library.
[[nodiscard]] Probe<CounterMeter> gpu_unavailable(const char* library, const text::Long& reason,
                                                  ProbeState state);

/// The GPU's own limit: "+-5 %" taken as the ends of a rectangular distribution.
/// @source Yang et al., arXiv 2312.02741: the error of NVIDIA's sensors
inline constexpr double gpu_gain_uncertainty = 0.0288675;

/// Between two ticks of a GPU's counter, until it is measured.
inline constexpr Seconds gpu_period{0.1};

/// @source nvml.h: nvmlReturn_t (*)(nvmlDevice_t, unsigned long long*) in mJ
[[nodiscard]] inline bool read_nvml_energy(const CounterSource& source,
                                           std::uint64_t& count) noexcept {
  unsigned long long millijoules = 0;
  const auto call = reinterpret_cast<int (*)(void*, unsigned long long*)>(source.call);
  if (call(source.device, &millijoules) != 0) return false;
  count = millijoules;
  return true;
}

/// @source nvml.h: nvmlReturn_t (*)(nvmlDevice_t, unsigned int*) in mW
[[nodiscard]] inline bool read_nvml_power(const CounterSource& source,
                                          std::uint64_t& count) noexcept {
  unsigned int milliwatts = 0;
  const auto call = reinterpret_cast<int (*)(void*, unsigned int*)>(source.call);
  if (call(source.device, &milliwatts) != 0) return false;
  count = milliwatts;
  return true;
}

/// @source amdsmi.h: amdsmi_get_energy_count, whose resolution is in uJ
[[nodiscard]] inline bool read_amd_smi(const CounterSource& source, std::uint64_t& count) noexcept {
  float resolution = 0.0F;
  std::uint64_t timestamp = 0;
  const auto call =
      reinterpret_cast<int (*)(void*, std::uint64_t*, float*, std::uint64_t*)>(source.call);
  return call(source.device, &count, &resolution, &timestamp) == 0;
}

}  // namespace detail

/// NVIDIA GPUs, through the driver's library NVML: counted energy (Volta and newer), or power that
/// is added up.
/// @param library  a path or a name for dlopen
/// @error the gain as in detail::gpu_gain_uncertainty; A100 and H100 look at a quarter of the time
///        only, so a load that changes faster than 100 ms may be missed (arXiv 2312.02741)
/// @source NVIDIA Management Library, API reference
[[nodiscard]] Probe<CounterMeter> open_nvml(const char* library = "libnvidia-ml.so.1");

/// AMD's GPUs, through AMD SMI.
/// @param library  a path or a name for dlopen
/// @error the gain is taken to be as uncertain as NVIDIA's, for want of a figure
/// @source AMD SMI, API reference: amdsmi_get_energy_count
[[nodiscard]] Probe<CounterMeter> open_amd_smi(const char* library = "libamd_smi.so");

}  // namespace perjoule::inline v0

// ---- perjoule/meters/hwmon.hpp

namespace perjoule::inline v0 {

namespace detail {

/// What a driver of the kernel shows below hwmon, and which of its channels make up a total.
struct HwmonDriver {
  const char* name;
  const char* channel;  ///< files of it: "energy%zu_input" in uJ, "power%zu_average" in uW, "curr"
                        ///< for volts times amperes
  const char* labels[2];  ///< those that begin so; "": also one without a label
  Scope scope;
};

/// @source Linux Documentation/hwmon: amd_energy, ina3221 and the Jetson's device trees,
///         acpi_power_meter; Documentation/gpu/amdgpu/thermal.rst; i915 and xe:
///         sysfs-driver-intel-*
inline constexpr HwmonDriver hwmon_drivers[] = {
    {"amd_energy", "energy%zu_input", {"Esocket", "Esocket"}, Scope::package},
    {"ina3221", "curr%zu_input", {"VDD_IN", "POM_5V_IN"}, Scope::psys},
    {"power_meter", "power%zu_average", {"", ""}, Scope::psys},
    {"amdgpu", "energy%zu_input", {"", ""}, Scope::gpu},
    {"amdgpu", "power%zu_average", {"", "PPT"}, Scope::gpu},
    {"amdgpu", "power%zu_input", {"", "PPT"}, Scope::gpu},
    {"i915", "energy%zu_input", {"", ""}, Scope::gpu},
    {"xe", "energy%zu_input", {"", "card"}, Scope::gpu},
};

/// Milliamperes times millivolts, from two files: microwatts.
[[nodiscard]] inline bool read_volt_amperes(const CounterSource& source,
                                            std::uint64_t& count) noexcept {
  std::uint64_t milliamperes = 0;
  std::uint64_t millivolts = 0;
  CounterSource volts;
  volts.file = source.second_file;
  if (!read_decimal(source, milliamperes) || !read_decimal(volts, millivolts)) return false;
  count = milliamperes * millivolts;
  return true;
}

[[nodiscard]] int open_read_only(const text::Long& path) noexcept;

/// @source Linux drivers/gpu/drm/amd/pm/amdgpu_pm.c: "only APUs have vddnb"
[[nodiscard]] bool is_integrated_gpu(const text::Long& folder) noexcept;

/// Adds the channels of one device that make up its total. 0, or the errno of one that can't be
/// opened; ENOENT where it has none.
[[nodiscard]] int add_hwmon(const HwmonDriver& driver, const text::Long& folder,
                            CounterMeter& meter, PowerIntegrator& powers) noexcept;

}  // namespace detail

/// Reads sensors that a driver shows below /sys/class/hwmon: AMD's sockets, boards such as the
/// Jetson, servers with a power meter in their firmware; or, with `gpus`, AMD's and Intel's GPUs.
/// Energy is counted where the driver counts it, and else added up from power.
/// @param root  of the system, as in open_powercap
/// @error where power is added up the result is `estimated`: see detail::PowerIntegrator. The
///        sensors' own error is not known
/// @source detail::hwmon_drivers
[[nodiscard]] Probe<CounterMeter> open_hwmon(const char* root = "", bool gpus = false);

}  // namespace perjoule::inline v0

// ---- perjoule/meters/perf.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Opens an event of the kernel that counts for one CPU and all programs: a file, or -1 with errno.
using PerfOpener = int (*)(std::uint32_t type, std::uint64_t config, int cpu);

[[nodiscard]] int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept;

[[nodiscard]] inline bool read_perf(const CounterSource& source, std::uint64_t& count) noexcept {
  return read_perf_event(source.file, &count, 1);
}

/// The CPUs of a list such as "0,18" or "0-1,4".
using Cpus = Few<int, 64>;
[[nodiscard]] Cpus parse_cpus(const char* list) noexcept;

/// Leaves one CPU of each package where the dies of one show one counter: older kernels list each
/// die of AMD's Zen 1 and 2.
void drop_duplicate_dies(const char* root, Cpus& cpus) noexcept;

/// An event of the power PMU, as its files describe it. False where it has none of that name.
[[nodiscard]] bool describe_perf_event(const char* pmu, const char* event, std::uint64_t& config,
                                       Joules& scale) noexcept;

/// Adds an event of each package. 0, or the errno of the one that can't be opened.
[[nodiscard]] int add_perf_events(CounterMeter& meter, const char* pmu, const char* event,
                                  const char* zone_name, std::uint32_t type, const Cpus& cpus,
                                  PerfOpener open) noexcept;

}  // namespace detail

/// Reads RAPL through the kernel's `power` events: the counters that powercap shows, with the unit
/// of memory as it is and without a file for each. One reader a package.
/// @param root  of the system, as in open_powercap
/// @param open  what opens an event; another one in tests
/// @error as open_powercap
/// @source Linux arch/x86/events/rapl.c
[[nodiscard]] Probe<CounterMeter> open_perf(
    const char* root = "", detail::PerfOpener open = &detail::open_machine_event) noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/meters/power_model.hpp

namespace perjoule::inline v0 {

/// What a hardware thread draws when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs; its families lie between 1.7 and 8.6 W
/// at full load, a laptop or desktop core that boosts lies above its family: hence the factor.
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

/// The model of a CPU's family; that of all where it is not listed.
/// @param family, model  as /proc/cpuinfo shows them
/// @source github.com/cloud-carbon-footprint/cloud-carbon-footprint, ComputeProcessorTypes.ts, read
///         in 2026: means of SPECpower results a family
[[nodiscard]] PowerModel power_model_of(std::string_view vendor, long family, long model) noexcept;

/// @param root  of the system
[[nodiscard]] PowerModel power_model_of_cpu(const char* root = "") noexcept;

[[nodiscard]] inline bool read_process_cpu(const CounterSource&, std::uint64_t& count) noexcept {
  count = static_cast<std::uint64_t>(SystemClock::process_cpu().ns);
  return true;
}

[[nodiscard]] inline bool read_wall(const CounterSource&, std::uint64_t& count) noexcept {
  count = static_cast<std::uint64_t>(SystemClock::now().ns);
  return true;
}

}  // namespace detail

/// Where there is no meter: wall time x idle + CPU time of this process x (full - idle), for one
/// busy thread CPU time x full. Nanoseconds are counted, each worth some nanojoules. It tells the
/// model's cost in time apart from that of its neighbours, but it cannot see that one instruction
/// costs more than another.
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] CounterMeter cpu_time_model(const PowerModel& model = {});

}  // namespace perjoule::inline v0

// ---- perjoule/meters/rapl.hpp

namespace perjoule::inline v0::detail {

/// A zone as it was found, before it is decided which ones make up the total.
struct FoundZone {
  Zone zone;
  text::Long folder;
  std::uint64_t counts = 0;        ///< its counter when it was found
  std::uint64_t counts_later = 0;  ///< the same, once all others had been read as well
  bool chosen = false;
};

/// All zones below a root: more than are added up, for core and uncore are among them.
using FoundZones = Few<FoundZone, 64>;

[[nodiscard]] inline bool starts_with(const char* text, const char* prefix) noexcept {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/// True for a zone below a package zone: "intel-rapl:0:1" below "intel-rapl:0".
[[nodiscard]] inline bool is_nested_in(const Zone& zone, const Zone& package) noexcept {
  const std::size_t size = strlen(package.id.chars);
  return starts_with(zone.id.chars, package.id.chars) && zone.id.chars[size] == ':';
}

/// True for two dies of one package: "package-0-die-0" and "package-0-die-1".
[[nodiscard]] inline bool is_same_package(const Zone& a, const Zone& b) noexcept {
  constexpr std::size_t number = 8;  // behind "package-"
  const std::size_t size = number + strcspn(a.name.chars + number, "-");
  return strncmp(a.name.chars, b.name.chars, size) == 0 &&
         (b.name.chars[size] == '-' || b.name.chars[size] == '\0');
}

/// True for a further die that shows the same counter as one chosen before (AMD Zen 1 and 2): read
/// between two readings of the other, it lies between them. The joule beside it is for copies that
/// are a tick behind each other. Dies that count for themselves differ by all that they have drawn
/// since the machine was switched on.
[[nodiscard]] bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept;

/// Marks the zones whose sum counts every joule once, and returns what that sum covers: psys alone,
/// for it contains the packages; else all packages, and their DRAM where each has a counter for it.
/// DRAM is nested below its package in sysfs but not counted by it; core and uncore are counted by
/// it. `intel-rapl-mmio` is the same counters by another road, and left out where the first is
/// there.
/// @source docs/explanation/energy.md#which-part-scope
[[nodiscard]] Scope choose_zones(FoundZones& found) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

namespace detail {

/// Between two ticks of RAPL's counters, where it cannot be measured.
/// @source Khan et al. 2018, RAPL in Action: about 1 ms
inline constexpr Seconds rapl_period{0.9765625e-3};

/// The package that a CPU is in, or -1 for a CPU that is not there.
[[nodiscard]] int package_of(const char* root, int cpu) noexcept;

/// The folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap where the links of the former point. Each zone once.
void find_powercap_zones(const char* root, int depth, FoundZones& tree) noexcept;

/// Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long read_number(const char* folder, const char* file,
                                     std::uint64_t& number) noexcept;

/// Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long read_powercap_zone(FoundZone& found) noexcept;

/// Opens the chosen zones. Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long open_powercap_zones(const FoundZones& tree, CounterMeter& meter) noexcept;

}  // namespace detail

/// Reads RAPL energy counters (Intel and AMD), and Arm's that look like them, through the kernel's
/// powercap files.
///
/// @param root  of the system; another one than "" for tests, or in a container that mounts the
///              host's /sys elsewhere
/// @error the gain of RAPL itself is not known and not part of any uncertainty here. With SGX or
///        energy filtering on, Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
[[nodiscard]] Probe<CounterMeter> open_powercap(const char* root = "") noexcept;

namespace detail {

/// A register of 64 bits, of which the lower 32 count.
[[nodiscard]] inline bool read_msr(const CounterSource& source, std::uint64_t& count) noexcept {
  ssize_t n = 0;
  do {
    n = pread(source.file, &count, sizeof count, static_cast<off_t>(source.place));
  } while (n == -1 && errno == EINTR);
  count &= 0xFFFF'FFFFU;
  return n == static_cast<ssize_t>(sizeof count);
}

/// Where a CPU keeps its energy, and in what unit; 0: it does not.
struct RaplRegisters {
  std::uint32_t units = 0;
  std::uint32_t package = 0;
  std::uint32_t dram = 0;
  std::uint32_t psys = 0;
  double dram_unit = 0.0;  ///< 0: that of the others. @unit J
  double psys_unit = 0.0;  ///< the same. @unit J
};

/// @param family, model  as /proc/cpuinfo shows them
/// @source Intel SDM vol. 4; AMD PPR for family 17h, 2.1.9; Linux arch/x86/events/rapl.c: memory of
///         Haswell-X, Broadwell-X and -D, Knights Landing and Mill, Skylake-X and Ice Lake-X and -D
///         counts in 2^-16 J, psys of Sapphire and Emerald Rapids in 1 J
[[nodiscard]] RaplRegisters rapl_registers(std::string_view vendor, long family,
                                           long model) noexcept;

/// The first CPU of each package, in the order of the CPUs.
[[nodiscard]] Few<int, 64> first_cpu_per_package(const char* root) noexcept;

/// Adds what one register counts to the zones that were found, where it is there and has counted.
void add_msr_zone(FoundZones& tree, int file, std::uint32_t place, double unit,
                  const text::Long& name, const text::Long& id) noexcept;

}  // namespace detail

/// Reads RAPL's registers themselves, one CPU of each package, for kernels without powercap.
/// @param root  of the system, as in open_powercap
/// @error as open_powercap
/// @source detail::rapl_registers
[[nodiscard]] Probe<CounterMeter> open_msr(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

// ---- perjoule/meters/find_meter.hpp

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  text::Short source;
  ProbeState state = ProbeState::absent;
  text::Long reason;
  text::Long fix;
};

/// The meter to use, and why better ones are not.
struct FoundMeter {
  AnyMeter meter;
  Buffer<AbsentMeter> absent;
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Before the paths of the system: the folder that holds another sys, proc and dev. Empty:
  /// PERJOULE_ROOT where it is set, else the system's own.
  text::Name root = {};
  /// The one to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model", "none". Empty:
  /// PERJOULE_METER where it is set, else the first that works.
  text::Long source = {};
  /// Of the modelled meter; 0 W: that of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether GPUs are added.
  bool gpus = true;
  text::Name nvml = "libnvidia-ml.so.1";
  text::Name amd_smi = "libamd_smi.so";
};

/// One way to a meter, by its name in MeterOptions::source.
struct MeterSource {
  const char* name;
  const char* source;  ///< in the record
  Probe<CounterMeter> (*open)(const char* root, const MeterOptions& options);
};

/// Best first.
inline constexpr MeterSource meter_sources[] = {
    {"perf", "rapl-perf", [](const char* root, const MeterOptions&) { return open_perf(root); }},
    {"powercap", "rapl-powercap",
     [](const char* root, const MeterOptions&) { return open_powercap(root); }},
    {"msr", "rapl-msr", [](const char* root, const MeterOptions&) { return open_msr(root); }},
    {"hwmon", "hwmon", [](const char* root, const MeterOptions&) { return open_hwmon(root); }},
};

/// Those that are added to any of the others.
inline constexpr MeterSource gpu_sources[] = {
    {"nvml", "nvml",
     [](const char*, const MeterOptions& options) { return open_nvml(options.nvml.c_str()); }},
    {"amd-smi", "amd-smi",
     [](const char*, const MeterOptions& options) {
       return open_amd_smi(options.amd_smi.c_str());
     }},
    {"hwmon-gpu", "hwmon",
     [](const char* root, const MeterOptions&) { return open_hwmon(root, true); }},
};

namespace detail {

/// The value of an option, or of the environment variable that stands for it.
[[nodiscard]] text::Long option_or_environment(const char* option, const char* variable) noexcept;

/// Of the meters that a machine lacks the one that a user can get: the one that is there and may
/// not be read, else powercap, else the first; null where nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of every vendor. A plug or a board that is measured as a whole has them within.
void add_gpus(CounterMeter& meter, const char* root, const MeterOptions& options,
              Buffer<AbsentMeter>& absent);

}  // namespace detail

/// The first that works of: what the user asks for, perf, powercap, MSR, hwmon, the model. GPUs are
/// added to it, as one total with its parts.
/// @throws NoMeterError when the one asked for is not there, or only a model is left and `require`
///         asks for better; Error for a source that does not exist
[[nodiscard]] FoundMeter find_meter(const MeterOptions& options = {});

}  // namespace perjoule::inline v0

// ---- perjoule/meters/simulated.hpp

namespace perjoule::inline v0 {

/// A counter of a simulated machine. The defaults are those of RAPL on a server.
struct SimulatedCounter {
  text::Short name = "package-0";
  double share = 1.0;            ///< of the machine's power that it counts. @unit a share of 1
  Seconds period{0.9765625e-3};  ///< between two ticks
  Seconds phase{0.0};            ///< all ticks come this much later
  Seconds jitter{20e-6};         ///< and each by up to this much
  Joules unit{61e-6};            ///< one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< the count at the start
  std::uint64_t seed = 1;
};

/// A machine that exists in this process only: it has a clock, a power, counters of its energy, and
/// knows what the energy really was. The truth that meters are tested against, where no hardware is
/// at hand. What can go wrong with a counter can be made to go wrong here.
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

  /// Time passes at this power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    for (;;) {
      State* next = counters_.begin();
      for (State& counter : counters_) {
        if (counter.next_tick < next->next_tick) next = &counter;
      }
      if (next->next_tick > end) break;
      energy_ += power * (next->next_tick - now_);
      now_ = next->next_tick;
      tick(*next);
    }
    energy_ += power * (end - now_);
    now_ = end;
  }

  /// From now on it draws so much when it rests.
  void set_idle(Watts power) noexcept { idle_ = power; }

  /// Time passes at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// Fault: each counter starts again at 0, as after a suspend.
  void reset_counters() noexcept {
    for (State& counter : counters_) {
      counter.base = energy_ * counter.what.share;
      counter.count = 0;
      counter.what.first = 0;
    }
  }
  /// Fault: a counter keeps what it shows, until it is let go.
  void freeze_counter(std::size_t counter, bool freeze) noexcept {
    counters_[counter].frozen = freeze;
  }

  /// What a counter shows now.
  [[nodiscard]] std::uint64_t count(std::size_t counter = 0) const noexcept {
    return counters_[counter].count;
  }
  /// What was really consumed since the start.
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
    Joules base{0.0};  ///< its energy when it showed `what.first`
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
  Few<State, max_zones> counters_;
  Seconds now_{0.0};
  Joules energy_{0.0};
};

/// How reading a simulated machine goes.
struct SimulatedReadBehavior {
  Seconds cost{1e-6};           ///< of one reading
  std::size_t delay_every = 0;  ///< each so many-th one is held up before its second time stamp
  Seconds delay{0.0};
  std::size_t fail_every = 0;  ///< each so many-th one fails
};

/// Reads a simulated machine as RAPL is read. The machine must outlive it.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine, SimulatedReadBehavior reads = {})
      : machine_(&machine), reads_(reads) {
    double share = 0.0;
    for (std::size_t i = 0; i < machine.counters(); ++i) {
      const SimulatedCounter& counter = machine.counter(i);
      description_.zones.push_back({counter.name, text::format("simulated:%zu", i).chars,
                                    counter.modulus, counter.unit, counter.unit, counter.period,
                                    counter.jitter, 0.0});
      if (description_.update_period < counter.period) description_.update_period = counter.period;
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
    reading.begin = machine_->now();
    machine_->rest(0.5 * reads_.cost);
    for (std::size_t i = 0; i < machine_->counters(); ++i) reading.counts[i] = machine_->count(i);
    machine_->rest(0.5 * reads_.cost);
    if (reads_.delay_every != 0 && readings_ % reads_.delay_every == 0)
      machine_->rest(reads_.delay);
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

/// Several inputs in, side by side, and one output for each: called with a View of them, which
/// turns into a std::span where the model takes one.
template <class F, class Input>
concept BatchForwardPass = !std::invocable<F&, const Input&> && std::invocable<F&, View<Input>> &&
                           requires(std::invoke_result_t<F&, View<Input>> outputs) {
  std::size(outputs);
  outputs[std::size_t{0}];
};

/// A pass that may return before its work is done, as on a GPU: complete() waits until all is.
template <class F>
concept Asynchronous = requires(F& forward) {
  forward.complete();
};

namespace detail {

/// Something callable that is part of a model: kept, or borrowed where F is a reference. As with
/// std::function, a const one may call what is not.
template <class F>
struct StoredCallable {
  mutable F function;
};
template <class F>
struct StoredCallable<F&> {
  F& function;
};

}  // namespace detail

/// A model that returns before its work is done, with what waits for it; see asynchronous().
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

/// Whether a model is of prepared(), and not just one that has a function of that name.
template <class F>
inline constexpr bool is_prepared = false;
template <class Setup, class F>
inline constexpr bool is_prepared<PreparedPass<Setup, F>> = true;

/// The same, const or borrowed.
template <class F>
concept Prepared = is_prepared<std::remove_cvref_t<F>>;

}  // namespace detail

/// Makes a model of one that returns before its work is done. It is waited for at the end of each
/// stretch of passes that is timed, so that all of their work is in it: about every other
/// millisecond, and behind each output that is judged.
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
[[noreturn]] void throw_with_item(std::size_t item, std::size_t items, const char* model);

}  // namespace detail

class Stream;

namespace detail {

class CacheFlusher;

/// Many passes without a type: what the engine runs between two readings. One indirect call a
/// window leads to a loop into which the model is inlined; one a pass would cost four times the
/// loop.
struct PassBatch {
  /// Runs so many passes, beginning at place `first` of the order. True where the optimiser knew
  /// the result of each beforehand.
  bool (*run)(void* model, const std::size_t* order, std::size_t items, std::size_t first,
              std::size_t passes) = nullptr;
  void* model = nullptr;
  View<std::size_t> order = {};  ///< the inputs, shuffled once
  const char* name = "";
  std::size_t items = 1;     ///< in a pass
  std::size_t callers = 1;   ///< threads that run at once; nobody looks into windows of several
  Stream* stream = nullptr;  ///< where items come, not one a pass
  /// Makes what so many passes are called with, from place `first` of the order on; null: inputs
  /// are passed as they are.
  void (*prepare)(void* model, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) = nullptr;
  CacheFlusher* flusher = nullptr;  ///< before each pass; null: caches are warm

  /// Passes that can follow each other without anything between them.
  [[nodiscard]] std::size_t max_consecutive_passes() const noexcept {
    constexpr std::size_t kept_in_memory = 4096;
    if (flusher != nullptr) return 1;
    return prepare != nullptr ? kept_in_memory : std::size_t{1} << 40U;
  }
};

template <class F>
void synchronize([[maybe_unused]] F& forward) {
  if constexpr (Asynchronous<F>) forward.complete();
}

template <class F, class Input>
struct PassLoop {
  F& forward;
  const Input* inputs;
  const char* model_name;

  static bool run(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) {
    const PassLoop& loop = *static_cast<const PassLoop*>(self);
    F& forward = loop.forward;
    const Input* const inputs = loop.inputs;
    std::size_t place = first;
    bool known = true;
    const auto pass = [&](const Input& input) __attribute__((always_inline)) {
      const auto& result = forward(input);
      known = known && is_compile_time_constant(result);
      do_not_optimize(result);
    };
    try {
      if (items == 1) {  // nothing to look up: the loop costs what an empty one does
        const Input& input = inputs[order[0]];
        for (; passes != 0; --passes) pass(input);
        synchronize(forward);
        return known;
      }
      while (passes != 0) {
        const std::size_t left = items - place;
        const std::size_t end = place + (passes < left ? passes : left);
        passes -= end - place;
        for (; place != end; ++place) pass(inputs[order[place]]);
        if (place == items) place = 0;
      }
      synchronize(forward);
      return known;
    } catch (...) {
      throw_with_item(order[place], items, loop.model_name);
    }
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/prepared.hpp

namespace perjoule::inline v0 {

namespace detail {

template <class F, class Setup, class Input, class... More>
concept InvocableAfterSetup = std::invocable < F&,
        std::remove_cvref_t<std::invoke_result_t<Setup&, const Input&>>
&, More&... > ;

}  // namespace detail

/// A model whose input is made anew for each pass, outside what is measured; see prepared().
template <class Setup, class F>
struct PreparedPass {
  detail::StoredCallable<Setup> setup;
  detail::StoredCallable<F> forward;

  /// What a pass is called with.
  /// @unit none
  template <class Input>
  requires std::invocable<Setup&, const Input&>
  auto prepare(const Input& input) const { return setup.function(input); }

  /// A pass.
  /// @unit none
  template <class Ready, class... More>
  decltype(auto) run(Ready& ready, More&... more) const {
    return forward.function(ready, more...);
  }

  /// Both, where nothing is measured.
  template <class Input, class... More>
  requires detail::InvocableAfterSetup<F, Setup, Input, More...>
  auto operator()(const Input& input, More&... more) const {
    auto ready = setup.function(input);
    auto output = forward.function(ready, more...);
    detail::synchronize(forward.function);  // before `ready` is gone
    return output;
  }

  void complete() const requires Asynchronous<F> { forward.function.complete(); }
};

/// Makes a model of one that needs something fresh for each pass: a copy that it changes, an empty
/// cache of keys and values. It is made before the first reading of a window and its time and
/// energy are not in any number; what many passes need stays in memory until then. What the pass
/// returns may borrow from it.
/// @param setup    called as setup(input); returns what the pass is called with
/// @param forward  called as forward(ready), where it may change `ready`; or as forward(ready,
///                 stream)
/// @unit  none
template <class Setup, class F>
[[nodiscard]] PreparedPass<Setup, F> prepared(Setup&& setup, F&& forward) {
  return {{std::forward<Setup>(setup)}, {std::forward<F>(forward)}};
}

namespace detail {

/// PassLoop, of a model whose inputs are prepared.
template <class F, class Input>
class PreparedLoop {
 public:
  PreparedLoop(F& forward, const Input* inputs, const char* model_name) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name) {}
  PreparedLoop(const PreparedLoop&) = delete;
  PreparedLoop& operator=(const PreparedLoop&) = delete;
  ~PreparedLoop() {
    try {
      synchronize(forward_);  // something may have thrown while passes were under way
    } catch (...) {
    }
    forget();
    release();
  }

  /// Makes room for so many passes, and what each of them is called with.
  static void prepare(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                      std::size_t passes) {
    PreparedLoop& loop = *static_cast<PreparedLoop*>(self);
    loop.forget();
    if (passes > loop.room_) {
      loop.release();
      loop.ready_ = static_cast<Ready*>(
          ::operator new(passes * sizeof(Ready), std::align_val_t(alignof(Ready))));
      loop.room_ = passes;
    }
    std::size_t place = first;
    try {
      for (; loop.made_ != passes; ++loop.made_) {
        new (loop.ready_ + loop.made_) Ready(loop.forward_.prepare(loop.inputs_[order[place]]));
        if (++place == items) place = 0;
      }
      synchronize(loop.forward_);
    } catch (...) {
      throw_with_item(order[place], items, loop.model_name_);
    }
  }

  /// As PassLoop::run, but no more passes than were prepared.
  static bool run(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) {
    PreparedLoop& loop = *static_cast<PreparedLoop*>(self);
    F& forward = loop.forward_;
    Ready* const begin = loop.ready_ + loop.done_;
    Ready* const end = begin + passes;
    Ready* ready = begin;
    bool known = true;
    try {
      for (; ready != end; ++ready) {
        const auto& result = forward.run(*ready);
        known = known && is_compile_time_constant(result);
        do_not_optimize(result);
      }
      synchronize(forward);
    } catch (...) {
      throw_with_item(order[(first + static_cast<std::size_t>(ready - begin)) % items], items,
                      loop.model_name_);
    }
    loop.done_ += passes;
    return known;
  }

 private:
  using Ready =
      std::remove_cvref_t<decltype(std::declval<F&>().prepare(std::declval<const Input&>()))>;

  void forget() noexcept {
    while (made_ != 0) ready_[--made_].~Ready();
    done_ = 0;
  }
  void release() noexcept {
    if (ready_ != nullptr) ::operator delete(ready_, std::align_val_t(alignof(Ready)));
    ready_ = nullptr;
    room_ = 0;
  }

  F& forward_;
  const Input* inputs_;
  const char* model_name_;
  Ready* ready_ = nullptr;
  std::size_t room_ = 0;
  std::size_t made_ = 0;
  std::size_t done_ = 0;  ///< of those
};

template <class F, class Input>
using LoopOf = std::conditional_t<Prepared<F>, PreparedLoop<F, Input>, PassLoop<F, Input>>;

/// What an engine runs of a model.
template <class F, class Input>
[[nodiscard]] PassBatch batch_of(PreparedLoop<F, Input>& loop) noexcept {
  PassBatch batch;
  batch.run = &loop.run;
  batch.prepare = &loop.prepare;
  batch.model = &loop;
  return batch;
}
template <class F, class Input>
[[nodiscard]] PassBatch batch_of(PassLoop<F, Input>& loop) noexcept {
  PassBatch batch;
  batch.run = &loop.run;
  batch.model = &loop;
  return batch;
}

}  // namespace detail

/// Where a model puts what it makes one after the other: tokens of a text, frames of a sound.
class Stream {
 public:
  /// One item more.
  /// @param item  borrowed for the call; so that the work for it is not removed
  template <class Item>
  [[gnu::always_inline]] void put(const Item& item) noexcept {
    do_not_optimize(item);
    ++items_;
    if (waiting_ != nullptr) [[unlikely]] {
      first_ = waiting_->now();
      waiting_ = nullptr;
    }
  }

  /// So far, of all passes.
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }

  /// The next item's time is taken.
  /// @param clock  borrowed until then
  void time_next_item(AnyMeter& clock) noexcept { waiting_ = &clock; }
  /// Whether the item has come that was waited for.
  [[nodiscard]] bool has_first_item() const noexcept { return waiting_ == nullptr; }
  [[nodiscard]] Instant first_item_time() const noexcept { return first_; }

 private:
  std::uint64_t items_ = 0;
  AnyMeter* waiting_ = nullptr;
  Instant first_;
};

/// A pass that puts items into a stream while it goes on. What it returns is judged.
template <class F, class Input>
concept StreamingPass =
    !std::invocable<F&, const Input&> && std::invocable<F&, const Input&, Stream&> &&
    !std::is_void_v<std::invoke_result_t<F&, const Input&, Stream&>>;

namespace detail {

/// A streaming model, called as any other.
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

// ---- perjoule/engine/window_runner.hpp

namespace perjoule::inline v0::detail {

/// A window at least so long: ten update periods, and 5 ms, so that neither the ticks at its ends
/// nor the readings count.
/// @unit s
[[nodiscard]] constexpr Seconds min_energy_window(Seconds update_period) noexcept {
  constexpr Seconds least{0.005};
  return update_period * 10.0 < least ? least : update_period * 10.0;
}

/// How long a window should be: a thousand in the budget, but a good one; and short enough that
/// some sixteen fit into the budget, as long as three periods remain.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  constexpr Seconds least{0.005};
  const auto at_least = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds good = at_least(budget / 1000.0, min_energy_window(update_period));
  const Seconds fitting = budget / 16.0;
  return fitting >= good ? good : at_least(fitting, at_least(update_period * 3.0, least));
}

/// A hundredth of the budget, but no more than caches, branch predictors and the clock rate need:
/// finding the cost of a pass takes two to three times as long.
/// @unit s
[[nodiscard]] constexpr Seconds warm_up_length(Seconds budget) noexcept {
  constexpr Seconds most{0.02};
  return budget * 0.01 < most ? budget * 0.01 : most;
}

/// Passes in a window of that length: whole cycles through the inputs, so that every window sees
/// the same mix; but no cycle that is more than four times as long.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  if (passes * 4 < items) return passes == 0 ? 1 : passes;
  const std::size_t cycles = (passes + items / 2) / items;
  return items * (cycles == 0 ? 1 : cycles);
}

/// No fewer passes, and equally many for each caller: none of them waits for the others in the end.
[[nodiscard]] constexpr std::size_t round_up_to_multiple(std::size_t passes,
                                                         std::size_t callers) noexcept {
  return (passes + callers - 1) / callers * callers;
}

/// Passes between two looks at the counter when a window is about to end: a twentieth of a period,
/// so that the tick is known well and looking costs a thousandth of the window; 0 where a single
/// pass is too long for that.
[[nodiscard]] constexpr std::size_t passes_per_tick_poll(Seconds update_period,
                                                         Seconds per_pass) noexcept {
  if (update_period <= min_tick_interval || per_pass * 10.0 > update_period) return 0;
  const std::size_t passes = passes_in(update_period * 0.05, per_pass, 1);
  return passes == 0 ? 1 : passes;
}

/// What the ends of windows will leave unknown of their energy, as a standard uncertainty that more
/// windows do not make smaller: the power behind the last tick, over a whole period in the mean
/// square where passes are too long to end on a tick, and over a twentieth of one elsewhere.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(3), or 0.3 P over T/20/sqrt(3)
[[nodiscard]] constexpr double edge_uncertainty(Seconds update_period, bool on_a_tick,
                                                Seconds window) noexcept {
  if (update_period <= min_tick_interval) return 0.0;
  return update_period * (on_a_tick ? 0.0087 : 1.0 / 3.0) / window;
}

/// How long windows must be so that their ends meet the target, where six so long ones fit into
/// what is left of the budget; else the target is out of reach, and sixteen of them are the best
/// there is.
/// @unit s; edge_uncertainty and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds extended_window(Seconds window, double edge_uncertainty,
                                                double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * edge_uncertainty / relative_halfwidth);
  const Seconds best = wanted <= left / 6.0 ? wanted : left / 16.0;
  return best > window ? best : window;
}

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  /// One that runs nothing yet, for lists.
  WindowRunner() = default;
  WindowRunner(AnyMeter& meter, const PassBatch& batch, const SystemFiles& files) noexcept
      : meter_(&meter), batch_(batch), files_(&files), watch_(meter, files) {}

  /// What must be done before so many passes and is not part of them.
  void prepare(std::size_t passes);

  void run(std::size_t passes) {
    is_known_ &= batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
    done_ += passes;
  }

  /// Doubles the passes until they fill that time: warm-up, and the cost of one pass. Short passes
  /// are then tried a few times more, and the fastest try counts, for others may be interrupted.
  /// Where only one pass can follow, several inputs count alike, and none alone.
  /// @throws Error where the optimiser has removed the pass
  [[nodiscard]] Seconds time_per_pass(Seconds warm_up);

  /// The same of a pass that was not refused before.
  [[nodiscard]] Seconds time_again(Seconds warm_up);

  /// Whether windows go on until the counter ticks.
  [[nodiscard]] bool ends_on_a_tick() const noexcept { return end_slice_ != 0; }

  /// Passes of a window of that length, in whole cycles. Where something is done before them, they
  /// are as many as can follow each other, and as can be prepared in the time for it; a window of
  /// fewer than fill `least` has neither energy nor CPU time, for the readings would count.
  /// @param per_pass  of the longest of several variants
  /// @param for_setup  time for what is done before a window
  [[nodiscard]] std::size_t passes_in_window(Seconds length, Seconds per_pass, Seconds least,
                                             Seconds for_setup);

  /// Begins on a tick of the counter and ends on the first pass that sees one, where passes are
  /// short enough for that. Nothing throws but the model itself.
  [[nodiscard]] Window measure(std::size_t passes) {
    prepare(passes);
    watch_.start();
    const std::uint64_t begin = items();
    const Pieces earlier = slices_;
    batch_.callers == 1 ? run_slices(passes) : run(passes);
    Window window = watch_.stop(end_slice_ == 0 ? nullptr : &run_end_slice, this);
    window.items = Items(static_cast<double>(items() - begin));
    const bool was_throttled =
        is_finite(window.interference.throttle_count) && window.interference.throttle_count > 0.0;
    if (was_throttled) exclude_since(slices_, earlier);
    window.clean_items = slices_.clean_items - earlier.clean_items;
    if (window.clean_items > Items(0.0)) window.clean = slices_.clean - earlier.clean;
    // By the length that was planned: those that something held up are no better than the others.
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

  /// What came out so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return batch_.stream == nullptr ? done_ * batch_.items : batch_.stream->items();
  }

  /// Of all windows so far.
  [[nodiscard]] const Pieces& slices() const noexcept { return slices_; }

 private:
  /// Whether there is something to be done before passes.
  [[nodiscard]] bool is_prepared() const noexcept {
    return batch_.prepare != nullptr || batch_.flusher != nullptr;
  }

  [[nodiscard]] Seconds time_of_many(Seconds warm_up);

  /// The mean of up to eight, without the first one where there are more.
  [[nodiscard]] Seconds time_of_some(Seconds warm_up);

  /// @unit s, of a pass
  [[nodiscard]] Seconds time(std::size_t passes);

  /// The same of a loop that does nothing.
  /// @unit s, of a pass
  [[nodiscard]] Seconds time_of_empty_loop(std::size_t passes) const noexcept;

  /// A pass that takes no longer than an empty loop, and whose result the optimiser knew: what
  /// should be measured isn't there. Either alone is no proof: a tiny model may be as fast, and one
  /// that writes its output elsewhere may return 0.
  void reject_empty_pass(Seconds per_pass);

  /// What is left of the loop's own misses is a quarter of a microsecond where caches are flushed.
  void reject_short_pass(Seconds per_pass) const;

  /// Looks at the clock, and whether anything interrupted, about every other millisecond: half a
  /// microsecond each time, which is in no slice.
  void run_slices(std::size_t passes) {
    ThreadUsage before = thread_usage();
    while (passes != 0) {
      const std::size_t slice = passes < slice_ ? passes : slice_;
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

  /// A simulated machine has no other threads.
  [[nodiscard]] ThreadUsage thread_usage() const noexcept {
    return files_->thread == nullptr ? ThreadUsage{} : files_->thread();
  }

  static void run_end_slice(void* self) {
    auto& runner = *static_cast<WindowRunner*>(self);
    runner.run(runner.end_slice_);
  }

  AnyMeter* meter_ = nullptr;
  PassBatch batch_ = {};
  const SystemFiles* files_ = nullptr;
  Stopwatch watch_;
  Seconds per_pass_{0.0};
  Seconds setup_{0.0};         ///< what is done before a pass
  bool is_too_short_ = false;  ///< its windows
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;     ///< passes
  std::size_t slice_ = 1;      ///< passes between two looks at the clock
  std::size_t end_slice_ = 0;  ///< passes between two looks for the last tick; 0: they are too long
  bool is_known_ = true;       ///< all results so far, beforehand
  Pieces slices_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/counted_passes.hpp

namespace perjoule::inline v0::detail {

/// Whether the C library's own allocations are counted: they are not where another allocator comes
/// before the hook.
[[nodiscard]] bool hook_is_working(HeapCounter& counting) noexcept;

/// Runs each input once more until so much time is over. One pass at a time, for a peak is that of
/// a pass; of k callers k passes at once.
/// @param begin, end  what is done round each; end() is false where no further one makes sense
template <class Begin, class End>
[[nodiscard]] std::size_t run_one_by_one(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                         Begin&& begin, End&& end) {
  const std::size_t items = batch.order.size();
  const Instant deadline = clock.now() + most;
  std::size_t place = 0;
  std::size_t passes = 0;
  bool goes_on = true;
  do {
    if (batch.prepare != nullptr) {
      batch.prepare(batch.model, batch.order.data(), items, place, batch.callers);
    }
    begin();
    batch.run(batch.model, batch.order.data(), items, place, batch.callers);
    goes_on = end();
    passes += batch.callers;
    place = (place + batch.callers) % items;
  } while (goes_on && passes < items && clock.now() < deadline);
  return passes;
}

/// What passes ask of the allocator, which is counted.
[[nodiscard]] HeapUsage measure_allocations(AnyMeter& clock, const PassBatch& batch,
                                            HeapCounter& counting, Seconds most);

/// How far the resident set grows in a pass.
/// @error the ends of a rectangle of rss_accounting_lag()
[[nodiscard]] HeapUsage measure_resident_growth(AnyMeter& clock, const PassBatch& batch,
                                                Seconds most);

/// Of the allocator where it is counted in this program.
/// @param falls_back  to the resident set elsewhere
[[nodiscard]] HeapUsage measure_heap_usage(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                           bool falls_back);

/// What each stretch of passes left of each event.
struct EventAccumulator {
  Buffer<double> per_item[max_events];
  double share[max_events] = {};
  double items[max_events] = {};

  void add(const EventSourceDescription& source, std::size_t set, const EventBaseline& before,
           const EventReading& after, double of_items);

  /// @param why_none  of each set: why it has not one stretch
  [[nodiscard]] EventCounts to_event_counts(const EventSourceDescription& source,
                                            const char* const* why_none) const;
};

/// Closes what is open, whatever the model throws.
class EventSourceGuard {
 public:
  explicit EventSourceGuard(EventSourceRef source) noexcept : source_(source) {}
  EventSourceGuard(const EventSourceGuard&) = delete;
  EventSourceGuard& operator=(const EventSourceGuard&) = delete;
  ~EventSourceGuard() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set in stretches of so many passes, until the time is over; two at the least, for one
/// has no scatter. False where it can't be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventAccumulator& table);

/// Runs passes once more while events are counted: a set after the other, for as long each.
[[nodiscard]] EventCounts count_events(AnyMeter& clock, const PassBatch& batch,
                                       EventSourceRef source, Seconds most,
                                       const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/crew.hpp

namespace perjoule::inline v0 {

/// As many threads can call a model at once.
inline constexpr std::size_t max_callers = 256;

namespace detail {

/// Threads that call one model at the same time, as a server's do. They wait between two windows,
/// and each runs its part of the passes of one.
class Crew {
 public:
  /// @param batch    what each of them runs. Borrowed with what it points to
  /// @param callers  the calling thread among them
  /// @throws Error where no more threads can be had
  Crew(const PassBatch& batch, std::size_t callers);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();

  /// What an engine runs: all passes, by all threads.
  [[nodiscard]] PassBatch batch() noexcept {
    return {&Crew::run, this, batch_.order, batch_.name, batch_.items, callers_, nullptr};
  }

 private:
  struct Part {
    Crew* pool = nullptr;
    pthread_t thread = {};
    std::size_t first = 0;
    std::size_t passes = 0;
    bool is_known = true;
    std::exception_ptr thrown = nullptr;
  };

  void run_part(Part& part) noexcept {
    const View<std::size_t>& order = batch_.order;
    try {
      part.is_known = batch_.run(batch_.model, order.data(), order.size(), part.first, part.passes);
    } catch (...) {
      part.thrown = std::current_exception();
    }
  }

  static void* work(void* self) {
    Part& part = *static_cast<Part*>(self);
    Crew& pool = *part.pool;
    std::size_t done = 0;  // rounds
    pthread_mutex_lock(&pool.mutex_);
    for (;;) {
      while (pool.round_ == done && !pool.is_over_) pthread_cond_wait(&pool.begin_, &pool.mutex_);
      if (pool.is_over_) break;
      done = pool.round_;
      pthread_mutex_unlock(&pool.mutex_);
      pool.run_part(part);
      pthread_mutex_lock(&pool.mutex_);
      if (--pool.running_ == 0) pthread_cond_signal(&pool.end_);
    }
    pthread_mutex_unlock(&pool.mutex_);
    return nullptr;
  }

  static bool run(void* self, const std::size_t* /*order*/, std::size_t items, std::size_t first,
                  std::size_t passes) {
    Crew& pool = *static_cast<Crew*>(self);
    std::size_t given = 0;
    for (std::size_t i = 0; i < pool.callers_; ++i) {
      const std::size_t up_to = passes * (i + 1) / pool.callers_;
      pool.parts_[i].first = (first + given) % items;
      pool.parts_[i].passes = up_to - given;
      pool.parts_[i].thrown = nullptr;
      given = up_to;
    }
    pthread_mutex_lock(&pool.mutex_);
    pool.running_ = pool.started_;
    ++pool.round_;
    pthread_cond_broadcast(&pool.begin_);
    pthread_mutex_unlock(&pool.mutex_);
    pool.run_part(pool.parts_[0]);
    pthread_mutex_lock(&pool.mutex_);
    while (pool.running_ != 0) pthread_cond_wait(&pool.end_, &pool.mutex_);
    pthread_mutex_unlock(&pool.mutex_);
    bool is_known = true;
    for (std::size_t i = 0; i < pool.callers_; ++i) {
      if (pool.parts_[i].thrown) std::rethrow_exception(pool.parts_[i].thrown);
      is_known = is_known && pool.parts_[i].is_known;
    }
    return is_known;
  }

  void stop() noexcept;

  PassBatch batch_;
  std::size_t callers_;
  std::size_t started_ = 0;  ///< threads beside the calling one
  std::size_t round_ = 0;
  std::size_t running_ = 0;
  bool is_over_ = false;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t begin_ = PTHREAD_COND_INITIALIZER;
  pthread_cond_t end_ = PTHREAD_COND_INITIALIZER;
  Part parts_[max_callers];
};

}  // namespace detail

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

/// How the measuring program was built, as its own translation unit saw it. Without a compiler's
/// name nothing of it is known.
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
[[nodiscard]] text::Short fnv1a_hex(const char* content) noexcept;

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] Machine read_machine(const char* root = "") noexcept;

/// The commit that is checked out in `folder` or above it; empty where there is none. The files are
/// read without running git, which would run what the checkout's configuration names.
[[nodiscard]] text::Short read_git_commit(text::Long folder) noexcept;

/// A command without what a stranger should not read: folders, and what follows an option whose
/// name speaks of a secret, behind "=" or as the next argument.
/// @param arguments  each with a zero behind it, as in /proc/self/cmdline
[[nodiscard]] text::Long redacted_command(const char* arguments, std::size_t size) noexcept;

[[nodiscard]] Run read_run() noexcept;

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

// ---- perjoule/engine/measure_options.hpp

namespace perjoule::inline v0 {

/// What a pass finds in the CPU's caches.
enum class CacheState : std::uint8_t {
  warm,     ///< what the passes before left there, as in a server that does nothing else
  flushed,  ///< nothing of a model of one thread, as when other programs ran since its last pass
};

[[nodiscard]] constexpr const char* name(CacheState caches) noexcept {
  return caches == CacheState::warm ? "warm" : "flushed";
}

namespace detail {

/// The largest cache that the first CPU reads through.
/// @unit   B; 0 where the system does not tell
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] Bytes largest_cache(const char* root) noexcept;

/// Fills the caches with other data.
class CacheFlusher {
 public:
  /// One that flushes nothing.
  CacheFlusher() = default;
  /// @param largest  cache. Twice as much is read: once would do if the line that was not used for
  ///                 longest always went first, which newer caches only approach. And 64 MiB at
  ///                 the least, for some systems keep their last level to themselves
  explicit CacheFlusher(Bytes largest);

  /// Only reads: lines that were written to would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  Buffer<char> lines_;
};

}  // namespace detail

/// A file that a model is made of, and what it is there for: {"tokenizer", "vocab.txt"}.
struct NamedFile {
  text::Short role = {};
  text::Long path = {};
};

/// What is measured, and how long. Every member has a default: name those that matter.
struct MeasureOptions {
  /// The model's name, as it stands in tables.
  text::Name name = {};
  /// Stop early once the random half-widths of energy and time per item are this share of the
  /// value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass comes on top, as do passes in which
  /// the allocator or events are counted, and a single pass that is longer than this still ends.
  Seconds budget{5.0};
  /// Inputs in a pass, for a model that takes a View or std::span of them. Only whole batches are
  /// measured; quality is judged on all inputs. Time and energy are per item, percentiles per pass.
  std::size_t batch = 1;
  /// Threads that call the model at once, which must stand that. The energy of the machine is
  /// shared by all their items, and the time per item is that of all: of k threads without a queue
  /// a k-th.
  std::size_t callers = 1;
  /// What a pass of a model of one thread finds in the caches. Where they are flushed each pass is
  /// a window of its own, so that a pass shorter than 5 ms or ten of the meter's update periods has
  /// no energy.
  CacheState caches = CacheState::warm;
  /// Where the allocator is not counted (integrations/heap_hook.hpp), watch how far the resident
  /// set grows in a pass. It makes the kernel forget the process's own peak (VmHWM) each time.
  bool watch_resident_peak = false;
  /// What counts the model's events, in passes of their own: KernelEvents, PapiEvents. Borrowed for
  /// the call.
  EventSourceRef counters = {};
  /// File of the weights.
  text::Long weights = {};
  /// What else belongs to the model, as in {{"tokenizer", "vocab.txt"}, {"code", "model.so"}}. A
  /// role of "weights" is for weights in several files. The stored bytes are those of all files.
  Few<NamedFile, 7> files = {};
  /// Bytes of all files together, compressed, as `perjoule footprint` tells them; 0 is "not given".
  Bytes compressed{0.0};
  /// Bytes of the weights in memory, from `resident_bytes(buffers...)`; 0 is "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 is "not given".
  std::uint64_t parameters = 0;
  /// How many of them are not zero, from `parameters_of(buffers...)`; 0 is "not given", for a model
  /// of zeros alone is none.
  std::uint64_t non_zero_parameters = 0;
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

// ---- perjoule/engine/run_windows.hpp

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
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// A short sleep, as a piece of work.
struct SleepTask {
  AnyMeter& meter;
  Seconds length;

  static void run(void* self) {
    const SleepTask& task = *static_cast<const SleepTask*>(self);
    task.meter.wait(task.length);
  }
};

/// Sleeps through a few windows and reads their power. Where others are at work meanwhile, that is
/// not the machine's idle power, and there is none.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {}) noexcept;

/// Whether time and energy have settled; time alone where no window has an energy, or a model made
/// it, for no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Passes that are timed one by one between two windows, whose own loop would not stand it: one for
/// ten in the windows, so that they take a tenth of the time. Passes under 5 us are left out, for
/// reading the clock would be in them, and those of several threads, for each times its own.
class LatencySampler {
 public:
  LatencySampler(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted)
      : meter_(meter),
        runner_(runner),
        stream_(stream),
        lengths_(wanted ? most : 0),
        first_(wanted && stream != nullptr ? most : 0) {}

  /// @param passes  in the window before
  void after_window(std::size_t passes);
  [[nodiscard]] Latency first_item() { return detail::latency(first_.data(), came_); }
  [[nodiscard]] Latency latency() { return detail::latency(lengths_.data(), timed_); }

 private:
  static constexpr std::size_t most = 20'000;

  AnyMeter& meter_;
  WindowRunner& runner_;
  std::size_t owed_ = 0;
  Stream* stream_;
  std::size_t timed_ = 0;
  std::size_t came_ = 0;
  Buffer<double> lengths_;  ///< all the room that it will take, from the beginning
  Buffer<double> first_;    ///< the same
};

/// Idle, warm-up, windows until the target or the budget is reached, idle again.
/// @param files  where the machine tells what goes on beside; empty paths: nowhere
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const PassBatch& batch, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// As many variants can be compared at once.
inline constexpr std::size_t max_variants = 8;

namespace detail {

/// Which variant has a turn in a round. Two of them run A B, B A, B A, A B, ...: what rises or
/// falls steadily meanwhile hits both alike. More take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t scheduled_variant(std::size_t round, std::size_t place,
                                                      std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// A ten-thousandth of a second, for the machine changes least from one turn to the next where they
/// are short, and most are left alone; but of ten update periods, no more than five thousand in the
/// budget, and of five passes up to a millisecond, so that turns of all variants are about as long.
/// @param per_pass  the longest of all variants
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const auto larger = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds few_passes = per_pass * 5.0 < Seconds(1e-3) ? per_pass * 5.0 : Seconds(1e-3);
  const Seconds ticks = update_period <= min_tick_interval ? Seconds(0.0) : update_period * 10.0;
  return larger(larger(Seconds(1e-4), budget / 5000.0), larger(few_passes, ticks));
}

/// Runs variants in turns, a window each, until the budget is spent; at least one round.
/// @param samples  of each variant: row i of all of them is from round i
/// @param files    where the machine tells what goes on beside; empty paths: nowhere
void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
                     const SystemFiles& files, Few<Samples, max_variants>& samples);

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/engine/sample_estimates.hpp

namespace perjoule::inline v0::detail {

/// The first look at the intervals. Checking them after each window would stop on lucky streaks: a
/// nominal 95 % then covers 92.2 %; looking at 12, 18, 27, 40, ... only, 94.4 %.
inline constexpr std::size_t first_look = 12;

/// @source 3/2 of the last look, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_look(std::size_t look) noexcept { return look * 3 / 2; }

/// So many independent windows must stand behind an interval before a run may stop on it: fewer
/// tell too little of how much their neighbours resemble each other.
inline constexpr double min_effective_samples = 30.0;

/// With fewer behind so many windows and more, a wave as long as the run is in them, and what comes
/// after it may be anywhere.
inline constexpr double min_steady_samples = 10.0;

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

/// Windows that are worth as much as so many independent ones.
/// @unit none
[[nodiscard]] inline double effective_sample_size(View<double> windows) noexcept {
  return static_cast<double>(windows.size()) / autocorrelation_time(windows);
}

/// Whether the first half and the second differ by no more than chance makes halves differ in 99 of
/// 100 runs. A half has twice the variance of the whole, and so the difference of two has twice its
/// standard uncertainty.
/// @param mean  of all windows
[[nodiscard]] bool halves_agree(View<double> windows, const Estimate<double>& mean);

/// Whether windows differ by less than the instrument leaves unknown in each: then it is that which
/// the interval rests on, and not how they scatter.
[[nodiscard]] inline bool is_below_resolution(const Estimate<double>& mean) noexcept {
  return mean.dof >= infinite_dof;
}

/// Whether a run may stop: the interval is as narrow as asked for, and is one to rely on.
/// @param mean  of all windows
/// @unit relative_halfwidth is a share of 1
[[nodiscard]] bool has_settled(View<double> windows, const Estimate<double>& mean,
                               double relative_halfwidth);

/// Whether what is measured changed meanwhile: there is no one value that the interval could cover.
/// @param mean  of all windows
[[nodiscard]] bool has_drifted(View<double> windows, const Estimate<double>& mean);

/// A column of the samples per item, less a constant power times the time: 0 W for the total, the
/// idle power for the active energy. Not finite where a window's number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] Buffer<double> per_item_by_window(const Samples& samples, Samples::Column column,
                                                double watts = 0.0);

/// The same, without windows whose number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] Buffer<double> per_item(const Samples& samples, Samples::Column column,
                                      double watts = 0.0);

/// The time of a model is that of the slices that were left alone, where twelve windows have some,
/// or every other one of fewer; else that of whole windows, with what interrupted them.
[[nodiscard]] Samples::Column time_column(const Samples& samples);

/// The mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, where the clock leaves its own uncertainty in each window
[[nodiscard]] Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                             Provenance provenance);

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean of the windows'
[[nodiscard]] Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                               double watts = 0.0);

/// Others' part of the CPU time in all windows.
/// @unit a share of 1; not finite where it is not known
[[nodiscard]] double others_cpu_share(const Samples& samples) noexcept;

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/metric.hpp

namespace perjoule::inline v0 {

struct Quality;

/// An estimate whose interval lies unevenly about it.
struct IntervalEstimate {
  Estimate<double> estimate;  ///< @unit that of the metric
  Interval<double> interval;  ///< @unit that of the metric
};

/// How a metric's value follows from what it keeps of each item, so that it can be computed anew of
/// items that were drawn from them: for intervals, and for two models on the same items.
struct ItemFormula {
  /// The value; none: the mean of a single column.
  /// @shape rows: [items, columns], row-major, at least one item
  /// @unit  that of the metric; not finite where these items have no value
  double (*value)(View<double> rows, const double* parameters) = nullptr;
  /// What one model has over another on the same items; none: the mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  IntervalEstimate (*difference)(const Quality& a, View<double> rows_a, const Quality& b,
                                 View<double> rows_b, double level) = nullptr;
  double parameters[4] =
      {};  ///< what the metric was asked for: a beta, a number of bins @unit the metric's
  const char* columns = "value";  ///< what a row has, separated by commas: "edits,words"
  /// Whether `value` reads the sums of the columns only, as pooled counts have it: rows may be
  /// added up then before they are drawn.
  bool uses_sums = false;
};

/// What a metric found.
struct Quality {
  text::Short metric;    ///< "accuracy"
  text::Name signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  const char* why_no_value = "";
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
  ItemFormula formula;
  std::size_t columns = 0;  ///< numbers that were kept of each item; set by the session
};

/// Whether a metric leaves what it saw of each item to the record, for paired tests.
enum class PerItem : bool { drop, keep };

/// A metric that takes each output beside its reference, one after the other, and sums up at the
/// end.
/// `per_item` is what it keeps of each item, in the order in which they came, for paired tests: a
/// row of numbers each, one row behind the other; or nothing.
template <class M, class Output, class Reference>
concept StreamingMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, const Output& out, const Reference& reference) {
  metric.add(out, reference);
  { constant.items() } -> std::convertible_to<std::size_t>;
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// A metric that has its references: it sees each output beside its index, in the order of the
/// inputs, and knows how many there are, so that a length mismatch is told before anything is
/// measured. `bind_references` makes one of a streaming metric.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// What a metric keeps of each item: a row of so many numbers, from which alone its value follows.
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
  /// What goes into the record: all or nothing.
  /// @copydetails all
  /// @source the metric's own definition
  [[nodiscard]] View<double> kept() const noexcept {
    return keep_ == PerItem::keep ? all() : View<double>();
  }

 private:
  Buffer<double> numbers_;
  PerItem keep_;
};

namespace detail {

/// What a formula of pooled counts begins with.
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

// ---- perjoule/quality/bind_references.hpp

namespace perjoule::inline v0 {

/// Something that is still there when the metric reads it: a variable, or a view such as a span.
template <class Range>
concept ReferencesOutliveTheCall = std::is_lvalue_reference_v<Range> ||
    std::ranges::enable_borrowed_range<std::remove_cv_t<Range>>;

/// A range that has its elements side by side in memory, which vector<bool> has not.
template <class Range>
concept ReferencesAreContiguous = ContiguousRange<std::remove_cvref_t<Range>>;

/// A streaming metric beside the references that it judges by. Made by `bind_references`.
template <class Reference, class Metric>
class BoundMetric {
 public:
  /// @throws Error for no references
  BoundMetric(View<Reference> references, Metric metric)
      : references_(references), metric_(std::move(metric)) {
    if (references_.empty()) {
      detail::fail("a metric of no items", "the references are empty",
                   "pass those of the test set, one for each input");
    }
  }

  [[nodiscard]] std::size_t items() const noexcept { return references_.size(); }

  /// @param item  in the order of the inputs: 0, 1, 2, ...
  /// @throws what the metric throws
  template <class Output>
  requires StreamingMetric<Metric, Output, Reference>
  void add(std::size_t item, const Output& output) {
    PERJOULE_EXPECTS(item < references_.size() && item == added_);
    metric_.add(output, references_[item]);
    ++added_;
  }

  /// @throws Error before each reference has met its output
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const {
    if (added_ != references_.size()) {
      detail::fail(text::format("%zu outputs for %zu references", added_, items()).chars,
                   "result() of a metric", "add an output for each reference before");
    }
    return metric_.result();
  }

  /// What the metric keeps of each item.
  /// @unit   that of the metric
  /// @source the metric's own definition
  [[nodiscard]] auto per_item() const { return metric_.per_item(); }

 private:
  View<Reference> references_;
  Metric metric_;
  std::size_t added_ = 0;
};

/// A metric as `measure` takes it: beside what it judges by.
/// @param references  one for each input, in their order; borrowed, so a temporary is refused
/// @param metric      a streaming metric, which nothing was added to
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

/// The class that a model names outright.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class, from which the largest are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::floating_point<std::remove_cvref_t<decltype(std::data(scores)[0])>>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[noreturn]] void score_not_finite(std::size_t item, std::size_t place);

/// @throws Error for a label that has no place among the scores of so many classes
void check_label(std::int64_t label, std::size_t classes, std::size_t item);

/// The class of the largest score; of equal ones the first, as argmax does in NumPy and PyTorch.
/// @throws Error for no scores, and for one that is not finite
template <ClassScores Scores>
[[nodiscard]] std::size_t best_class(const Scores& scores, std::size_t item) {
  const auto* const score = std::data(scores);
  const std::size_t classes = std::size(scores);
  if (classes == 0) {
    fail("no scores", text::format("item %zu", item).chars, "return one score for each class");
  }
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

/// Whole numbers as they come, such as labels, counted and numbered 0, 1, 2, ... in the order in
/// which each came first.
class LabelIndex {
 public:
  struct LabelCount {
    std::int64_t number;
    std::uint64_t count;
  };

  /// Counts a number once more.
  /// @returns its place among entries()
  std::size_t add(std::int64_t number) {
    const std::size_t place = find(number);
    ++entries_[place].count;
    return place;
  }
  /// The place of a number, which is counted 0 times where it is new.
  std::size_t find(std::int64_t number) {
    if (!slots_.empty()) {
      const std::uint32_t slot = slots_[home(number)];
      if (slot != 0 && entries_[slot - 1].number == number) return slot - 1;
    }
    return find_or_insert(number);
  }

  [[nodiscard]] View<LabelCount> entries() const noexcept { return entries_; }

 private:
  /// Fibonacci hashing: the upper bits of a product spread neighbours, as labels mostly are.
  [[nodiscard]] std::size_t home(std::int64_t number) const noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(number) * 0x9E37'79B9'7F4A'7C15U) >>
                                    shift_);
  }

  std::size_t find_or_insert(std::int64_t number);

  void grow();

  Buffer<LabelCount> entries_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a place and one
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/accuracy.hpp

namespace perjoule::inline v0 {

namespace detail {

/// How often each label came, with a wrong answer and with a right one: all that is counted of an
/// item, in one step. Small labels have their place: most test sets name classes so, and finding a
/// place takes longer than all else that is done of an item.
class LabelCounts {
 public:
  static constexpr std::uint64_t places = 256;

  /// @pre  0 <= label < places
  void add_small(std::int64_t label, bool right) noexcept {
    // Or g++ warns of a constant label that is beyond, and never comes here.
    if (static_cast<std::uint64_t>(label) >= places) __builtin_unreachable();
    // Not `right ? 1 : 0`, of which g++ makes a branch that nobody can predict.
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
  /// How many items carry one of the `k` most frequent labels.
  [[nodiscard]] std::size_t most_frequent(std::size_t k) const;

 private:
  std::uint64_t small_[places][2] = {};
  LabelIndex others_;
  std::uint64_t others_right_ = 0;
};

}  // namespace detail

/// Top-k accuracy with Wilson's interval, and the skill above chance.
///
/// Chance is what the k most frequent labels of this test set would score: a predictor that always
/// names them has skill 0. It is a property of the task and taken as known.
/// Of equal scores the class with the lower index comes first, as argmax does in NumPy and PyTorch.
///
/// @unit   a share of 1
/// @source scikit-learn accuracy_score and top_k_accuracy_score; interval: Wilson 1927
class Accuracy {
 public:
  /// @param k  how many guesses count
  explicit Accuracy(std::size_t k = 1, PerItem keep = PerItem::keep)
      : k_(k),
        keep_(keep),
        counted_only_(k == 1 && keep == PerItem::drop ? detail::LabelCounts::places : 0) {
    PERJOULE_EXPECTS(k >= 1);
  }

  /// Summed up from what each label has, so that adding an item counts one number alone.
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
    if (own >= classes) {
      detail::fail("a label has no score", text::format("item %zu", items()).chars,
                   "return one score for each class, and count classes from 0");
    }
    // Without a branch, and always as long: a processor can't guess where a score is the largest.
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

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source scikit-learn accuracy_score and top_k_accuracy_score with normalize=False, by item
  [[nodiscard]] Buffer<double> per_item() const;

 private:
  void add_named(std::int64_t label, bool right);
  void count(std::int64_t label, bool right) {
    labels_.add(label, right);
    if (keep_ == PerItem::keep) right_.push_back(right ? 1 : 0);
  }

  std::size_t k_;
  PerItem keep_;
  /// Labels below it are counted, and no more: one comparison asks whether k is 1, whether items
  /// are kept, and whether the label has a place, each of which would take as long as the count.
  std::uint64_t counted_only_;
  detail::LabelCounts labels_;
  Buffer<unsigned char> right_;  ///< an eighth of what its numbers take
};

/// Top-k accuracy as `measure` takes it.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param k       how many guesses count
/// @param keep    whether each item's answer goes into the record, for paired tests
/// @unit    a share of 1
/// @shape   labels: [items]
/// @throws  Error for empty labels; while running: for a score that is not finite, a label without
///          a score, and k > 1 of a model that names a single class
/// @source  see Accuracy
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto accuracy(Labels&& labels, std::size_t k = 1, PerItem keep = PerItem::keep) {
  return bind_references(labels, Accuracy(k, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/quality_result.hpp

namespace perjoule::inline v0::detail {

/// @throws Error for no items, which have no value
void check_items(const Quality& quality);

/// Quality above the trivial predictor, from the value: a linear function of it, since trivial and
/// perfect are properties of the task and taken as known.
///
/// @param why_no_skill  said where a perfect predictor is no better than the trivial one
/// @source docs/reference/formulas.md#accuracy-and-skill
void add_skill(Quality& quality, const char* why_no_skill);

/// A share of items, each right or wrong, with Wilson's interval.
/// @unit a share of 1
[[nodiscard]] IntervalEstimate proportion_of(std::size_t right, std::size_t items);

/// Fills in value, interval and skill of a share of items that are right.
///
/// @param quality      with name, items, trivial and perfect
/// @param why_no_skill  see add_skill
/// @throws Error for no items
void finish_proportion(Quality& quality, std::size_t right, const char* why_no_skill);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What one model's quality has over another's by the same metric, paired by item: how hard each
/// item is, cancels.
///
/// @param rows_a, rows_b  what the metric kept of each item
/// @unit  that of the metric
/// @shape rows_a, rows_b: [items, columns], row-major, the same items in the same order
/// @error the paired t interval of a mean; for other metrics the bootstrap over items, the same
///        draws for both. Missing for two metrics, for other items, and where none were kept
/// @source docs/reference/formulas.md#paired-items
/// @throws nothing of its own
[[nodiscard]] IntervalEstimate paired_difference(const Quality& a, View<double> rows_a,
                                                 const Quality& b, View<double> rows_b,
                                                 double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/footprint/footprint.hpp

namespace perjoule::inline v0 {

/// A file that a model is made of.
struct ModelFile {
  text::Short role = {};  ///< what it is there for: "weights", "tokenizer", "code"
  text::Name name = {};   ///< the last part of its path
  Bytes bytes{0.0};       ///< on disk
};

/// As many files make a model.
inline constexpr std::size_t max_files = 8;
using ModelFiles = Few<ModelFile, max_files>;

/// The bytes that a model has wherever it runs: on disk, over a wire, in memory.
struct Footprint {
  ModelFiles files = {};
  Estimate<Bytes> stored = {};      ///< all files, on disk
  Estimate<Bytes> weights = {};     ///< of those, the weights'
  Estimate<Bytes> compressed = {};  ///< all files, as they would be packed
  Estimate<Bytes> resident = {};    ///< the weights in memory, ready for a pass
  /// resident/weights: above 1, the small file grows at run time. A tokenizer is on neither side.
  Estimate<double> inflation = {};
  Estimate<double> parameters = {};           ///< @unit none
  Estimate<double> non_zero_parameters = {};  ///< @unit none
};

/// The size of a file of a model.
/// @param role  what the file is there for, as the message says it
/// @unit   B
/// @error  exact
/// @throws Error when there is no such file
[[nodiscard]] Bytes stored_bytes(const char* path, const char* role = "weights");

/// The bytes of buffers of weights as they lie in memory. Counted from the buffers themselves,
/// since the memory of the process holds much besides: a framework alone takes more than most
/// models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

/// How many numbers a model has learnt, and how many of them say something.
struct ParameterCount {
  std::uint64_t parameters = 0;  ///< @unit none
  std::uint64_t non_zero = 0;    ///< @unit none
};

namespace detail {

/// By the bits where they are known: with -ffast-math a processor may take what is smaller than the
/// smallest normal number for zero, and a compiler NaN.
template <class T>
[[nodiscard]] constexpr bool is_zero(const T& number) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(number) << 1U == 0;  // the sign falls off
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

/// The bytes of the files of a role, or of all of them; missing where there are none.
/// @param role  empty for all
[[nodiscard]] Estimate<Bytes> total_bytes(const ModelFiles& files, const char* role) noexcept;

}  // namespace detail

/// The parameters in buffers of weights, and those that are not zero. -0.0 is zero; NaN and what is
/// smaller than the smallest normal number are not, under -ffast-math either. An element is a
/// number: two that share a byte count as one, and the -0 of a 16-bit float that is kept as an
/// integer is none that this can tell.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans; also of rows
/// @unit  none
/// @error exact
template <ContiguousRange... Buffers>
[[nodiscard]] constexpr ParameterCount parameters_of(const Buffers&... buffers) noexcept {
  ParameterCount count;
  (detail::count_parameters(buffers, count), ...);
  return count;
}

/// Of a model that is weights and nothing else.
/// @param weights, resident  missing where they aren't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint(const Estimate<Bytes>& weights, const Estimate<Bytes>& resident);

/// Of a model in several files.
/// @param files     those of the role "weights" are what the resident bytes are held against
/// @param resident  missing where it isn't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident);

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

/// How much quality one byte of the model buys: of its files, packed or not, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  that of the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<PerByte> per_byte(const Estimate<double>& skill,
                                             const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// How much quality one byte between memory and processor buys, of those that each item moves.
/// @unit   items per byte, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<ItemsPerByte> per_moved_byte(const Estimate<double>& skill,
                                                        const Estimate<BytesPerItem>& moved) {
  return ratio(skill, moved);
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

/// A number that follows from counted events and the rest of an entry.
struct DerivedMetric {
  const char* name = "";     ///< "instructions_per_cycle"
  const char* unit = "";     ///< "J"
  const char* formula = "";  ///< "instructions / cycles"
  Estimate<double> value;
  Interval<double> interval;
};

/// What one measurement of one model found: a plain value, to be copied, kept and compared.
struct Entry {
  MeasureOptions plan;
  std::size_t inputs = 0;
  bool prepared = false;  ///< what a pass was called with was made outside the windows

  Few<Quality, max_metrics> quality;
  Buffer<double> per_item;  ///< of the metrics that have it, one behind the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: with the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< what comes on top of idle
  Footprint footprint;
  HeapUsage heap;
  ProcessMemory process;  ///< once it was measured: with all else that is in the program
  const char* why_no_process = "it was not looked for";
  Estimate<Bytes> memory_limit;  ///< that its control group may take: of a container, a job
  const char* why_no_limit = "it was not looked for";
  EventCounts events;
  Few<DerivedMetric, 6> derived_metrics;  ///< of events, energy and time
  Few<Score, 8 * max_metrics> scores;

  Samples samples;  ///< each window, as it was read
  MeterDescription meter;
  Buffer<AbsentMeter> absent_meters;  ///< better ones that this machine lacks
  Environment environment;
  Build build{};
  bool concurrent = false;  ///< other threads measured in the same session meanwhile
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

/// Whether other programs had so much of the CPU time that their joules count: a meter sees the
/// whole machine. A model of this process does not, and a simulated machine has no others.
[[nodiscard]] bool is_machine_shared(const Entry& entry) noexcept;

/// What a metric kept of each item, in the order of the inputs; empty where it keeps nothing.
/// @param metric  index into entry.quality
/// @unit  as the metric's columns say
/// @shape [items, columns], row-major
[[nodiscard]] View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept;

/// Something that a reader must know before quoting the numbers of an entry.
struct Caveat {
  const char* flag = "";  ///< a word for programs: "shared"
  text::Long reason;
};
using Caveats = Few<Caveat, 10>;

/// All of them; empty where there is nothing to say.
[[nodiscard]] Caveats caveats(const Entry& entry) noexcept;

/// What a model takes: of which it may have a budget, and by which it may stand beside others.
enum class Cost : std::uint8_t {
  energy,         ///< total, per item
  active_energy,  ///< what comes on top of idle, per item
  time,           ///< wall time per item
  stored,         ///< bytes of the model's files
  resident,       ///< bytes of the weights in memory
  peak,           ///< bytes of a pass, at their most
};

namespace detail {

/// What a cost is called, in which unit, and how much of it an entry takes.
struct CostEstimate {
  const char* name;
  const char* unit;
  Estimate<double> estimate;
};

[[nodiscard]] CostEstimate cost_of(const Entry& entry, Cost cost) noexcept;

/// Whether windows have nothing to do with it.
[[nodiscard]] constexpr bool is_in_bytes(Cost cost) noexcept { return cost >= Cost::stored; }

}  // namespace detail

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
  void put_text(const char* text) noexcept;

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
  void add(char c) noexcept;
  void quote(const char* content) noexcept;

  text::Text out_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/record/run_record.hpp

namespace perjoule::inline v0 {

namespace detail {

void put_estimate(JsonWriter& json, const char* key, const Estimate<double>& estimate,
                  const Interval<double>& interval, const char* why_missing) noexcept;

void put_estimate(JsonWriter& json, const char* key, const Estimate<double>& estimate,
                  const char* why_missing) noexcept;

/// What could not be read is kept as 0, and written as null.
[[nodiscard]] inline double or_null(double number) noexcept {
  return number == 0.0 ? quiet_nan() : number;
}

void put_run(JsonWriter& json, const Entry& first) noexcept;

void put_meter(JsonWriter& json, const Entry& entry) noexcept;

void put_quality(JsonWriter& json, const Quality& quality, View<double> per_item) noexcept;

void put_latency(JsonWriter& json, const char* key, const Latency& latency) noexcept;

void put_counters(JsonWriter& json, const Entry& entry) noexcept;

void put_samples(JsonWriter& json, const Samples& samples) noexcept;

/// 0 is "not given".
void put_count(JsonWriter& json, std::uint64_t count) noexcept;

void put_files(JsonWriter& json, const ModelFiles& files) noexcept;

void put_entry(JsonWriter& json, const Entry& entry, std::size_t meter) noexcept;

void put_record(JsonWriter& json, Entries entries);

}  // namespace detail

/// The run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] std::string to_json(Entries entries);

/// Writes a run record, whole or not at all; missing folders are made.
/// @throws Error when the file can't be written, and as to_json
inline void write_json(std::string_view path, Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  write_file(path, json.written());
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/comparison.hpp

namespace perjoule::inline v0 {

/// What is compared, and how long.
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; it is spent as a whole.
  Seconds budget{10.0};
  /// Smaller changes interest nobody: below it two variants are the same.
  /// @unit a share of 1
  double min_effect = 0.01;
  /// Of the order of the inputs.
  std::uint64_t seed = 1;
};

/// What the data say of a variant beside the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows for more than one of those below
  same,        ///< the whole interval is closer than the least effect of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the same, on the other side
};

[[nodiscard]] constexpr const char* name(Verdict verdict) noexcept {
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

/// How many times as much a variant takes as the first one.
struct Change {
  Estimate<double> ratio;  ///< random: a z-th of its half-width in logarithms. @unit none
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs behind it
  /// As many pairs more would probably resolve it; 0: it is resolved, or no number would.
  std::size_t more_pairs = 0;
};

/// How much better a variant is, by one metric, over the same items.
struct QualityChange {
  text::Short metric;
  const char* unit = "";
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant less the first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// A variant beside the first one.
struct VariantChanges {
  Change time;  ///< wall time of pieces that were left alone
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  Few<QualityChange, max_metrics> quality;
};

/// Variants that ran in turns.
struct Comparison {
  ComparePlan plan;
  Few<Entry, max_variants> entries;  ///< as measure() gives them
  Few<VariantChanges, max_variants - 1>
      changes;  ///< changes[i] is entries[i + 1] beside entries[0]
};

namespace detail {

/// @param interval  of a difference in which 0 is no change and less is better
/// @unit min_effect: that of the interval
[[nodiscard]] constexpr Verdict verdict_of(const Interval<double>& interval,
                                           double min_effect) noexcept {
  if (!interval.is_known()) return Verdict::unresolved;
  if (interval.low >= -min_effect && interval.high <= min_effect) return Verdict::same;
  if (interval.high < 0.0) return Verdict::better;
  if (interval.low > 0.0) return Verdict::worse;
  return Verdict::unresolved;
}

/// How many pairs more it takes until an interval that shrinks with their root is resolved.
/// @param value, half, common, min_effect  of one unit; common: what pairs do not make smaller
[[nodiscard]] std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                           double common, double min_effect) noexcept;

/// A column per item, of windows of which a piece was left alone; not finite for the others.
[[nodiscard]] Buffer<double> clean_window_values(const Samples& samples, Samples::Column column);

/// Logarithms of the quotients of pairs, without those that have none.
[[nodiscard]] Buffer<double> log_ratios(View<double> first, View<double> variant);

/// @param common  standard uncertainty of the logarithm that all pairs share. @unit none
/// @unit  level, min_effect: a share of 1
/// @error the signed-rank interval of the logarithms, and z common, in squares
[[nodiscard]] Change change_of(View<double> log_ratios, double common, Provenance provenance,
                               double level, double min_effect);

/// Of two counted numbers.
[[nodiscard]] Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                  double min_effect) noexcept;

/// What is not known of two energies and does not differ from pair to pair, as a part of each: the
/// ends of windows, and for a model its watts, which two variants need not share.
/// @unit none
[[nodiscard]] double shared_relative_uncertainty(const Estimate<JoulesPerItem>& first,
                                                 const Estimate<JoulesPerItem>& variant) noexcept;

/// Active energies of pairs. The idle power is one draw for all windows of both variants: what its
/// uncertainty moves the middle by is common to all pairs.
[[nodiscard]] Change active_change(const Entry& first, const Entry& variant, double level,
                                   double min_effect);

[[nodiscard]] QualityChange quality_change(const Entry& first, const Entry& variant,
                                           std::size_t metric, double level);

/// A variant beside the first one.
/// @param level  of each single interval but those of quality, which are of 95 %
/// @unit  level, min_effect: a share of 1
[[nodiscard]] VariantChanges compare_entries(const Entry& first, const Entry& variant, double level,
                                             double min_effect);

/// The level of each of so many intervals at which 95 % of comparisons have all of them right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double bonferroni_level(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace detail

}  // namespace perjoule::inline v0

// ---- perjoule/measure/evaluate.hpp

namespace perjoule::inline v0::detail {

void check_length(const MeasureOptions& plan, std::size_t references, std::size_t inputs);

void add_quality(Entry& entry, const Quality& quality, View<double> per_item);

void check_outputs(const MeasureOptions& plan, std::size_t outputs, std::size_t inputs);

template <class Output, class... Metrics>
constexpr void check_metrics() {
  static_assert((QualityMetric<Metrics, Output> && ...),
                "a metric cannot judge what this forward pass returns, or lacks one of items, add, "
                "result, per_item");
  static_assert(sizeof...(Metrics) <= max_metrics, "more metrics than an entry has room for");
}

/// Calls a model once, and something with its output while what was prepared for it is still there.
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

/// A pass of its own over all inputs, in their order, that feeds each output to every metric.
/// @throws Error for a metric of another length; ForwardPassError around what the model throws
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
    throw;  // a metric's: it names the item itself
  } catch (...) {
    throw_with_item(item, count, entry.plan.label());
  }
  (add_quality(entry, metrics.result(), metrics.per_item()), ...);
}

/// The same of a model that takes batches. The last one may be smaller.
/// @throws as evaluate(), and Error for another number of outputs than of inputs
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

// ---- perjoule/measure/summarize.hpp

namespace perjoule::inline v0::detail {

/// Of an item; missing where no event of that kind was counted, and where they are of one thread
/// alone, for energy, time and skill are of all.
[[nodiscard]] Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept;

/// Operations on floating-point numbers, of an item: the event of both precisions where it was
/// counted, else the sum of both. Those of one are not their number.
[[nodiscard]] Estimate<double> floating_point_operations(const EventCounts& events) noexcept;

/// Lines of the first CPU's caches.
/// @unit   B; 64 where the system does not tell, as on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line_size(const char* root = "") noexcept;

/// Lines that loads had to wait for: without what is fetched before it is asked for, and without
/// what goes back to memory. So it is a lower bound, and estimated.
/// @unit B, of an item
[[nodiscard]] Estimate<double> bytes_moved(const EventCounts& events) noexcept;

/// What follows from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_derived_metrics(Entry& entry);

/// What others drew is in the sum, and nobody can tell how much: up to about twice their part of
/// the CPU time, taken as a standard uncertainty of that part.
template <class Q>
void widen(Estimate<Q>& energy, double others_cpu_share) noexcept {
  if (!energy.is_known()) return;
  energy.common =
      Q(math::root_sum_square(energy.common.si(), energy.value.si() * others_cpu_share));
}

/// From the windows of an entry to its time and energy per item.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// The scores of each metric of an entry.
void add_scores(Entry& entry);

/// The files of a plan, weights first. One that is named twice would count twice.
[[nodiscard]] Few<NamedFile, max_files> files_of(const MeasureOptions& plan);

/// A number that is 0 where nobody gave it.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// What a plan says of a model's bytes, and what the disk says of its files.
/// @throws Error for a file that can't be read
[[nodiscard]] Footprint measure_footprint(const MeasureOptions& plan);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/instrument.hpp

namespace perjoule::inline v0 {

/// A named part of a program, entered as often as one likes: prefill, decode.
class Region {
 public:
  Region(detail::Recording& recording, std::size_t number) noexcept
      : recording_(&recording), number_(number) {}

  /// In it until the end of the scope. Whatever region is entered meanwhile in the same thread is
  /// within it.
  [[nodiscard]] detail::RegionScope enter() const { return {*recording_, number_}; }

 private:
  detail::Recording* recording_;
  std::size_t number_;
};

/// How long a program was in a region, all threads together.
struct RegionTimes {
  text::Name name;
  std::uint64_t calls = 0;  ///< that were timed. @unit none
  std::uint64_t threw = 0;  ///< that did not end: they are in none of the numbers. @unit none
  Seconds inclusive{0.0};   ///< of all calls
  Seconds exclusive{0.0};   ///< less the regions within it
};
using AllRegionTimes = Few<RegionTimes, max_regions>;

namespace detail {

/// Calls what can be called: also a member function, with its object or a pointer to that.
template <class F, class... Args>
[[gnu::always_inline]] inline decltype(auto) call(F&& f, Args&&... args) {
  return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class R, class T, class Object, class... Args>
requires std::is_function_v<R>  // Not inlined: g++ 12 would warn of virtual functions of empty
                                // classes.
[[gnu::noinline]] decltype(auto) call(R T::*member, Object&& object, Args&&... args) {
  if constexpr (std::is_pointer_v<std::remove_cvref_t<Object>>) {
    return (object->*member)(std::forward<Args>(args)...);
  } else {
    return (std::forward<Object>(object).*member)(std::forward<Args>(args)...);
  }
}

/// What the handles of one recording share.
struct RecorderState {
  RecorderState(AnyMeter& meter, const SystemFiles& files, std::size_t every, const Entry& of)
      : recording(meter, files, every), entry(of), calls(recording.region(of.plan.label())) {}

  Recording recording;
  Entry entry;  ///< who is recorded, and on what machine
  std::size_t calls;
  std::size_t users = 1;
};

/// Takes off what timing a call puts into its time. How much of it overlaps with the call itself
/// nobody knows, so it is its own uncertainty.
void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept;

/// See Recorder::entry.
[[nodiscard]] Entry entry_of(RecorderState& recorded, std::size_t region);

}  // namespace detail

/// What can be a model, where a plan may stand in its place.
template <class F>
concept NotAPlan = !std::is_convertible_v<F, const MeasureOptions&>;

template <class F>
class Instrumented;

/// Records the calls of a model, and other regions, in a loop that is the user's own. A handle:
/// copies record into the same place. The session must outlive it.
class Recorder {
 public:
  explicit Recorder(detail::RecorderState* recorded) noexcept : recorded_(recorded) {}
  Recorder(const Recorder& other) noexcept : recorded_(other.recorded_) {
    __atomic_fetch_add(&recorded_->users, 1, __ATOMIC_RELAXED);
  }
  Recorder& operator=(Recorder other) noexcept {
    std::swap(recorded_, other.recorded_);
    return *this;
  }
  ~Recorder() {
    if (__atomic_sub_fetch(&recorded_->users, 1, __ATOMIC_ACQ_REL) == 0) delete recorded_;
  }

  /// A region of that name, the same one for the same name. Look it up outside the loop; it must
  /// not outlive the recorder.
  /// @throws Error for more than 11 of them
  [[nodiscard]] Region region(const char* name) const {
    return {recorded_->recording, recorded_->recording.region(name)};
  }

  /// A model whose calls are recorded, by whatever it can be called with.
  /// @param model  borrowed where it has a name, kept where it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) const {
    static_assert(!detail::Prepared<F>,
                  "a loop of one's own does the setup itself, outside the call that is recorded");
    return {std::forward<F>(model), *this};
  }

  /// What the calls took so far, as measure() says it of a model. Their energy was read round each
  /// call where calls are longer than ten periods of the meter and 10 ms; else it is the program's,
  /// shared out by time, and estimated at best. Idle power, and so active energy, is not known.
  /// @param metrics  that the caller's loop has fed with every output
  /// @throws Error where there were fewer calls than a metric has items, or none
  template <class... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    Entry entry = detail::entry_of(*recorded_, recorded_->calls);
    (add(entry, metrics), ...);
    entry.build = this_build();
    detail::add_scores(entry);
    return entry;
  }

  /// The same of a region.
  /// @throws Error where it was never entered
  [[nodiscard]] Entry entry(const char* region) const {
    Entry entry = detail::entry_of(*recorded_, recorded_->recording.region(region));
    entry.build = this_build();
    return entry;
  }

  /// All regions in the order in which they were named; the first one is the calls of the model.
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
  /// Each item needs its call; there may be more, as in a second round.
  static void check_calls(Entry& entry, std::size_t items);

  detail::RecorderState* recorded_;
};

/// A model whose calls are recorded. It is called as the model is, from as many threads as the
/// model can stand.
/// @error the two readings of the processor's counter, some 20 ns in each call, are taken off its
/// mean
///        time, and stand in its common uncertainty; percentiles and regions' sums contain them
template <class F>
class Instrumented {
 public:
  Instrumented(F&& model, const Recorder& recorder)
      : model_(std::forward<F>(model)), recorder_(recorder) {}

  /// @throws what the model throws; such a call is counted, and in none of the numbers
  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) {
    return recorded(model_, std::forward<Args>(args)...);
  }
  /// The same of a model that does not change.
  template <class... Args>
  requires std::is_invocable_v<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return recorded(model_, std::forward<Args>(args)...);
  }

  [[nodiscard]] const Recorder& recorder() const noexcept { return recorder_; }
  /// See Recorder.
  [[nodiscard]] Region region(const char* name) const { return recorder_.region(name); }
  /// See Recorder.
  template <class... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    return recorder_.entry(metrics...);
  }
  /// See Recorder.
  [[nodiscard]] Entry entry(const char* region) const { return recorder_.entry(region); }

 private:
  template <class Model, class... Args>
  decltype(auto) recorded(Model& model, Args&&... args) const {
    detail::RecorderState& to = *recorder_.recorded_;
    detail::RegionScope span(to.recording, to.calls);
    try {
      return detail::call(model, std::forward<Args>(args)...);
    } catch (...) {
      span.mark_thrown();
      throw;
    }
  }

  F model_;
  Recorder recorder_;
};

}  // namespace perjoule::inline v0

// ---- perjoule/measure/measure.hpp

namespace perjoule::inline v0 {

/// One of several models that are compared: made by variant().
template <class F, class Evaluate>
struct Variant {
  MeasureOptions
      plan;   ///< who the model is; budget, half-width and seed are those of the comparison
  F forward;  ///< a reference where it was one
  Evaluate evaluate;
};

/// A model for Session::compare, with what judges it.
/// @param plan     its name, and what else describes it
/// @param forward  borrowed where it has a name, kept where it is a temporary
/// @param metrics  any number, each fed with every output once
/// @unit  none
template <class F, class... Metrics>
[[nodiscard]] auto variant(const MeasureOptions& plan, F&& forward, Metrics... metrics) {
  auto evaluate = [... metrics = std::move(metrics)](Entry& entry, auto& model,
                                                     const auto* inputs) mutable {
    detail::evaluate(entry, model, inputs, metrics...);
  };
  return Variant<F, decltype(evaluate)>{plan, std::forward<F>(forward), std::move(evaluate)};
}

/// Owns the meter of a run, and measures one model after the other with it.
class Session {
 public:
  /// Looks for the best meter of this machine.
  /// @throws NoMeterError when `options.require` asks for a better one than there is
  explicit Session(const MeterOptions& options = {})
      : Session(find_meter(options), detail::find_system_files()) {}

  /// Uses this meter and no other.
  /// @param files  where the machine tells what goes on beside; another one than the system's own
  ///               for tests, and none for a simulated machine
  explicit Session(AnyMeter meter, const SystemFiles& files = detail::find_system_files())
      : Session(FoundMeter{std::move(meter), {}}, files) {}

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const MeterDescription& meter() const noexcept {
    return found_.meter.description();
  }
  /// Better meters that this machine lacks, each with the reason and the fix.
  [[nodiscard]] View<AbsentMeter> absent_meters() const noexcept { return found_.absent; }

  /// Records a model's calls in a loop that is not ours, and other regions of the program.
  /// @param plan   who the model is; budget, inputs and seed are the loop's own
  /// @param every  each so many-th call of a region is timed, where 20 ns a call are too much
  [[nodiscard]] Recorder record(const MeasureOptions& plan = {}, std::size_t every = 1);

  /// A model that is called as before, and whose calls are recorded.
  /// @param plan, every  see record()
  /// @param model        borrowed where it has a name, kept where it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(const MeasureOptions& plan, F&& model,
                                           std::size_t every = 1) {
    return record(plan, every).instrument(std::forward<F>(model));
  }
  /// The same of a model without a name.
  /// @param model  borrowed where it has a name, kept where it is a temporary
  template <NotAPlan F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) {
    return record().instrument(std::forward<F>(model));
  }

  /// For work that is no forward pass, or whose loop is not ours. Borrows this session.
  [[nodiscard]] Stopwatch stopwatch() noexcept { return {found_.meter, files_}; }

  /// Measures a model: quality in a pass of its own, then energy and time in windows of many
  /// passes.
  ///
  /// @param plan     see MeasureOptions
  /// @param forward  called as forward(input); must return a value. Borrowed for the call
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number, each fed with every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, a metric of another length, a file that can't be read, a pass
  ///         that the optimiser removed; ForwardPassError around what the model throws
  template <class F, ContiguousRange Inputs, class... Metrics>
  requires ForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    if (plan.batch != 1) reject_batches(plan);
    detail::evaluate(entry, forward, first, metrics...);
    measure_loop(entry, forward, first);
    return entry;
  }

  /// The same of a model that takes plan.batch inputs at once, and returns an output for each.
  /// @throws as measure(), and Error for no whole batch, or another number of outputs
  template <class F, ContiguousRange Inputs, class... Metrics>
  requires BatchForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    Buffer<View<Input>> batches;
    for (std::size_t i = 0; i + plan.batch <= entry.inputs; i += plan.batch) {
      batches.push_back({first + i, plan.batch});
    }
    detail::evaluate_batches(entry, forward, first, metrics...);
    measure_loop(entry, forward, static_cast<const View<Input>*>(batches.data()));
    return entry;
  }

  /// The same of a model that puts items into a stream, called as forward(input, stream): time and
  /// energy are per item of the stream, percentiles per pass, and until its first item. Of an input
  /// that gives no item nothing is counted but its time and energy.
  /// @throws as measure(), and Error for batches and several callers
  template <class F, ContiguousRange Inputs, class... Metrics>
  requires StreamingPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    if (plan.batch != 1) reject_batches(plan);
    if (plan.callers != 1) reject_callers(plan);
    Stream stream;
    detail::StreamAdapter<std::remove_reference_t<F>> pass{forward, stream};
    detail::evaluate(entry, pass, first, metrics...);
    if (stream.items() == 0) reject_empty_stream(plan);
    measure_loop(entry, pass, first, &stream);
    return entry;
  }

  /// Measures models in turns, a window each, and says what each of them takes beside the first.
  /// Whatever the machine does meanwhile hits all of them alike, so that a percent of difference
  /// shows where two measurements one after the other drift apart by more.
  ///
  /// @param plan      see ComparePlan
  /// @param inputs    the same for all. Borrowed for the call
  /// @param variants  two to eight of variant(plan, forward, metrics...)
  /// @error  ratios: the signed-rank interval of the logarithms of pairs, at a level at which 95 %
  ///         of comparisons have all of theirs right (docs/reference/formulas.md#comparison)
  /// @throws as measure()
  template <ContiguousRange Inputs, class... Variants>
  [[nodiscard]] Comparison compare(const ComparePlan& plan, const Inputs& inputs,
                                   Variants&&... variants) {
    static_assert(sizeof...(Variants) >= 2, "compare at least two variants");
    static_assert(sizeof...(Variants) <= max_variants, "more variants than there is room for");
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Comparison comparison;
    comparison.plan = plan;
    Few<Entry, max_variants>& entries = comparison.entries;
    (entries.push_back(begin(plan_of(plan, variants.plan), std::size(inputs),
                             detail::Prepared<decltype(variants.forward)>)),
     ...);
    std::size_t next = 0;
    (variants.evaluate(entries[next++], variants.forward, first), ...);
    for (Entry& entry : entries) entry.build = this_build();
    const auto run = [&](auto&&... loops) {
      const detail::PassBatch batches[] = {detail::batch_of(loops)...};
      compare_windows(comparison, batches);
    };
    run(detail::LoopOf<std::remove_reference_t<decltype(variants.forward)>, Input>{
        variants.forward, first, variants.plan.label()}...);
    return comparison;
  }

 private:
  /// Who a variant is, measured as the comparison says.
  [[nodiscard]] static MeasureOptions plan_of(const ComparePlan& plan,
                                              const MeasureOptions& variant);

  Session(FoundMeter found, const SystemFiles& files);

  /// What can be wrong is found before any time is spent.
  [[nodiscard]] Entry begin(const MeasureOptions& plan, std::size_t inputs,
                            bool prepared = false) const;

  [[noreturn]] static void reject_callers(const MeasureOptions& plan);
  [[noreturn]] static void reject_flushing(const MeasureOptions& plan);
  [[noreturn]] static void reject_empty_stream(const MeasureOptions& plan);
  [[noreturn]] static void reject_batches(const MeasureOptions& plan);

  template <class F, class Input>
  void measure_loop(Entry& entry, F& forward, const Input* inputs, Stream* stream = nullptr) {
    entry.build = this_build();
    detail::LoopOf<F, Input> loop{forward, inputs, entry.plan.label()};
    measure_windows(entry, detail::batch_of(loop), stream);
  }

  /// Not a template: compiled once, however many models are measured.
  void measure_windows(Entry& entry, detail::PassBatch batch, Stream* stream);

  void compare_windows(Comparison& comparison, View<detail::PassBatch> models);

  /// Counts a measurement until it ends, in whatever way.
  class Measuring {
   public:
    explicit Measuring(Session& session) noexcept
        : session_(session),
          was_alone_(__atomic_fetch_add(&session.measuring_, 1, __ATOMIC_ACQ_REL) == 0),
          begun_(__atomic_add_fetch(&session.begun_, 1, __ATOMIC_ACQ_REL)) {}
    Measuring(const Measuring&) = delete;
    Measuring& operator=(const Measuring&) = delete;
    ~Measuring() { __atomic_fetch_sub(&session_.measuring_, 1, __ATOMIC_ACQ_REL); }

    /// Whether any other measured in this session since it began.
    [[nodiscard]] bool is_concurrent() const noexcept {
      return !was_alone_ || __atomic_load_n(&session_.begun_, __ATOMIC_ACQUIRE) != begun_;
    }

   private:
    Session& session_;
    bool was_alone_;
    std::size_t begun_;
  };

  static void finish(Entry& entry, const Measuring& measuring);

  FoundMeter found_;
  SystemFiles files_;
  Environment environment_;
  std::size_t measuring_ = 0;  ///< at this moment, in all threads
  std::size_t begun_ = 0;      ///< since the session began
};

/// Measures one model in a session of its own. For several models make one Session, so that the
/// meter is found once.
/// @copydoc Session::measure
template <class F, class Inputs, class... Metrics>
requires requires(Session& session, const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                  Metrics... metrics) {
  session.measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}
[[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                            Metrics... metrics) {
  return Session().measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
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
  void add(const char* cell);

  /// Adds a note, once.
  void note(const text::Long& sentence) noexcept;

 private:
  std::size_t rows_;
  text::Text cells_;  // each with a zero behind it
  Buffer<std::size_t> places_;
  text::Text notes_;
};

namespace detail {

[[nodiscard]] IntervalEstimate with_interval(const Estimate<double>& estimate) noexcept;

/// Which number of an entry stands in a column.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, compressed, resident, inflation, peak, score };
  const char* head;  ///< with %s where the prefix of its unit goes
  Kind kind;
  const char* name = "";  ///< of the metric or the score
  bool per_unit = false;  ///< the unit stands below the line: 1e6/J reads 1/uJ
  bool always = false;    ///< shown even where no entry has it: then its absence is news
  const char* unit = "";  ///< of a metric
};

[[nodiscard]] IntervalEstimate column_value(const Entry& entry,
                                            const ColumnSource& source) noexcept;

/// A column of the table: its head with one prefix for all, then a cell an entry. Where all numbers
/// are of one provenance the head names it, else each that is not measured does.
void add_column(Table& table, Entries entries, const ColumnSource& source);

void add_notes(Table& table, const Entry& entry) noexcept;

}  // namespace detail

/// One row an entry. Columns that no entry has a number for are left out, except energy: that it is
/// missing is news. Scores are those of the first metric.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// A cell in which no bar opens a column of its own.
[[nodiscard]] text::Long escape_pipes(const char* cell) noexcept;

}  // namespace detail

/// A table for a terminal and a README alike: GitHub Markdown, padded so that columns stand below
/// each other.
[[nodiscard]] std::string markdown(const Table& table);

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

// ---- perjoule/report/detail_tables.hpp

namespace perjoule::inline v0 {

namespace detail {

/// An event, or a figure that follows from some: a row of their table.
struct EventRow {
  const char* name;  ///< borrowed of an entry
  const char* unit;

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept {
    for (const CountedEvent& counted : entry.events.events) {
      if (counted.event.name == name) return with_interval(counted.per_item);
    }
    for (const DerivedMetric& figure : entry.derived_metrics) {
      if (strcmp(figure.name, name) == 0) return {figure.value, figure.interval};
    }
    return {};
  }
};

void add_row(Buffer<EventRow>& rows, const EventRow& row);

/// Each once, in the order of the first entry that has it: events, then figures.
[[nodiscard]] Buffer<EventRow> event_rows(Entries entries);

/// The prefix of the row's largest number; none where it has no unit.
[[nodiscard]] text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept;

/// Whether it is a number of events that was the same each time: all of its digits were counted.
[[nodiscard]] bool is_count(const Estimate<double>& estimate,
                            const Interval<double>& interval) noexcept;

/// Why events are missing, those of one reason together: "no instructions, cycles: ...".
[[nodiscard]] Buffer<text::Long> missing_events(const EventCounts& use);

}  // namespace detail

/// Events of a pass's items and what follows from them: a row each, a column an entry. Why one is
/// missing stands below.
/// @param item  what an item is here
[[nodiscard]] Table event_table(Entries entries, const char* item = "item");

namespace detail {

/// The first file of a role, the second: so two models' weights stand side by side, whatever their
/// files are called.
struct FileRow {
  text::Short role;
  std::size_t place = 0;  ///< among the files of its role

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept {
    std::size_t before = 0;
    for (const ModelFile& file : entry.footprint.files) {
      if (file.role == role && before++ == place)
        return with_interval(strip_unit(exact(file.bytes)));
    }
    return {};
  }
};

/// Each once, in the order of the first entry that has it.
[[nodiscard]] Buffer<FileRow> file_rows(Entries entries);

/// What an entry has beside its files.
struct FootprintRow {
  const char* head;
  IntervalEstimate number;
};
inline constexpr std::size_t footprint_row_count = 8;

/// Those of an entry, of which the heads are the same for all.
[[nodiscard]] Few<FootprintRow, footprint_row_count> footprint_rows(const Entry& entry);

/// What was counted stands to its last digit, so that a reader can add it up.
[[nodiscard]] text::Name exact_cell(const IntervalEstimate& number) noexcept;

}  // namespace detail

/// Every byte that a model has: a row each, a column an entry. Files add up to what is stored in
/// all. What nobody counted is n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

// ---- perjoule/report/summary_text.hpp

namespace perjoule::inline v0 {

namespace detail {

/// "2.1 ± 0.1": an interval that is nearly even about its value is shown by its longer half.
[[nodiscard]] text::Name ratio_cell(double value, const Interval<double>& interval);

/// "some 40 pairs of windows more than its 20 would tell", of a change that these would resolve.
[[nodiscard]] text::Long pairs_needed_text(const Change& change);

/// "2.1 ± 0.1 times less CPU time", or why that cannot be said.
[[nodiscard]] text::Long describe_change(const Change& change, const char* what, double min_effect);

/// "accuracy: no clear change, n = 602"
[[nodiscard]] text::Long describe_change(const QualityChange& change);

}  // namespace detail

namespace text {

/// "0.90 ± 0.01 times as much (better)", "n/a": a change that stands alone, with its verdict.
/// @unit  none
/// @error the interval of the change
[[nodiscard]] Name to_string(const Change& change) noexcept;

/// "1.5 ± 0.4 % (better)", "n/a": by how much, in the unit of the metric.
/// @unit  that of the metric
/// @error the interval of the change
[[nodiscard]] Name to_string(const QualityChange& change) noexcept;

}  // namespace text

/// A sentence for each variant beside the first one, with intervals: "int8 against fp32: 2.1 ± 0.1
/// times less CPU time; accuracy: no clear change, n = 602." It speaks of joules where they were
/// measured or simulated, and of CPU time where they are modelled: a model's factor of watts need
/// not be the same for both.
[[nodiscard]] std::string describe(const Comparison& comparison);

namespace detail {

/// True where the items leave open which of two models is better by their first metric: the
/// interval of their difference, paired by item, contains zero.
[[nodiscard]] bool cannot_be_told_apart(const Entry& a, const Entry& b);

}  // namespace detail

/// A sentence or two: the best model, and the cheapest of those that cannot be told from it.
/// Quality comes first and energy second, since their ratio crowns a model that knows little for
/// next to nothing. Where energy is not measured it speaks of CPU time. Empty when there is no
/// quality, or nothing to compare.
[[nodiscard]] std::string headline(Entries entries);

}  // namespace perjoule::inline v0

// ---- perjoule/report/to_string.hpp

namespace perjoule::inline v0::text {

/// "0.013" for "0.01300": the zeros of a counted number are no digits of it.
[[nodiscard]] Short trim_trailing_zeros(Short number) noexcept;

/// What one of the printed numbers of a metric is worth: a share is printed as per cent.
/// @unit a factor
[[nodiscard]] inline double display_factor(const char* unit) noexcept {
  return strcmp(unit, "%") == 0 ? 0.01 : 1.0;
}

/// A number for a reader: "12.3 ± 0.4" where the interval is symmetric, "4.9 [1.6, 14.7]" where it
/// is not, "n/a" where there is no number. Every format that shows it shows these digits: they are
/// rounded here, and nowhere else.
/// @param unit  what one of the printed numbers is worth: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] Name cell(const Estimate<double>& estimate, const Interval<double>& interval,
                        double unit = 1.0) noexcept;

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] Name cell(const Estimate<Q>& estimate, double unit = 1.0) noexcept {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

// A cell stands below a head that says its unit and its provenance. Here is the text of numbers
// that stand alone, in a sentence or a log: they say both themselves.
namespace perjoule::inline v0::text {

/// A unit with the prefix that a number reads best in.
struct ScaledUnit {
  Short symbol;  ///< "mJ/item"; empty where there is none
  /// What one of it is worth.
  /// @unit a factor of the SI unit
  double factor = 1.0;
};

/// "mJ/item" for 0.002 J/item. What counts items or nothing above the line has its prefix below:
/// 2e6 item/J are 2 item/µJ. A share is printed as per cent, and a number without a unit as it is.
/// @param unit  "J/item", "1/B", "%"
/// @unit  magnitude in `unit`
[[nodiscard]] ScaledUnit scaled_unit(double magnitude, const char* unit) noexcept;

/// "2.05 ± 0.03 mJ/item", "4.9 [1.6, 14.7] mJ/item", "n/a": a cell with its unit, and without a
/// word on where it comes from.
/// @param unit  of the estimate, SI: "J/item"; or "%" for a share
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] Name with_unit(const Estimate<double>& estimate, const Interval<double>& interval,
                             const char* unit) noexcept;

/// The same, with a word behind it where it is not measured: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] Name to_string(const Estimate<double>& estimate, const Interval<double>& interval,
                             const char* unit) noexcept;

/// "[1.98, 2.08] mJ/item", or "unbounded": both ends in the digits that their distance carries.
/// @param unit  of the interval, SI
/// @unit  that of `unit`
[[nodiscard]] Name to_string(const Interval<double>& interval, const char* unit = "") noexcept;

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] inline Name to_string(const Estimate<double>& estimate) noexcept {
  return to_string(estimate, interval(estimate), "");
}

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] Name to_string(const Estimate<Quantity<D>>& estimate) noexcept {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return to_string(number, interval(number), unit_symbol(D).chars);
}

/// "[1.98, 2.08] mJ", or "unbounded".
/// @unit that of the interval
template <Dimension D>
[[nodiscard]] Name to_string(const Interval<Quantity<D>>& interval) noexcept {
  return to_string(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      unit_symbol(D).chars);
}

/// "2.5 mJ": a number that somebody wrote down, to four digits.
/// @unit that of the quantity
template <Dimension D>
[[nodiscard]] Name to_string(Quantity<D> quantity) noexcept {
  if (!is_finite(quantity.si())) return "n/a";
  return to_string(exact(quantity));
}

/// "38.5 [35.5, 41.8] item/J".
/// @unit that of the score
[[nodiscard]] inline Name to_string(const Score& score) noexcept {
  return to_string(score.value, score.interval, score.unit);
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/regress/claim.hpp

namespace perjoule::inline v0 {

/// What the data say of a claim such as "it stays within 2.5 mJ".
enum class ClaimOutcome : std::uint8_t {
  inconclusive,  ///< the interval allows for both, or there is none to rely on
  holds,         ///< the whole 95 % interval is on the claim's side
  fails,         ///< the whole 95 % interval is on the other side
};

[[nodiscard]] constexpr const char* name(ClaimOutcome claim) noexcept {
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

/// A claim that was looked into, with what was found.
struct Finding {
  ClaimOutcome claim = ClaimOutcome::inconclusive;
  std::string text;  ///< "no, it takes 2.61 ± 0.04 mJ/item (measured)"
};

/// What a claim may rest on. What is not measured and what did not hold still shows nothing unless
/// somebody says that it does.
struct AcceptedEvidence {
  Provenance provenance = Provenance::estimated;  ///< this one and better ones
  bool few_windows = false;                       ///< of fewer windows than 12, too
  bool unstable = false;                          ///< of time and energy that changed meanwhile
};

namespace detail {

/// Whether a value is at most so large: the interval decides, and never its middle.
/// @unit most: that of the interval
[[nodiscard]] constexpr ClaimOutcome at_most(const Interval<double>& interval,
                                             double most) noexcept {
  if (!interval.is_known()) return ClaimOutcome::inconclusive;
  if (interval.high <= most) return ClaimOutcome::holds;
  return interval.low > most ? ClaimOutcome::fails : ClaimOutcome::inconclusive;
}

[[nodiscard]] constexpr const char* yes_or_no(ClaimOutcome claim) noexcept {
  return claim == ClaimOutcome::holds ? "yes" : claim == ClaimOutcome::fails ? "no" : name(claim);
}

/// Why no claim can rest on a number of an entry; empty where one can.
/// @param number  "energy"
[[nodiscard]] text::Long why_inconclusive(const Entry& entry, const char* number,
                                          Provenance provenance,
                                          const AcceptedEvidence& accepted) noexcept;

/// A line for each thing that a reader must know of an entry and that why_inconclusive() does not
/// say.
void put_notes(text::Text& out, const Entry& entry) noexcept;

}  // namespace detail

/// The most that a model may take.
struct Budget {
  Cost cost = Cost::energy;
  /// @unit J/item, s/item or B
  double limit = 0.0;
  AcceptedEvidence accepted = {};
};

namespace detail {

/// What an entry does that keeps within its budget.
[[nodiscard]] constexpr const char* budget_verb(Cost cost) noexcept {
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

/// What is claimed: "stays within 2.5 mJ/item".
[[nodiscard]] text::Long claim_text(const Budget& budget) noexcept;

/// Whether an entry stays within a budget. It does where the whole 95 % interval lies at or below
/// the budget, and does not where the whole of it lies above. Otherwise that is left open: where
/// the budget lies in the interval, or a number is missing, or not of the accepted evidence.
///
/// Other programs' joules and interrupted times are in the interval or on top of it, so what holds
/// in spite of them holds; where the claim does not, the text names them.
[[nodiscard]] Finding stays_within(const Entry& entry, const Budget& budget);

}  // namespace perjoule::inline v0

// ---- perjoule/regress/no_worse.hpp

namespace perjoule::inline v0 {

/// How much worse a model may be than another one, and still be no worse.
struct Tolerance {
  /// More energy and time per item; where it is not given, a comparison's least effect.
  /// @unit a share of the other's
  double cost = detail::quiet_nan();
  /// Less quality, or more of what is better where it is smaller; where it is not given, as `cost`.
  /// @unit a share of the other's
  double quality = detail::quiet_nan();
  bool energy = true;  ///< false: energy is not looked at
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Several claims that all have to hold, a line each.
class Claims {
 public:
  void add(const char* what, ClaimOutcome claim, const text::Long& found) noexcept;
  [[nodiscard]] ClaimOutcome all() const noexcept { return all_; }
  [[nodiscard]] text::Text& lines() noexcept { return lines_; }
  [[nodiscard]] Finding finding() const { return {all_, std::string(lines_.view())}; }

 private:
  ClaimOutcome all_ = ClaimOutcome::holds;
  text::Text lines_;
};

/// Numbers that two entries have, and may be compared or not.
struct Compatibility {
  const char* name;
  Provenance provenance;        ///< the worst of both
  text::Long why_inconclusive;  ///< why they may not; empty where they may
};

[[nodiscard]] Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                       const AcceptedEvidence& accepted) noexcept;

/// A line for a cost, "time: no, 1.10 ± 0.02 times as much (measured)".
void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim, double times,
              const Interval<double>& interval, const char* what_helps);

/// By how much the quality of an entry is better: item by item where both have each item's, else
/// all differences of two numbers in their intervals.
/// @unit  that of the metric
/// @error 95 %, or more where it is not item by item
[[nodiscard]] QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                               std::size_t metric);

/// A line for each metric of the baseline.
/// @unit allowed: a share of the baseline's quality
void add_quality(Claims& claims, const Entry& entry, const Entry& baseline, double allowed);

}  // namespace detail

/// What is claimed: "is no worse than fp32, to 3 %".
/// @param tolerance  `cost` must be given
[[nodiscard]] text::Long claim_text(const char* baseline, const Tolerance& tolerance) noexcept;

/// Whether an entry is no worse than another that was measured at another time: in energy and wall
/// time per item, and in each metric. All of them have to hold for the claim to hold, each by its
/// whole 95 % interval, and one that fails is enough for it to fail.
///
/// The intervals are those of two runs, and what the machine did in between is in neither: for
/// small tolerances compare in turns (Session::compare) and use none_worse().
///
/// @param tolerance  `cost` must be given
[[nodiscard]] Finding no_worse(const Entry& entry, const Entry& baseline,
                               const Tolerance& tolerance);

namespace detail {

/// One that is worse by its verdict is; one that is the same, or surely no worse by more than that
/// is allowed, is not.
/// @unit allowed: a share of 1
[[nodiscard]] constexpr ClaimOutcome no_worse_by_verdict(const Change& change,
                                                         double allowed) noexcept {
  const ClaimOutcome claim = at_most(change.interval, 1.0 + allowed);
  return claim != ClaimOutcome::holds && change.verdict == Verdict::worse ? ClaimOutcome::fails
                                                                          : claim;
}

}  // namespace detail

/// Whether none of the variants that ran in turns is worse than the first one, in energy, wall
/// time and quality. A verdict `worse` fails the claim where the interval is not within what is
/// allowed; one that leaves more than that open, or is missing, leaves the claim open.
[[nodiscard]] Finding none_worse(const Comparison& comparison, const Tolerance& tolerance = {});

}  // namespace perjoule::inline v0

#if defined(PERJOULE_DEFINITIONS)
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

// ---- perjoule/core/buffer-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Storage::Storage(const Storage& other) { append(other.bytes(), other.size()); }

PERJOULE_INLINE char* Storage::grow(std::size_t size) {
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

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/line-inl.hpp

namespace perjoule::inline v0::text::detail {

PERJOULE_INLINE void mark_cut(char* line, std::size_t room) noexcept {
  char* end = line + room - 4;
  while (end > line && (static_cast<unsigned char>(*end) & 0xC0U) == 0x80U) --end;
  memcpy(end, "...", 4);
}

PERJOULE_INLINE void copy(char* line, std::size_t room, const char* content,
                          std::size_t size) noexcept {
  const bool cut = size >= room;
  if (cut) size = room - 1;
  memcpy(line, content, size);
  if (cut) mark_cut(line, room);
}

}  // namespace perjoule::inline v0::text::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE Long format(const char* format, ...) noexcept {
  Long line;
  va_list arguments;
  va_start(arguments, format);
  const int size = vsnprintf(line.chars, sizeof line.chars, format, arguments);
  va_end(arguments);
  if (size >= static_cast<int>(sizeof line.chars)) detail::mark_cut(line.chars, sizeof line.chars);
  return line;
}

PERJOULE_INLINE void Text::put(const char* content) noexcept { put(content, strlen(content)); }

PERJOULE_INLINE void Text::put(const char* content, std::size_t size) noexcept {
  chars_.append(content, size);
}

PERJOULE_INLINE void Text::put(char c, std::size_t times) noexcept {
  if (times != 0) memset(chars_.grow(times), c, times);
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/core/error-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void contract_violation(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

PERJOULE_INLINE void fail(const char* what, const char* where, const char* next_step) {
  throw Error(what, where, next_step);
}

PERJOULE_INLINE text::Name errno_message(int error_number) noexcept {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  text::Name reason = strerror_l(error_number, english);
  freelocale(english);
  if (reason.chars[0] >= 'A' && reason.chars[0] <= 'Z') reason.chars[0] ^= ' ';
  return reason;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/file-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ssize_t read_small_file(const char* path, char* content,
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

PERJOULE_INLINE text::Name parse_field(const char* file, const char* field) noexcept {
  const char* at = strstr(file, field);
  if (at != nullptr) at = strchr(at, ':');
  if (at == nullptr) return {};
  at += 1 + strspn(at + 1, " \t");
  return std::string_view(at, strcspn(at, "\n"));
}

PERJOULE_INLINE double parse_double(const char* content, char** end) noexcept {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  const double number = strtod_l(content, end, english);
  freelocale(english);
  return number;
}

PERJOULE_INLINE void create_parent_directories(text::Long path) noexcept {
  for (char* c = path.chars + 1; *c != '\0'; ++c) {
    if (*c != '/') continue;
    *c = '\0';
    mkdir(path.c_str(), 0777);
    *c = '/';
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

PERJOULE_INLINE void write_file(std::string_view path, std::string_view content) {
  if (path.size() + 32 > sizeof(text::Long)) {
    detail::fail("cannot write the file", "its path has more than 992 characters",
                 "choose a shorter one");
  }
  const text::Long place = path;
  detail::create_parent_directories(place);
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
        text::format("%s: %s", place.c_str(), detail::errno_message(why).chars).chars,
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

// ---- perjoule/core/perf_event-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                    int group) noexcept {
  constexpr unsigned long close_on_exec = 8;
  return static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, process, cpu, group, close_on_exec));
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/periodic_thread-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void PeriodicThread::stop() noexcept {
  if (!running_) return;
  running_ = false;
  pthread_mutex_lock(&mutex_);
  stopping_ = true;
  pthread_cond_signal(&changed_);
  pthread_mutex_unlock(&mutex_);
  pthread_join(thread_, nullptr);
  pthread_cond_destroy(&changed_);
}

PERJOULE_INLINE bool PeriodicThread::start(double seconds, void (*task)(void*),
                                           void* context) noexcept {
  stopping_ = false;
  seconds_ = seconds;
  task_ = task;
  context_ = context;
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&changed_, &monotonic);
  pthread_condattr_destroy(&monotonic);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  running_ = pthread_create(&thread_, nullptr, &run, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!running_) pthread_cond_destroy(&changed_);
  return running_;
}

PERJOULE_INLINE void* PeriodicThread::run(void* self) {
  static_cast<PeriodicThread*>(self)->loop();
  return nullptr;
}

PERJOULE_INLINE void PeriodicThread::loop() noexcept {
  timespec next{};
  clock_gettime(CLOCK_MONOTONIC, &next);
  pthread_mutex_lock(&mutex_);
  while (!stopping_) {
    const double whole = static_cast<double>(static_cast<long>(seconds_));
    next.tv_sec += static_cast<time_t>(whole);
    next.tv_nsec += static_cast<long>((seconds_ - whole) * 1e9);
    if (next.tv_nsec >= 1'000'000'000) {
      next.tv_nsec -= 1'000'000'000;
      ++next.tv_sec;
    }
    int woken = 0;
    while (!stopping_ && woken != ETIMEDOUT) {
      woken = pthread_cond_timedwait(&changed_, &mutex_, &next);
    }
    if (!stopping_) task_(context_);
  }
  pthread_mutex_unlock(&mutex_);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/core/text-inl.hpp

namespace perjoule::inline v0::text {

PERJOULE_INLINE Short shortest(double number) noexcept {
  Short digits;
  std::to_chars(digits.chars, digits.chars + sizeof digits.chars - 1, number);
  return digits;
}

PERJOULE_INLINE int exponent(double number, int digits) noexcept {
  Short shown;
  char* mark = std::to_chars(shown.chars, shown.chars + sizeof shown.chars - 1, number,
                             std::chars_format::scientific, digits - 1)
                   .ptr;
  int found = 0;
  for (int place = 1; *--mark >= '0' && *mark <= '9'; place *= 10) found += place * (*mark - '0');
  return *mark == '-' ? -found : found;
}

PERJOULE_INLINE Short rounded(double number, int place) noexcept {
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

PERJOULE_INLINE Short significant(double number, int digits) noexcept {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

PERJOULE_INLINE int rounding_place(double halfwidth) noexcept {
  const int first = exponent(halfwidth, 3);
  return halfwidth / math::power_of_ten(first) < 3.545 ? first - 1 : first;
}

PERJOULE_INLINE Name with_halfwidth(double value, double halfwidth) noexcept {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = rounding_place(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return format("%s ± %s", rounded(value, place).chars, rounded(up, place).chars).chars;
}

PERJOULE_INLINE Prefix prefix_of(double magnitude) noexcept {
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

}  // namespace perjoule::inline v0::text

// ---- perjoule/units/quantity-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Short unit_symbol(Dimension dimension) noexcept {
  const bool is_power = dimension.joule == 1 && dimension.second == -1;
  if (is_power) dimension.joule = dimension.second = 0;
  const struct {
    const char* symbol;
    int exponent;
  } bases[] = {{"W", is_power ? 1 : 0},    {"J", dimension.joule},      {"s", dimension.second},
               {"B", dimension.byte},      {"item", dimension.item},    {"g", dimension.gram},
               {"money", dimension.money}, {"op", dimension.operation}, {"bit", dimension.bit}};
  text::Short above;
  text::Short below;
  for (const auto& base : bases) {
    if (base.exponent == 0) continue;
    const int size = base.exponent < 0 ? -base.exponent : base.exponent;
    text::Short& side = base.exponent < 0 ? below : above;
    const char* const joint = base.exponent < 0 ? "/" : side.empty() ? "" : " ";
    side = size == 1 ? text::format("%s%s%s", side.chars, joint, base.symbol).chars
                     : text::format("%s%s%s^%d", side.chars, joint, base.symbol, size).chars;
  }
  if (above.empty() && !below.empty()) above = "1";
  return text::format("%s%s", above.chars, below.chars).chars;
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/random-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<std::size_t> random_permutation(std::size_t count, std::uint64_t seed) {
  Buffer<std::size_t> order(count);
  Random random(seed);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto place = static_cast<std::size_t>(random.below(i + 1));
    order[i] = order[place];
    order[place] = i;
  }
  return order;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/stats/bootstrap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Groups group_items(View<double> rows, std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && rows.size() % columns == 0);
  const std::size_t items = rows.size() / columns;
  if (items == 0) {
    fail("nothing to resample", "there are no items", "pass a row of numbers for each item");
  }
  Groups groups{items < max_groups ? items : max_groups, columns, {}};
  groups.sums = Buffer<double>(groups.size * columns);
  const bool alone = groups.size == items;
  const Buffer<std::size_t> order =
      alone ? Buffer<std::size_t>() : random_permutation(items, items);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_finite(rows[i])) {
      fail("a number to resample is not finite", text::format("item %zu", i / columns).chars,
           "look for a division by zero or an overflow in the metric");
    }
    const std::size_t item = i / columns;
    const std::size_t group = alone ? item : order[item] * groups.size / items;
    groups.sums[i % columns * groups.size + group] += rows[i];
  }
  return groups;
}

PERJOULE_INLINE Buffer<double> total_sums(const Groups& groups) {
  Buffer<double> sums(groups.columns);
  for (std::size_t i = 0; i < groups.sums.size(); ++i) sums[i / groups.size] += groups.sums[i];
  return sums;
}

PERJOULE_INLINE Buffer<double> jackknife_sums(const Groups& groups) {
  const Buffer<double> all = total_sums(groups);
  Buffer<double> sums(groups.sums.size());
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
    squares += math::square(mean - x);
    cubes += math::square(mean - x) * (mean - x);
  }
  return squares > 0.0 ? cubes / (6.0 * squares * math::square_root(squares)) : 0.0;
}

PERJOULE_INLINE Buffer<double> finite_values(View<double> values) {
  Buffer<double> finite;
  for (const double x : values) {
    if (is_finite(x)) finite.push_back(x);
  }
  return finite;
}

PERJOULE_INLINE Buffer<double> sorted_finite_values(View<double> values) {
  Buffer<double> finite = finite_values(values);
  sort(finite.data(), finite.size());
  const bool enough = 100 * (values.size() - finite.size()) <= values.size();
  if (!enough || finite.empty()) return {};
  const double least = finite[0];
  const double most = finite[finite.size() - 1];
  const bool all_equal = most - least <= 1e-12 * (math::absolute(least) + math::absolute(most));
  return all_equal ? Buffer<double>{} : finite;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> percentile_interval(View<double> values, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const Buffer<double> sorted = detail::sorted_finite_values(values);
  if (sorted.empty()) return {};
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(sorted, tail), quantile_of_sorted(sorted, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE Interval<double> bca_interval(const Resamples& resamples, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  if (!is_finite(resamples.value)) return {};
  const Buffer<double> sorted = detail::sorted_finite_values(resamples.values);
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

PERJOULE_INLINE Buffer<double> concatenate_columns(View<double> a, View<double> b,
                                                   std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && a.size() % columns == 0 && b.size() % columns == 0);
  if (a.size() != b.size()) {
    fail("two models were not judged on the same items",
         text::format("one has %zu rows, the other %zu", a.size() / columns, b.size() / columns)
             .chars,
         "pass the rows of both in one order");
  }
  Buffer<double> both;
  for (std::size_t i = 0; i < a.size(); i += columns) {
    both.append({a.data() + i, columns});
    both.append({b.data() + i, columns});
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

// ---- perjoule/stats/confidence-inl.hpp

namespace perjoule::inline v0 {

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
    const double factor = math::exponential(half / value);
    return {value / factor, value * factor, level, IntervalMethod::lognormal};
  }
  return {value - half, value + half, level, IntervalMethod::student_t};
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/distributions-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE double normal_quantile(double p) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0);
  if (p > 0.5) return -normal_quantile(1.0 - p);
  double low = -39.0;  // the tail below is less than the least double
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double t_quantile(double p, double dof) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0 && dof > 0.0);
  const double tail = p < 0.5 ? p : 1.0 - p;
  const double power = 0.5 * (dof + 1.0);
  const double log_peak = math::log_gamma(power) - math::log_gamma(0.5 * dof) -
                          0.5 * math::logarithm(3.14159265358979323846 * dof);
  double t = 0.0;
  for (int i = 0; i < 1000; ++i) {
    const double density = math::exponential(log_peak - power * math::logarithm(1.0 + t * t / dof));
    const double step = (t_probability(-t, dof) - tail) / density;
    t += step;
    if (step <= 1e-12 * t) break;
  }
  return p < 0.5 ? -t : t;
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

// ---- perjoule/stats/hypothesis_tests-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE McNemar mcnemar(std::size_t only_a, std::size_t only_b) {
  if (only_a + only_b == 0) return {};
  const auto fewer = static_cast<double>(only_a < only_b ? only_a : only_b);
  const auto n = static_cast<double>(only_a + only_b);
  const double log_seen = math::log_gamma(n + 1.0) - math::log_gamma(fewer + 1.0) -
                          math::log_gamma(n - fewer + 1.0) - n * 0.69314718055994530942;
  const double seen = math::exponential(log_seen);
  // The middle is one outcome of n + 1 and not two.
  if (only_a == only_b) return {1.0, 1.0 - 0.5 * seen};
  const double exact = 2.0 * detail::incomplete_beta(n - fewer, fewer + 1.0, 0.5);
  return {exact, exact - seen};
}

PERJOULE_INLINE LocationEstimate signed_rank(View<double> differences, double level) {
  PERJOULE_EXPECTS(!differences.empty());
  constexpr std::size_t most = 200;
  const std::size_t together = (differences.size() + most - 1) / most;
  Buffer<double> values(differences.size() / together);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < together; ++j) values[i] += differences[i * together + j];
    values[i] /= static_cast<double>(together);
  }
  Buffer<double> averages;  // Walsh's, of each value with itself and all behind it
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) {
      averages.push_back(0.5 * (values[i] + values[j]));
    }
  }
  detail::sort(averages.data(), averages.size());
  const std::size_t middle = averages.size() / 2;
  LocationEstimate found;
  found.value =
      averages.size() % 2 == 1 ? averages[middle] : 0.5 * (averages[middle - 1] + averages[middle]);

  const auto n = static_cast<double>(values.size());
  const double ranks = n * (n + 1.0);
  const double p = 0.5 * (1.0 + level);
  const double spread =
      t_quantile(p, infinite_dof) * math::square_root(ranks * (2.0 * n + 1.0) / 24.0);
  const double below = 0.25 * ranks - spread;
  if (below < 1.0) return found;
  const auto outside = static_cast<std::size_t>(below);
  double wider = 1.0;
  const double time = autocorrelation_time(values);
  if (time > 1.0) {
    wider = math::square_root(time * (n - 1.0) / (n - time)) *
            t_quantile(p, detail::autocorrelated_dof(n, time)) / t_quantile(p, n - 1.0);
  }
  found.interval = {found.value - wider * (found.value - averages[outside - 1]),
                    found.value + wider * (averages[averages.size() - outside] - found.value),
                    level, IntervalMethod::signed_rank};
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<IndexedPValue> sort_p_values(View<double> p_values) {
  Buffer<IndexedPValue> placed;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(p_values[i]) && p_values[i] >= 0.0 && p_values[i] <= 1.0);
    placed.push_back({p_values[i], i});
  }
  sort(placed.data(), placed.size());
  return placed;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<double> holm(View<double> p_values) {
  const Buffer<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  Buffer<double> adjusted(placed.size());
  double least = 0.0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double p = placed[i].p * static_cast<double>(placed.size() - i);
    least = p > least ? p : least;
    adjusted[placed[i].index] = least < 1.0 ? least : 1.0;
  }
  return adjusted;
}

PERJOULE_INLINE Buffer<double> benjamini_hochberg(View<double> p_values) {
  const Buffer<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  Buffer<double> adjusted(placed.size());
  double most = 1.0;
  for (std::size_t i = placed.size(); i > 0; --i) {
    const double p = placed[i - 1].p * static_cast<double>(placed.size()) / static_cast<double>(i);
    most = p < most ? p : most;
    adjusted[placed[i - 1].index] = most;
  }
  return adjusted;
}

}  // namespace perjoule::inline v0

// ---- perjoule/stats/propagate-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                                         const Estimate<double>& b) {
  constexpr double rounding = 1.0 + 1e-9;
  const bool finite = is_finite(covariance.random) && is_finite(covariance.common);
  if (finite && math::absolute(covariance.random) <= a.random * b.random * rounding &&
      math::absolute(covariance.common) <= a.common * b.common * rounding) {
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
  const bool independent = math::absolute(covariance.random) <= 0.0;
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
  return {a.value * b.value, math::root_sum_square(random_a, random_b),
          detail::combined_dof(random_a, a.dof, random_b, b.dof),
          math::root_sum_square(b.value * a.common, a.value * b.common),
          worst(a.provenance, b.provenance)};
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
  const double half = z / shrink * math::square_root(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // The ends are exact where the formula cancels to within rounding of them.
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

// ---- perjoule/stats/quantile-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share) {
  const auto n = static_cast<double>(trials);
  if (trials > 1'000'000) {
    const double z = t_quantile(share, infinite_dof);
    return static_cast<std::uint64_t>(n * p + z * math::square_root(n * p * (1.0 - p)) + 0.5);
  }
  // In logarithms, for (1 - p)^n may be below the smallest double.
  double log_term = n * math::logarithm(1.0 - p);
  double sum = 0.0;
  for (std::uint64_t k = 0; k < trials; ++k) {
    sum += math::exponential(log_term);
    if (sum > share) return k;
    const auto done = static_cast<double>(k);
    log_term += math::logarithm((n - done) / (done + 1.0) * p / (1.0 - p));
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

// ---- perjoule/stats/ratio-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                         double level, double covariance) {
  const double g = fieller_g(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double shift = t * covariance / d;
  const double inner = (1.0 - g) * math::square(u_n) + math::square(r * u_d) -
                       2.0 * r * covariance + math::square(shift);
  // It is 0 where n and d move together, and rounding may leave it below.
  const double half = t / math::absolute(d) * math::square_root(inner > 0.0 ? inner : 0.0);
  const double centre = r - t * shift / d;
  return {(centre - half) / (1.0 - g), (centre + half) / (1.0 - g), level, IntervalMethod::fieller};
}

PERJOULE_INLINE Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                     double level) {
  const Interval<double> of_n = interval(n, math::square_root(level));
  const Interval<double> of_d = interval(d, math::square_root(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

PERJOULE_INLINE Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                          double dof, const Covariance& covariance) {
  const double r = n.value / d.value;
  const double by = r / math::square(d.value);
  const Estimate<double> found{
      r,
      uncertainty_of_difference(n.random / d.value, r * d.random / d.value, by * covariance.random),
      dof,
      uncertainty_of_difference(n.common / d.value, r * d.common / d.value, by * covariance.common),
      worst(n.provenance, d.provenance)};
  const bool finite = is_finite(r) && is_finite(standard_uncertainty(found));
  return finite && found.is_known() ? found : Estimate<double>{};
}

PERJOULE_INLINE Ratio<double> positive_ratio(const Estimate<double>& n, const Estimate<double>& d,
                                             double dof, const Covariance& covariance,
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
    const double factor = math::exponential(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? box(n, d, level)
                              : fieller(n.value, u_n, d.value, u_d, t, level,
                                        covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> ratio(const Estimate<double>& numerator,
                                    const Estimate<double>& denominator, double level) {
  const double dof = detail::combined_dof(
      numerator.random / denominator.value, numerator.dof,
      numerator.value / denominator.value * denominator.random / denominator.value,
      denominator.dof);
  return detail::positive_ratio(numerator, denominator, dof, {}, level);
}

PERJOULE_INLINE Ratio<double> paired_ratio(const Estimate<double>& numerator,
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

PERJOULE_INLINE void expect_finite(View<double> numbers, const char* what) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_finite(numbers[i])) {
      fail(text::format("%s is not a finite number", what).chars,
           text::format("pair %zu, counted from 0", i).chars, "leave the pair out, of both lists");
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> paired_ratio(View<double> numerators, View<double> denominators,
                                           Provenance provenance, double common, double level) {
  if (numerators.size() != denominators.size()) {
    detail::fail(
        "pairs without a partner",
        text::format("%zu numerators, %zu denominators", numerators.size(), denominators.size())
            .chars,
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

PERJOULE_INLINE Ratio<double> ratio_of_differences(const Estimate<double>& numerator,
                                                   const Estimate<double>& denominator,
                                                   const Covariance& covariance, double level) {
  if (!detail::is_known_and_finite(numerator) || !detail::is_known_and_finite(denominator))
    return {};
  detail::validate_covariance(covariance, numerator, denominator);
  const double t = detail::conservative_t_quantile(numerator, denominator, level);
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  if (math::absolute(denominator.value) <= t * u_d) return {};
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

// ---- perjoule/stats/summary-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  const auto n = static_cast<double>(sample.size());
  double above = 0.0;  // the first value, so that rounding makes no scatter of equal ones
  for (const double x : sample) above += x - sample[0];
  Summary summary{sample.size(), sample[0] + above / n, 0.0};
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += math::square(x - summary.mean);
  summary.standard_deviation = math::square_root(squares / (n - 1.0));
  return summary;
}

PERJOULE_INLINE Estimate<double> mean_of_independent(View<double> sample,
                                                     Provenance provenance) noexcept {
  if (sample.size() < 2) return {};
  const Summary summary = summarize(sample);
  const auto n = static_cast<double>(summary.n);
  return {summary.mean, summary.standard_deviation / math::square_root(n), n - 1.0, 0.0,
          provenance};
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
  const double inflation = n > 1.0 ? math::square_root(time * (n - 1.0) / (n - time)) : 1.0;
  const double scatter = summary.standard_deviation * inflation;
  const double root_n = math::square_root(n);
  if (scatter <= resolution)
    return {summary.mean, resolution / root_n, infinite_dof, 0.0, provenance};
  return {summary.mean, scatter / root_n, detail::autocorrelated_dof(n, time), 0.0, provenance};
}

}  // namespace perjoule::inline v0

// ---- perjoule/counters/event_source-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept {
  EventReading first;
  EventReading second;
  if (!source.read(first) || !source.read(second) || !source.read(baseline.at)) return false;
  const EventSourceDescription& description = source.description();
  for (std::size_t i = 0; i < description.events.size(); ++i) {
    const bool has_cost = description.events[i].is_hardware && second.counts[i] >= first.counts[i];
    baseline.cost[i] = has_cost ? static_cast<double>(second.counts[i] - first.counts[i]) : 0.0;
  }
  return true;
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
  Buffer<double> known;
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

// ---- perjoule/counters/kernel_events-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long kernel_event_names() noexcept {
  text::Long names;
  for (const KernelEvent& event : kernel_events) {
    names = text::format("%s%s%s", names.chars, names.empty() ? "" : ", ", event.name);
  }
  return names;
}

PERJOULE_INLINE KernelEvent find_kernel_event(const char* name) {
  for (const KernelEvent& event : kernel_events) {
    const bool is_alias = event.alias != nullptr && strcmp(event.alias, name) == 0;
    if (is_alias || strcmp(event.name, name) == 0) return event;
  }
  char* end = nullptr;
  const bool is_raw = *name == 'r' && name[1 + strspn(name + 1, "0123456789abcdefABCDEF")] == '\0';
  const std::uint64_t raw = is_raw ? strtoull(name + 1, &end, 16) : 0;
  if (!is_raw || end == name + 1) {
    fail("no event of that name", name,
         text::format("name some of %s, or a raw code such as r01c0", kernel_event_names().chars)
             .chars);
  }
  return {"raw", nullptr, KernelEvent::Source::perf, 4, raw};
}

PERJOULE_INLINE text::Name event_error_message(int error_number) noexcept {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return "the kernel keeps it from this user: run 'sudo sysctl kernel.perf_event_paranoid=1' "
             "(until the next boot), or give the program CAP_PERFMON";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case EINVAL:
      return "this processor, or the virtual machine that it is, does not count it";
    case ENOSYS:
      return "this kernel has no perf events, or a sandbox hides them";
    default:
      return errno_message(error_number);
  }
}

PERJOULE_INLINE bool enable_perf_group(int leader) noexcept {
  constexpr unsigned long enable = _IO('$', 0);
  constexpr unsigned long whole_group = 1;
  return ioctl(leader, enable, whole_group) == 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE KernelEvents::KernelEvents(View<const char*> names, Target target,
                                           const detail::PerfCalls& calls)
    : calls_(calls), target_(target) {
  if (names.size() > max_events) {
    detail::fail("too many events", text::format("%zu", names.size()).chars,
                 "name 16 of them or fewer");
  }
  description_.name = "kernel";
  description_.extent = target == Target::process ? "process" : "program";
  for (const char* const name : names) {
    const detail::KernelEvent known = detail::find_kernel_event(name);
    known_.push_back(known);
    Event event;
    event.name = name;
    event.kind = known.kind;
    event.is_hardware = known.source == Source::perf && known.type != software;
    needs_usage_ = needs_usage_ || known.source != Source::perf;
    if (known.source == Source::task_clock) {
      event.unit = "s";
      event.per_count = 1e-9;
    }
    description_.events.push_back(event);
  }
  form_sets();
}

PERJOULE_INLINE bool KernelEvents::open(std::size_t set) noexcept {
  close();
  if (target_ == Target::next_program) return open_set(set, 0) == 0;
  DIR* const threads = opendir("/proc/self/task");
  if (threads == nullptr) return open_set(set, 0) == 0 && enable();
  bool is_open = true;
  while (const dirent* const entry = readdir(threads)) {
    const int thread = atoi(entry->d_name);
    if (thread == 0) continue;  // "." and ".."
    const int why = open_set(set, thread);
    is_open = is_open && (why == 0 || why == ESRCH);  // it has ended meanwhile
  }
  closedir(threads);
  is_open = is_open && enable();
  if (!is_open) close();
  return is_open;
}

PERJOULE_INLINE bool KernelEvents::open_all() noexcept {
  close();
  int why = 0;
  for (std::size_t set = 0; set < description_.sets && why == 0; ++set) why = open_set(set, 0);
  if (why != 0) close();  // counts of a part of them would be read as those of all
  return why == 0;
}

PERJOULE_INLINE void KernelEvents::close() noexcept {
  for (const int file : files_) ::close(file);
  files_ = {};
  groups_ = {};
}

PERJOULE_INLINE int KernelEvents::open_one(std::size_t i, int thread, int leader) const noexcept {
  constexpr std::uint64_t disabled = 1;
  constexpr std::uint64_t inherit = 1U << 1U;
  constexpr std::uint64_t user_mode_only = 1U << 5U | 1U << 6U;
  constexpr std::uint64_t enable_on_exec = 1U << 12U;
  constexpr std::uint64_t times_and_group = 1U | 1U << 1U | 1U << 3U;
  detail::PerfAttributes attributes;
  attributes.type = known_[i].type;
  attributes.config = known_[i].config;
  attributes.read_format = times_and_group;
  attributes.flags = inherit;
  if (leader == -1) attributes.flags |= disabled;
  if (leader == -1 && target_ == Target::next_program) attributes.flags |= enable_on_exec;
  if (description_.events[i].is_hardware) attributes.flags |= user_mode_only;
  return calls_.open(attributes, thread, -1, leader);
}

PERJOULE_INLINE void KernelEvents::form_sets() {
  description_.sets = 1;
  int leader = -1;
  std::size_t set = 0;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (known_[i].source != Source::perf) continue;
    Event& event = description_.events[i];
    const bool is_together = event.is_hardware && leader != -1;
    int file = open_one(i, 0, is_together ? leader : -1);
    if (file == -1 && is_together) {  // not together with the others: in a set of its own?
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
    files_.push_back(file);
    if (!event.is_hardware) continue;
    if (leader == -1) leader = file;
    event.set = set;
    description_.sets = set + 1;
  }
  close();
}

PERJOULE_INLINE int KernelEvents::open_set(std::size_t set, int thread) noexcept {
  const int why = open_group(set, true, thread);
  return why != 0 ? why : open_group(set, false, thread);
}

PERJOULE_INLINE int KernelEvents::open_group(std::size_t set, bool is_hardware,
                                             int thread) noexcept {
  Group group;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (!is_in_group(i, set, is_hardware)) continue;
    const int file = open_one(i, thread, group.leader);
    if (file == -1) return errno;
    files_.push_back(file);
    if (group.leader == -1) group.leader = file;
    group.events[group.size++] = i;
  }
  if (group.size != 0) groups_.push_back(group);
  return 0;
}

PERJOULE_INLINE bool KernelEvents::enable() const noexcept {
  bool done = true;
  for (const Group& group : groups_) done = done && calls_.enable(group.leader);
  return done;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/meter-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE NoMeter::NoMeter() {
  description_.source = "none";
  description_.note = "energy is not measured";
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/system_load-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE SystemState parse_cpu_times(const char* stat, double seconds) noexcept {
  if (strncmp(stat, "cpu ", 4) != 0) return {};
  double fields[8];
  char* at = const_cast<char*>(stat) + 4;
  for (double& field : fields) {
    char* const begin = at;
    field = strtod(begin, &at);
    if (at == begin) return {};
  }
  const auto& [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
  SystemState state;
  state.busy = Seconds((user + nice + system + irq + softirq) * seconds);
  state.steal = Seconds(steal * seconds);
  return state;
}

PERJOULE_INLINE double read_scaled(const text::Name& path, double factor) noexcept {
  char content[64];
  if (path.empty() || read_small_file(path.c_str(), content, sizeof content) <= 0) {
    return quiet_nan();
  }
  char* end = content;
  const double number = strtod(content, &end);
  return end == content ? quiet_nan() : number * factor;
}

PERJOULE_INLINE SystemFiles find_system_files(const char* root) noexcept {
  SystemFiles files;
  files.stat = text::format("%s/proc/stat", root).chars;
  files.frequency =
      text::format("%s/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", root).chars;
  files.throttle_count =
      text::format("%s/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", root)
          .chars;
  files.thread = &thread_usage;
  for (std::size_t i = 0; i < 32 && files.temperature.empty(); ++i) {
    const text::Long zone = text::format("%s/sys/class/thermal/thermal_zone%zu", root, i);
    char type[64];
    if (read_small_file(text::format("%s/type", zone.chars).chars, type, sizeof type) < 0) break;
    for (const char* of_a_cpu : {"x86_pkg_temp", "cpu-thermal", "cpu_thermal", "k10temp", "soc"}) {
      if (strncmp(type, of_a_cpu, strlen(of_a_cpu)) != 0) continue;
      files.temperature = text::format("%s/temp", zone.chars).chars;
    }
  }
  return files;
}

PERJOULE_INLINE SystemState read_system(const SystemFiles& files) noexcept {
  SystemState state;
  char stat[512];
  if (!files.stat.empty() && read_small_file(files.stat.c_str(), stat, sizeof stat) > 0) {
    state = parse_cpu_times(stat, 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
  state.temperature_c = read_scaled(files.temperature, 1e-3);
  state.frequency_hz = read_scaled(files.frequency, 1e3);
  state.throttle_count = read_scaled(files.throttle_count, 1.0);
  return state;
}

PERJOULE_INLINE SystemSnapshot take_snapshot(const SystemFiles& files) noexcept {
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

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Latency latency(const Histogram& lengths, Seconds tick) {
  const auto edge = [&](std::size_t bin) {
    return static_cast<double>(Histogram::bin_lower_edge(bin)) * tick.si();
  };
  return latency(
      lengths.size(), [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank)); },
      [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank) + 1); });
}

PERJOULE_INLINE Latency latency(double* lengths, std::size_t calls) {
  sort(lengths, calls);
  const auto at = [&](std::uint64_t rank) { return lengths[static_cast<std::size_t>(rank - 1)]; };
  return latency(calls, at, at);
}

}  // namespace perjoule::inline v0::detail

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
  table.append(row);
  if (known) return;
  ++dropped;
  why_dropped = window.energy.why_missing;
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/stopwatch-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void Stopwatch::start() noexcept {
  around_ = detail::take_snapshot(*files_);
  is_read_ =
      ends_ == Ends::at_once ? meter_->read(before_) : detail::read_on_tick(*meter_, before_);
  begin_ = meter_->now();
  cpu_begin_ = SystemClock::process_cpu();
}

PERJOULE_INLINE Window Stopwatch::stop(void (*work)(void*), void* context) {
  Window window;
  Reading after;
  Instant cpu_end = SystemClock::process_cpu();
  bool is_read = meter_->read(after) && is_read_;
  if (is_read) detail::update_ticks(meter_->description(), before_, after);
  if (is_read && work != nullptr) {
    is_read = detail::work_until_tick(*meter_, after, work, context);
    cpu_end = SystemClock::process_cpu();
  }
  const Instant end = meter_->now();
  if (is_read && ends_ == Ends::on_ticks) is_read = detail::await_next_ticks(*meter_, after);
  window.wall = is_read ? after.begin - before_.end : end - begin_;
  window.cpu = cpu_end - cpu_begin_;
  window.energy =
      is_read ? meter_->energy(before_, after) : WindowEnergy{{}, "a reading of the meter failed"};
  window.interference = detail::interference_between(around_, detail::take_snapshot(*files_));
  return window;
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/recording-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Seconds CycleClock::tick() const noexcept {
  if (!is_invariant_) return Seconds(1e-9);
  const Seconds since = meter_->now() - begin_;
  return since / static_cast<double>(now() - begin_ticks_);
}

PERJOULE_INLINE bool CycleClock::has_invariant_counter() noexcept {
#if defined(__x86_64__)
  // Bit 8 of EDX: it goes on at one rate in all states of power. Intel SDM vol. 2A, CPUID.
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

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy attribute_by_time(const WindowEnergy& window, double share) noexcept {
  const Estimate<Joules>& whole = window.energy;
  if (!whole.is_known()) return window;
  constexpr double factor = 1.3293998;  // ln(10)/sqrt(3)
  const Joules value = whole.value * share;
  const double unknown = (1.0 - share) * factor * value.si();
  return {{value, whole.random * share, whole.dof,
           Joules(math::root_sum_square(whole.common.si() * share, unknown)),
           worst(whole.provenance, Provenance::estimated)},
          ""};
}

PERJOULE_INLINE Recording::Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every)
    : meter_(meter),
      files_(files),
      every_(every == 0 ? 1 : every),
      clock_(meter_),
      watch_(meter_, files_, Stopwatch::Ends::at_once),
      // Pages that no thread touches cost nothing.
      threads_(static_cast<ThreadRecord*>(calloc(max_recorded_threads, sizeof(ThreadRecord)))) {
  if (threads_ == nullptr) throw std::bad_alloc();
  meter_.wait(Seconds(0.002));  // so that a tick's length is known to a ten thousandth
  const Seconds tick = clock_.tick();
  const auto ticks = [&](Seconds least, Seconds wanted) {
    return static_cast<std::uint64_t>((wanted < least ? least : wanted) / tick);
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

PERJOULE_INLINE Recording::~Recording() {
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    for (RegionRecord& region : threads_[i].regions) delete region.watch;
  }
  free(threads_);
}

PERJOULE_INLINE std::size_t Recording::region(const char* name) {
  const Lock lock(*this);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].view() == name) return i;
  }
  if (names_.size() == max_regions) {
    fail("too many regions in one recording", name, "tell at most 11 apart, beside the calls");
  }
  names_.push_back(name);
  return names_.size() - 1;
}

PERJOULE_INLINE void Recording::end_window() {
  const Lock lock(*this);
  const Window whole = watch_.stop();
  const Seconds tick = clock_.tick();
  wall_ += whole.wall;
  own_ += whole.cpu;
  others_ += whole.interference.others_cpu;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Totals now = totals(i);
    const Totals earlier = seen_[i];
    seen_[i] = now;
    if (now.timed == earlier.timed) continue;
    const auto timed = static_cast<double>(now.timed - earlier.timed);
    Window window = whole;
    window.items = Items(timed + static_cast<double>(now.skipped - earlier.skipped));
    window.wall = tick *
                  (static_cast<double>(now.inclusive_ticks - earlier.inclusive_ticks) / timed) *
                  window.items.si();
    window.cpu = Seconds(quiet_nan());
    const double share = window.wall / whole.wall;
    window.energy = attribute_by_time(whole.energy, share < 1.0 ? share : 1.0);
    shared_[i].add(window);
  }
  begin_window();
}

PERJOULE_INLINE Recording::Totals Recording::totals(std::size_t region) const noexcept {
  Totals sum;
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    const RegionRecord& of = threads_[i].regions[region];
    sum.timed += of.timed.get();
    sum.skipped += of.skipped.get();
    sum.threw += of.threw.get();
    sum.inclusive_ticks += of.inclusive_ticks.get();
    sum.exclusive_ticks += of.exclusive_ticks.get();
    sum.threads += of.timed.get() + of.threw.get() != 0 ? 1 : 0;
  }
  return sum;
}

PERJOULE_INLINE Samples Recording::samples(std::size_t region, bool& is_attributed) {
  end_window();
  const Lock lock(*this);
  const std::size_t read = by_itself_[region].windows();
  is_attributed = read == 0 || read + 1 < totals(region).timed;
  Samples samples = is_attributed ? shared_[region] : by_itself_[region];
  samples.others_cpu_share = others_cpu_share(others_, own_, wall_);
  Histogram lengths;
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    lengths.add(threads_[i].regions[region].lengths);
  }
  samples.latency = latency(lengths, clock_.tick());
  samples.why_no_idle = "in a loop of your own nothing sleeps, so idle power is not known";
  return samples;
}

PERJOULE_INLINE void Recording::begin_window() noexcept {
  watch_.start();
  __atomic_store_n(&window_end_, clock_.now() + window_, __ATOMIC_RELAXED);
}

PERJOULE_INLINE void Recording::begin_long(RegionRecord& of) {
  if (of.watch == nullptr) of.watch = new Stopwatch(meter_, files_, Stopwatch::Ends::at_once);
  of.watch->start();
}

PERJOULE_INLINE void Recording::end_long(RegionRecord& of, std::size_t region) {
  Window window = of.watch->stop();
  window.items = Items(1.0);
  const Lock lock(*this);
  by_itself_[region].add(window);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/memory/cgroup-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool has_word(std::string_view list, std::string_view word,
                              char separator) noexcept {
  for (;;) {
    const std::size_t end = list.find(separator);
    if (list.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    list.remove_prefix(end + 1);
  }
}

PERJOULE_INLINE bool parse_cgroup(std::string_view file, bool& is_v1, text::Long& path) noexcept {
  bool is_found = false;
  is_v1 = false;
  while (!file.empty() && !is_v1) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(line.size() < file.size() ? line.size() + 1 : file.size());
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    is_v1 = has_word(line.substr(first + 1, second - first - 1), "memory");
    if (!is_v1 && line.substr(0, first) != "0") continue;  // the number of the second version
    const std::string_view named = line.substr(second + 1);
    path = named;
    is_found = named.starts_with('/') && named.size() < sizeof path.chars;
  }
  return is_found;
}

PERJOULE_INLINE text::Long unescaped(std::string_view path) noexcept {
  text::Long plain = path;
  char* to = plain.chars;
  for (const char* from = plain.chars; *from != '\0'; ++from, ++to) {
    *to = *from;
    if (*from != '\\' || strspn(from + 1, "01234567") < 3) continue;
    *to = static_cast<char>((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
    from += 3;
  }
  *to = '\0';
  return plain;
}

PERJOULE_INLINE bool parse_cgroup_mount(std::string_view line, bool is_v1,
                                        CgroupMount& mount) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const std::size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return false;
  const std::string_view kind = line.substr(dash + 3);
  const std::string_view options = kind.substr(kind.rfind(' ') + 1);
  if (!kind.starts_with(is_v1 ? "cgroup " : "cgroup2 ")) return false;
  if (is_v1 && !has_word(options, "memory")) return false;
  std::string_view fields[5];
  for (std::string_view& field : fields) {
    field = line.substr(0, line.find(' '));
    line.remove_prefix(field.size() < line.size() ? field.size() + 1 : line.size());
  }
  mount = {unescaped(fields[3]), unescaped(fields[4])};
  return mount.group.chars[0] == '/' && mount.place.chars[0] == '/';
}

PERJOULE_INLINE bool is_outside(const text::Long& path) noexcept {
  return path == "/.." || strncmp(path.chars, "/../", 4) == 0;
}

PERJOULE_INLINE const char* path_below(const text::Long& path, const text::Long& group) noexcept {
  const std::size_t size = group == "/" ? 0 : strlen(group.chars);
  if (strncmp(path.chars, group.chars, size) != 0) return nullptr;
  const char* const rest = path.chars + size;
  if (*rest != '/' && *rest != '\0') return nullptr;
  return strcmp(rest, "/") == 0 ? "" : rest;
}

PERJOULE_INLINE void find_below(const char* root, const CgroupMount& mount, const text::Long& path,
                                CgroupDirectory& found) noexcept {
  if (found.is_named || is_outside(mount.group)) return;
  const char* const rest = path_below(path, mount.group);
  const std::size_t size = strlen(root) + strlen(mount.place.chars);
  if (size + strlen(path.chars) + 32 > sizeof(text::Long)) return;  // with the name of a file
  const text::Long top = text::format("%s%s", root, mount.place.chars);
  const text::Long whole = text::format("%s%s", top.chars, rest == nullptr ? "" : rest);
  if (rest != nullptr && access(whole.chars, F_OK) == 0) {
    found = {whole, size, true};
  } else if (found.path.empty() && access(top.chars, F_OK) == 0) {
    found = {top, size, false};
  }
}

PERJOULE_INLINE CgroupDirectory find_cgroup(const char* root, bool is_v1,
                                            const text::Long& path) noexcept {
  CgroupDirectory found;
  if (is_outside(path)) return found;
  FILE* const mounts = fopen(text::format("%s/proc/self/mountinfo", root).chars, "re");
  if (mounts == nullptr) {  // where they are by convention; "unified" beside the first version
    if (is_v1) {
      find_below(root, {"/", "/sys/fs/cgroup/memory"}, path, found);
    } else {
      find_below(root, {"/", "/sys/fs/cgroup/unified"}, path, found);
      find_below(root, {"/", "/sys/fs/cgroup"}, path, found);
    }
    return found;
  }
  char* line = nullptr;  // of any length: a container's mounts name each of their layers
  std::size_t room = 0;
  for (ssize_t size = 0; (size = getline(&line, &room, mounts)) > 0;) {
    CgroupMount mount;
    if (parse_cgroup_mount(std::string_view(line, static_cast<std::size_t>(size)), is_v1, mount)) {
      find_below(root, mount, path, found);
    }
  }
  free(line);
  fclose(mounts);
  return found;
}

PERJOULE_INLINE bool read_limit(const char* content, std::uint64_t& limit) noexcept {
  const std::size_t digits = strspn(content, "0123456789");
  const bool is_huge = digits > 19 && content[digits] == '\0';
  if (is_huge || strcmp(content, "max") == 0) {
    limit = no_limit;
    return true;
  }
  return text::parse_integer(content, limit);
}

PERJOULE_INLINE Estimate<Bytes> read_byte_count(const text::Long& folder,
                                                const char* file) noexcept {
  char content[64];
  std::uint64_t bytes = 0;
  const text::Long path = text::format("%s/%s", folder.chars, file);
  if (read_small_file(path.chars, content, sizeof content) <= 0) return {};
  if (!text::parse_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

PERJOULE_INLINE bool has_file(const text::Long& folder, const char* file) noexcept {
  return access(text::format("%s/%s", folder.chars, file).chars, F_OK) == 0;
}

PERJOULE_INLINE bool is_root(const text::Long& folder, bool is_v1) noexcept {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

PERJOULE_INLINE bool has_memory_controller(const text::Long& folder) noexcept {
  char controllers[1024];
  const text::Long path = text::format("%s/cgroup.controllers", folder.chars);
  return read_small_file(path.chars, controllers, sizeof controllers) == -1 ||
         has_word(controllers, "memory", ' ');
}

PERJOULE_INLINE bool read_limits(CgroupDirectory group, bool is_v1, std::uint64_t& least) noexcept {
  char content[8192];
  const auto read = [&](const char* file) {
    const text::Long path = text::format("%s/%s", group.path.chars, file);
    return read_small_file(path.chars, content, sizeof content) > 0;
  };
  // The first version says it all at once, with groups that a container doesn't see, and without
  // those above where the group is set not to heed them.
  if (is_v1 && read("memory.stat")) {
    const char* const limit = find_line_value(content, "hierarchical_memory_limit ");
    if (limit != nullptr) return read_count(limit, "\n", least);
  }
  least = no_limit;
  for (;;) {
    const bool is_top = strlen(group.path.chars) <= group.mount;
    if (is_top && is_root(group.path, is_v1)) return true;
    std::uint64_t limit = 0;
    if (!read(cgroup_files(is_v1).limit) || !read_limit(content, limit)) return false;
    if (limit < least) least = limit;
    if (is_top) return true;
    *strrchr(group.path.chars, '/') = '\0';
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CgroupMemory cgroup_memory(const char* root) noexcept {
  CgroupMemory group;
  char content[16384];
  bool is_v1 = false;
  text::Long name;
  const text::Long file = text::format("%s/proc/self/cgroup", root);
  if (detail::read_small_file(file.chars, content, sizeof content) <= 0 ||
      !detail::parse_cgroup(content, is_v1, name)) {
    group.why_missing = "/proc names no control group that counts this process's memory";
    return group;
  }
  detail::CgroupDirectory found = detail::find_cgroup(root, is_v1, name);
  // What is assumed to be the group, since its name leads nowhere, isn't the whole machine.
  if (found.path.empty() || (!found.is_named && detail::is_root(found.path, is_v1))) {
    group.why_missing = "the control group of this process isn't below what is mounted here";
    return group;
  }
  // In the second version the nearest group above counts where the group itself doesn't.
  while (!is_v1 && strlen(found.path.chars) > found.mount &&
         !detail::has_memory_controller(found.path)) {
    *strrchr(found.path.chars, '/') = '\0';
  }
  const detail::CgroupFiles files = detail::cgroup_files(is_v1);
  group.path = found.path;
  group.current = detail::read_byte_count(group.path, files.current);
  group.peak = detail::read_byte_count(group.path, files.peak);
  std::uint64_t limit = 0;
  if (!detail::read_limits(found, is_v1, limit)) {
    group.why_missing = "a limit of the control group, or of one above it, can't be read";
    return group;
  }
  group.is_unlimited = limit >= detail::no_limit;
  if (!group.is_unlimited) group.limit = exact(Bytes(static_cast<double>(limit)));
  if (!group.current.is_known()) {
    group.why_missing = "what the control group takes isn't counted, or can't be read";
  }
  return group;
}

}  // namespace perjoule::inline v0

// ---- perjoule/memory/heap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void HeapCounts::add(std::size_t bytes) noexcept {
  const auto more = static_cast<std::int64_t>(bytes);
  __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&allocated, bytes, __ATOMIC_RELAXED);
  const std::int64_t now = __atomic_add_fetch(&live, more, __ATOMIC_RELAXED);
  std::int64_t most = __atomic_load_n(&peak, __ATOMIC_RELAXED);
  while (now > most && !__atomic_compare_exchange_n(&peak, &most, now, true, __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED)) {
  }
}

PERJOULE_INLINE void HeapCounts::remove(std::size_t bytes) noexcept {
  __atomic_fetch_sub(&live, static_cast<std::int64_t>(bytes), __ATOMIC_RELAXED);
}

PERJOULE_INLINE HeapCounter::HeapCounter() noexcept {
  is_owner_ = !__atomic_exchange_n(&heap_counts.is_owned, true, __ATOMIC_ACQ_REL);
  if (!is_owner_) __atomic_store_n(&heap_counts.is_disturbed, true, __ATOMIC_RELEASE);
  if (is_owner_) __atomic_store_n(&heap_counts.is_disturbed, false, __ATOMIC_RELEASE);
}

PERJOULE_INLINE HeapCounter::~HeapCounter() {
  if (!is_owner_) return;
  stop();
  __atomic_store_n(&heap_counts.is_owned, false, __ATOMIC_RELEASE);
}

PERJOULE_INLINE void HeapCounter::start() noexcept {
  if (!is_owner_) return;
  __atomic_store_n(&heap_counts.live, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.peak, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.allocations, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.allocated, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.is_counting, true, __ATOMIC_SEQ_CST);
}

PERJOULE_INLINE void HeapCounter::stop() noexcept {
  if (is_owner_) __atomic_store_n(&heap_counts.is_counting, false, __ATOMIC_SEQ_CST);
}

}  // namespace perjoule::inline v0::detail

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

PERJOULE_INLINE void ResidentPeak::start() noexcept {
#if defined(__GLIBC__)
  malloc_trim(0);  // pages that are kept for the next allocation would hide it
#endif
  const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  is_reset_ = file != -1 && write(file, "5", 1) == 1;  // sets the peak to what is there now
  if (file != -1) close(file);
  before_ = peak();
}

PERJOULE_INLINE std::int64_t ResidentPeak::growth() const noexcept {
  const std::int64_t now = peak();
  return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
}

PERJOULE_INLINE bool ResidentPeak::is_working() noexcept {
  constexpr std::size_t piece = 4096 - 16;
  constexpr std::int64_t pieces = 2048;
  bool is_found = true;
  for (int pass = 0; pass < 2; ++pass) {
    start();
    void** last = nullptr;  // each piece holds the place of the one before
    for (std::int64_t i = 0; i < pieces; ++i) {
      void** const next = static_cast<void**>(malloc(piece));
      if (next == nullptr) break;
      memset(next, 1, piece);
      *next = last;
      last = next;
    }
    const std::int64_t found = growth();
    is_found = is_found && found > pieces * 3700 && found < pieces * 4500;
    while (last != nullptr) free(std::exchange(last, static_cast<void**>(*last)));
  }
  return is_found;
}

PERJOULE_INLINE std::int64_t ResidentPeak::peak() noexcept {
  char status[8192];
  if (read_small_file("/proc/self/status", status, sizeof status) <= 0) return -1;
  const text::Name kib = parse_field(status, "VmHWM");
  return kib.empty() ? -1 : strtoll(kib.chars, nullptr, 10) * 1024;
}

PERJOULE_INLINE bool read_count(const char* at, const char* end, std::uint64_t& count) noexcept {
  const std::size_t digits = strspn(at, "0123456789");
  return strncmp(at + digits, end, strlen(end)) == 0 &&
         text::parse_integer(text::Short(std::string_view(at, digits)).chars, count);
}

PERJOULE_INLINE const char* find_line_value(const char* file, const char* field) noexcept {
  const std::size_t size = strlen(field);
  while (strncmp(file, field, size) != 0) {
    file = strchr(file, '\n');
    if (file == nullptr) return nullptr;
    ++file;
  }
  return file + size + strspn(file + size, " \t");
}

PERJOULE_INLINE Estimate<Bytes> read_field_bytes(const char* file, const char* field) noexcept {
  const char* const amount = find_line_value(file, field);
  std::uint64_t kib = 0;
  if (amount == nullptr || !read_count(amount, " kB", kib)) return {};
  return exact(Bytes(1024.0 * static_cast<double>(kib)));
}

PERJOULE_INLINE void read_faults(const char* stat, ProcessMemory& memory) noexcept {
  const char* minor = strrchr(stat, ')');
  for (int field = 3; field <= 10 && minor != nullptr; ++field) minor = strchr(minor + 1, ' ');
  const char* major = minor;
  for (int field = 11; field <= 12 && major != nullptr; ++field) major = strchr(major + 1, ' ');
  std::uint64_t counts[2] = {};
  if (major == nullptr || !read_count(minor + 1, " ", counts[0]) ||
      !read_count(major + 1, " ", counts[1]) || counts[0] + counts[1] == 0) {
    return;
  }
  memory.minor_faults = static_cast<double>(counts[0]);
  memory.major_faults = static_cast<double>(counts[1]);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ProcessMemory process_memory(pid_t process, const char* root) noexcept {
  text::Short id = "self";
  if (process != this_process) id = text::format("%d", static_cast<int>(process)).chars;
  char content[8192];
  const auto read = [&](const char* file) -> const char* {
    const text::Long path = text::format("%s/proc/%s/%s", root, id.chars, file);
    return detail::read_small_file(path.chars, content, sizeof content) == -1 ? "" : content;
  };
  ProcessMemory memory;
  const char* const status = read("status");
  memory.resident = detail::read_field_bytes(status, "VmRSS:");
  memory.peak_resident = detail::read_field_bytes(status, "VmHWM:");
  const Bytes late{detail::rss_accounting_lag() / math::square_root(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::read_field_bytes(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/window_energy-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                         const Reading& after,
                                         View<IntermediateReading> between) noexcept {
  std::uint64_t sum = 0;
  std::uint64_t last = before.counts[place];
  Instant since = before.begin;
  for (const IntermediateReading& intermediate : between) {
    if (intermediate.begin <= before.end || intermediate.end >= after.begin) continue;
    const char* const why =
        accumulate_counts(zone, last, intermediate.counts[place], intermediate.end - since, sum);
    if (*why != '\0') return {{}, why};
    last = intermediate.counts[place];
    since = intermediate.begin;
  }
  const char* const why =
      accumulate_counts(zone, last, after.counts[place], after.end - since, sum);
  if (*why != '\0') return {{}, why};
  return zone_energy(zone, sum);
}

PERJOULE_INLINE WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                            const Reading& after,
                                            View<IntermediateReading> between) noexcept {
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
    const auto middle = [](const Tick& tick) { return tick.after + tick.width() * 0.5; };
    const double span = (middle(last) - middle(first)).si();
    if (span <= 0.0) return {{}, "no tick of the counter is known to lie in the window"};
    const double power = counted.energy.value.si() / span;
    const double lead = (before.end - middle(first)).si();
    const double rest = (after.begin - middle(last)).si();
    double rest_power = power;
    double unknown = root_of_a_third * power;
    if (last.counts != 0) {
      rest_power = (static_cast<double>(last.counts) * zone.per_count / zone.update_period).si();
      unknown = math::root_sum_square(0.3 * power, rest_power - power);
    }
    const double energy = counted.energy.value.si() - power * lead + rest_power * rest;
    sum += energy;
    quantum_square += math::square(counted.energy.random.si());
    width_before += power * first.width().si();
    width_after += rest_power * last.width().si();
    other_lead += root_of_a_third * power * lead;
    other_rest += unknown * math::absolute(rest);
    gain += zone.gain_uncertainty * energy;
  }
  const double random = math::square_root(
      quantum_square + (math::square(width_before) + math::square(width_after)) / 12.0);
  const double common = math::root_sum_square(gain, math::root_sum_square(other_lead, other_rest));
  return {{Joules(sum), Joules(random), infinite_dof, Joules(common), meter.provenance}, ""};
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/counter_meter-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void CounterSource::close_files() const noexcept {
  for (const int one : {file, second_file}) {
    if (one != -1) close(one);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter::CounterMeter(const char* source, const char* root, const char* note)
    : state_(new State) {
  state_->description.source = source;
  state_->description.root = root;
  state_->description.note = note;
  state_->description.provenance = Provenance::measured;
}

PERJOULE_INLINE WindowEnergy CounterMeter::energy(const Reading& before,
                                                  const Reading& after) const {
  state_->watch.lock();
  const WindowEnergy found =
      detail::counted_energy(state_->description, before, after, state_->intermediate_readings);
  state_->watch.unlock();
  return found;
}

PERJOULE_INLINE bool CounterMeter::add(const Zone& zone,
                                       const detail::CounterSource& source) noexcept {
  MeterDescription& what = state_->description;
  if (what.zones.size() == max_zones) {
    source.close_files();
    return false;
  }
  state_->sources[what.zones.size()] = source;
  what.zones.push_back(zone);
  if (what.update_period < zone.update_period) what.update_period = zone.update_period;
  return true;
}

PERJOULE_INLINE CounterMeter::State::~State() {
  watch.stop();
  for (const detail::CounterSource& source : sources) source.close_files();
  // A library goes after what it gave.
  for (std::size_t i = releases.size(); i-- > 0;) releases[i].release(releases[i].what);
}

PERJOULE_INLINE void CounterMeter::State::record_intermediate_reading(void* self) {
  State& state = *static_cast<State*>(self);
  Reading reading;
  if (!state.read(reading)) return;
  detail::IntermediateReading intermediate{reading.begin, reading.end, {}};
  for (std::size_t i = 0; i < max_zones; ++i) intermediate.counts[i] = reading.counts[i];
  state.intermediate_readings.push_back(intermediate);
}

PERJOULE_INLINE bool CounterMeter::merge(CounterMeter other) noexcept {
  State& from = *other.state_;
  MeterDescription& what = state_->description;
  if (what.zones.size() + from.description.zones.size() > max_zones) return false;
  state_->watch.stop();
  from.watch.stop();
  for (std::size_t i = 0; i < from.description.zones.size(); ++i) {
    add(from.description.zones[i], from.sources[i]);
    from.sources[i] = {};
  }
  for (const detail::Cleanup& release : from.releases) add_cleanup(release);
  from.releases = {};
  what.source = text::format("%s + %s", what.source.chars, from.description.source.chars).chars;
  what.note = text::format("%s; %s", what.note.chars, from.description.note.chars).chars;
  what.provenance = worst(what.provenance, from.description.provenance);
  what.scope = with_gpu(what.scope);
  const Seconds its = from.max_interval;
  poll_for_wraps(its < state_->max_interval ? its : state_->max_interval);
  return true;
}

PERJOULE_INLINE void CounterMeter::measure_update_periods() noexcept {
  constexpr std::size_t most = 9;
  struct {
    Seconds between[most];  // ascending
    std::size_t seen = 0;
    int ticks = 0;
    Instant last;
  } zones[max_zones];
  Few<Zone, max_zones>& all = state_->description.zones;
  Reading before;
  if (!read(before)) return;
  const Instant start = before.end;
  std::size_t still = all.size();  // those that have not been seen often enough
  for (bool any = false; still != 0;) {
    Reading now;
    const Seconds spent = SystemClock::now() - start;
    if (spent > Seconds(any ? 0.6 : 0.25) || !read(now)) break;
    if (spent > Seconds(0.02)) SystemClock::wait(Seconds(50e-6));
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& zone = zones[i];
      if (now.counts[i] == before.counts[i] || zone.seen == most) continue;
      any = true;
      if (zone.ticks++ > 0) {  // the first one began before we looked
        const Seconds between = now.end - zone.last;
        std::size_t place = zone.seen++;
        for (; place > 0 && zone.between[place - 1] > between; --place) {
          zone.between[place] = zone.between[place - 1];
        }
        zone.between[place] = between;
        if (zone.seen == most) --still;
      }
      zone.last = now.end;
    }
    before = now;
    // A counter that stands still while another is known must not hold up everybody for long.
    if (any && spent > Seconds(0.05) && still < all.size()) break;
  }
  Seconds& slowest = state_->description.update_period;
  slowest = Seconds(0.0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& zone = zones[i];
    if (zone.seen >= 3) {
      const Seconds median = zone.between[zone.seen / 2];
      const Seconds early = median - zone.between[1];
      const Seconds late = zone.between[zone.seen - 2] - median;
      all[i].update_period = median;
      all[i].jitter = early > late ? early : late;
    }
    if (all[i].update_period > slowest) slowest = all[i].update_period;
  }
}

PERJOULE_INLINE void CounterMeter::poll_for_wraps(Seconds max_interval) noexcept {
  Seconds between = state_->max_interval = max_interval;
  for (const Zone& zone : state_->description.zones) {
    const Seconds turn =
        static_cast<double>(zone.modulus) * zone.per_count / detail::max_zone_power;
    if (turn * 0.5 < between) between = turn * 0.5;
  }
  if (between < Seconds(1e-3)) between = Seconds(1e-3);
  if (between >= Seconds(1e5)) return;  // a day
  // Without a thread, windows that are too long say so.
  (void)state_->watch.start(between.si(), &State::record_intermediate_reading, state_);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE PowerIntegrator* PowerIntegrator::make() { return new PowerIntegrator; }

PERJOULE_INLINE void PowerIntegrator::release(void* self) {
  delete static_cast<PowerIntegrator*>(self);
}

PERJOULE_INLINE CounterSource PowerIntegrator::add(const CounterSource& source,
                                                   double watts_per_count) noexcept {
  Sensor sensor;
  sensor.source = source;
  sensor.watts_per_count = watts_per_count;
  sensors_.push_back(sensor);
  CounterSource counter;
  counter.read = &read_sum;
  counter.device = &sensors_[sensors_.size() - 1];
  return counter;
}

PERJOULE_INLINE bool PowerIntegrator::start() noexcept {
  sample();
  return thread_.start(interval.si(), &sample_all, this);
}

PERJOULE_INLINE void PowerIntegrator::sample() noexcept {
  for (Sensor& sensor : sensors_) {
    std::uint64_t count = 0;
    const bool known = sensor.source.read(sensor.source, count);
    if (known) {
      const Instant now = SystemClock::now();
      const double watts = static_cast<double>(count) * sensor.watts_per_count;
      if (sensor.at.ns != 0) {
        sensor.joules += 0.5 * (sensor.watts + watts) * (now - sensor.at).si();
      }
      sensor.watts = watts;
      sensor.at = now;
    }
    __atomic_store_n(&sensor.is_known, known, __ATOMIC_RELAXED);
    __atomic_store_n(&sensor.microjoules, static_cast<std::uint64_t>(sensor.joules * 1e6),
                     __ATOMIC_RELAXED);
  }
}

PERJOULE_INLINE void PowerIntegrator::sample_all(void* self) {
  static_cast<PowerIntegrator*>(self)->sample();
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/meters/external-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ExternalLineReader::release(void* self) {
  delete static_cast<ExternalLineReader*>(self);
}

PERJOULE_INLINE void ExternalLineReader::poll() noexcept {
  for (;;) {
    const ssize_t n = read(file_, line_ + used_, sizeof line_ - 1 - used_);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return;
    used_ += static_cast<std::size_t>(n);
    line_[used_] = '\0';
    char* begin = line_;
    for (char* end = strchr(begin, '\n'); end != nullptr; end = strchr(begin, '\n')) {
      *end = '\0';
      parse_line(begin);
      begin = end + 1;
    }
    used_ -= static_cast<std::size_t>(begin - line_);
    memmove(line_, begin, used_ + 1);
    if (used_ == sizeof line_ - 1) {  // no line is that long
      mark_broken();
      used_ = 0;
    }
  }
}

PERJOULE_INLINE bool ExternalLineReader::start() noexcept {
  return thread_.start(2e-3, &poll_all, this);
}

PERJOULE_INLINE void ExternalLineReader::poll_all(void* self) {
  static_cast<ExternalLineReader*>(self)->poll();
}

PERJOULE_INLINE void ExternalLineReader::parse_line(char* line) noexcept {
  char* end = line;
  const double seconds = parse_double(line, &end);
  char* const second = end;
  const double joules = parse_double(second, &end);
  constexpr double most = 1e12;  // J: far more than any meter counts, and room for microjoules
  const bool is_none = end == second || second == line || end[strspn(end, " \t\r")] != '\0' ||
                       !is_finite(seconds) || !(math::absolute(joules) < most);
  if (is_none || (any_ && (seconds < seconds_ || joules < joules_))) mark_broken();
  if (broken_) return;
  if (!any_) first_ = joules;
  any_ = true;
  seconds_ = seconds;
  joules_ = joules;
  __atomic_store_n(&microjoules_, static_cast<std::uint64_t>((joules - first_) * 1e6 + 0.5),
                   __ATOMIC_RELAXED);
  __atomic_store_n(&is_good_, true, __ATOMIC_RELAXED);
}

PERJOULE_INLINE Zone external_zone(const char* name) noexcept {
  Zone zone;
  zone.name = name;
  zone.id = name;
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1e-6);
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter external_meter(const char* name, Scope scope,
                                            bool (*joules)(void*, double*), void* context) {
  CounterMeter meter("external", "", text::format("%s, a meter of the user's own", name).chars);
  meter.description().scope = scope;
  detail::CounterSource source;
  source.read = &detail::read_callback;
  source.device = context;
  source.call = reinterpret_cast<void*>(joules);
  meter.add(detail::external_zone(name), source);
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_external(const char* path) {
  const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file == -1) {
    return {text::format("cannot read %s: %s", path, detail::errno_message(errno).chars).chars,
            "name a file or a pipe that another program writes lines of 'seconds joules' to",
            errno == EACCES ? ProbeState::forbidden : ProbeState::absent};
  }
  CounterMeter meter("external", path, "read by another program");
  meter.description().scope = Scope::psys;
  auto* const lines = new detail::ExternalLineReader(file);
  meter.add_cleanup({&detail::ExternalLineReader::release, lines});
  lines->poll();
  detail::CounterSource source;
  source.read = &detail::ExternalLineReader::read_sum;
  source.device = lines;
  meter.add(detail::external_zone(detail::base_name(path)), source);
  std::uint64_t count = 0;
  if (!lines->start()) {
    return {"the system gives no thread to read the meter", "raise 'ulimit -u'",
            ProbeState::broken};
  }
  const Instant start = SystemClock::now();
  while (!source.read(source, count)) {
    if (SystemClock::now() - start > Seconds(3.0)) {
      return {text::format("%s: no line of 'seconds joules' within 3 s", path).chars,
              "check that the other program is running and writes whole lines", ProbeState::broken};
    }
    SystemClock::wait(Seconds(5e-3));
  }
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/gpu_library-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void close_library(void* library) { dlclose(library); }

PERJOULE_INLINE Probe<CounterMeter> gpu_unavailable(const char* library, const text::Long& reason,
                                                    ProbeState state) {
  return {text::format("%s: %s", library, reason.chars).chars,
          "install the GPU's driver and its management library, and check that its own tool "
          "(nvidia-smi, amd-smi) shows the GPU",
          state};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_nvml(const char* library) {
  void* const nvml = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (nvml == nullptr) return detail::gpu_unavailable(library, "not there", ProbeState::absent);
  CounterMeter meter("nvml", library,
                     "GPUs as their driver counts them; of each 100 ms, A100 and H100 look at 25");
  meter.add_cleanup({&detail::close_library, nvml});
  using Plain = int (*)();
  const auto init = detail::load_symbol<Plain>(nvml, "nvmlInit_v2");
  const auto shutdown = detail::load_symbol<Plain>(nvml, "nvmlShutdown");
  const auto count = detail::load_symbol<int (*)(unsigned*)>(nvml, "nvmlDeviceGetCount_v2");
  const auto handle =
      detail::load_symbol<int (*)(unsigned, void**)>(nvml, "nvmlDeviceGetHandleByIndex_v2");
  const auto device_name =
      detail::load_symbol<int (*)(void*, char*, unsigned)>(nvml, "nvmlDeviceGetName");
  void* const energy = dlsym(nvml, "nvmlDeviceGetTotalEnergyConsumption");
  void* const power = dlsym(nvml, "nvmlDeviceGetPowerUsage");
  if (init == nullptr || shutdown == nullptr || count == nullptr || handle == nullptr) {
    return detail::gpu_unavailable(library, "lacks functions of NVML", ProbeState::broken);
  }
  const int why = init();
  if (why != 0) {
    return detail::gpu_unavailable(library, text::format("nvmlInit gives error %d", why),
                                   why == 4 ? ProbeState::forbidden : ProbeState::absent);
  }
  meter.add_cleanup(
      {[](void* call) { reinterpret_cast<Plain>(call)(); }, reinterpret_cast<void*>(shutdown)});
  detail::PowerIntegrator* const powers = detail::PowerIntegrator::make();
  meter.add_cleanup({&detail::PowerIntegrator::release, powers});
  unsigned gpus = 0;
  if (count(&gpus) != 0) gpus = 0;
  for (unsigned i = 0; i < gpus; ++i) {
    void* device = nullptr;
    if (handle(i, &device) != 0) {
      return detail::gpu_unavailable(
          library, text::format("GPU %zu may not be asked", std::size_t{i}), ProbeState::forbidden);
    }
    Zone zone;
    zone.name = text::format("gpu-%zu", std::size_t{i}).chars;
    text::Name model;
    if (device_name != nullptr) (void)device_name(device, model.chars, sizeof model.chars);
    zone.id = model.chars;
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-3);
    zone.update_period = detail::gpu_period;
    zone.gain_uncertainty = detail::gpu_gain_uncertainty;
    detail::CounterSource source{&detail::read_nvml_energy, -1, 0, device, energy};
    std::uint64_t now = 0;
    if (energy == nullptr || !source.read(source, now)) {
      source.read = &detail::read_nvml_power;
      source.call = power;
      if (power == nullptr || !source.read(source, now)) {
        return detail::gpu_unavailable(
            library,
            text::format("%s (%s) tells neither energy nor power", zone.name.chars, zone.id.chars),
            ProbeState::broken);
      }
      source = powers->add(source, 1e-3);
      zone.per_count = zone.resolution = Joules(1e-6);
      zone.update_period = detail::PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    if (!meter.add(zone, source)) {
      return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                     ProbeState::broken);
    }
  }
  if (meter.description().zones.empty()) {
    return detail::gpu_unavailable(library, "shows no GPU", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  if (!powers->empty() && !powers->start()) {
    return detail::gpu_unavailable(library, "the system gives no thread to add up power",
                                   ProbeState::broken);
  }
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_amd_smi(const char* library) {
  void* const smi = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (smi == nullptr) return detail::gpu_unavailable(library, "not there", ProbeState::absent);
  CounterMeter meter("amd-smi", library, "GPUs as their driver counts them");
  meter.add_cleanup({&detail::close_library, smi});
  using List = int (*)(std::uint32_t*, void**);
  using ListOf = int (*)(void*, std::uint32_t*, void**);
  using Plain = int (*)();
  const auto init = detail::load_symbol<int (*)(std::uint64_t)>(smi, "amdsmi_init");
  const auto shut_down = detail::load_symbol<Plain>(smi, "amdsmi_shut_down");
  const auto sockets = detail::load_symbol<List>(smi, "amdsmi_get_socket_handles");
  const auto processors = detail::load_symbol<ListOf>(smi, "amdsmi_get_processor_handles");
  void* const energy = dlsym(smi, "amdsmi_get_energy_count");
  if (init == nullptr || shut_down == nullptr || sockets == nullptr || processors == nullptr ||
      energy == nullptr) {
    return detail::gpu_unavailable(library, "lacks functions of AMD SMI", ProbeState::broken);
  }
  constexpr std::uint64_t gpus_alone = 2;
  const int why = init(gpus_alone);
  if (why != 0) {
    return detail::gpu_unavailable(library, text::format("amdsmi_init gives error %d", why),
                                   ProbeState::absent);
  }
  meter.add_cleanup(
      {[](void* call) { reinterpret_cast<Plain>(call)(); }, reinterpret_cast<void*>(shut_down)});
  void* all[max_zones] = {};
  std::uint32_t count = 0;
  if (sockets(&count, nullptr) != 0) count = 0;
  if (count > max_zones) {
    return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                   ProbeState::broken);
  }
  if (sockets(&count, all) != 0) count = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    void* gpus[max_zones] = {};
    std::uint32_t gpu_count = 0;
    if (processors(all[i], &gpu_count, nullptr) != 0) continue;
    if (gpu_count > max_zones) {
      return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                     ProbeState::broken);
    }
    if (processors(all[i], &gpu_count, gpus) != 0) {
      return detail::gpu_unavailable(library, "a GPU may not be asked", ProbeState::forbidden);
    }
    for (std::uint32_t gpu = 0; gpu < gpu_count; ++gpu) {
      std::uint64_t now = 0;
      std::uint64_t timestamp = 0;
      float microjoules = 0.0F;
      const auto read =
          reinterpret_cast<int (*)(void*, std::uint64_t*, float*, std::uint64_t*)>(energy);
      if (read(gpus[gpu], &now, &microjoules, &timestamp) != 0 || !(microjoules > 0.0F)) continue;
      Zone zone;
      zone.name = text::format("gpu-%zu", meter.description().zones.size()).chars;
      zone.id =
          text::format("socket %d, processor %d", static_cast<int>(i), static_cast<int>(gpu)).chars;
      zone.modulus = never_wraps;
      zone.per_count = zone.resolution = Joules(1e-6 * static_cast<double>(microjoules));
      zone.update_period = detail::gpu_period;
      zone.gain_uncertainty = detail::gpu_gain_uncertainty;
      if (!meter.add(zone, {&detail::read_amd_smi, -1, 0, gpus[gpu], energy})) {
        return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                       ProbeState::broken);
      }
    }
  }
  if (meter.description().zones.empty()) {
    return detail::gpu_unavailable(library, "shows no GPU that counts energy", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/hwmon-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_read_only(const text::Long& path) noexcept {
  return open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

PERJOULE_INLINE bool is_integrated_gpu(const text::Long& folder) noexcept {
  char millivolts[64];
  const text::Long path = text::format("%s/in1_input", folder.chars);
  return read_small_file(path.c_str(), millivolts, sizeof millivolts) > 0;
}

PERJOULE_INLINE int add_hwmon(const HwmonDriver& driver, const text::Long& folder,
                              CounterMeter& meter, PowerIntegrator& powers) noexcept {
  int found = ENOENT;
  for (std::size_t channel = 1; channel <= 128; ++channel) {
    char label[64] = "";
    for (const char* kind : {"%s/energy%zu_label", "%s/power%zu_label", "%s/in%zu_label"}) {
      if (kind[3] != driver.channel[0] && !(kind[3] == 'i' && driver.channel[0] == 'c')) continue;
      (void)read_small_file(text::format(kind, folder.chars, channel).chars, label, sizeof label);
    }
    bool wanted = false;
    for (const char* begin : driver.labels) {
      wanted = wanted || (*begin == '\0' ? label[0] == '\0' : starts_with(label, begin));
    }
    if (!wanted) continue;
    const text::Long name = text::format(driver.channel, channel);
    const text::Long path = text::format("%s/%s", folder.chars, name.chars);
    if (meter.description().zones.size() == max_zones) {
      if (access(path.c_str(), F_OK) == 0) return E2BIG;
      continue;
    }
    CounterSource source{&read_decimal, open_read_only(path)};
    if (source.file == -1 && errno == ENOENT) continue;
    if (source.file == -1) return errno;
    Zone zone;
    zone.name = label[0] == '\0' ? driver.name : label;
    zone.id = text::format("%s/%s", base_name(folder.chars), name.chars).chars;
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-6);
    zone.update_period = Seconds(1e-3);
    if (driver.channel[0] != 'e') {
      if (driver.channel[0] == 'c') {
        source.read = &read_volt_amperes;
        source.second_file = open_read_only(text::format("%s/in%zu_input", folder.chars, channel));
        if (source.second_file == -1) {
          source.close_files();
          continue;
        }
      }
      source = powers.add(source, 1e-6);
      zone.update_period = PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    if (!meter.add(zone, source)) return E2BIG;
    found = 0;
  }
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_hwmon(const char* root, bool gpus) {
  const text::Long all = text::format("%s/sys/class/hwmon", root);
  CounterMeter meter("hwmon", all.chars, "");
  detail::PowerIntegrator* const powers = detail::PowerIntegrator::make();
  meter.add_cleanup({&detail::PowerIntegrator::release, powers});
  const auto refuse = [](const text::Long& reason, const char* fix, ProbeState state) {
    return Probe<CounterMeter>(reason.chars, fix, state);
  };
  text::Name used;  // of several drivers of one kind the first wins
  for (std::size_t i = 0; i < 64; ++i) {
    const text::Long folder = text::format("%s/hwmon%zu", all.chars, i);
    char name[64];
    (void)detail::read_small_file(text::format("%s/name", folder.chars).chars, name, sizeof name);
    std::size_t zones = meter.description().zones.size();
    for (const detail::HwmonDriver& driver : detail::hwmon_drivers) {
      if (strcmp(driver.name, name) != 0 || (driver.scope == Scope::gpu) != gpus) continue;
      if (!used.empty() && !(used == name)) continue;
      if (meter.description().zones.size() != zones) continue;  // counted energy beats added power
      // A GPU within the CPU's package shows the power of that; it alone tells the voltage of a
      // north bridge.
      if (gpus && detail::is_integrated_gpu(folder)) continue;
      const int why = detail::add_hwmon(driver, folder, meter, *powers);
      if (why == ENOENT) continue;
      if (why != 0) {
        return refuse(text::format("%s: %s", folder.chars, detail::errno_message(why).chars),
                      "let this user read the files there: docs/how-to/permissions.md",
                      why == EACCES ? ProbeState::forbidden : ProbeState::broken);
      }
      used = name;
      meter.description().scope = driver.scope;
      meter.description().note =
          text::format("%s sensor of the kernel, of unknown accuracy%s", name,
                       powers->empty() ? "" : "; energy is added up from power")
              .chars;
    }
  }
  if (meter.description().zones.empty()) {
    return refuse(text::format("%s has no sensor that is known here", all.chars),
                  gpus ? "load the GPU's driver" : "load the driver of the board's power sensor",
                  ProbeState::absent);
  }
  if (!powers->empty() && !powers->start()) {
    return refuse("the system gives no thread to add up power", "raise 'ulimit -u'",
                  ProbeState::broken);
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

PERJOULE_INLINE Cpus parse_cpus(const char* list) noexcept {
  Cpus cpus;
  while (*list >= '0' && *list <= '9') {
    char* end = nullptr;
    long first = strtol(list, &end, 10);
    const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
    for (; first <= last && cpus.size() < Cpus::capacity(); ++first) {
      cpus.push_back(static_cast<int>(first));
    }
    list = *end == ',' ? end + 1 : end;
  }
  return cpus;
}

PERJOULE_INLINE void drop_duplicate_dies(const char* root, Cpus& cpus) noexcept {
  char info[4096];
  (void)read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const text::Name vendor = parse_field(info, "vendor_id");
  if (!(vendor == "AuthenticAMD") && !(vendor == "HygonGenuine")) return;
  Cpus kept;
  for (const int cpu : cpus) {
    bool known = false;
    for (const int other : kept) known = known || package_of(root, other) == package_of(root, cpu);
    if (!known) kept.push_back(cpu);
  }
  cpus = kept;
}

PERJOULE_INLINE bool describe_perf_event(const char* pmu, const char* event, std::uint64_t& config,
                                         Joules& scale) noexcept {
  const auto read = [&](const char* suffix) {
    char content[64];
    const text::Long path = text::format("%s/events/%s%s", pmu, event, suffix);
    (void)read_small_file(path.c_str(), content, sizeof content);
    return text::Short(content);
  };
  const text::Short code = read("");
  if (!starts_with(code.chars, "event=")) return false;
  config = strtoull(code.chars + 6, nullptr, 0);
  char* end = nullptr;
  scale = Joules(parse_double(read(".scale").chars, &end));
  return read(".unit") == "Joules" && scale > Joules(0.0);
}

PERJOULE_INLINE int add_perf_events(CounterMeter& meter, const char* pmu, const char* event,
                                    const char* zone_name, std::uint32_t type, const Cpus& cpus,
                                    PerfOpener open) noexcept {
  std::uint64_t config = 0;
  Zone zone;
  if (!describe_perf_event(pmu, event, config, zone.per_count)) return ENOENT;
  // The kernel adds up 64 bits of counts much finer than the hardware's, which is 61 uJ on most.
  zone.modulus = never_wraps;
  zone.resolution = Joules(61e-6);
  zone.update_period = rapl_period;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    const int file = open(type, config, cpus[i]);
    if (file == -1) return errno == ENOENT ? ENODEV : errno;  // it was described
    zone.name = text::format(zone_name, i).chars;
    zone.id = text::format("%s@cpu%d", event, cpus[i]).chars;
    if (!meter.add(zone, {&read_perf, file})) return E2BIG;
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_perf(const char* root, detail::PerfOpener open) noexcept {
  const text::Long pmu = text::format("%s/sys/bus/event_source/devices/power", root);
  std::uint64_t type = 0;
  const text::Long problem = detail::read_number(pmu.chars, "type", type);
  if (!problem.empty()) {
    return {problem.chars, "run on bare metal with an Intel or AMD CPU ('modprobe rapl')"};
  }
  char list[256];
  (void)detail::read_small_file(text::format("%s/cpumask", pmu.chars).chars, list, sizeof list);
  detail::Cpus cpus = detail::parse_cpus(list);
  detail::drop_duplicate_dies(root, cpus);
  CounterMeter meter("rapl-perf", pmu.chars,
                     "the whole package is counted, other programs' share included");
  Scope& scope = meter.description().scope;
  const auto add = [&](const char* event, const char* name) {
    return detail::add_perf_events(meter, pmu.chars, event, name, static_cast<std::uint32_t>(type),
                                   cpus, open);
  };
  int why = cpus.empty() ? ENOENT : 0;
  if (why == 0) {
    // One counter of the whole machine, which is shown at each package.
    detail::Cpus first;
    first.push_back(cpus[0]);
    const detail::Cpus all = std::exchange(cpus, first);
    why = add("energy-psys", "psys");
    scope = Scope::psys;
    cpus = all;
  }
  if (why == ENOENT && !cpus.empty()) {
    scope = Scope::package;
    why = add("energy-pkg", "package-%zu");
    const int memory = why == 0 ? add("energy-ram", "dram-%zu") : ENOENT;
    if (memory == 0) scope = Scope::package_dram;
    if (memory != ENOENT) why = memory;
  }
  if (why == EACCES || why == EPERM) {
    return {"the kernel keeps its power events from this user",
            "run 'sudo sysctl kernel.perf_event_paranoid=0' (until the next boot), or give the "
            "program CAP_PERFMON: docs/how-to/permissions.md",
            ProbeState::forbidden};
  }
  if (why != 0) {
    return {text::format("%s: %s", pmu.chars, detail::errno_message(why).chars).chars,
            "report the kernel version and the events in that folder", ProbeState::broken};
  }
  meter.measure_update_periods();
  // The kernel looks at the 32 bits of the hardware as often as 200 W need it, not more.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

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

PERJOULE_INLINE PowerModel power_model_of_cpu(const char* root) noexcept {
  char info[4096];
  (void)read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const auto number = [&](const char* field) {
    return strtol(parse_field(info, field).chars, nullptr, 10);
  };
  return power_model_of(parse_field(info, "vendor_id").view(), number("cpu family"),
                        number("model\t"));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter cpu_time_model(const PowerModel& model) {
  PERJOULE_EXPECTS(model.factor >= 1.5);
  PERJOULE_EXPECTS(model.full > model.idle && model.idle >= Watts(0.0));
  CounterMeter meter(
      "cpu-time-model", "",
      text::format("CPU time of this process x %s W per core (idle %s W), right within a factor "
                   "of %s with 95 %%; no measurement of energy",
                   text::shortest(model.full.si()).chars, text::shortest(model.idle.si()).chars,
                   text::shortest(model.factor).chars)
          .chars);
  MeterDescription& what = meter.description();
  what.scope = Scope::process;
  what.provenance = Provenance::modelled;
  Zone zone;
  zone.modulus = never_wraps;
  zone.allows_zero_counts = true;
  zone.gain_uncertainty = math::logarithm(model.factor) / 1.959963984540;
  zone.name = "CPU time";
  zone.id = "CLOCK_PROCESS_CPUTIME_ID";
  zone.per_count = zone.resolution = Seconds(1e-9) * (model.full - model.idle);
  meter.add(zone, {&detail::read_process_cpu});
  zone.name = "wall time";
  zone.id = "CLOCK_MONOTONIC";
  zone.per_count = zone.resolution = Seconds(1e-9) * model.idle;
  if (model.idle > Watts(0.0)) meter.add(zone, {&detail::read_wall});
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
  for (const FoundZone& other : found) {
    if (!other.chosen || die.counts == 0 || !is_same_package(die.zone, other.zone)) continue;
    const Joules ahead = drawn(other.counts, die.counts);
    if (-1.0 * slack < ahead && ahead < drawn(other.counts, other.counts_later) + slack)
      return true;
  }
  return false;
}

PERJOULE_INLINE Scope choose_zones(FoundZones& found) noexcept {
  bool has_msr = false;
  for (const FoundZone& zone : found) has_msr |= starts_with(zone.zone.id.chars, "intel-rapl:");
  const char* const twin = has_msr ? "intel-rapl-mmio" : "no twin";
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (starts_with(zone.zone.id.chars, twin)) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!starts_with(zone.zone.name.chars, "package-") || is_duplicate_die(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  std::size_t memories = 0;
  FoundZone* memory[max_zones] = {};
  for (FoundZone& zone : found) {
    for (const FoundZone& package : found) {
      if (package.chosen && zone.zone.name == "dram" && is_nested_in(zone.zone, package.zone) &&
          memories < max_zones) {
        memory[memories++] = &zone;
      }
    }
  }
  if (packages == 0) {
    // Arm's zones have names of the vendor's choice: those at the top contain the others.
    for (FoundZone& zone : found) {
      const char* const number = strchr(zone.zone.id.chars, ':');
      zone.chosen =
          starts_with(zone.zone.id.chars, "arm-scmi:") && strchr(number + 1, ':') == nullptr;
      packages += zone.chosen ? 1 : 0;
    }
    return packages == 0 ? Scope::none : Scope::package;
  }
  if (memories != packages) return Scope::package;
  for (std::size_t i = 0; i < memories; ++i) memory[i]->chosen = true;
  return Scope::package_dram;
}

PERJOULE_INLINE int package_of(const char* root, int cpu) noexcept {
  char content[64];
  const text::Long path =
      text::format("%s/sys/devices/system/cpu/cpu%d/topology/physical_package_id", root, cpu);
  if (read_small_file(path.c_str(), content, sizeof content) <= 0) return -1;
  return atoi(content);
}

PERJOULE_INLINE void find_powercap_zones(const char* root, int depth, FoundZones& tree) noexcept {
  dirent** entries = nullptr;
  const int count = scandir(root, &entries, nullptr, &alphasort);
  for (int i = 0; i < count; ++i) {
    const char* const name = entries[i]->d_name;
    const bool is_zone = strchr(name, ':') != nullptr;
    if (is_zone || starts_with(name, "intel-rapl") || starts_with(name, "arm-scmi")) {
      FoundZone found;
      found.folder = text::format("%s/%s", root, name);
      found.zone.id = name;
      bool known = !is_zone || tree.size() == FoundZones::capacity();
      for (const FoundZone& other : tree) known |= other.zone.id == name;
      if (!known) tree.push_back(found);
      if (depth < 3) find_powercap_zones(found.folder.c_str(), depth + 1, tree);
    }
    free(entries[i]);
  }
  free(entries);
}

PERJOULE_INLINE text::Long read_number(const char* folder, const char* file,
                                       std::uint64_t& number) noexcept {
  const text::Long path = text::format("%s/%s", folder, file);
  char content[64];
  if (read_small_file(path.c_str(), content, sizeof content) == -1) {
    return text::format("cannot read %s: %s", path.chars, errno_message(errno).chars);
  }
  if (text::parse_integer(content, number)) return {};
  return text::format("%s holds '%.40s' where a whole number is expected", path.chars, content);
}

PERJOULE_INLINE text::Long read_powercap_zone(FoundZone& found) noexcept {
  const text::Long path = text::format("%s/name", found.folder.chars);
  char* const name = found.zone.name.chars;
  if (read_small_file(path.c_str(), name, sizeof found.zone.name.chars) == -1) {
    return text::format("cannot read %s: %s", path.chars, errno_message(errno).chars);
  }
  std::uint64_t range = 0;
  text::Long problem = read_number(found.folder.chars, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder.chars, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return text::format("%s/max_energy_range_uj is 0", found.folder.chars);
  // The file counts in uJ, the hardware below it in 2^32 units: its range is (2^32 - 1) units, so
  // it starts again one unit later. Where the range is no such multiple the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = unit >= 1.0 ? unit : 1.0;
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  found.zone.update_period = rapl_period;
  return {};
}

PERJOULE_INLINE text::Long open_powercap_zones(const FoundZones& tree,
                                               CounterMeter& meter) noexcept {
  for (const FoundZone& found : tree) {
    if (!found.chosen) continue;
    const text::Long path = text::format("%s/energy_uj", found.folder.chars);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      return text::format("cannot open %s: %s", path.chars, errno_message(errno).chars);
    }
    if (!meter.add(found.zone, {&read_decimal, file})) {
      return "more zones than a reading has room for";
    }
  }
  return meter.description().zones.empty() ? "neither a package nor a psys zone" : "";
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_powercap(const char* root) noexcept {
  const text::Long folder = text::format("%s/sys/class/powercap", root);
  detail::FoundZones tree;
  detail::find_powercap_zones(folder.chars, 0, tree);
  if (tree.empty()) {
    return {text::format("%s holds no RAPL zone", folder.chars).chars,
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_ROOT"};
  }
  CounterMeter meter("rapl-powercap", folder.chars,
                     "the whole package is counted, other programs' share included");
  text::Long problem;
  errno = 0;
  for (detail::FoundZone& found : tree) {
    // One zone that can't be read would make the total silently smaller: then none is used.
    if (problem.empty()) problem = detail::read_powercap_zone(found);
  }
  for (detail::FoundZone& found : tree) {
    if (!problem.empty()) break;
    problem = detail::read_number(found.folder.chars, "energy_uj", found.counts_later);
  }
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    problem = detail::open_powercap_zones(tree, meter);
  }
  if (!problem.empty()) {
    const bool forbidden = errno == EACCES || errno == EPERM;
    const char* const fix =
        forbidden ? "run 'sudo chgrp $(id -gn) %s/*/energy_uj; sudo chmod g+r %s/*/energy_uj' "
                    "(until the next boot; for good, a udev rule: docs/how-to/permissions.md)"
                  : "check that %s is the powercap tree of a running kernel";
    return {problem.chars, text::format(fix, folder.chars, folder.chars).chars,
            forbidden ? ProbeState::forbidden : ProbeState::broken};
  }
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RaplRegisters rapl_registers(std::string_view vendor, long family,
                                             long model) noexcept {
  if ((vendor == "AuthenticAMD" && family >= 0x17) || vendor == "HygonGenuine") {
    return {0xC001'0299, 0xC001'029B};
  }
  if (vendor != "GenuineIntel" || family != 6) return {};
  for (const long atom : {0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D}) {
    if (model == atom) return {};  // Silvermont and Airmont count in units of another kind
  }
  RaplRegisters registers{0x606, 0x611, 0x619, 0x64D};
  for (const long fixed : {0x3F, 0x4F, 0x56, 0x57, 0x85, 0x55, 0x6A, 0x6C}) {
    if (model == fixed) registers.dram_unit = 1.0 / 65536.0;
  }
  if (model == 0x8F || model == 0xCF) registers.psys_unit = 1.0;
  return registers;
}

PERJOULE_INLINE Few<int, 64> first_cpu_per_package(const char* root) noexcept {
  Few<int, 64> cpus;
  Few<int, 64> packages;
  int gap = 0;  // CPUs that are offline leave gaps
  for (int cpu = 0; gap < 64 && cpus.size() < cpus.capacity(); ++cpu) {
    const int package = package_of(root, cpu);
    gap = package == -1 ? gap + 1 : 0;
    bool known = package == -1;
    for (const int other : packages) known = known || other == package;
    if (known) continue;
    packages.push_back(package);
    cpus.push_back(cpu);
  }
  return cpus;
}

PERJOULE_INLINE void add_msr_zone(FoundZones& tree, int file, std::uint32_t place, double unit,
                                  const text::Long& name, const text::Long& id) noexcept {
  FoundZone found;
  if (place == 0 || tree.size() == FoundZones::capacity()) return;
  if (!read_msr({nullptr, file, place}, found.counts) || found.counts == 0) return;
  found.zone.name = name.chars;
  found.zone.id = id.chars;
  found.zone.modulus = std::uint64_t{1} << 32U;
  found.zone.per_count = found.zone.resolution = Joules(unit);
  found.zone.update_period = rapl_period;
  tree.push_back(found);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_msr(const char* root) noexcept {
  char info[4096];
  (void)detail::read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const auto number = [&](const char* field) {
    return strtol(detail::parse_field(info, field).chars, nullptr, 10);
  };
  const detail::RaplRegisters registers = detail::rapl_registers(
      detail::parse_field(info, "vendor_id").view(), number("cpu family"), number("model\t"));
  const text::Long folder = text::format("%s/dev/cpu", root);
  if (registers.units == 0) {
    return {"this CPU has no RAPL registers that are known here",
            "run on an Intel or AMD CPU, or use another meter"};
  }
  CounterMeter meter("rapl-msr", folder.chars,
                     "the whole package is counted, other programs' share included");
  detail::FoundZones tree;
  Few<int, 64> files;
  text::Long problem;
  for (const int cpu : detail::first_cpu_per_package(root)) {
    text::Long path = text::format("%s/%d/msr", folder.chars, cpu);
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      const text::Long safe = text::format("%s/%d/msr_safe", folder.chars, cpu);
      const int why = errno;
      file = open(safe.c_str(), O_RDONLY | O_CLOEXEC);
      if (file != -1) path = safe;
      if (file == -1 && why != ENOENT) errno = why;
    }
    std::uint64_t units = 0;
    const bool usable = file != -1 && detail::read_msr({nullptr, file, registers.units}, units);
    if (file != -1) files.push_back(file);
    if (!usable) {
      problem = text::format("cannot read %s: %s", path.chars, detail::errno_message(errno).chars);
      break;
    }
    const double unit = 1.0 / static_cast<double>(std::uint64_t{1} << (units >> 8U & 0x1FU));
    const std::size_t package = files.size() - 1;
    const auto find = [&](std::uint32_t place, double own_unit, const char* name, const char* id) {
      detail::add_msr_zone(tree, file, place, own_unit > 0.0 ? own_unit : unit,
                           text::format(name, package), text::format(id, package));
    };
    find(registers.package, 0.0, "package-%zu", "intel-rapl:%zu");
    find(registers.dram, registers.dram_unit, "dram", "intel-rapl:%zu:0");
    if (package == 0) find(registers.psys, registers.psys_unit, "psys", "intel-rapl:psys");
  }
  const bool forbidden = errno == EACCES || errno == EPERM;
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    for (const detail::FoundZone& found : tree) {
      if (!found.chosen) continue;
      const bool is_memory = found.zone.name == "dram";
      const bool is_psys = found.zone.name == "psys";
      const std::size_t package =
          is_psys ? 0 : strtoul(found.zone.id.chars + strlen("intel-rapl:"), nullptr, 10);
      detail::CounterSource source{&detail::read_msr, fcntl(files[package], F_DUPFD_CLOEXEC, 0)};
      source.place = is_memory ? registers.dram : is_psys ? registers.psys : registers.package;
      if (!meter.add(found.zone, source)) problem = "more zones than a reading has room for";
    }
    if (meter.description().zones.empty()) {
      problem = text::format("%s shows no energy", folder.chars);
    }
  }
  for (const int file : files) close(file);
  if (!problem.empty()) {
    return {problem.chars,
            "run 'sudo modprobe msr' and read as root (CAP_SYS_RAWIO), or use msr_safe: "
            "docs/how-to/permissions.md",
            forbidden ? ProbeState::forbidden : ProbeState::absent};
  }
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0

// ---- perjoule/meters/find_meter-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long option_or_environment(const char* option,
                                                 const char* variable) noexcept {
  if (*option != '\0') return option;
  const char* const value = getenv(variable);
  return value == nullptr ? "" : value;
}

PERJOULE_INLINE const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept {
  const AbsentMeter* nearest = nullptr;
  for (const AbsentMeter& one : absent) {
    if (nearest != nullptr && nearest->state == ProbeState::forbidden) break;
    const bool is_nearer = one.state == ProbeState::forbidden || one.source == "rapl-powercap";
    if (nearest == nullptr || is_nearer) nearest = &one;
  }
  return nearest;
}

PERJOULE_INLINE void add_gpus(CounterMeter& meter, const char* root, const MeterOptions& options,
                              Buffer<AbsentMeter>& absent) {
  const bool is_rapl = starts_with(meter.description().source.chars, "rapl-");
  if (meter.description().scope == Scope::psys && !is_rapl) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources) {
    const bool is_hwmon = strcmp(source.source, "hwmon") == 0;
    if (is_hwmon && has_amd) continue;  // the library's word counts
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || strcmp(source.source, "amd-smi") == 0;
      if (meter.merge(probe.take())) continue;
      absent.push_back({source.source, ProbeState::broken,
                        "more counters than a reading has room for", "measure fewer at a time"});
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back({source.source, probe.state(), probe.reason(), probe.fix()});
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FoundMeter find_meter(const MeterOptions& options) {
  const text::Long root = detail::option_or_environment(options.root.c_str(), "PERJOULE_ROOT");
  const text::Long wanted = detail::option_or_environment(options.source.c_str(), "PERJOULE_METER");
  Buffer<AbsentMeter> absent;
  const auto finish = [&](CounterMeter meter) -> FoundMeter {
    if (options.gpus) detail::add_gpus(meter, root.c_str(), options, absent);
    meter.description().has_foreign_root = !root.empty();
    if (meter.description().root.empty()) meter.description().root = root;
    if (options.require < meter.description().provenance) {
      throw NoMeterError("no meter of the kind that is required",
                         text::format("%s is %s", meter.description().source.chars,
                                      name(meter.description().provenance))
                             .chars,
                         "use another meter, or require less");
    }
    return {AnyMeter(std::move(meter)), absent};
  };
  if (wanted == "none") return {AnyMeter(NoMeter()), absent};
  if (detail::starts_with(wanted.chars, "external:")) {
    Probe<CounterMeter> probe = open_external(wanted.chars + strlen("external:"));
    if (probe.is_found()) return finish(probe.take());
    throw NoMeterError("no external meter", probe.reason().c_str(), probe.fix().c_str());
  }
  bool known = wanted.empty() || wanted == "model";
  for (const MeterSource& source : meter_sources) {
    if (!wanted.empty() && !(wanted == source.name)) continue;
    known = true;
    Probe<CounterMeter> probe = source.open(root.c_str(), options);
    if (probe.is_found()) return finish(probe.take());
    absent.push_back({source.source, probe.state(), probe.reason(), probe.fix()});
  }
  if (!known) {
    detail::fail(text::format("there is no meter '%s'", wanted.chars).chars, "the choice of meter",
                 "choose perf, powercap, msr, hwmon, external:PATH, model or none");
  }
  const bool only_one = !wanted.empty() && !(wanted == "model");
  if (only_one || options.require < Provenance::modelled) {
    const AbsentMeter* const nearest = detail::easiest_meter_to_enable(absent);
    if (nearest == nullptr) {
      throw NoMeterError("no energy meter", "the model is none", "choose another meter");
    }
    throw NoMeterError("no energy meter", nearest->reason.c_str(), nearest->fix.c_str());
  }
  const bool by_family = options.model.full == Watts(0.0);
  return finish(
      cpu_time_model(by_family ? detail::power_model_of_cpu(root.c_str()) : options.model));
}

}  // namespace perjoule::inline v0

// ---- perjoule/engine/forward_pass-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void throw_with_item(std::size_t item, std::size_t items, const char* model) {
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(item, items, model, reason.what());
  } catch (...) {
    throw ForwardPassError(item, items, model, "not a std::exception");
  }
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/window_runner-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void WindowRunner::prepare(std::size_t passes) {
  if (batch_.prepare != nullptr) {
    batch_.prepare(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
  }
  if (batch_.flusher == nullptr) return;
  batch_.flusher->flush();
  run(0);  // the loop's own code and data are not the model's
  do_not_optimize(batch_.order[place_]);
}

PERJOULE_INLINE Seconds WindowRunner::time_per_pass(Seconds warm_up) {
  (void)time_again(warm_up);
  reject_empty_pass(per_pass_);
  if (batch_.flusher != nullptr) reject_short_pass(per_pass_);
  if (batch_.callers != 1) return per_pass_;
  slice_ = passes_in(slice_length, per_pass_, 1);
  if (!is_prepared()) {
    end_slice_ = passes_per_tick_poll(meter_->description().update_period, per_pass_);
  }
  return per_pass_;
}

PERJOULE_INLINE Seconds WindowRunner::time_again(Seconds warm_up) {
  per_pass_ = batch_.flusher == nullptr ? time_of_many(warm_up) : time_of_some(warm_up);
  return per_pass_;
}

PERJOULE_INLINE std::size_t WindowRunner::passes_in_window(Seconds length, Seconds per_pass,
                                                           Seconds least, Seconds for_setup) {
  const std::size_t items = batch_.order.size();
  std::size_t passes = round_up_to_multiple(passes_in(length, per_pass, items), batch_.callers);
  if (!is_prepared()) return passes;
  const std::size_t filling = passes_in(least, per_pass_, 1) + 1;
  if (passes < filling) {
    passes = filling <= items ? filling : (filling + items - 1) / items * items;
  }
  const std::size_t in_time = passes_in(for_setup, setup_, 1);
  const std::size_t most =
      in_time < batch_.max_consecutive_passes() ? in_time : batch_.max_consecutive_passes();
  if (passes > most) passes = most < items ? most : most - most % items;
  is_too_short_ = per_pass_ * static_cast<double>(passes) < least;
  return passes;
}

PERJOULE_INLINE Seconds WindowRunner::time_of_many(Seconds warm_up) {
  const std::size_t most = batch_.max_consecutive_passes() < (1ULL << 30U)
                               ? batch_.max_consecutive_passes()
                               : 1ULL << 30U;
  std::size_t passes = batch_.callers;
  Seconds best = time(passes);
  while (best * static_cast<double>(passes) < warm_up && passes < most &&
         setup_ * static_cast<double>(passes) < warm_up * 5.0) {
    passes *= 2;
    best = time(passes);
  }
  for (int attempt = 0; passes >= 8 && attempt < 4; ++attempt) {
    const Seconds again = time(passes / 8);
    if (again < best) best = again;
  }
  return best;
}

PERJOULE_INLINE Seconds WindowRunner::time_of_some(Seconds warm_up) {
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
    do_not_optimize(batch_.order[place]);
    if (++place == batch_.order.size()) place = 0;
  }
  return (meter_->now() - start) / static_cast<double>(passes);
}

PERJOULE_INLINE void WindowRunner::reject_empty_pass(Seconds per_pass) {
  if (!is_known_ || per_pass > Seconds(1e-3)) return;
  CacheFlusher* const flusher = batch_.flusher;
  batch_.flusher = nullptr;  // a pass of nothing is one of nothing with warm caches, too
  const std::size_t passes =
      batch_.max_consecutive_passes() < 1U << 16U ? batch_.max_consecutive_passes() : 1U << 16U;
  if (flusher != nullptr) per_pass = time(64);
  Seconds nothing{1.0};
  for (int attempt = 0; attempt < 5; ++attempt) {  // in turns: what disturbs one disturbs both
    const Seconds without = time_of_empty_loop(passes);
    if (without < nothing) nothing = without;
    if (per_pass > nothing * 100.0) break;
    const Seconds with = time(passes);
    if (with < per_pass) per_pass = with;
  }
  batch_.flusher = flusher;
  if (per_pass > nothing * 1.5) return;
  fail("nothing was measured: the optimiser removed it", batch_.name,
       "return what the model computes from its input, and not a constant");
}

PERJOULE_INLINE void WindowRunner::reject_short_pass(Seconds per_pass) const {
  if (per_pass >= Seconds(20e-6)) return;
  fail("a pass under 20 us is too short for flushed caches", batch_.name,
       "leave .caches out, or put more work into a pass (.batch)");
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

PERJOULE_INLINE HeapUsage measure_allocations(AnyMeter& clock, const PassBatch& batch,
                                              HeapCounter& counting, Seconds most) {
  HeapUsage use;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  double peak = 0.0;
  const std::size_t passes = run_one_by_one(
      clock, batch, most, [&] { counting.start(); },
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
  use.source = "allocator";
  use.passes = passes;
  use.why_missing = "";
  use.peak = exact(Bytes(peak));
  use.allocations = allocations / each;
  use.allocated = allocated / each;
  if (batch.prepare == nullptr) use.retained = kept / each;
  return use;
}

PERJOULE_INLINE HeapUsage measure_resident_growth(AnyMeter& clock, const PassBatch& batch,
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
      clock, batch, most, [&] { resident.start(); },
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
  use.source = "resident set";
  use.passes = passes;
  use.why_missing = "";
  use.peak = {Bytes(static_cast<double>(peak)), Bytes(0.0), infinite_dof,
              Bytes(rss_accounting_lag() / math::square_root(3.0)), Provenance::measured};
  return use;
}

PERJOULE_INLINE HeapUsage measure_heap_usage(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                             bool falls_back) {
  HeapUsage use;
  if (heap_counts.is_hooked) {
    HeapCounter counting;
    if (!counting.is_exclusive() || hook_is_working(counting)) {
      return measure_allocations(clock, batch, counting, most);
    }
    use.why_missing = "another allocator comes before the hook in this program";
  } else {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
  }
  return falls_back ? measure_resident_growth(clock, batch, most) : use;
}

PERJOULE_INLINE void EventAccumulator::add(const EventSourceDescription& source, std::size_t set,
                                           const EventBaseline& before, const EventReading& after,
                                           double of_items) {
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    const Event& event = source.events[i];
    if (event.set != set || !event.why_missing.empty()) continue;
    const ScaledCount found = scaled_count(event, before, after, i);
    per_item[i].push_back(found.count / of_items);
    share[i] += found.share;
    items[i] += of_items;
  }
}

PERJOULE_INLINE EventCounts EventAccumulator::to_event_counts(const EventSourceDescription& source,
                                                              const char* const* why_none) const {
  EventCounts use;
  use.source = source.name;
  use.extent = source.extent;
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    Event event = source.events[i];
    const Buffer<double>& found = per_item[i];
    if (event.why_missing.empty() && found.empty()) event.why_missing = why_none[event.set];
    const auto n = static_cast<double>(found.size());
    use.events.push_back(counted_event(event, found, share[i] / n, items[i] / n));
  }
  return use;
}

PERJOULE_INLINE bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                               std::size_t set, std::size_t passes, Seconds most,
                               std::size_t stretches, EventAccumulator& table) {
  const EventSourceGuard guard(source);
  if (!source.open(set)) return false;
  const Instant deadline = clock.now() + most;
  for (std::size_t i = 0; i < stretches && (i < 2 || clock.now() < deadline); ++i) {
    runner.prepare(passes);
    const std::uint64_t items = runner.items();
    EventBaseline before;
    EventReading after;
    const bool was_read = read_event_baseline(source, before);
    runner.run(passes);
    if (source.read(after) && was_read) {
      table.add(source.description(), set, before, after,
                static_cast<double>(runner.items() - items));
    }
  }
  return true;
}

PERJOULE_INLINE EventCounts count_events(AnyMeter& clock, const PassBatch& batch,
                                         EventSourceRef source, Seconds most,
                                         const SystemFiles& files) {
  if (!source.has_value()) return {};
  const EventSourceDescription& description = source.description();
  EventAccumulator table;
  const char* why_none[max_events];
  if (batch.callers != 1 && !(description.extent == "process")) {
    for (const char*& why : why_none) {
      why = "of several callers it could be counted for one thread alone";
    }
    return table.to_event_counts(description, why_none);
  }
  constexpr std::size_t stretches = 16;
  WindowRunner runner(clock, batch, files);
  const Seconds length = most / static_cast<double>((stretches + 4) * description.sets);
  const Seconds per_pass = runner.time_again(length);
  const std::size_t passes = runner.passes_in_window(length, per_pass, Seconds(0.0), length);
  for (std::size_t set = 0; set < description.sets; ++set) {
    const bool was_open = count_set(clock, runner, source, set, passes,
                                    length * static_cast<double>(stretches), stretches, table);
    why_none[set] = was_open ? "its counter could not be read"
                             : "it could not be opened for all threads: it takes a file for each "
                               "event and thread, and 'ulimit -n' says how many may be open";
  }
  return table.to_event_counts(description, why_none);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/crew-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Crew::Crew(const PassBatch& batch, std::size_t callers)
    : batch_(batch), callers_(callers) {
  for (std::size_t i = 1; i < callers; ++i) {
    parts_[i].pool = this;
    const int failed = pthread_create(&parts_[i].thread, nullptr, &Crew::work, &parts_[i]);
    if (failed == 0) {
      ++started_;
      continue;
    }
    stop();
    fail(text::format("thread %zu of %zu can't be had", i + 1, callers).chars, batch.name,
         "set .callers to fewer, or raise the limit of processes ('ulimit -u')");
  }
}

PERJOULE_INLINE Crew::~Crew() { stop(); }

PERJOULE_INLINE void Crew::stop() noexcept {
  pthread_mutex_lock(&mutex_);
  is_over_ = true;
  pthread_cond_broadcast(&begin_);
  pthread_mutex_unlock(&mutex_);
  for (std::size_t i = 1; i <= started_; ++i) pthread_join(parts_[i].thread, nullptr);
  started_ = 0;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/environment-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Short fnv1a_hex(const char* content) noexcept {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (; *content != '\0'; ++content) {
    hash = (hash ^ static_cast<unsigned char>(*content)) * 0x100'0000'01B3U;
  }
  text::Short digits;
  for (std::size_t i = 16; i-- > 0; hash >>= 4U) digits.chars[i] = "0123456789abcdef"[hash & 15U];
  return digits;
}

PERJOULE_INLINE Machine read_machine(const char* root) noexcept {
  char content[4096];
  const auto read = [&](const char* path) -> const char* {
    return read_small_file(text::format("%s%s", root, path).chars, content, sizeof content) == -1
               ? ""
               : content;
  };
  Machine machine;
  const char* const cpuinfo = read("/proc/cpuinfo");
  machine.processor = parse_field(cpuinfo, "model name");
  if (machine.processor.empty())
    machine.processor = parse_field(cpuinfo, "CPU part");  // 64-bit Arm
  // Its nominal clock is left out: two machines of one model have one name.
  char* const clock = strstr(machine.processor.chars, " @ ");
  if (clock != nullptr) *clock = '\0';
  const double kib = strtod(parse_field(read("/proc/meminfo"), "MemTotal").chars, nullptr);
  machine.memory = Bytes(1024.0 * kib);
  machine.governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  machine.cores = online > 0 ? static_cast<std::size_t>(online) : 0;
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = text::format("%s %s %s", system.sysname, system.release, system.machine).chars;
  }
  // Memory in whole GiB: the kernel keeps a little more or less of it for itself at each boot.
  machine.key = fnv1a_hex(text::format("%s|%zu|%zu", machine.processor.chars, machine.cores,
                                       static_cast<std::size_t>(kib / 1048576.0 + 0.5))
                              .chars);
  return machine;
}

PERJOULE_INLINE text::Short read_git_commit(text::Long folder) noexcept {
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

PERJOULE_INLINE text::Long redacted_command(const char* arguments, std::size_t size) noexcept {
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

PERJOULE_INLINE Run read_run() noexcept {
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
  run.id = fnv1a_hex(
      text::format("%s|%d|%s", boot.chars, static_cast<int>(getpid()), started.chars).chars);
  char* const folder = realpath(".", nullptr);
  if (folder != nullptr) run.commit = read_git_commit(folder);
  free(folder);
  return run;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/measure_options-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Bytes largest_cache(const char* root) noexcept {
  Bytes largest{0.0};
  for (int index = 0; index < 8; ++index) {
    char content[64];
    const auto path =
        text::format("%s/sys/devices/system/cpu/cpu0/cache/index%d/size", root, index);
    if (read_small_file(path.chars, content, sizeof content) <= 0) continue;
    char* unit = content;
    const double number = parse_double(content, &unit);
    const double factor = *unit == 'M' ? 1048576.0 : *unit == 'K' ? 1024.0 : 1.0;
    if (largest < Bytes(number * factor)) largest = Bytes(number * factor);
  }
  return largest;
}

PERJOULE_INLINE CacheFlusher::CacheFlusher(Bytes largest)
    : lines_(static_cast<std::size_t>(largest < least ? 2.0 * least.si() : 2.0 * largest.si())) {}

PERJOULE_INLINE void CacheFlusher::flush() const noexcept {
  constexpr std::size_t line = 64;
  const volatile char* const lines = lines_.data();
  for (std::size_t i = 0; i < lines_.size(); i += line) static_cast<void>(lines[i]);
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/run_windows-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                             const Estimate<Watts>& after) noexcept {
  const Estimate<Watts> sum = total(before, after);
  if (!sum.is_known()) return {};
  const double scatter = 0.5 * sum.random.si();
  const double drift = (after.value - before.value).si() / math::square_root(12.0);
  return {0.5 * sum.value, Watts(math::root_sum_square(scatter, drift)),
          combined_dof(scatter, sum.dof, drift, infinite_dof), 0.5 * sum.common, sum.provenance};
}

PERJOULE_INLINE IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                       const SystemFiles& files) noexcept {
  const SystemSnapshot begin = take_snapshot(files);
  constexpr int windows = 5;
  SleepTask task{meter, meter.description().update_period * 0.05};
  double watts[windows];
  Watts resolution{0.0};
  Watts common{0.0};
  for (double& power : watts) {
    Reading before;
    Reading after;
    const bool first = read_on_tick(meter, before);
    meter.wait(duration / windows);
    bool second = meter.read(after);
    update_ticks(meter.description(), before, after);
    second = second && work_until_tick(meter, after, &SleepTask::run, &task) &&
             await_next_ticks(meter, after);
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
  constexpr Provenance any = Provenance::measured;
  Buffer<double> joules;
  if (meter != Provenance::modelled) joules = per_item(samples, Samples::energy);
  const Samples::Column time = time_column(samples);
  return has_settled(per_item(samples, time), time_per_item(samples, time, any),
                     relative_halfwidth) &&
         (joules.empty() || has_settled(joules, energy_per_item(samples, any), relative_halfwidth));
}

PERJOULE_INLINE Outcome outcome_of(const Samples& samples, bool converged) {
  constexpr Provenance any = Provenance::measured;
  const Buffer<double> joules = per_item(samples, Samples::energy);
  if (joules.empty()) return Outcome::no_energy;
  if (converged) return Outcome::converged;
  if (joules.size() < first_look) return Outcome::few_windows;
  const Samples::Column time = time_column(samples);
  const bool drifted = has_drifted(joules, energy_per_item(samples, any)) ||
                       has_drifted(per_item(samples, time), time_per_item(samples, time, any));
  return drifted ? Outcome::unstable : Outcome::timeout;
}

PERJOULE_INLINE void LatencySampler::after_window(std::size_t passes) {
  for (owed_ += passes; owed_ >= 10 && timed_ < lengths_.size(); owed_ -= 10) {
    if (stream_ != nullptr) stream_->time_next_item(meter_);
    runner_.prepare(1);
    const Instant start = meter_.now();
    runner_.run(1);
    lengths_[timed_++] = (meter_.now() - start).si();
    if (stream_ != nullptr && stream_->has_first_item()) {
      first_[came_++] = (stream_->first_item_time() - start).si();
    }
  }
}

PERJOULE_INLINE Samples run_windows(AnyMeter& meter, const PassBatch& batch, Seconds budget,
                                    double relative_halfwidth, const SystemFiles& files) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = budget < Seconds(5.0) ? budget / 10.0 : Seconds(0.5);

  const IdleBlock before = measure_idle(meter, idle, files);
  WindowRunner runner(meter, batch, files);
  const Seconds per_pass = runner.time_per_pass(warm_up_length(budget));
  const Seconds period = meter.description().update_period;
  const bool on_a_tick = runner.ends_on_a_tick();
  const Seconds left = (deadline - meter.now() - idle) / 1.1;  // a tenth for single passes
  const Seconds length = extended_window(window, edge_uncertainty(period, on_a_tick, window),
                                         relative_halfwidth, left);
  const std::size_t passes =
      runner.passes_in_window(length, per_pass, min_energy_window(period),
                              left > Seconds(0.0) ? left / 16.0 : Seconds(0.0));
  const Seconds planned = per_pass * static_cast<double>(passes);
  samples.edge_uncertainty =
      edge_uncertainty(period, on_a_tick, planned < length ? planned : length);
  LatencySampler single(meter, runner, batch.stream,
                        per_pass >= Seconds(5e-6) && batch.callers == 1);
  bool converged = false;
  std::size_t look = first_look;
  std::size_t tried = 0;
  Instant begin;
  do {
    begin = meter.now();
    samples.add(runner.measure(passes));
    single.after_window(passes);
    if (samples.windows() == look) {
      converged = has_converged(samples, relative_halfwidth, meter.description().provenance);
      look = next_look(look);
    }
    // Another one, with what is done before it, would be as long.
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

PERJOULE_INLINE void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
                                     const SystemFiles& files,
                                     Few<Samples, max_variants>& samples) {
  const Instant deadline = meter.now() + budget;
  const Seconds idle = budget < Seconds(5.0) ? budget / 20.0 : Seconds(0.25);
  const IdleBlock before = measure_idle(meter, idle, files);

  // What goes on beside is looked at once: in windows as short as these it would be noise.
  SystemFiles thread_only;
  thread_only.thread = files.thread;
  Few<WindowRunner, max_variants> runners;
  Few<Seconds, max_variants> per_pass;
  Seconds longest{0.0};
  for (const PassBatch& batch : batches) {
    samples.push_back({});
    runners.push_back(WindowRunner(meter, batch, thread_only));
    per_pass.push_back(runners[runners.size() - 1].time_per_pass(warm_up_length(budget)));
    if (longest < per_pass[per_pass.size() - 1]) longest = per_pass[per_pass.size() - 1];
  }
  const Seconds period = meter.description().update_period;
  const Seconds length = turn_length(period, budget, longest);
  Few<std::size_t, max_variants> passes;
  Seconds round_length{0.0};
  for (std::size_t i = 0; i < batches.size(); ++i) {
    // As many for all that are about as long: what measuring costs each turn then cancels.
    const Seconds as_long = per_pass[i] > longest * 0.7 ? longest : per_pass[i];
    passes.push_back(runners[i].passes_in_window(
        length, as_long, turn_length(period, Seconds(0.0), Seconds(0.0)), budget / 100.0));
    round_length += per_pass[i] * static_cast<double>(passes[i]);
  }
  const SystemSnapshot begin = take_snapshot(files);
  const Instant last_start = deadline + -(idle + round_length);
  std::size_t round = 0;
  do {
    for (std::size_t place = 0; place < batches.size(); ++place) {
      const std::size_t turn = scheduled_variant(round, place, batches.size());
      samples[turn].add(runners[turn].measure(passes[turn]));
    }
  } while (++round < 100'000 && meter.now() < last_start);
  const SystemSnapshot end = take_snapshot(files);

  const IdleBlock after = measure_idle(meter, idle, files);
  const double others = others_cpu_share(interference_between(begin, end).others_cpu,
                                         end.process_cpu - begin.process_cpu, end.at - begin.at);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    samples[i].slices = runners[i].slices();
    samples[i].others_cpu_share = others;
    samples[i].idle = idle_between(before.power, after.power);
    samples[i].why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;
  }
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/engine/sample_estimates-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool halves_agree(View<double> windows, const Estimate<double>& mean) {
  const std::size_t half = windows.size() / 2;
  const Summary first = summarize({windows.data(), half});
  const Summary second = summarize({windows.data() + windows.size() - half, half});
  const double most = t_quantile(0.995, mean.dof) * 2.0 * mean.random;
  return math::absolute(second.mean - first.mean) <= most;
}

PERJOULE_INLINE bool has_settled(View<double> windows, const Estimate<double>& mean,
                                 double relative_halfwidth) {
  if (!meets_target(mean, relative_halfwidth)) return false;
  return is_below_resolution(mean) ||
         (effective_sample_size(windows) >= min_effective_samples && halves_agree(windows, mean));
}

PERJOULE_INLINE bool has_drifted(View<double> windows, const Estimate<double>& mean) {
  if (windows.size() < first_look || is_below_resolution(mean)) return false;
  const bool waves = static_cast<double>(windows.size()) >= min_effective_samples &&
                     effective_sample_size(windows) < min_steady_samples;
  return waves || !halves_agree(windows, mean);
}

PERJOULE_INLINE Buffer<double> per_item_by_window(const Samples& samples, Samples::Column column,
                                                  double watts) {
  const Samples::Column items = column == Samples::clean ? Samples::clean_items : Samples::items;
  Buffer<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    values.push_back(!is_finite(number)
                         ? quiet_nan()
                         : (number - watts * samples.at(i, Samples::wall)) / samples.at(i, items));
  }
  return values;
}

PERJOULE_INLINE Buffer<double> per_item(const Samples& samples, Samples::Column column,
                                        double watts) {
  Buffer<double> known;
  for (const double value : per_item_by_window(samples, column, watts)) {
    if (is_finite(value)) known.push_back(value);
  }
  return known;
}

PERJOULE_INLINE Samples::Column time_column(const Samples& samples) {
  const std::size_t known = per_item(samples, Samples::clean).size();
  return known >= first_look || 2 * known >= samples.windows() ? Samples::clean : Samples::wall;
}

PERJOULE_INLINE Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                               Provenance provenance) {
  const Buffer<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

PERJOULE_INLINE Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                                 double watts) {
  const Buffer<double> resolution = per_item(samples, Samples::energy_random);
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

// ---- perjoule/quality/labels-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void score_not_finite(std::size_t item, std::size_t place) {
  fail("a score is not a finite number", text::format("item %zu, class %zu", item, place).chars,
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void check_label(std::int64_t label, std::size_t classes, std::size_t item) {
  if (static_cast<std::uint64_t>(label) < classes) return;
  fail("a label has no score", text::format("item %zu", item).chars,
       "return one score for each class, and count classes from 0");
}

PERJOULE_INLINE std::size_t LabelIndex::find_or_insert(std::int64_t number) {
  if (2 * entries_.size() >= slots_.size()) grow();
  std::size_t at = home(number);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (entries_[slots_[at] - 1].number == number) return slots_[at] - 1;
  }
  entries_.push_back({number, 0});
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return entries_.size() - 1;
}

PERJOULE_INLINE void LabelIndex::grow() {
  const std::size_t size = slots_.empty() ? 64 : 2 * slots_.size();
  shift_ = static_cast<unsigned>(__builtin_clzll(size)) + 1;
  slots_ = Buffer<std::uint32_t>(size);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = home(entries_[i].number);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
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
  Buffer<std::uint64_t> counts;
  for (const std::uint64_t(&of_label)[2] : small_) {
    // Sorting places that nobody named would take most of result().
    if (of_label[0] + of_label[1] != 0) counts.push_back(of_label[0] + of_label[1]);
  }
  for (const LabelIndex::LabelCount& label : others_.entries()) counts.push_back(label.count);
  sort(counts.data(), counts.size());
  std::size_t sum = 0;
  for (std::size_t i = 0; i < k && i < counts.size(); ++i) sum += counts[counts.size() - 1 - i];
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Accuracy::result() const {
  Quality quality;
  quality.metric = k_ == 1 ? "accuracy" : text::format("top-%zu-accuracy", k_).chars;
  quality.signature = text::format("top-k:%zu|ties:first|trivial:most-frequent", k_).chars;
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

PERJOULE_INLINE Buffer<double> Accuracy::per_item() const {
  Buffer<double> shares(right_.size());
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

}  // namespace perjoule::inline v0

// ---- perjoule/quality/quality_result-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_items(const Quality& quality) {
  if (quality.items != 0) return;
  fail("a metric of no items", quality.metric.chars, "add an output and its reference before");
}

PERJOULE_INLINE void add_skill(Quality& quality, const char* why_no_skill) {
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
  const double size = math::absolute(room);
  quality.skill = {(value.value - quality.trivial) / room, value.random / size, value.dof,
                   value.common / size, value.provenance};
  const Interval<double>& interval = quality.value_interval;
  if (!interval.is_known()) return;
  const double low = quality.higher_is_better ? interval.low : interval.high;
  const double high = quality.higher_is_better ? interval.high : interval.low;
  quality.skill_interval = {(low - quality.trivial) / room, (high - quality.trivial) / room,
                            interval.level, interval.method};
}

PERJOULE_INLINE IntervalEstimate proportion_of(std::size_t right, std::size_t items) {
  const Interval<double> interval = wilson_interval(right, items);
  // The half-width over z, not sqrt(p(1 - p)/n), which is 0 for a model that makes no mistake.
  const double u = (interval.high - interval.low) / (2.0 * t_quantile(0.975, infinite_dof));
  const double share = static_cast<double>(right) / static_cast<double>(items);
  return {{share, u, infinite_dof, 0.0, Provenance::measured}, interval};
}

PERJOULE_INLINE void finish_proportion(Quality& quality, std::size_t right,
                                       const char* why_no_skill) {
  check_items(quality);
  const IntervalEstimate share = proportion_of(right, quality.items);
  quality.value = share.estimate;
  quality.value_interval = share.interval;
  add_skill(quality, why_no_skill);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate paired_difference(const Quality& a, View<double> rows_a,
                                                   const Quality& b, View<double> rows_b,
                                                   double level) {
  const bool same = a.metric == b.metric && a.signature == b.signature && a.columns == b.columns &&
                    rows_a.size() == rows_b.size();
  if (!same || rows_a.empty()) return {};
  if (a.formula.difference != nullptr) return a.formula.difference(a, rows_a, b, rows_b, level);
  if (a.columns != 1) return {};
  Buffer<double> differences(rows_a.size());
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = rows_a[i] - rows_b[i];
  const Estimate<double> mean = mean_of_independent(differences, Provenance::measured);
  return {mean, interval(mean, level)};
}

}  // namespace perjoule::inline v0

// ---- perjoule/footprint/footprint-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Bytes stored_bytes(const char* path, const char* role) {
  struct stat status {};
  const bool found = stat(path, &status) == 0;
  if (!found || !S_ISREG(status.st_mode)) {
    const text::Name reason = found ? "not a file" : detail::errno_message(errno);
    detail::fail(text::format("cannot read the %s", role).chars,
                 text::format("%s: %s", path, reason.chars).chars,
                 "name a file that the model loads, or leave it out");
  }
  return Bytes(static_cast<double>(status.st_size));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Bytes> total_bytes(const ModelFiles& files, const char* role) noexcept {
  Bytes total{0.0};
  bool any = false;
  for (const ModelFile& file : files) {
    if (*role != '\0' && !(file.role == role)) continue;
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
  found.stored = detail::total_bytes(files, "");
  return found;
}

}  // namespace perjoule::inline v0

// ---- perjoule/record/entry-inl.hpp

namespace perjoule::inline v0 {

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

PERJOULE_INLINE Caveats caveats(const Entry& entry) noexcept {
  Caveats found;
  const auto add = [&](const char* flag, const text::Long& reason) {
    found.push_back({flag, reason});
  };
  const Samples& samples = entry.samples;
  if (entry.energy.provenance != Provenance::measured) {
    add("not_measured", text::format("energy is %s%s%s", name(entry.energy.provenance),
                                     entry.energy.is_known() ? "" : ": ",
                                     entry.energy.is_known() ? "" : samples.why_dropped));
  }
  if (samples.outcome == Outcome::few_windows) {
    add("few_windows", "fewer than 12 windows: measure for longer");
  }
  if (samples.outcome == Outcome::unstable) {
    add("unstable",
        "time or energy changed while it was measured, and the interval covers its mean over that "
        "time only: stop other programs, let the machine settle, and measure again");
  }
  if (samples.slices.all != 0 && detail::time_column(samples) == Samples::wall) {
    add("interrupted",
        text::format("%zu of %zu pieces of the windows were interrupted, too many to leave them "
                     "out: the time has other programs' turns in it; stop them",
                     samples.slices.interrupted, samples.slices.all));
  }
  if (samples.dropped != 0 && entry.energy.is_known()) {
    add("dropped_windows", text::format("%zu of %zu windows have no energy: %s", samples.dropped,
                                        samples.windows(), samples.why_dropped));
  }
  if (is_machine_shared(entry)) {
    add("shared",
        text::format(
            "shared: other programs used %s %% of the CPU time, and the interval of energy "
            "is wider by as much; stop them",
            text::significant(100.0 * samples.others_cpu_share, 2).chars));
  }
  if (1.96 * samples.edge_uncertainty > entry.plan.relative_halfwidth && entry.energy.is_known()) {
    add("target_out_of_reach",
        text::format(
            "the meter's ticks alone leave +-%s %% of a window's energy unknown, more than "
            "the target: raise .budget, so that windows can be longer",
            text::significant(196.0 * samples.edge_uncertainty, 2).chars));
  }
  if (entry.heap.peak.is_known() && entry.heap.passes < entry.inputs / entry.plan.batch) {
    add("peak_of_some",
        text::format("the peak is that of %zu passes: raise .budget, so that all inputs have one",
                     entry.heap.passes));
  }
  if (entry.meter.has_foreign_root) {
    add("foreign_root", text::format("the meter was read below %s", entry.meter.root.chars));
  }
  if (entry.concurrent) {
    add("concurrent",
        "measured while this session measured in other threads: each has the joules "
        "of all");
  }
  const bool is_built_here = *entry.build.compiler != '\0';
  if (is_built_here && !entry.build.optimized)
    add("unoptimized", "compiled without optimisation: add -O2");
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

// ---- perjoule/record/json_writer-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void JsonWriter::put_text(const char* text) noexcept {
  for (; *text != '\0'; ++text) add(*text == '\'' ? '"' : *text);
}

PERJOULE_INLINE void JsonWriter::add(char c) noexcept { out_.put(c); }

PERJOULE_INLINE void JsonWriter::quote(const char* content) noexcept {
  add('"');
  for (std::string_view rest = content; !rest.empty();) {
    const std::size_t size = detail::first_code_point(rest).bytes;
    const auto byte = static_cast<unsigned char>(rest[0]);
    if (size == 0) {
      out_.put("\xEF\xBF\xBD");  // U+FFFD: JSON must be UTF-8, a file name need not be
      rest.remove_prefix(1);
      continue;
    }
    if (byte < 0x20U) {
      constexpr const char* digits = "0123456789abcdef";
      const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U], '\0'};
      out_.put(escape);
    } else {
      if (byte == '"' || byte == '\\') add('\\');
      out_.put(rest.data(), size);
    }
    rest.remove_prefix(size);
  }
  add('"');
}

PERJOULE_INLINE void JsonWriter::put(const char* format, ...) noexcept {
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

// ---- perjoule/record/run_record-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void put_estimate(JsonWriter& json, const char* key,
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

PERJOULE_INLINE void put_estimate(JsonWriter& json, const char* key,
                                  const Estimate<double>& estimate,
                                  const char* why_missing) noexcept {
  put_estimate(json, key, estimate, interval(estimate), why_missing);
}

PERJOULE_INLINE void put_run(JsonWriter& json, const Entry& first) noexcept {
  const Run& run = first.environment.run;
  const Machine& machine = first.environment.machine;
  // Whether the checkout has uncommitted changes only git itself can tell, and running it is not
  // the library's to do: git_dirty is null.
  json.put(
      "{\n  'schema': 'perjoule.run/1',\n"
      "  'run': {'perjoule_version': %s, 'id': %s, 'started_utc': %s, 'git_commit': %s,\n"
      "    'git_dirty': null, 'command': %s,\n"
      "    'build': {'compiler': %s, ",
      version, run.id.chars, run.utc.chars, run.commit.chars, run.command.chars,
      first.build.compiler);
  if (*first.build.compiler == '\0') {
    json.put("'optimized': null, 'fast_math': null}},\n");
  } else {
    json.put("'optimized': %d, 'fast_math': %d}},\n", first.build.optimized, first.build.fast_math);
  }
  json.put(
      "  'machine': {'key': %s, 'host_processor_model_name': %s,\n"
      "    'host_processor_core_count': %g, 'host_memory_capacity_b': %g,\n"
      "    'operating_system': %s, 'cpu_frequency_governor': %s},\n",
      machine.key.chars, machine.processor.chars, or_null(static_cast<double>(machine.cores)),
      or_null(machine.memory.si()), machine.kernel.chars, machine.governor.chars);
}

PERJOULE_INLINE void put_meter(JsonWriter& json, const Entry& entry) noexcept {
  const MeterDescription& meter = entry.meter;
  json.put(
      "{'source': %s, 'root': %s, 'scope': %s, 'provenance': %s,\n"
      "     'update_period_s': %g, 'note': %s, 'zones': [",
      meter.source.chars, meter.root.chars, name(meter.scope), name(meter.provenance),
      meter.update_period.si(), meter.note.chars);
  for (const Zone& zone : meter.zones) {
    json.put_text(&zone == meter.zones.begin() ? "\n      " : ",\n      ");
    json.put("{'name': %s, 'id': %s, 'modulus_counts': ", zone.name.chars, zone.id.chars);
    zone.modulus == never_wraps ? json.put("null") : json.put("%zu", std::size_t{zone.modulus});
    json.put(
        ", 'count_j': %g, 'resolution_j': %g,\n"
        "       'update_period_s': %g, 'jitter_s': %g, 'gain_uncertainty': %g}",
        zone.per_count.si(), zone.resolution.si(), zone.update_period.si(), zone.jitter.si(),
        zone.gain_uncertainty);
  }
  json.put("],\n     'absent': [");
  for (const AbsentMeter& absent : entry.absent_meters) {
    json.put_text(&absent == entry.absent_meters.begin() ? "\n      " : ",\n      ");
    json.put("{'source': %s, 'state': %s, 'reason': %s, 'fix': %s}", absent.source.chars,
             name(absent.state), absent.reason.chars, absent.fix.chars);
  }
  json.put("]}");
}

PERJOULE_INLINE void put_quality(JsonWriter& json, const Quality& quality,
                                 View<double> per_item) noexcept {
  json.put(
      "{'metric': %s, 'signature': %s, 'higher_is_better': %d, 'unit': %s, 'n': %zu,\n"
      "        'trivial': %g, 'perfect': %g,\n"
      "        ",
      quality.metric.chars, quality.signature.chars, quality.higher_is_better, quality.unit,
      quality.items, quality.trivial, quality.perfect);
  put_estimate(json, "value", quality.value, quality.value_interval, quality.why_no_value);
  json.put(",\n        ");
  put_estimate(json, "skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  json.put(",\n        'per_item_columns': %s, 'per_item': ", quality.formula.columns);
  json.put(per_item);
  json.put("}");
}

PERJOULE_INLINE void put_latency(JsonWriter& json, const char* key,
                                 const Latency& latency) noexcept {
  json.put("%s: {'calls': %zu, 'percentiles': [", key, std::size_t{latency.calls});
  for (const Percentile& of : latency.percentiles) {
    json.put_text(&of == latency.percentiles ? "\n        " : ",\n        ");
    json.put("{'share': %g, 'value_s': %g, ", of.share, of.value.si());
    if (of.interval.is_known()) {
      json.put("'interval': {'low': %g, 'high': %g, 'level': %g, 'method': %s}}",
               of.interval.low.si(), of.interval.high.si(), of.interval.level,
               name(of.interval.method));
    } else {
      json.put("'reason': 'too few calls were timed by themselves'}");
    }
  }
  json.put("]}");
}

PERJOULE_INLINE void put_counters(JsonWriter& json, const Entry& entry) noexcept {
  const EventCounts& use = entry.events;
  json.put("'counters': {'source': %s, 'extent': %s, 'events': [", use.source.chars,
           use.extent.chars);
  for (const CountedEvent& counted : use.events) {
    const Event& event = counted.event;
    json.put_text(&counted == use.events.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'unit': %s, 'share': %g, ", event.name.chars, event.unit, counted.share);
    put_estimate(json, "per_item", counted.per_item, event.why_missing.chars);
    json.put("}");
  }
  json.put("],\n        'figures': [");
  for (const DerivedMetric& figure : entry.derived_metrics) {
    json.put_text(&figure == entry.derived_metrics.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'unit': %s, 'formula': %s, ", figure.name, figure.unit, figure.formula);
    put_estimate(json, "value", figure.value, figure.interval, "");
    json.put("}");
  }
  json.put("]}");
}

PERJOULE_INLINE void put_samples(JsonWriter& json, const Samples& samples) noexcept {
  json.put(
      "'samples': {'outcome': %s, 'windows': %zu, 'dropped': %zu, 'why_dropped': %s,\n"
      "        'pieces': %zu, 'interrupted_pieces': %zu, 'others_cpu_share': %g",
      name(samples.outcome), samples.windows(), samples.dropped, samples.why_dropped,
      samples.slices.all, samples.slices.interrupted, samples.others_cpu_share);
  static constexpr const char* keys[] = {"items",        "wall_s",          "cpu_s",
                                         "energy_j",     "energy_random_j", "energy_common_j",
                                         "others_cpu_s", "steal_s",         "temperature_c",
                                         "frequency_hz", "clean_s",         "clean_items"};
  static_assert(sizeof keys == Samples::columns * sizeof *keys);
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

PERJOULE_INLINE void put_count(JsonWriter& json, std::uint64_t count) noexcept {
  count == 0 ? json.put("null") : json.put("%zu", std::size_t{count});
}

PERJOULE_INLINE void put_files(JsonWriter& json, const ModelFiles& files) noexcept {
  json.put("'files': [");
  for (const ModelFile& file : files) {
    json.put_text(&file == files.begin() ? "\n        " : ",\n        ");
    json.put("{'role': %s, 'name': %s, 'bytes_b': %g}", file.role.chars, file.name.chars,
             file.bytes.si());
  }
  json.put("]");
}

PERJOULE_INLINE void put_entry(JsonWriter& json, const Entry& entry, std::size_t meter) noexcept {
  const MeasureOptions& plan = entry.plan;
  json.put("{'meter': %zu,\n      'model': {'name': %s, 'format': %s, 'parameters': ", meter,
           plan.label(), plan.format.chars);
  put_count(json, plan.parameters);
  json.put(", 'non_zero_parameters': ");
  put_count(json, plan.non_zero_parameters);
  json.put(
      ", 'weights_file': %s},\n      'task': {'dataset': %s, 'n': %zu, 'batch': %zu, 'callers': "
      "%zu, 'caches': %s, 'prepared': %d},\n"
      "      'plan': {'relative_halfwidth': %g, 'budget_s': %g, 'seed': %zu},\n"
      "      'quality': [",
      base_name(plan.weights.chars), plan.dataset.chars, entry.inputs, plan.batch, plan.callers,
      name(plan.caches), entry.prepared, plan.relative_halfwidth, plan.budget.si(),
      std::size_t{plan.seed});
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    json.put_text(i == 0 ? "" : ", ");
    put_quality(json, entry.quality[i], per_item_of(entry, i));
  }
  json.put("]");

  const char* const why_no_energy = entry.samples.why_dropped;
  const char* const no_process = entry.why_no_process;
  const struct {
    const char* before;
    const char* key;
    Estimate<double> estimate;
    const char* why_missing;
  } estimates[] = {
      {",\n      'time': {", "wall_s_per_item", strip_unit(entry.wall_time), why_no_energy},
      {",\n        ", "cpu_s_per_item", strip_unit(entry.cpu_time), why_no_energy},
      {"},\n      'energy': {", "total_j_per_item", strip_unit(entry.energy), why_no_energy},
      {",\n        ", "active_j_per_item", strip_unit(entry.active_energy),
       entry.energy.is_known() ? entry.samples.why_no_idle : why_no_energy},
      {",\n        ", "idle_w", strip_unit(entry.samples.idle), entry.samples.why_no_idle},
      {"},\n      'memory': {", "stored_b", strip_unit(entry.footprint.stored),
       "no file of the model was named"},
      {",\n        ", "weights_b", strip_unit(entry.footprint.weights),
       "no file of weights was named"},
      {",\n        ", "compressed_b", strip_unit(entry.footprint.compressed),
       "how small the files are when compressed was not given"},
      {",\n        ", "resident_b", strip_unit(entry.footprint.resident),
       "no buffers of weights were named"},
      {",\n        ", "inflation", entry.footprint.inflation,
       "the bytes of the weights on disk or in memory are missing"},
      {",\n        ", "process_resident_b", strip_unit(entry.process.resident), no_process},
      {",\n        ", "process_proportional_b", strip_unit(entry.process.proportional), no_process},
      {",\n        ", "process_peak_b", strip_unit(entry.process.peak_resident), no_process},
      {",\n        ", "process_limit_b", strip_unit(entry.memory_limit), entry.why_no_limit},
      {",\n        ", "peak_b", strip_unit(entry.heap.peak), entry.heap.why_missing}};
  for (const auto& [before, key, estimate, why_missing] : estimates) {
    json.put_text(before);
    put_estimate(json, key, estimate, why_missing);
  }
  json.put(
      ",\n        'heap': {'source': %s, 'passes': %zu, 'allocations_per_pass': %g, "
      "'allocated_b_per_pass': %g, "
      "'kept_b_per_pass': %g},\n        ",
      entry.heap.source, entry.heap.passes, entry.heap.allocations, entry.heap.allocated,
      entry.heap.retained);
  put_files(json, entry.footprint.files);
  json.put("},\n      'scores': [");
  for (const Score& score : entry.scores) {
    json.put_text(&score == entry.scores.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'metric': %s, 'unit': %s, ", score.name, score.metric.chars, score.unit);
    put_estimate(json, "value", score.value, score.interval,
                 "the skill or what it is divided by is missing");
    json.put("}");
  }
  json.put("],\n      ");
  put_counters(json, entry);
  json.put(",\n      ");
  put_latency(json, "latency", entry.samples.latency);
  json.put(",\n      ");
  put_latency(json, "first_item", entry.samples.first_item);
  json.put(",\n      ");
  put_samples(json, entry.samples);
  const Caveats reasons = caveats(entry);
  json.put(",\n      'validity': {'ok': %d, 'flags': [", reasons.empty());
  for (const Caveat& caveat : reasons) {
    json.put(&caveat == reasons.begin() ? "%s" : ", %s", caveat.flag);
  }
  json.put("], 'reasons': [");
  for (const Caveat& caveat : reasons) {
    json.put(&caveat == reasons.begin() ? "%s" : ", %s", caveat.reason.chars);
  }
  json.put("]}}");
}

PERJOULE_INLINE void put_record(JsonWriter& json, Entries entries) {
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  return std::string(json.written());
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/comparison-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                             double common, double min_effect) noexcept {
  const double from_none = math::absolute(value);
  const double from_effect = min_effect - from_none;
  const double wanted = from_none > from_effect ? from_none : from_effect;
  const double room = math::square(wanted) - math::square(common);
  if (room <= 0.0) return 0;
  const double all = static_cast<double>(pairs) * math::square(half) / room;
  if (all > 1e12 || all <= static_cast<double>(pairs)) return all > 1e12 ? 0 : 1;
  return static_cast<std::size_t>(all) + 1 - pairs;
}

PERJOULE_INLINE Buffer<double> clean_window_values(const Samples& samples, Samples::Column column) {
  Buffer<double> values = per_item_by_window(samples, column);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_finite(samples.at(i, Samples::clean))) values[i] = quiet_nan();
  }
  return values;
}

PERJOULE_INLINE Buffer<double> log_ratios(View<double> first, View<double> variant) {
  Buffer<double> ratios;
  for (std::size_t i = 0; i < first.size() && i < variant.size(); ++i) {
    if (!is_finite(first[i]) || !is_finite(variant[i])) continue;
    if (first[i] > 0.0 && variant[i] > 0.0) {
      ratios.push_back(math::logarithm(variant[i] / first[i]));
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
  const double times = math::exponential(found.value);
  const double z = t_quantile(0.5 * (1.0 + level), infinite_dof);
  change.ratio = {times, 0.0, infinite_dof, times * common, provenance};
  change.verdict = Verdict::unresolved;
  if (!found.interval.is_known()) return change;
  const double below = found.value - found.interval.low;
  const double above = found.interval.high - found.value;
  const double half = 0.5 * (below + above);
  change.ratio.random = times * half / z;
  const Interval<double> logarithms{found.value - math::root_sum_square(below, z * common),
                                    found.value + math::root_sum_square(above, z * common), level,
                                    IntervalMethod::signed_rank};
  change.interval = {math::exponential(logarithms.low), math::exponential(logarithms.high), level,
                     IntervalMethod::signed_rank};
  const double effect = math::logarithm(1.0 + min_effect);
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
  return math::root_sum_square(first.common / first.value, variant.common / variant.value);
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
  const Buffer<double> pairs = logarithms(watts);
  const Buffer<double> shifted = logarithms(watts + idle.random.si());
  // Where the idle power is nearly all there is, a quotient of what is left says nothing.
  const std::size_t all = logarithms(0.0).size();
  if (pairs.empty() || pairs.size() != all || shifted.size() != all) return {};
  const double moved = signed_rank(shifted).value - signed_rank(pairs).value;
  const double common = math::root_sum_square(
      moved, shared_relative_uncertainty(first.active_energy, variant.active_energy));
  return change_of(pairs, common, worst(first.active_energy.provenance, idle.provenance), level,
                   min_effect);
}

PERJOULE_INLINE QualityChange quality_change(const Entry& first, const Entry& variant,
                                             std::size_t metric, double level) {
  const Quality& own = variant.quality[metric];
  QualityChange change{own.metric, own.unit, own.higher_is_better, own.items, {}, {}};
  const IntervalEstimate found = paired_difference(
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
  // A turn is mostly one piece, and its CPU time that of the whole: one that was interrupted is
  // left out here, too.
  const auto clean_pairs = [&](Samples::Column column) {
    return log_ratios(clean_window_values(first.samples, column),
                      clean_window_values(variant.samples, column));
  };
  const bool clean = time_column(first.samples) == Samples::clean &&
                     time_column(variant.samples) == Samples::clean;
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

// ---- perjoule/measure/evaluate-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_length(const MeasureOptions& plan, std::size_t references,
                                  std::size_t inputs) {
  if (references == inputs) return;
  fail(text::format("%zu inputs but %zu references", inputs, references).chars, plan.label(),
       "give the metric one reference (a label) for each input, in the same order");
}

PERJOULE_INLINE void add_quality(Entry& entry, const Quality& quality, View<double> per_item) {
  PERJOULE_EXPECTS(per_item.size() % entry.inputs == 0);
  entry.quality.push_back(quality);
  entry.quality[entry.quality.size() - 1].columns = per_item.size() / entry.inputs;
  entry.per_item.append(per_item);
}

PERJOULE_INLINE void check_outputs(const MeasureOptions& plan, std::size_t outputs,
                                   std::size_t inputs) {
  if (outputs == inputs) return;
  fail(text::format("a batch of %zu inputs gave %zu outputs", inputs, outputs).chars, plan.label(),
       "return one output for each input, in the same order");
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/summarize-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept {
  if (events.extent == "calling thread") return {};
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

PERJOULE_INLINE double cache_line_size(const char* root) noexcept {
  char content[64];
  const text::Long path =
      text::format("%s/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", root);
  std::uint64_t bytes = 0;
  const bool is_read = read_small_file(path.chars, content, sizeof content) > 0 &&
                       text::parse_integer(content, bytes) && bytes != 0;
  return is_read ? static_cast<double>(bytes) : 64.0;
}

PERJOULE_INLINE Estimate<double> bytes_moved(const EventCounts& events) noexcept {
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
  const auto add = [&](const char* name, const char* unit, const char* formula,
                       const Estimate<double>& value, const Interval<double>& interval) {
    if (value.is_known()) entry.derived_metrics.push_back({name, unit, formula, value, interval});
  };
  const auto add_ratio = [&](const char* name, const char* unit, const char* formula,
                             const Estimate<double>& numerator,
                             const Estimate<double>& denominator) {
    const Ratio<double> found = ratio(numerator, denominator);
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
  // A simulated machine brings a clock of its own: its times are no more real than its joules.
  const Provenance clock = provenance == Provenance::simulated ? provenance : Provenance::measured;
  const Samples::Column time = time_column(samples);
  entry.wall_time = with_unit<SecondsPerItem>(time_per_item(samples, time, clock));
  entry.cpu_time =
      with_unit<SecondsPerItem>(time_per_item(samples, Samples::cpu, Provenance::measured));
  entry.energy = with_unit<JoulesPerItem>(energy_per_item(samples, provenance));
  const double whole = time_per_item(samples, Samples::wall, clock).value;
  entry.active_energy = active(entry.energy, samples.idle, SecondsPerItem(whole));
  if (entry.active_energy.is_known()) {
    // The windows' own scatter of the active energy is used, since a longer window has both more
    // energy and more idle; the idle power's uncertainty is common to all of them.
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
    const auto add = [&](const char* score, const char* unit, const Ratio<double>& ratio) {
      entry.scores.push_back({score, quality.metric, unit, ratio.estimate, ratio.interval});
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

PERJOULE_INLINE Few<NamedFile, max_files> files_of(const MeasureOptions& plan) {
  Few<NamedFile, max_files> files;
  if (!plan.weights.empty()) files.push_back({"weights", plan.weights});
  for (const NamedFile& file : plan.files) {
    if (file.role.empty()) {
      fail("a file without a role", file.path.chars, "write .files = {{\"tokenizer\", PATH}}");
    }
    for (const NamedFile& known : files) {
      if (known.path == file.path) {
        fail("a file is named twice", file.path.chars, "name it in .weights or .files, once");
      }
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
        {file.role, base_name(file.path.chars), stored_bytes(file.path.chars, file.role.chars)});
  }
  Footprint found = footprint_of(files, if_given(plan.resident_weights));
  found.compressed = if_given(plan.compressed);
  found.parameters = if_given(static_cast<double>(plan.parameters));
  found.non_zero_parameters = if_given(static_cast<double>(plan.non_zero_parameters));
  return found;
}

}  // namespace perjoule::inline v0::detail

// ---- perjoule/measure/instrument-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept {
  if (!time.is_known()) return;
  const SecondsPerItem each(cost.si());
  time.value = time.value > each ? time.value - each : SecondsPerItem(0.0);
  time.common = SecondsPerItem(math::root_sum_square(time.common.si(), each.si()));
}

PERJOULE_INLINE Entry entry_of(RecorderState& recorded, std::size_t region) {
  Recording& recording = recorded.recording;
  Entry entry = recorded.entry;
  bool is_attributed = false;
  entry.samples = recording.samples(region, is_attributed);
  const Recording::Totals totals = recording.totals(region);
  entry.inputs = totals.timed + totals.skipped;
  if (region != recorded.calls) {
    entry.plan.name = text::format("%s: %s", entry.plan.label(), recording.name(region)).chars;
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

namespace perjoule::inline v0 {

PERJOULE_INLINE AllRegionTimes Recorder::regions() const {
  detail::Recording& recording = recorded_->recording;
  const Seconds tick = recording.clock().tick();
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

// ---- perjoule/measure/measure-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Recorder Session::record(const MeasureOptions& plan, std::size_t every) {
  return Recorder(new detail::RecorderState(found_.meter, files_, every, begin(plan, 1)));
}

PERJOULE_INLINE MeasureOptions Session::plan_of(const ComparePlan& plan,
                                                const MeasureOptions& variant) {
  MeasureOptions own = variant;
  if (variant.batch != 1) reject_batches(variant);
  if (variant.callers != 1) reject_callers(variant);
  if (variant.caches != CacheState::warm) reject_flushing(variant);
  own.budget = plan.budget;
  own.seed = plan.seed;
  return own;
}

PERJOULE_INLINE Session::Session(FoundMeter found, const SystemFiles& files)
    : found_(std::move(found)),
      files_(files),
      environment_{detail::read_machine(), detail::read_run()} {
  if (meter().provenance == Provenance::simulated) files_ = {};
}

PERJOULE_INLINE Entry Session::begin(const MeasureOptions& plan, std::size_t inputs,
                                     bool prepared) const {
  if (inputs == 0) {
    detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
  }
  if (plan.budget <= Seconds(0.0) || plan.relative_halfwidth <= 0.0) {
    detail::fail("a budget and a half-width must be above 0", plan.label(),
                 "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
  }
  if (plan.batch == 0 || plan.batch > inputs) {
    detail::fail(text::format("a batch of %zu of %zu inputs", plan.batch, inputs).chars,
                 plan.label(), "set .batch to 1 or more, and to no more than there are inputs");
  }
  if (plan.callers == 0 || plan.callers > max_callers) {
    detail::fail(text::format("%zu callers", plan.callers).chars, plan.label(),
                 text::format("set .callers to 1 or more, and to %zu or fewer", max_callers).chars);
  }
  if (plan.callers != 1 && (prepared || plan.caches != CacheState::warm)) reject_callers(plan);
  if (plan.caches != CacheState::warm && detail::largest_cache("") == Bytes(0.0)) {
    detail::fail("caches of unknown size can't be flushed", plan.label(),
                 "mount /sys, where the system tells it, or leave .caches out");
  }
  Entry entry;
  entry.plan = plan;
  entry.inputs = inputs;
  entry.prepared = prepared;
  entry.footprint = detail::measure_footprint(plan);
  entry.meter = found_.meter.description();
  entry.absent_meters = found_.absent;
  entry.environment = environment_;
  return entry;
}

PERJOULE_INLINE void Session::reject_callers(const MeasureOptions& plan) {
  detail::fail("several callers of a stream, prepared inputs, flushed caches or a comparison",
               plan.label(), "leave .callers out");
}

PERJOULE_INLINE void Session::reject_flushing(const MeasureOptions& plan) {
  detail::fail("flushed caches in a comparison", plan.label(),
               "leave .caches out, or measure() each model by itself");
}

PERJOULE_INLINE void Session::reject_empty_stream(const MeasureOptions& plan) {
  detail::fail("nothing came into the stream", plan.label(),
               "call stream.put(item) for each item, or leave the stream out");
}

PERJOULE_INLINE void Session::reject_batches(const MeasureOptions& plan) {
  detail::fail(text::format("batches of %zu for a model that takes one input", plan.batch).chars,
               plan.label(), "take a perjoule::View or a std::span of inputs, or leave .batch out");
}

PERJOULE_INLINE void Session::measure_windows(Entry& entry, detail::PassBatch batch,
                                              Stream* stream) {
  const MeasureOptions& plan = entry.plan;
  const Buffer<std::size_t> order =
      detail::random_permutation(entry.inputs / plan.batch, plan.seed);
  batch.order = order;
  batch.name = plan.label();
  batch.items = plan.batch;
  batch.stream = stream;
  detail::CacheFlusher flusher;
  if (plan.caches == CacheState::flushed) {
    flusher = detail::CacheFlusher(detail::largest_cache(""));
    batch.flusher = &flusher;
  }
  const Measuring until_the_end(*this);
  const auto measure = [&](const detail::PassBatch& of) {
    entry.heap =
        detail::measure_heap_usage(found_.meter, of, plan.budget * 0.05, plan.watch_resident_peak);
    entry.samples = detail::run_windows(found_.meter, of, entry.plan.budget,
                                        entry.plan.relative_halfwidth, files_);
    entry.events =
        detail::count_events(found_.meter, of, plan.counters, plan.budget * 0.05, files_);
  };
  if (entry.plan.callers == 1) {
    measure(batch);
  } else {
    detail::Crew pool(batch, entry.plan.callers);
    measure(pool.batch());
  }
  finish(entry, until_the_end);
}

PERJOULE_INLINE void Session::compare_windows(Comparison& comparison,
                                              View<detail::PassBatch> models) {
  Few<Entry, max_variants>& entries = comparison.entries;
  const ComparePlan& plan = comparison.plan;
  const Buffer<std::size_t> order = detail::random_permutation(entries[0].inputs, plan.seed);
  Few<detail::PassBatch, max_variants> batches;
  for (const detail::PassBatch& model : models) {
    detail::PassBatch batch = model;
    batch.order = order;
    batch.name = entries[batches.size()].plan.label();
    batches.push_back(batch);
  }
  const Measuring until_the_end(*this);
  Few<Samples, max_variants> samples;
  detail::run_interleaved(found_.meter, {batches.begin(), batches.size()}, plan.budget, files_,
                          samples);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].heap = detail::measure_heap_usage(found_.meter, batches[i], plan.budget * 0.02,
                                                 entries[i].plan.watch_resident_peak);
    entries[i].events = detail::count_events(found_.meter, batches[i], entries[i].plan.counters,
                                             plan.budget * 0.02, files_);
    entries[i].samples = samples[i];
    const bool converged =
        detail::has_converged(samples[i], entries[i].plan.relative_halfwidth, meter().provenance);
    entries[i].samples.outcome = detail::outcome_of(samples[i], converged);
    finish(entries[i], until_the_end);
  }
  const double level = detail::bonferroni_level(entries.size());
  for (std::size_t i = 1; i < entries.size(); ++i) {
    comparison.changes.push_back(
        detail::compare_entries(entries[0], entries[i], level, plan.min_effect));
  }
}

PERJOULE_INLINE void Session::finish(Entry& entry, const Measuring& measuring) {
  entry.concurrent = measuring.is_concurrent();
  entry.plan.counters = {};  // borrowed for the call
  entry.process = process_memory();
  entry.why_no_process = "the kernel does not tell it here";
  const CgroupMemory group = cgroup_memory();
  entry.memory_limit = group.limit;
  entry.why_no_limit = group.is_unlimited ? "its control group has none" : group.why_missing;
  detail::summarize_windows(entry);
  detail::add_derived_metrics(entry);
  detail::add_scores(entry);
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/table-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE void Table::add(const char* cell) {
  places_.push_back(cells_.view().size());
  cells_.put(cell, strlen(cell) + 1);
}

PERJOULE_INLINE void Table::note(const text::Long& sentence) noexcept {
  const text::Long line = text::format("%s.\n", sentence.chars);
  if (notes().find(line.view()) == std::string_view::npos) notes_.put(line.chars);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntervalEstimate with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, interval(estimate)};
}

PERJOULE_INLINE IntervalEstimate column_value(const Entry& entry,
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

PERJOULE_INLINE void add_column(Table& table, Entries entries, const ColumnSource& source) {
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = column_value(entries[i], source).estimate;
    if (!estimate.is_known()) continue;
    if (math::absolute(estimate.value) > largest) largest = math::absolute(estimate.value);
    if (estimate.provenance < best) best = estimate.provenance;
    least = worst(least, estimate.provenance);
  }
  if (best == Provenance::missing && !source.always) return;
  // A metric's name is the user's and never a format.
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const bool has_unit = !is_metric && strchr(source.head, '%') != nullptr;
  text::Prefix prefix{"", text::display_factor(source.unit)};
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
    const auto [estimate, interval] = column_value(entries[i], source);
    const text::Name cell = text::cell(estimate, interval, prefix.factor);
    const bool cell_says =
        !head_says && estimate.is_known() && estimate.provenance != Provenance::measured;
    table.add(cell_says ? text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars
                        : cell.chars);
  }
}

PERJOULE_INLINE void add_notes(Table& table, const Entry& entry) noexcept {
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
  const AbsentMeter* const absent = easiest_meter_to_enable(entry.absent_meters);
  if (absent != nullptr && entry.meter.provenance != Provenance::measured) {
    table.note(text::format("no %s (%s); to measure, %s", absent->source.chars,
                            absent->reason.chars, absent->fix.chars));
  }
  if (entry.plan.batch != 1) {
    table.note(text::format("%s: in batches of %zu", entry.plan.label(), entry.plan.batch));
  }
  if (entry.plan.callers != 1) {
    table.note(text::format("%s: called by %zu threads at once, whose items share time and energy",
                            entry.plan.label(), entry.plan.callers));
  }
  if (entry.prepared) {
    table.note(text::format("%s: without the time and energy in which inputs are prepared",
                            entry.plan.label()));
  }
  if (entry.plan.caches != CacheState::warm) {
    table.note(
        text::format("%s: the CPU's caches are flushed before each pass", entry.plan.label()));
  }
  if (strcmp(entry.heap.source, "resident set") == 0) {
    table.note(text::format("%s: the peak of a pass is how far the resident set grows",
                            entry.plan.label()));
  }
  for (const Caveat& caveat : caveats(entry)) {
    if (entry.energy.is_known() && strcmp(caveat.flag, "not_measured") == 0) continue;
    table.note(text::format("%s: %s", entry.plan.label(), caveat.reason.chars));
  }
  const Machine& machine = entry.environment.machine;
  table.note(text::format("%s, %zu threads, %s, %s", machine.processor.chars, machine.cores,
                          machine.kernel.chars, entry.build.compiler));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table table(Entries entries) {
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
      {"compressed (%sB)", Kind::compressed},
      {"resident (%sB)", Kind::resident},
      {"inflation", Kind::inflation},
      {"peak of a pass (%sB)", Kind::peak},
      {"quality/%sJ", Kind::score, "quality_per_joule", true},
      {"quality/%sB stored", Kind::score, "quality_per_stored_byte", true},
      {"quality/%sB compressed", Kind::score, "quality_per_compressed_byte", true},
      {"quality/%sB resident", Kind::score, "quality_per_resident_byte", true}};
  for (const detail::ColumnSource& source : sources) detail::add_column(result, entries, source);
  for (std::size_t i = 0; i < entries.size(); ++i) detail::add_notes(result, entries[i]);
  return result;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long escape_pipes(const char* cell) noexcept {
  text::Long escaped;
  std::size_t size = 0;
  for (; *cell != '\0' && size + 2 < sizeof escaped.chars; ++cell) {
    if (*cell == '|') escaped.chars[size++] = '\\';
    escaped.chars[size++] = *cell;
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  text::Text out;
  const std::size_t rows = table.rows();
  for (std::size_t line = 0; line < rows + 1; ++line) {  // line 1 is the rule below the heads
    for (std::size_t column = 0; column < table.columns(); ++column) {
      std::size_t widest = 3;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t width = text::width(detail::escape_pipes(table.at(row, column)).chars);
        if (width > widest) widest = width;
      }
      const bool is_number = column != 0;
      out.put("| ");
      if (line == 1) {
        out.put('-', widest - 1);
        out.put(is_number ? ": " : "- ");
        continue;
      }
      const text::Long cell = detail::escape_pipes(table.at(line == 0 ? 0 : line - 1, column));
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

}  // namespace perjoule::inline v0

// ---- perjoule/report/detail_tables-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void add_row(Buffer<EventRow>& rows, const EventRow& row) {
  for (const EventRow& known : rows) {
    if (strcmp(known.name, row.name) == 0) return;
  }
  rows.push_back(row);
}

PERJOULE_INLINE Buffer<EventRow> event_rows(Entries entries) {
  Buffer<EventRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const CountedEvent& counted : entries[i].events.events) {
      add_row(rows, {counted.event.name.chars, counted.event.unit});
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const DerivedMetric& figure : entries[i].derived_metrics)
      add_row(rows, {figure.name, figure.unit});
  }
  return rows;
}

PERJOULE_INLINE text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept {
  double largest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = row.of(entries[i]).estimate;
    if (estimate.is_known() && math::absolute(estimate.value) > largest) largest = estimate.value;
  }
  return strchr("sJ", *row.unit) != nullptr && *row.unit != '\0' ? text::prefix_of(largest)
                                                                 : text::Prefix{"", 1.0};
}

PERJOULE_INLINE bool is_count(const Estimate<double>& estimate,
                              const Interval<double>& interval) noexcept {
  constexpr double most = 1e15;  // as far as a double counts, and no digit is made up
  const double value = estimate.value;
  return estimate.is_known() && interval.method == IntervalMethod::exact && value >= 0.0 &&
         value < most && static_cast<double>(static_cast<std::uint64_t>(value)) == value;
}

PERJOULE_INLINE Buffer<text::Long> missing_events(const EventCounts& use) {
  Buffer<text::Long> sentences;
  for (const CountedEvent& first : use.events) {
    const text::Name& why = first.event.why_missing;
    if (why.empty()) continue;
    text::Long names;
    for (const CountedEvent& other : use.events) {
      if (!(other.event.why_missing == why)) continue;
      if (names.empty() && &other != &first) break;  // the first of them has said it
      names =
          text::format("%s%s%s", names.chars, names.empty() ? "" : ", ", other.event.name.chars);
    }
    if (!names.empty()) sentences.push_back(text::format("no %s: %s", names.chars, why.chars));
  }
  return sentences;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table event_table(Entries entries, const char* item) {
  const Buffer<detail::EventRow> rows = detail::event_rows(entries);
  Table table(rows.size() + 1);
  table.add(text::format("per %s", item).chars);
  for (const detail::EventRow& row : rows) {
    const char* const prefix = detail::prefix_of(row, entries).symbol;
    table.add(*row.unit == '\0' ? row.name
                                : text::format("%s (%s%s)", row.name, prefix, row.unit).chars);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    table.add(entries[i].plan.label());
    for (const detail::EventRow& row : rows) {
      const auto [estimate, interval] = row.of(entries[i]);
      const double factor = detail::prefix_of(row, entries).factor;
      const text::Name cell = detail::is_count(estimate, interval)
                                  ? text::Name(text::rounded(estimate.value, 0).chars)
                                  : text::cell(estimate, interval, factor);
      const bool is_as_read = !estimate.is_known() || estimate.provenance == Provenance::measured;
      table.add(is_as_read ? cell.chars
                           : text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars);
    }
  }
  if (!rows.empty()) table.note("± and [low, high] are 95 % intervals");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const EventCounts& use = entries[i].events;
    if (use.extent == "calling thread") {
      table.note(text::format("events of %s are those of the thread that calls it, alone",
                              entries[i].plan.label()));
    }
    for (const text::Long& sentence : detail::missing_events(use)) table.note(sentence);
    for (const CountedEvent& counted : use.events) {
      const Event& event = counted.event;
      if (!event.why_missing.empty() || !(counted.share < 1.0)) continue;
      table.note(text::format("%s of %s was counted %s %% of the time, and scaled up",
                              event.name.chars, entries[i].plan.label(),
                              text::significant(100.0 * counted.share, 2).chars));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<FileRow> file_rows(Entries entries) {
  Buffer<FileRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelFiles& files = entries[i].footprint.files;
    for (const ModelFile& file : files) {
      FileRow row{file.role, 0};
      for (const ModelFile* before = files.begin(); before != &file; ++before) {
        if (before->role == file.role) ++row.place;
      }
      bool known = false;
      for (const FileRow& other : rows) {
        known = known || (other.role == row.role && other.place == row.place);
      }
      if (!known) rows.push_back(row);
    }
  }
  return rows;
}

PERJOULE_INLINE Few<FootprintRow, footprint_row_count> footprint_rows(const Entry& entry) {
  const Footprint& found = entry.footprint;
  IntervalEstimate moved;
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (strcmp(figure.name, "moved_b_per_item") == 0) moved = {figure.value, figure.interval};
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

PERJOULE_INLINE text::Name exact_cell(const IntervalEstimate& number) noexcept {
  const auto& [estimate, interval] = number;
  text::Name cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const text::Short whole = text::rounded(estimate.value, 0);
  const bool is_whole = parse_double(whole.chars, nullptr) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole.chars;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table footprint_table(Entries entries) {
  const Buffer<detail::FileRow> files = detail::file_rows(entries);
  Table table(1 + files.size() + detail::footprint_row_count);
  table.add("manifest");
  for (const detail::FileRow& row : files) {
    const char* const role = row.role.chars;
    table.add(row.place == 0 ? text::format("%s (B)", role).chars
                             : text::format("%s, file %zu (B)", role, row.place + 1).chars);
  }
  for (const auto& [head, number] : detail::footprint_rows(Entry{})) table.add(head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const char* const model = entry.plan.label();
    table.add(model);
    for (const detail::FileRow& row : files) table.add(detail::exact_cell(row.of(entry)).chars);
    for (const auto& [head, number] : detail::footprint_rows(entry)) {
      table.add(detail::exact_cell(number).chars);
    }
  }
  table.note("inflation is the weights' bytes in memory over those on disk");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const char* const model = entries[i].plan.label();
    for (const ModelFile& file : entries[i].footprint.files) {
      table.note(text::format("%s of %s: %s", file.role.chars, model, file.name.chars));
    }
    if (!entries[i].heap.peak.is_known()) {
      table.note(text::format("no peak of a pass of %s: %s", model, entries[i].heap.why_missing));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0

// ---- perjoule/report/summary_text-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Name ratio_cell(double value, const Interval<double>& interval) {
  const double below = value - interval.low;
  const double above = interval.high - value;
  const double longer = below > above ? below : above;
  const double shorter = below > above ? above : below;
  Interval<double> shown = interval;
  if (interval.is_known() && shorter > 0.8 * longer) {
    shown = {value - longer, value + longer, interval.level, IntervalMethod::student_t};
  }
  return text::cell(Estimate<double>{value, 0.0, infinite_dof, 0.0, Provenance::measured}, shown);
}

PERJOULE_INLINE text::Long pairs_needed_text(const Change& change) {
  if (change.more_pairs == 1) {
    return text::format("one pair of windows more than its %zu might tell", change.windows);
  }
  return text::format("some %zu pairs of windows more than its %zu would tell", change.more_pairs,
                      change.windows);
}

PERJOULE_INLINE text::Long describe_change(const Change& change, const char* what,
                                           double min_effect) {
  const double times = change.ratio.value;
  const Interval<double>& interval = change.interval;
  if (change.verdict == Verdict::missing) return text::format("%s: not known", what);
  if (change.verdict == Verdict::same) {
    return text::format("as much %s, to %s %%", what, text::shortest(100.0 * min_effect).chars);
  }
  if (change.verdict == Verdict::unresolved) {
    text::Long out = text::format("no clear change of %s, %s times as much", what,
                                  ratio_cell(times, interval).chars);
    if (change.more_pairs == 0) return out;
    return text::format("%s (%s)", out.chars, pairs_needed_text(change).chars);
  }
  if (change.verdict == Verdict::worse) {
    return text::format("%s times more %s", ratio_cell(times, interval).chars, what);
  }
  const Interval<double> inverse{1.0 / interval.high, 1.0 / interval.low, interval.level,
                                 interval.method};
  return text::format("%s times less %s", ratio_cell(1.0 / times, inverse).chars, what);
}

PERJOULE_INLINE text::Long describe_change(const QualityChange& change) {
  const double unit = text::display_factor(change.unit);
  const char* const space = *change.unit == '\0' ? "" : " ";
  switch (change.verdict) {
    case Verdict::missing:
      return text::format("%s: cannot be compared item by item", change.metric.chars);
    case Verdict::same:
      return text::format("%s: the same, n = %zu", change.metric.chars, change.items);
    case Verdict::unresolved:
      return text::format("%s: no clear change, n = %zu", change.metric.chars, change.items);
    case Verdict::better:
    case Verdict::worse:
      break;
  }
  return text::format("%s: %s%s%s %s, n = %zu", change.metric.chars,
                      text::cell(change.difference, change.interval, unit).chars, space,
                      change.unit, name(change.verdict), change.items);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE Name to_string(const Change& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  const Provenance provenance = change.ratio.provenance;
  const bool measured = provenance == Provenance::measured;
  return format("%s times as much (%s%s%s)",
                perjoule::detail::ratio_cell(change.ratio.value, change.interval).chars,
                measured ? "" : name(provenance), measured ? "" : ", ", name(change.verdict))
      .chars;
}

PERJOULE_INLINE Name to_string(const QualityChange& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  return format("%s (%s)", with_unit(change.difference, change.interval, change.unit).chars,
                name(change.verdict))
      .chars;
}

}  // namespace perjoule::inline v0::text

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string describe(const Comparison& comparison) {
  text::Text out;
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const VariantChanges& compared = comparison.changes[i];
    const Provenance provenance = compared.energy.ratio.provenance;
    const bool has_joules =
        compared.energy.verdict != Verdict::missing && provenance != Provenance::modelled;
    const double least = comparison.plan.min_effect;
    out.put(text::format("%s%s against %s: %s%s", i == 0 ? "" : "\n",
                         comparison.entries[i + 1].plan.label(), comparison.entries[0].plan.label(),
                         has_joules && provenance == Provenance::simulated ? "simulated: " : "",
                         has_joules
                             ? detail::describe_change(compared.energy, "energy", least).chars
                             : detail::describe_change(compared.cpu_time, "CPU time", least).chars)
                .chars);
    for (const QualityChange& change : compared.quality) {
      out.put(text::format("; %s", detail::describe_change(change).chars).chars);
    }
    out.put(".");
  }
  return std::string(out.view());
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
  const char* const unit = measured ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  text::Text out;
  out.put(text::format(
              "Best %s: %s, %s%s%s. ", quality.metric.chars, best->plan.label(),
              text::cell(quality.value, quality.value_interval, text::display_factor(quality.unit))
                  .chars,
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
                         entries.size(),
                         text::with_unit(cost(*best), interval(cost(*best)), unit).chars)
                .chars);
    return std::string(out.view());
  }
  out.put(text::format("%zu of %zu models cannot be told apart from it over %zu paired "
                       "items; the cheapest of these is %s with %s per item",
                       as_good, entries.size(), quality.items, cheapest->plan.label(),
                       text::with_unit(cost(*cheapest), interval(cost(*cheapest)), unit).chars)
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

// ---- perjoule/report/to_string-inl.hpp

namespace perjoule::inline v0::text {

PERJOULE_INLINE Short trim_trailing_zeros(Short number) noexcept {
  if (strchr(number.chars, '.') == nullptr) return number;
  char* last = number.chars + strlen(number.chars) - 1;
  for (; *last == '0'; --last) *last = '\0';
  if (*last == '.') *last = '\0';
  return number;
}

PERJOULE_INLINE Name cell(const Estimate<double>& estimate, const Interval<double>& interval,
                          double unit) noexcept {
  if (!estimate.is_known()) return "n/a";
  const double value = estimate.value / unit;
  if (interval.method == IntervalMethod::exact)
    return trim_trailing_zeros(significant(value, 4)).chars;
  if (!interval.is_known()) {
    return format("%s [unbounded]", significant(value, 2).chars).chars;
  }
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  if (interval.method == IntervalMethod::student_t) return with_halfwidth(value, high - value);
  // Both ends in the digits of the nearer one: they say how well the value is known.
  const double nearer = value - low < high - value ? value - low : high - value;
  const int place = rounding_place(nearer > 0.0 ? nearer : high - low);
  return format("%s [%s, %s]", rounded(value, place).chars, rounded(low, place).chars,
                rounded(high, place).chars)
      .chars;
}

PERJOULE_INLINE ScaledUnit scaled_unit(double magnitude, const char* unit) noexcept {
  if (*unit == '\0' || *unit == '%') return {unit, display_factor(unit)};
  const Prefix prefix = prefix_of(magnitude);
  const char* const line = strchr(unit, '/');
  const bool counts = strncmp(unit, "item", 4) == 0 || *unit == '1';
  if (!counts) return {format("%s%s", prefix.symbol, unit).chars, prefix.factor};
  if (line == nullptr) return {unit, 1.0};
  const Short above(std::string_view(unit, static_cast<std::size_t>(line - unit)));
  return {format("%s/%s%s", above.chars, prefix_of(1.0 / prefix.factor).symbol, line + 1).chars,
          prefix.factor};
}

PERJOULE_INLINE Name with_unit(const Estimate<double>& estimate, const Interval<double>& interval,
                               const char* unit) noexcept {
  if (!estimate.is_known()) return "n/a";
  const ScaledUnit scaled = scaled_unit(estimate.value, unit);
  return format("%s%s%s", cell(estimate, interval, scaled.factor).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

PERJOULE_INLINE Name to_string(const Estimate<double>& estimate, const Interval<double>& interval,
                               const char* unit) noexcept {
  const Name number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("%s (%s)", number.chars, name(estimate.provenance)).chars;
}

PERJOULE_INLINE Name to_string(const Interval<double>& interval, const char* unit) noexcept {
  if (!interval.is_known()) return "unbounded";
  const double half = 0.5 * (interval.high - interval.low);
  if (half <= 0.0) return with_unit(exact(interval.low), interval, unit);
  const double low = math::absolute(interval.low);
  const double high = math::absolute(interval.high);
  const ScaledUnit scaled = scaled_unit(low < high ? high : low, unit);
  const int place = rounding_place(half / scaled.factor);
  return format("[%s, %s]%s%s", rounded(interval.low / scaled.factor, place).chars,
                rounded(interval.high / scaled.factor, place).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

}  // namespace perjoule::inline v0::text

// ---- perjoule/regress/claim-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long why_inconclusive(const Entry& entry, const char* number,
                                            Provenance provenance,
                                            const AcceptedEvidence& accepted) noexcept {
  const Outcome outcome = entry.samples.outcome;
  if (provenance == Provenance::missing) {
    const char* const why = strcmp(number, "energy") == 0 ? entry.samples.why_dropped : "";
    return text::format("%s is missing%s%s", number, *why == '\0' ? "" : ": ", why);
  }
  if (provenance > accepted.provenance) {
    return text::format("%s is %s, and shows nothing unless that is accepted", number,
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

PERJOULE_INLINE void put_notes(text::Text& out, const Entry& entry) noexcept {
  for (const Caveat& caveat : caveats(entry)) {
    bool said = false;
    for (const char* const flag : {"not_measured", "few_windows", "unstable"}) {
      said = said || strcmp(caveat.flag, flag) == 0;
    }
    if (said) continue;
    out.put(text::format("\n%s: %s", entry.plan.label(), caveat.reason.chars).chars);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Long claim_text(const Budget& budget) noexcept {
  const detail::CostEstimate cost = detail::cost_of(Entry{}, budget.cost);
  const Estimate<double> most = exact(budget.limit);
  return text::format("%s within %s", detail::budget_verb(budget.cost),
                      text::with_unit(most, interval(most), cost.unit).chars);
}

PERJOULE_INLINE Finding stays_within(const Entry& entry, const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(entry, budget.cost);
  const bool of_bytes = detail::is_in_bytes(budget.cost);
  const Estimate<double>& found = cost.estimate;
  const Interval<double> of_found = interval(found);
  // Bytes are counted whatever the windows were like.
  const text::Long why_inconclusive =
      of_bytes && found.is_known()
          ? text::Long{}
          : detail::why_inconclusive(entry, cost.name, found.provenance, budget.accepted);
  Finding finding;
  if (why_inconclusive.empty()) finding.claim = detail::at_most(of_found, budget.limit);
  text::Text out;
  out.put(detail::yes_or_no(finding.claim));
  if (found.is_known()) {
    out.put(text::format(", it takes %s (%s)", text::with_unit(found, of_found, cost.unit).chars,
                         of_bytes && found.provenance == Provenance::measured
                             ? "counted"
                             : name(found.provenance))
                .chars);
  }
  if (!why_inconclusive.empty()) {
    out.put(text::format("%s%s", found.is_known() ? "; " : ", ", why_inconclusive.chars).chars);
  } else if (finding.claim == ClaimOutcome::inconclusive) {
    out.put("; the budget lies within its 95 % interval: measure for longer");
  } else if (of_bytes && finding.claim == ClaimOutcome::fails) {
    const Estimate<double> more = exact(found.value - budget.limit);
    out.put(
        text::format(", %s more", text::with_unit(more, interval(more), cost.unit).chars).chars);
  }
  if (!of_bytes && finding.claim != ClaimOutcome::holds) detail::put_notes(out, entry);
  finding.text = std::string(out.view());
  return finding;
}

}  // namespace perjoule::inline v0

// ---- perjoule/regress/no_worse-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void Claims::add(const char* what, ClaimOutcome claim,
                                 const text::Long& found) noexcept {
  lines_.put(text::format("%s%s: %s%s%s", lines_.view().empty() ? "" : "\n", what, yes_or_no(claim),
                          found.empty() ? "" : ", ", found.chars)
                 .chars);
  if (claim == ClaimOutcome::fails) all_ = ClaimOutcome::fails;
  if (claim == ClaimOutcome::inconclusive && all_ == ClaimOutcome::holds) all_ = claim;
}

PERJOULE_INLINE Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                         const AcceptedEvidence& accepted) noexcept {
  const auto provenance_of = [of_energy](const Entry& e) {
    return of_energy ? e.energy.provenance : e.wall_time.provenance;
  };
  const char* const name = of_energy ? "energy" : "time";
  Compatibility found{name, worst(provenance_of(entry), provenance_of(baseline)), {}};
  const text::Short& key = entry.environment.machine.key;
  const text::Short& other_key = baseline.environment.machine.key;
  if (!key.empty() && !other_key.empty() && !(key == other_key)) {
    found.why_inconclusive = "the other was measured on another machine";
  } else if (of_energy && entry.meter.scope != baseline.meter.scope) {
    found.why_inconclusive =
        text::format("one is energy of %s, the other of %s", perjoule::name(entry.meter.scope),
                     perjoule::name(baseline.meter.scope));
  } else {
    for (const Entry* const of : {&entry, &baseline}) {
      if (!found.why_inconclusive.empty()) continue;
      const text::Long why_inconclusive =
          detail::why_inconclusive(*of, name, provenance_of(*of), accepted);
      if (why_inconclusive.empty()) continue;
      found.why_inconclusive = text::format("of %s %s", of->plan.label(), why_inconclusive.chars);
    }
  }
  return found;
}

PERJOULE_INLINE void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim,
                              double times, const Interval<double>& interval,
                              const char* what_helps) {
  const bool open = claim == ClaimOutcome::inconclusive;
  claims.add(of.name, of.why_inconclusive.empty() ? claim : ClaimOutcome::inconclusive,
             !of.why_inconclusive.empty()
                 ? of.why_inconclusive
                 : text::format("%s times as much (%s)%s%s", ratio_cell(times, interval).chars,
                                name(of.provenance), open ? "; " : "", open ? what_helps : ""));
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
    if (!same || !(entry.plan.dataset == baseline.plan.dataset)) {
      claims.add(other.metric.chars, ClaimOutcome::inconclusive,
                 "the other was judged by another metric, or on other items");
      continue;
    }
    const QualityChange change = quality_difference(entry, baseline, i);
    Interval<double> loss = change.interval;
    if (other.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
    const double most = allowed * math::absolute(other.value.value);
    const bool paired = change.verdict != Verdict::missing;
    claims.add(other.metric.chars, at_most(loss, most),
               text::format("a change of %s%s, n = %zu",
                            text::with_unit(change.difference, change.interval, other.unit).chars,
                            paired ? " item by item" : "", other.items));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Long claim_text(const char* baseline, const Tolerance& tolerance) noexcept {
  const auto percent = [](double share) {
    return text::trim_trailing_zeros(text::significant(100.0 * share, 4));
  };
  text::Long out =
      text::format("is no worse than %s, to %s %%", baseline, percent(tolerance.cost).chars);
  if (!is_finite(tolerance.quality)) return out;
  return text::format("%s, and its quality to %s %%", out.chars, percent(tolerance.quality).chars);
}

PERJOULE_INLINE Finding no_worse(const Entry& entry, const Entry& baseline,
                                 const Tolerance& tolerance) {
  PERJOULE_EXPECTS(is_finite(tolerance.cost));
  detail::Claims claims;
  const auto add = [&](bool of_energy, const Ratio<double>& times) {
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
  if (claims.all() != ClaimOutcome::holds) {
    detail::put_notes(claims.lines(), entry);
    detail::put_notes(claims.lines(), baseline);
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
    // What drifts meanwhile hits all variants alike, and few pairs have no interval.
    AcceptedEvidence accepted = tolerance.accepted;
    accepted.few_windows = accepted.unstable = true;
    const auto add = [&](bool of_energy, const Change& change) {
      const detail::Compatibility of = detail::compatible(variant, first, of_energy, accepted);
      const text::Long more = change.more_pairs == 0 ? text::Long("the interval allows for both")
                                                     : detail::pairs_needed_text(change);
      detail::add_cost(claims, of, detail::no_worse_by_verdict(change, cost), change.ratio.value,
                       change.interval, more.chars);
    };
    if (comparison.changes.size() > 1) {
      claims.lines().put(text::format("%s%s:", i == 0 ? "" : "\n", variant.plan.label()).chars);
    }
    if (tolerance.energy) add(true, compared.energy);
    add(false, compared.time);
    detail::add_quality(claims, variant, first,
                        is_finite(tolerance.quality) ? tolerance.quality : cost);
    if (claims.all() != ClaimOutcome::holds) detail::put_notes(claims.lines(), variant);
  }
  return claims.finding();
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_DEFINITIONS)

#if defined(PERJOULE_WITH_ALL) || defined(PERJOULE_IMPLEMENTATION)
#include <string.h>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

// ---- perjoule/stats/delong.hpp

namespace perjoule::inline v0 {

/// The area under the ROC curve: how often a positive item scores above a negative one.
struct Auroc {
  Estimate<double> value;     ///< @unit a share of 1
  Interval<double> interval;  ///< @unit a share of 1
};

/// How two models differ in AUROC on the same items, a - b.
struct AurocDifference {
  Estimate<double> value;                ///< @unit a share of 1
  Interval<double> interval;             ///< @unit a share of 1
  double p_value = detail::quiet_nan();  ///< two-sided, of no difference. @unit a share of 1
};

namespace detail {

/// How many items of the other class each item is on the right side of; a tie counts half.
struct Placements {
  Buffer<double> of_positives;
  Buffer<double> of_negatives;
};

/// How many of an ascending sample are below x, and half of those that are equal.
/// @unit none: a count
[[nodiscard]] double count_below(const Buffer<double>& sorted, double x) noexcept;

/// Each in the order of the items.
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source the counts of Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389, which they find
///         as differences of midranks: n log n where all pairs would be n^2
[[nodiscard]] Placements placements(View<double> scores, View<bool> is_positive);

/// The mean of such counts, or of their differences, as a share of all pairs. The sum of counts is
/// exact, so that 0 and 1 are.
/// @unit   a share of 1
/// @error  u^2 = S10/m + S01/n; 0 of a class with a single item, which has no scatter
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837
[[nodiscard]] Estimate<double> mean_placement(const Placements& counts);

}  // namespace detail

/// AUROC with DeLong's variance, and its interval on the scale of log-odds, which stays in [0, 1].
///
/// Where that variance says nothing - an AUROC of 0 or 1, equal scores all, a class with a single
/// item - the interval is Clopper-Pearson's of as many trials as there are items of the smaller
/// class: so many pairs can be made that have no item in common, and at an AUROC of 1 all of them
/// are won, however they are made. It is wider than need be, but a width of 0 would be wrong. The
/// standard uncertainty is its half-width over z then.
///
/// @shape  scores, is_positive: [items]
/// @unit   a share of 1
/// @error  of normal scores with an AUROC of .5 to .99 it covers .935 to .99 at a nominal .95 where
///         the classes have like numbers of items, down to five; .91 where 10 face 100
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837; log-odds: Pepe, The
///         Statistical Evaluation of Medical Tests (2003), 5.2.5; pairs with no item in common:
///         Birnbaum and Klose, Annals of Mathematical Statistics 28 (1957) 933
[[nodiscard]] Auroc delong(View<double> scores, View<bool> is_positive, double level = 0.95);

/// The difference of the AUROCs of two models on the same items, whose scatter they share in part.
/// @shape  scores_a, scores_b, is_positive: [items], in one order
/// @unit   a share of 1
/// @error  normal; missing where the two rank all items alike, or both make no mistake, and where a
///         class has a single item: that leaves no scatter, but does not show them equal
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837: the variance of a contrast,
///         as that of the differences of placements
[[nodiscard]] AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                View<bool> is_positive, double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/equivalence.hpp

namespace perjoule::inline v0 {

/// Whether a difference lies within a margin.
enum class WithinMargin : std::uint8_t {
  shown,         ///< it does, and an error of that is as rare as alpha
  inconclusive,  ///< the data leave both possible
  refuted,       ///< it lies beyond, and an error of that is as rare as alpha
  missing,       ///< there is no difference to look at
};

[[nodiscard]] constexpr const char* name(WithinMargin verdict) noexcept {
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

/// What a test against a margin says. That a difference is not significant shows nothing: a test
/// with few items never finds one.
struct MarginTest {
  /// Of a difference at or below -margin.
  /// @unit a share of 1
  double p_lower = detail::quiet_nan();
  /// Of a difference at or above +margin; no number in a test of non-inferiority.
  /// @unit a share of 1
  double p_upper = detail::quiet_nan();
  /// Of a difference outside the margin: the larger of the two.
  /// @unit a share of 1
  double p_value = detail::quiet_nan();
  WithinMargin verdict = WithinMargin::missing;
};

namespace detail {

/// Of a difference that is at or below a bound, under which the estimate is seldom so far above it;
/// a value without uncertainty is above or not.
/// @unit   a share of 1
/// @source one-sided t test
[[nodiscard]] double one_sided_p_value(const Estimate<double>& difference, double bound);

}  // namespace detail

/// Whether a model is no worse than another by as much as a margin: candidate - reference, of what
/// is better where it is larger. Of what is better where it is smaller, pass reference - candidate.
/// A margin of 0 asks whether it is better.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  one-sided: `shown` where the lower end of the interval at level 1 - 2 alpha lies above
///         -margin, `refuted` where its upper end lies below; a missing difference is missing
/// @source Wellek, Testing Statistical Hypotheses of Equivalence and Noninferiority (2010), 2.1;
///         t with the effective degrees of freedom of the estimate
[[nodiscard]] MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                         double alpha = 0.05);

/// Whether two models differ by less than a margin either way: two one-sided tests, each at alpha.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  `shown` where the interval at level 1 - 2 alpha lies within the margin, `refuted` where
///         it lies outside; a missing difference is missing
/// @source Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987) 657
[[nodiscard]] MarginTest equivalence(const Estimate<double>& difference, double margin,
                                     double alpha = 0.05);

/// What one expects of the differences of pairs before there are any: how many items does a claim
/// need? Margin, difference and standard deviation have one unit.
struct PairedDesign {
  /// Of non_inferiority() or equivalence().
  /// @unit that of the differences
  double margin = 0.0;
  /// The true mean difference.
  /// @unit that of the differences
  double difference = 0.0;
  /// Of the difference of a single pair.
  /// @unit that of the differences
  double standard_deviation = 0.0;
  double alpha = 0.05;  ///< one-sided. @unit a share of 1
};

/// The standard deviation of the difference of two models on one item, where an answer is right or
/// wrong: as accuracy is the mean of such, a plan for means serves.
/// @param only_a  probability that only one of them is right; likewise `only_b`
/// @unit   a share of 1
/// @source the variance of a variable that is 1, 0 or -1: a + b - (a - b)^2
[[nodiscard]] double paired_proportions_deviation(double only_a, double only_b);

namespace detail {

/// The probability that a t variable whose normal part has the mean `centre` is above t.
/// @unit   none
/// @error  .003 absolute from nine degrees of freedom on, .008 from five; for alpha down to .01
/// @source Abramowitz and Stegun 26.7.10
[[nodiscard]] double noncentral_t_upper_tail(double t, double dof, double centre) noexcept;

/// The probability that the difference is found above a bound that it lies `above` of.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] double power_above(const PairedDesign& plan, double above, std::size_t pairs);

/// The fewest pairs that have the power.
/// @throws Error where not even 2^40 pairs have it
[[nodiscard]] std::size_t min_sample_size(const PairedDesign& plan, double power,
                                          double (*power_of)(const PairedDesign&, std::size_t));

}  // namespace detail

/// How likely non_inferiority() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, where differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] double non_inferiority_power(const PairedDesign& plan, std::size_t pairs);

/// How likely equivalence() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where it is above a half; below, it is too small, and 0 where
///         the margin is so narrow that a test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the probabilities that either one-sided
///         test fails, added, which takes the two as never failing together
[[nodiscard]] double equivalence_power(const PairedDesign& plan, std::size_t pairs);

/// The fewest pairs for which non_inferiority() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power = 0.8);

/// The fewest pairs for which equivalence() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] std::size_t equivalence_sample_size(const PairedDesign& plan, double power = 0.8);

}  // namespace perjoule::inline v0

// ---- perjoule/stats/radix_argsort.hpp

namespace perjoule::inline v0::detail {

/// The places of many numbers from the largest down, time after time in the same memory. It is a
/// radix sort, byte by byte: ten thousand numbers take it a quarter of the time of the C library's
/// qsort, and it is stable, so that sorting by a second key and then by a first one sorts by both.
/// @source Knuth, The Art of Computer Programming 3 (1998), 5.2.5
class RadixArgsort {
 public:
  /// As they are given: 0, 1, 2...
  void reset(std::size_t size) {
    if (entries_.size() != size) {
      entries_ = Buffer<Entry>(size);
      spare_ = Buffer<Entry>(size);
    }
    for (std::size_t k = 0; k < size; ++k) entries_[k].index = k;
  }

  /// Sorts by numbers, the largest first; equal ones keep their order.
  /// @param key_of  index -> double, finite
  template <class KeyOf>
  void sort_by(KeyOf key_of) {
    for (Entry& entry : entries_) entry.key = descending(key_of(entry.index));
    sort_by_keys();
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// The index of what stands at this place.
  [[nodiscard]] std::size_t operator[](std::size_t place) const noexcept {
    return entries_[place].index;
  }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t index;
  };

  /// Bits that are the smaller, the larger the number: those of a negative one are ordered by size
  /// already, and both zeros are one number.
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
      Buffer<Entry> sorted = static_cast<Buffer<Entry>&&>(spare_);
      spare_ = static_cast<Buffer<Entry>&&>(entries_);
      entries_ = static_cast<Buffer<Entry>&&>(sorted);
    }
  }

  Buffer<Entry> entries_;
  Buffer<Entry> spare_;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/binary_ranking.hpp

namespace perjoule::inline v0 {

namespace detail {

/// A score and whether its item is of the class that is looked for.
struct RankedItem {
  double score;
  bool is_positive;
  friend bool operator<(const RankedItem& a, const RankedItem& b) { return a.score > b.score; }
};

/// The mean precision over positive items, each at the threshold that just finds it; items of equal
/// score are found together. No interpolation: that is too kind to a model with few positives.
/// @shape  rows: [items, 2], score and 1 where positive
/// @unit   a share of 1; not finite where no item is positive
/// @source Zhu, Recall, Precision and Average Precision (2004); scikit-learn
/// average_precision_score
[[nodiscard]] double average_precision_of(View<double> rows, const double*);

/// @shape rows: [items, 2], score and 1 where positive
[[nodiscard]] Buffer<double> column_of(View<double> rows, std::size_t column);
[[nodiscard]] Buffer<bool> positives_of(View<double> rows);

[[nodiscard]] IntervalEstimate difference_of_aurocs(const Quality&, View<double> rows_a,
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

  /// @param score  the higher, the more likely is the positive class
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
  /// @throws Error for no items, and where all labels are of one class
  /// @source see auroc and average_precision
  [[nodiscard]] Quality result() const;

 private:
  detail::RankingKind kind_;
  std::int64_t positive_;
  std::size_t found_ = 0;  ///< positive items
  ItemRows<2> rows_;
};

/// How often an item of the positive class scores above one of another: the area under the ROC
/// curve; equal scores count half.
/// @param labels    one class for each input, in their order; borrowed, so a temporary is refused
/// @param positive  the class that a high score speaks for; all others are the other one
/// @param keep      whether each item's score goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: one score each
/// @error  DeLong's variance, on the scale of log-odds: see delong
/// @throws Error for empty labels; while running: for a score that is not finite; and where all
///         labels are of one class
/// @source scikit-learn 1.2 roc_auc_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto auroc(Labels&& labels, std::int64_t positive = 1, PerItem keep = PerItem::keep) {
  return bind_references(labels, BinaryRanking(detail::RankingKind::auroc, positive, keep));
}

/// The mean precision at the thresholds that find one positive item more each. Chance is the share
/// of positive items, so that values of two test sets can't be compared.
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

/// Resamples of each interval of a metric that has no formula for one.
inline constexpr std::size_t quality_resamples = 2000;
/// More items are not drawn for one resample, however many there are.
inline constexpr std::size_t max_drawn_items = 20'000;
/// More parts are not left out in turn.
inline constexpr std::size_t max_jackknife_groups = 200;
/// Of all metrics, so that two models on the same items meet the same draws.
inline constexpr std::uint64_t quality_seed = 1927;

/// The value without one item, or one group of neighbours, each.
[[nodiscard]] Buffer<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                              std::size_t columns);

/// The value of a metric on resamples of its items, drawn with replacement.
///
/// A formula of sums has them drawn, as resample() does it. For others, of more than 20,000 items
/// m = 20,000 are drawn, and what their value differs from that of all is multiplied by sqrt(m/n),
/// as it falls with the root of their number. So many show no skewness that matters: the
/// acceleration is 0 then.
///
/// @shape  rows: [items, columns], row-major
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14; m of n
///         items: Bickel, Goetze and van Zwet, Statistica Sinica 7 (1997) 1
[[nodiscard]] Resamples resample_metric(const ItemFormula& formula, View<double> rows,
                                        std::size_t columns);

/// Of those resamples that have a value: one may lack a whole class, as the items themselves do
/// not.
/// @unit  that of the metric
/// @error missing where more than a fifth have no value, or where all have the same
[[nodiscard]] IntervalEstimate estimate_from_resamples(Resamples resamples, double level);

/// What one model has over another, both computed anew of the same draws.
/// @shape rows_a, rows_b: [items, columns]
[[nodiscard]] IntervalEstimate bootstrap_difference(const Quality& a, View<double> rows_a,
                                                    const Quality& b, View<double> rows_b,
                                                    double level);

[[nodiscard]] bool is_proportion(const Quality& quality) noexcept;

/// Nothing is better than perfect, and a share lies between 0 and 1.
void clamp_to_range(Quality& quality) noexcept;

/// The interval of a value that all items agree on, whose scatter is 0 and shows nothing: what
/// Wilson's leaves open of n right ones of n. A share has it as it is, as an accuracy of n of n
/// has; else it is on the scale from the trivial predictor to a perfect one. Missing where there is
/// no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more where an item is right or wrong; else a stand-in, wide and not zero
[[nodiscard]] IntervalEstimate estimate_of_equal_items(const Quality& quality, double value);

/// The mean of a number of each item: a share where each is 0 or 1, with Student's interval else.
/// @unit that of the items
[[nodiscard]] IntervalEstimate mean_of_items(View<double> rows);

/// Fills in what follows from the rows of a metric alone: value, interval and skill.
///
/// A mean of items has Wilson's or Student's interval, every other formula that of the bootstrap
/// over items.
///
/// @param quality      with name, formula, trivial and perfect
/// @param why_no_skill  see add_skill
/// @shape  rows: [quality.items, columns], row-major
/// @throws Error for no items
void finish_quality(Quality& quality, View<double> rows, const char* why_no_skill);

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/classification.hpp

namespace perjoule::inline v0::detail {

/// Of one class: how often it was right, named by the model, and the label.
struct ClassCount {
  double right = 0.0;
  double predicted = 0.0;
  double actual = 0.0;
};

/// A metric of what was named for what: of the counts of classes, and its own parameters.
using ConfusionFormula = double (*)(View<ClassCount> classes, const double* parameters);

/// @shape rows: [items, 2], the label's class and the model's, each 0, 1, 2, ...
template <ConfusionFormula formula>
[[nodiscard]] double evaluate_confusion(View<double> rows, const double* parameters) {
  double last = 0.0;
  for (const double place : rows) last = place > last ? place : last;
  Buffer<ClassCount> classes(static_cast<std::size_t>(last) + 1);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto label = static_cast<std::size_t>(rows[i]);
    const auto output = static_cast<std::size_t>(rows[i + 1]);
    classes[label].actual += 1.0;
    classes[output].predicted += 1.0;
    if (label == output) classes[label].right += 1.0;
  }
  return formula(classes, parameters);
}

/// What every metric of a confusion matrix shares: rows of the label's class and the model's, and
/// the trivial predictor, which always names one class.
class Confusion {
 public:
  explicit Confusion(PerItem keep) : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  classes, numbered in the order in which they came
  /// @shape [items, 2]: label,output
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<double>(classes_.find(static_cast<std::int64_t>(label)));
    const auto named = static_cast<double>(classes_.find(static_cast<std::int64_t>(output)));
    rows_.add({own, named});
  }
  /// @shape  scores: [classes]
  /// @throws Error for no scores, for one that is not finite, and for a label without one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto best = static_cast<std::int64_t>(best_class(scores, items()));
    check_label(static_cast<std::int64_t>(label), std::size(scores), items());
    add(best, label);
  }

 protected:
  [[nodiscard]] std::size_t classes() const noexcept { return classes_.entries().size(); }

  /// Where a class stands among the counts; classes() where it never came.
  [[nodiscard]] std::size_t index_of(std::int64_t number) const noexcept;

  /// @param always  the class that the trivial predictor names; classes(): the most frequent one
  template <ConfusionFormula formula>
  void finish(Quality& quality, std::size_t always) const {
    quality.items = items();
    check_items(quality);
    quality.formula.value = evaluate_confusion<formula>;
    quality.formula.columns = "label,output";
    Buffer<ClassCount> counts(classes());
    const View<double> rows = rows_.all();
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      counts[static_cast<std::size_t>(rows[i])].actual += 1.0;
    }
    if (always == classes()) {
      always = 0;
      for (std::size_t c = 1; c < classes(); ++c) {
        if (counts[c].actual > counts[always].actual) always = c;
      }
    }
    counts[always].predicted = static_cast<double>(quality.items);
    counts[always].right = counts[always].actual;
    quality.trivial = formula(counts, quality.formula.parameters);
    finish_quality(
        quality, rows,
        "a predictor that always names one class does as well as a perfect one, which leaves "
        "nothing to be skilled at");
  }

 private:
  LabelIndex classes_;
  ItemRows<2> rows_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// How the values of several classes become one.
enum class Average : std::uint8_t {
  binary,    ///< that of one class, the positive one
  micro,     ///< of all items together: precision, recall and F are the accuracy then
  macro,     ///< the mean over classes: a rare class weighs as much as a frequent one
  weighted,  ///< the mean over labels: each class by how often it is the label
};

[[nodiscard]] constexpr const char* name(Average average) noexcept {
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

/// What changes an F score.
struct FScoreOptions {
  Average average = Average::macro;
  double beta = 1.0;          ///< how many times as much recall counts as precision. @unit none
  std::int64_t positive = 1;  ///< the class that is looked for, with Average::binary
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class FScoreKind : std::uint8_t { f, precision, recall };

/// Of one class, or of all of them together; 0 where nothing is there to divide by.
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

/// @shape parameters: the average, the kind, beta, the place of the positive class
[[nodiscard]] double averaged_f_score(View<ClassCount> classes, const double* parameters);

}  // namespace detail

/// Precision, recall or F score. Made by `precision`, `recall` and `f_score`.
class FScore : public detail::Confusion {
 public:
  /// @throws Error for a beta that is not above 0
  FScore(detail::FScoreKind kind, const FScoreOptions& options);

  /// @unit   a share of 1
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items, and where no label and no output is of the positive class
  /// @source scikit-learn 1.2 precision_recall_fscore_support with zero_division=0
  [[nodiscard]] Quality result() const;

 private:
  detail::FScoreKind kind_;
  FScoreOptions options_;
};

/// The harmonic mean of precision and recall: of one class (Average::binary), or of all.
///
/// Macro and weighted averages are the means of the classes' F scores, not the F score of their
/// mean precision and recall. Classes are those that any label or output names; one of which
/// nothing is right counts 0. The trivial predictor always names the positive class, or the most
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

/// Of the items that a model puts into a class, the share that is of it.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto precision(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(labels, FScore(detail::FScoreKind::precision, options));
}

/// Of the items that are of a class, the share that a model puts into it. Who always names the
/// positive class has a recall of 1: it has no skill by itself.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto recall(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(labels, FScore(detail::FScoreKind::recall, options));
}

namespace detail {

/// The mean over classes of the share of each that was found.
/// @unit   a share of 1
/// @source Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010
[[nodiscard]] double mean_recall(View<ClassCount> classes, const double*);

/// What MCC and kappa are made of, as sums over classes.
struct Agreement {
  double items = 0.0;
  double right = 0.0;
  double by_chance = 0.0;  ///< named times actual
  double predicted = 0.0;  ///< squares
  double actual = 0.0;     ///< squares
};

[[nodiscard]] Agreement agreement_of(View<ClassCount> classes);

/// @unit   none; -1 to 1, and 0 where all outputs or all labels are of one class
/// @source Gorodkin, Comput. Biol. Chem. 28 (2004) 367, R_K; for two classes Matthews 1975
[[nodiscard]] double matthews(View<ClassCount> classes, const double*);

/// @unit   none; not finite where labels and outputs are all of one class
/// @source Cohen, Educ. Psychol. Meas. 20 (1960) 37
[[nodiscard]] double kappa(View<ClassCount> classes, const double*);

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

/// The mean recall of the classes that labels name: chance is 1 over their number, however uneven
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

/// The correlation of labels and outputs, of two classes or more: 0 for chance and for whoever
/// always names one class, 1 for no mistake, below 0 for worse than chance.
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

/// How much more often label and output agree than two that are drawn apart would. Not weighted by
/// how far apart classes are.
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

/// Who a metric of one's own is, and between what it lies.
struct CustomMetricOptions {
  text::Short name;
  const char* unit = "";  ///< of its values, for tables; "%" prints a share as per cent
  double trivial = detail::quiet_nan();  ///< what a predictor gets that never looks. @unit its own
  double perfect = 1.0;                  ///< what one gets that makes no mistake. @unit its own
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
                   text::format("%s, item %zu", options_.name.chars, items()).chars,
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

/// A metric of one's own: the mean over items of what a function makes of output and reference.
///
///     const auto close = perjoule::mean_of(
///         depths, {.name = "within 10 %", .unit = "%", .trivial = 0.2},
///         [](float depth, float truth) { return std::abs(depth - truth) < 0.1F * truth; });
///
/// It has skill where `trivial` is given.
/// A metric that is no mean is a class of its own: see StreamingMetric.
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
void check_utf8(std::string_view text, const char* whose, std::size_t item);

/// Whether Python's str.split() and str.strip() take it for white space.
/// @source Python 3.11, str.isspace: bidirectional type WS, B or S, or category Zs
[[nodiscard]] constexpr bool is_space(char32_t c) noexcept {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) ||
         c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU || c == 0x3000U;
}

/// The signs of ASCII: string.punctuation of Python.
[[nodiscard]] constexpr bool is_punctuation(char c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c <= '~');
}

/// The words of a text: what white space separates, as Python's str.split() has it.
/// @param text   valid UTF-8
/// @shape the result is borrowed from text
[[nodiscard]] Buffer<std::string_view> words_of(std::string_view text);

/// The code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] Buffer<char32_t> code_points_of(std::string_view text);

/// A text without the white space at its ends, as Python's str.strip() has it.
/// @param text  valid UTF-8
[[nodiscard]] std::string_view stripped(std::string_view text);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A text in UTF-8: std::string, std::string_view, a literal.
template <class T>
concept StringLike = std::convertible_to<const T&, std::string_view>;

/// Texts side by side, such as several references that are equally right.
template <class T>
concept StringRange =
    !StringLike<T> && ContiguousRange<T> &&
    StringLike<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// What the model should have said: one text, or several that are equally right.
template <class T>
concept TextReference = StringLike<T> || StringRange<T>;

namespace detail {

/// One text as a list of one, or a list of several.
/// @shape borrowed from the argument
template <TextReference Reference>
[[nodiscard]] Buffer<std::string_view> texts_of(const Reference& reference) {
  Buffer<std::string_view> texts;
  if constexpr (StringLike<Reference>) {
    texts.push_back(reference);
  } else {
    const auto* const first = std::data(reference);
    for (std::size_t i = 0; i < std::size(reference); ++i) texts.push_back(first[i]);
  }
  return texts;
}

/// How many references the items have, for the signature: "2", or "var" where it varies.
class ReferenceCount {
 public:
  /// @throws Error for none
  void add(std::size_t references, std::size_t item);

  [[nodiscard]] text::Short shown() const noexcept;

 private:
  std::size_t most_ = 0;
  std::size_t least_ = 0;
};

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Words numbered 0, 1, 2, ... in the order in which each came first, so that they are compared as
/// whole numbers from then on. It keeps copies of them.
class Vocabulary {
 public:
  /// @returns the number of the word
  std::uint32_t add(std::string_view word);

  /// @shape borrowed until the next word is added
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return {chars_.data() + entries_[number].first, entries_[number].size};
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t first;
    std::size_t size;
  };

  /// Eight bytes a step: the product carries each bit upwards, the shift brings it down again.
  [[nodiscard]] static std::uint64_t fnv1a_hex(std::string_view word) noexcept {
    std::uint64_t hash = word.size();
    for (std::size_t at = 0; at < word.size(); at += 8) {
      std::uint64_t chunk = 0;
      memcpy(&chunk, word.data() + at, word.size() - at < 8 ? word.size() - at : 8);
      hash = (hash ^ chunk) * 0x9E37'79B9'7F4A'7C15U;
      hash ^= hash >> 32U;
    }
    return hash;
  }

  void grow();

  Buffer<Entry> entries_;
  Buffer<char> chars_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a number and one
};

/// The numbers of some words, which are added where they are new.
[[nodiscard]] Buffer<std::uint32_t> token_ids(View<std::string_view> words, Vocabulary& vocabulary);

/// How many runs of n tokens there are in a sequence.
[[nodiscard]] constexpr std::size_t n_gram_count(std::size_t tokens, std::size_t n) noexcept {
  return tokens < n ? 0 : tokens - n + 1;
}

/// The n-grams of a sequence of tokens, from 1 to a highest order, and how many of them others
/// have too.
///
/// An n-gram is known by the number of the one that it begins with, which is one token shorter, and
/// its last token: so a key of 64 bits tells it exactly, however long it is, and no two are mixed
/// up. Where another text lacks an n-gram it lacks all longer ones that begin so.
class NGrams {
 public:
  NGrams(View<std::uint32_t> tokens, std::size_t highest_order);

  /// Adds the n-grams that another sequence has too, each at most as often as both have it. Of
  /// several others, one after the other, the one counts for an n-gram that has it most often.
  /// @shape matches: [highest order]
  void match(View<std::uint32_t> other, double* matches);

  /// Begins anew: what is matched next counts by itself.
  void reset_matches() noexcept;

 private:
  struct Gram {
    std::uint64_t key;
    std::uint32_t own;      ///< times in this sequence
    std::uint32_t matched;  ///< of these
    std::uint32_t text;     ///< the other one that in_text counts in
    std::uint32_t in_text;
  };

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t beginning, std::uint32_t last) noexcept {
    return std::uint64_t{beginning} << 32U | last;
  }

  /// The slot of a key, or the empty one where it would be.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    // Both halves of the key are small numbers, which the product alone spreads over few slots.
    std::size_t at = ((key ^ (key >> 29U)) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    while (slots_[at] != 0 && grams_[slots_[at]].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::size_t highest_order_;
  Buffer<Gram> grams_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a place among grams_
  std::uint32_t used_ = 0;
  std::uint32_t texts_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

// ---- perjoule/quality/error_rate.hpp

namespace perjoule::inline v0 {

namespace detail {

/// How the distance changes down a column of the table, for 64 rows: by +1, by -1, else by 0.
struct VerticalDeltas {
  std::uint64_t up;
  std::uint64_t down;
};

/// The distance between two sequences of numbers, 64 rows of the table at a time.
///
/// The rows are the reference's, the columns the output's. A block of 64 rows is taken through all
/// columns before the next, with what it hands down, a step of -1, 0 or 1 for each column: so there
/// is one mask for each different number, and not one for each in each block.
///
/// @param steps  where to leave the steps of each block and column, or null
/// @shape steps: [blocks, columns], row-major
/// @source Myers, J. ACM 46 (1999) 395; Hyyro, Explaining and extending the bit-parallel
///         approximate string matching algorithm of Myers (2001), for whole sequences
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                        VerticalDeltas* steps);

}  // namespace detail

/// The least number of substitutions, deletions and insertions that turn one sequence of tokens
/// into another: Levenshtein's distance.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source Levenshtein, Soviet Physics Doklady 10 (1966) 707; computed as Myers and Hyyro do
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output);

/// What was done to a reference to get an output.
struct Edits {
  std::size_t substitutions = 0;
  std::size_t deletions = 0;   ///< tokens of the reference that the output lacks
  std::size_t insertions = 0;  ///< tokens of the output that the reference lacks
};

/// The edits of one shortest way from a reference to an output.
///
/// Only their sum, the distance, is unique: "a b" to "b c" is two substitutions, or a deletion and
/// an insertion. Of several shortest ways this is the one that, walked from the ends of both, takes
/// what is equal, else deletes, else substitutes, else inserts. Other programs break ties otherwise
/// and find other counts, which is why no metric here is made of them.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source as edit_distance; two bits are kept for each cell of the table on the way
[[nodiscard]] Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output);

/// Of what a text is taken to be made.
enum class TextUnit : bool {
  word,      ///< what white space separates, as Python's str.split() has it
  character  ///< code points, white space between words too, but not at the ends
};

namespace detail {

/// Edits over tokens of the references.
/// @unit   a share of 1; not finite where the references have none
/// @source jiwer 4.0, wer and cer
[[nodiscard]] double error_rate_of(View<double> rows, const double*);

}  // namespace detail

/// Word or character error rate: the edits of all items over the words or characters of all
/// references. It is 1 for a model that says nothing, and above 1 for one that says too much.
///
/// Texts are compared as they are: case, punctuation and Unicode's normal forms are the caller's.
/// An empty reference adds what was said to the edits and nothing to the words. Where all of them
/// are empty there is no rate: the value is then the number of insertions, as in jiwer, without a
/// unit, an interval or a skill.
///
/// @unit   a share of 1
/// @source jiwer 4.0, wer and cer; it splits at blanks only, where this splits at each white space
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
  [[nodiscard]] Buffer<std::uint32_t> tokens(std::string_view text,
                                             detail::Vocabulary& words) const;

  TextUnit unit_;
  ItemRows<2> rows_;
};

/// Word error rate as `measure` takes it.
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

/// Character error rate as `measure` takes it.
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
[[nodiscard]] double perplexity_of(View<double> rows, const double*);

/// @shape rows: [items, 2], nats and symbols (bytes or characters)
/// @unit  bits per symbol
[[nodiscard]] double bits_per_symbol(View<double> rows, const double*);

/// What a predictor needs that knows how frequent each symbol is, and nothing else.
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
  /// @throws Error for what is below 0 or not finite, and for an empty text
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
  /// How frequent each token is, nobody knows then: no trivial predictor.
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

/// The exponential of the mean surprise of a token. It depends on how a text is cut into tokens, so
/// that only models with one tokenizer can be compared: else take bits_per_byte.
///
/// The trivial predictor knows how frequent each token is in these texts; where only the numbers of
/// tokens are passed nobody knows that, and there is no skill.
/// @param tokens  for each input its tokens, or how many there are; borrowed
/// @param keep    whether each item's nats go into the record, for paired tests
/// @unit   none
/// @shape  tokens: [items] of [tokens] or of counts; outputs: the sum of -ln p, or ln p of each
/// token
/// @throws Error for no texts; while running: for an empty text, and for a surprise that is below 0
///         or not finite
/// @source Jelinek, Mercer, Bahl and Baker, J. Acoust. Soc. Am. 62 (1977) S63
template <class Tokens>
requires ReferencesOutliveTheCall<Tokens> && ReferencesAreContiguous<Tokens>
[[nodiscard]] auto perplexity(Tokens&& tokens, PerItem keep = PerItem::keep) {
  return bind_references(tokens, TextSurprisal(detail::Symbol::token, keep));
}

/// The mean surprise of a byte, in bits: what the model would compress these texts to. It does not
/// depend on the tokenizer. The trivial predictor knows how frequent each byte is in these texts.
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

/// The mean surprise of a character (a code point of Unicode), in bits. Of one language it is like
/// bits_per_byte; across scripts it is not, since their characters tell more or less.
/// @copydetails bits_per_byte
/// @throws Error for a text that is not UTF-8, too
template <class Texts>
requires ReferencesOutliveTheCall<Texts> && ReferencesAreContiguous<Texts>
[[nodiscard]] auto bits_per_character(Texts&& texts, PerItem keep = PerItem::keep) {
  return bind_references(texts, TextSurprisal(detail::Symbol::character, keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/probability_metrics.hpp

namespace perjoule::inline v0 {

namespace detail {

/// How far from 1 probabilities may sum up to: single precision over a hundred thousand classes.
inline constexpr double max_sum_error = 1e-3;

[[noreturn]] void reject_probability(double p, std::size_t item);

[[nodiscard]] inline double probability(double p, std::size_t item) {
  if (!is_finite(p) || p < 0.0 || p > 1.0 + max_sum_error) reject_probability(p, item);
  return p < 1.0 ? p : 1.0;
}

/// What probabilities sum up to, once each of them is one.
/// @throws Error for no probabilities, for one that is none, and for a sum that is not 1
template <ClassScores Output>
[[nodiscard]] double sum_of_probabilities(const Output& probabilities, std::size_t item) {
  double sum = 0.0;
  for (std::size_t c = 0; c < std::size(probabilities); ++c) {
    sum += probability(static_cast<double>(std::data(probabilities)[c]), item);
  }
  if (math::absolute(sum - 1.0) > max_sum_error) {
    fail("probabilities do not sum up to 1",
         text::format("item %zu: %s", item, text::significant(sum, 6).chars).chars,
         "return the output of softmax, not logits");
  }
  return sum;
}

/// -ln p, with p kept from 0 and 1 by the rounding of a double, as scikit-learn does of doubles:
/// one item that is impossible to a model costs 36 nats, and not all of them.
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
  /// @unit  nats of log loss; none of the Brier score
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param p      of class 1, where there are two: 0 and 1
  /// @unit  p: a share of 1
  /// @throws Error for what is no probability, and for a label that is neither 0 nor 1
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& p, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    if (own != 0 && own != 1) {
      detail::fail("a label is neither 0 nor 1", text::format("item %zu", items()).chars,
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
  /// @throws Error for what is no probability, a sum that is not 1, and a label without one
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& probabilities, const Label& label) {
    const auto* const p = std::data(probabilities);
    const std::size_t classes = std::size(probabilities);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) {
      detail::fail("a label has no probability", text::format("item %zu", items()).chars,
                   "return one for each class, and count classes from 0");
    }
    const double sum = detail::sum_of_probabilities(probabilities, items());
    double loss = 0.0;
    if (kind_ == detail::ProbabilityKind::log_loss) {
      loss = detail::surprisal(static_cast<double>(p[own]) / sum);
    } else {
      for (std::size_t c = 0; c < classes; ++c) {
        loss += math::square(static_cast<double>(p[c]) / sum - (c == own ? 1.0 : 0.0));
      }
    }
    labels_.add(static_cast<std::int64_t>(label));
    rows_.add({loss});
  }

  /// @unit   nats per item of log loss; none of the Brier score
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

/// The mean of -ln p over items, with p the probability of the item's own label: what the model's
/// surprise costs in nats. The trivial predictor gives each class its share of the labels, and gets
/// their entropy.
///
/// Probabilities are divided by their sum; one below 2.2e-16 counts as that.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's loss goes into the record, for paired tests
/// @unit   nats per item
/// @shape  labels: [items]; outputs: [classes], or the probability of class 1 alone
/// @throws Error for empty labels; while running: for what is no probability, a sum that is off 1
/// by
///         more than 0.001, and a label without a probability
/// @source scikit-learn 1.2 log_loss
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto log_loss(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(labels, ProbabilityLoss(detail::ProbabilityKind::log_loss, keep));
}

/// The mean square distance of probabilities from what came true: summed over all classes (0 to 2),
/// or of the probability of class 1 alone, where the model returns that (0 to 1, half as much).
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

/// The bin of a confidence: ((m - 1)/M, m/M], its upper end included. Ends are quotients, since the
/// product may be rounded up: (7/100) x 100 is more than 7.
[[nodiscard]] std::size_t calibration_bin(double confidence, double bins);

/// How far confidence is from the share of right answers, bin by bin.
/// @shape  rows: [items, 2], confidence and 1 where right; parameters: how many bins
/// @unit   a share of 1
/// @source Guo et al., On Calibration of Modern Neural Networks, ICML 2017
[[nodiscard]] double expected_calibration_error(View<double> rows, const double* parameters);

/// How far off the sum of gaps of one bin's items may be by chance, as a standard uncertainty: that
/// of their gaps about 0, and not below that of a calibrated model, since a few items may agree. A
/// model that is nearly always right may not have shown its errors yet: so many as a Poisson number
/// may be above what was seen, 1 + sqrt(v + 3/4), but no more than n answers can vary.
/// @param seen, calibrated  sums of squares that were seen, and that a calibrated model has
/// @unit   items
/// @source Gehrels, Astrophys. J. 303 (1986) 336, equation 7
[[nodiscard]] double calibration_uncertainty(double items, double seen, double calibrated);

/// How far off an ECE is by chance, at most, in 95 of 100 test sets: each bin's gap is off by a
/// number of its own, and the sum of their sizes by no more than the sum of the sizes of these. Of
/// normal numbers that has the mean sqrt(2/pi) sum(u) and the variance (1 - 2/pi) sum(u^2).
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
  /// @throws Error for what is no probability, a sum that is not 1, and a label without one
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

/// How far a model's confidence, the probability of the class that it names, is from how often it
/// is right: bins of equal width, weighted by their items.
///
/// It describes honesty and not knowledge, so there is no skill. It depends on the number of bins,
/// and is above 0 for a calibrated model too: by about sqrt(2 bins/(pi n)) times the standard
/// deviation of an answer.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param bins    of equal width
/// @param keep    whether each item's confidence goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: [classes], probabilities
/// @error  a bound that covers .95 and more, whatever the gaps: see formulas.md. The bootstrap over
///         items does not, since each resample's ECE is above that of the items as theirs is above
///         the true one: of a calibrated model it covers never
/// @throws Error for empty labels; while running: for what is no probability, or does not sum up to
///         1, and for a label without a probability
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

/// The small letter of a capital one of the Latin (with the accents of living languages), Greek and
/// Cyrillic scripts. A letter that needs its context or two code points gets the plain one: capital
/// sigma is never the final one, and I with a dot is i.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t lower_case(char32_t c) noexcept;

/// Whether a character belongs to a word, as `\w` of Python's re has it: letters and digits. Of
/// what lies beyond ASCII, the signs of Latin text and the common blocks of signs do not.
[[nodiscard]] bool is_word_character(char32_t c) noexcept;

void append_utf8(Buffer<char>& text, char32_t c);

/// How long the article is that begins at a place and ends with a word: 0 where there is none.
[[nodiscard]] std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept;

}  // namespace detail

/// An answer as SQuAD compares it: in small letters, without punctuation of ASCII, without the
/// articles a, an and the, its words one blank apart. "The  Eiffel-Tower!" is "eiffeltower".
///
/// Python, in which the reference is written, knows the small letters and the signs of all scripts;
/// here they are those of text in Latin, Greek and Cyrillic letters.
///
/// @param text  valid UTF-8
/// @shape  the result: characters in UTF-8
/// @source Rajpurkar et al., EMNLP 2016, 2383: normalize_answer of the evaluation script v1.1
[[nodiscard]] Buffer<char> normalize_answer(std::string_view text);

namespace detail {

[[nodiscard]] Buffer<char> normalized_answer(std::string_view text, const char* whose,
                                             std::size_t item);

/// The F-score of the words of two normal answers, each word as often as it stands there.
/// @unit   a share of 1
/// @source f1_score of SQuAD's evaluation script v1.1: 0 where both are empty
[[nodiscard]] double answer_f1(std::string_view output, std::string_view reference);

/// The right answers of each item, normalised, each one once.
class ReferenceAnswers {
 public:
  /// Adds those of the next item.
  /// @throws Error for none, and for a text that is not UTF-8
  void add(View<std::string_view> references, std::size_t item);

  /// The numbers of an item's right answers.
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
  /// The best F-score that a normal answer has with a right one of an item.
  /// @unit   a share of 1
  /// @source metric_max_over_ground_truths of SQuAD's evaluation script v1.1
  [[nodiscard]] double best_f1(std::string_view answer, std::size_t item) const;
  [[nodiscard]] text::Short counts() const noexcept { return counts_.shown(); }

 private:
  Vocabulary answers_;
  Buffer<std::size_t> items_with_;  ///< for each answer, the items that it is right for
  Buffer<std::uint32_t> numbers_;
  Buffer<std::size_t> ends_;
  ReferenceCount counts_;
};

}  // namespace detail

/// The share of answers that equal a right one once both are normalised as in SQuAD, with Wilson's
/// interval, and the skill above always giving the answer that is right most often.
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

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// The mean F-score of the words of an answer and of the right one that it is nearest to, both
/// normalised as in SQuAD.
///
/// The trivial predictor always gives the answer that is right most often. An answer of no words,
/// or of articles alone, scores 0, even where that is right: SQuAD 1.1 has no question without
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
  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// Exact match as `measure` takes it.
///
/// @param references  for each input, in their order, one answer or several that are equally right;
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

/// Token F1 as `measure` takes it.
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
[[nodiscard]] double root_mean_square_error(View<double> rows, const double*);

/// @copydoc root_mean_square_error
[[nodiscard]] double mean_absolute_error(View<double> rows, const double*);

/// The share of the references' variance that is explained; not finite where they have none.
/// @shape rows: [items, 2], output and reference
/// @unit  a share of 1
[[nodiscard]] double coefficient_of_determination(View<double> rows, const double*);

enum class RegressionKind : std::uint8_t { rmse, mae, r2 };

}  // namespace detail

/// RMSE, MAE or R2. Made by `root_mean_square_error`, `mean_absolute_error` and
/// `r2_score`.
class Regression {
 public:
  Regression(detail::RegressionKind kind, const char* unit, PerItem keep = PerItem::keep)
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

  /// What a predictor gets that always says the same.
  [[nodiscard]] double of_constant(const ItemFormula& formula, double output) const;
  [[nodiscard]] Buffer<double> references() const;
  [[nodiscard]] double mean_reference() const;
  [[nodiscard]] double median_reference() const;

  detail::RegressionKind kind_;
  const char* unit_;
  ItemRows<2> rows_;
};

/// The root of the mean square of errors: large errors count most. The trivial predictor always
/// says the mean of the references.
/// @param references  one number for each input, in their order; borrowed
/// @param unit        of the numbers, for tables: "mm"
/// @param keep        whether each item's numbers go into the record, for paired tests
/// @unit   that of the references
/// @shape  references: [items]
/// @throws Error for no references; while running: for a number that is not finite
/// @source scikit-learn 1.2 mean_squared_error with squared=False
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto root_mean_square_error(References&& references, const char* unit = "",
                                          PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::rmse, unit, keep));
}

/// The mean size of errors. The trivial predictor always says the median of the references.
/// @copydetails root_mean_square_error
/// @source scikit-learn 1.2 mean_absolute_error
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto mean_absolute_error(References&& references, const char* unit = "",
                                       PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::mae, unit, keep));
}

/// The share of the references' variance that the outputs explain: 0 for who always says their
/// mean, below 0 for worse. It has no value where all references are equal.
/// @param references, keep  see root_mean_square_error
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws see root_mean_square_error
/// @source scikit-learn 1.2 r2_score, which says 1 or 0 where all references are equal
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto r2_score(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, Regression(detail::RegressionKind::r2, "", keep));
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/translation.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Puts `to` in the place of `from` wherever it stands, from left to right, once: what arises by
/// that is left as it is, as by Python's str.replace().
void replace(Buffer<char>& text, std::string_view from, std::string_view to);

[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_stop(char c) noexcept { return c == '.' || c == ','; }

/// The signs of ASCII that are always words of their own: all but the apostrophe, the comma, the
/// dash and the full stop.
[[nodiscard]] inline bool is_separate_token(char c) noexcept {
  return is_punctuation(c) && c != '\'' && c != ',' && c != '-' && c != '.';
}

/// Puts blanks about the sign in each pair of characters that is asked for. A pair that was found
/// is done with: its second character begins no other, as in a regular expression's matches.
void space_pairs(Buffer<char>& text, bool (*is_pair)(char, char), bool sign_is_first);

}  // namespace detail

/// A text with blanks between its tokens, as WMT's scorer mteval-v13a.pl and sacrebleu's "13a" set
/// them: signs stand apart, but a full stop or comma between digits, and a dash behind a letter.
///
/// Meant for languages that are written with blanks; text in Chinese or Japanese stays in one
/// piece.
///
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source mteval-v13a.pl as sacrebleu 2.3.1 has it: tokenizer_13a.py and tokenizer_re.py, behind
/// the
///         str.rstrip() of its BLEU
[[nodiscard]] Buffer<char> tokenize_13a(std::string_view text);

/// Where BLEU has one token end and the next begin.
enum class BleuTokenizer : bool {
  v13a,  ///< at white space and signs: see tokenize_13a
  none   ///< at white space only: the caller has tokenised
};

/// What BLEU takes for the n-grams of an order that has no match at all.
class BleuSmoothing {
 public:
  enum class Method : unsigned char { none, floor, add_k, exp };

  /// Nothing: the value is 0 then.
  [[nodiscard]] static BleuSmoothing none() noexcept { return {Method::none, 0.0}; }
  /// Half a match for the first such order, a quarter for the second, and so on.
  [[nodiscard]] static BleuSmoothing exp() noexcept { return {Method::exp, 0.0}; }
  /// @param matches  instead of none
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing floor(double matches = 0.1) {
    return {Method::floor, matches};
  }
  /// @param k  n-grams more, and matches more, for each order above the first
  /// @unit  n-grams
  [[nodiscard]] static BleuSmoothing add_k(double k = 1.0) { return {Method::add_k, k}; }

  [[nodiscard]] Method method() const noexcept { return method_; }
  /// @unit n-grams; 0 for a method that has none
  /// @source the metric's own definition
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  BleuSmoothing(Method method, double value) : method_(method), value_(value) {
    PERJOULE_EXPECTS(is_finite(value) && value >= 0.0);
  }

  Method method_;
  double value_;
};

/// What changes BLEU's number; the defaults are sacrebleu's.
struct BleuOptions {
  BleuTokenizer tokenizer = BleuTokenizer::v13a;
  BleuSmoothing smoothing = BleuSmoothing::exp();
  /// Leaves out the orders that are longer than every output, for test sets of single words.
  bool effective_order = false;
};

namespace detail {

inline constexpr std::size_t bleu_orders = 4;
/// Words of the output, of the nearest reference, matches and n-grams of each order.
inline constexpr std::size_t bleu_columns = 2 + 2 * bleu_orders;

/// @param parameters  method and value of the smoothing, and whether the order is effective
/// @unit   0 to 100
/// @source Papineni et al., ACL 2002, 311; smoothing: Chen and Cherry, WMT 2014, 362; what is left
///         open there as in sacrebleu 2.3.1, BLEU.compute_bleu
[[nodiscard]] double bleu_of(View<double> rows, const double* parameters);

}  // namespace detail

/// Corpus BLEU: the geometric mean of the precisions of 1- to 4-grams, pooled over the test set,
/// times a penalty for saying less than the references.
///
/// Each item has one reference or several; an n-gram is right as often as the reference has it that
/// has it most often, and the length that counts is that of the reference nearest in length, of two
/// the shorter one. An empty reference is one fewer, as in sacrebleu. Upper and lower case differ.
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
  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  [[nodiscard]] Buffer<std::uint32_t> tokens(std::string_view text,
                                             detail::Vocabulary& words) const;

  BleuOptions options_;
  ItemRows<detail::bleu_columns> rows_;
  detail::ReferenceCount references_;
};

/// Corpus BLEU as `measure` takes it.
///
/// @param references  for each input, in their order, one text or several that are equally right
///                    (not one list for each set of references, as sacrebleu has it); borrowed, so
///                    a temporary is refused
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

/// What changes chrF's number; the defaults are sacrebleu's.
struct ChrfOptions {
  /// Longest run of words that counts beside those of characters: 0 for chrF, 2 for chrF++.
  std::size_t word_order = 0;
  /// How many times as much recall counts as precision. @unit none
  double beta = 2.0;
};

namespace detail {

inline constexpr std::size_t chrf_character_orders = 6;
inline constexpr std::size_t chrf_max_orders = chrf_character_orders + 2;

/// What one output and one reference have of each order.
struct ChrfCounts {
  /// N-grams of the output, of the reference, and of both.
  double counts[3 * chrf_max_orders] = {};
};

/// @unit   0 to 100
/// @shape  counts: [orders, 3]
/// @source sacrebleu 2.3.1, CHRF._compute_f_score without eps_smoothing: means over the orders that
///         both sides have
[[nodiscard]] double chrf_f_score(const double* counts, std::size_t orders, double beta);

/// @param parameters  beta, and how many orders a row has
/// @unit   0 to 100
/// @source as chrf_f_score
[[nodiscard]] double chrf_of(View<double> rows, const double* parameters);

/// Words with a sign of ASCII at their end apart, or else one at their beginning: not both.
/// @source sacrebleu 2.3.1, CHRF._remove_punctuation, after chrF++.py of Maja Popovic
[[nodiscard]] Buffer<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary);

/// The code points of a text that are no white space.
[[nodiscard]] Buffer<std::uint32_t> chrf_characters(std::string_view text);

/// Counts what a reference and an output have of the orders from 1 on.
/// @shape  counts: [orders, 3]
void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                std::size_t orders, double* counts);

}  // namespace detail

/// Corpus chrF and chrF++: the F-score of n-grams of 1 to 6 characters, and of 1 and 2 words for
/// chrF++, pooled over the test set. It needs no tokeniser and suits languages that inflect.
///
/// White space does not count; upper and lower case differ. Of several references an item has the
/// counts of the one with the best F-score of its own, the first of equal ones; an empty one is
/// left out.
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

  void add_texts(std::string_view output, const Buffer<std::string_view>& references);

  ChrfOptions options_;
  PerItem keep_;
  Buffer<double> rows_;
  detail::ReferenceCount references_;
};

/// Corpus chrF as `measure` takes it; chrF++ with a word order of 2.
///
/// @param references  for each input, in their order, one text or several that are equally right;
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

/// What an axis is of. A model that knows nothing is the best of all in every cost, so what orders
/// by a cost wants a floor of quality first (score/candidate_set.hpp).
enum class AxisRole : std::uint8_t {
  quality,  ///< how good the outputs are: accuracy, word error rate
  cost,     ///< what they take: energy, time, bytes, and throughput too
};

/// How differences along an axis count.
enum class AxisScale : std::uint8_t {
  linear,       ///< from .90 to .91 is as far as from .98 to .99
  logarithmic,  ///< from 1 to 2 J is as far as from 10 to 20 J
};

/// One of the things by which candidates are compared.
struct Axis {
  text::Short name;  ///< "accuracy", "energy per item"
  AxisRole role = AxisRole::quality;
  bool higher_is_better = true;
  AxisScale scale = AxisScale::linear;
};

/// What is better when it is larger: accuracy, skill, BLEU.
[[nodiscard]] inline Axis quality_axis(text::Short name) noexcept {
  return {name, AxisRole::quality, true, AxisScale::linear};
}

/// What is better when it is less and spans decades: energy, time, bytes.
[[nodiscard]] inline Axis cost_axis(text::Short name) noexcept {
  return {name, AxisRole::cost, false, AxisScale::logarithmic};
}

/// Where a candidate stands on one axis.
struct Coordinate {
  /// @unit  SI, that of the axis: one for all candidates
  Estimate<double> value;
  /// Values already drawn together with those of the other candidates: draw k of each is of the
  /// same resample of the test items, which is how a joint bootstrap keeps what is hard for all
  /// models from looking like a difference between them. They hold all that is not known of the
  /// value. Borrowed. Empty: drawn from `value`.
  /// @unit  that of the value
  /// @shape [draws], as many for each coordinate that has some
  View<double> draws;
  /// Where it is known better than from `value`: Wilson's, of an accuracy.
  Interval<double> interval;
};

/// A model, or any variant of one, as it stands among others.
struct Candidate {
  text::Name name;
  Few<Coordinate, 3> coordinates;  ///< in the order of the axes
  Scope scope = Scope::none;       ///< of its energy
  /// What counted its cost. An error of one meter's gain moves all that it counted alike, and
  /// moves nothing past another; of two meters it does.
  text::Short meter;
};

/// A candidate with every axis turned so that more is better: a cost is negated, a logarithmic axis
/// in powers of ten. An axis that a field hasn't got is 0 for all.
struct ObjectiveVector {
  double values[3] = {};  ///< @unit that of the axis, or its decimal logarithm

  friend constexpr bool operator==(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
    return a.values[0] == b.values[0] && a.values[1] == b.values[1] && a.values[2] == b.values[2];
  }
};

/// A candidate that is not ranked, and why.
struct ExcludedCandidate {
  text::Name name;
  text::Name reason;  ///< "energy is missing"
};

namespace detail {

/// @unit   of the axis, or its decimal logarithm
/// @source score/candidate_set.hpp, ObjectiveVector
[[nodiscard]] inline double objective(const Axis& axis, double value) noexcept {
  const double scaled =
      axis.scale == AxisScale::logarithmic ? math::decimal_logarithm(value) : value;
  return axis.higher_is_better ? scaled : -scaled;
}

/// "cnn, energy": where an error is.
[[nodiscard]] text::Long candidate_label(const Candidate& candidate, const Axis& axis) noexcept;

/// A number that no axis can hold.
/// @throws Error  that says so
void check_number(const Candidate& candidate, const Axis& axis, double value);

/// @throws Error  where the value is no number or its uncertainty is none
void check_value(const Candidate& candidate, const Axis& axis, const Coordinate& coordinate);

/// Whether two values may stand on one axis. An estimated one says how much wider it is for being
/// an approximation of measured values, so the two are of one kind; the others are of none.
[[nodiscard]] inline bool have_comparable_provenance(Provenance a, Provenance b) noexcept {
  return a == b || (a <= Provenance::estimated && b <= Provenance::estimated);
}

}  // namespace detail

/// Candidates that may be compared with one another: on the same axes, counted for the same part of
/// a machine and in the same way. Everything that ranks takes one.
///
/// A candidate without a value on one of the axes is left out, with the reason: it is neither on a
/// front nor off it, and every position that a function could give it would be a number for what
/// nobody knows. It is no error, since one model of twelve without a meter must not cost the other
/// eleven their table; a table names who was left out.
class CandidateSet {
 public:
  /// @param axes        one to three
  /// @param candidates  each with a coordinate for each axis; their draws stay borrowed
  /// @throws Error  where two may not be compared (energy of different scopes; measured beside
  ///         modelled or simulated); where a number is none; where a logarithmic axis meets zero
  CandidateSet(View<Axis> axes, View<Candidate> candidates);

  [[nodiscard]] std::size_t size() const noexcept { return candidates_.size(); }
  [[nodiscard]] const Few<Axis, 3>& axes() const noexcept { return axes_; }
  /// Those that are ranked: what is said of candidate i in any result is said of the i-th of these.
  [[nodiscard]] View<Candidate> candidates() const noexcept { return candidates_; }
  [[nodiscard]] View<ObjectiveVector> objectives() const noexcept { return objectives_; }
  [[nodiscard]] View<ExcludedCandidate> excluded() const noexcept { return excluded_; }
  /// Whether each candidate reaches a floor of quality: see with_quality_floor().
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }

  /// The same without those for whom `why_not(candidate)` gives a reason, over a floor from now on.
  template <class WhyNot>
  [[nodiscard]] CandidateSet filter_by_floor(WhyNot why_not) const {
    CandidateSet kept;
    kept.axes_ = axes_;
    kept.excluded_ = excluded_;
    kept.has_quality_floor_ = true;
    for (std::size_t i = 0; i < size(); ++i) {
      const text::Name reason = why_not(candidates_[i]);
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

  [[noreturn]] static void refuse(const Candidate& a, const char* is, const Candidate& b,
                                  const char* but, const char* next_step);

  Few<Axis, 3> axes_;
  Buffer<Candidate> candidates_;
  Buffer<ObjectiveVector> objectives_;
  Buffer<ExcludedCandidate> excluded_;
  bool has_quality_floor_ = false;
};

/// What of a candidate must reach a floor.
enum class FloorCriterion : std::uint8_t {
  interval,  ///< the worse end of its 95 % interval: it surely reaches it
  value,  ///< the value, as MLPerf asks: half of those that lie at the floor only seem to reach it
};

/// A candidate that was chosen, or why there is none.
struct Choice {
  bool is_made = false;
  std::size_t candidate = 0;  ///< its number in the field
  text::Name why_not;         ///< "nobody reaches the floor"
};

namespace detail {

/// The end of the interval on the worse side; the value where that is asked for.
/// @unit   that of the axis
/// @error  not finite where nothing bounds the value
/// @source stats/confidence.hpp
[[nodiscard]] double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                 FloorCriterion what);

}  // namespace detail

/// The candidates that reach a floor of quality, each of the others left out with the reason. It is
/// what makes an order by cost mean something: cheapest(with_quality_floor(field, accuracy, .99 *
/// full), energy).
///
/// MLPerf's closed divisions ask for 99 % or 99.9 % of the quality of a reference model at full
/// precision, which is taken as a number without uncertainty, as it is here.
///
/// @param axis   one of quality
/// @param floor  the least that will do; the most, on an axis where less is better
/// @unit  floor: that of the axis
/// @throws Error  where the axis is none of quality, or the floor no number
/// @source Reddi et al., MLPerf Inference Benchmark, ISCA (2020)
[[nodiscard]] CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                              double floor,
                                              FloorCriterion what = FloorCriterion::interval);

/// The candidate with the least cost of those that reach a floor of quality; of two that cost the
/// same the one that was entered first. How sure it is, rank_ranges() of the same axis says: whose
/// range begins at 1 may be the cheapest as well.
/// @param field  of with_quality_floor()
/// @param axis   one of cost
/// @throws Error  where the field has no floor, or the axis is none of cost
[[nodiscard]] Choice cheapest(const CandidateSet& field, std::size_t axis);

}  // namespace perjoule::inline v0

// ---- perjoule/score/carbon_and_cost.hpp

namespace perjoule::inline v0 {

/// A figure that somebody looked up: it goes nowhere without its source and its year, and the
/// library has none of its own: tools that have one inside differ by a fifth on the same country.
/// @unit  that of Q
/// @error the uncertainty is common to all that is computed with it
template <class Q>
struct CitedValue {
  Estimate<Q> value = {};
  text::Name source = {};  ///< "RTE eCO2mix, yearly mean", "the bill"
  int year = 0;            ///< that the figure is of
};

namespace detail {

/// @throws Error for a number that is not finite or below 0, for no source, and for a year that is
///         none
void expect_cited(double value, double uncertainty, const char* what, const text::Name& source,
                  int year);

/// @copydoc expect_cited(double, double, const char*, const text::Name&, int)
template <class Q>
void expect_cited(const CitedValue<Q>& stated, const char* what) {
  if (!stated.value.is_known()) return;
  expect_cited(number(stated.value.value), number(stated.value.common), what, stated.source,
               stated.year);
}

/// Joules of a kilowatt-hour.
inline constexpr double joules_per_kilowatt_hour = 3.6e6;

/// Something per kilowatt-hour, as per joule.
/// @unit that of the value, over a joule
template <class Q>
[[nodiscard]] CitedValue<Q> cited_per_kilowatt_hour(double value, double uncertainty,
                                                    const char* what, const text::Name& source,
                                                    int year) {
  expect_cited(value, uncertainty, what, source, year);
  return {{Q(value / joules_per_kilowatt_hour), Q(0.0), infinite_dof,
           Q(uncertainty / joules_per_kilowatt_hour), Provenance::estimated},
          source,
          year};
}

}  // namespace detail

/// How much carbon dioxide, or what warms like it, is behind a joule from the socket.
using GridIntensity = CitedValue<GramsPerJoule>;

/// @param grams        of CO2 equivalent for a kilowatt-hour. @unit g/kWh
/// @param uncertainty  standard; 0 where it is not known. @unit g/kWh
/// @unit   g/J
/// @error  common, of the figure; estimated at best, as any mean of a place and a year
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] GridIntensity grid_intensity(double grams, double uncertainty,
                                           const text::Name& source, int year);

/// The power usage effectiveness of a machine that no data centre cools: its own meter saw all.
/// @unit none
inline constexpr double local_pue = 1.0;

/// Joules, of a run or of an item.
template <Dimension D>
concept EnergyDimension = (D == Joules::dimension || D == JoulesPerItem::dimension);

/// Carbon dioxide equivalents with what they were computed from.
template <class Q>
struct Carbon {
  Estimate<Q> grams = {};
  GridIntensity intensity = {};
  double pue = local_pue;  ///< @unit none
};

namespace detail {

/// Energy by the intensity or price of a joule, and by what the building takes besides.
/// @unit   that of a times that of b
/// @error  estimated at best
/// @throws Error for a PUE below 1
/// @source E I, GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> apply_pue(const Estimate<double>& energy,
                                         const Estimate<double>& per_joule, double pue);

}  // namespace detail

/// The carbon dioxide equivalents of an energy.
/// @param energy     total, not active: the idle machine is there for the model too
/// @param intensity  from grid_intensity
/// @param pue        what the building takes for each joule of its computers; exact
/// @unit   g, or g/item
/// @error  both relative uncertainties in squares; estimated at best
/// @throws Error for a PUE below 1, and for an intensity without source, year or number; a missing
///         energy or intensity gives missing grams
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

/// A machine that somebody had to make, and what part of it is reserved.
struct Hardware {
  CitedValue<Grams> embodied = {};  ///< TE: of making, moving and scrapping it
  Seconds lifespan{0.0};            ///< EL: how long it is used
  double share = 1.0;               ///< RR/ToR: reserved over all there is. @unit a share of 1
};

/// The carbon dioxide equivalents of making a machine.
/// @param grams, uncertainty  of CO2 equivalent, from its maker's life cycle assessment. @unit g
/// @unit   g
/// @error  common; estimated at best
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source TE of ISO/IEC 21031:2024
[[nodiscard]] CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                               const text::Name& source, int year);

/// The part of a machine's making that falls to the time in which it was reserved.
/// @param reserved  TiR, at most the machine's lifespan
/// @unit   g
/// @error  that of TE
/// @throws Error for a lifespan that is not above 0, a time outside it, a share outside 0 to 1, and
///         for a TE without source, year or number
/// @source M = TE x TiR/EL x RR/ToR, ISO/IEC 21031:2024
[[nodiscard]] Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved);

/// The software carbon intensity: of each functional unit, such as an item that a model answers.
/// Offsets are not in it.
/// @param operational  of the energy that all units took
/// @param embodied     of the same time: from embodied_share
/// @param units        R
/// @unit   g/item
/// @error  that of total(); missing where either part is: a score without the machine's making is
///         no SCI
/// @throws Error for a number of units that is not above 0
/// @source (E I + M)/R, ISO/IEC 21031:2024
[[nodiscard]] Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                               const Estimate<Grams>& embodied,
                                                               Items units);

/// What a joule from the socket costs.
struct EnergyPrice {
  CitedValue<MoneyPerJoule> price = {};
  text::Short currency = {};  ///< "EUR", "USD"
};

namespace detail {

/// @throws Error for a price without currency, source, year or number
void expect_priced(const EnergyPrice& price);

}  // namespace detail

/// @param price        of a kilowatt-hour. @unit the currency's, per kWh
/// @param uncertainty  standard; 0 where it is not known. @unit the currency's, per kWh
/// @param currency     "EUR"
/// @unit   money/J, in the currency
/// @error  common, of the price; estimated at best
/// @throws Error for a price that is not finite or below 0, and for no currency, source or year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] EnergyPrice energy_price(double price, double uncertainty,
                                       const text::Short& currency, const text::Name& source,
                                       int year);

/// An amount of money with what it was computed from.
template <class Q>
struct EnergyCost {
  Estimate<Q> amount = {};  ///< in price.currency
  EnergyPrice price = {};
  double pue = local_pue;  ///< @unit none
};

/// What an energy costs.
/// @param energy  total, not active: the idle machine is on the bill too
/// @param pue     see carbon()
/// @unit   money, or money/item, in the price's currency
/// @error  both relative uncertainties in squares; estimated at best
/// @throws Error for a PUE below 1, and for a price without currency, source, year or number; a
///         missing energy or price gives a missing amount
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

/// A number of something that readers know, for a sentence and not for a comparison: no two cars
/// and no two phones are alike, so it is modelled however well the energy was measured.
struct Equivalent {
  Estimate<double> count = {};  ///< @unit that of `what`
  const char* what = "";        ///< "km by car (mean of the EU)"
  const char* source = "";      ///< of the figure
};

/// What a car emits.
struct CarEmission {
  double grams_per_kilometre = 0.0;  ///< of CO2 equivalent. @unit g/km
  const char* what = "";
  const char* source = "";
};

inline constexpr CarEmission european_car{
    175.0, "km by car (mean of the EU)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};
inline constexpr CarEmission american_car{
    251.0, "km by car (mean of the US)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};

/// What a phone's battery holds; what its charger loses is not in it.
struct PhoneBattery {
  Joules capacity{0.0};
  const char* what = "";
  const char* source = "";
};

inline constexpr PhoneBattery typical_phone{Joules(54000.0), "charges of a phone",
                                            "assumed: 15 Wh, as 3900 mAh at 3.85 V"};

namespace detail {

/// @unit   how many of `one` are in it
/// @error  that of `whole`; nothing is known of that of `one`. Modelled at best
/// @throws Error for one that is not above 0
/// @source a quotient by a constant scales value and uncertainty alike
[[nodiscard]] Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                const char* what);

}  // namespace detail

/// As many kilometres by car emit as much.
/// @unit   km
/// @error  that of the emissions; a car's own figure may be half or twice the mean. Modelled
/// @throws Error for a figure that is not above 0; missing emissions give a missing count
/// @source grams / (grams per kilometre)
[[nodiscard]] Equivalent kilometres_by_car(const Estimate<Grams>& emitted, const CarEmission& car);

/// As many charges of a phone hold as much energy.
/// @unit   charges
/// @error  that of the energy; a phone's own figure may be half or twice this. Modelled
/// @throws Error for a figure that is not above 0; a missing energy gives a missing count
/// @source joules / (joules of a full battery)
[[nodiscard]] Equivalent phone_charges(const Estimate<Joules>& energy,
                                       const PhoneBattery& battery = typical_phone);

}  // namespace perjoule::inline v0

// ---- perjoule/score/device_fit.hpp

namespace perjoule::inline v0 {

/// A device that a model shall run on. Copy one of those below and change it: how much a system
/// leaves to one program differs between two phones of one make.
struct DeviceProfile {
  const char* name = "";
  Bytes memory{0.0};          ///< RAM
  double usable_share = 1.0;  ///< of the memory, for one program. @unit a share of 1
  Bytes reserve{0.0};         ///< of the memory, that the system keeps besides
  /// Where weights stay on a microcontroller, which reads them in place; 0 for a device that loads
  /// them into its memory.
  Bytes flash{0.0};
  const char* source = "";
};

// Memory is sold in powers of two: 12 GB on the box are 12 GiB.
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

/// What a model needs.
struct MemoryRequirement {
  /// The weights, and all else that stays: as resident in memory, or as stored in flash.
  Estimate<Bytes> weights = {};
  Estimate<Bytes> peak = {};  ///< of a pass, on top of the weights
};

enum class FitVerdict : std::uint8_t {
  unknown,  ///< something is missing, or too close to tell
  fits,
  does_not_fit,
};

[[nodiscard]] constexpr const char* name(FitVerdict verdict) noexcept {
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

/// Whether a model fits a device, by how much, and why.
struct DeviceFit {
  FitVerdict verdict = FitVerdict::unknown;
  Estimate<Bytes> memory_left = {};  ///< below 0: so much short; missing where the need is
  Estimate<Bytes> flash_left = {};   ///< missing too for a device without flash of its own
  text::Long why = {};               ///< a sentence
};

namespace detail {

/// @throws Error for a device without memory, or with a share or a reserve that leaves none
void expect_device(const DeviceProfile& device);

/// @throws Error for a need below 0
void expect_requirement(const Estimate<Bytes>& need, const char* what);

/// room - need.
/// @unit   B
/// @error  that of the need; estimated at best, as a device's room is
[[nodiscard]] Estimate<Bytes> remaining_bytes(Bytes room, const Estimate<Bytes>& need);

/// By the whole interval of the need, so that neither answer is a matter of chance.
[[nodiscard]] FitVerdict fit_verdict_of(Bytes room, const Estimate<Bytes>& need);

[[nodiscard]] text::Short as_bytes(Bytes bytes) noexcept;

/// "weights and peak, 3.10 GB: 3.34 GB left of 6.44 GB of memory".
[[nodiscard]] text::Long fit_reason(FitVerdict verdict, const char* what,
                                    const Estimate<Bytes>& need, Bytes room,
                                    const char* where) noexcept;

}  // namespace detail

/// Whether a model fits a device: its weights and the peak of a pass within the memory that is left
/// to a program, or the weights within the flash and the peak within the memory.
///
/// What is missing is unknown and never fits. It may not fit all the same: weights that are too
/// large by themselves do not, whatever the peak is.
///
/// @unit   B
/// @error  by the 95 % interval of the need: an answer is given where the whole of it is on one
/// side
/// @throws Error for a device without memory, with a share or a reserve that leaves none, and for a
///         need below 0
/// @source memory x usable share - reserve; total()
[[nodiscard]] DeviceFit fits(const DeviceProfile& device, const MemoryRequirement& need);

}  // namespace perjoule::inline v0

// ---- perjoule/score/efficiency.hpp

namespace perjoule::inline v0 {

/// What a model tells about each item's answer that its frequency alone doesn't. The prior
/// predictor tells 0, a model that is sure of wrong answers less than nothing, and what two
/// independent questions of an item yield adds up. Accuracy has none of the three.
///
/// @param prior  mean negative log-likelihood of the prior predictor, which gives each class its
///               frequency whatever the input: the entropy of the labels where the frequencies are
///               the test set's own. @unit nats per item
/// @param model  mean negative log-likelihood of the model on the same items. @unit nats per item
/// @unit   bit/item
/// @error  that of the model's; the prior is a property of the task and taken as known
/// @throws Error for a prior that is not finite
/// @source Cover and Thomas, Elements of Information Theory (2006), 2.4 and 6.2
[[nodiscard]] Estimate<BitsPerItem> information_gain(double prior, const Estimate<double>& model);

/// How much a joule tells: (H0 - NLL)/ln 2 over the energy of an item. Like per_joule it describes
/// a model and does not rank several.
/// @unit   bit/J
/// @error  see ratio(); for a negative log-likelihood and an energy of each item, paired_ratio
/// @throws nothing; a missing input gives a missing score
/// @source (H0 - NLL)/(E ln 2), see information_gain()
[[nodiscard]] Ratio<BitsPerJoule> information_per_joule(const Estimate<BitsPerItem>& information,
                                                        const Estimate<JoulesPerItem>& energy);

/// How many right answers a joule buys. It is accuracy and not skill, so it tells what a battery
/// will do with a model that was chosen by other means. It does not choose one: a program that
/// names the most frequent class for a microjoule leads by orders of magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); where each item's energy is known, paired_ratio of right answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] Ratio<ItemsPerJoule> correct_answers_per_joule(const Estimate<double>& accuracy,
                                                             const Estimate<JoulesPerItem>& energy);

/// How many items a joule buys, right or wrong: throughput by energy in the place of time.
/// @unit   item/J
/// @error  that of the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] Ratio<ItemsPerJoule> items_per_joule(const Estimate<JoulesPerItem>& energy);

/// How much quality an operation on floating-point numbers buys. Operations are the same on every
/// machine, where joules are not; but a model with fewer of them may take more energy and time,
/// since moving the numbers is what costs.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
/// 2110.12894
[[nodiscard]] Ratio<ItemsPerOperation> per_operation(const Estimate<double>& skill,
                                                     const Estimate<OperationsPerItem>& operations);

namespace detail {

/// energy time^exponent.
/// @unit   that of energy times that of time^exponent
/// @error  see energy_delay_product
/// @source GUM (JCGM 100:2008) 5.2.2 with r = 1
[[nodiscard]] Estimate<double> energy_delay(const Estimate<double>& energy,
                                            const Estimate<double>& time, int exponent);

}  // namespace detail

/// Energy times time of an item, smaller is better: what a machine does not gain by running slower
/// at a lower voltage. With the exponent 2 the time counts twice.
/// @tparam Exponent  of the time: 1 (EDP) or 2 (ED2P)
/// @unit   J s/item^2, or J s^2/item^3
/// @error  energy and time are of the same windows, where a slow one takes more energy: their
///         relative uncertainties add, by their full size, which is never too little
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

// ---- perjoule/score/rank_uncertainty.hpp

namespace perjoule::inline v0 {

/// Where all candidates of a field may as well stand together: as often as the data leave it
/// possible. What holds in a share of the draws holds with that probability.
///
/// A coordinate with draws of its own lends them: draw k of one goes with draw k of each other. The
/// others are drawn from their estimates. Their random parts are independent, Student t with their
/// degrees of freedom. Their common parts are one draw for all candidates of one meter, of each as
/// much as its own `common`: where the meter reads 3 % too much, it does so for all of them. On
/// logarithmic axes, and for modelled values, both parts move the logarithm.
///
/// @error  a probability from n draws has a standard error of sqrt(p(1 - p)/n): at most .011 with
///         2000. Random parts that are drawn as independent though the same test items made both
///         leave a difference wider than it is. Parts of `common` that are not the meter's gain
///         (what is not known of idle power) are drawn as if they were, which leaves it narrower.
/// @source GUM Supplement 1 (JCGM 101:2008) 6.4.9.5 for t; stats/confidence.hpp for lognormal
/// values
class JointDraws {
 public:
  static constexpr std::size_t min_draws = 100;

  /// @param draws  at least 100; where candidates bring draws, as many as they bring
  /// @throws Error  where candidates bring different numbers of draws, or too few; where a modelled
  ///         value has no uncertainty, since nothing says where else it may be
  JointDraws(const CandidateSet& field, std::uint64_t seed, std::size_t draws = 2000);

  /// How many draws.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t candidates() const noexcept { return candidates_; }
  [[nodiscard]] const Few<Axis, 3>& axes() const noexcept { return axes_; }
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }
  /// All candidates in one draw.
  /// @shape [candidates]
  [[nodiscard]] View<ObjectiveVector> operator[](std::size_t draw) const noexcept {
    return {objectives_.data() + draw * candidates_, candidates_};
  }

 private:
  [[nodiscard]] std::size_t given(const CandidateSet& field) const;

  void draw(const CandidateSet& field, std::size_t axis, Random& random) {
    const Buffer<std::size_t> meters = meters_of(field);
    Buffer<double> shared(candidates_);  // of each meter, at its first candidate
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

  /// The first candidate with the same meter, for each.
  [[nodiscard]] static Buffer<std::size_t> meters_of(const CandidateSet& field);

  /// @unit that of the objective
  [[nodiscard]] static double drawn(const Estimate<double>& value, const Axis& axis,
                                    double objective, double shared, Random& random) {
    double error = value.common * shared;
    if (value.random > 0.0) error += value.random * draw_student_t(random, value.dof);
    if (axis.scale == AxisScale::logarithmic) {
      constexpr double decades_per_e = 0.43429448190325182765;
      error *= decades_per_e / value.value;
    } else if (value.provenance == Provenance::modelled && value.value > 0.0) {
      error = value.value * (math::exponential(error / value.value) - 1.0);
    }
    return axis.higher_is_better ? objective + error : objective - error;
  }

  void check_modelled(const Candidate& candidate, std::size_t axis) const;

  Few<Axis, 3> axes_;
  bool has_quality_floor_;
  std::size_t candidates_;
  std::size_t size_ = 0;
  Buffer<ObjectiveVector> objectives_;
};

/// Which places a candidate may hold by one axis, 1 being the best.
struct RankRange {
  std::size_t best = 0;   ///< in any draw
  std::size_t low = 0;    ///< from here...
  std::size_t high = 0;   ///< ...to here with the probability that was asked for
  std::size_t worst = 0;  ///< in any draw
};

/// The places that each candidate may hold by one axis. Two whose ranges overlap are in no order.
/// Candidates that are equal in a draw hold all places that they share.
///
/// By a cost the first place goes to the model that knows nothing, so a cost ranks candidates over
/// a floor of quality only: with_quality_floor().
///
/// @param level  with which each range holds by itself; that all of them do is less probable
/// @shape result: [candidates]
/// @error see JointDraws. A bootstrap of ranks is too sure among many candidates that are nearly
///        equal: an error that moves one up moves another down.
/// @throws Error  where the axis is a cost and the field has no floor
/// @source Goldstein and Spiegelhalter, J. R. Statist. Soc. A 159 (1996) 385
[[nodiscard]] Buffer<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                            double level = 0.95);

/// How probable it is of each candidate that none dominates it. Like the front it orders nobody.
/// @unit   a share of 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source the share of the draws in which it is on the front
[[nodiscard]] Buffer<double> probability_on_front(const JointDraws& draws);

/// How probable it is that candidate `a` is as good as `b` by every axis and better by one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of the draws in which it does
[[nodiscard]] double probability_dominates(const JointDraws& draws, std::size_t a, std::size_t b);

}  // namespace perjoule::inline v0

// ---- perjoule/score/hypervolume.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Volumes of what points dominate above a reference, one after the other in the same memory.
/// @source the sweep by slices of Fonseca, Paquete and Lopez-Ibanez, IEEE CEC (2006) 1157
class DominatedVolume {
 public:
  /// Slices by the third axis from the best down, each with the area that the points so far
  /// dominate by the first two: their staircase, from most of the first axis to most of the second.
  /// @param points  how far above the reference; what is not above it by each axis adds nothing
  /// @unit  the product of the axes'
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

  /// The area that (x, y) adds: of its columns above the stairs that stand there.
  double enter(double x, double y) {
    Buffer<Stair> stairs;
    double added = 0.0;
    double right = x;  // what is left of here is not added yet
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
    stairs.append({stairs_.data() + k, stairs_.size() - k});
    stairs_ = static_cast<Buffer<Stair>&&>(stairs);
    return added;
  }

  RadixArgsort order_;
  Buffer<Stair> stairs_;
};

/// The reference as objectives, and a third axis of thickness 1 where there are two.
/// @throws Error  that says what is wrong with it
[[nodiscard]] ObjectiveVector reference_objectives(const Few<Axis, 3>& axes,
                                                   const Few<double, 3>& reference);

[[nodiscard]] inline ObjectiveVector above(const ObjectiveVector& objectives,
                                           const ObjectiveVector& floor) noexcept {
  ObjectiveVector height;
  for (int a = 0; a < 3; ++a) height.values[a] = objectives.values[a] - floor.values[a];
  return height;
}

[[nodiscard]] Buffer<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                            const ObjectiveVector& floor);

}  // namespace detail

/// How much of what is worse than some candidate is better than a reference: one number for a whole
/// field, which grows whenever its front moves.
///
/// Logarithmic axes count in decades. It depends on the reference, which therefore stands beside
/// every hypervolume; one on which anybody would rather have nothing is a fair one: chance for the
/// quality, the most that may be spent for the cost. Whoever is worse than it adds nothing.
///
/// @param reference  a value for each axis
/// @unit   the product of the axes', or of their decades
/// @error  of the values alone: see hypervolume_interval()
/// @throws Error  where the reference doesn't fit the axes
/// @source Zitzler and Thiele, IEEE Trans. Evolutionary Computation 3 (1999) 257
[[nodiscard]] double hypervolume(const CandidateSet& field, const Few<double, 3>& reference);

/// Between which hypervolumes the draws lie.
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @error  see JointDraws. The largest of several noisy values is too large on average: so is a
///         front of them, and the interval lies too high where many candidates are nearly equal.
/// @throws Error  where the reference doesn't fit the axes
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> hypervolume_interval(const JointDraws& draws,
                                                    const Few<double, 3>& reference,
                                                    double level = 0.95);

/// What of the hypervolume each candidate adds alone: what would be lost without it. It is 0 for a
/// candidate off the front, for one of several that are equal, and for one that is no better than
/// the reference by some axis: a model that knows nothing adds nothing, however little it costs.
///
/// It is small for two candidates that are nearly equal, since each stands in for the other: it
/// says who is missed and not who is good.
///
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @shape  result: [candidates]
/// @error  of the values alone
/// @throws Error  where the reference doesn't fit the axes
/// @source the limited set of While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation 16
///         (2012) 86: what others dominate of one's box is what they dominate once cut to it
[[nodiscard]] Buffer<double> exclusive_hypervolumes(const CandidateSet& field,
                                                    const Few<double, 3>& reference);

}  // namespace perjoule::inline v0

// ---- perjoule/score/learning_curve.hpp

namespace perjoule::inline v0 {

/// A point of a learning curve: what a model that was trained with so much is worth.
struct LearningCurvePoint {
  double x = 0.0;  ///< exact. @unit the curve's: labelled items, or joules of training
  Estimate<double> quality = {};  ///< of a metric where more is better
};

/// How the way from one point to the next is divided.
enum class LearningCurveAxis : std::uint8_t {
  linear,
  logarithmic,  ///< each doubling of x counts alike; every x is above 0
};

namespace detail {

/// Where x stands on the axis.
/// @unit   x for linear, none for logarithmic
/// @source the natural logarithm; every base gives the same shares
[[nodiscard]] double axis_position(LearningCurveAxis axis, double x) noexcept;

/// Whether the curve has a quality at each of its points.
/// @throws Error for no point, for x that don't ascend, aren't finite, or have no logarithm
[[nodiscard]] bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis);

}  // namespace detail

/// The mean quality along a learning curve: the area under it over its range of x. A model that
/// learns from less has more of it; curves compare only over the same range and on the same axis.
///
/// On a linear axis the largest amounts of data decide it, on a logarithmic one each doubling
/// counts alike.
///
/// @unit   that of the quality
/// @shape  curve: [points], x ascending; at least two
/// @error  random: the points as independent, each by its share of the area, with
///         Welch-Satterthwaite degrees of freedom; common parts add, since the points share their
///         test set. That of straight lines between the points is not in it. Missing where a point
///         is, or there is one only
/// @throws Error for no point, for x that don't ascend or aren't finite, and on a logarithmic axis
///         for 0 or less
/// @source trapezoidal rule; GUM (JCGM 100:2008) 5.1.2, 5.2.2 and G.4.1
[[nodiscard]] Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                  LearningCurveAxis axis);

/// Whether and where a learning curve reaches a quality.
enum class CrossingOutcome : std::uint8_t {
  missing,       ///< a point is
  between,       ///< between two points
  at_the_first,  ///< the first point has it already: with that much, or less
  never,         ///< no point has it
};

/// The least x that reaches a quality.
struct QualityCrossing {
  CrossingOutcome outcome = CrossingOutcome::missing;
  Estimate<double> x = {};  ///< missing for `never`; a bound from above for `at_the_first`
  /// From where the upper ends of the points' own intervals reach the quality to where the lower
  /// ends do; missing where those never do. One that begins at the first point's x is open there.
  Interval<double> interval = {};
};

namespace detail {

/// Where a line through the curve first reaches a quality.
struct Crossing {
  CrossingOutcome outcome = CrossingOutcome::never;
  std::size_t before = 0;  ///< the point before it
  double part = 0.0;       ///< of the way to the next one. @unit none
  double x = 0.0;          ///< @unit the curve's
};

/// @param sides  how many half-widths of their intervals the points are moved: -1, 0 or 1
/// @unit that of the curve
[[nodiscard]] Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                      double quality, int sides, double level);

}  // namespace detail

/// The least amount of data, or of joules, that reaches a quality, with straight lines between the
/// points. It is the first that does: a curve that falls below again later is not looked at twice.
///
/// @param quality  to reach. @unit that of the curve
/// @unit   x has that of the curve
/// @shape  curve: [points], x ascending
/// @error  random and common to first order, the random parts of both points as independent and the
///         common ones moving both alike. The interval is that of the points' own intervals, which
///         is never too short where points are independent
/// @throws Error for no point, for x that don't ascend or aren't finite, on a logarithmic axis for
/// 0
///         or less, and for a quality that is not finite
/// @source inverse linear interpolation; its interval inverts the points' confidence band, as in
///         Graybill, Theory and Application of the Linear Model (1976), 8.5
[[nodiscard]] QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                             LearningCurveAxis axis, double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/lifecycle.hpp

namespace perjoule::inline v0 {

/// A step on the way to a model: its training, a search before it, distilling, pruning, quantizing.
struct TrainingStage {
  text::Short name = {};  ///< "pretraining", "distillation", "calibration of int8"
  Estimate<Joules> energy = {};
};

/// What it took to make a model: all of its stages. A small model that was distilled from a large
/// one has the teacher among its stages, unless the teacher was made for its own sake; the list
/// says which, and nobody has to guess.
/// @unit   J
/// @error  that of total(): common parts add. Missing where one stage is
/// @throws Error for no stages
/// @source the sum of the stages; GUM (JCGM 100:2008) 5.1.2 and 5.2.2
[[nodiscard]] Estimate<Joules> training_energy(View<TrainingStage> stages);

/// What a model takes in its life: once to make it, and so much for each inference.
/// @param inferences  as many as it will answer, 0 or more
/// @unit   J
/// @error  that of total(): common parts add, as of one meter; of two it is too much and never too
///         little. The number of inferences is exact
/// @throws Error for a number of inferences that is not finite, or below 0
/// @source E_train + n e
[[nodiscard]] Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                const Estimate<JoulesPerItem>& inference,
                                                Items inferences);

/// When the second of two models takes less energy than the first, training and all inferences
/// together.
enum class BreakEvenOutcome : std::uint8_t {
  missing,         ///< one of the energies is
  after,           ///< it took more to train and saves it with each inference: after so many
  until,           ///< it took less to train and more for each inference: until so many
  from_the_start,  ///< it takes less from the first inference on, and stays so
  never,           ///< it never takes less
  undecided,       ///< the energies of an inference can't be told apart: no number bounds it
};

[[nodiscard]] constexpr const char* name(BreakEvenOutcome outcome) noexcept {
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

/// After how many inferences a model pays back what its training took, or why there is no number.
struct BreakEven {
  BreakEvenOutcome outcome = BreakEvenOutcome::missing;
  Ratio<Items> inferences = {};  ///< missing but for `after` and `until`; not rounded, not below 0
  Provenance provenance = Provenance::missing;  ///< the worst of the energies'
};

/// What a model takes: once, and for each inference.
struct LifecycleEnergy {
  Estimate<Joules> training = {};  ///< see training_energy
  Estimate<JoulesPerItem> inference = {};
};

namespace detail {

enum class Sign : std::uint8_t { below, zero, above, unclear };

/// Whether a value's interval leaves its sign open. Only a value without uncertainty is zero.
[[nodiscard]] Sign sign_of(const Estimate<double>& x, double t) noexcept;

[[nodiscard]] BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept;

}  // namespace detail

/// How many inferences it takes until the second model has saved what its training took more.
///
/// The differences come from difference(), with the covariances where one meter read both, or from
/// rounds in turns. A training that may as well have taken less gives an interval from 0 on.
///
/// @param extra_training  of the second model less that of the first
/// @param saving          of an inference: the **first** model's energy less the second's
/// @param covariance      of the two differences
/// @unit   items
/// @error  Fieller's interval, cut off at 0; `undecided` where the interval of the saving contains
/// 0
/// @throws Error for an impossible covariance
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] BreakEven break_even(const Estimate<Joules>& extra_training,
                                   const Estimate<JoulesPerItem>& saving,
                                   const Covariance& covariance = {}, double level = 0.95);

/// The same of two models whose four energies have nothing to do with each other. What they do
/// share cancels in part, so the interval is wider then than it has to be.
/// @unit   items
/// @error  as of the differences; all four energies are taken as independent
/// @throws nothing; a missing energy gives `missing`
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b)
[[nodiscard]] BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                   double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/net_benefit.hpp

namespace perjoule::inline v0 {

/// What quality costs from one model to a better one: the joules that it takes more of, for each
/// item, over the quality that it has more of. Below zero the better one takes less energy too, and
/// there is nothing to pay for.
///
/// The two differences come from difference(), or from pairs of the same items and of rounds in
/// turns, which know them better.
///
/// @param energy      of the one model less that of the other
/// @param quality     of the one less that of the other, the same way round; of a metric where more
///                    is better
/// @param covariance  of the two differences; none where they come from different runs
/// @unit   J/item for one unit of the quality: for a percentage point of an accuracy, a hundredth
/// @error  Fieller's interval; all is missing where the qualities can't be told apart
/// @throws Error for an impossible covariance
/// @source (E_b - E_a)/(Q_b - Q_a); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Ratio<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                   const Estimate<double>& quality,
                                                   const Covariance& covariance = {},
                                                   double level = 0.95);

/// What a model is worth to somebody who pays so many joules an item for one unit of quality.
/// @param quality  of a metric where more is better
/// @param lambda   joules per item that one unit of the quality is worth, above 0
/// @unit   that of the quality
/// @error  quality and energy are taken as independent
/// @throws Error for a lambda that is not above 0; a missing input gives a missing benefit
/// @source Q - E/lambda, the net benefit of health economics: Stinnett and Mullahy, Medical
/// Decision
///         Making 18 (1998) S68
[[nodiscard]] Estimate<double> net_benefit(const Estimate<double>& quality,
                                           const Estimate<JoulesPerItem>& energy,
                                           JoulesPerItem lambda);

/// A model among those that best_by_net_benefit compares.
struct QualityEnergyPoint {
  Estimate<double> quality = {};  ///< of a metric where more is better
  Estimate<JoulesPerItem> energy = {};
};

/// From which lambda on a model has the greatest net benefit. It ends where the next range begins,
/// and the last one never does.
struct BenefitRange {
  std::size_t winner = 0;   ///< its index among the candidates
  JoulesPerItem from{0.0};  ///< per unit of quality; 0 for the first
  /// Of `from`, with the errors of all four numbers taken as independent; missing for the first,
  /// and where the qualities of both neighbours can't be told apart.
  Interval<JoulesPerItem> from_interval = {};
};

namespace detail {

/// @throws Error for an estimate with a number that isn't finite, and for energies of a model and
/// of
///         an instrument beside each other
void expect_comparable(View<QualityEnergyPoint> candidates);

}  // namespace detail

/// Which model to take for each price of quality: the ranges of lambda from 0 (nothing but energy
/// counts) to where energy is free. A model in no range is never the one to take, whatever quality
/// is worth: some other has more of it for less, or two others have between them.
///
/// Of equal candidates the first counts. One without a quality or an energy is in no range, and
/// there is none where all are so.
///
/// @unit   lambda in J/item for one unit of the quality
/// @shape  [ranges], lambda ascending; quality and energy ascend along it
/// @error  the ranges are those of the values; from_interval tells how well an end is known
/// @throws Error for no candidates, for numbers that aren't finite, and for modelled (or simulated)
///         energies among measured ones
/// @source the ends are (E_b - E_a)/(Q_b - Q_a) of neighbours on the upper convex hull, walked as
/// in
///         Jarvis, Information Processing Letters 2 (1973) 18
[[nodiscard]] Buffer<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                       double level = 0.95);

}  // namespace perjoule::inline v0

// ---- perjoule/score/pareto.hpp

namespace perjoule::inline v0 {

/// Whether a is at least as good as b by every axis and better by one. Of two that are equal,
/// neither dominates.
[[nodiscard]] inline bool dominates(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
  bool better = false;
  for (int i = 0; i < 3; ++i) {
    if (a.values[i] < b.values[i]) return false;
    better = better || a.values[i] > b.values[i];
  }
  return better;
}

namespace detail {

/// Finds fronts, one after the other in the same memory: a bootstrap asks for thousands.
///
/// Sorted from the best by the first axis, ties by the second and then the third, a candidate can
/// only be dominated by one that stands before it. It is, exactly where one of those before it that
/// are as good by the second axis is as good by the third. The best by the third axis among them
/// is kept in a tree over the places by the second axis (Fenwick's), so that a front takes
/// O(n log n) even where it holds all n. A staircase in an array would be moved up by each one that
/// enters, O(n^2) then.
///
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469, for the sweep; Fenwick, Software:
///         Practice and Experience 24 (1994) 327, for the tree
class FrontFinder {
 public:
  /// @return one for each: whether nothing dominates it; held until the next call
  /// @shape  objectives, result: [candidates]
  View<bool> find(View<ObjectiveVector> objectives) {
    const std::size_t n = objectives.size();
    if (on_front_.size() != n) {
      rank_ = Buffer<std::size_t>(n);
      best_ = Buffer<double>(n);
      on_front_ = Buffer<bool>(n);
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
        on_front_[i] = on_front_[order_[k - 1]];  // equal ones stand side by side
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
  static constexpr double none_ = -__DBL_MAX__;  // no infinity: -ffast-math assumes there is none

  /// From the order by the second axis: equal ones have the same rank.
  void rank_by_second(View<ObjectiveVector> objectives) {
    std::size_t rank = 0;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      if (k == 0 || objectives[order_[k]].values[1] != objectives[order_[k - 1]].values[1])
        rank = k;
      rank_[order_[k]] = rank;
      best_[k] = none_;
    }
  }

  /// @return false where one before, as good by the second axis, is as good by the third
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
  Buffer<std::size_t> rank_;
  Buffer<double> best_;
  Buffer<bool> on_front_;
};

}  // namespace detail

/// The candidates that no other dominates: those of which one can't say that another is as good by
/// every axis and better by one. Of equal ones all are on it. It orders nobody: each of them is the
/// right choice for somebody, the one that knows nothing and costs nothing among them.
///
/// @return their numbers in the field, ascending
/// @error  of the values alone: how sure it is, probability_on_front() says
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469
[[nodiscard]] Buffer<std::size_t> pareto_front(const CandidateSet& field);

/// Where a front bends most: the candidate that lies highest above the chord between the front's
/// two ends, both axes from 0 to 1 between these.
///
/// It is a place to look at first and not the best candidate. The chord weighs both axes alike once
/// their ends are 0 and 1, so it moves when a candidate enters beyond an end, with the scale of an
/// axis, and with the values' noise; first_rank_acceptability() says what other weights would
/// choose. Where no candidate lies above the chord there is no knee.
///
/// @param field  with two axes
/// @error  of the values alone
/// @throws Error  where there are not two axes
/// @source Das, Structural Optimization 18 (1999) 107, for two objectives
[[nodiscard]] Choice knee(const CandidateSet& field);

/// The candidates that stay on the front once models may be mixed. A router that sends a share s of
/// the items to one model and the rest to another, blindly, takes s and 1 - s of their joules and
/// has s and 1 - s of their quality: every point of the chord between the two. Whoever lies below a
/// chord is beaten by the pair; what the result leaves of the front isn't.
///
/// The chord is straight in joules and quality as they are, so an axis' logarithmic scale is not
/// heeded: on it the same mixtures are a curve. It holds for a quality that is a mean over items
/// (accuracy, word error rate over items of equal length; no F1, BLEU or perplexity) and for costs
/// per item, with both models ready: a router that loads one when it is asked costs more, and the
/// router's own cost is taken as nothing. One that looks at the item can be better than the chord.
///
/// @param field  with two axes, one of quality and one of cost
/// @return numbers in the field of the corners, from the cheapest to the best; of equal ones the
///         first
/// @error  of the values alone
/// @throws Error  where the axes are others, or the cost is a rate
/// @source Provost and Fawcett, Machine Learning 42 (2001) 203, for classifiers; Andrew,
/// Information
///         Processing Letters 9 (1979) 216, for the hull
[[nodiscard]] Buffer<std::size_t> router_hull(const CandidateSet& field);

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_acceptability.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Shares of the weights by which each candidate has the highest weighted sum, time after time in
/// the same memory.
class WeightSweep {
 public:
  /// Adds `share` times what each wins.
  /// @unit shares, to which is added: of 1
  void add(View<ObjectiveVector> objectives, std::size_t axes, double share,
           Buffer<double>& shares) {
    normalise(objectives);
    if (axes < 3) {
      add_slice(0.0, share, shares);
      return;
    }
    // Of the triangle of weights, slices with a fixed third one: each is exact, and as long as what
    // the third weight leaves. The middle of a slice stands for it, exactly but where two regions'
    // border has a corner within.
    constexpr int slices = 400;
    for (int k = 0; k < slices; ++k) {
      const double third = (k + 0.5) / slices;
      add_slice(third, share * 2.0 * (1.0 - third) / slices, shares);
    }
  }

 private:
  struct Line {
    double at_0;   ///< the sum where the whole of what is left is the second axis' weight
    double slope;  ///< towards the first axis
  };

  /// Each axis from 0 to 1 between the worst and the best on the front.
  void normalise(View<ObjectiveVector> objectives) {
    const View<bool> on_front = finder_.find(objectives);
    front_ = {};
    index_ = {};
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      if (!on_front[i]) continue;
      front_.push_back(objectives[i]);
      index_.push_back(i);
    }
    lines_ = Buffer<Line>(front_.size());
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

  /// Walks along the highest of the candidates' lines over the first weight's part, from 0 to 1.
  void add_slice(double third, double share, Buffer<double>& shares) {
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

  /// Equal candidates share.
  void credit(std::size_t winner, double share, Buffer<double>& shares) {
    double equals = 0.0;
    for (const ObjectiveVector& m : front_) equals += m == front_[winner] ? 1.0 : 0.0;
    for (std::size_t i = 0; i < front_.size(); ++i) {
      if (front_[i] == front_[winner]) shares[index_[i]] += share / equals;
    }
  }

  FrontFinder finder_;
  Buffer<ObjectiveVector> front_;
  Buffer<std::size_t> index_;
  Buffer<Line> lines_;
};

}  // namespace detail

/// In what share of all weights each candidate has the highest weighted sum, where nobody knows
/// what a joule is worth in accuracy: all weights that sum to 1 count alike.
///
/// There is no order by one vector of weights. Weights mean something only beside a normalisation,
/// and each depends on who takes part: the same weights put b before a or a before b when a third
/// candidate enters and is behind both (as Dynascore's do). Here each axis runs from 0
/// to 1 between the worst and the best on the front, logarithmic ones in decades, so at least
/// nobody off the front moves anything; one who widens it does. A candidate below a chord of the
/// front wins by no weights and may still be the right one.
///
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  of the values alone; with two axes exact, with three within 1e-4
/// @source Lahdelma, Hokkanen and Salminen, European J. Operational Research 106 (1998) 137: the
///         acceptability index, for the first place
[[nodiscard]] Buffer<double> first_rank_acceptability(const CandidateSet& field);

/// The same over all that the data leave possible: the share of weights and draws.
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source see first_rank_acceptability(const CandidateSet&)
[[nodiscard]] Buffer<double> first_rank_acceptability(const JointDraws& draws);

}  // namespace perjoule::inline v0

// ---- perjoule/measure/entry_candidate_set.hpp

namespace perjoule::inline v0 {

/// Entries as candidates: the quality of each by one metric, and what it costs.
///
/// Where each kept what it was right about, item by item, the qualities are drawn jointly: the same
/// items for all, so that one which is hard for every model makes no difference between two. They
/// must be of the same test set in the same order, which nothing here can know.
class EntryCandidateSet {
 public:
  /// @param entries  with as many metrics, in one order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place, and what
  /// CandidateSet
  ///         throws: for energies of different scopes or kinds
  explicit EntryCandidateSet(const Entries& entries, Few<Cost, 2> costs = {Cost::energy},
                             std::size_t metric = 0);
  EntryCandidateSet(const EntryCandidateSet&) = delete;  // the field borrows the draws
  EntryCandidateSet& operator=(const EntryCandidateSet&) = delete;

  [[nodiscard]] const CandidateSet& candidate_set() const noexcept { return field_; }

 private:
  [[nodiscard]] static const Quality& quality_of(const Entry& entry, std::size_t metric);

  /// The metric on the same resamples of the items for each entry, one entry behind the other;
  /// empty where one entry did not keep them, or a resample has no value.
  [[nodiscard]] static Buffer<double> drawn(const Entries& entries, std::size_t metric);
  [[nodiscard]] static double mean_of_rows(View<double> rows, const double*);

  [[nodiscard]] static CandidateSet fielded(const Entries& entries, const Few<Cost, 2>& costs,
                                            std::size_t metric, Buffer<double>& draws);

  Buffer<double> draws_;
  CandidateSet field_;
};

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_ALL) || defined(PERJOULE_IMPLEMENTATION)

#if defined(PERJOULE_IMPLEMENTATION) || (defined(PERJOULE_WITH_ALL) && defined(PERJOULE_DEFINITIONS))
#include <string.h>

#include <cstddef>

// ---- perjoule/stats/delong-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double count_below(const Buffer<double>& sorted, double x) noexcept {
  std::size_t ends[2] = {0, 0};  // how many are below, and how many are not above
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
         text::format("there are %zu scores and %zu labels", scores.size(), is_positive.size())
             .chars,
         "pass both in one order");
  }
  Placements found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!is_finite(scores[i])) {
      fail("a score is not a finite number", text::format("item %zu", i).chars,
           "look for a division by zero or an overflow in the model");
    }
    (is_positive[i] ? found.of_positives : found.of_negatives).push_back(scores[i]);
  }
  if (found.of_positives.empty() || found.of_negatives.empty()) {
    fail("AUROC of one class", found.of_positives.empty() ? "no item is positive" : "all items are",
         "pass items of both classes");
  }
  Placements sorted = found;
  sort(sorted.of_positives.data(), sorted.of_positives.size());
  sort(sorted.of_negatives.data(), sorted.of_negatives.size());
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
  const double u = math::root_sum_square(of_positives / math::square_root(m),
                                         of_negatives / math::square_root(n));
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
  const double odds = math::exponential(z * found.value.random / (area * rest));
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
          2.0 * normal_probability(-math::absolute(value.value) / value.random)};
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
  return math::square_root(only_a + only_b - math::square(only_a - only_b));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double noncentral_t_upper_tail(double t, double dof, double centre) noexcept {
  const double shrunk = t * (1.0 - 1.0 / (4.0 * dof));
  return normal_probability((centre - shrunk) / math::square_root(1.0 + t * t / (2.0 * dof)));
}

PERJOULE_INLINE double power_above(const PairedDesign& plan, double above, std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 2 && plan.standard_deviation > 0.0 && plan.margin >= 0.0 &&
                   plan.alpha > 0.0 && plan.alpha < 0.5);
  const auto n = static_cast<double>(pairs);
  const double dof = n - 1.0 < infinite_dof ? n - 1.0 : infinite_dof;
  return noncentral_t_upper_tail(t_quantile(1.0 - plan.alpha, dof), dof,
                                 above * math::square_root(n) / plan.standard_deviation);
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
  std::size_t low = high / 2;  // has not the power, or is too few
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

PERJOULE_INLINE double average_precision_of(View<double> rows, const double*) {
  Buffer<RankedItem> ranked(rows.size() / 2);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    ranked[i] = {rows[2 * i], rows[2 * i + 1] > 0.5};
  }
  sort(ranked.data(), ranked.size());
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

PERJOULE_INLINE Buffer<double> column_of(View<double> rows, std::size_t column) {
  Buffer<double> values(rows.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = rows[2 * i + column];
  return values;
}

PERJOULE_INLINE Buffer<bool> positives_of(View<double> rows) {
  Buffer<bool> positives(rows.size() / 2);
  for (std::size_t i = 0; i < positives.size(); ++i) positives[i] = rows[2 * i + 1] > 0.5;
  return positives;
}

PERJOULE_INLINE IntervalEstimate difference_of_aurocs(const Quality&, View<double> rows_a,
                                                      const Quality&, View<double> rows_b,
                                                      double level) {
  const AurocDifference found =
      delong_difference(column_of(rows_a, 0), column_of(rows_b, 0), positives_of(rows_a), level);
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
        quality.metric.chars, "pass items of both classes, and name the positive one");
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
  const Auroc found = delong(detail::column_of(rows, 0), detail::positives_of(rows));
  quality.value = found.value;
  quality.value_interval = found.interval;
  quality.formula.difference = detail::difference_of_aurocs;
  detail::add_skill(quality, "");
  return quality;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/metric_bootstrap-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                std::size_t columns) {
  const std::size_t items = rows.size() / columns;
  const std::size_t groups = items < max_jackknife_groups ? items : max_jackknife_groups;
  Buffer<double> values(groups);
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t begin = group * items / groups * columns;
    const std::size_t end = (group + 1) * items / groups * columns;
    Buffer<double> rest;
    rest.append({rows.data(), begin});
    rest.append({rows.data() + end, rows.size() - end});
    values[group] = rest.empty() ? quiet_nan() : formula.value(rest, formula.parameters);
  }
  return values;
}

PERJOULE_INLINE Resamples resample_metric(const ItemFormula& formula, View<double> rows,
                                          std::size_t columns) {
  if (formula.uses_sums) {
    // Sums are a row of their own: the sums of one row.
    const auto of_sums = [&](View<double> sums) { return formula.value(sums, formula.parameters); };
    return resample(rows, columns, of_sums, quality_seed, quality_resamples);
  }
  const std::size_t n = rows.size() / columns;
  const std::size_t m = n < max_drawn_items ? n : max_drawn_items;
  const double shrink = math::square_root(static_cast<double>(m) / static_cast<double>(n));
  Resamples resamples;
  resamples.value = formula.value(rows, formula.parameters);
  resamples.acceleration = m < n ? 0.0 : acceleration(jackknife_values(formula, rows, columns));
  resamples.values = Buffer<double>(quality_resamples);
  Random random(quality_seed);
  Buffer<std::uint32_t> places(m);
  Buffer<double> drawn(m * columns);
  for (double& value : resamples.values) {
    draw(random, places, n);
    double* to = drawn.data();
    for (const std::uint32_t place : places) {
      const double* const from = rows.data() + place * columns;
      for (std::size_t c = 0; c < columns; ++c) *to++ = from[c];
    }
    const double of_drawn = formula.value(drawn, formula.parameters);
    value = resamples.value + shrink * (of_drawn - resamples.value);
  }
  return resamples;
}

PERJOULE_INLINE IntervalEstimate estimate_from_resamples(Resamples resamples, double level) {
  const std::size_t drawn = resamples.values.size();
  resamples.values = finite_values(resamples.values);
  const Buffer<double> known = sorted_finite_values(resamples.values);
  if (5 * known.size() < 4 * drawn) return {};
  return {{resamples.value, summarize(known).standard_deviation, infinite_dof, 0.0,
           Provenance::measured},
          bca_interval(resamples, level)};
}

PERJOULE_INLINE IntervalEstimate bootstrap_difference(const Quality& a, View<double> rows_a,
                                                      const Quality& b, View<double> rows_b,
                                                      double level) {
  Resamples of_a = resample_metric(a.formula, rows_a, a.columns);
  const Resamples of_b = resample_metric(b.formula, rows_b, b.columns);
  of_a.value -= of_b.value;
  for (std::size_t i = 0; i < of_a.values.size(); ++i) of_a.values[i] -= of_b.values[i];
  Buffer<double> without_one = jackknife_values(a.formula, rows_a, a.columns);
  const Buffer<double> without_b = jackknife_values(b.formula, rows_b, b.columns);
  for (std::size_t i = 0; i < without_one.size(); ++i) without_one[i] -= without_b[i];
  of_a.acceleration = acceleration(without_one);
  return estimate_from_resamples(of_a, level);
}

PERJOULE_INLINE bool is_proportion(const Quality& quality) noexcept {
  return strcmp(quality.unit, "%") == 0;
}

PERJOULE_INLINE void clamp_to_range(Quality& quality) noexcept {
  Interval<double>& interval = quality.value_interval;
  const double most = quality.higher_is_better ? quality.perfect : interval.high;
  const double least = !quality.higher_is_better ? quality.perfect
                       : is_proportion(quality)  ? 0.0
                                                 : interval.low;
  if (interval.low < least) interval.low = least;
  if (interval.high > most) interval.high = most;
}

PERJOULE_INLINE IntervalEstimate estimate_of_equal_items(const Quality& quality, double value) {
  const double room = math::absolute(quality.perfect - quality.trivial);
  const double scale = is_proportion(quality) ? 1.0 : room;
  if (!is_finite(scale) || scale <= 0.0) return {};
  const double open = scale * (1.0 - wilson_interval(quality.items, quality.items).low);
  const double u = open / (2.0 * t_quantile(0.975, infinite_dof));
  return {{value, u, infinite_dof, 0.0, Provenance::measured},
          {value - open, value + open, 0.95, IntervalMethod::wilson}};
}

PERJOULE_INLINE IntervalEstimate mean_of_items(View<double> rows) {
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

PERJOULE_INLINE void finish_quality(Quality& quality, View<double> rows, const char* why_no_skill) {
  check_items(quality);
  ItemFormula& formula = quality.formula;
  IntervalEstimate found;
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
    // The quantiles of draws that hardly differ may be one number, though their scatter is not 0.
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

PERJOULE_INLINE std::size_t Confusion::index_of(std::int64_t number) const noexcept {
  std::size_t place = 0;
  for (const LabelIndex::LabelCount& seen : classes_.entries()) {
    if (seen.number == number) break;
    ++place;
  }
  return place;
}

PERJOULE_INLINE double averaged_f_score(View<ClassCount> classes, const double* parameters) {
  const auto average = static_cast<Average>(static_cast<int>(parameters[0]));
  const auto kind = static_cast<FScoreKind>(static_cast<int>(parameters[1]));
  const double beta = parameters[2];
  if (average == Average::binary) {
    const auto positive = static_cast<std::size_t>(parameters[3]);
    return positive < classes.size() ? f_score_of(classes[positive], kind, beta) : 0.0;
  }
  ClassCount all;
  double sum = 0.0;
  double weights = 0.0;
  for (const ClassCount& count : classes) {
    if (count.predicted + count.actual <= 0.0) continue;  // not among items that were drawn again
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
  detail::fail("an F score weighs recall by a beta above 0", text::shortest(options.beta).chars,
               "write .beta = 1, or leave it out");
}

PERJOULE_INLINE Quality FScore::result() const {
  const bool binary = options_.average == Average::binary;
  const text::Short positive = text::shortest(static_cast<double>(options_.positive));
  const std::size_t place = index_of(options_.positive);
  if (binary && items() != 0 && place == classes()) {
    detail::fail("no label and no output is of the positive class", positive.chars,
                 "name the class that is looked for, as in .positive = 1");
  }
  Quality quality;
  const bool is_f = kind_ == detail::FScoreKind::f;
  const text::Short f = text::format("f%s", text::shortest(options_.beta).chars).chars;
  quality.metric = text::format("%s-%s", name(options_.average),
                                is_f                                     ? f.chars
                                : kind_ == detail::FScoreKind::precision ? "precision"
                                                                         : "recall")
                       .chars;
  quality.signature =
      text::format("average:%s%s%s|zero-division:0|trivial:%s", name(options_.average),
                   binary ? "|positive:" : "", binary ? positive.chars : "",
                   binary ? "always-positive" : "most-frequent")
          .chars;
  double* const parameters = quality.formula.parameters;
  parameters[0] = static_cast<double>(options_.average);
  parameters[1] = static_cast<double>(kind_);
  parameters[2] = options_.beta;
  parameters[3] = static_cast<double>(place);
  finish<detail::averaged_f_score>(quality, binary ? place : classes());
  return quality;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double mean_recall(View<ClassCount> classes, const double*) {
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
    sums.predicted += math::square(count.predicted);
    sums.actual += math::square(count.actual);
  }
  return sums;
}

PERJOULE_INLINE double matthews(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double n2 = math::square(s.items);
  const double spread = (n2 - s.predicted) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / math::square_root(spread);
}

PERJOULE_INLINE double kappa(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / math::square(s.items);
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
      finish<detail::mean_recall>(quality, classes());
      break;
    case detail::AgreementKind::matthews:
      quality.metric = "mcc";
      quality.unit = "";
      finish<detail::matthews>(quality, classes());
      break;
    case detail::AgreementKind::kappa:
      quality.metric = "kappa";
      quality.unit = "";
      finish<detail::kappa>(quality, classes());
      break;
  }
  // No correlation is below -1, nor is its skill, since the trivial predictor's is 0.
  for (Interval<double>* const interval : {&quality.value_interval, &quality.skill_interval}) {
    if (interval->is_known() && interval->low < -1.0) interval->low = -1.0;
  }
  return quality;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/text_tokens-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_utf8(std::string_view text, const char* whose, std::size_t item) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.bytes == 0) {
      fail("a text is not valid UTF-8",
           text::format("the %s of item %zu, at byte %zu", whose, item, at).chars,
           "decode it with the character set that it was written in");
    }
    at += next.bytes;
  }
}

PERJOULE_INLINE Buffer<std::string_view> words_of(std::string_view text) {
  Buffer<std::string_view> words;
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

PERJOULE_INLINE Buffer<char32_t> code_points_of(std::string_view text) {
  Buffer<char32_t> points(text.size());
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const CodePoint next = first_code_point(text.substr(at));
    points[count] = next.value;
    at += next.bytes;
  }
  return Buffer<char32_t>(View<char32_t>(points.data(), count));
}

PERJOULE_INLINE std::string_view stripped(std::string_view text) {
  const Buffer<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const std::string_view last = words[words.size() - 1];
  return {words[0].data(), static_cast<std::size_t>(last.data() + last.size() - words[0].data())};
}

PERJOULE_INLINE void ReferenceCount::add(std::size_t references, std::size_t item) {
  if (references == 0) {
    fail("no reference has a text", text::format("item %zu", item).chars,
         "leave the item out, or give it a reference");
  }
  if (item == 0) most_ = least_ = references;
  if (references > most_) most_ = references;
  if (references < least_) least_ = references;
}

PERJOULE_INLINE text::Short ReferenceCount::shown() const noexcept {
  return least_ == most_ ? text::format("%zu", most_).chars : "var";
}

PERJOULE_INLINE std::uint32_t Vocabulary::add(std::string_view word) {
  if (2 * entries_.size() >= slots_.size()) grow();
  const std::uint64_t hash = fnv1a_hex(word);
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    const std::uint32_t found = slots_[at] - 1;
    if (entries_[found].hash == hash && (*this)[found] == word) return found;
  }
  entries_.push_back({hash, chars_.size(), word.size()});
  chars_.append(word);
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return slots_[at] - 1;
}

PERJOULE_INLINE void Vocabulary::grow() {
  const std::size_t size = slots_.empty() ? 256 : 2 * slots_.size();
  slots_ = Buffer<std::uint32_t>(size);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = entries_[i].hash & (size - 1);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

PERJOULE_INLINE Buffer<std::uint32_t> token_ids(View<std::string_view> words,
                                                Vocabulary& vocabulary) {
  Buffer<std::uint32_t> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = vocabulary.add(words[i]);
  return numbers;
}

PERJOULE_INLINE NGrams::NGrams(View<std::uint32_t> tokens, std::size_t highest_order)
    : highest_order_(highest_order) {
  std::size_t most = 0;
  for (std::size_t n = 1; n <= highest_order; ++n) most += n_gram_count(tokens.size(), n);
  std::size_t slots = 16;
  for (shift_ = 60; slots < 2 * most; --shift_) slots *= 2;
  slots_ = Buffer<std::uint32_t>(slots);
  grams_ = Buffer<Gram>(most + 1);  // the first one is the empty n-gram
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
  Buffer<std::uint32_t> rows(reference.size());
  Buffer<std::uint32_t> columns(output.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<std::uint32_t>(numbers.find(reference[i]));
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    columns[j] = static_cast<std::uint32_t>(numbers.find(output[j]));
  }
  Buffer<std::uint64_t> masks(numbers.entries().size());
  Buffer<signed char> across(columns.size());  // the step from the column before, in the last row
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
  Buffer<detail::VerticalDeltas> steps((i + 63) / 64 * j);
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
      // The cell to the left is less than the one above it, so only the way from there is shortest.
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

PERJOULE_INLINE double error_rate_of(View<double> rows, const double*) {
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
  const Buffer<std::uint32_t> wanted = tokens(reference, words);
  const Buffer<std::uint32_t> said = tokens(output, words);
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

PERJOULE_INLINE Buffer<std::uint32_t> ErrorRate::tokens(std::string_view text,
                                                        detail::Vocabulary& words) const {
  if (unit_ == TextUnit::word) return detail::token_ids(detail::words_of(text), words);
  const Buffer<char32_t> points = detail::code_points_of(detail::stripped(text));
  Buffer<std::uint32_t> numbers(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) numbers[i] = points[i];
  return numbers;
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/language_model-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double perplexity_of(View<double> rows, const double*) {
  double sums[] = {0.0, 0.0};
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % 2] += rows[i];
  return math::exponential(sums[0] / sums[1]);
}

PERJOULE_INLINE double bits_per_symbol(View<double> rows, const double*) {
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
    sum -= share * math::logarithm(share);
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
    quality.trivial = quality.formula.value({row, 2}, nullptr);
  }
  detail::finish_quality(
      quality, rows_.all(),
      "the text is one symbol over and over, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void TextSurprisal::reject_surprisal() const {
  detail::fail("a text's surprise is a finite number of nats, 0 or more",
               text::format("item %zu", items()).chars,
               "return the sum of -ln p over its tokens, or ln p of each");
}

PERJOULE_INLINE void TextSurprisal::count(double nats, std::string_view text) {
  if (symbol_ == detail::Symbol::token) {
    detail::fail("perplexity of a text without its tokens", text::format("item %zu", items()).chars,
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
  detail::fail("bits of a text that is not there", text::format("item %zu", items()).chars,
               "pass the texts themselves, or ask for perplexity");
}

PERJOULE_INLINE void TextSurprisal::add_row(double nats, double symbols) {
  if (symbols < 1.0) {
    detail::fail("an empty text has no surprise", text::format("item %zu", items()).chars,
                 "leave it out");
  }
  rows_.add({nats, symbols});
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/probability_metrics-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void reject_probability(double p, std::size_t item) {
  fail("a probability is not between 0 and 1",
       text::format("item %zu: %s", item, text::shortest(p).chars).chars,
       "return the output of softmax or sigmoid, not logits");
}

PERJOULE_INLINE double surprisal(double p) noexcept {
  constexpr double least = 0x1p-52;
  if (p < least) p = least;
  if (p > 1.0 - least) p = 1.0 - least;
  return -math::logarithm(p);
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
    quality.trivial += is_log ? -share * math::logarithm(share) : share * (1.0 - share);
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

PERJOULE_INLINE double expected_calibration_error(View<double> rows, const double* parameters) {
  Buffer<double> gaps(static_cast<std::size_t>(parameters[0]));
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    gaps[calibration_bin(rows[i], parameters[0])] += rows[i] - rows[i + 1];
  }
  double sum = 0.0;
  for (const double gap : gaps) sum += math::absolute(gap);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE double calibration_uncertainty(double items, double seen, double calibrated) {
  const double square = seen > calibrated ? seen : calibrated;
  const double rare = 1.0 + math::square_root(square + 0.75);
  const double most = 0.5 * math::square_root(items);
  const double above = rare < most ? rare : most;
  const double u = math::square_root(square);
  return u > above ? u : above;
}

PERJOULE_INLINE double calibration_halfwidth(View<double> rows, double bins) {
  const auto count = static_cast<std::size_t>(bins);
  Buffer<double> items(count);
  Buffer<double> seen(count);
  Buffer<double> calibrated(count);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const std::size_t bin = calibration_bin(rows[i], bins);
    items[bin] += 1.0;
    seen[bin] += math::square(rows[i] - rows[i + 1]);
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
  constexpr double z = 1.95996398454005424;  // so that of a single bin it is no less than 1.96 u
  return (math::square_root(two_over_pi) * sum +
          z * math::square_root((1.0 - two_over_pi) * squares)) /
         (0.5 * static_cast<double>(rows.size()));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality CalibrationError::result() const {
  Quality quality;
  quality.metric = "ece";
  quality.signature = text::format("bins:%zu|norm:l1|confidence:top|trivial:none", bins_).chars;
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  detail::check_items(quality);
  quality.formula.value = detail::expected_calibration_error;
  quality.formula.difference = detail::bootstrap_difference;
  quality.formula.parameters[0] = static_cast<double>(bins_);
  quality.formula.columns = "confidence,right";
  const double ece = detail::expected_calibration_error(rows_.all(), quality.formula.parameters);
  const double half = detail::calibration_halfwidth(rows_.all(), quality.formula.parameters[0]);
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
  // Elsewhere each capital letter stands before its small one.
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

PERJOULE_INLINE void append_utf8(Buffer<char>& text, char32_t c) {
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

PERJOULE_INLINE Buffer<char> normalize_answer(std::string_view text) {
  Buffer<char32_t> points;
  for (const char32_t c : detail::code_points_of(text)) {
    if (c >= 0x80U || !detail::is_punctuation(static_cast<char>(c))) {
      points.push_back(detail::lower_case(c));
    }
  }
  Buffer<char> normal;
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

PERJOULE_INLINE Buffer<char> normalized_answer(std::string_view text, const char* whose,
                                               std::size_t item) {
  check_utf8(text, whose, item);
  return normalize_answer(text);
}

PERJOULE_INLINE double answer_f1(std::string_view output, std::string_view reference) {
  Vocabulary vocabulary;
  const Buffer<std::uint32_t> said = token_ids(words_of(output), vocabulary);
  const Buffer<std::uint32_t> wanted = token_ids(words_of(reference), vocabulary);
  double same = 0.0;
  NGrams(said, 1).match(wanted, &same);
  return same <= 0.0 ? 0.0 : 2.0 * same / static_cast<double>(said.size() + wanted.size());
}

PERJOULE_INLINE void ReferenceAnswers::add(View<std::string_view> references, std::size_t item) {
  const std::size_t first = numbers_.size();
  counts_.add(references.size(), item);
  for (const std::string_view reference : references) {
    const Buffer<char> normal = normalized_answer(reference, "reference", item);
    const std::uint32_t number = answers_.add({normal.data(), normal.size()});
    if (number == items_with_.size()) items_with_.push_back(0);
    bool known = false;
    for (std::size_t i = first; i < numbers_.size(); ++i) known = known || numbers_[i] == number;
    if (known) continue;
    numbers_.push_back(number);
    ++items_with_[number];
  }
  ends_.push_back(numbers_.size());
}

PERJOULE_INLINE std::uint32_t ReferenceAnswers::most_frequent() const noexcept {
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < items_with_.size(); ++i) {
    if (items_with_[i] > items_with_[best]) best = i;
  }
  return best;
}

PERJOULE_INLINE double ReferenceAnswers::best_f1(std::string_view answer, std::size_t item) const {
  double best = 0.0;
  for (const std::uint32_t number : of(item)) {
    const double f1 = answer_f1(answer, answers_[number]);
    if (f1 > best) best = f1;
  }
  return best;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ExactMatch::result() const {
  Quality quality;
  quality.metric = "exact-match";
  quality.signature =
      text::format("nrefs:%s|normal:squad-1.1|trivial:most-frequent", answers_.counts().chars)
          .chars;
  quality.formula.columns = "right";
  quality.items = items();
  detail::check_items(quality);
  quality.trivial = static_cast<double>(answers_.items_with(answers_.most_frequent())) /
                    static_cast<double>(quality.items);
  std::size_t right = 0;
  for (const double one : rows_.all()) right += one > 0.0 ? 1 : 0;
  detail::finish_proportion(
      quality, right, "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void ExactMatch::add_texts(std::string_view output,
                                           const Buffer<std::string_view>& references) {
  const Buffer<char> normal = detail::normalized_answer(output, "output", items());
  answers_.add(references, items());
  bool right = false;
  for (const std::uint32_t number : answers_.of(items())) {
    right = right || answers_[number] == std::string_view(normal.data(), normal.size());
  }
  rows_.add({right ? 1.0 : 0.0});
}

PERJOULE_INLINE Quality TokenF1::result() const {
  Quality quality;
  quality.metric = "token-F1";
  quality.signature =
      text::format("nrefs:%s|normal:squad-1.1|trivial:most-frequent", answers_.counts().chars)
          .chars;
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
                                        const Buffer<std::string_view>& references) {
  const Buffer<char> normal = detail::normalized_answer(output, "output", items());
  answers_.add(references, items());
  rows_.add({answers_.best_f1({normal.data(), normal.size()}, items())});
}

}  // namespace perjoule::inline v0

// ---- perjoule/quality/regression-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double root_mean_square_error(View<double> rows, const double*) {
  double squares = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) squares += math::square(rows[i] - rows[i + 1]);
  return math::square_root(squares / (0.5 * static_cast<double>(rows.size())));
}

PERJOULE_INLINE double mean_absolute_error(View<double> rows, const double*) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) sum += math::absolute(rows[i] - rows[i + 1]);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE double coefficient_of_determination(View<double> rows, const double*) {
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  double left = 0.0;
  double all = 0.0;
  bool differ = false;  // asked for apart: the mean of equal numbers is not them, to rounding
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    left += math::square(rows[i] - rows[i + 1]);
    all += math::square(rows[i + 1] - mean);
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
      text::format("item %zu", items()).chars,
      reference ? "leave out inputs that have no reference"
                : "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE double Regression::of_constant(const ItemFormula& formula, double output) const {
  Buffer<double> rows(rows_.all());
  for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = output;
  return formula.value(rows, formula.parameters);
}

PERJOULE_INLINE Buffer<double> Regression::references() const {
  Buffer<double> values;
  for (std::size_t i = 1; i < rows_.all().size(); i += 2) values.push_back(rows_.all()[i]);
  return values;
}

PERJOULE_INLINE double Regression::mean_reference() const { return summarize(references()).mean; }

PERJOULE_INLINE double Regression::median_reference() const { return quantile(references(), 0.5); }

}  // namespace perjoule::inline v0

// ---- perjoule/quality/translation-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void replace(Buffer<char>& text, std::string_view from, std::string_view to) {
  const std::string_view old(text.data(), text.size());
  std::size_t at = old.find(from);
  if (at == std::string_view::npos) return;
  Buffer<char> changed;
  std::size_t done = 0;
  for (; at != std::string_view::npos; at = old.find(from, done)) {
    changed.append(old.substr(done, at - done));
    changed.append(to);
    done = at + from.size();
  }
  changed.append(old.substr(done));
  text = static_cast<Buffer<char>&&>(changed);
}

PERJOULE_INLINE void space_pairs(Buffer<char>& text, bool (*is_pair)(char, char),
                                 bool sign_is_first) {
  Buffer<char> spaced(2 * text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i + 1 == text.size() || !is_pair(c, text[i + 1])) {
      spaced[size++] = c;
      continue;
    }
    if (sign_is_first) spaced[size++] = ' ';
    spaced[size++] = c;
    spaced[size++] = ' ';
    spaced[size++] = text[++i];
    if (!sign_is_first) spaced[size++] = ' ';
  }
  text = Buffer<char>(View<char>(spaced.data(), size));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<char> tokenize_13a(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) text = detail::stripped(text);
  Buffer<char> plain(View<char>(text.data(), text.size()));
  detail::replace(plain, "<skipped>", "");
  detail::replace(plain, "-\n", "");  // a word that was broken at the end of a line
  detail::replace(plain, "\n", " ");
  detail::replace(plain, "&quot;", "\"");
  detail::replace(plain, "&amp;", "&");
  detail::replace(plain, "&lt;", "<");
  detail::replace(plain, "&gt;", ">");
  Buffer<char> spaced(3 * plain.size() + 2);
  std::size_t size = 0;
  spaced[size++] = ' ';
  for (const char c : plain) {
    const bool apart = detail::is_separate_token(c);
    if (apart) spaced[size++] = ' ';
    spaced[size++] = c;
    if (apart) spaced[size++] = ' ';
  }
  spaced[size++] = ' ';
  Buffer<char> tokens(View<char>(spaced.data(), size));
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

PERJOULE_INLINE double bleu_of(View<double> rows, const double* parameters) {
  double sums[bleu_columns];
  sum_columns(rows, sums);
  const double said = sums[0];
  const double wanted = sums[1];
  const double* const matches = sums + 2;
  const double* const n_grams = matches + bleu_orders;
  const auto method = static_cast<BleuSmoothing::Method>(static_cast<int>(parameters[0]));
  const double value = parameters[1];
  double matched = 0.0;
  for (std::size_t n = 0; n < bleu_orders; ++n) matched += matches[n];
  if (matched <= 0.0) return 0.0;

  double logarithms = 0.0;
  double share = 1.0;  // of a match, for an order that has none
  std::size_t orders = 0;
  for (; orders < bleu_orders; ++orders) {
    const double more = method == BleuSmoothing::Method::add_k && orders > 0 ? value : 0.0;
    const double all = n_grams[orders] + more;
    double right = matches[orders] + more;
    if (all <= 0.0) break;
    if (right <= 0.0 && method == BleuSmoothing::Method::exp) right = share *= 0.5;
    if (right <= 0.0 && method == BleuSmoothing::Method::floor) right = value;
    if (right <= 0.0) return 0.0;
    logarithms += math::logarithm(right / all);
  }
  if (orders < bleu_orders && parameters[2] <= 0.0) return 0.0;
  const double brevity = said < wanted ? 1.0 - wanted / said : 0.0;
  return 100.0 * math::exponential(brevity + logarithms / static_cast<double>(orders));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Bleu::result() const {
  static constexpr const char* methods[] = {"none", "floor", "add-k", "exp"};
  const auto method = static_cast<std::size_t>(options_.smoothing.method());
  const double value = options_.smoothing.value();
  Quality quality;
  quality.metric = "BLEU";
  quality.signature =
      text::format("nrefs:%s|case:mixed|eff:%s|tok:%s|smooth:%s%s%s%s|as:sacrebleu-2.3.1",
                   references_.shown().chars, options_.effective_order ? "yes" : "no",
                   options_.tokenizer == BleuTokenizer::v13a ? "13a" : "none", methods[method],
                   value > 0.0 ? "[" : "", value > 0.0 ? text::shortest(value).chars : "",
                   value > 0.0 ? "]" : "")
          .chars;
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula.value = detail::bleu_of;
  quality.formula.uses_sums = true;
  quality.formula.parameters[0] = static_cast<double>(method);
  quality.formula.parameters[1] = value;
  quality.formula.parameters[2] = options_.effective_order ? 1.0 : 0.0;
  quality.formula.columns =
      "output-words,reference-words,"
      "1-gram-matches,2-gram-matches,3-gram-matches,4-gram-matches,"
      "1-grams,2-grams,3-grams,4-grams";
  detail::finish_quality(quality, rows_.all(), "");
  return quality;
}

PERJOULE_INLINE void Bleu::add_texts(std::string_view output,
                                     const Buffer<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary words;
  const Buffer<std::uint32_t> said = tokens(output, words);
  detail::NGrams n_grams(said, detail::bleu_orders);
  double row[detail::bleu_columns] = {};
  std::size_t nearest = 0;
  std::size_t used = 0;
  for (const std::string_view reference : references) {
    if (reference.empty()) continue;
    detail::check_utf8(reference, "reference", items());
    const Buffer<std::uint32_t> wanted = tokens(reference, words);
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

PERJOULE_INLINE Buffer<std::uint32_t> Bleu::tokens(std::string_view text,
                                                   detail::Vocabulary& words) const {
  if (options_.tokenizer == BleuTokenizer::none) {
    return detail::token_ids(detail::words_of(text), words);
  }
  const Buffer<char> spaced = tokenize_13a(text);
  return detail::token_ids(detail::words_of({spaced.data(), spaced.size()}), words);
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

PERJOULE_INLINE double chrf_of(View<double> rows, const double* parameters) {
  const auto orders = static_cast<std::size_t>(parameters[1]);
  const std::size_t columns = 3 * orders;
  ChrfCounts sums;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    for (std::size_t c = 0; c < columns; ++c) sums.counts[c] += rows[i + c];
  }
  return chrf_f_score(sums.counts, orders, parameters[0]);
}

PERJOULE_INLINE Buffer<std::uint32_t> chrf_words(std::string_view text, Vocabulary& vocabulary) {
  Buffer<std::string_view> parts;
  for (const std::string_view word : words_of(text)) {
    const bool behind = word.size() > 1 && is_punctuation(word[word.size() - 1]);
    const std::size_t first = behind ? word.size() - 1 : is_punctuation(word[0]) ? 1 : 0;
    if (first != 0) parts.push_back(word.substr(0, first));
    if (first != word.size()) parts.push_back(word.substr(first));
  }
  return token_ids(parts, vocabulary);
}

PERJOULE_INLINE Buffer<std::uint32_t> chrf_characters(std::string_view text) {
  const Buffer<char32_t> points = code_points_of(text);
  Buffer<std::uint32_t> characters(points.size());
  std::size_t count = 0;
  for (const char32_t c : points) {
    if (!is_space(c)) characters[count++] = c;
  }
  return Buffer<std::uint32_t>(View<std::uint32_t>(characters.data(), count));
}

PERJOULE_INLINE void chrf_count(std::size_t said, NGrams& n_grams, View<std::uint32_t> reference,
                                std::size_t orders, double* counts) {
  double matches[chrf_character_orders] = {};
  n_grams.reset_matches();
  n_grams.match(reference, matches);
  for (std::size_t n = 1; n <= orders; ++n, counts += 3) {
    const std::size_t wanted = n_gram_count(reference.size(), n);
    // An order that the reference is too short for is not held against the output.
    counts[0] = wanted == 0 ? 0.0 : static_cast<double>(n_gram_count(said, n));
    counts[1] = static_cast<double>(wanted);
    counts[2] = matches[n - 1];
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Chrf::result() const {
  const text::Short beta = text::shortest(options_.beta);
  Quality quality;
  quality.metric = text::format("chrF%s%s", beta.chars,
                                options_.word_order == 0   ? ""
                                : options_.word_order == 1 ? "+"
                                                           : "++")
                       .chars;
  quality.signature =
      text::format("nrefs:%s|case:mixed|eff:yes|nc:6|nw:%zu|space:no|beta:%s|as:sacrebleu-2.3.1",
                   references_.shown().chars, options_.word_order, beta.chars)
          .chars;
  quality.items = items();
  quality.unit = "";
  quality.perfect = 100.0;
  quality.formula.value = detail::chrf_of;
  quality.formula.uses_sums = true;
  quality.formula.parameters[0] = options_.beta;
  quality.formula.parameters[1] = static_cast<double>(orders());
  quality.formula.columns = "output,reference,both of 1 to 6 characters, then of words";
  detail::finish_quality(quality, rows_, "");
  return quality;
}

PERJOULE_INLINE void Chrf::add_texts(std::string_view output,
                                     const Buffer<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  detail::Vocabulary vocabulary;
  const Buffer<std::uint32_t> characters = detail::chrf_characters(output);
  detail::NGrams of_characters(characters, detail::chrf_character_orders);
  Buffer<std::uint32_t> words;
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
  rows_.append({best.counts, 3 * orders()});
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/candidate_set-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long candidate_label(const Candidate& candidate, const Axis& axis) noexcept {
  return text::format("%s, %s", candidate.name.chars, axis.name.chars);
}

PERJOULE_INLINE void check_number(const Candidate& candidate, const Axis& axis, double value) {
  if (!is_finite(value)) {
    fail("a value is not a number", candidate_label(candidate, axis).chars,
         "give its estimate the provenance missing where there is none");
  }
  if (axis.scale == AxisScale::logarithmic && value <= 0.0) {
    fail("a value is not above zero on a logarithmic axis", candidate_label(candidate, axis).chars,
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
    fail("the uncertainty of a value is not a number", candidate_label(candidate, axis).chars,
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
                 candidate.name.chars, "give one for each; a default Coordinate is missing");
  }
  ObjectiveVector objectives;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Coordinate& coordinate = candidate.coordinates[a];
    if (!coordinate.value.is_known()) {
      excluded_.push_back(
          {candidate.name, text::format("%s is missing", axes_[a].name.chars).chars});
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
    const text::Long said_a = text::format("%s %s", axes_[i].name.chars, name(of_a));
    const text::Long said_b = text::format("%s %s", axes_[i].name.chars, name(of_b));
    refuse(a, said_a.chars, b, said_b.chars, "measure both, or rank each kind by itself");
  }
}

PERJOULE_INLINE void CandidateSet::refuse(const Candidate& a, const char* is, const Candidate& b,
                                          const char* but, const char* next_step) {
  const text::Long pair = text::format("%s (%s) and %s (%s)", a.name.chars, is, b.name.chars, but);
  detail::fail("values of different kinds are not ranked together", pair.chars, next_step);
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
    detail::fail("a floor is of quality", quality.name.chars,
                 "name the axis that says how good the outputs are");
  }
  if (!is_finite(floor)) {
    detail::fail("a floor is not a number", quality.name.chars, "give the least that will do");
  }
  return field.filter_by_floor([&quality, axis, floor, what](const Candidate& candidate) {
    const double reached = detail::worse_bound(quality, candidate.coordinates[axis], what);
    if (!is_finite(reached)) {
      return text::Name(text::format("nothing bounds its %s", quality.name.chars).c_str());
    }
    const bool enough = quality.higher_is_better ? reached >= floor : reached <= floor;
    if (enough) return text::Name();
    return text::Name(text::format("%s is%s %s %s", quality.name.chars,
                                   what == FloorCriterion::interval ? " not surely" : " not",
                                   quality.higher_is_better ? "at least" : "at most",
                                   text::shortest(floor).chars)
                          .c_str());
  });
}

PERJOULE_INLINE Choice cheapest(const CandidateSet& field, std::size_t axis) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& cost = field.axes()[axis];
  if (cost.role != AxisRole::cost) {
    detail::fail("what is cheapest is so by a cost", cost.name.chars, "name such an axis");
  }
  if (!field.has_quality_floor()) {
    detail::fail("a model that knows nothing is the cheapest", cost.name.chars,
                 "ask among with_quality_floor(field, axis, floor of quality)");
  }
  if (field.size() == 0) return {false, 0, "nobody reaches the floor"};
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

PERJOULE_INLINE void expect_cited(double value, double uncertainty, const char* what,
                                  const text::Name& source, int year) {
  if (!is_finite(value) || value < 0.0 || !is_finite(uncertainty) || uncertainty < 0.0) {
    fail(text::format("%s is not a number from 0 on", what).chars, source.chars,
         "pass the figure and its standard uncertainty, 0 where that is not known");
  }
  if (source.empty()) {
    fail(text::format("%s without a source", what).chars, "the source is empty",
         "say where the figure is from: it differs between sources");
  }
  if (year < 1900 || year > 2200) {
    fail(text::format("%s without a year", what).chars, text::format("the year is %d", year).chars,
         "say which year the figure is of, in four digits");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE GridIntensity grid_intensity(double grams, double uncertainty,
                                             const text::Name& source, int year) {
  return detail::cited_per_kilowatt_hour<GramsPerJoule>(grams, uncertainty, "a grid's intensity",
                                                        source, year);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> apply_pue(const Estimate<double>& energy,
                                           const Estimate<double>& per_joule, double pue) {
  if (!is_finite(pue) || pue < 1.0) {
    fail("a power usage effectiveness below 1", text::shortest(pue).chars,
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
                                                 const text::Name& source, int year) {
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
    detail::fail("a machine is reserved for no part of its life", hardware.embodied.source.chars,
                 "pass a lifespan above 0, and a time from 0 up to it");
  }
  if (!is_finite(hardware.share) || hardware.share <= 0.0 || hardware.share > 1.0) {
    detail::fail("a share of a machine that is none", text::shortest(hardware.share).chars,
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
    fail("a price without a currency", price.price.source.chars, "name it, as in EUR or USD");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE EnergyPrice energy_price(double price, double uncertainty,
                                         const text::Short& currency, const text::Name& source,
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
                                                  const char* what) {
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

PERJOULE_INLINE void expect_requirement(const Estimate<Bytes>& need, const char* what) {
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
  // A modelled need without uncertainty has none: nothing bounds what it is off by. Without this
  // line the comparisons below would be of NaN, which -ffast-math lets come out either way.
  if (!bounds.is_known()) return FitVerdict::unknown;
  if (bounds.high <= room) return FitVerdict::fits;
  return bounds.low > room ? FitVerdict::does_not_fit : FitVerdict::unknown;
}

PERJOULE_INLINE text::Short as_bytes(Bytes bytes) noexcept {
  const text::Prefix prefix = text::prefix_of(bytes.si());
  return text::format("%s %sB", text::significant(bytes.si() / prefix.factor, 3).chars,
                      prefix.symbol)
      .chars;
}

PERJOULE_INLINE text::Long fit_reason(FitVerdict verdict, const char* what,
                                      const Estimate<Bytes>& need, Bytes room,
                                      const char* where) noexcept {
  const text::Short offered = as_bytes(room);
  if (!is_known_and_finite(strip_unit(need))) {
    return text::format("%s: not known, beside %s of %s", what, offered.chars, where);
  }
  const text::Short needed = as_bytes(need.value);
  if (verdict == FitVerdict::unknown) {
    return text::format("%s, %s: too close to %s of %s to tell", what, needed.chars, offered.chars,
                        where);
  }
  const bool fits = verdict == FitVerdict::fits;
  return text::format("%s, %s: %s %s %s of %s", what, needed.chars,
                      as_bytes(fits ? room - need.value : need.value - room).chars,
                      fits ? "left of" : "more than", offered.chars, where);
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
    fit.why = text::format(
        "%s; %s", fit.why.chars,
        detail::fit_reason(in_flash, "weights", need.weights, device.flash, "flash").chars);
    if (in_flash == FitVerdict::does_not_fit || fit.verdict == FitVerdict::does_not_fit) {
      fit.verdict = FitVerdict::does_not_fit;
    } else if (in_flash == FitVerdict::unknown) {
      fit.verdict = FitVerdict::unknown;
    }
  } else if (fit.verdict == FitVerdict::unknown) {
    // One of the two alone may be too much.
    for (const bool weights : {true, false}) {
      const Estimate<Bytes>& part = weights ? need.weights : need.peak;
      if (detail::fit_verdict_of(room, part) != FitVerdict::does_not_fit) continue;
      fit.verdict = FitVerdict::does_not_fit;
      fit.why = detail::fit_reason(fit.verdict, weights ? "weights alone" : "peak alone", part,
                                   room, "memory");
      break;
    }
  }
  fit.why = text::format("%s: %s (%s)", device.name, name(fit.verdict), fit.why.chars);
  return fit;
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

PERJOULE_INLINE Ratio<BitsPerJoule> information_per_joule(const Estimate<BitsPerItem>& information,
                                                          const Estimate<JoulesPerItem>& energy) {
  return ratio(information, energy);
}

PERJOULE_INLINE Ratio<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy) {
  if (!detail::is_known_and_finite(accuracy)) return {};
  if (accuracy.value < 0.0 || accuracy.value > 1.0) {
    detail::fail("an accuracy is no share of 1", text::significant(accuracy.value, 4).chars,
                 "pass 0.941 for 94.1 %");
  }
  return ratio(accuracy, energy);
}

PERJOULE_INLINE Ratio<ItemsPerJoule> items_per_joule(const Estimate<JoulesPerItem>& energy) {
  return ratio(exact(1.0), energy);
}

PERJOULE_INLINE Ratio<ItemsPerOperation> per_operation(
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
  const double by_time = math::absolute(energy.value) * exponent * power / time.value;
  return {energy.value * power, energy.random * power + by_time * time.random,
          smaller_dof(energy, time), energy.common * power + by_time * time.common,
          worst(energy.provenance, time.provenance)};
}

}  // namespace perjoule::inline v0::detail

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
  objectives_ = Buffer<ObjectiveVector>(size_ * candidates_);
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
        const text::Long pair = text::format("%s (%zu) and %s (%zu)", first->name.chars, draws,
                                             candidate.name.chars, size);
        detail::fail("candidates with different numbers of draws are not drawn together",
                     pair.chars, "draw them from the same resamples of the same test items");
      }
    }
  }
  if (first != nullptr && draws < min_draws) {
    detail::fail("fewer than 100 draws say little of any probability", first->name.chars,
                 "draw 2000, or leave the draws away");
  }
  return draws;
}

PERJOULE_INLINE Buffer<std::size_t> JointDraws::meters_of(const CandidateSet& field) {
  const View<Candidate> candidates = field.candidates();
  Buffer<std::size_t> first(candidates.size());
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
                 detail::candidate_label(candidate, axes_[axis]).chars,
                 "give its model's error as `common`");
  }
}

PERJOULE_INLINE Buffer<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                              double level) {
  PERJOULE_EXPECTS(axis < draws.axes().size() && level > 0.0 && level < 1.0);
  if (draws.axes()[axis].role == AxisRole::cost && !draws.has_quality_floor()) {
    detail::fail("a cost alone ranks a model that knows nothing first",
                 draws.axes()[axis].name.chars,
                 "rank with_quality_floor(field, axis, floor of quality)");
  }
  const std::size_t n = draws.candidates();
  Buffer<std::uint32_t> from(n * draws.size());  // of each candidate in turn, all its draws
  Buffer<std::uint32_t> to(n * draws.size());
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
  Buffer<RankRange> ranges(n);
  // 1 - .9 is a little less than a tenth in binary.
  const double tail = 0.5 * (1.0 - level) + 1e-12;
  const auto beyond = static_cast<std::size_t>(tail * static_cast<double>(draws.size()));
  const std::size_t last = draws.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t* const lows = from.data() + i * draws.size();
    std::uint32_t* const highs = to.data() + i * draws.size();
    detail::sort(lows, draws.size());
    detail::sort(highs, draws.size());
    ranges[i] = {lows[0], lows[beyond], highs[last - beyond], highs[last]};
  }
  return ranges;
}

PERJOULE_INLINE Buffer<double> probability_on_front(const JointDraws& draws) {
  detail::FrontFinder finder;
  Buffer<std::size_t> times(draws.candidates());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<bool> on_front = finder.find(draws[k]);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += on_front[i] ? 1 : 0;
  }
  Buffer<double> probability(times.size());
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

PERJOULE_INLINE ObjectiveVector reference_objectives(const Few<Axis, 3>& axes,
                                                     const Few<double, 3>& reference) {
  if (reference.size() != axes.size()) {
    fail("a hypervolume's reference has another number of values than there are axes",
         axes[0].name.chars, "give the worst value that counts on each axis");
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

PERJOULE_INLINE Buffer<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                              const ObjectiveVector& floor) {
  Buffer<ObjectiveVector> heights(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) heights[i] = above(objectives[i], floor);
  return heights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double hypervolume(const CandidateSet& field, const Few<double, 3>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  return detail::DominatedVolume().of(detail::above(field.objectives(), floor));
}

PERJOULE_INLINE Interval<double> hypervolume_interval(const JointDraws& draws,
                                                      const Few<double, 3>& reference,
                                                      double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const ObjectiveVector floor = detail::reference_objectives(draws.axes(), reference);
  detail::DominatedVolume volume;
  Buffer<double> volumes(draws.size());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    volumes[k] = volume.of(detail::above(draws[k], floor));
  }
  detail::sort(volumes.data(), volumes.size());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(volumes, tail), quantile_of_sorted(volumes, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE Buffer<double> exclusive_hypervolumes(const CandidateSet& field,
                                                      const Few<double, 3>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  const Buffer<ObjectiveVector> heights = detail::above(field.objectives(), floor);
  Buffer<double> exclusive(heights.size());
  Buffer<ObjectiveVector> limited(heights.size());
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
    // Not by rounding of two equal volumes: who is not missed adds 0.
    if (alone) exclusive[i] = box.values[0] * box.values[1] * box.values[2] - volume.of(limited);
  }
  return exclusive;
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/learning_curve-inl.hpp

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double axis_position(LearningCurveAxis axis, double x) noexcept {
  return axis == LearningCurveAxis::linear ? x : math::logarithm(x);
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
           text::format("point %zu, counted from 0", i).chars,
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
    mean.random = math::root_sum_square(mean.random, random);
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
                         : from * math::exponential(part * math::logarithm(to / from));
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
    // dx for a change of the quality by one: along the axis, over the rise.
    const double way =
        axis == LearningCurveAxis::linear ? b.x - a.x : found.x * math::logarithm(b.x / a.x);
    const double slope = way / (b.quality.value - a.quality.value);
    const double of_a = (1.0 - found.part) * slope;
    const double of_b = found.part * slope;
    reach.x.random = math::root_sum_square(of_a * a.quality.random, of_b * b.quality.random);
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
    detail::fail("no number of inferences", text::shortest(n).chars,
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

PERJOULE_INLINE Ratio<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                     const Estimate<double>& quality,
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
           text::format("candidate %zu, counted from 0", i).chars,
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

PERJOULE_INLINE Buffer<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                         double level) {
  if (candidates.empty()) {
    detail::fail("no candidates", "best_by_net_benefit", "pass the models to choose from");
  }
  detail::expect_comparable(candidates);
  Buffer<BenefitRange> ranges;
  const QualityEnergyPoint* best = nullptr;
  const auto is_known = [](const QualityEnergyPoint& candidate) {
    return candidate.quality.is_known() && candidate.energy.is_known();
  };
  // Where nothing but energy counts the least of it wins, and of equal ones the better one.
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
      // Of those on one line the farthest: the others would win at a single point only.
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

PERJOULE_INLINE Buffer<std::size_t> pareto_front(const CandidateSet& field) {
  detail::FrontFinder finder;
  const View<bool> on_front = finder.find(field.objectives());
  Buffer<std::size_t> front;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (on_front[i]) front.push_back(i);
  }
  return front;
}

PERJOULE_INLINE Choice knee(const CandidateSet& field) {
  if (field.axes().size() != 2) {
    detail::fail("a knee is of two axes", "knee", "make a field of one quality and one cost");
  }
  const Buffer<std::size_t> front = pareto_front(field);
  if (front.empty()) return {false, 0, "nobody is on the front"};
  ObjectiveVector from = field.objectives()[front[0]];
  ObjectiveVector to = from;
  for (const std::size_t i : front) {
    for (int a = 0; a < 2; ++a) {
      const double objective = field.objectives()[i].values[a];
      from.values[a] = objective < from.values[a] ? objective : from.values[a];
      to.values[a] = objective > to.values[a] ? objective : to.values[a];
    }
  }
  Choice choice{false, 0, "nobody on the front lies above the chord between its ends"};
  double highest = 1e-9;  // rounding puts nobody above the chord
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

PERJOULE_INLINE Buffer<std::size_t> router_hull(const CandidateSet& field) {
  if (field.axes().size() != 2 || field.axes()[0].role == field.axes()[1].role) {
    detail::fail("a router trades a quality for a cost", "router_hull",
                 "make a field of one axis of each");
  }
  const std::size_t cost = field.axes()[0].role == AxisRole::cost ? 0 : 1;
  if (field.axes()[cost].higher_is_better) {
    detail::fail("a rate does not add up over items", field.axes()[cost].name.chars,
                 "use the cost of an item: seconds in the place of items per second");
  }
  const auto objective = [&field](std::size_t i, std::size_t axis) {
    const double value = field.candidates()[i].coordinates[axis].value.value;
    return field.axes()[axis].higher_is_better ? value : -value;
  };
  const Buffer<std::size_t> front = pareto_front(field);
  detail::RadixArgsort order;
  order.reset(front.size());
  order.sort_by([&](std::size_t k) { return objective(front[k], cost); });

  Buffer<std::size_t> hull(front.size());
  std::size_t corners = 0;
  for (std::size_t k = 0; k < front.size(); ++k) {
    const std::size_t i = front[order[k]];
    const auto from_corner = [&](std::size_t corner, std::size_t axis) {
      return objective(i, axis) - objective(hull[corner], axis);
    };
    const std::size_t quality = 1 - cost;
    if (corners > 0 && from_corner(corners - 1, cost) == 0.0) continue;  // equal on the front
    // A corner goes where it gains no more for its cost than the chord past it.
    while (corners > 1 && from_corner(corners - 2, quality) * from_corner(corners - 1, cost) >=
                              from_corner(corners - 1, quality) * from_corner(corners - 2, cost)) {
      --corners;
    }
    hull[corners++] = i;
  }
  return Buffer<std::size_t>(View<std::size_t>(hull.data(), corners));
}

}  // namespace perjoule::inline v0

// ---- perjoule/score/rank_acceptability-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<double> first_rank_acceptability(const CandidateSet& field) {
  Buffer<double> shares(field.size());
  detail::WeightSweep().add(field.objectives(), field.axes().size(), 1.0, shares);
  return shares;
}

PERJOULE_INLINE Buffer<double> first_rank_acceptability(const JointDraws& draws) {
  Buffer<double> shares(draws.candidates());
  detail::WeightSweep sweep;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    sweep.add(draws[k], draws.axes().size(), 1.0 / static_cast<double>(draws.size()), shares);
  }
  return shares;
}

}  // namespace perjoule::inline v0

// ---- perjoule/measure/entry_candidate_set-inl.hpp

namespace perjoule::inline v0 {

PERJOULE_INLINE EntryCandidateSet::EntryCandidateSet(const Entries& entries, Few<Cost, 2> costs,
                                                     std::size_t metric)
    : field_(fielded(entries, costs, metric, draws_)) {}

PERJOULE_INLINE const Quality& EntryCandidateSet::quality_of(const Entry& entry,
                                                             std::size_t metric) {
  if (metric < entry.quality.size()) return entry.quality[metric];
  detail::fail("a model without a quality is not ranked", entry.plan.name.chars,
               "measure it with a metric");
}

PERJOULE_INLINE Buffer<double> EntryCandidateSet::drawn(const Entries& entries,
                                                        std::size_t metric) {
  Buffer<double> draws;
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
    for (const double value : resamples.values) {
      if (!is_finite(value)) return {};
    }
    draws.append(resamples.values);
  }
  return draws;
}

PERJOULE_INLINE double EntryCandidateSet::mean_of_rows(View<double> rows, const double*) {
  return summarize(rows).mean;
}

PERJOULE_INLINE CandidateSet EntryCandidateSet::fielded(const Entries& entries,
                                                        const Few<Cost, 2>& costs,
                                                        std::size_t metric, Buffer<double>& draws) {
  Few<Axis, 3> axes;
  Buffer<Candidate> candidates;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Quality& quality = quality_of(entries[i], metric);
    const Quality& first = quality_of(entries[0], metric);
    if (!(quality.metric == first.metric) || !(quality.signature == first.signature)) {
      const text::Long pair =
          text::format("%s (%s) and %s (%s)", entries[0].plan.name.chars, first.metric.chars,
                       entries[i].plan.name.chars, quality.metric.chars);
      detail::fail("two metrics are not ranked together", pair.chars,
                   "measure all models with the same metric and the same options");
    }
  }
  if (entries.size() != 0) {
    const Quality& first = entries[0].quality[metric];
    axes.push_back({first.metric, AxisRole::quality, first.higher_is_better, AxisScale::linear});
    draws = drawn(entries, metric);
  }
  for (const Cost cost : costs) axes.push_back(cost_axis(detail::cost_of(Entry{}, cost).name));
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
  return CandidateSet(View<Axis>(axes.begin(), axes.size()), candidates);
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_IMPLEMENTATION) || (defined(PERJOULE_WITH_ALL) && defined(PERJOULE_DEFINITIONS))

#if defined(PERJOULE_WITH_CATCH2)

#include <cstddef>
#include <string>

// ---- perjoule/integrations/catch2.hpp

// Catch2 2 is one header, and Catch2 3 many, or one that its user has included already.
#if defined(TWOBLUECUBES_SINGLE_INCLUDE_CATCH_HPP_INCLUDED) || \
    defined(CATCH_AMALGAMATED_HPP_INCLUDED)
#elif __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

// Matchers are named as Catch2 names its own: REQUIRE_THAT(entry, StaysWithin(2.5_mJ)).
namespace perjoule::inline v0 {

namespace detail::catch2 {

// Catch::MatcherBase in Catch2 2, Catch::Matchers::MatcherBase in 3.
using namespace Catch;            // NOLINT(google-build-using-namespace)
using namespace Catch::Matchers;  // NOLINT(google-build-using-namespace)
template <class T>
using Matcher = MatcherBase<T>;

/// Prints a warning of the running test, which passes all the same.
inline void warn([[maybe_unused]] const std::string& reason) {
#if defined(CATCH_WARN)  // as CATCH_CONFIG_PREFIX_ALL makes it
  CATCH_WARN(reason);
#else
  WARN(reason);
#endif
}

}  // namespace detail::catch2

/// What the matchers below have in common. A claim that holds passes, and one that does not fails.
/// One that the data leave open fails, too, or is a warning by or_warn(): it never passes silently.
///
/// @tparam Self  the matcher, with statement() and evaluate()
/// @tparam T     what it looks at
template <class Self, class T>
class ClaimMatcher : public detail::catch2::Matcher<T> {
 public:
  /// Passes where the claim is left open, with a warning that says why.
  [[nodiscard]] Self or_warn() const {
    Self changed(self());
    changed.warns_ = true;
    return changed;
  }
  /// Takes numbers of this provenance and better ones for evidence; without it those that are
  /// measured or estimated from measured ones.
  [[nodiscard]] Self accept(Provenance worst) const {
    Self changed(self());
    changed.accepted_.provenance = worst;
    return changed;
  }
  /// Takes a measurement that ended so for evidence, too.
  /// @param outcome  few_windows or unstable; all others are accepted as they are
  [[nodiscard]] Self accept(Outcome outcome) const {
    PERJOULE_EXPECTS(outcome == Outcome::few_windows || outcome == Outcome::unstable);
    Self changed(self());
    (outcome == Outcome::few_windows ? changed.accepted_.few_windows : changed.accepted_.unstable) =
        true;
    return changed;
  }

  /// A claim that is left open would pass its negation.
  void operator!() const = delete;

  [[nodiscard]] bool match(const T& found) const override {
    const Finding finding = self().evaluate(found);
    found_ = finding.text;
    this->m_cachedToString.clear();  // of what it looked at before
    if (finding.claim != ClaimOutcome::inconclusive || !warns_)
      return finding.claim == ClaimOutcome::holds;
    detail::catch2::warn(Catch::Detail::stringify(found) + " " + describe());
    return true;
  }

 protected:
  /// "stays within 2.5 mJ/item", and after match() what was found.
  [[nodiscard]] std::string describe() const override {
    const std::string promise(self().statement().view());
    return found_.empty() ? promise : promise + ": " + found_;
  }
  [[nodiscard]] const AcceptedEvidence& accepted() const noexcept { return accepted_; }

 private:
  [[nodiscard]] const Self& self() const noexcept { return static_cast<const Self&>(*this); }

  AcceptedEvidence accepted_;
  bool warns_ = false;
  mutable std::string found_;
};

/// What StaysWithin() and its like give.
class BudgetMatcher : public ClaimMatcher<BudgetMatcher, Entry> {
 public:
  /// @param most  in the unit of the cost: J/item, s/item or B
  BudgetMatcher(Cost of, double most) : budget_{of, most, {}} {}

  [[nodiscard]] text::Long statement() const noexcept { return claim_text(budget_); }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Budget budget = budget_;
    budget.accepted = accepted();
    return stays_within(entry, budget);
  }

 private:
  Budget budget_;
};

/// That an entry takes at most so much energy per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Joules per_item) {
  return {Cost::energy, per_item.si()};
}
/// @copydoc StaysWithin(Joules)
[[nodiscard]] inline BudgetMatcher StaysWithin(JoulesPerItem most) {
  return {Cost::energy, most.si()};
}
/// That an entry takes at most so much wall time per item, by its whole 95 % interval.
[[nodiscard]] inline BudgetMatcher StaysWithin(Seconds per_item) {
  return {Cost::time, per_item.si()};
}
/// @copydoc StaysWithin(Seconds)
[[nodiscard]] inline BudgetMatcher StaysWithin(SecondsPerItem most) {
  return {Cost::time, most.si()};
}
/// Which bytes? StoredWithin() or ResidentWithin().
BudgetMatcher StaysWithin(Bytes) = delete;

/// That the file of an entry's weights has at most so many bytes.
[[nodiscard]] inline BudgetMatcher StoredWithin(Bytes most) { return {Cost::stored, most.si()}; }

/// That an entry's weights have at most so many bytes in memory.
[[nodiscard]] inline BudgetMatcher ResidentWithin(Bytes most) {
  return {Cost::resident, most.si()};
}

/// What may be left out of a comparison, or allowed for.
template <class Self, class T>
class ToleranceMatcher : public ClaimMatcher<Self, T> {
 public:
  /// @param share  of the other's quality that may be lost; without it as much as of the costs
  /// @unit  a share of 1
  [[nodiscard]] Self quality_within(double share) const {
    Self changed(static_cast<const Self&>(*this));
    changed.tolerance_.quality = share;
    return changed;
  }
  /// Looks at time and quality alone, as on a machine that models energy: a model's watts per core
  /// need not be right for two models by the same factor.
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

/// What NoWorseThan() gives. It holds a copy of the baseline.
class BaselineMatcher : public ToleranceMatcher<BaselineMatcher, Entry> {
 public:
  /// @param share  see NoWorseThan()
  BaselineMatcher(const Entry& baseline, double share)
      : ToleranceMatcher(share), baseline_(baseline) {}

  [[nodiscard]] text::Long statement() const noexcept {
    return claim_text(baseline_.plan.label(), tolerance());
  }
  [[nodiscard]] Finding evaluate(const Entry& entry) const {
    Finding finding = no_worse(entry, baseline_, tolerance());
    finding.text = detail::yes_or_no(finding.claim) + ("\n" + finding.text);
    return finding;
  }

 private:
  Entry baseline_;
};

/// That an entry is no worse than another one, measured in this process or kept: in energy and wall
/// time per item, and in each metric of the other; each by its whole 95 % interval. See no_worse().
/// @param share  of the other's number by which it may be worse, 3_percent
/// @unit  a share of 1
[[nodiscard]] inline BaselineMatcher NoWorseThan(const Entry& baseline, double share) {
  return {baseline, share};
}

/// What NoneIsWorse() gives.
class ComparisonMatcher : public ToleranceMatcher<ComparisonMatcher, Comparison> {
 public:
  /// @param share  see NoneIsWorse()
  explicit ComparisonMatcher(double share) : ToleranceMatcher(share) {}

  [[nodiscard]] text::Long statement() const noexcept { return "shows none that is worse"; }
  [[nodiscard]] Finding evaluate(const Comparison& comparison) const {
    Finding finding = none_worse(comparison, tolerance());
    finding.text = detail::yes_or_no(finding.claim) + ("\n" + finding.text);
    return finding;
  }
};

/// That of variants which ran in turns none is worse than the first one, in energy, wall time and
/// quality. See none_worse().
/// @param share  of the first one's number by which it may be worse; without it the comparison's
///               least effect
/// @unit  a share of 1
[[nodiscard]] inline ComparisonMatcher NoneIsWorse(double share = detail::quiet_nan()) {
  return ComparisonMatcher(share);
}

}  // namespace perjoule::inline v0

// Doxygen 1.9 looks for the namespace of these in vain.
/// @cond

/// An entry in the message of a test: its name, since the matcher says the numbers.
template <>
struct Catch::StringMaker<perjoule::Entry> {
  static std::string convert(const perjoule::Entry& entry) { return entry.plan.label(); }
};

/// A comparison in the message of a test: "int8 and int4 beside fp32".
template <>
struct Catch::StringMaker<perjoule::Comparison> {
  static std::string convert(const perjoule::Comparison& comparison) {
    std::string names;
    for (std::size_t i = 1; i < comparison.entries.size(); ++i) {
      names += (i == 1 ? "" : " and ") + std::string(comparison.entries[i].plan.label());
    }
    return names + " beside " + comparison.entries[0].plan.label();
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
// the unit and, where it is not measured, the provenance.
namespace perjoule::inline v0 {

/// An enumeration of this library whose values have names: Provenance, Outcome, Verdict, ...
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) {
  { perjoule::name(value) } -> std::same_as<const char*>;
};

namespace detail {

/// Not constexpr: its name is what the compiler says of a format that is no alignment and width.
/// @throws fmt::format_error where the format is read while the program runs
[[noreturn]] inline void digits_are_those_of_the_uncertainty() {
  throw fmt::format_error("perjoule: a format is an alignment and a width, {:>24}, and no digits");
}

/// What all formatters below share: "{:>24}" is a place in a column, as for strings. Digits cannot
/// be asked for: they are those that the uncertainty carries.
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

/// Of what text::to_string() takes.
struct ValueFormatter : TextFormatter {
  template <class T, class Context>
  auto format(const T& value, Context& context) const {
    return put(context.out(), text::to_string(value).view());
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

// Doxygen 1.9 looks for the namespace of these in vain.
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

template <std::size_t Room>
struct fmt::formatter<perjoule::text::Line<Room>> : perjoule::detail::TextFormatter {
  template <class Context>
  auto format(const perjoule::text::Line<Room>& line, Context& context) const {
    return put(context.out(), line.view());
  }
};

/// @endcond

#endif  // defined(PERJOULE_WITH_FMT)

#if defined(PERJOULE_WITH_GOOGLE_BENCHMARK)
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// ---- perjoule/integrations/google_benchmark.hpp

// For Google Benchmark 1.7.1 and later. What differs between its versions is told by what its
// classes have, since it has no macro for its version.
namespace perjoule::inline v0 {

/// What a benchmark knows of its model, beside what is measured.
struct MeteredOptions {
  Quality quality = {};      ///< its skill makes the scores; from a metric's result()
  Footprint footprint = {};  ///< of the weights, for quality per byte
  Items items{1.0};          ///< that one iteration puts through the model
  text::Name label = {};     ///< stands before what is said of the energy: a run has one label
  /// The CSV reporter ends the program when a run brings a counter that the first had not. So with
  /// this every run has all counters, and `nan` in those that are missing; JSON can't hold that.
  bool for_csv = false;
};

namespace detail {

/// 1.8 and later can skip without an error, too.
template <class State>
[[nodiscard]] bool is_skipped(const State& state) {
  if constexpr (requires { state.skipped(); }) {
    return state.skipped();
  } else {
    return state.error_occurred();
  }
}

/// The energy of a loop whose window began earlier: the thread that reads the meter waits for the
/// others, and what they do meanwhile is anything from nothing to what the loop does.
/// @unit   J
/// @error  common: a rectangle as wide as the power of the window over the time waited
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distribution
[[nodiscard]] inline Estimate<Joules> without_waiting(const Estimate<Joules>& energy,
                                                      Seconds waited, Seconds wall) {
  if (!energy.is_known()) return energy;
  const Joules most = energy.value * (waited / wall);
  Estimate<Joules> left = energy;
  left.value -= most * 0.5;
  left.common =
      Joules(math::root_sum_square(energy.common.si(), most.si() * math::square_root(1.0 / 12.0)));
  return left;
}

/// How far the 95 % interval goes from the value, to its farther end: a modelled value has more
/// room above than below.
/// @unit  that of the value
/// @error exact: missing where there is no interval
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
  /// Google Benchmark's own, but for what it does once the loop is through.
  class Iterator {
   public:
    Iterator(benchmark::State::StateIterator inner, Metered& metered) noexcept
        : inner_(inner), metered_(&metered) {}

    [[nodiscard, gnu::always_inline]] auto operator*() const { return *inner_; }
    [[gnu::always_inline]] Iterator& operator++() {
      ++inner_;
      return *this;
    }
    // Here and not in a destructor: a loop that is left by break or an exception adds no counters.
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
      : state_(&state), options_(options), label_(options.label.chars) {
    PERJOULE_EXPECTS(options.items > Items(0.0));
    // The other threads share the machine and its joules with this one.
    if (state.thread_index() != 0) return;
    meter_ = &session.meter();
    watch_ = session.stopwatch();
  }
  Metered(const Metered&) = delete;
  Metered& operator=(const Metered&) = delete;

  [[nodiscard]] Iterator begin() { return {state_->begin(), *this}; }

  /// Starts the meter, and then Google Benchmark's timer: what the meter takes is in no time.
  [[nodiscard]] benchmark::State::StateIterator end() {
    if (meter_ == nullptr) return state_->end();
    watch_.start();
    if (state_->threads() == 1) return state_->end();
    // No barrier of our own: where a MemoryManager counts, one of the threads runs alone.
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
      say(text::format("energy %s by %s (%s)", name(energy.provenance), meter_->source.chars,
                       name(meter_->scope)));
    } else {
      say(text::format("no energy: %s", window.energy.why_missing));
    }
    if (*quality.why_no_skill != '\0') say(text::format("no skill: %s", quality.why_no_skill));
    // Divided by the iterations of all threads. The counters of threads are added up, and the
    // others have none.
    add("energy_j", detail::strip_unit(energy), Counter::kAvgIterations);
    add("energy_halfwidth_j", detail::larger_halfwidth(detail::strip_unit(energy)),
        Counter::kAvgIterations);
    // Not with kIsRate, which divides by CPU time: 10 W beside a sleeper came out as kilowatts.
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

  /// A counter that is not finite makes the JSON unreadable; and so does one that is 0 in each
  /// repetition, through its coefficient of variation in 1.7.1.
  void add(const char* counter, const Estimate<double>& found,
           benchmark::Counter::Flags flags = benchmark::Counter::kDefaults) {
    if (options_.for_csv) {
      state_->counters[counter] = {found.is_known() ? found.value : detail::quiet_nan(), flags};
    } else if (found.is_known() && found.value == 0.0) {
      say(text::format("%s is 0", counter));
    } else if (found.is_known() && is_finite(found.value)) {
      state_->counters[counter] = {found.value, flags};
    }
  }

  /// The same for all repetitions of a benchmark, or their mean and the like lose it: no numbers.
  void say(const text::Long& what) {
    if (!label_.empty()) label_ += "; ";
    label_ += what.chars;
  }

  benchmark::State* state_;
  MeteredOptions options_;
  std::string label_;
  const MeterDescription* meter_ = nullptr;  ///< of the thread that reads it
  Stopwatch watch_;
  Seconds waited_{0.0};
};

/// Reads the meter around a benchmark's loop, and adds what it found as counters:
/// `for (auto _ : perjoule::metered(session, state)) {...}`
///
/// | counter | is |
/// | --- | --- |
/// | `energy_j` | energy of an iteration, total: with the machine's idle share |
/// | `energy_halfwidth_j` | of its 95 % interval; of a modelled one up to the farther end |
/// | `power_w` | energy over wall time |
/// | `quality_per_joule` | skill over the energy of an item |
/// | `quality_per_stored_byte`, `quality_per_resident_byte` | skill over the bytes of the weights |
///
/// What is missing is left out, and the run's label says why; a number that is 0 stands there, too.
/// A label set after the loop replaces it. The energy is all that the meter counts from the first
/// iteration to the last one of all threads, with what stands between PauseTiming and ResumeTiming:
/// meters tick too slowly to be halted there.
///
/// @param session, state  borrowed for the loop
/// @error  energy_halfwidth_j is one run's own; the stddev of repetitions is beside it. A window of
///         less than ten ticks of the meter has a wide one
/// @throws std::bad_alloc, from Google Benchmark's counters
[[nodiscard]] inline Metered metered(Session& session, benchmark::State& state,
                                     const MeteredOptions& options = {}) {
  return {session, state, options};
}

/// Says in the context of every report which meter this session reads. Call it once, before the
/// benchmarks run.
inline void add_context(const Session& session) {
  const MeterDescription& meter = session.meter();
  benchmark::AddCustomContext("energy_meter", meter.source.chars);
  benchmark::AddCustomContext("energy_provenance", name(meter.provenance));
  benchmark::AddCustomContext("energy_scope", name(meter.scope));
  if (!meter.note.empty()) benchmark::AddCustomContext("energy_note", meter.note.chars);
}

/// Writes Google Benchmark's JSON with energies where the times stand, for programs that compare
/// times alone: its compare.py then runs its U test on joules. A time unit stands for the joules
/// with the same prefix: `real_time` in "ns" is nJ. `cpu_time` stays a time. Runs that have no
/// energy have no row.
///
/// As the second reporter of RunSpecifiedBenchmarks it writes the file that --benchmark_out names;
/// as the first one it writes to its SetOutputStream.
class EnergiesAsTimes : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> rows;
    for (const Run& run : runs) {
      const auto energy = run.counters.find("energy_j");
      if (energy == run.counters.end() || !is_finite(energy->second.value)) continue;
      Run row = run;
      row.real_accumulated_time = energy->second.value;
      // Reporters divide by the iterations, but for statistics that have no unit, such as cv.
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

/// Tells Google Benchmark how much memory a benchmark takes at its peak on top of what the process
/// holds before: `if (peak.is_working()) benchmark::RegisterMemoryManager(&peak);`
///
/// It is the growth of the resident set in a pass of its own, of at most 16 iterations: memory that
/// is touched, whoever asked the kernel for it, and not the room that was asked for. Allocations
/// are not counted; Google Benchmark cannot leave their number out, so it reads below 0.
/// @error  pages, and what the kernel has not yet added up: up to 64 pages a CPU
class PeakMemory : public benchmark::MemoryManager {
 public:
  /// Whether it finds 8 MiB in small pieces, twice; see detail::ResidentPeak.
  [[nodiscard]] bool is_working() { return resident_.is_working(); }

  // None of these says `override`: 1.7.1 has both Stop(), later versions have one of them, and
  // clang wants it at all functions of a class or at none.
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

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// ---- perjoule/integrations/google_benchmark_json.hpp

namespace perjoule::inline v0 {

namespace detail {

/// The enumerator of that name; the last one, which stands for none, where there is none.
template <class E>
[[nodiscard]] E enum_from_name(std::string_view wanted, E last) {
  for (int i = 0; i < static_cast<int>(last); ++i) {
    if (wanted == name(static_cast<E>(i))) return static_cast<E>(i);
  }
  return last;
}

/// "2026-01-31T13:00:00+01:00" in UTC; empty where it is no such date.
[[nodiscard]] inline text::Short to_utc(const std::string& date) {
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
  text::Short text;
  strftime(text.chars, sizeof text.chars, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// One of Google Benchmark's time units.
/// @unit s
[[nodiscard]] inline double seconds_in(const std::string& unit) {
  return unit == "s" ? 1.0 : unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1e-9;
}

/// A repetition, as a window.
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
  // What of it differs from one repetition to the next their scatter says; all of it may be common.
  const double value = energy->get<double>();
  const double uncertainty =
      provenance == Provenance::modelled
          ? value * math::logarithm(1.0 + halfwidth->get<double>() / value) / 1.959964
          : halfwidth->get<double>() / 1.959964;
  window.energy = {{Joules(value * iterations), Joules(0.0), infinite_dof,
                    Joules(uncertainty * iterations), provenance},
                   ""};
  return window;
}

[[noreturn]] inline void refuse_report(const char* why) {
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
  common.meter.source = context->contains("energy_meter") ? said("energy_meter").c_str() : "none";
  common.meter.note = said("energy_note").c_str();
  common.meter.provenance = enum_from_name(said("energy_provenance"), Provenance::missing);
  const Scope scope = enum_from_name(said("energy_scope"), Scope::process_gpu);
  common.meter.scope = said("energy_scope") == name(scope) ? scope : Scope::none;
  Environment& environment = common.environment;
  environment.run.utc = to_utc(said("date"));
  environment.run.command = base_name(said("executable").c_str());
  environment.run.id = fnv1a_hex((said("executable") + "|" + said("date")).c_str());
  environment.machine.cores = context->value("num_cpus", std::size_t{0});
  environment.machine.key =
      fnv1a_hex((said("host_name") + "|" + std::to_string(environment.machine.cores)).c_str());

  std::vector<Entry> entries;
  for (const nlohmann::json& run : report.at("benchmarks")) {
    if (run.value("run_type", "iteration") != "iteration") continue;
    if (run.value("error_occurred", false) || run.value("skipped", false)) continue;
    const text::Name name = run.value("run_name", run.value("name", std::string())).c_str();
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

/// What Google Benchmark wrote as JSON, as entries of a run record: one for each benchmark, whose
/// windows are its repetitions and whose items are its iterations. Energy is there where the loop
/// was metered() and add_context() was called; other counters have no place in an entry and are
/// left out.
///
/// A single repetition is a single window, which tells nothing of how runs scatter: its entry says
/// few_windows. Ask for 12 and more (--benchmark_repetitions=12).
///
/// @param report  of a program run with --benchmark_format=json, parsed
/// @error  time and energy as for windows; the half-width of each energy is common to all
/// repetitions
/// @throws Error for what is no such report, or has no repetition
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


// ---- perjoule/integrations/heap_hook.hpp

// Lets perjoule count what a pass asks of the allocator. Include it in one file of a program, or
// define PERJOULE_WITH_HEAP_HOOK before the single header there. It defines malloc and its family
// in front of the GNU C library's, for all libraries of the program: an operator new alone would
// miss what frameworks take from posix_memalign. While nothing is counted it costs a load and a
// branch a call. Under sanitizers and with other C libraries it defines nothing, and the heap of a
// pass is missing; a program that is linked statically has the allocator twice and does not link.

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

// The names by which the GNU C library has its own allocator.
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
  // The word before a chunk is its size and flags; 2: it is a mapping, which the kernel moves.
  const bool is_mapping = old != nullptr && (static_cast<const std::size_t*>(old)[-1] & 2U) != 0;
  void* const given = __libc_realloc(old, size);
  if (given == nullptr && size != 0) return given;  // the old one is still there
  const bool is_copied = !is_mapping && reinterpret_cast<std::uintptr_t>(given) != place;
  if (!is_copied) heap_counts.remove(before);  // else both were there while it was copied
  if (given != nullptr) heap_counts.add(malloc_usable_size(given));
  if (is_copied) heap_counts.remove(before);
  return given;
}

[[gnu::constructor, gnu::used]] static void hook_heap() noexcept { heap_counts.is_hooked = true; }

}  // namespace perjoule::inline v0::detail

// For all libraries of the program, whatever -fvisibility says.
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

#if defined(PERJOULE_WITH_PAPI)
#include <dirent.h>
#include <papi.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

// ---- perjoule/integrations/papi.hpp

namespace perjoule::inline v0 {

namespace detail {

/// @throws Error where PAPI can't be started
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

/// What PAPI says, in the middle of a sentence.
[[nodiscard]] inline text::Name papi_reason(int code) noexcept {
  text::Name reason = PAPI_strerror(code);
  if (reason.chars[0] >= 'A' && reason.chars[0] <= 'Z') reason.chars[0] ^= ' ';
  return reason;
}

/// Why a component of PAPI counts nothing; empty where it does.
[[nodiscard]] inline text::Name why_no_component(const char* name) noexcept {
  for (int i = 0; i < PAPI_num_components(); ++i) {
    const PAPI_component_info_t* const component = PAPI_get_component_info(i);
    if (component == nullptr || strcmp(component->name, name) != 0) continue;
    if (component->disabled == PAPI_OK) return {};
    return *component->disabled_reason == '\0' ? papi_reason(component->disabled)
                                               : text::Name(component->disabled_reason);
  }
  return text::format("this PAPI has no component %s", name).chars;
}

[[nodiscard]] inline EventKind kind_of_preset(const char* name) noexcept {
  static constexpr struct {
    const char* name;
    EventKind kind;
  } kinds[] = {
      {"PAPI_TOT_INS", EventKind::instructions},     {"PAPI_TOT_CYC", EventKind::cycles},
      {"PAPI_L3_TCM", EventKind::last_level_misses}, {"PAPI_FP_OPS", EventKind::operations},
      {"PAPI_SP_OPS", EventKind::single_operations}, {"PAPI_DP_OPS", EventKind::double_operations}};
  for (const auto& known : kinds) {
    if (strcmp(known.name, name) == 0) return known.kind;
  }
  return EventKind::other;
}

/// An empty set for events of one component.
/// @param domain  PAPI_DOM_USER, PAPI_DOM_ALL: by the component's default, since setting it for a
/// set
///                needs a hardware event, which not every machine has
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

/// Makes a set count for a thread that is there, with those that it starts later.
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
  long long counts[max_events];
  (void)PAPI_stop(set, counts);
  (void)PAPI_cleanup_eventset(set);
  (void)PAPI_destroy_eventset(&set);
}

}  // namespace detail

/// Events that PAPI counts: presets such as PAPI_TOT_INS in user mode, native events by their
/// names, the kernel's software events among them ("perf::PAGE-FAULTS") with what the kernel does
/// itself.
///
/// They count for all threads that the process has when they are opened, and for those that these
/// start; for the calling thread alone, and the description says so, where PAPI can't do that, as
/// without any hardware event. Those that don't fit together are in several sets, and nothing is
/// multiplexed. One that can't be counted here is missing, with PAPI's own reason.
/// @source PAPI's low-level interface
class PapiEvents {
 public:
  /// @throws Error for a name that PAPI does not know, more than 16, or no PAPI
  PapiEvents(std::initializer_list<const char*> names) : PapiEvents(View<const char*>(names)) {}
  /// @throws Error for a name that PAPI does not know, more than 16, or no PAPI
  explicit PapiEvents(View<const char*> names) {
    if (names.size() > max_events) {
      detail::fail("too many events", text::format("%zu", names.size()).chars,
                   "name 16 of them or fewer");
    }
    detail::start_papi();
    for (const char* const name : names) add(name);
    form_sets();
    follows_threads_ = can_follow_threads();
    description_.name = "papi";
    description_.extent = follows_threads_ ? "process" : "calling thread";
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
      const text::Short place = text::format("/proc/self/task/%d", thread).chars;
      is_open = is_open && access(place.chars, F_OK) != 0;  // it has ended meanwhile
    }
    if (threads != nullptr) closedir(threads);
    if (!is_open) close();
    return is_open;
  }

  [[nodiscard]] bool read(EventReading& reading) noexcept {
    ++readings_;
    for (const std::size_t event : counted_) {
      reading.counts[event] = 0;
      reading.enabled[event] = reading.running[event] = readings_;  // nothing is multiplexed
    }
    for (const int set : running_) {
      long long counts[max_events];
      if (PAPI_read(set, counts) != PAPI_OK) return false;
      const long long* count = counts;
      for (const std::size_t event : counted_) {
        reading.counts[event] += static_cast<std::uint64_t>(*count++);
      }
    }
    return true;
  }

  void close() noexcept {
    for (const int set : running_) detail::destroy_papi_set(set);
    running_ = {};
    counted_ = {};
  }

 private:
  /// What PAPI knows of an event.
  struct Known {
    int code = 0;
    int component = 0;
    int domain = PAPI_DOM_USER;
  };

  void add(const char* name) {
    Event event;
    Known known;
    event.name = name;
    event.kind = detail::kind_of_preset(name);
    const int found = PAPI_event_name_to_code(name, &known.code);
    if (found != PAPI_OK) {
      // Native events are unknown where nothing counts them.
      event.why_missing = detail::why_no_component("perf_event");
      if (strncmp(name, "PAPI_", 5) == 0 || event.why_missing.empty()) {
        detail::fail("PAPI has no event of that name", name,
                     "papi_avail and papi_native_avail (Debian: papi-tools) list those it has");
      }
    } else {
      describe(event, known);
    }
    description_.events.push_back(event);
    known_.push_back(known);
  }

  static void describe(Event& event, Known& known) noexcept {
    known.component = PAPI_get_event_component(known.code);
    PAPI_event_info_t info{};
    if (known.component < 0) known.component = 0;
    if (PAPI_get_event_info(known.code, &info) != PAPI_OK) return;
    // libpfm describes the kernel's own events by the names that they have in its headers.
    constexpr const char* software = "PERF_COUNT_SW_";
    if (strncmp(info.long_descr, software, strlen(software)) != 0) return;
    event.is_hardware = false;
    known.domain = PAPI_DOM_ALL;  // a context switch happens in the kernel
    if (strstr(info.long_descr, "_CLOCK") == nullptr) return;
    event.unit = "s";
    event.per_count = 1e-9;
  }

  /// Tries which events PAPI counts here, and which of them at once.
  void form_sets() noexcept {
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

  /// Leaves the set as it was where the event can't be in it.
  [[nodiscard]] static int add_and_try(int set, int event) noexcept {
    int code = PAPI_add_event(set, event);
    if (code != PAPI_OK) return code;
    code = PAPI_start(set);
    long long counts[max_events];
    if (code == PAPI_OK) code = PAPI_stop(set, counts);
    if (code != PAPI_OK) (void)PAPI_remove_event(set, event);
    return code;
  }

  /// PAPI asks for a hardware event first, also where only software events are wanted.
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
    if (counted_.empty()) return PAPI_OK;  // nothing of it can be counted here
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
  Few<Known, max_events> known_;
  Buffer<int> running_;                   ///< a set of PAPI's for each thread
  Few<std::size_t, max_events> counted_;  ///< in each of them, in their order
  bool follows_threads_ = false;
  std::uint64_t readings_ = 0;
};

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_PAPI)

#if defined(PERJOULE_WITH_PAPI_ENERGY)
#include <papi.h>
#include <pthread.h>
#include <string.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

// ---- perjoule/integrations/papi_energy.hpp

namespace perjoule::inline v0 {

namespace detail {

/// Events of energy, which one set of PAPI's counts from its start on.
struct PapiEnergySet {
  int set = PAPI_NULL;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

  static void release(void* self) {
    auto* const own = static_cast<PapiEnergySet*>(self);
    destroy_papi_set(own->set);
    delete own;
  }
  [[nodiscard]] static bool read_one(const CounterSource& source, std::uint64_t& count) noexcept {
    auto& own = *static_cast<PapiEnergySet*>(source.device);
    long long counts[max_events] = {};
    pthread_mutex_lock(&own.lock);
    const int code = PAPI_read(own.set, counts);
    pthread_mutex_unlock(&own.lock);
    count = static_cast<std::uint64_t>(counts[source.place]);
    return code == PAPI_OK && counts[source.place] >= 0;
  }
};

/// @unit J; 0 where it is no energy
[[nodiscard]] inline Joules energy_unit(const char* unit) noexcept {
  static constexpr struct {
    const char* name;
    double joules;
  } units[] = {{"nJ", 1e-9}, {"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1.0}};
  for (const auto& known : units) {
    if (strcmp(known.name, unit) == 0) return Joules(known.joules);
  }
  return Joules(0.0);
}

/// Reads until all counters have moved, a second at the most: until then components of PAPI tell
/// what the counter says, and not what came since the start.
[[nodiscard]] inline bool wait_until_counters_move(CounterMeter& meter) noexcept {
  Reading first;
  if (!meter.read(first)) return false;
  const Instant begin = CounterMeter::now();
  for (;;) {
    Reading now;
    if (!meter.read(now)) return false;
    bool moved = true;
    for (std::size_t i = 0; i < meter.description().zones.size(); ++i) {
      moved = moved && now.counts[i] != first.counts[i];
    }
    if (moved || CounterMeter::now() - begin > Seconds(1.0)) return moved;
  }
}

}  // namespace detail

/// Reads energy through PAPI, where its library has a component that does: Debian's has none, and
/// the kernel's own counters need no PAPI (docs/reference/meters.md).
/// @param names  events of one component in nJ, uJ, mJ or J: "rapl:::PACKAGE_ENERGY:PACKAGE0". Each
///               is added to the total
/// @param scope  what they cover together
/// @error as open_powercap
/// @throws Error where there is no PAPI, and for more than 16 names
/// @source PAPI's low-level interface, components rapl and powercap
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(std::initializer_list<const char*> names,
                                                          Scope scope) {
  if (names.size() > max_zones) {
    detail::fail("too many counters of energy", text::format("%zu", names.size()).chars,
                 "name 16 of them or fewer");
  }
  detail::start_papi();
  CounterMeter meter("papi", "", "read through PAPI; other programs' share is in it");
  auto* const energy = new detail::PapiEnergySet;
  meter.add_cleanup({&detail::PapiEnergySet::release, energy});
  for (const char* const name : names) {
    const auto no = [&](const text::Name& why) {
      return Probe<CounterMeter>(text::format("%s: %s", name, why.chars).chars,
                                 "papi_native_avail (Debian: papi-tools) lists those it has");
    };
    int code = 0;
    int result = PAPI_event_name_to_code(name, &code);
    PAPI_event_info_t info{};
    if (result == PAPI_OK) result = PAPI_get_event_info(code, &info);
    if (result == PAPI_OK && energy->set == PAPI_NULL) {
      const int component = PAPI_get_event_component(code);
      result = detail::create_papi_set(component, PAPI_DOM_ALL, energy->set);
    }
    if (result == PAPI_OK) result = PAPI_add_event(energy->set, code);
    if (result != PAPI_OK) return no(detail::papi_reason(result));
    Zone zone;
    zone.per_count = detail::energy_unit(info.units);
    if (zone.per_count == Joules(0.0)) return no("it is no energy");
    zone.name = name;
    zone.id = name;
    zone.modulus = never_wraps;
    zone.resolution = Joules(61e-6);  // RAPL's on most
    if (zone.resolution < zone.per_count) zone.resolution = zone.per_count;
    zone.update_period = detail::rapl_period;
    detail::CounterSource source{&detail::PapiEnergySet::read_one};
    source.place = meter.description().zones.size();
    source.device = energy;
    (void)meter.add(zone, source);
  }
  const int started = PAPI_start(energy->set);
  if (started != PAPI_OK || !detail::wait_until_counters_move(meter)) {
    const text::Name why =
        started == PAPI_OK ? text::Name("its counters do not move") : detail::papi_reason(started);
    return {text::format("PAPI: %s", why.chars).chars, "use the kernel's own counters",
            ProbeState::broken};
  }
  meter.description().scope = scope;
  meter.measure_update_periods();
  meter.poll_for_wraps(
      Seconds(60.0));  // PAPI sees one turn of 32 bits between two readings, not two
  return meter;
}

}  // namespace perjoule::inline v0

#endif  // defined(PERJOULE_WITH_PAPI_ENERGY)
