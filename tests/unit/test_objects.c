// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meters, contacts and sensors on the bus: what each property says, what is absent, and that
 * what changes is said, and nothing else.
 */
#include "lines_wire.h"

#include "../../userspace/cellard/contacts.h"
#include "../../userspace/cellard/sensors.h"
#include "../../userspace/io/boot_clock.h"
#include "object_page.h"

#define GRID	"[line a]\nhost = a\n[meter grid]\nline = a\naddress = 1\nkind = dtsu666\n"
#define SHED	"[meter shed]\nline = a\naddress = 2\nkind = ddsu666\nrole = production\n"

static struct config config;
static struct bus bus;
static struct sensor_reading reading;
static char text[PAGE_SIZE];
static struct page_before before;

/* Every sensor says @reading. */
int sensor_new(struct sensor **sensor, sd_event *event, const struct sensor_config *of,
	       void (*heard)(void *user), void *user)
{
	(void)event, (void)of, (void)heard, (void)user;
	*sensor = NULL;

	return 0;
}

void sensor_free(struct sensor *sensor)
{
	(void)sensor;
}

void sensor_last(struct sensor *sensor, struct sensor_reading *last)
{
	(void)sensor;
	*last = reading;
}

static struct object begin(void **state, const char *files, const struct object_kind *kind,
			   unsigned int index)
{
	must_load(*state, &config, files);
	page_connect(&bus);

	return (struct object){ .kind = kind, .bus = &bus, .index = index };
}

static void says(struct meter *m, enum meter_number number, s64 value)
{
	m->reading.number[number] = value;
	m->reading.known |= METER_BIT(number);
}

static void a_meter_says_what_it_measures_in_units_of_si(void **state)
{
	struct object o = begin(state, GRID SHED, &object_meter, 0);
	char path[OBJECT_PATH_SIZE];
	struct lines_meter *m;

	wire_start(&config);
	bus.setup.lines = wire.lines;
	assert_int_equal(object_meter.count(&bus.setup), 2);
	object_meter.path(&o, path);
	assert_string_equal(path, "/org/cellar1/meter/grid");
	m = &wire.lines->meter[0];
	page_of(&o, text);
	assert_string_equal(text, "Name: grid\nLine: a\nAddress: 1\nKind: dtsu666\nRole: exchange\n"
		"Model: \nState: unheard\nFresh: no\nReading: []\nNotes: []\n"
		"Counters: [Requests=0 Answers=0 Refusals=0 Losses=0 Garbled=0 Opens=0 Nonsense=0]\n");
	m->meter.state = METER_WELL;
	m->meter.reading.at_ms = boot_clock_ms();
	m->meter.reading.energy_ms = boot_clock_ms();
	m->meter.nonsense = 7;
	snprintf(m->meter.model, sizeof(m->meter.model), "Maker 1");
	for (unsigned int i = 0; i < 3; i++) {
		says(&m->meter, METER_V_1 + i, 230100 + i);
		says(&m->meter, METER_A_1 + i, 1500 + i);
		says(&m->meter, METER_W_1 + i, 1000500 + i);
	}
	says(&m->meter, METER_W, 3001503);
	says(&m->meter, METER_VAR, -250500);
	says(&m->meter, METER_PF, 987);
	says(&m->meter, METER_HZ, 50020);
	says(&m->meter, METER_IMPORT, 12345);
	says(&m->meter, METER_EXPORT, 678);
	page_of(&o, text);
	assert_string_equal(text, "Name: grid\nLine: a\nAddress: 1\nKind: dtsu666\nRole: exchange\n"
		"Model: Maker 1\nState: well\nFresh: yes\n"
		"Reading: [Power=-3001.503 Power1=-1000.5 Power2=-1000.501 Power3=-1000.502"
		" Voltage1=230.1 Voltage2=230.101 Voltage3=230.102"
		" Current1=1.5 Current2=1.501 Current3=1.502 ReactivePower=-250.5"
		" PowerFactor=0.987 Frequency=50.02 ImportEnergy=12345 ExportEnergy=678]\n"
		"Notes: []\n"
		"Counters: [Requests=0 Answers=0 Refusals=0 Losses=0 Garbled=0 Opens=0 Nonsense=7]\n");
	/* energy is what it was; what is measured grows old */
	m->meter.reading.at_ms = 1;
	page_of(&o, text);
	assert_non_null(strstr(text, "Fresh: no\nReading: [ImportEnergy=12345 ExportEnergy=678]\n"));
	wire_free();
	page_close(&bus);
}

static void a_meter_of_production_produces(void **state)
{
	struct object o = begin(state, GRID SHED, &object_meter, 1);
	struct meter *m;

	wire_start(&config);
	bus.setup.lines = wire.lines;
	m = &wire.lines->meter[1].meter;
	m->reading.at_ms = boot_clock_ms();
	m->notes = BIT(METER_ENERGY_NONE);
	m->forward.wh = 55;
	says(m, METER_W, 1000);
	page_of(&o, text);
	assert_non_null(strstr(text, "Role: production\n"));
	/* nothing has been added up yet */
	assert_non_null(strstr(text, "Reading: [Power=1]\n"));
	m->summed_ms = 1;
	page_of(&o, text);
	assert_non_null(strstr(text, "Reading: [Power=1 ConsumedEnergy=0 ProducedEnergy=55 EnergyByCellard=yes]\n"));
	wire_free();
	page_close(&bus);
}

static void what_changes_of_a_meter_is_said_and_nothing_else(void **state)
{
	struct object o = begin(state, GRID SHED, &object_meter, 0);
	struct lines_meter *m;

	wire_start(&config);
	bus.setup.lines = wire.lines;
	m = &wire.lines->meter[0];
	page_remember(&o, &before);
	page_changed(&o, &before, "");
	snprintf(wire.lines->line[0].config.name, sizeof(wire.lines->line[0].config.name), "b");
	page_changed(&o, &before, "Line");
	m->meter.config.address = 2;
	page_changed(&o, &before, "Address");
	m->meter.config.kind = METER_SUNSPEC;
	page_changed(&o, &before, "Kind");
	m->meter.config.role = METER_PRODUCTION;
	page_changed(&o, &before, "Role");
	m->meter.model[0] = 'x';
	page_changed(&o, &before, "Model");
	m->meter.state = METER_WELL;
	page_changed(&o, &before, "State");
	says(&m->meter, METER_W, 1000);
	m->meter.reading.at_ms = boot_clock_ms();
	page_changed(&o, &before, "Fresh Reading");
	says(&m->meter, METER_W, 2000);
	m->meter.reading.at_ms++;
	page_changed(&o, &before, "Reading");
	/* the same numbers again are no news, and new ones are at once */
	m->meter.reading.at_ms++;
	page_changed(&o, &before, "");
	assert_null(object_meter.parts);
	says(&m->meter, METER_IMPORT, 2000);
	m->meter.reading.energy_ms = m->meter.reading.at_ms;
	page_changed(&o, &before, "Reading");
	m->meter.notes = BIT(METER_SAYS_UNITS);
	page_changed(&o, &before, "Notes");
	m->check.reversed = 1;
	page_changed(&o, &before, "Notes");
	page_of(&o, text);
	assert_non_null(strstr(text, "=it looks reversed]"));
	wire.lines->line[0].known = true;
	page_changed(&o, &before, "");
	wire.lines->line[0].error = -EIO;
	page_changed(&o, &before, "Notes");
	page_of(&o, text);
	assert_non_null(strstr(text, "=it looks reversed=Input/output error]"));
	wire_free();
	page_close(&bus);
}

static void a_contact_says_which_line_it_is_and_how(void **state)
{
	struct object o = begin(state, "[site]\nplant = no-pv-1ph\ngrid_code = cease\n[contacts]\n"
				"cease = wall:3 active-low\noutput_2 = RELAY\n", &object_contact, 1);
	static struct contacts contacts;
	struct contacts_line *in = &contacts.line[CONFIG_CEASE];
	struct contacts_line *out = &contacts.line[CONFIG_OUTPUT_1 + 1];
	char path[OBJECT_PATH_SIZE];

	memset(&contacts, 0, sizeof(contacts));
	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++)
		contacts.line[i] = (struct contacts_line){
			.contacts = &contacts, .want = config.contacts.line[i],
		};
	bus.setup.contacts = &contacts;
	assert_int_equal(object_contact.count(&bus.setup), 2);
	for (o.index = 0; o.index < 2; o.index++) {
		object_contact.path(&o, path);
		page_of(&o, text);
		if (strstr(path, "cease"))
			assert_string_equal(text,
				"Name: cease\nLine: wall:3\nDirection: in\nState: bounces\n");
		else
			assert_string_equal(text,
				"Name: output_2\nLine: RELAY\nDirection: out\nState: open\n");
	}
	o.index = in < out ? 0 : 1;
	page_remember(&o, &before);
	in->contact.known = true;
	in->contact.heard_ms = boot_clock_ms() + 5000;
	page_changed(&o, &before, "State");
	in->contact.closed = true;
	page_changed(&o, &before, "State");
	page_of(&o, text);
	assert_non_null(strstr(text, "State: closed\n"));
	in->want.offset = 4;
	page_changed(&o, &before, "Line");
	out->closed = true;
	page_changed(&o, &before, "");
	o.index = in < out ? 1 : 0;
	page_of(&o, text);
	assert_non_null(strstr(text, "State: closed\n"));
	page_close(&bus);
}

static void a_sensor_says_its_value_and_its_unit(void **state)
{
	struct object o = begin(state, "[sensor tank]\ndevice = adc\nchannel = temp1\nkind = pt100\n"
				"[sensor mains]\ndevice = adc\nchannel = v0\nkind = ct\ninput = 2\n"
				"uri = ip:10.0.0.1\n", &object_sensor, 0);
	static struct sensors sensors;
	char path[OBJECT_PATH_SIZE];

	memset(&sensors, 0, sizeof(sensors));
	sensors.n = 2;
	for (unsigned int i = 0; i < 2; i++)
		sensors.one[i] = (struct sensors_one){
			.sensors = &sensors, .config = config.sensor[i],
		};
	bus.setup.sensors = &sensors;
	assert_int_equal(object_sensor.count(&bus.setup), 2);
	object_sensor.path(&o, path);
	assert_string_equal(path, "/org/cellar1/sensor/tank");
	reading = (struct sensor_reading){ .error = -ENODEV };
	page_of(&o, text);
	assert_string_equal(text, "Name: tank\nKind: pt100\nInput: 0\nPlace: local: adc temp1\n"
			    "State: gone\nReading: []\n");
	page_remember(&o, &before);
	reading = (struct sensor_reading){ .milli = 21500, .at_ms = boot_clock_ms() + 5000 };
	page_changed(&o, &before, "State Reading");
	page_of(&o, text);
	assert_non_null(strstr(text, "State: well\nReading: [Value=21.5 Unit=°C]\n"));
	reading.milli = 21600;
	page_changed(&o, &before, "Reading");
	reading.at_ms++;
	page_changed(&o, &before, "");
	reading.error = -ERANGE;
	page_changed(&o, &before, "State Reading");
	reading = (struct sensor_reading){ .milli = -7, .at_ms = boot_clock_ms() + 5000 };
	o.index = 1;
	page_of(&o, text);
	assert_string_equal(text, "Name: mains\nKind: ct\nInput: 2\nPlace: ip:10.0.0.1 adc v0\n"
			    "State: well\nReading: [Value=-0.007 Unit=W]\n");
	page_close(&bus);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(a_meter_says_what_it_measures_in_units_of_si),
		CASE(a_meter_of_production_produces),
		CASE(what_changes_of_a_meter_is_said_and_nothing_else),
		CASE(a_contact_says_which_line_it_is_and_how),
		CASE(a_sensor_says_its_value_and_its_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
