#include "common/tracing/trace_context.h"
#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

class EventLog : public ObjectStoreContract {};
TARN_FOR_ALL_STORES(EventLog);

TEST_P(EventLog, TellsEveryChangeInOrder) {
  const auto put = store_->Put("raw", "a", "one");
  const auto replaced = store_->Put("raw", "a", "two2");
  ASSERT_THAT(store_->Delete("raw", "a"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "a"), IsOk());
  const auto events = Events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].type, Event::Type::kObjectCreated);
  EXPECT_EQ(events[0].object.version, put->version);
  EXPECT_EQ(events[0].object.etag, put->etag);
  EXPECT_EQ(events[0].writer, "extract");
  EXPECT_EQ(events[0].time, put->last_modified);
  EXPECT_EQ(events[1].object.version, replaced->version);
  EXPECT_EQ(events[1].object.size_bytes, 4u);
  EXPECT_EQ(events[2].type, Event::Type::kObjectDeleted);
  EXPECT_EQ(events[2].object.version, replaced->version);
  EXPECT_LT(events[0].sequence, events[1].sequence);
  EXPECT_LT(events[1].sequence, events[2].sequence);
  EXPECT_EQ(store_->LastSequence().value(), events[2].sequence);
}

TEST_P(EventLog, IsEmptyAtFirst) {
  EXPECT_EQ(store_->LastSequence().value(), 0);
  const auto page = store_->ReadEvents(0, {}, 10);
  EXPECT_TRUE(page->events.empty());
  EXPECT_EQ(page->last_sequence, 0);
}

TEST_P(EventLog, CarriesTheTraceOfItsWriter) {
  const std::string parent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  CommitOptions options;
  options.traceparent = parent;
  ASSERT_THAT(store_->Commit(All(PutChange("a", "")), options), IsOk());
  const ScopedTrace trace(TraceContext::New());
  ASSERT_THAT(store_->Put("raw", "b", ""), IsOk());
  const auto events = Events();
  EXPECT_EQ(events[0].traceparent, parent);
  EXPECT_EQ(events[1].traceparent, TraceContext::Current().Traceparent());
}

TEST_P(EventLog, IsReadInPagesThatSplitNoCommit) {
  ASSERT_THAT(store_->Put("raw", "a", ""), IsOk());
  ASSERT_THAT(store_->Commit(All(PutChange("b", ""), PutChange("c", ""), PutChange("d", "")), {}), IsOk());
  ASSERT_THAT(store_->Put("raw", "e", ""), IsOk());
  auto page = store_->ReadEvents(0, {}, 2);
  ASSERT_EQ(page->events.size(), 4u);
  EXPECT_EQ(page->events[1].commit_id, page->events[3].commit_id);
  EXPECT_NE(page->events[0].commit_id, page->events[1].commit_id);
  page = store_->ReadEvents(page->last_sequence, {}, 2);
  ASSERT_EQ(page->events.size(), 1u);
  EXPECT_EQ(page->events[0].object.key, "e");
  page = store_->ReadEvents(0, {}, 1);
  EXPECT_EQ(page->events.size(), 1u);
}

struct FilterCase {
  EventFilter filter;
  std::vector<std::string> keys;
};

TEST_P(EventLog, IsFiltered) {
  ASSERT_THAT(store_->EnsureBucket("logs"), IsOk());
  ASSERT_THAT(store_->Put("raw", "a/1.json", ""), IsOk());
  ASSERT_THAT(store_->Put("raw", "a/2.csv", ""), IsOk());
  ASSERT_THAT(store_->Put("logs", "a/3.json", ""), IsOk());
  ASSERT_THAT(under_test_->Open("transform")->Put("raw", "b/4.json", ""), IsOk());
  ASSERT_THAT(store_->Delete("raw", "a/2.csv"), IsOk());
  using Type = Event::Type;
  const std::vector<FilterCase> cases = {
      {{}, {"a/1.json", "a/2.csv", "a/3.json", "b/4.json", "a/2.csv"}},
      {{"raw", "", "", {}, ""}, {"a/1.json", "a/2.csv", "b/4.json", "a/2.csv"}},
      {{"", "a/", "", {Type::kObjectCreated}, ""}, {"a/1.json", "a/2.csv", "a/3.json"}},
      {{"raw", "", ".json", {}, ""}, {"a/1.json", "b/4.json"}},
      {{"", "", "", {Type::kObjectDeleted}, ""}, {"a/2.csv"}},
      {{"", "", "", {}, "transform"}, {"b/4.json"}},
      {{"nowhere", "", "", {}, ""}, {}}};
  for (const FilterCase& item : cases) {
    const auto page = store_->ReadEvents(0, item.filter, 100);
    std::vector<std::string> keys;
    for (const Event& event : page->events) keys.push_back(event.object.key);
    EXPECT_EQ(keys, item.keys);
    EXPECT_EQ(page->last_sequence, 5) << "what does not match was looked at as well";
  }
}

TEST_P(EventLog, IsOneForAllWhoOpenTheStore) {
  const auto other = under_test_->Open("transform");
  ASSERT_THAT(store_->Put("raw", "a", ""), IsOk());
  ASSERT_THAT(other->Put("raw", "b", "seen by both"), IsOk());
  EXPECT_EQ(*store_->GetAll("raw", "b"), "seen by both");
  EXPECT_EQ(Events().size(), 2u);
  EXPECT_EQ(other->LastSequence().value(), 2);
}

}  // namespace
}  // namespace tarn::object_store
