# SPDX-License-Identifier: GPL-2.0-only
# Tests of the inverter link under the sanitizers: keep-alives, the plan of frames, the
# comparison, shares and obedience with a line that a test plays, and what the bus shows of it.

INVERTER_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_inverter_said test_inverter_plan \
	test_comparison test_inverters)
INVERTER_SHOWN := $(BUILD)/san/tests/unit/test_object_inverter

# what a test defines itself is not taken from the archive
$(INVERTER_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -ludev -linih -ljansson

$(INVERTER_SHOWN): %: %.o $(addprefix $(BUILD)/san/userspace/cellard/,object_changes.o \
		object_inverter.o values.o) $(BUILD)/san/cellard-core.a \
		$(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -linih -ljansson

.PHONY: check-unit check-unit-inverter
check-unit-inverter: $(INVERTER_TESTS) $(INVERTER_SHOWN)
	@set -e; for test in $^; do $$test; done

check-unit: check-unit-inverter
