#include "verifier/report/shard_report.h"

#include "verifier/report/shard_json.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace hubward {
namespace {

/// Reads members by name. The first that is not as it should be is the fault; what comes after it
/// is read as nothing, so that a reader need not ask at every step.
class Fields {
 public:
  Fields(const JsonValue& value, std::string name, std::string& fault)
      : value_(value), name_(std::move(name)), fault_(fault) {}

  Fields in(std::string_view key) const { return {at(key), called(key), fault_}; }

  std::vector<Fields> rows(std::string_view key) const {
    std::vector<Fields> rows;
    const JsonArray* array = at(key).array();
    if (array == nullptr) refuse(key);
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      rows.push_back({(*array)[i], fmt::format("{}[{}]", called(key), i), fault_});
    }
    return rows;
  }

  bool is_null(std::string_view key) const { return at(key).is_null(); }

  /// As it stands, and safe for eyes.
  std::string text(std::string_view key) const {
    const std::string* text = at(key).string();
    if (text != nullptr && show(*text, text->size()) == *text) return *text;
    refuse(key);
    return {};
  }
  std::string text_or_empty(std::string_view key) const {
    return is_null(key) ? std::string() : text(key);
  }
  std::optional<std::string> text_if_any(std::string_view key) const {
    return is_null(key) ? std::nullopt : std::optional(text(key));
  }

  /// Raw bytes.
  std::string path(std::string_view key) const { return path_in(at(key), key); }
  std::string path_or_empty(std::string_view key) const {
    return is_null(key) ? std::string() : path(key);
  }
  std::optional<std::string> path_if_any(std::string_view key) const {
    return is_null(key) ? std::nullopt : std::optional(path(key));
  }
  std::vector<std::string> paths(std::string_view key, std::size_t most) const {
    std::vector<std::string> paths;
    const JsonArray* array = at(key).array();
    if (array == nullptr || array->size() > most) {
      refuse(key);
      return paths;
    }
    for (const JsonValue& value : *array) paths.push_back(path_in(value, key));
    return paths;
  }

  std::uint64_t count(std::string_view key) const { return count_in(at(key), key); }
  int line(std::string_view key) const { return line_in(at(key), key); }
  /// A row that is a pair of lines.
  std::pair<int, int> two_lines() const {
    const JsonArray* pair = value_.array();
    if (pair == nullptr || pair->size() != 2) {
      refuse("");
      return {};
    }
    return {line_in((*pair)[0], ""), line_in((*pair)[1], "")};
  }

  bool flag(std::string_view key) const {
    const bool* flag = at(key).boolean();
    if (flag == nullptr) refuse(key);
    return flag != nullptr && *flag;
  }

  double seconds(std::string_view key) const {
    const JsonValue& value = at(key);
    if (const auto* number = std::get_if<double>(&value.variant()); number && *number >= 0) {
      return *number;
    }
    return static_cast<double>(count(key));
  }

  /// The value of `all` that is called so.
  template <class Value, std::size_t N>
  Value one_of(std::string_view key, const Value (&all)[N]) const {
    const std::string* text = at(key).string();
    for (const Value& value : all) {
      if (text != nullptr && to_string(value) == *text) return value;
    }
    refuse(key);
    return all[0];
  }

  /// Of what a parser makes of the text: an optional or a Result.
  template <class Parse>
  auto parsed(std::string_view key, const Parse& parse) const
      -> std::optional<std::decay_t<decltype(*parse(std::string_view()))>> {
    const std::string* text = at(key).string();
    if (text != nullptr) {
      if (auto value = parse(*text)) return std::move(*value);
    }
    refuse(key);
    return std::nullopt;
  }
  std::optional<Digest> digest_if_any(std::string_view key) const {
    return is_null(key) ? std::nullopt : parsed(key, Digest::from_tagged);
  }

  void refuse(std::string_view key) const {
    if (fault_.empty()) fault_ = called(key);
  }

 private:
  const JsonValue& at(std::string_view key) const {
    static const JsonValue nothing;
    const JsonValue* member = value_.find(key);
    if (member == nullptr) refuse(key);
    return member == nullptr ? nothing : *member;
  }
  std::string called(std::string_view key) const {
    if (name_.empty() || key.empty()) return name_ + std::string(key);
    return fmt::format("{}.{}", name_, key);
  }
  std::string path_in(const JsonValue& value, std::string_view key) const {
    const std::string* text = value.string();
    if (text != nullptr && !text->empty()) {
      std::string path = path_from_report(*text);
      if (report_path(path) == *text) return path;
    }
    refuse(key);
    return {};
  }
  std::uint64_t count_in(const JsonValue& value, std::string_view key) const {
    const auto count = value.unsigned_integer();
    if (!count) refuse(key);
    return count.value_or(0);
  }
  int line_in(const JsonValue& value, std::string_view key) const {
    const std::uint64_t line = count_in(value, key);
    if (line <= static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
      return static_cast<int>(line);
    }
    refuse(key);
    return 0;
  }

  const JsonValue& value_;  // outlives this, as the fault does
  std::string name_;
  std::string& fault_;
};

constexpr Verdict kVerdicts[] = {Verdict::complete, Verdict::incomplete, Verdict::corrupt};
constexpr Basis kBases[] = {Basis::assumed, Basis::tree, Basis::lock};
constexpr Level kLevels[] = {Level::layout, Level::size, Level::content};
constexpr Scope kScopes[] = {Scope::manifest, Scope::all};
constexpr RepoType kTypes[] = {RepoType::model, RepoType::dataset, RepoType::space,
                               RepoType::kernel};
constexpr FindingClass kClasses[] = {FindingClass::hostile, FindingClass::corrupt,
                                     FindingClass::incomplete, FindingClass::warning,
                                     FindingClass::note};
constexpr Remedy kRemedies[] = {Remedy::fetch, Remedy::repair, Remedy::remove, Remedy::none};
constexpr Damage kDamages[] = {Damage::empty,     Damage::lfs_pointer, Damage::html,
                               Damage::xml,       Damage::json_error,  Damage::compressed,
                               Damage::crlf,      Damage::zero_filled, Damage::oversized,
                               Damage::truncated, Damage::other};

void read_row(const Fields& fields, std::vector<RepoRow>& rows) {
  const RepoType type = fields.one_of("type", kTypes);
  auto repo = fields.parsed("id", [&](std::string_view id) { return RepoId::parse(type, id); });
  auto revision = fields.parsed("revision", Revision::parse);
  if (!repo || !revision) return;
  RepoRow row{.repo = std::move(*repo), .revision = std::move(*revision), .commit = {}};
  if (!fields.is_null("commit")) row.commit = fields.parsed("commit", CommitId::parse);
  row.verdict = fields.one_of("verdict", kVerdicts);
  if (!fields.is_null("basis")) row.basis = fields.one_of("basis", kBases);
  row.optional = fields.flag("optional");
  row.files = fields.count("files");
  row.bytes = fields.count("bytes");
  rows.push_back(std::move(row));
}

void read_finding(const Fields& fields, std::vector<Finding>& findings) {
  const auto code = fields.parsed("code", finding_code_from);
  if (!code) return;
  Finding finding = make_finding(*code, fields.path_or_empty("path"));
  finding.finding_class = fields.one_of("class", kClasses);
  finding.repo = fields.text_or_empty("repo");
  finding.revision = fields.text_or_empty("revision");
  finding.commit = fields.text_or_empty("commit");
  finding.expected = fields.text_if_any("expected");
  finding.actual = fields.text_if_any("actual");
  if (!fields.is_null("damage")) finding.damage = fields.one_of("damage", kDamages);
  finding.detail = fields.text_if_any("detail");
  finding.affects = fields.paths("affects", kMaxAffects);
  finding.affects_total = fields.count("affects_total");
  finding.remedy = fields.one_of("remedy", kRemedies);
  if (finding.affects_total < finding.affects.size()) fields.refuse("affects_total");
  findings.push_back(std::move(finding));
}

Totals totals_in(const Fields& fields) {
  return {.repos = fields.count("repos"),
          .pointers = fields.count("pointers"),
          .blobs = fields.count("blobs"),
          .bytes = fields.count("bytes"),
          .bytes_hashed = fields.count("bytes_hashed"),
          .blobs_from_ledger = fields.count("blobs_from_ledger"),
          .seconds = fields.seconds("seconds")};
}

ShardEntry entry_in(const Fields& fields) {
  ShardEntry entry{.manifest_line = fields.line("manifest_line"),
                   .lock_line = fields.line("lock_line"),
                   .doubt = std::nullopt,
                   .intact = fields.flag("intact"),
                   .held = fields.flag("held"),
                   .blind = fields.text_or_empty("blind")};
  if (!fields.is_null("doubt")) entry.doubt = fields.one_of("doubt", kDoubts);
  return entry;
}

/// What stands beside the rows and findings of the report, row by row, goes into them.
void read_part(const Fields& fields, Report& report) {
  const auto number = [&](std::string_view key) {
    return static_cast<unsigned>(std::min<std::uint64_t>(fields.count(key), kMaxShards + 1));
  };
  const Shard shard{.index = number("index"), .of = number("of")};
  if (!is_shard(shard)) fields.refuse("index");
  auto cache = fields.parsed("cache", Digest::from_tagged);
  auto asked = fields.parsed("asked", Digest::from_tagged);
  if (!cache || !asked) return;
  ShardPart part{.shard = shard,
                 .blobs = fields.count("blobs"),
                 .bytes = fields.count("bytes"),
                 .cache = *cache,
                 .manifest = fields.digest_if_any("manifest"),
                 .lock = fields.digest_if_any("lock"),
                 .asked = *asked,
                 .entries = {}};
  for (const Fields& entry : fields.rows("entries")) part.entries.push_back(entry_in(entry));
  const std::vector<Fields> lines = fields.rows("lines");
  if (part.entries.size() != report.repos.size()) return fields.refuse("entries");
  if (lines.size() != report.findings.size()) return fields.refuse("lines");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto [manifest_line, lock_line] = lines[i].two_lines();
    report.findings[i].manifest_line = manifest_line;
    report.findings[i].lock_line = lock_line;
  }
  for (std::size_t i = 0; i < part.entries.size(); ++i) {
    report.repos[i].line = part.entries[i].manifest_line;
  }
  report.shard = std::move(part);
}

tl::unexpected<Error> refuse(std::string what) {
  return fail(ErrorKind::bad_input, "", std::move(what));
}

/// One object behind another, as `cat` makes of several files.
bool holds_several(std::string_view json) {
  std::size_t depth = 0;
  bool is_text = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char each = json[at];
    if (is_text && each == '\\') ++at;
    if (each == '"') is_text = !is_text;
    if (is_text) continue;
    if (each == '{') ++depth;
    if (each != '}' || depth == 0 || --depth > 0) continue;
    const std::size_t next = json.find_first_not_of(" \t\r\n", at + 1);
    return next != std::string_view::npos && json[next] == '{';
  }
  return false;
}

/// What a person may well have handed in by mistake is told apart from what is broken.
Result<void> expect_shard_of_this_version(const JsonValue& root) {
  const JsonValue* schema = root.find("schema");
  if (schema == nullptr || schema->string() == nullptr || *schema->string() != "hubward.report/1") {
    return refuse("is no report of hubward verify --format json");
  }
  const JsonValue* tool = root.find("tool");
  const JsonValue* version = tool == nullptr ? nullptr : tool->find("version");
  if (version == nullptr || version->string() == nullptr)
    return refuse("does not say who wrote it");
  if (*version->string() != kVersion) {
    return refuse(
        fmt::format("was written by hubward {}, and this is {}: verify and merge with one",
                    show(*version->string(), 40), kVersion));
  }
  const JsonValue* shard = root.find("shard");
  if (shard == nullptr || shard->is_null()) {
    return refuse("is the report of no shard: hubward verify --shard I/N --format json writes one");
  }
  return {};
}

}  // namespace

Result<Report> parse_shard_report(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed && holds_several(json)) {
    return refuse(
        "holds several reports, and one was expected: `hubward merge` takes a file for each");
  }
  HUBWARD_TRY(const JsonValue root, std::move(parsed));
  HUBWARD_TRY_VOID(expect_shard_of_this_version(root));
  std::string fault;
  const Fields fields(root, "", fault);
  Report report;
  report.exit_code = fields.line("exit_code");
  report.cache_path = fields.in("cache").path("path");
  report.cache_source = fields.in("cache").text("source");
  report.manifest_path = fields.in("manifest").path_if_any("path");
  report.manifest_entries = fields.in("manifest").count("entries");
  report.lock_path = fields.in("lock").path_if_any("path");
  report.level = fields.one_of("level", kLevels);
  report.require = fields.one_of("require", kBases);
  report.scope = fields.one_of("scope", kScopes);
  report.verdict = fields.one_of("verdict", kVerdicts);
  for (const Fields& row : fields.rows("repos")) read_row(row, report.repos);
  for (const Fields& row : fields.rows("findings")) read_finding(row, report.findings);
  report.totals = totals_in(fields.in("totals"));
  read_part(fields.in("shard"), report);
  if (!fault.empty()) {
    return refuse(fmt::format("is no report as hubward {} writes one: `{}` is not as it should be",
                              kVersion, fault));
  }
  return report;
}

}  // namespace hubward
