"""Runs dynamodump's backup of one table and counts the items in the files that it leaves."""
import glob
import json
import os
import sys
from urllib.parse import urlparse

from dynamodump import dynamodump
from measured import measured


def main(endpoint, folder):
    os.chdir(folder)
    address = urlparse(endpoint)
    sys.argv = [
        "dynamodump", "-m", "backup", "-r", "local", "-s", "Replay", "--host", address.hostname, "--port", str(address.port),
        "--accessKey", "bench", "--secretKey", "bench", "--log", "WARNING",
    ]
    with measured() as run:
        dynamodump.main()
    for path in glob.glob(os.path.join(folder, "dump", "Replay", "data", "*.json")):
        with open(path, encoding="utf-8") as file:
            run.items += len(json.load(file)["Items"])


main(sys.argv[1], sys.argv[2])
