#include "runner/doctor/dependencies.h"

#include "verifier/text/show.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::size_t kMostFolders = 64;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The text between the first two double quotes.
std::string_view text_between_quotes(std::string_view line) {
  const std::size_t begin = line.find('"');
  if (begin == std::string_view::npos) return {};
  return line.substr(begin + 1, line.find('"', begin + 1) - begin - 1);
}

std::optional<DoctorClient> python_client(std::string_view name) {
  std::string plain(name);
  std::ranges::replace(plain, '_', '-');
  if (plain == "huggingface-hub") return DoctorClient::huggingface_hub;
  if (plain == "transformers" || plain == "sentence-transformers") {
    return DoctorClient::transformers;
  }
  if (plain == "datasets") return DoctorClient::datasets;
  return std::nullopt;
}

class Found {
 public:
  void add(DoctorClient client, std::string_view version) {
    used_.push_back({client, show(version.substr(0, 60)), ""});
  }
  /// hf-hub 0.x: which door a program takes is in its code alone, so both may be.
  void add_hf_hub(std::string_view version) {
    if (!version.starts_with("0.")) return add(DoctorClient::hf_hub_1, version);
    add(DoctorClient::hf_hub_0_new, version);
    add(DoctorClient::hf_hub_0_from_env, version);
  }
  std::vector<UsedClient> take() { return std::move(used_); }

 private:
  std::vector<UsedClient> used_;
};

/// `name = "x"`, and on the next line `version = "y"`: Cargo.lock, uv.lock, poetry.lock.
template <class Add>
void read_packages(std::string_view text, const Add& add) {
  std::string_view name;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("name = ")) {
      name = text_between_quotes(line);
    } else if (line.starts_with("version = ") && !name.empty()) {
      add(name, text_between_quotes(line));
      name = {};
    }
  }
}

/// Gems around candle, which takes `Api::new()` and brings its crate along. Source: red-candle
/// 1.8.1, ext/candle.
void read_gems(std::string_view text, Found& found) {
  for (const std::string_view line : lines_of(text)) {
    const std::string_view gem = trimmed(line);
    if (!line.starts_with("    ") || line.starts_with("      ")) continue;
    if (!gem.starts_with("red-candle (")) continue;
    found.add(DoctorClient::hf_hub_0_new, {});
  }
}

void read_npm(std::string_view text, Found& found) {
  constexpr std::string_view kPackage = "\"node_modules/@huggingface/hub\"";
  const std::size_t at = text.find(kPackage);
  if (at == std::string_view::npos) return;
  const std::size_t version = text.find("\"version\":", at);
  found.add(DoctorClient::js, version == std::string_view::npos
                                  ? std::string_view()
                                  : text_between_quotes(text.substr(version + 10, 100)));
}

void read_requirements(std::string_view text, Found& found) {
  for (const std::string_view line : lines_of(text)) {
    const std::string_view wish = trimmed(line.substr(0, line.find('#')));
    const std::string_view name = wish.substr(0, wish.find_first_of("=<>~![; ("));
    const auto client = python_client(name);
    if (!client) continue;
    const std::size_t pin = wish.find("==");
    found.add(*client,
              pin == std::string_view::npos
                  ? std::string_view()
                  : trimmed(wish.substr(pin + 2, wish.find_first_of(";#", pin) - pin - 2)));
  }
}

}  // namespace

std::vector<UsedClient> clients_in(std::string_view name, std::string_view text) {
  Found found;
  if (name == "Cargo.lock") {
    read_packages(text, [&](std::string_view crate, std::string_view version) {
      if (crate == "hf-hub") found.add_hf_hub(version);
    });
  } else if (name == "uv.lock" || name == "poetry.lock") {
    read_packages(text, [&](std::string_view package, std::string_view version) {
      if (const auto client = python_client(package)) found.add(*client, version);
    });
  } else if (name == "Gemfile.lock") {
    read_gems(text, found);
  } else if (name == "package-lock.json") {
    read_npm(text, found);
  } else if (name.starts_with("requirements") && name.ends_with(".txt")) {
    read_requirements(text, found);
  }
  return found.take();
}

std::vector<UsedClient> used_clients(
    const std::function<std::vector<std::string>(const std::string& folder)>& list,
    const std::function<std::optional<std::string>(const std::string& path)>& read) {
  std::vector<UsedClient> used;
  const auto take = [&](const std::string& path) {
    const auto text = read(path);
    if (!text) return;
    for (UsedClient& client : clients_in(path.substr(path.rfind('/') + 1), *text)) {
      client.file = path;
      used.push_back(std::move(client));
    }
  };
  const std::vector<std::string> top = list("");
  for (const std::string& name : top) {
    const bool is_one = name == "Cargo.lock" || name == "Gemfile.lock" || name == "uv.lock" ||
                        name == "poetry.lock" || name == "package-lock.json" ||
                        (name.starts_with("requirements") && name.ends_with(".txt"));
    if (is_one) take(name);
  }
  // A gem keeps its extension in ext/NAME, a wheel or an addon in a folder of its own.
  std::vector<std::string> folders;
  for (const std::string& name : list("ext")) folders.push_back("ext/" + name);
  for (const char* name : {"ext", "rust", "native", "crates"}) folders.emplace_back(name);
  if (folders.size() > kMostFolders) folders.resize(kMostFolders);
  for (const std::string& folder : folders) take(folder + "/Cargo.lock");
  return used;
}

}  // namespace hubward
