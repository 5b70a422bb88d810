// SPDX-License-Identifier: GPL-2.0-only
/*
 * The master of an RS-485 line: a thread that sends one question after the other,
 * waits for its answer and hands what it says to the packs. Which question is next is
 * schedule.c, what an answer means is wire/, and how bytes reach the line is the
 * transport's (serdev.c, ldisc.c).
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "facts.h"
#include "schedule.h"

/* Longest pause inside an answer: a dongle's chunk is 16 ms, and a host may be busy. */
#define SILENCE_US	(60 * USEC_PER_MSEC)

enum exchange_state {
	NOBODY_WAITS,
	WAITING,
	ANSWERED,
	REFUSED,
	SPOILT,		/* the answer has come, and is wrong in itself */
};

/*
 * One supply: of a pack or, one on each bus, of the system.
 *
 * @heard: questions answered since the last complete sample, as bits
 * @who: the question that its serial number was the answer to, or NULL
 * @doubted: it was silent for so long that another pack may be there now: until it has
 *           said who it is, nothing it says is shown under the name of the old one
 */
struct member {
	struct cellar_pack *pack;
	u32 heard;
	const struct cellar_rs485_question *who;
	bool doubted;
};

struct cellar_rs485_bus {
	struct device *dev;
	unsigned int number;
	struct cellar_rs485_settings settings;
	const struct cellar_rs485_line_ops *ops;
	void *line;
	struct task_struct *thread;
	wait_queue_head_t wait;

	/*
	 * Protects all up to @free_run: the exchange under way, written where bytes
	 * arrive while it waits, and else by the thread.
	 */
	spinlock_t lock;
	enum exchange_state state;
	struct cellar_rs485_step step;
	struct cellar_rs485_deframer deframer;
	struct cellar_reading news;
	enum cellar_rs485_dialect_id dialect;	/* of the answer */
	u16 answer_len;				/* on the wire */
	u64 byte_us;				/* when the last one came */
	bool eoi_due;				/* the answer is whole without it */
	struct cellar_rs485_facts facts;

	bool free_run;	/* somebody else's to change at any time */

	/* Only the thread, and destroy after it. */
	struct cellar_rs485_schedule schedule;
	enum cellar_rs485_dialect_id packs_dialect;
	unsigned int packs_baud;
	unsigned int line_baud;
	bool line_failed;
	u32 malformed_before;
	struct member system;
	struct member member[CELLAR_RS485_ADDRESSES_MAX];
};

static u64 now_us(void)
{
	return ktime_to_us(ktime_get());
}

/* Where bytes arrive. */

/* A whole telegram has come while a question waits: is it the answer? */
static void take(struct cellar_rs485_bus *bus, const struct cellar_rs485_telegram *telegram)
{
	const struct cellar_rs485_question *question = bus->step.question;
	const struct cellar_rs485_dialect *dialect;
	int ret = -ENOMSG;
	u8 address;

	bus->dialect = bus->step.dialect;
	if (bus->step.identify)
		bus->dialect = cellar_rs485_identify(bus->step.address, telegram);
	dialect = cellar_rs485_dialect(bus->dialect);
	if (dialect && bus->step.identify)
		question = &dialect->questions[dialect->probe];
	if (dialect)
		ret = cellar_rs485_decode(question, bus->step.address, telegram, &bus->news);

	if (ret == -ENOMSG) {
		dialect = cellar_rs485_dialect(bus->step.dialect);
		if (!cellar_rs485_find_question(dialect, telegram, &address))
			bus->facts.late++;
		return;
	}

	bus->eoi_due = telegram->framing == CELLAR_FRAMING_ASCII;
	bus->answer_len = cellar_rs485_wire_len(telegram) + bus->eoi_due;
	bus->state = !ret ? ANSWERED : ret == -EREMOTEIO ? REFUSED : SPOILT;
	if (bus->state == SPOILT)
		bus->facts.malformed++;
	else
		bus->facts.telegrams++;
}

void cellar_rs485_bus_received(struct cellar_rs485_bus *bus, const u8 *data, size_t count)
{
	struct cellar_rs485_telegram telegram;
	unsigned long flags;
	bool over = false;
	size_t i;

	spin_lock_irqsave(&bus->lock, flags);
	if (bus->state == WAITING)
		bus->byte_us = now_us();
	for (i = 0; i < count && bus->state == WAITING; i++) {
		if (!cellar_rs485_feed(&bus->deframer, data[i], &telegram))
			continue;
		take(bus, &telegram);
		over = bus->state != WAITING;
	}
	if (i < count && bus->eoi_due) {
		i += data[i] == '\r';
		bus->eoi_due = false;
	}
	bus->facts.strays += count - i;
	spin_unlock_irqrestore(&bus->lock, flags);

	if (over)
		wake_up(&bus->wait);
}

/* The thread from here on: supplies. */

static void drop_pack(struct member *member)
{
	cellar_pack_destroy(member->pack);
	*member = (struct member){ 0 };
}

static void drop_packs(struct cellar_rs485_bus *bus)
{
	unsigned int i;

	drop_pack(&bus->system);
	for (i = 0; i < ARRAY_SIZE(bus->member); i++)
		drop_pack(&bus->member[i]);
}

static struct member *member_of(struct cellar_rs485_bus *bus, const struct cellar_rs485_step *step)
{
	return step->question->of_system ? &bus->system : &bus->member[step->index];
}

static int make_pack(struct cellar_rs485_bus *bus, struct member *member,
		     const struct cellar_rs485_step *step)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(step->dialect);
	bool of_system = step->question->of_system;
	struct cellar_pack_config config = {
		.parent = bus->dev,
		.bus = bus->number,
		.of_system = of_system,
		.address = of_system ? 0 : step->address,
		.dialect = dialect->name,
		.fields = of_system ? dialect->system_fields : dialect->pack_fields,
		.model = bus->settings.model,
		.scope_system = bus->settings.scope_system,
		.asks = true,
		.temperature_labels = dialect->temperature_labels,
	};
	struct cellar_pack *pack;

	pack = cellar_pack_create(&config);
	if (IS_ERR(pack))
		return PTR_ERR(pack);

	member->pack = pack;

	return 0;
}

/* Whether this answer completes a sample; begins the next one if so. */
static bool completes(const struct cellar_rs485_bus *bus, struct member *member,
		      const struct cellar_rs485_step *step)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(step->dialect);
	u32 required = 0;
	unsigned int q;

	for (q = 0; q < dialect->n_questions; q++)
		if (dialect->questions[q].required &&
		    dialect->questions[q].of_system == step->question->of_system &&
		    cellar_rs485_schedule_answers(&bus->schedule, step->index, q))
			required |= BIT(q);

	member->heard |= BIT(step->question - dialect->questions);
	if (!required || (member->heard & required) != required)
		return false;

	member->heard = 0;

	return true;
}

/* The line speaks another dialect than before, or has done so for the first time. */
static void follow_dialect(struct cellar_rs485_bus *bus)
{
	const struct cellar_rs485_schedule *schedule = &bus->schedule;

	if (bus->packs_dialect != schedule->dialect)
		drop_packs(bus);
	if (bus->packs_dialect != schedule->dialect || bus->packs_baud != schedule->baud)
		dev_info(bus->dev, "dialect %s at %u baud\n",
			 cellar_rs485_dialect(schedule->dialect)->name, schedule->baud);

	bus->packs_dialect = schedule->dialect;
	bus->packs_baud = schedule->baud;
}

/* Whether what was heard must wait until it is known who says it. */
static bool is_doubted(struct cellar_rs485_bus *bus, struct member *member)
{
	const struct cellar_rs485_step *step = &bus->schedule.step;
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(step->dialect);

	if (bus->news.have & (BIT_ULL(CELLAR_SERIAL_HEAD) | BIT_ULL(CELLAR_SERIAL_TAIL))) {
		member->who = step->question;
		member->doubted = false;
	}
	if (!member->doubted)
		return false;
	if (cellar_rs485_schedule_answers(&bus->schedule, step->index,
					  member->who - dialect->questions))
		return true;

	/* the old one would have said it */
	drop_pack(member);

	return false;
}

/* What the exchange has told; the lock is not needed while nobody waits. */
static void tell(struct cellar_rs485_bus *bus)
{
	const struct cellar_rs485_step *step = &bus->schedule.step;
	struct member *member = member_of(bus, step);

	if (is_doubted(bus, member))
		return;

	if (!member->pack && make_pack(bus, member, step)) {
		dev_err_ratelimited(bus->dev, "no memory for the pack at address %u\n",
				    step->address);
		return;
	}

	cellar_pack_update(member->pack, &bus->news,
			   cellar_rs485_schedule_max_age_ms(&bus->schedule),
			   completes(bus, member, step));
}

static void answered(struct cellar_rs485_bus *bus, u32 latency_us)
{
	bool probe = bus->schedule.step.probe;
	unsigned int news;

	news = cellar_rs485_schedule_answered(&bus->schedule, bus->dialect, latency_us, now_us());
	if (probe && !(news & CELLAR_RS485_FOUND))
		return;

	if (news & CELLAR_RS485_FOUND)
		follow_dialect(bus);
	/* an answer about the system speaks of one group only */
	if (bus->system.pack && bus->schedule.groups > 1)
		drop_pack(&bus->system);
	tell(bus);
}

static void failed(struct cellar_rs485_bus *bus, unsigned int malformed, bool silent)
{
	const struct cellar_rs485_step *step = &bus->schedule.step;
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(step->dialect);
	struct member *pack = &bus->member[step->index];
	struct member *member = member_of(bus, step);
	bool probe = step->probe;
	unsigned int news;

	news = cellar_rs485_schedule_failed(&bus->schedule, now_us());
	if (probe)
		return;

	if (member->pack && malformed)
		cellar_pack_count_malformed(member->pack, malformed);
	if (member->pack && silent)
		cellar_pack_count_timeout(member->pack);

	if (!(news & CELLAR_RS485_SILENT))
		return;
	pack->doubted = pack->who;
	pack->heard = 0;
	if (pack->pack)
		cellar_pack_expire(pack->pack);
	if (bus->system.pack && dialect->group(step->address) == step->address)
		cellar_pack_expire(bus->system.pack);
}

/* Exchanges. */

static bool is_over(struct cellar_rs485_bus *bus)
{
	return READ_ONCE(bus->state) > WAITING || kthread_should_stop();
}

static void wait_until(struct cellar_rs485_bus *bus, u64 at_us)
{
	u64 now = now_us();

	if (at_us > now)
		wait_event_interruptible_hrtimeout(bus->wait, is_over(bus),
						   ns_to_ktime((at_us - now) * NSEC_PER_USEC));
}

/* When the answer cannot come any more, or not be whole. */
static u64 answer_end(struct cellar_rs485_bus *bus, u64 question_end_us)
{
	const struct cellar_rs485_step *step = &bus->schedule.step;
	u64 begin_us = question_end_us + step->timeout_us;
	u64 silent_us;

	spin_lock_irq(&bus->lock);
	silent_us = bus->byte_us + SILENCE_US;
	spin_unlock_irq(&bus->lock);

	return max(begin_us, min(silent_us, begin_us + step->answer_us));
}

static void wait_for_answer(struct cellar_rs485_bus *bus, u64 question_end_us)
{
	u64 end_us;

	while (!is_over(bus)) {
		end_us = answer_end(bus, question_end_us);
		if (now_us() >= end_us)
			break;
		wait_until(bus, end_us);
	}
}

/* A line that cannot be used is a silent one: the schedule knows what to do with it. */
static void note_line(struct cellar_rs485_bus *bus, int ret)
{
	if (ret && !bus->line_failed)
		dev_err(bus->dev, "the line cannot be used: %pe\n", ERR_PTR(ret));
	else if (!ret && bus->line_failed)
		dev_info(bus->dev, "the line can be used again\n");
	bus->line_failed = ret;
}

static int set_baud(struct cellar_rs485_bus *bus, unsigned int baud)
{
	int ret;

	if (baud == bus->line_baud)
		return 0;

	ret = bus->ops->set_baud(bus->line, baud);
	if (!ret)
		bus->line_baud = baud;

	return ret;
}

/* Returns when the question will have left, or has. */
static u64 send(struct cellar_rs485_bus *bus, const struct cellar_rs485_step *step)
{
	u8 question[CELLAR_RS485_QUESTION_MAX];
	u64 begin_us = now_us();
	int len, ret;

	cellar_rs485_schedule_sent(&bus->schedule, step, begin_us);
	len = step->question->ask(step->address, question);
	ret = set_baud(bus, step->baud);
	if (!ret)
		ret = bus->ops->send(bus->line, question, len);
	note_line(bus, ret);

	return max(now_us(), begin_us + cellar_rs485_wire_us(step->baud, len));
}

static void begin_exchange(struct cellar_rs485_bus *bus, const struct cellar_rs485_step *step)
{
	spin_lock_irq(&bus->lock);
	bus->step = *step;
	bus->deframer.framing = cellar_rs485_dialect(step->dialect)->framing;
	cellar_rs485_reset(&bus->deframer);
	bus->byte_us = 0;
	bus->eoi_due = false;
	bus->state = WAITING;
	spin_unlock_irq(&bus->lock);
}

static void exchange(struct cellar_rs485_bus *bus, const struct cellar_rs485_step *step)
{
	u64 question_end_us, answer_us;
	enum exchange_state state;
	unsigned int malformed;
	u32 latency_us = 0;
	bool silent;

	begin_exchange(bus, step);
	question_end_us = send(bus, step);
	wait_for_answer(bus, question_end_us);

	spin_lock_irq(&bus->lock);
	state = bus->state;
	bus->state = NOBODY_WAITS;
	malformed = bus->deframer.malformed - bus->malformed_before;
	bus->malformed_before += malformed;
	bus->facts.malformed += malformed;
	silent = state == WAITING && !malformed;
	if (silent && !step->probe)
		bus->facts.timeouts++;
	spin_unlock_irq(&bus->lock);

	/* by its end, because a glitch may come before its beginning */
	answer_us = question_end_us + cellar_rs485_wire_us(step->baud, bus->answer_len);
	if (bus->byte_us > answer_us)
		latency_us = bus->byte_us - answer_us;

	if (state == ANSWERED)
		answered(bus, latency_us);
	else if (state == REFUSED)
		cellar_rs485_schedule_refused(&bus->schedule, now_us());
	else if (!kthread_should_stop())
		failed(bus, malformed + (state == SPOILT), silent);
}

/* What others may read of what is the thread's. */
static void publish(struct cellar_rs485_bus *bus)
{
	const struct cellar_rs485_schedule *schedule = &bus->schedule;

	spin_lock_irq(&bus->lock);
	if (schedule->known) {
		bus->facts.dialect = schedule->dialect;
		bus->facts.baud = schedule->baud;
	} else {
		bus->facts.dialect = bus->settings.dialect;
		bus->facts.baud = bus->settings.baud;
	}
	bus->facts.probing_us = schedule->probing_us;
	bus->facts.known_us = schedule->known_us;
	spin_unlock_irq(&bus->lock);
}

static int ask_on(void *data)
{
	struct cellar_rs485_bus *bus = data;
	struct cellar_rs485_step step;

	while (!kthread_should_stop()) {
		bus->schedule.free_run = READ_ONCE(bus->free_run);
		cellar_rs485_schedule_next(&bus->schedule, now_us(), &step);
		wait_until(bus, step.at_us);
		if (step.question && !kthread_should_stop())
			exchange(bus, &step);
		publish(bus);
	}

	return 0;
}

struct cellar_rs485_bus *
cellar_rs485_bus_create(struct device *dev, const struct cellar_rs485_settings *settings,
			const struct cellar_rs485_line_ops *ops, void *line)
{
	struct cellar_rs485_bus *bus;
	int ret;

	bus = kvzalloc(sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return ERR_PTR(-ENOMEM);

	ret = cellar_bus_number_get();
	if (ret < 0)
		goto free;

	bus->number = ret;
	bus->dev = dev;
	bus->settings = *settings;
	bus->ops = ops;
	bus->line = line;
	bus->facts.dialect = settings->dialect;
	bus->facts.baud = settings->baud;
	spin_lock_init(&bus->lock);
	init_waitqueue_head(&bus->wait);
	cellar_rs485_schedule_init(&bus->schedule, settings->dialect, settings->baud, now_us());

	bus->thread = kthread_run(ask_on, bus, "cellar%u", bus->number);
	if (IS_ERR(bus->thread)) {
		ret = PTR_ERR(bus->thread);
		goto put;
	}

	return bus;

put:
	cellar_bus_number_put(bus->number);
free:
	kvfree(bus);

	return ERR_PTR(ret);
}

void cellar_rs485_bus_destroy(struct cellar_rs485_bus *bus)
{
	kthread_stop(bus->thread);
	drop_packs(bus);
	cellar_bus_number_put(bus->number);
	kvfree(bus);
}

unsigned int cellar_rs485_bus_number(const struct cellar_rs485_bus *bus)
{
	return bus->number;
}

void cellar_rs485_bus_facts(struct cellar_rs485_bus *bus, struct cellar_rs485_facts *facts)
{
	spin_lock_irq(&bus->lock);
	*facts = bus->facts;
	spin_unlock_irq(&bus->lock);
}

bool cellar_rs485_bus_free_run(const struct cellar_rs485_bus *bus)
{
	return READ_ONCE(bus->free_run);
}

void cellar_rs485_bus_set_free_run(struct cellar_rs485_bus *bus, bool free_run)
{
	WRITE_ONCE(bus->free_run, free_run);
}
