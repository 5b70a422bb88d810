# SPDX-License-Identifier: GPL-2.0-only
# Tests of the CAN codecs: quirks and captures under the sanitizers, laws on
# invented states as fast as they go. `make check-unit PROPERTY_SEED=1` for others.

PROPERTY_COUNT ?= 1000000
PROPERTY_SAN_COUNT ?= 50000
PROPERTY_SEED ?= 20260115

UNIT_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_can_base test_can_pylontech \
	test_can_victron test_can_deye test_can_captures)
PROPERTY_TESTS := $(BUILD)/tests/unit/property_can $(BUILD)/san/tests/unit/property_can

$(BUILD)/san/tests/unit/test_can_captures: $(BUILD)/san/userspace/dump/line.o

$(UNIT_TESTS): %: %.o $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

$(BUILD)/tests/unit/property_can: %: %.o $(BUILD)/tests/unit/can_invent.o $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/san/tests/unit/property_can: %: %.o $(BUILD)/san/tests/unit/can_invent.o \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^

.PHONY: check-unit check-unit-can
check-unit: check-unit-can	## unit tests and laws, under ASan and UBSan

check-unit-can: $(UNIT_TESTS) $(PROPERTY_TESTS)
	@set -e; for test in $(UNIT_TESTS); do $$test; done
	@$(BUILD)/tests/unit/property_can $(PROPERTY_COUNT) $(PROPERTY_SEED)
	@$(BUILD)/san/tests/unit/property_can $(PROPERTY_SAN_COUNT) $(PROPERTY_SEED)
