// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/error.hpp"

#include <errno.h>

#include <exception>
#include <string>
#include <type_traits>

#include "aborts.hpp"
#include "catch.hpp"

using perjoule::Error;
using perjoule::NoMeterError;

TEST_CASE("an error says what happened, where, and the next step", "[core][error]") {
  const Error error("cannot read", "out/base.json: permission denied", "run as its owner");
  CHECK(std::string(error.what()) ==
        "perjoule: cannot read: out/base.json: permission denied; run as its owner");
}

TEST_CASE("an error is caught as a std::exception", "[core][error]") {
  std::string caught;
  try {
    perjoule::detail::fail("what", "where", "next");
  } catch (const std::exception& error) {
    caught = error.what();
  }
  CHECK(caught == "perjoule: what: where; next");
}

TEST_CASE("an error outlives the texts that it was made of", "[core][error]") {
  auto* where = new std::string("out/base.json, a path that is too long for a small string");
  const Error error("cannot read", where->c_str(), "look");
  where->assign(where->size(), '#');
  delete where;
  CHECK(std::string(error.what()) ==
        "perjoule: cannot read: out/base.json, a path that is too long for a small string; look");
}

TEST_CASE("an error is copied without throwing, as an exception must be", "[core][error]") {
  STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<Error>);
  STATIC_REQUIRE(std::is_nothrow_copy_assignable_v<Error>);
  const Error error("a", "b", "c");
  const Error copy = error;
  CHECK(std::string(copy.what()) == error.what());
}

TEST_CASE("a percent sign in a path is no format", "[core][error]") {
  CHECK(std::string(Error("a", "50%s%n", "c").what()) == "perjoule: a: 50%s%n; c");
}

TEST_CASE("a missing meter ends a program with EX_UNAVAILABLE of sysexits.h", "[core][error]") {
  STATIC_REQUIRE(std::is_base_of_v<Error, NoMeterError>);
  CHECK(NoMeterError::exit_code == 69);
  CHECK(std::string(NoMeterError("a", "b", "c").what()) == "perjoule: a: b; c");
}

TEST_CASE("the system's reason begins small, since it stands inside a sentence", "[core][error]") {
  CHECK(perjoule::detail::errno_message(EACCES) == "permission denied");
  CHECK(perjoule::detail::errno_message(ENOENT) == "no such file or directory");
  CHECK(perjoule::detail::errno_message(ENOSPC) == "no space left on device");
}

TEST_CASE("a reason that begins with A or without a letter is told right", "[core][error]") {
  CHECK(perjoule::detail::errno_message(EADDRINUSE) == "address already in use");
  CHECK(perjoule::detail::errno_message(ELIBSCN)[0] == '.');
}

TEST_CASE("an error number that the system doesn't know is named", "[core][error]") {
  CHECK(perjoule::detail::errno_message(99999).find("99999") != std::string::npos);
}

TEST_CASE("a broken contract says where it is and what it asks", "[core][error]") {
  const std::string said = abort_message([] { PERJOULE_EXPECTS(1 + 1 == 3); });
  CHECK(said.starts_with("perjoule: contract broken at "));
  CHECK(said.find(": 1 + 1 == 3\n") != std::string::npos);  // an emulator adds a line of its own
}
