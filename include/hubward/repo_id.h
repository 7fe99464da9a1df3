// Names on the Hub: which repo, which revision, which commit. Three types, each made by parsing
// only, so that no unjudged string from a manifest, a lock or a folder name moves further.
#pragma once

#include <hubward/result.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

enum class RepoType : std::uint8_t { model, dataset, space, kernel };

/// "model", "dataset", "space", "kernel".
std::string_view to_string(RepoType type);
/// "models", "datasets", "spaces", "kernels": the spelling of folders, URLs and manifests.
std::string_view plural(RepoType type);

/// A repo's type and id ("gpt2", "org/name"), as requested: the clients fold no case and follow no
/// rename when they name the folder.
/// Source: huggingface_hub 1.x, utils/_validators.py; hub-cache-format 2.1.
class RepoId {
 public:
  /// One or two parts of 1-96 [A-Za-z0-9._-], not starting or ending in '-' or '.', no "--", no
  /// "..", not ending in ".git".
  /// @return on failure an Error of kind bad_input whose `what` names the broken rule.
  static Result<RepoId> parse(RepoType type, std::string_view id);

  RepoType type() const { return type_; }
  /// "gpt2" or "org/name".
  const std::string& id() const { return id_; }
  /// The part after the last slash.
  std::string_view name() const;
  /// "models/gpt2", the spelling of reports.
  std::string qualified() const;
  /// The id as a manifest spells it: the type prefix only where it is not a model.
  std::string manifest_spelling() const;

  friend auto operator<=>(const RepoId&, const RepoId&) = default;
  friend bool operator==(const RepoId&, const RepoId&) = default;

 private:
  RepoId() = default;
  RepoType type_ = RepoType::model;
  std::string id_;
};

/// 40 lowercase hex digits.
class CommitId {
 public:
  static std::optional<CommitId> parse(std::string_view text);
  const std::string& hex() const { return hex_; }
  friend auto operator<=>(const CommitId&, const CommitId&) = default;
  friend bool operator==(const CommitId&, const CommitId&) = default;

 private:
  CommitId() = default;
  std::string hex_;
};

/// What was asked for: a branch, a tag, "refs/pr/1" or a commit.
class Revision {
 public:
  /// git's rules for a ref name (git-check-ref-format), slashes allowed, at most 255 bytes; a
  /// 40-hex revision must be lowercase.
  static Result<Revision> parse(std::string_view text);
  static Revision main();

  const std::string& text() const { return text_; }
  /// The commit itself, when the revision is one.
  std::optional<CommitId> commit() const { return CommitId::parse(text_); }

  friend auto operator<=>(const Revision&, const Revision&) = default;
  friend bool operator==(const Revision&, const Revision&) = default;

 private:
  Revision() = default;
  std::string text_;
};

}  // namespace hubward
