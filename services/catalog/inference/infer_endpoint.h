#pragma once

#include <atomic>
#include <string>

#include "common/http/message.h"
#include "common/object_store/object_store.h"
#include "services/catalog/inference/inferred_file.h"

namespace tarn::catalog {

/// POST /v1/infer: says what a file, the files of a prefix, or the sample in the body hold, and why. Writes
/// nothing. Thread-safe.
class InferEndpoint {
 public:
  InferEndpoint(object_store::ObjectStore& store, const InspectionOptions& options)
      : store_(store), options_(options) {}

  static constexpr uint64_t kMaxBodyBytes = 64 << 20;

  /// Errors: kInvalidArgument for a body that is not as documented, kNotFound for a location that has no
  /// object, kUnprocessable for what cannot be inferred (where() = "line N" if known), kResourceExhausted
  /// while two others are at work, kTooLarge, kCancelled.
  Result<http::Response> operator()(http::Request& request);

 private:
  Result<http::Response> InferLocation(http::Request& request);
  Result<http::Response> InferBody(http::Request& request);
  Result<http::Response> InferObjects(const std::vector<object_store::ObjectInfo>& objects, int64_t below,
                                      bool one, std::stop_token cancelled);

  object_store::ObjectStore& store_;
  const InspectionOptions options_;
  std::atomic<int> at_work_ = 0;
};

}  // namespace tarn::catalog
