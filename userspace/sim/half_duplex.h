/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A half-duplex line: one character after another in the time its speed gives
 * them, from whoever speaks, and what bad wiring does to them. Time comes in as an
 * argument; what the characters mean is not known here.
 */
#ifndef CELLAR_SIM_HALF_DUPLEX_H
#define CELLAR_SIM_HALF_DUPLEX_H

#include "../../driver/wire/rs485.h"
#include "plant.h"
#include "rng.h"

#define LINE_VOICES_MAX		PLANT_PACKS_MAX
#define LINE_NOISE_MAX		64

/* An answer, one to an older question behind it, and noise around them */
#define LINE_SPEECH_MAX		(2 * CELLAR_RS485_WIRE_MAX + 2 * LINE_NOISE_MAX)

/* Most bytes that line_run() gives out at once. */
#define LINE_RUN_MAX		LINE_SPEECH_MAX

/* Longer than a question: what the line gives back of it is at most that late. */
#define LINE_ECHO_MAX		256

/*
 * One who speaks, or will; with @len 0, does not.
 *
 * @from, @to: which of @bytes are what was meant, between noise and what runs into it;
 *             @to is 0 when it cannot be read from what goes over the line
 * @cut: the line goes when half of it is said
 */
struct line_voice {
	u64 from_slot;
	size_t len, from, to;
	bool cut;
	u8 bytes[LINE_SPEECH_MAX];
};

struct line_echo {
	u64 slot;
	u8 byte;
};

/*
 * A slot is the time of one character (8N1: ten bits); slots count from time 0.
 *
 * @paced: characters have to be given the time that the wire would take; not on a
 *         line whose hardware does it
 * @slot: the first one that has not been given out
 * @heard_slot: the first one in which a character can arrive
 * @clashing: several speak, and what comes over is already broken
 * @gone: the line has been cut
 * @unseen: answers with errors that no checksum can see; they were sent unharmed
 * @asked, @said: slots in which only the master spoke, and in which a voice did
 */
struct half_duplex {
	enum cellar_rs485_framing framing;
	unsigned int baud;
	bool paced;
	struct rng rng;

	bool echo;
	double flip_percent, drop_percent;
	unsigned int noise_bytes;
	u64 unseen;
	u64 asked, said;

	u64 slot;
	u64 heard_slot;
	bool clashing;
	bool gone;
	struct line_voice voice[LINE_VOICES_MAX];
	struct line_echo echoes[LINE_ECHO_MAX];
	unsigned int n_echoes;
	struct cellar_rs485_deframer heard, meant;
};

/* @baud: > 0 */
void line_start(struct half_duplex *line, enum cellar_rs485_framing framing,
		unsigned int baud, bool paced, u64 seed);

/* First slot that begins at @now_ns or later. */
u64 line_slot(const struct half_duplex *line, u64 now_ns);

/*
 * A character has come in at @now_ns. Returns the slot after it, when it is over;
 * @harmed: another spoke at that time, or the wiring broke it.
 */
u64 line_hear(struct half_duplex *line, u64 now_ns, u8 byte, bool *harmed);

bool line_speaks(const struct half_duplex *line, unsigned int voice);

/* Whether what @voice says, or is about to say, can be read so far. */
bool line_is_whole(const struct half_duplex *line, unsigned int voice);

/*
 * Whether @telegram is, word for word, what some voice has said last: who is on the
 * line as a terminal gives it back (a tty echoes until its user has set it).
 */
bool line_was_said(struct half_duplex *line, const struct cellar_rs485_telegram *telegram);

/*
 * From @slot on @voice, which is silent, says @bytes, at most
 * 2 * CELLAR_RS485_WIRE_MAX of them. It is as good as said when line_run() calls
 * back. @cut: the line goes in the middle of it.
 */
void line_say(struct half_duplex *line, unsigned int voice, u64 slot,
	      const u8 *bytes, size_t len, bool cut);

/* @voice has spoken; @whole: those who listen could read it. */
typedef void (*line_ended)(void *to, unsigned int voice, bool whole);

/* When line_run() next has something; UINT64_MAX when nobody speaks. */
u64 line_next_ns(const struct half_duplex *line);

/*
 * Bytes due at @now_ns go to @to, which has room for LINE_RUN_MAX. Returns how
 * many: a paced line gives out what a UART's FIFO holds, or the end of a burst.
 */
size_t line_run(struct half_duplex *line, u64 now_ns, u8 *to, line_ended ended,
		void *ended_to);

/* Nobody speaks any more, and the line is there (again). */
void line_reset(struct half_duplex *line);

#endif /* CELLAR_SIM_HALF_DUPLEX_H */
