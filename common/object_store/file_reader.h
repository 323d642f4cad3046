#pragma once

#include <memory>
#include <optional>

#include "common/object_store/object_files.h"
#include "common/object_store/object_store.h"

namespace tarn::object_store {

/// Reads a range of an open object. Errors: kInvalidArgument if the range starts beyond the end.
Result<std::unique_ptr<ObjectReader>> ReadObjectFile(OpenObject object, std::optional<ByteRange> range);

}  // namespace tarn::object_store
