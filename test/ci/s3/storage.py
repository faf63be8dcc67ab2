"""A storage that speaks S3 and checks signatures: moto, with one user and one bucket. Says where it is, then runs until its
standard input ends. Objects written from outside of the product (`put`) come as lines of JSON."""

import json
import os
import sys

# What comes before there is a user cannot be signed by one; everything after it is checked.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"


def client(service, key="nobody", secret="nothing"):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


iam = client("iam")
iam.create_user(UserName="pipelines")
made = iam.create_access_key(UserName="pipelines")["AccessKey"]
allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="pipelines", PolicyName="all-of-s3", PolicyDocument=json.dumps(allowed))
s3 = client("s3", made["AccessKeyId"], made["SecretAccessKey"])
s3.create_bucket(Bucket="pipelines")
print(
    json.dumps(
        {"endpoint": endpoint, "accessKeyId": made["AccessKeyId"], "secretAccessKey": made["SecretAccessKey"]}
    ),
    flush=True,
)
for line in sys.stdin:
    asked = json.loads(line)
    if "put" in asked:
        s3.put_object(Bucket="pipelines", Key=asked["put"], Body=asked["text"].encode())
        answer = {}
    else:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="pipelines", Prefix=asked["list"])
        answer = {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", [])}
    print(json.dumps(answer), flush=True)
server.stop()
