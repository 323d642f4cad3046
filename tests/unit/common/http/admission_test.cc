#include "common/http/admission.h"

#include <gtest/gtest.h>

namespace tarn::http {
namespace {

class AdmissionTest : public testing::Test {
 protected:
  AdmissionTest() {
    const Handler handler = [](Request&) -> Result<Response> { return Response::NoContent(); };
    router_.Get("/things", {}, handler);
    router_.Post("/things", JsonBody(), handler);
    RouteOptions any;
    any.body = BodyMode::kStreamed;
    any.body_limit_bytes = 100;
    router_.Put("/things/{id}", any, handler);
  }

  // The status of the immediate answer; 0 if a route takes the request.
  int Ask(const std::string& method, const std::string& target,
          std::vector<std::pair<std::string, std::string>> fields = {},
          std::optional<uint64_t> content_length = {}, bool chunked = false) {
    RequestHead head;
    head.method = method;
    head.target = target;
    head.content_length = content_length;
    head.chunked = chunked;
    for (auto& [name, value] : fields) head.headers.Add(name, value);
    request_ = Request();
    Admission admission = Admit({router_, loopback_only_, customs_}, head, request_);
    EXPECT_NE(admission.route == nullptr, !admission.answer.has_value());
    answer_ = admission.answer.value_or(Response());
    return admission.answer ? answer_.status : 0;
  }

  Router router_;
  bool loopback_only_ = true;
  ServerCustoms customs_;
  Request request_;
  Response answer_;
};

using Fields = std::vector<std::pair<std::string, std::string>>;
const Fields kJson = {{"Content-Type", "application/json; charset=utf-8"}};

TEST_F(AdmissionTest, FillsInTheRequest) {
  EXPECT_EQ(Ask("PUT", "/things/a%20b", {{"X-A", "1"}}, 100), 0);
  EXPECT_EQ(request_.method, Method::kPut);
  EXPECT_EQ(request_.PathParameter("id"), "a b");
  EXPECT_EQ(request_.Header("x-a"), "1");
}

TEST_F(AdmissionTest, ChecksTheBodyAgainstTheRoute) {
  EXPECT_EQ(Ask("POST", "/things", kJson, 10), 0);
  EXPECT_EQ(Ask("POST", "/things", kJson, {}, true), 0);
  EXPECT_EQ(Ask("POST", "/things", kJson, (1 << 20) + 1), 413);
  EXPECT_EQ(Ask("POST", "/things", {{"Content-Type", "text/plain"}}, 10), 415);
  EXPECT_EQ(Ask("POST", "/things", {}, 10), 415);
  EXPECT_EQ(Ask("POST", "/things", {}, 0), 0);
  EXPECT_EQ(Ask("GET", "/things", {}, 10), 400);
  EXPECT_EQ(Ask("GET", "/things", {}, {}, true), 400);
  EXPECT_EQ(Ask("GET", "/things", {}, 0), 0);
  EXPECT_EQ(Ask("PUT", "/things/a", {}, 101), 413);
}

TEST_F(AdmissionTest, AnswersToTheNamesOfTheCustoms) {
  EXPECT_EQ(Ask("GET", "/things", {{"Host", "bucket.localhost:8100"}}), 421);
  customs_.host_names = {".localhost", "lake.example"};
  for (const char* host : {"bucket.localhost:8100", "a.b.LOCALHOST", "lake.example", "Lake.Example:80"}) {
    EXPECT_EQ(Ask("GET", "/things", {{"Host", host}}), 0) << host;
  }
  for (const char* host : {".localhost", "evil-localhost", "localhost.example", "x.lake.example", "lake.example.x"}) {
    EXPECT_EQ(Ask("GET", "/things", {{"Host", host}}), 421) << host;
  }
}

TEST_F(AdmissionTest, RendersRefusalsAsTheCustomsSay) {
  customs_.render_refusal = [](const Refusal& refusal, const Request& request) {
    return Response::Text(refusal.status, refusal.code + " " + request.path + " " + refusal.where);
  };
  EXPECT_EQ(Ask("GET", "/nothing?x=1"), 404);
  EXPECT_EQ(answer_.body, "not_found /nothing ");
  EXPECT_EQ(Ask("GET", "/things/%zz"), 400);
  EXPECT_EQ(answer_.body, "invalid_argument /things/%zz path");
  EXPECT_EQ(Ask("DELETE", "/things"), 405);
  EXPECT_EQ(answer_.body, "method_not_allowed /things ");
  EXPECT_EQ(answer_.headers.Find("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(Ask("BREW", "/things"), 501);
  EXPECT_EQ(answer_.body, "not_implemented /things ");
  EXPECT_EQ(Ask("PUT", "/things/a", {}, 101), 413);
  EXPECT_EQ(answer_.body, "too_large /things/a ");
  EXPECT_EQ(Ask("GET", "/things", {{"Host", "evil.example"}}), 421);
  EXPECT_EQ(answer_.body, "misdirected_request /things header:Host");
}

TEST_F(AdmissionTest, AnswersMethodsWithoutARoute) {
  EXPECT_EQ(Ask("DELETE", "/things"), 405);
  EXPECT_EQ(answer_.headers.Find("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(Ask("TRACE", "/things"), 405);
  EXPECT_EQ(answer_.headers.Find("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(Ask("CONNECT", "example.org:443"), 405);
  EXPECT_EQ(Ask("BREW", "/things"), 501);
  EXPECT_EQ(Ask("OPTIONS", "/things/1"), 204);
  EXPECT_EQ(answer_.headers.Find("Allow"), "PUT, OPTIONS");
  EXPECT_EQ(Ask("OPTIONS", "*"), 204);
  EXPECT_EQ(Ask("OPTIONS", "/nothing"), 404);
  EXPECT_EQ(Ask("OPTIONS", "/%zz"), 400);
  EXPECT_EQ(Ask("TRACE", "/nothing"), 404);
  EXPECT_EQ(Ask("GET", "http://localhost/things"), 400);
}

TEST_F(AdmissionTest, OnLoopbackTakesOnlyLoopbackHosts) {
  for (const char* host :
       {"localhost", "LOCALHOST:8101", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8101"}) {
    EXPECT_EQ(Ask("GET", "/things", {{"Host", host}}), 0) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::2]", "",
                           ":80", "localhost:1:2x"}) {
    EXPECT_EQ(Ask("GET", "/things", {{"Host", host}}), 421) << host;
  }
  loopback_only_ = false;
  EXPECT_EQ(Ask("GET", "/things", {{"Host", "tarn.example"}}), 0);
}

TEST_F(AdmissionTest, OnLoopbackLetsNoForeignPageChangeAnything) {
  const auto post = [&](const char* origin) { return Ask("POST", "/things", {{"Origin", origin}}); };
  EXPECT_EQ(post("http://localhost:8104"), 0);
  EXPECT_EQ(post("http://127.0.0.1:8104"), 0);
  EXPECT_EQ(post("https://evil.example"), 403);
  EXPECT_EQ(post("null"), 403);
  EXPECT_EQ(post(""), 403);
  EXPECT_EQ(post("http://localhost@evil.example"), 403);
  EXPECT_EQ(Ask("GET", "/things", {{"Origin", "https://evil.example"}}), 0);
  loopback_only_ = false;
  EXPECT_EQ(post("https://evil.example"), 0);
}

}  // namespace
}  // namespace tarn::http
