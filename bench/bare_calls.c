/* The calls that no verification of a hub cache can do without, and nothing else: no name is looked
 * at, no memory kept, nothing hashed. What it takes is what is left when all of hubward's own work
 * is gone.
 *
 *   walk ROOT THREADS   every directory listed, every link and every ref read
 *   read ROOT THREADS   the same, and every blob opened and read, sixteen by one call of io_uring;
 * all of them are short
 */
#include <dirent.h>
#include <fcntl.h>
#include <liburing.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  kMostRepos = 100000,
  kTogether = 16,
  kRoom = 32 * 1024,
  kNames = 1024 * 1024,
  kMostThreads = 64
};

static int root;
static int reads;
static char* repos[kMostRepos];
static int repo_count;
static atomic_int next_repo;

static void refuse(const char* what) {
  perror(what);
  exit(1);
}

struct Ring {
  struct io_uring ring;
  unsigned asked;
  char* rooms;
};

static void open_ring(struct Ring* ring) {
  struct io_uring_params params = {.flags = IORING_SETUP_SINGLE_ISSUER |
                                            IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL};
  if (io_uring_queue_init_params(2 * kTogether, &ring->ring, &params) != 0) refuse("io_uring");
  if (io_uring_register_files_sparse(&ring->ring, kTogether) != 0) refuse("io_uring");
  ring->asked = 0;
  ring->rooms = malloc((size_t)kTogether * kRoom);
}

static void take_all(struct Ring* ring) {
  while (ring->asked > 0) {
    struct io_uring_cqe* done;
    unsigned head;
    unsigned taken = 0;
    io_uring_submit_and_wait(&ring->ring, 1);
    io_uring_for_each_cqe(&ring->ring, head, done) {
      ++taken;
      if (io_uring_cqe_get_data64(done) != 1) continue;
      if (done->res <= 0 || done->res == kRoom) {
        fprintf(stderr, "a blob cannot be read, or is not short: %d\n", done->res);
        exit(3);
      }
      --ring->asked;
    }
    io_uring_cq_advance(&ring->ring, taken);
  }
}

/* The name stays where it is until take_all. */
static void ask(struct Ring* ring, int folder, const char* name) {
  const unsigned slot = ring->asked++;
  struct io_uring_sqe* open = io_uring_get_sqe(&ring->ring);
  io_uring_prep_openat_direct(open, folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, slot);
  open->flags |= IOSQE_IO_LINK;
  io_uring_sqe_set_data64(open, 0);
  struct io_uring_sqe* read = io_uring_get_sqe(&ring->ring);
  io_uring_prep_read(read, (int)slot, ring->rooms + (size_t)slot * kRoom, kRoom, 0);
  read->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(read, 1);
  if (ring->asked == kTogether) take_all(ring);
}

/* Bytes of the entries of a directory, all of them. */
static long list(int folder, char* entries) {
  long have = 0;
  for (;;) {
    const long got = syscall(SYS_getdents64, folder, entries + have, kNames - have);
    if (got < 0) refuse("getdents64");
    if (got == 0) return have;
    have += got;
  }
}

static void walk(int parent, const char* name, char* entries, struct Ring* ring) {
  char small[4096];
  const int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (folder < 0) refuse(name);
  const long size = list(folder, entries);
  for (long at = 0; at < size;) {
    const struct dirent64* entry = (const struct dirent64*)(entries + at);
    at += entry->d_reclen;
    if (entry->d_name[0] == '.') continue;
    if (entry->d_type == DT_DIR) {
      walk(folder, entry->d_name, entries + size, ring);
    } else if (entry->d_type == DT_LNK) {
      if (readlinkat(folder, entry->d_name, small, sizeof small) <= 0) refuse(entry->d_name);
    } else if (strcmp(name, "blobs") == 0) {
      if (reads) ask(ring, folder, entry->d_name);
    } else {
      const int ref = openat(folder, entry->d_name, O_RDONLY | O_NOFOLLOW);
      if (read(ref, small, sizeof small) <= 0) refuse(entry->d_name);
      close(ref);
    }
  }
  if (reads) take_all(ring);
  close(folder);
}

static void* work(void* unused) {
  char* entries = malloc(4 * (size_t)kNames);
  struct Ring ring;
  if (reads) open_ring(&ring);
  for (int at = atomic_fetch_add(&next_repo, 1); at < repo_count;
       at = atomic_fetch_add(&next_repo, 1)) {
    walk(root, repos[at], entries, &ring);
  }
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  reads = strcmp(argv[1], "read") == 0;
  root = open(argv[2], O_RDONLY | O_DIRECTORY);
  if (root < 0) refuse(argv[2]);
  char* entries = malloc((size_t)kMostRepos * 280);
  long have = 0;
  for (long got; (got = syscall(SYS_getdents64, root, entries + have, 1 << 20)) > 0;) have += got;
  for (long at = 0; at < have && repo_count < kMostRepos;) {
    struct dirent64* entry = (struct dirent64*)(entries + at);
    at += entry->d_reclen;
    if (entry->d_name[0] != '.' && entry->d_type == DT_DIR) repos[repo_count++] = entry->d_name;
  }
  const int asked = atoi(argv[3]);
  const int threads = asked < kMostThreads ? asked : kMostThreads;
  pthread_t others[kMostThreads];
  for (int at = 1; at < threads; ++at) pthread_create(&others[at], NULL, work, NULL);
  work(NULL);
  for (int at = 1; at < threads; ++at) pthread_join(others[at], NULL);
  return 0;
}
