// A safetensors file says its own length: eight bytes of header length, a JSON header, and tensors
// that fill the rest. Python loads a file that was cut short only to fail hours later, on the
// tensor that is not there; so offsets are held against the size, as the format's own reader does.
// Source: safetensors 0.5, safetensors/src/tensor.rs (the same limit of 100,000,000, no gap, no
// overlap, shapes that agree with offsets).
#include "verifier/proof/checked.h"
#include "verifier/proof/file_header.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::size_t kMaxNameShown = 100;

struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend auto operator<=>(const Extent&, const Extent&) = default;
};

/// Bits of one element; nullopt for a type that came after this table.
std::optional<std::uint64_t> bits_of(std::string_view dtype) {
  struct Row {
    std::string_view name;
    std::uint64_t bits;
  };
  constexpr auto kTypes = std::to_array<Row>({
      {"F4", 4},          {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"BOOL", 8},    {"U8", 8},
      {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
      {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},    {"BF16", 16},
      {"I32", 32},        {"U32", 32},    {"F32", 32},    {"I64", 64},    {"U64", 64},
      {"F64", 64},        {"C64", 64},
  });
  const auto row = std::ranges::find(kTypes, dtype, &Row::name);
  if (row == kTypes.end()) return std::nullopt;
  return row->bits;
}

/// Why one tensor's entry is none; nullopt when `extent` could be read.
std::optional<std::string> read_extent(const JsonValue& tensor, Extent& extent) {
  const JsonValue* dtype = tensor.find("dtype");
  const JsonValue* shape = tensor.find("shape");
  const JsonValue* offsets = tensor.find("data_offsets");
  if (dtype == nullptr || dtype->string() == nullptr) return "has no dtype";
  if (shape == nullptr || shape->array() == nullptr) return "has no shape";
  if (offsets == nullptr || offsets->array() == nullptr || offsets->array()->size() != 2) {
    return "has no data_offsets";
  }
  const auto begin = offsets->array()->front().unsigned_integer();
  const auto end = offsets->array()->back().unsigned_integer();
  if (!begin || !end || *begin > *end) return "has data_offsets that are no stretch of bytes";
  extent = {.begin = *begin, .end = *end};

  const auto bits = bits_of(*dtype->string());
  if (!bits) return std::nullopt;
  std::optional<std::uint64_t> total = bits;
  for (const JsonValue& dimension : *shape->array()) {
    const auto count = dimension.unsigned_integer();
    if (!count) return "has a shape that is not of whole numbers";
    if (total) total = checked_multiply(*total, *count);
  }
  if (total && *total % 8 == 0 && *total / 8 == *end - *begin) return std::nullopt;
  return "has a shape that its data_offsets contradict";
}

bool is_metadata(const JsonValue& value) {
  const JsonObject* object = value.object();
  if (object == nullptr) return false;
  return std::ranges::all_of(*object,
                             [](const auto& member) { return member.second.string() != nullptr; });
}

HeaderAnswer contradiction(std::string fault, std::uint64_t least_size) {
  HeaderAnswer answer;
  answer.least_size = least_size;
  answer.fault = std::move(fault);
  return answer;
}

/// @param data_begin  offset of the first tensor's bytes
HeaderAnswer judge(const JsonObject& header, std::uint64_t data_begin, std::uint64_t file_size) {
  std::vector<Extent> extents;
  extents.reserve(header.size());
  for (const auto& member : header) {
    if (member.first == "__metadata__") {
      if (!is_metadata(member.second)) {
        return contradiction("its safetensors __metadata__ is no object of strings", data_begin);
      }
      continue;
    }
    Extent extent;
    if (const auto fault = read_extent(member.second, extent)) {
      return contradiction(
          fmt::format("its tensor \"{}\" {}", show(member.first, kMaxNameShown), *fault),
          data_begin);
    }
    extents.push_back(extent);
  }
  std::ranges::sort(extents);
  std::uint64_t at = 0;
  for (const Extent& extent : extents) {
    if (extent.begin != at) {
      return contradiction(fmt::format("its tensors leave a gap or overlap at data byte {}",
                                       std::min(at, extent.begin)),
                           data_begin);
    }
    at = extent.end;
  }
  HeaderAnswer answer;
  answer.size = checked_add(data_begin, at);
  answer.least_size = answer.size.value_or(data_begin);
  if (!answer.size) {
    answer.fault = "its safetensors header asks for more than 2^64 bytes";
  } else if (*answer.size != file_size) {
    answer.fault =
        fmt::format("has {} bytes, its safetensors header asks for {}", file_size, *answer.size);
  }
  return answer;
}

}  // namespace

Result<HeaderAnswer> read_safetensors_header(const FileBytes& file, std::uint64_t file_size) {
  std::array<std::byte, kLengthBytes> raw{};
  HUBWARD_TRY(const std::size_t got, file.read_at(0, raw));
  if (got < raw.size() || file_size < kLengthBytes) {
    return contradiction(
        fmt::format("has {} bytes, less than a safetensors header length", file_size),
        kLengthBytes);
  }
  std::uint64_t length = 0;
  for (std::size_t i = raw.size(); i-- > 0;) {
    length = length << 8 | std::to_integer<std::uint64_t>(raw[i]);
  }
  if (length > kMaxSafetensorsHeaderBytes) {
    return contradiction(fmt::format("its safetensors header of {} bytes is over the limit of {}",
                                     length, kMaxSafetensorsHeaderBytes),
                         0);
  }
  const std::uint64_t data_begin = kLengthBytes + length;
  const std::string cut_short =
      fmt::format("has {} bytes, its safetensors header ends at {}", file_size, data_begin);
  if (data_begin > file_size) return contradiction(cut_short, data_begin);

  std::string text(static_cast<std::size_t>(length), '\0');
  HUBWARD_TRY(const std::size_t read,
              file.read_at(kLengthBytes, std::as_writable_bytes(std::span(text))));
  if (read < text.size()) return contradiction(cut_short, data_begin);
  const auto parsed = parse_json(text);
  if (!parsed) {
    return contradiction(fmt::format("its safetensors header: {}", parsed.error().what), 0);
  }
  if (parsed->object() == nullptr) {
    return contradiction("its safetensors header is no JSON object", 0);
  }
  return judge(*parsed->object(), data_begin, file_size);
}

}  // namespace hubward
