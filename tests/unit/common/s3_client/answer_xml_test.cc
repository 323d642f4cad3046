#include "common/s3_client/answer_xml.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::s3_client {
namespace {

TEST(ParseAnswer, ReadsElementsTextAndNamespaces) {
  const auto answer = ParseAnswer(
      "<?xml version=\"1.0\"?>\n<s3:List xmlns:s3=\"x\"><Key>a &amp; b</Key><Key>c</Key><Empty/></s3:List>");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->name, "List");
  EXPECT_EQ(answer->Text("Key"), "a & b");
  EXPECT_EQ(answer->children.size(), 3u);
  EXPECT_EQ(answer->Text("Absent"), "");
}

TEST(ParseAnswer, RefusesWhatIsNotXml) {
  for (const char* text : {"", "not xml", "<a>", "<a></b>", "<a/><b/>", "{\"a\": 1}", "<a>\xff</a>"}) {
    EXPECT_THAT(ParseAnswer(text), HasError(Code::kUnavailable, "XML")) << text;
  }
}

TEST(ParseAnswer, RefusesEntitiesAndDepth) {
  EXPECT_THAT(ParseAnswer("<!DOCTYPE a [<!ENTITY b \"bomb\">]><a>&b;</a>"), HasError(Code::kUnavailable, "XML"));
  EXPECT_THAT(ParseAnswer("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), HasError(Code::kUnavailable, "XML"));
  EXPECT_THAT(ParseAnswer("<a/><!DOCTYPE a>"), HasError(Code::kUnavailable, "XML"));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  EXPECT_THAT(ParseAnswer(deep), HasError(Code::kUnavailable, "XML"));
  for (int i = 0; i < 10'000; ++i) deep += "</a>";
  EXPECT_THAT(ParseAnswer(deep), HasError(Code::kUnavailable, "XML"));
}

TEST(ParseAnswer, TakesAHundredThousandElementsAndNoMore) {
  std::string wide;
  for (int i = 1; i < 100'000; ++i) wide += "<b/>";
  EXPECT_THAT(ParseAnswer("<a>" + wide + "</a>"), IsOk());
  EXPECT_THAT(ParseAnswer("<a>" + wide + "<b/></a>"), HasError(Code::kUnavailable, "XML"));
}

TEST(ParseAnswer, KeepsBlanksReferencesAndCdata) {
  const auto answer = ParseAnswer("<a><Key> </Key><Tag>&#233;&#x3c;&apos;<![CDATA[<&>]]></Tag></a>");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->Text("Key"), " ");
  EXPECT_EQ(answer->Text("Tag"), "\u00e9<'<&>");
}

TEST(XmlEscape, KeepsTextText) { EXPECT_EQ(XmlEscape("<a&\">"), "&lt;a&amp;&quot;&gt;"); }

}  // namespace
}  // namespace tarn::s3_client
