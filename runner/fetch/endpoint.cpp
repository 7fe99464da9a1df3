#include "runner/fetch/endpoint.h"

#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

constexpr std::string_view kHub = "https://huggingface.co";

std::string_view variable(std::span<const std::string> environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=') {
      return std::string_view(entry).substr(name.size() + 1);
    }
  }
  return {};
}

std::string without_final_slashes(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

bool is_the_hub(const Url& url) {
  return url.is_https() && (url.host() == "huggingface.co" || url.host() == "hf.co");
}

/// Models have no prefix in the URLs of their files and pages.
std::string prefix_of(const RepoId& repo) {
  return repo.type() == RepoType::model ? "" : fmt::format("{}/", plural(repo.type()));
}

std::string why_not(const Url& base, bool is_configured_only) {
  if (is_the_hub(base)) return "";
  if (is_configured_only) {
    return "the token is not sent to an endpoint that only hubward.toml names; HF_ENDPOINT would";
  }
  if (!base.is_https() && !is_loopback_host(base.host())) {
    return "the token is not sent over plain http";
  }
  return "";
}

/// What stands before an `@` may be a password, and what follows a `?` a signature.
std::optional<std::string> fault_of_base(const std::optional<Url>& base, std::string_view text) {
  if (base && base->text().find('?') == std::string::npos) return std::nullopt;
  if (base) return fmt::format("`{}` has a query, and an endpoint has none", base->shown());
  if (text.find('@') != std::string_view::npos) {
    return "a URL with a user name or password is no endpoint; a token goes into HF_TOKEN";
  }
  return fmt::format("`{}` is no http or https URL", show(text.substr(0, text.find('?')), 200));
}

}  // namespace

Url Endpoint::at(std::string_view path) const {
  // The base was parsed, and what is appended is percent-encoded: it cannot fail but for its
  // length.
  return Url::parse(without_final_slashes(base.text()) + std::string(path)).value_or(base);
}

Url Endpoint::revision_url(const RepoId& repo, const Revision& revision) const {
  return at(fmt::format("/api/{}/{}/revision/{}", plural(repo.type()), repo.id(),
                        percent_encode(revision.text(), Slash::encode)));
}

Url Endpoint::tree_url(const RepoId& repo, const CommitId& commit) const {
  return at(fmt::format("/api/{}/{}/tree/{}?recursive=true&expand=false", plural(repo.type()),
                        repo.id(), commit.hex()));
}

Url Endpoint::file_url(const RepoId& repo, const CommitId& commit, std::string_view path) const {
  return at(fmt::format("/{}{}/resolve/{}/{}", prefix_of(repo), repo.id(), commit.hex(),
                        percent_encode(path, Slash::keep)));
}

Url Endpoint::whoami_url() const { return at("/api/whoami-v2"); }

std::string Endpoint::page_of(const RepoId& repo) const {
  return fmt::format("{}/{}{}", without_final_slashes(base.shown()), prefix_of(repo), repo.id());
}

Result<Endpoint> choose_endpoint(const EndpointRequest& request) {
  const std::string_view named = variable(request.environment, "HF_ENDPOINT");
  const bool is_configured = named.empty() && request.configured.has_value();
  const std::string text =
      !named.empty() ? std::string(named) : request.configured.value_or(std::string(kHub));
  const auto base = Url::parse(without_final_slashes(text));
  if (const auto fault = fault_of_base(base, text)) {
    return fail(ErrorKind::usage, is_configured ? "[fetch] endpoint" : "HF_ENDPOINT", *fault);
  }
  Endpoint endpoint{.base = *base, .is_mirror = !is_the_hub(*base)};
  if (!request.token) return endpoint;
  const bool has_control = std::ranges::any_of(*request.token, [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x21 || byte > 0x7e;
  });
  if (has_control) {
    return fail(ErrorKind::usage, "HF_TOKEN", "the token holds a line break or another odd byte");
  }
  endpoint.why_no_token = why_not(*base, is_configured);
  if (endpoint.why_no_token.empty()) endpoint.token = *request.token;
  return endpoint;
}

}  // namespace hubward
