# SPDX-License-Identifier: GPL-2.0-only
# Tests of what is around the plant: events, a reload, what people ask for and may.

DAEMON_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_events test_news test_reload)

$(DAEMON_TESTS): %: %.o $(BUILD)/san/cellard-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd -linih

.PHONY: check-unit check-unit-daemon
check-unit-daemon: $(DAEMON_TESTS) $(BUILD)/san/cellard $(BUILD)/san/cellarctl
	@set -e; for test in $(DAEMON_TESTS); do $$test; done
	@tests/integration/test_service.sh $(BUILD)/san
	@tests/integration/test_polkit.sh $(BUILD)/san

check-unit: check-unit-daemon
