"""The same migration as a dlt pipeline: a plain generator in, a custom destination that posts out.

    dlt_destination.py run ORDERS ITEMS URL WORK_DIR

WORK_DIR takes dlt's own files (state, packages). The load runs in several files so that dlt posts in
parallel.
"""

import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import requests
from handwritten import prepare  # the same generator that joins orders and items

CONFIG = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "NORMALIZE__DATA_WRITER__FILE_MAX_ITEMS": "2000",  # one load job per file
    "LOAD__WORKERS": "4",  # tried 1, 4, 20, 50 against a server on loopback: 4 is the fastest
}
os.environ.update(CONFIG)  # read by dlt when it is imported

import dlt  # noqa: E402
import orjson  # noqa: E402

LOCAL = threading.local()


def session() -> requests.Session:
    """Return this thread's session: a session is not for sharing."""
    if not hasattr(LOCAL, "session"):
        LOCAL.session = requests.Session()
        LOCAL.session.headers["Authorization"] = f"Token {os.environ['ORDERLIFT_TOKEN']}"
        LOCAL.session.headers["Content-Type"] = "application/json"
    return LOCAL.session  # type: ignore[no-any-return]


@dlt.destination(batch_size=100, name="omnitron")
def omnitron(items: Any, table: Any, url: str = dlt.config.value) -> None:  # noqa: ANN401, ARG001
    """Post each document of a batch."""
    for item in items:
        answer = session().post(f"{url}/api/v1/channel/5/create_orders/", data=orjson.dumps(item), timeout=30)
        answer.raise_for_status()
        assert answer.json()["pk"]


def documents(orders: str, items: str) -> Iterator[dict[str, Any]]:
    for body in prepare(orders, items):
        yield orjson.loads(body)


def main() -> None:
    match sys.argv[1:]:
        case ["run", orders, items, url, work_dir]:
            pipeline = dlt.pipeline("benchmark", destination=omnitron(url=url), pipelines_dir=work_dir)
            data = dlt.resource(documents(orders, items), name="orders", max_table_nesting=0)
            info = pipeline.run(data)
            info.raise_on_failed_jobs()
            print(info)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
