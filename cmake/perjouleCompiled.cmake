# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule::compiled: perjoule with headers that only declare, and a library of its definitions that is
# compiled in the project that links it, with that project's compiler and flags.
if(NOT TARGET perjoule::compiled)
  get_filename_component(perjoule_source "${CMAKE_CURRENT_LIST_DIR}/../src/perjoule.cpp" ABSOLUTE)
  if(NOT EXISTS "${perjoule_source}")  # when installed
    set(perjoule_source "${CMAKE_CURRENT_LIST_DIR}/perjoule.cpp")
  endif()
  add_library(perjoule_compiled STATIC EXCLUDE_FROM_ALL "${perjoule_source}")
  add_library(perjoule::compiled ALIAS perjoule_compiled)
  target_compile_definitions(perjoule_compiled INTERFACE PERJOULE_COMPILED)
  target_link_libraries(perjoule_compiled PUBLIC perjoule::perjoule)
  # What measures, and hashes the program's own file before, is optimised where nobody said how to build.
  target_compile_options(perjoule_compiled PRIVATE "$<$<CONFIG:>:-O1>")
  unset(perjoule_source)
endif()
