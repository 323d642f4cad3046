#pragma once

#include "services/extract/sources/registry.h"

namespace tarn::extract::files {

/// The connector `files`: files of any format from URLs, a local directory or another S3 bucket, as they are.
/// README.md in this folder describes its options and what it stores.
ConnectorType Type();

}  // namespace tarn::extract::files
