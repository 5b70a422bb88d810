/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the firmware says of the packs of a bus, for the drivers of both transports:
 * the compatibles they bind to, and the model behind them. Documentation/devicetree.md
 * says what may be described, and how.
 */
#ifndef CELLAR_FIRMWARE_H
#define CELLAR_FIRMWARE_H

#include "wire/models.h"

struct device;

/*
 * A row of a driver's table of compatibles: CELLAR_MODEL_KEYS(CELLAR_OF_MATCH).
 * The data of a match is the key of the model.
 */
#define CELLAR_OF_MATCH(key)	{ .compatible = key, .data = key },

/**
 * cellar_model_from_firmware() - what the packs on this bus are
 * @dev: bound by a compatible of CELLAR_MODEL_KEYS, in a devicetree or in ACPI
 *
 * With a battery described (monitored-battery), the model is a copy that the battery
 * has changed; it lives as long as @dev is bound. What is wrong with the description
 * has been logged. Process context, from probe.
 *
 * Return: the model; NULL if @dev was bound by something else than its compatible; or
 * ERR_PTR(-EINVAL) if the description cannot be right, ERR_PTR(-ENOMEM).
 */
const struct cellar_model *cellar_model_from_firmware(struct device *dev);

#endif /* CELLAR_FIRMWARE_H */
