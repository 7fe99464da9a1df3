// Small file operations for tests. They throw std::runtime_error with path and errno: a test whose
// preparation failed must not go on.
#pragma once

#include <string>
#include <string_view>

namespace hubward::test {

std::string read_file(const std::string& path);
/// Creates missing parents; replaces what is there, a link too: never writes through one.
void write_file(const std::string& path, std::string_view bytes);
/// Appends to a regular file; follows no link.
void append_file(const std::string& path, std::string_view bytes);
/// Inverts the lowest bit of one byte. Keeps the file's size and mode.
void flip_bit(const std::string& path, std::size_t offset);
/// Creates missing parents; replaces what is there.
void make_link(const std::string& text, const std::string& path);
/// A link's own text.
std::string read_link(const std::string& path);
/// Creates missing parents too.
void make_folder(const std::string& path);
/// The file, link or whole folder, unreadable parts included. Nothing there: no error.
void remove_tree(const std::string& path);
/// Whether the name itself exists, a dangling link included.
bool exists(const std::string& path);
/// The folder part of a path; "." when it has none.
std::string parent_of(const std::string& path);
[[noreturn]] void throw_errno(const std::string& what, const std::string& path);

}  // namespace hubward::test
