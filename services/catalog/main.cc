#include "common/service/service.h"
#include "services/catalog/app.h"
#include "services/catalog/config.h"

int main(int argc, char** argv) {
  tarn::catalog::CatalogOptions options;
  tarn::config::OptionSet set("catalog",
                              "The catalog: databases, tables and their versions, found by crawlers");
  tarn::catalog::AddCatalogOptions(set, options);
  tarn::metrics::Registry metrics;
  return tarn::service::Run(set, options.common, metrics, argc, argv,
                            [&] { return tarn::catalog::MakeCatalogApp(options, metrics); });
}
