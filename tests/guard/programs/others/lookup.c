/* Asks for a name as the C library does and connects to the first address: HOST PORT. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char** words) {
  if (count != 3) return 64;
  struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
  struct addrinfo* found = NULL;
  const int failure = getaddrinfo(words[1], words[2], &wanted, &found);
  if (failure != 0) {
    printf("getaddrinfo: %s\n", gai_strerror(failure));
    return 2;
  }
  const int fd = socket(found->ai_family, SOCK_STREAM, 0);
  if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
    printf("connect: %s\n", strerror(errno));
    return 1;
  }
  puts("connected");
  return 0;
}
