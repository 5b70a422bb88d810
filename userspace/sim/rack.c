// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who answers what, and what a script changes about that.
 */
#include "rack.h"

#include "../../driver/wire/ascii.h"
#include "../../driver/wire/voltronic.h"

#define NS_PER_MS		1000000ULL
#define NS_PER_S		1000000000ULL

/* A question does not pause for longer than this [own figure] */
#define PAUSE_NS		(50 * NS_PER_MS)

#define SENSORS_MAX		6

/* Versions in the form of the dialects: two bytes, three bytes */
static const struct report_texts texts = { NULL, "1.0", "1.0" };

/* What a temperature is of: a group of cells from 0 on, or */
enum sensor {
	MOSFET = 100,
	ROOM,
};

/*
 * @sensors: the temperatures in their order on the wire
 * @no_command: refusal of a question it does not know
 */
struct rack_speech {
	u8 n_sensors;
	u8 sensors[SENSORS_MAX];
	u8 version;
	u8 no_command;
};

/* protocols.md 4.2, 4.4, 4.10, 5.1, 5.3; of a Pylontech the first is the BMS's */
static const struct rack_speech speeches[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = { 5, { MOSFET, 0, 1, 2, 3 }, CELLAR_ASCII_VERSION_20, 4 },
	[CELLAR_RS485_PACE] = { 6, { 0, 1, 2, 3, MOSFET, ROOM }, CELLAR_ASCII_PACE, 4 },
	[CELLAR_RS485_SEPLOS] = { 6, { 0, 1, 2, 3, ROOM, MOSFET }, CELLAR_ASCII_VERSION_20, 4 },
	[CELLAR_RS485_VOLTRONIC] = { 4, { 0, 1, 2, 3 }, 0, 2 },
};

/*
 * Commands that only read, of the ASCII dialects together (protocols.md 4.3, 4.10,
 * 5.3, and the telecom standard they descend from). Any other may write.
 */
static const u8 ascii_reads[] = {
	0x42, 0x43, 0x44, 0x46, 0x47, 0x4b, 0x4c, 0x4d, 0x4f, 0x50, 0x51,
	0x60, 0x61, 0x62, 0x63, 0x90, 0x92, 0x93, 0x96, 0x99, 0xa6, 0xb1, 0xc1, 0xc2,
};

int rack_addresses(const struct cellar_rs485_dialect *dialect, unsigned int packs,
		   u8 *addresses)
{
	unsigned int i, found = 0;
	u16 address;

	if (dialect->n_addresses == 1) {
		memset(addresses, RACK_NO_ADDRESS, packs);
		addresses[0] = dialect->addresses[0];
		return 0;
	}
	for (address = 0; address < RACK_NO_ADDRESS && found < packs; address++)
		for (i = 0; i < dialect->n_addresses; i++)
			if (dialect->addresses[i] == address) {
				addresses[found++] = (u8)address;
				break;
			}
	return found == packs ? 0 : -EINVAL;
}

static void restart_deframer(struct rack *rack)
{
	memset(&rack->deframer, 0, sizeof(rack->deframer));
	rack->deframer.framing = rack->dialect->framing;
	rack->n_heard = 0;
	rack->harmed = false;
}

void rack_start(struct rack *rack, const struct rack_config *config,
		const struct script *script, u64 now_ns, rack_said said, void *to)
{
	struct rng rng = { config->bank.seed };
	unsigned int i;

	memset(rack, 0, sizeof(*rack));
	rack->dialect = cellar_rs485_dialect(config->dialect);
	rack->speech = &speeches[config->dialect];
	rack->said = said;
	rack->said_to = to;
	rack->start_ns = now_ns;
	bank_start(&rack->bank, &config->bank, script, &texts, &rng);
	line_start(&rack->line, rack->dialect->framing, config->baud, config->paced,
		   rng_next(&rng));
	rack->line.echo = config->echo;
	rack->rng.state = rng_next(&rng);
	for (i = 0; i < config->bank.packs; i++) {
		rack->pack[i].address = config->addresses[i];
		rack->pack[i].delay_ms = config->delay_ms;
	}
	restart_deframer(rack);
}

static bool happens(struct rack *rack, double percent)
{
	return percent > 0 && rng_below(&rack->rng, 1000000) < percent * 10000;
}

static void happen_to_pack(struct rack *rack, struct rack_pack *pack,
			   const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_ADDRESS:
		pack->address = (u8)event->value;
		break;
	case SCRIPT_DELAY:
		pack->delay_ms = (u32)event->value;
		break;
	case SCRIPT_LATE:
		pack->late_ms = (u32)event->value;
		break;
	case SCRIPT_TRUNCATE:
		pack->truncate_percent = event->value;
		break;
	case SCRIPT_REFUSE:
		pack->refuse = (u8)event->value;
		break;
	case SCRIPT_BABBLE:
		pack->babble_ms = (u32)event->value;
		pack->babble_next_ns = rack->start_ns + event->at_ms * NS_PER_MS;
		break;
	default:
		break;
	}
}

static void happen(struct rack *rack, const struct script_event *event)
{
	unsigned int i;

	switch (event->verb) {
	case SCRIPT_SILENT:
	case SCRIPT_RESUME:
		rack->silent = event->verb == SCRIPT_SILENT;
		break;
	case SCRIPT_DROP:
		rack->line.drop_percent = event->value;
		break;
	case SCRIPT_TURNS:
		rack->turns = event->value;
		break;
	case SCRIPT_ECHO:
		rack->line.echo = event->value;
		break;
	case SCRIPT_FLIP:
		rack->line.flip_percent = event->value;
		break;
	case SCRIPT_NOISE:
		rack->line.noise_bytes = (unsigned int)event->value;
		break;
	case SCRIPT_REPEAT:
		rack->repeat_percent = event->value;
		break;
	case SCRIPT_CUT:
		rack->cut_next = true;
		rack->cut_s = event->value;
		break;
	default:
		for (i = 0; i < rack->bank.plant.packs; i++)
			if (event->pack == SCRIPT_ALL_PACKS || event->pack == i + 1)
				happen_to_pack(rack, &rack->pack[i], event);
		break;
	}
}

/* Packs that the one at @address speaks for when asked about the system. */
static u64 members(const struct rack *rack, u8 address)
{
	u8 group = rack->dialect->group(address);
	u64 set = 0;
	unsigned int i;

	for (i = 0; i < rack->bank.plant.packs; i++)
		if (rack->pack[i].address == RACK_NO_ADDRESS ||
		    rack->dialect->group(rack->pack[i].address) == group)
			set |= BIT_ULL(i);
	return set;
}

static int refusal(const struct rack *rack, u8 address, u8 code, u8 *wire)
{
	u16 crc;

	if (rack->dialect->framing == CELLAR_FRAMING_ASCII)
		return cellar_ascii_frame(wire, rack->speech->version, address, code, NULL, 0);
	wire[0] = address;
	wire[1] = VOLTRONIC_REFUSED;
	wire[2] = code;
	crc = cellar_voltronic_crc(wire, 3);
	wire[3] = (u8)crc;
	wire[4] = (u8)(crc >> 8);
	return VOLTRONIC_REFUSAL_LEN;
}

/* What a listener reads in @wire is what is said: encoding rounds. */
static int read_own(struct rack_pack *pack, const struct rack *rack, const u8 *wire,
		    int len)
{
	struct cellar_rs485_deframer deframer = { .framing = rack->dialect->framing };
	struct cellar_rs485_telegram telegram;
	int i;

	for (i = 0; i < len; i++)
		if (cellar_rs485_feed(&deframer, wire[i], &telegram))
			return cellar_rs485_decode(pack->asked, pack->asked_address,
						   &telegram, &pack->says);
	return -EBADMSG;
}

static void arrange_sensors(const struct rack *rack, struct cellar_reading *reading)
{
	s16 groups[CELLAR_TEMPERATURES_MAX];
	unsigned int i;

	memcpy(groups, reading->temperatures_decic, sizeof(groups));
	reading->temperatures = rack->speech->n_sensors;
	for (i = 0; i < rack->speech->n_sensors; i++) {
		u8 sensor = rack->speech->sensors[i];

		if (sensor == MOSFET)
			reading->temperatures_decic[i] = reading->mosfet_temperature_decic;
		else if (sensor == ROOM)
			reading->temperatures_decic[i] =
				(s16)(rack->bank.plant.ambient_c * 10);
		else
			reading->temperatures_decic[i] = groups[sensor];
	}
}

/* The answer of pack @n to @question; a negative errno when it has none. */
static int compose(struct rack *rack, unsigned int n,
		   const struct cellar_rs485_question *question, u8 address, u8 *wire)
{
	struct cellar_reading reading = rack->bank.pack[n];
	struct rack_pack *pack = &rack->pack[n];
	int len, err;

	pack->asked = question;
	pack->asked_address = address;
	pack->serial[0] = '\0';
	if (question->of_system) {
		err = report_system(&rack->bank.plant, members(rack, address),
				    rack->bank.pack, rack->bank.texts, &reading);
		if (err)
			return err;
	} else {
		cellar_reading_serial(&reading, pack->serial);
		arrange_sensors(rack, &reading);
	}
	len = question->encode(address, &reading, wire);
	if (len < 0)
		return len;
	err = read_own(pack, rack, wire, len);
	return err ? err : len;
}

/* An answer to another question, which runs into this one. */
static size_t run_into(struct rack *rack, const struct rack_pack *pack, u8 *wire)
{
	const struct rack_answer *last = &rack->last;

	if (!happens(rack, rack->repeat_percent) || !last->len ||
	    (last->question == pack->asked && last->address == pack->asked_address))
		return 0;
	memcpy(wire, last->bytes, last->len);
	return last->len;
}

static void keep(struct rack *rack, const struct rack_pack *pack, const u8 *wire,
		 size_t len)
{
	rack->last.question = pack->asked;
	rack->last.address = pack->asked_address;
	rack->last.len = len;
	memcpy(rack->last.bytes, wire, len);
}

/* Pack @n says, from @slot on, what it answers to @question, or to none it knows. */
static void speak(struct rack *rack, unsigned int n, u64 slot,
		  const struct cellar_rs485_question *question, u8 address)
{
	struct rack_pack *pack = &rack->pack[n];
	u8 wire[2 * CELLAR_RS485_WIRE_MAX];
	u8 code = pack->refuse;
	size_t len, say_len;
	bool whole;
	int ret;

	if (!code && !question)
		code = rack->speech->no_command;
	ret = code ? refusal(rack, address, code, wire) :
		     compose(rack, n, question, address, wire);
	if (ret <= 0)
		return;
	len = (size_t)ret;
	say_len = len;
	if (code)
		pack->asked = NULL;

	whole = !happens(rack, pack->truncate_percent);
	if (!whole)
		say_len = 1 + rng_below(&rack->rng, (unsigned int)len - 1);
	else if (!code)
		say_len += run_into(rack, pack, wire + len);
	line_say(&rack->line, n, slot, wire, say_len, rack->cut_next);
	/* what runs into a later answer has been heard before, and is in the truth */
	if (whole && !code && line_is_whole(&rack->line, n))
		keep(rack, pack, wire, len);
	rack->cut_next = false;
}

static bool listens(const struct rack *rack, unsigned int n, u8 address)
{
	return rack->pack[n].address == address && address != RACK_NO_ADDRESS &&
	       plant_online(&rack->bank.plant.pack[n]);
}

static void answer(struct rack *rack, u64 slot,
		   const struct cellar_rs485_question *question, u8 address)
{
	unsigned int i, there = 0, nth = 0;

	if (question && question->of_system && rack->dialect->group(address) != address)
		question = NULL;
	for (i = 0; i < rack->bank.plant.packs; i++)
		there += listens(rack, i, address);
	if (there > 1)
		rack->turn++;

	for (i = 0; i < rack->bank.plant.packs; i++) {
		struct rack_pack *pack = &rack->pack[i];
		u64 wait_ns;

		if (!listens(rack, i, address))
			continue;
		if (rack->turns && there > 1 && nth++ != rack->turn % there)
			continue;
		/* it still thinks about, or says, what it was asked before */
		if (line_speaks(&rack->line, i))
			continue;
		wait_ns = ((u64)pack->delay_ms + pack->late_ms) * NS_PER_MS;
		rack->counts.delay_ns += wait_ns;
		pack->late_ms = 0;
		speak(rack, i, slot + line_slot(&rack->line, wait_ns), question, address);
	}
}

static bool is_read(const struct rack *rack, const struct cellar_rs485_telegram *telegram)
{
	size_t i;

	if (rack->dialect->framing == CELLAR_FRAMING_VOLTRONIC)
		return telegram->data[1] == VOLTRONIC_READ;
	for (i = 0; i < sizeof(ascii_reads); i++)
		if (cellar_ascii_cid2(telegram) == ascii_reads[i])
			return true;
	return false;
}

static void count_write(struct rack *rack, const u8 *bytes, size_t len)
{
	if (!rack->counts.writes++) {
		rack->write_len = len < sizeof(rack->write) ? len : sizeof(rack->write);
		memcpy(rack->write, bytes, rack->write_len);
	}
}

static void take_question(struct rack *rack, u64 slot,
			  const struct cellar_rs485_telegram *telegram)
{
	const struct cellar_rs485_question *question;
	u8 address = 0;

	/* to a pack it is noise: its code is no command, but an answer's "ok" or refusal */
	if (line_was_said(&rack->line, telegram)) {
		rack->counts.returned++;
		return;
	}
	question = cellar_rs485_find_question(rack->dialect, telegram, &address);
	if (!question && !is_read(rack, telegram)) {
		count_write(rack, telegram->data, telegram->len);
		return;
	}
	if (rack->harmed)
		return;
	rack->counts.questions++;
	if (!question) {
		rack->counts.strange++;
		address = rack->dialect->framing == CELLAR_FRAMING_ASCII ?
			  cellar_ascii_address(telegram) : telegram->data[0];
	}
	/* the EOI of an ASCII question is still to come */
	if (!rack->silent)
		answer(rack, slot + (rack->dialect->framing == CELLAR_FRAMING_ASCII),
		       question, address);
}

/* The deframer looks for questions only: other functions are seen by their CRC. */
static void look_for_write(struct rack *rack)
{
	if (rack->dialect->framing != CELLAR_FRAMING_VOLTRONIC || rack->n_heard < 4 ||
	    cellar_voltronic_crc(rack->heard, rack->n_heard))
		return;
	if (rack->heard[1] != VOLTRONIC_READ)
		count_write(rack, rack->heard, rack->n_heard);
	rack->n_heard = 0;
}

void rack_hear(struct rack *rack, u64 now_ns, const u8 *bytes, size_t n)
{
	struct cellar_rs485_telegram telegram;
	size_t i;

	if (now_ns - rack->heard_ns > PAUSE_NS)
		restart_deframer(rack);
	rack->heard_ns = now_ns;

	for (i = 0; i < n; i++) {
		bool harmed;
		u64 slot = line_hear(&rack->line, now_ns, bytes[i], &harmed);

		if (rack->dialect->framing == CELLAR_FRAMING_ASCII && bytes[i] == '~')
			rack->harmed = false;
		rack->harmed |= harmed;
		if (rack->n_heard < RACK_HEARD_MAX)
			rack->heard[rack->n_heard++] = bytes[i];
		if (cellar_rs485_feed(&rack->deframer, bytes[i], &telegram)) {
			take_question(rack, slot, &telegram);
			rack->harmed = false;
			rack->n_heard = 0;
		}
		look_for_write(rack);
	}
}

static u64 bank_next_ns(const struct rack *rack)
{
	return rack->start_ns + bank_next_ms(&rack->bank) * NS_PER_MS;
}

u64 rack_next_ns(const struct rack *rack)
{
	u64 next = line_next_ns(&rack->line);
	unsigned int i;

	if (bank_next_ns(rack) < next)
		next = bank_next_ns(rack);
	for (i = 0; i < rack->bank.plant.packs; i++)
		if (rack->pack[i].babble_ms && rack->pack[i].babble_next_ns < next)
			next = rack->pack[i].babble_next_ns;
	return next;
}

static void babble(struct rack *rack, unsigned int n, u64 now_ns)
{
	const struct cellar_rs485_dialect *dialect = rack->dialect;
	struct rack_pack *pack = &rack->pack[n];
	unsigned int q;

	if (!pack->babble_ms || pack->babble_next_ns > now_ns)
		return;
	pack->babble_next_ns = now_ns + pack->babble_ms * NS_PER_MS;
	q = rng_below(&rack->rng, dialect->n_questions);
	if (rack->silent || line_speaks(&rack->line, n) || dialect->questions[q].of_system ||
	    !plant_online(&rack->bank.plant.pack[n]))
		return;
	speak(rack, n, line_slot(&rack->line, now_ns), &dialect->questions[q], pack->address);
}

static void ended(void *to, unsigned int voice, bool whole)
{
	struct rack *rack = to;
	struct rack_pack *pack = &rack->pack[voice];
	struct said said = {
		.address = pack->asked_address,
		.serial = pack->serial,
		.reading = &pack->says,
	};

	if (!whole || !pack->asked)
		return;
	said.question = pack->asked->name;
	rack->counts.answers++;
	rack->said(rack->said_to, rack->now_ns, &said);
}

size_t rack_run(struct rack *rack, u64 now_ns, u8 *to)
{
	const struct script_event *event;
	unsigned int i;

	while (bank_next_ns(rack) <= now_ns) {
		u64 at_ms = bank_next_ms(&rack->bank);

		while ((event = bank_next_event(&rack->bank, at_ms)))
			happen(rack, event);
		bank_step(&rack->bank, at_ms);
	}
	for (i = 0; i < rack->bank.plant.packs; i++)
		babble(rack, i, now_ns);
	rack->now_ns = now_ns;
	return line_run(&rack->line, now_ns, to, ended, rack);
}

u64 rack_cut(struct rack *rack)
{
	if (!rack->line.gone)
		return 0;
	line_reset(&rack->line);
	restart_deframer(rack);
	return (u64)(rack->cut_s * (double)NS_PER_S) + 1;
}
