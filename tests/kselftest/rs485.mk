# SPDX-License-Identifier: GPL-2.0-only
# Packs on real UARTs: one that an ACPI table or a devicetree describes, and a USB
# dongle, each with a simulated rack on its other end, in QEMU.

# Programs of another architecture must bring all they need.
$(KSELFTEST_OUT)/arm64/cellar-sim: FORCE
	@mkdir -p $(@D)
	@inih=$$(tests/vm/library libinih-dev arm64) && \
		$(MAKE) --no-print-directory BUILD=$(BUILD)/arm64 CC=aarch64-linux-gnu-gcc \
		LDFLAGS="-static -L$$inih" $(BUILD)/arm64/cellar-sim
	@cp $(BUILD)/arm64/cellar-sim $@

.PHONY: FORCE
FORCE:

RS485_FIRMWARE := check-rs485-firmware-6.1 check-rs485-firmware-6.12
RS485_DEVICETREE := check-rs485-devicetree-6.1 check-rs485-devicetree-6.12

.PHONY: check-rs485-firmware check-rs485-devicetree $(RS485_FIRMWARE) $(RS485_DEVICETREE)
check-rs485-firmware: $(RS485_FIRMWARE)	## sixteen packs behind a UART of an ACPI table
check-rs485-devicetree: $(RS485_DEVICETREE)	## ... and of a devicetree, on arm64

$(RS485_FIRMWARE): check-rs485-firmware-%: kselftest-programs $(BUILD)/cellar-sim \
		$(FIRMWARE_OUT)/rack.aml
	@tests/vm/modules $*
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/rs485-firmware-$*.log tests/vm/run --kernel $* \
		--serial-pair --acpi-table $(FIRMWARE_OUT)/rack.aml \
		--modules $(BUILD)/modules/$*/ --log $(KSELFTEST_OUT)/rs485-firmware-$*.dmesg -- \
		make -s -C $(KSELFTEST) OUTPUT=$(KSELFTEST_OUT) \
		TEST_PROGS=test_rs485_firmware.sh TEST_PROGS_ALONE= run_tests

$(RS485_DEVICETREE): check-rs485-devicetree-%: kselftest-programs-arm64 \
		$(KSELFTEST_OUT)/arm64/cellar-sim $(FIRMWARE_OUT)/rack.dtbo
	@tests/vm/modules $* arm64
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/rs485-devicetree-$*.log tests/vm/run --kernel $* \
		--arch arm64 --serial-pair --dtb-overlay $(FIRMWARE_OUT)/rack.dtbo \
		--modules $(BUILD)/modules/$*-arm64/ \
		--log $(KSELFTEST_OUT)/rs485-devicetree-$*.dmesg -- \
		make -s -C $(KSELFTEST) OUTPUT=$(KSELFTEST_OUT)/arm64 \
		TEST_PROGS=test_rs485_firmware.sh TEST_PROGS_ALONE= run_tests

RS485_DONGLE := check-rs485-dongle-6.1 check-rs485-dongle-6.12

.PHONY: check-rs485-dongle $(RS485_DONGLE)
check-rs485-dongle: $(RS485_DONGLE)	## a USB dongle that is unplugged and comes back

$(RS485_DONGLE): check-rs485-dongle-%: kselftest-programs $(BUILD)/cellar-sim \
		$(BUILD)/cellar-attach
	@tests/vm/modules $*
	@$(KSELFTEST)/summary $(KSELFTEST_OUT)/rs485-dongle-$*.log tests/vm/run --kernel $* \
		--systemd --usb-serial \
		--modules $(BUILD)/modules/$*/ --log $(KSELFTEST_OUT)/rs485-dongle-$*.dmesg -- \
		make -s -C $(KSELFTEST) OUTPUT=$(KSELFTEST_OUT) \
		TEST_PROGS=test_usb_serial.sh TEST_PROGS_ALONE= run_tests
