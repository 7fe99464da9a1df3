/* What a call costs, told by the process that makes it: WORD COUNT → microseconds a call.
 *
 *   getuid, pair, file, connect   the median of 31 rounds of COUNT / 31 calls; a pair is a write and a read of a
 *           pipe, a file is opened, asked for its size and closed
 *   least   getuid under the least filter of calls that there is: one instruction, which lets all pass
 *   spawn                   the mean of COUNT dynamic programs, one behind the other
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;
enum { kRounds = 31 };

static int ends[2];
static int datagrams;
static struct sockaddr_in self;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int call_getuid(void) { return syscall(SYS_getuid) < 0; }

static int call_pair(void) {
  char byte = 'x';
  return write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1;
}

static int call_file(void) {
  struct stat status;
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  return file < 0 || fstat(file, &status) != 0 || close(file) != 0;
}

static int lay_least_filter(void) {
  struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const struct sock_fprog program = {1, &pass};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) != 0;
}

static int call_connect(void) { return connect(datagrams, (struct sockaddr*)&self, sizeof self) != 0; }

static int spawn(void) {
  char* words[] = {"/bin/true", NULL};
  pid_t pid = 0;
  int status = 0;
  if (posix_spawn(&pid, words[0], NULL, NULL, words, environ) != 0) return 1;
  return waitpid(pid, &status, 0) != pid || status != 0;
}

static int by_value(const void* a, const void* b) {
  const double left = *(const double*)a, right = *(const double*)b;
  return (left > right) - (left < right);
}

static int median_of(int (*call)(void), int count) {
  double took[kRounds];
  for (int round = 0; round < kRounds; ++round) {
    const double begin = now();
    for (int i = 0; i < count / kRounds; ++i) {
      if (call()) return 1;
    }
    took[round] = (now() - begin) / (count / kRounds);
  }
  qsort(took, kRounds, sizeof *took, by_value);
  printf("%.4f\n", took[kRounds / 2]);
  return 0;
}

static int mean_of(int (*call)(void), int count) {
  const double begin = now();
  for (int i = 0; i < count; ++i) {
    if (call()) return 1;
  }
  printf("%.4f\n", (now() - begin) / count);
  return 0;
}

int main(int count, char** words) {
  if (count != 3 || pipe(ends) != 0) return 64;
  datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  self = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int calls = atoi(words[2]);
  if (strcmp(words[1], "getuid") == 0) return median_of(call_getuid, calls);
  if (strcmp(words[1], "least") == 0) return lay_least_filter() || median_of(call_getuid, calls);
  if (strcmp(words[1], "file") == 0) return median_of(call_file, calls);
  if (strcmp(words[1], "pair") == 0) return median_of(call_pair, calls);
  if (strcmp(words[1], "connect") == 0) return median_of(call_connect, calls);
  if (strcmp(words[1], "spawn") == 0) return mean_of(spawn, calls);
  return 64;
}
