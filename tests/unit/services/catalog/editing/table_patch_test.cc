#include "services/catalog/editing/table_patch.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/overlay/apply_edits.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

Column Found(int64_t id, const std::string& name, const std::string& type, bool partition_key = false) {
  Column column{name, type, partition_key};
  column.id = id;
  return column;
}

const std::vector<Column> kFound = {Found(1, "preis", "BIGINT"), Found(2, "name", "VARCHAR"),
                                    Found(3, "score", "DOUBLE"), Found(4, "day", "DATE", true)};

Result<TableEdits> Patch(const char* text, const TableEdits& before = {}) {
  TARN_ASSIGN(const TablePatch patch, TablePatch::Read(json::parse(text)));
  return patch.ApplyTo(before, ApplyEdits(kFound, before));
}

TEST(TablePatch, SetsWhatItNamesAndLeavesTheRest) {
  const auto first = Patch(R"({"description": "plays", "owner": "me", "parameters": {"a": "1", "b": "2"},
                               "columns": {"preis": {"name": "price", "comment": "euros"}}})");
  ASSERT_THAT(first, IsOk());
  const auto second = Patch(R"json({"owner": null, "parameters": {"a": null, "c": "3"},
                                    "columns": {"PRICE": {"type": "decimal(20)"}, "day": {"comment": "of play"}}})json",
                            *first);
  ASSERT_THAT(second, IsOk());
  TableEdits expected;
  expected.description = "plays";
  expected.parameters = {{"b", "2"}, {"c", "3"}};
  expected.columns = {{1, "preis", "price", "DECIMAL(20,0)", "euros"}, {4, "day", {}, {}, "of play"}};
  EXPECT_EQ(*second, expected);
}

TEST(TablePatch, NullGivesBackWhatWasFound) {
  TableEdits before;
  before.parameters = {{"a", "1"}};
  before.columns = {{1, "preis", "price", "HUGEINT", "euros"}, {2, "name", "title", {}, {}}};
  const auto after =
      Patch(R"({"parameters": null, "columns": {"price": null, "title": {"name": null}}})", before);
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(*after, TableEdits());
}

TEST(TablePatch, ColumnsGoByTheNameOfTheFilesToo) {
  TableEdits before;
  before.columns = {{1, "preis", "price", {}, {}}};
  const auto after = Patch(R"({"columns": {"preis": {"comment": "euros"}}})", before);
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->columns, (std::vector<ColumnEdit>{{1, "preis", "price", {}, "euros"}}));
}

TEST(TablePatch, TheNameThatFilesUseIsNoEdit) {
  EXPECT_EQ(*Patch(R"({"columns": {"preis": {"name": "preis"}}})"), TableEdits());
}

struct Refused {
  const char* patch;
  Code code;
  const char* where;
};

class TablePatchRefuses : public testing::TestWithParam<Refused> {};

TEST_P(TablePatchRefuses, AndSaysWhere) {
  const auto edits = Patch(GetParam().patch);
  ASSERT_FALSE(edits.ok());
  EXPECT_EQ(edits.error().code(), GetParam().code) << edits.error().message();
  EXPECT_EQ(edits.error().where(), GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    Patches, TablePatchRefuses,
    testing::Values(
        Refused{R"({"descripton": "x"})", Code::kInvalidArgument, "/descripton"},
        Refused{R"({"description": 1})", Code::kInvalidArgument, "/description"},
        Refused{R"({"parameters": [1]})", Code::kInvalidArgument, "/parameters"},
        Refused{R"({"parameters": {"a": 1}})", Code::kInvalidArgument, "/parameters/a"},
        Refused{R"({"columns": {"a/b": {"name": 1}}})", Code::kInvalidArgument, "/columns/a~1b/name"},
        Refused{R"({"columns": {"preis": {"nam": "x"}}})", Code::kInvalidArgument, "/columns/preis/nam"},
        Refused{R"({"columns": {"preis": {"name": ""}}})", Code::kInvalidArgument, "/columns/preis/name"},
        Refused{R"({"columns": {"preis": {"name": "a\nb"}}})", Code::kInvalidArgument, "/columns/preis/name"},
        Refused{R"({"columns": {"preis": {"type": "INTGER"}}})", Code::kInvalidArgument,
                "/columns/preis/type"},
        Refused{R"({"columns": {"preis": {"type": "NULL"}}})", Code::kInvalidArgument, "/columns/preis/type"},
        Refused{R"({"columns": {"none": {"comment": "x"}}})", Code::kNotFound, "/columns/none"},
        Refused{R"({"columns": {"score": {"type": "INTEGER"}}})", Code::kUnprocessable,
                "/columns/score/type"},
        Refused{R"({"columns": {"preis": {"type": "DATE"}}})", Code::kUnprocessable, "/columns/preis/type"},
        Refused{R"({"columns": {"day": {"name": "date"}}})", Code::kUnprocessable, "/columns/day/name"},
        Refused{R"({"columns": {"preis": {"name": "Name"}}})", Code::kConflict, "/columns/preis/name"},
        Refused{R"({"columns": {"preis": {"name": "x"}, "name": {"name": "X"}}})", Code::kConflict,
                "/columns/preis/name"}));

TEST(TablePatch, BoundsWhatItTakes) {
  json many = json::object();
  for (int i = 0; i < 101; ++i) many[std::to_string(i)] = "x";
  EXPECT_THAT(Patch(json({{"parameters", many}}).dump().c_str()), HasError(Code::kTooLarge, ""));
  for (const auto& [member, bytes] : {std::pair("description", 16'385), std::pair("owner", 256)})
    EXPECT_THAT(Patch(json({{member, std::string(static_cast<size_t>(bytes), 'x')}}).dump().c_str()),
                HasError(Code::kInvalidArgument, ""));
}

}  // namespace
}  // namespace tarn::catalog
