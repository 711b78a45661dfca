// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Code outside every measurement: tables, records, opening meters. All of it is compiled in the
// user's own file, so it is built for few and small functions: not inlined, optimised for size.
// This, and text made by C's formatted output, keep the library below Google Benchmark's header in
// compile time (bench/compile_cost shows it) and cost the measurement nothing.
#define PERJOULE_COLD [[gnu::cold, gnu::noinline]]
