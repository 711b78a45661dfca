# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Writes the libraries of the page's chart into one file, as npm has them; an empty file if npm cannot get them,
# and then pages have no chart.
# usage: cmake -DSOURCE=web -DFOLDER=BUILD/web -DOUTPUT=FILE [-DNPM=npm -DNODE=node] -P libraries.cmake

file(WRITE ${OUTPUT} "")
if(NOT NPM OR NOT NODE)
  return()
endif()
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc DESTINATION ${FOLDER})
# Few and short attempts: a machine without a network should not wait for minutes.
execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
    --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000
  WORKING_DIRECTORY ${FOLDER} TIMEOUT 600 RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE reason)
if(result EQUAL 0)
  execute_process(COMMAND ${NODE} ${SOURCE}/bundle.cjs ${FOLDER} ${OUTPUT}
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE reason)
endif()
if(NOT result EQUAL 0)
  file(WRITE ${OUTPUT} "")
  message(WARNING "pages of perjoule report have no chart, since npm could not get its libraries: ${reason}"
    "To try again, delete ${OUTPUT} and build.")
endif()
