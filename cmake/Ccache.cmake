# A second build of the same text costs nothing where ccache is installed. The presets tell it how:
# precompiled headers need their two sloppinesses, and a base directory lets two clones share.
# A launcher that the developer chose (CMAKE_CXX_COMPILER_LAUNCHER) stays.
if(HUBWARD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(HUBWARD_CCACHE_PROGRAM ccache)
  if(HUBWARD_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${HUBWARD_CCACHE_PROGRAM})
  endif()
endif()
