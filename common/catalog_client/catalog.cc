#include "common/catalog_client/catalog.h"

namespace tarn::catalog_client {

Result<std::vector<ResolvedName>> Catalog::ResolveNames(const std::vector<TableRequest>& names,
                                                        int64_t min_sequence, std::stop_token cancelled) {
  TARN_ASSIGN(auto tables, Resolve(names, min_sequence, cancelled));
  std::vector<ResolvedName> resolved(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) resolved[i].table = std::move(tables[i]);
  return resolved;
}

}  // namespace tarn::catalog_client
