// Which files a profile loads, by their names. The lists are the contract's (docs/manifest.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// In the order of preference: the first kind that a directory has is the one that is loaded.
enum class WeightKind : std::uint8_t { safetensors, pytorch, gguf };
inline constexpr WeightKind kWeightKinds[] = {WeightKind::safetensors, WeightKind::pytorch,
                                              WeightKind::gguf};

/// By the last component, at any depth; never true for a path that never_loaded.
bool is_configuration(std::string_view path);
bool is_tokenizer(std::string_view path);
/// A weight file (shards included), not an index.
std::optional<WeightKind> weight_kind(std::string_view path);
/// "*.safetensors.index.json" and "pytorch_model*.bin.index.json".
std::optional<WeightKind> weight_index_kind(std::string_view path);
/// By its ending, weights of any framework, those that no profile asks for too: ONNX, HDF5, pickles
/// …
bool looks_like_weights(std::string_view path);
/// What a client may load by itself: weights and their indexes, code, templates, configuration,
/// tokenizer files.
bool may_be_loaded(std::string_view path);
/// onnx/ openvino/ coreml/ flax_* tf_* *.ot *.h5 *.msgpack *.mlpackage/ .
bool never_loaded(std::string_view path);
/// config.json, modules.json or model_index.json as the last component: a snapshot that has one is
/// a model and needs weights.
bool announces_weights(std::string_view path);

/// Of "dir/x-00002-of-00005.gguf": all five paths, the given one among them; empty for other names,
/// for a number outside 1..N and for N over 99999.
std::vector<std::string> split_gguf_parts(std::string_view path);

/// "" or "dir/sub", without a final slash.
std::string_view directory_of(std::string_view path);
/// The pattern a person reads for a kind: "*.safetensors", "pytorch_model*.bin", "*.gguf".
std::string_view pattern_of(WeightKind kind);

}  // namespace hubward
