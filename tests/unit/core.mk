# SPDX-License-Identifier: GPL-2.0-only
# Tests of the core of cellard: cases under the sanitizers, laws on invented sequences
# as fast as they go. `make check-unit-core CORE_PROPERTY_SEED=1` for others.

CORE_PROPERTY_COUNT ?= 10000000
CORE_PROPERTY_SAN_COUNT ?= 200000
CORE_PROPERTY_SEED ?= 20260115

CORE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_mix test_cluster test_limits \
	test_limits_voltage test_mark test_obey test_one_battery test_recent)
CORE_LAWS := $(BUILD)/tests/unit/property_core $(BUILD)/san/tests/unit/property_core

$(CORE_TESTS): %: %.o $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

$(BUILD)/tests/unit/property_core: %: %.o $(BUILD)/tests/unit/core_laws.o \
		$(BUILD)/cellar-core.a $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/san/tests/unit/property_core: %: %.o $(BUILD)/san/tests/unit/core_laws.o \
		$(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^

.PHONY: check-unit check-unit-core check-unit-core-laws
check-unit: check-unit-core

check-unit-core: $(CORE_TESTS)
	@set -e; for test in $(CORE_TESTS); do $$test; done

check-unit-core-laws: $(CORE_LAWS)
	@$(BUILD)/tests/unit/property_core $(CORE_PROPERTY_COUNT) $(CORE_PROPERTY_SEED)
	@$(BUILD)/san/tests/unit/property_core $(CORE_PROPERTY_SAN_COUNT) $(CORE_PROPERTY_SEED)

$(BUILD)/san/tests/unit/worked_example: %: %.o $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-worked-example
check-unit-core: check-worked-example
check-worked-example: $(BUILD)/san/tests/unit/worked_example	## the tables of Documentation/limits.md
	@tests/unit/test_worked_example.sh $<
