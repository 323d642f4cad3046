#include "tests/unit/services/extract/sources/files/file_server.h"

#include <cstdio>

namespace tarn::extract::files {
namespace {

std::string Chunked(const std::string& content) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", content.size());
  return (content.empty() ? "" : size + content + "\r\n") + "0\r\n\r\n";
}

/// The first byte asked for, if the range is to be given.
size_t RangeStart(const ServedFile& file, const std::string& head) {
  const std::string range = HeaderIn(head, "Range"), condition = HeaderIn(head, "If-Range");
  if (!file.takes_ranges || !range.starts_with("bytes=")) return 0;
  if (!condition.empty() && condition != file.etag && condition != file.modified) return 0;
  return std::stoul(range.substr(6));
}

bool IsKnown(const ServedFile& file, const std::string& head) {
  const std::string none_match = HeaderIn(head, "If-None-Match"), since = HeaderIn(head, "If-Modified-Since");
  if (!file.takes_conditions) return false;
  if (!none_match.empty()) return none_match == file.etag;
  return !since.empty() && since == file.modified;
}

}  // namespace

std::string HeaderIn(const std::string& head, const std::string& name) {
  const size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const size_t start = at + name.size() + 4;
  return head.substr(start, head.find("\r\n", start) - start);
}

FileServer::FileServer()
    : server_(std::make_unique<RawServer>([this](const auto& received) { return Answer(received); })) {}

void FileServer::Set(const std::string& path, ServedFile file) {
  const std::lock_guard lock(mutex_);
  files_[path] = std::move(file);
}

void FileServer::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_.erase(path);
}

std::vector<std::string> FileServer::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

size_t FileServer::sent_bytes() const {
  const std::lock_guard lock(mutex_);
  return sent_bytes_;
}

void FileServer::Forget() {
  const std::lock_guard lock(mutex_);
  heads_.clear();
  sent_bytes_ = 0;
}

RawServer::Answer FileServer::Answer(const RawServer::Received& received) {
  const std::lock_guard lock(mutex_);
  heads_.push_back(received.head);
  const size_t start = received.head.find(' ') + 1;
  const auto found = files_.find(received.head.substr(start, received.head.find(' ', start) - start));
  if (found == files_.end()) return RawServer::Ok(404, "<html>not found</html>");
  ServedFile& file = found->second;
  std::string lines = file.headers + "Date: Mon, 02 Feb 2026 10:00:00 GMT\r\n";
  if (!file.etag.empty()) lines += "ETag: " + file.etag + "\r\n";
  if (!file.modified.empty()) lines += "Last-Modified: " + file.modified + "\r\n";
  if (file.status != 200) return RawServer::Ok(file.status, file.content, lines);
  if (IsKnown(file, received.head)) return {.bytes = "HTTP/1.1 304 Not Modified\r\n" + lines + "\r\n"};

  const size_t from = RangeStart(file, received.head);
  if (from > 0 && from >= file.content.size()) return RawServer::Ok(416, "", lines);
  std::string body = file.content.substr(from);
  if (from > 0) {
    lines += "Content-Range: bytes " + std::to_string(from) + "-" + std::to_string(file.content.size() - 1) +
             "/" + std::to_string(file.content.size()) + "\r\n";
  }
  const std::string length =
      file.declared_length.empty() ? std::to_string(body.size()) : file.declared_length;
  lines += file.says_length ? "Content-Length: " + length + "\r\n" : "Transfer-Encoding: chunked\r\n";
  const std::string head =
      std::string("HTTP/1.1 ") + (from > 0 ? "206 Partial" : "200 OK") + "\r\n" + lines + "\r\n";
  if (file.stalls) return {.bytes = head + body.substr(0, body.size() / 2), .hold = true};
  if (!file.breaks_after.empty()) {
    body.resize(std::min(body.size(), file.breaks_after.front()));
    file.breaks_after.pop_front();
    sent_bytes_ += body.size();
    return {.bytes = head + body, .close = true};
  }
  sent_bytes_ += body.size();
  return {.bytes = head + (file.says_length ? body : Chunked(body))};
}

}  // namespace tarn::extract::files
