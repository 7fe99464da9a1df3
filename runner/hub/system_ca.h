// Where a system keeps the certificates that it trusts. Debian's libcurl knows it of Debian; one
// that is linked in meets all of them. Sources: the package ca-certificates of each
// (update-ca-certificates, update-ca-trust), and Go's crypto/x509/root_linux.go, which looks in the
// same order.
#pragma once

#include <string>

namespace hubward {

/// The first of the bundles that exists and may be read; Debian's where there is none, so that what
/// fails names a file. Asked anew each time. From any thread.
/// @param root  what stands before the absolute paths; empty but in tests
std::string system_ca_file(const std::string& root = "");

}  // namespace hubward
