#include "runner/doctor/diagnosis.h"
#include "verifier/report/counted.h"
#include "verifier/report/finding_groups.h"
#include "verifier/report/paint.h"
#include "verifier/report/wrapped.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kHead = 10;
constexpr std::size_t kClientWidth = 23;

std::string padded(std::string text, std::size_t width) {
  const std::size_t wide = count_characters(text);
  return text.append(width > wide ? width - wide : 0, ' ');
}

/// Clients that say the same stand in one line.
class SameWords {
 public:
  void add(const std::string& text, DoctorClient client) {
    const std::string name(facts_of(client).name);
    const auto known = std::ranges::find(all_, text, &Row::first);
    if (known == all_.end()) {
      all_.emplace_back(text, name);
    } else {
      known->second += ", " + name;
    }
  }
  using Row = std::pair<std::string, std::string>;  // the words, the clients' names
  const std::vector<Row>& all() const { return all_; }

 private:
  std::vector<Row> all_;
};

class Page {
 public:
  Page(const Diagnosis& told, const TextStyle& style) : told_(told), style_(style) {}

  std::string render() {
    if (style_.verbosity != Verbosity::quiet) {
      top();
      if (told_.story) out_ += "\n" + render_story(*told_.story, style_);
      if (!told_.story) overview();
      hub();
      out_ += '\n';
    }
    next();
    return std::move(out_);
  }

 private:
  void line(std::string_view text) { out_.append(text).append("\n"); }
  std::string ink(Ink ink, std::string_view text) const { return paint(style_.colour, ink, text); }
  bool is_verbose() const { return style_.verbosity == Verbosity::verbose; }

  /// "cache     text"; the head is left out on the following lines.
  void item(std::string_view head, const std::string& text) {
    line(padded(std::string(head), kHead) + on_page(kHead, text));
  }

  /// The same for a path, which is never parted, and what there is to say of it.
  void item_at(std::string_view head, std::string path, const std::string& remark) {
    std::vector<std::string> words = words_in(remark);
    words.insert(words.begin(), std::move(path));
    line(padded(std::string(head), kHead) + wrapped(words, {kHead, kHead, style_.columns}));
  }

  /// `text` behind so many columns, and beneath itself where the page is too narrow for it.
  std::string on_page(std::size_t indent, std::string_view text) const {
    return wrapped(text, {indent, indent, style_.columns});
  }

  void top() {
    item_at("cache", show(told_.cache_path), fmt::format("({})", show(told_.cache_source)));
    if (told_.health) health(*told_.health);
    for (const StrayPlace& stray : told_.strays) {
      item("", ink(Ink::doubtful, "stray: ") + fmt::format("{}: {}", show(stray.path), stray.why));
    }
    if (told_.manifest_path) {
      item_at("manifest", show(*told_.manifest_path) + ",",
              counted(told_.manifest_entries, "entry", "entries"));
    }
    if (told_.lock_path) item("lock", show(*told_.lock_path));
  }

  void overview() {
    clients();
    tokens();
    entries();
    guard();
    hints();
  }

  void health(const CacheHealth& health) {
    if (!health.exists) item("", ink(Ink::doubtful, "is not there"));
    if (health.file_system) item("", file_system(*health.file_system));
    if (!health.exists) return;
    const LayoutCounts& layouts = health.layouts;
    item("", fmt::format("{}; files: {} by link, {} copied, {} shared; {}",
                         counted(health.repos, "repo", "repos"), layouts.links, layouts.copies,
                         layouts.shared, counted(layouts.listings, "listing", "listings")));
    const Ownership& owners = health.ownership;
    item("", fmt::format("mode {}, owner {}", owners.mode, owners.owner));
    trouble(owners.foreign, "of another owner", owners.first_foreign);
    trouble(owners.unreadable, "not readable for this user", owners.first_unreadable);
    trouble(owners.closed_folders, "closed to this user's writing", owners.first_closed);
    if (health.partials > 0) {
      trouble(health.partials,
              fmt::format("left by killed downloads, {}", format_size(health.partial_bytes)),
              health.first_partial);
    }
    for (const std::string& held : health.locks.held) {
      item("", ink(Ink::doubtful, "locked: ") + show(held) + ", by another process, now");
    }
    if (health.locks.beside_blobs > 0) {
      item("", fmt::format("{} beside blobs: hf-hub 0.4.1 takes one for held, later ones do not",
                           counted(health.locks.beside_blobs, "lock file", "lock files")));
    }
  }

  void trouble(std::uint64_t count, std::string_view what, const std::string& first) {
    if (count == 0) return;
    item("", ink(Ink::doubtful, fmt::format("{} {}: ", count, what)) + show(first, 300));
  }

  static std::string file_system(const FileSystemFacts& facts) {
    std::string text = fmt::format("{}, {} of {} free", facts.kind, format_size(facts.free_bytes),
                                   format_size(facts.total_bytes));
    if (facts.is_read_only) text += ", read-only";
    switch (facts.flock) {
      case FlockAnswer::excludes:
        text += facts.is_network ? ", locks exclude on this machine" : ", locks exclude";
        break;
      case FlockAnswer::does_not: text += ", locks do not exclude"; break;
      case FlockAnswer::refused: text += ", no locks"; break;
      case FlockAnswer::not_tried: text += ", locks not tried"; break;
    }
    return text;
  }

  std::string token_word(const SentToken& token) const {
    if (!token.is_present) return "none";
    if (token.is_exchanged) return "by OIDC";
    return token.is_file ? "file" : token.source;
  }

  void clients() {
    std::size_t wide = 5;
    for (const SentToken& token : told_.tokens) wide = std::max(wide, token_word(token).size());
    line("");
    line(ink(Ink::bold, padded("client", kClientWidth)) + ink(Ink::bold, "offline  ") +
         ink(Ink::bold, padded("token", wide + 2)) + ink(Ink::bold, "looks in"));
    for (std::size_t index = 0; index < told_.places.size(); ++index) {
      const ClientPlace& place = told_.places[index];
      const bool is_here = place.cache == told_.cache_path;
      const std::string where = place.cache.empty() ? "nowhere: it finds no home"
                                : is_here           ? fmt::format("this cache ({})", place.source)
                                          : fmt::format("{} ({})", show(place.cache), place.source);
      line(padded(std::string(facts_of(place.client).name), kClientWidth) +
           ink(place.offline == OfflineState::deaf ? Ink::doubtful : Ink::plain,
               padded(std::string(to_string(place.offline)), 9)) +
           padded(token_word(told_.tokens[index]), wide + 2) +
           ink(is_here ? Ink::plain : Ink::doubtful, where));
      about_variables(place);
    }
  }

  void about_variables(const ClientPlace& place) {
    const std::string gap(kClientWidth, ' ');
    if (!place.ignores.empty()) {
      line(gap + ink(Ink::faint, on_page(gap.size(), fmt::format("ignores {}",
                                                                 fmt::join(place.ignores, ", ")))));
    }
    if (is_verbose() && !place.reads.empty()) {
      line(gap + ink(Ink::faint,
                     on_page(gap.size(), fmt::format("reads {}", fmt::join(place.reads, ", ")))));
    }
    if (is_verbose()) {
      line(gap + ink(Ink::faint,
                     on_page(gap.size(), fmt::format("by {}", facts_of(place.client).source))));
    }
    for (const UsedClient& used : told_.used) {
      if (used.client != place.client) continue;
      line(gap + fmt::format("in use: {}{}{}", show(used.file, 200),
                             used.version.empty() ? "" : " has ", used.version));
    }
  }

  void tokens() {
    SameWords said;
    for (const SentToken& token : told_.tokens) said.add(token_text(token), token.client);
    line("");
    std::string_view head = "token";
    for (const auto& [text, names] : said.all()) {
      item(head, names);
      line(std::string(kHead + 2, ' ') + on_page(kHead + 2, text));
      head = "";
    }
  }

  std::string token_text(const SentToken& token) const {
    if (!token.is_present) return "none: " + token.why_none;
    if (token.is_exchanged) return "made by OIDC when it is needed, which takes the network";
    std::string text = show(token.source, 300);
    text += token.shape == TokenShape::odd ? "" : ", which looks like one of the Hub";
    for (const std::string& fault : token.faults) text += "; " + ink(Ink::doubtful, fault);
    return text;
  }

  void entries() {
    if (told_.report) {
      line("");
      item("verdict", ink(ink_of(told_.report->verdict), verdict_line(*told_.report)) +
                          ", by names and sizes alone");
    }
    if (told_.entries.empty()) return;
    line("");
    line(ink(Ink::bold, "models"));
    // Models that every client meets alike stand together, their clients once below them.
    for (std::size_t index = 0; index < told_.entries.size(); ++index) {
      const RepoRow& row = told_.entries[index].row;
      line(fmt::format("  {}  {}",
                       ink(ink_of(row.verdict), padded(std::string(to_string(row.verdict)), 10)),
                       show(row.repo.manifest_spelling() + "@" + row.revision.text())));
      if (told_.report) out_ += findings(group_findings(*told_.report).of_entry[index], "      ");
      const std::string own = sights(told_.entries[index].sights);
      const bool is_last = index + 1 == told_.entries.size();
      if (is_last || sights(told_.entries[index + 1].sights) != own) out_ += own;
    }
    if (told_.report) out_ += findings(group_findings(*told_.report).elsewhere, "  ");
  }

  /// What is lacking is in the clients' own lines.
  std::string findings(const std::vector<FindingGroup>& groups, std::string_view gap) const {
    std::string lines;
    for (const FindingGroup& group : groups) {
      const bool is_told = group.finding_class == FindingClass::incomplete ||
                           group.finding_class == FindingClass::note;
      if (is_told) continue;
      const std::string& path = group.places.front()->path;
      const std::size_t more = group.places.size() - 1;
      lines +=
          fmt::format("{}{} {} at {}{}\n", gap,
                      ink(ink_of(group.finding_class), to_string(group.finding_class)),
                      to_string(group.code), path.empty() ? "the cache itself" : show(path, 300),
                      more == 0 ? std::string() : fmt::format(" and {} more", more));
    }
    return lines;
  }

  std::string sights(const std::vector<ClientSight>& sights) const {
    SameWords said;
    for (const ClientSight& sight : sights) {
      if (sight.sight != Sight::foreign) said.add(sight_text(sight), sight.client);
    }
    std::string lines;
    for (const auto& [text, names] : said.all()) {
      lines += fmt::format("      {}\n        {}\n",
                           on_page(6, said.all().size() == 1 ? "every client" : names),
                           on_page(8, text));
    }
    return lines;
  }

  std::string sight_text(const ClientSight& sight) const {
    std::string text;
    switch (sight.sight) {
      case Sight::whole: text = "finds it whole"; break;
      case Sight::part:
        text = fmt::format("finds {} of {} files", sight.found, sight.wanted);
        break;
      case Sight::nothing: text = "finds nothing"; break;
      case Sight::unknown: text = "cannot be foretold"; break;
      case Sight::foreign: return "";
    }
    if (!sight.why.empty()) text += (sight.asks_hub ? ", " : ": ") + sight.why;
    if (!sight.first.empty()) text += "; first fetches " + show(sight.first, 300);
    return text;
  }

  void guard() {
    if (!told_.guard) return;
    const GuardAbility& watch = told_.guard->watch;
    const GuardAbility& apart = told_.guard->own_network;
    line("");
    if (watch.failed.empty()) {
      item("guard", fmt::format("run --guard holds here ({}), host names by {}", watch.mechanism,
                                watch.names));
    } else {
      item("guard", ink(Ink::doubtful, "run --guard does not hold here: ") + watch.failed);
    }
    for (const std::string& warning : watch.warnings) item("", warning);
    if (watch.failed.empty() && !is_verbose()) return;
    item("", apart.failed.empty() ? "--guard-with netns holds here"
                                  : "--guard-with netns does not hold here: " + apart.failed);
  }

  void hints() {
    if (!told_.ci_engine.empty()) {
      line("");
      item("ci", told_.ci_engine);
    }
    if (told_.hints.empty()) return;
    if (told_.ci_engine.empty()) line("");
    for (const CiHint& hint : told_.hints) item("hint", hint.what);
  }

  void hub() {
    if (!told_.online) return;
    const OnlineFacts& hub = *told_.online;
    line("");
    if (!hub.is_reached) {
      item("hub", fmt::format("{}: {}", hub.endpoint, ink(Ink::bad, hub.what)));
      return;
    }
    std::string first = fmt::format("{} answered in {} (HTTP {})", hub.endpoint,
                                    format_duration(hub.took), hub.status);
    first += hub.tls == TlsAnswer::trusted ? ", TLS trusted" : ", no TLS";
    if (hub.is_mirror) first += ", in place of huggingface.co";
    item("hub", first);
    item("", token_line(hub));
    if (hub.left || hub.policy) item("", limit_line(hub));
    if (hub.clock_ahead) item("", clock_line(hub.clock_ahead->count()));
    if (!hub.what.empty()) item("", ink(Ink::doubtful, hub.what));
  }

  std::string token_line(const OnlineFacts& hub) const {
    switch (hub.token) {
      case TokenAnswer::none: return "no token was sent";
      case TokenAnswer::kept: return "the token was not sent: it may not go to this endpoint";
      case TokenAnswer::accepted:
        return ink(Ink::good, "token accepted") +
               (hub.account.empty() ? std::string() : fmt::format(", of {}", hub.account));
      case TokenAnswer::refused: return ink(Ink::bad, "token refused");
      case TokenAnswer::unknown: return "whether the token is good, it does not say";
    }
    return "";
  }

  static std::string limit_line(const OnlineFacts& hub) {
    std::string text = "rate limit: ";
    if (hub.left) text += fmt::format("{} requests left", hub.left->remaining);
    if (hub.policy) {
      text += fmt::format("{}{} in {} s", hub.left ? " of " : "", hub.policy->quota,
                          hub.policy->window.count());
    }
    if (hub.left) text += fmt::format(", begins anew in {} s", hub.left->reset.count());
    if (!hub.tier.empty()) text += ": " + hub.tier;
    return text;
  }

  std::string clock_line(std::int64_t ahead) const {
    if (ahead >= -2 && ahead <= 2) return "clock: as the Hub's";
    return ink(Ink::doubtful, fmt::format("clock: {} s {} the Hub's", ahead > 0 ? ahead : -ahead,
                                          ahead > 0 ? "behind" : "ahead of"));
  }

  void next() {
    line(ink(Ink::bold, "next: ") + on_page(6, told_.next.what));
    if (!told_.next.command.empty()) line("      " + told_.next.command);
  }

  const Diagnosis& told_;  // both outlive the page
  const TextStyle& style_;
  std::string out_;
};

}  // namespace

std::string render_doctor_text(const Diagnosis& diagnosis, const TextStyle& style) {
  return Page(diagnosis, style).render();
}

}  // namespace hubward
