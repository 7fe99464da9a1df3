#include "verifier/text/diagnostic.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hubward {

void Diagnostics::error(Place place, std::string what) {
  errors_.push_back(Diagnostic{.place = place, .what = std::move(what)});
}

Error Diagnostics::joined() const {
  std::vector<const Diagnostic*> sorted;
  sorted.reserve(errors_.size());
  for (const Diagnostic& error : errors_) sorted.push_back(&error);
  std::ranges::stable_sort(sorted,
                           [](const auto* a, const auto* b) { return a->place < b->place; });
  const std::string file = show(file_);
  std::string text;
  for (const Diagnostic* error : sorted) {
    if (!text.empty()) text.push_back('\n');
    fmt::format_to(std::back_inserter(text), "{}:{}:{}: error: {}", file, error->place.line,
                   error->place.column, error->what);
  }
  return Error{.kind = ErrorKind::bad_input, .where = {}, .what = std::move(text)};
}

}  // namespace hubward
