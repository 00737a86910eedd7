"""A second implementation of sealed sign-in's formats, written from docs/PROTOCOL.md, sharing no code with the first.

Reads one exchange as JSON from standard input (hex strings; s: the secret's coefficients; t: the template) and checks
that the public key encrypts zero, that the ticket encrypts rho * t, and that the reply opens to the token. Also makes
the frame of a seed. Prints one JSON object. Standard library only; slow and plain on purpose.
"""
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


def signs(bits):
    return [1 - 2 * ((bits[i >> 3] >> (7 - (i & 7))) & 1) for i in range(512)]


def hkdf(key, label, length):
    extracted, out, block = hmac.new(bytes(32), key, hashlib.sha256).digest(), b"", b""
    while len(out) < length:
        counter = bytes([len(out) // 32 + 1])
        block = hmac.new(extracted, block + b"blindsight/1/" + label + counter, hashlib.sha256).digest()
        out += block
    return out[:length]


def open_reply(reply, ceremony_id, count, s):
    assert reply[0] == 1 and reply[1:17] == ceremony_id
    token_hash, length = reply[17:49], struct.unpack(">I", reply[49:53])[0]
    z, table = reply[53:53 + length], reply[53 + length:]
    assert table[:2] == struct.pack(">H", count) and len(table) == 2 + 24 * count
    assert z[:16] == b"bfhe" + bytes([1, 3, 0, 1]) + FINGERPRINT and len(z) == 18484
    c0, c1, u = unpack(z[16:52], 8), unpack(z[52:], N), []
    for l in range(8):
        k = 512 * l + 511
        product = sum(c1[i] * (s[k - i] if i <= k else -s[N + k - i]) for i in range(N))
        u.append(centred(c0[l] + product, Q[2]) % P)
    h = sha256(b"blindsight/sealed/1\0" + ceremony_id + b"".join(struct.pack("<I", x) for x in u))
    for entry in (table[2 + 24 * k:26 + 24 * k] for k in range(count)):
        if entry[:8] == h[:8]:
            token = bytes(a ^ b for a, b in zip(entry[8:], h[8:24]))
            return token if sha256(token) == token_hash else None
    return None


def main():
    x = json.load(sys.stdin)
    data = {name: bytes.fromhex(x[name]) for name in ("publicKey", "ticket", "reply", "ceremonyId", "ratchet", "frameSeed")}
    rho = signs(hkdf(data["ratchet"], b"ratchet/pad", 64))
    entries = b"".join(struct.pack("<i", c) for column in frame(data["frameSeed"], x["dim"]) for c in column)
    token = open_reply(data["reply"], data["ceremonyId"], x["count"], x["s"])
    expected = [r * t for r, t in zip(rho, x["t"])] + [0] * (N - 512)
    print(json.dumps({
        "frame": sha256(entries).hex(),
        "publicKeyIsZero": not any(decrypt_seeded(data["publicKey"], 1, "public-key", x["s"])),
        "ticketIsMaskedTemplate": decrypt_seeded(data["ticket"], 2, "ciphertext", x["s"]) == expected,
        "token": token and token.hex(),
    }))


main()
