if(HUBWARD_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT hubward_has_lto OUTPUT hubward_lto_refusal LANGUAGES CXX)
  if(hubward_has_lto)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
    # Only the linker sees that two files mean different things by one name.
    if(HUBWARD_WERROR)
      add_link_options($<$<CXX_COMPILER_ID:GNU>:-Werror=odr>
                       $<$<CXX_COMPILER_ID:GNU>:-Werror=lto-type-mismatch>)
    endif()
    # Each file is then compiled twice, which a build of the binary alone need not wait for.
    if(HUBWARD_FAT_OBJECTS)
      add_compile_options($<$<CXX_COMPILER_ID:GNU>:-ffat-lto-objects>)
    endif()
  else()
    message(WARNING "no link-time optimisation: ${hubward_lto_refusal}")
  endif()
endif()
