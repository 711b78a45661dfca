# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The API reference: HTML for readers, XML for scripts/check_docs.py. A warning is an error.
find_package(Doxygen REQUIRED)

set(DOXYGEN_ALIASES
  "unit=\\par Unit^^"
  "error=\\par Uncertainty^^"
  "shape=\\par Shape^^"
  "source=\\par Source^^")
set(DOXYGEN_EXCLUDE ${PROJECT_SOURCE_DIR}/docs/gallery)  # what programs wrote
set(DOXYGEN_EXCLUDE_SYMBOLS perjoule::*::detail perjoule::*::detail::* *::detail)
set(DOXYGEN_INPUT_FILTER "sed -f ${PROJECT_SOURCE_DIR}/cmake/doxygen.sed")
set(DOXYGEN_EXTRACT_ALL NO)
set(DOXYGEN_FULL_PATH_NAMES YES)
set(DOXYGEN_GENERATE_XML YES)
set(DOXYGEN_HIDE_UNDOC_CLASSES NO)
set(DOXYGEN_JAVADOC_AUTOBRIEF YES)
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_EXPAND_ONLY_PREDEF YES)
set(DOXYGEN_PREDEFINED PERJOULE_INLINE=)
set(DOXYGEN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/docs)
set(DOXYGEN_QUIET YES)
set(DOXYGEN_STRIP_FROM_INC_PATH ${PROJECT_SOURCE_DIR}/include)
set(DOXYGEN_STRIP_FROM_PATH ${PROJECT_SOURCE_DIR})
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_WARN_IF_UNDOCUMENTED NO)
set(DOXYGEN_WARN_IF_INCOMPLETE_DOC NO)
set(DOXYGEN_WARN_NO_PARAMDOC NO)
set(DOXYGEN_USE_MDFILE_AS_MAINPAGE ${PROJECT_SOURCE_DIR}/README.md)

doxygen_add_docs(docs include README.md CHANGELOG.md CONTRIBUTING.md docs
  COMMENT "API reference in ${DOXYGEN_OUTPUT_DIRECTORY}/html/index.html")
