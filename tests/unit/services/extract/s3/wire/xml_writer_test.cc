#include "services/extract/s3/wire/xml_writer.h"

#include <gtest/gtest.h>

#include "services/extract/s3/wire/xml_reader.h"

namespace tarn::extract::s3 {
namespace {

TEST(XmlWriter, WritesADocument) {
  XmlWriter xml("List");
  xml.Text("Name", "raw").Open("Item", {{"type", "a\"b"}}).Number("Size", -5).Flag("Last", true).Close().Open("Empty");
  EXPECT_EQ(std::move(xml).Finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<List xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Name>raw</Name><Item type=\"a&quot;b\"><Size>-5</Size><Last>true</Last></Item><Empty></Empty></List>");
}

TEST(XmlWriter, EscapesWhatXmlGivesAMeaning) {
  EXPECT_EQ(EscapeXml("<a & \"b\">\r\n\t'"), "&lt;a &amp; &quot;b&quot;&gt;&#13;\n\t'");
  EXPECT_EQ(EscapeXml("\u00e9\U0001F3B5"), "\u00e9\U0001F3B5");
}

TEST(XmlWriter, ReplacesWhatXmlCannotHold) {
  EXPECT_EQ(EscapeXml(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(EscapeXml("\x01\x1f\x7f"), "\uFFFD\uFFFD\x7f");
  EXPECT_EQ(EscapeXml("a\uFFFEb\uFFFFc\uFFFD"), "a\uFFFDb\uFFFDc\uFFFD");
}

TEST(XmlWriter, IsUnderstoodByTheReader) {
  const std::string text = " <![CDATA[ &amp; ]]> \r\n \"\u00e9\" ";
  XmlWriter xml("Root");
  xml.Text("Text", text);
  const auto read = ReadXml(std::move(xml).Finish());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->ChildText("Text"), text);
}

}  // namespace
}  // namespace tarn::extract::s3
