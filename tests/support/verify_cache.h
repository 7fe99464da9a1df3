// Verifies a built cache in this process, for tests that look at the Report itself.
#pragma once

#include "tests/support/cache_builder.h"
#include <hubward/report.h>
#include <hubward/verify.h>

#include <string>

namespace hubward::test {

/// `verify --all` without a manifest. Throws when verify fails.
Report verify_all(const CacheBuilder& cache);

/// Against a manifest's text. Throws when the manifest or verify fails.
/// @param request  cache_path and manifest are filled in
Report verify_manifest(const CacheBuilder& cache, const std::string& manifest,
                       VerifyRequest request = {});

/// The same on another disk than the real one.
Report verify_manifest_on(const Disk& disk, const CacheBuilder& cache, const std::string& manifest,
                          VerifyRequest request = {});

}  // namespace hubward::test
