#include "tests/support/openapi_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

http::Router MakeRouter() {
  const http::Handler handler = [](http::Request&) -> Result<http::Response> {
    return http::Response::NoContent();
  };
  http::RouteOptions paged;
  paged.query_parameters = {"limit"};
  http::Router router;
  router.Get("/things", paged, handler);
  router.Post("/things", http::JsonBody(), handler);
  router.Get("/files/{key...}", {}, handler);
  return router;
}

constexpr const char* kDocument = R"({
  "openapi": "3.1.0",
  "components": {"parameters": {"limit": {"name": "limit", "in": "query"}}},
  "paths": {
    "/things": {
      "get": {"operationId": "list", "parameters": [{"$ref": "#/components/parameters/limit"}], "responses": {"200": {}}},
      "post": {"operationId": "create", "requestBody": {"content": {"application/json": {}}}, "responses": {"201": {}}}
    },
    "/files/{key}": {
      "parameters": [{"name": "key", "in": "path"}],
      "get": {"operationId": "read", "responses": {"200": {}}}
    }
  }
})";

std::vector<std::string> DifferencesWith(std::string part, const std::string& replacement) {
  std::string document = kDocument;
  document.replace(document.find(part), part.size(), replacement);
  return OpenApiDifferences(MakeRouter(), document);
}

TEST(OpenApiDifferences, AreNoneForACompleteDocument) {
  EXPECT_THAT(OpenApiDifferences(MakeRouter(), kDocument), IsEmpty());
}

TEST(OpenApiDifferences, NameEachKindOfDifference) {
  EXPECT_THAT(OpenApiDifferences(MakeRouter(), "nonsense"), Contains(HasSubstr("not a JSON object")));
  EXPECT_THAT(DifferencesWith("\"post\"", "\"put\""), Contains("POST /things is served but not documented"));
  EXPECT_THAT(DifferencesWith("\"post\"", "\"put\""), Contains("PUT /things is documented but not served"));
  EXPECT_THAT(DifferencesWith("\"name\": \"limit\"", "\"name\": \"size\""),
              Contains(HasSubstr("query parameters served: limit; documented: size")));
  EXPECT_THAT(DifferencesWith("\"name\": \"key\"", "\"name\": \"k\""),
              Contains(HasSubstr("path parameters served: key; documented: k")));
  EXPECT_THAT(DifferencesWith("application/json", "text/csv"), Contains(HasSubstr("media types")));
  EXPECT_THAT(DifferencesWith("\"201\": {}", ""), Contains("POST /things documents no response"));
  EXPECT_THAT(DifferencesWith("\"create\"", "\"list\""), Contains(HasSubstr("operationId of its own")));
  EXPECT_THAT(DifferencesWith("parameters/limit\"}", "parameters/nowhere\"}"),
              Contains(HasSubstr("leads nowhere")));
}

}  // namespace
}  // namespace tarn
