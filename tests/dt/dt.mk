# SPDX-License-Identifier: GPL-2.0-only
# The devicetree bindings, with the schemas of the kernel that they lean on.

.PHONY: check-dt
check-dt:	## devicetree bindings: schemas, examples, wrong examples
	@tests/dt/check-bindings $(abspath $(BUILD))/dt
