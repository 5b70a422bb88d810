// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of Modbus RTU and TCP on the side of the devices, and what goes wrong with them.
 */
#include "slave_line.h"

#include <string.h>

#include "../io/hybrid_maps.h"

#define EPS_COMMAND	0x41	/* of inverters before G3 (field.md 3.1) */
#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL
#define BITS		11	/* of a character (Modbus over serial line, 2.5.1) */

/* What is left of a frame whose end has not come is no part of the next one. */
#define STALE_NS	(200 * NS_PER_MS)

#define MBAP		7	/* bytes in front of a PDU in TCP */
#define CRC		2

static bool happens(struct slave_line *line, double percent)
{
	return percent > 0 && rng_below(&line->rng, 1000000) < percent * 10000;
}

static struct slave *device_at(struct slave_line *line, uint8_t address)
{
	for (unsigned int i = 0; i < line->n; i++)
		if (line->device[i].address == address)
			return &line->device[i];
	return NULL;
}

static void note(struct slave_line *line, uint64_t now_ns, uint8_t address,
		 const uint8_t *pdu, size_t n, const char *outcome)
{
	if (!line->log)
		return;
	fprintf(line->log, "%.3f %u ", (double)(now_ns - line->start_ns) / 1e9, address);
	for (size_t i = 0; i < n; i++)
		fprintf(line->log, "%02X", pdu[i]);
	fprintf(line->log, " %s\n", outcome);
	fflush(line->log);
}

static const char *outcome_of(const uint8_t *answer, size_t n)
{
	if (!n)
		return "silent";
	return answer[0] & 0x80 ? "refused" : "answered";
}

/* An answer as it goes over the wire; a broken one is broken before it is framed in TCP. */
static void harm(struct slave_line *line, const struct slave *s, struct slave_wire *wire)
{
	uint8_t *out = wire->out;
	size_t n = 0;

	if (happens(line, s->truncate_percent))
		wire->n_out = wire->n_out * rng_below(&line->rng, 100) / 100;
	for (size_t i = 0; i < wire->n_out; i++) {
		if (happens(line, line->drop_percent))
			continue;
		out[n] = out[i];
		if (happens(line, line->flip_percent))
			out[n] ^= (uint8_t)(1 << rng_below(&line->rng, 8));
		n++;
	}
	line->counts.broken += n != wire->n_out;
	wire->n_out = n;
}

static void add_noise(struct slave_line *line, struct slave_wire *wire)
{
	unsigned int n = line->noise_bytes ? rng_below(&line->rng, line->noise_bytes + 1) : 0;

	for (unsigned int i = 0; i < n; i++)
		wire->out[wire->n_out++] = (uint8_t)rng_below(&line->rng, 256);
}

/* Another master asks this device for one register, and is answered; all at once. */
static void collide(struct slave_line *line, struct slave_wire *wire, uint8_t address)
{
	uint8_t frame[8] = { address, 3, 0x20, 0x12, 0, 1 };
	uint16_t crc = modbus_crc(frame, 6);

	if (!happens(line, line->collide_percent))
		return;
	frame[6] = (uint8_t)crc;
	frame[7] = (uint8_t)(crc >> 8);
	memcpy(wire->out + wire->n_out, frame, sizeof(frame));
	wire->n_out += sizeof(frame);
	line->counts.broken++;
}

static void frame_rtu(struct slave_line *line, struct slave_wire *wire, const struct slave *s,
		      const uint8_t *pdu, size_t n)
{
	uint8_t *frame;
	uint16_t crc;

	add_noise(line, wire);
	collide(line, wire, s->address);
	frame = wire->out + wire->n_out;
	frame[0] = s->address;
	memcpy(frame + 1, pdu, n);
	crc = modbus_crc(frame, 1 + n);
	frame[1 + n] = (uint8_t)crc;
	frame[2 + n] = (uint8_t)(crc >> 8);
	wire->n_out += 1 + n + CRC;
	harm(line, s, wire);
	add_noise(line, wire);
}

static void frame_tcp(struct slave_line *line, struct slave_wire *wire, const struct slave *s,
		      const uint8_t *mbap, const uint8_t *pdu, size_t n)
{
	memcpy(wire->out, mbap, 4);
	wire->out[4] = (uint8_t)((n + 1) >> 8);
	wire->out[5] = (uint8_t)(n + 1);
	wire->out[6] = mbap[6];
	memcpy(wire->out + MBAP, pdu, n);
	wire->n_out = MBAP + n;
	harm(line, s, wire);
}

static uint64_t wire_ns(const struct slave_line *line, size_t bytes)
{
	return line->baud ? bytes * BITS * NS_PER_S / line->baud : 0;
}

/* @head: of the frame: the address of RTU, the header of TCP. */
static void answer(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns,
		   const uint8_t *head, const uint8_t *pdu, size_t n)
{
	uint8_t address = line->tcp ? head[MBAP - 1] : head[0];
	struct slave *s = device_at(line, address);
	uint8_t said[SLAVE_PDU_MAX];
	size_t len = s && !line->silent ? slave_answer(s, now_ns, pdu, n, said) : 0;

	line->counts.requests++;
	note(line, now_ns, address, pdu, n, outcome_of(said, len));
	if (!len)
		return;
	line->counts.answers++;
	if (line->tcp)
		frame_tcp(line, wire, s, head, said, len);
	else
		frame_rtu(line, wire, s, said, len);
	wire->due_ns = now_ns + s->delay_ns + wire_ns(line, 1 + n + CRC + wire->n_out);
}

static void forget(struct slave_wire *wire, size_t n)
{
	wire->n_in -= n;
	memmove(wire->in, wire->in + n, wire->n_in);
}

/* Bytes that a request of RTU has; 0: that is not known yet. */
static size_t rtu_size(const struct slave_wire *wire)
{
	if (wire->n_in < 2)
		return 0;
	if (wire->in[1] == 16)
		return wire->n_in < 7 ? 0 : 1 + 6 + wire->in[6] + (size_t)CRC;
	return wire->in[1] == EPS_COMMAND ? 10 : 8;
}

/* What begins with no frame is looked through for one, byte by byte. */
static bool hear_rtu(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns)
{
	size_t n = rtu_size(wire);
	uint16_t crc;

	if (n > SLAVE_FRAME_MAX) {
		forget(wire, 1);
		return true;
	}
	if (!n || wire->n_in < n)
		return false;
	crc = modbus_crc(wire->in, n - CRC);
	if (wire->in[n - 2] != (crc & 0xff) || wire->in[n - 1] != crc >> 8) {
		forget(wire, 1);
		return true;
	}
	answer(line, wire, now_ns, wire->in, wire->in + 1, n - 1 - CRC);
	forget(wire, n);
	return true;
}

static bool hear_tcp(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns)
{
	size_t n;

	if (wire->n_in < MBAP)
		return false;
	n = (size_t)wire->in[4] << 8 | wire->in[5];
	if (wire->in[2] || wire->in[3] || n < 2 || n > SLAVE_PDU_MAX + 1) {
		wire->n_in = 0;
		return false;
	}
	if (wire->n_in < MBAP - 1 + n)
		return false;
	answer(line, wire, now_ns, wire->in, wire->in + MBAP, n - 1);
	forget(wire, MBAP - 1 + n);
	return true;
}

/* One request at a time: the others wait in @wire->in. */
static void work(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns)
{
	while (!wire->n_out &&
	       (line->tcp ? hear_tcp(line, wire, now_ns) : hear_rtu(line, wire, now_ns)))
		;
}

void slave_line_hear(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns,
		     const uint8_t *bytes, size_t n)
{
	size_t room = sizeof(wire->in) - wire->n_in;

	if (!line->tcp && now_ns > wire->heard_ns + STALE_NS && !wire->n_out)
		wire->n_in = 0;
	wire->heard_ns = now_ns;
	if (n > room)
		n = room;
	memcpy(wire->in + wire->n_in, bytes, n);
	wire->n_in += n;
	work(line, wire, now_ns);
}

size_t slave_line_run(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns,
		      uint8_t *to)
{
	size_t n = wire->n_out;

	if (!n || now_ns < wire->due_ns)
		return 0;
	memcpy(to, wire->out, n);
	wire->n_out = 0;
	work(line, wire, now_ns);
	return n;
}

uint64_t slave_wire_next_ns(const struct slave_wire *wire)
{
	return wire->n_out ? wire->due_ns : UINT64_MAX;
}

static void play_device(struct slave *s, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_UNPLUG:
		s->muted = true;
		break;
	case SCRIPT_PLUG:
		s->muted = false;
		break;
	case SCRIPT_FREEZE:
		s->frozen = true;
		break;
	case SCRIPT_THAW:
		s->frozen = false;
		break;
	case SCRIPT_DELAY:
		s->delay_ns = (uint64_t)event->value * NS_PER_MS;
		break;
	case SCRIPT_REFUSE:
		s->refuse = (uint8_t)event->value;
		break;
	case SCRIPT_TRUNCATE:
		s->truncate_percent = event->value;
		break;
	case SCRIPT_POWER:
		slave_set_power(s, event->value);
		break;
	case SCRIPT_SUN:
		s->sun_w = event->value;
		break;
	case SCRIPT_BLACKOUT:
		s->blackout = event->value != 0;
		break;
	case SCRIPT_FAULT:
		s->fault = (uint16_t)event->value;
		break;
	case SCRIPT_MODE:
		s->value[SOFAR_MODE] = (uint16_t)event->value;
		break;
	case SCRIPT_CAR:
		slave_set_car(s, event->value);
		break;
	case SCRIPT_HOLE:
		slave_make_hole(s, (uint16_t)event->value);
		break;
	case SCRIPT_WORDS:
		s->swapped = event->value != 0;
		break;
	default:
		break;
	}
}

static void play_line(struct slave_line *line, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_SILENT:
	case SCRIPT_RESUME:
		line->silent = event->verb == SCRIPT_SILENT;
		break;
	case SCRIPT_FLIP:
		line->flip_percent = event->value;
		break;
	case SCRIPT_DROP:
		line->drop_percent = event->value;
		break;
	case SCRIPT_NOISE:
		line->noise_bytes = (unsigned int)event->value;
		break;
	case SCRIPT_COLLIDE:
		line->collide_percent = event->value;
		break;
	case SCRIPT_CUT:
		line->cut_ns = (uint64_t)(event->value * 1e9);
		break;
	default:
		break;
	}
}

static uint64_t event_ns(const struct slave_line *line, const struct script_event *event)
{
	return line->start_ns + event->at_ms * NS_PER_MS;
}

void slave_line_do(struct slave_line *line, const struct script_event *event)
{
	play_line(line, event);
	for (unsigned int i = 0; i < line->n; i++)
		if (event->pack == SCRIPT_ALL_PACKS || event->pack == i + 1)
			play_device(&line->device[i], event);
}

void slave_line_play(struct slave_line *line, uint64_t now_ns)
{
	const struct script *script = line->script;

	for (; line->next < script->n; line->next++) {
		const struct script_event *event = &script->events[line->next];

		if (event_ns(line, event) > now_ns)
			return;
		slave_line_do(line, event);
	}
}

uint64_t slave_line_next_ns(const struct slave_line *line)
{
	return line->next < line->script->n ?
	       event_ns(line, &line->script->events[line->next]) : UINT64_MAX;
}

uint64_t slave_line_cut(struct slave_line *line)
{
	uint64_t cut_ns = line->cut_ns;

	line->cut_ns = 0;
	return cut_ns;
}

void slave_line_start(struct slave_line *line, const struct script *script, uint64_t seed,
		      uint64_t now_ns)
{
	line->script = script;
	line->rng = (struct rng){ seed };
	line->start_ns = now_ns;
	slave_line_play(line, now_ns);
}
