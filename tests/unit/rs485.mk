# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of the ASCII dialects of RS-485, and of what all dialects share.

RS485_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_ascii test_ascii_pylontech \
	test_ascii_pace test_ascii_seplos test_rs485)

$(RS485_TESTS): %: %.o $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-rs485
check-unit: check-unit-rs485

check-unit-rs485: $(RS485_TESTS)
	@set -e; for test in $^; do $$test; done
