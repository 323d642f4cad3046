#include "services/transform/transforms/loop_check.h"

#include "services/transform/transforms/flow.h"

namespace tarn::transform {

Status CheckOwnLoops(const Definition& definition) {
  for (const WrittenObjects& written : WrittenBy(definition)) {
    for (size_t i = 0; i < definition.inputs.size(); ++i) {
      if (!MayTake(definition.inputs[i], written)) continue;
      return Error(Code::kInvalidArgument,
                   "this input takes what the transform writes itself, " + written.what +
                       ", so that its runs would start each other for ever; choose another prefix")
          .At(InputPlace(definition, i) + ".prefix");
    }
  }
  return Ok();
}

}  // namespace tarn::transform
