// A Report as JUnit's XML, which every CI engine shows: a suite an entry of the manifest, a case a
// file. What is wrong with a place that is no file (a ref, a folder) is a case of its own, and so
// is a file that ought to be there.
//
// There is no standard; what Jenkins reads is the narrowest (its xunit plugin, junit-10.xsd), and
// of GitLab this is heeded: a suite is told by `classname`, and of cases of one name the first
// counts (GitLab's documentation, "Unit test reports").
#pragma once

#include <hubward/report.h>

#include <string>

namespace hubward {

/// The files come from RepoRow::judged; without them only what is wrong is a case.
/// Ends with a newline; the same report gives the same bytes.
std::string render_junit(const Report& report);

}  // namespace hubward
