# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perjoule_add_regression_test(NAME name COMMAND command...
#   [PROCESSES n] [COUNT instructions] [QUALITY spec...] [FAIL_ON rule...] [BASELINES folder])
#
# A test that measures a command in n fresh processes (default 10), and fails if it is worse than the baseline
# of this machine in BASELINES/NAME. Without such a baseline it is skipped, and says why. With
# PERJOULE_UPDATE_BASELINES=1 in the environment it stores one instead.
#
#   COMMAND    as in add_test: a target, or a program, with arguments
#   COUNT      instructions: count them, too, by valgrind, in two more runs
#   QUALITY    as `perjoule run -q`: 'accuracy(n=2000,unit=%)=/accuracy ([0-9.]+)/'
#   FAIL_ON    as `perjoule check --fail-on`: 'instructions>1%'
#   BASELINES  default perjoule-baselines; relative to the current source folder
#
# The baseline is of another hour, when the machine was warmer or busier. So times and energy may be 50 % worse,
# and peak memory 10 %, where FAIL_ON has no rule for them.
# Found also where the function is called from another folder than the one that included this file.
set_property(GLOBAL PROPERTY perjoule_regression_script "${CMAKE_CURRENT_LIST_DIR}/perjouleRegression.sh")

function(perjoule_add_regression_test)
  # Words may hold semicolons, or nothing, which a list loses: so they stay in ARGV0, ARGV1, ..., and the words of
  # the test are references to them, in code.
  set(keys NAME COMMAND PROCESSES COUNT QUALITY FAIL_ON BASELINES)
  set(name "")
  set(processes 10)
  set(baselines perjoule-baselines)
  set(metrics "")
  set(rules 0)
  set(rule_words "")
  set(run_words "")
  set(command_words "")
  set(key "")
  math(EXPR last "${ARGC} - 1")
  foreach(i RANGE ${last})
    set(word "${ARGV${i}}")
    if("${word}" IN_LIST keys)
      set(key "${word}")
    elseif(key STREQUAL "NAME")
      set(name "${word}")
    elseif(key STREQUAL "PROCESSES")
      set(processes "${word}")
    elseif(key STREQUAL "BASELINES")
      set(baselines "${word}")
    elseif(key STREQUAL "COUNT")
      string(APPEND run_words " \"--count=\${ARGV${i}}\"")
    elseif(key STREQUAL "QUALITY")
      string(APPEND run_words " \"--quality=\${ARGV${i}}\"")
    elseif(key STREQUAL "FAIL_ON")
      string(APPEND rule_words " \"--fail-on=\${ARGV${i}}\"")
      string(REGEX MATCH "^[^<>]*" metric "${word}")
      list(APPEND metrics "${metric}")
      math(EXPR rules "${rules} + 1")
    elseif(key STREQUAL "COMMAND")
      if(command_words STREQUAL "" AND TARGET "${word}")
        string(APPEND command_words " \"\$<TARGET_FILE:\${ARGV${i}}>\"")
      else()
        string(APPEND command_words " \"\${ARGV${i}}\"")
      endif()
    else()
      message(FATAL_ERROR "perjoule_add_regression_test: '${word}' belongs to no keyword.")
    endif()
  endforeach()
  # The name is also that of a folder.
  if(NOT name MATCHES "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
    message(FATAL_ERROR
      "perjoule_add_regression_test: a NAME has letters, digits and _ . + - only, not '${name}'.")
  endif()
  if(command_words STREQUAL "")
    message(FATAL_ERROR "perjoule_add_regression_test(${name}): there is no COMMAND.")
  endif()
  foreach(default "time>50%" "cpu_time>50%" "energy>50%" "peak_memory>10%")
    string(REGEX MATCH "^[^<>]*" metric "${default}")
    if(NOT metric IN_LIST metrics)
      string(APPEND rule_words " \"--fail-on=${default}\"")
      math(EXPR rules "${rules} + 1")
    endif()
  endforeach()

  if(TARGET perjoule_program)
    set(program "$<TARGET_FILE:perjoule_program>")
  elseif(TARGET perjoule::program)
    set(program "$<TARGET_FILE:perjoule::program>")
  else()
    find_program(PERJOULE_PROGRAM perjoule DOC "The program perjoule")
    set(program perjoule)  # which the test does not find, and says so
    if(PERJOULE_PROGRAM)
      set(program "${PERJOULE_PROGRAM}")
    endif()
  endif()
  get_filename_component(baselines "${baselines}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/perjoule-regression")
  file(MAKE_DIRECTORY "${folder}")
  get_property(script GLOBAL PROPERTY perjoule_regression_script)
  cmake_language(EVAL CODE "
    add_test(NAME \"\${name}\"
      COMMAND sh \"\${script}\" \"\${program}\" \"\${folder}/\${name}.json\" \"\${baselines}/\${name}\"
        ${rules} ${rule_words} \"--name=\${name}\" \"--runs=\${processes}\" --idle=0 ${run_words}
        -- ${command_words})")
  # Another test at the same time would be measured, too.
  set_tests_properties("${name}" PROPERTIES SKIP_RETURN_CODE 77 RUN_SERIAL ON)
endfunction()
