# SPDX-License-Identifier: GPL-2.0-only
# Tests of cellar-sim: its modules under the sanitizers, and the program.

SIM_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_sim_bms test_sim_bus test_sim_plant)

$(SIM_TESTS): %: %.o $(BUILD)/san/cellar-sim-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka -lm

.PHONY: check-unit check-unit-sim
check-unit-sim: $(SIM_TESTS) $(BUILD)/san/cellar-sim
	@set -e; for test in $(SIM_TESTS); do $$test; done
	@tests/unit/test_sim.sh $(BUILD)/san/cellar-sim

check-unit: check-unit-sim
