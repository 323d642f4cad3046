#pragma once

#include "services/catalog/tables/known_objects.h"
#include "services/catalog/tables/table_reader.h"
#include "services/catalog/tables/table_writer.h"

namespace tarn::catalog {

/// All that the catalog keeps of tables. Who needs only a part of it takes that part.
class TableStore : public TableReader, public KnownObjectIndex, public TableWriter {};

}  // namespace tarn::catalog
