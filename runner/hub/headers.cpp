#include "runner/hub/headers.h"

#include <strings.h>

namespace hubward {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

void Headers::add_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  if (all_.size() == kMaxHeaders || bytes_ + line.size() > kMaxHeaderBytes) return;
  bytes_ += line.size();
  all_.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [known, value] : all_) {
    if (known.size() == name.size() && ::strncasecmp(known.data(), name.data(), name.size()) == 0) {
      return &value;
    }
  }
  return nullptr;
}

}  // namespace hubward
