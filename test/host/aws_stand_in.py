#!/usr/bin/env python3
"""Stands in for aws, openssl and systemctl, by the name that it is called: writes down how, and answers from the folder $STAND."""
import json, os, subprocess, sys

STAND = os.environ['STAND']
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
# The folder's own way is the same in every call.
secrets_of = {key: value for key, value in os.environ.items() if key not in ('PATH', 'STAND')}
with open(os.path.join(STAND, 'calls'), 'a') as calls:
  calls.write(json.dumps({'command': [name, *words], 'environment': secrets_of}) + '\n')

def content(path):
  try:
    with open(os.path.join(STAND, path)) as file:
      return file.read()
  except FileNotFoundError:
    sys.exit(f'\nAn error occurred (ResourceNotFoundException): no {path}')

if name == 'openssl':
  os.execv(os.environ['OPENSSL'], ['openssl', *words])
if name == 'systemctl':
  if words[0] == 'is-active':
    sys.exit(0 if os.path.exists(os.path.join(STAND, 'active')) else 3)
  sys.exit(subprocess.call(['/bin/sh', os.path.join(STAND, 'reload')]) if os.path.exists(os.path.join(STAND, 'reload')) else 0)
if words[:2] == ['secretsmanager', 'get-secret-value']:
  print(json.dumps({'SecretString': content(words[words.index('--secret-id') + 1])}))
elif words[:2] == ['acm', 'export-certificate']:
  given = words[words.index('--passphrase') + 1]
  assert given.startswith('fileb://'), 'the passphrase is on the command line'
  with open(given[len('fileb://'):], 'rb') as file:
    passphrase = file.read()
  with open(os.path.join(STAND, 'passphrases'), 'ab') as file:
    file.write(passphrase + b'\n')
  got = json.loads(content(words[words.index('--certificate-arn') + 1].replace('/', '-')))
  read, write = os.pipe()
  os.write(write, passphrase)
  os.close(write)
  encrypt = [os.environ['OPENSSL'], 'pkcs8', '-topk8', '-passout', f'fd:{read}']
  key = subprocess.run(encrypt, input=got['PrivateKey'].encode(), capture_output=True, check=True, pass_fds=[read]).stdout
  print(json.dumps({**got, 'PrivateKey': key.decode()}))
elif words[:2] != ['cloudwatch', 'put-metric-data'] or os.path.exists(os.path.join(STAND, 'no-cloudwatch')):
  sys.exit('\nAn error occurred (AccessDenied)')
