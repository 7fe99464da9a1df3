#include "runner/doctor/file_system.h"

#include "runner/mend/beneath.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hubward {
namespace {

struct KindRow {
  std::uint64_t magic;
  FileSystemKind kind;
};

constexpr std::array<KindRow, 22> kKinds = {{
    {0xEF53, {"ext4"}},           {0x58465342, {"xfs"}},
    {0x9123683E, {"btrfs"}},      {0x01021994, {"tmpfs"}},
    {0x794C7630, {"overlay"}},    {0x2FC12FC1, {"zfs"}},
    {0xF2F52010, {"f2fs"}},       {0xCA451A4E, {"bcachefs"}},
    {0x73717368, {"squashfs"}},   {0xE0F5E1E2, {"erofs"}},
    {0x4D44, {"vfat"}},           {0x2011BAB0, {"exfat"}},
    {0x7366746E, {"ntfs3"}},      {0x65735546, {"fuse", true}},
    {0x6969, {"nfs", true}},      {0xFF534D42, {"cifs", true}},
    {0xFE534D42, {"smb2", true}}, {0x01021997, {"9p", true}},
    {0x00C36400, {"ceph", true}}, {0x0BD00BD0, {"lustre", true}},
    {0x47504653, {"gpfs", true}}, {0x6B414653, {"afs", true}},
}};

/// Two descriptions of one node, which two processes would have.
FlockAnswer try_on(int first, int second) {
  if (::flock(first, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? FlockAnswer::not_tried : FlockAnswer::refused;
  }
  const bool both = ::flock(second, LOCK_EX | LOCK_NB) == 0;
  const bool is_busy = !both && errno == EWOULDBLOCK;
  if (both) return FlockAnswer::does_not;
  return is_busy ? FlockAnswer::excludes : FlockAnswer::refused;
}

FlockAnswer try_flock(int folder) {
  const UniqueFd unnamed(::openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (unnamed.is_open()) {
    const std::string again = fmt::format("/proc/self/fd/{}", unnamed.get());
    const UniqueFd second(::open(again.c_str(), O_RDWR | O_CLOEXEC));
    if (second.is_open()) return try_on(unnamed.get(), second.get());
  }
  // A repair locks the folder, too: only where no file can be made, and so nothing be repaired.
  if (errno != EROFS && errno != EACCES && errno != EPERM) return FlockAnswer::not_tried;
  const UniqueFd first(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const UniqueFd second(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!first.is_open() || !second.is_open()) return FlockAnswer::not_tried;
  return try_on(first.get(), second.get());
}

}  // namespace

std::string_view to_string(FlockAnswer answer) {
  switch (answer) {
    case FlockAnswer::excludes: return "excludes";
    case FlockAnswer::does_not: return "does_not_exclude";
    case FlockAnswer::refused: return "refused";
    case FlockAnswer::not_tried: return "not_tried";
  }
  return "";
}

std::optional<FileSystemKind> file_system_kind(std::uint64_t magic) {
  const auto found = std::ranges::find(kKinds, magic, &KindRow::magic);
  return found == kKinds.end() ? std::nullopt : std::optional(found->kind);
}

std::optional<FileSystemFacts> look_at_file_system(const std::string& path) {
  const UniqueFd folder = nearest_folder(path);
  struct statfs kind = {};
  struct statvfs room = {};
  if (!folder.is_open() || ::fstatfs(folder.get(), &kind) != 0 ||
      ::fstatvfs(folder.get(), &room) != 0) {
    return std::nullopt;
  }
  FileSystemFacts facts;
  // The kernel's numbers have 32 bits, and the field is signed.
  const auto magic = static_cast<std::uint64_t>(static_cast<std::uint32_t>(kind.f_type));
  const auto known = file_system_kind(magic);
  facts.kind = known ? std::string(known->name) : fmt::format("{:#x}", magic);
  facts.is_network = known && known->is_network;
  facts.is_read_only = (room.f_flag & ST_RDONLY) != 0;
  facts.free_bytes = std::uint64_t{room.f_bavail} * room.f_frsize;
  facts.total_bytes = std::uint64_t{room.f_blocks} * room.f_frsize;
  facts.flock = try_flock(folder.get());
  return facts;
}

}  // namespace hubward
