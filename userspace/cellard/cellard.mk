# SPDX-License-Identifier: GPL-2.0-only
# cellard: the sources of io/, the core, and the bus. The archive is the part without
# a bus, which the unit tests link too.

CELLARD_CORE_SRCS := $(sort $(wildcard userspace/cellard/config*.c)) \
	userspace/cellard/comparison.c userspace/cellard/inverters.c userspace/cellard/plant.c \
	userspace/cellard/plant_decide.c userspace/cellard/events.c userspace/cellard/plant_asked.c \
	userspace/cellard/plant_configure.c userspace/cellard/settings.c userspace/cellard/news.c \
	$(sort $(wildcard userspace/cellard/memory*.c)) userspace/cellard/keeper.c \
	$(sort $(wildcard userspace/cellard/house*.c)) userspace/cellard/wishes.c \
	userspace/cellard/roles.c $(sort $(wildcard userspace/cellard/lines*.c)) \
	$(sort $(wildcard userspace/cellard/contacts*.c)) userspace/cellard/sensors.c \
	$(sort $(wildcard userspace/cellard/history*.c userspace/cellard/record*.c)) \
	$(addprefix userspace/history/,tables.c rows.c link.c fold.c) \
	$(sort $(wildcard userspace/io/*.c))
CELLARD_SRCS := $(sort $(CELLARD_CORE_SRCS) $(wildcard userspace/cellard/*.c))
CELLARD_LIBS := -lsystemd -ludev -linih -ljansson -lmodbus -lgpiod -lm

USERSPACE += $(BUILD)/cellard

$(BUILD)/cellard: $(CELLARD_SRCS:%.c=$(BUILD)/%.o) $(BUILD)/cellar-core.a $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CELLARD_LIBS)

$(BUILD)/san/cellard: $(CELLARD_SRCS:%.c=$(BUILD)/san/%.o) $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(CELLARD_LIBS)

$(BUILD)/san/cellard-core.a: $(CELLARD_CORE_SRCS:%.c=$(BUILD)/san/%.o)
	@rm -f $@
	$(AR) rcs $@ $^
