#include "tests/fuzz/header.h"

#include "tests/fuzz/promise.h"
#include "tests/support/memory_file.h"

#include <string>

namespace hubward::fuzz {
namespace {

/// The answer of a header that is sound; nullopt when the file contradicts itself.
std::optional<std::uint64_t> answered_size(const ReadHeader& read, const test::MemoryFile& file) {
  const auto answer = read(file, file.size());
  promise(answer.has_value(), "a file that can be read gives no error");
  promise(file.read_up_to() <= file.size(), "nothing is read behind the end");
  if (answer->fault) {
    promise_safe_for_eyes(*answer->fault, Lines::one);
    return std::nullopt;
  }
  promise(!answer->size || *answer->size >= answer->least_size, "a size is the least size or more");
  return answer->size;
}

}  // namespace

void promise_header(const ReadHeader& read, std::string_view bytes, std::string_view name) {
  const test::MemoryFile whole{std::string(bytes)};
  const auto size = answered_size(read, whole);
  const test::MemoryFile longer(std::string(bytes), bytes.size() + 1);
  answered_size(read, longer);
  const test::MemoryFile half{std::string(bytes.substr(0, bytes.size() / 2))};
  const auto size_of_half = answered_size(read, half);
  promise(!size || !size_of_half || *size_of_half <= half.size() + bytes.size(),
          "a half is not sound with more than the whole");

  const auto fault = content_fault(whole, whole.size(), name);
  promise(fault.has_value(), "a file that can be read gives no error");
  if (*fault) promise_safe_for_eyes(**fault, Lines::one);
  const auto announced = read_container_header(whole, whole.size());
  promise(announced.has_value(), "a file that can be read gives no error");
}

}  // namespace hubward::fuzz
