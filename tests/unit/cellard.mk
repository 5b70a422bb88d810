# SPDX-License-Identifier: GPL-2.0-only
# Tests of cellard: configuration, supplies, plant and what is said of objects, under the
# sanitizers.

CELLARD_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_config test_config_simulation \
	test_config_site test_config_inverter test_config_wallbox test_plant test_psy_read)

CELLARD_BUS := $(BUILD)/san/tests/unit/test_bus

$(CELLARD_BUS): LDFLAGS += -Wl,--wrap=clock_gettime
$(CELLARD_BUS): %: %.o $(addprefix $(BUILD)/san/userspace/cellard/,bus.o object_changes.o) \
		$(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -ludev -linih -ljansson

$(CELLARD_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -ludev -linih -ljansson

.PHONY: check-unit check-unit-cellard
check-unit-cellard: $(CELLARD_TESTS) $(CELLARD_BUS) $(BUILD)/san/cellard $(BUILD)/san/cellarctl
	@set -e; for test in $(CELLARD_TESTS) $(CELLARD_BUS); do $$test; done
	@tests/integration/test_cellard.sh $(BUILD)/san
	@ASAN_OPTIONS=verify_asan_link_order=0 umockdev-wrapper \
		tests/integration/test_umockdev.py $(BUILD)/san

check-unit: check-unit-cellard
