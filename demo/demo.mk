# SPDX-License-Identifier: GPL-2.0-only

.PHONY: demo
demo: deps	## batteries, cellard and an inverter in a virtual machine, to watch
	+demo/run

# the same, where a minute costs seconds
.PHONY: check-demo
check-demo:
	+demo/run uml --virtual-time
