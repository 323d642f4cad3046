#include "tests/crash/object_store/workload.h"

#include <optional>

namespace tarn::object_store {
namespace {

// A change to a key: its new content, or nothing for a delete.
using Step = std::vector<std::pair<std::string, std::optional<std::string>>>;

Step ChangesOf(int64_t step) {
  const std::string number = std::to_string(step);
  switch (step % 4) {
    case 0: return {{"single/" + number, "content " + number}};
    case 1: return {{"replaced", std::string(5000, static_cast<char>('a' + step % 23))}};
    case 2:
      return {{"set/a", number}, {"single/" + std::to_string(step - 2), std::nullopt}, {"set/b", number},
              {"deep/" + number + "/er/x", number}};
    default: return {{"deep/" + std::to_string(step - 1) + "/er/x", std::nullopt}};
  }
}

}  // namespace

Result<CommitResult> CommitStep(ObjectStore& store, int64_t step) {
  std::vector<Change> changes;
  for (const auto& [key, content] : ChangesOf(step)) {
    Change change{"raw", key, nullptr, {}};
    if (content) {
      TARN_ASSIGN(auto writer, store.Stage());
      TARN_TRY(writer->Write(*content));
      TARN_ASSIGN(change.content, writer->Finish());
    }
    changes.push_back(std::move(change));
  }
  CommitOptions options;
  if (changes.size() > 1) options.token = "step-" + std::to_string(step);
  return store.Commit(std::move(changes), options);
}

Expected After(int64_t steps) {
  Expected expected;
  for (int64_t step = 0; step < steps; ++step) {
    for (const auto& [key, content] : ChangesOf(step)) {
      expected.events.emplace_back(content ? Event::Type::kObjectCreated : Event::Type::kObjectDeleted, key);
      if (content) expected.objects[key] = *content;
      else expected.objects.erase(key);
    }
  }
  return expected;
}

}  // namespace tarn::object_store
