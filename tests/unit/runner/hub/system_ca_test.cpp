#include "runner/hub/system_ca.h"

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

constexpr const char* kDebian = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* kFedora = "/etc/pki/tls/certs/ca-bundle.crt";
constexpr const char* kFedora43 = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";
constexpr const char* kAlpine = "/etc/ssl/cert.pem";

TEST(SystemCa, IsFoundWhereEachSystemKeepsIt) {
  for (const std::string bundle :
       {kDebian, kFedora, kFedora43, kAlpine, "/etc/ssl/ca-bundle.pem"}) {
    const TemporaryFolder root;
    write_file(root.path() + bundle, "a certificate");
    EXPECT_EQ(system_ca_file(root.path()), root.path() + bundle);
  }
}

// As on Fedora, where the old name is a link to the new one.
TEST(SystemCa, MayBeALink) {
  const TemporaryFolder root;
  write_file(root.path() + kFedora43, "a certificate");
  make_link("../../ca-trust/extracted/pem/tls-ca-bundle.pem", root.path() + kFedora);
  EXPECT_EQ(system_ca_file(root.path()), root.path() + kFedora);
}

TEST(SystemCa, IsNoFolderNoEmptyFileAndNoDanglingLink) {
  const TemporaryFolder root;
  make_folder(root.path() + kDebian);
  write_file(root.path() + kFedora, "");
  make_link("nowhere", root.path() + kFedora43);
  write_file(root.path() + kAlpine, "a certificate");
  EXPECT_EQ(system_ca_file(root.path()), root.path() + kAlpine);
}

TEST(SystemCa, WhereThereIsNoneDebiansIsNamed) {
  const TemporaryFolder root;
  EXPECT_EQ(system_ca_file(root.path()), root.path() + kDebian);
  EXPECT_FALSE(system_ca_file().empty());
}

}  // namespace
}  // namespace hubward::test
