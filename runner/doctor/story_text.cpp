#include "runner/doctor/diagnosis.h"
#include "verifier/report/paint.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

namespace hubward {
namespace {

class StoryPage {
 public:
  StoryPage(const FileStory& story, const TextStyle& style) : story_(story), style_(style) {}

  std::string render() {
    item("file", show(fmt::format("{}@{}/{}", story_.target.repo.manifest_spelling(),
                                  story_.target.revision.text(), story_.target.file)));
    steps();
    digests();
    findings();
    for (std::size_t index = 0; index < story_.writers.size(); ++index) {
      const WriterGuess& writer = story_.writers[index];
      item(index == 0 ? "written by" : "", fmt::format("{}: {}", writer.who, writer.because));
    }
    return std::move(out_);
  }

 private:
  void item(std::string_view head, const std::string& text) {
    out_ += fmt::format("{:<12}{}\n", head, text);
  }
  std::string ink(Ink ink, std::string_view text) const { return paint(style_.colour, ink, text); }

  void steps() {
    for (const StoryStep& step : story_.steps) {
      item(step.what, show(step.path));
      if (!step.text.empty()) item("", ink(step.is_good ? Ink::plain : Ink::bad, step.text));
    }
  }

  void digests() {
    if (story_.size) {
      const bool is_other = story_.expected_size && *story_.expected_size != *story_.size;
      item("size", fmt::format("{} bytes{}", *story_.size,
                               is_other ? ink(Ink::bad, fmt::format(", and should be {}",
                                                                    *story_.expected_size))
                                        : std::string()));
    } else if (story_.expected_size) {
      item("size", fmt::format("should be {} bytes", *story_.expected_size));
    }
    if (story_.expected) {
      item("expected", fmt::format("{} by its {}", story_.expected->tagged(), story_.expected_by));
    }
    if (!story_.actual) return;
    const bool is_same = story_.expected && *story_.expected == *story_.actual;
    const bool is_other = story_.expected && !is_same;
    item("found", ink(is_other ? Ink::bad : Ink::plain, story_.actual->tagged()) +
                      (is_same    ? ", the same"
                       : is_other ? ", another one"
                                  : ""));
  }

  void findings() {
    for (const Finding& finding : story_.findings) {
      std::string remark;
      if (finding.damage) remark = to_string(*finding.damage);
      if (finding.detail) remark += (remark.empty() ? "" : "; ") + *finding.detail;
      item(to_string(finding.finding_class),
           fmt::format("{}: {}{}", ink(ink_of(finding.finding_class), to_string(finding.code)),
                       text_of(finding.code).meaning,
                       remark.empty() ? std::string() : " (" + remark + ")"));
    }
  }

  const FileStory& story_;  // both outlive the page
  const TextStyle& style_;
  std::string out_;
};

}  // namespace

std::string render_story(const FileStory& story, const TextStyle& style) {
  return StoryPage(story, style).render();
}

}  // namespace hubward
