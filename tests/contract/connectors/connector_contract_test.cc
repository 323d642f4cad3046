#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <regex>
#include <set>
#include <sstream>

#include "services/extract/runs/run_pages.h"
#include "services/extract/runs/run_progress.h"
#include "services/extract/sources/registry.h"
#include "tests/contract/connectors/connector_setups.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {

void PrintTo(const ConnectorSetup& setup, std::ostream* out) { *out << setup.connector; }

namespace {

/// The pages of a run whose process dies: after `allowed` pages nothing works any more. The last page may
/// have become an object without having been recorded, as happens between the two steps.
class DyingPages : public PageSink {
 public:
  DyingPages(RunPages& pages, object_store::ObjectStore& objects, int64_t allowed, bool record_last)
      : pages_(pages), objects_(objects), allowed_(allowed), record_last_(record_last) {}

  Result<std::optional<std::string>> Find(const PageId& page) override { return pages_.Find(page); }

  Status Put(const PageId& page, std::string_view content, int64_t records) override {
    if (allowed_ == 0) return Dead();
    if (--allowed_ == 0 && !record_last_) {
      TARN_ASSIGN(const auto info, objects_.Put("raw", pages_.Key(page), content));
      return Dead();
    }
    return pages_.Put(page, content, records);
  }

  Status Finish(const std::string& stream) override {
    if (allowed_ == 0) return Dead();
    return pages_.Finish(stream);
  }

 private:
  static Error Dead() { return Error(Code::kInternal, "the process is dead"); }

  RunPages& pages_;
  object_store::ObjectStore& objects_;
  int64_t allowed_;
  const bool record_last_;
};

class ConnectorContract : public testing::TestWithParam<ConnectorSetup> {
 protected:
  const ConnectorType& Type() const { return *FindConnector(GetParam().connector); }

  /// Runs the connector over the pages that `run` has so far.
  Result<RunOutcome> Extract(Lab& lab, ExtractRun& run, const SourceUnderTest& source,
                             int64_t dies_after = -1, bool record_last = true,
                             std::stop_token cancelled = {}) {
    auto connector = Type().make(source.Options());
    if (!connector.ok()) return connector.error();
    TARN_TRY(lab.objects->EnsureBucket("raw"));
    run.counts.clear();
    RunPages pages(*lab.objects, *lab.runs, run);
    DyingPages dying(pages, *lab.objects, dies_after, record_last);
    RunProgress progress(*lab.runs, run);
    StoredSourceState state(*lab.runs, run.source);
    RunContext context{lab.http, lab.options.retry, dies_after < 0 ? static_cast<PageSink&>(pages) : dying,
                       state,    progress,          std::move(cancelled)};
    return (*connector)->Run(context);
  }

  ExtractRun NewRun(Lab& lab) {
    // The runner must not take it: the tests play its part.
    lab.runner->Stop();
    return *lab.runs->Create({.source = "source", .trigger = "request"}, 10);
  }

  /// The keys of `raw` in the order in which they were written.
  std::vector<std::string> WrittenKeys(Lab& lab) {
    object_store::EventFilter raw;
    raw.bucket = "raw";
    const auto page = lab.objects->ReadEvents(0, raw, 10'000);
    EXPECT_THAT(page, IsOk());
    std::vector<std::string> keys;
    for (const auto& event : page->events) keys.push_back(event.object.key);
    return keys;
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
  const std::regex row(R"(^\| `([a-z_]+)` \|.*)");
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, row)) documented.push_back(match[1]);
  }
  EXPECT_EQ(documented, std::vector<std::string>(Type().options.begin(), Type().options.end()));
}

TEST_P(ConnectorContract, KnowsTheOptionsThatItSaysAreSecretOrOfOneRun) {
  const std::set<std::string_view> options(Type().options.begin(), Type().options.end());
  for (const auto name : Type().secret_options) EXPECT_TRUE(options.count(name)) << name;
  for (const auto name : Type().run_options) EXPECT_TRUE(options.count(name)) << name;
  for (const auto name : Type().run_options) {
    const auto& secrets = Type().secret_options;
    EXPECT_EQ(std::count(secrets.begin(), secrets.end(), name), 0) << name;
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

TEST_P(ConnectorContract, RefusesOptionsOfTheWrongType) {
  const auto source = GetParam().start();
  for (const auto name : Type().options) {
    auto options = source->Options();
    options[std::string(name)] = nlohmann::json::object();
    EXPECT_THAT(Type().make(options), HasError(Code::kInvalidArgument, "/options/" + std::string(name)));
  }
}

TEST_P(ConnectorContract, StoresPagesWithoutGapsAndAManifestLastInEachFolder) {
  const auto source = GetParam().start();
  Lab lab;
  ExtractRun run = NewRun(lab);
  const auto outcome = Extract(lab, run, *source);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_GE(run.progress, 0.99);

  std::map<std::string, std::vector<std::string>> files_by_folder;
  for (const std::string& key : WrittenKeys(lab)) {
    const size_t slash = key.rfind('/');
    files_by_folder[key.substr(0, slash)].push_back(key.substr(slash + 1));
  }
  EXPECT_GE(files_by_folder.size(), 2u);
  int64_t pages = 0;
  for (const auto& [folder, files] : files_by_folder) {
    EXPECT_THAT(folder, testing::EndsWith("/" + run.KeyPart()));
    EXPECT_EQ(files.back(), "manifest.json") << folder;
    for (size_t i = 0; i + 1 < files.size(); ++i) {
      char name[32];
      std::snprintf(name, sizeof name, "page-%05zu.json", i);
      EXPECT_EQ(files[i], name) << folder;
    }
    pages += static_cast<int64_t>(files.size()) - 1;
  }
  EXPECT_EQ(run.counts["pages"], pages);
  EXPECT_EQ(lab.runs->ListObjects(run.id, "", "", 1000)->size(),
            static_cast<size_t>(pages) + files_by_folder.size());
}

TEST_P(ConnectorContract, GoesOnAfterADeathAtAnyPageWithTheSameObjectsAndNoRequestTwice) {
  const auto source = GetParam().start();
  Lab straight;
  ExtractRun whole = NewRun(straight);
  ASSERT_THAT(Extract(straight, whole, *source), IsOk());
  const auto expected = straight.RawObjects();
  const int64_t requests = source->Requests();

  for (int64_t dies_after = 0; dies_after <= whole.counts["pages"]; ++dies_after) {
    for (const bool record_last : {true, false}) {
      SCOPED_TRACE(std::to_string(dies_after) +
                   (record_last ? " pages, recorded" : " pages, the last not recorded"));
      const int64_t requests_before = source->Requests();
      Lab lab;
      ExtractRun run = NewRun(lab);
      EXPECT_THAT(Extract(lab, run, *source, dies_after, record_last), HasError(Code::kInternal, "dead"));
      ExtractRun resumed = *lab.runs->Get(run.id);
      ASSERT_THAT(Extract(lab, resumed, *source), IsOk());

      auto objects = lab.RawObjects();
      ASSERT_EQ(objects.size(), expected.size());
      for (const auto& [key, content] : expected) {
        if (key.find("manifest.json") != std::string::npos) continue;  // it names the run
        EXPECT_EQ(objects[key], content) << key;
      }
      const auto written = WrittenKeys(lab);
      EXPECT_EQ(written.size(), std::set(written.begin(), written.end()).size()) << "a key was written twice";
      EXPECT_EQ(resumed.counts["pages"], whole.counts["pages"]);
      EXPECT_EQ(resumed.counts["records"], whole.counts["records"]);
      EXPECT_EQ(lab.runs->ListObjects(run.id, "", "", 1000)->size(), expected.size());
      // Only the page that was lost on its way is asked for twice.
      EXPECT_LE(source->Requests() - requests_before, requests + 1);
    }
  }
}

TEST_P(ConnectorContract, StopsAtOnceWhenCancelled) {
  const auto source = GetParam().start();
  Lab lab;
  ExtractRun run = NewRun(lab);
  std::stop_source stop;
  source->Stall();
  auto extracting =
      std::async(std::launch::async, [&] { return Extract(lab, run, *source, -1, true, stop.get_token()); });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (source->Requests() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_GT(source->Requests(), 0);
  const auto asked_at = std::chrono::steady_clock::now();
  stop.request_stop();
  EXPECT_THAT(extracting.get(), HasError(Code::kCancelled, ""));
  EXPECT_LT(std::chrono::steady_clock::now() - asked_at, std::chrono::seconds(5));
  EXPECT_TRUE(lab.RawObjects().empty());
}

}  // namespace
}  // namespace tarn::extract
