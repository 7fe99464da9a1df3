#include "runner/cli/key_answer.h"

#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

#include <fmt/format.h>

#include <utility>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue number(int value) { return JsonValue(std::int64_t{value}); }

JsonValue object(JsonObject members) { return JsonValue(JsonValue::Variant(std::move(members))); }

JsonValue restore_keys(const CacheKey& key) {
  JsonArray keys;
  for (const std::string& each : key.restore_keys()) keys.push_back(text(each));
  return JsonValue(JsonValue::Variant(std::move(keys)));
}

JsonValue bumped_row(const Bumped& bumped) {
  return object({{"from", number(bumped.from)},
                 {"to", number(bumped.to)},
                 {"created", JsonValue(bumped.created)}});
}

}  // namespace

std::string render_text(const KeyAnswer& answer, const KeySettings& asked) {
  if (answer.bumped) {
    return fmt::format("{}: {} [key] version = {} (was {})\n", show(answer.file),
                       answer.bumped->created ? "created with" : "set", answer.bumped->to,
                       answer.bumped->from);
  }
  if (!answer.key) return "";
  if (asked.raw) return answer.key->hash + "\n";
  if (!asked.restore_keys) return answer.key->text() + "\n";
  std::string lines;
  for (const std::string& key : answer.key->restore_keys()) lines += key + "\n";
  return lines;
}

std::string render_json(const KeyAnswer& answer) {
  const auto of_key = [&](const auto& part) {
    return answer.key ? JsonValue(part(*answer.key)) : JsonValue();
  };
  const JsonObject root = {
      {"schema", text("hubward.key/1")},
      {"tool", object({{"name", text("hubward")}, {"version", text(kVersion)}})},
      {"key", of_key([](const CacheKey& key) { return text(key.text()); })},
      {"prefix", of_key([](const CacheKey& key) { return text(key.prefix); })},
      {"version", of_key([](const CacheKey& key) { return number(key.version); })},
      {"os", of_key([](const CacheKey& key) { return text(key.os); })},
      {"hash", of_key([](const CacheKey& key) { return text(key.hash); })},
      {"restore_keys", of_key(restore_keys)},
      {"over",
       of_key([&](const CacheKey&) { return text(answer.from_lock ? "lock" : "manifest"); })},
      {"hash_files", of_key([&](const CacheKey&) { return JsonValue(answer.hash_files); })},
      {"file", text(report_path(answer.file))},
      {"bumped", answer.bumped ? bumped_row(*answer.bumped) : JsonValue()},
  };
  return write_json(JsonValue(JsonValue::Variant(root)), JsonLayout::indented) + "\n";
}

}  // namespace hubward
