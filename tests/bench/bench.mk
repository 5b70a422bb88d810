# SPDX-License-Identifier: GPL-2.0-only
# What the driver costs, measured in a virtual machine against named baselines.

BENCH_PROGRAMS := $(BUILD)/bench/frame_cost $(BUILD)/bench/lossless
BENCH_OBJS := $(BUILD)/tests/bench/feed.o $(BUILD)/userspace/dump/line.o

$(BENCH_PROGRAMS): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench
bench: $(BENCH_PROGRAMS) $(BUILD)/cellar-sim modules-6.12	## cost per frame, memory per pack, frames per second
	@tests/bench/run $(BUILD)
