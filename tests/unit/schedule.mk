# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of the RS-485 schedule on simulated lines.

SCHEDULE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_schedule test_deadlines)

$(SCHEDULE_TESTS): %: %.o $(addprefix $(BUILD)/san/,tests/unit/schedule_line.o \
		driver/rs485/schedule.o driver/rs485/deadline.o \
		driver/rs485/place.o driver/rs485/outcome.o driver/rs485/search.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-schedule
check-unit: check-unit-schedule

check-unit-schedule: $(SCHEDULE_TESTS)
	@set -e; for test in $^; do $$test; done
