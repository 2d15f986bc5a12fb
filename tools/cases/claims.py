"""What a report says was checked, and what it says was not."""
import os

from support import *

L = keras.layers


def net(*between, filters=8, tiny=0.0):
    """Convolutions of which some scales are 0, two of the first's `tiny`, and layers of the caller's in the middle."""
    i = keras.Input((8, 8, 3))
    x = L.ReLU()(L.BatchNormalization(name="norm")(L.Conv2D(filters, 3, padding="same", name="first")(i)))
    for layer in between:
        x = layer(x)
    x = L.ReLU()(L.BatchNormalization()(L.Conv2D(6, 3, name="second")(x)))
    m = deaden(keras.Model(i, L.Dense(4)(L.GlobalAveragePooling2D()(x))))
    norm = m.get_layer("norm")
    gamma = norm.gamma.numpy()
    gamma[:2] = tiny
    norm.gamma.assign(gamma)
    return m


def corpus(path, count, seed=3):
    with h5py.File(path, "w") as f:
        f["x"] = np.random.default_rng(seed).normal(size=(count, 8, 8, 3)).astype("float32")
    return path


@case
def nothing_run_is_nothing_claimed(folder):
    """A layer that is not understood right behind the input: nothing can be run, so all figures are null."""
    i = keras.Input((8, 8, 3))
    x = L.ReLU()(L.Conv2D(8, 3, name="first")(L.GaussianNoise(0.0)(L.UnitNormalization(name="unit")(i))))
    m = deaden(keras.Model(i, L.Dense(4)(L.GlobalAveragePooling2D()(x))))
    first = m.get_layer("first")
    kernel = first.kernel.numpy()
    kernel[..., :2] = 0
    first.kernel.assign(kernel)
    m.save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras")
    assert p["verified"] is False and "'unit'" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    measured = {k: v for k, v in p["verification"].items() if v is not None}
    assert measured == {"upTo": ["unit"], "comparedAt": []}, measured
    text, warnings = deadwood("prune", f"{folder}/m.keras", "-o", f"{folder}/d.keras")
    assert "not verified" in text and "verified on" not in text and any("not verified" in w for w in warnings), text
    assert "--require-verified" not in text
    refusal("prune", f"{folder}/m.keras", "-o", f"{folder}/e.keras", "--require-verified")
    assert not os.path.exists(f"{folder}/e.keras")


@case
def compared_up_to_a_layer(folder):
    """Behind a layer that is not understood nothing was compared, and the report says so."""
    net(L.GroupNormalization(4, name="groups")).save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras")
    assert p["verified"] is False and "'groups'" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    said = refusal("prune", f"{folder}/m.keras", "-o", f"{folder}/e.keras", "--require-verified")
    assert "groups" in said and not os.path.exists(f"{folder}/e.keras"), said


@case
def exact_cuts_are_verified_on_noise(folder):
    m = net()
    m.save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", "--require-verified")
    assert p["verified"] is True and p["notVerifiedBecause"] is None and p["exact"] and p["verification"]["source"] == "random"
    x = np.random.default_rng(1).normal(size=(4, 8, 8, 3)).astype("float32")
    return same(run(m, [x]), run(keras.models.load_model(f"{folder}/c.keras"), [x]))


@case
def approximate_cuts_are_not_verified_on_noise(folder):
    net(tiny=1e-6).save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras")
    assert not p["exact"] and p["verified"] is False and "random images" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    assert "compared on 16 random images" in deadwood("prune", f"{folder}/m.keras", "-o", f"{folder}/d.keras")[0]
    refusal("prune", f"{folder}/m.keras", "-o", f"{folder}/e.keras", "--require-verified")


@case
def every_fifth_image_is_held_out(folder):
    """Mean responses come from four fifths of the corpus; the rest verifies."""
    net(tiny=1e-6).save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", "--corpus", corpus(f"{folder}/x.h5", 52), "--require-verified")
    assert p["verified"] and p["verification"]["images"] == 10 and p["verification"]["heldOutOf"] == 52, p["verification"]


@case
def few_images_verify_nothing_that_they_chose(folder):
    net(tiny=1e-6).save(f"{folder}/m.keras")
    few, others = corpus(f"{folder}/x.h5", 9), corpus(f"{folder}/y.h5", 3, seed=4)
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", "--corpus", few)
    assert p["verified"] is False and "9 images" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    said = refusal("prune", f"{folder}/m.keras", "-o", f"{folder}/d.keras", "--corpus", few, "--require-verified")
    assert "9 images" in said and not os.path.exists(f"{folder}/d.keras"), said
    p = prune(f"{folder}/m.keras", f"{folder}/e.keras", "--corpus", few, "--verify", others)
    assert p["verified"] and p["verification"]["images"] == 3, p
    # The same images, whatever they are called and wherever they lie; beside others only those are compared on.
    with h5py.File(few) as f, h5py.File(f"{folder}/same.h5", "w") as g:
        g["copy"] = f["x"][()]
        g["more"] = np.concatenate([f["x"][()], np.random.default_rng(8).normal(size=(4, 8, 8, 3)).astype("float32")])
    for same in (f"{folder}/x.h5:/x", f"{folder}/same.h5:copy"):
        p = prune(f"{folder}/m.keras", f"{folder}/f.keras", "--force", "--corpus", few, "--verify", same)
        assert p["verified"] is False and "chose" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    p = prune(f"{folder}/m.keras", f"{folder}/g.keras", "--corpus", few, "--verify", f"{folder}/same.h5:more")
    assert p["verified"] and p["verification"]["images"] == 4 and p["verification"]["heldOutOf"] == 13, p["verification"]


@case
def images_that_found_silent_filters_verify_nothing(folder):
    m = net()
    norm = m.get_layer("norm")
    beta = norm.beta.numpy()
    beta[np.flatnonzero(norm.gamma.numpy())[0]] = -9
    norm.beta.assign(beta)
    m.save(f"{folder}/m.keras")
    criteria = ["--criteria", "scale,weight,unread,activation"]
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", "--corpus", corpus(f"{folder}/x.h5", 1), *criteria, "--tolerance", "1")
    assert not p["exact"] and p["verified"] is False and "the image it was compared on" in p["notVerifiedBecause"], p


@case
def exact_cuts_need_no_held_out_images(folder):
    net().save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", "--corpus", corpus(f"{folder}/x.h5", 3), "--require-verified")
    assert p["verified"] and p["exact"] and p["verification"]["images"] == 3 and p["verification"]["heldOutOf"] is None, p["verification"]


@case
def lossy_cuts_need_a_limit(folder):
    net().save(f"{folder}/m.keras")
    x = corpus(f"{folder}/x.h5", 20)
    select = ["--select", "li", "--fraction", "0.3", "--corpus", x]
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras", *select)
    assert p["verified"] is False and "--tolerance" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    p = prune(f"{folder}/m.keras", f"{folder}/wide.keras", *select, "--tolerance", "1e300")
    assert p["verified"] is False and "whole range" in p["notVerifiedBecause"], p["notVerifiedBecause"]
    p = prune(f"{folder}/m.keras", f"{folder}/d.keras", *select, "--tolerance", "1")
    assert p["verified"] and p["verification"]["images"] == 20, p
    p = prune(f"{folder}/m.keras", f"{folder}/e.keras", *select, "--recalibrate")
    assert p["verification"]["images"] == 4 and p["verification"]["heldOutOf"] == 20, p["verification"]


def with_a_loud_small_scale():
    """One scale is small and not 0, and what reads it makes up for that."""
    m = net()
    norm, second = m.get_layer("norm"), m.get_layer("second")
    gamma, beta, kernel = norm.gamma.numpy(), norm.beta.numpy(), second.kernel.numpy()
    dead = [c for c in range(len(gamma)) if gamma[c] == 0]
    gamma[dead[-1]], beta[dead[-1]] = 5e-4, 0
    kernel[:, :, dead[-1]] *= 1e4
    norm.gamma.assign(gamma)
    norm.beta.assign(beta)
    second.kernel.assign(kernel)
    return m, dead


@case
def a_small_scale_that_is_alive_costs_only_itself(folder):
    """The proven part goes, the filter stays, and the report says how to cut what is smaller still."""
    m, dead = with_a_loud_small_scale()
    m.save(f"{folder}/m.keras")
    p = prune(f"{folder}/m.keras", f"{folder}/c.keras")
    first = next(l for l in p["layers"] if l["name"] == "first")
    assert p["exact"] and p["verified"] and p["keptAlive"]["filters"] == 1, p
    assert set(first["removed"]) <= set(dead[:-1]) and len(first["removed"]) >= len(dead) - 2, (first, dead)
    # The audit promises no more.
    analysis = results("analyze", f"{folder}/m.keras")
    removable = next(l for l in analysis["layers"] if l["name"] == "first")["removable"]
    assert removable == first["removed"] and analysis["keptAlive"]["filters"] == 1, analysis["keptAlive"]
    assert "--scale-threshold" in deadwood("analyze", f"{folder}/m.keras")[0]
    text, warnings = deadwood("prune", f"{folder}/m.keras", "-o", f"{folder}/d.keras")
    assert "--scale-threshold" in text and any("--scale-threshold" in w for w in warnings), (text, warnings)
    x = np.random.default_rng(1).normal(size=(4, 8, 8, 3)).astype("float32")
    return same(run(m, [x]), run(keras.models.load_model(f"{folder}/c.keras"), [x]))


@case
def a_limit_that_is_given_is_kept_to(folder):
    """Who says what is to be cut, or how much may change, is told when that cannot be."""
    m, _ = with_a_loud_small_scale()
    m.save(f"{folder}/m.keras")
    for options in (["--tolerance", "1e-3"], ["--scale-threshold", "2e-3"]):
        assert "deviates" in refusal("prune", f"{folder}/m.keras", "-o", f"{folder}/c.keras", *options)
