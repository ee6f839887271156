"""Backs up a table as AWS's tutorials show it: scan page by page into a list, then write the list as JSON."""
import decimal
import json
import os
import sys

import boto3
from measured import measured


def plain(value):
    """What json cannot write by itself."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value % 1 == 0 else float(value)
    if isinstance(value, set):
        return list(value)
    return str(value)


def main(endpoint, folder):
    with measured() as run:
        table = boto3.resource("dynamodb", endpoint_url=endpoint).Table("Replay")
        response = table.scan()
        items = response["Items"]
        while "LastEvaluatedKey" in response:
            response = table.scan(ExclusiveStartKey=response["LastEvaluatedKey"])
            items.extend(response["Items"])
        with open(os.path.join(folder, "backup.json"), "w", encoding="utf-8") as file:
            file.write(json.dumps(items, default=plain))
        run.items = len(items)


main(sys.argv[1], sys.argv[2])
