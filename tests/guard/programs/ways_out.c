/* Every way off the machine that a program without a partner has.
 *
 * usage: ways_out each ADDRESS PORT      every way that suits the address, the first to PORT, the next to PORT + 1, …
 *        ways_out WAY ADDRESS PORT       that one
 *        ways_out names                  the names of the ways for IPv4, in the order of `each`
 *
 * Says a line for each: its name, and 0 or the errno's name. Raw system calls where the C library would choose
 * another one. The exit status is that of the last: 0 if it went out.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

struct target {
  int family;
  socklen_t size;
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } to;
};

static struct target target_of(const char* address, int port) {
  struct target made = {.family = strchr(address, ':') ? AF_INET6 : AF_INET};
  if (made.family == AF_INET) {
    made.size = sizeof made.to.v4;
    made.to.v4.sin_family = AF_INET;
    made.to.v4.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, address, &made.to.v4.sin_addr);
  } else {
    made.size = sizeof made.to.v6;
    made.to.v6.sin6_family = AF_INET6;
    made.to.v6.sin6_port = htons((uint16_t)port);
    inet_pton(AF_INET6, address, &made.to.v6.sin6_addr);
  }
  return made;
}

static struct target loopback_of(const struct target* target) {
  return target_of(target->family == AF_INET ? "127.0.0.1" : "::1", 9);
}

/* What one way answers: 0, or an errno. Descriptors are left to the process's end: no close() hides an errno. */
static int answer_of(long result) { return result < 0 ? errno : 0; }

static int connect_to(int fd, const struct target* t) {
  return fd < 0 ? errno : answer_of(connect(fd, &t->to.any, t->size));
}

static int sendto_to(int fd, const struct target* t, int flags) {
  return fd < 0 ? errno : answer_of(sendto(fd, "x", 1, flags | MSG_NOSIGNAL, &t->to.any, t->size));
}

static int sendmsg_to(int fd, const struct target* t, int flags) {
  struct iovec piece = {.iov_base = "x", .iov_len = 1};
  struct msghdr message = {.msg_name = (void*)&t->to, .msg_namelen = t->size, .msg_iov = &piece, .msg_iovlen = 1};
  return fd < 0 ? errno : answer_of(sendmsg(fd, &message, flags | MSG_NOSIGNAL));
}

static int tcp(const struct target* t) { return connect_to(socket(t->family, SOCK_STREAM, 0), t); }

static int tcp_nonblocking(const struct target* t) {
  return connect_to(socket(t->family, SOCK_STREAM | SOCK_NONBLOCK, 0), t);
}

static int udp(const struct target* t) {
  const int fd = socket(t->family, SOCK_DGRAM, 0);
  const int answer = connect_to(fd, t);
  return answer != 0 ? answer : answer_of(send(fd, "x", 1, 0));
}

static int udp_sendto(const struct target* t) { return sendto_to(socket(t->family, SOCK_DGRAM, 0), t, 0); }
static int udp_sendmsg(const struct target* t) { return sendmsg_to(socket(t->family, SOCK_DGRAM, 0), t, 0); }

/* The second of a connected socket, whose own peer is this machine. */
static int udp_connected_elsewhere(const struct target* t) {
  const struct target near = loopback_of(t);
  const int fd = socket(t->family, SOCK_DGRAM, 0);
  const int answer = connect_to(fd, &near);
  return answer != 0 ? answer : sendto_to(fd, t, 0);
}

/* The first of the batch stays on the machine. */
static int udp_sendmmsg(const struct target* t) {
  struct target near = loopback_of(t);
  struct iovec piece = {.iov_base = "x", .iov_len = 1};
  struct mmsghdr batch[2] = {
      {.msg_hdr = {.msg_name = &near.to, .msg_namelen = near.size, .msg_iov = &piece, .msg_iovlen = 1}},
      {.msg_hdr = {.msg_name = (void*)&t->to, .msg_namelen = t->size, .msg_iov = &piece, .msg_iovlen = 1}},
  };
  const int fd = socket(t->family, SOCK_DGRAM, 0);
  const int sent = sendmmsg(fd, batch, 2, 0);
  return sent == 2 ? 0 : sent < 0 ? errno : EPIPE;
}

static int tcp_fastopen_sendto(const struct target* t) {
  return sendto_to(socket(t->family, SOCK_STREAM, 0), t, MSG_FASTOPEN);
}

static int tcp_fastopen_sendmsg(const struct target* t) {
  return sendmsg_to(socket(t->family, SOCK_STREAM, 0), t, MSG_FASTOPEN);
}

static int tcp_fastopen_connect(const struct target* t) {
  const int fd = socket(t->family, SOCK_STREAM, 0), yes = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof yes) != 0) return errno;
  const int answer = connect_to(fd, t);
  return answer != 0 ? answer : answer_of(send(fd, "x", 1, MSG_NOSIGNAL));
}

static int mptcp(const struct target* t) { return connect_to(socket(t->family, SOCK_STREAM, IPPROTO_MPTCP), t); }
static int udplite(const struct target* t) { return connect_to(socket(t->family, SOCK_DGRAM, 136), t); }
static int dccp(const struct target* t) { return connect_to(socket(t->family, 6, 33), t); }

static int sctp(const struct target* t) {
  const int fd = socket(t->family, SOCK_STREAM, IPPROTO_SCTP);
  if (fd < 0) return errno;
  return answer_of(setsockopt(fd, IPPROTO_SCTP, 110 /* SCTP_SOCKOPT_CONNECTX */, &t->to, t->size));
}

/* A socket of IPv6 reaches IPv4. */
static struct target mapped(const struct target* t) {
  struct target made = target_of("::ffff:0.0.0.0", ntohs(t->to.v4.sin_port));
  memcpy(made.to.v6.sin6_addr.s6_addr + 12, &t->to.v4.sin_addr, 4);
  return made;
}

static int mapped_tcp(const struct target* t) {
  const struct target six = mapped(t);
  return tcp(&six);
}

static int mapped_sendto(const struct target* t) {
  const struct target six = mapped(t);
  return udp_sendto(&six);
}

/* IPv4 takes a send to AF_UNSPEC for one to AF_INET. */
static int unspec_sendto(const struct target* t) {
  struct target odd = *t;
  odd.to.any.sa_family = AF_UNSPEC;
  return sendto_to(socket(AF_INET, SOCK_DGRAM, 0), &odd, 0);
}

static int unspec_sendmsg(const struct target* t) {
  struct target odd = *t;
  odd.to.any.sa_family = AF_UNSPEC;
  return sendmsg_to(socket(AF_INET, SOCK_DGRAM, 0), &odd, 0);
}

/* A longer structure than the family's own. */
static int long_name(const struct target* t) {
  struct {
    struct sockaddr_in v4;
    char rest[100];
  } wide = {.v4 = t->to.v4};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  return answer_of(sendto(fd, "x", 1, 0, (struct sockaddr*)&wide, sizeof wide));
}

static int raw_icmp(const struct target* t) {
  struct icmphdr echo = {.type = ICMP_ECHO, .checksum = 0xfff7};
  const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  return fd < 0 ? errno : answer_of(sendto(fd, &echo, sizeof echo, 0, &t->to.any, t->size));
}

static int ping(const struct target* t) {
  struct icmphdr echo = {.type = ICMP_ECHO};
  const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  return fd < 0 ? errno : answer_of(sendto(fd, &echo, sizeof echo, 0, &t->to.any, t->size));
}

static int multicast(const struct target* t) {
  const struct target all = target_of("224.0.0.251", ntohs(t->to.v4.sin_port));
  return udp_sendto(&all);
}

static int broadcast(const struct target* t) {
  const struct target all = target_of("255.255.255.255", ntohs(t->to.v4.sin_port));
  const int fd = socket(AF_INET, SOCK_DGRAM, 0), yes = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) != 0) return errno;
  return sendto_to(fd, &all, 0);
}

static int a_socket_of(int family, int type, int protocol) {
  return answer_of(socket(family, type, protocol));
}

static int packet(const struct target* t) { return (void)t, a_socket_of(AF_PACKET, SOCK_DGRAM, 0x0300); }
static int vsock(const struct target* t) { return (void)t, a_socket_of(AF_VSOCK, SOCK_STREAM, 0); }
static int xdp(const struct target* t) { return (void)t, a_socket_of(44, SOCK_RAW, 0); }

/* The packet socket of old, of another family. Names what looks like a Unix path, which is a device. */
static int sock_packet(const struct target* t) {
  struct sockaddr name = {.sa_family = AF_UNIX, .sa_data = "lo"};
  const int fd = socket(AF_INET, SOCK_PACKET, 0x0300);
  (void)t;
  if (fd < 0) return errno;
  const char frame[64] = {0};
  return answer_of(sendto(fd, frame, sizeof frame, 0, &name, sizeof name));
}

/* RxRPC carries its own IPv4 address behind one of another family. */
static int rxrpc(const struct target* t) {
  struct {
    uint16_t family, service, transport_type, transport_size;
    struct sockaddr_in transport;
    char rest[12];
  } name = {.family = 33, .service = 1, .transport_type = SOCK_DGRAM, .transport_size = 16, .transport = t->to.v4};
  const int fd = socket(33, SOCK_DGRAM, AF_INET);
  return fd < 0 ? errno : answer_of(connect(fd, (struct sockaddr*)&name, sizeof name));
}

/* io_uring connects without the call: one submission, waited for. */
static int uring(const struct target* t) {
  struct io_uring_params made = {0};
  const int ring = (int)syscall(SYS_io_uring_setup, 4, &made);
  if (ring < 0) return errno;
  const size_t size = made.sq_off.array + made.sq_entries * 4 + made.cq_off.cqes + made.cq_entries * 16;
  char* queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
  struct io_uring_sqe* entry =
      mmap(NULL, made.sq_entries * sizeof *entry, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || (void*)entry == MAP_FAILED) return errno;
  memset(entry, 0, sizeof *entry);
  entry->opcode = IORING_OP_CONNECT;
  entry->fd = socket(t->family, SOCK_DGRAM, 0);
  entry->addr = (uint64_t)(uintptr_t)&t->to;
  entry->off = t->size;
  *(uint32_t*)(queue + made.sq_off.array) = 0;
  __atomic_store_n((uint32_t*)(queue + made.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return errno;
  if (!(made.features & IORING_FEAT_SINGLE_MMAP)) return EOPNOTSUPP;
  const int result = ((struct io_uring_cqe*)(queue + made.cq_off.cqes))->res;
  if (result < 0) return -result;
  return answer_of(send(entry->fd, "x", 1, 0));
}

#ifdef __x86_64__
/* 64-bit code may make 32-bit calls, whose arguments are below 4 GiB. */
static long call32(long number, long a, long b, long c, long d, long e) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result)
                   : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory", "r8", "r9", "r10", "r11");
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

static uint32_t* low(void) {
  void* made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (made == MAP_FAILED) abort();
  return made;
}

static uint32_t at(const void* place) { return (uint32_t)(uintptr_t)place; }

struct low_message {
  uint32_t words[8];          /* a struct msghdr of 28 bytes, or with its length a struct mmsghdr of 32 */
  uint32_t piece[2];
  struct target target;
  char byte;
};

static struct low_message* low_message(const struct target* t) {
  struct low_message* m = (void*)(low() + 16);
  m->target = *t;
  m->piece[0] = at(&m->byte);
  m->piece[1] = 1;
  const uint32_t words[8] = {at(&m->target.to), t->size, at(m->piece), 1, 0, 0, 0, 0};
  memcpy(m->words, words, sizeof words);
  return m;
}

static int int80_connect(const struct target* t) {
  struct low_message* m = low_message(t);
  return answer_of(call32(362, socket(t->family, SOCK_DGRAM, 0), at(&m->target.to), t->size, 0, 0));
}

static int int80_sendmsg(const struct target* t) {
  return answer_of(call32(370, socket(t->family, SOCK_DGRAM, 0), at(low_message(t)->words), 0, 0, 0));
}

static int int80_sendmmsg(const struct target* t) {
  return answer_of(call32(345, socket(t->family, SOCK_DGRAM, 0), at(low_message(t)->words), 1, 0, 0));
}

/* Its sixth argument is in ebp, which the compiler keeps: so by socketcall alone. */
static int socketcall(long which, const uint32_t* words, int count) {
  uint32_t* arguments = low();
  memcpy(arguments, words, (size_t)count * sizeof *words);
  return answer_of(call32(102, which, at(arguments), 0, 0, 0));
}

static int int80_socketcall_connect(const struct target* t) {
  struct low_message* m = low_message(t);
  const uint32_t words[] = {(uint32_t)socket(t->family, SOCK_DGRAM, 0), at(&m->target.to), t->size};
  return socketcall(3, words, 3);
}

static int int80_socketcall_sendto(const struct target* t) {
  struct low_message* m = low_message(t);
  const uint32_t words[] = {(uint32_t)socket(t->family, SOCK_DGRAM, 0), at(&m->byte), 1, 0, at(&m->target.to), t->size};
  return socketcall(11, words, 6);
}

static int int80_socketcall_sendmsg(const struct target* t) {
  const uint32_t words[] = {(uint32_t)socket(t->family, SOCK_DGRAM, 0), at(low_message(t)->words), 0};
  return socketcall(16, words, 3);
}

static int int80_socketcall_sendmmsg(const struct target* t) {
  const uint32_t words[] = {(uint32_t)socket(t->family, SOCK_DGRAM, 0), at(low_message(t)->words), 1, 0};
  return socketcall(20, words, 4);
}

static int int80_packet(const struct target* t) {
  return (void)t, answer_of(call32(359, AF_PACKET, SOCK_DGRAM, 0x0300, 0, 0));
}

static int int80_socketcall_packet(const struct target* t) {
  const uint32_t words[] = {AF_PACKET, SOCK_DGRAM, 0x0300};
  return (void)t, socketcall(1, words, 3);
}

static int int80_uring(const struct target* t) {
  return (void)t, answer_of(call32(425, 4, at(low()), 0, 0, 0));
}

static int x32_connect(const struct target* t) {
  const int fd = socket(t->family, SOCK_DGRAM, 0);
  return answer_of(syscall(SYS_connect | 0x40000000, fd, &t->to, t->size));
}
#endif

struct way {
  const char* name;
  int (*go)(const struct target*);
  bool six; /* also for IPv6 */
};

static const struct way ways[] = {
    {"tcp", tcp, true},
    {"tcp-nonblocking", tcp_nonblocking, true},
    {"udp", udp, true},
    {"udp-sendto", udp_sendto, true},
    {"udp-sendmsg", udp_sendmsg, true},
    {"udp-sendmmsg", udp_sendmmsg, true},
    {"udp-connected-elsewhere", udp_connected_elsewhere, true},
    {"tcp-fastopen-sendto", tcp_fastopen_sendto, true},
    {"tcp-fastopen-sendmsg", tcp_fastopen_sendmsg, true},
    {"tcp-fastopen-connect", tcp_fastopen_connect, true},
    {"mptcp", mptcp, true},
    {"udplite", udplite, true},
    {"dccp", dccp, true},
    {"sctp", sctp, true},
    {"uring", uring, true},
    {"mapped-tcp", mapped_tcp, false},
    {"mapped-sendto", mapped_sendto, false},
    {"unspec-sendto", unspec_sendto, false},
    {"unspec-sendmsg", unspec_sendmsg, false},
    {"long-name", long_name, false},
    {"raw-icmp", raw_icmp, false},
    {"ping", ping, false},
    {"multicast", multicast, false},
    {"broadcast", broadcast, false},
    {"packet", packet, false},
    {"vsock", vsock, false},
    {"xdp", xdp, false},
    {"sock-packet", sock_packet, false},
    {"rxrpc", rxrpc, false},
#ifdef __x86_64__
    {"int80-connect", int80_connect, true},
    {"int80-sendmsg", int80_sendmsg, true},
    {"int80-sendmmsg", int80_sendmmsg, true},
    {"int80-socketcall-connect", int80_socketcall_connect, true},
    {"int80-socketcall-sendto", int80_socketcall_sendto, true},
    {"int80-socketcall-sendmsg", int80_socketcall_sendmsg, true},
    {"int80-socketcall-sendmmsg", int80_socketcall_sendmmsg, true},
    {"int80-packet", int80_packet, false},
    {"int80-socketcall-packet", int80_socketcall_packet, false},
    {"int80-uring", int80_uring, false},
    {"x32-connect", x32_connect, true},
#endif
};

enum { kWays = sizeof ways / sizeof ways[0] };

static int try_way(const struct way* way, const char* address, int port) {
  const struct target target = target_of(address, port);
  const int answer = way->go(&target);
  printf("%s %s\n", way->name, answer == 0 ? "0" : strerrorname_np(answer));
  return answer == 0 ? 0 : 1;
}

int main(int count, char** words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const bool names = count == 2 && strcmp(words[1], "names") == 0;
  if (count != 4 && !names) return 64;
  const bool each = count == 4 && strcmp(words[1], "each") == 0;
  int status = 64;
  for (int i = 0; i < kWays; ++i) {
    const struct way* way = &ways[i];
    if (names) {
      puts(way->name);
      status = 0;
    } else if (each ? (way->six || !strchr(words[2], ':')) : strcmp(way->name, words[1]) == 0) {
      status = try_way(way, words[2], atoi(words[3]) + (each ? i : 0));
    }
  }
  return status;
}
