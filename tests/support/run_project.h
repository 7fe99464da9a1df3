// A project with a manifest, a whole cache of one model, and `hubward run` in it.
#pragma once

#include "tests/support/cache_builder.h"
#include "tests/support/run_binary.h"

#include <string>
#include <vector>

namespace hubward::test {

class RunProject {
 public:
  RunProject();

  /// `hubward run --cache-dir CACHE FLAGS -- COMMAND` in the project's folder, which is the cache's
  /// surroundings.
  BinaryCall call(std::vector<std::string> command, std::vector<std::string> flags = {}) const;
  BinaryAnswer run(std::vector<std::string> command, std::vector<std::string> flags = {}) const {
    return run_binary(call(std::move(command), std::move(flags)));
  }

  /// hubward.toml with `[fetch] command = ["sh", "-c", script]` and what else is given. The script
  /// runs in the project's folder; the cache is `hub`.
  void fetch_by(const std::string& script, const std::string& more = "") const;
  /// A whole copy of `config.json`'s bytes, to be restored from.
  std::string saved() const { return cache_.surroundings() + "/saved"; }
  std::string restore() const { return "cp saved hub/" + repo_.blob("config.json"); }

  const CacheBuilder& cache() const { return cache_; }
  const RepoBuilder& repo() const { return repo_; }
  std::string operator/(const std::string& relative) const {
    return cache_.surroundings() + "/" + relative;
  }

 private:
  CacheBuilder cache_;
  RepoBuilder& repo_;
};

/// The last line of a text, without its newline.
std::string last_line(const std::string& text);

}  // namespace hubward::test
