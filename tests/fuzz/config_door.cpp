#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/asked/config.h"
#include "verifier/asked/key_version.h"

#include <algorithm>

namespace hubward::fuzz {

namespace {

/// Raising the version of what was understood changes that and no other byte.
void promise_raised(std::string_view bytes, const Config& before) {
  const auto raised = raise_key_version(bytes, "hubward.toml");
  if (!raised) return promise(raised.error().kind == ErrorKind::bad_input, "no other error");
  const auto after = parse_config(raised->text, "hubward.toml");
  promise(after && after->key.version == before.key.version + 1, "the version is one higher");
  const std::string_view text = raised->text;
  const auto [left, ignored] = std::ranges::mismatch(bytes, text);
  const auto kept = static_cast<std::size_t>(left - bytes.begin());
  std::size_t behind = 0;
  while (behind < bytes.size() - kept && behind < text.size() - kept &&
         bytes[bytes.size() - 1 - behind] == text[text.size() - 1 - behind])
    ++behind;
  const std::string_view replaced = bytes.substr(kept, bytes.size() - kept - behind);
  promise(replaced.find_first_not_of("0123456789abcdefABCDEFxo_+-") == std::string_view::npos,
          "nothing but digits is replaced");
}

}  // namespace

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
  promise_raised(bytes, *config);
}

}  // namespace hubward::fuzz
