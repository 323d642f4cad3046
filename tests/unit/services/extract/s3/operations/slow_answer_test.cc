#include "services/extract/s3/operations/slow_answer.h"

#include <future>

#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

class SlowAnswer : public testing::Test {
 protected:
  SlowAnswer() : wire_(WireRequest(http::Method::kPost, "/b/k?uploadId=1")) {}

  http::Response Run(std::function<S3Result<http::Response>()> work) {
    const S3Request request{
        .http = wire_, .bucket = "b", .key = "k", .request_id = "ID", .authenticated = {}};
    return AnswerWhileWorking(std::move(work), request, std::chrono::milliseconds(1));
  }

  static http::Response Document() {
    http::Response response;
    response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Done/>";
    return response;
  }

  http::Request wire_;
};

// Lets the work go on once something of the answer was written.
class ReleasingWriter : public http::BodyWriter {
 public:
  explicit ReleasingWriter(std::promise<void>& release) : release_(release) {}
  Status Write(std::string_view data) override {
    written += data;
    if (++writes == 4) release_.set_value();
    return Ok();
  }
  std::string written;
  int writes = 0;

 private:
  std::promise<void>& release_;
};

TEST_F(SlowAnswer, BeginsTheWorkWhenItIsSent) {
  bool begun = false;
  {
    const http::Response never_sent = Run([&] {
      begun = true;
      return Document();
    });
    EXPECT_EQ(never_sent.status, 200);
  }
  EXPECT_FALSE(begun);
}

TEST_F(SlowAnswer, SendsBlanksUntilTheWorkIsDone) {
  std::promise<void> release;
  const auto go = release.get_future().share();
  const auto answer = Run([go] {
    go.wait();
    return Document();
  });
  ReleasingWriter writer(release);
  ASSERT_TRUE(answer.stream(writer).ok());
  EXPECT_TRUE(writer.written.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n   "));
  EXPECT_TRUE(writer.written.ends_with("\n<Done/>"));
  EXPECT_EQ(writer.written.find("<?xml", 5), std::string::npos);
}

TEST_F(SlowAnswer, EndsInAnErrorDocumentWhenTheWorkFailsLate) {
  std::promise<void> release;
  const auto go = release.get_future().share();
  const auto answer = Run([go]() -> S3Result<http::Response> {
    go.wait();
    return S3Error(S3Code::kInvalidPart);
  });
  ReleasingWriter writer(release);
  ASSERT_TRUE(answer.stream(writer).ok());
  EXPECT_NE(writer.written.find("<Code>InvalidPart</Code>"), std::string::npos);
}

}  // namespace
}  // namespace tarn::extract::s3
