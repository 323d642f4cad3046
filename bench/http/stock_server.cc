// cpprestsdk's listener on its own server, as an application would use it. Takes the port as its argument,
// prints "listening on <port>" and runs until SIGTERM.

#include <cpprest/http_listener.h>
#include <cpprest/json.h>

#include <csignal>
#include <iostream>

int main(int, char** arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const std::string port = arguments[1];
  web::http::experimental::listener::http_listener listener("http://127.0.0.1:" + port + "/");
  listener.support(web::http::methods::GET, [](const web::http::http_request& request) {
    web::json::value body;
    body["status"] = web::json::value::string("ok");
    body["n"] = web::json::value::number(42);
    request.reply(web::http::status_codes::OK, body);
  });
  listener.open().wait();
  std::cout << "listening on " << port << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  listener.close().wait();
}
