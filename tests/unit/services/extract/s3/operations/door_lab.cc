#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

class Collector : public http::BodyWriter {
 public:
  explicit Collector(std::string& into) : into_(into) {}
  Status Write(std::string_view data) override {
    into_ += data;
    return Ok();
  }

 private:
  std::string& into_;
};

}  // namespace

DoorLab::DoorLab() {
  auto store = object_store::OpenLocalStore({directory_ / "lake", "test"});
  if (!store.ok()) throw std::runtime_error(store.error().message());
  store_ = std::move(*store);
  dispatcher_ = std::make_unique<Dispatcher>(*store_);
  Answer(http::Method::kPut, "/bucket");
}

S3Result<http::Response> DoorLab::Send(http::Method method, const std::string& target,
                                       const std::string& body, Fields fields, bool local) {
  if (method == http::Method::kPut || method == http::Method::kPost)
    fields.emplace_back("Content-Length", std::to_string(body.size()));
  http::Request request = WireRequest(method, target, fields);
  request.body_reader = std::make_unique<PiecewiseBody>(body, 7);
  const std::string path = http::PercentDecode(request.path).value();
  const size_t slash = std::min(path.find('/', 1), path.size());
  S3Request s3_request{.http = request,
                       .bucket = path.substr(1, slash - 1),
                       .key = path.substr(std::min(slash + 1, path.size())),
                       .request_id = "0123456789ABCDEF",
                       .authenticated = {}};
  s3_request.authenticated.principal.local = local && key_id_.empty();
  s3_request.authenticated.principal.key_id = key_id_;
  s3_request.authenticated.content_sha256 = "UNSIGNED-PAYLOAD";
  return (*dispatcher_)(s3_request);
}

http::Response DoorLab::Answer(http::Method method, const std::string& target, const std::string& body,
                               Fields fields) {
  auto answer = Send(method, target, body, std::move(fields));
  EXPECT_THAT(answer, IsS3Ok()) << target;
  if (!answer.ok()) return {};
  Produce(*answer);
  return std::move(*answer);
}

std::string TextOf(const http::Response& response, const std::string& element) {
  const size_t begin = response.body.find("<" + element + ">");
  if (begin == std::string::npos) return "";
  const size_t from = begin + element.size() + 2;
  return response.body.substr(from, response.body.find("</" + element + ">", from) - from);
}

std::string HeaderOf(const http::Response& response, std::string_view name) {
  return std::string(response.headers.Find(name).value_or(""));
}

void Produce(http::Response& response) {
  if (!response.stream) return;
  Collector collector(response.body);
  const Status produced = response.stream(collector);
  EXPECT_TRUE(produced.ok()) << (produced.ok() ? "" : produced.error().message());
}

}  // namespace tarn::extract::s3
