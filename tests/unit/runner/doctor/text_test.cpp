#include "runner/doctor/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCommit[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

RepoId repo(const char* id) { return *RepoId::parse(RepoType::model, id); }

/// An environment like red-candle's, and a cache that lacks a file.
Diagnosis diagnosis() {
  CacheLocationRequest here;
  here.environment = {{"HOME", "/home/me"}, {"HF_HOME", "/hf"}, {"HF_HUB_OFFLINE", "1"}};
  here.working_directory = "/project";
  Diagnosis told;
  told.exit_code = 1;
  told.cache_path = "/hf/hub";
  told.cache_source = "HF_HOME";
  told.manifest_path = "test/model_manifest.txt";
  told.manifest_entries = 1;
  told.places = all_places(here);
  for (const ClientPlace& place : told.places) {
    told.tokens.push_back(
        token_of(place.client, here, place.cache, [](const std::string&) { return std::nullopt; }));
  }
  told.used = {{DoctorClient::hf_hub_0_new, "0.4.1", "ext/candle/Cargo.lock"}};
  told.health = CacheHealth{.file_system = FileSystemFacts{.kind = "ext4",
                                                           .flock = FlockAnswer::excludes,
                                                           .free_bytes = 5'000'000'000,
                                                           .total_bytes = 10'000'000'000},
                            .layouts = {.links = 2},
                            .ownership = {.owner = 1000, .mode = "0755"},
                            .repos = 1,
                            .partials = 1,
                            .partial_bytes = 1000,
                            .first_partial = "models--gpt2/blobs/x.incomplete"};
  RepoRow row{.repo = repo("gpt2"), .revision = Revision::main(), .verdict = Verdict::incomplete};
  told.entries = {{.row = row,
                   .sights = {{.client = DoctorClient::huggingface_hub,
                               .sight = Sight::part,
                               .wanted = 3,
                               .found = 2,
                               .first = "model.safetensors"},
                              {.client = DoctorClient::hf_hub_0_new,
                               .sight = Sight::nothing,
                               .first = "config.json",
                               .why = "its cache is not there"}}}};
  told.hints = {{"deaf-to-offline", "hf-hub reads no offline variable"}};
  told.next = {"download what is missing", "hubward fetch"};
  return told;
}

TEST(DoctorText, AnOverviewIsReadFromTopToTheOneThingToDo) {
  EXPECT_EQ(render_doctor_text(diagnosis(), {}),
            R"(cache     /hf/hub (HF_HOME)
          ext4, 5.0 GB of 10.0 GB free, locks exclude
          1 repo; files: 2 by link, 0 copied, 0 shared; 0 listings
          mode 0755, owner 1000
          1 left by killed downloads, 1.0 kB: models--gpt2/blobs/x.incomplete
manifest  test/model_manifest.txt, 1 entry

client                 offline  token  looks in
huggingface_hub        on       none   this cache (HF_HOME)
transformers           on       none   this cache (HF_HOME)
datasets               on       none   this cache (HF_HOME)
hf-hub 0.x Api::new()  deaf     none   /home/me/.cache/huggingface/hub (default)
                       ignores HF_HOME, HF_HUB_OFFLINE
                       in use: ext/candle/Cargo.lock has 0.4.1
hf-hub 0.x from_env()  deaf     none   this cache (HF_HOME)
                       ignores HF_HUB_OFFLINE
hf-hub 1.x             deaf     none   this cache (HF_HOME)
                       ignores HF_HUB_OFFLINE
@huggingface/hub       deaf     none   this cache (HF_HOME)
                       ignores HF_HUB_OFFLINE

token     huggingface_hub, transformers, datasets, hf-hub 1.x
            none: neither a variable nor a file that it reads holds one
          hf-hub 0.x Api::new(), hf-hub 0.x from_env()
            none: it reads a file alone, and that is not there
          @huggingface/hub
            none: it sends what the program passes to it, and reads neither variable nor file

models
  incomplete  gpt2@main
      huggingface_hub
        finds 2 of 3 files; first fetches model.safetensors
      hf-hub 0.x Api::new()
        finds nothing: its cache is not there; first fetches config.json

hint      hf-hub reads no offline variable

next: download what is missing
      hubward fetch
)");
}

TEST(DoctorText, TheGuardIsALineWhereItHolds) {
  Diagnosis told = diagnosis();
  told.guard = GuardView{.watch = {"seccomp", "own_network", "", {}},
                         .own_network = {"none", "none", "no namespaces (unshare)", {}}};
  const std::string text = render_doctor_text(told, {});
  EXPECT_THAT(text, HasSubstr("\nguard     run --guard holds here (seccomp), host names by "
                              "own_network\n\nhint "));
  EXPECT_THAT(
      render_doctor_text(told, {.verbosity = Verbosity::verbose}),
      HasSubstr("\n          --guard-with netns does not hold here: no namespaces (unshare)\n"));
}

TEST(DoctorText, AGuardThatFailsIsToldWithItsStepAndWhatIsLeft) {
  Diagnosis told = diagnosis();
  told.guard = GuardView{.watch = {"none", "none", "forbidden (seccomp notification)", {}},
                         .own_network = {"netns", "none", "", {}}};
  EXPECT_THAT(render_doctor_text(told, {}),
              HasSubstr("\nguard     run --guard does not hold here: forbidden (seccomp "
                        "notification)\n          --guard-with netns holds here\n"));
}

TEST(DoctorText, QuietSaysTheOneThingAlone) {
  EXPECT_EQ(render_doctor_text(diagnosis(), {.verbosity = Verbosity::quiet}),
            "next: download what is missing\n      hubward fetch\n");
}

TEST(DoctorText, VerboseNamesTheSourceOfEachFact) {
  const std::string text = render_doctor_text(diagnosis(), {.verbosity = Verbosity::verbose});
  for (const ClientFacts& facts : client_table()) {
    EXPECT_THAT(text, HasSubstr("by " + std::string(facts.source)));
  }
}

TEST(DoctorText, ModelsThatAllMeetAlikeShareTheirClients) {
  Diagnosis told = diagnosis();
  told.entries.push_back(told.entries.front());
  told.entries.back().row.repo = repo("other");
  EXPECT_THAT(render_doctor_text(told, {}), HasSubstr("  incomplete  gpt2@main\n"
                                                      "  incomplete  other@main\n"
                                                      "      huggingface_hub\n"));
}

TEST(DoctorText, ColourIsOnlyThereWhenAskedFor) {
  EXPECT_THAT(render_doctor_text(diagnosis(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_doctor_text(diagnosis(), {.colour = Colour::yes}), HasSubstr("\x1b[33m"));
}

TEST(DoctorText, NoLineIsWiderThanAPageButForItsPaths) {
  std::string text = render_doctor_text(diagnosis(), {});
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    EXPECT_LE(end, 100u) << text.substr(0, end);
    text.erase(0, end + 1);
  }
}

TEST(DoctorText, AStoryIsToldStepByStep) {
  FileStory story{.target = {repo("gpt2"), Revision::main(), "config.json"},
                  .cache_path = "/hf/hub",
                  .commit = CommitId::parse(kCommit)};
  story.steps = {{"folder", "models--gpt2", true, ""},
                 {"link", "models--gpt2/snapshots/x/config.json", false, "leads to blobs/b"}};
  story.size = 2;
  story.expected_size = 3;
  story.expected = Digest::from_hex(std::string(40, 'b'));
  story.expected_by = "listing";
  story.actual = Digest::from_hex(std::string(40, 'c'));
  story.findings = {make_finding(FindingCode::blob_corrupt, "models--gpt2/blobs/b")};
  story.findings.front().damage = Damage::truncated;
  story.writers = {{"hf-hub 0.x", "it left a trace"}};
  EXPECT_EQ(render_story(story, {}), R"(file        gpt2@main/config.json
folder      models--gpt2
link        models--gpt2/snapshots/x/config.json
            leads to blobs/b
size        2 bytes, and should be 3
expected    sha1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb by its listing
found       sha1:cccccccccccccccccccccccccccccccccccccccc, another one
corrupt     blob-corrupt: )" + std::string(text_of(FindingCode::blob_corrupt).meaning) +
                                         R"( (truncated)
written by  hf-hub 0.x: it left a trace
)");
}

TEST(DoctorText, OnANarrowTerminalPartsItsSentencesAndNoPath) {
  Diagnosis told = diagnosis();
  told.cache_path = "/a cache/" + std::string(80, 'x');
  told.hints = {{"h", "a sentence that is much too long for a page of so few columns as this one"}};
  const std::string text = render_doctor_text(told, {.columns = 60});
  EXPECT_THAT(text, HasSubstr("cache     /a cache/" + std::string(80, 'x') + "\n"));
  EXPECT_THAT(text, HasSubstr("hint      a sentence that is much too long for a page of so\n"
                              "          few columns as this one\n"));
}

TEST(DoctorText, WhatComesFromOutsideIsEscaped) {
  Diagnosis told = diagnosis();
  told.cache_path = "/hf/\x1b[31m";
  told.health->first_partial = "a\n::error::b";
  told.manifest_path = "m\xe2\x80\xae";
  const std::string text = render_doctor_text(told, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\n::")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
}

TEST(NextStep, WhatIsWrongComesBeforeWhatIsMissingAndThatBeforeTidiness) {
  Diagnosis told = diagnosis();
  told.report = Report{.exit_code = 1, .verdict = Verdict::incomplete};
  EXPECT_EQ(next_step(told).command, "hubward fetch");
  told.report->findings = {make_finding(FindingCode::ref_malformed, "models--gpt2/refs/main")};
  told.report->verdict = Verdict::corrupt;
  EXPECT_THAT(next_step(told).what, HasSubstr("ref-malformed"));
  told.report = Report{};
  EXPECT_EQ(next_step(told).command, "hubward repair");
  told.health.reset();
  told.hints.clear();
  EXPECT_EQ(next_step(told).command, "hubward verify");
}

TEST(NextStep, LooksWhereTheCommandLineSaid) {
  Diagnosis told = diagnosis();
  told.place_flags = " --cache-dir c";
  EXPECT_EQ(next_step(told).command, "hubward repair --cache-dir c");
  told.report = Report{.place_flags = told.place_flags, .verdict = Verdict::incomplete};
  EXPECT_EQ(next_step(told).command, "hubward fetch --cache-dir c");
}

TEST(NextStep, WithoutAManifestOneIsWrittenBeforeAnythingIsFetched) {
  Diagnosis told = diagnosis();
  told.manifest_path.reset();
  told.report = Report{.verdict = Verdict::incomplete};
  EXPECT_EQ(next_step(told).command, "");
  EXPECT_THAT(next_step(told).what, HasSubstr("write a manifest first, model_manifest.txt here"));
  told.report->findings = {make_finding(FindingCode::ref_malformed, "models--gpt2/refs/main")};
  EXPECT_EQ(next_step(told).command, "");
  told.report->findings = {make_finding(FindingCode::ref_drift, "models--gpt2/refs/main")};
  EXPECT_EQ(next_step(told).command, "hubward repair --all");
}

TEST(NextStep, AModelThatTheManifestDoesNotNameIsAddedToIt) {
  Diagnosis told = diagnosis();
  told.report = Report{.verdict = Verdict::incomplete};
  told.report->repos.push_back({.repo = repo("org/new"), .revision = Revision::main()});
  EXPECT_THAT(next_step(told).what, HasSubstr("add the line `org/new` to test/model_manifest.txt"));
  EXPECT_EQ(next_step(told).command, "");
}

TEST(NextStep, ARefusedTokenComesBeforeTheFetchThatItWouldSpoil) {
  Diagnosis told = diagnosis();
  told.report = Report{.exit_code = 1, .verdict = Verdict::incomplete};
  told.online = OnlineFacts{.is_reached = true, .token = TokenAnswer::refused, .exit_code = 77};
  EXPECT_THAT(next_step(told).what, HasSubstr("new token"));
}

}  // namespace
}  // namespace hubward
