# llhttp, compiled from the C source that Debian's node-llhttp carries.
find_path(LLHTTP_SOURCE llhttp.c PATHS /usr/share/llhttp REQUIRED)
find_path(LLHTTP_INCLUDE llhttp/llhttp.h PATHS /usr/share/include REQUIRED)
add_library(llhttp STATIC ${LLHTTP_SOURCE}/llhttp.c ${LLHTTP_SOURCE}/http.c ${LLHTTP_SOURCE}/api.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE} PRIVATE ${LLHTTP_INCLUDE}/llhttp)
target_compile_options(llhttp PRIVATE -w)
