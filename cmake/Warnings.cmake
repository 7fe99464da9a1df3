# Warnings are an INTERFACE target of ours, so that no third-party target ever sees them.
add_library(hubward_warnings INTERFACE)
target_compile_options(hubward_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum -Wundef
  $<$<BOOL:${HUBWARD_WERROR}>:-Werror>
  # A designated initialiser leaves the rest at its default on purpose.
  -Wno-missing-field-initializers)
