# A binary for Linux systems other than the one that it is built on: of the libraries only the C
# library is asked of them, and libgcc_s, which it needs itself where a thread is ended. Linked in,
# Debian's would ask for a C library of 2.35.
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
find_library(HUBWARD_URING_STATIC liburing.a REQUIRED)
set_target_properties(PkgConfig::liburing PROPERTIES INTERFACE_LINK_LIBRARIES "${HUBWARD_URING_STATIC}")
find_library(HUBWARD_SQLITE_STATIC libsqlite3.a REQUIRED)
set_target_properties(SQLite::SQLite3 PROPERTIES IMPORTED_LOCATION "${HUBWARD_SQLITE_STATIC}")
# Debian's libcurl.a cannot be linked, so this one is built of its sources.
get_target_property(hubward_libcurl_kind CURL::libcurl TYPE)
if(NOT hubward_libcurl_kind STREQUAL "STATIC_LIBRARY")
  message(FATAL_ERROR "no libcurl that can be linked in: `.ci/libcurl build/libcurl` makes one")
endif()
pkg_check_modules(nghttp2 REQUIRED libnghttp2)
find_library(HUBWARD_NGHTTP2_STATIC libnghttp2.a REQUIRED)
set_target_properties(CURL::libcurl PROPERTIES
  INTERFACE_LINK_LIBRARIES "${HUBWARD_NGHTTP2_STATIC};OpenSSL::SSL;OpenSSL::Crypto")
# None of what came along answers for libraries that the system's own ones load. What nobody calls is
# left out, for libstdc++.a brings a random_device that asks for a C library of 2.36.
add_link_options(-static-libstdc++ -Wl,--as-needed -Wl,--exclude-libs,ALL -Wl,--gc-sections)
