// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No code: the tests' precompiled header is built with this file.
