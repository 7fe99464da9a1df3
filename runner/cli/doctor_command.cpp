// hubward doctor: looks at environment, cache and, when it is asked to, the Hub, and tells a person
// what each client will make of them. Writes nothing, and reads bytes of one file alone.
#include "runner/cli/commands.h"
#include "runner/cli/doctor_ground.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/failure.h"
#include "runner/cli/preparation.h"
#include "runner/cli/progress.h"
#include "runner/cli/real_clock.h"
#include "runner/cli/results.h"
#include "runner/cli/tokens.h"
#include "runner/doctor/diagnosis.h"
#include "runner/doctor/nodes.h"
#include "runner/fetch/transport_settings.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "verifier/cache/disk.h"
#include "verifier/text/show.h"
#include "verifier/verify_way.h"
#include <hubward/version.h>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

namespace hubward {
namespace {

/// The manifest's entries for a repo, or one made for it.
struct Asked {
  std::optional<DoctorTarget> target;
  Manifest made;  ///< where the manifest has none
  bool is_made = false;
  std::vector<std::size_t> selected;  ///< of the manifest's
};

class DoctorWay {
 public:
  DoctorWay(const Preparation& prepared, const Settings& settings, const Surroundings& surroundings)
      : prepared_(prepared), settings_(settings), surroundings_(surroundings) {}

  /// Errors: those that end hubward itself.
  Result<int> go(const std::vector<std::string>& words);

 private:
  Result<Verification> verify_at(const std::string& cache, const VerifyExtent& extent,
                                 Level level) const;
  Result<void> look_at_all();
  Result<void> look_at_repo(const std::string& word);
  Result<void> look_at_file();
  Result<void> look_at_hub();
  void look_around();
  void try_guard();
  std::vector<ClientSight> sights_of(std::size_t entry, const ManifestEntry& asked,
                                     const std::map<std::string, Verification>& caches) const;
  const Manifest* manifest() const {
    return asked_.is_made ? &asked_.made : prepared_.verify.manifest;
  }
  Result<void> tell() const;

  const Preparation& prepared_;  // all outlive the way
  const Settings& settings_;
  const Surroundings& surroundings_;
  Asked asked_;
  Diagnosis told_;
};

Result<int> DoctorWay::go(const std::vector<std::string>& words) {
  told_.cache_path = prepared_.verify.cache_path;
  told_.cache_source = prepared_.verify.cache_source;
  told_.place_flags = prepared_.verify.place_flags;
  told_.cache_is_our_choice = prepared_.cache_is_our_choice;
  if (prepared_.verify.manifest != nullptr) {
    told_.manifest_path = prepared_.verify.manifest->path;
    told_.manifest_entries = prepared_.verify.manifest->entries.size();
  }
  if (prepared_.verify.lock != nullptr) told_.lock_path = prepared_.verify.lock->path;
  look_around();
  if (!words.empty()) HUBWARD_TRY_VOID(look_at_repo(words.front()));
  const bool is_about_file = asked_.target && !asked_.target->file.empty();
  if (!is_about_file) try_guard();
  HUBWARD_TRY_VOID(is_about_file ? look_at_file() : look_at_all());
  if (settings_.doctor.online) HUBWARD_TRY_VOID(look_at_hub());
  told_.next = next_step(told_);
  HUBWARD_TRY_VOID(tell());
  return told_.exit_code;
}

/// Environment and project: no byte of the cache.
void DoctorWay::look_around() {
  const CacheLocationRequest here = location_request(surroundings_);
  told_.places = all_places(here);
  const SecretReader read = secret_reader();
  for (const ClientPlace& place : told_.places) {
    told_.tokens.push_back(token_of(place.client, here, place.cache, read));
  }
  told_.used = used_clients_of(surroundings_);
  told_.ci_engine = ci_engine(surroundings_.variables);
  told_.hints = ci_hints({.environment = &surroundings_.variables,
                          .cache = told_.cache_path,
                          .cache_is_our_choice = told_.cache_is_our_choice,
                          .places = told_.places,
                          .tokens = told_.tokens,
                          .used = told_.used,
                          .storing = storing_of_checkout(surroundings_, told_.cache_path),
                          .event = event_text(surroundings_)});
  told_.strays = stray_places(surroundings_.working_directory, told_.cache_path, told_.places,
                              is_folder_there);
}

/// Before there is a second thread.
void DoctorWay::try_guard() {
  GuardRequest request;
  request.mode = GuardMode::enforce;
  request.allow = prepared_.inputs->config.guard.allow;
  request.outer = std::string(value_of(surroundings_.environment, kGuardMark).value_or(""));
  GuardRequest apart = request;
  apart.with = GuardWith::netns;
  told_.guard = GuardView{.watch = probe_guard(request), .own_network = probe_guard(apart)};
}

Result<void> DoctorWay::look_at_repo(const std::string& word) {
  const auto disk = real_disk(prepared_.verify.cache_path, prepared_.verify.allow_roots);
  const auto cache = survey(*disk, {.roots = roots_of(prepared_.verify.cache_path),
                                    .allow_roots = prepared_.verify.allow_roots,
                                    .all = true,
                                    .jobs = settings_.jobs});
  if (!cache) return tl::unexpected(cache.error());
  const TargetGround ground{
      .manifest = prepared_.verify.manifest,
      .is_cached = [&](const RepoId& repo) { return cache->find(repo) != nullptr; },
      .revisions_of =
          [&](const RepoId& repo) {
            std::vector<std::string> names;
            const RepoFolder* folder = cache->find(repo);
            if (folder == nullptr) return names;
            for (const Ref& ref : folder->refs) names.push_back(ref.name);
            for (const Snapshot& snapshot : folder->snapshots) names.push_back(snapshot.name);
            return names;
          }};
  HUBWARD_TRY(asked_.target, read_target(word, ground));
  const DoctorTarget& target = *asked_.target;
  const bool names_revision = word.find('@') != std::string::npos;
  const Manifest* manifest = prepared_.verify.manifest;
  for (std::size_t at = 0; manifest != nullptr && at < manifest->entries.size(); ++at) {
    const ManifestEntry& entry = manifest->entries[at];
    if (entry.repo != target.repo) continue;
    if (!names_revision || entry.revision == target.revision) asked_.selected.push_back(at);
  }
  if (!asked_.selected.empty() && target.file.empty()) return {};
  asked_.is_made = true;
  asked_.made = manifest_of(target);
  asked_.selected.clear();
  if (target.file.empty()) asked_.made.entries.front().gguf.clear();
  return {};
}

Result<Verification> DoctorWay::verify_at(const std::string& cache, const VerifyExtent& extent,
                                          Level level) const {
  VerifyRequest request = prepared_.verify;
  request.manifest = manifest();
  request.selected = asked_.selected;
  request.scope = request.manifest == nullptr ? Scope::all : Scope::manifest;
  request.level = level;
  const bool is_own = cache == request.cache_path;
  if (!is_own) {
    request.cache_path = cache;
    request.allow_roots.clear();
  }
  const auto disk = real_disk(request.cache_path, request.allow_roots);
  auto observer = observer_for(settings_);
  return verify_to_extent(request, extent, *disk, *observer, nullptr);
}

std::vector<ClientSight> DoctorWay::sights_of(
    std::size_t entry, const ManifestEntry& asked,
    const std::map<std::string, Verification>& caches) const {
  std::vector<ClientSight> sights;
  for (const ClientPlace& place : told_.places) {
    const auto found = caches.find(place.cache);
    EntryGround ground;
    if (found != caches.end() && found->second.cache.exists) {
      const Verification& made = found->second;
      ground = ground_of(made.pairing.cases[entry], made.report.findings);
    }
    sights.push_back(sight_of(place, asked, ground));
  }
  return sights;
}

Result<void> DoctorWay::look_at_all() {
  std::map<std::string, Verification> caches;
  HUBWARD_TRY(Verification own, verify_at(told_.cache_path, {}, Level::size));
  told_.report = own.report;
  if (asked_.is_made) {
    told_.report->manifest_path.reset();
    told_.report->manifest_entries = 0;
  }
  told_.exit_code = told_.report->exit_code;
  caches.emplace(told_.cache_path, std::move(own));
  for (const ClientPlace& place : told_.places) {
    if (place.cache.empty() || caches.contains(place.cache)) continue;
    // What is no cache at all is one where nothing is found.
    auto other = verify_at(place.cache, {}, Level::size);
    if (other) caches.emplace(place.cache, std::move(*other));
  }
  if (manifest() != nullptr) {
    for (std::size_t at = 0; at < told_.report->repos.size(); ++at) {
      const std::size_t entry = asked_.selected.empty() ? at : asked_.selected[at];
      told_.entries.push_back({.row = told_.report->repos[at],
                               .sights = sights_of(at, manifest()->entries[entry], caches)});
    }
  }
  const auto disk = real_disk(told_.cache_path, prepared_.verify.allow_roots);
  HUBWARD_TRY(const CacheModel all, survey(*disk, {.roots = roots_of(told_.cache_path),
                                                   .allow_roots = prepared_.verify.allow_roots,
                                                   .all = true,
                                                   .jobs = settings_.jobs}));
  told_.health = look_at_cache(told_.cache_path, all);
  return {};
}

Result<void> DoctorWay::look_at_file() {
  const VerifyExtent extent{.only_path = asked_.target->file};
  HUBWARD_TRY(const Verification made, verify_at(told_.cache_path, extent, Level::content));
  told_.story = story_of(*asked_.target, made, nodes_of(told_.cache_path));
  told_.exit_code = told_.story->exit_code;
  return {};
}

Result<void> DoctorWay::look_at_hub() {
  HUBWARD_TRY(const auto token, token_to_send(surroundings_));
  HUBWARD_TRY(Endpoint endpoint,
              choose_endpoint({.environment = surroundings_.environment,
                               .configured = prepared_.inputs->config.fetch.endpoint,
                               .token = token}));
  HUBWARD_TRY(const auto transport, make_transport(transport_options(surroundings_.environment)));
  RealClock clock;
  told_.online = ask_hub({.endpoint = std::move(endpoint),
                          .has_token = token.has_value(),
                          .user_agent = fmt::format("hubward/{}", kVersion)},
                         *transport, clock);
  told_.exit_code = worse_code(told_.exit_code, told_.online->exit_code);
  return {};
}

Result<void> DoctorWay::tell() const {
  return write_rendered(
      [&](const FormatTarget& target, const TextStyle& style) {
        const std::string text =
            target.is(kJsonFormat) ? render_doctor_json(told_) : render_doctor_text(told_, style);
        return without_tokens(text, surroundings_.tokens);
      },
      settings_, surroundings_);
}

Result<void> fault_of_words(const std::vector<std::string>& words) {
  if (words.size() < 2) return {};
  return fail(
      ErrorKind::usage, "",
      fmt::format("doctor takes one REPO or REPO/FILE, and `{}` is another", show(words[1], 100)));
}

}  // namespace

int doctor_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings) {
  const auto refuse = [&](const Error& error, Input input) {
    return report_failure(Refusal{error, input}, line.command, surroundings.tokens);
  };
  if (const auto sound = fault_of_words(line.words); !sound) {
    return refuse(sound.error(), Input::command_line);
  }
  Settings own = settings;
  own.scope = Scope::all;  // it does without a manifest
  CommandLine without_words = line;
  without_words.words.clear();
  const auto prepared = prepare(own, without_words, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  if (const auto writable = expect_all_writable(own); !writable) {
    return refuse(writable.error(), Input::command_line);
  }
  DoctorWay way(*prepared, own, surroundings);
  const auto code = way.go(line.words);
  return code ? *code : refuse(code.error(), Input::cache);
}

}  // namespace hubward
