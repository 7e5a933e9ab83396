"""Runs one systemd unit as systemd would, as far as the units of the fleet use it: python3 systemd_stand_in.py UNIT [DROP-IN ...]

Start-up commands, readiness, the watchdog with its signal, what runs after the end, and the restart. It tells what happens on standard
output, one event a line, beside what the unit's processes print. A setting that it does not know ends it: a misspelt one must not pass.
"""
import ctypes
import os
import resource
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

# Taken for granted here: they take powers away, or make what the test has made.
NOT_PLAYED = {
    'RuntimeDirectory', 'RuntimeDirectoryPreserve', 'CapabilityBoundingSet', 'NoNewPrivileges', 'ProtectSystem', 'ProtectHome',
    'PrivateTmp', 'ReadWritePaths', 'KillMode', 'User', 'AmbientCapabilities', 'ExecReload', 'TimeoutStopSec',
}
LISTS = {'ExecStartPre', 'ExecStopPost', 'Environment', 'EnvironmentFile'}
SINGLE = {'Type', 'ExecStart', 'Restart', 'RestartSec', 'WatchdogSec', 'WatchdogSignal', 'KillSignal', 'LimitNOFILE'}


def read(paths):
    unit = {name: [] for name in LISTS}
    for path in paths:
        section = None
        for line in open(path).read().splitlines():
            if line.startswith('['):
                section = line
            elif section == '[Service]' and line and not line.startswith('#'):
                name, value = line.split('=', 1)
                if name in LISTS:
                    unit[name].append(value)
                elif name in SINGLE:
                    unit[name] = value
                elif name not in NOT_PLAYED:
                    sys.exit(f'unknown setting {name} in {path}')
    return unit


def seconds(value):
    return float(value[:-2]) / 1000 if value.endswith('ms') else float(value.rstrip('s'))


def environment(unit):
    variables = dict(os.environ)
    for path in unit['EnvironmentFile']:
        for line in open(path).read().splitlines():
            name, value = line.split('=', 1)
            variables[name] = shlex.split(value)[0]
    for assignment in unit['Environment']:
        variables.update(word.split('=', 1) for word in shlex.split(assignment))
    return variables


def die_with_parent(files=None):
    if files:
        files = min(files, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run_all(commands, variables):
    for command in commands:
        status = subprocess.run(shlex.split(command.lstrip('-')), env=variables).returncode
        if status and not command.startswith('-'):
            print(f'failed {command}', flush=True)
            return False
    return True


def run_once(unit, notify, path):
    variables = environment(unit)
    if not run_all(unit['ExecStartPre'], variables):
        return
    watchdog = seconds(unit['WatchdogSec']) if 'WatchdogSec' in unit else None
    process = subprocess.Popen(
        shlex.split(unit['ExecStart']),
        env={**variables, **({'NOTIFY_SOCKET': path} if unit.get('Type') == 'notify' else {})},
        preexec_fn=lambda: die_with_parent(int(unit.get('LimitNOFILE', 0))),
    )
    print(f'started {process.pid}', flush=True)
    heard = None
    while process.poll() is None and not stopping:
        if select.select([notify], [], [], 0.02)[0]:
            message = notify.recv(4096).decode()
            if 'READY=1' in message:
                print('ready', flush=True)
            heard = time.monotonic()
        if watchdog and heard and time.monotonic() - heard > watchdog:
            print('watchdog expired', flush=True)
            process.send_signal(getattr(signal, unit.get('WatchdogSignal', 'SIGABRT')))
            heard = None
    if process.poll() is None:
        process.send_signal(getattr(signal, unit.get('KillSignal', 'SIGTERM')))
    print(f'ended {process.wait()}', flush=True)
    run_all(unit['ExecStopPost'], variables)
    print('stopped', flush=True)


stopping = False


def stop(*_):
    global stopping
    stopping = True


def main():
    die_signal = ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    assert die_signal == 0
    signal.signal(signal.SIGTERM, stop)
    unit = read(sys.argv[1:])
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'notify')
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(path)
        while not stopping:
            run_once(unit, notify, path)
            if unit.get('Restart') != 'always':
                break
            pause = time.monotonic() + seconds(unit.get('RestartSec', '0.1'))
            while time.monotonic() < pause and not stopping:
                time.sleep(0.02)


main()
