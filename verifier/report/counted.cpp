#include "verifier/report/counted.h"

#include <fmt/format.h>

namespace hubward {

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", number, number == 1 ? singular : plural);
}

}  // namespace hubward
