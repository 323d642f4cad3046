#pragma once

#include "common/catalog_client/snapshot.h"
#include "common/result/result.h"

namespace tarn::v1 {
class TableSnapshot;
}

namespace tarn::catalog_client {

/// Takes a catalog's message over and checks what the binding relies on. Errors: kInvalidArgument.
Result<TableSnapshot> ReadSnapshot(v1::TableSnapshot& message);

}  // namespace tarn::catalog_client
