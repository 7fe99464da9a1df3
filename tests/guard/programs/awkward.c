/* Commands that live in a way that a supervisor trips over, each a word:
 *
 *   vfork | clone3 | thread | tsync | undumpable ADDRESS PORT   one UDP connect, made from there
 *   listener                        asks for a seccomp listener of its own
 *   storm RESTART COUNT ADDRESS PORT   COUNT connects under a timer that fires every 300 us; RESTART is 0 or 1
 *   killed COUNT ADDRESS PORT       COUNT children that connect for ever, each killed by -9 somewhere in a call
 *   stopped ADDRESS PORT            a child that is stopped and continued while it connects, beside one that is not
 *   daemon FIFO RESULT ADDRESS PORT leaves a process behind, which connects once FIFO is opened and writes RESULT
 *   deathsig                        asks to die with its parent, and lives on
 *   unix PATH                       Unix sockets of all kinds, and what their ends say of each other
 *   backlog                         blocking connects to a listener that never accepts, and one to a listener that does
 *   orphan ADDRESS PORT             kills its parent by -9, then connects
 *   many COUNT ABREAST PROGRAM WORD…   starts PROGRAM so often, so many at once
 *   inherited FD                    writes to a descriptor that it was given
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in target;

static void aim(char** words) {
  target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1]))};
  inet_pton(AF_INET, words[0], &target.sin_addr);
}

/* 0 or an errno. */
static int attempt(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int answer = connect(fd, (struct sockaddr*)&target, sizeof target) == 0 ? 0 : errno;
  close(fd);
  return answer;
}

static const char* name_of(int answer) { return answer == 0 ? "0" : strerrorname_np(answer); }

static int tell(int answer) {
  puts(name_of(answer));
  fflush(stdout);
  return answer == 0 ? 0 : 1;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int code_of(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int by_vfork(void) {
  const pid_t pid = vfork();
  if (pid == 0) _exit(attempt());
  return tell(code_of(pid));
}

static int by_clone3(void) {
  struct clone_args how = {.exit_signal = SIGCHLD};
  const long pid = syscall(SYS_clone3, &how, sizeof how);
  if (pid == 0) _exit(attempt());
  return tell(code_of((pid_t)pid));
}

static void* in_thread(void* answer) {
  *(int*)answer = attempt();
  return NULL;
}

static int by_thread(void) {
  pthread_t thread;
  int answer = -1;
  pthread_create(&thread, NULL, in_thread, &answer);
  pthread_join(thread, NULL);
  return tell(answer);
}

static long filter(unsigned flags) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static pthread_barrier_t barrier;

static void* after_tsync(void* answer) {
  pthread_barrier_wait(&barrier); /* all threads are there */
  pthread_barrier_wait(&barrier); /* the filter is theirs */
  *(int*)answer = syscall(SYS_acct, NULL) == -1 && errno == EACCES ? attempt() : -1;
  return NULL;
}

/* As Chromium's sandbox does it: one thread filters all. */
static int with_tsync(void) {
  pthread_t thread;
  int answer = -1;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, after_tsync, &answer);
  pthread_barrier_wait(&barrier);
  if (filter(SECCOMP_FILTER_FLAG_TSYNC) != 0) return tell(errno);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  return tell(answer);
}

static void nothing(int signal) { (void)signal; }

static int storm(int restart, int count) {
  struct sigaction how = {.sa_handler = nothing, .sa_flags = restart ? SA_RESTART : 0};
  sigaction(SIGALRM, &how, NULL);
  const struct itimerval often = {{0, 300}, {0, 300}};
  setitimer(ITIMER_REAL, &often, NULL);
  int answers[4096] = {0};
  for (int i = 0; i < count; ++i) ++answers[attempt()];
  for (int i = 0; i < 4096; ++i)
    if (answers[i] != 0) printf("%s %d\n", name_of(i), answers[i]);
  return 0;
}

static int killed(int count) {
  for (int i = 0; i < count; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      for (;;) attempt();
    }
    usleep((useconds_t)(100 + i * 37 % 1500));
    kill(pid, SIGKILL);
    if (code_of(pid) != 128 + SIGKILL) return 1;
  }
  return tell(attempt());
}

static int stopped(void) {
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) attempt();
  }
  double longest = 0;
  for (int i = 0; i < 200; ++i) {
    kill(pid, i % 2 ? SIGCONT : SIGSTOP);
    const double begin = now();
    attempt();
    if (now() - begin > longest) longest = now() - begin;
  }
  kill(pid, SIGKILL);
  code_of(pid);
  printf("longest %.0f ms\n", longest * 1000);
  return 0;
}

static int leave_behind(const char* fifo, const char* result) {
  if (fork() != 0) return 0;
  setsid();
  if (fork() != 0) _exit(0);
  for (int fd = 0; fd < 3; ++fd) dup2(open("/dev/null", O_RDWR), fd);
  const int gate = open(fifo, O_RDONLY);
  const double begin = now();
  const int answer = attempt();
  const double took = now() - begin;
  FILE* out = fopen(result, "w");
  fprintf(out, "%s %.0f ms\n", name_of(answer), took * 1000);
  fclose(out);
  close(gate);
  _exit(0);
}

static int deathsig(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  usleep(200000);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return fd < 0 ? 1 : tell(attempt());
}

static int connected_unix(int type, const struct sockaddr_un* name, socklen_t size) {
  const int listener = socket(AF_UNIX, type, 0);
  if (bind(listener, (const struct sockaddr*)name, size) != 0) return errno;
  if (type != SOCK_DGRAM) listen(listener, 1);
  const int client = socket(AF_UNIX, type, 0);
  if (type == SOCK_DGRAM) {
    if (sendto(client, "x", 1, 0, (const struct sockaddr*)name, size) != 1) return errno;
    struct iovec piece = {"y", 1};
    struct msghdr message = {.msg_name = (void*)name, .msg_namelen = size, .msg_iov = &piece, .msg_iovlen = 1};
    return sendmsg(client, &message, 0) == 1 ? 0 : errno;
  }
  if (connect(client, (const struct sockaddr*)name, size) != 0) return errno;
  struct ucred peer = {0};
  socklen_t length = sizeof peer;
  getsockopt(accept(listener, NULL, NULL), SOL_SOCKET, SO_PEERCRED, &peer, &length);
  return peer.pid == getpid() ? 0 : EPERM;
}

static int unix_sockets(const char* path) {
  const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
  for (int i = 0; i < 6; ++i) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const int length = snprintf(name.sun_path + (i > 2), sizeof name.sun_path - 1, "%s-%d", path, i);
    const int answer = connected_unix(types[i % 3], &name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length + 1));
    if (answer != 0) return tell(answer);
  }
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  char space[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec piece = {"z", 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  struct cmsghdr* head = CMSG_FIRSTHDR(&message);
  *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(head), &pair[0], sizeof(int));
  return tell(sendmsg(pair[1], &message, 0) == 1 ? 0 : errno);
}

static int listener_with(int backlog, struct sockaddr_in* where) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  *where = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof *where;
  bind(fd, (struct sockaddr*)where, size);
  listen(fd, backlog);
  getsockname(fd, (struct sockaddr*)where, &size);
  return fd;
}

static int backlog(void) {
  struct sockaddr_in full, quick;
  listener_with(0, &full);
  listener_with(64, &quick);
  pid_t waiting[6];
  for (int i = 0; i < 6; ++i) {
    if ((waiting[i] = fork()) == 0) {
      for (;;) connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&full, sizeof full);
    }
  }
  usleep(200000);
  const double begin = now();
  const int answer = connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&quick, sizeof quick);
  const double took = now() - begin;
  for (int i = 0; i < 6; ++i) kill(waiting[i], SIGKILL), code_of(waiting[i]);
  printf("%.0f ms\n", took * 1000);
  return answer;
}

static int orphan(void) {
  kill(getppid(), SIGKILL);
  usleep(50000);
  const double begin = now();
  const int answer = attempt();
  printf("%s after %.0f ms\n", name_of(answer), (now() - begin) * 1000);
  return 0;
}

static int many(int count, int abreast, char** command) {
  int running = 0, bad = 0;
  for (int started = 0; started < count || running > 0;) {
    if (started < count && running < abreast) {
      if (posix_spawn(NULL, command[0], NULL, NULL, command, environ) != 0) return 127;
      ++started, ++running;
      continue;
    }
    int status = 0;
    if (wait(&status) < 0) return 1;
    --running;
    bad += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  }
  printf("%d of %d failed\n", bad, count);
  return 0;
}

static int undumpable(void) {
  prctl(PR_SET_DUMPABLE, 0);
  return tell(attempt());
}

int main(int count, char** words) {
  const char* word = count > 1 ? words[1] : "";
  if (count == 4) aim(words + 2);
  if (count == 4 && strcmp(word, "vfork") == 0) return by_vfork();
  if (count == 4 && strcmp(word, "clone3") == 0) return by_clone3();
  if (count == 4 && strcmp(word, "thread") == 0) return by_thread();
  if (count == 4 && strcmp(word, "tsync") == 0) return with_tsync();
  if (count == 4 && strcmp(word, "undumpable") == 0) return undumpable();
  if (count == 4 && strcmp(word, "stopped") == 0) return stopped();
  if (count == 4 && strcmp(word, "orphan") == 0) return orphan();
  if (strcmp(word, "listener") == 0) return tell(filter(SECCOMP_FILTER_FLAG_NEW_LISTENER) >= 0 ? 0 : errno);
  if (strcmp(word, "deathsig") == 0) return deathsig();
  if (strcmp(word, "backlog") == 0) return backlog();
  if (count == 3 && strcmp(word, "unix") == 0) return unix_sockets(words[2]);
  if (count == 3 && strcmp(word, "inherited") == 0) return tell(write(atoi(words[2]), "x", 1) == 1 ? 0 : errno);
  if (count == 6 && strcmp(word, "storm") == 0) return aim(words + 4), storm(atoi(words[2]), atoi(words[3]));
  if (count == 5 && strcmp(word, "killed") == 0) return aim(words + 3), killed(atoi(words[2]));
  if (count == 6 && strcmp(word, "daemon") == 0) return aim(words + 4), leave_behind(words[2], words[3]);
  if (count > 4 && strcmp(word, "many") == 0) return many(atoi(words[2]), atoi(words[3]), words + 4);
  return 64;
}
