// Drivers for the devices that the Linux guest is given.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "devices.h"

// Modules are loaded in the order of their numbers.
static int load_modules(void)
{
    for (int i = 0;; i++) {
        char path[32];
        snprintf(path, sizeof path, "/modules/%d", i);
        int module = open(path, O_RDONLY);
        if (module < 0)
            return i > 0;
        if (syscall(SYS_finit_module, module, "", 0) != 0 && errno != EEXIST) {
            printf("failed: module %d: %s\n", i, strerror(errno));
            return 0;
        }
        close(module);
    }
}

int devices_start(void)
{
    return load_modules() && mount("devtmpfs", "/dev", "devtmpfs", 0, 0) == 0;
}
