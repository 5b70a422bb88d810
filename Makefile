# SPDX-License-Identifier: GPL-2.0-only
# The kernel modules (Kbuild has their object lists), the programs, and what
# checks them. Each folder's .mk adds its programs, tests and targets; all
# output goes below $(BUILD).

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
UDEVRULESDIR ?= $(PREFIX)/lib/udev/rules.d
SYSTEMDUNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
BASHCOMPLETIONSDIR ?= $(PREFIX)/share/bash-completion/completions
DBUSDIR ?= $(PREFIX)/share/dbus-1
# Debian's bus and polkit look for policies in /usr/share whatever the prefix
DBUSPOLICYDIR ?= /usr/share/dbus-1/system.d
POLKITDIR ?= /usr/share/polkit-1
ifeq ($(origin CC),default)
CC := gcc
endif
# `make WERROR=` for compilers that warn of what ours does not know yet
WERROR ?= -Werror
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

override CFLAGS += -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings $(WERROR)
override CPPFLAGS += -Idriver/wire -DCELLAR_VERSION='"$(VERSION)"' -MMD -MP

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build

WIRE_SRCS := $(sort $(wildcard driver/wire/*.c))
WIRE_OBJS := $(WIRE_SRCS:%.c=$(BUILD)/%.o)
WIRE_SAN_OBJS := $(WIRE_SRCS:%.c=$(BUILD)/san/%.o)

# Options of this command line belong to user space, not to the kernel's build.
MAKEOVERRIDES :=

.DELETE_ON_ERROR:
.SECONDARY:

.PHONY: all
all: userspace	## programs, and modules if this kernel's headers are there
ifneq ($(wildcard $(KDIR)/Makefile),)
all: modules
else
all: no-headers
endif

-include $(sort $(wildcard demo/*.mk userspace/*/*.mk tests/*/*.mk))

.PHONY: userspace
userspace: $(USERSPACE)	## programs only

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/san/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) -c -o $@ $<

-include $(shell find $(BUILD) -path '*/modules' -prune -o -name '*.d' -print 2>/dev/null)

# The modules are built beside the tree, from links to its files: the tree stays
# clean and several kernels can be built at once.
MODULES := $(abspath $(BUILD))/modules/$(KVER)
kbuild = $(MAKE) -C $(KDIR) M=$(MODULES) KCFLAGS=$(WERROR)

.PHONY: no-headers
no-headers:
	@echo "No modules: $(KDIR) is not there. apt-get install" \
		"linux-headers-$(KVER), or make KDIR=..., then make modules."

.PHONY: modules
modules:	## modules for the running kernel, or for KDIR= (and KVER=)
	@test -e $(KDIR)/Makefile || { echo "No kernel headers in $(KDIR):" \
		"apt-get install linux-headers-$(KVER), or make KDIR=..." >&2; exit 1; }
	@mkdir -p $(MODULES)
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/driver $(MODULES)/
	+$(kbuild)

.PHONY: modules-6.1 modules-6.12 modules-newest modules-uml
modules-6.1 modules-6.12 modules-newest modules-uml: modules-%:	## ... for one test kernel, with W=1 and sparse
	tests/vm/modules $*

.PHONY: modules-6.1-arm64 modules-6.12-arm64
modules-6.1-arm64 modules-6.12-arm64: modules-%-arm64:
	tests/vm/modules $* arm64

UDEV_RULES := $(wildcard userspace/*/*.rules)
UNITS := $(wildcard userspace/*/*.service)
COMPLETIONS := $(wildcard userspace/*/*.bash-completion)
MAN_PAGES := $(wildcard Documentation/man/*.[158])
DBUS_INTERFACES := $(wildcard dbus/*.xml)
WALLBOXES := $(wildcard userspace/wallboxes/*.conf)
completion = $(DESTDIR)$(BASHCOMPLETIONSDIR)/$(basename $(notdir $1))
man_page = $(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $1))/$(notdir $1)

.PHONY: install
install: userspace	## into PREFIX (/usr/local) below DESTDIR; modules if built
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(USERSPACE) $(DESTDIR)$(PREFIX)/bin/
	$(foreach page,$(MAN_PAGES),install -D -m 644 $(page) $(call man_page,$(page)) &&) :
	$(foreach file,$(COMPLETIONS),install -D -m 644 $(file) $(call completion,$(file)) &&) :
	install -d $(DESTDIR)$(UDEVRULESDIR) $(DESTDIR)$(SYSTEMDUNITDIR)
	install -m 644 $(UDEV_RULES) $(DESTDIR)$(UDEVRULESDIR)/
	$(foreach unit,$(UNITS),sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $(unit) \
		>$(DESTDIR)$(SYSTEMDUNITDIR)/$(notdir $(unit)) &&) :
	install -D -m 644 dbus/cellar.conf $(DESTDIR)$(SYSUSERSDIR)/cellar.conf
	install -D -m 644 dbus/org.cellar1.conf $(DESTDIR)$(DBUSPOLICYDIR)/org.cellar1.conf
	install -D -m 644 dbus/org.cellar1.service \
		$(DESTDIR)$(DBUSDIR)/system-services/org.cellar1.service
	install -D -m 644 dbus/org.cellar1.policy \
		$(DESTDIR)$(POLKITDIR)/actions/org.cellar1.policy
	install -D -m 644 dbus/60-org.cellar1.rules \
		$(DESTDIR)$(POLKITDIR)/rules.d/60-org.cellar1.rules
	install -d $(DESTDIR)$(DBUSDIR)/interfaces
	install -m 644 $(DBUS_INTERFACES) $(DESTDIR)$(DBUSDIR)/interfaces/
	install -D -m 644 userspace/cellard/cellard-network.conf \
		$(DESTDIR)$(PREFIX)/share/cellar/cellard-network.conf
	install -d $(DESTDIR)$(PREFIX)/share/cellar/wallboxes
	install -m 644 $(WALLBOXES) $(DESTDIR)$(PREFIX)/share/cellar/wallboxes/
	+$(if $(wildcard $(MODULES)/*.ko),$(kbuild) INSTALL_MOD_DIR=updates \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(abspath $(DESTDIR))) \
		CONFIG_MODULE_SIG_ALL= DEPMOD=true modules_install)
	$(if $(DESTDIR),,$(if $(wildcard $(MODULES)/*.ko),depmod $(KVER)))

.PHONY: uninstall
uninstall:	## what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(USERSPACE)))
	rm -f $(foreach file,$(COMPLETIONS),$(call completion,$(file)))
	rm -f $(foreach page,$(MAN_PAGES),$(call man_page,$(page)))
	rm -f $(addprefix $(DESTDIR)$(UDEVRULESDIR)/,$(notdir $(UDEV_RULES))) \
		$(addprefix $(DESTDIR)$(SYSTEMDUNITDIR)/,$(notdir $(UNITS))) \
		$(DESTDIR)$(SYSUSERSDIR)/cellar.conf \
		$(DESTDIR)$(DBUSPOLICYDIR)/org.cellar1.conf \
		$(DESTDIR)$(DBUSDIR)/system-services/org.cellar1.service \
		$(DESTDIR)$(POLKITDIR)/actions/org.cellar1.policy \
		$(DESTDIR)$(POLKITDIR)/rules.d/60-org.cellar1.rules \
		$(addprefix $(DESTDIR)$(DBUSDIR)/interfaces/,$(notdir $(DBUS_INTERFACES))) \
		$(DESTDIR)$(PREFIX)/share/cellar/cellard-network.conf \
		$(addprefix $(DESTDIR)$(PREFIX)/share/cellar/wallboxes/,$(notdir $(WALLBOXES)))
	rm -f $(DESTDIR)/lib/modules/$(KVER)/updates/cellar.ko* \
		$(DESTDIR)/lib/modules/$(KVER)/updates/cellar-*.ko*
	$(if $(DESTDIR),,depmod $(KVER))

.PHONY: deps
deps:	## installs the Debian packages that are missing (apt-get, sudo)
	@tests/debian-packages

.PHONY: check
check:	## everything, as CI does it (.ci/run); AGAIN=1: what has passed before, too
	+@tests/check

.PHONY: check-quick
check-quick:	## under a minute: no network, no virtual machine
	+@tests/check quick

.PHONY: lint lint-quick lint-tidy
lint-quick:	## checkpatch, shellcheck, and the words against the code
	@tests/lint/shell
	@tests/lint/checkpatch
	@tests/lint/words
	@tests/lint/rows

lint-tidy:	## clang-tidy on user space and driver/wire
	@tests/lint/tidy

lint: lint-quick lint-tidy	## both of them

.PHONY: clean
clean:	## removes $(BUILD)
	rm -rf $(BUILD)

.PHONY: help
help:	## this list
	@awk -F '\t## ' 'NF == 2 { sub(/: .*|:$$/, "", $$1); \
		n = split($$1, names, " "); \
		for (i = 1; i <= n; i++) printf "%-18s %s\n", names[i], $$2 }' \
		$(filter-out %.d,$(MAKEFILE_LIST))
