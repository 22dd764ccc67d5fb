// What Linux pays for the start of a C# program: fork, exec of the same program as one static file, its first byte of output.
#include <sys/wait.h>
#include <unistd.h>
#include "measure.h"

#define PROGRAM "/hello"

enum { SAMPLES = 15 };

static double start_once(void)
{
    int output[2];
    char first;
    if (pipe(output))
        return 0;
    uint64_t start = measure_now();
    pid_t child = fork();
    if (child == 0) {
        dup2(output[1], 1);
        close(output[0]);
        close(output[1]);
        execl(PROGRAM, PROGRAM, (char *)0);
        _exit(127);
    }
    close(output[1]);
    double spent = read(output[0], &first, 1) == 1 ? (double)(measure_now() - start) : 0;
    while (read(output[0], &first, 1) == 1)
        ;
    close(output[0]);
    waitpid(child, 0, 0);
    return spent;
}

void process_peer(void)
{
    double samples[SAMPLES];
    start_once();
    for (int i = 0; i < SAMPLES; i++)
        if ((samples[i] = start_once()) == 0) {
            puts("failed: " PROGRAM);
            return;
        }
    measure_print("process.start", samples, SAMPLES, "linux-fork-exec");
}
