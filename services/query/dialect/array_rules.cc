#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

}  // namespace

Result<Value> Translator::ArrayRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  const bool known = arguments[0].type.kind != TypeKind::kUnknown;
  if (rule == "element_at") {
    if (arguments[0].type.kind == TypeKind::kMap) {
      return Make("map_extract_value(" + arguments[0].sql + ", " + arguments[1].sql + ')', call.result);
    }
    if (arguments[1].constant && *arguments[1].constant != "0") {
      return Make("list_extract(" + arguments[0].sql + ", " + arguments[1].sql + ')', call.result);
    }
    return Make(
        "list_extract(" + arguments[0].sql + ", tarn_nonzero(CAST(" + arguments[1].sql + " AS BIGINT)))",
        call.result);
  }
  if (rule == "contains") {
    if (!known || arguments[1].type.kind == TypeKind::kUnknown)
      return Make("CAST(NULL AS BOOLEAN)", call.result);
    const Bindings bound = BindOnce({&arguments[0], &arguments[1]});
    const std::string element = Fresh("e"), results = Fresh("m");
    const TrinoType& type = arguments[0].type.element();
    Value one = Make(element, type), other = arguments[1];
    one.simple = true;
    TARN_ASSIGN(const Value equal, Compare(call.call, "=", one, other));
    return Make(bound.head + "CASE WHEN " + arguments[0].sql + " IS NULL OR " + arguments[1].sql +
                    " IS NULL THEN NULL ELSE list_extract(list_transform([list_transform(" +
                    arguments[0].sql + ", lambda " + element + ": " + equal.sql + ")], lambda " + results +
                    ": CASE WHEN list_contains(" + results + ", true) THEN true WHEN len(list_filter(" +
                    results + ", lambda n: n IS NULL)) > 0 THEN NULL ELSE false END), 1) END" + bound.tail,
                call.result);
  }
  // reduce(array, start, (s, x) -> ..., s -> ...): the state starts as the first element of a list of states.
  TrinoType state = arguments[1].type;
  const TrinoType element = known ? arguments[0].type.element() : MakeType(TypeKind::kUnknown);
  for (int attempt = 0; attempt < 2; ++attempt) {
    TARN_ASSIGN(const Value step, Lambda(*call.call.arguments[2], {state, element}, call.scope));
    TrinoType common;
    if (!CommonType(state, step.type, common))
      return Fault("the state of reduce changes its type to " + step.type.Name(), call.call);
    state = common;
  }
  if (state.kind == TypeKind::kUnknown) return Fault("cast the start of reduce to a type", call.call);
  TARN_ASSIGN(const Value start, Coerce(arguments[1], state, call.call));
  const TrinoType item = RowOf({state, element}, {"s", "x"});
  const std::string accumulated = Fresh("a"), next = Fresh("n");
  Scope inner;
  inner.outer = &call.scope;
  inner.select = call.scope.select;
  const Expression& lambda = *call.call.arguments[2];
  Value s = Make("struct_extract(" + accumulated + ", 's')", state),
        x = Make("struct_extract(" + next + ", 'x')", element);
  s.simple = x.simple = true;
  inner.parameters = {{lambda.words[0], s}, {lambda.words[1], x}};
  TARN_ASSIGN(Value body, Translate(*lambda.arguments[0], inner));
  TARN_ASSIGN(body, Coerce(std::move(body), state, lambda));
  const std::string each = Fresh("e");
  const std::string state_type = state.DuckDbName();
  const std::string element_type = element.kind == TypeKind::kUnknown ? "VARCHAR" : element.DuckDbName();
  const std::string pack_null = "CAST(NULL AS " + state_type + ")";
  const std::string items = "list_prepend(struct_pack(s := CAST(" + start.sql + " AS " + state_type +
                            "), x := CAST(NULL AS " + element_type + ")), list_transform(" +
                            arguments[0].sql + ", lambda " + each + ": struct_pack(s := " + pack_null +
                            ", x := CAST(" + each + " AS " + element_type + "))))";
  const std::string reduced = "struct_extract(list_reduce(" + items + ", lambda " + accumulated + ", " +
                              next + ": struct_pack(s := CAST(" + body.sql + " AS " + state_type +
                              "), x := CAST(NULL AS " + element_type + "))), 's')";
  Value result = Make(reduced, state);
  if (rule == "reduce") {
    TARN_ASSIGN(Value output, Lambda(*call.call.arguments[3], {state}, call.scope));
    result = Make("list_extract(list_transform([" + reduced + "], " + output.sql + "), 1)", output.type);
  }
  return Make("CASE WHEN " + arguments[0].sql + " IS NULL THEN NULL ELSE " + result.sql + " END",
              result.type);
}

}  // namespace tarn::query
