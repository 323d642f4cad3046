#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/quality/input_check.h"
#include "services/transform/runs/input_relations.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

/// The objects of a run, held in place and looked through.
struct OpenedInputs {
  std::unique_ptr<object_store::Pin> pin;                 ///< keeps the files; null if no object is left
  std::shared_ptr<const std::filesystem::path> unpacked;  ///< keeps files that had to be written anew
  std::vector<InputFile> files;                           ///< of the objects that can be read
  std::vector<size_t> ordinals;                           ///< of `files` among the run's inputs
  std::vector<InputState> states;                         ///< by ordinal: planned (readable), skipped or dead
  std::vector<DeadLetter> dead;

  std::vector<std::filesystem::path> directories() const;
  /// Moves the file at `index` of `files` to the dead ones. Indices of later files go down by one.
  void Bury(const Run& run, const std::vector<RunInput>& inputs, size_t index, Fault fault);
};

/// Pins exactly the planned versions; one that was deleted or replaced meanwhile is skipped, since its own
/// event tells of whatever came after it; so is an object that no input of the definition takes any more.
/// Then checks each file. Errors: as ObjectStore::PinFiles; kUnavailable if objects change faster than they
/// can be pinned.
Result<OpenedInputs> OpenInputs(object_store::ObjectStore& store, const Run& run,
                                const std::vector<RunInput>& inputs, const Definition& definition,
                                const InputLimits& limits);

}  // namespace tarn::transform
