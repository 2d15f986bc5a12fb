"""Changes of bytes, whatever they mean."""
import struct

# Lengths, offsets and counts at which arithmetic goes wrong.
NUMBERS = [0, 1, 2, 7, 8, 127, 128, 255, 256, 511, 512, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
           0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, (1 << 62), (1 << 63) - 1, 1 << 63, (1 << 64) - 9, (1 << 64) - 1]


def place(rng, data):
    """A position; often in the first kilobytes or the last, where formats keep their structure."""
    near = min(len(data), 4096)
    return rng.choice([rng.randrange(len(data)), rng.randrange(near), len(data) - 1 - rng.randrange(near)])


def flip(rng, data):
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        data[place(rng, data)] ^= 1 << rng.randrange(8)


def replace(rng, data):
    data[place(rng, data)] = rng.randrange(256)


def number(rng, data):
    at, width = place(rng, data), rng.choice([1, 2, 4, 8])
    data[at:at + width] = (rng.choice(NUMBERS) & ((1 << 8 * width) - 1)).to_bytes(width, rng.choice(["little", "big"]))


def step(rng, data):
    """A field that is one more or less than it was."""
    form = rng.choice(["<H", "<I", "<Q", ">I", ">H"])
    at, width = place(rng, data), struct.calcsize(form)
    if at + width <= len(data):
        value = struct.unpack_from(form, data, at)[0] + rng.choice([-8, -1, 1, 8])
        struct.pack_into(form, data, at, value & ((1 << 8 * width) - 1))


def zero(rng, data):
    """A sector that a disk lost."""
    at, length = place(rng, data), rng.choice([16, 64, 512, 4096])
    data[at:at + length] = bytes(len(data[at:at + length]))


def cut(rng, data):
    del data[rng.choice([place(rng, data), len(data) - 1]):]


def remove(rng, data):
    at = place(rng, data)
    del data[at:at + rng.choice([1, 4, 64, 512])]


def insert(rng, data):
    at = place(rng, data)
    data[at:at] = rng.randbytes(rng.choice([1, 4, 64, 512]))


def copy(rng, data):
    """A piece of the file over another."""
    source, at, length = place(rng, data), place(rng, data), rng.choice([4, 8, 24, 64, 512])
    data[at:at + length] = data[source:source + length]


def swap(rng, data):
    a, b, length = place(rng, data), place(rng, data), rng.choice([4, 8, 64])
    data[a:a + length], data[b:b + length] = data[b:b + length], data[a:a + length]


def grow(rng, data):
    data += rng.choice([bytes(512), rng.randbytes(512), data[:1024]])


CHANGES = [flip, flip, replace, number, number, step, step, zero, cut, remove, insert, copy, copy, swap, grow]


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3])):
        if data:
            rng.choice(CHANGES)(rng, data)
    return bytes(data)
