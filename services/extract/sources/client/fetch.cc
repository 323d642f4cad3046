#include "services/extract/sources/client/body_sink.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {
namespace {

using http_client::Request;
using http_client::Response;

constexpr size_t kPieceBytes = 256 * 1024;

Result<Response> Stream(http_client::HttpClient& http, Request request, BodySink& into) {
  TARN_TRY(into.Begin(request));
  TARN_ASSIGN(const auto stream, http.Open(std::move(request)));
  Response response = stream->response();
  if (response.status < 200 || response.status >= 300) return response;
  TARN_ASSIGN(const bool wanted, into.OnHeader(response));
  if (!wanted) return response;
  response.received_bytes = 0;
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    TARN_ASSIGN(const size_t count, stream->Read(piece.data(), piece.size()));
    if (count == 0) return response;
    response.received_bytes += count;
    TARN_TRY(into.OnData(std::string_view(piece).substr(0, count)));
  }
}

}  // namespace

Result<Response> SourceClient::Fetch(Request request, BodySink& into, const Judge& judge) {
  return Repeat(std::move(request), judge, [&](const Request& each) { return Stream(http_, each, into); });
}

}  // namespace tarn::extract
