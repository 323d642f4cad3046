#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/preview/preview.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Objects for a preview, and what it should say of them.
struct Sample {
  std::vector<RunInput> objects;
  std::vector<std::string> warnings;
};

/// The objects that the request names, or the newest of each input of the definition, within the bounds of
/// the options. Of an input with very many objects only the first kMaxListed are looked at. Errors: kNotFound
/// and kInvalidArgument for objects of the request; as ObjectStore::List.
Result<Sample> PickSample(object_store::ObjectStore& store, const Definition& definition,
                          const PreviewRequest& request, const PreviewOptions& options);

inline constexpr size_t kMaxListed = 20'000;

}  // namespace tarn::transform
