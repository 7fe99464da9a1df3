#include "tests/unit/verifier/report/sample_report.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

const std::string kCommit(40, 'a');

RepoRow row(RepoType type, std::string_view id, std::string_view revision, Verdict verdict,
            std::optional<Basis> basis) {
  RepoRow made{.repo = *RepoId::parse(type, id), .revision = *Revision::parse(revision)};
  made.verdict = verdict;
  made.basis = basis;
  if (basis) {
    made.commit = CommitId::parse(kCommit);
    made.files = 12;
    made.bytes = 548'105'171;
  }
  return made;
}

Finding of_gpt2(FindingCode code, const std::string& path) {
  Finding finding = make_finding(code, path);
  finding.repo = "models/gpt2";
  finding.revision = "main";
  finding.commit = kCommit;
  return finding;
}

void add_gpt2(std::vector<Finding>& findings) {
  Finding bad = of_gpt2(FindingCode::blob_corrupt, "models--gpt2/blobs/" + std::string(64, 'b'));
  bad.expected = "sha256:" + std::string(64, 'b');
  bad.actual = "sha256:" + std::string(64, 'c');
  bad.damage = Damage::truncated;
  bad.detail = "1024 of 4096 bytes";
  bad.affects = {"models--gpt2/snapshots/" + kCommit + "/model.safetensors",
                 "models--gpt2/snapshots/" + std::string(40, 'e') + "/model.safetensors"};
  bad.affects_total = 2;
  findings.push_back(bad);
  for (int number = 1; number <= 5; ++number) {
    findings.push_back(
        of_gpt2(FindingCode::shard_missing, "models--gpt2/snapshots/" + kCommit + "/model-0000" +
                                                std::to_string(number) + "-of-00005.safetensors"));
  }
  Finding space = of_gpt2(FindingCode::ref_whitespace, "models--gpt2/refs/main");
  space.actual = kCommit + "\\x0a";
  findings.push_back(space);
  findings.push_back(of_gpt2(FindingCode::pointer_copied, "models--gpt2/snapshots/" + kCommit));
  Finding blind = of_gpt2(FindingCode::client_blind, "models--gpt2/snapshots/" + kCommit);
  blind.finding_class = FindingClass::warning;
  blind.detail = "hf-hub 0.x needs refs/<commit> for a pinned commit";
  findings.push_back(blind);
  Finding escape = of_gpt2(FindingCode::pointer_escapes,
                           "models--gpt2/snapshots/" + kCommit + "/\x1b[31m::error::\n\xff");
  escape.actual = "../../../../../../etc/passwd";
  findings.push_back(escape);
}

}  // namespace

Report sample_report() {
  Report report;
  report.exit_code = 2;
  report.cache_path = "/home/user/.cache/hugging face/hub";
  report.cache_source = "HF_HOME";
  report.manifest_path = "test/model_manifest.txt";
  report.manifest_entries = 4;
  report.verdict = Verdict::corrupt;
  report.repos = {
      row(RepoType::model, "gpt2", "main", Verdict::corrupt, Basis::tree),
      row(RepoType::model, "sentence-transformers/all-MiniLM-L6-v2", "main", Verdict::complete,
          Basis::assumed),
      row(RepoType::dataset, "rajpurkar/squad", "refs/convert/parquet", Verdict::incomplete,
          std::nullopt),
      row(RepoType::model, "dslim/bert-base-NER", "main", Verdict::complete, std::nullopt),
  };
  report.repos[3].optional = true;
  add_gpt2(report.findings);
  Finding missing = make_finding(FindingCode::repo_missing, "datasets--rajpurkar--squad");
  missing.repo = "datasets/rajpurkar/squad";
  missing.revision = "refs/convert/parquet";
  missing.detail = "datasets--squad has the same name under another owner";
  report.findings.push_back(missing);
  Finding optional = make_finding(FindingCode::optional_absent, "models--dslim--bert-base-NER");
  optional.repo = "models/dslim/bert-base-NER";
  optional.revision = "main";
  report.findings.push_back(optional);
  report.findings.push_back(make_finding(FindingCode::unexpected_entry, "notes.txt"));
  report.findings.push_back(make_finding(FindingCode::not_a_regular_file, "models--old/blobs/p"));
  sort_findings(report.findings);
  report.totals = {.repos = 5,
                   .pointers = 24,
                   .blobs = 20,
                   .bytes = 1'096'210'342,
                   .bytes_hashed = 1'096'210'342,
                   .blobs_from_ledger = 0,
                   .seconds = 1.23449};
  return report;
}

Report whole_report() {
  Report report;
  report.cache_path = "/cache";
  report.cache_source = "default";
  report.manifest_path = "model_manifest.txt";
  report.manifest_entries = 1;
  report.repos = {row(RepoType::model, "gpt2", "main", Verdict::complete, Basis::lock)};
  report.totals = {.repos = 1, .pointers = 12, .blobs = 12, .bytes = 548'105'171, .seconds = 0.5};
  return report;
}

Report sample_with_lines() {
  Report report = sample_report();
  report.lock_path = "test/model_manifest.lock.toml";
  int line = 0;
  for (Finding& finding : report.findings) {
    if (finding.repo.empty()) continue;
    finding.manifest_line = 7;
    if (finding.code == FindingCode::shard_missing) finding.lock_line = 20 + ++line;
  }
  return report;
}

Report crowded_report() {
  Report report;
  report.exit_code = 1;
  report.cache_path = "/cache";
  report.cache_source = "default";
  report.manifest_path = "model_manifest.txt";
  report.manifest_entries = 20;
  report.verdict = Verdict::incomplete;
  for (int number = 1; number <= 20; ++number) {
    const std::string id =
        "owner/model-" + std::string(number == 4 ? 50 : 1, 'x') + std::to_string(number);
    const bool is_there = number <= 3;
    const Verdict verdict = number <= 2 ? Verdict::complete : Verdict::incomplete;
    report.repos.push_back(row(RepoType::model, id, "main", verdict,
                               is_there ? std::optional(Basis::assumed) : std::nullopt));
    const std::string folder = "models--owner--" + id.substr(6);
    const int findings = number <= 2 ? 0 : number == 3 ? 40 : 1;
    for (int file = 1; file <= findings; ++file) {
      Finding finding = is_there ? make_finding(FindingCode::pointer_dangling,
                                                folder + "/snapshots/" + kCommit + "/part-" +
                                                    std::to_string(file) + ".bin")
                                 : make_finding(FindingCode::repo_missing, folder);
      finding.repo = "models/" + id;
      finding.revision = "main";
      report.findings.push_back(finding);
    }
  }
  sort_findings(report.findings);
  report.totals = {
      .repos = 3, .pointers = 36, .blobs = 36, .bytes = 1'644'315'513, .seconds = 75.2};
  return report;
}

TEST(SampleReport, IsSortedAsEveryReportIs) {
  Report report = sample_report();
  std::vector<std::string> before;
  for (const Finding& finding : report.findings) before.push_back(finding.path);
  sort_findings(report.findings);
  std::vector<std::string> after;
  for (const Finding& finding : report.findings) after.push_back(finding.path);
  EXPECT_EQ(before, after);
}

}  // namespace hubward::test
