/*
 * clones.h - a hot loop compiled for several instruction sets, chosen when the program starts.
 *
 * For plain loops that the compiler vectorises by itself.  Sanitizers do not
 * get on with functions that are chosen that early.
 */
#ifndef STREAMD_EXECUTOR_CLONES_H
#define STREAMD_EXECUTOR_CLONES_H

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) &&                 \
    !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

#endif
