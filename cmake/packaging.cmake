# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Defines the destinations of `cmake --install` and `cpack -G DEB`. Nothing is compiled here, not even
# perjoule::compiled, so everything goes to places that all architectures share, and the result may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_DATADIR}/cmake/perjoule)
set(pkgconfig_dir ${CMAKE_INSTALL_DATADIR}/pkgconfig)

install(TARGETS perjoule EXPORT perjoule FILE_SET HEADERS FILE_SET definitions FILE_SET integrations)
install(EXPORT perjoule NAMESPACE perjoule:: FILE perjouleTargets.cmake DESTINATION ${config_dir})

configure_package_config_file(cmake/perjouleConfig.cmake.in perjouleConfig.cmake
  INSTALL_DESTINATION ${config_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(perjouleConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/perjouleConfig.cmake
  ${PROJECT_BINARY_DIR}/perjouleConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjouleCompiled.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjouleMpi.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjouleOneDnn.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjoulePapi.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjouleRegression.cmake
  ${PROJECT_SOURCE_DIR}/cmake/perjouleRegression.sh
  ${PROJECT_SOURCE_DIR}/cmake/perjouleTorch.cmake
  ${PROJECT_SOURCE_DIR}/src/perjoule.cpp DESTINATION ${config_dir})

file(RELATIVE_PATH prefix_from_pkgconfig /prefix/${pkgconfig_dir} /prefix)
configure_file(cmake/perjoule.pc.in perjoule.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/perjoule.pc DESTINATION ${pkgconfig_dir})

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libperjoule-dev RENAME copyright)

set(CPACK_PACKAGE_NAME libperjoule-dev)
set(CPACK_PACKAGE_CONTACT "The perjoule developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION "A header-only C++20 library that times a model's forward pass while\
 energy meters are read, joins both with a quality metric, and writes scores with an uncertainty and a\
 provenance.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++ (>= 4:12) | clang (>= 1:14)")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_GENERATOR DEB)
include(CPack)
