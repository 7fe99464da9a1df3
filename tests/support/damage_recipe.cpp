#include "tests/support/damage_recipe.h"

#include "tests/support/files.h"
#include "tests/support/recipe_repos.h"
#include "tests/support/recipe_steps.h"
#include "tests/support/recipe_text.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <stdexcept>

namespace hubward::test {
namespace {

constexpr char kFolder[] = "fixtures/caches/damage";
constexpr char kSharedCache[] = "fixtures/caches/damage/cache.toml";
constexpr DamageSetting kSettings[] = {{DamageBasis::assumed, false}, {DamageBasis::assumed, true},
                                       {DamageBasis::tree, false},    {DamageBasis::tree, true},
                                       {DamageBasis::lock, false},    {DamageBasis::lock, true}};

void copy_tree(const std::string& from, const std::string& to) {
  make_folder(parent_of(to));
  std::error_code error;
  std::filesystem::copy(
      from, to,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks,
      error);
  if (error) {
    throw std::runtime_error("copy " + from + " to " + to + ": " + error.message());
  }
}

bool is_told_in(const toml::table& expectation, const DamageSetting& setting,
                const std::string& place) {
  const std::vector<std::string> names = texts_at(expectation, "in", place);
  return !expectation.contains("in") ||
         std::find(names.begin(), names.end(), setting.name()) != names.end();
}

/// A lock stands beside listings: where a recipe does not say what it changes, it changes nothing.
bool names_setting(const toml::table& recipe, const DamageSetting& setting,
                   const std::string& place) {
  bool named = false;
  for_each_table(recipe, "expect", place, [&](const toml::table& item, const std::string& where) {
    named = named || (item.contains("in") && is_told_in(item, setting, where));
  });
  return named;
}

void refuse_unknown_settings(const toml::table& expectation, const std::string& place) {
  for (const std::string& name : texts_at(expectation, "in", place)) {
    if (std::none_of(std::begin(kSettings), std::end(kSettings),
                     [&](const DamageSetting& setting) { return setting.name() == name; })) {
      throw std::runtime_error(place + ": no such setting: " + name);
    }
  }
}

DamageExpectation read_expectation(const toml::table& table, const DamageSetting& setting,
                                   const CacheBuilder& cache, const std::string& place) {
  refuse_unknown_keys(table, {"in", "findings", "exit", "basis", "because"}, place);
  if (!table["exit"].is_integer() || !table.contains("findings")) {
    throw std::runtime_error(place + ": says neither findings nor exit");
  }
  DamageExpectation expected;
  for (const std::string& line : texts_at(table, "findings", place)) {
    expected.findings.push_back(with_names(line, cache));
  }
  std::sort(expected.findings.begin(), expected.findings.end());
  expected.exit = table["exit"].value_or(-1);
  expected.basis = table["basis"].value_or(to_string(setting.basis));
  expected.because = table["because"].value_or(std::string());
  if (expected.findings.empty() && expected.because.empty()) {
    throw std::runtime_error(place + ": nothing is found and no reason told");
  }
  return expected;
}

}  // namespace

std::string to_string(DamageBasis basis) {
  switch (basis) {
    case DamageBasis::assumed: return "assumed";
    case DamageBasis::tree: return "tree";
    case DamageBasis::lock: return "lock";
  }
  return "";
}

std::string DamageSetting::name() const { return to_string(basis) + (all ? " --all" : ""); }

DamageCase::DamageCase(const std::string& file, DamageBasis basis)
    : DamageCase(source_text(file), file, basis) {}

DamageCase::DamageCase(const std::string& text, const std::string& place, DamageBasis basis)
    : table_(parse_recipe(text, place)), place_(place), basis_(basis) {
  refuse_unknown_keys(
      table_, {"case", "about", "not_shown", "manifest", "repo", "step", "undo", "expect"}, place_);
  prepared_.cache = std::make_unique<CacheBuilder>();
  const bool own_cache = table_.contains("repo");
  const toml::table shared =
      own_cache ? toml::table() : parse_recipe(source_text(kSharedCache), kSharedCache);
  build_repos(own_cache ? table_ : shared, *prepared_.cache, place_,
              basis_ != DamageBasis::assumed);
  read_texts();
  refuse_gaps();
  if (basis_ == DamageBasis::lock) lock();
  copy_tree(prepared_.cache->path(), surroundings() + "/healthy/hub");
}

void DamageCase::read_texts() {
  number_ = table_["case"].value_or(0);
  prepared_.recipe.name = place_;
  prepared_.recipe.about = text_at(table_, "about", place_);
  prepared_.recipe.manifest = table_["manifest"].value_or(std::string("tiny\n"));
  if (table_.contains("not_shown")) {
    not_shown_ = text_at(table_, "not_shown", place_);
  }
}

void DamageCase::lock() {
  BinaryCall call = prepared_.verify_call("text");
  call.args.front() = "lock";
  call.as = As::ourselves;
  const BinaryAnswer answer = run_binary(call);
  if (answer.exit_code != 0) {
    throw std::runtime_error(place_ + ": cannot be locked: " + answer.out + answer.err);
  }
  prepared_.recipe.lock = read_file(surroundings() + "/model_manifest.lock.toml");
}

// A case that does nothing, or is looked at in fewer ways than the others, says why.
void DamageCase::refuse_gaps() const {
  const bool has_steps = table_.contains("step");
  if (!has_steps && not_shown_.empty()) {
    throw std::runtime_error(place_ + ": neither a step nor a reason why none can be taken");
  }
  if (has_steps != table_.contains("undo")) {
    throw std::runtime_error(place_ + ": steps without undo, or undo without steps");
  }
  if (number_ < 1 || number_ > kCatalogueCases) {
    throw std::runtime_error(place_ + ": no case of the catalogue");
  }
  for (const bool all : {false, true}) {
    static_cast<void>(expected(all));
  }
}

void DamageCase::damage() const {
  for_each_table(table_, "step", place_, [&](const toml::table& step, const std::string& where) {
    take_step(step, *prepared_.cache, where);
  });
}

void DamageCase::undo() const {
  for (const std::string& path : texts_at(table_, "undo", place_)) {
    const std::string there = place_in(*prepared_.cache, path, place_);
    const std::string kept = surroundings() + "/healthy" + there.substr(surroundings().size());
    remove_tree(there);
    if (exists(kept)) {
      copy_tree(kept, there);
    }
  }
}

DamageExpectation DamageCase::expected(bool all) const {
  const DamageSetting setting{basis_, all};
  const bool is_as_tree = basis_ == DamageBasis::lock && !names_setting(table_, setting, place_);
  const DamageSetting named{is_as_tree ? DamageBasis::tree : basis_, all};
  std::vector<DamageExpectation> told;
  for_each_table(table_, "expect", place_, [&](const toml::table& item, const std::string& where) {
    refuse_unknown_settings(item, where);
    if (!is_told_in(item, named, where)) return;
    if (basis_ == DamageBasis::lock && !is_as_tree && !item.contains("in")) return;
    told.push_back(read_expectation(item, setting, *prepared_.cache, where));
    if (is_as_tree && told.back().basis == "assumed") told.back().basis = "lock";
  });
  if (told.size() != 1) {
    throw std::runtime_error(place_ + ": " + std::to_string(told.size()) + " expectations for " +
                             setting.name());
  }
  return told.front();
}

BinaryCall DamageCase::verify_call(bool all) const {
  BinaryCall call = prepared_.verify_call("json");
  if (all) {
    call.args.emplace_back("--all");
  }
  return call;
}

std::vector<std::string> damage_files() {
  std::vector<std::string> files = source_files({kFolder}, {".toml"});
  files.erase(std::remove(files.begin(), files.end(), kSharedCache), files.end());
  return files;
}

int case_in_name(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  const bool numbered = name.size() > 3 && std::isdigit(static_cast<unsigned char>(name[0])) != 0 &&
                        std::isdigit(static_cast<unsigned char>(name[1])) != 0 && name[2] == '-';
  return numbered ? std::stoi(name.substr(0, 2)) : 0;
}

}  // namespace hubward::test
