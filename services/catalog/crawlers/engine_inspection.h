#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/reading.h"

namespace tarn::catalog {

/// Reads the files of `pin`, which are those of `targets`, with SQL engines: as many as `options` has threads
/// and the files are worth, which share its memory. A file for which a share is too little, or that took too
/// long beside others, is read once more alone, so that the readings are the same whoever was done first.
/// `progress` is called now and then with the number of files that are done, on the calling thread. Errors:
/// what says nothing of a file: kUnavailable, kCancelled.
Result<std::vector<Reading>> InspectFiles(const object_store::Pin& pin,
                                          const std::vector<ReadTarget>& targets,
                                          const InspectionOptions& options,
                                          std::span<const Classifier> classifiers,
                                          const std::function<void(int64_t done)>& progress,
                                          std::stop_token cancelled);

/// Whether an error says something about the file, not about the service.
bool ConcernsTheFile(Code code);

}  // namespace tarn::catalog
