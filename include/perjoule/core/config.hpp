// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// A header x.hpp holds declarations, documentation, templates and what measured loops call. The
// rest is defined in x-inl.hpp in the same folder. By default x.hpp includes x-inl.hpp at its end,
// so a program needs one include only. A program that is compiled often defines PERJOULE_COMPILED
// everywhere. Headers then only declare, and the definitions are linked: from the target
// perjoule::compiled, or from the one file that also defines PERJOULE_IMPLEMENTATION. Neither
// changes the meaning of a name.
#if !defined(PERJOULE_COMPILED) && !defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#define PERJOULE_INLINE inline
#else
#define PERJOULE_INLINE
#endif
#if defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#endif
