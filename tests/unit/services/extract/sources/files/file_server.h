#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/unit/common/http_client/raw_server.h"

namespace tarn::extract::files {

/// What a FileServer does with one path.
struct ServedFile {
  std::string content{};
  std::string etag{};      ///< with quotes; empty: none
  std::string modified{};  ///< Last-Modified; empty: none
  std::string headers{};   ///< further lines, each ending in CRLF
  int status = 200;
  bool takes_ranges = true;
  bool takes_conditions = true;
  bool says_length = true;            ///< else the body is chunked
  std::string declared_length{};      ///< instead of the right one
  std::deque<size_t> breaks_after{};  ///< bytes of the body: one connection each
  bool stalls = false;                ///< holds the connection open after the first half
};

/// Serves files over HTTP/1.1 with ranges and conditions (RFC 9110 sections 13 and 14), and breaks as it is
/// told to.
class FileServer {
 public:
  FileServer();

  /// Sets what is at a path; it may be changed while requests come in.
  void Set(const std::string& path, ServedFile file);
  void Remove(const std::string& path);
  std::string Url(const std::string& path) const { return server_->Url(path); }

  /// The heads of all requests so far.
  std::vector<std::string> heads() const;
  /// Bytes of bodies that were sent so far.
  size_t sent_bytes() const;
  void Forget();

 private:
  RawServer::Answer Answer(const RawServer::Received& received);

  mutable std::mutex mutex_;
  std::map<std::string, ServedFile> files_;
  std::vector<std::string> heads_;
  size_t sent_bytes_ = 0;
  std::unique_ptr<RawServer> server_;  // last: it must stop first
};

/// The value of a header line of a request's head; empty without one.
std::string HeaderIn(const std::string& head, const std::string& name);

}  // namespace tarn::extract::files
