#include "services/extract/s3/wire/xml_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

std::string Repeat(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(XmlReader, ReadsADocument) {
  const auto root = ReadXml(
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<Delete xmlns=\"http://s3.amazonaws.com/doc/"
      "2006-03-01/\">\n  <Quiet>true</Quiet>\n  <Object><Key>a &lt;b&gt; &#x263A;&#233;</Key></Object>\n"
      "  <Object><Key> </Key><VersionId><![CDATA[<1&2>]]></VersionId></Object>\n</Delete>\n");
  ASSERT_THAT(root, IsS3Ok());
  EXPECT_EQ(root->name, "Delete");
  EXPECT_EQ(root->text, "");
  ASSERT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->ChildText("Quiet"), "true");
  EXPECT_EQ(root->children[1].ChildText("Key"), "a <b> \u263A\u00e9");
  EXPECT_EQ(root->children[2].ChildText("Key"), " ");
  EXPECT_EQ(root->children[2].ChildText("VersionId"), "<1&2>");
  EXPECT_EQ(root->Child("Missing"), nullptr);
  EXPECT_EQ(root->ChildText("Missing"), std::nullopt);
}

TEST(XmlReader, LeavesNamespacesOut) {
  const auto root = ReadXml("<s3:A xmlns:s3='x'><s3:B xsi:type='C'>1</s3:B></s3:A>");
  ASSERT_THAT(root, IsS3Ok());
  EXPECT_EQ(root->name, "A");
  EXPECT_EQ(root->ChildText("B"), "1");
  EXPECT_EQ(root->children[0].attributes[0], (std::pair<std::string, std::string>("xsi:type", "C")));
}

TEST(XmlReader, RefusesWhatIsNotWellFormed) {
  for (const std::string& text :
       {std::string(""), std::string(" "), std::string("text"), std::string("<A>"), std::string("<A></B>"),
        std::string("<A/><B/>"), std::string("<A><B></A></B>"), std::string("<A"), std::string("<A b=></A>"),
        std::string("{\"a\":1}"), std::string("<A>\x01</A>"), std::string("<A>\xff</A>"), std::string("<A>\xc0\xaf</A>"),
        std::string("<A>a\0b</A>", 11), std::string("<A>&nbsp;</A>"), std::string("<A>&</A>"), std::string("<A>&#0;</A>"),
        std::string("<A>&#x1;</A>"), std::string("<A>&#xD800;</A>"), std::string("<A>&#x110000;</A>"),
        std::string("<A>&#99999999999;</A>"), std::string("<A>&#-1;</A>"), std::string("<A b='&x;'/>"),
        std::string("\xff\xfe<\0A\0/\0>\0", 10)}) {
    EXPECT_THAT(ReadXml(text), IsS3Error(S3Code::kMalformedXml)) << text;
  }
}

TEST(XmlReader, RefusesDocumentTypesAndTheirEntities) {
  const std::string laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">"
      "<!ENTITY lol3 \"&lol2;&lol2;&lol2;&lol2;\">]><lolz>&lol3;</lolz>";
  const std::string external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
  for (const std::string& text : {laughs, external, std::string("<!DOCTYPE a><a/>"), std::string("<a/><!DOCTYPE a>")}) {
    EXPECT_THAT(ReadXml(text), IsS3Error(S3Code::kMalformedXml)) << text;
  }
}

TEST(XmlReader, BoundsSizeDepthAndNumber) {
  EXPECT_THAT(ReadXml("<A>" + std::string(1 << 20, 'x') + "</A>"), IsS3Error(S3Code::kMaxMessageLengthExceeded));
  EXPECT_THAT(ReadXml(Repeat("<A>", 32) + Repeat("</A>", 32)), IsS3Ok());
  EXPECT_THAT(ReadXml(Repeat("<A>", 33) + Repeat("</A>", 33)), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(ReadXml(Repeat("<A>", 100'000) + Repeat("</A>", 100'000)), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(ReadXml("<A>" + Repeat("<B/>", 19'999) + "</A>"), IsS3Ok());
  EXPECT_THAT(ReadXml("<A>" + Repeat("<B/>", 20'000) + "</A>"), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(ReadXml(Repeat("<", 1 << 20)), IsS3Error(S3Code::kMalformedXml));
}

}  // namespace
}  // namespace tarn::extract::s3
