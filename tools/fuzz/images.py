"""Changes of what holds images without a library of its own: IDX and CIFAR files, PNG and JPEG pictures, text files."""
import gzip, struct, zlib

import raw


def idx(rng, data, kind):
    packed = data[:2] == b"\x1f\x8b"
    plain = bytearray(gzip.decompress(data) if packed else data)
    if kind == "structure":
        choice = rng.randrange(5)
        if choice == 0:
            plain[rng.randrange(4)] = rng.choice([0, 1, 3, 8, 9, 13, 255])
        elif choice == 1:
            field = 4 * rng.randrange(1, 2 + (plain[3] > 1))
            struct.pack_into(">I", plain, field, rng.choice(raw.NUMBERS) & 0xFFFFFFFF)
        elif choice == 2:
            plain += plain[-rng.choice([1, 784]):]
        elif choice == 3:
            packed = not packed
        elif packed:
            half = len(plain) // 2
            first, second = (gzip.compress(part, 1, mtime=0) for part in (plain[:half], plain[half:]))
            return first + rng.choice([second, bytes(100), b"more"])
    else:
        start = 4 + 4 * min(plain[3], 3)
        for _ in range(rng.choice([1, 20])):
            plain[rng.randrange(start, len(plain))] = rng.choice([0, 9, 10, 255])
    return gzip.compress(bytes(plain), 1, mtime=0) if packed else bytes(plain)


def cifar(rng, data, kind):
    """Whole records more or fewer, labels beyond the last class."""
    plain = bytearray(data)
    if kind == "structure":
        record = rng.choice([1, 3072, 3073, 3074])
        return bytes(rng.choice([plain[record:], plain + plain[:record], plain[:0], plain[:record]]))
    for _ in range(rng.choice([1, 20])):
        plain[rng.choice([0, 1, 3073, 3074, rng.randrange(len(plain))])] = rng.choice([0, 9, 10, 99, 100, 255])
    return bytes(plain)


def png_chunks(data):
    chunks, at = [], 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        chunks.append((data[at + 4:at + 8], data[at + 8:at + 8 + length]))
        at += 12 + length
    return chunks


def png(rng, data, kind):
    """Chunks moved, removed, doubled; or fields of the header and pixels changed. Checksums are right."""
    chunks = png_chunks(data)
    if kind == "structure":
        i, j, choice = rng.randrange(len(chunks)), rng.randrange(len(chunks)), rng.randrange(5)
        if choice == 0:
            del chunks[i]
        elif choice == 1:
            chunks.insert(i, chunks[j])
        elif choice == 2:
            chunks[i], chunks[j] = chunks[j], chunks[i]
        elif choice == 3:
            name = rng.choice([b"tRNS", b"PLTE", b"gAMA", b"iCCP", b"acTL", b"zTXt", b"sBIT", b"tEXt"])
            packed = b"x\0\0" + zlib.compress(bytes(1 << 20))
            content = rng.choice([rng.randbytes(rng.choice([0, 3, 256, 768])), packed])
            chunks.insert(1, (name, content))
        else:
            joined = b"".join(c for n, c in chunks if n == b"IDAT")
            chunks = [c for c in chunks if c[0] != b"IDAT"]
            chunks[-1:-1] = [(b"IDAT", joined[k:k + 1]) for k in range(min(len(joined), 500))]
    else:
        for i, (name, content) in enumerate(chunks):
            content = bytearray(content)
            if name == b"IHDR":
                at = rng.choice([0, 4, 8, 9, 10, 11, 12, None, None])
                if at in (0, 4):
                    struct.pack_into(">I", content, at, rng.choice([0, 1, 33, 8192, 8193, 65536, 2**31 - 1, 2**32 - 1]))
                elif at:
                    content[at] = rng.choice([0, 1, 2, 3, 4, 6, 8, 16, 255])
            elif name == b"IDAT" and rng.random() < 0.5:
                try:
                    pixels = bytearray(zlib.decompress(content))
                except zlib.error:
                    continue
                pixels[rng.randrange(len(pixels))] = rng.randrange(256)
                content = zlib.compress(bytes(pixels) if rng.random() < 0.8 else bytes(pixels) * 50)
            chunks[i] = (name, bytes(content))
    out = data[:8]
    for name, content in chunks:
        out += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return out


def jpeg_segments(data):
    """Markers with their content; the last holds the scan and all behind it."""
    segments, at = [], 2
    while at + 4 <= len(data) and data[at + 1] != 0xDA:
        length = struct.unpack_from(">H", data, at + 2)[0]
        segments.append(bytearray(data[at:at + 2 + length]))
        at += 2 + length
    return segments + [bytearray(data[at:])]


def jpeg(rng, data, kind):
    segments = jpeg_segments(data)
    i, j = rng.randrange(len(segments)), rng.randrange(len(segments))
    if kind == "structure":
        choice = rng.randrange(5)
        if choice == 0:
            del segments[i]
        elif choice == 1:
            segments.insert(i, segments[j])
        elif choice == 2:
            segments[i], segments[j] = segments[j], segments[i]
        elif choice == 3:
            segments.insert(0, bytearray(b"\xff\xe1\xff\xff") + rng.randbytes(65533))
        else:
            # The same scan many times.
            segments += [segments[-1][:-2]] * rng.choice([2, 600])
    else:
        frames = [s for s in segments if s[1] in (0xC0, 0xC1, 0xC2)]
        if frames and rng.random() < 0.6:
            frame = rng.choice(frames)
            if rng.random() < 0.5:
                struct.pack_into(">H", frame, rng.choice([5, 7]), rng.choice([0, 1, 31, 33, 8192, 65500, 65535]))
            else:
                frame[rng.randrange(4, len(frame))] = rng.choice([0, 1, 2, 3, 4, 8, 12, 0x11, 0x22, 0x44, 255])
        else:
            segment = segments[i]
            segment[rng.randrange(min(4, len(segment) - 1), len(segment))] = rng.randrange(256)
    return data[:2] + b"".join(segments)


def mutate(rng, data, kind):
    """A change for what `data` begins with; `idx`, `png` or `jpeg`, else text or records."""
    if kind == "bytes":
        return raw.mutate(rng, data)
    if data[:4] == b"\x89PNG":
        return png(rng, data, kind)
    if data[:2] == b"\xff\xd8":
        return jpeg(rng, data, kind)
    if data[:2] == b"\x1f\x8b" or data[:3] == b"\0\0\x08":
        return idx(rng, data, kind)
    return cifar(rng, data, kind)
