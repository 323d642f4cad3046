#pragma once

#include "services/extract/sources/registry.h"

namespace tarn::extract::rest {

/// The connector `rest`: any JSON API, described in YAML. README.md in this folder describes its options and
/// what it stores.
ConnectorType Type();

}  // namespace tarn::extract::rest
