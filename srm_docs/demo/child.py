"""`python -m srm_docs.demo.child` -> raises the estate, serves it on loopback, and prints one line of JSON when ready.

It lives as long as its standard input stays open, so that it cannot outlive whoever started it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict

# Read by moto when it is imported: its 1,300 machine images are not part of this estate.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

from srm_docs.demo.company import PRODUCTION
from srm_docs.demo.estate import raise_estate
from srm_docs.demo.listen import listen


def main() -> None:
    """Serve until standard input ends. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    estate = raise_estate()
    server = listen(estate.application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ready = {
        "port": server.server_address[1],
        "credentials": dict(estate.credentials[PRODUCTION]),
        "refusals": [asdict(refusal) for refusal in estate.refusals],
        "ids": dict(estate.ids),
        "seconds": estate.seconds,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
