# SPDX-License-Identifier: GPL-2.0-only
# cellar-sim: the simulator, with the codecs, cellar-dump's line parser, the tables of
# registers of the daemon, and its core and configuration for houses. The archive is the
# part without I/O of its own, which the unit tests link too.

SIM_CORE_SRCS := $(addprefix userspace/sim/,bank.c bms.c ems_input.c half_duplex.c home.c \
	home_battery.c home_line.c home_sum.c house.c household.c inverter_log.c inverters.c \
	local_time.c ocv.c plant.c premises.c premises_script.c rack.c report.c rng.c said.c \
	script.c sim.c sky.c slave.c slave_legacy.c slave_line.c slave_meters.c slave_sofar.c \
	slave_sunspec.c slave_wallbox.c sun.c talker.c year_houses.c)
SIM_SRCS := $(SIM_CORE_SRCS) $(addprefix userspace/sim/,bank_options.c can_out.c \
	can_port.c ems.c home_config.c inverter_lines.c inverter_options.c main.c modbus_mode.c \
	options.c pace.c plant_mode.c premises_contacts.c premises_devices.c premises_gpio.c \
	premises_relays.c premises_truth.c premises_wires.c rack_mode.c replay.c run.c serial_port.c slave_port.c truth.c year.c \
	year_draw.c year_plot.c) \
	$(sort $(wildcard userspace/cellard/config*.c)) userspace/dump/line.c
SIM_TABLES := $(addprefix userspace/io/,gpio_want.c hybrid_words.c meter_words.c modbus_wire.c \
	registers.c sensor_words.c time_zone.c) $(wildcard userspace/io/*_maps.c userspace/io/wallbox_*.c)

USERSPACE += $(BUILD)/cellar-sim

$(BUILD)/cellar-sim: $(SIM_SRCS:%.c=$(BUILD)/%.o) $(SIM_TABLES:%.c=$(BUILD)/%.o) \
		$(BUILD)/cellar-core.a $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -linih -lm

$(BUILD)/san/cellar-sim: $(SIM_SRCS:%.c=$(BUILD)/san/%.o) $(SIM_TABLES:%.c=$(BUILD)/san/%.o) \
		$(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -linih -lm

$(BUILD)/san/cellar-sim-core.a: $(SIM_CORE_SRCS:%.c=$(BUILD)/san/%.o) $(SIM_TABLES:%.c=$(BUILD)/san/%.o)
	rm -f $@
	$(AR) rcs $@ $^
