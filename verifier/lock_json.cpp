#include "verifier/lock_report.h"
#include "verifier/report/json.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue path(std::string_view bytes) { return JsonValue(report_path(bytes)); }

JsonValue object(JsonObject members) { return JsonValue(JsonValue::Variant(std::move(members))); }

JsonValue number(const std::optional<std::uint64_t>& value) {
  return value ? JsonValue(*value) : JsonValue();
}

JsonValue text_unless_empty(std::string_view value) {
  return value.empty() ? JsonValue() : text(value);
}

JsonValue side(const LockedSide& side) {
  return object({{"commit", side.commit ? text(side.commit->hex()) : JsonValue()},
                 {"files", number(side.files)},
                 {"size", number(side.size)},
                 {"oid", side.oid ? text(side.oid->tagged()) : JsonValue()}});
}

JsonObject entry_keys(const RepoId& repo, const Revision& revision) {
  return {{"id", text(repo.id())},
          {"type", text(to_string(repo.type()))},
          {"revision", text(revision.text())}};
}

JsonValue change_row(const LockChange& change) {
  JsonObject row = {{"what", text(to_string(change.kind))}};
  for (auto& key : entry_keys(change.repo, change.revision)) row.push_back(std::move(key));
  row.emplace_back("path", change.path.empty() ? JsonValue() : path(change.path));
  row.emplace_back("before", side(change.before));
  row.emplace_back("after", side(change.after));
  row.emplace_back("why", text_unless_empty(change.why));
  return object(std::move(row));
}

JsonValue note_row(const LockNote& note) {
  JsonObject row = entry_keys(note.repo, note.revision);
  row.emplace_back("what", text(note.what));
  return object(std::move(row));
}

template <class Row, class Render>
JsonValue rows(const std::vector<Row>& source, Render render) {
  JsonArray values;
  for (const Row& row : source) values.push_back(render(row));
  return JsonValue(JsonValue::Variant(std::move(values)));
}

JsonValue lock_row(const LockOutcome& outcome) {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  for (const LockedRepo& repo : outcome.lock.repos) {
    files += repo.files.size();
    for (const LockedFile& file : repo.files) bytes += file.size;
  }
  return object({{"path", path(outcome.lock_path)},
                 {"entries", JsonValue(std::uint64_t{outcome.lock.repos.size()})},
                 {"files", JsonValue(files)},
                 {"bytes", JsonValue(bytes)}});
}

}  // namespace

std::string render_lock_json(const LockOutcome& outcome) {
  const JsonObject root = {
      {"schema", text("hubward.lock/1")},
      {"tool", object({{"name", text("hubward")}, {"version", text(kVersion)}})},
      {"exit_code", JsonValue(std::int64_t{outcome.exit_code})},
      {"deed", text(to_string(outcome.deed))},
      {"cache",
       object({{"path", path(outcome.cache_path)}, {"source", text(outcome.cache_source)}})},
      {"manifest", object({{"path", path(outcome.manifest_path)},
                           {"entries", JsonValue(outcome.manifest_entries)}})},
      {"lock", lock_row(outcome)},
      {"changes", rows(outcome.changes, change_row)},
      {"notes", rows(outcome.notes, note_row)},
      {"unlockable", rows(outcome.unlockable, text)},
      {"report", outcome.report ? report_value(*outcome.report) : JsonValue()},
  };
  return write_json(JsonValue(root), JsonLayout::indented) + "\n";
}

}  // namespace hubward
