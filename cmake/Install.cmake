# What an installed hubward is, in two parts. `runtime`: the binary, its man pages, what lets a shell
# complete its command line, the docs and the schemas; all that a package holds. `development`: the library with its headers and a CMake
# package. Only tl::expected shows in the headers; the other libraries are needed to link.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS hubward RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)

set_target_properties(hubward_verifier PROPERTIES EXPORT_NAME verifier)
target_compile_features(hubward_verifier PUBLIC cxx_std_20)
install(TARGETS hubward_verifier EXPORT hubward
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/hubward ${PROJECT_BINARY_DIR}/include/hubward
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN *.h)

set(hubward_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hubward)
install(EXPORT hubward NAMESPACE hubward:: FILE hubwardTargets.cmake
        DESTINATION ${hubward_package_dir} COMPONENT development)
configure_package_config_file(
  cmake/hubwardConfig.cmake.in ${PROJECT_BINARY_DIR}/hubwardConfig.cmake
  INSTALL_DESTINATION ${hubward_package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/hubwardConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hubwardConfig.cmake
              ${PROJECT_BINARY_DIR}/hubwardConfigVersion.cmake
        DESTINATION ${hubward_package_dir} COMPONENT development)

# What the binary writes of itself; none where it cannot run.
if(NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR)
  set(hubward_told ${PROJECT_BINARY_DIR}/told)
  add_custom_command(
    OUTPUT ${hubward_told}/stamp
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${hubward_told} -P ${PROJECT_SOURCE_DIR}/cmake/Told.cmake
            $<TARGET_FILE:hubward>
    DEPENDS hubward ${PROJECT_SOURCE_DIR}/cmake/Told.cmake
    COMMENT "Writing completions and man pages" VERBATIM)
  add_custom_target(hubward_told ALL DEPENDS ${hubward_told}/stamp)
  install(DIRECTORY ${hubward_told}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT runtime)
  install(DIRECTORY ${hubward_told}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT runtime)
endif()
# As in the tree, so that the pages find each other. The architecture is a page about the sources.
install(FILES README.md CHANGELOG.md LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT runtime
        FILES_MATCHING PATTERN *.md PATTERN ARCHITECTURE.md EXCLUDE PATTERN man EXCLUDE)
# A program that reads reports looks for their schemas where no documentation is left out.
set(hubward_data_dir ${CMAKE_INSTALL_DATADIR}/hubward)
file(RELATIVE_PATH hubward_way_to_data /${CMAKE_INSTALL_DOCDIR}/docs /${hubward_data_dir})
file(GLOB hubward_schemas CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/docs docs/*.schema.json)
foreach(schema IN LISTS hubward_schemas)
  file(CREATE_LINK ${hubward_way_to_data}/${schema} ${PROJECT_BINARY_DIR}/${schema} SYMBOLIC)
  install(FILES docs/${schema} DESTINATION ${hubward_data_dir} COMPONENT runtime)
  install(FILES ${PROJECT_BINARY_DIR}/${schema}
          DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT runtime)
endforeach()
