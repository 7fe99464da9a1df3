# What is built once and thrown away, as the gate does, is built in units of several files: half the time. A
# developer's build compiles each file alone, and so does `./dev lint` with clang.
# Without debugging information, which is a quarter of what is left: a name is enough in a trace.
if(HUBWARD_UNITS)
  add_compile_options(-g0)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()

# hubward_units(TARGET): its sources so far, in those units that .ci/units.py finds possible. What has
# flags of its own is left alone by CMake.
function(hubward_units target)
  if(NOT HUBWARD_UNITS)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources EXCLUDE REGEX "[$]<")
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
  execute_process(COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/.ci/units.py 12 ${sources}
                  OUTPUT_VARIABLE units OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  string(REGEX MATCHALL "[^\n]+" units "${units}")
  set(number 0)
  foreach(unit IN LISTS units)
    math(EXPR number "${number} + 1")
    string(REPLACE "|" ";" files "${unit}")
    set_source_files_properties(${files} PROPERTIES UNITY_GROUP ${number})
  endforeach()
endfunction()
