#include "runner/hub/libcurl.h"
#include "verifier/text/show.h"

#include <dlfcn.h>

namespace hubward {
namespace {

// The ABI has had this number since 2006.
constexpr const char* kSoname = "libcurl.so.4";

tl::unexpected<Error> cannot_load() {
  const char* why = ::dlerror();
  return fail(ErrorKind::io, kSoname,
              "cannot be loaded: " + show(why == nullptr ? "unknown reason" : why, 200));
}

/// Looks names up until one is lacking.
class Symbols {
 public:
  explicit Symbols(void* library) : library_(library) {}

  template <class Function>
  void find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library_, name));
    is_whole_ = is_whole_ && function != nullptr;
  }
  bool is_whole() const { return is_whole_; }

 private:
  void* library_;
  bool is_whole_ = true;
};

}  // namespace

Result<LibCurl> load_libcurl() {
  void* const library = ::dlopen(kSoname, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return cannot_load();
  LibCurl curl{};
  Symbols symbols(library);
  symbols.find("curl_global_init", curl.global_init);
  symbols.find("curl_slist_append", curl.slist_append);
  symbols.find("curl_slist_free_all", curl.slist_free_all);
  symbols.find("curl_easy_init", curl.easy_init);
  symbols.find("curl_easy_setopt", curl.easy_setopt);
  symbols.find("curl_easy_getinfo", curl.easy_getinfo);
  symbols.find("curl_easy_strerror", curl.easy_strerror);
  symbols.find("curl_easy_cleanup", curl.easy_cleanup);
  symbols.find("curl_multi_init", curl.multi_init);
  symbols.find("curl_multi_setopt", curl.multi_setopt);
  symbols.find("curl_multi_add_handle", curl.multi_add_handle);
  symbols.find("curl_multi_remove_handle", curl.multi_remove_handle);
  symbols.find("curl_multi_perform", curl.multi_perform);
  symbols.find("curl_multi_poll", curl.multi_poll);
  symbols.find("curl_multi_info_read", curl.multi_info_read);
  symbols.find("curl_multi_cleanup", curl.multi_cleanup);
  if (!symbols.is_whole()) return cannot_load();
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return fail(ErrorKind::io, kSoname, "cannot be set up");
  }
  return curl;
}

}  // namespace hubward
