# What an installed hubward is: the binary, the library with its headers and a CMake package, the man
# page and the docs. Only tl::expected shows in the headers; the other libraries are needed to link.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS hubward RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set_target_properties(hubward_verifier PROPERTIES EXPORT_NAME verifier)
target_compile_features(hubward_verifier PUBLIC cxx_std_20)
install(TARGETS hubward_verifier EXPORT hubward ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
                                                LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/hubward ${PROJECT_BINARY_DIR}/include/hubward
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN *.h)

set(hubward_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hubward)
install(EXPORT hubward NAMESPACE hubward:: FILE hubwardTargets.cmake
        DESTINATION ${hubward_package_dir})
configure_package_config_file(
  cmake/hubwardConfig.cmake.in ${PROJECT_BINARY_DIR}/hubwardConfig.cmake
  INSTALL_DESTINATION ${hubward_package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/hubwardConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hubwardConfig.cmake
              ${PROJECT_BINARY_DIR}/hubwardConfigVersion.cmake
        DESTINATION ${hubward_package_dir})

install(FILES docs/man/hubward.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
        FILES_MATCHING PATTERN *.md PATTERN *.json PATTERN man EXCLUDE)
