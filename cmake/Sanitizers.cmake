# What the program is instrumented with: one of the options at a time, each a preset of its own.
add_library(hubward_sanitizers INTERFACE)
if(HUBWARD_ASAN OR HUBWARD_FUZZ)
  target_compile_options(hubward_sanitizers INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # These were a third of the time to compile and of the program. A null pointer stops the program anyway when
    # it is read through; alignment g++ looks at in the kernels alone (verifier/CMakeLists.txt), and clang,
    # which builds the doors of `./dev fuzz`, looks at all of it.
    $<$<CXX_COMPILER_ID:GNU>:-fno-sanitize=null,alignment,object-size,vptr>
    # g++ 12 sees uninitialised members in every std::variant that is moved under sanitizers.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # The standard library's own checks: an empty optional, a null unique_ptr, an index past the end.
    -D_GLIBCXX_ASSERTIONS
    # A million relocations would be two thirds of a short run.
    $<$<CXX_COMPILER_ID:GNU>:-fno-pie>)
  target_link_options(hubward_sanitizers INTERFACE -fsanitize=address,undefined
    $<$<CXX_COMPILER_ID:GNU>:-no-pie>)
endif()
if(HUBWARD_TSAN)
  target_compile_options(hubward_sanitizers INTERFACE
    -fsanitize=thread -fno-omit-frame-pointer
    # Here g++ 12 also takes literals that are moved into strings for ones out of bounds.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overflow>)
  target_link_options(hubward_sanitizers INTERFACE -fsanitize=thread)
endif()
if(HUBWARD_FUZZ)
  # Instruments without a main of libFuzzer's own, which tests/fuzz links for itself.
  target_compile_options(hubward_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(hubward_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(HUBWARD_COVERAGE)
  # Counters are written atomically, for threads hash; and at once, for a child of ours ends by exec.
  target_compile_options(hubward_sanitizers INTERFACE
    --coverage -fprofile-update=atomic -fprofile-abs-path)
  target_link_options(hubward_sanitizers INTERFACE --coverage)
endif()
