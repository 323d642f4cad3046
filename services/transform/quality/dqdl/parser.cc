#include "services/transform/quality/dqdl/parser.h"

#include <algorithm>
#include <utility>

#include "services/transform/quality/dqdl/condition_parser.h"
#include "services/transform/quality/dqdl/rule_types.h"
#include "services/transform/quality/dqdl/token_stream.h"

namespace tarn::dqdl {
namespace {

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Ruleset> Run() {
    for (const char* section : {"Analyzers", "Metadata", "DataSources", "DefaultLabels"}) {
      if (tokens_.IsKeyword(section))
        return tokens_.Expected("Rules (there are no " + std::string(section) + " here)");
    }
    if (tokens_.Peek().text != "Rules") return tokens_.Expected("Rules = [ ... ]");
    tokens_.Next();
    TARN_TRY(tokens_.ExpectSymbol("="));
    TARN_TRY(tokens_.ExpectSymbol("["));
    Ruleset ruleset;
    do {
      TARN_ASSIGN(auto rule, ParseAny(0));
      ruleset.rules.push_back(std::move(rule));
    } while (tokens_.AcceptSymbol(","));
    if (!tokens_.IsSymbol("]")) return tokens_.Expected("\",\" or \"]\" after the rule");
    tokens_.Next();
    if (tokens_.Peek().kind != Token::Kind::kEnd) return tokens_.Expected("nothing more after the rules");
    return ruleset;
  }

 private:
  // rule: and-rule { "or" and-rule }
  Result<Rule> ParseAny(int depth) {
    return ParseChain(Rule::Kind::kOr, "or", [&] {
      return ParseChain(Rule::Kind::kAnd, "and", [&] { return ParseSingle(depth); });
    });
  }

  Result<Rule> ParseChain(Rule::Kind kind, const char* word,
                          const std::function<Result<Rule>()>& parse_part) {
    const size_t begin = tokens_.position();
    TARN_ASSIGN(Rule first, parse_part());
    if (!tokens_.IsKeyword(word)) return first;
    Rule rule;
    rule.kind = kind;
    rule.at = first.at;
    rule.parts.push_back(std::move(first));
    while (tokens_.AcceptKeyword(word)) {
      TARN_ASSIGN(Rule part, parse_part());
      rule.parts.push_back(std::move(part));
    }
    rule.text = tokens_.SourceSince(begin);
    return rule;
  }

  // single: "(" rule ")" | check
  Result<Rule> ParseSingle(int depth) {
    const size_t begin = tokens_.position();
    const Position at = tokens_.Peek().at;
    Result<Rule> rule = Rule();
    if (tokens_.IsSymbol("(")) {
      if (depth == kMaxDepth) return tokens_.Expected("fewer than 65 parentheses in each other");
      tokens_.Next();
      rule = ParseAny(depth + 1);
      if (!rule.ok()) return rule;
      TARN_TRY(tokens_.ExpectSymbol(")"));
    } else {
      if (++rules_ > kMaxRules) return tokens_.Expected("at most 1000 rules");
      TARN_ASSIGN(rule->check, ParseCheck());
    }
    rule->at = at;
    rule->text = tokens_.SourceSince(begin);
    return rule;
  }

  Result<Check> ParseCheck() {
    const Token& name = tokens_.Peek();
    const RuleTraits* traits = name.kind == Token::Kind::kWord ? FindRuleType(name.text) : nullptr;
    if (traits == nullptr) return tokens_.Expected(UnknownRuleType(name.text));
    tokens_.Next();
    Check check;
    check.type = traits->type;
    TARN_ASSIGN(check.arguments, ParseArguments(*traits));
    TARN_ASSIGN(check.condition, ParseCondition(tokens_, traits->condition));
    TARN_TRY(ParseClauses(*traits, check));
    if (tokens_.IsKeyword("labels"))
      return tokens_.Expected("the end of the rule (there are no labels here)");
    return check;
  }

  Result<std::vector<std::string>> ParseArguments(const RuleTraits& traits) {
    std::vector<std::string> arguments;
    while (arguments.size() < traits.max_arguments && IsArgument()) {
      if (tokens_.Peek().text.empty())
        return tokens_.Expected(std::string(traits.arguments) + ", not an empty name,");
      arguments.push_back(tokens_.Next().text);
    }
    if (arguments.size() < traits.min_arguments)
      return tokens_.Expected(std::string(traits.arguments) + " after " + traits.name);
    return arguments;
  }

  // A quoted text, or a word that does not go on with the rule.
  bool IsArgument() const {
    if (tokens_.Peek().kind == Token::Kind::kText) return true;
    if (tokens_.Peek().kind != Token::Kind::kWord) return false;
    for (const char* keyword : {"and", "or", "not", "in", "between", "matches", "where", "with", "labels"}) {
      if (tokens_.IsKeyword(keyword)) return false;
    }
    return true;
  }

  Status ParseClauses(const RuleTraits& traits, Check& check) {
    while (true) {
      if (tokens_.IsKeyword("where") && check.where.empty()) {
        if (!traits.where) return tokens_.Expected(std::string("no \"where\" after ") + traits.name);
        tokens_.Next();
        const bool is_text = tokens_.Peek().kind == Token::Kind::kText;
        if (!is_text || tokens_.Peek().text.find_first_not_of(" \t\r\n") == std::string::npos)
          return tokens_.Expected("an SQL condition in quotes after where");
        check.where = tokens_.Next().text;
      } else if (tokens_.IsKeyword("with") && !check.threshold) {
        const bool allowed = traits.threshold && (traits.type != RuleType::kCustomSql || !check.condition);
        if (!allowed) return tokens_.Expected(std::string("no threshold after this ") + traits.name);
        tokens_.Next();
        TARN_TRY(tokens_.ExpectKeyword("threshold"));
        TARN_ASSIGN(check.threshold, ParseThreshold(tokens_));
      } else {
        return Ok();
      }
    }
  }

  TokenStream tokens_;
  size_t rules_ = 0;
};

}  // namespace

Result<Ruleset> ParseRuleset(std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    return Error(Code::kTooLarge, "rules are at most " + std::to_string(kMaxTextBytes) + " bytes long, not " +
                                      std::to_string(text.size()));
  }
  TARN_ASSIGN(auto tokens, Tokenize(text));
  return Parser(std::move(tokens)).Run();
}

}  // namespace tarn::dqdl
