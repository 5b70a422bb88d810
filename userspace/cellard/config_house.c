// SPDX-License-Identifier: GPL-2.0-only
/*
 * The house from its sections: sources by the plant, cards by their names, and what can
 * and what cannot be together.
 */
#include "config_reader.h"

static const char *source_word(unsigned int source)
{
	return config_key_named(CONFIG_SITE, "exchange")->word(source);
}

/* @given: by a person, CONFIG_AS_PLANT; what the plant fixes stands in @fixed. */
static void check_fixed(struct config_reader *reader, const char *key, u8 given, u8 fixed,
			bool is_source)
{
	const char *plant = site_plant_word(reader->config->house.site.plant);

	if (given == CONFIG_AS_PLANT || given == fixed)
		return;
	if (is_source)
		config_wrong(reader, "[site]: %s = %s: must be %s, as plant = %s has it, or plant %s",
			     key, source_word(given), source_word(fixed), plant,
			     site_plant_word(SITE_PLANT_FREE));
	else
		config_wrong(reader, "[site]: %s = %u: must be %u, as plant = %s has it, or plant %s",
			     key, given, fixed, plant, site_plant_word(SITE_PLANT_FREE));
}

static void take_sources(struct config_reader *reader)
{
	struct config_house *house = &reader->config->house;
	struct site_config *site = &house->site;

	site_preset(site, site->plant);
	if (site->plant != SITE_PLANT_FREE) {
		check_fixed(reader, "phases", house->phases, site->phases, false);
		check_fixed(reader, "exchange", house->exchange, site->exchange, true);
		check_fixed(reader, "production", house->production, site->production, true);
		return;
	}
	if (house->phases != CONFIG_AS_PLANT)
		site->phases = house->phases;
	if (house->exchange != CONFIG_AS_PLANT)
		site->exchange = house->exchange;
	if (house->production != CONFIG_AS_PLANT)
		site->production = house->production;
}

static void find_cluster(struct config_reader *reader)
{
	struct config *config = reader->config;
	struct config_house *house = &config->house;

	if (house->cluster[0]) {
		if (!config_is_cluster(config, house->cluster))
			config_wrong(reader,
				     "[site]: cluster = %s: there is no such cluster: must be the name of a [cluster NAME], or cellar0 say for a bus in none",
				     house->cluster);
	} else if (config->clusters == 1) {
		snprintf(house->cluster, sizeof(house->cluster), "%s", config->cluster[0].name);
	} else if (config->clusters) {
		config_wrong(reader, "[site]: no cluster: must be said, as there are several");
	}
}

static void take_inverters(struct config *config)
{
	struct site_config *site = &config->house.site;

	site->inverters = 0;
	for (unsigned int i = 0; i < config->inverters; i++) {
		struct config_inverter *from = &config->inverter[i];
		struct site_inverter_config *to = &site->inverter[site->inverters];

		from->of_house = 0;
		if (!from->rated_w)
			continue;
		*to = (struct site_inverter_config){
			.rated_w = from->rated_w, .battery_w = from->battery_w,
			.eps_w = from->eps_w, .curtails = from->curtails,
		};
		memcpy(to->name, from->name, sizeof(to->name));
		from->of_house = (u8)++site->inverters;
	}
}

static void take_control(struct config *config)
{
	struct config_house *house = &config->house;

	house->site.control = SITE_BY_SET_POINTS;
	for (unsigned int i = 0; i < config->inverters; i++)
		if (config->inverter[i].interface[0] && !config->inverter[i].listen)
			house->site.control = SITE_BY_LIMITS;
	if (house->control != CONFIG_AS_PLANT)
		house->site.control = house->control;
}

static void check_cards(struct config_reader *reader)
{
	const struct config *config = reader->config;

	for (unsigned int i = 0; i < config->cards; i++) {
		const struct config_card *card = &config->card[i];

		if (!card->uid[0])
			config_wrong(reader, "[card %s]: no uid: must be %s", card->name,
				     config_key_named(CONFIG_CARD, "uid")->right);
		for (unsigned int j = 0; j < i && card->uid[0]; j++)
			if (!strcmp(config->card[j].uid, card->uid))
				config_wrong(reader,
					     "[card %s]: uid = %s is of [card %s] as well: must be of one",
					     card->name, card->uid, config->card[j].name);
	}
}

/* By its name or its uid; a uid that has no section is a card, too. -1: it is neither. */
static int card_of(struct config *config, const char *word)
{
	const struct config_key *key = config_key_named(CONFIG_CARD, "uid");
	struct config_card by_uid = { 0 };
	unsigned int i;

	for (i = 0; i < config->cards; i++)
		if (!strcmp(config->card[i].name, word))
			return (int)i;
	if (!config_key_take(&by_uid, key, word))
		return -1;
	for (i = 0; i < config->cards; i++)
		if (!strcmp(config->card[i].uid, by_uid.uid))
			return (int)i;
	if (i == SITE_CARDS_MAX)
		return -1;
	memcpy(by_uid.name, by_uid.uid, sizeof(by_uid.uid));
	config->card[config->cards++] = by_uid;

	return (int)i;
}

static void take_cards(struct config_reader *reader, struct config_charger *charger)
{
	char copy[CONFIG_CARDS_SIZE], *word, *rest = copy;
	int card;

	charger->site.cards = 0;
	snprintf(copy, sizeof(copy), "%s", charger->cards);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		card = card_of(reader->config, word);
		if (card < 0)
			config_wrong(reader,
				     "[charger %s]: cards: %s is none: must be the NAME of a [card NAME], or a uid, of at most %d in all",
				     charger->site.name, word, SITE_CARDS_MAX);
		else
			charger->site.cards |= (u32)BIT(card);
	}
}

static void check_numbers(struct config_reader *reader)
{
	const struct config *config = reader->config;

	for (unsigned int i = 0; i < config->outputs; i++) {
		const struct config_output *output = &config->output[i];

		if (!output->number)
			config_wrong(reader, "[output %s]: no number: must be %s",
				     output->site.name,
				     config_key_named(CONFIG_OUTPUT, "number")->right);
		for (unsigned int j = 0; j < i && output->number; j++)
			if (config->output[j].number == output->number)
				config_wrong(reader,
					     "[output %s]: number = %u is of [output %s] as well: must be of one",
					     output->site.name, output->number,
					     config->output[j].site.name);
	}
}

/* A number that no rule has is one that could be, and does nothing. */
static void take_rules(struct config_reader *reader)
{
	static const struct site_rule no_rule = {
		.target_percent = 100, .power_w = 1, .weekdays = 0x7f,
	};
	struct config *config = reader->config;
	struct site_config *site = &config->house.site;
	const char *why;

	site->rules = 0;
	for (unsigned int i = 0; i < SITE_RULES_MAX; i++) {
		site->rule[i] = no_rule;
		if (!config->rule[i].given)
			continue;
		if (site_rule_check(&config->rule[i].site, &why))
			config_wrong(reader, "[rule %u]: %s", i, why);
		site->rule[i] = config->rule[i].site;
		site->rules = i + 1;
	}
}

/* Whose mistake it is shows when they come one after the other. */
static void check_site(struct config_reader *reader)
{
	const struct site_config *whole = &reader->config->house.site;
	struct site_config part = *whole;
	const char *why;

	part.chargers = 0;
	part.outputs = 0;
	if (site_config_check(&part, &why)) {
		config_wrong(reader, "[site]: %s", why);
		return;
	}
	while (part.chargers < whole->chargers) {
		part.chargers++;
		if (!site_config_check(&part, &why))
			continue;
		config_wrong(reader, "[charger %s]: %s", part.charger[part.chargers - 1].name, why);
		return;
	}
	while (part.outputs < whole->outputs) {
		part.outputs++;
		if (!site_config_check(&part, &why))
			continue;
		config_wrong(reader, "[output %s]: %s", part.output[part.outputs - 1].name, why);
		return;
	}
}

/* What belongs to a house needs one; the first of it is enough to say so. */
static void check_without(struct config_reader *reader)
{
	const struct config *config = reader->config;
	char rule[16] = "";

	for (unsigned int i = 0; i < SITE_RULES_MAX && !*rule; i++)
		if (config->rule[i].given)
			snprintf(rule, sizeof(rule), "rule %u", i);
	if (config->chargers || config->outputs || *rule)
		config_wrong(reader, "[%s%s]: there is no [site]: must be there, with its plant",
			     config->chargers ? "charger " : config->outputs ? "output " : rule,
			     config->chargers ? config->charger[0].site.name :
			     config->outputs ? config->output[0].site.name : "");
}

void config_check_house(struct config_reader *reader)
{
	struct config *config = reader->config;
	struct site_config *site = &config->house.site;
	unsigned int i;

	take_inverters(config);
	take_control(config);
	check_cards(reader);
	check_numbers(reader);
	for (i = 0; i < config->chargers; i++) {
		take_cards(reader, &config->charger[i]);
		site->charger[i] = config->charger[i].site;
	}
	for (i = 0; i < config->outputs; i++)
		site->output[i] = config->output[i].site;
	site->chargers = config->chargers;
	site->outputs = config->outputs;
	take_rules(reader);
	if (!config->house.given) {
		check_without(reader);
		return;
	}
	find_cluster(reader);
	take_sources(reader);
	if (!reader->errors)
		check_site(reader);
}
