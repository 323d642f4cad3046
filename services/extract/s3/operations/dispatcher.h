#pragma once

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// Finds the operation that a request means, runs it, and lets pages of other origins see its answer where
/// the bucket's CORS rules say so. Thread-safe. `store` must outlive it.
class Dispatcher {
 public:
  explicit Dispatcher(VersionedStore& store) : store_(store) {}

  S3Result<http::Response> operator()(S3Request& request) const;

 private:
  S3Result<http::Response> Answer(S3Request& request) const;

  VersionedStore& store_;
};

}  // namespace tarn::extract::s3
