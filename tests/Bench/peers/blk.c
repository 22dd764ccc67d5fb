// What Linux pays for what MicroLake's blk benchmark measures: reads and writes of a disk past every cache, one at a time.
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

static void write_at(uint64_t place, size_t count)
{
    if (pwrite(disk, bytes, count, (off_t)place) != (ssize_t)count)
        printf("failed: write: %s\n", strerror(errno));
}

// The first place says what the disk is for.
static uint64_t anywhere(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (1 + (seed >> 33) % (disk_bytes / PIECE - 1)) * PIECE;
}

static uint64_t further(void)
{
    return (1 + next++ % (disk_bytes / LONG - 1)) * LONG;
}

static void read_anywhere(long n)
{
    while (n--)
        read_at(anywhere(), PIECE);
}

static void read_on(long n)
{
    while (n--)
        read_at(further(), LONG);
}

static void write_anywhere(long n)
{
    while (n--)
        write_at(anywhere(), PIECE);
}

static void write_on(long n)
{
    while (n--)
        write_at(further(), LONG);
}

void blk_peer(void)
{
    if (!devices_start())
        return;
    disk = open("/dev/vda", O_RDWR | O_DIRECT);
    if (disk < 0 || ioctl(disk, BLKGETSIZE64, &disk_bytes) != 0) {
        printf("failed: /dev/vda: %s\n", strerror(errno));
        return;
    }
    measure("blk.read_4kib_random", read_anywhere, BATCH / PIECE, 1, PEER);
    measure("blk.read_1mib_sequential", read_on, BATCH / LONG, 1, PEER);
    measure("blk.write_4kib_random", write_anywhere, BATCH / PIECE, 1, PEER);
    measure("blk.write_1mib_sequential", write_on, BATCH / LONG, 1, PEER);
    close(disk);
}
