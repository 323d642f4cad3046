#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/object_store/object_store.h"
#include "common/s3_client/client.h"

namespace tarn::object_store {

/// Reads what an endpoint streams.
std::unique_ptr<ObjectReader> ReadStream(ObjectInfo info, std::unique_ptr<s3_client::ObjectStream> stream);

/// Reads from memory.
std::unique_ptr<ObjectReader> ReadMemory(ObjectInfo info, std::string content);

/// Cuts a range to the object. Errors: kInvalidArgument if it starts beyond the end.
Result<ByteRange> ClampRange(const ObjectInfo& info, const std::optional<ByteRange>& range);

}  // namespace tarn::object_store
