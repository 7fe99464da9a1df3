#include "runner/cli/results.h"

#include "runner/cli/github.h"
#include "runner/cli/output.h"
#include "runner/cli/terminal.h"
#include "runner/launch/token.h"
#include "verifier/report/text.h"

#include <unistd.h>

#include <optional>
#include <string>

namespace hubward {
namespace {

std::optional<std::string> place_of(const FormatTarget& target, const Settings& settings) {
  return target.file ? target.file : settings.output;
}

TextStyle style_of(const FormatTarget& target, const Settings& settings,
                   const Surroundings& surroundings) {
  const bool to_terminal = !place_of(target, settings) && is_terminal(STDOUT_FILENO);
  return {.colour = colour_for(settings.colour, surroundings.variables, to_terminal),
          .verbosity = settings.verbosity,
          .columns = to_terminal ? terminal_width(STDOUT_FILENO) : 0};
}

using TextRenderer = std::function<std::string(const TextStyle& style)>;

Result<void> write_report(const Report& report, const Settings& settings,
                          const Surroundings& surroundings, const TextRenderer& as_text) {
  const CheckoutFiles files = checkout_files(report, surroundings);
  const auto render = [&](const FormatTarget& target, const TextStyle& style) {
    if (target.is(kTextFormat)) return as_text(style);
    return without_tokens(target.format->render(report, {style, files}), surroundings.tokens);
  };
  return write_rendered(render, settings, surroundings);
}

}  // namespace

Result<void> expect_all_writable(const Settings& settings) {
  for (const FormatTarget& target : settings.formats) {
    const std::optional<std::string> file = place_of(target, settings);
    if (file) HUBWARD_TRY_VOID(expect_writable(*file));
  }
  return {};
}

Result<void> write_rendered(const Renderer& render, const Settings& settings,
                            const Surroundings& surroundings) {
  for (const FormatTarget& target : settings.formats) {
    const std::string text = render(target, style_of(target, settings, surroundings));
    const std::optional<std::string> file = place_of(target, settings);
    HUBWARD_TRY_VOID(file ? write_output_file(*file, text) : write_standard_output(text));
  }
  return {};
}

Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings, const BesideReport& beside) {
  const auto as_text = [&](TextStyle style) {
    style.downloader = beside.downloader;
    style.before_fetch = beside.before_fetch;
    const bool is_quiet = style.verbosity == Verbosity::quiet;
    return (is_quiet ? std::string() : beside.preface) + render_text(report, style);
  };
  return write_report(report, settings, surroundings, as_text);
}

Result<void> write_plan(const Report& report, const std::string& words, const Settings& settings,
                        const Surroundings& surroundings) {
  return write_report(report, settings, surroundings,
                      [&](const TextStyle&) { return without_tokens(words, surroundings.tokens); });
}

}  // namespace hubward
