# SPDX-License-Identifier: GPL-2.0-only
# Tests of the calendar, the energies and what the energy management switches: wallboxes
# and outputs.

LOADS_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_civil test_energy \
	test_outputs test_charger_session test_charger_strategy \
	test_charger_plan test_chargers)

$(LOADS_TESTS): %: %.o $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit-loads
check-unit: check-unit-loads
check-unit-loads: $(LOADS_TESTS)
	@set -e; for test in $(LOADS_TESTS); do $$test; done
