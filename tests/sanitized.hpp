// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

/// Whether a sanitizer watches this program: it brings an allocator of its own, and its checks
/// stand between the optimiser and what it would remove.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PERJOULE_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define PERJOULE_TEST_SANITIZED 1
#endif
#endif
