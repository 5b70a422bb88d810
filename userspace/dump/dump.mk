# SPDX-License-Identifier: GPL-2.0-only
# cellar-dump: decodes recordings, with the codecs of the kernel modules.

DUMP_SRCS := $(addprefix userspace/dump/,decode.c decode_rs485.c json.c \
	line.c main.c print.c)

USERSPACE += $(BUILD)/cellar-dump

$(BUILD)/cellar-dump: $(DUMP_SRCS:%.c=$(BUILD)/%.o) $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson

$(BUILD)/san/cellar-dump: $(DUMP_SRCS:%.c=$(BUILD)/san/%.o) $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -ljansson
