#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

// APIs as their providers document them, described in data/*.yaml and nothing else.

namespace tarn::extract::rest {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

std::string Minute(int64_t minute) {
  return "2025-03-01T" + std::string(minute < 600 ? "0" : "") + std::to_string(minute / 60) + ":" +
         (minute % 60 < 10 ? "0" : "") + std::to_string(minute % 60) + ":00Z";
}

struct GitHub {
  GitHub() : api([this](const Asked& asked) { return Answer(asked); }) {
    for (int64_t i = 0; i < 250; ++i) issues.push_back(Issue(i, Minute(i)));
  }

  static json Issue(int64_t number, const std::string& updated) {
    return {{"id", 9000 + number},
            {"number", number},
            {"title", "Rocket no. " + std::to_string(number)},
            {"user", {{"login", "wile"}, {"id", 1}}},
            {"labels", json::array()},
            {"state", number % 2 ? "open" : "closed"},
            {"comments", 1},
            {"updated_at", updated},
            {"body", nullptr}};
  }

  Reply Answer(const Asked& asked) {
    if (asked.Header("Authorization") != "Bearer test-token")
      return {401, R"({"message":"Bad credentials"})"};
    if (asked.path.ends_with("/comments"))
      return JsonReply(json::array({{{"id", 5}, {"body", "Beep, beep"}}}));
    if (limited_once++ == 1) return {403, R"({"message":"You have exceeded a secondary rate limit"})"};
    auto chosen = json::array();
    for (const json& issue : issues) {
      if (issue["updated_at"].get<std::string>() >= asked.Query("since")) chosen.push_back(issue);
    }
    const auto page = static_cast<size_t>(asked.Number("page", 1)),
               size = static_cast<size_t>(asked.Number("per_page", 30));
    auto body = json::array();
    for (size_t i = (page - 1) * size; i < chosen.size() && i < page * size; ++i) body.push_back(chosen[i]);
    const size_t last = (chosen.size() + size - 1) / size;
    const std::string base =
        "<" + api.Url(asked.path) + "?state=all&per_page=100&since=" + asked.Query("since") + "&page=";
    std::string links;
    if (page < last)
      links = "Link: " + base + std::to_string(page + 1) + ">; rel=\"next\", " + base + std::to_string(last) +
              ">; rel=\"last\"\r\n";
    return JsonReply(body, links);
  }

  std::vector<json> issues;
  int limited_once = 0;
  TestApi api;
};

TEST(RealApis, GitHubIssuesWithLinkHeadersAndComments) {
  GitHub github;
  const auto connector = FromFile("github_issues.yaml", github.api.Url());
  ConnectorLab lab;
  auto outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_EQ(Ids(*lab.pages, "issues"), Range(9000, 250));
  EXPECT_EQ(Ids(*lab.pages, "comments").size(), 250U);
  EXPECT_EQ(lab.progress->count("retries"), 1);
  EXPECT_EQ(
      lab.pages->pages().at("issues/page-00000.json").facts.request,
      "GET " +
          github.api.Url(
              "/repos/acme/rockets/"
              "issues?direction=asc&per_page=100&sort=updated&state=all&since=2024-01-01T00%3A00%3A00Z"));

  github.issues[3]["updated_at"] = Minute(300);
  github.issues.push_back(GitHub::Issue(250, Minute(249)));
  outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(Ids(*lab.pages, "issues"), (std::vector<int64_t>{9003, 9250}));
  EXPECT_EQ(Ids(*lab.pages, "comments").size(), 2U);
}

struct Stripe {
  Stripe() : api([this](const Asked& asked) { return Answer(asked); }) {
    for (int64_t i = 0; i < 230; ++i) Add(1'750'000'000 + i * 60);
  }

  void Add(int64_t created) {
    const auto id = "ch_" + std::to_string(charges.size());
    charges.push_back({{"id", id},
                       {"object", "charge"},
                       {"amount", 1200},
                       {"currency", "eur"},
                       {"created", created},
                       {"payment_method_details", {{"card", {{"brand", "visa"}}}, {"type", "card"}}}});
  }

  /// Newest first, as Stripe lists.
  Reply Answer(const Asked& asked) const {
    if (asked.Header("Authorization").empty()) return {401, R"({"error":{"type":"invalid_request_error"}})"};
    std::vector<json> chosen;
    for (auto charge = charges.rbegin(); charge != charges.rend(); ++charge) {
      const int64_t created = (*charge)["created"].get<int64_t>();
      if (created >= asked.Number("created[gte]", 0) && created < asked.Number("created[lt]", INT64_MAX))
        chosen.push_back(*charge);
    }
    size_t first = 0;
    const std::string after = asked.Query("starting_after");
    if (!after.empty()) {
      while (first < chosen.size() && chosen[first]["id"] != after) ++first;
      ++first;
    }
    auto data = json::array();
    const auto limit = static_cast<size_t>(asked.Number("limit", 10));
    for (size_t i = first; i < chosen.size() && i < first + limit; ++i) data.push_back(chosen[i]);
    return JsonReply({{"object", "list"},
                      {"url", "/v1/charges"},
                      {"has_more", first + limit < chosen.size()},
                      {"data", data}});
  }

  std::vector<json> charges;
  TestApi api;
};

int64_t CountOf(const MemoryPages& pages, const std::string& stream, const std::string& member) {
  int64_t count = 0;
  for (const auto& [key, page] : pages.pages()) {
    if (key.starts_with(stream + "/"))
      count += static_cast<int64_t>(json::parse(page.content).at(member).size());
  }
  return count;
}

TEST(RealApis, StripeChargesWithACursorAndIncrementalState) {
  Stripe stripe;
  const auto connector = FromFile("stripe_charges.yaml", stripe.api.Url());
  ConnectorLab lab;
  lab.created_at = FromUnixMillis(1'760'000'000'000);
  auto outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_EQ(CountOf(*lab.pages, "charges", "data"), 230);
  EXPECT_EQ(stripe.api.requests(), 3);
  EXPECT_THAT(stripe.api.asked()[0], HasSubstr("created%5Bgte%5D=1735689600"));

  stripe.Add(1'750'000'000 + 229 * 60);
  stripe.Add(1'750'000'000 + 200 * 60);  // late
  outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(CountOf(*lab.pages, "charges", "data"), 2);
  EXPECT_THAT(stripe.api.asked().back(),
              HasSubstr("created%5Bgte%5D=" + std::to_string(1'750'000'000 + 229 * 60 - 3600)));

  outcome = lab.Run(*connector);
  EXPECT_TRUE(outcome->unchanged);

  ASSERT_TRUE(connector->TakesWindow());
  lab.window = RunWindow{FromUnixMillis(1'750'000'000'000), FromUnixMillis(1'750'000'600'000)};
  const std::string cursor = lab.state.cursor();
  ASSERT_THAT(lab.Run(*connector), IsOk());
  EXPECT_EQ(CountOf(*lab.pages, "charges", "data"), 10);
  EXPECT_EQ(lab.state.cursor(), cursor);
}

TEST(RealApis, SlackMessagesWithErrorsInTheBody) {
  int asked_for_list = 0;
  TestApi api([&](const Asked& asked) {
    if (asked.path == "/api/conversations.list") {
      if (++asked_for_list == 1) return JsonReply({{"ok", false}, {"error", "ratelimited"}});
      const bool second = !asked.Query("cursor").empty();
      return JsonReply({{"ok", true},
                        {"channels", {{{"id", second ? "C2" : "C1"}, {"name", "general"}}}},
                        {"response_metadata", {{"next_cursor", second ? "" : "dGVhbTpDMDYx"}}}});
    }
    if (asked.Query("channel") == "C2") return JsonReply({{"ok", false}, {"error", "not_in_channel"}});
    auto messages = json::array();
    for (const char* ts : {"1700000002.000300", "1700000001.000200"}) {
      if (asked.Query("oldest") <= ts) messages.push_back({{"type", "message"}, {"ts", ts}, {"text", "hi"}});
    }
    return JsonReply({{"ok", true},
                      {"messages", messages},
                      {"has_more", false},
                      {"response_metadata", {{"next_cursor", ""}}}});
  });
  const auto connector = FromFile("slack_messages.yaml", api.Url());
  ConnectorLab lab;
  auto outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_EQ(CountOf(*lab.pages, "channels", "channels"), 2);
  EXPECT_EQ(CountOf(*lab.pages, "messages/parent=C1", "messages"), 2);
  outcome = lab.Run(*connector);
  EXPECT_THAT(api.asked(), Contains(HasSubstr("oldest=1700000002.000300")));
  EXPECT_EQ(CountOf(*lab.pages, "messages/parent=C1", "messages"), 0);
}

struct Jira {
  Jira() : api([this](const Asked& asked) { return Answer(asked); }) {}

  Reply Answer(const Asked& asked) {
    const std::lock_guard lock(mutex);
    if (asked.path == "/oauth/token") {
      refresh_tokens.push_back(asked.body);
      const std::string n = std::to_string(refresh_tokens.size());
      return JsonReply({{"access_token", "access-" + n},
                        {"refresh_token", "refresh-" + n},
                        {"expires_in", 3600},
                        {"token_type", "Bearer"}});
    }
    // The first access token is withdrawn in the middle of the run.
    const std::string current =
        refresh_tokens.size() == 1 && ++good > 3 ? "none" : "access-" + std::to_string(refresh_tokens.size());
    if (asked.Header("Authorization") != "Bearer " + current)
      return {401, R"({"code":401,"message":"Unauthorized"})"};
    return asked.method == "GET" ? Projects(asked) : Issues(json::parse(asked.body));
  }

  static Reply Projects(const Asked& asked) {
    const int64_t first = asked.Number("startAt", 0),
                  size = std::min<int64_t>(asked.Number("maxResults", 50), 3);
    auto values = json::array();
    for (int64_t i = first; i < std::min<int64_t>(first + size, 7); ++i) {
      values.push_back({{"id", std::to_string(10000 + i)},
                        {"key", "P" + std::to_string(i)},
                        {"projectTypeKey", "software"}});
    }
    return JsonReply({{"maxResults", size},
                      {"startAt", first},
                      {"total", 7},
                      {"isLast", first + size >= 7},
                      {"values", values}});
  }

  static Reply Issues(const json& asked) {
    const std::string jql = asked.at("jql").get<std::string>();
    const int64_t project = jql.at(std::string("project = P").size()) - '0';
    const int64_t total = project * 70, first = asked.at("startAt").get<int64_t>(),
                  size = asked.at("maxResults").get<int64_t>();
    auto issues = json::array();
    for (int64_t i = first; i < std::min(first + size, total); ++i) {
      issues.push_back({{"id", std::to_string(project * 1000 + i)},
                        {"key", "P" + std::to_string(project) + "-" + std::to_string(i)},
                        {"fields", {{"summary", "s"}, {"updated", "2025-03-01T10:00:00.000+0000"}}}});
    }
    return JsonReply({{"startAt", first}, {"maxResults", size}, {"total", total}, {"issues", issues}});
  }

  std::mutex mutex;
  std::vector<std::string> refresh_tokens;
  int good = 0;
  TestApi api;
};

TEST(RealApis, JiraProjectsAndTheirIssuesWithOAuth2) {
  Jira jira;
  const auto connector = FromFile("jira_issues.yaml", jira.api.Url());
  ConnectorLab lab;
  const auto outcome = lab.Run(*connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty()) << Describe(outcome->problems[0]);
  EXPECT_EQ(CountOf(*lab.pages, "projects", "values"), 7);
  EXPECT_EQ(CountOf(*lab.pages, "issues", "issues"), 70 * 21);
  EXPECT_EQ(CountOf(*lab.pages, "issues/parent=P6", "issues"), 420);
  ASSERT_EQ(jira.refresh_tokens.size(), 2U);
  EXPECT_THAT(jira.refresh_tokens[0], HasSubstr("first-refresh-token"));
  EXPECT_THAT(jira.refresh_tokens[1], HasSubstr("refresh-1"));
  EXPECT_THAT(lab.state.notes(), HasSubstr("refresh-2"));
  EXPECT_THAT(lab.state.cursor(), HasSubstr("issues/parent=P3"));
}

}  // namespace
}  // namespace tarn::extract::rest
