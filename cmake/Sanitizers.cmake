add_library(hubward_sanitizers INTERFACE)
if(HUBWARD_ASAN)
  target_compile_options(hubward_sanitizers INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(hubward_sanitizers INTERFACE -fsanitize=address,undefined)
endif()
