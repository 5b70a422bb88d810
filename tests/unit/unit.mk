# SPDX-License-Identifier: GPL-2.0-only
# Tests of the CAN codecs: quirks and captures under the sanitizers; laws of these and
# of the RS-485 codecs on invented states as fast as they go. `make check-unit
# PROPERTY_SEED=1` for others.

PROPERTY_COUNT ?= 1000000
PROPERTY_SAN_COUNT ?= 50000
PROPERTY_SEED ?= 20260115
# `make check-unit LAWS=` has none of them
LAWS ?= check-unit-property check-unit-core-laws check-unit-site-laws

UNIT_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_can_base test_can_pylontech \
	test_can_victron test_can_deye test_can_growatt test_can_schneider \
	test_can_sofar test_can_captures)
PROPERTY_TESTS := property_can property_rs485

$(BUILD)/san/tests/unit/test_can_captures: $(BUILD)/san/userspace/dump/line.o

$(UNIT_TESTS): %: %.o $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

PROPERTY_SHARED := invent.o property_laws.o

$(PROPERTY_TESTS:%=$(BUILD)/tests/unit/%): $(BUILD)/tests/unit/property_%: \
		$(BUILD)/tests/unit/property_%.o \
		$(BUILD)/tests/unit/%_invent.o $(PROPERTY_SHARED:%=$(BUILD)/tests/unit/%) \
		$(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(PROPERTY_TESTS:%=$(BUILD)/san/tests/unit/%): $(BUILD)/san/tests/unit/property_%: \
		$(BUILD)/san/tests/unit/property_%.o \
		$(BUILD)/san/tests/unit/%_invent.o \
		$(PROPERTY_SHARED:%=$(BUILD)/san/tests/unit/%) $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^

.PHONY: check-unit check-laws check-unit-can check-unit-property
check-unit: check-unit-can $(LAWS)	## unit tests and laws, under ASan and UBSan
check-laws: check-unit-property check-unit-core-laws check-unit-site-laws	## the laws alone

check-unit-can: $(UNIT_TESTS)
	@set -e; for test in $^; do $$test; done

check-unit-property: $(PROPERTY_TESTS:%=$(BUILD)/tests/unit/%) \
		$(PROPERTY_TESTS:%=$(BUILD)/san/tests/unit/%)
	@set -e; for test in $(PROPERTY_TESTS); do \
		$(BUILD)/tests/unit/$$test $(PROPERTY_COUNT) $(PROPERTY_SEED); \
		$(BUILD)/san/tests/unit/$$test $(PROPERTY_SAN_COUNT) $(PROPERTY_SEED); \
	done

.PHONY: check-verdicts
check-verdicts:	## which stages tests/check runs, and which verdicts it keeps
	@tests/unit/test_verdicts.sh
