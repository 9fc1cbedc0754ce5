"""Django Channels under Daphne: everybody who connects joins one group, a message is sent to it through Redis."""

import asyncio
import os
import time

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

RATE, BURST = float(os.environ["BENCH_RATE"]), int(os.environ["BENCH_BURST"])
FRAME, CLIENTS = os.environ["BENCH_FRAME"], int(os.environ["BENCH_CLIENTS"])
REDIS = {
    "host": "127.0.0.1",
    "port": int(os.environ["BENCH_REDIS_PORT"]),
    # The client would take a long wait for a message for a broken connection.
    "socket_timeout": None,
    # Of 100, which it has otherwise, it runs out when as many clients come at once.
    "max_connections": CLIENTS + 10,
}

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS]},
        }
    }
)
django.setup()


class Screen(AsyncWebsocketConsumer):
    present = 0
    telling = None

    async def connect(self):
        await self.channel_layer.group_add("screens", self.channel_name)
        await self.accept()
        # The messages begin when all are there: asked for more than it can do, it would greet nobody.
        Screen.present += 1
        if Screen.present == CLIENTS:
            Screen.telling = asyncio.create_task(tell())

    async def station(self, event):
        await self.send(text_data=event["text"])


async def tell():
    layer = get_channel_layer()
    started, told = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - started) * RATE)
        # Behind for good: what can't be had is not asked for twice.
        told = max(told, due - int(RATE))
        if told >= due:
            await asyncio.sleep(0.001)
            continue
        told += 1
        for _ in range(BURST):
            await layer.group_send("screens", {"type": "station", "text": FRAME})


application = ProtocolTypeRouter({"websocket": Screen.as_asgi()})
