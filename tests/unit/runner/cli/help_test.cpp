#include "runner/cli/help.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"
#include "verifier/report/formats.h"
#include <hubward/finding.h>
#include <hubward/version.h>

#include <gtest/gtest.h>

#include <sstream>

namespace hubward {
namespace {

std::vector<FindingCode> all_codes() {
  std::vector<FindingCode> codes;
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    codes.push_back(static_cast<FindingCode>(index));
  }
  return codes;
}

std::vector<Command> with_and_without_command() {
  std::vector<Command> all(commands().begin(), commands().end());
  all.push_back(Command::none);
  return all;
}

TEST(Help, NamesExactlyTheFlagsThatTheCommandKnows) {
  for (const Command command : with_and_without_command()) {
    const std::string page = help_page(command);
    for (const FlagRow& row : flag_rows()) {
      const std::string name = shown_name(row);
      const bool is_told = page.find("  " + name + " ") != std::string::npos ||
                           page.find(", " + name + " ") != std::string::npos;
      EXPECT_EQ(is_told, is_known_to(row, command) && !row.help.empty())
          << to_string(command) << " " << name;
    }
  }
}

TEST(Help, FitsOneHundredColumns) {
  for (const Command command : with_and_without_command()) {
    std::istringstream page(help_page(command));
    for (std::string line; std::getline(page, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST(Help, NamesExactlyTheCommandsThereAre) {
  const std::string page = help_page(Command::none);
  const std::string start = "commands:\n";
  const std::size_t begin = page.find(start) + start.size();
  std::istringstream list(page.substr(begin, page.find("\n\n", begin) - begin));
  std::vector<std::string> named;
  for (std::string line; std::getline(list, line);) {
    ASSERT_EQ(line.substr(0, 2), "  ") << line;
    named.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  std::vector<std::string> known;
  for (const Command command : commands()) known.emplace_back(to_string(command));
  EXPECT_EQ(named, known);
}

TEST(Help, TellsEachFormatAndSoDoTheManualAndThePage) {
  for (const ReportFormat& format : report_formats()) {
    const std::string name(format.name);
    EXPECT_NE(row_of(Flag::format).help.find(name), std::string_view::npos) << name;
    EXPECT_NE(test::source_text("docs/formats.md").find("\n| `" + name + "` |"), std::string::npos)
        << name;
    const std::string manual = man_page(Command::none);
    const std::size_t begin = manual.find("\n\\fB\\-\\-format\\fP");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_NE(manual.substr(begin, manual.find(".TP", begin) - begin).find(name), std::string::npos)
        << name;
  }
}

TEST(Version, TellsEachFormat) {
  const std::string text = version_text();
  const std::size_t line = text.find("\nformats:");
  ASSERT_NE(line, std::string::npos);
  const std::string formats = text.substr(line, text.find('\n', line + 1) - line);
  for (const ReportFormat& format : report_formats()) {
    EXPECT_NE(formats.find(" " + std::string(format.name)), std::string::npos) << format.name;
  }
}

TEST(Version, TellsTheVersionAndThoseOfTheLibraries) {
  const std::string text = version_text();
  EXPECT_TRUE(text.starts_with(std::string("hubward ") + kVersion + "\n"));
  for (const std::string library :
       {"OpenSSL ", "Boost ", "fmt ", "spdlog ", "CLI11 ", "toml++ ", "nlohmann-json ", "zlib ",
        "Brotli ", "liburing ", "libcurl as of "}) {
    const std::size_t at = text.find(library);
    ASSERT_NE(at, std::string::npos) << library;
    const char digit = text[at + library.size()];
    EXPECT_TRUE(digit >= '0' && digit <= '9') << library;
  }
}

TEST(Version, TellsEveryCommandAndWhatFlagsAreForThatNothingIsBehind) {
  const std::string text = version_text();
  for (const Command command : commands()) {
    EXPECT_NE(text.find(to_string(command)), std::string::npos) << to_string(command);
  }
  const std::size_t at = text.find("\nlacks:");
  const std::string lacks = at == std::string::npos ? "" : text.substr(at);
  for (const FlagRow& row : flag_rows()) {
    const bool is_lacking = lacks.find(shown_name(row)) != std::string::npos;
    EXPECT_EQ(is_lacking, row.help.empty()) << shown_name(row);
  }
}

TEST(FindingsPage, IsTheDocumentationByteForByte) {
  EXPECT_EQ(findings_page(), test::read_file(test::source_dir() + "/docs/findings.md"));
}

TEST(FindingsPage, TellsOfEveryCodeAllThatAPersonAsks) {
  for (const FindingCode code : all_codes()) {
    const std::string text = explain(to_string(code)).value_or("");
    EXPECT_TRUE(text.starts_with(std::string(to_string(code)) + "\n")) << to_string(code);
    for (const std::string part :
         {"How it comes about. ", "Who trips over it. ", "How hubward tells. ", "What to do. "}) {
      EXPECT_NE(text.find("\n" + part), std::string::npos) << to_string(code) << " " << part;
    }
  }
}

TEST(FindingsPage, AgreesWithTheTableOnClassAndRemedy) {
  for (const FindingCode code : all_codes()) {
    const std::string text = explain(to_string(code)).value_or("");
    const FindingText& row = text_of(code);
    const std::string finding_class(to_string(row.finding_class));
    EXPECT_NE(text.find("\nClass: " + finding_class), std::string::npos) << row.name;
    EXPECT_NE(text.find(" Remedy: " + std::string(to_string(row.remedy)) + ".\n"),
              std::string::npos)
        << row.name;
    EXPECT_NE(text.find("\n    " + finding_class + " " + std::string(row.name) + ": "),
              std::string::npos)
        << row.name;
  }
}

TEST(FindingsPage, HasNoSectionForWhatIsNoCode) {
  const std::string_view page = findings_page();
  const std::string_view mark = "\n## ";
  for (std::size_t at = page.find(mark); at != std::string_view::npos;
       at = page.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::string_view name = page.substr(begin, page.find('\n', begin) - begin);
    EXPECT_TRUE(finding_code_from(name)) << name;
  }
}

TEST(Explain, AnUnknownCodeNamesTheNearest) {
  const auto text = explain("blob-corupt");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::usage);
  EXPECT_EQ(text.error().what,
            "`blob-corupt` is no finding code; the nearest one is `blob-corrupt`");
}

}  // namespace
}  // namespace hubward
