// The folder of the ledger, judged before anything in it is believed: who can write there can say
// of any bytes that they were found sound. Private to the room.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <optional>
#include <string>

namespace hubward {

class StateFolder {
 public:
  static constexpr const char* kFile = "ledger.sqlite";

  /// Opens it, following no link at its end. nullopt: it is not there, or holds no ledger.
  /// Errors: bad_input when folder or ledger is a link, another user's, or writable by others;
  /// try_later when another process is beginning the ledger anew; io.
  static Result<std::optional<StateFolder>> open(const std::string& path);
  /// The same; makes what is missing, for our eyes only.
  static Result<StateFolder> make(const std::string& path);

  /// Of the ledger: absolute, through no link.
  const std::string& file() const { return file_; }
  /// Takes the ledger away, to be begun anew. Errors: try_later when another process has it open.
  Result<void> throw_away();

 private:
  StateFolder(UniqueFd folder, std::string path);
  Result<bool> judge_files() const;

  UniqueFd folder_;  // its shared lock says that the ledger is in use
  std::string path_;
  std::string file_;
};

}  // namespace hubward
