# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of dialect detection, the models of packs and cellar-dump.

DETECT_TESTS := $(addprefix $(BUILD)/san/,test_detect test_models test_simple_battery)

$(BUILD)/san/test_detect: $(BUILD)/san/userspace/dump/line.o

$(DETECT_TESTS): $(BUILD)/san/%: $(BUILD)/san/tests/unit/%.o $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit check-unit-detect check-unit-dump
check-unit: check-unit-detect check-unit-dump

check-unit-detect: $(DETECT_TESTS)
	@set -e; for test in $^; do $$test; done

check-unit-dump: $(BUILD)/san/cellar-dump
	@tests/unit/test_dump.sh $<
