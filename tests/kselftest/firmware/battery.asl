// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the firmware of an amd64 host says of the batteries on its two CAN
 * controllers: the compatible of a model, as a string or as a list, and a
 * reference to the controller; one has the values of its packs, and one is wrong
 * about them. The machine is QEMU's q35; tests/vm/run puts the controllers at slots
 * 0x10 and 0x11.
 */
DefinitionBlock ("", "SSDT", 2, "CELLAR", "BATTERY", 1)
{
	External (\_SB.PCI0.S80, DeviceObj)
	External (\_SB.PCI0.S88, DeviceObj)

	Scope (\_SB)
	{
		Device (BAT0)
		{
			Name (_HID, "PRP0001")
			Name (_UID, "battery-0")
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package ()
				{
					Package () { "compatible", "lesso,lsrr51v100ah" },
					Package () { "can", \_SB.PCI0.S80 },
					Package () { "monitored-battery", \_SB.PACK },
				}
			})
		}

		Device (BAT1)
		{
			Name (_HID, "PRP0001")
			Name (_UID, "battery-1")
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package ()
				{
					Package ()
					{
						"compatible",
						Package () { "example,own-label", "voltium,ve-ess-r5120" }
					},
					Package () { "can", \_SB.PCI0.S88 },
				}
			})
		}

		Device (BAT2)
		{
			Name (_HID, "PRP0001")
			Name (_UID, "battery-2")
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package ()
				{
					Package () { "compatible", "weco,5k3" },
					Package () { "can", \_SB.PCI0.S80 },
					Package () { "monitored-battery", \_SB.PCI0.S80 },
				}
			})
		}

		Device (PACK)
		{
			Name (_HID, "PRP0001")
			Name (_UID, "pack-0")
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package ()
				{
					Package () { "compatible", "simple-battery" },
					Package () { "charge-full-design-microamp-hours", 98000000 },
					Package () { "voltage-min-design-microvolt", 46000000 },
					Package () { "voltage-max-design-microvolt", 58000000 },
					Package () { "constant-charge-current-max-microamp", 30000000 },
					Package () { "constant-charge-voltage-max-microvolt", 55000000 },
				}
			})
		}
	}
}
