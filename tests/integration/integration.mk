# SPDX-License-Identifier: GPL-2.0-only
# cellard with a real bus: on the kernel of the sanitizers, with all that is below it.

.PHONY: check-cellard-uml
check-cellard-uml: $(BUILD)/cellard $(BUILD)/cellarctl $(BUILD)/cellar-sim \
		kselftest-programs	## packs on CAN to the system bus, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/cellard.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/cellard_in_kernel.sh
