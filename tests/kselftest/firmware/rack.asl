// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the firmware of an amd64 host says of the packs behind its second UART: the
 * compatible of their model and the speed. The machine is QEMU's q35, whose COM2
 * tests/vm/run leaves to the packs (--serial-pair).
 */
DefinitionBlock ("", "SSDT", 2, "CELLAR", "RACK", 1)
{
	External (\_SB.PCI0.SF8.COM2, DeviceObj)

	Scope (\_SB.PCI0.SF8.COM2)
	{
		Device (BAT0)
		{
			Name (_HID, "PRP0001")
			Name (_UID, "battery-0")
			Name (_CRS, ResourceTemplate ()
			{
				UartSerialBusV2 (115200, DataBitsEight, StopBitsOne, 0,
					LittleEndian, ParityTypeNone, FlowControlNone,
					16, 16, "\\_SB.PCI0.SF8.COM2", 0,
					ResourceConsumer, , Exclusive, )
			})
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package ()
				{
					Package () { "compatible", "pylontech,us5000" },
					Package () { "current-speed", 115200 },
				}
			})
		}
	}
}
