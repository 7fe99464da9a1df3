#include "tests/support/json_schema.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <regex>
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
      judge_one_of(wanted, value, place);
    } else {
      return false;
    }
    return true;
  }

  void judge_others(const Json& wanted, const Json& schema, const Json& value,
                    const std::string& place) {
    if (wanted != Json(false)) {
      throw std::runtime_error("additionalProperties other than false");
    }
    if (value.is_object()) {
      for (const auto& [name, unused] : value.items()) {
        demand(schema.at("properties").contains(name), place, "has " + name);
      }
    }
  }

  void judge_one_of(const Json& wanted, const Json& value, const std::string& place) {
    int fitting = 0;
    for (const Json& choice : wanted) {
      Judge inner(root_);
      inner.judge(choice, value, place);
      fitting += inner.violations.empty() ? 1 : 0;
    }
    demand(fitting == 1, place, std::to_string(fitting) + " of oneOf fit " + value.dump());
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
    } else if (keyword == "maxItems") {
      demand(!value.is_array() || value.size() <= wanted, place, "has too many items");
    } else {
      return keyword == "$schema" || keyword == "$id" || keyword == "$defs" || keyword == "title" ||
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

std::vector<std::string> report_violations(const std::string& json) {
  return schema_violations(read_file(source_dir() + "/docs/report.schema.json"), json);
}

}  // namespace hubward::test
