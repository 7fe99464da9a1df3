// The beginnings of several files, read at once: what Folder::read_start does for one file.
//
// A small file takes three calls to the system, and of a file that is not in memory each thread
// would wait alone. Asked for together they cost less, and a disk has something to choose from
// (docs/performance.md, Small files).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace hubward {

class Folder;

/// Belongs to the thread that made it.
class FileStarts {
 public:
  /// What became of one that was asked for.
  struct Answer {
    std::size_t place;
    /// In the room that was given. 0: nothing is known of the file, read_start tells what it is.
    std::size_t bytes;
  };

  /// Waits for what is still under way.
  virtual ~FileStarts() = default;
  /// Asks for what fits into `room` of a file whose name list() or status() has shown to be a
  /// regular one; the file is closed again, at the latest when the place is used once more. Nothing
  /// happens before the next call of answers().
  /// @param place   free: what was asked with it before has been answered
  /// @param folder  of the disk that this came from
  /// @param room    borrowed until it is answered
  virtual void ask(std::size_t place, std::shared_ptr<const Folder> folder, const std::string& name,
                   std::span<std::byte> room) = 0;
  /// Those that are there, each once.
  /// @param waits  for at least one; something has been asked
  /// @return       valid until the next call
  virtual std::span<const Answer> answers(bool waits) = 0;
};

/// By io_uring, of Linux 6.1 and later. nullptr where the kernel has none of that or forbids it, as
/// the profiles of container runtimes do: then files are read one by one.
/// @param places  how many may be asked for at once
std::unique_ptr<FileStarts> uring_file_starts(std::size_t places);

}  // namespace hubward
