# Compiler settings shared by every target, as the interface library tarn_options.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(TARN_CCACHE ccache)
if(TARN_CCACHE)
  # Paths relative to the checkout: another clone, or another build directory, finds the same objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${TARN_CCACHE})
endif()

add_library(tarn_options INTERFACE)
target_include_directories(tarn_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(tarn_options INTERFACE -Wall -Wextra -Wnon-virtual-dtor -Werror)
# GCC 12 reports these falsely in headers of libraries once it optimizes and inlines fully.
target_compile_options(tarn_options INTERFACE
  $<$<CONFIG:Release>:-Wno-maybe-uninitialized;-Wno-stringop-overflow;-Wno-restrict>)
target_compile_definitions(tarn_options INTERFACE TARN_VERSION="${PROJECT_VERSION}")

find_program(TARN_MOLD mold)
if(TARN_MOLD)
  target_link_options(tarn_options INTERFACE -fuse-ld=mold)
endif()

if(TARN_SANITIZE)
  target_compile_options(tarn_options INTERFACE -fsanitize=${TARN_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(tarn_options INTERFACE -fsanitize=${TARN_SANITIZE})
  if(TARN_SANITIZE MATCHES thread)
    # Boost.Asio uses fences, which ThreadSanitizer does not model; GCC warns of each.
    target_compile_options(tarn_options INTERFACE -Wno-tsan)
  endif()
  if(TARN_SANITIZE MATCHES undefined)
    # Debian builds cpprestsdk without the type information that the vptr check needs.
    target_compile_options(tarn_options INTERFACE -fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
  # GCC 12 reports false positives of these two when it instruments code.
  target_compile_options(tarn_options INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()

# tarn_module(name SOURCES ... DEPENDS ... [PRIVATE_DEPENDS ...]): one static library per folder, tarn_<name>.
function(tarn_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(tarn_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(tarn_${name} PUBLIC tarn_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
endfunction()
