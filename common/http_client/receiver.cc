#include "common/http_client/receiver.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tarn::http_client {
namespace {

constexpr size_t kMaxHeaderBytes = 64 * 1024;
constexpr size_t kMaxPendingBytes = 256 * 1024;
constexpr uint64_t kMaxRefusalBytes = 16 << 20;

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

Error OverLimit(const Request& request) {
  return Error(Code::kTooLarge, "the response is larger than " + std::to_string(request.max_response_bytes) + " bytes");
}

}  // namespace

Receiver::Receiver(const Request& for_request, BodyPlace place, std::filesystem::path file)
    : request(for_request), place_(place), file_(std::move(file)) {}

Receiver::~Receiver() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Receiver::TakeHeader(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    failure = Error(Code::kTooLarge,
                    "the response's header is larger than " + std::to_string(kMaxHeaderBytes) + " bytes");
    return false;
  }
  // Each status line starts a response anew: that of a redirect, or one after a 1xx.
  if (line.substr(0, 5) == "HTTP/") {
    response = Response();
    header_complete = false;
    unpacks_.reset();
    const size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      response.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    }
    return true;
  }
  if (Trim(line).empty() && response.status >= 200 && !header_complete) {
    header_complete = EndHeader();
    return header_complete;
  }
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    response.headers.emplace_back(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return true;
}

// A body that says it is too large is not even begun. The headers of one in gzip are made to fit what comes out.
bool Receiver::EndHeader() {
  const bool has_body = request.method != "HEAD" && response.status != 204 && response.status != 304;
  if (const auto length = response.Header("content-length"); length && has_body) {
    uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), bytes);
    if (error == std::errc::result_out_of_range || bytes > request.max_response_bytes) {
      failure = OverLimit(request);
      return false;
    }
  }
  const auto coding = response.Header("content-encoding");
  const bool gzip = coding && (EqualsIgnoringCase(*coding, "gzip") || EqualsIgnoringCase(*coding, "x-gzip"));
  if (!gzip || !request.accept_gzip) return true;
  unpacks_.emplace();
  std::erase_if(response.headers, [](const auto& header) {
    return EqualsIgnoringCase(header.first, "content-encoding") || EqualsIgnoringCase(header.first, "content-length");
  });
  return true;
}

Receiver::Taken Receiver::TakeBody(std::string_view data) {
  if (place_ == BodyPlace::kStream && Succeeded() && HasPending() &&
      pending_.size() - pending_offset_ + data.size() > kMaxPendingBytes) {
    return Taken::kNothingNow;
  }
  response.received_bytes += data.size();
  if (!unpacks_) return Store(data);
  const Status unpacked = unpacks_->Unpack(data, [&](std::string_view piece) -> Status {
    if (Store(piece) == Taken::kAll) return Ok();
    return failure ? *failure : Error(Code::kInternal, "the body cannot be stored");
  });
  if (unpacked.ok()) return Taken::kAll;
  if (!failure) failure = Error(Code::kUnavailable, "the response says that it is gzip, but it is not");
  return Taken::kFailed;
}

Receiver::Taken Receiver::Store(std::string_view data) {
  body_bytes_ += data.size();
  // A limit that is meant for a file must not let the body of a refusal fill the memory.
  const bool refusal_for_memory = place_ != BodyPlace::kResponse && !Succeeded() && body_bytes_ > kMaxRefusalBytes;
  if (body_bytes_ > request.max_response_bytes || refusal_for_memory) {
    failure = OverLimit(request);
    return Taken::kFailed;
  }
  if (place_ == BodyPlace::kFile && Succeeded()) return WriteFile(data) ? Taken::kAll : Taken::kFailed;
  if (place_ == BodyPlace::kStream && Succeeded()) {
    if (!HasPending()) {
      pending_.clear();
      pending_offset_ = 0;
    }
    pending_.append(data);
  } else {
    response.body.append(data);
  }
  return Taken::kAll;
}

size_t Receiver::Drain(char* into, size_t size) {
  const size_t count = std::min(size, pending_.size() - pending_offset_);
  std::memcpy(into, pending_.data() + pending_offset_, count);
  pending_offset_ += count;
  return count;
}

Status Receiver::FinishFile() {
  if (!OpenFile()) return *failure;
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    return Error(Code::kInternal, "the downloaded file cannot be written");
  }
  return Ok();
}

void Receiver::RemoveFile() {
  if (descriptor_ >= 0) ::unlink(file_.c_str());
}

bool Receiver::OpenFile() {
  if (descriptor_ >= 0) return true;
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor_ < 0) failure = Error(Code::kInternal, "the file to download into cannot be opened");
  return descriptor_ >= 0;
}

bool Receiver::WriteFile(std::string_view data) {
  if (!OpenFile()) return false;
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      failure = errno == ENOSPC || errno == EDQUOT ? Error(Code::kResourceExhausted, "the disk is full")
                                                   : Error(Code::kInternal, "the downloaded file cannot be written");
      return false;
    }
    data.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace tarn::http_client
