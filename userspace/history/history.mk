# SPDX-License-Identifier: GPL-2.0-only
# cellar-history, which keeps the history of cellard: a process of its own. The archive is
# the part without its main(), which the tests link.

HISTORY_SRCS := $(sort $(wildcard userspace/history/*.c))
HISTORY_PARTS := $(filter-out %/main.c,$(HISTORY_SRCS))

USERSPACE += $(BUILD)/cellar-history

$(BUILD)/cellar-history: $(HISTORY_SRCS:%.c=$(BUILD)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3

$(BUILD)/san/cellar-history: $(HISTORY_SRCS:%.c=$(BUILD)/san/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lsqlite3

# cellard starts it: who has the one has the other
$(BUILD)/cellard: | $(BUILD)/cellar-history
$(BUILD)/san/cellard: | $(BUILD)/san/cellar-history

$(BUILD)/cellar-history.a: $(HISTORY_PARTS:%.c=$(BUILD)/%.o)
$(BUILD)/san/cellar-history.a: $(HISTORY_PARTS:%.c=$(BUILD)/san/%.o)

$(BUILD)/cellar-history.a $(BUILD)/san/cellar-history.a:
	@rm -f $@
	$(AR) rcs $@ $^
