# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule::mpi, if an MPI is found: perjoule, linked with it. It only adds names, so that files of one program
# may be built with and without it.
if(NOT TARGET perjoule::mpi)
  set(MPI_CXX_SKIP_MPICXX ON)  # the bindings that MPI 3 removed
  find_package(MPI QUIET COMPONENTS CXX)
  if(TARGET MPI::MPI_CXX)
    set_target_properties(MPI::MPI_CXX PROPERTIES IMPORTED_GLOBAL ON)
    add_library(perjoule::mpi INTERFACE IMPORTED GLOBAL)
    set_target_properties(perjoule::mpi PROPERTIES INTERFACE_LINK_LIBRARIES "perjoule::perjoule;MPI::MPI_CXX")
  endif()
endif()
