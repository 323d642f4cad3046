"""A job as the classic Spotify pipelines have it in their Lambda functions. It was written for AWS; the one thing that
tells it of Tarn is the endpoint's URL."""

import json
import sys

import boto3

s3 = boto3.client("s3", endpoint_url=sys.argv[1])
bucket = "spotify-etl-project"
s3.create_bucket(Bucket=bucket)

s3.put_object(Bucket=bucket, Key="raw_data/to_processed/spotify_raw_2024-09-11 11:35:15.052966.json",
              Body=json.dumps({"items": [{"track": {"name": "Tarn"}}]}))

processed = []
for file in s3.list_objects(Bucket=bucket, Prefix="raw_data/to_processed/")["Contents"]:
    key = file["Key"]
    if key.split(".")[-1] == "json":
        content = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        print(key, content["items"][0]["track"]["name"])
        processed.append(key)

resource = boto3.resource("s3", endpoint_url=sys.argv[1])
for key in processed:
    resource.meta.client.copy({"Bucket": bucket, "Key": key}, bucket, "raw_data/processed/" + key.split("/")[-1])
    resource.Object(bucket, key).delete()

for file in s3.list_objects_v2(Bucket=bucket)["Contents"]:
    print(file["Key"])
