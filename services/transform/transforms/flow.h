#pragma once

#include <string>
#include <vector>

#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Objects that a run of a transform may write: all keys that begin and end like this.
struct WrittenObjects {
  std::string bucket, prefix, suffix;
  std::string what;  ///< for messages: "its own table spotify.songs"
};

/// The tables of a transform, those of set-aside rows among them, and what its inputs move objects to.
std::vector<WrittenObjects> WrittenBy(const Definition& definition);

/// Every table that a transform writes: "spotify.songs", those of set-aside rows among them.
std::vector<std::string> TablesOf(const Definition& definition);

/// True if an input may take one of the objects.
bool MayTake(const Input& input, const WrittenObjects& written);

/// True if there may be an object that both take.
bool MayShare(const Input& first, const Input& second);

/// The place of an input in transform.yaml: "input" or "inputs[1]".
std::string InputPlace(const Definition& definition, size_t input);

/// True if a run of `first` may start one of `second`.
bool MayStart(const Definition& first, const Definition& second);

}  // namespace tarn::transform
