// Downloads the pages of a playlist with a bare libcurl multi loop and discards them: the limit that
// bench/extract measures Tarn against. Usage: bare_download ORIGIN PLAYLIST PAGES PAGE_SIZE CONNECTIONS.
// Prints seconds and bytes.
#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

size_t Append(char* data, size_t size, size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

size_t Discard(char*, size_t size, size_t count, void* bytes) {
  *static_cast<unsigned long long*>(bytes) += size * count;
  return size * count;
}

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

/// The value of "access_token" in the stand-in's answer.
std::string Token(const std::string& origin) {
  std::string answer;
  CURL* easy = curl_easy_init();
  const std::string url = origin + "/api/token";
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                   "grant_type=client_credentials&client_id=stand-in&client_secret=stand-in");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  if (curl_easy_perform(easy) != CURLE_OK) Fail("no token");
  curl_easy_cleanup(easy);
  const size_t name = answer.find("\"access_token\"");
  if (name == std::string::npos) Fail("no token: " + answer);
  const size_t start = answer.find('"', answer.find(':', name)) + 1;
  return answer.substr(start, answer.find('"', start) - start);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) Fail("usage: bare_download ORIGIN PLAYLIST PAGES PAGE_SIZE CONNECTIONS");
  const std::string origin = argv[1], playlist = argv[2];
  const int pages = std::atoi(argv[3]), page_size = std::atoi(argv[4]), connections = std::atoi(argv[5]);
  curl_global_init(CURL_GLOBAL_ALL);
  const auto started = std::chrono::steady_clock::now();
  curl_slist* headers = curl_slist_append(nullptr, ("Authorization: Bearer " + Token(origin)).c_str());

  unsigned long long bytes = 0;
  int next = 0, done = 0;
  CURLM* multi = curl_multi_init();
  const auto ask = [&](CURL* easy) {
    const std::string url = origin + "/v1/playlists/" + playlist +
                            "/items?limit=" + std::to_string(page_size) +
                            "&offset=" + std::to_string(static_cast<long long>(next++) * page_size);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_multi_add_handle(multi, easy);
  };
  std::vector<CURL*> handles;
  for (int i = 0; i < connections && i < pages; ++i) {
    CURL* easy = handles.emplace_back(curl_easy_init());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Discard);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bytes);
    ask(easy);
  }
  while (done < pages) {
    int running = 0, queued = 0;
    curl_multi_perform(multi, &running);
    while (CURLMsg* message = curl_multi_info_read(multi, &queued)) {
      long status = 0;
      curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
      if (message->data.result != CURLE_OK || status != 200)
        Fail("a page failed with status " + std::to_string(status));
      ++done;
      CURL* easy = message->easy_handle;
      curl_multi_remove_handle(multi, easy);
      if (next < pages) ask(easy);
    }
    if (done < pages) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  std::printf("%.3f %llu\n", seconds.count(), bytes);
  for (CURL* easy : handles) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
}
