# SPDX-License-Identifier: GPL-2.0-only
# Tests of wallboxes: profiles, registers against their documents, and what becomes of a box,
# against the simulator's.

WALLBOX_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_wallbox test_wallbox_profile)
WALLBOX_PARTS := registers.o wallbox.o wallbox_map.o wallbox_profile.o wallbox_values.o \
	meter.o meter_words.o meter_maps.o meter_dtsu666.o meter_ddsu666.o meter_sunspec.o \
	sunspec.o hybrid_maps.o

$(WALLBOX_TESTS): %: %.o $(WALLBOX_PARTS:%=$(BUILD)/san/userspace/io/%) \
		$(addprefix $(BUILD)/san/userspace/sim/,slave.o slave_meters.o slave_sofar.o \
		slave_sunspec.o slave_wallbox.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -linih -lm

.PHONY: check-unit check-unit-wallbox
check-unit-wallbox: $(WALLBOX_TESTS) $(addprefix $(BUILD)/san/,cellard cellarctl cellar-sim)
	@set -e; for test in $(WALLBOX_TESTS); do $$test; done
	@tests/integration/test_wallboxes.sh $(BUILD)/san

check-unit: check-unit-wallbox
