#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <tuple>

#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::SizeIs;

struct Item {
  std::string id;
  std::optional<std::string> value;
  std::optional<int> rank;
};

struct Page {
  int second;
  std::string name;
  std::vector<Item> items;

  std::string Json() const {
    json list = json::array();
    for (const Item& item : items) {
      list.push_back({{"id", item.id},
                      {"value", item.value ? json(*item.value) : json()},
                      {"rank", item.rank ? json(*item.rank) : json()}});
    }
    return json({{"items", list}}).dump();
  }
};

// Few ids, few seconds and few ranks, so that keys meet and ties are common.
std::vector<Page> RandomPages(std::mt19937& random, int count) {
  const auto pick = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  std::vector<Page> pages;
  for (int i = 0; i < count; ++i) {
    Page page{pick(3), "page" + std::to_string(i), {}};
    for (int n = pick(5); n >= 0; --n) {
      Item item{"id" + std::to_string(pick(6)), std::nullopt, std::nullopt};
      if (pick(4) != 0) item.value = "v" + std::to_string(pick(4));
      if (pick(4) != 0) item.rank = pick(3);
      page.items.push_back(item);
    }
    pages.push_back(page);
  }
  return pages;
}

// The rule, said once more without SQL: later first, then the higher rank with none last, then the smaller
// value with none last.
json ExpectedRows(const std::vector<Page>& pages) {
  using Order = std::tuple<int, bool, int, bool, std::string>;
  std::map<std::string, std::pair<Order, json>> best;
  for (const Page& page : pages) {
    for (const Item& item : page.items) {
      const Order order{-page.second, !item.rank, -item.rank.value_or(0), !item.value,
                        item.value.value_or("")};
      const json row = {item.id, item.value ? json(*item.value) : json()};
      const auto [at, is_new] = best.emplace(item.id, std::pair{order, row});
      if (!is_new && order < at->second.first) at->second = {order, row};
    }
  }
  json rows = json::array();
  for (const auto& [id, row] : best) rows.push_back(row.second);
  return rows;
}

void UseItems(TransformRig& rig) {
  rig.WritePipelineFile("items/transform.yaml", kItemsYaml);
  rig.WritePipelineFile("items/models/items.sql", kItemsSql);
  rig.Load();
}

TEST(Merge, GivesTheSameTableInWhateverOrderAndBatchesObjectsCome) {
  std::mt19937 random(20260203);
  for (int round = 0; round < 8; ++round) {
    std::vector<Page> pages = RandomPages(random, 7);
    const json expected = ExpectedRows(pages);
    for (int shuffle = 0; shuffle < 2; ++shuffle) {
      std::shuffle(pages.begin(), pages.end(), random);
      TransformRig rig;
      UseItems(rig);
      for (const Page& page : pages) {
        rig.Put(ItemsKey(page.second, page.name), page.Json());
        if (random() % 2 == 0) continue;
        rig.PlanEvents();
        rig.CarryOutRuns();
      }
      rig.PlanEvents();
      rig.CarryOutRuns();
      EXPECT_EQ(rig.Rows("shop.items"), expected) << "round " << round;
      EXPECT_THAT(rig.Keys("transformed", "shop/items/"), SizeIs(1));
    }
  }
}

TEST(Merge, KeepsTheNewerRowWhenAnOlderObjectComesLate) {
  TransformRig rig;
  UseItems(rig);
  rig.Put(ItemsKey(9), R"({"items":[{"id":"a","value":"new","rank":1}]})");
  rig.PlanAndRun();
  rig.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"old","rank":9},{"id":"b","value":"only"}]})");
  rig.PlanAndRun();
  EXPECT_EQ(rig.Rows("shop.items"), json::parse(R"([["a","new"],["b","only"]])"));
}

TEST(Merge, FollowsTheModelWhenItsColumnsChange) {
  TransformRig rig;
  UseItems(rig);
  rig.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1","rank":1},{"id":"b","value":"2","rank":1}]})");
  rig.PlanAndRun();
  std::string yaml = kItemsYaml;
  yaml.replace(yaml.find("columns: [id, value]"), 20, "columns: [id, colour, value]");
  rig.WritePipelineFile("items/transform.yaml", yaml);
  rig.WritePipelineFile(
      "items/models/items.sql",
      "SELECT id, CAST(value AS BIGINT) AS value, rank, extracted_at, 'red' AS colour FROM (" +
          std::string(kItemsSql) + ")");
  rig.Load();
  rig.Put(ItemsKey(2), R"({"items":[{"id":"b","value":"3","rank":1}]})");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.items"), json::parse(R"([["a",null,1],["b","red",3]])"));
}

TEST(Merge, LeavesItsFilesAloneWhenNoNewRowTakesAPlace) {
  TransformRig rig;
  UseItems(rig);
  rig.Put(ItemsKey(2, "first"), R"({"items":[{"id":"a","value":"1","rank":1},{"id":"b","value":null}]})");
  rig.PlanAndRun();
  const auto keys = rig.Keys("transformed", "shop/items/");
  const auto state = rig.Keys("transformed", "_tarn/transform/items/shop.items/");
  for (const char* items : {R"({"items":[]})", R"({"items":[{"id":"a","value":"0","rank":0}]})",
                            R"({"items":[{"id":"a","value":"1","rank":1},{"id":"b","value":null}]})"}) {
    rig.Put(ItemsKey(2, "again"), items);
    const auto run = rig.PlanAndRun();
    EXPECT_EQ(run.state, RunState::kSucceeded) << items;
    EXPECT_EQ(run.report.outputs.at(0).rows, 2) << items;
    EXPECT_THAT(run.report.outputs.at(0).objects, SizeIs(0)) << items;
    EXPECT_EQ(rig.Keys("transformed", "shop/items/"), keys) << items;
    EXPECT_EQ(rig.Keys("transformed", "_tarn/transform/items/shop.items/"), state) << items;
  }
  rig.Put(ItemsKey(3), R"({"items":[{"id":"b","value":"2","rank":1}]})");
  rig.PlanAndRun();
  EXPECT_NE(rig.Keys("transformed", "shop/items/"), keys);
  EXPECT_EQ(rig.Rows("shop.items"), json::parse(R"([["a","1"],["b","2"]])"));
}

TEST(Merge, WritesItsFilesAnewAfterTheDefinitionChangedOrTheyAreGone) {
  TransformRig rig;
  UseItems(rig);
  rig.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1","rank":1}]})");
  rig.PlanAndRun();
  std::string yaml = kItemsYaml;
  yaml.replace(yaml.find("columns: [id, value]"), 20, "columns: [id, rank]");
  rig.WritePipelineFile("items/transform.yaml", yaml);
  rig.Load();
  rig.Put(ItemsKey(0), R"({"items":[]})");
  rig.PlanAndRun();
  EXPECT_EQ(rig.Rows("shop.items"), json::parse(R"([["a",1]])"));
  for (const std::string& key : rig.Keys("transformed", "shop/items/"))
    ASSERT_TRUE(rig.store().Delete("transformed", key).ok());
  rig.Put(ItemsKey(0, "more"), R"({"items":[]})");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.items"), json::parse("[]"));
}

}  // namespace
}  // namespace tarn::transform
