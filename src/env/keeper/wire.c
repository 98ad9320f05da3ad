#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int packet_receive(int socket, struct packet* packet) {
  union {
    char bytes[CMSG_SPACE(sizeof(int) * PACKET_FDS_MAX)];
    struct cmsghdr align;
  } control;
  struct iovec io = {packet->bytes, PACKET_BYTES_MAX - 1};
  struct msghdr message = {
      .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
  packet->count = packet->fd_count = 0;
  ssize_t n;
  do n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n == 0) return 0;
  if (n < 0) return errno == EAGAIN ? -1 : 0;
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int i = 0; i < count; ++i) {
      int fd;
      memcpy(&fd, CMSG_DATA(c) + sizeof(int) * (size_t)i, sizeof(int));
      if (packet->fd_count < PACKET_FDS_MAX)
        packet->fds[packet->fd_count++] = fd;
      else
        close(fd);
    }
  }
  packet->bytes[n] = 0;
  for (char *p = packet->bytes, *end = packet->bytes + n; p < end; p += strlen(p) + 1) {
    if (packet->count == PACKET_STRINGS_MAX || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
      packet_close_fds(packet);
      return -1;
    }
    packet->strings[packet->count++] = p;
  }
  return packet->count > 0 ? 1 : -1;
}

void packet_close_fds(struct packet* packet) {
  for (int i = 0; i < packet->fd_count; ++i)
    if (packet->fds[i] >= 0) close(packet->fds[i]);
  packet->fd_count = 0;
}

const char* packet_get(const struct packet* packet, int from, const char* name, const char* otherwise) {
  size_t length = strlen(name);
  for (int i = from; i < packet->count; ++i)
    if (!strncmp(packet->strings[i], name, length) && packet->strings[i][length] == '=')
      return packet->strings[i] + length + 1;
  return otherwise;
}

long packet_get_long(const struct packet* packet, int from, const char* name, long otherwise) {
  const char* text = packet_get(packet, from, name, NULL);
  return text ? strtol(text, NULL, 10) : otherwise;
}

bool packet_send(int socket, const int* fds, int fd_count, ...) {
  union {
    char bytes[CMSG_SPACE(sizeof(int) * PACKET_FDS_MAX)];
    struct cmsghdr align;
  } control;
  char bytes[4096];
  size_t size = 0;
  va_list strings;
  va_start(strings, fd_count);
  for (const char* s; (s = va_arg(strings, const char*));) {
    size_t length = strlen(s) + 1;
    if (size + length > sizeof(bytes)) length = sizeof(bytes) - size;
    memcpy(bytes + size, s, length);
    size += length;
  }
  va_end(strings);
  struct iovec io = {bytes, size};
  struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1};
  if (fd_count > 0) {
    memset(&control, 0, sizeof(control));
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)fd_count);
    struct cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)fd_count);
    memcpy(CMSG_DATA(c), fds, sizeof(int) * (size_t)fd_count);
  }
  ssize_t n;
  do n = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n >= 0;
}

bool fail_with(struct failure* failure, const char* what, const char* about) {
  if (failure) snprintf(failure->text, sizeof(failure->text), "%s %s: %s", what, about ? about : "", strerror(errno));
  return false;
}

bool write_file(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t length = strlen(text);
  bool done = write(fd, text, length) == (ssize_t)length;
  int saved = errno;
  close(fd);
  errno = saved;
  return done;
}

int wait_byte(int fd) {
  char byte;
  ssize_t n;
  do n = read(fd, &byte, 1);
  while (n < 0 && errno == EINTR);
  return n == 1;
}
