/*
 * Shortest foreseen job first: the model says from runs of the same command, the same program and the usual how long a process still runs, all as
 * logarithms. Threads of the kernel, and processes of which nothing at all is known, are foreseen by their last bursts.
 */
#include <microlake.h>

#define PARTS 256
#define INPUTS 6

/* As far as the model was trained. */
#define FARTHEST (20 * PARTS)
#define LEAST_ATTAINED (-10 * PARTS)
#define MOST_RUNS 16

#define LONGEST_BURST 100000000ll
/* Beyond the longest that is foreseen, and nothing is lost by the shift. */
#define MOST_LOG (34 * PARTS)
#define LONGEST_NS 10000000000ll

/* Without jumps, of which the verifier would have to follow every way: the compiler must not know what it computes. */
#define HIDE(value) __asm__ volatile("" : "+r"(value))

/* 1 where there is any bit, else 0. */
ML_INLINE u64 any(u64 value)
{
    u64 sign = value | -value;
    HIDE(sign);
    return sign >> 63;
}

ML_INLINE s64 lesser(s64 a, s64 b)
{
    s64 difference = a - b;
    HIDE(difference);
    return b + (difference & (difference >> 63));
}

ML_INLINE s64 within(s64 value, s64 least, s64 most)
{
    return -lesser(-lesser(value, most), -least);
}

/* log2(1 + value) in parts of 256, between powers of two on a straight line. */
ML_INLINE s64 log2_of(u64 value)
{
    u64 rest = ++value, power = 0;
    for (int step = 32; step > 0; step /= 2) {
        u64 more = any(rest >> step) * (u64)step;
        rest >>= more;
        power += more;
    }

    return (s64)(power * PARTS + ((value << ((63 - power) & 63) >> 55) & (PARTS - 1)));
}

/* Its inverse. */
ML_INLINE s64 exp2_of(s64 log)
{
    log = within(log, 0, MOST_LOG);
    u64 power = ((u64)log / PARTS) & 63;
    return (s64)((((u64)log & (PARTS - 1)) + PARTS) << power >> 8);
}

ML_POLICY("sched.pick") s64 sched_predict_live(struct ml_sched_pick *c)
{
    if (c->program_mean == 0) {
        s64 burst = within(c->burst_ns, 0, LONGEST_BURST), before = within(c->burst1_ns, 0, LONGEST_BURST);
        return (burst * 3 + before) >> 2;
    }

    s64 usual = c->usual_mean;
    s64 inputs[INPUTS] = {
        within(c->command_last - usual, -FARTHEST, FARTHEST),
        within(c->command_before_last - usual, -FARTHEST, FARTHEST),
        within(c->command_mean - usual, -FARTHEST, FARTHEST),
        within(c->command_runs, 0, MOST_RUNS) * PARTS,
        within(c->program_mean - usual, -FARTHEST, FARTHEST),
        within(log2_of((u64)c->process_run_ns) - usual, LEAST_ATTAINED, FARTHEST),
    };
    s64 left;
    if (ml_infer(0, inputs, sizeof(inputs), &left, sizeof(left)))
        return 0;
    return lesser(exp2_of(left + usual), LONGEST_NS);
}
