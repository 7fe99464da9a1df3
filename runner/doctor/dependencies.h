// Which clients a project has, by the files in which its package managers keep versions: a line of
// Cargo.lock decides which rule holds for a cache. Pure, a text at a time.
// Source: the formats of Cargo.lock 3-4, Gemfile.lock, uv.lock and poetry.lock, package-lock.json
// 3, pip's requirements files.
#pragma once

#include "runner/doctor/clients.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct UsedClient {
  DoctorClient client = DoctorClient::huggingface_hub;
  std::string version;  ///< safe for eyes; empty when none is written down
  std::string file;     ///< as a person in the working directory writes it
};

/// What such a file says. `name` is its last component and tells the format.
std::vector<UsedClient> clients_in(std::string_view name, std::string_view text);

/// Where they lie: in the working directory, and for Rust extensions a folder or two below.
/// @param list  names in a folder, "" is the working directory; empty when there is none
/// @param read  a file beneath the working directory; nullopt: not to be had
std::vector<UsedClient> used_clients(
    const std::function<std::vector<std::string>(const std::string& folder)>& list,
    const std::function<std::optional<std::string>(const std::string& path)>& read);

}  // namespace hubward
