// What a C program on Linux pays for what MicroLake's runtime benchmark measures in C#.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include "measure.h"

#define PEER "linux-c"

static void read_clock(long n)
{
    struct timespec now;
    while (n--)
        clock_gettime(CLOCK_MONOTONIC, &now);
}

static void *volatile kept;

static void allocate_64(long n)
{
    while (n--) {
        void *block = malloc(64);
        kept = block;
        free(block);
    }
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void lock_unlock(long n)
{
    while (n--) {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
}

static void yield(long n)
{
    while (n--)
        sched_yield();
}

static atomic_int stop;

static void *yield_thread(void *unused)
{
    while (!stop)
        sched_yield();
    return unused;
}

// Two threads of one real-time priority on one processor: each yield is one switch, so an operation is two.
static void thread_switch(const char *name)
{
    stop = 0;
    struct sched_param real_time = { .sched_priority = 10 }, ordinary = { 0 };
    pthread_t other;
    cpu_set_t all, first;
    sched_getaffinity(0, sizeof all, &all);
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    sched_setaffinity(0, sizeof first, &first);
    if (sched_setscheduler(0, SCHED_FIFO, &real_time) || pthread_create(&other, 0, yield_thread, 0)) {
        puts("failed: thread_switch");
        return;
    }
    measure(name, yield, 500, 2, PEER);
    stop = 1;
    pthread_join(other, 0);
    sched_setscheduler(0, SCHED_OTHER, &ordinary);
    sched_setaffinity(0, sizeof all, &all);
}

static sem_t ping, pong;

static void hand_over(long n)
{
    while (n--) {
        sem_post(&ping);
        sem_wait(&pong);
    }
}

static void *hand_over_thread(void *unused)
{
    for (;;) {
        sem_wait(&ping);
        if (stop)
            return unused;
        sem_post(&pong);
    }
}

static void handoff(void)
{
    pthread_t other;
    stop = 0;
    sem_init(&ping, 0, 0);
    sem_init(&pong, 0, 0);
    if (pthread_create(&other, 0, hand_over_thread, 0)) {
        puts("failed: handoff");
        return;
    }
    measure("runtime.handoff", hand_over, 200, 1, PEER);
    stop = 1;
    sem_post(&ping);
    pthread_join(other, 0);
}

static void *nothing(void *unused)
{
    return unused;
}

static void create_join(long n)
{
    while (n--) {
        pthread_t thread;
        if (pthread_create(&thread, 0, nothing, 0) == 0)
            pthread_join(thread, 0);
    }
}

// How late a sleep of 1 ms ends.
static void sleep_late(void)
{
    double samples[MOST_SAMPLES];
    for (int i = 0; i < measure_samples; i++) {
        struct timespec span = { 0, 1000000 };
        uint64_t start = measure_now();
        clock_nanosleep(CLOCK_MONOTONIC, 0, &span, 0);
        samples[i] = (double)(measure_now() - start) - 1e6;
    }
    measure_print("runtime.timer_late", samples, measure_samples, PEER);
}

void runtime_peer(void)
{
    measure("runtime.clock_read", read_clock, 20000, 1, PEER);
    measure("runtime.alloc_64", allocate_64, 20000, 1, PEER);
    measure("runtime.lock", lock_unlock, 20000, 1, PEER);
    thread_switch("runtime.thread_switch");
    handoff();
    measure("runtime.thread_create_join", create_join, 10, 1, PEER);
    sleep_late();
}

void sched_peer(void)
{
    thread_switch("sched.thread_switch");
    measure("sched.thread_create_join", create_join, 10, 1, PEER);
}
