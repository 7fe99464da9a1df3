#include "tests/support/run_project.h"

#include "tests/support/contents.h"
#include "tests/support/files.h"

#include <utility>

namespace hubward::test {

RunProject::RunProject() : repo_(cache_.repo("gpt2")) {
  repo_.file("config.json", "{\"a\": 1}")
      .file("tokenizer.json", "{}")
      .file("model.safetensors", safetensors(1000), {.lfs = true})
      .listing();
  write_file(*this / "model_manifest.txt", "gpt2\n");
  write_file(saved(), "{\"a\": 1}");
}

BinaryCall RunProject::call(std::vector<std::string> command,
                            std::vector<std::string> flags) const {
  BinaryCall call{.args = {"run", "--cache-dir", cache_.path()}, .folder = cache_.surroundings()};
  for (std::string& flag : flags) call.args.push_back(std::move(flag));
  call.args.push_back("--");
  for (std::string& word : command) call.args.push_back(std::move(word));
  return call;
}

void RunProject::fetch_by(const std::string& script, const std::string& more) const {
  write_file(*this / "hubward.toml",
             "[fetch]\ncommand = [\"sh\", \"-c\", '''" + script + "''']\n" + more);
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t before = text.rfind('\n', end);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end - begin + 1);
}

}  // namespace hubward::test
