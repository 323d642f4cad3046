#include "common/secrets/redactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/checksums/checksum.h"

namespace tarn::secrets {
namespace {

using checksums::ToBase64;

TEST(Redactor, TakesOutEverySecretWhereverItStands) {
  const Redactor redactor({"hunter2", "s3cr3t"});
  EXPECT_EQ(redactor.Redact("hunter2"), "***");
  EXPECT_EQ(redactor.Redact("a hunter2, an s3cr3t and hunter2."), "a ***, an *** and ***.");
  EXPECT_EQ(redactor.Redact("nothing here"), "nothing here");
  EXPECT_EQ(redactor.Redact(""), "");
}

TEST(Redactor, LeavesNoPartOfSecretsThatOverlapOrHoldEachOther) {
  const Redactor redactor({"abcd1234", "1234efgh", "abcd"});
  EXPECT_EQ(redactor.Redact("<abcd1234efgh>"), "<***>");
  EXPECT_EQ(redactor.Redact("<abcd> <abcdabcd>"), "<***> <***>");
  EXPECT_EQ(Redactor({"aaaa"}).Redact("aaaaaa."), "***.");
}

TEST(Redactor, KnowsSecretsInUrlsFormsAndJson) {
  const Redactor redactor({"p@ss w\"rd/+\xc3\xa9"});
  EXPECT_EQ(redactor.Redact("?key=p%40ss%20w%22rd%2F%2B%C3%A9&x=1"), "?key=***&x=1");
  EXPECT_EQ(redactor.Redact("?key=p%40ss%20w%22rd%2f%2b%c3%a9&x=1"), "?key=***&x=1");
  EXPECT_EQ(redactor.Redact("key=p%40ss+w%22rd%2F%2B%C3%A9"), "key=***");
  EXPECT_EQ(redactor.Redact("{\"key\":\"p@ss w\\\"rd/+\xc3\xa9\"}"), "{\"key\":\"***\"}");
}

TEST(Redactor, KnowsSecretsInBase64BehindAUserName) {
  const Redactor redactor({"correct horse?>"});
  for (const char* user : {"", "u", "us", "use", "user"}) {
    const std::string basic = ToBase64(std::string(user) + ":correct horse?>");
    EXPECT_EQ(redactor.Redact("Authorization: Basic " + basic + "\r\n"), "Authorization: Basic ***\r\n")
        << user;
    std::string url_safe = basic;
    for (char& c : url_safe) c = c == '+' ? '-' : c == '/' ? '_' : c;
    EXPECT_EQ(redactor.Redact(url_safe + " end"), "*** end") << user;
  }
  EXPECT_EQ(redactor.Redact(ToBase64("correct horse?>")), "***");
}

TEST(Redactor, LeavesShortValuesAlone) {
  const Redactor redactor({"", "a", "abc"});
  EXPECT_EQ(redactor.Redact("abcabc"), "abcabc");
}

}  // namespace
}  // namespace tarn::secrets
