// Requests that somebody else signs and repeats.

#include <utility>

#include "services/extract/sources/client/server_limits.h"
#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/client/turn.h"

namespace tarn::extract {
namespace {

using http_client::Request;
using http_client::Response;
using http_client::ResponseStream;

/// Keeps its turn while the body comes: that long the request is under way.
class StreamInTurn : public ResponseStream {
 public:
  StreamInTurn(std::unique_ptr<SourceTurn> turn, std::unique_ptr<ResponseStream> stream)
      : turn_(std::move(turn)), stream_(std::move(stream)) {}

  const Response& response() const override { return stream_->response(); }

  Result<size_t> Read(char* into, size_t size) override {
    auto count = stream_->Read(into, size);
    if (!count.ok()) {
      turn_->End(count.error());
    } else if (*count == 0 && size > 0) {
      turn_->End(stream_->response());
    }
    return count;
  }

 private:
  const std::unique_ptr<SourceTurn> turn_;
  const std::unique_ptr<ResponseStream> stream_;
};

}  // namespace

Result<Response> SourceClient::SendOnce(Request request, bool repeated) {
  Restrict(request);
  auto turn = TakeTurn(repeated);
  if (!turn.ok()) return NotToBeRepeated(turn.error());
  auto response = http_.Send(request);
  if (response.ok()) Look(*response);
  (*turn)->End(response);
  if (response.ok()) TARN_TRY(CheckAskedDelay(*response));
  return response;
}

Result<std::unique_ptr<ResponseStream>> SourceClient::OpenOnce(Request request, bool repeated) {
  Restrict(request);
  auto turn = TakeTurn(repeated);
  if (!turn.ok()) return NotToBeRepeated(turn.error());
  auto stream = http_.Open(std::move(request));
  if (!stream.ok()) {
    (*turn)->End(stream.error());
    return stream;
  }
  const Response& response = (*stream)->response();
  Look(response);
  TARN_TRY(CheckAskedDelay(response));
  if (response.status < 200 || response.status >= 300) {
    (*turn)->End(response);  // all of it is here
    return stream;
  }
  return std::unique_ptr<ResponseStream>(
      std::make_unique<StreamInTurn>(*std::move(turn), *std::move(stream)));
}

Status SourceClient::CheckAskedDelay(const Response& response) {
  const auto asked = DefaultVerdict(response) == Verdict::kRetry ? AskedDelay(response, Now()) : std::nullopt;
  if (!asked) return Ok();
  Hold(*asked);
  if (*asked <= retry_.max_retry_after) return Ok();
  return PutOff(Code::kResourceExhausted, "the source asked to wait", *asked);
}

Error SourceClient::NotToBeRepeated(const Error& error) {
  if (error.code() != Code::kUnavailable) return error;
  return Error(Code::kResourceExhausted, error.message());
}

}  // namespace tarn::extract
