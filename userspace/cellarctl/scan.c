// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ports and hosts of `cellarctl scan`, one after the other, each at the speeds and
 * parities that such devices are delivered with, and what is proposed for them. What goes to
 * standard output is a configuration; what people should know besides is on standard error.
 */
#include "scan.h"

#include "service.h"

#include <glob.h>
#include <stdlib.h>

#define PORTS		"/dev/serial/by-id/*"
#define LINES_MAX	8	/* of a configuration */

/* Of an inverter that does not say: the smallest of them. */
#define RATED_W		3000

/* An answer of a device is there after so long, of a gateway later (field.md 7). */
#define SERIAL_MS	500
#define TCP_MS		3000

/* As meters and inverters are delivered, most of them first (field.md 1.2, 1.3 and 2.1). */
static const struct {
	u32 baud;
	u8 parity, stop_bits;
	const char *word;
} settings[] = {
	{ 9600, MODBUS_PARITY_NONE, 1, "9600 8N1" },
	{ 9600, MODBUS_PARITY_NONE, 2, "9600 8N2" },
	{ 9600, MODBUS_PARITY_EVEN, 1, "9600 8E1" },
	{ 115200, MODBUS_PARITY_NONE, 1, "115200 8N1" },
};

/* @lines: proposed so far; @exchange: a meter at the grid is among what is */
struct proposal {
	unsigned int lines;
	bool exchange;
};

static void propose_device(struct proposal *proposal, const struct scan_device *d)
{
	if (d->says[0])
		printf("\n# %s\n", d->says);
	else
		puts("");
	printf("[%s line%u_%u]\nline = line%u\naddress = %u\n%s = %s\n", d->section,
	       proposal->lines, d->address, proposal->lines, d->address,
	       strcmp(d->section, "meter") ? "map" : "kind", d->kind);
	if (strcmp(d->section, "meter") != 0) {
		printf("rated_w = %u%s\n", d->rated_w ? d->rated_w : RATED_W,
		       d->rated_w ? "" : "\n# or what its plate has: it does not say");
		return;
	}
	/* of the grid there is one */
	if (proposal->exchange)
		puts("role = production");
	proposal->exchange = true;
}

static void propose(struct proposal *proposal, const struct modbus_port_config *port,
		    const struct scan_device *found, int n)
{
	static const char *const parities[] = { "none", "even", "odd" };

	if (!proposal->lines)
		puts("# What cellarctl scan has found. Names may be others; which meter is at the grid,\n"
		     "# and which measures production, is for you to say by its role.");
	proposal->lines++;
	printf("\n[line line%u]\n", proposal->lines);
	if (port->device[0])
		printf("device = %s\nbaud = %u\nparity = %s\nstop_bits = %u\n", port->device,
		       port->baud, parities[port->parity], port->stop_bits);
	else
		printf("host = %s\nport = %u\n", port->host, port->tcp_port);
	for (int i = 0; i < n; i++) {
		if (found[i].section)
			propose_device(proposal, &found[i]);
		else
			printf("\n# At address %u something answers that cellard does not know.\n",
			       found[i].address);
	}
}

static const char *place_of(const struct modbus_port_config *config)
{
	return config->device[0] ? config->device : config->host;
}

/* How many answer; a negative errno, which has been said. */
static int look_through(const struct modbus_port_config *config, const char *setting,
			struct scan_device *found)
{
	struct modbus_port *port;
	int r;

	r = modbus_port_new(&port, config);
	if (r)
		return r;
	fprintf(stderr, "%s: looking%s%s\n", place_of(config), *setting ? " at " : "", setting);
	r = modbus_port_open(port);
	if (!r)
		r = scan_devices(port, config->device[0] ? SERIAL_MS : TCP_MS, found);
	modbus_port_free(port);
	if (r == -EBUSY)
		fprintf(stderr, "%s: another program has it, and it is left alone; if that is cellard, stop it first\n",
			place_of(config));
	else if (r < 0)
		fprintf(stderr, "%s: %s\n", place_of(config), strerror(-r));

	return r;
}

static int scan_serial(struct proposal *proposal, const char *device)
{
	struct modbus_port_config config = { 0 };
	struct scan_device found[SCAN_DEVICES_MAX] = { 0 };
	int n = 0;

	snprintf(config.device, sizeof(config.device), "%s", device);
	for (unsigned int i = 0; !n && i < ARRAY_SIZE(settings); i++) {
		config.baud = settings[i].baud;
		config.parity = settings[i].parity;
		config.stop_bits = settings[i].stop_bits;
		n = look_through(&config, settings[i].word, found);
	}
	if (n > 0)
		propose(proposal, &config, found, n);
	else if (!n)
		fprintf(stderr, "%s: nobody answers\n", device);

	return n;
}

/* HOST or HOST:PORT; an address of IPv6 with a port is in brackets. */
static int parse_host(const char *word, struct modbus_port_config *config)
{
	const char *from = word, *end = strrchr(word, ':'), *close = strchr(word, ']');
	unsigned long port = MODBUS_TCP_PORT;
	char *rest = NULL;

	if (*word == '[' && close) {
		if (close[1] && close[1] != ':')
			return -EINVAL;
		from++;
		end = close[1] ? close + 1 : NULL;
	} else if (end && strchr(word, ':') != end) {
		end = NULL;
	}
	if (end)
		port = strtoul(end + 1, &rest, 10);
	if ((rest && *rest) || port < 1 || port > UINT16_MAX)
		return -EINVAL;
	if (*word == '[' && close)
		end = close;
	snprintf(config->host, sizeof(config->host), "%.*s",
		 (int)(end ? end - from : (ptrdiff_t)strlen(from)), from);
	config->tcp_port = (u16)port;

	return config->host[0] ? 0 : -EINVAL;
}

static int scan_host(struct proposal *proposal, const char *word)
{
	struct modbus_port_config config = { 0 };
	struct scan_device found[SCAN_DEVICES_MAX] = { 0 };
	int n;

	if (parse_host(word, &config)) {
		fprintf(stderr, "cellarctl: \"%s\" is neither the path of a serial port nor HOST or HOST:PORT\n",
			word);
		return -EINVAL;
	}
	n = look_through(&config, "", found);
	if (n > 0)
		propose(proposal, &config, found, n);
	else if (!n)
		fprintf(stderr, "%s: nobody answers\n", word);

	return n;
}

static int scan_word(struct proposal *proposal, const char *word)
{
	if (strlen(word) >= MODBUS_PATH_SIZE) {
		fprintf(stderr, "cellarctl: \"%s\" is too long: at most %u characters\n", word,
			MODBUS_PATH_SIZE - 1);
		return -EINVAL;
	}
	if (proposal->lines == LINES_MAX) {
		fprintf(stderr, "%s: not looked at: a configuration has at most %u lines\n", word,
			LINES_MAX);
		return 0;
	}

	return strchr(word, '/') ? scan_serial(proposal, word) : scan_host(proposal, word);
}

static int scan_words(struct proposal *proposal, size_t n, char **words)
{
	int status = EXIT_SUCCESS, r;

	for (size_t i = 0; i < n; i++) {
		r = scan_word(proposal, words[i]);
		if (r == -EINVAL)
			return EXIT_USAGE;
		if (r < 0)
			status = EXIT_FAILURE;
	}

	return status;
}

int scan(int n, char **words)
{
	struct proposal proposal = { 0 };
	glob_t ports = { 0 };
	int status;

	if (n)
		status = scan_words(&proposal, (size_t)n, words);
	else if (glob(PORTS, 0, NULL, &ports) == 0)
		status = scan_words(&proposal, ports.gl_pathc, ports.gl_pathv);
	else
		status = EXIT_SUCCESS;
	if (!n && !ports.gl_pathc)
		fprintf(stderr, "cellarctl: there is no serial port in /dev/serial/by-id; name one, or a host\n");
	globfree(&ports);
	if (!status && !proposal.lines)
		status = EXIT_FAILURE;

	return status;
}
