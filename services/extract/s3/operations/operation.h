#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "common/http/message.h"
#include "common/object_store/versioned_store.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/s3_request.h"

namespace tarn::extract::s3 {

using object_store::VersionedStore;

/// Answers one kind of request. What it returns and what stays in it must not refer to the request, which is
/// gone when a streamed answer is produced.
using Handler = S3Result<http::Response> (*)(VersionedStore& store, S3Request& request);

/// One operation of S3, and how its requests are told from others.
struct OperationEntry {
  enum class Target { kService, kBucket, kObject };

  std::string_view name;  ///< as in the Amazon S3 API reference: "ListParts"
  http::Method method;
  Target target;
  std::string_view
      query;  ///< the parameter that makes it this operation ("uploads"), "name=value" if its value does
  std::string_view header;  ///< likewise a header: "x-amz-copy-source"
  Handler handler;
};

/// Every operation; of those that fit a request the first is meant.
std::span<const OperationEntry> AllOperations();

/// Finds the operation. Errors: NotImplemented for what S3 knows and this door does not, MethodNotAllowed.
S3Result<const OperationEntry*> FindOperation(const S3Request& request);

}  // namespace tarn::extract::s3
