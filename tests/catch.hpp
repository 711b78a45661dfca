// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// The tests build with Catch2 2.13 (Debian 12) and 3.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
