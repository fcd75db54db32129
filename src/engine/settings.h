/*
 * settings.h - SET: what a session can tune, and what a job keeps of it.
 */
#ifndef STREAMD_ENGINE_SETTINGS_H
#define STREAMD_ENGINE_SETTINGS_H

#include "catalog/option.h"
#include "types/zone.h"

enum { SETTING_MAX = 48 };
typedef struct Settings {
    char *values[SETTING_MAX]; /* by place in settings_specs; NULL: the default */
} Settings;

extern const OptionSpec settings_specs[]; /* ends with a NULL name */

void settings_init(Settings *settings);
void settings_copy(Settings *to, const Settings *from);
void settings_deinit(Settings *settings);
/* 42704 with the nearest name; 22023 for a bad value. value NULL: back to the default. */
Status settings_set(Settings *settings, const char *key, const char *value, int32_t key_position,
                    int32_t value_position, Err *err) MUST_CHECK;
void settings_reset_all(Settings *settings);
const char *settings_get(const Settings *settings, const char *key); /* NULL: unknown or unset */
int64_t settings_duration_us(const Settings *settings, const char *key);
int64_t settings_bytes(const Settings *settings, const char *key);
int64_t settings_int(const Settings *settings, const char *key);
/* The time zone; NULL: UTC. */
Status settings_zone(const Settings *settings, const Zone **out, Err *err) MUST_CHECK;
/* As text "key=value\n…" of those that differ from the default, and back. */
void settings_write(const Settings *settings, Buf *out);
void settings_read(Settings *settings, Str text);

#endif
