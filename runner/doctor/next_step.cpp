#include "runner/doctor/diagnosis.h"
#include "verifier/report/mend.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

NextStep about_file(const FileStory& story) {
  if (story.exit_code == 0) return {"nothing: the file is what it should be", ""};
  return {story.advice, story.command};
}

std::optional<NextStep> about_online(const OnlineFacts& online) {
  if (online.tls == TlsAnswer::untrusted) {
    return NextStep{"name your own CA with SSL_CERT_FILE, or mend the endpoint's certificate", ""};
  }
  if (online.exit_code == 77) {
    return NextStep{
        "make a new token at https://huggingface.co/settings/tokens and hand it over "
        "as HF_TOKEN",
        ""};
  }
  if (online.exit_code == 75 && online.left) {
    return NextStep{fmt::format("wait {} s: the rate limit is used up, and asking sooner makes it "
                                "longer",
                                online.left->reset.count() + 1),
                    ""};
  }
  if (online.exit_code == 0) return std::nullopt;
  return NextStep{fmt::format("find out why {} does not answer: {}", online.endpoint, online.what),
                  ""};
}

std::optional<NextStep> about_findings(const Report& report) {
  const auto worst_of = [&](FindingClass wanted) {
    return std::ranges::find(report.findings, wanted, &Finding::finding_class);
  };
  for (const FindingClass wanted : {FindingClass::hostile, FindingClass::corrupt}) {
    const auto found = worst_of(wanted);
    if (found == report.findings.end()) continue;
    const Mending mending = mending_of({&*found}, report);
    return NextStep{fmt::format("{} at {}: {}", to_string(found->code),
                                found->path.empty() ? "the cache itself" : show(found->path, 300),
                                mending.advice),
                    mending.command};
  }
  if (report.verdict != Verdict::incomplete) return std::nullopt;
  return NextStep{"download what is missing", std::string(kFetchCommand)};
}

std::optional<NextStep> about_health(const CacheHealth& health, const std::string& cache_path) {
  if (!health.exists) return std::nullopt;
  const Ownership& owners = health.ownership;
  if (owners.unreadable > 0) {
    return NextStep{fmt::format("make {} readable for the user that runs the tests",
                                show(owners.first_unreadable, 300)),
                    ""};
  }
  if (health.partials > 0) {
    return NextStep{"clear away what killed downloads have left", "hubward repair"};
  }
  static_cast<void>(cache_path);
  return std::nullopt;
}

/// Some client of the project sees less than the cache has.
std::optional<NextStep> about_used(const Diagnosis& diagnosis) {
  const auto hint = std::ranges::find_if(diagnosis.hints, [](const CiHint& each) {
    return each.id == "rust-ignores-hf-home" || each.id == "client-looks-elsewhere";
  });
  if (hint == diagnosis.hints.end()) return std::nullopt;
  return NextStep{hint->what +
                      "; unset what moves the others, or give that client the same "
                      "directory",
                  ""};
}

}  // namespace

NextStep next_step(const Diagnosis& diagnosis) {
  if (diagnosis.story) return about_file(*diagnosis.story);
  std::optional<NextStep> step;
  if (diagnosis.report) step = about_findings(*diagnosis.report);
  const bool is_corrupt = diagnosis.report && diagnosis.report->verdict == Verdict::corrupt;
  if (diagnosis.online && !is_corrupt) {
    if (auto online = about_online(*diagnosis.online)) step = std::move(online);
  }
  if (!step && diagnosis.health) step = about_health(*diagnosis.health, diagnosis.cache_path);
  if (!step) step = about_used(diagnosis);
  if (step) return *step;
  if (!diagnosis.manifest_path) {
    return {"list the models that the tests load in a manifest, a line each: docs/manifest.md", ""};
  }
  return {"nothing is wrong by names and sizes; this reads every byte", "hubward verify"};
}

}  // namespace hubward
