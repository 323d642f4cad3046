#include "services/extract/s3/wire/aws_chunked.h"

#include <algorithm>
#include <charconv>

#include "common/ids/ulid.h"
#include "services/extract/s3/wire/signature.h"

namespace tarn::extract::s3 {
namespace {

constexpr uint64_t kLeastSignedChunk = 8'192;
constexpr size_t kMaxLine = 1'024, kMaxTrailers = 8;
constexpr std::string_view kSignatureExtension = ";chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";
// SHA-256 of nothing.
constexpr std::string_view kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

S3Error BadChunk(const char* why) {
  return S3Error(S3Code::kInvalidChunkSizeError, std::string("The chunk header is not valid: ") + why);
}

S3Error WrongSignature(const std::string& provided, const std::string& string_to_sign) {
  return S3Error(S3Code::kSignatureDoesNotMatch)
      .With("SignatureProvided", provided)
      .With("StringToSign", string_to_sign);
}

bool IsSignature(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

AwsChunkedReader::AwsChunkedReader(BodySource& source, const ChunkedForm& form)
    : source_(source), form_(form), left_(form.decoded_length) {
  if (form_.signing) previous_signature_ = form_.signing->seed_signature;
}

S3Result<size_t> AwsChunkedReader::Read(char* into, size_t size) {
  if (!in_chunk_ && !ended_) TARN_TRY(BeginChunk());
  if (ended_) return size_t{0};
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(size, left_in_chunk_));
  TARN_ASSIGN(const size_t count, source_.Read(into, wanted));
  if (count == 0) return S3Error(S3Code::kIncompleteBody, "The request body terminated unexpectedly");
  if (chunk_hash_) chunk_hash_->Update({into, count});
  left_in_chunk_ -= count;
  left_ -= count;
  if (left_in_chunk_ == 0) TARN_TRY(EndChunk());
  return count;
}

// Reads a chunk's header, and of the last one, which is empty, all that follows.
S3Status AwsChunkedReader::BeginChunk() {
  TARN_ASSIGN(const std::string line, source_.ReadLine(kMaxLine));
  TARN_TRY(ReadChunkHeader(line));
  if (left_in_chunk_ > left_) {
    return S3Error(S3Code::kIncompleteBody, "The body is longer than x-amz-decoded-content-length says.");
  }
  if (left_in_chunk_ > 0) {
    if (last_was_small_) return S3Error(S3Code::kInvalidChunkSizeError);
    last_was_small_ = form_.signatures && left_in_chunk_ < kLeastSignedChunk;
    in_chunk_ = true;
    return {};
  }
  if (left_ > 0) return S3Error(S3Code::kIncompleteBody);
  TARN_TRY(CheckChunkSignature());
  TARN_TRY(ReadTrailers());
  char more = 0;
  TARN_ASSIGN(const size_t count, source_.Read(&more, 1));
  if (count > 0) return S3Error(S3Code::kIncompleteBody, "The body goes on after its last chunk.");
  ended_ = true;
  return {};
}

S3Status AwsChunkedReader::ReadChunkHeader(const std::string& line) {
  const char* const line_end = line.data() + line.size();
  const auto [size_end, failure] = std::from_chars(line.data(), line_end, left_in_chunk_, 16);
  if (failure != std::errc()) return BadChunk("its size is no hexadecimal number");
  const std::string_view extension(size_end, static_cast<size_t>(line_end - size_end));
  if (!form_.signatures) {
    if (!extension.empty()) return BadChunk("something stands behind its size");
    return {};
  }
  if (!extension.starts_with(kSignatureExtension)) return BadChunk("it has no chunk-signature");
  chunk_signature_ = extension.substr(kSignatureExtension.size());
  if (!IsSignature(chunk_signature_)) return BadChunk("its chunk-signature is not 64 hexadecimal digits");
  if (form_.signing) chunk_hash_ = checksums::Checksum::Make(checksums::Algorithm::kSha256);
  return {};
}

S3Status AwsChunkedReader::EndChunk() {
  in_chunk_ = false;
  TARN_ASSIGN(const std::string rest, source_.ReadLine(kMaxLine));
  if (!rest.empty()) return BadChunk("the chunk is longer than it says");
  return CheckChunkSignature();
}

S3Status AwsChunkedReader::CheckChunkSignature() {
  if (!form_.signatures || !form_.signing) return {};
  const ChunkSigning& signing = *form_.signing;
  const std::string string_to_sign = "AWS4-HMAC-SHA256-PAYLOAD\n" + signing.timestamp + "\n" + signing.scope + "\n" +
                                     previous_signature_ + "\n" + std::string(kEmptyHash) + "\n" +
                                     ToHex(chunk_hash_->Finish());
  if (!EqualInConstantTime(ToHex(Hmac(signing.key, string_to_sign)), chunk_signature_)) {
    return WrongSignature(chunk_signature_, string_to_sign);
  }
  previous_signature_ = chunk_signature_;
  return {};
}

// To the empty line that ends the body.
S3Status AwsChunkedReader::ReadTrailers() {
  std::string signed_text, signature;
  for (;;) {
    TARN_ASSIGN(std::string line, source_.ReadLine(kMaxLine));
    if (line.empty()) break;
    if (line.ends_with('\n')) line.pop_back();  // minio-go sends the line as it was signed, and then its end
    const size_t colon = line.find(':');
    if (!form_.trailers || colon == std::string::npos || trailers_.size() >= kMaxTrailers || !signature.empty()) {
      return S3Error(S3Code::kMalformedTrailerError);
    }
    std::string name(Trim(std::string_view(line).substr(0, colon)));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const std::string value(Trim(std::string_view(line).substr(colon + 1)));
    if (name == kTrailerSignature) {
      signature = value;
      continue;
    }
    if (!trailers_.emplace(name, value).second) return S3Error(S3Code::kMalformedTrailerError);
    signed_text.append(name).append(":").append(value).append("\n");
  }
  if (!form_.trailers || !form_.signatures) return {};
  return CheckTrailerSignature(signature, signed_text);
}

S3Status AwsChunkedReader::CheckTrailerSignature(const std::string& signature, const std::string& signed_text) {
  if (!IsSignature(signature)) return S3Error(S3Code::kMalformedTrailerError);
  if (!form_.signing) return {};
  const std::string string_to_sign = "AWS4-HMAC-SHA256-TRAILER\n" + form_.signing->timestamp + "\n" +
                                     form_.signing->scope + "\n" + previous_signature_ + "\n" + HexSha256(signed_text);
  if (EqualInConstantTime(ToHex(Hmac(form_.signing->key, string_to_sign)), signature)) return {};
  return WrongSignature(signature, string_to_sign);
}

}  // namespace tarn::extract::s3
