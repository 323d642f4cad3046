#include "common/service/service.h"

namespace tarn::service {

void AddCommonOptions(config::OptionSet& set, CommonOptions& options, uint16_t default_port) {
  http::ServerOptions& http = options.http;
  http.port = default_port;
  set.Text("home", &options.home, "directory of the lake and of the services' state");
  set.Text("pipelines", &options.pipelines, "directory with one folder per pipeline");
  set.Text("log-level", &options.log_level, "least level that is logged: debug, info, warn, error");
  set.Text("log-format", &options.log_format, "json (one object per line) or text");
  set.Text("address", &http.address, "IP address to listen on");
  set.Port("port", &http.port, "port to listen on; 0 picks a free one");
  set.Text("port-file", &options.port_file, "file to write the port to once the service is ready");
  set.Flag("allow-remote", &options.allow_remote,
           "listen beyond loopback although requests are not authenticated");
  set.Size("http-header-limit", &http.header_limit_bytes, "largest request head");
  set.Integer("http-max-headers", &http.max_headers, 1, 10'000, "most header fields of a request");
  set.Integer("http-max-connections", &http.max_connections, 1, 1'000'000, "most open connections");
  set.Duration("http-head-timeout", &http.head_timeout, "longest time for a request head to arrive");
  set.Duration("http-idle-timeout", &http.idle_timeout, "longest time between two requests of a connection");
  set.Duration("http-read-timeout", &http.read_timeout, "longest wait for the next bytes of a body");
  set.Duration("http-write-timeout", &http.write_timeout, "longest wait for a client to take the next bytes");
  set.Size("http-min-upload-rate", &http.min_upload_bytes_per_second,
           "least average bytes per second of an upload");
  set.Duration("http-linger", &http.linger, "how long the rest of a refused upload is read and dropped");
  set.Duration("http-drain", &http.drain, "how long requests may finish when the service stops");
  set.Integer("http-io-threads", &http.io_threads, 1, 64, "threads that read and write sockets");
  set.Integer("http-worker-threads", &http.worker_threads, 1, 1'024, "threads that run blocking requests");
  set.Integer("http-stream-threads", &http.stream_threads, 1, 4'096, "threads that run streamed bodies, each way");
  set.Integer("http-max-queued", &http.max_queued_requests, 1, 1'000'000,
              "most requests that wait for a worker");
  set.Size("http-stream-buffer", &http.stream_buffer_bytes, "memory per streamed body, each way");
  set.Size("http-body-memory", &http.body_memory_bytes, "memory of all request bodies that are read whole");
}

}  // namespace tarn::service
