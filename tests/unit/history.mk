# SPDX-License-Identifier: GPL-2.0-only
# Tests of the history: what is kept, how it survives, and how much there is after a year.
# `make check-history-year HISTORY_DAYS=30` for a shorter one.

HISTORY_DAYS ?= 365

HISTORY_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_history_rows \
	test_history_database test_history_power)
$(HISTORY_TESTS): %: %.o $(BUILD)/san/tests/unit/history_house.o \
		$(BUILD)/san/cellar-history.a
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsqlite3

# As it is shipped: what it costs is part of what is tested.
$(BUILD)/tests/unit/test_history_year: $(BUILD)/tests/unit/test_history_year.o \
		$(BUILD)/tests/unit/history_house.o $(BUILD)/cellar-history.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -lsqlite3

# The side of cellard.
RECORD_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_record test_history)

$(RECORD_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lsystemd -linih -ljansson

.PHONY: check-unit check-unit-history check-history-year
$(BUILD)/tests/clock_set.so: tests/integration/clock_set.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -fPIC -o $@ $<

check-unit-history: $(HISTORY_TESTS) $(RECORD_TESTS) $(BUILD)/san/cellar-history \
		$(BUILD)/san/cellard $(BUILD)/san/cellarctl $(BUILD)/tests/clock_set.so
	@set -e; for test in $(HISTORY_TESTS) $(RECORD_TESTS); do $$test; done
	@tests/integration/test_history.sh $(BUILD)/san $(BUILD)/tests/clock_set.so

check-history-year: $(BUILD)/tests/unit/test_history_year	## a year of the largest house on flash
	@$< $(HISTORY_DAYS)

check-unit: check-unit-history
