#include "services/catalog/crawlers/engine_inspection.h"

#include <gmock/gmock.h>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::catalog {
namespace {

class EngineInspection : public testing::Test {
 protected:
  EngineInspection() : store_(object_store::OpenLocalStore({directory_ / "lake", "catalog"}).value()) {
    EXPECT_THAT(store_->EnsureBucket("lake"), IsOk());
  }

  void Put(const std::string& key, const std::string& content, FileFormat format) {
    targets_.push_back({store_->Put("lake", key, content).value(), format});
  }

  // Files of several kinds and sizes, every tenth of them bad.
  void PutMany(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      std::string rows = "id,n" + number + "\n";
      for (int row = 0; row < (i * 7) % 50; ++row) rows += std::to_string(row) + "," + number + "\n";
      if (i % 10 == 3) rows += "1,2,3\n";
      if (i % 4 == 1)
        Put(number + ".json", "{\"n\": " + number + "}\n" + (i % 5 == 0 ? "{" : ""), FileFormat::kJson);
      else
        Put(number + ".csv", rows, FileFormat::kCsv);
    }
  }

  Result<std::vector<Reading>> Inspect(int64_t threads, std::stop_token cancelled = {}) {
    std::vector<object_store::ObjectVersion> objects;
    for (const ReadTarget& target : targets_)
      objects.push_back({target.object.bucket, target.object.key, target.object.version});
    TARN_ASSIGN(const auto pin, store_->PinFiles(objects));
    InspectionOptions options;
    options.threads = threads;
    return InspectFiles(
        *pin, targets_, options, {}, [this](int64_t done) { done_.push_back(done); }, cancelled);
  }

  static std::vector<std::string> Describe(const std::vector<Reading>& readings) {
    std::vector<std::string> lines;
    for (const Reading& reading : readings) {
      std::string& line = lines.emplace_back();
      if (!reading.ok()) {
        line = reading.error().message() + " at " + reading.error().where();
        continue;
      }
      for (const Column& column : reading->layout.columns) line += column.name + " " + column.type + " ";
      line += std::to_string(reading->rows);
    }
    return lines;
  }

  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
  std::vector<ReadTarget> targets_;
  std::vector<int64_t> done_;
};

TEST_F(EngineInspection, GivesTheSameOnManyThreadsAsOnOne) {
  PutMany(40);
  const auto alone = Inspect(1);
  ASSERT_THAT(alone, IsOk());
  EXPECT_EQ(done_.size(), 40u);
  const auto lines = Describe(*alone);
  EXPECT_EQ(lines[2], "id BIGINT n2 BIGINT 14");
  EXPECT_THAT(lines[3], testing::HasSubstr("at line"));
  const auto together = Inspect(4);
  ASSERT_THAT(together, IsOk());
  EXPECT_EQ(Describe(*together), lines);
}

TEST_F(EngineInspection, EndsWhenItIsStopped) {
  PutMany(20);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(Inspect(2, stop.get_token()), HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::catalog
