#include "common/http_client/url.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::http_client {
namespace {

TEST(OriginOf, IsTheSameForAllWritingsOfOneOrigin) {
  for (const char* url : {"https://api.example.com", "https://API.example.com/",
                          "HTTPS://api.example.com:443/a?b#c", "https://user:password@api.example.com/x"}) {
    EXPECT_EQ(*OriginOf(url), "https://api.example.com:443") << url;
  }
  EXPECT_EQ(*OriginOf("http://[::1]:8080/x"), "http://[::1]:8080");
  EXPECT_EQ(*OriginOf("http://127.0.0.1/"), "http://127.0.0.1:80");
}

TEST(OriginOf, RefusesWhatIsNoHttpUrl) {
  for (const char* url : {"", "example.com", "ftp://a/", "file:///etc/passwd", "http://", "http://a b/"}) {
    EXPECT_THAT(OriginOf(url), HasError(Code::kInvalidArgument, "not an http")) << url;
  }
}

TEST(ResolveUrl, ReadsReferencesAsRfc3986Says) {
  const struct {
    const char *base, *reference, *url;
  } cases[] = {{"http://a/b/c?q", "d", "http://a/b/d"},
               {"http://a/b/c", "/d?x=1", "http://a/d?x=1"},
               {"http://a/b/c", "?page=2", "http://a/b/c?page=2"},
               {"http://a/b/c", "../d", "http://a/d"},
               {"https://a/b", "//c/d", "https://c/d"},
               {"http://a/b", "https://c:9/d e", "https://c:9/d%20e"},
               {"http://a/b", "http://a/d?x=\xc3\xa9", "http://a/d?x=%c3%a9"}};
  for (const auto& each : cases)
    EXPECT_EQ(*ResolveUrl(each.base, each.reference), each.url) << each.reference;
}

TEST(ResolveUrl, KeepsUserAndPasswordWithinTheOriginOnly) {
  EXPECT_EQ(*ResolveUrl("http://u:p@a/b", "/c"), "http://u:p@a/c");
  EXPECT_EQ(*ResolveUrl("http://u:p@a/b", "http://a/c"), "http://u:p@a/c");
  EXPECT_EQ(*ResolveUrl("http://u:p@a/b", "http://b/c"), "http://b/c");
  EXPECT_EQ(*ResolveUrl("http://a/b", "http://u:p@b/c"), "http://b/c");
}

TEST(ResolveUrl, RefusesOtherSchemes) {
  for (const char* reference : {"file:///etc/passwd", "ftp://a/b", "mailto:a@b"}) {
    EXPECT_THAT(ResolveUrl("http://a/b", reference), HasError(Code::kInvalidArgument, "not an http"))
        << reference;
  }
}

}  // namespace
}  // namespace tarn::http_client
