# SPDX-License-Identifier: GPL-2.0-only
# cellar-table

TABLE_SRCS := $(wildcard userspace/table/*.c) userspace/io/read_file.c
TABLE_OBJS := $(TABLE_SRCS:%.c=$(BUILD)/%.o)

USERSPACE += $(BUILD)/cellar-table

$(BUILD)/cellar-table: $(TABLE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/san/cellar-table: $(TABLE_SRCS:%.c=$(BUILD)/san/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^
