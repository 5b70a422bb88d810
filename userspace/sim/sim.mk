# SPDX-License-Identifier: GPL-2.0-only
# cellar-sim: the simulator, with the codecs and cellar-dump's line parser. The
# archive is the part without I/O, which the unit tests link too.

SIM_CORE_SRCS := $(addprefix userspace/sim/,bank.c bms.c half_duplex.c \
	inverter_log.c inverters.c ocv.c plant.c rack.c report.c rng.c said.c script.c \
	sim.c talker.c)
SIM_SRCS := $(SIM_CORE_SRCS) $(addprefix userspace/sim/,bank_options.c can_out.c \
	can_port.c inverter_lines.c inverter_options.c main.c options.c pace.c rack_mode.c \
	replay.c run.c serial_port.c truth.c) userspace/dump/line.c

USERSPACE += $(BUILD)/cellar-sim

$(BUILD)/cellar-sim: $(SIM_SRCS:%.c=$(BUILD)/%.o) $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

$(BUILD)/san/cellar-sim: $(SIM_SRCS:%.c=$(BUILD)/san/%.o) $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lm

$(BUILD)/san/cellar-sim-core.a: $(SIM_CORE_SRCS:%.c=$(BUILD)/san/%.o)
	rm -f $@
	$(AR) rcs $@ $^
