// A folder as a value: every name with its kind, mode and bytes or link text, so that two states of
// a cache can be held against each other to the byte.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hubward::test {

/// Path -> "file 0644 <bytes>", "link <text>", "folder 0755", "fifo 0644". Sockets and devices are
/// told by kind. Files that their owner may not read are read all the same.
std::map<std::string, std::string> tree_of(const std::string& path);

/// The bytes of all files and the texts of all links below a folder, sorted: what must not get
/// lost.
std::vector<std::string> contents_of(const std::string& path);

/// Where the tests run as root, makes all of it the property of BinaryCall's `nobody`.
void give_to_nobody(const std::string& path);

}  // namespace hubward::test
