# SPDX-License-Identifier: GPL-2.0-only
# Tests of Modbus: registers, who is asked when, the thread of a line, and meters, against frames
# of real devices and against the simulator's devices.

MODBUS_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_registers test_modbus_plan \
	test_modbus_plan_gaps test_meters test_hybrid test_hybrid_feed_in test_hybrid_legacy \
	test_hybrid_sunspec)
MODBUS_PARTS := registers.o modbus_plan.o modbus_wire.o meter.o meter_words.o meter_maps.o \
	meter_dtsu666.o meter_ddsu666.o meter_sunspec.o sunspec.o \
	hybrid.o hybrid_words.o hybrid_maps.o hybrid_sofar.o hybrid_control.o hybrid_faults.o \
	hybrid_legacy.o hybrid_legacy_maps.o hybrid_commands.o modbus_command.o \
	hybrid_sunspec.o hybrid_sunspec_maps.o hybrid_models.o hybrid_feed_in.o hybrid_status.o \
	wallbox_keys.o wallbox_map.o wallbox_profile.o wallbox_values.o

# the drivers, and the simulator's devices by the same tables of registers
MODBUS_BOTH := $(MODBUS_PARTS:%=$(BUILD)/san/userspace/io/%) \
	$(addprefix $(BUILD)/san/userspace/sim/,slave.o slave_legacy.o slave_meters.o \
	slave_sofar.o slave_sunspec.o slave_wallbox.o)

$(MODBUS_TESTS): %: %.o $(MODBUS_BOTH)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -linih -lmodbus -lm

MODBUS_LINE_TEST := $(BUILD)/san/tests/unit/test_modbus_line

$(MODBUS_LINE_TEST): %: %.o $(addprefix $(BUILD)/san/userspace/io/,modbus.o modbus_port.o \
		modbus_command.o modbus_plan.o modbus_wire.o registers.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -lmodbus

SCAN_TEST := $(BUILD)/san/tests/unit/test_scan

$(SCAN_TEST): %: %.o $(BUILD)/san/userspace/cellarctl/scan.o \
		$(BUILD)/san/userspace/cellarctl/scan_devices.o $(MODBUS_BOTH)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -linih -lmodbus -lm

.PHONY: check-unit check-unit-modbus
check-unit-modbus: $(MODBUS_TESTS) $(MODBUS_LINE_TEST) $(SCAN_TEST) $(addprefix $(BUILD)/san/,cellard cellarctl cellar-sim)
	@set -e; for test in $(MODBUS_TESTS) $(MODBUS_LINE_TEST) $(SCAN_TEST); do $$test; done
	@tests/integration/test_meters.sh $(BUILD)/san
	@tests/integration/test_scan.sh $(BUILD)/san
	@tests/integration/test_foreign_modbus.sh $(BUILD)/san
	@tests/integration/test_lines.sh $(BUILD)/san

check-unit: check-unit-modbus
