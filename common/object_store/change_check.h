#pragma once

#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/workspace.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// The greatest size of a content type, a token, a traceparent.
inline constexpr size_t kMaxTextBytes = 512;

/// Errors: kInvalidArgument.
Status CheckNames(const std::string& bucket, const std::string& key);

/// Checks what a commit is called with, whatever the store holds: names, metadata, each key once, content staged in
/// `workspace`. Errors: kInvalidArgument.
Status CheckChanges(const std::vector<Change>& changes, const CommitOptions& options, const Workspace& workspace);

}  // namespace tarn::object_store
