#include "verifier/report/formats.h"

#include "verifier/report/github.h"
#include "verifier/report/json.h"
#include "verifier/report/jsonl.h"
#include "verifier/report/junit.h"
#include "verifier/report/sarif.h"

namespace hubward {
namespace {

using Request = RenderRequest;

constexpr ReportFormat kFormats[] = {
    {kTextFormat, [](const Report& report,
                     const Request& request) { return render_text(report, request.style); }},
    {kJsonFormat, [](const Report& report, const Request&) { return render_json(report); }},
    {"jsonl", [](const Report& report, const Request&) { return render_jsonl(report); }},
    {kGithubFormat,
     [](const Report& report, const Request& request) {
       return render_github(report, request.files, request.style.verbosity);
     }},
    {"sarif",
     [](const Report& report, const Request& asked) { return render_sarif(report, asked.files); }},
    {"junit", [](const Report& report, const Request&) { return render_junit(report); },
     FormatNeeds::files},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

}  // namespace hubward
