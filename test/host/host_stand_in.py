#!/usr/bin/python3
"""What an instance has and a test has not, by the name it is called with: dnf, aws, cfn-signal, journalctl, systemctl, curl and haproxy. Each call is a line in $RIG/calls. A call that matches the pattern in $RIG/fail fails.

aws copies the programs of the build and names the group; systemctl runs units under systemd_stand_in.py; curl asks a metadata service of
the test; haproxy is the one of this machine, which need not know systemd, or one that accepts and never answers while the ports for that are
in $RIG/wedged.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

RIG = os.environ['RIG']
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
HERE = os.path.dirname(os.path.realpath(__file__))


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ''


def log_of(unit):
    return f'{RIG}/{unit}.log'


def main_process(unit):
    started = re.findall(r'^started (\d+)$', read(log_of(unit)), re.M)
    return int(started[-1]) if started else None


def alive(pid):
    return os.path.exists(f'/proc/{pid}') and ') Z ' not in read(f'/proc/{pid}/stat')


def stop(unit):
    pid = read(f'{RIG}/{unit}.pid')
    if pid:
        os.kill(int(pid), signal.SIGTERM)
        while alive(pid):
            time.sleep(0.02)


def detach(command, log):
    """Lets it run as a child of the first process, which it ends with."""
    if os.fork() == 0:
        parent = os.getpid()
        if os.fork() == 0:
            while os.getppid() == parent:
                time.sleep(0.005)
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.execv(command[0], command)
        os._exit(0)
    os.wait()


def start(unit):
    path = f'/etc/systemd/system/{unit}.service'
    # A drain is tried on a host of its own.
    if unit == 'proxy-fleet-drain' or not os.path.exists(path):
        return 0
    text = read(path)
    if any(not os.path.exists(file) for file in re.findall(r'^ConditionPathExists=(.*)$', text, re.M)):
        return 0
    if os.path.exists(log_of(unit)):
        os.remove(log_of(unit))
    stand_in = f'{HERE}/systemd_stand_in.py'
    detach(['/bin/sh', '-c', f'echo $$ >{RIG}/{unit}.pid; exec /usr/bin/python3 -u {stand_in} {path}'], log_of(unit))
    wanted = r'^ready$' if 'Type=notify' in text else r'^started'
    while True:
        said = read(log_of(unit))
        if re.search(r'^(ended|failed|Traceback)', said, re.M):
            print(f'Job for {unit}.service failed', file=sys.stderr)
            return 1
        if re.search(wanted, said, re.M):
            return 0
        time.sleep(0.02)


def systemctl():
    verb, units = words[0], [word for word in words[1:] if not word.startswith('-') and word != 'KILL']
    if verb == 'restart':
        for unit in units:
            stop(unit)
        return max(start(unit) for unit in units)
    if verb == 'kill':
        os.killpg(main_process(units[0]), signal.SIGKILL)
    if verb == 'show':
        print('active' if alive(main_process(units[0])) else 'activating')
    return 0


def aws():
    if words[:2] == ['s3', 'cp']:
        shutil.make_archive(words[-1][: -len('.zip')], 'zip', os.environ['PROGRAMS_FOLDER'])
    if words[:2] == ['cloudformation', 'describe-stack-resource']:
        print('group-of-the-stack')


def haproxy():
    """With -Ws it says that it is ready, which the one of this machine may not be able to."""
    ports = read(f'{RIG}/wedged').split()
    if '-Ws' in words and ports:
        listeners = [socket.create_server(('', int(port))) for port in ports]
    if '-Ws' in words and os.fork() == 0:
        while not re.search(r'^\s*\d+: \w+:20D4 \w+:0000 0A', read('/proc/net/tcp'), re.M):
            time.sleep(0.02)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.sendto(b'READY=1', os.environ['NOTIFY_SOCKET'])
        os._exit(0)
    if '-Ws' in words and ports:
        time.sleep(3600)
    os.execv(os.environ['HAPROXY'], [os.environ['HAPROXY'], *('-W' if word == '-Ws' else word for word in words)])


def curl():
    here = ['--unix-socket', f'{RIG}/imds'] if any('//169.254.169.254/' in word for word in words) else []
    os.execv('/usr/bin/curl', ['curl', *here, *words])


def journalctl():
    return subprocess.run(['tail', '-n', '20', log_of('proxy-fleet')]).returncode


call = ' '.join([name, *words])
if name != 'curl':
    with open(f'{RIG}/calls', 'a') as calls:
        calls.write(call + '\n')
pattern = read(f'{RIG}/fail').strip()
if pattern and re.search(pattern, call):
    sys.exit(f'{call}: failed for the test')
work = {'systemctl': systemctl, 'aws': aws, 'haproxy': haproxy, 'curl': curl, 'journalctl': journalctl}.get(name)
sys.exit((work() if work else 0) or 0)
