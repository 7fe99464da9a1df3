// A project in which `run` may be tried without a process of its own: a cache of one model, a
// manifest that names it, and a command that writes its environment to `seen`.
#pragma once

#include "runner/cli/exit_code.h"
#include "runner/cli/output.h"
#include "runner/run.h"
#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "verifier/proof/proof_book.h"
#include <hubward/manifest.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace hubward {

using test::CacheBuilder;
using test::exists;
using test::flip_bit;
using test::make_link;
using test::read_file;
using test::remove_tree;
using test::write_file;

class Run : public testing::Test {
 protected:
  Run() : repo_(cache_.repo("gpt2")) {
    repo_.file("config.json", "{}")
        .file("tokenizer.json", "[]")
        .file("model.safetensors", kWeights);
    manifest_ = *parse_manifest("gpt2\n", "model_manifest.txt");
    request_.verify.cache_path = cache_.path();
    request_.verify.manifest = &manifest_;
    request_.command = {"sh", "-c", "env > " + seen() + "; exit 7"};
    request_.environment = {"PATH=/usr/bin:/bin", "HF_TOKEN=hf_secret"};
  }

  std::string seen() const { return cache_.surroundings() + "/seen"; }
  std::string environment_seen() const { return read_file(seen()); }
  bool was_started() const { return exists(seen()); }

  /// A downloader that leaves its environment in `downloader` and then does what `script` says, in
  /// the cache.
  void download_by(const std::string& script) {
    request_.fetch_command = {
        "sh", "-c", "cd " + cache_.path() + "; env > ../downloader; echo to-stdout; " + script};
  }
  bool downloader_ran() const { return exists(cache_.surroundings() + "/downloader"); }
  std::string restore(const std::string& blob) const { return "cp ../saved " + blob + "; "; }

  int run() {
    Observer observer;
    // Ten seconds on, the files of the test are old enough to be remembered.
    ProofBook book([] {
      const auto now = std::chrono::system_clock::now() + std::chrono::seconds(10);
      return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    });
    const RunPorts ports{
        .verify =
            [&](const VerifyRequest& request) {
              ++verifications_;
              const auto disk = real_disk(request.cache_path, request.allow_roots);
              auto report = verify(request, *disk, observer, &book);
              if (report) hashed_.push_back(report->totals.bytes_hashed);
              return report;
            },
        .say =
            [&](std::string_view text, Patience) {
              said_ += text;
              dumpable_.push_back(::prctl(PR_GET_DUMPABLE));
            },
        .utc = [] { return std::chrono::system_clock::from_time_t(1'700'000'000); },
        .monotonic = [] { return std::chrono::steady_clock::now(); },
        .exit_code_of = [](ErrorKind kind) { return exit_code_of(kind); },
        .write_file = write_output_file};
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    const int code = hubward::run(request_, ports);
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);  // run leaves all blocked
    return code;
  }

  std::string last_line() const {
    const std::size_t end = said_.find_last_not_of('\n');
    const std::size_t begin = said_.rfind('\n', end);
    return said_.substr(begin == std::string::npos ? 0 : begin + 1,
                        end - (begin == std::string::npos ? 0 : begin + 1) + 1);
  }
  std::string quarantined(const std::string& path) const {
    const std::string home = cache_.surroundings() + "/.hubward-quarantine/hub/";
    return home + "20231114T221320Z-" + std::to_string(::getpid()) + "/" + path;
  }

  // {"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} and its one byte.
  static inline const std::string kWeights =
      std::string("\x35\0\0\0\0\0\0\0", 8) +
      R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})" + "w";

  CacheBuilder cache_;
  test::RepoBuilder& repo_;
  Manifest manifest_;
  RunRequest request_;
  std::string said_;
  int verifications_ = 0;
  std::vector<std::uint64_t> hashed_;
  std::vector<int> dumpable_;  ///< at each line said
};

}  // namespace hubward
