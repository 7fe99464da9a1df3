#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/asked/config.h"

namespace hubward::fuzz {

void open_config(std::string_view bytes) {
  const auto config = parse_config(bytes, "hubward.toml");
  if (!config) return promise_diagnostics(config.error(), "hubward.toml");
  promise(config->path == "hubward.toml", "a configuration knows its file");
  promise(config->fetch.parallel > 0 && config->fetch.retries >= 0, "numbers are within bounds");
  // They become arguments and variables of a process, which end at a NUL.
  for (const auto& command : {config->fetch.command, config->run.command}) {
    for (const std::string& word : command) {
      promise(word.find('\0') == std::string::npos, "no word of a command holds a NUL");
    }
  }
  for (const auto& [name, value] : config->run.env) {
    promise(!name.empty() && name.find('=') == std::string::npos &&
                name.find('\0') == std::string::npos && value.find('\0') == std::string::npos,
            "a variable can be set: " + name);
  }
}

}  // namespace hubward::fuzz
