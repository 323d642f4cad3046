#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <regex>
#include <set>

#include "common/json/json.h"
#include "common/object_store/names.h"
#include "services/extract/sources/registry.h"
#include "tests/contract/connectors/connector_setups.h"
#include "tests/support/connector_context.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract {

void PrintTo(const ConnectorSetup& setup, std::ostream* out) { *out << setup.connector; }

namespace {

using nlohmann::json;

/// Asks its run to stop when so many pages were put.
class CancellingPages : public PageSink {
 public:
  CancellingPages(PageSink& pages, std::stop_source stop, int64_t after)
      : pages_(pages), stop_(std::move(stop)), left_(after) {
    if (left_ == 0) stop_.request_stop();
  }
  Result<std::optional<std::string>> Find(const PageId& page) override { return pages_.Find(page); }
  Result<bool> Has(const PageId& page) override { return pages_.Has(page); }
  Status Put(const PageId& page, std::string_view content, const PageFacts& facts) override {
    return Counted(pages_.Put(page, content, facts));
  }
  Status PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) override {
    return Counted(pages_.PutFile(page, file, facts));
  }
  Status Finish(const std::string& stream) override { return pages_.Finish(stream); }

 private:
  Status Counted(Status status) {
    if (--left_ == 0) stop_.request_stop();
    return status;
  }

  PageSink& pages_;
  std::stop_source stop_;
  std::atomic<int64_t> left_;
};

class CancellingConnector : public Connector {
 public:
  CancellingConnector(Connector& connector, std::stop_source stop, int64_t after)
      : connector_(connector), stop_(std::move(stop)), after_(after) {}

  Result<RunOutcome> Run(RunContext& context) override {
    CancellingPages pages(context.pages, stop_, after_);
    RunContext inner{context.client,     pages,           context.state,    context.progress, context.window,
                     context.created_at, context.scratch, context.cancelled};
    return connector_.Run(inner);
  }

 private:
  Connector& connector_;
  std::stop_source stop_;
  const int64_t after_;
};

class ConnectorContract : public testing::TestWithParam<ConnectorSetup> {
 protected:
  using Contents = std::map<std::string, std::string>;

  const ConnectorType& Type() const { return *FindConnector(GetParam().connector); }
  std::unique_ptr<Connector> Make(const json& options) const {
    auto connector = Type().make(options);
    if (!connector.ok()) throw std::runtime_error(Describe(connector.error()));
    return *std::move(connector);
  }
  static Contents ContentsOf(const ConnectorLab& lab) {
    Contents contents;
    for (const auto& [key, page] : lab.pages->pages()) contents[key] = page.content;
    return contents;
  }
  static std::set<std::string> Set(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
  }

  /// Everything that anybody may see of a run.
  static std::string Shown(const ConnectorLab& lab, const Result<RunOutcome>& outcome) {
    std::string texts = lab.state.cursor();
    if (!outcome.ok()) texts += Describe(outcome.error());
    if (outcome.ok()) {
      for (const Error& problem : outcome->problems) texts += Describe(problem);
    }
    for (const auto& [key, page] : lab.pages->pages()) {
      texts += key + page.facts.request + page.facts.first_record + page.content;
    }
    return texts;
  }
};

INSTANTIATE_TEST_SUITE_P(Connectors, ConnectorContract, testing::ValuesIn(ConnectorSetups()),
                         [](const auto& info) { return info.param.connector; });

TEST(ConnectorRegistry, HasASetupForEveryConnectorAndNoOther) {
  std::set<std::string> registered, set_up;
  for (const auto& type : Connectors()) registered.emplace(type.name);
  for (const auto& setup : ConnectorSetups()) set_up.insert(setup.connector);
  EXPECT_EQ(registered, set_up);
  EXPECT_EQ(FindConnector("nonesuch"), nullptr);
}

TEST_P(ConnectorContract, DocumentsEveryOptionAndNoOther) {
  std::ifstream file(std::filesystem::path(TARN_CONNECTOR_DOCS) / GetParam().connector / "README.md");
  ASSERT_TRUE(file) << "the connector's folder needs a README.md";
  std::vector<std::string> documented;
  const std::regex row(R"(^\| `([a-z0-9_]+)` \|.*)");
  std::smatch match;
  bool among_options = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) among_options = line == "## Options";
    if (among_options && std::regex_match(line, match, row)) documented.push_back(match[1]);
  }
  EXPECT_EQ(documented, std::vector<std::string>(Type().options.begin(), Type().options.end()));
}

TEST_P(ConnectorContract, KnowsTheOptionsThatItSaysAreSecretLocalOrOfOneRun) {
  const std::set<std::string_view> options(Type().options.begin(), Type().options.end());
  std::set<std::string_view> secrets;
  for (const std::string_view path : Type().secret_options) secrets.insert(path.substr(0, path.find('/')));
  for (const auto name : secrets) EXPECT_TRUE(options.contains(name)) << name;
  for (const auto name : Type().local_options) EXPECT_TRUE(options.contains(name)) << name;
  for (const auto name : Type().run_options) {
    EXPECT_TRUE(options.contains(name)) << name;
    EXPECT_FALSE(secrets.contains(name)) << name;
  }
}

TEST_P(ConnectorContract, NamesAnUnknownOptionByItsPath) {
  const auto source = GetParam().start();
  auto options = source->Options();
  ASSERT_THAT(Type().make(options), IsOk());
  options["no_such_option"] = 1;
  const auto connector = Type().make(options);
  ASSERT_FALSE(connector.ok());
  EXPECT_EQ(connector.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(connector.error().where(), "/options/no_such_option");
}

TEST_P(ConnectorContract, RefusesOptionsOfTheWrongTypeAndShowsNoSecretDoingSo) {
  const auto source = GetParam().start();
  for (const auto name : Type().options) {
    auto options = source->Options();
    options[std::string(name)] = json::array({json::array()});
    const auto connector = Type().make(options);
    EXPECT_THAT(connector, HasError(Code::kInvalidArgument, "/options/" + std::string(name)));
    if (connector.ok()) continue;
    for (const auto& secret : source->Secrets())
      EXPECT_EQ(Describe(connector.error()).find(secret), std::string::npos);
  }
}

TEST_P(ConnectorContract, StoresPagesWithoutGapsUnderFineKeysAndAManifestLastInEachStream) {
  const auto source = GetParam().start();
  ConnectorLab lab;
  const auto outcome = lab.Run(*Make(source->Options()));
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, testing::IsEmpty());
  EXPECT_TRUE(outcome->anything_stored);
  EXPECT_FALSE(outcome->unchanged);
  EXPECT_GE(lab.progress->fraction(), 0.99);
  EXPECT_GE(lab.pages->pages().size(), 4u);

  std::map<std::string, int> numbers;  // of the next page, by folder
  std::set<std::string> finished;
  const std::regex numbered(R"(page-(\d{5})\.\w+)");
  for (const std::string& key : lab.pages->written()) {
    EXPECT_THAT(object_store::CheckKey("source/" + key), IsOk());
    const std::string folder = key.substr(0, key.rfind('/')), name = key.substr(key.rfind('/') + 1);
    EXPECT_FALSE(finished.contains(folder)) << "after the manifest: " << key;
    std::smatch match;
    if (name == "manifest.json") {
      finished.insert(folder);
    } else if (std::regex_match(name, match, numbered)) {
      EXPECT_EQ(std::stoi(match[1]), numbers[folder]++) << key;
    }
  }
  for (const auto& [folder, count] : numbers)
    EXPECT_TRUE(finished.contains(folder)) << "no manifest in " << folder;
  EXPECT_FALSE(finished.empty());
}

TEST_P(ConnectorContract, GivesARecordForASampleAndTheRequestOfEachPage) {
  const auto source = GetParam().start();
  ConnectorLab lab;
  ASSERT_THAT(lab.Run(*Make(source->Options())), IsOk());
  std::map<std::string, bool> sampled;  // by folder with records
  for (const auto& [key, page] : lab.pages->pages()) {
    EXPECT_FALSE(page.facts.request.empty()) << key;
    bool& has_first = sampled[key.substr(0, key.rfind('/'))];
    has_first |= page.facts.records == 0 || !page.facts.first_record.empty();
    if (page.facts.first_record.empty()) continue;
    EXPECT_THAT(tarn::json::Parse(page.facts.first_record), IsOk()) << key;
  }
  for (const auto& [folder, has_first] : sampled)
    EXPECT_TRUE(has_first) << folder << " has records, but no first one";
}

TEST_P(ConnectorContract, GoesOnAfterADeathAtAnyPageWithTheSamePagesAndNoRequestTwice) {
  const auto source = GetParam().start();
  ConnectorLab straight;
  ASSERT_THAT(straight.Run(*Make(source->Options())), IsOk());
  const auto expected = ContentsOf(straight);
  const auto written = straight.pages->written();
  const int64_t requests = source->Requests();

  // One step is a page or a manifest.
  for (int64_t dies_after = 0; dies_after < static_cast<int64_t>(written.size()); ++dies_after) {
    for (const bool record_last : {true, false}) {
      SCOPED_TRACE(std::to_string(dies_after) +
                   (record_last ? " steps, recorded" : " steps, the last not recorded"));
      const int64_t requests_before = source->Requests();
      ConnectorLab lab;
      lab.pages->DieAfter(dies_after, record_last);
      EXPECT_THAT(lab.Resume(*Make(source->Options())), HasError(Code::kInternal, "dead"));
      lab.pages->Revive();
      const auto resumed = lab.Resume(*Make(source->Options()));
      ASSERT_THAT(resumed, IsOk());
      EXPECT_TRUE(resumed->anything_stored) << "what an earlier part of the run stored counts";
      EXPECT_EQ(ContentsOf(lab), expected);
      EXPECT_EQ(Set(lab.pages->written()), Set(written))
          << "every page is recorded anew, and every manifest is there";
      EXPECT_EQ(lab.pages->records(), straight.pages->records());
      // Only the page that was lost on its way is asked for twice.
      EXPECT_LE(source->Requests() - requests_before, requests + 1);
    }
  }
}

TEST_P(ConnectorContract, StopsAtOnceWhenCancelledWhileItWaits) {
  const auto source = GetParam().start();
  ConnectorLab lab;
  const auto connector = Make(source->Options());
  source->Stall();
  auto running = std::async(std::launch::async, [&] { return lab.Run(*connector); });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (source->Requests() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_GT(source->Requests(), 0);
  const auto asked_at = std::chrono::steady_clock::now();
  lab.cancel.request_stop();
  EXPECT_THAT(running.get(), HasError(Code::kCancelled, ""));
  EXPECT_LT(std::chrono::steady_clock::now() - asked_at, std::chrono::seconds(5));
  EXPECT_TRUE(lab.pages->pages().empty());
}

TEST_P(ConnectorContract, StopsWhenCancelledAtAnyPageAndGoesOnFromThere) {
  const auto source = GetParam().start();
  ConnectorLab straight;
  ASSERT_THAT(straight.Run(*Make(source->Options())), IsOk());
  const auto expected = ContentsOf(straight);
  for (int64_t after = 0; after < static_cast<int64_t>(expected.size()); ++after) {
    SCOPED_TRACE(after);
    ConnectorLab lab;
    const auto connector = Make(source->Options());
    CancellingConnector cancelling(*connector, lab.cancel, after);
    EXPECT_THAT(lab.Resume(cancelling), HasError(Code::kCancelled, ""));
    EXPECT_LE(static_cast<int64_t>(lab.pages->pages().size()), after + 1);
    EXPECT_EQ(lab.state.cursor(), "");
    lab.cancel = std::stop_source();
    ASSERT_THAT(lab.Resume(*Make(source->Options())), IsOk());
    EXPECT_EQ(ContentsOf(lab), expected);
  }
}

TEST_P(ConnectorContract, ShowsNoSecretInPagesErrorsOrTheCursor) {
  for (const bool down : {false, true}) {
    const auto source = GetParam().start();
    if (down) source->GoDown();
    for (const json& options : {source->Options(), source->EmptyOptions()}) {
      ConnectorLab lab;
      const auto outcome = lab.Run(*Make(options));
      const std::string shown = Shown(lab, outcome);
      for (const auto& secret : source->Secrets()) EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
    }
  }
}

TEST_P(ConnectorContract, FindsNothingInAnEmptySource) {
  const auto source = GetParam().start();
  ConnectorLab lab;
  const auto outcome = lab.Run(*Make(source->EmptyOptions()));
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, testing::IsEmpty());
  EXPECT_EQ(lab.pages->records(), 0);
  EXPECT_EQ(outcome->anything_stored, !lab.pages->pages().empty());
}

TEST_P(ConnectorContract, FailsAndStoresNothingWhenTheSourceIsDown) {
  const auto source = GetParam().start();
  source->GoDown();
  ConnectorLab lab;
  const auto outcome = lab.Run(*Make(source->Options()));
  if (outcome.ok()) {
    EXPECT_FALSE(outcome->problems.empty());
    EXPECT_FALSE(outcome->anything_stored);
    EXPECT_FALSE(outcome->unchanged);
  } else {
    EXPECT_EQ(outcome.error().code(), Code::kUnavailable) << Describe(outcome.error());
    EXPECT_FALSE(outcome.error().where().empty());
  }
  EXPECT_TRUE(lab.pages->written().empty());
  EXPECT_EQ(lab.state.cursor(), "");
}

TEST_P(ConnectorContract, ReadsASourceAgainOrSaysThatItIsUnchanged) {
  const auto source = GetParam().start();
  ConnectorLab lab;
  ASSERT_THAT(lab.Run(*Make(source->Options())), IsOk());
  const auto first = ContentsOf(lab);
  const auto again = lab.Run(*Make(source->Options()));
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(again->problems, testing::IsEmpty());
  if (again->unchanged) {
    EXPECT_FALSE(again->anything_stored);
    EXPECT_TRUE(lab.pages->written().empty()) << "nothing new, not even a manifest";
  } else {
    EXPECT_EQ(ContentsOf(lab), first) << "without a cursor the same source gives the same pages";
  }
}

}  // namespace
}  // namespace tarn::extract
