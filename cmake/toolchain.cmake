# Refuses a compiler that miscompiles coroutines. Runs once per build folder; try_run caches its answer.
if(NOT DEFINED THAW_COROUTINES_RUN)
  message(STATUS "Checking the compiler's coroutines")
endif()
try_run(THAW_COROUTINES_RUN THAW_COROUTINES_COMPILE
  SOURCES ${CMAKE_SOURCE_DIR}/tests/toolchain/coroutines.cc ${CMAKE_SOURCE_DIR}/src/base/task.cc
  CMAKE_FLAGS -DINCLUDE_DIRECTORIES=${CMAKE_SOURCE_DIR}/src -DCMAKE_CXX_STANDARD=23 -DCMAKE_CXX_STANDARD_REQUIRED=ON
  COMPILE_DEFINITIONS -O2
  COMPILE_OUTPUT_VARIABLE THAW_COROUTINES_WORDS RUN_OUTPUT_VARIABLE THAW_COROUTINES_FOUND)
if(NOT THAW_COROUTINES_COMPILE OR NOT THAW_COROUTINES_RUN EQUAL 0)
  message(FATAL_ERROR "This compiler miscompiles coroutines (tests/toolchain/README.md):\n"
    "${THAW_COROUTINES_WORDS}\n${THAW_COROUTINES_FOUND}")
endif()
