#include "services/extract/sources/client/web_page.h"

#include <gtest/gtest.h>

#include <string>

namespace tarn::extract {
namespace {

TEST(WebPage, IsKnownByTheTagItBeginsWith) {
  for (const std::string text :
       {"<!DOCTYPE html>", "\xEF\xBB\xBF\r\n <HTML lang=\"en\">", "<head>", "<Body>", "<script>"}) {
    EXPECT_TRUE(LooksLikeHtml(text)) << text;
  }
  for (const std::string text :
       {"", " ", "<", "<htm", "<?xml version=\"1.0\"?>", "<!DOCTYPE svg>", "a,<html>", "{}"}) {
    EXPECT_FALSE(LooksLikeHtml(text)) << text;
  }
}

TEST(WebPage, LeadingSpaceIsLeftOut) {
  EXPECT_EQ(WithoutLeadingSpace("\xEF\xBB\xBF\t\r\n x "), "x ");
  EXPECT_EQ(WithoutLeadingSpace(" \n"), "");
  EXPECT_EQ(WithoutLeadingSpace(""), "");
}

}  // namespace
}  // namespace tarn::extract
