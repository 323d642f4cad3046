#pragma once

#include "common/result/result.h"
#include "services/query/catalog/snapshot.h"

namespace tarn::v1 {
class TableSnapshot;
}

namespace tarn::query {

/// Takes a catalog's message over and checks what the binding relies on. Errors: kInvalidArgument.
Result<TableSnapshot> ReadSnapshot(v1::TableSnapshot& message);

}  // namespace tarn::query
