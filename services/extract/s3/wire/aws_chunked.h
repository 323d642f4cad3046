#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "common/checksums/checksum.h"
#include "services/extract/s3/wire/authenticator.h"
#include "services/extract/s3/wire/body_source.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

struct ChunkedForm {
  bool signatures = false;                ///< each chunk carries one
  bool trailers = false;                  ///< trailers may follow the last chunk
  const ChunkSigning* signing = nullptr;  ///< null: signatures must be there, and are not checked
  uint64_t decoded_length = 0;            ///< of the content in bytes, as the client declared it
};

/// Takes the aws-chunked framing off a body and checks the signatures in it: `<hex size>[;chunk-signature=<hex>]`,
/// CR LF, the bytes, CR LF, and so on to a chunk of size 0, then trailers. Source: "Signature calculations for the
/// Authorization header: transferring payload in multiple chunks" and "... including trailing headers", Amazon S3 API
/// reference.
class AwsChunkedReader {
 public:
  AwsChunkedReader(BodySource& source, const ChunkedForm& form);

  /// Up to `size` bytes; 0 at the end, when trailers() are there and everything holds. Errors: InvalidChunkSizeError,
  /// IncompleteBody, SignatureDoesNotMatch, MalformedTrailerError, InvalidRequest, and BodySource's.
  S3Result<size_t> Read(char* into, size_t size);

  /// By name in lower case.
  const std::map<std::string, std::string>& trailers() const { return trailers_; }

 private:
  S3Status BeginChunk();
  S3Status ReadChunkHeader(const std::string& line);
  S3Status EndChunk();
  S3Status ReadTrailers();
  S3Status CheckTrailerSignature(const std::string& signature, const std::string& signed_text);
  S3Status CheckChunkSignature();

  BodySource& source_;
  const ChunkedForm form_;
  bool in_chunk_ = false, ended_ = false;
  bool last_was_small_ = false;  // only the last chunk with bytes may be
  uint64_t left_in_chunk_ = 0, left_ = 0;
  std::string chunk_signature_, previous_signature_;
  std::unique_ptr<checksums::Checksum> chunk_hash_;
  std::map<std::string, std::string> trailers_;
};

}  // namespace tarn::extract::s3
