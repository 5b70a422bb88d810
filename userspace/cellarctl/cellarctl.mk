# SPDX-License-Identifier: GPL-2.0-only
# cellarctl

CELLARCTL_SRCS := $(sort $(wildcard userspace/cellarctl/*.c)) userspace/history/tables.c

USERSPACE += $(BUILD)/cellarctl

$(BUILD)/cellarctl: $(CELLARCTL_SRCS:%.c=$(BUILD)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsystemd -ljansson

$(BUILD)/san/cellarctl: $(CELLARCTL_SRCS:%.c=$(BUILD)/san/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lsystemd -ljansson
