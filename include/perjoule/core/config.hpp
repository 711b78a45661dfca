// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Code outside every measurement: tables, records, opening meters. All of it is compiled in the
// user's own file, so it is built for few and small functions: not inlined, optimised for size.
// With text made by C's formatted output this took a user's file from eight times the compile time
// of Google Benchmark's header to two or three times (bench/compile_cost).
#define PERJOULE_COLD [[gnu::cold, gnu::noinline]]
