#include "services/transform/transforms/neighbour_check.h"

#include <algorithm>

#include "services/transform/transforms/flow.h"
#include "services/transform/transforms/near_name.h"

namespace tarn::transform {
namespace {

Error Invalid(const std::string& place, const std::string& message) {
  return Error(Code::kInvalidArgument, message).At("transform.yaml: " + place);
}

Status CheckTables(const Definition& definition, const Definition& other) {
  const auto taken = TablesOf(other);
  const auto is_taken = [&](const std::string& table) {
    return std::find(taken.begin(), taken.end(), table) != taken.end();
  };
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const Output& output = definition.outputs[i];
    const std::string set_aside = output.database + "." + output.QuarantineName();
    for (const std::string& table : {output.TableName(), set_aside}) {
      if (!is_taken(table)) continue;
      return Invalid(
          "outputs[" + std::to_string(i) + "].table",
          "the table " + table + " belongs to the transform " + other.name + "; choose another name");
    }
  }
  return Ok();
}

bool MovesAway(const Input& input) { return input.on_success.kind == OnSuccess::Kind::kMove; }

// Who moves an object away must be the only one that takes it: the other would find it gone.
Status CheckMoves(const Definition& definition, const Definition& other) {
  for (size_t i = 0; i < definition.inputs.size(); ++i) {
    const Input& input = definition.inputs[i];
    for (const Input& theirs : other.inputs) {
      if (!(MovesAway(input) || MovesAway(theirs)) || !MayShare(input, theirs)) continue;
      const std::string why =
          MovesAway(input) ? "this input moves objects away which the transform " + other.name + " takes, too"
                           : "the transform " + other.name + " takes these objects and moves them away";
      return Invalid(InputPlace(definition, i),
                     why + "; give each objects of its own, or take those that were moved");
    }
  }
  return Ok();
}

Status CheckUpstream(const Definition& definition, const std::set<std::string>& names) {
  for (const std::string& upstream : definition.triggers.upstream) {
    if (names.contains(upstream)) continue;
    return Invalid("triggers.upstream",
                   "there is no transform " + upstream + DidYouMean(upstream, {names.begin(), names.end()}));
  }
  return Ok();
}

// Follows what a definition starts; a circle must lead through it, since the others stood without one.
class CircleSearch {
 public:
  CircleSearch(const Definition& start, const Definitions& others) : start_(start), others_(others) {}

  /// The names along the circle; empty if there is none.
  std::string Find() { return Follow(start_, start_.name); }

 private:
  std::string Follow(const Definition& from, const std::string& path) {
    if (MayStart(from, start_)) return path + " -> " + start_.name;
    for (const auto& [name, other] : others_) {
      if (name == start_.name || seen_.contains(name) || !MayStart(from, *other)) continue;
      seen_.insert(name);
      if (std::string circle = Follow(*other, path + " -> " + name); !circle.empty()) return circle;
    }
    return "";
  }

  const Definition& start_;
  const Definitions& others_;
  std::set<std::string> seen_;
};

}  // namespace

Status CheckNeighbours(const Definition& definition, const Definitions& others,
                       const std::set<std::string>& names) {
  for (const auto& [name, other] : others) {
    if (name == definition.name) continue;
    TARN_TRY(CheckTables(definition, *other));
    TARN_TRY(CheckMoves(definition, *other));
  }
  TARN_TRY(CheckUpstream(definition, names));
  const std::string circle = CircleSearch(definition, others).Find();
  if (circle.empty()) return Ok();
  return Invalid("triggers", "transforms would start each other for ever: " + circle +
                                 "; change triggers.upstream, or the input that takes what the other writes");
}

}  // namespace tarn::transform
