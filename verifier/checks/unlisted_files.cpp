// Under a lock, a file in the locked snapshot that the lock lacks is one that nobody reviewed. It
// counts when a client may load it: weights of any kind, code, templates, configuration, tokenizer
// files.
#include "verifier/asked/profile.h"
#include "verifier/checks/check.h"

namespace hubward {
namespace {

bool may_be_loaded(std::string_view path) {
  const auto ends = [&](std::string_view suffix) { return path.ends_with(suffix); };
  return weight_kind(path) || weight_index_kind(path) || is_tokenizer(path) ||
         is_configuration(path) || ends(".json") || ends(".py") || ends(".jinja") || ends(".bin") ||
         ends(".pt") || ends(".pth") || ends(".ckpt") || ends(".h5") || ends(".msgpack") ||
         ends(".ot") || ends(".onnx") || ends(".safetensors") || ends(".gguf");
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
