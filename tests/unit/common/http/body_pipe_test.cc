#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/http/download_pipe.h"
#include "common/http/upload_pipe.h"
#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

std::string ReadSome(UploadPipe& pipe, size_t size) {
  std::string block(size, '\0');
  const auto count = pipe.Read(block.data(), size);
  EXPECT_THAT(count, IsOk());
  block.resize(count.ok() ? *count : 0);
  return block;
}

TEST(UploadPipe, HandsBytesOnInOrderUntilTheEnd) {
  UploadPipe pipe(10, [] {});
  pipe.Put("hello ");
  pipe.Put("world");
  EXPECT_EQ(ReadSome(pipe, 8), "hello wo");
  pipe.Put("!");
  EXPECT_EQ(ReadSome(pipe, 100), "rld!");
  pipe.End();
  EXPECT_EQ(ReadSome(pipe, 100), "");
}

TEST(UploadPipe, SaysWhenItIsFullAndWakesWhenHalfOfItWasRead) {
  int woken = 0;
  UploadPipe pipe(10, [&] { ++woken; });
  EXPECT_FALSE(pipe.wanted());
  EXPECT_TRUE(pipe.HasRoom());
  pipe.Put("0123456789");
  EXPECT_FALSE(pipe.HasRoom());
  ReadSome(pipe, 4);
  EXPECT_EQ(woken, 1);  // the first read tells that the body is wanted
  EXPECT_TRUE(pipe.wanted());
  ReadSome(pipe, 1);
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(pipe.HasRoom());
  ReadSome(pipe, 5);
  EXPECT_EQ(woken, 2);
}

TEST(UploadPipe, FailsAReaderThatWaits) {
  UploadPipe pipe(10, [] {});
  std::thread reader([&] {
    char byte;
    EXPECT_THAT(pipe.Read(&byte, 1), HasError(Code::kCancelled, "gone"));
  });
  pipe.Fail(Error(Code::kCancelled, "gone"));
  reader.join();
  pipe.Put("late");
  char byte;
  EXPECT_THAT(pipe.Read(&byte, 1), HasError(Code::kCancelled, "gone"));
}

TEST(DownloadPipe, HandsOverAllThatWasWrittenAtOnce) {
  DownloadPipe pipe(100, [] {});
  std::string block = "old";
  EXPECT_EQ(pipe.Take(&block), DownloadPipe::Taken::kEmpty);
  EXPECT_EQ(block, "");
  EXPECT_THAT(pipe.Write("a"), IsOk());
  EXPECT_THAT(pipe.Write("bc"), IsOk());
  EXPECT_EQ(pipe.Take(&block), DownloadPipe::Taken::kData);
  EXPECT_EQ(block, "abc");
  EXPECT_THAT(pipe.Write("d"), IsOk());
  pipe.Finish(Ok());
  EXPECT_EQ(pipe.Take(&block), DownloadPipe::Taken::kData);
  EXPECT_EQ(pipe.Take(&block), DownloadPipe::Taken::kEnd);
  EXPECT_TRUE(pipe.finished());
}

TEST(DownloadPipe, WakesOnlyOneWhoFoundItEmpty) {
  int woken = 0;
  DownloadPipe pipe(100, [&] { ++woken; });
  EXPECT_THAT(pipe.Write("a"), IsOk());
  EXPECT_EQ(woken, 0);
  std::string block;
  pipe.Take(&block);
  pipe.Take(&block);
  EXPECT_THAT(pipe.Write("b"), IsOk());
  EXPECT_THAT(pipe.Write("c"), IsOk());
  EXPECT_EQ(woken, 1);
}

TEST(DownloadPipe, HoldsAWriterBackWhileItIsFull) {
  constexpr size_t kTotal = 100'000;
  DownloadPipe pipe(64, [] {});
  std::thread writer([&] {
    EXPECT_THAT(pipe.Write(std::string(kTotal, 'x')), IsOk());
    pipe.Finish(Ok());
  });
  std::string block;
  size_t total = 0;
  for (auto taken = pipe.Take(&block); taken != DownloadPipe::Taken::kEnd; taken = pipe.Take(&block)) {
    EXPECT_LE(block.size(), 64u);
    total += block.size();
    if (block.empty()) std::this_thread::yield();
  }
  writer.join();
  EXPECT_EQ(total, kTotal);
}

TEST(DownloadPipe, FailsAWriterThatWaitsWhenTheClientIsGone) {
  DownloadPipe pipe(1, [] {});
  std::thread writer([&] { EXPECT_THAT(pipe.Write("abc"), HasError(Code::kCancelled, "gone")); });
  pipe.Cancel(Error(Code::kCancelled, "gone"));
  writer.join();
}

TEST(DownloadPipe, DropsWhatIsLeftOfABodyThatFailed) {
  DownloadPipe pipe(100, [] {});
  EXPECT_THAT(pipe.Write("a part"), IsOk());
  pipe.Finish(Error(Code::kInternal, "the source failed"));
  std::string block;
  EXPECT_EQ(pipe.Take(&block), DownloadPipe::Taken::kFailed);
  EXPECT_EQ(pipe.error().message(), "the source failed");
}

}  // namespace
}  // namespace tarn::http
