#include "services/extract/runs/manifest.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract {
namespace {

/// Keeps what is written, and how much of it came at a time.
class Pieces : public object_store::StagingWriter {
 public:
  Status Write(std::string_view data) override {
    largest = std::max(largest, data.size());
    text += data;
    return Ok();
  }
  Result<std::unique_ptr<object_store::StagedObject>> Finish() override {
    return Error(Code::kInternal, "not in this test");
  }
  std::string text;
  size_t largest = 0;
};

class ManifestTest : public testing::Test {
 protected:
  ManifestTest() {
    EXPECT_THAT(database_->Migrate({RunStore::kMigration, RunStore::kSecondMigration}), IsOk());
  }

  tarn::extract::Run Create(std::optional<RunWindow> window) {
    RunStore::NewRun wanted;
    wanted.source = "shop \"a\"";
    wanted.trigger = "request";
    wanted.window = window;
    return runs_.Create({wanted}, 10)->front();
  }
  void Add(const tarn::extract::Run& run, int from, int count) {
    std::vector<RunObject> objects;
    for (int i = from; i < from + count; ++i) {
      char name[32];
      std::snprintf(name, sizeof name, "page-%05d.json", i);
      const std::string request = i % 3 == 0 ? "" : "GET http://x/ü?page=" + std::to_string(i);
      objects.push_back({"raw", "a/x/run=1/" + std::string(name), i, 10 * i, "e" + std::to_string(i), false,
                         request});
    }
    ASSERT_THAT(runs_.AddObjects(run, objects), IsOk());
  }
  /// As one document, which it was made of before.
  std::string Expected(const tarn::extract::Run& run) {
    auto objects = nlohmann::json::array();
    int64_t records = 0, bytes = 0;
    const auto listed = *runs_.ListObjects(run.id, "a/x/run=1/", "", 100'000);
    for (const RunObject& object : listed) {
      if (object.manifest) continue;
      objects.push_back(
          {{"key", object.key}, {"records", object.records}, {"bytes", object.bytes}, {"etag", object.etag}});
      if (!object.request.empty()) objects.back()["request"] = object.request;
      records += object.records;
      bytes += object.bytes;
    }
    nlohmann::json manifest = {
        {"source", run.source},
        {"run_id", run.id},
        {"created_at", FormatRfc3339(run.created_at)},
        {"counts", {{"pages", objects.size()}, {"records", records}, {"bytes", bytes}}},
        {"objects", objects}};
    if (run.window) {
      manifest["window"] = {{"from", FormatRfc3339(run.window->from)}, {"to", FormatRfc3339(run.window->to)}};
    }
    return json::Dump(manifest);
  }
  Pieces Write(const tarn::extract::Run& run) {
    const ActiveRun active(runs_, run);
    Pieces pieces;
    EXPECT_THAT(WriteManifest(runs_, active, "a/x/run=1/", pieces), IsOk());
    return pieces;
  }

  std::unique_ptr<sqlite::Database> database_ = *sqlite::Database::Open(":memory:");
  RunStore runs_{*database_};
};

TEST_F(ManifestTest, IsTheSameDocumentHoweverManyObjectsThereAre) {
  for (const int count : {0, 1, 999, 1'000, 1'001, 2'000, 12'345}) {
    const auto run = Create(std::nullopt);
    Add(run, 0, count);
    ASSERT_THAT(runs_.AddObjects(run, {{"raw", "a/x/run=1/manifest.json", 0, 4, "e", true, ""},
                                       {"raw", "a/y/run=1/page-00000.json", 7, 7, "e", false, ""}}),
                IsOk());
    const Pieces pieces = Write(run);
    EXPECT_EQ(pieces.text, Expected(run)) << count;
    EXPECT_LT(pieces.largest, 256u << 10) << count;
  }
}

TEST_F(ManifestTest, NamesTheWindowOfABackfill) {
  const auto run =
      Create(RunWindow{Timestamp(std::chrono::seconds(1)), Timestamp(std::chrono::seconds(2))});
  Add(run, 0, 2);
  const std::string text = Write(run).text;
  EXPECT_EQ(text, Expected(run));
  EXPECT_NE(text.find("\"window\""), std::string::npos);
}

}  // namespace
}  // namespace tarn::extract
