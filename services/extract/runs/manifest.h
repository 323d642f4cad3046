#pragma once

#include <string>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/extract/runs/active_run.h"
#include "services/extract/runs/run_store.h"

namespace tarn::extract {

/// Writes the manifest of the objects that a run has recorded below `folder`, in bounded memory however many
/// there are: what run they are of, how much they hold, and each one's key, size, hash and request. They must
/// be stored and no others may come. Errors: those of RunStore and of the writer.
Status WriteManifest(RunStore& runs, const ActiveRun& run, const std::string& folder,
                     object_store::StagingWriter& writer);

}  // namespace tarn::extract
