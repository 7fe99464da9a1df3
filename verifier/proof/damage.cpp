#include "verifier/proof/damage.h"

#include "verifier/proof/transformed.h"
#include "verifier/proof/wrong_size.h"
#include "verifier/proof/zero_run.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

Result<std::string> read_head(const FileBytes& file, std::uint64_t size) {
  std::string head(static_cast<std::size_t>(std::min(size, kMaxErrorBodyBytes)), '\0');
  HUBWARD_TRY(const std::size_t got, file.read_at(0, std::as_writable_bytes(std::span(head))));
  head.resize(got);
  return head;
}

DamageAnswer stored_text(Damage kind, std::string_view head) {
  if (kind == Damage::lfs_pointer) {
    return {.damage = kind, .detail = "a git-LFS pointer stands in place of the data"};
  }
  return {.damage = kind, .detail = fmt::format("begins with \"{}\"", first_line(head))};
}

DamageAnswer changed_line_ends(LineEndAccident accident) {
  switch (accident) {
    case LineEndAccident::lf_became_crlf:
      return {.damage = Damage::crlf, .detail = "each LF became CRLF; with LF the bytes are right"};
    case LineEndAccident::crlf_became_lf:
      return {.damage = Damage::crlf,
              .detail = "each CRLF became LF; with CRLF the bytes are right"};
  }
  return {.damage = Damage::crlf};
}

DamageAnswer zeros(const ZeroRun& run) {
  if (run.at_end_of_file) {
    return {.damage = Damage::zero_filled,
            .detail = fmt::format("zeros from byte {} on", run.begin)};
  }
  return {.damage = Damage::zero_filled,
          .detail = fmt::format("zeros from byte {} to byte {}", run.begin, run.end - 1)};
}

}  // namespace

Result<DamageAnswer> classify_damage(const FileBytes& file, const DamageQuestion& question) {
  HUBWARD_TRY(const FileIdentity identity, file.identity());
  const std::uint64_t size = identity.size;
  if (size == 0) return DamageAnswer{.damage = Damage::empty};

  HUBWARD_TRY(const std::string head, read_head(file, size));
  if (const auto kind = error_page_kind(head, size)) return stored_text(*kind, head);

  HUBWARD_TRY(const std::optional<std::string> encoding,
              compression_that_explains(file, size, question.name));
  if (encoding) {
    return DamageAnswer{
        .damage = Damage::compressed,
        .detail = fmt::format("is {}-compressed; decompressed the bytes are right", *encoding)};
  }
  HUBWARD_TRY(const std::optional<LineEndAccident> accident,
              line_ends_that_explain(file, size, question));
  if (accident) return changed_line_ends(*accident);

  HUBWARD_TRY(const std::optional<ZeroRun> run, find_zero_run(file, size));
  if (run) return zeros(*run);

  HUBWARD_TRY(std::optional<DamageAnswer> sized, wrong_size(file, size, question));
  if (sized) return std::move(*sized);
  return DamageAnswer{.damage = Damage::other};
}

}  // namespace hubward
