#include "runner/fetch/blob_batch.h"

#include "runner/fetch/blob_sink.h"

#include <utility>

namespace hubward {

void BlobBatch::add(BlobSink& sink) {
  sinks_.push_back(&sink);
  if (!since_) since_ = clock_.now();
  if (sinks_.size() >= kMost) publish();
}

void BlobBatch::publish_if_due() {
  if (since_ && clock_.now() - *since_ >= kLongestWait) publish();
}

void BlobBatch::publish() {
  since_.reset();
  const std::vector<BlobSink*> sinks = std::exchange(sinks_, {});
  for (BlobSink* sink : sinks) sink->begin_sync();
  for (BlobSink* sink : sinks) sink->publish();
}

}  // namespace hubward
