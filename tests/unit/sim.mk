# SPDX-License-Identifier: GPL-2.0-only
# Tests of cellar-sim: its modules under the sanitizers, and the program.

SIM_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_ems_input test_sim_bms test_sim_bus \
	test_sim_contacts test_sim_home test_sim_home_battery test_sim_house test_sim_inverters \
	test_sim_plant test_sim_premises test_sim_rack)
RACK_ASK := $(BUILD)/san/tests/unit/rack_ask

$(BUILD)/san/tests/unit/test_sim_contacts: $(BUILD)/san/userspace/sim/premises_contacts.o \
	$(BUILD)/san/userspace/sim/premises_gpio.o $(BUILD)/san/userspace/sim/premises_relays.o \
	$(BUILD)/san/userspace/cellard/config_keys_contacts.o

$(SIM_TESTS) $(RACK_ASK): %: %.o $(BUILD)/san/cellar-sim-core.a $(BUILD)/san/cellar-core.a \
		$(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -linih -lm

.PHONY: check-unit check-unit-sim
check-unit-sim: $(SIM_TESTS) $(BUILD)/san/cellar-sim $(BUILD)/cellar-sim $(RACK_ASK)
	@set -e; for test in $(SIM_TESTS); do $$test; done
	@tests/unit/test_sim.sh $(BUILD)/san/cellar-sim
	@tests/unit/test_ems.sh $(BUILD)/san/cellar-sim $(BUILD)/cellar-sim
	@tests/unit/test_inverter_verdict.sh
	@tests/unit/test_house_verdict.py
	@tests/unit/test_rack.sh $(BUILD)/san/cellar-sim $(RACK_ASK)

check-unit: check-unit-sim
