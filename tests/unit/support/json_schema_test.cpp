#include "tests/support/json_schema.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace hubward::test {
namespace {

std::size_t violations(const std::string& schema, const std::string& json) {
  return schema_violations(schema, json).size();
}

TEST(JsonSchema, EachKeywordRefusesWhatItIsFor) {
  EXPECT_EQ(violations(R"({"type": ["string", "null"]})", "null"), 0u);
  EXPECT_EQ(violations(R"({"type": "integer"})", "1.5"), 1u);
  EXPECT_EQ(violations(R"({"enum": ["a", "b"]})", R"("c")"), 1u);
  EXPECT_EQ(violations(R"({"const": 1})", "2"), 1u);
  EXPECT_EQ(violations(R"({"pattern": "^[0-9a-f]{3}$"})", R"("12g")"), 1u);
  EXPECT_EQ(violations(R"({"minLength": 2})", R"("ä")"), 1u);
  EXPECT_EQ(violations(R"({"minimum": 0, "maximum": 5})", "6"), 1u);
  EXPECT_EQ(violations(R"({"maxItems": 1})", "[1, 2]"), 1u);
  EXPECT_EQ(violations(R"({"items": {"type": "string"}})", R"(["a", 1])"), 1u);
  EXPECT_EQ(violations(R"({"oneOf": [{"type": "null"}, {"type": "string"}]})", "1"), 1u);
  EXPECT_EQ(violations(R"({"$ref": "#/$defs/n", "$defs": {"n": {"type": "null"}}})", "1"), 1u);
}

TEST(JsonSchema, ObjectsLackNothingAndHaveNothingElse) {
  const std::string schema =
      R"({"properties": {"a": {"type": "null"}}, "required": ["a"], "additionalProperties": false})";
  EXPECT_EQ(violations(schema, R"({"a": null})"), 0u);
  EXPECT_EQ(violations(schema, R"({"a": 1})"), 1u);
  EXPECT_EQ(violations(schema, R"({"b": 1})"), 2u);
}

TEST(JsonSchema, AnUnknownKeywordIsNeverPassedOver) {
  EXPECT_THROW(violations(R"({"multipleOf": 2})", "3"), std::runtime_error);
}

TEST(JsonSchema, TheGoldenReportIsValidAndADamagedOneIsNot) {
  std::string report = read_file(source_dir() + "/fixtures/golden/report.json");
  EXPECT_TRUE(report_violations(report).empty());
  const auto at = report.find("\"blob-corrupt\"");
  ASSERT_NE(at, std::string::npos);
  report.replace(at, 14, "\"blob-cursed\"");
  EXPECT_FALSE(report_violations(report).empty());
}

}  // namespace
}  // namespace hubward::test
