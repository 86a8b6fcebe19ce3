# One module of the host = one folder of host/src = one static library keepleaf_<name> = one namespace.
#
#   keepleaf_module(store USES base capture LINKS SQLiteCpp)
#
# USES names modules (they must stand in the table that tests/lint/layering holds), LINKS third-party targets.
function(keepleaf_module name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  set(target keepleaf_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/host/src)
    target_link_libraries(${target} PRIVATE keepleaf_settings)
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR}/host/src)
    set(scope INTERFACE)
  endif()
  foreach(module IN LISTS ARG_USES)
    target_link_libraries(${target} ${scope} keepleaf_${module})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LINKS})
endfunction()

# Unit tests of one module: tests/unit/host/<name>/*_test.cpp -> unit_<name>, label "unit".
function(keepleaf_unit_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/host/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(unit_${name} ${sources})
  target_link_libraries(unit_${name} PRIVATE keepleaf_${name} ${ARGN})
  keepleaf_catch_tests(unit_${name})
  add_test(NAME unit_${name} COMMAND unit_${name})
  set(limit 300)
  if(KEEPLEAF_SANITIZE)
    set(limit 1800)  # the largest page takes twenty times as long
  endif()
  set_tests_properties(unit_${name} PROPERTIES LABELS unit TIMEOUT ${limit})
endfunction()

# What every program of Catch2 tests has in common.
function(keepleaf_catch_tests target)
  target_link_libraries(${target} PRIVATE keepleaf_test_support keepleaf_settings)
  keepleaf_compile_as_test(${target})
  target_precompile_headers(${target} REUSE_FROM keepleaf_test_support)
endfunction()

# The code under test is as optimized as it is packaged. The tests themselves are not: every REQUIRE is a page of code, run
# once, and half of the time of a build would go into making it fast.
function(keepleaf_compile_as_test target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-array-bounds)  # g++ 12 at -O1, inside std::string's own code
  endif()
endfunction()
