add_library(hubward_sanitizers INTERFACE)
if(HUBWARD_ASAN)
  target_compile_options(hubward_sanitizers INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # g++ 12 sees uninitialised members in every std::variant that is moved under sanitizers.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(hubward_sanitizers INTERFACE -fsanitize=address,undefined)
endif()
