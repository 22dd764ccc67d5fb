/* Eviction by frequency: pages that were used seldom go first; the longer ago the last use is, the less the others count. */
#include <microlake.h>

/* What a page is worth that was not used for eight times as long as it takes to fill the cache. */
#define FORGOTTEN (3 * 256)

ML_POLICY("mm.reclaim") s64 reclaim_frequency(struct ml_mm_reclaim *c)
{
    /* Logarithms: a difference is a quotient. */
    if (c->age > FORGOTTEN)
        return c->age;
    return c->age - 2 * c->uses;
}
