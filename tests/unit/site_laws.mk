# SPDX-License-Identifier: GPL-2.0-only
# Laws of the energy management in invented houses: `make check-unit-site-laws
# SITE_PROPERTY_SEED=1` for others.

SITE_PROPERTY_COUNT ?= 50000000
SITE_PROPERTY_SAN_COUNT ?= 500000
SITE_PROPERTY_SEED ?= 20260115

SITE_LAWS := property_site $(basename $(notdir $(wildcard tests/unit/site_*.c)))

$(BUILD)/tests/unit/property_site: $(SITE_LAWS:%=$(BUILD)/tests/unit/%.o) \
		$(BUILD)/cellar-core.a $(WIRE_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/san/tests/unit/property_site: $(SITE_LAWS:%=$(BUILD)/san/tests/unit/%.o) \
		$(BUILD)/san/cellar-core.a $(WIRE_SAN_OBJS)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^

.PHONY: check-unit-site-laws
check-unit-site-laws: $(BUILD)/tests/unit/property_site $(BUILD)/san/tests/unit/property_site
	@$(BUILD)/tests/unit/property_site $(SITE_PROPERTY_COUNT) $(SITE_PROPERTY_SEED)
	@$(BUILD)/san/tests/unit/property_site $(SITE_PROPERTY_SAN_COUNT) $(SITE_PROPERTY_SEED)
