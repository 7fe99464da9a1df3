// The two blob names, computed apart from the code under test: a builder that named its blobs with
// the verifier's own hasher would agree with any mistake in it. Held against `git hash-object` and
// `sha256sum` in tests/unit/support/digests_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hubward::test {

/// 40 hex digits: SHA-1 of "blob <size>\0" and the bytes.
std::string git_id(std::string_view bytes);
/// 64 hex digits.
std::string sha256_hex(std::string_view bytes);
/// 32 hex digits.
std::string md5_hex(std::string_view bytes);
/// The three-line git-LFS pointer of a content, as git stores it.
std::string lfs_pointer(std::string_view bytes);
/// The git id of that pointer: what a listing calls the `blob_id` of an LFS file.
std::string lfs_pointer_git_id(std::string_view bytes);

}  // namespace hubward::test
