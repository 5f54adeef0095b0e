/* Preloaded: each fsync and fdatasync adds a byte to the file that COUNT_FSYNCS names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void count(void) {
  int file = open(getenv("COUNT_FSYNCS"), O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (file < 0) return;
  (void)!write(file, "\n", 1);
  close(file);
}

int fsync(int file) {
  count();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
  count();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
