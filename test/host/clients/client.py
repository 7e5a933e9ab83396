"""Requests without a pause until the file of the end is there: python3 client.py new|kept PORT ANSWERS END

ANSWERS holds what DNS says, one address a line; it is kept for half a second. 'new' opens a connection for each request, 'kept' stays on
one until the other side closes it.
"""
import http.client
import os
import random
import sys
import time
import urllib.request

kind, port, answers, end = sys.argv[1:]
known = {'at': 0, 'list': []}
count = 0


def address():
    if time.monotonic() > known['at'] + 0.5:
        known.update(at=time.monotonic(), list=open(answers).read().split())
    return random.choice(known['list'])


def kept():
    global connection
    if connection is None or connection.sock is None:
        connection = http.client.HTTPConnection(address(), int(port), timeout=5)
    connection.request('GET', '/', headers={'Host': 'fleet.test'})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def new():
    with urllib.request.urlopen(f'http://{address()}:{port}/', timeout=5) as answer:
        answer.read()
        return answer.status


connection = None
while not os.path.exists(end):
    count += 1
    try:
        status = kept() if kind == 'kept' else new()
        if status != 200:
            print('failure', status, flush=True)
    except Exception as error:
        connection = None
        print('failure', repr(error), flush=True)
    time.sleep(0.01)
print('requests', count, flush=True)
