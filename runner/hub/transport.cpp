// The only user of libcurl: one multi handle, driven from one thread.
#include "runner/hub/transport.h"

#include "runner/hub/address.h"
#include "runner/hub/libcurl.h"
#include "verifier/text/show.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <utility>

namespace hubward {
namespace {

constexpr long kBufferBytes = 256L * 1024;
constexpr long kMostConnections = 64;

using Easy = std::unique_ptr<CURL, decltype(LibCurl::easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(LibCurl::multi_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(LibCurl::slist_free_all)>;

/// One answer as it comes. Its address is known to libcurl, so it stays where it is.
class Transfer {
 public:
  Transfer(const LibCurl& curl, std::uint64_t transfer_id, Receiver& receiver)
      : id(transfer_id),
        easy(curl.easy_init(), curl.easy_cleanup),
        headers(nullptr, curl.slist_free_all),
        receiver_(receiver),
        getinfo_(curl.easy_getinfo) {}

  /// Before each connect. Asked of the address itself, for what a name leads to may change between
  /// a look at it and its use.
  static curl_socket_t on_connect(void* self, curlsocktype /*purpose*/,
                                  struct curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.may_reach(is_private_address(address->addr), address_text(address->addr))) {
      return CURL_SOCKET_BAD;
    }
    const int made = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    const bool lacks_means =
        errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
    if (made < 0 && lacks_means) transfer.starved_ = errno;
    return made;
  }
  /// Before each request: a connection that is kept may have been made for one that may go further.
  static int on_request(void* self, char* address, char* /*local*/, int /*port*/,
                        int /*local_port*/) {
    const bool may = static_cast<Transfer*>(self)->may_reach(
        is_private_literal(address).value_or(false), address);
    return may ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
  }

  static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self) {
    static_cast<Transfer*>(self)->take_header({text, size * count});
    return size * count;
  }
  static std::size_t on_body(char* text, std::size_t size, std::size_t count, void* self) {
    const auto bytes = std::as_bytes(std::span(text, size * count));
    return static_cast<Transfer*>(self)->take_body(bytes) ? bytes.size() : CURL_WRITEFUNC_ERROR;
  }

  /// The head may have come without a body.
  bool tell_head() {
    if (told_ || head_.status == 0) return !was_stopped_;
    told_ = true;
    head_.peer = peer();
    was_stopped_ = receiver_.begins(head_) == Take::stop;
    return !was_stopped_;
  }
  bool was_stopped() const { return was_stopped_; }

  /// The private address that it was kept from; empty when it was not, or found another one.
  std::string refused() const { return has_connected_ ? "" : refused_; }
  /// errno of a socket that was not to be had; 0: none.
  int starved() const { return starved_; }

  const std::uint64_t id;
  AddressReach reach = AddressReach::anywhere;
  bool is_proxied = false;
  Easy easy;
  List headers;
  std::array<char, CURL_ERROR_SIZE> error{};

 private:
  bool may_reach(bool is_private, const std::string& address) {
    if (reach == AddressReach::anywhere || is_proxied || !is_private) {
      has_connected_ = true;
      return true;
    }
    refused_ = address;
    return false;
  }
  Peer peer() const {
    const char* address = nullptr;
    getinfo_(easy.get(), CURLINFO_PRIMARY_IP, &address);
    if (is_proxied || address == nullptr) return Peer::unknown;
    return is_private_literal(address).value_or(false) ? Peer::at_private_address
                                                       : Peer::at_public_address;
  }
  // A 100 Continue comes before the answer itself: each status line begins anew.
  void take_header(std::string_view line) {
    if (!line.starts_with("HTTP/")) return head_.headers.add_line(line);
    head_ = {};
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), head_.status);
  }
  bool take_body(std::span<const std::byte> bytes) {
    if (!tell_head()) return false;
    was_stopped_ = receiver_.receives(bytes) == Take::stop;
    return !was_stopped_;
  }

  Receiver& receiver_;
  decltype(LibCurl::easy_getinfo) getinfo_;
  AnswerHead head_;
  std::string refused_;
  int starved_ = 0;
  bool has_connected_ = false;
  bool told_ = false;
  bool was_stopped_ = false;
};

TransferEnd end_of(CURLcode code) {
  constexpr std::array kUnreachable = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
                                       CURLE_COULDNT_CONNECT, CURLE_PROXY};
  constexpr std::array kUntrusted = {CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
                                     CURLE_SSL_CERTPROBLEM};
  if (code == CURLE_OK) return TransferEnd::whole;
  if (code == CURLE_OPERATION_TIMEDOUT) return TransferEnd::stalled;
  if (std::ranges::find(kUnreachable, code) != kUnreachable.end()) return TransferEnd::unreachable;
  if (std::ranges::find(kUntrusted, code) != kUntrusted.end()) return TransferEnd::untrusted;
  return TransferEnd::broken;
}

class CurlTransport : public Transport {
 public:
  CurlTransport(const LibCurl& curl, TransportOptions options, Multi multi)
      : curl_(curl), options_(std::move(options)), multi_(std::move(multi)) {
    curl_.multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_.multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMostConnections);
  }
  ~CurlTransport() override {
    for (const auto& entry : transfers_) {
      curl_.multi_remove_handle(multi_.get(), entry.second->easy.get());
    }
  }
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  std::uint64_t start(const TransportRequest& request, Receiver& receiver) override;
  void cancel(std::uint64_t id) override {
    const auto at = transfers_.find(id);
    if (at == transfers_.end()) return;
    curl_.multi_remove_handle(multi_.get(), at->second->easy.get());
    transfers_.erase(at);
  }
  std::vector<Ended> wait(std::chrono::milliseconds at_most) override;

 private:
  void set_up(Transfer& transfer, const TransportRequest& request) const;
  std::vector<Ended> take_ended();

  const LibCurl curl_;
  TransportOptions options_;
  Multi multi_;
  std::map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::uint64_t last_id_ = 0;
};

void CurlTransport::set_up(Transfer& transfer, const TransportRequest& request) const {
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_.slist_append(transfer.headers.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(transfer.headers.release());
    transfer.headers.reset(longer);
  }
  CURL* easy = transfer.easy.get();
  curl_.easy_setopt(easy, CURLOPT_URL, request.url.text().c_str());
  curl_.easy_setopt(easy, CURLOPT_NOBODY, request.method == Method::head ? 1L : 0L);
  curl_.easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_.easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_.easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_.easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_.easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_.easy_setopt(easy, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options_.connect.count()));
  curl_.easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_.easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.stall.count()));
  // An empty one keeps libcurl from choosing one itself, and an empty list from making exceptions.
  const std::string proxy(options_.proxies.for_url(request.url));
  transfer.is_proxied = !proxy.empty();
  transfer.reach = request.reach;
  curl_.easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  curl_.easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_connect);
  curl_.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_.easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_request);
  curl_.easy_setopt(easy, CURLOPT_PREREQDATA, &transfer);
  const std::string& ca_file = options_.ca_file ? *options_.ca_file : curl_.ca_file;
  if (!ca_file.empty()) curl_.easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  curl_.easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  curl_.easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_.easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_.easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_.easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_.easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

std::uint64_t CurlTransport::start(const TransportRequest& request, Receiver& receiver) {
  auto transfer = std::make_unique<Transfer>(curl_, ++last_id_, receiver);
  if (transfer->easy == nullptr) throw std::bad_alloc();
  set_up(*transfer, request);
  curl_.multi_add_handle(multi_.get(), transfer->easy.get());
  transfers_.emplace(transfer->id, std::move(transfer));
  return last_id_;
}

std::vector<Ended> CurlTransport::wait(std::chrono::milliseconds at_most) {
  int running = 0;
  curl_.multi_perform(multi_.get(), &running);
  std::vector<Ended> ended = take_ended();
  if (!ended.empty() || at_most.count() <= 0) return ended;
  const auto most = std::min<std::int64_t>(at_most.count(), 60'000);
  // EINTR ends the wait as well: whoever asked to end all of it looks after each round.
  curl_.multi_poll(multi_.get(), nullptr, 0, static_cast<int>(most), nullptr);
  curl_.multi_perform(multi_.get(), &running);
  return take_ended();
}

std::vector<Ended> CurlTransport::take_ended() {
  std::vector<Ended> ended;
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    if (code == CURLE_OK) transfer->tell_head();
    Ended end{.id = transfer->id, .end = end_of(code)};
    if (transfer->was_stopped()) {
      end.end = TransferEnd::stopped;
    } else if (code == CURLE_COULDNT_CONNECT && transfer->starved() != 0) {
      end.end = TransferEnd::starved;
      end.sys_errno = transfer->starved();
    } else if (const std::string address = transfer->refused(); !address.empty()) {
      end.end = TransferEnd::refused;
      end.why = show(address, 100);
    } else if (code != CURLE_OK) {
      const bool has_words = transfer->error.front() != '\0';
      end.why = show(has_words ? transfer->error.data() : curl_.easy_strerror(code), 200);
    }
    ended.push_back(std::move(end));
    cancel(ended.back().id);
  }
  return ended;
}

}  // namespace

Result<std::unique_ptr<Transport>> make_transport(const TransportOptions& options) {
  HUBWARD_TRY(const LibCurl curl, load_libcurl());
  Multi multi(curl.multi_init(), curl.multi_cleanup);
  if (multi == nullptr) return fail(ErrorKind::io, "libcurl", "cannot be set up");
  return std::make_unique<CurlTransport>(curl, options, std::move(multi));
}

}  // namespace hubward
