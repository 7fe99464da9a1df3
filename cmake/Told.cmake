# cmake -DFOLDER=… -P Told.cmake HUBWARD: what a built hubward writes of itself, as it is to be installed.
# The commands that have a man page are those that the first page names.
math(EXPR last "${CMAKE_ARGC} - 1")
set(hubward ${CMAKE_ARGV${last}})

# told(FILE ARGUMENTS...): what hubward prints, into FILE.
function(told file)
  get_filename_component(folder ${FOLDER}/${file} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${hubward} ${ARGN} OUTPUT_FILE ${FOLDER}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
told(share/bash-completion/completions/hubward completion bash)
told(share/zsh/site-functions/_hubward completion zsh)
told(share/fish/vendor_completions.d/hubward.fish completion fish)
told(man1/hubward.1 help --man)
file(STRINGS ${FOLDER}/man1/hubward.1 named REGEX "^.BR hubward.-[a-z]+ .1.$")
if(NOT named)
  message(FATAL_ERROR "hubward's man page names no command")
endif()
foreach(line IN LISTS named)
  string(REGEX REPLACE "^.BR hubward.-([a-z]+) .*" "\\1" command "${line}")
  told(man1/hubward-${command}.1 help --man ${command})
endforeach()
file(TOUCH ${FOLDER}/stamp)
