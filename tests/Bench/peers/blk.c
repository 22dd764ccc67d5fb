// What Linux pays for what MicroLake's blk benchmark measures: reads of a disk past every cache, one at a time.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <unistd.h>
#include "devices.h"
#include "measure.h"

#define PEER "linux-virtio-blk"

enum { BATCH = 2 << 20, PIECE = 4096, LONG = 1 << 20 };

static char bytes[LONG] __attribute__((aligned(PIECE)));
static uint64_t disk_bytes;
static uint64_t seed = 1, next;
static int disk;

static void read_at(uint64_t place, size_t count)
{
    if (pread(disk, bytes, count, (off_t)place) != (ssize_t)count)
        printf("failed: read: %s\n", strerror(errno));
}

static void read_anywhere(long n)
{
    while (n--) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        read_at((seed >> 33) % (disk_bytes / PIECE) * PIECE, PIECE);
    }
}

static void read_on(long n)
{
    while (n--)
        read_at(next++ % (disk_bytes / LONG) * LONG, LONG);
}

void blk_peer(void)
{
    if (!devices_start())
        return;
    disk = open("/dev/vda", O_RDONLY | O_DIRECT);
    if (disk < 0 || ioctl(disk, BLKGETSIZE64, &disk_bytes) != 0) {
        printf("failed: /dev/vda: %s\n", strerror(errno));
        return;
    }
    measure("blk.read_4kib_random", read_anywhere, BATCH / PIECE, 1, PEER);
    measure("blk.read_1mib_sequential", read_on, BATCH / LONG, 1, PEER);
    close(disk);
}
