# SPDX-License-Identifier: GPL-2.0-only
# Tests of cellar-table.

.PHONY: check-unit check-unit-table
check-unit: check-unit-table

check-unit-table: $(BUILD)/san/cellar-table
	@tests/unit/test_table.sh $<
