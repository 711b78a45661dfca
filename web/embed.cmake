# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Writes a C++ file with which the program contains files: see cli/page_files.hpp.
# usage: cmake -DOUTPUT=FILE -DSTYLE=FILE -DSCRIPT=FILE -DLIBRARIES=FILE -P embed.cmake

set(text "// Written by web/embed.cmake.\n#include \"cli/page_files.hpp\"\n\n#include <cstddef>\n")
foreach(name IN ITEMS style script libraries)
  string(TOUPPER ${name} variable)
  file(SHA256 ${${variable}} hash)
  string(APPEND text "
// An array would take a minute to compile, and ten times the memory.
__asm__(\".section .rodata\\n\"
        \".hidden perjoule_page_${name}\\n.global perjoule_page_${name}\\nperjoule_page_${name}:\\n\"
        \".incbin \\\"${${variable}}\\\"\\n\"
        \".hidden perjoule_page_${name}_end\\n.global perjoule_page_${name}_end\\n\"
        \"perjoule_page_${name}_end:\\n.byte 0\\n.previous\\n\");
extern \"C\" const char perjoule_page_${name}[];
extern \"C\" const char perjoule_page_${name}_end[];

perjoule::cli::PageFile perjoule::cli::page_${name}() noexcept {
  const auto size = static_cast<std::size_t>(perjoule_page_${name}_end - perjoule_page_${name});
  return {{perjoule_page_${name}, size}, \"${hash}\"};
}
")
endforeach()
file(WRITE ${OUTPUT} "${text}")
