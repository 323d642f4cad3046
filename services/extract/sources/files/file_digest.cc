#include "services/extract/sources/files/file_digest.h"

#include <algorithm>
#include <fstream>

#include "services/extract/sources/files/text.h"

namespace tarn::extract::files {
namespace {

using checksums::Algorithm;

constexpr size_t kPieceBytes = 1 << 20;

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The value of `name` in "name=value, other=value".
std::string_view Member(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view member = Trim(list.substr(0, end));
    const size_t equals = std::min(member.find('='), member.size());
    if (equals < member.size() && EqualsIgnoringCase(member.substr(0, equals), name))
      return member.substr(equals + 1);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

std::optional<FileDigest> Read(Algorithm algorithm, std::string_view base64) {
  // RFC 9530 puts binary values between colons.
  if (base64.size() >= 2 && base64.front() == ':' && base64.back() == ':')
    base64 = base64.substr(1, base64.size() - 2);
  auto bytes = checksums::FromBase64(base64);
  if (!bytes || bytes->size() != checksums::ChecksumSize(algorithm)) return std::nullopt;
  return FileDigest{algorithm, *std::move(bytes)};
}

}  // namespace

std::string FileDigest::ToText() const {
  return std::string(checksums::AlgorithmName(algorithm)) + ":" + checksums::ToBase64(bytes);
}

std::optional<FileDigest> FileDigest::FromText(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto algorithm = checksums::ParseAlgorithm(text.substr(0, colon));
  return algorithm ? Read(*algorithm, std::string_view(text).substr(colon + 1)) : std::nullopt;
}

std::optional<FileDigest> DigestOf(const http_client::Response& response) {
  struct Source {
    const char* header;
    const char* member;
    Algorithm algorithm;
  };
  static constexpr Source kSources[] = {{"repr-digest", "sha-256", Algorithm::kSha256},
                                        {"digest", "sha-256", Algorithm::kSha256},
                                        {"x-goog-hash", "md5", Algorithm::kMd5},
                                        {"digest", "md5", Algorithm::kMd5},
                                        {"x-goog-hash", "crc32c", Algorithm::kCrc32c}};
  for (const Source& source : kSources) {
    for (const auto& [name, value] : response.headers) {
      if (!EqualsIgnoringCase(name, source.header)) continue;
      if (auto digest = Read(source.algorithm, Member(value, source.member))) return digest;
    }
  }
  if (response.status != 200) return std::nullopt;
  const auto md5 = response.Header("content-md5");
  return md5 ? Read(Algorithm::kMd5, *md5) : std::nullopt;
}

Result<std::string> HashFile(const std::filesystem::path& file, Algorithm algorithm,
                             const std::stop_token& cancelled) {
  std::ifstream in(file, std::ios::binary);
  const auto checksum = checksums::Checksum::Make(algorithm);
  std::string piece(kPieceBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    checksum->Update(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount())));
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
  }
  if (!in.eof()) return Error(Code::kInternal, "a file of the run's scratch directory cannot be read");
  return checksum->Finish();
}

}  // namespace tarn::extract::files
