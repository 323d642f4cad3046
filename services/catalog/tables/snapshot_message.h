#pragma once

#include "services/catalog/tables/types.h"
#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog {

/// Fills the message that stands for the snapshot.
void FillSnapshotMessage(const TableSnapshot& snapshot, v1::TableSnapshot* message);

}  // namespace tarn::catalog
