/* Scheduling by predicted burst: the next burst of a thread is guessed from its last four, those with short ones go first, and nobody waits for ever. */
#include <microlake.h>

#define LONGEST 100000000ull

/* Sixteenths: the newest burst counts most. */
static const u64 weights[4] = {8, 4, 3, 1};

/* How good the guesses are, for whoever asks: errors by their size in powers of two. */
ML_MAP(errors, ML_PER_CPU_ARRAY, u32, u64, 64);

ML_INLINE u32 log2_of(u64 value)
{
    u32 bits = 0;
    for (int step = 32; step > 0; step /= 2) {
        if (value >> step) {
            value >>= step;
            bits += step;
        }
    }

    return bits;
}

ML_POLICY("sched.pick") s64 pick_burst(struct ml_sched_pick *c)
{
    u64 bursts[4] = {c->burst_ns, c->burst1_ns, c->burst2_ns, c->burst3_ns};
    u64 guess = 0;
    for (int i = 0; i < 4; i++)
        guess += (bursts[i] > LONGEST ? LONGEST : bursts[i]) * weights[i];
    guess /= 16;

    u64 error = guess > bursts[0] ? guess - bursts[0] : bursts[0] - guess;
    u32 size = log2_of(error) & 63;
    u64 *count = ml_map_lookup(&errors, &size);
    if (count)
        ++*count;

    /* What was waited is taken off. */
    u64 waited = c->waited_ns;
    return waited < guess ? guess - waited : 0;
}
