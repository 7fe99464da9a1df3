#include "runner/guard/dns_message.h"

#include <algorithm>

namespace hubward {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kIsAnswer = 0x8000;
constexpr std::uint16_t kOpcode = 0x7800;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::uint16_t kRecursionAvailable = 0x0080;
constexpr std::uint16_t kResponseCode = 0x000f;
constexpr std::uint16_t kNotUnderstood = 1;
constexpr std::uint16_t kServerFailed = 2;
constexpr std::uint16_t kNoSuchName = 3;
constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kClassInternet = 1;

unsigned byte_at(ByteView bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }

/// nullopt beyond the end.
std::optional<std::uint16_t> number_at(ByteView bytes, std::size_t at) {
  if (bytes.size() < 2 || at > bytes.size() - 2) return std::nullopt;
  return static_cast<std::uint16_t>((byte_at(bytes, at) << 8U) | byte_at(bytes, at + 1));
}

void put_number(std::vector<std::byte>& bytes, std::size_t at, std::uint16_t number) {
  bytes[at] = static_cast<std::byte>(number >> 8U);
  bytes[at + 1] = static_cast<std::byte>(number & 0xffU);
}

void add_letter(std::string& host, unsigned byte) {
  const bool is_plain =
      (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
  if (byte >= 'A' && byte <= 'Z') {
    host += static_cast<char>(byte - 'A' + 'a');
  } else if (is_plain) {
    host += static_cast<char>(byte);
  } else {
    host += '\\';
    for (const unsigned power : {100U, 10U, 1U}) {
      host += static_cast<char>('0' + byte / power % 10);
    }
  }
}

struct Name {
  std::string host;
  std::size_t end = 0;  ///< of the bytes at the place where it was read
};

// A pointer has to lead further back than every one before it, so no name can run in circles, and
// not into the header, whose bytes an answer changes; real servers write no other.
std::optional<Name> name_at(ByteView message, std::size_t at) {
  Name name;
  std::size_t earliest = at;
  std::size_t length = 1;
  while (at < message.size()) {
    const unsigned size = byte_at(message, at);
    if (size >= 0xc0) {
      const auto pointer = number_at(message, at);
      if (!pointer) return std::nullopt;
      if (name.end == 0) name.end = at + 2;
      at = *pointer & 0x3fffU;
      if (at >= earliest || at < kHeader) return std::nullopt;
      earliest = at;
      continue;
    }
    if (size >= 0x40) return std::nullopt;
    ++at;
    if (size == 0) {
      if (name.end == 0) name.end = at;
      if (name.host.empty()) name.host = ".";
      return name;
    }
    length += size + 1;
    if (length > kMaxDnsName || size > message.size() - at) return std::nullopt;
    if (!name.host.empty()) name.host += '.';
    for (const std::size_t end = at + size; at < end; ++at) {
      add_letter(name.host, byte_at(message, at));
    }
  }
  return std::nullopt;
}

std::optional<DnsQuestion> question_of(ByteView message) {
  if (message.size() < kHeader || message.size() > kMaxDnsMessage) return std::nullopt;
  if ((*number_at(message, 2) & kOpcode) != 0 || *number_at(message, 4) != 1) return std::nullopt;
  const auto name = name_at(message, kHeader);
  if (!name) return std::nullopt;
  const auto type = number_at(message, name->end);
  if (!type || !number_at(message, name->end + 2)) return std::nullopt;
  return DnsQuestion{*number_at(message, 0), name->host, *type, name->end + 4};
}

struct Record {
  std::uint16_t type = 0;
  std::uint16_t internet = 0;
  ByteView data;
  std::size_t end = 0;
};

/// Name, type, class, time to live (4 bytes), length, data.
std::optional<Record> record_at(ByteView message, std::size_t at) {
  const auto name = name_at(message, at);
  if (!name) return std::nullopt;
  const auto type = number_at(message, name->end);
  const auto internet = number_at(message, name->end + 2);
  const auto size = number_at(message, name->end + 8);
  const std::size_t data = name->end + 10;
  if (!type || !internet || !size || *size > message.size() - data) return std::nullopt;
  return Record{*type, *internet, message.subspan(data, *size), data + *size};
}

bool is_answer(ByteView message) { return (*number_at(message, 2) & kIsAnswer) != 0; }

/// Its first `size` bytes, at least a header, as an answer that holds no record.
std::vector<std::byte> answer_with(ByteView message, std::size_t size, std::uint16_t code) {
  std::vector<std::byte> answer(message.begin(),
                                message.begin() + static_cast<std::ptrdiff_t>(size));
  const std::uint16_t kept = *number_at(message, 2) & (kOpcode | kRecursionDesired);
  put_number(answer, 2, static_cast<std::uint16_t>(kIsAnswer | kept | kRecursionAvailable | code));
  if (size == kHeader) put_number(answer, 4, 0);
  for (const std::size_t count : {6U, 8U, 10U}) put_number(answer, count, 0);
  return answer;
}

}  // namespace

std::optional<DnsQuestion> parse_question(ByteView message) {
  auto question = question_of(message);
  if (!question || is_answer(message)) return std::nullopt;
  // A question may bring records along (EDNS, the serial of a zone transfer), and nothing else.
  std::size_t end = question->end;
  for (const std::size_t count : {6U, 8U, 10U}) {
    for (unsigned left = *number_at(message, count); left > 0; --left) {
      const auto record = record_at(message, end);
      if (!record) return std::nullopt;
      end = record->end;
    }
  }
  if (end != message.size()) return std::nullopt;
  return question;
}

std::vector<std::byte> no_such_name(ByteView message, const DnsQuestion& question) {
  return answer_with(message, question.end, kNoSuchName);
}

std::vector<std::byte> not_understood(ByteView message) {
  if (message.size() < kHeader || is_answer(message)) return {};
  return answer_with(message, kHeader, kNotUnderstood);
}

std::vector<std::byte> server_failed(ByteView message, const DnsQuestion& question) {
  return answer_with(message, question.end, kServerFailed);
}

std::optional<DnsAnswer> parse_answer(ByteView message) {
  const auto question = question_of(message);
  if (!question || !is_answer(message)) return std::nullopt;
  if ((*number_at(message, 2) & kResponseCode) != 0) return std::nullopt;
  DnsAnswer answer{question->host, {}};
  std::size_t at = question->end;
  const unsigned records = *number_at(message, 6);
  for (unsigned i = 0; i < records && answer.addresses.size() < kMaxDnsAddresses; ++i) {
    const auto record = record_at(message, at);
    if (!record) break;
    const std::size_t size = record->data.size();
    const bool is_address =
        (record->type == kTypeA && size == 4) || (record->type == kTypeAaaa && size == 16);
    if (is_address && record->internet == kClassInternet) {
      answer.addresses.emplace_back(record->data.begin(), record->data.end());
    }
    at = record->end;
  }
  if (answer.addresses.empty()) return std::nullopt;
  return answer;
}

bool is_within(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host.size() > domain.size() &&
                            host[host.size() - domain.size() - 1] == '.');
}

}  // namespace hubward
