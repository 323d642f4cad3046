#pragma once

#include "common/catalog_client/catalog.h"
#include "common/catalog_client/snapshot.h"
#include "common/result/result.h"

namespace tarn::v1 {
class TableRequest;
class TableSnapshot;
}

namespace tarn::catalog_client {

void WriteTableRequest(const TableRequest& request, v1::TableRequest* message);

/// Takes a catalog's message over and checks what the binding relies on. Errors: kInvalidArgument.
Result<TableSnapshot> ReadSnapshot(v1::TableSnapshot& message);

}  // namespace tarn::catalog_client
