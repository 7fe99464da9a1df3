// What a program of someone else does with the library: reads a manifest, verifies a cache, and
// looks at what is wrong with it. Includes nothing but <hubward/…>.
//
// usage: consumer CACHE MANIFEST-TEXT
#include <hubward/manifest.h>
#include <hubward/verify.h>
#include <hubward/version.h>

#include <cstdio>
#include <string>

namespace {

int fail(const hubward::Error& error) {
  std::fprintf(stderr, "%s: %s\n", error.where.c_str(), error.what.c_str());
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const hubward::Result<hubward::Manifest> manifest =
      hubward::parse_manifest(argv[2], "the command line");
  if (!manifest) return fail(manifest.error());

  hubward::VerifyRequest request;
  request.cache_path = argv[1];
  request.manifest = &*manifest;
  hubward::Observer silent;
  const hubward::Result<hubward::Report> report = hubward::verify(request, silent);
  if (!report) return fail(report.error());

  std::printf("hubward %s: %s\n", hubward::kVersion, hubward::verdict_line(*report).c_str());
  for (const hubward::Finding& finding : report->findings) {
    std::printf("%s %s\n", std::string(hubward::to_string(finding.code)).c_str(),
                finding.path.c_str());
  }
  return report->exit_code;
}
