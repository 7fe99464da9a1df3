#include "tests/fuzz/door.h"
#include "tests/fuzz/header.h"

namespace hubward::fuzz {

void open_safetensors(std::string_view bytes) {
  promise_header(read_safetensors_header, bytes, "model.safetensors");
}

}  // namespace hubward::fuzz
