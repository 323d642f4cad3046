#include "common/http/listener.h"

#define _TURN_OFF_PLATFORM_STRING  // without it cpprest defines a macro U()
#include <cpprest/details/http_server.h>
#include <cpprest/details/http_server_api.h>
#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <map>
#include <mutex>
#include <utility>

#include "common/http/status.h"
#include "common/logging/log.h"

namespace tarn::http {
namespace {

namespace experimental = web::http::experimental;
using ListenerImpl = experimental::listener::details::http_listener_impl;
using ServerApi = experimental::details::http_server_api;

// Travels inside an http_request and, once that is replied to, inside the http_response.
class ExchangeContext : public web::http::details::_http_server_context {
 public:
  explicit ExchangeContext(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  // A request that was dropped without a reply is delivered as well: the response is the 500 set beforehand.
  ~ExchangeContext() override {
    if (exchange_) exchange_->Deliver();
  }

  Exchange& exchange() { return *exchange_; }
  // Empties the context: the http_response that holds it must not keep the exchange alive.
  std::shared_ptr<Exchange> Take() { return std::exchange(exchange_, nullptr); }

 private:
  std::shared_ptr<Exchange> exchange_;
};

// Runs continuations where they become ready. cpprest hangs one on every reply; its own pool would wake a
// thread for each.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored \
    "-Wnon-virtual-dtor"  // of cpprest's interface; a shared_ptr destroys the right type
class InlineScheduler final : public pplx::scheduler_interface {
 public:
  void schedule(pplx::TaskProc_t run, void* argument) override { run(argument); }
};
#pragma GCC diagnostic pop

pplx::task<void> ReadyTask() {
  static const pplx::task<void> ready = [] {
    const pplx::task_completion_event<void> done;
    done.set();
    return pplx::create_task(done, pplx::task_options(std::make_shared<InlineScheduler>()));
  }();
  return ready;
}

class CpprestListener;

// The open listeners by their URL: cpprest names no other thing when it calls the transport.
class ListenerTable {
 public:
  bool Add(const std::string& url, CpprestListener& listener) {
    std::lock_guard lock(mutex_);
    return listeners_.emplace(url, &listener).second;
  }
  void Remove(const std::string& url) {
    std::lock_guard lock(mutex_);
    listeners_.erase(url);
  }
  CpprestListener* Find(const ListenerImpl& listener) {
    std::lock_guard lock(mutex_);
    const auto found = listeners_.find(listener.uri().to_string());
    return found == listeners_.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, CpprestListener*> listeners_;
};

ListenerTable& Listeners() {
  static ListenerTable table;
  return table;
}

// The transport as cpprest sees it.
class Transport : public experimental::details::http_server {
 public:
  pplx::task<void> start() override { return ReadyTask(); }
  pplx::task<void> stop() override { return ReadyTask(); }

  pplx::task<void> register_listener(ListenerImpl* listener) override;
  pplx::task<void> unregister_listener(ListenerImpl* listener) override;

  pplx::task<void> respond(web::http::http_response response) override {
    auto* context = static_cast<ExchangeContext*>(response._get_server_context());
    if (const auto exchange = context->Take()) exchange->Deliver();
    return ReadyTask();
  }
};

void Reply(const web::http::http_request& request) {
  auto* context = static_cast<ExchangeContext*>(request._get_impl()->_get_server_context());
  Exchange& exchange = context->exchange();
  exchange.RunHandler();
  web::http::http_response response(static_cast<web::http::status_code>(exchange.response.status));
  response.set_reason_phrase(ReasonPhrase(exchange.response.status));
  request.reply(response);
}

// cpprest starts 40 threads unless told before its first use; here they only open and close listeners.
void KeepCpprestPoolSmall() {
  static std::once_flag once;
  std::call_once(once, [] {
    try {
      crossplat::threadpool::initialize_with_threads(2);
    } catch (const std::exception&) {  // somebody else has used it already
    }
  });
}

// Two servers of one process may start and stop at the same time, but cpprest's registration is one for all.
std::mutex& LifeCycle() {
  static std::mutex mutex;
  return mutex;
}

class CpprestListener : public Listener {
 public:
  CpprestListener(const std::string& url, Endpoint& endpoint)
      : url_(url), endpoint_(endpoint), listener_(web::uri(url)) {
    listener_.support([](const web::http::http_request& request) { Reply(request); });
    listener_.support(web::http::methods::OPTIONS,
                      [](const web::http::http_request& request) { Reply(request); });
  }
  ~CpprestListener() override { Close(); }

  // The registration lasts until the last listener closes; without one cpprest falls back to its own server.
  // So it is renewed before every first open, and which transport was used is looked at afterwards.
  Status Open() {
    const std::lock_guard lock(LifeCycle());
    if (!Listeners().Add(url_, *this)) return Error(Code::kConflict, "a server is open already at " + url_);
    try {
      if (!ServerApi::has_listener()) ServerApi::register_server_api(std::make_unique<Transport>());
      listener_.open().wait();
      open_ = true;
    } catch (const std::exception& exception) {
      Listeners().Remove(url_);
      return Error(Code::kInternal, std::string("cpprest cannot open a listener: ") + exception.what());
    }
    if (!impl_) return Error(Code::kInternal, "cpprest opened a listener on another transport than ours");
    return Ok();
  }

  // For the transport.
  void Registered(ListenerImpl* impl) { impl_ = impl; }
  void Unregistered() { endpoint_.Drain(); }

  void Handle(std::shared_ptr<Exchange> exchange) override {
    exchange->response = Response::Problem(Error(Code::kInternal, "the request was not answered"));
    try {
      auto request = web::http::http_request::_create_request(std::make_unique<ExchangeContext>(exchange));
      request.set_method(MethodName(exchange->request.method));
      impl_->handle_request(request);
    } catch (const std::exception& exception) {
      log::Failure("cpprest failed to dispatch a request", {{"exception", exception.what()}});
    }
  }

  void Close() override {
    endpoint_.Drain();  // before the lock, since it may take long
    const std::lock_guard lock(LifeCycle());
    if (!std::exchange(open_, false)) return;
    try {
      listener_.close().wait();
    } catch (const std::exception& exception) {
      log::Failure("cpprest failed to close a listener", {{"url", url_}, {"exception", exception.what()}});
    }
    Listeners().Remove(url_);
  }

 private:
  const std::string url_;
  Endpoint& endpoint_;
  experimental::listener::http_listener listener_;
  ListenerImpl* impl_ = nullptr;  // of listener_, as the transport was told
  bool open_ = false;
};

pplx::task<void> Transport::register_listener(ListenerImpl* listener) {
  if (auto* known = Listeners().Find(*listener)) known->Registered(listener);
  return ReadyTask();
}

// cpprest forgets the transport right after its last listener, without a lock: so every reply must be over
// here.
pplx::task<void> Transport::unregister_listener(ListenerImpl* listener) {
  if (auto* known = Listeners().Find(*listener)) known->Unregistered();
  return ReadyTask();
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Open(const std::string& url, Endpoint& endpoint) {
  KeepCpprestPoolSmall();
  std::unique_ptr<CpprestListener> listener;
  try {
    listener = std::make_unique<CpprestListener>(url, endpoint);
  } catch (const std::exception& exception) {
    return Error(Code::kInvalidArgument, std::string("cpprest does not take the URL: ") + exception.what());
  }
  TARN_TRY(listener->Open());
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace tarn::http
