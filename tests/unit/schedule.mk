# SPDX-License-Identifier: GPL-2.0-only
# Unit test of the RS-485 schedule on simulated lines.

SCHEDULE_TEST := $(BUILD)/san/test_schedule

$(SCHEDULE_TEST): $(addprefix $(BUILD)/san/,tests/unit/test_schedule.o \
		driver/rs485/schedule.o driver/rs485/search.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-schedule
check-unit: check-unit-schedule

check-unit-schedule: $(SCHEDULE_TEST)
	@$<
