#include "verifier/report/shard_json.h"

#include <utility>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue number(std::uint64_t value) { return JsonValue(value); }

JsonValue digest(const std::optional<Digest>& value) {
  return value ? text(value->tagged()) : JsonValue();
}

JsonValue line(int value) { return number(static_cast<std::uint64_t>(value)); }

JsonValue entry_row(const ShardEntry& entry) {
  return JsonValue(JsonObject{
      {"manifest_line", line(entry.manifest_line)},
      {"lock_line", line(entry.lock_line)},
      {"doubt", entry.doubt ? text(to_string(*entry.doubt)) : JsonValue()},
      {"intact", JsonValue(entry.intact)},
      {"held", JsonValue(entry.held)},
      {"blind", entry.blind.empty() ? JsonValue() : text(entry.blind)},
  });
}

}  // namespace

std::string_view to_string(Doubt doubt) {
  switch (doubt) {
    case Doubt::basis: return "basis";
    case Doubt::listing: return "listing";
    case Doubt::bytes: return "bytes";
  }
  return "bytes";
}

JsonValue shard_value(const Report& report) {
  if (!report.shard) return {};
  const ShardPart& part = *report.shard;
  JsonArray entries;
  for (const ShardEntry& entry : part.entries) entries.push_back(entry_row(entry));
  JsonArray lines;
  for (const Finding& finding : report.findings) {
    lines.emplace_back(JsonArray{line(finding.manifest_line), line(finding.lock_line)});
  }
  return JsonValue(JsonObject{
      {"index", number(part.shard.index)},
      {"of", number(part.shard.of)},
      {"blobs", number(part.blobs)},
      {"bytes", number(part.bytes)},
      {"cache", digest(part.cache)},
      {"manifest", digest(part.manifest)},
      {"lock", digest(part.lock)},
      {"asked", digest(part.asked)},
      {"entries", JsonValue(std::move(entries))},
      {"lines", JsonValue(std::move(lines))},
  });
}

}  // namespace hubward
