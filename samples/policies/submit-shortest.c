/* Order of the requests that wait for a disk: the shortest first, and what waits longer counts as shorter. A write-back gives way until it has been
   passed over often enough. */
#include <microlake.h>

/* A request that has waited for so long counts as one page shorter. */
#define NS_FOR_A_PAGE 1000000

#define MOST_PASSED 8

ML_POLICY("io.submit") s64 submit_shortest(struct ml_io_submit *c)
{
    if (c->kind == ML_IO_WRITE_BACK)
        return c->passed < MOST_PASSED ? -1000000 : 1000000;
    u64 waited = (u64)c->waited_ns / NS_FOR_A_PAGE;
    return (s64)(waited > 100000 ? 100000 : waited) - (c->pages > 100000 ? 100000 : c->pages);
}
