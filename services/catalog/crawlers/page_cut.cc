#include "services/catalog/crawlers/page_cut.h"

#include "services/catalog/crawlers/key_names.h"

namespace tarn::catalog {
namespace {

constexpr int64_t kWeightOfText = 20;
constexpr int64_t kMaxWeight = 2'000;

int64_t WeightOf(const object_store::Event& event) {
  const bool text = event.type == object_store::Event::Type::kObjectCreated &&
                    FormatOfName(event.object.key) != FileFormat::kParquet;
  return text ? kWeightOfText : 1;
}

}  // namespace

void CutPage(object_store::EventPage& page) {
  if (page.trimmed_before) return;  // its events are not looked at one by one
  int64_t weight = 0;
  for (size_t i = 0; i < page.events.size(); ++i) {
    const bool new_commit = i > 0 && page.events[i].commit_id != page.events[i - 1].commit_id;
    if (new_commit && weight >= kMaxWeight) {
      page.last_sequence = page.events[i - 1].sequence;
      page.events.resize(i);
      return;
    }
    weight += WeightOf(page.events[i]);
  }
}

}  // namespace tarn::catalog
