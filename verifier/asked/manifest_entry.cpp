#include "verifier/asked/manifest_entry.h"

#include "verifier/text/glob.h"
#include "verifier/text/nearest.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace hubward {
namespace {

constexpr RepoType kTypes[] = {RepoType::model, RepoType::dataset, RepoType::space,
                               RepoType::kernel};
constexpr Profile kProfiles[] = {Profile::automatic, Profile::tokenizer, Profile::all};
constexpr std::string_view kProfileNames[] = {"auto", "tokenizer", "all"};
constexpr std::string_view kOptionNames[] = {"file", "gguf", "not", "optional", "profile"};

Place moved(Place place, std::size_t columns) {
  return {.line = place.line, .column = place.column + static_cast<int>(columns)};
}

/// What is wrong with a `file:` or `not:` value.
std::optional<std::string> fault_of_glob(std::string_view glob) {
  if (glob.find("**") != std::string_view::npos)
    return "holds \"**\"; a single * already crosses '/'";
  if (glob.size() > 1 && glob.ends_with('/')) glob.remove_suffix(1);
  return fault_of_listed_path(glob);
}

std::optional<std::string> fault_of_literal(std::string_view path) {
  if (path.find_first_of("*?") != std::string_view::npos)
    return "holds * or ?, but gguf: takes one path; file: takes globs";
  return fault_of_listed_path(path);
}

/// Gathers the options of one line, reporting as it goes.
class OptionReader {
 public:
  explicit OptionReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void take(const ManifestOption& option) {
    if (option.name == "optional") {
      take_flag(option);
    } else if (option.name == "profile") {
      take_profile(option);
    } else if (option.name == "gguf") {
      take_path(option, gguf, fault_of_literal);
    } else if (option.name == "file") {
      take_path(option, files, fault_of_glob);
    } else if (option.name == "not") {
      take_path(option, never, fault_of_glob);
    } else {
      fault(option.place, fmt::format("unknown option \"{}\"; the nearest known one is \"{}\"",
                                      show(option.name, 100), nearest(option.name, kOptionNames)));
    }
  }

  bool is_sound() const { return is_sound_; }

  std::optional<Profile> profile;
  std::vector<std::string> gguf;
  std::vector<std::string> files;
  std::vector<std::string> never;
  bool optional = false;
  std::vector<DraftEntry::Literal> literals;

 private:
  void fault(Place place, std::string what) {
    diagnostics_.error(place, std::move(what));
    is_sound_ = false;
  }

  /// nullptr, and said, when there is none.
  const std::string* value_of(const ManifestOption& option) {
    if (option.value) return &*option.value;
    fault(option.place, fmt::format("{0} needs a value, as in {0}:…", option.name));
    return nullptr;
  }

  void take_flag(const ManifestOption& option) {
    if (option.value) fault(option.value_place, "optional takes no value");
    optional = true;
  }

  void take_profile(const ManifestOption& option) {
    const std::string* value = value_of(option);
    if (value == nullptr) return;
    const auto* const known = std::ranges::find(kProfiles, std::string_view(*value),
                                                [](Profile each) { return to_string(each); });
    if (known == std::end(kProfiles)) {
      fault(option.value_place,
            fmt::format("unknown profile \"{}\"; the nearest known one is \"{}\"",
                        show(*value, 100), nearest(*value, kProfileNames)));
    } else if (profile && *profile != *known) {
      fault(option.place, fmt::format("profile:{}, but this line already says profile:{}",
                                      to_string(*known), to_string(*profile)));
    } else {
      profile = *known;
    }
  }

  void take_path(const ManifestOption& option, std::vector<std::string>& paths,
                 std::optional<std::string> (*fault_of)(std::string_view)) {
    const std::string* value = value_of(option);
    if (value == nullptr) return;
    if (const auto found = fault_of(*value)) {
      fault(option.value_place, fmt::format("the path \"{}\" {}", show(*value, 200), *found));
      return;
    }
    paths.push_back(*value);
    if (&paths == &gguf || (&paths == &files && glob_is_literal(*value)))
      literals.push_back({.path = *value, .place = option.value_place});
  }

  Diagnostics& diagnostics_;  // outlives this reader
  bool is_sound_ = true;
};

/// [TYPE "/"] ID; a type's name always wins over an owner of that name.
Result<RepoId> parse_qualified(std::string_view text) {
  for (const RepoType type : kTypes) {
    const std::string prefix = fmt::format("{}/", plural(type));
    if (text.starts_with(prefix)) return RepoId::parse(type, text.substr(prefix.size()));
  }
  return RepoId::parse(RepoType::model, text);
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::ranges::move(more, std::back_inserter(all));
}

void drop_repeated(std::vector<std::string>& values) {
  std::set<std::string_view> seen;
  std::vector<bool> is_new;
  is_new.reserve(values.size());
  for (const std::string& value : values) is_new.push_back(seen.insert(value).second);
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (is_new[i]) kept.push_back(values[i]);
  values = std::move(kept);
}

}  // namespace

std::optional<DraftEntry> draft_entry(const ManifestLine& line, Diagnostics& diagnostics) {
  // An "@" stands in no id, so the first one ends it.
  const std::size_t at = std::min(line.entry.find('@'), line.entry.size());
  const auto repo = parse_qualified(line.entry.substr(0, at));
  if (!repo) diagnostics.error(line.place, repo.error().what);
  const auto revision = at == line.entry.size() ? Result<Revision>(Revision::main())
                                                : Revision::parse(line.entry.substr(at + 1));
  if (!revision)
    diagnostics.error(moved(line.place, count_characters(line.entry.substr(0, at)) + 1),
                      revision.error().what);
  // The options are read even beside a wrong id: all errors at once.
  OptionReader options(diagnostics);
  for (const ManifestOption& option : line.options) options.take(option);
  // A line that is wrong is not held against others, or one mistake would be told several times.
  if (!repo || !revision || !options.is_sound()) return std::nullopt;

  const bool chooses = !options.gguf.empty() || !options.files.empty() || !options.never.empty();
  std::optional<Profile> asked = options.profile;
  if (!asked && !chooses) asked = Profile::automatic;
  return DraftEntry{.entry = {.repo = *repo,
                              .revision = *revision,
                              .profile = options.profile,
                              .gguf = std::move(options.gguf),
                              .files = std::move(options.files),
                              .never = std::move(options.never),
                              .optional = options.optional,
                              .line = line.place.line},
                    .asked = asked,
                    .asked_line = line.place.line,
                    .literals = std::move(options.literals)};
}

void unite(DraftEntry& first, DraftEntry later, Place place, Diagnostics& diagnostics) {
  if (first.asked && later.asked && *first.asked != *later.asked) {
    diagnostics.error(
        place, fmt::format("asks for profile:{}, but line {} asks for profile:{} of the "
                           "same repo and revision",
                           to_string(*later.asked), first.asked_line, to_string(*first.asked)));
  } else if (later.asked) {
    first.asked_line = first.asked ? first.asked_line : later.asked_line;
    first.asked = later.asked;
  }
  if (first.entry.optional != later.entry.optional)
    diagnostics.error(place,
                      fmt::format("is {}optional, but line {} about the same repo and revision "
                                  "is {}",
                                  later.entry.optional ? "" : "not ", first.entry.line,
                                  first.entry.optional ? "optional" : "not"));
  // Written out, lest a bare line be lost beside another one's `file:`.
  first.entry.profile = first.asked;
  append(first.entry.gguf, std::move(later.entry.gguf));
  append(first.entry.files, std::move(later.entry.files));
  append(first.entry.never, std::move(later.entry.never));
  append(first.literals, std::move(later.literals));
}

ManifestEntry finish(DraftEntry draft, Diagnostics& diagnostics) {
  drop_repeated(draft.entry.gguf);
  drop_repeated(draft.entry.files);
  drop_repeated(draft.entry.never);
  for (const DraftEntry::Literal& literal : draft.literals) {
    const auto shut_out = std::ranges::find_if(
        draft.entry.never,
        [&literal](const std::string& glob) { return glob_matches(glob, literal.path); });
    if (shut_out != draft.entry.never.end())
      diagnostics.error(literal.place, fmt::format("\"{}\" is required, but not:{} shuts it out",
                                                   show(literal.path, 200), show(*shut_out, 200)));
  }
  return std::move(draft.entry);
}

}  // namespace hubward
