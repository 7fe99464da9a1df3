// libcurl, loaded when the first thing is asked for (libcurl_loaded.cpp), or a small one of our own
// build in the program itself (libcurl_linked.cpp, HUBWARD_PORTABLE).
//
// A system's brings some 25 libraries of its own (Kerberos, LDAP, …), which cost every start of
// hubward 6 ms of processor time, more than all else that `run` adds to a command
// (docs/performance.md). Of a cache that is whole nothing is ever asked.
#pragma once

#include <hubward/result.h>

#include <curl/curl.h>

#include <string>

namespace hubward {

/// The functions that transport.cpp calls, by their names without "curl_".
struct LibCurl {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_setopt) multi_setopt;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  std::string ca_file;  ///< the system's certificates; empty: this libcurl knows where they are
};

/// Sets it up; it stays so until the process ends. From one thread.
/// Errors: io, when it is not installed or too old.
Result<LibCurl> load_libcurl();

}  // namespace hubward
