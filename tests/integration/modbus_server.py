#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# A Modbus TCP server that nobody here wrote, Debian's pymodbus, with the registers of a
# DTSU666 at address 1 and of an ME3000SP or a G3 inverter at 2, whose values are stated in
# spec/field.md and not taken from cellard's tables. The port is the first argument.
# Registers that are written are told on standard output.

import struct
import sys

from pymodbus.datastore import (ModbusServerContext, ModbusSlaveContext,
                                ModbusSparseDataBlock)
from pymodbus.server import StartTcpServer


def floats(at, *values):
    """IEEE 754 singles from a register on, high word first."""
    words = {}
    for i, value in enumerate(values):
        words[at + 2 * i], words[at + 2 * i + 1] = struct.unpack(
            '>HH', struct.pack('>f', value))
    return words


def text(at, what):
    """Two characters to a register."""
    raw = what.encode().ljust(len(what) + len(what) % 2, b'\0')
    return {at + i // 2: raw[i] << 8 | raw[i + 1] for i in range(0, len(raw), 2)}


class Registers(ModbusSparseDataBlock):
    """A block that tells what is written into it."""

    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        if not use_as_default and self.told:
            print(f'{address:04x}', *(f'{v:04x}' for v in values), flush=True)

    told = False


def meter():
    """230.1 V, 3.2 A and 700.3 W on each phase, 50.01 Hz; current transformers of 1."""
    words = {i: 0 for i in range(0x2000, 0x2052)}
    words.update({i: 0 for i in range(0x0000, 0x0040)})
    words.update({i: 0 for i in range(0x101E, 0x1032)})
    words.update({0x0006: 1, 0x0007: 10, 0x002D: 3, 0x002E: 1})
    words.update(floats(0x2000, 3985, 3985, 3985, 2301, 2301, 2301, 3200, 3200, 3200,
                        21009, 7003, 7003, 7003))
    words.update(floats(0x202A, 950, 950, 950, 950))
    words.update(floats(0x2044, 5001))
    words.update(floats(0x101E, 1234.5))
    words.update(floats(0x1028, 321.25))
    return words


def inverter():
    """On the grid, 1.23 kW fed in, 2 kW into the battery, 61 %; 3.5 kW of PV."""
    words = {}
    for first, n in ((0x0400, 64), (0x0440, 64), (0x0484, 60), (0x0504, 36), (0x0584, 48),
                     (0x0604, 56), (0x0684, 48), (0x06ED, 1), (0x1110, 1), (0x1184, 2),
                     (0x1187, 6)):
        words.update({first + i: 0 for i in range(n)})
    words.update(text(0x0445, 'ZM2ES050PYMODBUS'))
    words.update({0x0404: 2, 0x0484: 5001, 0x0488: 123, 0x048D: 2301, 0x04AF: 27,
                  0x0586: 200, 0x0589: 150, 0x0604: 512, 0x0606: 200, 0x0608: 61,
                  0x06ED: 50})
    return words


def main():
    """Serve until killed."""
    slaves = {}
    blocks = []
    for unit, words in ((1, meter()), (2, inverter())):
        block = Registers(words)
        blocks.append(block)
        slaves[unit] = ModbusSlaveContext(hr=block, ir=block, di=block, co=block,
                                          zero_mode=True)
    for block in blocks:
        block.told = True
    StartTcpServer(context=ModbusServerContext(slaves=slaves, single=False),
                   address=('127.0.0.1', int(sys.argv[1])))


main()
