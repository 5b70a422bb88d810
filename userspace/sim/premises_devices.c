// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slaves by the tables of the daemon's own configuration, so that one file describes a
 * house to both.
 */
#include "premises_devices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const meter_kinds[METER_KINDS] = {
	[METER_DTSU666] = "dtsu666",
	[METER_DDSU666] = "ddsu666",
	[METER_SUNSPEC] = "sunspec-meter",
};

static int refuse(const char *kind, const char *name, const char *why)
{
	fprintf(stderr, "cellar-sim: [%s %s]: %s\n", kind, name, why);
	return -EINVAL;
}

static struct slave *add(struct premises_line *l, const struct slave_kind *kind, u8 address,
			 u64 now_ns)
{
	struct slave *slave = &l->line->device[l->line->n++];

	slave_start(slave, kind, address, now_ns);
	return slave;
}

static int add_meters(struct premises_devices *d, unsigned int line, u64 now_ns)
{
	const struct config *config = d->config;

	for (unsigned int i = 0; i < config->meters; i++) {
		const struct config_meter *meter = &config->meter[i];

		if (meter->line_at != line)
			continue;
		d->meter[i] = add(&d->line[line],
				  slave_kind_by_name(meter_kinds[meter->meter.kind]),
				  meter->meter.address, now_ns);
	}
	return 0;
}

static int add_inverters(struct premises_devices *d, unsigned int line, struct premises *p,
			 u64 now_ns)
{
	const struct config *config = d->config;

	for (unsigned int i = 0; i < config->inverters; i++) {
		const struct config_inverter *inverter = &config->inverter[i];
		struct slave *slave;

		if (!inverter->line[0] || inverter->line_at != line)
			continue;
		if (inverter->hybrid.kind != HYBRID_SOFAR_G3)
			return refuse("inverter", inverter->name,
				      "only map = sofar-g3 can be simulated in a house");
		slave = add(&d->line[line], &slave_sofar_g3, inverter->hybrid.address, now_ns);
		if (inverter->of_house)
			p->inverter[inverter->of_house - 1].slave = slave;
	}
	return 0;
}

static void add_boxes(struct premises_devices *d, unsigned int line, struct premises *p,
		      u64 now_ns)
{
	const struct config *config = d->config;

	for (unsigned int i = 0; i < config->chargers; i++) {
		const struct config_wallbox *box = &config->charger[i].box;
		struct slave_line *to = d->line[line].line;

		if (!box->line[0] || box->line_at != line)
			continue;
		p->box[i].slave = &to->device[to->n++];
		slave_start_wallbox(p->box[i].slave, &box->wallbox.profile, box->device.address,
				    now_ns);
		p->box[i].slave->box.charge = &p->box[i].charge;
	}
}

static int open_port(struct slave_port *port, const struct config_line *line)
{
	const struct modbus_port_config *config = &line->port;

	if (config->device[0])
		return slave_port_open_serial(port, NULL, config->device, config->baud);
	if (strcmp(config->host, "127.0.0.1") != 0 && strcmp(config->host, "localhost") != 0)
		return refuse("line", line->name, "host must be 127.0.0.1: only there can it be "
			      "simulated");
	return slave_port_open_tcp(port, config->tcp_port);
}

static int open_line(struct premises_devices *d, unsigned int n, struct premises *p,
		     const struct premises_script *script, u64 seed)
{
	const struct config_line *config = &d->config->line[n];
	struct premises_line *l = &d->line[n];
	u64 now_ns = pace_clock_ns();
	int err;

	l->back_ns = UINT64_MAX;
	l->line = calloc(1, sizeof(*l->line));
	if (!l->line) {
		fprintf(stderr, "cellar-sim: out of memory\n");
		return -ENOMEM;
	}
	l->line->tcp = config->port.host[0];
	err = add_meters(d, n, now_ns);
	if (!err)
		err = add_inverters(d, n, p, now_ns);
	add_boxes(d, n, p, now_ns);
	if (!err)
		err = open_port(&l->port, config);
	if (err) {
		free(l->line);
		l->line = NULL;
		return err;
	}
	slave_line_start(l->line, &script->line[n], seed + n, now_ns);
	return 0;
}

static void add_can(struct premises_devices *d)
{
	const struct config *config = d->config;

	for (unsigned int i = 0; i < config->inverters; i++) {
		const struct config_inverter *inverter = &config->inverter[i];
		struct inverter_option *to = &d->can_options.of[d->can_options.n];

		if (!inverter->interface[0] || !inverter->of_house ||
		    config->house.site.control != SITE_BY_LIMITS)
			continue;
		snprintf(to->interface, sizeof(to->interface), "%s", inverter->interface);
		to->config.dialect = inverter->dialect;
		d->can_options.n++;
	}
}

int premises_devices_open(struct premises_devices *d, const struct config *config,
			  struct premises *p, const struct premises_script *script, u64 seed)
{
	int err = 0;

	memset(d, 0, sizeof(*d));
	d->config = config;
	add_can(d);
	if (inverter_lines_open(&d->can, &d->can_options))
		return -EIO;
	for (unsigned int i = 0; i < config->lines && !err; i++)
		err = open_line(d, i, p, script, seed);
	for (unsigned int i = 0; i < config->chargers && !err; i++)
		if (!p->box[i].slave)
			err = refuse("charger", config->charger[i].site.name,
				     "only a wallbox with a line can be simulated in a house");
	return err;
}

int premises_devices_close(struct premises_devices *d)
{
	for (unsigned int i = 0; i < CONFIG_LINES_MAX; i++) {
		if (!d->line[i].line)
			continue;
		slave_port_close(&d->line[i].port);
		free(d->line[i].line);
	}
	return inverter_lines_close(&d->can);
}

/* A meter without a grid has no power itself. */
void premises_devices_measure(struct premises_devices *d, const struct premises *p)
{
	for (unsigned int i = 0; i < d->config->meters; i++) {
		const struct meter_config *config = &d->config->meter[i].meter;
		struct slave *meter = d->meter[i];
		double w[SITE_PHASES];

		for (unsigned int k = 0; k < SITE_PHASES; k++) {
			w[k] = config->role == METER_EXCHANGE ? -p->grid_phase_w[k] :
			       p->pv_w / SITE_PHASES;
			w[k] = config->invert ? -w[k] : w[k];
		}
		slave_set_phases(meter, w);
		meter->muted_by_power = !p->grid;
	}
}

static int run_line(struct premises_line *l, u64 now_ns)
{
	u64 away_ns;

	if (now_ns >= l->back_ns) {
		l->back_ns = UINT64_MAX;
		if (slave_port_reopen(&l->port))
			return -EIO;
	}
	slave_line_play(l->line, now_ns);
	away_ns = slave_line_cut(l->line);
	if (away_ns) {
		slave_port_close(&l->port);
		l->back_ns = now_ns + away_ns;
	}
	return slave_port_run(&l->port, l->line, now_ns);
}

int premises_devices_run(struct premises_devices *d, u64 now_ns)
{
	int err = 0;

	inverter_lines_run(&d->can);
	for (unsigned int i = 0; i < d->config->lines && !err; i++)
		err = run_line(&d->line[i], now_ns);
	return err;
}

u64 premises_devices_next_ns(const struct premises_devices *d)
{
	u64 next_ns = inverter_lines_next_ns(&d->can);

	for (unsigned int i = 0; i < d->config->lines; i++) {
		const struct premises_line *l = &d->line[i];
		u64 of[] = {
			slave_port_next_ns(&l->port), slave_line_next_ns(l->line), l->back_ns
		};

		for (size_t k = 0; k < ARRAY_SIZE(of); k++)
			next_ns = of[k] < next_ns ? of[k] : next_ns;
	}
	return next_ns;
}

/* The first ones that there is room for: the others are looked at with each step. */
unsigned int premises_devices_fds(const struct premises_devices *d, int *fds)
{
	int of[1 + SLAVE_CONNECTIONS_MAX];
	unsigned int n = inverter_lines_fds(&d->can, fds), k;

	for (unsigned int i = 0; i < d->config->lines; i++) {
		k = slave_port_fds(&d->line[i].port, of);
		for (unsigned int j = 0; j < k && n < PACE_FDS_MAX - 1; j++)
			fds[n++] = of[j];
	}
	return n;
}
