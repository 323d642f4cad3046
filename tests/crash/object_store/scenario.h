#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/object_store/versioned_store.h"

namespace tarn::object_store {

/// Where a scenario plays: a lake and the store opened on it.
struct Stage {
  std::filesystem::path lake;
  std::unique_ptr<VersionedStore> store;
  Upload upload;                     ///< the one the scenario is busy with
  std::vector<CompletedPart> parts;  ///< of it
};

/// A step either fails, or has happened, durably, when it returns.
using Step = std::function<Status(Stage&)>;

/// Steps whose every system call is a point to crash at.
struct Scenario {
  std::string name;
  std::vector<Step> before;  ///< done before points are counted; the stage has no store when they begin
  std::vector<Step> steps;
};
inline std::ostream& operator<<(std::ostream& out, const Scenario& scenario) { return out << scenario.name; }

std::vector<Scenario> PlainScenarios();
std::vector<Scenario> VersionedScenarios();

// Steps that several scenarios use, in the bucket "raw".
Status OpenStore(Stage& stage);
Status CloseAndOpenStore(Stage& stage);
Status MakeBucket(Stage& stage);
Step Put(std::string key, std::string content, PutOptions options = {});
Step Delete(std::string key);

/// Describes all that can be seen of a store, in lines that do not depend on chance: objects with the hash of what
/// was read, versions, uploads, events, plain files. Says "WRONG" where content and entity tag differ.
std::string Observe(VersionedStore& store, const std::filesystem::path& lake);

}  // namespace tarn::object_store
