# SPDX-License-Identifier: GPL-2.0-only
# cellarctl

CELLARCTL_SRCS := $(sort $(wildcard userspace/cellarctl/*.c)) userspace/history/tables.c \
	$(addprefix userspace/io/,modbus_port.c modbus_command.c sunspec.c registers.c \
	hybrid_faults.c hybrid_words.c hybrid_maps.c hybrid_legacy_maps.c hybrid_sunspec_maps.c)

USERSPACE += $(BUILD)/cellarctl

$(BUILD)/cellarctl: $(CELLARCTL_SRCS:%.c=$(BUILD)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsystemd -ljansson -lmodbus

$(BUILD)/san/cellarctl: $(CELLARCTL_SRCS:%.c=$(BUILD)/san/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lsystemd -ljansson -lmodbus
