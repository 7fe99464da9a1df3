// A door is where text or bytes from outside become values. Each is one function here, which opens
// the door with any bytes and holds what came out against what the door promises.
//
// The same function is run twice: by libFuzzer, which looks for bytes that break a promise
// (`./dev fuzz`), and by the plain tests on every seed and everything that was ever found, so that
// neither can rot.
#pragma once

#include <span>
#include <string_view>

namespace hubward::fuzz {

struct Door {
  std::string_view name;
  /// Throws BrokenPromise; nothing else may leave it.
  void (*open)(std::string_view bytes);
};

/// A file a door: NAME_door.cpp.
std::span<const Door> doors();
/// Throws for a name that is none.
const Door& door(std::string_view name);

void open_manifest(std::string_view bytes);
void open_config(std::string_view bytes);
void open_lock(std::string_view bytes);
/// A pattern and, behind the first line end, a path.
void open_glob(std::string_view bytes);
void open_listing(std::string_view bytes);
void open_index(std::string_view bytes);
void open_safetensors(std::string_view bytes);
void open_gguf(std::string_view bytes);
void open_ref(std::string_view bytes);
/// A path seen or listed, and a link's text.
void open_path(std::string_view bytes);
void open_json(std::string_view bytes);
void open_journal(std::string_view bytes);
/// Status line, headers, an empty line, and the body of an answer by the Hub or whoever stands
/// there.
void open_hub_answer(std::string_view bytes);
/// A DNS message as a guarded program or a resolver sends it.
void open_dns(std::string_view bytes);
/// An address as a guarded program passes it to the kernel.
void open_sockaddr(std::string_view bytes);
/// How some contents are cut and shared out among lanes, and the bytes of them.
void open_lanes(std::string_view bytes);
/// The JSON report of a shard, as `merge` is given it.
void open_shard(std::string_view bytes);

}  // namespace hubward::fuzz
