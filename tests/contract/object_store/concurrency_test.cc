#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

class Concurrency : public ObjectStoreContract {
 protected:
  static void InThreads(int count, const std::function<void(int)>& work) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  }
};
TARN_FOR_ALL_STORES(Concurrency);

TEST_P(Concurrency, LetsExactlyOneOfEightCreateAKey) {
  PutOptions create;
  create.if_none_match = true;
  for (int round = 0; round < 10; ++round) {
    const std::string key = "lock-" + std::to_string(round);
    std::atomic<int> won = 0, refused = 0;
    InThreads(8, [&](int thread) {
      const auto put = store_->Put("raw", key, std::to_string(thread), create);
      if (put.ok()) ++won;
      else if (put.error().code() == Code::kPreconditionFailed) ++refused;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(refused, 7);
  }
  EXPECT_EQ(Events().size(), 10u);
}

TEST_P(Concurrency, LosesNoUpdateGuardedByTheEtag) {
  ASSERT_THAT(store_->Put("raw", "counter", "0"), IsOk());
  InThreads(4, [&](int) {
    for (int done = 0; done < 10;) {
      const auto reader = store_->Get("raw", "counter");
      ASSERT_THAT(reader, IsOk());
      std::string text((*reader)->length(), '\0');
      ASSERT_TRUE((*reader)->Read(text.data(), text.size()).ok());
      PutOptions replace;
      replace.if_match_etag = (*reader)->info().etag;
      if (store_->Put("raw", "counter", std::to_string(std::stoi(text) + 1), replace).ok()) ++done;
    }
  });
  EXPECT_EQ(*store_->GetAll("raw", "counter"), "40");
}

TEST_P(Concurrency, ShowsReadersWholeVersionsOnly) {
  const auto content = [](int version) { return std::string(20'000, static_cast<char>('a' + version % 26)); };
  ASSERT_THAT(store_->Put("raw", "k", content(0)), IsOk());
  const auto other = under_test_->Open("query");
  std::atomic<bool> stop = false;
  std::atomic<int> reads = 0;
  std::vector<std::jthread> readers;
  for (ObjectStore* store : {store_.get(), other.get(), other.get()}) {
    readers.emplace_back([&stop, &reads, store] {
      while (!stop) {
        const auto reader = store->Get("raw", "k");
        ASSERT_THAT(reader, IsOk());
        std::string got((*reader)->length(), '\0');
        for (size_t filled = 0; filled < got.size();) {
          const auto count = (*reader)->Read(got.data() + filled, 7000);
          ASSERT_THAT(count, IsOk());
          filled += *count;
        }
        ASSERT_EQ(got, std::string(20'000, got[0]));
        ++reads;
      }
    });
  }
  for (int version = 1; version <= 60; ++version) ASSERT_THAT(store_->Put("raw", "k", content(version)), IsOk());
  stop = true;
  readers.clear();
  EXPECT_GT(reads, 10);
}

TEST_P(Concurrency, ShowsCommitsOfSeveralObjectsWhole) {
  std::atomic<bool> stop = false;
  std::jthread reader([&] {
    while (!stop) {
      const auto page = store_->List({"raw", "set/", "", "", 100});
      ASSERT_THAT(page, IsOk());
      std::set<std::string> etags;
      for (const ObjectInfo& object : page->objects) etags.insert(object.etag);
      ASSERT_LE(etags.size(), 1u);
      ASSERT_TRUE(page->objects.empty() || page->objects.size() == 3);
    }
  });
  for (int version = 0; version < 40; ++version) {
    const std::string content = std::to_string(version);
    ASSERT_THAT(store_->Commit(All(PutChange("set/1", content), PutChange("set/2", content), PutChange("set/3", content)), {}),
                IsOk());
  }
  stop = true;
}

TEST_P(Concurrency, KeepsPutsAndDeletesBelowOneDirectoryApart) {
  InThreads(6, [&](int thread) {
    const std::string key = "deep/er/still/" + std::to_string(thread);
    for (int round = 0; round < 15; ++round) {
      ASSERT_THAT(store_->Put("raw", key, "x"), IsOk());
      ASSERT_EQ(*store_->GetAll("raw", key), "x");
      ASSERT_THAT(store_->Delete("raw", key), IsOk());
    }
  });
  EXPECT_TRUE(store_->List({"raw", "", "", "", 10})->objects.empty());
  EXPECT_EQ(Events().size(), 180u);
}

TEST_P(Concurrency, CommitsFromSeveralProcessesAtOnce) {
  constexpr int kProcesses = 4, kPuts = 25;
  store_.reset();
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      const auto store = under_test_->Open("p" + std::to_string(process));
      bool fine = true;
      for (int i = 0; i < kPuts; ++i) {
        fine &= store->Put("raw", "own/" + std::to_string(process) + "/" + std::to_string(i), std::to_string(i)).ok();
        fine &= store->Put("raw", "shared", std::to_string(process)).ok();
        fine &= store->GetAll("raw", "shared").ok();
      }
      _exit(fine ? 0 : 1);
    }
    ASSERT_GT(child, 0);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  store_ = under_test_->Open("extract");
  const auto events = Events();
  ASSERT_EQ(events.size(), static_cast<size_t>(kProcesses * kPuts * 2));
  EXPECT_EQ(events.back().sequence, kProcesses * kPuts * 2);
  EXPECT_EQ(store_->List({"raw", "own/", "", "", 1000})->objects.size(), static_cast<size_t>(kProcesses * kPuts));
  std::string last_writer;
  for (const Event& event : events) {
    if (event.object.key == "shared") last_writer = event.writer.substr(1);
  }
  EXPECT_EQ(*store_->GetAll("raw", "shared"), last_writer) << "the file in place is of the last commit";
}

}  // namespace
}  // namespace tarn::object_store
