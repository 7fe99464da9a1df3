// The project's own settings. A key that is passed over in silence is a guard that is off, so what
// is not known, not of its kind or not possible is refused, all of it at once.
#include "verifier/asked/config.h"

#include "verifier/asked/config_value.h"
#include "verifier/text/show.h"
#include "verifier/text/toml_door.h"
#include "verifier/text/toml_fields.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace hubward {
namespace {

template <class T>
struct Named {
  std::string_view name;
  T value;
};

constexpr Named<CacheClient> kClients[] = {{"python", CacheClient::python},
                                           {"hf-hub-0", CacheClient::hf_hub_0}};
constexpr Named<Level> kLevels[] = {
    {"layout", Level::layout}, {"size", Level::size}, {"content", Level::content}};
constexpr Named<Basis> kBases[] = {
    {"assumed", Basis::assumed}, {"tree", Basis::tree}, {"lock", Basis::lock}};
constexpr Named<OnIncomplete> kOnIncomplete[] = {
    {"fetch", OnIncomplete::fetch}, {"online", OnIncomplete::online}, {"fail", OnIncomplete::fail}};
constexpr Named<OnFetchFailure> kOnFetchFailure[] = {{"auto", OnFetchFailure::automatic},
                                                     {"online", OnFetchFailure::online},
                                                     {"fail", OnFetchFailure::fail}};
constexpr Named<GuardMode> kGuardModes[] = {
    {"off", GuardMode::off}, {"observe", GuardMode::observe}, {"enforce", GuardMode::enforce}};

constexpr Named<GuardWith> kGuardsWith[] = {
    {"auto", GuardWith::automatic}, {"seccomp", GuardWith::seccomp}, {"netns", GuardWith::netns}};

/// One section; what is wrong is reported and leaves its target, for the file is refused then.
class SectionReader {
 public:
  SectionReader(const TomlTable& table, const std::string& section, Diagnostics& diagnostics)
      : fields_(table, section, diagnostics),
        prefix_(section.empty() ? "" : section + " "),
        diagnostics_(diagnostics) {}

  TomlFields& fields() { return fields_; }

  template <class T, std::size_t N>
  void choice(std::string_view key, const Named<T> (&known)[N], T& target) {
    std::array<std::string_view, N> names;
    for (std::size_t i = 0; i < N; ++i) names[i] = known[i].name;
    if (const auto at = fields_.choice(key, names)) target = known[*at].value;
  }

  void number(std::string_view key, std::int64_t least, std::int64_t most, int& target) {
    if (const auto given = fields_.number(key, least, most)) target = static_cast<int>(*given);
  }

  std::optional<std::string> text(std::string_view key, FaultOf fault_of) {
    const auto given = fields_.text(key);
    if (!given) return std::nullopt;
    if (const auto fault = fault_of(given->text))
      report(given->place, fmt::format("{}{} {}", prefix_, key, *fault));
    return given->text;
  }

  std::vector<std::string> texts(std::string_view key, FaultOf fault_of) {
    const auto given = fields_.texts(key);
    return given ? judged(*given, key, fault_of) : std::vector<std::string>();
  }

  /// A program and its arguments.
  std::vector<std::string> command(std::string_view key) {
    const auto given = fields_.texts(key);
    if (!given) return {};
    if (given->items.empty() || given->items.front().text.empty())
      report(given->place, fmt::format("{}{} names no program", prefix_, key));
    return judged(*given, key, fault_of_argument);
  }

  std::optional<std::chrono::seconds> duration(std::string_view key) {
    const auto given = fields_.text(key);
    if (!given) return std::nullopt;
    const auto duration = parse_duration(given->text);
    if (!duration) {
      report(given->place, fmt::format("{}{}: {}", prefix_, key, duration.error().what));
      return std::nullopt;
    }
    if (duration->count() == 0)
      report(given->place, fmt::format("{}{} is no time at all", prefix_, key));
    return *duration;
  }

 private:
  std::vector<std::string> judged(const PlacedTexts& given, std::string_view key,
                                  FaultOf fault_of) {
    std::vector<std::string> texts;
    for (const PlacedText& item : given.items) {
      if (const auto fault = fault_of(item.text))
        report(item.place, fmt::format("an item of {}{} {}", prefix_, key, *fault));
      texts.push_back(item.text);
    }
    return texts;
  }

  void report(Place place, std::string what) { diagnostics_.error(place, std::move(what)); }

  TomlFields fields_;
  std::string prefix_;
  Diagnostics& diagnostics_;  // outlives this reader
};

void read_cache(SectionReader& section, CacheConfig& cache) {
  section.choice("client", kClients, cache.client);
  cache.dir = section.text("dir", fault_of_path);
  cache.allow_roots = section.texts("allow_roots", fault_of_root);
}

void read_verify(SectionReader& section, VerifyConfig& verify) {
  section.choice("level", kLevels, verify.level);
  section.choice("require", kBases, verify.require);
  verify.ledger = section.fields().flag("ledger");
  verify.recheck_after = section.duration("recheck_after");
}

void read_fetch(SectionReader& section, FetchConfig& fetch) {
  fetch.endpoint = section.text("endpoint", fault_of_endpoint);
  section.number("parallel", 1, kMaxParallel, fetch.parallel);
  section.number("retries", 0, kMaxRetries, fetch.retries);
  fetch.deadline = section.duration("deadline").value_or(fetch.deadline);
  fetch.command = section.command("command");
}

/// [run.env]: any name is known there, so the usual search for unknown keys does not apply.
void read_environment(const TomlTable& variables, std::map<std::string, std::string>& env,
                      Diagnostics& diagnostics) {
  TomlFields fields(variables, "[run.env]", diagnostics);
  for (const TomlMember& variable : variables) {
    if (const auto fault = fault_of_variable_name(variable.key))
      diagnostics.error(variable.place, *fault);
    const auto value = fields.text(variable.key);
    if (!value) continue;
    if (const auto fault = fault_of_argument(value->text))
      diagnostics.error(value->place, fmt::format("[run.env] {} {}", show(variable.key), *fault));
    env[variable.key] = value->text;
  }
}

void read_run(SectionReader& section, RunConfig& run, Diagnostics& diagnostics) {
  run.command = section.command("command");
  section.choice("on_incomplete", kOnIncomplete, run.on_incomplete);
  section.choice("on_fetch_failure", kOnFetchFailure, run.on_fetch_failure);
  run.timeout = section.duration("timeout");
  run.bridge_token = section.fields().flag("bridge_token").value_or(run.bridge_token);
  if (const TomlTable* variables = section.fields().table("env"))
    read_environment(*variables, run.env, diagnostics);
}

void read_guard(SectionReader& section, GuardConfig& guard) {
  section.choice("mode", kGuardModes, guard.mode);
  section.choice("with", kGuardsWith, guard.with);
  guard.allow = section.texts("allow", fault_of_network);
}

void read_key(SectionReader& section, KeyConfig& key) {
  key.prefix = section.text("prefix", fault_of_key_prefix).value_or(key.prefix);
  section.number("version", 0, std::numeric_limits<int>::max(), key.version);
}

Config read_file(const TomlTable& file, Diagnostics& diagnostics) {
  Config config;
  SectionReader top(file, "", diagnostics);
  const auto in_section = [&](std::string_view name, auto read) {
    const TomlTable* table = top.fields().table(name);
    if (table == nullptr) return;
    SectionReader section(*table, fmt::format("[{}]", name), diagnostics);
    read(section);
    section.fields().report_unknown();
  };
  config.manifest = top.text("manifest", fault_of_path);
  config.lock = top.text("lock", fault_of_path);
  in_section("cache", [&](SectionReader& section) { read_cache(section, config.cache); });
  in_section("verify", [&](SectionReader& section) { read_verify(section, config.verify); });
  in_section("fetch", [&](SectionReader& section) { read_fetch(section, config.fetch); });
  in_section("run", [&](SectionReader& section) { read_run(section, config.run, diagnostics); });
  in_section("guard", [&](SectionReader& section) { read_guard(section, config.guard); });
  in_section("key", [&](SectionReader& section) { read_key(section, config.key); });
  top.fields().report_unknown();
  return config;
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& path) {
  Diagnostics diagnostics(path);
  if (text.size() > kMaxConfigBytes) {
    diagnostics.error(
        {}, fmt::format("the file has {} bytes, the most is {}", text.size(), kMaxConfigBytes));
    return tl::unexpected(diagnostics.joined());
  }
  HUBWARD_TRY(const TomlTable file, parse_toml(text, path));
  Config config = read_file(file, diagnostics);
  if (!diagnostics.empty()) return tl::unexpected(diagnostics.joined());
  config.path = path;
  return config;
}

}  // namespace hubward
