# SPDX-License-Identifier: GPL-2.0-only
# Tests of the energy management as a whole: one step after the other with a fake clock.

SITE_TESTS := $(addprefix $(BUILD)/san/tests/unit/,test_site_automatic test_site_rules \
	test_site_eps test_site_inverters test_site_gridcode test_site_contract test_site_plant \
	test_site_stale test_site_said)

$(SITE_TESTS): %: %.o $(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lcmocka

.PHONY: check-unit-site
check-unit: check-unit-site
check-unit-site: $(SITE_TESTS)
	@set -e; for test in $(SITE_TESTS); do $$test; done
