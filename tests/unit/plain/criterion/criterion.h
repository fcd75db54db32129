/*
 * criterion.h - a small stand-in for Criterion under ThreadSanitizer.
 *
 * Criterion runs each test in a process of its own that shares memory at a
 * fixed address, which ThreadSanitizer does not allow.  Here tests run one
 * after the other in one process; the first failing assertion ends it with
 * exit status 1.  Only what this project's tests use is here.
 */
#ifndef STREAMD_TESTS_PLAIN_CRITERION_H
#define STREAMD_TESTS_PLAIN_CRITERION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct PlainTest {
    const char *suite, *name;
    void (*run)(void), (*init)(void), (*fini)(void);
    struct PlainTest *next;
} PlainTest;

__attribute__((weak)) PlainTest *plain_tests;

#define PLAIN_FIELDS(...) __VA_ARGS__
#define Test(test_suite, test_name, ...)                                                           \
    static void plain_##test_suite##_##test_name(void);                                            \
    __attribute__((constructor)) static void plain_##test_suite##_##test_name##_add(void)          \
    {                                                                                              \
        static PlainTest test = {.suite = #test_suite,                                             \
                                 .name = #test_name,                                               \
                                 .run = plain_##test_suite##_##test_name,                          \
                                 PLAIN_FIELDS(__VA_ARGS__)};                                       \
        PlainTest **link = &plain_tests;                                                           \
        while (*link)                                                                              \
            link = &(*link)->next;                                                                 \
        *link = &test;                                                                             \
    }                                                                                              \
    static void plain_##test_suite##_##test_name(void)

int main(void);
__attribute__((weak)) int main(void)
{
    for (PlainTest *t = plain_tests; t; t = t->next) {
        (void)printf("%s::%s\n", t->suite, t->name);
        (void)fflush(stdout);
        if (t->init)
            t->init();
        t->run();
        if (t->fini)
            t->fini();
    }
    return 0;
}

__attribute__((weak, noreturn)) void plain_fail(const char *file, int line, const char *what);
__attribute__((weak, noreturn)) void plain_fail(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "%s:%d: %s\n", file, line, what);
    exit(1);
}

#define PLAIN_CHECK(condition, text)      ((condition) ? (void)0 : plain_fail(__FILE__, __LINE__, text))
#define cr_assert(condition, ...)         PLAIN_CHECK(condition, #condition)
#define cr_assert_not(condition, ...)     PLAIN_CHECK(!(condition), "not " #condition)
#define cr_assert_eq(a, b, ...)           PLAIN_CHECK((a) == (b), #a " == " #b)
#define cr_assert_neq(a, b, ...)          PLAIN_CHECK((a) != (b), #a " != " #b)
#define cr_assert_lt(a, b, ...)           PLAIN_CHECK((a) < (b), #a " < " #b)
#define cr_assert_leq(a, b, ...)          PLAIN_CHECK((a) <= (b), #a " <= " #b)
#define cr_assert_gt(a, b, ...)           PLAIN_CHECK((a) > (b), #a " > " #b)
#define cr_assert_geq(a, b, ...)          PLAIN_CHECK((a) >= (b), #a " >= " #b)
#define cr_assert_null(a, ...)            PLAIN_CHECK((a) == NULL, #a " is null")
#define cr_assert_not_null(a, ...)        PLAIN_CHECK((a) != NULL, #a " is not null")
#define cr_assert_str_eq(a, b, ...)       PLAIN_CHECK(strcmp((a), (b)) == 0, #a " is " #b)
#define cr_assert_str_neq(a, b, ...)      PLAIN_CHECK(strcmp((a), (b)) != 0, #a " is not " #b)
#define cr_assert_arr_eq(a, b, size, ...) PLAIN_CHECK(memcmp((a), (b), (size)) == 0, #a " is " #b)
#define cr_assert_float_eq(a, b, e, ...)  PLAIN_CHECK((a) - (b) <= (e) && (b) - (a) <= (e), #a)
#define cr_assert_fail(...)               plain_fail(__FILE__, __LINE__, "reached")
#define cr_expect                         cr_assert
#define cr_expect_eq                      cr_assert_eq
#define cr_expect_neq                     cr_assert_neq
#define cr_expect_str_eq                  cr_assert_str_eq
#define cr_expect_null                    cr_assert_null
#define cr_expect_not_null                cr_assert_not_null

#endif
