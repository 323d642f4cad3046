#pragma once

#include <string_view>

namespace tarn::json {

using std::string_view_literals::operator""sv;

// After the texts of the JSON Parsing Test Suite (Nicolas Seriot, MIT licence), which every parser must take
// or refuse. Bytes that are not printable ASCII are in octal.
constexpr std::string_view kGoodTexts[] = {
    "[[]   ]"sv, "[\"\"]"sv, "[]"sv, "[\"a\"]"sv, "[false]"sv, "[null, 1, \"1\", {}]"sv, "[null]"sv,
    "[1\n]"sv, " [1]"sv, "[1,null,null,null,2]"sv, "[2] "sv, "[123e65]"sv, "[0e+1]"sv, "[0e1]"sv, "[ 4]"sv,
    "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]\n"sv, "[20e1]"sv,
    "[-0]"sv, "[-123]"sv, "[-1]"sv, "[1E22]"sv, "[1E-2]"sv, "[1E+2]"sv, "[123e45]"sv, "[123.456e78]"sv,
    "[1e-2]"sv, "[1e+2]"sv, "[123]"sv, "[123.456789]"sv, "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"sv,
    "{\"asd\":\"sdf\"}"sv, "{\"a\":\"b\",\"a\":\"c\"}"sv, "{\"a\":\"b\",\"a\":\"b\"}"sv, "{}"sv,
    "{\"\":0}"sv, "{\"foo\\u0000bar\": 42}"sv, "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }"sv,
    "{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}], \"id\":"
    " \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"sv,
    "{\"a\":[]}"sv,
    "{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430"
    " \\u0417\\u0435\\u043c\\u043b\\u0435\\u043a\\u043e\\u043f\\u0430\" }"sv,
    "{\n\"a\": \"b\"\n}"sv, "[\"\\u0060\\u012a\\u12AB\"]"sv, "[\"\\uD801\\udc37\"]"sv,
    "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"sv, "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"sv, "[\"\\\\u0000\"]"sv,
    "[\"\\\"\"]"sv, "[\"a/*b*/c/*d//e\"]"sv, "[\"\\\\a\"]"sv, "[\"\\\\n\"]"sv, "[\"\\u0012\"]"sv,
    "[\"\\uFFFF\"]"sv, "[\"asd\"]"sv, "[ \"asd\"]"sv, "[\"\\uDBFF\\uDFFF\"]"sv, "[\"new\\u00A0line\"]"sv,
    "[\"\364\217\277\277\"]"sv, "[\"\357\277\277\"]"sv, "[\"\\u0000\"]"sv, "[\"\\u002c\"]"sv,
    "[\"\317\200\"]"sv, "[\"\360\233\277\277\"]"sv, "[\"asd \"]"sv, "\" \""sv, "[\"\\uD834\\uDd1e\"]"sv,
    "[\"\\u0821\"]"sv, "[\"\\u0123\"]"sv, "[\"\342\200\250\"]"sv, "[\"\342\200\251\"]"sv,
    "[\"\\u0061\\u30af\\u30EA\\u30b9\"]"sv, "[\"new\\u000Aline\"]"sv, "[\"\177\"]"sv, "[\"\\uA66D\"]"sv,
    "[\"\\u005C\"]"sv, "[\"\342\215\202\343\210\264\342\215\202\"]"sv, "[\"\\uDBFF\\uDFFE\"]"sv,
    "[\"\\uD83F\\uDFFE\"]"sv, "[\"\\u200B\"]"sv, "[\"\\u2064\"]"sv, "[\"\\uFDD0\"]"sv, "[\"\\uFFFE\"]"sv,
    "[\"\\u0022\"]"sv, "[\"\342\202\254\360\235\204\236\"]"sv, "[\"a\177a\"]"sv, "false"sv, "42"sv,
    "-0.1"sv, "null"sv, "\"asd\""sv, "true"sv, "\"\""sv, "[\"a\"]\n"sv, "[true]"sv, " [] "sv,
};

constexpr std::string_view kBadTexts[] = {
    "[1 true]"sv, "[a\345]"sv, "[\"\": 1]"sv, "[\"\"],"sv, "[,1]"sv, "[1,,2]"sv, "[\"x\",,]"sv,
    "[\"x\"]]"sv, "[\"\",]"sv, "[\"x\""sv, "[x"sv, "[3[4]]"sv, "[\377]"sv, "[1:2]"sv, "[,]"sv, "[-]"sv,
    "[   , \"\"]"sv, "[\"a\",\n4\n,1,"sv, "[1,]"sv, "[1,,]"sv, "[\"\013a\"\\f]"sv, "[*]"sv, "[\"\""sv,
    "[1,"sv, "[1,\n1\n,1"sv, "[{}"sv, "[fals]"sv, "[nul]"sv, "[tru]"sv, "123\000"sv, "[++1234]"sv, "[+1]"sv,
    "[+Inf]"sv, "[-01]"sv, "[-1.0.]"sv, "[-2.]"sv, "[-NaN]"sv, "[.-1]"sv, "[.2e-3]"sv, "[0.1.2]"sv,
    "[0.3e+]"sv, "[0.3e]"sv, "[0.e1]"sv, "[0E+]"sv, "[0E]"sv, "[0e+]"sv, "[0e]"sv, "[1.0e+]"sv, "[1.0e-]"sv,
    "[1.0e]"sv, "[1 000.0]"sv, "[1eE2]"sv, "[2.e+3]"sv, "[2.e-3]"sv, "[2.e3]"sv, "[9.e+]"sv, "[Inf]"sv,
    "[NaN]"sv, "[\357\274\221]"sv, "[1+2]"sv, "[0x1]"sv, "[0x42]"sv, "[Infinity]"sv, "[0e+-1]"sv,
    "[-123.123foo]"sv, "[123\345]"sv, "[1e1\345]"sv, "[0\345]\n"sv, "[-Infinity]"sv, "[-foo]"sv, "[- 1]"sv,
    "[-012]"sv, "[-.123]"sv, "[-1x]"sv, "[1ea]"sv, "[1e\345]"sv, "[1.]"sv, "[.123]"sv, "[1.2a-3]"sv,
    "[1.8011670033376514H-308]"sv, "[012]"sv, "[\"x\", truth]"sv, "{[: \"x\"}\n"sv, "{\"x\", null}"sv,
    "{\"x\"::\"b\"}"sv, "{\360\237\207\250\360\237\207\255}"sv, "{\"a\":\"a\" 123}"sv, "{key: 'value'}"sv,
    "{\"\271\":\"0\",}"sv, "{\"a\" b}"sv, "{:\"b\"}"sv, "{\"a\" \"b\"}"sv, "{\"a\":"sv, "{\"a\""sv,
    "{1:1}"sv, "{9999E9999:1}"sv, "{null:null,null:null}"sv, "{\"id\":0,,,,,}"sv, "{'a':0}"sv,
    "{\"id\":0,}"sv, "{\"a\":\"b\"}/**/"sv, "{\"a\":\"b\"}/**//"sv, "{\"a\":\"b\"}//"sv, "{\"a\":\"b\"}/"sv,
    "{\"a\":\"b\",,\"c\":\"d\"}"sv, "{a: \"b\"}"sv, "{\"a\":\"a"sv, "{ \"foo\" : \"bar\", \"a\" }"sv,
    "{\"a\":\"b\"}#"sv, " "sv, "[\"\\uD800\\\"]"sv, "[\"\\uD800\\u\"]"sv, "[\"\\uD800\\u1\"]"sv,
    "[\"\\uD800\\u1x\"]"sv, "[\303\251]"sv, "[\"\\\000\"]"sv, "[\"\\x00\"]"sv, "[\"\\\\\\\"]"sv,
    "[\"\\\t\"]"sv, "[\"\\\360\237\214\200\"]"sv, "[\"\\\"]"sv, "[\"\\u00A\"]"sv, "[\"\\uD834\\uDd\"]"sv,
    "[\"\\uD800\\uD800\\x\"]"sv, "[\"\\u\345\"]"sv, "[\"\\a\"]"sv, "[\"\\uqqqq\"]"sv, "[\"\\\345\"]"sv,
    "[\\u0020\"asd\"]"sv, "[\\n]"sv, "\""sv, "['single quote']"sv, "abc"sv, "[\"\\"sv, "[\"a\000a\"]"sv,
    "[\"new\nline\"]"sv, "[\"\t\"]"sv, "\"\\UA66D\""sv, "\"\"x"sv, "[\342\201\240]"sv, "\357\273\277"sv,
    "<.>"sv, "[<null>]"sv, "[1]x"sv, "[1]]"sv, "[\"asd]"sv, "a\303\245"sv, "[True]"sv, "1]"sv,
    "{\"x\": true,"sv, "[][]"sv, "]"sv, "\357\273{}"sv, "\345"sv, "["sv, ""sv, "[\000]"sv, "2@"sv, "{}}"sv,
    "{\"\":"sv, "{\"a\":/*comment*/\"b\"}"sv, "{\"a\": true} \"x\""sv, "['"sv, "[,"sv, "[{"sv, "[\"a"sv,
    "[\"a\""sv, "{"sv, "{]"sv, "{,"sv, "{["sv, "{\"a"sv, "{'a'"sv, "[\"\\{[\"\\{[\"\\{[\"\\{"sv, "\351"sv,
    "*"sv, "{\"a\":\"b\"}#{}"sv, "[\\u000A\"\"]"sv, "[1"sv, "[ false, nul"sv, "[ true, fals"sv,
    "[ false, tru"sv, "{\"asd\":\"asd\""sv, "\303\245"sv, "[\014]"sv,
};

}  // namespace tarn::json
