# SPDX-License-Identifier: GPL-2.0-only
# Tests of what cellard keeps over a restart. The store is linked with calls that a test
# can watch, refuse, or die in.

STATE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_store test_memory test_keeper)

$(BUILD)/san/tests/unit/test_store: LDFLAGS += \
	-Wl,--wrap=write,--wrap=fsync,--wrap=renameat,--wrap=unlinkat
$(BUILD)/san/tests/unit/test_keeper: LDFLAGS += \
	-Wl,--wrap=fsync,--wrap=pthread_create,--wrap=pthread_join

$(STATE_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih

.PHONY: check-unit check-unit-state
check-unit-state: $(STATE_TESTS) $(BUILD)/san/cellard $(BUILD)/san/cellarctl
	@set -e; for test in $(STATE_TESTS); do $$test; done
	@tests/integration/test_state.sh $(BUILD)/san

check-unit: check-unit-state
