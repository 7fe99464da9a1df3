#include "tests/fuzz/door.h"
#include "tests/fuzz/header.h"

namespace hubward::fuzz {

void open_gguf(std::string_view bytes) { promise_header(read_gguf_header, bytes, "model.gguf"); }

}  // namespace hubward::fuzz
