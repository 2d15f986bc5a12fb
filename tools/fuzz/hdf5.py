"""Changes of HDF5 files through the library itself: their structure, or the numbers and texts in them."""
import os

import h5py, numpy as np

import configs

TYPES = ["<f2", "<f4", "<f8", ">f4", ">f8", "i1", "u1", "<i2", ">i4", "<i8", "u8", "?", "<c8", "S5", "S0", "V7",
         [("a", "<f4"), ("b", "i2")], ("<f4", (2, 2))]
FILTERS = [dict(compression="gzip", compression_opts=9), dict(compression="lzf"), dict(fletcher32=True),
           dict(shuffle=True, compression="gzip"), dict(scaleoffset=2),
           dict(shuffle=True, compression="lzf", fletcher32=True)]
FLOATS = [np.nan, np.inf, -np.inf, 0, -0.0, -1, 1e-45, 1e-38, 1e-20, 1e20, 3e38, -3e38, 1e300, 2.0**24, 255, 65504]
TEXTS = ["", "x", "a" * 70000, "/", "../..", "\x1b[2J", "\u202e\u2028", "{}", "[]", "channels_first", "tensorflow",
         "2.3.4"]


def objects(file, kind):
    found = []
    file.visititems(lambda name, o: found.append(o) if isinstance(o, kind) else None)
    return found


def special(rng):
    """A type that numpy has no plain name for."""
    return rng.choice([
        h5py.string_dtype(), h5py.string_dtype("ascii", 3), h5py.vlen_dtype("<i4"), h5py.vlen_dtype("<f4"),
        h5py.enum_dtype({"A": 1, "B": 2}), h5py.ref_dtype, h5py.regionref_dtype, h5py.opaque_dtype("M8[s]")])


def attribute(rng, file):
    """An object with attributes and the name of one, or None; half of the time of the root, which holds the config."""
    if len(file.attrs) and rng.random() < 0.5:
        return file, rng.choice(list(file.attrs))
    all_objects = [o for o in [file, *objects(file, (h5py.Group, h5py.Dataset))] if len(o.attrs)]
    if not all_objects:
        return None
    owner = rng.choice(all_objects)
    return owner, rng.choice(list(owner.attrs))


def relink(rng, file):
    """Links of every kind, to itself and to files outside among them."""
    groups = [file, *objects(file, h5py.Group)]
    where, name = rng.choice(groups), rng.choice(["extra", *[n for g in groups for n in g]])
    if name in where:
        del where[name]
    where[name] = rng.choice([
        rng.choice(groups), h5py.SoftLink(f"{where.name}/{name}"), h5py.SoftLink("/nowhere"), h5py.SoftLink("/"),
        h5py.ExternalLink("secret.h5", "/x"), h5py.ExternalLink("/etc/passwd", "/"), h5py.ExternalLink("m.h5", "/"),
        np.dtype("<f4"), np.dtype([("a", "i1"), ("b", "S3")])])


def create(file, name, shape, dtype, plist):
    """A dataset by the library's own call, without the time of its making: files of one number are the same."""
    plist.set_obj_track_times(False)
    space = h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
    h5py.h5d.create(file.id, name.encode(), h5py.h5t.py_create(dtype, logical=True), space, plist)


def redo(rng, file):
    """A dataset made anew: of another type, shape, layout or filter; virtual, or with its bytes in another file."""
    found = objects(file, h5py.Dataset)
    if not found:
        return relink(rng, file)
    old = rng.choice(found)
    name, shape, dtype, parent = old.name, old.shape, old.dtype, old.parent
    try:
        values = old[()]
    except (OSError, TypeError):
        values = np.zeros(shape or ())
    attributes = dict(old.attrs)
    del file[name]
    kind = rng.randrange(10)
    size = max(1, int(np.prod(shape or (1,))))
    if kind == 0:
        file.create_dataset(name, data=np.zeros(shape or (), np.dtype(rng.choice(TYPES))))
    elif kind == 1:
        file.create_dataset(name, shape or (), dtype=special(rng))
    elif kind == 2:
        longer = (*shape[:-1], shape[-1] + 1 if shape else 1)
        shape = rng.choice([shape[::-1], shape[1:], (1, *shape), (0, *shape), longer, (size,),
                            (1 << 40,), (2,) * 30, (1 << 20, 1 << 20)])
        file.create_dataset(name, shape, dtype=dtype, chunks=tuple(min(16, n) or 1 for n in shape) if shape else None)
    elif kind in (3, 4):
        file.create_dataset(name, data=values, maxshape=(None,) * len(shape) if shape else None,
                            **(rng.choice(FILTERS) if shape and size else {}))
    elif kind == 5:
        layout = h5py.VirtualLayout(shape or (1,), dtype)
        source = h5py.VirtualSource(rng.choice(["secret.h5", "."]), rng.choice(["x", name]), shape or (1,))
        layout[...] = source
        create(file, name, shape or (1,), dtype, layout.make_dcpl(None))
    elif kind == 6:
        file.create_dataset(name, shape or (1,), dtype=dtype,
                            external=[(rng.choice(["secret.bin", "/etc/passwd"]), 0, size * max(1, dtype.itemsize))])
    elif kind == 7:
        file.create_dataset(name, data=h5py.Empty(dtype if dtype.kind != "O" else "f4"))
    elif kind == 8:
        file.create_group(name)
    else:
        # A library of today's own layout message, or one with values that were never written.
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_layout(rng.choice([h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS]) if size < 8000 else h5py.h5d.CONTIGUOUS)
        create(file, name, shape, dtype, plist)
    if name in file:
        for key, value in attributes.items():
            file[name].attrs[key] = value


def reattribute(rng, file):
    found = attribute(rng, file)
    if not found:
        return redo(rng, file)
    owner, name = found
    try:
        old = owner.attrs[name]
    except (OSError, TypeError, ValueError):
        old = 0
    del owner.attrs[name]
    kind = rng.randrange(8)
    if kind == 0:
        return
    if kind == 1:
        owner.attrs[name] = h5py.Empty(rng.choice(["f4", "S1", "i8"]))
    elif kind == 2:
        owner.attrs[name] = np.zeros(rng.choice([(), (0,), (3,), (2, 2)]), np.dtype(rng.choice(TYPES)))
    elif kind == 3:
        owner.attrs.create(name, np.zeros(3, "i4") if rng.random() < 0.5 else 0, dtype=rng.choice(["f8", "?", "u1"]))
    elif kind == 4:
        owner.attrs[name] = np.bytes_(old) if isinstance(old, (str, bytes)) else str(old)
    elif kind == 5 and isinstance(old, np.ndarray):
        owner.attrs[name] = rng.choice([old[::-1], old[1:], np.concatenate([old, old]), old[:1].reshape(())])
    elif kind == 6 and isinstance(old, (str, bytes)):
        owner.attrs[name] = [old, old]
    else:
        owner.attrs[name + "0"] = old


def shapes(rng, file):
    """Groups by the hundred, or deep."""
    where = rng.choice([file, *objects(file, h5py.Group)])
    if rng.random() < 0.5:
        for i in range(rng.choice([10, 300])):
            where.create_group(f"extra {i}", track_order=rng.random() < 0.5)
    else:
        where.create_group("/".join("d" * rng.choice([3, 200])))


def rename(rng, file):
    found = [o for o in objects(file, (h5py.Group, h5py.Dataset))]
    if found:
        one = rng.choice(found)
        target = rng.choice(found).name + rng.choice(["x", "/in", ":0"])
        file.move(one.name, target)


def delete(rng, file):
    found = objects(file, (h5py.Group, h5py.Dataset))
    if found:
        del file[rng.choice(found).name]


STRUCTURE = [redo, redo, redo, reattribute, reattribute, relink, shapes, rename, delete]


def rewrite(rng, path):
    """The same objects in a file of another version of the format, in other order, behind a user block."""
    options = rng.choice([dict(libver="latest"), dict(libver=("v108", "v110")), dict(track_order=True),
                          dict(userblock_size=rng.choice([512, 1024])), dict(fs_strategy="page", fs_page_size=512)])
    with h5py.File(path) as old, h5py.File(f"{path}.new", "w", **options) as new:
        for name in old:
            old.copy(old[name], new, name)
        for name, value in old.attrs.items():
            new.attrs.create(name, value)
    os.replace(f"{path}.new", path)


def values(rng, file):
    """Numbers of a dataset, or an attribute's text or number; JSON within its grammar."""
    found, chosen = objects(file, h5py.Dataset), rng.random()
    if found and chosen < 0.5:
        dataset = rng.choice(found)
        if dataset.dtype.kind not in "fiu" or not dataset.shape or not dataset.size:
            return
        data = dataset[()]
        limits = np.iinfo(data.dtype) if data.dtype.kind in "iu" else None
        new = rng.choice([limits.min, limits.max, 0, 1]) if limits else rng.choice(FLOATS)
        with np.errstate(all="ignore"):
            if rng.random() < 0.3:
                data[...] = new
            elif rng.random() < 0.3:
                data = np.frombuffer(rng.randbytes(data.nbytes), data.dtype).reshape(data.shape)
            else:
                for _ in range(rng.choice([1, 1, 5])):
                    data[tuple(rng.randrange(n) for n in data.shape)] = new
        dataset[...] = data
        return
    place = attribute(rng, file)
    if not place:
        return
    owner, name = place
    old = owner.attrs[name]
    if isinstance(old, (str, bytes)):
        text = old.encode() if isinstance(old, str) else old
        edited = configs.mutate(rng, text, "values") if text[:1] in b"{[" else rng.choice(TEXTS).encode()
        fixed = len(edited) < 60000 and rng.random() < 0.3
        owner.attrs[name] = np.bytes_(edited) if fixed else edited.decode("utf8", "replace").replace("\0", "")
    elif isinstance(old, np.ndarray) and old.size and old.dtype.kind in "SOU":
        new = old.astype(object)
        new[rng.randrange(len(new))] = rng.choice([rng.choice(TEXTS[:5]), str(rng.choice(list(new)))])
        owner.attrs[name] = [x.decode() if isinstance(x, bytes) else str(x) for x in new]
    elif np.size(old):
        owner.attrs[name] = rng.choice([0, -1, 2**31, 2**63 - 1, 1e300, float("nan")])


def config(rng, file):
    """The structure of a config that lies in an attribute."""
    for name in ("model_config", "training_config"):
        if name in file.attrs and rng.random() < 0.8:
            old = file.attrs[name]
            text = old if isinstance(old, bytes) else old.encode()
            file.attrs[name] = configs.mutate(rng, text, "structure").decode()
            return
    reattribute(rng, file)


def mutate(rng, data, kind, scratch):
    """The bytes of the changed file; `scratch` is a path that may be written."""
    with open(scratch, "wb") as file:
        file.write(data)
    if kind == "structure" and rng.random() < 0.15:
        rewrite(rng, scratch)
    with h5py.File(scratch, "r+", libver=rng.choice(["earliest", "earliest", "latest"])) as file:
        for _ in range(rng.choice([1, 1, 2, 3])):
            if kind == "values":
                values(rng, file)
            else:
                rng.choice([*STRUCTURE, config, config])(rng, file)
    with open(scratch, "rb") as file:
        return file.read()


def read_all(path):
    """Opens everything in the file. Raises what h5py raises."""
    with h5py.File(path) as file:
        dict(file.attrs)

        def look(name, o):
            dict(o.attrs)
            if isinstance(o, h5py.Dataset) and o.size is not None and o.size < 1 << 24:
                o[()]

        file.visititems(look)
