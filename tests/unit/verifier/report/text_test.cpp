#include "verifier/report/text.h"

#include "tests/support/golden.h"
#include "tests/unit/verifier/report/sample_report.h"

#include <gtest/gtest.h>

#include <sstream>

namespace hubward {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(TextReport, ReadsAsTheGoldenPageSays) {
  test::expect_golden("fixtures/golden/report.txt", render_text(test::sample_report(), {}));
}

TEST(TextReport, VerboseReadsAsTheGoldenPageSays) {
  test::expect_golden("fixtures/golden/report-verbose.txt",
                      render_text(test::sample_report(), {.verbosity = Verbosity::verbose}));
}

TEST(TextReport, ColouredReadsAsTheGoldenPageSays) {
  test::expect_golden("fixtures/golden/report-colour.txt",
                      render_text(test::sample_report(), {.colour = Colour::yes}));
}

TEST(TextReport, OfAWholeCacheReadsAsTheGoldenPageSays) {
  test::expect_golden("fixtures/golden/report-whole.txt", render_text(test::whole_report(), {}));
}

TEST(TextReport, OfTwentyModelsIsNoWallOfText) {
  test::expect_golden("fixtures/golden/report-crowded.txt",
                      render_text(test::crowded_report(), {}));
}

TEST(TextReport, OnANarrowTerminalPartsItsOwnSentencesAndNoPath) {
  const std::string page = render_text(test::sample_report(), {.columns = 80});
  test::expect_golden("fixtures/golden/report-80-columns.txt", page);
  for (const std::string& line : lines_of(page)) {
    const bool is_sentence = line.starts_with("hint: ") || line.starts_with("next: ") ||
                             line.starts_with("    mend: ") || line.starts_with("      ");
    if (!is_sentence || line[6] == ' ') continue;
    EXPECT_LE(line.size(), 80U) << line;
  }
  EXPECT_NE(page.find("    at blobs/" + std::string(64, 'b') + "\n"), std::string::npos) << page;
}

TEST(TextReport, RepeatsInEachCommandWhereItWasToldToLook) {
  Report report = test::sample_report();
  report.place_flags = " --cache-dir 'my cache' --manifest m.txt";
  for (const std::string& line : lines_of(render_text(report, {}))) {
    const std::size_t at = line.find("hubward ");
    if (at == std::string::npos || line.find("--explain") != std::string::npos) continue;
    EXPECT_NE(line.find(" --cache-dir 'my cache' --manifest m.txt"), std::string::npos) << line;
  }
}

TEST(TextReport, PartsNoCommandOnANarrowTerminal) {
  Report report = test::crowded_report();
  report.place_flags = " --cache-dir /a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p --manifest m.txt";
  const std::string page = render_text(report, {.columns = 60});
  EXPECT_NE(page.find("next: hubward fetch" + report.place_flags + "\n      downloads"),
            std::string::npos)
      << page;
}

TEST(TextReport, SaysWhatHasToChangeBeforeAFetchThatHasFailed) {
  const std::string page =
      render_text(test::crowded_report(), {.before_fetch = "give a token in HF_TOKEN"});
  EXPECT_NE(page.find("next: give a token in HF_TOKEN, then hubward fetch\n"), std::string::npos)
      << page;
}

TEST(TextReport, ItsLastLineGoesOnBeneathItselfOnANarrowTerminal) {
  const std::string page = render_text(test::sample_report(), {.columns = 60});
  const std::size_t last = page.rfind("\ncorrupt");
  ASSERT_NE(last, std::string::npos) << page;
  for (const std::string& line : lines_of(page.substr(last + 1))) EXPECT_LE(line.size(), 60U);
  EXPECT_NE(page.find("\n  ", last + 1), std::string::npos);
}

TEST(TextReport, APathIsWholeWhereNoTerminalIsTooNarrowForIt) {
  for (const TextStyle& style : {TextStyle{}, TextStyle{.columns = 200}}) {
    const std::string page = render_text(test::sample_report(), style);
    EXPECT_NE(page.find("    at models--gpt2/blobs/" + std::string(64, 'b') + "\n"),
              std::string::npos)
        << page;
  }
}

TEST(TextReport, NamesOneThingToDoNext) {
  const auto next_of = [](std::initializer_list<FindingCode> codes) {
    Report report = test::whole_report();
    for (const FindingCode code : codes) {
      Finding finding = make_finding(code, "models--gpt2/refs/main");
      finding.repo = "models/gpt2";
      finding.revision = "main";
      report.findings.push_back(finding);
    }
    const std::string page = render_text(report, {});
    const std::size_t begin = page.find("\nnext: ");
    return begin == std::string::npos
               ? ""
               : page.substr(begin + 7, page.find('\n', begin + 1) - begin - 7);
  };
  EXPECT_EQ(next_of({}), "");
  EXPECT_EQ(next_of({FindingCode::pointer_copied}), "");
  EXPECT_EQ(next_of({FindingCode::blob_corrupt}),
            "hubward fetch sets corrupt files aside and downloads what is lacking");
  EXPECT_EQ(next_of({FindingCode::file_missing}), "hubward fetch downloads what is lacking");
  EXPECT_EQ(next_of({FindingCode::ref_whitespace}), "hubward repair puts that right");
  EXPECT_EQ(next_of({FindingCode::ref_whitespace, FindingCode::file_missing}),
            "hubward repair --fetch puts that right and downloads what is lacking");
  EXPECT_EQ(next_of({FindingCode::pointer_escapes, FindingCode::file_missing}),
            "find out who put there what is hostile; then hubward repair --fetch --yes sets it "
            "aside and downloads what is lacking");
}

TEST(TextReport, WhatTheManifestDoesNotNameIsRepairedWithAll) {
  Report report = test::whole_report();
  Finding finding = make_finding(FindingCode::ref_whitespace, "models--other/refs/main");
  finding.repo = "models/other";
  finding.revision = "main";
  report.findings.push_back(finding);
  const std::string page = render_text(report, {});
  EXPECT_NE(page.find("    with: hubward repair --all\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\nnext: hubward repair --all puts that right\n"), std::string::npos) << page;
}

TEST(TextReport, TheHintNamesTheProjectsOwnDownloaderWhereThereIsOne) {
  const std::string page = render_text(test::sample_report(), {.downloader = "ruby get.rb"});
  EXPECT_NE(page.find("downloads what is lacking by `ruby get.rb`\n"), std::string::npos) << page;
}

TEST(TextReport, SaysNoFetchForWhatNoManifestAsksFor) {
  Report report = test::sample_report();
  report.repos.clear();
  EXPECT_EQ(render_text(report, {}).find("hubward fetch"), std::string::npos);
}

TEST(TextReport, QuietIsTheLastLineAlone) {
  const Report report = test::sample_report();
  EXPECT_EQ(render_text(report, {.verbosity = Verbosity::quiet}), summary_line(report) + "\n");
}

TEST(TextReport, EndsWithTheLineThatCanBeReadAlone) {
  const Report report = test::sample_report();
  EXPECT_EQ(lines_of(render_text(report, {})).back(), summary_line(report));
}

TEST(TextReport, HoldsNoControlByteFromTheCache) {
  for (const char byte : render_text(test::sample_report(), {.verbosity = Verbosity::verbose})) {
    EXPECT_TRUE(byte == '\n' || static_cast<unsigned char>(byte) >= 0x20);
  }
}

TEST(TextReport, NoLineIsAWorkflowCommandEvenWhenTheCacheHoldsOne) {
  Report report = test::sample_report();
  report.cache_path = "::error::";
  report.manifest_path = "::error::";
  for (Finding& finding : report.findings) {
    finding.path = "::error::" + finding.path;
    finding.detail = "::error::";
    finding.expected = "::error::";
    finding.actual = "::error::";
    finding.affects = {"::error::"};
    finding.affects_total = 1;
  }
  for (const std::string& line : lines_of(render_text(report, {.verbosity = Verbosity::verbose}))) {
    const auto first = line.find_first_not_of(' ');
    EXPECT_FALSE(first != std::string::npos && line.compare(first, 2, "::") == 0) << line;
  }
}

TEST(SummaryLine, SaysThatALowerLevelReadNoBlob) {
  Report report = test::whole_report();
  report.level = Level::layout;
  EXPECT_EQ(summary_line(report),
            "complete (lock 1): level layout, no blob was opened; 1 entry, 12 files, 548.1 MB; no "
            "findings; 0.5 s");
}

TEST(SummaryLine, SaysHowManyBlobsWereNotReadAgain) {
  Report report;
  report.totals.blobs = 3;
  report.totals.blobs_from_ledger = 2;
  EXPECT_EQ(
      summary_line(report),
      "complete: no manifest, so integrity only; 0 repos, 0 files, 0 B; 2 of 3 blobs not read "
      "again; no findings; 0.0 s");
}

TEST(SummaryLine, PromisesIntegrityOnlyWithoutAManifest) {
  Report report;
  report.totals.repos = 3;
  EXPECT_EQ(summary_line(report),
            "complete: no manifest, so integrity only; 3 repos, 0 files, 0 B; no findings; 0.0 s");
}

}  // namespace
}  // namespace hubward
