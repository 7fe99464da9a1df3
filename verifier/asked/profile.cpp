#include "verifier/asked/profile.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

constexpr std::string_view kConfigurationNames[] = {
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "model_index.json",
    "scheduler_config.json",
    "adapter_config.json",
};
constexpr std::string_view kTokenizerNames[] = {
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
};
constexpr std::string_view kTokenizerEndings[] = {".model", ".tiktoken"};
constexpr std::string_view kAnnouncingNames[] = {"config.json", "modules.json", "model_index.json"};

// Other frameworks' weights: no load by the profiles' libraries opens them.
constexpr std::string_view kNeverFolders[] = {"onnx", "openvino", "coreml"};
constexpr std::string_view kNeverFolderEndings[] = {".mlpackage"};
constexpr std::string_view kNeverBeginnings[] = {"flax_", "tf_"};
constexpr std::string_view kNeverEndings[] = {".ot", ".h5", ".msgpack"};

std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

template <std::size_t N>
bool is_one_of(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

template <std::size_t N>
bool ends_in_one_of(const std::string_view (&endings)[N], std::string_view name) {
  return std::ranges::any_of(endings,
                             [name](std::string_view ending) { return name.ends_with(ending); });
}

bool is_pytorch_name(std::string_view name) {
  return name == "adapter_model.bin" ||
         (name.starts_with("pytorch_model") && name.ends_with(".bin"));
}

/// The digits of "NNNNN"; nullopt for anything else.
std::optional<unsigned> five_digits(std::string_view text) {
  if (text.size() != 5) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

}  // namespace

bool is_configuration(std::string_view path) {
  return is_one_of(kConfigurationNames, last_component(path)) && !never_loaded(path);
}

bool is_tokenizer(std::string_view path) {
  const std::string_view name = last_component(path);
  return (is_one_of(kTokenizerNames, name) || ends_in_one_of(kTokenizerEndings, name)) &&
         !never_loaded(path);
}

std::optional<WeightKind> weight_kind(std::string_view path) {
  if (never_loaded(path)) return std::nullopt;
  const std::string_view name = last_component(path);
  if (name.ends_with(".safetensors")) return WeightKind::safetensors;
  if (is_pytorch_name(name)) return WeightKind::pytorch;
  if (name.ends_with(".gguf")) return WeightKind::gguf;
  return std::nullopt;
}

std::optional<WeightKind> weight_index_kind(std::string_view path) {
  // Each file of a cache is asked several times, and hardly any ends so.
  if (!path.ends_with(".index.json") || never_loaded(path)) return std::nullopt;
  const std::string_view name = last_component(path);
  if (name.ends_with(".safetensors.index.json")) return WeightKind::safetensors;
  if (name.starts_with("pytorch_model") && name.ends_with(".bin.index.json"))
    return WeightKind::pytorch;
  return std::nullopt;
}

bool may_be_loaded(std::string_view path) {
  return looks_like_weights(path) || weight_index_kind(path) || is_tokenizer(path) ||
         is_configuration(path) || path.ends_with(".json") || path.ends_with(".py") ||
         path.ends_with(".jinja");
}

bool never_loaded(std::string_view path) {
  std::string_view rest = path;
  for (std::size_t slash = rest.find('/'); slash != std::string_view::npos;
       slash = rest.find('/')) {
    const std::string_view folder = rest.substr(0, slash);
    if (is_one_of(kNeverFolders, folder) || ends_in_one_of(kNeverFolderEndings, folder))
      return true;
    rest.remove_prefix(slash + 1);
  }
  return ends_in_one_of(kNeverEndings, rest) ||
         std::ranges::any_of(kNeverBeginnings, [rest](std::string_view beginning) {
           return rest.starts_with(beginning);
         });
}

bool announces_weights(std::string_view path) {
  return is_one_of(kAnnouncingNames, last_component(path)) && !never_loaded(path);
}

std::vector<std::string> split_gguf_parts(std::string_view path) {
  // X-NNNNN-of-NNNNN.gguf, written by llama.cpp's gguf-split.
  constexpr std::string_view kEnding = ".gguf";
  constexpr std::size_t kTail = std::string_view("-00001-of-00001").size();
  if (!path.ends_with(kEnding)) return {};
  const std::string_view stem = path.substr(0, path.size() - kEnding.size());
  if (stem.size() < kTail) return {};
  const std::string_view prefix = stem.substr(0, stem.size() - kTail);
  const std::string_view tail = stem.substr(prefix.size());
  const auto part = five_digits(tail.substr(1, 5));
  const auto count = five_digits(tail.substr(10));
  if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || !part || !count) return {};
  if (*part < 1 || *part > *count) return {};
  std::vector<std::string> parts;
  parts.reserve(*count);
  for (unsigned i = 1; i <= *count; ++i)
    parts.push_back(fmt::format("{}-{:05}-of-{:05}{}", prefix, i, *count, kEnding));
  return parts;
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view pattern_of(WeightKind kind) {
  switch (kind) {
    case WeightKind::safetensors: return "*.safetensors";
    case WeightKind::pytorch: return "pytorch_model*.bin";
    case WeightKind::gguf: return "*.gguf";
  }
  return "";
}

bool looks_like_weights(std::string_view path) {
  constexpr std::string_view kEndings[] = {
      ".safetensors", ".gguf", ".bin",  ".pt",     ".pth", ".ckpt", ".h5",     ".ot",    ".msgpack",
      ".keras",       ".pb",   ".onnx", ".tflite", ".npz", ".pkl",  ".pickle", ".joblib"};
  std::string lowered(path);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered.find(".mlpackage/") != std::string::npos ||
         std::ranges::any_of(kEndings,
                             [&](std::string_view end) { return lowered.ends_with(end); });
}

}  // namespace hubward
