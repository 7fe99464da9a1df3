// Under a lock, a file in the locked snapshot that the lock lacks is one that nobody reviewed. It
// counts when a client may load it: weights of any kind, code, templates, configuration, tokenizer
// files.
#include "verifier/asked/profile.h"
#include "verifier/checks/check.h"

#include <algorithm>
#include <string_view>

namespace hubward {
namespace {

bool may_be_loaded(std::string_view path) {
  // Python code and pickles run when they are loaded, whatever they are called in a profile.
  constexpr std::string_view kEndings[] = {
      ".json",        ".py",     ".jinja", ".bin", ".pt",      ".pth",   ".ckpt",
      ".safetensors", ".gguf",   ".h5",    ".ot",  ".msgpack", ".keras", ".pb",
      ".onnx",        ".tflite", ".npz",   ".pkl", ".pickle",  ".joblib"};
  return weight_kind(path) || weight_index_kind(path) || is_tokenizer(path) ||
         is_configuration(path) || path.find(".mlpackage/") != std::string_view::npos ||
         std::ranges::any_of(kEndings, [&](std::string_view end) { return path.ends_with(end); });
}

}  // namespace

void unlisted_files(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.locked == nullptr || repo.snapshot == nullptr || repo.reach != Reach::reached) return;
  for (const Pointer& pointer : repo.snapshot->pointers) {
    if (repo.listing->find(pointer.path) != nullptr || !may_be_loaded(pointer.path)) continue;
    out.add(repo, make_finding(FindingCode::unlisted_file, repo.path_of(pointer)));
  }
}

}  // namespace hubward
