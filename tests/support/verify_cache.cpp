#include "tests/support/verify_cache.h"

#include "verifier/cache/disk.h"

#include <stdexcept>

namespace hubward::test {
namespace {

Report must(Result<Report> result) {
  if (!result) {
    throw std::runtime_error("verify failed at " + result.error().where + ": " +
                             result.error().what);
  }
  return *result;
}

}  // namespace

Report verify_all(const CacheBuilder& cache) {
  VerifyRequest request;
  request.cache_path = cache.path();
  request.scope = Scope::all;
  Observer observer;
  const auto disk = real_disk(cache.path(), {});
  return must(verify(request, *disk, observer, nullptr));
}

Report verify_manifest(const CacheBuilder& cache, const std::string& manifest,
                       VerifyRequest request) {
  const auto disk = real_disk(cache.path(), request.allow_roots);
  return verify_manifest_on(*disk, cache, manifest, std::move(request));
}

Report verify_manifest_on(const Disk& disk, const CacheBuilder& cache, const std::string& text,
                          VerifyRequest request) {
  const auto manifest = parse_manifest(text, "model_manifest.txt");
  if (!manifest) {
    throw std::runtime_error("bad manifest: " + manifest.error().what);
  }
  request.cache_path = cache.path();
  request.manifest = &*manifest;
  Observer observer;
  return must(verify(request, disk, observer, nullptr));
}

}  // namespace hubward::test
