/* The network of a sandbox: loopback alone. A route that calls every address local lets the platform's listeners catch
 * connections to any address (AWS's own names included); getsockname() then tells which address was meant. */
#include "keeper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool netlink_ask(int fd, struct nlmsghdr* request) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (sendto(fd, request, request->nlmsg_len, 0, (struct sockaddr*)&kernel, sizeof(kernel)) < 0) return false;
  char answer[1024];
  ssize_t n = recv(fd, answer, sizeof(answer), 0);
  if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) return false;
  const struct nlmsghdr* header = (const struct nlmsghdr*)answer;
  if (header->nlmsg_type != NLMSG_ERROR) return false;
  const struct nlmsgerr* error = NLMSG_DATA(header);
  errno = -error->error;
  return error->error == 0;
}

/* ip route add local default dev lo, for one family */
static bool route_everything_local(int fd, int loopback, int family) {
  struct {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr attribute;
    int index;
  } request = {
      .header = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = RTM_NEWROUTE,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE,
                 .nlmsg_seq = 1},
      .route = {.rtm_family = (unsigned char)family,
                .rtm_table = RT_TABLE_MAIN,
                .rtm_protocol = RTPROT_BOOT,
                .rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
                .rtm_type = RTN_LOCAL},
      .attribute = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF},
      .index = loopback,
  };
  return netlink_ask(fd, &request.header);
}

bool net_up(struct failure* failure) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail_with(failure, "socket", "AF_INET");
  struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
  strcpy(request.ifr_name, "lo");
  bool up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  if (!up) fail_with(failure, "bring up", "lo");
  int index = 1;
  if (up && ioctl(fd, SIOCGIFINDEX, &request) == 0) index = request.ifr_ifindex;
  close(fd);
  if (!up) return false;
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return fail_with(failure, "socket", "AF_NETLINK");
  bool routed = route_everything_local(netlink, index, AF_INET);
  if (!routed) fail_with(failure, "route", "local default dev lo");
  close(netlink);
  return routed;
}

int net_listen(uint32_t address, uint16_t port, struct failure* failure) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    fail_with(failure, "socket", "listener");
    return -1;
  }
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
  if (bind(fd, (struct sockaddr*)&name, sizeof(name)) < 0 || listen(fd, 128) < 0) {
    fail_with(failure, "listen", "inside the sandbox");
    close(fd);
    return -1;
  }
  return fd;
}

int net_datagram(uint32_t address, uint16_t port, struct failure* failure) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
  if (fd < 0 || bind(fd, (struct sockaddr*)&name, sizeof(name)) < 0) {
    fail_with(failure, "bind", "the resolver's port");
    if (fd >= 0) close(fd);
    return -1;
  }
  return fd;
}
