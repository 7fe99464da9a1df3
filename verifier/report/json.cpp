#include "verifier/report/json.h"

#include "verifier/report/guard.h"
#include "verifier/report/shard_json.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

#include <cmath>

namespace hubward {
namespace {

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue path(std::string_view bytes) { return JsonValue(report_path(bytes)); }

JsonValue text_unless_empty(std::string_view value) {
  return value.empty() ? JsonValue() : text(value);
}

JsonValue path_unless_empty(std::string_view bytes) {
  return bytes.empty() ? JsonValue() : path(bytes);
}

JsonValue text_if_any(const std::optional<std::string>& value) {
  return value ? text(*value) : JsonValue();
}

JsonValue path_if_any(const std::optional<std::string>& bytes) {
  return bytes ? path(*bytes) : JsonValue();
}

JsonValue object(JsonObject members) { return JsonValue(JsonValue::Variant(std::move(members))); }

JsonValue array(JsonArray values) { return JsonValue(JsonValue::Variant(std::move(values))); }

JsonValue number(std::uint64_t value) { return JsonValue(value); }

JsonValue repo_row(const RepoRow& row) {
  return object({
      {"id", text(row.repo.id())},
      {"type", text(to_string(row.repo.type()))},
      {"revision", text(row.revision.text())},
      {"commit", row.commit ? text(row.commit->hex()) : JsonValue()},
      {"verdict", text(to_string(row.verdict))},
      {"basis", row.basis ? text(to_string(*row.basis)) : JsonValue()},
      {"optional", JsonValue(row.optional)},
      {"files", number(row.files)},
      {"bytes", number(row.bytes)},
  });
}

JsonValue finding_row(const Finding& finding) {
  JsonArray affects;
  for (const std::string& affected : finding.affects) {
    if (affects.size() == kMaxAffects) break;
    affects.push_back(path(affected));
  }
  // The cache itself has no path beneath the cache; every other finding has one.
  return object({
      {"code", text(to_string(finding.code))},
      {"class", text(to_string(finding.finding_class))},
      {"repo", text_unless_empty(finding.repo)},
      {"revision", text_unless_empty(finding.revision)},
      {"commit", text_unless_empty(finding.commit)},
      {"path", path_unless_empty(finding.path)},
      {"expected", text_if_any(finding.expected)},
      {"actual", text_if_any(finding.actual)},
      {"damage", finding.damage ? text(to_string(*finding.damage)) : JsonValue()},
      {"detail", text_if_any(finding.detail)},
      {"affects", array(std::move(affects))},
      {"affects_total", number(finding.affects_total)},
      {"remedy", text(to_string(finding.remedy))},
  });
}

JsonValue totals_row(const Totals& totals) {
  return object({
      {"repos", number(totals.repos)},
      {"pointers", number(totals.pointers)},
      {"blobs", number(totals.blobs)},
      {"bytes", number(totals.bytes)},
      {"bytes_hashed", number(totals.bytes_hashed)},
      {"blobs_from_ledger", number(totals.blobs_from_ledger)},
      {"seconds", JsonValue(std::round(totals.seconds * 1000) / 1000)},
  });
}

JsonValue action_row(const Action& action) {
  return object({
      {"what", text(action.what)},
      {"path", path_unless_empty(action.path)},
      {"detail", text_unless_empty(action.detail)},
  });
}

template <class Row, class Render>
JsonValue rows(const std::vector<Row>& source, Render render) {
  JsonArray values;
  values.reserve(source.size());
  for (const Row& row : source) values.push_back(render(row));
  return array(std::move(values));
}

}  // namespace

JsonValue report_value(const Report& report) {
  JsonObject root = {
      {"schema", text("hubward.report/1")},
      {"tool", object({{"name", text("hubward")}, {"version", text(kVersion)}})},
      {"exit_code", JsonValue(std::int64_t{report.exit_code})},
      {"cache", object({{"path", path(report.cache_path)}, {"source", text(report.cache_source)}})},
      {"manifest", object({{"path", path_if_any(report.manifest_path)},
                           {"entries", number(report.manifest_entries)}})},
      {"lock", object({{"path", path_if_any(report.lock_path)}})},
      {"level", text(to_string(report.level))},
      {"require", text(to_string(report.require))},
      {"scope", text(to_string(report.scope))},
      {"verdict", text(to_string(report.verdict))},
      {"repos", rows(report.repos, repo_row)},
      {"findings", rows(report.findings, finding_row)},
      {"totals", totals_row(report.totals)},
      {"shard", shard_value(report)},
  };
  if (report.guard) root.emplace_back("guard", guard_value(*report.guard));
  if (report.actions) root.emplace_back("actions", rows(*report.actions, action_row));
  return JsonValue(std::move(root));
}

std::string render_json(const Report& report) {
  return write_json(report_value(report), JsonLayout::indented) + "\n";
}

}  // namespace hubward
