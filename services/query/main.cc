#include "common/duckdb/process_memory.h"
#include "common/service/service.h"
#include "services/query/app.h"

int main(int argc, char** argv) {
  tarn::config::OptionSet set("query", "Runs SQL over the tables of the catalog and keeps the results of long statements.");
  tarn::service::CommonOptions common;
  tarn::query::QueryOptions options;
  tarn::metrics::Registry metrics;
  tarn::service::AddCommonOptions(set, common, 8104);
  tarn::query::AddQueryOptions(set, options);
  using App = tarn::Result<std::unique_ptr<tarn::service::App>>;
  return tarn::service::Run(set, common, metrics, argc, argv, [&]() -> App {
    TARN_TRY(tarn::duckdb::BoundProcessMemory(options.ProcessMemory()));
    return tarn::query::OpenApp(common, options, metrics);
  });
}
