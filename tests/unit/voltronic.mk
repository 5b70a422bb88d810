# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of the voltronic dialect.

VOLTRONIC_TEST := $(BUILD)/san/tests/unit/test_voltronic

$(VOLTRONIC_TEST): %: %.o $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-voltronic
check-unit: check-unit-voltronic

check-unit-voltronic: $(VOLTRONIC_TEST)
	@$<
