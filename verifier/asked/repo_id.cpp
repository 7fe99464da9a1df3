// The Hub's rules for ids and git's for revisions. A name that breaks them cannot exist there, so a
// typing error is found here and not as a 404; and what passes is safe as a part of a folder name.
#include "verifier/text/show.h"
#include <hubward/repo_id.h>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hubward {
namespace {

constexpr std::size_t kMaxIdPart = 96;
constexpr std::size_t kMaxRevision = 255;
constexpr std::size_t kCommitDigits = 40;
constexpr RepoType kRepoTypes[] = {RepoType::model, RepoType::dataset, RepoType::space,
                                   RepoType::kernel};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool may_stand_in_id(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
}
bool is_edge_mark(char c) { return c == '-' || c == '.'; }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }

std::optional<std::string> fault_of_id_part(std::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part.size() > kMaxIdPart)
    return fmt::format("has a part of more than {} characters", kMaxIdPart);
  if (!std::ranges::all_of(part, may_stand_in_id))
    return "may hold only letters, digits, '.', '_', '-' and one '/'";
  if (is_edge_mark(part.front()) || is_edge_mark(part.back()))
    return "has a part that starts or ends in '-' or '.'";
  if (part.find("--") != std::string_view::npos) return "holds \"--\"";
  if (part.find("..") != std::string_view::npos) return "holds \"..\"";
  return std::nullopt;
}

std::optional<std::string> fault_of_id(std::string_view id) {
  if (id.empty()) return "is empty";
  if (std::ranges::count(id, '/') > 1) return "has more than two parts";
  const std::size_t slash = id.find('/');
  if (auto found = fault_of_id_part(id.substr(0, slash))) return found;
  if (slash != std::string_view::npos)
    if (auto found = fault_of_id_part(id.substr(slash + 1))) return found;
  if (id.ends_with(".git")) return "ends in \".git\"";
  return std::nullopt;
}

bool git_refuses(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F ||
         std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
}

/// git-check-ref-format(1), with --allow-onelevel.
std::optional<std::string> fault_of_revision(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > kMaxRevision) return fmt::format("has more than {} bytes", kMaxRevision);
  if (std::ranges::any_of(text, git_refuses))
    return "holds a space, a control byte or one of ~^:?*[\\";
  if (text.find("..") != std::string_view::npos) return "holds \"..\"";
  if (text.find("@{") != std::string_view::npos) return "holds \"@{\"";
  if (text == "@") return "is a lone \"@\"";
  if (text.ends_with('.')) return "ends in '.'";
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('/', start), text.size());
    const std::string_view part = text.substr(start, end - start);
    if (part.empty()) return "has an empty part";
    if (part.starts_with('.')) return "has a part that starts with '.'";
    if (part.ends_with(".lock")) return "has a part that ends in \".lock\"";
    start = end + 1;
  }
  if (text.size() == kCommitDigits && std::ranges::all_of(text, is_hex) &&
      !std::ranges::all_of(text, is_lower_hex))
    return "is a commit with uppercase digits; they must be lowercase";
  return std::nullopt;
}

}  // namespace

std::string_view to_string(RepoType type) {
  switch (type) {
    case RepoType::model: return "model";
    case RepoType::dataset: return "dataset";
    case RepoType::space: return "space";
    case RepoType::kernel: return "kernel";
  }
  return "";
}

std::string_view plural(RepoType type) {
  switch (type) {
    case RepoType::model: return "models";
    case RepoType::dataset: return "datasets";
    case RepoType::space: return "spaces";
    case RepoType::kernel: return "kernels";
  }
  return "";
}

Result<RepoId> RepoId::parse(RepoType type, std::string_view id) {
  if (const auto found = fault_of_id(id))
    return fail(ErrorKind::bad_input, "", fmt::format("the id \"{}\" {}", show(id, 200), *found));
  RepoId repo;
  repo.type_ = type;
  repo.id_ = id;
  return repo;
}

std::string_view RepoId::name() const {
  return std::string_view(id_).substr(id_.find('/') + 1);  // npos + 1 is 0
}

std::string RepoId::qualified() const { return fmt::format("{}/{}", plural(type_), id_); }

std::string RepoId::manifest_spelling() const {
  // A model of an owner called "datasets" would be read as a dataset without its prefix.
  const bool owner_is_a_type = std::ranges::any_of(kRepoTypes, [this](RepoType type) {
    return id_.starts_with(fmt::format("{}/", plural(type)));
  });
  return type_ == RepoType::model && !owner_is_a_type ? id_ : qualified();
}

std::optional<CommitId> CommitId::parse(std::string_view text) {
  if (text.size() != kCommitDigits || !std::ranges::all_of(text, is_lower_hex)) return std::nullopt;
  CommitId commit;
  commit.hex_ = text;
  return commit;
}

Result<Revision> Revision::parse(std::string_view text) {
  if (const auto found = fault_of_revision(text))
    return fail(ErrorKind::bad_input, "",
                fmt::format("the revision \"{}\" {}", show(text, 300), *found));
  Revision revision;
  revision.text_ = text;
  return revision;
}

Revision Revision::main() {
  Revision revision;
  revision.text_ = "main";
  return revision;
}

}  // namespace hubward
