// Every row of the python tables was held against huggingface_hub's own expressions.
#include "verifier/cache/location.h"

#include <gtest/gtest.h>

#include <vector>

namespace hubward {
namespace {

struct Row {
  EnvironmentView environment;
  std::string path;
  std::string source;
};

CacheLocationRequest request_with(EnvironmentView environment) {
  CacheLocationRequest request;
  request.environment = std::move(environment);
  request.working_directory = "/project/dir";
  request.account_home = "/account";
  return request;
}

void expect_rows(const std::vector<Row>& rows, CacheClient client = CacheClient::python) {
  for (const Row& row : rows) {
    CacheLocationRequest request = request_with(row.environment);
    request.client = client;
    const auto location = locate_cache(request);
    std::string shown;
    for (const auto& [name, value] : row.environment) shown += name + "='" + value + "' ";
    ASSERT_TRUE(location) << shown << location.error().what;
    EXPECT_EQ(location->path, row.path) << shown;
    EXPECT_EQ(location->source, row.source) << shown;
  }
}

TEST(LocateCache, TheFirstVariableThatIsSetDecides) {
  EnvironmentView all = {{"HF_HUB_CACHE", "/a"},
                         {"HUGGINGFACE_HUB_CACHE", "/b"},
                         {"HF_HOME", "/c"},
                         {"XDG_CACHE_HOME", "/d"},
                         {"HOME", "/e"}};
  std::vector<Row> rows;
  rows.push_back({all, "/a", "HF_HUB_CACHE"});
  all.erase("HF_HUB_CACHE");
  rows.push_back({all, "/b", "HUGGINGFACE_HUB_CACHE"});
  all.erase("HUGGINGFACE_HUB_CACHE");
  rows.push_back({all, "/c/hub", "HF_HOME"});
  all.erase("HF_HOME");
  rows.push_back({all, "/d/huggingface/hub", "XDG_CACHE_HOME"});
  all.erase("XDG_CACHE_HOME");
  rows.push_back({all, "/e/.cache/huggingface/hub", "default"});
  all.erase("HOME");
  rows.push_back({all, "/account/.cache/huggingface/hub", "default"});
  expect_rows(rows);
}

TEST(LocateCache, AnEmptyVariableIsSetAndMeansARelativePath) {
  expect_rows({
      {{{"HF_HUB_CACHE", ""}, {"HF_HOME", "/c"}}, "/project/dir", "HF_HUB_CACHE"},
      {{{"HUGGINGFACE_HUB_CACHE", ""}}, "/project/dir", "HUGGINGFACE_HUB_CACHE"},
      {{{"HF_HOME", ""}}, "/project/dir/hub", "HF_HOME"},
      {{{"XDG_CACHE_HOME", ""}}, "/project/dir/huggingface/hub", "XDG_CACHE_HOME"},
      {{{"HOME", ""}}, "/.cache/huggingface/hub", "default"},
  });
}

TEST(LocateCache, RelativeValuesStandOnTheWorkingDirectory) {
  expect_rows({
      {{{"HF_HUB_CACHE", "c"}}, "/project/dir/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "../c"}}, "/project/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "../../../../c"}}, "/c", "HF_HUB_CACHE"},
      {{{"HF_HOME", "./c"}}, "/project/dir/c/hub", "HF_HOME"},
      {{{"HOME", "me"}}, "/project/dir/me/.cache/huggingface/hub", "default"},
  });
}

TEST(LocateCache, PathsComeOutLexicallyNormal) {
  expect_rows({
      {{{"HF_HUB_CACHE", "/a//b/./c/"}}, "/a/b/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/a/b/../c"}}, "/a/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/"}}, "/", "HF_HUB_CACHE"},
      {{{"HF_HOME", "/c/"}}, "/c/hub", "HF_HOME"},
      {{{"HOME", "/"}}, "/.cache/huggingface/hub", "default"},
  });
}

TEST(LocateCache, ATildeAtTheStartIsTheHome) {
  expect_rows({
      {{{"HF_HUB_CACHE", "~"}, {"HOME", "/h"}}, "/h", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "~/c"}, {"HOME", "/h/"}}, "/h/c", "HF_HUB_CACHE"},
      {{{"HUGGINGFACE_HUB_CACHE", "~/c"}, {"HOME", "/h"}}, "/h/c", "HUGGINGFACE_HUB_CACHE"},
      {{{"HF_HOME", "~/c"}, {"HOME", "/h"}}, "/h/c/hub", "HF_HOME"},
      {{{"XDG_CACHE_HOME", "~/c"}, {"HOME", "/h"}}, "/h/c/huggingface/hub", "XDG_CACHE_HOME"},
      {{{"HF_HOME", "~/c"}}, "/account/c/hub", "HF_HOME"},
      {{{"HF_HUB_CACHE", "~"}, {"HOME", ""}}, "/", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "~other/c"}, {"HOME", "/h"}}, "/project/dir/~other/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/a/~/c"}, {"HOME", "/h"}}, "/a/~/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "$T"}, {"T", "~"}, {"HOME", "/h"}}, "/project/dir/~", "HF_HUB_CACHE"},
  });
}

TEST(LocateCache, ATildeWithANameIsThatAccountsHomeAndAnUnknownOneStays) {
  for (const auto& [value, path] :
       std::map<std::string, std::string>{{"~ann", "/homes/ann/hub"},
                                          {"~ann/x", "/homes/ann/x/hub"},
                                          {"~nobody-knows/x", "/project/dir/~nobody-knows/x/hub"},
                                          {"x/~ann", "/project/dir/x/~ann/hub"}}) {
    CacheLocationRequest request = request_with({{"HF_HOME", value}, {"HOME", "/h"}});
    request.home_of = [](const std::string& account) {
      return account == "ann" ? std::optional<std::string>("/homes/ann/") : std::nullopt;
    };
    EXPECT_EQ(locate_cache(request)->path, path) << value;
  }
}

TEST(LocateToken, StandsWhereThePythonClientLooks) {
  const std::vector<std::pair<EnvironmentView, std::string>> rows = {
      {{{"HOME", "/h"}, {"HF_HOME", "/x"}, {"HF_TOKEN_PATH", "/t"}}, "/t"},
      {{{"HOME", "/h"}, {"HF_TOKEN_PATH", "~/t"}}, "/h/t"},
      {{{"HOME", "/h"}, {"D", "/d"}, {"HF_TOKEN_PATH", "$D/t"}}, "/d/t"},
      {{{"HOME", "/h"}, {"HF_HOME", "/x"}}, "/x/token"},
      {{{"HOME", "/h"}, {"XDG_CACHE_HOME", "/c"}}, "/c/huggingface/token"},
      {{{"HOME", "/h"}}, "/h/.cache/huggingface/token"},
      {{}, "/account/.cache/huggingface/token"},
  };
  for (const auto& [environment, path] : rows) {
    EXPECT_EQ(*locate_token(request_with(environment)), path);
  }
}

TEST(LocateCache, VariablesInAValueAreExpandedAndUnknownOnesStay) {
  expect_rows({
      {{{"HF_HUB_CACHE", "$A/c"}, {"A", "/a"}}, "/a/c", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "${A}c"}, {"A", "/a"}}, "/ac", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$A$B"}, {"A", "1"}, {"B", "2"}}, "/12", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$A_b"}, {"A", "1"}}, "/$A_b", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$A-b"}, {"A", "1"}}, "/1-b", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$none/${none}"}}, "/$none/${none}", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$"}}, "/$", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/$$A"}, {"A", "1"}}, "/$1", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/${A"}, {"A", "1"}}, "/${A", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/${A$A"}, {"A", "1"}}, "/${A1", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/${}"}}, "/${}", "HF_HUB_CACHE"},
      {{{"HF_HUB_CACHE", "/a$E"}, {"E", ""}}, "/a", "HF_HUB_CACHE"},
      {{{"HUGGINGFACE_HUB_CACHE", "$A"}, {"A", "/a"}}, "/a", "HUGGINGFACE_HUB_CACHE"},
      {{{"HF_HOME", "$A"}, {"A", "/a"}}, "/a/hub", "HF_HOME"},
      {{{"XDG_CACHE_HOME", "$A"}, {"A", "/a"}}, "/a/huggingface/hub", "XDG_CACHE_HOME"},
      {{{"HOME", "/h/$A"}, {"A", "a"}}, "/h/a/.cache/huggingface/hub", "default"},
  });
}

TEST(LocateCache, AnExpandedValueIsExpandedAgainOnlyWhereTheClientDoes) {
  expect_rows({
      {{{"HF_HUB_CACHE", "/$A"}, {"A", "$B"}, {"B", "b"}}, "/$B", "HF_HUB_CACHE"},
      {{{"HF_HOME", "/$A"}, {"A", "$B"}, {"B", "b"}}, "/b/hub", "HF_HOME"},
      {{{"HF_HOME", "$A"}, {"A", "~"}, {"HOME", "/h"}}, "/h/hub", "HF_HOME"},
  });
}

TEST(LocateCache, HfHubReadsNothingButTheHome) {
  expect_rows(
      {
          {{{"HF_HUB_CACHE", "/a"}, {"HF_HOME", "/c"}, {"XDG_CACHE_HOME", "/d"}, {"HOME", "/h"}},
           "/h/.cache/huggingface/hub",
           "default"},
          {{{"HOME", "/h/$A/~"}, {"A", "1"}}, "/h/$A/~/.cache/huggingface/hub", "default"},
          {{{"HOME", ""}}, "/account/.cache/huggingface/hub", "default"},
          {{}, "/account/.cache/huggingface/hub", "default"},
      },
      CacheClient::hf_hub_0);
}

TEST(LocateCache, AFlagWinsForBothClientsAndIsNotExpanded) {
  for (const CacheClient client : {CacheClient::python, CacheClient::hf_hub_0}) {
    CacheLocationRequest request =
        request_with({{"HF_HUB_CACHE", "/a"}, {"HOME", "/h"}, {"A", "1"}});
    request.client = client;
    request.configured = "/configured";
    EXPECT_EQ(locate_cache(request)->path, "/configured");
    EXPECT_EQ(locate_cache(request)->source, "config");
    request.flag = "~/$A";
    EXPECT_EQ(locate_cache(request)->path, "/project/dir/~/$A");
    EXPECT_EQ(locate_cache(request)->source, "flag");
    request.flag = "/x/../y/";
    EXPECT_EQ(locate_cache(request)->path, "/y");
    request.flag_is_from_environment = true;
    EXPECT_EQ(locate_cache(request)->source, "HUBWARD_CACHE_DIR");
  }
}

TEST(LocateCache, AnEmptyFlagIsAMistakeAndNotTheWorkingDirectory) {
  CacheLocationRequest request = request_with({{"HOME", "/h"}});
  request.flag = "";
  const auto location = locate_cache(request);
  ASSERT_FALSE(location);
  EXPECT_EQ(location.error().kind, ErrorKind::usage);
  EXPECT_EQ(location.error().where, "--cache-dir");
}

TEST(LocateCache, WithoutAnyHomeOnlyWhatNeedsOneFails) {
  CacheLocationRequest request = request_with({{"HF_HOME", "/c"}});
  request.account_home = "";
  EXPECT_EQ(locate_cache(request)->path, "/c/hub");
  for (const EnvironmentView& environment :
       {EnvironmentView{}, EnvironmentView{{"HF_HOME", "~/c"}}}) {
    request.environment = environment;
    const auto location = locate_cache(request);
    ASSERT_FALSE(location);
    EXPECT_EQ(location.error().kind, ErrorKind::usage);
  }
  request.client = CacheClient::hf_hub_0;
  EXPECT_EQ(locate_cache(request).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace hubward
