// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

/// Whether a sanitizer watches this program: it has its own allocator, and its checks keep the
/// optimiser from removing code.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PERJOULE_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define PERJOULE_TEST_SANITIZED 1
#endif
#endif
