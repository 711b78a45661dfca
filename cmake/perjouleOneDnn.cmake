# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule::onednn, if oneDNN and its header are found: perjoule, linked with libdnnl. It only adds names, so
# that files of one program may be built with and without it. Not by find_package(dnnl), which ends the
# configuration on a machine without OpenCL.
find_path(perjoule_onednn_header dnnl.hpp)
find_library(perjoule_onednn_library dnnl)
mark_as_advanced(perjoule_onednn_header perjoule_onednn_library)
if(perjoule_onednn_header AND perjoule_onednn_library AND NOT TARGET perjoule::onednn)
  add_library(perjoule::onednn INTERFACE IMPORTED GLOBAL)
  set_target_properties(perjoule::onednn PROPERTIES
    INTERFACE_LINK_LIBRARIES "perjoule::perjoule;${perjoule_onednn_library}"
    INTERFACE_INCLUDE_DIRECTORIES "${perjoule_onednn_header}")
endif()
