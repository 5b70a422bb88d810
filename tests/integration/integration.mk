# SPDX-License-Identifier: GPL-2.0-only
# cellard with a real bus: on the kernel of the sanitizers, with all that is below it.

.PHONY: check-cellard-uml
check-cellard-uml: $(BUILD)/cellard $(BUILD)/cellarctl $(BUILD)/cellar-sim \
		kselftest-programs	## packs on CAN to the system bus, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/cellard.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/cellard_in_kernel.sh

.PHONY: check-cells-uml
check-cells-uml: $(BUILD)/cellard kselftest-programs	## cells from IIO to the system bus, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/cells.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/cells_in_kernel.sh

CELLARD_SYSTEM := check-cellard-system-6.1 check-cellard-system-6.12

.PHONY: check-cellard-system $(CELLARD_SYSTEM)
check-cellard-system: $(CELLARD_SYSTEM)	## cellard with systemd, polkit and its sandbox, in QEMU

$(CELLARD_SYSTEM): check-cellard-system-%: $(BUILD)/cellard $(BUILD)/cellarctl \
		$(BUILD)/cellar-sim kselftest-programs
	@tests/vm/modules $*
	@tests/vm/run --kernel $* --systemd --serial-pair --modules $(BUILD)/modules/$*/ \
		--log $(KSELFTEST_OUT)/cellard-system-$*.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/cellard_in_system.sh

.PHONY: check-sim-uml
check-sim-uml: $(BUILD)/cellar-sim kselftest-programs	## simulated inverters on CAN, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/sim.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/sim_inverter_in_kernel.sh

.PHONY: check-inverter-uml
check-inverter-uml: $(BUILD)/cellard $(BUILD)/cellarctl \
		kselftest-programs	## cellard's lines to inverters, frame by frame, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/inverter.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/inverter_link.sh

.PHONY: check-inverter-6.12
check-inverter-6.12: $(BUILD)/cellard kselftest-programs	## ... and on a controller's own bus, on Debian
	@tests/vm/run --kernel 6.12 --can-bus --modules $(BUILD)/modules/6.12/ \
		--log $(KSELFTEST_OUT)/inverter-6.12.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/inverter_controller.sh

# What takes minutes for a battery takes none here: sleeping costs no time.
.PHONY: check-faults-uml
check-faults-uml: $(BUILD)/cellard $(BUILD)/cellarctl $(BUILD)/cellar-sim \
		kselftest-programs	## what inverters hear while something fails, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--log $(KSELFTEST_OUT)/faults.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/faults_in_kernel.sh

.PHONY: check-faults-6.12
check-faults-6.12: $(BUILD)/cellard $(BUILD)/cellarctl $(BUILD)/cellar-sim \
		kselftest-programs	## ... the worst of it, on Debian
	@tests/vm/modules 6.12
	@tests/vm/run --kernel 6.12 --virtual-time --modules $(BUILD)/modules/6.12/ \
		--log $(KSELFTEST_OUT)/faults-6.12.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/faults_in_kernel.sh \
		an_unplugged_pack_is_taken_off_within_3_s a_silent_battery_is_0_a_within_3_s \
		killed_it_is_silent_and_begins_anew the_modules_are_loaded_again

$(BUILD)/kselftest/house_wires: tests/integration/house_wires.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $$($(PKG_CONFIG) --cflags libsystemd) -o $@ $< \
		$$($(PKG_CONFIG) --libs libsystemd)

.PHONY: house-wires
house-wires: $(BUILD)/kselftest/house_wires

# `make check-house-uml HOUSE_OUT=FOLDER` keeps the truth, the events and the picture there.
HOUSE_OUT ?= $(BUILD)/house

.PHONY: check-house-uml
check-house-uml: $(BUILD)/cellard $(BUILD)/cellarctl $(BUILD)/cellar-history \
		$(BUILD)/cellar-sim $(BUILD)/tests/clock_set.so \
		kselftest-programs	## a day of a whole house, judged by the truth, in User-Mode Linux
	@tests/vm/modules uml
	@tests/vm/gpio-sim uml
	@mkdir -p $(HOUSE_OUT)
	@tests/vm/run --kernel uml --virtual-time --memory 512 --modules $(BUILD)/modules/uml/ \
		--modules $(BUILD)/gpio-sim/uml/ --share $(HOUSE_OUT) --log $(KSELFTEST_OUT)/house.dmesg -- \
		env OUTPUT=$(KSELFTEST_OUT) tests/integration/whole_house.sh $(abspath $(HOUSE_OUT))

# Linux frees an interrupt twice when a chip goes in the moment in which its line is closed
# (lineevent_free(), the first of its two interfaces, which libgpiod 1 has), and leaks then
# what it says of them: leaks are looked for before.
WIRES_ALLOW := --allow 'kernel/irq/manage.c:[0-9]* free_irq'

.PHONY: check-wires-6.12
check-wires-6.12: $(BUILD)/cellard $(BUILD)/cellarctl	## contacts and sensors on gpio-sim, an expander, an ADS1015 and iiod, on Debian
	@tests/vm/gpio-sim 6.12
	@mkdir -p $(KSELFTEST_OUT)
	@tests/vm/run --kernel 6.12 --modules $(BUILD)/gpio-sim/6.12/ $(WIRES_ALLOW) \
		--log $(KSELFTEST_OUT)/wires.dmesg -- tests/integration/wires_in_kernel.sh

.PHONY: check-wires-uml
check-wires-uml: $(BUILD)/cellard $(BUILD)/cellarctl	## ... and the contacts, in User-Mode Linux
	@tests/vm/gpio-sim uml
	@mkdir -p $(KSELFTEST_OUT)
	@tests/vm/run --kernel uml --virtual-time --memory 512 $(WIRES_ALLOW) \
		--modules $(BUILD)/gpio-sim/uml/ \
		--log $(KSELFTEST_OUT)/wires-uml.dmesg -- tests/integration/wires_in_kernel.sh \
		edges_are_heard an_edge_has_the_time_of_the_kernel \
		a_contact_that_bounces_is_heard_when_it_stands an_active_low_line_is_closed_at_0_v \
		a_shutdown_is_switched_on_the_line nothing_leaks_and_lockdep_is_alive \
		a_chip_that_goes_is_gone_and_comes_back
