// Runs the hubward binary as a user would: own process, a clean environment, all it says kept.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hubward::test {

/// Privileges of the child. `nobody`: a user without rights over our files, also when the tests run
/// as root, for root is never refused anything. When they do not, the child runs as we do.
enum class As { ourselves, nobody };

struct BinaryCall {
  std::vector<std::string> args;
  std::string folder;  ///< the working directory; also holds HOME, made as `home`
  std::map<std::string, std::string> environment;  ///< beside HOME and PATH
  std::string input;                               ///< standard input
  As as = As::ourselves;
  std::string program;  ///< empty: hubward itself
};

struct BinaryAnswer {
  std::string out;
  std::string err;
  int exit_code = -1;  ///< 128 + N when signal N ended it
};

/// Throws std::runtime_error when the child cannot be started at all.
BinaryAnswer run_binary(const BinaryCall& call);

/// The same call as the body of a process that the caller has made, streams and all; it returns
/// only when the program cannot be started.
std::function<int()> as_process(const BinaryCall& call);

/// Whether the tests run as root: then As::nobody changes the user.
bool running_as_root();

}  // namespace hubward::test
