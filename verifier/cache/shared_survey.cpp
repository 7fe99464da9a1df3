// The part of RepoSurvey that sees the store which huggingface_hub >= 1.32 shares between repos:
// payloads in <hub>/blobs/HH/<64 hex>, named by relative links in the repos' own blobs/. Source:
// docs/shared-store.md.
#include "verifier/cache/layout.h"
#include "verifier/cache/repo_survey.h"

#include <algorithm>

namespace hubward {
namespace {

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

/// "", "blobs" or "blobs/HH", opened once a repo. One that is there and is not entered has a
/// finding, and hides what is below it.
const RepoSurvey::Store& RepoSurvey::store_at(const std::string& path) {
  if (const auto known = stores_.find(path); known != stores_.end()) return known->second;
  Store store;
  if (path.empty()) {
    if (auto root = disk_.open_folder("")) {
      store.place = OpenPlace{std::move(*root), "", request_.roots.back()};
    }
    return stores_.emplace(path, std::move(store)).first->second;
  }
  const Store& above = store_at(std::string(folder_of(path)));
  store.is_hidden = above.is_hidden;
  if (above.place) {
    const std::string name(last_component(path));
    const auto status = above.place->folder->status(name);
    if (status) {
      Entered entered = enter(disk_, request_, *above.place, {.name = name, .kind = status->kind});
      store.is_hidden = !entered.place && entered.state != PathState::linked_folder;
      if (entered.state != PathState::sound) {
        note_odd(path, entered.state, std::move(entered.odd));
      }
      store.place = std::move(entered.place);
    } else if (status.error().kind != ErrorKind::no_such_input) {
      store.is_hidden = true;
      note_odd(path, PathState::unreadable, {"", reason_of(status.error())});
    }
  }
  return stores_.emplace(path, std::move(store)).first->second;
}

void RepoSurvey::add_shared_blob(const std::string& payload, const std::string& link_text,
                                 Blob blob) {
  const Store& store = store_at(std::string(folder_of(payload)));
  const std::string name(last_component(payload));
  const auto say = [&](PathState state, std::string text, std::string why) {
    blob.state = state;
    blob.odd = std::make_unique<Oddity>(Oddity{std::move(text), std::move(why)});
  };
  Result<NodeStatus> status = fail(ErrorKind::no_such_input, payload, "no such payload");
  if (store.place) status = store.place->folder->status(name);
  const auto lies_at_payload = [&] { blob.path = repo_.names.keep({payload}); };
  if (store.is_hidden) {
    blob.state = PathState::hidden;
  } else if (!status) {
    say(PathState::dangling, link_text, "the shared payload is gone");
  } else if (status->kind == NodeKind::regular) {
    lies_at_payload();
    blob.identity = status->identity;
    blob.sized = true;
    blob.place = place_index(store.place->real);
  } else if (status->kind == NodeKind::link) {
    const auto text = store.place->folder->read_link(name);
    const bool escapes =
        text && judge_link(ground_, store.place->real, *text).fate == LinkFate::escapes;
    if (!text && is_over_long(text.error())) {
      lies_at_payload();
      say(PathState::hostile_name, "", reason_of(text.error()));
    } else if (escapes) {
      lies_at_payload();
      say(PathState::escapes, *text, "the shared payload is a link that leads out of the cache");
    } else {
      say(PathState::misdirected, link_text, "the shared payload is no plain file");
    }
  } else if (status->kind == NodeKind::directory) {
    say(PathState::misdirected, link_text, "the shared payload is a directory");
  } else {
    lies_at_payload();
    blob.state = PathState::special_file;
  }
  repo_.blobs.push_back(std::move(blob));
}

}  // namespace hubward
