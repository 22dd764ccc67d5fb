/* Ten programs that are compiled twice: as policies, and as the host's own code at -O2. Each gets 4096 bytes of memory. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifdef __bpf__
#define PROGRAM __attribute__((section("bench"), used))
#else
#define PROGRAM __attribute__((visibility("default")))
#endif

/* Sum of words. */
PROGRAM u64 sum(u64 *m)
{
    u64 s = 0;
    for (int i = 0; i < 512; i++)
        s += m[i];
    return s;
}

/* FNV-1a over bytes. */
PROGRAM u64 hash(u8 *m)
{
    u64 h = 14695981039346656037ull;
    for (int i = 0; i < 1024; i++)
        h = (h ^ m[i]) * 1099511628211ull;
    return h;
}

/* CRC-32, bit by bit. */
PROGRAM u64 crc(u8 *m)
{
    u32 c = ~0u;
    for (int i = 0; i < 128; i++) {
        c ^= m[i];
        for (int b = 0; b < 8; b++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}

/* Product of two 8 by 8 matrices, into the memory behind them. */
PROGRAM u64 matrix(u64 *m)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            u64 s = 0;
            for (int k = 0; k < 8; k++)
                s += m[i * 8 + k] * m[64 + k * 8 + j];
            m[128 + i * 8 + j] = s;
        }
    return m[128 + 63];
}

/* The greatest of 512 words, and where it is. */
PROGRAM u64 greatest(u64 *m)
{
    u64 best = 0, at = 0;
    for (u64 i = 0; i < 512; i++)
        if (m[i] > best) {
            best = m[i];
            at = i;
        }
    return best ^ at;
}

/* Distances of 16 rows of 32 words to the first. */
PROGRAM u64 distance(u64 *m)
{
    u64 least = ~0ull;
    for (int row = 1; row < 16; row++) {
        u64 d = 0;
        for (int i = 0; i < 32; i++) {
            u64 a = m[i], b = m[row * 32 + i];
            d += a > b ? (a - b) >> 8 : (b - a) >> 8;
        }
        if (d < least)
            least = d;
    }
    return least;
}

/* Linear congruences, some shifts and a remainder each. */
PROGRAM u64 random_walk(u64 *m)
{
    u64 x = m[0] | 1, p = 0;
    for (int i = 0; i < 1000; i++) {
        x = x * 6364136223846793005ull + 1442695040888963407ull;
        p = (p + (x >> 33)) % 1021;
    }
    return p;
}

/* A histogram of bytes. */
PROGRAM u64 histogram(u8 *m)
{
    u32 *count = (u32 *)(m + 1024);
    for (int i = 0; i < 256; i++)
        count[i] = 0;
    for (int i = 0; i < 1024; i++)
        count[m[i]]++;
    return count[0];
}

/* A checksum as of the Internet protocols: sums of 16-bit words with the carry brought round. */
PROGRAM u64 checksum(u8 *m)
{
    unsigned short *words = (unsigned short *)m;
    u64 s = 0;
    for (int i = 0; i < 1024; i++)
        s += words[i];
    s = (s & 0xffff) + (s >> 16);
    return ~(s + (s >> 16)) & 0xffff;
}

/* A decision tree of depth 10 for 16 rows: jumps that cannot be foreseen. */
PROGRAM u64 tree(u64 *m)
{
    u64 votes = 0;
    for (u64 row = 0; row < 16; row++) {
        u64 node = 0;
        for (int depth = 0; depth < 10; depth++) {
            u64 feature = m[(row * 7 + node * 3) & 511];
            node = (feature & 255) > (node & 127) ? node * 2 + 1 : node * 2 + 2;
            node &= 1023;
        }
        votes += node;
    }
    return votes;
}
