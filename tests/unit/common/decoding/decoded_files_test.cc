#include "common/decoding/decoded_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::decoding {
namespace {

namespace fs = std::filesystem;

const Decoding kCut{"", "", 1};

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class DecodedFilesTest : public testing::Test {
 protected:
  fs::path Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    return directory_ / name;
  }
  fs::path Pin(const std::string& name) {
    fs::create_directory(directory_ / name);
    return directory_ / name;
  }

  Result<fs::path> Link(DecodedFiles& files, const std::string& identity, const fs::path& source,
                        const fs::path& into, const Decoding& decoding = kCut) {
    return files.Link({identity, source, decoding}, into, directory_.path(), {});
  }

  TempDirectory directory_;
};

TEST_F(DecodedFilesTest, DecodeOnceForAllWhoAsk) {
  DecodedFiles files;
  const auto source = Write("a.csv", "a\n1\nend\n");
  const auto first = Link(files, "v1", source, Pin("p1"));
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(ReadFile(*first), "a\n1\n");
  fs::remove(source);
  const auto second = Link(files, "v1", source, Pin("p2"));
  ASSERT_THAT(second, IsOk()) << "from the cache";
  EXPECT_EQ(fs::hard_link_count(*second), 3u);
  EXPECT_THAT(Link(files, "v1", source, Pin("p2")), IsOk()) << "asked for twice by one reader";
  EXPECT_THAT(Link(files, "v2", source, Pin("p2")), HasError(Code::kNotFound, "gone"));
}

TEST_F(DecodedFilesTest, AnotherVersionOrAnotherDecodingIsAnotherFile) {
  DecodedFiles files;
  const auto pin = Pin("p");
  const auto source = Write("a.csv", "a\n1\nend\n");
  const auto one = Link(files, "v1", source, pin);
  const auto two = Link(files, "v1", source, pin, {"", "", 2});
  Write("a.csv", "b\n2\nend\n");
  const auto newer = Link(files, "v2", source, pin);
  EXPECT_EQ(ReadFile(*one), "a\n1\n");
  EXPECT_EQ(ReadFile(*two), "a\n");
  EXPECT_EQ(ReadFile(*newer), "b\n2\n");
}

TEST_F(DecodedFilesTest, WhatIsThrownOutStaysWithItsReaders) {
  DecodedFiles::Limits limits;
  limits.cache_bytes = 10;
  DecodedFiles files(limits);
  const auto pin = Pin("p");
  const auto source = Write("a.csv", "123456\nend\n");
  const auto first = Link(files, "v1", source, pin);
  const auto second = Link(files, "v2", source, pin);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(files.size_bytes(), 7u);
  EXPECT_EQ(ReadFile(*first), "123456\n");
  EXPECT_EQ(fs::hard_link_count(*first), 1u);
  EXPECT_EQ(fs::hard_link_count(*second), 2u);
}

TEST_F(DecodedFilesTest, AFileThatCannotBeDecodedLeavesNothing) {
  const auto pin = Pin("p");
  {
    DecodedFiles::Limits limits;
    limits.file_bytes = 3;
    DecodedFiles files(limits);
    const auto source = Write("a.csv", "123456\nend\n");
    EXPECT_THAT(Link(files, "v1", source, pin), HasError(Code::kUnprocessable, "limit"));
    EXPECT_EQ(files.size_bytes(), 0u);
    EXPECT_TRUE(fs::is_empty(pin));
  }
  int64_t entries = 0;
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    ++entries;
    (void)entry;
  }
  EXPECT_EQ(entries, 2) << "the pin and the source: the cache is gone with its owner";
}

TEST_F(DecodedFilesTest, SeveralAskAtTheSameTime) {
  DecodedFiles files;
  const auto source = Write("a.csv", std::string(3 << 20, 'x') + "\nend\n");
  std::vector<fs::path> pins;
  for (int i = 0; i < 8; ++i) pins.push_back(Pin("p" + std::to_string(i)));
  std::vector<std::thread> threads;
  for (const fs::path& pin : pins) {
    threads.emplace_back([&] { EXPECT_THAT(Link(files, "v", source, pin), IsOk()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(files.size_bytes(), (3u << 20) + 1) << "decoded once";
  for (const fs::path& pin : pins) EXPECT_FALSE(fs::is_empty(pin));
}

}  // namespace
}  // namespace tarn::decoding
