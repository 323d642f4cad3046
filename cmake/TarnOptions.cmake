# Compiler settings shared by every target, as the interface library tarn_options.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(TARN_CCACHE ccache)
if(TARN_CCACHE)
  # Paths relative to the checkout: another clone, or another build directory, finds the same objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
    CCACHE_SLOPPINESS=pch_defines,time_macros ${TARN_CCACHE})
endif()

add_library(tarn_options INTERFACE)
target_include_directories(tarn_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(tarn_options INTERFACE -Wall -Wextra -Wnon-virtual-dtor -Werror)
# GCC 12 reports these falsely in headers of libraries, above all with precompiled headers or when it inlines fully.
target_compile_options(tarn_options INTERFACE
  -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
  $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
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
  # GCC 12 reports false positives when it instruments code.
  target_compile_options(tarn_options INTERFACE -Wno-maybe-uninitialized)
endif()

# What nearly every file includes, compiled once. Files still include what they use: -DTARN_PRECOMPILE=OFF proves it.
option(TARN_PRECOMPILE "Precompile the headers that nearly every file includes" ON)
if(TARN_PRECOMPILE)
  add_library(tarn_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/empty.cc)
  target_link_libraries(tarn_precompiled PRIVATE tarn_options)
  target_precompile_headers(tarn_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
  # ccache needs to see that a precompiled header is used.
  target_compile_options(tarn_precompiled PRIVATE -fpch-preprocess)
endif()

# tarn_precompile(target): lets it use the precompiled headers.
function(tarn_precompile target)
  if(TARN_PRECOMPILE)
    target_compile_options(${target} PRIVATE -fpch-preprocess)
    target_precompile_headers(${target} REUSE_FROM tarn_precompiled)
  endif()
endfunction()

# tarn_module(name SOURCES ... DEPENDS ... [PRIVATE_DEPENDS ...]): one static library per folder, tarn_<name>.
function(tarn_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(tarn_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(tarn_${name} PUBLIC tarn_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  tarn_precompile(tarn_${name})
endfunction()
