#include "verifier/report/sarif.h"

#include "verifier/proof/hasher.h"
#include "verifier/report/counted.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"
#include <hubward/version.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

constexpr std::string_view kCheckout = "SRCROOT";
constexpr std::string_view kCache = "HUB_CACHE";
/// A blob may be behind a thousand pointers; a person looks at a few.
constexpr std::size_t kMaxRelated = 10;

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }
JsonValue number(std::uint64_t value) { return JsonValue(value); }
JsonValue object(JsonObject members) { return JsonValue(std::move(members)); }
JsonValue array(JsonArray values) { return JsonValue(std::move(values)); }
JsonValue message(std::string_view value) { return object({{"text", text(value)}}); }

std::string_view level_of(FindingClass finding_class) {
  switch (finding_class) {
    case FindingClass::hostile:
    case FindingClass::corrupt:
    case FindingClass::incomplete: return "error";
    case FindingClass::warning: return "warning";
    case FindingClass::note: return "note";
  }
  return "error";
}

/// RFC 3986: what is not unreserved is %XX, so that bytes of every kind make one path.
std::string as_uri(std::string_view bytes) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string uri;
  for (const char byte : bytes) {
    if (kPlain.find(byte) != std::string_view::npos) {
      uri += byte;
    } else {
      fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return uri;
}

JsonValue beneath(std::string_view base, const std::string& uri) {
  return object({{"uri", text(uri)}, {"uriBaseId", text(base)}});
}

/// What `gate` looks at may lie beside the cache.
JsonValue place_in_cache(const std::string& path, const Report& report) {
  if (path.empty()) return beneath(kCache, "./");
  if (!path.starts_with("../")) return beneath(kCache, as_uri(path));
  const auto whole = (std::filesystem::path(report.cache_path) / path).lexically_normal();
  return object({{"uri", text("file://" + as_uri(whole.string()))}});
}

/// A message may hold links, as "[words](target)", and places for arguments, as "{0}": a file name
/// that looks like one must become none (SARIF 3.11.5, 3.11.6).
std::string message_text(std::string_view words) {
  std::string safe;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::size_t digits = words.find_first_not_of("0123456789", at + 1);
    const bool is_argument = words[at] == '{' && digits != std::string_view::npos &&
                             digits > at + 1 && words[digits] == '}';
    const bool is_link = words[at] == '(' && at > 0 && words[at - 1] == ']';
    if (is_argument || is_link) {
      safe += is_link ? "\\x28" : "\\x7b";
    } else {
      safe += words[at];
    }
  }
  return safe;
}

JsonValue rule(FindingCode code) {
  const FindingText& row = text_of(code);
  const std::string_view level = level_of(row.finding_class);
  const std::string help =
      fmt::format("{}.\n\nmend: {}.\n\nMore: `hubward --explain {}`, or docs/findings.md#{}.",
                  row.meaning, row.advice, row.name, row.name);
  return object({
      {"id", text(row.name)},
      {"shortDescription", message(fmt::format("{}.", row.meaning))},
      {"fullDescription", message(fmt::format("{}; {}.", row.meaning, row.advice))},
      {"help", message(help)},
      {"defaultConfiguration", object({{"level", text(level)}})},
      {"properties",
       object({{"precision", text("very-high")},
               {"problem.severity", text(level == "note" ? "recommendation" : level)}})},
  });
}

JsonValue tool() {
  JsonArray rules;
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    rules.push_back(rule(static_cast<FindingCode>(index)));
  }
  return object({{"driver", object({{"name", text("hubward")},
                                    {"version", text(kVersion)},
                                    {"rules", array(std::move(rules))}})}});
}

/// The same as long as the same thing is wrong with the same path: neither its line nor its place
/// among others counts.
JsonValue fingerprints(const Finding& finding) {
  std::string identity(to_string(finding.code));
  for (const std::string* part : {&finding.repo, &finding.revision, &finding.path}) {
    identity += '\0';
    identity += *part;
  }
  const std::string digest = digest_of(DigestAlgorithm::sha256, identity).hex();
  return object({{"finding/v1", text(digest)},
                 {"primaryLocationLineHash", text(digest.substr(0, 16) + ":1")}});
}

class Sarif {
 public:
  Sarif(const Report& report, const CheckoutFiles& files, std::size_t most)
      : report_(report), files_(files), most_(most) {}

  std::string render() const {
    JsonObject log = {{"$schema", text("https://json.schemastore.org/sarif-2.1.0.json")},
                      {"version", text("2.1.0")}};
    JsonArray runs;
    runs.push_back(run());
    log.emplace_back("runs", array(std::move(runs)));
    return write_json(object(std::move(log)), JsonLayout::indented) + "\n";
  }

 private:
  JsonValue run() const {
    // No region has a column, so no columnKind is said.
    JsonObject run = {
        {"tool", tool()},
        {"automationDetails", object({{"id", text(category())}})},
        {"originalUriBaseIds", bases()},
        {"invocations", array({invocation()})},
        {"properties", object({{"verdict", text(to_string(report_.verdict))},
                               {"level", text(to_string(report_.level))},
                               {"require", text(to_string(report_.require))},
                               {"scope", text(to_string(report_.scope))}})},
    };
    JsonArray results;
    for (const Finding& finding : report_.findings) {
      if (results.size() == most_) break;
      results.push_back(result(finding));
    }
    // Moved in: a list of members would copy all of them.
    run.emplace_back("results", array(std::move(results)));
    return object(std::move(run));
  }

  /// Two manifests of one repository are two analyses.
  std::string category() const {
    return files_.manifest ? fmt::format("hubward/{}/", show(*files_.manifest)) : "hubward/";
  }

  JsonValue bases() const {
    const std::string cache = "file://" + as_uri(report_.cache_path) + "/";
    return object(
        {{std::string(kCheckout),
          object({{"description", message("the top of the checkout that the manifest is in")}})},
         {std::string(kCache),
          object({{"uri", text(cache)}, {"description", message("the cache")}})}});
  }

  JsonValue invocation() const {
    JsonObject members = {
        {"executionSuccessful", JsonValue(true)},
        {"exitCode", JsonValue(std::int64_t{report_.exit_code})},
    };
    if (report_.findings.size() > most_) {
      const std::string words =
          fmt::format("{} less grave left out",
                      counted(report_.findings.size() - most_, "finding", "findings"));
      members.emplace_back(
          "toolExecutionNotifications",
          array({object({{"level", text("warning")}, {"message", message(words)}})}));
    }
    return object(std::move(members));
  }

  JsonValue result(const Finding& finding) const {
    const auto place = text_place_of(finding, report_, files_);
    const std::string words = (place ? outside_words(*place) : "") + words_of(finding, report_);
    JsonObject members = {
        {"ruleId", text(to_string(finding.code))},
        {"ruleIndex", number(static_cast<std::uint64_t>(finding.code))},
        {"level", text(level_of(finding.finding_class))},
        {"message", message(message_text(words))},
        {"locations", array({location(finding, place)})},
        {"partialFingerprints", fingerprints(finding)},
        {"properties", object({{"class", text(to_string(finding.finding_class))},
                               {"remedy", text(to_string(finding.remedy))}})},
    };
    if (!finding.affects.empty()) members.emplace_back("relatedLocations", related(finding));
    return object(std::move(members));
  }

  JsonValue location(const Finding& finding, const std::optional<TextPlace>& place) const {
    JsonObject physical;
    if (place && place->in_checkout) {
      physical = {{"artifactLocation", beneath(kCheckout, as_uri(*place->in_checkout))},
                  {"region", object({{"startLine", JsonValue(std::int64_t{place->line})}})}};
    } else {
      physical = {{"artifactLocation", place_in_cache(finding.path, report_)}};
    }
    JsonObject members = {{"physicalLocation", object(std::move(physical))}};
    if (!finding.path.empty()) {
      members.emplace_back("logicalLocations",
                           array({object({{"fullyQualifiedName", text(report_path(finding.path))},
                                          {"kind", text("resource")}})}));
    }
    return object(std::move(members));
  }

  JsonValue related(const Finding& finding) const {
    JsonArray places;
    for (const std::string& affected : finding.affects) {
      if (places.size() == kMaxRelated) break;
      places.push_back(object(
          {{"id", number(places.size() + 1)},
           {"physicalLocation", object({{"artifactLocation", place_in_cache(affected, report_)}})},
           {"message", message("leads there")}}));
    }
    return array(std::move(places));
  }

  const Report& report_;  // both outlive this object
  const CheckoutFiles& files_;
  std::size_t most_;
};

}  // namespace

std::string render_sarif(const Report& report, const CheckoutFiles& files, std::size_t most) {
  return Sarif(report, files, most).render();
}

}  // namespace hubward
