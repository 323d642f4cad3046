#include "common/http/customs.h"

#include "common/http/status.h"

namespace tarn::http {

Response ServerCustoms::Render(const Refusal& refusal, const Request& request) const {
  if (render_refusal) return render_refusal(refusal, request);
  return ProblemResponse(refusal.status, refusal.code, refusal.detail, refusal.where);
}

Refusal ToRefusal(const Error& error) {
  return {HttpStatus(error.code()), CodeName(error.code()), error.message(), error.where()};
}

}  // namespace tarn::http
