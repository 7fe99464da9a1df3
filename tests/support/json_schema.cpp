#include "tests/support/json_schema.h"

#include "tests/support/files.h"
#include "tests/support/run_binary.h"
#include "tests/support/source_dir.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace hubward::test {
namespace {

using Json = nlohmann::json;

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "integer") {
    return value.is_number_integer();
  }
  if (type == "number") {
    return value.is_number();
  }
  const std::map<std::string, Json::value_t> kTypes = {{"object", Json::value_t::object},
                                                       {"array", Json::value_t::array},
                                                       {"string", Json::value_t::string},
                                                       {"boolean", Json::value_t::boolean},
                                                       {"null", Json::value_t::null}};
  return kTypes.at(type) == value.type();
}

// Characters, not bytes.
std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

bool are_unique(const Json& array) {
  std::vector<Json> items(array.begin(), array.end());
  std::sort(items.begin(), items.end());
  return std::adjacent_find(items.begin(), items.end()) == items.end();
}

class Judge {
 public:
  explicit Judge(const Json& root) : root_(root) {}

  void judge(const Json& schema, const Json& value, const std::string& place) {
    for (const auto& [keyword, demand] : schema.items()) {
      if (!judge_shape(keyword, demand, schema, value, place) &&
          !judge_value(keyword, demand, value, place)) {
        throw std::runtime_error("a keyword that this validator does not know: " + keyword);
      }
    }
  }

  std::vector<std::string> violations;

 private:
  void demand(bool met, const std::string& place, const std::string& what) {
    if (!met) {
      violations.push_back((place.empty() ? "/" : place) + ": " + what);
    }
  }

  bool judge_shape(const std::string& keyword, const Json& wanted, const Json& schema,
                   const Json& value, const std::string& place) {
    if (keyword == "$ref") {
      judge(root_.at(Json::json_pointer(wanted.get<std::string>().substr(1))), value, place);
    } else if (keyword == "properties") {
      for (const auto& [name, inner] : wanted.items()) {
        if (value.is_object() && value.contains(name)) {
          judge(inner, value.at(name), place + "/" + name);
        }
      }
    } else if (keyword == "additionalProperties") {
      judge_others(wanted, schema, value, place);
    } else if (keyword == "required") {
      for (const Json& name : wanted) {
        demand(!value.is_object() || value.contains(name.get<std::string>()), place,
               "lacks " + name.get<std::string>());
      }
    } else if (keyword == "items") {
      for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
        judge(wanted, value.at(i), place + "/" + std::to_string(i));
      }
    } else if (keyword == "oneOf") {
      const long fitting = fitting_of(wanted, value);
      demand(fitting == 1, place, std::to_string(fitting) + " of oneOf fit " + value.dump());
    } else if (keyword == "anyOf") {
      demand(fitting_of(wanted, value) > 0, place, "none of anyOf fits " + value.dump());
    } else {
      return false;
    }
    return true;
  }

  void judge_others(const Json& wanted, const Json& schema, const Json& value,
                    const std::string& place) {
    if (wanted == Json(true) || !value.is_object()) return;
    for (const auto& [name, inner] : value.items()) {
      if (schema.contains("properties") && schema.at("properties").contains(name)) continue;
      if (wanted == Json(false)) {
        demand(false, place, "has " + name);
      } else {
        judge(wanted, inner, place + "/" + name);
      }
    }
  }

  long fitting_of(const Json& choices, const Json& value) const {
    return std::count_if(choices.begin(), choices.end(), [&](const Json& choice) {
      Judge inner(root_);
      inner.judge(choice, value, "");
      return inner.violations.empty();
    });
  }

  bool judge_value(const std::string& keyword, const Json& wanted, const Json& value,
                   const std::string& place) {
    if (keyword == "type") {
      const Json types = wanted.is_array() ? wanted : Json::array({wanted});
      demand(std::any_of(types.begin(), types.end(),
                         [&](const Json& type) { return is_of_type(value, type); }),
             place, "is no " + wanted.dump() + ": " + value.dump());
    } else if (keyword == "enum") {
      demand(std::find(wanted.begin(), wanted.end(), value) != wanted.end(), place,
             "is none of " + wanted.dump() + ": " + value.dump());
    } else if (keyword == "const") {
      demand(value == wanted, place, "is not " + wanted.dump());
    } else if (keyword == "pattern") {
      demand(!value.is_string() ||
                 std::regex_search(value.get<std::string>(), std::regex(wanted.get<std::string>())),
             place, "does not match " + wanted.dump() + ": " + value.dump());
    } else if (keyword == "minLength") {
      demand(!value.is_string() || length_of(value.get<std::string>()) >= wanted, place,
             "is too short");
    } else if (keyword == "minimum") {
      demand(!value.is_number() || value >= wanted, place, "is less than " + wanted.dump());
    } else if (keyword == "maximum") {
      demand(!value.is_number() || value <= wanted, place, "is more than " + wanted.dump());
    } else if (keyword == "minItems") {
      demand(!value.is_array() || value.size() >= wanted, place, "has too few items");
    } else if (keyword == "maxItems") {
      demand(!value.is_array() || value.size() <= wanted, place, "has too many items");
    } else if (keyword == "minItems") {
      demand(!value.is_array() || value.size() >= wanted, place, "has too few items");
    } else if (keyword == "uniqueItems") {
      demand(wanted == Json(false) || !value.is_array() || are_unique(value), place,
             "has an item twice");
    } else {
      return keyword == "default" || keyword == "format" || keyword == "definitions" ||
             keyword == "$schema" || keyword == "$id" || keyword == "$defs" || keyword == "title" ||
             keyword == "description";
    }
    return true;
  }

  const Json& root_;
};

}  // namespace

std::vector<std::string> schema_violations(const std::string& schema, const std::string& json) {
  const Json root = Json::parse(schema);
  const Json value = Json::parse(json);
  Judge judge(root);
  judge.judge(root, value, "");
  return judge.violations;
}

std::string reference_violation(const std::string& schema, const std::string& json) {
  const TemporaryFolder folder;
  BinaryCall call;
  call.program = "/usr/bin/python3";
  call.args = {"-c",
               "import json, sys, jsonschema\n"
               "schema = json.load(open(sys.argv[1]))\n"
               "validator = jsonschema.validators.validator_for(schema)\n"
               "validator.check_schema(schema)\n"
               "validator(schema).validate(json.load(sys.stdin))\n",
               source_dir() + "/" + schema};
  call.folder = folder.path();
  call.input = json;
  const BinaryAnswer answer = run_binary(call);
  return answer.exit_code == 0 ? "" : "exit " + std::to_string(answer.exit_code) + answer.err;
}

std::vector<std::string> report_violations(const std::string& json) {
  return schema_violations(read_file(source_dir() + "/docs/report.schema.json"), json);
}

std::vector<std::string> line_violations(const std::string& lines, const std::string& report) {
  const std::string schema = read_file(source_dir() + "/docs/report-lines.schema.json");
  std::vector<std::string> violations;
  Json rebuilt = {{"findings", Json::array()}};
  std::istringstream rest(lines);
  for (std::string line; std::getline(rest, line);) {
    for (const std::string& each : schema_violations(schema, line)) violations.push_back(each);
    Json record = Json::parse(line);
    const bool is_finding = record.at("record") == "finding";
    record.erase("record");
    record.erase("schema");
    is_finding ? rebuilt["findings"].push_back(record) : rebuilt.update(record);
  }
  rebuilt["schema"] = "hubward.report/1";
  if (rebuilt != Json::parse(report)) violations.emplace_back("is another report than the JSON");
  return violations;
}

}  // namespace hubward::test
