// A fresh directory for one test, removed with all that is in it.
#pragma once

#include <string>

namespace hubward::test {

/// Made under $TMPDIR (else /tmp). Where other users could not enter that (a $TMPDIR below a 0700
/// home), under /tmp: the tests of refusal run the binary as `nobody`. Mode 0755.
class TemporaryFolder {
 public:
  TemporaryFolder();
  /// Also removes what a test made unreadable.
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// Absolute, links in it resolved, without a final slash.
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& relative) const { return path_ + "/" + relative; }

 private:
  std::string path_;
};

/// Whether any user may reach `path`: all its parents carry the x bit for others.
bool others_may_reach(const std::string& path);

}  // namespace hubward::test
