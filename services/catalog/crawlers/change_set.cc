#include "services/catalog/crawlers/change_set.h"

namespace tarn::catalog {

void ChangeSet::Add(const std::vector<object_store::Event>& events) {
  for (const object_store::Event& event : events) {
    Set(event.object, event.type == object_store::Event::Type::kObjectDeleted);
  }
}

void ChangeSet::Set(object_store::ObjectInfo object, bool deleted) {
  std::pair key(object.bucket, object.key);
  changes_.insert_or_assign(std::move(key), Change{std::move(object), deleted});
}

}  // namespace tarn::catalog
