/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modes of cellar-sim. Each takes the arguments from its own name on and
 * gives an exit status; its help goes where it is told.
 */
#ifndef CELLAR_SIM_MODES_H
#define CELLAR_SIM_MODES_H

#include <stdio.h>

int run_main(int argc, char **argv);
void run_help(FILE *to);

int rack_main(int argc, char **argv);
void rack_help(FILE *to);

int replay_main(int argc, char **argv);
void replay_help(FILE *to);

int ems_main(int argc, char **argv);
void ems_help(FILE *to);

int year_main(int argc, char **argv);
void year_help(FILE *to);
int modbus_main(int argc, char **argv);
void modbus_help(FILE *to);

int plant_main(int argc, char **argv);
void plant_help(FILE *to);

#endif /* CELLAR_SIM_MODES_H */
