// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options, their ranges, and their help.
 */
#include "bank_options.h"

#include <errno.h>
#include <string.h>

#include "options.h"

#define DEFAULT_MODEL		"lesso,lsrr51v100ah"
#define DURATION_MAX_S		1e9

struct bank_options bank_options_default(void)
{
	return (struct bank_options){
		.bank = {
			.model = cellar_model_by_key(DEFAULT_MODEL),
			.packs = 1,
			.seed = 1,
			.soc = 0.6,
			.ambient_c = 25,
		},
		.duration_ms = UINT64_MAX,
	};
}

static int set_model(struct bank_config *bank, const char *key)
{
	const struct cellar_model *model;

	bank->model = cellar_model_by_key(key);
	if (bank->model)
		return 0;
	fprintf(stderr, "cellar-sim: there is no model '%s'; use one of", key);
	for (model = cellar_models; model->key; model++)
		fprintf(stderr, " %s", model->key);
	fputc('\n', stderr);
	return -EINVAL;
}

int bank_option(struct bank_options *options, int option, const char *text)
{
	struct bank_config *bank = &options->bank;
	uint64_t whole = 0;
	double number = 0;
	int err;

	switch (option) {
	case BANK_PACKS:
		err = option_whole("--packs", text, 1, PLANT_PACKS_MAX, &whole);
		bank->packs = (unsigned int)whole;
		return err;
	case BANK_MODEL:
		return set_model(bank, text);
	case BANK_SEED:
		return option_whole("--seed", text, 0, UINT64_MAX, &bank->seed);
	case BANK_SOC:
		err = option_number("--soc", text, 0, 100, &number);
		bank->soc = number / 100;
		return err;
	case BANK_AMBIENT:
		return option_number("--ambient", text, -60, 100, &bank->ambient_c);
	case BANK_CURRENT:
		options->has_current = true;
		bank->kind = PLANT_CURRENT;
		return option_number("--current", text, -20000, 20000, &bank->demand);
	case BANK_LOAD:
		options->has_load = true;
		bank->kind = PLANT_LOAD;
		return option_number("--load", text, -1e6, 1e6, &bank->demand);
	case BANK_OBEY:
		bank->obey = true;
		return 0;
	case BANK_SCRIPT:
		options->script_path = text;
		return 0;
	case BANK_INVERTER_ON:
		return inverter_options_add(&options->inverters, text);
	case BANK_INVERTER_LOG:
		options->inverters.log_path = text;
		return 0;
	case BANK_TRUTH:
		options->truth_path = text;
		return 0;
	default:
		err = option_number("--duration", text, 0, DURATION_MAX_S, &number);
		options->duration_ms = (uint64_t)(number * 1000 + 0.5);
		return err;
	}
}

int bank_options_check(const struct bank_options *options)
{
	if (options->has_current && options->has_load)
		return option_refuse("--current and --load exclude each other");
	if (options->inverters.n && options->bank.obey)
		return option_refuse("--obey and --inverter-on exclude each other");
	if (!options->inverters.n && options->inverters.log_path)
		return option_refuse("--inverter-log needs an --inverter-on");
	return 0;
}

int bank_options_script(const struct bank_options *options, enum script_wire wire,
			struct script *script)
{
	const struct script_world world = {
		.packs = options->bank.packs,
		.wire = wire,
		.inverters = options->inverters.n,
	};

	*script = (struct script){ 0 };
	return option_script(options->script_path, &world, script);
}

void bank_options_help_packs(FILE *to)
{
	fputs("  --model KEY        one of the list below (" DEFAULT_MODEL ")\n"
	      "  --seed N           packs and chance; same seed, same bytes (1)\n"
	      "  --soc PERCENT      state of charge to start with (60)\n"
	      "  --ambient C        temperature of the room (25)\n", to);
}

void bank_options_help_events(FILE *to)
{
	fputs("\n"
	      "What happens\n"
	      "  --current A        battery current, > 0 charges (0)\n"
	      "  --load W           instead of it: power, > 0 discharges\n"
	      "  --obey             the inverter keeps the limits the BMS sends; without\n"
	      "                     it the current is forced, and protections will trip\n", to);
	inverter_options_help(to);
	fputs("  --script FILE      events in time, see below\n", to);
}

void bank_options_help_lists(FILE *to, enum script_wire wire)
{
	const struct cellar_model *model;

	fputs("\n"
	      "A script has one event per line, `at SECONDS VERB ARGUMENTS`; # begins a\n"
	      "comment. Verbs:\n", to);
	script_help(to, wire);
	fputs("\nModels:\n", to);
	for (model = cellar_models; model->key; model++)
		fprintf(to, "  %-23s %s %s\n", model->key, model->maker, model->model);
}
