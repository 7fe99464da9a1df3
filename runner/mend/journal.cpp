#include "runner/mend/journal.h"

#include "runner/mend/beneath.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/repo_id.h>

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kMaxText = 4 * kMaxJournalPath;  // a byte may be spelled \\xHH
constexpr mode_t kPermissions = 0777;
constexpr std::size_t kLineDepth = 2;
constexpr std::size_t kLineValues = 32;

constexpr std::array<std::pair<JournalDeed, std::string_view>, 6> kDeeds = {{
    {JournalDeed::take, "take"},
    {JournalDeed::link, "link"},
    {JournalDeed::ref, "ref"},
    {JournalDeed::folder, "folder"},
    {JournalDeed::name, "name"},
    {JournalDeed::mode, "mode"},
}};

std::string_view word_of(JournalDeed deed) { return kDeeds[static_cast<std::size_t>(deed)].second; }

std::optional<JournalDeed> deed_named(std::string_view word) {
  for (const auto& [deed, name] : kDeeds) {
    if (name == word) return deed;
  }
  return std::nullopt;
}

JsonValue text_value(std::string_view text) { return JsonValue(std::string(text)); }
JsonValue path_value(std::string_view path) { return JsonValue(report_path(path)); }
JsonValue mode_value(mode_t mode) { return JsonValue(fmt::format("{:04o}", mode & kPermissions)); }

std::string line_of(JsonObject object) {
  return write_json(JsonValue(std::move(object)), JsonLayout::compact) + "\n";
}

/// Reads one line's members; remembers whether any was not as it should be.
class Members {
 public:
  explicit Members(const JsonValue& line) : line_(line) {}

  bool has(std::string_view key) const { return line_.find(key) != nullptr; }

  std::string text(std::string_view key) {
    const JsonValue* value = line_.find(key);
    if (value == nullptr) return {};
    if (value->string() != nullptr && value->string()->size() <= kMaxText) return *value->string();
    is_sound_ = false;
    return {};
  }

  /// Relative, and nowhere but beneath.
  std::string path(std::string_view key) {
    std::string path = path_from_report(text(key));
    if (!may_be_journaled(path)) is_sound_ = false;
    return path;
  }

  mode_t mode(std::string_view key) {
    const std::string digits = text(key);
    mode_t mode = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, mode, 8);
    if (error != std::errc() || stop != end || mode > kPermissions) is_sound_ = false;
    return mode;
  }

  void expect(bool sound) { is_sound_ = is_sound_ && sound; }
  bool is_sound() const { return is_sound_; }

 private:
  const JsonValue& line_;
  bool is_sound_ = true;
};

std::optional<JournalRecord> read_record(const JsonValue& line) {
  Members members(line);
  const auto deed = deed_named(members.has("do") ? members.text("do") : "take");
  if (!deed) return std::nullopt;
  JournalRecord record{.deed = *deed, .path = members.path("path")};
  record.kind = members.text("kind");
  record.code = members.text("code");
  members.expect(!members.has("kind") || !record.kind.empty());
  if (record.has_original()) record.at = members.has("at") ? members.path("at") : record.path;
  members.expect(record.at != kJournalName);
  switch (*deed) {
    case JournalDeed::take: members.expect(record.has_original()); break;
    case JournalDeed::link:
      record.text = path_from_report(members.text("text"));
      members.expect(!record.text.empty());
      break;
    case JournalDeed::ref:
      record.text = members.text("text");
      members.expect(CommitId::parse(record.text).has_value());
      break;
    case JournalDeed::folder: break;
    case JournalDeed::name: record.of = members.path("of"); break;
    case JournalDeed::mode:
      record.was = members.mode("was");
      record.now = members.mode("now");
      break;
  }
  if (!members.is_sound()) return std::nullopt;
  return record;
}

bool is_header(const JsonValue& line) {
  const JsonValue* schema = line.find("schema");
  return schema != nullptr && schema->string() != nullptr && *schema->string() == kJournalSchema;
}

/// What a line adds to the journal; false when it is none.
bool add_line(const JsonValue& line, bool is_first, Journal& journal) {
  if (is_first) {
    Members members(line);
    journal.cache = path_from_report(members.text("cache"));
    journal.time = members.text("time");
    return members.is_sound() && !journal.cache.empty();
  }
  if (const JsonValue* undone = line.find("undone")) {
    const auto number = undone->unsigned_integer();
    if (!number || *number < 1 || *number > journal.records.size()) return false;
    journal.records[*number - 1].undone = true;
    return true;
  }
  auto record = read_record(line);
  if (record) journal.records.push_back(std::move(*record));
  return record.has_value();
}

}  // namespace

bool may_be_journaled(std::string_view path) {
  return stays_beneath(path) && path.size() <= kMaxJournalPath;
}

std::string journal_header(std::string_view cache, std::string_view time) {
  return line_of({{"schema", text_value(kJournalSchema)},
                  {"cache", path_value(cache)},
                  {"time", text_value(time)}});
}

std::string journal_line(const JournalRecord& record) {
  JsonObject line = {{"do", text_value(word_of(record.deed))}, {"path", path_value(record.path)}};
  const auto add = [&line](std::string_view key, JsonValue value) {
    line.emplace_back(std::string(key), std::move(value));
  };
  if (record.deed == JournalDeed::link) add("text", path_value(record.text));
  if (record.deed == JournalDeed::ref) add("text", text_value(record.text));
  if (record.deed == JournalDeed::name) add("of", path_value(record.of));
  if (record.deed == JournalDeed::mode) {
    add("was", mode_value(record.was));
    add("now", mode_value(record.now));
  }
  if (!record.kind.empty()) add("kind", text_value(record.kind));
  if (!record.code.empty()) add("code", text_value(record.code));
  if (record.has_original() && record.at != record.path) add("at", path_value(record.at));
  return line_of(std::move(line));
}

std::string journal_undone(std::size_t number) {
  return line_of({{"undone", JsonValue(std::uint64_t{number})}});
}

Result<Journal> parse_journal(std::string_view text, const std::string& place) {
  const auto refuse = [&place](std::size_t line, std::string what) {
    return fail(ErrorKind::bad_input, "", fmt::format("{}:{}: error: {}", place, line, what));
  };
  if (text.size() > kMaxJournalBytes) return refuse(1, "the journal is larger than 256 MiB");
  Journal journal;
  std::size_t number = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    ++number;
    const auto line = parse_json(text.substr(0, end), kLineDepth, kLineValues);
    text.remove_prefix(end + 1);
    if (number == 1 && (!line || !is_header(*line))) {
      return refuse(1, fmt::format("this is no journal of the form {}", kJournalSchema));
    }
    if (!line || !add_line(*line, number == 1, journal)) {
      return refuse(number, "this is no record of a quarantine, or one that would lead out of it");
    }
  }
  if (number == 0) return refuse(1, "the journal is empty");
  return journal;
}

}  // namespace hubward
