/* A native function for the tests: the smallest client of the Runtime API. Its events choose what it does:
 * {"do":"echo"} answers the event; "error", "bad-id", "big" (a response over the limit), "exit", "abort", "hang",
 * "log". */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char request_id[128];
static char body[8 << 20];
static size_t body_size;
static int connection = -1;

static void write_all(const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t n = write(connection, bytes, size);
    if (n <= 0) exit(3);
    bytes += n;
    size -= (size_t)n;
  }
}

static int call(const char* method, const char* path, const char* headers, const char* content, size_t content_size) {
  char head[1024];
  int size = snprintf(head, sizeof(head),
                      "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: runtime\r\n%sContent-Length: %zu\r\n\r\n", method,
                      path, headers, content_size);
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  write_all(head, (size_t)size);
  write_all(content, content_size);
  static char in[9 << 20];
  size_t have = 0;
  char* end = NULL;
  while (!end) {
    ssize_t n = read(connection, in + have, sizeof(in) - 1 - have);
    if (n <= 0) exit(4);
    have += (size_t)n;
    in[have] = 0;
    end = strstr(in, "\r\n\r\n");
  }
  body_size = 0;
  for (char* line = in; line < end; line = strstr(line, "\r\n") + 2) {
    if (!strncasecmp(line, "content-length:", 15)) body_size = (size_t)atol(line + 15);
    if (!strncasecmp(line, "lambda-runtime-aws-request-id:", 30)) sscanf(line + 30, " %127[^\r]", request_id);
  }
  size_t got = have - (size_t)(end + 4 - in);
  memcpy(body, end + 4, got);
  while (got < body_size) {
    ssize_t n = read(connection, body + got, body_size - got);
    if (n <= 0) exit(5);
    got += (size_t)n;
  }
  body[body_size] = 0;
  return atoi(in + 9);
}

int main(void) {
  char host[64], path[256];
  int port = 0;
  const char* api = getenv("AWS_LAMBDA_RUNTIME_API");
  if (!api || sscanf(api, "%63[^:]:%d", host, &port) != 2) return 2;
  connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &name.sin_addr);
  if (connect(connection, (struct sockaddr*)&name, sizeof(name)) < 0) return 2;
  if (getenv("FAIL_INIT")) {
    call("POST", "init/error", "Lambda-Runtime-Function-Error-Type: Runtime.Broken\r\n",
         "{\"errorMessage\":\"no luck\",\"errorType\":\"Runtime.Broken\"}", 53);
    return 1;
  }
  for (;;) {
    call("GET", "invocation/next", "", "", 0);
    bool error = strstr(body, "\"error\""), bad_id = strstr(body, "\"bad-id\""), big = strstr(body, "\"big\"");
    if (strstr(body, "\"exit\"")) exit(7);
    if (strstr(body, "\"abort\"")) abort();
    if (strstr(body, "\"hang\"")) pause();
    if (strstr(body, "\"log\"")) printf("native says hello\nin two lines\n"), fflush(stdout);
    if (bad_id) {
      int status = call("POST", "invocation/00000000-0000-0000-0000-000000000000/response", "", "{}", 2);
      snprintf(path, sizeof(path), "invocation/%s/response", request_id);
      char answer[600];
      int size = snprintf(answer, sizeof(answer), "{\"status\":%d,\"body\":%.500s}", status, body);
      call("POST", path, "", answer, (size_t)size);
      continue;
    }
    if (big) {
      static char large[6400000];
      memset(large, 'x', sizeof(large));
      snprintf(path, sizeof(path), "invocation/%s/response", request_id);
      int status = call("POST", path, "", large, sizeof(large));
      fprintf(stderr, "too big: %d %s\n", status, body);
      continue;
    }
    snprintf(path, sizeof(path), "invocation/%s/%s", request_id, error ? "error" : "response");
    if (error)
      call("POST", path, "Lambda-Runtime-Function-Error-Type: Native.Problem\r\n",
           "{\"errorMessage\":\"it broke\",\"errorType\":\"Native.Problem\"}", 55);
    else {
      static char copy[8 << 20];
      size_t size = body_size;
      memcpy(copy, body, size);
      call("POST", path, "", copy, size);
    }
  }
}
