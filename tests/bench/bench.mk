# SPDX-License-Identifier: GPL-2.0-only
# What the driver costs, measured in a virtual machine against named baselines, and what
# the energy management does, on the machine itself.

BENCH_PROGRAMS := $(addprefix $(BUILD)/bench/,frame_cost lossless ages reader in_out edge)
BENCH_OBJS := $(BUILD)/tests/bench/feed.o $(BUILD)/userspace/dump/line.o $(WIRE_OBJS)

$(BENCH_PROGRAMS): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/bench/publish: $(BUILD)/tests/bench/publish.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsystemd

$(BUILD)/bench/poll: $(BUILD)/tests/bench/poll.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lmodbus

$(BUILD)/bench/site_step: $(BUILD)/tests/bench/site_step.o $(BUILD)/cellar-core.a $(WIRE_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench
bench: $(BENCH_PROGRAMS) $(addprefix $(BUILD)/bench/,publish poll site_step) $(BUILD)/cellar-sim \
		$(BUILD)/cellar-attach $(BUILD)/cellard $(BUILD)/cellarctl modules-6.12 modules-uml	## cost per frame and answer, use of lines, memory, cellard
	@tests/bench/run $(BUILD)
