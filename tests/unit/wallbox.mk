# SPDX-License-Identifier: GPL-2.0-only
# Tests of wallboxes: profiles, registers against their documents, and what becomes of a box,
# against the simulator's.

WALLBOX_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_wallbox test_wallbox_profile)

$(WALLBOX_TESTS): %: %.o $(BUILD)/san/userspace/io/wallbox.o $(MODBUS_BOTH)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -linih -lmodbus -lm

.PHONY: check-unit check-unit-wallbox
check-unit-wallbox: $(WALLBOX_TESTS) $(addprefix $(BUILD)/san/,cellard cellarctl cellar-sim)
	@set -e; for test in $(WALLBOX_TESTS); do $$test; done
	@tests/integration/test_wallboxes.sh $(BUILD)/san

check-unit: check-unit-wallbox
