#include "services/transform/runs/compactor.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <set>

#include "common/ids/ulid.h"
#include "services/transform/runs/compaction_plan.h"
#include "services/transform/runs/compaction_turns.h"
#include "services/transform/runs/scheduler.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::SizeIs;

class CompactorTest : public testing::Test {
 protected:
  // Compacts until there is nothing left to do; returns how often it did.
  int CompactAll(EventTable& table, Compactor::Options options = {}) {
    Compactor compactor(table.rig.store(), metrics_, std::move(options));
    const auto definition = table.rig.definitions().Runnable().at(0);
    int times = 0;
    while (true) {
      const auto compacted = compactor.CompactOne(*definition, {});
      if (!compacted.ok()) throw std::runtime_error(compacted.error().message());
      if (!*compacted) return times;
      ++times;
    }
  }
  int CompactAll() { return CompactAll(table_); }

  // Puts a file of one row straight into the table, as a run would.
  void PutFile(const std::string& folder, const std::string& content, const std::string& suffix) {
    ASSERT_THAT(table_.rig.store().Put("transformed", "shop/events/" + folder + "part-" + NewUlid() + suffix,
                                       content),
                IsOk());
  }

  metrics::Registry metrics_;
  EventTable table_;
};

TEST_F(CompactorTest, MakesOneFileOfManyAndKeepsRowsAndTheirOrder) {
  table_.Define("mode: append, compact: {min_files: 4}");
  for (int i = 0; i < 5; ++i) table_.Publish({Event(10 * i + 1, "a", "x"), Event(10 * i, nullptr, "")});
  const json before = table_.Rows();
  EXPECT_EQ(CompactAll(), 1);
  EXPECT_EQ(table_.Rows(), before);
  ASSERT_THAT(table_.Keys(), ElementsAre("shop/events/part-*.parquet"));
  json ids = json::array();
  for (const json& row : RowsOfObject(table_.rig.store(), table_.rig.Keys("transformed", "shop/events/")[0]))
    ids.push_back(row["id"]);
  EXPECT_EQ(ids, json::parse("[1,0,11,10,21,20,31,30,41,40]"));
  table_.Publish({Event(99, "a", "x")});
  EXPECT_THAT(table_.Rows(), SizeIs(11));
}

TEST_F(CompactorTest, LeavesFewFilesAlone) {
  table_.Define("mode: append, compact: {min_files: 4}");
  for (int i = 0; i < 3; ++i) table_.Publish({Event(i, "a", "x")});
  EXPECT_EQ(CompactAll(), 0);
  EXPECT_THAT(table_.Keys(), SizeIs(3));
}

TEST_F(CompactorTest, IsOffIfTheDefinitionSaysSo) {
  table_.Define("mode: append, compact: off");
  for (int i = 0; i < 10; ++i) table_.Publish({Event(i, "a", "x")});
  EXPECT_EQ(CompactAll(), 0);
}

TEST_F(CompactorTest, KeepsPartitionsApartAndSortsWithinThem) {
  table_.Define("mode: append, partition_by: [day], sort_by: [id desc], compact: {min_files: 3}");
  for (int i = 0; i < 4; ++i)
    table_.Publish({Event(i, "a", "x"), Event(10 + i, i == 0 ? json(nullptr) : json("b"), "x")});
  const json before = table_.Rows();
  EXPECT_EQ(CompactAll(), 2);
  EXPECT_EQ(table_.Rows(), before);
  EXPECT_THAT(table_.Keys(),
              ElementsAre("shop/events/day=__HIVE_DEFAULT_PARTITION__/part-*.parquet",
                          "shop/events/day=a/part-*.parquet", "shop/events/day=b/part-*.parquet"));
  json ids = json::array();
  for (const json& row :
       RowsOfObject(table_.rig.store(), table_.rig.Keys("transformed", "shop/events/day=a/")[0]))
    ids.push_back(row["id"]);
  EXPECT_EQ(ids, json::parse("[3,2,1,0]"));
}

TEST_F(CompactorTest, KeepsCsvAndNdjsonValuesAsTheyAre) {
  const json rows = {Event(1, "", "a\n\"b\", c", nullptr), Event(2, nullptr, "007", ""),
                     Event(3, "1e5", " x ", "NULL")};
  for (const std::string format : {"csv", "ndjson"}) {
    for (const std::string compression : {"none", "gzip", "zstd"}) {
      EventTable table;
      table.Define("mode: append, compact: {min_files: 3}, format: " + format +
                   ", compression: " + compression);
      for (const json& row : rows) table.Publish(json::array({row}));
      const json before = table.Rows();
      EXPECT_EQ(CompactAll(table), 1) << format << " " << compression;
      EXPECT_THAT(table.Keys(), SizeIs(1));
      EXPECT_EQ(table.Rows(), before) << format << " " << compression;
    }
  }
}

TEST_F(CompactorTest, MixesNoFilesOfDifferentColumns) {
  table_.Define("mode: append, compact: {min_files: 3}");
  for (int i = 0; i < 3; ++i) table_.Publish({Event(i, "a", "x")});
  table_.Define("mode: append, columns: [id, value], compact: {min_files: 3}");
  for (int i = 3; i < 5; ++i) table_.Publish({Event(i, "a", "x")});
  const json before = table_.Rows();
  CompactAll();
  EXPECT_THAT(table_.Keys(), SizeIs(2));
  EXPECT_EQ(table_.Rows(), before);
}

TEST_F(CompactorTest, LeavesForeignFilesAlone) {
  table_.Define("mode: append, compact: {min_files: 2}");
  ASSERT_THAT(table_.rig.store().Put("transformed", "shop/events/mine.parquet", "x"), IsOk());
  for (int i = 0; i < 3; ++i) table_.Publish({Event(i, "a", "x")});
  EXPECT_EQ(CompactAll(), 1);
  EXPECT_THAT(table_.Keys(), ElementsAre("shop/events/mine.parquet", "shop/events/part-*.parquet"));
}

TEST_F(CompactorTest, LogsATableThatItCannotRead) {
  table_.Define("mode: append, compact: {min_files: 2}");
  for (int i = 0; i < 3; ++i) PutFile("", "not Parquet", ".parquet");
  EXPECT_EQ(CompactAll(), 0);
  EXPECT_THAT(table_.Keys(), SizeIs(3));
}

TEST_F(CompactorTest, LeavesWhatReadersPinned) {
  table_.Define("mode: append, compact: {min_files: 2}");
  for (int i = 0; i < 2; ++i) table_.Publish({Event(i, "a", "x")});
  const std::string key = table_.rig.Keys("transformed", "shop/events/")[0];
  const auto object = table_.rig.store().Head("transformed", key);
  const auto pin = table_.rig.store().PinFiles({{object->bucket, object->key, object->version}});
  EXPECT_EQ(CompactAll(), 1);
  EXPECT_EQ(std::filesystem::file_size((*pin)->files()[0]), object->size_bytes);
}

TEST_F(CompactorTest, TakesTheTablesOfQualityRulesToo) {
  table_.Define(
      "mode: append, compact: {min_files: 4}, "
      "quality: [{severity: quarantine, rules: 'Rules = [ ColumnValues \"value\" != \"bad\" ]'}]");
  for (int i = 0; i < 8; ++i) table_.Publish({Event(i, "a", "x"), Event(i, "a", "bad")});
  EXPECT_EQ(CompactAll(), 3);
  EXPECT_THAT(PublishedKeys(table_.rig.store(), "shop/events_quarantine/"), SizeIs(1));
  EXPECT_THAT(PublishedKeys(table_.rig.store(), "tarn/quality_results/"), SizeIs(1));
  EXPECT_THAT(PublishedRows(table_.rig.store(), "shop.events_quarantine"), SizeIs(8));
  EXPECT_THAT(PublishedRows(table_.rig.store(), "tarn.quality_results"), SizeIs(8));
}

TEST_F(CompactorTest, LeavesTheFilesOfRunsThatMayBeCarriedOutAgain) {
  table_.Define("mode: append, compact: {min_files: 2}");
  const std::string open = table_.Publish({Event(0, "a", "x")}).id;
  for (int i = 1; i < 4; ++i) table_.Publish({Event(i, "a", "x")});
  Compactor::Options options;
  options.is_open = [&](const std::string& id) -> Result<bool> { return id == open; };
  EXPECT_EQ(CompactAll(table_, options), 1);
  EXPECT_THAT(table_.Keys(), SizeIs(2));
  EXPECT_TRUE(table_.rig.store().Head("transformed", "shop/events/part-" + open + ".parquet").ok());
}

TEST_F(CompactorTest, TellsWhatBecomesOfWhatBeforeAndAfterItsCommit) {
  table_.Define("mode: append, compact: {min_files: 2}");
  for (int i = 0; i < 2; ++i) table_.Publish({Event(i, "a", "x")});
  const auto keys = table_.rig.Keys("transformed", "shop/events/");
  std::vector<CompactionRecord> records;
  Compactor::Options options;
  options.record = [&](const CompactionRecord& record) -> Status {
    EXPECT_EQ(table_.rig.store().Head(record.bucket, record.key).ok(), !record.version.empty());
    records.push_back(record);
    return Ok();
  };
  EXPECT_EQ(CompactAll(table_, options), 1);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[1].version, table_.rig.store().Head(records[0].bucket, records[0].key)->version);
  EXPECT_EQ(records[0].transform, "events");
  EXPECT_EQ(records[0].table, "shop.events");
  ASSERT_THAT(records[0].from, SizeIs(2));
  EXPECT_EQ(records[0].from[0].key, keys[0]);
  EXPECT_THAT(table_.rig.Keys("transformed", "shop/events/"), ElementsAre(records[0].key));
}

TEST_F(CompactorTest, GivesWayToWhoeverChangesTheFilesMeanwhile) {
  table_.Define("mode: append, compact: {min_files: 2}");
  for (int i = 0; i < 3; ++i) table_.Publish({Event(i, "a", "x")});
  const auto first = table_.rig.Keys("transformed", "shop/events/")[0];
  ForwardingStore store(table_.rig.store(), [&](const std::string& call) {
    return call == "Commit" ? table_.rig.store().Delete("transformed", first) : Ok();
  });
  Compactor compactor(store, metrics_, {});
  const auto compacted = compactor.CompactOne(*table_.rig.definitions().Runnable().at(0), {});
  ASSERT_THAT(compacted, IsOk());
  EXPECT_FALSE(*compacted);
  EXPECT_THAT(table_.Rows(), SizeIs(2));
}

TEST_F(CompactorTest, IsPutToWorkWhenATransformRests) {
  table_.Define("mode: append, compact: {min_files: 3}");
  for (int i = 0; i < 3; ++i) table_.Publish({Event(i, "a", "x")});
  std::binary_semaphore committed(0);
  table_.rig.store().OnCommit([&](int64_t) { committed.release(); });
  Compactor compactor(table_.rig.store(), metrics_, {});
  Scheduler scheduler(table_.rig.runs(), table_.rig.definitions(), table_.rig.runner(), metrics_, {},
                      &compactor);
  committed.acquire();
  EXPECT_THAT(table_.Keys(), SizeIs(1));
}

// As many appends as a busy day has, without their runs: files are all that compaction sees.
TEST_F(CompactorTest, BoundsTheNumberOfFilesAndHowOftenARowIsWritten) {
  table_.Define("mode: append, format: ndjson, compression: none");
  int written = 0;
  size_t most = 0;
  Compactor::Options options;
  options.record = [&](const CompactionRecord& record) {
    if (record.version.empty()) written += static_cast<int>(record.from.size());
    return Ok();
  };
  std::multiset<std::string> expected;
  for (int i = 0; i < 400; ++i) {
    const std::string line = json({{"id", i}, {"pad", std::string(2'000, 'x')}}).dump() + "\n";
    PutFile("", line, ".ndjson");
    if (i % 4 == 3) CompactAll(table_, options);
    most = std::max(most, table_.Keys().size());
  }
  EXPECT_LE(most, 40u);
  EXPECT_LE(table_.Keys().size(), 24u);
  EXPECT_LE(written, 400 * 3);
  std::set<int> ids;
  for (const json& row : table_.Rows()) ids.insert(row["id"].get<int>());
  EXPECT_THAT(ids, SizeIs(400));
}

TEST(PickFiles, TakesFilesOfAboutTheSameSize) {
  const auto file = [](uint64_t size_bytes) {
    TableFile file;
    file.object.size_bytes = size_bytes;
    file.object.key = NewUlid();
    return file;
  };
  Compaction compaction;
  compaction.target_bytes = 100'000'000;
  compaction.min_files = 4;
  std::vector<TableFile> files;
  for (const uint64_t size : {30'000'000, 1'000, 20'000'000, 2'000, 3'000, 60'000'000})
    files.push_back(file(size));
  EXPECT_THAT(PickFiles(files, compaction), SizeIs(0));
  files.push_back(file(4'000));
  EXPECT_THAT(PickFiles(files, compaction), SizeIs(4));
  std::vector<TableFile> large;
  for (int i = 0; i < 10; ++i) large.push_back(file(30'000'000));
  EXPECT_THAT(PickFiles(large, compaction), SizeIs(4));
  EXPECT_THAT(PickFiles({}, compaction), SizeIs(0));
}

TEST(CompactionTurns, ComeToThoseThatHadRunsAndAreNotBusy) {
  const auto named = [](const std::string& name) {
    auto definition = std::make_shared<Definition>();
    definition->name = name;
    return std::shared_ptr<const Definition>(definition);
  };
  const std::vector<std::shared_ptr<const Definition>> both = {named("a"), named("b")};
  CompactionTurns turns;
  EXPECT_FALSE(turns.Next(both, {}, true));
  EXPECT_EQ((*turns.Next(both, {}, false))->name, "a");  // nobody has looked since the start
  EXPECT_EQ((*turns.Next(both, {"a"}, false))->name, "b");
  turns.Took("a", false);
  turns.Took("b", false);
  EXPECT_FALSE(turns.Next(both, {}, false));
  turns.RunEnded("b");
  EXPECT_EQ((*turns.Next(both, {}, false))->name, "b");
  EXPECT_FALSE(turns.Next(both, {}, true));
  for (int i = 0; i < CompactionTurns::kOverdue; ++i) turns.RunEnded("b");
  EXPECT_EQ((*turns.Next(both, {}, true))->name, "b");
  turns.Took("b", true);
  EXPECT_FALSE(turns.Next(both, {}, true));
  EXPECT_EQ((*turns.Next(both, {}, false))->name, "b");
}

}  // namespace
}  // namespace tarn::transform
