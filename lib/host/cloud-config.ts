/** A file that cloud-init writes before the boot commands run. */
export interface HostFile {
  readonly path: string;
  /** Octal, as chmod takes it: '0644'. */
  readonly permissions: string;
  readonly content: string;
}

/**
 * Writes cloud-config as text that people can review: files as block scalars, commands as lists. CloudFormation may put values into it
 * later; they must be single lines. Indented no deeper than YAML demands: each blank counts against the limit of EC2.
 */
export function renderCloudConfig(files: HostFile[], commands: string[][]): string {
  const lines = ['#cloud-config', 'write_files:'];
  for (const file of files) {
    lines.push(`- path: ${file.path}`, `  permissions: '${file.permissions}'`, '  owner: root:root');
    lines.push(
      '  content: |',
      ...file.content
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => (line === '' ? '' : `   ${line}`)),
    );
  }
  lines.push('runcmd:');
  for (const command of commands) lines.push(`- [${command.map((word) => `'${word.replaceAll("'", "''")}'`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
}
