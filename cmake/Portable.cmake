# A binary for Linux systems other than the one that it is built on: of the libraries only the C
# library is asked of them (and libcurl, which is loaded when something is asked for).
#
# Debian 12 has no static fmt, spdlog and toml++, but their headers can stand alone; the shared
# libraries then stay on the command line of the linker and are needed for nothing.
set_target_properties(fmt::fmt PROPERTIES INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1)
set_target_properties(spdlog::spdlog PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS SPDLOG_FMT_EXTERNAL)
set_target_properties(PkgConfig::tomlplusplus PROPERTIES
  INTERFACE_COMPILE_OPTIONS -DTOML_HEADER_ONLY=1)
find_library(HUBWARD_BROTLIDEC_STATIC libbrotlidec.a REQUIRED)
find_library(HUBWARD_BROTLICOMMON_STATIC libbrotlicommon.a REQUIRED)
set_target_properties(PkgConfig::brotlidec PROPERTIES
  INTERFACE_LINK_LIBRARIES "${HUBWARD_BROTLIDEC_STATIC};${HUBWARD_BROTLICOMMON_STATIC}")
# What came along must not answer for the libraries that libcurl brings, so none of it is exported.
add_link_options(-static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--exclude-libs,ALL)
