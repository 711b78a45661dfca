# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule::papi, if PAPI and its header are found: perjoule, linked with libpapi. It only adds names, so that
# files of one program may be built with and without it.
find_path(perjoule_papi_header papi.h)
find_library(perjoule_papi_library papi)
mark_as_advanced(perjoule_papi_header perjoule_papi_library)
if(perjoule_papi_header AND perjoule_papi_library AND NOT TARGET perjoule::papi)
  add_library(perjoule::papi INTERFACE IMPORTED GLOBAL)
  set_target_properties(perjoule::papi PROPERTIES
    INTERFACE_LINK_LIBRARIES "perjoule::perjoule;${perjoule_papi_library}"
    INTERFACE_INCLUDE_DIRECTORIES "${perjoule_papi_header}")
endif()
