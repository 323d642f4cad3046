#include "services/transform/runs/run_inputs.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "services/transform/quality/unpacking.h"
#include "services/transform/runs/object_time.h"

namespace tarn::transform {
namespace {

using object_store::ObjectStore;
using object_store::ObjectVersion;

constexpr int kPinAttempts = 5;

DeadLetter MakeDeadLetter(const Run& run, const RunInput& input, Fault fault) {
  DeadLetter letter;
  letter.run_id = run.id;
  letter.transform = run.transform;
  letter.bucket = input.bucket;
  letter.key = input.key;
  letter.version = input.version;
  letter.reason = std::move(fault.reason);
  if (fault.byte_offset) letter.byte_offset = static_cast<int64_t>(*fault.byte_offset);
  return letter;
}

// The input that takes an object. One that was asked for by name need not match the only input.
const Input* InputFor(const Definition& definition, const RunInput& object) {
  const Input* input = definition.InputOf(object.bucket, object.key);
  return input != nullptr ? input : definition.FindInput("");
}

// The ordinals of those inputs whose version is still the current one.
Result<std::vector<size_t>> Current(ObjectStore& store, const std::vector<RunInput>& inputs,
                                    const std::vector<size_t>& among) {
  std::vector<size_t> current;
  for (const size_t i : among) {
    const auto object = store.Head(inputs[i].bucket, inputs[i].key);
    if (object.ok() && object->version == inputs[i].version) current.push_back(i);
    if (!object.ok() && object.error().code() != Code::kNotFound) return object.error();
  }
  return current;
}

// Pins all inputs at once, which is the usual case, or those that are left.
Status PinCurrent(ObjectStore& store, const std::vector<RunInput>& inputs, const Definition& definition,
                  OpenedInputs& opened) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].state == InputState::kPlanned && InputFor(definition, inputs[i]) != nullptr)
      opened.ordinals.push_back(i);
  }
  for (int attempt = 0; attempt < kPinAttempts; ++attempt) {
    if (opened.ordinals.empty()) return Ok();
    std::vector<ObjectVersion> versions;
    for (const size_t i : opened.ordinals)
      versions.push_back({inputs[i].bucket, inputs[i].key, inputs[i].version});
    auto pin = store.PinFiles(versions);
    if (pin.ok()) {
      opened.pin = *std::move(pin);
      return Ok();
    }
    if (pin.error().code() != Code::kNotFound) return pin.error();
    TARN_ASSIGN(opened.ordinals, Current(store, inputs, opened.ordinals));
  }
  return Error(Code::kUnavailable, "the run's objects are being replaced faster than they can be read");
}

// What is packed, or begins with what the engine cannot read, is written anew before it is read.
bool MustBeRewritten(const Input& input, const InputFile& file) {
  if (PackingOf(input, file.key) != Compression::kNone) return true;
  const bool text = input.format == Format::kJson || input.format == Format::kNdjson;
  return text && HasByteOrderMark(file.file);
}

// Looks through one file, and writes it to `rewritten` if that is not empty.
Result<std::optional<Fault>> CheckFile(const Input& input, const std::filesystem::path& rewritten,
                                       const InputLimits& limits, InputFile& file) {
  const Compression packing = PackingOf(input, file.key);
  const bool packed = packing != Compression::kNone;
  if (!packed) {  // places are those in the object, with its byte order mark
    TARN_ASSIGN(auto fault, CheckInput(file.file, input.format, limits));
    if (fault || rewritten.empty()) return fault;
  }
  const uint64_t most = input.format == Format::kJson ? limits.max_bytes : limits.max_unpacked_bytes;
  TARN_ASSIGN(auto fault, UnpackInput(file.file, packing, rewritten, most));
  if (fault) return std::optional(*std::move(fault));
  file.file = rewritten;
  return packed ? CheckInput(file.file, input.format, limits) : std::optional<Fault>();
}

// Several threads take one file after the other. Returns what is wrong with each.
Result<std::vector<std::optional<Fault>>> CheckFiles(ObjectStore& store, const Definition& definition,
                                                     OpenedInputs& opened, const InputLimits& limits) {
  std::vector<Result<std::optional<Fault>>> checked(opened.files.size(), std::optional<Fault>());
  std::vector<std::filesystem::path> rewritten(opened.files.size());
  for (size_t i = 0; i < opened.files.size(); ++i) {
    if (!MustBeRewritten(*definition.FindInput(opened.files[i].input), opened.files[i])) continue;
    if (!opened.unpacked) {
      TARN_ASSIGN(opened.unpacked, store.ScratchDirectory());
    }
    rewritten[i] = std::filesystem::absolute(*opened.unpacked) / ("input-" + std::to_string(i));
  }
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < opened.files.size(); i = next++) {
      InputFile& file = opened.files[i];
      checked[i] = CheckFile(*definition.FindInput(file.input), rewritten[i], limits, file);
    }
  };
  {
    std::vector<std::jthread> others;
    const auto threads = std::min<size_t>(static_cast<size_t>(limits.threads), opened.files.size());
    for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  std::vector<std::optional<Fault>> faults;
  for (auto& result : checked) {
    TARN_ASSIGN(auto fault, std::move(result));
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace

std::vector<std::filesystem::path> OpenedInputs::directories() const {
  std::vector<std::filesystem::path> directories;
  if (pin) directories.push_back(pin->directory());
  if (unpacked) directories.push_back(std::filesystem::absolute(*unpacked));
  return directories;
}

void OpenedInputs::Bury(const Run& run, const std::vector<RunInput>& inputs, size_t index, Fault fault) {
  const size_t ordinal = ordinals[index];
  states[ordinal] = InputState::kDead;
  dead.push_back(MakeDeadLetter(run, inputs[ordinal], std::move(fault)));
  files.erase(files.begin() + static_cast<ptrdiff_t>(index));
  ordinals.erase(ordinals.begin() + static_cast<ptrdiff_t>(index));
}

Result<OpenedInputs> OpenInputs(ObjectStore& store, const Run& run, const std::vector<RunInput>& inputs,
                                const Definition& definition, const InputLimits& limits) {
  OpenedInputs opened;
  opened.states.assign(inputs.size(), InputState::kSkipped);
  TARN_TRY(PinCurrent(store, inputs, definition, opened));
  for (size_t i = 0; i < opened.ordinals.size(); ++i) {
    const RunInput& input = inputs[opened.ordinals[i]];
    opened.states[opened.ordinals[i]] = InputState::kPlanned;
    opened.files.push_back({std::filesystem::absolute(opened.pin->files()[i]), input.key, input.version,
                            ObjectTime(input.key, input.last_modified), InputFor(definition, input)->name});
  }
  TARN_ASSIGN(auto checked, CheckFiles(store, definition, opened, limits));
  for (size_t i = opened.files.size(); i-- > 0;) {
    if (checked[i]) opened.Bury(run, inputs, i, *std::move(checked[i]));
  }
  return opened;
}

}  // namespace tarn::transform
