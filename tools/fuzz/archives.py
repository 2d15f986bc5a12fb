"""Changes of zip archives: how they are built, or what their entries hold."""
import io, struct, zipfile

import configs, hdf5, raw

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
NAMES = ["../out.json", "/etc/out", "a/", "config.json", "CONFIG.JSON", "assets/x", "model.weights.h5", "é", "\x1b[2J",
         "a" * 3000, ""]


def entries(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def pack(parts, methods=(zipfile.ZIP_STORED,), comment=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = comment
        for i, (name, content) in enumerate(parts):
            # Of 1980, whenever it is packed.
            archive.writestr(zipfile.ZipInfo(name), content, methods[i % len(methods)])
    return buffer.getvalue()


def rebuild(rng, data):
    """Entries twice, missing, renamed, in another order, of another method; headers that lie."""
    parts, kind = entries(data), rng.randrange(10)
    i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
    methods = [rng.choice(METHODS) for _ in parts]
    if kind == 0:
        parts.append((parts[i][0], parts[j][1]))
    elif kind == 1:
        del parts[i]
    elif kind == 2:
        parts[i] = (rng.choice(NAMES), parts[i][1])
    elif kind == 3:
        parts[i], parts[j] = (parts[i][0], parts[j][1]), (parts[j][0], parts[i][1])
    elif kind == 4:
        parts += [(rng.choice(NAMES), rng.randbytes(64)) for _ in range(rng.choice([1, 3, 500]))]
    elif kind == 5:
        parts[i] = (parts[i][0], rng.choice([b"", b"{}", bytes(1 << 22), b"[" * 100000]))
    elif kind == 6:
        rng.shuffle(parts)
    result = pack(parts, methods, rng.choice([b"", b"", b"comment", rng.randbytes(60000)]))
    if kind == 7:
        return rng.randbytes(rng.choice([1, 100, 5000])) + result
    if kind in (8, 9):
        # A field of a local header (PK 3 4) or of the directory (PK 1 2): flags, method, checksum, sizes, offset.
        signature = rng.choice([b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"])
        at = result.rfind(signature) if rng.random() < 0.5 else result.find(signature)
        field = at + rng.choice([4, 6, 8, 10, 14, 16, 18, 20, 22, 24, 26, 28, 30, 42])
        result = bytearray(result)
        if at >= 0 and field + 4 <= len(result):
            struct.pack_into("<I", result, field, rng.choice(raw.NUMBERS) & 0xFFFFFFFF)
        return bytes(result)
    return result


def mutate(rng, data, kind, scratch):
    """Of structure a third in the archive itself; else one entry is changed and packed anew, its checksum right."""
    if kind == "structure" and rng.random() < 0.34:
        return rebuild(rng, data)
    if kind == "bytes" and rng.random() < 0.5:
        return raw.mutate(rng, data)
    parts = entries(data)
    i = rng.randrange(len(parts))
    name, content = parts[i]
    if kind == "bytes":
        content = raw.mutate(rng, content)
    elif name.endswith(".json"):
        content = configs.mutate(rng, content, kind)
    elif name.endswith(".h5"):
        content = hdf5.mutate(rng, content, kind, scratch)
    parts[i] = (name, content)
    return pack(parts, [rng.choice(METHODS[:2])])
