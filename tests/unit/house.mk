# SPDX-License-Identifier: GPL-2.0-only
# Tests of the house in cellard: what it hears, also of the grid by its inverters, is set to and
# remembers, who may; then the daemon, fed over a bus.

HOUSE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_house test_roles test_lines_grid)

$(HOUSE_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih \
		-lmodbus -lm

.PHONY: check-unit check-unit-house
check-unit-house: $(HOUSE_TESTS) $(BUILD)/san/cellard $(BUILD)/san/cellarctl
	@set -e; for test in $(HOUSE_TESTS); do $$test; done
	@tests/integration/test_house.sh $(BUILD)/san
	@tests/integration/test_roles.sh $(BUILD)/san

check-unit: check-unit-house
