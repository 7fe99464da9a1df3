#include "verifier/report/guard.h"

#include <fmt/chrono.h>

#include <algorithm>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue text_unless_empty(std::string_view value) {
  return value.empty() ? JsonValue() : text(value);
}

JsonValue number_unless_zero(std::int64_t value) {
  return value == 0 ? JsonValue() : JsonValue(value);
}

JsonValue object(JsonObject members) { return JsonValue(JsonValue::Variant(std::move(members))); }

template <class Row, class Render>
JsonValue rows(const std::vector<Row>& source, Render render) {
  JsonArray values;
  values.reserve(source.size());
  for (const Row& row : source) values.push_back(render(row));
  return JsonValue(JsonValue::Variant(std::move(values)));
}

JsonValue ancestor_row(const GuardAncestor& ancestor) {
  return object({{"pid", JsonValue(ancestor.pid)}, {"program", text(ancestor.program)}});
}

// RFC 3339, in milliseconds.
std::string utc(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     (since - seconds).count());
}

JsonValue leak_row(const GuardAttempt& attempt) {
  return object({
      {"kind", text(to_string(attempt.kind))},
      {"refused", JsonValue(attempt.refused)},
      {"host", text_unless_empty(attempt.host)},
      {"address", text_unless_empty(attempt.address)},
      {"port", number_unless_zero(attempt.port)},
      {"call", text_unless_empty(attempt.call)},
      {"pid", number_unless_zero(attempt.pid)},
      {"program", text_unless_empty(attempt.program)},
      {"arguments", rows(attempt.arguments, [](const std::string& word) { return text(word); })},
      {"chain", rows(attempt.chain, ancestor_row)},
      {"count", JsonValue(attempt.count)},
      {"first", text(utc(attempt.first))},
  });
}

}  // namespace

std::string_view to_string(AttemptKind kind) {
  switch (kind) {
    case AttemptKind::address: return "address";
    case AttemptKind::name: return "name";
    case AttemptKind::socket: return "socket";
    case AttemptKind::unreadable: return "unreadable";
    case AttemptKind::inherited: return "inherited";
  }
  return "address";
}

JsonValue guard_value(const GuardReport& guard) {
  return object({
      {"mode", text(guard.mode)},
      {"mechanism", text(guard.mechanism)},
      {"names", text(guard.names)},
      {"warnings", rows(guard.warnings, [](const std::string& warning) { return text(warning); })},
      {"attempts", guard.attempts ? JsonValue(*guard.attempts) : JsonValue()},
      {"leaks", rows(guard.leaks, leak_row)},
  });
}

}  // namespace hubward
