import { readDemoContext } from '../../bin/demo-context';

const read = (context: Record<string, unknown>) => readDemoContext((name) => context[name]);

test('the demo runs HAProxy, or nginx if it is told so', () => {
  expect([read({}).engine, read({ engine: 'nginx' }).engine]).toEqual(['haproxy', 'nginx']);
});

test('an engine that the demo cannot have is refused', () => {
  expect(() => read({ engine: 'envoy' })).toThrow("engine must be haproxy or nginx, got 'envoy': use -c engine=nginx");
});
