# SPDX-License-Identifier: GPL-2.0-only
# cellar-attach; the codecs have the names of the dialects and models.

ATTACH_SRCS := $(wildcard userspace/attach/*.c)

USERSPACE += $(BUILD)/cellar-attach

$(BUILD)/cellar-attach: $(ATTACH_SRCS:%.c=$(BUILD)/%.o) $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/san/cellar-attach: $(ATTACH_SRCS:%.c=$(BUILD)/san/%.o) $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^
