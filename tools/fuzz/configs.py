"""Changes of JSON: its structure, or the values in it."""
import copy, json

NUMBERS = [0, -1, 1, 2, 3, 0.5, -0.0, 1e-45, 1e9, 65536, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 10**30,
           1e38, 1e39, 1e308, -1e308, float("nan"), float("inf")]
STRINGS = ["", "x", "a" * 5000, "a/b", "../a", "\x1b[2J", "\u202e\u2028", "\x85\x00", "é", "channels_first", "linear",
           "same", "relu", "Dense", "Conv2D", "InputLayer", "Functional", "float16", "float64", "int32", "[1, 2]"]
OTHERS = [None, True, False, [], {}, [[]], "", 0, 1.5, [0], {"class_name": "Dense", "config": {}}]


def places(tree):
    """Every container of the tree with each of its keys."""
    found, todo = [], [tree]
    while todo:
        node = todo.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
        for key in keys:
            found.append((node, key))
            todo.append(node[key])
    return found


def reshape(rng, tree):
    """One change of structure."""
    node, key = rng.choice(places(tree))
    other, name = rng.choice(places(tree))
    kind = rng.randrange(7)
    if kind == 0:
        del node[key]
    elif kind == 1:
        node[key] = copy.deepcopy(rng.choice(OTHERS))
    elif kind == 2:
        node[key] = copy.deepcopy(other[name])
    elif kind == 3:
        for _ in range(rng.choice([1, 2, 100, 5000])):
            node[key] = [node[key]] if rng.random() < 0.7 else {"a": node[key]}
    elif kind == 4 and isinstance(node, list):
        node.insert(key, copy.deepcopy(node[key]))
    elif kind == 5 and isinstance(node, list):
        rng.shuffle(node)
    elif isinstance(node, dict):
        node[rng.choice(STRINGS + ["name", "class_name", "config", "module", "inbound_nodes"])] = node.pop(key)


def revalue(rng, tree):
    """One number, string or flag becomes another of its kind."""
    leaves = [(n, k) for n, k in places(tree) if not isinstance(n[k], (dict, list))]
    node, key = rng.choice(leaves)
    value = node[key]
    if isinstance(value, bool):
        node[key] = not value
    elif isinstance(value, (int, float)) or value is None:
        node[key] = rng.choice(NUMBERS)
    else:
        words = [n[k] for n, k in leaves if isinstance(n[k], str)]
        node[key] = rng.choice([rng.choice(STRINGS), rng.choice(words), value[: len(value) // 2], value + "_"])


def text(tree):
    """JSON of a tree of any depth, which Python's own writer refuses."""
    out, todo = [], [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, bytes):
            out.append(node.decode())
        elif isinstance(node, dict) and node:
            todo.append(b"}")
            for i, (key, value) in enumerate(reversed(node.items())):
                todo += [value, f"{json.dumps(key)}: ".encode()] + ([b", "] if i < len(node) - 1 else [])
            todo.append(b"{")
        elif isinstance(node, list) and node:
            todo.append(b"]")
            for i, value in enumerate(reversed(node)):
                todo += [value] + ([b", "] if i < len(node) - 1 else [])
            todo.append(b"[")
        else:
            out.append(json.dumps(node))
    return "".join(out)


def mutate(rng, data, kind):
    """`data` with its structure or its values changed; what is no JSON stays as it is."""
    try:
        tree = json.loads(data)
    except ValueError:
        return data
    if not isinstance(tree, (dict, list)) or not tree:
        return data
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        (reshape if kind == "structure" else revalue)(rng, tree)
        if not tree:
            break
    result = text(tree)
    if kind == "structure" and rng.random() < 0.1:
        # The same key twice.
        at = result.find('"name": ', rng.randrange(len(result)))
        if at >= 0:
            result = result[:at] + '"name": "twice", ' + result[at:]
    return result.encode()
