// Contents that a real repo would hold, made the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hubward::test {

/// Block i is SHA-256 of the ASCII text "<seed>:<i>"; blocks are joined and cut to `size`.
std::string noise(std::size_t size, std::uint64_t seed = 0);
/// A sound safetensors file: one U8 tensor of `data_size` noise bytes.
std::string safetensors(std::size_t data_size, std::uint64_t seed = 0);
/// A sound GGUF v3 file: one F32 tensor of `data_size` noise bytes (a multiple of four).
std::string gguf(std::size_t data_size, std::uint64_t seed = 0);
/// Throws for what is no hex.
std::string from_hex(const std::string& hex);

}  // namespace hubward::test
