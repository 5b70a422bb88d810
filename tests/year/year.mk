# SPDX-License-Identifier: GPL-2.0-only
# The energy management over a year, against its limits and a controller that knows the
# future.

$(BUILD)/year/foresight: $(BUILD)/tests/year/foresight.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson -lm

.PHONY: check-year
check-year: $(BUILD)/cellar-sim $(BUILD)/year/foresight	## nine simulated years: limits, self-sufficiency, switchings
	@tests/year/check_year.sh $(BUILD)
