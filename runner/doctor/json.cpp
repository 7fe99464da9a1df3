#include "verifier/report/json.h"

#include "runner/doctor/diagnosis.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

#include <utility>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }
JsonValue path(std::string_view bytes) { return JsonValue(report_path(bytes)); }
JsonValue number(std::uint64_t value) { return JsonValue(value); }
JsonValue object(JsonObject members) { return JsonValue(JsonValue::Variant(std::move(members))); }
JsonValue text_unless_empty(std::string_view value) {
  return value.empty() ? JsonValue() : text(value);
}
JsonValue path_unless_empty(std::string_view bytes) {
  return bytes.empty() ? JsonValue() : path(bytes);
}

template <class Rows, class Render>
JsonValue rows(const Rows& source, Render render) {
  JsonArray values;
  for (const auto& row : source) values.push_back(render(row));
  return JsonValue(JsonValue::Variant(std::move(values)));
}

template <class T, class Render>
JsonValue if_any(const std::optional<T>& value, Render render) {
  return value ? JsonValue(render(*value)) : JsonValue();
}

JsonValue texts(const std::vector<std::string>& source) { return rows(source, text); }

JsonValue token_row(const SentToken& token) {
  return object(
      {{"present", JsonValue(token.is_present)},
       {"source", token.is_file ? path(token.source) : text_unless_empty(token.source)},
       {"is_file", JsonValue(token.is_file)},
       {"is_exchanged", JsonValue(token.is_exchanged)},
       {"shape", if_any(token.shape, [](TokenShape shape) { return text(to_string(shape)); })},
       {"faults", texts(token.faults)},
       {"why_none", text_unless_empty(token.why_none)}});
}

JsonValue client_row(const Diagnosis& told, std::size_t index) {
  const ClientPlace& place = told.places[index];
  const ClientFacts& facts = facts_of(place.client);
  JsonArray used;
  for (const UsedClient& each : told.used) {
    if (each.client != place.client) continue;
    used.push_back(
        object({{"file", path(each.file)}, {"version", text_unless_empty(each.version)}}));
  }
  return object({{"id", text(facts.id)},
                 {"name", text(facts.name)},
                 {"cache", path_unless_empty(place.cache)},
                 {"source", text_unless_empty(place.source)},
                 {"is_this_cache", JsonValue(place.cache == told.cache_path)},
                 {"offline", text(to_string(place.offline))},
                 {"endpoint", path(place.endpoint)},
                 {"reads", texts(place.reads)},
                 {"ignores", texts(place.ignores)},
                 {"token", token_row(told.tokens[index])},
                 {"used_by", JsonValue(JsonValue::Variant(std::move(used)))},
                 {"facts_from", text(facts.source)}});
}

JsonValue client_rows(const Diagnosis& told) {
  JsonArray values;
  for (std::size_t index = 0; index < told.places.size(); ++index) {
    values.push_back(client_row(told, index));
  }
  return JsonValue(JsonValue::Variant(std::move(values)));
}

JsonValue sight_row(const ClientSight& sight) {
  return object({{"client", text(facts_of(sight.client).id)},
                 {"sight", text(to_string(sight.sight))},
                 {"found", number(sight.found)},
                 {"wanted", number(sight.wanted)},
                 {"asks_hub", JsonValue(sight.asks_hub)},
                 {"first_fetch", path_unless_empty(sight.first)},
                 {"why", text_unless_empty(sight.why)}});
}

JsonValue entry_row(const EntryView& entry) {
  const RepoRow& row = entry.row;
  return object(
      {{"id", text(row.repo.id())},
       {"type", text(to_string(row.repo.type()))},
       {"revision", text(row.revision.text())},
       {"commit", if_any(row.commit, [](const CommitId& commit) { return text(commit.hex()); })},
       {"verdict", text(to_string(row.verdict))},
       {"optional", JsonValue(row.optional)},
       {"clients", rows(entry.sights, sight_row)}});
}

JsonValue file_system_value(const FileSystemFacts& facts) {
  return object({{"kind", text(facts.kind)},
                 {"is_network", JsonValue(facts.is_network)},
                 {"is_read_only", JsonValue(facts.is_read_only)},
                 {"flock", text(to_string(facts.flock))},
                 {"free_bytes", number(facts.free_bytes)},
                 {"total_bytes", number(facts.total_bytes)}});
}

JsonValue ownership_value(const Ownership& owners) {
  return object({{"owner", number(owners.owner)},
                 {"mode", text_unless_empty(owners.mode)},
                 {"foreign", number(owners.foreign)},
                 {"first_foreign", path_unless_empty(owners.first_foreign)},
                 {"unreadable", number(owners.unreadable)},
                 {"first_unreadable", path_unless_empty(owners.first_unreadable)},
                 {"closed_folders", number(owners.closed_folders)},
                 {"first_closed", path_unless_empty(owners.first_closed)}});
}

JsonValue health_value(const CacheHealth& health) {
  const LayoutCounts& layouts = health.layouts;
  return object({{"exists", JsonValue(health.exists)},
                 {"file_system", if_any(health.file_system, file_system_value)},
                 {"repos", number(health.repos)},
                 {"layouts", object({{"links", number(layouts.links)},
                                     {"copies", number(layouts.copies)},
                                     {"shared", number(layouts.shared)},
                                     {"listings", number(layouts.listings)}})},
                 {"ownership", ownership_value(health.ownership)},
                 {"partials", object({{"count", number(health.partials)},
                                      {"bytes", number(health.partial_bytes)},
                                      {"first", path_unless_empty(health.first_partial)}})},
                 {"locks", object({{"there", number(health.locks.there)},
                                   {"beside_blobs", number(health.locks.beside_blobs)},
                                   {"held", rows(health.locks.held, path)}})}});
}

JsonValue stray_row(const StrayPlace& stray) {
  return object({{"path", path(stray.path)}, {"why", text(stray.why)}});
}

JsonValue hint_row(const CiHint& hint) {
  return object({{"id", text(hint.id)}, {"what", text(hint.what)}});
}

JsonValue step_row(const StoryStep& step) {
  return object({{"what", text(step.what)},
                 {"path", path(step.path)},
                 {"good", JsonValue(step.is_good)},
                 {"says", text_unless_empty(step.text)}});
}

JsonValue writer_row(const WriterGuess& writer) {
  return object({{"who", text(writer.who)}, {"because", text(writer.because)}});
}

JsonValue finding_row(const Finding& finding) {
  return object(
      {{"code", text(to_string(finding.code))},
       {"class", text(to_string(finding.finding_class))},
       {"path", path_unless_empty(finding.path)},
       {"damage", if_any(finding.damage, [](Damage damage) { return text(to_string(damage)); })},
       {"detail", if_any(finding.detail, text)},
       {"remedy", text(to_string(finding.remedy))}});
}

JsonValue story_value(const FileStory& story) {
  const auto digest = [](const Digest& value) { return text(value.tagged()); };
  return object(
      {{"id", text(story.target.repo.id())},
       {"type", text(to_string(story.target.repo.type()))},
       {"revision", text(story.target.revision.text())},
       {"commit", if_any(story.commit, [](const CommitId& commit) { return text(commit.hex()); })},
       {"file", path(story.target.file)},
       {"steps", rows(story.steps, step_row)},
       {"size", if_any(story.size, number)},
       {"expected_size", if_any(story.expected_size, number)},
       {"expected", if_any(story.expected, digest)},
       {"expected_by", text_unless_empty(story.expected_by)},
       {"actual", if_any(story.actual, digest)},
       {"findings", rows(story.findings, finding_row)},
       {"writers", rows(story.writers, writer_row)}});
}

JsonValue guard_value(const GuardView& guard) {
  return object({{"mechanism", text(guard.watch.mechanism)},
                 {"names", text(guard.watch.names)},
                 {"failed", text_unless_empty(guard.watch.failed)},
                 {"warnings", rows(guard.watch.warnings, text)},
                 {"netns", object({{"works", JsonValue(guard.own_network.failed.empty())},
                                   {"failed", text_unless_empty(guard.own_network.failed)}})}});
}

JsonValue online_value(const OnlineFacts& hub) {
  return object(
      {{"endpoint", text(hub.endpoint)},
       {"is_mirror", JsonValue(hub.is_mirror)},
       {"is_reached", JsonValue(hub.is_reached)},
       {"status", hub.status == 0 ? JsonValue() : JsonValue(std::int64_t{hub.status})},
       {"what", text_unless_empty(hub.what)},
       {"tls", text(to_string(hub.tls))},
       {"token", text(to_string(hub.token))},
       {"account", text_unless_empty(hub.account)},
       {"requests_left",
        if_any(hub.left, [](const RateLimit& left) { return number(left.remaining); })},
       {"reset_seconds",
        if_any(hub.left,
               [](const RateLimit& left) { return JsonValue(std::int64_t{left.reset.count()}); })},
       {"quota", if_any(hub.policy, [](const RatePolicy& policy) { return number(policy.quota); })},
       {"window_seconds", if_any(hub.policy,
                                 [](const RatePolicy& policy) {
                                   return JsonValue(std::int64_t{policy.window.count()});
                                 })},
       {"tier", text_unless_empty(hub.tier)},
       {"clock_ahead_seconds",
        if_any(hub.clock_ahead,
               [](std::chrono::seconds ahead) { return JsonValue(std::int64_t{ahead.count()}); })},
       {"milliseconds", JsonValue(std::int64_t{hub.took.count()})}});
}

}  // namespace

std::string render_doctor_json(const Diagnosis& told) {
  const JsonObject root = {
      {"schema", text("hubward.doctor/1")},
      {"tool", object({{"name", text("hubward")}, {"version", text(kVersion)}})},
      {"exit_code", JsonValue(std::int64_t{told.exit_code})},
      {"cache", object({{"path", path(told.cache_path)}, {"source", text(told.cache_source)}})},
      {"manifest", told.manifest_path ? object({{"path", path(*told.manifest_path)},
                                                {"entries", number(told.manifest_entries)}})
                                      : JsonValue()},
      {"lock", if_any(told.lock_path,
                      [](const std::string& at) {
                        return object({{"path", path(at)}});
                      })},
      {"clients", client_rows(told)},
      {"entries", rows(told.entries, entry_row)},
      {"health", if_any(told.health, health_value)},
      {"strays", rows(told.strays, stray_row)},
      {"guard", if_any(told.guard, guard_value)},
      {"ci", text_unless_empty(told.ci_engine)},
      {"hints", rows(told.hints, hint_row)},
      {"file", if_any(told.story, story_value)},
      {"hub", if_any(told.online, online_value)},
      {"report", if_any(told.report, report_value)},
      {"next",
       object({{"what", text(told.next.what)}, {"command", text_unless_empty(told.next.command)}})},
  };
  return write_json(JsonValue(JsonValue::Variant(root)), JsonLayout::indented) + "\n";
}

}  // namespace hubward
