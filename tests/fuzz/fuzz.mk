# SPDX-License-Identifier: GPL-2.0-only
# Fuzzers: `make check-fuzz` runs each for FUZZ_SECONDS, and the small ones of the line
# parser and of wallbox profiles for a third of that, all of them side by side, so that more
# of them cost no more time; `make fuzz` the codecs' for ever. Seeds are made from the
# captures; what a run learns stays in $(BUILD)/fuzz/corpus.

FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_CFLAGS := -std=c17 -D_GNU_SOURCE -g -O2 -Wall -Wextra $(WERROR) \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# the top Makefile keeps a command line's variables from sub-makes
FUZZ_AGAIN = $(MAKE) --no-print-directory -j$(words $(FUZZ_NAMES)) BUILD=$(BUILD) \
	FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_CC=$(FUZZ_CC)

FUZZ_CAN := pylontech victron deye growatt goodwe schneider sofar
FUZZ_RS485 := pylontech_rs485 pace_rs485 seplos_rs485 voltronic_rs485
FUZZ_CODECS := $(FUZZ_CAN) $(FUZZ_RS485)
FUZZ_NAMES := $(FUZZ_CODECS) line core site modbus wallbox
FUZZ_DIR := $(BUILD)/fuzz
FUZZ_HEADERS := $(wildcard driver/wire/*.h userspace/dump/*.h tests/fuzz/*.h)
FUZZ_SEEDS := $(FUZZ_DIR)/seeds/made

FUZZ_RECORDINGS := $(wildcard tests/data/can/*.log tests/data/rs485/*.txt)

FUZZ_SEED_KIND := frames
$(FUZZ_DIR)/line.done fuzz-line: FUZZ_SEED_KIND := line
$(FUZZ_RS485:%=$(FUZZ_DIR)/%.done) $(FUZZ_RS485:%=fuzz-%): FUZZ_SEED_KIND := rs485
$(FUZZ_DIR)/wallbox.done fuzz-wallbox: FUZZ_SEED_KIND := wallbox

FUZZ_LENGTH := 330
$(FUZZ_DIR)/wallbox.done fuzz-wallbox: FUZZ_LENGTH := 4096

FUZZ_TIME = $(FUZZ_SECONDS)
$(FUZZ_DIR)/line.done $(FUZZ_DIR)/wallbox.done: FUZZ_TIME = $(shell expr $(FUZZ_SECONDS) / 3)

FUZZ_ARGS = $(FUZZ_DIR)/corpus/$* $(FUZZ_DIR)/seeds/$(FUZZ_SEED_KIND) \
	-max_len=$(FUZZ_LENGTH) -timeout=10 -artifact_prefix=$(FUZZ_DIR)/finding-$*-

# The sources of all fuzzers, compiled once.
fuzz_objects = $(patsubst %.c,$(FUZZ_DIR)/%.o,$1)

$(FUZZ_DIR)/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -Idriver/wire -MMD -MP -c -o $@ $<

$(FUZZ_CAN:%=$(FUZZ_DIR)/%): $(call fuzz_objects,tests/fuzz/codec_laws.c)
$(FUZZ_RS485:%=$(FUZZ_DIR)/%): $(call fuzz_objects,tests/fuzz/rs485_laws.c)
$(FUZZ_CODECS:%=$(FUZZ_DIR)/%): $(call fuzz_objects,tests/fuzz/reading_laws.c $(WIRE_SRCS))
$(FUZZ_DIR)/line: $(call fuzz_objects,userspace/dump/line.c)

FUZZ_CORE := $(addprefix userspace/core/,cluster.c cluster_sum.c curve.c limits.c \
	limits_floor.c limits_pack.c limits_share.c limits_voltage.c mix.c one_battery.c \
	profile.c supply.c)

$(FUZZ_DIR)/core: $(call fuzz_objects,tests/unit/core_laws.c $(FUZZ_CORE) $(WIRE_SRCS))

FUZZ_SITE := $(wildcard userspace/core/site*.c userspace/core/charger*.c) \
	$(addprefix userspace/core/,civil.c contract.c energy.c eps.c feedin.c gridcode.c \
	outputs.c selfuse.c timedcharge.c window.c)

$(FUZZ_DIR)/site: $(call fuzz_objects,$(wildcard tests/unit/site_*.c) $(FUZZ_SITE))

FUZZ_MODBUS := $(wildcard userspace/io/meter*.c userspace/io/hybrid*.c) \
	$(addprefix userspace/io/,registers.c sunspec.c modbus_command.c)

$(FUZZ_DIR)/modbus: $(call fuzz_objects,$(FUZZ_MODBUS))
$(FUZZ_DIR)/modbus: FUZZ_LIBS := -lmodbus

$(FUZZ_DIR)/wallbox: $(call fuzz_objects,$(addprefix userspace/io/,registers.c wallbox.c \
	wallbox_keys.c wallbox_map.c wallbox_profile.c wallbox_values.c))
$(FUZZ_DIR)/wallbox: FUZZ_LIBS := -linih

$(FUZZ_NAMES:%=$(FUZZ_DIR)/%): $(FUZZ_DIR)/%: $(FUZZ_DIR)/tests/fuzz/fuzz_%.o
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

$(FUZZ_DIR)/make_seeds: tests/fuzz/make_seeds.c userspace/dump/line.c $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra $(WERROR) -o $@ $(filter %.c,$^)

$(FUZZ_SEEDS): $(FUZZ_DIR)/make_seeds $(FUZZ_RECORDINGS)
	@rm -rf $(@D)
	@mkdir -p $(@D)/frames $(@D)/line $(@D)/rs485
	$< $(@D) $(FUZZ_RECORDINGS)
	cp -r userspace/wallboxes $(@D)/wallbox
	@touch $@

# libFuzzer ends with 0 when its time is over and with 1 or 77 on a finding
.PHONY: $(FUZZ_NAMES:%=$(FUZZ_DIR)/%.done)
$(FUZZ_NAMES:%=$(FUZZ_DIR)/%.done): $(FUZZ_DIR)/%.done: $(FUZZ_DIR)/% $(FUZZ_SEEDS)
	@mkdir -p $(FUZZ_DIR)/corpus/$*
	@$< $(FUZZ_ARGS) -max_total_time=$(FUZZ_TIME) -print_final_stats=1 \
		>$(FUZZ_DIR)/$*.log 2>&1 || \
		{ tail -n 40 $(FUZZ_DIR)/$*.log; echo "fuzz $*: FOUND SOMETHING"; exit 1; }
	@awk -v name=$* '/inline 8-bit counters/ { for (i = 1; i < NF; i++) \
			if ($$(i + 1) ~ /^inline/) { of = $$i; sub(/.*\(/, "", of) } } \
		/ cov: / { for (i = 1; i < NF; i++) if ($$i == "cov:") cov = $$(i + 1) } \
		/number_of_executed_units/ { runs = $$2 } \
		END { printf "fuzz %s: %d executions, %d of %d edges covered\n", \
			name, runs, cov, of }' $(FUZZ_DIR)/$*.log

.PHONY: check-fuzz
check-fuzz:	## every fuzzer for FUZZ_SECONDS (60)
	+@$(FUZZ_AGAIN) $(FUZZ_NAMES:%=$(FUZZ_DIR)/%.done)

.PHONY: fuzz $(FUZZ_NAMES:%=fuzz-%)
$(FUZZ_NAMES:%=fuzz-%): fuzz-%: $(FUZZ_DIR)/% $(FUZZ_SEEDS)
	@mkdir -p $(FUZZ_DIR)/corpus/$*
	$< $(FUZZ_ARGS)

fuzz:	## the fuzzers of the codecs until they find something
	+@$(FUZZ_AGAIN) $(FUZZ_CODECS:%=fuzz-%)
