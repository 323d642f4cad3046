#include "services/extract/sources/client/redirect.h"

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/client/client_lab.h"

namespace tarn::extract {
namespace {

using http_client::Request;
using http_client::Response;
using testing::HasSubstr;
using testing::Not;

RawServer::Answer RedirectTo(const std::string& location, int status = 302) {
  return RawServer::Ok(status, "", "Location: " + location + "\r\n");
}

Response Answer(int status, const std::string& location) {
  Response response;
  response.status = status;
  response.headers = {{"Location", location}};
  return response;
}

Request Post(const std::string& url) {
  Request request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "text/plain"}, {"Authorization", "Bearer t"}};
  request.body = "body";
  return request;
}

class RedirectTest : public ClientLab {};

TEST_F(RedirectTest, FollowsWithinTheOriginWithAllHeaders) {
  std::string second_head;
  RawServer server([&](const auto& received) {
    if (received.head.starts_with("GET /a ")) return RedirectTo("b?c=d");
    second_head = received.head;
    return RawServer::Ok(200, "there");
  });
  Request request = Get(server.Url("/a"));
  request.headers = {{"Authorization", "Bearer t"}, {"X-Api-Key", "k"}};
  const auto response = Client().Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "there");
  EXPECT_THAT(second_head, HasSubstr("GET /b?c=d "));
  EXPECT_THAT(second_head, HasSubstr("Authorization: Bearer t\r\n"));
  EXPECT_THAT(second_head, HasSubstr("X-Api-Key: k\r\n"));
  EXPECT_EQ(progress["requests"], 2);
  EXPECT_EQ(progress["retries"], 0);
}

TEST_F(RedirectTest, TakesNoCredentialsToAnotherOrigin) {
  std::string there_head, back_head;
  RawServer* home = nullptr;
  RawServer there([&](const auto& received) {
    there_head = received.head;
    return RedirectTo(home->Url("/back"));
  });
  RawServer server([&](const auto& received) {
    if (received.head.starts_with("GET /start?")) return RedirectTo(there.Url("/x"));
    back_head = received.head;
    return RawServer::Ok(200, "done");
  });
  home = &server;
  Request request =
      GetAnywhere("http://user:password@127.0.0.1:" + std::to_string(server.port()) + "/start?key=q");
  request.headers = {{"authorization", "Bearer secret1"}, {"Cookie", "c=secret2"},
                     {"Proxy-Authorization", "secret3"},  {"X-Api-Key", "secret4"},
                     {"User-Agent", "secret5"},           {"Accept", "text/csv"}};
  request.secret_headers = {"user-agent"};
  ASSERT_THAT(Client().Send(request), IsOk());
  EXPECT_THAT(there_head, HasSubstr("GET /x "));
  EXPECT_THAT(there_head, HasSubstr("Accept: text/csv\r\n"));
  for (const std::string& head : {there_head, back_head}) {
    EXPECT_THAT(head, Not(HasSubstr("secret")));
    EXPECT_THAT(head, Not(HasSubstr("uthorization")));
    EXPECT_THAT(head, Not(HasSubstr("key=q")));
  }
}

TEST_F(RedirectTest, ReachesNoPrivateAddressOnAnotherOrigin) {
  RawServer inside([](const auto&) { return RawServer::Ok(200, "internal"); });
  std::string target;
  RawServer server([&](const auto&) { return RedirectTo(target); });
  const std::string port = ":" + std::to_string(inside.port());
  for (const std::string& host : {"http://127.0.0.1" + port, "http://localhost" + port, "http://[::1]" + port,
                                  "http://[::ffff:127.0.0.1]" + port, "http://2130706433" + port,
                                  std::string("http://169.254.169.254"), std::string("http://10.0.0.1")}) {
    target = host + "/latest/meta-data";
    EXPECT_THAT(Client().Send(Get(server.Url())), HasError(Code::kPermissionDenied, "address")) << target;
  }
  EXPECT_EQ(inside.requests(), 0);
  EXPECT_EQ(progress["retries"], 0);
}

TEST_F(RedirectTest, DetectsACircle) {
  RawServer server(
      [&](const auto& received) { return RedirectTo(received.head.starts_with("GET /a ") ? "/b" : "/a"); });
  EXPECT_THAT(Client().Send(Get(server.Url("/a"))), HasError(Code::kUnprocessable, "circle"));
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(RedirectTest, FollowsFiveAndNoMore) {
  int length = 5;
  RawServer server([&](const auto& received) {
    const int at = std::stoi(received.head.substr(5));
    return at < length ? RedirectTo("/" + std::to_string(at + 1)) : RawServer::Ok(200, "end");
  });
  EXPECT_THAT(Client().Send(Get(server.Url("/0"))), IsOk());
  length = 6;
  EXPECT_THAT(Client().Send(Get(server.Url("/0"))), HasError(Code::kUnprocessable, "more than 5 times"));
}

TEST_F(RedirectTest, StreamsWhatARedirectLeadsTo) {
  RawServer server([&](const auto& received) {
    return received.head.starts_with("GET /a ") ? RedirectTo("/b") : RawServer::Ok(200, "content");
  });
  const auto file = std::filesystem::path(testing::TempDir()) / "redirected_download";
  const auto response = Client().Download(Get(server.Url("/a")), file);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(std::filesystem::file_size(file), 7u);
  std::filesystem::remove(file);
}

TEST(FollowRedirect, KeepsOrChangesTheMethodAsRfc9110Says) {
  const struct {
    int status;
    const char *method, *becomes;
  } cases[] = {{301, "POST", "GET"},  {302, "POST", "GET"}, {303, "POST", "GET"},     {307, "POST", "POST"},
               {308, "POST", "POST"}, {302, "PUT", "PUT"},  {303, "PUT", "GET"},      {303, "HEAD", "HEAD"},
               {302, "HEAD", "HEAD"}, {301, "GET", "GET"},  {308, "DELETE", "DELETE"}};
  for (const auto& each : cases) {
    Request request = Post("http://a/x");
    request.method = each.method;
    const auto next = FollowRedirect(request, Answer(each.status, "/y"));
    ASSERT_THAT(next, IsOk());
    EXPECT_EQ((*next)->method, each.becomes) << each.status << each.method;
    EXPECT_EQ((*next)->body,
              std::string(each.becomes) == "GET" && std::string(each.method) != "GET" ? "" : "body");
    EXPECT_EQ((*next)->url, "http://a/y");
  }
}

TEST(FollowRedirect, TakesNoBodyToAnotherOrigin) {
  EXPECT_THAT(FollowRedirect(Post("https://a/token"), Answer(307, "https://b/token?x=secret")),
              HasError(Code::kPermissionDenied, "https://b/token"));
  const auto as_get = FollowRedirect(Post("https://a/token"), Answer(302, "https://b/"));
  ASSERT_THAT(as_get, IsOk());
  EXPECT_EQ((*as_get)->body, "");
  EXPECT_TRUE((*as_get)->headers.empty());
}

TEST(FollowRedirect, TakesAnotherPortOrSchemeForAnotherOrigin) {
  Request request;
  request.url = "http://a:80/x";
  request.headers = {{"Authorization", "Bearer t"}};
  EXPECT_EQ((*FollowRedirect(request, Answer(302, "http://A/y")))->headers.size(), 1u);
  for (const char* location : {"http://a:81/y", "https://a/y", "//b/y", "http://a.b/y"}) {
    const auto next = FollowRedirect(request, Answer(302, location));
    ASSERT_THAT(next, IsOk());
    EXPECT_TRUE((*next)->headers.empty()) << location;
    EXPECT_EQ((*next)->address_policy, http_client::AddressPolicy::kNoPrivate);
  }
}

TEST(FollowRedirect, RefusesToLeaveHttps) {
  Request request;
  request.url = "https://a/x?token=secret";
  const auto refused = FollowRedirect(request, Answer(301, "http://a/x?token=secret"));
  ASSERT_THAT(refused, HasError(Code::kPermissionDenied, "from https to http"));
  EXPECT_EQ(refused.error().where(), "https://a/x");
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("secret")));
}

TEST(FollowRedirect, RefusesOtherSchemesAndNonsense) {
  Request request;
  request.url = "http://a/x";
  for (const char* location : {"file:///etc/passwd", "ftp://a/x", "gopher://a:25/", "http://", "http://[::1",
                               "javascript:alert(1)"}) {
    EXPECT_THAT(FollowRedirect(request, Answer(302, location)), HasError(Code::kUnprocessable, "not an http"))
        << location;
  }
}

TEST(FollowRedirect, LeavesOtherAnswersAlone) {
  Request request;
  request.url = "http://a/x";
  for (const int status : {200, 201, 300, 304, 404})
    EXPECT_FALSE(FollowRedirect(request, Answer(status, "/y"))->has_value());
  Response leads_nowhere = Answer(302, "/y");
  leads_nowhere.headers.clear();
  EXPECT_FALSE(FollowRedirect(request, leads_nowhere)->has_value());
}

}  // namespace
}  // namespace tarn::extract
