import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What jsii wrote down about the public API; `scripts/test.mjs` compiles it first. */
const types: Type[] = Object.values(JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8')).types);

interface Docs {
  readonly summary?: string;
  readonly default?: string;
}
interface Member {
  readonly name: string;
  readonly docs?: Docs;
  readonly immutable?: boolean;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly type?: object;
  readonly returns?: { readonly type: { readonly fqn?: string } };
  readonly parameters?: { readonly name: string; readonly optional?: boolean }[];
}
interface Type {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly docs?: Docs;
  readonly base?: string;
  readonly initializer?: Member;
  readonly properties?: Member[];
  readonly methods?: Member[];
  readonly members?: Member[];
}

const structs = types.filter((type) => type.datatype);
const classes = types.filter((type) => type.kind === 'class');
const named = (type: Type, member: Member) => `${type.name}.${member.name}`;

test('everything public is documented', () => {
  const bare = types.flatMap((type) => [
    ...(type.docs?.summary ? [] : [type.name]),
    ...[...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])]
      .filter((member) => !member.docs?.summary)
      .map((member) => named(type, member)),
  ]);

  expect(bare).toEqual([]);
});

test('every optional property says its default as a value, or as a sentence after a dash', () => {
  const wrong = structs.flatMap((struct) =>
    (struct.properties ?? [])
      .filter(({ optional, docs }) => optional && !(docs?.default && !/^-?\s*(none|undefined|the default)\b/i.test(docs.default)))
      .map((member) => named(struct, member)),
  );

  expect(wrong).toEqual([]);
});

test('properties of structs are read-only and neither unions nor any', () => {
  const wrong = structs.flatMap((struct) =>
    (struct.properties ?? [])
      .filter(({ immutable, type }) => !immutable || /"union"|"primitive":"any"/.test(JSON.stringify(type)))
      .map((member) => named(struct, member)),
  );

  expect(wrong).toEqual([]);
});

test('constructs that users make take scope, id and their own props', () => {
  const made = classes.filter(({ initializer }) => initializer?.parameters?.length);

  expect(made.map(({ name }) => name)).toEqual([
    'ElasticProxyFleet',
    'FailoverEndpoint',
    'MultivalueEndpoint',
    'ProxyFleet',
    'VirtualIp',
    'VirtualIpPool',
  ]);
  for (const { name, initializer } of made) {
    expect(initializer?.parameters?.map((parameter) => parameter.name)).toEqual(['scope', 'id', 'props']);
    expect(JSON.stringify(initializer)).toContain(`.${name}Props`);
  }
});

test('from, grant and metric methods keep the conventions of aws-cdk-lib', () => {
  const methods = classes.flatMap((type) => (type.methods ?? []).map((method) => ({ type, method })));
  for (const { type, method } of methods) {
    if (method.name.startsWith('from')) {
      expect([named(type, method), method.static, method.parameters?.slice(0, 2).map(({ name }) => name)]).toEqual([
        named(type, method),
        true,
        ['scope', 'id'],
      ]);
    }
    if (method.name.startsWith('grant')) expect(method.returns?.type.fqn).toBe('aws-cdk-lib.aws_iam.Grant');
    if (method.name.startsWith('metric')) expect(method.returns?.type.fqn).toBe('aws-cdk-lib.aws_cloudwatch.Metric');
  }
  expect(methods.map(({ method }) => method.name)).toContain('fromProxyFleetAttributes');
});

test('declarations have no overloads, of which jsii would keep only the first, and export no functions', () => {
  const declarations = types.length > 0 ? readFileSync(join(__dirname, '..', 'dist', 'index.d.ts'), 'utf8') : '';
  const files = [...declarations.matchAll(/from '\.\/([^']+)'/g)].map((match) => match[1] as string);
  const wrong = files.flatMap((file) => {
    const text = readFileSync(join(__dirname, '..', 'dist', `${file}.d.ts`), 'utf8');
    const methods = [...text.matchAll(/^ {4}(?:static )?(\w+)\(/gm)].map((match) => match[1]);
    const twice = methods.filter((name, index) => name !== 'constructor' && methods.indexOf(name) !== index);
    return [
      ...twice.map((name) => `${file}: ${name} twice`),
      ...(/^export declare (function|const)/m.test(text) ? [`${file}: exports a function or constant`] : []),
    ];
  });

  expect(files.length).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});

test('no name is a word that other languages reserve', () => {
  const names = types.flatMap((type) => [...(type.properties ?? []), ...(type.methods ?? [])].map(({ name }) => name));

  expect(names.filter((name) => ['from', 'lambda', 'range', 'type'].includes(name))).toEqual([]);
});
