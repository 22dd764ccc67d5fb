// What Linux pays for what MicroLake's ipc benchmark measures: a round trip of 64 bytes through two pipes, between threads of one process and
// between two processes, and one through two eventfds, between threads.
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "measure.h"

static int request[2], answer[2];
static char block[64];

static void *echo_pipe(void *unused)
{
    char got[64];
    while (read(request[0], got, sizeof got) == sizeof got)
        if (write(answer[1], got, sizeof got) != sizeof got)
            break;
    return unused;
}

static void pipe_round_trip(long n)
{
    char got[64];
    while (n--)
        if (write(request[1], block, sizeof block) != sizeof block || read(answer[0], got, sizeof got) != sizeof got)
            puts("failed: pipe");
}

static void between_processes(void)
{
    if (pipe(request) || pipe(answer)) {
        puts("failed: pipe");
        return;
    }
    pid_t other = fork();
    if (other == 0) {
        close(request[1]);
        echo_pipe(0);
        _exit(0);
    }
    measure("ipc.call_reply.process", pipe_round_trip, 200, 1, "linux-pipe-processes");
    close(request[1]);
    waitpid(other, 0, 0);
}

static int ping, pong;

static void *echo_event(void *unused)
{
    uint64_t count;
    while (read(ping, &count, sizeof count) == sizeof count && count < 1000)
        if (write(pong, &count, sizeof count) != sizeof count)
            break;
    return unused;
}

static void event_round_trip(long n)
{
    uint64_t count = 1;
    while (n--) {
        count = 1;
        if (write(ping, &count, sizeof count) != sizeof count || read(pong, &count, sizeof count) != sizeof count)
            puts("failed: eventfd");
    }
}

void ipc_peer(void)
{
    pthread_t other;
    if (pipe(request) || pipe(answer) || pthread_create(&other, 0, echo_pipe, 0)) {
        puts("failed: pipe");
        return;
    }
    measure("ipc.call_reply.kernel", pipe_round_trip, 200, 1, "linux-pipe-threads");
    close(request[1]);
    pthread_join(other, 0);
    between_processes();

    ping = eventfd(0, 0);
    pong = eventfd(0, 0);
    if (ping < 0 || pong < 0 || pthread_create(&other, 0, echo_event, 0)) {
        puts("failed: eventfd");
        return;
    }
    measure("ipc.notification", event_round_trip, 200, 1, "linux-eventfd-threads");
    uint64_t stop = 1000;
    if (write(ping, &stop, sizeof stop) != sizeof stop)
        puts("failed: eventfd");
    pthread_join(other, 0);
}
