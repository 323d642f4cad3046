#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"

namespace tarn::object_store {

/// One implementation under test: a fresh, empty store that can be opened several times at once.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual std::unique_ptr<ObjectStore> Open(const std::string& writer) = 0;
  /// The longest key of the bucket "raw".
  virtual size_t max_key_bytes() const { return 1024; }
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

/// Every implementation of ObjectStore. A new one is added here and passes the whole suite.
std::vector<StoreKind> AllStoreKinds();

/// Opens a store with the bucket "raw".
class ObjectStoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    under_test_ = GetParam().make();
    store_ = under_test_->Open("extract");
    ASSERT_TRUE(store_->EnsureBucket("raw").ok());
  }

  std::unique_ptr<StagedObject> Staged(std::string_view content) {
    auto writer = store_->Stage();
    EXPECT_TRUE((*writer)->Write(content).ok());
    return std::move((*writer)->Finish()).value();
  }
  Change PutChange(const std::string& key, std::string_view content) { return {"raw", key, Staged(content), {}}; }
  static Change DeleteChange(const std::string& key) { return {"raw", key, nullptr, {}}; }

  template <class... Changes>
  static std::vector<Change> All(Changes... changes) {
    std::vector<Change> all;
    (all.push_back(std::move(changes)), ...);
    return all;
  }

  std::vector<Event> Events(const EventFilter& filter = {}) {
    return std::move(store_->ReadEvents(0, filter, 1'000'000)->events);
  }

  std::unique_ptr<StoreUnderTest> under_test_;
  std::unique_ptr<ObjectStore> store_;
};

#define TARN_FOR_ALL_STORES(Suite)                                                          \
  INSTANTIATE_TEST_SUITE_P(Stores, Suite, testing::ValuesIn(AllStoreKinds()),               \
                           [](const auto& kind) { return kind.param.name; })

}  // namespace tarn::object_store
