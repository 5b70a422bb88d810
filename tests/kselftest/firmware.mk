# SPDX-License-Identifier: GPL-2.0-only
# Batteries that the firmware describes: an ACPI table or a devicetree for a machine
# with two CAN controllers, and the test that finds them there. And what the sanitizers find
# when there is something to find.

FIRMWARE_OUT := $(abspath $(BUILD))/kselftest/firmware

$(FIRMWARE_OUT)/%.aml: tests/kselftest/firmware/%.asl
	@mkdir -p $(@D)
	iasl -p $(@:.aml=) $< >$(@:.aml=.log)

$(FIRMWARE_OUT)/%.dtbo: tests/kselftest/firmware/%.dtso
	@mkdir -p $(@D)
	dtc -@ -O dtb -o $@ $<

.PHONY: check-kselftest-firmware check-kselftest-devicetree
check-kselftest-firmware: kselftest-programs $(FIRMWARE_OUT)/battery.aml	## ACPI and CAN controllers, in QEMU
	@tests/vm/modules 6.12
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/firmware.log tests/vm/run --kernel 6.12 \
		--can-bus --acpi-table $(FIRMWARE_OUT)/battery.aml \
		--modules $(BUILD)/modules/6.12/ --log $(KSELFTEST_OUT)/firmware.dmesg -- \
		make -s -C $(KSELFTEST) OUTPUT=$(KSELFTEST_OUT) TEST_PROGS=test_firmware.sh \
		TEST_PROGS_ALONE= run_tests

KSELFTEST_DEVICETREE := check-kselftest-devicetree-6.1 check-kselftest-devicetree-6.12
.PHONY: $(KSELFTEST_DEVICETREE)
check-kselftest-devicetree: $(KSELFTEST_DEVICETREE)	## ... and a devicetree, on arm64

$(KSELFTEST_DEVICETREE): check-kselftest-devicetree-%: kselftest-programs-arm64 \
		$(FIRMWARE_OUT)/battery.dtbo
	@tests/vm/modules $* arm64
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/devicetree-$*.log tests/vm/run --kernel $* \
		--arch arm64 --can-bus --dtb-overlay $(FIRMWARE_OUT)/battery.dtbo \
		--modules $(BUILD)/modules/$*-arm64/ --log $(KSELFTEST_OUT)/devicetree-$*.dmesg -- \
		make -s -C $(KSELFTEST) OUTPUT=$(KSELFTEST_OUT)/arm64 \
		TEST_PROGS=test_firmware.sh TEST_PROGS_ALONE= run_tests

.PHONY: check-detectors
check-detectors: kselftest-programs	## do the sanitizers find planted bugs?
	@OUTPUT=$(KSELFTEST_OUT) tests/kselftest/detectors $(abspath $(BUILD))/detectors
