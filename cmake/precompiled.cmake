# Precompiled headers: three of them, made once and used by all rooms. They halve the time of a clean build (the
# headers that everybody includes cost as much as the average file itself).
option(THAW_PRECOMPILE "Use precompiled headers" ON)

function(thaw_precompiled_header name)
  add_library(thaw_precompiled_${name} STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled/empty.cc)
  target_include_directories(thaw_precompiled_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(thaw_precompiled_${name} PRIVATE fmt::fmt-header-only Threads::Threads ${ARGN})
  target_precompile_headers(thaw_precompiled_${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${name}.h)
endfunction()

function(thaw_precompile target name)
  if(THAW_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM thaw_precompiled_${name})
  endif()
endfunction()

if(THAW_PRECOMPILE)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Xclang> $<$<COMPILE_LANGUAGE:CXX>:-fno-pch-timestamp>)
  thaw_precompiled_header(base)
  thaw_precompiled_header(api)
  thaw_precompiled_header(test GTest::gtest GTest::gmock)
  target_compile_options(thaw_precompiled_test PRIVATE $<$<CONFIG:Dev>:-O0>)
endif()
