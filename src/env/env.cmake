# The keeper (a static program of plain C), and what the binary carries: the keeper and the runtime clients.
file(GLOB keeper_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/keeper/*.c)
add_executable(thaw_keeper ${keeper_sources})
set_target_properties(thaw_keeper PROPERTIES C_STANDARD 11)
target_compile_options(thaw_keeper PRIVATE -O2 -fno-sanitize=all)
target_link_options(thaw_keeper PRIVATE -static -fno-sanitize=all)

# Joins a fork of a language's zygote to a finished sandbox; loaded by the zygote.
add_library(thaw_enter SHARED ${CMAKE_CURRENT_LIST_DIR}/keeper/enter.c ${CMAKE_CURRENT_LIST_DIR}/keeper/seccomp.c
            ${CMAKE_CURRENT_LIST_DIR}/keeper/wire.c ${CMAKE_CURRENT_LIST_DIR}/keeper/join.c)
set_target_properties(thaw_enter PROPERTIES C_STANDARD 11)
target_compile_options(thaw_enter PRIVATE -O2 -fno-sanitize=all)
target_link_options(thaw_enter PRIVATE -fno-sanitize=all)

file(GLOB runtime_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/runtimes/*/*.py ${CMAKE_SOURCE_DIR}/runtimes/*/*.js)
set(embedded ${CMAKE_CURRENT_LIST_DIR}/embedded.cc)
set_property(SOURCE ${embedded} PROPERTY COMPILE_DEFINITIONS THAW_RUNTIMES="${CMAKE_SOURCE_DIR}/runtimes"
             THAW_KEEPER="$<TARGET_FILE:thaw_keeper>" THAW_ENTER="$<TARGET_FILE:thaw_enter>")
set_property(SOURCE ${embedded} PROPERTY OBJECT_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/thaw_keeper
             ${CMAKE_CURRENT_BINARY_DIR}/libthaw_enter.so ${runtime_files})

thaw_room(env env ROOMS net base)

# A native function for the tests: the smallest client of the Runtime API.
add_executable(thaw_native_bootstrap ${CMAKE_CURRENT_LIST_DIR}/testing/native_bootstrap.c)
target_compile_options(thaw_native_bootstrap PRIVATE -O2 -fno-sanitize=all)
target_link_options(thaw_native_bootstrap PRIVATE -static -fno-sanitize=all)
set_target_properties(thaw_native_bootstrap PROPERTIES C_STANDARD 11)
add_dependencies(thaw_env_test thaw_native_bootstrap)
target_compile_definitions(thaw_env_test PRIVATE THAW_NATIVE_BOOTSTRAP="$<TARGET_FILE:thaw_native_bootstrap>"
                           THAW_TESTS="${CMAKE_SOURCE_DIR}/tests")

add_executable(env_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/env_bench.cc)
target_link_libraries(env_bench PRIVATE thaw_env)
target_compile_definitions(env_bench PRIVATE THAW_NATIVE_BOOTSTRAP="$<TARGET_FILE:thaw_native_bootstrap>")
add_dependencies(env_bench thaw_native_bootstrap)
