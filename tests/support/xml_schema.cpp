#include "tests/support/xml_schema.h"

#include "tests/support/run_binary.h"
#include "tests/support/source_dir.h"
#include "tests/support/temporary_folder.h"

#include <stdexcept>

namespace hubward::test {
namespace {

BinaryAnswer xmllint(std::vector<std::string> args, const std::string& xml) {
  const TemporaryFolder folder;
  args.insert(args.begin(), {"--nonet", "--huge"});
  args.emplace_back("-");
  BinaryCall call;
  call.program = "/usr/bin/xmllint";
  call.args = std::move(args);
  call.folder = folder.path();
  call.input = xml;
  return run_binary(call);
}

}  // namespace

std::string xml_violation(const std::string& schema, const std::string& xml) {
  const BinaryAnswer answer = xmllint({"--noout", "--schema", source_dir() + "/" + schema}, xml);
  return answer.exit_code == 0 ? ""
                               : "exit " + std::to_string(answer.exit_code) + ": " + answer.err;
}

std::string xpath(const std::string& xml, const std::string& expression) {
  const BinaryAnswer answer = xmllint({"--xpath", expression}, xml);
  if (answer.exit_code != 0) throw std::runtime_error(answer.err);
  return answer.out.substr(0, answer.out.find_last_not_of('\n') + 1);
}

}  // namespace hubward::test
