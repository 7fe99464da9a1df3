#include "runner/hub/system_ca.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace hubward {
namespace {

constexpr std::array kBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora up to 42, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora since 43
    "/etc/ssl/cert.pem",                                  // Alpine without its ca-certificates
};

bool is_bundle(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0 &&
         ::access(path.c_str(), R_OK) == 0;
}

}  // namespace

std::string system_ca_file(const std::string& root) {
  for (const char* bundle : kBundles) {
    std::string path = root + bundle;
    if (is_bundle(path)) return path;
  }
  return root + kBundles.front();
}

}  // namespace hubward
