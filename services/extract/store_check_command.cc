#include "services/extract/store_check_command.h"

#include <ostream>

#include "common/object_store/local_object_store.h"
#include "common/object_store/store_check.h"

namespace tarn::extract {
namespace {

void Print(std::ostream& out, const object_store::StoreDifference& difference, bool repair) {
  out << difference.kind << ": ";
  if (!difference.bucket.empty()) out << difference.bucket << (difference.key.empty() ? "" : "/") << difference.key;
  if (!difference.version.empty()) out << " (version " << difference.version << ")";
  out << ": " << difference.detail;
  if (repair) out << (difference.repairable ? " [repaired]" : " [cannot be repaired]");
  out << '\n';
}

}  // namespace

int CheckStoreCommand(const std::filesystem::path& lake, const StoreCheckOptions& options, std::ostream& out,
                      std::ostream& progress) {
  if (!std::filesystem::is_directory(lake / ".tarn")) {
    progress << "there is no object store to check: " << lake.string() << std::endl;
    return 2;
  }
  auto store = object_store::OpenLocalStore({lake, "extract"});
  if (!store.ok()) {
    progress << store.error().message() << std::endl;
    return 2;
  }
  object_store::CheckOptions check;
  check.hashes = !options.quick;
  check.repair = options.repair;
  check.report = [&](const object_store::StoreDifference& difference) { Print(out, difference, options.repair); };
  check.progress = [&](int64_t objects, uint64_t bytes) {
    progress << "checked " << objects << " objects, " << bytes << " bytes" << std::endl;
  };
  const auto report = object_store::CheckStore(**store, check);
  if (!report.ok()) {
    progress << report.error().message() << std::endl;
    return 2;
  }
  out << report->objects << " objects, " << report->versions << " old versions, " << report->parts
      << " parts of uploads: " << report->differences << " differences, " << report->repaired << " repaired" << std::endl;
  return report->differences == report->repaired ? 0 : 1;
}

}  // namespace tarn::extract
