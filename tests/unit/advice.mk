# SPDX-License-Identifier: GPL-2.0-only
# Tests of what cellard tells people: advice, and the LEDs of a pack's front.

ADVICE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_advice test_advice_storage \
	test_advice_clock test_panel)

$(ADVICE_TESTS): %: %.o $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-advice
check-unit: check-unit-advice

check-unit-advice: $(ADVICE_TESTS)
	@set -e; for test in $^; do $$test; done
