// Float inference of the networks that MicroLake's inference benchmark runs, in C and with BLAS, single thread.
// W1 is [inputs][hidden], W2 is [outputs][hidden]; activations are row-major, one row per sample; ReLU between.
#include <math.h>
#include <string.h>
#include "measure.h"

#ifdef WITH_CBLAS
#include <cblas.h>
#endif

enum { MOST_BATCH = 512, MOST_INPUTS = 31, MOST_HIDDEN = 256, MOST_OUTPUTS = 2 };

#define ALIGNED __attribute__((aligned(64)))

static struct { int inputs, hidden, outputs; } net;
static int batch;
static float ALIGNED w1[MOST_INPUTS * MOST_HIDDEN], b1[MOST_HIDDEN], w2[MOST_OUTPUTS * MOST_HIDDEN], b2[MOST_OUTPUTS];
static float ALIGNED x[MOST_BATCH * MOST_INPUTS], h[MOST_BATCH * MOST_HIDDEN], y[MOST_BATCH * MOST_OUTPUTS];
static double expected[MOST_BATCH * MOST_OUTPUTS];

// One sample at a time, written for the compiler to vectorise; SIZES makes the loop bounds constant.
#define FORWARD(NAME, TARGET, INPUTS, HIDDEN, OUTPUTS)                                         \
    TARGET __attribute__((noinline)) static void NAME(long n)                                  \
    {                                                                                          \
        while (n--)                                                                            \
            for (int s = 0; s < batch; s++) {                                                  \
                float *hidden = h + s * (HIDDEN);                                              \
                memcpy(hidden, b1, (HIDDEN) * sizeof(float));                                  \
                for (int k = 0; k < (INPUTS); k++) {                                           \
                    float a = x[s * (INPUTS) + k];                                             \
                    for (int j = 0; j < (HIDDEN); j++)                                         \
                        hidden[j] += a * w1[k * (HIDDEN) + j];                                 \
                }                                                                              \
                for (int o = 0; o < (OUTPUTS); o++) {                                          \
                    float sum = b2[o];                                                         \
                    for (int j = 0; j < (HIDDEN); j++)                                         \
                        sum += (hidden[j] > 0 ? hidden[j] : 0) * w2[o * (HIDDEN) + j];         \
                    y[s * (OUTPUTS) + o] = sum;                                                \
                }                                                                              \
                __asm__ volatile("" ::: "memory");                                             \
            }                                                                                  \
    }

// An emulator may compute fused multiply-add in software, so AVX2 is tried with and without it.
#define AVX2 __attribute__((target("avx2")))
#define AVX2_FMA __attribute__((target("avx2,fma")))
FORWARD(sse2_31, , 31, 256, 2)
FORWARD(avx2_31, AVX2, 31, 256, 2)
FORWARD(fma_31, AVX2_FMA, 31, 256, 2)
FORWARD(sse2_15, , 15, 10, 1)
FORWARD(avx2_15, AVX2, 15, 10, 1)
FORWARD(fma_15, AVX2_FMA, 15, 10, 1)

// The larger network with the hidden layer kept in registers: 8 vectors of hidden units at a time, inputs innermost.
#define BLOCKED(NAME, TARGET, BYTES)                                                           \
    typedef float NAME##_vector __attribute__((vector_size(BYTES), aligned(4)));               \
    typedef int NAME##_mask __attribute__((vector_size(BYTES)));                               \
    TARGET __attribute__((noinline)) static void NAME(long n)                                  \
    {                                                                                          \
        enum { LANES = (BYTES) / sizeof(float) };                                              \
        while (n--)                                                                            \
            for (int s = 0; s < batch; s++) {                                                  \
                const float *in = x + s * 31;                                                  \
                NAME##_vector sum0 = { 0 }, sum1 = { 0 };                                      \
                for (int j = 0; j < 256; j += 8 * LANES) {                                     \
                    NAME##_vector c[8];                                                        \
                    for (int q = 0; q < 8; q++)                                                \
                        c[q] = *(const NAME##_vector *)(b1 + j + q * LANES);                   \
                    for (int k = 0; k < 31; k++)                                               \
                        for (int q = 0; q < 8; q++)                                            \
                            c[q] += in[k] * *(const NAME##_vector *)(w1 + k * 256 + j + q * LANES); \
                    for (int q = 0; q < 8; q++) {                                              \
                        NAME##_vector positive = (NAME##_vector)((NAME##_mask)c[q] & (c[q] > 0)); \
                        sum0 += positive * *(const NAME##_vector *)(w2 + j + q * LANES);       \
                        sum1 += positive * *(const NAME##_vector *)(w2 + 256 + j + q * LANES); \
                    }                                                                          \
                }                                                                              \
                float o0 = b2[0], o1 = b2[1];                                                  \
                for (int q = 0; q < LANES; q++) {                                              \
                    o0 += sum0[q];                                                             \
                    o1 += sum1[q];                                                             \
                }                                                                              \
                y[s * 2] = o0;                                                                 \
                y[s * 2 + 1] = o1;                                                             \
                __asm__ volatile("" ::: "memory");                                             \
            }                                                                                  \
    }

BLOCKED(blocked_sse2, , 16)
BLOCKED(blocked_avx2, AVX2, 32)
BLOCKED(blocked_fma, AVX2_FMA, 32)

#ifdef WITH_CBLAS
static void blas(long n)
{
    while (n--) {
        for (int s = 0; s < batch; s++)
            memcpy(h + s * net.hidden, b1, (size_t)net.hidden * sizeof(float));
        if (batch == 1)
            cblas_sgemv(CblasRowMajor, CblasTrans, net.inputs, net.hidden, 1, w1, net.hidden, x, 1, 1, h, 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, net.hidden, net.inputs, 1, x, net.inputs, w1, net.hidden, 1, h, net.hidden);
        for (int j = 0; j < batch * net.hidden; j++)
            h[j] = h[j] > 0 ? h[j] : 0;
        for (int s = 0; s < batch; s++)
            memcpy(y + s * net.outputs, b2, (size_t)net.outputs * sizeof(float));
        if (batch == 1)
            cblas_sgemv(CblasRowMajor, CblasNoTrans, net.outputs, net.hidden, 1, w2, net.hidden, h, 1, 1, y, 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, net.outputs, net.hidden, 1, h, net.hidden, w2, net.hidden, 1, y, net.outputs);
    }
}
#endif

static float next_weight(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return ((float)(state >> 8) / 16777216.0f - 0.5f) * 0.2f;
}

static void fill(float *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = next_weight();
}

static void compute_expected(void)
{
    for (int s = 0; s < MOST_BATCH; s++)
        for (int o = 0; o < net.outputs; o++) {
            double sum = b2[o];
            for (int j = 0; j < net.hidden; j++) {
                double unit = b1[j];
                for (int k = 0; k < net.inputs; k++)
                    unit += (double)x[s * net.inputs + k] * w1[k * net.hidden + j];
                sum += (unit > 0 ? unit : 0) * w2[o * net.hidden + j];
            }
            expected[s * net.outputs + o] = sum;
        }
}

// Measures a peer only if it computes the right values.
static void run(const char *name, void (*forward)(long), const char *peer)
{
    memset(y, 0, sizeof y);
    forward(1);
    for (int i = 0; i < batch * net.outputs; i++)
        if (fabs(y[i] - expected[i]) > 1e-4) {
            printf("failed: %s %s computes %g instead of %g\n", name, peer, y[i], expected[i]);
            return;
        }
    measure(name, forward, 1 + 64 / batch, 1, peer);
}

typedef struct { const char *peer; void (*forward)(long); int needs_avx2; } peer_kernel;

static void run_net(int inputs, int hidden, int outputs, const peer_kernel *kernels)
{
    static const int batches[] = { 1, 8, 64, 512 };
    int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    net.inputs = inputs;
    net.hidden = hidden;
    net.outputs = outputs;
    fill(w1, inputs * hidden);
    fill(b1, hidden);
    fill(w2, outputs * hidden);
    fill(b2, outputs);
    fill(x, MOST_BATCH * inputs);
    compute_expected();
    for (int i = 0; i < 4; i++) {
        char name[64];
        batch = batches[i];
        snprintf(name, sizeof name, "infer.%d_%d_%d.b%d", inputs, hidden, outputs, batch);
        for (const peer_kernel *kernel = kernels; kernel->peer; kernel++)
            if (has_avx2 || !kernel->needs_avx2)
                run(name, kernel->forward, kernel->peer);
#ifdef WITH_CBLAS
        run(name, blas, "openblas");
#endif
    }
}

void infer_peer(void)
{
    static const peer_kernel large[] = {
        { "gcc-sse2", sse2_31, 0 }, { "gcc-avx2", avx2_31, 1 }, { "gcc-fma", fma_31, 1 },
        { "gcc-sse2-blocked", blocked_sse2, 0 }, { "gcc-avx2-blocked", blocked_avx2, 1 }, { "gcc-fma-blocked", blocked_fma, 1 },
        { 0, 0, 0 },
    };
    static const peer_kernel small[] = { { "gcc-sse2", sse2_15, 0 }, { "gcc-avx2", avx2_15, 1 }, { "gcc-fma", fma_15, 1 }, { 0, 0, 0 } };
    run_net(31, 256, 2, large);
    run_net(15, 10, 1, small);
}
