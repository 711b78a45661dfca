// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Code outside every measurement: tables, records, opening meters. All of it is compiled in the
// user's own file, so it is built for few and small functions: not inlined, optimised for size.
// bench/compile_cost prints what a user's file costs then, beside one with Google Benchmark.
#define PERJOULE_COLD [[gnu::cold, gnu::noinline]]

// Code that each item of a test set passes through: not inlined either, but built for speed, which
// is half as much again for the counting of n-grams.
#define PERJOULE_PER_ITEM [[gnu::noinline]]
