/* sha.c - see sha.h. */
#include "base/sha.h"

#include <stdbool.h>
#include <string.h>

/* The first 64 bits of the fractions of the cube roots of the first primes; SHA-256 takes their
 * upper halves. */
static const uint64_t round_keys[80] = {
    0x428a2f98d728ae22ull, 0x7137449123ef65cdull, 0xb5c0fbcfec4d3b2full, 0xe9b5dba58189dbbcull,
    0x3956c25bf348b538ull, 0x59f111f1b605d019ull, 0x923f82a4af194f9bull, 0xab1c5ed5da6d8118ull,
    0xd807aa98a3030242ull, 0x12835b0145706fbeull, 0x243185be4ee4b28cull, 0x550c7dc3d5ffb4e2ull,
    0x72be5d74f27b896full, 0x80deb1fe3b1696b1ull, 0x9bdc06a725c71235ull, 0xc19bf174cf692694ull,
    0xe49b69c19ef14ad2ull, 0xefbe4786384f25e3ull, 0x0fc19dc68b8cd5b5ull, 0x240ca1cc77ac9c65ull,
    0x2de92c6f592b0275ull, 0x4a7484aa6ea6e483ull, 0x5cb0a9dcbd41fbd4ull, 0x76f988da831153b5ull,
    0x983e5152ee66dfabull, 0xa831c66d2db43210ull, 0xb00327c898fb213full, 0xbf597fc7beef0ee4ull,
    0xc6e00bf33da88fc2ull, 0xd5a79147930aa725ull, 0x06ca6351e003826full, 0x142929670a0e6e70ull,
    0x27b70a8546d22ffcull, 0x2e1b21385c26c926ull, 0x4d2c6dfc5ac42aedull, 0x53380d139d95b3dfull,
    0x650a73548baf63deull, 0x766a0abb3c77b2a8ull, 0x81c2c92e47edaee6ull, 0x92722c851482353bull,
    0xa2bfe8a14cf10364ull, 0xa81a664bbc423001ull, 0xc24b8b70d0f89791ull, 0xc76c51a30654be30ull,
    0xd192e819d6ef5218ull, 0xd69906245565a910ull, 0xf40e35855771202aull, 0x106aa07032bbd1b8ull,
    0x19a4c116b8d2d0c8ull, 0x1e376c085141ab53ull, 0x2748774cdf8eeb99ull, 0x34b0bcb5e19b48a8ull,
    0x391c0cb3c5c95a63ull, 0x4ed8aa4ae3418acbull, 0x5b9cca4f7763e373ull, 0x682e6ff3d6b2b8a3ull,
    0x748f82ee5defb2fcull, 0x78a5636f43172f60ull, 0x84c87814a1f0ab72ull, 0x8cc702081a6439ecull,
    0x90befffa23631e28ull, 0xa4506cebde82bde9ull, 0xbef9a3f7b2c67915ull, 0xc67178f2e372532bull,
    0xca273eceea26619cull, 0xd186b8c721c0c207ull, 0xeada7dd6cde0eb1eull, 0xf57d4f7fee6ed178ull,
    0x06f067aa72176fbaull, 0x0a637dc5a2c898a6ull, 0x113f9804bef90daeull, 0x1b710b35131c471bull,
    0x28db77f523047d84ull, 0x32caab7b40c72493ull, 0x3c9ebe0a15c9bebcull, 0x431d67c49c100d4cull,
    0x4cc5d4becb3e42b6ull, 0x597f299cfc657e2aull, 0x5fcb6fab3ad6faecull, 0x6c44198c4a475817ull};

/* Of the square roots of the first 8 primes and of the next 8. */
static const uint64_t first_roots[8] = {
    0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull, 0xa54ff53a5f1d36f1ull,
    0x510e527fade682d1ull, 0x9b05688c2b3e6c1full, 0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull};
static const uint64_t next_roots[8] = {
    0xcbbb9d5dc1059ed8ull, 0x629a292a367cd507ull, 0x9159015a3070dd17ull, 0x152fecd8f70e5939ull,
    0x67332667ffc00b31ull, 0x8eb44a8768581511ull, 0xdb0c2e0d64f98fa7ull, 0x47b5481dbefa4fa4ull};

static uint32_t rotate32(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}
static uint64_t rotate64(uint64_t x, int by)
{
    return x >> by | x << (64 - by);
}
static uint64_t load(const uint8_t *from, size_t bytes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < bytes; i++)
        word = word << 8 | from[i];
    return word;
}
static void store(uint8_t *to, uint64_t word, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(word >> (8 * (bytes - 1 - i)));
}

typedef void (*BlockFn)(uint64_t *state, const uint8_t *block);

static void block_sha1(uint64_t *state, const uint8_t *block)
{
    static const uint32_t keys[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80], a = (uint32_t)state[0], b = (uint32_t)state[1], c = (uint32_t)state[2],
                    d = (uint32_t)state[3], e = (uint32_t)state[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)load(block + 4 * i, 4);
    for (int i = 16; i < 80; i++)
        w[i] = rotate32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 31);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        uint32_t next = rotate32(a, 27) + f + e + keys[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate32(b, 2);
        b = a;
        a = next;
    }
    const uint32_t added[] = {a, b, c, d, e};
    for (int i = 0; i < 5; i++)
        state[i] = (uint32_t)(state[i] + added[i]);
}

/* SHA-256 and SHA-512 differ in the word, the rounds and the shifts. */
#define SHA2_BLOCK(name, T, bytes, rounds, key, rotate, s0a, s0b, s0c, s1a, s1b, s1c, e0a, e0b,    \
                   e0c, e1a, e1b, e1c)                                                             \
    static void name(uint64_t *state, const uint8_t *block)                                        \
    {                                                                                              \
        T w[rounds], v[8];                                                                         \
        for (int i = 0; i < 16; i++)                                                               \
            w[i] = (T)load(block + (bytes)*i, bytes);                                              \
        for (int i = 16; i < (rounds); i++) {                                                      \
            T s0 = rotate(w[i - 15], s0a) ^ rotate(w[i - 15], s0b) ^ w[i - 15] >> (s0c);           \
            T s1 = rotate(w[i - 2], s1a) ^ rotate(w[i - 2], s1b) ^ w[i - 2] >> (s1c);              \
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;                                                 \
        }                                                                                          \
        for (int i = 0; i < 8; i++)                                                                \
            v[i] = (T)state[i];                                                                    \
        for (int i = 0; i < (rounds); i++) {                                                       \
            T e1 = rotate(v[4], e1a) ^ rotate(v[4], e1b) ^ rotate(v[4], e1c);                      \
            T e0 = rotate(v[0], e0a) ^ rotate(v[0], e0b) ^ rotate(v[0], e0c);                      \
            T choice = (v[4] & v[5]) ^ (~v[4] & v[6]);                                             \
            T most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);                                \
            T first = v[7] + e1 + choice + (T)(key) + w[i];                                        \
            memmove(v + 1, v, 7 * sizeof *v);                                                      \
            v[4] += first;                                                                         \
            v[0] = first + e0 + most;                                                              \
        }                                                                                          \
        for (int i = 0; i < 8; i++)                                                                \
            state[i] = (T)(state[i] + v[i]);                                                       \
    }
SHA2_BLOCK(block_sha256, uint32_t, 4, 64, round_keys[i] >> 32, rotate32, 7, 18, 3, 17, 19, 10, 2,
           13, 22, 6, 11, 25)
SHA2_BLOCK(block_sha512, uint64_t, 8, 80, round_keys[i], rotate64, 1, 8, 7, 19, 61, 6, 28, 34, 39,
           14, 18, 41)

/* The blocks, then a one bit, zeros and the length in bits. */
static void digest(uint64_t *state, BlockFn block, size_t block_bytes, const uint8_t *data,
                   size_t length)
{
    enum { TAIL_MOST = 256 };
    uint8_t tail[TAIL_MOST] = {0};
    size_t whole = length / block_bytes * block_bytes, rest = length - whole;
    for (size_t i = 0; i < whole; i += block_bytes)
        block(state, data + i);
    size_t tail_bytes = rest + 1 + block_bytes / 8 <= block_bytes ? block_bytes : 2 * block_bytes;
    if (rest)
        memcpy(tail, data + whole, rest);
    tail[rest] = 0x80;
    store(tail + tail_bytes - 8, (uint64_t)length * 8, 8);
    for (size_t i = 0; i < tail_bytes; i += block_bytes)
        block(state, tail + i);
}

void sha1_digest(const void *data, size_t length, uint8_t out[SHA1_BYTES])
{
    uint64_t state[] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    digest(state, block_sha1, 64, data, length);
    for (size_t i = 0; i < SHA1_BYTES / 4; i++)
        store(out + 4 * i, state[i], 4);
}

void sha2_digest(int bits, const void *data, size_t length, uint8_t out[SHA_BYTES_MAX])
{
    uint64_t state[8];
    bool wide = bits > 256;
    size_t word = wide ? 8 : 4;
    for (int i = 0; i < 8; i++)
        state[i] = bits == 512   ? first_roots[i]
                   : bits == 384 ? next_roots[i]
                   : bits == 256 ? first_roots[i] >> 32
                                 : next_roots[i] & UINT32_MAX;
    digest(state, wide ? block_sha512 : block_sha256, wide ? 128 : 64, data, length);
    for (size_t i = 0; i < (size_t)bits / 8 / word; i++)
        store(out + word * i, state[i], word);
}
