// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has changed since it was last written, when that is due, and the thread that
 * writes.
 */
#include "keeper.h"

#include "../core/mark.h"
#include "../io/store.h"
#include "house.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#define TEXT_SIZE	(STORE_WHY_SIZE + 128)
#define HOUR_S		3600

/*
 * @decided: of a person, and first full charges
 * @news: of advice
 */
struct marks {
	u64 decided, news;
};

/*
 * @store: the thread's while @writing
 * @text, @result: what it is to write, and what came of it when it is @done
 * @written, @asked: what is on the disk, and what was handed to the thread
 * @begun_ms: when that was
 * @stepped: there was something to remember
 * @failed: errno of the last try; 0
 */
struct keeper {
	struct store store;
	struct memory *memory;
	keeper_said said;
	keeper_gather gather;
	void *user;

	pthread_t thread;
	char *text;
	int result;
	atomic_bool done;

	struct marks written, asked;
	u64 begun_ms;
	bool writing, stepped;
	int failed;
};

/* A pack that stays full is news once an hour, as its last full charge moves on. */
static u64 mark_pack(u64 mark, const struct advice_kept_pack *k)
{
	u32 was_full_h = k->at[ADVICE_WAS_FULL] ? 1 + k->at[ADVICE_WAS_FULL] / HOUR_S : 0;

	mark = mark_text(mark, k->key);
	mark = mark_bytes(mark, k->trips, sizeof(k->trips));
	mark = mark_word(mark, k->disconnected);
	mark = mark_word(mark, was_full_h);
	for (unsigned int code = 0; code < ADVICE_CODES; code++)
		mark = mark_word(mark, k->item[code].since_s);

	return mark;
}

/* A session is news when it begins, ends, and by each kWh. */
static u64 mark_house(u64 mark, const struct house *house)
{
	const struct site_config *site = &house->config->house.site;

	for (unsigned int i = 0; i < site->chargers; i++) {
		const struct charger *c = &house->state.charger[i];
		const u32 figures[] = { c->in_session, c->done, c->stopped, c->session_wh / 1000 };

		mark = mark_bytes(mark, figures, sizeof(figures));
	}
	for (unsigned int i = 0; i < site->outputs; i++)
		mark = mark_bytes(mark, &house->state.output[i].closed, sizeof(bool));

	return mark;
}

static struct marks marks_of(const struct plant *plant)
{
	struct marks m = { MARK_START, MARK_START };
	const struct plant_cluster *c;

	m.decided = mark_bytes(m.decided, &plant->decisions, sizeof(plant->decisions));
	if (plant->house) {
		m.decided = mark_bytes(m.decided, &plant->house->changes,
				       sizeof(plant->house->changes));
		m.news = mark_house(m.news, plant->house);
	}
	for (c = plant->clusters; c; c = c->next) {
		const struct advice_kept *kept = c->advice->kept;

		m.decided = mark_bytes(m.decided, &c->limits->out.started, sizeof(bool));
		for (u32 i = 0; i < kept->n; i++)
			if (*kept->pack[i].key || i + 1 == kept->n)
				m.news = mark_pack(m.news, &kept->pack[i]);
	}

	return m;
}

static void tell(struct keeper *k, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void tell(struct keeper *k, const char *code, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	k->said(k->user, code, text);
}

/* Said once, until it works again; so is a folder that could not even be read. */
static void take_result(struct keeper *k, int r)
{
	if (r < 0) {
		if (!k->failed)
			tell(k, "state-unwritable",
			     "%s/%s cannot be written: %s; a restart forgets what is new",
			     k->store.folder, k->store.name, strerror(-r));
		k->failed = r;
		return;
	}
	if (r)
		tell(k, "state-refused", "%s/%s had not been read and was kept aside",
		     k->store.folder, k->store.name);
	if (k->failed)
		tell(k, "state-written", "%s/%s is written again", k->store.folder,
		     k->store.name);
	k->failed = 0;
	k->written = k->asked;
}

static void *write_it(void *user)
{
	struct keeper *k = user;

	k->result = store_save(&k->store, k->text, strlen(k->text));
	atomic_store(&k->done, true);

	return NULL;
}

static void finish(struct keeper *k)
{
	pthread_join(k->thread, NULL);
	k->writing = false;
	free(k->text);
	k->text = NULL;
	take_result(k, k->result);
}

/* @k->text, and what it holds. */
static int compose(struct keeper *k, const struct plant *plant)
{
	k->asked = marks_of(plant);
	if (memory_take(k->memory, plant))
		return -ENOMEM;

	k->gather(k->user, k->memory);
	k->text = memory_write(k->memory);

	return k->text ? 0 : -ENOMEM;
}

static void begin(struct keeper *k, const struct plant *plant, u64 now_ms)
{
	int r;

	k->begun_ms = now_ms;
	r = compose(k, plant);
	if (!r) {
		atomic_store(&k->done, false);
		r = -pthread_create(&k->thread, NULL, write_it, k);
		if (r)
			free(k->text);
	}
	if (r)
		take_result(k, r);
	else
		k->writing = true;
}

static bool is_due(const struct keeper *k, const struct plant *plant, u64 now_ms)
{
	struct marks m = marks_of(plant);
	u64 passed = now_ms - k->begun_ms;

	if (!k->stepped)
		return true;
	if (k->failed && passed < KEEPER_RETRY_MS)
		return false;
	if (m.decided != k->written.decided)
		return true;
	if (m.news != k->written.news)
		return passed >= KEEPER_NEWS_MS;

	return passed >= KEEPER_TIMERS_MS;
}

static bool has_something(const struct plant *plant)
{
	return plant->clusters || plant->outs || plant->house;
}

void keeper_step(struct keeper *k, const struct plant *plant, u64 now_ms)
{
	if (k->writing && atomic_load(&k->done))
		finish(k);
	if (k->writing || !has_something(plant) || !is_due(k, plant, now_ms))
		return;

	k->stepped = true;
	begin(k, plant, now_ms);
}

static int load(struct keeper *k)
{
	char why[STORE_WHY_SIZE] = "", fault[MEMORY_FAULT_SIZE];
	size_t length;
	char *text;
	int r;

	r = store_load(&k->store, &text, &length, why);
	if (!r) {
		r = memory_read(k->memory, text, length, fault);
		if (r == -EINVAL)
			store_refuse(&k->store, fault, why);
		free(text);
	}
	if (!r || r == -ENOENT)
		return 0;
	if (r == -ENOMEM)
		return r;

	if (r != -EINVAL && r != -EBADMSG)
		k->failed = r;
	tell(k, k->failed ? "state-unwritable" : "state-refused",
	     "%s; nothing is remembered%s", why,
	     k->failed ? ", and a restart forgets what is new" : "");

	return 0;
}

int keeper_new(struct keeper **keeper, const char *folder, keeper_said said,
	       keeper_gather gather, void *user)
{
	struct keeper *k;
	int r;

	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;

	k->store = (struct store){ folder, KEEPER_NAME, MEMORY_VERSION, false };
	k->said = said;
	k->gather = gather;
	k->user = user;
	r = memory_new(&k->memory);
	if (!r)
		r = load(k);
	if (r) {
		keeper_free(k, NULL);
		return r;
	}
	*keeper = k;

	return 0;
}

struct memory *keeper_memory(struct keeper *k)
{
	return k->memory;
}

void keeper_free(struct keeper *k, const struct plant *plant)
{
	if (!k)
		return;

	if (k->writing)
		finish(k);
	if (plant && k->stepped) {
		int r = compose(k, plant);

		take_result(k, r ? r : store_save(&k->store, k->text, strlen(k->text)));
		free(k->text);
	}
	memory_free(k->memory);
	free(k);
}
