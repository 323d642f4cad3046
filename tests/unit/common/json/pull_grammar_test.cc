#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "common/json/json.h"
#include "common/json/pull.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/json/json_texts.h"

namespace tarn::json {
namespace {

using nlohmann::json;

Status Check(std::string_view text) {
  PullReader in(text);
  in.Skip();
  return in.Finish();
}

// Builds the document that the reader gives, with every way to read a value.
json Document(PullReader& in) {
  if (in.AtObject()) {
    json object = json::object();
    in.Object([&](std::string_view name) {
      const std::string key(name);
      object[key] = Document(in);
    });
    return object;
  }
  if (in.AtArray()) {
    json array = json::array();
    in.Array([&] { array.push_back(Document(in)); });
    return array;
  }
  if (in.AtString()) return in.String().value_or("");
  const size_t start = in.Position();
  in.Skip();
  return json::parse(in.Since(start), nullptr, false);
}

json Generated(std::mt19937& random, int depth) {
  static const char* const kStrings[] = {
      "", "plain text of more than eight bytes", "\"\\/\b\f\n\r\t", "\x01\x1f\x7f",
      "é€😀", "漢字かな交じり文", "12345678", "1234567\"", "\\u0041"};
  static const double kNumbers[] = {0, -0.0, 1.5, -2e-300, 1e300, 123456789012.25};
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0:
      return kStrings[random() % std::size(kStrings)];
    case 1:
      return static_cast<int64_t>(uint64_t{random()} << 32 | random());
    case 2:
      return kNumbers[random() % std::size(kNumbers)];
    case 3:
      return random() % 2 == 0;
    case 4:
      return nullptr;
    case 5:
      return kStrings[random() % std::size(kStrings)] + std::to_string(random());
    case 6: {
      json array = json::array();
      for (size_t i = random() % 5; i > 0; --i) array.push_back(Generated(random, depth - 1));
      return array;
    }
    default: {
      json object = json::object();
      for (size_t i = random() % 5; i > 0; --i) {
        object[kStrings[random() % std::size(kStrings)]] = Generated(random, depth - 1);
      }
      return object;
    }
  }
}

std::string Mutated(std::string text, std::mt19937& random) {
  static constexpr std::string_view kBytes =
      "{}[]\",:\\/ubfnrteE+-.0123456789als \n\t\0\x1F\x80\xBF\xC3\xED\xA0\xF0"sv;
  for (size_t edit = 1 + random() % 3; edit > 0 && !text.empty(); --edit) {
    const size_t at = random() % text.size();
    const char byte = kBytes[random() % kBytes.size()];
    switch (random() % 4) {
      case 0:
        text.erase(at, 1 + random() % 3);
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text[at] = byte;
        break;
      default:
        text.insert(at, text, random() % text.size(), random() % 8);
    }
  }
  return text;
}

// nlohmann refuses numbers that a double cannot hold; the grammar does not.
bool IsBeyondADouble(const std::string& text) {
  try {
    return json::parse(text).is_discarded();
  } catch (const json::out_of_range&) {
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

TEST(PullReaderGrammar, TakesWhatIsJson) {
  for (const std::string_view text : kGoodTexts) {
    EXPECT_THAT(Check(text), IsOk()) << text;
    PullReader in(text);
    EXPECT_EQ(Document(in), json::parse(text)) << text;
    EXPECT_THAT(in.Finish(), IsOk()) << text;
  }
}

TEST(PullReaderGrammar, RefusesWhatIsNotJson) {
  for (const std::string_view text : kBadTexts) {
    EXPECT_THAT(Check(text), HasError(Code::kUnprocessable, "at byte ")) << text;
  }
}

TEST(PullReaderGrammar, RefusesEveryBeginningOfADocument) {
  const std::string_view whole =
      R"({"a": [1, -2.5e+3, true, false, null, "x\n\u00e9\ud83d\ude00é€😀"], "b": {"c": {}}})";
  for (size_t size = 0; size < whole.size(); ++size) {
    const Status status = Check(whole.substr(0, size));
    ASSERT_FALSE(status.ok()) << whole.substr(0, size);
    const bool within_sequence = size > 0 && static_cast<uint8_t>(whole[size]) >> 6 == 2;
    EXPECT_EQ(status.error().message().find("cut off") != std::string::npos, !within_sequence) << size;
  }
  EXPECT_THAT(Check(whole), IsOk());
}

TEST(PullReaderGrammar, ReadsTheDocumentAParserOfAnotherMakeReads) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const json document = Generated(random, 5);
    const std::string text = document.dump(i % 3 == 0 ? 2 : -1, ' ', i % 2 == 0);
    PullReader in(text);
    ASSERT_EQ(Document(in), json::parse(text)) << text;
    ASSERT_THAT(in.Finish(), IsOk()) << text;
  }
}

TEST(PullReaderGrammar, JudgesBrokenTextsAsAParserOfAnotherMakeDoes) {
  std::mt19937 random(2);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const json document = Generated(random, 3);
    const std::string text = Mutated(document.dump(i % 3 == 0 ? 1 : -1, ' ', i % 2 == 0), random);
    const Status status = Check(text);
    const auto parsed = Parse(text);
    if (status.ok() && !parsed.ok() && IsBeyondADouble(text)) continue;
    ASSERT_EQ(status.ok(), parsed.ok()) << text << '\n' << (status.ok() ? "" : status.error().message());
    PullReader in(text);
    const json read = Document(in);
    ASSERT_EQ(in.Finish().ok(), status.ok()) << text;
    ++(status.ok() ? accepted : refused);
    if (!status.ok()) continue;
    ASSERT_EQ(read, *parsed) << text;
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace tarn::json
