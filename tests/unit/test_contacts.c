// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contacts and outputs of a house, on lines that the test has in place of a chip's: what of
 * their edges reaches the house and the battery, what is switched, and what becomes of that
 * when a chip goes and comes.
 */
#include "fake_class.h"
#include "plant_rig.h"

#include "../../userspace/cellard/contacts.h"
#include "../../userspace/io/boot_clock.h"

#include <sys/eventfd.h>

#define LINES	32
#define SITE	"[site]\nplant = no-pv-1ph\n"

/* Line @offset of the chip of the test. */
struct gpio_line {
	struct gpio_want want;
	bool listens, open;
	bool level;	/* closed */
	bool mute;	/* its chip has no interrupts */
	int fd, error;	/* @error: what everything says of it */
	struct gpio_edge edge[GPIO_EDGES_MAX];
	unsigned int edges, switched, looks;
};

static struct gpio_line lines[LINES];

static int request(struct gpio_line **line, const struct gpio_want *want, bool listens)
{
	struct gpio_line *l = &lines[want->offset];

	if (l->error)
		return l->error;
	assert_false(l->open);
	l->open = true;
	l->listens = listens;
	l->fd = listens && !l->mute ? eventfd(0, EFD_NONBLOCK) : -1;
	*line = l;

	return 0;
}

int gpio_line_listen(struct gpio_line **line, const struct gpio_want *want)
{
	return request(line, want, true);
}

int gpio_line_drive(struct gpio_line **line, const struct gpio_want *want, bool closed)
{
	lines[want->offset].level = closed;

	return request(line, want, false);
}

void gpio_line_close(struct gpio_line *line)
{
	if (!line)
		return;
	line->open = false;
	if (line->fd >= 0)
		close(line->fd);
}

int gpio_line_fd(const struct gpio_line *line)
{
	return line->mute ? -EOPNOTSUPP : line->fd;
}

int gpio_line_edges(struct gpio_line *line, struct gpio_edge *edges)
{
	int n = (int)line->edges;
	u64 count;

	assert_int_equal(read(line->fd, &count, sizeof(count)), sizeof(count));
	if (line->error)
		return line->error;
	memcpy(edges, line->edge, sizeof(line->edge));
	line->edges = 0;

	return n;
}

int gpio_line_closed(const struct gpio_line *line)
{
	lines[line - lines].looks++;
	return line->error ? line->error : line->level;
}

int gpio_line_switch(struct gpio_line *line, bool closed)
{
	if (line->error)
		return line->error;
	line->level = closed;
	line->switched++;

	return 0;
}

/* The last event of the test that listens to them. */
static struct event said;

static u64 an_hour(void)
{
	return 3600000;
}

static s64 no_clock(void)
{
	return 0;
}

static void keep(void *user, const struct event *event)
{
	(void)user;
	said = *event;
}

struct wires {
	struct fake_class *dir;
	struct plant_rig rig;
	struct config files;
	struct house *house;
	struct contacts *contacts;
	sd_event *event;
	unsigned int changes;
};

static void changed(void *user)
{
	((struct wires *)user)->changes++;
}

static void must_not(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static void load(struct wires *w, const char *text)
{
	char path[128];

	fake_write(w->dir, "etc", "a", text);
	snprintf(path, sizeof(path), "%s/etc/a", w->dir->path);
	assert_int_equal(config_load(&w->files, path, must_not, NULL), 0);
}

static void wire(struct wires *w, const char *text)
{
	void *dir;

	memset(w, 0, sizeof(*w));
	fake_class_new(&dir);
	w->dir = dir;
	load(w, text);
	plant_rig_new(&w->rig, &w->files, 2);
	plant_rig_run(&w->rig, 70);
	assert_int_equal(house_new(&w->house, w->rig.plant, &w->files, NULL), 0);
	assert_int_equal(sd_event_new(&w->event), 0);
	assert_int_equal(contacts_new(&w->contacts, w->event, NULL, &w->files, changed, w), 0);
}

static void unwire(struct wires *w)
{
	void *dir = w->dir;

	contacts_free(w->contacts);
	sd_event_unref(w->event);
	house_free(w->house);
	plant_free(w->rig.plant);
	fake_class_free(&dir);
	memset(lines, 0, sizeof(lines));
}

/* The loop runs for @ms. */
static void pass(struct wires *w, u64 ms)
{
	u64 end_ms = boot_clock_ms() + ms, now_ms;

	while ((now_ms = boot_clock_ms()) < end_ms)
		assert_true(sd_event_run(w->event, (end_ms - now_ms) * 1000) >= 0);
}

/* The loop runs until @l is in @state; 10 s are for a machine that has much to do. */
static void await(struct wires *w, const struct contacts_line *l, const char *state)
{
	u64 end_ms = boot_clock_ms() + 10000;

	while (strcmp(contacts_state_word(l, boot_clock_ms()), state) != 0) {
		if (boot_clock_ms() > end_ms)
			fail_msg("%s, not %s", contacts_state_word(l, boot_clock_ms()), state);
		pass(w, 5);
	}
}

static void ring(struct gpio_line *l)
{
	const u64 one = 1;

	assert_int_equal(write(l->fd, &one, sizeof(one)), sizeof(one));
}

static u64 monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
}

/* It moved @ago_ms ago. */
static void move(unsigned int line, bool closed, u64 ago_ms)
{
	struct gpio_line *l = &lines[line];

	l->level = closed;
	l->edge[l->edges++] = (struct gpio_edge){ closed, monotonic_ns() - ago_ms * 1000000 };
	ring(l);
}

static void lose(unsigned int line, int error)
{
	lines[line].error = error;
	if (lines[line].open && lines[line].listens && !lines[line].mute)
		ring(&lines[line]);
}

static struct contacts_line *line_of(struct wires *w, enum config_contact contact)
{
	return &w->contacts->line[contact];
}

/* row: ems.md "Plant" digital inputs */
static void each_contact_has_its_bits(void **state)
{
	static const struct {
		const char *text;
		enum config_contact contact;
		enum house_figure figure;
		s32 value;
	} rows[] = {
		{ SITE "grid_code = drm\n[contacts]\ndrm0 = c:1\n", CONFIG_DRM0, HOUSE_DRM, 1 },
		{ SITE "grid_code = drm\n[contacts]\ndrm1_5 = c:1\n", CONFIG_DRM1_5, HOUSE_DRM, 0x22 },
		{ SITE "grid_code = drm\n[contacts]\ndrm2_6 = c:1\n", CONFIG_DRM2_6, HOUSE_DRM, 0x44 },
		{ SITE "grid_code = drm\n[contacts]\ndrm3_7 = c:1\n", CONFIG_DRM3_7, HOUSE_DRM, 0x88 },
		{ SITE "grid_code = drm\n[contacts]\ndrm4_8 = c:1\n", CONFIG_DRM4_8, HOUSE_DRM, 0x110 },
		{ SITE "grid_code = rrcr\n[contacts]\nrrcr_l1 = c:1\n", CONFIG_RRCR_L1, HOUSE_RRCR, 1 },
		{ SITE "grid_code = rrcr\n[contacts]\nrrcr_l2 = c:1\n", CONFIG_RRCR_L2, HOUSE_RRCR, 2 },
		{ SITE "grid_code = rrcr\n[contacts]\nrrcr_l3 = c:1\n", CONFIG_RRCR_L3, HOUSE_RRCR, 4 },
		{ SITE "grid_code = rrcr\n[contacts]\nrrcr_l4 = c:1\n", CONFIG_RRCR_L4, HOUSE_RRCR, 8 },
		{ SITE "grid_code = cease\n[contacts]\ncease = c:1\n", CONFIG_CEASE, HOUSE_CEASE, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wires w;

		wire(&w, rows[i].text);
		await(&w, line_of(&w, rows[i].contact), "open");
		contacts_tell(w.contacts, w.house);
		assert_int_equal(w.house->heard[rows[i].figure].value, 0);
		move(1, true, 0);
		await(&w, line_of(&w, rows[i].contact), "closed");
		contacts_tell(w.contacts, w.house);
		assert_true(w.house->heard[rows[i].figure].known);
		assert_int_equal(w.house->heard[rows[i].figure].value, rows[i].value);
		assert_true(w.changes > 0);
		assert_true(w.house->hurry);
		unwire(&w);
	}
}

static void an_edge_counts_from_when_the_kernel_saw_it(void **state)
{
	const struct contact *c;
	struct wires w;

	(void)state;
	wire(&w, SITE "grid_code = drm\n[contacts]\ndrm0 = c:1\ndebounce_ms = 1000\n");
	c = &line_of(&w, CONFIG_DRM0)->contact;
	await(&w, line_of(&w, CONFIG_DRM0), "open");
	move(1, true, 1500);
	pass(&w, 50);
	assert_true(c->closed);
	assert_true(c->heard_ms - c->since_ms >= 1495);
	unwire(&w);
}

static void a_held_contact_is_heard_again_each_second(void **state)
{
	struct wires w;
	u64 first_ms;

	(void)state;
	wire(&w, SITE "grid_code = cease\n[contacts]\ncease = c:1\n");
	await(&w, line_of(&w, CONFIG_CEASE), "open");
	contacts_tell(w.contacts, w.house);
	first_ms = w.house->heard[HOUSE_CEASE].at_ms;
	pass(&w, 1200);
	contacts_tell(w.contacts, w.house);
	assert_true(w.house->heard[HOUSE_CEASE].at_ms >= first_ms + 900);
	unwire(&w);
}

static void nothing_is_heard_when_one_of_those_that_belong_together_has_gone(void **state)
{
	struct wires w;
	u64 at_ms;

	(void)state;
	wire(&w, SITE "grid_code = rrcr\n[contacts]\nrrcr_l1 = c:1\nrrcr_l4 = c:4\n");
	await(&w, line_of(&w, CONFIG_RRCR_L1), "open");
	await(&w, line_of(&w, CONFIG_RRCR_L4), "open");
	contacts_tell(w.contacts, w.house);
	at_ms = w.house->heard[HOUSE_RRCR].at_ms;
	lose(1, -ENODEV);
	await(&w, line_of(&w, CONFIG_RRCR_L1), "gone");
	assert_false(lines[1].open);
	pass(&w, 1200);
	contacts_tell(w.contacts, w.house);
	assert_int_equal(w.house->heard[HOUSE_RRCR].at_ms, at_ms);
	/* it is plugged in again, and closed */
	lines[1].error = 0;
	lines[1].level = true;
	await(&w, line_of(&w, CONFIG_RRCR_L1), "closed");
	contacts_tell(w.contacts, w.house);
	assert_int_equal(w.house->heard[HOUSE_RRCR].value, 1);
	assert_true(w.house->heard[HOUSE_RRCR].at_ms > at_ms);
	unwire(&w);
}

static void a_line_that_another_program_has_is_busy_and_tried_again(void **state)
{
	struct wires w;

	(void)state;
	lines[1].error = -EBUSY;
	wire(&w, "[contacts]\ncharge_enable = c:1\n");
	assert_string_equal(contacts_state_word(line_of(&w, CONFIG_CHARGE_ENABLE), 0), "busy");
	lines[1].error = 0;
	await(&w, line_of(&w, CONFIG_CHARGE_ENABLE), "open");
	unwire(&w);
}

/* At its next look, and not when all are looked at. */
static void a_contact_of_a_chip_without_interrupts_is_looked_at_each_50_ms(void **state)
{
	const struct contacts_line *l;
	unsigned int looks;
	struct wires w;
	u64 moved_ms;

	(void)state;
	lines[1].mute = true;
	wire(&w, SITE "grid_code = cease\n[contacts]\ncease = c:1\n");
	l = line_of(&w, CONFIG_CEASE);
	await(&w, l, "open");
	looks = lines[1].looks;
	pass(&w, 600);
	/* a machine that has much to do may look less often, and none more */
	assert_in_range(lines[1].looks - looks, 3, 14);
	lines[1].level = true;
	moved_ms = boot_clock_ms();
	await(&w, l, "closed");
	assert_true(l->contact.since_ms <= moved_ms + 500);
	contacts_tell(w.contacts, w.house);
	assert_int_equal(w.house->heard[HOUSE_CEASE].value, 1);
	assert_true(w.house->heard[HOUSE_CEASE].at_ms >= moved_ms);
	unwire(&w);
}

static void what_has_no_interrupts_is_debounced_by_a_second_look(void **state)
{
	const struct contacts_line *l;
	unsigned int changes;
	struct wires w;

	(void)state;
	lines[1].mute = true;
	wire(&w, SITE "grid_code = cease\n[contacts]\ncease = c:1\ndebounce_ms = 40\n");
	l = line_of(&w, CONFIG_CEASE);
	await(&w, l, "open");
	changes = w.changes;
	lines[1].level = true;
	while (!l->contact.moving)
		pass(&w, 1);
	assert_true(l->contact.next);
	/* it was a bounce: open again before the 40 ms are over */
	lines[1].level = false;
	pass(&w, 200);
	assert_int_equal(w.changes, changes);
	assert_false(l->contact.closed);
	unwire(&w);
}

static void one_without_interrupts_goes_and_comes_with_its_chip(void **state)
{
	struct contacts_line *l;
	struct wires w;

	(void)state;
	lines[1].mute = true;
	wire(&w, "[contacts]\ncharge_enable = c:1\n");
	l = line_of(&w, CONFIG_CHARGE_ENABLE);
	await(&w, l, "open");
	assert_true(l->mute);
	lose(1, -ENODEV);
	await(&w, l, "gone");
	assert_false(l->mute);
	/* the next chip has them */
	lines[1].error = 0;
	lines[1].mute = false;
	await(&w, l, "open");
	assert_false(l->mute);
	move(1, true, 0);
	await(&w, l, "closed");
	unwire(&w);
}

static void what_becomes_of_a_line_is_said_in_words(void **state)
{
	static const struct events_hooks hooks = { an_hour, no_clock, keep };
	static const struct {
		int error;
		bool mute;
		const char *is, *code, *words;
	} rows[] = {
		{ -EBUSY, false, "busy", "contact-busy", "c:1: another program has it" },
		{ 0, false, "open", "contact-there", "c:1 is there" },
		{ -ENODEV, false, "gone", "contact-lost", "c:1: No such device" },
		{ 0, true, "open", "contact-there",
		  "c:1 is there; its chip has no interrupts: it is looked at each 50 ms" },
		{ -EIO, true, "gone", "contact-lost", "c:1: Input/output error" },
	};
	const struct contacts_line *l;
	struct events *events;
	struct wires w;

	(void)state;
	wire(&w, "");
	assert_int_equal(events_new(&events, &hooks, NULL), 0);
	w.contacts->events = events;
	lines[1].error = rows[0].error;
	load(&w, "[contacts]\ncharge_enable = c:1\n");
	contacts_reconfigure(w.contacts, &w.files);
	l = line_of(&w, CONFIG_CHARGE_ENABLE);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int changes = w.changes;

		lines[1].mute = rows[i].mute;
		if (rows[i].error)
			lose(1, rows[i].error);
		lines[1].error = rows[i].error;
		await(&w, l, rows[i].is);
		assert_string_equal(said.subject, "charge_enable");
		assert_string_equal(said.code, rows[i].code);
		assert_string_equal(said.words, rows[i].words);
		/* that it is lost is something new of it, as that it moves is */
		if (i)
			assert_true(w.changes > changes);
	}
	w.contacts->events = NULL;
	events_free(events);
	unwire(&w);
}

static bool narrowed(struct wires *w, enum core_way way)
{
	plant_rig_run(&w->rig, 1);
	contacts_narrow(w->contacts, w->rig.plant, boot_clock_ms());

	return w->rig.plant->clusters->contact_open[way];
}

static void the_packs_contacts_only_narrow_and_unknown_is_open(void **state)
{
	struct wires w;

	(void)state;
	lines[1].level = true;
	wire(&w, "[contacts]\ncharge_enable = c:1\n");
	/* nobody knows yet */
	assert_true(narrowed(&w, CORE_CHARGE));
	assert_false(narrowed(&w, CORE_DISCHARGE));
	await(&w, line_of(&w, CONFIG_CHARGE_ENABLE), "closed");
	assert_false(narrowed(&w, CORE_CHARGE));
	move(1, false, 0);
	await(&w, line_of(&w, CONFIG_CHARGE_ENABLE), "open");
	assert_true(narrowed(&w, CORE_CHARGE));
	plant_rig_run(&w.rig, 1);
	assert_int_equal(w.rig.plant->clusters->told.current[CORE_CHARGE].value, 0);
	assert_int_equal(w.rig.plant->clusters->told.current[CORE_CHARGE].winner, LIMITS_CONTACT);
	move(1, true, 0);
	await(&w, line_of(&w, CONFIG_CHARGE_ENABLE), "closed");
	assert_false(narrowed(&w, CORE_CHARGE));
	lose(1, -ENODEV);
	await(&w, line_of(&w, CONFIG_CHARGE_ENABLE), "gone");
	assert_true(narrowed(&w, CORE_CHARGE));
	unwire(&w);
}

static void what_the_contact_said_3_s_ago_counts_no_more(void **state)
{
	const struct contacts_line *l;
	struct wires w;
	u64 last_ms;

	(void)state;
	lines[1].level = true;
	wire(&w, "[contacts]\ndischarge_enable = c:1\n");
	l = line_of(&w, CONFIG_DISCHARGE_ENABLE);
	await(&w, l, "closed");
	plant_rig_run(&w.rig, 1);
	last_ms = l->contact.heard_ms + 3000;
	contacts_narrow(w.contacts, w.rig.plant, last_ms);
	assert_false(w.rig.plant->clusters->contact_open[CORE_DISCHARGE]);
	assert_string_equal(contacts_state_word(l, last_ms), "closed");
	contacts_narrow(w.contacts, w.rig.plant, last_ms + 1);
	assert_true(w.rig.plant->clusters->contact_open[CORE_DISCHARGE]);
	assert_string_equal(contacts_state_word(l, last_ms + 1), "bounces");
	unwire(&w);
}

static void another_battery_than_that_of_the_contacts_goes_on(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, "[contacts]\ncharge_enable = c:1\ncluster = cellar7\n");
	assert_false(narrowed(&w, CORE_CHARGE));
	snprintf(w.contacts->config.cluster, sizeof(w.contacts->config.cluster), "x");
	assert_false(narrowed(&w, CORE_CHARGE));
	unwire(&w);
}

static void the_packs_shut_down_after_the_inverters_have_gone_to_0_a(void **state)
{
	static const struct events_hooks hooks = { an_hour, no_clock, keep };
	struct events *events;
	struct wires w;
	u64 now_ms;

	(void)state;
	wire(&w, "[contacts]\nshutdown_switch = c:1\nrapid_shutdown = c:2\n");
	assert_int_equal(events_new(&events, &hooks, NULL), 0);
	await(&w, line_of(&w, CONFIG_SHUTDOWN_SWITCH), "open");
	assert_false(narrowed(&w, CORE_CHARGE));
	move(1, true, 0);
	await(&w, line_of(&w, CONFIG_SHUTDOWN_SWITCH), "closed");
	now_ms = boot_clock_ms();
	w.contacts->events = events;
	contacts_narrow(w.contacts, w.rig.plant, now_ms);
	assert_true(w.rig.plant->clusters->contact_open[CORE_CHARGE]);
	assert_true(w.rig.plant->clusters->contact_open[CORE_DISCHARGE]);
	assert_string_equal(said.code, "shutdown-begins");
	assert_string_equal(said.words,
			    "the switch of the rapid shutdown is closed: 0 A, and in 5 s the packs go");
	contacts_switch(w.contacts, w.house, now_ms + CONTACTS_SHUTDOWN_MS - 1);
	assert_false(lines[2].level);
	contacts_switch(w.contacts, w.house, now_ms + CONTACTS_SHUTDOWN_MS);
	assert_true(lines[2].level);
	/* once, and not open for a moment in each step */
	contacts_switch(w.contacts, w.house, now_ms + CONTACTS_SHUTDOWN_MS + 1000);
	assert_int_equal(lines[2].switched, 1);
	/* a wire that is cut changes nothing */
	lose(1, -ENODEV);
	await(&w, line_of(&w, CONFIG_SHUTDOWN_SWITCH), "gone");
	assert_true(narrowed(&w, CORE_DISCHARGE));
	contacts_switch(w.contacts, w.house, now_ms + CONTACTS_SHUTDOWN_MS);
	assert_true(lines[2].level);
	lines[1].error = 0;
	lines[1].level = false;
	await(&w, line_of(&w, CONFIG_SHUTDOWN_SWITCH), "open");
	assert_false(narrowed(&w, CORE_DISCHARGE));
	assert_string_equal(said.code, "shutdown-over");
	assert_string_equal(said.words, "the switch is open again");
	contacts_switch(w.contacts, w.house, now_ms + CONTACTS_SHUTDOWN_MS);
	assert_false(lines[2].level);
	w.contacts->events = NULL;
	events_free(events);
	unwire(&w);
}

#define OUTPUT	"[output boiler]\nnumber = 3\nvariable = pv-power\nupper = 3000\nlower = 2000\n"

static void each_output_is_that_of_its_number(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, SITE OUTPUT "[output pump]\nnumber = 1\nvariable = pv-power\nupper = 300\n"
	     "lower = 200\n[contacts]\noutput_1 = c:1\noutput_3 = c:3\noutput_4 = c:4\n");
	w.house->stepped = true;
	w.house->out.output[1].closed = true;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_true(lines[1].level);
	assert_false(lines[3].level || lines[4].level);
	w.house->out.output[0].closed = true;
	w.house->out.output[1].closed = false;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_true(lines[3].level);
	assert_false(lines[1].level || lines[4].level);
	unwire(&w);
}

static void an_output_is_switched_as_the_house_decides(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, SITE OUTPUT "[contacts]\noutput_3 = c:3\noutput_1 = c:1\n");
	assert_true(lines[3].open);
	assert_false(lines[3].level);
	w.house->out.output[0].closed = true;
	/* no step yet */
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_false(lines[3].level);
	w.house->stepped = true;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_true(lines[3].level);
	assert_int_equal(lines[3].switched, 1);
	assert_false(lines[1].level);
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_int_equal(lines[3].switched, 1);
	assert_string_equal(contacts_state_word(line_of(&w, CONFIG_OUTPUT_1 + 2), 0), "closed");
	w.house->out.output[0].closed = false;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_false(lines[3].level);
	unwire(&w);
}

static void an_output_whose_chip_comes_back_is_what_it_ought_to_be(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, SITE OUTPUT "[contacts]\noutput_3 = c:3\n");
	w.house->stepped = true;
	lose(3, -ENODEV);
	await(&w, line_of(&w, CONFIG_OUTPUT_1 + 2), "gone");
	w.house->out.output[0].closed = true;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	lines[3].error = 0;
	await(&w, line_of(&w, CONFIG_OUTPUT_1 + 2), "closed");
	assert_true(lines[3].level);
	/* also one that is found gone when it is to be switched */
	lines[3].error = -EIO;
	w.house->out.output[0].closed = false;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_string_equal(contacts_state_word(line_of(&w, CONFIG_OUTPUT_1 + 2), 0), "gone");
	assert_false(lines[3].open);
	lines[3].error = 0;
	await(&w, line_of(&w, CONFIG_OUTPUT_1 + 2), "open");
	assert_false(lines[3].level);
	unwire(&w);
}

static void outputs_are_left_as_the_configuration_has_it(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, SITE OUTPUT "[contacts]\noutput_3 = c:3\noutput_2 = c:2\noutput_2_at_exit = closed\n");
	assert_true(lines[2].level);
	w.house->stepped = true;
	w.house->out.output[0].closed = true;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	assert_true(lines[3].level);
	assert_false(lines[2].level);
	contacts_free(w.contacts);
	w.contacts = NULL;
	assert_false(lines[3].level);
	assert_true(lines[2].level);
	assert_false(lines[2].open);
	assert_false(lines[3].open);
	unwire(&w);
}

static void another_configuration_leaves_alone_what_it_does_not_change(void **state)
{
	struct wires w;

	(void)state;
	wire(&w, SITE OUTPUT "[contacts]\noutput_3 = c:3\ncharge_enable = c:1\n");
	w.house->stepped = true;
	w.house->out.output[0].closed = true;
	contacts_switch(w.contacts, w.house, boot_clock_ms());
	load(&w, SITE OUTPUT "[contacts]\noutput_3 = c:3\ncharge_enable = c:4\n");
	contacts_reconfigure(w.contacts, &w.files);
	assert_true(lines[3].open);
	assert_true(lines[3].level);
	assert_int_equal(lines[3].switched, 1);
	assert_false(lines[1].open);
	assert_true(lines[4].open);
	load(&w, "[contacts]\ncharge_enable = c:4\n");
	contacts_reconfigure(w.contacts, &w.files);
	assert_false(lines[3].open);
	assert_false(lines[3].level);
	unwire(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_contact_has_its_bits),
		cmocka_unit_test(an_edge_counts_from_when_the_kernel_saw_it),
		cmocka_unit_test(a_held_contact_is_heard_again_each_second),
		cmocka_unit_test(nothing_is_heard_when_one_of_those_that_belong_together_has_gone),
		cmocka_unit_test(a_line_that_another_program_has_is_busy_and_tried_again),
		cmocka_unit_test(a_contact_of_a_chip_without_interrupts_is_looked_at_each_50_ms),
		cmocka_unit_test(what_has_no_interrupts_is_debounced_by_a_second_look),
		cmocka_unit_test(one_without_interrupts_goes_and_comes_with_its_chip),
		cmocka_unit_test(what_becomes_of_a_line_is_said_in_words),
		cmocka_unit_test(the_packs_contacts_only_narrow_and_unknown_is_open),
		cmocka_unit_test(what_the_contact_said_3_s_ago_counts_no_more),
		cmocka_unit_test(another_battery_than_that_of_the_contacts_goes_on),
		cmocka_unit_test(the_packs_shut_down_after_the_inverters_have_gone_to_0_a),
		cmocka_unit_test(each_output_is_that_of_its_number),
		cmocka_unit_test(an_output_is_switched_as_the_house_decides),
		cmocka_unit_test(an_output_whose_chip_comes_back_is_what_it_ought_to_be),
		cmocka_unit_test(outputs_are_left_as_the_configuration_has_it),
		cmocka_unit_test(another_configuration_leaves_alone_what_it_does_not_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
