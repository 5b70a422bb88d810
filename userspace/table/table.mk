# SPDX-License-Identifier: GPL-2.0-only
# cellar-table, and its test

TABLE_SRCS := $(wildcard userspace/table/*.c)
TABLE_OBJS := $(TABLE_SRCS:%.c=$(BUILD)/%.o)

USERSPACE += $(BUILD)/cellar-table

$(BUILD)/cellar-table: $(TABLE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
