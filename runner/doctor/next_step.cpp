#include "runner/doctor/diagnosis.h"
#include "verifier/report/mend.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

/// `fetch` brings what a manifest asks for, and nothing else.
NextStep before_fetch(const Diagnosis& diagnosis, const RepoId* asked) {
  const std::string line = asked == nullptr ? "" : show(asked->manifest_spelling());
  if (!diagnosis.manifest_path) {
    return {fmt::format("write a manifest first, model_manifest.txt here or in test/: a line for "
                        "each model that the tests load, such as `{}`; `hubward fetch{}` then "
                        "downloads them",
                        line.empty() ? "bert-base-uncased" : line, diagnosis.place_flags),
            ""};
  }
  return {fmt::format("add the line `{}` to {}; `hubward fetch{}` then downloads it", line,
                      show(*diagnosis.manifest_path), diagnosis.place_flags),
          ""};
}

NextStep about_file(const Diagnosis& diagnosis, const FileStory& story) {
  if (story.exit_code == 0) return {"nothing: the file is what it should be", ""};
  if (!diagnosis.manifest_path && story.means == Means::fetch) {
    return before_fetch(diagnosis, &story.target.repo);
  }
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

/// Without a manifest the others need --all, and `fetch` has nothing to go by.
std::string command_of(const Diagnosis& diagnosis, const Mending& mending) {
  if (diagnosis.manifest_path) return mending.command;
  switch (mending.means) {
    case Means::fetch: return {};
    case Means::repair: return fmt::format("{} --all{}", kRepairCommand, diagnosis.place_flags);
    case Means::verify_again: return fmt::format("hubward verify --all{}", diagnosis.place_flags);
    case Means::advice_only:
    case Means::remove:
    case Means::remove_folder: break;
  }
  return mending.command;
}

std::optional<NextStep> about_findings(const Diagnosis& diagnosis, const Report& report) {
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
                    command_of(diagnosis, mending)};
  }
  if (report.verdict != Verdict::incomplete) return std::nullopt;
  if (!diagnosis.manifest_path || (!report.manifest_path && !report.repos.empty())) {
    return before_fetch(diagnosis, report.repos.empty() ? nullptr : &report.repos.front().repo);
  }
  return NextStep{"download what is missing", looking_there(kFetchCommand, report)};
}

std::optional<NextStep> about_health(const Diagnosis& diagnosis, const CacheHealth& health) {
  if (!health.exists) return std::nullopt;
  const Ownership& owners = health.ownership;
  if (owners.unreadable > 0) {
    return NextStep{fmt::format("make {} readable for the user that runs the tests",
                                show(owners.first_unreadable, 300)),
                    ""};
  }
  if (health.partials > 0) {
    return NextStep{"clear away what killed downloads have left",
                    fmt::format("{}{}{}", kRepairCommand, diagnosis.manifest_path ? "" : " --all",
                                diagnosis.place_flags)};
  }
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
  if (diagnosis.story) return about_file(diagnosis, *diagnosis.story);
  std::optional<NextStep> step;
  if (diagnosis.report) step = about_findings(diagnosis, *diagnosis.report);
  const bool is_corrupt = diagnosis.report && diagnosis.report->verdict == Verdict::corrupt;
  if (diagnosis.online && !is_corrupt) {
    if (auto online = about_online(*diagnosis.online)) step = std::move(online);
  }
  if (!step && diagnosis.health) step = about_health(diagnosis, *diagnosis.health);
  if (!step) step = about_used(diagnosis);
  if (step) return *step;
  if (!diagnosis.manifest_path) {
    return {"list the models that the tests load in a manifest, a line each: docs/manifest.md", ""};
  }
  return {"nothing is wrong by names and sizes; this reads every byte",
          "hubward verify" + diagnosis.place_flags};
}

}  // namespace hubward
