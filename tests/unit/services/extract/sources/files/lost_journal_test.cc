#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/unit/services/extract/sources/files/file_server.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using nlohmann::json;
using testing::IsEmpty;

/// What a power cut can make of a journal that was not synced.
enum class Journal { kWhole, kGone, kEmpty, kTorn, kZeros };

class LostJournal : public testing::TestWithParam<Journal> {
 protected:
  static void PowerCut(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    switch (GetParam()) {
      case Journal::kWhole:
        return;
      case Journal::kGone:
        std::filesystem::remove(file);
        return;
      case Journal::kEmpty:
        text.clear();
        break;
      case Journal::kTorn:
        text.resize(text.size() - 9);
        break;
      case Journal::kZeros:  // the length is there, the blocks are not
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(text.size() / 2), text.end(), '\0');
        break;
    }
    WriteFile(file, text);
  }

  FileServer server_;
  RunLab lab_;
};

// The page is in the lake, the line that says which version it is may not be, and the source has moved on.
TEST_P(LostJournal, NeverMakesAFileBeSkipped) {
  for (const char* second : {"v2", "v0"}) {
    SCOPED_TRACE(second);
    RunLab lab;
    const json options = {{"urls", {server_.Url("/a"), server_.Url("/still")}}, {"connections", 1}};
    server_.Set("/still", {.content = "still", .etag = "\"still\""});
    server_.Set("/a", {.content = "v0", .etag = "\"v0\""});
    ASSERT_THAT(lab.Run(options).outcome, IsOk());

    server_.Set("/a", {.content = "v1", .etag = "\"v1\""});
    lab.dies_after = 1;
    ASSERT_THAT(lab.Run(options).outcome, HasError(Code::kInternal, "dead"));
    PowerCut(lab.lab.home / "run2" / "journal");
    server_.Set("/a", {.content = second, .etag = "\"" + std::string(second) + "\""});
    lab.dies_after.reset();
    // Twice, as the second time must not believe what the first one wrote.
    lab.dies_after = 0;
    EXPECT_THAT(lab.Resume(options).outcome, HasError(Code::kInternal, "dead"));
    lab.dies_after.reset();
    const auto resumed = lab.Resume(options);
    ASSERT_THAT(resumed.outcome, IsOk());
    EXPECT_THAT(resumed.outcome->problems, IsEmpty());
    EXPECT_EQ(resumed.files.at("a"), "v1") << "what is stored is never replaced";

    const auto next = lab.Run(options);
    ASSERT_THAT(next.outcome, IsOk());
    ASSERT_TRUE(next.files.contains("a"));
    EXPECT_EQ(next.files.at("a"), second);
    EXPECT_FALSE(next.files.contains("still"));
  }
}

INSTANTIATE_TEST_SUITE_P(After, LostJournal,
                         testing::Values(Journal::kWhole, Journal::kGone, Journal::kEmpty, Journal::kTorn,
                                         Journal::kZeros));

}  // namespace
}  // namespace tarn::extract::files
