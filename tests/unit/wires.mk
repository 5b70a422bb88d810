# SPDX-License-Identifier: GPL-2.0-only
# Tests of contacts, outputs and sensors: on a chip, with a libgpiod and a libiio, and with
# readings that the test pretends to have. And of the timer that wakes them.

WIRES_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_boot_timer test_contact test_contacts \
	test_config_wires test_gpio_line test_sensor test_sensor_value test_sensors)

$(BUILD)/san/tests/unit/test_boot_timer: LDFLAGS += -Wl,--wrap=sd_event_source_set_time

$(BUILD)/san/tests/unit/test_sensor: LDFLAGS += \
	-Wl,--wrap=clock_gettime,--wrap=eventfd,--wrap=poll \
	-Wl,--wrap=pthread_create,--wrap=pthread_mutex_destroy

$(WIRES_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih -lm

.PHONY: check-unit check-unit-wires
check-unit-wires: $(WIRES_TESTS)
	@set -e; for test in $(WIRES_TESTS); do $$test; done

check-unit: check-unit-wires
