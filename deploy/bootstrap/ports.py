"""The ports of an instance.

    ports.py choose <file>   the environment wins over the file of an earlier run, that over the defaults; keeps them in
                             the file and prints them for the shell
    ports.py taken <file>    says which of them can't be used, and fails then
    ports.py free            prints settings that name neighbours which are all free, the first of 40
"""

import os
import random
import re
import socket
import sys
from pathlib import Path

# All below the ephemeral range, so that no outgoing connection can sit on one. The gateways come last: they take as
# many as there are.
DEFAULTS = {
    "HTTP": 8000,
    "HTTPS": 8443,
    "INVENTORY": 8101,
    "BOOKING": 8102,
    "POSTGRES": 5480,
    "AMQP": 5680,
    "MANAGEMENT": 15680,
    "EPMD": 4380,
    "ERLANG": 25680,
    "RABBITMQ_UI": 8001,
    "GATEWAY": 8103,
}
if os.environ.get("OBSERVE") == "1":
    DEFAULTS |= {
        "PROMETHEUS": 9190,
        "ALERTMANAGER": 9193,
        "ALERTS": 9194,
        "RABBITMQ_METRICS": 15690,
        "POSTGRES_EXPORTER": 9195,
        "NGINX_EXPORTER": 9196,
        "NGINX_STATUS": 9197,
        "BLACKBOX_EXPORTER": 9198,
        "NODE_EXPORTER": 9199,
        "GATEWAY": DEFAULTS.pop("GATEWAY"),
    }
# Everything else listens on the loopback address only.
ON_ALL_INTERFACES = {"HTTP", "HTTPS", "RABBITMQ_UI"}


def die(text: str) -> None:
    sys.exit(f"swapwire: {text}")


def setting(name: str) -> str:
    return f"SWAPWIRE_{name}_PORT"


def kept(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", file.read_text(), re.MULTILINE)) if file.exists() else {}


def choose(file: Path) -> None:
    before = kept(file)
    chosen = {}
    for name, default in DEFAULTS.items():
        value = os.environ.get(setting(name)) or before.get(setting(name)) or str(default)
        if not re.fullmatch("[1-9][0-9]{0,4}", value) or int(value) > 65535:
            die(f"{setting(name)}={value} is not a port")
        chosen[name] = int(value)
    gateways = os.environ.get("GATEWAYS") or before.get("GATEWAYS") or "1"
    if not re.fullmatch("[1-9][0-9]?", gateways):
        die(f"GATEWAYS={gateways} is not a number from 1 to 99")
    refuse_doubled(chosen, int(gateways))
    lines = [f"{setting(name)}={port}\n" for name, port in chosen.items()] + [f"GATEWAYS={gateways}\n"]
    file.write_text("# Kept for the next run. Any of them can be set in the environment.\n" + "".join(lines))
    print("".join(lines).replace("SWAPWIRE_", ""))


def used(chosen: dict[str, int], gateways: int) -> list[tuple[str, int]]:
    further = [("GATEWAY", chosen["GATEWAY"] + i) for i in range(1, gateways)]
    all_of_them = [*chosen.items(), *further]
    return [(name, port) for name, port in all_of_them if name != "HTTPS" or os.environ.get("TLS") == "1"]


def refuse_doubled(chosen: dict[str, int], gateways: int) -> None:
    users: dict[int, list[str]] = {}
    for name, port in used(chosen, gateways):
        users.setdefault(port, []).append(setting(name))
    for port, names in users.items():
        if len(names) > 1:
            die(f"port {port} is used twice: {' '.join(names)}")


def why_not(port: int, address: str, reuse: bool) -> str | None:
    """Binding is the only test that also sees listeners of other users and on other addresses."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
        try:
            listener.bind((address, port))
        except OSError as error:
            return error.strerror
    return None


def taken(file: Path) -> None:
    values = kept(file)
    chosen = {name: int(values[setting(name)]) for name in DEFAULTS if setting(name) in values}
    refusals = []
    for name, port in used(chosen, int(values["GATEWAYS"])):
        reason = why_not(port, "" if name in ON_ALL_INTERFACES else "127.0.0.1", reuse=True)
        if reason:
            refusals.append(
                f"swapwire: port {port} can't be used ({reason}); move it with {setting(name)}=<port>, "
                f"for example: {setting(name)}={(port + 1000) % 65536} make run"
            )
    if refusals:
        sys.exit("\n".join(refusals))


def free() -> None:
    for _ in range(1000):
        first = random.randrange(20000, 31960, 10)
        if all(why_not(port, "", reuse=False) is None for port in range(first, first + 40)):
            for port, name in enumerate(DEFAULTS, first):
                print(f"{setting(name)}={port}")
            return
    die("no free ports between 20000 and 32000")


match sys.argv[1:]:
    case ["choose", file]:
        choose(Path(file))
    case ["taken", file]:
        taken(Path(file))
    case ["free"]:
        free()
    case _:
        die("usage: ports.py choose <file> | taken <file> | free")
