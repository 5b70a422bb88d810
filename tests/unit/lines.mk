# SPDX-License-Identifier: GPL-2.0-only
# Tests of Modbus lines in cellard: simulated devices on lines that the test has in place of
# threads; and of what the bus shows of what is on them, of contacts and sensors.

LINES_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_lines test_lines_house)
LINES_SHOWN := $(addprefix $(BUILD)/san/tests/unit/,test_objects test_object_charger \
	test_object_hybrid)
LINES_SLAVES := $(addprefix $(BUILD)/san/userspace/sim/,slave.o slave_legacy.o slave_meters.o \
	slave_sofar.o slave_sunspec.o slave_wallbox.o)
LINES_CORE := $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)

$(LINES_TESTS): %: %.o $(LINES_SLAVES) $(LINES_CORE)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih -lm

$(LINES_SHOWN): %: %.o $(LINES_SLAVES) $(addprefix $(BUILD)/san/userspace/cellard/, \
		object_charger.o object_contact.o object_hybrid.o object_meter.o object_rows.o \
		object_sensor.o values.o) $(LINES_CORE)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih -lgpiod -lm

.PHONY: check-unit check-unit-lines
check-unit-lines: $(LINES_TESTS) $(LINES_SHOWN)
	@set -e; for test in $^; do $$test; done

check-unit: check-unit-lines
