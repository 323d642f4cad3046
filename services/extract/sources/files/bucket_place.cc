#include "services/extract/sources/files/bucket_place.h"

#include "common/s3_client/digest.h"
#include "common/s3_client/object_headers.h"
#include "common/text/utf8.h"
#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/files/directory_place.h"
#include "services/extract/sources/files/glob.h"
#include "services/extract/sources/files/ledger.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr int kMaxReplacements = 3;  // of one object while it is read

FileVersion VersionOf(const s3_client::ObjectHead& head) {
  FileVersion version;
  version.size_bytes = static_cast<int64_t>(head.size_bytes);
  version.etag = text::IsUtf8(head.etag) ? head.etag : "";
  return version;
}

/// Of an upload in parts, and of an object encrypted with a key of its own, the ETag is no MD5 of the
/// content.
std::optional<FileDigest> DigestOf(const s3_client::ObjectHead& head) {
  if (head.encrypted || !s3_client::IsMd5(head.etag)) return std::nullopt;
  return FileDigest{checksums::Algorithm::kMd5, s3_client::FromHex(head.etag)};
}

bool MayPass(const Error& error) {
  return error.code() == Code::kUnavailable || error.code() == Code::kDeadlineExceeded;
}

/// The prefix up to its last '/': what the names of objects begin after.
std::string FolderOf(const std::string& prefix) { return prefix.substr(0, prefix.rfind('/') + 1); }

}  // namespace

Result<std::unique_ptr<Place>> BucketPlace::Make(const Options& options, RunContext& context) {
  const BucketOptions& bucket = *options.s3;
  s3_client::Options client;
  client.endpoint = bucket.endpoint;
  client.region = bucket.region;
  client.bucket = bucket.bucket;
  client.path_style = bucket.path_style;
  client.credentials = {bucket.access_key_id, bucket.secret_access_key, bucket.session_token};
  client.retry = context.client.retry();
  client.cancelled = context.cancelled;
  // What it sends takes its turn among all requests to the source.
  SourceClient& source = context.client;
  client.transport.send = [&source](const http_client::Request& request, bool repeated) {
    return source.SendOnce(request, repeated);
  };
  client.transport.open = [&source](http_client::Request request, bool repeated) {
    return source.OpenOnce(std::move(request), repeated);
  };
  TARN_ASSIGN(auto made, s3_client::Client::Make(std::move(client), context.client.http()));
  return std::unique_ptr<Place>(new BucketPlace(options, context, std::move(made)));
}

Result<Listing> BucketPlace::List() {
  const BucketOptions& bucket = *options_.s3;
  const std::string folder = FolderOf(bucket.prefix);
  const std::string where = "s3://" + bucket.bucket + "/";
  Listing listing;
  listing.says_what_is_gone = true;
  s3_client::ListRequest request;
  request.prefix = bucket.prefix;
  do {
    auto page = client_->ListObjects(request);
    if (!page.ok() && MayPass(page.error())) context_.client.NoteGivenUp();
    if (!page.ok()) return Error(page.error().code(), page.error().message()).At(where + bucket.prefix);
    if (!page->next_token.empty() && page->next_token == request.continuation_token) {
      return Error(Code::kUnprocessable, "the listing of the bucket does not end").At(where + bucket.prefix);
    }
    for (const s3_client::ObjectHead& object : page->objects) {
      const std::string path = object.key.substr(std::min(folder.size(), object.key.size()));
      const std::string name = path.substr(path.rfind('/') + 1);
      // A key that ends in '/' is what consoles show as a folder.
      if (name.empty() || !text::IsUtf8(path) || IsHiddenOrTemporary(name)) continue;
      if (!Matches(options_.pattern, path)) continue;
      listing.files.push_back({.id = object.key,
                               .address = object.key,
                               .path = path,
                               .where = where + object.key,
                               .request = "GET " + where + object.key,
                               .version = VersionOf(object)});
    }
    if (listing.files.size() > kMaxFiles) {
      return Error(Code::kTooLarge,
                   "the source has more than 200,000 files; narrow it with prefix or pattern")
          .At(where);
    }
    request.continuation_token = page->next_token;
    if (context_.is_sample && !listing.files.empty()) break;
  } while (!request.continuation_token.empty());
  return listing;
}

Result<Fetched> BucketPlace::Fetch(const ListedFile& file, const FileVersion*, PartialFile& into) {
  FileVersion wanted = *file.version;
  for (int replaced = 0;; ++replaced) {
    if (static_cast<uint64_t>(wanted.size_bytes) > options_.max_file_bytes)
      return TooLarge(options_.max_file_bytes);
    const Status status = Download(file.address, wanted, into);
    if (status.ok()) break;
    const bool replacing = status.error().code() == Code::kPreconditionFailed;
    if (!replacing) return status.error();
    if (replaced == kMaxReplacements) return Error(Code::kUnavailable, status.error().message());
    into.Discard();
    TARN_ASSIGN(const auto head, client_->HeadObject(file.address));
    wanted = VersionOf(head);
  }
  return Fetched{Fetched::State::kComplete, into.origin()->version};
}

Result<FileVersion> BucketPlace::FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) {
  const auto size = static_cast<uint64_t>(file.version->size_bytes);
  if (size > options_.max_file_bytes) return TooLarge(options_.max_file_bytes);
  s3_client::GetOptions get;
  if (size > max_bytes) get.range = s3_client::ByteRange{0, max_bytes};
  TARN_ASSIGN(const auto stream, client_->GetObject(file.address, get));
  TARN_TRY(into.Start({*file.version, "", std::nullopt}));
  TARN_TRY(Receive(*stream, into));
  TARN_TRY(into.Complete());
  return *file.version;
}

Status BucketPlace::Download(const std::string& key, const FileVersion& wanted, PartialFile& into) {
  const auto size = static_cast<uint64_t>(wanted.size_bytes);
  const bool begun = into.origin() && !wanted.etag.empty() && into.origin()->version.etag == wanted.etag;
  if (!begun) into.Discard();
  if (!into.complete() && (!begun || into.size_bytes() < size)) {
    s3_client::GetOptions get;
    get.if_match_etag = wanted.etag;
    if (into.size_bytes() > 0) get.range = s3_client::ByteRange{into.size_bytes(), std::nullopt};
    TARN_ASSIGN(const auto stream, client_->GetObject(key, get));
    TARN_TRY(into.size_bytes() > 0 ? into.Resume()
                                   : into.Start({wanted, wanted.etag, DigestOf(stream->head())}));
    if (into.size_bytes() + stream->length() != size) {
      return Error(Code::kPreconditionFailed, "the object was replaced while it was read");
    }
    TARN_TRY(Receive(*stream, into));
  }
  if (!into.complete() && into.size_bytes() != size) {
    into.Discard();
    return Error(Code::kUnavailable, "the endpoint sent another number of bytes than it announced");
  }
  TARN_TRY(into.Complete());
  return VerifyDigest(into, context_.cancelled);
}

Status BucketPlace::Receive(s3_client::ObjectStream& stream, PartialFile& into) {
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    TARN_ASSIGN(const size_t count, stream.Read(piece.data(), piece.size()));
    if (count == 0) return Ok();
    context_.progress.Count("bytes_received", static_cast<int64_t>(count));
    TARN_TRY(into.Append(std::string_view(piece).substr(0, count)));
  }
}

}  // namespace tarn::extract::files
