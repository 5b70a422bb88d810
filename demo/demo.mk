# SPDX-License-Identifier: GPL-2.0-only

.PHONY: demo
demo: deps	## four packs and a recorded bank in a virtual machine, to watch
	+demo/run
