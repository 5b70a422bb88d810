# SPDX-License-Identifier: GPL-2.0-only
# The core of cellard: a cluster and its limits, pure C, for the daemon, the simulator,
# the tests and the fuzzers.

CORE_SRCS := $(sort $(wildcard userspace/core/*.c))

$(BUILD)/cellar-core.a: $(CORE_SRCS:%.c=$(BUILD)/%.o)
$(BUILD)/san/cellar-core.a: $(CORE_SRCS:%.c=$(BUILD)/san/%.o)

$(BUILD)/cellar-core.a $(BUILD)/san/cellar-core.a:
	@rm -f $@
	$(AR) rcs $@ $^
