#include "services/extract/sources/files/ledger.h"

#include <gtest/gtest.h>

#include <fstream>

#include "services/extract/sources/client/source_client.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

class State : public SavedState {
 public:
  Result<std::string> LoadCursor() override { return cursor; }
  void StageCursor(std::string text) override { cursor = std::move(text); }
  Result<std::string> LoadNotes() override { return notes; }
  Status SaveNotes(const std::string& text) override {
    notes = text;
    return Ok();
  }
  std::string cursor, notes;
};

StoredVersions One(const std::string& id, int64_t size) {
  return {{id, FileVersion{size, "", 0, "", "\"e\""}}};
}

TEST(Ledger, KnowsWhatTheCursorSays) {
  State state;
  auto ledger = Ledger::Load(state);
  ASSERT_THAT(ledger, IsOk());
  EXPECT_EQ(ledger->Find("a"), nullptr);
  ledger->Stage(state, One("a", 1));
  ledger = Ledger::Load(state);
  ASSERT_THAT(ledger, IsOk());
  ASSERT_NE(ledger->Find("a"), nullptr);
  EXPECT_EQ(ledger->Find("a")->size_bytes, 1);
}

TEST(Ledger, BelievesNotesUntilTheCursorMoves) {
  State state;
  Ledger::Load(state)->Stage(state, One("a", 1));
  ConnectorLab lab;
  SourceClient client(lab.http, nullptr, lab.retry, *lab.progress, {});
  ASSERT_THAT(Ledger::Load(state)->Note(client, state, One("b", 2)), IsOk());
  EXPECT_NE(Ledger::Load(state)->Find("b"), nullptr);
  Ledger::Load(state)->Stage(state, One("c", 3));
  EXPECT_NE(Ledger::Load(state)->Find("c"), nullptr);
  EXPECT_EQ(Ledger::Load(state)->Find("b"), nullptr);
}

TEST(Ledger, RefusesACursorOfAnotherConnector) {
  for (const char* cursor :
       {"x", "[]", "{}", R"({"files": 1})", R"({"files": {"a": 1}})", R"({"files": {"a": "1"}})"}) {
    State state;
    state.cursor = cursor;
    EXPECT_THAT(Ledger::Load(state), HasError(Code::kUnprocessable, "cursor")) << cursor;
  }
  State state;
  state.notes = "not JSON";
  EXPECT_THAT(Ledger::Load(state), IsOk());
}

TEST(Ledger, HoldsAsManyFilesAsASourceMayHave) {
  State state;
  StoredVersions files;
  for (size_t i = 0; i < kMaxFiles; ++i)
    files.emplace("folder/" + std::to_string(i), FileVersion{1, "1770000000000000000", i, "", ""});
  Ledger::Load(state)->Stage(state, files);
  EXPECT_LT(state.cursor.size(), 32u << 20);
  const auto ledger = Ledger::Load(state);
  ASSERT_THAT(ledger, IsOk());
  EXPECT_EQ(ledger->files().size(), kMaxFiles);
}

TEST(Journal, SurvivesALineThatWasCutOff) {
  TempDirectory home;
  {
    const auto journal = Journal::Open(home / "journal");
    ASSERT_THAT(journal, IsOk());
    ASSERT_THAT((*journal)->Add("a\n", {Journal::Kind::kStored, "name", {1, "", 0, "", "e"}}), IsOk());
    ASSERT_THAT((*journal)->Add("b", {Journal::Kind::kUnchanged, "", {}}), IsOk());
  }
  std::ofstream(home / "journal", std::ios::app) << R"(["c","stored","na)";
  {
    const auto journal = Journal::Open(home / "journal");
    ASSERT_THAT((*journal)->Add("d", {Journal::Kind::kStored, "d", {}}), IsOk());
  }
  const auto journal = Journal::Open(home / "journal");
  ASSERT_NE((*journal)->Find("a\n"), nullptr);
  EXPECT_EQ((*journal)->Find("a\n")->name, "name");
  EXPECT_EQ((*journal)->Find("a\n")->version.etag, "e");
  EXPECT_EQ((*journal)->Find("b")->kind, Journal::Kind::kUnchanged);
  EXPECT_EQ((*journal)->Find("c"), nullptr);
  EXPECT_NE((*journal)->Find("d"), nullptr);
}

}  // namespace
}  // namespace tarn::extract::files
