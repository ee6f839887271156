"""Restores DynamoDB JSON lines in gzip as AWS's tutorials show it: deserialise each item and hand it to batch_writer."""
import glob
import gzip
import json
import os
import sys

import boto3
from boto3.dynamodb.types import TypeDeserializer
from measured import measured


def main(endpoint, folder, name):
    with measured() as run:
        table = boto3.resource("dynamodb", endpoint_url=endpoint).Table(name)
        deserializer = TypeDeserializer()
        with table.batch_writer() as batch:
            for path in glob.glob(os.path.join(folder, "**", "*.json.gz"), recursive=True):
                with gzip.open(path, "rt", encoding="utf-8") as lines:
                    for line in lines:
                        item = json.loads(line)["Item"]
                        batch.put_item(Item={key: deserializer.deserialize(value) for key, value in item.items()})
                        run.items += 1


main(*sys.argv[1:4])
