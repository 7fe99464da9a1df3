#include "tests/support/faulty_disk.h"

#include <map>
#include <mutex>
#include <optional>

namespace hubward::test {

// What all folders and files of one disk share: the faults, and how often each was met.
struct FaultyDisk::Script {
  struct Counted {
    DiskFault fault;
    int met = 0;
  };

  std::mutex mutex;
  std::vector<Counted> faults;
  std::map<std::pair<DiskCall, std::string>, int> made;

  struct Met : DiskFault {
    int count = 0;  // how often this fault's calls were made, this one included
  };

  /// The fault that applies to this call, if any; counts it.
  std::optional<Met> meet(DiskCall call, const std::string& path) {
    const std::lock_guard lock(mutex);
    made[{call, path}] += 1;
    std::optional<Met> applies;
    for (Counted& counted : faults) {
      const DiskFault& fault = counted.fault;
      if (fault.call != call || (!fault.path.empty() && fault.path != path)) {
        continue;
      }
      counted.met += 1;
      const bool begun = counted.met >= fault.from;
      const bool over = fault.times != 0 && counted.met >= fault.from + fault.times;
      if (begun && !over && !applies) {
        applies = Met{fault, counted.met};
      }
    }
    return applies;
  }
};

namespace {

using Script = FaultyDisk::Script;

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

bool is_refusal(const std::optional<Script::Met>& fault) {
  return fault && (fault->effect == DiskEffect::fails || fault->effect == DiskEffect::vanishes);
}

tl::unexpected<Error> refuse(const DiskFault& fault, const std::string& path) {
  if (fault.effect == DiskEffect::vanishes) {
    return fail(ErrorKind::no_such_input, path, "vanished by the test", 2);
  }
  return fail(ErrorKind::io, path, "failed by the test", fault.sys_errno);
}

class FaultyFile final : public FileBytes {
 public:
  FaultyFile(std::unique_ptr<FileBytes> inner, std::string path, std::shared_ptr<Script> script)
      : inner_(std::move(inner)), path_(std::move(path)), script_(std::move(script)) {}

  Result<FileIdentity> identity() const override {
    const auto fault = script_->meet(DiskCall::identity, path_);
    if (is_refusal(fault)) {
      return refuse(*fault, path_);
    }
    auto result = inner_->identity();
    if (result && fault && fault->effect == DiskEffect::other_identity) {
      result->mtime += fault->count;
    }
    return result;
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    const auto fault = script_->meet(DiskCall::read, path_);
    if (is_refusal(fault)) {
      return refuse(*fault, path_);
    }
    if (fault && fault->effect == DiskEffect::ends) {
      return std::size_t{0};
    }
    if (fault && fault->effect == DiskEffect::shortens) {
      return inner_->read_at(offset, buffer.first((buffer.size() + 1) / 2));
    }
    auto result = inner_->read_at(offset, buffer);
    if (result && *result > 0 && offset == 0 && fault && fault->effect == DiskEffect::flips) {
      buffer.front() ^= std::byte{1};
    }
    return result;
  }

  Result<std::optional<std::size_t>> read_ready_at(std::uint64_t offset,
                                                   std::span<std::byte> buffer) const override {
    const auto fault = script_->meet(DiskCall::read_ready, path_);
    if (fault && fault->effect == DiskEffect::not_ready) return std::nullopt;
    HUBWARD_TRY(const std::size_t got, read_at(offset, buffer));
    return got;
  }

  FileIdentity at_open() const override { return inner_->at_open(); }

 private:
  std::unique_ptr<FileBytes> inner_;
  std::string path_;
  std::shared_ptr<Script> script_;
};

class FaultyFolder final : public Folder {
 public:
  FaultyFolder(std::unique_ptr<Folder> inner, std::string path, std::shared_ptr<Script> script)
      : inner_(std::move(inner)), path_(std::move(path)), script_(std::move(script)) {}

  Result<std::vector<NodeName>> list() const override {
    const auto fault = script_->meet(DiskCall::list, path_);
    if (is_refusal(fault)) {
      return refuse(*fault, path_);
    }
    auto result = inner_->list();
    if (result && fault && fault->effect == DiskEffect::other_kind) {
      for (NodeName& node : *result) {
        node.kind = NodeKind::fifo;
      }
    }
    return result;
  }

  Result<NodeStatus> status(const std::string& name) const override {
    const std::string path = joined(path_, name);
    const auto fault = script_->meet(DiskCall::status, path);
    if (is_refusal(fault)) {
      return refuse(*fault, path);
    }
    auto result = inner_->status(name);
    if (result && fault && fault->effect == DiskEffect::other_identity) {
      result->identity.mtime += fault->count;
    }
    if (result && fault && fault->effect == DiskEffect::other_kind) {
      result->kind = NodeKind::fifo;
    }
    return result;
  }

  Result<std::string> read_link(const std::string& name) const override {
    const std::string path = joined(path_, name);
    const auto fault = script_->meet(DiskCall::read_link, path);
    if (is_refusal(fault)) {
      return refuse(*fault, path);
    }
    if (fault && fault->effect == DiskEffect::over_long) {
      return fail(ErrorKind::bad_input, path, "link text is longer than 4096 bytes");
    }
    return inner_->read_link(name);
  }

  Result<std::unique_ptr<Folder>> open_folder(const std::string& name) const override {
    const std::string path = joined(path_, name);
    const auto fault = script_->meet(DiskCall::open_folder, path);
    if (is_refusal(fault)) {
      return refuse(*fault, path);
    }
    HUBWARD_TRY(std::unique_ptr<Folder> folder, inner_->open_folder(name));
    return std::make_unique<FaultyFolder>(std::move(folder), path, script_);
  }

  Result<std::unique_ptr<FileBytes>> open_file(const std::string& name) const override {
    const std::string path = joined(path_, name);
    const auto fault = script_->meet(DiskCall::open_file, path);
    if (is_refusal(fault)) {
      return refuse(*fault, path);
    }
    HUBWARD_TRY(std::unique_ptr<FileBytes> file, inner_->open_file(name));
    return std::make_unique<FaultyFile>(std::move(file), path, script_);
  }

  Result<FileStart> read_start(const std::string& name, std::span<std::byte> room) const override {
    HUBWARD_TRY(std::unique_ptr<FileBytes> file, open_file(name));
    FileStart start;
    HUBWARD_TRY(start.bytes, file->read_at(0, room));
    if (start.bytes == 0 || start.bytes == room.size()) start.file = std::move(file);
    return start;
  }

 private:
  std::unique_ptr<Folder> inner_;
  std::string path_;
  std::shared_ptr<Script> script_;
};

}  // namespace

FaultyDisk::FaultyDisk(const Disk& inner, std::vector<DiskFault> faults)
    : inner_(inner), script_(std::make_shared<Script>()) {
  for (DiskFault& fault : faults) {
    script_->faults.push_back({std::move(fault), 0});
  }
}

Result<std::unique_ptr<Folder>> FaultyDisk::open_folder(std::string_view path) const {
  const std::string place(path);
  const auto fault = script_->meet(DiskCall::open_folder, place);
  if (is_refusal(fault)) {
    return refuse(*fault, place);
  }
  HUBWARD_TRY(std::unique_ptr<Folder> folder, inner_.open_folder(path));
  return std::make_unique<FaultyFolder>(std::move(folder), place, script_);
}

Result<std::unique_ptr<Folder>> FaultyDisk::open_allowed(std::string_view absolute_path) const {
  HUBWARD_TRY(std::unique_ptr<Folder> folder, inner_.open_allowed(absolute_path));
  return std::make_unique<FaultyFolder>(std::move(folder), std::string(absolute_path), script_);
}

int FaultyDisk::calls(DiskCall call, const std::string& path) const {
  const std::lock_guard lock(script_->mutex);
  int sum = 0;
  for (const auto& [made, count] : script_->made) {
    if (made.first == call && (path.empty() || made.second == path)) {
      sum += count;
    }
  }
  return sum;
}

}  // namespace hubward::test
