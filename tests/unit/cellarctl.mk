# SPDX-License-Identifier: GPL-2.0-only
# Tests of cellarctl: its pages in memory, then the program on a terminal.

CELLARCTL_VIEW_OBJS := $(addprefix $(BUILD)/san/userspace/cellarctl/,dates.o objects.o message.o print.o \
	printable.o print_cells.o screen.o view.o view_cluster.o view_house.o view_packs.o)

CELLARCTL_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_dates test_screen test_view)

$(CELLARCTL_TESTS): %: %.o $(CELLARCTL_VIEW_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lsystemd

.PHONY: check-unit-cellarctl
check-unit-cellarctl: $(CELLARCTL_TESTS) $(BUILD)/san/cellard $(BUILD)/san/cellarctl
	@set -e; for test in $(CELLARCTL_TESTS); do $$test; done
	@tests/integration/test_monitor.py $(BUILD)/san
	@tests/integration/test_completion.sh $(BUILD)/san

check-unit: check-unit-cellarctl
