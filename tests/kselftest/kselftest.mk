# SPDX-License-Identifier: GPL-2.0-only
# The kernel tests, each run in a fresh machine (tests/vm/run) with modules built
# for its kernel; ends with "N passed, N failed" of the cases of all tests.

KSELFTEST := tests/kselftest
KSELFTEST_OUT := $(abspath $(BUILD))/kselftest

.PHONY: kselftest-programs kselftest-programs-arm64
kselftest-programs-arm64: override CC := aarch64-linux-gnu-gcc
kselftest-programs kselftest-programs-arm64: kselftest-programs%:
	@CFLAGS='$(WERROR)' $(MAKE) --no-print-directory -C $(KSELFTEST) CC='$(CC)' \
		OUTPUT=$(KSELFTEST_OUT)$(subst -,/,$*) all

KSELFTEST_ARM64 := check-kselftest-6.1-arm64 check-kselftest-6.12-arm64

.PHONY: check-kselftest-uml check-kselftest-6.1 check-kselftest-6.12 check-kselftest-arm64 \
	$(KSELFTEST_ARM64)
check-kselftest-uml: VM := --virtual-time --memory 512
check-kselftest-uml: GUEST := CELLAR_VIRTUAL_TIME=1
check-kselftest-uml check-kselftest-6.1 check-kselftest-6.12: kselftest-programs \
		$(BUILD)/cellar-sim $(BUILD)/cellar-attach	## kernel tests, in a virtual machine
check-kselftest-arm64: $(KSELFTEST_ARM64)	## ... of values, on 6.1 and 6.12 for arm64

$(KSELFTEST_ARM64): kselftest-programs-arm64
$(KSELFTEST_ARM64): PROGRAMS := /arm64
$(KSELFTEST_ARM64): TESTS := TEST_PROGS='test_captures.sh test_properties.sh' TEST_PROGS_ALONE=

# Of check-kselftest-KERNEL or, for another architecture, check-kselftest-KERNEL-ARCH
check-kselftest-uml check-kselftest-6.1 check-kselftest-6.12 $(KSELFTEST_ARM64): check-kselftest-%:
	@tests/vm/modules $(subst -, ,$*)
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/$*.log \
		tests/vm/run --kernel $(subst -, --arch ,$*) $(VM) \
		--modules $(BUILD)/modules/$*/ --log $(KSELFTEST_OUT)/$*.dmesg -- \
		env $(GUEST) make -s -C $(KSELFTEST) \
		OUTPUT=$(KSELFTEST_OUT)$(PROGRAMS) $(TESTS) run_tests
