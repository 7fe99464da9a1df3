// Which Hub is asked, with which token, and how its URLs are spelled. Pure.
#pragma once

#include "runner/hub/url.h"
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

struct EndpointRequest {
  /// As inherited: "NAME=value". HF_ENDPOINT beats the configuration's.
  std::span<const std::string> environment;
  std::optional<std::string> configured;  ///< [fetch] endpoint: a pull request may have set it
  std::optional<std::string> token;       ///< the user's, cleaned
};

/// A value.
struct Endpoint {
  Url base;           ///< its text ends in '/' only when it has no path
  std::string token;  ///< what may be sent there; empty: nothing
  bool is_mirror = false;
  std::string why_no_token;  ///< one sentence, when there is one and it stays here; may be empty

  /// E/api/models/org/name/revision/main
  Url revision_url(const RepoId& repo, const Revision& revision) const;
  Url tree_url(const RepoId& repo, const CommitId& commit) const;
  Url file_url(const RepoId& repo, const CommitId& commit, std::string_view path) const;
  /// E/api/whoami-v2: whose the token is.
  Url whoami_url() const;
  /// Where a person looks at it.
  std::string page_of(const RepoId& repo) const;

 private:
  Url at(std::string_view path) const;
};

/// The token goes to huggingface.co, hf.co and the host of HF_ENDPOINT, never over plain http but
/// to loopback, and never to an endpoint that only hubward.toml names. A token with a line break in
/// it would forge headers. Errors: usage, when an endpoint is no URL or the token holds a control
/// byte.
Result<Endpoint> choose_endpoint(const EndpointRequest& request);

}  // namespace hubward
