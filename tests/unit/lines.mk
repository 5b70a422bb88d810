# SPDX-License-Identifier: GPL-2.0-only
# Tests of Modbus lines in cellard: simulated devices on lines that the test has in place of
# threads.

LINES_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_lines test_lines_house)
LINES_SLAVES := $(addprefix $(BUILD)/san/userspace/sim/,slave.o slave_legacy.o slave_meters.o \
	slave_sofar.o slave_sunspec.o slave_wallbox.o)

$(LINES_TESTS): %: %.o $(LINES_SLAVES) $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih -lm

.PHONY: check-unit check-unit-lines
check-unit-lines: $(LINES_TESTS)
	@set -e; for test in $(LINES_TESTS); do $$test; done

check-unit: check-unit-lines
