"""A second implementation of sealed sign-in's formats, written from docs/PROTOCOL.md, sharing no code with the first.

Answers the questions of the conformance runner ("Checking an implementation" in that page), one JSON line each.
Standard library only; slow and plain on purpose.
"""
import base64
import hashlib
import hmac
import json
import math
import struct
import sys

N, P = 4096, 65537
Q = [37044658177, 37581537281, 49929756673]
PARAMETERS = "bgv-4096-106-65537/1"
FINGERPRINT = hashlib.sha256(f"{PARAMETERS} {N} {P} {'*'.join(map(str, Q))} 245.76 88".encode()).digest()[:8]


def sha256(data):
    return hashlib.sha256(data).digest()


def chacha_words(key):
    """The ChaCha20 keystream (RFC 8439, nonce zero, counter from 0) as 32-bit words."""
    def rotate(x, n):
        return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF

    counter = 0
    while True:
        start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key), counter, 0, 0, 0]
        w = start[:]
        for a, b, c, d in [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)] * 10:
            w[a] = (w[a] + w[b]) & 0xFFFFFFFF
            w[d] = rotate(w[d] ^ w[a], 16)
            w[c] = (w[c] + w[d]) & 0xFFFFFFFF
            w[b] = rotate(w[b] ^ w[c], 12)
            w[a] = (w[a] + w[b]) & 0xFFFFFFFF
            w[d] = rotate(w[d] ^ w[a], 8)
            w[c] = (w[c] + w[d]) & 0xFFFFFFFF
            w[b] = rotate(w[b] ^ w[c], 7)
        yield from ((x + y) & 0xFFFFFFFF for x, y in zip(w, start))
        counter += 1


# ---- the frame, in unbounded integers; the C library's logarithm must agree after rounding

def gaussians(seed):
    words = chacha_words(seed)
    while True:
        u, v = (2 * (next(words) >> 6) + 1 - 2**26 for _ in range(2))
        if u * u + v * v < 2**52:
            z = (u * u + v * v) / 2**52
            g = 2**20 * math.sqrt(-2 * math.log(z) / z) / 2**26
            yield from (math.floor(u * g + 0.5), math.floor(v * g + 0.5))


def frame(seed, dim):
    source, columns, unit = gaussians(seed), [], 2**26

    def without(column):
        for other in columns:
            k = (2 * sum(o * c for o, c in zip(other, column)) + unit) // (2 * unit)
            column = [c - (2 * k * o + unit) // (2 * unit) for c, o in zip(column, other)]
        return column

    def normalised(column):
        n = math.isqrt(sum(c * c for c in column))
        return [(2 * c * unit + n) // (2 * n) for c in column]

    for _ in range(dim):
        columns.append(normalised(without(normalised(without([next(source) for _ in range(512)])))))
    return columns


# ---- ciphertexts

def unpack(data, count):
    value = int.from_bytes(data, "little")
    return [(value >> (36 * i)) & (2**36 - 1) for i in range(count)]


def expand(seed, what, limb):
    purpose = f"blindsight/fhe/uniform/1 {PARAMETERS} {what} {limb}".encode()
    words, q, out = chacha_words(sha256(purpose + b"\0" + seed)), Q[limb], []
    while len(out) < N:
        low, high = next(words), next(words)
        v = ((high & 0xFFFF) << 32) + low
        if v < 2**48 // q * q:
            out.append(v % q)
    return out


def psi(q):
    """The smallest number with psi^N = -1."""
    root = next(c for g in range(2, 99) if pow(c := pow(g, (q - 1) // (2 * N), q), N, q) == q - 1)
    smallest, value, square = root, root, root * root % q
    for _ in range(N):
        smallest, value = min(smallest, value), value * square % q
    return smallest


def transform(a, w, q):
    if len(a) == 1:
        return a
    even, odd = transform(a[::2], w * w % q, q), transform(a[1::2], w * w % q, q)
    low, high, t = [], [], 1
    for e, o in zip(even, odd):
        low.append((e + t * o) % q)
        high.append((e - t * o) % q)
        t = t * w % q
    return low + high


def reverse(j):
    return int(format(j, "012b")[::-1], 2)


def to_evaluations(a, q):
    root = psi(q)
    values = transform([c * pow(root, i, q) % q for i, c in enumerate(a)], root * root % q, q)
    return [values[reverse(j)] for j in range(N)]


def to_coefficients(values, q):
    root = psi(q)
    natural = [values[reverse(j)] for j in range(N)]
    a = transform(natural, pow(root * root, -1, q), q)
    return [c * pow(N, -1, q) * pow(root, -i, q) % q for i, c in enumerate(a)]


def centred(x, q):
    x %= q
    return x - q if x > q // 2 else x


def decrypt_seeded(data, kind, what, s):
    assert data[:16] == b"bfhe" + bytes([1, kind, 1, 3]) + FINGERPRINT and len(data) == 55344
    phases = []
    for limb, q in enumerate(Q):
        start = 48 + 18432 * limb
        other, secret = expand(data[16:48], what, limb), to_evaluations(s, q)
        packed = unpack(data[start:start + 18432], N)
        phases.append(to_coefficients([(a + b * c) % q for a, b, c in zip(packed, other, secret)], q))
    whole = math.prod(Q)
    basis = [whole // q * pow(whole // q, -1, q) for q in Q]
    phase = [centred(sum(r * b for r, b in zip(rs, basis)), whole) for rs in zip(*phases)]
    assert max(map(abs, phase)) < 2**23  # message and p * error, nothing else
    return [centred(v, P) for v in phase]


def hkdf(key, label, length):
    extracted, out, block = hmac.new(bytes(32), key, hashlib.sha256).digest(), b"", b""
    while len(out) < length:
        counter = bytes([len(out) // 32 + 1])
        block = hmac.new(extracted, block + b"blindsight/1/" + label + counter, hashlib.sha256).digest()
        out += block
    return out[:length]


class Refused(Exception):
    pass


def require(condition):
    if not condition:
        raise Refused


class Reader:
    def __init__(self, data, version=1):
        self.data, self.at = data, 0
        require(self.u(1) == version)

    def take(self, count):
        require(self.at + count <= len(self.data))
        self.at += count
        return self.data[self.at - count:self.at]

    def u(self, size):
        return int.from_bytes(self.take(size), "big")

    def end(self):
        require(self.at == len(self.data))


def entry_hash(ceremony_id, u):
    return sha256(b"blindsight/sealed/1\0" + ceremony_id + b"".join(struct.pack("<I", x) for x in u))[:24]


def open_reply(reply, ceremony_id, tau, s_max, s):
    require(tau % 2 == 0 and s_max % 2 == 0 and 320 <= tau <= s_max <= 1266)
    message, count = Reader(reply), (s_max - tau) // 2 + 1
    require(message.take(16) == ceremony_id and len(reply) <= 32768)
    token_hash = message.take(32)
    z = message.take(message.u(4))
    require(message.u(2) == count <= 512)
    entries = [message.take(24) for _ in range(count)]
    message.end()
    require(all(a[:8] < b[:8] for a, b in zip(entries, entries[1:])))
    require(z[:16] == b"bfhe" + bytes([1, 3, 0, 1]) + FINGERPRINT and len(z) == 18484)
    c0, c1, u = unpack(z[16:52], 8), unpack(z[52:], N), []
    require(max(c0 + c1) < Q[2])
    for l in range(8):
        k = 512 * l + 511
        product = sum(c1[i] * (s[k - i] if i <= k else -s[N + k - i]) for i in range(N))
        u.append(centred(c0[l] + product, Q[2]) % P)
    h = entry_hash(ceremony_id, u)
    for entry in entries:
        if entry[:8] == h[:8]:
            token = bytes(a ^ b for a, b in zip(entry[8:], h[8:]))
            return token if sha256(token) == token_hash else None
    return None


def make_table(ceremony_id, alpha, m, token, tau, s_max):
    hashes = [entry_hash(ceremony_id, [(a * v + b) % P for a, b in zip(alpha, m)]) for v in range(tau, s_max + 1, 2)]
    return b"".join(sorted(h[:8] + bytes(a ^ b for a, b in zip(h[8:], token)) for h in hashes))


# ---- from face to bits

def quantise(y):
    def rounded(step):
        return [max(-7, min(7, math.floor(v * step + 0.5))) for v in y]

    def squares(t):
        return sum(d * d for d in t)

    below, above = 0.0, 65536.0
    for _ in range(60):
        middle = (below + above) / 2
        below, above = (below, middle) if squares(rounded(middle)) >= 3072 else (middle, above)
    t = rounded(above)
    if sum(t) % 2:
        def distance(i):
            rest = y[i] * above - t[i]
            move = -1 if rest < 0 else 1
            return (abs(0.5 - abs(rest)), i, move) if abs(t[i] + move) <= 7 else (math.inf, i, 0)
        _, i, move = min(map(distance, range(512)))
        t[i] += move
    require(3008 <= squares(t) <= 3136)
    return t


def make_probe(seed, ratchet, x):
    columns, pad = frame(seed, len(x)), hkdf(ratchet, b"ratchet/pad", 64)
    negative = [sum(c[i] * v for c, v in zip(columns, x)) < 0 for i in range(512)]
    packed = bytes(sum(negative[8 * k + i] << (7 - i) for i in range(8)) for k in range(64))
    return bytes(a ^ b for a, b in zip(packed, pad))


# ---- messages

def to_text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text):
    require(set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    require(len(text) == 22)
    data = base64.urlsafe_b64decode(text + "==")
    require(to_text(data) == text)
    return data


CLASSES = ["ordinary", "root"]


def transcript(t):
    def u32(value):
        return struct.pack(">I", value)

    def generation(name):
        g = t[name]
        return [bytes([CLASSES.index(name)]), from_text(g["generationId"]), bytes.fromhex(g["publicKeyHash"]),
                bytes.fromhex("".join(g["ticketHashes"]))]

    def ticket():
        return [from_text(t["generationId"]), bytes([CLASSES.index(t["ticketClass"])]), u32(t["ticketIndex"])]

    def match():
        m = t["match"]
        return [from_text(m["generationId"]), u32(m["ticketIndex"]), bytes.fromhex(m["tokenHash"])]

    def new_device():
        d = t["newDevice"]
        return [from_text(d["deviceId"]), bytes.fromhex(d["devicePublicKey"]), bytes.fromhex(d["offerHash"])]

    def data(*names):
        return [bytes.fromhex(t[name]) for name in names]

    types = {
        "enrol-statement": lambda: data("devicePublicKey") + generation("ordinary") + generation("root"),
        "sign-in-probe": lambda: ticket() + data("probeHash"),
        "sign-in-answer": lambda: ticket() + data("probeHash", "replyHash", "tokenHash", "outcomeHash"),
        "renewal-statement": lambda: match() + generation("ordinary"),
        "add-device-authorisation": lambda: match() + new_device(),
        "challenge-ready": lambda: ticket() + [bytes([["default", "no-light"].index(t["profile"]) + 1])],
    }
    fields = [
        bytes([["enrol", "sign-in", "renewal", "add-device"].index(t["purpose"]) + 1]), t["parameterSet"].encode(),
        from_text(t["accountId"]), from_text(t["deviceId"]), from_text(t["ceremonyId"]), bytes.fromhex(t["nonce"]),
        struct.pack(">Q", t["expiresAt"]), t["clientId"].encode(), t["origin"].encode(),
        bytes.fromhex(t["manifestHash"]), u32(t["tau"]), u32(t["sMax"]), bytes.fromhex(t.get("challengeHash", "")),
    ] + types[t["type"]]()
    head = b"blindsight/transcript\0" + bytes([1, list(types).index(t["type"]) + 1])
    return head + b"".join(struct.pack(">H", len(f)) + f for f in fields)


def read_generation(message, name):
    require(message.u(1) == CLASSES.index(name))
    generation_id, key_hash, count = to_text(message.take(16)), message.take(32), message.u(2)
    require(count == {"ordinary": 96, "root": 24}[name])
    hashes = [message.take(32).hex() for _ in range(count)]
    return {"generationId": generation_id, "publicKeyHash": key_hash.hex(), "ticketHashes": hashes}


def read(data, fields):
    message = Reader(data)
    out = {name: take(message) for name, take in fields.items()}
    message.end()
    return out


def fixed(size):
    return lambda message: message.take(size).hex()


def generations(*names):
    return {name: lambda message, name=name: read_generation(message, name) for name in names}


# ---- the questions

def hexed(**values):
    return {name: value.hex() for name, value in values.items()}


def b(text):
    return bytes.fromhex(text)


def show_frame(x):
    columns = frame(b(x["seed"]), x["dim"])
    return hexed(hash=sha256(b"".join(struct.pack("<i", c) for column in columns for c in column)))


def answer_open(x):
    token = open_reply(b(x["reply"]), b(x["ceremonyId"]), x["tau"], x["sMax"], x["s"])
    return {"token": token and token.hex()}


OPERATIONS = {
    "ids.encode": lambda x: {"text": to_text(b(x["bytes"]))},
    "ids.decode": lambda x: hexed(bytes=from_text(x["text"])),
    "keys.generation": lambda x: hexed(
        fheSeed=hkdf(b(x["secret"]), b"generation/fhe", 32), frameSeed=hkdf(b(x["secret"]), b"generation/frame", 32),
        ratchet=hkdf(b(x["secret"]), b"generation/ratchet", 32)),
    "keys.ratchet": lambda x: hexed(
        pad=hkdf(b(x["ratchet"]), b"ratchet/pad", 64), next=hkdf(b(x["ratchet"]), b"ratchet/next", 32)),
    "frame.make": show_frame,
    "template.quantise": lambda x: {"digits": quantise(x["y"])},
    "probe.make": lambda x: hexed(b=make_probe(b(x["frameSeed"]), b(x["ratchet"]), x["x"])),
    "transcript.encode": lambda x: hexed(hash=sha256(transcript(x))),
    "messages.probe": lambda x: read(b(x["bytes"]), {
        "ticketIndex": lambda m: m.u(4), "probe": fixed(64), "signature": fixed(64)}),
    "messages.renewal": lambda x: read(b(x["bytes"]), {**generations("ordinary"), "signature": fixed(64)}),
    "messages.enrolment": lambda x: read(b(x["bytes"]), {
        "devicePublicKey": fixed(65), **generations("ordinary", "root"), "signature": fixed(64)}),
    "ciphertexts.public-key": lambda x: {"zero": not any(decrypt_seeded(b(x["bytes"]), 1, "public-key", x["s"]))},
    "ciphertexts.ticket": lambda x: {"message": decrypt_seeded(b(x["bytes"]), 2, "ciphertext", x["s"])},
    "table.make": lambda x: hexed(table=make_table(
        b(x["ceremonyId"]), x["alpha"], x["m"], b(x["token"]), x["tau"], x["sMax"])),
    "reply.open": answer_open,
}


def answer(question):
    operation = OPERATIONS.get(question["operation"])
    if operation is None:
        return {"unsupported": True}
    try:
        return {"output": operation(question["input"])}
    except Refused:
        return {"refused": True}


def main():
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps({"n": question["n"], **answer(question)}), flush=True)


main()
