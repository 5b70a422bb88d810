# SPDX-License-Identifier: GPL-2.0-only
# Tests of the inverter link under the sanitizers: keep-alives, the plan of frames, the
# comparison, and shares and obedience with a line that a test plays.

INVERTER_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_inverter_said test_inverter_plan \
	test_comparison test_inverters)

# what a test defines itself is not taken from the archive
$(INVERTER_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -ludev -linih -ljansson

.PHONY: check-unit check-unit-inverter
check-unit-inverter: $(INVERTER_TESTS)
	@set -e; for test in $^; do $$test; done

check-unit: check-unit-inverter
