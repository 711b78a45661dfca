# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule::torch, if libtorch is found: perjoule, linked with it. It only adds names, so that files of one
# program may be built with and without it.
if(NOT TARGET perjoule::torch)
  set(perjoule_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING)  # Caffe2's configuration says what it finds, also if it is told to be quiet
  find_package(Torch QUIET)
  set(CMAKE_MESSAGE_LOG_LEVEL "${perjoule_log_level}")
  if(Torch_FOUND)
    add_library(perjoule::torch INTERFACE IMPORTED GLOBAL)
    set_target_properties(perjoule::torch PROPERTIES
      INTERFACE_LINK_LIBRARIES "perjoule::perjoule;${TORCH_LIBRARIES}"
      INTERFACE_INCLUDE_DIRECTORIES "${TORCH_INCLUDE_DIRS}")
  endif()
endif()
