#include "runner/cli/results.h"

#include "runner/cli/output.h"
#include "runner/cli/terminal.h"
#include "verifier/report/json.h"
#include "verifier/report/text.h"

#include <unistd.h>

#include <optional>
#include <string>

namespace hubward {
namespace {

std::optional<std::string> place_of(const FormatTarget& target, const Settings& settings) {
  return target.file ? target.file : settings.output;
}

std::string render(const Report& report, const FormatTarget& target, const Settings& settings,
                   const Surroundings& surroundings, const std::string& downloader) {
  if (target.format == ReportFormat::json) return render_json(report);
  const bool to_terminal = !place_of(target, settings) && is_terminal(STDOUT_FILENO);
  const TextStyle style{colour_for(settings.colour, surroundings.variables, to_terminal),
                        settings.verbosity, downloader};
  return render_text(report, style);
}

}  // namespace

Result<void> expect_all_writable(const Settings& settings) {
  for (const FormatTarget& target : settings.formats) {
    const std::optional<std::string> file = place_of(target, settings);
    if (file) HUBWARD_TRY_VOID(expect_writable(*file));
  }
  return {};
}

Result<void> write_results(const Report& report, const Settings& settings,
                           const Surroundings& surroundings, const std::string& downloader) {
  for (const FormatTarget& target : settings.formats) {
    const std::string text = render(report, target, settings, surroundings, downloader);
    const std::optional<std::string> file = place_of(target, settings);
    HUBWARD_TRY_VOID(file ? write_output_file(*file, text) : write_standard_output(text));
  }
  return {};
}

}  // namespace hubward
