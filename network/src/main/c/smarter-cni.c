/*
 * The CNI plugin that the container runtime starts: it hands what it is given to the resident part over a Unix socket, and
 * passes on what that answers. Under the name "loopback" it is the loopback plugin, which some runtimes call besides.
 *
 * To the resident part go the variables "CNI_NAME=value", each ended by a zero byte, one more zero byte, and the standard
 * input. Back come one byte, '0' for success, and the standard output. Where nobody answers, a pod that is to go may go.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SOCKET "/run/smarter/network/cni.sock"
#define LONGEST (1 << 20)

static const char *const variables[] = {
    "CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_ARGS", "CNI_PATH"};
static char input[LONGEST + 1], output[LONGEST];
static const char *version = "1.0.0";

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/* The version of the configuration in the input, for answers of our own; the resident part reads the input in earnest. */
static void find_version(void) {
  static char found[16];
  const char *at = strstr(input, "\"cniVersion\"");
  if (at && sscanf(at + 12, " : \"%15[0-9.]\"", found) == 1) version = found;
}

static int fail(int code, const char *message, const char *details) {
  printf("{\"cniVersion\":\"%s\",\"code\":%d,\"msg\":\"%s\",\"details\":\"%s\"}\n", version, code, message, details);
  return 1;
}

static int write_all(int to, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = send(to, bytes, length, MSG_NOSIGNAL);
    if (written < 0) return -1;
    bytes += written;
    length -= (size_t)written;
  }
  return 0;
}

static ssize_t read_all(int from, char *into) {
  ssize_t length = 0, got;
  while (length < LONGEST && (got = read(from, into + length, (size_t)(LONGEST - length))) != 0) {
    if (got < 0) return -1;
    length += got;
  }
  return length;
}

static int loopback(const char *command) {
  struct ifreq request = {.ifr_name = "lo"};
  if (!strcmp(command, "DEL") || !strcmp(command, "GC") || !strcmp(command, "STATUS")) return 0;
  int namespace = open(variable("CNI_NETNS"), O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0) return fail(5, "network namespace", strerror(errno));
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request) < 0) return fail(5, "lo", strerror(errno));
  if (!strcmp(command, "CHECK")) return request.ifr_flags & IFF_UP ? 0 : fail(5, "lo", "is down");
  request.ifr_flags |= IFF_UP;
  if (ioctl(any, SIOCSIFFLAGS, &request) < 0) return fail(5, "lo", strerror(errno));
  printf("{\"cniVersion\":\"%s\",\"interfaces\":[{\"name\":\"lo\",\"mac\":\"00:00:00:00:00:00\",\"sandbox\":\"%s\"}]}\n",
         version, variable("CNI_NETNS"));
  return 0;
}

static int nobody(const char *command, const char *path) {
  char details[256];
  snprintf(details, sizeof details, "%s: %s; is a pod of DaemonSet smarter-edge running on this node?", path, strerror(errno));
  if (!strcmp(command, "DEL") || !strcmp(command, "GC")) return 0;
  return fail(!strcmp(command, "STATUS") ? 50 : 11, "the node's network does not answer yet", details);
}

/* After a boot pods are started while the resident part is: for a moment it is waited for, which is quicker than another try. */
static int reach(const char *command, int resident, const struct sockaddr_un *address) {
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  for (int left = strcmp(command, "ADD") ? 0 : 150;; left--) {
    if (connect(resident, (const struct sockaddr *)address, sizeof *address) == 0) return 0;
    if (left <= 0 || (errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN)) return -1;
    nanosleep(&pause, NULL);
  }
}

static int call(const char *command, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval patience = {.tv_sec = 90};
  const char *path = getenv("SMARTER_CNI_SOCKET") ? getenv("SMARTER_CNI_SOCKET") : SOCKET;
  if (strlen(path) >= sizeof address.sun_path) return fail(4, "SMARTER_CNI_SOCKET", "is too long");
  strcpy(address.sun_path, path);
  int resident = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (resident < 0 || reach(command, resident, &address) < 0) return nobody(command, path);
  setsockopt(resident, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(resident, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    const char *value = variable(variables[i]);
    if (write_all(resident, variables[i], strlen(variables[i])) < 0 || write_all(resident, "=", 1) < 0 ||
        write_all(resident, value, strlen(value) + 1) < 0)
      return nobody(command, path);
  }
  if (write_all(resident, "", 1) < 0 || write_all(resident, input, length) < 0) return nobody(command, path);
  shutdown(resident, SHUT_WR);
  ssize_t got = read_all(resident, output);
  if (got == 0) errno = ECONNRESET;
  if (got < 1) return nobody(command, path);
  fwrite(output + 1, 1, (size_t)got - 1, stdout);
  return output[0] != '0';
}

/* What a probe asks, which can give neither variables nor input: does the network answer? */
static ssize_t status_call(void) {
  setenv("CNI_COMMAND", "STATUS", 1);
  strcpy(input, "{\"cniVersion\":\"1.1.0\",\"name\":\"smartnet\"}");
  return (ssize_t)strlen(input);
}

int main(int count, char **arguments) {
  int probe = count == 2 && !strcmp(arguments[1], "--status");
  const char *name = count > 0 && strrchr(arguments[0], '/') ? strrchr(arguments[0], '/') + 1 : arguments[0];
  ssize_t length = probe ? status_call() : read_all(STDIN_FILENO, input);
  const char *command = variable("CNI_COMMAND");
  if (length < 0 || length == LONGEST) return fail(5, "standard input", "cannot be read, or is too long");
  find_version();
  if (!strcmp(command, "VERSION")) {
    printf("{\"cniVersion\":\"%s\",\"supportedVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n", version);
    return 0;
  }
  return name && !strcmp(name, "loopback") ? loopback(command) : call(command, (size_t)length);
}
