#include "tests/support/cache_builder.h"

#include "tests/support/digests.h"
#include "tests/support/files.h"

#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include <stdexcept>

namespace hubward::test {

std::string repo_folder_name(const std::string& type, const std::string& id) {
  std::string name = type + "s--";
  for (const char letter : id) {
    if (letter == '/') {
      name += "--";
    } else {
      name += letter;
    }
  }
  return name;
}

RepoBuilder::RepoBuilder(std::string hub, std::string id, RepoOptions options)
    : hub_(std::move(hub)),
      id_(std::move(id)),
      folder_(repo_folder_name(options.type, id_)),
      options_(std::move(options)) {
  make_folder(hub_ + "/" + folder_ + "/blobs");
  make_folder(hub_ + "/" + folder_ + "/snapshots");
  make_folder(hub_ + "/" + folder_ + "/refs");
  if (!options_.ref.empty()) {
    ref(options_.ref, options_.commit);
  }
}

RepoBuilder& RepoBuilder::file(const std::string& path, std::string_view bytes,
                               const FileOptions& options) {
  const File file{.blob_name = options.lfs ? sha256_hex(bytes) : git_id(bytes),
                  .bytes = std::string(bytes),
                  .options = options,
                  .commit = options_.commit};
  files_.insert_or_assign(path, file);
  if (options.on_disk) {
    store(path, file);
  }
  return *this;
}

void RepoBuilder::store(const std::string& path, const File& file) const {
  const std::string place = hub_ + "/" + pointer(path);
  if (options_.layout == Layout::copies) {
    write_file(place, file.bytes);
    return;
  }
  const std::string stored = hub_ + "/" + blob(path);
  if (options_.layout == Layout::shared && file.options.lfs) {
    write_file(hub_ + "/blobs/.huggingface-shared-blobs", "1\n");
    const std::string shared = payload(path);
    write_file(hub_ + "/" + shared, file.bytes);
    if (::chmod((hub_ + "/" + shared).c_str(), 0444) != 0) {
      throw_errno("chmod", shared);
    }
    make_link("../../" + shared, stored);
  } else {
    write_file(stored, file.bytes);
  }
  std::string up = "../../";
  for (const char letter : path) {
    if (letter == '/') {
      up += "../";
    }
  }
  make_link(up + "blobs/" + file.blob_name, place);
}

RepoBuilder& RepoBuilder::ref(const std::string& name, std::string_view text) {
  write_file(hub_ + "/" + folder_ + "/refs/" + name, text);
  return *this;
}

RepoBuilder& RepoBuilder::no_exist(const std::string& path) {
  write_file(hub_ + "/" + folder_ + "/.no_exist/" + options_.commit + "/" + path, "");
  return *this;
}

RepoBuilder& RepoBuilder::commit(const std::string& hex) {
  options_.commit = hex;
  return *this;
}

RepoBuilder& RepoBuilder::listing() {
  nlohmann::ordered_json files = nlohmann::ordered_json::object();
  for (const auto& [path, file] : files_) {
    if (file.commit != options_.commit) {
      continue;
    }
    nlohmann::ordered_json entry;
    entry["size"] = file.bytes.size();
    if (file.options.lfs) {
      entry["blob_id"] = lfs_pointer_git_id(file.bytes);
      entry["lfs_sha256"] = file.blob_name;
      entry["lfs_size"] = file.bytes.size();
    } else {
      entry["blob_id"] = file.blob_name;
    }
    if (!file.options.xet_hash.empty()) {
      entry["xet_hash"] = file.options.xet_hash;
    }
    files[path] = entry;
  }
  nlohmann::ordered_json tree;
  tree["format_version"] = 1;
  tree["files"] = files;
  write_file(hub_ + "/" + folder_ + "/trees/" + options_.commit + ".json", tree.dump(1, ' ', true));
  return *this;
}

const RepoBuilder::File& RepoBuilder::known(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) {
    throw std::runtime_error(folder_ + " was built without a file " + path);
  }
  return found->second;
}

std::string RepoBuilder::blob_name(const std::string& path) const { return known(path).blob_name; }

std::string RepoBuilder::payload(const std::string& path) const {
  // Any 64 hex digits that are not the content's own SHA-256: the real name is a Xet Merkle hash.
  const std::string hash = sha256_hex("xet:" + known(path).bytes);
  return "blobs/" + hash.substr(0, 2) + "/" + hash;
}

CacheBuilder::CacheBuilder() : hub_(folder_ / "hub") { make_folder(hub_); }

RepoBuilder& CacheBuilder::repo(const std::string& id, const RepoOptions& options) {
  repos_.push_back(std::make_unique<RepoBuilder>(hub_, id, options));
  return *repos_.back();
}

}  // namespace hubward::test
