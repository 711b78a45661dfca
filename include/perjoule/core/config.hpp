// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// A header x.hpp declares and documents, and holds templates and what measured loops call. The rest
// is defined in x-inl.hpp beside it, which x.hpp includes at its end: one include is all that a
// program needs. A program that is compiled often defines PERJOULE_COMPILED everywhere; then
// headers only declare, and the definitions are linked: from the target perjoule::compiled, or from
// the one file that also defines PERJOULE_IMPLEMENTATION. Neither changes what a name means.
#if !defined(PERJOULE_COMPILED) && !defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#define PERJOULE_INLINE inline
#else
#define PERJOULE_INLINE
#endif
#if defined(PERJOULE_IMPLEMENTATION)
#define PERJOULE_DEFINITIONS
#endif
