"""What stands around one member: a proxy's live path on 8404, and a Lambda on 9000 that takes every hint and prints it with its time."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == '/livez' else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


class Lambda(Proxy):
    protocol_version = 'HTTP/1.1'
    timeout = None

    def do_POST(self):
        at = time.time() * 1000
        hint = json.loads(self.rfile.read(int(self.headers['content-length'])))
        print(json.dumps({**hint, 'at': at}), flush=True)
        self.send_response(202)
        self.send_header('content-length', '0')
        self.end_headers()


class Server(ThreadingHTTPServer):
    daemon_threads = True


servers = Server(('127.0.0.1', 8404), Proxy), Server(('127.0.0.1', 9000), Lambda)
threading.Thread(target=servers[0].serve_forever, daemon=True).start()
print('ready', flush=True)
servers[1].serve_forever()
